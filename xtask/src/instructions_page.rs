//! `docs/spec/instructions.md`: the manual of the instruction set and its rules,
//! from the instruction table.
//!
//! The rules of an instruction are numbered by what they are about, so that
//! they keep their names whatever is added: 1 its operands, 2 what it does, and
//! one for each kind of error that its manual text names.

use std::fmt::Write as _;

use vmm::fault::FaultKind;
use vmm::isa::{Flow, OPS, OpInfo, OperandInfo, OperandKind};

use crate::manual;

const HEAD: &str = "\
# Instructions (I)

<!-- Written by `cargo xtask gen` from vmm/src/isa/table.rs; do not edit. -->

What class files, assembly and Python speak. `docs/spec/class-format.md` says how each operand is encoded.

A heading shows an instruction as assembly writes it. Below it stand its number in class files, what it
does to the flow of control, and what it costs in reductions; walks over whole values charge by the word
on top, and a taken backward jump charges one. Then come the operands in order, and the rules: 1 is about
the operands, 2 about what the instruction does, and one that ends in a kind of error about that error.

No other kind of error comes out of an instruction, but for what comes from a function that it calls, a magic
method among them, and for `:memory_limit`, which everything that makes a value can raise.

The text tests show these rules by observation: every form of every operand, every branch, and every kind
of error of every instruction is watched while they run (`vmm/tests/asm_runner/covered.rs`); what is missing
fails, and so does an error that no rule names.

";

/// The family whose rules are still to be written.
const WITHOUT_RULES: &str = "process";

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
        if family == WITHOUT_RULES {
            let _ = writeln!(out, "\nThe rules of this family are still to be written.");
        }
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
    if row.family == WITHOUT_RULES {
        let _ = writeln!(out, "{}", text(row));
        return;
    }
    let name = row.mnemonic.to_uppercase();
    let _ = writeln!(out, "**I-{name}-1** {}.\n", operand_rule(row));
    let _ = writeln!(out, "**I-{name}-2** {}", text(row));
    for kind in manual::kinds(row) {
        let _ = writeln!(
            out,
            "\n**I-{name}-{}** `{}` MUST raise `:{kind}` {}.",
            kind.to_uppercase(),
            row.mnemonic,
            reason(row, kind)
        );
    }
}

/// The manual text, its lines trimmed.
fn text(row: &OpInfo) -> String {
    // Documentation comments begin with a space.
    let lines: Vec<&str> = row.doc.trim().lines().map(str::trim).collect();
    lines.join("\n")
}

/// What the operands may be, those that may be the same told together.
fn operand_rule(row: &OpInfo) -> String {
    let mut told: Vec<(Vec<String>, &str)> = Vec::new();
    for operand in row.operands {
        let (name, may) = (format!("`{}`", operand.name), forms(operand.kind));
        match told.iter_mut().find(|(_, other)| *other == may) {
            Some((names, _)) => names.push(name),
            None => told.push((vec![name], may)),
        }
    }
    if told.is_empty() {
        return format!("`{}` has no operands", row.mnemonic);
    }
    let told: Vec<String> = told
        .into_iter()
        .map(|(names, may)| format!("{} {may}", names.join(", ")))
        .collect();
    told.join("; ")
}

/// What an operand may be: programs show each form of it.
fn forms(kind: OperandKind) -> &'static str {
    match kind {
        OperandKind::Dst | OperandKind::Src => "MAY be any register of the frame",
        OperandKind::OptDst | OperandKind::OptSrc => "MAY be any register of the frame, or absent",
        OperandKind::Srcs => "MAY hold no register, one, or several",
        OperandKind::Pairs => "MAY hold no pair of registers, one, or several",
        OperandKind::Const => "MAY be a constant of any kind",
        OperandKind::Name => "MAY be any atom",
        OperandKind::Native => {
            "MUST be the canonical name of a native that takes as many arguments"
        }
        OperandKind::Function => "MUST be a function of this class with as many captures",
        OperandKind::Target => "MAY lie before and behind the instruction",
        OperandKind::Literal => "MAY be any whole number of 32 bits",
        OperandKind::Scope => "MAY be any text, or absent",
        OperandKind::Arms => "MAY hold no arm, one, or several",
        OperandKind::TimeoutArm => "MAY be absent",
        OperandKind::Properties => {
            "MAY hold no property, one, or several, of registers and of constants"
        }
        OperandKind::Flags => "MAY be any sensible set of its words",
    }
}

/// When an error is raised: what follows its kind in the manual text, as far as
/// the next kind or the end of the sentence.
fn reason(row: &OpInfo, kind: &str) -> String {
    let doc = row.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let quoted = format!("`:{kind}`");
    let Some((_, rest)) = doc.split_once(&quoted) else {
        let other = doc
            .split_once("aises as `")
            .or(doc.split_once("errors as `"));
        let other = other.and_then(|(_, rest)| rest.split('`').next());
        return format!("as `{}` does", other.unwrap_or_default());
    };
    let ends = [". ", "; ", ", `:", ", and `:", ", and by"];
    let end = ends.iter().filter_map(|end| rest.find(end)).min();
    let clause = rest[..end.unwrap_or(rest.len())]
        .trim()
        .trim_end_matches('.');
    match clause.strip_prefix(',') {
        Some(more) if more.len() > 2 => format!("{},{more}", default_reason(kind)),
        None if !clause.is_empty() => clause.to_owned(),
        _ => default_reason(kind).to_owned(),
    }
}

/// What a kind of error means where the manual text says no more.
fn default_reason(kind: &str) -> &'static str {
    let is = |k: FaultKind| k.atom() == kind;
    if is(FaultKind::BadType) {
        "for an operand of a type that it is not for"
    } else if is(FaultKind::BadNumber) {
        "for a number that it cannot use"
    } else if is(FaultKind::BadIndex) {
        "for an index out of range"
    } else if is(FaultKind::Limit) {
        "if the result would pass the value limit"
    } else if is(FaultKind::ReadOnly) {
        "where a write is not allowed"
    } else if is(FaultKind::NotCallable) {
        "for what cannot be called"
    } else if is(FaultKind::MemoryLimit) {
        "if what it needs does not fit into the process's memory"
    } else {
        "for a key, name or function that is not there"
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
    fn every_instruction_with_rules_says_what_it_takes_does_and_raises() {
        let page = page();
        for row in OPS.iter().filter(|row| row.family != WITHOUT_RULES) {
            let name = row.mnemonic.to_uppercase();
            let kinds = manual::kinds(row);
            let rules = format!("\n**I-{name}-");
            assert_eq!(page.matches(&rules).count(), 2 + kinds.len(), "{name}");
            for kind in kinds {
                let rule = format!("{rules}{}** `{}` MUST", kind.to_uppercase(), row.mnemonic);
                assert!(page.contains(&rule), "{rule}");
            }
        }
    }

    #[test]
    fn every_family_has_a_title() {
        for row in OPS {
            let titled = FAMILIES.iter().any(|(family, _)| *family == row.family);
            assert!(titled, "the family {} has no title", row.family);
        }
    }
}
