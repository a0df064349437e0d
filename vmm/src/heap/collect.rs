//! The copying collector.
//!
//! Cheney's algorithm (C. J. Cheney, "A Nonrecursive List Compacting
//! Algorithm", CACM 13, 1970): the roots are copied to the fresh space, then
//! that space is scanned from its start and whatever a copied object refers to
//! is copied behind it, until the scan has caught up. A forwarding header in
//! the old space keeps sharing and ends cycles. Nothing recurses.
//!
//! # Growth
//! After a collection at least half of the block is free. A block whose
//! process goes on allocating grows to [`BUSY_BLOCK_WORDS`], and one that is
//! seven eighths empty after a burst shrinks.
//!
//! # Invariants
//! G1. Roots are the stack part, word by word, the root list and the globals. Frame headers
//!     are plain numbers to it.
//! G2. A block takes at most half of what the limit leaves beside external
//!     bytes, so both spaces together stay within it.
//! G3. External entries are marked when the scan meets the copied object, and
//!     swept when it is done.

use super::external::ExternalList;
use super::layout::Header;
use super::space::Space;
use super::{BUSY_BLOCK_WORDS, EXTERNAL_TRIGGER_BYTES, FIRST_BLOCK_WORDS, Heap, OutOfMemory};
use crate::word::Word;

impl Heap {
    /// Makes every reference to objects that are marked as standing in the
    /// read-only area one to there. Moves every object.
    pub fn replace_marked(&mut self) {
        // Nothing new is asked for, so whether that fits is no matter.
        let _ = self.make_room(0, 0);
    }

    /// The slow path of `reserve`: collects, and grows if need be. Leaves room
    /// for so many more external bytes, too, by taking a smaller block.
    #[cold]
    #[inline(never)]
    pub(super) fn make_room(&mut self, words: usize, bytes: usize) -> Result<(), OutOfMemory> {
        let stack_words = self.len() - self.stack;
        if words > self.limit_words / 2 {
            return Err(OutOfMemory { words });
        }
        let old_len = self.len();
        let mut to = Space::new(old_len.max(self.top));
        self.externals.clear_marks();
        let mut copier = Copier {
            from: self.space.words_mut(),
            to: to.words_mut(),
            externals: &mut self.externals,
            top: 0,
        };
        for at in old_len - stack_words..old_len {
            let word = copier.copy(Word(copier.from[at]));
            copier.from[at] = word.0;
        }
        for root in &mut self.roots {
            *root = copier.copy(*root);
        }
        self.globals = copier.copy(self.globals);
        copier.scan();
        let live = copier.top;
        self.externals.sweep();
        self.external_trigger = EXTERNAL_TRIGGER_BYTES.max(2 * self.externals.bytes());
        // A block takes at most half of the limit, so that the space it is
        // copied to takes the other half.
        let external = self.externals.bytes() + bytes;
        let half = self.limit_words.saturating_sub(external.div_ceil(8)) / 2;

        let wanted = live + stack_words + words;
        let fits = wanted <= half;
        let needed = if fits { wanted } else { live + stack_words };
        let mut len = old_len;
        while needed > len / 2 {
            len *= 2;
        }
        if self.collections > 2 && len < BUSY_BLOCK_WORDS {
            len = (len * 2).min(BUSY_BLOCK_WORDS);
        }
        while len > BUSY_BLOCK_WORDS.max(FIRST_BLOCK_WORDS) && needed <= len / 8 {
            len /= 2;
        }
        let len = len.min(half.max(FIRST_BLOCK_WORDS)).max(needed);
        if len > old_len {
            // Zeroing what is new would take longer than copying what is alive.
            to = to.grown(len, live);
        } else {
            to.resize(len);
        }
        let stack = len - stack_words;
        to.words_mut()[stack..].copy_from_slice(&self.space.words()[old_len - stack_words..]);
        if self.zeal {
            // Not the program's doing, so not on its account.
            self.space.poison();
        } else {
            self.charge(live + stack_words + self.roots.len());
        }
        self.allocated_words += (self.top - live.min(self.top)) as u64;
        self.space = to;
        self.top = live;
        self.stack = stack;
        self.collections += 1;
        if fits {
            Ok(())
        } else {
            Err(OutOfMemory { words })
        }
    }
}

/// Copies objects from the old space to the new one.
struct Copier<'a> {
    from: &'a mut [u64],
    to: &'a mut [u64],
    externals: &'a mut ExternalList,
    top: usize,
}

