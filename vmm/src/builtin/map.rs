//! Natives of module `map`.

use super::{NativeCx, NativeStep, Row};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::heap::table;
use crate::heap::view::View;
use crate::map::{self, Place, Source};
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `map`.
pub const ROWS: &[Row] = &[
    Row {
        name: "map.size",
        least: 1,
        most: 1,
        doc: "How many entries a map has.",
        body: size,
    },
    Row {
        name: "map.get",
        least: 2,
        most: 3,
        doc: "The value of a key of a map; if it is not there, the third argument, or `undefined`. Raises `:bad_type` for a key that can change.",
        body: get,
    },
    Row {
        name: "map.has",
        least: 2,
        most: 2,
        doc: "Whether a map has a key.",
        body: has,
    },
    Row {
        name: "map.set",
        least: 3,
        most: 3,
        doc: "`set(map, key, value)` sets the value of a key and yields unit. Raises `:bad_type` for a key that can change, `:read_only`, `:limit`.",
        body: set,
    },
    Row {
        name: "map.delete",
        least: 2,
        most: 2,
        doc: "Removes a key of a map; yields whether it was there. Raises `:read_only`.",
        body: delete,
    },
    Row {
        name: "map.take",
        least: 2,
        most: 3,
        doc: "Removes a key of a map and yields the value that it had; if it was not there, the third argument, or `undefined`. Raises `:read_only`.",
        body: take,
    },
    Row {
        name: "map.clear",
        least: 1,
        most: 1,
        doc: "Removes all keys of a map; yields unit. Raises `:read_only`.",
        body: clear,
    },
    Row {
        name: "map.from_keys",
        least: 1,
        most: 2,
        doc: "The map of the elements of an array or tuple as keys, each with the second argument, or unit, as value. Raises `:bad_type` for a key that can change, `:limit`.",
        body: from_keys,
    },
    Row {
        name: "map.invert",
        least: 1,
        most: 1,
        doc: "The map of the values of a map as keys, each with its key as value; of equal values the last one counts. Raises `:bad_type` for a value that can change.",
        body: invert,
    },
    Row {
        name: "map.keys",
        least: 1,
        most: 1,
        doc: "The array of the keys of a map, in the order in which they came.",
        body: keys,
    },
    Row {
        name: "map.values",
        least: 1,
        most: 1,
        doc: "The array of the values of a map, in the order in which their keys came.",
        body: values,
    },
    Row {
        name: "map.entries",
        least: 1,
        most: 1,
        doc: "The array of the `(key, value)` tuples of a map, in the order in which they came.",
        body: entries,
    },
    Row {
        name: "map.from_entries",
        least: 1,
        most: 1,
        doc: "The map of the `(key, value)` tuples or arrays of two that an array or tuple holds; a later entry of the same key wins. Raises `:bad_type`, `:limit`.",
        body: from_entries,
    },
    Row {
        name: "map.copy",
        least: 1,
        most: 1,
        doc: "A fresh map of the same entries.",
        body: copy,
    },
    Row {
        name: "map.merge",
        least: 1,
        most: u16::MAX,
        doc: "A fresh map of the entries of all maps given; a later entry of the same key wins. Raises `:limit`.",
        body: merge,
    },
];

fn size(cx: &mut NativeCx<'_>) -> Answer {
    let length = map::len(cx.view(), cx.map(0)?);
    Ok(NativeStep::Done(Word::number(length as f64)))
}

fn get(cx: &mut NativeCx<'_>) -> Answer {
    let (map, key) = (cx.map(0)?, cx.arg(1));
    map::check_key(cx.view(), key)?;
    let Some(found) = cx.process.search(cx.common, map, key)? else {
        return Ok(NativeStep::Again);
    };
    let value = map::value(cx.view(), map, found);
    Ok(NativeStep::Done(value.unwrap_or_else(|| cx.arg(2))))
}

fn has(cx: &mut NativeCx<'_>) -> Answer {
    let (map, key) = (cx.map(0)?, cx.arg(1));
    let Some(found) = cx.process.search(cx.common, map, key)? else {
        return Ok(NativeStep::Again);
    };
    Ok(NativeStep::Done(Word::boolean(found.number.is_some())))
}

fn set(cx: &mut NativeCx<'_>) -> Answer {
    let (map, key, value) = (cx.map(0)?, cx.arg(1), cx.arg(2));
    map::check_set(cx.view(), map, key)?;
    let Some(found) = cx.process.search(cx.common, map, key)? else {
        return Ok(NativeStep::Again);
    };
    let words = [map, key, value];
    map::put(&mut cx.process.heap, cx.common, words, found)?;
    Ok(NativeStep::Done(Word::UNIT))
}

fn delete(cx: &mut NativeCx<'_>) -> Answer {
    let (map, key) = (cx.map(0)?, cx.arg(1));
    map::check_writable(cx.view(), map)?;
    let Some(found) = cx.process.search(cx.common, map, key)? else {
        return Ok(NativeStep::Again);
    };
    let was = map::remove(&mut cx.process.heap, cx.common, map, found);
    Ok(NativeStep::Done(Word::boolean(was)))
}

fn take(cx: &mut NativeCx<'_>) -> Answer {
    let (map, key) = (cx.map(0)?, cx.arg(1));
    map::check_writable(cx.view(), map)?;
    let Some(found) = cx.process.search(cx.common, map, key)? else {
        return Ok(NativeStep::Again);
    };
    let value = map::value(cx.view(), map, found);
    map::remove(&mut cx.process.heap, cx.common, map, found);
    Ok(NativeStep::Done(value.unwrap_or_else(|| cx.arg(2))))
}

