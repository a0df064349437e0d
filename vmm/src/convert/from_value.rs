//! Host values into parcels, heaps and the read-only area.
//!
//! Containers are laid down first with their parts unset, and each part is
//! put on a work list with the place that its word goes to. Tables are sealed
//! at the end, when all keys are there to be hashed.

use std::sync::Arc;

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

use super::{ConvertError, Resolve, Resolved};
use crate::atom::known;
use crate::heap::build::extern_function_words;
use crate::heap::equal::same;
use crate::heap::hash::key_hash;
use crate::heap::layout::{FROZEN, Header, Kind};
use crate::heap::parcel::Parcel;
use crate::heap::properties::{PROTOTYPE, REST, SLOTS};
use crate::heap::shape::{MAGIC, Shapes, TYPE_NAME};
use crate::heap::shared::Common;
use crate::heap::{Heap, table};
use crate::ids::{AtomId, RefId};
use crate::value::{Closure, FunctionRef, Object, Primitive, PropertyDescriptor, Value};
use crate::word::{CANONICAL_NAN, Word};

/// Property flag: may be assigned.
const WRITABLE: u8 = 1;
/// Property flag: is walked over and listed.
const ENUMERABLE: u8 = 2;
/// Property flag: may be deleted and redefined.
const CONFIGURABLE: u8 = 4;

/// Words that a parcel of a value may have.
const WORDS_MAX: usize = 1 << 28;

impl Parcel {
    /// The value as a parcel.
    ///
    /// # Errors
    /// A name in it leads nowhere, a map has a key that can change, it is too
    /// large, or the atom table is full.
    pub fn from_value(
        common: &Common,
        value: &Value,
        resolve: &dyn Resolve,
    ) -> Result<Parcel, ConvertError> {
        Parcel::build(common, value, resolve, true)
    }

    /// As [`Parcel::from_value`]; `intern` tells whether names of properties
    /// that are no atoms yet become some.
    fn build(
        common: &Common,
        value: &Value,
        resolve: &dyn Resolve,
        intern: bool,
    ) -> Result<Parcel, ConvertError> {
        let mut builder = Builder {
            common,
            resolve,
            intern,
            parcel: Parcel::word(Word::UNDEFINED),
            todo: vec![(Slot::Root, value, false)],
            tables: Vec::new(),
        };
        while let Some((slot, value, frozen)) = builder.todo.pop() {
            let word = builder.value(value, frozen)?;
            builder.put(slot, word);
            if builder.parcel.words() > WORDS_MAX {
                return Err(ConvertError::TooLarge);
            }
        }
        builder.seal()
    }
}

impl Heap {
    /// The value in this heap. May move every object. Names of properties
    /// may have been computed, so no atoms are made for them.
    ///
    /// # Errors
    /// `:memory_limit`, or as [`Parcel::from_value`].
    pub fn from_value(
        &mut self,
        common: &Common,
        value: &Value,
        resolve: &dyn Resolve,
    ) -> Result<Word, crate::fault::Fault> {
        let parcel = Parcel::build(common, value, resolve, false)?;
        Ok(self.unpack(&parcel)?)
    }
}

/// A constant, ready to be loaded.
#[derive(Clone, Debug)]
pub enum Constant {
    /// A word that means the same everywhere: nothing in it can change.
    Shared(Word),
    /// A template, of which every load makes a copy.
    Template(Arc<Parcel>),
}

impl Common {
    /// A constant of a class: what cannot change goes to the read-only area,
    /// anything else becomes a template.
    ///
    /// # Errors
    /// As [`Parcel::from_value`], or the area is full.
    pub fn constant(&self, value: &Value, resolve: &dyn Resolve) -> Result<Constant, ConvertError> {
        let parcel = Parcel::from_value(self, value, resolve)?;
        if parcel.is_immutable() {
            return Ok(Constant::Shared(self.publish(parcel)?));
        }
        Ok(Constant::Template(Arc::new(parcel)))
    }

    /// The value deeply frozen in the read-only area.
    ///
    /// # Errors
    /// As [`Common::constant`].
    pub fn share_value(&self, value: &Value, resolve: &dyn Resolve) -> Result<Word, ConvertError> {
        let mut parcel = Parcel::from_value(self, value, resolve)?;
        parcel
            .freeze()
            .map_err(|e| ConvertError::NotRepresentable { found: e.found })?;
        Ok(self.publish(parcel)?)
    }
}

/// Where a word goes.
#[derive(Clone, Copy)]
enum Slot {
    Root,
    /// A place among the parcel's words.
    At(usize),
}

