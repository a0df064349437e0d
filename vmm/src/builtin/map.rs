//! Natives of module `map`.

use super::{NativeCx, NativeStep, Row};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::map;
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
    let (found, words) = map::look_up(cx.view(), map, key);
    cx.charge(words);
    Ok(NativeStep::Done(found.unwrap_or_else(|| cx.arg(2))))
}

fn has(cx: &mut NativeCx<'_>) -> Answer {
    let (found, words) = map::look_up(cx.view(), cx.map(0)?, cx.arg(1));
    cx.charge(words);
    Ok(NativeStep::Done(Word::boolean(found.is_some())))
}

fn set(cx: &mut NativeCx<'_>) -> Answer {
    let (map, key, value) = (cx.map(0)?, cx.arg(1), cx.arg(2));
    map::set(&mut cx.process.heap, cx.common, map, key, value)?;
    Ok(NativeStep::Done(Word::UNIT))
}

fn delete(cx: &mut NativeCx<'_>) -> Answer {
    let (map, key) = (cx.map(0)?, cx.arg(1));
    let found = map::delete(&mut cx.process.heap, cx.common, map, key)?;
    Ok(NativeStep::Done(Word::boolean(found)))
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

/// A map of entries that `collect` reads when nothing moves any more.
fn build(
    cx: &mut NativeCx<'_>,
    length: usize,
    collect: impl Fn(&NativeCx<'_>) -> Vec<(Word, Word)>,
) -> Answer {
    map::check_length(length)?;
    cx.process.heap.reserve(map::size_of(length))?;
    cx.charge(4 * length);
    let entries = collect(cx);
    let map = map::new(&mut cx.process.heap, cx.common, &entries)?;
    Ok(NativeStep::Done(map))
}

fn from_entries(cx: &mut NativeCx<'_>) -> Answer {
    for word in cx.items(0)? {
        if super::pair_of(cx.view(), Word(*word)).is_none() {
            return Err(Fault::bad_type(
                "`map.from_entries` takes tuples or arrays of a key and a value",
                cx.view().type_name(Word(*word)),
            ));
        }
    }
    let length = cx.items(0)?.len();
    build(cx, length, |cx| {
        let view = cx.view();
        let pairs = cx.items(0).unwrap_or_default();
        let pairs = pairs.iter().filter_map(|w| super::pair_of(view, Word(*w)));
        pairs.collect()
    })
}

fn copy(cx: &mut NativeCx<'_>) -> Answer {
    merge(cx)
}

fn merge(cx: &mut NativeCx<'_>) -> Answer {
    let mut length = 0;
    for i in 0..cx.count {
        length += map::len(cx.view(), cx.map(i)?);
    }
    build(cx, length, |cx| {
        let all = (0..cx.count).flat_map(|i| map::entries(cx.view(), cx.arg(i)));
        all.collect()
    })
}
