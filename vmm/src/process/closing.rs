//! The end of a process, a piece at a time.
//!
//! A process that has ended is gone for everybody, and its names are free, before
//! anybody is told of it. Then its links break in the order in which they were
//! made, then those who watch it are told in the order in which they began,
//! then those who wait for its end, then what came for it and was not taken
//! in is answered. A million of them take their time, so all of it is done in
//! pieces between which other processes run.
//!
//! # Invariants
//! C1. Whoever has been told of the end finds the process gone.
//! C2. Each is told once, in the order above.

use super::Process;
use super::bonds::{Ends, Told};
use super::contract::{End, Kernel};
use super::mailbox::Mailbox;
use super::signal::{Settled, Signal};
use crate::atom::known;
use crate::heap::parcel::Parcel;
use crate::ids::Pid;
use crate::limits::CLOSING_STEP;
use crate::word::Word;

/// What is still to be done for a process that has ended.
#[derive(Debug)]
pub struct Closing {
    pid: Pid,
    reason: Parcel,
    outcome: Settled,
    ends: Option<Ends>,
    /// What came and was not taken in, in order.
    left: std::vec::IntoIter<Signal>,
    /// Messages that nobody will take.
    mailbox: Mailbox,
}

impl Closing {
    /// Of a process that is gone and has no name any more. `left` came for it
    /// and was not taken in; `kept` says that how it came out is kept.
    #[must_use]
    pub fn new(process: &mut Process, end: &End, kept: bool, mut left: Vec<Signal>) -> Closing {
        let (ends, mut unanswered) = match process.take_bonds() {
            Some(bonds) => {
                let (ends, unanswered) = bonds.into_ends();
                (Some(ends), unanswered)
            }
            None => (None, Vec::new()),
        };
        unanswered.append(&mut left);
        // However many are told, and however many end with it in turn: there is one.
        let reason = match end {
            End::Exited { reason, .. } => reason.clone().share(),
            End::Returned(_) | End::Halted(_) => Parcel::word(Word::atom(known::NORMAL)),
        };
        let outcome = match end {
            _ if kept => Settled::Kept,
            End::Returned(result) => Settled::Returned(result.clone().share()),
            End::Exited { .. } => Settled::Failed(reason.clone()),
            End::Halted(_) => Settled::Unknown,
        };
        Closing {
            pid: process.pid,
            reason,
            outcome,
            ends,
            left: unanswered.into_iter(),
            mailbox: std::mem::take(&mut process.mailbox),
        }
    }

    /// Goes on for about a turn; whether all is done.
    pub fn step(&mut self, kernel: &mut dyn Kernel) -> bool {
        let mut room = CLOSING_STEP;
        while let Some(ends) = &mut self.ends {
            if room == 0 {
                return false;
            }
            room -= 1;
            match ends.next() {
                Some(told) => self.tell(told, kernel),
                None => self.ends = None,
            }
        }
        for signal in self.left.by_ref().take(room) {
            room -= 1;
            kernel.undelivered(self.pid, signal);
        }
        while room > 0 && self.mailbox.take_oldest().is_some() {
            room -= 1;
        }
        self.mailbox.is_empty() && self.left.len() == 0
    }

    fn tell(&self, told: Told, kernel: &mut dyn Kernel) {
        let (from, reason) = (self.pid, self.reason.clone());
        match told {
            Told::Linked(to) => {
                let linked = true;
                let signal = Signal::Exit {
                    from,
                    reason,
                    linked,
                };
                kernel.tell(to, signal);
            }
            Told::Watching(reference, watcher) => {
                let watched = watcher.watched;
                let signal = Signal::Down {
                    reference,
                    watched,
                    reason,
                };
                kernel.tell(watcher.by, signal);
            }
            Told::Waiting(reference, by) => {
                let outcome = self.outcome.clone();
                kernel.tell(by, Signal::Settled { reference, outcome });
            }
            Told::Watched(reference, target) => {
                kernel.tell(target, Signal::Demonitor { reference });
            }
        }
    }
}

#[cfg(test)]
mod tests;
