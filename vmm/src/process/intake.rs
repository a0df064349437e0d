//! What a signal does to the process that receives it.
//!
//! Signals are taken in by whoever has the process: the scheduler before a
//! turn, and the engine, through the kernel, when it looks for messages. A
//! signal that ends the process dooms it: it runs no further, and what
//! comes after that signal is answered when it is gone ([`super::closing`]).
//!
//! # Invariants
//! N1. Whether exits are trapped is asked when the signal is taken in.
//! N2. A message of the machine (`:EXIT`, `:DOWN`) lands in the mailbox whatever
//!     its bound.
//! N3. A wait is over when [`Process::is_woken`] says so, whatever ended the park.

use super::contract::{End, ExitClass, Kernel};
use super::deadline::Deadline;
use super::signal::{Signal, Watched};
use super::{Process, Waiting};
use crate::atom::known;
use crate::heap::parcel::{Parcel, Part};
use crate::ids::{Pid, RefId};
use crate::word::Word;

/// An answer that the process waits for, or that has come.
#[derive(Debug)]
pub struct Pending {
    /// Names the question.
    pub reference: RefId,
    /// The answer, once it is there.
    pub answer: Option<Reply>,
}

/// An answer.
#[derive(Debug)]
pub enum Reply {
    /// About a process; nothing if it is gone.
    About(Option<Parcel>),
}

impl Process {
    /// Takes a signal in.
    pub fn take_in(&mut self, signal: Signal, kernel: &mut dyn Kernel) {
        if self.is_doomed() {
            // Whoever asks is answered when the process is gone for everybody.
            if !signal.is_message() {
                self.bonds_mut().unanswered.push(signal);
            }
            return;
        }
        match signal {
            Signal::Message(message) => self.mailbox.push(message),
            Signal::Aliased { alias, message } => {
                let bonds = self.bonds_if_any();
                let (taken, ended) = bonds.map_or((false, None), |bonds| bonds.through(alias));
                if let Some(target) = ended.and_then(|monitor| monitor.target) {
                    kernel.tell(target, Signal::Demonitor { reference: alias });
                }
                if taken {
                    self.mailbox.push(message);
                }
            }
            Signal::Link { from } => self.bonds_mut().linked(from),
            Signal::Unlink { from, id } => {
                self.bonds_mut().unlinked_by(from);
                kernel.tell(from, Signal::Unlinked { from: self.pid, id });
            }
            Signal::Unlinked { from, id } => self.bonds_mut().unlinked(from, id),
            Signal::Exit {
                from,
                reason,
                linked,
            } => self.exit_signal(from, reason, linked),
            Signal::Monitor {
                from,
                reference,
                watched,
            } => {
                self.bonds_mut().watched_by(reference, from, watched);
            }
            Signal::Demonitor { reference } => self.bonds_mut().unwatched(reference),
            Signal::Down {
                reference,
                watched,
                reason,
            } => {
                if self.bonds_mut().demonitor(reference).is_some() {
                    self.heap.charge(reason.words());
                    self.mailbox.push(down(reference, watched, &reason));
                }
            }
            Signal::Await { from, reference } => self.bonds_mut().awaited_by(reference, from),
            Signal::Unawait { reference } => self.bonds_mut().unawaited(reference),
            Signal::Settled { reference, outcome } => {
                if let Some(awaiting) = self.awaiting_mut() {
                    awaiting.settled(reference.count, outcome);
                }
            }
            Signal::Ask {
                from,
                asked,
                reference,
            } => {
                let answer = self.tell_about(from, asked, kernel);
                self.heap.charge(answer.words());
                let answer = Some(answer);
                kernel.tell(from, Signal::Answer { reference, answer });
            }
            Signal::Answer { reference, answer } => self.answer(reference, Reply::About(answer)),
            Signal::Returned { reference, answer } => self.native_answered(reference, *answer),
            Signal::Wake => {}
        }
    }

    /// Takes a message in, as [`Process::take_in`].
    #[inline]
    pub fn take_message(&mut self, message: Parcel) {
        if !self.is_doomed() {
            self.mailbox.push(message);
        }
    }

