//! Handlers of the arithmetic family.
//!
//! Arithmetic computes first and looks afterwards: every tagged word is a NaN
//! as a double, so only a NaN result asks what the operands were. Comparisons
//! of numbers need one floating-point comparison where they hold, two where not.

use super::remainder::{modulo, modulo_by, truncated};
use super::{Cx, Flow, Machine, operators};
use crate::code::ops::{ArithOps, Op};
use crate::word::Word;

/// Both words as inline integers, if they are that.
#[inline(always)]
pub(super) fn integers(a: Word, b: Word) -> Option<(i64, i64)> {
    Some((a.to_small_integer()?, b.to_small_integer()?))
}

/// Arithmetic of a register and a register (`r`) or constant (`k`).
macro_rules! arithmetic {
    (@again r) => { Self::r_again };
    (@again k) => { Self::k_again };
    ($self:ident, $op:ident, $kind:ident, $compute:expr, $exact:expr, $cold:expr) => {{
        let compute: fn(f64, f64) -> f64 = $compute;
        let r = compute($self.r($op.b).as_f64(), $self.$kind($op.c).as_f64());
        if !r.is_nan() {
            $self.set($op.a, Word(r.to_bits()));
            return Flow::Go;
        }
        let b = arithmetic!(@again $kind)($self, $op.c);
        exact!($self, $op, $self.r_again($op.b), b, $exact);
        $self.cold($op, $cold)
    }};
}

/// Computes with two inline integers and goes on, if that is what they are and the
/// result is one, too.
macro_rules! exact {
    ($self:ident, $op:ident, $a:expr, $b:expr, $exact:expr) => {{
        let exact: fn(i64, i64) -> Option<i64> = $exact;
        if let Some((a, b)) = integers($a, $b)
            && let Some(word) = exact(a, b).and_then(Word::small_integer)
        {
            $self.set($op.a, word);
            return Flow::Go;
        }
    }};
}

/// As `exact`, for what is in no hurry with numbers of the other kind.
macro_rules! exact_or_cold {
    ($self:ident, $op:ident, $exact:expr, $cold:expr) => {{
        exact!($self, $op, $self.r($op.b), $self.r($op.c), $exact);
        $self.cold($op, $cold)
    }};
}

macro_rules! comparison {
    ($self:ident, $op:ident, $test:tt, $opposite:tt, $cold:expr) => {{
        let (x, y) = ($self.r($op.b).as_f64(), $self.r($op.c).as_f64());
        if x $test y {
            $self.set($op.a, Word::TRUE);
        } else if x $opposite y {
            $self.set($op.a, Word::FALSE);
        } else if let Some((x, y)) = integers($self.r_again($op.b), $self.r_again($op.c)) {
            $self.set($op.a, Word::boolean(x $test y));
        } else {
            return $self.cold($op, $cold);
        }
        Flow::Go
    }};
}

/// `a mod b` of integers, with the sign of `b`; `None` for a divisor of zero.
#[inline(always)]
fn exact_modulo(a: i64, b: i64) -> Option<i64> {
    let r = a.checked_rem(b)?;
    Some(if r != 0 && (r < 0) != (b < 0) {
        r + b
    } else {
        r
    })
}

/// `a / b` of integers, rounded down; `None` for a divisor of zero.
#[inline(always)]
fn exact_quotient(a: i64, b: i64) -> Option<i64> {
    let q = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) {
        q - 1
    } else {
        q
    })
}

impl<const STEPPED: bool> ArithOps for Machine<'_, '_, STEPPED> {
    type Flow = Flow;

