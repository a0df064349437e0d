//! Natives of module `bytes`.

use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::number::{check_bytes, to_whole};
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `bytes`.
pub const ROWS: &[Row] = &[
    Row {
        name: "bytes.new",
        least: 1,
        most: 2,
        doc: "Bytes of so many octets, each the second argument, or 0. Raises `:bad_number`, `:limit`.",
        body: new,
    },
    Row {
        name: "bytes.from_string",
        least: 1,
        most: 1,
        doc: "The UTF-8 form of a string.",
        body: from_string,
    },
    Row {
        name: "bytes.to_string",
        least: 1,
        most: 1,
        doc: "The string whose UTF-8 form some bytes are. Raises `:bad_type` for bytes that are no UTF-8, telling where.",
        body: to_string,
    },
    Row {
        name: "bytes.from_array",
        least: 1,
        most: 1,
        doc: "Bytes of the elements of an array or tuple, whole numbers from 0 to 255. Raises `:bad_number`.",
        body: from_array,
    },
    Row {
        name: "bytes.to_array",
        least: 1,
        most: 1,
        doc: "The array of the octets as numbers. Raises `:limit`.",
        body: to_array,
    },
    Row {
        name: "bytes.to_integers",
        least: 1,
        most: 1,
        doc: "The array of the octets as integers. Raises `:limit`.",
        body: to_integers,
    },
    Row {
        name: "bytes.from_hex",
        least: 1,
        most: 1,
        doc: "The bytes that a string of hexadecimal digits spells, two for each octet. Raises `:bad_number`.",
        body: from_hex,
    },
    Row {
        name: "bytes.to_hex",
        least: 1,
        most: 1,
        doc: "The octets as a string of hexadecimal digits, two for each in lower case. Raises `:limit`.",
        body: to_hex,
    },
    Row {
        name: "bytes.slice",
        least: 1,
        most: 3,
        doc: "The bytes from one index up to and without another; negative ones count from the end, and both are cut to what is there. Raises `:bad_number`.",
        body: slice,
    },
    Row {
        name: "bytes.concat",
        least: 0,
        most: u16::MAX,
        doc: "All bytes given, joined. Raises `:limit`.",
        body: concat,
    },
    Row {
        name: "bytes.find",
        least: 2,
        most: 3,
        doc: "The index at which some bytes occur first in others, from an index on or from 0; `undefined` if they do not. Raises `:bad_number`.",
        body: find,
    },
];

fn done(cx: &mut NativeCx<'_>, octets: &[u8]) -> Answer {
    cx.charge(octets.len() / 8);
    Ok(NativeStep::Done(cx.process.heap.new_bytes(octets)?))
}

/// A whole number from 0 to 255.
fn octet(cx: &NativeCx<'_>, word: Word) -> Result<u8, Fault> {
    let whole = to_whole(cx.view(), word).and_then(|n| u8::try_from(n).ok());
    whole.ok_or_else(|| {
        cx.fault(
            FaultKind::BadNumber,
            "takes octets, whole numbers from 0 to 255",
        )
    })
}

fn new(cx: &mut NativeCx<'_>) -> Answer {
    let len = cx.size(0)?;
    let value = if cx.given(1) {
        octet(cx, cx.arg(1))?
    } else {
        0
    };
    check_bytes(cx.name, len)?;
    done(cx, &vec![value; len])
}

fn from_string(cx: &mut NativeCx<'_>) -> Answer {
    let octets = cx.text(0)?.as_bytes().to_vec();
    done(cx, &octets)
}

fn to_string(cx: &mut NativeCx<'_>) -> Answer {
    let text = match std::str::from_utf8(cx.octets(0)?) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let message = format!(
                "takes UTF-8, and the octet at index {} is none",
                error.valid_up_to()
            );
            return Err(cx.fault(FaultKind::BadType, &message));
        }
    };
    cx.charge(text.len() / 8);
    Ok(NativeStep::Done(cx.process.heap.new_string(&text)?))
}

fn from_array(cx: &mut NativeCx<'_>) -> Answer {
    let octets: Result<Vec<u8>, Fault> = cx
        .items(0)?
        .iter()
        .map(|word| octet(cx, Word(*word)))
        .collect();
    let octets = octets?;
    cx.charge(octets.len());
    done(cx, &octets)
}

