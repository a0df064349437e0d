//! Operands as text, in table order.
//!
//! Operands are separated by commas. A list comes last and simply goes on;
//! what may be left out (flags of which none is set, a scope, a timeout, an
//! absent register at the end) is told from what follows by its first token.

use std::sync::Arc;

use super::cursor::{Parsed, Reported, echo};
use super::lex::Kind;
use super::parse::Parser;
use super::print::flags_required;
use super::statement::is_register;
use crate::ids::{FunctionIndex, Offset, Reg};
use crate::isa::{Arm, OperandSource, PropertyInit};
use crate::limits;
use crate::value::{FunctionRef, Value};

/// The operands of one instruction.
pub(super) struct Operands<'p, 't> {
    parser: &'p mut Parser<'t>,
    first: bool,
}

impl<'p, 't> Operands<'p, 't> {
    pub(super) fn new(parser: &'p mut Parser<'t>) -> Self {
        Operands {
            parser,
            first: true,
        }
    }

    /// Takes the comma before an operand.
    fn comma(&mut self, what: &str) -> Parsed<()> {
        if !std::mem::take(&mut self.first) {
            if self.parser.cursor.peek().kind == Kind::End {
                return Err(self.parser.cursor.expected(&format!("`,` and {what}")));
            }
            self.parser.cursor.expect(Kind::Comma, "`,`")?;
        }
        Ok(())
    }

    /// What the next operand begins with, if there is one.
    fn ahead(&self) -> Kind {
        let cursor = &self.parser.cursor;
        match cursor.peek().kind {
            Kind::Comma if !self.first => cursor.peek_second().kind,
            kind if self.first => kind,
            _ => Kind::End,
        }
    }

    fn is_ahead(&self, word: &str) -> bool {
        let cursor = &self.parser.cursor;
        let token = if self.first {
            cursor.peek()
        } else {
            cursor.peek_second()
        };
        self.ahead() == Kind::Word && cursor.text(token) == word
    }

    /// Items of a list that goes on to the end of the line.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Parser<'t>) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        while self.parser.cursor.peek().kind != Kind::End {
            self.comma("another operand")?;
            items.push(item(self.parser)?);
        }
        Ok(items)
    }
}

impl<'t> Parser<'t> {
    /// Takes a register: plain, or by a name it was given.
    pub(super) fn register(&mut self, what: &str) -> Parsed<Reg> {
        if let Some(reg) = self.take_known_register()? {
            return Ok(reg);
        }
        let token = self.cursor.peek();
        let word = self.cursor.text(token);
        if token.kind != Kind::Word {
            return Err(self.cursor.expected(what));
        }
        let names = self.frame.names.keys().map(String::as_str);
        let help = self.cursor.suggest(word, names).unwrap_or_else(|| {
            format!("registers are `r0`, `r1`, ...; `.reg {word}` names a free one")
        });
        let message = format!("no register is called `{word}`");
        Err(self
            .cursor
            .fail_help("A08", message, token.span, Some(help)))
    }

    /// Takes a register if one is ahead.
    pub(super) fn take_known_register(&mut self) -> Parsed<Option<Reg>> {
        let token = self.cursor.peek();
        if token.kind != Kind::Word {
            return Ok(None);
        }
        let word = self.cursor.text(token);
        let reg = if is_register(word) {
            match word[1..].parse() {
                Ok(number) => Some(Reg(number)),
                Err(_) => {
                    let message = format!(
                        "there is no register `{word}`: a frame has at most {}",
                        limits::REGISTERS_MAX
                    );
                    return Err(self.cursor.fail("A15", message, token.span));
                }
            }
        } else {
            self.frame.names.get(word).copied()
        };
        if reg.is_some() {
            self.cursor.next();
        }
        Ok(reg)
    }

    /// Takes a register or `_`.
    pub(super) fn optional_register(&mut self, what: &str) -> Parsed<Option<Reg>> {
        if self.cursor.take_word("_") {
            Ok(None)
        } else {
            self.register(what).map(Some)
        }
    }

    /// Takes a jump operand: a label, or a signed number of instructions.
    fn jump(&mut self) -> Parsed<Offset> {
        let token = self.cursor.peek();
        let text = self.cursor.text(token);
        if token.kind == Kind::Number && text.starts_with(['+', '-']) {
            return match text.parse() {
                Ok(offset) => {
                    self.cursor.next();
                    Ok(Offset(offset))
                }
                Err(_) => {
                    let message = format!("`{text}` is not an offset in instructions");
                    Err(self.cursor.fail("A15", message, token.span))
                }
            };
        }
        if token.kind == Kind::Number && text.bytes().all(|b| b.is_ascii_digit()) {
            let message = format!("expected a label or an offset, found `{text}`");
            let help = Some(format!("an offset has a sign: `+{text}`"));
            return Err(self.cursor.fail_help("A07", message, token.span, help));
        }
        let target = self.label("a label")?;
        // Both lie within the instructions of one text.
        Ok(Offset(target as i32 - self.frame.at as i32))
    }

    /// Takes the name of a label: the place it stands at.
    pub(super) fn label(&mut self, what: &str) -> Parsed<u32> {
        let token = self.cursor.peek();
        let name = self.cursor.name(what)?;
        if let Some(&(at, _)) = self.frame.labels.get(&*name) {
            return Ok(at);
        }
        let help = self
            .cursor
            .suggest(&name, self.frame.labels.keys().map(|k| &**k))
            .unwrap_or_else(|| format!("write `{}:` before the instruction meant", echo(&name)));
        let message = format!("no label of this function is called `{}`", echo(&name));
        Err(self
            .cursor
            .fail_help("A04", message, token.span, Some(help)))
    }