    #[inline(always)]
    fn add(&mut self, op: Op) -> Flow {
        arithmetic!(
            self,
            op,
            r,
            |a, b| a + b,
            |a, b| Some(a + b),
            operators::add
        )
    }
    #[inline(always)]
    fn sub(&mut self, op: Op) -> Flow {
        arithmetic!(
            self,
            op,
            r,
            |a, b| a - b,
            |a, b| Some(a - b),
            operators::sub
        )
    }
    #[inline(always)]
    fn mul(&mut self, op: Op) -> Flow {
        arithmetic!(
            self,
            op,
            r,
            |a, b| a * b,
            |a, b| a.checked_mul(b),
            operators::mul
        )
    }
    #[inline(always)]
    fn div(&mut self, op: Op) -> Flow {
        arithmetic!(self, op, r, |a, b| a / b, |_, _| None, operators::div)
    }
    #[inline(always)]
    fn mod_(&mut self, op: Op) -> Flow {
        arithmetic!(self, op, r, modulo, exact_modulo, operators::mod_)
    }
    #[inline(always)]
    fn add_k(&mut self, op: Op) -> Flow {
        arithmetic!(
            self,
            op,
            k,
            |a, b| a + b,
            |a, b| Some(a + b),
            operators::add_k
        )
    }
    #[inline(always)]
    fn sub_k(&mut self, op: Op) -> Flow {
        arithmetic!(
            self,
            op,
            k,
            |a, b| a - b,
            |a, b| Some(a - b),
            operators::sub_k
        )
    }
    #[inline(always)]
    fn mul_k(&mut self, op: Op) -> Flow {
        arithmetic!(
            self,
            op,
            k,
            |a, b| a * b,
            |a, b| a.checked_mul(b),
            operators::mul_k
        )
    }
    #[inline(always)]
    fn div_k(&mut self, op: Op) -> Flow {
        arithmetic!(self, op, k, |a, b| a / b, |_, _| None, operators::div_k)
    }
    #[inline(always)]
    fn mod_k(&mut self, op: Op) -> Flow {
        let (y, inverse) = (self.k(op.c).as_f64(), self.k(op.c + 1).as_f64());
        let r = modulo_by(self.r(op.b).as_f64(), y, inverse);
        if r.is_nan() {
            return self.cold(op, operators::mod_k);
        }
        self.set(op.a, Word(r.to_bits()));
        Flow::Go
    }
    #[inline(always)]
    fn rem(&mut self, op: Op) -> Flow {
        arithmetic!(self, op, r, truncated, i64::checked_rem, operators::rem)
    }
    #[inline(always)]
    fn pow(&mut self, op: Op) -> Flow {
        self.cold(op, operators::pow)
    }
    #[inline(always)]
    fn int_div(&mut self, op: Op) -> Flow {
        exact_or_cold!(self, op, exact_quotient, operators::int_div)
    }
    #[inline(always)]
    fn quot(&mut self, op: Op) -> Flow {
        exact_or_cold!(self, op, i64::checked_div, operators::quot)
    }
    #[inline(always)]
    fn neg(&mut self, op: Op) -> Flow {
        let r = -self.r(op.b).as_f64();
        if r.is_nan() {
            exact!(self, op, self.r_again(op.b), self.r_again(op.b), |a, _| {
                Some(-a)
            });
            return self.cold(op, operators::neg);
        }
        self.set(op.a, Word(r.to_bits()));
        Flow::Go
    }
    #[inline(always)]
    fn bit_and(&mut self, op: Op) -> Flow {
        exact_or_cold!(self, op, |a, b| Some(a & b), operators::bit_and)
    }
    #[inline(always)]
    fn bit_or(&mut self, op: Op) -> Flow {
        exact_or_cold!(self, op, |a, b| Some(a | b), operators::bit_or)
    }
    #[inline(always)]
    fn bit_xor(&mut self, op: Op) -> Flow {
        exact_or_cold!(self, op, |a, b| Some(a ^ b), operators::bit_xor)
    }
    #[inline(always)]
    fn shl(&mut self, op: Op) -> Flow {
        exact_or_cold!(
            self,
            op,
            |a, b| (0..16).contains(&b).then(|| a << b),
            operators::shl
        )
    }
    #[inline(always)]
    fn shr(&mut self, op: Op) -> Flow {
        exact_or_cold!(
            self,
            op,
            |a, b| (0..64).contains(&b).then(|| a >> b),
            operators::shr
        )
    }
    #[inline(always)]
    fn bit_not(&mut self, op: Op) -> Flow {
        self.cold(op, operators::bit_not)
    }
    #[inline(always)]
    fn equal(&mut self, op: Op) -> Flow {
        match quick_equal(self.r(op.b), self.r(op.c)) {
            Some(equal) => {
                self.set(op.a, Word::boolean(equal));
                Flow::Go
            }
            None => self.cold(op, operators::equal),
        }
    }
    #[inline(always)]
    fn not_equal(&mut self, op: Op) -> Flow {
        match quick_equal(self.r(op.b), self.r(op.c)) {
            Some(equal) => {
                self.set(op.a, Word::boolean(!equal));
                Flow::Go
            }
            None => self.cold(op, operators::not_equal),
        }
    }
    #[inline(always)]
    fn less(&mut self, op: Op) -> Flow {
        comparison!(self, op, <, >=, operators::less)
    }
    #[inline(always)]
    fn less_equal(&mut self, op: Op) -> Flow {
        comparison!(self, op, <=, >, operators::less_equal)
    }
    #[inline(always)]
    fn greater(&mut self, op: Op) -> Flow {
        comparison!(self, op, >, <=, operators::greater)
    }
    #[inline(always)]
    fn greater_equal(&mut self, op: Op) -> Flow {
        comparison!(self, op, >=, <, operators::greater_equal)
    }
    #[inline(always)]
    fn same(&mut self, op: Op) -> Flow {
        let (a, b) = (self.r(op.b), self.r(op.c));
        if a == b || !(a.is_boxed() && b.is_boxed()) {
            self.set(op.a, Word::boolean(a == b));
            return Flow::Go;
        }
        self.cold(op, operators::same)
    }
    #[inline(always)]
    fn and(&mut self, op: Op) -> Flow {
        let (a, b) = (self.truth(self.r(op.b)), self.truth(self.r(op.c)));
        self.set(op.a, Word::boolean(a && b));
        Flow::Go
    }
    #[inline(always)]
    fn or(&mut self, op: Op) -> Flow {
        let (a, b) = (self.truth(self.r(op.b)), self.truth(self.r(op.c)));
        self.set(op.a, Word::boolean(a || b));
        Flow::Go
    }
    #[inline(always)]
    fn not(&mut self, op: Op) -> Flow {
        let truth = self.truth(self.r(op.b));
        self.set(op.a, Word::boolean(!truth));
        Flow::Go
    }
}

