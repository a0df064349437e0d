//! `vmm/lib/*.ionc`: the library that is written in bytecode, assembled.

use vmm::asm;
use vmm::program::Module;
use vmm::verify::verify;

/// The class file of a library text that holds one class.
///
/// # Panics
/// If the text is no such thing: a mistake of whoever wrote it, told by test
/// and by `gen` alike.
fn class(name: &str, text: &str) -> Vec<u8> {
    let mut modules = asm::parse(name, text).unwrap_or_else(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    });
    let module: Module = match modules.pop() {
        Some(module) if modules.is_empty() => module,
        _ => panic!("{name} does not hold exactly one class"),
    };
    let verified = verify(module).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    verified
        .to_bytes()
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Functions over arrays that take functions.
pub(crate) fn array() -> Vec<u8> {
    class(
        "vmm/lib/array.ionasm",
        include_str!("../../vmm/lib/array.ionasm"),
    )
}
