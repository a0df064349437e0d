//! Text outside of heaps: a buffer that can grow, and a table of its places.
//!
//! Strings count code points, and UTF-8 has no arithmetic for where the
//! `n`th one begins. Text that is not all ASCII therefore gets a table with the byte at
//! which every [`STRIDE`]th code point begins, made when a place is first asked
//! for and kept up as the text grows; the rest of the way is a walk
//! over fewer than [`STRIDE`] characters.
//!
//! # Invariants
//! O1. Text only grows at its end, so every prefix of it stays what it was,
//!     and strings that are prefixes share the table.
//! O2. The table, once there, covers the whole text.
//!
//! # Cost
//! Making the table: about 1 ns a byte, once. A place: some 20 ns.
//! The table takes at most a sixteenth of the text's bytes.

use std::ops::Range;
use std::sync::OnceLock;

use super::meter::Metered;

/// Code points between two places that the table holds.
pub const STRIDE: usize = 64;

/// Text that strings are prefixes of.
#[derive(Debug, Default)]
pub struct Text {
    text: String,
    places: OnceLock<Places>,
    /// The words of a string that is all of it, once they were asked for.
    pub(super) whole: OnceLock<[u64; 4]>,
    metered: Metered,
}

/// Where code points begin.
#[derive(Debug, Default)]
struct Places {
    /// The byte at which code point `(i + 1) * STRIDE` begins.
    marks: Vec<u32>,
    /// Code points of the text.
    points: usize,
}

impl Places {
    /// Goes on over text that stands at byte `at`.
    fn cover(&mut self, at: usize, text: &str) {
        for (offset, byte) in text.bytes().enumerate() {
            if !begins(byte) {
                continue;
            }
            if self.points > 0 && self.points.is_multiple_of(STRIDE) {
                // A value's bytes are bounded far below 2^32.
                self.marks.push((at + offset) as u32);
            }
            self.points += 1;
        }
    }
}

impl Text {
    /// Text of that content.
    #[must_use]
    pub fn new(text: String) -> Text {
        Text {
            metered: Metered::new(text.capacity()),
            text,
            places: OnceLock::new(),
            whole: OnceLock::new(),
        }
    }

    /// All of it.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Bytes that it takes.
    #[must_use]
    #[inline]
    pub fn capacity(&self) -> usize {
        self.text.capacity()
    }

    /// Takes more room, so that `capacity` bytes fit.
    pub(super) fn grow(&mut self, capacity: usize) {
        let more = capacity.saturating_sub(self.text.len());
        self.text.reserve_exact(more);
        self.metered.set(self.text.capacity());
    }

    /// Appends text.
    pub(super) fn push(&mut self, more: &str) {
        if let Some(places) = self.places.get_mut() {
            places.cover(self.text.len(), more);
        }
        self.text.push_str(more);
    }

    /// Appends a part of itself.
    pub(super) fn push_own(&mut self, part: Range<usize>) {
        if self.text.get(part.clone()).is_none() {
            return;
        }
        let at = self.text.len();
        self.text.extend_from_within(part);
        if let Some(places) = self.places.get_mut() {
            places.cover(at, &self.text[at..]);
        }
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| {
            let mut places = Places::default();
            places.cover(0, &self.text);
            places
        })
    }

    /// The byte at which a code point begins; the end for the one past the last.
    #[must_use]
    pub fn byte_of(&self, point: usize) -> Option<usize> {
        let places = self.places();
        if point >= places.points {
            return (point == places.points).then_some(self.text.len());
        }
        let start = match (point / STRIDE).checked_sub(1) {
            Some(mark) => *places.marks.get(mark)? as usize,
            None => 0,
        };
        let rest = self.text.get(start..)?;
        Some(start + offset_of(rest, point % STRIDE))
    }

    /// The code point that begins at a byte; the one at or after it.
    #[must_use]
    pub fn point_at(&self, byte: usize) -> usize {
        let places = self.places();
        let marks = places.marks.partition_point(|mark| *mark as usize <= byte);
        let start = match marks.checked_sub(1) {
            Some(mark) => places.marks[mark] as usize,
            None => 0,
        };
        let rest = self.text.as_bytes().get(start..byte).unwrap_or_default();
        marks * STRIDE + rest.iter().filter(|b| begins(**b)).count()
    }
}

/// Whether a byte of UTF-8 begins a character: its upper two bits are not 10.
#[inline]
pub fn begins(byte: u8) -> bool {
    (byte as i8) >= -0x40
}

/// The byte at which the `n`th character begins; the end if there are fewer.
#[must_use]
pub fn offset_of(text: &str, n: usize) -> usize {
    let starts = text.bytes().enumerate().filter(|(_, b)| begins(*b));
    starts.map(|(at, _)| at).nth(n).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_those_of_a_walk(parts in proptest::collection::vec("[a-cß€🦀]{0,90}", 1..6), when in 0_usize..6) {
            let mut text = Text::new(String::new());
            for (i, part) in parts.iter().enumerate() {
                if i == when {
                    let _ = text.byte_of(0);
                }
                text.push(part);
                let half = offset_of(text.as_str(), text.as_str().chars().count() / 2);
                text.push_own(0..half);
            }
            let all = text.as_str();
            let starts: Vec<usize> = all.char_indices().map(|(at, _)| at).chain([all.len()]).collect();
            for (point, byte) in starts.iter().enumerate() {
                prop_assert_eq!(text.byte_of(point), Some(*byte));
                prop_assert_eq!(text.point_at(*byte), point);
                prop_assert_eq!(offset_of(all, point), *byte);
            }
            prop_assert_eq!(text.byte_of(starts.len()), None);
        }
    }

    #[test]
    fn the_table_is_small() {
        let text = Text::new("aß".repeat(50_000));
        assert_eq!(text.byte_of(99_999), Some(149_998));
        let places = text.places.get().unwrap();
        assert_eq!((places.points, places.marks.len()), (100_000, 1562));
    }
}
