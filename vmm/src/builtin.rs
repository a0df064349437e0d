//! Natives: functions that are not written in bytecode, behind one call.
//!
//! Three kinds share one table and one calling convention:
//!
//! - *builtins*, here: they work on words of the calling process and may ask
//!   the kernel;
//! - *library* functions, written in bytecode and found by name: linking turns
//!   a call of one into an ordinary call;
//! - *foreign* functions (`vm-ffi`), which get and give owned values.
//!
//! A name has one implementation. Whoever adds a builtin adds a row to the
//! table of its module; a library function is declared in its `.ionasm` text alone, and
//! [`library`] is made from that.
//!
//! # Invariants
//! B1. Arguments are roots of the process's heap while a builtin runs, so it may
//!     allocate and read them afterwards.
//! B2. A builtin never runs guest code on the native stack.

mod added;
mod arguments;
pub mod array;
pub mod atom;
pub mod bytes;
pub mod code;
pub mod dictionary;
pub mod error;
pub mod format;
pub mod function;
pub mod handle;
mod in_pieces;
pub mod inspect;
pub mod integer;
pub mod io;
pub mod json;
pub mod library;
pub mod list;
pub mod map;
pub mod math;
pub mod modules;
pub mod naming;
pub mod object;
pub mod process;
pub mod random;
pub mod resource;
pub mod string;
pub mod term;
pub mod timer;
pub mod tuple;
pub mod vm;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use vm_ffi::library::LibraryRight;
use vm_ffi::{FfiFunction, FfiRegistry};

use crate::code::{CodeSpace, NativeInfo, NativeNames};
use crate::convert::Names;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::heap::shared::Common;
use crate::heap::view::View;
use crate::process::Process;
use crate::process::contract::Kernel;
use crate::rights::Right;
use crate::term::Writing;
use crate::text::closest;
use crate::word::Word;

/// What a builtin answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NativeStep {
    /// The result.
    Done(Word),
    /// The result is that of a call of the function under a root, with so many
    /// arguments under the roots from another on; [`NativeCx::call`] makes it.
    Call {
        /// Root of the function.
        function: usize,
        /// Root of the first argument.
        first: usize,
        /// How many arguments there are.
        count: usize,
    },
    /// It is to be called again in the process's next turn, with the same
    /// arguments: it has left a walk off ([`Process::leave_off`]) and has
    /// allocated nothing.
    Again,
    /// It is to be called again with the same arguments when an answer that the
    /// process waits for has come ([`Process::expect_answer`]), or it is doomed.
    Wait,
    /// The run is to end with this exit code.
    Halt(u8),
}

/// The body of a builtin.
pub type Builtin = fn(&mut NativeCx<'_>) -> Result<NativeStep, Fault>;

/// What a native works on.
pub struct NativeCx<'a> {
    /// The calling process.
    pub process: &'a mut Process,
    /// The machine.
    pub kernel: &'a mut dyn Kernel,
    /// What all processes share.
    pub common: &'a Common,
    /// All linked code.
    pub code: &'a CodeSpace,
    /// Names of functions, for texts.
    pub names: &'a dyn Names,
    /// The native's canonical name.
    pub name: &'a str,
    /// Root of the first argument.
    pub first: usize,
    /// How many arguments there are.
    pub count: usize,
    /// How much of the turn's budget is used.
    pub used: u32,
}

