//! One value inside a process: a NaN-boxed 64-bit word.
//!
//! ```text
//!  63            48 47                                            0
//! ┌────────────────┬───────────────────────────────────────────────┐
//! │ anything below 0xFFF9: the bits of an IEEE 754 double          │
//! ├────────────────┼───────────────────────────────────────────────┤
//! │ 0xFFF9 special │ which one: false true unit undefined nil      │
//! │ 0xFFFA atom    │ atom number (32 bits)                         │
//! │ 0xFFFB integer │ signed 48-bit integer                         │
//! │ 0xFFFC process │ generation (24) and slot (24)                 │
//! │ 0xFFFD function│ linked function (32 bits), no captures        │
//! │ 0xFFFE shared  │ place in the machine's read-only area         │
//! │ 0xFFFF heap    │ place in the process's own heap (32 bits)     │
//! └────────────────┴───────────────────────────────────────────────┘
//! ```
//!
//! # Invariants
//! W1. Every tagged word is a NaN when read as a double, so arithmetic computes
//!     first and looks at the operands only if the result is NaN.
//! W2. A NaN that a program can see has the bits [`CANONICAL_NAN`]; slow paths
//!     and everything that comes from outside see to it.
//! W3. Equal bits mean the same value for tagged words only: a NaN number
//!     differs from itself, `0` and `-0` are equal.
//! W4. "Is a reference into the own heap" is one unsigned comparison.

use std::fmt;

use crate::ids::{AtomId, FuncId, Pid};

/// First word that is not a double.
pub const FIRST_TAGGED: u64 = TAG_SPECIAL << TAG_SHIFT;
/// Bits of the payload.
pub const TAG_SHIFT: u32 = 48;
/// The payload's bits.
pub const PAYLOAD: u64 = (1 << TAG_SHIFT) - 1;
/// Tag of `false`, `true`, `unit`, `undefined`, `nil`.
pub const TAG_SPECIAL: u64 = 0xFFF9;
/// Tag of atoms.
pub const TAG_ATOM: u64 = 0xFFFA;
/// Tag of inline integers.
pub const TAG_INTEGER: u64 = 0xFFFB;
/// Tag of local processes.
pub const TAG_PROCESS: u64 = 0xFFFC;
/// Tag of functions without captures.
pub const TAG_FUNCTION: u64 = 0xFFFD;
/// Tag of places in the machine's read-only area.
pub const TAG_SHARED: u64 = 0xFFFE;
/// Tag of places in the process's own heap.
pub const TAG_HEAP: u64 = 0xFFFF;
/// The one NaN that programs see.
pub const CANONICAL_NAN: u64 = 0x7FF8_0000_0000_0000;
/// Smallest and largest inline integer.
pub const INLINE_INTEGERS: std::ops::RangeInclusive<i64> = -(1 << 47)..=(1 << 47) - 1;

const _: () = assert!(f64::NEG_INFINITY.to_bits() < FIRST_TAGGED);
const _: () = assert!(CANONICAL_NAN < FIRST_TAGGED);
const _: () = assert!(f64::from_bits(FIRST_TAGGED).is_nan() && f64::from_bits(u64::MAX).is_nan());
const _: () = assert!(size_of::<Word>() == 8 && size_of::<Option<Word>>() == 16);

/// One value; see the module documentation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Word(pub u64);

/// What kind of word it is, told by the tag alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tag {
    /// A double.
    Number(f64),
    /// `false`, `true`.
    Boolean(bool),
    /// `unit`.
    Unit,
    /// `undefined`.
    Undefined,
    /// The empty list.
    Nil,
    /// An atom.
    Atom(AtomId),
    /// An inline integer.
    Integer(i64),
    /// A local process.
    Process(Pid),
    /// A function without captures.
    Function(FuncId),
    /// An object in the read-only area.
    Shared(u64),
    /// An object in the own heap.
    Heap(u32),
}

impl Word {
    /// `false`
    pub const FALSE: Word = Word::tagged(TAG_SPECIAL, 0);
    /// `true`
    pub const TRUE: Word = Word::tagged(TAG_SPECIAL, 1);
    /// `unit`
    pub const UNIT: Word = Word::tagged(TAG_SPECIAL, 2);
    /// `undefined`
    pub const UNDEFINED: Word = Word::tagged(TAG_SPECIAL, 3);
    /// `nil`
    pub const NIL: Word = Word::tagged(TAG_SPECIAL, 4);

    const fn tagged(tag: u64, payload: u64) -> Word {
        Word(tag << TAG_SHIFT | payload & PAYLOAD)
    }

    /// A double; any NaN becomes the canonical one.
    #[must_use]
    #[inline]
    pub fn number(n: f64) -> Word {
        if n.is_nan() {
            Word(CANONICAL_NAN)
        } else {
            Word(n.to_bits())
        }
    }

    /// A boolean.
    #[must_use]
    #[inline]
    pub const fn boolean(b: bool) -> Word {
        Word(Word::FALSE.0 | b as u64)
    }

    /// An atom.
    #[must_use]
    #[inline]
    pub const fn atom(id: AtomId) -> Word {
        Word::tagged(TAG_ATOM, id.0 as u64)
    }

    /// An integer, if it fits the payload.
    #[must_use]
    #[inline]
    pub fn small_integer(n: i64) -> Option<Word> {
        INLINE_INTEGERS
            .contains(&n)
            .then(|| Word::tagged(TAG_INTEGER, n.cast_unsigned()))
    }

