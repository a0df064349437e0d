//! Handlers of the control family: jumps and what leads to calls.

use super::arith::{integers, quick_equal};
use super::iterate::Taken;
use super::native::Next;
use super::{Flow, Machine, coroutine, frames, iterate, matching, native, operators, raise};
use crate::code::ops::{ControlOps, Op};
use crate::word::Word;

/// A comparing jump: `$test` jumps, `$opposite` goes on, the rest is not about
/// two numbers.
macro_rules! compare_and_jump {
    (@again r) => { Self::r_again };
    (@again k) => { Self::k_again };
    ($self:ident, $op:ident, $kind:ident, $test:tt, $opposite:tt, $negated:literal, $slow:expr) => {{
        let (x, y) = ($self.r($op.a).as_f64(), $self.$kind($op.b).as_f64());
        if x $test y {
            return if $negated { Flow::Go } else { $self.jump_by($op.near() as isize) };
        }
        if x $opposite y {
            return if $negated { $self.jump_by($op.near() as isize) } else { Flow::Go };
        }
        let (a, b) = ($self.r_again($op.a), compare_and_jump!(@again $kind)($self, $op.b));
        if let Some((x, y)) = integers(a, b) {
            return if (x $test y) != $negated { $self.jump_by($op.near() as isize) } else { Flow::Go };
        }
        let at = $self.leave();
        let flow = match $slow($self.cx, at, a, b) {
            Ok(holds) if holds != $negated => $self.jump_by($op.near() as isize),
            Ok(_) => Flow::Go,
            Err(fault) => return $self.raise(at, fault),
        };
        if flow == Flow::Go { $self.settle() } else { flow }
    }};
}

/// The end of a counting loop; what are not numbers go on two operations later.
macro_rules! count_and_jump {
    (@again r) => { Self::r_again };
    (@again k) => { Self::k_again };
    ($self:ident, $op:ident, $kind:ident, $test:tt, $opposite:tt) => {{
        let (step, limit) = ($self.k($self.arg(0)).as_f64(), $self.$kind($op.b).as_f64());
        let count = $self.r($op.a).as_f64() + step;
        if count $test limit {
            $self.set($op.a, Word(count.to_bits()));
            return $self.jump_by($op.near() as isize);
        }
        if count $opposite limit {
            $self.set($op.a, Word(count.to_bits()));
            $self.skip_args(1);
            return Flow::Go;
        }
        let limit = count_and_jump!(@again $kind)($self, $op.b);
        if let Some((count, step)) =
            integers($self.r_again($op.a), $self.k_again($self.arg(0)))
            && let Some(limit) = limit.to_small_integer()
            && let Some(word) = Word::small_integer(count + step)
        {
            $self.set($op.a, word);
            if count + step $test limit {
                return $self.jump_by($op.near() as isize);
            }
            $self.skip_args(1);
            return Flow::Go;
        }
        // Past the operand word and the jump out.
        $self.ip = $self.ip.wrapping_add(2);
        Flow::Go
    }};
}

macro_rules! equal_and_jump {
    ($self:ident, $op:ident, $b:expr, $negated:literal) => {{
        let (a, b) = ($self.r($op.a), $b);
        if let Some(equal) = quick_equal(a, b) {
            return if equal != $negated {
                $self.jump_by($op.near() as isize)
            } else {
                Flow::Go
            };
        }
        let at = $self.leave();
        let flow = match operators::is_equal($self.cx, at, a, b) {
            Ok(equal) if equal != $negated => $self.jump_by($op.near() as isize),
            Ok(_) => Flow::Go,
            Err(raise) => return $self.raise(at, raise),
        };
        if flow == Flow::Go {
            $self.settle()
        } else {
            flow
        }
    }};
}

impl<const STEPPED: bool> ControlOps for Machine<'_, '_, STEPPED> {
    type Flow = Flow;

