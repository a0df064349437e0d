//! `docs/signals.md` is true: every row that is not left for later names a test that is there,
//! and the rows that Erlang is asked for, too, are in the programs that ask.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// A row of the page: its name, whether Erlang is asked, and its last columns.
struct Row {
    name: String,
    measured: bool,
    line: String,
    tests: Vec<String>,
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(here(path)).ok()
}

/// `X-12 ∗`: a name, and whether it has the mark.
fn name(cell: &str) -> Option<(String, bool)> {
    let word = cell.trim_end_matches('∗').trim_end();
    let (area, number) = word.split_once('-')?;
    let is_name = area.len() == 1 && number.parse::<u32>().is_ok();
    is_name.then(|| (word.to_owned(), word != cell))
}

fn rows() -> Vec<Row> {
    let page = read("../docs/signals.md").unwrap();
    let mut found = Vec::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let Some((name, measured)) = name(cells[0]) else {
            continue;
        };
        let last = cells.last().unwrap();
        let tests = last.split('`').skip(1).step_by(2);
        found.push(Row {
            name,
            measured,
            line: line.to_owned(),
            tests: tests.map(str::to_owned).collect(),
        });
    }
    found
}

#[test]
fn every_row_names_tests_that_are_there() {
    let rows = rows();
    assert!(rows.len() > 100, "the page has lost its rows");
    for row in &rows {
        let later = row.line.contains("| later |");
        assert_eq!(row.tests.is_empty(), later, "{}", row.line);
        for test in &row.tests {
            // `exits x_1` is a function of a file of the chapter, `signal/exits` a file.
            let (file, function) = test.split_once(' ').unwrap_or((test, ""));
            let folder = if file.contains('/') {
                ""
            } else {
                "spec/processes/"
            };
            let path = format!("tests/asm/{folder}{file}.ionasm");
            let text = read(&path).unwrap_or_else(|| panic!("{}: no {path}", row.name));
            if file.contains('/') {
                let said = function.is_empty() || text.contains(function);
                assert!(said, "{}: no `{function}` in {path}", row.name);
                continue;
            }
            let head = format!(".function {function} arity=0");
            assert!(text.contains(&head), "{}: no {head} in {path}", row.name);
            let expected = format!(";= {function}() ");
            assert!(text.contains(&expected), "{}: {expected}", row.name);
        }
    }
}

#[test]
fn what_is_measured_is_asked_of_both() {
    for row in rows().iter().filter(|row| row.measured) {
        let file = row.tests[0].split(' ').next().unwrap();
        let ours = read(&format!("tests/asm/spec/processes/{file}.ionasm")).unwrap();
        let theirs = read(&format!("tests/erlang/{file}.erl")).unwrap();
        let quoted = format!("(\"{}\", ", row.name);
        assert!(
            ours.contains(&quoted),
            "{} is no row of {file}.ionasm",
            row.name
        );
        assert!(
            theirs.contains(&format!("\"{}\"", row.name)),
            "{} is no row of {file}.erl",
            row.name
        );
    }
}
