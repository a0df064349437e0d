//! Files and folders, as far as a process has the right to them.
//!
//! Every native here may wait for a disk, so all of them are marked as blocking. Rights are
//! asked for the real path, with links followed and `..` gone (`fs/reach.rs`). Names that are no text are
//! left out of lists, since no string could name them.

mod open;
mod reach;

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::time::UNIX_EPOCH;

use self::reach::{Access, confirm, failed, itself, target};
use crate::bridge::{FfiObject, FfiValue, FromFfi, MAX_BYTES, Mismatch};
use crate::context::FfiContext;
use crate::error::FfiError;
use crate::native::Native;
use crate::registry::{FfiRegistry, RegisterError};

/// Registers the module `fs`.
///
/// # Errors
/// [`RegisterError::Duplicate`] if a name is taken.
pub fn register(registry: &mut FfiRegistry) -> Result<(), RegisterError> {
    for native in contents()
        .into_iter()
        .chain(entries())
        .chain(open::natives())
    {
        registry.register(native.blocks())?;
    }
    Ok(())
}

fn contents() -> [Native; 5] {
    [
        Native::with_context("fs.read_text", |context: &mut dyn FfiContext, path: String| {
            let octets = read_file(context, &path)?;
            String::from_utf8(octets)
                .map_err(|_| FfiError::failed(format!("{path:?} holds no UTF-8 text; read its bytes")))
        })
        .describe(
            "The contents of a file as a string. Needs the right `fs.read` to its real path. Raises \
             `:denied`, `:not_found`; `:ffi` if it cannot be read or is no text; `:limit`.",
        ),
        Native::with_context("fs.read_bytes", |context: &mut dyn FfiContext, path: String| {
            read_file(context, &path)
        })
        .describe("The contents of a file as bytes. Raises as `fs.read_text`."),
        Native::with_context("fs.write", |context: &mut dyn FfiContext, path: String, data: Data| {
            let real = target(context, &path, Access::Write)?;
            let options = OpenOptions::new().write(true).create(true).truncate(false).clone();
            let mut file = options.open(&real).map_err(|error| failed(&path, &error))?;
            confirm(&file, &real, &path)?;
            // Emptied only now that it is known to be the right one.
            let written = file.set_len(0).and_then(|()| file.write_all(data.octets()));
            written.map_err(|error| failed(&path, &error))
        })
        .describe(
            "`write(path, data)` makes a file of a string or bytes, in place of what was there. Needs \
             the right `fs.write` to its real path. Yields unit. Raises `:denied`, `:not_found` \
             if there is no such folder, `:ffi`.",
        ),
        Native::with_context("fs.append", |context: &mut dyn FfiContext, path: String, data: Data| {
            let real = target(context, &path, Access::Write)?;
            let options = OpenOptions::new().append(true).create(true).clone();
            let mut file = options.open(&real).map_err(|error| failed(&path, &error))?;
            confirm(&file, &real, &path)?;
            file.write_all(data.octets()).map_err(|error| failed(&path, &error))
        })
        .describe("As `fs.write`, but writes at the end of what is there."),
        Native::with_context("fs.copy", |context: &mut dyn FfiContext, from: String, to: String| {
            let (source, real) = open_file(context, &from)?;
            let target = target(context, &to, Access::Write)?;
            if real == target {
                return Err(FfiError::failed(format!("{from:?} and {to:?} are one file")));
            }
            let options = OpenOptions::new().write(true).create(true).truncate(false).clone();
            let mut file = options.open(&target).map_err(|error| failed(&to, &error))?;
            confirm(&file, &target, &to)?;
            let mut source = source;
            let copied = file.set_len(0).and_then(|()| io::copy(&mut source, &mut file));
            copied.map(|octets| octets as f64).map_err(|error| failed(&to, &error))
        })
        .describe(
            "`copy(from, to)` copies the contents of a file to another, in place of what was there; yields \
             how many octets that were. Needs `fs.read` to the one and `fs.write` to the other. \
             Raises as these.",
        ),
    ]
}

