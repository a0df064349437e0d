//! Native libraries: loading them, and calling the functions of native modules.
//!
//! A library that was loaded stays: nothing can tell when the last of its threads and
//! callbacks is done, so it is never taken out, and what points into it is valid from
//! then on.
//!
//! # Invariants
//! L1. Nothing is loaded but what [`Library::open`] is given; whoever calls it has
//!     asked whether the program may.
//! L2. What a module's table says is copied and checked once, when it is read; names
//!     in it are at most [`MAX_NAME`](crate::MAX_NAME) bytes, other texts 64 KiB.
//! L3. What a function of a module asks and answers goes through the arena, which
//!     believes nothing.
//!
//! What native code still can do is whatever the process can: `docs/native-libraries.md`.
#![allow(unsafe_code, reason = "loads and calls native code")]

mod api;
mod arena;
mod right;
mod table;

use std::ffi::{OsStr, c_char, c_void};
use std::fmt;

use self::arena::Arena;
pub use self::right::{LibraryRight, Withheld};
pub use self::table::ModuleError;
use self::table::{RawFunction, RawModule};
use crate::abi::{ABI, ENTRY, IonCall, IonEntry, IonFunction, IonModule};
use crate::arity::Arity;
use crate::context::FfiContext;
use crate::error::FfiError;
use crate::{FfiFunction, FfiResult, FfiValue};

/// The longest text in a module's table.
const MAX_TEXT: usize = 1 << 16;

/// A library that was loaded.
#[derive(Clone, Copy)]
pub struct Library {
    loaded: &'static libloading::Library,
}

/// Where a symbol of a library lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol(*const c_void);

// SAFETY: an address of code that is never taken out; it is read only by calling it.
unsafe impl Send for Symbol {}
// SAFETY: as above.
unsafe impl Sync for Symbol {}

/// Why a library could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// What the system says.
    pub reason: String,
}

/// A function of a native module.
pub struct ModuleFunction {
    name: String,
    about: Option<String>,
    arity: Arity,
    blocking: bool,
    needs: Option<String>,
    right: LibraryRight,
    function: IonFunction,
}

impl Library {
    /// Loads a library, which runs what it has to run when it is loaded. A plain name is
    /// looked for where the system looks, a path is taken as it is.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(path: &OsStr) -> Result<Library, OpenError> {
        // SAFETY: initialisers of the library run here; that native code is trusted as far
        // as this is what the right to call it means (L1).
        let loaded = unsafe { libloading::Library::new(path) };
        match loaded {
            Ok(loaded) => Ok(Library {
                loaded: Box::leak(Box::new(loaded)),
            }),
            Err(error) => {
                let mut reason = error.to_string();
                if let Some(cause) = std::error::Error::source(&error) {
                    reason = cause.to_string();
                }
                Err(OpenError { reason })
            }
        }
    }

    /// Where a symbol lies.
    #[must_use]
    pub fn symbol(&self, name: &str) -> Option<Symbol> {
        // SAFETY: the symbol is read as an address, not as anything behind it.
        let found = unsafe { self.loaded.get::<*const c_void>(name.as_bytes()) }.ok()?;
        let address = *found;
        (!address.is_null()).then_some(Symbol(address))
    }

    /// The functions of the library as a native module of that name.
    ///
    /// # Errors
    /// [`ModuleError`]: it is no such module, or its table is not as it should be.
    pub fn module(
        &self,
        name: &str,
        right: &LibraryRight,
    ) -> Result<Vec<ModuleFunction>, ModuleError> {
        let entry = self.symbol(ENTRY).ok_or(ModuleError::NoEntry)?;
        // SAFETY: a library that exports a symbol of that name says that it is this function.
        let entry = unsafe { std::mem::transmute::<*const c_void, IonEntry>(entry.0) };
        // SAFETY: as its header says, it takes nothing and returns.
        let table = unsafe { entry() };
        let raw = read_table(table)?;
        let functions = table::check(raw, name)?;
        let functions = functions.into_iter().map(|f| ModuleFunction {
            name: f.name,
            about: f.about,
            arity: f.arity,
            blocking: f.blocking,
            needs: f.needs,
            right: right.clone(),
            function: f.function,
        });
        Ok(functions.collect())
    }
}

impl Symbol {
    /// The address.
    pub(crate) fn address(self) -> *const c_void {
        self.0
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library").finish_non_exhaustive()
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for OpenError {}

/// Copies what a table says, unchecked but for null pointers, lengths and the version,
/// without which the rest may be anything.
fn read_table(table: *const IonModule) -> Result<RawModule, ModuleError> {
    if table.is_null() {
        return Err(ModuleError::NullTable);
    }
    // SAFETY: not null; that it points at a table for good is what the entry symbol says.
    // Only the version is read before the version is known.
    let abi = unsafe { (*table).abi };
    if abi != ABI {
        return Err(ModuleError::Version { found: abi });
    }
    // SAFETY: of this version, so all of the struct is there.
    let module = unsafe { &*table };
    let mut raw = RawModule {
        name: text(module.name, crate::MAX_NAME)?,
        functions: Vec::new(),
    };
    if module.count > 0 && module.natives.is_null() {
        return Err(ModuleError::NullTable);
    }
    if module.count > table::MAX_FUNCTIONS {
        return Err(ModuleError::TooMany {
            found: module.count,
        });
    }
    for at in 0..module.count as usize {
        // SAFETY: the table says that it has `count` entries.
        let native = unsafe { &*module.natives.add(at) };
        raw.functions.push(RawFunction {
            name: text(native.name, crate::MAX_NAME)?,
            about: text(native.about, MAX_TEXT)?,
            right: text(native.right, MAX_TEXT)?,
            function: native.function,
            least: native.least,
            most: native.most,
            flags: native.flags,
        });
    }
    Ok(raw)
}

/// A copy of a text that ends with 0, of at most so many bytes; none for null.
fn text(from: *const c_char, most: usize) -> Result<Option<String>, ModuleError> {
    if from.is_null() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    loop {
        // SAFETY: not null, and nothing behind a 0 is read.
        let byte = unsafe { *from.add(bytes.len()) };
        match byte {
            0 => break,
            _ if bytes.len() == most => return Err(ModuleError::LongText { most }),
            byte => bytes.push(byte.cast_unsigned()),
        }
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| ModuleError::NoUtf8)
}

impl FfiFunction for ModuleFunction {
    fn call(&self, _: Vec<FfiValue>) -> FfiResult {
        Err(FfiError::NeedsContext {
            function: self.name.clone(),
        })
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn arity(&self) -> usize {
        self.arity.min
    }

    fn description(&self) -> Option<&str> {
        self.about.as_deref()
    }

    fn call_with(&self, context: &mut dyn FfiContext, args: Vec<FfiValue>) -> FfiResult {
        self.right.require(context)?;
        if let Some(right) = &self.needs {
            context.require(right)?;
        }
        let mut arena = Arena::new(context, &args);
        let call = (&raw mut arena).cast::<IonCall>();
        // SAFETY: the function is of the table's version; both pointers live until it
        // returns, and `arena` is touched through `call` alone meanwhile.
        let answer = unsafe { (self.function)(&raw const api::API, call) };
        arena.finish(answer)
    }

    fn variadic(&self) -> Arity {
        self.arity
    }

    fn blocking(&self) -> bool {
        self.blocking
    }
}
