//! The sentences of the faults of packages: one line each, lower case, no full stop, with the
//! place and, where there is one, the remedy.

use std::{fmt, io};

use super::{ArchiveFault, Content, EntryFault, NameFault, PackError};
use crate::names::{NAME_PATTERN, Quoted};

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PackError::Io { action, path, kind } => {
                write!(f, "cannot {action}")?;
                if let Some(path) = path {
                    write!(f, " {path}")?;
                }
                match kind {
                    io::ErrorKind::NotFound => f.write_str(": there is no such file or folder"),
                    kind => write!(f, ": {kind}"),
                }
            }
            PackError::NotAFile => f.write_str("not a file: a package is one regular file"),
            PackError::NotAFolder => f.write_str("not a folder: expected a package folder"),
            PackError::Limit {
                limit,
                found,
                max,
                entry,
            } => {
                if let Some(entry) = entry {
                    write!(f, "entry {entry}: ")?;
                }
                write!(f, "{found} {limit}, but at most {max} are allowed")?;
                write!(f, " (limit {})", limit.name())
            }
            PackError::Archive { at, fault } => write!(f, "at byte {at} of the archive: {fault}"),
            PackError::Entry { entry, fault } => write!(f, "entry {entry}: {fault}"),
            PackError::NoManifest { similar: None } => {
                f.write_str("no META-INF/MANIFEST.ion in the package, so it is not an ionpack")
            }
            PackError::NoManifest {
                similar: Some(similar),
            } => {
                write!(
                    f,
                    "no META-INF/MANIFEST.ion in the package; rename the entry {similar}"
                )
            }
            PackError::Manifest(error) => write!(f, "META-INF/MANIFEST.ion: {error}"),
            PackError::NotFound {
                what,
                name,
                present,
                total,
            } => {
                write!(f, "the package has no {what} {name}")?;
                list(f, present, *total)
            }
        }
    }
}

/// A number of bytes in words.
fn bytes_of(count: u64) -> String {
    if count == 1 {
        "1 byte".to_owned()
    } else {
        format!("{count} bytes")
    }
}

/// Ends a sentence with what there is instead.
fn list(f: &mut fmt::Formatter<'_>, present: &[Quoted], total: usize) -> fmt::Result {
    if present.is_empty() {
        return f.write_str("; it has none at all");
    }
    for (i, name) in present.iter().enumerate() {
        write!(f, "{}{name}", if i == 0 { "; it has " } else { ", " })?;
    }
    match total.saturating_sub(present.len()) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Content::Class => "class",
            Content::Library => "library",
            Content::Resource => "resource",
            Content::Source => "source",
        })
    }
}

impl fmt::Display for ArchiveFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArchiveFault::Empty => f.write_str("the file is empty"),
            ArchiveFault::NoEndRecord => {
                f.write_str("no end record, so this is no zip archive or one that was cut short")
            }
            ArchiveFault::Comment { bytes } => {
                write!(
                    f,
                    "an archive comment of {}, which is not allowed; remove it",
                    bytes_of((*bytes).into())
                )
            }
            ArchiveFault::BytesAfterEnd { bytes } => {
                write!(
                    f,
                    "{} behind the end of the archive; remove what follows",
                    bytes_of(*bytes)
                )
            }
            ArchiveFault::MultiDisk => {
                f.write_str("part of an archive split over several disks; join the parts first")
            }
            ArchiveFault::Zip64 => f.write_str(
                "zip64 records, which are not read and which no archive under 4 GiB needs; \
                 write it without them",
            ),
            ArchiveFault::DirectoryBounds { end, expected } => write!(
                f,
                "the directory should end at byte {expected}, where the end record begins, \
                 but ends at {end}"
            ),
            ArchiveFault::EntryCount { recorded } => {
                write!(
                    f,
                    "the directory does not hold the {recorded} entries that it should"
                )
            }
            ArchiveFault::Signature { record } => write!(f, "expected {record}, found other bytes"),
            ArchiveFault::CutShort { record } => {
                write!(f, "{record} is longer than the bytes that are left for it")
            }
            ArchiveFault::StrayBytes { bytes } => {
                write!(
                    f,
                    "{} of no entry; entries must follow each other without gaps",
                    bytes_of(*bytes)
                )
            }
        }
    }
}

