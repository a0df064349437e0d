//! How a worker sends, and how it takes in what was sent.
//!
//! Whatever goes to a process goes through here, in one stream: a message of a program,
//! for which there must be room, and signals, for which there always is.
//!
//! # Invariants
//! E1. What is on its way counts with its sender's worker; what is taken in counts with
//!     its process from then on, which a turn's end sets right
//!     ([`Account::settle`](super::memory::Account::settle)).
//! E2. A place in a bounded mailbox is taken before a message is sent, and given back by
//!     what the owner tells ([`Slot::tell`]).

use crate::heap::parcel::Parcel;
use crate::ids::{Pid, RefId};
use crate::process::Process;
use crate::process::arrivals::Push;
use crate::process::contract::{Kernel as _, Sent};
use crate::process::mailbox::held_bytes;
use crate::process::signal::Signal;
use crate::sched::blocks::Slot;
use crate::sched::nodes::{Arrival, Load};
use crate::sched::worker::Worker;
use crate::trace::Event;

impl Worker<'_, '_> {
    /// Sends a message of the running program; see [`Kernel::send`].
    ///
    /// [`Kernel::send`]: crate::process::contract::Kernel::send
    #[inline]
    pub(super) fn send_message(&mut self, to: Pid, alias: Option<RefId>, message: Parcel) -> Sent {
        let shared = self.shared();
        if self.local.account.left() == 0 {
            return Sent::NoMemory(shared.memory.limit());
        }
        let slot = shared.table.slot_of(to);
        let counted = match slot {
            None => false,
            // The mailbox of the running process was looked at by who asks.
            Some(slot) if to == self.running => slot.count(|| held_bytes(&message)),
            Some(slot) => match slot.reserve(&message) {
                Ok(counted) => counted,
                Err(bound) => return Sent::Refused(bound),
            },
        };
        let from = self.running;
        let event = Event::Sent { from, to };
        shared.tracer.event(&event, Some(&message));
        let Some(slot) = slot else {
            return Sent::Done;
        };
        let load = match alias {
            None => Load::Message(message),
            Some(_) => Load::from(Signal::message(alias, message)),
        };
        match self.put(slot, Arrival { to, load, counted }, false) {
            Ok(true) => Sent::Crowded,
            // One who has just ended gets nothing any more.
            Ok(false) | Err(_) => Sent::Done,
        }
    }

    /// Sends a signal, whatever there is room for.
    ///
    /// # Errors
    /// The receiver is gone: the signal comes back.
    pub(super) fn deliver(&mut self, to: Pid, signal: Signal) -> Result<(), Signal> {
        let Some(slot) = self.shared().table.slot_of(to) else {
            return Err(signal);
        };
        let counted = signal.is_message() && slot.count(|| signal.held_bytes());
        let may_end = signal.may_end();
        let load = Load::from(signal);
        match self.put(slot, Arrival { to, load, counted }, may_end) {
            Ok(_) => Ok(()),
            Err(arrival) if to == Pid::HOST => {
                self.to_host(arrival.load.into());
                Ok(())
            }
            Err(arrival) => Err(arrival.load.into()),
        }
    }

    /// Puts a signal where its receiver finds it, and sees that one who waits runs; whether
    /// there is more on its way to another than that should have. One whom it `may_end` runs
    /// before others.
    ///
    /// # Errors
    /// Nobody lives there any more.
    #[inline(always)]
    fn put(&mut self, slot: &Slot, arrival: Arrival, may_end: bool) -> Result<bool, Arrival> {
        self.talk.sent(slot.home(), self.local.number);
        let (to, bytes) = (arrival.to, arrival.load.bytes() as i64);
        let crowded = match slot.arrivals.push(self.local.nodes.filled(arrival)) {
            Push::Kept => {
                if may_end && to != self.running {
                    self.told_to_end(to, slot.home());
                }
                slot.one_more() && to != self.running
            }
            Push::Woke(tenant) if may_end => {
                self.local.dying.woken(tenant);
                false
            }
            Push::Woke(tenant) => {
                self.local.line_up(tenant);
                false
            }
            Push::Closed(node) => match self.local.nodes.emptied(node) {
                Some(arrival) => return Err(arrival),
                // A node that was just filled is not empty.
                None => return Ok(false),
            },
        };
        self.local.account.count(&self.crew.shared.memory, bytes);
        Ok(crowded)
    }

    /// One who did not wait is to be ended, and may stand in the queue of that worker.
    #[cold]
    fn told_to_end(&mut self, pid: Pid, home: usize) {
        if home == self.number() {
            self.local.dying.told(pid);
        } else {
            self.told_elsewhere.push((home, pid));
        }
    }

    /// Takes in what has come for a process that this worker has, whose slot this is.
    #[inline(always)]
    pub(super) fn take_arrivals(&mut self, slot: &Slot, process: &mut Process) {
        if slot.arrivals.has_come() {
            self.take_what_came(slot, process);
        }
    }

    fn take_what_came(&mut self, slot: &Slot, process: &mut Process) {
        for node in slot.take() {
            let Some(Arrival { to, load, counted }) = self.local.nodes.emptied(node) else {
                continue;
            };
            let bytes = load.bytes();
            if to != process.pid {
                // It was for one who lived in the slot before.
                let memory = &self.crew.shared.memory;
                self.local.account.count(memory, -(bytes as i64));
                self.undelivered(to, load.into());
                continue;
            }
            process.counted += bytes;
            if counted {
                process.mailbox.counted(load.held_bytes());
            }
            match load {
                Load::Message(message) => process.take_message(message),
                Load::Other(signal) => process.take_in(*signal, self),
            }
        }
    }
}
