//! Values, from Python and to Python.
//!
//! Both ways walk without recursion. A Python value is taken as the flat list
//! of steps that its own `_to_steps` gives; a host value is built bottom up
//! through `Value._raw`, which is what decoded constants, results and messages
//! have in common.
//!
//! # Invariants
//! C1. What came from Python nests at most `limits::HOST_VALUE_DEPTH_MAX` deep,
//!     because host-side trees are dropped by recursion.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigInt;
use num_complex::Complex64;
use num_traits::ToPrimitive;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyInt, PyTuple};

use vmm::ids::{Pid, RefId};
use vmm::limits::HOST_VALUE_DEPTH_MAX;
use vmm::value::{FunctionRef, Object, Primitive, PropertyDescriptor, Value};

use crate::error::confused;

/// What a function of a class is called in Python: class, name or place, arity.
pub(crate) type Label = (Option<String>, LabelName, Option<u16>);

/// A function's name, or its place where it has none of its own.
#[derive(Clone, IntoPyObject)]
pub(crate) enum LabelName {
    /// The name.
    #[pyo3(transparent)]
    Name(String),
    /// The place in the class.
    #[pyo3(transparent)]
    Place(u32),
}

/// Gives the label of a function by its place in the class at hand.
pub(crate) type Names<'a> = &'a dyn Fn(u32) -> Label;

/// Where no class is at hand, functions are named by their places.
pub(crate) fn by_place(place: u32) -> Label {
    (None, LabelName::Place(place), None)
}

/// Makes Python values.
pub(crate) struct ValueMaker<'py> {
    py: Python<'py>,
    raw: Bound<'py, PyAny>,
    object_label: Bound<'py, PyAny>,
}