fn clear(cx: &mut NativeCx<'_>) -> Answer {
    let map = cx.map(0)?;
    map::check_writable(cx.view(), map)?;
    let length = map::len(cx.view(), map);
    cx.charge(3 * length);
    // From the end, so that nothing has to move up.
    let table = cx.view().field(map, 0);
    for number in (0..table::used(cx.view(), table)).rev() {
        if table::entry(cx.view(), table, number).is_some() {
            cx.process.heap.table_remove(table, number);
        }
    }
    Ok(NativeStep::Done(Word::UNIT))
}

fn from_keys(cx: &mut NativeCx<'_>) -> Answer {
    let length = cx.items(0)?.len();
    cx.process.reserve_map(length)?;
    let keys = cx.arg(0);
    let value = match cx.given(1) {
        true => cx.arg(1),
        false => Word::UNIT,
    };
    let source = |view: View<'_>, place: &mut Place| {
        let items = view.array_items(keys).or_else(|| view.tuple_items(keys));
        let Some(key) = items.and_then(|items| items.get(place.1)) else {
            return Ok(Source::End);
        };
        place.1 += 1;
        Ok(Source::Entry(Word(*key), value, None))
    };
    let map = cx.process.build_map(cx.common, length, source)?;
    Ok(map.map_or(NativeStep::Again, NativeStep::Done))
}

fn invert(cx: &mut NativeCx<'_>) -> Answer {
    let length = map::len(cx.view(), cx.map(0)?);
    cx.process.reserve_map(length)?;
    let maps = [cx.arg(0)];
    let source = |view: View<'_>, place: &mut Place| {
        Ok(match next_entry(view, &maps, place) {
            Source::Entry(key, value, _) => Source::Entry(value, key, None),
            other => other,
        })
    };
    let map = cx.process.build_map(cx.common, length, source)?;
    Ok(map.map_or(NativeStep::Again, NativeStep::Done))
}

fn keys(cx: &mut NativeCx<'_>) -> Answer {
    column(cx, |(key, _)| key)
}

fn values(cx: &mut NativeCx<'_>) -> Answer {
    column(cx, |(_, value)| value)
}

fn column(cx: &mut NativeCx<'_>, part: fn((Word, Word)) -> Word) -> Answer {
    let length = map::len(cx.view(), cx.map(0)?);
    cx.process.heap.reserve(Heap::size_of_array(length))?;
    let items: Vec<Word> = map::entries(cx.view(), cx.arg(0)).map(part).collect();
    Ok(NativeStep::Done(cx.process.heap.array(&items)))
}

fn entries(cx: &mut NativeCx<'_>) -> Answer {
    let length = map::len(cx.view(), cx.map(0)?);
    let words = Heap::size_of_array(length) + length * Heap::size_of_tuple(2);
    cx.process.heap.reserve(words)?;
    cx.charge(3 * length);
    let entries: Vec<(Word, Word)> = map::entries(cx.view(), cx.arg(0)).collect();
    let heap = &mut cx.process.heap;
    let tuples: Vec<Word> = entries.iter().map(|(k, v)| heap.tuple(&[*k, *v])).collect();
    Ok(NativeStep::Done(heap.array(&tuples)))
}

fn from_entries(cx: &mut NativeCx<'_>) -> Answer {
    let length = cx.items(0)?.len();
    cx.process.reserve_map(length)?;
    let pairs = cx.arg(0);
    let source = |view: View<'_>, place: &mut Place| {
        let items = view.array_items(pairs).or_else(|| view.tuple_items(pairs));
        let Some(item) = items.and_then(|items| items.get(place.1)) else {
            return Ok(Source::End);
        };
        place.1 += 1;
        match super::pair_of(view, Word(*item)) {
            Some((key, value)) => Ok(Source::Entry(key, value, None)),
            None => Err(Fault::bad_type(
                "`map.from_entries` takes tuples or arrays of a key and a value",
                view.type_name(Word(*item)),
            )),
        }
    };
    let map = cx.process.build_map(cx.common, length, source)?;
    Ok(map.map_or(NativeStep::Again, NativeStep::Done))
}

fn copy(cx: &mut NativeCx<'_>) -> Answer {
    merge(cx)
}

fn merge(cx: &mut NativeCx<'_>) -> Answer {
    let mut length = 0;
    for i in 0..cx.count {
        length += map::len(cx.view(), cx.map(i)?);
    }
    cx.process.reserve_map(length)?;
    let maps: Vec<Word> = (0..cx.count).map(|i| cx.arg(i)).collect();
    let source = |view: View<'_>, place: &mut Place| Ok(next_entry(view, &maps, place));
    let map = cx.process.build_map(cx.common, length, source)?;
    Ok(map.map_or(NativeStep::Again, NativeStep::Done))
}

/// What stands at a place in maps; the place goes on.
pub(super) fn next_entry(view: View<'_>, maps: &[Word], place: &mut Place) -> Source {
    let Some(map) = maps.get(place.0) else {
        return Source::End;
    };
    let table = view.field(*map, 0);
    if place.1 >= table::used(view, table) {
        *place = (place.0 + 1, 0);
        return Source::Gap;
    }
    let entry = table::entry(view, table, place.1);
    place.1 += 1;
    entry.map_or(Source::Gap, |entry| {
        Source::Entry(entry.key, entry.value, Some(entry.hash))
    })
}
