//! All linked code of a machine: functions by number, classes by name.
//!
//! Engines work on a snapshot of the function list ([`Functions`]), a plain
//! slice without locks; loading a class makes it longer. A function found in any
//! snapshot stays where it is for the life of the machine.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::by_name::CallByName;
use super::functions::{FunctionTable, Functions};
use super::globals::GlobalNumbers;
use super::link::{Library, LinkError, LoadError, Pool};
use super::lower::lower;
use super::patterns::MatchTable;
use super::shelf::{self, Missing, Shelf};
use super::{CodeHandler, FunctionCode, Lowering, NativeNames};
use crate::atom::known;
use crate::convert::Names;
use crate::fault::{Fault, FaultKind};
use crate::heap::shared::Common;
use crate::ids::FuncId;
use crate::limits::CODE_BYTES_MAX;
use crate::program::Module;
use crate::sync::{AtomicU32, Ordering, RwLock};
use crate::verify::Verified;

/// Classes whose names begin so belong to the standard library.
pub const RESERVED: &str = "ion.";

/// Functions that a machine can number: a frame header has 24 bits for one.
const FUNCTIONS_MAX: usize = 1 << 24;

/// Why there is no such function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupError {
    /// No class of that name is loaded; these are.
    NoClass {
        /// The name.
        class: String,
        /// Classes there are.
        there: Vec<String>,
    },
    /// The class exports no function of that name and arity; it exports these.
    NoFunction {
        /// The class.
        class: String,
        /// The function, with its arity if one was asked for.
        function: String,
        /// What the class exports.
        there: Vec<String>,
    },
    /// Several functions have the name, and no arity was given.
    Ambiguous {
        /// The class.
        class: String,
        /// The name.
        function: String,
        /// The arities there are.
        arities: Vec<u16>,
    },
}

impl LookupError {
    /// What was looked for, as people write it.
    fn wanted(&self) -> String {
        match self {
            LookupError::NoClass { class, .. } => class.clone(),
            LookupError::NoFunction {
                class, function, ..
            }
            | LookupError::Ambiguous {
                class, function, ..
            } => format!("{class}.{function}"),
        }
    }
}

impl From<LookupError> for Fault {
    fn from(error: LookupError) -> Fault {
        let fault = Fault::new(FaultKind::NotFound, error.to_string());
        fault.with_text(known::KEY, error.wanted())
    }
}

impl std::fmt::Display for LookupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |names: &[String]| {
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        };
        match self {
            LookupError::NoClass { class, there } => {
                write!(f, "there is no class `{class}`; there is: {}", list(there))
            }
            LookupError::NoFunction {
                class,
                function,
                there,
            } => {
                write!(
                    f,
                    "class `{class}` exports no function `{function}`; it exports: {}",
                    list(there)
                )
            }
            LookupError::Ambiguous {
                class,
                function,
                arities,
            } => {
                write!(
                    f,
                    "class `{class}` has several functions `{function}`, with arities {arities:?}; name one"
                )
            }
        }
    }
}

impl std::error::Error for LookupError {}

#[derive(Default)]
struct Inner {
    classes: FxHashMap<Arc<str>, Class>,
    globals: GlobalNumbers,
    /// Memory of the functions, about.
    bytes: usize,
}

struct Class {
    base: u32,
    module: Verified<Module>,
}

/// All linked code of a machine.
pub struct CodeSpace {
    /// Added to by whoever may write `inner`.
    functions: FunctionTable,
    inner: RwLock<Inner>,
    /// Changes whenever a name means something else; never 0.
    version: AtomicU32,
    common: Arc<Common>,
    natives: Arc<dyn NativeNames>,
    lowering: Lowering,
    shelf: Shelf,
}

impl std::fmt::Debug for CodeSpace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeSpace")
            .field("functions", &self.functions.len())
            .finish_non_exhaustive()
    }
}

impl CodeSpace {
    /// No code yet.
    #[must_use]
    pub fn new(common: Arc<Common>, lowering: Lowering, natives: Arc<dyn NativeNames>) -> Self {
        CodeSpace {
            functions: FunctionTable::default(),
            inner: RwLock::default(),
            version: AtomicU32::new(1),
            common,
            natives,
            lowering,
            shelf: &[],
        }
    }

    /// With classes that are linked when they are first named.
    #[must_use]
    pub fn with_shelf(self, shelf: Shelf) -> Self {
        CodeSpace { shelf, ..self }
    }

