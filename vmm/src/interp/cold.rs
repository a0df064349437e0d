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
use crate::heap::layout::Kind;
use crate::process::globals;
use crate::term;
use crate::word::{Tag, Word};

type Done = Result<(), Raise>;

pub(super) fn load_fresh(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let code = cx.code_at(at);
    let word = cx
        .process
        .heap
        .unpack(&code.templates[op.wide() as usize])?;
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

pub(super) fn tuple_init(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let regs = cx.args(at, op.b as usize);
    cx.process.heap.reserve(1 + regs.len())?;
    let items: Vec<Word> = regs.iter().map(|r| cx.reg(at, *r)).collect();
    let word = cx.process.heap.tuple(&items);
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn array_init(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let regs = cx.args(at, op.b as usize);
    cx.process.heap.reserve(Heap::size_of_array(regs.len()))?;
    let items: Vec<Word> = regs.iter().map(|r| cx.reg(at, *r)).collect();
    let word = cx.process.heap.array(&items);
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn pair_init(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    cx.process.heap.reserve(3)?;
    let pair = [cx.reg(at, op.b), cx.reg(at, op.c)];
    let word = Word::heap(cx.process.heap.alloc_words(Kind::Pair, &pair));
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn pair_head(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (head, _) = cx.pair(at, op.b)?;
    cx.set_reg(at, op.a, head);
    Ok(())
}

pub(super) fn pair_tail(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (_, tail) = cx.pair(at, op.b)?;
    cx.set_reg(at, op.a, tail);
    Ok(())
}

pub(super) fn array_push(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    cx.own_array(cx.reg(at, op.b), "only an array can be appended to")?;
    let length = cx.length_of_array(cx.reg(at, op.b));
    cx.process.heap.reserve(Heap::size_of_growth(length))?;
    let (array, word) = (cx.reg(at, op.b), cx.reg(at, op.c));
    cx.process.heap.array_push(array.place(), word);
    Ok(())
}

pub(super) fn get_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (container, index) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let view = cx.process.heap.view(cx.common);
    if let Some(items) = view
        .tuple_items(container)
        .or_else(|| view.array_items(container))
    {
        let i = cx.index(index, items.len())?;
        let word = Word(items[i]);
        cx.set_reg(at, op.a, word);
        return Ok(());
    }
    if let Some(bytes) = view.bytes(container) {
        let i = cx.index(index, bytes.len())?;
        let word = Word::number(f64::from(bytes[i]));
        cx.set_reg(at, op.a, word);
        return Ok(());
    }
    if let Some(length) = crate::string::length(view, container) {
        let i = cx.index(index, length)?;
        let character = crate::string::char_at(view, container, i)
            .unwrap_or_default()
            .to_string();
        let word = cx.process.heap.new_string(&character)?;
        cx.set_reg(at, op.a, word);
        return Ok(());
    }
    Err(Fault::bad_type(
        "an index needs an array, tuple, string or bytes",
        view.type_name(container),
    )
    .into())
}

pub(super) fn set_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (array, index, word) = (cx.reg(at, op.a), cx.reg(at, op.b), cx.reg(at, op.c));
    cx.own_array(array, "only an array's elements can be set")?;
    let i = cx.index(index, cx.length_of_array(array))?;
    cx.process.heap.array_set(array.place(), i, word);
    Ok(())
}

pub(super) fn length(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let word = cx.reg(at, op.b);
    let view = cx.process.heap.view(cx.common);
    let length = if let Some(items) = view.tuple_items(word).or_else(|| view.array_items(word)) {
        items.len()
    } else if let Some(bytes) = view.bytes(word) {
        bytes.len()
    } else if let Some(length) = crate::string::length(view, word) {
        length
    } else {
        return Err(Fault::bad_type(
            "`length` needs something with elements",
            view.type_name(word),
        )
        .into());
    };
    cx.set_reg(at, op.a, Word::number(length as f64));
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
    let id = match cx.callee(function)? {
        super::frames::Callee::Code(id) => id,
        super::frames::Callee::Native(_) => {
            return Err(Fault::new(FaultKind::BadType, "a native captures nothing").into());
        }
    };
    cx.closure(at, op.a, Word::function(id), &regs)
}

pub(super) fn concat(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let regs = cx.args(at, op.b as usize);
    let mut text = String::new();
    for reg in regs {
        cx.append_text(&mut text, cx.reg(at, reg))?;
    }
    cx.charge(text.len() / 8);
    let word = cx.process.heap.new_string(&text)?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn to_text(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let mut text = String::new();
    cx.append_text(&mut text, cx.reg(at, op.b))?;
    cx.charge(text.len() / 8);
    let word = cx.process.heap.new_string(&text)?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

impl Cx<'_> {
    /// The code of the frame at a place.
    pub(super) fn code_at(&mut self, at: At) -> std::sync::Arc<crate::code::FunctionCode> {
        self.code_of(at.func)
    }

    /// A constant of the function at a place.
    pub(super) fn constant(&self, at: At, k: u16) -> Word {
        let code = self.functions.get(at.func.0 as usize);
        code.and_then(|c| c.consts.get(k as usize))
            .copied()
            .unwrap_or(Word::UNDEFINED)
    }

    fn append_text(&self, text: &mut String, word: Word) -> Done {
        let view = self.process.heap.view(self.common);
        match view.text(word) {
            Some(string) => text.push_str(string),
            None => text.push_str(&term::text(view, word, self.code)?),
        }
        if text.len() > crate::limits::VALUE_BYTES_MAX {
            return Err(crate::string::too_long().into());
        }
        Ok(())
    }

    /// A whole number from 0 to below `len`.
    fn index(&self, index: Word, len: usize) -> Result<usize, Fault> {
        let view = self.process.heap.view(self.common);
        let number = match index.tag() {
            Tag::Number(n) => n,
            Tag::Integer(n) => n as f64,
            // An integer of that size is beyond every end.
            _ if view.kind(index) == Some(Kind::BigInteger) => f64::INFINITY,
            _ => {
                return Err(Fault::bad_type(
                    "an index is a number",
                    view.type_name(index),
                ));
            }
        };
        if number >= 0.0 && number < len as f64 && number.fract() == 0.0 {
            return Ok(number as usize);
        }
        let text = term::show(view, index, self.code);
        Err(Fault::new(
            FaultKind::BadIndex,
            format!("index {text} is not a whole number from 0 to below {len}"),
        ))
    }

    /// Head and tail of the list cell in a register, wherever it lies.
    fn pair(&self, at: At, reg: u16) -> Result<(Word, Word), Fault> {
        let view = self.process.heap.view(self.common);
        let word = self.reg(at, reg);
        view.pair(word)
            .ok_or_else(|| Fault::bad_type("a list cell is needed", view.type_name(word)))
    }

    /// An array of this process that may be changed.
    pub(super) fn own_array(&self, word: Word, what: &str) -> Result<(), Fault> {
        let view = self.process.heap.view(self.common);
        if view.kind(word) != Some(Kind::Array) {
            return Err(Fault::bad_type(what, view.type_name(word)));
        }
        if view.is_frozen(word) || !word.is_heap() {
            return Err(Fault::new(FaultKind::ReadOnly, "the array is frozen"));
        }
        Ok(())
    }

    pub(super) fn length_of_array(&self, word: Word) -> usize {
        self.process
            .heap
            .view(self.common)
            .array_items(word)
            .map_or(0, <[u64]>::len)
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
