//! What tools see of a machine: owned snapshots, with names instead of numbers.

use std::fmt;

use crate::code::CodeSpace;
use crate::ids::{FuncId, Pid};
use crate::sched::table::Activity;
use crate::sched::{Deadlock, ProcessInfo};

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
}

/// Who waits for what can never come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlockReport {
    /// The processes, the main one first.
    pub waiting: Vec<WaitingProcess>,
    /// How many more there are.
    pub more: usize,
}

impl DeadlockReport {
    pub(super) fn new(deadlock: &Deadlock, code: &CodeSpace) -> DeadlockReport {
        let waiting = deadlock.waiting.iter();
        DeadlockReport {
            waiting: waiting
                .map(|info| WaitingProcess::new(info, code))
                .collect(),
            more: deadlock.more,
        }
    }
}

impl WaitingProcess {
    fn new(info: &ProcessInfo, code: &CodeSpace) -> WaitingProcess {
        let (func, instruction) = match info.activity {
            Activity::Waiting(waiting) => (waiting.func, waiting.instruction),
            Activity::Running | Activity::Ready => (info.entry, 0),
        };
        let linked = code.function(func);
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
            0 => Ok(()),
            1 => f.write_str(", with 1 message that it does not take"),
            n => write!(f, ", with {n} messages that it does not take"),
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
        match self.more {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}
