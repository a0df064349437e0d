//! Natives of module `array`.
//!
//! What only reads takes tuples, too. What takes a function is bytecode:
//! `vmm/lib/array.ionasm`.

mod more;

use std::ops::Range;

pub use more::MORE;

use super::arguments::ELEMENTS_MAX;
use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::view::View;
use crate::number::{check_bytes, limit};
use crate::process::walk::Unfinished;
use crate::term;
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `array`.
pub const ROWS: &[Row] = &[
    Row {
        name: "array.new",
        least: 1,
        most: 2,
        doc: "An array of so many elements, each the second argument, or `undefined`. Raises `:bad_number`, `:limit`.",
        body: new,
    },
    Row {
        name: "array.range",
        least: 1,
        most: 3,
        doc: "The array of the numbers from the first up to and without the second argument, by steps of the third or 1; with one argument from 0 up to it. Raises `:bad_number` for a step of 0, NaN and infinities, `:limit`.",
        body: range,
    },
    Row {
        name: "array.copy",
        least: 1,
        most: 1,
        doc: "A fresh array of the elements of an array or tuple.",
        body: copy,
    },
    Row {
        name: "array.slice",
        least: 1,
        most: 3,
        doc: "The array of the elements of an array or tuple from one index up to and without another; negative ones count from the end, and both are cut to what is there. Raises `:bad_number`.",
        body: slice,
    },
    Row {
        name: "array.concat",
        least: 0,
        most: u16::MAX,
        doc: "The array of the elements of all arrays and tuples given. Raises `:limit`.",
        body: concat,
    },
    Row {
        name: "array.flat",
        least: 1,
        most: 2,
        doc: "The array in which arrays inside an array or tuple are replaced by their elements, as many levels deep as the second argument says, or 1. Raises `:bad_number`, `:limit`.",
        body: flat,
    },
    Row {
        name: "array.reverse",
        least: 1,
        most: 1,
        doc: "The array of the elements of an array or tuple, the last first.",
        body: reverse,
    },
    Row {
        name: "array.push",
        least: 1,
        most: u16::MAX,
        doc: "Appends all further arguments to an array and yields its length. Raises `:read_only`, `:limit`.",
        body: push,
    },
    Row {
        name: "array.pop",
        least: 1,
        most: 1,
        doc: "Removes the last element of an array and yields it. Raises `:bad_index` for an empty array, `:read_only`.",
        body: pop,
    },
    Row {
        name: "array.insert",
        least: 3,
        most: 3,
        doc: "`insert(array, index, value)` puts a value before the element of that index, or at the end; yields unit. Raises `:bad_index`, `:read_only`, `:limit`.",
        body: insert,
    },
    Row {
        name: "array.remove",
        least: 2,
        most: 2,
        doc: "Removes the element of an index and yields it. Raises `:bad_index`, `:read_only`.",
        body: remove,
    },
    Row {
        name: "array.fill",
        least: 2,
        most: 4,
        doc: "Sets the elements of an array from one index up to and without another, counted as `array.slice` does, to a value; yields unit. Raises `:bad_number`, `:read_only`.",
        body: fill,
    },
    Row {
        name: "array.index_of",
        least: 2,
        most: 3,
        doc: "The index of the first element of an array or tuple that equals a value in structure, from an index on or from 0; `undefined` if there is none.",
        body: index_of,
    },
    Row {
        name: "array.contains",
        least: 2,
        most: 2,
        doc: "Whether an element of an array or tuple equals a value in structure.",
        body: contains,
    },
    Row {
        name: "array.join",
        least: 1,
        most: 2,
        doc: "The texts of the elements of an array or tuple, with the second argument, a string, between them. Raises `:limit`.",
        body: join,
    },
    Row {
        name: "array.sort_part",
        least: 3,
        most: 3,
        doc: "Sorts the elements of an array from one index up to and without another, at most 4096, stably by the order of `less_than`; yields unit. `array.sort` sorts a whole array. Raises `:bad_type` for what has no order, `:bad_number` for NaN, `:limit`, `:read_only`.",
        body: sort_part,
    },
];

/// Elements that one call sorts.
const SORTED_MAX: usize = 4096;

/// Place of a fresh array of so many elements, each `undefined`.
fn fresh(cx: &mut NativeCx<'_>, len: usize) -> Result<u32, Fault> {
    cx.check_elements(len)?;
    cx.process.heap.reserve(Heap::size_of_array(len))?;
    Ok(cx.process.heap.array_of(len))
}

fn done(at: u32) -> Answer {
    Ok(NativeStep::Done(Word::heap(at)))
}

/// A fresh array of a part of argument 0.
fn part(cx: &mut NativeCx<'_>, span: Range<usize>) -> Answer {
    let at = fresh(cx, span.len())?;
    let from = cx.arg(0);
    cx.process.heap.array_copy(cx.common, at, 0, from, span);
    done(at)
}

