//! Copies of small values, out of a heap and into one.
//!
//! Most messages are a few words. They are copied by the algorithm of
//! [`super::pack`] at one go, without a state that could be left off: the
//! few places where objects went stand on the machine's own stack, and the words in
//! the memory that the parcel keeps. A long string by itself, if it is all of its buffer, is such
//! a value, too: the buffer is counted, not copied. Whatever is larger, or has parts that stand
//! outside, goes the general way.
//!
//! # Invariants
//! B1. The parcel is, word for word, the one that the general way makes.
//! B2. What is copied here is fewer than a turn's worth of words in every mode.

use super::layout::{Header, Kind};
use super::parcel::{Parcel, SMALL, moved, relocate};
use super::view::View;
use super::{Heap, OutOfMemory};
use crate::word::Word;

/// Words that a small value has at most.
const WORDS: usize = 32;

/// Objects that it has at most.
const OBJECTS: usize = 12;

/// Kinds that are copied here as they are.
const PLAIN: u64 = 1 << Kind::Complex as u8
    | 1 << Kind::BigInteger as u8
    | 1 << Kind::String as u8
    | 1 << Kind::Bytes as u8
    | 1 << Kind::Tuple as u8
    | 1 << Kind::Array as u8
    | 1 << Kind::Pair as u8
    | 1 << Kind::Map as u8
    | 1 << Kind::Object as u8
    | 1 << Kind::Table as u8
    | 1 << Kind::Extra as u8
    | 1 << Kind::Closure as u8
    | 1 << Kind::Cell as u8
    | 1 << Kind::Reference as u8
    | 1 << Kind::ExternFunction as u8
    | 1 << Kind::Native as u8
    | 1 << Kind::Handle as u8
    | 1 << Kind::Index as u8;

/// Header and payload of a small object of a kind that is copied here.
#[inline]
fn plain(all: &[u64], word: Word) -> Option<&[u64]> {
    let at = word.place() as usize;
    let header = Header(*all.get(at)?);
    let is_plain = (header.0 as u8) < 64 && PLAIN >> (header.0 & 63) & 1 != 0;
    let len = header.len();
    (is_plain && len < WORDS).then(|| all.get(at..=at + len))?
}

impl Parcel {
    /// A deep copy of a value, which is an object of the view's own space, if
    /// that is small.
    #[inline(always)]
    pub(crate) fn brief(view: View<'_>, word: Word) -> Option<Parcel> {
        let all = view.words();
        let Some(root) = plain(all, word) else {
            return Parcel::brief_long(view, word);
        };
        match Parcel::small(root) {
            Some(parcel) => Some(parcel),
            None => Parcel::brief_of(all, word, root),
        }
    }

    #[inline(never)]
    fn brief_of(all: &[u64], word: Word, root: &[u64]) -> Option<Parcel> {
        let is_leaf = Header(root[0]).is_raw() || root[1..].iter().all(|w| !Word(*w).is_heap());
        let mut copy = Vec::with_capacity(WORDS / 2);
        copy.extend_from_slice(root);
        if !is_leaf {
            let mut from = [0; OBJECTS];
            from[0] = word.place();
            let mut to = [0; OBJECTS];
            copy_parts(all, &mut copy, (&mut from, &mut to))?;
        }
        Some(Parcel::new(Word::heap(0), copy, Vec::new()))
    }

    /// The same of a long string, or long bytes, that are all of their buffer.
    #[inline(never)]
    fn brief_long(view: View<'_>, word: Word) -> Option<Parcel> {
        let (external, len) = view.external(word)?;
        if len < external.bytes() / 2 {
            return None;
        }
        let at = word.place() as usize;
        let words = view.words().get(at..)?;
        let end = Header(*words.first()?).len() + 1;
        Parcel::whole(words.get(..end)?, external)
    }
}

/// Copies what the root, which is copied, refers to; nothing if it is too
/// much. The object that stood at `from[i]` is at `to[i]`.
fn copy_parts(
    all: &[u64],
    copy: &mut Vec<u64>,
    (from, to): (&mut [u32; OBJECTS], &mut [u32; OBJECTS]),
) -> Option<()> {
    let (mut at, mut count) = (0, 1);
    while at < copy.len() {
        let header = Header(copy[at]);
        let end = at + 1 + header.len();
        if header.is_raw() {
            at = end;
            continue;
        }
        if header.is(Kind::Array) {
            copy[at + 2] = copy_storage(all, copy, at)?.0;
            at = end;
            continue;
        }
        for field in at + 1..end {
            let word = Word(copy[field]);
            if !word.is_heap() {
                continue;
            }
            let known = from[..count].iter().position(|at| *at == word.place());
            let place = match known {
                Some(number) => to[number],
                None => {
                    let object = plain(all, word)?;
                    let place = copy.len() as u32;
                    if count == OBJECTS || copy.len() + object.len() > WORDS {
                        return None;
                    }
                    from[count] = word.place();
                    to[count] = place;
                    count += 1;
                    copy.extend_from_slice(object);
                    place
                }
            };
            copy[field] = Word::heap(place).0;
        }
        at = end;
    }
    Some(())
}

