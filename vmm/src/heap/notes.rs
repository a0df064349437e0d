//! Numbers and marks beside the objects of one or two spaces, by place.
//!
//! Walks note which objects they have met. A hash table over millions of them
//! would grow at times by moving all of its entries at once, which takes longer than a
//! turn may; so notes stand in pages one behind the other, and only pages on
//! which something was noted exist.
//!
//! # Cost
//! 4 bytes a word of the space for numbers, an eighth of a byte for marks,
//! where there are any. About 3 ns an access.

use rustc_hash::FxHashMap;

use crate::word::Word;

/// Numbers of a page: 2 KiB.
const PAGE: usize = 512;

/// A number for each of some places; 0 where none was noted.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    index: FxHashMap<u64, u32>,
    pages: Vec<u32>,
    /// The page that was used last, and where it begins.
    last: Option<(u64, usize)>,
}

impl Numbers {
    /// The number at a place.
    #[inline]
    pub(crate) fn slot(&mut self, key: u64) -> &mut u32 {
        let number = key / PAGE as u64;
        let page = match self.last {
            Some((last, page)) if last == number => page,
            _ => self.page(number),
        };
        &mut self.pages[page + key as usize % PAGE]
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.pages.capacity() * 4 + self.index.capacity() * 16
    }

    fn page(&mut self, number: u64) -> usize {
        let next = self.pages.len();
        let page = *self.index.entry(number).or_insert((next / PAGE) as u32) as usize * PAGE;
        if page == next {
            self.pages.resize(next + PAGE, 0);
        }
        self.last = Some((number, page));
        page
    }
}

/// Objects that are marked.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    bits: Numbers,
}

impl Marks {
    /// Marks an object; false if it was marked already.
    #[inline]
    pub(crate) fn insert(&mut self, word: Word) -> bool {
        let key = place_key(word, false);
        let slot = self.bits.slot(key / 32);
        let bit = 1 << (key % 32);
        let new = *slot & bit == 0;
        *slot |= bit;
        new
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.bits.bytes()
    }

    /// Takes the mark of an object away.
    #[inline]
    pub(crate) fn remove(&mut self, word: Word) {
        let key = place_key(word, false);
        *self.bits.slot(key / 32) &= !(1 << (key % 32));
    }
}

/// A number for the place of an object in the own space, in the `other` one if
/// two are walked, or in the read-only area.
#[inline]
pub(crate) fn place_key(word: Word, other: bool) -> u64 {
    let space = match (word.is_heap(), other) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => 2,
    };
    word.payload() | space << 48
}

/// Classes of objects that are taken to be equal.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    /// Number of each object met, from 1 on.
    numbers: Numbers,
    /// By number: the number of another object of the same class; its own if
    /// it stands for the class.
    parents: Vec<u32>,
}

impl Classes {
    /// Joins the classes of two objects by their keys; false if they were one already.
    pub(crate) fn join(&mut self, a: u64, b: u64) -> bool {
        let (a, b) = (self.number(a), self.number(b));
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return false;
        }
        // Which of the two becomes the root is as good as random.
        let spread = |n: u32| n.wrapping_mul(0x9E37_79B1);
        let (low, high) = if spread(a) < spread(b) {
            (a, b)
        } else {
            (b, a)
        };
        self.parents[low as usize] = high;
        true
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.numbers.bytes() + self.parents.capacity() * 4
    }

    fn number(&mut self, key: u64) -> u32 {
        let slot = self.numbers.slot(key);
        if *slot == 0 {
            self.parents.push(self.parents.len() as u32);
            *slot = self.parents.len() as u32;
        }
        *slot - 1
    }

    /// Halves the path on the way.
    fn root(&mut self, mut at: u32) -> u32 {
        loop {
            let parent = self.parents[at as usize];
            if parent == at {
                return at;
            }
            let grand = self.parents[parent as usize];
            self.parents[at as usize] = grand;
            at = grand;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_kept_apart_by_place_and_space() {
        let mut marks = Marks::default();
        let words: Vec<Word> = (0..2000_u32)
            .map(|i| Word::heap(i * 37))
            .chain((0..50).map(|i| Word::shared(i << 28 | i)))
            .collect();
        for word in &words {
            assert!(marks.insert(*word), "{word:?}");
        }
        for word in &words {
            assert!(!marks.insert(*word));
            marks.remove(*word);
            assert!(marks.insert(*word));
        }
        let (a, b) = (
            place_key(Word::heap(7), false),
            place_key(Word::heap(7), true),
        );
        assert!(a != b && a != place_key(Word::shared(7), false));
        assert_eq!(
            place_key(Word::shared(7), false),
            place_key(Word::shared(7), true)
        );
    }

    #[test]
    fn classes_join_once() {
        let mut classes = Classes::default();
        // A long chain, then everything is one class.
        for i in 0..5000_u64 {
            assert!(classes.join(i * 1000, (i + 1) * 1000));
        }
        for i in 0..5000_u64 {
            assert!(!classes.join(i * 1000, 0));
        }
        assert!(classes.join(7, 0) && classes.join(8, 9) && !classes.join(7, 5_000_000));
    }
}
