//! `ionvm doc NAME`: the manual of an instruction, a native function or a module of them, or
//! the natives that a package brings.

use std::fmt::Write as _;
use std::path::Path;

use vmm::builtin::Native;
use vmm::builtin::modules::{MODULES, about};
use vmm::ionpack::{IonPackReader, MANIFEST_ENTRY};
use vmm::isa::{Flow, OPS, OpInfo, OperandKind};
use vmm::text::{closest, quoted};
use vmm::vm::libraries::native_modules;
use vmm::vm::{VmBuilder, VmConfig};

use crate::console::{complain, data, fill};
use crate::exit::Exit;
use crate::grants::Allowed;
use crate::load::{Kind, Refusal, kind_of, pack, package_of_folder};

/// So many names are told to who asks for a part of them.
const MOST_NAMES: usize = 12;

/// Shows the manual of `name`, or lists everything that has one.
pub(crate) fn doc(name: Option<&str>, allowed: &Allowed) -> Exit {
    if let Some(name) = name
        && (name.ends_with(".ionpack") || Path::new(name).join(MANIFEST_ENTRY).exists())
    {
        return match package(Path::new(name), allowed) {
            Ok(text) => {
                data(&text);
                Exit::Done
            }
            Err(refusal) => refusal.show(),
        };
    }
    let vm = match VmBuilder::new().build() {
        Ok(vm) => vm,
        Err(error) => {
            complain(&error.to_string());
            return Exit::MachineFault;
        }
    };
    let natives = vm.natives().list();
    let Some(name) = name else {
        data(&index(&natives));
        return Exit::Done;
    };
    if let Some(op) = OPS.iter().find(|op| op.mnemonic == name) {
        data(&instruction(op));
        return Exit::Done;
    }
    if let Some(found) = natives.iter().find(|native| &*native.name == name) {
        data(&native(found));
        return Exit::Done;
    }
    if let Some(about) = about(name) {
        data(&module(name, about, &natives));
        return Exit::Done;
    }
    let words = OPS.iter().map(|op| op.mnemonic);
    let words = words.chain(natives.iter().map(|native| &*native.name));
    let words = words.chain(MODULES.iter().map(|(name, _)| *name));
    let hint = hint(name, words.collect());
    let name = quoted(name);
    complain(&format!("there is no instruction or native {name}; {hint}"));
    Exit::Usage
}

/// The natives of a package's libraries; what is granted is loaded to be asked, the
/// rest tells what is declared of it.
fn package(file: &Path, allowed: &Allowed) -> Result<String, Refusal> {
    let refused = |error: &dyn std::fmt::Display| Refusal::new(file, error);
    let mut pack = match kind_of(file)? {
        Kind::Folder => {
            let bytes = package_of_folder(file, false, &mut Vec::new())?;
            IonPackReader::from_bytes(bytes).map_err(|e| refused(&e))?
        }
        _ => pack(file)?,
    };
    let config = VmConfig {
        grants: allowed.grants().map_err(|e| refused(&e))?,
        ..VmConfig::default()
    };
    let vm = VmBuilder::new().config(config).build();
    let mut vm = vm.map_err(|e| refused(&e))?;
    vm.load_libraries(&mut pack).map_err(|e| refused(&e))?;
    let natives = vm.natives().list();
    let mut out = String::new();
    for module in native_modules(&mut pack).map_err(|e| refused(&e))? {
        let before = out.len();
        list(&mut out, &module.name, &natives);
        let flag = module.right.flag();
        match out.len() == before {
            true => {
                let name = &module.name;
                let _ = writeln!(out, "{name}: its library is looked into with {flag}");
            }
            false => out.insert_str(before, &format!("{}: calls need {flag}\n", module.name)),
        }
    }
    if out.is_empty() {
        out.push_str("The package has no natives of its own.\n");
    }
    Ok(out)
}

/// What someone may have meant by a name that there is not: the names that hold it, or a near one.
fn hint(name: &str, words: Vec<&str>) -> String {
    let holding = words.iter().filter(|word| word.contains(name));
    let holding: Vec<_> = holding.map(|word| format!("`{word}`")).collect();
    if let 1..=MOST_NAMES = holding.len() {
        return format!("did you mean {}?", holding.join(" or "));
    }
    closest(name, words).map_or_else(
        || "`ionvm doc` lists those there are".to_owned(),
        |near| format!("did you mean `{near}`?"),
    )
}

/// What a module is about, and its natives, a line each.
fn module(name: &str, about: &str, natives: &[&Native]) -> String {
    let mut out = format!("module {name}\n\n{}", fill(about, 4));
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out.push('\n');
    list(&mut out, name, natives);
    out
}