/// Equality of what needs no look inside; `None` for the rest.
#[inline(always)]
pub(super) fn quick_equal(a: Word, b: Word) -> Option<bool> {
    let (x, y) = (a.as_f64(), b.as_f64());
    if x == y {
        return Some(true);
    }
    if a.is_number() && b.is_number() {
        return Some(false);
    }
    if a == b {
        // Equal tagged words; no number gets here (W3).
        return Some(true);
    }
    if integers(a, b).is_some() {
        return Some(false);
    }
    unequal(a, b).then_some(false)
}

/// Whether two different words, not both of them numbers, surely are unequal: an integer may
/// equal a number, and an object what it likes, but an atom or `unit` equals itself alone.
#[inline(never)]
fn unequal(a: Word, b: Word) -> bool {
    let numeric = |w: Word| w.is_number() || w.to_small_integer().is_some();
    !(a.is_boxed() || b.is_boxed() || numeric(a) && numeric(b))
}

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    /// Whether a value is truthy.
    #[inline(always)]
    pub(super) fn truth(&mut self, word: Word) -> bool {
        if word == Word::TRUE {
            return true;
        }
        if word == Word::FALSE || word == Word::UNDEFINED || word == Word::UNIT {
            return false;
        }
        if word.is_number() {
            // NaN is truthy.
            return word.as_f64() != 0.0;
        }
        truth_of(self.cx, word)
    }
}

#[inline(never)]
fn truth_of(cx: &mut Cx<'_>, word: Word) -> bool {
    cx.process.heap.view(cx.common).is_truthy(word)
}
