//! The slots of the process table: where a process is reached, and where it waits.
//!
//! Slots lie in segments behind a directory, so that none ever moves, and the
//! slot of a number is found without a lock. A segment is made when the first of its
//! slots is asked for; its memory is zeros until it is used, which costs nothing.
//!
//! # Invariants
//! B1. A slot of zeros was never used: nobody lives in it, and its generation is 0.
//! B2. Only who has the tenant tells of it, and takes what came for it.
#![expect(unsafe_code, reason = "a slot of zeros is a slot that was never used")]

use std::sync::OnceLock;

use crate::heap::parcel::Parcel;
use crate::ids::Pid;
use crate::limits::CROWD;
use crate::process::arrivals::{Arrivals, Taken};
use crate::process::mailbox::{Bounds, Full, Mailbox, Told, held_bytes};
use crate::sched::nodes::Arrival;
use crate::sched::table::Tenant;
use crate::sync::{AtomicU32, AtomicUsize, Ordering};

/// Slots of a segment.
const SEGMENT: usize = if cfg!(shuttle) { 1 << 4 } else { 1 << 14 };

/// Segments that there can be.
const SEGMENTS: usize = if cfg!(shuttle) {
    4
} else {
    (1 << Pid::SLOT_BITS) / SEGMENT
};

/// One place for a process. What senders touch lies on one cache line; what the owner
/// works on is elsewhere.
#[derive(Debug)]
#[repr(align(64))]
pub struct Slot {
    /// What comes for the tenant, and the tenant itself while it waits.
    pub arrivals: Arrivals<Arrival, Tenant>,
    /// Of the tenant, or of the next one.
    pub generation: AtomicU32,
    /// How many messages programs may leave here, and one more, the largest number if
    /// only bytes are bounded; 0 if nothing is.
    pub bound: AtomicUsize,
    /// How many bytes; the largest number for any.
    pub byte_bound: AtomicUsize,
    /// How many messages there are, as far as that was counted: only for
    /// tenants with a bound.
    pub held: AtomicUsize,
    /// The bytes; see `held`.
    pub held_bytes: AtomicUsize,
    /// About how many signals are on their way, and how many messages the tenant had
    /// when it was put away last. Written by several without order, so that counting costs
    /// nothing; nothing but the length of turns depends on it.
    coming: AtomicU32,
    has: AtomicU32,
    /// The worker with which the tenant is, or was when it ran last. Nothing but where processes
    /// move to depends on it.
    home: AtomicU32,
}

// SAFETY: zeros are a closed word and numbers that are 0.
#[cfg(not(shuttle))]
unsafe impl bytemuck::Zeroable for Slot {}

impl Slot {
    /// Counts a message of so many bytes that no bound keeps out; false if nothing is counted.
    #[inline]
    pub fn count(&self, bytes: impl FnOnce() -> usize) -> bool {
        let counts = self.bound.load(Ordering::Relaxed) != 0;
        if counts {
            self.count_bounded(bytes());
        }
        counts
    }

