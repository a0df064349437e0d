//! A source text with its name, and where its lines begin.
//!
//! # Invariants
//! S1. Lines end at `\n`; a `\r` before it belongs to the end, not to the line.
//! S2. Lines and columns count from 1, columns in code points.
//!
//! # Cost
//! Making one is linear in the text, finding a place O(log lines + line).

use super::{Place, Span};

/// A source text; see the module documentation.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    /// Byte offset at which each line begins.
    begins: Vec<u32>,
}

impl Source {
    /// The text of that name. Places past 4 GiB are not told apart.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let ends = text.bytes().enumerate().filter(|&(_, b)| b == b'\n');
        let begins = std::iter::once(0)
            .chain(ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)))
            .collect();
        Source {
            name: name.into(),
            text,
            begins,
        }
    }

    /// Its name, as messages show it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a range; empty if it is none of this text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// Line and column of a byte; the last ones for a byte past the end.
    #[must_use]
    pub fn position(&self, byte: u32) -> (u32, u32) {
        let line = self.begins.partition_point(|&begin| begin <= byte);
        let begin = self.begins.get(line.wrapping_sub(1)).copied().unwrap_or(0) as usize;
        let before = self
            .text
            .get(begin..)
            .unwrap_or("")
            .char_indices()
            .take_while(|&(at, c)| begin + at < byte as usize && c != '\n')
            .count();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (count(line.max(1)), count(before + 1))
    }

    /// The range as a place.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let (line, column) = self.position(span.start);
        Place::Source {
            file: self.name.clone(),
            span,
            line,
            column,
        }
    }

    /// The byte at which a line begins.
    #[must_use]
    pub fn offset(&self, line: u32) -> Option<u32> {
        self.begins.get((line as usize).checked_sub(1)?).copied()
    }

    /// The text of a line without its end.
    #[must_use]
    pub fn line(&self, line: u32) -> Option<&str> {
        let begin = *self.begins.get((line as usize).checked_sub(1)?)?;
        let rest = self.text.get(begin as usize..)?;
        let end = rest.find('\n').unwrap_or(rest.len());
        let line = &rest[..end];
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_code_points() {
        let source = Source::new("x", "a\nbéc\r\n\nd");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(2), (2, 1));
        assert_eq!(source.position(5), (2, 3), "é has two bytes");
        assert_eq!(source.position(9), (4, 1));
        assert_eq!(source.position(900), (4, 2));
        assert_eq!(source.line(2), Some("béc"));
        assert_eq!(source.line(3), Some(""));
        assert_eq!(source.line(5), None);
        assert_eq!(source.line(0), None);
        assert_eq!(Source::new("x", "").position(0), (1, 1));
    }
}
