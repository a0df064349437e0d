//! The methods of the Python function builder, out of the instruction table.
//!
//! [`emitter`] gives `builder/_instructions.py`: one method an instruction,
//! which takes what the instruction reads and gives back what it writes. The
//! Python side supplies one checking method an operand kind (`_cursor.py`).
//!
//! # Invariants
//! Z1. Arguments come in table order and are called as those of `Instruction`.
//!     Registers that are written come last, by keyword only, and may be left out.
//! Z2. The common operands (registers) are checked in line, without a call.
//! Z3. The text is what `ruff format` (line length 100) leaves alone.

use std::fmt::Write;

use vmm::isa::{Flow, OPS, OpInfo, OperandInfo, OperandKind};

use crate::instruction::{argument_name, default_flags, docstring, python_word};
use crate::python::{HEADER, flag_constant};

/// `builder/_instructions.py`: one method an instruction.
pub(crate) fn emitter() -> String {
    let mut out = String::from(HEADER);
    out.push_str(
        r#""""Instructions as methods of a function builder: what they read is given, what they write
comes back.

Operands are registers of the function, or constants, which are loaded. `dst` names the register
to write; without it there is a new one.
"""

from __future__ import annotations

from sys import _getframe

from .. import _operands as _op
from .. import _table as _t
from .._virtual import Reg
from ._code import Block
from ._cursor import Arms, Cursor, Operand, Operands, Pairs, Properties

__all__ = ["Emits"]


class Emits(Cursor):
    """One method an instruction; see the module documentation."""

    __slots__ = ()
"#,
    );
    for op in OPS {
        method(&mut out, op);
    }
    out
}

/// One parameter, the lines that check it, and how it stands in the record.
struct Part {
    param: Option<(String, Option<&'static str>)>,
    written: Option<String>,
    check: String,
    stands: String,
}

fn method(out: &mut String, op: &OpInfo) {
    let mut parts: Vec<Part> = op.operands.iter().map(|o| part(op, o)).collect();
    // A parameter with a default must not stand before one without.
    let mut open = true;
    for part in parts.iter_mut().rev() {
        if let Some((_, default)) = &mut part.param {
            open &= default.is_some();
            if !open {
                *default = None;
            }
        }
    }
    let mut words = vec!["self".to_owned()];
    for part in &parts {
        if let Some((text, default)) = &part.param {
            words.push(match default {
                Some(default) => format!("{text} = {default}"),
                None => text.clone(),
            });
        }
    }
    if op.mnemonic == "spawn" {
        words.push("link: bool = False".to_owned());
        words.push("keep: bool | None = None".to_owned());
    }
    let written: Vec<&String> = parts.iter().filter_map(|p| p.written.as_ref()).collect();
    if !written.is_empty() {
        words.push("*".to_owned());
        words.extend(written.iter().map(|w| format!("{w}: Reg | None = None")));
    }
    let gives = match written.len() {
        0 => "None".to_owned(),
        1 => "Reg".to_owned(),
        n => format!("tuple[{}]", vec!["Reg"; n].join(", ")),
    };
    signature(out, &python_word(op.mnemonic), &words, &gives);
    docstring(out, op, false);
    for part in &parts {
        out.push_str(&part.check);
    }
    out.push_str("        site = _getframe(1)\n");
    let mut record = vec![
        format!("0x{:02X}", op.number),
        "site.f_code".to_owned(),
        "site.f_lasti".to_owned(),
    ];
    record.extend(parts.iter().map(|p| p.stands.clone()));
    append(out, &record);
    if ends(op) {
        out.push_str("        self._end()\n");
    }
    if !written.is_empty() {
        let names: Vec<&str> = written.iter().map(|w| w.as_str()).collect();
        let _ = writeln!(out, "        return {}", names.join(", "));
    }
}

/// Whether nothing follows the instruction.
fn ends(op: &OpInfo) -> bool {
    matches!(op.flow, Flow::Jump | Flow::Leave) || op.mnemonic == "receive_match"
}

fn signature(out: &mut String, name: &str, words: &[String], gives: &str) {
    let one_line = format!("    def {name}({}) -> {gives}:", words.join(", "));
    out.push('\n');
    if one_line.len() <= 100 {
        let _ = writeln!(out, "{one_line}");
        return;
    }
    let _ = writeln!(out, "    def {name}(");
    let all = format!("        {}", words.join(", "));
    if all.len() <= 100 {
        let _ = writeln!(out, "{all}");
    } else {
        for word in words {
            let _ = writeln!(out, "        {word},");
        }
    }
    let _ = writeln!(out, "    ) -> {gives}:");
}

fn append(out: &mut String, record: &[String]) {
    let line = format!("        self._append(({}))", record.join(", "));
    if line.len() <= 100 {
        let _ = writeln!(out, "{line}");
        return;
    }
    let inner = format!("            ({})", record.join(", "));
    let _ = writeln!(out, "        self._append(");
    if inner.len() <= 100 {
        let _ = writeln!(out, "{inner}");
    } else {
        let _ = writeln!(out, "            (");
        for word in record {
            let _ = writeln!(out, "                {word},");
        }
        let _ = writeln!(out, "            )");
    }
    let _ = writeln!(out, "        )");
}

fn part(op: &OpInfo, operand: &OperandInfo) -> Part {
    let name = argument_name(op, operand);
    let given = |ty: &str, default: Option<&'static str>, function: &str| Part {
        param: Some((format!("{name}: {ty}"), default)),
        written: None,
        check: String::new(),
        stands: format!("{function}({name}, \"{name}\")"),
    };
    // What may load a constant does so before the site of the instruction is asked.
    let first = |ty: &str, default: Option<&'static str>, function: &str| {
        let own = format!("{name}_");
        Part {
            param: Some((format!("{name}: {ty}"), default)),
            written: None,
            check: format!("        {own} = self.{function}({name}, \"{name}\")\n"),
            stands: own,
        }
    };
    match operand.kind {
        OperandKind::Dst => Part {
            check: format!(
                "        if {0} is None:\n            {0} = Reg(self)\n        \
                 else:\n            self._destination({0}, \"{0}\")\n",
                operand.name
            ),
            param: None,
            written: Some(operand.name.to_owned()),
            stands: operand.name.to_owned(),
        },
        OperandKind::Src if name == "func" => first("Operand | Cursor", None, "_callee"),
        OperandKind::Src => Part {
            param: Some((format!("{name}: Operand"), None)),
            written: None,
            check: format!(
                "        if type({name}) is not Reg or {name}._owner is not self:\n            \
                 {name} = self._operand({name}, \"{name}\")\n"
            ),
            stands: name,
        },
        OperandKind::OptDst => Part {
            param: Some((format!("{name}: Reg | None"), Some("None"))),
            written: None,
            check: format!(
                "        if {name} is not None:\n            \
                 self._destination({name}, \"{name}\")\n"
            ),
            stands: name,
        },
        OperandKind::OptSrc => first("Operand | None", Some("None"), "_optional"),
        OperandKind::Srcs => first("Operands", Some("()"), "_operands"),
        OperandKind::Pairs => first("Pairs", Some("()"), "_pairs"),
        OperandKind::Const => given("object", None, "_op.constant"),
        OperandKind::Name => given("_op.Text", None, "_op.name"),
        OperandKind::Native => given("_op.Text", None, "_op.native"),
        OperandKind::Function => given("_op.Func | Cursor", None, "self._function"),
        OperandKind::Target => given("Block", None, "self._target"),
        OperandKind::Literal => given("int", None, "_op.literal"),
        OperandKind::Scope => given("_op.Scope", Some("None"), "_op.scope"),
        OperandKind::Arms => Part {
            param: Some(("arms: Arms".to_owned(), None)),
            written: None,
            check: String::new(),
            stands: "self._arms(arms, \"arms\")".to_owned(),
        },
        OperandKind::TimeoutArm => first("tuple[Operand, Block] | None", Some("None"), "_timeout"),
        OperandKind::Properties => first("Properties", Some("()"), "_properties"),
        OperandKind::Flags if op.mnemonic == "spawn" => Part {
            param: None,
            written: None,
            check: String::new(),
            stands: "_op.spawn_flags(link, keep)".to_owned(),
        },
        OperandKind::Flags => Part {
            param: Some((format!("{name}: _op.Flags"), default_flags(operand.flags))),
            written: None,
            check: String::new(),
            stands: format!(
                "_op.flags({name}, \"{name}\", _t.{})",
                flag_constant(operand.flags)
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_method_an_instruction() {
        let text = emitter();
        for op in OPS {
            let head = format!("    def {}(", python_word(op.mnemonic));
            assert_eq!(text.matches(&head).count(), 1, "{}", op.mnemonic);
        }
    }
}
