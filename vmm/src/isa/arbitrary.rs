//! Instructions, values and whole classes out of any bytes, for property tests.
//!
//! A [`Maker`] reads bytes as a list of choices and is an [`OperandSource`], so
//! that it makes every instruction of the table, future ones included, without
//! naming one. Bytes run out gracefully: then every choice is the first, which
//! is always the smallest, and shrinking comes for nothing.
//!
//! # Invariants
//! Y1. What is made with [`Sense::Sound`] keeps the rules of class files:
//!     registers inside the frame, targets inside the function, functions
//!     inside the class, flags that mean something, capture counts that agree,
//!     bindings that are unique, keys that are unique and immutable, handlers
//!     that nest, exports that are unique.
//! Y2. With [`Sense::Wild`] anything that the types can say may come, values
//!     that are no constants included: for tests that nothing panics.
//! Y3. The same bytes make the same things.

mod data;

use std::convert::Infallible;
use std::sync::Arc;

use super::operand::flags_valid;
use super::{Arm, Instruction, OPS, Opcode, OperandSource, Pattern, PropertyFlags, PropertyInit};
use crate::ids::{FunctionIndex, Offset, Reg};
use crate::program::{CustomSection, DebugInfo, Function, Handler, LineEntry, Local, Module};
use crate::value::Value;

/// How much what is made has to make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Everything that the verifier asks for.
    Sound,
    /// Nothing.
    Wild,
}

/// A class of a few functions.
#[must_use]
pub fn module(bytes: &[u8], sense: Sense) -> Module {
    Maker::new(bytes, sense).module(None)
}

/// A class whose first function has every instruction of the table once, in table order.
#[must_use]
pub fn module_of_every_instruction(bytes: &[u8], sense: Sense) -> Module {
    let all = OPS
        .iter()
        .filter_map(|row| Opcode::from_number(row.number))
        .collect();
    Maker::new(bytes, sense).module(Some(all))
}

/// A constant.
#[must_use]
pub fn value(bytes: &[u8], sense: Sense) -> Value {
    Maker::new(bytes, sense).constant()
}

/// A pattern for a frame of eight registers.
#[must_use]
pub fn pattern(bytes: &[u8], sense: Sense) -> Pattern {
    Maker::new(bytes, sense).whole_pattern()
}

const WORDS: &[&str] = &[
    "a",
    "ok",
    "main",
    "worker",
    "x",
    "proto",
    "type",
    "r3",
    "when",
    "undefined",
    "_",
    "größe",
    "a b",
    "ion.super",
    "1a",
    "\"q\"\n",
    ":c",
];
const NATIVES: &[&str] = &["io.println", "math.sqrt", "string.length", "vm.pid"];
const MAGIC: &[&str] = &["__add__", "__call__", "__get__", "__str__"];
const FILES: &[&str] = &["a.lang", "dir/b c.lang", ""];

/// Makes things out of bytes; see the module documentation.
#[derive(Debug)]
pub struct Maker<'a> {
    bytes: &'a [u8],
    sense: Sense,
    /// Registers of the frame at hand.
    frame: u32,
    /// Instructions of the function at hand, and the one being made.
    len: u32,
    at: u32,
    /// Capture count of each function of the class.
    captures: Vec<u16>,
    /// Captures that the closure being made has to give.
    wanted: Option<u16>,
    /// Registers that the instruction or pattern at hand already writes.
    written: Vec<Reg>,
}

impl<'a> Maker<'a> {
    /// A maker for a frame of eight registers, a function of one instruction
    /// and a class of one function without captures.
    #[must_use]
    pub fn new(bytes: &'a [u8], sense: Sense) -> Self {
        Maker {
            bytes,
            sense,
            frame: 8,
            len: 1,
            at: 0,
            captures: vec![0],
            wanted: None,
            written: Vec::new(),
        }
    }

