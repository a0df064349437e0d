//! Patterns and guards as plain data.
//!
//! A pattern says which values fit and which parts of them go to which
//! registers. Matching runs no user code; a pattern either fits as a whole,
//! guard included, and then writes its bindings, or leaves every register alone.
//!
//! In text a pattern looks like the values it fits. Where that would be
//! ambiguous the literal stands back: `(1, 2)` is a tuple pattern of two
//! values, which also fits an array, and `literal (1, 2)` the value. A guard
//! belongs to everything before it as far as the next comma or bracket outside;
//! parentheses around a single pattern only group.
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
    /// Structurally equal to the value. Text: the literal; before a tuple,
    /// array, list, map, object or bytes the word `literal`.
    Value(Value),
    /// Anything. Text: `_`.
    Wildcard,
    /// Anything; the register gets it. Text: `r3`.
    Bind(Reg),
    /// What the inner pattern fits; the register gets it. Text: `r3 = PATTERN`,
    /// a guarded pattern in parentheses.
    As(Reg, Box<Pattern>),
    /// `same` as what the register holds. Text: `^r3`.
    Pin(Reg),
    /// A tuple, or an array, of exactly these elements. Text: `(a, b)`, `(a,)`, `()`.
    Tuple(Vec<Pattern>),
    /// An array that begins with these elements; the rest, if given, fits the
    /// second pattern as a fresh array, else there must be none.
    /// Text: `[a, b]`, `[a, ..REST]`.
    Array(Vec<Pattern>, Option<Box<Pattern>>),
    /// A list cell. Text: `[a | t]`, and `[a, b | t]` for a cell in a cell's tail.
    Pair(Box<Pattern>, Box<Pattern>),
    /// A map that has these keys, others ignored. Text: `%{k: p}`.
    Map(Vec<(Value, Pattern)>),
    /// An object that has these properties, others ignored. Text: `{x: p}`.
    Object(Vec<(Arc<str>, Pattern)>),
    /// Bytes that begin with these; the rest, if given, fits the second
    /// pattern, else there must be none. Text: `b"ab"`, `b"ab" ..REST`.
    Bytes(Arc<[u8]>, Option<Box<Pattern>>),
    /// A value of that `type_of` name, or an object of that own or inherited
    /// type name. Text: `is "number"`.
    Type(Arc<str>),
    /// What one of these fits. Text: `(a or b)`, guarded ones in parentheses of
    /// their own; `(a or)` for one, `(or)` for none.
    AnyOf(Vec<Pattern>),
    /// An object whose `__tag` is the atom and whose `__slots` (unit if
    /// missing) fits. A leading colon is ignored on both sides. Text: `tagged :tag PATTERN`.
    Tagged(Arc<str>, Box<Pattern>),
    /// What the pattern fits while all conditions hold. Text: `PATTERN when c and d`;
    /// without conditions `PATTERN when true`.
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
