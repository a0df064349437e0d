//! Which registers are read again: backward data flow over one function.
//!
//! The standard iterative analysis (Aho, Lam, Sethi, Ullman, "Compilers",
//! 9.2.5) on basic blocks, with register uses taken from the operands that
//! the instruction table declares. Lowering asks it whether a load or a
//! comparison's result is still needed once its reader was specialised.
//!
//! # Invariants
//! L1. Never claims that a register is dead that some path reads: bindings of
//!     patterns do not kill, and inside a handler's range everything that the handler reads is live.
//! L2. Work is bounded: a function too large for the bit sets is not analysed.

use crate::ids::{FunctionIndex, Offset, Reg};
use crate::isa::{Arm, Condition, OperandSink, Pattern, PropertyInit, RegOrValue};
use crate::program::Function;
use crate::value::Value;
use std::sync::Arc;

/// Words of bit sets that an analysis may use; beyond, there is none.
const WORDS_MAX: usize = 1 << 20;

/// Registers that one instruction reads and writes, and where it may go.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// Registers that are read.
    pub uses: Vec<u16>,
    /// Registers that are certainly written.
    pub defs: Vec<u16>,
    /// Registers that may be written.
    pub may_defs: Vec<u16>,
    /// Jump offsets.
    pub targets: Vec<i32>,
}

impl Effects {
    /// The effects of every instruction of a function.
    #[must_use]
    pub fn of(function: &Function) -> Vec<Effects> {
        let of_one = |i: &crate::isa::Instruction| {
            let mut effects = Effects::default();
            i.operands(&mut effects);
            effects
        };
        function.instructions.iter().map(of_one).collect()
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Bind(r) | Pattern::As(r, _) => self.may_defs.push(r.0),
            Pattern::Pin(r) => self.uses.push(r.0),
            Pattern::Guard(_, conditions) => {
                for condition in conditions {
                    let operands: [Option<&RegOrValue>; 2] = match condition {
                        Condition::Compare(_, a, b) => [Some(a), Some(b)],
                        Condition::Type(a, _) => [Some(a), None],
                    };
                    for operand in operands.into_iter().flatten() {
                        if let RegOrValue::Reg(r) = operand {
                            self.uses.push(r.0);
                        }
                    }
                }
            }
            _ => {}
        }
        for child in pattern.children() {
            self.pattern(child);
        }
    }
}

