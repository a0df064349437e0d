//! Properties and receivers: what reading, writing and binding do off the fast path.
//!
//! A function whose code asks for its receiver is bound to the object that it
//! is read from; every other function is read as it is, and a bound one keeps
//! its receiver. Arrays, tuples, strings and bytes answer number keys and
//! `length`, leniently: what is not there reads `undefined`.

use super::raise::Raise;
use super::{At, Cx};
use crate::atom::known;
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::heap::view::View;
use crate::object;
use crate::term;
use crate::word::Word;

type Done = Result<(), Raise>;

pub(super) fn set_prop(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let key = cx.reg(at, op.b);
    set_named(cx, at, op.a, key, op.c)
}

/// Writes the property `key` of the object in a register.
pub(super) fn set_named(cx: &mut Cx<'_>, at: At, object: u16, key: Word, value: u16) -> Done {
    cx.set_property(at, object, key, value)
}

pub(super) fn bind(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let function = cx.reg(at, op.b);
    let super::frames::Callee::Code(id) = cx.callee(at.func, function)? else {
        cx.set_reg(at, op.a, function);
        return Ok(());
    };
    let word = cx.bind_function(id, function, cx.reg(at, op.c))?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

/// What answers index keys and `length`.
enum Sequence<'a> {
    Items(&'a [u64]),
    Bytes(&'a [u8]),
    /// Its code points.
    Text(usize),
}

impl<'a> Sequence<'a> {
    fn of(view: View<'a>, word: Word) -> Option<Sequence<'a>> {
        let items = view.tuple_items(word).or_else(|| view.array_items(word));
        items
            .map(Sequence::Items)
            .or_else(|| view.bytes(word).map(Sequence::Bytes))
            .or_else(|| crate::string::length(view, word).map(Sequence::Text))
    }

    fn len(&self) -> usize {
        match self {
            Sequence::Items(items) => items.len(),
            Sequence::Bytes(bytes) => bytes.len(),
            Sequence::Text(len) => *len,
        }
    }
}

impl Cx<'_> {
    /// Reads a property; a method is bound to the object it is read from.
    pub(super) fn property(&mut self, subject: Word, key: Word) -> Result<Word, Raise> {
        let word = self.raw_property(subject, key)?;
        Ok(self.bound_to(subject, word)?)
    }

    /// What was read from a value, bound to it if that is so.
    pub(super) fn bound_to(&mut self, subject: Word, word: Word) -> Result<Word, Fault> {
        let view = self.process.heap.view(self.common);
        match view.is(subject, Kind::Object) {
            true => self.bound_method(subject, word),
            false => Ok(word),
        }
    }

    /// Whether calling what was read from a value hands the value over as receiver.
    pub(super) fn binds(&self, function: Word, subject: Word) -> bool {
        let view = self.process.heap.view(self.common);
        let bound = view
            .function(function)
            .is_some_and(|f| f.receiver.is_some());
        view.is(subject, Kind::Object) && !bound
    }

    /// Reads a property as it is.
    pub(super) fn raw_property(&mut self, subject: Word, key: Word) -> Result<Word, Raise> {
        let view = self.process.heap.view(self.common);
        if view.is(subject, Kind::Object) {
            return Ok(object::get(view, subject, key)?.unwrap_or(Word::UNDEFINED));
        }
        let Some(sequence) = Sequence::of(view, subject) else {
            let what = "a property is read from an object";
            return Err(Fault::bad_type(what, view.type_name(subject)).into());
        };
        if object::key_is(view, key, "length") {
            return Ok(Word::number(sequence.len() as f64));
        }
        let i = object::key_index(view, key).filter(|i| *i < sequence.len());
        let Some(i) = i else {
            return Ok(Word::UNDEFINED);
        };
        match sequence {
            Sequence::Items(items) => Ok(Word(items[i])),
            Sequence::Bytes(bytes) => Ok(Word::number(f64::from(bytes[i]))),
            Sequence::Text(_) => {
                let c = crate::string::char_at(view, subject, i).unwrap_or_default();
                let heap = &mut self.process.heap;
                Ok(crate::string::of_char(heap, self.common, c)?)
            }
        }
    }

    /// Whether there is such a property, own or also inherited.
    pub(super) fn has_property(&self, subject: Word, key: Word, own: bool) -> Result<bool, Raise> {
        let view = self.process.heap.view(self.common);
        if view.is(subject, Kind::Object) {
            return Ok(object::has(view, subject, key, own)?);
        }
        let Some(sequence) = Sequence::of(view, subject) else {
            let what = "a property belongs to an object";
            return Err(Fault::bad_type(what, view.type_name(subject)).into());
        };
        let is_index = object::key_index(view, key).is_some_and(|i| i < sequence.len());
        Ok(is_index || object::key_is(view, key, "length"))
    }

    /// A function that asks for its receiver is bound to the object it is read from.
    fn bound_method(&mut self, subject: Word, word: Word) -> Result<Word, Fault> {
        let id = match self.process.heap.view(self.common).function(word) {
            Some(parts) if parts.receiver.is_none() => parts.function,
            _ => return Ok(word),
        };
        if self.code_of(id).this_register.is_none() {
            return Ok(word);
        }
        self.bind_function(id, word, subject)
    }

    /// A function with its receiver set.
    fn bind_function(
        &mut self,
        id: crate::ids::FuncId,
        function: Word,
        this: Word,
    ) -> Result<Word, Fault> {
        let roots = self.process.heap.roots();
        let (function, this) = (
            self.process.heap.push_root(function),
            self.process.heap.push_root(this),
        );
        let captures = |cx: &Self| -> Vec<Word> {
            let function = cx.process.heap.root(function);
            let parts = cx.process.heap.view(cx.common).function(function);
            parts.map_or_else(Vec::new, |parts| {
                parts.captures.iter().map(|w| Word(*w)).collect()
            })
        };
        let reserved = self
            .process
            .heap
            .reserve(Heap::size_of_closure(captures(self).len()));
        let captures = captures(self);
        let this = self.process.heap.root(this);
        self.process.heap.truncate_roots(roots);
        reserved?;
        Ok(self.process.heap.closure(id, Some(this), &captures))
    }

    fn set_property(&mut self, at: At, object: u16, key: Word, value: u16) -> Done {
        let registers = (object, value);
        let (subject, value) = (self.reg(at, object), self.reg(at, value));
        let view = self.process.heap.view(self.common);
        match view.kind(subject) {
            Some(Kind::Object) => {
                object::set(&mut self.process.heap, self.common, subject, key, value)?;
                Ok(())
            }
            Some(Kind::Array) => {
                self.own_array(subject, "a property is written to an object")?;
                let length = self.length_of_array(subject);
                let view = self.process.heap.view(self.common);
                match object::key_index(view, key) {
                    Some(i) if i < length => {
                        self.process.heap.array_set(subject.place(), i, value);
                        Ok(())
                    }
                    Some(i) if i == length => {
                        self.reserve_growth(length)?;
                        let (subject, value) =
                            (self.reg(at, registers.0), self.reg(at, registers.1));
                        self.process.heap.array_push(subject.place(), value);
                        Ok(())
                    }
                    _ => {
                        let text = term::show(view, key, self.code);
                        Err(Fault::new(
                            FaultKind::BadIndex,
                            format!("index {text} is not from 0 to {length}"),
                        )
                        .with(known::INDEX, key)
                        .with_count(known::LENGTH, length)
                        .into())
                    }
                }
            }
            _ => Err(Fault::bad_type(
                "a property is written to an object",
                view.type_name(subject),
            )
            .into()),
        }
    }
}
