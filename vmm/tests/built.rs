//! Every instruction of the table either runs or is refused by name.
//!
//! For each operand of each instruction, every choice that its kind leaves
//! makes a class around the instruction. What no engine runs must be refused
//! when the class is loaded, with its name and place; the list of those is
//! here, so that it can only change together with this test. All else runs:
//! its registers are undefined, so that much of it raises, and then only
//! errors of kinds that the manual of the instruction names.

#[path = "asm_runner/manual.rs"]
mod manual;
#[expect(dead_code, reason = "the text tests ask what is refused")]
#[path = "asm_runner/smallest.rs"]
mod smallest;

use vmm::diag::{Diagnostic, Place};
use vmm::isa::{Flow, OPS, OpInfo};
use vmm::process::contract::ExitClass;
use vmm::vm::{LoadError, RunOutcome, Vm, VmMode};

/// Instructions that this version refuses.
const NOT_BUILT: &[&str] = &[];

/// Rule: C-LOAD-1
#[test]
fn every_right_form_of_every_instruction_runs_or_is_refused_by_name() {
    for mode in [VmMode::Parallel, VmMode::Stepped] {
        let mut vm = smallest::machine(mode);
        let mut wrong = Vec::new();
        for row in OPS {
            for (place, operand) in row.operands.iter().enumerate() {
                for choice in 0..smallest::choices(operand) {
                    let case = format!("{}.{}{choice}", row.mnemonic, operand.name);
                    let chosen = Some((place, choice));
                    if let Err(what) = attempt(&mut vm, &case, row, chosen) {
                        wrong.push(format!("{case}: {what}"));
                    }
                }
            }
            if row.operands.is_empty()
                && let Err(what) = attempt(&mut vm, row.mnemonic, row, None)
            {
                wrong.push(format!("{}: {what}", row.mnemonic));
            }
        }
        assert!(wrong.is_empty(), "in {mode:?} mode:\n{}", wrong.join("\n"));
    }
}

/// Loads and runs one form; what is wrong with what comes of it.
fn attempt(
    vm: &mut Vm,
    class: &str,
    row: &OpInfo,
    choice: Option<(usize, usize)>,
) -> Result<(), String> {
    let module = smallest::class(class, row, choice);
    let built = !NOT_BUILT.contains(&row.mnemonic);
    match vm.load(&module) {
        Ok(()) if built => {}
        // What `spawn` does not know yet.
        Err(LoadError::Unlinked(problem)) if !built || problem.message.contains("with link") => {
            return named(&problem, class, row);
        }
        Ok(()) => return Err("is loaded, and NOT_BUILT has it".to_owned()),
        Err(error) => return Err(format!("is refused: {error}")),
    }
    let main = vm.code().find(class, "main", Some(0));
    let main = main.map_err(|error| error.to_string())?;
    match vm.run(main, &[]).map_err(|error| error.to_string())? {
        RunOutcome::Finished(_) => Ok(()),
        RunOutcome::Deadlock(_) if matches!(row.flow, Flow::Wait | Flow::WaitBranch) => Ok(()),
        RunOutcome::Failed(failure) => match (failure.class, failure.kind()) {
            (ExitClass::Error, Some(kind)) if manual::kinds(row).contains(kind) => Ok(()),
            // An error of the program, whose reason is what it likes.
            (ExitClass::Error, None) if row.mnemonic == "error" => Ok(()),
            (ExitClass::Error, kind) => {
                Err(format!("raises {kind:?}, which its manual does not name"))
            }
            _ if row.family == "error" => Ok(()),
            (class, _) => Err(format!("ends with {class:?}")),
        },
        other => Err(format!("comes to {other}")),
    }
}

/// Whether a refusal names the instruction and its place, and left nothing.
fn named(problem: &Diagnostic, class: &str, row: &OpInfo) -> Result<(), String> {
    let quoted = format!("`{}`", row.mnemonic);
    let place = match &problem.place {
        Place::Code {
            class,
            function,
            instruction: Some((at, text)),
            ..
        } => (
            class.as_str(),
            function.as_deref(),
            *at,
            text.starts_with(row.mnemonic),
        ),
        _ => return Err(format!("is refused without a place: {problem}")),
    };
    if problem.code != "L01" || !problem.message.contains(&quoted) {
        return Err(format!("is refused without its name: {problem}"));
    }
    if place != (class, Some("main/0"), smallest::AT, true) {
        return Err(format!("is refused at another place: {problem}"));
    }
    Ok(())
}
