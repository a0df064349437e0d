//! What the name of an entry says: allowed or not, and which part of a package it is.
//!
//! ```text
//! META-INF/MANIFEST.ion   META-INF/ffi/MODULE.ffi
//! classes/NAME.ionc
//! lib/NAME   lib/OS/ARCH/NAME
//! resources/PATH
//! src/PATH
//! ```
//!
//! Other entries are allowed and ignored, so that later versions can add some.
//!
//! # Invariants
//! L1. An allowed name is relative, has no `..`, `.` or empty segment, no backslash, no colon and
//!     no hidden character: joined to any folder it stays inside.
//! L2. Names that pass [`check_conflicts`] are distinct on a file system that ignores case, and
//!     no name is both a file and a folder.
//!
//! # Cost
//! One name: linear. Conflicts: a sort of the case-folded names, then one pass over neighbours.

use std::fmt;

use super::error::{EntryFault, NameFault, PackError};
use super::limits::{ArchiveLimits, Limit};
use crate::names::{Quoted, is_deceptive, is_name};

/// The entry that holds the manifest.
pub const MANIFEST_ENTRY: &str = "META-INF/MANIFEST.ion";

/// The folder of the class files.
pub(super) const CLASSES: &str = "classes/";
/// What the name of a class file ends with.
pub(super) const CLASS_SUFFIX: &str = ".ionc";
/// The folder of the declarations of C functions.
pub(super) const DECLARATIONS: &str = "META-INF/ffi/";
/// What the name of a declaration ends with.
pub(super) const DECLARATION_SUFFIX: &str = ".ffi";
/// The folder of the native libraries.
pub(super) const LIB: &str = "lib/";
/// The folder of the resources.
pub(super) const RESOURCES: &str = "resources/";
/// The folder of the sources.
pub(super) const SRC: &str = "src/";

/// An operating system that a library can be built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Os {
    /// `linux`
    Linux,
    /// `macos`
    MacOs,
    /// `windows`
    Windows,
}

/// A processor architecture that a library can be built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Arch {
    /// `x86_64`
    X86_64,
    /// `aarch64`
    Aarch64,
}

/// What a library is built for: a system and a processor, shown as `OS/ARCH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Platform {
    /// The operating system.
    pub os: Os,
    /// The processor.
    pub arch: Arch,
}

/// Which part of a package an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// The manifest, or an entry that means nothing here.
    Other,
    /// A class, by name.
    Class(&'a str),
    /// A library, by name and by what it is built for.
    Library(&'a str, Option<Platform>),
    /// A resource or a source, by path.
    File,
}

impl Os {
    /// The word in entry names.
    pub fn word(self) -> &'static str {
        match self {
            Os::Linux => "linux",
            Os::MacOs => "macos",
            Os::Windows => "windows",
        }
    }

    /// The system of that word.
    pub fn from_word(word: &str) -> Option<Os> {
        [Os::Linux, Os::MacOs, Os::Windows]
            .into_iter()
            .find(|os| os.word() == word)
    }
}

impl Arch {
    /// The word in entry names.
    pub fn word(self) -> &'static str {
        match self {
            Arch::X86_64 => "x86_64",
            Arch::Aarch64 => "aarch64",
        }
    }

    /// The processor of that word.
    pub fn from_word(word: &str) -> Option<Arch> {
        [Arch::X86_64, Arch::Aarch64]
            .into_iter()
            .find(|arch| arch.word() == word)
    }
}

impl Platform {
    /// What this program itself is built for; `None` where packages know no word for it.
    pub fn current() -> Option<Platform> {
        Platform::from_words(std::env::consts::OS, std::env::consts::ARCH)
    }

    /// The platform of a system's and a processor's word.
    pub fn from_words(os: &str, arch: &str) -> Option<Platform> {
        Some(Platform {
            os: Os::from_word(os)?,
            arch: Arch::from_word(arch)?,
        })
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os.word(), self.arch.word())
    }
}

/// The entry of a class.
pub(super) fn class_entry(name: &str) -> String {
    format!("{CLASSES}{name}{CLASS_SUFFIX}")
}

