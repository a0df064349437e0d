//! Natives of module `string`: text to numbers, the numbers of characters.

use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::heap::layout::Kind;
use crate::string::char_at;
use crate::word::Word;
use vm_ffi::stdlib::string::parse_number;

/// The natives of module `string`.
pub const ROWS: &[Row] = &[
    Row {
        name: "string.to_number",
        least: 1,
        most: 1,
        doc: "The number that a string spells, white space around it allowed; `undefined` if it spells none. Raises `:bad_type`.",
        body: to_number,
    },
    Row {
        name: "string.code_at",
        least: 2,
        most: 2,
        doc: "The number of the code point at an index of a string. Raises `:bad_index` out of range, `:bad_type`.",
        body: code_at,
    },
];

fn to_number(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let view = cx.view();
    let word = cx.arg(0);
    let Some(text) = view.text(word) else {
        return Err(Fault::bad_type(
            "`string.to_number` needs a string",
            view.type_name(word),
        ));
    };
    Ok(NativeStep::Done(
        parse_number(text).map_or(Word::UNDEFINED, Word::number),
    ))
}

fn code_at(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let view = cx.view();
    let (text, index) = (cx.arg(0), cx.arg(1));
    if view.text(text).is_none() {
        return Err(Fault::bad_type(
            "`string.code_at` needs a string",
            view.type_name(text),
        ));
    }
    let number = index
        .to_number()
        .or_else(|| index.to_small_integer().map(|n| n as f64))
        // An integer of that size is beyond every end.
        .or_else(|| (view.kind(index) == Some(Kind::BigInteger)).then_some(f64::INFINITY));
    let Some(number) = number else {
        return Err(Fault::bad_type(
            "`string.code_at` needs a number as index",
            view.type_name(index),
        ));
    };
    let found = (number >= 0.0 && number.fract() == 0.0)
        .then(|| char_at(view, text, number as usize))
        .flatten();
    match found {
        Some(c) => Ok(NativeStep::Done(Word::number(f64::from(u32::from(c))))),
        None => Err(Fault::new(
            FaultKind::BadIndex,
            format!(
                "the string of length {} has no index {number}",
                view.text_length(text).unwrap_or_default()
            ),
        )),
    }
}
