//! From a class to its bytes.
//!
//! One walk over the functions fills the pools and the functions section at
//! once; a second, over debug information, fills the rest. Instructions are
//! encoded by an [`OperandSink`], so a new instruction needs nothing here.
//!
//! # Invariants
//! B1. The bytes depend on the class alone: equal classes give equal bytes.
//! B2. What is written is within every limit that the reader checks.

use std::sync::Arc;

use super::error::ClassError;
use super::kind::{self, section};
use super::leb;
use super::pool::{Pools, Refusal, at_most};
use crate::ids::{FunctionIndex, Offset, Reg};
use crate::isa::{Arm, Instruction, OperandSink, PropertyInit};
use crate::limits;
use crate::program::{Function, Module};
use crate::value::Value;

/// The class file of a class.
pub(super) fn write(module: &Module) -> Result<Vec<u8>, ClassError> {
    let mut pools = Pools::default();
    let functions = functions(module, &mut pools)?;
    let exports = exports(module, &mut pools)?;
    let debug = debug(module, &mut pools)?;
    let [texts, constants, patterns] = pools.sections();

    let mut out = Vec::new();
    out.extend_from_slice(&kind::MAGIC);
    out.extend_from_slice(&[kind::VERSION, 0, 0]);
    out.extend_from_slice(&[0; 4]);
    put_section(&mut out, section::CLASS, &class(module)?);
    put_section(&mut out, section::TEXTS, &texts);
    put_section(&mut out, section::CONSTANTS, &constants);
    put_section(&mut out, section::PATTERNS, &patterns);
    put_section(&mut out, section::FUNCTIONS, &functions);
    put_section(&mut out, section::EXPORTS, &exports);
    put_section(&mut out, section::DEBUG, &debug);
    for custom in &module.custom {
        at_most("bytes of a name", custom.name.len(), limits::NAME_BYTES_MAX)?;
        let mut payload = Vec::with_capacity(custom.data.len().saturating_add(custom.name.len()));
        leb::raw(&mut payload, custom.name.as_bytes());
        payload.extend_from_slice(&custom.data);
        put_section(&mut out, section::CUSTOM, &payload);
        at_most("bytes", out.len(), limits::CLASS_BYTES_MAX)?;
    }
    at_most("bytes", out.len(), limits::CLASS_BYTES_MAX)?;

    let (head, body) = out.split_at_mut(kind::SECTIONS_AT);
    let checksum = crc32fast::hash(body).to_le_bytes();
    if let Some(place) = head.get_mut(kind::CHECKSUM_AT..) {
        place.copy_from_slice(&checksum);
    }
    Ok(out)
}

fn put_section(out: &mut Vec<u8>, id: u8, payload: &[u8]) {
    out.push(id);
    leb::raw(out, payload);
}

fn class(module: &Module) -> Result<Vec<u8>, ClassError> {
    at_most("bytes of a name", module.name.len(), limits::NAME_BYTES_MAX)?;
    let mut out = Vec::new();
    leb::raw(&mut out, module.name.as_bytes());
    leb::count(&mut out, 0);
    Ok(out)
}

fn functions(module: &Module, pools: &mut Pools) -> Result<Vec<u8>, ClassError> {
    at_most("functions", module.functions.len(), limits::FUNCTIONS_MAX)?;
    let instructions = module.functions.iter().map(|f| f.instructions.len()).sum();
    at_most("instructions", instructions, limits::INSTRUCTIONS_MAX)?;
    let mut out = Vec::new();
    leb::count(&mut out, module.functions.len());
    for (index, function) in (0..).zip(&module.functions) {
        out.push(
            (if function.rest {
                kind::function::REST
            } else {
                0
            }) | (if function.lenient {
                kind::function::LENIENT
            } else {
                0
            }) | (if function.private {
                kind::function::PRIVATE
            } else {
                0
            }),
        );
        pools.put_opt_text(function.name.as_ref(), &mut out)?;
        for count in [
            function.arity,
            function.captures,
            function.optional,
            function.extra_regs,
        ] {
            leb::uint(&mut out, u32::from(count));
        }
        leb::count(&mut out, function.instructions.len());
        for (at, instruction) in function.instructions.iter().enumerate() {
            encode(instruction, pools, &mut out)
                .map_err(|fault| placed(fault, function, index, at))?;
            at_most("bytes", out.len(), limits::CLASS_BYTES_MAX)?;
        }
        at_most("handlers", function.handlers.len(), limits::HANDLERS_MAX)?;
        leb::count(&mut out, function.handlers.len());
        for handler in &function.handlers {
            leb::uint(&mut out, handler.from);
            leb::uint(&mut out, handler.to);
            leb::uint(&mut out, handler.target);
            leb::uint(&mut out, u32::from(handler.value.0));
            leb::opt(&mut out, handler.info.map(|reg| u32::from(reg.0)));
        }
    }
    Ok(out)
}

