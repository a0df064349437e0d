//! Strings by code points.
//!
//! Length and index of a string count code points. ASCII text, which a string's
//! header knows, is indexed by byte; other text is walked. (A table of offsets
//! for long text that is not ASCII comes with the full string library.)

use crate::fault::{Fault, FaultKind};
use crate::heap::view::View;
use crate::limits::VALUE_BYTES_MAX;
use crate::word::Word;

/// Code points of a string; `None` for what is none.
#[must_use]
pub fn length(view: View<'_>, word: Word) -> Option<usize> {
    view.text_length(word)
}

/// The code point at an index, if there is one.
#[must_use]
pub fn char_at(view: View<'_>, word: Word, i: usize) -> Option<char> {
    let text = view.text(word)?;
    if view.is_ascii(word) {
        return text.as_bytes().get(i).map(|b| char::from(*b));
    }
    text.chars().nth(i)
}

/// `:limit`, for a text that would pass the bound of values.
#[must_use]
pub fn too_long() -> Fault {
    Fault::new(
        FaultKind::Limit,
        format!("a text would pass {VALUE_BYTES_MAX} bytes"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::Heap;
    use crate::heap::shared::Common;

    #[test]
    fn indices_count_code_points() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 20, false);
        for (text, at, found) in [
            ("abc", 1, Some('b')),
            ("aé€", 2, Some('€')),
            ("é", 1, None),
            ("", 0, None),
        ] {
            let word = heap.new_string(text).unwrap();
            let view = heap.view(&common);
            assert_eq!(char_at(view, word, at), found);
            assert_eq!(length(view, word), Some(text.chars().count()));
        }
        assert_eq!(length(heap.view(&common), Word::NIL), None);
    }
}
