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

use crate::ids::Pid;
use crate::process::signal::Signal;
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
    /// What came and was not taken in.
    arrivals: Vec<Signal>,
    /// The timer of the tenant's wait.
    timer: Option<TimerHandle>,
}

/// Where the tenant of a slot is.
#[derive(Debug)]
enum Seat {
    Empty,
    /// An engine holds it.
    Running,
    /// It stands in the run queue.
    Ready(Box<Process>),
    /// It waits.
    Waiting(Box<Process>),
}

/// The table has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// Processes that may be alive at once.
    pub max: usize,
}

/// What became of a signal.
#[derive(Debug)]
pub enum Posted {
    /// There is no such process; here it is again.
    Gone(Signal),
    /// It is with the process, which runs or will run.
    Kept,
    /// It is with the process, which waits: it has to be queued to take it in.
    Woke,
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
    pub fn put_ready(&mut self, process: Box<Process>) {
        if let Some(slot) = self.tenant_mut(process.pid) {
            slot.seat = Seat::Ready(process);
        }
    }

    /// Takes a process back that ran and now waits. If something came
    /// meanwhile, it is ready instead, and the answer is false.
    pub fn put_waiting(&mut self, process: Box<Process>) -> bool {
        let Some(slot) = self.tenant_mut(process.pid) else {
            return false;
        };
        let parked = slot.arrivals.is_empty();
        slot.seat = if parked {
            Seat::Waiting(process)
        } else {
            Seat::Ready(process)
        };
        parked
    }

    /// Notes the timer of a process's wait.
    pub fn set_timer(&mut self, pid: Pid, handle: TimerHandle) {
        if let Some(slot) = self.tenant_mut(pid) {
            slot.timer = Some(handle);
        }
    }

    /// Forgets the timer of a process's wait.
    pub fn take_timer(&mut self, pid: Pid) -> Option<TimerHandle> {
        self.tenant_mut(pid)?.timer.take()
    }

    /// Empties the slot of a process that is gone; yields what came for it and
    /// was not taken in.
    pub fn remove(&mut self, pid: Pid) -> Vec<Signal> {
        let generations = self.generations;
        let Some(slot) = self.tenant_mut(pid) else {
            return Vec::new();
        };
        slot.seat = Seat::Empty;
        slot.generation += 1;
        let reusable = slot.generation < generations;
        let left = std::mem::take(&mut slot.arrivals);
        self.alive -= 1;
        if reusable {
            self.free.push(pid.slot());
        }
        left
    }

    /// Delivers a signal.
    #[inline]
    pub fn post(&mut self, to: Pid, signal: Signal) -> Posted {
        let Some(slot) = self.tenant_mut(to) else {
            return Posted::Gone(signal);
        };
        slot.arrivals.push(signal);
        match std::mem::replace(&mut slot.seat, Seat::Empty) {
            Seat::Waiting(process) => {
                slot.seat = Seat::Ready(process);
                Posted::Woke
            }
            other => {
                slot.seat = other;
                Posted::Kept
            }
        }
    }

    /// The bound of a mailbox that is full. That of a process that runs is
    /// with the engine, and nobody else sends meanwhile.
    #[inline]
    #[must_use]
    pub fn refuses(&self, to: Pid) -> Option<usize> {
        let slot = self.tenant(to)?;
        match &slot.seat {
            Seat::Ready(process) | Seat::Waiting(process) => {
                let coming = slot.arrivals.iter().filter(|signal| signal.is_message());
                process.mailbox.refuses(coming.count())
            }
            Seat::Empty | Seat::Running => None,
        }
    }

    /// Makes a process ready whose timer fired; false if it does not wait.
    pub fn wake(&mut self, pid: Pid) -> bool {
        let Some(slot) = self.tenant_mut(pid) else {
            return false;
        };
        slot.timer = None;
        match std::mem::replace(&mut slot.seat, Seat::Empty) {
            Seat::Waiting(process) => {
                slot.seat = Seat::Ready(process);
                true
            }
            other => {
                slot.seat = other;
                false
            }
        }
    }

    /// Takes what came for a process and was not taken in.
    #[inline]
    pub fn arrivals(&mut self, pid: Pid) -> Vec<Signal> {
        self.tenant_mut(pid)
            .map_or_else(Vec::new, |slot| std::mem::take(&mut slot.arrivals))
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
                Seat::Waiting(process) => {
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
            timer: None,
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
    use crate::process::signal::Signal;
    use crate::sched::fake::{number, parcel, process};

    fn insert(table: &mut Table) -> Pid {
        table.insert(process).unwrap()
    }

    fn message(n: u64) -> Signal {
        Signal::Message(parcel(n))
    }

    fn messages(signals: Vec<Signal>) -> Vec<u64> {
        let messages = signals.into_iter().map(|signal| match signal {
            Signal::Message(message) => number(&message),
            other => panic!("{other:?}"),
        });
        messages.collect()
    }

    fn is_gone(posted: Posted) -> bool {
        matches!(posted, Posted::Gone(_))
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
        assert!(is_gone(table.post(Pid::HOST, message(1))));
    }

    #[test]
    fn a_slot_is_used_again_by_another_generation() {
        let mut table = Table::new(1);
        let first = insert(&mut table);
        table.remove(first);
        let second = insert(&mut table);
        assert_eq!((second.slot(), second.generation()), (first.slot(), 1));
        assert!(is_gone(table.post(first, message(1))));
        assert!(matches!(table.post(second, message(1)), Posted::Kept));
        assert!(table.take(first).is_none());
        assert!(table.remove(first).is_empty());
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
        table.post(pid, message(1));
        let process = table.take(pid).unwrap();
        table.post(pid, message(2));
        assert_eq!(messages(table.arrivals(pid)), [1, 2]);
        table.post(pid, message(3));
        assert!(!table.put_waiting(process), "3 may end the wait");
        assert!(table.take(pid).is_some());
        assert_eq!(messages(table.arrivals(pid)), [3]);
    }

    #[test]
    fn whatever_comes_wakes_who_waits() {
        let mut table = Table::new(2);
        let pid = insert(&mut table);
        let process = table.take(pid).unwrap();
        assert!(table.put_waiting(process));
        assert!(table.take(pid).is_none(), "it waits");
        assert!(matches!(table.post(pid, message(1)), Posted::Woke));
        assert!(matches!(table.post(pid, message(2)), Posted::Kept));
        let process = table.take(pid).unwrap();
        assert_eq!(messages(table.arrivals(pid)), [1, 2]);
        assert!(table.put_waiting(process));
        assert!(table.wake(pid) && !table.wake(pid));
    }

    #[test]
    fn what_was_not_taken_in_is_left_by_who_ends() {
        let mut table = Table::new(2);
        let pid = insert(&mut table);
        table.post(pid, message(1));
        assert_eq!(messages(table.remove(pid)), [1]);
        assert!(is_gone(table.post(pid, message(2))));
    }
}
