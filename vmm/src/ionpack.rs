//! Packages: one file with the classes, resources, sources and libraries of a program.
//!
//! An ionpack is a zip archive of this layout:
//!
//! ```text
//! META-INF/MANIFEST.ion      what it is called, where it starts, what it asks for
//! META-INF/ffi/MODULE.ffi    declarations of C functions
//! classes/NAME.ionc          class files
//! lib/NAME                   native libraries for every platform,
//! lib/OS/ARCH/NAME           or for one (linux macos windows / x86_64 aarch64)
//! resources/PATH             data for the program
//! src/PATH                   what it was made from
//! ```
//!
//! [`IonPackReader`] checks the whole structure when a package is opened and unpacks an entry
//! when it is read; [`IonPackBuilder`] writes packages that differ in no byte if their contents
//! do not; [`read_folder`] takes a folder of the same layout. Class files are bytes here: what
//! they mean is for the layers that know classes.
//!
//! # Invariants
//! P1. A package that opens has safe and distinct names, agreeing headers, sizes within the
//!     limits, and a valid manifest (see the parts for each).
//! P2. Names from a program or manifest are looked up in the table of entries and nowhere else:
//!     no path reaches the file system.
//! P3. What a builder wrote, a reader under the same limits opens.
//!
//! ```
//! use vmm::ionpack::{IonPackBuilder, IonPackReader};
//!
//! let mut builder = IonPackBuilder::new("hello", "1.0.0");
//! builder.main_class("Main").add_class("Main", b"class file").add_resource("a/b.txt", b"text");
//! let bytes = builder.build_bytes()?;
//!
//! let mut pack = IonPackReader::from_bytes(bytes)?;
//! assert_eq!(pack.manifest().main_class(), Some("Main"));
//! assert_eq!(pack.classes().collect::<Vec<_>>(), ["Main"]);
//! assert_eq!(pack.read_resource("a/b.txt")?, b"text");
//! # Ok::<(), vmm::ionpack::PackError>(())
//! ```

mod archive;
mod builder;
mod error;
mod folder;
mod layout;
mod limits;
mod manifest;

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use crate::names::{Quoted, is_name};
use archive::Archive;
use layout::{
    CLASS_SUFFIX, CLASSES, DECLARATION_SUFFIX, DECLARATIONS, LIB, Place, RESOURCES, SRC,
    class_entry, library_entry,
};

pub use builder::IonPackBuilder;
pub use error::{ArchiveFault, Content, EntryFault, NameFault, PackError};
pub use folder::{AssemblyText, PackageFolder, read_folder};
pub use layout::{Arch, MANIFEST_ENTRY, Os, Platform};
pub use limits::{ArchiveLimits, Limit};
pub use manifest::{Dependency, Field, IONPACK_VERSION, Manifest, ManifestError, key};

/// How many names an error lists of those that exist.
const NAMES_SHOWN: usize = 8;

/// An open package.
#[derive(Debug)]
pub struct IonPackReader {
    archive: Archive,
    manifest: Manifest,
}

/// A native library of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Library<'a> {
    /// The name by which a program asks for it.
    pub name: &'a str,
    /// What it is built for; `None` means that it is for every platform.
    pub platform: Option<Platform>,
    /// Its size in bytes.
    pub size: u64,
}

impl IonPackReader {
    /// Opens a package file under the default limits.
    ///
    /// # Errors
    /// As [`IonPackReader::from_source`]; [`PackError::NotAFile`] for folders, devices and
    /// pipes, which are not opened.
    pub fn open(path: impl AsRef<Path>) -> Result<IonPackReader, PackError> {
        IonPackReader::open_within(path, &ArchiveLimits::default())
    }

    /// Opens a package file.
    ///
    /// # Errors
    /// As [`IonPackReader::open`].
    pub fn open_within(
        path: impl AsRef<Path>,
        limits: &ArchiveLimits,
    ) -> Result<IonPackReader, PackError> {
        let path = path.as_ref();
        // Asked before opening, because opening a pipe waits for its other end.
        let metadata = std::fs::metadata(path).map_err(|e| PackError::io("open", &e))?;
        if !metadata.is_file() {
            return Err(PackError::NotAFile);
        }
        let file = File::open(path).map_err(|e| PackError::io("open", &e))?;
        IonPackReader::from_source(file, limits)
    }

    /// Opens a package held in memory, under the default limits.
    ///
    /// # Errors
    /// As [`IonPackReader::from_source`].
    pub fn from_bytes(
        bytes: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<IonPackReader, PackError> {
        IonPackReader::from_source(Cursor::new(bytes), &ArchiveLimits::default())
    }

    /// Opens a package. The source is read from its start, wherever it stands, and its end is
    /// taken as the package's.
    ///
    /// The structure is checked and the manifest unpacked; no other entry is.
    ///
    /// # Errors
    /// Any [`PackError`] but [`PackError::NotFound`]; the first problem that is met.
    pub fn from_source(
        source: impl Read + Seek + Send + 'static,
        limits: &ArchiveLimits,
    ) -> Result<IonPackReader, PackError> {
        let mut archive = Archive::open(Box::new(source), limits)?;
        for entry in archive.entries() {
            if let Err(fault) = layout::place(entry.name()) {
                return Err(PackError::entry(entry.name(), fault));
            }
        }
        let Some(entry) = archive.find(MANIFEST_ENTRY) else {
            let same = |name: &str| name.eq_ignore_ascii_case(MANIFEST_ENTRY);
            let similar = archive.entries().iter().find(|entry| same(entry.name()));
            return Err(PackError::NoManifest {
                similar: similar.map(|e| Quoted::new(e.name())),
            });
        };
        // Before it is unpacked.
        if entry.size() > limits.manifest_bytes {
            let (found, max) = (entry.size(), limits.manifest_bytes);
            return Err(ManifestError::Limit {
                limit: Limit::ManifestBytes,
                found,
                max,
            }
            .into());
        }
        let text = archive
            .read(MANIFEST_ENTRY)
            .transpose()?
            .unwrap_or_default();
        let manifest = Manifest::parse_within(&text, limits)?;
        Ok(IonPackReader { archive, manifest })
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// All files of the archive with their unpacked sizes in bytes, sorted by name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, u64)> {
        self.archive
            .entries()
            .iter()
            .map(|entry| (entry.name(), entry.size()))
    }

    /// The names of the classes, sorted as their entries are.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.names(CLASSES, CLASS_SUFFIX)
    }

