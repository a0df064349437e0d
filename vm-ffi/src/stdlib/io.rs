//! How printed text is put together, whatever the values in it.
//!
//! Rendering a value and writing to the console are the machine's; what stands between
//! and around the values is decided here, so that `print`, `printf`, `debug` and
//! `string.format` agree everywhere.

use std::fmt;

use super::string::{TooLong, length};
use crate::context::FfiContext;
use crate::native::Native;
use crate::registry::{FfiRegistry, RegisterError};

/// Registers the natives of the module `io` that are no builtins of the machine.
///
/// # Errors
/// [`RegisterError::Duplicate`] if a name is taken.
pub fn register(registry: &mut FfiRegistry) -> Result<(), RegisterError> {
    let read = |context: &mut dyn FfiContext| context.read_line();
    registry.register(Native::with_context("io.read_line", read).blocks().describe(
        "The next line of standard input as a string, without its end; `undefined` when there is no          more. What was printed is shown first. Who comes first gets the first line; one that is read          for a process that has ended meanwhile is lost. Raises `:ffi` for what is no UTF-8 text; `:limit`.",
    ))
}

/// What stands between the arguments of one `print`.
pub const SEPARATOR: &str = ", ";

/// The text that `debug` prints for one value, without line end.
///
/// `kind` is the name that `type_of` gives, `text` the value with strings quoted and atoms
/// with their colon.
///
/// ```
/// use vm_ffi::stdlib::io::debug_line;
/// assert_eq!(debug_line("number", "42"), "[DEBUG] Number: 42");
/// ```
#[must_use]
pub fn debug_line(kind: &str, text: &str) -> String {
    let mut letters = kind.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("[DEBUG] {first}{}: {text}", letters.as_str())
}

/// A template of `printf` and `string.format`, taken apart.
///
/// `{}` stands for the next argument, `{N}` for argument N counted from 0, `{{` and `}}`
/// for a brace. Numbered places do not move the count of the others.
///
/// ```
/// use vm_ffi::stdlib::io::Template;
/// let template = Template::parse("{} is {0}, {{{}}}")?;
/// assert_eq!(template.arguments(), 2);
/// assert_eq!(template.fill(&["a", "b"], 100)?, "a is a, {b}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<'a> {
    pieces: Vec<Piece<'a>>,
}

/// A part of a [`Template`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it stands.
    Text(&'a str),
    /// The argument of that number, counted from 0.
    Argument(usize),
}

/// What is wrong with a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// The code point where it goes wrong, counted from 0.
    pub position: usize,
    /// Why.
    pub problem: TemplateProblem,
}

/// Why a template cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateProblem {
    /// A `{` without its `}`.
    Unclosed,
    /// A `}` without its `{`.
    Unopened,
    /// Something between the braces that is no number below 2^32.
    NotANumber,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match self.problem {
            TemplateProblem::Unclosed => "{ has no }; write {{ for a brace",
            TemplateProblem::Unopened => "} has no {; write }} for a brace",
            TemplateProblem::NotANumber => "only a number may stand between { and }",
        };
        write!(f, "format, at character {}: {problem}", self.position)
    }
}

impl std::error::Error for TemplateError {}

