//! Words to foreign values and back: the machine's half of the native interface.
//!
//! A foreign function gets owned copies and gives an owned value; nothing of a
//! heap is ever visible to it. Numbers, the common case, go across directly;
//! everything else takes the way of host values, so that depth, size and
//! cycles are judged in one place. What has no foreign form (functions, cells,
//! iterators, coroutines) is refused with the argument's number.
//!
//! # Invariants
//! F1. Every value that crosses is within the limits of `vm-ffi` in depth and size.

pub mod away;
pub mod call;
pub mod handle;

use std::sync::Arc;

use vm_ffi::{FfiError, FfiObject, FfiValue, HandleId, Limits, Place, ProcessId, ReferenceId};

use crate::convert::to_value::to_value;
use crate::convert::{ConvertError, Names, Unlinked};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::shared::Common;
use crate::heap::view::View;
use crate::ids::{Pid, RefId};
use crate::value::{Object, Primitive, PropertyDescriptor, Value};
use crate::word::{Tag, Word};

/// Argument `i` (from 0) as a foreign value.
///
/// # Errors
/// It has no foreign form, or is too deep, too large or cyclic.
pub fn to_ffi(
    view: View<'_>,
    word: Word,
    i: usize,
    names: &dyn Names,
) -> Result<FfiValue, FfiError> {
    if let Tag::Number(n) = word.tag() {
        return Ok(FfiValue::Number(n));
    }
    let place = Place::argument(i + 1);
    let value = to_value(view, word, names).map_err(|error| match error {
        ConvertError::Cycle => FfiError::Cyclic {
            place: place.clone(),
        },
        ConvertError::TooDeep { limit } => FfiError::Limit {
            what: "nesting of values".into(),
            limit: limit as u64,
            unit: "levels",
        },
        ConvertError::NotRepresentable { found } => no_form(&place, found),
        error => FfiError::failed(error.to_string()),
    })?;
    let value = from_host(&value, &place)?;
    value.check(&Limits::default())?;
    Ok(value)
}

/// A foreign function's result as a word of the caller's heap.
///
/// # Errors
/// The heap's limit, or a handle or function, which cannot come from outside.
pub fn from_ffi(heap: &mut Heap, common: &Common, value: FfiValue) -> Result<Word, Fault> {
    match value {
        FfiValue::Number(n) => Ok(Word::number(n)),
        FfiValue::Boolean(b) => Ok(Word::boolean(b)),
        FfiValue::Unit => Ok(Word::UNIT),
        FfiValue::Undefined => Ok(Word::UNDEFINED),
        value => {
            let value = to_host(value).map_err(|e| fault(&e))?;
            heap.from_value(common, &value, &Unlinked)
        }
    }
}

/// A foreign error as an error of the calling process.
#[must_use]
pub fn fault(error: &FfiError) -> Fault {
    let kind = FaultKind::ALL
        .iter()
        .copied()
        .find(|k| k.atom() == error.kind());
    Fault::new(kind.unwrap_or(FaultKind::Ffi), error.to_string())
}

fn no_form(place: &Place, found: &str) -> FfiError {
    FfiError::BadType {
        place: place.clone(),
        expected: "a value that a native can take".into(),
        found: found.into(),
    }
}