/// Copies the storage of the array whose copy is at `at`, without its room to
/// spare. Only its array refers to it.
fn copy_storage(all: &[u64], copy: &mut Vec<u64>, at: usize) -> Option<Word> {
    let (len, data) = (copy[at + 1] as usize, Word(copy[at + 2]));
    if len == 0 || !data.is_heap() {
        return Some(if len == 0 { Word::NIL } else { data });
    }
    let (header, items) = all.get(data.place() as usize..)?.split_first()?;
    let header = Header(*header);
    let len = len.min(header.len());
    if copy.len() + 1 + len > WORDS {
        return None;
    }
    let place = copy.len() as u32;
    copy.push(Header::new(header.kind(), header.flags(), header.aux(), len).0);
    copy.extend_from_slice(items.get(..len)?);
    Some(Word::heap(place))
}

impl Heap {
    /// Copies the value of a small parcel into this heap; nothing, and nothing
    /// has changed, if the parcel is not small. May move every object.
    ///
    /// # Errors
    /// The limit stands in the way.
    #[inline]
    pub(crate) fn unpack_brief(&mut self, parcel: &Parcel) -> Result<Option<Word>, OutOfMemory> {
        let words = parcel.data();
        if words.is_empty() {
            return Ok(Some(parcel.root()));
        }
        if words.len() > WORDS || !parcel.externals().is_empty() {
            return Ok(None);
        }
        self.reserve(words.len())?;
        self.charge(words.len());
        Ok(Some(self.put_words(parcel)))
    }

    /// The same while the stack part begins at `stack`, which becomes so, if nothing
    /// has to make room for it.
    #[inline(always)]
    pub(crate) fn unpack_in_place(&mut self, parcel: &Parcel, stack: usize) -> Option<Word> {
        if let Some((count, words)) = parcel.as_small() {
            // All of them, though fewer may count: what lies behind an object is free.
            if !self.has_room(SMALL, stack) {
                return None;
            }
            let place = self.top;
            self.space.words_mut()[place..place + SMALL].copy_from_slice(words);
            self.top = place + count;
            return Some(Word::heap(place as u32));
        }
        let words = parcel.data().len();
        if words == 0 {
            return Some(parcel.root());
        }
        if words > WORDS || !self.has_room(words, stack) {
            return None;
        }
        if parcel.externals().is_empty() {
            return Some(self.put_words(parcel));
        }
        let external = parcel.as_whole()?;
        let number = match self.externals.known(external) {
            Some(number) => number,
            None if self.has_room_outside(external.bytes()) => self.externals.arrived(external),
            None => return None,
        };
        // One object, whose payload is raw: nothing in it is moved.
        let place = self.top;
        let copy = &mut self.space.words_mut()[place..place + words];
        for (to, from) in copy.iter_mut().zip(parcel.data()) {
            *to = *from;
        }
        copy[1] = u64::from(number);
        self.top = place + words;
        Some(Word::heap(place as u32))
    }

