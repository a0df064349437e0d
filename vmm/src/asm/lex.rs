//! Assembly text as tokens.
//!
//! Every text has tokens: what begins no token becomes an [`Kind::Unknown`] one,
//! for the parser to complain about where it matters. A token is its kind and
//! its range; what it stands for is read from the text when it is needed.
//!
//! # Invariants
//! L1. Tokens cover everything but blanks and comments, in order, and the last is [`Kind::End`].

use crate::diag::Span;
use crate::text::quote::{begins_word, continues_word};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// End of a line, or of several.
    Newline,
    /// End of the text.
    End,
    /// A word, or words joined by dots.
    Word,
    /// Anything that begins like a number: `42`, `-0x2an`, `2+3i`, `inf`, `12ab`.
    Number,
    /// `:ok`, `:"a b"`
    Atom,
    /// `"..."`
    Str,
    /// `b"..."`
    Bytes,
    /// `&worker/1`, `&#3`, `&Actors.worker`
    Function,
    /// `@io.println`
    Native,
    /// `.line`
    Directive,
    Comma,
    Colon,
    Equals,
    ParenOpen,
    ParenClose,
    BracketOpen,
    BracketClose,
    BraceOpen,
    BraceClose,
    /// `%{`
    MapOpen,
    Bar,
    /// `->`
    Arrow,
    /// `..`
    Dots,
    Caret,
    /// A string whose line ends before it does.
    OpenString,
    /// A character that begins no token.
    Unknown,
}

/// A token: its kind and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        text,
        at: text.len() - text.trim_start_matches('\u{feff}').len(),
        tokens: Vec::with_capacity(text.len() / 4),
    };
    while lexer.token() {}
    lexer.push(Kind::Newline, lexer.at);
    lexer.push(Kind::End, lexer.at);
    lexer.tokens
}

