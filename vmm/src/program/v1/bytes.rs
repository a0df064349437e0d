//! Bounded reading of version 1: fixed widths, counts held against the bytes left.
//!
//! # Invariants
//! K1. No count is handed out that the bytes left could not hold, and no list
//!     before its memory is charged.
//! K2. Equal texts of a class are one allocation, which is charged once.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ids::Reg;
use crate::limits;
use crate::program::binary::ClassError;
use crate::program::binary::cursor::Cursor;
use crate::program::bounded::{ALLOCATION, Memory};

/// A place in a class file, what was read before, and the memory left.
pub(super) struct Bytes<'a, 'm> {
    cursor: Cursor<'a>,
    texts: BTreeMap<&'a str, Arc<str>>,
    pub(super) memory: &'m mut Memory,
}

impl<'a, 'm> Bytes<'a, 'm> {
    pub(super) fn new(bytes: &'a [u8], memory: &'m mut Memory) -> Self {
        Bytes {
            cursor: Cursor::new(bytes, 0),
            texts: BTreeMap::new(),
            memory,
        }
    }

    /// Offset of the next byte.
    pub(super) fn at(&self) -> usize {
        self.cursor.at()
    }

    pub(super) fn u8(&mut self) -> Result<u8, ClassError> {
        self.cursor.u8()
    }

    pub(super) fn take(&mut self, n: usize) -> Result<&'a [u8], ClassError> {
        self.cursor.take(n)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ClassError> {
        let at = self.at();
        let left = self.cursor.left();
        let bytes = self.cursor.take(N)?;
        bytes.try_into().map_err(|_| ClassError::Truncated {
            at,
            needed: N,
            left,
        })
    }

    pub(super) fn u32(&mut self) -> Result<u32, ClassError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32, ClassError> {
        self.array().map(i32::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Result<f64, ClassError> {
        self.array().map(f64::from_le_bytes)
    }

    /// 0 or 1.
    pub(super) fn flag(&mut self, what: &'static str) -> Result<bool, ClassError> {
        self.cursor.flag(what)
    }

    /// A number that has to fit 16 bits.
    pub(super) fn short(&mut self, what: &'static str) -> Result<u16, ClassError> {
        let at = self.at();
        let found = self.u32()?;
        u16::try_from(found).map_err(|_| ClassError::TooLarge {
            at,
            what,
            found,
            limit: u16::MAX.into(),
        })
    }

    pub(super) fn reg(&mut self) -> Result<Reg, ClassError> {
        self.short("register").map(Reg)
    }

    /// A count of items that take at least `least` bytes each.
    pub(super) fn count(&mut self, what: &'static str, least: usize) -> Result<usize, ClassError> {
        let at = self.at();
        let count = self.u32()?;
        let left = self.cursor.left();
        usize::try_from(count)
            .ok()
            .filter(|n| n.checked_mul(least).is_some_and(|bytes| bytes <= left))
            .ok_or(ClassError::Count {
                at,
                what,
                count,
                left,
            })
    }

    /// As [`Bytes::count`], at most `limit`, for a list whose items take `each`
    /// bytes of memory.
    pub(super) fn list(
        &mut self,
        what: &'static str,
        least: usize,
        limit: usize,
        each: usize,
    ) -> Result<usize, ClassError> {
        let at = self.at();
        let found = self.count(what, least)?;
        if found > limit {
            return Err(ClassError::Limit {
                at: Some(at),
                what,
                found,
                limit,
            });
        }
        if found > 0 {
            self.memory.charge(1, ALLOCATION, at)?;
            self.memory.charge(found, each, at)?;
        }
        Ok(found)
    }

    /// A text: its length in bytes, then UTF-8.
    pub(super) fn text(&mut self) -> Result<Arc<str>, ClassError> {
        let at = self.at();
        let length = self.count("bytes of a text", 1)?;
        if length > limits::STRING_BYTES_MAX {
            return Err(ClassError::Limit {
                at: Some(at),
                what: "bytes of a text",
                found: length,
                limit: limits::STRING_BYTES_MAX,
            });
        }
        let start = self.at();
        let bytes = self.cursor.take(length)?;
        let text = std::str::from_utf8(bytes).map_err(|error| ClassError::Utf8 {
            at: start.saturating_add(error.valid_up_to()),
        })?;
        if let Some(known) = self.texts.get(text) {
            return Ok(Arc::clone(known));
        }
        // Once as a text, once in the list of those known.
        let overhead = 6_usize.saturating_mul(ALLOCATION);
        self.memory.charge(1, length.saturating_add(overhead), at)?;
        let new: Arc<str> = Arc::from(text);
        self.texts.insert(text, Arc::clone(&new));
        Ok(new)
    }

    /// Nothing may be left.
    pub(super) fn finish(&self) -> Result<(), ClassError> {
        self.cursor.finish()
    }
}
