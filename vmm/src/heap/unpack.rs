//! Parcels into heaps.
//!
//! The room for all of it is reserved at once; then the words are copied above
//! the objects as they are, and references and external entries in them are
//! made right. Unpacking can be left off after any step: the words count as
//! objects only when all of them are right.
//!
//! # Invariants
//! U1. While an [`Unpacking`] is left off, nothing is allocated in its heap and
//!     its stack part does not grow.

use super::layout::Header;
use super::parcel::{Parcel, moved};
use super::{Heap, OutOfMemory};
use crate::word::Word;

/// Words that are copied, or made right, in one step.
const BULK: usize = 4096;

/// A parcel that is being copied into a heap.
#[derive(Debug)]
pub struct Unpacking {
    /// Where its first word goes.
    base: usize,
    /// Entries of the heap's external list for those of the parcel so far.
    entries: Vec<u32>,
    /// Words copied so far.
    copied: usize,
    /// Place in the parcel of the object whose payload is made right.
    at: usize,
    /// How many words of its payload that has been done for.
    field: usize,
    walked: usize,
}

impl Unpacking {
    /// How many words it has copied and looked through.
    #[must_use]
    pub fn walked(&self) -> usize {
        self.walked
    }

    /// Bytes that its state takes beside the heap.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.entries.capacity() * 4
    }
}

impl Heap {
    /// Copies a parcel's value into this heap. May move every object.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn unpack(&mut self, parcel: &Parcel) -> Result<Word, OutOfMemory> {
        if let Some(word) = self.unpack_brief(parcel)? {
            return Ok(word);
        }
        let mut unpacking = self.begin_unpacking(parcel)?;
        let word = self.go_on_unpacking(parcel, &mut unpacking, usize::MAX);
        self.charge(unpacking.walked);
        Ok(word.unwrap_or(Word::UNDEFINED))
    }

    /// Makes room for a parcel. May move every object.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn begin_unpacking(&mut self, parcel: &Parcel) -> Result<Unpacking, OutOfMemory> {
        // A collection may free what was known.
        let mut new = self.externals.new_bytes(parcel.externals());
        loop {
            self.reserve_external(parcel.words(), new)?;
            let now = self.externals.new_bytes(parcel.externals());
            if now <= new {
                break;
            }
            new = now;
        }
        Ok(Unpacking {
            base: self.top,
            entries: Vec::new(),
            copied: 0,
            at: 0,
            field: 0,
            walked: 0,
        })
    }

    /// Copies about so many words of the parcel that `unpacking` was begun
    /// for; its value, once all of it is there.
    ///
    /// # Panics
    /// If U1 was broken: a fault of the machine.
    pub fn go_on_unpacking(
        &mut self,
        parcel: &Parcel,
        unpacking: &mut Unpacking,
        words: usize,
    ) -> Option<Word> {
        assert!(
            self.top == unpacking.base && self.top + parcel.words() <= self.stack,
            "the heap has changed while a parcel was unpacked"
        );
        let end = unpacking.walked.saturating_add(words);
        while !self.unpack_step(parcel, unpacking) {
            if unpacking.walked >= end {
                return None;
            }
        }
        self.top += parcel.words();
        Some(moved(parcel.root(), unpacking.base))
    }

    /// One step; whether it was the last.
    fn unpack_step(&mut self, parcel: &Parcel, state: &mut Unpacking) -> bool {
        let externals = parcel.externals();
        if state.entries.len() < externals.len() {
            let from = state.entries.len();
            let end = externals.len().min(from + BULK / 4);
            for external in &externals[from..end] {
                state.entries.push(self.externals.arrived(external));
            }
            state.walked += 4 * (end - from);
            return false;
        }
        let all = parcel.data();
        if state.copied < all.len() {
            let end = all.len().min(state.copied + 4 * BULK);
            let part = &all[state.copied..end];
            let to = state.base + state.copied;
            self.space.words_mut()[to..to + part.len()].copy_from_slice(part);
            state.walked += part.len() / 8;
            state.copied = end;
        } else {
            self.make_right(all.len(), state);
        }
        state.copied == all.len() && state.at == all.len()
    }

    /// Makes references and entries right, for a while.
    fn make_right(&mut self, len: usize, state: &mut Unpacking) {
        let words = &mut self.space.words_mut()[state.base..state.base + len];
        let mut left = BULK;
        while state.at < len && left > 0 {
            let header = Header(words[state.at]);
            let first = state.at + 1 + state.field;
            let end = state.at + 1 + header.len();
            let mut next = end;
            if !header.is_raw() {
                next = end.min(first + left);
                for word in &mut words[first..next] {
                    *word = moved(Word(*word), state.base).0;
                }
            } else if header.is_external() {
                let entry = state.entries.get(words[first] as usize);
                words[first] = u64::from(entry.copied().unwrap_or_default());
            }
            let done = 1 + next - first;
            state.walked += done;
            left = left.saturating_sub(done);
            if next == end {
                state.at = end;
                state.field = 0;
            } else {
                state.field = next - state.at - 1;
            }
        }
    }
}
