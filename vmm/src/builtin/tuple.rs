//! Natives of module `tuple`.

use super::{NativeCx, NativeStep, Row};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `tuple`.
pub const ROWS: &[Row] = &[
    Row {
        name: "tuple.from_array",
        least: 1,
        most: 1,
        doc: "The tuple of the elements of an array or tuple.",
        body: from_array,
    },
    Row {
        name: "tuple.to_array",
        least: 1,
        most: 1,
        doc: "The array of the elements of a tuple.",
        body: to_array,
    },
    Row {
        name: "tuple.slice",
        least: 1,
        most: 3,
        doc: "The tuple of the elements of a tuple from one index up to and without another; negative ones count from the end, and both are cut to what is there. Raises `:bad_number`.",
        body: slice,
    },
    Row {
        name: "tuple.set",
        least: 3,
        most: 3,
        doc: "`set(tuple, index, value)` is the tuple with another element at that index. Raises `:bad_index`.",
        body: set,
    },
];

fn from_array(cx: &mut NativeCx<'_>) -> Answer {
    let len = cx.items(0)?.len();
    cx.process.heap.reserve(Heap::size_of_tuple(len))?;
    let items = cx.words(0)?;
    Ok(NativeStep::Done(cx.process.heap.tuple(&items)))
}

fn to_array(cx: &mut NativeCx<'_>) -> Answer {
    cx.tuple(0)?;
    let len = cx.items(0)?.len();
    cx.process.heap.reserve(Heap::size_of_array(len))?;
    let items = cx.words(0)?;
    Ok(NativeStep::Done(cx.process.heap.array(&items)))
}

fn slice(cx: &mut NativeCx<'_>) -> Answer {
    cx.tuple(0)?;
    let span = cx.span(1, cx.items(0)?.len())?;
    cx.process.heap.reserve(Heap::size_of_tuple(span.len()))?;
    let items: Vec<Word> = cx.items(0)?[span].iter().map(|w| Word(*w)).collect();
    Ok(NativeStep::Done(cx.process.heap.tuple(&items)))
}

fn set(cx: &mut NativeCx<'_>) -> Answer {
    cx.tuple(0)?;
    let len = cx.items(0)?.len();
    let i = cx.index(1, len)?;
    cx.process.heap.reserve(Heap::size_of_tuple(len))?;
    let mut items = cx.words(0)?;
    items[i] = cx.arg(2);
    Ok(NativeStep::Done(cx.process.heap.tuple(&items)))
}
