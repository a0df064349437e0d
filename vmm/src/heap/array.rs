//! Arrays in the own heap: element access and growth.
//!
//! An array is an object of two words, its length and its storage, so that it
//! keeps its identity when the storage is replaced by a larger one.
//!
//! # Invariants
//! A1. The length is at most the storage's payload; words past it are `undefined`.
//! A2. Growth at least doubles, so appending costs amortised constant time.

use std::ops::Range;

use super::Heap;
use super::layout::Kind;
use super::shared::Common;
use super::view::View;
use crate::word::Word;

/// Smallest storage that growth makes, in words.
const FIRST_CAPACITY: usize = 4;

impl Heap {
    /// Words that one [`Heap::array_push`] to an array of that length may need.
    #[must_use]
    pub fn size_of_growth(length: usize) -> usize {
        1 + (2 * length).max(FIRST_CAPACITY)
    }

    /// Words that so many calls of [`Heap::array_push`] to the array at a place need.
    #[must_use]
    pub fn words_to_append(&self, at: u32, more: usize) -> usize {
        let data = self.load(at, 1);
        let mut capacity = match data.is_heap() {
            true => self.header(data.place()).len(),
            false => 0,
        };
        let mut words = 0;
        while capacity < self.array_len(at) + more {
            let grown = Heap::size_of_growth(capacity);
            words += grown;
            capacity = grown - 1;
        }
        words
    }

    /// Length of the array at a place.
    #[must_use]
    #[inline]
    pub fn array_len(&self, at: u32) -> usize {
        self.load(at, 0).0 as usize
    }

    /// Element `i` of the array at a place.
    #[must_use]
    #[inline]
    pub fn array_get(&self, at: u32, i: usize) -> Option<Word> {
        (i < self.array_len(at)).then(|| self.load(self.load(at, 1).place(), i))
    }

    /// Replaces element `i` of the array at a place; `false` if there is none.
    #[inline]
    pub fn array_set(&mut self, at: u32, i: usize, word: Word) -> bool {
        if i >= self.array_len(at) {
            return false;
        }
        let data = self.load(at, 1).place();
        self.store(data, i, word);
        true
    }

    /// Whether one more element fits into the storage of the array at a place.
    #[must_use]
    #[inline]
    pub fn array_has_room(&self, at: u32) -> bool {
        let data = self.load(at, 1);
        data.is_heap() && self.array_len(at) < self.header(data.place()).len()
    }

    /// Removes element `i` of the array at a place, if there is one; those
    /// behind it move up.
    pub fn array_remove(&mut self, at: u32, i: usize) {
        let length = self.array_len(at);
        if i >= length {
            return;
        }
        let data = self.load(at, 1).place();
        // Within one object, so no barrier has anything to see.
        let first = data as usize + 1;
        let words = self.space.words_mut();
        words.copy_within(first + i + 1..first + length, first + i);
        self.store(data, length - 1, Word::UNDEFINED);
        self.store(at, 0, Word(length as u64 - 1));
    }

    /// An array of so many elements, `undefined` each; [`Heap::size_of_array`] words.
    #[must_use]
    pub fn array_of(&mut self, len: usize) -> u32 {
        let data = match len {
            0 => Word::NIL,
            _ => Word::heap(self.alloc(Kind::ArrayData, 0, 0, len)),
        };
        self.alloc_words(Kind::Array, &[Word(len as u64), data])
    }

    /// Copies those elements of an array or tuple, here or shared, to the
    /// array at a place, from element `to` on.
    ///
    /// # Panics
    /// If it has not so many elements, or what is copied from has not.
    pub fn array_copy(
        &mut self,
        common: &Common,
        at: u32,
        to: usize,
        from: Word,
        range: Range<usize>,
    ) {
        if range.is_empty() {
            return;
        }
        let view = self.view(common);
        // The elements of an array lie in its storage.
        let from = match view.is(from, Kind::Array) {
            true => view.field(from, 1),
            false => from,
        };
        let start = self.load(at, 1).place() as usize + 1 + to;
        let count = range.len();
        if from.is_heap() {
            let first = from.place() as usize + 1 + range.start;
            let words = self.space.words_mut();
            words.copy_within(first..first + count, start);
        } else {
            let words = View::new(&[], &[], common).payload(from);
            self.space.words_mut()[start..start + count].copy_from_slice(&words[range]);
        }
    }

    /// Turns the array at a place round.
    pub fn array_reverse(&mut self, at: u32) {
        let length = self.array_len(at);
        if length > 0 {
            let first = self.load(at, 1).place() as usize + 1;
            self.space.words_mut()[first..first + length].reverse();
        }
    }

    /// Puts a word before element `i` of the array at a place, or at its end;
    /// as [`Heap::array_push`].
    pub fn array_insert(&mut self, at: u32, i: usize, word: Word) {
        let length = self.array_len(at);
        self.array_push(at, word);
        let data = self.load(at, 1).place();
        let first = data as usize + 1;
        let words = self.space.words_mut();
        words.copy_within(first + i..first + length, first + i + 1);
        self.store(data, i, word);
    }

    /// Appends to the array at a place. [`Heap::size_of_growth`] words must be reserved
    /// if its storage is full.
    pub fn array_push(&mut self, at: u32, word: Word) {
        let length = self.array_len(at);
        let data = self.load(at, 1);
        let capacity = if data.is_heap() {
            self.header(data.place()).len()
        } else {
            0
        };
        let data = if length < capacity {
            data.place()
        } else {
            let larger = self.alloc(Kind::ArrayData, 0, 0, Heap::size_of_growth(length) - 1);
            for i in 0..length {
                let word = self.load(data.place(), i);
                self.store(larger, i, word);
            }
            self.store(at, 1, Word::heap(larger));
            larger
        };
        self.store(data, length, word);
        self.store(at, 0, Word(length as u64 + 1));
    }
}
