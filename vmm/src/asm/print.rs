//! Classes as assembly text.
//!
//! # Invariants
//! P1. Parsing the text of a class that keeps the bounds of class files gives
//!     the same class.
//! P2. Whatever a class holds, printing it neither fails nor panics: what has
//!     no text of its own (a target outside the function, an unknown flag, a
//!     process as a constant) is shown by number.
//! P3. The text is a function of the class alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::names::{Names, write_flags, write_path, write_property};
use super::show::{Style, Writer};
use super::{statement, uses};
use crate::ids::{FunctionIndex, Offset, Reg};
use crate::isa::operand::{Flags, PropertyFlags, flags_valid};
use crate::isa::{Arm, Instruction, OperandSink, Pattern, PropertyInit, RegOrValue};
use crate::limits;
use crate::program::{Function, Module};
use crate::text;
use crate::value::Value;

/// Column of the first operand, counted from the mnemonic.
const OPERAND_COLUMN: usize = 12;

/// The text of a class, which [`super::parse`] turns back into the same class.
///
/// Cost: linear in the class.
#[must_use]
pub fn print(module: &Module) -> String {
    let mut out = String::from(".class ");
    write_path(&mut out, &module.name);
    out.push('\n');
    for section in &module.custom {
        out.push_str(".custom ");
        text::write_quoted(&mut out, &section.name);
        if !section.data.is_empty() {
            out.push(' ');
        }
        for byte in &section.data {
            out.push_str(&format!("{byte:02x}"));
        }
        out.push('\n');
    }
    let names = Names::new(Some(module));
    let mut file = "";
    for function in &module.functions {
        out.push('\n');
        file = write_function(&mut out, &names, function, file);
    }
    out
}

/// The text of one function of a class; empty if the class has none there.
#[must_use]
pub fn print_function(module: &Module, function: u32) -> String {
    let mut out = String::new();
    if let Some(function) = module.functions.get(function as usize) {
        let names = Names::new(Some(module));
        write_function(&mut out, &names, function, "");
    }
    out
}

/// The text of one instruction of a class, jumps as offsets; empty if there is
/// none at that place.
#[must_use]
pub fn print_instruction(module: &Module, function: u32, index: u32) -> String {
    let function = module.functions.get(function as usize);
    function
        .and_then(|f| f.instructions.get(index as usize))
        .map_or_else(String::new, |i| instruction_text(Some(module), i))
}

/// The text of an instruction, jumps as offsets. With the class at hand its
/// functions are called by name.
#[must_use]
pub fn instruction_text(module: Option<&Module>, instruction: &Instruction) -> String {
    instruction_excerpt(module, instruction, usize::MAX)
}

/// The text of an instruction, each constant and pattern in it cut with `...`
/// after so many characters, and so the whole.
///
/// Cost: constants and patterns are written only as far as they are shown.
#[must_use]
pub fn instruction_excerpt(
    module: Option<&Module>,
    instruction: &Instruction,
    chars: usize,
) -> String {
    let mut out = String::new();
    write_instruction(&mut out, &Names::new(module), None, instruction, 0, chars);
    if let Some((at, _)) = out.char_indices().nth(chars) {
        out.truncate(at);
        out.push_str("...");
    }
    out
}

/// The *show* form of a value, for results, errors and traces: the assembler's
/// literal as far as there is one, functions and processes as
/// `#function<Main.worker/1>` and `#process<7>`, cut with `...` after
/// [`limits::SHOW_CHARS_MAX`] characters.
#[must_use]
pub fn show_value(value: &Value) -> String {
    let mut out = String::new();
    let limit = limits::SHOW_CHARS_MAX;
    Writer::new(&mut out, &Names::default(), Style::Show, limit).value(value);
    out
}

/// A value as the assembler reads it, whatever its length.
#[must_use]
pub fn literal(module: Option<&Module>, value: &Value) -> String {
    let mut out = String::new();
    Writer::new(&mut out, &Names::new(module), Style::Literal, usize::MAX).value(value);
    out
}

/// The *show* form; see [`show_value`].
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&show_value(self))
    }
}

/// The assembly text, jumps as offsets and functions of the class by place.
impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&instruction_text(None, self))
    }
}

/// The assembly text.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        let names = Names::default();
        Writer::new(&mut out, &names, Style::Literal, usize::MAX).pattern(self);
        f.pad(&out)
    }
}

/// Labels of a function: the number of each by the instruction it stands before.
type Labels = BTreeMap<u32, usize>;

