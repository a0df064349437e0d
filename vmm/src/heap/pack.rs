//! Deep copies out of a heap, which stays as it is.
//!
//! Cheney's algorithm (C. J. Cheney, "A Nonrecursive List Compacting
//! Algorithm", CACM 13, 1970) with the new parcel as the fresh space. A
//! collector leaves forwarding marks in the old space; here the sender goes on
//! living in it, so where objects went is noted beside it.
//!
//! A packer is plain data and can be left off after any step. A large payload
//! is copied in parts, with nothing else between them.
//!
//! # Invariants
//! N1. While `rest` is set, what it still has to bring belongs at the end of
//!     `words`.
//! N2. What lies before `at` is done; of the object at `at` so are `field` payload words.
//! N3. The words of a packer that is left off are good while no object of the
//!     view moves or changes.

use std::fmt;

use rustc_hash::FxHashMap;

use super::external::External;
use super::layout::{FROZEN, Header, Kind};
use super::parcel::Parcel;
use super::view::View;
use crate::fault::{Fault, FaultKind};
use crate::word::Word;

/// Payload words that are copied or looked at in one step.
const BULK: usize = 4096;

/// Where objects went. Small values are looked up by a walk over a few pairs,
/// larger ones by hashing, and values that are a good part of their space by
/// a table over the whole space: its cost is then small beside the copying.
#[derive(Debug)]
pub(super) enum Places {
    Few([(u32, u32); FEW], usize),
    Hashed(FxHashMap<u32, u32>),
    /// By place: new place + 1, or 0.
    Dense(Vec<u32>),
}

const FEW: usize = 12;
/// Words of the space for each object copied, from which the dense table pays.
const DENSE_RATIO: usize = 64;
/// Objects up to which places are hashed: a larger table would take too long to grow.
/// The dense table costs memory only where something is noted.
const HASHED_MAX: usize = 1 << 14;

impl Places {
    #[inline]
    fn get(&self, from: u32) -> Option<u32> {
        match self {
            Places::Few(pairs, count) => pairs[..*count]
                .iter()
                .find(|(at, _)| *at == from)
                .map(|(_, to)| *to),
            Places::Hashed(map) => map.get(&from).copied(),
            Places::Dense(table) => table.get(from as usize)?.checked_sub(1),
        }
    }

    #[inline]
    fn put(&mut self, from: u32, to: u32, space: usize) {
        match self {
            Places::Few(pairs, count) if *count < FEW => {
                pairs[*count] = (from, to);
                *count += 1;
            }
            Places::Dense(table) => table[from as usize] = to + 1,
            Places::Hashed(map) if map.len() < HASHED_MAX && map.len() * DENSE_RATIO < space => {
                map.insert(from, to);
            }
            _ => self.grow(from, to, space),
        }
    }

    /// Bytes that they take.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Places::Few(..) => 0,
            Places::Hashed(map) => map.capacity() * 9,
            Places::Dense(table) => table.capacity() * 4,
        }
    }

    /// Calls `f` with some of them, from an index on that the call before yielded;
    /// nothing is yielded at the end.
    pub(super) fn some(
        &self,
        from: usize,
        most: usize,
        mut f: impl FnMut(u32, u32),
    ) -> Option<usize> {
        match self {
            Places::Few(pairs, count) => pairs[..*count].iter().for_each(|p| f(p.0, p.1)),
            Places::Hashed(map) => map.iter().for_each(|(from, to)| f(*from, *to)),
            Places::Dense(table) => {
                let end = table.len().min(from + most);
                for (at, to) in table[from..end].iter().enumerate() {
                    if let Some(to) = to.checked_sub(1) {
                        f((from + at) as u32, to);
                    }
                }
                return (end < table.len()).then_some(end);
            }
        }
        None
    }

    #[cold]
    fn grow(&mut self, from: u32, to: u32, space: usize) {
        let old = std::mem::replace(self, Places::Few([(0, 0); FEW], 0));
        let mut pairs = Vec::new();
        old.some(0, usize::MAX, |from, to| pairs.push((from, to)));
        let all = pairs.iter().copied().chain([(from, to)]);
        let hashed = pairs.len() < HASHED_MAX && (pairs.len() + 1) * DENSE_RATIO < space;
        *self = if hashed {
            Places::Hashed(all.collect())
        } else {
            let mut table = vec![0; space];
            all.for_each(|(from, to)| table[from as usize] = to + 1);
            Places::Dense(table)
        };
    }
}

/// The value holds something that cannot leave its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSendable {
    /// Its type, as `type_of` names it.
    pub found: &'static str,
}

impl fmt::Display for NotSendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let article = if self.found.starts_with('i') {
            "an"
        } else {
            "a"
        };
        write!(
            f,
            "{article} {} cannot leave its process: send what it yields",
            self.found
        )
    }
}

impl std::error::Error for NotSendable {}

impl From<NotSendable> for Fault {
    #[cold]
    fn from(error: NotSendable) -> Fault {
        Fault::new(FaultKind::BadType, error.to_string())
    }
}