    #[cold]
    fn count_bounded(&self, bytes: usize) {
        self.held.fetch_add(1, Ordering::Relaxed);
        self.held_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes a place for a message, if there is a bound; whether there is.
    ///
    /// # Errors
    /// There is no room.
    #[inline]
    pub fn reserve(&self, message: &Parcel) -> Result<bool, Full> {
        match self.bound.load(Ordering::Relaxed).checked_sub(1) {
            None => Ok(false),
            Some(bound) => self.reserve_within(bound, message).map(|()| true),
        }
    }

    #[cold]
    fn reserve_within(&self, bound: usize, message: &Parcel) -> Result<(), Full> {
        let relaxed = Ordering::Relaxed;
        let more = |held| (held < bound).then_some(held + 1);
        let one_more = self.held.fetch_update(relaxed, relaxed, more);
        one_more.map_err(|_| Full::Messages(bound))?;
        let byte_bound = self.byte_bound.load(relaxed);
        let bytes = held_bytes(message);
        let more = |held: usize| held.checked_add(bytes).filter(|held| *held <= byte_bound);
        let more_bytes = self.held_bytes.fetch_update(relaxed, relaxed, more);
        more_bytes.map(|_| ()).map_err(|_| {
            self.held.fetch_sub(1, relaxed);
            Full::Bytes(byte_bound)
        })
    }

    /// A new tenant moves in, whose mailbox is empty and has no bound yet.
    pub fn settle(&self) {
        self.bound.store(0, Ordering::Relaxed);
        self.byte_bound.store(usize::MAX, Ordering::Relaxed);
        self.held.store(0, Ordering::Relaxed);
        self.held_bytes.store(0, Ordering::Relaxed);
        self.none_more();
        self.has(0);
    }

    /// Tells senders how many messages the tenant has, if they are bounded, and about
    /// how many in any case.
    #[inline]
    pub fn tell(&self, mailbox: &mut Mailbox) {
        self.has(mailbox.len());
        self.tell_bounded(mailbox);
    }

    /// Tells senders how many messages the tenant has, if they are bounded.
    #[inline]
    pub fn tell_bounded(&self, mailbox: &mut Mailbox) {
        if let Some((told, now)) = mailbox.tell() {
            self.change(&told, &now);
        }
    }

    /// What senders know of the tenant's mailbox changes.
    #[cold]
    fn change(&self, told: &Told, now: &Told) {
        let Bounds { messages, bytes } = now.bounds;
        let most = match (messages, bytes) {
            (None, None) => 0,
            (messages, _) => messages.map_or(usize::MAX, |bound| bound.saturating_add(1)),
        };
        // What was sent before there was a bound was not counted, and may
        // not have been taken in yet: the bounds hold from then on.
        let relaxed = Ordering::Relaxed;
        self.held.fetch_add(now.len.wrapping_sub(told.len), relaxed);
        let bytes_more = now.bytes.wrapping_sub(told.bytes);
        self.held_bytes.fetch_add(bytes_more, relaxed);
        self.byte_bound.store(bytes.unwrap_or(usize::MAX), relaxed);
        self.bound.store(most, relaxed);
    }

    /// One more signal is on its way; whether there are more than the tenant should have.
    #[inline]
    pub fn one_more(&self) -> bool {
        let coming = self.coming.load(Ordering::Relaxed).saturating_add(1);
        self.coming.store(coming, Ordering::Relaxed);
        coming.saturating_add(self.has.load(Ordering::Relaxed)) > CROWD
    }

    /// The worker with which the tenant is, or was last.
    #[inline]
    pub fn home(&self) -> usize {
        self.home.load(Ordering::Relaxed) as usize
    }

    /// The tenant is with that worker now.
    #[inline]
    pub fn is_at(&self, worker: usize) {
        self.home.store(worker as u32, Ordering::Relaxed);
    }

    /// Takes everything that has come.
    #[inline]
    pub fn take(&self) -> Taken<Arrival> {
        self.none_more();
        self.arrivals.take()
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

/// Slots that were never used.
#[cfg(not(shuttle))]
fn unused() -> Box<[Slot]> {
    bytemuck::zeroed_slice_box(SEGMENT)
}

/// As above, where an atomic is more than its value.
#[cfg(shuttle)]
fn unused() -> Box<[Slot]> {
    let slot = |_| Slot {
        arrivals: Arrivals::closed(),
        generation: AtomicU32::new(0),
        bound: AtomicUsize::new(0),
        byte_bound: AtomicUsize::new(0),
        held: AtomicUsize::new(0),
        held_bytes: AtomicUsize::new(0),
        coming: AtomicU32::new(0),
        has: AtomicU32::new(0),
        home: AtomicU32::new(0),
    };
    (0..SEGMENT).map(slot).collect()
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
            .get_or_init(unused)
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
