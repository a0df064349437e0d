//! The rules on trees of a few lines: each is seen to refuse what it must, and
//! to leave alone what it may.

use super::rules::{self, Complaint};
use super::source::Source;
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

fn layers(files: &[(&str, &str)]) -> Vec<Complaint> {
    rules::layers(&table(), &tree(files))
}

#[test]
fn downward_imports_pass() {
    check(
        &layers(&[
            (
                "vmm/src/heap.rs",
                "use crate::word::Word;\nuse crate::ids::Pid;\nuse std::fmt;\n",
            ),
            (
                "vmm/src/diag.rs",
                "use crate::{ids::Pid};\nuse crate::diag::inner::X;\n",
            ),
            ("vmm/src/lib.rs", "pub mod vm;\npub use vm::Vm;\n"),
        ]),
        &[],
    );
}

#[test]
fn upward_and_sideways_imports_are_refused_with_file_line_and_rule() {
    let found = layers(&[
        ("vmm/src/ids.rs", "//! Ids.\n\nuse crate::heap::Heap;\n"),
        ("vmm/src/text.rs", "use crate::ids::Pid;\n"),
        ("vmm/src/word.rs", "use crate::heap::Heap;\n"),
    ]);
    check(
        &found,
        &[
            ("vmm/src/ids.rs", 3, "upwards"),
            ("vmm/src/text.rs", 1, "inside the layer"),
            ("vmm/src/word.rs", 1, "inside the layer"),
        ],
    );
    assert!(
        found[0]
            .to_string()
            .starts_with("vmm/src/ids.rs:3: [layers] `ids` (low)")
    );
}

#[test]
fn a_ruled_out_import_is_refused_though_it_lies_below() {
    check(
        &layers(&[(
            "vmm/src/vm.rs",
            "use crate::text::T;\nuse crate::heap::H;\n",
        )]),
        &[("vmm/src/vm.rs", 1, "rules it out")],
    );
}

#[test]
fn every_way_to_name_a_module_counts() {
    for line in [
        "use crate::heap::Heap;",
        "use crate::heap;",
        "use crate::{ids::Pid, heap::{Heap, Space}};",
        "use super::super::heap::Heap;",
        "use crate::heap as pile;",
        "pub(crate) use crate::heap::*;",
        "fn f(h: &crate::heap::Heap) {}",
        "fn f() -> Vec<crate::heap::Heap> { Vec::new() }",
        "macro_rules! m { () => { $crate::heap::grow() } }",
        "mod inner { use super::super::super::heap::Heap; }",
        "fn f() { let x = <crate::heap::Heap as Default>::default(); }",
        "impl crate::heap::Walk for X {}",
        "fn f() { super::super::heap::grow(); }",
        "#[cfg(not(test))] use crate::heap::Heap;",
        "use crate::Heap;",
    ] {
        let found = layers(&[
            ("vmm/src/ids/inner.rs", line),
            ("vmm/src/lib.rs", "pub use heap::{Heap, Space};\n"),
        ]);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert!(found[0].message.contains("`heap`"), "{line}: {found:?}");
    }
}

#[test]
fn comments_strings_and_tests_name_nothing() {
    for text in [
        "// use crate::heap::Heap;",
        "/* crate::heap */ //! crate::heap",
        "/// [`crate::heap::Heap`]\nstruct S;",
        "const S: &str = \"use crate::heap::Heap;\";",
        "const S: &str = r#\"crate::heap::Heap\"#;",
        "#[cfg(test)]\nmod tests {\n    use crate::heap::Heap;\n}",
        "#[cfg(all(test, feature = \"x\"))] mod tests { use crate::heap::Heap; }",
        "#[cfg(test)]\n#[allow(dead_code)]\nfn f() { crate::heap::grow() }",
        "#[test]\nfn f() { crate::heap::grow() }",
        "pub(in crate::ids) struct S;",
        "fn f<'a>(x: &'a str) -> impl Sized + use<'a> { x }",
    ] {
        check(&layers(&[("vmm/src/ids.rs", text)]), &[]);
    }
}

#[test]
fn after_a_test_item_product_code_counts_again() {
    check(
        &layers(&[(
            "vmm/src/ids.rs",
            "#[cfg(test)]\nuse crate::heap::A;\nuse crate::heap::B;\n#[test]\nfn f() {}\nfn g() { crate::heap::h() }\n",
        )]),
        &[
            ("vmm/src/ids.rs", 3, "`heap`"),
            ("vmm/src/ids.rs", 6, "`heap`"),
        ],
    );
}

#[test]
fn a_file_declared_for_tests_is_a_test() {
    check(
        &layers(&[
            ("vmm/src/ids.rs", "#[cfg(test)]\nmod tests;\nmod inner;\n"),
            ("vmm/src/ids/tests.rs", "use crate::heap::Heap;\n"),
            ("vmm/src/ids/inner.rs", "use crate::heap::Heap;\n"),
        ]),
        &[("vmm/src/ids/inner.rs", 1, "upwards")],
    );
}

