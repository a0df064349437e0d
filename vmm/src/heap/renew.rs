//! A heap in the memory of one whose process has ended.
//!
//! # Invariants
//! E1. Nothing of the old heap can be seen in the new one: its words are zero.

use super::external::ExternalList;
use super::space::Space;
use super::{FIRST_BLOCK_WORDS, Heap, NO_CEILING, limit_words};
use crate::word::Word;

impl Heap {
    /// Lets go of everything but the memory that [`Heap::renew`] uses again.
    pub(crate) fn retire(&mut self) {
        self.externals = ExternalList::default();
        self.rare.renew();
        if self.zeal {
            self.space.poison();
        }
        if self.zeal || self.space.room() != FIRST_BLOCK_WORDS {
            self.space = Space::default();
        }
    }

    /// Makes it, which was retired, an empty heap again, as [`Heap::new`] makes one of the first size
    /// for the same machine.
    pub(crate) fn renew(&mut self, limit_bytes: usize) {
        // Every field is named, so that none is forgotten.
        let Heap {
            space,
            top,
            stack,
            globals,
            externals,
            limit_words: limit,
            ceiling_words,
            zeal: _,
            due,
            walked,
            rare: _,
        } = self;
        if space.len() == FIRST_BLOCK_WORDS {
            space.words_mut().fill(0);
        } else {
            *space = Space::new(FIRST_BLOCK_WORDS);
        }
        *top = 0;
        *stack = FIRST_BLOCK_WORDS;
        *globals = Word::UNDEFINED;
        debug_assert!(externals.bytes() == 0, "it was retired");
        *limit = limit_words(limit_bytes);
        *ceiling_words = NO_CEILING;
        *due = false;
        *walked = 0;
    }
}
