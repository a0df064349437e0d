//! Pools of the writer: texts, constants and patterns, each written once.
//!
//! An entry is its bytes: two entries are the same if their bytes are. It gets
//! its number when it is met for the first time, after whatever it refers to,
//! so the numbers are those of a depth-first walk over the class.
//!
//! # Invariants
//! W1. The bytes of an entry name only entries that have their numbers already.
//! W2. Texts and constants stay where they are while the pools are filled, so
//!     that an address names one of them.
//! W3. Nothing recurses: a constant or pattern is walked with a work list, and
//!     one that is nested too deep or too large is refused on the way.
//!
//! # Cost
//! A look-up compares with logarithmically many entries; memory is that of the
//! entries, twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::kind::{condition, constant, pattern, side};
use super::leb;
use crate::isa::{Condition, Pattern, RegOrValue};
use crate::limits;
use crate::value::{FunctionRef, Object, Primitive, Value, canonical_bits};

/// Why a value or pattern has no encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It exists only inside a running machine.
    NotAConstant(&'static str),
    /// There is too much of something.
    Limit {
        what: &'static str,
        found: usize,
        limit: usize,
    },
}

/// One pool: numbers by content, and the content of the section.
#[derive(Debug, Default)]
struct Pool {
    numbers: BTreeMap<Vec<u8>, u32>,
    bytes: Vec<u8>,
}

/// The three pools of a class.
#[derive(Debug, Default)]
pub(super) struct Pools {
    texts: Pool,
    constants: Pool,
    patterns: Pool,
    /// Numbers of shared texts and constants by where they lie in memory: one
    /// that is used a million times is looked at once.
    known_texts: FxHashMap<usize, u32>,
    known_constants: FxHashMap<usize, u32>,
}

impl Pool {
    /// Number of an entry; `write` appends a new one to the section.
    fn intern(
        &mut self,
        what: &'static str,
        limit: usize,
        body: &[u8],
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u32, Refusal> {
        if let Some(&number) = self.numbers.get(body) {
            return Ok(number);
        }
        let found = self.numbers.len() + 1;
        at_most(what, found, limit)?;
        write(&mut self.bytes);
        at_most("bytes", self.bytes.len(), limits::CLASS_BYTES_MAX)?;
        let number = u32::try_from(found - 1).unwrap_or(u32::MAX);
        self.numbers.insert(body.to_vec(), number);
        Ok(number)
    }

    /// The content of the section.
    fn section(&self, out: &mut Vec<u8>) {
        leb::count(out, self.numbers.len());
        out.extend_from_slice(&self.bytes);
    }
}

impl Pools {
    /// Contents of the sections texts, constants and patterns.
    pub(super) fn sections(&self) -> [Vec<u8>; 3] {
        [&self.texts, &self.constants, &self.patterns].map(|pool| {
            let mut out = Vec::with_capacity(pool.bytes.len() + leb::MAX_BYTES);
            pool.section(&mut out);
            out
        })
    }

    /// Number of a text of the class.
    fn text(&mut self, text: &Arc<str>) -> Result<u32, Refusal> {
        let address = text.as_ptr().addr();
        if let Some(&number) = self.known_texts.get(&address) {
            return Ok(number);
        }
        at_most("bytes of a text", text.len(), limits::STRING_BYTES_MAX)?;
        let bytes = text.as_bytes();
        let write = |out: &mut Vec<u8>| leb::raw(out, bytes);
        let number = self
            .texts
            .intern("texts", limits::TEXTS_MAX, bytes, write)?;
        self.known_texts.insert(address, number);
        Ok(number)
    }

    /// Number of a constant of the class.
    pub(super) fn constant(&mut self, value: &Value) -> Result<u32, Refusal> {
        let address = value.address();
        let known = address.and_then(|at| self.known_constants.get(&at));
        if let Some(&number) = known {
            return Ok(number);
        }
        let mut body = Vec::new();
        self.constant_body(value, &mut body)?;
        let number = self
            .constants
            .intern("constants", limits::CONSTANTS_MAX, &body, |out| {
                out.extend_from_slice(&body);
            })?;
        if let Some(address) = address {
            self.known_constants.insert(address, number);
        }
        Ok(number)
    }

    /// Number of a pattern.
    pub(super) fn pattern(&mut self, pattern: &Pattern) -> Result<u32, Refusal> {
        let mut body = Vec::new();
        self.pattern_body(pattern, &mut body)?;
        self.patterns
            .intern("patterns", limits::PATTERNS_MAX, &body, |out| {
                out.extend_from_slice(&body);
            })
    }

    /// Appends a text's number.
    pub(super) fn put_text(&mut self, text: &Arc<str>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let number = self.text(text)?;
        leb::uint(out, number);
        Ok(())
    }

