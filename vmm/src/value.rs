//! The owned, host-side value tree.
//!
//! [`Value`] is what a host program, a compiler or a class file holds: a
//! constant of an instruction, an argument, a result, a message from outside.
//! It owns everything it shows, is `Send`, and knows no heap; inside a running
//! process the same values are words of that process's heap.
//!
//! # Invariants
//! V1. A value is a tree whose parts may be shared but never cyclic: every
//!     constructor takes finished parts.
//! V2. Text order is insertion order: maps and objects keep their entries in
//!     the order in which they were given.
//! V3. `==` compares structure exactly: numbers by bits up to the canonical
//!     NaN, so that two values that encode alike are equal.
//! V4. The length of a list is no depth: comparing, showing and dropping one
//!     goes along its tails in a loop.

use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::sync::Arc;

use num_bigint::BigInt;
use num_complex::Complex64;

use crate::ids::{FunctionIndex, Pid, RefId};

/// A value that has no parts.
#[derive(Clone, Debug)]
pub enum Primitive {
    /// IEEE 754 double.
    Number(f64),
    /// Exact whole number of any size, written `42n`.
    Integer(BigInt),
    /// `true` or `false`.
    Boolean(bool),
    /// Pair of doubles.
    Complex(Complex64),
    /// Unicode text.
    String(Arc<str>),
    /// Octets.
    Bytes(Arc<[u8]>),
    /// Interned name; the text has no leading colon.
    Atom(Arc<str>),
    /// "Nothing", what a procedure returns.
    Unit,
    /// "Not there": a missing property, an unset register.
    Undefined,
    /// The empty list.
    Nil,
}

/// One value; see the module documentation.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A value without parts.
    Primitive(Primitive),
    /// Fixed sequence.
    Tuple(Arc<[Value]>),
    /// Growable sequence; as a constant, a template that is copied at each load.
    Array(Arc<[Value]>),
    /// List cell: head and tail.
    Pair(Arc<Pair>),
    /// Entries in insertion order; keys are immutable values.
    Map(Arc<[(Value, Value)]>),
    /// Properties, prototype, magic methods, type name.
    Object(Arc<Object>),
    /// A function named by its class, or by its place in the class at hand.
    Function(FunctionRef),
    /// A native function by its canonical name, `module.name`.
    Native(Arc<str>),
    /// A function together with the values it has captured.
    Closure(Arc<Closure>),
    /// Reference to a process.
    Process(Pid),
    /// Unique token.
    Reference(RefId),
    /// Handle of a resource outside, by its number; it means something in its machine only.
    Handle(u64),
    /// A deeply frozen constant, shared instead of copied at each load.
    Frozen(Arc<Value>),
}

/// A list cell: head and tail.
pub struct Pair(pub Value, pub Value);

impl Drop for Pair {
    fn drop(&mut self) {
        let mut tail = mem::replace(&mut self.1, Value::nil());
        // A cell that somebody else holds keeps what is behind it.
        while let Value::Pair(cell) = &mut tail
            && let Some(cell) = Arc::get_mut(cell)
        {
            tail = mem::replace(&mut cell.1, Value::nil());
        }
    }
}

impl PartialEq for Pair {
    fn eq(&self, other: &Pair) -> bool {
        let (mut a, mut b) = (self, other);
        loop {
            if a.0 != b.0 {
                return false;
            }
            match (&a.1, &b.1) {
                (Value::Pair(next), Value::Pair(of_other)) if Arc::ptr_eq(next, of_other) => {
                    return true;
                }
                (Value::Pair(next), Value::Pair(of_other)) => (a, b) = (next, of_other),
                (a, b) => return a == b,
            }
        }
    }
}

/// The heads, then what the last tail is.
impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        let mut cell = self;
        loop {
            list.entry(&cell.0);
            match &cell.1 {
                Value::Pair(next) => cell = next,
                last => return list.entry(last).finish(),
            }
        }
    }
}

/// Which function a value means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FunctionRef {
    /// A function of the class that holds the reference, bound to this version.
    Local(FunctionIndex),
    /// `class.name/arity`, looked up at each call. Without an arity it is
    /// resolved when the class is linked, if exactly one function has the name.
    Extern {
        /// Class that exports the function.
        class: Arc<str>,
        /// Name of the function.
        name: Arc<str>,
        /// Its arity, if given.
        arity: Option<u16>,
    },
}

/// A function with captured values, as a result shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Closure {
    /// The code.
    pub function: FunctionRef,
    /// Captured values in capture order.
    pub captures: Vec<Value>,
}

