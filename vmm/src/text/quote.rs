//! Strings, bytes and atoms in quotes and back.
//!
//! Inside quotes stand characters as they are, but for the quote, the
//! backslash, control characters and the invisible characters that could make
//! a line look like another one; those are written `\n \r \t \0 \\ \"` or
//! `\u{200b}`. Bytes show printable ASCII and `\n \r \t \\ \"` as text and
//! everything else as `\x00`.

use std::fmt;

/// What is wrong with an escaped text, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscapeError {
    /// Byte offset in the text between the quotes.
    pub at: usize,
    /// What is wrong there.
    pub problem: EscapeProblem,
}

/// The ways in which an escaped text can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscapeProblem {
    /// A backslash before a character that no escape begins with.
    Unknown(char),
    /// A backslash at the end.
    Dangling,
    /// `\x` without two hexadecimal digits, or in a string above `7f`.
    Hex,
    /// `\u` without one to six hexadecimal digits in braces, or no character of that number.
    Unicode,
    /// A character above U+007F in bytes.
    NotAscii(char),
}

impl fmt::Display for EscapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            EscapeProblem::Unknown(c) => write!(
                f,
                "unknown escape `\\{}`: the escapes are \\n \\r \\t \\0 \\\\ \\\" \\xNN \\u{{N}}",
                c.escape_debug()
            ),
            EscapeProblem::Dangling => f.write_str("a backslash ends the text: write `\\\\`"),
            EscapeProblem::Hex => f.write_str(
                "`\\x` needs two hexadecimal digits, at most 7f in a string: write `\\u{...}` for other characters",
            ),
            EscapeProblem::Unicode => f.write_str(
                "`\\u` needs the number of a character in braces: write it like `\\u{1f600}`",
            ),
            EscapeProblem::NotAscii(c) => write!(
                f,
                "`{}` is no octet: write its encoding with `\\xNN`",
                c.escape_debug()
            ),
        }
    }
}

impl std::error::Error for EscapeError {}

/// Whether a character may begin a word.
#[must_use]
pub fn begins_word(c: char) -> bool {
    c == '_' || c.is_alphabetic() && !is_hidden(c)
}

/// Whether a character may stand inside a word.
#[must_use]
pub fn continues_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric() && !is_hidden(c)
}

/// Whether the text is a word: a letter or underscore, then letters, digits
/// and underscores. Atoms, names and keys that are words need no quotes.
#[must_use]
pub fn is_word(text: &str) -> bool {
    text.starts_with(begins_word) && text.chars().all(continues_word)
}

/// Whether a character must not stand bare in a quoted text: it is a control
/// character, invisible, or changes the direction of its neighbours.
///
/// Source: Unicode Standard, categories Cc, Zl and Zp, Annex 9 for direction, and of the
/// code points that are ignorable by default those that are no variation selectors.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e00ff}')
}

/// Writes a string in quotes.
pub fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            c if is_hidden(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The string in quotes; see [`write_quoted`].
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_quoted(&mut out, text);
    out
}

/// Writes bytes as `b"..."`.
pub fn write_bytes(out: &mut String, bytes: &[u8]) {
    out.push_str("b\"");
    for &b in bytes {
        match b {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x20..=0x7E => out.push(char::from(b)),
            _ => out.push_str(&format!("\\x{b:02x}")),
        }
    }
    out.push('"');
}

/// Writes a name: bare if it is a word, else in quotes.
pub fn write_name(out: &mut String, name: &str) {
    if is_word(name) {
        out.push_str(name);
    } else {
        write_quoted(out, name);
    }
}

/// Writes an atom of that text: `:ok`, `:"a b"`.
pub fn write_atom(out: &mut String, name: &str) {
    out.push(':');
    write_name(out, name);
}

/// Writes a JSON string (RFC 8259), quotes included.
pub fn write_json_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The string that the text between quotes stands for.
///
/// # Errors
/// The first escape that is none.
pub fn unescape(inner: &str) -> Result<String, EscapeError> {
    let mut out = String::with_capacity(inner.len());
    decode(inner, 0x7F, |_, c| {
        out.push(c);
        Ok(())
    })?;
    Ok(out)
}

/// The bytes that the text between `b"` and `"` stands for.
///
/// # Errors
/// The first escape that is none, or the first character that is not ASCII.
pub fn unescape_bytes(inner: &str) -> Result<Vec<u8>, EscapeError> {
    let mut out = Vec::with_capacity(inner.len());
    decode(inner, 0xFF, |at, c| {
        let octet = u8::try_from(c).map_err(|_| EscapeError {
            at,
            problem: EscapeProblem::NotAscii(c),
        })?;
        // An octet above 7f comes from `\x` only: a character of that number
        // written as it is would be two octets of UTF-8.
        if octet > 0x7F && !inner[at..].starts_with("\\x") {
            return Err(EscapeError {
                at,
                problem: EscapeProblem::NotAscii(c),
            });
        }
        out.push(octet);
        Ok(())
    })?;
    Ok(out)
}