    /// The bytes of a class file.
    ///
    /// # Errors
    /// [`PackError::NotFound`], [`PackError::Entry`] if the contents are damaged,
    /// [`PackError::Io`].
    pub fn read_class(&mut self, name: &str) -> Result<Vec<u8>, PackError> {
        match self.archive.read(&class_entry(name)) {
            Some(read) => read,
            None => Err(not_found(Content::Class, name, self.classes())),
        }
    }

    /// The paths of the resources, sorted, without the leading `resources/`.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.names(RESOURCES, "")
    }

    /// The contents of a resource. The path is compared with those of [`resources`] as it
    /// stands; `.` and `..` mean nothing.
    ///
    /// # Errors
    /// As [`IonPackReader::read_class`].
    ///
    /// [`resources`]: IonPackReader::resources
    pub fn read_resource(&mut self, path: &str) -> Result<Vec<u8>, PackError> {
        match self.archive.read(&format!("{RESOURCES}{path}")) {
            Some(read) => read,
            None => Err(not_found(Content::Resource, path, self.resources())),
        }
    }

    /// The paths of the sources, sorted, without the leading `src/`.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.names(SRC, "")
    }

    /// The contents of a source.
    ///
    /// # Errors
    /// As [`IonPackReader::read_class`].
    pub fn read_source(&mut self, path: &str) -> Result<Vec<u8>, PackError> {
        match self.archive.read(&format!("{SRC}{path}")) {
            Some(read) => read,
            None => Err(not_found(Content::Source, path, self.sources())),
        }
    }

    /// The modules whose C functions are declared, sorted.
    pub fn declarations(&self) -> impl Iterator<Item = &str> {
        self.names(DECLARATIONS, DECLARATION_SUFFIX)
    }

    /// The declarations of a module; empty if there are none.
    ///
    /// # Errors
    /// [`PackError::Entry`] if the contents are damaged, [`PackError::Io`].
    pub fn read_declarations(&mut self, module: &str) -> Result<Vec<u8>, PackError> {
        let entry = format!("{DECLARATIONS}{module}{DECLARATION_SUFFIX}");
        Ok(self.archive.read(&entry).transpose()?.unwrap_or_default())
    }

    /// The libraries, sorted by their entries. One name may occur for several platforms.
    pub fn libraries(&self) -> impl Iterator<Item = Library<'_>> {
        self.archive
            .under(LIB)
            .filter_map(|entry| match layout::place(entry.name()) {
                Ok(Place::Library(name, platform)) => Some(Library {
                    name,
                    platform,
                    size: entry.size(),
                }),
                _ => None,
            })
    }

    /// The library that a program on `platform` gets for `name`: the one built for the platform
    /// if there is one, else the one for every platform. With no platform, only the latter.
    pub fn find_library(&self, name: &str, platform: Option<Platform>) -> Option<Library<'_>> {
        let fits = |library: &Library<'_>| {
            library.name == name && (library.platform.is_none() || library.platform == platform)
        };
        self.libraries()
            .filter(fits)
            .max_by_key(|library| library.platform.is_some())
    }

    /// The bytes of the library that [`IonPackReader::find_library`] finds.
    ///
    /// # Errors
    /// As [`IonPackReader::read_class`]; what is listed then are the libraries for other
    /// platforms too, as `OS/ARCH/NAME`.
    pub fn read_library(
        &mut self,
        name: &str,
        platform: Option<Platform>,
    ) -> Result<Vec<u8>, PackError> {
        let found = self.find_library(name, platform);
        let entry = found.map(|library| library_entry(library.name, library.platform));
        match entry.and_then(|entry| self.archive.read(&entry)) {
            Some(read) => read,
            None => Err(not_found(Content::Library, name, self.names(LIB, ""))),
        }
    }

    /// The names of the entries under `folder`, without it and without `suffix`.
    fn names<'a>(&'a self, folder: &'a str, suffix: &'a str) -> impl Iterator<Item = &'a str> {
        self.archive.under(folder).filter_map(move |entry| {
            entry
                .name()
                .strip_prefix(folder)
                .and_then(|name| name.strip_suffix(suffix))
        })
    }
}

/// The error that names what is missing and what there is instead.
fn not_found<'a>(what: Content, name: &str, present: impl Iterator<Item = &'a str>) -> PackError {
    let mut total = 0;
    let mut shown = Vec::new();
    for present in present {
        total += 1;
        if shown.len() < NAMES_SHOWN {
            shown.push(Quoted::new(present));
        }
    }
    PackError::NotFound {
        what,
        name: Quoted::new(name),
        present: shown,
        total,
    }
}

/// Whether `name` can name a class, so that it can have an entry in a package.
pub fn is_class_name(name: &str) -> bool {
    is_name(name)
}
