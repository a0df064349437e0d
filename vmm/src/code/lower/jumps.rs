//! Jumps: targets kept as instructions until operations have places, and
//! comparisons fused with the jump that reads them.

use super::Lowered;
use super::Lowerer;
use crate::code::link::LinkError;
use crate::code::ops::Code;
use crate::ids::{Offset, Reg};
use crate::isa::Instruction as I;
use crate::word::Word;

/// The comparison that closes a counting loop.
struct Closing {
    /// Where it stands.
    comparison: u32,
    /// Where a round begins.
    body: u32,
    /// Where the loop is left to.
    exit: u32,
    /// What is counted up to.
    limit: Reg,
    /// The operation, with a register and with a constant as limit.
    codes: (Code, Code),
}

/// A jump to be patched.
pub(super) enum Patch {
    /// Operands b and c.
    Wide,
    /// Operand c.
    Near,
    /// Operands b and c of the word of operands behind the operation.
    Behind,
}

impl Lowerer<'_, '_> {
    pub(super) fn patch(mut self) -> Option<Lowered> {
        for (at, target, patch) in &self.patches {
            let distance = i64::from(self.out.starts[*target as usize]) - *at as i64;
            let word = *at + usize::from(matches!(patch, Patch::Behind));
            let op = &mut self.out.ops[word];
            match patch {
                Patch::Wide | Patch::Behind => op.set_wide(i32::try_from(distance).ok()?),
                Patch::Near => op.c = i16::try_from(distance).ok()?.cast_unsigned(),
            }
        }
        Some(self.out)
    }

    pub(super) fn jump(&mut self, code: Code, a: u16, offset: Offset) {
        let target = self.function.resolve(self.at, offset).unwrap_or_default();
        let at = self.emit(code, a, 0, 0);
        self.patches.push((at, target, Patch::Wide));
    }

    /// An operation of two registers that may go somewhere else.
    pub(super) fn jump_behind(&mut self, code: Code, dst: Reg, src: Reg, offset: Offset) {
        let target = self.function.resolve(self.at, offset).unwrap_or_default();
        let at = self.emit(code, dst.0, src.0, 0);
        self.emit(Code::Args, 0, 0, 0);
        self.patches.push((at, target, Patch::Behind));
    }

    /// A comparison, alone or with the jump that follows it.
    pub(super) fn compare(&mut self, i: &I, dst: Reg, a: Reg, b: Reg) -> Result<(), LinkError> {
        if self.plan.with_jump[self.at as usize] {
            let (on_true, target) = self.condition_at(self.at);
            return self.comparing_jump(self.at, on_true, target);
        }
        self.three(compare_code(i), dst, a, b);
        Ok(())
    }

    /// Sense and target of the conditional jump that the comparison at `at` is fused with.
    pub(super) fn condition_at(&self, at: u32) -> (bool, u32) {
        let (on_true, offset) = match &self.function.instructions[at as usize + 1] {
            I::JumpIfTrue(_, t) => (true, *t),
            I::JumpIfFalse(_, t) => (false, *t),
            _ => unreachable!("the plan fuses conditional jumps only"),
        };
        (
            on_true,
            self.function.resolve(at + 1, offset).unwrap_or_default(),
        )
    }

    /// Goes to `target` if the comparison at `at` comes out as `on_true`.
    pub(super) fn comparing_jump(
        &mut self,
        at: u32,
        on_true: bool,
        target: u32,
    ) -> Result<(), LinkError> {
        use Code as C;
        let i = &self.function.instructions[at as usize];
        let (I::Equal(_, a, b)
        | I::NotEqual(_, a, b)
        | I::LessThan(_, a, b)
        | I::LessEqual(_, a, b)
        | I::GreaterThan(_, a, b)
        | I::GreaterEqual(_, a, b)) = i
        else {
            unreachable!("the plan fuses comparisons only")
        };
        let (a, b, code) = match (self.plan.constant[at as usize], compare_code(i), on_true) {
            (None, C::Equal, true) | (None, C::NotEqual, false) => (a.0, b.0, C::JumpEqual),
            (None, C::Equal, false) | (None, C::NotEqual, true) => (a.0, b.0, C::JumpNotEqual),
            (None, C::Less, true) => (a.0, b.0, C::JumpLess),
            (None, C::Less, false) => (a.0, b.0, C::JumpNotLess),
            (None, C::LessEqual, true) => (a.0, b.0, C::JumpLessEqual),
            (None, C::LessEqual, false) => (a.0, b.0, C::JumpNotLessEqual),
            (None, C::Greater, true) => (b.0, a.0, C::JumpLess),
            (None, C::Greater, false) => (b.0, a.0, C::JumpNotLess),
            (None, _, true) => (b.0, a.0, C::JumpLessEqual),
            (None, _, false) => (b.0, a.0, C::JumpNotLessEqual),
            (Some(n), compared, on_true) => {
                let code = match (compared, on_true) {
                    (C::Equal, true) | (C::NotEqual, false) => C::JumpEqualK,
                    (C::Equal, false) | (C::NotEqual, true) => C::JumpNotEqualK,
                    (C::Less, true) => C::JumpLessK,
                    (C::Less, false) => C::JumpNotLessK,
                    (C::LessEqual, true) => C::JumpLessEqualK,
                    (C::LessEqual, false) => C::JumpNotLessEqualK,
                    (C::Greater, true) => C::JumpGreaterK,
                    (C::Greater, false) => C::JumpNotGreaterK,
                    (_, true) => C::JumpGreaterEqualK,
                    (_, false) => C::JumpNotGreaterEqualK,
                };
                (a.0, self.pool.place(n)?, code)
            }
        };
        let op = self.emit(code, a, b, 0);
        self.patches.push((op, target, Patch::Near));
        Ok(())
    }

