//! Work on large values that is left off and gone on with.
//!
//! An operation that may look at millions of words does so for one turn at
//! most: it leaves its state here, ends the turn, and is run again from its start
//! in the process's next one, where it finds the state.
//!
//! # Invariants
//! W1. Between the turns nothing runs in the process, so no object moves or
//!     changes: words in a state that was kept are good until the next
//!     collection. What was kept before one is not handed out.

use super::Process;
use crate::heap::pack::Packer;
use crate::heap::unpack::Unpacking;
use crate::limits::{WALK_WORDS, WALK_WORDS_ZEAL};
use crate::term::{Comparison, Equality, Writing};

/// How far an operation has come.
#[derive(Debug)]
pub enum Walk {
    /// Comparing two values for equality.
    Equality(Equality),
    /// Comparing two values by order.
    Comparison(Comparison),
    /// Writing values as text.
    Writing(Writing),
    /// Copying values out of the heap.
    Packing(Packer),
    /// Copying a parcel into the heap.
    Unpacking(Unpacking),
}

/// A walk that was left off.
#[derive(Debug)]
pub struct LeftOff {
    walk: Walk,
    /// How many collections there had been.
    collections: u64,
}

impl Process {
    /// Words that an operation may walk in one turn.
    #[must_use]
    pub fn walk_words(&self) -> usize {
        if self.heap.is_zealous() {
            WALK_WORDS_ZEAL
        } else {
            WALK_WORDS
        }
    }

    /// Keeps a walk until its operation is run again.
    #[cold]
    pub fn leave_off(&mut self, walk: Walk) {
        let collections = self.heap.collections();
        self.left_off = Some(Box::new(LeftOff { walk, collections }));
    }

    /// Whether the next operation goes on with a walk.
    #[must_use]
    pub fn has_left_off(&self) -> bool {
        self.left_off.is_some()
    }

    /// The walk that was left off, if the running operation is one that is run again.
    #[inline]
    pub fn left_off(&mut self) -> Option<Walk> {
        let left_off = self.left_off.take()?;
        (left_off.collections == self.heap.collections()).then_some(left_off.walk)
    }
}
