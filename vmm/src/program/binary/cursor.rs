//! Bounded reading: every byte asked for is checked, every number has one form.
//!
//! A cursor sees one section and nothing behind it. What it refuses it names
//! by its offset in the whole file.
//!
//! # Invariants
//! K1. Nothing is allocated here, and no count is handed out that the bytes
//!     left could not hold.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use super::error::ClassError;
use crate::ids::Reg;
use crate::value::canonical_bits;

/// A place in a section.
#[derive(Clone, Copy, Debug)]
pub(in crate::program) struct Cursor<'a> {
    rest: &'a [u8],
    /// Offset in the file of the end of `rest`.
    end: usize,
}

impl<'a> Cursor<'a> {
    /// Over `bytes`, which begin at offset `start` of the file.
    pub(in crate::program) fn new(bytes: &'a [u8], start: usize) -> Self {
        Cursor {
            rest: bytes,
            end: start.saturating_add(bytes.len()),
        }
    }

    /// Offset in the file of the next byte.
    pub(in crate::program) fn at(&self) -> usize {
        self.end.saturating_sub(self.rest.len())
    }

    /// Bytes left.
    pub(in crate::program) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The bytes from `start`, an earlier state of this cursor, to here.
    pub(in crate::program) fn since(&self, start: &Cursor<'a>) -> &'a [u8] {
        let read = start.rest.len().saturating_sub(self.rest.len());
        start.rest.get(..read).unwrap_or(&[])
    }

    /// The next byte.
    pub(in crate::program) fn u8(&mut self) -> Result<u8, ClassError> {
        match self.rest.split_first() {
            Some((&byte, rest)) => {
                self.rest = rest;
                Ok(byte)
            }
            None => Err(self.truncated(1)),
        }
    }

    /// The next bytes.
    pub(in crate::program) fn take(&mut self, n: usize) -> Result<&'a [u8], ClassError> {
        match self.rest.split_at_checked(n) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(self.truncated(n)),
        }
    }

    /// An unsigned LEB128 number.
    #[inline]
    pub(in crate::program) fn uint(&mut self, what: &'static str) -> Result<u32, ClassError> {
        match self.rest.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.rest = rest;
                Ok(u32::from(byte))
            }
            _ => self.long_uint(what),
        }
    }

    fn long_uint(&mut self, what: &'static str) -> Result<u32, ClassError> {
        let at = self.at();
        let mut n = 0_u64;
        for shift in [0_u32, 7, 14, 21, 28] {
            let byte = self.u8()?;
            n |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                let shortest = byte != 0 || shift == 0;
                return match u32::try_from(n) {
                    Ok(n) if shortest => Ok(n),
                    _ => Err(ClassError::Number { at, what }),
                };
            }
        }
        Err(ClassError::Number { at, what })
    }

    /// A signed LEB128 number.
    pub(in crate::program) fn sint(&mut self, what: &'static str) -> Result<i32, ClassError> {
        let at = self.at();
        let wrong = ClassError::Number { at, what };
        let mut n = 0_u64;
        let mut before = None;
        for shift in [0_u32, 7, 14, 21, 28] {
            let byte = self.u8()?;
            n |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                // A last byte that only repeats the sign bit before it could go.
                let spare = match before {
                    Some(before) if before & 0x40 == 0 => byte == 0,
                    Some(_) => byte == 0x7F,
                    None => false,
                };
                if byte & 0x40 != 0 {
                    n |= u64::MAX.checked_shl(shift.saturating_add(7)).unwrap_or(0);
                }
                return match i32::try_from(n.cast_signed()) {
                    Ok(n) if !spare => Ok(n),
                    _ => Err(wrong),
                };
            }
            before = Some(byte);
        }
        Err(wrong)
    }

    /// A number up to 65,535.
    pub(in crate::program) fn short(&mut self, what: &'static str) -> Result<u16, ClassError> {
        let at = self.at();
        let n = self.uint(what)?;
        u16::try_from(n).map_err(|_| ClassError::Number { at, what })
    }

    /// A register.
    pub(in crate::program) fn reg(&mut self) -> Result<Reg, ClassError> {
        self.short("register").map(Reg)
    }

    /// A number that may be absent: 0, or the number plus 1.
    pub(in crate::program) fn opt(
        &mut self,
        what: &'static str,
    ) -> Result<Option<u32>, ClassError> {
        Ok(self.uint(what)?.checked_sub(1))
    }

    /// A number up to 65,535 that may be absent.
    pub(in crate::program) fn opt_short(
        &mut self,
        what: &'static str,
    ) -> Result<Option<u16>, ClassError> {
        let at = self.at();
        match self.opt(what)? {
            None => Ok(None),
            Some(n) => match u16::try_from(n) {
                Ok(n) => Ok(Some(n)),
                Err(_) => Err(ClassError::Number { at, what }),
            },
        }
    }

    /// A register that may be absent.
    pub(in crate::program) fn opt_reg(&mut self) -> Result<Option<Reg>, ClassError> {
        Ok(self.opt_short("register")?.map(Reg))
    }

    /// How many things follow that take at least `least` bytes each.
    pub(in crate::program) fn count(
        &mut self,
        what: &'static str,
        least: usize,
    ) -> Result<usize, ClassError> {
        let at = self.at();
        let count = self.uint(what)?;
        usize::try_from(count)
            .ok()
            .filter(|n| {
                n.checked_mul(least)
                    .is_some_and(|bytes| bytes <= self.left())
            })
            .ok_or(ClassError::Count {
                at,
                what,
                count,
                left: self.left(),
            })
    }

    /// As [`Cursor::count`], and at most `limit`.
    pub(in crate::program) fn limited(
        &mut self,
        what: &'static str,
        least: usize,
        limit: usize,
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
        Ok(found)
    }

    /// Bytes with their length, at most `limit` of them.
    pub(in crate::program) fn raw(
        &mut self,
        what: &'static str,
        limit: usize,
    ) -> Result<&'a [u8], ClassError> {
        let at = self.at();
        let length = self.uint(what)?;
        match usize::try_from(length) {
            Ok(n) if n <= self.left() && n <= limit => self.take(n),
            Ok(n) if n <= self.left() => Err(ClassError::Limit {
                at: Some(at),
                what,
                found: n,
                limit,
            }),
            _ => Err(ClassError::Truncated {
                at: self.at(),
                needed: usize::try_from(length).unwrap_or(usize::MAX),
                left: self.left(),
            }),
        }
    }

    /// Bytes with their length that are UTF-8.
    pub(in crate::program) fn utf8(
        &mut self,
        what: &'static str,
        limit: usize,
    ) -> Result<&'a str, ClassError> {
        let bytes = self.raw(what, limit)?;
        std::str::from_utf8(bytes).map_err(|error| ClassError::Utf8 {
            at: self
                .at()
                .saturating_sub(bytes.len())
                .saturating_add(error.valid_up_to()),
        })
    }

    /// A double, whose NaN has its one form.
    pub(in crate::program) fn double(&mut self) -> Result<f64, ClassError> {
        let at = self.at();
        let bytes = self.take(8)?;
        let bits = bytes
            .try_into()
            .map(u64::from_le_bytes)
            .map_err(|_| self.truncated(8))?;
        let number = f64::from_bits(bits);
        if canonical_bits(number) != bits {
            return Err(ClassError::Form {
                at,
                what: "a NaN is written 7FF8000000000000",
            });
        }
        Ok(number)
    }

    /// 0 or 1.
    pub(in crate::program) fn flag(&mut self, what: &'static str) -> Result<bool, ClassError> {
        let at = self.at();
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            found => Err(ClassError::Kind { at, what, found }),
        }
    }

    /// Nothing may be left.
    pub(in crate::program) fn finish(&self) -> Result<(), ClassError> {
        match self.left() {
            0 => Ok(()),
            bytes => Err(ClassError::Leftover {
                at: self.at(),
                bytes,
            }),
        }
    }

    fn truncated(&self, needed: usize) -> ClassError {
        ClassError::Truncated {
            at: self.at(),
            needed,
            left: self.left(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::leb;
    use super::*;

    fn over(bytes: &[u8]) -> Cursor<'_> {
        Cursor::new(bytes, 0)
    }

    #[test]
    fn what_is_written_is_read() {
        let numbers = [0, 1, 127, 128, 16_383, 16_384, 1 << 28, u32::MAX];
        for n in numbers {
            let mut out = Vec::new();
            leb::uint(&mut out, n);
            assert_eq!(over(&out).uint("n"), Ok(n));
        }
        for n in [0, 63, 64, -64, -65, 8191, 8192, -8193, i32::MAX, i32::MIN] {
            let mut out = Vec::new();
            leb::sint(&mut out, n);
            assert_eq!(over(&out).sint("n"), Ok(n), "{out:x?}");
        }
    }

    #[test]
    fn every_other_form_is_refused() {
        let longer: [&[u8]; 5] = [
            &[0x80, 0],
            &[0x81, 0x80, 0],
            &[0xFF, 0xFF, 0xFF, 0xFF, 0x10],
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
            &[0xFF; 9],
        ];
        for bytes in longer {
            assert_eq!(over(bytes).uint("n").unwrap_err().code(), "C08");
        }
        let longer: [&[u8]; 6] = [
            &[0x80, 0],
            &[0xFF, 0x7F],
            &[0x3F | 0x80, 0],
            &[0x40 | 0x80, 0x7F],
            &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
            &[0x80, 0x80, 0x80, 0x80, 0x70],
        ];
        for bytes in longer {
            assert_eq!(
                over(bytes).sint("n").unwrap_err().code(),
                "C08",
                "{bytes:x?}"
            );
        }
    }

    /// Every sequence of up to two bytes, and a sample of longer ones, is
    /// either refused or is what the writer gives for the number read.
    #[test]
    fn a_number_has_one_form() {
        let mut seen = 0;
        for word in 0..=u16::MAX {
            for tail in [
                [0, 0, 0],
                [0x80, 0x80, 0],
                [0xFF, 0x7F, 0x7F],
                [0x80, 0x83, 0x07],
            ] {
                let [a, b] = word.to_le_bytes();
                let [c, d, e] = tail;
                let bytes = [a, b, c, d, e];
                let mut cursor = over(&bytes);
                if let Ok(n) = cursor.uint("n") {
                    let mut out = Vec::new();
                    leb::uint(&mut out, n);
                    assert_eq!(out, cursor.since(&over(&bytes)));
                    seen += 1;
                }
                let mut cursor = over(&bytes);
                if let Ok(n) = cursor.sint("n") {
                    let mut out = Vec::new();
                    leb::sint(&mut out, n);
                    assert_eq!(out, cursor.since(&over(&bytes)));
                    seen += 1;
                }
            }
        }
        assert!(seen > 100_000);
    }

    #[test]
    fn a_count_is_held_against_the_bytes_left() {
        let error = over(&[0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1]).count("things", 1);
        assert_eq!(error.unwrap_err().code(), "C09");
        assert_eq!(over(&[2, 0, 0, 0, 0]).count("things", 2), Ok(2));
        assert_eq!(
            over(&[3, 0, 0, 0, 0])
                .count("things", 2)
                .unwrap_err()
                .code(),
            "C09"
        );
    }
}
