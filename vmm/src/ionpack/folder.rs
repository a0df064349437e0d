//! A folder with the layout of a package, read into a builder.
//!
//! The manifest, declarations in `META-INF/ffi`, and everything under `classes`, `lib`, `resources` and `src` is taken; whatever
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
use super::layout::{
    CLASSES, DECLARATION_SUFFIX, DECLARATIONS, LIB, MANIFEST_ENTRY, Place, RESOURCES, SRC,
    check_name, place,
};
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
    for folder in [DECLARATIONS, CLASSES, LIB, RESOURCES, SRC] {
        for (entry, path) in walk.files(root, folder)? {
            let bytes = walk.read(&entry, &path)?;
            if is_assembly(&entry) {
                let text = String::from_utf8(bytes)
                    .map_err(|_| PackError::entry(&entry, EntryFault::NotText))?;
                assembly.push(AssemblyText { entry, path, text });
                continue;
            }
            if let Some(name) = entry.strip_prefix(DECLARATIONS) {
                if let Some(module) = name.strip_suffix(DECLARATION_SUFFIX) {
                    builder.add_declarations(module, bytes);
                }
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
mod tests;
