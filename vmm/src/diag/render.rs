//! Diagnostics with an excerpt of the source, and as JSON.
//!
//! The excerpt is safe to show on a terminal: tabs become single spaces,
//! control and invisible characters a replacement character, and of a very long line only
//! the part around the place is shown.

use super::{Diagnostic, Place, Source};
use crate::text::quote::is_hidden;
use crate::text::write_json_string;

/// Characters of a source line that an excerpt shows at most.
const EXCERPT_CHARS: usize = 160;

/// Characters shown before the place when a line is cut.
const EXCERPT_BEFORE: usize = 60;

/// A place in a text with its line, the range marked; several lines, the
/// last with its end.
#[must_use]
pub fn show_place(source: &Source, place: &Place) -> String {
    let mut out = String::new();
    excerpt(&mut out, Some(source), place, '^');
    out
}

impl Diagnostic {
    /// Several lines: message, place, the line of the source with the range
    /// marked, notes, help. Without the source, or if the place lies in
    /// another one, the place alone. Ends with a line end.
    ///
    /// ```
    /// use vmm::diag::{Diagnostic, Source, Span};
    ///
    /// let source = Source::new("loop.ionasm", "again:\n    jump agian\n");
    /// let problem = Diagnostic::error("A04", "no label `agian`", source.place(Span::new(16, 21)))
    ///     .help("did you mean `again`?");
    /// assert_eq!(
    ///     problem.render(Some(&source)),
    ///     "\
    /// error[A04]: no label `agian`
    ///  --> loop.ionasm:2:10
    ///   |
    /// 2 |     jump agian
    ///   |          ^^^^^
    ///   = help: did you mean `again`?
    /// "
    /// );
    /// ```
    #[must_use]
    pub fn render(&self, source: Option<&Source>) -> String {
        let mut out = format!("{}[{}]: {}\n", self.severity, self.code, self.message);
        let mut width = excerpt(&mut out, source, &self.place, '^');
        for (remark, place) in &self.notes {
            out.push_str(&format!("note: {remark}\n"));
            width = width.max(excerpt(&mut out, source, place, '-'));
        }
        if let Some(help) = &self.help {
            out.push_str(&format!("{:width$} = help: {help}\n", ""));
        }
        out
    }

    /// One JSON object: `code`, `severity`, `message`, `place`, `notes` (each
    /// with `message` and `place`), `help` (text or null). A place has a
    /// `kind`, which is `source`, `code`, `bytes` or `whole`, and what
    /// [`Place`] holds for it; ranges are in bytes.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"code\":");
        write_json_string(&mut out, self.code);
        out.push_str(",\"severity\":");
        write_json_string(&mut out, &self.severity.to_string());
        out.push_str(",\"message\":");
        write_json_string(&mut out, &self.message);
        out.push_str(",\"place\":");
        json_place(&mut out, &self.place);
        out.push_str(",\"notes\":[");
        for (i, (remark, place)) in self.notes.iter().enumerate() {
            out.push_str(if i > 0 { "," } else { "" });
            out.push_str("{\"message\":");
            write_json_string(&mut out, remark);
            out.push_str(",\"place\":");
            json_place(&mut out, place);
            out.push('}');
        }
        out.push_str("],\"help\":");
        json_text(&mut out, self.help.as_deref());
        out.push('}');
        out
    }
}

/// Writes the place, and if it lies in the source its line with the range
/// marked. Returns the width of the margin.
fn excerpt(out: &mut String, source: Option<&Source>, place: &Place, mark: char) -> usize {
    let found = match (place, source) {
        (
            Place::Source {
                file,
                span,
                line,
                column,
            },
            Some(source),
        ) if file == source.name() => source.line(*line).map(|text| {
            let marked = source.slice(*span).lines().next().unwrap_or("");
            (*line, text, *column as usize - 1, marked.chars().count())
        }),
        _ => None,
    };
    let Some((line, text, column, length)) = found else {
        out.push_str(&format!(" --> {place}\n"));
        return 1;
    };
    let number = line.to_string();
    let width = number.len();
    let (shown, before) = window(text, column);
    let marks = length.clamp(1, shown.chars().count().saturating_sub(before).max(1));
    let marks: String = std::iter::repeat_n(mark, marks).collect();
    out.push_str(&format!("{:width$}--> {place}\n", ""));
    out.push_str(&format!("{:width$} |\n", ""));
    out.push_str(&format!("{number} | {shown}\n"));
    out.push_str(&format!("{:width$} | {:before$}{marks}\n", "", ""));
    width
}

