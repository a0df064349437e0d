//! Literals: constants as text.
//!
//! Nesting is bounded by [`limits::NESTING_MAX`]. The elements of a list
//! `[a, b | t]` are one level below it, and so is what is written as its tail,
//! even if that is a list, which then is a part of this one. A named constant
//! counts with all that is inside it, in depth and in number, so that naming
//! constants inside constants cannot make a small text an enormous class.

use std::collections::HashSet;
use std::sync::Arc;

use super::cursor::{Parsed, Reported, echo};
use super::lex::{Kind, Token};
use super::parse::Parser;
use super::statement::is_register;
use crate::diag::{Diagnostic, Span};
use crate::isa::PropertyFlags;
use crate::isa::operand::Flags;
use crate::limits;
use crate::text::{self, IntegerError};
use crate::value::{Object, PropertyDescriptor, Value};

/// A constant with a name.
#[derive(Clone, Debug)]
pub(super) struct Constant {
    pub(super) value: Value,
    /// Levels of nesting inside it, and parts, itself included.
    depth: usize,
    weight: usize,
}

impl<'t> Parser<'t> {
    /// A literal that stands in no other.
    pub(super) fn literal(&mut self) -> Parsed<Value> {
        self.literal_in(1)
    }

    /// A literal to be named.
    pub(super) fn constant(&mut self) -> Parsed<Constant> {
        let before = self.weight;
        self.deepest = 0;
        self.named = None;
        let value = self.literal()?;
        Ok(Constant {
            value,
            depth: self.deepest,
            weight: self.named.unwrap_or(self.weight - before),
        })
    }

    /// A literal at a level of nesting.
    pub(super) fn literal_in(&mut self, level: usize) -> Parsed<Value> {
        let token = self.cursor.peek();
        self.weigh(level, 1, token.span)?;
        match token.kind {
            Kind::Number => {
                self.cursor.next();
                self.number(token)
            }
            Kind::Str => self.cursor.string().map(Value::string),
            Kind::Bytes => self.bytes().map(Value::bytes),
            Kind::Atom => self.atom().map(Value::atom),
            Kind::Native => self.native().map(Value::native),
            Kind::Function => {
                let token = self.cursor.next();
                self.function_reference(token).map(Value::Function)
            }
            Kind::Word => self.word_literal(token, level),
            Kind::ParenOpen => self.tuple(level),
            Kind::BracketOpen => self.array_or_list(level),
            Kind::MapOpen => self.map(level),
            Kind::BraceOpen => self.object(level),
            _ => Err(self.cursor.expected("a literal")),
        }
    }

    /// Counts values at a level; complains if that is too much.
    fn weigh(&mut self, level: usize, weight: usize, span: Span) -> Parsed<()> {
        self.deepest = self.deepest.max(level);
        if level > limits::NESTING_MAX {
            return Err(self.too_deep(span));
        }
        let before = self.weight;
        self.weight = self.weight.saturating_add(weight);
        if self.weight <= limits::PARTS_MAX {
            return Ok(());
        }
        if before <= limits::PARTS_MAX {
            let message = format!(
                "with this the constants of the class have more than {} parts",
                limits::PARTS_MAX
            );
            self.cursor.fail("A20", message, span);
        }
        Err(Reported)
    }

    pub(super) fn too_deep(&mut self, span: Span) -> Reported {
        let message = format!("nested deeper than {} levels", limits::NESTING_MAX);
        let help = "build deep values at run time".to_owned();
        self.cursor.fail_help("A18", message, span, Some(help))
    }

