//! Names of processes: giving, taking and asking for them.

use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::ids::{AtomId, Pid};
use crate::process::contract::NameRefused;
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `process` that are about names.
pub const ROWS: &[Row] = &[
    Row {
        name: "process.register",
        least: 2,
        most: 2,
        doc: "`register(name, process)` gives a process a name, an atom, that `send` and `monitor` take for it; the name is free again when the process has ended. Yields unit. Raises `:bad_name` if the name is taken, or the process has one or has ended; `:bad_type`.",
        body: register,
    },
    Row {
        name: "process.unregister",
        least: 1,
        most: 1,
        doc: "Takes the name from the process that has it. Yields unit. Raises `:not_found` if no process has it; `:bad_type`.",
        body: unregister,
    },
    Row {
        name: "process.whereis",
        least: 1,
        most: 1,
        doc: "The process that has a name; `undefined` if none has it. Raises `:bad_type`.",
        body: whereis,
    },
    Row {
        name: "process.registered",
        least: 0,
        most: 0,
        doc: "The array of all names that processes have, in no order.",
        body: registered,
    },
];

fn name(cx: &NativeCx<'_>) -> Result<AtomId, Fault> {
    let name = cx.arg(0).to_atom();
    name.ok_or_else(|| cx.wants(0, "a name, an atom,"))
}

fn register(cx: &mut NativeCx<'_>) -> Answer {
    let name = name(cx)?;
    let pid = cx.process_at(1)?;
    let Err(refused) = cx.kernel.register(name, pid) else {
        return Ok(NativeStep::Done(Word::UNIT));
    };
    let text = cx.common.atoms.text(name);
    let (message, who) = match refused {
        NameRefused::Taken(Pid::HOST) => {
            let message = format!("finds `{text}` kept for a process that is being made");
            (message, pid)
        }
        NameRefused::Taken(by) => (format!("finds the name `{text}` taken by {by}"), by),
        NameRefused::Named(other) => {
            let other = cx.common.atoms.text(other);
            let message = format!("gives a process one name, and {pid} is `{other}` already");
            (message, pid)
        }
        NameRefused::Dead => (format!("finds that {pid} has ended"), pid),
    };
    let fault = cx.fault(FaultKind::BadName, &message);
    Err(fault.with(known::PROCESS, Word::process(who)))
}

fn unregister(cx: &mut NativeCx<'_>) -> Answer {
    let name = name(cx)?;
    match cx.kernel.unregister(name) {
        Some(_) => Ok(NativeStep::Done(Word::UNIT)),
        None => {
            let text = cx.common.atoms.text(name);
            let message = format!("finds no process of the name `{text}`");
            let fault = cx.fault(FaultKind::NotFound, &message);
            Err(fault.with(known::KEY, Word::atom(name)))
        }
    }
}

fn whereis(cx: &mut NativeCx<'_>) -> Answer {
    let name = name(cx)?;
    let found = cx.kernel.whereis(name).map(Word::process);
    Ok(NativeStep::Done(found.unwrap_or(Word::UNDEFINED)))
}

fn registered(cx: &mut NativeCx<'_>) -> Answer {
    let names: Vec<Word> = cx.kernel.registered().into_iter().map(Word::atom).collect();
    cx.process.heap.reserve(Heap::size_of_array(names.len()))?;
    cx.charge(2 * names.len());
    Ok(NativeStep::Done(cx.process.heap.array(&names)))
}