    fn arm(&mut self) -> Parsed<Arm> {
        let pattern = self.whole_pattern()?;
        self.cursor.expect(Kind::Arrow, "`->` and a label")?;
        let target = self.jump()?;
        Ok(Arm { pattern, target })
    }

    fn property(&mut self) -> Parsed<PropertyInit> {
        let key = self.cursor.name("a property name")?.into();
        let flags = self.property_flags()?;
        self.cursor
            .expect(Kind::Colon, "`:` and a register or literal")?;
        let value = self.register_or_literal()?;
        Ok(PropertyInit { key, value, flags })
    }
}

impl OperandSource for Operands<'_, '_> {
    type Error = Reported;

    fn dst(&mut self, _: &'static str) -> Parsed<Reg> {
        self.comma("a register to write")?;
        self.parser.register("a register to write")
    }

    fn src(&mut self, _: &'static str) -> Parsed<Reg> {
        self.comma("a register to read")?;
        self.parser.register("a register to read")
    }

    fn opt_dst(&mut self, name: &'static str) -> Parsed<Option<Reg>> {
        self.opt_src(name)
    }

    fn opt_src(&mut self, _: &'static str) -> Parsed<Option<Reg>> {
        if self.ahead() == Kind::End {
            return Ok(None);
        }
        self.comma("a register or `_`")?;
        self.parser.optional_register("a register or `_`")
    }

    fn srcs(&mut self, _: &'static str) -> Parsed<Vec<Reg>> {
        self.list(|p| p.register("a register to read"))
    }

    fn pairs(&mut self, _: &'static str) -> Parsed<Vec<(Reg, Reg)>> {
        self.list(|p| {
            let key = p.register("a register that holds a key")?;
            p.cursor.expect(Kind::Colon, "`:` and a register")?;
            Ok((key, p.register("a register that holds a value")?))
        })
    }

    fn value(&mut self, _: &'static str) -> Parsed<Value> {
        self.comma("a literal")?;
        self.parser.literal()
    }

    fn name(&mut self, _: &'static str) -> Parsed<Arc<str>> {
        self.comma("an atom such as `:ok`")?;
        self.parser.atom()
    }

    fn native(&mut self, _: &'static str) -> Parsed<Arc<str>> {
        let what = "the name of a native function such as `io.println`";
        self.comma(what)?;
        if self.parser.cursor.peek().kind == Kind::Native {
            return self.parser.native();
        }
        Ok(self.parser.cursor.path(what)?.into())
    }

    fn function(&mut self, _: &'static str) -> Parsed<FunctionIndex> {
        let what = "a function of this class such as `&worker/1`";
        self.comma(what)?;
        let token = self.parser.cursor.expect(Kind::Function, what)?;
        match self.parser.function_reference(token)? {
            FunctionRef::Local(index) => Ok(index),
            FunctionRef::Extern { .. } => {
                let message = format!("expected {what}, found one of another class");
                let help = Some("load it with `load_const` and call it there".to_owned());
                Err(self
                    .parser
                    .cursor
                    .fail_help("A07", message, token.span, help))
            }
        }
    }

    fn target(&mut self, _: &'static str) -> Parsed<Offset> {
        self.comma("a label")?;
        self.parser.jump()
    }

    fn literal(&mut self, _: &'static str) -> Parsed<u32> {
        self.comma("a whole number")?;
        self.parser.cursor.count(u32::MAX, "a whole number")
    }

    fn scope(&mut self, _: &'static str) -> Parsed<Option<Arc<str>>> {
        if self.ahead() == Kind::Str {
            self.comma("a scope")?;
            return Ok(Some(self.parser.cursor.string()?.into()));
        }
        if self.is_ahead("_") {
            self.comma("a scope")?;
            self.parser.cursor.next();
        }
        Ok(None)
    }

    fn arms(&mut self, _: &'static str) -> Parsed<Vec<Arm>> {
        let mut arms = Vec::new();
        while self.parser.cursor.peek().kind != Kind::End && !self.is_ahead("after") {
            self.comma("an arm")?;
            arms.push(self.parser.arm()?);
        }
        Ok(arms)
    }

    fn timeout_arm(&mut self, _: &'static str) -> Parsed<Option<(Reg, Offset)>> {
        if !self.is_ahead("after") {
            return Ok(None);
        }
        self.comma("`after`")?;
        let cursor = &mut self.parser.cursor;
        cursor.next();
        let timeout = self.parser.register("a register that holds milliseconds")?;
        self.parser.cursor.expect(Kind::Arrow, "`->` and a label")?;
        Ok(Some((timeout, self.parser.jump()?)))
    }

    fn properties(&mut self, _: &'static str) -> Parsed<Vec<PropertyInit>> {
        self.list(Parser::property)
    }

    fn flags(&mut self, _: &'static str, words: &'static [&'static str]) -> Parsed<u8> {
        if self.ahead() == Kind::BracketOpen {
            self.comma("flags")?;
            return self.parser.flags(words);
        }
        if !flags_required(words) {
            return Ok(0);
        }
        let what = format!("flags in brackets, of {}", words.join(", "));
        self.comma(&what)?;
        Err(self.parser.cursor.expected(&what))
    }
}
