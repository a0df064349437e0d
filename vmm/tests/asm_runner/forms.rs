//! The forms of operands: what there is to be seen of each kind, and what a
//! single instruction shows.
//!
//! A form is `OPERAND: WORDS`, as in `dst: r0`, `args: several`.

use std::collections::BTreeSet;
use std::sync::Arc;

use vmm::ids::{FunctionIndex, Offset, Reg};
use vmm::isa::operand::flags_valid;
use vmm::isa::{
    Arm, Flow, Instruction, OpInfo, OperandInfo, OperandKind, OperandSink, Pattern, PropertyInit,
    RegOrValue,
};
use vmm::value::{Primitive, Value};

/// Kinds of patterns that some arm must have.
const PATTERNS: [&str; 16] = [
    "value",
    "wildcard",
    "bind",
    "as",
    "pin",
    "tuple",
    "array",
    "array with rest",
    "pair",
    "map",
    "object",
    "bytes",
    "type",
    "alternatives",
    "tagged",
    "guard",
];

/// Every form that the operands of an instruction have.
pub(crate) fn wanted(row: &OpInfo) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for operand in row.operands {
        for words in wanted_of(operand) {
            all.insert(format!("{}: {words}", operand.name));
        }
    }
    if matches!(row.flow, Flow::Branch | Flow::WaitBranch) {
        all.extend(["taken".to_owned(), "not taken".to_owned()]);
    }
    all
}

fn wanted_of(operand: &OperandInfo) -> Vec<String> {
    let words: Vec<&str> = match operand.kind {
        OperandKind::Dst | OperandKind::Src => vec!["r0", "another register"],
        OperandKind::OptDst | OperandKind::OptSrc => vec!["absent", "r0", "another register"],
        OperandKind::Srcs | OperandKind::Pairs => vec!["none", "one", "several"],
        OperandKind::Const => vec!["word", "text", "shared", "fresh", "frozen", "function"],
        OperandKind::Name | OperandKind::Literal | OperandKind::Function => vec!["given"],
        OperandKind::Native => vec!["builtin", "library", "foreign"],
        OperandKind::Target => vec!["forward", "backward"],
        OperandKind::Scope | OperandKind::TimeoutArm => vec!["absent", "given"],
        OperandKind::Arms => [&["none", "one", "several"], &PATTERNS[..]].concat(),
        OperandKind::Properties => vec![
            "none",
            "one",
            "several",
            "register",
            "constant",
            "writable",
            "enumerable",
            "configurable",
            "open",
            "closed",
        ],
        OperandKind::Flags => {
            let possible = |bits: &u8| flags_valid(*bits, operand.flags);
            let each = operand.flags.iter().enumerate();
            let mut words: Vec<String> = each
                .filter(|(bit, _)| (0..=u8::MAX).any(|b| b & (1 << bit) != 0 && possible(&b)))
                .map(|(_, word)| (*word).to_owned())
                .collect();
            if possible(&0) {
                words.push("no flag".to_owned());
            }
            return words;
        }
    };
    words.into_iter().map(str::to_owned).collect()
}

/// The forms that the operands of one instruction have.
pub(crate) fn shown(
    instruction: &Instruction,
    kind_of_native: &dyn Fn(&str) -> &'static str,
) -> BTreeSet<String> {
    let mut forms = Forms {
        found: BTreeSet::new(),
        kind_of_native,
    };
    instruction.operands(&mut forms);
    forms.found
}

/// Takes the forms of the operands it is shown.
struct Forms<'a> {
    found: BTreeSet<String>,
    kind_of_native: &'a dyn Fn(&str) -> &'static str,
}

