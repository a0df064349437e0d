//! Names and constants resolved: what turns one class into linked functions.
//!
//! Constants that cannot change become single words, in the machine's
//! read-only area where they need room; arrays, maps and objects become
//! templates, parcels that are unpacked at each load. References to functions
//! of the same class become their numbers; extern ones stay names that are
//! looked up at the call, so that a newer version is picked up.

mod error;

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::globals::GlobalNumbers;
use super::layout::{ObjectLayout, Source};
use super::patterns::{Cond, Operand, Pat};
use super::{NativeInfo, NativeNames};
use crate::convert::from_value::Constant;
use crate::convert::{Resolve, Resolved};
use crate::heap::parcel::Parcel;
use crate::heap::shared::Common;
use crate::ids::FuncId;
use crate::isa::{Condition, Pattern, RegOrValue};
use crate::object::cache::Site;
use crate::value::{FunctionRef, Value};
use crate::word::Word;

pub use error::{LinkError, LoadError};

/// How a constant is loaded.
pub enum Load {
    /// Its place among the constants.
    Constant(u16),
    /// The number of its template.
    Template(i32),
}

/// How a native is called.
pub enum NativeCall {
    /// Its body has this number.
    Body(u16),
    /// It is written in bytecode, and this constant becomes its function.
    Library(Value),
}

/// Finds functions of the library that is written in bytecode, by class and name.
pub type Library<'a> = &'a dyn Fn(&str, &str) -> Option<FuncId>;

/// Constants of one function while it is lowered.
pub struct Pool<'a> {
    common: &'a Common,
    natives: &'a dyn NativeNames,
    library: Library<'a>,
    globals: &'a mut GlobalNumbers,
    class: &'a str,
    class_base: u32,
    /// The instruction that asks, for errors.
    pub(super) at: u32,
    words: Vec<Word>,
    numbers: FxHashMap<u64, u16>,
    templates: Vec<Arc<Parcel>>,
    by_name: Vec<Word>,
    sites: Vec<Site>,
    layouts: Vec<ObjectLayout>,
    matches: Vec<(u32, Vec<(Pat, u32)>)>,
}

/// What a pool has collected.
pub(super) struct Pooled {
    pub(super) words: Vec<Word>,
    pub(super) templates: Vec<Arc<Parcel>>,
    pub(super) by_name: Vec<Word>,
    pub(super) sites: Vec<Site>,
    pub(super) layouts: Vec<ObjectLayout>,
    /// Operation of each table, and its arms with target instructions.
    pub(super) matches: Vec<(u32, Vec<(Pat, u32)>)>,
}

