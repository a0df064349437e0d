//! Zip archives written byte by byte, so that any of them can be wrong in any way.
//!
//! [`Zip`] holds what an archive is made of, every field of every record open to be changed, and
//! writes exactly that: it corrects and completes nothing but offsets and lengths that were left
//! to it (`None`).

/// Flag: sizes and checksum stand in a descriptor behind the data.
pub(super) const DESCRIPTOR: u16 = 8;
/// Flag: the name is UTF-8.
pub(super) const UTF8: u16 = 1 << 11;

/// The fields that both headers of an entry have.
#[derive(Clone)]
pub(super) struct Header {
    pub(super) signature: [u8; 4],
    pub(super) needed: u16,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) time: u16,
    pub(super) date: u16,
    pub(super) crc: u32,
    pub(super) packed: u32,
    pub(super) unpacked: u32,
    pub(super) name: Vec<u8>,
    pub(super) name_len: Option<u16>,
    pub(super) extra: Vec<u8>,
    pub(super) extra_len: Option<u16>,
}

/// One entry: the header in front, the data, what follows, the header in the directory.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) local: Header,
    pub(super) data: Vec<u8>,
    /// Written behind the data: a descriptor, or bytes that should not be there.
    pub(super) after: Vec<u8>,
    pub(super) central: Header,
    pub(super) made_by: u16,
    pub(super) comment: Vec<u8>,
    pub(super) comment_len: Option<u16>,
    pub(super) disk: u16,
    pub(super) internal: u16,
    pub(super) external: u32,
    pub(super) offset: Option<u32>,
    /// Whether header and data are written, and whether the directory lists the entry.
    pub(super) written: bool,
    pub(super) listed: bool,
}

/// The fields of the end record; `None` is what would be right.
#[derive(Clone, Default)]
pub(super) struct End {
    pub(super) disk: u16,
    pub(super) directory_disk: u16,
    pub(super) entries_here: Option<u16>,
    pub(super) entries: Option<u16>,
    pub(super) size: Option<u32>,
    pub(super) offset: Option<u32>,
    pub(super) comment: Vec<u8>,
    pub(super) comment_len: Option<u16>,
}

/// A whole archive.
#[derive(Clone, Default)]
pub(super) struct Zip {
    pub(super) prefix: Vec<u8>,
    /// Whether offsets count the prefix.
    pub(super) prefix_counts: bool,
    pub(super) entries: Vec<Entry>,
    pub(super) before_directory: Vec<u8>,
    /// Behind the last header of the directory, counted in its size.
    pub(super) in_directory: Vec<u8>,
    pub(super) before_end: Vec<u8>,
    pub(super) end: End,
    pub(super) suffix: Vec<u8>,
    /// These bytes instead of all the rest.
    pub(super) literal: Option<Vec<u8>>,
}

impl Header {
    fn write(&self, out: &mut Vec<u8>) {
        for half in [self.needed, self.flags, self.method, self.time, self.date] {
            out.extend(half.to_le_bytes());
        }
        for word in [self.crc, self.packed, self.unpacked] {
            out.extend(word.to_le_bytes());
        }
        let name_len = self.name_len.unwrap_or(self.name.len() as u16);
        let extra_len = self.extra_len.unwrap_or(self.extra.len() as u16);
        out.extend(name_len.to_le_bytes());
        out.extend(extra_len.to_le_bytes());
    }
}

impl Entry {
    /// A stored file.
    pub(super) fn new(name: impl AsRef<[u8]>, data: impl Into<Vec<u8>>) -> Entry {
        let data = data.into();
        let (crc, size) = (crc32(&data), data.len() as u32);
        Entry::raw(name.as_ref(), data, 0, crc, size)
    }

    /// A deflated file: the stream, and what it unpacks to.
    pub(super) fn deflated(name: &str, stream: Vec<u8>, contents: &[u8]) -> Entry {
        Entry::raw(
            name.as_bytes(),
            stream,
            8,
            crc32(contents),
            contents.len() as u32,
        )
    }