/// Hands the characters of an escaped text to `take`, with the offset of each.
fn decode(
    inner: &str,
    hex_max: u32,
    mut take: impl FnMut(usize, char) -> Result<(), EscapeError>,
) -> Result<(), EscapeError> {
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        let at = inner.len() - rest.len();
        let fail = |problem| Err(EscapeError { at, problem });
        rest = &rest[c.len_utf8()..];
        if c != '\\' {
            take(at, c)?;
            continue;
        }
        let Some(escape) = rest.chars().next() else {
            return fail(EscapeProblem::Dangling);
        };
        rest = &rest[escape.len_utf8()..];
        let meant = match escape {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            '\\' | '"' | '\'' => escape,
            'x' => {
                let code = rest.get(..2).and_then(hex);
                let Some(c) = code.filter(|&c| c <= hex_max).and_then(char::from_u32) else {
                    return fail(EscapeProblem::Hex);
                };
                rest = &rest[2..];
                c
            }
            'u' => {
                let digits = rest.strip_prefix('{').and_then(|r| r.split_once('}'));
                let Some((c, after)) = digits
                    .filter(|(d, _)| d.len() <= 6)
                    .and_then(|(d, after)| Some((char::from_u32(hex(d)?)?, after)))
                else {
                    return fail(EscapeProblem::Unicode);
                };
                rest = after;
                c
            }
            other => return fail(EscapeProblem::Unknown(other)),
        };
        take(at, meant)?;
    }
    Ok(())
}

/// The number of hexadecimal digits alone: no sign, at least one.
fn hex(digits: &str) -> Option<u32> {
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn odd_characters_are_escaped() {
        assert_eq!(quoted("a\n\"\\\0é"), "\"a\\n\\\"\\\\\\0é\"");
        assert_eq!(quoted("\u{202e}\u{7f}"), "\"\\u{202e}\\u{7f}\"");
        let mut out = String::new();
        write_bytes(&mut out, b"a\x00\xff\"");
        assert_eq!(out, "b\"a\\x00\\xff\\\"\"");
    }

    #[test]
    fn atoms_are_bare_if_they_are_words() {
        for (name, text) in [
            ("ok", ":ok"),
            ("EXIT", ":EXIT"),
            ("_x1", ":_x1"),
            ("größe", ":größe"),
            ("a b", ":\"a b\""),
            ("1a", ":\"1a\""),
            ("", ":\"\""),
            ("a.b", ":\"a.b\""),
            ("a\u{3164}", ":\"a\\u{3164}\""),
        ] {
            let mut out = String::new();
            write_atom(&mut out, name);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn bad_escapes_are_named_with_their_place() {
        let problem = |text| unescape(text).unwrap_err();
        for (text, at, expected) in [
            (r"ab\q", 2, EscapeProblem::Unknown('q')),
            (r"\", 0, EscapeProblem::Dangling),
            (r"\x8", 0, EscapeProblem::Hex),
            (r"\x80", 0, EscapeProblem::Hex),
            (r"\x+1", 0, EscapeProblem::Hex),
            (r"\u{d800}", 0, EscapeProblem::Unicode),
            (r"\u{}", 0, EscapeProblem::Unicode),
            (r"\u0041", 0, EscapeProblem::Unicode),
            (r"\u{0000041}", 0, EscapeProblem::Unicode),
        ] {
            assert_eq!(
                problem(text),
                EscapeError {
                    at,
                    problem: expected
                },
                "{text}"
            );
        }
        assert_eq!(
            unescape_bytes("aé").unwrap_err().problem,
            EscapeProblem::NotAscii('é')
        );
        assert_eq!(
            unescape_bytes(r"\u{e9}").unwrap_err().problem,
            EscapeProblem::NotAscii('é')
        );
        assert_eq!(
            unescape_bytes(r"\xe9\u{41}").unwrap(),
            [0xE9, 0x41],
            "octets by number, characters of ASCII by theirs"
        );
    }

    #[test]
    fn json_keeps_to_its_own_escapes() {
        let mut out = String::new();
        write_json_string(&mut out, "a\u{1}\"\u{e9}\n");
        assert_eq!(out, "\"a\\u0001\\\"é\\n\"");
    }

    proptest! {
        #[test]
        fn strings_read_back(text: String) {
            let q = quoted(&text);
            prop_assert!(!q.contains('\n'));
            prop_assert_eq!(unescape(&q[1..q.len() - 1]).unwrap(), text);
        }

        #[test]
        fn bytes_read_back(bytes: Vec<u8>) {
            let mut q = String::new();
            write_bytes(&mut q, &bytes);
            prop_assert_eq!(unescape_bytes(&q[2..q.len() - 1]).unwrap(), bytes);
        }

        #[test]
        fn foreign_text_is_read_or_refused(text: String) {
            let _ = unescape(&text);
            let _ = unescape_bytes(&text);
        }
    }
}
