//! The Python instruction classes, out of the instruction table.
//!
//! [`instructions`] gives `instruction.py`: one class method an instruction,
//! with its manual as docstring. The Python side supplies one checking function
//! an operand kind (`_operands.py`); an instruction made of known kinds needs
//! nothing there.
//!
//! # Invariants
//! Y1. Arguments come in table order. Where a kind takes two arguments (the
//!     arms of a match) or a flag set is spread into words (`spawn`), the
//!     arguments stand where that operand stands, or at the end.
//! Y2. The text is what `ruff format` (line length 100) leaves alone.

use std::fmt::Write;

use vmm::isa::{OPS, OpInfo, OperandInfo, OperandKind};

use crate::python::{HEADER, flag_constant};

/// Words that Python keeps for itself among the mnemonics.
const RESERVED: &[&str] = &["and", "or", "not", "return", "yield", "await"];

/// Further names of instructions, which compilers for IonVM use.
const ALIASES: &[(&str, &[&str])] = &[
    ("move", &["move_reg"]),
    ("and", &["and_instr"]),
    ("or", &["or_instr"]),
    ("not", &["not_instr"]),
    ("match", &["match_", "match_instr"]),
    ("return", &["return_reg"]),
];

/// Argument names that differ from the operand names of the table.
const RENAMED: &[(&str, &str, &str)] = &[
    ("load_const", "dst", "reg"),
    ("load_const", "value", "val"),
    ("get_prop", "key", "prop"),
    ("set_prop", "key", "prop"),
    ("set_prop", "src", "val"),
    ("define_prop", "key", "prop"),
    ("define_prop", "src", "val"),
    ("get_raw", "key", "prop"),
    ("delete_prop", "key", "prop"),
    ("has_prop", "key", "prop"),
    ("object_init", "properties", "props"),
    ("object_new", "properties", "props"),
    ("array_init", "items", "srcs"),
    ("tuple_init", "items", "srcs"),
    ("bytes_init", "parts", "srcs"),
    ("concat", "parts", "srcs"),
    ("make_closure", "scope", "scope_id"),
    ("make_closure_dyn", "scope", "scope_id"),
    ("return", "src", "reg"),
    ("jump", "target", "offset"),
    ("jump_if_true", "cond", "reg"),
    ("jump_if_true", "target", "offset"),
    ("jump_if_false", "cond", "reg"),
    ("jump_if_false", "target", "offset"),
    ("jump_if_undefined", "cond", "reg"),
    ("jump_if_undefined", "target", "offset"),
    ("send", "target", "process"),
    ("select", "processes", "pids"),
    ("select_with_kill", "processes", "pids"),
];

/// `instruction.py`: one class method an instruction.
pub(crate) fn instructions() -> String {
    let mut out = String::from(HEADER);
    out.push_str(
        r#""""Instructions: one class method each, operands in the order of the instruction table.

Registers are whole numbers from 0; jump offsets count instructions from the jumping
instruction itself, and a label's name may stand for one. A constant is anything that
`Value.of` takes. What does not fit is refused at once, with the argument's name.

>>> from ionvm import Instruction, Value
>>> print(Instruction.load_const(0, Value.number(42)))
load_const r0, 42
>>> Instruction.move("r1", 0)
Traceback (most recent call last):
    ...
TypeError: dst must be a register (a whole number from 0), not the str 'r1'
"""

from __future__ import annotations

from . import _operands as _op
from . import _table as _t
from ._base import InstructionBase

__all__ = ["Instruction"]


class Instruction(InstructionBase):
    """One instruction with its operands; see the module documentation.

    Equal instructions have equal operands; `str` gives the assembly text.
    """

    __slots__ = ()
"#,
    );
    for op in OPS {
        method(&mut out, op);
    }
    out.push_str(
        r#"
    @classmethod
    def break_instr(cls) -> Instruction:
        """Stands for a jump out of the loop around it; the loop's builder sets the target."""
        return cls._make(_op.BREAK, ())

    @classmethod
    def continue_instr(cls) -> Instruction:
        """Stands for a jump to the next round of the loop; the loop's builder sets the target."""
        return cls._make(_op.CONTINUE, ())

"#,
    );
    for (mnemonic, names) in ALIASES {
        for name in *names {
            let _ = writeln!(out, "    {name} = {}", python_word(mnemonic));
        }
    }
    out
}

/// One parameter of a class method.
struct Param {
    name: String,
    ty: &'static str,
    default: Option<&'static str>,
}

