//! What an engine allocates without leaving its loop.
//!
//! # Invariants
//! Q1. Between `alloc_header` and the last `store_new` of the
//!     object nothing else touches the heap: until then its payload is whatever stood there.

use super::layout::{Header, Kind};
use super::{Heap, NO_CEILING, OutOfMemory};
use crate::word::Word;

impl Heap {
    /// Whether `words` can be allocated at once while the stack part begins at
    /// `stack`, which becomes so. Never in zeal mode, in which every
    /// allocation goes the way that collects.
    #[inline(always)]
    pub(crate) fn has_room(&mut self, words: usize, stack: usize) -> bool {
        debug_assert!(self.top <= stack && stack <= self.space.len());
        self.stack = stack;
        self.top + words <= stack && !self.zeal
    }

    /// The header of an object whose payload the caller stores at once; see Q1.
    #[inline(always)]
    pub(crate) fn alloc_header(&mut self, kind: Kind, len: usize) -> u32 {
        let at = self.top;
        self.space.set(at, Header::new(kind, 0, 0, len).0);
        self.top = at + 1 + len;
        at as u32
    }

    /// An object of that header, as `alloc_header`.
    #[inline(always)]
    pub(crate) fn alloc_object(&mut self, header: Header) -> u32 {
        let at = self.top;
        self.space.set(at, header.0);
        self.top = at + 1 + header.len();
        at as u32
    }

    /// Stores a payload word of an object that `alloc_header` has begun.
    #[inline(always)]
    pub(crate) fn store_new(&mut self, at: u32, field: usize, word: Word) {
        self.space.set(at as usize + 1 + field, word.0);
    }

    /// Sets how many bytes the heap may have; what it has stays.
    pub fn set_limit(&mut self, bytes: usize) {
        self.limit_words = (bytes / 8).min(u32::MAX as usize);
    }

    /// What the machine has left for the heap, in bytes beside what it has; `None`
    /// for more than it may have anyway. It may still be collected as it is.
    pub fn set_left(&mut self, left: Option<usize>) {
        self.ceiling_words = match left {
            None => NO_CEILING,
            Some(left) => {
                let block = 2 * self.len();
                let more = self.len() + left / 8;
                block.max(more) + self.externals.bytes() / 8
            }
        };
    }

    /// Words that the heap may have now, both spaces of a collection included.
    pub(super) fn limit_now(&self) -> usize {
        self.limit_words.min(self.ceiling_words)
    }

    /// Runs `f` with a limit that is higher by `words`: what reports that
    /// memory is at its limit must have some.
    pub(crate) fn beyond_limit<T>(
        &mut self,
        words: usize,
        f: impl FnOnce(&mut Heap) -> Result<T, OutOfMemory>,
    ) -> Result<T, OutOfMemory> {
        // Half of the limit is what a block may have.
        self.limit_words += 2 * words;
        self.ceiling_words += 2 * words;
        let result = f(self);
        self.limit_words -= 2 * words;
        self.ceiling_words -= 2 * words;
        result
    }
}