/// Bounded in depth by the conversion to host values.
fn from_host(value: &Value, place: &Place) -> Result<FfiValue, FfiError> {
    let all = |items: &[Value]| {
        items
            .iter()
            .map(|v| from_host(v, place))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match value {
        Value::Primitive(primitive) => match primitive {
            Primitive::Number(n) => FfiValue::Number(*n),
            Primitive::Integer(n) => FfiValue::Integer(n.clone()),
            Primitive::Boolean(b) => FfiValue::Boolean(*b),
            Primitive::Complex(c) => FfiValue::Complex(*c),
            Primitive::String(s) => FfiValue::String(s.to_string()),
            Primitive::Bytes(b) => FfiValue::Bytes(b.to_vec()),
            Primitive::Atom(a) => FfiValue::Atom(a.to_string()),
            Primitive::Unit => FfiValue::Unit,
            Primitive::Undefined => FfiValue::Undefined,
            Primitive::Nil => FfiValue::nil(),
        },
        Value::Tuple(items) => FfiValue::Tuple(all(items)?),
        Value::Array(items) => FfiValue::Array(all(items)?),
        Value::Pair(_) => {
            let mut items = Vec::new();
            let mut rest = value;
            while let Value::Pair(pair) = rest {
                items.push(from_host(&pair.0, place)?);
                rest = &pair.1;
            }
            FfiValue::list(items, from_host(rest, place)?)
        }
        Value::Map(entries) => {
            let entry = |(k, v): &(Value, Value)| Ok((from_host(k, place)?, from_host(v, place)?));
            FfiValue::Map(entries.iter().map(entry).collect::<Result<_, FfiError>>()?)
        }
        Value::Object(object) => {
            let mut out = FfiObject::new();
            if let Some(name) = &object.type_name {
                out = out.with_type_name(name);
            }
            for (key, property) in object.properties.iter().filter(|(_, p)| p.enumerable) {
                out.set(key.to_string(), from_host(&property.value, place)?);
            }
            FfiValue::object(out)
        }
        Value::Process(pid) => FfiValue::Process(ProcessId(pid.number())),
        Value::Reference(id) => FfiValue::Reference(ReferenceId {
            owner: ProcessId(id.owner.number()),
            count: id.count,
        }),
        Value::Handle(id) => FfiValue::Handle(HandleId(*id)),
        Value::Frozen(value) => from_host(value, place)?,
        Value::Function(_) | Value::Native(_) | Value::Closure(_) => {
            return Err(no_form(place, "a function"));
        }
    })
}

/// Bounded in depth by what `vm-ffi` lets through.
fn to_host(value: FfiValue) -> Result<Value, FfiError> {
    let all = |items: Vec<FfiValue>| {
        items
            .into_iter()
            .map(to_host)
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match value {
        FfiValue::Number(n) => Value::number(n),
        FfiValue::Integer(n) => Value::integer(n),
        FfiValue::Boolean(b) => Value::boolean(b),
        FfiValue::Complex(c) => Value::complex(c.re, c.im),
        FfiValue::String(s) => Value::string(s),
        FfiValue::Bytes(b) => Value::bytes(b),
        FfiValue::Atom(a) => Value::atom(a),
        FfiValue::Unit => Value::unit(),
        FfiValue::Undefined => Value::undefined(),
        FfiValue::Tuple(items) => Value::tuple(all(items)?),
        FfiValue::Array(items) => Value::array(all(items)?),
        FfiValue::List(list) => {
            let (items, tail) = list.into_parts();
            let tail = tail.map_or(Ok(Value::nil()), to_host)?;
            all(items)?
                .into_iter()
                .rev()
                .fold(tail, |tail, head| Value::pair(head, tail))
        }
        FfiValue::Map(entries) => {
            let entry = |(k, v)| Ok((to_host(k)?, to_host(v)?));
            Value::map(
                entries
                    .into_iter()
                    .map(entry)
                    .collect::<Result<Vec<_>, FfiError>>()?,
            )
        }
        FfiValue::Object(object) => {
            let mut out = Object::new();
            out.type_name = object.type_name().map(Arc::from);
            for (key, value) in object.iter() {
                out.properties.push((
                    key.into(),
                    PropertyDescriptor::open(to_host(value.clone())?),
                ));
            }
            Value::object(out)
        }
        FfiValue::Process(id) => Value::Process(Pid::from_number(id.0)),
        FfiValue::Reference(id) => Value::Reference(RefId {
            owner: Pid::from_number(id.owner.0),
            count: id.count,
        }),
        FfiValue::Handle(id) => Value::Handle(id.0),
        value => {
            let kind = value.kind();
            return Err(FfiError::failed(format!("a native cannot yield a {kind}")));
        }
    })
}