    fn word_literal(&mut self, token: Token, level: usize) -> Parsed<Value> {
        let word = self.cursor.text(token);
        self.cursor.next();
        match word {
            "true" => return Ok(Value::boolean(true)),
            "false" => return Ok(Value::boolean(false)),
            "unit" => return Ok(Value::unit()),
            "undefined" => return Ok(Value::undefined()),
            "nil" => return Ok(Value::nil()),
            "frozen" => return self.literal_in(level + 1).map(Value::frozen),
            _ => {}
        }
        if let Some(constant) = self.find_constant(word) {
            let Constant {
                value,
                depth,
                weight,
            } = constant.clone();
            // A named constant that is a whole literal is one constant of the
            // class however often it is used.
            let more = if level == 1 { 0 } else { weight - 1 };
            self.named = (level == 1).then_some(weight);
            self.weigh(level + depth - 1, more, token.span)?;
            return Ok(value);
        }
        if is_register(word) || self.frame.names.contains_key(word) {
            let message = format!("expected a literal, found the register `{word}`");
            return Err(self.cursor.fail("A07", message, token.span));
        }
        let known = ["true", "false", "unit", "undefined", "nil", "frozen"];
        let near = self
            .cursor
            .suggest(word, known.into_iter().chain(self.constant_names()));
        let help = near.unwrap_or_else(|| {
            format!("an atom is `:{word}`, a string `\"{word}\"`; `.const {word} = ...` names a constant")
        });
        let message = format!("no constant is called `{word}`");
        Err(self
            .cursor
            .fail_help("A10", message, token.span, Some(help)))
    }

    fn number(&mut self, token: Token) -> Parsed<Value> {
        let text = self.cursor.text(token);
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        if let Some(digits) = text.strip_suffix('n') {
            return match text::parse_integer(digits) {
                Ok(integer) => Ok(Value::integer(integer)),
                Err(IntegerError::Malformed) => Err(self.no_number(token)),
                Err(IntegerError::TooLong) => {
                    let message = "an integer of so many digits has to be hexadecimal: `0x...n`";
                    Err(self.cursor.fail("A15", message, token.span))
                }
            };
        }
        if unsigned.starts_with("0x") {
            let exact = text::parse_integer(text)
                .ok()
                .and_then(|n| i64::try_from(n).ok())
                .filter(|n| n.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS);
            return match exact {
                Some(n) => Ok(Value::number(n as f64)),
                None => Err(self.no_number(token)),
            };
        }
        if text.ends_with('i') {
            return match text::parse_complex(text) {
                Some((re, im)) => Ok(Value::complex(re, im)),
                None => Err(self.no_number(token)),
            };
        }
        let Some(number) = text::parse_number(text) else {
            return Err(self.no_number(token));
        };
        if number.is_infinite() && unsigned != "inf" {
            let message = "the number is too large for a double";
            let help = Some("write `inf`, or an integer like `1000n`".to_owned());
            return Err(self.cursor.fail_help("A15", message, token.span, help));
        }
        let digits = unsigned.trim_start_matches('0');
        if digits.len() > 15
            && digits.bytes().all(|b| b.is_ascii_digit())
            && text::number(number.abs()) != digits
        {
            self.cursor.warn(|source| {
                let message = format!("the nearest double to this is {}", text::number(number));
                Diagnostic::warning("A25", message, source.place(token.span))
                    .help(format!("an exact integer is written `{}n`", echo(text)))
            });
        }
        Ok(Value::number(number))
    }

    fn no_number(&mut self, token: Token) -> Reported {
        let text = echo(self.cursor.text(token));
        let message = format!("`{text}` is not a number");
        let help = "numbers are written `42`, `0.1`, `1e21`, `0x2a`, `inf`, `NaN`, integers `42n`, \
                    complex numbers `2+3i`";
        let help = Some(help.to_owned());
        self.cursor.fail_help("A15", message, token.span, help)
    }

    /// Takes the octets of `b"..."`.
    pub(super) fn bytes(&mut self) -> Parsed<Vec<u8>> {
        let token = self.cursor.next();
        let text = self.cursor.text(token);
        let inner = text.get(2..text.len().saturating_sub(1)).unwrap_or("");
        // Each octet has at most four characters.
        if inner.len() / 4 > limits::STRING_BYTES_MAX {
            return Err(self.cursor.too_long(token.span));
        }
        text::unescape_bytes(inner)
            .map_err(|problem| self.cursor.bad_escape(problem, token.span.start + 2))
    }

