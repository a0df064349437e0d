//! Natives of module `string` that make a text of another, a turn's worth at a time.
//!
//! What is made grows outside the heap and is checked against the bounds as it does.

use super::{Step, done, rows};
use crate::builtin::in_pieces::Budget;
use crate::builtin::{NativeCx, Row};
use crate::process::walk::Unfinished;
use crate::string::seek::Seeking;
use vm_ffi::stdlib::string as plain;

/// Natives that change all of a string.
pub const CHANGING: &[Row] = rows! {
    "string.replace" 3 4 replace
        "A string in which another is exchanged for a third: everywhere, or the first so many times. The empty one stands before each code point and at the end. Raises `:bad_type`, `:bad_number`, `:limit`.";
    "string.upper" 1 1 upper
        "A string in upper case, as Unicode has it for no language in particular. Raises `:bad_type`, `:limit`.";
    "string.lower" 1 1 lower
        "A string in lower case, the final sigma included. Raises `:bad_type`, `:limit`.";
    "string.capitalize" 1 1 capitalize
        "A string with its first code point in upper case and all others in lower case. Raises `:bad_type`, `:limit`.";
    "string.reverse" 1 1 reverse
        "The code points in opposite order; combining marks part from their letters. Raises `:bad_type`.";
};

/// How far a text is changed.
#[derive(Debug, Default)]
struct Changing {
    /// Bytes that have been looked at, from the end that comes first.
    at: usize,
    out: String,
    /// Exchanges that were made.
    times: usize,
    /// How far the next one is looked for.
    seeking: Option<Seeking>,
}

impl Unfinished for Changing {
    fn bytes(&self) -> usize {
        self.out.capacity()
    }
}

/// Changes the first argument piece by piece: `step` takes all of it, how far it is, and
/// how much may be looked at, and says whether there is more.
fn changed(
    cx: &mut NativeCx<'_>,
    step: impl Fn(&NativeCx<'_>, &str, &mut Changing, &mut Budget) -> bool,
    finish: impl Fn(&str, String) -> String,
) -> Step {
    cx.text(0)?;
    let mut changing: Box<Changing> = cx.unfinished(Changing::default);
    let mut budget = cx.budget();
    let (text, bound) = (cx.text_or_empty(0), cx.text_bound());
    loop {
        if budget.is_used() {
            cx.spent(&budget);
            return cx.leave_off(changing);
        }
        let more = step(cx, text, &mut changing, &mut budget);
        if changing.out.len() > bound {
            return Err(cx.past_bound());
        }
        if !more {
            break;
        }
    }
    let made = finish(text, changing.out);
    cx.spent(&budget);
    done(cx.process.heap.new_string_from(made)?)
}

/// As [`changed`], by changing each piece that `cut` cuts off on its own.
fn by_pieces(
    cx: &mut NativeCx<'_>,
    cut: fn(&str, usize) -> usize,
    change: fn(&str, &mut String),
    finish: fn(&str, String) -> String,
) -> Step {
    let step = |_: &NativeCx<'_>, text: &str, changing: &mut Changing, budget: &mut Budget| {
        let rest = &text[changing.at..];
        let end = cut(rest, budget.step() / 8);
        change(&rest[..end], &mut changing.out);
        changing.at += end;
        // About as long as comparing so many words.
        budget.words(1 + end);
        changing.at < text.len()
    };
    changed(cx, step, finish)
}

/// Behind any code point.
fn anywhere(rest: &str, step: usize) -> usize {
    rest.ceil_char_boundary(step.clamp(1, rest.len().max(1)).min(rest.len()))
}

/// Behind a code point that, as the one behind it, decides by itself whether a sigma beside it
/// ends a word: so both pieces become what they would as one text.
fn between_words(rest: &str, step: usize) -> usize {
    let mut end = anywhere(rest, step);
    let mut last = rest[..end].chars().next_back();
    for c in rest[end..].chars() {
        if last.is_some_and(decides) && decides(c) {
            return end;
        }
        end += c.len_utf8();
        last = Some(c);
    }
    end
}

