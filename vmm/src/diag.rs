//! Diagnostics as data: what is wrong, where, and how to mend it.
//!
//! Whatever judges a text or a class collects diagnostics instead of stopping
//! at the first problem. A diagnostic has a stable code (`A04`, `V07`) with a
//! paragraph in the manual ([`CodeInfo`]); tests name codes, not prose.
//!
//! Three plain forms are here: one line (`Display`), several lines with an
//! excerpt of the source ([`Diagnostic::render`]), JSON
//! ([`Diagnostic::to_json`]). Colours belong to the command line.

mod render;
mod source;

use std::fmt;

pub use render::show_place;
pub use source::Source;

/// A half-open range of bytes in a source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` to before `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let cut = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span {
            start: cut(start),
            end: cut(end),
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The input is refused.
    Error,
    /// The input is accepted, but hardly meant like that.
    Warning,
}

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A range of a source text, with the name of the text.
    Source {
        /// Name of the file or text.
        file: String,
        /// The range.
        span: Span,
        /// Line, from 1.
        line: u32,
        /// Column in code points, from 1.
        column: u32,
    },
    /// An instruction of a class without source.
    Code {
        /// Name of the class.
        class: String,
        /// `name/arity` of the function, or `&#N` of a nameless one.
        function: Option<String>,
        /// Index of the instruction and its text.
        instruction: Option<(u32, String)>,
        /// Line and file of the source that the class was made from, if it tells.
        source: Option<(u32, String)>,
    },
    /// A place in a binary file.
    Bytes {
        /// Offset of the first byte concerned.
        offset: usize,
    },
    /// The input as a whole.
    Whole,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code; the letter names the judge: `A` assembler, `V` verifier,
    /// `C` class file, `L` linker.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// More places with a remark each.
    pub notes: Vec<(String, Place)>,
    /// How to mend it.
    pub help: Option<String>,
}

/// What the manual says about a code. Each judge lists its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// The code.
    pub code: &'static str,
    /// The rule in a few words.
    pub title: &'static str,
    /// What it means, a paragraph.
    pub text: &'static str,
    /// How to mend it.
    pub remedy: &'static str,
}

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>, place: Place) -> Self {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            place,
            notes: Vec::new(),
            help: None,
        }
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>, place: Place) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(code, message, place)
        }
    }

    /// Adds one more place with a remark.
    #[must_use]
    pub fn note(mut self, remark: impl Into<String>, place: Place) -> Self {
        self.notes.push((remark.into(), place));
        self
    }

    /// Adds how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Source {
                file, line, column, ..
            } => write!(f, "{file}:{line}:{column}"),
            Place::Code {
                class,
                function,
                instruction,
                source,
            } => {
                write!(f, "class {class}")?;
                if let Some(function) = function {
                    write!(f, ", function {function}")?;
                }
                if let Some((index, text)) = instruction {
                    write!(f, ", instruction {index} `{text}`")?;
                }
                if let Some((line, file)) = source {
                    write!(f, ", line {line} of {file}")?;
                }
                Ok(())
            }
            Place::Bytes { offset } => write!(f, "byte {offset}"),
            Place::Whole => f.write_str("the input"),
        }
    }
}

/// One line: `error[V07]: message (at PLACE); help`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}[{}]: {} (at {})",
            self.severity, self.code, self.message, self.place
        )?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}
