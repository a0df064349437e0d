//! What a program may ask of the world outside, and who may grant it.
//!
//! A *right* is a word, often with an argument that narrows it: `fs.read:/data`,
//! `net:example.org:443`, `time.wall`. The same grammar serves the `Permissions` list of a
//! manifest and the `--allow-*` flags of the command line, so a user can copy what a
//! package asks for into the flag that grants it ([`Right::flag`]).
//!
//! A manifest can only *ask*: parsing one yields [`Right`]s, and nothing turns them into
//! [`Grants`] but a host that calls [`Grants::allow`].
//!
//! ```text
//! right = word [ ":" argument ]
//! ```
//!
//! | word | argument | what it lets a program do |
//! |---|---|---|
//! | `code` | none | load classes while it runs |
//! | `entropy` | none | take random numbers that cannot be foretold |
//! | `env` | name of a variable | read environment variables |
//! | `ffi` | library, library@sha256 or system:soname | call a native library |
//! | `fs.read` | path | read files and folders at and below the path |
//! | `fs.write` | path | create, change and delete files and folders there |
//! | `net` | host, or host:port | connect to the host |
//! | `time.wall` | none | read the date and time of day |
//!
//! A word that takes an argument and has none means all of its kind. A library is one of the
//! package, by the name it has there; with `@` and the 64 hexadecimal digits of its SHA-256 it
//! is that file only. `system:` and a file name is a library of the system.
//!
//! # Invariants
//! R1. Parsing what a right displays as gives the same right.
//! R2. `covers` is reflexive and transitive.
//! R3. A denial beats every grant that overlaps it.
//! R4. No path of a right holds `..`, so that comparing paths by segments is sound.

mod grants;
mod narrowed;

use std::fmt;
use std::str::FromStr;

use crate::limits::PACK_NAME_BYTES;
use crate::names::{Quoted, is_deceptive, is_name};

/// What stands before the name of a library of the system in a right to call it.
pub const SYSTEM: &str = "system:";

pub use narrowed::Narrowed;

/// The kinds of rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RightKind {
    /// Loading classes while the program runs.
    Code,
    /// Random numbers that cannot be foretold.
    Entropy,
    /// Environment variables.
    Env,
    /// Native libraries of the package.
    Ffi,
    /// Reading files.
    FsRead,
    /// Changing files.
    FsWrite,
    /// Connecting to hosts.
    Net,
    /// The date and time of day.
    TimeWall,
}

/// One right, as a package asks for it or a host grants it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Right {
    kind: RightKind,
    /// In canonical form; `None` means all of the kind.
    argument: Option<Box<str>>,
}

/// Why a text is not a right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RightError {
    /// The word before the colon is none of those that exist.
    UnknownWord {
        /// The word.
        word: Quoted,
    },
    /// The word takes no argument.
    NoArgument {
        /// The right's kind.
        kind: RightKind,
        /// The argument that was given.
        argument: Quoted,
    },
    /// The argument does not have the form that the word requires.
    BadArgument {
        /// The right's kind.
        kind: RightKind,
        /// The argument that was given.
        argument: Quoted,
        /// The form that was expected, in words.
        expected: &'static str,
    },
}

/// What a host has granted and denied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    allowed: Vec<Right>,
    denied: Vec<Right>,
}

impl RightKind {
    /// Every kind, in the order of their words.
    pub const ALL: [RightKind; 8] = [
        RightKind::Code,
        RightKind::Entropy,
        RightKind::Env,
        RightKind::Ffi,
        RightKind::FsRead,
        RightKind::FsWrite,
        RightKind::Net,
        RightKind::TimeWall,
    ];

