//! Reading of one constant.
//!
//! A constant is a tree written in place. It is read with a list of unfinished
//! parents and a list of finished parts; a parent is built when its last part
//! is there. A list is one parent, however many cells it has. Nothing
//! recurses, and nothing is nested deeper than `limits::NESTING_MAX`.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigInt;

use super::cursor::Cursor;
use super::error::ClassError;
use super::kind::constant;
use super::order::Use;
use super::pooled::{Node, Open, Pools, pick};
use crate::ids::FunctionIndex;
use crate::isa::{Flags, PropertyFlags};
use crate::limits;
use crate::program::bounded::{ALLOCATION, check_level};
use crate::value::{FunctionRef, Object, Primitive, PropertyDescriptor, Value};

impl Pools<'_> {
    /// The next entry of the constants section.
    pub(super) fn constant_entry(&mut self, cursor: &mut Cursor<'_>) -> Result<Value, ClassError> {
        let mut open: Vec<Open<ValueShape>> = Vec::new();
        let mut done: Vec<Value> = Vec::new();
        loop {
            let at = cursor.at();
            // Once in the list of finished parts, once in the parent.
            self.memory.charge(2, size_of::<Value>(), at)?;
            let node = self.constant_node(cursor)?;
            if let Node::Parent(ValueShape::List, _) = node
                && let Some(list) = list_at_tail(&mut open, done.len())
            {
                self.memory.charge(1, ALLOCATION, at)?;
                list.need = list.need.saturating_add(1);
                continue;
            }
            check_level(open.len(), at)?;
            match node {
                Node::Leaf(value) => done.push(value),
                Node::Parent(shape, need) => {
                    self.memory.charge(1, ALLOCATION, at)?;
                    open.push(Open {
                        shape,
                        need,
                        base: done.len(),
                    });
                }
            }
            while let Some(parent) = open.pop_if(|parent| parent.complete(done.len())) {
                let value = build_value(parent.shape, done.drain(parent.base..)).ok_or(
                    ClassError::Truncated {
                        at,
                        needed: 1,
                        left: 0,
                    },
                )?;
                done.push(value);
            }
            if open.is_empty()
                && let Some(value) = done.pop()
            {
                return Ok(value);
            }
        }
    }

    fn constant_node(
        &mut self,
        cursor: &mut Cursor<'_>,
    ) -> Result<Node<Value, ValueShape>, ClassError> {
        let at = cursor.at();
        let value = match cursor.u8()? {
            constant::NUMBER => Value::number(cursor.double()?),
            constant::INTEGER => Value::Primitive(Primitive::Integer(self.integer(cursor)?)),
            constant::FALSE => Value::boolean(false),
            constant::TRUE => Value::boolean(true),
            constant::COMPLEX => Value::complex(cursor.double()?, cursor.double()?),
            constant::STRING => Value::string(self.constant_text(cursor)?),
            constant::BYTES => {
                let bytes = cursor.raw("bytes of a constant", limits::STRING_BYTES_MAX)?;
                self.memory.charge(1, bytes.len(), at)?;
                Value::bytes(bytes)
            }
            constant::ATOM => Value::atom(self.constant_text(cursor)?),
            constant::UNIT => Value::unit(),
            constant::UNDEFINED => Value::undefined(),
            constant::NIL => Value::nil(),
            constant::TUPLE => {
                return Ok(Node::Parent(
                    ValueShape::Tuple,
                    cursor.count("elements", 1)?,
                ));
            }
            constant::ARRAY => {
                return Ok(Node::Parent(
                    ValueShape::Array,
                    cursor.count("elements", 1)?,
                ));
            }
            constant::PAIR => return Ok(Node::Parent(ValueShape::List, 2)),
            constant::MAP => {
                let count = cursor.count("entries", 2)?;
                return Ok(Node::Parent(ValueShape::Map, count.saturating_mul(2)));
            }
            constant::OBJECT => {
                let header = self.object_header(cursor, at)?;
                let need = header.need();
                return Ok(Node::Parent(ValueShape::Object(Box::new(header)), need));
            }
            constant::LOCAL => {
                Value::Function(FunctionRef::Local(FunctionIndex(cursor.uint("function")?)))
            }
            constant::EXTERN => Value::Function(FunctionRef::Extern {
                class: self.constant_text(cursor)?,
                name: self.constant_text(cursor)?,
                arity: cursor.opt_short("arity")?,
            }),
            constant::NATIVE => Value::Native(self.constant_text(cursor)?),
            constant::FROZEN => return Ok(Node::Parent(ValueShape::Frozen, 1)),
            found @ constant::RESERVED_FIRST..=constant::RESERVED_LAST => {
                return Err(ClassError::Reserved { at, found });
            }
            found => {
                return Err(ClassError::Kind {
                    at,
                    what: "kind of constant",
                    found,
                });
            }
        };
        Ok(Node::Leaf(value))
    }

    fn integer(&mut self, cursor: &mut Cursor<'_>) -> Result<BigInt, ClassError> {
        let at = cursor.at();
        let bytes = cursor.raw("bytes of an integer", limits::INTEGER_BYTES_MAX)?;
        let spare = matches!(bytes, [] | [.., 0..=0x7F, 0] | [.., 0x80..=0xFF, 0xFF]);
        if spare {
            return Err(ClassError::Form {
                at,
                what: "an integer has as few bytes as it can, and at least one",
            });
        }
        self.memory.charge(1, bytes.len(), at)?;
        Ok(BigInt::from_signed_bytes_le(bytes))
    }

    fn object_header(
        &mut self,
        cursor: &mut Cursor<'_>,
        at: usize,
    ) -> Result<ObjectHeader, ClassError> {
        let count = cursor.count("properties", 3)?;
        self.memory
            .charge(count, size_of::<(Arc<str>, PropertyDescriptor)>(), at)?;
        let mut properties = Vec::with_capacity(count);
        for _ in 0..count {
            let name = self.constant_text(cursor)?;
            properties.push((name, property_flags(cursor)?));
        }
        let prototype = cursor.flag("mark of a prototype (0 or 1)")?;
        let count = cursor.count("magic methods", 2)?;
        // Once as a list, once in the object.
        let magic_bytes = size_of::<[(Arc<str>, Value); 2]>();
        self.memory.charge(count, magic_bytes, at)?;
        let mut magic: Vec<Arc<str>> = Vec::with_capacity(count);
        for _ in 0..count {
            let at = cursor.at();
            let name = self.constant_text(cursor)?;
            if name.len() > limits::MAGIC_BYTES_MAX {
                return Err(ClassError::Limit {
                    at: Some(at),
                    what: "bytes of the name of a magic method",
                    found: name.len(),
                    limit: limits::MAGIC_BYTES_MAX,
                });
            }
            if magic.last().is_some_and(|before| *before >= name) {
                return Err(ClassError::Form {
                    at,
                    what: "magic methods ascend by name",
                });
            }
            magic.push(name);
        }
        let at = cursor.at();
        let type_name = match cursor.opt("text")? {
            None => None,
            Some(index) => {
                self.order.constant_uses(Use::Text(index));
                Some(pick(&self.texts, "text", index, at)?)
            }
        };
        self.memory.charge(1, size_of::<Object>(), at)?;
        Ok(ObjectHeader {
            properties,
            prototype,
            magic,
            type_name,
        })
    }

    /// A text that a constant refers to.
    fn constant_text(&mut self, cursor: &mut Cursor<'_>) -> Result<Arc<str>, ClassError> {
        let at = cursor.at();
        let index = cursor.uint("text")?;
        self.order.constant_uses(Use::Text(index));
        pick(&self.texts, "text", index, at)
    }
}

