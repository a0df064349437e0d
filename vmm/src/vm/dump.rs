//! A crash dump: what every process of a running machine is doing, for people.
//!
//! It says first what is most conspicuous, then everything about each process. The
//! contents of messages and values are left out: they may be secret. The text is for
//! people and for [`read`], which makes the same of it again.

pub mod read;
pub mod waits;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::code::CodeSpace;
use crate::heap::parcel::Parcel;
use crate::heap::view::View;
use crate::ids::{FuncId, Pid};
use crate::process::about::Key;
use crate::process::backtrace::Backtrace;
use crate::sched::Gate;
use crate::sched::outside::Outside;
use crate::sched::survey::{Survey, Surveyed};
use crate::term::show;
use crate::vm::control::function_name;
use crate::word::Word;

/// Processes that a dump tells about. Further ones are counted.
const PROCESSES_MAX: usize = 200_000;

/// Frames of a process that it tells.
const FRAMES_MAX: usize = 12;

/// Makes dumps of a running machine, from any thread; keeps none alive.
#[derive(Clone, Debug)]
pub struct Dumper {
    gate: Arc<Gate>,
    code: Arc<CodeSpace>,
}

/// One frame of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DumpedFrame {
    /// `Class.name/arity`.
    pub function: String,
    /// Index of the instruction.
    pub instruction: u32,
    /// Line of the source, if the class tells.
    pub line: Option<u32>,
}

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DumpedProcess {
    /// Which.
    pub pid: Pid,
    /// `executing`, `runnable` or `waiting`.
    pub status: String,
    /// The function that it began with.
    pub entry: String,
    /// Its innermost frames.
    pub frames: Vec<DumpedFrame>,
    /// Messages that it has not taken.
    pub messages: u64,
    /// Bytes of its memory.
    pub memory: u64,
    /// What its turns have used.
    pub reductions: u64,
    /// Everything else, `key value`, as programs see it.
    pub more: Vec<(String, String)>,
}

/// What a machine was doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrashDump {
    /// Processes by slot.
    pub processes: Vec<DumpedProcess>,
    /// How many more there are.
    pub more: usize,
    /// How many did not answer in time; none if the machine did not.
    pub missing: Option<usize>,
}

impl Dumper {
    pub(super) fn new(gate: Arc<Gate>, code: Arc<CodeSpace>) -> Dumper {
        Dumper { gate, code }
    }

    /// Asks every process what it is doing, and waits so long for the answers.
    #[must_use]
    pub fn dump(&self, span: Duration) -> CrashDump {
        let survey = Arc::new(Survey::default());
        self.gate.post(Outside::Survey(Arc::clone(&survey)));
        let Surveyed { answers, missing } = survey.wait(span);
        let told = answers.iter().take(PROCESSES_MAX);
        CrashDump {
            processes: told
                .map(|(pid, answer)| self.process(*pid, answer))
                .collect(),
            more: answers.len().saturating_sub(PROCESSES_MAX),
            missing,
        }
    }

    fn process(&self, pid: Pid, answer: &Parcel) -> DumpedProcess {
        let view = answer.view(self.code.common());
        let mut process = DumpedProcess {
            pid,
            status: String::new(),
            entry: String::new(),
            frames: Vec::new(),
            messages: 0,
            memory: 0,
            reductions: 0,
            more: Vec::new(),
        };
        let count = |word: Word| word.to_number().map_or(0, |n| n as u64);
        for (i, key) in Key::ALL.iter().enumerate() {
            let word = view.field(answer.root(), i);
            match key {
                Key::Status => {
                    let status = match count(word) {
                        0 => "executing",
                        1 => "runnable",
                        _ => "waiting",
                    };
                    process.status = status.to_owned();
                }
                Key::Entry => {
                    let entry = FuncId(count(word) as u32);
                    process.entry = one_line(&function_name(&self.code, entry));
                }
                Key::Function => {}
                Key::Trace => process.frames = self.frames(view, word),
                Key::Messages => process.messages = count(word),
                Key::Memory => process.memory = count(word),
                Key::Reductions => process.reductions = count(word),
                _ if word == Word::UNDEFINED || word == Word::FALSE => {}
                _ if view.tuple_items(word).is_some_and(<[u64]>::is_empty) => {}
                _ => process
                    .more
                    .push((key.name().to_owned(), show(view, word, &*self.code))),
            }
        }
        process
    }

    fn frames(&self, view: View<'_>, note: Word) -> Vec<DumpedFrame> {
        let trace = Backtrace::read(view, note).unwrap_or_default();
        let frames = trace.innermost().iter().take(FRAMES_MAX);
        let frames = frames.filter_map(|(func, pc)| {
            let code = self.code.function(*func)?;
            let instruction = code.instruction_at(*pc);
            let line = code.source().line_of(instruction);
            Some(DumpedFrame {
                function: one_line(&code.label()),
                instruction,
                line: line.map(|entry| entry.line).filter(|line| *line > 0),
            })
        });
        frames.collect()
    }
}

/// A text that stands in one line whatever it holds.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

impl fmt::Display for DumpedFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, instruction {}", self.function, self.instruction)?;
        match self.line {
            Some(line) => write!(f, ", line {line}"),
            None => Ok(()),
        }
    }
}

impl DumpedProcess {
    /// Who it is and where, in a line.
    #[must_use]
    pub fn headline(&self) -> String {
        let place = match self.frames.first() {
            Some(frame) => frame.to_string(),
            None => format!("{}, not begun", self.entry),
        };
        format!("{} {} in {place}", self.pid, self.status)
    }

    /// What it tells under a key, as programs see it.
    #[must_use]
    pub fn told(&self, key: &str) -> Option<&str> {
        let mut more = self.more.iter();
        more.find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for DumpedProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.pid, self.status)?;
        writeln!(f, "  entry {}", self.entry)?;
        writeln!(f, "  messages {}", self.messages)?;
        writeln!(f, "  memory {}", self.memory)?;
        writeln!(f, "  reductions {}", self.reductions)?;
        for (key, value) in &self.more {
            writeln!(f, "  {key} {value}")?;
        }
        for frame in &self.frames {
            writeln!(f, "  in {frame}")?;
        }
        Ok(())
    }
}

/// The text form; [`read`] says what it is.
impl fmt::Display for CrashDump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = &self.processes;
        writeln!(f, "processes: {}", all.len())?;
        if self.more > 0 {
            writeln!(f, "not shown: {}", self.more)?;
        }
        match self.missing {
            None => writeln!(f, "not asked: nothing runs, or no turn has ended")?,
            Some(0) => {}
            Some(missing) => writeln!(f, "not answered in time: {missing}")?,
        }
        let mut most = |what: &str, of: fn(&DumpedProcess) -> u64| match all
            .iter()
            .max_by_key(|p| of(p))
        {
            Some(process) => writeln!(f, "most {what}: {}, {}", of(process), process.headline()),
            None => Ok(()),
        };
        most("memory in bytes", |process| process.memory)?;
        most("messages not taken", |process| process.messages)?;
        most("reductions", |process| process.reductions)?;
        let executing = all.iter().filter(|process| process.status != "waiting");
        for process in executing.take(8) {
            writeln!(f, "busy: {}", process.headline())?;
        }
        writeln!(f)?;
        for process in all {
            writeln!(f, "{process}")?;
        }
        writeln!(f, "{}", read::END)
    }
}
