//! Process table: which process is where, and what came for it meanwhile.
//!
//! A slot is used by one process after the other; the generation tells them
//! apart, so a reference to a process that is gone reaches nobody. While a
//! process runs, the engine holds it and its slot keeps what arrives for it;
//! otherwise the slot holds the process itself.
//!
//! # Invariants
//! P1. Slot 0 belongs to the host and never holds a process; slot 1 waits for
//!     the main process, whoever is spawned before it.
//! P2. A pair of slot and generation is given to one process only. A slot
//!     whose generations are used up is never used again.
//! P3. A slot's generation is that of its tenant, or of its next one.
//! P4. `alive` is the number of slots that are not empty, and at most `max`.
//!
//! # Cost
//! Everything but [`Table::iter`] is O(1). Slots come in segments of 2^14, so
//! growing never moves one.

use crate::heap::parcel::Parcel;
use crate::ids::Pid;
use crate::process::mailbox::Mailbox;
use crate::process::{Process, Waiting};
use crate::sched::timer::TimerHandle;

/// Slots of a segment.
const SEGMENT: usize = 1 << 14;

/// Processes by reference; see the module documentation.
#[derive(Debug)]
pub struct Table {
    segments: Vec<Vec<Slot>>,
    /// Slots that were used before and may be used again, the last one first.
    free: Vec<u32>,
    /// Slots in use so far, slot 0 included.
    slots: u32,
    alive: usize,
    max: usize,
    /// Generations of a slot before it retires.
    generations: u32,
}

#[derive(Debug)]
struct Slot {
    generation: u32,
    seat: Seat,
    /// What came while the process ran.
    arrivals: Vec<Parcel>,
}

/// Where the tenant of a slot is.
#[derive(Debug)]
enum Seat {
    Empty,
    /// An engine holds it.
    Running,
    /// It stands in the run queue.
    Ready(Box<Process>),
    Waiting(Box<Process>, Option<TimerHandle>),
}

