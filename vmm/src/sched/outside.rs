//! The gate through which other threads reach a running machine.
//!
//! Whatever comes from outside (messages of the embedding program, answers of natives that
//! run on other threads, a request to stop) lines up here and is taken in between two turns, in the order in
//! which it came. A worker that rests is woken for it.
//!
//! # Invariants
//! G1. `pending` is set whenever `events` is not empty; it is changed under
//!     the lock only. The bell is rung after it is set, so a worker that reads it
//!     as clear just before it rests is woken.
//! G2. A machine does not end for want of work while somebody holds the gate:
//!     a holder may still send. So may a call that is not over.
//! G3. One worker at a time takes in, and is done with it before another begins:
//!     what one sender lines up arrives in order.
//!
//! # Cost
//! A look with nothing pending is one load.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use crate::foreign::call::Answer;
use crate::heap::parcel::Parcel;
use crate::ids::{Pid, RefId};
use crate::sched::Stop;
use crate::sched::survey::Survey;
use crate::sync::{AtomicBool, Mutex, Ordering, lock};

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
    /// Somebody wants to know what every process is doing.
    Survey(Arc<Survey>),
    /// A native has answered.
    Answer {
        /// The process that called.
        to: Pid,
        /// Names the call.
        reference: RefId,
        /// What was answered.
        answer: Box<Answer>,
    },
    /// Standard output takes no more.
    OutputLost(std::io::ErrorKind),
    /// The run is to end.
    Stop(Stop),
}

/// Who is told that something has changed at the gate.
pub trait Bell: Send + Sync {
    /// Makes somebody look.
    fn ring(&self);
}

/// The gate; see the module documentation.
#[derive(Default)]
pub struct Gate {
    pending: AtomicBool,
    state: Mutex<State>,
    taking: Mutex<()>,
    bell: OnceLock<Arc<dyn Bell>>,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Outside>,
    holders: usize,
    /// Calls of natives that will answer.
    calls: usize,
}

impl Gate {
    /// Says who is to be told of changes. Only the first call counts.
    pub fn attach(&self, bell: Arc<dyn Bell>) {
        let _first_counts = self.bell.set(bell);
    }

    /// Lines something up for the machine.
    pub fn post(&self, event: Outside) {
        let mut state = lock(&self.state);
        state.events.push_back(event);
        // Pairs with the load in `is_pending`; the lock orders the rest.
        self.pending.store(true, Ordering::Release);
        drop(state);
        self.ring();
    }

    /// Whether something is lined up.
    #[inline]
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Acquire)
    }

    /// Takes everything that is lined up, oldest first.
    pub fn take_in(&self, take: impl FnMut(Outside)) {
        let _one_at_a_time = lock(&self.taking);
        let mut state = lock(&self.state);
        self.pending.store(false, Ordering::Release);
        let events = std::mem::take(&mut state.events);
        drop(state);
        events.into_iter().for_each(take);
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
        self.ring();
    }

    /// Counts one more call that will answer.
    pub fn begin_call(&self) {
        lock(&self.state).calls += 1;
    }

    /// Counts one less; what it answers lines up, if anybody waits for that.
    pub fn end_call(&self, answer: Option<Outside>) {
        let mut state = lock(&self.state);
        state.calls = state.calls.saturating_sub(1);
        if let Some(answer) = answer {
            state.events.push_back(answer);
            // As in `post`.
            self.pending.store(true, Ordering::Release);
        }
        drop(state);
        self.ring();
    }

    /// Whether calls will answer.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        lock(&self.state).calls > 0
    }

    /// Drops answers for processes of a run that has ended.
    pub fn forget_answers(&self) {
        let mut state = lock(&self.state);
        let answers = |event: &Outside| matches!(event, Outside::Answer { .. });
        state.events.retain(|event| !answers(event));
        self.pending
            .store(!state.events.is_empty(), Ordering::Release);
    }

    /// Whether somebody may still send, or has.
    #[must_use]
    pub fn is_held(&self) -> bool {
        let state = lock(&self.state);
        state.holders > 0 || state.calls > 0 || !state.events.is_empty()
    }

    fn ring(&self) {
        if let Some(bell) = self.bell.get() {
            bell.ring();
        }
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
