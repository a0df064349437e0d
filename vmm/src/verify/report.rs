//! Collecting problems: where the verifier stands, and what it found there.
//!
//! Messages are made only for problems that are kept, and the text of an
//! instruction is cut, so that a class full of faults costs no more to refuse
//! than a sound one to accept.

use std::fmt;

use super::rules::Rule;
use crate::diag::{Diagnostic, Place};
use crate::isa::Instruction;
use crate::limits;
use crate::names::Quoted;
use crate::program::Module;
use crate::text::quote::is_hidden;

/// Problems found so far, and the place that is being looked at.
#[derive(Debug)]
pub(super) struct Report<'m> {
    module: &'m Module,
    function: Option<u32>,
    instruction: Option<u32>,
    problems: Vec<Diagnostic>,
}

impl<'m> Report<'m> {
    pub(super) fn new(module: &'m Module) -> Self {
        Report {
            module,
            function: None,
            instruction: None,
            problems: Vec::new(),
        }
    }

    /// What follows is about this function and this instruction of it.
    pub(super) fn stand_at(&mut self, function: Option<u32>, instruction: Option<u32>) {
        self.function = function;
        self.instruction = instruction;
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
            let found = Diagnostic::error(rule.code(), message.to_string(), self.place());
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
                Some((at, instruction_text(instruction)))
            }),
        }
    }
}

/// A name as messages show it: without what would not show, and not too long.
pub(super) fn shown(name: &str) -> String {
    Quoted::new(name).as_str().to_owned()
}

/// Characters of an instruction that a message shows.
const TEXT_CHARS: usize = 100;

/// The text of an instruction, cut if it is long.
fn instruction_text(instruction: &Instruction) -> String {
    let mut cut = Cut {
        text: String::new(),
        left: TEXT_CHARS,
    };
    // Formatting stops with the first character too many, however large or
    // deep the operands are.
    if fmt::write(&mut cut, format_args!("{instruction:?}")).is_err() {
        cut.text.push('…');
    }
    cut.text
}

/// Takes so many characters and then no more.
struct Cut {
    text: String,
    left: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        for c in s.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(if is_hidden(c) { '\u{fffd}' } else { c });
        }
        Ok(())
    }
}