impl<'a> Pool<'a> {
    /// An empty pool for a function of the class whose first function is `class_base`.
    #[must_use]
    pub fn new(
        common: &'a Common,
        (natives, library): (&'a dyn NativeNames, Library<'a>),
        globals: &'a mut GlobalNumbers,
        class: &'a str,
        class_base: u32,
    ) -> Self {
        Pool {
            common,
            natives,
            library,
            globals,
            class,
            class_base,
            at: 0,
            words: Vec::new(),
            numbers: FxHashMap::default(),
            templates: Vec::new(),
            by_name: Vec::new(),
            sites: Vec::new(),
            layouts: Vec::new(),
            matches: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Pooled {
        Pooled {
            words: self.words,
            templates: self.templates,
            by_name: self.by_name,
            sites: self.sites,
            layouts: self.layouts,
            matches: self.matches,
        }
    }

    /// The place of a number that another follows among the constants.
    ///
    /// # Errors
    /// There are too many.
    pub fn numbers(&mut self, n: f64, next: f64) -> Result<u16, LinkError> {
        let (n, next) = (Word::number(n), Word::number(next));
        let both = self.words.windows(2).position(|w| w == [n, next]);
        let place = both.unwrap_or(self.words.len());
        if both.is_none() {
            if self.words.len() + 2 > usize::from(u16::MAX) {
                return Err(LinkError::TooManyConstants);
            }
            self.words.extend([n, next]);
        }
        Ok(place as u16)
    }

    /// The place of an immutable constant among the constants.
    ///
    /// # Errors
    /// There are too many, it does not fit, or it names a native that is not there.
    pub fn constant(&mut self, value: &Value) -> Result<u16, LinkError> {
        let word = self.word(value)?;
        self.place(word)
    }

    /// A place that calls a function by name.
    ///
    /// # Errors
    /// As [`Pool::constant`].
    pub fn call_by_name(&mut self, function: &FunctionRef) -> Result<u16, LinkError> {
        let word = self.word(&Value::Function(function.clone()))?;
        self.named(word)
    }

    /// The place of a function that is called by name.
    fn named(&mut self, word: Word) -> Result<u16, LinkError> {
        let known = self.by_name.iter().position(|w| *w == word);
        let place = known.unwrap_or(self.by_name.len());
        if known.is_none() {
            self.by_name.push(word);
        }
        u16::try_from(place).map_err(|_| LinkError::TooManyConstants)
    }

    /// How a constant is loaded: as a word, or as a copy of a template.
    ///
    /// # Errors
    /// As [`Pool::constant`].
    pub fn load(&mut self, value: &Value) -> Result<Load, LinkError> {
        self.check_natives(value)?;
        match self
            .common
            .constant(value, self)
            .map_err(|e| constant(&e))?
        {
            Constant::Shared(word) => {
                if matches!(value, Value::Function(FunctionRef::Extern { .. })) {
                    self.named(word)?;
                }
                self.place(word).map(Load::Constant)
            }
            Constant::Template(parcel) => {
                self.templates.push(parcel);
                Ok(Load::Template(self.templates.len() as i32 - 1))
            }
        }
    }

    /// The number of a global of the class.
    ///
    /// # Errors
    /// There are too many, or its name does not fit into the atom table.
    pub fn global(&mut self, name: &str) -> Result<u32, LinkError> {
        let atom = |text| self.common.atoms.intern(text).map_err(|e| constant(&e));
        let (class, name) = (atom(self.class)?, atom(name)?);
        self.globals.number(class, name)
    }

    /// A new place that reads or writes the property of a name.
    ///
    /// # Errors
    /// There are too many, or the atom table is full.
    pub fn site(&mut self, name: &str) -> Result<u16, LinkError> {
        let place = u16::try_from(self.sites.len()).map_err(|_| LinkError::TooManyConstants)?;
        let key = self.common.atoms.intern(name).map_err(|e| constant(&e))?;
        self.sites.push(Site::new(key));
        Ok(place)
    }

    /// The layout of an object with those names, flags and values, if it is
    /// known already what it will be.
    ///
    /// # Errors
    /// The atom table is full.
    pub fn layout(
        &mut self,
        properties: &[(Arc<str>, u8, Source)],
    ) -> Result<Option<u16>, LinkError> {
        let mut named = Vec::with_capacity(properties.len());
        for (name, flags, source) in properties {
            let name = self.common.atoms.intern(name).map_err(|e| constant(&e))?;
            named.push((name, *flags, *source));
        }
        let place = u16::try_from(self.layouts.len()).ok();
        let layout = ObjectLayout::of(&self.common.shapes, &named);
        let (Some(place), Some(layout)) = (place, layout) else {
            return Ok(None);
        };
        self.layouts.push(layout);
        Ok(Some(place))
    }

    /// How to call a native with so many arguments.
    ///
    /// # Errors
    /// It is not there or takes another count.
    pub fn native(&self, name: &Arc<str>, given: usize, at: u32) -> Result<NativeCall, LinkError> {
        let info = self.natives.find(name);
        let Some(NativeInfo {
            number,
            least,
            most,
            library,
        }) = info
        else {
            return Err(self.unknown_native(name, at));
        };
        if given < least as usize || most != u16::MAX && given > most as usize {
            return Err(LinkError::NativeArity {
                instruction: at,
                name: name.clone(),
                least,
                most,
                given,
            });
        }
        Ok(match library {
            Some(_) => NativeCall::Library(Value::Native(name.clone())),
            None => NativeCall::Body(number),
        })
    }

    fn unknown_native(&self, name: &Arc<str>, at: u32) -> LinkError {
        LinkError::UnknownNative {
            instruction: Some(at),
            name: name.clone(),
            near: self.natives.near(name),
        }
    }

    /// A match table; targets are instructions until the operations have places.
    ///
    /// # Errors
    /// As [`Pool::constant`].
    pub fn match_table(&mut self, op: u32, arms: &[(&Pattern, u32)]) -> Result<u32, LinkError> {
        let arms: Result<Vec<_>, _> = arms
            .iter()
            .map(|(p, target)| Ok((self.pattern(p)?, *target)))
            .collect();
        self.matches.push((op, arms?));
        Ok(self.matches.len() as u32 - 1)
    }

    /// The place of a word that needs no heap among the constants.
    ///
    /// # Errors
    /// There are too many.
    pub fn place(&mut self, word: Word) -> Result<u16, LinkError> {
        if let Some(place) = self.numbers.get(&word.0) {
            return Ok(*place);
        }
        let place = u16::try_from(self.words.len()).map_err(|_| LinkError::TooManyConstants)?;
        self.words.push(word);
        self.numbers.insert(word.0, place);
        Ok(place)
    }

    fn word(&self, value: &Value) -> Result<Word, LinkError> {
        self.check_natives(value)?;
        self.common
            .share_value(value, self)
            .map_err(|e| constant(&e))
    }

    fn atom(&self, text: &str) -> Result<Word, LinkError> {
        self.common
            .atoms
            .intern(text)
            .map(Word::atom)
            .map_err(|e| constant(&e))
    }

    /// A native inside a constant must exist; its depth is bounded by the verifier.
    fn check_natives(&self, value: &Value) -> Result<(), LinkError> {
        match value {
            Value::Native(name) if self.natives.find(name).is_none() => {
                Err(self.unknown_native(name, self.at))
            }
            Value::Tuple(items) | Value::Array(items) => {
                items.iter().try_for_each(|v| self.check_natives(v))
            }
            Value::Pair(pair) => {
                let mut cell = pair;
                loop {
                    self.check_natives(&cell.0)?;
                    match &cell.1 {
                        Value::Pair(next) => cell = next,
                        last => return self.check_natives(last),
                    }
                }
            }
            Value::Map(entries) => entries
                .iter()
                .try_for_each(|(k, v)| self.check_natives(k).and_then(|()| self.check_natives(v))),
            Value::Object(object) => {
                let properties = object.properties.iter().map(|(_, p)| &p.value);
                properties
                    .chain(object.magic_methods.values())
                    .chain(&object.prototype)
                    .try_for_each(|v| self.check_natives(v))
            }
            Value::Frozen(value) => self.check_natives(value),
            _ => Ok(()),
        }
    }

    /// Nesting is bounded by the verifier.
    fn pattern(&self, pattern: &Pattern) -> Result<Pat, LinkError> {
        let boxed = |p: &Pattern| Ok(Box::new(self.pattern(p)?));
        let all = |ps: &[Pattern]| {
            ps.iter()
                .map(|p| self.pattern(p))
                .collect::<Result<Box<[Pat]>, _>>()
        };
        let rest = |p: &Option<Box<Pattern>>| p.as_ref().map(|p| boxed(p)).transpose();
        Ok(match pattern {
            Pattern::Value(value) => Pat::Value(self.word(value)?),
            Pattern::Wildcard => Pat::Wildcard,
            Pattern::Bind(r) => Pat::Bind(*r),
            Pattern::As(r, p) => Pat::As(*r, boxed(p)?),
            Pattern::Pin(r) => Pat::Pin(*r),
            Pattern::Tuple(ps) => Pat::Tuple(all(ps)?),
            Pattern::Array(ps, r) => Pat::Array(all(ps)?, rest(r)?),
            Pattern::Pair(h, t) => Pat::Pair(Box::new((self.pattern(h)?, self.pattern(t)?))),
            Pattern::Object(entries) => {
                let entry = |(k, p): &(Arc<str>, Pattern)| Ok((self.atom(k)?, self.pattern(p)?));
                Pat::Object(
                    entries
                        .iter()
                        .map(entry)
                        .collect::<Result<_, LinkError>>()?,
                )
            }
            Pattern::Map(entries) => {
                let entry = |(k, p): &(Value, Pattern)| Ok((self.word(k)?, self.pattern(p)?));
                Pat::Map(
                    entries
                        .iter()
                        .map(entry)
                        .collect::<Result<_, LinkError>>()?,
                )
            }
            Pattern::Bytes(prefix, r) => Pat::Bytes(prefix.clone(), rest(r)?),
            Pattern::Type(name) => Pat::Type(self.atom(name)?),
            Pattern::AnyOf(ps) => Pat::AnyOf(all(ps)?),
            Pattern::Tagged(tag, p) => Pat::Tagged(tag.trim_start_matches(':').into(), boxed(p)?),
            Pattern::Guard(p, conditions) => {
                let conditions = conditions
                    .iter()
                    .map(|c| self.condition(c))
                    .collect::<Result<_, _>>()?;
                Pat::Guard(boxed(p)?, conditions)
            }
        })
    }

    fn condition(&self, condition: &Condition) -> Result<Cond, LinkError> {
        let operand = |o: &RegOrValue| {
            Ok(match o {
                RegOrValue::Reg(r) => Operand::Reg(*r),
                RegOrValue::Value(v) => Operand::Value(self.word(v)?),
            })
        };
        Ok(match condition {
            Condition::Compare(c, a, b) => Cond::Compare(*c, operand(a)?, operand(b)?),
            Condition::Type(a, name) => Cond::Type(operand(a)?, self.atom(name)?),
        })
    }
}

fn constant(error: &dyn fmt::Display) -> LinkError {
    LinkError::Constant {
        reason: error.to_string(),
    }
}

impl Resolve for Pool<'_> {
    fn function(&self, reference: &FunctionRef) -> Option<Resolved> {
        Some(match reference {
            FunctionRef::Local(index) => Resolved::Function(FuncId(self.class_base + index.0)),
            FunctionRef::Extern { arity, .. } => Resolved::Extern(*arity),
        })
    }

    fn native(&self, name: &str) -> Option<Resolved> {
        let info = self.natives.find(name)?;
        let function = info
            .library
            .and_then(|(class, name)| (self.library)(&class, &name));
        Some(match function {
            Some(id) => Resolved::Function(id),
            // While the library itself is loaded; found when it is called.
            None => Resolved::Native(info.number.into()),
        })
    }
}
