//! What a heap has only once it was collected or holds roots, behind one pointer.
//!
//! A million processes may wait that were never collected, and many end before
//! they are.
//!
//! # Invariants
//! R1. A heap without these parts answers like one whose parts are all empty.

use super::Heap;
use super::pieces::Collection;
use crate::word::Word;

/// Roots for which a heap has room that was used by one process.
const ROOTS: usize = 16;

/// See the module documentation.
#[derive(Default)]
pub(super) struct Rare(Option<Box<Parts>>);

/// The parts.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Values that host code and the machine hold for the process.
    pub(super) roots: Vec<Word>,
    /// Collections so far.
    pub(super) collections: u64,
    /// Words that were allocated in earlier blocks.
    pub(super) allocated_words: u64,
    /// Words by which the block was made longer since the last collection.
    pub(super) lent: usize,
    /// Free words at which a heap with a deep stack is collected.
    pub(super) early: usize,
    /// The collection in pieces that has begun.
    pub(super) collection: Option<Box<Collection>>,
}

impl Rare {
    /// The parts, if there are any.
    #[inline]
    pub(super) fn get(&self) -> Option<&Parts> {
        self.0.as_deref()
    }

    /// The parts, made if there are none.
    #[inline]
    pub(super) fn make(&mut self) -> &mut Parts {
        self.0.get_or_insert_default()
    }

    /// Empties the parts, for another process to use their memory.
    #[inline]
    pub(super) fn renew(&mut self) {
        if let Some(parts) = &mut self.0 {
            let mut roots = std::mem::take(&mut parts.roots);
            roots.clear();
            roots.shrink_to(ROOTS);
            **parts = Parts {
                roots,
                ..Parts::default()
            };
        }
    }
}

impl std::fmt::Debug for Rare {
    /// Parts that are empty look like none.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.get() {
            Some(parts) => parts.fmt(f),
            None => Parts::default().fmt(f),
        }
    }
}

impl Heap {
    /// Collections so far.
    #[must_use]
    #[inline]
    pub fn collections(&self) -> u64 {
        self.rare.get().map_or(0, |parts| parts.collections)
    }

    /// Words allocated so far, those of earlier blocks included.
    #[must_use]
    pub fn allocated_words(&self) -> u64 {
        self.rare.get().map_or(0, |parts| parts.allocated_words) + self.top as u64
    }

    /// Words by which the block was made longer since the last collection.
    pub(super) fn lent(&self) -> usize {
        self.rare.get().map_or(0, |parts| parts.lent)
    }

    /// Free words at which a heap with a deep stack is collected.
    pub(super) fn early(&self) -> usize {
        self.rare.get().map_or(0, |parts| parts.early)
    }

    /// Keeps a value alive and up to date until [`Heap::truncate_roots`]; yields its number.
    pub fn push_root(&mut self, word: Word) -> usize {
        let roots = &mut self.rare.make().roots;
        roots.push(word);
        roots.len() - 1
    }

    /// The value of a root as it is now.
    #[must_use]
    pub fn root(&self, number: usize) -> Word {
        let root = self.rare.get().and_then(|parts| parts.roots.get(number));
        root.copied().unwrap_or(Word::UNDEFINED)
    }

    /// Replaces the value of a root.
    pub fn set_root(&mut self, number: usize, word: Word) {
        if let Some(slot) = self.rare.make().roots.get_mut(number) {
            *slot = word;
        }
    }

    /// How many roots there are.
    #[must_use]
    #[inline]
    pub fn roots(&self) -> usize {
        self.rare.get().map_or(0, |parts| parts.roots.len())
    }

    /// Gives up all roots from a number on.
    #[inline]
    pub fn truncate_roots(&mut self, from: usize) {
        if let Some(parts) = &mut self.rare.0 {
            parts.roots.truncate(from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_not_made_by_a_look() {
        let mut heap = Heap::new(0, 1 << 20, false);
        assert_eq!((heap.collections(), heap.roots(), heap.lent()), (0, 0, 0));
        assert_eq!((heap.root(0), heap.early()), (Word::UNDEFINED, 0));
        heap.truncate_roots(0);
        assert!(heap.rare.get().is_none());
        assert_eq!(heap.push_root(Word::TRUE), 0);
        heap.set_root(0, Word::NIL);
        assert_eq!((heap.root(0), heap.roots()), (Word::NIL, 1));
        heap.rare.renew();
        assert_eq!(format!("{:?}", heap.rare), format!("{:?}", Rare::default()));
    }
}