    /// The word that stands for this kind.
    pub fn word(self) -> &'static str {
        match self {
            RightKind::Code => "code",
            RightKind::Entropy => "entropy",
            RightKind::Env => "env",
            RightKind::Ffi => "ffi",
            RightKind::FsRead => "fs.read",
            RightKind::FsWrite => "fs.write",
            RightKind::Net => "net",
            RightKind::TimeWall => "time.wall",
        }
    }

    /// The flag of the command line that grants this kind, such as `--allow-fs-read`.
    pub fn flag(self) -> &'static str {
        match self {
            RightKind::Code => "--allow-code",
            RightKind::Entropy => "--allow-entropy",
            RightKind::Env => "--allow-env",
            RightKind::Ffi => "--allow-ffi",
            RightKind::FsRead => "--allow-fs-read",
            RightKind::FsWrite => "--allow-fs-write",
            RightKind::Net => "--allow-net",
            RightKind::TimeWall => "--allow-time-wall",
        }
    }

    /// The kind whose [`word`](RightKind::word) this is.
    pub fn from_word(word: &str) -> Option<RightKind> {
        RightKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What the argument is, in words; `None` if the kind takes none.
    pub fn argument_form(self) -> Option<&'static str> {
        match self {
            RightKind::Code | RightKind::Entropy | RightKind::TimeWall => None,
            RightKind::Env => {
                Some("the name of a variable: letters, digits and _, not beginning with a digit")
            }
            RightKind::Ffi => Some(
                "the name of a library of the package, which may be followed by @ and the 64 \
                 hexadecimal digits of its SHA-256, or system: and the file name of a library",
            ),
            RightKind::FsRead | RightKind::FsWrite => {
                Some("a path with / between its segments, without .. and without commas")
            }
            RightKind::Net => Some("a host or host:port, the port from 1 to 65535"),
        }
    }
}

impl Right {
    /// A right of this kind; with no argument, to all of the kind.
    ///
    /// # Errors
    /// [`RightError::NoArgument`] and [`RightError::BadArgument`].
    pub fn new(kind: RightKind, argument: Option<&str>) -> Result<Right, RightError> {
        let Some(text) = argument else {
            return Ok(Right {
                kind,
                argument: None,
            });
        };
        let Some(expected) = kind.argument_form() else {
            return Err(RightError::NoArgument {
                kind,
                argument: Quoted::new(text),
            });
        };
        let canonical = match kind {
            RightKind::Env => is_variable(text).then(|| text.into()),
            RightKind::Ffi => canonical_library(text),
            RightKind::FsRead | RightKind::FsWrite => canonical_path(text),
            RightKind::Net => canonical_host(text),
            RightKind::Code | RightKind::Entropy | RightKind::TimeWall => None,
        };
        match canonical {
            Some(argument) => Ok(Right {
                kind,
                argument: Some(argument),
            }),
            None => Err(RightError::BadArgument {
                kind,
                argument: Quoted::new(text),
                expected,
            }),
        }
    }

    /// The kind.
    pub fn kind(&self) -> RightKind {
        self.kind
    }

    /// The argument in canonical form: paths without empty and `.` segments, hosts in lower
    /// case. `None` means all of the kind.
    pub fn argument(&self) -> Option<&str> {
        self.argument.as_deref()
    }

    /// The flag of the command line that grants exactly this, such as `--allow-fs-read=/data`.
    pub fn flag(&self) -> String {
        match &self.argument {
            None => self.kind.flag().to_owned(),
            Some(argument) => format!("{}={argument}", self.kind.flag()),
        }
    }

    /// The same right, to the real place of its path, which `real` finds; rights that are no paths, and paths
    /// that no right can spell, stay as they are.
    #[must_use]
    pub fn settled(self, real: impl FnOnce(&str) -> Option<String>) -> Right {
        let place = match (self.kind, &self.argument) {
            (RightKind::FsRead | RightKind::FsWrite, Some(path)) => real(path),
            _ => None,
        };
        let settled = place.and_then(|place| Right::new(self.kind, Some(&place)).ok());
        settled.unwrap_or(self)
    }

    /// Whether who holds `self` may do all that `other` stands for.
    pub fn covers(&self, other: &Right) -> bool {
        if self.kind != other.kind {
            return false;
        }
        let Some(mine) = self.argument() else {
            return true;
        };
        let Some(theirs) = other.argument() else {
            return false;
        };
        match self.kind {
            RightKind::FsRead | RightKind::FsWrite => path_covers(mine, theirs),
            RightKind::Net => mine == theirs || split_port(theirs).0 == mine,
            RightKind::Ffi => mine == theirs || split_hash(theirs).0 == mine,
            _ => mine == theirs,
        }
    }
}

impl FromStr for Right {
    type Err = RightError;

