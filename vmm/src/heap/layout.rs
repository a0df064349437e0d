//! Header words and the layout of every boxed kind.
//!
//! ```text
//!  63                    32 31         16 15      8 7       0
//! ┌────────────────────────┬─────────────┬─────────┬─────────┐
//! │ payload length (words) │ aux         │ flags   │ kind    │
//! ├────────────────────────┼─────────────┼─────────┼─────────┤
//! │ shape                  │ length      │ flags   │ Object  │
//! └────────────────────────┴─────────────┴─────────┴─────────┘
//! ```
//!
//! Objects have their shape in the header, so that one comparison of one word
//! tells an object of a known layout from everything else.
//!
//! An object is its header and the payload words after it; a reference is the
//! place of the header.
//!
//! # Invariants
//! L1. Of kinds whose payload is raw ([`Kind::is_raw`]) the collector copies
//!     words unread. The payload of every other kind is words; numbers that
//!     the machine keeps there for itself ("plain numbers": the integer's own
//!     bits) are below `TAG_HEAP << 48`, so that they are never taken for
//!     references.
//! L2. Marks of objects that moved stand only in a space that is being collected.
//! L3. Payload lengths and shapes stay below 2^28, so a header is never a tagged word.

use super::shape::ShapeId;
use crate::word::Word;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Raw: real and imaginary part.
    Complex = 1,
    /// Raw: sign in aux (1: negative), limbs from the low end, no leading zeros.
    BigInteger = 2,
    /// Raw: UTF-8, byte length in aux, at most [`INLINE_BYTES`]; zero padded.
    String = 3,
    /// Raw: octets, laid out as `String`.
    Bytes = 4,
    /// Raw: number of an entry of the space's external list that is text, how
    /// many bytes of it the string is, and its count of code points.
    LongString = 5,
    /// Raw: number of an entry of the external list that is octets, and how
    /// many of them the object is.
    LongBytes = 6,
    /// Two strings to be joined and the byte length of both (a plain number). Reserved for ropes.
    Rope = 7,
    /// The elements.
    Tuple = 8,
    /// Two words: length (a plain number), and an [`Kind::ArrayData`] or `nil` when empty.
    Array = 9,
    /// Storage of an array; words past the length are `undefined`.
    ArrayData = 10,
    /// Two words: head, tail.
    Pair = 11,
    /// One word: [`Kind::Table`], or `nil` when empty.
    Map = 12,
    /// Prototype or `undefined`, rest, slots; see [`properties`]. Its header has
    /// the shape where others have the length, and the length in aux.
    ///
    /// [`properties`]: super::properties
    Object = 13,
    /// Entries in insertion order, of maps, dictionary objects and magic
    /// methods: entries used and entries alive (plain numbers), an
    /// [`Kind::Index`] or `nil`, then triples key, meta (plain number: 32 bits
    /// of hash above 8 of flags), value. Unused triples at the end are `undefined`.
    Table = 14,
    /// Three words, of a dictionary object: type name (atom or `undefined`),
    /// magic methods and properties ([`Kind::Table`] or `nil`).
    Extra = 15,
    /// Function with captures or a receiver: function (plain number), receiver or
    /// `undefined`, captures. Flag [`BOUND`]: the receiver is set.
    Closure = 16,
    /// One word: the value.
    Cell = 17,
    /// Two raw words: owner, count.
    Reference = 18,
    /// A suspended walk. Reserved for `iter`.
    Iterator = 19,
    /// A suspended computation: state (a plain number) and frames
    /// ([`Kind::ArrayData`] or `nil`); see `process/coroutine.rs`.
    Coroutine = 20,
    /// An extern function reference: class atom, name atom, arity (plain number).
    ExternFunction = 21,
    /// Raw: a native function as a value, its number.
    Native = 22,
    /// Raw: an opaque native thing, its number.
    Handle = 23,
    /// Reserved for distribution: process or reference of another node, port.
    Remote = 24,
    /// The info value of a caught error: class atom, value, trace or `nil`.
    Info = 25,
    /// Raw: the hash index of a table. Slots are `hash << 32 | entry + 1`, 0 when free.
    Index = 26,
    /// The object has moved: its new place is in the length field.
    Forward = 255,
}

