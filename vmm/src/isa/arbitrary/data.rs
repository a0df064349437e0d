//! Constants and patterns out of any bytes.

use std::sync::Arc;

use num_bigint::BigInt;

use super::{MAGIC, Maker, NATIVES, Sense};
use crate::ids::{FunctionIndex, Pid, RefId, Reg};
use crate::isa::{Comparison, Condition, Pattern, PropertyFlags, RegOrValue};
use crate::value::{Closure, FunctionRef, Object, PropertyDescriptor, Value};

const CLASSES: &[&str] = &["Main", "ion.super", "größe", "1a"];

/// Containers inside containers, at most.
const DEPTH: u32 = 4;

impl Maker<'_> {
    /// A constant: one of the kinds that class files hold.
    pub fn constant(&mut self) -> Value {
        let frozen = self.one_in(8);
        let value = self.any_value(DEPTH);
        if frozen { Value::frozen(value) } else { value }
    }

    /// A pattern, guarded or not.
    pub fn whole_pattern(&mut self) -> Pattern {
        self.written.clear();
        self.any_pattern(DEPTH)
    }

    pub(super) fn class_name(&mut self) -> Arc<str> {
        match self.sense {
            Sense::Sound => CLASSES[self.below(CLASSES.len())].into(),
            Sense::Wild => self.name(),
        }
    }

    /// In a sound class the names of functions show.
    pub(super) fn function_name(&mut self) -> Arc<str> {
        let name = self.name();
        if self.sense == Sense::Sound && name.chars().any(crate::text::quote::is_hidden) {
            "f".into()
        } else {
            name
        }
    }

    fn any_value(&mut self, depth: u32) -> Value {
        if depth == 0 || self.one_in(2) {
            return self.leaf();
        }
        match self.below(6) {
            0 => Value::tuple(self.many(|m| m.any_value(depth - 1))),
            1 => Value::array(self.many(|m| m.any_value(depth - 1))),
            2 => Value::pair(self.any_value(depth - 1), self.any_value(depth - 1)),
            3 => Value::map(self.entries(|m| m.any_value(depth - 1))),
            4 => Value::object(self.object(depth - 1)),
            _ if self.wild() => self.no_constant(depth - 1),
            _ => self.key(),
        }
    }

    /// A value without parts that a class file may hold.
    fn leaf(&mut self) -> Value {
        match self.below(13) {
            0 => Value::number(f64::from(self.byte())),
            1 => Value::number(f64::from_bits(self.number_of_bytes(8))),
            2 => Value::integer(self.integer()),
            3 => Value::boolean(self.one_in(2)),
            4 => Value::complex(self.double(), self.double()),
            5 => Value::string(self.name()),
            6 => Value::bytes(self.many(Self::byte)),
            7 => Value::atom(self.name()),
            8 => Value::unit(),
            9 => Value::undefined(),
            10 => Value::nil(),
            11 => Value::Function(self.function_value()),
            _ => Value::native(NATIVES[self.below(NATIVES.len())]),
        }
    }

    fn no_constant(&mut self, depth: u32) -> Value {
        match self.below(4) {
            0 => Value::Process(Pid::from_number(self.number_of_bytes(6))),
            1 => Value::Reference(RefId {
                owner: Pid::from_number(self.number_of_bytes(6)),
                count: self.number_of_bytes(8),
            }),
            2 => Value::frozen(self.any_value(depth)),
            _ => Value::Closure(Arc::new(Closure {
                function: self.function_value(),
                captures: self.many(|m| m.any_value(depth)),
            })),
        }
    }

    /// An immutable value, fit to be a key.
    fn key(&mut self) -> Value {
        if self.one_in(5) {
            Value::tuple(self.many(Self::leaf))
        } else {
            self.leaf()
        }
    }

    fn entries<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<(Value, T)> {
        let mut entries: Vec<(Value, T)> = Vec::new();
        for _ in 0..self.below(4) {
            let key = self.key();
            if self.sense == Sense::Wild || !entries.iter().any(|(k, _)| *k == key) {
                let value = item(self);
                entries.push((key, value));
            }
        }
        entries
    }

    fn object(&mut self, depth: u32) -> Object {
        let mut object = Object::new();
        for _ in 0..self.below(4) {
            let flags = self.property_flags();
            let property = PropertyDescriptor {
                value: self.any_value(depth),
                writable: flags.has(PropertyFlags::WRITABLE),
                enumerable: flags.has(PropertyFlags::ENUMERABLE),
                configurable: flags.has(PropertyFlags::CONFIGURABLE),
            };
            object = object.with(&self.name(), property);
        }
        if self.one_in(4) && depth > 0 {
            object.prototype = Some(Value::object(self.object(depth - 1)));
        }
        for _ in 0..self.below(2) {
            let name = MAGIC[self.below(MAGIC.len())];
            let method = Value::Function(self.function_value());
            object.magic_methods.insert(name.into(), method);
        }
        object.type_name = self.one_in(4).then(|| self.name());
        object
    }

    fn function_value(&mut self) -> FunctionRef {
        let plain: Vec<u32> = (0..)
            .zip(&self.captures)
            .filter(|(_, captures)| **captures == 0)
            .map(|(index, _)| index)
            .collect();
        if self.wild() {
            FunctionRef::Local(FunctionIndex(self.number_of_bytes(4) as u32))
        } else if self.one_in(2) && !plain.is_empty() {
            FunctionRef::Local(FunctionIndex(plain[self.below(plain.len())]))
        } else {
            FunctionRef::Extern {
                class: self.class_name(),
                name: self.function_name(),
                arity: (!self.one_in(3)).then(|| self.byte().into()),
            }
        }
    }

    fn any_pattern(&mut self, depth: u32) -> Pattern {
        if depth == 0 {
            return match self.below(3) {
                0 => Pattern::Wildcard,
                1 => Pattern::Value(self.leaf()),
                _ => self.binding(Pattern::Bind),
            };
        }
        let next = depth - 1;
        match self.below(16) {
            0 => Pattern::Wildcard,
            1 => Pattern::Value(self.any_value(next)),
            2 => self.binding(Pattern::Bind),
            3 => {
                let inner = Box::new(self.any_pattern(next));
                self.binding(|reg| Pattern::As(reg, inner))
            }
            4 => Pattern::Pin(self.reg()),
            5 => Pattern::Tuple(self.many(|m| m.any_pattern(next))),
            6 => Pattern::Array(self.many(|m| m.any_pattern(next)), self.rest(next)),
            7 => Pattern::Pair(
                Box::new(self.any_pattern(next)),
                Box::new(self.any_pattern(next)),
            ),
            8 => Pattern::Map(self.entries(|m| m.any_pattern(next))),
            9 => {
                let mut names: Vec<Arc<str>> = Vec::new();
                let entries = (0..self.below(3)).filter_map(|_| {
                    let name = self.name();
                    let fresh = self.sense == Sense::Wild || !names.contains(&name);
                    names.push(name.clone());
                    fresh.then(|| (name, self.any_pattern(next)))
                });
                Pattern::Object(entries.collect())
            }
            10 => Pattern::Bytes(self.many(Self::byte).into(), self.rest(next)),
            11 => Pattern::Type(self.name()),
            12 => Pattern::AnyOf(self.many(|m| m.alternative(next))),
            13 => Pattern::Tagged(self.name(), Box::new(self.any_pattern(next))),
            14 => Pattern::Guard(Box::new(self.any_pattern(next)), self.many(Self::condition)),
            _ => Pattern::Value(self.leaf()),
        }
    }

    /// All alternatives bind the same set: none.
    fn alternative(&mut self, depth: u32) -> Pattern {
        if self.sense == Sense::Wild {
            return self.any_pattern(depth);
        }
        match self.below(4) {
            0 => Pattern::Wildcard,
            1 => Pattern::Pin(self.reg()),
            2 if depth > 0 => Pattern::Tuple(self.many(|m| m.alternative(depth - 1))),
            _ => Pattern::Value(self.leaf()),
        }
    }

    fn rest(&mut self, depth: u32) -> Option<Box<Pattern>> {
        self.one_in(2).then(|| Box::new(self.any_pattern(depth)))
    }

    /// A pattern that writes a register, or the wildcard if all are taken.
    fn binding(&mut self, pattern: impl FnOnce(Reg) -> Pattern) -> Pattern {
        if self.sense == Sense::Sound && self.written.len() as u32 >= self.frame {
            return Pattern::Wildcard;
        }
        pattern(self.fresh_reg())
    }

    fn condition(&mut self) -> Condition {
        let a = self.operand();
        if self.one_in(4) {
            return Condition::Type(a, self.name());
        }
        let comparison = Comparison::ALL[self.below(Comparison::ALL.len())];
        Condition::Compare(comparison, a, self.operand())
    }

    pub(super) fn operand(&mut self) -> RegOrValue {
        if self.one_in(2) {
            RegOrValue::Value(self.any_value(1))
        } else {
            RegOrValue::Reg(self.reg())
        }
    }

    fn double(&mut self) -> f64 {
        if self.one_in(2) {
            f64::from_bits(self.number_of_bytes(8))
        } else {
            f64::from(self.byte()) - 100.0
        }
    }

    fn integer(&mut self) -> BigInt {
        let size = match self.below(8) {
            0 => 9000, // beyond what is written in decimal
            n => n,
        };
        let top = self.byte();
        let mut bytes = vec![top; size];
        for b in bytes.iter_mut().take(20) {
            *b ^= self.byte();
        }
        BigInt::from_signed_bytes_le(&bytes)
    }
}
