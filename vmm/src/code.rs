//! A verified class made runnable.
//!
//! Loading a class lowers every function to internal operations ([`ops`]),
//! turns its constants into words, and puts it into the [`CodeSpace`], where
//! engines find it by number. Linked code never changes and is shared by all
//! processes of a machine.
//!
//! # Invariants
//! K1. Only a [`Verified`] class can be loaded, so an engine may trust register
//!     numbers, jump distances and constant numbers without looking.
//! K2. Functions of one class have consecutive numbers in class order.
//! K3. Running code never writes anything that another thread reads, but for
//!     what caches keep, each of which is written a few times in all.

pub mod brief;
pub mod by_name;
pub mod codes;
pub mod functions;
pub mod fuse;
pub mod globals;
pub mod layout;
pub mod link;
pub mod liveness;
pub mod lower;
pub mod matching;
pub mod ops;
pub mod patterns;
pub mod shelf;
pub mod table;

pub use table::CodeSpace;

use std::sync::{Arc, OnceLock};

use crate::convert::Unlinked;
use crate::heap::parcel::Parcel;
use crate::heap::shared::Common;
use crate::ids::{FuncId, Reg};
use crate::isa::Instruction;
use crate::object::cache::Site;
use crate::program::Module;
use crate::value::Value;
use crate::verify::Verified;
use crate::word::Word;
use by_name::CallByName;
use layout::ObjectLayout;
use ops::Op;
use patterns::MatchTable;

/// How public instructions become operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lowering {
    /// Fused and specialised: one operation may stand for several instructions.
    Fused,
    /// One operation an instruction, so that single instructions can be
    /// counted, shown and stepped.
    Stepped,
}

/// What the linker must know of a native: the trait that turns a name into
/// it is [`NativeNames`], the bodies stand in the layer of the natives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativeInfo {
    /// Its place in the table of bodies.
    pub number: u16,
    /// Fewest arguments.
    pub least: u16,
    /// Most arguments; `u16::MAX` for any number.
    pub most: u16,
    /// Where it is written in bytecode: class and function of that name.
    pub library: Option<(Arc<str>, Arc<str>)>,
}

/// Turns canonical names of natives into what the linker must know.
pub trait NativeNames: Send + Sync {
    /// The native of that name.
    fn find(&self, name: &str) -> Option<NativeInfo>;
    /// The name of the native of that number.
    fn name(&self, number: u16) -> Option<Arc<str>>;
    /// The name of a native that someone may have meant.
    fn near(&self, name: &str) -> Option<Arc<str>>;
}

/// A range of operations whose errors go to a target.
#[derive(Clone, Copy, Debug)]
pub struct CodeHandler {
    /// First operation covered.
    pub from: u32,
    /// One past the last operation covered.
    pub to: u32,
    /// Where to go on.
    pub target: u32,
    /// Gets the value.
    pub value: Reg,
    /// Gets the info value.
    pub info: Option<Reg>,
}

/// Source files, each with its string in the read-only area.
type FileWords = Box<[(Arc<str>, Word)]>;

