//! The comments that make a program a test.
//!
//! ```text
//! ;! test run | verify | load | print | trace     what the file is; several may stand together
//! ;! mode stepped | parallel | both               where it runs; both unless it says otherwise
//! ;! timeslice N                                  the only budget of a turn that it is run with
//! ;! max-heap 64K | 1M | BYTES                    memory of each process
//! ;! max-shared 64K | 1M | BYTES                  the read-only area of the machine
//! ;! max-processes N                              processes alive at once
//! ;! zeal off                                     not with a collection at every chance
//! ;! variants off                                 not as variants of itself
//! ;! trace TOPIC...                               what a trace shows
//! ;! with FILE                                    the classes of this file of `tests/` are there, too
//!
//! ;= NAME(LITERAL, ...) == LITERAL                what a call of a function of the first class yields
//! ;= NAME(...) raises :KIND ["part of message"]   it fails with an error of the machine
//! ;= NAME(...) fails LITERAL                      it fails with an error of the program's own
//! ;= NAME(...) throws LITERAL                     ... with what nobody caught
//! ;= NAME(...) exits LITERAL                      ... with an exit reason
//! ;= NAME(...) deadlock                           it waits for ever
//! ;= NAME(...) halts N                            it ends the run with an exit code
//! ;= NAME(...) shows "TEXT"                       it yields a value of that show form
//! ;= raises ..., exits ..., deadlock, ...         the same of `main()`
//! ;= out "TEXT"                                   what the call before writes to standard output;
//! ;= err "TEXT"                                   ... to standard error; several lines are joined
//! ;> EVENT                                        one line of the trace of `main()`
//!
//! ;@ rule NAME...                                 the expectations from here on show these rules of
//!                                                 `docs/spec/`, up to the next such line
//!
//! CODE ;~ error CODE [at "TEXT"]                  this line is refused; `;~^` means the line above
//! CODE ;~ warning CODE                            it is accepted with a warning
//! ```
//!
//! An expectation that says nothing of standard output holds of that no word;
//! where `out` stands with one call, it is compared exactly.

use vmm::trace::Topic;
use vmm::value::Value;

use crate::literal;

/// Line, from 1, and what is wrong.
pub(crate) type Complaint = (usize, String);

/// A file read as a test.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) text: String,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) options: Options,
    pub(crate) calls: Vec<Call>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) events: Vec<(usize, String)>,
}

/// What a file tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Run,
    Verify,
    Load,
    Print,
    Trace,
}

/// How a file is run.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) stepped: bool,
    pub(crate) parallel: bool,
    pub(crate) timeslice: Option<u32>,
    pub(crate) max_heap: Option<usize>,
    pub(crate) max_shared: Option<usize>,
    pub(crate) max_processes: Option<usize>,
    pub(crate) zeal: bool,
    pub(crate) variants: bool,
    pub(crate) topics: Vec<Topic>,
}

/// A call and what is expected of it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) line: usize,
    /// As it is written, without the expectation.
    pub(crate) text: String,
    pub(crate) function: String,
    pub(crate) arguments: Vec<Value>,
    pub(crate) outcome: Outcome,
    pub(crate) out: Option<Output>,
    pub(crate) err: Option<Output>,
}

/// Text that is expected of a stream, and the lines that say so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output {
    pub(crate) text: String,
    pub(crate) lines: Vec<usize>,
}

/// How a call ends.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Returns(Value),
    Shows(String),
    /// Kind, and a part of the message.
    Raises(String, Option<String>),
    /// What the instruction `error` was given, or `rethrow` with such an info.
    Fails(Value),
    Throws(Value),
    Exits(Value),
    Deadlock,
    Halts(u8),
}

/// A line that a judge complains about.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) code: String,
    pub(crate) at: Option<String>,
    pub(crate) warning: bool,
}

