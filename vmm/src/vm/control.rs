//! What tools see of a machine: owned snapshots, with names instead of numbers.

use std::fmt;

use crate::code::CodeSpace;
use crate::ids::{FuncId, Pid};
use crate::sched::circles::Circle;
use crate::sched::table::Activity;
use crate::sched::{Deadlock, ProcessInfo};

/// Processes for which one waits, of which its line tells.
const AWAITED_SHOWN: usize = 8;

/// A process that waits, as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingProcess {
    /// Which.
    pub pid: Pid,
    /// The function that waits, `Class.name/arity`.
    pub function: String,
    /// Index of the instruction that waits.
    pub instruction: u32,
    /// Its text.
    pub text: String,
    /// Line of the source, if the class tells.
    pub line: Option<u32>,
    /// Messages that it has, and that do not end the wait.
    pub messages: usize,
    /// For whom it waits, if that is known: whose end it awaits, or whom it watches by the
    /// reference that its receive wants.
    pub awaits: Vec<Pid>,
}

/// Who waits for what can never come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlockReport {
    /// The processes: the main one first, then those that wait in a circle.
    pub waiting: Vec<WaitingProcess>,
    /// How many more there are.
    pub more: usize,
    /// Who wait for each other in circles.
    pub circles: Vec<Circle>,
}

impl DeadlockReport {
    pub(super) fn new(deadlock: &Deadlock, code: &CodeSpace) -> DeadlockReport {
        let waiting = deadlock.waiting.iter();
        DeadlockReport {
            waiting: waiting
                .map(|info| WaitingProcess::new(info, code))
                .collect(),
            more: deadlock.more,
            circles: deadlock.circles.clone(),
        }
    }
}

impl WaitingProcess {
    fn new(info: &ProcessInfo, code: &CodeSpace) -> WaitingProcess {
        let (func, pc) = match info.activity {
            Activity::Waiting(waiting) => (waiting.func, Some(waiting.pc)),
            Activity::Running | Activity::Ready => (info.entry, None),
        };
        let linked = code.function(func);
        let instruction = linked.as_ref().zip(pc);
        let instruction = instruction.map_or(0, |(linked, pc)| linked.instruction_at(pc));
        let source = linked.as_ref().map(|linked| linked.source());
        WaitingProcess {
            pid: info.pid,
            function: function_name(code, func),
            instruction,
            text: instruction_text(code, func, instruction),
            line: source
                .and_then(|source| source.line_of(instruction))
                .map(|entry| entry.line)
                .filter(|&line| line != 0),
            messages: info.messages,
            awaits: info.awaits.clone(),
        }
    }
}

/// `Class.name/arity`.
pub(super) fn function_name(code: &CodeSpace, func: FuncId) -> String {
    code.function(func)
        .map_or_else(|| func.to_string(), |linked| linked.label())
}

/// The text of a public instruction.
pub(super) fn instruction_text(code: &CodeSpace, func: FuncId, index: u32) -> String {
    code.function(func).map_or_else(String::new, |linked| {
        crate::asm::print_instruction(&linked.module, linked.index, index)
    })
}

impl fmt::Display for WaitingProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WaitingProcess {
            pid,
            function,
            instruction,
            text,
            ..
        } = self;
        write!(f, "{pid} waits in {function}, instruction {instruction}")?;
        if !text.is_empty() {
            write!(f, " `{text}`")?;
        }
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        match self.messages {
            0 => {}
            1 => f.write_str(", with 1 message that it does not take")?,
            n => write!(f, ", with {n} messages that it does not take")?,
        }
        let (shown, cut) = match self.awaits.get(..AWAITED_SHOWN) {
            Some(first) => (first, self.awaits.len() - first.len()),
            None => (&*self.awaits, 0),
        };
        for (at, awaited) in shown.iter().enumerate() {
            write!(f, "{} {awaited}", if at == 0 { ", for" } else { " or" })?;
        }
        match cut {
            0 => Ok(()),
            cut => write!(f, " or {cut} more"),
        }
    }
}

/// One sentence; whoever has room shows [`DeadlockReport::waiting`] line by line.
impl fmt::Display for DeadlockReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the main process waits for what can never come")?;
        for process in &self.waiting {
            write!(f, "; {process}")?;
        }
        if self.more > 0 {
            write!(f, "; and {} more", self.more)?;
        }
        for circle in &self.circles {
            write!(f, "; {circle}")?;
        }
        Ok(())
    }
}