    /// An integer of 32 bits, which always fits.
    #[must_use]
    pub fn short_integer(n: u32) -> Word {
        Word::tagged(TAG_INTEGER, u64::from(n))
    }

    /// A process.
    #[must_use]
    #[inline]
    pub fn process(pid: Pid) -> Word {
        Word::tagged(TAG_PROCESS, pid.number())
    }

    /// A function without captures.
    #[must_use]
    #[inline]
    pub const fn function(id: FuncId) -> Word {
        Word::tagged(TAG_FUNCTION, id.0 as u64)
    }

    /// A place in the read-only area.
    #[must_use]
    #[inline]
    pub const fn shared(place: u64) -> Word {
        Word::tagged(TAG_SHARED, place)
    }

    /// A place in the own heap.
    #[must_use]
    #[inline]
    pub const fn heap(place: u32) -> Word {
        Word::tagged(TAG_HEAP, place as u64)
    }

    /// The word read as a double, whatever it is; tagged words give NaN.
    #[must_use]
    #[inline]
    pub fn as_f64(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// Whether it is a double.
    #[must_use]
    #[inline]
    pub const fn is_number(self) -> bool {
        self.0 < FIRST_TAGGED
    }

    /// Whether it refers to the own heap.
    #[must_use]
    #[inline]
    pub const fn is_heap(self) -> bool {
        self.0 >= TAG_HEAP << TAG_SHIFT
    }

    /// Whether it refers to an object, in the own heap or the read-only area.
    #[must_use]
    #[inline]
    pub const fn is_boxed(self) -> bool {
        self.0 >= TAG_SHARED << TAG_SHIFT
    }

    /// The tag alone.
    #[must_use]
    #[inline]
    pub const fn tag_bits(self) -> u64 {
        self.0 >> TAG_SHIFT
    }

    /// The payload, whatever it means.
    #[must_use]
    #[inline]
    pub const fn payload(self) -> u64 {
        self.0 & PAYLOAD
    }

    /// The place in the own heap; meaningful only if [`Word::is_heap`].
    #[must_use]
    #[inline]
    pub const fn place(self) -> u32 {
        self.0 as u32
    }

    /// The double, if it is one.
    #[must_use]
    #[inline]
    pub fn to_number(self) -> Option<f64> {
        self.is_number().then(|| self.as_f64())
    }

    /// The inline integer, if it is one.
    #[must_use]
    #[inline]
    pub fn to_small_integer(self) -> Option<i64> {
        (self.tag_bits() == TAG_INTEGER).then_some((self.0 << 16).cast_signed() >> 16)
    }

    /// The atom, if it is one.
    #[must_use]
    #[inline]
    pub fn to_atom(self) -> Option<AtomId> {
        (self.tag_bits() == TAG_ATOM).then_some(AtomId(self.0 as u32))
    }

    /// The process, if it is one.
    #[must_use]
    #[inline]
    pub fn to_process(self) -> Option<Pid> {
        (self.tag_bits() == TAG_PROCESS).then(|| Pid::from_number(self.0 & PAYLOAD))
    }

    /// The bare function, if it is one.
    #[must_use]
    #[inline]
    pub fn to_function(self) -> Option<FuncId> {
        (self.tag_bits() == TAG_FUNCTION).then_some(FuncId(self.0 as u32))
    }

    /// The word taken apart.
    #[must_use]
    #[inline]
    pub fn tag(self) -> Tag {
        let payload = self.0 & PAYLOAD;
        match self.tag_bits() {
            TAG_SPECIAL => match payload {
                0 => Tag::Boolean(false),
                1 => Tag::Boolean(true),
                2 => Tag::Unit,
                4 => Tag::Nil,
                _ => Tag::Undefined,
            },
            TAG_ATOM => Tag::Atom(AtomId(payload as u32)),
            TAG_INTEGER => Tag::Integer((self.0 << 16).cast_signed() >> 16),
            TAG_PROCESS => Tag::Process(Pid::from_number(payload)),
            TAG_FUNCTION => Tag::Function(FuncId(payload as u32)),
            TAG_SHARED => Tag::Shared(payload),
            TAG_HEAP => Tag::Heap(payload as u32),
            _ => Tag::Number(self.as_f64()),
        }
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_what_they_were_made_of() {
        assert_eq!(Word::number(-0.5).tag(), Tag::Number(-0.5));
        assert_eq!(Word::number(-f64::NAN).0, CANONICAL_NAN);
        for n in [*INLINE_INTEGERS.start(), -1, 0, 1, *INLINE_INTEGERS.end()] {
            let word = Word::small_integer(n).unwrap();
            assert_eq!(
                (word.to_small_integer(), word.tag()),
                (Some(n), Tag::Integer(n))
            );
        }
        assert_eq!(Word::small_integer(1 << 47), None);
        assert_eq!(Word::boolean(true), Word::TRUE);
        assert_eq!(Word::heap(77).tag(), Tag::Heap(77));
        assert!(Word::heap(0).is_heap() && !Word::shared(u64::MAX).is_heap());
        let pid = Pid::new(5, 0xFF_FFFF);
        assert_eq!(Word::process(pid).to_process(), Some(pid));
    }

    #[test]
    fn arithmetic_with_a_tagged_word_is_nan() {
        for word in [Word::TRUE, Word::atom(AtomId(3)), Word::heap(9), Word::NIL] {
            assert!((word.as_f64() + 1.0).is_nan() && (2.0 * word.as_f64()).is_nan());
        }
    }
}
