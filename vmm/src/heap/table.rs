//! Entries in insertion order with a hash index.
//!
//! Maps, dictionary objects and magic methods keep their entries in the same
//! storage, a [`Kind::Table`]: triples of key, meta and value in the order in
//! which they came, and past [`LINEAR_MAX`] entries an index from hash to
//! entry. What a key is and when two are equal is the caller's business: it
//! brings the hash and the comparison.
//!
//! # Invariants
//! B1. `alive <= used <= capacity`. A removed entry stays as a dead triple
//!     until the table is rebuilt, so that entries keep their numbers between
//!     rebuilds and removal costs the same at any size.
//! B2. An index has at least a quarter of its slots free; dead entries still
//!     have theirs.
//! B3. A table that was replaced by a larger one has that in the place of its
//!     index, and does not change any more.
//! B4. Hashes are those of the machine ([`Common::seed`]), so tables move
//!     between processes as they are.
//!
//! [`Common::seed`]: super::shared::Common::seed
//!
//! # Cost
//! 24 bytes an entry, and past the linear size 11 to 22 for the index. Look-up:
//! a hash and about one comparison. Insertion: amortised constant.

use super::Heap;
use super::layout::{Header, Kind};
use super::parcel::Parcel;
use super::probe::{Probe, Probed};
use super::view::View;
use crate::word::Word;

/// Entries up to which a table has no index and is searched one by one.
pub const LINEAR_MAX: usize = 8;

/// Flag of a removed entry.
const DEAD: u8 = 0x80;
/// Payload words before the first triple.
const HEAD: usize = 3;

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Word,
    /// The value.
    pub value: Word,
    /// Flags, of which the highest is taken.
    pub flags: u8,
    /// The hash that the entry was inserted with.
    pub hash: u32,
}

/// How many entries are alive; `table` may be `nil`.
#[must_use]
pub fn len(view: View<'_>, table: Word) -> usize {
    view.payload(table).get(1).map_or(0, |n| *n as usize)
}

/// How many entry numbers are in use, dead ones included.
#[must_use]
pub fn used(view: View<'_>, table: Word) -> usize {
    view.payload(table).first().map_or(0, |n| *n as usize)
}

/// The entry of a number, unless it is dead.
#[must_use]
pub fn entry(view: View<'_>, table: Word, number: usize) -> Option<Entry> {
    entry_of(view.payload(table), number)
}

/// The entries alive, in insertion order, with their numbers.
pub fn entries(view: View<'_>, table: Word) -> impl Iterator<Item = (usize, Entry)> {
    let payload = view.payload(table);
    let used = payload.first().map_or(0, |n| *n as usize);
    (0..used).filter_map(move |i| Some((i, entry_of(payload, i)?)))
}

/// Where a walk that has come to entry `number` of a table goes on: there, or,
/// if the table was rebuilt meanwhile, at the same place of what replaced it.
/// Yields how many entries were looked at, too.
#[must_use]
pub fn resume(view: View<'_>, table: Word, number: usize) -> (Word, usize, usize) {
    let (mut table, mut number, mut looked_at) = (table, number, 0);
    loop {
        let payload = view.payload(table);
        let next = Word(payload.get(2).copied().unwrap_or_default());
        if !view.is(next, Kind::Table) {
            return (table, number, looked_at);
        }
        looked_at += number;
        number = (0..number)
            .filter(|i| entry_of(payload, *i).is_some())
            .count();
        table = next;
    }
}

/// The number of the entry whose hash is `hash` and whose key `is` accepts.
#[must_use]
pub fn find(
    view: View<'_>,
    table: Word,
    hash: u32,
    mut is: impl FnMut(Word) -> bool,
) -> Option<usize> {
    let mut probe = Probe::new(hash);
    loop {
        match probe.step(view, table) {
            Probed::Entry(number) if is(entry(view, table, number)?.key) => return Some(number),
            Probed::Entry(_) | Probed::More => {}
            Probed::End => return None,
        }
    }
}

