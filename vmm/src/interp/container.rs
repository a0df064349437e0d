//! Containers off the fast path: making them, elements by index or key, length.
//!
//! Index instructions are strict: what is not there raises. Property reads
//! ([`super::property`]) are the lenient ones.

use super::raise::Raise;
use super::{At, Cx};
use crate::atom::known;
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::heap::view::View;
use crate::limits::VALUE_BYTES_MAX;
use crate::map;
use crate::number;
use crate::term;
use crate::word::{Tag, Word};

type Done = Result<(), Raise>;

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

pub(super) fn map_init(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let regs = cx.args(at, 2 * op.b as usize);
    let count = op.b as usize;
    cx.process.reserve_map(count)?;
    let entries: Vec<(Word, Word)> = regs
        .chunks_exact(2)
        .map(|both| (cx.reg(at, both[0]), cx.reg(at, both[1])))
        .collect();
    let source = |_: View<'_>, place: &mut map::Place| map::list(&entries, place);
    let map = cx.process.build_map(cx.common, count, source);
    let word = cx.done(at, map)?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn bytes_init(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let view = cx.process.heap.view(cx.common);
    let regs = cx.args(at, op.b as usize);
    let part = |reg: u16| {
        let word = cx.reg(at, reg);
        view.bytes(word)
            .or_else(|| view.text(word).map(str::as_bytes))
    };
    let lengths = regs.iter().map(|reg| part(*reg).map_or(1, <[u8]>::len));
    let length = lengths.fold(0_usize, usize::saturating_add);
    number::check_bytes("bytes_init", length)?;
    let mut octets = Vec::with_capacity(length);
    for reg in regs.iter().copied() {
        match part(reg) {
            Some(part) => octets.extend_from_slice(part),
            None => octets.push(octet(view, cx.reg(at, reg))?),
        }
    }
    let word = cx.process.heap.new_bytes(&octets)?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

/// A whole number from 0 to 255.
fn octet(view: View<'_>, word: Word) -> Result<u8, Fault> {
    if number::Numeric::of(view, word).is_none() {
        return Err(Fault::bad_type(
            "bytes are made of numbers, strings and bytes",
            view.type_name(word),
        ));
    }
    let whole = number::to_whole(view, word).and_then(|n| u8::try_from(n).ok());
    whole.ok_or_else(|| {
        Fault::new(
            FaultKind::BadNumber,
            "an octet is a whole number from 0 to 255",
        )
    })
}

pub(super) fn array_push(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    cx.own_array(cx.reg(at, op.b), "only an array can be appended to")?;
    let length = cx.length_of_array(cx.reg(at, op.b));
    cx.reserve_growth(length)?;
    let (array, word) = (cx.reg(at, op.b), cx.reg(at, op.c));
    cx.process.heap.array_push(array.place(), word);
    Ok(())
}

pub(super) fn get_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (container, index) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let view = cx.process.heap.view(cx.common);
    let word = if let Some(items) = elements(view, container) {
        Word(items[cx.index(index, items.len())?])
    } else if view.is(container, Kind::Map) {
        map::check_key(view, index)?;
        let found = cx.search(at, container, index)?;
        match map::value(cx.process.heap.view(cx.common), container, found) {
            Some(word) => word,
            None => return Err(cx.no_key(index).into()),
        }
    } else if let Some(bytes) = view.bytes(container) {
        Word::number(f64::from(bytes[cx.index(index, bytes.len())?]))
    } else if let Some(length) = crate::string::length(view, container) {
        let i = cx.index(index, length)?;
        let character = crate::string::char_at(view, container, i).unwrap_or_default();
        crate::string::of_char(&mut cx.process.heap, cx.common, character)?
    } else {
        return Err(no_index(view, container).into());
    };
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn set_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (container, index, word) = (cx.reg(at, op.a), cx.reg(at, op.b), cx.reg(at, op.c));
    let view = cx.process.heap.view(cx.common);
    if view.is(container, Kind::Map) {
        map::check_set(view, container, index)?;
        let found = cx.search(at, container, index)?;
        let words = [container, index, word];
        map::put(&mut cx.process.heap, cx.common, words, found)?;
        return Ok(());
    }
    cx.own_array(container, "only elements of an array or map can be set")?;
    let i = cx.index(index, cx.length_of_array(container))?;
    cx.process.heap.array_set(container.place(), i, word);
    Ok(())
}

pub(super) fn has_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (container, index) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let view = cx.process.heap.view(cx.common);
    let length = if let Some(items) = elements(view, container) {
        items.len()
    } else if let Some(bytes) = view.bytes(container) {
        bytes.len()
    } else if view.is(container, Kind::Map) {
        let found = cx.search(at, container, index)?;
        cx.set_reg(at, op.a, Word::boolean(found.number.is_some()));
        return Ok(());
    } else if let Some(length) = crate::string::length(view, container) {
        length
    } else {
        return Err(no_index(view, container).into());
    };
    let has = number::to_whole(view, index)
        .and_then(|i| usize::try_from(i).ok())
        .is_some_and(|i| i < length);
    cx.set_reg(at, op.a, Word::boolean(has));
    Ok(())
}

