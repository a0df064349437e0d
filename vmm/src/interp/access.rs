//! Properties with constant names: what the inline cache of the place knows.
//!
//! The handlers look at the first layout of the site themselves. What the site
//! knows beyond it is found without leaving the loop's state; what it does
//! not know is looked up by the general rules, and remembered.

use super::raise::Raise;
use super::{At, Cx, Flow, Machine, magic, property};
use crate::code::ops::Op;
use crate::heap::layout::Kind;
use crate::object::cache::{Case, Site};
use crate::process::frame::Action;
use crate::word::{TAG_FUNCTION, TAG_SHIFT, Word};

type Done = Result<(), Raise>;

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    /// The property of an object as it is, if the site knows.
    #[inline(always)]
    pub(super) fn hit(&self, object: Word, site: u16) -> Option<Word> {
        if !object.is_heap() {
            return self.cx.known(self.site(site), object);
        }
        let site = self.site(site);
        let heap = &self.cx.process.heap;
        let at = object.place();
        let first = site.first();
        if first.is(heap.header(at)) {
            return Some(heap.load(at, first.offset() - 1));
        }
        match site.get_near(heap.words(), at) {
            Some(word) => Some(word),
            None => self.cx.known(site, object),
        }
    }

    /// Whether reading the word from an object surely yields the word itself.
    #[inline(always)]
    fn is_read_as_it_is(&mut self, word: Word) -> bool {
        if word.0 < TAG_FUNCTION << TAG_SHIFT {
            return true;
        }
        if let Some(function) = word.to_function() {
            return !self.asks_for_receiver(function);
        }
        word.is_heap() && !self.cx.process.heap.header(word.place()).is(Kind::Closure)
    }

    #[inline(always)]
    pub(super) fn read_known(&mut self, op: Op) -> Flow {
        let object = self.r(op.b);
        let known = self.hit(object, op.c);
        if let Some(word) = known
            && (self.is_read_as_it_is(word) || !self.cx.is_method(word))
        {
            self.set(op.a, word);
            return Flow::Go;
        }
        self.cold(op, get_prop_k)
    }

    #[inline(always)]
    pub(super) fn read_raw_known(&mut self, op: Op) -> Flow {
        let object = self.r(op.b);
        let known = self.hit(object, op.c);
        if let Some(word) = known {
            self.set(op.a, word);
            return Flow::Go;
        }
        self.cold(op, get_raw_k)
    }

    #[inline(always)]
    pub(super) fn write_known(&mut self, op: Op) -> Flow {
        let object = self.r(op.a);
        let value = self.r(op.c);
        if object.is_heap() {
            let first = self.site(op.b).first();
            let at = object.place();
            if first.is_open(self.cx.process.heap.header(at)) {
                self.cx.process.heap.store(at, first.offset() - 1, value);
                return Flow::Go;
            }
        }
        let site: *const Site = self.site(op.b);
        if self.write_by(site, object, value) {
            return Flow::Go;
        }
        self.cold(op, set_prop_k)
    }
}

impl Cx<'_> {
    /// What the site knows beyond its first layout.
    #[inline(never)]
    pub(super) fn known(&self, site: &Site, object: Word) -> Option<Word> {
        site.get(self.process.heap.view(self.common), object)
    }

    /// Whether reading the word from an object binds it: it is a function that
    /// asks for its receiver and has none.
    #[inline(never)]
    pub(super) fn is_method(&mut self, word: Word) -> bool {
        let view = self.process.heap.view(self.common);
        match view.function(word) {
            Some(parts) if parts.receiver.is_none() => {
                self.code_of(parts.function).this_register.is_some()
            }
            _ => false,
        }
    }

    /// Looks the property up, and lets the site remember where it was.
    fn read(&mut self, object: Word, key: Word, site: &Site) -> Result<Word, Raise> {
        let view = self.process.heap.view(self.common);
        if view.is(object, Kind::Object)
            && site.has_room()
            && let Some(case) = Case::of_get(view, object, site.key())
        {
            site.learn(case);
        }
        self.raw_property(object, key)
    }
}

fn get_raw_k(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let code = cx.code_at(at);
    let site = &code.sites[op.c as usize];
    let (subject, key) = (cx.reg(at, op.b), Word::atom(site.key()));
    let word = cx.read(subject, key, site)?;
    if word == Word::UNDEFINED {
        magic::missing(cx, at, op, subject, key, Action::Store)?;
    }
    cx.set_reg(at, op.a, word);
    Ok(())
}

/// Reads without binding, for a call that follows.
pub(super) fn get_method(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    get_raw_k(cx, at, op)
}

fn get_prop_k(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let code = cx.code_at(at);
    let site = &code.sites[op.c as usize];
    let (subject, key) = (cx.reg(at, op.b), Word::atom(site.key()));
    let word = cx.read(subject, key, site)?;
    if word == Word::UNDEFINED {
        magic::missing(cx, at, op, subject, key, Action::StoreMember)?;
    }
    let word = cx.bound_to(cx.reg(at, op.b), word)?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

fn set_prop_k(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let code = cx.code_at(at);
    let site = &code.sites[op.b as usize];
    let view = cx.process.heap.view(cx.common);
    let object = cx.reg(at, op.a);
    if view.is(object, Kind::Object)
        && !view.is_frozen(object)
        && site.has_room()
        && let Some(case) = Case::of_set(view, object, site.key())
    {
        site.learn(case);
    }
    let key = Word::atom(site.key());
    magic::taken_over(cx, at, object, key, cx.reg(at, op.c))?;
    property::set_named(cx, at, op.a, key, op.c)
}