    /// One instruction of that opcode.
    pub fn instruction(&mut self, opcode: Opcode) -> Instruction {
        self.wanted = None;
        self.written.clear();
        match Instruction::read(opcode, self) {
            Ok(instruction) => instruction,
            Err(never) => match never {},
        }
    }

    /// A class; its first function has these instructions if they are given.
    pub fn module(&mut self, first: Option<Vec<Opcode>>) -> Module {
        let mut module = Module::new(self.class_name());
        let count = 1 + self.below(4);
        self.captures = (0..count)
            .map(|_| {
                if self.one_in(3) {
                    self.below(3) as u16
                } else {
                    0
                }
            })
            .collect();
        let mut exports = std::collections::HashSet::new();
        let mut first = first;
        for index in 0..count {
            let mut function = self.signature(self.captures[index]);
            if self.sense == Sense::Sound && !function.private {
                let export = (function.name.clone(), function.arity);
                function.private = function.captures > 0 || !exports.insert(export);
            }
            let opcodes = first.take().unwrap_or_else(|| self.opcodes());
            self.body(&mut function, &opcodes);
            module.functions.push(function);
        }
        for _ in 0..self.below(3) {
            let section = CustomSection {
                name: self.name(),
                data: (0..self.below(9)).map(|_| self.byte()).collect(),
            };
            let taken = module.custom.iter().any(|c| c.name == section.name);
            if self.sense == Sense::Wild || !taken {
                module.custom.push(section);
            }
        }
        module
    }

    fn signature(&mut self, captures: u16) -> Function {
        let arity = self.below(4) as u16;
        let lenient = self.one_in(5);
        let strict = self.sense == Sense::Sound && lenient;
        Function {
            name: (!self.one_in(6)).then(|| self.function_name()),
            arity,
            captures,
            optional: if strict {
                0
            } else {
                self.below(usize::from(arity) + 1) as u16
            },
            // Enough for an instruction that writes several registers.
            extra_regs: 4 + self.below(4) as u16,
            rest: !strict && self.one_in(4),
            lenient,
            private: self.one_in(5),
            ..Function::default()
        }
    }

    fn opcodes(&mut self) -> Vec<Opcode> {
        (0..self.below(12))
            .filter_map(|_| Opcode::from_number(OPS[self.below(OPS.len())].number))
            .collect()
    }

    fn body(&mut self, function: &mut Function, opcodes: &[Opcode]) {
        self.frame = function.frame_size();
        self.len = opcodes.len() as u32;
        for (at, &opcode) in (0..).zip(opcodes) {
            self.at = at;
            let instruction = self.instruction(opcode);
            function.instructions.push(instruction);
        }
        function.handlers = self.handlers();
        function.debug = DebugInfo {
            lines: self.lines(),
            locals: (0..self.below(3)).filter_map(|_| self.local()).collect(),
        };
    }

    /// Up to three handlers, one inside the other, innermost first.
    fn handlers(&mut self) -> Vec<Handler> {
        let mut points: Vec<u32> = (0..2 * self.below(4)).map(|_| self.position()).collect();
        if self.sense == Sense::Sound {
            points.sort_unstable();
        }
        let half = points.len() / 2;
        let mut handlers = Vec::new();
        for i in (0..half).rev() {
            let (from, to) = (points[i], points[points.len() - 1 - i]);
            self.written.clear();
            let handler = Handler {
                from,
                to,
                target: self.position(),
                value: self.fresh_reg(),
                info: self.one_in(2).then(|| self.fresh_reg()),
            };
            if self.sense == Sense::Wild || from < to {
                handlers.push(handler);
            }
        }
        handlers
    }