    /// The functions there are now. Takes no lock and counts nothing.
    #[must_use]
    #[inline]
    pub fn functions(&self) -> Functions<'_> {
        self.functions.all()
    }

    /// The version of what names mean.
    #[must_use]
    #[inline]
    pub fn version(&self) -> u32 {
        self.version.load(Ordering::Acquire)
    }

    /// What all processes share.
    #[must_use]
    pub fn common(&self) -> &Arc<Common> {
        &self.common
    }

    /// How this machine lowers.
    #[must_use]
    pub fn lowering(&self) -> Lowering {
        self.lowering
    }

    /// The natives that code is linked against.
    #[must_use]
    pub fn natives(&self) -> &Arc<dyn NativeNames> {
        &self.natives
    }

    /// Links a class and makes it known.
    ///
    /// # Errors
    /// It does not link, or a class of its name is there already; nothing has
    /// changed then.
    pub fn load(&self, module: &Verified<Module>) -> Result<(), LoadError> {
        self.put(module, false)
    }

    /// Links a class and makes it known, as a new version if there is one of
    /// its name: who names the class gets the new one from now on, and functions
    /// of the old one stay as they are.
    ///
    /// # Errors
    /// It does not link; nothing has changed then.
    pub fn load_version(&self, module: &Verified<Module>) -> Result<(), LoadError> {
        self.put(module, true)
    }

    fn put(&self, module: &Verified<Module>, replace: bool) -> Result<(), LoadError> {
        let mut missing = Missing::of(self.shelf, &module.name);
        while !self.put_unless(module, replace, &missing)? {
            for class in missing.next() {
                self.unshelve(class);
            }
        }
        Ok(())
    }

    /// Links a class of the shelf, if there is one of that name; whether it is there now.
    fn unshelve(&self, class: &str) -> bool {
        let linked = shelf::take(self.shelf, class).map(|module| self.put(&module, false));
        // It is `Loaded` if another thread was faster.
        match linked {
            Some(Ok(())) => true,
            Some(Err(error)) => matches!(error.problem, LinkError::Loaded),
            None => false,
        }
    }

    /// Links a class and makes it known, unless a class of the shelf is missing
    /// for that; yields whether it did.
    fn put_unless(
        &self,
        module: &Verified<Module>,
        replace: bool,
        missing: &Missing,
    ) -> Result<bool, LoadError> {
        // Nothing is ever left half done under the lock.
        let mut guard = match self.inner.write() {
            Ok(guard) => guard,
            Err(poisoned) => poisoned.into_inner(),
        };
        let inner = &mut *guard;
        if !replace && inner.classes.contains_key(&module.name) {
            return Err(self.error(module, None, LinkError::Loaded));
        }
        let base = self.functions.len();
        if base + module.functions.len() > FUNCTIONS_MAX {
            return Err(self.error(module, None, LinkError::TooManyFunctions));
        }
        let mut functions = Vec::with_capacity(module.functions.len());
        let Inner {
            globals, classes, ..
        } = &mut *inner;
        let library = |class: &str, name: &str| {
            let found = find_in(classes, class, name, None);
            if let Err(LookupError::NoClass { .. }) = found {
                missing.note(class);
            }
            found.ok()
        };
        for index in 0..module.functions.len() as u32 {
            let linked = self.link(module, base as u32, index, globals, &library);
            functions.push(linked.map_err(|problem| self.error(module, Some(index), problem))?);
        }
        if !missing.is_empty() {
            return Ok(false);
        }
        let bytes = inner.bytes + functions.iter().map(FunctionCode::bytes).sum::<usize>();
        if bytes > CODE_BYTES_MAX {
            return Err(self.error(module, None, LinkError::TooMuchCode));
        }
        inner.bytes = bytes;
        self.functions.add(functions);
        inner.classes.insert(
            module.name.clone(),
            Class {
                base: base as u32,
                module: module.clone(),
            },
        );
        // A place that holds 0 has found nothing: no version is 0.
        let next = self.version.load(Ordering::Relaxed).wrapping_add(1).max(1);
        self.version.store(next, Ordering::Release);
        Ok(true)
    }

    /// The exported function of a class; without an arity, the only one of that name.
    ///
    /// # Errors
    /// There is none, or several.
    pub fn find(&self, class: &str, name: &str, arity: Option<u16>) -> Result<FuncId, LookupError> {
        let look = || self.read(|inner| find_in(&inner.classes, class, name, arity));
        match look() {
            Err(LookupError::NoClass { .. }) if self.unshelve(class) => look(),
            found => found,
        }
    }

    /// The only exported function of a class, if there is exactly one.
    #[must_use]
    pub fn only_function(&self, class: &str) -> Option<FuncId> {
        self.read(|inner| {
            let found = inner.classes.get(class)?;
            let mut exports = (0..)
                .zip(&found.module.functions)
                .filter(|(_, f)| !f.private);
            match (exports.next(), exports.next()) {
                (Some((index, _)), None) => Some(FuncId(found.base + index)),
                _ => None,
            }
        })
    }

    /// A linked function.
    #[must_use]
    pub fn function(&self, id: FuncId) -> Option<Arc<FunctionCode>> {
        self.functions.get(id)
    }

    fn link(
        &self,
        module: &Verified<Module>,
        base: u32,
        index: u32,
        globals: &mut GlobalNumbers,
        library: Library<'_>,
    ) -> Result<FunctionCode, LinkError> {
        let natives = (&*self.natives, library);
        let mut pool = Pool::new(&self.common, natives, globals, &module.name, base);
        let lowered = lower(module, index, self.lowering, &mut pool)?;
        let pooled = pool.finish();
        let f = &module.functions[index as usize];
        let start =
            |instruction: u32| lowered.starts[(instruction as usize).min(lowered.starts.len() - 1)];
        let table = |(_, arms): (u32, Vec<_>)| {
            let arms = arms.into_iter();
            MatchTable::new(
                arms.map(|(pattern, target)| (pattern, start(target)))
                    .collect(),
            )
        };
        let plain = super::fuse::is_plain(f);
        let closed = super::fuse::is_plain_closure(f);
        let method = super::fuse::is_method(f);
        Ok(FunctionCode {
            id: FuncId(base + index),
            registers: lowered.registers,
            plain_arity: if plain { i32::from(f.arity) } else { -1 },
            closure_arity: if closed { i32::from(f.arity) } else { -1 },
            method_arity: if method { i32::from(f.arity) } else { -1 },
            arity: f.arity,
            captures: f.captures,
            optional: f.optional,
            rest: f.rest,
            lenient: f.lenient,
            this_register: lowered.hidden.this,
            callee_register: lowered.hidden.callee,
            count_register: lowered.hidden.count,
            consts: pooled.words.into(),
            templates: pooled.templates.into(),
            by_name: pooled.by_name.into_iter().map(CallByName::new).collect(),
            sites: pooled.sites.into(),
            layouts: pooled.layouts.into(),
            matches: pooled.matches.into_iter().map(table).collect(),
            handlers: f
                .handlers
                .iter()
                .map(|h| CodeHandler {
                    from: start(h.from),
                    to: start(h.to),
                    target: start(h.target),
                    value: h.value,
                    info: h.info,
                })
                .collect(),
            origin: lowered.origin.into(),
            ops: lowered.ops.into(),
            class_base: base,
            index,
            module: module.clone(),
            label: OnceLock::new(),
            files: OnceLock::new(),
        })
    }

    fn error(&self, module: &Module, function: Option<u32>, problem: LinkError) -> LoadError {
        let label = |i: u32| module.functions.get(i as usize).map(|f| f.label(i));
        LoadError {
            class: module.name.clone(),
            function: function.and_then(label),
            problem,
        }
    }

    fn read<T>(&self, f: impl FnOnce(&Inner) -> T) -> T {
        match self.inner.read() {
            Ok(inner) => f(&inner),
            // Nothing is ever left half done under the lock.
            Err(poisoned) => f(&poisoned.into_inner()),
        }
    }
}

