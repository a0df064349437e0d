//! Patterns and guards as text; the notation stands at [`Pattern`].
//!
//! Recursion is bounded: a group in parentheses counts as a level here although
//! it is none of the pattern, so the bound is twice that of class files.

use std::collections::HashSet;

use super::cursor::Parsed;
use super::lex::Kind;
use super::parse::Parser;
use crate::diag::Span;
use crate::isa::{Comparison, Condition, Pattern, RegOrValue};
use crate::limits;
use crate::value::Value;

/// Levels of recursion, groups included.
const LEVELS_MAX: usize = 2 * limits::NESTING_MAX;

impl<'t> Parser<'t> {
    /// A pattern that stands in no other.
    pub(super) fn whole_pattern(&mut self) -> Parsed<Pattern> {
        self.pattern(1)
    }

    /// A pattern with the guard that may follow it.
    fn pattern(&mut self, level: usize) -> Parsed<Pattern> {
        let pattern = self.inner_pattern(level)?;
        if self.cursor.take_word("when") {
            self.guard(pattern)
        } else {
            Ok(pattern)
        }
    }

    /// The conditions behind `when`.
    fn guard(&mut self, pattern: Pattern) -> Parsed<Pattern> {
        let mut conditions = Vec::new();
        // `true` alone is the conjunction of nothing.
        let second = self.cursor.peek_second();
        let always = self.cursor.is_word("true")
            && self.cursor.text(second) != "is"
            && comparison(self.cursor.text(second)).is_none();
        if always {
            self.cursor.next();
            return Ok(Pattern::Guard(Box::new(pattern), conditions));
        }
        loop {
            conditions.push(self.condition()?);
            if !self.cursor.take_word("and") {
                return Ok(Pattern::Guard(Box::new(pattern), conditions));
            }
        }
    }

    fn condition(&mut self) -> Parsed<Condition> {
        let left = self.register_or_literal()?;
        if self.cursor.take_word("is") {
            return Ok(Condition::Type(left, self.cursor.string()?.into()));
        }
        let token = self.cursor.peek();
        let word = self.cursor.text(token);
        match comparison(word) {
            Some(comparison) => {
                self.cursor.next();
                let right = self.register_or_literal()?;
                Ok(Condition::Compare(comparison, left, right))
            }
            None if token.kind == Kind::Word => {
                let names = Comparison::ALL.map(Comparison::name);
                let help = self
                    .cursor
                    .suggest(word, names.into_iter().chain(["is"]))
                    .unwrap_or_else(|| format!("the comparisons are {}, is", names.join(", ")));
                let message = format!("`{word}` is no comparison");
                Err(self
                    .cursor
                    .fail_help("A07", message, token.span, Some(help)))
            }
            None => Err(self.cursor.expected("a comparison such as `equal`")),
        }
    }

    /// What the word, or any literal, stands for in an operand that takes both.
    pub(super) fn register_or_literal(&mut self) -> Parsed<RegOrValue> {
        match self.take_known_register()? {
            Some(reg) => Ok(RegOrValue::Reg(reg)),
            None => self.literal().map(RegOrValue::Value),
        }
    }

    /// A pattern without a guard of its own.
    fn inner_pattern(&mut self, level: usize) -> Parsed<Pattern> {
        let token = self.cursor.peek();
        if level > LEVELS_MAX {
            return Err(self.too_deep(token.span));
        }
        if let Some(reg) = self.take_known_register()? {
            return if self.cursor.take(Kind::Equals).is_some() {
                let inner = self.inner_pattern(level + 1)?;
                Ok(Pattern::As(reg, Box::new(inner)))
            } else {
                Ok(Pattern::Bind(reg))
            };
        }
        match token.kind {
            Kind::Word => match self.cursor.text(token) {
                "_" => {
                    self.cursor.next();
                    Ok(Pattern::Wildcard)
                }
                "literal" => {
                    self.cursor.next();
                    self.literal().map(Pattern::Value)
                }
                "is" => {
                    self.cursor.next();
                    Ok(Pattern::Type(self.cursor.string()?.into()))
                }
                "tagged" => {
                    self.cursor.next();
                    let tag = self.atom()?;
                    let slots = self.inner_pattern(level + 1)?;
                    Ok(Pattern::Tagged(tag, Box::new(slots)))
                }
                _ => self.literal().map(Pattern::Value),
            },
            Kind::Number | Kind::Str | Kind::Atom | Kind::Function | Kind::Native => {
                self.literal().map(Pattern::Value)
            }
            Kind::Caret => {
                self.cursor.next();
                self.register("a register").map(Pattern::Pin)
            }
            Kind::Bytes => {
                let prefix = self.bytes()?.into();
                let rest = match self.cursor.take(Kind::Dots) {
                    Some(_) => Some(Box::new(self.inner_pattern(level + 1)?)),
                    None => None,
                };
                Ok(Pattern::Bytes(prefix, rest))
            }
            Kind::ParenOpen => self.group(level),
            Kind::BracketOpen => self.array_pattern(level),
            Kind::MapOpen => self.map_pattern(level),
            Kind::BraceOpen => self.object_pattern(level),
            _ => Err(self.cursor.expected("a pattern")),
        }
    }

