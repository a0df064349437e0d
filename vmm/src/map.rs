//! Maps: values by key, in insertion order.
//!
//! A key is any value that cannot change; two keys are one if they are the
//! *same* value, so `1` and `1n` differ and NaN finds itself. What can change
//! may stand inside a key (in a tuple, as a capture): it counts by identity.
//! The storage is a [`table`].
//!
//! Calls that say so may move every object; they keep their operands alive
//! themselves.
//!
//! Keys can be of any size: an engine looks one up by a [`Search`] and does the
//! rest with what that found, and makes a map of many entries by a [`Building`];
//! both can be left off. What does all of it at once is for whoever keeps nobody
//! waiting.
//!
//! [`Search`]: crate::heap::search::Search
//!
//! # Cost
//! Look-up: a hash of the key and about one comparison. Insertion: amortised
//! the same. Removal: constant, the place is reclaimed when the table is rebuilt.

use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::{FROZEN, Kind};
use crate::heap::search::{Found, Search};
use crate::heap::shared::Common;
use crate::heap::table::{self, Entry};
use crate::heap::view::View;
use crate::limits::VALUE_BYTES_MAX;
use crate::word::Word;

/// Words of a map of that many entries.
#[must_use]
pub fn size_of(entries: usize) -> usize {
    2 + table::size_of(entries)
}

/// A map of those entries; of equal keys the first stays, with the last value.
/// [`size_of`] words must have been reserved.
///
/// # Errors
/// `:bad_type` for a key that can change.
pub fn new(heap: &mut Heap, common: &Common, entries: &[(Word, Word)]) -> Result<Word, Fault> {
    let mut building = Building::new(heap, entries.len());
    let made = building.run(heap, common, usize::MAX, |_, place| list(entries, place))?;
    Ok(made.unwrap_or(Word::UNDEFINED))
}

/// What stands at a place of where a map's entries come from, when the place has gone on.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// A key, its value, and the key's hash if it is known.
    Entry(Word, Word, Option<u32>),
    /// Nothing.
    Gap,
    /// The end.
    End,
}

/// A place among entries: of which part, and where in it.
pub type Place = (usize, usize);

/// The entries of a list as a source; the place goes on.
///
/// # Errors
/// None.
pub fn list(entries: &[(Word, Word)], place: &mut Place) -> Result<Source, Fault> {
    let entry = entries.get(place.1);
    place.1 += 1;
    Ok(entry.map_or(Source::End, |(key, value)| {
        Source::Entry(*key, *value, None)
    }))
}

/// A map in the making, which can be left off while nothing else is made in its heap.
#[derive(Debug)]
pub struct Building {
    table: Word,
    place: Place,
    /// A key that is looked up, and its value.
    pending: Option<(Word, Word, Search)>,
    words: usize,
}

impl Building {
    /// An empty map for so many entries; [`size_of`] words must have been reserved.
    #[must_use]
    pub fn new(heap: &mut Heap, entries: usize) -> Building {
        Building {
            table: heap.table(entries),
            place: (0, 0),
            pending: None,
            words: 0,
        }
    }

    /// How many words it has looked at.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// Bytes that its state takes beside the heap.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pending.as_ref().map_or(0, |(.., s)| s.bytes())
    }

    /// Takes entries from a source, for about so many words; the map, once
    /// all of them are in it.
    ///
    /// # Errors
    /// `:bad_type` for a key that can change; what the source raises.
    pub fn run(
        &mut self,
        heap: &mut Heap,
        common: &Common,
        words: usize,
        source: impl Fn(View<'_>, &mut Place) -> Result<Source, Fault>,
    ) -> Result<Option<Word>, Fault> {
        let end = self.words.saturating_add(words);
        loop {
            if self.words >= end {
                return Ok(None);
            }
            let view = heap.view(common);
            let (key, value, mut search) = match self.pending.take() {
                Some(pending) => pending,
                None => {
                    self.words += 1;
                    match source(view, &mut self.place)? {
                        Source::Gap => continue,
                        Source::End => break,
                        Source::Entry(key, value, hash) => {
                            check_key(view, key)?;
                            let search = match hash {
                                Some(hash) => Search::hashed(key, hash),
                                None => Search::new(view, key),
                            };
                            (key, value, search)
                        }
                    }
                }
            };
            let before = search.words();
            let found = search.run(view, self.table, view, end - self.words);
            self.words += search.words() - before;
            match found {
                None => self.pending = Some((key, value, search)),
                Some(Found {
                    number: Some(number),
                    ..
                }) => heap.table_set_value(self.table, number, value),
                Some(Found { hash, .. }) => {
                    self.words += 3;
                    let new = entry(key, value, hash);
                    heap.table_push(self.table, new);
                }
            }
        }
        let map = heap.alloc_words(Kind::Map, &[self.table]);
        Ok(Some(Word::heap(map)))
    }
}