    /// An exit signal: it is dropped, becomes a message, or ends the process.
    fn exit_signal(&mut self, from: Pid, reason: Parcel, linked: bool) {
        if linked && !self.bonds_mut().broken(from) {
            return;
        }
        let atom = reason.root().to_atom();
        if !linked && atom == Some(known::KILL) {
            self.die(Parcel::word(Word::atom(known::KILLED)));
        } else if self.traps_exits() {
            self.heap.charge(reason.words());
            self.mailbox.push(exit_message(from, &reason));
        } else if atom != Some(known::NORMAL) || !linked && from == self.pid {
            self.die(reason);
        }
    }

    /// The process runs no further.
    fn die(&mut self, reason: Parcel) {
        self.doom(End::Exited {
            reason,
            class: ExitClass::Exit,
            trace: None,
        });
    }

    /// Notes that the process waits for an answer, and under which reference.
    pub fn expect_answer(&mut self) -> RefId {
        let reference = RefId {
            owner: self.pid,
            count: self.references,
        };
        self.references += 1;
        self.extras_mut().pending.push(Pending {
            reference,
            answer: None,
        });
        reference
    }

    /// The process waits for an answer no more.
    pub fn forget_answer(&mut self, reference: RefId) {
        let pending = self.extras.as_mut().map(|own| &mut own.pending);
        if let Some(pending) = pending {
            pending.retain(|pending| pending.reference != reference);
        }
    }

    /// Takes what came for a question about a process, if that has come.
    pub fn take_answer(&mut self) -> Option<Option<Parcel>> {
        let here = |p: &Pending| matches!(p.answer, Some(Reply::About(_)));
        let pending = &mut self.extras.as_mut()?.pending;
        let at = pending.iter().position(here)?;
        match pending.swap_remove(at).answer {
            Some(Reply::About(answer)) => Some(answer),
            _ => None,
        }
    }

    /// Notes an answer, if the process still waits for it.
    fn answer(&mut self, reference: RefId, reply: Reply) {
        let pending = self.extras.iter_mut().flat_map(|own| &mut own.pending);
        if let Some(pending) = pending.into_iter().find(|p| p.reference == reference) {
            pending.answer = Some(reply);
        }
    }

    /// Whether the process, which waits, is to run: something came that it
    /// waits for, the time is over, or it is doomed.
    #[must_use]
    #[inline]
    pub fn is_woken(&self, now_ns: impl FnOnce() -> u64) -> bool {
        let Some(waiting) = self.waiting else {
            return true;
        };
        let deadline = waiting.deadline.ns();
        self.has_come(waiting.for_message) || deadline.is_some_and(|deadline| deadline <= now_ns())
    }

    /// As [`Process::is_woken`], of a process that runs if so: that its time is over need
    /// not be asked again, which a clock costs.
    #[inline]
    pub fn wakes(&mut self, now_ns: impl FnOnce() -> u64) -> bool {
        let Some(Waiting { for_message, .. }) = self.waiting else {
            return true;
        };
        if self.has_come(for_message) {
            return true;
        }
        let waiting = self.waiting.as_mut();
        let ends = waiting.map(|waiting| &mut waiting.deadline);
        match ends {
            Some(deadline) if deadline.ns().is_some_and(|at| at <= now_ns()) => {
                *deadline = Deadline::PASSED;
                true
            }
            _ => false,
        }
    }

    /// Whether something is there that ends such a wait.
    #[inline]
    fn has_come(&self, for_message: bool) -> bool {
        for_message && self.mailbox.has_news()
            || self.extras.as_ref().is_some_and(|own| own.end_a_wait())
    }
}

/// `(:EXIT, process, reason)`.
fn exit_message(from: Pid, reason: &Parcel) -> Parcel {
    Parcel::tuple(&[
        Part::Word(Word::atom(known::EXIT)),
        Part::Word(Word::process(from)),
        Part::Parcel(reason),
    ])
}

/// `(:DOWN, reference, :process, process or name, reason)`.
fn down(reference: RefId, watched: Watched, reason: &Parcel) -> Parcel {
    Parcel::tuple(&[
        Part::Word(Word::atom(known::DOWN)),
        Part::Reference(reference),
        Part::Word(Word::atom(known::PROCESS)),
        Part::Word(match watched {
            Watched::Process(pid) => Word::process(pid),
            Watched::Name(name) => Word::atom(name),
        }),
        Part::Parcel(reason),
    ])
}
