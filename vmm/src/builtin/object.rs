//! Natives of module `object`.
//!
//! What there is an instruction for (reading, writing, defining, deleting,
//! prototypes) has no native.

use super::{NativeCx, NativeStep, Row};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::isa::PropertyFlags;
use crate::map;
use crate::object::{self, Key};
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `object`.
pub const ROWS: &[Row] = &[
    Row {
        name: "object.keys",
        least: 1,
        most: 1,
        doc: "The array of the names of the own enumerable properties, as strings, in insertion order.",
        body: keys,
    },
    Row {
        name: "object.names",
        least: 1,
        most: 1,
        doc: "The array of the names of all own properties, as strings, in insertion order.",
        body: names,
    },
    Row {
        name: "object.values",
        least: 1,
        most: 1,
        doc: "The array of the values of the own enumerable properties, in insertion order.",
        body: values,
    },
    Row {
        name: "object.entries",
        least: 1,
        most: 1,
        doc: "The array of the `(name, value)` tuples of the own enumerable properties, in insertion order.",
        body: entries,
    },
    Row {
        name: "object.from_entries",
        least: 1,
        most: 1,
        doc: "The object with a property for each `(name, value)` tuple or array of two that an array or tuple holds; a later one of the same name wins. Raises `:bad_type`.",
        body: from_entries,
    },
    Row {
        name: "object.assign",
        least: 1,
        most: u16::MAX,
        doc: "Assigns the own enumerable properties of all further objects to the first, which it yields. Raises `:read_only`.",
        body: assign,
    },
    Row {
        name: "object.copy",
        least: 1,
        most: 1,
        doc: "A fresh object with the properties, their flags, the prototype, the magic methods and the type name of another; what the properties hold is shared between the two. A copy of a frozen object is not frozen.",
        body: copy,
    },
    Row {
        name: "object.holder",
        least: 2,
        most: 2,
        doc: "The nearest object of the prototype chain that itself has a property of that name; `undefined` if there is none. What a method's code must know to read on from above where it was found.",
        body: holder,
    },
    Row {
        name: "object.own",
        least: 2,
        most: 3,
        doc: "The value of an own property; if it is not there, the third argument, or `undefined`.",
        body: own,
    },
    Row {
        name: "object.has",
        least: 2,
        most: 2,
        doc: "Whether an object, or one of its prototypes, has a property of that name.",
        body: has,
    },
    Row {
        name: "object.size",
        least: 1,
        most: 1,
        doc: "How many own properties an object has.",
        body: size,
    },
    Row {
        name: "object.to_map",
        least: 1,
        most: 1,
        doc: "The map of the own enumerable properties of an object, with their names as strings for keys. Raises `:limit`.",
        body: to_map,
    },
    Row {
        name: "object.has_own",
        least: 2,
        most: 2,
        doc: "Whether an object has an own property of that name.",
        body: has_own,
    },
    Row {
        name: "object.descriptor",
        least: 2,
        most: 2,
        doc: "An object that describes an own property: `value`, `writable`, `enumerable`, `configurable`; `undefined` if it is not there.",
        body: descriptor,
    },
    Row {
        name: "object.is_frozen",
        least: 1,
        most: 1,
        doc: "Whether a value cannot change: it is no array, map or object, or it is a frozen one.",
        body: is_frozen,
    },
];

/// Name, flags and value of the own properties, as they are now.
fn properties(cx: &NativeCx<'_>, i: usize) -> Result<Vec<(String, u8, Word)>, Fault> {
    let object = cx.object(i)?;
    let all = object::entries(cx.view(), object);
    Ok(all
        .map(|(name, flags, value)| (name.to_owned(), flags.0, value))
        .collect())
}

fn enumerable(cx: &NativeCx<'_>, i: usize) -> Result<Vec<(String, Word)>, Fault> {
    let all = properties(cx, i)?.into_iter();
    Ok(all
        .filter(|(_, flags, _)| flags & object::ENUMERABLE != 0)
        .map(|(name, _, value)| (name, value))
        .collect())
}

