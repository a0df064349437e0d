//! One instruction: every operand checked as what it is.
//!
//! An [`OperandSink`] is shown the operands, so an instruction made of known
//! kinds of operands is verified without a line here.

use std::sync::Arc;

use super::Checker;
use super::rules::Rule;
use crate::ids::{FunctionIndex, Offset, Reg};
use crate::isa::operand::flags_valid;
use crate::isa::{Arm, Flags, Instruction, OperandSink, PropertyFlags, PropertyInit};
use crate::limits;
use crate::program::Function;
use crate::value::Value;

/// The instruction at `at` of a function, as its operands go by.
pub(super) struct Operands<'c, 'm> {
    pub(super) checker: &'c mut Checker<'m>,
    pub(super) function: &'m Function,
    pub(super) frame: u32,
    pub(super) at: u32,
    /// First result; no other may go to the same register.
    result: Option<Reg>,
}

impl<'c, 'm> Operands<'c, 'm> {
    pub(super) fn new(checker: &'c mut Checker<'m>, function: &'m Function) -> Self {
        Operands {
            checker,
            function,
            frame: function.frame_size(),
            at: 0,
            result: None,
        }
    }

    /// Checks one instruction.
    pub(super) fn instruction(&mut self, at: u32, instruction: &Instruction) {
        self.at = at;
        self.result = None;
        instruction.operands(self);
        self.checker.report.in_operand(None);
        if let Instruction::MakeClosure(_, index, _, given) = instruction
            && let Some(function) = self.checker.module.functions.get(index.0 as usize)
            && usize::from(function.captures) != given.len()
        {
            self.checker.report.problem(
                Rule::CaptureCount,
                format_args!(
                    "{} captures are given and {index} has {}",
                    given.len(),
                    function.captures
                ),
            );
        }
    }

    pub(super) fn reg(&mut self, reg: Reg) {
        if u32::from(reg.0) >= self.frame {
            self.checker.report.problem(
                Rule::Register,
                format_args!("{reg} is outside the frame of {} registers", self.frame),
            );
        }
    }

    /// What follows is about this operand.
    fn operand(&mut self, name: &'static str) {
        self.checker.report.in_operand(Some(name));
    }

    fn set(&mut self, name: &'static str, bits: u8, words: &'static [&'static str]) {
        if !flags_valid(bits, words) {
            self.checker.report.problem(
                Rule::Flags,
                format_args!(
                    "{bits:#04x} is no combination of {} for `{name}`",
                    Words(words)
                ),
            );
        }
    }

    fn result(&mut self, reg: Reg) {
        self.reg(reg);
        if self.result == Some(reg) {
            self.checker
                .report
                .problem(Rule::SameResult, format_args!("two results go to {reg}"));
        }
        self.result = self.result.or(Some(reg));
    }

    fn jump(&mut self, offset: Offset) {
        if self.function.resolve(self.at, offset).is_none() {
            self.checker.report.problem(
                Rule::Target,
                format_args!(
                    "the target {} is outside the function of {} instructions",
                    i64::from(self.at) + i64::from(offset.0),
                    self.function.instructions.len()
                ),
            );
        }
    }

    pub(super) fn count(&mut self, what: &str, found: usize, limit: usize) {
        if found > limit {
            self.checker.report.problem(
                Rule::Count,
                format_args!("there are {found} {what}, and {limit} are allowed"),
            );
        }
    }
}

impl OperandSink for Operands<'_, '_> {
    fn dst(&mut self, name: &'static str, reg: Reg) {
        self.operand(name);
        self.result(reg);
    }
    fn src(&mut self, name: &'static str, reg: Reg) {
        self.operand(name);
        self.reg(reg);
    }
    fn opt_dst(&mut self, name: &'static str, reg: Option<Reg>) {
        self.operand(name);
        if let Some(reg) = reg {
            self.result(reg);
        }
    }
    fn opt_src(&mut self, name: &'static str, reg: Option<Reg>) {
        self.operand(name);
        if let Some(reg) = reg {
            self.reg(reg);
        }
    }
    fn srcs(&mut self, name: &'static str, regs: &[Reg]) {
        self.operand(name);
        self.count(name, regs.len(), limits::OPERANDS_MAX);
        for reg in regs {
            self.reg(*reg);
        }
    }
    fn pairs(&mut self, name: &'static str, pairs: &[(Reg, Reg)]) {
        self.operand(name);
        self.count(name, pairs.len(), limits::OPERANDS_MAX);
        for (a, b) in pairs {
            self.reg(*a);
            self.reg(*b);
        }
    }
    fn value(&mut self, name: &'static str, value: &Value) {
        self.operand(name);
        self.checker.constant(value);
    }
    fn name(&mut self, name: &'static str, text: &Arc<str>) {
        self.operand(name);
        self.checker.name(text);
    }
    fn native(&mut self, name: &'static str, text: &Arc<str>) {
        self.operand(name);
        self.checker.native(text);
    }
    fn function(&mut self, name: &'static str, function: FunctionIndex) {
        self.operand(name);
        self.checker.captures_of(function);
    }
    fn target(&mut self, name: &'static str, target: Offset) {
        self.operand(name);
        self.jump(target);
    }
    fn literal(&mut self, _: &'static str, _: u32) {}
    fn scope(&mut self, name: &'static str, scope: Option<&Arc<str>>) {
        self.operand(name);
        if let Some(scope) = scope {
            self.checker.name(scope);
        }
    }
    fn arms(&mut self, name: &'static str, arms: &[Arm]) {
        self.operand(name);
        self.count(name, arms.len(), limits::MATCH_ARMS_MAX);
        self.checker.arms += arms.len();
        for arm in arms {
            self.pattern(&arm.pattern);
            self.jump(arm.target);
        }
    }
    fn timeout_arm(&mut self, name: &'static str, arm: Option<(Reg, Offset)>) {
        self.operand(name);
        if let Some((timeout, target)) = arm {
            self.reg(timeout);
            self.jump(target);
        }
    }
    fn properties(&mut self, name: &'static str, properties: &[PropertyInit]) {
        self.operand(name);
        self.count(name, properties.len(), limits::OPERANDS_MAX);
        for property in properties {
            self.checker.property_name(&property.key);
            self.side(&property.value);
            self.set("flags", property.flags.0, PropertyFlags::NAMES);
        }
    }
    fn flags(&mut self, name: &'static str, bits: u8, words: &'static [&'static str]) {
        self.operand(name);
        self.set(name, bits, words);
    }
}

/// Words as a message lists them.
struct Words(&'static [&'static str]);

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, word) in self.0.iter().enumerate() {
            write!(f, "{}{word}", if n == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