impl fmt::Display for EntryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntryFault::Name(fault) => write!(f, "{fault}"),
            EntryFault::NameEncoding => {
                f.write_str("the name is not ASCII and not marked as UTF-8; set flag bit 11")
            }
            EntryFault::Encrypted => f.write_str("encrypted entries are not read"),
            EntryFault::Method { method } => write!(
                f,
                "compression method {method} is not read; use 0 (stored) or 8 (deflated)"
            ),
            EntryFault::Flags { unknown } => write!(f, "unknown flags {unknown:#06x}"),
            EntryFault::Version { needed } => write!(
                f,
                "needs version {}.{} of the zip format, but 2.0 is the latest that is read",
                needed / 10,
                needed % 10
            ),
            EntryFault::Comment { bytes } => {
                write!(
                    f,
                    "a comment of {}, which is not allowed; remove it",
                    bytes_of((*bytes).into())
                )
            }
            EntryFault::ExtraField => f.write_str("the extra field is malformed"),
            EntryFault::ExtraBlock { tag } => {
                write!(
                    f,
                    "extra block {tag:#06x} gives the entry another name or kind"
                )
            }
            EntryFault::Zip64 => {
                f.write_str("zip64 fields, which no entry under 4 GiB needs; write it without them")
            }
            EntryFault::Disk { disk } => write!(f, "lies on disk {disk} of a split archive"),
            EntryFault::FileType { mode } => {
                write!(
                    f,
                    "mode {mode:06o} is a link or special file; only plain files are read"
                )
            }
            EntryFault::SetId { mode } => {
                write!(
                    f,
                    "mode {mode:06o} has setuid, setgid or sticky bits; clear them"
                )
            }
            EntryFault::FolderWithBytes => f.write_str("a folder cannot hold bytes"),
            EntryFault::Duplicate => f.write_str("there is another entry of the same name"),
            EntryFault::CaseConflict { other } => {
                write!(
                    f,
                    "differs from {other} in upper and lower case alone; rename one"
                )
            }
            EntryFault::FileAndFolder { other } => {
                write!(f, "is a file, but {other} needs a folder of that name")
            }
            EntryFault::Overlap => f.write_str("its bytes overlap another part of the archive"),
            EntryFault::HeadersDisagree { field } => {
                write!(
                    f,
                    "its own header and the directory disagree on the {field}"
                )
            }
            EntryFault::DescriptorDisagrees { field } => {
                write!(
                    f,
                    "its data descriptor and the directory disagree on the {field}"
                )
            }
            EntryFault::StoredSize => {
                f.write_str("stored, but its packed and unpacked sizes differ")
            }
            EntryFault::Deflate => f.write_str("the compressed bytes are damaged"),
            EntryFault::UnpackedSize { declared, found } if found > declared => {
                write!(
                    f,
                    "unpacks to more than the {declared} bytes that its header gives"
                )
            }
            EntryFault::UnpackedSize { declared, found } => {
                write!(
                    f,
                    "unpacks to {found} bytes instead of the {declared} of its header"
                )
            }
            EntryFault::BytesAfterStream { bytes } => {
                write!(
                    f,
                    "{} behind the end of its compressed stream",
                    bytes_of(*bytes)
                )
            }
            EntryFault::Checksum { declared, found } => {
                write!(
                    f,
                    "checksum {found:08x} instead of {declared:08x}; the file is damaged"
                )
            }
            EntryFault::ClassPlace => {
                write!(f, "a class is classes/NAME.ionc, where {NAME_PATTERN}")
            }
            EntryFault::LibraryPlace => write!(
                f,
                "a library is lib/NAME or lib/OS/ARCH/NAME with OS linux, macos or windows and \
                 ARCH x86_64 or aarch64, where {NAME_PATTERN}"
            ),
            EntryFault::NotText => f.write_str("not UTF-8 text"),
        }
    }
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameFault::Empty => f.write_str("an empty name"),
            NameFault::NotUtf8 => f.write_str("the name is not UTF-8"),
            NameFault::Hidden { character } => {
                write!(
                    f,
                    "the name holds the invisible character U+{:04X}",
                    u32::from(*character)
                )
            }
            NameFault::Backslash => f.write_str("a backslash in the name; separate with /"),
            NameFault::Colon => f.write_str("a colon in the name, which may stand for a drive"),
            NameFault::Absolute => f.write_str("an absolute name; names are relative"),
            NameFault::Climbing => f.write_str("a .. in the name, which climbs out of the package"),
            NameFault::EmptySegment => f.write_str("an empty segment or . in the name"),
        }
    }
}