/// Words to reserve before `more` entries are inserted into a table or `nil`.
#[must_use]
pub fn room(view: View<'_>, table: Word, more: usize) -> usize {
    let (capacity, used, alive) = counts(view.payload(table));
    if used + more <= capacity {
        0
    } else {
        size_of(grown(alive, more))
    }
}

/// Words of a table of that capacity, its index included.
#[must_use]
pub fn size_of(capacity: usize) -> usize {
    if capacity == 0 {
        return 0;
    }
    let index = if capacity > LINEAR_MAX {
        1 + slots_for(capacity)
    } else {
        0
    };
    1 + HEAD + 3 * capacity + index
}

impl Heap {
    /// An empty table of that capacity; [`size_of`] words. `nil` for none.
    #[must_use]
    pub fn table(&mut self, capacity: usize) -> Word {
        if capacity == 0 {
            return Word::NIL;
        }
        let index = match capacity > LINEAR_MAX {
            true => Word::heap(self.alloc(Kind::Index, 0, 0, slots_for(capacity))),
            false => Word::NIL,
        };
        let table = self.alloc(Kind::Table, 0, 0, HEAD + 3 * capacity);
        self.store(table, 0, Word(0));
        self.store(table, 1, Word(0));
        self.store(table, 2, index);
        Word::heap(table)
    }

    /// Appends an entry to the table in field `field` of the object `owner`,
    /// which is `nil` while there is none. The key must not be there yet, and
    /// [`room`] words must have been reserved.
    pub fn table_insert(&mut self, owner: u32, field: usize, new: Entry) {
        let mut table = self.load(owner, field);
        let (capacity, used, alive) = counts(self.payload(table));
        if used == capacity {
            table = self.rebuild(table, grown(alive, 1));
            self.store(owner, field, table);
        }
        self.table_push(table, new);
    }

    /// Appends an entry to a table that has room for it.
    pub fn table_push(&mut self, table: Word, new: Entry) {
        let (_, used, alive) = counts(self.payload(table));
        let at = table.place();
        self.store(at, HEAD + 3 * used, new.key);
        self.store(at, HEAD + 3 * used + 1, Word(meta(new.hash, new.flags)));
        self.store(at, HEAD + 3 * used + 2, new.value);
        self.store(at, 0, Word(used as u64 + 1));
        self.store(at, 1, Word(alive as u64 + 1));
        let index = self.load(at, 2);
        if index.is_heap() {
            put_slot(self.payload_mut(index.place()), new.hash, used);
        }
    }

    /// Replaces the value of an entry.
    pub fn table_set_value(&mut self, table: Word, number: usize, value: Word) {
        self.store(table.place(), HEAD + 3 * number + 2, value);
    }

    /// Replaces the flags of an entry.
    pub fn table_set_flags(&mut self, table: Word, number: usize, flags: u8) {
        let at = HEAD + 3 * number + 1;
        let hash = (self.load(table.place(), at).0 >> 8) as u32;
        self.store(table.place(), at, Word(meta(hash, flags & !DEAD)));
    }

    /// Removes an entry.
    pub fn table_remove(&mut self, table: Word, number: usize) {
        let at = table.place();
        let hash = (self.load(at, HEAD + 3 * number + 1).0 >> 8) as u32;
        self.store(at, HEAD + 3 * number, Word::UNDEFINED);
        self.store(at, HEAD + 3 * number + 1, Word(meta(hash, DEAD)));
        self.store(at, HEAD + 3 * number + 2, Word::UNDEFINED);
        let alive = self.load(at, 1).0.saturating_sub(1);
        self.store(at, 1, Word(alive));
    }

