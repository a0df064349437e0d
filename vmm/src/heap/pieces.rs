//! Collections in pieces, of large heaps.
//!
//! What a large heap holds takes longer to copy than others can wait. So
//! `reserve` does not collect one: it makes the block longer, by room that stands
//! ready behind it, and notes that a collection is due. The operation goes
//! on as if nothing had happened; at its end the turn ends, and the process
//! does nothing but collect, a piece a turn, until that is done. A process's heap is
//! its own, so nothing has to be synchronised with anything.
//!
//! ```text
//!  0              top                 stack           len          room
//!  ├── objects ────┤──── free ─────────┤── VM stack ───┤── untouched ─┤
//!                           lend: moves the stack up  →
//! ```
//!
//! Lending moves the stack part, at once; a process whose stack is deep is
//! therefore collected a little before its block is full, between two turns.
//!
//! A block can lend as much as it is long. What asks for more has at least as much
//! to write as a collection has to copy, so there it is made at once; and
//! so it is where the limit leaves nothing to lend.
//!
//! # Invariants
//! C1. Each stage leaves everything as the next one needs it and nothing else:
//!     from the first to the last the heap is unreadable (H5), since headers of the old
//!     space are being overwritten.
//! C2. A piece copies and scans so many words as it is told and a chunk more,
//!     and clears and gives back storage in proportion.
//! C3. A block changes its place only at the end of a collection.

use super::collect::{Copier, Progress};
use super::space::Space;
use super::{EXTERNAL_TRIGGER_BYTES, Heap};
use crate::limits::WORDS_PER_REDUCTION;

/// Blocks of so many words are collected in pieces: 1 MiB. Why: all of it takes
/// a millisecond or two.
pub const LARGE_WORDS: usize = 128 * 1024;

/// Words that a block lends at least, so that what asks often is answered rarely.
const LENT_WORDS: usize = 16 * 1024;

/// Words that are cleared in the time that one is copied in.
const CLEARED: usize = 8;

/// Words that are given back in the time that one is copied in.
const GIVEN_BACK: usize = 16;

/// Words that are copied in the time that an external entry is freed in.
const FREED: usize = 16;

/// Words of stack that are looked at between two looks at how much was done.
const STACK_CHUNK: usize = 64;

/// A stack part of more words is moved in pieces: by a collection, not by lending.
const DEEP_WORDS: usize = 128 * 1024;

/// Share of what a collection left free at which a heap with a deep stack is collected
/// again, when it is left at the end of a turn. Why: a turn uses less.
pub(super) const EARLY: usize = 8;

/// A collection that has begun.
#[derive(Debug)]
pub(super) struct Collection {
    /// The space that is copied to; in the end the one that was left.
    to: Space,
    progress: Progress,
    stage: Stage,
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// The new space gets as many words as the old one has.
    Clear,
    /// What the stack part refers to is copied, from this word of it on.
    Stack(usize),
    /// What the roots refer to is copied, from this one on.
    Roots(usize),
    /// What is copied is scanned.
    Scan,
    /// External entries are freed, from this one on.
    Sweep(usize),
    /// The new space becomes a block of this length.
    Resize(usize),
    /// The stack part is copied to the end of that block, from this word of it on.
    MoveStack(usize),
    /// The old space is given back.
    GiveBack,
    Done,
}

impl Heap {
    /// Whether the process is to end its turn and go on with [`Heap::collect_some`].
    #[must_use]
    #[inline]
    pub fn is_due(&self) -> bool {
        self.due
    }

    /// Notes at the end of a turn whether a collection should not wait until
    /// the block is full.
    pub fn end_turn(&mut self) {
        if self.len() - self.stack > DEEP_WORDS && self.stack - self.top < self.early() {
            self.due = true;
        }
    }

    /// Makes the block longer instead of collecting; `false` if it is
    /// not large, or there is no room for so many words more.
    pub(super) fn lend(&mut self, words: usize, bytes: usize) -> bool {
        let len = self.len();
        if len < LARGE_WORDS {
            return false;
        }
        let missing = (self.top + words).saturating_sub(self.stack);
        let stack_words = len - self.stack;
        let most = self.space.room().min(self.half(bytes));
        if len + missing > most {
            return false;
        }
        if missing > 0 {
            // Moving a long stack part should be worth it.
            let more = missing.max(LENT_WORDS).max(stack_words).min(most - len);
            self.space.extend(len + more);
            let words = self.space.words_mut();
            words.copy_within(self.stack..len, self.stack + more);
            self.stack += more;
            self.rare.make().lent += more;
            self.charge(stack_words);
        }
        self.due = true;
        // At least one reduction, so that the engine looks whether something is due.
        self.charge(WORDS_PER_REDUCTION);
        true
    }

