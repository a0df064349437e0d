//! Patterns and guards over a view: a heap, or a parcel where it lies.
//!
//! A pattern is tried as a whole; what it binds is collected and written only
//! when everything fits, guard included. Matching runs no guest code and
//! allocates nothing but the arrays and bytes that a rest pattern asks for,
//! after it has fitted.
//!
//! # Invariants
//! M1. The depth of recursion is that of the pattern, which the verifier bounds.
//! M2. No alternative leaves bindings behind unless it fits.

use std::cell::Cell;
use std::cmp::Ordering;

use super::raise::Raise;
use super::{At, Cx};
use crate::atom::known;
use crate::code::ops::Op;
use crate::code::patterns::{Cond, Operand, Pat};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::heap::view::View;
use crate::isa::Comparison;
use crate::map;
use crate::object;
use crate::term;
use crate::word::Word;

/// What a pattern binds a register to.
#[derive(Clone, Copy, Debug)]
enum Bound {
    /// A value as it is.
    Word(Word),
    /// The elements of an array from an index on.
    Rest(Word, usize),
    /// The octets of bytes from an index on.
    Octets(Word, usize),
}

/// One attempt.
struct Attempt<'a, R: Fn(u16) -> Word> {
    view: View<'a>,
    register: R,
    bound: Vec<(u16, Bound)>,
    /// Words that comparisons have looked at.
    walked: Cell<usize>,
}

impl<'a, R: Fn(u16) -> Word> Attempt<'a, R> {
    fn fits(&mut self, pattern: &Pat, word: Word) -> bool {
        let view = self.view;
        match pattern {
            Pat::Wildcard => true,
            Pat::Bind(r) => {
                self.bound.push((r.0, Bound::Word(word)));
                true
            }
            Pat::As(r, inner) => {
                self.bound.push((r.0, Bound::Word(word)));
                self.fits(inner, word)
            }
            Pat::Value(expected) => self.charged(term::equal(view, word, view, *expected)),
            Pat::Pin(r) => {
                let pinned = (self.register)(r.0);
                self.charged(term::same(view, word, view, pinned))
            }
            Pat::Tuple(patterns) => {
                let items = view.tuple_items(word).or_else(|| view.array_items(word));
                items
                    .is_some_and(|items| items.len() == patterns.len() && self.all(patterns, items))
            }
            Pat::Array(..) => {
                view.array_items(word).is_some() && self.rest(pattern, Bound::Rest(word, 0))
            }
            Pat::Bytes(..) => {
                view.bytes(word).is_some() && self.rest(pattern, Bound::Octets(word, 0))
            }
            Pat::Pair(both) => {
                view.kind(word) == Some(Kind::Pair)
                    && self.fits(&both.0, view.field(word, 0))
                    && self.fits(&both.1, view.field(word, 1))
            }
            Pat::Object(entries) => {
                view.kind(word) == Some(Kind::Object)
                    && entries.iter().all(|(key, inner)| {
                        object::get(view, word, *key)
                            .ok()
                            .flatten()
                            .is_some_and(|value| self.fits(inner, value))
                    })
            }
            Pat::Map(entries) => {
                view.kind(word) == Some(Kind::Map)
                    && entries.iter().all(|(key, inner)| {
                        map::get(view, word, *key).is_some_and(|value| self.fits(inner, value))
                    })
            }
            Pat::Type(name) => self.is_type(Bound::Word(word), *name),
            Pat::AnyOf(patterns) => {
                let kept = self.bound.len();
                patterns.iter().any(|p| {
                    self.bound.truncate(kept);
                    self.fits(p, word)
                })
            }
            Pat::Tagged(tag, inner) => {
                if view.kind(word) != Some(Kind::Object) {
                    return false;
                }
                let own_tag = object::get_atom(view, word, known::TAG);
                let own_tag = own_tag
                    .and_then(Word::to_atom)
                    .map(|a| view.common().atoms.text(a));
                if own_tag.map(|t| t.trim_start_matches(':')) != Some(&**tag) {
                    return false;
                }
                let slots = object::get_atom(view, word, known::SLOTS).unwrap_or(Word::UNIT);
                self.fits(inner, slots)
            }
            Pat::Guard(inner, conditions) => {
                self.fits(inner, word) && conditions.iter().all(|c| self.holds(c))
            }
        }
    }

    fn all(&mut self, patterns: &[Pat], items: &[u64]) -> bool {
        patterns
            .iter()
            .zip(items)
            .all(|(p, w)| self.fits(p, Word(*w)))
    }