    /// Copies the entries alive to a table of that capacity.
    fn rebuild(&mut self, old: Word, capacity: usize) -> Word {
        let new = self.table(capacity);
        let (_, used, _) = counts(self.payload(old));
        for number in 0..used {
            if let Some(entry) = entry_of(self.payload(old), number) {
                self.table_push(new, entry);
            }
        }
        // Where a walk over the old one goes on; see `resume`.
        if old.is_heap() {
            self.store(old.place(), 2, new);
        }
        new
    }

    fn payload(&self, word: Word) -> &[u64] {
        if !word.is_heap() {
            return &[];
        }
        let at = word.place();
        let len = self.header(at).len();
        &self.space.words()[at as usize + 1..][..len]
    }

    /// Of raw objects, whose words are no references: no barrier is needed.
    fn payload_mut(&mut self, at: u32) -> &mut [u64] {
        debug_assert!(self.header(at).is_raw());
        let len = self.header(at).len();
        &mut self.space.words_mut()[at as usize + 1..][..len]
    }
}

impl Parcel {
    /// Appends a table of that many unset entries and yields it; their words
    /// are to be written, then [`Parcel::seal_table`] called.
    pub(crate) fn add_table(&mut self, entries: usize) -> Word {
        let index = match entries > LINEAR_MAX {
            true => self.add(Kind::Index, 0, 0, &vec![0; slots_for(entries)]),
            false => Word::NIL,
        };
        let mut payload = vec![Word::UNDEFINED.0; HEAD + 3 * entries];
        payload[0] = entries as u64;
        payload[1] = entries as u64;
        payload[2] = index.0;
        self.add(Kind::Table, 0, 0, &payload)
    }

    /// Place among the parcel's words of an entry's key; meta and value follow.
    pub(crate) fn table_key_place(table: Word, number: usize) -> usize {
        table.place() as usize + 1 + HEAD + 3 * number
    }

    /// Gives every entry its hash, and enters it into the index. Of entries
    /// with equal keys the first stays, with the value of the last; which are
    /// equal, `first` tells.
    pub(crate) fn seal_table(
        &mut self,
        table: Word,
        hashes: &[u32],
        mut first: impl FnMut(&Parcel, usize) -> Option<usize>,
    ) {
        let at = table.place() as usize + 1;
        for (number, hash) in hashes.iter().enumerate() {
            let place = Parcel::table_key_place(table, number);
            // Not yet in use for `first`, so that it finds earlier entries only.
            self.words_mut()[at] = number as u64;
            let double = first(self, number);
            let words = self.words_mut();
            words[at] = number as u64 + 1;
            if let Some(earlier) = double {
                words[Parcel::table_key_place(table, earlier) + 2] = words[place + 2];
                words[place..place + 3].fill(Word::UNDEFINED.0);
                words[place + 1] = meta(*hash, DEAD);
                words[at + 1] -= 1;
                continue;
            }
            words[place + 1] = meta(*hash, words[place + 1] as u8 & !DEAD);
            let index = Word(words[at + 2]);
            if index.is_heap() {
                let index = index.place() as usize;
                let len = Header(words[index]).len();
                put_slot(&mut words[index + 1..][..len], *hash, number);
            }
        }
    }
}

fn meta(hash: u32, flags: u8) -> u64 {
    u64::from(hash) << 8 | u64::from(flags)
}

fn entry_of(payload: &[u64], number: usize) -> Option<Entry> {
    let triple = payload.get(HEAD + 3 * number..HEAD + 3 * number + 3)?;
    let flags = triple[1] as u8;
    (flags & DEAD == 0).then_some(Entry {
        key: Word(triple[0]),
        value: Word(triple[2]),
        flags,
        hash: (triple[1] >> 8) as u32,
    })
}

/// Capacity, entries used, entries alive.
fn counts(payload: &[u64]) -> (usize, usize, usize) {
    match payload {
        [used, alive, _, triples @ ..] => (triples.len() / 3, *used as usize, *alive as usize),
        _ => (0, 0, 0),
    }
}

