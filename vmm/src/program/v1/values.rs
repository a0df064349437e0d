//! Reading of constants and patterns of version 1.
//!
//! Both are trees written in place: a tag, what belongs to it, then the parts.
//! Neither recurses; nesting is bounded as in version 2.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::sync::Arc;

use super::bytes::Bytes;
use crate::isa::{Pattern, PropertyFlags};
use crate::program::binary::ClassError;
use crate::program::bounded::{ALLOCATION, check_level};
use crate::value::{Object, PropertyDescriptor, Value};

/// Tags of constants, as the page of the format gives them.
mod tag {
    pub(super) const NUMBER: u8 = 0x01;
    pub(super) const BOOLEAN: u8 = 0x02;
    pub(super) const ATOM: u8 = 0x03;
    pub(super) const UNIT: u8 = 0x04;
    pub(super) const UNDEFINED: u8 = 0x05;
    pub(super) const ARRAY: u8 = 0x06;
    pub(super) const OBJECT: u8 = 0x07;
    pub(super) const FUNCTION: u8 = 0x08;
    pub(super) const STRING: u8 = 0x09;
    pub(super) const COMPLEX: u8 = 0x0A;
    pub(super) const TUPLE: u8 = 0x0B;
}

/// Tags of patterns.
mod pattern_tag {
    pub(super) const VALUE: u8 = 0x01;
    pub(super) const WILDCARD: u8 = 0x02;
    pub(super) const TUPLE: u8 = 0x03;
    pub(super) const ARRAY: u8 = 0x04;
    pub(super) const TAGGED: u8 = 0x05;
}

/// What a property may be used for.
pub(super) fn access(bytes: &mut Bytes<'_, '_>) -> Result<PropertyFlags, ClassError> {
    let at = bytes.at();
    // Whether it is protected, as 2 and 3 say, is not told apart.
    match bytes.u8()? {
        0 | 2 => Ok(PropertyFlags::OPEN),
        1 | 3 => Ok(PropertyFlags::ENUMERABLE | PropertyFlags::CONFIGURABLE),
        found => Err(ClassError::Kind {
            at,
            what: "access of a property (0 to 3)",
            found,
        }),
    }
}

/// The next constant.
pub(super) fn value(bytes: &mut Bytes<'_, '_>) -> Result<Value, ClassError> {
    let mut open: Vec<Parent> = Vec::new();
    loop {
        let mut value = match value_node(bytes, open.len())? {
            Step::Whole(value) => value,
            Step::Parent(parent) => {
                open.push(parent);
                continue;
            }
        };
        // Into its parent; one that is full with it goes into its own.
        loop {
            match open.pop() {
                None => return Ok(value),
                Some(mut parent) => {
                    if parent.takes(value, bytes)? {
                        open.push(parent);
                        break;
                    }
                    value = parent.value();
                }
            }
        }
    }
}

/// A whole, or a parent whose parts are still to come.
enum Step<T, P> {
    Whole(T),
    Parent(P),
}

/// A constant with parts, at least one of which is missing.
enum Parent {
    Items {
        tuple: bool,
        missing: usize,
        items: Vec<Value>,
    },
    Object {
        missing: usize,
        object: Object,
        /// Name of the property whose value comes next.
        key: Arc<str>,
    },
}

impl Parent {
    /// Adds a part; whether more are missing.
    fn takes(&mut self, value: Value, bytes: &mut Bytes<'_, '_>) -> Result<bool, ClassError> {
        match self {
            Parent::Items { missing, items, .. } => {
                items.push(value);
                *missing = missing.saturating_sub(1);
                Ok(*missing > 0)
            }
            Parent::Object {
                missing,
                object,
                key,
            } => {
                let flags = access(bytes)?;
                let property = PropertyDescriptor {
                    value,
                    writable: flags.has(PropertyFlags::WRITABLE),
                    enumerable: flags.has(PropertyFlags::ENUMERABLE),
                    configurable: flags.has(PropertyFlags::CONFIGURABLE),
                };
                object.properties.push((Arc::clone(key), property));
                *missing = missing.saturating_sub(1);
                if *missing > 0 {
                    *key = bytes.text()?;
                }
                Ok(*missing > 0)
            }
        }
    }

    fn value(self) -> Value {
        match self {
            Parent::Items {
                tuple: true, items, ..
            } => Value::tuple(items),
            Parent::Items { items, .. } => Value::array(items),
            Parent::Object { object, .. } => Value::object(object),
        }
    }
}

