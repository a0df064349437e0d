//! Crash dumps, read again from their text.
//!
//! # The form, version 1
//!
//! UTF-8 text, in lines.
//!
//! - The first line is [`FIRST`]; its number is the version, and another form has another.
//! - Then, up to an empty line, lines `KEY: VALUE`. `processes` says how many follow;
//!   `not shown`, `not answered in time` and `not asked` are there if not all do, and say
//!   how many, or why nobody was asked. Other keys, such as `reason`, `version` and
//!   `command`, are for people, and some of them repeat what follows.
//! - Then the processes, each followed by an empty line. Its first line is its reference and
//!   `executing`, `runnable` or `waiting`. Further lines begin with two spaces: `entry`, the
//!   function that it began with; the numbers `messages`, `memory` in bytes and
//!   `reductions`; what else it tells of itself, a key and a value in the form in which
//!   assembly has values; and `in`, its frames, the innermost first,
//!   `FUNCTION, instruction N`, and `, line N` if that is known.
//! - The last line is [`END`]: a dump without it has been cut off.
//!
//! # Invariants
//! R1. Whatever the text holds, reading it ends with a dump or an error that names the line.

use std::fmt;

use crate::ids::Pid;
use crate::names::Quoted;
use crate::vm::dump::{CrashDump, DumpedFrame, DumpedProcess};

/// First line of a dump in text.
pub const FIRST: &str = "IonVM crash dump, form 1";

/// What the first line of every form begins with.
const ANY_FORM: &str = "IonVM crash dump";

/// Last line.
pub const END: &str = "end of the dump";

/// A dump, and what its file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DumpFile {
    /// `KEY: VALUE`, as they stand there.
    pub about: Vec<(String, String)>,
    /// What the machine was doing.
    pub dump: CrashDump,
}

/// Why a text is no dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DumpError {
    /// It does not begin like one.
    NoDump,
    /// It has another form.
    Form {
        /// Its first line.
        first: Quoted,
    },
    /// It ends before its end.
    CutOff {
        /// Lines that there are.
        lines: usize,
        /// Processes that are whole.
        processes: usize,
        /// Processes that there should be, if that stands there.
        of: Option<usize>,
    },
    /// A line that should be something else.
    Line {
        /// Which, from 1 on.
        line: usize,
        /// What it is.
        found: Quoted,
        /// What it should be.
        wanted: &'static str,
    },
}

