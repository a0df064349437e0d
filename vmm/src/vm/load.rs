//! Classes on their way into a machine: decoded, verified, linked.

use std::fmt;

use crate::code::link;
use crate::diag::Diagnostic;
use crate::ionpack::{IonPackReader, PackError};
use crate::names::Quoted;
use crate::program::Module;
use crate::program::binary::ClassError;
use crate::verify::{Verified, verify};
use crate::vm::library::RESERVED;

/// Why a class or package could not be loaded. Nothing of it was loaded then.
#[derive(Debug)]
pub enum LoadError {
    /// The package cannot be read.
    Pack(PackError),
    /// A class file cannot be read.
    Class {
        /// The class, as the package names it.
        class: Quoted,
        /// What is wrong with its file.
        error: ClassError,
    },
    /// A package holds a class under another name than its own.
    Misnamed {
        /// What the package calls it.
        entry: Quoted,
        /// What it calls itself.
        class: Quoted,
    },
    /// The verifier refuses a class.
    Refused {
        /// The class.
        class: Quoted,
        /// Everything that is wrong with it.
        problems: Vec<Diagnostic>,
    },
    /// A class has a name that only the standard library may use.
    Reserved {
        /// The class.
        class: Quoted,
    },
    /// A class does not link.
    Unlinked(Box<Diagnostic>),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Pack(error) => error.fmt(f),
            LoadError::Class { class, error } => write!(f, "class {class}: {error}"),
            LoadError::Misnamed { entry, class } => write!(
                f,
                "the package's class {entry} calls itself {class}: one of the two has to change"
            ),
            LoadError::Refused { class, problems } => {
                write!(f, "class {class} was refused")?;
                match problems.as_slice() {
                    [] => Ok(()),
                    [first] => write!(f, ": {first}"),
                    [first, rest @ ..] => write!(f, ": {first} (and {} more)", rest.len()),
                }
            }
            LoadError::Reserved { class } => write!(
                f,
                "class {class}: names that begin with `{RESERVED}` belong to the standard library; \
                 choose another"
            ),
            LoadError::Unlinked(problem) => problem.fmt(f),
        }
    }
}

impl std::error::Error for LoadError {}

impl From<PackError> for LoadError {
    fn from(error: PackError) -> LoadError {
        LoadError::Pack(error)
    }
}

/// A class that does not link, as an error.
pub(super) fn unlinked(error: &link::LoadError, class: &Module) -> LoadError {
    LoadError::Unlinked(Box::new(error.diagnostic(class)))
}

/// Decodes and verifies a class file; `name` is what messages call it.
///
/// # Errors
/// [`LoadError::Class`], [`LoadError::Refused`].
pub fn class_from_bytes(name: &str, bytes: &[u8]) -> Result<Verified<Module>, LoadError> {
    let class = || Quoted::new(name);
    let module = Module::from_bytes(bytes).map_err(|error| LoadError::Class {
        class: class(),
        error,
    })?;
    verify(module).map_err(|problems| LoadError::Refused {
        class: class(),
        problems,
    })
}

/// Decodes and verifies every class of a package.
///
/// # Errors
/// The first class, by name, that is not as it should be.
pub fn classes_of_pack(pack: &mut IonPackReader) -> Result<Vec<Verified<Module>>, LoadError> {
    let names: Vec<String> = pack.classes().map(str::to_owned).collect();
    let mut classes = Vec::with_capacity(names.len());
    for name in names {
        let class = class_from_bytes(&name, &pack.read_class(&name)?)?;
        if *class.name != *name {
            return Err(LoadError::Misnamed {
                entry: Quoted::new(&name),
                class: Quoted::new(&class.name),
            });
        }
        classes.push(class);
    }
    Ok(classes)
}
