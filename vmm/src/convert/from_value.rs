//! Host values into parcels, heaps and the read-only area.
//!
//! Containers are laid down first with their parts unset, and each part is
//! put on a work list with the place that its word goes to. Tables are sealed
//! at the end, when all keys are there to be hashed.

use std::sync::Arc;

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

use super::{ConvertError, Resolve, Resolved};
use crate::heap::build::extern_function_words;
use crate::heap::equal::same;
use crate::heap::hash::key_hash;
use crate::heap::layout::{FROZEN, INLINE_BYTES, Kind};
use crate::heap::parcel::Parcel;
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
        let mut builder = Builder {
            common,
            resolve,
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
    /// The value in this heap. May move every object.
    ///
    /// # Errors
    /// `:memory_limit`, or as [`Parcel::from_value`].
    pub fn from_value(
        &mut self,
        common: &Common,
        value: &Value,
        resolve: &dyn Resolve,
    ) -> Result<Word, crate::fault::Fault> {
        let parcel = Parcel::from_value(common, value, resolve)?;
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
                let number =
                    self.resolve
                        .native(name)
                        .ok_or_else(|| ConvertError::UnknownNative {
                            name: name.to_string(),
                        })?;
                self.parcel.add(Kind::Native, 0, 0, &[u64::from(number)])
            }
            Value::Closure(closure) => self.closure(closure, frozen)?,
            Value::Process(pid) => Word::process(*pid),
            Value::Reference(reference) => self.reference(*reference),
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
            Primitive::String(text) if text.len() > INLINE_BYTES => {
                self.parcel.add_long_string(text.clone())
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
            let name = self.atom(name)?;
            let words = self.parcel.words_mut();
            words[place] = Word::atom(name).0;
            words[place + 1] = u64::from(flags);
            self.todo.push((Slot::At(place + 2), value, frozen));
        }
        Ok(table)
    }

    fn object(&mut self, object: &'a Object, frozen: bool) -> Result<Word, ConvertError> {
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
        let extra = match (magic, type_name) {
            (Word::NIL, Word::UNDEFINED) => Word::NIL,
            _ => {
                let payload = [type_name.0, magic.0];
                self.parcel.add(Kind::Extra, 0, 0, &payload)
            }
        };
        let payload = [0, Word::UNDEFINED.0, properties.0, extra.0];
        let flags = if frozen { FROZEN } else { 0 };
        let word = self.parcel.add(Kind::Object, flags, 0, &payload);
        if let Some(prototype) = &object.prototype {
            let place = word.place() as usize + 2;
            self.todo.push((Slot::At(place), prototype, frozen));
        }
        Ok(word)
    }

    fn function(&mut self, reference: &FunctionRef) -> Result<Word, ConvertError> {
        match (self.resolved(reference)?, reference) {
            (Resolved::Function(function), _) => Ok(Word::function(function)),
            (Resolved::Extern(arity), FunctionRef::Extern { class, name, .. }) => {
                let words =
                    extern_function_words(self.atom(class)?, self.atom(name)?, arity).map(|w| w.0);
                Ok(self.parcel.add(Kind::ExternFunction, 0, 0, &words))
            }
            (Resolved::Extern(_), FunctionRef::Local(_)) => Err(unknown(reference)),
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
                hashes.push(match key.to_atom() {
                    Some(name) if !map => self.common.atoms.hash(name) as u32,
                    _ => key_hash(view, key),
                });
            }
            let common = self.common;
            self.parcel.seal_table(table, &hashes, |parcel, number| {
                let view = parcel.view(common);
                let key = Word(parcel.words_at(Parcel::table_key_place(table, number)));
                table::find(view, table, hashes[number], |k| same(view, k, view, key).0)
            });
        }
        Ok(self.parcel)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::to_value::to_value;
    use crate::convert::{Nameless, Unlinked};
    use crate::ids::{FuncId, Pid};
    use crate::limits::HOST_VALUE_DEPTH_MAX;
    use proptest::prelude::*;

    struct Linked;

    impl Resolve for Linked {
        fn function(&self, reference: &FunctionRef) -> Option<Resolved> {
            match reference {
                FunctionRef::Local(index) => Some(Resolved::Function(FuncId(index.0))),
                FunctionRef::Extern { arity, .. } => Some(Resolved::Extern(*arity)),
            }
        }

        fn native(&self, name: &str) -> Option<u32> {
            (name == "native").then_some(3)
        }
    }

    /// Through a parcel and a heap and back.
    fn round(value: &Value) -> Result<Value, ConvertError> {
        let common = Common::default();
        let parcel = Parcel::from_value(&common, value, &Linked)?;
        let direct = to_value(parcel.view(&common), parcel.root(), &Nameless)?;
        let mut heap = Heap::new(0, 1 << 26, true);
        let word = heap.unpack(&parcel).unwrap();
        let root = heap.push_root(word);
        heap.reserve(10).unwrap();
        let word = heap.root(root);
        let back = to_value(heap.view(&common), word, &Nameless)?;
        assert_eq!(direct, back);
        Ok(back)
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<f64>().prop_map(Value::number),
            any::<i128>().prop_map(Value::integer),
            any::<bool>().prop_map(Value::boolean),
            (any::<f64>(), any::<f64>()).prop_map(|(re, im)| Value::complex(re, im)),
            "[a-zß\\PC]{0,80}".prop_map(Value::string),
            prop::collection::vec(any::<u8>(), 0..80).prop_map(Value::bytes),
            "[a-z]{0,4}".prop_map(Value::atom),
            Just(Value::unit()),
            Just(Value::undefined()),
            Just(Value::nil()),
            (0_u32..9).prop_map(Value::local_function),
            Just(Value::extern_function("Main", "f", None)),
            Just(Value::extern_function("Main", "f", Some(2))),
            any::<u32>().prop_map(|n| Value::Process(Pid::from_number(n.into()))),
            (any::<u32>(), any::<u64>()).prop_map(|(n, count)| Value::Reference(RefId {
                owner: Pid::from_number(n.into()),
                count
            })),
        ];
        leaf.prop_recursive(5, 60, 12, |inner| {
            let items = || prop::collection::vec(inner.clone(), 0..12);
            prop_oneof![
                items().prop_map(Value::tuple),
                items().prop_map(Value::array),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| Value::pair(a, b)),
                items().prop_map(|values| {
                    let key = |(i, v)| (Value::integer(i as u64), v);
                    Value::map(values.into_iter().enumerate().map(key).collect::<Vec<_>>())
                }),
                (items(), any::<u8>(), any::<bool>()).prop_map(|(values, bits, proto)| {
                    let mut object = Object::new();
                    for (i, value) in values.into_iter().enumerate() {
                        let property = PropertyDescriptor {
                            value,
                            writable: bits & 1 != 0,
                            enumerable: bits & 2 != 0,
                            configurable: bits & 4 != 0,
                        };
                        object = object.with(&format!("p{i}"), property);
                    }
                    if proto {
                        object.prototype = Some(Value::object(Object::new()));
                        object.type_name = Some("T".into());
                        let add = Value::local_function(1);
                        object.magic_methods.insert("__add__".into(), add);
                    }
                    Value::object(object)
                }),
                prop::collection::vec(inner, 0..4).prop_map(|captures| {
                    let function = FunctionRef::Local(4.into());
                    Value::Closure(Arc::new(Closure { function, captures }))
                }),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn values_come_back_as_they_went(value in values()) {
            prop_assert_eq!(round(&value), Ok(value));
        }

        #[test]
        fn constants_are_shared_if_nothing_can_change(value in values()) {
            let common = Common::default();
            let empty = Heap::new(0, 1 << 16, false);
            match common.constant(&value, &Linked).unwrap() {
                Constant::Shared(word) => {
                    let back = to_value(empty.view(&common), word, &Nameless);
                    prop_assert_eq!(back, Ok(value));
                }
                Constant::Template(parcel) => prop_assert!(!parcel.is_immutable()),
            }
        }
    }

    #[test]
    fn a_map_keeps_the_first_of_equal_keys_with_the_last_value() {
        let entry = |k: &str, v: f64| (Value::tuple([Value::string(k)]), Value::number(v));
        let mut entries: Vec<(Value, Value)> = (0..20)
            .map(|i| entry(&format!("k{i}"), f64::from(i)))
            .collect();
        entries.push(entry("k3", 77.0));
        let Value::Map(back) = round(&Value::map(entries)).unwrap() else {
            unreachable!()
        };
        assert_eq!((back.len(), &back[3]), (20, &entry("k3", 77.0)));
    }

    #[test]
    fn frozen_values_are_shared_deeply() {
        let common = Common::default();
        let inner = Value::array([Value::map([(Value::atom("a"), Value::unit())])]);
        let frozen = Value::frozen(inner.clone());
        let Constant::Shared(word) = common.constant(&frozen, &Unlinked).unwrap() else {
            unreachable!()
        };
        let heap = Heap::new(0, 1 << 16, false);
        let view = heap.view(&common);
        assert!(view.is_frozen(word));
        let item = Word(view.array_items(word).unwrap()[0]);
        assert!(view.is_frozen(item));
        let shared = common.share_value(&inner, &Unlinked).unwrap();
        assert!(view.is_frozen(shared));
        let template = common.constant(&inner, &Unlinked).unwrap();
        assert!(matches!(template, Constant::Template(_)));
    }

    #[test]
    fn names_that_lead_nowhere_are_errors() {
        let common = Common::default();
        for (value, text) in [
            (Value::local_function(7), "there is no function `&#7`"),
            (
                Value::native("io.nope"),
                "there is no native function `io.nope`",
            ),
            (
                Value::map([(Value::array([]), Value::unit())]),
                "a map has array as a key",
            ),
        ] {
            let error = Parcel::from_value(&common, &value, &Unlinked).unwrap_err();
            assert!(error.to_string().starts_with(text), "{error}");
        }
    }

    #[test]
    fn depth_and_cycles_are_refused_on_the_way_back() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 26, false);
        let depth = 1_000_000;
        heap.reserve(3 * depth).unwrap();
        let list = (0..depth).fold(Word::NIL, |tail, _| heap.pair(Word::TRUE, tail));
        let error = to_value(heap.view(&common), list, &Nameless).unwrap_err();
        let limit = HOST_VALUE_DEPTH_MAX;
        assert_eq!(error, ConvertError::TooDeep { limit });
        heap.reserve(100).unwrap();
        let array = heap.array(&[Word::NIL]);
        let data = heap.load(array.place(), 1).place();
        heap.store(data, 0, array);
        let error = to_value(heap.view(&common), array, &Nameless).unwrap_err();
        assert_eq!(error, ConvertError::Cycle);
        // 2^60 paths are 60 parts.
        heap.reserve(3 * 60).unwrap();
        let dag = (0..60).fold(Word::TRUE, |below, _| heap.pair(below, below));
        let Value::Pair(pair) = to_value(heap.view(&common), dag, &Nameless).unwrap() else {
            unreachable!()
        };
        let (Value::Pair(a), Value::Pair(b)) = &*pair else {
            unreachable!()
        };
        assert!(Arc::ptr_eq(a, b));
    }
}
