//! The gate through which other threads reach a running machine.
//!
//! Whatever comes from outside (messages of the embedding program, a request
//! to stop) lines up here and is taken in between two turns, in the order in
//! which it came. A worker with nothing to do sleeps at the gate.
//!
//! # Invariants
//! G1. `pending` is set whenever `events` is not empty; it is changed under
//!     the lock only, so a worker that reads it as clear misses at most what
//!     comes at that very moment, and looks again before it sleeps.
//! G2. A machine does not end for want of work while somebody holds the gate:
//!     a holder may still send.
//!
//! # Cost
//! A look with nothing pending is one load.

use std::collections::VecDeque;
use std::time::Duration;

use crate::heap::parcel::Parcel;
use crate::ids::Pid;
use crate::sched::Stop;
use crate::sync::{AtomicBool, Condvar, Mutex, Ordering, PoisonError, lock};

/// Something from outside.
#[derive(Debug)]
pub enum Outside {
    /// A message of the host program.
    Send {
        /// To whom.
        to: Pid,
        /// What.
        message: Parcel,
    },
    /// The run is to end.
    Stop(Stop),
}

/// What ended a sleep at the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Something is pending, time has passed, or there was no reason at all: look.
    Look,
    /// There is no time to wait for and nobody who could send.
    Nobody,
}

/// The gate; see the module documentation.
#[derive(Debug, Default)]
pub struct Gate {
    pending: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Outside>,
    holders: usize,
}

impl Gate {
    /// Lines something up for the machine.
    pub fn post(&self, event: Outside) {
        let mut state = lock(&self.state);
        state.events.push_back(event);
        // Pairs with the load in `is_pending`; the lock orders the rest.
        self.pending.store(true, Ordering::Release);
        drop(state);
        self.changed.notify_all();
    }

    /// Whether something is lined up.
    #[inline]
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Acquire)
    }

    /// Takes everything that is lined up, oldest first.
    #[must_use]
    pub fn take(&self) -> VecDeque<Outside> {
        let mut state = lock(&self.state);
        self.pending.store(false, Ordering::Release);
        std::mem::take(&mut state.events)
    }

    /// Counts one more who may send.
    pub fn hold(&self) {
        lock(&self.state).holders += 1;
    }

    /// Counts one less.
    pub fn release(&self) {
        let mut state = lock(&self.state);
        state.holders = state.holders.saturating_sub(1);
        drop(state);
        self.changed.notify_all();
    }

    /// Sleeps until something is lined up, until `span` has passed, or, with
    /// no span, until nobody is left who could line something up.
    #[must_use]
    pub fn sleep(&self, span: Option<Duration>) -> Woken {
        let state = lock(&self.state);
        if !state.events.is_empty() {
            return Woken::Look;
        }
        match span {
            Some(span) => {
                drop(
                    self.changed
                        .wait_timeout(state, span)
                        .unwrap_or_else(PoisonError::into_inner),
                );
            }
            None if state.holders == 0 => return Woken::Nobody,
            None => drop(
                self.changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
            ),
        }
        Woken::Look
    }

    /// Whether somebody may still send, or has.
    #[must_use]
    pub fn is_held(&self) -> bool {
        let state = lock(&self.state);
        state.holders > 0 || !state.events.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lined_up_is_taken_once_and_in_order() {
        let gate = Gate::default();
        assert!(!gate.is_pending());
        gate.post(Outside::Stop(Stop::Interrupt));
        gate.post(Outside::Stop(Stop::Terminate));
        assert!(gate.is_pending());
        assert_eq!(gate.sleep(None), Woken::Look);
        let stops: Vec<_> = gate
            .take()
            .into_iter()
            .map(|event| match event {
                Outside::Stop(stop) => Some(stop),
                Outside::Send { .. } => None,
            })
            .collect();
        assert_eq!(stops, [Some(Stop::Interrupt), Some(Stop::Terminate)]);
        assert!(!gate.is_pending() && gate.take().is_empty());
    }

    #[test]
    fn nobody_sleeps_for_ever_when_nobody_can_send() {
        let gate = Gate::default();
        assert_eq!(gate.sleep(None), Woken::Nobody);
        gate.hold();
        assert!(gate.is_held());
        std::thread::scope(|scope| {
            scope.spawn(|| gate.release());
            while gate.sleep(None) == Woken::Look {}
        });
        assert!(!gate.is_held());
    }
}
