//! Reading strings and bytes, inline or long.
//!
//! # Cost
//! Text of a short string: a check that it is UTF-8, up to 20 ns for the
//! longest. Everything about a long one: two or three bounds checks.

use super::View;
use crate::heap::external::External;
use crate::heap::join::Measure;
use crate::heap::layout::{ASCII, Header, Kind};
use crate::heap::text::{Text, begins};
use crate::word::Word;

impl<'a> View<'a> {
    /// The text of a string.
    #[must_use]
    pub fn text(self, word: Word) -> Option<&'a str> {
        let (header, payload, externals) = self.object(word)?;
        match header.kind() {
            Kind::String => std::str::from_utf8(inline_bytes(header, payload)).ok(),
            Kind::LongString => match (externals.get(*payload.first()? as usize)?, payload) {
                (External::Text(text), [_, len, ..]) => text.as_str().get(..*len as usize),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text of a string as UTF-8, which is cheaper to get where it is short.
    #[must_use]
    #[inline]
    pub fn text_bytes(self, word: Word) -> Option<&'a [u8]> {
        let (header, payload, externals) = self.object(word)?;
        if header.is(Kind::String) {
            return Some(inline_bytes(header, payload));
        }
        match payload {
            [entry, len, _] if header.is(Kind::LongString) => {
                match externals.get(*entry as usize)? {
                    External::Text(text) => text.as_str().as_bytes().get(..*len as usize),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The buffer that a long string is a prefix of.
    #[must_use]
    pub fn long_text(self, word: Word) -> Option<&'a Text> {
        let (header, payload, externals) = self.object(word)?;
        match externals.get(*payload.first()? as usize)? {
            External::Text(text) if header.is(Kind::LongString) => Some(text),
            _ => None,
        }
    }

    /// The octets of bytes.
    #[must_use]
    pub fn bytes(self, word: Word) -> Option<&'a [u8]> {
        let (header, payload, externals) = self.object(word)?;
        match header.kind() {
            Kind::Bytes => Some(inline_bytes(header, payload)),
            Kind::LongBytes => match (externals.get(*payload.first()? as usize)?, payload) {
                (External::Bytes(bytes), [_, len, ..]) => bytes.get(..*len as usize),
                _ => None,
            },
            _ => None,
        }
    }

    /// The entry outside of which a long string or long bytes are a part, and
    /// how many bytes of it.
    #[must_use]
    pub fn external(self, word: Word) -> Option<(&'a External, usize)> {
        let (header, payload, externals) = self.object(word)?;
        match payload {
            [entry, len, ..] if header.is_external() => {
                Some((externals.get(*entry as usize)?, *len as usize))
            }
            _ => None,
        }
    }

    /// Code points of a string, without a walk over long ones.
    #[must_use]
    pub fn text_length(self, word: Word) -> Option<usize> {
        let (header, payload, _) = self.object(word)?;
        match header.kind() {
            Kind::LongString => Some(*payload.get(2)? as usize),
            Kind::String if header.flags() & ASCII != 0 => Some(usize::from(header.aux())),
            Kind::String => Some(count_points(inline_bytes(header, payload))),
            _ => None,
        }
    }

    /// Bytes and code points of a string, without a walk over long ones.
    #[must_use]
    #[inline]
    pub fn measure(self, word: Word) -> Option<Measure> {
        let (header, payload, _) = self.object(word)?;
        match (header.kind(), payload) {
            (Kind::LongString, [_, bytes, points]) => Some(Measure {
                bytes: *bytes as usize,
                points: *points as usize,
            }),
            (Kind::String, _) => Some(Measure {
                bytes: usize::from(header.aux()),
                points: self.text_length(word)?,
            }),
            _ => None,
        }
    }

    /// The characters of a string of ASCII characters alone.
    #[must_use]
    #[inline]
    pub fn ascii(self, word: Word) -> Option<&'a [u8]> {
        let (header, payload, externals) = self.object(word)?;
        match (header.kind(), payload) {
            _ if header.flags() & ASCII == 0 => None,
            (Kind::String, _) => Some(inline_bytes(header, payload)),
            (Kind::LongString, [entry, len, ..]) => match externals.get(*entry as usize)? {
                External::Text(text) => text.as_str().as_bytes().get(..*len as usize),
                External::Bytes(_) | External::Free => None,
            },
            _ => None,
        }
    }

    /// Whether it is a string of ASCII characters alone, so that the index of
    /// a character is that of its byte.
    #[must_use]
    pub fn is_ascii(self, word: Word) -> bool {
        self.object(word).is_some_and(|(h, _, _)| {
            matches!(h.kind(), Kind::String | Kind::LongString) && h.flags() & ASCII != 0
        })
    }
}

/// Characters of UTF-8.
pub(in crate::heap) fn count_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| begins(**b)).count()
}

/// The octets of an inline string or bytes.
fn inline_bytes(header: Header, payload: &[u64]) -> &[u8] {
    bytemuck::cast_slice(payload)
        .get(..usize::from(header.aux()))
        .unwrap_or_default()
}