/// Longest string or bytes that stand in the heap, in bytes; longer ones live
/// outside and are shared by count.
pub const INLINE_BYTES: usize = 64;

/// Payload words of a closure before its captures.
pub const CLOSURE_HEAD: usize = 2;

/// Flag: the object may not be changed.
pub const FROZEN: u8 = 1;
/// Flag of strings: all characters are ASCII, so that indices are byte positions.
pub const ASCII: u8 = 2;
/// Flag of closures: the receiver is set.
pub const BOUND: u8 = 4;

const EXTERNAL_FIRST: u8 = Kind::LongString as u8;
const EXTERNAL_LAST: u8 = Kind::LongBytes as u8;
const _: () = assert!(EXTERNAL_FIRST + 1 == EXTERNAL_LAST);

impl Kind {
    const ALL: [Kind; 26] = [
        Kind::Complex,
        Kind::BigInteger,
        Kind::String,
        Kind::Bytes,
        Kind::LongString,
        Kind::LongBytes,
        Kind::Rope,
        Kind::Tuple,
        Kind::Array,
        Kind::ArrayData,
        Kind::Pair,
        Kind::Map,
        Kind::Object,
        Kind::Table,
        Kind::Extra,
        Kind::Closure,
        Kind::Cell,
        Kind::Reference,
        Kind::Iterator,
        Kind::Coroutine,
        Kind::ExternFunction,
        Kind::Native,
        Kind::Handle,
        Kind::Remote,
        Kind::Info,
        Kind::Index,
    ];

    /// Whether the payload is bits that no walk may read as words.
    #[must_use]
    #[inline]
    pub const fn is_raw(self) -> bool {
        RAW >> (self as u8 & 63) & 1 != 0
    }
}

/// Field of an info value: its class, as an atom.
pub const INFO_CLASS: usize = 0;
/// Field of an info value: what was raised.
pub const INFO_VALUE: usize = 1;
/// Field of an info value: where it was raised, an array for programs, or as
/// it was noted.
pub const INFO_TRACE: usize = 2;

const FORWARD: u64 = Kind::Forward as u64;
/// In place of a kind: the object has moved to the read-only area.
const MOVED_OUT: u64 = 254;

/// Kinds whose payload is raw, as a set of bits.
const RAW: u64 = 1 << Kind::Complex as u8
    | 1 << Kind::BigInteger as u8
    | 1 << Kind::String as u8
    | 1 << Kind::Bytes as u8
    | 1 << Kind::LongString as u8
    | 1 << Kind::LongBytes as u8
    | 1 << Kind::Reference as u8
    | 1 << Kind::Native as u8
    | 1 << Kind::Handle as u8
    | 1 << Kind::Index as u8;

/// First word of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Header(pub u64);

impl Header {
    /// A header.
    #[must_use]
    #[inline]
    pub fn new(kind: Kind, flags: u8, aux: u16, len: usize) -> Header {
        debug_assert!(len < 1 << 28);
        if kind as u8 == Kind::Object as u8 {
            return Header::object(ShapeId::DICTIONARY, flags, len);
        }
        Header((len as u64) << 32 | u64::from(aux) << 16 | u64::from(flags) << 8 | kind as u64)
    }

    /// The header of an object.
    #[must_use]
    #[inline]
    pub fn object(shape: ShapeId, flags: u8, len: usize) -> Header {
        debug_assert!(len < 1 << 16);
        Header(
            u64::from(shape.0) << 32
                | (len as u64) << 16
                | u64::from(flags) << 8
                | Kind::Object as u64,
        )
    }

    /// The shape; meaningful for objects only.
    #[must_use]
    #[inline]
    pub fn shape(self) -> ShapeId {
        ShapeId((self.0 >> 32) as u32)
    }

    /// The header of an object with another shape.
    #[must_use]
    #[inline]
    pub fn with_shape(self, shape: ShapeId) -> Header {
        Header(self.0 & u64::from(u32::MAX) | u64::from(shape.0) << 32)
    }

