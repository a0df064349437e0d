//! Why a package is refused.
//!
//! [`PackError`] says where (the archive as a whole, one entry, the manifest) and the
//! fault types say what. Every message is one line that names the place and, where there is
//! one, the remedy; text taken from the file is [`Quoted`].

use std::fmt;
use std::io;

use super::limits::Limit;
use super::manifest::ManifestError;
use crate::names::{NAME_PATTERN, Quoted};

/// Why a package cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackError {
    /// The operating system failed to read or write.
    Io {
        /// What was being done, such as "read".
        action: &'static str,
        /// The file, if it is one of several.
        path: Option<Quoted>,
        /// What the system answered.
        kind: io::ErrorKind,
    },
    /// The path names a folder, device or pipe instead of a file.
    NotAFile,
    /// The path names something other than a folder.
    NotAFolder,
    /// One of the [`super::ArchiveLimits`] was passed.
    Limit {
        /// Which one.
        limit: Limit,
        /// The figure found; where counting stopped early, the first figure that is too large.
        found: u64,
        /// The figure allowed.
        max: u64,
        /// The entry concerned, if it is about one.
        entry: Option<Quoted>,
    },
    /// The archive's structure is wrong.
    Archive {
        /// Where in the file, in bytes from its start.
        at: u64,
        /// What is wrong.
        fault: ArchiveFault,
    },
    /// An entry is wrong or not allowed.
    Entry {
        /// The entry's name.
        entry: Quoted,
        /// What is wrong.
        fault: EntryFault,
    },
    /// There is no `META-INF/MANIFEST.ion`.
    NoManifest {
        /// An entry whose name is equal but for upper and lower case.
        similar: Option<Quoted>,
    },
    /// The manifest is wrong.
    Manifest(ManifestError),
    /// The package has nothing of this name.
    NotFound {
        /// What was looked for.
        what: Content,
        /// The name asked for.
        name: Quoted,
        /// Some of the names that exist instead.
        present: Vec<Quoted>,
        /// How many exist.
        total: usize,
    },
}

/// What a package holds beside its manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// A class file.
    Class,
    /// A native library.
    Library,
    /// A resource.
    Resource,
    /// A source text.
    Source,
}

/// What is wrong with the structure of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveFault {
    /// The file is empty.
    Empty,
    /// No end record at the end of the file: no archive, or one that was cut short.
    NoEndRecord,
    /// An archive comment, in which anything could hide.
    Comment {
        /// Its length.
        bytes: u16,
    },
    /// Bytes after the end record and its comment.
    BytesAfterEnd {
        /// How many.
        bytes: u64,
    },
    /// The archive is one part of several.
    MultiDisk,
    /// Records of the zip64 extension, which no archive under 4 GiB needs.
    Zip64,
    /// The directory does not reach exactly to the end record.
    DirectoryBounds {
        /// Where the directory ends by its own account.
        end: u64,
        /// Where the end record begins.
        expected: u64,
    },
    /// The directory holds another number of entries than the end record says.
    EntryCount {
        /// The number that the end record gives.
        recorded: u32,
    },
    /// A record does not begin with its signature.
    Signature {
        /// Which record was expected.
        record: &'static str,
    },
    /// A record goes on past the end of its part of the file.
    CutShort {
        /// Which record.
        record: &'static str,
    },
    /// Bytes that belong to no entry: before the first, between two, or before the directory.
    StrayBytes {
        /// How many.
        bytes: u64,
    },
}

