//! The rules of the house, as tests: `docs/layers.toml` against the tree.
//!
//! Layers and doors, unsafe code, headers, file lengths, generated files,
//! refused words, and the rules of `docs/spec/` with the tests that name them. Each rule is a function that takes the table and a tree of
//! texts and gives complaints, so the tests below can hand it a tree of a few lines and
//! see it refuse; the first tests hand it the real one.
//!
//! Sources are read as Rust tokens, not as lines: a path inside a comment, a
//! string or a doc example is none, and one inside a macro body is.

#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/map.rs"]
mod map;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/spec.rs"]
mod spec;
#[path = "tidy/table.rs"]
mod table;
#[path = "tidy/tree.rs"]
mod tree;

#[path = "tidy/cases.rs"]
mod cases;

use std::sync::LazyLock;

use rules::Complaint;
use table::Table;
use tree::Tree;

static TREE: LazyLock<Tree> = LazyLock::new(Tree::of_workspace);
static TABLE: LazyLock<Table> =
    LazyLock::new(|| match Table::parse(TREE.text("docs/layers.toml")) {
        Ok(table) => table,
        Err(message) => panic!("docs/layers.toml: {message}"),
    });

fn refuse(complaints: &[Complaint]) {
    assert!(
        complaints.is_empty(),
        "{} complaint(s):\n{}",
        complaints.len(),
        complaints
            .iter()
            .map(|c| format!("  {c}\n"))
            .collect::<String>()
    );
}

#[test]
fn the_table_itself_is_sound() {
    refuse(&rules::table_is_sound(&TABLE, &TREE));
}

#[test]
fn modules_import_downwards_only() {
    refuse(&rules::layers(&TABLE, &TREE));
}

#[test]
fn crates_depend_downwards_only() {
    refuse(&rules::crates(&TABLE, &TREE));
}

#[test]
fn only_doors_lead_outside() {
    refuse(&rules::doors(&TABLE, &TREE));
}

#[test]
fn unsafe_code_stays_in_its_files() {
    refuse(&rules::unsafe_code(&TABLE, &TREE));
}

#[test]
fn every_file_opens_with_why_it_exists() {
    refuse(&rules::headers(&TABLE, &TREE));
}

#[test]
fn files_keep_to_one_idea() {
    refuse(&rules::lengths(&TABLE, &TREE));
}

#[test]
fn refused_words_stand_nowhere() {
    refuse(&rules::words(&TABLE, &TREE));
}

#[test]
fn documents_point_to_what_is_there() {
    refuse(&rules::documents(&TABLE, &TREE));
}

#[test]
fn every_rule_of_the_specification_has_a_test() {
    refuse(&rules::spec(&TREE));
}
