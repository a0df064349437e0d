//! Handles: what natives hold outside, as far as programs have to do with it.

use std::sync::Arc;

use vm_ffi::HandleId;

use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::foreign::{self, call::CallBack};
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `handle`.
pub const ROWS: &[Row] = &[
    Row {
        name: "handle.close",
        least: 1,
        most: 1,
        doc: "Closes a handle that the running process owns: a file, a socket. What a process owns is closed when it ends, too. Raises `:not_found` if it is closed, `:denied` if another process owns it, `:bad_type`.",
        body: close,
    },
    Row {
        name: "handle.give",
        least: 2,
        most: 2,
        doc: "`give(handle, process)` makes another process the owner of a handle, which only its owner can use; it is closed at once if that process has ended. Yields unit. Raises `:not_found` if it is closed, `:denied` if another process owns it, `:bad_type`.",
        body: give,
    },
    Row {
        name: "handle.is_open",
        least: 1,
        most: 1,
        doc: "Whether a handle is not closed, whoever owns it. Raises `:bad_type`.",
        body: is_open,
    },
];

/// The machine and the number of a handle.
fn handle(cx: &NativeCx<'_>) -> Result<(Arc<dyn CallBack>, HandleId), Fault> {
    let Some(id) = cx.view().handle(cx.arg(0)) else {
        return Err(cx.wants(0, "a handle"));
    };
    let machine = cx.kernel.call_back();
    let machine =
        machine.ok_or_else(|| cx.fault(FaultKind::Ffi, "finds no machine that has handles"))?;
    Ok((machine, HandleId(id)))
}

fn close(cx: &mut NativeCx<'_>) -> Answer {
    let (machine, id) = handle(cx)?;
    let closed = machine.handles().close(id, cx.process.pid);
    closed.map_err(|error| foreign::fault(&error))?;
    Ok(NativeStep::Done(Word::UNIT))
}

fn give(cx: &mut NativeCx<'_>) -> Answer {
    let (machine, id) = handle(cx)?;
    let to = cx.process_at(1)?;
    let given = machine.handles().give(id, cx.process.pid, to);
    given.map_err(|error| foreign::fault(&error))?;
    if !cx.kernel.is_alive(to) {
        machine.handles().end(to);
    }
    Ok(NativeStep::Done(Word::UNIT))
}

fn is_open(cx: &mut NativeCx<'_>) -> Answer {
    let (machine, id) = handle(cx)?;
    let open = machine.handles().is_open(id);
    Ok(NativeStep::Done(Word::boolean(open)))
}
