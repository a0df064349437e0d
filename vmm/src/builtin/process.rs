//! What a process may set of itself.

use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::limits::LABEL_BYTES_MAX;
use crate::process::mailbox::Bounds;
use crate::term;
use crate::word::Word;

/// The natives of module `process`.
pub const ROWS: &[Row] = &[
    Row {
        name: "process.flag",
        least: 2,
        most: 2,
        doc: "Sets a flag of the running process and yields what it was. `:max_messages` is how many messages its mailbox may hold before `send` to it raises `:limit`, or `:infinity`, as it is at first; those that are there stay. `:max_mailbox_bytes` is the same for what these messages take in bytes, texts included. `:max_heap` is how many bytes its memory may have, never more than the machine's limit, which `:infinity` stands for. `:native_timeout` is how many milliseconds the process waits for the answer of a native that works on another thread, a fraction rounded up, or `:infinity`, as it is at first: then the call raises `:timeout`, and what it answers later is dropped; in stepped mode natives that take long answer at once. Raises `:bad_name` for another flag, `:bad_number`, `:bad_type`.",
        body: flag,
    },
    Row {
        name: "process.label",
        least: 0,
        most: 1,
        doc: "Gives the running process a label, a string by which crash reports and `process.info` tell people what it is; `undefined` takes it away. Yields the label that it had, `undefined` if it had none; without an argument it stays. Raises `:bad_type`; `:limit` for one of more than 1000 bytes.",
        body: label,
    },
];

impl NativeCx<'_> {
    /// A bound: a size, or nothing for `:infinity`.
    fn bound(&self, n: usize) -> Result<Option<usize>, Fault> {
        match self.arg(n).to_atom() {
            Some(known::INFINITY) => Ok(None),
            _ => self.size(n).map(Some),
        }
    }
}

impl NativeCx<'_> {
    /// A span of milliseconds, in nanoseconds; a fraction rounds up.
    fn milliseconds(&self, n: usize) -> Result<u64, Fault> {
        let ms = self.real(n)?;
        if ms.is_nan() || ms < 0.0 {
            let message = format!(
                "takes a number of milliseconds from 0 on as argument {}",
                n + 1
            );
            return Err(self.fault(FaultKind::BadNumber, &message));
        }
        // A number of nanoseconds beyond all is the largest.
        Ok((ms.ceil() * 1e6) as u64)
    }
}

fn flag(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    match cx.arg(0).to_atom() {
        Some(known::MAX_MESSAGES) => {
            let messages = cx.bound(1)?;
            let mailbox = &mut cx.process.mailbox;
            let bounds = mailbox.bounds();
            let old = mailbox.set_bounds(Bounds { messages, ..bounds });
            Ok(NativeStep::Done(shown(old.messages)))
        }
        Some(known::MAX_MAILBOX_BYTES) => {
            let bytes = cx.bound(1)?;
            let mailbox = &mut cx.process.mailbox;
            let bounds = mailbox.bounds();
            let old = mailbox.set_bounds(Bounds { bytes, ..bounds });
            Ok(NativeStep::Done(shown(old.bytes)))
        }
        Some(known::MAX_HEAP) => {
            let most = cx.kernel.memory_limit();
            let bytes = match cx.arg(1).to_atom() {
                Some(known::INFINITY) => most,
                _ => cx.size(1)?.min(most),
            };
            let old = cx.process.heap.limit_bytes();
            cx.process.heap.set_limit(bytes);
            Ok(NativeStep::Done(Word::number(old as f64)))
        }
        Some(known::NATIVE_TIMEOUT) => {
            let span = match cx.arg(1).to_atom() {
                Some(known::INFINITY) => None,
                _ => Some(cx.milliseconds(1)?),
            };
            let old = cx.process.set_native_timeout(span);
            Ok(NativeStep::Done(
                old.map_or(Word::atom(known::INFINITY), |ns| {
                    Word::number((ns / 1_000_000) as f64)
                }),
            ))
        }
        Some(_) => {
            let flag = term::show(cx.view(), cx.arg(0), cx.names);
            let message = format!(
                "knows the flags :max_messages, :max_mailbox_bytes, :max_heap and :native_timeout, not {flag}"
            );
            Err(cx.fault(FaultKind::BadName, &message))
        }
        None => Err(cx.wants(0, "the name of a flag")),
    }
}

/// A bound as programs see it.
fn shown(bound: Option<usize>) -> Word {
    bound.map_or(Word::atom(known::INFINITY), |most| {
        Word::number(most as f64)
    })
}

fn label(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let new = match cx.count {
        0 => None,
        _ if !cx.given(0) => Some(None),
        _ => {
            let text = cx.text(0)?;
            if text.len() > LABEL_BYTES_MAX {
                let message = format!(
                    "takes a label of at most {LABEL_BYTES_MAX} bytes, not {}",
                    text.len()
                );
                return Err(cx
                    .fault(FaultKind::Limit, &message)
                    .with_count(known::LIMIT, LABEL_BYTES_MAX));
            }
            Some(Some(text.into()))
        }
    };
    // The new one is set only when there is room for the old one.
    let old = match cx.process.label().map(str::to_owned) {
        None => Word::UNDEFINED,
        Some(text) => cx.process.heap.new_string(&text)?,
    };
    if let Some(new) = new {
        cx.process.set_label(new);
    }
    Ok(NativeStep::Done(old))
}