/// The text of a range; empty if it is none.
pub(super) fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize)
        .unwrap_or("")
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'t> Lexer<'t> {
    /// Takes one token, if there is another.
    fn token(&mut self) -> bool {
        let begin = self.at;
        let Some(first) = self.peek(0) else {
            return false;
        };
        match first {
            ' ' | '\t' | '\r' => self.at += 1,
            ';' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
            '\n' => {
                self.at += 1;
                if self.tokens.last().is_some_and(|t| t.kind != Kind::Newline) {
                    self.push(Kind::Newline, begin);
                }
            }
            '"' => self.quoted(Kind::Str, begin),
            'b' if self.peek(1) == Some('"') => {
                self.at += 1;
                self.quoted(Kind::Bytes, begin);
            }
            ':' => self.colon(begin),
            '&' => self.reference(Kind::Function, begin),
            '@' => self.reference(Kind::Native, begin),
            '.' if self.peek(1) == Some('.') => self.fixed(2, Kind::Dots),
            '.' if self.peek(1).is_some_and(begins_word) => {
                self.at += 1;
                self.skip_word();
                self.push(Kind::Directive, begin);
            }
            '-' if self.peek(1) == Some('>') => self.fixed(2, Kind::Arrow),
            '%' if self.peek(1) == Some('{') => self.fixed(2, Kind::MapOpen),
            ',' => self.fixed(1, Kind::Comma),
            '=' => self.fixed(1, Kind::Equals),
            '(' => self.fixed(1, Kind::ParenOpen),
            ')' => self.fixed(1, Kind::ParenClose),
            '[' => self.fixed(1, Kind::BracketOpen),
            ']' => self.fixed(1, Kind::BracketClose),
            '{' => self.fixed(1, Kind::BraceOpen),
            '}' => self.fixed(1, Kind::BraceClose),
            '|' => self.fixed(1, Kind::Bar),
            '^' => self.fixed(1, Kind::Caret),
            _ => match component(self.rest()) {
                Some(length) => self.number(length),
                None if begins_word(first) => {
                    self.skip_word();
                    while self.peek(0) == Some('.') && self.peek(1).is_some_and(begins_word) {
                        self.at += 1;
                        self.skip_word();
                    }
                    self.push(Kind::Word, begin);
                }
                None => {
                    self.at += first.len_utf8();
                    self.push(Kind::Unknown, begin);
                }
            },
        }
        true
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The character after `skip` characters of one byte.
    fn peek(&self, skip: usize) -> Option<char> {
        self.text.get(self.at + skip..)?.chars().next()
    }

    fn push(&mut self, kind: Kind, begin: usize) {
        self.tokens.push(Token {
            kind,
            span: Span::new(begin, self.at),
        });
    }

    fn fixed(&mut self, length: usize, kind: Kind) {
        self.at += length;
        self.push(kind, self.at - length);
    }

    fn skip_word(&mut self) {
        let rest = self.rest();
        self.at += rest.find(|c| !continues_word(c)).unwrap_or(rest.len());
    }

    /// Moves past a quoted text; false if its line ends first.
    fn skip_quoted(&mut self) -> bool {
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return true;
                }
                '\n' => {
                    self.at += at;
                    return false;
                }
                // Whatever follows a backslash does not end the text, but a line end does.
                '\\' if !self.rest()[at + 1..].starts_with('\n') => {
                    chars.next();
                }
                _ => {}
            }
        }
        self.at = self.text.len();
        false
    }

    fn quoted(&mut self, kind: Kind, begin: usize) {
        let closed = self.skip_quoted();
        self.push(if closed { kind } else { Kind::OpenString }, begin);
    }

    /// A colon directly behind something stands between a key and its value
    /// or behind a label; else it begins an atom, if anything follows.
    fn colon(&mut self, begin: usize) {
        let behind = self.tokens.last().is_some_and(|t| {
            t.span.end as usize == begin
                && !matches!(
                    t.kind,
                    Kind::Newline
                        | Kind::Comma
                        | Kind::Colon
                        | Kind::ParenOpen
                        | Kind::BracketOpen
                        | Kind::BraceOpen
                        | Kind::MapOpen
                        | Kind::Equals
                        | Kind::Bar
                        | Kind::Arrow
                        | Kind::Dots
                )
        });
        self.at += 1;
        match self.peek(0) {
            Some('"') if !behind => self.quoted(Kind::Atom, begin),
            Some(c) if !behind && begins_word(c) => {
                self.skip_word();
                self.push(Kind::Atom, begin);
            }
            _ => self.push(Kind::Colon, begin),
        }
    }

    /// `&` or `@` with names joined by dots, and for functions a place or an arity.
    fn reference(&mut self, kind: Kind, begin: usize) {
        self.at += 1;
        if kind == Kind::Function && self.peek(0) == Some('#') {
            self.at += 1;
            self.skip_word();
            return self.push(kind, begin);
        }
        loop {
            match self.peek(0) {
                Some('"') => {
                    if !self.skip_quoted() {
                        return self.push(Kind::OpenString, begin);
                    }
                }
                Some(c) if begins_word(c) => self.skip_word(),
                _ => break,
            }
            let goes_on = self.peek(1).is_some_and(|c| c == '"' || begins_word(c));
            if self.peek(0) != Some('.') || !goes_on {
                break;
            }
            self.at += 1;
        }
        if kind == Kind::Function && self.peek(0) == Some('/') {
            self.at += 1;
            self.skip_word();
        }
        self.push(kind, begin);
    }

    /// A number whose first component is so long, with whatever is glued to it.
    fn number(&mut self, length: usize) {
        let begin = self.at;
        self.at += length;
        if self.rest().starts_with(['+', '-'])
            && let Some(second) = component(self.rest())
            && self.rest()[second..].starts_with('i')
        {
            self.at += second;
        }
        loop {
            self.skip_word();
            let fraction =
                self.peek(0) == Some('.') && self.peek(1).is_some_and(|c| c.is_ascii_digit());
            if !fraction {
                break;
            }
            self.at += 1;
        }
        self.push(Kind::Number, begin);
    }
}

