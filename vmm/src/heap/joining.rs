//! Joining long texts, a part at a time.
//!
//! As [`join`] does it at once: into the buffer of the first piece, if that can be
//! grown, or else into a fresh one. A join is plain data and can be left off
//! after any part; the string is made when all of its text is there.
//!
//! [`join`]: super::join
//!
//! # Invariants
//! L1. A join that is left off is good while nothing else is made in its heap and
//!     no piece changes. One that is given up leaves bytes at the end of a buffer
//!     that no string has, and nothing is appended to that any more.

use super::external::External;
use super::join::{Measure, Piece};
use super::layout::Kind;
use super::shared::Common;
use super::{Heap, OutOfMemory};
use crate::word::Word;

/// Bytes that are copied in one step.
const BULK: usize = 1 << 14;

/// A join that can be left off.
#[derive(Debug)]
pub struct Joining {
    /// Text that some pieces are parts of.
    text: String,
    /// Where the parts end.
    ends: Vec<usize>,
    count: usize,
    total: Measure,
    /// The buffer's entry in the external list, or the fresh buffer.
    buffer: Result<u32, String>,
    /// The piece that is copied, and from which byte on.
    piece: usize,
    from: usize,
    words: usize,
}

impl Joining {
    /// Makes room for so many pieces that measure `total` together. May move every object.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn new<'p>(
        heap: &mut Heap,
        count: usize,
        total: Measure,
        piece: impl Fn(&Heap, usize) -> Piece<'p>,
    ) -> Result<Joining, OutOfMemory> {
        let own = heap.extend(count, total.bytes, Kind::LongString, &piece)?;
        let buffer = match own {
            Some(entry) => Ok(entry),
            None => {
                heap.reserve_text(total.bytes)?;
                Err(String::with_capacity(total.bytes))
            }
        };
        Ok(Joining {
            text: String::new(),
            ends: Vec::new(),
            count,
            total,
            piece: usize::from(own.is_some()),
            buffer,
            from: 0,
            words: 0,
        })
    }

    /// Keeps the text that pieces are parts of, and where those end.
    pub fn keep(&mut self, (text, ends): (String, Vec<usize>)) {
        (self.text, self.ends) = (text, ends);
    }

    /// Takes what was kept.
    #[must_use]
    pub fn kept(&mut self) -> (String, Vec<usize>) {
        (
            std::mem::take(&mut self.text),
            std::mem::take(&mut self.ends),
        )
    }

    /// How many words it has copied.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// Bytes that its state takes beside the heap.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let buffer = self.buffer.as_ref().err().map_or(0, String::capacity);
        buffer + self.text.capacity() + self.ends.capacity() * 8
    }

    /// Goes on for about so many words; the string, once it is done. The pieces
    /// are those of every call.
    pub fn run<'p>(
        &mut self,
        heap: &mut Heap,
        common: &Common,
        words: usize,
        piece: impl Fn(&Heap, usize) -> Piece<'p>,
    ) -> Option<Word> {
        let end = self.words.saturating_add(words);
        while self.piece < self.count {
            if self.words >= end {
                return None;
            }
            let now = piece(heap, self.piece);
            let text = now.text(heap.view(common));
            let to = text.floor_char_boundary(self.from + BULK);
            let part = self.from..to;
            self.words += 1 + part.len() / 8;
            (self.piece, self.from) = match to == text.len() {
                true => (self.piece + 1, 0),
                false => (self.piece, to),
            };
            match &mut self.buffer {
                Ok(entry) => heap.push_text(common, *entry, now, part),
                Err(buffer) => buffer.push_str(&text[part]),
            }
        }
        let entry = match &mut self.buffer {
            Ok(entry) => *entry,
            Err(buffer) => heap.externals.add(External::text(std::mem::take(buffer))),
        };
        Some(heap.string_of_entry(entry, self.total.bytes, self.total.points))
    }
}

impl Heap {
    /// Bytes of a first piece that need not be copied, since the join goes on in its buffer.
    pub fn in_place(&mut self, first: Piece<'_>) -> usize {
        match first {
            Piece::Word(word) if word.is_heap() => {
                let at = word.place();
                if !self.header(at).is(Kind::LongString) {
                    return 0;
                }
                let (entry, len) = (self.load(at, 0).0 as u32, self.load(at, 1).0 as usize);
                self.externals.room_after(entry, len).map_or(0, |_| len)
            }
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever the size of the parts, the text is that of a join at once, and
        /// the old strings keep theirs.
        #[test]
        fn parts_make_the_whole(
            units in prop::collection::vec(("[aß🦀]{0,6}", 0..6000_usize), 1..4),
            order in prop::collection::vec(0..3_usize, 1..6),
            words in 1..5000_usize,
        ) {
            let texts: Vec<String> = units.iter().map(|(unit, times)| unit.repeat(*times)).collect();
            let common = Common::default();
            let mut heap = Heap::new(0, 1 << 26, true);
            for text in &texts {
                let word = heap.new_string(text).unwrap();
                heap.push_root(word);
            }
            let order: Vec<usize> = order.iter().map(|i| i % texts.len()).collect();
            let expected: String = order.iter().map(|i| &*texts[*i]).collect();
            // The second join is to the first, whose buffer can be grown.
            for round in 0..2 {
                let expected = if round == 0 { expected.clone() } else { expected.clone() + &texts[0] };
                let roots: Vec<usize> = match round {
                    0 => order.clone(),
                    _ => vec![texts.len(), 0],
                };
                let mut total = Measure::default();
                for root in &roots {
                    total = total.and(heap.view(&common).measure(heap.root(*root)).unwrap());
                }
                prop_assume!(total.bytes > super::super::layout::INLINE_BYTES);
                let piece = |heap: &Heap, i: usize| Piece::Word(heap.root(roots[i]));
                let mut joining = Joining::new(&mut heap, roots.len(), total, piece).unwrap();
                let word = loop {
                    let before = joining.words();
                    let done = joining.run(&mut heap, &common, words, piece);
                    prop_assert!(joining.words() - before <= words + BULK / 8 + 1);
                    if let Some(word) = done {
                        break word;
                    }
                };
                heap.push_root(word);
                let view = heap.view(&common);
                prop_assert_eq!(view.text(word), Some(&*expected));
                prop_assert_eq!(view.text_length(word), Some(expected.chars().count()));
                for (root, text) in texts.iter().enumerate() {
                    prop_assert_eq!(view.text(heap.root(root)), Some(&**text));
                }
            }
        }
    }
}
