//! What the headers of one entry may say.
//!
//! The header in the directory is judged first, by itself; then the header in front of the
//! entry and the descriptor behind it must agree with it in everything. Nothing is
//! unpacked here.
//!
//! # Invariants
//! E1. An accepted entry is a plain file, or a folder without bytes, whoever reads the archive:
//!     no field that some readers honour and others ignore may say otherwise.
//! E2. Sizes are within the limits before anything is unpacked.

use super::record::{
    Central, DEFLATED, Descriptor, FLAG_DESCRIPTOR, FLAG_ENCRYPTED, FLAG_UTF8, FLAGS_DEFLATE,
    FLAGS_STRONG, STORED, Shared,
};
use crate::ionpack::error::{ArchiveFault, EntryFault, PackError};
use crate::ionpack::limits::{ArchiveLimits, Limit};
use crate::names::Quoted;

/// Versions of the format up to this one know stored and deflated entries and folders.
const VERSION_MAX: u16 = 20;

/// Size of an empty deflate stream, which some writers give to folders.
const EMPTY_STREAM: u32 = 2;

/// Checks what the directory says about an entry. `name` was checked before.
pub(super) fn check_central(
    name: &str,
    header: &Central,
    limits: &ArchiveLimits,
) -> Result<(), PackError> {
    let refuse = |fault| Err(PackError::entry(name, fault));
    let shared = &header.shared;
    if shared.flags & (FLAG_ENCRYPTED | FLAGS_STRONG) != 0 {
        return refuse(EntryFault::Encrypted);
    }
    if shared.method != STORED && shared.method != DEFLATED {
        return refuse(EntryFault::Method {
            method: shared.method,
        });
    }
    let unknown = shared.flags & !(FLAGS_DEFLATE | FLAG_DESCRIPTOR | FLAG_UTF8);
    if unknown != 0 {
        return refuse(EntryFault::Flags { unknown });
    }
    if [shared.packed, shared.unpacked, header.offset].contains(&u32::MAX)
        || header.disk == u16::MAX
    {
        return refuse(EntryFault::Zip64);
    }
    if shared.needed > VERSION_MAX {
        return refuse(EntryFault::Version {
            needed: shared.needed,
        });
    }
    if !name.is_ascii() && shared.flags & FLAG_UTF8 == 0 {
        return refuse(EntryFault::NameEncoding);
    }
    if header.comment_len != 0 {
        return refuse(EntryFault::Comment {
            bytes: header.comment_len,
        });
    }
    if header.disk != 0 {
        return refuse(EntryFault::Disk { disk: header.disk });
    }
    check_attributes(name, header)?;
    if name.ends_with('/') {
        let empty = match shared.method {
            STORED => 0,
            _ => EMPTY_STREAM,
        };
        if shared.unpacked != 0 || shared.crc != 0 || shared.packed != empty {
            return refuse(EntryFault::FolderWithBytes);
        }
    }
    check_sizes(name, shared, limits)
}

/// Checks the extra field of either header: well formed, and without blocks that change what
/// the entry is called or what it is.
pub(super) fn check_extra(name: &str, mut extra: &[u8]) -> Result<(), PackError> {
    while !extra.is_empty() {
        let malformed = || PackError::entry(name, EntryFault::ExtraField);
        let (&[a, b, c, d], rest) = extra.split_first_chunk::<4>().ok_or_else(malformed)?;
        let size = usize::from(u16::from_le_bytes([c, d]));
        extra = rest.get(size..).ok_or_else(malformed)?;
        let fault = match u16::from_le_bytes([a, b]) {
            0x0001 => EntryFault::Zip64,
            // Strong encryption and its keys, AES.
            0x0014..=0x0017 | 0x9901 => EntryFault::Encrypted,
            // Unix blocks that can hold a link's target or a device, and a second name.
            tag @ (0x000d | 0x756e | 0x7075) => EntryFault::ExtraBlock { tag },
            _ => continue,
        };
        return Err(PackError::entry(name, fault));
    }
    Ok(())
}