/// Capacity of the table that follows one with so many entries alive.
fn grown(alive: usize, more: usize) -> usize {
    (alive + more).max(alive * 2).max(4)
}

/// Slots of the index of a table: a power of two, a quarter of it free.
fn slots_for(capacity: usize) -> usize {
    (capacity + capacity.div_ceil(3)).next_power_of_two()
}

fn put_slot(slots: &mut [u64], hash: u32, number: usize) {
    let mask = slots.len() - 1;
    let mut at = hash as usize & mask;
    for _ in 0..slots.len() {
        if slots[at] == 0 {
            slots[at] = u64::from(hash) << 32 | (number as u64 + 1);
            return;
        }
        at = (at + 1) & mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::shared::Common;

    fn number(i: usize) -> Word {
        Word::number(i as f64)
    }

    fn insert(heap: &mut Heap, common: &Common, owner: usize, hash: u32, i: usize) {
        let table = heap.load(heap.root(owner).place(), 0);
        let words = room(heap.view(common), table, 1);
        heap.reserve(words).unwrap();
        let owner = heap.root(owner).place();
        let new = Entry {
            key: number(i),
            value: number(i * 10),
            flags: (i % 8) as u8,
            hash,
        };
        heap.table_insert(owner, 0, new);
    }

    #[test]
    fn entries_are_found_at_every_size_and_keep_their_order() {
        let common = Common::default();
        for collide in [false, true] {
            let mut heap = Heap::new(0, 1 << 24, true);
            heap.reserve(2).unwrap();
            let owner = heap.cell(Word::NIL);
            let owner = heap.push_root(owner);
            let hash = |i: usize| match collide {
                true => (i % 3) as u32,
                false => (i as u32).wrapping_mul(0x9E37_79B1),
            };
            for i in 0..100 {
                insert(&mut heap, &common, owner, hash(i), i);
                let view = heap.view(&common);
                let table = view.field(heap.root(owner), 0);
                assert_eq!(len(view, table), i + 1);
                for j in 0..=i + 1 {
                    let found = find(view, table, hash(j), |k| k == number(j));
                    assert_eq!(found, (j <= i).then_some(j));
                }
            }
            // Every other one goes; the rest keep order, and new ones fit in.
            let table = heap.load(heap.root(owner).place(), 0);
            for i in (0..100).step_by(2) {
                heap.table_remove(table, i);
            }
            for i in 100..200 {
                insert(&mut heap, &common, owner, hash(i), i);
            }
            let view = heap.view(&common);
            let table = view.field(heap.root(owner), 0);
            let keys: Vec<Word> = entries(view, table).map(|(_, e)| e.key).collect();
            let expected: Vec<Word> = (0..200)
                .filter(|i| i % 2 == 1 || *i >= 100)
                .map(number)
                .collect();
            assert_eq!((keys, len(view, table)), (expected, 150));
            for i in 0..200 {
                let found = find(view, table, hash(i), |k| k == number(i));
                assert_eq!(found.is_some(), i % 2 == 1 || i >= 100);
                if let Some(found) = found {
                    let entry = entry(view, table, found).unwrap();
                    assert_eq!(entry.value, number(i * 10));
                    assert_eq!(usize::from(entry.flags), i % 8);
                }
            }
        }
    }

    #[test]
    fn endless_insertion_and_removal_stays_small() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 16, false);
        heap.reserve(2).unwrap();
        let owner = heap.cell(Word::NIL);
        let owner = heap.push_root(owner);
        for i in 0..10_000_usize {
            let hash = i as u32;
            insert(&mut heap, &common, owner, hash, i);
            let table = heap.load(heap.root(owner).place(), 0);
            let found = find(heap.view(&common), table, hash, |k| k == number(i)).unwrap();
            heap.table_remove(table, found);
        }
        let view = heap.view(&common);
        let table = view.field(heap.root(owner), 0);
        assert!(len(view, table) == 0 && view.payload(table).len() < 40);
    }
}