fn value_node(
    bytes: &mut Bytes<'_, '_>,
    parents: usize,
) -> Result<Step<Value, Parent>, ClassError> {
    let at = bytes.at();
    check_level(parents, at)?;
    // Once in the parent, once in what is made of it.
    let each = size_of::<(Arc<str>, PropertyDescriptor)>();
    bytes.memory.charge(2, each, at)?;
    let value = match bytes.u8()? {
        tag::NUMBER => Value::number(bytes.f64()?),
        tag::BOOLEAN => Value::boolean(bytes.flag("boolean (0 or 1)")?),
        tag::ATOM => Value::atom(bytes.text()?),
        tag::UNIT => Value::unit(),
        tag::UNDEFINED => Value::undefined(),
        tag::FUNCTION => {
            let text = format!("function:{}", bytes.text()?);
            let size = text.len().saturating_add(ALLOCATION);
            bytes.memory.charge(1, size, at)?;
            Value::atom(text)
        }
        tag::STRING => Value::string(bytes.text()?),
        tag::COMPLEX => Value::complex(bytes.f64()?, bytes.f64()?),
        kind @ (tag::ARRAY | tag::TUPLE) => {
            let parent = Parent::Items {
                tuple: kind == tag::TUPLE,
                missing: bytes.count("elements", 1)?,
                items: Vec::new(),
            };
            bytes.memory.charge(2, ALLOCATION, at)?;
            if let Parent::Items { missing: 0, .. } = parent {
                parent.value()
            } else {
                return Ok(Step::Parent(parent));
            }
        }
        tag::OBJECT => {
            bytes
                .memory
                .charge(1, size_of::<Object>().saturating_add(ALLOCATION), at)?;
            // A name, a kind of constant, an access.
            match bytes.count("properties", 6)? {
                0 => Value::object(Object::new()),
                missing => {
                    return Ok(Step::Parent(Parent::Object {
                        missing,
                        object: Object::new(),
                        key: bytes.text()?,
                    }));
                }
            }
        }
        found => {
            return Err(ClassError::Kind {
                at,
                what: "kind of constant of version 1",
                found,
            });
        }
    };
    Ok(Step::Whole(value))
}

/// The next pattern.
pub(super) fn pattern(bytes: &mut Bytes<'_, '_>) -> Result<Pattern, ClassError> {
    let mut open: Vec<Around> = Vec::new();
    loop {
        let mut pattern = match pattern_node(bytes, open.len())? {
            Step::Whole(pattern) => pattern,
            Step::Parent(around) => {
                open.push(around);
                continue;
            }
        };
        loop {
            pattern = match open.pop() {
                None => return Ok(pattern),
                Some(Around::Tagged(tag)) => Pattern::Tagged(tag, Box::new(pattern)),
                Some(Around::Items {
                    tuple,
                    missing,
                    mut items,
                }) => {
                    items.push(pattern);
                    if missing > 1 {
                        open.push(Around::Items {
                            tuple,
                            missing: missing.saturating_sub(1),
                            items,
                        });
                        break;
                    }
                    sequence(tuple, items)
                }
            };
        }
    }
}

/// A pattern around one that is still to come.
enum Around {
    Items {
        tuple: bool,
        missing: usize,
        items: Vec<Pattern>,
    },
    Tagged(Arc<str>),
}

fn sequence(tuple: bool, items: Vec<Pattern>) -> Pattern {
    if tuple {
        Pattern::Tuple(items)
    } else {
        Pattern::Array(items, None)
    }
}

fn pattern_node(
    bytes: &mut Bytes<'_, '_>,
    parents: usize,
) -> Result<Step<Pattern, Around>, ClassError> {
    let at = bytes.at();
    check_level(parents, at)?;
    // A list grows by doubling.
    bytes.memory.charge(2, size_of::<Pattern>(), at)?;
    let pattern = match bytes.u8()? {
        pattern_tag::VALUE => Pattern::Value(value(bytes)?),
        pattern_tag::WILDCARD => Pattern::Wildcard,
        pattern_tag::TAGGED => {
            bytes.memory.charge(1, ALLOCATION, at)?;
            return Ok(Step::Parent(Around::Tagged(bytes.text()?)));
        }
        kind @ (pattern_tag::TUPLE | pattern_tag::ARRAY) => {
            bytes.memory.charge(1, ALLOCATION, at)?;
            let tuple = kind == pattern_tag::TUPLE;
            match bytes.count("elements", 1)? {
                0 => sequence(tuple, Vec::new()),
                missing => {
                    return Ok(Step::Parent(Around::Items {
                        tuple,
                        missing,
                        items: Vec::new(),
                    }));
                }
            }
        }
        found => {
            return Err(ClassError::Kind {
                at,
                what: "kind of pattern of version 1",
                found,
            });
        }
    };
    Ok(Step::Whole(pattern))
}
