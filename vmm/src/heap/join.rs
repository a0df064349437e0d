//! Joining strings and bytes.
//!
//! Joining to the end of a long string whose buffer ends where the string does
//! and is nobody else's puts the rest into that buffer: the old string goes on seeing its
//! part, the new one sees all. So a text that grows piece by piece
//! costs what its pieces cost. Any other join is a copy into a buffer of the
//! right size; the first join to that one takes room to spare.
//!
//! Pieces are read through a function that yields them anew, since making room
//! may move them.
//!
//! # Invariants
//! J1. The caller has held the size of the result against the limit of values.
//! J2. Between the last reservation and the object nothing fails, so a buffer
//!     has no bytes that no string was to have.
//!
//! # Cost
//! The bytes of the pieces, without the first where its buffer is used.
//! Buffers double, so a byte is moved about twice on average.

use std::ops::Range;

use super::external::External;
use super::layout::{ASCII, INLINE_BYTES, Kind};
use super::shared::Common;
use super::view::{View, count_points};
use super::{Heap, OutOfMemory};
use crate::limits::VALUE_BYTES_MAX;
use crate::word::Word;

/// Something to be joined.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a> {
    /// A string, or bytes.
    Word(Word),
    /// Text from elsewhere.
    Text(&'a str),
}

/// How long text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Bytes.
    pub bytes: usize,
    /// Code points.
    pub points: usize,
}

impl Measure {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Measure) -> Measure {
        Measure {
            bytes: self.bytes.saturating_add(other.bytes),
            points: self.points.saturating_add(other.points),
        }
    }

    /// That of UTF-8.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Measure {
        Measure {
            bytes: bytes.len(),
            points: count_points(bytes),
        }
    }
}

impl<'a> Piece<'a> {
    /// How long it is; `None` for what is no text.
    #[must_use]
    #[inline]
    pub fn measure(self, view: View<'_>) -> Option<Measure> {
        match self {
            Piece::Text(text) => Some(Measure::of(text.as_bytes())),
            Piece::Word(word) => view.measure(word),
        }
    }

    fn bytes<'b>(self, view: View<'b>) -> &'b [u8]
    where
        'a: 'b,
    {
        match self {
            Piece::Text(text) => text.as_bytes(),
            Piece::Word(word) => view.text_bytes(word).unwrap_or_default(),
        }
    }

    /// Its text; empty for what is none.
    pub(super) fn text<'b>(self, view: View<'b>) -> &'b str
    where
        'a: 'b,
    {
        match self {
            Piece::Text(text) => text,
            Piece::Word(word) => view.text(word).unwrap_or_default(),
        }
    }
}