/// Writes a function and returns the source file that its last line entry
/// names; `file` is the one of the function before.
fn write_function<'f>(
    out: &mut String,
    names: &Names<'_>,
    function: &'f Function,
    mut file: &'f str,
) -> &'f str {
    let labels = labels(function);
    write_header(out, function);
    for handler in &function.handlers {
        out.push_str("    .handler ");
        for position in [handler.from, handler.to, handler.target] {
            write_position(out, &labels, position);
            out.push_str(", ");
        }
        out.push_str(&handler.value.to_string());
        if let Some(info) = handler.info {
            out.push_str(&format!(", {info}"));
        }
        out.push('\n');
    }
    let len = length(function);
    for local in &function.debug.locals {
        out.push_str("    .local ");
        if statement::may_be_name(&local.name) {
            out.push_str(&local.name);
        } else {
            text::write_quoted(out, &local.name);
        }
        out.push_str(&format!(" = {}", local.reg));
        if (local.from, local.to) != (0, len) {
            out.push(' ');
            write_position(out, &labels, local.from);
            out.push_str("..");
            write_position(out, &labels, local.to);
        }
        out.push('\n');
    }
    let mut lines = function.debug.lines.iter().peekable();
    for at in 0..=len {
        while let Some(entry) = lines.next_if(|l| l.at <= at || at == len) {
            out.push_str(&format!("    .line {}", entry.line));
            if entry.column != 0 {
                out.push_str(&format!(":{}", entry.column));
            }
            if *entry.file != *file {
                file = &entry.file;
                out.push(' ');
                text::write_quoted(out, file);
            }
            out.push('\n');
        }
        if let Some(number) = labels.get(&at) {
            out.push_str(&format!("L{number}:\n"));
        }
        if let Some(instruction) = function.instructions.get(at as usize) {
            out.push_str("    ");
            let place = Some((&labels, at));
            write_instruction(out, names, place, instruction, OPERAND_COLUMN, usize::MAX);
            out.push('\n');
        }
    }
    file
}

fn write_header(out: &mut String, function: &Function) {
    out.push_str(".function ");
    match function.name.as_deref() {
        None => out.push('_'),
        Some("_") => out.push_str("\"_\""),
        Some(name) => text::write_name(out, name),
    }
    out.push_str(&format!(" arity={}", function.arity));
    let extra =
        (function.extra_regs != uses::extra_registers(function)).then_some(function.extra_regs);
    let nonzero = |n: u16| (n != 0).then_some(n);
    for (word, number) in [
        ("captures", nonzero(function.captures)),
        ("optional", nonzero(function.optional)),
        ("extra", extra),
    ] {
        if let Some(number) = number {
            out.push_str(&format!(" {word}={number}"));
        }
    }
    for (word, set) in [
        ("rest", function.rest),
        ("lenient", function.lenient),
        ("private", function.private),
    ] {
        if set {
            out.push_str(&format!(" {word}"));
        }
    }
    out.push('\n');
}

/// Numbers the places that something in the function refers to, in order.
fn labels(function: &Function) -> Labels {
    let mut places = BTreeSet::new();
    for (at, instruction) in (0..).zip(&function.instructions) {
        let targets = uses::targets(instruction);
        places.extend(targets.iter().filter_map(|&t| function.resolve(at, t)));
    }
    let handlers = function.handlers.iter();
    places.extend(handlers.flat_map(|h| [h.from, h.to, h.target]));
    let len = length(function);
    for local in &function.debug.locals {
        if (local.from, local.to) != (0, len) {
            places.extend([local.from, local.to]);
        }
    }
    places.into_iter().filter(|&p| p <= len).zip(1..).collect()
}

fn length(function: &Function) -> u32 {
    u32::try_from(function.instructions.len()).unwrap_or(u32::MAX - 1)
}

fn write_position(out: &mut String, labels: &Labels, position: u32) {
    match labels.get(&position) {
        Some(number) => out.push_str(&format!("L{number}")),
        None => out.push_str(&position.to_string()),
    }
}

/// Writes an instruction; `place` is where it stands, for labels, and `column`
/// that of the first operand.
fn write_instruction(
    out: &mut String,
    names: &Names<'_>,
    place: Option<(&Labels, u32)>,
    instruction: &Instruction,
    column: usize,
    chars: usize,
) {
    let mnemonic = instruction.info().mnemonic;
    out.push_str(mnemonic);
    let mut line = Line {
        out,
        names,
        place,
        pad: column.saturating_sub(mnemonic.len()).max(1),
        first: true,
        chars,
    };
    instruction.operands(&mut line);
}

