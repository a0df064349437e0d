//! Long strings and bytes, which stand outside the heap and are counted.
//!
//! Text and octets over [`super::layout::INLINE_BYTES`] are never copied from
//! space to space or from process to process: the heap holds a small object
//! with the number of an entry of its *external list* and how much of it is
//! the object's; the entry holds a counted buffer. A collection marks the
//! entries it meets and frees the others afterwards.
//!
//! The same text is often sent again and again. A process that takes it again while it
//! still has it, or its garbage, gets no second entry: what arrives is looked for
//! among the last few entries, so that texts from one place count once, and nothing has
//! to be collected because of them.
//!
//! A buffer can grow at its end as long as one entry alone has it, which makes
//! `s = s + x` cost what `x` costs: the old string still sees its part.
//! A message that is a whole buffer is its reference and nothing else: the words of the object
//! that such a message holds are kept with the buffer.
//!
//! # Invariants
//! X1. An entry stays as long as an object of the same space names it, so a
//!     number found in a live object is never a free entry.
//! X2. `bytes` is the sum over the entries, each with its record and all the room of its
//!     buffer; a buffer that two processes share counts for both. Each of the last
//!     `RECENT` buffers that came from outside has one entry.
//! X3. What is in a buffer never changes; a buffer grows only while its
//!     entry holds the only reference to it.
//! X4. The words that a buffer keeps are those of an object that is all of it, of entry 0.

use std::sync::{Arc, OnceLock};

use super::EXTERNAL_TRIGGER_BYTES;
use super::layout::{Header, Kind};
use super::meter::Metered;
use super::text::Text;

/// Buffers that are known again when they come again. Why: a process has few that send
/// it the same again and again, and the look takes a nanosecond each.
const RECENT: usize = 4;

/// What an entry takes beside its buffer, in bytes: its place in the list, which grows by
/// doubling, its record with the counts of owners, and what allocators add to the two. Why: a program can hold millions of short
/// texts, whose buffers are the smaller part of them.
pub(super) const RECORD_BYTES: usize = 2 * size_of::<External>() + size_of::<Text>() + 48;

/// Octets that values are prefixes of.
#[derive(Debug)]
pub struct Octets {
    octets: Vec<u8>,
    whole: OnceLock<[u64; 4]>,
    metered: Metered,
}

impl Octets {
    fn new(octets: Vec<u8>) -> Octets {
        Octets {
            metered: Metered::new(octets.capacity()),
            octets,
            whole: OnceLock::new(),
        }
    }

    fn grow(&mut self, capacity: usize) {
        let more = capacity.saturating_sub(self.octets.len());
        self.octets.reserve_exact(more);
        self.metered.set(self.octets.capacity());
    }
}

impl std::ops::Deref for Octets {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.octets
    }
}

/// One entry.
#[derive(Clone, Debug, Default)]
pub enum External {
    /// To be used again.
    #[default]
    Free,
    /// Text.
    Text(Arc<Text>),
    /// Octets.
    Bytes(Arc<Octets>),
}

impl External {
    /// An entry of that text.
    #[must_use]
    pub fn text(text: String) -> External {
        External::Text(Arc::new(Text::new(text)))
    }

    /// An entry of those octets.
    #[must_use]
    pub fn octets(octets: Vec<u8>) -> External {
        External::Bytes(Arc::new(Octets::new(octets)))
    }

