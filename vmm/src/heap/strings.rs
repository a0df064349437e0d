//! Making strings and bytes.
//!
//! Up to [`INLINE_BYTES`] they stand in the heap; longer ones are a buffer
//! outside ([`super::external`]) and a small object that says how much of the
//! buffer they are. The rules for who reserves are those of [`super::build`].
//!
//! # Cost
//! A copy of the bytes, but for those that are handed over; and for a long
//! string a walk to count its code points, about 0.1 ns a byte.

use std::ops::Range;

use super::external::External;
use super::layout::{ASCII, INLINE_BYTES, Kind};
use super::shared::Common;
use super::view::count_points;
use super::{Heap, OutOfMemory};
use crate::word::Word;

impl Heap {
    /// Words of a string or bytes of that many bytes.
    #[must_use]
    #[inline]
    pub const fn size_of_text(bytes: usize) -> usize {
        if bytes <= INLINE_BYTES {
            1 + bytes.div_ceil(8)
        } else {
            4
        }
    }

    /// A string.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn new_string(&mut self, text: &str) -> Result<Word, OutOfMemory> {
        self.reserve_text(text.len())?;
        Ok(self.string(text))
    }

    /// A string of text that is handed over, and not copied if it is long.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn new_string_from(&mut self, mut text: String) -> Result<Word, OutOfMemory> {
        if text.len() <= INLINE_BYTES {
            return self.new_string(&text);
        }
        if text.capacity() > text.len() + text.len() / 4 {
            text.shrink_to_fit();
        }
        self.reserve_text(text.capacity())?;
        Ok(self.long_string(text))
    }

    /// Bytes.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn new_bytes(&mut self, bytes: &[u8]) -> Result<Word, OutOfMemory> {
        self.reserve_text(bytes.len())?;
        Ok(self.bytes_of(bytes))
    }

    /// Bytes of octets that are handed over, and not copied if there are many.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn new_bytes_from(&mut self, mut bytes: Vec<u8>) -> Result<Word, OutOfMemory> {
        if bytes.len() <= INLINE_BYTES {
            return self.new_bytes(&bytes);
        }
        if bytes.capacity() > bytes.len() + bytes.len() / 4 {
            bytes.shrink_to_fit();
        }
        self.reserve_text(bytes.capacity())?;
        Ok(self.long_bytes(bytes))
    }

    /// Reserves for one string or bytes of that many bytes.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn reserve_text(&mut self, bytes: usize) -> Result<(), OutOfMemory> {
        if bytes <= INLINE_BYTES {
            self.reserve(Heap::size_of_text(bytes))
        } else {
            self.reserve_external(Heap::size_of_text(bytes), bytes)
        }
    }

    /// A string; [`Heap::size_of_text`] words, and its bytes if it is long
    /// ([`Heap::reserve_text`]).
    #[must_use]
    pub fn string(&mut self, text: &str) -> Word {
        if text.len() > INLINE_BYTES {
            self.charge(text.len() / 8);
            return self.long_string(text.to_owned());
        }
        let flags = if text.is_ascii() { ASCII } else { 0 };
        self.inline(Kind::String, flags, text.as_bytes())
    }

    /// Bytes; as [`Heap::string`].
    #[must_use]
    pub fn bytes_of(&mut self, bytes: &[u8]) -> Word {
        if bytes.len() > INLINE_BYTES {
            self.charge(bytes.len() / 8);
            return self.long_bytes(bytes.to_vec());
        }
        self.inline(Kind::Bytes, 0, bytes)
    }

    /// Those bytes of the string that is root number `root`, as a string. May move every object.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn new_part_of_text(
        &mut self,
        common: &Common,
        root: usize,
        part: Range<usize>,
    ) -> Result<Word, OutOfMemory> {
        let whole = self.view(common).measure(self.root(root));
        if whole.is_some_and(|whole| part == (0..whole.bytes)) {
            return Ok(self.root(root));
        }
        self.reserve_text(part.len())?;
        Ok(self.part_of_text(common, root, part))
    }

    /// As [`Heap::new_part_of_text`]; [`Heap::size_of_text`] words, none for
    /// one ASCII character, and its bytes if it is long.
    #[must_use]
    pub fn part_of_text(&mut self, common: &Common, root: usize, part: Range<usize>) -> Word {
        let view = self.view(common);
        let word = self.root(root);
        if part.len() > INLINE_BYTES {
            let text = view.text(word).and_then(|text| text.get(part));
            let text = text.unwrap_or_default().to_owned();
            return self.long_string(text);
        }
        let bytes = view.text_bytes(word).and_then(|bytes| bytes.get(part));
        match bytes.unwrap_or_default() {
            [c] if c.is_ascii() => common.ascii_string(*c),
            bytes => {
                let mut buffer = [0_u8; INLINE_BYTES];
                let len = bytes.len();
                buffer[..len].copy_from_slice(bytes);
                let flags = if bytes.is_ascii() { ASCII } else { 0 };
                self.inline(Kind::String, flags, &buffer[..len])
            }
        }
    }

    /// A string or bytes of at most [`INLINE_BYTES`].
    #[inline]
    pub(super) fn inline(&mut self, kind: Kind, flags: u8, bytes: &[u8]) -> Word {
        let len = bytes.len().div_ceil(8);
        let at = self.alloc(kind, flags, bytes.len() as u16, len);
        let start = at as usize + 1;
        let words = &mut self.space.words_mut()[start..start + len];
        bytemuck::cast_slice_mut(words)[..bytes.len()].copy_from_slice(bytes);
        Word::heap(at)
    }

    fn long_string(&mut self, text: String) -> Word {
        let len = text.len();
        let points = count_points(text.as_bytes());
        let entry = self.externals.add(External::text(text));
        self.string_of_entry(entry, len, points)
    }

    fn long_bytes(&mut self, bytes: Vec<u8>) -> Word {
        let len = bytes.len();
        let entry = self.externals.add(External::octets(bytes));
        self.raw(Kind::LongBytes, 0, 0, &[u64::from(entry), len as u64])
    }

    /// A string that is the first `len` bytes of an entry, `points` code points.
    pub(super) fn string_of_entry(&mut self, entry: u32, len: usize, points: usize) -> Word {
        let flags = if points == len { ASCII } else { 0 };
        let payload = [u64::from(entry), len as u64, points as u64];
        self.raw(Kind::LongString, flags, 0, &payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::EXTERNAL_TRIGGER_BYTES;

    #[test]
    fn text_and_octets_read_back_at_every_length() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 24, true);
        for len in [0, 1, 7, 8, 9, 63, 64, 65, 1000] {
            for letter in ["a", "ß"] {
                for handed_over in [false, true] {
                    let text = letter.repeat(len);
                    let word = match handed_over {
                        true => heap.new_string_from(text.clone()).unwrap(),
                        false => heap.new_string(&text).unwrap(),
                    };
                    let view = heap.view(&common);
                    assert_eq!(view.text(word), Some(&*text));
                    assert_eq!(view.text_bytes(word), Some(text.as_bytes()));
                    assert_eq!(view.text_length(word), Some(len));
                    assert_eq!(view.is_ascii(word), letter == "a" || len == 0);
                    assert_eq!((view.bytes(word), view.type_name(word)), (None, "string"));
                    assert_eq!(view.is_truthy(word), len > 0);
                    let word = match handed_over {
                        true => heap.new_bytes_from(text.clone().into()).unwrap(),
                        false => heap.new_bytes(text.as_bytes()).unwrap(),
                    };
                    let view = heap.view(&common);
                    assert_eq!(view.bytes(word), Some(text.as_bytes()));
                    assert_eq!((view.text(word), view.type_name(word)), (None, "bytes"));
                    assert_eq!(
                        (view.text_bytes(word), view.text_length(word)),
                        (None, None)
                    );
                }
            }
        }
    }

    #[test]
    fn long_text_is_freed_with_its_last_object_and_counts() {
        let common = Common::default();
        let mut heap = Heap::new(0, 4 << 20, false);
        let text = "x".repeat(EXTERNAL_TRIGGER_BYTES);
        let word = heap.new_string(&text).unwrap();
        heap.push_root(word);
        for _ in 0..1000 {
            heap.new_string(&text).unwrap();
            assert!(heap.external_bytes() < 10 * text.len());
        }
        assert!(heap.collections() > 100);
        assert_eq!(heap.view(&common).text(heap.root(0)), Some(&*text));
        // What is alive cannot pass the limit.
        let kept = (0..100)
            .take_while(|_| match heap.new_string(&text) {
                Ok(word) => heap.push_root(word) > 0,
                Err(_) => false,
            })
            .count();
        assert!((10..16).contains(&kept), "{kept}");
        heap.truncate_roots(0);
        heap.reserve(1 << 17).unwrap();
        assert_eq!(heap.external_bytes(), 0);
    }
}
