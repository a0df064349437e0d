//! Natives that fill templates: `string.format` and `io.printf`.
//!
//! `{}` stands for the next argument, `{N}` for argument N counted from 0, `{{` and `}}` for
//! a brace. Arguments are written as printing writes them; one with `__str__` is asked,
//! which is a call, so then `ion.text` comes back here with the texts.

use super::string::rows;
use super::{NativeCx, NativeStep, Row, io};
use crate::fault::{Fault, FaultKind};
use crate::heap::view::View;
use crate::host::Stream;
use crate::term::Writing;
use crate::word::Word;
use vm_ffi::stdlib::io::Template;

type Answer = Result<NativeStep, Fault>;

/// The natives of this file.
pub const ROWS: &[Row] = rows! {
    "string.format" 1 65535 format
        "`format(template, ...)` is a string with the texts of further arguments in it: `{}` stands for the next one, `{N}` for that of number N counted from 0, `{{` and `}}` for a brace; what is not named is left out. Raises `:bad_type` for other braces, `:bad_index` for an argument that is not there, `:limit`.";
    "io.printf" 1 65535 printf
        "Writes what `string.format` makes of its arguments to standard output; yields unit. Raises as that does.";
};

/// The text that the arguments come to; nothing if it takes another turn.
fn filled(cx: &mut NativeCx<'_>) -> Result<Option<String>, Fault> {
    cx.text(0)?;
    let words: Vec<Word> = (1..cx.count).map(|i| cx.arg(i)).collect();
    let names = cx.names;
    let begin = |view: View<'_>| Writing::text(view, &words, "", names);
    let Some(writing) = cx.process.writing(cx.common, names, begin)? else {
        return Ok(None);
    };
    let (texts, ends) = writing.finish_parts()?;
    let mut from = 0;
    let parts: Vec<&str> = ends
        .iter()
        .map(|end| {
            let part = texts.get(from..*end).unwrap_or_default();
            from = *end;
            part
        })
        .collect();
    let template = Template::parse(cx.text(0)?).map_err(|error| {
        let message = format!("takes another template: {error}");
        cx.fault(FaultKind::BadType, &message)
    })?;
    if template.arguments() > parts.len() {
        let message = format!(
            "has a template for {} arguments and gets {}",
            template.arguments(),
            parts.len()
        );
        return Err(cx.fault(FaultKind::BadIndex, &message));
    }
    let text = template.fill(&parts, cx.text_bound());
    let text = text.map_err(|_| cx.past_bound())?;
    let walked = cx.text(0)?.len() + text.len();
    cx.charge(walked / 4);
    Ok(Some(text))
}

fn format(cx: &mut NativeCx<'_>) -> Answer {
    if io::has_own_text(cx) {
        return cx.hand_over("ion.text", "format");
    }
    match filled(cx)? {
        Some(text) => Ok(NativeStep::Done(cx.process.heap.new_string_from(text)?)),
        None => Ok(NativeStep::Again),
    }
}

fn printf(cx: &mut NativeCx<'_>) -> Answer {
    if io::has_own_text(cx) {
        return cx.hand_over("ion.text", "printf");
    }
    match filled(cx)? {
        Some(text) => {
            cx.kernel.print(Stream::Out, &text);
            Ok(NativeStep::Done(Word::UNIT))
        }
        None => Ok(NativeStep::Again),
    }
}
