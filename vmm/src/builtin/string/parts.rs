//! Natives of module `string` that take text apart into an array.
//!
//! The pieces are counted first, so that the array and everything in it is
//! reserved at once and what is too much is refused before it is made; a
//! second walk makes them.

use std::ops::Range;

use super::{Step, done, rows};
use crate::builtin::{NativeCx, Row};
use crate::heap::Heap;
use crate::heap::layout::{INLINE_BYTES, Kind};
use crate::word::Word;

/// Natives that take strings apart.
pub const PARTS: &[Row] = rows! {
    "string.split" 2 3 split
        "The array of the pieces of a string between occurrences of another, at the first so many of them or at all; the empty one splits into code points. Raises `:bad_type`, `:bad_number`, `:limit`.";
    "string.lines" 1 1 lines
        "The array of a string's lines without their ends, which are a line feed or a carriage return and a line feed; an empty last one does not count. Raises `:bad_type`, `:limit`.";
    "string.chars" 1 1 chars
        "The array of a string's code points, each as a string. Raises `:bad_type`, `:limit`.";
    "string.code_points" 1 1 code_points
        "The array of a string's code points as numbers. Raises `:bad_type`, `:limit`.";
    "string.code_integers" 1 1 code_integers
        "The array of a string's code points as integers. Raises `:bad_type`, `:limit`.";
};

/// The piece at a byte of a text, and where the next one begins; nothing after
/// the last. `left` counts how many more cuts may be made.
type Next<'n> = &'n dyn Fn(&str, usize, usize) -> Option<(Range<usize>, Option<usize>)>;

fn code_point(text: &str, at: usize, left: usize) -> Option<(Range<usize>, Option<usize>)> {
    let c = text.get(at..)?.chars().next()?;
    if left == 0 {
        return Some((at..text.len(), None));
    }
    let end = at + c.len_utf8();
    Some((at..end, Some(end)))
}

fn line(text: &str, at: usize, _: usize) -> Option<(Range<usize>, Option<usize>)> {
    let rest = text.get(at..)?;
    if rest.is_empty() {
        return None;
    }
    let Some(end) = rest.find('\n') else {
        return Some((at..text.len(), None));
    };
    let kept = rest[..end].strip_suffix('\r').unwrap_or(&rest[..end]).len();
    Some((at..at + kept, Some(at + end + 1)))
}

fn split(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    // A copy, since the pieces are made beside it.
    let separator = cx.text(1)?.to_owned();
    let cuts = match cx.given(2) {
        true => cx.size(2)?,
        false => usize::MAX,
    };
    if separator.is_empty() {
        return pieces(cx, cuts, &code_point);
    }
    pieces(cx, cuts, &|text, at, left| {
        let rest = text.get(at..)?;
        match rest.find(&*separator).filter(|_| left > 0) {
            Some(end) => Some((at..at + end, Some(at + end + separator.len()))),
            None => Some((at..text.len(), None)),
        }
    })
}

fn lines(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    pieces(cx, usize::MAX, &line)
}

fn chars(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    pieces(cx, usize::MAX, &code_point)
}

/// Calls `f` with every piece.
fn walk(text: &str, cuts: usize, next: Next<'_>, mut f: impl FnMut(Range<usize>)) {
    let (mut at, mut left) = (Some(0), cuts);
    while let Some((piece, following)) = at.and_then(|at| next(text, at, left)) {
        f(piece);
        at = following;
        left = left.saturating_sub(1);
    }
}

fn pieces(cx: &mut NativeCx<'_>, cuts: usize, next: Next<'_>) -> Step {
    let text = cx.text(0)?;
    let (mut count, mut words, mut outside) = (0_usize, 0_usize, 0_usize);
    walk(text, cuts, next, |piece| {
        count += 1;
        match piece.len() {
            1 => {}
            len => words += Heap::size_of_text(len),
        }
        if piece.len() > INLINE_BYTES {
            outside += piece.len();
        }
    });
    let walked = text.len();
    cx.check_elements(count)?;
    cx.charge(count + words + walked / 4);
    let heap = &mut cx.process.heap;
    heap.reserve_external(Heap::size_of_array(count) + words, outside)?;
    let array = empty_array(heap, count);
    // Nothing moves from here on.
    let (mut at, mut left) = (Some(0), cuts);
    for i in 0..count {
        let text = heap
            .view(cx.common)
            .text(heap.root(cx.first))
            .unwrap_or_default();
        let Some((piece, following)) = at.and_then(|at| next(text, at, left)) else {
            break;
        };
        let word = heap.part_of_text(cx.common, cx.first, piece);
        fill(heap, array, i, word);
        at = following;
        left = left.saturating_sub(1);
    }
    done(array)
}

/// An array of so many `undefined`.
fn empty_array(heap: &mut Heap, count: usize) -> Word {
    if count == 0 {
        return heap.array(&[]);
    }
    let data = Word::heap(heap.alloc(Kind::ArrayData, 0, 0, count));
    Word::heap(heap.alloc_words(Kind::Array, &[Word(count as u64), data]))
}

fn fill(heap: &mut Heap, array: Word, i: usize, word: Word) {
    let data = heap.load(array.place(), 1);
    heap.store(data.place(), i, word);
}

fn code_points(cx: &mut NativeCx<'_>) -> Step {
    codes(cx, |code| Word::number(f64::from(code)))
}

fn code_integers(cx: &mut NativeCx<'_>) -> Step {
    codes(cx, Word::short_integer)
}

fn codes(cx: &mut NativeCx<'_>, word: fn(u32) -> Word) -> Step {
    cx.text(0)?;
    let count = cx.view().text_length(cx.arg(0)).unwrap_or(0);
    cx.check_elements(count)?;
    cx.charge(2 * count);
    let heap = &mut cx.process.heap;
    heap.reserve(Heap::size_of_array(count))?;
    let text = heap
        .view(cx.common)
        .text(heap.root(cx.first))
        .unwrap_or_default();
    let points: Vec<Word> = text.chars().map(|c| word(u32::from(c))).collect();
    done(heap.array(&points))
}
