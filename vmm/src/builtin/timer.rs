//! Messages that are sent later.

use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::parcel::{Parcel, Part};
use crate::ids::RefId;
use crate::process::contract::{Addressee, TimerRefused, TimerRequest};
use crate::word::Word;

type Answer = Result<NativeStep, Fault>;

/// The natives of module `timer`.
pub const ROWS: &[Row] = &[
    Row {
        name: "timer.send_after",
        least: 3,
        most: 3,
        doc: "`send_after(ms, to, message)` sends a message to a process, or to whoever has a name then, when so many milliseconds have passed, never earlier; a fraction rounds up. Yields the reference of the timer. A timer outlives its maker; one for a process ends with that. The bound of a mailbox does not hold for it. Raises `:limit` if there are too many timers, in all or of this process; `:bad_number`, `:bad_type`.",
        body: send_after,
    },
    Row {
        name: "timer.start",
        least: 3,
        most: 3,
        doc: "As `timer.send_after`, but sends `(:timeout, reference, message)` with the reference of the timer.",
        body: start,
    },
    Row {
        name: "timer.cancel",
        least: 1,
        most: 1,
        doc: "Takes a timer away, whoever made it. Yields how many milliseconds were left, rounded up, or `false` if it has fired, was cancelled or never was; a message that it has sent stays. Raises `:bad_type`.",
        body: cancel,
    },
    Row {
        name: "timer.read",
        least: 1,
        most: 1,
        doc: "As `timer.cancel`, but leaves the timer as it is.",
        body: read,
    },
];

fn send_after(cx: &mut NativeCx<'_>) -> Answer {
    set(cx, false)
}

fn start(cx: &mut NativeCx<'_>) -> Answer {
    set(cx, true)
}

fn set(cx: &mut NativeCx<'_>, tagged: bool) -> Answer {
    let ms = cx.real(0)?;
    if ms.is_nan() || ms < 0.0 {
        let message = "takes a number of milliseconds from 0 on as argument 1";
        return Err(cx.fault(FaultKind::BadNumber, message));
    }
    let to = match (cx.arg(1).to_process(), cx.arg(1).to_atom()) {
        (Some(pid), _) => Addressee::Process(pid),
        (None, Some(name)) => Addressee::Name(name),
        (None, None) => return Err(cx.wants(1, "a process or a name")),
    };
    let message = cx.arg(2);
    let Some(message) = cx.process.pack(cx.common, message)? else {
        return Ok(NativeStep::Again);
    };
    cx.process.heap.reserve(Heap::size_of_reference())?;
    let reference = cx.process.fresh_reference();
    let message = if tagged {
        let parts = [
            Part::Word(Word::atom(known::TIMEOUT)),
            Part::Reference(reference),
            Part::Parcel(&message),
        ];
        Parcel::tuple(&parts)
    } else {
        message
    };
    if let Some(limit) = cx.kernel.is_full() {
        return Err(Fault::no_memory(limit));
    }
    // A number of nanoseconds beyond all is the largest.
    let span = (ms.ceil() * 1e6) as u64;
    let request = TimerRequest {
        reference,
        to,
        deadline_ns: cx.kernel.now_ns(cx.used).saturating_add(span),
        message,
    };
    if let Err(refused) = cx.kernel.set_timer(request) {
        let (limit, message) = match refused {
            TimerRefused::OfMaker { limit } => (
                limit,
                format!("finds {limit} timers of this process, as many as it may have"),
            ),
            TimerRefused::OfMachine { limit } => (
                limit,
                format!("finds {limit} timers, as many as this machine may have"),
            ),
        };
        let fault = cx.fault(FaultKind::Limit, &message);
        return Err(fault.with_count(known::LIMIT, limit));
    }
    Ok(NativeStep::Done(cx.process.heap.reference(reference)))
}

fn timer(cx: &NativeCx<'_>) -> Result<RefId, Fault> {
    let reference = cx.view().reference(cx.arg(0));
    reference.ok_or_else(|| cx.wants(0, "the reference of a timer"))
}

fn cancel(cx: &mut NativeCx<'_>) -> Answer {
    let timer = timer(cx)?;
    let deadline = cx.kernel.cancel_timer(timer);
    Ok(left(cx, deadline))
}

fn read(cx: &mut NativeCx<'_>) -> Answer {
    let timer = timer(cx)?;
    let deadline = cx.kernel.timer_deadline_ns(timer);
    Ok(left(cx, deadline))
}

/// Milliseconds up to a moment; `false` if there is none.
fn left(cx: &mut NativeCx<'_>, deadline: Option<u64>) -> NativeStep {
    NativeStep::Done(match deadline {
        Some(deadline) => {
            let ns = deadline.saturating_sub(cx.kernel.now_ns(cx.used));
            Word::number(ns.div_ceil(1_000_000) as f64)
        }
        None => Word::FALSE,
    })
}
