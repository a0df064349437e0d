//! The way through a table from a hash to its entries.
//!
//! Any number of entries can have one hash, so a walk over them is plain data
//! and can be left off after any step.
//!
//! # Cost
//! A few ns for a place of the index; a look-up passes fewer than two on average.

use super::table;
use super::view::View;
use crate::word::Word;

/// Places of a table that one step of a probe looks at.
const PROBE_STEP: usize = 4096;

/// A walk over the entries of a hash, which can be left off.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    hash: u32,
    /// Slots, or entries of a table without an index, that were looked at.
    passed: usize,
}

/// What a step of a probe comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probed {
    /// The entry of that number, which has the hash.
    Entry(usize),
    /// Another step.
    More,
    /// The end: no further entry has the hash.
    End,
}

impl Probe {
    /// From the first entry of that hash on.
    #[must_use]
    pub fn new(hash: u32) -> Probe {
        Probe { hash, passed: 0 }
    }

    /// How many places it has looked at.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.passed
    }

    /// Goes on to the next entry of the hash, not too far. The table is that
    /// of every call.
    #[inline]
    pub fn step(&mut self, view: View<'_>, table: Word) -> Probed {
        let payload = view.payload(table);
        let hash = self.hash;
        let is = |number| table::entry(view, table, number).is_some_and(|e| e.hash == hash);
        let index = payload.get(2).copied().map_or(Word::NIL, Word);
        let slots = view.payload(index);
        let last = match slots.len() {
            0 => payload.first().map_or(0, |n| *n as usize),
            // The index has free slots; the count is for tables that break that.
            len => len,
        };
        for _ in 0..PROBE_STEP {
            if self.passed >= last {
                return Probed::End;
            }
            let at = self.passed;
            self.passed += 1;
            let number = if slots.is_empty() {
                at
            } else {
                let slot = slots[(hash as usize).wrapping_add(at) & (slots.len() - 1)];
                if slot == 0 {
                    return Probed::End;
                }
                if slot >> 32 != u64::from(hash) {
                    continue;
                }
                (slot as u32 - 1) as usize
            };
            if is(number) {
                return Probed::Entry(number);
            }
        }
        Probed::More
    }
}
