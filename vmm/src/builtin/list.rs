//! Natives of module `list`: lists made of pairs that end in `nil`.

use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::view::View;
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `list`.
pub const ROWS: &[Row] = &[
    Row {
        name: "list.from_array",
        least: 1,
        most: 2,
        doc: "The list of the elements of an array or tuple, in front of the list that the second argument is, or of `nil`.",
        body: from_array,
    },
    Row {
        name: "list.to_array",
        least: 1,
        most: 1,
        doc: "The array of the items of a list. Raises `:limit`.",
        body: to_array,
    },
    Row {
        name: "list.length",
        least: 1,
        most: 1,
        doc: "How many items a list has; they are counted one by one.",
        body: length,
    },
    Row {
        name: "list.head",
        least: 1,
        most: 1,
        doc: "The first item of a list that is not empty.",
        body: head,
    },
    Row {
        name: "list.tail",
        least: 1,
        most: 1,
        doc: "The list behind the first item of a list that is not empty.",
        body: tail,
    },
    Row {
        name: "list.get",
        least: 2,
        most: 2,
        doc: "The item of a list at an index, to which the list is walked. Raises `:bad_index`.",
        body: get,
    },
    Row {
        name: "list.reverse",
        least: 1,
        most: 1,
        doc: "The items of a list, the last first.",
        body: reverse,
    },
    Row {
        name: "list.append",
        least: 0,
        most: u16::MAX,
        doc: "The items of all lists given, as one list. The last list is not copied.",
        body: append,
    },
];

/// The items of a list whose length is known.
fn items(view: View<'_>, list: Word, length: usize) -> Vec<Word> {
    let mut items = Vec::with_capacity(length);
    let mut at = list;
    while let Some((head, tail)) = view.pair(at)
        && items.len() < length
    {
        items.push(head);
        at = tail;
    }
    items
}

fn from_array(cx: &mut NativeCx<'_>) -> Answer {
    let len = cx.items(0)?.len();
    if cx.given(1) {
        cx.list(1)?;
    }
    cx.process.heap.reserve(Heap::size_of_list(len))?;
    let items = cx.words(0)?;
    let tail = if cx.given(1) { cx.arg(1) } else { Word::NIL };
    cx.charge(3 * len);
    Ok(NativeStep::Done(cx.process.heap.list(&items, tail)))
}

fn to_array(cx: &mut NativeCx<'_>) -> Answer {
    let (_, length) = cx.list(0)?;
    cx.check_elements(length)?;
    cx.process.heap.reserve(Heap::size_of_array(length))?;
    let items = items(cx.view(), cx.arg(0), length);
    Ok(NativeStep::Done(cx.process.heap.array(&items)))
}

fn length(cx: &mut NativeCx<'_>) -> Answer {
    let (_, length) = cx.list(0)?;
    Ok(NativeStep::Done(Word::number(length as f64)))
}

fn pair(cx: &NativeCx<'_>) -> Result<(Word, Word), Fault> {
    let pair = cx.view().pair(cx.arg(0));
    pair.ok_or_else(|| cx.wants(0, "a list that is not empty"))
}

fn head(cx: &mut NativeCx<'_>) -> Answer {
    Ok(NativeStep::Done(pair(cx)?.0))
}

fn tail(cx: &mut NativeCx<'_>) -> Answer {
    Ok(NativeStep::Done(pair(cx)?.1))
}

fn get(cx: &mut NativeCx<'_>) -> Answer {
    let (mut at, length) = cx.list(0)?;
    let index = cx.index(1, length)?;
    let view = cx.view();
    for _ in 0..index {
        at = view.pair(at).map_or(Word::NIL, |(_, tail)| tail);
    }
    match view.pair(at) {
        Some((head, _)) => Ok(NativeStep::Done(head)),
        None => Err(cx.fault(FaultKind::BadIndex, "has come to the end of the list")),
    }
}

fn reverse(cx: &mut NativeCx<'_>) -> Answer {
    let (_, length) = cx.list(0)?;
    cx.process.heap.reserve(Heap::size_of_list(length))?;
    let mut items = items(cx.view(), cx.arg(0), length);
    items.reverse();
    cx.charge(3 * length);
    Ok(NativeStep::Done(cx.process.heap.list(&items, Word::NIL)))
}

fn append(cx: &mut NativeCx<'_>) -> Answer {
    let mut lengths = Vec::with_capacity(cx.count);
    for i in 0..cx.count {
        lengths.push(cx.list(i)?.1);
    }
    let Some((_, copied)) = lengths.split_last() else {
        return Ok(NativeStep::Done(Word::NIL));
    };
    let total: usize = copied.iter().sum();
    cx.process.heap.reserve(Heap::size_of_list(total))?;
    cx.charge(3 * total);
    let mut list = cx.arg(cx.count - 1);
    for (i, length) in copied.iter().enumerate().rev() {
        let items = items(cx.view(), cx.arg(i), *length);
        list = cx.process.heap.list(&items, list);
    }
    Ok(NativeStep::Done(list))
}