/// The entry of a library.
pub(super) fn library_entry(name: &str, platform: Option<Platform>) -> String {
    match platform {
        None => format!("{LIB}{name}"),
        Some(platform) => format!("{LIB}{platform}/{name}"),
    }
}

/// The part of a package that a file of this name is.
///
/// # Errors
/// [`EntryFault::ClassPlace`] and [`EntryFault::LibraryPlace`]: such a file could never be found
/// by name.
pub(super) fn place(name: &str) -> Result<Place<'_>, EntryFault> {
    if let Some(rest) = name.strip_prefix(CLASSES) {
        return match rest.strip_suffix(CLASS_SUFFIX) {
            Some(class) if is_name(class) => Ok(Place::Class(class)),
            _ => Err(EntryFault::ClassPlace),
        };
    }
    if let Some(rest) = name.strip_prefix(LIB) {
        let mut parts = rest.split('/');
        let found = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(file), None, None, None) => Some((file, None)),
            (Some(os), Some(arch), Some(file), None) => {
                Platform::from_words(os, arch).map(|platform| (file, Some(platform)))
            }
            _ => None,
        };
        return match found {
            Some((file, platform)) if is_name(file) => Ok(Place::Library(file, platform)),
            _ => Err(EntryFault::LibraryPlace),
        };
    }
    if name.starts_with(RESOURCES) || name.starts_with(SRC) {
        return Ok(Place::File);
    }
    Ok(Place::Other)
}

/// Checks one name by itself; a folder's name ends with a slash. Gives it back as text.
///
/// # Errors
/// [`EntryFault::Name`] with what is wrong, and [`PackError::Limit`] for length and depth.
pub(super) fn check_name<'a>(
    bytes: &'a [u8],
    limits: &ArchiveLimits,
) -> Result<&'a str, PackError> {
    let over = |limit, found: usize, max: u32| PackError::Limit {
        limit,
        found: found as u64,
        max: u64::from(max),
        entry: Some(Quoted::bytes(bytes)),
    };
    if bytes.len() as u64 > u64::from(limits.name_bytes) {
        return Err(over(Limit::NameBytes, bytes.len(), limits.name_bytes));
    }
    let refuse = |fault| PackError::Entry {
        entry: Quoted::bytes(bytes),
        fault: EntryFault::Name(fault),
    };
    let name = std::str::from_utf8(bytes).map_err(|_| refuse(NameFault::NotUtf8))?;
    if let Some(character) = name.chars().find(|&c| is_deceptive(c)) {
        return Err(refuse(NameFault::Hidden { character }));
    }
    if name.is_empty() {
        return Err(refuse(NameFault::Empty));
    }
    if name.contains('\\') {
        return Err(refuse(NameFault::Backslash));
    }
    if name.starts_with('/') {
        return Err(refuse(NameFault::Absolute));
    }
    if name.contains(':') {
        return Err(refuse(NameFault::Colon));
    }
    let path = name.strip_suffix('/').unwrap_or(name);
    let mut depth = 0usize;
    for segment in path.split('/') {
        depth += 1;
        match segment {
            ".." => return Err(refuse(NameFault::Climbing)),
            "" | "." => return Err(refuse(NameFault::EmptySegment)),
            _ => {}
        }
    }
    if depth as u64 > u64::from(limits.name_depth) {
        return Err(over(Limit::NameDepth, depth, limits.name_depth));
    }
    Ok(name)
}

/// Checks the names of an archive against each other; a folder's name ends with a slash.
///
/// Names are compared case-folded, character by character. Forms that only Unicode
/// normalization makes equal stay distinct.
///
/// # Errors
/// [`EntryFault::Duplicate`], [`EntryFault::CaseConflict`], [`EntryFault::FileAndFolder`].
pub(super) fn check_conflicts<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), PackError> {
    let mut sorted: Vec<(String, &str)> = names
        .map(|name| (fold(name.strip_suffix('/').unwrap_or(name)), name))
        .collect();
    sorted.sort();
    for pair in sorted.windows(2) {
        if let [(a_key, a), (b_key, b)] = pair {
            check_neighbours(a_key, a, b_key, b)?;
        }
    }
    Ok(())
}