    /// Appends a side: a register or a constant.
    pub(super) fn put_side(&mut self, of: &RegOrValue, out: &mut Vec<u8>) -> Result<(), Refusal> {
        match of {
            RegOrValue::Reg(reg) => {
                out.push(side::REGISTER);
                leb::uint(out, u32::from(reg.0));
            }
            RegOrValue::Value(value) => {
                let number = self.constant(value)?;
                out.push(side::CONSTANT);
                leb::uint(out, number);
            }
        }
        Ok(())
    }

    /// Appends the bytes of a constant. Inside one set of pools, equal values
    /// give equal bytes and others do not.
    fn constant_body(&mut self, root: &Value, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let mut todo = vec![(root, 1_usize)];
        while let Some((value, level)) = todo.pop() {
            at_most("levels of nesting", level, limits::NESTING_MAX)?;
            at_most("bytes", out.len(), limits::CLASS_BYTES_MAX)?;
            let before = todo.len();
            match value {
                Value::Primitive(primitive) => self.primitive(primitive, out)?,
                Value::Tuple(items) => {
                    out.push(constant::TUPLE);
                    leb::count(out, items.len());
                    todo.extend(items.iter().map(|v| (v, level + 1)));
                }
                Value::Array(items) => {
                    out.push(constant::ARRAY);
                    leb::count(out, items.len());
                    todo.extend(items.iter().map(|v| (v, level + 1)));
                }
                Value::Pair(pair) => {
                    out.push(constant::PAIR);
                    let (head, tail) = (&pair.0, &pair.1);
                    todo.extend([(head, level + 1), (tail, tail.level_as_tail(level))]);
                }
                Value::Map(entries) => {
                    out.push(constant::MAP);
                    leb::count(out, entries.len());
                    todo.extend(
                        entries
                            .iter()
                            .flat_map(|(k, v)| [(k, level + 1), (v, level + 1)]),
                    );
                }
                Value::Object(object) => {
                    self.object_header(object, out)?;
                    todo.extend(object_children(object).map(|v| (v, level + 1)));
                }
                Value::Function(function) => self.function(function, out)?,
                Value::Native(name) => {
                    out.push(constant::NATIVE);
                    self.put_text(name, out)?;
                }
                Value::Frozen(value) => {
                    out.push(constant::FROZEN);
                    todo.push((value, level + 1));
                }
                Value::Closure(_) => return Err(Refusal::NotAConstant("a closure")),
                Value::Process(_) => return Err(Refusal::NotAConstant("a process")),
                Value::Handle(_) => return Err(Refusal::NotAConstant("a handle")),
                Value::Reference(_) => return Err(Refusal::NotAConstant("a reference")),
            }
            if let Some(children) = todo.get_mut(before..) {
                children.reverse();
            }
        }
        Ok(())
    }

    fn primitive(&mut self, primitive: &Primitive, out: &mut Vec<u8>) -> Result<(), Refusal> {
        match primitive {
            Primitive::Number(n) => {
                out.push(constant::NUMBER);
                leb::double(out, canonical_bits(*n));
            }
            Primitive::Integer(n) => {
                let bytes = n.to_signed_bytes_le();
                at_most(
                    "bytes of an integer",
                    bytes.len(),
                    limits::INTEGER_BYTES_MAX,
                )?;
                out.push(constant::INTEGER);
                leb::raw(out, &bytes);
            }
            Primitive::Boolean(false) => out.push(constant::FALSE),
            Primitive::Boolean(true) => out.push(constant::TRUE),
            Primitive::Complex(c) => {
                out.push(constant::COMPLEX);
                leb::double(out, canonical_bits(c.re));
                leb::double(out, canonical_bits(c.im));
            }
            Primitive::String(text) => {
                out.push(constant::STRING);
                self.put_text(text, out)?;
            }
            Primitive::Bytes(bytes) => {
                at_most("bytes of a constant", bytes.len(), limits::STRING_BYTES_MAX)?;
                out.push(constant::BYTES);
                leb::raw(out, bytes);
            }
            Primitive::Atom(text) => {
                out.push(constant::ATOM);
                self.put_text(text, out)?;
            }
            Primitive::Unit => out.push(constant::UNIT),
            Primitive::Undefined => out.push(constant::UNDEFINED),
            Primitive::Nil => out.push(constant::NIL),
        }
        Ok(())
    }

    fn object_header(&mut self, object: &Object, out: &mut Vec<u8>) -> Result<(), Refusal> {
        out.push(constant::OBJECT);
        leb::count(out, object.properties.len());
        for (name, property) in &object.properties {
            self.put_text(name, out)?;
            out.push(
                u8::from(property.writable)
                    | u8::from(property.enumerable) << 1
                    | u8::from(property.configurable) << 2,
            );
        }
        out.push(u8::from(object.prototype.is_some()));
        leb::count(out, object.magic_methods.len());
        for name in object.magic_methods.keys() {
            at_most(
                "bytes of the name of a magic method",
                name.len(),
                limits::MAGIC_BYTES_MAX,
            )?;
            self.put_text(name, out)?;
        }
        self.put_opt_text(object.type_name.as_ref(), out)
    }

