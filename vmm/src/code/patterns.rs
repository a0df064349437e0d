//! Match tables: patterns with their constants turned into words.

use crate::ids::Reg;
use crate::isa::Comparison;
use crate::word::Word;
use std::sync::Arc;

/// The arms of one `match`.
#[derive(Debug)]
pub struct MatchTable {
    /// Pattern and target operation of each arm, in order.
    pub arms: Box<[(Pat, u32)]>,
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
