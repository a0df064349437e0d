//! Natives of module `atom`: names computed while a program runs.
//!
//! Atoms are never freed, so the table is bounded, and a program that takes
//! names from outside asks for those that exist.

use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::limits::NAME_BYTES_MAX;
use crate::word::Word;

/// The natives of module `atom`.
pub const ROWS: &[Row] = &[
    Row {
        name: "atom.from",
        least: 1,
        most: 1,
        doc: "The atom of a text, which exists for ever afterwards. Raises `:bad_name` for a text of more than 4096 bytes, `:limit` if the machine has as many atoms as it may.",
        body: from,
    },
    Row {
        name: "atom.existing",
        least: 1,
        most: 1,
        doc: "The atom of a text, if there is one already; else `undefined`.",
        body: existing,
    },
];

fn from(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let text = cx.text(0)?;
    if text.len() > NAME_BYTES_MAX {
        let message = format!("makes atoms of at most {NAME_BYTES_MAX} bytes");
        return Err(cx.fault(FaultKind::BadName, &message));
    }
    let atom = cx.common.atoms.intern(text)?;
    Ok(NativeStep::Done(Word::atom(atom)))
}

fn existing(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let atom = cx.common.atoms.find(cx.text(0)?);
    Ok(NativeStep::Done(atom.map_or(Word::UNDEFINED, Word::atom)))
}