    fn lines(&mut self) -> Vec<LineEntry> {
        let mut lines: Vec<LineEntry> = Vec::new();
        for at in 0..self.len {
            if self.one_in(3) {
                lines.push(LineEntry {
                    at: if self.sense == Sense::Wild {
                        self.position()
                    } else {
                        at
                    },
                    file: FILES[self.below(FILES.len())].into(),
                    line: self.below(500) as u32,
                    column: if self.one_in(2) {
                        self.below(90) as u32
                    } else {
                        0
                    },
                });
            }
        }
        lines
    }

    fn local(&mut self) -> Option<Local> {
        let (a, b) = (self.position(), self.position());
        let local = Local {
            name: self.name(),
            reg: self.reg(),
            from: if self.sense == Sense::Sound {
                a.min(b)
            } else {
                a
            },
            to: if self.sense == Sense::Sound {
                a.max(b)
            } else {
                b
            },
        };
        (self.sense == Sense::Wild || local.from < local.to).then_some(local)
    }

    /// A place in `0..=len`, or any at all.
    fn position(&mut self) -> u32 {
        if self.wild() {
            self.number_of_bytes(4) as u32
        } else {
            self.below(self.len as usize + 1) as u32
        }
    }

    fn property_flags(&mut self) -> PropertyFlags {
        match self.below(3) {
            0 => PropertyFlags::OPEN,
            _ => PropertyFlags(self.byte() & 7),
        }
    }

    /// A register that nothing at hand writes yet, if there is one.
    fn fresh_reg(&mut self) -> Reg {
        let mut reg = self.reg();
        if self.sense == Sense::Sound {
            for _ in 0..self.frame {
                if !self.written.contains(&reg) {
                    break;
                }
                reg = Reg(((u32::from(reg.0) + 1) % self.frame) as u16);
            }
        }
        self.written.push(reg);
        reg
    }

    fn reg(&mut self) -> Reg {
        if self.wild() {
            Reg(self.number_of_bytes(2) as u16)
        } else {
            Reg(self.below(self.frame as usize) as u16)
        }
    }

    fn name(&mut self) -> Arc<str> {
        let word = WORDS[self.below(WORDS.len())];
        match self.below(4) {
            0 => format!("{word}{}", self.byte()).into(),
            1 if self.wild() => "".into(),
            _ => word.into(),
        }
    }

    fn many<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(4)).map(|_| item(self)).collect()
    }

    fn wild(&mut self) -> bool {
        self.sense == Sense::Wild && self.one_in(3)
    }

    /// True for one choice in `n`; false when the bytes have run out.
    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// A number below `n`; 0 when the bytes have run out.
    fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n.max(1)
    }

    fn number_of_bytes(&mut self, count: usize) -> u64 {
        (0..count).fold(0, |n, _| n << 8 | u64::from(self.byte()))
    }

    fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((&first, rest)) => {
                self.bytes = rest;
                first
            }
            None => 0,
        }
    }
}

