//! Why a package is refused.
//!
//! [`PackError`] says where (the archive as a whole, one entry, the manifest) and the
//! fault types say what. Every message is one line that names the place and, where there is
//! one, the remedy; text taken from the file is [`Quoted`]. The sentences stand in
//! `error/text.rs`.

mod text;

use std::io;

use super::limits::Limit;
use super::manifest::ManifestError;
use crate::names::Quoted;

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
