//! Rules on single files, on small trees.

use super::super::rules;
use super::super::table::Table;
use super::{TABLE, check, table, tree};

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
                ("cli/src/bin/iondis.rs", "//! Prints.\n\nfn main() {}\n"),
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
                (
                    "vmm/src/ids.rs",
                    "use std::fmt;\n//! Ids of everything.\nstruct S;\n",
                ),
                ("vmm/src/text.rs", "//!\nuse std::fmt;\nstruct S;\n"),
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
        &rules::headers(
            &table(),
            &tree(&[isa, ("xtask/src/main.rs", "//! Tasks of ours.\n")]),
        ),
        &[("xtask/src/main.rs", 0, "does not write docs/isa.md")],
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

#[test]
fn documents_lead_somewhere_and_the_map_is_complete() {
    let map = "The `vmm/` crate has `heap` and `vm`, see [words](docs/words.md#top) and
[there](https://example.org/x.md), `vmm/src/heap.rs`, `heap/space.rs`, `--flag/x.rs`,
`ids/gone.rs`, [gone](docs/gone.md) and `vmm/src/gone.rs`, `heap/*.rs`, [all](docs/), `vmm/src/example.rs`.
";
    let files = tree(&[
        ("ARCHITECTURE.md", map),
        (
            "docs/words.md",
            "[map](../ARCHITECTURE.md) [gone](words/x.md)\n",
        ),
        ("vmm/Cargo.toml", ""),
        ("cli/Cargo.toml", ""),
        ("vmm/src/heap.rs", "//! Heap.\n"),
        ("vmm/src/heap/space.rs", "//! Space.\n"),
        ("vmm/src/ids.rs", "//! Ids.\n"),
        ("vmm/src/ids/x.rs", "//! Ids.\n"),
    ]);
    check(
        &rules::documents(&table(), &files),
        &[
            ("ARCHITECTURE.md", 3, "links to `docs/gone.md`"),
            ("ARCHITECTURE.md", 3, "names `ids/gone.rs`"),
            ("ARCHITECTURE.md", 3, "names `vmm/src/gone.rs`"),
            ("docs/words.md", 1, "links to `words/x.md`"),
            ("ARCHITECTURE.md", 0, "module `ids`"),
            ("ARCHITECTURE.md", 0, "crate in `cli/`"),
        ],
    );
}
