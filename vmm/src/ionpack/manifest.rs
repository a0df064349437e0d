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

use std::fmt;

use super::limits::{ArchiveLimits, Limit};
use crate::names::{NAME_PATTERN, Quoted, is_deceptive, is_name};
use crate::rights::{Right, RightError};

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

/// Why a manifest is refused. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// Too long, or too many fields.
    Limit {
        /// [`Limit::ManifestBytes`] or [`Limit::ManifestFields`].
        limit: Limit,
        /// The figure found; fields are counted up to the first that is too many.
        found: u64,
        /// The figure allowed.
        max: u64,
    },
    /// The text is not UTF-8.
    NotUtf8 {
        /// The line.
        line: u32,
    },
    /// A character with the code 0.
    Nul {
        /// The line.
        line: u32,
    },
    /// An invisible or control character, such as a carriage return inside a line.
    Hidden {
        /// The line.
        line: u32,
        /// The character.
        character: char,
    },
    /// A line without a colon; lines cannot be continued.
    NoColon {
        /// The line.
        line: u32,
        /// What stands there.
        text: Quoted,
    },
    /// A key that is empty, too long or holds more than letters, digits, `-` and `_`.
    BadKey {
        /// The line.
        line: u32,
        /// The key.
        key: Quoted,
    },
    /// A key that was given before, perhaps in other case.
    RepeatedKey {
        /// The line.
        line: u32,
        /// The key.
        key: Quoted,
        /// The line where it was given first.
        first: u32,
    },
    /// A required key is missing.
    Missing {
        /// The key.
        key: &'static str,
        /// A key that is equal but for upper and lower case.
        similar: Option<Quoted>,
    },
    /// A version of the format that is not known.
    Format {
        /// The line.
        line: u32,
        /// The version.
        found: Quoted,
    },
    /// A value, or an item of a list, that does not have its key's form.
    BadValue {
        /// The line.
        line: u32,
        /// The key.
        key: &'static str,
        /// The value or item.
        value: Quoted,
        /// The form expected, in words.
        expected: &'static str,
    },
    /// An item that stands in its list twice.
    RepeatedItem {
        /// The line.
        line: u32,
        /// The key.
        key: &'static str,
        /// The item.
        item: Quoted,
    },
    /// A permission that does not exist.
    Permission {
        /// The line.
        line: u32,
        /// What is wrong with it.
        error: RightError,
    },
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

impl std::error::Error for ManifestError {}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ManifestError::Limit { limit, found, max } => {
                write!(f, "{found} {limit}, but at most {max} are allowed")?;
                write!(f, " (limit {})", limit.name())
            }
            ManifestError::NotUtf8 { line } => write!(f, "line {line}: not UTF-8 text"),
            ManifestError::Nul { line } => write!(f, "line {line}: a NUL character; remove it"),
            ManifestError::Hidden { line, character } => {
                let code = u32::from(*character);
                write!(
                    f,
                    "line {line}: the invisible character U+{code:04X}; remove it"
                )
            }
            ManifestError::NoColon { line, text } => {
                write!(
                    f,
                    "line {line}: expected Key: Value, found {text}, which has no colon"
                )
            }
            ManifestError::BadKey { line, key } => write!(
                f,
                "line {line}: {key} is no key; a key is up to 64 letters, digits, - and _"
            ),
            ManifestError::RepeatedKey { line, key, first } => {
                write!(
                    f,
                    "line {line}: the key {key} was given in line {first} already"
                )
            }
            ManifestError::Missing { key, similar: None } => {
                write!(
                    f,
                    "the required key {key} is missing; add a line {key}: ..."
                )
            }
            ManifestError::Missing {
                key,
                similar: Some(similar),
            } => {
                write!(
                    f,
                    "the required key {key} is missing; {similar} is written differently"
                )
            }
            ManifestError::Format { line, found } => write!(
                f,
                "line {line}: version {found} of the package format is not known; \
                 {IONPACK_VERSION} is"
            ),
            ManifestError::BadValue {
                line,
                key,
                value,
                expected,
            } => {
                write!(f, "line {line}: {key} cannot be {value}; {expected}")
            }
            ManifestError::RepeatedItem { line, key, item } => {
                write!(f, "line {line}: {key} has {item} twice; remove one")
            }
            ManifestError::Permission { line, error } => write!(f, "line {line}: {error}"),
        }
    }
}

