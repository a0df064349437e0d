//! What handlers leave for: everything that may allocate, look inside, or fail.
//!
//! These functions are safe code over checked positions. They take the
//! operation and the place, read registers through it, and read them again
//! after anything that may have moved the block.

use super::raise::Raise;
use super::{At, Cx};
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::join::{Measure, Piece};
use crate::heap::joining::Joining;
use crate::heap::layout::Kind;
use crate::limits::VALUE_BYTES_MAX;
use crate::process::globals;
use crate::process::walk::Walk;
use crate::word::Word;

type Done = Result<(), Raise>;

pub(super) fn load_fresh(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let code = cx.code_at(at);
    let word = cx.unpack(at, &code.templates[op.wide() as usize])?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn set_global(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    globals::reserve(&mut cx.process.heap)?;
    let word = cx.reg(at, op.a);
    globals::insert(&mut cx.process.heap, op.wide().cast_unsigned(), word);
    Ok(())
}

pub(super) fn type_of(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let atom = cx.process.heap.view(cx.common).type_atom(cx.reg(at, op.b));
    cx.set_reg(at, op.a, Word::atom(atom));
    Ok(())
}

pub(super) fn make_cell(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    cx.process.heap.reserve(2)?;
    let word = cx.reg(at, op.b);
    let cell = Word::heap(cx.process.heap.alloc_words(Kind::Cell, &[word]));
    cx.set_reg(at, op.a, cell);
    Ok(())
}

pub(super) fn not_a_cell(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let found = cx.process.heap.view(cx.common).type_name(cx.reg(at, op.b));
    Err(Fault::bad_type("a cell is needed", found).into())
}

pub(super) fn make_closure(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let regs = cx.args(at, op.c as usize);
    let function = cx.constant(at, op.b);
    cx.closure(at, op.a, function, &regs)
}

pub(super) fn make_closure_dyn(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let regs = cx.args(at, op.c as usize);
    let function = cx.reg(at, op.b);
    if regs.is_empty() && function.to_function().is_some() {
        cx.set_reg(at, op.a, function);
        return Ok(());
    }
    let id = match cx.callee(at.func, function)? {
        super::frames::Callee::Code(id) => id,
        super::frames::Callee::Native(_) => {
            return Err(Fault::new(FaultKind::BadType, "a native captures nothing").into());
        }
    };
    cx.closure(at, op.a, Word::function(id), &regs)
}

/// Operands of a join that are strings and numbers need no more than this many
/// places to note where their text is.
const PLAIN_MAX: usize = 12;

/// Joins strings and numbers, a few; `None` if there are others.
fn join_plain(cx: &mut Cx<'_>, at: At, regs: &[u16]) -> Result<Option<Word>, Raise> {
    let mut spans = [None; PLAIN_MAX];
    let mut total = Measure::default();
    let mut text = String::new();
    if regs.len() > PLAIN_MAX {
        return Ok(None);
    }
    for (span, reg) in spans.iter_mut().zip(regs) {
        let word = cx.reg(at, *reg);
        if word.is_number() {
            let start = text.len();
            crate::text::write_number(&mut text, word.as_f64());
            let bytes = text.len() - start;
            *span = Some((start, text.len()));
            // All of it is ASCII.
            let points = bytes;
            total = total.and(Measure { bytes, points });
        } else if let Some(measure) = cx.process.heap.view(cx.common).measure(word) {
            total = total.and(measure);
        } else {
            return Ok(None);
        }
    }
    if total.bytes > VALUE_BYTES_MAX {
        return Err(crate::string::too_long().into());
    }
    let first = regs.first().map(|reg| Piece::Word(cx.reg(at, *reg)));
    if cx.process.joins_slowly(first, total.bytes) {
        return Ok(None);
    }
    let piece = |heap: &Heap, i: usize| match spans[i] {
        Some((from, to)) => Piece::Text(&text[from..to]),
        None => Piece::Word(heap.stack_word(heap.len() - at.depth + regs[i] as usize)),
    };
    let heap = &mut cx.process.heap;
    Ok(Some(heap.join_text(cx.common, regs.len(), total, piece)?))
}

pub(super) fn concat(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let regs = cx.args(at, op.b as usize);
    let mut joining = cx.process.joining();
    if joining.is_none()
        && let Some(word) = join_plain(cx, at, &regs)?
    {
        cx.set_reg(at, op.a, word);
        return Ok(());
    }
    let words: Vec<Word> = regs.iter().map(|reg| cx.reg(at, *reg)).collect();
    let view = cx.process.heap.view(cx.common);
    let others: Vec<Word> = words
        .iter()
        .copied()
        .filter(|word| view.measure(*word).is_none())
        .collect();
    // Texts of what is no string, one behind the other.
    let (text, ends) = match &mut joining {
        Some(joining) => joining.kept(),
        None if others.is_empty() => (String::new(), Vec::new()),
        None => cx.texts(at, &others)?,
    };
    let mut total = Measure::default();
    let mut next = 0;
    let mut parts = Vec::with_capacity(words.len());
    let view = cx.process.heap.view(cx.common);
    for word in &words {
        let part = match view.measure(*word) {
            Some(_) => None,
            None => {
                let from = if next == 0 { 0 } else { ends[next - 1] };
                next += 1;
                Some(&text[from..ends[next - 1]])
            }
        };
        parts.push(part);
        if joining.is_some() {
            continue;
        }
        let piece = part.map_or(Piece::Word(*word), Piece::Text);
        total = total.and(piece.measure(view).unwrap_or_default());
        if total.bytes > VALUE_BYTES_MAX {
            return Err(crate::string::too_long().into());
        }
    }
    let piece = |heap: &Heap, i: usize| match parts[i] {
        Some(part) => Piece::Text(part),
        None => Piece::Word(heap.stack_word(heap.len() - at.depth + regs[i] as usize)),
    };
    let mut joining = match joining {
        Some(joining) => joining,
        None => {
            let first = (!regs.is_empty()).then(|| piece(&cx.process.heap, 0));
            let slow = cx.process.joins_slowly(first, total.bytes);
            let heap = &mut cx.process.heap;
            if !slow {
                let word = heap.join_text(cx.common, regs.len(), total, piece)?;
                cx.set_reg(at, op.a, word);
                return Ok(());
            }
            Joining::new(heap, regs.len(), total, piece)?
        }
    };
    let Some(word) = cx.process.join(cx.common, &mut joining, piece) else {
        drop(parts);
        joining.keep((text, ends));
        return Err(cx.leave_off(at, Walk::Joining(joining)));
    };
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn to_text(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let word = cx.reg(at, op.b);
    let view = cx.process.heap.view(cx.common);
    let word = match view.measure(word) {
        // A string is its own text.
        Some(_) => word,
        None => {
            let (text, _) = cx.texts(at, &[word])?;
            cx.process.heap.new_string_from(text)?
        }
    };
    cx.set_reg(at, op.a, word);
    Ok(())
}

impl<'a> Cx<'a> {
    /// The code of the frame at a place.
    pub(super) fn code_at(&mut self, at: At) -> &'a crate::code::FunctionCode {
        self.code_of(at.func)
    }

    /// A constant of the function at a place.
    pub(super) fn constant(&self, at: At, k: u16) -> Word {
        let code = self.functions.get(at.func);
        code.and_then(|c| c.consts.get(k as usize))
            .copied()
            .unwrap_or(Word::UNDEFINED)
    }

    fn closure(&mut self, at: At, dst: u16, function: Word, regs: &[u16]) -> Done {
        let Some(id) = function.to_function() else {
            return Err(
                Fault::bad_type("a closure is made of a function", "something else").into(),
            );
        };
        self.process
            .heap
            .reserve(Heap::size_of_closure(regs.len()))?;
        let captures: Vec<Word> = regs.iter().map(|r| self.reg(at, *r)).collect();
        let word = self.process.heap.closure(id, None, &captures);
        self.set_reg(at, dst, word);
        Ok(())
    }
}
