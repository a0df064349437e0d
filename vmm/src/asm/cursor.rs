//! Where the parser stands, and how it complains.
//!
//! The cursor never leaves the statement it was set to: behind its last token
//! there is [`Kind::End`], however often one looks. A complaint goes onto a
//! list, and the statement is given up; the next one is parsed as if nothing
//! had happened.

use std::borrow::Cow;
use std::cell::Cell;

use super::lex::{Kind, Token};
use super::statement::Statement;
use crate::diag::{Diagnostic, Place, Source, Span};
use crate::limits;
use crate::text::quote::is_hidden;
use crate::text::{self, EscapeError};

/// A complaint has been made.
#[derive(Debug)]
pub(super) struct Reported;

/// What parsing something gives.
pub(super) type Parsed<T> = Result<T, Reported>;

/// How many complaints there were: kept, and counted.
pub(super) struct Mark(usize, usize);

/// A place in a statement; see the module documentation.
pub(super) struct Cursor<'t> {
    pub(super) source: &'t Source,
    pub(super) tokens: &'t [Token],
    at: usize,
    end: usize,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
    /// Errors that were only counted.
    hidden: usize,
    /// How many words may still be compared in search of a near one.
    comparisons: Cell<usize>,
}

/// Words compared in search of near ones, in a whole text.
const COMPARISONS_MAX: usize = 200_000;

impl<'t> Cursor<'t> {
    pub(super) fn new(source: &'t Source, tokens: &'t [Token]) -> Self {
        Cursor {
            source,
            tokens,
            at: 0,
            end: 0,
            errors: Vec::new(),
            warnings: Vec::new(),
            hidden: 0,
            comparisons: Cell::new(COMPARISONS_MAX),
        }
    }

    /// Goes to the first token of a statement.
    pub(super) fn enter(&mut self, statement: Statement) {
        self.at = statement.begin as usize;
        self.end = (statement.end as usize).min(self.tokens.len());
    }

    /// The token ahead.
    pub(super) fn peek(&self) -> Token {
        self.peek_at(0)
    }

    /// The token behind the one ahead.
    pub(super) fn peek_second(&self) -> Token {
        self.peek_at(1)
    }

    fn peek_at(&self, skip: usize) -> Token {
        let ahead = self.tokens.get(self.at..self.end).unwrap_or(&[]);
        let mut tokens = ahead.iter().filter(|t| t.kind != Kind::Newline);
        tokens.nth(skip).copied().unwrap_or_else(|| {
            let last = self.end.checked_sub(1).and_then(|i| self.tokens.get(i));
            let end = last.map_or(0, |t| t.span.end);
            Token {
                kind: Kind::End,
                span: Span { start: end, end },
            }
        })
    }

