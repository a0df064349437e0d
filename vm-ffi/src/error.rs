//! What can go wrong in a native, typed, with the atom that a program sees.
//!
//! Every error has a *kind*: the atom in the `kind` property of the error
//! object that the calling process catches. The message is one lower-case
//! sentence that names the place and, where there is one, the remedy.
//!
//! A native need not know its own name: [`invoke`](crate::invoke) writes it into
//! the [`Place`] of an error on its way out.

use std::fmt;

use crate::arity::Arity;
use crate::bridge::{FfiObject, FfiValue};

/// What a native gives back.
pub type FfiResult = Result<FfiValue, FfiError>;

/// Where in a call an error lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Canonical name of the native; empty until the call returns to the registry.
    pub function: String,
    /// Which argument, counted from 1; `None` for the result or the call as a whole.
    pub argument: Option<usize>,
    /// Where inside that value, as `[3].name`; empty for the value itself.
    pub path: String,
}

impl Place {
    /// The place of argument `number`, counted from 1.
    #[must_use]
    pub fn argument(number: usize) -> Place {
        Place {
            argument: Some(number),
            ..Place::default()
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let function = if self.function.is_empty() {
            "the native"
        } else {
            &self.function
        };
        match self.argument {
            Some(number) => write!(f, "argument {number} of {function}")?,
            None => write!(f, "the result of {function}")?,
        }
        if !self.path.is_empty() {
            write!(f, ", at {},", self.path)?;
        }
        Ok(())
    }
}

/// An error of a native call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FfiError {
    /// A value is of the wrong kind: `:bad_type`.
    BadType {
        /// Which value.
        place: Place,
        /// What would do, with its article: `a number`.
        expected: String,
        /// What is there, with its article: `a string`.
        found: String,
    },
    /// A wrong number of arguments: `:bad_arity`.
    BadArity {
        /// Canonical name of the native.
        function: String,
        /// What it takes.
        expected: Arity,
        /// How many came.
        found: usize,
    },
    /// A number out of the range that the native accepts: `:bad_number`.
    BadNumber {
        /// Which value.
        place: Place,
        /// What would do: `a whole number from 0 to 10`.
        expected: String,
    },
    /// An index outside of what it indexes: `:bad_index`.
    BadIndex {
        /// Which value.
        place: Place,
        /// What would do: `an index below 3`.
        expected: String,
    },
    /// No native, entry or file of that name: `:not_found`.
    NotFound {
        /// What was looked for, with its name: `native math.sqt`.
        what: String,
    },
    /// The process lacks a right: `:denied`.
    Denied {
        /// Canonical name of the native; may be empty.
        function: String,
        /// The right, in the words of the package's `Permissions`.
        right: String,
    },
    /// A bound was met: `:limit`.
    Limit {
        /// What is bounded: `nesting of values`.
        what: String,
        /// The bound.
        limit: u64,
        /// Its unit: `levels`.
        unit: &'static str,
    },
    /// A value contains itself; natives take and give trees: `:bad_type`.
    Cyclic {
        /// Which value.
        place: Place,
    },
    /// A native that writes, reads clocks or asks for entropy was called without a
    /// context: `:ffi`.
    NeedsContext {
        /// Canonical name of the native.
        function: String,
    },
    /// The native panicked: `:ffi`.
    Panicked {
        /// Canonical name of the native.
        function: String,
        /// The panic's message.
        message: String,
    },
    /// The native failed in its own way: `:ffi`.
    Failed {
        /// Why.
        message: String,
    },
    /// An error of the native's own kind.
    Custom {
        /// The kind's atom, without colon.
        kind: String,
        /// What went wrong.
        message: String,
        /// Further properties of the error object.
        details: Box<FfiObject>,
    },
}

impl FfiError {
    /// An error of kind `:ffi` with a message of the native's own.
    pub fn failed(message: impl Into<String>) -> FfiError {
        FfiError::Failed {
            message: message.into(),
        }
    }

    /// An error of a kind of the native's own: `FfiError::custom("bad_json", "...")`.
    pub fn custom(kind: impl Into<String>, message: impl Into<String>) -> FfiError {
        FfiError::Custom {
            kind: kind.into(),
            message: message.into(),
            details: Box::default(),
        }
    }

    /// An error of kind `:bad_number` about argument `number`, counted from 1.
    pub fn bad_number(number: usize, expected: impl Into<String>) -> FfiError {
        FfiError::BadNumber {
            place: Place::argument(number),
            expected: expected.into(),
        }
    }

    /// An error of kind `:bad_type` about argument `number`, counted from 1.
    pub fn bad_type(number: usize, expected: impl Into<String>, found: &FfiValue) -> FfiError {
        FfiError::BadType {
            place: Place::argument(number),
            expected: expected.into(),
            found: found.describe().to_string(),
        }
    }

