//! Walks item by item: `iter_init`, and `iter_next` where the loop does not
//! take the item itself.

use super::raise::Raise;
use super::{At, Cx};
use crate::code::ops::Op;
use crate::isa::IterFlags;
use crate::iter;
use crate::word::Word;

pub(super) fn iter_init(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let subject = cx.reg(at, op.b);
    let what = IterFlags(op.c as u8);
    let word = iter::new(&mut cx.process.heap, cx.common, subject, what)?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

/// Takes the next item; whether there was one.
#[cold]
#[inline(never)]
pub(super) fn iter_next(cx: &mut Cx<'_>, at: At, op: Op) -> Result<bool, Raise> {
    let iterator = cx.reg(at, op.b);
    match iter::next(&mut cx.process.heap, cx.common, iterator)? {
        Some(word) => {
            cx.set_reg(at, op.a, word);
            Ok(true)
        }
        None => {
            cx.set_reg(at, op.a, Word::UNDEFINED);
            Ok(false)
        }
    }
}
