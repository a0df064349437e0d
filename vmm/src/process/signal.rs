//! Signals: everything that reaches a process from outside, as one ordered stream.
//!
//! Between two processes signals of all kinds arrive in the order in which
//! they were sent. A process takes them in at the beginning of a turn and when it
//! looks for messages ([`super::intake`]); what cannot be delivered any more
//! is answered on behalf of the process that is gone ([`Signal::undeliverable`]).
//!
//! # Invariants
//! S1. Whoever sends a signal that asks for an answer has noted beforehand that it
//!     waits for one, so that an answer that comes at once finds its place.
//! S2. Everything that is asked of a process is answered once: by the process, or
//!     for it when it is gone.

use super::about::Asked;
use super::mailbox::{held_bytes, message_bytes};
use crate::atom::known;
use crate::foreign::call::Answer;
use crate::heap::parcel::Parcel;
use crate::ids::{AtomId, Pid, RefId};

/// What a monitor watches, as its message names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// A process.
    Process(Pid),
    /// Whoever had the name when the monitor was made.
    Name(AtomId),
}

/// How the run of a process came out, for whoever awaits it.
#[derive(Clone, Debug)]
pub enum Settled {
    /// Its entry function returned this.
    Returned(Parcel),
    /// It ended with this reason.
    Failed(Parcel),
    /// It is gone, and nobody has kept how it came out.
    Unknown,
    /// It is gone; how it came out is kept, for the first who takes it.
    Kept,
}

/// One signal.
#[derive(Debug)]
pub enum Signal {
    /// A message.
    Message(Parcel),
    /// A message to an alias of the receiver, dropped unless the alias is active
    /// when the signal is taken in.
    Aliased {
        /// The alias.
        alias: RefId,
        /// The message.
        message: Parcel,
    },
    /// The sender has linked itself to the receiver.
    Link {
        /// The sender.
        from: Pid,
    },
    /// The sender has given the link up; to be acknowledged.
    Unlink {
        /// The sender.
        from: Pid,
        /// Which of the sender's unlinks.
        id: u64,
    },
    /// The acknowledgement of an unlink.
    Unlinked {
        /// The sender.
        from: Pid,
        /// Which of the receiver's unlinks.
        id: u64,
    },
    /// An exit signal.
    Exit {
        /// The sender, or the process that ended.
        from: Pid,
        /// The exit reason.
        reason: Parcel,
        /// Whether it comes of a link, and not of `exit_signal`.
        linked: bool,
    },
    /// The sender wants to be told of the receiver's end.
    Monitor {
        /// The sender.
        from: Pid,
        /// Names the monitor.
        reference: RefId,
        /// What the message is to name.
        watched: Watched,
    },
    /// The sender does not want to be told any more.
    Demonitor {
        /// Names the monitor.
        reference: RefId,
    },
    /// A watched process has ended.
    Down {
        /// Names the monitor.
        reference: RefId,
        /// What was watched.
        watched: Watched,
        /// The exit reason.
        reason: Parcel,
    },
    /// The sender waits for the receiver's end.
    Await {
        /// The sender.
        from: Pid,
        /// Names the wait.
        reference: RefId,
    },
    /// The sender does not wait any more.
    Unawait {
        /// Names the wait.
        reference: RefId,
    },
    /// An awaited process has ended.
    Settled {
        /// Names the wait.
        reference: RefId,
        /// How it came out.
        outcome: Settled,
    },
    /// The sender asks something of the receiver.
    Ask {
        /// The sender.
        from: Pid,
        /// What.
        asked: Asked,
        /// Names the question.
        reference: RefId,
    },
    /// The answer to a question.
    Answer {
        /// Names the question.
        reference: RefId,
        /// The answer; nothing of a process that is gone.
        answer: Option<Parcel>,
    },
    /// A native that the receiver waits for has answered.
    Returned {
        /// Names the call.
        reference: RefId,
        /// What was answered.
        answer: Box<Answer>,
    },
    /// A timer of the receiver's wait fired: it is to look at the time.
    Wake,
}

impl Signal {
    /// What is to be answered for a receiver `to` that is gone: to whom, and
    /// what. `kept` says whether how it came out is kept.
    #[must_use]
    pub fn undeliverable(
        self,
        to: Pid,
        noproc: impl FnOnce() -> Parcel,
        kept: impl FnOnce() -> bool,
    ) -> Option<(Pid, Signal)> {
        match self {
            Signal::Link { from } => {
                let (reason, linked) = (noproc(), true);
                Some((
                    from,
                    Signal::Exit {
                        from: to,
                        reason,
                        linked,
                    },
                ))
            }
            Signal::Unlink { from, id } => Some((from, Signal::Unlinked { from: to, id })),
            Signal::Monitor {
                from,
                reference,
                watched,
            } => {
                let reason = noproc();
                Some((
                    from,
                    Signal::Down {
                        reference,
                        watched,
                        reason,
                    },
                ))
            }
            Signal::Await { from, reference } => {
                let outcome = if kept() {
                    Settled::Kept
                } else {
                    Settled::Unknown
                };
                Some((from, Signal::Settled { reference, outcome }))
            }
            Signal::Ask {
                from, reference, ..
            } => Some((
                from,
                Signal::Answer {
                    reference,
                    answer: None,
                },
            )),
            Signal::Message(_)
            | Signal::Aliased { .. }
            | Signal::Unlinked { .. }
            | Signal::Exit { .. }
            | Signal::Demonitor { .. }
            | Signal::Down { .. }
            | Signal::Unawait { .. }
            | Signal::Settled { .. }
            | Signal::Answer { .. }
            | Signal::Returned { .. }
            | Signal::Wake => None,
        }
    }

    /// What it takes in memory while it is on its way, in bytes; only messages count.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> usize {
        match self {
            Signal::Message(message) | Signal::Aliased { message, .. } => message_bytes(message),
            _ => 0,
        }
    }

    /// What it counts for where the bytes of a mailbox are bounded; only messages count.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        match self {
            Signal::Message(message) | Signal::Aliased { message, .. } => held_bytes(message),
            _ => 0,
        }
    }

    /// Whether it may end its receiver.
    #[must_use]
    pub fn may_end(&self) -> bool {
        match self {
            Signal::Exit { reason, linked, .. } => {
                !linked || reason.root().to_atom() != Some(known::NORMAL)
            }
            _ => false,
        }
    }

    /// A message, through an alias of the receiver perhaps.
    #[must_use]
    pub fn message(alias: Option<RefId>, message: Parcel) -> Signal {
        match alias {
            None => Signal::Message(message),
            Some(alias) => Signal::Aliased { alias, message },
        }
    }

    /// Whether it may be lost with its receiver without anybody being told.
    #[must_use]
    pub fn is_message(&self) -> bool {
        matches!(self, Signal::Message(_) | Signal::Aliased { .. })
    }
}
