//! The tokens of JSON, and what is no JSON.

use std::borrow::Cow;

/// One token, where it begins known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `[ ] { } : ,`
    Mark(u8),
    /// A string, without its quotes; whether it holds escapes, and how many bytes it
    /// comes to.
    Text {
        /// Its first byte.
        from: usize,
        /// Behind its last byte.
        to: usize,
        /// Bytes of the string that it means.
        len: usize,
    },
    /// A number; whether it is written without point and exponent.
    Number {
        /// Its first byte.
        from: usize,
        /// Behind its last byte.
        to: usize,
        /// Neither point nor exponent.
        whole: bool,
    },
    True,
    False,
    Null,
    /// Nothing but white space is left.
    End,
    /// What begins no token.
    Unknown,
}

/// What is wrong, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) what: &'static str,
}

fn wrong<T>(at: usize, what: &'static str) -> Result<T, Wrong> {
    Err(Wrong { at, what })
}

/// The token at or behind a byte, and where the next may begin.
pub(super) fn token(text: &str, mut at: usize) -> Result<(Token, usize), Wrong> {
    let bytes = text.as_bytes();
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    let Some(first) = bytes.get(at) else {
        return Ok((Token::End, at));
    };
    match first {
        b'[' | b']' | b'{' | b'}' | b':' | b',' => Ok((Token::Mark(*first), at + 1)),
        b'"' => string(bytes, at + 1),
        b'-' | b'0'..=b'9' => number(bytes, at),
        b't' => word(bytes, at, b"true", Token::True),
        b'f' => word(bytes, at, b"false", Token::False),
        b'n' => word(bytes, at, b"null", Token::Null),
        _ => Ok((Token::Unknown, at)),
    }
}

fn word(bytes: &[u8], at: usize, word: &[u8], token: Token) -> Result<(Token, usize), Wrong> {
    if bytes[at..].starts_with(word) {
        return Ok((token, at + word.len()));
    }
    wrong(at, "a value; the only words are true, false and null")
}

fn number(bytes: &[u8], from: usize) -> Result<(Token, usize), Wrong> {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let first = from + usize::from(bytes[from] == b'-');
    let mut at = digits(first);
    if at == first {
        return wrong(at, "a digit");
    }
    if bytes[first] == b'0' && at > first + 1 {
        return wrong(first + 1, "no digit behind a 0 that begins a number");
    }
    let mut whole = true;
    if bytes.get(at) == Some(&b'.') {
        (at, whole) = (digits(at + 1), false);
        if bytes[at - 1] == b'.' {
            return wrong(at, "a digit behind the point");
        }
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let first = at + 1 + sign;
        (at, whole) = (digits(first), false);
        if at == first {
            return wrong(at, "a digit of the exponent");
        }
    }
    let to = at;
    Ok((Token::Number { from, to, whole }, at))
}

/// The string that begins at a byte, behind its quote.
fn string(bytes: &[u8], from: usize) -> Result<(Token, usize), Wrong> {
    let (mut at, mut saved) = (from, 0);
    loop {
        match bytes.get(at) {
            None => return wrong(at, "the quote that ends the string"),
            Some(b'"') => {
                let len = at - from - saved;
                return Ok((Token::Text { from, to: at, len }, at + 1));
            }
            Some(0..0x20) => {
                return wrong(
                    at,
                    "an escape such as \\n for a control character in a string",
                );
            }
            Some(b'\\') => {
                let (c, next) = escape(bytes, at)?;
                saved += next - at - c.len_utf8();
                at = next;
            }
            Some(_) => at += 1,
        }
    }
}

/// What the escape at a byte means, and where it ends.
fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), Wrong> {
    let c = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes, at),
        _ => return wrong(at + 1, "one of \" \\ / b f n r t u behind a backslash"),
    };
    Ok((c, at + 2))
}

/// `\uXXXX` at a byte, or two of them that are one character.
fn unicode(bytes: &[u8], at: usize) -> Result<(char, usize), Wrong> {
    let first = unit(bytes, at)?;
    if let Some(c) = char::from_u32(first) {
        return Ok((c, at + 6));
    }
    if (0xD800..0xDC00).contains(&first)
        && bytes.get(at + 6..at + 8) == Some(b"\\u")
        && let second @ 0xDC00..0xE000 = unit(bytes, at + 6)?
        && let Some(c) = char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    {
        return Ok((c, at + 12));
    }
    wrong(
        at,
        "the escapes of both halves of a character beyond \\uFFFF",
    )
}

fn unit(bytes: &[u8], at: usize) -> Result<u32, Wrong> {
    let digits = bytes.get(at + 2..at + 6).unwrap_or_default();
    let value = digits.iter().try_fold(0, |sum, digit| {
        char::from(*digit)
            .to_digit(16)
            .map(|digit| sum * 16 + digit)
    });
    match value.filter(|_| digits.len() == 4) {
        Some(value) => Ok(value),
        None => wrong(at, "four hexadecimal digits behind \\u"),
    }
}

/// The string that a token means.
pub(super) fn unescaped(text: &str, from: usize, to: usize, len: usize) -> Cow<'_, str> {
    let inside = text.get(from..to).unwrap_or_default();
    // Every escape is longer than what it means.
    if len == inside.len() {
        return inside.into();
    }
    let bytes = inside.as_bytes();
    let mut out = String::with_capacity(len);
    let mut at = 0;
    while let Some(offset) = inside[at..].find('\\') {
        out.push_str(&inside[at..at + offset]);
        at += offset;
        // The token was read before, so every escape in it is one.
        let Ok((c, next)) = escape(bytes, at) else {
            break;
        };
        out.push(c);
        at = next;
    }
    out.push_str(&inside[at..]);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Token, Wrong> {
        token(text, 0).map(|(token, _)| token)
    }

    #[test]
    fn strings_come_to_their_length() {
        for (text, meant) in [
            (r#""""#, ""),
            (r#""a\"b\\\/\b\f\n\r\t""#, "a\"b\\/\u{8}\u{c}\n\r\t"),
            (r#""\u00e9é\u20AC""#, "éé€"),
            (r#""\ud83d\ude00!""#, "😀!"),
            (r#""\u0041""#, "A"),
        ] {
            let Ok(Token::Text { from, to, len }) = one(text) else {
                panic!("{text}");
            };
            assert_eq!(
                (unescaped(text, from, to, len).as_ref(), len),
                (meant, meant.len())
            );
        }
    }

    #[test]
    fn what_is_no_token_tells_where() {
        for (text, at) in [
            ("\"a", 2),
            ("\"a\n\"", 2),
            (r#""\x""#, 2),
            (r#""\u12g4""#, 1),
            (r#""\ud800""#, 1),
            (r#""\ud800\u0041""#, 1),
            (r#""\udc00""#, 1),
            ("01", 1),
            ("-", 1),
            ("1.", 2),
            ("1.e5", 2),
            ("1e", 2),
            ("1e+", 3),
            ("nul", 0),
        ] {
            assert_eq!(one(text).map_err(|wrong| wrong.at), Err(at), "{text}");
        }
        for text in [".5", "+1", "NaN", "'a'", "é"] {
            assert_eq!(one(text), Ok(Token::Unknown), "{text}");
        }
    }
}
