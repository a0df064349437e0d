//! A process: one heap, one mailbox, and where it goes on.
//!
//! A process is plain data. Nothing in it refers to a thread, a stack of the
//! machine or an address, so it can be put away and taken up anywhere; only
//! what is sent through parcels connects it with others.
//!
//! # Invariants
//! R1. Between turns every live value of the process is in its heap's stack
//!     part, in its heap's roots, or in a parcel.
//! R2. A process that has left a walk off goes on with the operation that did.
//! R3. `exec` says where the next turn starts; an engine overwrites it before it returns.

pub mod about;
pub mod arrivals;
pub mod awaiting;
pub mod backtrace;
pub mod bonds;
pub mod call;
pub mod closing;
pub mod contract;
pub mod coroutine;
pub mod deadline;
mod extras;
pub mod frame;
pub mod globals;
pub mod in_flight;
pub mod intake;
pub mod mailbox;
pub mod ordered;
pub mod pieces;
mod renew;
pub mod signal;
pub mod walk;

// Not inside `arrivals`: that file is compiled for the model checker, too.
#[cfg(test)]
#[path = "process/arrivals/tests.rs"]
mod arrivals_tests;

use crate::heap::Heap;
use crate::heap::parcel::Parcel;
use crate::ids::{FuncId, Pid, RefId};
use call::Call;
use deadline::Deadline;
use extras::Extras;
use mailbox::Mailbox;

/// Where a process goes on.
#[derive(Debug)]
pub enum Exec {
    /// It has not run yet: a parcel of a tuple, the function and its arguments.
    Start(Box<Parcel>),
    /// In the middle of a function.
    Frame {
        /// The running function.
        func: FuncId,
        /// Index of the next internal operation.
        pc: u32,
        /// Distance of the frame's first register from the end of the block, in words.
        depth: u32,
    },
    /// It has ended, or runs right now.
    Gone,
}

/// What a waiting process waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// When it stops waiting.
    pub deadline: Deadline,
    /// The function that waits.
    pub func: FuncId,
    /// Index of the internal operation that waits.
    pub pc: u32,
    /// Whether a message ends the wait; else only the deadline does.
    pub for_message: bool,
}

/// One process.
#[derive(Debug)]
pub struct Process {
    /// Its reference.
    pub pid: Pid,
    /// Its values and frames.
    pub heap: Heap,
    /// Messages it has received and not taken.
    pub mailbox: Mailbox,
    /// Where it goes on.
    pub exec: Exec,
    /// What it waits for; set while it waits, and kept by the instruction
    /// that waits until that is done.
    pub waiting: Option<Waiting>,
    /// Depth of the boundary of the innermost coroutine that runs, 0 if none does.
    pub coroutine: u32,
    /// What it was spawned with, for reports.
    pub entry: FuncId,
    /// What most never have.
    extras: Option<Box<Extras>>,
    /// References it has made.
    pub references: u64,
    /// Reductions, or instructions in stepped mode, that it has used in ended turns.
    pub spent: u64,
    /// Who made it; [`Pid::HOST`] if that was no process.
    pub parent: Pid,
    /// Bytes that the machine has counted for it; the scheduler's business.
    pub counted: usize,
}

impl Process {
    /// A process that begins with a call; its heap is a fresh one.
    #[must_use]
    pub fn new(pid: Pid, entry: FuncId, mut heap: Heap, call: impl Into<Call>) -> Process {
        let exec = call.into().begin(&mut heap);
        Process {
            pid,
            heap,
            mailbox: Mailbox::default(),
            exec,
            waiting: None,
            coroutine: 0,
            entry,
            extras: None,
            references: 0,
            spent: 0,
            parent: Pid::HOST,
            counted: 0,
        }
    }

    /// A reference that was never made before. What is received for it is looked
    /// for from here on in the mailbox.
    pub fn fresh_reference(&mut self) -> RefId {
        let count = self.references;
        self.references += 1;
        self.mailbox.mark(count);
        RefId {
            owner: self.pid,
            count,
        }
    }
}
