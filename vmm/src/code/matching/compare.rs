//! What patterns and guards compare: values of any size, and rests that are not
//! made yet.
//!
//! A comparison that is left off is kept in the walk, and its level notes where it
//! is; see [`super`].

use std::cmp::Ordering;

use super::{Attempt, Bound, Inner, Step, items, octets};
use crate::code::patterns::{Cond, Operand};
use crate::heap::view::View;
use crate::isa::Comparison as Relation;
use crate::object;
use crate::term::{Comparison, Equality};
use crate::word::Word;

/// Octets that are compared in one step.
const BULK: usize = 1 << 16;

/// A value, and where it lies.
type Side<'a> = (View<'a>, Bound);

impl<'a, R: Fn(u16) -> Word> Attempt<'a, '_, R> {
    /// Whether octets are the same from an index on.
    pub(super) fn same_octets(&mut self, a: &[u8], b: &[u8], mut from: usize) -> Option<bool> {
        while from < a.len() {
            if self.due().is_none() {
                return self.note(None, Step::at(from));
            }
            let to = a.len().min(from + BULK);
            if a[from..to] != b[from..to] {
                return Some(false);
            }
            self.state.words += 1 + (to - from) / 8;
            from = to;
        }
        Some(true)
    }

    fn equality(
        &mut self,
        views: (View<'a>, View<'a>),
        begin: impl FnOnce() -> Equality,
    ) -> Option<bool> {
        let mut walk = match self.inner() {
            Some(Inner::Equality(walk)) => walk,
            _ => begin(),
        };
        let before = walk.words();
        let equal = walk.run(views.0, views.1, self.left());
        self.state.words += walk.words() - before;
        if equal.is_none() {
            self.state.inner = Some(Inner::Equality(walk));
        }
        equal
    }

    fn comparison(
        &mut self,
        (a_view, a): (View<'a>, Word),
        (b_view, b): (View<'a>, Word),
    ) -> Option<Option<Ordering>> {
        let mut walk = match self.inner() {
            Some(Inner::Comparison(walk)) => walk,
            _ => Comparison::new(a, b),
        };
        let before = walk.words();
        let order = walk.run(a_view, b_view, self.left());
        self.state.words += walk.words() - before;
        if order.is_none() {
            self.state.inner = Some(Inner::Comparison(walk));
        }
        // What has no order is in none.
        Some(order?.ok().flatten())
    }

    /// Structural equality, also of a rest that is not made yet.
    pub(super) fn equal(&mut self, a: Side<'a>, b: Side<'a>) -> Option<bool> {
        let views = (a.0, b.0);
        if let (Bound::Word(a), Bound::Word(b)) = (a.1, b.1) {
            if let (Some(a), Some(b)) = (a.to_number(), b.to_number()) {
                return Some(a == b);
            }
            if a == b && !a.is_boxed() {
                return Some(true);
            }
            return self.equality(views, || Equality::equal(a, b));
        }
        if let (Some(a), Some(b)) = (items(a.0, a.1), items(b.0, b.1)) {
            if a.len() != b.len() {
                return Some(false);
            }
            let from = self.step().unwrap_or(Step::FIRST).at;
            for (i, (a, b)) in a.iter().zip(b).enumerate().skip(from) {
                let begin = || Equality::equal(Word(*a), Word(*b));
                let equal = self.due().and_then(|()| self.equality(views, begin));
                if !self.note(equal, Step::at(i))? {
                    return Some(false);
                }
            }
            return Some(true);
        }
        match (octets(a.0, a.1), octets(b.0, b.1)) {
            (Some(a), Some(b)) if a.len() == b.len() => {
                let from = self.step().unwrap_or(Step::FIRST).at;
                self.same_octets(a, b, from)
            }
            _ => Some(false),
        }
    }

    /// Whether two values are the same: a fresh array is the same as nothing that there
    /// is; bytes are by content.
    pub(super) fn same(&mut self, a: Side<'a>, b: Side<'a>) -> Option<bool> {
        let views = (a.0, b.0);
        match (a.1, b.1) {
            (Bound::Word(a), Bound::Word(b)) if !(a.is_boxed() && b.is_boxed()) => Some(a == b),
            (Bound::Word(a), Bound::Word(b)) => self.equality(views, || Equality::same(a, b)),
            (Bound::Rest(..), _) | (_, Bound::Rest(..)) => Some(false),
            _ => self.equal(a, b),
        }
    }

    /// The order of two values, also of a rest that is not made yet.
    fn order(&mut self, a: Side<'a>, b: Side<'a>) -> Option<Option<Ordering>> {
        let views = (a.0, b.0);
        if let (Bound::Word(a), Bound::Word(b)) = (a.1, b.1) {
            if let (Some(a), Some(b)) = (a.to_number(), b.to_number()) {
                return Some(a.partial_cmp(&b));
            }
            return self.comparison((views.0, a), (views.1, b));
        }
        if let (Some(a), Some(b)) = (items(a.0, a.1), items(b.0, b.1)) {
            let from = self.step().unwrap_or(Step::FIRST).at;
            for (i, (a, b)) in a.iter().zip(b).enumerate().skip(from) {
                let (a, b) = ((views.0, Word(*a)), (views.1, Word(*b)));
                let order = self.due();
                let order = order.and_then(|()| self.comparison(a, b));
                match self.note(order, Step::at(i))? {
                    Some(Ordering::Equal) => {}
                    order => return Some(order),
                }
            }
            return Some(Some(a.len().cmp(&b.len())));
        }
        let (Some(a), Some(b)) = (octets(a.0, a.1), octets(b.0, b.1)) else {
            return Some(None);
        };
        let mut from = self.step().unwrap_or(Step::FIRST).at;
        let common = a.len().min(b.len());
        while from < common {
            let to = common.min(from + BULK);
            if !self.same_octets(&a[..to], &b[..to], from)? {
                break;
            }
            from = to;
        }
        Some(Some(a[from..].cmp(&b[from..])))
    }

    pub(super) fn holds(&mut self, condition: &Cond) -> Option<bool> {
        let (relation, a, b) = match condition {
            Cond::Type(operand, name) => return Some(is_type(self.operand(*operand), *name)),
            Cond::Compare(relation, a, b) => (relation, a, b),
        };
        let identical = matches!((a, b), (Operand::Reg(a), Operand::Reg(b)) if a == b);
        let (a, b) = (self.operand(*a), self.operand(*b));
        let is = |order: Option<Option<Ordering>>, is: fn(Ordering) -> bool| {
            order.map(|order| order.is_some_and(is))
        };
        match relation {
            Relation::Equal => self.equal(a, b),
            Relation::NotEqual => self.equal(a, b).map(|equal| !equal),
            Relation::Same if identical && matches!(a.1, Bound::Rest(..)) => Some(true),
            Relation::Same => self.same(a, b),
            Relation::LessThan => is(self.order(a, b), Ordering::is_lt),
            Relation::LessEqual => is(self.order(a, b), Ordering::is_le),
            Relation::GreaterThan => is(self.order(a, b), Ordering::is_gt),
            Relation::GreaterEqual => is(self.order(a, b), Ordering::is_ge),
        }
    }

    /// What a condition looks at.
    fn operand(&self, operand: Operand) -> Side<'a> {
        match operand {
            Operand::Value(word) => (self.home, Bound::Word(word)),
            Operand::Reg(r) => {
                let mut bound = self.state.bound.iter().rev();
                match bound.find(|(reg, _)| *reg == r.0) {
                    Some((_, bound)) => (self.view, *bound),
                    None => (self.home, Bound::Word((self.register)(r.0))),
                }
            }
        }
    }
}

/// Whether a value is of a type, or has a type name.
pub(super) fn is_type((view, value): Side<'_>, name: Word) -> bool {
    let Some(name) = name.to_atom() else {
        return false;
    };
    let text = view.common().atoms.text(name);
    match value {
        Bound::Word(word) => {
            view.type_name(word) == text
                || object::type_names(view, word).any(|own| own == Word::atom(name))
        }
        Bound::Rest(word, _) | Bound::Octets(word, _) => view.type_name(word) == text,
    }
}