    /// Takes the text of an atom.
    pub(super) fn atom(&mut self) -> Parsed<Arc<str>> {
        let token = self.cursor.expect(Kind::Atom, "an atom such as `:ok`")?;
        let text = self.cursor.text(token);
        let Span { start, end } = token.span;
        if text.starts_with(":\"") {
            Ok(self.cursor.quoted(start + 2, end - 1)?.into())
        } else {
            Ok(text[1..].into())
        }
    }

    /// Items up to a closing token; `item` is told the number of the item.
    pub(super) fn sequence(
        &mut self,
        close: Kind,
        what: &str,
        mut item: impl FnMut(&mut Self, usize) -> Parsed<()>,
    ) -> Parsed<()> {
        for number in 0.. {
            if self.cursor.take(close).is_some() {
                return Ok(());
            }
            item(self, number)?;
            if self.cursor.take(Kind::Comma).is_none() {
                self.cursor.expect(close, what)?;
                return Ok(());
            }
        }
        Ok(())
    }

    fn tuple(&mut self, level: usize) -> Parsed<Value> {
        let open = self.cursor.next().span;
        let mut items = Vec::new();
        let mut comma = false;
        loop {
            if let Some(close) = self.cursor.take(Kind::ParenClose) {
                if items.len() == 1 && !comma {
                    let span = Span {
                        start: open.start,
                        end: close.span.end,
                    };
                    let message =
                        "parentheses make a tuple, and one of a single element has a comma";
                    let help = Some("write `(x,)` for the tuple, `x` for the value".to_owned());
                    return Err(self.cursor.fail_help("A07", message, span, help));
                }
                return Ok(Value::tuple(items));
            }
            if !items.is_empty() && !comma {
                return Err(self.cursor.expected("`,` or `)`"));
            }
            items.push(self.literal_in(level + 1)?);
            comma = self.cursor.take(Kind::Comma).is_some();
        }
    }

    /// `[a, b]` or `[a, b | tail]`
    fn array_or_list(&mut self, level: usize) -> Parsed<Value> {
        self.cursor.next();
        let mut items = Vec::new();
        loop {
            if self.cursor.take(Kind::BracketClose).is_some() {
                break;
            }
            items.push(self.literal_in(level + 1)?);
            if let Some(bar) = self.cursor.take(Kind::Bar) {
                // A cell for each item, and the list itself counts already.
                self.weigh(level, items.len() - 1, bar.span)?;
                let tail = self.literal_in(level + 1)?;
                self.cursor.expect(Kind::BracketClose, "`]`")?;
                return Ok(items
                    .into_iter()
                    .rev()
                    .fold(tail, |tail, head| Value::pair(head, tail)));
            }
            if self.cursor.take(Kind::Comma).is_none() {
                self.cursor.expect(Kind::BracketClose, "`,`, `|` or `]`")?;
                break;
            }
        }
        Ok(Value::array(items))
    }

    fn map(&mut self, level: usize) -> Parsed<Value> {
        self.cursor.next();
        let mut entries: Vec<(Value, Value)> = Vec::new();
        let mut seen = HashSet::new();
        self.sequence(Kind::BraceClose, "`,` or `}`", |p, _| {
            let key = p.map_key(level, &mut seen)?;
            entries.push((key, p.literal_in(level + 1)?));
            Ok(())
        })?;
        Ok(Value::map(entries))
    }

    /// Takes a key of a map and its colon.
    pub(super) fn map_key(&mut self, level: usize, seen: &mut HashSet<String>) -> Parsed<Value> {
        let first = self.cursor.peek().span;
        let key = self.literal_in(level + 1)?;
        self.not_twice(super::print::literal(None, &key), first, seen)?;
        self.cursor
            .expect(Kind::Colon, "`:` between key and value")?;
        Ok(key)
    }

    /// Complains if a key has been seen before.
    pub(super) fn not_twice(
        &mut self,
        key: String,
        span: Span,
        seen: &mut HashSet<String>,
    ) -> Parsed<()> {
        if let Some(key) = seen.replace(key) {
            let message = format!("the key `{}` is there already", echo(&key));
            return Err(self.cursor.fail("A19", message, span));
        }
        Ok(())
    }