impl DumpFile {
    /// What the file says of itself under a key.
    #[must_use]
    pub fn about(&self, key: &str) -> Option<&str> {
        let mut about = self.about.iter();
        about
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads a dump from its text.
///
/// # Errors
/// It is none, or it is not whole.
pub fn read(text: &str) -> Result<DumpFile, DumpError> {
    let mut lines = Lines {
        rest: text,
        number: 0,
        processes: 0,
        of: None,
    };
    match lines.next() {
        Ok(FIRST) => {}
        Ok(first) if first.starts_with(ANY_FORM) => {
            let first = Quoted::new(first);
            return Err(DumpError::Form { first });
        }
        _ => return Err(DumpError::NoDump),
    }
    let mut file = DumpFile {
        about: Vec::new(),
        dump: CrashDump {
            processes: Vec::new(),
            more: 0,
            missing: Some(0),
        },
    };
    loop {
        let line = lines.next()?;
        if line.is_empty() {
            break;
        }
        let Some((key, value)) = line.split_once(": ") else {
            return Err(lines.wrong(line, "`KEY: VALUE`, or an empty line"));
        };
        let number = || value.parse().map_err(|_| lines.wrong(line, "a number"));
        match key {
            "processes" => lines.of = Some(number()?),
            "not shown" => file.dump.more = number()?,
            "not answered in time" => file.dump.missing = Some(number()?),
            "not asked" => file.dump.missing = None,
            _ => {}
        }
        file.about.push((key.to_owned(), value.to_owned()));
    }
    loop {
        let line = lines.next()?;
        if line == END {
            break;
        }
        if lines.of.is_some_and(|of| lines.processes >= of) {
            let wanted = "the end, since all processes have been told of";
            return Err(lines.wrong(line, wanted));
        }
        let process = process(&mut lines, line)?;
        file.dump.processes.push(process);
        lines.processes += 1;
    }
    match lines.of {
        Some(of) if of == lines.processes => Ok(file),
        _ => Err(lines.cut_off()),
    }
}

fn process(lines: &mut Lines<'_>, first: &str) -> Result<DumpedProcess, DumpError> {
    let headline = first.split_once(' ').and_then(|(pid, status)| {
        let known = matches!(status, "executing" | "runnable" | "waiting");
        Some((pid_of(pid)?, status)).filter(|_| known)
    });
    let Some((pid, status)) = headline else {
        let wanted = "a process, `#process<N> STATUS`, or the end";
        return Err(lines.wrong(first, wanted));
    };
    let mut process = DumpedProcess {
        pid,
        status: status.to_owned(),
        entry: String::new(),
        frames: Vec::new(),
        messages: 0,
        memory: 0,
        reductions: 0,
        more: Vec::new(),
    };
    loop {
        let line = lines.next()?;
        if line.is_empty() {
            return Ok(process);
        }
        let told = line
            .strip_prefix("  ")
            .and_then(|line| line.split_once(' '));
        let Some((key, value)) = told else {
            return Err(lines.wrong(line, "`  KEY VALUE`, or an empty line"));
        };
        let number = || value.parse().map_err(|_| lines.wrong(line, "a number"));
        match key {
            "entry" => process.entry = value.to_owned(),
            "messages" => process.messages = number()?,
            "memory" => process.memory = number()?,
            "reductions" => process.reductions = number()?,
            "in" => match frame(value) {
                Some(frame) => process.frames.push(frame),
                None => return Err(lines.wrong(line, "`  in FUNCTION, instruction N`")),
            },
            _ => process.more.push((key.to_owned(), value.to_owned())),
        }
    }
}

/// `#process<7>`.
#[must_use]
pub fn pid_of(text: &str) -> Option<Pid> {
    let number = text.strip_prefix("#process<")?.strip_suffix('>')?;
    let number: u64 = number.parse().ok()?;
    let pid = Pid::from_number(number);
    (pid.number() == number).then_some(pid)
}

/// `FUNCTION, instruction N, line N`; a name of a function may be anything.
fn frame(text: &str) -> Option<DumpedFrame> {
    const INSTRUCTION: &str = ", instruction ";
    let (function, rest) = text.rsplit_once(INSTRUCTION)?;
    let (instruction, line) = match rest.split_once(", line ") {
        Some((instruction, line)) => (instruction, Some(line.parse().ok()?)),
        None => (rest, None),
    };
    Some(DumpedFrame {
        function: function.to_owned(),
        instruction: instruction.parse().ok()?,
        line,
    })
}

/// The lines, and how far reading has come.
struct Lines<'a> {
    rest: &'a str,
    number: usize,
    processes: usize,
    of: Option<usize>,
}

impl<'a> Lines<'a> {
    /// The next line; every line of a dump ends with a newline.
    fn next(&mut self) -> Result<&'a str, DumpError> {
        let Some((line, rest)) = self.rest.split_once('\n') else {
            return Err(self.cut_off());
        };
        self.rest = rest;
        self.number += 1;
        Ok(line)
    }

    fn cut_off(&self) -> DumpError {
        DumpError::CutOff {
            lines: self.number,
            processes: self.processes,
            of: self.of,
        }
    }

    fn wrong(&self, found: &str, wanted: &'static str) -> DumpError {
        DumpError::Line {
            line: self.number,
            found: Quoted::new(found),
            wanted,
        }
    }
}

impl fmt::Display for DumpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DumpError::NoDump => {
                write!(f, "this is no crash dump: its first line is not `{FIRST}`")
            }
            DumpError::Form { first } => write!(
                f,
                "this is a crash dump of another form, {first}: read it with the version of \
                 ionvm that wrote it"
            ),
            DumpError::CutOff {
                lines,
                processes,
                of: Some(of),
            } => write!(
                f,
                "the dump is cut off after line {lines}: {processes} of {of} processes are whole"
            ),
            DumpError::CutOff { lines, .. } => {
                write!(f, "the dump is cut off after line {lines}")
            }
            DumpError::Line {
                line,
                found,
                wanted,
            } => write!(f, "line {line} of the dump should be {wanted}, not {found}"),
        }
    }
}

