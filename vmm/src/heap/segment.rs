//! Frames between the stack part and objects.
//!
//! The words of suspended frames lie at the end of a storage object as they
//! did on the stack, so that a storage fills from its end as the stack does.
//! What is copied is charged by the word.

use super::Heap;
use super::layout::Kind;
use crate::word::Word;

impl Heap {
    /// Copies `words` words of the stack part, from place `from` on, to an
    /// object: a store of many words ([`Heap::store`]).
    #[inline]
    pub(crate) fn save_frames(&mut self, from: usize, words: usize, to: u32, field: usize) {
        self.charge(words);
        debug_assert!(from >= self.stack() && field + words <= self.header(to).len());
        let start = to as usize + 1 + field;
        let (objects, stack) = self.space.words_mut().split_at_mut(from);
        let (from, to) = (&stack[..words], &mut objects[start..start + words]);
        for (from, to) in from.iter().zip(to) {
            *to = *from;
        }
    }

    /// Moves `words` words of an object to the stack part, from place `to` on;
    /// yields them there.
    #[inline]
    pub(crate) fn restore_frames(
        &mut self,
        from: u32,
        field: usize,
        words: usize,
        to: usize,
    ) -> &mut [u64] {
        self.charge(words);
        debug_assert!(to >= self.stack() && field + words <= self.header(from).len());
        let start = from as usize + 1 + field;
        let (objects, stack) = self.space.words_mut().split_at_mut(to);
        let (from, to) = (&mut objects[start..start + words], &mut stack[..words]);
        for (from, to) in from.iter_mut().zip(to.iter_mut()) {
            // What stays behind must keep nothing alive.
            *to = std::mem::replace(from, Word::UNDEFINED.0);
        }
        to
    }

    /// A storage of so many words that ends in the last `keep` words of `old`;
    /// `1 + words` words.
    pub(crate) fn longer_storage(&mut self, old: Word, keep: usize, words: usize) -> Word {
        let new = self.alloc(Kind::ArrayData, 0, 0, words);
        if keep > 0 {
            let end = old.place() as usize + 1 + self.header(old.place()).len();
            let to = new as usize + 1 + words - keep;
            self.space.words_mut().copy_within(end - keep..end, to);
        }
        Word::heap(new)
    }
}
