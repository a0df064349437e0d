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

use super::raise::Raise;
use super::{At, Cx};
use crate::atom::known;
use crate::code::ops::Op;
use crate::code::patterns::{Cond, Operand, Pat};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::heap::view::View;
use crate::isa::Comparison;
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
}

impl<R: Fn(u16) -> Word> Attempt<'_, R> {
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
            Pat::Value(expected) => term::equal(view, word, view, *expected).0,
            Pat::Pin(r) => {
                let pinned = (self.register)(r.0);
                term::same(view, word, view, pinned).0
            }
            Pat::Tuple(patterns) => {
                let items = view.tuple_items(word).or_else(|| view.array_items(word));
                items
                    .is_some_and(|items| items.len() == patterns.len() && self.all(patterns, items))
            }
            Pat::Array(patterns, rest) => {
                let Some(items) = view.array_items(word) else {
                    return false;
                };
                if items.len() < patterns.len() || rest.is_none() && items.len() != patterns.len() {
                    return false;
                }
                let fits = self.all(patterns, &items[..patterns.len()]);
                fits && rest
                    .as_ref()
                    .is_none_or(|rest| self.rest(rest, Bound::Rest(word, patterns.len())))
            }
            Pat::Bytes(prefix, rest) => {
                let Some(bytes) = view.bytes(word) else {
                    return false;
                };
                if !bytes.starts_with(prefix) || rest.is_none() && bytes.len() != prefix.len() {
                    return false;
                }
                rest.as_ref()
                    .is_none_or(|rest| self.rest(rest, Bound::Octets(word, prefix.len())))
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
            Pat::Type(name) => self.is_type(word, *name),
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

    /// A rest takes a name or is thrown away; other patterns look at a length of none.
    fn rest(&mut self, pattern: &Pat, rest: Bound) -> bool {
        match pattern {
            Pat::Wildcard => true,
            Pat::Bind(r) => {
                self.bound.push((r.0, rest));
                true
            }
            _ => false,
        }
    }

    fn is_type(&self, word: Word, name: Word) -> bool {
        let Some(name) = name.to_atom() else {
            return false;
        };
        let text = self.view.common().atoms.text(name);
        self.view.type_name(word) == text
            || object::type_names(self.view, word).any(|own| own == Word::atom(name))
    }

    fn holds(&self, condition: &Cond) -> bool {
        let view = self.view;
        match condition {
            Cond::Type(operand, name) => self
                .operand(*operand)
                .is_some_and(|w| self.is_type(w, *name)),
            Cond::Compare(comparison, a, b) => {
                let (Some(a), Some(b)) = (self.operand(*a), self.operand(*b)) else {
                    return false;
                };
                let order = || term::compare(view, a, view, b).ok().flatten();
                match comparison {
                    Comparison::Equal => term::equal(view, a, view, b).0,
                    Comparison::NotEqual => !term::equal(view, a, view, b).0,
                    Comparison::Same => term::same(view, a, view, b).0,
                    Comparison::LessThan => order().is_some_and(std::cmp::Ordering::is_lt),
                    Comparison::LessEqual => order().is_some_and(std::cmp::Ordering::is_le),
                    Comparison::GreaterThan => order().is_some_and(std::cmp::Ordering::is_gt),
                    Comparison::GreaterEqual => order().is_some_and(std::cmp::Ordering::is_ge),
                }
            }
        }
    }

    /// What a condition looks at; a rest that is not made yet cannot be looked at.
    fn operand(&self, operand: Operand) -> Option<Word> {
        match operand {
            Operand::Value(word) => Some(word),
            Operand::Reg(r) => match self.bound.iter().rev().find(|(reg, _)| *reg == r.0) {
                Some((_, Bound::Word(word))) => Some(*word),
                Some(_) => None,
                None => Some((self.register)(r.0)),
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
        };
        if attempt.fits(pattern, subject) {
            let bound = attempt.bound;
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
