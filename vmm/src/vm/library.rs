//! The part of the standard library that is written in bytecode.
//!
//! Its texts stand in `vmm/lib`; the class files beside them are assembled by
//! `cargo xtask gen` and held fresh by a test. They come the same way as any
//! other class: read, verified, linked.

use crate::builtin::library::CLASSES;
use crate::code::CodeSpace;
use crate::vm::load::{LoadError, class_from_bytes, unlinked};

/// What the names of the library's classes begin with; no other class may.
pub use crate::code::table::RESERVED;

/// Loads every class of the library.
///
/// # Errors
/// A class is damaged: a fault of the machine.
pub(super) fn load(code: &CodeSpace) -> Result<(), LoadError> {
    for (name, bytes) in CLASSES {
        let class = class_from_bytes(name, bytes)?;
        let loaded = code.load(&class);
        loaded.map_err(|error| unlinked(&error, &class))?;
    }
    Ok(())
}