/// Copies objects of a view to the end of a new parcel.
#[derive(Debug)]
pub struct Packer {
    /// The parcel's words so far.
    words: Vec<u64>,
    externals: Vec<External>,
    /// Entries of the view by number: their number in the parcel. A buffer
    /// that several strings are parts of is in the parcel once.
    entries: FxHashMap<u64, u64>,
    places: Places,
    root: Word,
    /// Place among `words` of the object whose payload is looked through.
    at: usize,
    /// How many words of its payload that has been done for.
    field: usize,
    rest: Option<Rest>,
    /// Whether what is copied is frozen.
    freezes: bool,
    walked: usize,
}

/// A payload that is copied in parts.
#[derive(Clone, Copy, Debug)]
struct Rest {
    from: Word,
    done: usize,
    end: usize,
}

impl Packer {
    fn empty(root: Word) -> Packer {
        Packer {
            words: Vec::with_capacity(16),
            externals: Vec::new(),
            entries: FxHashMap::default(),
            places: Places::Few([(0, 0); FEW], 0),
            root,
            at: 0,
            field: 0,
            rest: None,
            freezes: false,
            walked: 0,
        }
    }

    /// Of one value.
    ///
    /// # Errors
    /// It cannot leave its process.
    pub fn one(view: View<'_>, word: Word) -> Result<Packer, NotSendable> {
        let mut packer = Packer::empty(word);
        packer.root = packer.copy(view, word)?;
        Ok(packer)
    }

    /// Of one value, the copy of which cannot change.
    ///
    /// # Errors
    /// As [`Packer::one`]; a cell always changes.
    pub(super) fn frozen(view: View<'_>, word: Word) -> Result<Packer, NotSendable> {
        let mut packer = Packer::empty(word);
        packer.freezes = true;
        packer.root = packer.copy(view, word)?;
        Ok(packer)
    }

    /// Of a tuple of values.
    #[must_use]
    pub fn many(words: &[Word]) -> Packer {
        let mut packer = Packer::empty(Word::heap(0));
        let header = Header::new(Kind::Tuple, 0, 0, words.len());
        packer.words.push(header.0);
        packer.words.extend(words.iter().map(|word| word.0));
        packer
    }

    /// How many words it has copied and looked through.
    #[must_use]
    pub fn walked(&self) -> usize {
        self.walked
    }

    /// Bytes that its state takes: the parcel so far, and where objects went.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let externals = self.externals.capacity() * size_of::<External>();
        let entries = self.entries.capacity() * 17;
        self.words.capacity() * 8 + externals + entries + self.places.bytes()
    }

    /// The parcel, once `run` says that it is complete.
    #[must_use]
    pub fn parcel(mut self) -> Parcel {
        if self.words.capacity() > 4096 {
            self.words.shrink_to_fit();
        }
        Parcel::new(self.root, self.words, self.externals)
    }

    /// The parcel, once `run` says that it is complete, and where each object went.
    pub(super) fn into_parts(mut self) -> (Parcel, Places) {
        let none = Places::Few([(0, 0); FEW], 0);
        let places = std::mem::replace(&mut self.places, none);
        (self.parcel(), places)
    }

    /// Copies what was copied refers to, for about so many words; whether
    /// everything is copied. The view is that of every call.
    ///
    /// # Errors
    /// The value holds what cannot leave its process.
    pub fn run(&mut self, view: View<'_>, words: usize) -> Result<bool, NotSendable> {
        let end = self.walked.saturating_add(words);
        loop {
            if self.rest.is_some() {
                self.copy_rest(view);
            } else if self.at == self.words.len() {
                return Ok(true);
            } else {
                self.look_through(view)?;
            }
            if self.walked >= end {
                return Ok(self.rest.is_none() && self.at == self.words.len());
            }
        }
    }

    /// Copies what the object at `at` refers to, if it is not too long.
    fn look_through(&mut self, view: View<'_>) -> Result<(), NotSendable> {
        let header = Header(self.words[self.at]);
        let first = self.at + 1 + self.field;
        let end = self.at + 1 + header.len();
        let mut next = end;
        if header.is(Kind::Array) {
            self.words[self.at + 2] = self.copy_storage(view)?.0;
        } else if !header.is_raw() {
            let stop = end.min(first + BULK);
            next = first;
            while next < stop && self.rest.is_none() {
                let word = Word(self.words[next]);
                if word.is_heap() {
                    self.words[next] = self.copy(view, word)?.0;
                }
                next += 1;
            }
        }
        self.walked += 1 + next - first;
        if next == end {
            self.at = end;
            self.field = 0;
        } else {
            self.field = next - self.at - 1;
        }
        Ok(())
    }

    /// The word in the parcel; copies its object if that has not happened yet.
    #[inline]
    fn copy(&mut self, view: View<'_>, word: Word) -> Result<Word, NotSendable> {
        if !word.is_heap() {
            return Ok(word);
        }
        if let Some(to) = self.places.get(word.place()) {
            return Ok(Word::heap(to));
        }
        let mut header = sendable(view, word)?;
        if self.freezes {
            header = frozen(header)?;
        }
        Ok(self.copy_part(view, word, header, header.len()))
    }

    /// Copies the header and the first `len` payload words.
    fn copy_part(&mut self, view: View<'_>, word: Word, header: Header, len: usize) -> Word {
        let to = self.words.len() as u32;
        let payload = view.payload(word);
        let header = match len == header.len() {
            true => header,
            false => Header::new(header.kind(), header.flags(), header.aux(), len),
        };
        let now = len.min(BULK);
        if now < len {
            self.words.reserve(1 + len);
            self.rest = Some(Rest {
                from: word,
                done: now,
                end: len,
            });
        }
        self.words.push(header.0);
        self.words.extend_from_slice(&payload[..now]);
        if header.is_external() {
            self.words[to as usize + 1] = self.entry(view, word);
        }
        self.places.put(word.place(), to, view.len());
        Word::heap(to)
    }

    /// The entry in the parcel for a long string or long bytes. What is less than
    /// half of its buffer is copied, so that nobody keeps the rest for it.
    fn entry(&mut self, view: View<'_>, word: Word) -> u64 {
        let next = self.externals.len() as u64;
        let Some((external, len)) = view.external(word) else {
            self.externals.push(External::Free);
            return next;
        };
        if len < external.bytes() / 2 {
            self.walked += len / 8;
            self.externals.push(external.prefix(len));
            return next;
        }
        let number = view.field(word, 0).0;
        let entry = *self.entries.entry(number).or_insert(next);
        if entry == next {
            self.externals.push(external.clone());
        }
        entry
    }

    fn copy_rest(&mut self, view: View<'_>) {
        let Some(rest) = &mut self.rest else {
            return;
        };
        let end = rest.end.min(rest.done + BULK);
        let payload = view.payload(rest.from);
        self.words.extend_from_slice(&payload[rest.done..end]);
        self.walked += (end - rest.done) / 4;
        rest.done = end;
        if end == rest.end {
            self.rest = None;
        }
    }

    /// Copies the storage of the array whose copy is at `at`, without its room
    /// to spare. Only its array refers to it.
    fn copy_storage(&mut self, view: View<'_>) -> Result<Word, NotSendable> {
        let len = self.words[self.at + 1] as usize;
        let data = Word(self.words[self.at + 2]);
        if len == 0 || !data.is_heap() {
            return Ok(if len == 0 { Word::NIL } else { data });
        }
        let header = sendable(view, data)?;
        Ok(self.copy_part(view, data, header, len.min(header.len())))
    }
}

