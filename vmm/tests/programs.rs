//! The programs that come with the project assemble, verify, and come back from
//! their own printed form: examples and benchmarks.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use vmm::{asm, verify};

/// Folders with programs in assembly.
const FOLDERS: &[&str] = &["examples", "bench/ionvm"];

/// All `.ionasm` files below the folders.
fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut open: Vec<PathBuf> = FOLDERS.iter().map(|f| root.join(f)).collect();
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "ionasm") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_program_assembles_verifies_and_prints_back() {
    let programs = programs();
    for folder in FOLDERS {
        let some = programs
            .iter()
            .any(|p| p.to_string_lossy().contains(folder));
        assert!(some, "no program below {folder}");
    }
    for path in programs {
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        let classes = asm::parse(&name, &text).unwrap_or_else(|found| {
            let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        });
        for class in classes {
            let again = asm::parse(&name, &asm::print(&class))
                .unwrap_or_else(|found| panic!("{name}: its printed form is refused: {found:?}"));
            assert_eq!(again, std::slice::from_ref(&class), "{name}");
            if let Err(found) = verify::verify(class) {
                panic!("{name}: {found:?}");
            }
        }
    }
}
