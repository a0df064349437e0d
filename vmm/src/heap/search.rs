//! Looking for a key in the table of a map.
//!
//! The key is hashed, and compared with the keys of the table that have the same
//! hash until one is the same. Keys can be of any size, and any number of
//! them can share a hash; so a search is plain data and can be left off after any step.
//!
//! # Invariants
//! S1. A search that is left off is good while neither the key nor the table
//!     moves or changes.
//!
//! # Cost
//! A hash and about one comparison; nothing is compared with a key that is an
//! immediate.

use super::equal::Equality;
use super::hash::Hashing;
use super::probe::{Probe, Probed};
use super::table;
use super::view::View;
use crate::word::Word;

/// What a search comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The hash of the key.
    pub hash: u32,
    /// The number of its entry, if there is one.
    pub number: Option<usize>,
}

/// A search for a key.
#[derive(Debug)]
pub struct Search {
    key: Word,
    /// Until the hash is known.
    hashing: Option<Hashing>,
    hash: u32,
    probe: Probe,
    /// An entry whose key has the hash, and how far it is compared.
    comparing: Option<(usize, Equality)>,
    words: usize,
}

impl Search {
    /// For a key.
    #[must_use]
    pub fn new(view: View<'_>, key: Word) -> Search {
        Search {
            hashing: Some(Hashing::key(view, key)),
            ..Search::hashed(key, 0)
        }
    }

    /// For a key whose hash is known.
    #[must_use]
    pub fn hashed(key: Word, hash: u32) -> Search {
        Search {
            key,
            hashing: None,
            hash,
            probe: Probe::new(hash),
            comparing: None,
            words: 0,
        }
    }

    /// How many words it has looked at.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// Bytes that its state takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let hashing = self.hashing.as_ref().map_or(0, Hashing::bytes);
        hashing + self.comparing.as_ref().map_or(0, |(_, c)| c.bytes())
    }

    /// Goes on for about so many words; nothing if that was not enough. The
    /// table (which may be `nil`) and the views are those of every call.
    pub fn run(
        &mut self,
        view: View<'_>,
        table: Word,
        key_view: View<'_>,
        words: usize,
    ) -> Option<Found> {
        let end = self.words.saturating_add(words);
        if let Some(hashing) = &mut self.hashing {
            let before = hashing.words();
            let hash = hashing.run(key_view, words);
            self.words += hashing.words() - before;
            self.hash = hash? as u32;
            self.probe = Probe::new(self.hash);
            self.hashing = None;
        }
        let is_same_space = view.is_same_space(key_view);
        loop {
            if let Some((number, comparing)) = &mut self.comparing {
                let before = comparing.words();
                let left = end.saturating_sub(self.words).max(1);
                let same = comparing.run(view, key_view, left);
                self.words += comparing.words() - before;
                let number = *number;
                if same? {
                    return Some(self.found(Some(number)));
                }
                self.comparing = None;
            }
            if self.words >= end {
                return None;
            }
            let before = self.probe.passed();
            let probed = self.probe.step(view, table);
            // Most places that are passed by take less than a look at a word does.
            self.words += 1 + (self.probe.passed() - before) / 4;
            match probed {
                Probed::End => return Some(self.found(None)),
                Probed::More => {}
                Probed::Entry(number) => {
                    let Some(entry) = table::entry(view, table, number) else {
                        continue;
                    };
                    let key = self.key;
                    if entry.key.0 == key.0 && (!key.is_heap() || is_same_space) {
                        return Some(self.found(Some(number)));
                    }
                    if entry.key.is_boxed() && key.is_boxed() {
                        self.comparing = Some((number, Equality::same(entry.key, key)));
                    }
                }
            }
        }
    }

    fn found(&self, number: Option<usize>) -> Found {
        Found {
            hash: self.hash,
            number,
        }
    }

    /// To its end; and how many words that took.
    pub fn finish(mut self, view: View<'_>, table: Word, key_view: View<'_>) -> (Found, usize) {
        let found = self.run(view, table, key_view, usize::MAX);
        (found.unwrap_or_else(|| self.found(None)), self.words)
    }
}

/// Number of the entry of a map's table whose key is the same value.
#[must_use]
pub fn find_key(view: View<'_>, table: Word, key_view: View<'_>, key: Word) -> Option<usize> {
    let search = Search::new(key_view, key);
    search.finish(view, table, key_view).0.number
}
