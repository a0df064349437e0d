//! Printing: values as people read them, one call in one piece.

use super::{NativeCx, NativeStep, Row};
use crate::atom::known;
use crate::fault::Fault;
use crate::heap::layout::Kind;
use crate::heap::view::View;
use crate::host::Stream;
use crate::object;
use crate::term::{self, Writing};
use crate::word::Word;

/// The natives of module `io`.
pub const ROWS: &[Row] = &[
    Row {
        name: "io.print",
        least: 0,
        most: u16::MAX,
        doc: "Writes its arguments to standard output, joined by `, `; an object with `__str__` is asked for its text.",
        body: print,
    },
    Row {
        name: "io.println",
        least: 0,
        most: u16::MAX,
        doc: "As `io.print`, with a line feed at the end.",
        body: println,
    },
    Row {
        name: "io.eprint",
        least: 0,
        most: u16::MAX,
        doc: "As `io.println`, to standard error.",
        body: eprint,
    },
    Row {
        name: "io.debug",
        least: 0,
        most: u16::MAX,
        doc: "Writes each argument to standard output on a line of its own, with its type: `[DEBUG] Number: 42`.",
        body: debug,
    },
];

/// Whether an argument is an object with `__str__`, which makes its text a call.
pub(super) fn has_own_text(cx: &NativeCx<'_>) -> bool {
    let view = cx.view();
    (0..cx.count).map(|i| cx.arg(i)).any(|word| {
        view.is(word, Kind::Object) && object::magic(view, word, known::MAGIC_STR).is_some()
    })
}

/// Writes the texts of the arguments, joined, and what ends them; if one of them makes
/// its own text, `function` of the library does.
fn write(
    cx: &mut NativeCx<'_>,
    function: &str,
    stream: Stream,
    end: &str,
) -> Result<NativeStep, Fault> {
    if has_own_text(cx) {
        return cx.hand_over("ion.text", function);
    }
    let Some(mut text) = cx.texts(", ")? else {
        return Ok(NativeStep::Again);
    };
    text.push_str(end);
    cx.charge(text.len() / 8);
    cx.kernel.print(stream, &text);
    Ok(NativeStep::Done(Word::UNIT))
}

fn print(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    write(cx, "print", Stream::Out, "")
}

fn println(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    write(cx, "println", Stream::Out, "\n")
}

fn eprint(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    write(cx, "eprint", Stream::Err, "\n")
}

fn debug(cx: &mut NativeCx<'_>) -> Result<NativeStep, Fault> {
    // A string itself is quoted and an atom has its colon; inside of others they are bare.
    let is_other = |word: &Word| cx.view().text(*word).is_none() && word.to_atom().is_none();
    let others: Vec<Word> = (0..cx.count).map(|i| cx.arg(i)).filter(is_other).collect();
    let begin = |view: View<'_>| Writing::text(view, &others, "", cx.names);
    let Some(writing) = cx.process.writing(cx.common, cx.names, begin)? else {
        return Ok(NativeStep::Again);
    };
    let (texts, ends) = writing.finish_parts()?;
    let (mut text, mut from, mut ends) = (String::new(), 0, ends.into_iter());
    for i in 0..cx.count {
        let (view, word) = (cx.view(), cx.arg(i));
        let mut kind = view.type_name(word).to_owned();
        if let Some(first) = kind.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let own = match view.text(word) {
            Some(text) => Some(crate::text::quoted(text)),
            None if word.to_atom().is_some() => Some(term::show(view, word, cx.names)),
            None => None,
        };
        let shown = match &own {
            Some(own) => own,
            None => {
                let begin = from;
                from = ends.next().unwrap_or(from);
                &texts[begin..from]
            }
        };
        text.push_str(&vm_ffi::stdlib::io::debug_line(&kind, shown));
        text.push('\n');
    }
    cx.charge(text.len() / 4);
    cx.kernel.print(Stream::Out, &text);
    Ok(NativeStep::Done(Word::UNIT))
}