/// The natives of a module, a line each.
fn list(out: &mut String, module: &str, natives: &[&Native]) {
    let is_in = |native: &&&Native| {
        let rest = native.name.strip_prefix(module);
        rest.is_some_and(|rest| rest.starts_with('.'))
    };
    for native in natives.iter().filter(is_in) {
        let text = first_sentence(native.doc.as_deref().unwrap_or_default());
        let line = format!("  {:<20} {text}", native.name);
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// Every instruction by family, and every native by module, a line each.
fn index(natives: &[&Native]) -> String {
    let mut out = String::new();
    let mut family = "";
    for op in OPS {
        if op.family != family {
            family = op.family;
            let gap = if out.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{family}:");
        }
        let _ = writeln!(out, "  {:<20} {}", op.mnemonic, first_sentence(op.doc));
    }
    let _ = writeln!(out, "\nnatives:");
    for (module, about) in MODULES {
        let _ = writeln!(out, "\n{module}: {}", first_sentence(about));
        list(&mut out, module, natives);
    }
    out
}

/// The manual page of a native.
fn native(native: &Native) -> String {
    let count = match (native.least, native.most) {
        (least, most) if least == most => least.to_string(),
        (least, u16::MAX) => format!("{least} or more"),
        (least, most) => format!("{least} to {most}"),
    };
    let s = if count == "1" { "" } else { "s" };
    let text = native
        .doc
        .as_deref()
        .unwrap_or("Nothing is written about it.");
    let text = fill(text, 4);
    format!("{}, {count} argument{s}\n\n{text}", native.name)
}

/// The text up to its first full stop, or to a colon if it is a single sentence. What stands
/// between backticks, such as `f(... f(start, first) ..., last)`, ends nothing.
fn first_sentence(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let outside = |end: &usize| flat[..*end].matches('`').count() % 2 == 0;
    let find = |mark| {
        let mut places = flat.match_indices(mark).map(|(at, _)| at);
        places.find(outside)
    };
    let end = find(". ").or_else(|| find(": ")).unwrap_or(flat.len());
    flat[..end].trim_end_matches('.').to_owned()
}

/// The manual page of an instruction.
fn instruction(op: &OpInfo) -> String {
    let operands: Vec<_> = op.operands.iter().map(|operand| operand.name).collect();
    let mut out = format!("{} {}\n", op.mnemonic, operands.join(", "));
    out.truncate(out.trim_end().len());
    out.push_str("\n\n");
    for line in op.doc.lines() {
        let _ = writeln!(out, "{}", format!("    {}", line.trim()).trim_end());
    }
    out.push('\n');
    for operand in op.operands {
        let what = if operand.flags.is_empty() {
            kind(operand.kind).to_owned()
        } else {
            format!("flags: {}", operand.flags.join(", "))
        };
        let _ = writeln!(out, "    {:<10} {what}", operand.name);
    }
    let flow = match op.flow {
        Flow::Next => "goes on with the next instruction",
        Flow::Jump => "goes to its target",
        Flow::Branch => "goes to a target or on",
        Flow::Call => "may run code of the program, then goes on",
        Flow::Leave => "leaves the function",
        Flow::Wait => "may wait, then goes on",
        Flow::WaitBranch => "may wait, then goes to a target or on",
    };
    let cost = op.cost;
    let _ = writeln!(
        out,
        "\n    number     0x{:02X}, family {}",
        op.number, op.family
    );
    let _ = writeln!(out, "    flow       {flow}");
    let s = if cost == 1 { "" } else { "s" };
    let _ = writeln!(
        out,
        "    cost       {cost} reduction{s}, and what it walks over"
    );
    out
}

fn kind(kind: OperandKind) -> &'static str {
    match kind {
        OperandKind::Dst => "register, written",
        OperandKind::Src => "register, read",
        OperandKind::OptDst => "register, written, or `_`",
        OperandKind::OptSrc => "register, read, or `_`",
        OperandKind::Srcs => "registers, read",
        OperandKind::Pairs => "pairs of registers, read",
        OperandKind::Const => "constant",
        OperandKind::Name => "name, an atom constant",
        OperandKind::Native => "native function, `module.name`",
        OperandKind::Function => "function of the same class",
        OperandKind::Target => "label",
        OperandKind::Literal => "number",
        OperandKind::Scope => "scope name, or `_`",
        OperandKind::Arms => "patterns, each with a label",
        OperandKind::TimeoutArm => "milliseconds (a register) and a label, or `_`",
        OperandKind::Properties => "names, each with a register or constant, and flags",
        OperandKind::Flags => "flags",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_operands_and_text() {
        let op = OPS
            .iter()
            .find(|op| op.mnemonic == "receive_with_timeout")
            .unwrap();
        let page = instruction(op);
        assert!(
            page.starts_with("receive_with_timeout dst, timeout, result\n\n    Takes"),
            "{page}"
        );
        assert!(page.contains("    timeout    register, read\n"), "{page}");
        assert!(page.contains("0x1E, family process"), "{page}");
        assert!(page.lines().all(|line| line.trim_end() == line), "{page}");
    }

    #[test]
    fn a_part_of_a_name_tells_the_names_that_hold_it() {
        let words = vec!["add", "list.reverse", "array.reverse", "length"];
        let both = "did you mean `list.reverse` or `array.reverse`?";
        assert_eq!(hint("reverse", words.clone()), both);
        assert_eq!(hint("lenght", words.clone()), "did you mean `length`?");
        let list = "`ionvm doc` lists those there are";
        assert_eq!(hint("something", words), list);
    }

    #[test]
    fn a_summary_ends_outside_of_code() {
        let text = "`fold(a, f)` is `f(... f(a, b) ..., z)`. Raises `:bad_type`.";
        assert_eq!(
            first_sentence(text),
            "`fold(a, f)` is `f(... f(a, b) ..., z)`"
        );
        assert_eq!(first_sentence("Adds one: `a: b`."), "Adds one");
        assert_eq!(first_sentence("Adds `a: b`"), "Adds `a: b`");
    }

    #[test]
    fn the_index_has_a_line_for_every_instruction() {
        let index = index(&[]);
        for op in OPS {
            let begin = format!("  {} ", op.mnemonic);
            let line = index.lines().find(|line| line.starts_with(&begin));
            assert!(line.is_some_and(|l| l.len() > 24), "{}", op.mnemonic);
        }
    }
}
