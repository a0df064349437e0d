//! Parcels in the making, object by object.
//!
//! What the machine itself sends is put together from parts that come from different
//! places; each is appended as an object of its own, and a whole parcel with what it
//! refers to.

use super::super::external::External;
use super::super::layout::{ASCII, Header, INLINE_BYTES, Kind};
use super::super::view::count_points;
use super::{Full, Parcel, Part, moved, relocate};
use crate::word::Word;

impl Part<'_> {
    /// Words that it takes beside its own, at least.
    pub(super) fn words(&self) -> usize {
        match self {
            Part::Word(_) => 0,
            Part::Text(_) | Part::Reference(_) => 3,
            Part::Parcel(inner) => inner.words(),
        }
    }
}

impl Full {
    /// Appends an object and yields a reference to it.
    pub(super) fn add(&mut self, kind: Kind, flags: u8, aux: u16, payload: &[u64]) -> Word {
        let at = self.words.len() as u32;
        let header = Header::new(kind, flags, aux, payload.len());
        self.words.push(header.0);
        self.words.extend_from_slice(payload);
        Word::heap(at)
    }

    /// Appends a string.
    pub(super) fn add_string(&mut self, text: &str) -> Word {
        let len = text.len();
        if len <= INLINE_BYTES {
            let flags = if text.is_ascii() { ASCII } else { 0 };
            return self.add_inline(Kind::String, flags, text.as_bytes());
        }
        let points = count_points(text.as_bytes());
        let flags = if points == len { ASCII } else { 0 };
        let entry = self.externals.len() as u64;
        self.externals.push(External::text(text.to_owned()));
        let payload = [entry, len as u64, points as u64];
        self.add(Kind::LongString, flags, 0, &payload)
    }

    /// Appends bytes.
    pub(super) fn add_bytes(&mut self, bytes: &[u8]) -> Word {
        if bytes.len() <= INLINE_BYTES {
            return self.add_inline(Kind::Bytes, 0, bytes);
        }
        let entry = self.externals.len() as u64;
        self.externals.push(External::octets(bytes.to_vec()));
        self.add(Kind::LongBytes, 0, 0, &[entry, bytes.len() as u64])
    }

    fn add_inline(&mut self, kind: Kind, flags: u8, bytes: &[u8]) -> Word {
        let mut payload = [0_u64; INLINE_BYTES / 8];
        bytemuck::cast_slice_mut(&mut payload)[..bytes.len()].copy_from_slice(bytes);
        let payload = &payload[..bytes.len().div_ceil(8)];
        self.add(kind, flags, bytes.len() as u16, payload)
    }

    /// Appends a whole parcel and yields its root.
    pub(super) fn append(&mut self, inner: &Parcel) -> Word {
        let base = self.words.len();
        self.words.extend_from_slice(inner.data());
        let first_entry = self.externals.len() as u64;
        self.externals.extend_from_slice(inner.externals());
        relocate(&mut self.words[base..], base, |entry| first_entry + entry);
        moved(inner.root(), base)
    }
}
