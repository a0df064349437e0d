//! Properties and receivers: what reading, writing and binding do off the fast path.
//!
//! A function whose code asks for its receiver is bound to the object that it
//! is read from; every other function is read as it is, and a bound one keeps
//! its receiver. Arrays, tuples, strings and bytes answer number keys and
//! `length`, leniently: what is not there reads `undefined`.

use super::raise::Raise;
use super::{At, Cx};
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::object;
use crate::term;
use crate::word::Word;

type Done = Result<(), Raise>;

pub(super) fn get_prop(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (subject, key) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let word = cx.property(subject, key)?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn set_prop(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    cx.set_property(at, op)
}

pub(super) fn bind(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let function = cx.reg(at, op.b);
    let super::frames::Callee::Code(id) = cx.callee(function)? else {
        cx.set_reg(at, op.a, function);
        return Ok(());
    };
    let word = cx.bind_function(id, function, cx.reg(at, op.c))?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

impl Cx<'_> {
    /// Reads a property.
    fn property(&mut self, subject: Word, key: Word) -> Result<Word, Raise> {
        let view = self.process.heap.view(self.common);
        match view.kind(subject) {
            Some(Kind::Object) => {
                let word = object::get(view, subject, key)?.unwrap_or(Word::UNDEFINED);
                self.bound_method(subject, word)
            }
            _ => {
                if let Some(items) = view
                    .tuple_items(subject)
                    .or_else(|| view.array_items(subject))
                {
                    if object::key_is(view, key, "length") {
                        return Ok(Word::number(items.len() as f64));
                    }
                    let i = object::key_index(view, key);
                    return Ok(i
                        .and_then(|i| items.get(i))
                        .map_or(Word::UNDEFINED, |w| Word(*w)));
                }
                if let Some(bytes) = view.bytes(subject) {
                    if object::key_is(view, key, "length") {
                        return Ok(Word::number(bytes.len() as f64));
                    }
                    let i = object::key_index(view, key);
                    return Ok(i
                        .and_then(|i| bytes.get(i))
                        .map_or(Word::UNDEFINED, |b| Word::number(f64::from(*b))));
                }
                if view.text(subject).is_some() {
                    if object::key_is(view, key, "length") {
                        return Ok(Word::number(
                            crate::string::length(view, subject).unwrap_or(0) as f64,
                        ));
                    }
                    let i = object::key_index(view, key);
                    let Some(c) = i.and_then(|i| crate::string::char_at(view, subject, i)) else {
                        return Ok(Word::UNDEFINED);
                    };
                    let c = c.to_string();
                    return Ok(self.process.heap.new_string(&c)?);
                }
                Err(
                    Fault::bad_type("a property is read from an object", view.type_name(subject))
                        .into(),
                )
            }
        }
    }

    /// A function that asks for its receiver is bound to the object it is read from.
    fn bound_method(&mut self, subject: Word, word: Word) -> Result<Word, Raise> {
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
    ) -> Result<Word, Raise> {
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

    fn set_property(&mut self, at: At, op: Op) -> Done {
        let (subject, key, value) = (self.reg(at, op.a), self.reg(at, op.b), self.reg(at, op.c));
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
                        self.process.heap.reserve(Heap::size_of_growth(length))?;
                        let (subject, value) = (self.reg(at, op.a), self.reg(at, op.c));
                        self.process.heap.array_push(subject.place(), value);
                        Ok(())
                    }
                    _ => {
                        let text = term::show(view, key, self.code);
                        Err(Fault::new(
                            FaultKind::BadIndex,
                            format!("index {text} is not from 0 to {length}"),
                        )
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