    /// `(p)` is `p`, `(p, q)` and `(p,)` tuples, `(p or q)` alternatives.
    fn group(&mut self, level: usize) -> Parsed<Pattern> {
        self.cursor.next();
        if self.cursor.take(Kind::ParenClose).is_some() {
            return Ok(Pattern::Tuple(Vec::new()));
        }
        if self.cursor.take_word("or") {
            self.cursor.expect(Kind::ParenClose, "`)`")?;
            return Ok(Pattern::AnyOf(Vec::new()));
        }
        let start = self.cursor.peek().span.start;
        let mut first = self.inner_pattern(level + 1)?;
        let guarded = self.cursor.take_word("when");
        if guarded {
            first = self.guard(first)?;
        }
        if self.cursor.take(Kind::ParenClose).is_some() {
            return Ok(first);
        }
        let mut all = vec![first];
        if self.cursor.is_word("or") {
            if guarded {
                let end = self.cursor.peek().span.start;
                let span = Span { start, end };
                let message = "an alternative with a guard needs parentheses of its own";
                let help = Some("write `((a when r0 equal 1) or b)`".to_owned());
                return Err(self.cursor.fail_help("A07", message, span, help));
            }
            while self.cursor.take_word("or") {
                if self.cursor.peek().kind == Kind::ParenClose {
                    break;
                }
                all.push(self.inner_pattern(level + 1)?);
            }
            self.cursor.expect(Kind::ParenClose, "`or` or `)`")?;
            return Ok(Pattern::AnyOf(all));
        }
        self.cursor.expect(Kind::Comma, "`,`, `or` or `)`")?;
        self.sequence(Kind::ParenClose, "`,` or `)`", |p, _| {
            all.push(p.pattern(level + 1)?);
            Ok(())
        })?;
        Ok(Pattern::Tuple(all))
    }

    /// `[a, b]`, `[a, ..rest]`, `[a, b | tail]`
    fn array_pattern(&mut self, level: usize) -> Parsed<Pattern> {
        self.cursor.next();
        let mut items = Vec::new();
        loop {
            if self.cursor.take(Kind::BracketClose).is_some() {
                return Ok(Pattern::Array(items, None));
            }
            if self.cursor.take(Kind::Dots).is_some() {
                let rest = self.inner_pattern(level + 1)?;
                self.cursor.expect(Kind::BracketClose, "`]`")?;
                return Ok(Pattern::Array(items, Some(Box::new(rest))));
            }
            items.push(self.pattern(level + 1)?);
            if let Some(bar) = self.cursor.take(Kind::Bar) {
                // The last head stands as deep as there are cells.
                let inside = level + items.len();
                if inside > LEVELS_MAX {
                    return Err(self.too_deep(bar.span));
                }
                let tail = self.pattern(inside)?;
                self.cursor.expect(Kind::BracketClose, "`]`")?;
                return Ok(items.into_iter().rev().fold(tail, |tail, head| {
                    Pattern::Pair(Box::new(head), Box::new(tail))
                }));
            }
            if self.cursor.take(Kind::Comma).is_none() {
                self.cursor.expect(Kind::BracketClose, "`,`, `|` or `]`")?;
                return Ok(Pattern::Array(items, None));
            }
        }
    }

    fn map_pattern(&mut self, level: usize) -> Parsed<Pattern> {
        self.cursor.next();
        let mut entries: Vec<(Value, Pattern)> = Vec::new();
        let mut seen = HashSet::new();
        self.sequence(Kind::BraceClose, "`,` or `}`", |p, _| {
            let key = p.map_key(0, &mut seen)?;
            entries.push((key, p.pattern(level + 1)?));
            Ok(())
        })?;
        Ok(Pattern::Map(entries))
    }

    fn object_pattern(&mut self, level: usize) -> Parsed<Pattern> {
        self.cursor.next();
        let mut fields = Vec::new();
        let mut seen = HashSet::new();
        self.sequence(Kind::BraceClose, "`,` or `}`", |p, _| {
            let span = p.cursor.peek().span;
            let key = p.cursor.name("a property name")?;
            p.not_twice(key.to_string(), span, &mut seen)?;
            p.cursor.expect(Kind::Colon, "`:` and a pattern")?;
            fields.push((key.into(), p.pattern(level + 1)?));
            Ok(())
        })?;
        Ok(Pattern::Object(fields))
    }
}

/// The comparison of that word.
fn comparison(word: &str) -> Option<Comparison> {
    Comparison::ALL.into_iter().find(|c| c.name() == word)
}
