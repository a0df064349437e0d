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
pub mod frame;
pub mod globals;
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
use awaiting::Awaiting;
use bonds::Bonds;
use call::Call;
use contract::End;
use intake::Pending;
use mailbox::Mailbox;
use pieces::KeyHashes;
use walk::LeftOff;

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
        depth: usize,
    },
    /// It has ended, or runs right now.
    Gone,
}

/// What a waiting process waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// When it stops waiting, on the run's monotonic clock in nanoseconds.
    pub deadline_ns: Option<u64>,
    /// The function that waits.
    pub func: FuncId,
    /// The public instruction that waits.
    pub instruction: u32,
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
    pub coroutine: usize,
    /// A walk over large values that the next operation goes on with.
    left_off: Option<Box<LeftOff>>,
    /// Hashes of large keys that it used lately.
    key_hashes: Option<Box<KeyHashes>>,
    /// What binds it to others, if anything does.
    pub bonds: Option<Box<Bonds>>,
    /// Whether exit signals arrive as messages.
    pub traps_exits: bool,
    /// How a signal has ended it, once one has: it runs no further.
    pub doom: Option<Box<End>>,
    /// Answers that it waits for.
    pub pending: Vec<Pending>,
    /// Ends of others that the running instruction waits for.
    pub awaiting: Option<Box<Awaiting>>,
    /// References it has made.
    pub references: u64,
    /// Reductions, or instructions in stepped mode, that it has used in ended turns.
    pub spent: u64,
    /// How many of them it may use; then it ends.
    pub max_reductions: u64,
    /// What it was spawned with, for reports.
    pub entry: FuncId,
    /// Who made it; [`Pid::HOST`] if that was no process.
    pub parent: Pid,
    /// Bytes that the machine has counted for it; the scheduler's business.
    pub counted: usize,
    /// What it has called itself, for people.
    pub label: Option<Box<str>>,
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
            left_off: None,
            key_hashes: None,
            bonds: None,
            traps_exits: false,
            doom: None,
            pending: Vec::new(),
            awaiting: None,
            references: 0,
            spent: 0,
            max_reductions: u64::MAX,
            entry,
            parent: Pid::HOST,
            counted: 0,
            label: None,
        }
    }

    /// What binds it to others.
    pub fn bonds_mut(&mut self) -> &mut Bonds {
        self.bonds.get_or_insert_with(Box::default)
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