/// The named functions that are not private, with their places.
pub(super) fn exported(
    functions: &[Function],
) -> impl Iterator<Item = (u32, &Arc<str>, &Function)> {
    (0..)
        .zip(functions)
        .filter(|(_, function)| !function.private)
        .filter_map(|(index, function)| {
            let name = function.name.as_ref()?;
            Some((index, name, function))
        })
}

fn exports(module: &Module, pools: &mut Pools) -> Result<Vec<u8>, ClassError> {
    let mut out = Vec::new();
    leb::count(&mut out, exported(&module.functions).count());
    for (index, name, function) in exported(&module.functions) {
        pools.put_text(name, &mut out)?;
        leb::uint(&mut out, u32::from(function.arity));
        leb::uint(&mut out, index);
    }
    Ok(out)
}

fn debug(module: &Module, pools: &mut Pools) -> Result<Vec<u8>, ClassError> {
    let told = |f: &Function| !f.debug.lines.is_empty() || !f.debug.locals.is_empty();
    let mut out = Vec::new();
    leb::count(
        &mut out,
        module.functions.iter().filter(|f| told(f)).count(),
    );
    for (index, function) in (0..).zip(&module.functions).filter(|(_, f)| told(f)) {
        leb::uint(&mut out, index);
        leb::count(&mut out, function.debug.lines.len());
        for line in &function.debug.lines {
            leb::uint(&mut out, line.at);
            pools.put_text(&line.file, &mut out)?;
            leb::uint(&mut out, line.line);
            leb::uint(&mut out, line.column);
        }
        leb::count(&mut out, function.debug.locals.len());
        for local in &function.debug.locals {
            pools.put_text(&local.name, &mut out)?;
            leb::uint(&mut out, u32::from(local.reg.0));
            leb::uint(&mut out, local.from);
            leb::uint(&mut out, local.to);
        }
        at_most("bytes", out.len(), limits::CLASS_BYTES_MAX)?;
    }
    Ok(out)
}

impl From<Refusal> for ClassError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Limit { what, found, limit } => ClassError::Limit {
                at: None,
                what,
                found,
                limit,
            },
            // Only operands hold values, and their refusals are placed below.
            Refusal::NotAConstant(kind) => ClassError::NotAConstant {
                function: String::new(),
                instruction: 0,
                operand: "",
                kind,
            },
        }
    }
}

fn placed(fault: Fault, function: &Function, index: u32, at: usize) -> ClassError {
    match fault.refusal {
        Refusal::NotAConstant(kind) => ClassError::NotAConstant {
            function: function.label(index),
            instruction: at,
            operand: fault.operand,
            kind,
        },
        limit @ Refusal::Limit { .. } => limit.into(),
    }
}

/// Appends one instruction.
fn encode(instruction: &Instruction, pools: &mut Pools, out: &mut Vec<u8>) -> Result<(), Fault> {
    out.push(instruction.opcode() as u8);
    let mut sink = Encoder {
        pools,
        out,
        fault: None,
    };
    instruction.operands(&mut sink);
    match sink.fault {
        Some(fault) => Err(fault),
        None => Ok(()),
    }
}

/// The first operand that has no encoding.
struct Fault {
    operand: &'static str,
    refusal: Refusal,
}

struct Encoder<'a> {
    pools: &'a mut Pools,
    out: &'a mut Vec<u8>,
    fault: Option<Fault>,
}