impl<'a> Template<'a> {
    /// Reads a template, in one pass.
    ///
    /// # Errors
    /// [`TemplateError`] at the first brace that does not fit.
    pub fn parse(text: &'a str) -> Result<Template<'a>, TemplateError> {
        let mut pieces = Vec::new();
        let mut next = 0;
        let mut at = 0;
        while let Some(offset) = text[at..].find(['{', '}']) {
            let brace = at + offset;
            let fault = |problem| TemplateError {
                position: length(&text[..brace]),
                problem,
            };
            let (before, rest) = (&text[at..brace], &text[brace..]);
            if rest.starts_with("{{") || rest.starts_with("}}") {
                // The text before and one of the two braces.
                pieces.push(Piece::Text(&text[at..=brace]));
                at = brace + 2;
                continue;
            }
            if !before.is_empty() {
                pieces.push(Piece::Text(before));
            }
            let Some(inside) = rest.strip_prefix('{') else {
                return Err(fault(TemplateProblem::Unopened));
            };
            let Some((number, _)) = inside.split_once('}') else {
                return Err(fault(TemplateProblem::Unclosed));
            };
            if number.is_empty() {
                pieces.push(Piece::Argument(next));
                next += 1;
            } else if number.bytes().all(|byte| byte.is_ascii_digit())
                && let Ok(number) = number.parse::<u32>()
            {
                pieces.push(Piece::Argument(number as usize));
            } else {
                return Err(fault(TemplateProblem::NotANumber));
            }
            at = brace + number.len() + 2;
        }
        if at < text.len() {
            pieces.push(Piece::Text(&text[at..]));
        }
        Ok(Template { pieces })
    }

    /// The parts, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece<'a>] {
        &self.pieces
    }

    /// How many arguments the template needs: the highest number in it, and one.
    #[must_use]
    pub fn arguments(&self) -> usize {
        let needs = |piece: &Piece<'_>| match piece {
            Piece::Text(_) => 0,
            Piece::Argument(number) => number + 1,
        };
        self.pieces.iter().map(needs).max().unwrap_or(0)
    }

    /// The text with `arguments` in their places; what is not there leaves its place empty.
    ///
    /// # Errors
    /// [`TooLong`] if the result would pass `limit` bytes.
    pub fn fill<S: AsRef<str>>(&self, arguments: &[S], limit: usize) -> Result<String, TooLong> {
        let part = |piece: &Piece<'a>| match *piece {
            Piece::Text(text) => text,
            Piece::Argument(number) => arguments.get(number).map_or("", S::as_ref),
        };
        let parts: Vec<&str> = self.pieces.iter().map(part).collect();
        super::string::join(&parts, "", limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, arguments: &[&str]) -> Result<String, String> {
        let template = Template::parse(template).map_err(|error| error.to_string())?;
        template
            .fill(arguments, 20)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn places_are_counted_or_numbered() {
        assert_eq!(
            filled("{} {} {0} {}", &["a", "b", "c"]).as_deref(),
            Ok("a b a c")
        );
        assert_eq!(filled("", &[]).as_deref(), Ok(""));
        assert_eq!(filled("é{1}é", &["a", "b"]).as_deref(), Ok("ébé"));
        assert_eq!(filled("{{}} {{{0}}}", &["a"]).as_deref(), Ok("{} {a}"));
        assert_eq!(filled("[{3}]", &["a"]).as_deref(), Ok("[]"));
        assert_eq!(
            Template::parse("{3}{}").map(|template| template.arguments()),
            Ok(4)
        );
    }

    #[test]
    fn faults_are_placed() {
        let faults = [
            (
                "é{",
                "format, at character 1: { has no }; write {{ for a brace",
            ),
            (
                "a}",
                "format, at character 1: } has no {; write }} for a brace",
            ),
            (
                "{x}",
                "format, at character 0: only a number may stand between { and }",
            ),
            (
                "{-1}",
                "format, at character 0: only a number may stand between { and }",
            ),
            (
                "{+1}",
                "format, at character 0: only a number may stand between { and }",
            ),
            (
                "{99999999999}",
                "format, at character 0: only a number may stand between { and }",
            ),
            (
                "{{{",
                "format, at character 2: { has no }; write {{ for a brace",
            ),
        ];
        for (template, text) in faults {
            assert_eq!(filled(template, &[]), Err(text.to_string()), "{template}");
        }
    }

    #[test]
    fn a_filled_template_has_a_limit() {
        let long = "x".repeat(21);
        assert_eq!(
            filled("{}", &[&long]),
            Err("a string passes the limit of 20 bytes".to_string())
        );
    }

    #[test]
    fn debug_lines() {
        assert_eq!(debug_line("string", "\"a\""), "[DEBUG] String: \"a\"");
        assert_eq!(debug_line("unit", "()"), "[DEBUG] Unit: ()");
    }
}