struct Builder<'a> {
    common: &'a Common,
    resolve: &'a dyn Resolve,
    intern: bool,
    parcel: Parcel,
    /// What is to be built, where its word goes, and whether it is frozen.
    todo: Vec<(Slot, &'a Value, bool)>,
    /// Tables to be sealed: of maps, or of names.
    tables: Vec<(Word, bool)>,
}

impl<'a> Builder<'a> {
    fn put(&mut self, slot: Slot, word: Word) {
        match slot {
            Slot::Root => self.parcel.set_root(word),
            Slot::At(place) => self.parcel.words_mut()[place] = word.0,
        }
    }

    fn value(&mut self, value: &'a Value, frozen: bool) -> Result<Word, ConvertError> {
        let flags = if frozen { FROZEN } else { 0 };
        Ok(match value {
            Value::Primitive(primitive) => self.primitive(primitive)?,
            Value::Tuple(items) => self.items(Kind::Tuple, items, frozen),
            Value::Array(items) => {
                let data = match items.is_empty() {
                    true => Word::NIL,
                    false => self.items(Kind::ArrayData, items, frozen),
                };
                let payload = [items.len() as u64, data.0];
                self.parcel.add(Kind::Array, flags, 0, &payload)
            }
            Value::Pair(pair) => self.parts(Kind::Pair, &[], [&pair.0, &pair.1], frozen),
            Value::Map(entries) => {
                let table = self.table(entries.len(), true);
                for (number, (key, value)) in entries.iter().enumerate() {
                    if let Some(found) = bad_key(key) {
                        return Err(ConvertError::BadKey { found });
                    }
                    let place = Parcel::table_key_place(table, number);
                    self.parcel.words_mut()[place + 1] = 0;
                    self.todo.push((Slot::At(place), key, frozen));
                    self.todo.push((Slot::At(place + 2), value, frozen));
                }
                self.parcel.add(Kind::Map, flags, 0, &[table.0])
            }
            Value::Object(object) => self.object(object, frozen)?,
            Value::Function(reference) => self.function(reference)?,
            Value::Native(name) => {
                let unknown = || ConvertError::UnknownNative {
                    name: name.to_string(),
                };
                match self.resolve.native(name).ok_or_else(unknown)? {
                    Resolved::Function(id) => Word::function(id),
                    Resolved::Native(number) => {
                        self.parcel.add(Kind::Native, 0, 0, &[u64::from(number)])
                    }
                    Resolved::Extern(_) => return Err(unknown()),
                }
            }
            Value::Closure(closure) => self.closure(closure, frozen)?,
            Value::Process(pid) => Word::process(*pid),
            Value::Reference(reference) => self.reference(*reference),
            Value::Handle(number) => self.parcel.add(Kind::Handle, 0, 0, &[*number]),
            Value::Frozen(inner) => self.value_frozen(inner)?,
        })
    }

    /// Frozen values may be nested in each other; only the innermost counts.
    fn value_frozen(&mut self, mut inner: &'a Arc<Value>) -> Result<Word, ConvertError> {
        while let Value::Frozen(next) = &**inner {
            inner = next;
        }
        self.value(inner, true)
    }

    fn primitive(&mut self, primitive: &Primitive) -> Result<Word, ConvertError> {
        Ok(match primitive {
            Primitive::Number(n) => Word::number(*n),
            Primitive::Integer(n) => self.integer(n),
            Primitive::Boolean(b) => Word::boolean(*b),
            Primitive::Complex(z) => {
                let bits = |part: f64| match part.is_nan() {
                    true => CANONICAL_NAN,
                    false => part.to_bits(),
                };
                let payload = [bits(z.re), bits(z.im)];
                self.parcel.add(Kind::Complex, 0, 0, &payload)
            }
            Primitive::String(text) => self.parcel.add_string(text),
            Primitive::Bytes(bytes) => self.parcel.add_bytes(bytes),
            Primitive::Atom(text) => Word::atom(self.atom(text)?),
            Primitive::Unit => Word::UNIT,
            Primitive::Undefined => Word::UNDEFINED,
            Primitive::Nil => Word::NIL,
        })
    }

    fn integer(&mut self, n: &BigInt) -> Word {
        if let Some(word) = n.to_i64().and_then(Word::small_integer) {
            return word;
        }
        let negative = u16::from(n.sign() == Sign::Minus);
        let limbs = n.magnitude().to_u64_digits();
        self.parcel.add(Kind::BigInteger, 0, negative, &limbs)
    }

    fn atom(&self, text: &str) -> Result<AtomId, ConvertError> {
        Ok(self.common.atoms.intern(text)?)
    }

    fn reference(&mut self, reference: RefId) -> Word {
        let payload = [reference.owner.number(), reference.count];
        self.parcel.add(Kind::Reference, 0, 0, &payload)
    }