    /// Whether the rest of an array or of bytes fits, as the fresh array or
    /// bytes that it will be if it is bound.
    fn rest(&mut self, pattern: &Pat, rest: Bound) -> bool {
        let (items, octets) = (self.items(rest), self.octets(rest));
        match pattern {
            Pat::Wildcard => true,
            Pat::Bind(r) => {
                self.bound.push((r.0, rest));
                true
            }
            Pat::As(r, inner) => {
                self.bound.push((r.0, rest));
                self.rest(inner, rest)
            }
            Pat::Array(patterns, more) => {
                let (Some(items), Bound::Rest(word, from)) = (items, rest) else {
                    return false;
                };
                let count = patterns.len();
                let long_enough = match more {
                    Some(_) => items.len() >= count,
                    None => items.len() == count,
                };
                long_enough
                    && self.all(patterns, &items[..count])
                    && more
                        .as_ref()
                        .is_none_or(|more| self.rest(more, Bound::Rest(word, from + count)))
            }
            Pat::Tuple(patterns) => items
                .is_some_and(|items| items.len() == patterns.len() && self.all(patterns, items)),
            Pat::Bytes(prefix, more) => {
                let (Some(octets), Bound::Octets(word, from)) = (octets, rest) else {
                    return false;
                };
                let rest = Bound::Octets(word, from + prefix.len());
                match more {
                    Some(more) => octets.starts_with(prefix) && self.rest(more, rest),
                    None => octets == &**prefix,
                }
            }
            Pat::Value(expected) => self.equal(rest, Bound::Word(*expected)),
            // A fresh array is the same as nothing that there is; bytes are by content.
            Pat::Pin(r) => {
                let pinned = Bound::Word((self.register)(r.0));
                octets.is_some() && octets == self.octets(pinned)
            }
            Pat::AnyOf(patterns) => {
                let kept = self.bound.len();
                patterns.iter().any(|p| {
                    self.bound.truncate(kept);
                    self.rest(p, rest)
                })
            }
            Pat::Guard(inner, conditions) => {
                self.rest(inner, rest) && conditions.iter().all(|c| self.holds(c))
            }
            Pat::Type(name) => self.is_type(rest, *name),
            Pat::Pair(_) | Pat::Object(_) | Pat::Map(_) | Pat::Tagged(..) => false,
        }
    }

    /// The elements of an array, or of the rest of one.
    fn items(&self, value: Bound) -> Option<&'a [u64]> {
        match value {
            Bound::Word(word) => self.view.array_items(word),
            Bound::Rest(word, from) => self.view.array_items(word)?.get(from..),
            Bound::Octets(..) => None,
        }
    }

    /// The octets of bytes, or of the rest of some.
    fn octets(&self, value: Bound) -> Option<&'a [u8]> {
        match value {
            Bound::Word(word) => self.view.bytes(word),
            Bound::Octets(word, from) => self.view.bytes(word)?.get(from..),
            Bound::Rest(..) => None,
        }
    }

    /// What a comparison says, whose words are noted.
    fn charged(&self, (holds, words): (bool, usize)) -> bool {
        self.walked.set(self.walked.get().saturating_add(words));
        holds
    }

    /// The order of two values, if they have one.
    fn compare(&self, a: Word, b: Word) -> Option<Ordering> {
        let mut comparison = term::Comparison::new(a, b);
        let order = comparison.run(self.view, self.view, usize::MAX);
        self.charged((true, comparison.words()));
        order?.ok().flatten()
    }

    /// Structural equality, also of a rest that is not made yet.
    fn equal(&self, a: Bound, b: Bound) -> bool {
        let view = self.view;
        if let (Bound::Word(a), Bound::Word(b)) = (a, b) {
            return self.charged(term::equal(view, a, view, b));
        }
        if let (Some(a), Some(b)) = (self.items(a), self.items(b)) {
            let mut pairs = a.iter().zip(b).map(|(a, b)| (Word(*a), Word(*b)));
            return a.len() == b.len()
                && pairs.all(|(a, b)| self.charged(term::equal(view, a, view, b)));
        }
        matches!((self.octets(a), self.octets(b)), (Some(a), Some(b)) if a == b)
    }

    /// The order of two values, also of a rest that is not made yet.
    fn order(&self, a: Bound, b: Bound) -> Option<Ordering> {
        if let (Bound::Word(a), Bound::Word(b)) = (a, b) {
            return self.compare(a, b);
        }
        if let (Some(a), Some(b)) = (self.items(a), self.items(b)) {
            for (a, b) in a.iter().zip(b) {
                match self.compare(Word(*a), Word(*b)) {
                    Some(Ordering::Equal) => {}
                    order => return order,
                }
            }
            return Some(a.len().cmp(&b.len()));
        }
        Some(self.octets(a)?.cmp(self.octets(b)?))
    }

    fn is_type(&self, value: Bound, name: Word) -> bool {
        let Some(name) = name.to_atom() else {
            return false;
        };
        let text = self.view.common().atoms.text(name);
        match value {
            Bound::Word(word) => {
                self.view.type_name(word) == text
                    || object::type_names(self.view, word).any(|own| own == Word::atom(name))
            }
            Bound::Rest(word, _) | Bound::Octets(word, _) => self.view.type_name(word) == text,
        }
    }

    fn holds(&self, condition: &Cond) -> bool {
        match condition {
            Cond::Type(operand, name) => self.is_type(self.operand(*operand), *name),
            Cond::Compare(comparison, a, b) => {
                let identical = matches!((a, b), (Operand::Reg(a), Operand::Reg(b)) if a == b);
                let (a, b) = (self.operand(*a), self.operand(*b));
                match comparison {
                    Comparison::Equal => self.equal(a, b),
                    Comparison::NotEqual => !self.equal(a, b),
                    Comparison::Same => match (a, b) {
                        (Bound::Word(a), Bound::Word(b)) => {
                            self.charged(term::same(self.view, a, self.view, b))
                        }
                        (Bound::Rest(..), _) | (_, Bound::Rest(..)) => identical,
                        _ => self.equal(a, b),
                    },
                    Comparison::LessThan => self.order(a, b).is_some_and(Ordering::is_lt),
                    Comparison::LessEqual => self.order(a, b).is_some_and(Ordering::is_le),
                    Comparison::GreaterThan => self.order(a, b).is_some_and(Ordering::is_gt),
                    Comparison::GreaterEqual => self.order(a, b).is_some_and(Ordering::is_ge),
                }
            }
        }
    }

    /// What a condition looks at.
    fn operand(&self, operand: Operand) -> Bound {
        match operand {
            Operand::Value(word) => Bound::Word(word),
            Operand::Reg(r) => match self.bound.iter().rev().find(|(reg, _)| *reg == r.0) {
                Some((_, bound)) => *bound,
                None => Bound::Word((self.register)(r.0)),
            },
        }
    }
}

