//! Packages written, read, damaged, and compared with what another zip library makes of them.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use vmm::ionpack::{
    Arch, ArchiveFault, ArchiveLimits, Content, EntryFault, IonPackBuilder, IonPackReader, Limit,
    ManifestError, NameFault, Os, PackError, Platform,
};

const LINUX: Platform = Platform {
    os: Os::Linux,
    arch: Arch::X86_64,
};
const MAC: Platform = Platform {
    os: Os::MacOs,
    arch: Arch::Aarch64,
};

/// A package with something of everything.
fn full() -> IonPackBuilder {
    let mut builder = IonPackBuilder::new("demo", "1.2.3");
    builder
        .main_class("Main")
        .entry_point("run")
        .description("a: b, c")
        .author("Ünal")
        .dependency("base >= 1.0")
        .dependency("util")
        .export("Main:run")
        .permission("fs.read:/data")
        .ffi_library("libx.so")
        .field("X-Other", "kept")
        .add_class("Main", b"main")
        .add_class("ion.Other", b"other")
        .add_source("Main.txt", "source text")
        .add_resource("deep/er/ä.bin", vec![0, 1, 2, 255])
        .add_resource("empty", "")
        .add_library("libx.so", "any", None)
        .add_library("libx.so", "linux", Some(LINUX));
    builder
}

/// Everything that can be read from a package, or the first error.
type Contents = (String, Vec<(String, Vec<u8>)>);

fn read_all(bytes: Vec<u8>) -> Result<Contents, PackError> {
    let mut pack = IonPackReader::from_bytes(bytes)?;
    let owned = |name: &str| name.to_owned();
    let mut out = Vec::new();
    for name in pack.classes().map(owned).collect::<Vec<_>>() {
        let bytes = pack.read_class(&name)?;
        out.push((format!("class {name}"), bytes));
    }
    for path in pack.resources().map(owned).collect::<Vec<_>>() {
        let bytes = pack.read_resource(&path)?;
        out.push((format!("resource {path}"), bytes));
    }
    for path in pack.sources().map(owned).collect::<Vec<_>>() {
        let bytes = pack.read_source(&path)?;
        out.push((format!("source {path}"), bytes));
    }
    let libraries: Vec<_> = pack
        .libraries()
        .map(|l| (l.name.to_owned(), l.platform))
        .collect();
    for (name, platform) in libraries {
        let bytes = pack.read_library(&name, platform)?;
        out.push((format!("library {name} {platform:?}"), bytes));
    }
    Ok((pack.manifest().to_string(), out))
}

fn assert_one_harmless_line(error: &PackError) {
    let line = error.to_string();
    assert!(
        !line.is_empty() && !line.chars().any(char::is_control),
        "{line:?}"
    );
    assert!(!line.ends_with('.') && line.len() < 700, "{line:?}");
}

#[test]
fn what_was_written_is_read() {
    let (manifest, contents) = read_all(full().build_bytes().expect("valid")).expect("valid");
    assert_eq!(
        manifest,
        "IonPack-Version: 1.0\nName: demo\nVersion: 1.2.3\nMain-Class: Main\nEntry-Point: run\n\
         Description: a: b, c\nAuthor: Ünal\nDependencies: base >= 1.0, util\n\
         FFI-Libraries: libx.so\nExports: Main:run\nPermissions: fs.read:/data\nX-Other: kept\n"
    );
    let expected: [(&str, &[u8]); 7] = [
        ("class Main", b"main"),
        ("class ion.Other", b"other"),
        ("resource deep/er/ä.bin", &[0, 1, 2, 255]),
        ("resource empty", b""),
        ("source Main.txt", b"source text"),
        ("library libx.so None", b"any"),
        (
            "library libx.so Some(Platform { os: Linux, arch: X86_64 })",
            b"linux",
        ),
    ];
    let contents: Vec<(&str, &[u8])> = contents.iter().map(|(n, d)| (&**n, &**d)).collect();
    let mut sorted = expected.to_vec();
    sorted.sort_unstable();
    let mut found = contents.clone();
    found.sort_unstable();
    assert_eq!(found, sorted);
}

