//! Conversions between `FfiValue` and Rust types, both ways.
//!
//! # Which type is which
//! | Rust | takes | gives |
//! |---|---|---|
//! | `f64`, `f32` | number, integer (nearest double) | number |
//! | `i16 u16 i32 u32` | whole number or integer in range | number |
//! | `usize` | whole number or integer in range | number: lengths and indices |
//! | `i64`, `u64`, `BigInt` | whole number within 2^53, integer in range | integer |
//! | `bool`, `String`, `Complex64`, `()` | that kind; complex also any number | that kind |
//! | [`Atom`] | atom | atom |
//! | `Vec<u8>` | bytes | bytes |
//! | `Vec<T>` | array, tuple, proper list | array |
//! | `(A, B, ...)` up to four | tuple or array of that length | tuple |
//! | `Option<T>` | unit, undefined or absent as `None` | undefined for `None` |
//! | `BTreeMap<String, T>` | object, map with string or atom keys | object |
//! | `FfiObject`, `FfiValue` and the opaque ids | themselves | themselves |
//!
//! Nothing is converted by guess: a string is never parsed, a number never
//! truncated, and the kind of a result depends on its Rust type alone.

mod number;

use std::collections::BTreeMap;
use std::fmt;

pub(crate) use self::number::{exact, nearest};
use super::{FfiObject, FfiValue, FunctionToken, HandleId, ProcessId, ReferenceId};
use crate::error::{FfiError, FfiResult, Place};

/// A Rust type that can be read from a value.
///
/// ```
/// use vm_ffi::{FfiValue, FromFfi, Mismatch};
///
/// struct Celsius(f64);
///
/// impl FromFfi for Celsius {
///     fn expected() -> String {
///         "a temperature".to_string()
///     }
///     fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
///         f64::from_ffi(value).map(Celsius)
///     }
/// }
///
/// let found = <Vec<Celsius>>::from_ffi(FfiValue::Array(vec![FfiValue::Unit])).err().unwrap();
/// assert_eq!(found.to_string(), "[0] must be a number, found unit");
/// ```
pub trait FromFfi: Sized {
    /// Whether an argument of this type may be left out (it is then read from undefined).
    const OPTIONAL: bool = false;

    /// What is accepted, with its article, for messages: `a number`.
    fn expected() -> String;

    /// Reads the value.
    ///
    /// # Errors
    /// [`Mismatch`] if the value is of another kind or out of range.
    fn from_ffi(value: FfiValue) -> Result<Self, Mismatch>;
}

/// A Rust type that can be turned into a value.
pub trait IntoFfi {
    /// The value.
    fn into_ffi(self) -> FfiValue;
}

/// What a native may return: any [`IntoFfi`], or a `Result` of one with an error that
/// converts into [`FfiError`].
pub trait IntoFfiResult {
    /// The value or the error.
    ///
    /// # Errors
    /// Those of the native.
    fn into_ffi_result(self) -> FfiResult;
}

/// An atom's text, as argument or result of a native.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom(pub String);

/// Why a value could not be read as a Rust type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What would do.
    pub expected: String,
    /// What is there; `None` when the kind is right and the number is out of range.
    pub found: Option<&'static str>,
    /// Where inside the value, as `[3].name`; empty for the value itself.
    pub path: String,
}

impl Mismatch {
    /// The value is of another kind than `expected`.
    #[must_use]
    pub fn kind(expected: String, found: &FfiValue) -> Mismatch {
        Mismatch {
            expected,
            found: Some(found.describe()),
            path: String::new(),
        }
    }

    /// The value is a number, but out of the range that `expected` tells.
    #[must_use]
    pub fn range(expected: String) -> Mismatch {
        Mismatch {
            expected,
            found: None,
            path: String::new(),
        }
    }

    /// The same one step further out: `step` is `[3]` or `.name`.
    #[must_use]
    pub fn inside(mut self, step: &str) -> Mismatch {
        self.path.insert_str(0, step);
        self
    }

