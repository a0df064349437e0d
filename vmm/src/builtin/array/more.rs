//! Natives of module `array`: reading ends, counting, changing in place, cutting.

use super::{Answer, done, unordered};
use crate::builtin::string::rows;
use crate::builtin::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::number::to_whole;
use crate::term;
use crate::word::Word;
use std::cmp::Ordering;

/// Natives that look at arrays in further ways, and change them.
pub const MORE: &[Row] = rows! {
    "array.length" 1 1 length
        "How many elements an array or tuple has.";
    "array.get" 2 3 get
        "The element of an array or tuple at an index, a negative one counted from the end; if there is none, the third argument, or `undefined`. Raises `:bad_number` for what is no whole number.";
    "array.first" 1 2 first
        "The first element of an array or tuple; of an empty one the second argument, or `undefined`.";
    "array.last" 1 2 last
        "The last element of an array or tuple; of an empty one the second argument, or `undefined`.";
    "array.last_index_of" 2 2 last_index_of
        "The index of the last element of an array or tuple that equals a value in structure; `undefined` if there is none.";
    "array.count" 2 2 count
        "How many elements of an array or tuple equal a value in structure.";
    "array.extend" 2 2 extend
        "Appends the elements of an array or tuple to an array and yields its length. Raises `:read_only`, `:limit`.";
    "array.clear" 1 1 clear
        "Removes all elements of an array; yields unit. Raises `:read_only`.";
    "array.truncate" 2 2 truncate
        "Removes the elements of an array from a length on, if it has so many; yields unit. Raises `:read_only`, `:bad_number`.";
    "array.swap" 3 3 swap
        "Exchanges the elements of an array at two indices; yields unit. Raises `:bad_index`, `:read_only`.";
    "array.chunks" 2 2 chunks
        "The array of the arrays of so many elements of an array or tuple each; the last one has what is left. Raises `:bad_number` for a size of 0, `:limit`.";
    "array.search" 2 2 search
        "The index at which a value stands, or would have to be put, in an array or tuple that is sorted by the order of `less_than`: before all elements that are not less. Raises `:bad_type` for what has no order, `:bad_number` for NaN.";
};

fn number(n: usize) -> Answer {
    Ok(NativeStep::Done(Word::number(n as f64)))
}

fn length(cx: &mut NativeCx<'_>) -> Answer {
    number(cx.items(0)?.len())
}

fn get(cx: &mut NativeCx<'_>) -> Answer {
    let items = cx.items(0)?;
    let index = match to_whole(cx.view(), cx.arg(1)) {
        Some(index) => index,
        None => {
            // Too large to be one, unless it is none at all.
            cx.size(1)?;
            i64::MAX
        }
    };
    let index = match index < 0 {
        true => items.len().checked_sub(index.unsigned_abs() as usize),
        false => usize::try_from(index).ok(),
    };
    let found = index.and_then(|index| items.get(index));
    let word = found.map_or_else(|| cx.arg(2), |word| Word(*word));
    Ok(NativeStep::Done(word))
}

fn first(cx: &mut NativeCx<'_>) -> Answer {
    let found = cx.items(0)?.first().map(|word| Word(*word));
    Ok(NativeStep::Done(found.unwrap_or_else(|| cx.arg(1))))
}

fn last(cx: &mut NativeCx<'_>) -> Answer {
    let found = cx.items(0)?.last().map(|word| Word(*word));
    Ok(NativeStep::Done(found.unwrap_or_else(|| cx.arg(1))))
}

/// Whether elements equal argument 1, and the words that that took.
fn equal<'c>(cx: &'c NativeCx<'_>) -> Result<impl Fn(&u64) -> (bool, usize) + 'c, Fault> {
    let (view, wanted) = (cx.view(), cx.arg(1));
    Ok(move |word: &u64| term::equal(view, Word(*word), view, wanted))
}