/// Entries that a map may have.
const ENTRIES_MAX: usize = VALUE_BYTES_MAX / 24;

/// Refuses a map of more entries than there may be.
///
/// # Errors
/// `:limit`.
pub fn check_length(entries: usize) -> Result<(), Fault> {
    if entries <= ENTRIES_MAX {
        return Ok(());
    }
    Err(Fault::new(
        FaultKind::Limit,
        format!("a map has at most {ENTRIES_MAX} entries: use several"),
    ))
}

/// How many entries a map has.
#[must_use]
pub fn len(view: View<'_>, map: Word) -> usize {
    table::len(view, view.field(map, 0))
}

/// The value of a key.
#[must_use]
pub fn get(view: View<'_>, map: Word, key: Word) -> Option<Word> {
    look_up(view, map, key).0
}

/// The value of a key, and how many words were looked at.
#[must_use]
pub fn look_up(view: View<'_>, map: Word, key: Word) -> (Option<Word>, usize) {
    let (found, words) = search(view, map, key);
    (value(view, map, found), words)
}

/// The value of an entry that was found.
#[must_use]
pub fn value(view: View<'_>, map: Word, found: Found) -> Option<Word> {
    let entry = table::entry(view, view.field(map, 0), found.number?)?;
    Some(entry.value)
}

fn search(view: View<'_>, map: Word, key: Word) -> (Found, usize) {
    Search::new(view, key).finish(view, view.field(map, 0), view)
}

/// The entries of a map in insertion order.
pub fn entries(view: View<'_>, map: Word) -> impl Iterator<Item = (Word, Word)> {
    table::entries(view, view.field(map, 0)).map(|(_, e)| (e.key, e.value))
}

/// Sets the value of a key. May move every object.
///
/// # Errors
/// As [`check_set`] and [`put`].
pub fn set(
    heap: &mut Heap,
    common: &Common,
    map: Word,
    key: Word,
    value: Word,
) -> Result<(), Fault> {
    let view = heap.view(common);
    check_set(view, map, key)?;
    let (found, words) = search(view, map, key);
    heap.charge(words);
    put(heap, common, [map, key, value], found)
}

/// Refuses to set a value in that map, or of that key.
///
/// # Errors
/// `:bad_type` for a key that can change, `:read_only` for a frozen map.
pub fn check_set(view: View<'_>, map: Word, key: Word) -> Result<(), Fault> {
    check_key(view, key)?;
    check_writable(view, map)
}

/// Sets the value of a key in a map, which was looked up. May move every object.
///
/// # Errors
/// `:limit`, `:memory_limit`.
pub fn put(
    heap: &mut Heap,
    common: &Common,
    [map, key, value]: [Word; 3],
    found: Found,
) -> Result<(), Fault> {
    let view = heap.view(common);
    let table = view.field(map, 0);
    if let Some(number) = found.number {
        heap.table_set_value(table, number, value);
        return Ok(());
    }
    let words = table::room(view, table, 1);
    check_length(table::len(view, table) + 1)?;
    let [map, key, value] = heap.reserve_keeping(words, [map, key, value])?;
    heap.table_insert(map.place(), 0, entry(key, value, found.hash));
    Ok(())
}

/// Removes a key; whether it was there.
///
/// # Errors
/// `:read_only` for a frozen map.
pub fn delete(heap: &mut Heap, common: &Common, map: Word, key: Word) -> Result<bool, Fault> {
    let view = heap.view(common);
    check_writable(view, map)?;
    let (found, words) = search(view, map, key);
    heap.charge(words);
    Ok(remove(heap, common, map, found))
}

/// Removes an entry that was looked up; whether there was one.
pub fn remove(heap: &mut Heap, common: &Common, map: Word, found: Found) -> bool {
    let table = heap.view(common).field(map, 0);
    if let Some(number) = found.number {
        heap.table_remove(table, number);
    }
    found.number.is_some()
}

/// Refuses a key that can change.
///
/// # Errors
/// `:bad_type`.
pub fn check_key(view: View<'_>, key: Word) -> Result<(), Fault> {
    let changes = match view.header(key) {
        Some(header) if header.flags() & FROZEN == 0 => matches!(
            header.kind(),
            Kind::Array | Kind::Map | Kind::Object | Kind::Cell | Kind::Iterator | Kind::Coroutine
        ),
        _ => false,
    };
    if changes {
        return Err(Fault::bad_type(
            "a key is a value that cannot change",
            view.type_name(key),
        ));
    }
    Ok(())
}

