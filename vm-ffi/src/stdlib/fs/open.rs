//! Files that stay open: handles with a place to read and write at.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use super::reach::{Access, confirm, failed, target};
use super::{Data, read_some};
use crate::bridge::{Atom, FfiValue, HandleId, MAX_BYTES};
use crate::context::FfiContext;
use crate::error::FfiError;
use crate::native::Native;
use crate::resource::{Resource, borrow};

/// An open file. The system closes it with the last who uses it.
struct Opened {
    file: File,
    path: String,
}

impl Resource for Opened {
    fn describe(&self) -> &str {
        "a file"
    }
}

/// Natives that open files and use open ones.
pub(super) fn natives() -> [Native; 5] {
    [
        Native::with_context("fs.open", open).describe(
            "`open(path, mode)` opens a file and yields a handle. The mode is `:read`, which \
             is meant if it is left out; `:write`, which makes the file or empties it; \
             `:append`, which makes it and writes at its end; `:update`, which reads and \
             writes what is there. Needs the right `fs.read` or `fs.write`, or both, to the real \
             path. Raises `:denied`, `:not_found`, `:ffi`, `:bad_type`.",
        ),
        Native::with_context("fs.read", read).describe(
            "`read(handle, count)` is the bytes of the next so many octets of an open file, fewer \
             if no more are there at once, and `undefined` at its end. Raises `:ffi`, `:limit`, \
             `:not_found` if it is closed, `:denied` if another process owns it.",
        ),
        Native::with_context("fs.put", put).describe(
            "`put(handle, data)` writes a string or bytes to an open file, all of it. Yields unit. \
             Raises as `fs.read`.",
        ),
        Native::with_context("fs.seek", seek).describe(
            "`seek(handle, to)` moves the place where an open file is read and written next to so \
             many octets behind its start, before its end if the number is negative, or to \
             `:end`; yields where that is. Raises as `fs.read`, `:bad_number`.",
        ),
        Native::with_context("fs.sync", sync).describe(
            "`sync(handle)` waits until everything that was written to an open file is on its \
             medium. Yields unit. Raises as `fs.read`.",
        ),
    ]
}

fn open(
    context: &mut dyn FfiContext,
    path: String,
    mode: Option<Atom>,
) -> Result<HandleId, FfiError> {
    let mode = mode.map_or_else(|| "read".to_owned(), |mode| mode.0);
    let mut options = OpenOptions::new();
    let (reads, writes, empties) = match mode.as_str() {
        "read" => (true, false, false),
        "write" => (false, true, true),
        "append" => (false, true, false),
        "update" => (true, true, false),
        other => {
            let expected = ":read, :write, :append or :update";
            return Err(FfiError::bad_type(2, expected, &FfiValue::atom(other)));
        }
    };
    options.read(reads).write(writes);
    options.create(writes && !reads);
    if mode == "append" {
        options.append(true);
    }
    let mut real = None;
    for access in [(reads, Access::Read), (writes, Access::Write)] {
        if access.0 {
            real = Some(target(context, &path, access.1)?);
        }
    }
    let real = real.unwrap_or_default();
    let file = options.open(&real).map_err(|error| failed(&path, &error))?;
    confirm(&file, &real, &path)?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(FfiError::failed(format!("{path:?} is a folder")));
    }
    // Emptied only now that it is known to be the right one.
    if empties {
        file.set_len(0).map_err(|error| failed(&path, &error))?;
    }
    context.open_handle(Arc::new(Opened { file, path }))
}

fn opened(context: &dyn FfiContext, handle: HandleId) -> Result<Arc<Opened>, FfiError> {
    borrow::<Opened>(context, handle, 1, "a file")
}

fn read(
    context: &mut dyn FfiContext,
    handle: HandleId,
    count: usize,
) -> Result<Option<Vec<u8>>, FfiError> {
    if count > MAX_BYTES {
        return Err(FfiError::Limit {
            what: "what is read at once".into(),
            limit: MAX_BYTES as u64,
            unit: "bytes",
        });
    }
    let opened = opened(context, handle)?;
    let mut file = (&opened.file).take(count as u64);
    let octets = read_some(&mut file, count).map_err(|error| failed(&opened.path, &error))?;
    Ok((count == 0 || !octets.is_empty()).then_some(octets))
}

fn put(context: &mut dyn FfiContext, handle: HandleId, data: Data) -> Result<(), FfiError> {
    let opened = opened(context, handle)?;
    let written = (&opened.file).write_all(data.octets());
    written.map_err(|error| failed(&opened.path, &error))
}

fn seek(context: &mut dyn FfiContext, handle: HandleId, to: FfiValue) -> Result<f64, FfiError> {
    let opened = opened(context, handle)?;
    let to = match &to {
        FfiValue::Atom(end) if end == "end" => SeekFrom::End(0),
        FfiValue::Number(n) if n.fract() == 0.0 && n.abs() < 9e15 => match *n >= 0.0 {
            true => SeekFrom::Start(*n as u64),
            false => SeekFrom::End(*n as i64),
        },
        FfiValue::Number(_) => return Err(FfiError::bad_number(2, "a whole number")),
        other => return Err(FfiError::bad_type(2, "a whole number or :end", other)),
    };
    let at = (&opened.file).seek(to);
    at.map(|at| at as f64)
        .map_err(|error| failed(&opened.path, &error))
}

fn sync(context: &mut dyn FfiContext, handle: HandleId) -> Result<(), FfiError> {
    let opened = opened(context, handle)?;
    let synced = opened.file.sync_all();
    synced.map_err(|error| failed(&opened.path, &error))
}
