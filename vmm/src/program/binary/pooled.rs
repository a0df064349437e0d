//! Pools of the reader: texts, constants, patterns, and what uses them.
//!
//! `constants` and `patterns` read one entry each; here are the pools as a
//! whole, the memory they may take, and their use by functions, which `order`
//! counts.
//!
//! # Invariants
//! P1. Memory is charged before it is taken.
//! P2. A text or constant is shared by its uses. A pattern is copied for each
//!     use, and each copy is charged.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::sync::Arc;

use super::cursor::Cursor;
use super::error::ClassError;
use super::kind::side;
use super::order::{Entry, Order};
use crate::isa::{Pattern, RegOrValue};
use crate::limits;
use crate::program::bounded::{ALLOCATION, Memory};
use crate::value::{Primitive, Value};

/// What the functions of a class refer to.
#[derive(Debug)]
pub(super) struct Pools<'a> {
    pub(super) texts: Vec<Arc<str>>,
    constants: Vec<Value>,
    patterns: Vec<(Pattern, usize)>,
    pub(super) order: Order<'a>,
    pub(super) memory: Memory,
}

impl<'a> Pools<'a> {
    /// Reads the sections of texts, constants and patterns.
    pub(super) fn read(
        mut texts: Cursor<'a>,
        mut constants: Cursor<'a>,
        mut patterns: Cursor<'a>,
    ) -> Result<Self, ClassError> {
        let mut memory = Memory::new();
        let count = texts.limited("texts", 1, limits::TEXTS_MAX)?;
        let mut list = Vec::with_capacity(count);
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let start = texts;
            let text = texts.utf8("length of a text", limits::STRING_BYTES_MAX)?;
            memory.charge(1, text.len().saturating_add(2 * ALLOCATION), start.at())?;
            list.push(Arc::from(text));
            entries.push(entry(&start, &texts));
        }
        texts.finish()?;
        let mut pools = Pools {
            texts: list,
            constants: Vec::new(),
            patterns: Vec::new(),
            order: Order::new(entries)?,
            memory,
        };

        let count = constants.limited("constants", 1, limits::CONSTANTS_MAX)?;
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let start = constants;
            let value = pools.constant_entry(&mut constants)?;
            pools.constants.push(value);
            pools.order.constant_ends();
            entries.push(entry(&start, &constants));
        }
        constants.finish()?;
        pools.order.set_constants(entries)?;

        let count = patterns.limited("patterns", 1, limits::PATTERNS_MAX)?;
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let start = patterns;
            let before = pools.memory.left();
            let pattern = pools.pattern_entry(&mut patterns)?;
            let size = before.saturating_sub(pools.memory.left());
            pools.patterns.push((pattern, size));
            pools.order.pattern_ends();
            entries.push(entry(&start, &patterns));
        }
        patterns.finish()?;
        pools.order.set_patterns(entries)?;
        Ok(pools)
    }

    /// A text that a function uses.
    pub(super) fn text(&mut self, cursor: &mut Cursor<'_>) -> Result<Arc<str>, ClassError> {
        let at = cursor.at();
        let index = cursor.uint("text")?;
        let text = pick(&self.texts, "text", index, at)?;
        self.order.text(index, at)?;
        Ok(text)
    }

    /// A text that a function uses, or none.
    pub(super) fn opt_text(
        &mut self,
        cursor: &mut Cursor<'_>,
    ) -> Result<Option<Arc<str>>, ClassError> {
        let at = cursor.at();
        let Some(index) = cursor.opt("text")? else {
            return Ok(None);
        };
        let text = pick(&self.texts, "text", index, at)?;
        self.order.text(index, at)?;
        Ok(Some(text))
    }

    /// A constant that a function uses.
    pub(super) fn constant(&mut self, cursor: &mut Cursor<'_>) -> Result<Value, ClassError> {
        let at = cursor.at();
        let index = cursor.uint("constant")?;
        let value = self.copy_of(index, at)?;
        self.order.constant(index, at)?;
        Ok(value)
    }

    /// A pattern that a function uses. Each use is a copy, and charged as one.
    pub(super) fn pattern(&mut self, cursor: &mut Cursor<'_>) -> Result<Pattern, ClassError> {
        let at = cursor.at();
        let index = cursor.uint("pattern")?;
        let (pattern, size) = usize::try_from(index)
            .ok()
            .and_then(|i| self.patterns.get(i))
            .ok_or(ClassError::Index {
                at,
                what: "pattern",
                index,
                len: self.patterns.len(),
            })?;
        self.memory.charge(1, *size, at)?;
        let pattern = pattern.clone();
        self.order.pattern(index, at)?;
        Ok(pattern)
    }

    /// A register or a constant that a function uses.
    pub(super) fn side(&mut self, cursor: &mut Cursor<'_>) -> Result<RegOrValue, ClassError> {
        match side_kind(cursor)? {
            side::REGISTER => cursor.reg().map(RegOrValue::Reg),
            _ => self.constant(cursor).map(RegOrValue::Value),
        }
    }

    /// A copy of a constant. Only a large integer is not shared by its copies.
    pub(super) fn copy_of(&mut self, index: u32, at: usize) -> Result<Value, ClassError> {
        let value = usize::try_from(index)
            .ok()
            .and_then(|i| self.constants.get(i))
            .ok_or(ClassError::Index {
                at,
                what: "constant",
                index,
                len: self.constants.len(),
            })?;
        if let Value::Primitive(Primitive::Integer(n)) = value {
            let bytes = usize::try_from(n.bits() / 8).unwrap_or(usize::MAX);
            self.memory
                .charge(1, bytes.saturating_add(ALLOCATION), at)?;
        }
        Ok(value.clone())
    }
}

/// A parent whose parts are still being read.
pub(super) struct Open<S> {
    pub(super) shape: S,
    /// Parts it has.
    pub(super) need: usize,
    /// Finished parts that were there before its own.
    pub(super) base: usize,
}

impl<S> Open<S> {
    pub(super) fn complete(&self, done: usize) -> bool {
        done.checked_sub(self.base)
            .is_some_and(|parts| parts >= self.need)
    }
}

/// What one step reads: a whole, or a parent and how many parts it has.
pub(super) enum Node<T, S> {
    Leaf(T),
    Parent(S, usize),
}

fn entry<'a>(start: &Cursor<'a>, end: &Cursor<'a>) -> Entry<'a> {
    Entry {
        bytes: end.since(start),
        at: start.at(),
    }
}

pub(super) fn pick(
    pool: &[Arc<str>],
    what: &'static str,
    index: u32,
    at: usize,
) -> Result<Arc<str>, ClassError> {
    usize::try_from(index)
        .ok()
        .and_then(|i| pool.get(i))
        .cloned()
        .ok_or(ClassError::Index {
            at,
            what,
            index,
            len: pool.len(),
        })
}

pub(super) fn side_kind(cursor: &mut Cursor<'_>) -> Result<u8, ClassError> {
    let at = cursor.at();
    match cursor.u8()? {
        kind @ (side::REGISTER | side::CONSTANT) => Ok(kind),
        found => Err(ClassError::Kind {
            at,
            what: "mark of a register or constant (0 or 1)",
            found,
        }),
    }
}