/// Checks that the header in front of the entry says what the directory says.
pub(super) fn check_local(name: &str, local: &Shared, central: &Shared) -> Result<(), PackError> {
    let later = central.flags & FLAG_DESCRIPTOR != 0;
    // With a descriptor the header may hold zeros instead.
    let same = |local: u32, central: u32| local == central || (later && local == 0);
    let field = if local.flags != central.flags {
        "flags"
    } else if local.method != central.method {
        "compression method"
    } else if local.needed > VERSION_MAX {
        "version needed"
    } else if (local.time, local.date) != (central.time, central.date) {
        "time"
    } else if !same(local.crc, central.crc) {
        "checksum"
    } else if !same(local.packed, central.packed) {
        "packed size"
    } else if !same(local.unpacked, central.unpacked) {
        "unpacked size"
    } else if local.name_len != central.name_len {
        "name"
    } else {
        return Ok(());
    };
    Err(PackError::entry(
        name,
        EntryFault::HeadersDisagree { field },
    ))
}

/// Checks the bytes between the end of the entry and the next record, `at` in the file.
pub(super) fn check_descriptor(
    name: &str,
    at: u64,
    bytes: &[u8],
    central: &Shared,
) -> Result<(), PackError> {
    let Some(descriptor) = Descriptor::decode(bytes) else {
        let fault = ArchiveFault::Signature {
            record: "a data descriptor",
        };
        return Err(PackError::Archive { at, fault });
    };
    let field = if descriptor.crc != central.crc {
        "checksum"
    } else if descriptor.packed != central.packed {
        "packed size"
    } else if descriptor.unpacked != central.unpacked {
        "unpacked size"
    } else {
        return Ok(());
    };
    Err(PackError::entry(
        name,
        EntryFault::DescriptorDisagrees { field },
    ))
}

/// Checks type and permission bits, of Unix in the upper half and of DOS in the lower. They are
/// judged whatever system made the archive, since readers differ in when they believe them.
fn check_attributes(name: &str, header: &Central) -> Result<(), PackError> {
    const TYPE: u16 = 0o170_000;
    const REGULAR: u16 = 0o100_000;
    const FOLDER: u16 = 0o040_000;
    const SET_ID: u16 = 0o007_000;
    const DOS_LABEL: u32 = 0x08;
    const DOS_FOLDER: u32 = 0x10;
    const DOS_DEVICE: u32 = 0x40;
    const DOS_REPARSE: u32 = 0x400;

    let is_folder = name.ends_with('/');
    let mode = (header.external >> 16) as u16;
    let type_fits = match mode & TYPE {
        0 => true,
        REGULAR => !is_folder,
        FOLDER => is_folder,
        _ => false,
    };
    let dos_fits = header.external & (DOS_LABEL | DOS_DEVICE | DOS_REPARSE) == 0
        && (is_folder || header.external & DOS_FOLDER == 0);
    if !type_fits || !dos_fits {
        return Err(PackError::entry(name, EntryFault::FileType { mode }));
    }
    if mode & SET_ID != 0 {
        return Err(PackError::entry(name, EntryFault::SetId { mode }));
    }
    Ok(())
}

fn check_sizes(name: &str, shared: &Shared, limits: &ArchiveLimits) -> Result<(), PackError> {
    let (packed, unpacked) = (u64::from(shared.packed), u64::from(shared.unpacked));
    let over = |limit, found, max| {
        Err(PackError::Limit {
            limit,
            found,
            max,
            entry: Some(Quoted::new(name)),
        })
    };
    if unpacked > limits.entry_bytes {
        return over(Limit::EntryBytes, unpacked, limits.entry_bytes);
    }
    if shared.method == STORED && packed != unpacked {
        return Err(PackError::entry(name, EntryFault::StoredSize));
    }
    if unpacked > limits.ratio_from_bytes && unpacked > packed.saturating_mul(limits.ratio) {
        return over(Limit::Ratio, unpacked.div_ceil(packed.max(1)), limits.ratio);
    }
    Ok(())
}
