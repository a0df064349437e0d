//! Directives other than those that begin a class or a function.

use super::cursor::Parsed;
use super::lex::{Kind, Token};
use super::parse::Parser;
use super::statement::{DIRECTIVES, may_be_name};
use crate::ids::Reg;
use crate::limits;
use crate::program::{CustomSection, Handler, LineEntry, Local};

impl<'t> Parser<'t> {
    /// Parses the directive at hand.
    pub(super) fn directive(&mut self) -> Parsed<()> {
        let token = self.cursor.next();
        match self.cursor.text(token) {
            ".const" => self.named_constant()?,
            ".custom" => self.custom(token)?,
            ".line" => self.line(token)?,
            ".local" => self.local(token)?,
            ".reg" => self.named_register(token)?,
            ".handler" => self.handler(token)?,
            other => {
                let message = format!("there is no directive `{other}`");
                let help = self
                    .cursor
                    .suggest(other, DIRECTIVES.iter().copied())
                    .unwrap_or_else(|| format!("the directives are {}", DIRECTIVES.join(", ")));
                return Err(self
                    .cursor
                    .fail_help("A14", message, token.span, Some(help)));
            }
        }
        self.cursor.expect_end()
    }

    /// `.const NAME = LITERAL`
    fn named_constant(&mut self) -> Parsed<()> {
        let (token, name) = self.new_name("a name for the constant")?;
        self.cursor.expect(Kind::Equals, "`=` and a literal")?;
        let constant = self.constant()?;
        let declared = if self.modules.is_empty() {
            self.find_constant(&name).is_some()
        } else {
            // A class may give a name of the whole text a meaning of its own.
            self.class_constant(&name).is_some()
        };
        if declared || self.frame.open && self.frame.names.contains_key(&name) {
            return Err(self.declared_twice(&name, token));
        }
        self.add_constant(name, constant);
        Ok(())
    }