    /// A file of that method whose checksum and size are as said.
    pub(super) fn raw(name: &[u8], data: Vec<u8>, method: u16, crc: u32, unpacked: u32) -> Entry {
        let header = Header {
            signature: *b"PK\x03\x04",
            needed: 20,
            flags: if name.is_ascii() { 0 } else { UTF8 },
            method,
            time: 0,
            date: 0x21,
            crc,
            packed: data.len() as u32,
            unpacked,
            name: name.to_vec(),
            name_len: None,
            extra: Vec::new(),
            extra_len: None,
        };
        let central = Header {
            signature: *b"PK\x01\x02",
            ..header.clone()
        };
        Entry {
            local: header,
            data,
            after: Vec::new(),
            central,
            made_by: 0x0314,
            comment: Vec::new(),
            comment_len: None,
            disk: 0,
            internal: 0,
            external: 0o100_644 << 16,
            offset: None,
            written: true,
            listed: true,
        }
    }

    /// Changes the whole entry.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Entry)) -> Entry {
        change(&mut self);
        self
    }

    /// Changes both headers alike.
    pub(super) fn both(mut self, change: impl Fn(&mut Header)) -> Entry {
        change(&mut self.local);
        change(&mut self.central);
        self
    }

    /// With a descriptor behind the data and zeros in front of it, as a streaming writer leaves
    /// it. `signed` descriptors begin with a signature.
    pub(super) fn streamed(self, signed: bool) -> Entry {
        let Header {
            crc,
            packed,
            unpacked,
            ..
        } = self.central.clone();
        let mut after = Vec::new();
        if signed {
            after.extend(b"PK\x07\x08");
        }
        for word in [crc, packed, unpacked] {
            after.extend(word.to_le_bytes());
        }
        self.both(|header| header.flags |= DESCRIPTOR)
            .with(|entry| {
                (entry.local.crc, entry.local.packed, entry.local.unpacked) = (0, 0, 0);
                entry.after = after;
            })
    }
}

impl Zip {
    /// Changes the whole archive.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Zip)) -> Zip {
        change(&mut self);
        self
    }

    /// The archive's bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        if let Some(bytes) = &self.literal {
            return bytes.clone();
        }
        let mut out = self.prefix.clone();
        let shift = if self.prefix_counts {
            0
        } else {
            self.prefix.len()
        };
        let mut offsets = Vec::new();
        for entry in &self.entries {
            offsets.push((out.len() - shift) as u32);
            if entry.written {
                out.extend(entry.local.signature);
                entry.local.write(&mut out);
                out.extend(&entry.local.name);
                out.extend(&entry.local.extra);
                out.extend(&entry.data);
                out.extend(&entry.after);
            }
        }
        out.extend(&self.before_directory);
        let start = out.len();
        let mut listed = 0u32;
        for (entry, offset) in self.entries.iter().zip(offsets) {
            if !entry.listed {
                continue;
            }
            listed += 1;
            out.extend(entry.central.signature);
            out.extend(entry.made_by.to_le_bytes());
            entry.central.write(&mut out);
            let comment_len = entry.comment_len.unwrap_or(entry.comment.len() as u16);
            for half in [comment_len, entry.disk, entry.internal] {
                out.extend(half.to_le_bytes());
            }
            out.extend(entry.external.to_le_bytes());
            out.extend(entry.offset.unwrap_or(offset).to_le_bytes());
            out.extend(&entry.central.name);
            out.extend(&entry.central.extra);
            out.extend(&entry.comment);
        }
        out.extend(&self.in_directory);
        let size = (out.len() - start) as u32;
        out.extend(&self.before_end);
        let end = &self.end;
        out.extend(b"PK\x05\x06");
        out.extend(end.disk.to_le_bytes());
        out.extend(end.directory_disk.to_le_bytes());
        out.extend(end.entries_here.unwrap_or(listed as u16).to_le_bytes());
        out.extend(end.entries.unwrap_or(listed as u16).to_le_bytes());
        out.extend(end.size.unwrap_or(size).to_le_bytes());
        out.extend(end.offset.unwrap_or((start - shift) as u32).to_le_bytes());
        out.extend(
            end.comment_len
                .unwrap_or(end.comment.len() as u16)
                .to_le_bytes(),
        );
        out.extend(&end.comment);
        out.extend(&self.suffix);
        out
    }
}

/// The checksum of zip files, bit by bit over a table of one byte.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let mut table = [0u32; 256];
    for (byte, slot) in (0u32..).zip(&mut table) {
        *slot = (0..8).fold(byte, |c, _| {
            if c & 1 == 1 {
                c >> 1 ^ 0xEDB8_8320
            } else {
                c >> 1
            }
        });
    }
    !bytes
        .iter()
        .fold(!0, |c, &byte| table[usize::from(c as u8 ^ byte)] ^ c >> 8)
}
