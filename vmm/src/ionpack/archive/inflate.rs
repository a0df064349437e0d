//! Unpacking one entry, counting what really comes out.
//!
//! The output grows as bytes arrive and never past the size that the headers declare plus
//! one byte, which is enough to know that they lie. Input is read in small pieces and never
//! past the entry's end.
//!
//! # Cost
//! Linear in the bytes read and written; at most twice the declared size in memory, and no more
//! than a small constant before the first byte came out.

use std::io::Read;

use flate2::{Decompress, FlushDecompress, Status};

use super::record::{STORED, Shared};
use crate::ionpack::error::{EntryFault, PackError};

/// Bytes read at a time.
const PIECE: usize = 16 << 10;

/// Reads one entry from `source`, which stands at its first packed byte.
///
/// # Errors
/// [`EntryFault`]s that concern contents, and [`PackError::Io`].
pub(super) fn unpack(
    name: &str,
    header: &Shared,
    source: &mut dyn Read,
) -> Result<Vec<u8>, PackError> {
    let mut packed = source.take(u64::from(header.packed));
    let bytes = if header.method == STORED {
        let mut bytes = Vec::new();
        packed
            .read_to_end(&mut bytes)
            .map_err(|e| PackError::io("read", &e))?;
        bytes
    } else {
        inflate(name, header, &mut packed)?
    };
    let (declared, found) = (u64::from(header.unpacked), bytes.len() as u64);
    if declared != found {
        return Err(PackError::entry(
            name,
            EntryFault::UnpackedSize { declared, found },
        ));
    }
    let (declared, found) = (header.crc, crc32fast::hash(&bytes));
    if declared != found {
        return Err(PackError::entry(
            name,
            EntryFault::Checksum { declared, found },
        ));
    }
    Ok(bytes)
}

fn inflate(name: &str, header: &Shared, packed: &mut dyn Read) -> Result<Vec<u8>, PackError> {
    let refuse = |fault| Err(PackError::entry(name, fault));
    let declared = header.unpacked as usize;
    let mut state = Decompress::new(false);
    let mut piece = vec![0; PIECE];
    let mut out: Vec<u8> = Vec::new();
    let mut input: &[u8] = &[];
    loop {
        if input.is_empty() {
            let count = packed
                .read(&mut piece)
                .map_err(|e| PackError::io("read", &e))?;
            input = piece.get(..count).unwrap_or_default();
        }
        if out.len() == out.capacity() {
            let more = out.capacity().max(PIECE).min(declared + 1 - out.len());
            out.reserve_exact(more);
        }
        let (read, written) = (state.total_in(), state.total_out());
        let at_end = input.is_empty();
        let flush = if at_end {
            FlushDecompress::Finish
        } else {
            FlushDecompress::None
        };
        let Ok(status) = state.decompress_vec(input, &mut out, flush) else {
            return refuse(EntryFault::Deflate);
        };
        if out.len() > declared {
            let (declared, found) = (declared as u64, out.len() as u64);
            return refuse(EntryFault::UnpackedSize { declared, found });
        }
        // A piece is short, so the count of what was read of it fits.
        input = input
            .get((state.total_in() - read) as usize..)
            .unwrap_or_default();
        if status == Status::StreamEnd {
            break;
        }
        if (state.total_in(), state.total_out()) == (read, written) {
            // There was room, so more input was wanted: the stream is cut short.
            return refuse(EntryFault::Deflate);
        }
    }
    match u64::from(header.packed) - state.total_in() {
        0 => Ok(out),
        bytes => refuse(EntryFault::BytesAfterStream { bytes }),
    }
}
