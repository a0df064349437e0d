//! Values of the host as words, and back.
//!
//! A [`Value`] becomes a [`Parcel`], from which a heap or the read-only area
//! takes it: arguments and messages from outside, constants of classes. Back,
//! a value in a heap or a parcel becomes an owned tree, with shared parts
//! shared again.
//!
//! What only the linker knows comes through [`Resolve`] (names to functions),
//! what only the code table knows through [`Names`] (functions to names).
//!
//! # Invariants
//! C1. Building walks with a work list and reads nothing twice; reading back
//!     is bounded by [`HOST_VALUE_DEPTH_MAX`], because host-side trees are
//!     dropped by recursion, and refuses cycles.
//!
//! [`HOST_VALUE_DEPTH_MAX`]: crate::limits::HOST_VALUE_DEPTH_MAX
//!
//! # Cost
//! About one allocation a text and 10 ns a part; maps a hash a key.

pub mod from_value;
pub mod to_value;

use std::fmt;
use std::sync::Arc;

use crate::atom::AtomsFull;
use crate::fault::{Fault, FaultKind};
use crate::heap::shared::SharedFull;
use crate::ids::FuncId;
use crate::value::FunctionRef;
#[cfg(doc)]
use crate::{heap::parcel::Parcel, value::Value};

/// What a function reference has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// A function of the machine.
    Function(FuncId),
    /// A name that is looked up at each call, with its arity if it is known.
    Extern(Option<u16>),
    /// A native function of this number.
    Native(u32),
}

/// Resolves names while values are built.
pub trait Resolve {
    /// The function that a reference means; `None` if there is none.
    fn function(&self, reference: &FunctionRef) -> Option<Resolved>;

    /// What a native function is: its number, or the function that it is
    /// written as in bytecode; `None` if there is none of that name.
    fn native(&self, name: &str) -> Option<Resolved>;
}

/// Resolves nothing but extern names: for values that come without a class.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlinked;

impl Resolve for Unlinked {
    fn function(&self, reference: &FunctionRef) -> Option<Resolved> {
        match reference {
            FunctionRef::Local(_) => None,
            FunctionRef::Extern { arity, .. } => Some(Resolved::Extern(*arity)),
        }
    }

    fn native(&self, _name: &str) -> Option<Resolved> {
        None
    }
}

/// Names functions when values are shown or handed to the host.
pub trait Names {
    /// Class, name and arity of a function.
    fn function(&self, function: FuncId) -> Option<(Arc<str>, Arc<str>, u16)>;

    /// The canonical name of a native function.
    fn native(&self, number: u32) -> Option<Arc<str>>;
}

/// Names nothing: functions are shown by number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nameless;

impl Names for Nameless {
    fn function(&self, _function: FuncId) -> Option<(Arc<str>, Arc<str>, u16)> {
        None
    }

    fn native(&self, _number: u32) -> Option<Arc<str>> {
        None
    }
}

/// Why a value could not be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConvertError {
    /// It is nested deeper than the host takes.
    TooDeep {
        /// Levels that are allowed.
        limit: usize,
    },
    /// It contains itself.
    Cycle,
    /// Values of that type have no form outside their process.
    NotRepresentable {
        /// The type, as `type_of` names it.
        found: &'static str,
    },
    /// A function reference that leads nowhere.
    UnknownFunction {
        /// The reference as written.
        name: String,
    },
    /// A native function that does not exist.
    UnknownNative {
        /// Its name.
        name: String,
    },
    /// A key that a map cannot have.
    BadKey {
        /// The key's type, as `type_of` names it.
        found: &'static str,
    },
    /// It is larger than a parcel can be.
    TooLarge,
    /// The atom table is full.
    Atoms(AtomsFull),
    /// The read-only area is full.
    Shared(SharedFull),
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConvertError::TooDeep { limit } => {
                write!(f, "the value is nested deeper than {limit} levels")
            }
            ConvertError::Cycle => {
                f.write_str("the value contains itself: hand over its parts one by one")
            }
            ConvertError::NotRepresentable { found } => write!(
                f,
                "the value holds {found}, which means nothing outside its process: hand over what it yields"
            ),
            ConvertError::UnknownFunction { name } => {
                write!(
                    f,
                    "there is no function `{name}`: check class, name and arity"
                )
            }
            ConvertError::UnknownNative { name } => {
                write!(f, "there is no native function `{name}`: check its name")
            }
            ConvertError::BadKey { found } => write!(
                f,
                "a map has {found} as a key: use a value that cannot change"
            ),
            ConvertError::TooLarge => {
                f.write_str("the value takes more than 2^28 words: hand it over in parts")
            }
            ConvertError::Atoms(error) => error.fmt(f),
            ConvertError::Shared(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ConvertError {}

impl From<AtomsFull> for ConvertError {
    fn from(error: AtomsFull) -> ConvertError {
        ConvertError::Atoms(error)
    }
}

impl From<SharedFull> for ConvertError {
    fn from(error: SharedFull) -> ConvertError {
        ConvertError::Shared(error)
    }
}

impl From<ConvertError> for Fault {
    fn from(error: ConvertError) -> Fault {
        let kind = match &error {
            ConvertError::UnknownFunction { .. } | ConvertError::UnknownNative { .. } => {
                FaultKind::NotFound
            }
            ConvertError::TooDeep { .. }
            | ConvertError::TooLarge
            | ConvertError::Atoms(_)
            | ConvertError::Shared(_) => FaultKind::Limit,
            ConvertError::Cycle
            | ConvertError::NotRepresentable { .. }
            | ConvertError::BadKey { .. } => FaultKind::BadType,
        };
        Fault::new(kind, error.to_string())
    }
}

#[cfg(test)]
mod tests;
