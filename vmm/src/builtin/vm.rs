//! What a program may ask about the machine it runs on.

use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::map;
use crate::word::Word;

/// The natives of modules `vm` and `system`.
pub const ROWS: &[Row] = &[
    Row {
        name: "vm.pid",
        least: 0,
        most: 0,
        doc: "The number of the running process.",
        body: pid,
    },
    Row {
        name: "vm.processes",
        least: 0,
        most: 0,
        doc: "How many processes are alive.",
        body: processes,
    },
    Row {
        name: "vm.counts",
        least: 0,
        most: 0,
        doc: "How much there is of what programs make and leave behind, as a map: `:processes` that have not ended, `:names` that they have, `:timers` that have not fired, `:waits` for a moment, `:kept` results that nobody has taken, `:atoms`, and `:memory`, the bytes of all processes and messages, of which the machine learns a little later. What a program looks at to see that nothing is left of what has ended.",
        body: counts,
    },
    Row {
        name: "vm.scheduler_passes",
        least: 0,
        most: 0,
        doc: "How many turns the scheduler has given so far.",
        body: passes,
    },
    Row {
        name: "system.halt",
        least: 0,
        most: 1,
        doc: "Ends the whole run at once with an exit code from 0 to 255, 0 if it is left out. Raises `:bad_number`.",
        body: halt,
    },
];

fn pid(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    Ok(NativeStep::Done(Word::number(
        cx.process.pid.number() as f64
    )))
}

fn processes(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    Ok(NativeStep::Done(Word::number(cx.kernel.processes() as f64)))
}

fn counts(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let counts = cx.kernel.counts();
    let mut entries = Vec::new();
    for (key, value) in [
        ("processes", counts.processes as f64),
        ("names", counts.names as f64),
        ("timers", counts.timers as f64),
        ("waits", counts.waits as f64),
        ("kept", counts.kept as f64),
        ("memory", counts.memory as f64),
        ("atoms", 0.0),
    ] {
        let key = Word::atom(cx.common.atoms.intern(key)?);
        entries.push((key, Word::number(value)));
    }
    // Now that the keys are among them.
    if let Some((_, atoms)) = entries.last_mut() {
        *atoms = Word::number(cx.common.atoms.len() as f64);
    }
    cx.process.heap.reserve(map::size_of(entries.len()))?;
    let map = map::new(&mut cx.process.heap, cx.common, &entries)?;
    Ok(NativeStep::Done(map))
}

fn passes(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    Ok(NativeStep::Done(Word::number(cx.kernel.passes() as f64)))
}

fn halt(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let word = if cx.count == 0 {
        Word::number(0.0)
    } else {
        cx.arg(0)
    };
    let code = word
        .to_number()
        .or_else(|| word.to_small_integer().map(|n| n as f64));
    match code {
        Some(code) if (0.0..=255.0).contains(&code) && code.fract() == 0.0 => {
            Ok(NativeStep::Halt(code as u8))
        }
        _ => Err(Fault::new(
            FaultKind::BadNumber,
            "an exit code is a whole number from 0 to 255",
        )),
    }
}
