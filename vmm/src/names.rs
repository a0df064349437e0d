//! Text from outside: what may be a name, and how everything else is shown.
//!
//! Package manifests, archive entries and command lines carry text that somebody
//! else chose. Here stand the two rules that keep it harmless: a *name* matches one
//! pattern, whatever it names, and an error that *echoes* foreign text does so
//! quoted, escaped and capped, so that it stays one line that cannot steer a terminal.
//!
//! # Invariants
//! N1. A name is never a path: it holds no separator, is not `.` or `..`, and is
//!     not hidden.
//! N2. The display of a [`Quoted`] holds no character for which [`is_hidden`] is true.
//!
//! # Cost
//! Linear in the text for names; a [`Quoted`] keeps at most [`ECHO_CHARS`] characters.

use std::fmt;

use crate::limits::{ECHO_CHARS, NAME_BYTES};
use crate::text::quote::is_hidden;

/// The pattern of [`is_name`] in words, for messages.
pub const NAME_PATTERN: &str = "a name is up to 128 bytes of letters, digits and _ . + $ -, begins \
                                with a letter, digit or _, and has no .. and no . at its end";

/// Whether `text` may name a package, class, function or library.
///
/// The pattern is `[\p{Alphabetic}\p{N}_][\p{Alphabetic}\p{N}_.+$-]*` without hidden characters,
/// at most [`NAME_BYTES`] bytes of UTF-8, with no two dots in a row and no dot at the end. It is
/// the same everywhere, so that a name can be part of a file name, a manifest list and a message
/// without any escaping.
pub fn is_name(text: &str) -> bool {
    let first = |c: char| c == '_' || (c.is_alphanumeric() && !is_hidden(c));
    text.len() <= NAME_BYTES
        && text.starts_with(first)
        && text
            .chars()
            .all(|c| first(c) || matches!(c, '.' | '+' | '$' | '-'))
        && !text.contains("..")
        && !text.ends_with('.')
}

/// Whether a character has no place in a name or a line of a manifest, because what is shown
/// would not be what is there: the hidden ones ([`is_hidden`]) but for the joiners U+200C and
/// U+200D, without which several scripts cannot be written.
pub fn is_deceptive(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\u{200c}' | '\u{200d}')
}

/// Foreign text made safe to echo: escaped, capped, shown between double quotes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Quoted(Box<str>);

impl Quoted {
    /// Takes the text of a string.
    pub fn new(text: &str) -> Quoted {
        Quoted::bytes(text.as_bytes())
    }

    /// Takes bytes that need not be UTF-8; bytes that are not are shown as `\xNN`.
    pub fn bytes(bytes: &[u8]) -> Quoted {
        let mut out = String::new();
        let mut left = ECHO_CHARS;
        'all: for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                if left == 0 {
                    out.push('…');
                    break 'all;
                }
                left -= 1;
                push_escaped(&mut out, c);
            }
            for byte in chunk.invalid() {
                if left == 0 {
                    out.push('…');
                    break 'all;
                }
                left -= 1;
                out.push_str(&format!("\\x{byte:02x}"));
            }
        }
        Quoted(out.into())
    }

    /// The escaped text without its quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

impl fmt::Debug for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        ' ' => out.push(' '),
        c if is_hidden(c) || c.is_whitespace() => {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rule: P-NAME-1
    #[test]
    fn names_are_plain_words() {
        let good = "Main hello-world ion.list _x 3d libc++ a$b A.b-c_1 Größe 名";
        for good in good.split(' ') {
            assert!(is_name(good), "{good}");
        }
        let bad = "|.|..|.hidden|a..b|a.|a/b|a\\b|../a|/a|C:|a b|-a|$a|a:b|http://a|a\0|a\n\
                   |e\u{301}|a\u{3164}|a\u{200d}b|a\u{202e}b";
        for bad in bad.split('|') {
            assert!(!is_name(bad), "{bad:?}");
        }
        assert!(is_name(&"a".repeat(NAME_BYTES)));
        assert!(!is_name(&"a".repeat(NAME_BYTES + 1)));
    }

    #[test]
    fn echoes_are_escaped_and_capped() {
        assert_eq!(
            Quoted::new("a\u{1b}[31m\"\\\n").to_string(),
            r#""a\u{1b}[31m\"\\\n""#
        );
        assert_eq!(Quoted::new("\u{202e}cod").to_string(), r#""\u{202e}cod""#);
        assert_eq!(Quoted::bytes(b"a\xff\xc3b").to_string(), r#""a\xff\xc3b""#);
        assert_eq!(Quoted::new("a\u{a0}b").to_string(), r#""a\u{a0}b""#);
        let long = Quoted::new(&"x".repeat(10 * ECHO_CHARS));
        assert_eq!(long.as_str().chars().count(), ECHO_CHARS + 1);
        assert!(long.as_str().ends_with('…'));
        assert_eq!(
            Quoted::new(&"y".repeat(ECHO_CHARS)).as_str().len(),
            ECHO_CHARS
        );
    }

    proptest! {
        #[test]
        fn no_echo_holds_a_hidden_character(bytes: Vec<u8>, text: String) {
            prop_assert!(!Quoted::bytes(&bytes).to_string().chars().any(is_hidden));
            prop_assert!(!Quoted::new(&text).to_string().chars().any(is_hidden));
        }
    }
}
