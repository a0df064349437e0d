//! Patterns and guards as plain data.
//!
//! A pattern says which values fit and which parts of them go to which
//! registers. Matching runs no user code; a pattern either fits as a whole,
//! guard included, and then writes its bindings, or leaves every register alone.
//!
//! # Invariants
//! P1. Nesting is at most `limits::NESTING_MAX` in anything that was verified.
//! P2. A register is bound at most once in a pattern; alternatives bind the same set.

use std::sync::Arc;

use super::operand::RegOrValue;
use crate::ids::Reg;
use crate::value::Value;

/// What a value must look like.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// Structurally equal to the value. Text: the literal.
    Value(Value),
    /// Anything. Text: `_`.
    Wildcard,
    /// Anything; the register gets it. Text: `r3`.
    Bind(Reg),
    /// What the inner pattern fits; the register gets it. Text: `r3 = PATTERN`.
    As(Reg, Box<Pattern>),
    /// `same` as what the register holds. Text: `^r3`.
    Pin(Reg),
    /// A tuple, or an array, of exactly these elements. Text: `(a, b)`.
    Tuple(Vec<Pattern>),
    /// An array that begins with these elements; the rest, if given, fits the
    /// second pattern as a fresh array, else there must be none.
    /// Text: `[a, b]`, `[a, ..rest]`.
    Array(Vec<Pattern>, Option<Box<Pattern>>),
    /// A list cell. Text: `[a | t]`.
    Pair(Box<Pattern>, Box<Pattern>),
    /// A map that has these keys, others ignored. Text: `%{k: p}`.
    Map(Vec<(Value, Pattern)>),
    /// An object that has these properties, others ignored. Text: `{x: p}`.
    Object(Vec<(Arc<str>, Pattern)>),
    /// Bytes that begin with these; the rest, if given, fits the second
    /// pattern, else there must be none. Text: `b"ab"`, `b"ab" ..rest`.
    Bytes(Arc<[u8]>, Option<Box<Pattern>>),
    /// A value of that `type_of` name, or an object of that own or inherited
    /// type name. Text: `is "number"`.
    Type(Arc<str>),
    /// What one of these fits. Text: `(a or b)`.
    AnyOf(Vec<Pattern>),
    /// An object whose `__tag` is the atom and whose `__slots` (unit if
    /// missing) fits. A leading colon is ignored on both sides. Text: `:tag PATTERN` in
    /// the form `tagged :tag, PATTERN`.
    Tagged(Arc<str>, Box<Pattern>),
    /// What the pattern fits while all conditions hold. Text: `PATTERN when c and d`.
    Guard(Box<Pattern>, Vec<Condition>),
}

/// One condition of a guard. One that would raise does not hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A structural comparison. Text: `r1 less_than 5`.
    Compare(Comparison, RegOrValue, RegOrValue),
    /// A `type_of` name, or an object's own or inherited type name. Text: `r1 is "number"`.
    Type(RegOrValue, Arc<str>),
}

/// The comparisons that a guard may make, named as the instructions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Comparison {
    /// `equal`
    Equal = 0,
    /// `not_equal`
    NotEqual = 1,
    /// `less_than`
    LessThan = 2,
    /// `less_equal`
    LessEqual = 3,
    /// `greater_than`
    GreaterThan = 4,
    /// `greater_equal`
    GreaterEqual = 5,
    /// `same`
    Same = 6,
}

impl Comparison {
    /// All comparisons, at the place of their number.
    pub const ALL: [Comparison; 7] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::LessThan,
        Comparison::LessEqual,
        Comparison::GreaterThan,
        Comparison::GreaterEqual,
        Comparison::Same,
    ];

    /// Its word in assembly.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Comparison::Equal => "equal",
            Comparison::NotEqual => "not_equal",
            Comparison::LessThan => "less_than",
            Comparison::LessEqual => "less_equal",
            Comparison::GreaterThan => "greater_than",
            Comparison::GreaterEqual => "greater_equal",
            Comparison::Same => "same",
        }
    }
}

impl Pattern {
    /// The patterns directly inside this one, in text order.
    pub fn children(&self) -> impl Iterator<Item = &Pattern> {
        let children: Vec<&Pattern> = match self {
            Pattern::Value(_)
            | Pattern::Wildcard
            | Pattern::Bind(_)
            | Pattern::Pin(_)
            | Pattern::Type(_) => Vec::new(),
            Pattern::As(_, p) | Pattern::Tagged(_, p) | Pattern::Guard(p, _) => vec![p],
            Pattern::Tuple(ps) | Pattern::AnyOf(ps) => ps.iter().collect(),
            Pattern::Array(ps, rest) => ps.iter().chain(rest.as_deref()).collect(),
            Pattern::Bytes(_, rest) => rest.as_deref().into_iter().collect(),
            Pattern::Pair(head, tail) => vec![head, tail],
            Pattern::Map(entries) => entries.iter().map(|(_, p)| p).collect(),
            Pattern::Object(entries) => entries.iter().map(|(_, p)| p).collect(),
        };
        children.into_iter()
    }
}