/// Whether a code point is surely seen, where case looks at the letters around a sigma, and no sigma.
fn decides(c: char) -> bool {
    let is_plain = c.is_ascii_alphanumeric() || c.is_ascii_whitespace();
    is_plain || matches!(c, 'а'..='я' | 'А'..='Я' | '一'..='鿿' | 'ぁ'..='ゖ' | '가'..='힣')
}

fn upper(cx: &mut NativeCx<'_>) -> Step {
    let change = |piece: &str, out: &mut String| out.push_str(&plain::upper(piece));
    by_pieces(cx, anywhere, change, |_, made| made)
}

fn lower(cx: &mut NativeCx<'_>) -> Step {
    let change = |piece: &str, out: &mut String| out.push_str(&plain::lower(piece));
    by_pieces(cx, between_words, change, |_, made| made)
}

fn capitalize(cx: &mut NativeCx<'_>) -> Step {
    let change = |piece: &str, out: &mut String| out.push_str(&plain::lower(piece));
    by_pieces(cx, between_words, change, |text, made| {
        let Some(first) = text.chars().next() else {
            return made;
        };
        // A text begins with what its first code point becomes by itself.
        let small: usize = first.to_lowercase().map(char::len_utf8).sum();
        let mut out: String = first.to_uppercase().collect();
        out.push_str(made.get(small..).unwrap_or_default());
        out
    })
}

fn reverse(cx: &mut NativeCx<'_>) -> Step {
    let step = |_: &NativeCx<'_>, text: &str, changing: &mut Changing, budget: &mut Budget| {
        let to = text.len() - changing.at;
        let from = text.floor_char_boundary(to.saturating_sub(budget.step() / 4));
        changing.out.extend(text[from..to].chars().rev());
        changing.at = text.len() - from;
        budget.words(1 + (to - from) / 4);
        from > 0
    };
    changed(cx, step, |_, made| made)
}

fn replace(cx: &mut NativeCx<'_>) -> Step {
    for i in 0..3 {
        cx.text(i)?;
    }
    let most = match cx.given(3) {
        true => cx.size(3)?,
        false => usize::MAX,
    };
    let step = |cx: &NativeCx<'_>, text: &str, changing: &mut Changing, budget: &mut Budget| {
        let (from, to) = (cx.text_or_empty(1), cx.text_or_empty(2));
        let rest = &text[changing.at..];
        if changing.times >= most {
            changing.out.push_str(rest);
            budget.bytes(rest.len());
            return false;
        }
        if from.is_empty() {
            changing.times += 1;
            changing.out.push_str(to);
            budget.bytes(to.len());
            let Some(c) = rest.chars().next() else {
                return false;
            };
            changing.out.push(c);
            changing.at += c.len_utf8();
            return true;
        }
        let mut seeking = changing
            .seeking
            .take()
            .unwrap_or_else(|| Seeking::first(changing.at));
        let before = seeking.words();
        let done = seeking.run(text, from, budget.left());
        budget.words(seeking.words() - before);
        if !done {
            changing.seeking = Some(seeking);
            return true;
        }
        let Some(found) = seeking.found() else {
            changing.out.push_str(rest);
            budget.bytes(rest.len());
            return false;
        };
        changing.out.push_str(&text[changing.at..found]);
        changing.out.push_str(to);
        budget.bytes(found - changing.at + to.len());
        changing.at = found + from.len();
        changing.times += 1;
        true
    };
    changed(cx, step, |_, made| made)
}

#[cfg(test)]
mod tests {
    use super::{anywhere, between_words};
    use proptest::prelude::*;
    use vm_ffi::stdlib::string::lower;

    proptest! {
        #[test]
        fn pieces_become_what_they_would_as_one_text(
            text in "[ΣσςαΑaA '.\u{301}一x ]{0,40}", step in 0_usize..12,
        ) {
            let (mut at, mut made) = (0, String::new());
            while at < text.len() {
                let end = between_words(&text[at..], step);
                prop_assert!(end > 0 && anywhere(&text[at..], step) <= end);
                made.push_str(&lower(&text[at..at + end]));
                at += end;
            }
            prop_assert_eq!(made, lower(&text));
        }
    }
}
