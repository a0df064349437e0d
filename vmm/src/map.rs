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
//! # Cost
//! Look-up: a hash of the key and about one comparison. Insertion: amortised
//! the same. Removal: constant, the place is reclaimed when the table is rebuilt.

use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::equal::{find_key, same};
use crate::heap::hash::{key_hash, key_hash_walk};
use crate::heap::layout::{FROZEN, Kind};
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
    for (key, _) in entries {
        check_key(heap.view(common), *key)?;
    }
    let table = heap.table(entries.len());
    for (key, value) in entries {
        let view = heap.view(common);
        match find_key(view, table, view, *key) {
            Some(number) => heap.table_set_value(table, number, *value),
            None => {
                let new = entry(view, *key, *value);
                heap.table_push(table, new);
            }
        }
    }
    Ok(Word::heap(heap.alloc_words(Kind::Map, &[table])))
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
    let found = Found::of(view, map, key);
    let entry = found
        .number
        .and_then(|n| table::entry(view, found.table, n));
    (entry.map(|entry| entry.value), found.words)
}

/// What a look-up finds.
struct Found {
    table: Word,
    hash: u32,
    number: Option<usize>,
    /// Words that were looked at.
    words: usize,
}

impl Found {
    fn of(view: View<'_>, map: Word, key: Word) -> Found {
        let table = view.field(map, 0);
        let (hash, mut words) = key_hash_walk(view, key);
        let number = table::find(view, table, hash, |other| {
            let (is, walked) = same(view, other, view, key);
            words += walked;
            is
        });
        Found {
            table,
            hash,
            number,
            words,
        }
    }
}

/// The entries of a map in insertion order.
pub fn entries(view: View<'_>, map: Word) -> impl Iterator<Item = (Word, Word)> {
    table::entries(view, view.field(map, 0)).map(|(_, e)| (e.key, e.value))
}

/// Sets the value of a key. May move every object.
///
/// # Errors
/// `:bad_type` for a key that can change, `:read_only` for a frozen map,
/// `:limit`, `:memory_limit`.
pub fn set(
    heap: &mut Heap,
    common: &Common,
    map: Word,
    key: Word,
    value: Word,
) -> Result<(), Fault> {
    let view = heap.view(common);
    check_key(view, key)?;
    check_writable(view, map)?;
    let found = Found::of(view, map, key);
    let table = found.table;
    let words = table::room(view, table, 1);
    let length = table::len(view, table);
    heap.charge(found.words);
    if let Some(number) = found.number {
        heap.table_set_value(table, number, value);
        return Ok(());
    }
    check_length(length + 1)?;
    let [map, key, value] = heap.reserve_keeping(words, [map, key, value])?;
    let new = Entry {
        key,
        value,
        flags: 0,
        hash: found.hash,
    };
    heap.table_insert(map.place(), 0, new);
    Ok(())
}

/// Removes a key; whether it was there.
///
/// # Errors
/// `:read_only` for a frozen map.
pub fn delete(heap: &mut Heap, common: &Common, map: Word, key: Word) -> Result<bool, Fault> {
    let view = heap.view(common);
    check_writable(view, map)?;
    let found = Found::of(view, map, key);
    heap.charge(found.words);
    if let Some(number) = found.number {
        heap.table_remove(found.table, number);
    }
    Ok(found.number.is_some())
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

fn check_writable(view: View<'_>, map: Word) -> Result<(), Fault> {
    if map.is_heap() && !view.is_frozen(map) {
        return Ok(());
    }
    Err(Fault::new(
        FaultKind::ReadOnly,
        "the map is frozen: copy it to change it",
    ))
}

fn entry(view: View<'_>, key: Word, value: Word) -> Entry {
    Entry {
        key,
        value,
        flags: 0,
        hash: key_hash(view, key),
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
