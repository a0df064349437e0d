//! Classes on their way into a machine: decoded, verified, linked.

use std::fmt;
use std::sync::Arc;

use crate::code::link;
use crate::diag::Diagnostic;
use crate::ionpack::{IonPackReader, PackError};
use crate::names::Quoted;
use crate::program::Module;
use crate::program::binary::ClassError;
use crate::program::v1::{ClassSet, read_class};
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
    /// A native library, or a declaration of one, is not as it should be.
    Library {
        /// The library or declaration, as the package names it.
        library: Quoted,
        /// What is wrong with it.
        message: String,
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
            LoadError::Library { library, message } => write!(f, "library {library}: {message}"),
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

/// Decodes and verifies a class file of either version; `name` is what messages
/// call it, and what a class of version 1 is called.
///
/// # Errors
/// [`LoadError::Class`], [`LoadError::Refused`].
pub fn class_from_bytes(name: &str, bytes: &[u8]) -> Result<Verified<Module>, LoadError> {
    let module = read_class(name, bytes).map_err(|error| LoadError::Class {
        class: Quoted::new(name),
        error,
    })?;
    verified(name, module)
}

fn verified(name: &str, module: Module) -> Result<Verified<Module>, LoadError> {
    verify(module).map_err(|problems| LoadError::Refused {
        class: Quoted::new(name),
        problems,
    })
}

/// Decodes every class of a package. Those of version 1 are translated with all
/// others at hand.
///
/// # Errors
/// The first class, by name, that cannot be read, or else that has no translation.
pub fn modules_of_pack(pack: &mut IonPackReader) -> Result<Vec<Module>, LoadError> {
    let names: Vec<String> = pack.classes().map(str::to_owned).collect();
    let mut classes = ClassSet::new();
    for name in &names {
        let bytes = pack.read_class(name)?;
        classes
            .add(name, &bytes)
            .map_err(|error| LoadError::Class {
                class: Quoted::new(name),
                error,
            })?;
    }
    let modules = classes
        .finish()
        .map_err(|(class, error)| LoadError::Class {
            class: Quoted::new(&class),
            error,
        })?;
    for (name, class) in names.iter().zip(&modules) {
        if *class.name != **name {
            return Err(LoadError::Misnamed {
                entry: Quoted::new(name),
                class: Quoted::new(&class.name),
            });
        }
    }
    Ok(modules)
}

/// Decodes and verifies every class of a package.
///
/// # Errors
/// The first class, by name, that is not as it should be; one that cannot be
/// decoded before one that the verifier refuses.
pub fn classes_of_pack(pack: &mut IonPackReader) -> Result<Vec<Verified<Module>>, LoadError> {
    let modules = modules_of_pack(pack)?;
    modules
        .into_iter()
        .map(|module| {
            let name = Arc::clone(&module.name);
            verified(&name, module)
        })
        .collect()
}
