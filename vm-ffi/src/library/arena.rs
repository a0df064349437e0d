//! The values of one call of a native module: seen, made, and checked.
//!
//! A module holds numbers, the arena what they stand for. Whatever a module asks of it
//! that makes no sense is answered with nothing and remembered; the first such thing
//! is the error of the call.
//!
//! # Invariants
//! V1. Values are counted as they are made and once more as the result is put
//!     together, bytes likewise, so a module that repeats itself (`push(a, a)`, one
//!     part in two places, over and over) meets the limits and not the memory's end.
//! V2. Bytes once told to a module stay where they are until the call ends.

use num_bigint::BigInt;
use num_complex::Complex64;
use num_traits::ToPrimitive as _;

use crate::abi::{IonValue, kind};
use crate::bridge::{MAX_BYTES, MAX_DEPTH, MAX_VALUES, exact, nearest};
use crate::context::FfiContext;
use crate::error::FfiError;
use crate::{FfiObject, FfiResult, FfiValue};

/// The values of one call.
pub(super) struct Arena<'a> {
    pub(super) context: &'a mut dyn FfiContext,
    pub(super) arguments: &'a [FfiValue],
    slots: Vec<Slot<'a>>,
    bytes: usize,
    error: Option<FfiError>,
}

enum Slot<'a> {
    /// An argument, or part of one.
    Seen(&'a FfiValue),
    /// The name of a property.
    Name(&'a str),
    /// Without parts.
    Made(FfiValue),
    /// With parts, which are values of this call; keys and values by turns.
    Many(u32, Vec<IonValue>),
}

impl<'a> Arena<'a> {
    /// Of a call with those arguments.
    pub(super) fn new(context: &'a mut dyn FfiContext, arguments: &'a [FfiValue]) -> Arena<'a> {
        Arena {
            context,
            arguments,
            slots: Vec::new(),
            bytes: 0,
            error: None,
        }
    }

    /// Notes what is wrong with the call; the first such thing counts.
    pub(super) fn wrong(&mut self, error: FfiError) {
        self.error.get_or_insert(error);
    }

    fn add(&mut self, slot: Slot<'a>) -> IonValue {
        if self.slots.len() >= MAX_VALUES {
            self.wrong(limit(MAX_VALUES, "values"));
            return 0;
        }
        self.slots.push(slot);
        self.slots.len() as IonValue
    }

    /// What a number stands for; one that stands for nothing is an error.
    fn slot(&mut self, value: IonValue) -> Option<&Slot<'a>> {
        let place = (value as usize).wrapping_sub(1);
        if place >= self.slots.len() {
            let message = format!("the library used the value {value}, which there is not");
            self.wrong(FfiError::Failed { message });
        }
        self.slots.get(place)
    }

    /// The whole value, if it is one that was not put together here.
    fn whole(&mut self, value: IonValue) -> Option<&FfiValue> {
        match self.slot(value)? {
            Slot::Seen(seen) => Some(seen),
            Slot::Made(made) => Some(made),
            Slot::Name(_) | Slot::Many(..) => None,
        }
    }

    pub(super) fn argument(&mut self, index: usize) -> IonValue {
        match self.arguments.get(index) {
            Some(argument) => self.add(Slot::Seen(argument)),
            None => 0,
        }
    }

    pub(super) fn kind(&mut self, value: IonValue) -> u32 {
        match self.slot(value) {
            None => kind::NONE,
            Some(Slot::Name(_)) => kind::STRING,
            Some(Slot::Many(kind, _)) => *kind,
            Some(Slot::Seen(value)) => kind_of(value),
            Some(Slot::Made(value)) => kind_of(value),
        }
    }

    pub(super) fn number(&mut self, value: IonValue) -> Option<f64> {
        match self.whole(value)? {
            FfiValue::Number(n) => Some(*n),
            FfiValue::Integer(n) => Some(nearest(n)),
            _ => None,
        }
    }

    pub(super) fn integer(&mut self, value: IonValue) -> Option<i64> {
        match self.whole(value)? {
            FfiValue::Number(n) => exact(*n),
            FfiValue::Integer(n) => n.to_i64(),
            _ => None,
        }
    }

    pub(super) fn boolean(&mut self, value: IonValue) -> Option<bool> {
        match self.whole(value)? {
            FfiValue::Boolean(b) => Some(*b),
            _ => None,
        }
    }

    pub(super) fn complex(&mut self, value: IonValue) -> Option<Complex64> {
        match self.whole(value)? {
            FfiValue::Complex(c) => Some(*c),
            FfiValue::Number(n) => Some(Complex64::new(*n, 0.0)),
            FfiValue::Integer(n) => Some(Complex64::new(nearest(n), 0.0)),
            _ => None,
        }
    }

    /// The bytes of a text, which stay where they are (V2).
    pub(super) fn text(&mut self, value: IonValue) -> Option<&[u8]> {
        if let Some(FfiValue::Integer(n)) = self.whole(value) {
            let digits = n.to_string();
            let made = self.text_value(kind::STRING, digits.as_bytes());
            return self.text(made);
        }
        match self.slot(value)? {
            Slot::Name(name) => Some(name.as_bytes()),
            Slot::Seen(value) => bytes_of(value),
            Slot::Made(value) => bytes_of(value),
            Slot::Many(..) => None,
        }
    }

    pub(super) fn length(&mut self, value: IonValue) -> usize {
        match self.slot(value) {
            Some(Slot::Many(kind::MAP | kind::OBJECT, parts)) => parts.len() / 2,
            Some(Slot::Many(_, parts)) => parts.len(),
            Some(Slot::Seen(value)) => match value {
                FfiValue::Tuple(items) | FfiValue::Array(items) => items.len(),
                FfiValue::List(list) => list.items().len(),
                FfiValue::Map(entries) => entries.len(),
                FfiValue::Object(object) => object.len(),
                _ => 0,
            },
            _ => 0,
        }
    }

    /// The argument, or the part of one, that a number stands for.
    fn seen(&mut self, value: IonValue) -> Option<&'a FfiValue> {
        match self.slot(value) {
            Some(Slot::Seen(seen)) => Some(*seen),
            _ => None,
        }
    }

    /// The parts of a value that was put together here, and whether they are entries.
    fn parts(&mut self, value: IonValue) -> Option<(bool, &[IonValue])> {
        match self.slot(value)? {
            Slot::Many(of, parts) => Some((matches!(*of, kind::MAP | kind::OBJECT), parts)),
            _ => None,
        }
    }

    pub(super) fn item(&mut self, value: IonValue, index: usize) -> IonValue {
        if let Some((entries, parts)) = self.parts(value) {
            let place = match entries {
                true => index.saturating_mul(2).saturating_add(1),
                false => index,
            };
            return parts.get(place).copied().unwrap_or(0);
        }
        let part = match self.seen(value) {
            Some(FfiValue::Tuple(items) | FfiValue::Array(items)) => items.get(index),
            Some(FfiValue::List(list)) => list.items().get(index),
            Some(FfiValue::Map(entries)) => entries.get(index).map(|(_, value)| value),
            Some(FfiValue::Object(object)) => object.get_index(index).map(|(_, value)| value),
            _ => None,
        };
        part.map_or(0, |part| self.add(Slot::Seen(part)))
    }

    pub(super) fn key(&mut self, value: IonValue, index: usize) -> IonValue {
        if let Some((entries, parts)) = self.parts(value) {
            let place = index.saturating_mul(2);
            return parts.get(place).copied().filter(|_| entries).unwrap_or(0);
        }
        let slot = match self.seen(value) {
            Some(FfiValue::Map(entries)) => entries.get(index).map(|(key, _)| Slot::Seen(key)),
            Some(FfiValue::Object(object)) => {
                object.get_index(index).map(|(name, _)| Slot::Name(name))
            }
            _ => None,
        };
        slot.map_or(0, |slot| self.add(slot))
    }

    pub(super) fn property(&mut self, value: IonValue, name: &str) -> IonValue {
        let found = match self.seen(value) {
            Some(FfiValue::Object(object)) => object.get(name),
            _ => None,
        };
        found.map_or(0, |found| self.add(Slot::Seen(found)))
    }

    pub(super) fn make(&mut self, value: FfiValue) -> IonValue {
        self.add(Slot::Made(value))
    }

    pub(super) fn text_value(&mut self, of: u32, data: &[u8]) -> IonValue {
        self.bytes = self.bytes.saturating_add(data.len());
        if self.bytes > MAX_BYTES {
            self.wrong(limit(MAX_BYTES, "bytes"));
            return 0;
        }
        if of == kind::BYTES {
            return self.make(FfiValue::Bytes(data.to_vec()));
        }
        let Ok(text) = std::str::from_utf8(data) else {
            self.wrong("the library made a text that is no UTF-8".into());
            return 0;
        };
        match of {
            kind::STRING => self.make(FfiValue::String(text.to_owned())),
            kind::ATOM => self.make(FfiValue::Atom(text.to_owned())),
            kind::INTEGER => match digits(text) {
                Some(integer) => self.make(FfiValue::Integer(integer)),
                None => {
                    let message = "the library made an integer of what are no digits, or too many";
                    self.wrong(message.into());
                    0
                }
            },
            _ => self.no_kind(of, "a text"),
        }
    }

    pub(super) fn empty(&mut self, of: u32) -> IonValue {
        match of {
            kind::TUPLE | kind::ARRAY | kind::LIST | kind::MAP | kind::OBJECT => {
                self.add(Slot::Many(of, Vec::new()))
            }
            _ => self.no_kind(of, "something with parts"),
        }
    }

    fn no_kind(&mut self, of: u32, what: &str) -> IonValue {
        let message = format!("the library made {what} of kind {of}, which is none");
        self.wrong(FfiError::Failed { message });
        0
    }

    /// Adds parts to a value that was made here.
    pub(super) fn extend(&mut self, into: IonValue, keyed: bool, parts: &[IonValue]) -> bool {
        for part in parts {
            if self.slot(*part).is_none() {
                return false;
            }
        }
        let is_object = self.kind(into) == kind::OBJECT;
        if keyed && is_object && self.kind(parts[0]) != kind::STRING {
            self.wrong("the library named a property by what is no string".into());
            return false;
        }
        let place = (into as usize).wrapping_sub(1);
        match self.slots.get_mut(place) {
            Some(Slot::Many(of, there)) if matches!(*of, kind::MAP | kind::OBJECT) == keyed => {
                if there.len() < MAX_VALUES {
                    there.extend_from_slice(parts);
                    return true;
                }
                self.wrong(limit(MAX_VALUES, "values"));
            }
            _ => {
                let what = if keyed { "entry" } else { "item" };
                let message = format!(
                    "the library added an {what} to a value that it has not made to have any"
                );
                self.wrong(FfiError::Failed { message });
            }
        }
        false
    }

    /// What the call comes to, given what the function answered with.
    pub(super) fn finish(mut self, answer: IonValue) -> FfiResult {
        if self.error.is_none() && answer == 0 {
            self.wrong("the library answered with no value and said not why".into());
        }
        let mut left = (MAX_VALUES, MAX_BYTES);
        let result = match self.error {
            None => self.build(answer, 1, &mut left)?,
            Some(_) => None,
        };
        match (self.error, result) {
            (Some(error), _) => Err(error),
            (None, Some(value)) => Ok(value),
            (None, None) => Err("the library answered with a value that there is not".into()),
        }
    }

    /// The value of a number, as deep as values may be; none if there is none.
    fn build(
        &self,
        value: IonValue,
        depth: usize,
        left: &mut (usize, usize),
    ) -> Result<Option<FfiValue>, FfiError> {
        if depth > MAX_DEPTH {
            return Err(limit(MAX_DEPTH, "levels"));
        }
        left.0 = left
            .0
            .checked_sub(1)
            .ok_or_else(|| limit(MAX_VALUES, "values"))?;
        let whole = |value: &FfiValue, left: &mut (usize, usize)| {
            let size = bytes_of(value).map_or(0, <[u8]>::len);
            left.1 = left
                .1
                .checked_sub(size)
                .ok_or_else(|| limit(MAX_BYTES, "bytes"))?;
            Ok(Some(value.clone()))
        };
        let (of, parts) = match self.slots.get((value as usize).wrapping_sub(1)) {
            None => return Ok(None),
            Some(Slot::Seen(seen)) => return whole(seen, left),
            Some(Slot::Made(made)) => return whole(made, left),
            Some(Slot::Name(name)) => return Ok(Some(FfiValue::String((*name).to_owned()))),
            Some(Slot::Many(of, parts)) => (*of, parts),
        };
        let mut built = Vec::with_capacity(parts.len());
        for part in parts {
            match self.build(*part, depth + 1, left)? {
                Some(part) => built.push(part),
                None => return Ok(None),
            }
        }
        let mut pairs = Vec::new();
        if matches!(of, kind::MAP | kind::OBJECT) {
            let mut rest = std::mem::take(&mut built).into_iter();
            while let (Some(key), Some(value)) = (rest.next(), rest.next()) {
                pairs.push((key, value));
            }
        }
        Ok(Some(match of {
            kind::TUPLE => FfiValue::Tuple(built),
            kind::ARRAY => FfiValue::Array(built),
            kind::LIST => FfiValue::list(built, FfiValue::nil()),
            kind::MAP => FfiValue::Map(pairs),
            _ => {
                let mut object = FfiObject::new();
                for (name, value) in pairs {
                    if let FfiValue::String(name) = name {
                        object.set(name, value);
                    }
                }
                FfiValue::object(object)
            }
        }))
    }
}

