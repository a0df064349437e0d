//! Expectations rewritten to what happened.
//!
//! Only lines that state an expectation are touched; everything else of a file
//! stays as it is.

use std::collections::BTreeMap;

/// What is to become of single lines: other lines in their place.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    lines: BTreeMap<usize, Vec<String>>,
    /// The whole program below its directives.
    program: Option<String>,
}

impl Edits {
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.program.is_none()
    }

    /// Replaces a line, counted from 1.
    pub(crate) fn replace(&mut self, line: usize, with: Vec<String>) {
        self.lines.insert(line, with);
    }

    /// Puts lines behind a line; an edit of the line itself has to come before.
    pub(crate) fn after(&mut self, line: usize, text: &str, more: Vec<String>) {
        self.lines
            .entry(line)
            .or_insert_with(|| vec![text.to_owned()])
            .extend(more);
    }

    /// Replaces the program of a file that is in its printed form.
    pub(crate) fn replace_program(&mut self, program: String) {
        self.program = Some(program);
    }

    /// The text with its edits.
    pub(crate) fn apply(&self, text: &str) -> String {
        let mut out = String::new();
        for (number, line) in (1..).zip(text.lines()) {
            if self.program.is_some() && !line.starts_with(';') {
                break;
            }
            match self.lines.get(&number) {
                Some(lines) => lines.iter().for_each(|line| push_line(&mut out, line)),
                None => push_line(&mut out, line),
            }
        }
        out.push_str(self.program.as_deref().unwrap_or_default());
        out
    }
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

#[test]
fn other_lines_stay_as_they_are() {
    let mut edits = Edits::default();
    edits.replace(2, vec![";= f() == 2".to_owned(), ";= out \"x\"".to_owned()]);
    assert_eq!(
        edits.apply("a\n;= f() == 1\n  b\n"),
        "a\n;= f() == 2\n;= out \"x\"\n  b\n"
    );
    let mut edits = Edits::default();
    edits.replace_program(".class New\n".to_owned());
    assert_eq!(
        edits.apply(";! test print\n; Words.\n.class Old\n; more\n"),
        ";! test print\n; Words.\n.class New\n"
    );
}
