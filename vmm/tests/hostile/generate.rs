//! Hostile packages by the hundred, each with what must happen to it.
//!
//! The generator writes raw bytes and knows nothing of the reader; it depends on the standard
//! library alone, so any test can include it:
//!
//! ```ignore
//! #[path = "../../vmm/tests/hostile/generate.rs"]
//! mod generate;
//! ```
//!
//! Every package is made of a valid manifest and the class `Main`, changed in one way. Cases are
//! made one at a time, so that their sizes do not add up.

mod contents;
mod deflate;
mod headers;
mod manifests;
mod names;
mod records;
mod structure;
mod zip;

use zip::{Entry, Zip};

/// A package and what must happen to it.
pub(crate) struct Case {
    /// The family, a dash, and what is special, such as `slip-absolute`. Distinct, and fit for a
    /// file name.
    pub(crate) name: String,
    /// The package.
    pub(crate) bytes: Vec<u8>,
    /// What must happen.
    pub(crate) expect: Expect,
}

/// What must happen to a package. Refusals are named by kind, such as `entry/method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// It opens, and everything in it can be read.
    Accepted,
    /// It does not open.
    Refused(&'static str),
    /// It opens, but the class `Main` cannot be read.
    MainRefused(&'static str),
    /// It opens, `Main` can be read, but the resource `bad` cannot.
    ResourceRefused(&'static str),
}

/// The manifest of every package that is not about manifests.
pub(crate) const MANIFEST: &str =
    "IonPack-Version: 1.0\nName: hostile\nVersion: 1.0.0\nMain-Class: Main\nEntry-Point: main\n";

/// The entry of the manifest.
pub(crate) const MANIFEST_ENTRY: &str = "META-INF/MANIFEST.ion";

/// The entry of the main class.
pub(crate) const MAIN_ENTRY: &str = "classes/Main.ionc";

/// Makes all cases around the bytes of a class file, one after the other.
pub(crate) fn generate(class: &[u8], take: &mut dyn FnMut(Case)) {
    let mut give = |name: &str, zip: Zip, expect: Expect| {
        take(Case {
            name: name.to_owned(),
            bytes: zip.bytes(),
            expect,
        });
    };
    structure::generate(class, &mut give);
    records::generate(class, &mut give);
    headers::generate(class, &mut give);
    contents::generate(class, &mut give);
    names::generate(class, &mut give);
    manifests::generate(class, &mut give);
}

/// Where a family hands its cases.
type Give<'a> = &'a mut dyn FnMut(&str, Zip, Expect);

/// Manifest and main class, and nothing wrong.
fn base(class: &[u8]) -> Zip {
    let entries = vec![
        Entry::new(MANIFEST_ENTRY, MANIFEST),
        Entry::new(MAIN_ENTRY, class.to_vec()),
    ];
    Zip {
        entries,
        ..Zip::default()
    }
}

/// The valid package with one entry more.
fn plus(class: &[u8], entry: Entry) -> Zip {
    base(class).with(|zip| zip.entries.push(entry))
}

/// How many entries the end record says there are.
fn set_count(zip: &mut Zip, count: u16) {
    zip.end.entries = Some(count);
    zip.end.entries_here = Some(count);
}

/// Bytes that are no archive at all.
fn raw(bytes: Vec<u8>) -> Zip {
    Zip {
        literal: Some(bytes),
        ..Zip::default()
    }
}