/// The array of what `make` makes of name and value, after room for names
/// and `words` more for each was made.
fn array(
    cx: &mut NativeCx<'_>,
    words: usize,
    with_names: bool,
    list: impl Fn(&NativeCx<'_>) -> Result<Vec<(String, Word)>, Fault>,
    make: impl Fn(&mut Heap, &str, Word) -> Word,
) -> Answer {
    let found = list(cx)?;
    let (mut room, mut bytes) = (Heap::size_of_array(found.len()), 0);
    for (name, _) in &found {
        room += words;
        if with_names {
            room += Heap::size_of_text(name.len());
            bytes += name.len();
        }
    }
    cx.charge(4 * found.len() + bytes / 8);
    cx.process.heap.reserve_external(room, bytes)?;
    let heap_values = list(cx)?;
    let heap = &mut cx.process.heap;
    let items: Vec<Word> = heap_values
        .iter()
        .map(|(name, value)| make(heap, name, *value))
        .collect();
    Ok(NativeStep::Done(heap.array(&items)))
}

fn keys(cx: &mut NativeCx<'_>) -> Answer {
    array(
        cx,
        0,
        true,
        |cx| enumerable(cx, 0),
        |heap, name, _| heap.string(name),
    )
}

fn names(cx: &mut NativeCx<'_>) -> Answer {
    let all = |cx: &NativeCx<'_>| {
        let all = properties(cx, 0)?.into_iter();
        Ok(all.map(|(name, _, value)| (name, value)).collect())
    };
    array(cx, 0, true, all, |heap, name, _| heap.string(name))
}

fn values(cx: &mut NativeCx<'_>) -> Answer {
    array(cx, 0, false, |cx| enumerable(cx, 0), |_, _, value| value)
}

fn entries(cx: &mut NativeCx<'_>) -> Answer {
    array(
        cx,
        Heap::size_of_tuple(2),
        true,
        |cx| enumerable(cx, 0),
        |heap, name, value| {
            let name = heap.string(name);
            heap.tuple(&[name, value])
        },
    )
}

fn from_entries(cx: &mut NativeCx<'_>) -> Answer {
    let count = cx.items(0)?.len();
    for i in 0..count {
        let word = Word(cx.items(0)?[i]);
        let Some((name, _)) = super::pair_of(cx.view(), word) else {
            return Err(Fault::bad_type(
                "`object.from_entries` takes tuples or arrays of a name and a value",
                cx.view().type_name(word),
            ));
        };
        Key::of(cx.view(), name)?;
    }
    cx.charge(8 * count);
    cx.process.heap.reserve(object::size_of(0))?;
    let object = object::new(&mut cx.process.heap, cx.common, &[]);
    let root = cx.process.heap.push_root(object);
    for i in 0..count {
        let word = Word(cx.items(0)?[i]);
        let Some((name, value)) = super::pair_of(cx.view(), word) else {
            continue;
        };
        let object = cx.process.heap.root(root);
        object::set(&mut cx.process.heap, cx.common, object, name, value)?;
    }
    Ok(NativeStep::Done(cx.process.heap.root(root)))
}

fn assign(cx: &mut NativeCx<'_>) -> Answer {
    cx.object(0)?;
    for i in 1..cx.count {
        let source = cx.object(i)?;
        let names: Vec<Word> = object::keys(cx.view(), source).collect();
        cx.charge(8 * names.len());
        let first = cx.process.heap.roots();
        for name in &names {
            cx.process.heap.push_root(*name);
        }
        for n in 0..names.len() {
            let (view, source) = (cx.view(), cx.arg(i));
            let name = cx.process.heap.root(first + n);
            let key = Key::of(view, name)?;
            // What was written before may have been this very object.
            let Some(found) = object::get_own(view, source, &key) else {
                continue;
            };
            let target = cx.arg(0);
            object::set(&mut cx.process.heap, cx.common, target, name, found.value)?;
        }
    }
    Ok(NativeStep::Done(cx.arg(0)))
}

fn copy(cx: &mut NativeCx<'_>) -> Answer {
    let object = cx.object(0)?;
    let copy = object::copy(&mut cx.process.heap, cx.common, object)?;
    Ok(NativeStep::Done(copy))
}