impl Heap {
    /// The text of `count` pieces of text, which measure `total` together. May move
    /// every object.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn join_text<'p>(
        &mut self,
        common: &Common,
        count: usize,
        total: Measure,
        piece: impl Fn(&Heap, usize) -> Piece<'p>,
    ) -> Result<Word, OutOfMemory> {
        if total.bytes <= INLINE_BYTES {
            return self.join_short(common, count, total, piece);
        }
        if let Some(entry) = self.extend(count, total.bytes, Kind::LongString, &piece)? {
            let before = self.externals.length(entry);
            for i in 1..count {
                self.push_text(common, entry, piece(self, i), 0..usize::MAX);
            }
            self.charge(total.bytes.saturating_sub(before) / 8);
            return Ok(self.string_of_entry(entry, total.bytes, total.points));
        }
        self.reserve_text(total.bytes)?;
        self.charge(total.bytes / 8);
        let mut text = String::with_capacity(total.bytes);
        for i in 0..count {
            text.push_str(piece(self, i).text(self.view(common)));
        }
        let entry = self.externals.add(External::text(text));
        Ok(self.string_of_entry(entry, total.bytes, total.points))
    }

    /// The octets of `count` bytes objects, `total` together. May move every
    /// object.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn join_bytes(
        &mut self,
        common: &Common,
        count: usize,
        total: usize,
        piece: impl Fn(&Heap, usize) -> Word,
    ) -> Result<Word, OutOfMemory> {
        let word = |heap: &Heap, i| Piece::Word(piece(heap, i));
        if let Some(entry) = self.extend(count, total, Kind::LongBytes, &word)? {
            let before = self.externals.length(entry);
            for i in 1..count {
                self.push_octets(common, entry, piece(self, i));
            }
            self.charge(total.saturating_sub(before) / 8);
            return Ok(self.raw(Kind::LongBytes, 0, 0, &[u64::from(entry), total as u64]));
        }
        self.reserve_text(total)?;
        self.charge(total / 8);
        let mut octets = Vec::with_capacity(total);
        for i in 0..count {
            let view = self.view(common);
            octets.extend_from_slice(view.bytes(piece(self, i)).unwrap_or_default());
        }
        if total <= INLINE_BYTES {
            return Ok(self.bytes_of(&octets));
        }
        let entry = self.externals.add(External::octets(octets));
        Ok(self.raw(Kind::LongBytes, 0, 0, &[u64::from(entry), total as u64]))
    }

    #[inline]
    fn join_short<'p>(
        &mut self,
        common: &Common,
        count: usize,
        total: Measure,
        piece: impl Fn(&Heap, usize) -> Piece<'p>,
    ) -> Result<Word, OutOfMemory> {
        self.reserve(Heap::size_of_text(total.bytes))?;
        let mut buffer = [0_u8; INLINE_BYTES];
        let mut at = 0;
        for i in 0..count {
            let bytes = piece(self, i).bytes(self.view(common));
            buffer[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        }
        if let ([c], true) = (&buffer[..at], total.points == 1) {
            return Ok(common.ascii_string(*c));
        }
        let flags = if total.points == at { ASCII } else { 0 };
        Ok(self.inline(Kind::String, flags, &buffer[..at]))
    }

    /// Makes room behind the first piece in its own buffer, and for an object;
    /// the buffer's entry, if it can be used.
    pub(super) fn extend<'p>(
        &mut self,
        count: usize,
        total: usize,
        kind: Kind,
        piece: &impl Fn(&Heap, usize) -> Piece<'p>,
    ) -> Result<Option<u32>, OutOfMemory> {
        if count < 2 {
            return Ok(None);
        }
        let first = match piece(self, 0) {
            Piece::Word(word) if word.is_heap() && self.header(word.place()).is(kind) => {
                word.place()
            }
            _ => return Ok(None),
        };
        let (entry, len) = (self.load(first, 0).0 as u32, self.load(first, 1).0 as usize);
        let Some(room) = self.externals.room_after(entry, len) else {
            return Ok(None);
        };
        let words = Heap::size_of_text(total);
        if room >= total {
            self.reserve(words)?;
            return Ok(Some(entry));
        }
        // Twice the room, or an eighth more where memory has no place for that.
        let wanted = [2 * room, room + room / 8].map(|n| n.min(VALUE_BYTES_MAX).max(total));
        let mut made = Ok(());
        for capacity in wanted {
            made = self.reserve_external(words, capacity - room);
            if made.is_ok() {
                self.externals.grow(entry, capacity);
                return Ok(Some(entry));
            }
        }
        made.map(|()| None)
    }

    /// Appends a part of a piece, cut to what is there, to the text of an entry.
    pub(super) fn push_text(
        &mut self,
        common: &Common,
        entry: u32,
        piece: Piece<'_>,
        part: Range<usize>,
    ) {
        let cut = |len: usize| part.start.min(len)..part.end.min(len);
        let own = match piece {
            Piece::Word(word)
                if word.is_heap() && self.header(word.place()).is(Kind::LongString) =>
            {
                Some((
                    self.load(word.place(), 0).0,
                    self.load(word.place(), 1).0 as usize,
                ))
            }
            _ => None,
        };
        match own {
            Some((from, len)) if from == u64::from(entry) => {
                if let Some(to) = self.externals.own_text(entry) {
                    to.push_own(cut(len));
                }
            }
            Some((from, len)) => {
                // A second reference, so that the one buffer can be read while
                // the other is written.
                let from = self.externals.entries().get(from as usize).cloned();
                if let (Some(External::Text(from)), Some(to)) =
                    (from, self.externals.own_text(entry))
                {
                    to.push(from.as_str().get(cut(len)).unwrap_or_default());
                }
            }
            None => {
                let text = piece.text(View::new(self.space.words(), &[], common));
                if let Some(to) = self.externals.own_text(entry) {
                    to.push(text.get(cut(text.len())).unwrap_or_default());
                }
            }
        }
    }

    fn push_octets(&mut self, common: &Common, entry: u32, word: Word) {
        let view = self.view(common);
        let Some(bytes) = view.bytes(word) else {
            return;
        };
        if !word.is_heap() || view.external(word).is_none() {
            let bytes = View::new(self.space.words(), &[], common).bytes(word);
            if let (Some(to), Some(bytes)) = (self.externals.own_octets(entry), bytes) {
                to.extend_from_slice(bytes);
            }
            return;
        }
        let len = bytes.len();
        let from = self.load(word.place(), 0).0;
        if from == u64::from(entry) {
            if let Some(to) = self.externals.own_octets(entry) {
                to.extend_from_within(..len);
            }
            return;
        }
        let from = self.externals.entries().get(from as usize).cloned();
        if let (Some(External::Bytes(from)), Some(to)) = (from, self.externals.own_octets(entry)) {
            to.extend_from_slice(from.get(..len).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::parcel::Parcel;

    fn join(heap: &mut Heap, common: &Common, a: usize, b: usize) -> Word {
        let at = [a, b];
        let view = heap.view(common);
        let (x, y) = (heap.root(a), heap.root(b));
        match (view.measure(x), view.measure(y)) {
            (Some(m), Some(n)) => heap
                .join_text(common, 2, m.and(n), |heap, i| Piece::Word(heap.root(at[i])))
                .unwrap(),
            _ => {
                let total = view.bytes(x).unwrap().len() + view.bytes(y).unwrap().len();
                heap.join_bytes(common, 2, total, |heap, i| heap.root(at[i]))
                    .unwrap()
            }
        }
    }

    /// What every string ever made reads, after all kinds of joins.
    #[test]
    fn old_strings_keep_their_part() {
        for zeal in [false, true] {
            for bytes in [false, true] {
                let common = Common::default();
                let mut heap = Heap::new(0, 1 << 24, zeal);
                let mut texts: Vec<String> = ["a", "ß", "", &*"x".repeat(64), &*"yß".repeat(40)]
                    .map(str::to_owned)
                    .to_vec();
                for text in &texts {
                    let word = match bytes {
                        true => heap.new_bytes(text.as_bytes()).unwrap(),
                        false => heap.new_string(text).unwrap(),
                    };
                    heap.push_root(word);
                }
                let mut sent = Vec::new();
                for i in 0..400_usize {
                    // Mostly the newest, sometimes one long ago, and itself.
                    let last = texts.len() - 1;
                    let a = if i % 7 == 3 {
                        i * 31 % texts.len()
                    } else {
                        last
                    };
                    let b = if i % 11 == 5 {
                        a
                    } else {
                        i * 17 % texts.len().min(5 + i % 3)
                    };
                    if texts[a].len() + texts[b].len() > 20_000 {
                        texts.push("z".repeat(70));
                        let word = match bytes {
                            true => heap.new_bytes(&[b'z'; 70]).unwrap(),
                            false => heap.new_string(&"z".repeat(70)).unwrap(),
                        };
                        heap.push_root(word);
                        continue;
                    }
                    let word = join(&mut heap, &common, a, b);
                    heap.push_root(word);
                    texts.push([&*texts[a], &*texts[b]].concat());
                    if i % 13 == 0 {
                        sent.push((
                            texts.len() - 1,
                            Parcel::pack(heap.view(&common), word).unwrap(),
                        ));
                    }
                }
                let read = |view: View<'_>, word| match bytes {
                    true => view.bytes(word).map(<[u8]>::to_vec),
                    false => {
                        let text = view.text(word).unwrap();
                        assert_eq!(view.text_length(word), Some(text.chars().count()));
                        assert_eq!(view.is_ascii(word), text.is_ascii());
                        Some(text.as_bytes().to_vec())
                    }
                };
                for (root, text) in texts.iter().enumerate() {
                    assert_eq!(
                        read(heap.view(&common), heap.root(root)).unwrap(),
                        text.as_bytes()
                    );
                }
                for (number, parcel) in sent {
                    let read = read(parcel.view(&common), parcel.root());
                    assert_eq!(read.unwrap(), texts[number].as_bytes());
                }
            }
        }
    }

    #[test]
    fn growing_takes_the_room_it_needs_and_gives_it_back() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 20, false);
        let piece = heap.new_string("0123456789").unwrap();
        heap.push_root(piece);
        heap.push_root(piece);
        let mut moved = 0;
        for i in 1..30_000 {
            let before = heap.external_bytes();
            let word = join(&mut heap, &common, 0, 1);
            heap.set_root(0, word);
            moved += usize::from(heap.external_bytes() > before);
            let len = 10 + 10 * i;
            assert_eq!(heap.view(&common).text_length(word), Some(len));
            // Little but the string itself counts, whatever was made on the way.
            assert!(heap.external_bytes() < 2 * len + 300, "{len}");
        }
        // Doubling, and buffers that became garbage.
        assert!(moved < 30, "{moved}");
        assert!(heap.external_bytes() >= 300_000);
        heap.truncate_roots(0);
        heap.reserve(1 << 14).unwrap();
        heap.reserve(1 << 14).unwrap();
        assert_eq!(heap.external_bytes(), 0);
    }

    /// A growing text reaches what the limit leaves it, not half of that.
    #[test]
    fn the_limit_is_met_late() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 20, false);
        let piece = heap.new_string(&"x".repeat(1000)).unwrap();
        heap.push_root(piece);
        heap.push_root(piece);
        let mut len = 1000;
        loop {
            let total = Measure {
                bytes: len + 1000,
                points: len + 1000,
            };
            let piece = |heap: &Heap, i| Piece::Word(heap.root(i));
            match heap.join_text(&common, 2, total, piece) {
                Ok(word) => heap.set_root(0, word),
                Err(_) => break,
            }
            len += 1000;
        }
        assert!(len > 650_000 && len < 1 << 20, "{len}");
        assert_eq!(heap.view(&common).text_length(heap.root(0)), Some(len));
        assert!(heap.bytes() <= 1 << 20);
    }
}
