//! Why bytes are no class file, or a class cannot become one.
//!
//! Every refusal of the reader names the offset of the first byte concerned;
//! every refusal of the writer names the function, instruction and operand.
//! The codes `C01`, `C02`, ... are stable and explained by [`codes`].
//!
//! [`codes`]: super::codes

use std::fmt;

use crate::diag::{Diagnostic, Place};

/// Why a class file is refused, or a class cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassError {
    /// The first bytes are not `IONBC`.
    NotAClass,
    /// The first bytes are not `IONBC`, and this is wrong with the file as a
    /// single function of version 1, which has no such beginning.
    Neither(Box<ClassError>),
    /// A version that this reader does not know.
    Version {
        /// The version byte.
        found: u8,
    },
    /// The checksum does not belong to the bytes.
    Checksum {
        /// What the file says.
        stored: u32,
        /// What the bytes give.
        computed: u32,
    },
    /// The bytes end too early.
    Truncated {
        /// Offset at which more is needed.
        at: usize,
        /// Bytes needed there.
        needed: usize,
        /// Bytes left in the section.
        left: usize,
    },
    /// The file needs something that this reader does not have.
    Feature {
        /// Offset of the name.
        at: usize,
        /// Its name, cut if it is long.
        name: String,
    },
    /// A section is missing, out of place, there twice or unknown.
    Section {
        /// Offset of its number.
        at: usize,
        /// The number.
        found: u8,
        /// The section that had to come, by its name.
        expected: &'static str,
    },
    /// A section is longer than what it holds.
    Leftover {
        /// Offset of the first byte too many.
        at: usize,
        /// How many there are.
        bytes: usize,
    },
    /// A number is not in its shortest form, or larger than it may be.
    Number {
        /// Offset of its first byte.
        at: usize,
        /// What it counts or names.
        what: &'static str,
    },
    /// A number of a version 1 file that is larger than it may be.
    TooLarge {
        /// Offset of its first byte.
        at: usize,
        /// What it counts or names.
        what: &'static str,
        /// The number.
        found: u32,
        /// The largest.
        limit: u32,
    },
    /// A list claims more items than the bytes that are left can hold.
    Count {
        /// Offset of the count.
        at: usize,
        /// What is counted.
        what: &'static str,
        /// The claim.
        count: u32,
        /// Bytes left.
        left: usize,
    },
    /// A text is not UTF-8.
    Utf8 {
        /// Offset of the first wrong byte.
        at: usize,
    },
    /// A byte that stands for one of several things stands for none.
    Kind {
        /// Offset of the byte.
        at: usize,
        /// What it should say.
        what: &'static str,
        /// The byte.
        found: u8,
    },
    /// A kind of constant that is kept for values which no file holds yet.
    Reserved {
        /// Offset of the kind.
        at: usize,
        /// The kind.
        found: u8,
    },
    /// An index past the end of its pool.
    Index {
        /// Offset of the index.
        at: usize,
        /// Which pool.
        what: &'static str,
        /// The index.
        index: u32,
        /// Entries of the pool.
        len: usize,
    },
    /// A pool holds an entry twice, unused, or not in order of first use.
    Order {
        /// Offset of the entry, or of the use that comes too early.
        at: usize,
        /// Which pool.
        what: &'static str,
        /// What is wrong with the entry.
        fault: OrderFault,
    },
    /// Something is not in its only allowed form.
    Form {
        /// Offset.
        at: usize,
        /// What it is, and the form.
        what: &'static str,
    },
    /// More of something than a class may have.
    Limit {
        /// Offset, if it was read rather than written.
        at: Option<usize>,
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much there may be.
        limit: usize,
    },
    /// The exports are not those that the functions give.
    Exports {
        /// Offset of the first wrong entry.
        at: usize,
    },
    /// Something in a class of version 1 that has no translation.
    Untranslated {
        /// `name/arity` of the function.
        function: String,
        /// Index of the instruction, if it is about one.
        instruction: Option<usize>,
        /// What it is.
        problem: String,
    },
    /// A value that cannot stand in a class file.
    NotAConstant {
        /// `name/arity` of the function.
        function: String,
        /// Index of the instruction.
        instruction: usize,
        /// Name of the operand.
        operand: &'static str,
        /// What it is: a process, a reference, a closure.
        kind: &'static str,
    },
}

/// What is wrong with a pool entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderFault {
    /// The same entry stands there before.
    Twice,
    /// Nothing uses it.
    Unused,
    /// It is used before an entry with a lower number.
    Early,
}

