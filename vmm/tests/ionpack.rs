//! Packages written and read, and compared with what another zip library makes of them.

#[path = "ionpack/damage.rs"]
mod damage;
#[path = "ionpack/refusals.rs"]
mod refusals;

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use vmm::ionpack::{
    Arch, ArchiveLimits, Content, IonPackBuilder, IonPackReader, Os, PackError, Platform, key,
};
use vmm::rights::RightKind;

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

/// Rule: P-ALL-2, P-PLACE-1
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

/// Rule: P-WRITE-1
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
/// Rule: P-WRITE-1
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

/// Rule: P-ZIP-10
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

/// Rule: P-ZIP-10
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

/// Rule: P-PLACE-4
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

/// Rule: P-PLACE-5
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

proptest! {
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

/// The page about the format is where writers of other builders look.
/// Rule: P-LIMIT-1, P-MAN-5, P-RIGHT-1
#[test]
fn the_manual_has_the_limits_keys_and_rights_that_hold() {
    let page = include_str!("../../docs/spec/package-format.md");
    let limits = ArchiveLimits::default();
    let ArchiveLimits {
        archive_bytes,
        entries,
        entry_bytes,
        total_bytes,
        ratio,
        ratio_from_bytes,
        name_bytes,
        name_depth,
        manifest_bytes,
        manifest_fields,
    } = limits;
    for (name, value) in [
        ("archive_bytes", archive_bytes),
        ("entries", entries.into()),
        ("entry_bytes", entry_bytes),
        ("total_bytes", total_bytes),
        ("ratio", ratio),
        ("ratio_from_bytes", ratio_from_bytes),
        ("name_bytes", name_bytes.into()),
        ("name_depth", name_depth.into()),
        ("manifest_bytes", manifest_bytes),
        ("manifest_fields", manifest_fields.into()),
    ] {
        assert!(
            page.contains(&format!("\n| `{name}` | {value} |")),
            "{name}"
        );
    }
    let keys = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let keys: Vec<&str> = keys.filter(|key| key::ALL.contains(key)).collect();
    assert_eq!(keys, key::ALL);
    for kind in RightKind::ALL {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", kind.word())));
        let row = row.unwrap_or_else(|| panic!("no row for {}", kind.word()));
        assert!(row.ends_with(&format!("| `{}` |", kind.flag())), "{row}");
        assert_eq!(
            row.contains("|  |") || row.contains("| |"),
            kind.argument_form().is_none(),
            "{row}"
        );
    }
}

#[test]
fn a_package_can_be_handed_to_another_thread() {
    let mut pack = IonPackReader::from_bytes(full().build_bytes().expect("valid")).expect("valid");
    let reading = std::thread::spawn(move || pack.read_class("Main"));
    assert_eq!(reading.join().expect("no panic").expect("there"), b"main");
}
