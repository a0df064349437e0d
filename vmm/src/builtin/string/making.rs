//! Natives of module `string` that make new text.
//!
//! The size of a result is computed and held against the bounds before
//! anything is made.

use super::{Step, done, rows};
use crate::builtin::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::join::{Measure, Piece};
use crate::heap::joining::Joining;
use crate::number;
use crate::number::sequence::check_bytes;
use crate::process::walk::Walk;
use crate::word::Word;
use vm_ffi::stdlib::string as plain;

/// Natives that make new strings.
pub const MAKING: &[Row] = rows! {
    "string.concat" 0 65535 concat
        "All its arguments, which are strings, joined. Raises `:bad_type`, `:limit`.";
    "string.join" 1 2 join
        "The strings of an array or tuple, with a separator between each two. Raises `:bad_type`, `:limit`.";
    "string.repeat" 2 2 repeat
        "A string, so many times over. Raises `:bad_type`, `:bad_number`, `:limit`.";
    "string.pad_start" 2 3 pad_start
        "A string with spaces, or another string over and over, before it until it has so many code points. Raises `:bad_type`, `:bad_number`, `:limit`.";
    "string.pad_end" 2 3 pad_end
        "A string with spaces, or another string over and over, after it until it has so many code points. Raises `:bad_type`, `:bad_number`, `:limit`.";
    "string.from_code_points" 1 1 from_code_points
        "The string of the code points in an array or tuple. Raises `:bad_type`; `:bad_number` for one that is none.";
};

/// The text of pieces that are roots or elements of one.
fn joined(cx: &mut NativeCx<'_>, count: usize, piece: impl Fn(&Heap, usize) -> Word) -> Step {
    let text = |heap: &Heap, i: usize| Piece::Word(piece(heap, i));
    if let Some(joining) = cx.process.joining() {
        return go_on(cx, joining, text);
    }
    let mut total = Measure::default();
    for i in 0..count {
        let word = piece(&cx.process.heap, i);
        match cx.view().measure(word) {
            Some(measure) => total = total.and(measure),
            None => {
                let found = cx.view().type_name(word);
                return Err(Fault::bad_type(
                    &format!("`{}` joins strings", cx.name),
                    found,
                ));
            }
        }
    }
    cx.charge(count);
    check_bytes(cx.name, total.bytes)?;
    let first = (count > 0).then(|| text(&cx.process.heap, 0));
    if cx.process.joins_slowly(first, total.bytes) {
        let joining = Joining::new(&mut cx.process.heap, count, total, text)?;
        return go_on(cx, joining, text);
    }
    done(cx.process.heap.join_text(cx.common, count, total, text)?)
}

fn go_on<'p>(
    cx: &mut NativeCx<'_>,
    mut joining: Joining,
    text: impl Fn(&Heap, usize) -> Piece<'p>,
) -> Step {
    if let Some(word) = cx.process.join(cx.common, &mut joining, text) {
        return done(word);
    }
    cx.process.leave_off(Walk::Joining(joining))?;
    Ok(NativeStep::Again)
}

fn concat(cx: &mut NativeCx<'_>) -> Step {
    let (first, count) = (cx.first, cx.count);
    joined(cx, count, |heap, i| heap.root(first + i))
}

fn join(cx: &mut NativeCx<'_>) -> Step {
    if cx.given(1) {
        cx.text(1)?;
    }
    let (first, common, gaps) = (cx.first, cx.common, cx.given(1));
    let Some(parts) = cx.items(0)?.len().checked_sub(1) else {
        cx.process.heap.reserve(1)?;
        return done(cx.process.heap.string(""));
    };
    let part = move |heap: &Heap, i: usize| {
        let view = heap.view(common);
        let list = heap.root(first);
        let items = view.array_items(list).or_else(|| view.tuple_items(list));
        items
            .and_then(|items| items.get(i))
            .map_or(Word::UNDEFINED, |w| Word(*w))
    };
    match gaps {
        true => joined(cx, 2 * parts + 1, move |heap, i| match i % 2 {
            0 => part(heap, i / 2),
            _ => heap.root(first + 1),
        }),
        false => joined(cx, parts + 1, part),
    }
}

/// Makes text that is bounded by `bound` and charged.
fn made(
    cx: &mut NativeCx<'_>,
    make: impl FnOnce(&NativeCx<'_>, usize) -> Result<String, plain::TooLong>,
) -> Step {
    match make(cx, cx.text_bound()) {
        Ok(text) => {
            cx.charge(text.len() / 8);
            done(cx.process.heap.new_string_from(text)?)
        }
        Err(_) => Err(cx.past_bound()),
    }
}

fn repeat(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    let times = cx.size(1)?;
    made(cx, |cx, bound| {
        plain::repeat(cx.text_or_empty(0), times, bound)
    })
}

fn pad(
    cx: &mut NativeCx<'_>,
    pad: fn(&str, usize, &str, usize) -> Result<String, plain::TooLong>,
) -> Step {
    cx.text(0)?;
    let width = cx.size(1)?;
    if cx.given(2) {
        cx.text(2)?;
    }
    let fill = |cx: &NativeCx<'_>| match cx.given(2) {
        true => cx.text_or_empty(2).to_owned(),
        false => " ".to_owned(),
    };
    let length = cx.view().text_length(cx.arg(0)).unwrap_or(0);
    if length >= width {
        return done(cx.arg(0));
    }
    made(cx, |cx, bound| {
        pad(cx.text_or_empty(0), width, &fill(cx), bound)
    })
}

fn pad_start(cx: &mut NativeCx<'_>) -> Step {
    pad(cx, plain::pad_start)
}

fn pad_end(cx: &mut NativeCx<'_>) -> Step {
    pad(cx, plain::pad_end)
}

fn from_code_points(cx: &mut NativeCx<'_>) -> Step {
    let items = cx.items(0)?;
    let view = cx.view();
    let point = |word: &u64| {
        let word = Word(*word);
        let point = number::to_whole(view, word).and_then(|n| u32::try_from(n).ok());
        if let Some(c) = point.and_then(char::from_u32) {
            return Ok(c);
        }
        let text = crate::term::show(view, word, cx.names);
        let kind = match view.type_name(word) {
            "number" | "integer" => FaultKind::BadNumber,
            _ => FaultKind::BadType,
        };
        Err(Fault::new(
            kind,
            format!(
                "{text} is no code point: they are whole numbers to 0x10FFFF without the surrogates"
            ),
        ))
    };
    let (count, text) = (
        items.len(),
        items.iter().map(point).collect::<Result<String, Fault>>(),
    );
    let text = text?;
    cx.charge(count);
    made(cx, |_, _| Ok(text))
}