impl Encoder<'_> {
    fn reg(&mut self, reg: Reg) {
        leb::uint(self.out, u32::from(reg.0));
    }

    /// Remembers the first refusal.
    fn keep(&mut self, operand: &'static str, result: Result<(), Refusal>) {
        if let (Err(refusal), None) = (result, &self.fault) {
            self.fault = Some(Fault { operand, refusal });
        }
    }

    /// Writes a count that has a limit.
    fn limited(&mut self, operand: &'static str, what: &'static str, count: usize, limit: usize) {
        self.keep(operand, at_most(what, count, limit));
        leb::count(self.out, count);
    }
}

impl OperandSink for Encoder<'_> {
    fn dst(&mut self, _: &'static str, reg: Reg) {
        self.reg(reg);
    }
    fn src(&mut self, _: &'static str, reg: Reg) {
        self.reg(reg);
    }
    fn opt_dst(&mut self, _: &'static str, reg: Option<Reg>) {
        leb::opt(self.out, reg.map(|r| u32::from(r.0)));
    }
    fn opt_src(&mut self, _: &'static str, reg: Option<Reg>) {
        leb::opt(self.out, reg.map(|r| u32::from(r.0)));
    }
    fn srcs(&mut self, name: &'static str, regs: &[Reg]) {
        self.limited(name, "operands of a list", regs.len(), limits::OPERANDS_MAX);
        for reg in regs {
            self.reg(*reg);
        }
    }
    fn pairs(&mut self, name: &'static str, pairs: &[(Reg, Reg)]) {
        self.limited(
            name,
            "operands of a list",
            pairs.len(),
            limits::OPERANDS_MAX,
        );
        for (a, b) in pairs {
            self.reg(*a);
            self.reg(*b);
        }
    }
    fn value(&mut self, name: &'static str, value: &Value) {
        let result = self
            .pools
            .constant(value)
            .map(|number| leb::uint(self.out, number));
        self.keep(name, result);
    }
    fn name(&mut self, name: &'static str, text: &Arc<str>) {
        let result = self.pools.put_text(text, self.out);
        self.keep(name, result);
    }
    fn native(&mut self, name: &'static str, text: &Arc<str>) {
        let result = self.pools.put_text(text, self.out);
        self.keep(name, result);
    }
    fn function(&mut self, _: &'static str, function: FunctionIndex) {
        leb::uint(self.out, function.0);
    }
    fn target(&mut self, _: &'static str, target: Offset) {
        leb::sint(self.out, target.0);
    }
    fn literal(&mut self, _: &'static str, number: u32) {
        leb::uint(self.out, number);
    }
    fn scope(&mut self, name: &'static str, scope: Option<&Arc<str>>) {
        let result = self.pools.put_opt_text(scope, self.out);
        self.keep(name, result);
    }
    fn arms(&mut self, name: &'static str, arms: &[Arm]) {
        self.limited(name, "arms of a match", arms.len(), limits::MATCH_ARMS_MAX);
        for arm in arms {
            let result = self
                .pools
                .pattern(&arm.pattern)
                .map(|number| leb::uint(self.out, number));
            self.keep(name, result);
            leb::sint(self.out, arm.target.0);
        }
    }
    fn timeout_arm(&mut self, _: &'static str, arm: Option<(Reg, Offset)>) {
        leb::opt(self.out, arm.map(|(reg, _)| u32::from(reg.0)));
        if let Some((_, target)) = arm {
            leb::sint(self.out, target.0);
        }
    }
    fn properties(&mut self, name: &'static str, properties: &[PropertyInit]) {
        self.limited(
            name,
            "operands of a list",
            properties.len(),
            limits::OPERANDS_MAX,
        );
        for property in properties {
            let result = self
                .pools
                .put_text(&property.key, self.out)
                .and_then(|()| self.pools.put_side(&property.value, self.out));
            self.keep(name, result);
            self.out.push(property.flags.0);
        }
    }
    fn flags(&mut self, _: &'static str, bits: u8, _: &'static [&'static str]) {
        self.out.push(bits);
    }
}