fn new(cx: &mut NativeCx<'_>) -> Answer {
    let len = cx.size(0)?;
    let at = fresh(cx, len)?;
    let word = cx.arg(1);
    if word != Word::UNDEFINED {
        for i in 0..len {
            cx.process.heap.array_set(at, i, word);
        }
    }
    done(at)
}

fn range(cx: &mut NativeCx<'_>) -> Answer {
    let (start, end) = match cx.given(1) {
        true => (cx.real(0)?, cx.real(1)?),
        false => (0.0, cx.real(0)?),
    };
    let step = if cx.given(2) { cx.real(2)? } else { 1.0 };
    if step == 0.0 || ![start, end, step].iter().all(|n| n.is_finite()) {
        return Err(cx.fault(
            FaultKind::BadNumber,
            "takes finite numbers, and a step that is not 0",
        ));
    }
    let len = vm_ffi::stdlib::array::range_length(start, end, step).unwrap_or(usize::MAX);
    let at = fresh(cx, len)?;
    for i in 0..len {
        let word = Word::number(start + i as f64 * step);
        cx.process.heap.array_set(at, i, word);
    }
    done(at)
}

fn copy(cx: &mut NativeCx<'_>) -> Answer {
    let len = cx.items(0)?.len();
    part(cx, 0..len)
}

fn slice(cx: &mut NativeCx<'_>) -> Answer {
    let span = cx.span(1, cx.items(0)?.len())?;
    part(cx, span)
}

fn concat(cx: &mut NativeCx<'_>) -> Answer {
    let mut len = 0_usize;
    for i in 0..cx.count {
        len = len.saturating_add(cx.items(i)?.len());
    }
    let at = fresh(cx, len)?;
    let mut to = 0;
    for i in 0..cx.count {
        let (from, count) = (cx.arg(i), cx.items(i)?.len());
        cx.process
            .heap
            .array_copy(cx.common, at, to, from, 0..count);
        to += count;
    }
    done(at)
}

fn flat(cx: &mut NativeCx<'_>) -> Answer {
    let depth = if cx.given(1) { cx.size(1)? } else { 1 };
    let (mut seen, mut len) = (0, 0);
    flatten(cx.view(), cx.items(0)?, depth, &mut seen, &mut |_| len += 1)?;
    cx.charge(2 * seen);
    cx.check_elements(len)?;
    cx.process.heap.reserve(Heap::size_of_array(len))?;
    let mut all = Vec::with_capacity(len);
    flatten(cx.view(), cx.items(0)?, depth, &mut 0, &mut |word| {
        all.push(word);
    })?;
    Ok(NativeStep::Done(cx.process.heap.array(&all)))
}

/// Gives the elements of nested arrays to `each`; counts the words that that took.
fn flatten(
    view: View<'_>,
    items: &[u64],
    depth: usize,
    seen: &mut usize,
    each: &mut dyn FnMut(Word),
) -> Result<(), Fault> {
    let mut open = vec![items.iter()];
    while let Some(level) = open.last_mut() {
        let Some(word) = level.next() else {
            open.pop();
            continue;
        };
        *seen += 1;
        // Also for arrays that hold nothing but each other.
        if *seen > ELEMENTS_MAX {
            return Err(limit(format!(
                "`array.flat` would walk more than {ELEMENTS_MAX} elements: flatten fewer levels"
            )));
        }
        match view.array_items(Word(*word)) {
            Some(inner) if open.len() <= depth => open.push(inner.iter()),
            _ => each(Word(*word)),
        }
    }
    Ok(())
}

fn reverse(cx: &mut NativeCx<'_>) -> Answer {
    let len = cx.items(0)?.len();
    let step = part(cx, 0..len)?;
    if let NativeStep::Done(array) = step {
        cx.process.heap.array_reverse(array.place());
    }
    Ok(step)
}

fn push(cx: &mut NativeCx<'_>) -> Answer {
    let at = cx.own_array(0)?;
    let (len, more) = (cx.items(0)?.len(), cx.count - 1);
    cx.check_elements(len + more)?;
    let words = cx.process.heap.words_to_append(at, more);
    cx.process.heap.reserve(words)?;
    for i in 1..cx.count {
        let (array, word) = (cx.arg(0), cx.arg(i));
        cx.process.heap.array_push(array.place(), word);
    }
    Ok(NativeStep::Done(Word::number((len + more) as f64)))
}

fn pop(cx: &mut NativeCx<'_>) -> Answer {
    let at = cx.own_array(0)?;
    let items = cx.items(0)?;
    let Some(last) = items.last().map(|w| Word(*w)) else {
        let fault = cx.fault(FaultKind::BadIndex, "finds no element in an empty array");
        return Err(fault.with_count(known::LENGTH, 0));
    };
    let i = items.len() - 1;
    cx.process.heap.array_remove(at, i);
    Ok(NativeStep::Done(last))
}

