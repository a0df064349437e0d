//! Mailbox of one process, the owner's side.
//!
//! Messages lie here as parcels, outside the heap: the collector never looks
//! at them, and what is never taken never costs a copy. Every message has a
//! number, which is its for good, so that a scan, a mark or a frame that looks
//! at messages one by one may keep numbers while others are taken.
//!
//! # Invariants
//! M1. Messages are in arrival order, and so are their numbers; taking one leaves
//!     the others in order, with their numbers.
//! M2. Messages of numbers below [`Mailbox::looked_at`] are known not to end the wait.
//! M3. The bounds are for what programs send: who delivers asks [`Mailbox::refuses`]
//!     first. What comes from outside, and signals, are exempt.
//! M4. No message that came before a reference was made can hold it, so a receive that
//!     wants that reference may begin at its mark.
//!
//! # Cost
//! A message is found by number in constant time if no message between it and one of
//! the ends was taken, else in logarithmic time. Taking one costs as many moves as
//! there are messages between it and the nearer end.

use std::collections::VecDeque;

use super::deadline::Deadline;
use crate::heap::parcel::Parcel;
use crate::ids::{Pid, RefId};

/// Messages for which a mailbox that was used by one process has room for the next.
const KEPT: usize = 8;

/// References of which it is remembered when they were made.
const MARKS: usize = 4;

/// Messages that have arrived and were not taken.
#[derive(Debug, Default)]
pub struct Mailbox {
    /// With their numbers.
    messages: VecDeque<(u64, Parcel)>,
    /// What the messages take, in bytes.
    bytes: usize,
    /// Number of the next message that comes.
    end: u64,
    looked_at: u64,
    scan: Option<Scan>,
    scans: u64,
    rare: Option<Box<Rare>>,
}

/// What most mailboxes never have.
#[derive(Debug, Default)]
struct Rare {
    /// What bounds the mailbox, once something has.
    bounded: Option<Bounded>,
    marks: Marks,
}

/// What a message takes beside its words, in bytes.
const MESSAGE_BYTES: usize = 64;

/// What a message takes in memory, in bytes; see [`Mailbox::bytes`].
#[must_use]
#[inline]
pub fn message_bytes(message: &Parcel) -> usize {
    MESSAGE_BYTES + 8 * message.words()
}

/// What a message counts for where bytes are bounded: what it takes, and the texts and
/// octets outside that it holds.
#[must_use]
pub fn held_bytes(message: &Parcel) -> usize {
    MESSAGE_BYTES + message.bytes()
}

/// A bound of a mailbox that a message would break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// So many messages are there.
    Messages(usize),
    /// With the message there would be more bytes than so many.
    Bytes(usize),
}

/// How much programs may leave in a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// How many messages, if there is a bound.
    pub messages: Option<usize>,
    /// How many bytes, if there is a bound; see [`held_bytes`].
    pub bytes: Option<usize>,
}

/// What bounds a mailbox, and what senders know of it.
#[derive(Debug, Default)]
struct Bounded {
    bounds: Bounds,
    /// What the messages hold beside what they take: texts and octets that stand outside,
    /// in bytes.
    outside: usize,
    told: Told,
}

/// A receive in the middle of its scan, waits and ends of turns included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    /// When it gives up.
    pub deadline: Deadline,
}

/// The last references that the process has made, with the number of the message
/// that came next.
#[derive(Debug, Default)]
struct Marks {
    entries: [Option<(u64, u64)>; MARKS],
    oldest: usize,
}

/// What senders were told of a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The bounds.
    pub bounds: Bounds,
    /// How many messages there are here; what is on its way was counted by its sender.
    pub len: usize,
    /// What they count for; see [`held_bytes`].
    pub bytes: usize,
}

impl Mailbox {
    /// Makes it an empty one again, in the memory that it has.
    pub(super) fn renew(&mut self) {
        // Every field is named, so that none is forgotten.
        let Mailbox {
            messages,
            bytes,
            end,
            looked_at,
            scan,
            scans,
            rare,
        } = self;
        if messages.capacity() > KEPT {
            *messages = VecDeque::new();
        } else if !messages.is_empty() {
            messages.clear();
        }
        *bytes = 0;
        *end = 0;
        *looked_at = 0;
        *scan = None;
        *scans = 0;
        *rare = None;
    }

    /// Puts a message at the end.
    #[inline]
    pub fn push(&mut self, message: Parcel) {
        self.bytes += message_bytes(&message);
        if let Some(bounded) = self.bounded_mut() {
            bounded.outside += message.external_bytes();
        }
        self.messages.push_back((self.end, message));
        self.end += 1;
    }