/// Case-folded, with NUL, which no name holds, as separator: what lies inside a folder then
/// sorts directly after it, so that looking at neighbours is enough.
fn fold(path: &str) -> String {
    path.chars()
        .map(|c| if c == '/' { '\0' } else { c })
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

fn check_neighbours(a_key: &str, a: &str, b_key: &str, b: &str) -> Result<(), PackError> {
    if a == b {
        return Err(PackError::entry(b, EntryFault::Duplicate));
    }
    let a_path = a.strip_suffix('/').unwrap_or(a);
    let b_path = b.strip_suffix('/').unwrap_or(b);
    let a_is_file = a_path.len() == a.len();
    let inside = b_key
        .strip_prefix(a_key)
        .is_some_and(|rest| rest.starts_with('\0'));
    if (inside && a_is_file) || a_path == b_path {
        let (file, folder) = if a_is_file { (a, b) } else { (b, a) };
        let fault = EntryFault::FileAndFolder {
            other: Quoted::new(folder),
        };
        return Err(PackError::entry(file, fault));
    }
    // Segments that are equal when folded must be equal as they stand. The last segment of
    // `b` counts only if it is the last of `a` too, which is when the whole keys are equal.
    let mut a_parts = a_path.split('/').zip(a_key.split('\0'));
    let mut b_parts = b_path.split('/').zip(b_key.split('\0'));
    while let (Some((a_part, a_fold)), Some((b_part, b_fold))) = (a_parts.next(), b_parts.next()) {
        if a_fold != b_fold {
            break;
        }
        if a_part != b_part {
            let fault = EntryFault::CaseConflict {
                other: Quoted::new(a),
            };
            return Err(PackError::entry(b, fault));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_fault(name: &[u8]) -> Option<NameFault> {
        match check_name(name, &ArchiveLimits::default()) {
            Ok(_) => None,
            Err(PackError::Entry {
                fault: EntryFault::Name(fault),
                ..
            }) => Some(fault),
            Err(other) => panic!("{other}"),
        }
    }

    /// Rule: P-ZIP-6
    #[test]
    fn names_stay_inside() {
        for good in [
            "a",
            "a/b",
            "a/",
            "classes/Main.ionc",
            "resources/ä ö/ü.txt",
            "..a/b..",
            "...",
        ] {
            assert_eq!(name_fault(good.as_bytes()), None, "{good}");
        }
        for (bad, fault) in [
            ("", NameFault::Empty),
            ("/", NameFault::Absolute),
            ("/etc/passwd", NameFault::Absolute),
            ("//a", NameFault::Absolute),
            ("..", NameFault::Climbing),
            ("../a", NameFault::Climbing),
            ("a/../../b", NameFault::Climbing),
            ("a/..", NameFault::Climbing),
            ("a/../", NameFault::Climbing),
            (".", NameFault::EmptySegment),
            ("a//b", NameFault::EmptySegment),
            ("a//", NameFault::EmptySegment),
            ("a/./b", NameFault::EmptySegment),
            ("a\\b", NameFault::Backslash),
            ("..\\a", NameFault::Backslash),
            ("C:/a", NameFault::Colon),
            ("a:b", NameFault::Colon),
            ("a\0b", NameFault::Hidden { character: '\0' }),
            (
                "a\u{85}",
                NameFault::Hidden {
                    character: '\u{85}',
                },
            ),
            (
                "a\u{202e}b",
                NameFault::Hidden {
                    character: '\u{202e}',
                },
            ),
        ] {
            assert_eq!(name_fault(bad.as_bytes()), Some(fault), "{bad:?}");
        }
        assert_eq!(name_fault(b"a\xff"), Some(NameFault::NotUtf8));
    }

    #[test]
    fn length_and_depth_are_limited() {
        let limits = ArchiveLimits {
            name_bytes: 9,
            name_depth: 3,
            ..ArchiveLimits::default()
        };
        assert!(check_name(b"a/b/cdefg", &limits).is_ok());
        for (name, limit, found) in [
            ("a/b/cdefgh", Limit::NameBytes, 10),
            ("a/b/c/d", Limit::NameDepth, 4),
        ] {
            match check_name(name.as_bytes(), &limits) {
                Err(PackError::Limit {
                    limit: l, found: n, ..
                }) => {
                    assert_eq!((l, n), (limit, found));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn conflict(names: &[&str]) -> Option<EntryFault> {
        match check_conflicts(names.iter().copied()) {
            Ok(()) => None,
            Err(PackError::Entry { fault, .. }) => Some(fault),
            Err(other) => panic!("{other}"),
        }
    }

    /// Rule: P-ZIP-7
    #[test]
    fn names_do_not_clash() {
        for good in [
            &["a", "b", "a!", "ab"][..],
            &["a/", "a/b", "a/c/d"],
            &["a/x", "a!/y", "a/z", "A!b"],
            &["strasse", "straße2"],
        ] {
            assert_eq!(conflict(good), None, "{good:?}");
        }
        assert_eq!(conflict(&["a", "b", "a"]), Some(EntryFault::Duplicate));
        assert_eq!(conflict(&["a/", "a/"]), Some(EntryFault::Duplicate));
        for pair in [
            ["a", "A"],
            ["a/x", "A/y"],
            ["a/b/x", "a/B/"],
            ["ß", "SS"],
            ["σ", "ς"],
            ["K", "k"],
        ] {
            for names in [pair, [pair[1], pair[0]]] {
                let clash = conflict(&names);
                assert!(
                    matches!(clash, Some(EntryFault::CaseConflict { .. })),
                    "{names:?}"
                );
            }
        }
        for pair in [["a", "a/b"], ["a", "a/"], ["a/b", "a/b/c/d"], ["a", "A/b"]] {
            for names in [pair, [pair[1], pair[0]]] {
                let clash = conflict(&names);
                assert!(
                    matches!(clash, Some(EntryFault::FileAndFolder { .. })),
                    "{names:?}"
                );
            }
        }
        // Others that sort between the two by plain bytes do not hide the clash.
        let clash = conflict(&["a", "a!", "a-b", "a.c", "a/b"]);
        assert!(matches!(clash, Some(EntryFault::FileAndFolder { .. })));
    }

    /// Rule: P-PLACE-1
    #[test]
    fn places() {
        let linux = Platform {
            os: Os::Linux,
            arch: Arch::X86_64,
        };
        for (name, expected) in [
            ("META-INF/MANIFEST.ion", Ok(Place::Other)),
            ("README", Ok(Place::Other)),
            ("classes/Main.ionc", Ok(Place::Class("Main"))),
            ("classes/a.b.ionc", Ok(Place::Class("a.b"))),
            ("classes/a/b.ionc", Err(EntryFault::ClassPlace)),
            ("classes/.ionc", Err(EntryFault::ClassPlace)),
            ("classes/Main.ionasm", Err(EntryFault::ClassPlace)),
            ("lib/libm.so", Ok(Place::Library("libm.so", None))),
            ("lib/linux", Ok(Place::Library("linux", None))),
            (
                "lib/linux/x86_64/a.so",
                Ok(Place::Library("a.so", Some(linux))),
            ),
            ("lib/linux/a.so", Err(EntryFault::LibraryPlace)),
            ("lib/beos/x86_64/a.so", Err(EntryFault::LibraryPlace)),
            ("lib/linux/x86_64/b/a.so", Err(EntryFault::LibraryPlace)),
            ("resources/a/b", Ok(Place::File)),
            ("src/a", Ok(Place::File)),
        ] {
            assert_eq!(place(name), expected, "{name}");
        }
        assert_eq!(library_entry("a.so", Some(linux)), "lib/linux/x86_64/a.so");
        assert_eq!(place(&class_entry("Main")), Ok(Place::Class("Main")));
    }
}