    /// An object whose payload is `head` and then those parts.
    fn parts<I>(&mut self, kind: Kind, head: &[Word], parts: I, frozen: bool) -> Word
    where
        I: IntoIterator<Item = &'a Value>,
        I::IntoIter: ExactSizeIterator,
    {
        let parts = parts.into_iter();
        let mut payload: Vec<u64> = head.iter().map(|word| word.0).collect();
        payload.resize(head.len() + parts.len(), Word::UNDEFINED.0);
        let word = self.parcel.add(kind, 0, 0, &payload);
        let first = word.place() as usize + 1 + head.len();
        for (i, part) in parts.enumerate() {
            self.todo.push((Slot::At(first + i), part, frozen));
        }
        word
    }

    fn items(&mut self, kind: Kind, items: &'a [Value], frozen: bool) -> Word {
        self.parts(kind, &[], items, frozen)
    }

    fn table(&mut self, entries: usize, map: bool) -> Word {
        if entries == 0 {
            return Word::NIL;
        }
        let table = self.parcel.add_table(entries);
        self.tables.push((table, map));
        table
    }

    /// A table of names, each with its flags and its value.
    fn names<I>(&mut self, entries: I, frozen: bool) -> Result<Word, ConvertError>
    where
        I: IntoIterator<Item = (&'a Arc<str>, u8, &'a Value)>,
        I::IntoIter: ExactSizeIterator,
    {
        let entries = entries.into_iter();
        let table = self.table(entries.len(), false);
        for (number, (name, flags, value)) in entries.enumerate() {
            let place = Parcel::table_key_place(table, number);
            let key = match self.name(name)? {
                Some(name) => Word::atom(name),
                None => self.parcel.add_string(name),
            };
            let words = self.parcel.words_mut();
            words[place] = key.0;
            words[place + 1] = u64::from(flags);
            self.todo.push((Slot::At(place + 2), value, frozen));
        }
        Ok(table)
    }

    fn object(&mut self, object: &'a Object, frozen: bool) -> Result<Word, ConvertError> {
        let flags = if frozen { FROZEN } else { 0 };
        if let Some(word) = self.shaped(object, flags)? {
            return Ok(word);
        }
        let properties = object
            .properties
            .iter()
            .map(|(name, property)| (name, flags_of(property), &property.value));
        let properties = self.names(properties, frozen)?;
        let magic = object.magic_methods.iter().map(|(n, v)| (n, 0, v));
        let magic = self.names(magic, frozen)?;
        let type_name = match &object.type_name {
            Some(name) => Word::atom(self.atom(name)?),
            None => Word::UNDEFINED,
        };
        let payload = [type_name.0, magic.0, properties.0];
        let extra = self.parcel.add(Kind::Extra, 0, 0, &payload);
        let payload = [Word::UNDEFINED.0, extra.0];
        let word = self.parcel.add(Kind::Object, flags, 0, &payload);
        self.prototype(word, object, frozen);
        Ok(word)
    }

    fn prototype(&mut self, word: Word, object: &'a Object, frozen: bool) {
        if let Some(prototype) = &object.prototype {
            let place = word.place() as usize + 1 + PROTOTYPE;
            self.todo.push((Slot::At(place), prototype, frozen));
        }
    }

    /// The object with a shape, if it can have one.
    fn shaped(&mut self, object: &'a Object, flags: u8) -> Result<Option<Word>, ConvertError> {
        let common = self.common;
        let count = object.properties.len() + object.magic_methods.len();
        let slots = count + usize::from(object.type_name.is_some());
        let mut shape = common.shapes.root(slots);
        let mut values: Vec<Option<&'a Value>> = Vec::with_capacity(slots);
        let properties = object.properties.iter();
        let properties = properties.map(|(name, p)| (name, flags_of(p), &p.value));
        let magic = object.magic_methods.iter().map(|(n, v)| (n, MAGIC, v));
        for (name, flags, value) in properties.chain(magic) {
            let Some(name) = self.name(name)? else {
                return Ok(None);
            };
            let found = common.shapes.get(shape).and_then(|s| s.find(name, flags));
            let next = match found {
                Some(slot) => {
                    values[slot] = Some(value);
                    common.shapes.with_flags(shape, slot, flags)
                }
                None => {
                    values.push(Some(value));
                    common.shapes.add(shape, name, flags)
                }
            };
            let Some(next) = next else { return Ok(None) };
            shape = next;
        }
        let type_name = match &object.type_name {
            Some(name) => {
                let Some(next) = common.shapes.add(shape, known::EMPTY, TYPE_NAME) else {
                    return Ok(None);
                };
                shape = next;
                values.push(None);
                Word::atom(self.atom(name)?)
            }
            None => Word::UNDEFINED,
        };
        let inside = Shapes::capacity_for(slots);
        let outside = values.len().saturating_sub(inside);
        let rest = match outside {
            0 => Word::NIL,
            n => self
                .parcel
                .add(Kind::ArrayData, 0, 0, &vec![Word::UNDEFINED.0; n]),
        };
        let mut payload = vec![Word::UNDEFINED.0; SLOTS + inside];
        payload[REST] = rest.0;
        let word = self.parcel.add(Kind::Object, flags, 0, &payload);
        let place = word.place() as usize;
        self.parcel.words_mut()[place] = Header::object(shape, flags, payload.len()).0;
        let frozen = flags & FROZEN != 0;
        for (slot, value) in values.into_iter().enumerate() {
            let at = match slot < inside {
                true => place + 1 + SLOTS + slot,
                false => rest.place() as usize + 1 + slot - inside,
            };
            match value {
                Some(value) => self.todo.push((Slot::At(at), value, frozen)),
                None => self.parcel.words_mut()[at] = type_name.0,
            }
        }
        self.prototype(word, object, frozen);
        Ok(Some(word))
    }

