//! Operators off the fast path: whatever is not two doubles.
//!
//! Objects answer by magic methods. Arithmetic asks the left operand, then the
//! right one by the reflected name; `equal` either of them by `__eq__`; the
//! order the operand that stands on the left of `<` or `<=`, which
//! `greater_than` and `greater_equal` swap to. A comparing jump asks the same
//! and decides when the method returns.
//!
//! # Cost
//! An operand that is an object costs a look along its prototypes; every other
//! pays one look at its header.

use std::cmp::Ordering;

use super::raise::Raise;
use super::{At, Cx};
use crate::atom::known;
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::heap::layout::Kind;
use crate::ids::AtomId;
use crate::number::{self, Arith, wide};
use crate::process::frame::Action;
use crate::word::Word;

type Done = Result<(), Raise>;

macro_rules! binary {
    ($($name:ident = $arith:ident;)*) => {
        $(pub(super) fn $name(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
            let (a, b) = (cx.reg(at, op.b), cx.reg(at, op.c));
            if let Some(word) = wide::inline(Arith::$arith, a, b) {
                cx.set_reg(at, op.a, word);
                return Ok(());
            }
            cx.arith(at, op.a, Arith::$arith, a, b)
        })*
    };
}
macro_rules! binary_k {
    ($($name:ident = $arith:ident;)*) => {
        $(pub(super) fn $name(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
            let (a, b) = (cx.reg(at, op.b), cx.constant(at, op.c));
            if let Some(word) = wide::inline(Arith::$arith, a, b) {
                cx.set_reg(at, op.a, word);
                return Ok(());
            }
            cx.arith(at, op.a, Arith::$arith, a, b)
        })*
    };
}
binary! {
    add = Add; sub = Sub; mul = Mul; div = Div; mod_ = Mod; rem = Rem; pow = Pow;
    int_div = IntDiv; quot = Quot; bit_and = BitAnd; bit_or = BitOr; bit_xor = BitXor;
    shl = Shl; shr = Shr;
}
binary_k! {
    add_k = Add; sub_k = Sub; mul_k = Mul; div_k = Div; mod_k = Mod;
}

macro_rules! compare {
    ($($name:ident, $test:ident = $holds:ident, $magic:ident, $swap:literal;)*) => {
        $(
            pub(super) fn $name(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
                let (a, b) = (cx.reg(at, op.b), cx.reg(at, op.c));
                let ask = Ask {
                    magic: known::$magic,
                    swap: $swap,
                    action: Action::StoreTruth,
                    dst: op.a,
                };
                let holds = cx.ordered(at, a, b, Ordering::$holds, ask)?;
                cx.set_reg(at, op.a, Word::boolean(holds));
                Ok(())
            }

            /// Whether the comparison holds of the operands of a comparing jump.
            #[cold]
            #[inline(never)]
            pub(super) fn $test(cx: &mut Cx<'_>, at: At, a: Word, b: Word) -> Result<bool, Raise> {
                let ask = Ask {
                    magic: known::$magic,
                    swap: $swap,
                    action: Action::Branch,
                    dst: 0,
                };
                cx.ordered(at, a, b, Ordering::$holds, ask)
            }
        )*
    };
}
compare! {
    less, is_less = is_lt, MAGIC_LT, false;
    less_equal, is_less_equal = is_le, MAGIC_LE, false;
    greater, is_greater = is_gt, MAGIC_LT, true;
    greater_equal, is_greater_equal = is_ge, MAGIC_LE, true;
}

/// How a comparison asks an object.
#[derive(Clone, Copy)]
struct Ask {
    magic: AtomId,
    /// The second operand is asked about the first.
    swap: bool,
    action: Action,
    dst: u16,
}

/// Whether the operands of a comparing jump are equal.
#[cold]
#[inline(never)]
pub(super) fn is_equal(cx: &mut Cx<'_>, at: At, a: Word, b: Word) -> Result<bool, Raise> {
    cx.equals(at, a, b, Action::Branch, 0)
}

pub(super) fn equal(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (a, b) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let equal = cx.equals(at, a, b, Action::StoreTruth, op.a)?;
    cx.set_reg(at, op.a, Word::boolean(equal));
    Ok(())
}

pub(super) fn not_equal(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (a, b) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let equal = cx.equals(at, a, b, Action::StoreNegated, op.a)?;
    cx.set_reg(at, op.a, Word::boolean(!equal));
    Ok(())
}

pub(super) fn same(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let same = cx.same(at, cx.reg(at, op.b), cx.reg(at, op.c))?;
    cx.set_reg(at, op.a, Word::boolean(same));
    Ok(())
}