    /// `.custom "NAME" HEX`
    fn custom(&mut self, directive: Token) -> Parsed<()> {
        let name = self.cursor.string()?;
        let (text, span) = self.cursor.rest();
        let digits: Vec<u8> = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '\t'))
            .map(|c| c.to_digit(16).map_or(u8::MAX, |d| d as u8))
            .collect();
        if !digits.len().is_multiple_of(2) || digits.contains(&u8::MAX) {
            let message = "the data of a section is pairs of hexadecimal digits";
            return Err(self.cursor.fail("A22", message, span));
        }
        let data = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]);
        let section = CustomSection {
            name: name.into(),
            data: data.collect(),
        };
        match self.modules.last_mut() {
            Some(module) => module.custom.push(section),
            None => {
                let message = "`.custom` stands outside a class";
                return Err(self.cursor.fail("A13", message, directive.span));
            }
        }
        Ok(())
    }

    /// `.line N[:COLUMN] ["FILE"]`
    fn line(&mut self, directive: Token) -> Parsed<()> {
        self.inside_function(directive)?;
        let line = self.cursor.count(u32::MAX, "a line number")?;
        let column = match self.cursor.take(Kind::Colon) {
            Some(_) => self.cursor.count(u32::MAX, "a column number")?,
            None => 0,
        };
        if self.cursor.peek().kind == Kind::Str {
            self.file = self.cursor.string()?.into();
        }
        let entry = LineEntry {
            at: self.frame.at,
            file: self.file.clone(),
            line,
            column,
        };
        if let Some(function) = self.function() {
            // Of several before one instruction the last holds.
            let lines = &mut function.debug.lines;
            if lines.last().is_some_and(|l| l.at == entry.at) {
                lines.pop();
            }
            lines.push(entry);
        }
        Ok(())
    }

    /// `.local NAME [= REGISTER] [FROM..TO]`: without a range from here to the
    /// end of the function.
    fn local(&mut self, directive: Token) -> Parsed<()> {
        self.inside_function(directive)?;
        let token = self.cursor.peek();
        let (name, usable) = if token.kind == Kind::Str {
            (self.cursor.string()?, false)
        } else {
            (self.new_name("the name of the variable")?.1, true)
        };
        let reg = if self.cursor.take(Kind::Equals).is_some() {
            self.register("a register")?
        } else {
            self.free_register(token)?
        };
        let mut range = (self.frame.at, self.frame.len);
        let given = self.cursor.peek().kind != Kind::End;
        if given {
            range.0 = self.position("a label or index, or the end of the line")?;
            self.cursor
                .expect(Kind::Dots, "`..` and a label or index")?;
            range.1 = self.position("a label or index")?;
        }
        if usable {
            if self.find_constant(&name).is_some() {
                return Err(self.declared_twice(&name, token));
            }
            self.frame.names.insert(name.clone(), reg);
        }
        // Behind the last instruction there is nothing left to be known about.
        let empty = !given && range.0 == range.1;
        if let Some(function) = self.function().filter(|_| !empty) {
            function.debug.locals.push(Local {
                name: name.into(),
                reg,
                from: range.0,
                to: range.1,
            });
        }
        Ok(())
    }

    /// `.reg NAME [= REGISTER]`, or several without one. A name that cannot be
    /// one leaves those after it usable.
    fn named_register(&mut self, directive: Token) -> Parsed<()> {
        self.inside_function(directive)?;
        let mut done = Ok(());
        loop {
            let is_word = self.cursor.peek().kind == Kind::Word;
            let one = self.one_register();
            let lost = one.is_err() && !is_word;
            done = done.and(one);
            if lost || self.cursor.take(Kind::Comma).is_none() {
                return done;
            }
        }
    }

    fn one_register(&mut self) -> Parsed<()> {
        let (token, name) = self.new_name("a name for the register")?;
        let reg = if self.cursor.take(Kind::Equals).is_some() {
            self.register("a register")?
        } else {
            self.free_register(token)?
        };
        if self.frame.names.contains_key(&name) || self.find_constant(&name).is_some() {
            return Err(self.declared_twice(&name, token));
        }
        self.frame.names.insert(name, reg);
        Ok(())
    }

    /// `.handler FROM, TO, TARGET, VALUE[, INFO]`
    fn handler(&mut self, directive: Token) -> Parsed<()> {
        self.inside_function(directive)?;
        let mut places = [0; 3];
        for place in &mut places {
            *place = self.position("a label or index")?;
            self.cursor.expect(Kind::Comma, "`,`")?;
        }
        let value = self.register("a register for the value thrown")?;
        let info = match self.cursor.take(Kind::Comma) {
            Some(_) => self.optional_register("a register for the info, or `_`")?,
            None => None,
        };
        let [from, to, target] = places;
        if let Some(function) = self.function() {
            function.handlers.push(Handler {
                from,
                to,
                target,
                value,
                info,
            });
        }
        Ok(())
    }

    fn inside_function(&mut self, directive: Token) -> Parsed<()> {
        if self.frame.open {
            return Ok(());
        }
        let message = format!(
            "`{}` stands outside a function",
            self.cursor.text(directive)
        );
        Err(self.cursor.fail("A13", message, directive.span))
    }

    /// Takes a label or the index of an instruction.
    fn position(&mut self, what: &str) -> Parsed<u32> {
        let token = self.cursor.peek();
        let digits = self
            .cursor
            .text(token)
            .starts_with(|c: char| c.is_ascii_digit());
        if token.kind == Kind::Number && digits {
            self.cursor.count(u32::MAX, what)
        } else {
            self.label(what)
        }
    }

    /// Takes a name that is to be declared.
    fn new_name(&mut self, what: &str) -> Parsed<(Token, String)> {
        let token = self.cursor.expect(Kind::Word, what)?;
        let name = self.cursor.text(token);
        if may_be_name(name) {
            return Ok((token, name.to_owned()));
        }
        let message = format!("nothing may be called `{name}`: the word has a meaning already");
        Err(self.cursor.fail("A09", message, token.span))
    }

    fn declared_twice(&mut self, name: &str, token: Token) -> super::cursor::Reported {
        let message = format!("`{name}` names something else already");
        let help = Some("names of registers and constants must differ".to_owned());
        self.cursor.fail_help("A09", message, token.span, help)
    }

    /// The next register beyond captures and arguments that the function does
    /// not name by number anywhere.
    fn free_register(&mut self, token: Token) -> Parsed<Reg> {
        let frame = &mut self.frame;
        loop {
            let reg = u16::try_from(frame.free).ok();
            match reg.filter(|&r| u32::from(r) < limits::REGISTERS_MAX) {
                None => {
                    let message = format!(
                        "no register is left: a frame has at most {}",
                        limits::REGISTERS_MAX
                    );
                    return Err(self.cursor.fail("A21", message, token.span));
                }
                Some(reg) => {
                    frame.free += 1;
                    if !frame.taken.contains(&reg) {
                        return Ok(Reg(reg));
                    }
                }
            }
        }
    }
}
