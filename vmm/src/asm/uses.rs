//! Which registers and targets instructions name.
//!
//! The assembler gives a function as many extra registers as its text uses,
//! and the printer leaves that number out where it is the one the assembler
//! would give; both ask here, so that they agree.

use std::sync::Arc;

use crate::ids::{FunctionIndex, Offset, Reg};
use crate::isa::{Arm, Condition, Instruction, OperandSink, Pattern, PropertyInit, RegOrValue};
use crate::program::Function;
use crate::value::Value;

/// What the instructions shown to it name.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// One past the highest register.
    pub(super) registers: u32,
    /// Jump offsets in text order.
    pub(super) targets: Vec<Offset>,
}

/// Extra registers that the text of the function uses, debug information included.
pub(super) fn extra_registers(function: &Function) -> u16 {
    let mut uses = Uses::default();
    for instruction in &function.instructions {
        instruction.operands(&mut uses);
        uses.targets.clear();
    }
    for handler in &function.handlers {
        uses.reg(handler.value);
        uses.regs(handler.info);
    }
    uses.regs(function.debug.locals.iter().map(|l| l.reg));
    let named = function.frame_size() - u32::from(function.extra_regs);
    u16::try_from(uses.registers.saturating_sub(named)).unwrap_or(u16::MAX)
}

/// The offsets that an instruction may jump by.
pub(super) fn targets(instruction: &Instruction) -> Vec<Offset> {
    let mut uses = Uses::default();
    instruction.operands(&mut uses);
    uses.targets
}

impl Uses {
    fn reg(&mut self, reg: Reg) {
        self.registers = self.registers.max(u32::from(reg.0) + 1);
    }

    fn regs(&mut self, regs: impl IntoIterator<Item = Reg>) {
        regs.into_iter().for_each(|reg| self.reg(reg));
    }

    fn operand(&mut self, operand: &RegOrValue) {
        if let RegOrValue::Reg(reg) = operand {
            self.reg(*reg);
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        let mut todo = vec![pattern];
        while let Some(pattern) = todo.pop() {
            match pattern {
                Pattern::Bind(reg) | Pattern::As(reg, _) | Pattern::Pin(reg) => self.reg(*reg),
                Pattern::Guard(_, conditions) => {
                    for condition in conditions {
                        match condition {
                            Condition::Compare(_, a, b) => {
                                self.operand(a);
                                self.operand(b);
                            }
                            Condition::Type(a, _) => self.operand(a),
                        }
                    }
                }
                _ => {}
            }
            todo.extend(pattern.children());
        }
    }
}

impl OperandSink for Uses {
    fn dst(&mut self, _: &'static str, reg: Reg) {
        self.reg(reg);
    }
    fn src(&mut self, _: &'static str, reg: Reg) {
        self.reg(reg);
    }
    fn opt_dst(&mut self, _: &'static str, reg: Option<Reg>) {
        self.regs(reg);
    }
    fn opt_src(&mut self, _: &'static str, reg: Option<Reg>) {
        self.regs(reg);
    }
    fn srcs(&mut self, _: &'static str, regs: &[Reg]) {
        self.regs(regs.iter().copied());
    }
    fn pairs(&mut self, _: &'static str, pairs: &[(Reg, Reg)]) {
        self.regs(pairs.iter().flat_map(|&(a, b)| [a, b]));
    }
    fn value(&mut self, _: &'static str, _: &Value) {}
    fn name(&mut self, _: &'static str, _: &Arc<str>) {}
    fn native(&mut self, _: &'static str, _: &Arc<str>) {}
    fn function(&mut self, _: &'static str, _: FunctionIndex) {}
    fn target(&mut self, _: &'static str, target: Offset) {
        self.targets.push(target);
    }
    fn literal(&mut self, _: &'static str, _: u32) {}
    fn scope(&mut self, _: &'static str, _: Option<&Arc<str>>) {}
    fn arms(&mut self, _: &'static str, arms: &[Arm]) {
        for arm in arms {
            self.pattern(&arm.pattern);
            self.targets.push(arm.target);
        }
    }
    fn timeout_arm(&mut self, _: &'static str, arm: Option<(Reg, Offset)>) {
        if let Some((reg, target)) = arm {
            self.reg(reg);
            self.targets.push(target);
        }
    }
    fn properties(&mut self, _: &'static str, properties: &[PropertyInit]) {
        for property in properties {
            self.operand(&property.value);
        }
    }
    fn flags(&mut self, _: &'static str, _: u8, _: &'static [&'static str]) {}
}