    /// The end of a counting loop: `dst = dst + n` just before the comparison
    /// of `dst` with a limit that closes the loop. One operation then does the
    /// rounds; behind it stand the jump out of the loop and, as the caller goes on to emit
    /// them, the addition and the comparison by themselves.
    pub(super) fn counting(&mut self, dst: Reg, a: Reg, n: Word) -> Result<(), LinkError> {
        let Some(close) = self.closing(dst) else {
            return Ok(());
        };
        let free = self.plan.destination[self.at as usize].is_none();
        // As in `back_jump`: which handler covers an operation goes by its place.
        if dst != a || !free || !self.function.handlers.is_empty() {
            return Ok(());
        }
        let (code, limit) = match self.plan.constant[close.comparison as usize] {
            Some(limit) => (close.codes.1, self.pool.place(limit)?),
            None => (close.codes.0, close.limit.0),
        };
        let step = self.pool.place(n)?;
        let op = self.emit(code, dst.0, limit, 0);
        self.patches.push((op, close.body, Patch::Near));
        self.args(&[step]);
        let op = self.emit(Code::Jump, 0, 0, 0);
        self.patches.push((op, close.exit, Patch::Wide));
        Ok(())
    }

    /// How the instruction after this one closes a loop that counts `counter` up.
    fn closing(&self, counter: Reg) -> Option<Closing> {
        use Code as C;
        let next = self.at + 1;
        let fused = |at: u32| self.plan.with_jump.get(at as usize) == Some(&true);
        let (comparison, body, exit) = if fused(next) {
            // Tested at its end: the jump leads back to the body.
            let (on_true, body) = self.condition_at(next);
            (on_true && body <= self.at).then_some((next, body, next + 2))?
        } else {
            // Tested at its head, to which a jump leads back.
            let I::Jump(offset) = self.function.instructions.get(next as usize)? else {
                return None;
            };
            let head = self.function.resolve(next, *offset)?;
            if head > self.at || !fused(head) {
                return None;
            }
            let (on_true, exit) = self.condition_at(head);
            (!on_true).then_some((head, head + 2, exit))?
        };
        let (left, right, codes) = match &self.function.instructions[comparison as usize] {
            I::LessThan(_, a, b) => (*a, *b, (C::CountLess, C::CountLessK)),
            I::LessEqual(_, a, b) => (*a, *b, (C::CountLessEqual, C::CountLessEqualK)),
            I::GreaterThan(_, a, b) => (*b, *a, (C::CountLess, C::CountLessK)),
            I::GreaterEqual(_, a, b) => (*b, *a, (C::CountLessEqual, C::CountLessEqualK)),
            _ => return None,
        };
        // A constant is the right operand, which must then be the limit.
        let mirrored = left != counter || right == counter;
        let constant = self.plan.constant[comparison as usize].is_some();
        let swapped = matches!(
            &self.function.instructions[comparison as usize],
            I::GreaterThan(..) | I::GreaterEqual(..)
        );
        if mirrored || constant && swapped {
            return None;
        }
        Some(Closing {
            comparison,
            body,
            exit,
            limit: right,
            codes,
        })
    }

    /// A jump back to a loop's condition tests it at once, and one to where a
    /// loop takes its next item takes it: one operation less a round.
    pub(super) fn back_jump(&mut self, offset: Offset) -> Result<(), LinkError> {
        let head = self.function.resolve(self.at, offset).unwrap_or_default();
        // Which handler covers an operation goes by its place, so the test
        // may move only where there is none.
        if head < self.at && self.plan.with_jump[head as usize] && self.function.handlers.is_empty()
        {
            let (on_true, exit) = self.condition_at(head);
            let here = std::mem::replace(&mut self.at, head);
            self.comparing_jump(head, !on_true, head + 2)?;
            self.at = here;
            let op = self.emit(Code::Jump, 0, 0, 0);
            self.patches.push((op, exit, Patch::Wide));
            return Ok(());
        }
        if head < self.at
            && self.plan.loops
            && self.function.handlers.is_empty()
            && let I::IterNext(dst, iter, done) = &self.function.instructions[head as usize]
        {
            let exit = self.function.resolve(head, *done).unwrap_or_default();
            let here = std::mem::replace(&mut self.at, head);
            let op = self.emit(Code::IterLoop, dst.0, iter.0, 0);
            self.emit(Code::Args, 0, 0, 0);
            self.patches.push((op, head + 1, Patch::Behind));
            self.at = here;
            let op = self.emit(Code::Jump, 0, 0, 0);
            self.patches.push((op, exit, Patch::Wide));
            return Ok(());
        }
        self.jump(Code::Jump, 0, offset);
        Ok(())
    }
}

/// The operation of a comparison that stands alone.
fn compare_code(i: &I) -> Code {
    match i {
        I::Equal(..) => Code::Equal,
        I::NotEqual(..) => Code::NotEqual,
        I::LessThan(..) => Code::Less,
        I::LessEqual(..) => Code::LessEqual,
        I::GreaterThan(..) => Code::Greater,
        _ => Code::GreaterEqual,
    }
}
