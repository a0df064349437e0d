//! `json.parse`: a text is walked twice, by the same grammar.
//!
//! The first walk finds every mistake, counts the items of each array and object, and adds
//! up what all of it takes. That is reserved at once, so the second walk makes value after value
//! where nothing moves, and either walk can be left off after any token.

use super::grammar::{Event, Grammar};
use super::token::{Token, Wrong, unescaped};
use super::{Answer, Options};
use crate::builtin::NativeCx;
use crate::builtin::in_pieces::Budget;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::{INLINE_BYTES, Kind};
use crate::heap::search::{Found, Search};
use crate::heap::table::Entry;
use crate::limits::INTEGER_DECIMAL_BITS;
use crate::map;
use crate::object;
use crate::process::walk::Unfinished;
use crate::text::parse_integer;
use crate::word::Word;

/// Digits of a whole number that is surely below 2^53.
const DIGITS_EXACT: usize = 15;
/// 2^53.
const EXACT: u64 = 1 << 53;

/// The first walk.
#[derive(Debug)]
struct Measuring {
    grammar: Grammar,
    /// Items of every array and object, in the order in which they begin.
    counts: Vec<u32>,
    /// Which of them are open.
    open: Vec<usize>,
    words: usize,
    outside: usize,
}

/// What is open in the second walk.
#[derive(Debug)]
enum Frame {
    Array {
        array: u32,
        next: usize,
    },
    Map {
        table: Word,
        key: Word,
    },
    Object {
        properties: Vec<(Word, u8, Word)>,
        key: Word,
    },
}

/// The second walk.
#[derive(Debug)]
struct Building {
    grammar: Grammar,
    counts: Vec<u32>,
    /// Arrays and objects that have begun.
    begun: usize,
    frames: Vec<Frame>,
    value: Word,
}

#[derive(Debug)]
enum Parsing {
    Measuring(Measuring),
    Building(Building),
}

impl Unfinished for Parsing {
    fn bytes(&self) -> usize {
        match self {
            Parsing::Measuring(walk) => {
                walk.counts.capacity() * 4 + walk.open.capacity() * 8 + walk.grammar.open.capacity()
            }
            Parsing::Building(walk) => {
                let properties = |frame: &Frame| match frame {
                    Frame::Object { properties, .. } => properties.capacity() * 24,
                    _ => 0,
                };
                walk.counts.capacity() * 4
                    + walk.frames.capacity() * size_of::<Frame>()
                    + walk.frames.iter().map(properties).sum::<usize>()
                    + walk.grammar.open.capacity()
            }
        }
    }
}

pub(super) fn parse(cx: &mut NativeCx<'_>) -> Answer {
    cx.text(0)?;
    let options = Options::of(cx)?;
    let mut parsing = cx.unfinished(|| {
        Parsing::Measuring(Measuring {
            grammar: Grammar::new(),
            counts: Vec::new(),
            open: Vec::new(),
            words: 0,
            outside: 0,
        })
    });
    let mut budget = cx.budget();
    if let Parsing::Measuring(walk) = &mut *parsing {
        let done = measure(cx, walk, options, &mut budget);
        cx.spent(&budget);
        if !done? {
            return cx.leave_off(parsing);
        }
        budget = cx.budget();
        let (words, outside) = (walk.words, walk.outside);
        let counts = std::mem::take(&mut walk.counts);
        cx.process.heap.reserve_external(words, outside)?;
        *parsing = Parsing::Building(Building {
            grammar: Grammar::new(),
            counts,
            begun: 0,
            frames: Vec::new(),
            value: Word::UNIT,
        });
    }
    let Parsing::Building(walk) = &mut *parsing else {
        return cx.leave_off(parsing);
    };
    let done = build(cx, walk, options, &mut budget);
    cx.spent(&budget);
    match done? {
        true => Ok(crate::builtin::NativeStep::Done(walk.value)),
        false => cx.leave_off(parsing),
    }
}

