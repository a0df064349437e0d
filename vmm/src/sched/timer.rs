//! Timer wheel: what is to happen at which nanosecond.
//!
//! Eleven levels of 64 slots. An entry lies on the level of the highest group
//! of six bits in which its deadline differs from the wheel's own time, so a
//! slot of level 0 holds one exact nanosecond, one of level 1 64 of them, and
//! so on over the whole range of 64 bits. When the wheel's time reaches the
//! start of a slot of a higher level, its entries move down, in order. One
//! bit a slot says whether it is empty, so time passes in steps from one
//! occupied slot to the next, however far apart they are. The entries of a slot
//! that are few are not moved down once one of them is due, but sorted.
//!
//! # Invariants
//! W1. Never early: an entry is given out only for a time at or past its deadline.
//! W2. Entries come out by deadline, equal deadlines in the order of their
//!     creation: two entries of one deadline always lie in one slot, because
//!     the wheel's time never passes the start of an occupied slot.
//! W3. A handle names one entry for ever; after the entry is gone it names none.
//!
//! # Cost
//! Insert and cancel: O(1), no allocation once the wheel has been as full
//! before. An entry moves down at most ten times, a time-out of some seconds
//! that is cancelled never.
//!
//! *Source*: G. Varghese, T. Lauck, "Hashed and hierarchical timing wheels",
//! SOSP 1987.

/// Bits of a slot number within its level.
const SLOT_BITS: u32 = 6;
/// Slots of a level.
const SLOTS: usize = 1 << SLOT_BITS;
/// Levels, so that every difference of two 64-bit times has one.
const LEVELS: usize = 64_usize.div_ceil(SLOT_BITS as usize);
/// Entries of a slot that are sorted where others would move down level by level.
const FEW: usize = 16;
/// Entries that are given out at a time, about.
pub const BATCH: usize = 64;
/// No entry.
const NONE: u32 = u32::MAX;

/// Names an entry until it is given out or cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerHandle {
    index: u32,
    stamp: u32,
}

/// An entry that is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due<T> {
    /// The name it had.
    pub handle: TimerHandle,
    /// When it was to be given out.
    pub deadline: u64,
    /// What it is for.
    pub load: T,
}

/// A timer wheel; see the module documentation.
#[derive(Debug)]
pub struct Wheel<T> {
    /// Time up to which everything was given out.
    now: u64,
    levels: Vec<Level>,
    entries: Vec<Entry<T>>,
    /// First of the chain of unused entries.
    free: u32,
    len: usize,
}

#[derive(Clone, Debug)]
struct Level {
    /// Bit `i` is set if slot `i` is not empty.
    occupied: u64,
    slots: [Chain; SLOTS],
}

#[derive(Clone, Copy, Debug)]
struct Chain {
    first: u32,
    last: u32,
}

#[derive(Debug)]
struct Entry<T> {
    deadline: u64,
    /// What it is for; none if the entry is unused.
    load: Option<T>,
    previous: u32,
    next: u32,
    level: u8,
    slot: u8,
    /// How often the entry has been used before.
    stamp: u32,
}

