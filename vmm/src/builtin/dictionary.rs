//! The dictionary of a process: values by key that every function of it sees.
//!
//! It is a map in the process's heap, kept where globals are, under a number that no
//! class is given. A process that puts nothing has none.

use super::map::next_entry;
use super::{NativeCx, NativeStep, Row};
use crate::fault::Fault;
use crate::heap::view::View;
use crate::map::{self, Place};
use crate::process::globals;
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The number of the dictionary among the globals.
const DICTIONARY: u32 = u32::MAX;

/// The natives of module `process` that are about its dictionary.
pub const ROWS: &[Row] = &[
    Row {
        name: "process.put",
        least: 2,
        most: 2,
        doc: "`put(key, value)` sets the value of a key in the dictionary of the running process, which its functions share and a new process has empty; yields the value that it had, `undefined` if it had none. Raises `:bad_type` for a key that can change.",
        body: put,
    },
    Row {
        name: "process.get",
        least: 0,
        most: 1,
        doc: "The value of a key in the dictionary of the running process, `undefined` if it has none; without a key a map of all of it. Raises `:bad_type` for a key that can change.",
        body: get,
    },
    Row {
        name: "process.erase",
        least: 0,
        most: 1,
        doc: "Removes a key from the dictionary of the running process; yields the value that it had, `undefined` if it had none. Without a key all of them are removed, and a map of them is the result. Raises `:bad_type` for a key that can change.",
        body: erase,
    },
];

/// What the dictionary has under a short key; `undefined` if nothing.
pub(super) fn at(cx: &NativeCx<'_>, key: Word) -> Word {
    let map = globals::get(&cx.process.heap, DICTIONARY);
    let found = match map {
        Word::UNDEFINED => None,
        map => map::get(cx.view(), map, key),
    };
    found.unwrap_or(Word::UNDEFINED)
}

/// Puts what is under a root into the dictionary, under a short key. May move every object.
pub(super) fn set(cx: &mut NativeCx<'_>, key: Word, root: usize) -> Result<(), Fault> {
    let map = dictionary(cx)?;
    let value = cx.process.heap.root(root);
    map::set(&mut cx.process.heap, cx.common, map, key, value)
}

/// The dictionary, made if there is none.
fn dictionary(cx: &mut NativeCx<'_>) -> Result<Word, Fault> {
    let word = globals::get(&cx.process.heap, DICTIONARY);
    if word != Word::UNDEFINED {
        return Ok(word);
    }
    renew(cx)?;
    Ok(globals::get(&cx.process.heap, DICTIONARY))
}

/// Puts an empty one in its place.
fn renew(cx: &mut NativeCx<'_>) -> Result<(), Fault> {
    globals::reserve(&mut cx.process.heap)?;
    cx.process.heap.reserve(map::size_of(0))?;
    let map = map::new(&mut cx.process.heap, cx.common, &[])?;
    globals::insert(&mut cx.process.heap, DICTIONARY, map);
    Ok(())
}

fn put(cx: &mut NativeCx<'_>) -> Answer {
    map::check_key(cx.view(), cx.arg(0))?;
    let map = dictionary(cx)?;
    let (key, value) = (cx.arg(0), cx.arg(1));
    let Some(found) = cx.process.search(cx.common, map, key)? else {
        return Ok(NativeStep::Again);
    };
    let old = map::value(cx.view(), map, found).unwrap_or(Word::UNDEFINED);
    let root = cx.process.heap.push_root(old);
    map::put(&mut cx.process.heap, cx.common, [map, key, value], found)?;
    Ok(NativeStep::Done(cx.process.heap.root(root)))
}

fn get(cx: &mut NativeCx<'_>) -> Answer {
    let map = dictionary(cx)?;
    if cx.count == 0 {
        return copied(cx, map);
    }
    let key = cx.arg(0);
    map::check_key(cx.view(), key)?;
    let Some(found) = cx.process.search(cx.common, map, key)? else {
        return Ok(NativeStep::Again);
    };
    let value = map::value(cx.view(), map, found);
    Ok(NativeStep::Done(value.unwrap_or(Word::UNDEFINED)))
}

/// A fresh map of the same entries.
fn copied(cx: &mut NativeCx<'_>, map: Word) -> Answer {
    let length = map::len(cx.view(), map);
    cx.process.reserve_map(length)?;
    let maps = [globals::get(&cx.process.heap, DICTIONARY)];
    let source = |view: View<'_>, place: &mut Place| Ok(next_entry(view, &maps, place));
    let map = cx.process.build_map(cx.common, length, source)?;
    Ok(map.map_or(NativeStep::Again, NativeStep::Done))
}

fn erase(cx: &mut NativeCx<'_>) -> Answer {
    if cx.count == 0 {
        let old = dictionary(cx)?;
        let root = cx.process.heap.push_root(old);
        renew(cx)?;
        return Ok(NativeStep::Done(cx.process.heap.root(root)));
    }
    let map = dictionary(cx)?;
    let key = cx.arg(0);
    map::check_key(cx.view(), key)?;
    let Some(found) = cx.process.search(cx.common, map, key)? else {
        return Ok(NativeStep::Again);
    };
    let old = map::value(cx.view(), map, found).unwrap_or(Word::UNDEFINED);
    let root = cx.process.heap.push_root(old);
    map::remove(&mut cx.process.heap, cx.common, map, found);
    Ok(NativeStep::Done(cx.process.heap.root(root)))
}