/// Length of the number that the text begins with, without any suffix: a sign
/// perhaps, then digits, a fraction, an exponent, or `inf` or `NaN` as a word.
fn component(text: &str) -> Option<usize> {
    let sign = usize::from(text.starts_with(['+', '-']));
    let body = &text[sign..];
    for name in ["inf", "NaN"] {
        if let Some(rest) = body.strip_prefix(name) {
            // The `i` of a complex number may follow, no other word and no path.
            let rest = match rest.strip_prefix('i') {
                Some(after) if sign == 1 => after,
                _ => rest,
            };
            let mut next = rest.chars();
            let ends = match next.next() {
                Some('.') => !next.next().is_some_and(begins_word),
                Some(c) => !continues_word(c),
                None => true,
            };
            return ends.then_some(sign + name.len());
        }
    }
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(body);
    if whole == 0 {
        return None;
    }
    let mut length = sign + whole;
    if let Some(fraction) = text[length..].strip_prefix('.') {
        let count = digits(fraction);
        length += if count > 0 { count + 1 } else { 0 };
    }
    if let Some(exponent) = text[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let count = digits(&exponent[sign..]);
        length += if count > 0 { 1 + sign + count } else { 0 };
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lex(text: &str) -> Vec<(Kind, &str)> {
        let mut out: Vec<_> = tokens(text)
            .iter()
            .map(|t| (t.kind, slice(text, t.span)))
            .collect();
        assert_eq!(out.pop(), Some((Kind::End, "")));
        assert_eq!(out.pop(), Some((Kind::Newline, "")));
        out
    }

    #[test]
    fn one_token_is_taken_whole() {
        for (kind, texts) in [
            (
                Kind::Number,
                &[
                    "42",
                    "-1.5e-3",
                    "+7",
                    "42n",
                    "0x2an",
                    "2+3i",
                    "1e5-2e-3i",
                    "inf",
                    "-inf",
                    "inf+infi",
                    "NaN-NaNi",
                    "-inf-infi",
                    "12ab",
                    "1.2.3",
                    "3i",
                ][..],
            ),
            (
                Kind::Word,
                &[
                    "add",
                    "io.println",
                    "ion.super.x",
                    "größe",
                    "_",
                    "infinite",
                    "b",
                ],
            ),
            (Kind::Atom, &[":ok", ":\"a b\"", ":inf"]),
            (Kind::Str, &[r#""a\"b""#, r#""\\""#, "\";\""]),
            (Kind::Bytes, &[r#"b"\x00""#]),
            (
                Kind::Function,
                &[
                    "&f/1",
                    "&#3",
                    "&A.b.c",
                    "&\"a b\".\"c.d\"/12",
                    "&inf/0",
                    "&",
                ],
            ),
            (Kind::Native, &["@io.println", "@\"x y\""]),
            (Kind::Directive, &[".line"]),
            (Kind::Dots, &[".."]),
            (Kind::OpenString, &["\"abc", "b\"abc\\", ":\"x"]),
            (Kind::Unknown, &["$", "+", "-", "€"]),
        ] {
            for text in texts {
                assert_eq!(lex(text), [(kind, *text)], "{text}");
            }
        }
    }

    #[test]
    fn neighbours_are_told_apart() {
        use Kind::{Arrow, Atom, Colon, Comma, Dots, Number, Word};
        let kinds = |text| lex(text).iter().map(|t| t.0).collect::<Vec<_>>();
        assert_eq!(kinds("x:r1"), [Word, Colon, Word]);
        assert_eq!(kinds("x: :ok"), [Word, Colon, Atom]);
        assert_eq!(kinds("x::ok"), [Word, Colon, Atom]);
        assert_eq!(kinds(":k:1"), [Atom, Colon, Number]);
        assert_eq!(kinds("r0,:ok"), [Word, Comma, Atom]);
        assert_eq!(kinds("0..12"), [Number, Dots, Number]);
        assert_eq!(kinds("a..b"), [Word, Dots, Word]);
        assert_eq!(kinds("_->l"), [Word, Arrow, Word]);
        assert_eq!(kinds("1->l"), [Number, Arrow, Word]);
        assert_eq!(kinds("inf.x"), [Word]);
        assert_eq!(kinds("x ; y\n\n\n;z\nw"), [Word, Kind::Newline, Word]);
    }

    proptest! {
        #[test]
        fn any_text_has_tokens_that_cover_it(text in "[ -~\n€é]{0,60}") {
            let tokens = tokens(&text);
            let mut end = 0;
            for token in &tokens {
                prop_assert!(token.span.start >= end && token.span.end >= token.span.start);
                prop_assert!(text.is_char_boundary(token.span.end as usize));
                end = token.span.end;
            }
        }
    }
}
