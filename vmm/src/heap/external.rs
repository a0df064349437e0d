//! Long strings and bytes, which stand outside the heap and are counted.
//!
//! Text and octets over [`super::layout::INLINE_BYTES`] are never copied from
//! space to space or from process to process: the heap holds a small object
//! with the number of an entry of its *external list*, and the entry holds a
//! counted reference. A collection marks the entries it meets and frees the
//! others afterwards.
//!
//! # Invariants
//! X1. An entry stays as long as an object of the same space names it, so a
//!     number found in a live object is never a free entry.
//! X2. `bytes` is the sum over the entries; text that two processes share
//!     counts for both.

use std::sync::Arc;

/// One entry.
#[derive(Clone, Debug, Default)]
pub enum External {
    /// To be used again.
    #[default]
    Free,
    /// Text.
    Text(Arc<str>),
    /// Octets.
    Bytes(Arc<[u8]>),
}

impl External {
    /// Bytes it stands for.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            External::Free => 0,
            External::Text(text) => text.len(),
            External::Bytes(bytes) => bytes.len(),
        }
    }
}

/// The external list of one heap.
#[derive(Debug, Default)]
pub struct ExternalList {
    entries: Vec<External>,
    free: Vec<u32>,
    marks: Vec<bool>,
    bytes: usize,
}

impl ExternalList {
    /// All entries, by number.
    #[must_use]
    #[inline]
    pub fn entries(&self) -> &[External] {
        &self.entries
    }

    /// Bytes of all entries together.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Puts an entry on the list and yields its number.
    pub fn add(&mut self, external: External) -> u32 {
        self.bytes += external.bytes();
        if let Some(number) = self.free.pop() {
            self.entries[number as usize] = external;
            return number;
        }
        self.entries.push(external);
        (self.entries.len() - 1) as u32
    }

    /// Forgets all marks.
    pub fn clear_marks(&mut self) {
        self.marks.clear();
        self.marks.resize(self.entries.len(), false);
    }

    /// Marks an entry as still in use.
    #[inline]
    pub fn mark(&mut self, number: u64) {
        if let Some(mark) = self.marks.get_mut(number as usize) {
            *mark = true;
        }
    }

    /// Frees the entries without a mark.
    pub fn sweep(&mut self) {
        for (number, entry) in self.entries.iter_mut().enumerate() {
            if !self.marks[number] && !matches!(entry, External::Free) {
                self.bytes -= entry.bytes();
                *entry = External::Free;
                self.free.push(number as u32);
            }
        }
        if self.free.len() == self.entries.len() {
            *self = ExternalList::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_without_a_mark_are_freed_and_used_again() {
        let mut list = ExternalList::default();
        let text: Arc<str> = "abc".into();
        let a = list.add(External::Text(text.clone()));
        let b = list.add(External::Bytes(vec![1, 2].into()));
        assert_eq!(list.bytes(), 5);
        list.clear_marks();
        list.mark(u64::from(b));
        list.sweep();
        assert_eq!((list.bytes(), Arc::strong_count(&text)), (2, 1));
        assert_eq!(list.add(External::Text(text)), a);
        list.clear_marks();
        list.sweep();
        assert_eq!((list.bytes(), list.entries().len()), (0, 0));
    }
}
