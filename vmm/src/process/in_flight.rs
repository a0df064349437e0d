//! The native that a process waits for.
//!
//! A native that takes long runs apart from its process, which waits in the instruction that
//! calls it as it waits for a message elsewhere. The call stands here until the instruction
//! has its answer; when the process ends before, or is tired of waiting, the call is given up.
//!
//! # Invariants
//! I1. A call that stands here is of the instruction that waits. It is gone, and
//!     given up if there was no answer, when the process goes on.

use std::sync::Arc;

use super::Process;
use crate::foreign::call::{Answer, Call};
use crate::ids::RefId;

/// See the module documentation.
#[derive(Debug)]
pub struct InFlight {
    call: Arc<Call>,
    /// The native's name.
    native: Arc<str>,
    /// When the process is tired of waiting, on the run's clock.
    deadline_ns: Option<u64>,
    answer: Option<Answer>,
    /// The answer was taken, and the process has what was made for it.
    taken: bool,
}

impl InFlight {
    /// A call that has begun.
    #[must_use]
    pub fn new(call: Arc<Call>, native: Arc<str>, deadline_ns: Option<u64>) -> InFlight {
        InFlight {
            call,
            native,
            deadline_ns,
            answer: None,
            taken: false,
        }
    }

    /// Whether there is an answer.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.answer.is_some()
    }

    /// Takes the answer.
    pub fn take_answer(&mut self) -> Option<Answer> {
        let answer = self.answer.take();
        self.taken |= answer.is_some();
        answer
    }

    /// When the process is tired of waiting, on the run's clock.
    #[must_use]
    pub fn deadline_ns(&self) -> Option<u64> {
        self.deadline_ns
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.taken {
            self.call.abandon();
        }
    }
}

impl Process {
    /// The native that it waits for.
    #[must_use]
    pub fn in_flight(&self) -> Option<&InFlight> {
        self.extras.as_ref()?.in_flight.as_deref()
    }

    /// The name of the native that it waits for.
    #[must_use]
    pub fn native_in_flight(&self) -> Option<&str> {
        self.in_flight().map(|call| &*call.native)
    }

    /// A reference by which the answer of a native finds the call.
    pub fn name_call(&mut self) -> RefId {
        let count = self.references;
        self.references += 1;
        RefId {
            owner: self.pid,
            count,
        }
    }

    /// It waits for a native from here on.
    pub fn set_in_flight(&mut self, call: InFlight) {
        self.extras_mut().in_flight = Some(Box::new(call));
    }

    /// It waits for no native any more.
    pub fn take_in_flight(&mut self) -> Option<Box<InFlight>> {
        self.extras.as_mut()?.in_flight.take()
    }

    /// An answer has come; dropped unless it is that of the call that the process waits for.
    pub(super) fn native_answered(&mut self, reference: RefId, answer: Answer) {
        let call = self.extras.as_mut().and_then(|own| own.in_flight.as_mut());
        if let Some(call) = call
            && call.call.reference() == reference
        {
            call.answer = Some(answer);
        }
    }

    /// How long it waits for the answer of a native at most, in nanoseconds.
    #[must_use]
    pub fn native_timeout(&self) -> Option<u64> {
        self.extras.as_ref()?.native_timeout
    }

    /// Bounds that; yields what it was.
    pub fn set_native_timeout(&mut self, span_ns: Option<u64>) -> Option<u64> {
        let before = self.native_timeout();
        if before != span_ns {
            self.extras_mut().native_timeout = span_ns;
        }
        before
    }
}