/// The exported function of a class; see [`CodeSpace::find`].
fn find_in(
    classes: &FxHashMap<Arc<str>, Class>,
    class: &str,
    name: &str,
    arity: Option<u16>,
) -> Result<FuncId, LookupError> {
    let Some(found) = classes.get(class) else {
        let mut there: Vec<String> = classes.keys().map(ToString::to_string).collect();
        there.retain(|c| !c.starts_with("ion."));
        there.sort();
        return Err(LookupError::NoClass {
            class: class.into(),
            there,
        });
    };
    let exports = (0..)
        .zip(&found.module.functions)
        .filter(|(_, f)| !f.private);
    let fits: Vec<_> = exports
        .filter(|(_, f)| f.name.as_deref() == Some(name))
        .filter(|(_, f)| arity.is_none_or(|n| accepts(f, n)))
        .collect();
    match fits.as_slice() {
        [(index, _)] => Ok(FuncId(found.base + index)),
        [] => Err(LookupError::NoFunction {
            class: class.into(),
            function: arity.map_or_else(|| name.to_owned(), |n| format!("{name}/{n}")),
            there: exports_of(&found.module),
        }),
        several => match several.iter().find(|(_, f)| Some(f.arity) == arity) {
            Some((index, _)) => Ok(FuncId(found.base + index)),
            None => Err(LookupError::Ambiguous {
                class: class.into(),
                function: name.into(),
                arities: several.iter().map(|(_, f)| f.arity).collect(),
            }),
        },
    }
}

/// Whether a function takes so many arguments.
fn accepts(f: &crate::program::Function, n: u16) -> bool {
    f.lenient || n >= f.arity - f.optional.min(f.arity) && (f.rest || n <= f.arity)
}

fn exports_of(module: &Module) -> Vec<String> {
    let exports = (0..)
        .zip(&module.functions)
        .filter(|(_, f)| !f.private && f.name.is_some());
    exports.map(|(i, f)| f.label(i)).collect()
}

impl Names for CodeSpace {
    fn function(&self, id: FuncId) -> Option<(Arc<str>, Arc<str>, u16)> {
        let code = CodeSpace::function(self, id)?;
        let name = code
            .source()
            .name
            .clone()
            .unwrap_or_else(|| format!("&#{}", code.index).into());
        Some((code.module.name.clone(), name, code.arity))
    }

    fn native(&self, number: u32) -> Option<Arc<str>> {
        u16::try_from(number)
            .ok()
            .and_then(|n| self.natives.name(n))
    }
}