/// A prototype object: own properties, a prototype, magic methods, a type name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Own properties in insertion order; names are unique.
    pub properties: Vec<(Arc<str>, PropertyDescriptor)>,
    /// Where a property that is no own one is looked for.
    pub prototype: Option<Value>,
    /// Operators of the object, apart from its properties, by name (`__add__`).
    pub magic_methods: BTreeMap<Arc<str>, Value>,
    /// Name that `type` patterns and `type_of` users test for.
    pub type_name: Option<Arc<str>>,
}

/// A property's value and what may be done with it.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyDescriptor {
    /// The value.
    pub value: Value,
    /// May be assigned.
    pub writable: bool,
    /// Is walked over and listed.
    pub enumerable: bool,
    /// May be deleted and redefined.
    pub configurable: bool,
}

impl PropertyDescriptor {
    /// A property that may be written, listed and redefined.
    #[must_use]
    pub fn open(value: Value) -> Self {
        PropertyDescriptor {
            value,
            writable: true,
            enumerable: true,
            configurable: true,
        }
    }
}

impl Object {
    /// An object without prototype or properties.
    #[must_use]
    pub fn new() -> Self {
        Object::default()
    }

    /// Sets an own property, in place if the name is there already.
    #[must_use]
    pub fn with(mut self, name: &str, property: PropertyDescriptor) -> Self {
        match self.properties.iter_mut().find(|(n, _)| &**n == name) {
            Some((_, p)) => *p = property,
            None => self.properties.push((name.into(), property)),
        }
        self
    }

    /// The own property of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&PropertyDescriptor> {
        self.properties
            .iter()
            .find(|(n, _)| &**n == name)
            .map(|(_, p)| p)
    }
}

impl Value {
    /// A double.
    #[must_use]
    pub fn number(n: f64) -> Self {
        Value::Primitive(Primitive::Number(n))
    }
    /// An exact whole number.
    #[must_use]
    pub fn integer(n: impl Into<BigInt>) -> Self {
        Value::Primitive(Primitive::Integer(n.into()))
    }
    /// `true` or `false`.
    #[must_use]
    pub fn boolean(b: bool) -> Self {
        Value::Primitive(Primitive::Boolean(b))
    }
    /// A complex number.
    #[must_use]
    pub fn complex(re: f64, im: f64) -> Self {
        Value::Primitive(Primitive::Complex(Complex64::new(re, im)))
    }
    /// Text.
    #[must_use]
    pub fn string(s: impl Into<Arc<str>>) -> Self {
        Value::Primitive(Primitive::String(s.into()))
    }
    /// Octets.
    #[must_use]
    pub fn bytes(b: impl Into<Arc<[u8]>>) -> Self {
        Value::Primitive(Primitive::Bytes(b.into()))
    }
    /// An atom; the text without the leading colon.
    #[must_use]
    pub fn atom(s: impl Into<Arc<str>>) -> Self {
        Value::Primitive(Primitive::Atom(s.into()))
    }
    /// `unit`.
    #[must_use]
    pub fn unit() -> Self {
        Value::Primitive(Primitive::Unit)
    }
    /// `undefined`.
    #[must_use]
    pub fn undefined() -> Self {
        Value::Primitive(Primitive::Undefined)
    }
    /// The empty list.
    #[must_use]
    pub fn nil() -> Self {
        Value::Primitive(Primitive::Nil)
    }
    /// A tuple.
    #[must_use]
    pub fn tuple(items: impl Into<Arc<[Value]>>) -> Self {
        Value::Tuple(items.into())
    }
    /// An array.
    #[must_use]
    pub fn array(items: impl Into<Arc<[Value]>>) -> Self {
        Value::Array(items.into())
    }
    /// A list cell.
    #[must_use]
    pub fn pair(head: Value, tail: Value) -> Self {
        Value::Pair(Arc::new(Pair(head, tail)))
    }
    /// A map; keys must be immutable values.
    #[must_use]
    pub fn map(entries: impl Into<Arc<[(Value, Value)]>>) -> Self {
        Value::Map(entries.into())
    }
    /// An object.
    #[must_use]
    pub fn object(object: Object) -> Self {
        Value::Object(Arc::new(object))
    }
    /// A function of the class at hand, by its place.
    #[must_use]
    pub fn local_function(index: u32) -> Self {
        Value::Function(FunctionRef::Local(FunctionIndex(index)))
    }
    /// A function of any class, looked up when it is called.
    #[must_use]
    pub fn extern_function(class: &str, name: &str, arity: Option<u16>) -> Self {
        Value::Function(FunctionRef::Extern {
            class: class.into(),
            name: name.into(),
            arity,
        })
    }
    /// A native function by its canonical name.
    #[must_use]
    pub fn native(name: impl Into<Arc<str>>) -> Self {
        Value::Native(name.into())
    }
    /// The value, frozen: as a constant it is shared, not copied.
    #[must_use]
    pub fn frozen(value: Value) -> Self {
        Value::Frozen(Arc::new(value))
    }
    /// The double, if this is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Primitive(Primitive::Number(n)) => Some(*n),
            _ => None,
        }
    }
    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Primitive(Primitive::String(s)) => Some(s),
            _ => None,
        }
    }
    /// The text of an atom.
    #[must_use]
    pub fn as_atom(&self) -> Option<&str> {
        match self {
            Value::Primitive(Primitive::Atom(s)) => Some(s),
            _ => None,
        }
    }
    /// The level of nesting of a list's tail, whose elements are one level below it.
    #[must_use]
    pub fn level_as_tail(&self, level: usize) -> usize {
        match self {
            Value::Pair(_) => level,
            _ => level + 1,
        }
    }
    /// Where the parts of a value lie in memory, if it shares them with its
    /// copies. Two values at one address are equal; walks use it to look at
    /// what is shared once.
    pub(crate) fn address(&self) -> Option<usize> {
        match self {
            Value::Primitive(Primitive::Bytes(bytes)) => Some(bytes.as_ptr().addr()),
            Value::Tuple(items) | Value::Array(items) => Some(items.as_ptr().addr()),
            Value::Map(entries) => Some(entries.as_ptr().addr()),
            Value::Pair(pair) => Some(Arc::as_ptr(pair).addr()),
            Value::Object(object) => Some(Arc::as_ptr(object).addr()),
            Value::Frozen(value) => Some(Arc::as_ptr(value).addr()),
            _ => None,
        }
    }
    /// Whether this is `unit` or `undefined`: nothing worth showing as a result.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(
            self,
            Value::Primitive(Primitive::Unit | Primitive::Undefined)
        )
    }
}

