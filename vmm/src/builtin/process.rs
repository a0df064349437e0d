//! What a process may set of itself.

use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::limits::LABEL_BYTES_MAX;
use crate::term;
use crate::word::Word;

/// The natives of module `process`.
pub const ROWS: &[Row] = &[
    Row {
        name: "process.flag",
        least: 2,
        most: 2,
        doc: "Sets a flag of the running process and yields what it was. `:max_messages` is how many messages its mailbox may hold before `send` to it raises `:limit`, or `:infinity`, as it is at first; those that are there stay. `:max_heap` is how many bytes its memory may have, never more than the machine's limit, which `:infinity` stands for. Raises `:bad_name` for another flag, `:bad_number`, `:bad_type`.",
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

fn flag(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    match cx.arg(0).to_atom() {
        Some(known::MAX_MESSAGES) => {
            let bound = match cx.arg(1).to_atom() {
                Some(known::INFINITY) => None,
                _ => Some(cx.size(1)?),
            };
            let old = cx.process.mailbox.set_bound(bound);
            Ok(NativeStep::Done(match old {
                Some(most) => Word::number(most as f64),
                None => Word::atom(known::INFINITY),
            }))
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
        Some(_) => {
            let flag = term::show(cx.view(), cx.arg(0), cx.names);
            let message = format!("knows the flags :max_messages and :max_heap, not {flag}");
            Err(cx.fault(FaultKind::BadName, &message))
        }
        None => Err(cx.wants(0, "the name of a flag")),
    }
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
    let old = match cx.process.label.take() {
        None => Word::UNDEFINED,
        Some(text) => {
            let word = cx.process.heap.new_string(&text);
            cx.process.label = Some(text);
            word?
        }
    };
    if let Some(new) = new {
        cx.process.label = new;
    }
    Ok(NativeStep::Done(old))
}
