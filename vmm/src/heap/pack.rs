//! Deep copies out of a heap, which stays as it is.
//!
//! Cheney's algorithm (C. J. Cheney, "A Nonrecursive List Compacting
//! Algorithm", CACM 13, 1970) with the new parcel as the fresh space. A
//! collector leaves forwarding marks in the old space; here the sender goes on
//! living in it, so where objects went is noted beside it.

use rustc_hash::FxHashMap;

use super::external::External;
use super::layout::{Header, Kind};
use super::parcel::NotSendable;
use super::view::View;
use crate::word::Word;

/// Where objects went. Small values are looked up by a walk over a few pairs,
/// larger ones by hashing, and values that are a good part of their space by
/// a table over the whole space: its cost is then small beside the copying.
enum Places {
    Few([(u32, u32); FEW], usize),
    Hashed(FxHashMap<u32, u32>),
    /// By place: new place + 1, or 0.
    Dense(Vec<u32>),
}

const FEW: usize = 12;
/// Words of the space for each object copied, from which the dense table pays.
const DENSE_RATIO: usize = 64;

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
            Places::Hashed(map) if map.len() * DENSE_RATIO < space => {
                map.insert(from, to);
            }
            _ => self.grow(from, to, space),
        }
    }

    #[cold]
    fn grow(&mut self, from: u32, to: u32, space: usize) {
        let old = std::mem::replace(self, Places::Few([(0, 0); FEW], 0));
        let pairs: Vec<(u32, u32)> = match old {
            Places::Few(pairs, count) => pairs[..count].to_vec(),
            Places::Hashed(map) => map.into_iter().collect(),
            Places::Dense(_) => Vec::new(),
        };
        let all = pairs.iter().copied().chain([(from, to)]);
        *self = if (pairs.len() + 1) * DENSE_RATIO < space {
            Places::Hashed(all.collect())
        } else {
            let mut table = vec![0; space];
            all.for_each(|(from, to)| table[from as usize] = to + 1);
            Places::Dense(table)
        };
    }
}

/// Copies objects of a view to the end of a new parcel.
pub(super) struct Packer<'a> {
    view: View<'a>,
    /// The parcel's words so far.
    pub(super) words: Vec<u64>,
    externals: Vec<External>,
    /// Entries of the view by number: their number in the parcel. A buffer
    /// that several strings are parts of is in the parcel once.
    entries: FxHashMap<u64, u64>,
    places: Places,
}

impl<'a> Packer<'a> {
    pub(super) fn new(view: View<'a>) -> Packer<'a> {
        Packer {
            view,
            words: Vec::with_capacity(16),
            externals: Vec::new(),
            entries: FxHashMap::default(),
            places: Places::Few([(0, 0); FEW], 0),
        }
    }

    /// The word in the parcel; copies its object if that has not happened yet.
    #[inline]
    pub(super) fn copy(&mut self, word: Word) -> Result<Word, NotSendable> {
        if !word.is_heap() {
            return Ok(word);
        }
        if let Some(to) = self.places.get(word.place()) {
            return Ok(Word::heap(to));
        }
        let header = self.header(word)?;
        self.copy_part(word, header, header.len())
    }

    fn header(&self, word: Word) -> Result<Header, NotSendable> {
        let refused = |found| Err(NotSendable { found });
        match self.view.header(word) {
            Some(header) => match header.kind() {
                Kind::Iterator => refused("iterator"),
                Kind::Coroutine => refused("coroutine"),
                Kind::Handle => refused("handle"),
                _ => Ok(header),
            },
            None => refused("undefined"),
        }
    }

    /// Copies the header and the first `len` payload words.
    fn copy_part(&mut self, word: Word, header: Header, len: usize) -> Result<Word, NotSendable> {
        let to = self.words.len() as u32;
        let payload = self.view.payload(word);
        let header = match len == header.len() {
            true => header,
            false => Header::new(header.kind(), header.flags(), header.aux(), len),
        };
        self.words.push(header.0);
        self.words.extend_from_slice(&payload[..len]);
        if header.is_external() {
            self.words[to as usize + 1] = self.entry(word);
        }
        self.places.put(word.place(), to, self.view.len());
        Ok(Word::heap(to))
    }

    /// The entry in the parcel for a long string or long bytes. What is less than
    /// half of its buffer is copied, so that nobody keeps the rest for it.
    fn entry(&mut self, word: Word) -> u64 {
        let next = self.externals.len() as u64;
        let Some((external, len)) = self.view.external(word) else {
            self.externals.push(External::Free);
            return next;
        };
        if len < external.bytes() / 2 {
            self.externals.push(external.prefix(len));
            return next;
        }
        let number = self.view.field(word, 0).0;
        let entry = *self.entries.entry(number).or_insert(next);
        if entry == next {
            self.externals.push(external.clone());
        }
        entry
    }

    /// Copies everything that what was copied refers to.
    pub(super) fn finish(mut self) -> Result<(Vec<u64>, Vec<External>), NotSendable> {
        let mut at = 0;
        while at < self.words.len() {
            let header = Header(self.words[at]);
            let end = at + 1 + header.len();
            if header.is(Kind::Array) {
                self.words[at + 2] = self.copy_storage(at)?.0;
            } else if !header.is_raw() {
                for i in at + 1..end {
                    let word = Word(self.words[i]);
                    if word.is_heap() {
                        self.words[i] = self.copy(word)?.0;
                    }
                }
            }
            at = end;
        }
        if self.words.capacity() > 4096 {
            self.words.shrink_to_fit();
        }
        Ok((self.words, self.externals))
    }

    /// Copies the storage of the array whose copy is at `at`, without its room
    /// to spare. Only its array refers to it.
    fn copy_storage(&mut self, at: usize) -> Result<Word, NotSendable> {
        let len = self.words[at + 1] as usize;
        let data = Word(self.words[at + 2]);
        if len == 0 || !data.is_heap() {
            return Ok(if len == 0 { Word::NIL } else { data });
        }
        let header = self.header(data)?;
        self.copy_part(data, header, len.min(header.len()))
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
