//! The four kinds of fixed-size records in a zip archive, as plain numbers.
//!
//! Decoding takes an array of exactly the record's size and cannot fail but for the
//! signature; what the numbers mean is judged elsewhere.
//!
//! *Source*: APPNOTE.TXT, the zip file format specification, 4.3.7, 4.3.9, 4.3.12, 4.3.16.

/// Signature of a header in front of an entry.
const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// Signature of a header in the directory.
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
/// Signature of the end record.
pub(super) const END: [u8; 4] = *b"PK\x05\x06";
/// Signature of the zip64 end record and of its locator.
pub(super) const ZIP64: [[u8; 4]; 2] = [*b"PK\x06\x06", *b"PK\x06\x07"];
/// Signature of a data descriptor; it may be left out.
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

/// Flag: encrypted.
pub(super) const FLAG_ENCRYPTED: u16 = 1;
/// Flags that say how hard the compressor tried.
pub(super) const FLAGS_DEFLATE: u16 = 0b110;
/// Flag: checksum and sizes stand in a descriptor behind the entry.
pub(super) const FLAG_DESCRIPTOR: u16 = 1 << 3;
/// Flags: strong encryption, and headers masked by it.
pub(super) const FLAGS_STRONG: u16 = 1 << 6 | 1 << 13;
/// Flag: the name is UTF-8.
pub(super) const FLAG_UTF8: u16 = 1 << 11;

/// Method: the bytes as they are.
pub(super) const STORED: u16 = 0;
/// Method: a raw deflate stream.
pub(super) const DEFLATED: u16 = 8;

/// The 26 bytes that both headers of an entry share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shared {
    pub(super) needed: u16,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) time: u16,
    pub(super) date: u16,
    pub(super) crc: u32,
    pub(super) packed: u32,
    pub(super) unpacked: u32,
    pub(super) name_len: u16,
    pub(super) extra_len: u16,
}

/// The header of an entry in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Central {
    pub(super) made_by: u16,
    pub(super) shared: Shared,
    pub(super) comment_len: u16,
    pub(super) disk: u16,
    pub(super) internal: u16,
    pub(super) external: u32,
    pub(super) offset: u32,
}

/// The record at the end of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) disk: u16,
    pub(super) directory_disk: u16,
    pub(super) entries_here: u16,
    pub(super) entries: u16,
    pub(super) directory_size: u32,
    pub(super) directory_offset: u32,
    pub(super) comment_len: u16,
}

/// What stands behind an entry whose header did not know it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Descriptor {
    pub(super) crc: u32,
    pub(super) packed: u32,
    pub(super) unpacked: u32,
}

impl Shared {
    const SIZE: usize = 26;

    fn decode(b: &[u8; Shared::SIZE]) -> Shared {
        Shared {
            needed: u16::from_le_bytes([b[0], b[1]]),
            flags: u16::from_le_bytes([b[2], b[3]]),
            method: u16::from_le_bytes([b[4], b[5]]),
            time: u16::from_le_bytes([b[6], b[7]]),
            date: u16::from_le_bytes([b[8], b[9]]),
            crc: u32::from_le_bytes([b[10], b[11], b[12], b[13]]),
            packed: u32::from_le_bytes([b[14], b[15], b[16], b[17]]),
            unpacked: u32::from_le_bytes([b[18], b[19], b[20], b[21]]),
            name_len: u16::from_le_bytes([b[22], b[23]]),
            extra_len: u16::from_le_bytes([b[24], b[25]]),
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        for half in [self.needed, self.flags, self.method, self.time, self.date] {
            out.extend(half.to_le_bytes());
        }
        for word in [self.crc, self.packed, self.unpacked] {
            out.extend(word.to_le_bytes());
        }
        out.extend(self.name_len.to_le_bytes());
        out.extend(self.extra_len.to_le_bytes());
    }
}

/// The header in front of an entry is its signature and the shared part.
impl Shared {
    /// Bytes of the header in front of an entry, without name and extra field.
    pub(super) const LOCAL_SIZE: usize = 4 + Shared::SIZE;

    /// Reads a header in front of an entry; `None` if the signature is another.
    pub(super) fn decode_local(bytes: &[u8; Shared::LOCAL_SIZE]) -> Option<Shared> {
        let (signature, rest) = bytes.split_first_chunk::<4>()?;
        if *signature != LOCAL {
            return None;
        }
        Some(Shared::decode(rest.try_into().ok()?))
    }

    /// Writes a header in front of an entry.
    pub(super) fn encode_local(&self, out: &mut Vec<u8>) {
        out.extend(LOCAL);
        self.encode(out);
    }
}

impl Central {
    /// Bytes of the header, without name, extra field and comment.
    pub(super) const SIZE: usize = 46;