/// Bits of a double with every NaN the same.
pub(crate) fn canonical_bits(n: f64) -> u64 {
    if n.is_nan() {
        0x7FF8_0000_0000_0000
    } else {
        n.to_bits()
    }
}

impl PartialEq for Primitive {
    fn eq(&self, other: &Self) -> bool {
        use Primitive::{
            Atom, Boolean, Bytes, Complex, Integer, Nil, Number, String, Undefined, Unit,
        };
        match (self, other) {
            (Number(a), Number(b)) => canonical_bits(*a) == canonical_bits(*b),
            (Complex(a), Complex(b)) => {
                canonical_bits(a.re) == canonical_bits(b.re)
                    && canonical_bits(a.im) == canonical_bits(b.im)
            }
            (Integer(a), Integer(b)) => a == b,
            (Boolean(a), Boolean(b)) => a == b,
            (String(a), String(b)) | (Atom(a), Atom(b)) => a == b,
            (Bytes(a), Bytes(b)) => a == b,
            (Unit, Unit) | (Undefined, Undefined) | (Nil, Nil) => true,
            _ => false,
        }
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Self {
        Value::number(n)
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::boolean(b)
    }
}
impl From<&str> for Value {
    fn from(s: &str) -> Self {
        Value::string(s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_exact() {
        assert_eq!(Value::number(f64::NAN), Value::number(-f64::NAN));
        assert_ne!(Value::number(0.0), Value::number(-0.0));
        assert_ne!(Value::number(1.0), Value::integer(1));
        assert_ne!(Value::atom("x"), Value::string("x"));
    }

    #[test]
    fn long_lists_are_compared_shown_and_dropped() {
        let list = || (0..500_000).fold(Value::nil(), |tail, _| Value::pair(1.0.into(), tail));
        let (a, b) = (list(), list());
        assert_eq!(a, b);
        let shared = Value::pair(2.0.into(), a.clone());
        drop(a);
        assert_ne!(shared, b);
        assert!(format!("{b:?}").ends_with("Primitive(Nil)])"));
        drop(shared);
    }

    #[test]
    fn a_property_set_twice_keeps_its_place() {
        let o = Object::new()
            .with("a", PropertyDescriptor::open(1.0.into()))
            .with("b", PropertyDescriptor::open(2.0.into()))
            .with("a", PropertyDescriptor::open(3.0.into()));
        assert_eq!(o.properties.len(), 2);
        assert_eq!(o.get("a").unwrap().value, Value::number(3.0));
    }
}