/// `match`: goes to the first arm that fits, or on.
pub(super) fn match_(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    let Some(code) = cx.functions.get(at.func.0 as usize).cloned() else {
        return Ok(None);
    };
    let table = &code.matches[op.wide() as usize];
    let subject = cx.reg(at, op.a);
    for (pattern, target) in &table.arms {
        let mut attempt = Attempt {
            view: cx.process.heap.view(cx.common),
            register: |r| cx.reg(at, r),
            bound: Vec::new(),
            walked: Cell::new(0),
        };
        let fits = attempt.fits(pattern, subject);
        let (bound, walked) = (attempt.bound, attempt.walked.get());
        cx.charge(walked);
        if fits {
            cx.bind(at, bound)?;
            return Ok(Some(At { pc: *target, ..at }));
        }
    }
    Ok(Some(At {
        pc: at.pc + 1,
        ..at
    }))
}

impl Cx<'_> {
    /// Writes what a pattern bound.
    fn bind(&mut self, at: At, bound: Vec<(u16, Bound)>) -> Result<(), Raise> {
        // Whatever must be made is made first, with everything else rooted, so
        // that no binding is written if there is no room.
        let roots = self.process.heap.roots();
        let all: Vec<(u16, Bound, usize)> = bound
            .into_iter()
            .map(|(reg, b)| {
                let (Bound::Word(word) | Bound::Rest(word, _) | Bound::Octets(word, _)) = b;
                (reg, b, self.process.heap.push_root(word))
            })
            .collect();
        let made: Result<Vec<()>, Raise> = all
            .iter()
            .map(|(_, b, root)| self.make_rest(*b, *root))
            .collect();
        if made.is_ok() {
            for (reg, _, root) in &all {
                let word = self.process.heap.root(*root);
                self.set_reg(at, *reg, word);
            }
        }
        self.process.heap.truncate_roots(roots);
        made.map(|_| ())
    }

    /// Replaces a root by the rest of it that a pattern asks for.
    fn make_rest(&mut self, bound: Bound, root: usize) -> Result<(), Raise> {
        let word = match bound {
            Bound::Word(_) => return Ok(()),
            Bound::Rest(_, from) => {
                let view = self.process.heap.view(self.common);
                let count = view
                    .array_items(self.process.heap.root(root))
                    .map_or(0, |i| i.len() - from);
                self.process.heap.reserve(Heap::size_of_array(count))?;
                let view = self.process.heap.view(self.common);
                let items = view
                    .array_items(self.process.heap.root(root))
                    .unwrap_or(&[]);
                let items: Vec<Word> = items[from..].iter().map(|w| Word(*w)).collect();
                self.process.heap.array(&items)
            }
            Bound::Octets(_, from) => {
                let view = self.process.heap.view(self.common);
                let octets =
                    view.bytes(self.process.heap.root(root)).unwrap_or(&[])[from..].to_vec();
                self.process.heap.new_bytes(&octets)?
            }
        };
        self.process.heap.set_root(root, word);
        Ok(())
    }
}
