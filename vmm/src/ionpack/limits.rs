//! What a reader of packages will take on.
//!
//! Every bound can be set per reader; the defaults are the constants of
//! [`crate::limits`]. Sizes count bytes: packed as they lie in the archive, unpacked as
//! they really come out, never only as a header claims.

use std::fmt;

use crate::limits;

/// The bounds of a package reader, builder or folder reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Longest archive, in bytes.
    pub archive_bytes: u64,
    /// Most entries, folders included. An archive without zip64 holds at most 65,534.
    pub entries: u32,
    /// Longest entry, in unpacked bytes.
    pub entry_bytes: u64,
    /// All entries together, in unpacked bytes.
    pub total_bytes: u64,
    /// Largest ratio of unpacked to packed size of an entry over `ratio_from_bytes`.
    pub ratio: u64,
    /// Entries up to this many unpacked bytes may have any ratio.
    pub ratio_from_bytes: u64,
    /// Longest entry name, in bytes.
    pub name_bytes: u32,
    /// Deepest entry name, in segments.
    pub name_depth: u32,
    /// Longest manifest, in bytes.
    pub manifest_bytes: u64,
    /// Most fields of a manifest.
    pub manifest_fields: u32,
}

impl Default for ArchiveLimits {
    fn default() -> ArchiveLimits {
        ArchiveLimits {
            archive_bytes: limits::PACK_ARCHIVE_BYTES,
            entries: limits::PACK_ENTRIES,
            entry_bytes: limits::PACK_ENTRY_BYTES,
            total_bytes: limits::PACK_TOTAL_BYTES,
            ratio: limits::PACK_RATIO,
            ratio_from_bytes: limits::PACK_RATIO_FROM_BYTES,
            name_bytes: limits::PACK_NAME_BYTES,
            name_depth: limits::PACK_NAME_DEPTH,
            manifest_bytes: limits::MANIFEST_BYTES,
            manifest_fields: limits::MANIFEST_FIELDS,
        }
    }
}

/// Which of the [`ArchiveLimits`] was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// [`ArchiveLimits::archive_bytes`].
    ArchiveBytes,
    /// [`ArchiveLimits::entries`].
    Entries,
    /// [`ArchiveLimits::entry_bytes`].
    EntryBytes,
    /// [`ArchiveLimits::total_bytes`].
    TotalBytes,
    /// [`ArchiveLimits::ratio`].
    Ratio,
    /// [`ArchiveLimits::name_bytes`].
    NameBytes,
    /// [`ArchiveLimits::name_depth`].
    NameDepth,
    /// [`ArchiveLimits::manifest_bytes`].
    ManifestBytes,
    /// [`ArchiveLimits::manifest_fields`].
    ManifestFields,
}

impl Limit {
    /// The name of the limit, equal to the field that sets it.
    pub fn name(self) -> &'static str {
        match self {
            Limit::ArchiveBytes => "archive_bytes",
            Limit::Entries => "entries",
            Limit::EntryBytes => "entry_bytes",
            Limit::TotalBytes => "total_bytes",
            Limit::Ratio => "ratio",
            Limit::NameBytes => "name_bytes",
            Limit::NameDepth => "name_depth",
            Limit::ManifestBytes => "manifest_bytes",
            Limit::ManifestFields => "manifest_fields",
        }
    }

    /// What the limit counts, fit for `found WHAT`.
    fn unit(self) -> &'static str {
        match self {
            Limit::ArchiveBytes => "bytes of archive",
            Limit::Entries => "entries",
            Limit::EntryBytes => "unpacked bytes in one entry",
            Limit::TotalBytes => "unpacked bytes in all entries together",
            Limit::Ratio => "times as much unpacked as packed",
            Limit::NameBytes => "bytes of name",
            Limit::NameDepth => "segments of name",
            Limit::ManifestBytes => "bytes of manifest",
            Limit::ManifestFields => "manifest fields",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.unit())
    }
}
