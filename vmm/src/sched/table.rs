//! Process table: which process is where, and what is on its way to it.
//!
//! A slot is used by one process after the other; the generation tells them
//! apart, so a reference to a process that is gone reaches nobody. A process
//! that waits is in its slot ([`Arrivals`](crate::process::arrivals::Arrivals)); one that runs or could run is with the
//! worker that has it, and the slot keeps what arrives for it.
//!
//! A sender that looked at the generation just before the end of a process may
//! still reach its slot, and then the next tenant. So everything that is sent names
//! the process that it is for, and whoever takes it in compares.
//!
//! # Invariants
//! P1. Slot 0 belongs to the host and never holds a process; slot 1 waits for
//!     the main process, whoever is spawned before it.
//! P2. A pair of slot and generation is given to one process only. A slot
//!     whose generations are used up is never used again.
//! P3. A slot's generation is that of its tenant, or of its next one. It changes
//!     before the slot is closed, so whoever finds the slot closed, or the
//!     generation changed, knows that the process is gone.
//! P4. There are never more tenants than there is [`Room`] for.
//!
//! # Cost
//! Everything but the walks over all is O(1) and takes no lock, but that a worker
//! whose own free slots are used up, or too many, looks at the common ones.

use crate::ids::Pid;
use crate::process::arrivals::Taken;
use crate::process::{Process, Waiting};
use crate::sched::blocks::{Slot, Slots};
use crate::sched::nodes::Arrival;
use crate::sched::room::Room;
use crate::sched::wheels::Armed;
use crate::sync::{AtomicU32, Mutex, Ordering, lock};

/// Free slots that a worker keeps for itself.
const OWN_FREE: usize = 2048;

/// Processes by reference; see the module documentation.
#[derive(Debug)]
pub struct Table {
    slots: Slots,
    /// Slots that were used before and may be used again, beside those that
    /// workers keep; the last one first.
    free: Mutex<Vec<u32>>,
    /// Slots in use so far, slot 0 included.
    fresh: AtomicU32,
    room: Room,
    /// Generations of a slot before it retires.
    generations: u32,
}

/// Free slots of one worker; the last one is used first.
#[derive(Debug, Default)]
pub struct FreeSlots {
    worker: usize,
    slots: Vec<u32>,
}

/// A process, and what the scheduler notes about it.
#[derive(Debug)]
pub struct Tenant {
    /// The process.
    pub process: Process,
    /// The timer of its wait.
    pub timer: Option<Armed>,
    /// Reductions since it waited last, or began.
    pub unbroken: u32,
    /// Whether nearly all it sent in its last turn went to another worker.
    pub drawn: bool,
}

/// The table has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSlot {
    /// Processes that may be alive at once.
    pub max: usize,
}

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// It runs right now.
    Running,
    /// It could run.
    Ready,
    /// It waits.
    Waiting(Waiting),
}

impl Table {
    /// An empty table for at most `max` processes at once, and so many workers.
    #[must_use]
    pub fn new(max: usize, workers: usize) -> Table {
        Table::with_generations(Room::new(max, workers), 1 << Pid::SLOT_BITS)
    }

    fn with_generations(room: Room, generations: u32) -> Table {
        Table {
            slots: Slots::default(),
            free: Mutex::new(Vec::new()),
            fresh: AtomicU32::new(Pid::MAIN.slot() + 1),
            room,
            generations,
        }
    }

    /// Processes alive.
    #[must_use]
    pub fn alive(&self) -> usize {
        self.room.alive()
    }

    /// Gives a slot to a process that is ready to run; `make` gets its reference.
    ///
    /// # Errors
    /// There are as many processes as there may be.
    #[inline]
    pub fn insert(
        &self,
        free: &mut FreeSlots,
        make: impl FnOnce(Pid) -> Box<Tenant>,
    ) -> Result<Box<Tenant>, NoSlot> {
        let full = NoSlot {
            max: self.room.max(),
        };
        if !self.room.take(free.worker) {
            return Err(full);
        }
        let seated = self.slot_for(free);
        let Some((number, slot)) = seated else {
            self.room.give(free.worker);
            return Err(full);
        };
        let pid = Pid::new(number, slot.generation.load(Ordering::Relaxed));
        let tenant = make(pid);
        slot.settle();
        // A free slot is closed.
        let _opened = slot.arrivals.open();
        Ok(tenant)
    }

    /// Gives the main process its slot. Call once.
    ///
    /// # Errors
    /// As [`Table::insert`].
    pub fn insert_main(
        &self,
        free: &mut FreeSlots,
        make: impl FnOnce(Pid) -> Box<Tenant>,
    ) -> Result<Box<Tenant>, NoSlot> {
        free.slots.push(Pid::MAIN.slot());
        self.insert(free, make)
    }

    /// A free slot.
    #[inline]
    fn slot_for(&self, free: &mut FreeSlots) -> Option<(u32, &Slot)> {
        let number = match free.slots.pop() {
            Some(number) => number,
            None => self.more_slots(free)?,
        };
        Some((number, self.slots.make(number)?))
    }

