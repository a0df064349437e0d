//! Match tables: patterns with their constants turned into words.
//!
//! # Invariants
//! P1. Whatever a table's arm fits holds the value of every register in `pins`: a receive
//!     need not look at messages that cannot hold one of them.

use super::brief::Briefs;
use crate::ids::Reg;
use crate::isa::Comparison;
use crate::word::Word;
use std::sync::Arc;

/// The arms of one `match`.
#[derive(Debug)]
pub struct MatchTable {
    /// Pattern and target operation of each arm, in order.
    pub arms: Box<[(Pat, u32)]>,
    /// Registers whose values, as they are pinned, a value must hold for any arm to fit.
    pub pins: Box<[Reg]>,
    /// The arms as far as a look decides them.
    pub briefs: Briefs,
}

impl MatchTable {
    /// A table of these arms.
    #[must_use]
    pub fn new(arms: Box<[(Pat, u32)]>) -> MatchTable {
        let mut pins: Vec<Reg> = common(arms.iter().map(|(pattern, _)| pattern));
        pins.sort_unstable();
        pins.dedup();
        let pins = pins.into();
        let briefs = Briefs::new(arms.iter().map(|(pattern, _)| pattern));
        MatchTable { arms, pins, briefs }
    }
}

/// Registers that all of these patterns pin.
fn common<'p>(mut patterns: impl Iterator<Item = &'p Pat>) -> Vec<Reg> {
    let mut pins = patterns.next().map_or_else(Vec::new, Pat::pins);
    for pattern in patterns {
        if pins.is_empty() {
            break;
        }
        let others = pattern.pins();
        pins.retain(|reg| others.contains(reg));
    }
    pins
}

/// A pattern as an engine reads it. Nesting is bounded by the verifier.
#[derive(Debug)]
pub enum Pat {
    /// Structurally equal to the constant.
    Value(Word),
    /// Anything.
    Wildcard,
    /// Anything, bound.
    Bind(Reg),
    /// Bound if the inner pattern fits.
    As(Reg, Box<Pat>),
    /// `same` as a register.
    Pin(Reg),
    /// A tuple or array of exactly these.
    Tuple(Box<[Pat]>),
    /// An array that begins with these; the rest, if given, fits.
    Array(Box<[Pat]>, Option<Box<Pat>>),
    /// A list cell.
    Pair(Box<(Pat, Pat)>),
    /// An object with these properties (key atoms).
    Object(Box<[(Word, Pat)]>),
    /// A map with these keys.
    Map(Box<[(Word, Pat)]>),
    /// Bytes that begin with these.
    Bytes(Arc<[u8]>, Option<Box<Pat>>),
    /// A type or type name (atom).
    Type(Word),
    /// One of these.
    AnyOf(Box<[Pat]>),
    /// An object with this `__tag` (text without colon).
    Tagged(Arc<str>, Box<Pat>),
    /// With conditions.
    Guard(Box<Pat>, Box<[Cond]>),
}

impl Pat {
    /// Registers that it pins, whichever of its alternatives fits.
    fn pins(&self) -> Vec<Reg> {
        let all = |patterns: &[Pat]| patterns.iter().flat_map(Pat::pins).collect();
        let rest = |rest: &Option<Box<Pat>>| rest.as_ref().map_or_else(Vec::new, |p| p.pins());
        match self {
            Pat::Value(_) | Pat::Wildcard | Pat::Bind(_) | Pat::Type(_) => Vec::new(),
            Pat::Pin(reg) => vec![*reg],
            Pat::As(_, inner) | Pat::Tagged(_, inner) | Pat::Guard(inner, _) => inner.pins(),
            Pat::Tuple(parts) => all(parts),
            Pat::Array(parts, more) => [all(parts), rest(more)].concat(),
            Pat::Pair(both) => [both.0.pins(), both.1.pins()].concat(),
            Pat::Object(entries) | Pat::Map(entries) => {
                entries.iter().flat_map(|(_, p)| p.pins()).collect()
            }
            Pat::Bytes(_, more) => rest(more),
            Pat::AnyOf(patterns) => common(patterns.iter()),
        }
    }
}

/// A condition of a guard.
#[derive(Debug)]
pub enum Cond {
    /// A comparison.
    Compare(Comparison, Operand, Operand),
    /// A type test (atom).
    Type(Operand, Word),
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    /// A register; one that the pattern binds has its new value.
    Reg(Reg),
    /// A constant.
    Value(Word),
}