impl Forms<'_> {
    fn form(&mut self, name: &str, words: &str) {
        self.found.insert(format!("{name}: {words}"));
    }

    fn reg(&mut self, name: &str, reg: Reg) {
        self.form(name, if reg.0 == 0 { "r0" } else { "another register" });
    }

    fn opt(&mut self, name: &str, reg: Option<Reg>) {
        match reg {
            Some(reg) => self.reg(name, reg),
            None => self.form(name, "absent"),
        }
    }

    fn count(&mut self, name: &str, count: usize) {
        let words = match count {
            0 => "none",
            1 => "one",
            _ => "several",
        };
        self.form(name, words);
    }

    fn given(&mut self, name: &str, given: bool) {
        self.form(name, if given { "given" } else { "absent" });
    }

    fn pattern(&mut self, name: &str, pattern: &Pattern) {
        let (words, inner): (&str, Vec<&Pattern>) = match pattern {
            Pattern::Value(_) => ("value", vec![]),
            Pattern::Wildcard => ("wildcard", vec![]),
            Pattern::Bind(_) => ("bind", vec![]),
            Pattern::As(_, inner) => ("as", vec![inner]),
            Pattern::Pin(_) => ("pin", vec![]),
            Pattern::Tuple(parts) => ("tuple", parts.iter().collect()),
            Pattern::Array(parts, None) => ("array", parts.iter().collect()),
            Pattern::Array(parts, Some(rest)) => {
                ("array with rest", parts.iter().chain([&**rest]).collect())
            }
            Pattern::Pair(head, tail) => ("pair", vec![head, tail]),
            Pattern::Map(entries) => ("map", entries.iter().map(|(_, p)| p).collect()),
            Pattern::Object(entries) => ("object", entries.iter().map(|(_, p)| p).collect()),
            Pattern::Bytes(_, rest) => ("bytes", rest.as_deref().into_iter().collect()),
            Pattern::Type(_) => ("type", vec![]),
            Pattern::AnyOf(parts) => ("alternatives", parts.iter().collect()),
            Pattern::Tagged(_, inner) => ("tagged", vec![inner]),
            Pattern::Guard(inner, _) => ("guard", vec![inner]),
        };
        self.form(name, words);
        for pattern in inner {
            self.pattern(name, pattern);
        }
    }
}

impl OperandSink for Forms<'_> {
    fn dst(&mut self, name: &'static str, reg: Reg) {
        self.reg(name, reg);
    }
    fn src(&mut self, name: &'static str, reg: Reg) {
        self.reg(name, reg);
    }
    fn opt_dst(&mut self, name: &'static str, reg: Option<Reg>) {
        self.opt(name, reg);
    }
    fn opt_src(&mut self, name: &'static str, reg: Option<Reg>) {
        self.opt(name, reg);
    }
    fn srcs(&mut self, name: &'static str, regs: &[Reg]) {
        self.count(name, regs.len());
    }
    fn pairs(&mut self, name: &'static str, pairs: &[(Reg, Reg)]) {
        self.count(name, pairs.len());
    }
    fn value(&mut self, name: &'static str, value: &Value) {
        let words = match value {
            Value::Primitive(Primitive::String(_) | Primitive::Bytes(_)) => "text",
            Value::Primitive(_) => "word",
            Value::Array(_) | Value::Map(_) | Value::Object(_) => "fresh",
            Value::Frozen(_) => "frozen",
            Value::Function(_) | Value::Native(_) => "function",
            _ => "shared",
        };
        self.form(name, words);
    }
    fn name(&mut self, name: &'static str, _: &Arc<str>) {
        self.given(name, true);
    }
    fn native(&mut self, name: &'static str, text: &Arc<str>) {
        let words = (self.kind_of_native)(text);
        self.form(name, words);
    }
    fn function(&mut self, name: &'static str, _: FunctionIndex) {
        self.given(name, true);
    }
    fn target(&mut self, name: &'static str, target: Offset) {
        self.form(name, if target.0 > 0 { "forward" } else { "backward" });
    }
    fn literal(&mut self, name: &'static str, _: u32) {
        self.given(name, true);
    }
    fn scope(&mut self, name: &'static str, scope: Option<&Arc<str>>) {
        self.given(name, scope.is_some());
    }
    fn arms(&mut self, name: &'static str, arms: &[Arm]) {
        self.count(name, arms.len());
        for arm in arms {
            self.pattern(name, &arm.pattern);
        }
    }
    fn timeout_arm(&mut self, name: &'static str, arm: Option<(Reg, Offset)>) {
        self.given(name, arm.is_some());
    }
    fn properties(&mut self, name: &'static str, properties: &[PropertyInit]) {
        self.count(name, properties.len());
        for property in properties {
            let words = match property.value {
                RegOrValue::Reg(_) => "register",
                RegOrValue::Value(_) => "constant",
            };
            self.form(name, words);
            let flags = ["writable", "enumerable", "configurable"];
            let words = match property.flags.0 {
                0 => "closed",
                7 => "open",
                bits => flags[bits.trailing_zeros() as usize],
            };
            self.form(name, words);
        }
    }
    fn flags(&mut self, name: &'static str, bits: u8, words: &'static [&'static str]) {
        if bits == 0 {
            self.form(name, "no flag");
        }
        for (bit, word) in words.iter().enumerate() {
            if bits & (1 << bit) != 0 {
                self.form(name, word);
            }
        }
    }
}
