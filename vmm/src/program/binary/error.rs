//! Why bytes are no class file, or a class cannot become one.
//!
//! Every refusal of the reader names the offset of the first byte concerned;
//! every refusal of the writer names the function, instruction and operand.
//! The codes `C01`, `C02`, ... are stable and explained by [`codes`].

use std::fmt;

use crate::diag::{CodeInfo, Diagnostic, Place};

/// Why a class file is refused, or a class cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassError {
    /// The first bytes are not `IONBC`.
    NotAClass,
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
            ClassError::NotAClass => "C01",
            ClassError::Version { .. } => "C02",
            ClassError::Checksum { .. } => "C03",
            ClassError::Truncated { .. } => "C04",
            ClassError::Feature { .. } => "C05",
            ClassError::Section { .. } => "C06",
            ClassError::Leftover { .. } => "C07",
            ClassError::Number { .. } => "C08",
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
        }
    }

    /// Offset of the first byte concerned; none if the class was being written.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match self {
            ClassError::NotAClass => Some(0),
            ClassError::Version { .. } => Some(super::kind::MAGIC.len()),
            ClassError::Checksum { .. } => Some(super::kind::CHECKSUM_AT),
            ClassError::Truncated { at, .. }
            | ClassError::Feature { at, .. }
            | ClassError::Section { at, .. }
            | ClassError::Leftover { at, .. }
            | ClassError::Number { at, .. }
            | ClassError::Count { at, .. }
            | ClassError::Utf8 { at }
            | ClassError::Kind { at, .. }
            | ClassError::Reserved { at, .. }
            | ClassError::Index { at, .. }
            | ClassError::Order { at, .. }
            | ClassError::Form { at, .. }
            | ClassError::Exports { at } => Some(*at),
            ClassError::Limit { at, .. } => *at,
            ClassError::NotAConstant { .. } => None,
        }
    }
}

impl fmt::Display for ClassError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClassError::NotAClass => {
                f.write_str("this is no class file: it does not begin with `IONBC`")
            }
            ClassError::Version { found } => write!(
                f,
                "class file version {found} is not known here; version {} is",
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
                "{bytes} bytes follow at byte {at} after the end of what the section holds"
            ),
            ClassError::Number { at, what } => write!(
                f,
                "the {what} at byte {at} is not in shortest form or is too large"
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

/// What the manual says about each code, in order.
#[must_use]
pub fn codes() -> &'static [CodeInfo] {
    const DAMAGED: &str = "The file was damaged or its encoder is wrong: get or build it again, \
                           and compare the encoder with `docs/spec/class-format.md`.";
    macro_rules! code {
        ($code:literal, $title:literal, $text:literal) => {
            code!($code, $title, $text, DAMAGED)
        };
        ($code:literal, $title:literal, $text:literal, $remedy:expr) => {
            CodeInfo {
                code: $code,
                title: $title,
                text: $text,
                remedy: $remedy,
            }
        };
    }
    const CODES: &[CodeInfo] = &[
        code!(
            "C01",
            "not a class file",
            "A class file begins with the five bytes `IONBC`. This one does not, so it is \
             something else altogether.",
            "Look whether the right file was named."
        ),
        code!(
            "C02",
            "unknown version",
            "The sixth byte is the version of the layout. Each version is read by the reader made \
             for it, and no reader guesses at one it does not know.",
            "Use an IonVM that knows the version, or build the class again."
        ),
        code!(
            "C03",
            "wrong checksum",
            "The file carries a CRC-32 of its bytes from offset 12 on, and they give another one. \
             At least one byte is not what was written.",
            "Get or build the file again. Whoever edits class files has to compute the checksum \
             anew."
        ),
        code!(
            "C04",
            "cut off",
            "Something needs more bytes than the file or the section has. Nothing is read past \
             the end of a section."
        ),
        code!(
            "C05",
            "unknown feature",
            "A file can say by name what it needs of its reader. This reader does not know the \
             name, so it cannot know what the code means.",
            "Use a newer IonVM."
        ),
        code!(
            "C06",
            "section out of place",
            "The sections class, texts, constants, patterns, functions, exports and debug are all \
             there, each once, in this order, and only custom sections follow them. A section of \
             another number is refused: what tools attach goes into custom sections."
        ),
        code!(
            "C07",
            "bytes left over",
            "A section announces its length, and its content has to fill it exactly."
        ),
        code!(
            "C08",
            "number in a wrong form",
            "Numbers are LEB128 in the shortest form, at most 32 bits, and registers at most \
             65,535. A longer form of the same number is refused, so that every class has one \
             encoding only."
        ),
        code!(
            "C09",
            "impossible count",
            "A list announces more items than could fit into the bytes that are left, each taking \
             at least one. It is refused before any memory is taken for it."
        ),
        code!(
            "C10",
            "text not UTF-8",
            "All texts of a class file are UTF-8: names, strings, atoms. Octets that are no text go \
             into bytes constants."
        ),
        code!(
            "C11",
            "unknown kind",
            "A byte says which of several things follows: a constant, a pattern, a condition, an \
             instruction, a set of bits. This value is not given to any.",
            "The file may be of a newer IonVM: use that. Otherwise its encoder is wrong; compare \
             it with `docs/spec/class-format.md`."
        ),
        code!(
            "C12",
            "reserved kind of constant",
            "Some numbers are kept for values that exist only while a program runs or that \
             belong to other nodes: processes, references, ports. No class file holds them.",
            "Make the value when the program runs, with `self_pid` or `make_ref` for example."
        ),
        code!(
            "C13",
            "index outside its pool",
            "An operand or a pool entry names a text, a constant or a pattern by a number that \
             the pool does not reach."
        ),
        code!(
            "C14",
            "pool not in order",
            "Pools hold every entry once and in order of first use, and nothing else. So equal \
             classes are equal files.",
            "Number entries when the encoder meets them for the first time; `docs/spec/class-format.md` \
             shows the three functions it takes."
        ),
        code!(
            "C15",
            "not the only form",
            "Some things could be written in several ways, and only one is allowed: a NaN has \
             fixed bits, integers are as short as they can be, magic methods ascend by name, \
             functions without debug information have no entry in the debug section.",
            "Correct the encoder; `docs/spec/class-format.md` names the form of each."
        ),
        code!(
            "C16",
            "limit passed",
            "A class may hold only so much, and a value may be nested only so deep; the message \
             names the limit. Limits keep a small file from taking much memory or time.",
            "Split the class, or build large data when the program runs, or read it from a \
             resource."
        ),
        code!(
            "C17",
            "wrong exports",
            "The exports section repeats which functions have a name and are not private, in \
             their order, for tools that want the interface alone. It has to agree with the \
             functions."
        ),
        code!(
            "C18",
            "not a constant",
            "Processes, references and closures exist only inside a running machine. A class that \
             holds one as a constant cannot be written.",
            "Make the value when the program runs: `self_pid`, `make_ref`, `make_closure`."
        ),
    ];
    CODES
}
