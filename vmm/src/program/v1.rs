//! Class files of version 1, read and never written.
//!
//! Their layout and what becomes of each part of them stands in
//! `docs/class-file-v1.md`. A class of version 1 is translated to the one kind
//! of [`Module`] there is, and from then on verified, shown and run like any other.
//!
//! A class of version 1 leaves three things to its package: what it is called,
//! how many registers a frame has beyond those it declares (as many as the
//! largest closure of the package captures), and whether `spawn` keeps results
//! (if anything in the package waits for them). So classes are read into a
//! [`ClassSet`] first, with those of version 2 beside them, and translated
//! together.
//!
//! | part | what it does |
//! |---|---|
//! | `bytes` | bounded reading |
//! | `values` | constants and patterns |
//! | `raw` | functions and instructions, as they stand in the file |
//! | `names` | what symbolic atoms mean |
//! | `closures` | which function a `MakeClosure` is about |
//! | `translate` | functions as this version has them |
//! | `expand` | room for instructions that became two |
//!
//! # Closures
//! A function of version 1 does not declare captures: whoever makes a closure
//! decides that its registers begin with captured values. Here functions
//! declare them. Where the function of a `MakeClosure` is known, because a
//! constant that names it was loaded in the same basic block, the class gets a
//! private variant of that function with as many captures (`NAME~COUNT`), and
//! the closure is made of the variant; the function itself stays as it is, for
//! everybody who calls it without captures. Where the function is only known
//! when the program runs, `make_closure_dyn` makes the closure, and calling it
//! raises `:bad_arity` unless the function has as many captures, which one that
//! a constant names has not.
//!
//! # Invariants
//! W1. Reading neither panics nor recurses on its input, and takes memory in
//!     proportion to the bytes. Reading and translating a set of classes
//!     together take `limits::CLASS_MEMORY_MAX` at most, variants included.
//! W2. Instructions keep their places, so that offsets stay right; where one
//!     became two, every offset across it has been mended.
//! W3. What was translated is well formed, not well meant: registers, targets
//!     and everything else that depends on context are the verifier's.

mod bytes;
mod closures;
mod expand;
mod names;
mod raw;
mod translate;
mod values;

use std::sync::Arc;

use super::Module;
use super::binary::ClassError;
use super::bounded::Memory;
use crate::isa::Instruction as I;
use names::Scope;
use raw::{Body, RawFunction};
use translate::Translation;

/// First bytes of all class files but those of version 1 with a single function.
const IONBC: &[u8] = b"IONBC";

/// Classes of either version that belong together.
#[derive(Debug)]
pub struct ClassSet {
    classes: Vec<Class>,
    memory: Memory,
}

/// A class of the set.
#[derive(Debug)]
struct Class {
    name: Arc<str>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// Not translated yet.
    Version1(Vec<RawFunction>),
    /// Read, and left as it is.
    Version2(Module),
}

impl Default for ClassSet {
    fn default() -> Self {
        ClassSet {
            classes: Vec::new(),
            memory: Memory::new(),
        }
    }
}

impl ClassSet {
    /// No classes yet.
    #[must_use]
    pub fn new() -> ClassSet {
        ClassSet::default()
    }

    /// Reads a class file. A class of version 1 gets the name; one of version 2
    /// has its own, and it is for the caller to compare the two.
    ///
    /// # Errors
    /// What is wrong with the file, and at which byte.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ClassError> {
        let several = bytes.strip_prefix(IONBC).map(<[u8]>::first);
        let content = match several {
            Some(Some(1)) => Content::Version1(raw::functions(bytes, &mut self.memory)?),
            Some(_) => Content::Version2(Module::from_bytes(bytes)?),
            None => {
                let functions = raw::functions(bytes, &mut self.memory);
                let nothing = |error| ClassError::Neither(Box::new(error));
                Content::Version1(functions.map_err(nothing)?)
            }
        };
        let name = match &content {
            Content::Version1(_) => Arc::from(name),
            Content::Version2(module) => Arc::clone(&module.name),
        };
        self.classes.push(Class { name, content });
        Ok(())
    }

    /// The classes, translated, in the order in which they were added.
    ///
    /// # Errors
    /// The name of the first class that has no translation, and why.
    pub fn finish(mut self) -> Result<Vec<Module>, (Arc<str>, ClassError)> {
        let facts = Facts::of(&self.classes);
        let scope = Scope::new(&self.classes);
        let mut translated = Vec::new();
        for (index, class) in self.classes.iter().enumerate() {
            if let Content::Version1(functions) = &class.content {
                let module = Translation::new(&scope, facts, index, functions, &mut self.memory)
                    .class(&class.name, functions)
                    .map_err(|error| (Arc::clone(&class.name), error))?;
                translated.push(module);
            }
        }
        let mut translated = translated.into_iter();
        let read = |class: Class| match class.content {
            Content::Version1(_) => translated.next(),
            Content::Version2(module) => Some(module),
        };
        Ok(self.classes.into_iter().filter_map(read).collect())
    }
}

/// The class of a class file of either version, alone; `name` is what a class
/// of version 1 is called.
///
/// # Errors
/// What is wrong with the file, or has no translation.
pub fn read_class(name: &str, bytes: &[u8]) -> Result<Module, ClassError> {
    let mut set = ClassSet::new();
    set.add(name, bytes)?;
    let classes = set.finish().map_err(|(_, error)| error)?;
    classes.into_iter().next().ok_or(ClassError::NotAClass)
}

/// What holds for a set of classes.
#[derive(Clone, Copy, Debug)]
struct Facts {
    /// Most values that a closure captures.
    captures_max: u16,
    /// Something waits for results of processes.
    keeps: bool,
}

impl Facts {
    fn of(classes: &[Class]) -> Facts {
        let mut facts = Facts {
            captures_max: 0,
            keeps: false,
        };
        for class in classes {
            match &class.content {
                Content::Version1(functions) => {
                    let bodies = functions.iter().filter_map(|f| match &f.body {
                        Body::Code(code) => Some(code),
                        Body::Native(_) => None,
                    });
                    bodies.flatten().for_each(|i| facts.see(i, true));
                }
                Content::Version2(module) => {
                    let code = module.functions.iter().flat_map(|f| &f.instructions);
                    code.for_each(|i| facts.see(i, false));
                }
            }
        }
        facts
    }

    fn see(&mut self, instruction: &I, version_1: bool) {
        match instruction {
            I::MakeClosureDyn(_, _, _, captures) if version_1 => {
                let count = u16::try_from(captures.len()).unwrap_or(u16::MAX);
                self.captures_max = self.captures_max.max(count);
            }
            I::AwaitNumber(..)
            | I::Select(..)
            | I::SelectWithKill(..)
            | I::Await(..)
            | I::AwaitTimeout(..) => self.keeps = true,
            _ => {}
        }
    }
}