    /// The error of a call whose argument `number`, counted from 1, did not fit.
    #[must_use]
    pub fn in_argument(self, number: usize) -> FfiError {
        let place = Place {
            path: self.path,
            ..Place::argument(number)
        };
        match self.found {
            Some(found) => FfiError::BadType {
                place,
                expected: self.expected,
                found: found.to_string(),
            },
            None => FfiError::BadNumber {
                place,
                expected: self.expected,
            },
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() {
            "the value"
        } else {
            &self.path
        };
        write!(f, "{place} must be {}", self.expected)?;
        self.found
            .map_or(Ok(()), |found| write!(f, ", found {found}"))
    }
}

impl std::error::Error for Mismatch {}

impl<T: IntoFfi> IntoFfiResult for T {
    fn into_ffi_result(self) -> FfiResult {
        Ok(self.into_ffi())
    }
}

impl<T: IntoFfi, E: Into<FfiError>> IntoFfiResult for Result<T, E> {
    fn into_ffi_result(self) -> FfiResult {
        self.map(T::into_ffi).map_err(E::into)
    }
}

/// Kinds whose Rust type is the payload of one variant.
macro_rules! payload {
    ($($type:ty, $expected:literal, $pattern:pat => $take:expr, $self:ident => $give:expr;)*) => {$(
        impl FromFfi for $type {
            fn expected() -> String {
                $expected.to_string()
            }

            fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
                match value {
                    $pattern => Ok($take),
                    other => Err(Mismatch::kind(Self::expected(), &other)),
                }
            }
        }

        impl IntoFfi for $type {
            fn into_ffi($self) -> FfiValue {
                $give
            }
        }
    )*};
}

payload! {
    bool, "a boolean", FfiValue::Boolean(b) => b, self => FfiValue::Boolean(self);
    String, "a string", FfiValue::String(text) => text, self => FfiValue::String(self);
    Atom, "an atom", FfiValue::Atom(text) => Atom(text), self => FfiValue::Atom(self.0);
    Vec<u8>, "bytes", FfiValue::Bytes(bytes) => bytes, self => FfiValue::Bytes(self);
    (), "unit", FfiValue::Unit => (), self => FfiValue::Unit;
    FfiObject, "an object", FfiValue::Object(object) => *object, self => FfiValue::object(self);
    ProcessId, "a process", FfiValue::Process(id) => id, self => FfiValue::Process(self);
    ReferenceId, "a reference", FfiValue::Reference(id) => id, self => FfiValue::Reference(self);
    FunctionToken, "a function", FfiValue::Function(id) => id, self => FfiValue::Function(self);
    HandleId, "a handle", FfiValue::Handle(id) => id, self => FfiValue::Handle(self);
}

impl IntoFfi for &str {
    fn into_ffi(self) -> FfiValue {
        FfiValue::String(self.to_string())
    }
}

impl FromFfi for FfiValue {
    fn expected() -> String {
        "a value".to_string()
    }

    fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
        Ok(value)
    }
}

impl IntoFfi for FfiValue {
    fn into_ffi(self) -> FfiValue {
        self
    }
}

impl<T: FromFfi> FromFfi for Option<T> {
    const OPTIONAL: bool = true;

    fn expected() -> String {
        format!("{} or nothing", T::expected())
    }

    fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
        match value {
            FfiValue::Undefined | FfiValue::Unit => Ok(None),
            other => T::from_ffi(other).map(Some),
        }
    }
}

impl<T: IntoFfi> IntoFfi for Option<T> {
    fn into_ffi(self) -> FfiValue {
        self.map_or(FfiValue::Undefined, T::into_ffi)
    }
}

impl<T: FromFfi> FromFfi for Vec<T> {
    fn expected() -> String {
        "an array".to_string()
    }

    fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
        let items = match value {
            FfiValue::Array(items) | FfiValue::Tuple(items) => items,
            FfiValue::List(list) if list.tail().is_none() => list.into_parts().0,
            other => return Err(Mismatch::kind(Self::expected(), &other)),
        };
        let read = |(index, item)| {
            T::from_ffi(item).map_err(|mismatch| mismatch.inside(&format!("[{index}]")))
        };
        items.into_iter().enumerate().map(read).collect()
    }
}

impl<T: IntoFfi> IntoFfi for Vec<T> {
    fn into_ffi(self) -> FfiValue {
        FfiValue::Array(self.into_iter().map(T::into_ffi).collect())
    }
}

impl<T: FromFfi> FromFfi for BTreeMap<String, T> {
    fn expected() -> String {
        "an object or a map with text keys".to_string()
    }

    fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
        let read = |key: String, item| match T::from_ffi(item) {
            Ok(item) => Ok((key, item)),
            Err(mismatch) => Err(mismatch.inside(&format!(".{key}"))),
        };
        match value {
            FfiValue::Object(object) => object.into_iter().map(|(k, v)| read(k, v)).collect(),
            FfiValue::Map(entries) => entries
                .into_iter()
                .map(|(key, item)| match key {
                    FfiValue::String(key) | FfiValue::Atom(key) => read(key, item),
                    other => Err(Mismatch::kind("a text key".to_string(), &other)),
                })
                .collect(),
            other => Err(Mismatch::kind(Self::expected(), &other)),
        }
    }
}

impl<T: IntoFfi> IntoFfi for BTreeMap<String, T> {
    fn into_ffi(self) -> FfiValue {
        FfiValue::object(
            self.into_iter()
                .map(|(key, item)| (key, item.into_ffi()))
                .collect(),
        )
    }
}

