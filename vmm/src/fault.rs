//! What goes wrong in a program: the errors that the machine raises.
//!
//! A fault is what an operation answers instead of a result. The engine turns
//! it into an error object of the process (kind, message, trace) and looks for
//! a handler. It is no Rust error: it never leaves the process as anything but
//! a value.

use std::borrow::Cow;
use std::fmt;

use crate::atom::AtomsFull;

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
}

impl Fault {
    /// A fault.
    #[must_use]
    #[cold]
    pub fn new(kind: FaultKind, message: impl Into<Cow<'static, str>>) -> Fault {
        Fault {
            kind,
            message: message.into(),
        }
    }

    /// `:bad_type` with what was expected and what came.
    #[must_use]
    #[cold]
    pub fn bad_type(what: &str, found: &str) -> Fault {
        Fault::new(FaultKind::BadType, format!("{what}, not {found}"))
    }
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