const VERSION_PATTERN: &str = "a version is up to 64 letters, digits and . + -, begins with a \
                               letter or digit, and has no ..";
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEAD: &str = "IonPack-Version: 1.0\nName: demo\nVersion: 1.2.3\n";

    fn with(rest: &str) -> Result<Manifest, ManifestError> {
        Manifest::parse(format!("{HEAD}{rest}").as_bytes())
    }

    #[test]
    fn a_full_manifest() {
        let manifest = with(
            "# a comment: with a colon\n\n  \t\nMain-Class:Main\n\tEntry-Point : run \n\
             Description: a: b, c\nAuthor: Ü\nDependencies: base 1.2, util,  x   >= 2.0 \n\
             FFI-Libraries: libm.so, other\nExports: Main, Main:run\n\
             Permissions: fs.read:/data/, code\nX-Other: kept\n",
        )
        .expect("valid");
        assert_eq!((manifest.name(), manifest.version()), ("demo", "1.2.3"));
        assert_eq!(manifest.main_class(), Some("Main"));
        assert_eq!(manifest.entry_point(), Some("run"));
        assert_eq!(manifest.description(), Some("a: b, c"));
        assert_eq!(manifest.author(), Some("Ü"));
        let dependencies: Vec<String> = manifest
            .dependencies()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(dependencies, ["base 1.2", "util", "x >= 2.0"]);
        assert_eq!(manifest.ffi_libraries().len(), 2);
        assert_eq!(
            manifest.exports().iter().map(|e| &**e).collect::<Vec<_>>(),
            ["Main", "Main:run"]
        );
        assert_eq!(manifest.permissions()[0].to_string(), "fs.read:/data");
        assert_eq!(manifest.get("X-Other"), Some("kept"));
        assert_eq!(manifest.fields()[3].line, 7);
        let text = manifest.to_string();
        assert_eq!(
            text,
            "IonPack-Version: 1.0\nName: demo\nVersion: 1.2.3\nMain-Class: Main\n\
             Entry-Point: run\nDescription: a: b, c\nAuthor: Ü\n\
             Dependencies: base 1.2, util, x >= 2.0\nFFI-Libraries: libm.so, other\n\
             Exports: Main, Main:run\nPermissions: fs.read:/data, code\nX-Other: kept\n"
        );
        assert_eq!(
            Manifest::parse(text.as_bytes())
                .expect("reads back")
                .to_string(),
            text
        );
    }

    #[test]
    fn a_mark_and_other_line_ends_are_accepted() {
        let text = format!("\u{feff}{}", HEAD.replace('\n', "\r\n"));
        assert_eq!(
            Manifest::parse(text.as_bytes()).expect("valid").name(),
            "demo"
        );
        let text = HEAD.trim_end();
        assert_eq!(
            Manifest::parse(text.as_bytes()).expect("valid").version(),
            "1.2.3"
        );
    }

    #[test]
    fn errors_name_their_line() {
        let hidden = |character| ManifestError::Hidden { line: 4, character };
        let no_colon = |text| ManifestError::NoColon {
            line: 4,
            text: Quoted::new(text),
        };
        for (rest, expected) in [
            ("no colon here", no_colon("no colon here")),
            ("Des\0cription: x", ManifestError::Nul { line: 4 }),
            ("# \u{1b}[2J", hidden('\u{1b}')),
            ("Author: a\rName: b", hidden('\r')),
            ("Author: \u{202e}x", hidden('\u{202e}')),
            ("\u{feff}Author: x", hidden('\u{feff}')),
            (
                ": x",
                ManifestError::BadKey {
                    line: 4,
                    key: Quoted::new(""),
                },
            ),
            (
                "My Key: x",
                ManifestError::BadKey {
                    line: 4,
                    key: Quoted::new("My Key"),
                },
            ),
            (
                "name: again",
                ManifestError::RepeatedKey {
                    line: 4,
                    key: Quoted::new("name"),
                    first: 2,
                },
            ),
            (
                "Exports: A, B, A",
                ManifestError::RepeatedItem {
                    line: 4,
                    key: key::EXPORTS,
                    item: Quoted::new("A"),
                },
            ),
            (
                "Dependencies: a 1, a 2",
                ManifestError::RepeatedItem {
                    line: 4,
                    key: key::DEPENDENCIES,
                    item: Quoted::new("a 2"),
                },
            ),
        ] {
            assert_eq!(with(rest), Err(expected), "{rest:?}");
        }
        assert_eq!(
            Manifest::parse(b"a: b\n\n\xff: c"),
            Err(ManifestError::NotUtf8 { line: 3 }),
        );
        let error = with("Permissions: code, fs.exec").expect_err("unknown word");
        assert!(
            matches!(error, ManifestError::Permission { line: 4, .. }),
            "{error}"
        );
    }

    #[test]
    fn names_are_never_paths() {
        for name in [
            "",
            "..",
            "../a",
            "/etc/passwd",
            "a/b",
            "a\\b",
            "http://a/b",
            "a b",
            "C:x",
        ] {
            for key in [key::MAIN_CLASS, key::ENTRY_POINT] {
                let error = with(&format!("{key}: {name}")).expect_err(name);
                assert!(
                    matches!(error, ManifestError::BadValue { line: 4, .. }),
                    "{error}"
                );
            }
        }
        for item in [
            "../a",
            "/a",
            "a/b",
            "https://a",
            "a,,b",
            "a,",
            ",",
            "a @",
            "a 1/2",
            "a ..",
        ] {
            let error = with(&format!("Dependencies: {item}")).expect_err(item);
            assert!(
                matches!(error, ManifestError::BadValue { line: 4, .. }),
                "{error}"
            );
        }
        for item in ["/lib/libc.so.6", "../x", "a b"] {
            let error = with(&format!("FFI-Libraries: {item}")).expect_err(item);
            assert!(
                matches!(error, ManifestError::BadValue { line: 4, .. }),
                "{error}"
            );
        }
        for item in ["a:b:c", ":a", "a:", "a/b"] {
            let error = with(&format!("Exports: {item}")).expect_err(item);
            assert!(
                matches!(error, ManifestError::BadValue { line: 4, .. }),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_required() {
        for key in [key::IONPACK_VERSION, key::NAME, key::VERSION] {
            let without: String = HEAD
                .lines()
                .filter(|l| !l.starts_with(&format!("{key}:")))
                .flat_map(|l| [l, "\n"])
                .collect();
            let missing = ManifestError::Missing { key, similar: None };
            assert_eq!(Manifest::parse(without.as_bytes()), Err(missing), "{key}");
            let lower = format!("{without}{}: 1.0", key.to_lowercase());
            let error = Manifest::parse(lower.as_bytes()).expect_err("wrong case");
            assert!(
                matches!(
                    error,
                    ManifestError::Missing {
                        similar: Some(_),
                        ..
                    }
                ),
                "{error}"
            );
        }
        for version in ["", "1", "1.1", "2.0", "1.0 "] {
            let text = HEAD.replace(
                "IonPack-Version: 1.0",
                &format!("IonPack-Version: {version}"),
            );
            let parsed = Manifest::parse(text.as_bytes());
            match version {
                "1.0 " => assert!(parsed.is_ok()),
                _ => assert!(matches!(parsed, Err(ManifestError::Format { line: 1, .. }))),
            }
        }
    }

    #[test]
    fn size_and_number_of_fields_are_limited() {
        let limits = ArchiveLimits {
            manifest_bytes: 60,
            manifest_fields: 4,
            ..Default::default()
        };
        let text = format!("{HEAD}A: b\n");
        assert!(Manifest::parse_within(text.as_bytes(), &limits).is_ok());
        let more = format!("{text}C: d\n");
        assert_eq!(
            Manifest::parse_within(more.as_bytes(), &limits),
            Err(ManifestError::Limit {
                limit: Limit::ManifestFields,
                found: 5,
                max: 4
            })
        );
        let longer = format!("{text}#{}", "x".repeat(60));
        assert!(matches!(
            Manifest::parse_within(longer.as_bytes(), &limits),
            Err(ManifestError::Limit {
                limit: Limit::ManifestBytes,
                max: 60,
                ..
            })
        ));
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_manifest_or_one_line(bytes: Vec<u8>, text in "(\\PC|\n|\r){0,80}") {
            for input in [&bytes[..], text.as_bytes(), format!("{HEAD}{text}").as_bytes()] {
                if let Err(error) = Manifest::parse(input) {
                    let line = error.to_string();
                    prop_assert!(!line.chars().any(is_deceptive), "{line:?}");
                }
            }
        }

        #[test]
        fn the_canonical_text_is_stable(rest in "((X|Author|Exports|Description|Dependencies): *[a-zA-Z0-9 ,:é]{0,12}\n){0,4}") {
            if let Ok(manifest) = with(&rest) {
                let text = manifest.to_string();
                let again = Manifest::parse(text.as_bytes()).expect("canonical text is valid");
                prop_assert_eq!(again.to_string(), text);
                prop_assert_eq!(again.exports(), manifest.exports());
                prop_assert_eq!(again.dependencies(), manifest.dependencies());
            }
        }
    }
}