impl OperandSink for Effects {
    fn dst(&mut self, _: &'static str, reg: Reg) {
        self.defs.push(reg.0);
    }
    fn src(&mut self, _: &'static str, reg: Reg) {
        self.uses.push(reg.0);
    }
    fn opt_dst(&mut self, _: &'static str, reg: Option<Reg>) {
        self.defs.extend(reg.map(|r| r.0));
    }
    fn opt_src(&mut self, _: &'static str, reg: Option<Reg>) {
        self.uses.extend(reg.map(|r| r.0));
    }
    fn srcs(&mut self, _: &'static str, regs: &[Reg]) {
        self.uses.extend(regs.iter().map(|r| r.0));
    }
    fn pairs(&mut self, _: &'static str, pairs: &[(Reg, Reg)]) {
        self.uses.extend(pairs.iter().flat_map(|(a, b)| [a.0, b.0]));
    }
    fn value(&mut self, _: &'static str, _: &Value) {}
    fn name(&mut self, _: &'static str, _: &Arc<str>) {}
    fn native(&mut self, _: &'static str, _: &Arc<str>) {}
    fn function(&mut self, _: &'static str, _: FunctionIndex) {}
    fn target(&mut self, _: &'static str, target: Offset) {
        self.targets.push(target.0);
    }
    fn literal(&mut self, _: &'static str, _: u32) {}
    fn scope(&mut self, _: &'static str, _: Option<&Arc<str>>) {}
    fn arms(&mut self, _: &'static str, arms: &[Arm]) {
        for arm in arms {
            self.targets.push(arm.target.0);
            self.pattern(&arm.pattern);
        }
    }
    fn timeout_arm(&mut self, _: &'static str, arm: Option<(Reg, Offset)>) {
        if let Some((reg, target)) = arm {
            self.uses.push(reg.0);
            self.targets.push(target.0);
        }
    }
    fn properties(&mut self, _: &'static str, properties: &[PropertyInit]) {
        for property in properties {
            if let RegOrValue::Reg(r) = property.value {
                self.uses.push(r.0);
            }
        }
    }
    fn flags(&mut self, _: &'static str, _: u8, _: &'static [&'static str]) {}
}

/// A set of registers.
type Set = Vec<u64>;

fn insert(set: &mut [u64], reg: u16) {
    set[reg as usize / 64] |= 1 << (reg % 64);
}
fn remove(set: &mut [u64], reg: u16) {
    set[reg as usize / 64] &= !(1 << (reg % 64));
}
fn contains(set: &[u64], reg: u16) -> bool {
    set[reg as usize / 64] & 1 << (reg % 64) != 0
}
/// Adds `other` to `set`; whether that changed it.
fn union(set: &mut [u64], other: &[u64]) -> bool {
    let mut changed = false;
    for (a, b) in set.iter_mut().zip(other) {
        changed |= *b & !*a != 0;
        *a |= *b;
    }
    changed
}

/// First instructions of basic blocks: jump targets, handler bounds and
/// entries, and what follows a jump.
#[must_use]
pub fn leaders(function: &Function, effects: &[Effects]) -> Vec<bool> {
    let len = function.instructions.len();
    let mut leader = vec![false; len + 1];
    leader[0] = true;
    leader[len] = true;
    for (at, (instruction, e)) in function.instructions.iter().zip(effects).enumerate() {
        for target in &e.targets {
            if let Some(t) = function.resolve(at as u32, Offset(*target)) {
                leader[t as usize] = true;
            }
        }
        if !e.targets.is_empty() || leaves(instruction) {
            leader[at + 1] = true;
        }
    }
    for h in &function.handlers {
        for at in [h.from, h.to, h.target] {
            leader[(at as usize).min(len)] = true;
        }
    }
    leader
}

/// Whether the next instruction never follows.
fn leaves(instruction: &crate::isa::Instruction) -> bool {
    matches!(
        instruction.info().flow,
        crate::isa::Flow::Jump | crate::isa::Flow::Leave
    )
}

/// Registers that are live after each instruction.
pub struct Liveness {
    words: usize,
    after: Vec<u64>,
}

impl Liveness {
    /// Analyses a function; `None` if it is too large.
    #[must_use]
    pub fn of(function: &Function, effects: &[Effects]) -> Option<Liveness> {
        let len = function.instructions.len();
        let words = (function.frame_size() as usize).div_ceil(64).max(1);
        if (len + 1).checked_mul(words)? > WORDS_MAX {
            return None;
        }
        // Live before each instruction, the implied return included.
        let mut before: Vec<Set> = vec![vec![0; words]; len + 1];
        let mut after = vec![0_u64; len * words];
        loop {
            let mut changed = false;
            for at in (0..len).rev() {
                let e = &effects[at];
                let mut live: Set = vec![0; words];
                if !leaves(&function.instructions[at]) {
                    union(&mut live, &before[at + 1]);
                }
                for target in &e.targets {
                    if let Some(t) = function.resolve(at as u32, Offset(*target)) {
                        union(&mut live, &before[t as usize]);
                    }
                }
                after[at * words..(at + 1) * words].copy_from_slice(&live);
                for reg in &e.defs {
                    remove(&mut live, *reg);
                }
                for h in &function.handlers {
                    if h.from as usize <= at && at < h.to as usize {
                        let mut caught = before[h.target as usize].clone();
                        for reg in [Some(h.value), h.info].into_iter().flatten() {
                            remove(&mut caught, reg.0);
                        }
                        union(&mut live, &caught);
                        union(&mut after[at * words..(at + 1) * words], &caught);
                    }
                }
                for reg in &e.uses {
                    insert(&mut live, *reg);
                }
                changed |= union(&mut before[at], &live);
            }
            if !changed {
                return Some(Liveness { words, after });
            }
        }
    }

    /// Whether a register may be read after an instruction.
    #[must_use]
    pub fn live_after(&self, at: usize, reg: u16) -> bool {
        contains(&self.after[at * self.words..(at + 1) * self.words], reg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isa::Instruction as I;

    fn live(code: Vec<I>, at: usize, reg: u16) -> bool {
        let f = Function::new_bytecode("f", 2, 4, code);
        let effects = Effects::of(&f);
        Liveness::of(&f, &effects).unwrap().live_after(at, reg)
    }

    #[test]
    fn a_register_is_live_until_its_last_reader() {
        let code = || vec![I::load_const(2, 1.0), I::add(3, 0, 2), I::r#return(3)];
        assert!(live(code(), 0, 2) && !live(code(), 1, 2) && live(code(), 1, 3));
    }

    #[test]
    fn loops_keep_what_the_next_round_reads() {
        let code = vec![
            I::add(0, 0, 2),
            I::less_than(3, 0, 1),
            I::jump_if_true(3, -2),
            I::r#return(0),
        ];
        assert!(live(code.clone(), 2, 2) && live(code.clone(), 2, 0) && !live(code, 2, 3));
    }

    #[test]
    fn what_a_handler_reads_is_live_in_its_range() {
        let mut f = Function::new_bytecode(
            "f",
            2,
            2,
            vec![
                I::load_const(2, 1.0),
                I::load_const(2, 2.0),
                I::add(2, 0, 1),
                I::r#return(2),
                I::r#return(2),
            ],
        );
        f.handlers.push(crate::program::Handler {
            from: 1,
            to: 3,
            target: 4,
            value: Reg(3),
            info: None,
        });
        let effects = Effects::of(&f);
        let liveness = Liveness::of(&f, &effects).unwrap();
        assert!(liveness.live_after(0, 2) && liveness.live_after(1, 2));
    }
}