    /// The atom of a name; none if it has none and none is made for it.
    fn name(&self, name: &Arc<str>) -> Result<Option<AtomId>, ConvertError> {
        match self.intern {
            true => self.atom(name).map(Some),
            false => Ok(self.common.atoms.find(name)),
        }
    }

    fn function(&mut self, reference: &FunctionRef) -> Result<Word, ConvertError> {
        match (self.resolved(reference)?, reference) {
            (Resolved::Function(function), _) => Ok(Word::function(function)),
            (Resolved::Extern(arity), FunctionRef::Extern { class, name, .. }) => {
                let words =
                    extern_function_words(self.atom(class)?, self.atom(name)?, arity).map(|w| w.0);
                Ok(self.parcel.add(Kind::ExternFunction, 0, 0, &words))
            }
            (Resolved::Extern(_), FunctionRef::Local(_)) | (Resolved::Native(_), _) => {
                Err(unknown(reference))
            }
        }
    }

    fn closure(&mut self, closure: &'a Closure, frozen: bool) -> Result<Word, ConvertError> {
        let Resolved::Function(function) = self.resolved(&closure.function)? else {
            // A name looked up at each call has nobody to hand captures to.
            return Err(unknown(&closure.function));
        };
        let head = [Word(u64::from(function.0)), Word::UNDEFINED];
        Ok(self.parts(Kind::Closure, &head, &closure.captures, frozen))
    }

    fn resolved(&self, reference: &FunctionRef) -> Result<Resolved, ConvertError> {
        self.resolve
            .function(reference)
            .ok_or_else(|| unknown(reference))
    }

    /// Gives every table its hashes and its index.
    fn seal(mut self) -> Result<Parcel, ConvertError> {
        let mut hashes = Vec::new();
        for (table, map) in self.tables {
            let used = table::used(self.parcel.view(self.common), table);
            hashes.clear();
            for number in 0..used {
                let view = self.parcel.view(self.common);
                let key = table::entry(view, table, number).map_or(Word::NIL, |e| e.key);
                let atoms = &self.common.atoms;
                hashes.push(match (map, key.to_atom()) {
                    (true, _) => key_hash(view, key),
                    (false, Some(name)) => atoms.hash(name) as u32,
                    (false, None) => atoms.hash_of(view.text(key).unwrap_or_default()) as u32,
                });
            }
            let common = self.common;
            self.parcel.seal_table(table, &hashes, |parcel, number| {
                let view = parcel.view(common);
                let key = Word(parcel.words_at(Parcel::table_key_place(table, number)));
                table::find(view, table, hashes[number], |k| same(view, k, view, key).0)
            });
        }
        Ok(self.parcel.made())
    }
}

/// The type of a key that can change.
fn bad_key(key: &Value) -> Option<&'static str> {
    match key {
        Value::Array(_) => Some("array"),
        Value::Map(_) => Some("map"),
        Value::Object(_) => Some("object"),
        _ => None,
    }
}

fn flags_of(property: &PropertyDescriptor) -> u8 {
    let flag = |on, flag| if on { flag } else { 0 };
    flag(property.writable, WRITABLE)
        | flag(property.enumerable, ENUMERABLE)
        | flag(property.configurable, CONFIGURABLE)
}

fn unknown(reference: &FunctionRef) -> ConvertError {
    let name = match reference {
        FunctionRef::Local(index) => index.to_string(),
        FunctionRef::Extern { class, name, arity } => match arity {
            Some(arity) => format!("{class}.{name}/{arity}"),
            None => format!("{class}.{name}"),
        },
    };
    ConvertError::UnknownFunction { name }
}