impl Script {
    /// Reads the comments of a text.
    pub(crate) fn parse(text: &str) -> Result<Script, Complaint> {
        let mut script = Script {
            text: text.to_owned(),
            kinds: Vec::new(),
            options: Options {
                stepped: true,
                parallel: true,
                timeslice: None,
                max_heap: None,
                max_shared: None,
                max_processes: None,
                zeal: true,
                variants: true,
                topics: Vec::new(),
            },
            calls: Vec::new(),
            marks: Vec::new(),
            events: Vec::new(),
        };
        let mut rule = None;
        for (line, content) in (1..).zip(text.lines()) {
            script.line(line, content).map_err(|what| (line, what))?;
            if let Some(names) = content.strip_prefix(";@") {
                idle(rule.replace(line))?;
                rules(names).map_err(|what| (line, what))?;
            } else if [";=", ";>", ";~"].iter().any(|mark| content.contains(mark)) {
                rule = None;
            }
        }
        if !script.kinds.contains(&Kind::Print) {
            idle(rule)?;
        }
        if script.kinds.is_empty() {
            return Err((
                1,
                "no `;! test run`, `verify`, `load`, `print` or `trace`".to_owned(),
            ));
        }
        let expects = |kind| script.kinds.contains(&kind);
        if expects(Kind::Run) && script.calls.is_empty() {
            return Err((
                1,
                "a `run` test without a `;=` line tests nothing".to_owned(),
            ));
        }
        if !expects(Kind::Run) && !script.calls.is_empty() {
            return Err((
                script.calls[0].line,
                "a `;=` line in a test that is not run".to_owned(),
            ));
        }
        if (expects(Kind::Verify) || expects(Kind::Load)) && script.marks.is_empty() {
            return Err((
                1,
                "a test of refusals without a `;~` mark tests nothing".to_owned(),
            ));
        }
        Ok(script)
    }

    fn line(&mut self, line: usize, content: &str) -> Result<(), String> {
        if let Some(directive) = content.strip_prefix(";!") {
            return self.directive(directive.trim());
        }
        if let Some(expectation) = content.strip_prefix(";=") {
            return self.expectation(line, expectation.trim());
        }
        if let Some(event) = content.strip_prefix(";>") {
            self.events.push((line, event.trim().to_owned()));
            return Ok(());
        }
        if let Some(at) = content.find(";~") {
            return self.mark(line, &content[at + 2..]);
        }
        Ok(())
    }

    fn directive(&mut self, text: &str) -> Result<(), String> {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default();
        let words: Vec<&str> = words.take_while(|w| !w.starts_with(';')).collect();
        let one = || match words.as_slice() {
            [word] => Ok(*word),
            _ => Err(format!("`;! {name}` takes one word")),
        };
        match name {
            "test" => {
                for word in &words {
                    self.kinds.push(match *word {
                        "run" => Kind::Run,
                        "verify" => Kind::Verify,
                        "load" => Kind::Load,
                        "print" => Kind::Print,
                        "trace" => Kind::Trace,
                        other => return Err(format!("there are no tests `{other}`")),
                    });
                }
            }
            "mode" => {
                (self.options.stepped, self.options.parallel) = match one()? {
                    "both" => (true, true),
                    "stepped" => (true, false),
                    "parallel" => (false, true),
                    other => return Err(format!("there is no mode `{other}`")),
                };
            }
            "timeslice" => {
                let n = one()?
                    .parse()
                    .map_err(|_| "a timeslice is a number".to_owned())?;
                self.options.timeslice = Some(n);
            }
            "max-heap" => self.options.max_heap = Some(size(one()?)?),
            "max-shared" => self.options.max_shared = Some(size(one()?)?),
            "max-processes" => self.options.max_processes = Some(size(one()?)?),
            "zeal" => self.options.zeal = switch(one()?)?,
            "variants" => self.options.variants = switch(one()?)?,
            // Whoever reads the file has put its text behind this one.
            "with" => drop(one()?),
            "trace" => {
                for word in &words {
                    let topic = Topic::ALL.iter().find(|(_, name)| name == word);
                    let (topic, _) = topic.ok_or_else(|| format!("no topic is called `{word}`"))?;
                    self.options.topics.push(*topic);
                }
            }
            other => return Err(format!("there is no directive `{other}`")),
        }
        Ok(())
    }

    fn expectation(&mut self, line: usize, text: &str) -> Result<(), String> {
        for (word, error) in [("out ", false), ("err ", true)] {
            if let Some(rest) = text.strip_prefix(word) {
                let literal = literal::value(rest)?;
                let part = literal.as_str().ok_or("a string is expected")?;
                let call = self
                    .calls
                    .last_mut()
                    .ok_or("no call stands before this line")?;
                let output = if error { &mut call.err } else { &mut call.out };
                let output = output.get_or_insert_default();
                output.text.push_str(part);
                output.lines.push(line);
                return Ok(());
            }
        }
        let (call, outcome) = split_call(text)?;
        let (function, arguments) = match call {
            Some((function, arguments)) => (function.to_owned(), literal::arguments(arguments)?),
            None => ("main".to_owned(), Vec::new()),
        };
        self.calls.push(Call {
            line,
            text: text[..text.len() - outcome.len()].trim_end().to_owned(),
            function,
            arguments,
            outcome: Outcome::parse(outcome)?,
            out: None,
            err: None,
        });
        Ok(())
    }