/// Writes operands.
struct Line<'a> {
    out: &'a mut String,
    names: &'a Names<'a>,
    place: Option<(&'a Labels, u32)>,
    pad: usize,
    first: bool,
    /// Characters of a constant or pattern at most.
    chars: usize,
}

impl Line<'_> {
    /// What stands before an operand.
    fn next(&mut self) -> &mut String {
        if std::mem::take(&mut self.first) {
            self.out.extend(std::iter::repeat_n(' ', self.pad));
        } else {
            self.out.push_str(", ");
        }
        self.out
    }

    fn word(&mut self, word: impl fmt::Display) {
        let out = self.next();
        out.push_str(&word.to_string());
    }

    fn jump(&mut self, offset: Offset) {
        let label = self.place.and_then(|(labels, at)| {
            let position = i64::from(at) + i64::from(offset.0);
            labels.get(&u32::try_from(position).ok()?)
        });
        match label {
            Some(number) => self.out.push_str(&format!("L{number}")),
            None => self.out.push_str(&format!("{:+}", offset.0)),
        }
    }

    fn writer<'w>(&'w mut self) -> Writer<'w, 'w> {
        Writer::new(self.out, self.names, Style::Literal, self.chars)
    }
}

impl OperandSink for Line<'_> {
    fn dst(&mut self, _: &'static str, reg: Reg) {
        self.word(reg);
    }
    fn src(&mut self, _: &'static str, reg: Reg) {
        self.word(reg);
    }
    fn opt_dst(&mut self, name: &'static str, reg: Option<Reg>) {
        self.opt_src(name, reg);
    }
    fn opt_src(&mut self, _: &'static str, reg: Option<Reg>) {
        match reg {
            Some(reg) => self.word(reg),
            None => self.word("_"),
        }
    }
    fn srcs(&mut self, _: &'static str, regs: &[Reg]) {
        regs.iter().for_each(|reg| self.word(reg));
    }
    fn pairs(&mut self, _: &'static str, pairs: &[(Reg, Reg)]) {
        for (key, value) in pairs {
            self.word(format_args!("{key}: {value}"));
        }
    }
    fn value(&mut self, _: &'static str, value: &Value) {
        self.next();
        let writer = Writer::new(self.out, self.names, Style::Literal, self.chars);
        writer.value(value);
    }
    fn name(&mut self, _: &'static str, name: &Arc<str>) {
        text::write_atom(self.next(), name);
    }
    fn native(&mut self, _: &'static str, name: &Arc<str>) {
        let mut path = String::new();
        write_path(&mut path, name);
        let mark = if path.starts_with('"') { "@" } else { "" };
        self.word(format_args!("{mark}{path}"));
    }
    fn function(&mut self, _: &'static str, function: FunctionIndex) {
        let names = self.names;
        names.write(self.next(), function);
    }
    fn target(&mut self, _: &'static str, target: Offset) {
        self.next();
        self.jump(target);
    }
    fn literal(&mut self, _: &'static str, number: u32) {
        self.word(number);
    }
    fn scope(&mut self, _: &'static str, scope: Option<&Arc<str>>) {
        if let Some(scope) = scope {
            text::write_quoted(self.next(), scope);
        }
    }
    fn arms(&mut self, _: &'static str, arms: &[Arm]) {
        for arm in arms {
            self.next();
            let writer = Writer::new(self.out, self.names, Style::Literal, self.chars);
            writer.pattern(&arm.pattern);
            self.out.push_str(" -> ");
            self.jump(arm.target);
        }
    }
    fn timeout_arm(&mut self, _: &'static str, arm: Option<(Reg, Offset)>) {
        if let Some((reg, target)) = arm {
            self.word(format_args!("after {reg} -> "));
            self.jump(target);
        }
    }
    fn properties(&mut self, _: &'static str, properties: &[PropertyInit]) {
        for property in properties {
            write_property(self.next(), &property.key, property.flags);
            match &property.value {
                RegOrValue::Reg(reg) => self.out.push_str(&reg.to_string()),
                RegOrValue::Value(value) => self.writer().value(value),
            }
        }
    }
    fn flags(&mut self, _: &'static str, bits: u8, words: &'static [&'static str]) {
        if bits != 0 || flags_required(words) {
            write_flags(self.next(), bits, words);
        }
    }
}

/// Whether an instruction must show these flags even if none is set: because
/// none means nothing, or because elsewhere none shown means all are set.
pub(super) fn flags_required(words: &'static [&'static str]) -> bool {
    !flags_valid(0, words) || words == PropertyFlags::NAMES
}