    /// Bytes that its buffer takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            External::Free => 0,
            External::Text(text) => text.capacity(),
            External::Bytes(bytes) => bytes.capacity(),
        }
    }

    /// Bytes of its content.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            External::Free => 0,
            External::Text(text) => text.as_str().len(),
            External::Bytes(bytes) => bytes.len(),
        }
    }

    /// Whether there is no content.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first `len` bytes as an entry of their own.
    pub(super) fn prefix(&self, len: usize) -> External {
        match self {
            External::Free => External::Free,
            External::Text(text) => {
                External::text(text.as_str().get(..len).unwrap_or_default().to_owned())
            }
            External::Bytes(bytes) => {
                External::octets(bytes.get(..len).unwrap_or_default().to_vec())
            }
        }
    }

    /// Whether those words are an object that is all of the buffer, which then keeps them.
    #[inline]
    pub(super) fn is_whole(&self, words: &[u64]) -> bool {
        let (kept, kind) = match self {
            External::Free => return false,
            External::Text(text) => (&text.whole, Kind::LongString),
            External::Bytes(bytes) => (&bytes.whole, Kind::LongBytes),
        };
        let is_whole = match *words {
            [header, _, len, ..] => Header(header).is(kind) && len == self.len() as u64,
            _ => false,
        };
        is_whole && {
            let points = words.get(3).copied().unwrap_or(0);
            kept.get_or_init(|| [words[0], 0, words[2], points]);
            true
        }
    }

    /// The words that [`External::is_whole`] has kept.
    #[inline]
    pub(super) fn whole(&self) -> &[u64] {
        let kept = match self {
            External::Free => None,
            External::Text(text) => text.whole.get().map(|words| &words[..]),
            External::Bytes(bytes) => bytes.whole.get().map(|words| &words[..3]),
        };
        kept.unwrap_or_default()
    }

    /// Whether both are the same buffer.
    fn is_same(&self, other: &External) -> bool {
        match (self, other) {
            (External::Text(one), External::Text(other)) => Arc::ptr_eq(one, other),
            (External::Bytes(one), External::Bytes(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }

    fn is_alone(&mut self) -> bool {
        match self {
            External::Free => false,
            External::Text(text) => Arc::get_mut(text).is_some(),
            External::Bytes(bytes) => Arc::get_mut(bytes).is_some(),
        }
    }
}

/// The external list of one heap. Most heaps have nothing outside, so all stands
/// behind one pointer.
#[derive(Debug, Default)]
pub struct ExternalList(Option<Box<Entries>>);

#[derive(Debug)]
struct Entries {
    entries: Vec<External>,
    free: Vec<u32>,
    marks: Vec<bool>,
    /// Of their buffers.
    bytes: usize,
    /// Bytes that bring about the next collection.
    trigger: usize,
    /// The entries that came from outside last, the next to be forgotten at `oldest`.
    recent: [u32; RECENT],
    oldest: usize,
}

impl ExternalList {
    fn make(&mut self) -> &mut Entries {
        self.0.get_or_insert_with(|| {
            Box::new(Entries {
                entries: Vec::new(),
                free: Vec::new(),
                marks: Vec::new(),
                bytes: 0,
                trigger: EXTERNAL_TRIGGER_BYTES,
                recent: [0; RECENT],
                oldest: 0,
            })
        })
    }

    fn get_mut(&mut self, number: u32) -> Option<&mut External> {
        self.0.as_mut()?.entries.get_mut(number as usize)
    }

    /// Bytes that bring about the next collection.
    #[must_use]
    #[inline]
    pub fn trigger(&self) -> usize {
        self.0
            .as_ref()
            .map_or(EXTERNAL_TRIGGER_BYTES, |list| list.trigger)
    }

    /// Sets what [`ExternalList::trigger`] says.
    pub fn set_trigger(&mut self, bytes: usize) {
        if bytes != self.trigger() {
            self.make().trigger = bytes;
        }
    }

    /// All entries, by number.
    #[must_use]
    #[inline]
    pub fn entries(&self) -> &[External] {
        self.0.as_ref().map_or(&[], |list| &list.entries)
    }

    /// Bytes of all entries together, records included.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |list| {
            list.bytes + RECORD_BYTES * (list.entries.len() - list.free.len())
        })
    }

    /// Puts an entry on the list and yields its number.
    pub fn add(&mut self, external: External) -> u32 {
        let list = self.make();
        list.bytes += external.bytes();
        if let Some(number) = list.free.pop() {
            list.entries[number as usize] = external;
            return number;
        }
        list.entries.push(external);
        (list.entries.len() - 1) as u32
    }

    /// The entry of a buffer that came from outside, if it came a short while ago.
    #[inline]
    pub(super) fn known(&self, external: &External) -> Option<u32> {
        let list = self.0.as_ref()?;
        let has = |number: &&u32| {
            let entry = list.entries.get(**number as usize);
            entry.is_some_and(|entry| entry.is_same(external))
        };
        list.recent.iter().find(has).copied()
    }

    /// Bytes that such buffers would add.
    #[must_use]
    pub(super) fn new_bytes(&self, externals: &[External]) -> usize {
        let new = |external: &&External| self.known(external).is_none();
        let bytes = |external: &External| external.bytes() + RECORD_BYTES;
        externals.iter().filter(new).map(bytes).sum()
    }

    /// The entry of a buffer that came from outside, be it known or new.
    pub(super) fn arrived(&mut self, external: &External) -> u32 {
        if let Some(number) = self.known(external) {
            return number;
        }
        let number = self.add(external.clone());
        let list = self.make();
        list.recent[list.oldest] = number;
        list.oldest = (list.oldest + 1) % RECENT;
        number
    }

    /// Bytes of an entry's content.
    #[must_use]
    pub fn length(&self, number: u32) -> usize {
        self.entries().get(number as usize).map_or(0, External::len)
    }

    /// The room of the entry's buffer, if something can be appended to what
    /// ends at byte `len` of it: nothing stands there yet, and nobody else has it.
    pub fn room_after(&mut self, number: u32, len: usize) -> Option<usize> {
        let entry = self.get_mut(number)?;
        (entry.len() == len && entry.is_alone()).then(|| entry.bytes())
    }

    /// Makes the buffer of an entry larger, if nobody else has it.
    pub fn grow(&mut self, number: u32, capacity: usize) {
        let Some(list) = &mut self.0 else {
            return;
        };
        let Some(entry) = list.entries.get_mut(number as usize) else {
            return;
        };
        list.bytes -= entry.bytes();
        match entry {
            External::Free => {}
            External::Text(text) => {
                if let Some(text) = Arc::get_mut(text) {
                    text.grow(capacity);
                }
            }
            External::Bytes(bytes) => {
                if let Some(bytes) = Arc::get_mut(bytes) {
                    bytes.grow(capacity);
                }
            }
        }
        list.bytes += entry.bytes();
    }

    /// The text of an entry, to be appended to within its room; `None` if
    /// somebody else has it.
    pub(super) fn own_text(&mut self, number: u32) -> Option<&mut Text> {
        match self.get_mut(number)? {
            External::Text(text) => {
                let text = Arc::get_mut(text)?;
                text.whole.take();
                Some(text)
            }
            _ => None,
        }
    }

    /// As [`ExternalList::own_text`], of octets.
    pub(super) fn own_octets(&mut self, number: u32) -> Option<&mut Vec<u8>> {
        match self.get_mut(number)? {
            External::Bytes(bytes) => {
                let bytes = Arc::get_mut(bytes)?;
                bytes.whole.take();
                Some(&mut bytes.octets)
            }
            _ => None,
        }
    }

    /// Forgets all marks.
    pub fn clear_marks(&mut self) {
        if let Some(list) = &mut self.0 {
            list.marks.clear();
            list.marks.resize(list.entries.len(), false);
        }
    }

    /// Marks an entry as still in use.
    #[inline]
    pub fn mark(&mut self, number: u64) {
        let list = self.0.as_mut();
        if let Some(mark) = list.and_then(|list| list.marks.get_mut(number as usize)) {
            *mark = true;
        }
    }

    /// Frees the entries without a mark, of so many from a number on; yields
    /// whether those were the last.
    pub fn sweep(&mut self, from: usize, count: usize) -> bool {
        let Some(list) = &mut self.0 else {
            return true;
        };
        let all = list.entries.iter_mut().enumerate();
        for (number, entry) in all.skip(from).take(count) {
            if !list.marks[number] && !matches!(entry, External::Free) {
                list.bytes -= entry.bytes();
                *entry = External::Free;
                list.free.push(number as u32);
            }
        }
        let done = count >= list.entries.len().saturating_sub(from);
        if done && list.free.len() == list.entries.len() {
            self.0 = None;
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_without_a_mark_are_freed_and_used_again() {
        let mut list = ExternalList::default();
        let text = Arc::new(Text::new("abc".to_owned()));
        let a = list.add(External::Text(text.clone()));
        let b = list.add(External::octets(vec![1, 2]));
        assert_eq!(list.bytes(), 5 + 2 * RECORD_BYTES);
        list.clear_marks();
        list.mark(u64::from(b));
        list.sweep(0, 2);
        let left = 2 + RECORD_BYTES;
        assert_eq!((list.bytes(), Arc::strong_count(&text)), (left, 1));
        assert_eq!(list.add(External::Text(text)), a);
        list.clear_marks();
        list.sweep(0, 2);
        assert_eq!((list.bytes(), list.entries().len()), (0, 0));
    }

    #[test]
    fn a_buffer_grows_only_at_its_end_and_for_its_only_owner() {
        let mut list = ExternalList::default();
        let a = list.add(External::text("abc".to_owned()));
        assert_eq!(
            (list.room_after(a, 2), list.room_after(a, 3)),
            (None, Some(3))
        );
        list.grow(a, 10);
        let taken = 10 + RECORD_BYTES;
        assert_eq!((list.bytes(), list.room_after(a, 3)), (taken, Some(10)));
        list.own_text(a).unwrap().push("def");
        assert_eq!(list.room_after(a, 6), Some(10));
        let copy = list.entries()[a as usize].clone();
        assert!(list.room_after(a, 6).is_none() && list.own_text(a).is_none());
        list.grow(a, 100);
        assert_eq!((list.bytes(), copy.bytes()), (taken, 10));
        drop(copy);
        assert!(list.own_text(a).is_some() && list.own_octets(a).is_none());
    }

    #[test]
    fn a_buffer_that_comes_again_soon_has_one_entry() {
        let mut list = ExternalList::default();
        let texts: Vec<External> = (0..=RECENT)
            .map(|n| External::text("t".repeat(100 + n)))
            .collect();
        let first = list.arrived(&texts[0]);
        assert_eq!(list.arrived(&texts[0]), first);
        let (one, other) = (100 + RECORD_BYTES, 101 + RECORD_BYTES);
        assert_eq!((list.bytes(), list.new_bytes(&texts[..2])), (one, other));
        for text in &texts[1..] {
            list.arrived(text);
        }
        let (all, bytes) = (list.entries().len(), list.bytes());
        assert_eq!(all, 1 + RECENT);
        list.arrived(&texts[RECENT]);
        assert_eq!(list.bytes(), bytes);
        // The first one came too long ago.
        assert_ne!(list.arrived(&texts[0]), first);
        assert_eq!(list.bytes(), bytes + one);
        // What was freed is known no more, be the number used again or not.
        list.clear_marks();
        list.sweep(0, usize::MAX);
        assert_eq!(list.new_bytes(&texts[..1]), one);
        assert_eq!(list.add(External::octets(vec![1])), 0);
        assert_eq!(list.known(&texts[0]), None);
    }
}