fn holder(cx: &mut NativeCx<'_>) -> Answer {
    let (view, object) = (cx.view(), cx.object(0)?);
    let key = Key::of(view, cx.arg(1))?;
    let found = object::find(view, object, &key)?;
    Ok(NativeStep::Done(
        found.map_or(Word::UNDEFINED, |(at, _)| at),
    ))
}

fn own(cx: &mut NativeCx<'_>) -> Answer {
    let (view, object) = (cx.view(), cx.object(0)?);
    let key = Key::of(view, cx.arg(1))?;
    let found = object::get_own(view, object, &key).map(|found| found.value);
    Ok(NativeStep::Done(found.unwrap_or_else(|| cx.arg(2))))
}

fn has_own(cx: &mut NativeCx<'_>) -> Answer {
    let found = object::has(cx.view(), cx.object(0)?, cx.arg(1), true)?;
    Ok(NativeStep::Done(Word::boolean(found)))
}

fn has(cx: &mut NativeCx<'_>) -> Answer {
    let found = object::has(cx.view(), cx.object(0)?, cx.arg(1), false)?;
    Ok(NativeStep::Done(Word::boolean(found)))
}

fn size(cx: &mut NativeCx<'_>) -> Answer {
    let size = object::len(cx.view(), cx.object(0)?);
    Ok(NativeStep::Done(Word::number(size as f64)))
}

fn to_map(cx: &mut NativeCx<'_>) -> Answer {
    let all = enumerable(cx, 0)?;
    let bytes: usize = all.iter().map(|(name, _)| name.len()).sum();
    let names: usize = all
        .iter()
        .map(|(name, _)| Heap::size_of_text(name.len()))
        .sum();
    map::check_length(all.len())?;
    cx.charge(8 * all.len() + bytes / 8);
    cx.process
        .heap
        .reserve_external(map::size_of(all.len()) + names, bytes)?;
    // As they are after that.
    let heap_values = enumerable(cx, 0)?;
    let heap = &mut cx.process.heap;
    let entries: Vec<(Word, Word)> = heap_values
        .iter()
        .map(|(name, value)| (heap.string(name), *value))
        .collect();
    let map = map::new(heap, cx.common, &entries)?;
    Ok(NativeStep::Done(map))
}

fn descriptor(cx: &mut NativeCx<'_>) -> Answer {
    let names = ["value", "writable", "enumerable", "configurable"];
    let mut keys = [Word::UNDEFINED; 4];
    for (key, name) in keys.iter_mut().zip(names) {
        *key = Word::atom(cx.common.atoms.intern(name)?);
    }
    cx.object(0)?;
    cx.process.heap.reserve(object::size_of(4))?;
    let (view, object) = (cx.view(), cx.arg(0));
    let key = Key::of(view, cx.arg(1))?;
    let Some(found) = object::get_own(view, object, &key) else {
        return Ok(NativeStep::Done(Word::UNDEFINED));
    };
    let flag = |flag: u8| Word::boolean(found.flags & flag != 0);
    let values = [
        found.value,
        flag(object::WRITABLE),
        flag(object::ENUMERABLE),
        flag(object::CONFIGURABLE),
    ];
    let open = PropertyFlags::OPEN.0;
    let properties: Vec<(Word, u8, Word)> = keys
        .into_iter()
        .zip(values)
        .map(|(k, v)| (k, open, v))
        .collect();
    let word = object::new(&mut cx.process.heap, cx.common, &properties);
    Ok(NativeStep::Done(word))
}

fn is_frozen(cx: &mut NativeCx<'_>) -> Answer {
    use crate::heap::layout::Kind;
    let (view, word) = (cx.view(), cx.arg(0));
    let changes = matches!(
        view.kind(word),
        Some(
            Kind::Array | Kind::Map | Kind::Object | Kind::Cell | Kind::Iterator | Kind::Coroutine
        )
    );
    Ok(NativeStep::Done(Word::boolean(
        !changes || view.is_frozen(word),
    )))
}