impl NativeCx<'_> {
    /// Argument `i` as it is now; `undefined` beyond the last.
    #[must_use]
    pub fn arg(&self, i: usize) -> Word {
        if i < self.count {
            self.process.heap.root(self.first + i)
        } else {
            Word::UNDEFINED
        }
    }

    /// The text of the arguments with something between each two; nothing
    /// if it takes another turn, and [`NativeStep::Again`] is to be answered.
    ///
    /// # Errors
    /// `:limit` if it would be longer than a value may be.
    pub fn texts(&mut self, between: &'static str) -> Result<Option<String>, Fault> {
        let words: Vec<Word> = (0..self.count).map(|i| self.arg(i)).collect();
        let names = self.names;
        let begin = |view: View<'_>| Writing::text(view, &words, between, names);
        let writing = self.process.writing(self.common, names, begin)?;
        writing.map(Writing::finish).transpose()
    }

    /// Notes that the native took as long as looking at so many words does;
    /// the engine takes it off the caller's budget. Whatever grows with
    /// the size of a value is charged: one for a word copied, two for one
    /// compared, one for eight bytes of text.
    pub fn charge(&mut self, words: usize) {
        self.process.heap.charge(words);
    }

    /// Answers with what a function will answer: the last thing a native does.
    /// The words are taken as they are now.
    #[must_use]
    pub fn call(&mut self, function: Word, arguments: &[Word]) -> NativeStep {
        let heap = &mut self.process.heap;
        let function = heap.push_root(function);
        let first = heap.roots();
        for argument in arguments {
            heap.push_root(*argument);
        }
        NativeStep::Call {
            function,
            first,
            count: arguments.len(),
        }
    }

    /// Answers with what a function of the library that is written in
    /// bytecode will answer, given an array of this native's arguments.
    ///
    /// # Errors
    /// There is no room for the array.
    pub fn hand_over(&mut self, class: &str, name: &str) -> Result<NativeStep, Fault> {
        let function = self.code.find(class, name, None)?;
        self.process.heap.reserve(Heap::size_of_array(self.count))?;
        let arguments: Vec<Word> = (0..self.count).map(|i| self.arg(i)).collect();
        let arguments = self.process.heap.array(&arguments);
        Ok(self.call(Word::function(function), &[arguments]))
    }

    /// Whether the calling process has a right.
    #[must_use]
    pub fn permits(&self, right: &Right) -> bool {
        self.kernel.permits(right) && self.process.rights().permits(right)
    }

    /// The process's values.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        self.process.heap.view(self.common)
    }
}

/// One row of a module's table.
#[derive(Clone, Copy)]
pub struct Row {
    /// Canonical name, `module.name`.
    pub name: &'static str,
    /// Fewest arguments.
    pub least: u16,
    /// Most arguments; `u16::MAX` for any number.
    pub most: u16,
    /// Manual text.
    pub doc: &'static str,
    /// What it does.
    pub body: Builtin,
}

/// How a native is written.
pub enum Body {
    /// Here.
    Builtin(Builtin),
    /// In bytecode: class and function.
    Library(Arc<str>, Arc<str>),
    /// In a native library or the standard library of `vm-ffi`.
    Foreign(Arc<dyn FfiFunction>, Runs),
}

impl Body {
    /// That of a foreign function, run where it asks to be.
    fn foreign(function: Arc<dyn FfiFunction>) -> Body {
        let runs = match (function.asynchronous(), function.blocking()) {
            (true, _) => Runs::Later,
            (false, true) => Runs::OnPool,
            (false, false) => Runs::Here,
        };
        Body::Foreign(function, runs)
    }
}

/// Where a foreign function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// In the turn of its process.
    Here,
    /// On a thread for what takes long, while the process waits.
    OnPool,
    /// It begins in the turn, and answers while the process waits.
    Later,
}

/// One native.
pub struct Native {
    /// Canonical name.
    pub name: Arc<str>,
    /// Fewest arguments.
    pub least: u16,
    /// Most arguments; `u16::MAX` for any number.
    pub most: u16,
    /// Manual text, if there is one.
    pub doc: Option<String>,
    /// How it is written.
    pub body: Body,
}

/// All natives of a machine, by number and by name.
#[derive(Default)]
pub struct Natives {
    entries: Vec<Native>,
    by_name: FxHashMap<Arc<str>, u16>,
    /// Numbered behind the entries.
    added: added::Added,
}

impl std::fmt::Debug for Natives {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Natives")
            .field("count", &self.entries.len())
            .finish_non_exhaustive()
    }
}

/// The modules of builtins.
const MODULES: &[&[Row]] = &[
    array::ROWS,
    array::MORE,
    atom::ROWS,
    bytes::ROWS,
    bytes::NUMBERS,
    bytes::SEARCH,
    bytes::TEXT,
    code::ROWS,
    dictionary::ROWS,
    error::ROWS,
    format::ROWS,
    function::ROWS,
    handle::ROWS,
    inspect::ROWS,
    integer::ROWS,
    io::ROWS,
    json::ROWS,
    list::ROWS,
    map::ROWS,
    math::ROWS,
    math::SUMS,
    naming::ROWS,
    object::ROWS,
    process::ROWS,
    random::ROWS,
    resource::ROWS,
    string::CHANGING,
    string::KINDS,
    string::LOOKING,
    string::MAKING,
    string::PARTS,
    term::ROWS,
    timer::ROWS,
    tuple::ROWS,
    vm::ROWS,
];