impl OperandSource for Maker<'_> {
    type Error = Infallible;

    fn dst(&mut self, _: &'static str) -> Result<Reg, Infallible> {
        Ok(self.fresh_reg())
    }
    fn src(&mut self, _: &'static str) -> Result<Reg, Infallible> {
        Ok(self.reg())
    }
    fn opt_dst(&mut self, _: &'static str) -> Result<Option<Reg>, Infallible> {
        Ok(self.one_in(2).then(|| self.fresh_reg()))
    }
    fn opt_src(&mut self, _: &'static str) -> Result<Option<Reg>, Infallible> {
        Ok(self.one_in(2).then(|| self.reg()))
    }
    fn srcs(&mut self, _: &'static str) -> Result<Vec<Reg>, Infallible> {
        let count = match self.wanted.take() {
            Some(count) if self.sense == Sense::Sound => count.into(),
            _ => self.below(5),
        };
        Ok((0..count).map(|_| self.reg()).collect())
    }
    fn pairs(&mut self, _: &'static str) -> Result<Vec<(Reg, Reg)>, Infallible> {
        Ok(self.many(|m| (m.reg(), m.reg())))
    }
    fn value(&mut self, _: &'static str) -> Result<Value, Infallible> {
        Ok(self.constant())
    }
    fn name(&mut self, _: &'static str) -> Result<Arc<str>, Infallible> {
        Ok(Maker::name(self))
    }
    fn native(&mut self, _: &'static str) -> Result<Arc<str>, Infallible> {
        Ok(if self.wild() {
            Maker::name(self)
        } else {
            NATIVES[self.below(NATIVES.len())].into()
        })
    }
    fn function(&mut self, _: &'static str) -> Result<FunctionIndex, Infallible> {
        if self.wild() {
            return Ok(FunctionIndex(self.number_of_bytes(4) as u32));
        }
        let index = self.below(self.captures.len());
        self.wanted = self.captures.get(index).copied();
        Ok(FunctionIndex(index as u32))
    }
    fn target(&mut self, _: &'static str) -> Result<Offset, Infallible> {
        if self.wild() {
            return Ok(Offset(self.number_of_bytes(4) as i32));
        }
        let target = self.below(self.len as usize + 1) as i32;
        Ok(Offset(target - self.at as i32))
    }
    fn literal(&mut self, _: &'static str) -> Result<u32, Infallible> {
        Ok(self.number_of_bytes(4) as u32)
    }
    fn scope(&mut self, _: &'static str) -> Result<Option<Arc<str>>, Infallible> {
        Ok(self.one_in(2).then(|| Maker::name(self)))
    }
    fn arms(&mut self, name: &'static str) -> Result<Vec<Arm>, Infallible> {
        let count = self.below(4);
        (0..count)
            .map(|_| {
                Ok(Arm {
                    pattern: self.whole_pattern(),
                    target: self.target(name)?,
                })
            })
            .collect()
    }
    fn timeout_arm(&mut self, name: &'static str) -> Result<Option<(Reg, Offset)>, Infallible> {
        if self.one_in(2) {
            Ok(Some((self.reg(), self.target(name)?)))
        } else {
            Ok(None)
        }
    }
    fn properties(&mut self, _: &'static str) -> Result<Vec<PropertyInit>, Infallible> {
        let mut properties: Vec<PropertyInit> = Vec::new();
        for _ in 0..self.below(4) {
            let key = Maker::name(self);
            if self.sense == Sense::Wild || properties.iter().all(|p| p.key != key) {
                let value = self.operand();
                let flags = self.property_flags();
                properties.push(PropertyInit { key, value, flags });
            }
        }
        Ok(properties)
    }
    fn flags(&mut self, _: &'static str, words: &'static [&'static str]) -> Result<u8, Infallible> {
        let bits = self.byte();
        if self.wild() {
            return Ok(bits);
        }
        let valid: Vec<u8> = (0..1 << words.len())
            .filter(|&bits| flags_valid(bits, words))
            .collect();
        Ok(valid
            .get(usize::from(bits) % valid.len().max(1))
            .copied()
            .unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_bytes_make_the_smallest_class() {
        let module = module(&[], Sense::Sound);
        assert_eq!(module.functions.len(), 1);
        assert_eq!(module.functions[0].instructions, []);
    }

    #[test]
    fn every_instruction_is_made() {
        let bytes: Vec<u8> = (0..4000_u32).map(|n| (n * n / 7) as u8).collect();
        let module = module_of_every_instruction(&bytes, Sense::Sound);
        let made: Vec<u8> = module.functions[0]
            .instructions
            .iter()
            .map(|i| i.info().number)
            .collect();
        let all: Vec<u8> = OPS.iter().map(|row| row.number).collect();
        assert_eq!(made, all);
    }

    proptest! {
        #[test]
        fn the_same_bytes_make_the_same_class(bytes: Vec<u8>) {
            for sense in [Sense::Sound, Sense::Wild] {
                prop_assert_eq!(module(&bytes, sense), module(&bytes, sense));
            }
        }
    }
}