    /// The mark left behind by an object that moved.
    #[must_use]
    #[inline]
    pub fn forward(to: u32) -> Header {
        Header(u64::from(to) << 32 | Kind::Forward as u64)
    }

    /// The mark left behind by an object that moved to the read-only area, at
    /// that payload of a shared word.
    #[must_use]
    #[inline]
    pub fn shared(payload: u64) -> Header {
        Header(payload << 16 | MOVED_OUT)
    }

    /// Where the object has moved to, if it has.
    #[must_use]
    #[inline]
    pub fn forwarded(self) -> Option<Word> {
        match self.0 & 0xFF {
            FORWARD => Some(Word::heap((self.0 >> 32) as u32)),
            MOVED_OUT => Some(Word::shared(self.0 >> 16)),
            _ => None,
        }
    }

    /// What the object is. A word that is no header gives `Forward`, which no
    /// reader takes for anything.
    #[must_use]
    #[inline]
    pub fn kind(self) -> Kind {
        match Kind::ALL.get((self.0 as u8).wrapping_sub(1) as usize) {
            Some(kind) => *kind,
            None => Kind::Forward,
        }
    }

    /// Whether the object is of that kind; cheaper than [`Header::kind`].
    #[must_use]
    #[inline]
    pub fn is(self, kind: Kind) -> bool {
        self.0 as u8 == kind as u8
    }

    /// Whether the object is of that kind and has no flag, of which frozen is one.
    #[must_use]
    #[inline]
    pub fn is_plain(self, kind: Kind) -> bool {
        self.0 as u16 == kind as u16
    }

    /// Whether the payload is raw; see [`Kind::is_raw`].
    #[must_use]
    #[inline]
    pub fn is_raw(self) -> bool {
        RAW >> (self.0 & 63) & 1 != 0
    }

    /// Whether the first payload word is the number of an external entry.
    #[must_use]
    #[inline]
    pub fn is_external(self) -> bool {
        matches!(self.0 as u8, EXTERNAL_FIRST..=EXTERNAL_LAST)
    }

    /// Flag bits.
    #[must_use]
    #[inline]
    pub fn flags(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The header with one more flag.
    #[must_use]
    #[inline]
    pub fn with_flag(self, flag: u8) -> Header {
        Header(self.0 | u64::from(flag) << 8)
    }

    /// The header with another aux field.
    #[must_use]
    #[inline]
    pub fn with_aux(self, aux: u16) -> Header {
        Header(self.0 & !(0xFFFF << 16) | u64::from(aux) << 16)
    }

    /// The aux field.
    #[must_use]
    #[inline]
    pub fn aux(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Payload words.
    #[must_use]
    #[inline]
    pub fn len(self) -> usize {
        match self.is(Kind::Object) {
            true => usize::from(self.aux()),
            false => (self.0 >> 32) as usize,
        }
    }

    /// Whether there is no payload.
    #[must_use]
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_keep_their_parts_and_kinds_their_numbers() {
        for (i, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, i + 1);
            let h = Header::new(kind, FROZEN, 0xABCD, 77);
            let aux = if kind == Kind::Object { 77 } else { 0xABCD };
            assert_eq!(
                (h.kind(), h.flags(), h.aux(), h.len()),
                (kind, FROZEN, aux, 77)
            );
            assert_eq!(h.forwarded(), None);
            assert_eq!(h.is_raw(), kind.is_raw());
        }
        let h = Header::object(ShapeId(5), FROZEN, 9).with_shape(ShapeId(77));
        assert_eq!((h.shape(), h.flags(), h.len()), (ShapeId(77), FROZEN, 9));
        assert_eq!(h.kind(), Kind::Object);
        assert!(Header::new(Kind::LongBytes, 0, 0, 1).is_external());
        assert!(!Header::forward(3).is_raw() && !Header::new(Kind::Rope, 0, 0, 3).is_external());
        let to = Word::heap(0xFFFF_FFFF);
        assert_eq!(Header::forward(0xFFFF_FFFF).forwarded(), Some(to));
        let to = Word::shared(0xFFFF_FFFF_FFFF);
        assert_eq!(Header::shared(to.payload()).forwarded(), Some(to));
    }
}
