//! `FfiValue`: what crosses between the machine and native code.
//!
//! A native gets and gives owned trees: copies that share nothing with any
//! process, so native code can neither hold a process's memory nor race with
//! it. What has no meaning outside its process (iterators, coroutines, cells)
//! does not cross; functions, handles, processes and references cross as
//! opaque tokens that only the machine can read.
//!
//! # Invariants
//! B1. A value that passed [`FfiValue::check`] nests at most [`MAX_DEPTH`] deep,
//!     so walks over it may recurse (the derived `Clone`, `Debug`, `PartialEq`
//!     and the drop do).
//! B2. A list's tail is no list: [`FfiValue::list`] flattens, so that a list of a
//!     million elements is one level deep.
//!
//! # Cost
//! `check` and `discard` are iterative, one step a value, none allocates for scalars.

mod convert;
mod object;

use num_bigint::BigInt;
use num_complex::Complex64;

pub use self::convert::{Atom, FromFfi, IntoFfi, IntoFfiResult, Mismatch};
pub(crate) use self::convert::{exact, nearest};
pub use self::object::FfiObject;
use crate::error::FfiError;

/// How deep values may nest, in levels; a scalar has depth 1.
///
/// Bounds recursion in native code; deeper values raise `:limit`.
pub const MAX_DEPTH: usize = 256;

/// How many values one argument or result may hold in all, itself included.
///
/// 2^24 values of 40 bytes stay under the default memory of a process; more raise `:limit`.
pub const MAX_VALUES: usize = 1 << 24;

/// How many bytes of text, octets and integer digits one argument or result may hold.
///
/// 256 MiB; more raise `:limit`.
pub const MAX_BYTES: usize = 1 << 28;

/// One value on its way into or out of native code.
///
/// Further kinds may come, so a `match` needs a last arm.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FfiValue {
    /// An IEEE 754 double.
    Number(f64),
    /// An exact whole number of any size.
    Integer(BigInt),
    /// `true` or `false`.
    Boolean(bool),
    /// A complex number.
    Complex(Complex64),
    /// Text.
    String(String),
    /// Octets.
    Bytes(Vec<u8>),
    /// An atom by its text, without colon.
    Atom(String),
    /// What a procedure yields.
    Unit,
    /// "Not there".
    Undefined,
    /// A fixed sequence.
    Tuple(Vec<FfiValue>),
    /// A growable sequence.
    Array(Vec<FfiValue>),
    /// Pairs that end in nil or, improperly, in another value. Made by [`FfiValue::list`].
    List(FfiList),
    /// Keys with values in insertion order; of equal keys the last one counts.
    Map(Vec<(FfiValue, FfiValue)>),
    /// Own enumerable properties in insertion order, with the type name if there is one.
    Object(Box<FfiObject>),
    /// A process.
    Process(ProcessId),
    /// A unique token.
    Reference(ReferenceId),
    /// A function of the program, for calling back; valid while the call lasts.
    Function(FunctionToken),
    /// A native thing (file, socket) that a process owns.
    Handle(HandleId),
}

/// A chain of pairs, flattened.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FfiList {
    items: Vec<FfiValue>,
    tail: Option<Box<FfiValue>>,
}

/// A process as native code sees it: opaque, compared and handed back, never computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessId(pub u64);

/// A unique reference as native code sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferenceId {
    /// The process that made it.
    pub owner: ProcessId,
    /// Which of that process's references.
    pub count: u64,
}

/// A function of the program as native code sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionToken(pub u64);

/// A native thing owned by a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandleId(pub u64);

/// Bounds for [`FfiValue::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels of nesting; at most [`MAX_DEPTH`] keeps recursion safe.
    pub depth: usize,
    /// Values in all.
    pub values: usize,
    /// Bytes of text, octets and digits in all.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            depth: MAX_DEPTH,
            values: MAX_VALUES,
            bytes: MAX_BYTES,
        }
    }
}

impl FfiList {
    /// The elements, head first.
    #[must_use]
    pub fn items(&self) -> &[FfiValue] {
        &self.items
    }

    /// What stands after the last element; `None` for nil, as in a proper list.
    #[must_use]
    pub fn tail(&self) -> Option<&FfiValue> {
        self.tail.as_deref()
    }

    /// Takes the list apart into elements and tail.
    #[must_use]
    pub fn into_parts(self) -> (Vec<FfiValue>, Option<FfiValue>) {
        (self.items, self.tail.map(|tail| *tail))
    }
}

impl FfiValue {
    /// The empty list.
    #[must_use]
    pub fn nil() -> FfiValue {
        FfiValue::List(FfiList::default())
    }

