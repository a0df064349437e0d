//! Natives of module `string` that take text apart into an array.
//!
//! The pieces are counted first, so that the array and everything in it is
//! reserved at once and what is too much is refused before it is made; a
//! second walk makes them. Either walk can be left off after any piece.

use std::ops::Range;

use super::{Step, done, rows};
use crate::builtin::in_pieces::Budget;
use crate::builtin::{NativeCx, Row};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::heap::layout::{INLINE_BYTES, Kind};
use crate::process::walk::Unfinished;
use crate::string::seek::Seeking;
use crate::word::Word;

/// Natives that take strings apart.
pub const PARTS: &[Row] = rows! {
    "string.split" 2 3 split
        "The array of the pieces of a string between occurrences of another, at the first so many of them or at all; the empty one splits into code points. Raises `:bad_type`, `:bad_number`, `:limit`.";
    "string.lines" 1 1 lines
        "The array of a string's lines without their ends, which are a line feed or a carriage return and a line feed; an empty last one does not count. Raises `:bad_type`, `:limit`.";
    "string.words" 1 2 words
        "The array of the pieces of a string between white space, of which any amount is one cut and that at the start none, nor that at the end; at the first so many cuts or at all, and then the last piece is all that is left. Raises `:bad_type`, `:bad_number`, `:limit`.";
    "string.chars" 1 1 chars
        "The array of a string's code points, each as a string. Raises `:bad_type`, `:limit`.";
    "string.code_points" 1 1 code_points
        "The array of a string's code points as numbers. Raises `:bad_type`, `:limit`.";
    "string.code_integers" 1 1 code_integers
        "The array of a string's code points as integers. Raises `:bad_type`, `:limit`.";
};

/// What a text is cut at.
#[derive(Debug)]
enum By {
    Points,
    Lines,
    Words,
    Text(Box<str>),
}

/// What comes next of a text.
enum Next {
    Piece(Range<usize>),
    End,
    /// It is looked for in another turn.
    Later,
}

/// A walk over the pieces of a text, which can be left off after any step.
#[derive(Debug)]
struct Walking {
    /// Where the next piece begins.
    at: Option<usize>,
    /// How many more cuts may be made.
    left: usize,
    /// How far the next cut is looked for.
    seeking: Option<Seeking>,
}

/// The pieces of a text: counted first, then made.
#[derive(Debug)]
struct Cutting {
    by: By,
    cuts: usize,
    walking: Walking,
    count: usize,
    words: usize,
    outside: usize,
    /// What is made, and how many pieces are in it.
    array: Option<(Word, usize)>,
}

impl Unfinished for Cutting {
    fn bytes(&self) -> usize {
        match &self.by {
            By::Text(text) => text.len(),
            _ => 0,
        }
    }
}

impl Walking {
    fn new(cuts: usize) -> Walking {
        Walking {
            at: Some(0),
            left: cuts,
            seeking: None,
        }
    }

    fn next(&mut self, text: &str, by: &By, budget: &mut Budget) -> Next {
        let Some(at) = self.at else {
            return Next::End;
        };
        if self.seeking.is_none() && budget.is_used() {
            return Next::Later;
        }
        match by {
            By::Points => self.point(text, at, budget),
            By::Words => self.word(text, at, budget),
            By::Lines => {
                if at == text.len() {
                    self.at = None;
                    return Next::End;
                }
                match self.cut(text, "\n", at, budget) {
                    Next::Piece(piece) if self.at.is_some() => {
                        let line = &text[piece.clone()];
                        let kept = line.strip_suffix('\r').unwrap_or(line).len();
                        Next::Piece(piece.start..piece.start + kept)
                    }
                    next => next,
                }
            }
            By::Text(_) if self.left == 0 => self.rest(text, at),
            By::Text(separator) => self.cut(text, separator, at, budget),
        }
    }

    /// All that is left.
    fn rest(&mut self, text: &str, at: usize) -> Next {
        self.at = None;
        Next::Piece(at..text.len())
    }

