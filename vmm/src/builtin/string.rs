//! Natives of module `string`: looking into text and taking it apart.
//!
//! All positions, lengths and widths count code points. What is computed is in `vm_ffi::stdlib::string` where it needs no heap; here
//! positions are found through the table beside long text ([`crate::string`]).
//!
//! # Cost
//! What is walked or copied, charged as a word for eight bytes; positions of
//! code points as [`crate::string`] says.

mod changing;
mod kinds;
mod making;
mod parts;

use std::cmp::Ordering;
use std::ops::Range;

use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::limits::VALUE_BYTES_MAX;
use crate::string;
use crate::string::seek::Seeking;
use crate::term::Comparison;
use crate::word::Word;
use vm_ffi::stdlib::string::{parse_number, trim, trim_end, trim_start};

pub use changing::CHANGING;
pub use kinds::KINDS;
pub use making::MAKING;
pub use parts::PARTS;

macro_rules! rows {
    ($($name:literal $least:literal $most:literal $body:ident $doc:literal;)*) => {
        &[$(crate::builtin::Row {
            name: $name, least: $least, most: $most, doc: $doc, body: $body,
        }),*]
    };
}
pub(super) use rows;

/// Natives that look into strings.
pub const LOOKING: &[Row] = rows! {
    "string.length" 1 1 length
        "How many code points a string has. Raises `:bad_type`.";
    "string.char_at" 2 2 char_at
        "The code point at an index, as a string. Raises `:bad_type`, `:bad_index`.";
    "string.code_at" 2 2 code_at
        "The code point at an index, as a number. Raises `:bad_type`, `:bad_index`.";
    "string.slice" 1 3 slice
        "The code points from one index up to and without another; negative ones count from the end, and both are cut to what is there. Raises `:bad_type`, `:bad_number`.";
    "string.find" 2 3 find
        "Where a string first holds another, at or after an index; `undefined` if nowhere. Raises `:bad_type`, `:bad_number`.";
    "string.rfind" 2 2 rfind
        "Where a string last holds another; `undefined` if nowhere. Raises `:bad_type`.";
    "string.contains" 2 2 contains
        "Whether a string holds another. Raises `:bad_type`.";
    "string.count" 2 2 count
        "How often a string holds another, without overlaps; the empty one stands before each code point and at the end. Raises `:bad_type`.";
    "string.starts_with" 2 2 starts_with
        "Whether a string begins with another. Raises `:bad_type`.";
    "string.ends_with" 2 2 ends_with
        "Whether a string ends with another. Raises `:bad_type`.";
    "string.compare" 2 2 compare
        "-1, 0 or 1: how two strings are ordered by their code points. Raises `:bad_type`.";
    "string.trim" 1 2 trimmed
        "The string without white space at both ends, or without the code points that are in the second argument. Raises `:bad_type`.";
    "string.trim_start" 1 2 trimmed_start
        "The string without white space at its start, or without the code points that are in the second argument. Raises `:bad_type`.";
    "string.trim_end" 1 2 trimmed_end
        "The string without white space at its end, or without the code points that are in the second argument. Raises `:bad_type`.";
    "string.remove_prefix" 2 2 remove_prefix
        "The string without another at its start, if it stands there. Raises `:bad_type`.";
    "string.remove_suffix" 2 2 remove_suffix
        "The string without another at its end, if it stands there. Raises `:bad_type`.";
    "string.to_number" 1 1 to_number
        "The number that a string spells, white space around it allowed; `undefined` if it spells none. Raises `:bad_type`.";
};

type Step = Result<NativeStep, Fault>;

fn done(word: Word) -> Step {
    Ok(NativeStep::Done(word))
}

fn whole(n: usize) -> Step {
    done(Word::number(n as f64))
}

fn length(cx: &mut NativeCx<'_>) -> Step {
    whole(points(cx)?)
}

fn points(cx: &NativeCx<'_>) -> Result<usize, Fault> {
    cx.text(0)?;
    Ok(string::length(cx.view(), cx.arg(0)).unwrap_or(0))
}

