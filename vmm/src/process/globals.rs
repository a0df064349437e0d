//! Globals of a process: one table for all classes.
//!
//! Loading a class numbers its globals for the whole machine (the same class
//! and name give the same number in every version of the class), and each
//! process keeps what it has set under those numbers. The table is an object of
//! the process's heap, so that it is collected, counted and put away with it;
//! a process that sets none has none.
//!
//! ```text
//!  │ entries used │ number, value │ number, value │ undefined, undefined │ …
//! ```
//!
//! A number's place is its low bits, or the next free one behind. Globals of
//! one class have consecutive numbers mostly, so they do not collide.
//!
//! # Invariants
//! G1. The count of places is a power of two, and a quarter of them is free, so
//!     that every search ends.
//! G2. Entries are never removed.
//!
//! # Cost
//! Reading or writing one that is there: five loads. Setting one for the
//! first time doubles the table now and then.

use crate::heap::layout::Kind;
use crate::heap::{Heap, OutOfMemory};
use crate::word::Word;

/// Places of the first table.
const FIRST_PLACES: usize = 4;

/// Field of the key of a place.
#[inline]
fn key_of(place: usize) -> usize {
    1 + 2 * place
}

/// The place of a number: where it is, or where it would go.
#[inline]
fn find(heap: &Heap, table: u32, number: u32) -> (usize, bool) {
    let places = heap.header(table).len() / 2;
    let mask = places - 1;
    let mut place = number as usize & mask;
    loop {
        let key = heap.load(table, key_of(place));
        if key.0 == u64::from(number) {
            return (place, true);
        }
        if key == Word::UNDEFINED {
            return (place, false);
        }
        place = (place + 1) & mask;
    }
}

/// The global of a number; `undefined` if it was never set.
#[must_use]
#[inline]
pub fn get(heap: &Heap, number: u32) -> Word {
    let table = heap.globals();
    if table.is_heap()
        && let (place, true) = find(heap, table.place(), number)
    {
        return heap.load(table.place(), key_of(place) + 1);
    }
    Word::UNDEFINED
}

/// Sets a global that was set before; false if it was not.
#[must_use]
#[inline]
pub fn replace(heap: &mut Heap, number: u32, word: Word) -> bool {
    let table = heap.globals();
    if table.is_heap()
        && let (place, true) = find(heap, table.place(), number)
    {
        heap.store(table.place(), key_of(place) + 1, word);
        return true;
    }
    false
}

/// Makes sure that one more global can be set. May move every object.
///
/// # Errors
/// The limit stands in the way; nothing has changed then.
pub fn reserve(heap: &mut Heap) -> Result<(), OutOfMemory> {
    let table = heap.globals();
    let places = if table.is_heap() {
        let places = heap.header(table.place()).len() / 2;
        if 4 * (heap.load(table.place(), 0).0 as usize + 1) <= 3 * places {
            return Ok(());
        }
        2 * places
    } else {
        FIRST_PLACES
    };
    heap.reserve(2 + 2 * places)?;
    let old = heap.globals();
    let new = heap.alloc(Kind::ArrayData, 0, 0, 1 + 2 * places);
    heap.store(new, 0, Word(0));
    heap.set_globals(Word::heap(new));
    if old.is_heap() {
        for place in 0..heap.header(old.place()).len() / 2 {
            let key = heap.load(old.place(), key_of(place));
            if key != Word::UNDEFINED {
                let word = heap.load(old.place(), key_of(place) + 1);
                insert(heap, key.0 as u32, word);
            }
        }
    }
    Ok(())
}

/// Sets a global for which [`reserve`] has made room.
pub fn insert(heap: &mut Heap, number: u32, word: Word) {
    let table = heap.globals().place();
    let (place, there) = find(heap, table, number);
    if !there {
        heap.store(table, key_of(place), Word(u64::from(number)));
        let used = heap.load(table, 0).0 + 1;
        heap.store(table, 0, Word(used));
    }
    heap.store(table, key_of(place) + 1, word);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_under_their_numbers_through_growth_and_collections() {
        let mut heap = Heap::new(0, 1 << 20, true);
        assert_eq!(get(&heap, 0), Word::UNDEFINED);
        assert!(!replace(&mut heap, 0, Word::TRUE));
        // Numbers that meet in the same places.
        let numbers: Vec<u32> = (0..200).map(|i| i * 64 % 4096 + i / 64).collect();
        for (i, number) in numbers.iter().enumerate() {
            reserve(&mut heap).unwrap();
            assert_eq!(get(&heap, *number), Word::UNDEFINED);
            insert(&mut heap, *number, Word::number(i as f64));
        }
        for number in &numbers {
            heap.reserve(2).unwrap();
            let old = get(&heap, *number);
            let cell = heap.cell(old);
            assert!(replace(&mut heap, *number, cell));
        }
        heap.reserve(1).unwrap();
        for (i, number) in numbers.iter().enumerate() {
            let cell = get(&heap, *number);
            assert_eq!(heap.load(cell.place(), 0), Word::number(i as f64));
        }
        assert_eq!(get(&heap, 4095), Word::UNDEFINED);
    }

    #[test]
    fn the_memory_limit_counts_them() {
        let mut heap = Heap::new(0, 1 << 16, false);
        let set = (0..100_000).take_while(|n| match reserve(&mut heap) {
            Ok(()) => {
                insert(&mut heap, *n, Word::TRUE);
                true
            }
            Err(_) => false,
        });
        let set = set.count();
        assert!((100..4096).contains(&set), "{set}");
        assert_eq!(get(&heap, set as u32 - 1), Word::TRUE);
        assert_eq!(get(&heap, set as u32), Word::UNDEFINED);
    }
}
