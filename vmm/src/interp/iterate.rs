//! Walks item by item: `iter_init`, and `iter_next` where the loop does not
//! take the item itself.

use super::raise::Raise;
use super::{At, Cx};
use crate::code::ops::Op;
use crate::isa::IterFlags;
use crate::iter;
use crate::process::coroutine;
use crate::word::Word;

/// What came of `iter_next`.
pub(super) enum Taken {
    /// An item; it is in its register.
    Item,
    /// There is none.
    Done,
    /// A coroutine goes on there, which will yield the item.
    Coroutine(At),
}

pub(super) fn iter_init(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let subject = cx.reg(at, op.b);
    let what = IterFlags(op.c as u8);
    let word = iter::new(&mut cx.process.heap, cx.common, subject, what)?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

/// Takes the next item.
#[cold]
#[inline(never)]
pub(super) fn iter_next(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Taken, Raise> {
    let iterator = cx.reg(at, op.b);
    if coroutine::place(&cx.process.heap, iterator).is_some() {
        return match cx.next_of_coroutine(at, op)? {
            Some(to) => Ok(Taken::Coroutine(to)),
            None => {
                cx.set_reg(at, op.a, Word::UNDEFINED);
                Ok(Taken::Done)
            }
        };
    }
    match iter::next(&mut cx.process.heap, cx.common, iterator)? {
        Some(word) => {
            cx.set_reg(at, op.a, word);
            Ok(Taken::Item)
        }
        None => {
            cx.set_reg(at, op.a, Word::UNDEFINED);
            Ok(Taken::Done)
        }
    }
}
