//! How a run ended, in terms that a host program and a person understand.

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use crate::asm::show_value;
use crate::convert::ConvertError;
use crate::fault::FaultKind;
use crate::names::Quoted;
use crate::process::contract::ExitClass;
use crate::sched::Stop;
use crate::value::{Object, Value};
use crate::vm::control::DeadlockReport;

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum RunOutcome {
    /// The main process ended without failure; its result, or `unit` if it
    /// ended by `exit`.
    Finished(Value),
    /// The main process ended without failure, and its result has no form
    /// outside of it: it contains itself, or a value that cannot leave.
    Opaque {
        /// Its *show* form.
        shown: String,
        /// What stood in the way.
        error: ConvertError,
    },
    /// The main process failed.
    Failed(Failure),
    /// The main process can never run again.
    Deadlock(DeadlockReport),
    /// The program ended the run with this exit code.
    Halted(u8),
    /// The run took longer than it may.
    TimedOut(Duration),
    /// All processes together have used as many reductions, or in stepped mode
    /// instructions, as they may.
    Exhausted(u64),
    /// A stop from outside.
    Stopped(Stop),
    /// Standard output takes no more.
    OutputLost(std::io::ErrorKind),
}

/// Why the main process failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Its exit reason: an error object, `(value, trace)` of another error,
    /// `(:nocatch, value)`, or what was given to `exit`. If it has no form outside of the machine, its *show*
    /// form as a string.
    pub reason: Value,
    /// How that came about.
    pub class: ExitClass,
    /// Where it was raised, as the program would see it.
    trace: Option<Value>,
}

/// One frame of an error's trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceLine {
    /// `Class.name/arity`.
    pub function: String,
    /// Index of the instruction.
    pub instruction: u32,
    /// Line of the source, if the class tells.
    pub line: Option<u32>,
    /// File of the source, if the class tells.
    pub file: Option<String>,
}

/// Frames of a trace that people see of either end.
pub const FRAMES_SHOWN: usize = 10;

impl Failure {
    /// A failure; without a trace it has that of the error object, if the
    /// reason is one.
    #[must_use]
    pub fn new(reason: Value, class: ExitClass, trace: Option<Value>) -> Failure {
        let mut failure = Failure {
            reason,
            class,
            trace: None,
        };
        failure.trace = trace.or_else(|| failure.property("trace").cloned());
        failure
    }

    /// The kind of the error, without the colon; none if the reason is no
    /// error object.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.property("kind")?.as_atom()
    }

    /// The message of the error.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.property("message")?.as_str()
    }

    /// Where it was raised, innermost frame first; empty if that is not known.
    #[must_use]
    pub fn trace(&self) -> Vec<TraceLine> {
        let frames = self.frames().iter();
        frames.filter_map(TraceLine::from_value).collect()
    }

    /// How many frames the trace leaves out of the middle of a deep stack.
    #[must_use]
    pub fn omitted_frames(&self) -> u64 {
        let omitted = self.frames().iter().filter_map(Value::as_number);
        // The machine made it from such a number.
        omitted.map(|n| n as u64).sum()
    }

    /// The trace as people read it: a line a frame, of a long one the first and the last
    /// [`FRAMES_SHOWN`], and how many are left out between them.
    #[must_use]
    pub fn trace_text(&self) -> String {
        let trace = self.trace();
        let hidden = trace.len().saturating_sub(2 * FRAMES_SHOWN);
        let mut out = String::new();
        for (i, line) in trace.iter().enumerate() {
            if i == FRAMES_SHOWN && hidden > 0 {
                let left_out = hidden as u64 + self.omitted_frames();
                let _ = writeln!(out, "  ... {left_out} frames ...");
            }
            if !(FRAMES_SHOWN..FRAMES_SHOWN + hidden).contains(&i) {
                let _ = writeln!(out, "  at {line}");
            }
        }
        out
    }

    fn frames(&self) -> &[Value] {
        match &self.trace {
            Some(Value::Array(frames)) => frames,
            _ => &[],
        }
    }

    /// Whether a limit of the machine is the reason.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        let limits = [
            FaultKind::Limit,
            FaultKind::MemoryLimit,
            FaultKind::StackOverflow,
        ];
        self.class == ExitClass::Error
            && limits.iter().any(|limit| self.kind() == Some(limit.atom()))
    }

    fn property(&self, name: &str) -> Option<&Value> {
        match &self.reason {
            Value::Object(object) => Object::get(object, name).map(|property| &property.value),
            _ => None,
        }
    }
}

impl TraceLine {
    fn from_value(value: &Value) -> Option<TraceLine> {
        let Value::Tuple(parts) = value else {
            return None;
        };
        let [function, instruction, line, file] = &**parts else {
            return None;
        };
        Some(TraceLine {
            function: function.as_str()?.to_owned(),
            // The machine made them from such numbers.
            instruction: instruction.as_number()? as u32,
            line: line.as_number().map(|n| n as u32),
            file: file
                .as_str()
                .filter(|file| !file.is_empty())
                .map(str::to_owned),
        })
    }
}

