//! Every instruction of the table runs, in every form.
//!
//! For each operand of each instruction, every choice that its kind leaves
//! makes a class around the instruction, which is loaded and run. Its registers
//! are undefined, so that much of it raises, and then only errors of kinds that
//! the manual of the instruction names.

#[path = "asm_runner/manual.rs"]
mod manual;
#[expect(dead_code, reason = "the text tests ask what is refused")]
#[path = "asm_runner/smallest.rs"]
mod smallest;

use vmm::isa::{Flow, OPS, OpInfo};
use vmm::process::contract::ExitClass;
use vmm::vm::{RunOutcome, Vm, VmMode};

#[test]
fn every_right_form_of_every_instruction_runs() {
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
    vm.load(&module)
        .map_err(|error| format!("is refused: {error}"))?;
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
