//! Sends and receives of small messages, without leaving the loop.
//!
//! Nearly all messages are small, go to another process that is there, and are taken
//! by a receive that takes any. These need no look at the sender's stack and move no
//! object, so the process's state need not be made whole for them. Whatever needs
//! more care has not been touched when these functions say so, and goes the general way
//! ([`super::actor`], [`super::receive`]).

use super::Cx;
use crate::heap::parcel::Parcel;
use crate::limits::WORDS_PER_REDUCTION;
use crate::process::signal::Signal;
use crate::trace::Topic;
use crate::word::Word;

impl Cx<'_> {
    /// Sends a small message to another process; false if that needs more care.
    #[inline(never)]
    pub(super) fn send_quickly(&mut self, target: Word, message: Word) -> bool {
        let Some(to) = target.to_process() else {
            return false;
        };
        if to == self.process.pid || self.kernel.topics().has(Topic::Messages) {
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
        // Last, since it takes a place in a mailbox that has a bound.
        if self.kernel.is_full().is_some() || self.kernel.refuses(to, &parcel).is_some() {
            return false;
        }
        self.charge_brief(parcel.words());
        // A message to a process that is gone is dropped.
        let _dropped = self.kernel.signal(to, Signal::Message(parcel));
        self.heed_crowd();
        true
    }

    /// Takes the oldest message, if it is small and there is room for it while the stack
    /// part begins at `stack`.
    #[inline(never)]
    pub(super) fn take_quickly(&mut self, stack: usize) -> Option<Word> {
        let process = &mut *self.process;
        let message = process.mailbox.oldest()?;
        let words = message.words();
        if self.kernel.topics().has(Topic::Messages) {
            return None;
        }
        let word = process.heap.unpack_in_place(message, stack)?;
        process.mailbox.begin();
        process.mailbox.take_oldest();
        process.waiting = None;
        self.charge_brief(words);
        Some(word)
    }

    /// What a few words cost is in the reduction of the operation itself.
    #[inline(always)]
    fn charge_brief(&mut self, words: usize) {
        if words > WORDS_PER_REDUCTION {
            self.charge(words);
        }
    }
}
