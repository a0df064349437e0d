//! Writing an archive so that every writer gives the same bytes.
//!
//! Entries are sorted by the bytes of their names and follow each other without gaps, then the
//! directory, then the end record. Every field is fixed or follows from name and contents:
//!
//! | field | value |
//! |---|---|
//! | version made by | `0x0314`: 2.0, Unix |
//! | version needed | 20 |
//! | flags | 0, or `0x0800` where the name is not ASCII |
//! | method | 0, stored (8 where compression was asked for and makes the entry smaller) |
//! | time, date | 0, `0x0021`: midnight of the first of January 1980 |
//! | external attributes | `0o100644 << 16`: a plain file |
//! | internal attributes, disks, extra fields, comments | 0, none |

use std::io::Write;

use flate2::{Compress, Compression, FlushCompress, Status};

use super::record::{Central, DEFLATED, End, FLAG_UTF8, STORED, Shared};
use crate::ionpack::error::PackError;
use crate::ionpack::limits::{ArchiveLimits, Limit};
use crate::names::Quoted;

const MADE_BY: u16 = 3 << 8 | 20;
const NEEDED: u16 = 20;
const DATE: u16 = 0x0021;
const PLAIN_FILE: u32 = 0o100_644 << 16;

/// Writes an archive of entries whose names were checked and sorted; returns its length.
///
/// # Errors
/// [`PackError::Io`], and [`PackError::Limit`] for sizes past the limits or past what an archive
/// without zip64 can hold.
pub(in crate::ionpack) fn write(
    out: &mut dyn Write,
    entries: &[(&str, &[u8])],
    deflate: bool,
    limits: &ArchiveLimits,
) -> Result<u64, PackError> {
    check_counts(entries, limits)?;
    let mut directory = Vec::new();
    let mut header = Vec::new();
    let mut at = 0u64;
    let end_of = |at: u64| {
        let max = limits.archive_bytes.min(u64::from(u32::MAX) - 1);
        if at <= max {
            return Ok(at);
        }
        Err(PackError::Limit {
            limit: Limit::ArchiveBytes,
            found: at,
            max,
            entry: None,
        })
    };
    for &(name, data) in entries {
        let squeezed = if deflate { squeeze(data, limits) } else { None };
        let packed = squeezed.as_deref().unwrap_or(data);
        let name_len = u16::try_from(name.len()).map_err(|_| PackError::Limit {
            limit: Limit::NameBytes,
            found: name.len() as u64,
            max: u64::from(u16::MAX),
            entry: Some(Quoted::new(name)),
        })?;
        let shared = Shared {
            needed: NEEDED,
            flags: if name.is_ascii() { 0 } else { FLAG_UTF8 },
            method: if squeezed.is_some() { DEFLATED } else { STORED },
            time: 0,
            date: DATE,
            crc: crc32fast::hash(data),
            packed: fit(packed.len(), name)?,
            unpacked: fit(data.len(), name)?,
            name_len,
            extra_len: 0,
        };
        header.clear();
        shared.encode_local(&mut header);
        header.extend_from_slice(name.as_bytes());
        let offset = at as u32;
        at = end_of(at + header.len() as u64 + packed.len() as u64)?;
        out.write_all(&header)
            .map_err(|e| PackError::io("write", &e))?;
        out.write_all(packed)
            .map_err(|e| PackError::io("write", &e))?;
        let central = Central {
            made_by: MADE_BY,
            shared,
            comment_len: 0,
            disk: 0,
            internal: 0,
            external: PLAIN_FILE,
            offset,
        };
        central.encode(&mut directory);
        directory.extend_from_slice(name.as_bytes());
    }
    let directory_size = directory.len() as u32;
    let total = end_of(at + directory.len() as u64 + End::SIZE as u64)?;
    let end = End {
        disk: 0,
        directory_disk: 0,
        entries_here: entries.len() as u16,
        entries: entries.len() as u16,
        directory_size,
        directory_offset: at as u32,
        comment_len: 0,
    };
    end.encode(&mut directory);
    out.write_all(&directory)
        .map_err(|e| PackError::io("write", &e))?;
    out.flush().map_err(|e| PackError::io("write", &e))?;
    Ok(total)
}

/// Checks number and sizes before the first byte is written.
fn check_counts(entries: &[(&str, &[u8])], limits: &ArchiveLimits) -> Result<(), PackError> {
    let max = u64::from(limits.entries.min(u32::from(u16::MAX) - 1));
    let found = entries.len() as u64;
    if found > max {
        return Err(PackError::Limit {
            limit: Limit::Entries,
            found,
            max,
            entry: None,
        });
    }
    let mut total = 0u64;
    for (name, data) in entries {
        let (found, max) = (data.len() as u64, limits.entry_bytes);
        if found > max {
            let entry = Some(Quoted::new(name));
            return Err(PackError::Limit {
                limit: Limit::EntryBytes,
                found,
                max,
                entry,
            });
        }
        total = total.saturating_add(found);
    }
    if total > limits.total_bytes {
        let (found, max) = (total, limits.total_bytes);
        return Err(PackError::Limit {
            limit: Limit::TotalBytes,
            found,
            max,
            entry: None,
        });
    }
    Ok(())
}

/// The size as the format holds it.
fn fit(length: usize, name: &str) -> Result<u32, PackError> {
    let max = u32::MAX - 1;
    u32::try_from(length)
        .ok()
        .filter(|&size| size <= max)
        .ok_or_else(|| PackError::Limit {
            limit: Limit::EntryBytes,
            found: length as u64,
            max: u64::from(max),
            entry: Some(Quoted::new(name)),
        })
}

/// The deflated form, where it is smaller and a reader under `limits` takes its ratio.
fn squeeze(data: &[u8], limits: &ArchiveLimits) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len().saturating_sub(1));
    let mut state = Compress::new(Compression::best(), false);
    // The room is one byte less than the data: a stream that does not fit is not smaller.
    let status = state
        .compress_vec(data, &mut out, FlushCompress::Finish)
        .ok()?;
    let (packed, unpacked) = (out.len() as u64, data.len() as u64);
    let ratio_taken =
        unpacked <= limits.ratio_from_bytes || unpacked <= packed.saturating_mul(limits.ratio);
    (status == Status::StreamEnd && out.len() < data.len() && ratio_taken).then_some(out)
}
