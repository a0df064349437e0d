//! Every hostile package is refused for the right reason, and every odd but honest one read.
//!
//! The packages come from `hostile/generate.rs`, which other tests can include too. Here the
//! reader is held to its errors; that nothing hangs or takes much memory shows in that the
//! packages, gigabytes if unpacked, are all read by one process whose peak is looked at.

#[path = "hostile/generate.rs"]
mod generate;

use std::collections::{BTreeMap, HashSet};

use generate::{Case, Expect, generate};
use vmm::ionpack::{
    ArchiveFault, EntryFault, IonPackReader, Limit, ManifestError, NameFault, PackError,
};

const CLASS: &[u8] = b"the bytes of a class file, which mean nothing to a package";

/// Rule: P-ALL-1
#[test]
fn every_package_gets_what_it_deserves() {
    let mut names = HashSet::new();
    let mut families: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    generate(CLASS, &mut |case: Case| {
        assert!(
            names.insert(case.name.clone()),
            "two cases are called {}",
            case.name
        );
        let family = case.name.split('-').next().unwrap_or_default();
        *families.entry(family.to_owned()).or_default() += 1;
        let got = judge(case.bytes);
        if got != expected(case.expect) {
            wrong.push(format!(
                "{}: expected {:?}, got {got:?}",
                case.name, case.expect
            ));
        }
    });
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        names.len(),
        wrong.join("\n")
    );
    assert!(names.len() >= 600, "only {} cases", names.len());
    for (family, least) in [
        ("bomb", 30),
        ("central", 5),
        ("comment", 2),
        ("dup", 30),
        ("encrypted", 4),
        ("end", 20),
        ("entries", 8),
        ("hidden", 2),
        ("local", 20),
        ("man", 150),
        ("method", 20),
        ("mode", 15),
        ("multi", 5),
        ("name", 40),
        ("prefix", 10),
        ("slip", 15),
        ("symlink", 10),
        ("two", 2),
        ("z64", 30),
    ] {
        let count = families.get(family).copied().unwrap_or_default();
        assert!(count >= least, "only {count} cases of the family {family}");
    }
    if let Some(peak) = peak_memory() {
        assert!(peak < 192 << 20, "{peak} bytes resident at the peak");
    }
}

/// What came of a package, in the words of [`Expect`].
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Accepted,
    Open(String),
    Main(String),
    Resource(String),
}

fn expected(expect: Expect) -> Outcome {
    match expect {
        Expect::Accepted => Outcome::Accepted,
        Expect::Refused(label) => Outcome::Open(label.to_owned()),
        Expect::MainRefused(label) => Outcome::Main(label.to_owned()),
        Expect::ResourceRefused(label) => Outcome::Resource(label.to_owned()),
    }
}

/// Opens a package and reads everything in it.
fn judge(bytes: Vec<u8>) -> Outcome {
    let mut pack = match IonPackReader::from_bytes(bytes) {
        Ok(pack) => pack,
        Err(error) => return Outcome::Open(label(&error)),
    };
    let _ = pack.manifest().to_string();
    match pack.read_class("Main") {
        Ok(class) => assert_eq!(class, CLASS),
        Err(error) => return Outcome::Main(label(&error)),
    }
    for class in owned(pack.classes()) {
        pack.read_class(&class)
            .expect("no case has a second class that cannot be read");
    }
    for path in owned(pack.resources()) {
        if let Err(error) = pack.read_resource(&path) {
            return Outcome::Resource(label(&error));
        }
    }
    for path in owned(pack.sources()) {
        pack.read_source(&path)
            .expect("no case has a source that cannot be read");
    }
    Outcome::Accepted
}

fn owned<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}

/// The kind of an error, after checking that its message is one harmless line.
fn label(error: &PackError) -> String {
    let message = error.to_string();
    let harmless = |c: char| c == ' ' || !(c.is_control() || c.is_whitespace());
    assert!(message.chars().all(harmless), "{message:?}");
    assert!(!message.ends_with('.'), "{message}");
    let steers = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    assert!(!message.contains(steers), "{message:?}");
    assert!(
        message.len() < 700,
        "{} bytes of message: {message}",
        message.len()
    );
    match error {
        PackError::Io { action, .. } => format!("io/{action}"),
        PackError::NotAFile => "not-a-file".to_owned(),
        PackError::NotAFolder => "not-a-folder".to_owned(),
        PackError::NoManifest { .. } => "no-manifest".to_owned(),
        PackError::NotFound { .. } => "not-found".to_owned(),
        PackError::Limit { limit, max, .. } => {
            assert!(message.contains(&max.to_string()), "no limit in {message}");
            format!("limit/{}", limit.name())
        }
        PackError::Archive { fault, .. } => format!("archive/{}", archive_label(fault)),
        PackError::Entry {
            fault: EntryFault::Name(fault),
            ..
        } => {
            format!("entry/name/{}", name_label(fault))
        }
        PackError::Entry { fault, .. } => format!("entry/{}", entry_label(fault)),
        PackError::Manifest(error) => format!("manifest/{}", manifest_label(error)),
    }
}