    /// The atom, without colon, that the calling process sees as the error's kind.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            FfiError::BadType { .. } | FfiError::Cyclic { .. } => "bad_type",
            FfiError::BadArity { .. } => "bad_arity",
            FfiError::BadNumber { .. } => "bad_number",
            FfiError::BadIndex { .. } => "bad_index",
            FfiError::NotFound { .. } => "not_found",
            FfiError::Denied { .. } => "denied",
            FfiError::Limit { .. } => "limit",
            FfiError::NeedsContext { .. } | FfiError::Panicked { .. } | FfiError::Failed { .. } => {
                "ffi"
            }
            FfiError::Custom { kind, .. } => kind,
        }
    }

    /// The properties of the error object beside `kind`, `message` and `trace`.
    ///
    /// `Denied` tells the `right` and the `flag` that grants it; `Custom` tells its details;
    /// others have none.
    #[must_use]
    pub fn details(&self) -> FfiObject {
        match self {
            FfiError::Denied { right, .. } => {
                let flag = FfiValue::String(grant_flag(right));
                [("right", FfiValue::String(right.clone())), ("flag", flag)]
                    .into_iter()
                    .collect()
            }
            FfiError::Custom { details, .. } => (**details).clone(),
            _ => FfiObject::new(),
        }
    }

    /// Writes the native's name where the error leaves it open.
    #[must_use]
    pub fn in_function(mut self, name: &str) -> FfiError {
        let slot = match &mut self {
            FfiError::BadType { place, .. }
            | FfiError::BadNumber { place, .. }
            | FfiError::BadIndex { place, .. }
            | FfiError::Cyclic { place } => &mut place.function,
            FfiError::BadArity { function, .. }
            | FfiError::Denied { function, .. }
            | FfiError::NeedsContext { function }
            | FfiError::Panicked { function, .. } => function,
            FfiError::NotFound { .. }
            | FfiError::Limit { .. }
            | FfiError::Failed { .. }
            | FfiError::Custom { .. } => return self,
        };
        if slot.is_empty() {
            name.clone_into(slot);
        }
        self
    }
}

impl fmt::Display for FfiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FfiError::BadType {
                place,
                expected,
                found,
            } => {
                write!(f, "{place} must be {expected}, found {found}")
            }
            FfiError::BadArity {
                function,
                expected,
                found,
            } => {
                write!(f, "{} takes {expected}, got {found}", named(function))
            }
            FfiError::BadNumber { place, expected } | FfiError::BadIndex { place, expected } => {
                write!(f, "{place} must be {expected}")
            }
            FfiError::NotFound { what } => write!(f, "there is no {what}"),
            FfiError::Denied { function, right } => {
                let function = named(function);
                write!(
                    f,
                    "{function} needs the right \"{right}\"; grant it with {}",
                    grant_flag(right)
                )
            }
            FfiError::Limit { what, limit, unit } => {
                write!(f, "{what} passes the limit of {limit} {unit}")
            }
            FfiError::Cyclic { place } => {
                write!(
                    f,
                    "{place} contains itself; natives take and give trees only"
                )
            }
            FfiError::NeedsContext { function } => {
                let function = named(function);
                write!(
                    f,
                    "{function} needs a context; call it through a registry or call_with"
                )
            }
            FfiError::Panicked { function, message } => {
                write!(f, "{} panicked: {message}", named(function))
            }
            FfiError::Failed { message } | FfiError::Custom { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for FfiError {}

impl From<&str> for FfiError {
    fn from(message: &str) -> FfiError {
        FfiError::failed(message)
    }
}

impl From<String> for FfiError {
    fn from(message: String) -> FfiError {
        FfiError::Failed { message }
    }
}

/// The command-line flag that grants a right: `fs.read:/data` gives `--allow-fs-read=/data`.
#[must_use]
pub fn grant_flag(right: &str) -> String {
    match right.split_once(':') {
        Some((word, argument)) => format!("--allow-{}={argument}", word.replace('.', "-")),
        None => format!("--allow-{}", right.replace('.', "-")),
    }
}

fn named(function: &str) -> &str {
    if function.is_empty() {
        "the native"
    } else {
        function
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_names_argument_path_and_function() {
        let mut place = Place::argument(2);
        place.path = "[3].x".to_string();
        let error = FfiError::BadType {
            place,
            expected: "a number".to_string(),
            found: "a string".to_string(),
        };
        let text = "argument 2 of the native, at [3].x, must be a number, found a string";
        assert_eq!(error.to_string(), text);
        let error = error.in_function("geo.area");
        let text = "argument 2 of geo.area, at [3].x, must be a number, found a string";
        assert_eq!(error.to_string(), text);
        assert_eq!(error.clone().in_function("other.name"), error);
    }

    #[test]
    fn kinds_are_those_of_the_language() {
        let denied = FfiError::Denied {
            function: String::new(),
            right: "fs.read:/a.b".to_string(),
        };
        assert_eq!(denied.kind(), "denied");
        assert_eq!(
            denied.details().get("right"),
            Some(&FfiValue::String("fs.read:/a.b".to_string()))
        );
        assert_eq!(
            denied.to_string(),
            "the native needs the right \"fs.read:/a.b\"; grant it with --allow-fs-read=/a.b"
        );
        assert_eq!(FfiError::custom("bad_json", "no").kind(), "bad_json");
        assert_eq!(FfiError::from("no").kind(), "ffi");
    }

    #[test]
    fn error_stays_small_enough_to_return() {
        assert!(size_of::<FfiError>() <= 128, "{}", size_of::<FfiError>());
    }
}