/// A step of building a Python value.
enum Task<'v> {
    /// Build this, parts first.
    Open(&'v Value),
    /// Build this out of its parts, which are done.
    Close(&'v Value, usize),
}

impl<'py> ValueMaker<'py> {
    pub(crate) fn new(py: Python<'py>) -> PyResult<Self> {
        Ok(ValueMaker {
            py,
            raw: py
                .import("ionvm.value")?
                .getattr("Value")?
                .getattr("_raw")?,
            object_label: py.import("ionvm._tree")?.getattr("ObjectLabel")?,
        })
    }

    /// The Python value of a host value.
    pub(crate) fn make(&self, root: &Value, names: Names<'_>) -> PyResult<Bound<'py, PyAny>> {
        let mut todo = vec![Task::Open(root)];
        let mut done: Vec<Bound<'py, PyAny>> = Vec::new();
        while let Some(task) = todo.pop() {
            match task {
                Task::Open(value) => {
                    let parts = parts_of(value);
                    todo.push(Task::Close(value, parts.len()));
                    todo.extend(parts.into_iter().rev().map(Task::Open));
                }
                Task::Close(value, count) => {
                    let parts = done.split_off(done.len().saturating_sub(count));
                    let parts = PyTuple::new(self.py, parts)?;
                    done.push(self.close(value, names, &parts)?);
                }
            }
        }
        done.pop()
            .ok_or_else(|| confused("what a value is made of"))
    }

    fn close(
        &self,
        value: &Value,
        names: Names<'_>,
        parts: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        let none = || py.None().into_bound(py);
        let (kind, label) = match value {
            Value::Primitive(primitive) => self.primitive(primitive)?,
            Value::Tuple(_) => ("tuple", none()),
            Value::Array(_) => ("array", none()),
            Value::Pair(_) => ("pair", none()),
            Value::Map(_) => ("map", none()),
            Value::Frozen(_) => ("frozen", none()),
            Value::Object(object) => ("object", self.object(object)?),
            Value::Function(FunctionRef::Local(place)) => {
                ("function_ref", names(place.0).into_pyobject(py)?.into_any())
            }
            Value::Function(FunctionRef::Extern { class, name, arity }) => (
                "extern",
                (&**class, &**name, *arity).into_pyobject(py)?.into_any(),
            ),
            Value::Native(name) => ("native", name.into_pyobject(py)?.into_any()),
            Value::Closure(closure) => {
                let label = match &closure.function {
                    FunctionRef::Local(place) => names(place.0),
                    FunctionRef::Extern { class, name, arity } => (
                        Some(class.to_string()),
                        LabelName::Name(name.to_string()),
                        *arity,
                    ),
                };
                ("closure", label.into_pyobject(py)?.into_any())
            }
            Value::Process(pid) => ("process", pid.number().into_pyobject(py)?.into_any()),
            Value::Handle(number) => ("handle", number.into_pyobject(py)?.into_any()),
            Value::Reference(id) => (
                "reference",
                (id.owner.number(), id.count).into_pyobject(py)?.into_any(),
            ),
        };
        self.raw.call1((kind, label, parts))
    }

    fn primitive(&self, p: &Primitive) -> PyResult<(&'static str, Bound<'py, PyAny>)> {
        let py = self.py;
        let none = || py.None().into_bound(py);
        Ok(match p {
            Primitive::Number(n) => {
                // One NaN, as Python's own constructor has it.
                let n = if n.is_nan() { f64::NAN } else { *n };
                ("number", n.into_pyobject(py)?.into_any())
            }
            Primitive::Integer(n) => ("integer", integer_to(py, n)?),
            Primitive::Boolean(b) => ("boolean", b.into_pyobject(py)?.to_owned().into_any()),
            Primitive::Complex(c) => ("complex", c.into_pyobject(py)?.into_any()),
            Primitive::String(s) => ("string", s.into_pyobject(py)?.into_any()),
            Primitive::Bytes(b) => ("bytes", PyBytes::new(py, b).into_any()),
            Primitive::Atom(s) => ("atom", s.into_pyobject(py)?.into_any()),
            Primitive::Unit => ("unit", none()),
            Primitive::Undefined => ("undefined", none()),
            Primitive::Nil => ("nil", none()),
        })
    }

    fn object(&self, object: &Object) -> PyResult<Bound<'py, PyAny>> {
        let names = object.properties.iter().map(|(name, property)| {
            let flags = u8::from(property.writable)
                | u8::from(property.enumerable) << 1
                | u8::from(property.configurable) << 2;
            (&**name, flags)
        });
        let names = PyTuple::new(self.py, names.collect::<Vec<_>>())?;
        let magic = PyTuple::new(self.py, object.magic_methods.keys().map(|name| &**name))?;
        let type_name = object.type_name.as_deref();
        self.object_label
            .call1((names, object.prototype.is_some(), magic, type_name))
    }
}

/// The values directly inside, in the order in which Python keeps them.
fn parts_of(value: &Value) -> Vec<&Value> {
    match value {
        Value::Tuple(items) | Value::Array(items) => items.iter().collect(),
        Value::Pair(pair) => vec![&pair.0, &pair.1],
        Value::Map(entries) => entries.iter().flat_map(|(k, v)| [k, v]).collect(),
        Value::Frozen(inner) => vec![inner],
        Value::Closure(closure) => closure.captures.iter().collect(),
        Value::Object(object) => {
            let properties = object
                .properties
                .iter()
                .map(|(_, property)| &property.value);
            properties
                .chain(&object.prototype)
                .chain(object.magic_methods.values())
                .collect()
        }
        Value::Primitive(_)
        | Value::Function(_)
        | Value::Native(_)
        | Value::Process(_)
        | Value::Reference(_)
        | Value::Handle(_) => Vec::new(),
    }
}

/// The host value of a Python value.
///
/// # Errors
/// `ValueError` for one that is nested too deep or names a function of no class.
pub(crate) fn value_from(thing: &Bound<'_, PyAny>) -> PyResult<Value> {
    let steps = thing
        .py()
        .import("ionvm._tree")?
        .getattr("_to_steps")?
        .call1((thing,))?;
    let mut made: Vec<(Value, usize)> = Vec::new();
    for step in steps.try_iter()? {
        let (kind, label, places): (String, Bound<'_, PyAny>, Vec<usize>) = step?.extract()?;
        let mut parts = Vec::with_capacity(places.len());
        let mut depth = 1;
        for (i, place) in places.into_iter().enumerate() {
            let (part, below) = made
                .get(place)
                .ok_or_else(|| confused("the order of steps"))?;
            // The cells of a list are all on one level.
            let is_tail = kind == "pair" && i == 1 && matches!(part, Value::Pair(_));
            depth = depth.max(below + usize::from(!is_tail));
            parts.push(part.clone());
        }
        if depth > HOST_VALUE_DEPTH_MAX {
            return Err(PyValueError::new_err(format!(
                "a value is nested deeper than {HOST_VALUE_DEPTH_MAX} levels"
            )));
        }
        made.push((step_value(&kind, &label, parts)?, depth));
    }
    made.pop()
        .map(|(value, _)| value)
        .ok_or_else(|| confused("what a value is made of"))
}

fn step_value(kind: &str, label: &Bound<'_, PyAny>, parts: Vec<Value>) -> PyResult<Value> {
    let text = || label.extract::<String>();
    Ok(match kind {
        "number" => Value::number(label.extract()?),
        "integer" => Value::integer(integer_from(label)?),
        "boolean" => Value::boolean(label.extract()?),
        "complex" => {
            let c: Complex64 = label.extract()?;
            Value::complex(c.re, c.im)
        }
        "string" => Value::string(text()?),
        "bytes" => Value::bytes(label.extract::<Vec<u8>>()?),
        "atom" => Value::atom(text()?),
        "unit" => Value::unit(),
        "undefined" => Value::undefined(),
        "nil" => Value::nil(),
        "tuple" => Value::tuple(parts),
        "array" => Value::array(parts),
        "pair" => {
            let [head, tail] = exactly(parts)?;
            Value::pair(head, tail)
        }
        "map" => {
            let mut entries = Vec::with_capacity(parts.len() / 2);
            let mut parts = parts.into_iter();
            while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
                entries.push((key, value));
            }
            Value::map(entries)
        }
        "frozen" => {
            let [inner] = exactly(parts)?;
            Value::frozen(inner)
        }
        "object" => object_from(label, parts)?,
        "native" => Value::native(text()?),
        "extern" | "function_ref" => {
            let (class, name, arity): (Option<String>, Bound<'_, PyAny>, Option<u16>) =
                label.extract()?;
            let (Some(class), Ok(name)) = (class, name.extract::<String>()) else {
                return Err(PyValueError::new_err(
                    "a function of no class means nothing outside one: use Value.extern",
                ));
            };
            Value::extern_function(&class, &name, arity)
        }
        "process" => Value::Process(Pid::from_number(label.extract()?)),
        "reference" => {
            let (owner, count) = label.extract()?;
            Value::Reference(RefId {
                owner: Pid::from_number(owner),
                count,
            })
        }
        other => {
            return Err(PyValueError::new_err(format!(
                "a {other} cannot be handed to a program"
            )));
        }
    })
}

fn object_from(label: &Bound<'_, PyAny>, parts: Vec<Value>) -> PyResult<Value> {
    type Label = (Vec<(String, u8)>, bool, Vec<String>, Option<String>);
    let (names, has_prototype, magic, type_name): Label = label.extract()?;
    let mut parts = parts.into_iter();
    let mut next = || {
        parts
            .next()
            .ok_or_else(|| confused("the parts of an object"))
    };
    let mut object = Object {
        type_name: type_name.map(Arc::from),
        ..Object::default()
    };
    for (name, flags) in names {
        let property = PropertyDescriptor {
            value: next()?,
            writable: flags & 1 != 0,
            enumerable: flags & 2 != 0,
            configurable: flags & 4 != 0,
        };
        object.properties.push((name.into(), property));
    }
    if has_prototype {
        object.prototype = Some(next()?);
    }
    let mut methods = BTreeMap::new();
    for name in magic {
        methods.insert(Arc::from(name), next()?);
    }
    object.magic_methods = methods;
    Ok(Value::object(object))
}

/// By way of bytes, which need no agreement on a library of big numbers.
fn integer_to<'py>(py: Python<'py>, n: &BigInt) -> PyResult<Bound<'py, PyAny>> {
    if let Some(small) = n.to_i64() {
        return Ok(small.into_pyobject(py)?.into_any());
    }
    let words = PyDict::new(py);
    words.set_item("signed", true)?;
    let bytes = PyBytes::new(py, &n.to_signed_bytes_le());
    py.get_type::<PyInt>()
        .call_method("from_bytes", (bytes, "little"), Some(&words))
}

fn integer_from(n: &Bound<'_, PyAny>) -> PyResult<BigInt> {
    if let Ok(small) = n.extract::<i64>() {
        return Ok(small.into());
    }
    let words = PyDict::new(n.py());
    words.set_item("signed", true)?;
    let bits: usize = n.call_method0("bit_length")?.extract()?;
    let bytes = n.call_method("to_bytes", (bits / 8 + 1, "little"), Some(&words))?;
    Ok(BigInt::from_signed_bytes_le(bytes.extract()?))
}

fn exactly<const N: usize>(parts: Vec<Value>) -> PyResult<[Value; N]> {
    parts
        .try_into()
        .map_err(|_| confused("the parts of a value"))
}
