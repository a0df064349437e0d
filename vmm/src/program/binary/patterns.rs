//! Reading of one pattern, in the way of `constants`.

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
use super::kind::{condition, pattern, side};
use super::order::Use;
use super::pooled::{Node, Open, Pools, pick, side_kind};
use crate::ids::Reg;
use crate::isa::{Comparison, Condition, Pattern, RegOrValue};
use crate::limits;
use crate::program::bounded::{ALLOCATION, check_level};
use crate::value::Value;

impl Pools<'_> {
    /// The next entry of the patterns section.
    pub(super) fn pattern_entry(&mut self, cursor: &mut Cursor<'_>) -> Result<Pattern, ClassError> {
        let mut open: Vec<Open<PatternShape>> = Vec::new();
        let mut done: Vec<Pattern> = Vec::new();
        loop {
            let at = cursor.at();
            check_level(open.len(), at)?;
            // Once in the list of finished parts, once in the parent.
            self.memory.charge(2, size_of::<Pattern>(), at)?;
            match self.pattern_node(cursor)? {
                Node::Leaf(pattern) => done.push(pattern),
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
                let pattern = build_pattern(parent.shape, done.drain(parent.base..)).ok_or(
                    ClassError::Truncated {
                        at,
                        needed: 1,
                        left: 0,
                    },
                )?;
                done.push(pattern);
            }
            if open.is_empty()
                && let Some(pattern) = done.pop()
            {
                return Ok(pattern);
            }
        }
    }

    fn pattern_node(
        &mut self,
        cursor: &mut Cursor<'_>,
    ) -> Result<Node<Pattern, PatternShape>, ClassError> {
        let at = cursor.at();
        let (shape, need) = match cursor.u8()? {
            pattern::VALUE => {
                return Ok(Node::Leaf(Pattern::Value(self.pattern_constant(cursor)?)));
            }
            pattern::WILDCARD => return Ok(Node::Leaf(Pattern::Wildcard)),
            pattern::BIND => return Ok(Node::Leaf(Pattern::Bind(cursor.reg()?))),
            pattern::PIN => return Ok(Node::Leaf(Pattern::Pin(cursor.reg()?))),
            pattern::TYPE => return Ok(Node::Leaf(Pattern::Type(self.pattern_text(cursor)?))),
            pattern::AS => (PatternShape::As(cursor.reg()?), 1),
            pattern::TUPLE => (PatternShape::Tuple, cursor.count("elements", 1)?),
            pattern::ARRAY => {
                let count = cursor.count("elements", 1)?;
                let rest = cursor.flag("mark of a rest (0 or 1)")?;
                let need = count.saturating_add(usize::from(rest));
                (PatternShape::Array { rest }, need)
            }
            pattern::PAIR => (PatternShape::Pair, 2),
            pattern::MAP => {
                let count = cursor.count("entries", 2)?;
                self.memory
                    .charge(count, size_of::<(Value, Pattern)>(), at)?;
                let mut keys = Vec::with_capacity(count);
                for _ in 0..count {
                    keys.push(self.pattern_constant(cursor)?);
                }
                (PatternShape::Map(keys), count)
            }
            pattern::OBJECT => {
                let count = cursor.count("entries", 2)?;
                self.memory
                    .charge(count, size_of::<(Arc<str>, Pattern)>(), at)?;
                let mut names = Vec::with_capacity(count);
                for _ in 0..count {
                    names.push(self.pattern_text(cursor)?);
                }
                (PatternShape::Object(names), count)
            }
            pattern::BYTES => {
                let bytes = cursor.raw("bytes of a constant", limits::STRING_BYTES_MAX)?;
                self.memory.charge(1, bytes.len(), at)?;
                let rest = cursor.flag("mark of a rest (0 or 1)")?;
                (PatternShape::Bytes(Arc::from(bytes)), usize::from(rest))
            }
            pattern::ANY_OF => (PatternShape::AnyOf, cursor.count("alternatives", 1)?),
            pattern::TAGGED => (PatternShape::Tagged(self.pattern_text(cursor)?), 1),
            pattern::GUARD => {
                let count = cursor.count("conditions", 4)?;
                self.memory.charge(count, size_of::<Condition>(), at)?;
                let mut conditions = Vec::with_capacity(count);
                for _ in 0..count {
                    conditions.push(self.condition(cursor)?);
                }
                (PatternShape::Guard(conditions), 1)
            }
            found => {
                return Err(ClassError::Kind {
                    at,
                    what: "kind of pattern",
                    found,
                });
            }
        };
        Ok(Node::Parent(shape, need))
    }

    fn condition(&mut self, cursor: &mut Cursor<'_>) -> Result<Condition, ClassError> {
        let at = cursor.at();
        match cursor.u8()? {
            condition::COMPARE => {
                let at = cursor.at();
                let found = cursor.u8()?;
                let comparison =
                    Comparison::ALL
                        .get(usize::from(found))
                        .copied()
                        .ok_or(ClassError::Kind {
                            at,
                            what: "comparison",
                            found,
                        })?;
                let a = self.pattern_side(cursor)?;
                let b = self.pattern_side(cursor)?;
                Ok(Condition::Compare(comparison, a, b))
            }
            condition::TYPE => {
                let value = self.pattern_side(cursor)?;
                Ok(Condition::Type(value, self.pattern_text(cursor)?))
            }
            found => Err(ClassError::Kind {
                at,
                what: "kind of condition",
                found,
            }),
        }
    }

    fn pattern_side(&mut self, cursor: &mut Cursor<'_>) -> Result<RegOrValue, ClassError> {
        match side_kind(cursor)? {
            side::REGISTER => cursor.reg().map(RegOrValue::Reg),
            _ => self.pattern_constant(cursor).map(RegOrValue::Value),
        }
    }

    /// A text that a pattern refers to.
    fn pattern_text(&mut self, cursor: &mut Cursor<'_>) -> Result<Arc<str>, ClassError> {
        let at = cursor.at();
        let index = cursor.uint("text")?;
        self.order.pattern_uses(Use::Text(index));
        pick(&self.texts, "text", index, at)
    }

    /// A constant that a pattern refers to.
    fn pattern_constant(&mut self, cursor: &mut Cursor<'_>) -> Result<Value, ClassError> {
        let at = cursor.at();
        let index = cursor.uint("constant")?;
        self.order.pattern_uses(Use::Constant(index));
        self.copy_of(index, at)
    }
}