    /// Goes on with a collection, or begins one, and copies and scans about so
    /// many words; yields whether it is done. What it does is charged.
    pub fn collect_some(&mut self, words: usize) -> bool {
        let mut state = match self.rare.make().collection.take() {
            Some(state) => state,
            None => self.begin_collection(),
        };
        // Each word is copied and scanned; a block has no more than the bound.
        let most = 2 * words.min(u32::MAX as usize);
        let mut done = 0;
        while done < most && !matches!(state.stage, Stage::Done) {
            done += self.step(&mut state, most - done);
        }
        if !self.zeal {
            self.charge(done / 2);
        }
        if matches!(state.stage, Stage::Done) {
            self.due = false;
            return true;
        }
        self.rare.make().collection = Some(state);
        false
    }

    fn begin_collection(&mut self) -> Box<Collection> {
        self.externals.clear_marks();
        self.due = true;
        // As long as it may have to be, if nothing is garbage.
        let half = self.half(0);
        let longest = self.fitting(self.top + self.len() - self.stack, half);
        Box::new(Collection {
            to: Space::with_room(Heap::room_for(longest, half).max(self.len())),
            progress: Progress::default(),
            stage: Stage::Clear,
        })
    }

    /// Does some of the next stage, about so many words; yields how many.
    fn step(&mut self, state: &mut Collection, words: usize) -> usize {
        let stack_words = self.len() - self.stack;
        match state.stage {
            Stage::Clear => {
                let cleared = state.to.extend_some(self.len(), words * CLEARED);
                if state.to.len() == self.len() {
                    state.stage = Stage::Stack(0);
                }
                cleared / CLEARED
            }
            Stage::Stack(from) => {
                let to = stack_words.min(from + STACK_CHUNK);
                let range = self.stack + from..self.stack + to;
                state.stage = match to == stack_words {
                    true => Stage::Roots(0),
                    false => Stage::Stack(to),
                };
                to - from + self.copying(state, |copier| copier.copy_stack(range))
            }
            Stage::Roots(from) => {
                let to = self.roots().min(from + STACK_CHUNK);
                let mut roots = std::mem::take(&mut self.rare.make().roots);
                let mut globals = self.globals;
                let copied = self.copying(state, |copier| {
                    copier.copy_roots(&mut roots[from..to]);
                    if to == roots.len() {
                        globals = copier.copy(globals);
                    }
                });
                state.stage = match to == roots.len() {
                    true => Stage::Scan,
                    false => Stage::Roots(to),
                };
                self.rare.make().roots = roots;
                self.globals = globals;
                to - from + copied
            }
            Stage::Scan => {
                let mut done = false;
                let walked = self.copying(state, |copier| done = copier.scan(words));
                if done {
                    state.stage = Stage::Sweep(0);
                }
                walked
            }
            Stage::Sweep(from) => {
                let count = words.div_ceil(FREED);
                state.stage = match self.externals.sweep(from, count) {
                    true => self.swept(state.progress.top),
                    false => Stage::Sweep(from + count),
                };
                count.min(self.externals.entries().len()) * FREED
            }
            Stage::Resize(len) => {
                let cleared = state.to.extend_some(len, words * CLEARED);
                if state.to.len() >= len {
                    state.to.trim(len, Heap::room_for(len, self.half(0)));
                    state.stage = Stage::MoveStack(0);
                }
                cleared / CLEARED
            }
            Stage::MoveStack(from) => {
                let to = stack_words.min(from + words);
                let stack = state.to.len() - stack_words;
                state.to.words_mut()[stack + from..stack + to]
                    .copy_from_slice(&self.space.words()[self.stack + from..self.stack + to]);
                state.stage = match to == stack_words {
                    true => self.moved(state, stack),
                    false => Stage::MoveStack(to),
                };
                to - from
            }
            Stage::GiveBack => {
                let len = state.to.len();
                let given = len.min(words * GIVEN_BACK);
                state.to.trim(len - given, len - given);
                if len == given {
                    state.stage = Stage::Done;
                }
                given / GIVEN_BACK
            }
            Stage::Done => 0,
        }
    }

    /// Runs the copier; yields how many words it copied and scanned.
    fn copying(&mut self, state: &mut Collection, f: impl FnOnce(&mut Copier<'_>)) -> usize {
        let before = state.progress.words();
        let mut copier = Copier {
            from: self.space.words_mut(),
            to: state.to.words_mut(),
            externals: &mut self.externals,
            progress: std::mem::take(&mut state.progress),
        };
        f(&mut copier);
        state.progress = copier.progress;
        state.progress.words() - before
    }

    /// Everything alive is copied: says how long the block will be.
    fn swept(&mut self, live: usize) -> Stage {
        let trigger = EXTERNAL_TRIGGER_BYTES.max(2 * self.externals.bytes());
        self.externals.set_trigger(trigger);
        let needed = live + self.len() - self.stack;
        Stage::Resize(self.fitting(needed, self.half(0)))
    }

    /// The new block is whole: goes on in it.
    fn moved(&mut self, state: &mut Collection, stack: usize) -> Stage {
        let to = std::mem::take(&mut state.to);
        state.to = self.move_to(to, state.progress.top, stack);
        if self.zeal {
            state.to.poison();
        }
        Stage::GiveBack
    }
}
