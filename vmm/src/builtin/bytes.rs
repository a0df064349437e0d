//! Natives of module `bytes`.

mod numbers;
mod search;
mod text;

use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::number::{check_bytes, to_whole};
use crate::word::Word;

pub use numbers::NUMBERS;
pub use search::SEARCH;
pub use text::TEXT;

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
        most: 2,
        doc: "The string whose UTF-8 form some bytes are. Raises `:bad_type` for bytes that are no UTF-8, telling where; if the second argument is true, what is none becomes the replacement character instead.",
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
    if cx.arg(1) == Word::TRUE {
        let octets = cx.octets(0)?;
        // Each octet may become three.
        if octets.len() > cx.text_bound() / 3 {
            return Err(cx.past_bound());
        }
        let text = String::from_utf8_lossy(octets).into_owned();
        cx.charge(text.len() / 4);
        return Ok(NativeStep::Done(cx.process.heap.new_string_from(text)?));
    }
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