/// A key and a value that stand in a tuple or array of two.
fn pair_of(view: View<'_>, word: Word) -> Option<(Word, Word)> {
    let items = view.tuple_items(word).or_else(|| view.array_items(word));
    match items? {
        [key, value] => Some((Word(*key), Word(*value))),
        _ => None,
    }
}

impl Natives {
    /// The builtins, the library, and what a registry holds.
    ///
    /// A foreign function of a name that is taken is left out: a name has one
    /// implementation, and the machine's own comes first.
    #[must_use]
    pub fn new(foreign: &FfiRegistry) -> Natives {
        let mut natives = Natives::default();
        for row in MODULES.iter().copied().flatten() {
            natives.add(Native {
                name: row.name.into(),
                least: row.least,
                most: row.most,
                doc: Some(row.doc.to_owned()),
                body: Body::Builtin(row.body),
            });
        }
        for (name, least, most, doc) in library::FUNCTIONS {
            let Some((module, function)) = name.split_once('.') else {
                continue;
            };
            let body = Body::Library(format!("ion.{module}").into(), function.into());
            let doc = Some((*doc).to_owned());
            natives.add(Native {
                name: (*name).into(),
                least: *least,
                most: *most,
                doc,
                body,
            });
        }
        for name in foreign.list() {
            let (Some(function), Some(info)) = (foreign.get(name), foreign.info(name)) else {
                continue;
            };
            let cut = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
            natives.add(Native {
                name: name.into(),
                least: cut(info.arity.min),
                most: info.arity.max.map_or(u16::MAX, cut),
                doc: info.description.clone(),
                body: Body::foreign(function.clone()),
            });
        }
        natives
    }

    /// The native of a number.
    #[must_use]
    pub fn get(&self, number: u16) -> Option<&Native> {
        let place = number as usize;
        match self.entries.get(place) {
            Some(native) => Some(native),
            None => self.added.get(place - self.entries.len()),
        }
    }

    /// Adds a native of a library. If there is one of its name already, that one stays
    /// and the answer is no.
    pub fn add_foreign(&self, function: Arc<dyn FfiFunction>) -> bool {
        !self.by_name.contains_key(function.name()) && self.added.add(function)
    }

    /// Notes that a module's library was not loaded, since nobody granted the right to
    /// it: each native of the module that is named from now on exists, and is
    /// refused when it is called.
    pub fn withhold(&self, module: &str, right: &LibraryRight) {
        self.added.withhold(module, right);
    }

    /// All natives by name, sorted.
    #[must_use]
    pub fn list(&self) -> Vec<&Native> {
        let mut all: Vec<&Native> = self.entries.iter().chain(self.added.all()).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    fn add(&mut self, native: Native) {
        let Ok(number) = u16::try_from(self.entries.len()) else {
            return;
        };
        if let std::collections::hash_map::Entry::Vacant(slot) =
            self.by_name.entry(native.name.clone())
        {
            slot.insert(number);
            self.entries.push(native);
        }
    }
}

impl NativeNames for Natives {
    fn find(&self, name: &str) -> Option<NativeInfo> {
        let number = match self.by_name.get(name) {
            Some(number) => *number,
            None => u16::try_from(self.entries.len() + self.added.find(name)?).ok()?,
        };
        let native = self.get(number)?;
        let library = match &native.body {
            Body::Library(class, function) => Some((class.clone(), function.clone())),
            Body::Builtin(_) | Body::Foreign(..) => None,
        };
        Some(NativeInfo {
            number,
            least: native.least,
            most: native.most,
            library,
        })
    }

    fn name(&self, number: u16) -> Option<Arc<str>> {
        self.get(number).map(|n| n.name.clone())
    }

    fn near(&self, name: &str) -> Option<Arc<str>> {
        let all = self.entries.iter().chain(self.added.all());
        let names = all.map(|native| &*native.name);
        closest(name, names).map(Arc::from)
    }
}
