//! Natives of module `string`: what kind of text it is, parts around another, and
//! numbers as text.

use super::{Step, done, rows, whole};
use crate::builtin::{NativeCx, Row};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::string;
use crate::word::Word;

/// Natives that tell what a string is made of, and make small things of it.
pub const KINDS: &[Row] = rows! {
    "string.is_empty" 1 1 is_empty
        "Whether a string has no code points. Raises `:bad_type`.";
    "string.is_ascii" 1 1 is_ascii
        "Whether every code point of a string is below 128. Raises `:bad_type`.";
    "string.is_alphabetic" 1 1 is_alphabetic
        "Whether every code point of a string is a letter, and there is one. Raises `:bad_type`.";
    "string.is_numeric" 1 1 is_numeric
        "Whether every code point of a string is a numeral of any script, and there is one. Raises `:bad_type`.";
    "string.is_alphanumeric" 1 1 is_alphanumeric
        "Whether every code point of a string is a letter or a numeral, and there is one. Raises `:bad_type`.";
    "string.is_digits" 1 1 is_digits
        "Whether every code point of a string is one of the digits 0 to 9, and there is one. Raises `:bad_type`.";
    "string.is_whitespace" 1 1 is_whitespace
        "Whether every code point of a string is white space, and there is one. Raises `:bad_type`.";
    "string.is_upper" 1 1 is_upper
        "Whether a string has a letter in upper case and none in lower case. Raises `:bad_type`.";
    "string.is_lower" 1 1 is_lower
        "Whether a string has a letter in lower case and none in upper case. Raises `:bad_type`.";
    "string.byte_length" 1 1 byte_length
        "How many octets the UTF-8 form of a string has. Raises `:bad_type`.";
    "string.partition" 2 2 partition
        "The tuple of what stands before the first occurrence of another string, that string, and what stands behind it; of the string and two empty ones if there is none. Raises `:bad_type`, `:bad_number` for the empty string.";
    "string.rpartition" 2 2 rpartition
        "As `string.partition` for the last occurrence; of two empty strings and the string if there is none. Raises `:bad_type`, `:bad_number` for the empty string.";
    "string.fixed" 2 2 fixed
        "A number as text with so many digits behind the point, at most 1000: the nearest such text, the even one of two. Raises `:bad_type`, `:bad_number`.";
    "string.exponential" 2 2 exponential
        "A number as text with one digit before the point, so many behind it, at most 1000, and an exponent of two digits or more: `1.25e+03`. Raises `:bad_type`, `:bad_number`.";
};

/// Digits behind the point.
const DIGITS_MAX: usize = 1000;

fn boolean(answer: bool) -> Step {
    done(Word::boolean(answer))
}

fn is_empty(cx: &mut NativeCx<'_>) -> Step {
    boolean(cx.text(0)?.is_empty())
}

fn is_ascii(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    boolean(cx.view().is_ascii(cx.arg(0)))
}

/// Whether every code point is so; the walk ends at the first that is not.
fn every(cx: &mut NativeCx<'_>, is: fn(char) -> bool) -> Step {
    let text = cx.text(0)?;
    let other = text.find(|c| !is(c));
    let (walked, is_empty) = (other.unwrap_or(text.len()), text.is_empty());
    cx.charge(walked / 4);
    boolean(other.is_none() && !is_empty)
}

fn is_alphabetic(cx: &mut NativeCx<'_>) -> Step {
    every(cx, char::is_alphabetic)
}

fn is_numeric(cx: &mut NativeCx<'_>) -> Step {
    every(cx, char::is_numeric)
}

fn is_alphanumeric(cx: &mut NativeCx<'_>) -> Step {
    every(cx, char::is_alphanumeric)
}

fn is_digits(cx: &mut NativeCx<'_>) -> Step {
    every(cx, |c| c.is_ascii_digit())
}

fn is_whitespace(cx: &mut NativeCx<'_>) -> Step {
    every(cx, char::is_whitespace)
}

/// Whether there is a letter of one case and none of the other.
fn only(cx: &mut NativeCx<'_>, wanted: fn(char) -> bool, other: fn(char) -> bool) -> Step {
    let text = cx.text(0)?;
    let answer = text.contains(wanted) && !text.contains(other);
    let walked = text.len();
    cx.charge(walked / 2);
    boolean(answer)
}

fn is_upper(cx: &mut NativeCx<'_>) -> Step {
    only(cx, char::is_uppercase, char::is_lowercase)
}

fn is_lower(cx: &mut NativeCx<'_>) -> Step {
    only(cx, char::is_lowercase, char::is_uppercase)
}

fn byte_length(cx: &mut NativeCx<'_>) -> Step {
    whole(cx.text(0)?.len())
}

fn partition(cx: &mut NativeCx<'_>) -> Step {
    parted(cx, false)
}

fn rpartition(cx: &mut NativeCx<'_>) -> Step {
    parted(cx, true)
}

fn parted(cx: &mut NativeCx<'_>, from_end: bool) -> Step {
    cx.text(0)?;
    if cx.text(1)?.is_empty() {
        return Err(cx.fault(
            FaultKind::BadNumber,
            "takes a string of at least one code point as argument 2",
        ));
    }
    let begin = || match from_end {
        true => string::seek::Seeking::last(),
        false => string::seek::Seeking::first(0),
    };
    let Some(seeking) = super::seek(cx, begin)? else {
        return Ok(crate::builtin::NativeStep::Again);
    };
    let (len, by) = (cx.text_or_empty(0).len(), cx.text_or_empty(1).len());
    let (before, behind) = match seeking.found() {
        Some(at) => (0..at, at + by..len),
        None if from_end => (0..0, 0..len),
        None => (0..len, len..len),
    };
    let is_found = seeking.found().is_some();
    let room = |part: &std::ops::Range<usize>| Heap::size_of_text(part.len());
    let words = Heap::size_of_tuple(3) + room(&before) + room(&behind) + room(&(0..0));
    cx.charge(len / 8);
    cx.process.heap.reserve_external(words, len)?;
    let (first, common) = (cx.first, cx.common);
    let heap = &mut cx.process.heap;
    let before = heap.part_of_text(common, first, before);
    let behind = heap.part_of_text(common, first, behind);
    let middle = match is_found {
        true => heap.root(first + 1),
        false => heap.string(""),
    };
    let tuple = heap.tuple(&[before, middle, behind]);
    done(tuple)
}

fn digits(cx: &NativeCx<'_>) -> Result<usize, Fault> {
    match cx.size(1)? {
        digits @ 0..=DIGITS_MAX => Ok(digits),
        _ => {
            let message = format!("gives at most {DIGITS_MAX} digits behind the point");
            Err(cx.fault(FaultKind::BadNumber, &message))
        }
    }
}

fn fixed(cx: &mut NativeCx<'_>) -> Step {
    let (number, digits) = (cx.real(0)?, digits(cx)?);
    let text = match number.is_finite() {
        true => format!("{number:.digits$}"),
        false => crate::text::number(number),
    };
    done(cx.process.heap.new_string(&text)?)
}

fn exponential(cx: &mut NativeCx<'_>) -> Step {
    let (number, digits) = (cx.real(0)?, digits(cx)?);
    let text = format!("{number:.digits$e}");
    let text = match text.split_once('e') {
        Some((digits, exponent)) if number.is_finite() => {
            let (sign, size) = match exponent.strip_prefix('-') {
                Some(size) => ('-', size),
                None => ('+', exponent),
            };
            format!("{digits}e{sign}{size:0>2}")
        }
        _ => crate::text::number(number),
    };
    done(cx.process.heap.new_string(&text)?)
}