#[test]
fn a_module_without_a_layer_is_named() {
    let files = [
        ("vmm/src/lib.rs", "pub mod ids;\nmod news;\n"),
        ("vmm/src/news.rs", "use crate::ids::Pid;\n"),
        ("vmm/src/vm.rs", "use crate::news::X;\n"),
    ];
    check(
        &rules::table_is_sound(&table(), &tree(&[files[0], ("vmm/src/vm.rs", "//! Vm.\n")])),
        &[("vmm/src/lib.rs", 2, "add it to a layer of docs/layers.toml")],
    );
    check(
        &layers(&files),
        &[
            ("vmm/src/news.rs", 1, "has no layer"),
            ("vmm/src/vm.rs", 1, "no module of docs/layers.toml"),
        ],
    );
}

#[test]
fn a_table_with_a_circle_a_double_or_a_stale_row_is_refused() {
    let circle = TABLE.replace(
        "imports.diag = [\"ids\"]",
        "imports.diag = [\"ids\"]\nimports.ids = [\"diag\"]",
    );
    let unknown = TABLE.replace("imports.diag = [\"ids\"]", "imports.diag = [\"heap\"]");
    let double = TABLE.replace("modules = [\"vm\"]", "modules = [\"vm\", \"ids\"]");
    let here = tree(&[("vmm/src/vm.rs", "//! Vm.\n")]);
    let found =
        |text: &str, tree: &Tree| rules::table_is_sound(&Table::parse(text).expect("parses"), tree);
    check(&found(TABLE, &here), &[]);
    check(
        &found(&circle, &here),
        &[("docs/layers.toml", 0, "circle: ids, diag")],
    );
    check(
        &found(&unknown, &here),
        &[("docs/layers.toml", 0, "not one of its modules")],
    );
    check(
        &found(&double, &here),
        &[("docs/layers.toml", 0, "`ids` stands in it twice")],
    );
    check(
        &found(TABLE, &tree(&[])),
        &[("docs/layers.toml", 0, "stale")],
    );
    assert!(Table::parse(&TABLE.replace("ordered", "orderd")).is_err());
}

#[test]
fn crates_keep_to_their_dependencies_and_lints() {
    let good = "[package]\nname = \"vm-ffi\"\n[lints]\nworkspace = true\n";
    let upward = format!("{good}[dependencies]\nvmm = {{ path = \"../vmm\" }}\nnum = \"1\"\n");
    let files = tree(&[
        ("vm-ffi/Cargo.toml", upward.as_str()),
        (
            "vmm/Cargo.toml",
            "[package]\nname = \"vmm\"\n[dependencies]\nvm-ffi = \"1\"\n",
        ),
        ("extra/Cargo.toml", good),
    ]);
    check(
        &rules::crates(&table(), &files),
        &[
            ("vm-ffi/Cargo.toml", 0, "may not depend on `vmm`"),
            ("vmm/Cargo.toml", 0, "lints"),
        ],
    );
    check(
        &rules::table_is_sound(&table(), &files)[..1],
        &[("extra/Cargo.toml", 0, "add a [[crate]]")],
    );
}

#[test]
fn doors_admit_their_own_files_and_free_paths() {
    let text = "use std::sync::{Arc, Mutex};\n";
    check(
        &rules::doors(
            &table(),
            &tree(&[
                ("vmm/src/ids.rs", text),
                ("vmm/src/vm/lock.rs", text),
                (
                    "vmm/src/heap.rs",
                    "use std::*;\nuse std::sync as s;\nfn f(x: std::sync::Arc<u8>) {}\n",
                ),
                (
                    "vmm/src/text.rs",
                    "use std::{fmt, io};\nfn f() { println!(\"x\") }\n",
                ),
                ("cli/src/main.rs", text),
                (
                    "vmm/src/word.rs",
                    "#[cfg(test)]\nmod tests { use std::sync::Mutex; }\n",
                ),
            ]),
        ),
        &[
            ("vmm/src/heap.rs", 1, "locks are the machine's"),
            ("vmm/src/heap.rs", 2, "locks are the machine's"),
            ("vmm/src/ids.rs", 1, "`std::sync::Mutex`"),
            ("vmm/src/text.rs", 2, "silence"),
        ],
    );
}

#[test]
fn a_path_through_an_imported_name_is_followed_home() {
    let source = Source::read(
        "vmm/src/ids.rs",
        "use std::io;\nuse std::sync as s;\nfn f() { io::stdout(); s::Mutex::new(1); }\n",
    );
    let named: Vec<String> = source.paths.iter().map(|p| p.segments.join("::")).collect();
    assert_eq!(
        named,
        [
            "std::io",
            "std::sync",
            "std::io::stdout",
            "std::sync::Mutex::new"
        ]
    );
}