/// Refuses to change a frozen map.
///
/// # Errors
/// `:read_only`.
pub fn check_writable(view: View<'_>, map: Word) -> Result<(), Fault> {
    if map.is_heap() && !view.is_frozen(map) {
        return Ok(());
    }
    Err(Fault::new(
        FaultKind::ReadOnly,
        "the map is frozen: copy it to change it",
    ))
}

fn entry(key: Word, value: Word, hash: u32) -> Entry {
    Entry {
        key,
        value,
        flags: 0,
        hash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::CANONICAL_NAN;

    fn heap() -> (Common, Heap) {
        (Common::default(), Heap::new(0, 1 << 26, true))
    }

    #[test]
    fn keys_are_told_apart_exactly() {
        let (common, mut heap) = heap();
        heap.reserve(size_of(0)).unwrap();
        let map = new(&mut heap, &common, &[]).unwrap();
        let root = heap.push_root(map);
        let keys = [
            Word::number(1.0),
            Word::small_integer(1).unwrap(),
            Word::number(0.0),
            Word::number(-0.0),
            Word(CANONICAL_NAN),
            Word::UNDEFINED,
            Word::atom(crate::atom::known::OK),
        ];
        for (i, key) in keys.into_iter().enumerate() {
            let map = heap.root(root);
            set(&mut heap, &common, map, key, Word::number(i as f64)).unwrap();
        }
        // The string of an atom's text is another key, and found by its text.
        for round in 0..2 {
            let key = heap.new_string("ok").unwrap();
            let map = heap.root(root);
            set(&mut heap, &common, map, key, Word::number(f64::from(round))).unwrap();
        }
        let (view, map) = (heap.view(&common), heap.root(root));
        assert_eq!(len(view, map), keys.len() + 1);
        for (i, key) in keys.into_iter().enumerate() {
            assert_eq!(get(view, map, key), Some(Word::number(i as f64)), "{key:?}");
        }
        let order: Vec<Word> = entries(view, map).map(|(k, _)| k).collect();
        assert_eq!(order[..keys.len()], keys);
        assert_eq!(get(view, map, Word::TRUE), None);
    }

    #[test]
    fn tuples_are_keys_by_content_and_what_changes_is_none() {
        let (common, mut heap) = heap();
        heap.reserve(2).unwrap();
        let map = new(&mut heap, &common, &[]).unwrap();
        let root = heap.push_root(map);
        for value in [1.0, 2.0] {
            heap.reserve(3).unwrap();
            let key = heap.tuple(&[Word::TRUE, Word::NIL]);
            let map = heap.root(root);
            set(&mut heap, &common, map, key, Word::number(value)).unwrap();
        }
        heap.reserve(6).unwrap();
        let map = heap.root(root);
        let key = heap.tuple(&[Word::TRUE, Word::NIL]);
        assert_eq!(get(heap.view(&common), map, key), Some(Word::number(2.0)));
        assert!(delete(&mut heap, &common, map, key).unwrap());
        assert!(!delete(&mut heap, &common, map, key).unwrap());
        assert_eq!(len(heap.view(&common), map), 0);
        let array = heap.array(&[]);
        let fault = set(&mut heap, &common, map, array, Word::NIL).unwrap_err();
        assert_eq!(fault.kind, FaultKind::BadType);
        heap.set_flag(map, FROZEN);
        let fault = set(&mut heap, &common, map, Word::NIL, Word::NIL).unwrap_err();
        assert_eq!(fault.kind, FaultKind::ReadOnly);
    }

    #[test]
    fn large_maps_keep_every_entry_through_messages() {
        use crate::heap::parcel::Parcel;
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 28, false);
        heap.reserve(2).unwrap();
        let map = new(&mut heap, &common, &[]).unwrap();
        let root = heap.push_root(map);
        for i in 0..20_000 {
            let key = heap.new_string(&format!("key {i}")).unwrap();
            let map = heap.root(root);
            set(&mut heap, &common, map, key, Word::number(f64::from(i))).unwrap();
        }
        let parcel = Parcel::pack(heap.view(&common), heap.root(root)).unwrap();
        let mut other = Heap::new(0, 1 << 28, false);
        let map = other.unpack(&parcel).unwrap();
        other.push_root(map);
        for i in (0..20_000).step_by(777) {
            let key = other.new_string(&format!("key {i}")).unwrap();
            let found = get(other.view(&common), other.root(0), key);
            assert_eq!(found, Some(Word::number(f64::from(i))));
        }
    }
}