pub(super) fn delete_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (container, index) = (cx.reg(at, op.a), cx.reg(at, op.b));
    let view = cx.process.heap.view(cx.common);
    if view.is(container, Kind::Map) {
        map::check_set(view, container, index)?;
        let found = cx.search(at, container, index)?;
        if !map::remove(&mut cx.process.heap, cx.common, container, found) {
            return Err(cx.no_key(index).into());
        }
        return Ok(());
    }
    cx.own_array(container, "only elements of an array or map can be deleted")?;
    let length = cx.length_of_array(container);
    let i = cx.index(index, length)?;
    cx.process.heap.charge((length - i) / 8);
    cx.process.heap.array_remove(container.place(), i);
    Ok(())
}

pub(super) fn length(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let word = cx.reg(at, op.b);
    let view = cx.process.heap.view(cx.common);
    let length = if let Some(items) = elements(view, word) {
        items.len()
    } else if let Some(bytes) = view.bytes(word) {
        bytes.len()
    } else if view.is(word, Kind::Map) {
        map::len(view, word)
    } else if let Some(length) = crate::string::length(view, word) {
        length
    } else if word == Word::NIL || view.is(word, Kind::Pair) {
        let length = term::list_length(view, word)?;
        cx.process.heap.charge(2 * length);
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

/// Elements of an array or tuple.
fn elements<'a>(view: View<'a>, word: Word) -> Option<&'a [u64]> {
    view.array_items(word).or_else(|| view.tuple_items(word))
}

fn no_index(view: View<'_>, container: Word) -> Fault {
    Fault::bad_type(
        "an index needs an array, tuple, map, string or bytes",
        view.type_name(container),
    )
}

impl Cx<'_> {
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
        )
        .with(known::INDEX, index)
        .with_count(known::LENGTH, len))
    }

    /// Head and tail of the list cell in a register, wherever it lies.
    fn pair(&self, at: At, reg: u16) -> Result<(Word, Word), Fault> {
        let view = self.process.heap.view(self.common);
        let word = self.reg(at, reg);
        view.pair(word)
            .ok_or_else(|| Fault::bad_type("a list cell is needed", view.type_name(word)))
    }

    fn no_key(&self, key: Word) -> Fault {
        let view = self.process.heap.view(self.common);
        let text = term::show(view, key, self.code);
        Fault::new(
            FaultKind::NotFound,
            format!("the map has no key {text}: ask `has_index` first"),
        )
        .with(known::KEY, key)
    }

    /// An array of this process that may be changed.
    pub(super) fn own_array(&self, word: Word, what: &str) -> Result<(), Fault> {
        let view = self.process.heap.view(self.common);
        if view.kind(word) != Some(Kind::Array) {
            return Err(Fault::bad_type(what, view.type_name(word)));
        }
        if view.is_frozen(word) || !word.is_heap() {
            return Err(Fault::new(
                FaultKind::ReadOnly,
                "the array is frozen: copy it to change it",
            ));
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

    /// Makes room for one more element of an array of that length.
    pub(super) fn reserve_growth(&mut self, length: usize) -> Done {
        if length >= VALUE_BYTES_MAX / 8 {
            return Err(number::limit(format!(
                "an array has at most {} elements: use several",
                VALUE_BYTES_MAX / 8
            ))
            .into());
        }
        Ok(self.process.heap.reserve(Heap::size_of_growth(length))?)
    }
}
