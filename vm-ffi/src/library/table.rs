//! What the table of a native module says, checked before anything of it is believed.

use std::collections::BTreeSet;
use std::fmt;

use crate::abi::{ABI, ANY, BLOCKING, ENTRY, IonFunction};
use crate::arity::Arity;
use crate::error::FfiError;
use crate::is_canonical;

/// The most functions of one module.
pub(super) const MAX_FUNCTIONS: u32 = 4096;

/// A table as it was read.
pub(super) struct RawModule {
    pub(super) name: Option<String>,
    pub(super) functions: Vec<RawFunction>,
}

/// A row of it.
pub(super) struct RawFunction {
    pub(super) name: Option<String>,
    pub(super) about: Option<String>,
    pub(super) right: Option<String>,
    pub(super) function: Option<IonFunction>,
    pub(super) least: u32,
    pub(super) most: u32,
    pub(super) flags: u32,
}

/// A row that was checked.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) about: Option<String>,
    pub(super) arity: Arity,
    pub(super) blocking: bool,
    pub(super) needs: Option<String>,
    pub(super) function: IonFunction,
}

/// Why a library is no native module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModuleError {
    /// It does not export the entry symbol.
    NoEntry,
    /// It was built for another version of the interface.
    Version {
        /// Which.
        found: u32,
    },
    /// A pointer to a table, or to the name of a module or function, is null.
    NullTable,
    /// It calls itself otherwise than its library.
    OtherName {
        /// What its library is called.
        wanted: String,
        /// What it calls itself.
        found: String,
    },
    /// It has more functions than a module may.
    TooMany {
        /// How many.
        found: u32,
    },
    /// A text of it has no end within the limit.
    LongText {
        /// The limit, in bytes.
        most: usize,
    },
    /// A text of it is no UTF-8.
    NoUtf8,
    /// A function has a name that none may have.
    BadName {
        /// The name.
        name: String,
    },
    /// Two functions have one name.
    Twice {
        /// The name.
        name: String,
    },
    /// A function takes at least more arguments than at most, or has flags that mean nothing
    /// or no code.
    BadRow {
        /// The function.
        name: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// Checks a table; the functions get their full names.
pub(super) fn check(raw: RawModule, module: &str) -> Result<Vec<Checked>, ModuleError> {
    let found = raw.name.ok_or(ModuleError::NullTable)?;
    if found != module {
        let wanted = module.to_owned();
        return Err(ModuleError::OtherName { wanted, found });
    }
    let mut names = BTreeSet::new();
    let mut checked = Vec::with_capacity(raw.functions.len());
    for row in raw.functions {
        let short = row.name.ok_or(ModuleError::NullTable)?;
        let name = format!("{module}.{short}");
        if !is_canonical(&name) {
            return Err(ModuleError::BadName { name: short });
        }
        if !names.insert(name.clone()) {
            return Err(ModuleError::Twice { name });
        }
        let wrong = |what| ModuleError::BadRow {
            name: name.clone(),
            what,
        };
        let function = row.function.ok_or_else(|| wrong("has no code"))?;
        if row.least > row.most {
            return Err(wrong("takes fewer arguments at most than at least"));
        }
        if row.flags & !BLOCKING != 0 {
            return Err(wrong("has flags that this machine does not know"));
        }
        let arity = Arity {
            min: row.least as usize,
            max: (row.most != ANY).then_some(row.most as usize),
        };
        checked.push(Checked {
            arity,
            about: row.about,
            blocking: row.flags & BLOCKING != 0,
            needs: row.right,
            function,
            name,
        });
    }
    Ok(checked)
}

/// The error that a module asks for: its kind is an atom of its choice.
pub(super) fn failure(kind: &[u8], message: &[u8]) -> FfiError {
    let message = String::from_utf8_lossy(message).into_owned();
    match std::str::from_utf8(kind) {
        Ok("" | "ffi") | Err(_) => FfiError::Failed { message },
        Ok(kind) => FfiError::custom(kind, message),
    }
}

impl fmt::Display for ModuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModuleError::NoEntry => write!(
                f,
                "it does not export {ENTRY}, so it is no native module: build it with ionvm.h or \
                 native_module!, or declare its C functions in META-INF/ffi"
            ),
            ModuleError::Version { found } => write!(
                f,
                "it was built for version {found} of the interface, and this machine speaks {ABI}: \
                 build it anew"
            ),
            ModuleError::NullTable => {
                f.write_str("its table has a null pointer where a table or name must be")
            }
            ModuleError::OtherName { wanted, found } => write!(
                f,
                "it calls itself {found:?} where its library's name says {wanted:?}: one has to change"
            ),
            ModuleError::TooMany { found } => {
                write!(
                    f,
                    "it has {found} functions, and {MAX_FUNCTIONS} is the most"
                )
            }
            ModuleError::LongText { most } => {
                write!(f, "a text of its table has no end within {most} bytes")
            }
            ModuleError::NoUtf8 => f.write_str("a text of its table is no UTF-8"),
            ModuleError::BadName { name } => write!(
                f,
                "its function {name:?} has no name of lower-case letters, digits and _"
            ),
            ModuleError::Twice { name } => write!(f, "it has two functions {name}"),
            ModuleError::BadRow { name, what } => write!(f, "its function {name} {what}"),
        }
    }
}

impl std::error::Error for ModuleError {}