    /// The list of `items` that goes on with `tail`: `FfiValue::nil()` for a proper list.
    ///
    /// A tail after no items is that tail itself. Copies a tail that is a list, so build
    /// long lists from one vector.
    ///
    /// ```
    /// use vm_ffi::FfiValue;
    /// let end = FfiValue::list(vec![FfiValue::Number(2.0)], FfiValue::nil());
    /// let whole = FfiValue::list(vec![FfiValue::Number(1.0)], end);
    /// let FfiValue::List(list) = whole else { panic!() };
    /// assert_eq!(list.items().len(), 2);
    /// ```
    #[must_use]
    pub fn list(mut items: Vec<FfiValue>, tail: FfiValue) -> FfiValue {
        if items.is_empty() {
            return tail;
        }
        let tail = match tail {
            FfiValue::List(rest) => {
                items.extend(rest.items);
                rest.tail
            }
            other => Some(Box::new(other)),
        };
        FfiValue::List(FfiList { items, tail })
    }

    /// An atom.
    pub fn atom(text: impl Into<String>) -> FfiValue {
        FfiValue::Atom(text.into())
    }

    /// An object.
    #[must_use]
    pub fn object(object: FfiObject) -> FfiValue {
        FfiValue::Object(Box::new(object))
    }

    /// The name of the kind, equal to what `type_of` yields for such a value.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            FfiValue::Number(_) => "number",
            FfiValue::Integer(_) => "integer",
            FfiValue::Boolean(_) => "boolean",
            FfiValue::Complex(_) => "complex",
            FfiValue::String(_) => "string",
            FfiValue::Bytes(_) => "bytes",
            FfiValue::Atom(_) => "atom",
            FfiValue::Unit => "unit",
            FfiValue::Undefined => "undefined",
            FfiValue::Tuple(_) => "tuple",
            FfiValue::Array(_) => "array",
            FfiValue::List(list) if list.items.is_empty() => "nil",
            FfiValue::List(_) => "pair",
            FfiValue::Map(_) => "map",
            FfiValue::Object(_) => "object",
            FfiValue::Process(_) => "process",
            FfiValue::Reference(_) => "reference",
            FfiValue::Function(_) => "function",
            FfiValue::Handle(_) => "handle",
        }
    }

    /// The kind with its article, as messages say it: `an array`.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self {
            FfiValue::Number(_) => "a number",
            FfiValue::Integer(_) => "an integer",
            FfiValue::Boolean(_) => "a boolean",
            FfiValue::Complex(_) => "a complex number",
            FfiValue::String(_) => "a string",
            FfiValue::Bytes(_) => "bytes",
            FfiValue::Atom(_) => "an atom",
            FfiValue::Unit => "unit",
            FfiValue::Undefined => "undefined",
            FfiValue::Tuple(_) => "a tuple",
            FfiValue::Array(_) => "an array",
            FfiValue::List(list) if list.items.is_empty() => "nil",
            FfiValue::List(_) => "a pair",
            FfiValue::Map(_) => "a map",
            FfiValue::Object(_) => "an object",
            FfiValue::Process(_) => "a process",
            FfiValue::Reference(_) => "a reference",
            FfiValue::Function(_) => "a function",
            FfiValue::Handle(_) => "a handle",
        }
    }

    /// Holds the value against `limits`, without recursion.
    ///
    /// # Errors
    /// [`FfiError::Limit`] that names the bound that was passed.
    pub fn check(&self, limits: &Limits) -> Result<(), FfiError> {
        let mut budget = Budget {
            limits,
            values: 0,
            bytes: 0,
        };
        budget.enter(self, 1)?;
        if self.is_leaf() {
            return Ok(());
        }
        let mut pending = vec![(self, 1)];
        while let Some((value, depth)) = pending.pop() {
            let mut visit = |child| -> Result<(), FfiError> {
                budget.enter(child, depth + 1)?;
                if !child.is_leaf() {
                    pending.push((child, depth + 1));
                }
                Ok(())
            };
            match value {
                FfiValue::Tuple(items) | FfiValue::Array(items) => {
                    items.iter().try_for_each(visit)?;
                }
                FfiValue::List(list) => {
                    list.items
                        .iter()
                        .chain(list.tail.as_deref())
                        .try_for_each(visit)?;
                }
                FfiValue::Map(entries) => {
                    for (key, item) in entries {
                        visit(key)?;
                        visit(item)?;
                    }
                }
                FfiValue::Object(object) => {
                    object.iter().try_for_each(|(_, item)| visit(item))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Drops the value without recursion, however deep it is.
    ///
    /// For what failed [`check`](FfiValue::check); others may just go out of scope.
    pub fn discard(self) {
        let mut pending = vec![self];
        while let Some(value) = pending.pop() {
            match value {
                FfiValue::Tuple(items) | FfiValue::Array(items) => pending.extend(items),
                FfiValue::List(list) => {
                    pending.extend(list.items);
                    pending.extend(list.tail.map(|tail| *tail));
                }
                FfiValue::Map(entries) => {
                    pending.extend(entries.into_iter().flat_map(|(key, item)| [key, item]));
                }
                FfiValue::Object(object) => {
                    pending.extend(object.into_iter().map(|(_, item)| item));
                }
                _ => {}
            }
        }
    }

    fn is_leaf(&self) -> bool {
        match self {
            FfiValue::Tuple(items) | FfiValue::Array(items) => items.is_empty(),
            FfiValue::List(list) => list.items.is_empty(),
            FfiValue::Map(entries) => entries.is_empty(),
            FfiValue::Object(object) => object.is_empty(),
            _ => true,
        }
    }
}

struct Budget<'a> {
    limits: &'a Limits,
    values: usize,
    bytes: usize,
}

impl Budget<'_> {
    fn enter(&mut self, value: &FfiValue, depth: usize) -> Result<(), FfiError> {
        self.values = self.values.saturating_add(1);
        let bytes = match value {
            FfiValue::String(text) | FfiValue::Atom(text) => text.len(),
            FfiValue::Bytes(bytes) => bytes.len(),
            // One byte of magnitude for every eight bits begun.
            FfiValue::Integer(integer) => {
                usize::try_from(integer.bits().div_ceil(8)).unwrap_or(usize::MAX)
            }
            FfiValue::Object(object) => {
                let keys: usize = object.iter().map(|(key, _)| key.len()).sum();
                keys.saturating_add(object.type_name().map_or(0, str::len))
            }
            _ => 0,
        };
        self.bytes = self.bytes.saturating_add(bytes);
        if depth > self.limits.depth {
            return Err(limit(
                "the nesting of a native's value",
                self.limits.depth,
                "levels",
            ));
        }
        if self.values > self.limits.values {
            return Err(limit("a native's value", self.limits.values, "values"));
        }
        if self.bytes > self.limits.bytes {
            return Err(limit("a native's value", self.limits.bytes, "bytes"));
        }
        Ok(())
    }
}

fn limit(what: &str, limit: usize, unit: &'static str) -> FfiError {
    FfiError::Limit {
        what: what.to_string(),
        limit: limit as u64,
        unit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> FfiValue {
        (1..levels).fold(FfiValue::Unit, |inner, level| match level % 5 {
            0 => FfiValue::Array(vec![inner]),
            1 => FfiValue::Tuple(vec![inner]),
            2 => FfiValue::Map(vec![(FfiValue::Unit, inner)]),
            3 => FfiValue::list(vec![inner], FfiValue::nil()),
            _ => FfiValue::object([("x", inner)].into_iter().collect()),
        })
    }

    #[test]
    fn depth_is_held_to_the_level() {
        let limits = Limits::default();
        assert_eq!(nested(MAX_DEPTH).check(&limits), Ok(()));
        let error = nested(MAX_DEPTH + 1).check(&limits).unwrap_err();
        assert_eq!(error.kind(), "limit");
        assert_eq!(
            error.to_string(),
            "the nesting of a native's value passes the limit of 256 levels"
        );
    }

    #[test]
    fn values_far_too_deep_are_refused_and_dropped_without_recursion() {
        let deep = nested(1_000_000);
        assert!(deep.check(&Limits::default()).is_err());
        deep.discard();
    }

    #[test]
    fn values_and_bytes_are_counted() {
        let value = FfiValue::Array(vec![
            FfiValue::String("abcd".to_string()),
            FfiValue::object([("key", FfiValue::Bytes(vec![0; 3]))].into_iter().collect()),
        ]);
        let exact = Limits {
            depth: 3,
            values: 4,
            bytes: 10,
        };
        assert_eq!(value.check(&exact), Ok(()));
        let fewer = value.check(&Limits { values: 3, ..exact }).unwrap_err();
        assert_eq!(
            fewer.to_string(),
            "a native's value passes the limit of 3 values"
        );
        let fewer = value.check(&Limits { bytes: 9, ..exact }).unwrap_err();
        assert_eq!(
            fewer.to_string(),
            "a native's value passes the limit of 9 bytes"
        );
        let huge = FfiValue::Integer(BigInt::from(1) << 80);
        assert!(huge.check(&Limits { bytes: 10, ..exact }).is_err());
        assert!(huge.check(&Limits { bytes: 11, ..exact }).is_ok());
    }

    #[test]
    fn lists_are_flat_whatever_they_are_built_of() {
        let number = FfiValue::Number;
        let long = (0..100).fold(FfiValue::nil(), |tail, head| {
            FfiValue::list(vec![number(f64::from(head)); 1000], tail)
        });
        assert_eq!(
            long.check(&Limits {
                depth: 2,
                ..Limits::default()
            }),
            Ok(())
        );
        assert_eq!(long.kind(), "pair");
        assert_eq!(FfiValue::nil().kind(), "nil");
        let improper = FfiValue::list(vec![number(1.0)], number(2.0));
        let FfiValue::List(list) = improper else {
            panic!("not a list")
        };
        assert_eq!(list.into_parts(), (vec![number(1.0)], Some(number(2.0))));
        assert_eq!(FfiValue::list(vec![], number(2.0)), number(2.0));
    }

    #[test]
    fn value_stays_five_words() {
        assert_eq!(size_of::<FfiValue>(), 40);
    }
}