    /// A worker has no free slot: one of the common ones or a fresh one, and some more.
    #[cold]
    #[inline(never)]
    fn more_slots(&self, free: &mut FreeSlots) -> Option<u32> {
        {
            let mut common = lock(&self.free);
            let from = common.len().saturating_sub(OWN_FREE / 2);
            free.slots.extend(common.drain(from..));
        }
        free.slots.pop().or_else(|| {
            let next = |n: u32| (n >> Pid::SLOT_BITS == 0).then_some(n + 1);
            let fresh = self
                .fresh
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
            fresh.ok()
        })
    }

    /// Frees the slot of a process that is gone; yields what came for it and
    /// was not taken in. Call once for a process, and only who has it.
    #[inline]
    pub fn remove(&self, free: &mut FreeSlots, pid: Pid) -> Option<Taken<Arrival>> {
        let slot = self.slot_of(pid)?;
        let next = pid.generation() + 1;
        slot.generation.store(next, Ordering::Relaxed);
        // Nobody waits here: the process is with whoever calls.
        let (left, _) = slot.arrivals.close();
        self.room.give(free.worker);
        if next < self.generations {
            if free.slots.len() >= OWN_FREE {
                self.fewer_slots(free);
            }
            free.slots.push(pid.slot());
        }
        Some(left)
    }

    /// A worker has too many free slots: others can have some.
    #[cold]
    #[inline(never)]
    fn fewer_slots(&self, free: &mut FreeSlots) {
        lock(&self.free).extend(free.slots.drain(..OWN_FREE / 2));
    }

    /// Takes a process out of its slot, if it waits.
    #[must_use]
    pub fn wake(&self, pid: Pid) -> Option<Box<Tenant>> {
        self.slot_of(pid)?.arrivals.wake()
    }

    /// A process is with that worker.
    #[inline]
    pub fn is_at(&self, pid: Pid, worker: usize) {
        if let Some(slot) = self.slot_of(pid) {
            slot.is_at(worker);
        }
    }

    /// Whether the process is alive.
    #[must_use]
    pub fn is_alive(&self, pid: Pid) -> bool {
        // First: who finds the slot open for its next tenant finds that one's generation.
        let slot = self.slots.get(pid.slot());
        slot.is_some_and(|slot| {
            !slot.arrivals.is_closed()
                && slot.generation.load(Ordering::Relaxed) == pid.generation()
        })
    }

    /// Every process that was alive all the time, by slot, and perhaps some that
    /// came or went meanwhile.
    pub fn pids(&self) -> impl Iterator<Item = Pid> {
        (0..self.fresh.load(Ordering::Acquire)).filter_map(|number| {
            let slot = self.slots.get(number)?;
            let generation = slot.generation.load(Ordering::Relaxed);
            (!slot.arrivals.is_closed()).then(|| Pid::new(number, generation))
        })
    }

    /// Every process that waits, by slot.
    pub fn waiting(&mut self) -> impl Iterator<Item = &Process> {
        let fresh = self.fresh.load(Ordering::Acquire);
        let slots = self.slots.iter_mut().take(fresh as usize);
        slots.filter_map(|(_, slot)| slot.arrivals.waiting().map(|tenant| &tenant.process))
    }

    /// Drops what waits, and begins anew.
    pub fn clear(&mut self) {
        let used = self.fresh.load(Ordering::Acquire) as usize;
        for (_, slot) in self.slots.iter_mut().take(used) {
            let _left = slot.arrivals.close();
            slot.generation.store(0, Ordering::Relaxed);
        }
        lock(&self.free).clear();
        self.fresh.store(Pid::MAIN.slot() + 1, Ordering::Relaxed);
        self.room.clear();
    }

    /// The slot, if the process meant may live in it.
    #[inline]
    #[must_use]
    pub fn slot_of(&self, pid: Pid) -> Option<&Slot> {
        let slot = self.slots.get(pid.slot())?;
        (slot.generation.load(Ordering::Relaxed) == pid.generation()).then_some(slot)
    }

    /// The slot where a process lives or lived; nothing in it is looked at.
    #[inline]
    pub(super) fn place(&self, pid: Pid) -> Option<&Slot> {
        self.slots.get(pid.slot())
    }
}

impl FreeSlots {
    /// None yet, of a worker.
    #[must_use]
    pub fn of(worker: usize) -> FreeSlots {
        FreeSlots {
            worker,
            slots: Vec::new(),
        }
    }

    /// Gives all back; for a worker that is done.
    pub fn clear(&mut self) {
        self.slots.clear();
    }
}

impl Tenant {
    /// A process without a timer.
    #[must_use]
    pub fn new(process: Process) -> Box<Tenant> {
        Box::new(Tenant {
            process,
            timer: None,
            unbroken: 0,
            drawn: false,
        })
    }
}

#[cfg(test)]
mod tests;
