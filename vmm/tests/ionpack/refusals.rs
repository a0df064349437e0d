//! What builders refuse to write, and where each limit lies.

use std::io::Cursor;

use vmm::ionpack::{
    ArchiveFault, ArchiveLimits, EntryFault, IonPackBuilder, IonPackReader, Limit, ManifestError,
    NameFault, PackError,
};

use super::{assert_one_harmless_line, full};

/// What is done to a builder.
type Change<'c> = &'c dyn for<'a> Fn(&'a mut IonPackBuilder) -> &'a mut IonPackBuilder;

/// Rule: P-WRITE-3
#[test]
fn a_builder_writes_nothing_that_a_reader_would_refuse() {
    let fault = |change: Change<'_>| {
        let mut builder = full();
        change(&mut builder);
        let mut out = Vec::new();
        let error = builder.build(&mut out).expect_err("refused");
        assert_one_harmless_line(&error);
        assert!(out.is_empty(), "{error}: {} bytes written", out.len());
        error
    };
    let entry = |change: Change<'_>| match fault(change) {
        PackError::Entry { fault, .. } => fault,
        other => panic!("{other}"),
    };
    let manifest = |change: Change<'_>| match fault(change) {
        PackError::Manifest(error) => error,
        other => panic!("{other}"),
    };
    let climbing = EntryFault::Name(NameFault::Climbing);
    assert_eq!(entry(&|b| b.add_resource("../x", "")), climbing);
    assert_eq!(entry(&|b| b.add_class("../x", "")), climbing);
    assert_eq!(entry(&|b| b.add_class("a b", "")), EntryFault::ClassPlace);
    assert_eq!(entry(&|b| b.add_class("Main", "")), EntryFault::Duplicate);
    assert_eq!(
        entry(&|b| b.add_library("a/b", "", None)),
        EntryFault::LibraryPlace
    );
    let empty = EntryFault::Name(NameFault::EmptySegment);
    assert_eq!(entry(&|b| b.add_source("a/", "")), empty);
    let conflict = entry(&|b| b.add_resource("EMPTY", ""));
    assert!(matches!(conflict, EntryFault::CaseConflict { .. }));
    let both = entry(&|b| b.add_resource("empty/x", ""));
    assert!(matches!(both, EntryFault::FileAndFolder { .. }));

    let hidden = |line| ManifestError::Hidden {
        line,
        character: '\n',
    };
    assert_eq!(manifest(&|b| b.author("me\nName: other")), hidden(7));
    let changes: [Change<'_>; 6] = [
        &|b| b.main_class("a/b"),
        &|b| b.entry_point(""),
        &|b| b.dependency("../x"),
        &|b| b.dependency("a, b"),
        &|b| b.export("a,b"),
        &|b| b.ffi_library("/lib/libc.so"),
    ];
    for change in changes {
        assert!(matches!(manifest(change), ManifestError::BadValue { .. }));
    }
    assert!(matches!(
        manifest(&|b| b.permission("root")),
        ManifestError::Permission { .. }
    ));
    assert!(matches!(
        manifest(&|b| b.dependency("base")),
        ManifestError::RepeatedItem { .. }
    ));
    assert!(matches!(
        manifest(&|b| b.field("a b", "c")),
        ManifestError::BadKey { .. }
    ));
    let name = IonPackBuilder::new("../x", "1").build_bytes();
    assert!(matches!(
        name,
        Err(PackError::Manifest(ManifestError::BadValue { .. }))
    ));

    let small = |limits: ArchiveLimits| match fault(&|b| b.limits(limits.clone())) {
        PackError::Limit { limit, .. } => limit,
        other => panic!("{other}"),
    };
    let limits = ArchiveLimits::default();
    assert_eq!(
        small(ArchiveLimits {
            entries: 7,
            ..limits.clone()
        }),
        Limit::Entries
    );
    assert_eq!(
        small(ArchiveLimits {
            entry_bytes: 10,
            ..limits.clone()
        }),
        Limit::EntryBytes
    );
    assert_eq!(
        small(ArchiveLimits {
            total_bytes: 100,
            ..limits.clone()
        }),
        Limit::TotalBytes
    );
    assert_eq!(
        small(ArchiveLimits {
            name_depth: 3,
            ..limits.clone()
        }),
        Limit::NameDepth
    );
    assert_eq!(
        small(ArchiveLimits {
            name_bytes: 20,
            ..limits.clone()
        }),
        Limit::NameBytes
    );
    let archive = full()
        .limits(ArchiveLimits {
            archive_bytes: 99,
            ..limits
        })
        .build_bytes();
    assert!(matches!(
        archive,
        Err(PackError::Limit {
            limit: Limit::ArchiveBytes,
            ..
        })
    ));
}

