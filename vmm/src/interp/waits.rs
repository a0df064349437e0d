//! How long an operation waits, and whether that is over.
//!
//! # Invariants
//! L1. Whether a wait is over is asked of the clock unless it is known: a wait that begins
//!     is not over, but one of no time; one whose process was woken by its end is
//!     ([`Deadline::PASSED`](crate::process::deadline::Deadline::PASSED)).

use super::{At, Cx};
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::process::Waiting;
use crate::process::contract::Outcome;
use crate::word::{Tag, Word};

/// A wait in nanoseconds; `None` for ever.
pub(super) type Wait = Option<u64>;

/// How long an operation waits that finds nothing.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    /// Until the moment for which it was armed.
    Armed(Wait),
    /// So long, from now on.
    Fresh(Wait),
}

impl Cx<'_> {
    /// Ends the turn with the process waiting at the operation.
    #[inline]
    pub(super) fn wait(&mut self, at: At, deadline_ns: Wait, for_message: bool) {
        self.process.waiting = Some(Waiting {
            deadline: deadline_ns.into(),
            func: at.func,
            pc: at.pc,
            for_message,
        });
        self.process.exec = at.exec();
        self.stop = Some(Outcome::Waiting);
    }

    /// A time-out in milliseconds, as programs give it, in nanoseconds; a
    /// fraction of a millisecond rounds up.
    pub(super) fn timeout(&self, word: Word) -> Result<Wait, Fault> {
        let ms = match word.tag() {
            Tag::Atom(known::INFINITY) => return Ok(None),
            Tag::Number(ms) => ms,
            Tag::Integer(ms) => ms as f64,
            _ => {
                let found = self.process.heap.view(self.common).type_name(word);
                return Err(Fault::bad_type(
                    "a time-out is a number of milliseconds or :infinity",
                    found,
                ));
            }
        };
        if ms.is_nan() || ms < 0.0 {
            let text = crate::text::number(ms);
            return Err(Fault::new(
                FaultKind::BadNumber,
                format!("a time-out cannot be {text}"),
            ));
        }
        // Beyond some 584 years of nanoseconds nobody waits for the end.
        let ns = ms.ceil() * 1e6;
        Ok((ns < u64::MAX as f64).then_some(ns as u64))
    }

    /// When a wait that begins now ends.
    pub(super) fn deadline_from_now(&mut self, word: Word, used: u32) -> Result<Wait, Fault> {
        let Some(ns) = self.timeout(word)? else {
            return Ok(None);
        };
        Ok(Some(self.kernel.now_ns(used).saturating_add(ns)))
    }

    /// How long the running operation waits: as armed before, or what a word says.
    #[inline]
    pub(super) fn limit(&self, word: Word) -> Result<Limit, Fault> {
        match self.process.waiting {
            Some(waiting) => Ok(Limit::Armed(waiting.deadline.ns())),
            None => self.timeout(word).map(Limit::Fresh),
        }
    }

    /// When a wait that finds nothing now ends; nothing if it is over. A clock is read once
    /// for it.
    #[inline]
    pub(super) fn waits(&mut self, limit: Limit, used: u32) -> Option<Wait> {
        match limit {
            Limit::Armed(deadline) => (!self.passed(deadline, used)).then_some(deadline),
            Limit::Fresh(None) => Some(None),
            Limit::Fresh(Some(0)) => None,
            Limit::Fresh(Some(ns)) => Some(Some(self.kernel.now_ns(used).saturating_add(ns))),
        }
    }

    /// When the wait of the running operation ends: as armed before, or from now on.
    pub(super) fn deadline(&mut self, word: Word, used: u32) -> Result<Wait, Fault> {
        match self.process.waiting {
            Some(waiting) => Ok(waiting.deadline.ns()),
            None => self.deadline_from_now(word, used),
        }
    }

    pub(super) fn passed(&mut self, deadline: Wait, used: u32) -> bool {
        // Of what has been seen to have passed the clock is not asked again.
        deadline.is_some_and(|at| at == 0 || at <= self.kernel.now_ns(used))
    }
}
