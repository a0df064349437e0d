//! What a handler can learn of what it caught, from the info value.

use super::{NativeCx, NativeStep, Row};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::heap::layout::{INFO_CLASS, INFO_TRACE, INFO_VALUE, Kind};
use crate::process::backtrace::Backtrace;
use crate::word::Word;

/// The natives of module `error`.
pub const ROWS: &[Row] = &[
    Row {
        name: "error.class",
        least: 1,
        most: 1,
        doc: "How what an info value is about came: `:error` from the machine, `:throw` or `:exit` from the program. Raises `:bad_type`.",
        body: class,
    },
    Row {
        name: "error.value",
        least: 1,
        most: 1,
        doc: "The value that was caught with an info value. Raises `:bad_type`.",
        body: value,
    },
    Row {
        name: "error.trace",
        least: 1,
        most: 1,
        doc: "Where it was raised: an array of `(function, instruction, line, file)` for each frame, innermost first, with the number of frames in place of those that are left out of a deep stack; line and file are `undefined` where the class tells none. Raises `:bad_type`.",
        body: trace,
    },
];

fn info(cx: &NativeCx<'_>, field: usize) -> Result<Word, Fault> {
    let (view, word) = (cx.view(), cx.arg(0));
    if view.is(word, Kind::Info) {
        return Ok(view.field(word, field));
    }
    Err(Fault::bad_type(
        "the info value of a handler is needed",
        view.type_name(word),
    ))
}

fn class(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    info(cx, INFO_CLASS).map(NativeStep::Done)
}

fn value(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    info(cx, INFO_VALUE).map(NativeStep::Done)
}

fn trace(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let note = info(cx, INFO_TRACE)?;
    if cx.view().is(note, Kind::Array) {
        return Ok(NativeStep::Done(note));
    }
    // Told once: from then on the info value holds the array.
    let trace = Backtrace::read(cx.view(), note).unwrap_or_default();
    cx.process
        .heap
        .reserve(trace.size_of_told().max(Heap::size_of_array(0)))?;
    cx.charge(trace.size_of_told());
    let code = cx.code;
    let told = trace.tell(&mut cx.process.heap, cx.common, code.functions());
    let info = cx.arg(0);
    if info.is_heap() {
        cx.process.heap.store(info.place(), INFO_TRACE, told);
    }
    Ok(NativeStep::Done(told))
}
