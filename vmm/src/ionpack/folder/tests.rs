//! Tests of `folder`.

use super::*;
use crate::ionpack::IonPackReader;

const MANIFEST: &str = "IonPack-Version: 1.0\n# why\nX: y\nVersion: 1\nName: demo\n";

/// A folder under the build's own, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("ionpack-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("create");
        Folder(path).with(MANIFEST_ENTRY, MANIFEST)
    }

    fn with(self, name: &str, contents: &str) -> Folder {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("create");
        fs::write(path, contents).expect("write");
        self
    }

    fn read(&self) -> Result<PackageFolder, PackError> {
        read_folder(&self.0, &ArchiveLimits::default())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Rule: P-FOLDER-1
#[test]
fn a_folder_becomes_a_package() {
    let folder = Folder::new("whole")
        .with("classes/A.ionc", "a")
        .with("classes/B.ionasm", ".class B")
        .with("lib/x.so", "x")
        .with("lib/linux/x86_64/x.so", "y")
        .with("resources/deep/er/r", "r")
        .with("src/B.txt", "b")
        .with("notes", "not taken")
        .with(".git/config", "nor this");
    let mut read = folder.read().expect("valid");
    assert_eq!(read.manifest.name(), "demo");
    assert_eq!(
        read.assembly,
        [AssemblyText {
            entry: "classes/B.ionasm".into(),
            path: folder.0.join("classes/B.ionasm"),
            text: ".class B".into(),
        }]
    );
    read.builder.add_class("B", b"b");
    let pack = IonPackReader::from_bytes(read.builder.build_bytes().expect("valid"));
    let mut pack = pack.expect("valid");
    let names: Vec<&str> = pack.entries().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            MANIFEST_ENTRY,
            "classes/A.ionc",
            "classes/B.ionc",
            "lib/linux/x86_64/x.so",
            "lib/x.so",
            "resources/deep/er/r",
            "src/B.txt"
        ]
    );
    assert_eq!(pack.manifest().get("X"), Some("y"));
    assert_eq!(pack.read_resource("deep/er/r").expect("there"), b"r");
}

/// Rule: P-PLACE-1, P-PLACE-2
#[test]
fn what_a_folder_may_not_hold() {
    for (name, fault) in [
        ("classes/notes.txt", EntryFault::ClassPlace),
        ("classes/a/B.ionc", EntryFault::ClassPlace),
        ("classes/a b.ionasm", EntryFault::ClassPlace),
        ("lib/beos/x86/a", EntryFault::LibraryPlace),
    ] {
        let folder = Folder::new("bad").with(name, "");
        assert_eq!(
            folder.read().expect_err(name),
            PackError::entry(name, fault)
        );
    }
    let missing = Folder::new("missing");
    fs::remove_file(missing.0.join(MANIFEST_ENTRY)).expect("remove");
    assert_eq!(
        missing.read().expect_err("none"),
        PackError::NoManifest { similar: None }
    );
    let file = missing.0.join("file");
    fs::write(&file, "").expect("write");
    let error = read_folder(&file, &ArchiveLimits::default()).expect_err("a file");
    assert_eq!(error, PackError::NotAFolder);
    let error = read_folder(file.join("x"), &ArchiveLimits::default()).expect_err("nothing");
    assert!(matches!(error, PackError::Io { .. }), "{error}");
}

/// Rule: P-FOLDER-2
#[test]
fn limits_hold_for_folders() {
    let folder = Folder::new("limits")
        .with("src/a", "12345")
        .with("src/b/c", "123456");
    let check = |limits: ArchiveLimits| match read_folder(&folder.0, &limits) {
        Err(PackError::Limit { limit, .. }) => Some(limit),
        Err(other) => panic!("{other}"),
        Ok(_) => None,
    };
    let limits = ArchiveLimits::default();
    assert_eq!(check(limits.clone()), None);
    assert_eq!(
        check(ArchiveLimits {
            entries: 4,
            ..limits.clone()
        }),
        None
    );
    assert_eq!(
        check(ArchiveLimits {
            entries: 3,
            ..limits.clone()
        }),
        Some(Limit::Entries)
    );
    let total_bytes = MANIFEST.len() as u64 + 11;
    assert_eq!(
        check(ArchiveLimits {
            total_bytes,
            ..limits.clone()
        }),
        None
    );
    assert_eq!(
        check(ArchiveLimits {
            total_bytes: total_bytes - 1,
            ..limits.clone()
        }),
        Some(Limit::TotalBytes)
    );
    let entry_bytes = MANIFEST.len() as u64 - 1;
    assert_eq!(
        check(ArchiveLimits {
            entry_bytes,
            ..limits.clone()
        }),
        Some(Limit::EntryBytes)
    );
    assert_eq!(
        check(ArchiveLimits {
            name_depth: 2,
            ..limits
        }),
        Some(Limit::NameDepth)
    );
}

#[cfg(unix)]
/// Rule: P-FOLDER-2
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = Folder::new("outside")
        .with("secret", "s")
        .with("META-INF/x", "");
    for (link, target) in [
        ("resources/file", "secret"),
        ("resources/folder", ""),
        ("src", ""),
        ("classes/A.ionc", "secret"),
    ] {
        let folder = Folder::new("links").with("resources/r", "");
        fs::create_dir_all(folder.0.join("classes")).expect("create");
        symlink(outside.0.join(target), folder.0.join(link)).expect("link");
        match folder.read() {
            Err(PackError::Entry {
                entry,
                fault: EntryFault::FileType { .. },
            }) => {
                assert_eq!(entry, Quoted::new(link));
            }
            other => panic!("{link}: {other:?}"),
        }
    }
    for name in ["META-INF", MANIFEST_ENTRY] {
        let folder = Folder::new("manifest-link");
        let real = folder.0.join(name);
        fs::rename(&real, folder.0.join("moved")).expect("move");
        symlink(folder.0.join("moved"), &real).expect("link");
        let error = folder.read().expect_err("a link");
        let special = matches!(
            error,
            PackError::Entry {
                fault: EntryFault::FileType { .. },
                ..
            }
        );
        assert!(special, "{error}");
    }
    // The folder itself may be reached by a link.
    let folder = Folder::new("by-link").with("src/a", "");
    let link = outside.0.join("link");
    symlink(&folder.0, &link).expect("link");
    assert!(read_folder(&link, &ArchiveLimits::default()).is_ok());
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new("bytes").with("src/a", "");
    let name = std::ffi::OsStr::from_bytes(b"\xff\x1b");
    // Some file systems refuse such names themselves.
    if fs::write(folder.0.join("src").join(name), "").is_ok() {
        let error = folder.read().expect_err("not UTF-8").to_string();
        assert!(error.contains(r#""src/\xff\u{1b}""#), "{error}");
    }
    let folder = Folder::new("colon").with("src/a:b", "");
    assert!(
        folder
            .read()
            .expect_err("a colon")
            .to_string()
            .contains("colon")
    );
}
