//! `docs/isa.md`: the manual of the instruction set, from the instruction table.

use std::fmt::Write as _;

use vmm::isa::{Flow, OPS, OpInfo, OperandInfo, OperandKind};

const HEAD: &str = "\
# The instruction set

<!-- Written by `cargo xtask gen` from vmm/src/isa/table.rs; do not edit. -->

What class files, assembly and Python speak. `docs/class-file.md` says how each operand is encoded.

A heading shows an instruction as assembly writes it. Below it stand its number in class files, what it
does to the flow of control, and what it costs in reductions; walks over whole values charge by the word
on top, and a taken backward jump charges one. Then come the operands in order, and what the instruction
does. `Raises` names the kinds of errors it can raise.

";

/// Families in the order of the page, and what they are called there.
const FAMILIES: &[(&str, &str)] = &[
    ("data", "Data"),
    ("arithmetic", "Arithmetic"),
    ("compare", "Comparison and logic"),
    ("text", "Text"),
    ("control", "Control"),
    ("call", "Calls and closures"),
    ("container", "Containers"),
    ("object", "Objects"),
    ("error", "Errors"),
    ("coroutine", "Coroutines"),
    ("process", "Processes"),
];

/// The text of the page.
pub(crate) fn page() -> String {
    let mut out = String::from(HEAD);
    for (family, title) in families() {
        let words: Vec<String> = rows(family)
            .map(|row| format!("[`{0}`](#{0})", row.mnemonic))
            .collect();
        let _ = writeln!(out, "- {title}: {}", words.join(" "));
    }
    for (family, title) in families() {
        let _ = writeln!(out, "\n## {title}");
        for row in rows(family) {
            instruction(&mut out, row);
        }
    }
    out
}

/// The families of the page, then those that have no title yet.
fn families() -> Vec<(&'static str, &'static str)> {
    let mut all = FAMILIES.to_vec();
    for row in OPS {
        if all.iter().all(|(family, _)| *family != row.family) {
            all.push((row.family, row.family));
        }
    }
    all
}

/// The instructions of a family, by number.
fn rows(family: &str) -> impl Iterator<Item = &'static OpInfo> {
    let mut rows: Vec<_> = OPS.iter().filter(|row| row.family == family).collect();
    rows.sort_by_key(|row| row.number);
    rows.into_iter()
}

fn instruction(out: &mut String, row: &OpInfo) {
    let operands: Vec<&str> = row.operands.iter().map(|operand| operand.name).collect();
    let _ = writeln!(
        out,
        "\n<a id=\"{0}\"></a>\n### `{0}` {1}\n",
        row.mnemonic,
        operands.join(", ")
    );
    let _ = writeln!(
        out,
        "`{:02X}` · {} · {}\n",
        row.number,
        flow(row.flow),
        match row.cost {
            0 => "free".to_owned(),
            1 => "1 reduction".to_owned(),
            n => format!("{n} reductions"),
        }
    );
    for operand in row.operands {
        let _ = writeln!(out, "- `{}`: {}", operand.name, describe(operand));
    }
    if !row.operands.is_empty() {
        out.push('\n');
    }
    // Documentation comments begin with a space.
    for line in row.doc.trim().lines() {
        let _ = writeln!(out, "{}", line.trim());
    }
}

fn flow(flow: Flow) -> &'static str {
    match flow {
        Flow::Next => "goes on",
        Flow::Jump => "goes to its target",
        Flow::Branch => "goes to a target or on",
        Flow::Call => "may run other code, then goes on",
        Flow::Leave => "leaves the function",
        Flow::Wait => "may wait, then goes on",
        Flow::WaitBranch => "may wait, then goes to a target or on",
    }
}

fn describe(operand: &OperandInfo) -> String {
    match operand.kind {
        OperandKind::Dst => "register that is written".to_owned(),
        OperandKind::Src => "register that is read".to_owned(),
        OperandKind::OptDst => "register that is written, or `_`".to_owned(),
        OperandKind::OptSrc => "register that is read, or `_`".to_owned(),
        OperandKind::Srcs => "registers that are read".to_owned(),
        OperandKind::Pairs => "pairs of registers that are read".to_owned(),
        OperandKind::Const => "constant".to_owned(),
        OperandKind::Name => "name, an atom".to_owned(),
        OperandKind::Native => "canonical name of a native function".to_owned(),
        OperandKind::Function => "function of this class".to_owned(),
        OperandKind::Target => "jump target".to_owned(),
        OperandKind::Literal => "whole number".to_owned(),
        OperandKind::Scope => "text that older compilers give, or `_`; it means nothing".to_owned(),
        OperandKind::Arms => "patterns, each with a jump target".to_owned(),
        OperandKind::TimeoutArm => {
            "register with a number of milliseconds, and a jump target; or `_`".to_owned()
        }
        OperandKind::Properties => {
            "properties: name, register or constant, flags (`writable` 1, `enumerable` 2, \
             `configurable` 4)"
                .to_owned()
        }
        OperandKind::Flags => {
            let words: Vec<String> = (0..)
                .zip(operand.flags)
                .map(|(bit, word)| format!("`{word}` {}", 1_u32 << bit))
                .collect();
            format!("flags: {}", words.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_has_its_entry_once() {
        let page = page();
        for row in OPS {
            let heading = format!("\n### `{}` ", row.mnemonic);
            assert_eq!(page.matches(&heading).count(), 1, "{}", row.mnemonic);
        }
        assert_eq!(page.matches("\n### ").count(), OPS.len());
    }

    #[test]
    fn every_family_has_a_title() {
        for row in OPS {
            let titled = FAMILIES.iter().any(|(family, _)| *family == row.family);
            assert!(titled, "the family {} has no title", row.family);
        }
    }
}