/// Rule: P-LIMIT-1
#[test]
fn each_limit_can_be_set() {
    let bytes = full().build_bytes().expect("valid");
    let length = bytes.len() as u64;
    let open = |limits: ArchiveLimits| match IonPackReader::from_source(
        Cursor::new(bytes.clone()),
        &limits,
    ) {
        Ok(_) => None,
        Err(PackError::Limit { limit, max, .. }) => Some((limit, max)),
        Err(PackError::Manifest(ManifestError::Limit { limit, max, .. })) => Some((limit, max)),
        Err(other) => panic!("{other}"),
    };
    let limits = ArchiveLimits::default();
    let manifest = full().manifest().expect("valid").to_string().len() as u64;
    assert_eq!(
        open(ArchiveLimits {
            archive_bytes: length,
            entries: 8,
            entry_bytes: manifest,
            name_depth: 4,
            manifest_bytes: manifest,
            manifest_fields: 12,
            ..limits.clone()
        }),
        None
    );
    for (limits, expected) in [
        (
            ArchiveLimits {
                archive_bytes: length - 1,
                ..limits.clone()
            },
            (Limit::ArchiveBytes, length - 1),
        ),
        (
            ArchiveLimits {
                entries: 7,
                ..limits.clone()
            },
            (Limit::Entries, 7),
        ),
        (
            ArchiveLimits {
                entry_bytes: manifest - 1,
                ..limits.clone()
            },
            (Limit::EntryBytes, manifest - 1),
        ),
        (
            ArchiveLimits {
                total_bytes: manifest,
                ..limits.clone()
            },
            (Limit::TotalBytes, manifest),
        ),
        (
            ArchiveLimits {
                name_bytes: 20,
                ..limits.clone()
            },
            (Limit::NameBytes, 20),
        ),
        (
            ArchiveLimits {
                name_depth: 3,
                ..limits.clone()
            },
            (Limit::NameDepth, 3),
        ),
        (
            ArchiveLimits {
                manifest_bytes: manifest - 1,
                ..limits.clone()
            },
            (Limit::ManifestBytes, manifest - 1),
        ),
        (
            ArchiveLimits {
                manifest_fields: 11,
                ..limits
            },
            (Limit::ManifestFields, 11),
        ),
    ] {
        assert_eq!(open(limits), Some(expected));
    }
}

/// Rule: P-LIMIT-1
#[test]
fn ratio_is_a_limit_of_large_entries_only() {
    let mut builder = IonPackBuilder::new("a", "1");
    let zeros = vec![0; 200_000];
    let bytes = builder
        .add_resource("a", zeros.clone())
        .deflate(true)
        .build_bytes();
    let bytes = bytes.expect("valid");
    assert!(bytes.len() < 2000, "{} bytes", bytes.len());
    let open = |limits| IonPackReader::from_source(Cursor::new(bytes.clone()), &limits);
    let limits = ArchiveLimits {
        ratio: 10,
        ..ArchiveLimits::default()
    };
    assert!(open(limits.clone()).is_ok());
    match open(ArchiveLimits {
        ratio_from_bytes: 1000,
        ..limits.clone()
    }) {
        Err(PackError::Limit {
            limit: Limit::Ratio,
            max: 10,
            ..
        }) => {}
        other => panic!("{other:?}"),
    }
    // A builder stores what it would have to squeeze too much.
    builder.limits(ArchiveLimits {
        ratio_from_bytes: 1000,
        ..limits
    });
    assert!(builder.build_bytes().expect("valid").len() > zeros.len());
}

#[test]
fn files_are_opened_and_nothing_else_is() {
    let folder = std::env::temp_dir().join(format!("ionpack-open-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("created");
    let path = folder.join("a.ionpack");
    std::fs::write(&path, full().build_bytes().expect("valid")).expect("written");
    assert_eq!(
        IonPackReader::open(&path).expect("valid").manifest().name(),
        "demo"
    );
    assert_eq!(
        IonPackReader::open(&folder).expect_err("a folder"),
        PackError::NotAFile
    );
    let error = IonPackReader::open(folder.join("none")).expect_err("no file");
    assert_eq!(
        error.to_string(),
        "cannot open: there is no such file or folder"
    );
    // A file of zeros that takes no room, one byte longer than allowed.
    let large = folder.join("large.ionpack");
    let file = std::fs::File::create(&large).expect("created");
    let limit = ArchiveLimits::default().archive_bytes;
    file.set_len(limit + 1).expect("stretched");
    let error = IonPackReader::open(&large).expect_err("too large");
    assert!(
        matches!(
            error,
            PackError::Limit {
                limit: Limit::ArchiveBytes,
                ..
            }
        ),
        "{error}"
    );
    file.set_len(limit).expect("shortened");
    let error = IonPackReader::open(&large).expect_err("no archive");
    let no_end = matches!(
        error,
        PackError::Archive {
            fault: ArchiveFault::NoEndRecord,
            ..
        }
    );
    assert!(no_end, "{error}");
    std::fs::remove_dir_all(&folder).expect("removed");
}