/// The character of an ASCII string at an index, if that is as simple as it mostly is.
fn ascii(cx: &NativeCx<'_>) -> Option<u8> {
    let index = vm_ffi::stdlib::array::index(cx.arg(1).to_number()?)?;
    cx.view().ascii(cx.arg(0))?.get(index).copied()
}

fn character(cx: &NativeCx<'_>) -> Result<char, Fault> {
    if let Some(c) = ascii(cx) {
        return Ok(char::from(c));
    }
    let index = cx.index(1, points(cx)?)?;
    Ok(string::char_at(cx.view(), cx.arg(0), index).unwrap_or_default())
}

fn char_at(cx: &mut NativeCx<'_>) -> Step {
    let c = character(cx)?;
    done(string::of_char(&mut cx.process.heap, cx.common, c)?)
}

fn code_at(cx: &mut NativeCx<'_>) -> Step {
    let c = character(cx)?;
    done(Word::number(f64::from(u32::from(c))))
}

fn slice(cx: &mut NativeCx<'_>) -> Step {
    let part = cx.span(1, points(cx)?)?;
    let place = |index| string::byte_of(cx.view(), cx.arg(0), index).unwrap_or(0);
    cx.part(place(part.start)..place(part.end))
}

/// Looks for the second argument in the first; nothing if it was left off.
fn seek(cx: &mut NativeCx<'_>, begin: impl FnOnce() -> Seeking) -> Result<Option<Seeking>, Fault> {
    cx.text(0)?;
    cx.text(1)?;
    let texts = [cx.arg(0), cx.arg(1)];
    cx.process.seek(cx.common, texts, begin)
}

/// The index of the byte at which one string is found in another.
fn found(cx: &mut NativeCx<'_>, begin: impl FnOnce() -> Seeking) -> Step {
    let Some(seeking) = seek(cx, begin)? else {
        return Ok(NativeStep::Again);
    };
    let at = seeking.found();
    let point = at.and_then(|at| string::point_at(cx.view(), cx.arg(0), at));
    point.map_or(done(Word::UNDEFINED), whole)
}

fn find(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    let from = match cx.given(2) {
        true => cx.size(2)?,
        false => 0,
    };
    let Some(start) = string::byte_of(cx.view(), cx.arg(0), from) else {
        cx.text(1)?;
        return done(Word::UNDEFINED);
    };
    found(cx, || Seeking::first(start))
}

fn rfind(cx: &mut NativeCx<'_>) -> Step {
    found(cx, Seeking::last)
}

fn contains(cx: &mut NativeCx<'_>) -> Step {
    let seeking = seek(cx, || Seeking::first(0))?;
    Ok(seeking.map_or(NativeStep::Again, |seeking| {
        NativeStep::Done(Word::boolean(seeking.found().is_some()))
    }))
}

fn count(cx: &mut NativeCx<'_>) -> Step {
    seek(cx, Seeking::count)?.map_or(Ok(NativeStep::Again), |seeking| whole(seeking.times()))
}

fn starts_with(cx: &mut NativeCx<'_>) -> Step {
    let (text, other) = (cx.text(0)?, cx.text(1)?);
    let (holds, walked) = (text.starts_with(other), other.len());
    cx.charge(walked / 8);
    done(Word::boolean(holds))
}

fn ends_with(cx: &mut NativeCx<'_>) -> Step {
    let (text, other) = (cx.text(0)?, cx.text(1)?);
    let (holds, walked) = (text.ends_with(other), other.len());
    cx.charge(walked / 8);
    done(Word::boolean(holds))
}

fn compare(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    cx.text(1)?;
    let (a, b) = (cx.arg(0), cx.arg(1));
    let order = cx.process.order(cx.common, || Comparison::new(a, b))?;
    Ok(order.map_or(NativeStep::Again, |order| {
        let order = order.unwrap_or(Ordering::Equal);
        NativeStep::Done(Word::number(f64::from(order as i8)))
    }))
}