    /// Up to a separator.
    fn cut(&mut self, text: &str, separator: &str, at: usize, budget: &mut Budget) -> Next {
        let mut seeking = self.seeking.take().unwrap_or_else(|| Seeking::first(at));
        let before = seeking.words();
        let done = seeking.run(text, separator, budget.left());
        budget.words(seeking.words() - before);
        if !done {
            self.seeking = Some(seeking);
            return Next::Later;
        }
        match seeking.found() {
            Some(end) => {
                self.left = self.left.saturating_sub(1);
                self.at = Some(end + separator.len());
                Next::Piece(at..end)
            }
            None => self.rest(text, at),
        }
    }

    fn point(&mut self, text: &str, at: usize, budget: &mut Budget) -> Next {
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            self.at = None;
            return Next::End;
        };
        if self.left == 0 {
            return self.rest(text, at);
        }
        budget.words(1);
        self.left -= 1;
        let end = at + c.len_utf8();
        self.at = Some(end);
        Next::Piece(at..end)
    }

    /// Up to white space, of which any amount is one cut; at both ends it is none.
    fn word(&mut self, text: &str, at: usize, budget: &mut Budget) -> Next {
        let rest = text.get(at..).unwrap_or_default();
        let Some(start) = rest.find(|c: char| !c.is_whitespace()) else {
            budget.bytes(rest.len());
            self.at = None;
            return Next::End;
        };
        let word = &rest[start..];
        let len = match self.left {
            0 => word.len(),
            _ => word.find(char::is_whitespace).unwrap_or(word.len()),
        };
        budget.bytes(start + len);
        self.at = (self.left > 0).then_some(at + start + len);
        self.left = self.left.saturating_sub(1);
        Next::Piece(at + start..at + start + len)
    }
}

fn cuts(cx: &NativeCx<'_>, i: usize) -> Result<usize, Fault> {
    match cx.given(i) {
        true => cx.size(i),
        false => Ok(usize::MAX),
    }
}

fn split(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    let by = match cx.text(1)? {
        "" => By::Points,
        // A copy, since the pieces are made beside it.
        text => By::Text(text.into()),
    };
    let cuts = cuts(cx, 2)?;
    pieces(cx, cuts, by)
}

fn lines(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    pieces(cx, usize::MAX, By::Lines)
}

fn words(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    let cuts = cuts(cx, 1)?;
    pieces(cx, cuts, By::Words)
}

fn chars(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    pieces(cx, usize::MAX, By::Points)
}

fn pieces(cx: &mut NativeCx<'_>, cuts: usize, by: By) -> Step {
    let mut cutting = cx.unfinished(|| Cutting {
        by,
        cuts,
        walking: Walking::new(cuts),
        count: 0,
        words: 0,
        outside: 0,
        array: None,
    });
    let mut budget = cx.budget();
    let (array, mut i) = match cutting.array {
        Some(made) => made,
        None => {
            let text = cx.text(0)?;
            loop {
                match cutting.walking.next(text, &cutting.by, &mut budget) {
                    Next::Piece(piece) => cutting.measure(piece.len()),
                    Next::End => break,
                    Next::Later => {
                        cx.spent(&budget);
                        return cx.leave_off(cutting);
                    }
                }
            }
            cx.spent(&budget);
            budget = cx.budget();
            cx.check_elements(cutting.count)?;
            let words = Heap::size_of_array(cutting.count) + cutting.words;
            cx.process.heap.reserve_external(words, cutting.outside)?;
            cutting.walking = Walking::new(cutting.cuts);
            (empty_array(&mut cx.process.heap, cutting.count), 0)
        }
    };
    // Nothing moves from here on.
    loop {
        let heap = &mut cx.process.heap;
        let text = heap
            .view(cx.common)
            .text(heap.root(cx.first))
            .unwrap_or_default();
        match cutting.walking.next(text, &cutting.by, &mut budget) {
            Next::Piece(piece) => {
                let word = heap.part_of_text(cx.common, cx.first, piece);
                fill(heap, array, i, word);
                i += 1;
            }
            Next::End => break,
            Next::Later => {
                cutting.array = Some((array, i));
                cx.spent(&budget);
                return cx.leave_off(cutting);
            }
        }
    }
    cx.spent(&budget);
    done(array)
}

impl Cutting {
    /// Counts a piece of so many bytes.
    fn measure(&mut self, len: usize) {
        self.count += 1;
        if len != 1 {
            self.words += Heap::size_of_text(len);
        }
        if len > INLINE_BYTES {
            self.outside += len;
        }
    }
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