fn archive_label(fault: &ArchiveFault) -> &'static str {
    match fault {
        ArchiveFault::Empty => "empty",
        ArchiveFault::NoEndRecord => "no-end-record",
        ArchiveFault::Comment { .. } => "comment",
        ArchiveFault::BytesAfterEnd { .. } => "bytes-after-end",
        ArchiveFault::MultiDisk => "multi-disk",
        ArchiveFault::Zip64 => "zip64",
        ArchiveFault::DirectoryBounds { .. } => "directory-bounds",
        ArchiveFault::EntryCount { .. } => "entry-count",
        ArchiveFault::Signature { .. } => "signature",
        ArchiveFault::CutShort { .. } => "cut-short",
        ArchiveFault::StrayBytes { .. } => "stray-bytes",
    }
}

fn entry_label(fault: &EntryFault) -> &'static str {
    match fault {
        EntryFault::Name(_) => "name",
        EntryFault::NameEncoding => "name-encoding",
        EntryFault::Encrypted => "encrypted",
        EntryFault::Method { .. } => "method",
        EntryFault::Flags { .. } => "flags",
        EntryFault::Version { .. } => "version",
        EntryFault::Comment { .. } => "comment",
        EntryFault::ExtraField => "extra-field",
        EntryFault::ExtraBlock { .. } => "extra-block",
        EntryFault::Zip64 => "zip64",
        EntryFault::Disk { .. } => "disk",
        EntryFault::FileType { .. } => "file-type",
        EntryFault::SetId { .. } => "set-id",
        EntryFault::FolderWithBytes => "folder-with-bytes",
        EntryFault::Duplicate => "duplicate",
        EntryFault::CaseConflict { .. } => "case-conflict",
        EntryFault::FileAndFolder { .. } => "file-and-folder",
        EntryFault::Overlap => "overlap",
        EntryFault::HeadersDisagree { .. } => "headers-disagree",
        EntryFault::DescriptorDisagrees { .. } => "descriptor-disagrees",
        EntryFault::StoredSize => "stored-size",
        EntryFault::Deflate => "deflate",
        EntryFault::UnpackedSize { .. } => "unpacked-size",
        EntryFault::BytesAfterStream { .. } => "bytes-after-stream",
        EntryFault::Checksum { .. } => "checksum",
        EntryFault::ClassPlace => "class-place",
        EntryFault::LibraryPlace => "library-place",
        EntryFault::NotText => "not-text",
    }
}

fn name_label(fault: &NameFault) -> &'static str {
    match fault {
        NameFault::Empty => "empty",
        NameFault::NotUtf8 => "not-utf8",
        NameFault::Hidden { .. } => "hidden",
        NameFault::Backslash => "backslash",
        NameFault::Colon => "colon",
        NameFault::Absolute => "absolute",
        NameFault::Climbing => "climbing",
        NameFault::EmptySegment => "empty-segment",
    }
}

fn manifest_label(error: &ManifestError) -> &'static str {
    match error {
        ManifestError::Limit { limit, max, .. } => {
            assert!(matches!(
                limit,
                Limit::ManifestBytes | Limit::ManifestFields
            ));
            assert!(
                error.to_string().contains(&max.to_string()),
                "no limit in {error}"
            );
            "limit"
        }
        ManifestError::NotUtf8 { .. } => "not-utf8",
        ManifestError::Nul { .. } => "nul",
        ManifestError::Hidden { .. } => "hidden",
        ManifestError::NoColon { .. } => "no-colon",
        ManifestError::BadKey { .. } => "bad-key",
        ManifestError::RepeatedKey { .. } => "repeated-key",
        ManifestError::Missing { .. } => "missing",
        ManifestError::Format { .. } => "format",
        ManifestError::BadValue { .. } => "bad-value",
        ManifestError::RepeatedItem { .. } => "repeated-item",
        ManifestError::Permission { .. } => "permission",
    }
}

/// Most bytes that this process ever had in memory, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