/// What `cut` leaves of the first argument, which is a part of it.
fn cut(cx: &mut NativeCx<'_>, cut: impl for<'t> Fn(&'t str, &NativeCx<'_>) -> &'t str) -> Step {
    let text = cx.text(0)?;
    let rest = cut(text, cx);
    // What is left lies inside the text.
    let start = rest.as_ptr() as usize - text.as_ptr() as usize;
    let (range, walked) = (start..start + rest.len(), text.len() - rest.len());
    cx.charge(walked / 8);
    cx.part(range)
}

/// Whether a code point is in the second argument.
fn is_among(cx: &NativeCx<'_>) -> impl Fn(char) -> bool {
    let text = cx.text_or_empty(1);
    let (mut ascii, mut others) = (0_u128, Vec::new());
    for c in text.chars() {
        match c.is_ascii() {
            true => ascii |= 1 << u32::from(c),
            false => others.push(c),
        }
    }
    others.sort_unstable();
    move |c| match c.is_ascii() {
        true => ascii >> u32::from(c) & 1 == 1,
        false => others.binary_search(&c).is_ok(),
    }
}

fn check_set(cx: &mut NativeCx<'_>) -> Result<bool, Fault> {
    if !cx.given(1) {
        return Ok(false);
    }
    let walked = cx.text(1)?.len();
    cx.charge(walked);
    Ok(true)
}

fn trimmed(cx: &mut NativeCx<'_>) -> Step {
    match check_set(cx)? {
        true => cut(cx, |text, cx| text.trim_matches(is_among(cx))),
        false => cut(cx, |text, _| trim(text)),
    }
}

fn trimmed_start(cx: &mut NativeCx<'_>) -> Step {
    match check_set(cx)? {
        true => cut(cx, |text, cx| text.trim_start_matches(is_among(cx))),
        false => cut(cx, |text, _| trim_start(text)),
    }
}

fn trimmed_end(cx: &mut NativeCx<'_>) -> Step {
    match check_set(cx)? {
        true => cut(cx, |text, cx| text.trim_end_matches(is_among(cx))),
        false => cut(cx, |text, _| trim_end(text)),
    }
}

fn remove_prefix(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    cx.text(1)?;
    cut(cx, |text, cx| {
        text.strip_prefix(cx.text_or_empty(1)).unwrap_or(text)
    })
}

fn remove_suffix(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    cx.text(1)?;
    cut(cx, |text, cx| {
        text.strip_suffix(cx.text_or_empty(1)).unwrap_or(text)
    })
}

fn to_number(cx: &mut NativeCx<'_>) -> Step {
    let text = cx.text(0)?;
    let (number, walked) = (parse_number(text), text.len());
    cx.charge(walked / 8);
    done(number.map_or(Word::UNDEFINED, Word::number))
}

impl NativeCx<'_> {
    /// The text of an argument that was checked to be a string.
    pub(super) fn text_or_empty(&self, i: usize) -> &str {
        self.text(i).unwrap_or_default()
    }

    /// Bytes that a text made now may have: a value's bound, or what the
    /// process may hold at all.
    pub(super) fn text_bound(&self) -> usize {
        VALUE_BYTES_MAX.min(self.process.heap.limit_bytes())
    }

    /// The error for a text past [`NativeCx::text_bound`].
    pub(super) fn past_bound(&self) -> Fault {
        match self.text_bound() {
            VALUE_BYTES_MAX => string::too_long(),
            _ => self.fault(
                FaultKind::MemoryLimit,
                "would give a text for which the process's memory limit has no room",
            ),
        }
    }

    /// Those bytes of the string that is the first argument, as a string.
    fn part(&mut self, range: Range<usize>) -> Step {
        self.charge(range.len() / 8);
        let heap = &mut self.process.heap;
        done(heap.new_part_of_text(self.common, self.first, range)?)
    }
}
