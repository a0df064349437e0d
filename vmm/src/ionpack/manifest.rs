//! The manifest of a package: what it is called, where it starts, what it asks for.
//!
//! UTF-8 text of one `Key: Value` a line, split at the first colon, both sides trimmed of
//! spaces and tabs. Blank lines and lines that begin with `#` are skipped; a byte-order mark at
//! the start and CRLF line ends are accepted; keys that are not known are kept.
//!
//! | key | value | |
//! |---|---|---|
//! | `IonPack-Version` | `1.0` | required |
//! | `Name` | a name ([`crate::names::is_name`]) | required |
//! | `Version` | up to 64 letters, digits and `. + -`, beginning with a letter or digit | required |
//! | `Main-Class`, `Entry-Point` | a name | |
//! | `Description`, `Author` | any text | |
//! | `Dependencies` | list of `NAME` or `NAME REQUIREMENT` | |
//! | `FFI-Libraries` | list of names | |
//! | `Exports` | list of `CLASS` or `CLASS:FUNCTION` | |
//! | `Permissions` | list of rights ([`crate::rights`]) that the package asks for | |
//!
//! Lists are separated by commas; an empty value is an empty list. A manifest grants nothing.
//!
//! # Invariants
//! M1. No line holds an invisible or control character but tab: what is shown is what is there.
//! M2. No key occurs twice, whatever its case; no list names an item twice.
//! M3. Every name matches the one name pattern, so it is never a path or a URL.
//! M4. Parsing the display of a manifest gives a manifest with the same values and display.
//!
//! # Cost
//! Linear in the text, which is at most [`ArchiveLimits::manifest_bytes`] long.

mod error;

use std::fmt;

use super::limits::{ArchiveLimits, Limit};
use crate::names::{NAME_PATTERN, Quoted, is_deceptive, is_name};
use crate::rights::Right;

pub use error::ManifestError;

/// The version of the package format that is read and written.
pub const IONPACK_VERSION: &str = "1.0";

/// The keys that mean something, in the order in which they are written.
pub mod key {
    /// Version of the package format.
    pub const IONPACK_VERSION: &str = "IonPack-Version";
    /// Name of the package.
    pub const NAME: &str = "Name";
    /// Version of the package.
    pub const VERSION: &str = "Version";
    /// Class in which the program starts.
    pub const MAIN_CLASS: &str = "Main-Class";
    /// Function of the main class with which the program starts.
    pub const ENTRY_POINT: &str = "Entry-Point";
    /// What the package is for.
    pub const DESCRIPTION: &str = "Description";
    /// Who wrote it.
    pub const AUTHOR: &str = "Author";
    /// Packages that it needs.
    pub const DEPENDENCIES: &str = "Dependencies";
    /// Native libraries that it calls.
    pub const FFI_LIBRARIES: &str = "FFI-Libraries";
    /// Classes and functions that others may use.
    pub const EXPORTS: &str = "Exports";
    /// Rights that it asks for.
    pub const PERMISSIONS: &str = "Permissions";

    /// All of them.
    pub const ALL: [&str; 11] = [
        IONPACK_VERSION,
        NAME,
        VERSION,
        MAIN_CLASS,
        ENTRY_POINT,
        DESCRIPTION,
        AUTHOR,
        DEPENDENCIES,
        FFI_LIBRARIES,
        EXPORTS,
        PERMISSIONS,
    ];
}

/// A manifest that was checked. Its display is the canonical text: known keys in the order of
/// [`key::ALL`], then the others as they came, each line ended by one line feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    fields: Vec<Field>,
    dependencies: Vec<Dependency>,
    ffi_libraries: Vec<Box<str>>,
    exports: Vec<Box<str>>,
    permissions: Vec<Right>,
}

/// One line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What stands before the colon.
    pub key: Box<str>,
    /// What stands after it.
    pub value: Box<str>,
    /// The line's number, from 1.
    pub line: u32,
}

/// A package that another needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub name: Box<str>,
    /// Which of its versions will do, such as `1.2` or `>=1.0`; not interpreted here.
    pub requirement: Option<Box<str>>,
}

impl Manifest {
    /// Parses the text of a manifest under the default limits.
    ///
    /// # Errors
    /// The first [`ManifestError`] met, in the order of the lines; missing keys come last.
    pub fn parse(text: &[u8]) -> Result<Manifest, ManifestError> {
        Manifest::parse_within(text, &ArchiveLimits::default())
    }