pub(super) fn neg(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let a = cx.reg(at, op.b);
    if let Some(method) = cx.magic(a, known::MAGIC_NEG) {
        return Err(cx.ask(at, method, a, &[], Action::Store, op.a));
    }
    let word = number::neg(&mut cx.process.heap, cx.common, a)
        .map_err(|fault| cx.hint(fault, &[a], "`__neg__`"))?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn bit_not(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let a = cx.reg(at, op.b);
    let word = number::bit_not(&mut cx.process.heap, cx.common, a)?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

impl Cx<'_> {
    fn arith(&mut self, at: At, dst: u16, arith: Arith, a: Word, b: Word) -> Done {
        if (a.is_boxed() || b.is_boxed())
            && let Some((own, reflected)) = magic_of(arith)
        {
            if let Some(method) = self.magic(a, own) {
                return Err(self.ask(at, method, a, &[b], Action::Store, dst));
            }
            if let Some(method) = self.magic(b, reflected) {
                return Err(self.ask(at, method, b, &[a], Action::Store, dst));
            }
        }
        let word = number::binary(&mut self.process.heap, self.common, arith, a, b);
        match word {
            Ok(word) => {
                self.set_reg(at, dst, word);
                Ok(())
            }
            // Nothing has moved: what raises a bad type reserves nothing before.
            Err(fault) => match magic_of(arith) {
                Some((own, reflected)) => {
                    let text = |name| self.common.atoms.text(name);
                    let names = format!(
                        "`{}` of the left operand or `{}` of the right one",
                        text(own),
                        text(reflected)
                    );
                    Err(self.hint(fault, &[a, b], &names).into())
                }
                None => Err(fault.into()),
            },
        }
    }

    /// Whether two values are in an order; an object is asked.
    fn ordered(
        &mut self,
        at: At,
        a: Word,
        b: Word,
        holds: fn(Ordering) -> bool,
        ask: Ask,
    ) -> Result<bool, Raise> {
        let (asked, other) = if ask.swap { (b, a) } else { (a, b) };
        if let Some(method) = self.magic(asked, ask.magic) {
            return Err(self.ask(at, method, asked, &[other], ask.action, ask.dst));
        }
        match self.order(at, a, b) {
            Ok(order) => Ok(order.is_some_and(holds)),
            Err(Raise::Fault(fault)) => {
                let name = self.common.atoms.text(ask.magic);
                let side = if ask.swap { "right" } else { "left" };
                let names = format!("`{name}` of the {side} operand");
                Err(self.hint(fault, &[a, b], &names).into())
            }
            Err(raise) => Err(raise),
        }
    }

    /// Whether two values are equal; a direct operand that is an object is asked.
    fn equals(
        &mut self,
        at: At,
        a: Word,
        b: Word,
        action: Action,
        dst: u16,
    ) -> Result<bool, Raise> {
        for (asked, other) in [(a, b), (b, a)] {
            if let Some(method) = self.magic(asked, known::MAGIC_EQ) {
                return Err(self.ask(at, method, asked, &[other], action, dst));
            }
        }
        self.equal(at, a, b)
    }

    /// Tells what would have made an operator work on an object.
    #[cold]
    fn hint(&self, fault: Fault, operands: &[Word], names: &str) -> Fault {
        let view = self.process.heap.view(self.common);
        let is_object = |word: &Word| view.is(*word, Kind::Object);
        if fault.kind != FaultKind::BadType || !operands.iter().any(is_object) {
            return fault;
        }
        let message = format!("{}: an object answers by {names}", fault.message);
        Fault {
            message: message.into(),
            ..fault
        }
    }
}

/// The magic methods of an operator: of its left operand, and of its right one.
fn magic_of(arith: Arith) -> Option<(AtomId, AtomId)> {
    Some(match arith {
        Arith::Add => (known::MAGIC_ADD, known::MAGIC_RADD),
        Arith::Sub => (known::MAGIC_SUB, known::MAGIC_RSUB),
        Arith::Mul => (known::MAGIC_MUL, known::MAGIC_RMUL),
        Arith::Div => (known::MAGIC_DIV, known::MAGIC_RDIV),
        Arith::Mod => (known::MAGIC_MOD, known::MAGIC_RMOD),
        Arith::Pow => (known::MAGIC_POW, known::MAGIC_RPOW),
        Arith::IntDiv => (known::MAGIC_INT_DIV, known::MAGIC_RINT_DIV),
        Arith::Rem
        | Arith::Quot
        | Arith::BitAnd
        | Arith::BitOr
        | Arith::BitXor
        | Arith::Shl
        | Arith::Shr => return None,
    })
}