    /// `{.type Point, .proto {...}, .magic __add__: &add/2, x: 1, y [writable]: 2}`
    fn object(&mut self, level: usize) -> Parsed<Value> {
        self.cursor.next();
        let mut object = Object::new();
        let mut seen = HashSet::new();
        self.sequence(Kind::BraceClose, "`,` or `}`", |p, _| {
            let token = p.cursor.peek();
            if token.kind == Kind::Directive {
                return p.object_part(&mut object, level);
            }
            let key = p.cursor.name("a property name")?;
            p.not_twice(key.to_string(), token.span, &mut seen)?;
            let flags = p.property_flags()?;
            p.cursor.expect(Kind::Colon, "`:` and a value")?;
            let property = PropertyDescriptor {
                value: p.literal_in(level + 1)?,
                writable: flags.has(PropertyFlags::WRITABLE),
                enumerable: flags.has(PropertyFlags::ENUMERABLE),
                configurable: flags.has(PropertyFlags::CONFIGURABLE),
            };
            object.properties.push((key.into(), property));
            Ok(())
        })?;
        Ok(Value::object(object))
    }

    /// The parts of an object that are no properties.
    fn object_part(&mut self, object: &mut Object, level: usize) -> Parsed<()> {
        let token = self.cursor.next();
        let part = self.cursor.text(token);
        let taken = match part {
            ".type" => {
                let name = self.cursor.name("a type name")?;
                object.type_name.replace(name.into()).is_some()
            }
            ".proto" => {
                let prototype = self.literal_in(level + 1)?;
                object.prototype.replace(prototype).is_some()
            }
            ".magic" => {
                let name = self.cursor.name("the name of a magic method")?;
                self.cursor.expect(Kind::Colon, "`:` and a function")?;
                let method = self.literal_in(level + 1)?;
                object.magic_methods.insert(name.into(), method).is_some()
            }
            _ => {
                let help = self.cursor.suggest(part, [".type", ".proto", ".magic"]);
                let message = format!("an object has `.type`, `.proto`, `.magic`, but no `{part}`");
                return Err(self.cursor.fail_help("A14", message, token.span, help));
            }
        };
        if taken {
            let message = format!("the `{part}` is there already");
            return Err(self.cursor.fail("A19", message, token.span));
        }
        Ok(())
    }

    /// The flags behind a property's name: all if none are written.
    pub(super) fn property_flags(&mut self) -> Parsed<PropertyFlags> {
        if self.cursor.peek().kind != Kind::BracketOpen {
            return Ok(PropertyFlags::OPEN);
        }
        self.flags(PropertyFlags::NAMES).map(PropertyFlags)
    }

    /// Takes words in brackets; a bit without a word is written by number.
    pub(super) fn flags(&mut self, words: &'static [&'static str]) -> Parsed<u8> {
        self.cursor.expect(Kind::BracketOpen, "flags in brackets")?;
        let mut bits = 0;
        while self.cursor.take(Kind::BracketClose).is_none() {
            let token = self.cursor.peek();
            match token.kind {
                Kind::Word => {
                    let word = self.cursor.text(token);
                    let Some(bit) = words.iter().position(|w| *w == word) else {
                        let message = format!("no flag is called `{word}` here");
                        let help = self
                            .cursor
                            .suggest(word, words.iter().copied())
                            .unwrap_or_else(|| format!("the flags are {}", words.join(", ")));
                        return Err(self
                            .cursor
                            .fail_help("A17", message, token.span, Some(help)));
                    };
                    self.cursor.next();
                    bits |= 1 << bit;
                }
                Kind::Number => bits |= self.cursor.count(0xFF, "a flag's bit")? as u8,
                _ => return Err(self.cursor.expected("a flag or `]`")),
            }
            self.cursor.take(Kind::Comma);
        }
        Ok(bits)
    }
}