#[test]
fn unsafe_code_outside_the_list_is_refused_in_every_form() {
    for text in [
        "fn f() { unsafe { g() } }",
        "unsafe fn f() {}",
        "unsafe impl Send for X {}",
        "#[expect(unsafe_code, reason = \"fast\")]\nfn f() {}",
        "#![allow(unsafe_code)]",
        "#[cfg_attr(loom, allow(unsafe_code))] mod x {}",
        "#[unsafe(no_mangle)] pub extern \"C\" fn f() {}",
        "macro_rules! m { () => { unsafe { g() } } }",
        "#[cfg(test)] mod tests { fn f() { unsafe { g() } } }",
    ] {
        let found = |path| rules::unsafe_code(&table(), &tree(&[(path, text)])).len();
        assert_eq!(found("vmm/src/heap.rs"), 1, "{text}");
        assert_eq!(found("vmm/src/heap/space.rs"), 0, "{text}");
    }
    for text in [
        "// unsafe { }",
        "const S: &str = \"unsafe\";",
        "#![deny(unsafe_code)]",
        "#![deny(unsafe_op_in_unsafe_fn)]",
    ] {
        let files = tree(&[("vmm/src/heap.rs", text)]);
        check(&rules::unsafe_code(&table(), &files), &[]);
    }
}

#[test]
fn crate_roots_deny_unsafe_code() {
    check(
        &rules::unsafe_code(
            &table(),
            &tree(&[
                ("cli/src/bin/iondis.rs", "//! Prints.\nfn main() {}\n"),
                ("cli/src/bin/ionvm/run.rs", "//! Runs.\n"),
                ("vm-ffi/src/lib.rs", "//! Natives.\n#![deny(unsafe_code)]\n"),
                (
                    "vmm/src/lib.rs",
                    "//! Machine.\n#[deny(unsafe_code)]\nmod x {}\n",
                ),
                ("xtask/src/main.rs", "//! Tasks.\n#![forbid(unsafe_code)]\n"),
            ]),
        ),
        &[
            ("cli/src/bin/iondis.rs", 1, "deny(unsafe_code)"),
            ("vmm/src/lib.rs", 1, "deny(unsafe_code)"),
        ],
    );
}

#[test]
fn files_without_a_header_are_refused_and_generated_ones_say_so() {
    let isa = (
        "docs/isa.md",
        "# Manual\n<!-- written by `cargo xtask gen` -->\n",
    );
    check(
        &rules::headers(
            &table(),
            &tree(&[
                isa,
                ("vmm/src/heap.rs", "//! Heap of one process.\n"),
                ("vmm/src/heap/mod.rs", "//! Heap of one process.\n"),
                ("vmm/src/ids.rs", "use std::fmt;\n//! Ids of everything.\n"),
                ("vmm/src/text.rs", "//!\n"),
            ]),
        ),
        &[
            ("vmm/src/heap/mod.rs", 0, "vmm/src/heap.rs"),
            ("vmm/src/ids.rs", 1, "`//!`"),
            ("vmm/src/text.rs", 1, "`//!`"),
        ],
    );
    check(
        &rules::headers(&table(), &tree(&[("docs/isa.md", "# Manual\n")])),
        &[("docs/isa.md", 1, "cargo xtask gen")],
    );
    check(
        &rules::headers(&table(), &tree(&[])),
        &[("docs/isa.md", 0, "missing")],
    );
}

#[test]
fn lengths_ratchet_downwards() {
    let lines = |n: usize| "x\n".repeat(n);
    let found = |path: &str, n: usize, text: &str| {
        rules::lengths(
            &Table::parse(text).expect("parses"),
            &tree(&[(path, &lines(n))]),
        )
    };
    check(&found("vmm/src/heap.rs", 5, TABLE), &[]);
    check(
        &found("vmm/src/heap.rs", 6, TABLE),
        &[("vmm/src/heap.rs", 0, "second idea")],
    );
    check(&found("docs/notes.md", 600, TABLE), &[]);
    check(&found("vmm/src/vm.rs", 60, TABLE), &[]);
    check(
        &found("vmm/src/vm.rs", 61, TABLE),
        &[("vmm/src/vm.rs", 0, "grants 60")],
    );
    check(
        &found("vmm/src/vm.rs", 15, TABLE),
        &[("vmm/src/vm.rs", 0, "lower the 60")],
    );
    check(
        &found("vmm/src/vm.rs", 4, TABLE),
        &[("vmm/src/vm.rs", 0, "take its")],
    );
    let other = TABLE.replace("kind = \"table\"", "kind = \"other\"");
    check(
        &found("vmm/src/vm.rs", 50, &other),
        &[("vmm/src/vm.rs", 0, "only a table or a parser")],
    );
}

#[test]
fn refused_words_are_found_in_any_file() {
    check(
        &rules::words(
            &table(),
            &tree(&[
                ("README.md", "Good.\nWe do it later!\n"),
                ("docs/layers.toml", "later!"),
                ("vmm/src/x.rs", "fn f() { later!() }"),
            ]),
        ),
        &[
            ("README.md", 2, "do it now"),
            ("vmm/src/x.rs", 1, "do it now"),
        ],
    );
}
