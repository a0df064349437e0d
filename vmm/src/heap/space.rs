//! Word storage of one process, addressed by offset.
//!
//! Heap references are offsets into this storage, never addresses: moving a
//! process between threads or copying it is moving or copying this vector.
//! Checked access is the rule. The interpreter reads and writes registers
//! through a raw pointer, whose duties stand at [`Space::base`].
//!
//! # Invariants
//! P1. Every word is initialised; nothing here ever hands out stale memory of
//!     another process.
//! P2. In zeal mode a space that was left is filled with [`POISON`] before it
//!     is freed, and POISON is no reference, no header of any kind and no number a
//!     program made.
//! P3. Behind the words there may be *room*: storage that the space can grow into
//!     without being moved. The first `initialised` words of the storage hold
//!     numbers, also those behind the last word.
#![expect(
    unsafe_code,
    reason = "unchecked register access, measured; see docs/measurements.md"
)]

/// Filler of spaces that were left, in zeal mode: a special word that does not exist.
pub const POISON: u64 = 0xFFF9_DEAD_DEAD_DEAD;

/// Storage larger than this is taken as zero pages, which cost nothing until
/// they are touched. Why: allocators may make smaller storage of what they were
/// given back, and would have to zero all of it; glibc's never does above 32 MiB.
const PAGES_BYTES: usize = 32 << 20;

/// The words.
#[derive(Debug, Default)]
pub struct Space {
    words: Vec<u64>,
    /// How many words of the storage hold numbers; see P3.
    initialised: usize,
}

impl Space {
    /// A space of that many zero words.
    #[must_use]
    pub fn new(words: usize) -> Space {
        Space {
            words: vec![0; words],
            initialised: words,
        }
    }

    /// A space without words that has room for so many. Nothing of it is touched.
    #[must_use]
    pub fn with_room(room: usize) -> Space {
        if room.saturating_mul(8) <= PAGES_BYTES {
            return Space {
                words: Vec::with_capacity(room),
                initialised: 0,
            };
        }
        let mut words = vec![0; room];
        words.clear();
        Space {
            words,
            initialised: room,
        }
    }

    /// How many words it can have without being moved.
    #[must_use]
    pub fn room(&self) -> usize {
        self.words.capacity()
    }

    /// Makes the space longer. What the new words are is not said. Nothing moves
    /// if there is room for them.
    pub fn extend(&mut self, words: usize) {
        if self.words.len() < words && words <= self.initialised {
            // SAFETY: P3: so many words of the storage hold numbers, and
            // `initialised` is never more than the storage has.
            unsafe { self.words.set_len(words) };
        } else if self.words.len() < words {
            self.words.resize(words, 0);
            self.initialised = words;
        }
    }

    /// As [`Space::extend`], but zeroes no more than `most` words; yields how many.
    pub fn extend_some(&mut self, words: usize, most: usize) -> usize {
        let from = self.words.len().max(self.initialised);
        let to = words.min(from + most);
        self.extend(to);
        to.saturating_sub(from)
    }

    /// Makes the space and its room no longer than that. Nothing moves, and
    /// what it costs goes with what is given back.
    pub fn trim(&mut self, words: usize, room: usize) {
        self.words.truncate(words);
        self.words.shrink_to(room);
        self.initialised = self.initialised.min(self.words.capacity());
    }

    /// How many words there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Reads a word.
    ///
    /// # Panics
    /// If `at` lies outside: a fault of the machine, never of a program.
    #[must_use]
    #[inline]
    pub fn get(&self, at: usize) -> u64 {
        self.words[at]
    }

    /// Writes a word.
    ///
    /// # Panics
    /// As [`Space::get`].
    #[inline]
    pub fn set(&mut self, at: usize, word: u64) {
        self.words[at] = word;
    }

    /// All words.
    #[must_use]
    #[inline]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// All words, to be changed.
    #[inline]
    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// A space of `words` words in storage for `room`, which begins with the first
    /// `head` words of this one and ends with its last `tail`.
    #[must_use]
    pub fn refitted(mut self, words: usize, room: usize, head: usize, tail: usize) -> Space {
        let room = room.max(words);
        let from = self.words.len() - tail;
        let to = words - tail;
        if words > self.words.len() || self.room() < room {
            // Zeroing what is new would take longer than copying what is used.
            let mut other = match words == room {
                true => Space::new(words),
                false => Space::with_room(room),
            };
            other.extend(words);
            other.words[..head].copy_from_slice(&self.words[..head]);
            other.words[to..].copy_from_slice(&self.words[from..]);
            return other;
        }
        self.words.copy_within(from.., to);
        self.words.truncate(words);
        if self.room() > 2 * room {
            self.trim(words, room);
        }
        self
    }

    /// Fills it with [`POISON`].
    pub fn poison(&mut self) {
        self.words.fill(POISON);
    }

    /// Address of the first word.
    ///
    /// The pointer may be used until the space is resized, replaced or
    /// dropped: reading and writing single words through it does not disturb
    /// checked access in between, since both go back to the vector's own pointer.
    #[must_use]
    #[inline]
    pub fn base(&mut self) -> *mut u64 {
        self.words.as_mut_ptr()
    }

    /// Reads a word without a check.
    ///
    /// # Safety
    /// 1. `at < self.len()`.
    #[must_use]
    #[inline]
    pub unsafe fn get_unchecked(&self, at: usize) -> u64 {
        debug_assert!(at < self.words.len());
        // SAFETY: (1) is the caller's duty.
        unsafe { *self.words.get_unchecked(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_space_grows_into_its_room_without_being_moved() {
        for room in [1000, PAGES_BYTES / 8 + 1] {
            let mut space = Space::with_room(room);
            space.extend(10);
            let base = space.base();
            space.set(9, 7);
            space.extend(room);
            assert_eq!(
                (space.len(), space.get(9), space.get(room - 1)),
                (room, 7, 0)
            );
            assert_eq!(space.base(), base);
            space.trim(20, 20);
            assert_eq!((space.len(), space.room(), space.get(9)), (20, 20, 7));
            // There is no room any more, so what is new is made.
            space.extend(3000);
            assert_eq!((space.get(9), space.get(2999)), (7, 0));
        }
    }

    #[test]
    fn resizing_keeps_what_is_used() {
        let mut space = Space::new(100);
        space.set(3, 5);
        space.set(98, 6);
        for (words, room) in [(100, 100), (200, 400), (300, 400), (50, 60), (50, 50)] {
            space = space.refitted(words, room, 4, 2);
            let tail = space.get(words - 2);
            assert_eq!((space.len(), space.get(3), tail), (words, 5, 6));
            assert!(space.room() >= room);
        }
    }
}