    /// Takes the token ahead.
    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        while self.at < self.end && self.tokens[self.at].kind == Kind::Newline {
            self.at += 1;
        }
        self.at = (self.at + 1).min(self.end);
        token
    }

    /// Takes the token ahead if it is of that kind.
    pub(super) fn take(&mut self, kind: Kind) -> Option<Token> {
        (self.peek().kind == kind).then(|| self.next())
    }

    /// Takes the word ahead if it is that one.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let taken = self.is_word(word);
        if taken {
            self.next();
        }
        taken
    }

    /// Whether that word is ahead.
    pub(super) fn is_word(&self, word: &str) -> bool {
        let token = self.peek();
        token.kind == Kind::Word && self.text(token) == word
    }

    /// Takes a token of that kind; `what` says what it is for.
    pub(super) fn expect(&mut self, kind: Kind, what: &str) -> Parsed<Token> {
        match self.take(kind) {
            Some(token) => Ok(token),
            None => Err(self.expected(what)),
        }
    }

    /// Takes nothing; complains if the statement goes on.
    pub(super) fn expect_end(&mut self) -> Parsed<()> {
        if self.peek().kind == Kind::End {
            Ok(())
        } else {
            Err(self.expected("the end of the line"))
        }
    }

    /// The rest of the statement as it is written, all of it taken.
    pub(super) fn rest(&mut self) -> (&'t str, Span) {
        let start = self.peek().span.start;
        self.at = self.end;
        let span = Span {
            start,
            end: self.peek().span.end.max(start),
        };
        (self.source_text(span), span)
    }

    /// The text of a token.
    pub(super) fn text(&self, token: Token) -> &'t str {
        self.source_text(token.span)
    }

    fn source_text(&self, span: Span) -> &'t str {
        self.source.slice(span)
    }

    /// Takes a name: a word without dots, or any text in quotes.
    pub(super) fn name(&mut self, what: &str) -> Parsed<Cow<'t, str>> {
        let token = self.peek();
        let text = self.text(token);
        match token.kind {
            Kind::Word | Kind::Number if text::is_word(text) => {
                self.next();
                Ok(Cow::Borrowed(text))
            }
            Kind::Str => self.string().map(Cow::Owned),
            Kind::Word => Err(self.fail(
                "A07",
                format!("expected {what}, found `{text}`: a name with a dot needs quotes"),
                token.span,
            )),
            _ => Err(self.expected(what)),
        }
    }

    /// Takes a name in which words may be joined by dots.
    pub(super) fn path(&mut self, what: &str) -> Parsed<Cow<'t, str>> {
        match self.take(Kind::Word) {
            Some(token) => Ok(Cow::Borrowed(self.text(token))),
            None => self.name(what),
        }
    }

    /// Takes a string.
    pub(super) fn string(&mut self) -> Parsed<String> {
        let token = self.expect(Kind::Str, "a string in quotes")?;
        self.quoted(token.span.start + 1, token.span.end - 1)
    }

    /// The text that stands escaped between two places of the source.
    pub(super) fn quoted(&mut self, start: u32, end: u32) -> Parsed<String> {
        let inner = self.source_text(Span { start, end });
        if inner.len() > limits::STRING_BYTES_MAX {
            return Err(self.too_long(Span { start, end }));
        }
        text::unescape(inner).map_err(|problem| self.bad_escape(problem, start))
    }

    pub(super) fn too_long(&mut self, span: Span) -> Reported {
        let message = format!(
            "the text has more than {} bytes: load it as a resource",
            limits::STRING_BYTES_MAX
        );
        self.fail("A20", message, span)
    }

    pub(super) fn bad_escape(&mut self, problem: EscapeError, start: u32) -> Reported {
        let begin = start as usize + problem.at;
        let rest = self.source.text().get(begin..).unwrap_or("");
        let length: usize = rest.chars().take(2).map(char::len_utf8).sum();
        self.fail("A03", problem.to_string(), Span::new(begin, begin + length))
    }

    /// Takes a whole number from 0 to `max`; `what` says what it is.
    pub(super) fn count(&mut self, max: u32, what: &str) -> Parsed<u32> {
        let token = self.expect(Kind::Number, what)?;
        let text = self.text(token);
        let number = match text.strip_prefix("0x") {
            Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
                u32::from_str_radix(hex, 16).ok()
            }
            None if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        };
        number.filter(|&n| n <= max).ok_or_else(|| {
            let message = format!(
                "`{}` is not {what}: write a whole number up to {max}",
                echo(text)
            );
            self.fail("A15", message, token.span)
        })
    }

    /// Complains that something else should be ahead.
    pub(super) fn expected(&mut self, what: &str) -> Reported {
        let token = self.peek();
        let text = self.text(token);
        match token.kind {
            Kind::OpenString => self.fail("A02", "the quote is not closed in its line", token.span),
            Kind::Unknown => {
                let message = match text {
                    "#" => "`#` begins no literal: processes, references and closures exist only \
                            in a running machine"
                        .to_owned(),
                    _ => format!("the character `{}` means nothing here", echo(text)),
                };
                self.fail("A01", message, token.span)
            }
            Kind::End => {
                let message = format!("expected {what}, found the end of the line");
                self.fail("A07", message, token.span)
            }
            _ => {
                let message = format!("expected {what}, found `{}`", echo(text));
                self.fail("A07", message, token.span)
            }
        }
    }

    /// `did you mean ...?` if one of the candidates is near. They are not
    /// looked at if nobody would see the answer, or if it would take long
    /// because there are many of both.
    pub(super) fn suggest<'a>(
        &self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<String> {
        let left = self.comparisons.get();
        if self.is_full() || left == 0 {
            return None;
        }
        let mut looked_at = 0;
        let candidates = candidates.into_iter().inspect(|_| looked_at += 1);
        let near = text::closest(word, candidates);
        self.comparisons.set(left.saturating_sub(looked_at));
        near.map(|near| format!("did you mean `{near}`?"))
    }

    /// Whether further complaints are only counted. What costs time to say
    /// needs not be said then.
    fn is_full(&self) -> bool {
        self.errors.len() >= limits::DIAGNOSTICS_MAX
    }

    /// Complains about a range.
    pub(super) fn fail(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        span: Span,
    ) -> Reported {
        self.fail_help(code, message, span, None)
    }

    /// Complains about a range, and says how to mend it if that is known.
    pub(super) fn fail_help(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        help: Option<String>,
    ) -> Reported {
        self.report(|source| {
            let mut problem = Diagnostic::error(code, message, source.place(span));
            problem.help = help;
            problem
        })
    }

    /// Keeps a complaint, or counts it if there are [`limits::DIAGNOSTICS_MAX`] already.
    pub(super) fn report(&mut self, problem: impl FnOnce(&Source) -> Diagnostic) -> Reported {
        if self.is_full() {
            self.hidden += 1;
        } else {
            self.errors.push(problem(self.source));
        }
        Reported
    }

    /// Keeps a warning, unless there are [`limits::DIAGNOSTICS_MAX`] already.
    pub(super) fn warn(&mut self, problem: impl FnOnce(&Source) -> Diagnostic) {
        if self.warnings.len() < limits::DIAGNOSTICS_MAX {
            self.warnings.push(problem(self.source));
        }
    }

    /// The complaints so far.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.errors.len(), self.hidden)
    }

    /// Takes back all complaints since.
    pub(super) fn forget(&mut self, mark: Mark) {
        self.errors.truncate(mark.0);
        self.hidden = mark.1;
    }

    /// Says how many complaints were only counted.
    pub(super) fn count_hidden(&mut self) {
        if self.hidden > 0 {
            let message = format!("{} further errors are not shown", self.hidden);
            let problem = Diagnostic::error("A00", message, Place::Whole);
            self.errors.push(problem);
        }
    }
}

/// A piece of the text as messages show it: cut if it is long, and without
/// characters that would not show.
pub(super) fn echo(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == limits::ECHO_CHARS {
            out.push_str("...");
            break;
        }
        if is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}
