//! Rules on imports, on small trees.

use super::super::rules::{self, Complaint};
use super::super::source::Source;
use super::super::table::Table;
use super::super::tree::Tree;
use super::{TABLE, check, table, tree};

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
        "#[cfg(any(test, feature = \"other\"))] use crate::heap::Heap;",
        "#[cfg(any(test, unix))] use crate::heap::Heap;",
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
        "#[cfg(any(test, feature = \"arbitrary\"))] pub mod made { use crate::heap::Heap; }",
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
    // One complaint is enough for a module that the root declares.
    check(&layers(&files), &[]);
    check(
        &layers(&files[1..]),
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
    let silent = TABLE.replace("reason = \"measured\"", "reason = \" \"");
    check(
        &found(&silent, &here),
        &[("docs/layers.toml", 0, "space.rs gives no reason")],
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
