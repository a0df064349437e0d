//! Which function a `MakeClosure` is about, where its code tells.
//!
//! Code is walked once from its beginning. A register holds a known function
//! from the `LoadConst` that names one until it is written again, and a `Move`
//! carries it on. Wherever another instruction may jump to, nothing is known:
//! so what is known holds on every way there is.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeMap;

use super::names::{Place, Scope};
use crate::ids::{Offset, Reg};
use crate::isa::Instruction as I;

/// What registers hold at one place of a function.
pub(super) struct Known<'c> {
    /// Instructions to which others go.
    targets: Vec<bool>,
    functions: BTreeMap<Reg, Place>,
    scope: &'c Scope<'c>,
    /// The class in which the code stands.
    home: usize,
}

impl<'c> Known<'c> {
    /// Before the first instruction.
    pub(super) fn new(code: &[I], scope: &'c Scope<'c>, home: usize) -> Known<'c> {
        let mut targets = vec![false; code.len()];
        let mut target = |at: usize, offset: Offset| {
            let place = isize::try_from(offset.0)
                .ok()
                .and_then(|offset| at.checked_add_signed(offset));
            if let Some(target) = place.and_then(|place| targets.get_mut(place)) {
                *target = true;
            }
        };
        for (at, instruction) in code.iter().enumerate() {
            match instruction {
                I::Jump(offset) | I::JumpIfTrue(_, offset) | I::JumpIfFalse(_, offset) => {
                    target(at, *offset);
                }
                I::Match(_, arms) => arms.iter().for_each(|arm| target(at, arm.target)),
                _ => {}
            }
        }
        Known {
            targets,
            functions: BTreeMap::new(),
            scope,
            home,
        }
    }

    /// The instruction at a place is next.
    pub(super) fn arrive(&mut self, at: usize) {
        if self.targets.get(at).copied().unwrap_or(true) {
            self.functions.clear();
        }
    }

    /// The function that a register holds.
    pub(super) fn function(&self, reg: Reg) -> Option<Place> {
        self.functions.get(&reg).copied()
    }

    /// The instruction has run.
    pub(super) fn pass(&mut self, instruction: &I) {
        let held = match instruction {
            I::LoadConst(_, value) => self.scope.named(self.home, value),
            I::Move(_, src) => self.function(*src),
            _ => None,
        };
        match instruction {
            I::SetProp(..)
            | I::Jump(..)
            | I::JumpIfTrue(..)
            | I::JumpIfFalse(..)
            | I::Return(..)
            | I::Send(..)
            | I::Match(..)
            | I::Yield()
            | I::Nop() => {}
            I::ReceiveWithTimeout(dst, _, result) => {
                self.functions.remove(dst);
                self.functions.remove(result);
            }
            I::LoadConst(dst, _)
            | I::Move(dst, _)
            | I::Add(dst, ..)
            | I::Sub(dst, ..)
            | I::Mul(dst, ..)
            | I::Div(dst, ..)
            | I::GetProp(dst, ..)
            | I::Call(dst, ..)
            | I::Spawn(dst, ..)
            | I::Receive(dst)
            | I::AwaitNumber(dst, _)
            | I::Equal(dst, ..)
            | I::NotEqual(dst, ..)
            | I::LessThan(dst, ..)
            | I::LessEqual(dst, ..)
            | I::GreaterThan(dst, ..)
            | I::GreaterEqual(dst, ..)
            | I::And(dst, ..)
            | I::Or(dst, ..)
            | I::Not(dst, _)
            | I::ObjectInit(dst, _)
            | I::Select(dst, _)
            | I::SelectWithKill(dst, _)
            | I::ArrayInit(dst, _)
            | I::MakeClosureDyn(dst, ..) => match held {
                Some(place) => {
                    self.functions.insert(*dst, place);
                }
                None => {
                    self.functions.remove(dst);
                }
            },
            // There are no others in version 1.
            _ => self.functions.clear(),
        }
    }
}