    /// Parses the text of a manifest.
    ///
    /// # Errors
    /// As [`Manifest::parse`].
    pub fn parse_within(text: &[u8], limits: &ArchiveLimits) -> Result<Manifest, ManifestError> {
        let fields = read_fields(text, limits)?;
        let mut manifest = Manifest {
            fields,
            dependencies: Vec::new(),
            ffi_libraries: Vec::new(),
            exports: Vec::new(),
            permissions: Vec::new(),
        };
        for at in 0..manifest.fields.len() {
            manifest.check_field(at)?;
        }
        for key in [key::IONPACK_VERSION, key::NAME, key::VERSION] {
            if manifest.get(key).is_none() {
                let similar = manifest
                    .fields
                    .iter()
                    .find(|f| f.key.eq_ignore_ascii_case(key));
                let similar = similar.map(|f| Quoted::new(&f.key));
                return Err(ManifestError::Missing { key, similar });
            }
        }
        Ok(manifest)
    }

    /// The value of a key, known or not.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| &*field.key == key)
            .map(|field| &*field.value)
    }

    /// All fields in the order of their lines.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The package's name.
    pub fn name(&self) -> &str {
        self.get(key::NAME).unwrap_or_default()
    }

    /// The package's version.
    pub fn version(&self) -> &str {
        self.get(key::VERSION).unwrap_or_default()
    }

    /// The class in which the program starts.
    pub fn main_class(&self) -> Option<&str> {
        self.get(key::MAIN_CLASS)
    }

    /// The function of the main class with which the program starts.
    pub fn entry_point(&self) -> Option<&str> {
        self.get(key::ENTRY_POINT)
    }

    /// What the package is for.
    pub fn description(&self) -> Option<&str> {
        self.get(key::DESCRIPTION)
    }

    /// Who wrote it.
    pub fn author(&self) -> Option<&str> {
        self.get(key::AUTHOR)
    }

    /// The packages that it needs.
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// The native libraries that it calls.
    pub fn ffi_libraries(&self) -> &[Box<str>] {
        &self.ffi_libraries
    }

    /// The classes (`CLASS`) and functions (`CLASS:FUNCTION`) that others may use.
    pub fn exports(&self) -> &[Box<str>] {
        &self.exports
    }

    /// The rights that the package asks for. It has none of them until a host grants them.
    pub fn permissions(&self) -> &[Right] {
        &self.permissions
    }

    /// Checks the value of one field by its key, and keeps what its list holds.
    fn check_field(&mut self, at: usize) -> Result<(), ManifestError> {
        let Field { key, value, line } = &self.fields[at];
        let line = *line;
        let Some(key) = key::ALL.into_iter().find(|known| *known == &**key) else {
            return Ok(());
        };
        let bad = |value: &str, expected| {
            Err(ManifestError::BadValue {
                line,
                key,
                value: Quoted::new(value),
                expected,
            })
        };
        match key {
            key::IONPACK_VERSION if **value != *IONPACK_VERSION => Err(ManifestError::Format {
                line,
                found: Quoted::new(value),
            }),
            key::NAME | key::MAIN_CLASS | key::ENTRY_POINT if !is_name(value) => {
                bad(value, NAME_PATTERN)
            }
            key::VERSION if !is_version(value) => bad(value, VERSION_PATTERN),
            key::DEPENDENCIES => {
                let parse = |item: &str| parse_dependency(item).ok_or(DEPENDENCY_PATTERN);
                let found = list(line, key, value, parse, |d| d.name.clone())?;
                self.dependencies = found;
                Ok(())
            }
            key::FFI_LIBRARIES => {
                let parse = |item: &str| is_name(item).then(|| item.into()).ok_or(NAME_PATTERN);
                let found = list(line, key, value, parse, Box::clone)?;
                self.ffi_libraries = found;
                Ok(())
            }
            key::EXPORTS => {
                let parse = |item: &str| is_export(item).then(|| item.into()).ok_or(EXPORT_PATTERN);
                let found = list(line, key, value, parse, Box::clone)?;
                self.exports = found;
                Ok(())
            }
            key::PERMISSIONS => {
                // The list is walked for its shape first, so that the right's own error can
                // be kept.
                let items = list(line, key, value, |item| Ok(Box::from(item)), Box::clone)?;
                let parse = |item: Box<str>| {
                    item.parse()
                        .map_err(|error| ManifestError::Permission { line, error })
                };
                self.permissions = items.into_iter().map(parse).collect::<Result<_, _>>()?;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in key::ALL {
            match key {
                key::DEPENDENCIES => write_list(f, key, &self.dependencies)?,
                key::FFI_LIBRARIES => write_list(f, key, &self.ffi_libraries)?,
                key::EXPORTS => write_list(f, key, &self.exports)?,
                key::PERMISSIONS => write_list(f, key, &self.permissions)?,
                key => {
                    if let Some(value) = self.get(key) {
                        write_field(f, key, value)?;
                    }
                }
            }
        }
        for field in &self.fields {
            if !key::ALL.contains(&&*field.key) {
                write_field(f, &field.key, &field.value)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.requirement {
            None => Ok(()),
            Some(requirement) => write!(f, " {requirement}"),
        }
    }
}

const VERSION_PATTERN: &str = "a version is up to 64 letters, digits and . + -, begins with a \
                               letter or digit, and has no two dots in a row";
const DEPENDENCY_PATTERN: &str = "a dependency is a name, or a name, a space and up to 64 letters, \
                                  digits, spaces and . + - * < > = ^ ~";
const EXPORT_PATTERN: &str = "an export is CLASS or CLASS:FUNCTION, both names of letters, digits \
                              and _ . + $ -";

fn is_version(text: &str) -> bool {
    text.len() <= 64
        && text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'))
        && !text.contains("..")
}

fn is_export(text: &str) -> bool {
    match text.split_once(':') {
        None => is_name(text),
        Some((class, function)) => is_name(class) && is_name(function),
    }
}

fn parse_dependency(text: &str) -> Option<Dependency> {
    let (name, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let allowed = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b' ' | b'.' | b'+' | b'-' | b'*' | b'<' | b'>' | b'=' | b'^' | b'~'
            )
    };
    let rest = trim(rest);
    if !is_name(name) || rest.len() > 64 || !rest.bytes().all(allowed) || rest.contains("..") {
        return None;
    }
    let requirement = (!rest.is_empty()).then(|| rest.into());
    Some(Dependency {
        name: name.into(),
        requirement,
    })
}

/// Splits the text into fields and checks what holds for every line whatever its key.
fn read_fields(text: &[u8], limits: &ArchiveLimits) -> Result<Vec<Field>, ManifestError> {
    let length = text.len() as u64;
    if length > limits.manifest_bytes {
        let (limit, max) = (Limit::ManifestBytes, limits.manifest_bytes);
        return Err(ManifestError::Limit {
            limit,
            found: length,
            max,
        });
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = text.get(..error.valid_up_to()).unwrap_or_default();
        ManifestError::NotUtf8 {
            line: 1 + before.iter().filter(|&&b| b == b'\n').count() as u32,
        }
    })?;
    let mut fields: Vec<Field> = Vec::new();
    let mut seen = std::collections::HashMap::new();
    // The number of a line fits, since the text is far shorter than 4 GiB or its end is
    // never reached.
    for (line, text) in (1u32..).zip(text.split('\n')) {
        let text = text.strip_suffix('\r').unwrap_or(text);
        if let Some(character) = text.chars().find(|&c| c != '\t' && is_deceptive(c)) {
            return Err(match character {
                '\0' => ManifestError::Nul { line },
                character => ManifestError::Hidden { line, character },
            });
        }
        let text = trim(text);
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let Some((key, value)) = text.split_once(':') else {
            return Err(ManifestError::NoColon {
                line,
                text: Quoted::new(text),
            });
        };
        let key = trim(key);
        if !is_key(key) {
            return Err(ManifestError::BadKey {
                line,
                key: Quoted::new(key),
            });
        }
        if let Some(first) = seen.insert(key.to_ascii_lowercase(), line) {
            return Err(ManifestError::RepeatedKey {
                line,
                key: Quoted::new(key),
                first,
            });
        }
        let found = fields.len() as u64 + 1;
        if found > u64::from(limits.manifest_fields) {
            let (limit, max) = (Limit::ManifestFields, u64::from(limits.manifest_fields));
            return Err(ManifestError::Limit { limit, found, max });
        }
        fields.push(Field {
            key: key.into(),
            value: trim(value).into(),
            line,
        });
    }
    Ok(fields)
}

/// Whether a text may be a key.
pub(super) fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Without spaces and tabs at the ends. Other white space stays and is seen in messages.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// The items of a list; `identity` tells which of two mean the same.
fn list<T>(
    line: u32,
    key: &'static str,
    value: &str,
    parse: impl Fn(&str) -> Result<T, &'static str>,
    identity: impl Fn(&T) -> Box<str>,
) -> Result<Vec<T>, ManifestError> {
    let mut items = Vec::new();
    let mut seen = std::collections::HashSet::new();
    if value.is_empty() {
        return Ok(items);
    }
    for item in value.split(',').map(trim) {
        let bad = |expected| ManifestError::BadValue {
            line,
            key,
            value: Quoted::new(item),
            expected,
        };
        if item.is_empty() {
            return Err(bad("a list has an item before and after every comma"));
        }
        let parsed = parse(item).map_err(bad)?;
        if !seen.insert(identity(&parsed)) {
            return Err(ManifestError::RepeatedItem {
                line,
                key,
                item: Quoted::new(item),
            });
        }
        items.push(parsed);
    }
    Ok(items)
}

fn write_field(f: &mut fmt::Formatter<'_>, key: &str, value: &str) -> fmt::Result {
    if value.is_empty() {
        writeln!(f, "{key}:")
    } else {
        writeln!(f, "{key}: {value}")
    }
}

fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, key: &str, items: &[T]) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i == 0 {
            write!(f, "{key}: {item}")?;
        } else {
            write!(f, ", {item}")?;
        }
    }
    if items.is_empty() {
        Ok(())
    } else {
        writeln!(f)
    }
}
#[cfg(test)]
mod tests;
