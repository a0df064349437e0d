//! Class files of version 1, from bytes to results.
//!
//! The files are written by hand, by `support/v1.rs`. Everything runs in both
//! modes, and the assembly text of every class is assembled to the same class.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/v1.rs"]
mod write;

#[path = "v1/closures.rs"]
mod closures;
#[path = "v1/hostile.rs"]
mod hostile;
#[path = "v1/instructions.rs"]
mod instructions;
#[path = "v1/names.rs"]
mod names;
#[path = "v1/packages.rs"]
mod packages;
#[path = "v1/values.rs"]
mod values;

use vmm::asm;
use vmm::ionpack::{IonPackBuilder, IonPackReader};
use vmm::vm::{LoadError, RunOutcome, Vm, VmBuilder, VmConfig, VmMode};

use write::{F, class};

/// A package of these classes, which starts at `Main`.
fn package(classes: &[(&str, Vec<u8>)]) -> IonPackReader {
    let mut builder = IonPackBuilder::new("old", "1.0");
    builder.main_class("Main");
    for (name, bytes) in classes {
        builder.add_class(name, bytes.clone());
    }
    IonPackReader::from_bytes(builder.build_bytes().unwrap()).unwrap()
}

fn machine(mode: VmMode) -> Vm {
    let config = VmConfig {
        mode,
        ..VmConfig::default()
    };
    VmBuilder::new().config(config).build().unwrap()
}

/// Loads a package, runs it, and shows what came of it: its result, or its error.
fn outcome(classes: &[(&str, Vec<u8>)]) -> Result<String, LoadError> {
    let mut shown = Vec::new();
    for mode in [VmMode::Parallel, VmMode::Stepped] {
        let mut pack = package(classes);
        let modules = vmm::vm::load::modules_of_pack(&mut pack)?;
        for module in &modules {
            let again = asm::parse("printed", &asm::print(module)).unwrap();
            assert_eq!(again, std::slice::from_ref(module));
        }
        let mut vm = machine(mode);
        vm.load_pack(&mut pack)?;
        let entry = vm.entry("Main", None).unwrap();
        shown.push(
            match vm.run(entry.function, &entry.arguments(&[])).unwrap() {
                RunOutcome::Finished(value) => asm::show_value(&value),
                RunOutcome::Opaque { shown, .. } => shown,
                RunOutcome::Failed(failure) => failure.to_string(),
                other => format!("{other:?}"),
            },
        );
    }
    assert_eq!(shown[0], shown[1]);
    Ok(shown.swap_remove(0))
}

/// What a package of one class gives.
#[track_caller]
fn result(functions: &[F]) -> String {
    match outcome(&[("Main", class(functions))]) {
        Ok(shown) => shown,
        Err(error) => panic!("{error}"),
    }
}

/// Why a package of one class is not loaded.
#[track_caller]
fn refusal(functions: &[F]) -> String {
    match outcome(&[("Main", class(functions))]) {
        Ok(shown) => panic!("it ran: {shown}"),
        Err(error) => error.to_string(),
    }
}