    /// The number that the next message gets.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The oldest message, left in place.
    #[must_use]
    #[inline]
    pub fn oldest(&self) -> Option<&Parcel> {
        self.messages.front().map(|(_, message)| message)
    }

    /// Removes the oldest message.
    #[inline(always)]
    pub fn take_oldest(&mut self) -> Option<Parcel> {
        let (_, message) = self.messages.pop_front()?;
        self.taken(&message);
        Some(message)
    }

    /// The oldest message whose number is not below this one, left in place, and
    /// its number.
    #[must_use]
    #[inline]
    pub fn first_from(&self, number: u64) -> Option<(u64, &Parcel)> {
        let (first, message) = self.messages.front()?;
        if number <= *first {
            return Some((*first, message));
        }
        let (number, message) = self.messages.get(self.place(number))?;
        Some((*number, message))
    }

    /// The message of a number, left in place.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Parcel> {
        let (found, message) = self.first_from(number)?;
        (found == number).then_some(message)
    }

    /// Removes the message of a number, if it is there.
    #[inline(always)]
    pub fn take(&mut self, number: u64) -> Option<Parcel> {
        if self.messages.front()?.0 == number {
            return self.take_oldest();
        }
        self.take_within(number)
    }

    /// Removes a message that may be any.
    #[inline(never)]
    fn take_within(&mut self, number: u64) -> Option<Parcel> {
        let place = self.place(number);
        if self.messages.get(place)?.0 != number {
            return None;
        }
        let (_, message) = self.messages.remove(place)?;
        self.taken(&message);
        Some(message)
    }

    #[inline]
    fn taken(&mut self, message: &Parcel) {
        self.bytes -= message_bytes(message);
        if let Some(bounded) = self.bounded_mut() {
            bounded.outside -= message.external_bytes();
        }
    }

    /// Numbers below this one are those of messages that do not end the wait.
    #[must_use]
    pub fn looked_at(&self) -> u64 {
        self.looked_at
    }

    /// Notes the number below which no message ends the wait.
    pub fn set_looked_at(&mut self, number: u64) {
        self.looked_at = number;
    }

    /// Goes past messages that do not end the wait as long as `pass` says so of them, at
    /// most so many; yields how many.
    #[inline]
    pub fn pass(&mut self, most: usize, mut pass: impl FnMut(&Parcel) -> bool) -> usize {
        let place = self.place(self.looked_at);
        let (front, back) = self.messages.as_slices();
        let behind = place.saturating_sub(front.len());
        let front = front.get(place..).unwrap_or_default();
        let back = back.get(behind..).unwrap_or_default();
        let mut passed = 0;
        for part in [front, back] {
            let part = part.get(..most - passed).unwrap_or(part);
            let count = part.iter().take_while(|(_, message)| pass(message)).count();
            if let Some((number, _)) = part[..count].last() {
                self.looked_at = number + 1;
            }
            passed += count;
            if count < part.len() {
                break;
            }
        }
        passed
    }

    /// Whether there are messages that the waiting receive has not looked at.
    #[must_use]
    #[inline]
    pub fn has_news(&self) -> bool {
        let newest = self.messages.back();
        newest.is_some_and(|(number, _)| *number >= self.looked_at)
    }

    /// A receive begins: whoever was in the middle of looking at messages one by one
    /// begins again. Yields how many have begun.
    #[inline]
    pub fn begin(&mut self) -> u64 {
        self.scans += 1;
        self.scans
    }

    /// How many receives have begun.
    #[must_use]
    pub fn begun(&self) -> u64 {
        self.scans
    }

    /// A receive by patterns begins at the message of a number.
    pub fn begin_scan(&mut self, from: u64, scan: Scan) {
        self.begin();
        self.looked_at = from;
        self.scan = Some(scan);
    }

    /// The receive by patterns that has begun and not ended.
    #[must_use]
    pub fn scan(&self) -> Option<Scan> {
        self.scan
    }

    /// The receive by patterns is over.
    pub fn end_scan(&mut self) {
        self.scan = None;
        self.looked_at = 0;
    }

    /// Notes that the owner has made its reference of a count, which no message here
    /// can hold.
    pub fn mark(&mut self, count: u64) {
        let marks = &mut self.rare.get_or_insert_default().marks;
        marks.entries[marks.oldest] = Some((count, self.end));
        marks.oldest = (marks.oldest + 1) % MARKS;
    }

    /// The number of the first message that can hold a reference, as far as the
    /// owner of the mailbox knows.
    #[must_use]
    pub fn mark_of(&self, owner: Pid, reference: RefId) -> u64 {
        let own = reference.owner == owner;
        let marked = own.then(|| self.marked(reference.count)).flatten();
        marked.unwrap_or(0)
    }

    /// The number of the first message that can hold the owner's reference of a
    /// count, if that is known.
    fn marked(&self, count: u64) -> Option<u64> {
        let rare = self.rare.as_ref()?;
        let mut entries = rare.marks.entries.iter().flatten();
        entries
            .find(|(made, _)| *made == count)
            .map(|(_, number)| *number)
    }

    /// The bound that a message would break that its owner sends; what is on its way has
    /// been taken in.
    #[must_use]
    pub fn refuses(&self, message: &Parcel) -> Option<Full> {
        let Bounds { messages, bytes } = self.bounds();
        let after = self.held_bytes().saturating_add(held_bytes(message));
        let messages = messages.filter(|most| self.messages.len() >= *most);
        let bytes = bytes.filter(|most| after > *most);
        messages.map(Full::Messages).or(bytes.map(Full::Bytes))
    }

    /// How much programs may leave here.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.bounded().map_or(Bounds::default(), |b| b.bounds)
    }

    /// Says how much programs may leave here; yields what it was. What is there stays.
    pub fn set_bounds(&mut self, bounds: Bounds) -> Bounds {
        let old = self.bounds();
        if bounds != old {
            let outside = self.outside();
            let rare = self.rare.get_or_insert_default();
            let bounded = rare.bounded.get_or_insert_default();
            (bounded.bounds, bounded.outside) = (bounds, outside);
        }
        old
    }

    /// Whether there is a bound, or was one.
    #[must_use]
    #[inline]
    pub fn is_bounded(&self) -> bool {
        self.bounded().is_some()
    }

    /// What senders should be told, if they know something else; it counts as told now.
    /// Yields what they knew, and what they are to know.
    #[inline]
    pub fn tell(&mut self) -> Option<(Told, Told)> {
        self.bounded()?;
        self.tell_bounds()
    }

    #[cold]
    fn tell_bounds(&mut self) -> Option<(Told, Told)> {
        let (len, bytes) = (self.messages.len(), self.held_bytes());
        let Bounded { bounds, told, .. } = self.rare.as_mut()?.bounded.as_mut()?;
        let bounds = *bounds;
        let now = Told { bounds, len, bytes };
        let none = Bounds::default();
        if now == *told || bounds == none && told.bounds == none {
            return None;
        }
        Some((std::mem::replace(told, now), now))
    }

    /// A message has come in that its sender counted, for so many bytes.
    #[cold]
    pub fn counted(&mut self, bytes: usize) {
        // It was counted, so there was a bound, which is remembered.
        if let Some(bounded) = self.bounded_mut() {
            bounded.told.len += 1;
            bounded.told.bytes += bytes;
        }
    }

    /// What the messages take and hold outside, in bytes; what stands outside may be held
    /// by others, too. A look at every message unless there is a bound, or was one.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.bytes + self.outside()
    }

    /// What the messages hold outside: counted where that is bounded, and else on demand.
    fn outside(&self) -> usize {
        let messages = self.messages.iter();
        self.bounded().map_or_else(
            || messages.map(|(_, message)| message.external_bytes()).sum(),
            |bounded| bounded.outside,
        )
    }

    #[inline]
    fn bounded_mut(&mut self) -> Option<&mut Bounded> {
        self.rare.as_mut()?.bounded.as_mut()
    }

    #[inline]
    fn bounded(&self) -> Option<&Bounded> {
        self.rare.as_ref()?.bounded.as_ref()
    }

    /// What the messages take, in bytes; texts and octets that stand outside
    /// do not count.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether there are none.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Index of the oldest message whose number is not below this one.
    fn place(&self, number: u64) -> usize {
        let (Some((first, _)), Some((last, _))) = (self.messages.front(), self.messages.back())
        else {
            return 0;
        };
        if number <= *first {
            return 0;
        }
        let len = self.messages.len();
        if number > *last {
            return len;
        }
        // Numbers ascend by one or more, so at most so many lie before it, and
        // at most so many are not below it.
        let mut low = len.saturating_sub((last - number) as usize + 1);
        let mut high = len.min((number - first) as usize);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.messages.get(middle) {
                Some((found, _)) if *found < number => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }
}

#[cfg(test)]
mod tests;