    fn mark(&mut self, line: usize, text: &str) -> Result<(), String> {
        let up = text.len() - text.trim_start_matches('^').len();
        let text = text[up..].trim();
        let (severity, rest) = text.split_once(' ').ok_or("a mark is `;~ error CODE`")?;
        let (code, at) = match rest.trim().split_once(" at ") {
            Some((code, at)) => {
                let at = literal::value(at)?;
                (
                    code.trim(),
                    Some(at.as_str().ok_or("a string is expected")?.to_owned()),
                )
            }
            None => (rest.trim(), None),
        };
        self.marks.push(Mark {
            line: line
                .checked_sub(up)
                .filter(|n| *n > 0)
                .ok_or("there is no line above")?,
            code: code.to_owned(),
            at,
            warning: match severity {
                "error" => false,
                "warning" => true,
                other => return Err(format!("a mark is an error or a warning, not `{other}`")),
            },
        });
        Ok(())
    }
}

impl Outcome {
    fn parse(text: &str) -> Result<Outcome, String> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        Ok(match word {
            "==" => Outcome::Returns(literal::value(rest)?),
            "shows" => {
                let value = literal::value(rest)?;
                Outcome::Shows(value.as_str().ok_or("a string is expected")?.to_owned())
            }
            "raises" => {
                let (kind, part) = match rest.split_once(' ') {
                    Some((kind, part)) => (kind, Some(literal::value(part)?)),
                    None => (rest, None),
                };
                let kind = kind.strip_prefix(':').ok_or("a kind is an atom")?;
                let part = match part {
                    Some(part) => Some(part.as_str().ok_or("a string is expected")?.to_owned()),
                    None => None,
                };
                Outcome::Raises(kind.to_owned(), part)
            }
            "fails" => Outcome::Fails(literal::value(rest)?),
            "throws" => Outcome::Throws(literal::value(rest)?),
            "exits" | "exit" => Outcome::Exits(literal::value(rest)?),
            "deadlock" if rest.is_empty() => Outcome::Deadlock,
            "halts" => Outcome::Halts(
                rest.parse()
                    .map_err(|_| "an exit code is a number up to 255")?,
            ),
            _ => return Err(format!("`{text}` is no expectation")),
        })
    }

    /// The expectation that this outcome fulfils, as it is written.
    pub(crate) fn written(&self) -> String {
        match self {
            Outcome::Returns(value) => format!("== {}", literal::written(value)),
            Outcome::Shows(text) => format!("shows {}", literal::quoted(text)),
            Outcome::Raises(kind, None) => format!("raises :{kind}"),
            Outcome::Raises(kind, Some(part)) => {
                format!("raises :{kind} {}", literal::quoted(part))
            }
            Outcome::Fails(value) => format!("fails {}", literal::written(value)),
            Outcome::Throws(value) => format!("throws {}", literal::written(value)),
            Outcome::Exits(value) => format!("exits {}", literal::written(value)),
            Outcome::Deadlock => "deadlock".to_owned(),
            Outcome::Halts(code) => format!("halts {code}"),
        }
    }
}

/// A line that names rules, with no expectation behind it.
fn idle(rule: Option<usize>) -> Result<(), Complaint> {
    match rule {
        Some(line) => Err((line, "nothing is expected of these rules".to_owned())),
        None => Ok(()),
    }
}

/// Whether rules are there, a test of the whole tree says.
fn rules(text: &str) -> Result<(), String> {
    let mut words = text.split_whitespace();
    match (words.next(), words.next()) {
        (Some("rule"), Some(_)) => Ok(()),
        _ => Err("`;@ rule` and the names of rules are expected".to_owned()),
    }
}

/// Function and arguments of a call, if there is one, and what follows.
type Split<'a> = (Option<(&'a str, &'a str)>, &'a str);

/// Takes `name(arguments)` off an expectation, if it begins with one.
fn split_call(text: &str) -> Result<Split<'_>, String> {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    if !text[end..].starts_with('(') {
        return Ok((None, text));
    }
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices().skip(end) {
        match c {
            '"' if !escaped => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Ok((
                        Some((&text[..end], &text[end + 1..at])),
                        text[at + 1..].trim_start(),
                    ));
                }
            }
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
    }
    Err("the parenthesis of the call is not closed".to_owned())
}

fn size(text: &str) -> Result<usize, String> {
    let (digits, unit) = match text.strip_suffix('K') {
        Some(digits) => (digits, 1 << 10),
        None => match text.strip_suffix('M') {
            Some(digits) => (digits, 1 << 20),
            None => (text, 1),
        },
    };
    let count: usize = digits
        .parse()
        .map_err(|_| format!("`{text}` is no size: write 64K, 1M"))?;
    Ok(count * unit)
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(format!("`{other}` is neither on nor off")),
    }
}