    /// Reads a header; `None` if the signature is another.
    pub(super) fn decode(b: &[u8; Central::SIZE]) -> Option<Central> {
        if !b.starts_with(&CENTRAL) {
            return None;
        }
        Some(Central {
            made_by: u16::from_le_bytes([b[4], b[5]]),
            shared: Shared::decode(b.get(6..32)?.try_into().ok()?),
            comment_len: u16::from_le_bytes([b[32], b[33]]),
            disk: u16::from_le_bytes([b[34], b[35]]),
            internal: u16::from_le_bytes([b[36], b[37]]),
            external: u32::from_le_bytes([b[38], b[39], b[40], b[41]]),
            offset: u32::from_le_bytes([b[42], b[43], b[44], b[45]]),
        })
    }

    /// Writes the header.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.extend(CENTRAL);
        out.extend(self.made_by.to_le_bytes());
        self.shared.encode(out);
        for half in [self.comment_len, self.disk, self.internal] {
            out.extend(half.to_le_bytes());
        }
        out.extend(self.external.to_le_bytes());
        out.extend(self.offset.to_le_bytes());
    }
}

impl End {
    /// Bytes of the record, without the comment.
    pub(super) const SIZE: usize = 22;

    /// Reads a record; `None` if the signature is another.
    pub(super) fn decode(b: &[u8; End::SIZE]) -> Option<End> {
        if !b.starts_with(&END) {
            return None;
        }
        Some(End {
            disk: u16::from_le_bytes([b[4], b[5]]),
            directory_disk: u16::from_le_bytes([b[6], b[7]]),
            entries_here: u16::from_le_bytes([b[8], b[9]]),
            entries: u16::from_le_bytes([b[10], b[11]]),
            directory_size: u32::from_le_bytes([b[12], b[13], b[14], b[15]]),
            directory_offset: u32::from_le_bytes([b[16], b[17], b[18], b[19]]),
            comment_len: u16::from_le_bytes([b[20], b[21]]),
        })
    }

    /// Writes the record.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.extend(END);
        for half in [
            self.disk,
            self.directory_disk,
            self.entries_here,
            self.entries,
        ] {
            out.extend(half.to_le_bytes());
        }
        out.extend(self.directory_size.to_le_bytes());
        out.extend(self.directory_offset.to_le_bytes());
        out.extend(self.comment_len.to_le_bytes());
    }
}

impl Descriptor {
    /// Bytes without the signature.
    pub(super) const BARE_SIZE: usize = 12;
    /// Bytes with the signature.
    pub(super) const SIZE: usize = 16;

    /// Reads a descriptor of 12 or 16 bytes; `None` for another length or signature.
    pub(super) fn decode(bytes: &[u8]) -> Option<Descriptor> {
        let b: &[u8; Descriptor::BARE_SIZE] = match bytes.len() {
            Descriptor::BARE_SIZE => bytes.try_into().ok()?,
            Descriptor::SIZE => bytes.strip_prefix(&DESCRIPTOR)?.try_into().ok()?,
            _ => return None,
        };
        Some(Descriptor {
            crc: u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            packed: u32::from_le_bytes([b[4], b[5], b[6], b[7]]),
            unpacked: u32::from_le_bytes([b[8], b[9], b[10], b[11]]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn records_survive_writing_and_reading(bytes: [[u8; 23]; 2]) {
            let bytes = bytes.concat();
            let mut central: [u8; Central::SIZE] = bytes[..].try_into().expect("46 bytes");
            prop_assert_eq!(Central::decode(&central), None);
            central[..4].copy_from_slice(&CENTRAL);
            let mut out = Vec::new();
            Central::decode(&central).expect("signature").encode(&mut out);
            prop_assert_eq!(&out[..], &central[..]);

            let mut local: [u8; Shared::LOCAL_SIZE] = bytes[..30].try_into().expect("30 bytes");
            local[..4].copy_from_slice(&LOCAL);
            let mut out = Vec::new();
            Shared::decode_local(&local).expect("signature").encode_local(&mut out);
            prop_assert_eq!(&out[..], &local[..]);

            let mut end: [u8; End::SIZE] = bytes[..22].try_into().expect("22 bytes");
            end[..4].copy_from_slice(&END);
            let mut out = Vec::new();
            End::decode(&end).expect("signature").encode(&mut out);
            prop_assert_eq!(&out[..], &end[..]);
        }
    }

    #[test]
    fn descriptors_have_two_forms() {
        let bare = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0];
        let expected = Some(Descriptor {
            crc: 1,
            packed: 2,
            unpacked: 3,
        });
        assert_eq!(Descriptor::decode(&bare), expected);
        assert_eq!(
            Descriptor::decode(&[&DESCRIPTOR[..], &bare].concat()),
            expected
        );
        assert_eq!(Descriptor::decode(&[&LOCAL[..], &bare].concat()), None);
        assert_eq!(Descriptor::decode(&bare[..11]), None);
    }
}
