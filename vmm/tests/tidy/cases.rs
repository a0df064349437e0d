//! The rules on trees of a few lines: each is seen to refuse what it must, and
//! to leave alone what it may.

#[path = "case_files.rs"]
mod files;
#[path = "case_imports.rs"]
mod imports;
#[path = "case_spec.rs"]
mod spec;

use super::rules::Complaint;
use super::table::Table;
use super::tree::Tree;

const TABLE: &str = r#"
[[layer]]
name = "low"
idea = "things"
modules = ["ids", "text", "diag"]
imports.diag = ["ids"]

[[layer]]
name = "mid"
idea = "heaps"
ordered = true
modules = ["word", "heap"]

[[layer]]
name = "top"
idea = "machine"
modules = ["vm"]
never = ["text"]

[[crate]]
name = "vm-ffi"
imports = []
[[crate]]
name = "vmm"
imports = ["vm-ffi"]
[[crate]]
name = "cli"
imports = ["vmm"]

[[door]]
path = "std::sync"
except = ["std::sync::Arc"]
files = ["vmm/src/vm/*"]
reason = "locks are the machine's"

[[door]]
path = "println!"
files = []
reason = "silence"

[[unsafe_file]]
path = "vmm/src/heap/space.rs"
reason = "measured"

[length]
limit = 5
cap = 8

[[long]]
path = "vmm/src/vm.rs"
lines = 60
kind = "table"
reason = "one idea"

[[generated]]
path = "docs/isa.md"
by = "cargo xtask gen"

[documents]
made_up = ["vmm/src/example.rs"]

[words]
exempt = ["docs/layers.toml"]
[words.refused]
"later!" = "do it now"
"#;

fn table() -> Table {
    Table::parse(TABLE).expect("the table of these tests is sound")
}

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::of(
        files
            .iter()
            .map(|&(path, text)| (path.to_owned(), text.to_owned())),
    )
}

/// Complaints as `path:line` with a piece of their message.
#[track_caller]
fn check(found: &[Complaint], expected: &[(&str, usize, &str)]) {
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), expected.len(), "{told:#?}");
    for (complaint, (path, line, piece)) in found.iter().zip(expected) {
        assert_eq!(
            (complaint.path.as_str(), complaint.line),
            (*path, *line),
            "{told:#?}"
        );
        assert!(
            complaint.message.contains(piece),
            "{piece:?} not in {told:#?}"
        );
    }
}