fn insert(cx: &mut NativeCx<'_>) -> Answer {
    let at = cx.own_array(0)?;
    let len = cx.items(0)?.len();
    let i = cx.index(1, len + 1)?;
    cx.check_elements(len + 1)?;
    let words = cx.process.heap.words_to_append(at, 1);
    cx.process.heap.reserve(words)?;
    cx.charge(len - i);
    let (array, word) = (cx.arg(0), cx.arg(2));
    cx.process.heap.array_insert(array.place(), i, word);
    Ok(NativeStep::Done(Word::UNIT))
}

fn remove(cx: &mut NativeCx<'_>) -> Answer {
    let at = cx.own_array(0)?;
    let items = cx.items(0)?;
    let i = cx.index(1, items.len())?;
    let (word, behind) = (Word(items[i]), items.len() - i);
    cx.charge(behind);
    cx.process.heap.array_remove(at, i);
    Ok(NativeStep::Done(word))
}

fn fill(cx: &mut NativeCx<'_>) -> Answer {
    let at = cx.own_array(0)?;
    let span = cx.span(2, cx.items(0)?.len())?;
    cx.charge(span.len());
    let word = cx.arg(1);
    for i in span {
        cx.process.heap.array_set(at, i, word);
    }
    Ok(NativeStep::Done(Word::UNIT))
}

/// The first element that equals argument 1, from an index on.
fn find(cx: &mut NativeCx<'_>, from: usize) -> Result<Option<usize>, Fault> {
    let (view, wanted) = (cx.view(), cx.arg(1));
    let mut walked = 0;
    let found = cx
        .items(0)?
        .iter()
        .enumerate()
        .skip(from)
        .find(|(_, word)| {
            let (equal, words) = term::equal(view, Word(**word), view, wanted);
            walked += 1 + words;
            equal
        });
    let found = found.map(|(i, _)| i);
    cx.charge(2 * walked);
    Ok(found)
}

fn index_of(cx: &mut NativeCx<'_>) -> Answer {
    let from = if cx.given(2) { cx.size(2)? } else { 0 };
    let found = find(cx, from)?;
    Ok(NativeStep::Done(
        found.map_or(Word::UNDEFINED, |i| Word::number(i as f64)),
    ))
}

fn contains(cx: &mut NativeCx<'_>) -> Answer {
    let found = find(cx, 0)?.is_some();
    Ok(NativeStep::Done(Word::boolean(found)))
}

/// How much of an array is joined.
#[derive(Debug, Default)]
struct Joining {
    next: usize,
    joined: String,
}

impl Unfinished for Joining {
    fn bytes(&self) -> usize {
        self.joined.capacity()
    }
}

fn join(cx: &mut NativeCx<'_>) -> Answer {
    cx.items(0)?;
    let between = if cx.given(1) { cx.text(1)? } else { "" }.to_owned();
    let mut joining: Box<Joining> = cx.unfinished(Joining::default);
    let mut budget = cx.budget();
    let (view, items) = (cx.view(), cx.items(0)?);
    while let Some(word) = items.get(joining.next).map(|word| Word(*word)) {
        if budget.is_used() {
            cx.spent(&budget);
            return cx.leave_off(joining);
        }
        let text: std::borrow::Cow<'_, str> = match view.text(word) {
            Some(text) => text.into(),
            None => term::text(view, word, cx.names)?.into(),
        };
        let Joining { next, joined } = &mut *joining;
        check_bytes(cx.name, joined.len() + between.len() + text.len())?;
        if *next > 0 {
            joined.push_str(&between);
        }
        joined.push_str(&text);
        *next += 1;
        budget.bytes(between.len() + text.len());
    }
    cx.spent(&budget);
    Ok(NativeStep::Done(
        cx.process.heap.new_string_from(joining.joined)?,
    ))
}

fn sort_part(cx: &mut NativeCx<'_>) -> Answer {
    let at = cx.own_array(0)?;
    let span = cx.span(1, cx.items(0)?.len())?;
    if span.len() > SORTED_MAX {
        let message = format!("sorts at most {SORTED_MAX} elements at once: use `array.sort`");
        return Err(cx.fault(FaultKind::Limit, &message));
    }
    let view = cx.view();
    let mut items: Vec<Word> = cx.items(0)?[span.clone()]
        .iter()
        .map(|w| Word(*w))
        .collect();
    let mut compared = 0;
    vm_ffi::stdlib::array::sort_by(&mut items, |a, b| {
        compared += 1;
        term::compare(view, *a, view, *b)?.ok_or_else(|| unordered(cx.name))
    })?;
    cx.charge(2 * compared);
    for (i, word) in span.zip(items) {
        cx.process.heap.array_set(at, i, word);
    }
    Ok(NativeStep::Done(Word::UNIT))
}

/// NaN is neither less nor greater than anything.
pub(super) fn unordered(name: &str) -> Fault {
    Fault::new(
        FaultKind::BadNumber,
        format!("`{name}` cannot order NaN: take it out first"),
    )
}
