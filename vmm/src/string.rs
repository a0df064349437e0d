//! Text by code points.
//!
//! Strings are UTF-8, and their length and indices count code points. In a
//! string of ASCII alone (a flag of its header) the index of a character is
//! that of its byte, so access is constant. Any other string is walked: eight
//! bytes at a time, counting the bytes that begin a character. An offset table
//! for long strings may come later; it would be kept beside the text and
//! change nothing here.
//!
//! # Invariants
//! U1. Every cut is on a boundary of a character.
//!
//! # Cost
//! ASCII: constant. Otherwise about 0.2 ns a byte up to the place.

use crate::fault::{Fault, FaultKind};
use crate::heap::view::View;
use crate::limits::VALUE_BYTES_MAX;
use crate::word::Word;

/// Code points of a string; `None` for what is none.
#[must_use]
pub fn length(view: View<'_>, word: Word) -> Option<usize> {
    view.text_length(word)
}

/// The code point of that index of a string, at once if it is ASCII.
#[must_use]
pub fn char_at(view: View<'_>, word: Word, index: usize) -> Option<char> {
    let text = view.text(word)?;
    if view.is_ascii(word) {
        return text.as_bytes().get(index).map(|b| char::from(*b));
    }
    text.get(byte_of(text, index)?..)?.chars().next()
}

/// The part from one code point up to another, cut to what is there.
#[must_use]
pub fn slice(text: &str, from: usize, to: usize) -> &str {
    let start = byte_of(text, from).unwrap_or(text.len());
    let rest = text.get(start..).unwrap_or_default();
    let end = byte_of(rest, to.saturating_sub(from)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// The byte at which the code point of that index begins; the text's length
/// for the index past the last.
#[must_use]
pub fn byte_of(text: &str, index: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut left = index;
    let mut at = 0;
    // Whole words of bytes first: a byte begins a character unless its upper
    // two bits are 10.
    for eight in bytes.chunks_exact(8) {
        let word = eight.iter().filter(|b| **b as i8 >= -0x40).count();
        if word > left {
            break;
        }
        left -= word;
        at += 8;
    }
    // Continuation bytes belong to the character before.
    while at < bytes.len() && (bytes[at] as i8) < -0x40 {
        at += 1;
    }
    let rest = text.get(at..)?;
    if left == 0 {
        return Some(at);
    }
    match rest.char_indices().nth(left) {
        Some((offset, _)) => Some(at + offset),
        None => (rest.chars().count() == left).then_some(text.len()),
    }
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
    use crate::heap::Heap;
    use crate::heap::shared::Common;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_those_of_a_walk(text in "\\PC{0,40}", from in 0_usize..50, to in 0_usize..50) {
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
            prop_assert_eq!(slice(&text, from, to), expected);
            let byte = (from <= chars.len()).then(|| chars[..from].iter().map(|c| c.len_utf8()).sum());
            prop_assert_eq!(byte_of(&text, from), byte);
        }
    }
}