/// One sentence without the trace: `:bad_type: cannot add ...`.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.class, &self.reason) {
            (ExitClass::Error, reason) => match (self.kind(), self.message(), reason) {
                (Some(kind), Some(message), _) => write!(f, ":{kind}: {message}"),
                (_, _, Value::Tuple(parts)) if parts.len() == 2 => {
                    write!(f, "nobody caught the error {}", show_value(&parts[0]))
                }
                _ => write!(f, "nobody caught the error {}", show_value(reason)),
            },
            (ExitClass::Throw, Value::Tuple(parts)) if parts.len() == 2 => {
                write!(f, "nobody caught {}", show_value(&parts[1]))
            }
            (ExitClass::Throw, reason) => write!(f, "nobody caught {}", show_value(reason)),
            (ExitClass::Exit, reason) => write!(f, "it exited with {}", show_value(reason)),
        }
    }
}

impl fmt::Display for TraceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, instruction {}", self.function, self.instruction)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        match (self.line, &self.file) {
            (Some(_), Some(file)) => write!(f, " of {}", Quoted::new(file).as_str()),
            _ => Ok(()),
        }
    }
}

/// One sentence, lower case, without a full stop.
impl fmt::Display for RunOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunOutcome::Opaque { shown, .. } => write!(f, "finished with {shown}"),
            RunOutcome::Finished(value) => write!(f, "finished with {}", show_value(value)),
            RunOutcome::Failed(failure) => write!(f, "the main process failed: {failure}"),
            RunOutcome::Deadlock(report) => write!(f, "deadlock: {report}"),
            RunOutcome::Halted(code) => write!(f, "the program ended the run with code {code}"),
            RunOutcome::TimedOut(limit) => {
                write!(f, "the run took longer than its limit of {limit:?}")
            }
            RunOutcome::Exhausted(limit) => {
                write!(f, "the run has used {limit} reductions, as many as it may")
            }
            RunOutcome::Stopped(Stop::Interrupt) => f.write_str("interrupted"),
            RunOutcome::Stopped(Stop::Terminate) => f.write_str("terminated"),
            RunOutcome::OutputLost(kind) => write!(f, "standard output takes no more: {kind}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::PropertyDescriptor;

    fn error(kind: &str) -> Failure {
        let frame = |line| {
            let function = Value::string("Main.main/0");
            Value::tuple([function, Value::number(3.0), line, Value::undefined()])
        };
        let trace = Value::array([frame(Value::number(7.0)), frame(Value::undefined())]);
        let object = Object::new()
            .with("kind", PropertyDescriptor::open(Value::atom(kind)))
            .with("message", PropertyDescriptor::open("no such thing".into()))
            .with("trace", PropertyDescriptor::open(trace));
        Failure::new(Value::object(object), ExitClass::Error, None)
    }

    #[test]
    fn an_error_tells_kind_message_and_trace() {
        let failure = error("bad_type");
        assert_eq!(failure.to_string(), ":bad_type: no such thing");
        let lines: Vec<_> = failure.trace().iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "Main.main/0, instruction 3, line 7",
                "Main.main/0, instruction 3"
            ]
        );
        assert!(!failure.is_limit());
        assert!(error("stack_overflow").is_limit());
    }

    #[test]
    fn throws_and_exits_tell_their_value() {
        let reason = Value::tuple([Value::atom("nocatch"), Value::number(5.0)]);
        let class = ExitClass::Throw;
        assert_eq!(
            Failure::new(reason, class, None).to_string(),
            "nobody caught 5"
        );
        let failure = Failure::new(Value::atom("limit"), ExitClass::Exit, None);
        assert_eq!(failure.to_string(), "it exited with :limit");
        assert!(!failure.is_limit() && failure.trace().is_empty());
    }

    #[test]
    fn a_reason_that_only_looks_like_an_error_is_shown_as_it_is() {
        let failure = Failure::new(Value::tuple([]), ExitClass::Error, None);
        assert_eq!(failure.to_string(), "nobody caught the error ()");
        assert!(!failure.is_limit());
    }

    #[test]
    fn an_error_of_the_program_tells_its_value_and_trace() {
        let file = Value::undefined();
        let frame = [Value::string("Main.f/1"), 3.0.into(), 7.0.into(), file];
        let trace = Value::array([Value::tuple(frame)]);
        let reason = Value::tuple([Value::atom("badmatch"), trace.clone()]);
        let failure = Failure::new(reason, ExitClass::Error, Some(trace));
        assert_eq!(failure.to_string(), "nobody caught the error :badmatch");
        let lines: Vec<_> = failure.trace().iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["Main.f/1, instruction 3, line 7"]);
    }
}