    /// Copies words for which there is room.
    #[inline]
    fn put_words(&mut self, parcel: &Parcel) -> Word {
        let words = parcel.data();
        let base = self.top;
        let end = base + words.len();
        let copy = &mut self.space.words_mut()[base..end];
        copy.copy_from_slice(words);
        relocate(copy, base, |entry| entry);
        self.top = end;
        moved(parcel.root(), base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::pack::Packer;
    use crate::heap::shared::Common;

    /// B1, of every shape of a small value.
    #[test]
    fn small_values_are_copied_as_large_ones_are() {
        let common = Common::default();
        let mut heap = Heap::new(1 << 12, 1 << 20, false);
        heap.reserve(400).unwrap();
        let pair = heap.pair(Word::TRUE, Word::NIL);
        let cell = heap.cell(pair);
        let ring = heap.tuple(&[cell, pair, cell]);
        heap.store(pair.place(), 1, ring);
        let text = heap.new_string("a small text").unwrap();
        let wide = heap.tuple(&[Word::UNIT; 20]);
        let flat = heap.tuple(&[Word::TRUE, Word::number(2.5), Word::NIL]);
        let both = heap.tuple(&[text, flat, text]);
        let data = heap.alloc(Kind::ArrayData, 0, 0, 30);
        heap.store(data, 0, both);
        let array = [Word(1), Word::heap(data)];
        let array = Word::heap(heap.alloc_words(Kind::Array, &array));
        let empty = heap.array(&[]);
        let arrays = heap.tuple(&[array, empty, array]);
        for word in [
            pair, cell, ring, text, wide, flat, both, array, empty, arrays,
        ] {
            let view = heap.view(&common);
            let brief = Parcel::brief(view, word).unwrap();
            let mut packer = Packer::one(view, word).unwrap();
            assert!(packer.run(view, usize::MAX).unwrap());
            let general = packer.parcel();
            assert_eq!(brief.data(), general.data());
            assert_eq!(brief.root(), general.root());
            let mut other = Heap::new(0, 1 << 20, true);
            let got = other.unpack(&brief).unwrap();
            let view = other.view(&common);
            let again = Parcel::pack(view, got).unwrap();
            assert_eq!(again.data(), brief.data());
        }
    }

    #[test]
    fn what_is_not_small_is_left_to_the_general_way() {
        let common = Common::default();
        let mut heap = Heap::new(1 << 12, 1 << 20, false);
        heap.reserve(400).unwrap();
        let wide = heap.tuple(&[Word::UNIT; WORDS]);
        let many: Vec<Word> = (0..OBJECTS).map(|_| heap.cell(Word::NIL)).collect();
        let many = heap.tuple(&many);
        let long = heap.new_string(&"t".repeat(100)).unwrap();
        let array = heap.array(&[Word::TRUE; WORDS]);
        let long = heap.tuple(&[long]);
        let iterator = Word::heap(heap.alloc(Kind::Iterator, 0, 0, 1));
        let inside = heap.tuple(&[iterator]);
        for word in [wide, many, long, array, iterator, inside] {
            assert!(Parcel::brief(heap.view(&common), word).is_none());
        }
        let parcel = Parcel::pack(heap.view(&common), wide).unwrap();
        assert_eq!(heap.unpack_brief(&parcel), Ok(None));
    }

    /// What is long is counted, not copied, and has one entry however often it comes.
    #[test]
    fn a_long_text_that_comes_again_takes_words_only() {
        let common = Common::default();
        let mut heap = Heap::new(1 << 12, 1 << 20, false);
        let text = heap.new_string(&"t".repeat(100_000)).unwrap();
        let bytes = heap.new_bytes(&[7; 1000]).unwrap();
        let (mut other, mut stack) = (Heap::new(1 << 12, 1 << 20, false), 0);
        for word in [text, bytes] {
            let view = heap.view(&common);
            let brief = Parcel::brief(view, word).unwrap();
            let mut packer = Packer::one(view, word).unwrap();
            assert!(packer.run(view, usize::MAX).unwrap());
            let general = packer.parcel();
            assert_eq!(brief.data(), general.data());
            assert_eq!(brief.bytes(), general.bytes());
            stack = other.stack();
            let first = other.unpack_in_place(&brief, stack).unwrap();
            let held = other.external_bytes();
            for parcel in [&brief, &general] {
                let again = other.unpack_in_place(parcel, stack).unwrap();
                let generally = other.unpack(parcel).unwrap();
                for got in [first, again, generally] {
                    let view = other.view(&common);
                    let (external, len) = view.external(got).unwrap();
                    assert_eq!(external.bytes(), brief.externals()[0].bytes());
                    assert_eq!(len, brief.externals()[0].len());
                }
            }
            assert_eq!(other.external_bytes(), held);
        }
        // Others make room for what is new and does not fit.
        let large = heap.new_string(&"l".repeat(200_000)).unwrap();
        let large = Parcel::brief(heap.view(&common), large).unwrap();
        assert!(other.unpack_in_place(&large, stack).is_none());
        assert!(other.unpack(&large).is_ok());
        assert!(other.unpack_in_place(&large, other.stack()).is_some());
    }

    #[test]
    fn a_small_part_of_a_long_text_does_not_keep_it() {
        let common = Common::default();
        let mut heap = Heap::new(1 << 12, 1 << 20, false);
        let text = heap.new_string(&"t".repeat(1000)).unwrap();
        let whole = Parcel::pack(heap.view(&common), text).unwrap();
        let entry = heap.view(&common).field(text, 0).0;
        heap.reserve(8).unwrap();
        let part = heap.string_of_entry(entry as u32, 100, 100);
        assert!(Parcel::brief(heap.view(&common), part).is_none());
        let parcel = Parcel::pack(heap.view(&common), part).unwrap();
        assert_eq!(parcel.externals()[0].bytes(), 100);
        // The words of the whole are right after it has grown, too.
        assert_eq!(whole.data()[2], 1000);
        drop(whole);
        let number = entry as u32;
        heap.externals.grow(number, 2000);
        heap.externals.own_text(number).unwrap().push("ß");
        let longer = heap.string_of_entry(number, 1002, 1001);
        let whole = Parcel::brief(heap.view(&common), longer).unwrap();
        assert_eq!(whole.data()[2..], [1002, 1001]);
        assert!(Parcel::brief(heap.view(&common), text).is_none());
    }
}