#[test]
fn equal_contents_give_equal_bytes() {
    let mut builder = IonPackBuilder::new("a", "1");
    builder
        .add_class("B", "b")
        .add_class("A", "a")
        .author("x")
        .main_class("A");
    let mut other = IonPackBuilder::new("a", "1");
    other
        .main_class("A")
        .add_class("A", "a")
        .author("y")
        .author("x")
        .add_class("B", "b");
    let bytes = builder.build_bytes().expect("valid");
    assert_eq!(bytes, other.build_bytes().expect("valid"));
    let read = IonPackReader::from_bytes(bytes.clone()).expect("valid");
    let mut again = IonPackBuilder::from_manifest(read.manifest());
    again.add_class("B", "b").add_class("A", "a");
    assert_eq!(bytes, again.build_bytes().expect("valid"));
}

/// Other writers of packages must give these very bytes, so they never change.
#[test]
fn the_bytes_are_pinned() {
    let mut builder = IonPackBuilder::new("é", "1");
    builder.add_class("A", [0xff]).add_resource("ö", "");
    let bytes = builder.build_bytes().expect("valid");
    let manifest = "IonPack-Version: 1.0\nName: é\nVersion: 1\n".as_bytes();
    let mut expected = Vec::new();
    let mut directory = Vec::new();
    let entries: [(&str, &[u8], u32, u16); 3] = [
        ("META-INF/MANIFEST.ion", manifest, 0xf804_360b, 0),
        ("classes/A.ionc", &[0xff], 0xff00_0000, 0),
        ("resources/ö", b"", 0, 0x0800),
    ];
    for (name, data, crc, flags) in entries {
        let mut shared = Vec::new();
        for half in [20, flags, 0, 0, 0x21] {
            shared.extend(half.to_le_bytes());
        }
        for word in [crc, data.len() as u32, data.len() as u32] {
            shared.extend(word.to_le_bytes());
        }
        shared.extend((name.len() as u16).to_le_bytes());
        shared.extend([0, 0]);
        directory.extend([0x50, 0x4b, 1, 2, 20, 3]);
        directory.extend(&shared);
        directory.extend([0; 6]);
        directory.extend((0o100_644u32 << 16).to_le_bytes());
        directory.extend((expected.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        expected.extend([0x50, 0x4b, 3, 4]);
        expected.extend(shared);
        expected.extend(name.as_bytes());
        expected.extend(data);
    }
    let start = expected.len() as u32;
    expected.extend(&directory);
    expected.extend([0x50, 0x4b, 5, 6, 0, 0, 0, 0, 3, 0, 3, 0]);
    expected.extend((directory.len() as u32).to_le_bytes());
    expected.extend(start.to_le_bytes());
    expected.extend([0, 0]);
    assert_eq!(bytes, expected);
}

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

#[test]
fn another_library_reads_what_is_written() {
    for deflate in [false, true] {
        let mut builder = full();
        builder
            .add_resource("text", "many times the same ".repeat(100))
            .deflate(deflate);
        let bytes = builder.build_bytes().expect("valid");
        let (_, contents) = read_all(bytes.clone()).expect("valid");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("valid");
        assert_eq!(archive.len(), contents.len() + 1);
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).expect("readable");
            let name = file.name().expect("UTF-8").into_owned();
            let mut data = Vec::new();
            file.read_to_end(&mut data).expect("readable");
            let stored = file.compression() == zip::CompressionMethod::Stored;
            assert!(stored || deflate, "{name}");
            assert!(!stored || !deflate || name != "resources/text");
            if name != "META-INF/MANIFEST.ion" {
                assert!(contents.iter().any(|(_, d)| *d == data), "{name}");
            }
        }
    }
}

#[test]
fn what_another_library_writes_is_read() {
    use zip::write::SimpleFileOptions;
    let text = "many times the same ".repeat(1000);
    let write = |options: SimpleFileOptions, stream: bool| {
        let mut out = Cursor::new(Vec::new());
        let files = [
            ("META-INF/MANIFEST.ion", MANIFEST),
            ("classes/Main.ionc", "m"),
            ("src/ä", &text),
        ];
        macro_rules! fill {
            ($writer:expr) => {{
                let mut writer = $writer;
                writer.add_directory("classes/", options).expect("written");
                for (name, contents) in files {
                    writer.start_file(name, options).expect("written");
                    writer.write_all(contents.as_bytes()).expect("written");
                }
                writer.finish().expect("written");
            }};
        }
        if stream {
            let mut plain = Vec::new();
            fill!(zip::ZipWriter::new_stream(&mut plain));
            return plain;
        }
        fill!(zip::ZipWriter::new(&mut out));
        out.into_inner()
    };
    for method in [
        zip::CompressionMethod::Stored,
        zip::CompressionMethod::Deflated,
    ] {
        for stream in [false, true] {
            let options = SimpleFileOptions::default().compression_method(method);
            let (_, contents) = read_all(write(options, stream)).unwrap_or_else(|error| {
                panic!("{method} {stream}: {error}");
            });
            let expected = [
                ("class Main".to_owned(), b"m".to_vec()),
                ("source ä".to_owned(), text.clone().into()),
            ];
            assert_eq!(contents, expected);
        }
    }
}

