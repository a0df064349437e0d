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
#![expect(
    unsafe_code,
    reason = "unchecked register access, measured; see docs/measurements.md"
)]

/// Filler of spaces that were left, in zeal mode: a special word that does not exist.
pub const POISON: u64 = 0xFFF9_DEAD_DEAD_DEAD;

/// The words.
#[derive(Clone, Debug, Default)]
pub struct Space {
    words: Vec<u64>,
}

impl Space {
    /// A space of that many zero words.
    #[must_use]
    pub fn new(words: usize) -> Space {
        Space {
            words: vec![0; words],
        }
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

    /// A longer space that begins with the first `used` words of this one; the
    /// others are zero, and cost nothing until they are touched.
    #[must_use]
    pub fn grown(self, words: usize, used: usize) -> Space {
        let mut grown = Space::new(words);
        grown.words[..used].copy_from_slice(&self.words[..used]);
        grown
    }

    /// Makes the space longer or shorter; new words are zero.
    pub fn resize(&mut self, words: usize) {
        self.words.resize(words, 0);
        if self.words.capacity() > 2 * words {
            self.words.shrink_to_fit();
        }
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