    fn from_str(text: &str) -> Result<Right, RightError> {
        let (word, argument) = match text.split_once(':') {
            None => (text, None),
            Some((word, argument)) => (word, Some(argument)),
        };
        match RightKind::from_word(word) {
            Some(kind) => Right::new(kind, argument),
            None => Err(RightError::UnknownWord {
                word: Quoted::new(word),
            }),
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.word())?;
        match &self.argument {
            None => Ok(()),
            Some(argument) => write!(f, ":{argument}"),
        }
    }
}

impl fmt::Display for RightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RightError::UnknownWord { word } => {
                write!(f, "there is no permission {word}; those that exist are ")?;
                for (i, kind) in RightKind::ALL.into_iter().enumerate() {
                    write!(f, "{}{}", if i == 0 { "" } else { ", " }, kind.word())?;
                }
                Ok(())
            }
            RightError::NoArgument { kind, argument } => {
                let word = kind.word();
                write!(
                    f,
                    "the permission {word} takes no argument but has {argument}; "
                )?;
                write!(f, "write {word} alone")
            }
            RightError::BadArgument {
                kind,
                argument,
                expected,
            } => {
                write!(
                    f,
                    "the permission {} cannot be for {argument}; ",
                    kind.word()
                )?;
                write!(f, "expected {expected}")
            }
        }
    }
}

impl std::error::Error for RightError {}

fn is_variable(text: &str) -> bool {
    text.len() <= PACK_NAME_BYTES as usize
        && text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A path without empty, `.` and `..` segments; a `.` alone stays, as the working folder.
fn canonical_path(text: &str) -> Option<Box<str>> {
    // A comma would end the item in a manifest's list.
    let bad = |c: char| is_deceptive(c) || c == ',' || c == '\\';
    // Spaces at the ends would not survive the trimming of a list's items.
    let trimmed = text.trim() == text;
    if text.is_empty() || text.len() > PACK_NAME_BYTES as usize || text.contains(bad) || !trimmed {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    if text.starts_with('/') {
        out.push('/');
    }
    for segment in text.split('/') {
        match segment {
            "" | "." => {}
            ".." => return None,
            segment => {
                if !out.is_empty() && !out.ends_with('/') {
                    out.push('/');
                }
                out.push_str(segment);
            }
        }
    }
    if out.is_empty() {
        out.push('.');
    }
    // `./x ` and the like may have left a space at an end.
    (out.trim() == out).then(|| out.into())
}

/// A host in lower case with an optional port in its shortest form.
fn canonical_host(text: &str) -> Option<Box<str>> {
    let (host, port) = split_port(text);
    let inner = match host.strip_prefix('[') {
        Some(rest) => {
            let address = rest.strip_suffix(']')?;
            address.parse::<std::net::Ipv6Addr>().ok()?.to_string()
        }
        None => {
            let label = |l: &str| {
                !l.is_empty()
                    && !l.starts_with('-')
                    && !l.ends_with('-')
                    && l.bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            };
            if host.len() > 253 || !host.split('.').all(label) {
                return None;
            }
            host.to_ascii_lowercase()
        }
    };
    let host = if host.starts_with('[') {
        format!("[{inner}]")
    } else {
        inner
    };
    match port {
        None => Some(host.into()),
        Some(port) => {
            let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
            let number = port.parse::<u16>().ok().filter(|&n| digits && n > 0)?;
            Some(format!("{host}:{number}").into())
        }
    }
}

/// A library of the package, with its hash in lower case, or one of the system.
fn canonical_library(text: &str) -> Option<Box<str>> {
    if let Some(name) = text.strip_prefix(SYSTEM) {
        return is_name(name).then(|| text.into());
    }
    match split_hash(text) {
        (name, None) => is_name(name).then(|| name.into()),
        (name, Some(hash)) => {
            let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
            let hash = hash.to_ascii_lowercase();
            (is_name(name) && is_hash).then(|| format!("{name}@{hash}").into())
        }
    }
}

/// Library and hash.
fn split_hash(text: &str) -> (&str, Option<&str>) {
    match text.split_once('@') {
        Some((name, hash)) => (name, Some(hash)),
        None => (text, None),
    }
}

/// Host and port; the colons inside `[...]` belong to the host.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    }
}

/// Whether canonical path `inner` is `outer` or lies below it.
fn path_covers(outer: &str, inner: &str) -> bool {
    match outer {
        "/" => inner.starts_with('/'),
        "." => !inner.starts_with('/'),
        _ => match inner.strip_prefix(outer) {
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        },
    }
}

#[cfg(test)]
mod tests;