impl std::error::Error for DumpError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn process(number: u32) -> DumpedProcess {
        let frame = |function: &str, line| DumpedFrame {
            function: function.to_owned(),
            instruction: number,
            line,
        };
        DumpedProcess {
            pid: Pid::new(number, 3),
            status: "waiting".to_owned(),
            entry: "Main.main/0".to_owned(),
            frames: vec![
                frame("A.an odd, instruction name/1", None),
                frame("Main.main/0", Some(7)),
            ],
            messages: 2,
            memory: 900,
            reductions: 12,
            more: vec![
                ("name".to_owned(), ":boss".to_owned()),
                ("links".to_owned(), "(#process<1>, #process<2>)".to_owned()),
            ],
        }
    }

    fn dump(count: u32) -> CrashDump {
        CrashDump {
            processes: (1..=count).map(process).collect(),
            more: 0,
            missing: Some(0),
        }
    }

    fn text(dump: &CrashDump) -> String {
        format!("{FIRST}\nreason: a test\n{dump}")
    }

    #[test]
    fn what_is_written_is_read() {
        let others = [
            CrashDump {
                more: 4,
                missing: Some(2),
                ..dump(1)
            },
            CrashDump {
                missing: None,
                ..dump(0)
            },
        ];
        for dump in others.into_iter().chain((0..4).map(dump)) {
            let file = read(&text(&dump)).unwrap();
            assert_eq!(file.dump, dump);
            assert_eq!(file.about("reason"), Some("a test"));
        }
    }

    #[test]
    fn a_dump_that_is_cut_off_is_told_wherever_that_is() {
        let whole = text(&dump(3));
        let mut wholes = std::collections::BTreeSet::new();
        for end in (FIRST.len() + 1)..whole.len() {
            match read(&whole[..end]) {
                Err(DumpError::CutOff { processes, .. }) => {
                    wholes.insert(processes);
                }
                other => panic!("{end}: {other:?}"),
            }
        }
        assert!(wholes.into_iter().eq(0..=3));
        let error = read(&whole[..whole.len() - 30]).unwrap_err().to_string();
        assert!(error.contains("of 3 processes are whole"), "{error}");
    }

    #[test]
    fn what_is_garbled_is_named_by_its_line() {
        let whole = text(&dump(2));
        let broken = |from: &str, to: &str| {
            let text = whole.replacen(from, to, 1);
            read(&text).unwrap_err().to_string()
        };
        for (from, to, wanted) in [
            (
                "processes: 2",
                "processes: two",
                "line 3 of the dump should be a number",
            ),
            ("processes: 2", "processes: 7", "2 of 7 processes are whole"),
            ("processes: 2", "processes: 1", "should be the end"),
            (
                "reason: a test",
                "no reason",
                "line 2 of the dump should be `KEY: VALUE`",
            ),
            ("  memory 900", "  memory much", "should be a number"),
            ("  memory 900", "memory 900", "should be `  KEY VALUE`"),
            ("  in A", "  in B.c/1\n  in A", "should be `  in FUNCTION"),
            ("\n#process<", "\n#place<", "should be a process"),
            ("form 1", "form 2", "of another form"),
            ("IonVM", "BeamVM", "no crash dump"),
        ] {
            let error = broken(from, to);
            assert!(error.contains(wanted), "{from} -> {to}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(at in 0_usize..400, byte in any::<char>(), tail in ".{0,80}") {
            let mut whole = text(&dump(2));
            let at = at.min(whole.len() - 1);
            if whole.is_char_boundary(at) && whole.is_char_boundary(at + 1) {
                whole.replace_range(at..=at, &byte.to_string());
            }
            // Either way it is said, and what is read is as it was written.
            if let Ok(file) = read(&whole) {
                prop_assert_eq!(file.dump.processes.len(), 2);
            }
            let _said = read(&format!("{FIRST}\n{tail}"));
        }
    }
}
