//! What came with the program: the files under `resources/` of its package.
//!
//! They need no right: whoever made the package put them there.

use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::text::{closest, quoted};
use crate::word::Word;

/// The natives of module `resource`.
pub const ROWS: &[Row] = &[
    Row {
        name: "resource.list",
        least: 0,
        most: 0,
        doc: "The paths of the files under `resources/` of the program's package, sorted; an empty array for a program without a package.",
        body: list,
    },
    Row {
        name: "resource.read",
        least: 1,
        most: 1,
        doc: "The file of that path under `resources/` of the program's package, as bytes. Raises `:not_found`, `:bad_type`, `:ffi` for one that is damaged, `:memory_limit`.",
        body: read,
    },
    Row {
        name: "resource.text",
        least: 1,
        most: 1,
        doc: "The file of that path under `resources/` of the program's package, as a string. Raises as `resource.read`, and `:bad_type` for one that is no UTF-8.",
        body: read_text,
    },
];

fn list(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let paths = cx.kernel.resources();
    let words: usize = paths
        .iter()
        .map(|path| Heap::size_of_text(path.len()))
        .sum();
    let bytes = paths.iter().map(String::len).sum();
    let words = words + Heap::size_of_array(paths.len());
    cx.process.heap.reserve_external(words, bytes)?;
    let strings: Vec<Word> = paths
        .iter()
        .map(|path| cx.process.heap.string(path))
        .collect();
    Ok(NativeStep::Done(cx.process.heap.array(&strings)))
}

fn read(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let bytes = contents(cx)?;
    Ok(NativeStep::Done(cx.process.heap.new_bytes_from(bytes)?))
}

fn read_text(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    let bytes = contents(cx)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let what =
            format!("byte {at} of the resource is no UTF-8; `resource.read` yields its bytes");
        Fault::new(FaultKind::BadType, what)
    })?;
    Ok(NativeStep::Done(cx.process.heap.new_string_from(text)?))
}

/// The bytes of the resource that the first argument names.
fn contents(cx: &mut NativeCx<'_>) -> Result<Vec<u8>, Fault> {
    let path = cx.text(0)?.to_owned();
    match cx.kernel.resource(&path) {
        Ok(Some(bytes)) => {
            cx.charge(bytes.len() / 8);
            Ok(bytes)
        }
        Ok(None) => {
            let there = cx.kernel.resources();
            let hint = match closest(&path, there.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {}?", quoted(near)),
                None => "`resource.list` tells what came with it".to_owned(),
            };
            let message = format!("the program has no resource {}; {hint}", quoted(&path));
            Err(Fault::new(FaultKind::NotFound, message).with_text(known::KEY, path))
        }
        Err(error) => {
            let message = format!("resource {} cannot be read: {error}", quoted(&path));
            Err(Fault::new(FaultKind::Ffi, message))
        }
    }
}