/// What is wrong with one entry of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryFault {
    /// The name is not allowed.
    Name(NameFault),
    /// The name is neither plain ASCII nor marked as UTF-8, so readers would disagree on it.
    NameEncoding,
    /// The entry is encrypted.
    Encrypted,
    /// The entry is neither stored nor deflated.
    Method {
        /// The number of its method.
        method: u16,
    },
    /// Flags other than those of deflate, data descriptors and UTF-8 names.
    Flags {
        /// The flags that are not known.
        unknown: u16,
    },
    /// The entry needs a later version of the archive format.
    Version {
        /// Ten times the version.
        needed: u16,
    },
    /// The entry has a comment.
    Comment {
        /// Its length.
        bytes: u16,
    },
    /// The extra field is not a sequence of tagged blocks.
    ExtraField,
    /// An extra block that gives the entry another name or kind.
    ExtraBlock {
        /// Its tag.
        tag: u16,
    },
    /// Fields of the zip64 extension.
    Zip64,
    /// The entry lies on another disk.
    Disk {
        /// Which one.
        disk: u16,
    },
    /// A link, device, pipe or socket, or a folder and a file at once.
    FileType {
        /// The type and permission bits of the entry.
        mode: u16,
    },
    /// The entry asks to run as its owner or group, or to be sticky.
    SetId {
        /// The type and permission bits of the entry.
        mode: u16,
    },
    /// A folder that holds bytes.
    FolderWithBytes,
    /// Another entry has the same name.
    Duplicate,
    /// Another entry's name differs in upper and lower case alone.
    CaseConflict {
        /// The other name.
        other: Quoted,
    },
    /// The name of a file is also the folder of another entry.
    FileAndFolder {
        /// The other entry.
        other: Quoted,
    },
    /// The entry's bytes are also part of another entry or of the directory.
    Overlap,
    /// The header in front of the entry and the one in the directory disagree.
    HeadersDisagree {
        /// On what.
        field: &'static str,
    },
    /// The descriptor behind the entry and the header in the directory disagree.
    DescriptorDisagrees {
        /// On what.
        field: &'static str,
    },
    /// A stored entry whose packed and unpacked sizes differ.
    StoredSize,
    /// The bytes are no valid deflate stream.
    Deflate,
    /// The entry unpacks to another size than its headers say.
    UnpackedSize {
        /// The size that the headers give.
        declared: u64,
        /// The size that came out; one more than declared where unpacking was stopped.
        found: u64,
    },
    /// The deflate stream ends before the entry does.
    BytesAfterStream {
        /// How many bytes follow it.
        bytes: u64,
    },
    /// The contents do not match the checksum.
    Checksum {
        /// The checksum in the headers.
        declared: u32,
        /// The checksum of the contents.
        found: u32,
    },
    /// A file under `classes/` whose name is not `NAME.ionc`.
    ClassPlace,
    /// A file under `lib/` that is neither `lib/NAME` nor `lib/OS/ARCH/NAME`.
    LibraryPlace,
    /// The bytes are not UTF-8 text.
    NotText,
}

/// Why the name of an entry is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// The name is empty.
    Empty,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// An invisible or control character.
    Hidden {
        /// The character.
        character: char,
    },
    /// A backslash, which some systems take for a separator.
    Backslash,
    /// A colon, which some systems take for a drive or stream.
    Colon,
    /// The name begins with a slash.
    Absolute,
    /// A segment `..`.
    Climbing,
    /// An empty segment or a segment `.`.
    EmptySegment,
}

impl PackError {
    /// An input or output error while doing `action`.
    pub(super) fn io(action: &'static str, error: &io::Error) -> PackError {
        PackError::Io {
            action,
            path: None,
            kind: error.kind(),
        }
    }

    /// A fault of the entry called `name`.
    pub(super) fn entry(name: &str, fault: EntryFault) -> PackError {
        PackError::Entry {
            entry: Quoted::new(name),
            fault,
        }
    }
}

impl From<ManifestError> for PackError {
    fn from(error: ManifestError) -> PackError {
        PackError::Manifest(error)
    }
}

impl std::error::Error for PackError {}

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
                    "an archive comment of {bytes} bytes, which is not allowed; remove it"
                )
            }
            ArchiveFault::BytesAfterEnd { bytes } => {
                write!(
                    f,
                    "{bytes} bytes follow the end of the archive; remove them"
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
                    "{bytes} bytes belong to no entry; entries must follow each other"
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
                    "a comment of {bytes} bytes, which is not allowed; remove it"
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
                write!(f, "{bytes} bytes follow its compressed stream")
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