impl Param {
    fn new(name: &str, ty: &'static str, default: Option<&'static str>) -> Param {
        Param {
            name: name.to_owned(),
            ty,
            default,
        }
    }

    fn text(&self) -> String {
        match self.default {
            Some(default) => format!("{}: {} = {default}", self.name, self.ty),
            None => format!("{}: {}", self.name, self.ty),
        }
    }
}

fn method(out: &mut String, op: &OpInfo) {
    let mut params = Vec::new();
    let mut checks = Vec::new();
    for operand in op.operands {
        let name = argument_name(op, operand);
        let (ty, default, check) = argument(op, operand, &name);
        match operand.kind {
            OperandKind::Arms => {
                params.push(Param::new("patterns", "_op.Patterns", None));
                params.push(Param::new("jumps", "_op.Targets", Some("None")));
            }
            OperandKind::Flags if op.mnemonic == "spawn" => {}
            _ => params.push(Param::new(&name, ty, default)),
        }
        checks.push(check);
    }
    if op.mnemonic == "spawn" {
        params.push(Param::new("link", "bool", Some("False")));
        params.push(Param::new("keep", "bool | None", Some("None")));
    }
    // A parameter with a default must not stand before one without.
    let mut open = true;
    for param in params.iter_mut().rev() {
        open &= param.default.is_some();
        if !open {
            param.default = None;
        }
    }

    let _ = writeln!(out, "\n    @classmethod");
    let words: Vec<String> = params.iter().map(Param::text).collect();
    let name = python_word(op.mnemonic);
    let one_line = format!("    def {name}({}) -> Instruction:", with_cls(&words));
    if one_line.len() <= 100 {
        let _ = writeln!(out, "{one_line}");
    } else {
        let _ = writeln!(out, "    def {name}(");
        let all = with_cls(&words);
        if all.len() + 8 <= 100 {
            let _ = writeln!(out, "        {all}");
        } else {
            let _ = writeln!(out, "        cls,");
            for word in &words {
                let _ = writeln!(out, "        {word},");
            }
        }
        let _ = writeln!(out, "    ) -> Instruction:");
    }
    docstring(out, op, true);
    body(out, op, &checks);
}

fn with_cls(words: &[String]) -> String {
    let mut all = vec!["cls".to_owned()];
    all.extend_from_slice(words);
    all.join(", ")
}

/// The manual of an instruction as a docstring, with what `Instruction` adds to it or without.
pub(crate) fn docstring(out: &mut String, op: &OpInfo, remarks: bool) {
    let mut text = op
        .doc
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .replace('\\', "\\\\");
    if let Some(extra) = remark(op.mnemonic).filter(|_| remarks) {
        text.push_str("\n\n");
        text.push_str(extra);
    }
    let mut lines: Vec<&str> = Vec::new();
    for mut line in text.lines() {
        // The quotes before the first line need room too.
        let room = if lines.is_empty() { 86 } else { 92 };
        while line.len() > room
            && let Some(at) = line.get(..room).and_then(|head| head.rfind(' '))
        {
            lines.push(&line[..at]);
            line = &line[at + 1..];
        }
        lines.push(line);
    }
    out.push_str("        \"\"\"");
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        if i > 0 && !line.is_empty() {
            out.push_str("        ");
        }
        out.push_str(line);
    }
    out.push_str(match lines[..] {
        [only] if only.len() <= 86 => "\"\"\"\n",
        _ => "\n        \"\"\"\n",
    });
}

/// What the Python method does beyond the manual.
fn remark(mnemonic: &str) -> Option<&'static str> {
    match mnemonic {
        "match" | "receive_match" => Some(
            "`jumps` holds one target a pattern; without it, `patterns` holds\n\
             `(pattern, target)` pairs.",
        ),
        "spawn" => Some(
            "`keep=None` keeps the result if the class awaits or selects anywhere:\n\
             `await_`, `await_timeout`, `select` or `select_with_kill`.",
        ),
        "make_closure" => Some(
            "A register instead of the function's name gives `make_closure_dyn`.\n\
             Captures are registers; `(name, register)` pairs are accepted.",
        ),
        "load_const" => Some("Anything that `Value.of` takes may stand for the constant."),
        _ => None,
    }
}

