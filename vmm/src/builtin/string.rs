//! Natives of module `string`: text to numbers.

use super::{NativeCx, NativeStep, Row};
use crate::fault::Fault;
use crate::word::Word;
use vm_ffi::stdlib::string::parse_number;

/// The natives of module `string`.
pub const ROWS: &[Row] = &[Row {
    name: "string.to_number",
    least: 1,
    most: 1,
    doc: "The number that a string spells, white space around it allowed; `undefined` if it spells none. Raises `:bad_type`.",
    body: to_number,
}];

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
