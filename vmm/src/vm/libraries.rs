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
//!     search of the system's folders can find another. One of the system is loaded only
//!     under the right to that file name, which no right to a package's library is.
//! N3. No module of a library has the name of one of the machine's own.

mod sha256;

use std::ffi::OsStr;
use std::sync::Arc;

use vm_ffi::FfiFunction;
use vm_ffi::c_call::CFunction;
use vm_ffi::declare::Declarations;
use vm_ffi::library::{Library, LibraryRight, Withheld};

use crate::builtin::modules::about;
use crate::host::PrivateFolder;
use crate::ionpack::{IonPackReader, Platform};
use crate::names::Quoted;
use crate::rights::{Grants, Right, RightKind, SYSTEM};
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
            loaded: Vec::new(),
        };
        let listed = pack.manifest().ffi_libraries().to_vec();
        let mut declared = Vec::new();
        for (module, declarations) in declarations_of_pack(pack)? {
            self.check_module(&module, &module)?;
            let library = declarations.library.clone();
            let (library, right) = match declarations.system {
                true => loader.system_library(&library)?,
                false if listed.iter().any(|name| **name == *library) => {
                    declared.push(library.clone());
                    loader.package_library(pack, &library)?
                }
                false => {
                    let message =
                        format!("list `{library}` in FFI-Libraries, as it is of the package");
                    return Err(bad(&module, message));
                }
            };
            for function in &declarations.functions {
                let name = format!("{module}.{}", function.name);
                let bound: Arc<dyn FfiFunction> = match library {
                    None => {
                        let about = function.about.as_deref();
                        Arc::new(Withheld::new(&name, function.arity(), about, &right))
                    }
                    Some(library) => {
                        let bound = CFunction::bind(&name, function, library, &right);
                        Arc::new(bound.map_err(|error| bad(&module, error))?)
                    }
                };
                self.add_native(&module, bound)?;
            }
        }
        for name in listed
            .iter()
            .filter(|name| !declared.contains(&name.to_string()))
        {
            let module = module_name(name)
                .ok_or_else(|| bad(name, "its name says no module: letters, digits and _ do"))?;
            self.check_module(name, &module)?;
            match loader.package_library(pack, name)? {
                (None, right) => self.natives.withhold(&module, &right),
                (Some(library), right) => {
                    let functions = library.module(&module, &right);
                    for function in functions.map_err(|error| bad(name, error))? {
                        self.add_native(name, Arc::new(function))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn check_module(&self, library: &str, module: &str) -> Result<(), LoadError> {
        match about(module) {
            Some(_) => {
                let message = format!("the machine has a module `{module}` of its own: rename it");
                Err(bad(library, message))
            }
            None => Ok(()),
        }
    }

    fn add_native(&self, library: &str, function: Arc<dyn FfiFunction>) -> Result<(), LoadError> {
        let name = function.name().to_owned();
        match self.natives.add_foreign(function) {
            true => Ok(()),
            false => Err(bad(library, format!("there is a native `{name}` already"))),
        }
    }
}

/// The declarations of a package, by module.
///
/// # Errors
/// [`LoadError::Library`] with the line that is not as it should be, [`LoadError::Pack`].
pub fn declarations_of_pack(
    pack: &mut IonPackReader,
) -> Result<Vec<(String, Declarations)>, LoadError> {
    let modules: Vec<String> = pack.declarations().map(str::to_owned).collect();
    let mut all = Vec::with_capacity(modules.len());
    for module in modules {
        if !vm_ffi::is_canonical(&format!("{module}.x")) {
            return Err(bad(
                &module,
                "META-INF/ffi holds modules: letters, digits and _",
            ));
        }
        let text = pack.read_declarations(&module)?;
        let text =
            String::from_utf8(text).map_err(|_| bad(&module, "its declarations are no UTF-8"))?;
        let read = Declarations::parse(&text);
        let file = format!("META-INF/ffi/{module}.ffi");
        all.push((module, read.map_err(|error| bad(&file, error))?));
    }
    Ok(all)
}

/// A module of natives that a package brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativeModule {
    /// Its name.
    pub name: String,
    /// How many functions are declared; only its library knows if none are.
    pub functions: Option<usize>,
    /// The right to its library.
    pub right: Right,
}

/// The modules of natives that a package brings, with nothing of it loaded: first those that
/// are declared.
///
/// # Errors
/// As [`declarations_of_pack`].
pub fn native_modules(pack: &mut IonPackReader) -> Result<Vec<NativeModule>, LoadError> {
    let mut modules = Vec::new();
    let mut declared = Vec::new();
    for (name, declarations) in declarations_of_pack(pack)? {
        let library = &declarations.library;
        let right = match declarations.system {
            true => right(library, &format!("{SYSTEM}{library}"))?,
            false => right(library, library)?,
        };
        let functions = Some(declarations.functions.len());
        modules.push(NativeModule {
            name,
            functions,
            right,
        });
        declared.push(declarations.library);
    }
    for library in pack.manifest().ffi_libraries() {
        if let Some(name) = module_name(library)
            && !declared.iter().any(|known| **known == **library)
        {
            modules.push(NativeModule {
                name,
                functions: None,
                right: right(library, library)?,
            });
        }
    }
    Ok(modules)
}

/// What is needed to load the libraries of one package.
struct Loader<'a> {
    grants: &'a Grants,
    /// Where they are written; gone when all are loaded.
    folder: Option<PrivateFolder>,
    /// Libraries of the package, by name: two modules may be declared of one.
    loaded: Vec<(String, Library, LibraryRight)>,
}

impl Loader<'_> {
    /// A library of the package, if it is granted, and the right to call it.
    fn package_library(
        &mut self,
        pack: &mut IonPackReader,
        name: &str,
    ) -> Result<(Option<Library>, LibraryRight), LoadError> {
        if let Some((_, library, right)) = self.loaded.iter().find(|(known, ..)| known == name) {
            return Ok((Some(*library), right.clone()));
        }
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
        let right = of(&exact, &shown);
        self.loaded.push((name.to_owned(), library, right.clone()));
        Ok((Some(library), right))
    }

    /// A library of the system by its file name, if it is granted, and the right to call it.
    fn system_library(&self, name: &str) -> Result<(Option<Library>, LibraryRight), LoadError> {
        let right = right(name, &format!("{SYSTEM}{name}"))?;
        if !self.grants.permits(&right) {
            return Ok((None, of(&right, &right)));
        }
        // Without a separator the name is looked for where the system keeps libraries.
        let library = Library::open(OsStr::new(name))
            .map_err(|error| bad(name, format!("cannot be loaded: {error}")))?;
        Ok((Some(library), of(&right, &right)))
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