fn to_array(cx: &mut NativeCx<'_>) -> Answer {
    octets_as(cx, |octet| Word::number(f64::from(octet)))
}

fn to_integers(cx: &mut NativeCx<'_>) -> Answer {
    octets_as(cx, Word::short_integer)
}

fn octets_as(cx: &mut NativeCx<'_>, word: fn(u32) -> Word) -> Answer {
    let len = cx.octets(0)?.len();
    cx.check_elements(len)?;
    cx.process.heap.reserve(Heap::size_of_array(len))?;
    let octets = cx.octets(0)?.iter();
    let items: Vec<Word> = octets.map(|b| word(u32::from(*b))).collect();
    Ok(NativeStep::Done(cx.process.heap.array(&items)))
}

fn from_hex(cx: &mut NativeCx<'_>) -> Answer {
    let text = cx.text(0)?.as_bytes();
    let digit = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
    let octets: Option<Vec<u8>> = match text.len() % 2 {
        0 => text
            .chunks_exact(2)
            .map(|both| Some(digit(both[0])? << 4 | digit(both[1])?))
            .collect(),
        _ => None,
    };
    let Some(octets) = octets else {
        return Err(cx.fault(
            FaultKind::BadNumber,
            "takes hexadecimal digits, two for each octet",
        ));
    };
    done(cx, &octets)
}

fn to_hex(cx: &mut NativeCx<'_>) -> Answer {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let octets = cx.octets(0)?;
    check_bytes(cx.name, octets.len().saturating_mul(2))?;
    let digits = octets.iter().flat_map(|b| [b >> 4, b & 15]);
    let text: String = digits.map(|d| char::from(DIGITS[d as usize])).collect();
    cx.charge(text.len() / 4);
    Ok(NativeStep::Done(cx.process.heap.new_string(&text)?))
}

fn slice(cx: &mut NativeCx<'_>) -> Answer {
    let octets = cx.octets(0)?;
    let octets = octets[cx.span(1, octets.len())?].to_vec();
    done(cx, &octets)
}

fn concat(cx: &mut NativeCx<'_>) -> Answer {
    let mut len = 0_usize;
    for i in 0..cx.count {
        len = len.saturating_add(cx.octets(i)?.len());
    }
    check_bytes(cx.name, len)?;
    let mut all = Vec::with_capacity(len);
    for i in 0..cx.count {
        all.extend_from_slice(cx.octets(i)?);
    }
    done(cx, &all)
}

fn find(cx: &mut NativeCx<'_>) -> Answer {
    let from = if cx.given(2) { cx.size(2)? } else { 0 };
    let (octets, needle) = (cx.octets(0)?, cx.octets(1)?);
    let walked = octets.len() + 4 * needle.len();
    let found = octets
        .get(from..)
        .and_then(|rest| position(rest, needle))
        .map_or(Word::UNDEFINED, |at| Word::number((from + at) as f64));
    cx.charge(walked / 4);
    Ok(NativeStep::Done(found))
}

/// Where `needle` begins in `octets`.
///
/// D. Knuth, J. Morris, V. Pratt, "Fast Pattern Matching in Strings", 1977:
/// linear in both, whatever they hold.
fn position(octets: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.len() > octets.len() {
        return None;
    }
    // For each prefix, the length of the longest of its ends that it begins with.
    let mut borders = vec![0_usize; needle.len()];
    let mut matched = 0;
    for i in 1..needle.len() {
        while matched > 0 && needle[i] != needle[matched] {
            matched = borders[matched - 1];
        }
        matched += usize::from(needle[i] == needle[matched]);
        borders[i] = matched;
    }
    matched = 0;
    for (i, octet) in octets.iter().enumerate() {
        if matched == needle.len() {
            return Some(i - matched);
        }
        while matched > 0 && *octet != needle[matched] {
            matched = borders[matched - 1];
        }
        matched += usize::from(*octet == needle[matched]);
    }
    (matched == needle.len()).then(|| octets.len() - matched)
}

#[cfg(test)]
mod tests {
    use super::position;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_found_is_the_first(
            octets in prop::collection::vec(0_u8..3, 0..40),
            needle in prop::collection::vec(0_u8..3, 0..5),
        ) {
            let simple = (0..=octets.len()).find(|at| octets[*at..].starts_with(&needle));
            prop_assert_eq!(position(&octets, &needle), simple);
        }
    }
}
