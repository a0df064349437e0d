//! Writing packages.
//!
//! A builder collects what it is given without judging it; [`IonPackBuilder::build`] checks all
//! of it by the rules of the reader and then writes. The manifest is checked by parsing the
//! text that will be written.
//!
//! # Invariants
//! B1. Equal contents give equal bytes, in whatever order they were added: entries are sorted,
//!     times fixed, and nothing is compressed unless asked (see `archive/write.rs` for the
//!     value of every field, `manifest.rs` for the text).
//! B2. Nothing is written if names, manifest or the size of an entry would be refused.

use std::borrow::Cow;
use std::io::Write;

use super::archive::{check_names, write};
use super::error::PackError;
use super::layout::{
    DECLARATION_SUFFIX, DECLARATIONS, MANIFEST_ENTRY, Platform, RESOURCES, SRC, class_entry,
    library_entry, place,
};
use super::limits::ArchiveLimits;
use super::manifest::{IONPACK_VERSION, Manifest, ManifestError, is_key, key};
use crate::names::{Quoted, is_deceptive};

/// Collects the parts of a package and writes it.
#[derive(Clone, Debug)]
pub struct IonPackBuilder {
    /// Single values, in the order in which they were given first.
    fields: Vec<(Cow<'static, str>, String)>,
    /// Lists of the manifest by key.
    lists: Vec<(&'static str, Vec<String>)>,
    /// Entries by name, as added.
    entries: Vec<(String, Vec<u8>)>,
    deflate: bool,
    limits: ArchiveLimits,
}

impl IonPackBuilder {
    /// Begins a package.
    pub fn new(name: &str, version: &str) -> IonPackBuilder {
        let mut builder = IonPackBuilder {
            fields: Vec::new(),
            lists: Vec::new(),
            entries: Vec::new(),
            deflate: false,
            limits: ArchiveLimits::default(),
        };
        builder.field(key::IONPACK_VERSION, IONPACK_VERSION);
        builder.field(key::NAME, name).field(key::VERSION, version);
        builder
    }

    /// Begins a package that says of itself what `manifest` does.
    pub fn from_manifest(manifest: &Manifest) -> IonPackBuilder {
        let mut builder = IonPackBuilder::new(manifest.name(), manifest.version());
        for field in manifest.fields() {
            builder.field(&field.key, &field.value);
        }
        builder
    }

    /// Sets the class in which the program starts.
    pub fn main_class(&mut self, name: &str) -> &mut IonPackBuilder {
        self.field(key::MAIN_CLASS, name)
    }

    /// Sets the function of the main class with which the program starts.
    pub fn entry_point(&mut self, name: &str) -> &mut IonPackBuilder {
        self.field(key::ENTRY_POINT, name)
    }

    /// Says what the package is for.
    pub fn description(&mut self, text: &str) -> &mut IonPackBuilder {
        self.field(key::DESCRIPTION, text)
    }

    /// Says who wrote it.
    pub fn author(&mut self, text: &str) -> &mut IonPackBuilder {
        self.field(key::AUTHOR, text)
    }

    /// Adds a package that this one needs: `NAME` or `NAME REQUIREMENT`.
    pub fn dependency(&mut self, dependency: &str) -> &mut IonPackBuilder {
        self.list(key::DEPENDENCIES, dependency)
    }

    /// Adds a native library that this package calls.
    pub fn ffi_library(&mut self, name: &str) -> &mut IonPackBuilder {
        self.list(key::FFI_LIBRARIES, name)
    }

    /// Adds a class (`CLASS`) or function (`CLASS:FUNCTION`) that others may use.
    pub fn export(&mut self, name: &str) -> &mut IonPackBuilder {
        self.list(key::EXPORTS, name)
    }

    /// Asks for a right, in the grammar of [`crate::rights`].
    pub fn permission(&mut self, right: &str) -> &mut IonPackBuilder {
        self.list(key::PERMISSIONS, right)
    }

    /// Sets a field of the manifest by its key, known or not; a later value replaces an earlier.
    /// A list is set as a whole, its items separated by commas.
    pub fn field(&mut self, key: &str, value: &str) -> &mut IonPackBuilder {
        self.lists.retain(|(list, _)| *list != key);
        match self.fields.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => value.clone_into(old),
            None => self.fields.push((key.to_owned().into(), value.to_owned())),
        }
        self
    }

    /// Adds a class file.
    pub fn add_class(&mut self, name: &str, bytes: impl Into<Vec<u8>>) -> &mut IonPackBuilder {
        self.add(class_entry(name), bytes.into())
    }

    /// Adds a source text, by its path under `src/`.
    pub fn add_source(&mut self, path: &str, text: impl Into<Vec<u8>>) -> &mut IonPackBuilder {
        self.add(format!("{SRC}{path}"), text.into())
    }

    /// Adds a resource, by its path under `resources/`.
    pub fn add_resource(&mut self, path: &str, data: impl Into<Vec<u8>>) -> &mut IonPackBuilder {
        self.add(format!("{RESOURCES}{path}"), data.into())
    }

    /// Adds the declarations of the C functions of a module.
    pub fn add_declarations(
        &mut self,
        module: &str,
        text: impl Into<Vec<u8>>,
    ) -> &mut IonPackBuilder {
        let entry = format!("{DECLARATIONS}{module}{DECLARATION_SUFFIX}");
        self.add(entry, text.into())
    }

    /// Adds a native library, for one platform or for all.
    pub fn add_library(
        &mut self,
        name: &str,
        data: impl Into<Vec<u8>>,
        platform: Option<Platform>,
    ) -> &mut IonPackBuilder {
        self.add(library_entry(name, platform), data.into())
    }

    /// Whether to deflate entries that become smaller by it. Off at first: how small they become
    /// depends on the compressor, so the bytes are no longer the same from every writer.
    pub fn deflate(&mut self, on: bool) -> &mut IonPackBuilder {
        self.deflate = on;
        self
    }

    /// Sets the limits under which the package must be readable.
    pub fn limits(&mut self, limits: ArchiveLimits) -> &mut IonPackBuilder {
        self.limits = limits;
        self
    }

    /// The manifest that will be written.
    ///
    /// # Errors
    /// Any [`ManifestError`] but those about the bytes of a text; lines are those of the text
    /// that would be written.
    pub fn manifest(&self) -> Result<Manifest, ManifestError> {
        let mut text = String::new();
        let mut line = 0u32;
        let mut push = |key: &str, value: &str| {
            line += 1;
            // A line end inside a value would begin a field of its own.
            if let Some(character) = value.chars().find(|&c| c != '\t' && is_deceptive(c)) {
                return Err(match character {
                    '\0' => ManifestError::Nul { line },
                    character => ManifestError::Hidden { line, character },
                });
            }
            if !is_key(key) {
                return Err(ManifestError::BadKey {
                    line,
                    key: Quoted::new(key),
                });
            }
            text.push_str(&format!("{key}: {value}\n"));
            Ok(())
        };
        for (key, value) in &self.fields {
            push(key, value)?;
        }
        for (key, items) in &self.lists {
            push(key, &items.join(", "))?;
        }
        let manifest = Manifest::parse_within(text.as_bytes(), &self.limits)?;
        self.check_items(&manifest)?;
        Ok(manifest)
    }

    /// Writes the package; returns its length in bytes. On an error part of it may have been
    /// written.
    ///
    /// # Errors
    /// [`PackError::Manifest`], [`PackError::Entry`] and [`PackError::Limit`] for what a reader
    /// would refuse, [`PackError::Io`] if writing fails.
    pub fn build(&self, mut out: impl Write) -> Result<u64, PackError> {
        let manifest = self.manifest()?.to_string();
        let mut entries: Vec<(&str, &[u8])> = vec![(MANIFEST_ENTRY, manifest.as_bytes())];
        entries.extend(
            self.entries
                .iter()
                .map(|(name, data)| (name.as_str(), data.as_slice())),
        );
        entries.sort_by_key(|&(name, _)| name);
        check_names(entries.iter().map(|&(name, _)| name), &self.limits)?;
        for (name, _) in &entries {
            place(name).map_err(|fault| PackError::entry(name, fault))?;
        }
        write(&mut out, &entries, self.deflate, &self.limits)
    }

    /// The package as bytes in memory.
    ///
    /// # Errors
    /// As [`IonPackBuilder::build`].
    pub fn build_bytes(&self) -> Result<Vec<u8>, PackError> {
        let mut bytes = Vec::new();
        self.build(&mut bytes)?;
        Ok(bytes)
    }

    fn add(&mut self, name: String, data: Vec<u8>) -> &mut IonPackBuilder {
        self.entries.push((name, data));
        self
    }

    fn list(&mut self, key: &'static str, item: &str) -> &mut IonPackBuilder {
        match self.lists.iter_mut().find(|(known, _)| *known == key) {
            Some((_, items)) => items.push(item.to_owned()),
            None => {
                // A list that was set as a whole goes on from there.
                let at = self.fields.iter().position(|(known, _)| known == key);
                let before = at.map(|at| self.fields.remove(at).1).unwrap_or_default();
                let before = before
                    .split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty());
                let items = before.chain([item]).map(str::to_owned).collect();
                self.lists.push((key, items));
            }
        }
        self
    }

    /// An item with a comma would come back as two: such an item is refused even where both
    /// halves would be valid.
    fn check_items(&self, manifest: &Manifest) -> Result<(), ManifestError> {
        for (key, items) in &self.lists {
            let Some(field) = manifest.fields().iter().find(|field| *field.key == **key) else {
                continue;
            };
            if let Some(item) = items.iter().find(|item| item.contains(',')) {
                return Err(ManifestError::BadValue {
                    line: field.line,
                    key,
                    value: Quoted::new(item),
                    expected: "an item of a list has no comma",
                });
            }
        }
        Ok(())
    }
}
