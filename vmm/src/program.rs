//! Programs as plain data: what class files hold, what compilers build.
//!
//! A [`Module`] is a class: functions, and what tools may attach to it. It has
//! no heap, no threads and no addresses; it becomes runnable only by way of
//! the verifier, which turns it into `Verified<Module>`, and the linker.
//!
//! # Frame of a function
//! Registers `0..captures` hold the captured values, the next `arity` ones the
//! arguments (the last `optional` of which may be missing), one more the array
//! of further arguments if `rest` is set, then come `extra_regs` more. All
//! registers that no argument fills start as `undefined`.

pub mod binary;
mod bounded;
pub mod v1;

use std::sync::Arc;

use crate::ids::{Offset, Reg};
use crate::isa::Instruction;
use crate::names::Quoted;

/// A class: a named set of functions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// Name of the class; in a package, the name of its entry.
    pub name: Arc<str>,
    /// Its functions; a function constant names one by its place here.
    pub functions: Vec<Function>,
    /// Sections that tools attach; kept and printed, never interpreted.
    pub custom: Vec<CustomSection>,
}

/// Bytes that a tool attached to a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomSection {
    /// Who they belong to.
    pub name: Arc<str>,
    /// The bytes.
    pub data: Vec<u8>,
}

/// One function of a class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Function {
    /// Its name; a function without one is reached by its place only.
    pub name: Option<Arc<str>>,
    /// Argument registers, optional ones included, the rest array not.
    pub arity: u16,
    /// Captured values, in the first registers.
    pub captures: u16,
    /// How many of the last arguments may be missing.
    pub optional: u16,
    /// Registers beyond captures, arguments and the rest array.
    pub extra_regs: u16,
    /// Further arguments are collected into an array.
    pub rest: bool,
    /// Missing arguments are undefined and surplus ones dropped; excludes
    /// `optional` and `rest`.
    pub lenient: bool,
    /// Not to be found from outside the class.
    pub private: bool,
    /// What it does.
    pub instructions: Vec<Instruction>,
    /// Ranges that catch; innermost first, the first that covers wins.
    pub handlers: Vec<Handler>,
    /// Where it came from, for people.
    pub debug: DebugInfo,
}

/// A range of instructions whose errors go to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// First instruction covered.
    pub from: u32,
    /// One past the last instruction covered.
    pub to: u32,
    /// Where to go on; the instruction count itself is valid.
    pub target: u32,
    /// Gets the value thrown.
    pub value: Reg,
    /// Gets the info value, if wanted.
    pub info: Option<Reg>,
}

/// What a debugger and a trace want to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DebugInfo {
    /// Source of instructions, ascending by `at`; each holds until the next.
    pub lines: Vec<LineEntry>,
    /// Names of registers.
    pub locals: Vec<Local>,
}

/// From one instruction on, the source position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineEntry {
    /// First instruction.
    pub at: u32,
    /// Source file.
    pub file: Arc<str>,
    /// Line, from 1; 0 if unknown.
    pub line: u32,
    /// Column in code points, from 1; 0 if unknown.
    pub column: u32,
}

/// A register's name in the source, over a range of instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// The name.
    pub name: Arc<str>,
    /// The register.
    pub reg: Reg,
    /// First instruction.
    pub from: u32,
    /// One past the last instruction.
    pub to: u32,
}

impl Module {
    /// A class without functions.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Module {
            name: name.into(),
            ..Module::default()
        }
    }

    /// The class with one more function.
    #[must_use]
    pub fn with(mut self, function: Function) -> Self {
        self.functions.push(function);
        self
    }

    /// The first function of that name, with its place.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<(u32, &Function)> {
        (0..)
            .zip(&self.functions)
            .find(|(_, f)| f.name.as_deref() == Some(name))
    }
}

impl Function {
    /// A function of bytecode, as compilers make them.
    ///
    /// The frame has `arity + extra_regs` registers; argument 0 is `r0`.
    #[must_use]
    pub fn new_bytecode(
        name: impl Into<Arc<str>>,
        arity: u16,
        extra_regs: u16,
        instructions: Vec<Instruction>,
    ) -> Self {
        Function {
            name: Some(name.into()),
            arity,
            extra_regs,
            instructions,
            ..Function::default()
        }
    }

    /// Registers of its frame. More than [`crate::limits::REGISTERS_MAX`] is
    /// possible here and refused by the verifier.
    #[must_use]
    pub fn frame_size(&self) -> u32 {
        u32::from(self.captures)
            + u32::from(self.arity)
            + u32::from(self.rest)
            + u32::from(self.extra_regs)
    }

    /// `name/arity`, or what stands for it in messages about a nameless function.
    #[must_use]
    pub fn label(&self, index: u32) -> String {
        match &self.name {
            Some(name) => format!("{name}/{}", self.arity),
            None => format!("&#{index}"),
        }
    }

    /// Source position of an instruction.
    #[must_use]
    pub fn line_of(&self, at: u32) -> Option<&LineEntry> {
        let after = self.debug.lines.partition_point(|l| l.at <= at);
        after.checked_sub(1).and_then(|i| self.debug.lines.get(i))
    }

    /// Line and file of an instruction as messages show them, if they are known.
    #[must_use]
    pub fn source_of(&self, at: u32) -> Option<(u32, String)> {
        let entry = self.line_of(at).filter(|entry| entry.line > 0)?;
        Some((entry.line, Quoted::new(&entry.file).as_str().to_owned()))
    }

    /// The instruction that a jump of `offset` at `at` goes to, if it lies in
    /// `0..=len`.
    #[must_use]
    pub fn resolve(&self, at: u32, offset: Offset) -> Option<u32> {
        let target = i64::from(at) + i64::from(offset.0);
        u32::try_from(target)
            .ok()
            .filter(|&t| t as usize <= self.instructions.len())
    }
}
