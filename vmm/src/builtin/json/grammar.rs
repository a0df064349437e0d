//! The grammar of JSON: what a text says, one thing after the other, and where it
//! is no JSON. It keeps what is open in a list, so that nothing recurses.

use super::token::{Token, Wrong, token};

/// What the text says next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// An array begins, or an object.
    Open { is_array: bool },
    /// The innermost of them ends.
    Close { is_array: bool },
    /// The key of the value that follows.
    Key { from: usize, to: usize, len: usize },
    /// A value that holds no others.
    Scalar(Token),
    /// The text is over.
    Done,
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
    Nothing,
}

/// Where in a text a walk is.
#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) at: usize,
    expect: Expect,
    /// What is open, the outermost first; whether it is an array.
    pub(super) open: Vec<bool>,
}

impl Grammar {
    pub(super) fn new() -> Grammar {
        Grammar {
            at: 0,
            expect: Expect::Value,
            open: Vec::new(),
        }
    }

    fn after_value(&mut self) {
        self.expect = match self.open.is_empty() {
            true => Expect::Nothing,
            false => Expect::CommaOrEnd,
        };
    }

    /// What comes next.
    pub(super) fn next(&mut self, text: &str) -> Result<Event, Wrong> {
        loop {
            let (found, next) = token(text, self.at)?;
            let (before, is_array) = (self.at, self.open.last() == Some(&true));
            self.at = next;
            match (self.expect, found) {
                (Expect::CommaOrEnd, Token::Mark(b',')) => {
                    self.expect = if is_array { Expect::Value } else { Expect::Key };
                }
                (Expect::Value | Expect::ValueOrEnd, Token::Mark(b'[')) => {
                    self.open.push(true);
                    self.expect = Expect::ValueOrEnd;
                    return Ok(Event::Open { is_array: true });
                }
                (Expect::Value | Expect::ValueOrEnd, Token::Mark(b'{')) => {
                    self.open.push(false);
                    self.expect = Expect::KeyOrEnd;
                    return Ok(Event::Open { is_array: false });
                }
                (Expect::ValueOrEnd | Expect::CommaOrEnd, Token::Mark(b']')) if is_array => {
                    self.open.pop();
                    self.after_value();
                    return Ok(Event::Close { is_array });
                }
                (Expect::KeyOrEnd | Expect::CommaOrEnd, Token::Mark(b'}')) if !is_array => {
                    self.open.pop();
                    self.after_value();
                    return Ok(Event::Close { is_array });
                }
                (Expect::Key | Expect::KeyOrEnd, Token::Text { from, to, len }) => {
                    let (Token::Mark(b':'), next) = token(text, next)? else {
                        return Err(self.wrong(text, next, "the colon behind a key"));
                    };
                    self.at = next;
                    self.expect = Expect::Value;
                    return Ok(Event::Key { from, to, len });
                }
                (Expect::Nothing, Token::End) => return Ok(Event::Done),
                (
                    Expect::Value | Expect::ValueOrEnd,
                    Token::Text { .. }
                    | Token::Number { .. }
                    | Token::True
                    | Token::False
                    | Token::Null,
                ) => {
                    self.after_value();
                    return Ok(Event::Scalar(found));
                }
                (expect, _) => {
                    let what = match expect {
                        Expect::Value => "a value",
                        Expect::ValueOrEnd => "a value or ]",
                        Expect::Key => "a key, which is a string",
                        Expect::KeyOrEnd => "a key, which is a string, or }",
                        Expect::CommaOrEnd if is_array => ", or ]",
                        Expect::CommaOrEnd => ", or }",
                        Expect::Nothing => "nothing behind the value",
                    };
                    return Err(self.wrong(text, before, what));
                }
            }
        }
    }

    /// At the first byte from one on that is no white space.
    fn wrong(&self, text: &str, from: usize, what: &'static str) -> Wrong {
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        let space = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
        Wrong {
            at: from + space.count(),
            what,
        }
    }
}