/// The error for a text that is no JSON.
#[cold]
fn refused(cx: &NativeCx<'_>, wrong: &Wrong) -> Fault {
    let text = cx.text(0).unwrap_or_default();
    let at = text.floor_char_boundary(wrong.at);
    let before = &text[..at];
    let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
    let of_line = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
    let column = 1 + of_line.chars().count();
    let found = match text[at..].chars().next() {
        Some(c) => format!("{c:?}"),
        None => "the end".to_owned(),
    };
    let what = wrong.what;
    let message =
        format!("takes JSON: line {line}, column {column}: {what} was expected, not {found}");
    let mut fault = cx.fault(FaultKind::BadType, &message);
    let index = before.chars().count();
    for (name, count) in [("line", line), ("column", column), ("index", index)] {
        if let Ok(name) = cx.common.atoms.intern(name) {
            fault = fault.with_count(name, count);
        }
    }
    fault
}

/// Whether the first walk is over.
fn measure(
    cx: &NativeCx<'_>,
    walk: &mut Measuring,
    options: Options,
    budget: &mut Budget,
) -> Result<bool, Fault> {
    let text = cx.text(0)?;
    while !budget.is_used() {
        let before = walk.grammar.at;
        let event = walk
            .grammar
            .next(text)
            .map_err(|wrong| refused(cx, &wrong))?;
        budget.bytes(walk.grammar.at - before);
        let is_item = matches!(event, Event::Open { .. } | Event::Scalar(_));
        match event {
            Event::Done => return Ok(true),
            Event::Key { len, .. } => walk.text(len),
            Event::Scalar(Token::Text { len, .. }) => walk.text(len),
            Event::Scalar(Token::Number { from, to, whole }) if whole => {
                if options.integers || to - from > DIGITS_EXACT {
                    walk.words += 2 + (to - from) / 19;
                }
            }
            Event::Scalar(_) | Event::Open { .. } | Event::Close { .. } => {}
        }
        if is_item && let Some(count) = walk.open.last().and_then(|i| walk.counts.get_mut(*i)) {
            *count = count.saturating_add(1);
        }
        match event {
            Event::Open { .. } => {
                if walk.grammar.open.len() > options.depth {
                    let message = format!(
                        "takes arrays and objects that nest at most {} deep: allow more with the option `depth`",
                        options.depth
                    );
                    return Err(cx.fault(FaultKind::Limit, &message));
                }
                walk.open.push(walk.counts.len());
                walk.counts.push(0);
            }
            Event::Close { is_array } => {
                let number = walk.open.pop().unwrap_or(0);
                let count = walk.counts.get(number).copied().unwrap_or(0) as usize;
                walk.words += match (is_array, options.objects) {
                    (true, _) => {
                        cx.check_elements(count)?;
                        Heap::size_of_array(count)
                    }
                    (false, false) => {
                        map::check_length(count)?;
                        map::size_of(count)
                    }
                    (false, true) => {
                        map::check_length(count)?;
                        object::size_of(count)
                    }
                };
            }
            _ => {}
        }
    }
    Ok(false)
}

impl Measuring {
    fn text(&mut self, len: usize) {
        self.words += Heap::size_of_text(len);
        if len > INLINE_BYTES {
            self.outside += len;
        }
    }
}

/// Whether the second walk is over; allocates what the first one has measured.
fn build(
    cx: &mut NativeCx<'_>,
    walk: &mut Building,
    options: Options,
    budget: &mut Budget,
) -> Result<bool, Fault> {
    while !budget.is_used() {
        let before = walk.grammar.at;
        let event = walk.grammar.next(cx.text(0)?);
        let event = event.map_err(|wrong| refused(cx, &wrong))?;
        budget.bytes(walk.grammar.at - before);
        match event {
            Event::Done => return Ok(true),
            Event::Open { is_array } => {
                let count = walk.counts.get(walk.begun).copied().unwrap_or(0) as usize;
                walk.begun += 1;
                budget.words(count);
                let heap = &mut cx.process.heap;
                walk.frames.push(match (is_array, options.objects) {
                    (true, _) => Frame::Array {
                        array: heap.array_of(count),
                        next: 0,
                    },
                    (false, false) => Frame::Map {
                        table: heap.table(count),
                        key: Word::UNIT,
                    },
                    (false, true) => Frame::Object {
                        properties: Vec::with_capacity(count),
                        key: Word::UNIT,
                    },
                });
            }
            Event::Key { from, to, len } => {
                let word = string(cx, from, to, len)?;
                if let Some(Frame::Map { key, .. } | Frame::Object { key, .. }) =
                    walk.frames.last_mut()
                {
                    *key = word;
                }
            }
            Event::Scalar(token) => {
                let word = scalar(cx, token, options, budget)?;
                put(cx, walk, word, budget);
            }
            Event::Close { .. } => {
                let word = match walk.frames.pop() {
                    Some(Frame::Array { array, .. }) => Word::heap(array),
                    Some(Frame::Map { table, .. }) => {
                        Word::heap(cx.process.heap.alloc_words(Kind::Map, &[table]))
                    }
                    Some(Frame::Object { properties, .. }) => {
                        budget.words(4 * properties.len());
                        object::new(&mut cx.process.heap, cx.common, &properties)
                    }
                    None => Word::UNIT,
                };
                put(cx, walk, word, budget);
            }
        }
    }
    Ok(false)
}