/// The table has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// Processes that may be alive at once.
    pub max: usize,
}

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Posted {
    /// There is no such process; the message is dropped.
    Dropped,
    /// It is with the process, which runs, will run, or waits for time only.
    Kept,
    /// It is with the process, whose wait it ended: the process has to be
    /// queued, and the timer of the wait, if any, to be cancelled.
    Woke(Option<TimerHandle>),
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
    /// An empty table for at most `max` processes at once.
    #[must_use]
    pub fn new(max: usize) -> Table {
        Table::with_generations(max, 1 << Pid::SLOT_BITS)
    }

    fn with_generations(max: usize, generations: u32) -> Table {
        let mut table = Table {
            segments: Vec::new(),
            free: Vec::new(),
            slots: 0,
            alive: 0,
            max,
            generations,
        };
        table.fresh_slot();
        table.fresh_slot();
        table
    }

    /// Processes alive.
    #[must_use]
    pub fn alive(&self) -> usize {
        self.alive
    }

    /// Seats a process that is ready to run; `make` gets its reference.
    ///
    /// # Errors
    /// There are as many processes as there may be.
    pub fn insert(&mut self, make: impl FnOnce(Pid) -> Box<Process>) -> Result<Pid, Full> {
        let full = Full { max: self.max };
        if self.alive >= self.max {
            return Err(full);
        }
        let number = match self.free.pop() {
            Some(number) => number,
            None => self.fresh_slot().ok_or(full)?,
        };
        self.alive += 1;
        let slot = self.slot_mut(number);
        let pid = Pid::new(number, slot.generation);
        slot.seat = Seat::Ready(make(pid));
        Ok(pid)
    }

    /// Seats the main process. Call once.
    ///
    /// # Errors
    /// As [`Table::insert`].
    pub fn insert_main(&mut self, make: impl FnOnce(Pid) -> Box<Process>) -> Result<Pid, Full> {
        self.free.push(Pid::MAIN.slot());
        self.insert(make)
    }

    /// Hands a ready process out to be run.
    pub fn take(&mut self, pid: Pid) -> Option<Box<Process>> {
        let slot = self.tenant_mut(pid)?;
        match std::mem::replace(&mut slot.seat, Seat::Running) {
            Seat::Ready(process) => Some(process),
            other => {
                slot.seat = other;
                None
            }
        }
    }

    /// Takes a process back that ran and is to run again.
    pub fn put_ready(&mut self, mut process: Box<Process>) {
        if let Some(slot) = self.tenant_mut(process.pid) {
            process.mailbox.extend(slot.arrivals.drain(..));
            slot.seat = Seat::Ready(process);
        }
    }

    /// Takes a process back that ran and now waits. If a message came that
    /// ends the wait at once, it is ready instead, and the answer is false.
    pub fn put_waiting(&mut self, mut process: Box<Process>, waiting: Waiting) -> bool {
        let Some(slot) = self.tenant_mut(process.pid) else {
            return false;
        };
        let woken = waiting.for_message && !slot.arrivals.is_empty();
        process.mailbox.extend(slot.arrivals.drain(..));
        process.waiting = Some(waiting);
        slot.seat = if woken {
            Seat::Ready(process)
        } else {
            Seat::Waiting(process, None)
        };
        !woken
    }

    /// Notes the timer of a waiting process.
    pub fn set_timer(&mut self, pid: Pid, handle: TimerHandle) {
        if let Some(Seat::Waiting(_, timer)) = self.tenant_mut(pid).map(|slot| &mut slot.seat) {
            *timer = Some(handle);
        }
    }

    /// Empties the slot of a process that is gone; yields the timer of its
    /// wait, if it has one.
    pub fn remove(&mut self, pid: Pid) -> Option<TimerHandle> {
        let generations = self.generations;
        let slot = self.tenant_mut(pid)?;
        let seat = std::mem::replace(&mut slot.seat, Seat::Empty);
        slot.arrivals = Vec::new();
        slot.generation += 1;
        let reusable = slot.generation < generations;
        self.alive -= 1;
        if reusable {
            self.free.push(pid.slot());
        }
        match seat {
            Seat::Waiting(_, timer) => timer,
            _ => None,
        }
    }

    /// Delivers a message.
    #[inline]
    pub fn post(&mut self, to: Pid, message: Parcel) -> Posted {
        let Some(slot) = self.tenant_mut(to) else {
            return Posted::Dropped;
        };
        match std::mem::replace(&mut slot.seat, Seat::Empty) {
            Seat::Empty => Posted::Dropped,
            Seat::Running => {
                slot.seat = Seat::Running;
                slot.arrivals.push(message);
                Posted::Kept
            }
            Seat::Ready(mut process) => {
                process.mailbox.push(message);
                slot.seat = Seat::Ready(process);
                Posted::Kept
            }
            Seat::Waiting(mut process, timer) => {
                process.mailbox.push(message);
                if process.waiting.is_none_or(|w| w.for_message) {
                    slot.seat = Seat::Ready(process);
                    Posted::Woke(timer)
                } else {
                    slot.seat = Seat::Waiting(process, timer);
                    Posted::Kept
                }
            }
        }
    }

    /// The bound of a mailbox that is full. That of a process that runs is
    /// with the engine, and nobody else sends meanwhile.
    #[inline]
    #[must_use]
    pub fn refuses(&self, to: Pid) -> Option<usize> {
        match &self.tenant(to)?.seat {
            Seat::Ready(process) | Seat::Waiting(process, _) => process.mailbox.refuses(),
            Seat::Empty | Seat::Running => None,
        }
    }

    /// Ends the wait of a process whose timer fired; false if it does not wait.
    pub fn wake(&mut self, pid: Pid) -> bool {
        let Some(slot) = self.tenant_mut(pid) else {
            return false;
        };
        match std::mem::replace(&mut slot.seat, Seat::Empty) {
            Seat::Waiting(process, _) => {
                slot.seat = Seat::Ready(process);
                true
            }
            other => {
                slot.seat = other;
                false
            }
        }
    }

    /// Moves what came for a running process to its mailbox.
    #[inline]
    pub fn arrivals(&mut self, pid: Pid, mailbox: &mut Mailbox) {
        if let Some(slot) = self.tenant_mut(pid) {
            mailbox.extend(slot.arrivals.drain(..));
        }
    }

    /// Whether the process is alive.
    #[must_use]
    pub fn is_alive(&self, pid: Pid) -> bool {
        self.tenant(pid).is_some()
    }

    /// Every process by slot number, with what it does; one that runs right
    /// now is not at hand.
    pub fn iter(&self) -> impl Iterator<Item = (Pid, Activity, Option<&Process>)> {
        let slots = (0_u32..).zip(self.segments.iter().flatten());
        slots.filter_map(|(number, slot)| {
            let pid = Pid::new(number, slot.generation);
            match &slot.seat {
                Seat::Empty => None,
                Seat::Running => Some((pid, Activity::Running, None)),
                Seat::Ready(process) => Some((pid, Activity::Ready, Some(&**process))),
                Seat::Waiting(process, _) => {
                    let activity = process.waiting.map_or(Activity::Ready, Activity::Waiting);
                    Some((pid, activity, Some(&**process)))
                }
            }
        })
    }

    /// A slot that was never used; none if their numbers are used up.
    fn fresh_slot(&mut self) -> Option<u32> {
        let number = self.slots;
        if number >> Pid::SLOT_BITS != 0 {
            return None;
        }
        if self.segments.last().is_none_or(|s| s.len() == SEGMENT) {
            self.segments.push(Vec::with_capacity(SEGMENT));
        }
        self.segments.last_mut()?.push(Slot {
            generation: 0,
            seat: Seat::Empty,
            arrivals: Vec::new(),
        });
        self.slots += 1;
        Some(number)
    }

    fn slot_mut(&mut self, number: u32) -> &mut Slot {
        let at = number as usize;
        &mut self.segments[at / SEGMENT][at % SEGMENT]
    }

    /// The slot, if the process meant lives in it.
    #[inline]
    fn tenant(&self, pid: Pid) -> Option<&Slot> {
        let at = pid.slot() as usize;
        let slot = self.segments.get(at / SEGMENT)?.get(at % SEGMENT)?;
        (slot.generation == pid.generation() && !matches!(slot.seat, Seat::Empty)).then_some(slot)
    }

    /// As [`Table::tenant`], to change it.
    #[inline]
    fn tenant_mut(&mut self, pid: Pid) -> Option<&mut Slot> {
        let at = pid.slot() as usize;
        let slot = self.segments.get_mut(at / SEGMENT)?.get_mut(at % SEGMENT)?;
        (slot.generation == pid.generation() && !matches!(slot.seat, Seat::Empty)).then_some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::FuncId;
    use crate::sched::fake::{number, parcel, process};

    fn insert(table: &mut Table) -> Pid {
        table.insert(process).unwrap()
    }

    fn waiting(for_message: bool) -> Waiting {
        Waiting {
            deadline_ns: None,
            func: FuncId(0),
            instruction: 0,
            for_message,
        }
    }

    #[test]
    fn the_main_process_is_number_1_and_the_host_owns_no_slot() {
        let mut table = Table::new(10);
        assert_eq!(insert(&mut table).to_string(), "#process<2>");
        let main = table.insert_main(process).unwrap();
        assert_eq!(
            (main, main.to_string().as_str()),
            (Pid::MAIN, "#process<1>")
        );
        assert!(!table.is_alive(Pid::HOST));
        assert_eq!(table.post(Pid::HOST, parcel(1)), Posted::Dropped);
    }

    #[test]
    fn a_slot_is_used_again_by_another_generation() {
        let mut table = Table::new(1);
        let first = insert(&mut table);
        table.remove(first);
        let second = insert(&mut table);
        assert_eq!((second.slot(), second.generation()), (first.slot(), 1));
        assert_eq!(table.post(first, parcel(1)), Posted::Dropped);
        assert_eq!(table.post(second, parcel(1)), Posted::Kept);
        assert!(table.take(first).is_none());
        assert_eq!(table.remove(first), None);
        assert_eq!(table.alive(), 1);
    }

    #[test]
    fn a_slot_whose_generations_are_used_up_retires() {
        let mut table = Table::with_generations(1, 2);
        let pids: Vec<_> = (0..4)
            .map(|_| {
                let pid = insert(&mut table);
                table.remove(pid);
                (pid.slot(), pid.generation())
            })
            .collect();
        assert_eq!(pids, [(2, 0), (2, 1), (3, 0), (3, 1)]);
    }

    #[test]
    fn there_is_room_for_as_many_as_may_be() {
        let mut table = Table::new(2);
        let first = insert(&mut table);
        insert(&mut table);
        assert_eq!(table.insert(process), Err(Full { max: 2 }));
        table.remove(first);
        insert(&mut table);
    }

    #[test]
    fn what_comes_while_a_process_runs_follows_what_came_before() {
        let mut table = Table::new(2);
        let pid = insert(&mut table);
        table.post(pid, parcel(1));
        let mut process = table.take(pid).unwrap();
        table.post(pid, parcel(2));
        table.arrivals(pid, &mut process.mailbox);
        table.post(pid, parcel(3));
        assert_eq!(process.mailbox.len(), 2);
        assert!(
            !table.put_waiting(process, waiting(true)),
            "3 ends the wait"
        );
        let mut process = table.take(pid).unwrap();
        let taken: Vec<_> = std::iter::from_fn(|| process.mailbox.take_oldest())
            .map(|p| number(&p))
            .collect();
        assert_eq!(taken, [1, 2, 3]);
    }

    #[test]
    fn a_message_wakes_only_who_waits_for_one() {
        let mut table = Table::new(2);
        let pid = insert(&mut table);
        let process = table.take(pid).unwrap();
        assert!(table.put_waiting(process, waiting(false)));
        assert_eq!(table.post(pid, parcel(1)), Posted::Kept);
        assert!(table.take(pid).is_none(), "it sleeps on");
        assert!(table.wake(pid));
        let process = table.take(pid).unwrap();
        assert_eq!(process.mailbox.len(), 1);
        assert!(table.put_waiting(process, waiting(true)), "1 is old");
        assert_eq!(table.post(pid, parcel(2)), Posted::Woke(None));
    }
}