/// The header of an object that does not change any more.
pub(super) fn frozen(header: Header) -> Result<Header, NotSendable> {
    match header.kind() {
        Kind::Array | Kind::Map | Kind::Object => Ok(header.with_flag(FROZEN)),
        Kind::Cell => Err(NotSendable { found: "cell" }),
        _ => Ok(header),
    }
}

/// The header of an object that may leave its process.
fn sendable(view: View<'_>, word: Word) -> Result<Header, NotSendable> {
    let refused = |found| Err(NotSendable { found });
    match view.header(word) {
        Some(header) => match header.kind() {
            Kind::Iterator => refused("iterator"),
            Kind::Coroutine => refused("coroutine"),
            _ => Ok(header),
        },
        None => refused("undefined"),
    }
}

#[cfg(test)]
mod tests {
    use crate::heap::Heap;
    use crate::heap::parcel::Parcel;
    use crate::heap::shared::Common;
    use crate::word::Word;

    /// A DAG of pairs with 2^60 paths, and a list, of every size class of the
    /// side table.
    #[test]
    fn depth_and_paths_cost_nothing() {
        let common = Common::default();
        for depth in [2, 11, 12, 13, 60, 100_000] {
            let mut heap = Heap::new(0, 1 << 28, false);
            heap.reserve(6 * depth + 60).unwrap();
            let dag = (0..depth).fold(Word::TRUE, |below, _| heap.pair(below, below));
            let list = (0..depth).fold(Word::NIL, |t, i| heap.pair(Word::number(i as f64), t));
            let parcel = Parcel::many(heap.view(&common), &[dag, list, dag]).unwrap();
            assert_eq!(parcel.words(), 4 + 2 * 3 * depth, "{depth}");
            let view = parcel.view(&common);
            assert_eq!(view.field(parcel.root(), 0), view.field(parcel.root(), 2));
            let mut list = view.field(parcel.root(), 1);
            for i in (0..depth).rev() {
                let (head, tail) = view.pair(list).unwrap();
                assert_eq!(head, Word::number(i as f64));
                list = tail;
            }
            assert_eq!(list, Word::NIL);
        }
    }

    #[test]
    fn a_small_part_of_a_large_heap_is_hashed() {
        let common = Common::default();
        let mut heap = Heap::new(1 << 16, 1 << 24, false);
        heap.reserve(600).unwrap();
        let list = (0..200).fold(Word::NIL, |tail, _| heap.pair(Word::TRUE, tail));
        let both = heap.view(&common).pair(list).unwrap().1;
        let parcel = Parcel::many(heap.view(&common), &[list, both, list]).unwrap();
        assert_eq!(parcel.words(), 4 + 600);
    }
}
