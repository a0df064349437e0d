//! Matching at a glance: what a look decides needs neither a walk nor memory.
//!
//! A receive goes past messages that no arm can fit in one loop over the mailbox.
//! What a look does not decide is left to the walks of `match` and of receives.

use super::{At, Cx};
use crate::code::brief::{Look, PARTS};
use crate::code::matching::Bound;
use crate::code::ops::Op;
use crate::code::patterns::MatchTable;
use crate::heap::parcel::Parcel;
use crate::limits::WORDS_PER_REDUCTION;
use crate::word::Word;

/// What a look at the messages of a scan came to.
pub(super) enum Glance {
    /// One or more do not fit, and the scan is past them.
    Passed,
    /// The first one fits this arm; everything is written, and it is removed.
    Taken(usize),
    /// The one of this number fits this arm and is to be copied, since something in
    /// a heap is bound.
    Fits(u64, usize, Vec<(u16, Bound)>),
    /// There is none, or a walk has to tell.
    Unclear,
}

/// What is bound to registers.
type Bindings = [(u16, Word); PARTS];

impl Cx<'_> {
    /// Looks at the next message of the scan, and if it does not fit at those behind
    /// it. Takes what that costs off `words`.
    pub(super) fn glance(&mut self, at: At, table: &MatchTable, words: &mut usize) -> Glance {
        let common = self.common;
        let mailbox = &self.process.mailbox;
        let Some((number, message)) = mailbox.first_from(mailbox.looked_at()) else {
            return Glance::Unclear;
        };
        let (view, root) = (message.view(common), message.root());
        let home = || self.process.heap.view(common);
        let look = table.briefs.look(view, root, home, |r| self.reg(at, r));
        let (count, glance) = match look {
            Look::Unclear => return Glance::Unclear,
            Look::Fits(arm) => {
                let (bindings, count) = kept(table.briefs.bound(arm, view, root));
                let bindings = &bindings[..count];
                if bindings.iter().any(|(_, word)| word.is_heap()) {
                    self.process.mailbox.set_looked_at(number);
                    let bound = bindings.iter().map(|(r, word)| (*r, Bound::Word(*word)));
                    (1, Glance::Fits(number, arm, bound.collect()))
                } else {
                    self.write(at, bindings);
                    self.remove_message(number);
                    (1, Glance::Taken(arm))
                }
            }
            Look::Misses => {
                let needles = table.briefs.needles(|r| self.reg(at, r));
                let most = *words / WORDS_PER_REDUCTION;
                let mailbox = &mut self.process.mailbox;
                mailbox.set_looked_at(number + 1);
                let passed = needles.map_or(0, |needles| {
                    let rule_out =
                        |message: &Parcel| needles.rule_out(message.view(common), message.root());
                    // Two loops, since the one that most scans run is to stay small.
                    match needles.sieve() {
                        Some(sieve) => {
                            mailbox.pass(most, |message| sieve.stops(message) || rule_out(message))
                        }
                        None => mailbox.pass(most, rule_out),
                    }
                });
                (1 + passed, Glance::Passed)
            }
        };
        let cost = count * WORDS_PER_REDUCTION;
        self.charge(cost);
        *words = words.saturating_sub(cost);
        glance
    }

    /// Where `match` goes on, if a look tells; what is bound is written then.
    pub(super) fn match_at_a_glance(&mut self, at: At, op: Op, table: &MatchTable) -> Option<u32> {
        let view = self.process.heap.view(self.common);
        let subject = self.reg(at, op.a);
        let look = table
            .briefs
            .look(view, subject, || view, |r| self.reg(at, r));
        let (arms, pc) = match look {
            Look::Unclear => return None,
            Look::Misses => (table.arms.len(), at.pc + 1),
            Look::Fits(arm) => {
                let (bindings, count) = kept(table.briefs.bound(arm, view, subject));
                self.write(at, &bindings[..count]);
                (1 + arm, table.arms[arm].1)
            }
        };
        self.charge(arms);
        Some(pc)
    }

    /// Writes what an arm that fits a value of the heap binds.
    pub(super) fn bind_brief(&mut self, at: At, table: &MatchTable, arm: usize, word: Word) {
        let view = self.process.heap.view(self.common);
        let (bindings, count) = kept(table.briefs.bound(arm, view, word));
        self.write(at, &bindings[..count]);
    }

    fn write(&mut self, at: At, bindings: &[(u16, Word)]) {
        for (register, word) in bindings {
            self.set_reg(at, *register, *word);
        }
    }
}

/// Bindings and how many there are.
fn kept(bound: impl Iterator<Item = (u16, Word)>) -> (Bindings, usize) {
    let mut all = [(0, Word::UNDEFINED); PARTS];
    let mut count = 0;
    for (place, binding) in all.iter_mut().zip(bound) {
        *place = binding;
        count += 1;
    }
    (all, count)
}