fn last_index_of(cx: &mut NativeCx<'_>) -> Answer {
    let mut walked = 0;
    let is = equal(cx)?;
    let found = cx.items(0)?.iter().rposition(|word| {
        let (equal, words) = is(word);
        walked += 1 + words;
        equal
    });
    drop(is);
    cx.charge(2 * walked);
    found.map_or(Ok(NativeStep::Done(Word::UNDEFINED)), number)
}

fn count(cx: &mut NativeCx<'_>) -> Answer {
    let mut walked = 0;
    let is = equal(cx)?;
    let all = cx.items(0)?.iter();
    let count = all
        .filter(|word| {
            let (equal, words) = is(word);
            walked += 1 + words;
            equal
        })
        .count();
    drop(is);
    cx.charge(2 * walked);
    number(count)
}

fn extend(cx: &mut NativeCx<'_>) -> Answer {
    let at = cx.own_array(0)?;
    let (len, more) = (cx.items(0)?.len(), cx.items(1)?.len());
    cx.check_elements(len + more)?;
    let words = cx.process.heap.words_to_append(at, more);
    cx.process.heap.reserve(words)?;
    cx.charge(len + more);
    for i in 0..more {
        // The array may be its own source.
        let word = Word(cx.items(1)?[i]);
        let array = cx.arg(0);
        cx.process.heap.array_push(array.place(), word);
    }
    number(len + more)
}

fn shorten(cx: &mut NativeCx<'_>, len: usize) -> Answer {
    let at = cx.own_array(0)?;
    let before = cx.items(0)?.len();
    cx.charge(before.saturating_sub(len));
    for i in (len..before).rev() {
        cx.process.heap.array_remove(at, i);
    }
    Ok(NativeStep::Done(Word::UNIT))
}

fn clear(cx: &mut NativeCx<'_>) -> Answer {
    shorten(cx, 0)
}

fn truncate(cx: &mut NativeCx<'_>) -> Answer {
    cx.own_array(0)?;
    let len = cx.size(1)?;
    shorten(cx, len)
}

fn swap(cx: &mut NativeCx<'_>) -> Answer {
    let at = cx.own_array(0)?;
    let items = cx.items(0)?;
    let (i, j) = (cx.index(1, items.len())?, cx.index(2, items.len())?);
    let (a, b) = (Word(items[i]), Word(items[j]));
    cx.process.heap.array_set(at, i, b);
    cx.process.heap.array_set(at, j, a);
    Ok(NativeStep::Done(Word::UNIT))
}

fn chunks(cx: &mut NativeCx<'_>) -> Answer {
    let (len, size) = (cx.items(0)?.len(), cx.size(1)?);
    if size == 0 {
        return Err(cx.fault(FaultKind::BadNumber, "takes a size from 1 on as argument 2"));
    }
    let count = len.div_ceil(size);
    cx.check_elements(len + count)?;
    let words = Heap::size_of_array(count) + count * Heap::size_of_array(0) + len + count;
    cx.process.heap.reserve(words)?;
    cx.charge(len + 4 * count);
    let outer = cx.process.heap.array_of(count);
    for i in 0..count {
        let (from, part) = (cx.arg(0), i * size..len.min((i + 1).saturating_mul(size)));
        let inner = cx.process.heap.array_of(part.len());
        cx.process.heap.array_copy(cx.common, inner, 0, from, part);
        cx.process.heap.array_set(outer, i, Word::heap(inner));
    }
    done(outer)
}

fn search(cx: &mut NativeCx<'_>) -> Answer {
    let (view, wanted) = (cx.view(), cx.arg(1));
    let items = cx.items(0)?;
    let (mut low, mut high) = (0, items.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let order = term::compare(view, Word(items[middle]), view, wanted)?;
        match order.ok_or_else(|| unordered(cx.name))? {
            Ordering::Less => low = middle + 1,
            _ => high = middle,
        }
    }
    cx.charge(64);
    number(low)
}