impl ClassError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ClassError::NotAClass | ClassError::Neither(_) => "C01",
            ClassError::Version { .. } => "C02",
            ClassError::Checksum { .. } => "C03",
            ClassError::Truncated { .. } => "C04",
            ClassError::Feature { .. } => "C05",
            ClassError::Section { .. } => "C06",
            ClassError::Leftover { .. } => "C07",
            ClassError::Number { .. } | ClassError::TooLarge { .. } => "C08",
            ClassError::Count { .. } => "C09",
            ClassError::Utf8 { .. } => "C10",
            ClassError::Kind { .. } => "C11",
            ClassError::Reserved { .. } => "C12",
            ClassError::Index { .. } => "C13",
            ClassError::Order { .. } => "C14",
            ClassError::Form { .. } => "C15",
            ClassError::Limit { .. } => "C16",
            ClassError::Exports { .. } => "C17",
            ClassError::NotAConstant { .. } => "C18",
            ClassError::Untranslated { .. } => "C19",
        }
    }

    /// Offset of the first byte concerned; none if the class was being written.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match self {
            ClassError::NotAClass => Some(0),
            ClassError::Neither(error) => error.offset(),
            ClassError::Version { .. } => Some(super::kind::MAGIC.len()),
            ClassError::Checksum { .. } => Some(super::kind::CHECKSUM_AT),
            ClassError::Truncated { at, .. }
            | ClassError::Feature { at, .. }
            | ClassError::Section { at, .. }
            | ClassError::Leftover { at, .. }
            | ClassError::Number { at, .. }
            | ClassError::TooLarge { at, .. }
            | ClassError::Count { at, .. }
            | ClassError::Utf8 { at }
            | ClassError::Kind { at, .. }
            | ClassError::Reserved { at, .. }
            | ClassError::Index { at, .. }
            | ClassError::Order { at, .. }
            | ClassError::Form { at, .. }
            | ClassError::Exports { at } => Some(*at),
            ClassError::Limit { at, .. } => *at,
            ClassError::NotAConstant { .. } | ClassError::Untranslated { .. } => None,
        }
    }
}

impl fmt::Display for ClassError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClassError::NotAClass => {
                f.write_str("this is no class file: it does not begin with `IONBC`")
            }
            ClassError::Neither(error) => write!(
                f,
                "this is no class file: it neither begins with `IONBC`, nor is it a single function \
                 of version 1 ({error})"
            ),
            ClassError::Version { found: 1 } => f.write_str(
                "a class file of version 1 does not say what its class is called: read it as a \
                 file or as part of a package",
            ),
            ClassError::Version { found } => write!(
                f,
                "class file version {found} is not known here; versions 1 and {} are",
                super::kind::VERSION
            ),
            ClassError::Checksum { stored, computed } => write!(
                f,
                "the checksum is {stored:08x}, but the bytes give {computed:08x}: the file is \
                 damaged, get it again"
            ),
            ClassError::Truncated { at, needed, left } => write!(
                f,
                "{needed} bytes are needed at byte {at} and {left} are left: the file is cut off"
            ),
            ClassError::Feature { at, name } => write!(
                f,
                "the file needs the feature {name:?} (byte {at}), which this reader does not \
                 have; use a newer one"
            ),
            ClassError::Section {
                at,
                found,
                expected,
            } => write!(
                f,
                "section {found:02x} stands at byte {at} where {expected} has to come"
            ),
            ClassError::Leftover { at, bytes } => write!(
                f,
                "{bytes} bytes follow at byte {at} after the end of what belongs there"
            ),
            ClassError::Number { at, what } => write!(
                f,
                "the {what} at byte {at} is not in shortest form or is too large"
            ),
            ClassError::TooLarge {
                at,
                what,
                found,
                limit,
            } => write!(
                f,
                "the {what} at byte {at} is {found}, and {limit} is the largest there may be"
            ),
            ClassError::Count {
                at,
                what,
                count,
                left,
            } => write!(
                f,
                "{count} {what} are announced at byte {at}, but only {left} bytes are left"
            ),
            ClassError::Utf8 { at } => write!(f, "the text at byte {at} is not UTF-8"),
            ClassError::Kind { at, what, found } => {
                write!(f, "{found:02x} at byte {at} is no {what}")
            }
            ClassError::Reserved { at, found } => write!(
                f,
                "the constant at byte {at} is of kind {found:02x}, which no class file may hold"
            ),
            ClassError::Index {
                at,
                what,
                index,
                len,
            } => write!(
                f,
                "{what} {index} is named at byte {at}, but there are {len}"
            ),
            ClassError::Order { at, what, fault } => match fault {
                OrderFault::Twice => write!(f, "the {what} at byte {at} is there twice"),
                OrderFault::Unused => write!(f, "nothing uses the {what} at byte {at}"),
                OrderFault::Early => write!(
                    f,
                    "the {what} at byte {at} is used before one with a lower number: pools are in \
                     order of first use"
                ),
            },
            ClassError::Form { at, what } => write!(f, "at byte {at}: {what}"),
            ClassError::Limit {
                at,
                what,
                found,
                limit,
            } => {
                write!(
                    f,
                    "{found} {what} are more than the {limit} that a class may have"
                )?;
                match at {
                    Some(at) => write!(f, " (byte {at})"),
                    None => Ok(()),
                }
            }
            ClassError::Exports { at } => write!(
                f,
                "the exports do not list the named functions that are not private, in order (byte \
                 {at})"
            ),
            ClassError::Untranslated {
                function,
                instruction,
                problem,
            } => {
                write!(f, "function {function}")?;
                if let Some(at) = instruction {
                    write!(f, ", instruction {at}")?;
                }
                write!(f, ": {problem}")
            }
            ClassError::NotAConstant {
                function,
                instruction,
                operand,
                kind,
            } => write!(
                f,
                "{kind} is no constant: operand `{operand}` of instruction {instruction} in \
                 function {function}; make it when the program runs"
            ),
        }
    }
}

impl std::error::Error for ClassError {}

impl From<ClassError> for Diagnostic {
    fn from(error: ClassError) -> Self {
        let place = match error.offset() {
            Some(offset) => Place::Bytes { offset },
            None => Place::Whole,
        };
        Diagnostic::error(error.code(), error.to_string(), place)
    }
}
