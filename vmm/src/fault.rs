//! What goes wrong in a program: the errors that the machine raises.
//!
//! A fault is what an operation answers instead of a result. The engine turns
//! it into an error object of the process (kind, message, trace) and looks for
//! a handler. It is no Rust error: it never leaves the process as anything but
//! a value.
//!
//! # Invariants
//! F1. A detail that is a word of the process's heap holds until something is
//!     reserved. What raises a fault reserves nothing in between.
//!
//! # Cost
//! Details are for who catches: they are made when something has gone wrong.

use std::borrow::Cow;
use std::fmt;

use crate::atom::{AtomsFull, known};
use crate::ids::AtomId;
use crate::word::Word;

macro_rules! fault_kinds {
    ($($(#[$doc:meta])* $variant:ident = $atom:literal,)*) => {
        /// The kind of an error, an atom to the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FaultKind { $($(#[$doc])* $variant,)* }

        impl FaultKind {
            /// Every kind.
            pub const ALL: &'static [FaultKind] = &[$(FaultKind::$variant,)*];

            /// The atom's text, without the colon.
            #[must_use]
            pub fn atom(self) -> &'static str {
                match self { $(FaultKind::$variant => $atom,)* }
            }
        }
    };
}

fault_kinds! {
    /// An operand of a type that the operation is not for.
    BadType = "bad_type",
    /// A call with a count of arguments that the function does not take.
    BadArity = "bad_arity",
    /// An index out of range, negative or fractional.
    BadIndex = "bad_index",
    /// A number that the operation cannot use.
    BadNumber = "bad_number",
    /// A name that cannot be used.
    BadName = "bad_name",
    /// A prototype that would make a cycle or too deep a chain.
    BadPrototype = "bad_prototype",
    /// A write to what may not be written.
    ReadOnly = "read_only",
    /// A call of what is no function.
    NotCallable = "not_callable",
    /// A key, name or class that is not there.
    NotFound = "not_found",
    /// No pattern fits where one must.
    NoMatch = "no_match",
    /// A bound of the machine.
    Limit = "limit",
    /// The process's memory limit, met by an allocation.
    MemoryLimit = "memory_limit",
    /// The process's memory limit, met by a call.
    StackOverflow = "stack_overflow",
    /// A foreign function failed.
    Ffi = "ffi",
    /// A right is missing.
    Denied = "denied",
    /// The process is not there.
    NoProc = "noproc",
    /// The connection is gone.
    NoConnection = "noconnection",
    /// Time is over.
    Timeout = "timeout",
}

/// An error to be raised.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Its kind.
    pub kind: FaultKind,
    /// One sentence for people, lower case, no full stop.
    pub message: Cow<'static, str>,
    /// What the message tells programs, too: further properties of the error object.
    pub details: Vec<(AtomId, Detail)>,
}

/// A property of an error object.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// A value of the process (F1), or one that lies in no heap.
    Word(Word),
    /// A string.
    Text(String),
}

impl Fault {
    /// A fault.
    #[must_use]
    #[cold]
    pub fn new(kind: FaultKind, message: impl Into<Cow<'static, str>>) -> Fault {
        Fault {
            kind,
            message: message.into(),
            details: Vec::new(),
        }
    }

    /// The fault with one more property.
    #[must_use]
    #[cold]
    pub fn with(mut self, name: AtomId, word: Word) -> Fault {
        self.details.push((name, Detail::Word(word)));
        self
    }

    /// The fault with one more property, a count.
    #[must_use]
    #[cold]
    pub fn with_count(self, name: AtomId, count: usize) -> Fault {
        self.with(name, Word::number(count as f64))
    }

    /// The fault with one more property, a string.
    #[must_use]
    #[cold]
    pub fn with_text(mut self, name: AtomId, text: impl Into<String>) -> Fault {
        self.details.push((name, Detail::Text(text.into())));
        self
    }

    /// The machine's memory, so many bytes, is used up.
    #[must_use]
    #[cold]
    pub fn no_memory(limit: u64) -> Fault {
        let message = format!(
            "the machine holds {limit} bytes, as many as it may: end processes, or take their messages"
        );
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Fault::new(FaultKind::MemoryLimit, message).with_count(known::LIMIT, limit)
    }

    /// `:bad_type` with what was expected and what came; if that is the name of
    /// a type, the error has it as `type`.
    #[must_use]
    #[cold]
    pub fn bad_type(what: &str, found: &str) -> Fault {
        Fault::new(FaultKind::BadType, format!("{what}, not {found}")).with_type(found)
    }

    /// The fault with the property `type`, if that is the name of a type.
    #[must_use]
    #[cold]
    pub fn with_type(self, found: &str) -> Fault {
        match type_atom(found) {
            Some(atom) => self.with(known::TYPE, Word::atom(atom)),
            None => self,
        }
    }

    /// `:bad_type` of two operands: the error has their types as `type` and
    /// `other_type`.
    #[must_use]
    #[cold]
    pub fn bad_types(what: &str, found: &'static str, other: &'static str) -> Fault {
        let mut fault = Fault::bad_type(what, &format!("{found} and {other}"));
        for (name, text) in [(known::TYPE, found), (known::OTHER_TYPE, other)] {
            if let Some(atom) = type_atom(text) {
                fault = fault.with(name, Word::atom(atom));
            }
        }
        fault
    }

    /// `:bad_arity` of a call of a function, by its name in texts, with `given`
    /// arguments where `expected` is the nearest count that would do.
    #[must_use]
    #[cold]
    pub fn bad_arity(
        function: impl Into<String>,
        message: String,
        expected: usize,
        given: usize,
    ) -> Fault {
        Fault::new(FaultKind::BadArity, message)
            .with_count(known::EXPECTED, expected)
            .with_count(known::GIVEN, given)
            .with_text(known::FUNCTION, function)
    }
}

/// The atom that `type_of` gives for a type of that name.
fn type_atom(name: &str) -> Option<AtomId> {
    let first = known::NUMBER.0 as usize;
    let types = known::TEXTS.get(first..=known::HANDLE.0 as usize)?;
    let at = types.iter().position(|text| *text == name)?;
    Some(AtomId((first + at) as u32))
}

impl From<AtomsFull> for Fault {
    #[cold]
    fn from(error: AtomsFull) -> Fault {
        Fault::new(FaultKind::Limit, error.to_string())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ":{}: {}", self.kind.atom(), self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_types_are_told_as_types() {
        let told = |fault: Fault| fault.details;
        let atom = |atom| Detail::Word(Word::atom(atom));
        assert_eq!(
            told(Fault::bad_type("a number", "handle")),
            [(known::TYPE, atom(known::HANDLE))]
        );
        for other in ["something else", "kind", "", "number and string"] {
            assert_eq!(told(Fault::bad_type("a number", other)), []);
        }
        assert_eq!(
            told(Fault::bad_types("two numbers", "string", "number")),
            [
                (known::TYPE, atom(known::STRING)),
                (known::OTHER_TYPE, atom(known::NUMBER))
            ]
        );
    }
}
