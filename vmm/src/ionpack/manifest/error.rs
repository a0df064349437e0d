//! Why a manifest is refused: each case with its line, and its sentence.

use std::fmt;

use super::IONPACK_VERSION;
use crate::ionpack::limits::Limit;
use crate::names::Quoted;
use crate::rights::RightError;

/// Why a manifest is refused. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// Too long, or too many fields.
    Limit {
        /// [`Limit::ManifestBytes`] or [`Limit::ManifestFields`].
        limit: Limit,
        /// The figure found; fields are counted up to the first that is too many.
        found: u64,
        /// The figure allowed.
        max: u64,
    },
    /// The text is not UTF-8.
    NotUtf8 {
        /// The line.
        line: u32,
    },
    /// A character with the code 0.
    Nul {
        /// The line.
        line: u32,
    },
    /// An invisible or control character, such as a carriage return inside a line.
    Hidden {
        /// The line.
        line: u32,
        /// The character.
        character: char,
    },
    /// A line without a colon; lines cannot be continued.
    NoColon {
        /// The line.
        line: u32,
        /// What stands there.
        text: Quoted,
    },
    /// A key that is empty, too long or holds more than letters, digits, `-` and `_`.
    BadKey {
        /// The line.
        line: u32,
        /// The key.
        key: Quoted,
    },
    /// A key that was given before, perhaps in other case.
    RepeatedKey {
        /// The line.
        line: u32,
        /// The key.
        key: Quoted,
        /// The line where it was given first.
        first: u32,
    },
    /// A required key is missing.
    Missing {
        /// The key.
        key: &'static str,
        /// A key that is equal but for upper and lower case.
        similar: Option<Quoted>,
    },
    /// A version of the format that is not known.
    Format {
        /// The line.
        line: u32,
        /// The version.
        found: Quoted,
    },
    /// A value, or an item of a list, that does not have its key's form.
    BadValue {
        /// The line.
        line: u32,
        /// The key.
        key: &'static str,
        /// The value or item.
        value: Quoted,
        /// The form expected, in words.
        expected: &'static str,
    },
    /// An item that stands in its list twice.
    RepeatedItem {
        /// The line.
        line: u32,
        /// The key.
        key: &'static str,
        /// The item.
        item: Quoted,
    },
    /// A permission that does not exist.
    Permission {
        /// The line.
        line: u32,
        /// What is wrong with it.
        error: RightError,
    },
}

impl std::error::Error for ManifestError {}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ManifestError::Limit { limit, found, max } => {
                write!(f, "{found} {limit}, but at most {max} are allowed")?;
                write!(f, " (limit {})", limit.name())
            }
            ManifestError::NotUtf8 { line } => write!(f, "line {line}: not UTF-8 text"),
            ManifestError::Nul { line } => write!(f, "line {line}: a NUL character; remove it"),
            ManifestError::Hidden { line, character } => {
                let code = u32::from(*character);
                write!(
                    f,
                    "line {line}: the invisible character U+{code:04X}; remove it"
                )
            }
            ManifestError::NoColon { line, text } => {
                write!(
                    f,
                    "line {line}: expected Key: Value, found {text}, which has no colon"
                )
            }
            ManifestError::BadKey { line, key } => write!(
                f,
                "line {line}: {key} is no key; a key is up to 64 letters, digits, - and _"
            ),
            ManifestError::RepeatedKey { line, key, first } => {
                write!(
                    f,
                    "line {line}: the key {key} was given in line {first} already"
                )
            }
            ManifestError::Missing { key, similar: None } => {
                write!(f, "the required key {key} is missing; add a line for it")
            }
            ManifestError::Missing {
                key,
                similar: Some(similar),
            } => {
                write!(
                    f,
                    "the required key {key} is missing; {similar} is written differently"
                )
            }
            ManifestError::Format { line, found } => write!(
                f,
                "line {line}: version {found} of the package format is not known; \
                 {IONPACK_VERSION} is"
            ),
            ManifestError::BadValue {
                line,
                key,
                value,
                expected,
            } => {
                write!(f, "line {line}: {key} cannot be {value}; {expected}")
            }
            ManifestError::RepeatedItem { line, key, item } => {
                write!(f, "line {line}: {key} has {item} twice; remove one")
            }
            ManifestError::Permission { line, error } => write!(f, "line {line}: {error}"),
        }
    }
}
