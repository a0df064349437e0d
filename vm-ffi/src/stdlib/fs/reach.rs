//! Whether a path lies where a process may go.
//!
//! A right names a tree. What counts is where a path really leads: symbolic links and `..` are
//! followed first, and the right is asked for that place. On the way between the question and
//! the use somebody else can change what lies there, so a file that has been opened is
//! looked at once more: where the system tells where an open file really lies (Linux),
//! one that lies elsewhere is closed again, unread and unchanged. What works by name, as
//! renaming and removing do, acts on the real path, so what is left is that a folder on that
//! path is exchanged for a link within the same moment, by somebody who may write there.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::context::FfiContext;
use crate::error::FfiError;

/// Longest path, in bytes: more than systems take.
const PATH_BYTES: usize = 4096;

/// What is to be done at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Reading.
    Read,
    /// Creating, changing, removing.
    Write,
}

impl Access {
    fn right(self) -> &'static str {
        match self {
            Access::Read => "fs.read",
            Access::Write => "fs.write",
        }
    }
}

/// The real path of what lies at `path`, which may be a link to something; what does not exist
/// has to have a folder to be made in.
///
/// # Errors
/// `:denied` if the process may not go there, `:not_found`, `:ffi`.
pub(super) fn target(
    context: &dyn FfiContext,
    path: &str,
    access: Access,
) -> Result<PathBuf, FfiError> {
    let whole = absolute(path)?;
    let real = match whole.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let real = entry(&whole, path)
                .map_err(|error| refuse_first(context, &whole, access, error))?;
            if real.is_symlink() {
                // What is made there would be made where the link leads.
                let error = FfiError::failed(format!("{path:?} is a link that leads nowhere"));
                return Err(refuse_first(context, &real, access, error));
            }
            real
        }
        Err(error) => return Err(refuse_first(context, &whole, access, failed(path, &error))),
    };
    allowed(context, &real, access)?;
    Ok(real)
}

/// The real path of the entry itself, even if it is a link.
///
/// # Errors
/// As [`target`].
pub(super) fn itself(
    context: &dyn FfiContext,
    path: &str,
    access: Access,
) -> Result<PathBuf, FfiError> {
    let whole = absolute(path)?;
    let real = entry(&whole, path).map_err(|error| refuse_first(context, &whole, access, error))?;
    allowed(context, &real, access)?;
    Ok(real)
}

/// Whether an open file is the one that was meant.
///
/// # Errors
/// `:denied`.
pub(super) fn confirm(file: &File, real: &Path, path: &str) -> Result<(), FfiError> {
    match place(file) {
        Some(place) if place != real => Err(FfiError::custom(
            "denied",
            format!("{path}: it was exchanged while it was opened; try again"),
        )),
        _ => Ok(()),
    }
}

/// Where an open file lies, if the system tells.
#[cfg(target_os = "linux")]
fn place(file: &File) -> Option<PathBuf> {
    use std::os::fd::AsRawFd as _;
    std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
}

/// Where an open file lies, if the system tells.
#[cfg(not(target_os = "linux"))]
fn place(_: &File) -> Option<PathBuf> {
    None
}

/// An error of the system about a path.
pub(super) fn failed(path: &str, error: &io::Error) -> FfiError {
    match error.kind() {
        io::ErrorKind::NotFound => FfiError::NotFound {
            what: format!("file or folder {path:?}"),
        },
        _ => FfiError::failed(format!("{path:?}: {error}")),
    }
}

/// Who may not go somewhere does not learn what is there.
fn refuse_first(
    context: &dyn FfiContext,
    whole: &Path,
    access: Access,
    error: FfiError,
) -> FfiError {
    match allowed(context, whole, access) {
        Ok(()) => error,
        Err(denied) => denied,
    }
}

fn absolute(path: &str) -> Result<PathBuf, FfiError> {
    if path.is_empty() || path.contains('\0') {
        return Err(FfiError::failed(format!("{path:?} is no path")));
    }
    if path.len() > PATH_BYTES {
        return Err(FfiError::Limit {
            what: "the length of a path".into(),
            limit: PATH_BYTES as u64,
            unit: "bytes",
        });
    }
    std::path::absolute(path).map_err(|error| failed(path, &error))
}

/// The real path of the folder, and the name in it.
fn entry(whole: &Path, path: &str) -> Result<PathBuf, FfiError> {
    let no_name = || FfiError::failed(format!("{path:?} does not end with a name"));
    let Some(Component::Normal(name)) = whole.components().next_back() else {
        return Err(no_name());
    };
    let folder = whole.parent().ok_or_else(no_name)?;
    match folder.canonicalize() {
        Ok(folder) => Ok(folder.join(name)),
        // As far as it exists, so that the right is asked for the real place.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(entry(folder, path)?.join::<&OsStr>(name))
        }
        Err(error) => Err(failed(path, &error)),
    }
}

/// Asks for the right to a real path.
fn allowed(context: &dyn FfiContext, real: &Path, access: Access) -> Result<(), FfiError> {
    // Of the whole kind first: a path that no right can spell is covered by it alone.
    if context.has_right(access.right()) {
        return Ok(());
    }
    context.require(&format!("{}:{}", access.right(), real.display()))
}
