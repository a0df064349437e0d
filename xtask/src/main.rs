//! Workspace tasks: `cargo xtask gen` writes every generated file anew, and
//! `cargo xtask gen --check` tells which ones are stale.
//!
//! A generated file is a row of [`GENERATED`]: where it lies and the pure
//! function that gives its content. Nothing else is needed to add one.

#![deny(unsafe_code)]

mod diagnostics_page;
mod emitter;
mod grammar;
mod instruction;
mod instructions_page;
mod library;
#[path = "../../vmm/tests/asm_runner/manual.rs"]
mod manual;
mod natives_page;
mod python;

use std::path::Path;
use std::process::ExitCode;

/// Gives the content of a file.
type Generator = fn() -> Vec<u8>;

/// Every generated file: its path from the workspace root, and its content.
const GENERATED: &[(&str, Generator)] = &[
    ("docs/diagnostics.md", || diagnostics_page::page().into()),
    ("docs/natives.md", || natives_page::page().into()),
    ("docs/spec/instructions.md", || {
        instructions_page::page().into()
    }),
    ("editors/vscode/syntaxes/ionasm.tmLanguage.json", || {
        grammar::grammar().into()
    }),
    ("python-ionvm/python/ionvm/_stdlib.py", || {
        python::stdlib().into()
    }),
    ("python-ionvm/python/ionvm/_table.py", || {
        python::table().into()
    }),
    ("python-ionvm/python/ionvm/builder/_instructions.py", || {
        emitter::emitter().into()
    }),
    ("python-ionvm/python/ionvm/instruction.py", || {
        instruction::instructions().into()
    }),
    ("vmm/lib/array.ionc", || library::class("array")),
    ("vmm/lib/list.ionc", || library::class("list")),
    ("vmm/lib/map.ionc", || library::class("map")),
    ("vmm/lib/call.ionc", || library::class("call")),
    ("vmm/lib/text.ionc", || library::class("text")),
    ("vmm/lib/error.ionc", || library::class("error")),
    ("vmm/lib/options.ionc", || library::class("options")),
    ("vmm/lib/server.ionc", || library::class("server")),
    ("vmm/lib/supervisor.ionc", || library::class("supervisor")),
    ("vmm/lib/supervisor_children.ionc", || {
        library::class("supervisor_children")
    }),
    ("vmm/lib/supervisor_report.ionc", || {
        library::class("supervisor_report")
    }),
    ("vmm/lib/supervisor_restart.ionc", || {
        library::class("supervisor_restart")
    }),
    ("vmm/lib/supervisor_spec.ionc", || {
        library::class("supervisor_spec")
    }),
    ("vmm/lib/supervisor_start.ionc", || {
        library::class("supervisor_start")
    }),
    ("vmm/lib/supervisor_stop.ionc", || {
        library::class("supervisor_stop")
    }),
    ("vmm/lib/task.ionc", || library::class("task")),
    ("vmm/lib/registry.ionc", || library::class("registry")),
    ("vmm/src/builtin/library.rs", library::table),
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
    for (path, content) in GENERATED {
        let file = root.join(path);
        let content = content();
        if std::fs::read(&file).is_ok_and(|old| old == content) {
            continue;
        }
        if check {
            eprintln!("{path} is stale: run `cargo xtask gen`");
            code = ExitCode::FAILURE;
        } else if let Err(error) = std::fs::write(&file, content) {
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
        for (path, content) in GENERATED {
            let old = std::fs::read(root.join(path)).unwrap_or_default();
            assert!(old == content(), "{path} is stale: run `cargo xtask gen`");
        }
    }
}
