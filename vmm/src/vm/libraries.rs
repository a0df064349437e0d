//! The native libraries of a package: which are loaded, and what programs see of them.
//!
//! A library in the manifest's `FFI-Libraries` is loaded if what the host granted covers
//! it; otherwise nothing of it is written or opened, and its natives raise `:denied`
//! when they are called. The file is the one for this platform, it is written to a
//! folder of this user alone, loaded, and the folder is removed again: the system keeps
//! what it has loaded.
//!
//! # Invariants
//! N1. A right is asked for before a byte of a library leaves the package.
//! N2. A library of the package is loaded by the path to which it was written, so no
//!     search of the system's folders can find another.
//! N3. No module of a library has the name of one of the machine's own.

mod sha256;

use std::sync::Arc;

use vm_ffi::library::{Library, LibraryRight};

use crate::builtin::modules::about;
use crate::host::PrivateFolder;
use crate::ionpack::{IonPackReader, Platform};
use crate::names::Quoted;
use crate::rights::{Grants, Right, RightKind};
use crate::vm::Vm;
use crate::vm::load::LoadError;

impl Vm {
    /// Loads the native libraries of a package that are granted, before its classes: they
    /// are linked against the natives that there are.
    ///
    /// # Errors
    /// [`LoadError::Library`]: one that is granted has no file for this platform, cannot
    /// be loaded, or is not as it should be. [`LoadError::Pack`].
    pub fn load_libraries(&mut self, pack: &mut IonPackReader) -> Result<(), LoadError> {
        let mut loader = Loader {
            grants: &self.grants,
            folder: None,
        };
        let names = pack.manifest().ffi_libraries().to_vec();
        for name in &names {
            let module = module_name(name)
                .ok_or_else(|| bad(name, "its name says no module: letters, digits and _ do"))?;
            if about(&module).is_some() {
                let message = format!("the machine has a module `{module}` of its own: rename it");
                return Err(bad(name, message));
            }
            match loader.package_library(pack, name)? {
                (None, right) => self.natives.withhold(&module, &right),
                (Some(library), right) => {
                    let functions = library.module(&module, &right);
                    for function in functions.map_err(|error| bad(name, error))? {
                        if !self.natives.add_foreign(Arc::new(function)) {
                            let message = format!("another library is the module `{module}`, too");
                            return Err(bad(name, message));
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// What is needed to load the libraries of one package.
struct Loader<'a> {
    grants: &'a Grants,
    /// Where they are written; gone when all are loaded.
    folder: Option<PrivateFolder>,
}

impl Loader<'_> {
    /// A library of the package, if it is granted, and the right to call it.
    fn package_library(
        &mut self,
        pack: &mut IonPackReader,
        name: &str,
    ) -> Result<(Option<Library>, LibraryRight), LoadError> {
        let shown = right(name, name)?;
        let platform = Platform::current();
        // Without a grant of the library under any hash there is nothing to hash it for.
        if !self.grants.permits(&shown) && !self.grants.pins(name) {
            return Ok((None, of(&shown, &shown)));
        }
        let bytes = pack.read_library(name, platform)?;
        let exact = right(name, &format!("{name}@{}", sha256::hex(&bytes)))?;
        if !self.grants.permits(&exact) {
            return Ok((None, of(&exact, &exact)));
        }
        let library = self.load(name, &bytes)?;
        Ok((Some(library), of(&exact, &shown)))
    }

    fn load(&mut self, name: &str, bytes: &[u8]) -> Result<Library, LoadError> {
        let unwritten = |error| bad(name, format!("cannot be written to be loaded: {error}"));
        if self.folder.is_none() {
            self.folder = Some(PrivateFolder::new().map_err(unwritten)?);
        }
        let Some(folder) = &self.folder else {
            return Err(bad(name, "has no folder"));
        };
        let path = folder.write(name, bytes).map_err(unwritten)?;
        Library::open(path.as_os_str())
            .map_err(|error| bad(name, format!("cannot be loaded: {error}")))
    }
}

fn right(library: &str, argument: &str) -> Result<Right, LoadError> {
    Right::new(RightKind::Ffi, Some(argument)).map_err(|error| bad(library, error))
}

fn of(exact: &Right, shown: &Right) -> LibraryRight {
    LibraryRight {
        exact: exact.to_string(),
        shown: shown.to_string(),
    }
}

fn bad(library: &str, message: impl ToString) -> LoadError {
    LoadError::Library {
        library: Quoted::new(library),
        message: message.to_string(),
    }
}

/// The module whose natives a library holds, by the library's name: `greet`, `libgreet.so`,
/// `greet.dll` and `libgreet.so.1` all hold `greet`.
fn module_name(library: &str) -> Option<String> {
    let stem = match library.split_once('.') {
        Some((stem, _)) => stem.strip_prefix("lib").unwrap_or(stem),
        None => library,
    };
    let module = stem.to_ascii_lowercase().replace('-', "_");
    vm_ffi::is_canonical(&format!("{module}.x")).then_some(module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_says_which_module_it_holds() {
        for (library, module) in [
            ("greet", Some("greet")),
            ("libgreet.so", Some("greet")),
            ("libGreet-It.so.1.2", Some("greet_it")),
            ("greet.dll", Some("greet")),
            ("library", Some("library")),
            ("lib.so", None),
            ("9p.so", None),
            ("a+b", None),
        ] {
            assert_eq!(module_name(library).as_deref(), module, "{library}");
        }
    }
}