impl<T> Wheel<T> {
    /// An empty wheel whose time is `now`.
    #[must_use]
    pub fn new(now: u64) -> Self {
        let empty = Chain {
            first: NONE,
            last: NONE,
        };
        Wheel {
            now,
            levels: vec![
                Level {
                    occupied: 0,
                    slots: [empty; SLOTS],
                };
                LEVELS
            ],
            entries: Vec::new(),
            free: NONE,
            len: 0,
        }
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an entry. A deadline that has passed is given out at the next look.
    pub fn insert(&mut self, deadline: u64, load: T) -> TimerHandle {
        let entry = Entry {
            deadline,
            load: Some(load),
            previous: NONE,
            next: NONE,
            level: 0,
            slot: 0,
            stamp: 0,
        };
        let index = if self.free == NONE {
            // An index of 32 bits is enough: entries belong to processes, of
            // which there are at most 2^24, and a run has a handful more.
            self.entries.push(entry);
            (self.entries.len() - 1) as u32
        } else {
            let index = self.free;
            let old = &mut self.entries[index as usize];
            self.free = old.next;
            *old = Entry {
                stamp: old.stamp,
                ..entry
            };
            index
        };
        self.len += 1;
        self.link(index);
        TimerHandle {
            index,
            stamp: self.entries[index as usize].stamp,
        }
    }

    /// Removes an entry and yields what it was for; none if it was given out
    /// or cancelled before.
    pub fn cancel(&mut self, handle: TimerHandle) -> Option<T> {
        let entry = self.entries.get(handle.index as usize)?;
        if entry.stamp != handle.stamp || entry.load.is_none() {
            return None;
        }
        self.unlink(handle.index);
        self.release(handle.index)
    }

    /// A time before which nothing is due, and at which to look again; none
    /// if there is no entry.
    ///
    /// It is exact for an entry within 64 ns, else the start of its slot:
    /// looking then brings the entry closer.
    #[must_use]
    pub fn next_look(&self) -> Option<u64> {
        self.earliest().map(|(_, _, start)| start)
    }

    /// Gives out the next entries that are due at `now`, some [`BATCH`] of them. Call until
    /// there are none.
    pub fn take_due(&mut self, now: u64, due: &mut Vec<Due<T>>) {
        let most = due.len() + BATCH;
        while due.len() < most {
            let Some((level, slot, start)) = self.earliest().filter(|found| found.2 <= now) else {
                self.now = self.now.max(now);
                return;
            };
            self.now = self.now.max(start);
            if level == 0 {
                let first = self.levels[level].slots[slot].first;
                self.unlink(first);
                due.extend(self.give_out(first));
            } else if !self.sort_few(level, slot, now, due) {
                self.move_down(level, slot);
            }
        }
    }

    /// If the earliest slot has few entries, gives out those that are due at once, by
    /// deadline, and puts the others onto lower levels; whether that is so.
    fn sort_few(&mut self, level: usize, slot: usize, now: u64, due: &mut Vec<Due<T>>) -> bool {
        let mut few = [(0, NONE); FEW];
        let mut count = 0;
        let mut index = self.levels[level].slots[slot].first;
        while index != NONE {
            let Some(place) = few.get_mut(count) else {
                return false;
            };
            let entry = &self.entries[index as usize];
            *place = (entry.deadline, index);
            (index, count) = (entry.next, count + 1);
        }
        self.empty(level, slot);
        let few = &mut few[..count];
        // Stable: equal deadlines stay in the order of their creation.
        few.sort_by_key(|entry| entry.0);
        let late = few.partition_point(|entry| entry.0 <= now);
        for (_, index) in &few[..late] {
            due.extend(self.give_out(*index));
        }
        if late < count {
            // One of this slot is still to come, so whatever lies in others is, too.
            self.now = self.now.max(now);
        }
        for (_, index) in &few[late..] {
            self.link(*index);
        }
        true
    }

    /// Gives out an unlinked entry.
    fn give_out(&mut self, index: u32) -> Option<Due<T>> {
        let Entry {
            deadline, stamp, ..
        } = self.entries[index as usize];
        let load = self.release(index)?;
        Some(Due {
            handle: TimerHandle { index, stamp },
            deadline,
            load,
        })
    }

    /// Level, slot and start of the first occupied slot. Lower levels come
    /// before higher ones, and within a level nothing lies behind the time.
    fn earliest(&self) -> Option<(usize, usize, u64)> {
        let level = self.levels.iter().position(|level| level.occupied != 0)?;
        let slot = self.levels[level].occupied.trailing_zeros();
        let shift = SLOT_BITS * level as u32;
        // The top level has fewer bits than a full one; what is above is nothing.
        let above = self
            .now
            .checked_shr(shift + SLOT_BITS)
            .and_then(|n| n.checked_shl(shift + SLOT_BITS))
            .unwrap_or(0);
        Some((level, slot as usize, above | u64::from(slot) << shift))
    }

    /// Puts every entry of a slot onto a lower level, in order. The time is
    /// the slot's start, so each differs from it in lower bits only.
    fn move_down(&mut self, level: usize, slot: usize) {
        let mut index = self.levels[level].slots[slot].first;
        self.empty(level, slot);
        while index != NONE {
            let next = self.entries[index as usize].next;
            self.link(index);
            index = next;
        }
    }

    /// Forgets the entries of a slot, which the caller links elsewhere or gives out.
    fn empty(&mut self, level: usize, slot: usize) {
        self.levels[level].slots[slot] = Chain {
            first: NONE,
            last: NONE,
        };
        self.levels[level].occupied &= !(1 << slot);
    }

    /// Appends an entry to the slot that its deadline belongs to.
    fn link(&mut self, index: u32) {
        let entry = &mut self.entries[index as usize];
        let when = entry.deadline.max(self.now);
        let differs = (when ^ self.now) | (SLOTS as u64 - 1);
        let level = (63 - differs.leading_zeros()) / SLOT_BITS;
        let slot = (when >> (SLOT_BITS * level)) as usize % SLOTS;
        (entry.level, entry.slot) = (level as u8, slot as u8);
        let level = &mut self.levels[level as usize];
        let chain = &mut level.slots[slot];
        entry.next = NONE;
        entry.previous = chain.last;
        let last = chain.last;
        chain.last = index;
        if last == NONE {
            chain.first = index;
            level.occupied |= 1 << slot;
        } else {
            self.entries[last as usize].next = index;
        }
    }

    /// Takes an entry out of its slot.
    fn unlink(&mut self, index: u32) {
        let entry = &self.entries[index as usize];
        let (previous, next) = (entry.previous, entry.next);
        let (level, slot) = (usize::from(entry.level), usize::from(entry.slot));
        if previous == NONE {
            self.levels[level].slots[slot].first = next;
        } else {
            self.entries[previous as usize].next = next;
        }
        if next == NONE {
            self.levels[level].slots[slot].last = previous;
        } else {
            self.entries[next as usize].previous = previous;
        }
        if self.levels[level].slots[slot].first == NONE {
            self.levels[level].occupied &= !(1 << slot);
        }
    }

    /// Puts an unlinked entry among the unused ones.
    fn release(&mut self, index: u32) -> Option<T> {
        let entry = &mut self.entries[index as usize];
        let load = entry.load.take();
        entry.stamp = entry.stamp.wrapping_add(1);
        entry.next = self.free;
        self.free = index;
        self.len -= 1;
        load
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drain(wheel: &mut Wheel<u32>, now: u64) -> Vec<(u64, u32)> {
        let mut due = Vec::new();
        let mut found = usize::MAX;
        while due.len() != std::mem::replace(&mut found, due.len()) {
            wheel.take_due(now, &mut due);
        }
        due.into_iter()
            .map(|due| (due.deadline, due.load))
            .collect()
    }

    #[test]
    fn an_entry_is_never_early() {
        for deadline in [1, 63, 64, 4095, 4096, 1_000_000, 1 << 40, u64::MAX] {
            let mut wheel = Wheel::new(0);
            wheel.insert(deadline, 7);
            assert_eq!(drain(&mut wheel, deadline - 1), [], "{deadline}");
            assert_eq!(drain(&mut wheel, deadline), [(deadline, 7)]);
            assert!(wheel.is_empty());
        }
    }

    #[test]
    fn equal_deadlines_come_out_in_order_of_creation_even_across_levels() {
        let mut wheel = Wheel::new(0);
        wheel.insert(100_000, 1);
        assert_eq!(drain(&mut wheel, 99_990), []);
        wheel.insert(100_000, 2);
        wheel.insert(99_995, 0);
        assert_eq!(
            drain(&mut wheel, 100_001),
            [(99_995, 0), (100_000, 1), (100_000, 2)]
        );
    }

    #[test]
    fn entries_of_one_slot_come_out_in_order_be_they_few_or_many() {
        for count in [FEW as u32, FEW as u32 + 1, 3 * BATCH as u32] {
            let mut wheel = Wheel::new(0);
            let deadline = |n: u32| 8_192 + u64::from(n * 37 % 64) * 50;
            let mut all: Vec<_> = (0..count).map(|n| (deadline(n), n)).collect();
            for (deadline, n) in &all {
                wheel.insert(*deadline, *n);
            }
            all.sort_by_key(|entry| entry.0);
            let (early, late): (Vec<_>, Vec<_>) = all.iter().partition(|entry| entry.0 <= 9_000);
            assert_eq!(drain(&mut wheel, 9_000), early);
            // It is in order with those that were there before.
            wheel.insert(9_050, count);
            let mut rest: Vec<_> = late.into_iter().chain([(9_050, count)]).collect();
            rest.sort_by_key(|entry| entry.0);
            assert_eq!(drain(&mut wheel, 20_000), rest);
        }
    }

    #[test]
    fn a_deadline_that_has_passed_is_given_out_at_the_next_look() {
        let mut wheel = Wheel::new(5_000);
        wheel.insert(3, 1);
        assert_eq!(wheel.next_look(), Some(5_000));
        assert_eq!(drain(&mut wheel, 5_000), [(3, 1)]);
    }

    #[test]
    fn a_handle_cancels_its_own_entry_only() {
        let mut wheel = Wheel::new(0);
        let first = wheel.insert(10, 1);
        assert_eq!(wheel.cancel(first), Some(1));
        let second = wheel.insert(10, 2);
        assert_eq!(wheel.cancel(first), None, "the entry is used again");
        assert_eq!(drain(&mut wheel, 10), [(10, 2)]);
        assert_eq!(wheel.cancel(second), None, "it was given out");
    }

    #[test]
    fn looking_when_told_to_finds_every_entry_within_eleven_looks() {
        let mut wheel = Wheel::new(0);
        wheel.insert(u64::MAX - 3, 1);
        for _ in 0..LEVELS {
            let look = wheel.next_look().unwrap();
            let found = drain(&mut wheel, look);
            if !found.is_empty() {
                assert_eq!((look, found), (u64::MAX - 3, vec![(u64::MAX - 3, 1)]));
                return;
            }
        }
        panic!("not found");
    }

    /// What a test does to a wheel.
    #[derive(Clone, Debug)]
    enum Act {
        Insert(u64),
        Cancel(usize),
        Pass(u64),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let span = prop_oneof![0..200_u64, 0..100_000_u64, 0..1_u64 << 45];
        let act = prop_oneof![
            3 => span.clone().prop_map(Act::Insert),
            1 => (0..50_usize).prop_map(Act::Cancel),
            2 => span.prop_map(Act::Pass),
        ];
        proptest::collection::vec(act, 1..60)
    }

    proptest! {
        #[test]
        fn a_wheel_is_a_sorted_list(acts in acts()) {
            let mut wheel = Wheel::new(0);
            let mut list: Vec<(u64, u32, TimerHandle)> = Vec::new();
            let (mut now, mut number) = (0_u64, 0);
            for act in acts {
                match act {
                    Act::Insert(span) => {
                        let handle = wheel.insert(now + span, number);
                        list.push((now + span, number, handle));
                        number += 1;
                    }
                    Act::Cancel(at) if at < list.len() => {
                        let (_, n, handle) = list.remove(at);
                        prop_assert_eq!(wheel.cancel(handle), Some(n));
                    }
                    Act::Cancel(_) => {}
                    Act::Pass(span) => {
                        now += span;
                        let mut due: Vec<_> = list
                            .iter()
                            .filter(|e| e.0 <= now)
                            .map(|e| (e.0, e.1))
                            .collect();
                        due.sort_unstable();
                        list.retain(|e| e.0 > now);
                        prop_assert_eq!(drain(&mut wheel, now), due);
                    }
                }
                prop_assert_eq!(wheel.len(), list.len());
                if let Some(look) = wheel.next_look() {
                    prop_assert!(list.iter().all(|e| e.0 >= look));
                }
            }
        }
    }
}
