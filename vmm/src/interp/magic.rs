//! What objects answer beside operators: length, text, indexes, and properties
//! that are not there.
//!
//! Each function is the slow path of an operation: an object that has the magic
//! method is asked, everything else goes on to the operation's own slow path.
//! Objects without any magic method pay a look along their prototypes where
//! they would raise, and nothing where they have what is asked for.
//!
//! # Invariants
//! M1. A property that is there is never asked for by `__get__`, and an own one
//!     never written by `__set__`: the methods take over what the object lacks.

use super::raise::Raise;
use super::{At, Cx, cold, container, iterate, property};
use crate::atom::known;
use crate::code::ops::Op;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::ids::AtomId;
use crate::object;
use crate::process::frame::Action;
use crate::word::Word;

type Done = Result<(), Raise>;

pub(super) fn length(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let word = cx.reg(at, op.b);
    cx.offer(at, word, known::MAGIC_LEN, &[], (Action::Store, op.a))?;
    container::length(cx, at, op)
}

pub(super) fn get_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (word, index) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let then = (Action::Store, op.a);
    cx.offer(at, word, known::MAGIC_GET_INDEX, &[index], then)?;
    container::get_index(cx, at, op)
}

pub(super) fn set_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (word, index, value) = (cx.reg(at, op.a), cx.reg(at, op.b), cx.reg(at, op.c));
    let then = (Action::Discard, 0);
    cx.offer(at, word, known::MAGIC_SET_INDEX, &[index, value], then)?;
    container::set_index(cx, at, op)
}

pub(super) fn has_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (word, index) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let then = (Action::StoreTruth, op.a);
    cx.offer(at, word, known::MAGIC_HAS_INDEX, &[index], then)?;
    container::has_index(cx, at, op)
}

pub(super) fn delete_index(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (word, index) = (cx.reg(at, op.a), cx.reg(at, op.b));
    let then = (Action::Discard, 0);
    cx.offer(at, word, known::MAGIC_DELETE_INDEX, &[index], then)?;
    container::delete_index(cx, at, op)
}

pub(super) fn iter_init(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let word = cx.reg(at, op.b);
    let then = (Action::Iterate, op.a);
    cx.offer(at, word, known::MAGIC_ITER, &[], then)?;
    iterate::iter_init(cx, at, op)
}

pub(super) fn to_text(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let word = cx.reg(at, op.b);
    cx.offer(at, word, known::MAGIC_STR, &[], (Action::StoreText, op.a))?;
    cold::to_text(cx, at, op)
}

/// Joins texts; with an object among them that has a text of its own, a
/// library function does it, since each such text is a call.
pub(super) fn concat(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let regs = cx.args(at, op.b as usize);
    let has_text = |cx: &Cx<'_>, reg: &u16| {
        let word = cx.reg(at, *reg);
        !word.is_number() && cx.magic(word, known::MAGIC_STR).is_some()
    };
    if !regs.iter().any(|reg| has_text(cx, reg)) {
        return cold::concat(cx, at, op);
    }
    cx.process.heap.reserve(Heap::size_of_array(regs.len()))?;
    let parts: Vec<Word> = regs.iter().map(|reg| cx.reg(at, *reg)).collect();
    let parts = cx.process.heap.array(&parts);
    let join = cx.library("ion.text", "concat")?;
    Err(cx.guest(at, join, None, &[parts], Action::Store, op.a))
}

pub(super) fn get_prop(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (subject, key) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let word = cx.property(subject, key)?;
    if word == Word::UNDEFINED {
        missing(cx, at, op, subject, key, Action::StoreMember)?;
    }
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn get_raw(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (subject, key) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let word = cx.raw_property(subject, key)?;
    if word == Word::UNDEFINED {
        missing(cx, at, op, subject, key, Action::Store)?;
    }
    cx.set_reg(at, op.a, word);
    Ok(())
}

/// Asks for a property that reads `undefined`, if it is nowhere on the chain.
/// Nothing has moved since both words were read.
pub(super) fn missing(
    cx: &mut Cx<'_>,
    at: At,
    op: Op,
    subject: Word,
    key: Word,
    action: Action,
) -> Done {
    let Some(method) = cx.magic(subject, known::MAGIC_GET) else {
        return Ok(());
    };
    if object::has(cx.process.heap.view(cx.common), subject, key, false)? {
        return Ok(());
    }
    Err(cx.ask(at, method, subject, &[key], action, op.a))
}

pub(super) fn set_prop(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let (subject, key, value) = (cx.reg(at, op.a), cx.reg(at, op.b), cx.reg(at, op.c));
    taken_over(cx, at, subject, key, value)?;
    property::set_prop(cx, at, op)
}

/// Asks whoever takes over writes to properties that are no own ones.
pub(super) fn taken_over(cx: &mut Cx<'_>, at: At, subject: Word, key: Word, value: Word) -> Done {
    if let Some(method) = cx.magic(subject, known::MAGIC_SET) {
        let view = cx.process.heap.view(cx.common);
        let frozen = view.is_frozen(subject) || !subject.is_heap();
        if !frozen && !object::has(view, subject, key, true)? {
            let arguments = [key, value];
            return Err(cx.ask(at, method, subject, &arguments, Action::Discard, 0));
        }
    }
    Ok(())
}

impl Cx<'_> {
    /// Ends the operation in a call of a magic method, if the value is an
    /// object that has it.
    pub(super) fn offer(
        &mut self,
        at: At,
        word: Word,
        name: AtomId,
        arguments: &[Word],
        (action, dst): (Action, u16),
    ) -> Done {
        if !self.process.heap.view(self.common).is(word, Kind::Object) {
            return Ok(());
        }
        match self.magic(word, name) {
            Some(method) => Err(self.ask(at, method, word, arguments, action, dst)),
            None => Ok(()),
        }
    }

    /// A function of the library that is written in bytecode.
    pub(super) fn library(&self, class: &str, name: &str) -> Result<Word, Fault> {
        Ok(Word::function(self.code.find(class, name, None)?))
    }
}
