//! What the scheduler is made of in memory: the slots of the table, and nodes that are used again.
//!
//! Slots lie in segments behind a directory, so that none ever moves, and the
//! slot of a number is found without a lock. A segment is made when the first of its
//! slots is asked for; its memory is zeros until it is used, which costs nothing.
//!
//! # Invariants
//! B1. A slot of zeros was never used: nobody lives in it, and its generation is 0.
//! B2. A spare node is empty.
#![expect(unsafe_code, reason = "a slot of zeros is a slot that was never used")]

use std::sync::OnceLock;

use crate::ids::Pid;
use crate::limits::CROWD;
use crate::process::arrivals::{Arrivals, Node};
use crate::sched::table::{Arrival, Tenant};
use crate::sync::{AtomicU32, AtomicUsize, Ordering};

/// Slots of a segment.
const SEGMENT: usize = 1 << 14;

/// Segments that there can be.
const SEGMENTS: usize = (1 << Pid::SLOT_BITS) / SEGMENT;

/// Spare nodes that a worker keeps.
const SPARE_NODES: usize = 1024;

/// One place for a process. What senders touch lies on one cache line; what the owner
/// works on is elsewhere.
#[derive(Debug)]
#[repr(align(64))]
pub struct Slot {
    /// What comes for the tenant, and the tenant itself while it waits.
    pub arrivals: Arrivals<Arrival, Tenant>,
    /// Of the tenant, or of the next one.
    pub generation: AtomicU32,
    /// How many messages programs may leave here, and one more; 0 for any number.
    pub bound: AtomicUsize,
    /// How many messages there are, as far as that was counted: only for
    /// tenants with a bound.
    pub held: AtomicUsize,
    /// About how many signals are on their way, and how many messages the tenant had
    /// when it was put away last. Written by several without order, so that counting costs
    /// nothing; nothing but the length of turns depends on it.
    coming: AtomicU32,
    has: AtomicU32,
}

// SAFETY: zeros are a closed word and numbers that are 0.
unsafe impl bytemuck::Zeroable for Slot {}

impl Slot {
    /// Counts a message that no bound keeps out; false if nothing is counted.
    #[inline]
    pub fn count(&self) -> bool {
        let counts = self.bound.load(Ordering::Relaxed) != 0;
        if counts {
            self.held.fetch_add(1, Ordering::Relaxed);
        }
        counts
    }
}

impl Slot {
    /// One more signal is on its way; whether there are more than the tenant should have.
    #[inline]
    pub fn one_more(&self) -> bool {
        let coming = self.coming.load(Ordering::Relaxed).saturating_add(1);
        self.coming.store(coming, Ordering::Relaxed);
        coming.saturating_add(self.has.load(Ordering::Relaxed)) > CROWD
    }

    /// Nothing is on its way any more.
    #[inline]
    pub fn none_more(&self) {
        self.coming.store(0, Ordering::Relaxed);
    }

    /// The tenant has so many messages.
    #[inline]
    pub fn has(&self, messages: usize) {
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        self.has.store(messages, Ordering::Relaxed);
    }
}

/// The slots by number.
pub struct Slots {
    directory: Box<[OnceLock<Box<[Slot]>>]>,
}

impl Default for Slots {
    /// None yet.
    fn default() -> Slots {
        Slots {
            directory: (0..SEGMENTS).map(|_| OnceLock::new()).collect(),
        }
    }
}

impl Slots {
    /// The slot of a number, if its segment is there.
    #[inline]
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&Slot> {
        let at = number as usize;
        self.directory.get(at / SEGMENT)?.get()?.get(at % SEGMENT)
    }

    /// The slot of a number, whose segment is made if it is not there; none
    /// past the last number.
    #[must_use]
    pub fn make(&self, number: u32) -> Option<&Slot> {
        let at = number as usize;
        self.directory
            .get(at / SEGMENT)?
            .get_or_init(|| bytemuck::zeroed_slice_box(SEGMENT))
            .get(at % SEGMENT)
    }

    /// Every slot whose segment is there, by number, to change it.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &mut Slot)> {
        let segments = self.directory.iter_mut().enumerate();
        segments.flat_map(|(at, segment)| {
            let first = (at * SEGMENT) as u32;
            let slots = segment.get_mut().map(|slots| &mut **slots);
            (first..).zip(slots.unwrap_or_default())
        })
    }
}

impl std::fmt::Debug for Slots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let made = self.directory.iter().filter(|s| s.get().is_some());
        f.debug_struct("Slots")
            .field("segments", &made.count())
            .finish()
    }
}

/// Nodes of one worker that can be used again.
#[derive(Debug, Default)]
pub struct Nodes {
    #[expect(clippy::vec_box, reason = "a node goes from list to list as a box")]
    spare: Vec<Box<Node<Arrival>>>,
}

impl Nodes {
    /// A node with a load.
    #[inline]
    pub fn filled(&mut self, load: Arrival) -> Box<Node<Arrival>> {
        match self.spare.pop() {
            Some(mut node) => {
                node.load = Some(load);
                node
            }
            None => Box::new(Node::new(Some(load))),
        }
    }

    /// Empties a node, and keeps it for later.
    #[inline]
    pub fn emptied(&mut self, mut node: Box<Node<Arrival>>) -> Option<Arrival> {
        let load = node.load.take();
        if self.spare.len() < SPARE_NODES {
            self.spare.push(node);
        }
        load
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_made_by_the_segment_and_stay_where_they_are() {
        let mut slots = Slots::default();
        assert!(slots.get(0).is_none());
        let first = std::ptr::from_ref(slots.make(5).unwrap());
        assert!(slots.get(0).is_some() && slots.get(SEGMENT as u32).is_none());
        let last = (SEGMENTS * SEGMENT - 1) as u32;
        assert!(slots.make(last).is_some() && slots.make(last + 1).is_none());
        assert_eq!(std::ptr::from_ref(slots.get(5).unwrap()), first);
        assert!(slots.get(5).is_some_and(|slot| slot.arrivals.is_closed()));
        assert_eq!(slots.iter_mut().count(), 2 * SEGMENT);
        assert_eq!(
            slots.iter_mut().last().map(|(number, _)| number),
            Some(last)
        );
    }

    #[test]
    fn a_slot_is_one_cache_line() {
        assert_eq!(size_of::<Slot>(), 64);
    }
}