/// One linked function.
#[derive(Debug)]
pub struct FunctionCode {
    /// Its number.
    pub id: FuncId,
    /// The operations.
    pub ops: Box<[Op]>,
    /// Registers of its frame, hidden ones included.
    pub registers: u16,
    /// Its arity if a call needs no preparation beyond copying so many
    /// arguments: no captures, optional, rest or lenient arguments, no hidden
    /// registers. Else -1.
    pub plain_arity: i32,
    /// The same, whatever it captures: what a closure of it is called with.
    pub closure_arity: i32,
    /// The same of a call that also hands over a receiver, for which there may
    /// be a hidden register.
    pub method_arity: i32,
    /// Argument registers.
    pub arity: u16,
    /// Captured values.
    pub captures: u16,
    /// Arguments that may be missing.
    pub optional: u16,
    /// Whether further arguments are collected.
    pub rest: bool,
    /// Whether missing and surplus arguments are accepted.
    pub lenient: bool,
    /// Hidden register of the receiver, if the function asks for it.
    pub this_register: Option<u16>,
    /// Hidden register of the running function itself, if it asks for it.
    pub callee_register: Option<u16>,
    /// Hidden register of the number of arguments, if it asks for it.
    pub count_register: Option<u16>,
    /// Constants as words: immediates and places in the read-only area.
    pub consts: Box<[Word]>,
    /// What its property operations have seen; see [`cache`](crate::object::cache).
    pub sites: Box<[Site]>,
    /// Objects that it makes.
    pub layouts: Box<[ObjectLayout]>,
    /// Constants that are copied at each load.
    pub templates: Box<[Arc<Parcel>]>,
    /// Calls by name.
    pub by_name: Box<[CallByName]>,
    /// Match tables.
    pub matches: Box<[MatchTable]>,
    /// Ranges that catch, innermost first.
    pub handlers: Box<[CodeHandler]>,
    /// Public instruction of each operation.
    pub origin: Box<[u32]>,
    /// Number of the first function of its class.
    pub class_base: u32,
    /// Its place in its class.
    pub index: u32,
    /// The class it was made from.
    pub module: Verified<Module>,
    /// Its label as a string of the read-only area, once a trace has named it.
    pub(crate) label: OnceLock<Word>,
    /// Its source files likewise, each with its string.
    pub(crate) files: OnceLock<FileWords>,
}

impl FunctionCode {
    /// `Class.name/arity`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}.{}", self.module.name, self.source().label(self.index))
    }

    /// Memory that it takes, about: its operations and what they were made from.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<FunctionCode>()
            + self.ops.len() * (size_of::<Op>() + size_of::<u32>())
            + self.consts.len() * size_of::<Word>()
            + self.source().instructions.len() * size_of::<Instruction>()
    }

    /// Its label as a word that needs no room in a heap; `undefined` if the
    /// read-only area is full. Made when the first trace names the function,
    /// so that code that raises nothing pays nothing (and K3 holds where it matters).
    #[must_use]
    pub fn label_word(&self, common: &Common) -> Word {
        *self.label.get_or_init(|| {
            let label = Value::string(self.label());
            common
                .share_value(&label, &Unlinked)
                .unwrap_or(Word::UNDEFINED)
        })
    }

    /// The name of a source file of the function, likewise.
    #[must_use]
    pub fn file_word(&self, common: &Common, file: &Arc<str>) -> Word {
        let files = self.files.get_or_init(|| {
            let mut files: Vec<(Arc<str>, Word)> = Vec::new();
            for entry in &self.source().debug.lines {
                if files.iter().all(|(known, _)| *known != entry.file) {
                    let name = Value::string(Arc::clone(&entry.file));
                    let word = common.share_value(&name, &Unlinked);
                    files.push((Arc::clone(&entry.file), word.unwrap_or(Word::UNDEFINED)));
                }
            }
            files.into()
        });
        let known = files.iter().find(|(known, _)| known == file);
        known.map_or(Word::UNDEFINED, |(_, word)| *word)
    }

    /// The function it was made from.
    #[must_use]
    pub fn source(&self) -> &crate::program::Function {
        &self.module.functions[self.index as usize]
    }

    /// The public instruction of an operation; the instruction count for the
    /// implied return.
    #[must_use]
    pub fn instruction_at(&self, pc: u32) -> u32 {
        self.origin.get(pc as usize).copied().unwrap_or_default()
    }

    /// The public instruction itself.
    #[must_use]
    pub fn instruction(&self, index: u32) -> Option<&Instruction> {
        self.source().instructions.get(index as usize)
    }

    /// The handler that covers an operation.
    #[must_use]
    pub fn handler_at(&self, pc: u32) -> Option<&CodeHandler> {
        self.handlers.iter().find(|h| h.from <= pc && pc < h.to)
    }
}
