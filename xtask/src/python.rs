//! Names and tables of the Python package, as generated files.
//!
//! [`stdlib`] gives `_stdlib.py`, the names of the natives; [`table`] gives
//! `_table.py`, the metadata that encoder, decoder and printer of the package
//! walk. The text is what `ruff format` (line length 100) leaves alone.

use std::fmt::Write;

use vmm::isa::operand::flags_valid;
use vmm::isa::{Flow, OPS, OperandKind};

/// How a file made from the instruction table begins.
pub(crate) const HEADER: &str =
    "# Written by `cargo xtask gen` from vmm/src/isa/table.rs; do not edit.\n";

/// `_stdlib.py`: the canonical names of the natives that come with the machine.
pub(crate) fn stdlib() -> String {
    let mut out = String::from(
        "# Written by `cargo xtask gen` from vm-ffi/src/stdlib/names.rs; do not edit.\n",
    );
    out.push_str("\"\"\"The natives that come with the machine, by canonical name.\"\"\"\n\n");
    out.push_str("from __future__ import annotations\n\nNAMES: tuple[str, ...] = (\n");
    for name in vm_ffi::stdlib::names() {
        let _ = writeln!(out, "    \"{name}\",");
    }
    out.push_str(")\n");
    out
}

/// `_table.py`: the instruction table as data.
pub(crate) fn table() -> String {
    let mut out = String::from(HEADER);
    out.push_str(
        r#""""The instruction table: what encoder, decoder and printer walk.

An operand is its name in the table, its kind, and for flags the set of words.
"""

from __future__ import annotations

from typing import NamedTuple


class FlagSet(NamedTuple):
    """The words of a flag operand's bits, lowest first, and which bytes mean something."""

    words: tuple[str, ...]
    valid: frozenset[int]


class OpInfo(NamedTuple):
    """One instruction."""

    number: int
    mnemonic: str
    family: str
    operands: tuple[tuple[str, str], ...]
    flow: str
    cost: int


"#,
    );
    for words in flag_sets() {
        let quoted: Vec<String> = words.iter().map(|w| format!("\"{w}\"")).collect();
        let valid: Vec<String> = (0..1_u16 << words.len())
            .filter(|&bits| u8::try_from(bits).is_ok_and(|bits| flags_valid(bits, words)))
            .map(|bits| bits.to_string())
            .collect();
        let comma = if words.len() == 1 { "," } else { "" };
        let fields = format!(
            "({}{comma}), frozenset({{{}}})",
            quoted.join(", "),
            valid.join(", ")
        );
        let line = format!("{} = FlagSet({fields})", flag_constant(words));
        if line.len() <= 100 {
            let _ = writeln!(out, "{line}");
        } else {
            let _ = writeln!(out, "{} = FlagSet(\n    {fields}\n)", flag_constant(words));
        }
    }
    out.push_str("\nOPS: dict[int, OpInfo] = {\n");
    for op in OPS {
        let operands: Vec<String> = op
            .operands
            .iter()
            .map(|o| format!("(\"{}\", \"{:?}\")", o.name, o.kind))
            .collect();
        let operands = match &operands[..] {
            [] => "()".to_owned(),
            [one] => format!("({one},)"),
            many => format!("({})", many.join(", ")),
        };
        let head = format!("0x{:02X}", op.number);
        let fields = [
            head.clone(),
            format!("\"{}\"", op.mnemonic),
            format!("\"{}\"", op.family),
            operands,
            format!("\"{}\"", flow_word(op.flow)),
            op.cost.to_string(),
        ];
        let line = format!("    {head}: OpInfo({}),", fields.join(", "));
        if line.len() <= 100 {
            let _ = writeln!(out, "{line}");
        } else {
            let inner = fields.join(", ");
            let _ = writeln!(out, "    {head}: OpInfo(");
            if inner.len() + 8 <= 100 {
                let _ = writeln!(out, "        {inner}");
            } else {
                for field in fields {
                    let _ = writeln!(out, "        {field},");
                }
            }
            let _ = writeln!(out, "    ),");
        }
    }
    out.push_str("}\n\nFLAGS: dict[tuple[str, str], FlagSet] = {\n");
    for op in OPS {
        for operand in op.operands {
            if operand.kind == OperandKind::Flags {
                let _ = writeln!(
                    out,
                    "    (\"{}\", \"{}\"): {},",
                    op.mnemonic,
                    operand.name,
                    flag_constant(operand.flags)
                );
            }
        }
    }
    out.push_str("}\n");
    out
}

/// Every set of flag words of the table, in order of first use.
fn flag_sets() -> Vec<&'static [&'static str]> {
    let mut sets: Vec<&'static [&'static str]> = Vec::new();
    for operand in OPS.iter().flat_map(|op| op.operands) {
        if operand.kind == OperandKind::Flags && !sets.contains(&operand.flags) {
            sets.push(operand.flags);
        }
    }
    sets
}

/// The Python name of a set of flag words.
pub(crate) fn flag_constant(words: &[&str]) -> String {
    words.join("_").to_uppercase()
}

fn flow_word(flow: Flow) -> &'static str {
    match flow {
        Flow::Next => "next",
        Flow::Jump => "jump",
        Flow::Branch => "branch",
        Flow::Call => "call",
        Flow::Leave => "leave",
        Flow::Wait => "wait",
        Flow::WaitBranch => "wait_branch",
    }
}
