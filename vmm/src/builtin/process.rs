//! What a process may set of itself.

use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::term;
use crate::word::Word;

/// The natives of module `process`.
pub const ROWS: &[Row] = &[Row {
    name: "process.flag",
    least: 2,
    most: 2,
    doc: "Sets a flag of the running process and yields what it was. `:max_messages` is how many messages its mailbox may hold before `send` to it raises `:limit`, or `:infinity`, as it is at first; those that are there stay. Raises `:bad_name` for another flag, `:bad_number`, `:bad_type`.",
    body: flag,
}];

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
        Some(_) => {
            let flag = term::show(cx.view(), cx.arg(0), cx.names);
            let message = format!("knows the flag :max_messages, not {flag}");
            Err(cx.fault(FaultKind::BadName, &message))
        }
        None => Err(cx.wants(0, "the name of a flag")),
    }
}
