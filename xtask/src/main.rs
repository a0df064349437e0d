//! Workspace tasks: `cargo xtask gen` writes every generated file anew, and
//! `cargo xtask gen --check` tells which ones are stale.
//!
//! A generated file is a row of [`GENERATED`]: where it lies and the pure
//! function that gives its text. Nothing else is needed to add one.

#![deny(unsafe_code)]

mod diagnostics_page;
mod instruction;
mod isa_page;
mod python;

use std::path::Path;
use std::process::ExitCode;

/// Gives the text of a file.
type Generator = fn() -> String;

/// Every generated file: its path from the workspace root, and its text.
const GENERATED: &[(&str, Generator)] = &[
    ("docs/diagnostics.md", diagnostics_page::page),
    ("docs/isa.md", isa_page::page),
    ("python-ionvm/python/ionvm/_stdlib.py", python::stdlib),
    ("python-ionvm/python/ionvm/_table.py", python::table),
    (
        "python-ionvm/python/ionvm/instruction.py",
        instruction::instructions,
    ),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["gen"] => generate(false),
        ["gen", "--check"] => generate(true),
        _ => {
            eprintln!("usage: cargo xtask gen [--check]");
            ExitCode::from(2)
        }
    }
}

/// Writes the generated files that differ from what they should be; with
/// `check`, only names them and fails if there are any.
fn generate(check: bool) -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut code = ExitCode::SUCCESS;
    for (path, text) in GENERATED {
        let file = root.join(path);
        let text = text();
        if std::fs::read_to_string(&file).is_ok_and(|old| old == text) {
            continue;
        }
        if check {
            eprintln!("{path} is stale: run `cargo xtask gen`");
            code = ExitCode::FAILURE;
        } else if let Err(error) = std::fs::write(&file, text) {
            eprintln!("{path} cannot be written: {error}");
            code = ExitCode::FAILURE;
        } else {
            println!("wrote {path}");
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_fresh() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for (path, text) in GENERATED {
            let old = std::fs::read_to_string(root.join(path)).unwrap_or_default();
            assert!(old == text(), "{path} is stale: run `cargo xtask gen`");
        }
    }
}
