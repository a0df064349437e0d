//! `match`: goes where the first arm that fits says, and writes what it binds.
//!
//! Matching itself ([`crate::code::matching`]) allocates nothing; the arrays and bytes
//! that a rest pattern asks for are made after it has fitted.

use super::raise::Raise;
use super::{At, Cx};
use crate::code::matching::{Bound, Matching};
use crate::code::ops::Op;
use crate::heap::Heap;
use crate::process::walk::Walk;
use crate::word::Word;

/// `match`: goes to the first arm that fits, or on.
pub(super) fn match_(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    let Some(code) = cx.functions.get(at.func) else {
        return Ok(None);
    };
    let table = &code.matches[op.wide() as usize];
    let mut matching = match cx.process.left_off() {
        Some(Walk::Matching(matching)) => matching,
        _ => Matching::default(),
    };
    if matching.is_fresh()
        && let Some(pc) = cx.match_at_a_glance(at, op, table)
    {
        return Ok(Some(At { pc, ..at }));
    }
    let before = matching.words();
    let words = cx.process.walk_words();
    let view = cx.process.heap.view(cx.common);
    let subject = cx.reg(at, op.a);
    let registers = (view, |r| cx.reg(at, r));
    let arm = matching.run(&table.arms, (view, subject), registers, words);
    cx.charge(matching.words() - before);
    let Some(arm) = arm else {
        return Err(cx.leave_off(at, Walk::Matching(matching)));
    };
    let pc = match arm {
        Some(arm) => {
            cx.bind(at, matching.bound())?;
            table.arms[arm].1
        }
        None => at.pc + 1,
    };
    Ok(Some(At { pc, ..at }))
}

impl Cx<'_> {
    /// Writes what a pattern bound.
    pub(super) fn bind(&mut self, at: At, bound: Vec<(u16, Bound)>) -> Result<(), Raise> {
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
