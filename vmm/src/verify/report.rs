//! Collecting problems: where the verifier stands, and what it found there.
//!
//! Messages are made only for problems that are kept, and the text of an
//! instruction is cut, so that a class full of faults costs no more to refuse
//! than a sound one to accept.

use std::fmt;

use super::rules::Rule;
use crate::asm::instruction_excerpt;
use crate::diag::{Diagnostic, Place};
use crate::limits;
use crate::names::Quoted;
use crate::program::Module;

/// Problems found so far, and the place that is being looked at.
#[derive(Debug)]
pub(super) struct Report<'m> {
    module: &'m Module,
    function: Option<u32>,
    instruction: Option<u32>,
    operand: Option<&'static str>,
    problems: Vec<Diagnostic>,
}

impl<'m> Report<'m> {
    pub(super) fn new(module: &'m Module) -> Self {
        Report {
            module,
            function: None,
            instruction: None,
            operand: None,
            problems: Vec::new(),
        }
    }

    /// What follows is about this function and this instruction of it.
    pub(super) fn stand_at(&mut self, function: Option<u32>, instruction: Option<u32>) {
        self.function = function;
        self.instruction = instruction;
        self.operand = None;
    }

    /// What follows is about this operand of the instruction.
    pub(super) fn in_operand(&mut self, name: Option<&'static str>) {
        self.operand = name;
    }

    /// Whether further problems would not be kept.
    pub(super) fn is_full(&self) -> bool {
        self.problems.len() >= limits::DIAGNOSTICS_MAX
    }

    /// Whether nothing was found yet.
    pub(super) fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// One problem, at the place that is being looked at.
    pub(super) fn problem(&mut self, rule: Rule, message: fmt::Arguments<'_>) {
        if !self.is_full() {
            let message = match self.operand {
                Some(name) => format!("{message} (operand `{name}`)"),
                None => message.to_string(),
            };
            let found = Diagnostic::error(rule.code(), message, self.place());
            self.problems.push(found.help(rule.remedy()));
        }
    }

    pub(super) fn into_problems(self) -> Vec<Diagnostic> {
        self.problems
    }

    fn place(&self) -> Place {
        let index = self.function.unwrap_or(0);
        let function = self
            .function
            .and_then(|_| self.module.functions.get(index as usize));
        Place::Code {
            class: shown(&self.module.name),
            function: function.map(|f| shown(&f.label(index))),
            instruction: self.instruction.and_then(|at| {
                let instruction = function?.instructions.get(at as usize)?;
                Some((
                    at,
                    instruction_excerpt(Some(self.module), instruction, TEXT_CHARS),
                ))
            }),
            source: function
                .zip(self.instruction)
                .and_then(|(function, at)| function.source_of(at)),
        }
    }
}

/// A name as messages show it: without what would not show, and not too long.
pub(super) fn shown(name: &str) -> String {
    Quoted::new(name).as_str().to_owned()
}

/// Characters of an instruction that a message shows.
const TEXT_CHARS: usize = 100;
