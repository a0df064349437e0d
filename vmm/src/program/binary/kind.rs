//! The numbers of the class file, each named once for writer and reader.
//!
//! A number is never given twice and never changes its meaning; what it means
//! stands in `docs/spec/class-format.md`.

/// First bytes of every class file.
pub(super) const MAGIC: [u8; 5] = *b"IONBC";
/// Version that is written, and the only one that is read here.
pub(super) const VERSION: u8 = 2;
/// Offset of the checksum.
pub(super) const CHECKSUM_AT: usize = 8;
/// Offset of the first section; the checksum covers everything from here on.
pub(super) const SECTIONS_AT: usize = 12;
/// What a file may ask of its reader beyond the layout. None is defined yet.
pub(super) const FEATURES: &[&str] = &[];

macro_rules! numbers {
    ($(#[$doc:meta])* $module:ident { $($name:ident = $number:literal),* $(,)? }) => {
        $(#[$doc])*
        pub(super) mod $module {
            $(pub(in super::super) const $name: u8 = $number;)*
        }
    };
}

numbers! {
    /// Sections, in the order of the file.
    section {
        CLASS = 0x01,
        TEXTS = 0x02,
        CONSTANTS = 0x03,
        PATTERNS = 0x04,
        FUNCTIONS = 0x05,
        EXPORTS = 0x06,
        DEBUG = 0x07,
        CUSTOM = 0x80,
    }
}

numbers! {
    /// Kinds of constants. 0x20 to 0x2F are kept for values of distribution.
    constant {
        NUMBER = 0x01,
        INTEGER = 0x02,
        FALSE = 0x03,
        TRUE = 0x04,
        COMPLEX = 0x05,
        STRING = 0x06,
        BYTES = 0x07,
        ATOM = 0x08,
        UNIT = 0x09,
        UNDEFINED = 0x0A,
        NIL = 0x0B,
        TUPLE = 0x0C,
        ARRAY = 0x0D,
        PAIR = 0x0E,
        MAP = 0x0F,
        OBJECT = 0x10,
        LOCAL = 0x11,
        EXTERN = 0x12,
        NATIVE = 0x13,
        FROZEN = 0x14,
        RESERVED_FIRST = 0x20,
        RESERVED_LAST = 0x2F,
    }
}

numbers! {
    /// Kinds of patterns.
    pattern {
        VALUE = 0x01,
        WILDCARD = 0x02,
        BIND = 0x03,
        AS = 0x04,
        PIN = 0x05,
        TUPLE = 0x06,
        ARRAY = 0x07,
        PAIR = 0x08,
        MAP = 0x09,
        OBJECT = 0x0A,
        BYTES = 0x0B,
        TYPE = 0x0C,
        ANY_OF = 0x0D,
        TAGGED = 0x0E,
        GUARD = 0x0F,
    }
}

numbers! {
    /// Kinds of guard conditions.
    condition {
        COMPARE = 0x01,
        TYPE = 0x02,
    }
}

numbers! {
    /// The two sides of "a register or a constant".
    side {
        REGISTER = 0x00,
        CONSTANT = 0x01,
    }
}

numbers! {
    /// Bits of a function.
    function {
        REST = 1,
        LENIENT = 2,
        PRIVATE = 4,
        ALL = 7,
    }
}
