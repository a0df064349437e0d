//! A folder with the layout of a package, read into a builder.
//!
//! The manifest and everything under `classes`, `lib`, `resources` and `src` is taken; whatever
//! else lies in the folder (notes, version control) is not looked at. Assembly in `classes` is
//! handed back as text for the caller to assemble, since classes are bytes here.
//!
//! # Invariants
//! F1. Nothing outside the folder is read: symbolic links are refused, wherever they point, and
//!     devices and pipes are not opened. (The folder itself may be reached by a link.)
//! F2. What is read is within the limits of an archive: entries, sizes, depth.
//! F3. The result does not depend on the order in which the system lists files.
//!
//! # Cost
//! All files are in memory at once, as in a builder.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::builder::IonPackBuilder;
use super::error::{EntryFault, PackError};
use super::layout::{CLASSES, LIB, MANIFEST_ENTRY, Place, RESOURCES, SRC, check_name, place};
use super::limits::{ArchiveLimits, Limit};
use super::manifest::Manifest;
use crate::names::{Quoted, is_name};

/// What the name of an assembly text ends with.
const ASSEMBLY_SUFFIX: &str = ".ionasm";

/// What a package folder holds.
#[derive(Debug)]
pub struct PackageFolder {
    /// The manifest.
    pub manifest: Manifest,
    /// Holds all but the assembled classes.
    pub builder: IonPackBuilder,
    /// The assembly texts, sorted by entry name.
    pub assembly: Vec<AssemblyText>,
}

/// A text in `classes` that is still to be assembled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssemblyText {
    /// What its entry would be called, such as `classes/Main.ionasm`.
    pub entry: String,
    /// Where it lies, for messages.
    pub path: PathBuf,
    /// The text.
    pub text: String,
}

/// Reads a package folder.
///
/// # Errors
/// [`PackError::NotAFolder`], [`PackError::NoManifest`], [`PackError::Manifest`],
/// [`PackError::Io`], [`PackError::Limit`], and [`PackError::Entry`] for links, special files and
/// names that a package cannot hold.
pub fn read_folder(
    root: impl AsRef<Path>,
    limits: &ArchiveLimits,
) -> Result<PackageFolder, PackError> {
    let root = root.as_ref();
    if !fs::metadata(root)
        .map_err(|e| PackError::io("open", &e))?
        .is_dir()
    {
        return Err(PackError::NotAFolder);
    }
    let mut walk = Walk {
        limits,
        entries: 1,
        bytes: 0,
    };
    let manifest = read_manifest(root, &mut walk)?;
    let mut builder = IonPackBuilder::from_manifest(&manifest);
    builder.limits(limits.clone());
    let mut assembly = Vec::new();
    for folder in [CLASSES, LIB, RESOURCES, SRC] {
        for (entry, path) in walk.files(root, folder)? {
            let bytes = walk.read(&entry, &path)?;
            if is_assembly(&entry) {
                let text = String::from_utf8(bytes)
                    .map_err(|_| PackError::entry(&entry, EntryFault::NotText))?;
                assembly.push(AssemblyText { entry, path, text });
                continue;
            }
            match place(&entry).map_err(|fault| PackError::entry(&entry, fault))? {
                Place::Class(name) => builder.add_class(name, bytes),
                Place::Library(name, platform) => builder.add_library(name, bytes, platform),
                Place::File | Place::Other => match entry.strip_prefix(SRC) {
                    Some(path) => builder.add_source(path, bytes),
                    None => {
                        builder.add_resource(entry.strip_prefix(RESOURCES).unwrap_or(&entry), bytes)
                    }
                },
            };
        }
    }
    Ok(PackageFolder {
        manifest,
        builder,
        assembly,
    })
}

/// What was taken so far.
struct Walk<'a> {
    limits: &'a ArchiveLimits,
    entries: u64,
    bytes: u64,
}