enum PatternShape {
    As(Reg),
    Tuple,
    Array { rest: bool },
    Pair,
    Map(Vec<Value>),
    Object(Vec<Arc<str>>),
    Bytes(Arc<[u8]>),
    AnyOf,
    Tagged(Arc<str>),
    Guard(Vec<Condition>),
}

/// The pattern of a parent; none if parts are missing, which `Open` excludes.
fn build_pattern(
    shape: PatternShape,
    mut parts: impl ExactSizeIterator<Item = Pattern>,
) -> Option<Pattern> {
    Some(match shape {
        PatternShape::As(reg) => Pattern::As(reg, Box::new(parts.next()?)),
        PatternShape::Tuple => Pattern::Tuple(parts.collect()),
        PatternShape::Array { rest } => {
            let count = parts.len().saturating_sub(usize::from(rest));
            let items = parts.by_ref().take(count).collect();
            Pattern::Array(items, parts.next().map(Box::new))
        }
        PatternShape::Pair => Pattern::Pair(Box::new(parts.next()?), Box::new(parts.next()?)),
        PatternShape::Map(keys) => Pattern::Map(keys.into_iter().zip(parts).collect()),
        PatternShape::Object(names) => Pattern::Object(names.into_iter().zip(parts).collect()),
        PatternShape::Bytes(prefix) => Pattern::Bytes(prefix, parts.next().map(Box::new)),
        PatternShape::AnyOf => Pattern::AnyOf(parts.collect()),
        PatternShape::Tagged(tag) => Pattern::Tagged(tag, Box::new(parts.next()?)),
        PatternShape::Guard(conditions) => Pattern::Guard(Box::new(parts.next()?), conditions),
    })
}
