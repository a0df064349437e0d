//! Natives that work on large values a turn's worth at a time.
//!
//! Such a native keeps plain data of its own ([`Unfinished`]) and answers
//! [`NativeStep::Again`]; called again, it finds that data and goes on. What it makes
//! in the heap lies in room that it has reserved before: words in its state are good as
//! long as the state is, since a collection in between drops the state, and the native begins anew.

use super::{NativeCx, NativeStep};
use crate::fault::Fault;
use crate::process::walk::{Unfinished, Walk};

/// Bytes that stand for a word of work: text is looked at eight by eight.
const BYTES_PER_WORD: usize = 8;

/// How much of a turn's worth of work is left.
#[derive(Debug)]
pub(super) struct Budget {
    words: usize,
    used: usize,
}

impl Budget {
    /// So many words.
    #[cfg(test)]
    pub(super) fn new(words: usize) -> Budget {
        Budget { words, used: 0 }
    }

    /// Takes off what looking at so many words takes.
    pub(super) fn words(&mut self, words: usize) {
        self.used = self.used.saturating_add(words);
    }

    /// Takes off what looking at so much text takes.
    pub(super) fn bytes(&mut self, bytes: usize) {
        self.words(1 + bytes / BYTES_PER_WORD);
    }

    /// Whether the turn's worth is done.
    pub(super) fn is_used(&self) -> bool {
        self.used >= self.words
    }

    /// Words that may still be looked at, at least one.
    pub(super) fn left(&self) -> usize {
        self.words.saturating_sub(self.used).max(1)
    }

    /// Bytes that may be looked at in one step.
    pub(super) fn step(&self) -> usize {
        (self.words.saturating_sub(self.used) * BYTES_PER_WORD).max(64)
    }
}

impl NativeCx<'_> {
    /// A turn's worth of work; [`Self::spent`] charges it.
    pub(super) fn budget(&self) -> Budget {
        Budget {
            words: self.process.walk_words(),
            used: 0,
        }
    }

    /// Charges what was done of a turn's worth.
    pub(super) fn spent(&mut self, budget: &Budget) {
        self.charge(budget.used);
    }

    /// What this native has left off, or a beginning.
    pub(super) fn unfinished<T: Unfinished>(&mut self, begin: impl FnOnce() -> T) -> Box<T> {
        let left_off = self.process.unfinished();
        left_off.unwrap_or_else(|| Box::new(begin()))
    }

    /// Leaves off: the native is called again with its state.
    pub(super) fn leave_off<T: Unfinished>(&mut self, state: Box<T>) -> Result<NativeStep, Fault> {
        self.process.leave_off(Walk::Native(state))?;
        Ok(NativeStep::Again)
    }
}

/// Something that is made of bytes, from a place on in what it is made of.
#[derive(Debug, Default)]
pub(super) struct Making {
    /// How far the argument is looked at, in bytes.
    pub(super) at: usize,
    /// What is made so far: text, if text is what is asked for.
    pub(super) out: Vec<u8>,
}

impl Unfinished for Making {
    fn bytes(&self) -> usize {
        self.out.capacity()
    }
}

/// Makes bytes of the bytes `from` gives, in steps: `step` takes what is left and how much
/// of it may be looked at, appends to what is made, and says how much it took, at least one byte.
/// Nothing if it was left off.
pub(super) fn make(
    cx: &mut NativeCx<'_>,
    size: usize,
    from: impl for<'c> Fn(&'c NativeCx<'_>) -> &'c [u8],
    step: impl Fn(&[u8], usize, &mut Vec<u8>) -> Result<usize, Fault>,
) -> Result<Option<Vec<u8>>, Fault> {
    let mut making: Box<Making> = cx.unfinished(Making::default);
    if making.at == 0 {
        making.out.reserve_exact(size);
    }
    let mut budget = cx.budget();
    let all = from(cx);
    while making.at < all.len() {
        if budget.is_used() {
            cx.spent(&budget);
            return match cx.leave_off(making)? {
                NativeStep::Again => Ok(None),
                _ => Ok(Some(Vec::new())),
            };
        }
        let Making { at, out } = &mut *making;
        let taken = step(&all[*at..], budget.step(), out)?.max(1);
        *at += taken;
        budget.bytes(taken);
    }
    cx.spent(&budget);
    Ok(Some(making.out))
}