fn body(out: &mut String, op: &OpInfo, checks: &[String]) {
    if op.mnemonic == "make_closure" {
        out.push_str("        if _op.is_register(func):\n");
        out.push_str("            return cls.make_closure_dyn(dst, func, scope_id, captures)\n");
    }
    let number = format!("0x{:02X}", op.number);
    let comma = if checks.len() == 1 { "," } else { "" };
    let tuple = format!("({}{comma})", checks.join(", "));
    let line = format!("        return cls._make({number}, {tuple})");
    if line.len() <= 100 {
        let _ = writeln!(out, "{line}");
        return;
    }
    let inner = format!("            {number}, {tuple}");
    let _ = writeln!(out, "        return cls._make(");
    if inner.len() <= 100 {
        let _ = writeln!(out, "{inner}");
    } else {
        let _ = writeln!(out, "            {number},");
        let line = format!("            {tuple},");
        if line.len() <= 100 {
            let _ = writeln!(out, "{line}");
        } else {
            let _ = writeln!(out, "            (");
            for check in checks {
                let _ = writeln!(out, "                {check},");
            }
            let _ = writeln!(out, "            ),");
        }
    }
    let _ = writeln!(out, "        )");
}

/// Type, default and checking expression of an operand's argument.
fn argument(
    op: &OpInfo,
    operand: &OperandInfo,
    name: &str,
) -> (&'static str, Option<&'static str>, String) {
    let simple = |function: &str| format!("_op.{function}({name}, \"{name}\")");
    match operand.kind {
        OperandKind::Dst | OperandKind::Src => ("_op.Reg", None, simple("reg")),
        OperandKind::OptDst | OperandKind::OptSrc => {
            ("_op.Reg | None", Some("None"), simple("opt_reg"))
        }
        OperandKind::Srcs if name == "captures" => ("_op.Captures", Some("()"), simple("captures")),
        OperandKind::Srcs => ("_op.Regs", Some("()"), simple("regs")),
        OperandKind::Pairs => ("_op.RegPairs", Some("()"), simple("reg_pairs")),
        OperandKind::Const => ("object", None, simple("constant")),
        OperandKind::Name => ("_op.Text", None, simple("name")),
        OperandKind::Native => ("_op.Text", None, simple("native")),
        OperandKind::Function => ("_op.Func", None, simple("function")),
        OperandKind::Target => ("_op.Target", None, simple("target")),
        OperandKind::Literal => ("_op.Reg", None, simple("literal")),
        OperandKind::Scope => ("_op.Scope", Some("None"), simple("scope")),
        OperandKind::Arms => ("_op.Patterns", None, "_op.arms(patterns, jumps)".to_owned()),
        OperandKind::TimeoutArm => ("_op.Timeout", Some("None"), simple("timeout_arm")),
        OperandKind::Properties => ("_op.Properties", Some("()"), simple("properties")),
        OperandKind::Flags if op.mnemonic == "spawn" => {
            ("bool", None, "_op.spawn_flags(link, keep)".to_owned())
        }
        OperandKind::Flags => (
            "_op.Flags",
            default_flags(operand.flags),
            format!(
                "_op.flags({name}, \"{name}\", _t.{})",
                flag_constant(operand.flags)
            ),
        ),
    }
}

/// What a flag argument is when it is left out.
pub(crate) fn default_flags(words: &[&str]) -> Option<&'static str> {
    match words {
        ["keys", "values", "entries"] => Some("\"values\""),
        ["writable", "enumerable", "configurable", ..] => Some("7"),
        ["own", "chain"] => Some("\"chain\""),
        ["explicit", "reply"] => Some("\"explicit\""),
        _ => Some("None"),
    }
}

/// What Python calls an operand.
pub(crate) fn argument_name(op: &OpInfo, operand: &OperandInfo) -> String {
    let renamed = RENAMED
        .iter()
        .find(|(mnemonic, name, _)| *mnemonic == op.mnemonic && *name == operand.name);
    match renamed {
        Some((_, _, name)) => (*name).to_owned(),
        None => python_word(operand.name),
    }
}

/// A word as a name in Python.
pub(crate) fn python_word(word: &str) -> String {
    if RESERVED.contains(&word) {
        format!("{word}_")
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rename_and_alias_names_something() {
        for (mnemonic, operand, _) in RENAMED {
            let op = OPS.iter().find(|op| op.mnemonic == *mnemonic);
            let found = op.is_some_and(|op| op.operands.iter().any(|o| o.name == *operand));
            assert!(found, "{mnemonic} has no operand {operand}");
        }
        for (mnemonic, _) in ALIASES {
            assert!(OPS.iter().any(|op| op.mnemonic == *mnemonic), "{mnemonic}");
        }
    }

    #[test]
    fn one_method_an_instruction() {
        let text = instructions();
        for op in OPS {
            let head = format!("    def {}(", python_word(op.mnemonic));
            assert_eq!(text.matches(&head).count(), 1, "{}", op.mnemonic);
        }
    }
}
