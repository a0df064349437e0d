//! What the tools themselves say: data on standard output, everything else on
//! standard error, and no complaint about a reader that has gone.
//!
//! # Invariants
//! O1. A closed or full stream never makes a tool panic.

use std::io::Write as _;

/// Columns of a line of running text.
const WIDTH: usize = 80;

/// Writes data to standard output. False if nobody takes it any more.
pub(crate) fn data(text: &str) -> bool {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .is_ok()
}

/// Writes text to standard error; colours are left out where they do not belong.
pub(crate) fn note(text: &str) {
    // What cannot be said there can be said nowhere.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// `ionvm: MESSAGE` on standard error.
pub(crate) fn complain(message: &str) {
    note(&format!("{}: {message}\n", tool()));
}

/// A paragraph in lines of at most [`WIDTH`] columns, each indented; a word
/// that is longer stands alone.
pub(crate) fn fill(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column == 0 || column + 1 + width > WIDTH {
            out.push_str(if column == 0 { "" } else { "\n" });
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent + width;
        } else {
            out.push(' ');
            column += 1 + width;
        }
        out.push_str(word);
    }
    out.push('\n');
    out
}

/// The name of the running tool, as it was called.
fn tool() -> String {
    std::env::args_os()
        .next()
        .and_then(|path| {
            let name = std::path::Path::new(&path).file_stem()?;
            Some(name.to_string_lossy().into_owned())
        })
        .unwrap_or_else(|| "ionvm".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_filled() {
        let long = "x".repeat(90);
        let text = format!("{} {long} end", "word ".repeat(20));
        let lines = fill(&text, 4);
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(lines.iter().all(|line| line.starts_with("    ")));
        assert_eq!(lines[0].len(), 4 + 15 * 5 - 1);
        assert_eq!(lines[2].trim(), long);
        assert_eq!(fill("", 2), "\n");
    }
}