impl Copier<'_> {
    /// Where a word is afterwards; copies its object if that has not happened yet.
    #[inline]
    fn copy(&mut self, word: Word) -> Word {
        if !word.is_heap() {
            return word;
        }
        let at = word.place() as usize;
        let header = Header(self.from[at]);
        if let Some(to) = header.forwarded() {
            return to;
        }
        let size = 1 + header.len();
        let to = self.top;
        self.to[to..to + size].copy_from_slice(&self.from[at..at + size]);
        self.top += size;
        self.from[at] = Header::forward(to as u32).0;
        Word::heap(to as u32)
    }

    /// Copies everything that copied objects refer to.
    fn scan(&mut self) {
        let mut at = 0;
        while at < self.top {
            let header = Header(self.to[at]);
            let end = at + 1 + header.len();
            if header.is_raw() {
                if header.is_external() {
                    self.externals.mark(self.to[at + 1]);
                }
            } else {
                for i in at + 1..end {
                    let word = Word(self.to[i]);
                    if word.is_heap() {
                        self.to[i] = self.copy(word).0;
                    }
                }
            }
            at = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::layout::Kind;

    fn pair(heap: &mut Heap, head: Word, tail: Word) -> Word {
        Word::heap(heap.alloc_words(Kind::Pair, &[head, tail]))
    }

    /// Puts a word on top of the stack part.
    fn push(heap: &mut Heap, word: Word) {
        heap.reserve_stack(1).unwrap();
        heap.set_stack(heap.stack() - 1);
        heap.set_stack_word(heap.stack(), word);
    }

    #[test]
    fn lists_survive_growth_and_garbage_does_not() {
        for zeal in [false, true] {
            let mut heap = Heap::new(0, 1 << 20, zeal);
            push(&mut heap, Word::NIL);
            for i in 0..500 {
                heap.reserve(6).unwrap();
                pair(&mut heap, Word::TRUE, Word::NIL);
                let list = heap.stack_word(heap.stack());
                let list = pair(&mut heap, Word::number(f64::from(i)), list);
                heap.set_stack_word(heap.stack(), list);
            }
            heap.make_room(0, 0).unwrap();
            assert_eq!(heap.top(), 500 * 3);
            let mut list = heap.stack_word(heap.stack());
            for i in (0..500).rev() {
                assert_eq!(heap.load(list.place(), 0), Word::number(f64::from(i)));
                list = heap.load(list.place(), 1);
            }
            assert_eq!(list, Word::NIL);
        }
    }

    #[test]
    fn sharing_and_cycles_are_kept() {
        let mut heap = Heap::new(0, 1 << 20, true);
        heap.reserve(5).unwrap();
        let cell = heap.alloc(Kind::Cell, 0, 0, 1);
        let both = pair(&mut heap, Word::heap(cell), Word::heap(cell));
        heap.store(cell, 0, both);
        let root = heap.push_root(both);
        heap.reserve(100).unwrap();
        let both = heap.root(root).place();
        let (a, b) = (heap.load(both, 0), heap.load(both, 1));
        assert_eq!(a, b);
        assert_eq!(heap.load(a.place(), 0).place(), both);
        assert_eq!(heap.top(), 5);
    }

    #[test]
    fn raw_payloads_that_look_like_references_are_left_alone() {
        let mut heap = Heap::new(0, 1 << 20, true);
        heap.reserve(3).unwrap();
        let big = heap.alloc(Kind::BigInteger, 0, 0, 2);
        heap.space.set(big as usize + 1, u64::MAX);
        let root = heap.push_root(Word::heap(big));
        heap.reserve(10).unwrap();
        assert_eq!(heap.load(heap.root(root).place(), 0).0, u64::MAX);
    }

    #[test]
    fn the_limit_is_an_error_and_changes_nothing() {
        let mut heap = Heap::new(0, 2 * 64 * 8, false);
        let root = heap.push_root(Word::TRUE);
        assert_eq!(heap.reserve(1000), Err(OutOfMemory { words: 1000 }));
        assert_eq!(heap.reserve(65), Err(OutOfMemory { words: 65 }));
        assert_eq!((heap.root(root), heap.len()), (Word::TRUE, 64));
        assert!(heap.reserve(64).is_ok());
    }

    #[test]
    fn a_large_block_makes_way_for_text() {
        let limit = 64 << 10;
        let mut heap = Heap::new(0, limit, false);
        heap.reserve(3000).unwrap();
        let bytes = 48 << 10;
        heap.reserve_external(4, bytes).unwrap();
        assert!(2 * 8 * heap.len() + bytes <= limit, "{}", heap.len());
    }

    #[test]
    fn a_burst_shrinks_again() {
        let mut heap = Heap::new(0, 1 << 30, false);
        heap.reserve(100_000).unwrap();
        let large = heap.len();
        for _ in 0..8 {
            heap.make_room(1, 0).unwrap();
        }
        assert!(
            large >= 100_000 && heap.len() <= BUSY_BLOCK_WORDS,
            "{}",
            heap.len()
        );
    }
}