/// Tuples of a fixed length.
macro_rules! tuple {
    ($count:literal: $($type:ident $item:ident $index:literal),*) => {
        impl<$($type: FromFfi),*> FromFfi for ($($type,)*) {
            fn expected() -> String {
                concat!("a tuple of ", $count).to_string()
            }

            fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
                let items = match value {
                    FfiValue::Tuple(items) | FfiValue::Array(items) => items,
                    other => return Err(Mismatch::kind(Self::expected(), &other)),
                };
                match <[FfiValue; $count]>::try_from(items) {
                    Ok([$($item),*]) => Ok(($(
                        $type::from_ffi($item)
                            .map_err(|found| found.inside(concat!("[", $index, "]")))?,
                    )*)),
                    Err(_) => Err(Mismatch {
                        expected: Self::expected(),
                        found: Some("another length"),
                        path: String::new(),
                    }),
                }
            }
        }

        impl<$($type: IntoFfi),*> IntoFfi for ($($type,)*) {
            fn into_ffi(self) -> FfiValue {
                let ($($item,)*) = self;
                FfiValue::Tuple(vec![$($item.into_ffi()),*])
            }
        }
    };
}

tuple!(1: A a 0);
tuple!(2: A a 0, B b 1);
tuple!(3: A a 0, B b 1, C c 2);
tuple!(4: A a 0, B b 1, C c 2, D d 3);

#[cfg(test)]
mod tests {
    use num_complex::Complex64;
    use proptest::prelude::*;

    use super::*;

    fn there_and_back<T: FromFfi + IntoFfi + PartialEq + Clone + fmt::Debug>(value: &T) {
        assert_eq!(T::from_ffi(value.clone().into_ffi()).as_ref(), Ok(value));
    }

    #[test]
    fn the_path_leads_to_the_wrong_element() {
        let row = |last| FfiValue::Array(vec![FfiValue::Number(1.0), last]);
        let map = FfiValue::Map(vec![(FfiValue::atom("rows"), row(row(FfiValue::Unit)))]);
        let error = <BTreeMap<String, (f64, Vec<f64>)>>::from_ffi(map)
            .unwrap_err()
            .in_argument(3);
        assert_eq!(
            error.in_function("m.f").to_string(),
            "argument 3 of m.f, at .rows[1][1], must be a number, found unit"
        );
    }

    #[test]
    fn sequences_of_all_kinds_read_as_vectors() {
        let items = || vec![FfiValue::Number(1.0), FfiValue::Number(2.0)];
        let proper = FfiValue::list(items(), FfiValue::nil());
        for sequence in [FfiValue::Array(items()), FfiValue::Tuple(items()), proper] {
            assert_eq!(<Vec<f64>>::from_ffi(sequence), Ok(vec![1.0, 2.0]));
        }
        let improper = FfiValue::list(items(), FfiValue::Unit);
        assert!(<Vec<f64>>::from_ffi(improper).is_err());
        assert!(<(f64, f64, f64)>::from_ffi(FfiValue::Tuple(items())).is_err());
        assert_eq!(
            <(f64, u32)>::from_ffi(FfiValue::Array(items())),
            Ok((1.0, 2))
        );
    }

    #[test]
    fn nothing_is_an_option() {
        assert_eq!(<Option<f64>>::from_ffi(FfiValue::Undefined), Ok(None));
        assert_eq!(<Option<f64>>::from_ffi(FfiValue::Unit), Ok(None));
        let error = <Option<f64>>::from_ffi(FfiValue::Boolean(true)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the value must be a number, found a boolean"
        );
        assert_eq!(None::<f64>.into_ffi(), FfiValue::Undefined);
    }

    #[test]
    fn text_and_octets_keep_apart() {
        assert_eq!(vec![1u8, 2].into_ffi(), FfiValue::Bytes(vec![1, 2]));
        assert!(<Vec<u8>>::from_ffi(FfiValue::String("a".to_string())).is_err());
        assert!(String::from_ffi(FfiValue::atom("a")).is_err());
        assert!(Atom::from_ffi("a".into_ffi()).is_err());
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(
            n in any::<i32>(), i in any::<i64>(), u in any::<u64>(), f in -1e300f64..1e300,
            text in ".*", bytes in any::<Vec<u8>>(), flag in any::<Option<bool>>(),
            table in proptest::collection::btree_map(".*", any::<(bool, i16)>(), 0..8),
        ) {
            there_and_back(&n);
            there_and_back(&i);
            there_and_back(&u);
            there_and_back(&f);
            there_and_back(&Complex64::new(f, -f));
            there_and_back(&(text.clone(), bytes, flag));
            there_and_back(&vec![Atom(text)]);
            there_and_back(&table);
        }
    }
}