/// The part of a line to show, and how many characters stand before the
/// column in it.
fn window(text: &str, column: usize) -> (String, usize) {
    let plain = |c: char| match c {
        '\t' => ' ',
        c if is_hidden(c) => '\u{fffd}',
        c => c,
    };
    let skipped = if text.chars().nth(EXCERPT_CHARS).is_none() {
        0
    } else {
        column.saturating_sub(EXCERPT_BEFORE)
    };
    let mut shown = String::new();
    let mut before = column;
    if skipped > 0 {
        shown.push_str("...");
        before = column - skipped + 3;
    }
    let mut rest = text.chars().skip(skipped);
    shown.extend(rest.by_ref().take(EXCERPT_CHARS).map(plain));
    if rest.next().is_some() {
        shown.push_str("...");
    } else {
        shown.truncate(shown.trim_end().len());
    }
    (shown, before)
}

fn json_place(out: &mut String, place: &Place) {
    match place {
        Place::Source {
            file,
            span,
            line,
            column,
        } => {
            out.push_str("{\"kind\":\"source\",\"file\":");
            write_json_string(out, file);
            out.push_str(&format!(
                ",\"line\":{line},\"column\":{column},\"start\":{},\"end\":{}}}",
                span.start, span.end
            ));
        }
        Place::Code {
            class,
            function,
            instruction,
            source,
        } => {
            out.push_str("{\"kind\":\"code\",\"class\":");
            write_json_string(out, class);
            out.push_str(",\"function\":");
            json_text(out, function.as_deref());
            if let Some((index, text)) = instruction {
                out.push_str(&format!(",\"instruction\":{index},\"text\":"));
                write_json_string(out, text);
            }
            if let Some((line, file)) = source {
                out.push_str(&format!(",\"line\":{line},\"file\":"));
                write_json_string(out, file);
            }
            out.push('}');
        }
        Place::Bytes { offset } => {
            out.push_str(&format!("{{\"kind\":\"bytes\",\"offset\":{offset}}}"));
        }
        Place::Whole => out.push_str("{\"kind\":\"whole\"}"),
    }
}

fn json_text(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => write_json_string(out, text),
        None => out.push_str("null"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Span;
    use super::*;

    #[test]
    fn notes_and_wide_margins_line_up() {
        let text = format!("{}x: nop\n", "x:\n".repeat(11));
        let source = Source::new("f", text);
        let problem = Diagnostic::error("A05", "twice", source.place(Span::new(33, 34)))
            .note("first here", source.place(Span::new(0, 1)))
            .help("rename one");
        assert_eq!(
            problem.render(Some(&source)),
            "error[A05]: twice\n  --> f:12:1\n   |\n12 | x: nop\n   | ^\nnote: first here\n --> f:1:1\n  |\n1 | x:\n  | -\n   = help: rename one\n"
        );
    }

    #[test]
    fn without_source_the_place_is_exact() {
        let place = Place::Code {
            class: "Main".into(),
            function: Some("main/0".into()),
            instruction: Some((3, "jump +40".into())),
            source: Some((7, "a.lang".into())),
        };
        let problem = Diagnostic::error("V07", "out of the function", place);
        assert_eq!(
            problem.render(None),
            "error[V07]: out of the function\n --> class Main, function main/0, instruction 3 `jump +40`, line 7 of a.lang\n"
        );
        assert_eq!(
            problem.to_json(),
            r#"{"code":"V07","severity":"error","message":"out of the function","place":{"kind":"code","class":"Main","function":"main/0","instruction":3,"text":"jump +40","line":7,"file":"a.lang"},"notes":[],"help":null}"#
        );
    }

    #[test]
    fn excerpts_are_short_and_harmless() {
        let text = format!("{}\u{1b}[31m\tbad{}", "a".repeat(1000), "b".repeat(1000));
        let source = Source::new("f", text);
        let shown = Diagnostic::warning("A01", "bad", source.place(Span::new(1006, 1009)))
            .render(Some(&source));
        assert!(!shown.contains(['\u{1b}', '\t']));
        let mut lines = shown.lines().skip(3);
        let (line, marks) = (lines.next().unwrap(), lines.next().unwrap());
        let column = marks.find('^').unwrap();
        let at: String = line.chars().skip(column).take(3).collect();
        assert_eq!(at, "bad");
        assert!(line.chars().count() < 200 && line.ends_with("..."));
    }

    #[test]
    fn a_place_past_the_end_is_marked() {
        let source = Source::new("f", "ab");
        let shown =
            Diagnostic::error("A02", "ends", source.place(Span::new(2, 2))).render(Some(&source));
        assert!(shown.ends_with("1 | ab\n  |   ^\n"), "{shown}");
    }
}