/// A whole number by its digits; only so many, since reading them takes the square of
/// their number.
fn digits(text: &str) -> Option<BigInt> {
    const MOST: usize = 10_000;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    (plain && digits.len() <= MOST).then(|| text.parse().ok())?
}

fn limit(limit: usize, unit: &'static str) -> FfiError {
    FfiError::Limit {
        what: "what a library made in one call".into(),
        limit: limit as u64,
        unit,
    }
}

fn kind_of(value: &FfiValue) -> u32 {
    match value {
        FfiValue::Undefined => kind::UNDEFINED,
        FfiValue::Unit => kind::UNIT,
        FfiValue::Boolean(_) => kind::BOOLEAN,
        FfiValue::Number(_) => kind::NUMBER,
        FfiValue::Integer(_) => kind::INTEGER,
        FfiValue::Complex(_) => kind::COMPLEX,
        FfiValue::String(_) => kind::STRING,
        FfiValue::Bytes(_) => kind::BYTES,
        FfiValue::Atom(_) => kind::ATOM,
        FfiValue::Tuple(_) => kind::TUPLE,
        FfiValue::Array(_) => kind::ARRAY,
        FfiValue::List(list) if list.tail().is_none() => kind::LIST,
        FfiValue::Map(_) => kind::MAP,
        FfiValue::Object(_) => kind::OBJECT,
        _ => kind::OPAQUE,
    }
}

fn bytes_of(value: &FfiValue) -> Option<&[u8]> {
    match value {
        FfiValue::String(text) | FfiValue::Atom(text) => Some(text.as_bytes()),
        FfiValue::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}
