//! Text by code points.
//!
//! Strings are UTF-8, and their length and indices count code points. In a
//! string of ASCII alone (a flag of its header) the index of a character is
//! that of its byte. A short string is walked; a long one asks the table of
//! places beside its text ([`crate::heap::text`]).
//!
//! # Invariants
//! U1. Every cut is on a boundary of a character.
//!
//! # Cost
//! A place: some ns in ASCII, up to 50 ns otherwise, and once a walk over a
//! long string of other characters. A part: a copy of its bytes.

pub mod seek;

use crate::fault::{Fault, FaultKind};
use crate::heap::shared::Common;
use crate::heap::text::offset_of;
use crate::heap::view::View;
use crate::heap::{Heap, OutOfMemory};
use crate::limits::VALUE_BYTES_MAX;
use crate::word::Word;

/// Code points of a string; `None` for what is none.
#[must_use]
pub fn length(view: View<'_>, word: Word) -> Option<usize> {
    view.text_length(word)
}

/// The byte at which the code point of that index begins; the string's length
/// in bytes for the index past the last.
#[must_use]
pub fn byte_of(view: View<'_>, word: Word, index: usize) -> Option<usize> {
    let measure = view.measure(word)?;
    if index >= measure.points {
        return (index == measure.points).then_some(measure.bytes);
    }
    if measure.bytes == measure.points {
        return Some(index);
    }
    match view.long_text(word) {
        Some(text) => text.byte_of(index),
        None => Some(offset_of(view.text(word)?, index)),
    }
}

/// The index of the code point that begins at a byte of a string.
#[must_use]
pub fn point_at(view: View<'_>, word: Word, byte: usize) -> Option<usize> {
    let measure = view.measure(word)?;
    if measure.bytes == measure.points {
        return Some(byte.min(measure.points));
    }
    match view.long_text(word) {
        Some(text) => Some(text.point_at(byte).min(measure.points)),
        None => Some(view.text(word)?.get(..byte)?.chars().count()),
    }
}

/// The code point of that index of a string.
#[must_use]
#[inline]
pub fn char_at(view: View<'_>, word: Word, index: usize) -> Option<char> {
    if view.is_ascii(word) {
        let byte = view.text_bytes(word)?.get(index)?;
        return Some(char::from(*byte));
    }
    let byte = byte_of(view, word, index)?;
    view.text(word)?.get(byte..)?.chars().next()
}

/// The part from one code point up to another, cut to what is there.
#[must_use]
pub fn slice(view: View<'_>, word: Word, from: usize, to: usize) -> &str {
    let length = view.text_length(word).unwrap_or(0);
    let to = to.min(length);
    let place = |index| byte_of(view, word, index);
    match (place(from.min(to)), place(to), view.text(word)) {
        (Some(start), Some(end), Some(text)) => text.get(start..end).unwrap_or_default(),
        _ => "",
    }
}

/// The string of one character. May move every object.
///
/// # Errors
/// The memory limit stands in the way.
#[inline]
pub fn of_char(heap: &mut Heap, common: &Common, c: char) -> Result<Word, OutOfMemory> {
    if c.is_ascii() {
        return Ok(common.ascii_string(c as u8));
    }
    heap.new_string(c.encode_utf8(&mut [0; 4]))
}

/// A text longer than a value may be.
#[must_use]
pub fn too_long() -> Fault {
    Fault::new(
        FaultKind::Limit,
        format!("the text would be longer than {VALUE_BYTES_MAX} bytes: work on parts of it"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_those_of_a_walk(text in "\\PC{0,40}", more in "[a-cß🦀]{0,300}", from in 0_usize..350, to in 0_usize..350) {
            let text = text + &more;
            let chars: Vec<char> = text.chars().collect();
            let mut heap = Heap::new(0, 1 << 20, false);
            let common = Common::default();
            let word = heap.new_string(&text).unwrap();
            let view = heap.view(&common);
            prop_assert_eq!(length(view, word), Some(chars.len()));
            prop_assert_eq!(char_at(view, word, from), chars.get(from).copied());
            prop_assert_eq!(char_at(view, Word::NIL, from), None);
            let end = to.min(chars.len());
            let expected: String = chars.get(from.min(end)..end).unwrap_or_default().iter().collect();
            prop_assert_eq!(slice(view, word, from, to), expected);
            let byte = (from <= chars.len()).then(|| chars[..from].iter().map(|c| c.len_utf8()).sum());
            prop_assert_eq!(byte_of(view, word, from), byte);
            if let Some(byte) = byte {
                prop_assert_eq!(point_at(view, word, byte), Some(from));
            }
        }

        #[test]
        fn characters_read_back(c in proptest::char::any()) {
            let mut heap = Heap::new(0, 1 << 20, true);
            let common = Common::default();
            let word = of_char(&mut heap, &common, c).unwrap();
            prop_assert_eq!(heap.view(&common).text(word), Some(&*c.to_string()));
        }
    }
}
