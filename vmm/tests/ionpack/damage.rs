//! Packages that were damaged, sources that fail, and what is read of a package when.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use vmm::ionpack::{ArchiveLimits, EntryFault, IonPackReader, PackError};

use super::{assert_one_harmless_line, full, read_all};

/// Rule: P-ALL-1
#[test]
fn a_package_cut_anywhere_is_refused() {
    for deflate in [false, true] {
        let whole = full().deflate(deflate).build_bytes().expect("valid");
        for length in 0..whole.len() {
            match read_all(whole[..length].to_vec()) {
                Ok(_) => panic!("cut to {length} of {} bytes, and accepted", whole.len()),
                Err(error) => assert_one_harmless_line(&error),
            }
        }
    }
}

/// Every flipped bit is noticed but those of a few fields that mean nothing: then what is read
/// is what was written.
/// Rule: P-ALL-1
#[test]
fn a_package_with_any_byte_flipped_is_refused_or_the_same() {
    for deflate in [false, true] {
        let mut builder = full();
        builder
            .add_resource("text", "many times the same ".repeat(20))
            .deflate(deflate);
        let whole = builder.build_bytes().expect("valid");
        let expected = read_all(whole.clone()).expect("valid");
        for at in 0..whole.len() {
            for mask in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff, 0x55] {
                let mut bytes = whole.clone();
                bytes[at] ^= mask;
                match read_all(bytes) {
                    Ok(found) => {
                        assert!(is_meaningless(&whole, at), "byte {at} flipped by {mask:#x}");
                        assert_eq!(found, expected, "byte {at} flipped by {mask:#x}");
                    }
                    Err(error) => assert_one_harmless_line(&error),
                }
            }
        }
    }
}

/// Whether a byte belongs to the few that no checksum covers and that say nothing that is
/// believed: who made the archive, which version is needed, internal attributes, permissions, and
/// the byte with the bits left over at the end of a deflate stream.
fn is_meaningless(archive: &[u8], at: usize) -> bool {
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([archive[at], archive[at + 1]]));
    let u32_at = |at: usize| u16_at(at) + (u16_at(at + 2) << 16);
    let mut record = 0;
    loop {
        let (length, fields) = match archive[record + 2] {
            3 => {
                let length = 30 + u16_at(record + 26) + u32_at(record + 18);
                let deflated = u16_at(record + 8) == 8;
                let last = if deflated { length - 1..length } else { 0..0 };
                (length, [4..6, last])
            }
            1 => (46 + u16_at(record + 28), [4..8, 36..42]),
            _ => return false,
        };
        if at < record + length {
            return fields.iter().any(|field| field.contains(&(at - record)));
        }
        record += length;
    }
}

/// Counts what is read of a source.
struct Counting {
    inner: Cursor<Vec<u8>>,
    read: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}

/// Rule: P-ZIP-9
#[test]
fn entries_are_read_only_when_asked_for() {
    let mut builder = full();
    builder.add_resource("large", vec![7; 4 << 20]);
    let inner = Cursor::new(builder.build_bytes().expect("valid"));
    let read = Arc::new(AtomicU64::new(0));
    let source = Counting {
        inner,
        read: read.clone(),
    };
    let mut pack = IonPackReader::from_source(source, &ArchiveLimits::default()).expect("valid");
    pack.read_class("Main").expect("there");
    assert!(read.load(Ordering::Relaxed) < 10_000, "{read:?} bytes read");
    assert_eq!(pack.read_resource("large").expect("there").len(), 4 << 20);
    assert!(read.load(Ordering::Relaxed) > 4 << 20);
}

/// Rule: P-ZIP-8
#[test]
fn a_damaged_entry_spoils_no_other() {
    let mut bytes = full().build_bytes().expect("valid");
    let at = bytes
        .windows(5)
        .position(|window| window == b"other")
        .expect("there");
    bytes[at] ^= 1;
    let mut pack = IonPackReader::from_bytes(bytes).expect("opens");
    assert_eq!(pack.read_class("Main").expect("whole"), b"main");
    match pack.read_class("ion.Other") {
        Err(PackError::Entry {
            fault: EntryFault::Checksum { .. },
            ..
        }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(pack.read_class("Main").expect("still whole"), b"main");
}

/// A source that fails, or ends before its length.
struct Failing {
    length: u64,
    fails: bool,
}

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        if self.fails {
            Err(std::io::ErrorKind::PermissionDenied.into())
        } else {
            Ok(0)
        }
    }
}

impl Seek for Failing {
    fn seek(&mut self, _: SeekFrom) -> std::io::Result<u64> {
        Ok(self.length)
    }
}

#[test]
fn failures_of_the_source_are_reported() {
    for (fails, length) in [(true, 1000), (false, 1000), (false, 22), (false, u64::MAX)] {
        let source = Failing { length, fails };
        let error = IonPackReader::from_source(source, &ArchiveLimits::default()).expect_err("no");
        assert_one_harmless_line(&error);
        let expected = if length == u64::MAX {
            "limit"
        } else {
            "cannot read"
        };
        assert!(error.to_string().contains(expected), "{error}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_package_or_one_line(mut bytes: Vec<u8>, end: bool) {
        if end {
            bytes.extend(b"PK\x05\x06");
            bytes.extend([0; 18]);
        }
        if let Err(error) = read_all(bytes) {
            assert_one_harmless_line(&error);
        }
    }
}
