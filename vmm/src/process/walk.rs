//! Work on large values that is left off and gone on with.
//!
//! An operation that may look at millions of words does so for one turn at
//! most: it leaves its state here, ends the turn, and is run again from its start
//! in the process's next one, where it finds the state.
//!
//! # Invariants
//! W1. Between the turns nothing runs in the process, so no object moves or
//!     changes: words in a state that was kept are good until the next
//!     collection. What was kept before one is not handed out. A collection in pieces
//!     waits until the operation is done.
//! W2. What a state takes counts towards the process's memory limit while it is kept.

use std::any::Any;

use super::Process;
use crate::code::matching::{Bound, Matching};
use crate::heap::OutOfMemory;
use crate::heap::joining::Joining;
use crate::heap::pack::Packer;
use crate::heap::search::Search;
use crate::heap::sharing::Sharing;
use crate::heap::unpack::Unpacking;
use crate::limits::{WALK_WORDS, WALK_WORDS_ZEAL};
use crate::map::Building;
use crate::string::seek::Seeking;
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
    /// Looking for a key in a map.
    Search(Search),
    /// Making a map.
    Building(Building),
    /// Trying patterns.
    Matching(Matching),
    /// Copying a message into the heap for what an arm of a receive binds.
    Taking(Box<Taking>),
    /// Joining texts.
    Joining(Joining),
    /// Looking for text in text.
    Seeking(Seeking),
    /// Moving a value to the read-only area.
    Sharing(Sharing),
    /// Looking for the message of a monitor; so many messages are none.
    Flushing(u64),
    /// What a native does in a way of its own.
    Native(Box<dyn Unfinished>),
}

/// The state of a native that is left off: plain data, which that native alone knows.
pub trait Unfinished: Any + std::fmt::Debug + Send {
    /// Bytes that it takes beside the heap.
    fn bytes(&self) -> usize;
}

/// A message that an arm of a receive fits, on its way into the heap.
#[derive(Debug)]
pub struct Taking {
    /// Number of the arm.
    pub arm: usize,
    /// What it binds, as it lies in the message.
    pub bound: Vec<(u16, Bound)>,
    /// How far the copy has come.
    pub walk: Unpacking,
}

impl Walk {
    /// Bytes that the state takes beside the heap.
    fn bytes(&self) -> usize {
        match self {
            Walk::Equality(walk) => walk.bytes(),
            Walk::Comparison(walk) => walk.bytes(),
            Walk::Writing(walk) => walk.bytes(),
            Walk::Packing(walk) => walk.bytes(),
            Walk::Unpacking(walk) => walk.bytes(),
            Walk::Search(walk) => walk.bytes(),
            Walk::Building(walk) => walk.bytes(),
            Walk::Matching(walk) => walk.bytes(),
            Walk::Taking(walk) => size_of::<Taking>() + walk.walk.bytes(),
            Walk::Joining(walk) => walk.bytes(),
            Walk::Seeking(walk) => walk.bytes(),
            Walk::Sharing(walk) => walk.bytes(),
            Walk::Flushing(_) => 0,
            Walk::Native(walk) => walk.bytes(),
        }
    }
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
    ///
    /// # Errors
    /// The memory limit has no room for its state: the operation is given up.
    #[cold]
    pub fn leave_off(&mut self, walk: Walk) -> Result<(), OutOfMemory> {
        let bytes = walk.bytes();
        if self.heap.bytes().saturating_add(bytes) > self.heap.limit_bytes() {
            return Err(OutOfMemory { words: bytes / 8 });
        }
        let collections = self.heap.collections();
        self.extras_mut().left_off = Some(Box::new(LeftOff { walk, collections }));
        Ok(())
    }

    /// Whether the next operation goes on with a walk.
    #[must_use]
    #[inline]
    pub fn has_left_off(&self) -> bool {
        self.kept_walk().is_some()
    }

    /// Whether the running operation goes on with such a walk.
    #[must_use]
    pub fn goes_on(&self, is: impl FnOnce(&Walk) -> bool) -> bool {
        let current = |kept: &&LeftOff| kept.collections == self.heap.collections();
        let kept = self.kept_walk().filter(current);
        kept.is_some_and(|kept| is(&kept.walk))
    }

    /// The walk that was left off, if the running operation is one that is run again.
    #[inline]
    pub fn left_off(&mut self) -> Option<Walk> {
        let left_off = self.extras.as_mut()?.left_off.take()?;
        (left_off.collections == self.heap.collections()).then_some(left_off.walk)
    }

    /// As [`Process::left_off`], for a native whose state is a `T`.
    #[must_use]
    pub fn unfinished<T: Unfinished>(&mut self) -> Option<Box<T>> {
        match self.left_off()? {
            Walk::Native(walk) => (walk as Box<dyn Any>).downcast().ok(),
            _ => None,
        }
    }

    /// Bytes that the process has: its heap, and the state of what it has left off.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let left_off = self.kept_walk().map_or(0, |kept| kept.walk.bytes());
        self.heap.bytes() + left_off
    }

    #[inline]
    fn kept_walk(&self) -> Option<&LeftOff> {
        self.extras.as_ref()?.left_off.as_deref()
    }
}
