//! Long strings and bytes, which stand outside the heap and are counted.
//!
//! Text and octets over [`super::layout::INLINE_BYTES`] are never copied from
//! space to space or from process to process: the heap holds a small object
//! with the number of an entry of its *external list* and how much of it is
//! the object's; the entry holds a counted buffer. A collection marks the
//! entries it meets and frees the others afterwards.
//!
//! A buffer can grow at its end as long as one entry alone has it, which makes
//! `s = s + x` cost what `x` costs: the old string still sees its part.
//!
//! # Invariants
//! X1. An entry stays as long as an object of the same space names it, so a
//!     number found in a live object is never a free entry.
//! X2. `bytes` is the sum over the entries, each with all the room of its
//!     buffer; a buffer that two processes share counts for both.
//! X3. What is in a buffer never changes; a buffer grows only while its
//!     entry holds the only reference to it.

use std::sync::Arc;

use super::EXTERNAL_TRIGGER_BYTES;
use super::meter::Metered;
use super::text::Text;

/// Octets that values are prefixes of.
#[derive(Debug)]
pub struct Octets {
    octets: Vec<u8>,
    metered: Metered,
}

impl Octets {
    fn new(octets: Vec<u8>) -> Octets {
        Octets {
            metered: Metered::new(octets.capacity()),
            octets,
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
    bytes: usize,
    /// Bytes that bring about the next collection.
    trigger: usize,
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

    /// Bytes of all entries together.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |list| list.bytes)
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
            External::Text(text) => Arc::get_mut(text),
            _ => None,
        }
    }

    /// As [`ExternalList::own_text`], of octets.
    pub(super) fn own_octets(&mut self, number: u32) -> Option<&mut Vec<u8>> {
        match self.get_mut(number)? {
            External::Bytes(bytes) => Arc::get_mut(bytes).map(|bytes| &mut bytes.octets),
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
        assert_eq!(list.bytes(), 5);
        list.clear_marks();
        list.mark(u64::from(b));
        list.sweep(0, 2);
        assert_eq!((list.bytes(), Arc::strong_count(&text)), (2, 1));
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
        assert_eq!((list.bytes(), list.room_after(a, 3)), (10, Some(10)));
        list.own_text(a).unwrap().push("def");
        assert_eq!(list.room_after(a, 6), Some(10));
        let copy = list.entries()[a as usize].clone();
        assert!(list.room_after(a, 6).is_none() && list.own_text(a).is_none());
        list.grow(a, 100);
        assert_eq!((list.bytes(), copy.bytes()), (10, 10));
        drop(copy);
        assert!(list.own_text(a).is_some() && list.own_octets(a).is_none());
    }
}