enum ValueShape {
    Tuple,
    Array,
    /// Its elements, then what its last tail is.
    List,
    Map,
    Object(Box<ObjectHeader>),
    Frozen,
}

struct ObjectHeader {
    properties: Vec<(Arc<str>, PropertyFlags)>,
    prototype: bool,
    magic: Vec<Arc<str>>,
    type_name: Option<Arc<str>>,
}

impl ObjectHeader {
    fn need(&self) -> usize {
        self.properties
            .len()
            .saturating_add(usize::from(self.prototype))
            .saturating_add(self.magic.len())
    }
}

/// The list whose tail is what comes next.
fn list_at_tail(open: &mut [Open<ValueShape>], done: usize) -> Option<&mut Open<ValueShape>> {
    open.last_mut().filter(|parent| {
        let parts = done.saturating_sub(parent.base);
        matches!(parent.shape, ValueShape::List) && parts.saturating_add(1) == parent.need
    })
}

/// The value of a parent; none if parts are missing, which `Open` excludes.
fn build_value(
    shape: ValueShape,
    mut parts: impl ExactSizeIterator<Item = Value> + DoubleEndedIterator,
) -> Option<Value> {
    Some(match shape {
        ValueShape::Tuple => Value::Tuple(parts.collect()),
        ValueShape::Array => Value::Array(parts.collect()),
        ValueShape::List => {
            let last = parts.next_back()?;
            parts.rev().fold(last, |tail, head| Value::pair(head, tail))
        }
        ValueShape::Map => {
            let mut entries = Vec::with_capacity(parts.len() / 2);
            while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
                entries.push((key, value));
            }
            Value::map(entries)
        }
        ValueShape::Object(header) => {
            let mut properties = Vec::with_capacity(header.properties.len());
            for (name, flags) in header.properties {
                let property = PropertyDescriptor {
                    value: parts.next()?,
                    writable: flags.has(PropertyFlags::WRITABLE),
                    enumerable: flags.has(PropertyFlags::ENUMERABLE),
                    configurable: flags.has(PropertyFlags::CONFIGURABLE),
                };
                properties.push((name, property));
            }
            let prototype = if header.prototype {
                Some(parts.next()?)
            } else {
                None
            };
            let magic_methods: BTreeMap<Arc<str>, Value> =
                header.magic.into_iter().zip(parts).collect();
            Value::object(Object {
                properties,
                prototype,
                magic_methods,
                type_name: header.type_name,
            })
        }
        ValueShape::Frozen => Value::frozen(parts.next()?),
    })
}

fn property_flags(cursor: &mut Cursor<'_>) -> Result<PropertyFlags, ClassError> {
    let at = cursor.at();
    let flags = PropertyFlags(cursor.u8()?);
    if flags.is_valid() {
        Ok(flags)
    } else {
        Err(ClassError::Kind {
            at,
            what: "set of property flags",
            found: flags.0,
        })
    }
}