impl Walk<'_> {
    /// The files under one folder of the layout with their entry names, sorted by those.
    fn files(
        &mut self,
        root: &Path,
        folder: &'static str,
    ) -> Result<Vec<(String, PathBuf)>, PackError> {
        let mut files = Vec::new();
        let top = folder.strip_suffix('/').unwrap_or(folder);
        let mut waiting = vec![(top.to_owned(), root.join(top))];
        if let Err(error) = fs::symlink_metadata(root.join(top)) {
            return match error.kind() {
                std::io::ErrorKind::NotFound => Ok(files),
                _ => Err(io("open", top, &error)),
            };
        }
        // A stack of folders instead of recursion; its depth is that of the names.
        while let Some((entry, path)) = waiting.pop() {
            check_name(entry.as_bytes(), self.limits)?;
            let kind = fs::symlink_metadata(&path).map_err(|e| io("read", &entry, &e))?;
            if kind.is_dir() {
                for child in fs::read_dir(&path).map_err(|e| io("read", &entry, &e))? {
                    let child = child.map_err(|e| io("read", &entry, &e))?;
                    let file_name = child.file_name();
                    let Some(name) = file_name.to_str() else {
                        // Goes on to be refused for its bytes.
                        let bytes = [entry.as_bytes(), b"/", file_name.as_encoded_bytes()].concat();
                        check_name(&bytes, self.limits)?;
                        continue;
                    };
                    self.count()?;
                    waiting.push((format!("{entry}/{name}"), child.path()));
                }
            } else if kind.is_file() {
                if entry == top {
                    let fault = EntryFault::FileAndFolder {
                        other: Quoted::new(folder),
                    };
                    return Err(PackError::entry(&entry, fault));
                }
                files.push((entry, path));
            } else {
                return Err(PackError::entry(&entry, special(&kind)));
            }
        }
        files.sort();
        Ok(files)
    }

    /// Counts one more file or folder.
    fn count(&mut self) -> Result<(), PackError> {
        self.entries += 1;
        let (found, max) = (self.entries, u64::from(self.limits.entries));
        if found > max {
            return Err(PackError::Limit {
                limit: Limit::Entries,
                found,
                max,
                entry: None,
            });
        }
        Ok(())
    }

    /// Reads a file whole, within the limits whatever its length was said to be.
    fn read(&mut self, entry: &str, path: &Path) -> Result<Vec<u8>, PackError> {
        let file = File::open(path).map_err(|e| io("open", entry, &e))?;
        let mut bytes = Vec::new();
        file.take(self.limits.entry_bytes.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|e| io("read", entry, &e))?;
        let (found, max) = (bytes.len() as u64, self.limits.entry_bytes);
        if found > max {
            let entry = Some(Quoted::new(entry));
            return Err(PackError::Limit {
                limit: Limit::EntryBytes,
                found,
                max,
                entry,
            });
        }
        self.bytes = self.bytes.saturating_add(found);
        let (found, max) = (self.bytes, self.limits.total_bytes);
        if found > max {
            return Err(PackError::Limit {
                limit: Limit::TotalBytes,
                found,
                max,
                entry: None,
            });
        }
        Ok(bytes)
    }
}

fn read_manifest(root: &Path, walk: &mut Walk<'_>) -> Result<Manifest, PackError> {
    let mut path = root.to_path_buf();
    let mut entry = String::new();
    for (index, part) in MANIFEST_ENTRY.split('/').enumerate() {
        path.push(part);
        if index > 0 {
            entry.push('/');
        }
        entry.push_str(part);
        let kind = match fs::symlink_metadata(&path) {
            Ok(kind) => kind,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(PackError::NoManifest { similar: None });
            }
            Err(error) => return Err(io("open", &entry, &error)),
        };
        let is_last = entry.len() == MANIFEST_ENTRY.len();
        if if is_last {
            !kind.is_file()
        } else {
            !kind.is_dir()
        } {
            return Err(PackError::entry(&entry, special(&kind)));
        }
    }
    let bytes = walk.read(MANIFEST_ENTRY, &path)?;
    Ok(Manifest::parse_within(&bytes, walk.limits)?)
}

/// Whether the entry is `classes/NAME.ionasm`.
fn is_assembly(entry: &str) -> bool {
    entry
        .strip_prefix(CLASSES)
        .and_then(|rest| rest.strip_suffix(ASSEMBLY_SUFFIX))
        .is_some_and(is_name)
}

fn io(action: &'static str, entry: &str, error: &std::io::Error) -> PackError {
    PackError::Io {
        action,
        path: Some(Quoted::new(entry)),
        kind: error.kind(),
    }
}

/// The fault of something that is neither a plain file nor a folder where one may be.
#[cfg(unix)]
fn special(kind: &fs::Metadata) -> EntryFault {
    use std::os::unix::fs::MetadataExt;
    EntryFault::FileType {
        mode: kind.mode() as u16,
    }
}

/// The fault of something that is neither a plain file nor a folder where one may be.
#[cfg(not(unix))]
fn special(kind: &fs::Metadata) -> EntryFault {
    EntryFault::FileType {
        mode: if kind.is_symlink() { 0o120_000 } else { 0 },
    }
}

#[cfg(test)]
mod tests {
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
}