    /// Appends an optional text: 0, or its number plus 1.
    pub(super) fn put_opt_text(
        &mut self,
        text: Option<&Arc<str>>,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        let number = match text {
            Some(text) => Some(self.text(text)?),
            None => None,
        };
        leb::opt(out, number);
        Ok(())
    }

    fn function(&mut self, function: &FunctionRef, out: &mut Vec<u8>) -> Result<(), Refusal> {
        match function {
            FunctionRef::Local(index) => {
                out.push(constant::LOCAL);
                leb::uint(out, index.0);
            }
            FunctionRef::Extern { class, name, arity } => {
                out.push(constant::EXTERN);
                self.put_text(class, out)?;
                self.put_text(name, out)?;
                leb::opt(out, arity.map(u32::from));
            }
        }
        Ok(())
    }

    /// Appends the bytes of a pattern.
    fn pattern_body(&mut self, root: &Pattern, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let mut todo = vec![(root, 1_usize)];
        while let Some((p, level)) = todo.pop() {
            at_most("levels of nesting", level, limits::NESTING_MAX)?;
            at_most("bytes", out.len(), limits::CLASS_BYTES_MAX)?;
            match p {
                Pattern::Value(value) => {
                    let number = self.constant(value)?;
                    out.push(pattern::VALUE);
                    leb::uint(out, number);
                }
                Pattern::Wildcard => out.push(pattern::WILDCARD),
                Pattern::Bind(reg) => {
                    out.push(pattern::BIND);
                    leb::uint(out, u32::from(reg.0));
                }
                Pattern::As(reg, _) => {
                    out.push(pattern::AS);
                    leb::uint(out, u32::from(reg.0));
                }
                Pattern::Pin(reg) => {
                    out.push(pattern::PIN);
                    leb::uint(out, u32::from(reg.0));
                }
                Pattern::Tuple(items) => {
                    out.push(pattern::TUPLE);
                    leb::count(out, items.len());
                }
                Pattern::Array(items, rest) => {
                    out.push(pattern::ARRAY);
                    leb::count(out, items.len());
                    out.push(u8::from(rest.is_some()));
                }
                Pattern::Pair(..) => out.push(pattern::PAIR),
                Pattern::Map(entries) => {
                    out.push(pattern::MAP);
                    leb::count(out, entries.len());
                    for (key, _) in entries {
                        let number = self.constant(key)?;
                        leb::uint(out, number);
                    }
                }
                Pattern::Object(entries) => {
                    out.push(pattern::OBJECT);
                    leb::count(out, entries.len());
                    for (name, _) in entries {
                        self.put_text(name, out)?;
                    }
                }
                Pattern::Bytes(prefix, rest) => {
                    at_most(
                        "bytes of a constant",
                        prefix.len(),
                        limits::STRING_BYTES_MAX,
                    )?;
                    out.push(pattern::BYTES);
                    leb::raw(out, prefix);
                    out.push(u8::from(rest.is_some()));
                }
                Pattern::Type(name) => {
                    out.push(pattern::TYPE);
                    self.put_text(name, out)?;
                }
                Pattern::AnyOf(items) => {
                    out.push(pattern::ANY_OF);
                    leb::count(out, items.len());
                }
                Pattern::Tagged(tag, _) => {
                    out.push(pattern::TAGGED);
                    self.put_text(tag, out)?;
                }
                Pattern::Guard(_, conditions) => {
                    out.push(pattern::GUARD);
                    leb::count(out, conditions.len());
                    for condition in conditions {
                        self.condition(condition, out)?;
                    }
                }
            }
            let before = todo.len();
            todo.extend(p.children().map(|child| (child, level + 1)));
            if let Some(children) = todo.get_mut(before..) {
                children.reverse();
            }
        }
        Ok(())
    }

    fn condition(&mut self, of: &Condition, out: &mut Vec<u8>) -> Result<(), Refusal> {
        match of {
            Condition::Compare(comparison, a, b) => {
                out.extend([condition::COMPARE, *comparison as u8]);
                self.put_side(a, out)?;
                self.put_side(b, out)
            }
            Condition::Type(value, name) => {
                out.push(condition::TYPE);
                self.put_side(value, out)?;
                self.put_text(name, out)
            }
        }
    }
}

/// The values inside an object, in the order of the class file.
fn object_children(object: &Object) -> impl Iterator<Item = &Value> {
    object
        .properties
        .iter()
        .map(|(_, property)| &property.value)
        .chain(&object.prototype)
        .chain(object.magic_methods.values())
}

/// Refuses more than there may be.
pub(super) fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), Refusal> {
    if found > limit {
        Err(Refusal::Limit { what, found, limit })
    } else {
        Ok(())
    }
}
