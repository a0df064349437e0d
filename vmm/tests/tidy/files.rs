//! Rules on single files: unsafe code, headers, lengths, words.

use super::rules::{Complaint, complain};
use super::source::Source;
use super::table::{Kind, Table};
use super::tree::Tree;

/// Where the generated files are listed; a test there holds them fresh.
const GENERATOR: &str = "xtask/src/main.rs";
/// How many of a file's first lines may hold the mark of its generator.
const MARK_LINES: usize = 5;
/// How far a file may shrink below its row before the row must follow.
const RATCHET_SLACK: usize = 40;
/// Unsafe code, and the attributes that allow it, stand in listed files only.
pub(crate) fn unsafe_code(table: &Table, tree: &Tree) -> Vec<Complaint> {
    const RULE: &str = "unsafe";
    let mut out = Vec::new();
    for source in &tree.sources {
        if !table.may_be_unsafe(&source.path) {
            for line in &source.unsafe_lines {
                out.push(complain(
                    &source.path,
                    *line,
                    RULE,
                    "unsafe code in a file that docs/layers.toml does not list: do without it"
                        .to_owned(),
                ));
            }
            for line in &source.lifted_lines {
                out.push(complain(
                    &source.path,
                    *line,
                    RULE,
                    "lifts the ban on unsafe code, and docs/layers.toml does not list the file"
                        .to_owned(),
                ));
            }
        }
        let ours = table.crates.iter().any(|c| c.name == source.crate_folder());
        if ours && is_crate_root(&source.path) && !source.denies_unsafe && !stub(tree, source) {
            out.push(complain(
                &source.path,
                1,
                RULE,
                "a crate root without `#![deny(unsafe_code)]`".to_owned(),
            ));
        }
    }
    out
}

/// Roots of libraries and programs.
fn is_crate_root(path: &str) -> bool {
    path.split_once("/src/").is_some_and(|(_, inside)| {
        inside == "lib.rs"
            || inside == "main.rs"
            || inside.starts_with("bin/") && inside.matches('/').count() == 1
    })
}

/// A place held for a file that is being written.
fn stub(tree: &Tree, source: &Source) -> bool {
    tree.text(&source.path).lines().count() <= 2
}

/// Every Rust file opens with `//!` and says something; modules are `foo.rs`
/// beside `foo/`.
pub(crate) fn headers(table: &Table, tree: &Tree) -> Vec<Complaint> {
    const RULE: &str = "headers";
    let mut out = Vec::new();
    for source in &tree.sources {
        let text = tree.text(&source.path);
        let first = text.lines().next().unwrap_or("");
        let says = first.strip_prefix("//!").map_or("", str::trim);
        if says.len() < 10 && !stub(tree, source) {
            out.push(complain(
                &source.path,
                1,
                RULE,
                "does not open with a `//!` line that says what it is".to_owned(),
            ));
        }
        if source.path.ends_with("/mod.rs") {
            let folder = source.path.trim_end_matches("/mod.rs");
            out.push(complain(
                &source.path,
                0,
                RULE,
                format!("is {folder}.rs here"),
            ));
        }
    }
    for row in &table.generated {
        if tree.has(GENERATOR) && !tree.text(GENERATOR).contains(&format!("\"{}\"", row.path)) {
            out.push(complain(
                GENERATOR,
                0,
                RULE,
                format!(
                    "does not write {}, which docs/layers.toml calls generated",
                    row.path
                ),
            ));
        }
        if !tree.has(&row.path) {
            out.push(complain(
                &row.path,
                0,
                RULE,
                format!("is missing: `{}` writes it", row.by),
            ));
        } else if !tree
            .text(&row.path)
            .lines()
            .take(MARK_LINES)
            .any(|l| l.contains(&row.by))
        {
            out.push(complain(
                &row.path,
                1,
                RULE,
                format!(
                    "does not say in its first {MARK_LINES} lines that `{}` writes it",
                    row.by
                ),
            ));
        }
    }
    out
}

/// Files stay short; those that may not, are listed and only get shorter.
pub(crate) fn lengths(table: &Table, tree: &Tree) -> Vec<Complaint> {
    const RULE: &str = "lengths";
    let limit = table.length.limit;
    let mut out = Vec::new();
    for (path, text) in tree.files() {
        let counted = path.ends_with(".rs") || path.ends_with(".py") || path.ends_with(".ionasm");
        if !counted || table.generated.iter().any(|g| g.path == path) {
            continue;
        }
        let lines = text.lines().count();
        let row = table.long.iter().find(|row| row.path == path);
        let message = match row {
            None if lines > limit => format!(
                "has {lines} lines, past {limit}: give its second idea a file, or add a [[long]] row with a reason to docs/layers.toml"
            ),
            None => continue,
            Some(_) if lines <= limit => {
                format!("has {lines} lines: take its [[long]] row out of docs/layers.toml")
            }
            Some(row) if lines > row.lines => {
                format!(
                    "has {lines} lines, and docs/layers.toml grants {}",
                    row.lines
                )
            }
            Some(row) if lines + RATCHET_SLACK < row.lines => format!(
                "has {lines} lines: lower the {} that docs/layers.toml grants",
                row.lines
            ),
            Some(row) if lines > table.length.cap && row.kind == Kind::Other => format!(
                "has {lines} lines, past {}: only a table or a parser may",
                table.length.cap
            ),
            Some(_) => continue,
        };
        out.push(complain(path, 0, RULE, message));
    }
    out
}

/// Words that stand nowhere.
pub(crate) fn words(table: &Table, tree: &Tree) -> Vec<Complaint> {
    let mut out = Vec::new();
    for (path, text) in tree.files() {
        if table.words.exempt.iter().any(|e| e == path) {
            continue;
        }
        for (number, line) in (1..).zip(text.lines()) {
            for (word, why) in &table.words.refused {
                if line.contains(word.as_str()) {
                    out.push(complain(path, number, "words", format!("`{word}`: {why}")));
                }
            }
        }
    }
    out
}
