//! Sends and receives of small messages, without leaving the loop.
//!
//! Nearly all messages are small, go to another process that is there, and are taken
//! by a receive that takes any. These need no look at the sender's stack and move no
//! object, so the process's state need not be made whole for them. Whatever needs
//! more care has not been touched when these functions say so, and goes the general way
//! ([`super::actor`], [`super::receive`]).

use super::{At, Cx};
use crate::code::brief::Look;
use crate::code::ops::Op;
use crate::code::patterns::MatchTable;
use crate::heap::parcel::Parcel;
use crate::limits::WORDS_PER_REDUCTION;
use crate::process::Process;
use crate::process::contract::Sent;
use crate::process::frame::HEADER_WORDS;
use crate::trace::Topic;
use crate::word::Word;

/// What came of a receive that takes any message.
pub(super) enum Taken {
    /// The oldest message; it is removed.
    Word(Word),
    /// There is none.
    Nothing,
    /// The oldest message needs more care, and is where it was.
    Unclear,
    /// What came in has ended the process.
    Ended,
}

impl Cx<'_> {
    /// Sends a small message to another process; false if that needs more care.
    #[inline(never)]
    pub(super) fn send_quickly(&mut self, target: Word, message: Word) -> bool {
        let Some(to) = target.to_process() else {
            return false;
        };
        if to == self.process.pid {
            return false;
        }
        let parcel = if message.is_heap() {
            match Parcel::brief(self.process.heap.view(self.common), message) {
                Some(parcel) => parcel,
                None => return false,
            }
        } else {
            Parcel::word(message)
        };
        let words = parcel.words();
        match self.kernel.send(to, None, parcel) {
            Sent::Done => {}
            Sent::Crowded => self.heed_crowd(),
            // The general way says why.
            Sent::Refused(_) | Sent::NoMemory(_) => return false,
        }
        self.charge_brief(words);
        true
    }

    /// Takes the oldest message, if it is small and there is room for it while the stack
    /// part begins at `stack`.
    #[inline(never)]
    pub(super) fn take_quickly(&mut self, stack: usize) -> Taken {
        if self.process.mailbox.is_empty() {
            // What comes in may ask about the process, and end it.
            self.process.heap.set_stack(stack);
            if self.arrivals().is_err() {
                return Taken::Ended;
            }
        }
        let process = &mut *self.process;
        let Some(message) = process.mailbox.oldest() else {
            return Taken::Nothing;
        };
        if self.topics.has(Topic::Messages) {
            return Taken::Unclear;
        }
        let words = message.words();
        let Some(word) = process.heap.unpack_in_place(message, stack) else {
            return Taken::Unclear;
        };
        process.mailbox.begin();
        process.mailbox.take_oldest();
        process.waiting = None;
        self.charge_brief(words);
        Taken::Word(word)
    }

    /// Takes the next message of a receive by patterns, if a look tells that it fits and
    /// there is room for what it binds; yields where its arm begins.
    #[inline(never)]
    pub(super) fn match_quickly(&mut self, at: At, op: Op) -> Option<u32> {
        let table = &self.functions.get(at.func)?.matches[op.wide() as usize];
        let begins = self.process.mailbox.scan().is_none();
        if begins
            && let Some(timeout) = op.a.checked_sub(1)
            && self.timeout(self.reg(at, timeout)).is_err()
        {
            return None;
        }
        if self.process.has_left_off() || self.topics.has(Topic::Messages) {
            return None;
        }
        let from = match begins {
            true if table.pins.is_empty() => 0,
            true => self.mark(table.pins.iter().map(|pin| self.reg(at, pin.0))),
            false => self.process.mailbox.looked_at(),
        };
        let process = &mut *self.process;
        let (number, message) = process.mailbox.first_from(from)?;
        let (view, root) = (message.view(self.common), message.root());
        let heap = &mut process.heap;
        let frame = heap.len() - at.depth;
        let home = || heap.view(self.common);
        let register = |r: u16| heap.stack_word(frame + usize::from(r));
        let Look::Fits(arm) = table.briefs.look(view, root, home, register) else {
            return None;
        };
        let bind = |r, word| heap.set_stack_word(frame + usize::from(r), word);
        if !table.briefs.bind_immediates(arm, view, root, bind)
            && !self.bind_copied(at, number, table, arm)
        {
            return None;
        }
        let mailbox = &mut self.process.mailbox;
        mailbox.begin();
        mailbox.end_scan();
        mailbox.take(number);
        self.process.waiting = None;
        Some(table.arms[arm].1)
    }

    /// Copies a message that fits an arm into the heap, if there is room, and writes what
    /// the arm binds.
    #[inline(never)]
    fn bind_copied(&mut self, at: At, number: u64, table: &MatchTable, arm: usize) -> bool {
        let Process { heap, mailbox, .. } = &mut *self.process;
        let stack = heap.len() - at.depth - HEADER_WORDS;
        let Some(message) = mailbox.get(number) else {
            return false;
        };
        let Some(word) = heap.unpack_in_place(message, stack) else {
            return false;
        };
        let words = message.words();
        self.bind_brief(at, table, arm, word);
        self.charge_brief(words);
        true
    }

    /// What a few words cost is in the reduction of the operation itself.
    #[inline(always)]
    fn charge_brief(&mut self, words: usize) {
        if words > WORDS_PER_REDUCTION {
            self.charge(words);
        }
    }
}