/// Puts a value where it belongs.
fn put(cx: &mut NativeCx<'_>, walk: &mut Building, value: Word, budget: &mut Budget) {
    let heap = &mut cx.process.heap;
    match walk.frames.last_mut() {
        None => walk.value = value,
        Some(Frame::Array { array, next }) => {
            heap.array_set(*array, *next, value);
            *next += 1;
        }
        Some(Frame::Object { properties, key }) => properties.push((*key, object::OPEN, value)),
        Some(Frame::Map { table, key }) => {
            let view = heap.view(cx.common);
            let mut search = Search::new(view, *key);
            let found = search.run(view, *table, view, usize::MAX);
            budget.words(search.words());
            match found {
                Some(Found {
                    number: Some(number),
                    ..
                }) => heap.table_set_value(*table, number, value),
                Some(Found { hash, .. }) => {
                    let new = Entry {
                        key: *key,
                        value,
                        flags: 0,
                        hash,
                    };
                    heap.table_push(*table, new);
                }
                None => {}
            }
        }
    }
}

fn string(cx: &mut NativeCx<'_>, from: usize, to: usize, len: usize) -> Result<Word, Fault> {
    let text = unescaped(cx.text(0)?, from, to, len).into_owned();
    Ok(cx.process.heap.string(&text))
}

fn scalar(
    cx: &mut NativeCx<'_>,
    token: Token,
    options: Options,
    budget: &mut Budget,
) -> Result<Word, Fault> {
    match token {
        Token::True => Ok(Word::TRUE),
        Token::False => Ok(Word::FALSE),
        Token::Text { from, to, len } => string(cx, from, to, len),
        Token::Number { from, to, whole } => number(cx, from, to, whole, options, budget),
        _ => Ok(Word::UNIT),
    }
}

fn number(
    cx: &mut NativeCx<'_>,
    from: usize,
    to: usize,
    whole: bool,
    options: Options,
    budget: &mut Budget,
) -> Result<Word, Fault> {
    let text = cx.text(0)?.get(from..to).unwrap_or_default();
    let is_long = text.len() > DIGITS_EXACT;
    if whole && (is_long || options.integers) {
        let digits = text.len();
        let Ok(integer) = parse_integer(text) else {
            let message = format!(
                "takes whole numbers of at most {} digits",
                INTEGER_DECIMAL_BITS / 3
            );
            return Err(cx.fault(FaultKind::Limit, &message));
        };
        // Eight digits a word, squared.
        budget.words(1 + (digits / 16) * (digits / 64));
        let is_exact = integer.magnitude() <= &EXACT.into();
        if options.integers || !is_exact {
            return Ok(cx.process.heap.integer(&integer));
        }
    }
    let number: f64 = text.parse().unwrap_or(f64::NAN);
    if number.is_finite() {
        return Ok(Word::number(number));
    }
    let message = format!(
        "takes numbers that are doubles, and {} at index {} is beyond them",
        crate::text::quoted(&text[..text.floor_char_boundary(40)]),
        cx.text(0)?
            .get(..from)
            .map_or(0, |before| before.chars().count())
    );
    Err(cx.fault(FaultKind::BadNumber, &message))
}