fn entries() -> [Native; 7] {
    [
        Native::with_context("fs.exists", |context: &mut dyn FfiContext, path: String| {
            match target(context, &path, Access::Read) {
                Ok(real) => Ok(real.symlink_metadata().is_ok()),
                Err(FfiError::NotFound { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        })
        .describe(
            "Whether there is something at a path. Needs the right `fs.read` to it. Raises \
             `:denied`, `:ffi`.",
        ),
        Native::with_context("fs.metadata", metadata).describe(
            "An object about what is at a path: `kind`, one of `:file`, `:folder`, `:other`; `size` in \
             octets; `modified` in milliseconds since 1970, or `undefined`; `read_only`. Needs the right \
             `fs.read` to the real path. Raises `:denied`, `:not_found`, `:ffi`.",
        ),
        Native::with_context("fs.list", list).describe(
            "The array of the names in a folder, sorted; names that are no text are left out. Needs \
             the right `fs.read` to its real path. Raises `:denied`, `:not_found`, `:ffi`, `:limit`.",
        ),
        Native::with_context("fs.make_folder", |context: &mut dyn FfiContext, path: String| {
            let real = target(context, &path, Access::Write)?;
            fs::create_dir_all(real).map_err(|error| failed(&path, &error))
        })
        .describe(
            "Makes a folder, and those that it lies in. Needs the right `fs.write` to it. Yields unit; \
             one that is there stays as it is. Raises `:denied`, `:ffi`.",
        ),
        Native::with_context("fs.remove", |context: &mut dyn FfiContext, path: String| {
            let real = itself(context, &path, Access::Write)?;
            let about = real.symlink_metadata().map_err(|error| failed(&path, &error))?;
            let removed = match about.is_dir() {
                true => fs::remove_dir(real),
                false => fs::remove_file(real),
            };
            removed.map_err(|error| failed(&path, &error))
        })
        .describe(
            "Removes a file, a link, or a folder with nothing in it. Needs the right `fs.write` to it. Yields \
             unit. Raises `:denied`, `:not_found`, `:ffi`.",
        ),
        Native::with_context("fs.rename", |context: &mut dyn FfiContext, from: String, to: String| {
            let source = itself(context, &from, Access::Write)?;
            // What is moved might be read where it comes to lie.
            itself(context, &from, Access::Read)?;
            let target = itself(context, &to, Access::Write)?;
            fs::rename(source, target).map_err(|error| failed(&from, &error))
        })
        .describe(
            "`rename(from, to)` gives a file or folder another path, in place of a file that is there. Needs \
             the right `fs.write` to both, and `fs.read` to the first. Yields unit. Raises `:denied`, `:not_found`, `:ffi`.",
        ),
        Native::with_context("fs.temp_folder", |context: &mut dyn FfiContext| {
            let base = std::env::temp_dir();
            for _ in 0..16 {
                let mut chance = [0; 8];
                context.fill_entropy(&mut chance)?;
                let name = format!("ionvm-{:016x}", u64::from_le_bytes(chance));
                let path = base.join(name).display().to_string();
                let real = itself(context, &path, Access::Write)?;
                match fs::create_dir(&real) {
                    Ok(()) => return Ok(real.display().to_string()),
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(failed(&path, &error)),
                }
            }
            Err(FfiError::failed("no name for a folder is free"))
        })
        .describe(
            "Makes a folder of a name that nobody has, in the system's folder for what does not last, and \
             yields its path. Whoever makes it removes it. Needs the right `fs.write` to that folder. \
             Raises `:denied`, `:ffi`.",
        ),
    ]
}

/// A string or bytes.
pub(super) enum Data {
    /// Text.
    Text(String),
    /// Octets.
    Octets(Vec<u8>),
}

impl Data {
    /// What is written.
    pub(super) fn octets(&self) -> &[u8] {
        match self {
            Data::Text(text) => text.as_bytes(),
            Data::Octets(octets) => octets,
        }
    }
}

impl FromFfi for Data {
    fn expected() -> String {
        "a string or bytes".to_owned()
    }

    fn from_ffi(value: FfiValue) -> Result<Data, Mismatch> {
        match value {
            FfiValue::String(text) => Ok(Data::Text(text)),
            FfiValue::Bytes(octets) => Ok(Data::Octets(octets)),
            other => Err(Mismatch::kind(Data::expected(), &other)),
        }
    }
}

/// Opens a file to be read; and its real path.
fn open_file(context: &dyn FfiContext, path: &str) -> Result<(File, std::path::PathBuf), FfiError> {
    let real = target(context, path, Access::Read)?;
    let file = File::open(&real).map_err(|error| failed(path, &error))?;
    confirm(&file, &real, path)?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(FfiError::failed(format!("{path:?} is a folder")));
    }
    Ok((file, real))
}

fn read_file(context: &dyn FfiContext, path: &str) -> Result<Vec<u8>, FfiError> {
    let (file, _) = open_file(context, path)?;
    let mut octets = Vec::new();
    // One more than may be, so that it is seen.
    let read = file.take(MAX_BYTES as u64 + 1).read_to_end(&mut octets);
    read.map_err(|error| failed(path, &error))?;
    if octets.len() > MAX_BYTES {
        return Err(FfiError::Limit {
            what: format!("the size of {path:?}; open it and read it in parts: it"),
            limit: MAX_BYTES as u64,
            unit: "bytes",
        });
    }
    Ok(octets)
}

/// Reads once, as much as comes.
pub(super) fn read_some(from: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut octets = vec![0; count];
    loop {
        match from.read(&mut octets) {
            Ok(read) => {
                octets.truncate(read);
                octets.shrink_to_fit();
                return Ok(octets);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn metadata(context: &mut dyn FfiContext, path: String) -> Result<FfiObject, FfiError> {
    let real = target(context, &path, Access::Read)?;
    let about = real.metadata().map_err(|error| failed(&path, &error))?;
    let kind = match (about.is_file(), about.is_dir()) {
        (true, _) => "file",
        (_, true) => "folder",
        _ => "other",
    };
    let entries = [
        ("kind", FfiValue::atom(kind)),
        ("size", FfiValue::Number(about.len() as f64)),
        ("modified", modified(&about)),
        (
            "read_only",
            FfiValue::Boolean(about.permissions().readonly()),
        ),
    ];
    Ok(entries.into_iter().collect())
}

fn modified(about: &Metadata) -> FfiValue {
    let since = about.modified().ok();
    let since = since.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.map_or(FfiValue::Undefined, |since| {
        FfiValue::Number(since.as_secs_f64() * 1000.0)
    })
}

fn list(context: &mut dyn FfiContext, path: String) -> Result<Vec<String>, FfiError> {
    let real = target(context, &path, Access::Read)?;
    let mut names = names_in(&real).map_err(|error| failed(&path, &error))?;
    names.sort();
    Ok(names)
}

fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        if let Ok(name) = entry?.file_name().into_string() {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests;