const MANIFEST: &str = "IonPack-Version: 1.0\nName: x\nVersion: 1\n";

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

#[test]
fn the_most_specific_library_wins() {
    let mut pack = IonPackReader::from_bytes(full().build_bytes().expect("valid")).expect("valid");
    assert_eq!(
        pack.read_library("libx.so", Some(LINUX)).expect("there"),
        b"linux"
    );
    assert_eq!(
        pack.read_library("libx.so", Some(MAC)).expect("there"),
        b"any"
    );
    assert_eq!(pack.read_library("libx.so", None).expect("there"), b"any");
    let mut builder = IonPackBuilder::new("a", "1");
    builder.add_library("liby.so", "linux", Some(LINUX));
    let mut pack = IonPackReader::from_bytes(builder.build_bytes().expect("valid")).expect("valid");
    for platform in [Some(MAC), None] {
        let error = pack
            .read_library("liby.so", platform)
            .expect_err("not for this");
        assert_eq!(
            error.to_string(),
            r#"the package has no library "liby.so"; it has "linux/x86_64/liby.so""#
        );
    }
}

#[test]
fn what_is_missing_is_named_with_what_there_is() {
    let mut pack = IonPackReader::from_bytes(full().build_bytes().expect("valid")).expect("valid");
    let message = |error: PackError| error.to_string();
    assert_eq!(
        message(pack.read_class("main").expect_err("none")),
        r#"the package has no class "main"; it has "Main", "ion.Other""#
    );
    for path in [
        "../classes/Main.ionc",
        "/etc/passwd",
        "",
        "deep",
        "deep/er/../er/ä.bin",
        "./empty",
    ] {
        match pack.read_resource(path) {
            Err(PackError::NotFound {
                what: Content::Resource,
                total: 2,
                ..
            }) => {}
            other => panic!("{path}: {other:?}"),
        }
    }
    assert!(pack.read_class("../resources/empty").is_err());
    assert!(pack.read_library("../resources/empty", None).is_err());
    let bare = IonPackBuilder::new("a", "1").build_bytes().expect("valid");
    let mut bare = IonPackReader::from_bytes(bare).expect("valid");
    assert_eq!(
        message(bare.read_source("x\u{1b}").expect_err("none")),
        r#"the package has no source "x\u{1b}"; it has none at all"#
    );
    let mut many = IonPackBuilder::new("a", "1");
    (0..20).for_each(|i| {
        many.add_class(&format!("C{i:02}"), "");
    });
    let mut many = IonPackReader::from_bytes(many.build_bytes().expect("valid")).expect("valid");
    let line = message(many.read_class("X").expect_err("none"));
    assert!(line.ends_with(r#""C07" and 12 more"#), "{line}");
}

/// What is done to a builder.
type Change<'c> = &'c dyn for<'a> Fn(&'a mut IonPackBuilder) -> &'a mut IonPackBuilder;

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

    #[test]
    fn what_is_built_opens(
        name in "[a-zA-Z._-]{1,9}",
        resources in prop::collection::vec(("[a-cA-C./ü]{0,6}", any::<Vec<u8>>()), 0..6),
        classes in prop::collection::vec("[a-cA-C.]{0,3}", 0..4),
        deflate: bool,
    ) {
        let mut builder = IonPackBuilder::new(&name, "1");
        builder.deflate(deflate);
        for (path, data) in &resources {
            builder.add_resource(path, data.clone());
        }
        for class in &classes {
            builder.add_class(class, class.as_bytes());
        }
        if let Ok(bytes) = builder.build_bytes() {
            let mut pack = IonPackReader::from_bytes(bytes).expect("what was built opens");
            prop_assert_eq!(pack.resources().count(), resources.len());
            for (path, data) in &resources {
                prop_assert_eq!(&pack.read_resource(path).expect("there"), data);
            }
            for class in &classes {
                prop_assert_eq!(&pack.read_class(class).expect("there"), class.as_bytes());
            }
        }
    }
}