    #[inline(always)]
    fn jump(&mut self, op: Op) -> Flow {
        self.jump_by(op.wide() as isize)
    }
    #[inline(always)]
    fn jump_if_true(&mut self, op: Op) -> Flow {
        if self.truth(self.r(op.a)) {
            self.jump_by(op.wide() as isize)
        } else {
            Flow::Go
        }
    }
    #[inline(always)]
    fn jump_if_false(&mut self, op: Op) -> Flow {
        if self.truth(self.r(op.a)) {
            Flow::Go
        } else {
            self.jump_by(op.wide() as isize)
        }
    }
    #[inline(always)]
    fn jump_if_undefined(&mut self, op: Op) -> Flow {
        if self.r(op.a) == Word::UNDEFINED {
            self.jump_by(op.wide() as isize)
        } else {
            Flow::Go
        }
    }
    #[inline(always)]
    fn jump_equal(&mut self, op: Op) -> Flow {
        equal_and_jump!(self, op, self.r(op.b), false)
    }
    #[inline(always)]
    fn jump_not_equal(&mut self, op: Op) -> Flow {
        equal_and_jump!(self, op, self.r(op.b), true)
    }
    #[inline(always)]
    fn jump_less(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, r, <, >=, false, operators::is_less)
    }
    #[inline(always)]
    fn jump_not_less(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, r, <, >=, true, operators::is_less)
    }
    #[inline(always)]
    fn jump_less_equal(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, r, <=, >, false, operators::is_less_equal)
    }
    #[inline(always)]
    fn jump_not_less_equal(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, r, <=, >, true, operators::is_less_equal)
    }
    #[inline(always)]
    fn jump_equal_k(&mut self, op: Op) -> Flow {
        equal_and_jump!(self, op, self.k(op.b), false)
    }
    #[inline(always)]
    fn jump_not_equal_k(&mut self, op: Op) -> Flow {
        equal_and_jump!(self, op, self.k(op.b), true)
    }
    #[inline(always)]
    fn jump_less_k(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, k, <, >=, false, operators::is_less)
    }
    #[inline(always)]
    fn jump_not_less_k(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, k, <, >=, true, operators::is_less)
    }
    #[inline(always)]
    fn jump_less_equal_k(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, k, <=, >, false, operators::is_less_equal)
    }
    #[inline(always)]
    fn jump_not_less_equal_k(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, k, <=, >, true, operators::is_less_equal)
    }
    #[inline(always)]
    fn jump_greater_k(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, k, >, <=, false, operators::is_greater)
    }
    #[inline(always)]
    fn jump_not_greater_k(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, k, >, <=, true, operators::is_greater)
    }
    #[inline(always)]
    fn jump_greater_equal_k(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, k, >=, <, false, operators::is_greater_equal)
    }
    #[inline(always)]
    fn jump_not_greater_equal_k(&mut self, op: Op) -> Flow {
        compare_and_jump!(self, op, k, >=, <, true, operators::is_greater_equal)
    }
    #[inline(always)]
    fn count_less(&mut self, op: Op) -> Flow {
        count_and_jump!(self, op, r, <, >=)
    }
    #[inline(always)]
    fn count_less_k(&mut self, op: Op) -> Flow {
        count_and_jump!(self, op, k, <, >=)
    }
    #[inline(always)]
    fn count_less_equal(&mut self, op: Op) -> Flow {
        count_and_jump!(self, op, r, <=, >)
    }
    #[inline(always)]
    fn count_less_equal_k(&mut self, op: Op) -> Flow {
        count_and_jump!(self, op, k, <=, >)
    }
    #[inline(always)]
    fn match_(&mut self, op: Op) -> Flow {
        let next = self.ip;
        match self.cold_to(op, matching::match_) {
            // Backward, as a jump is charged.
            Flow::Go if self.ip < next => self.charge(),
            flow => flow,
        }
    }
    #[inline(always)]
    fn iter_next(&mut self, op: Op) -> Flow {
        let iterator = self.r(op.b);
        if iterator.is_heap()
            && let Some(word) = crate::iter::quick_next(&mut self.cx.process.heap, iterator.place())
        {
            self.set(op.a, word);
            self.skip_args(1);
            return Flow::Go;
        }
        match self.slow_item(op) {
            Ok(true) => {
                self.skip_args(1);
                self.settle()
            }
            Ok(false) => self.jump_behind(),
            Err(flow) => flow,
        }
    }
    #[inline(always)]
    fn iter_loop(&mut self, op: Op) -> Flow {
        let iterator = self.r(op.b);
        if iterator.is_heap()
            && let Some(word) = crate::iter::quick_next(&mut self.cx.process.heap, iterator.place())
        {
            self.set(op.a, word);
            return self.jump_by(self.distance_behind());
        }
        match self.slow_item(op) {
            Ok(true) => self.jump_behind(),
            Ok(false) => {
                self.skip_args(1);
                self.settle()
            }
            Err(flow) => flow,
        }
    }
    #[inline(always)]
    fn yield_(&mut self, _op: Op) -> Flow {
        self.preempt()
    }
    #[inline(always)]
    fn nop(&mut self, _op: Op) -> Flow {
        Flow::Go
    }
    #[inline(always)]
    fn call(&mut self, op: Op) -> Flow {
        self.call_register(op)
    }
    #[inline(always)]
    fn call_by_name(&mut self, op: Op) -> Flow {
        self.call_named(op)
    }
    #[inline(always)]
    fn call_known(&mut self, op: Op) -> Flow {
        self.call_known_many(op)
    }
    #[inline(always)]
    fn call_known_1(&mut self, op: Op) -> Flow {
        self.call_known_one(op)
    }
    #[inline(always)]
    fn call_this(&mut self, op: Op) -> Flow {
        self.call_with_receiver(op)
    }
    #[inline(always)]
    fn get_method(&mut self, op: Op) -> Flow {
        self.find_method(op)
    }
    #[inline(always)]
    fn call_method(&mut self, op: Op) -> Flow {
        self.call_found_method(op)
    }
    #[inline(always)]
    fn tail_call_method(&mut self, op: Op) -> Flow {
        self.charged(op, frames::tail_call_method)
    }
    #[inline(always)]
    fn call_spread(&mut self, op: Op) -> Flow {
        self.charged(op, frames::call_spread)
    }
    #[inline(always)]
    fn call_native(&mut self, op: Op) -> Flow {
        let count = op.c as usize;
        let first = self.cx.process.heap.roots();
        for i in 0..count {
            let word = self.r(self.arg(i));
            self.cx.process.heap.push_root(word);
        }
        let at = self.leave();
        self.left -= i32::from(!STEPPED);
        match native::call_native(self.cx, at, op, first) {
            Ok(Next::Behind) => {
                self.regs = self.cx.registers(at.depth);
                self.skip_args(count);
                self.settle()
            }
            Ok(Next::To(to)) => {
                self.enter(to);
                self.settle()
            }
            Ok(Next::Stop) => Flow::Stop,
            Err(raise) => self.raise(at, raise),
        }
    }
    #[inline(always)]
    fn tail_call(&mut self, op: Op) -> Flow {
        self.tail_call_register(op)
    }
    #[inline(always)]
    fn tail_call_this(&mut self, op: Op) -> Flow {
        self.charged(op, frames::tail_call_this)
    }
    #[inline(always)]
    fn tail_call_spread(&mut self, op: Op) -> Flow {
        self.charged(op, frames::tail_call_spread)
    }
    #[inline(always)]
    fn return_(&mut self, op: Op) -> Flow {
        let word = self.r(op.a);
        self.return_word(word)
    }
    #[inline(always)]
    fn return_unit(&mut self, _op: Op) -> Flow {
        self.return_word(Word::UNIT)
    }
    #[inline(always)]
    fn throw(&mut self, op: Op) -> Flow {
        self.cold(op, raise::throw)
    }
    #[inline(always)]
    fn rethrow(&mut self, op: Op) -> Flow {
        self.cold(op, raise::rethrow)
    }
    #[inline(always)]
    fn exit(&mut self, op: Op) -> Flow {
        self.cold(op, raise::exit)
    }
    #[inline(always)]
    fn error(&mut self, op: Op) -> Flow {
        self.cold(op, raise::error)
    }
    #[inline(always)]
    fn co_new(&mut self, op: Op) -> Flow {
        self.cold_over(op, op.c as usize, coroutine::co_new)
    }
    #[inline(always)]
    fn co_resume(&mut self, op: Op) -> Flow {
        self.charged(op, coroutine::co_resume)
    }
    #[inline(always)]
    fn co_throw(&mut self, op: Op) -> Flow {
        self.charged(op, coroutine::co_throw)
    }
    #[inline(always)]
    fn co_yield(&mut self, op: Op) -> Flow {
        self.charged(op, coroutine::co_yield)
    }
    #[inline(always)]
    fn args(&mut self, _op: Op) -> Flow {
        // N3: never dispatched; going on is harmless all the same.
        Flow::Go
    }
}

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    /// Takes an item outside of the loop; whether there was one, or how to go on.
    #[inline(always)]
    fn slow_item(&mut self, op: Op) -> Result<bool, Flow> {
        let at = self.leave();
        match iterate::iter_next(self.cx, at, op) {
            Ok(Taken::Coroutine(to)) => {
                self.enter(to);
                Err(self.charge())
            }
            Ok(taken) => {
                self.regs = self.cx.registers(at.depth);
                Ok(matches!(taken, Taken::Item))
            }
            Err(raise) => Err(self.raise(at, raise)),
        }
    }

    /// How far the word of operands behind the operation says to go.
    #[inline(always)]
    fn distance_behind(&self) -> isize {
        ((i32::from(self.arg(2).cast_signed()) << 16) | i32::from(self.arg(1))) as isize
    }

    /// Goes there, and pays for what was walked.
    #[inline(always)]
    fn jump_behind(&mut self) -> Flow {
        match self.jump_by(self.distance_behind()) {
            Flow::Go => self.settle(),
            Flow::Stop => Flow::Stop,
        }
    }

    /// A cold call, charged as the fast ones are.
    #[inline(always)]
    pub(super) fn charged(
        &mut self,
        op: Op,
        f: fn(&mut super::Cx<'_>, super::At, Op) -> Result<Option<super::At>, raise::Raise>,
    ) -> Flow {
        match self.cold_to(op, f) {
            Flow::Go => self.charge(),
            Flow::Stop => Flow::Stop,
        }
    }

    /// Charges a reduction; the turn may end before the operation that is next.
    #[inline(always)]
    pub(super) fn charge(&mut self) -> Flow {
        if !STEPPED {
            self.left -= 1;
            if self.left <= 0 {
                return self.preempt();
            }
        }
        Flow::Go
    }

    #[inline(always)]
    pub(super) fn used_now(&self) -> u32 {
        self.used()
    }
}
