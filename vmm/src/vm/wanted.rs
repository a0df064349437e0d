//! Which reference a process wants that waits in a receive.
//!
//! A receive by patterns wants what all of its patterns pin; one message by message, what
//! its scan was told to look for. Either stands in registers, which nobody writes while
//! the process waits.

use crate::code::CodeSpace;
use crate::code::ops::Code;
use crate::ids::RefId;
use crate::process::{Exec, Process};

/// The references that the receive in which a process waits cannot go on without, as far
/// as its code tells.
pub(super) fn wanted(code: &CodeSpace, process: &Process) -> Vec<RefId> {
    let Exec::Frame { func, pc, depth } = process.exec else {
        return Vec::new();
    };
    let Some(function) = code.function(func) else {
        return Vec::new();
    };
    let Some(op) = function.ops.get(pc as usize) else {
        return Vec::new();
    };
    let registers: Vec<u16> = match op.code {
        Code::ReceiveMatch => {
            let table = function.matches.get(op.wide() as usize);
            let pins = table.iter().flat_map(|table| &table.pins);
            pins.map(|pin| pin.0).collect()
        }
        Code::RecvNext => {
            let begins = function.ops.iter();
            let begins = begins.filter(|begin| begin.code == Code::RecvBegin && begin.a == op.b);
            begins.filter_map(|begin| begin.b.checked_sub(1)).collect()
        }
        _ => Vec::new(),
    };
    let base = process.heap.len() - depth as usize;
    let view = process.heap.view(code.common());
    let word = |register: u16| process.heap.stack_word(base + usize::from(register));
    let references = registers.into_iter().map(word);
    references.filter_map(|word| view.reference(word)).collect()
}
