//! The timers of all workers.
//!
//! Every worker has a wheel and looks at it; whoever ends a wait may be another
//! worker, so a wheel has a lock. On a virtual clock, whose time nobody
//! but the workers moves, all use the first wheel: whoever moves the time looks
//! at every timer.
//!
//! # Invariants
//! H1. Nothing else is locked while a wheel is.
//! H2. A timer that fires after its wait has ended does no harm: who is woken
//!     looks at the time itself.

use crate::ids::{Pid, RefId};
use crate::sched::timer::{Due, TimerHandle, Wheel};
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// A process waits for this moment.
    Wake(Pid),
    /// A message is to be sent.
    Send(RefId),
    /// The run's time is over.
    RunOver,
    /// The main process was asked to stop and has had its time: the others are told.
    Leave,
    /// Who is still there after the main process failed is to be killed.
    Kill,
}

/// A timer that was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Armed {
    wheel: u8,
    handle: TimerHandle,
}

/// The wheels; see the module documentation.
#[derive(Debug)]
pub struct Wheels {
    wheels: Vec<Locked>,
    /// Whether all use the first one.
    common: bool,
}

/// A wheel, on cache lines of its own.
#[derive(Debug)]
#[repr(align(128))]
struct Locked {
    /// How many timers there are, at least: changed under the lock, read without.
    len: AtomicUsize,
    wheel: Mutex<Wheel<Alarm>>,
}

impl Wheels {
    /// For so many workers, at a time.
    #[must_use]
    pub fn new(workers: usize, common: bool, now: u64) -> Wheels {
        let wheel = |_| Locked {
            len: AtomicUsize::new(0),
            wheel: Mutex::new(Wheel::new(now)),
        };
        let count = if common { 1 } else { workers.max(1) };
        Wheels {
            wheels: (0..count).map(wheel).collect(),
            common,
        }
    }

    fn of(&self, worker: usize) -> usize {
        if self.common { 0 } else { worker }
    }

    /// Sets a timer on a worker's wheel.
    pub fn insert(&self, worker: usize, deadline: u64, alarm: Alarm) -> Armed {
        let at = self.of(worker);
        let locked = &self.wheels[at];
        let mut wheel = lock(&locked.wheel);
        let handle = wheel.insert(deadline, alarm);
        locked.len.store(wheel.len(), Ordering::Relaxed);
        Armed {
            // There are at most as many as bits of a mask of workers.
            wheel: at as u8,
            handle,
        }
    }

    /// Forgets a timer.
    pub fn cancel(&self, armed: Armed) {
        let locked = &self.wheels[usize::from(armed.wheel)];
        let mut wheel = lock(&locked.wheel);
        let _what = wheel.cancel(armed.handle);
        locked.len.store(wheel.len(), Ordering::Relaxed);
    }

    /// Whether a worker has no timer to look at.
    #[inline]
    #[must_use]
    pub fn is_empty(&self, worker: usize) -> bool {
        self.wheels[self.of(worker)].len.load(Ordering::Relaxed) == 0
    }

    /// The next timers of a worker that are due, in order; call until there are none.
    pub fn take_due(&self, worker: usize, now: u64, due: &mut Vec<Due<Alarm>>) {
        let locked = &self.wheels[self.of(worker)];
        let mut wheel = lock(&locked.wheel);
        wheel.take_due(now, due);
        locked.len.store(wheel.len(), Ordering::Relaxed);
    }

    /// Whether this was set as the timer that a worker was given of its wheel.
    #[must_use]
    pub fn is_same(&self, armed: Armed, worker: usize, due: &Due<Alarm>) -> bool {
        usize::from(armed.wheel) == self.of(worker) && armed.handle == due.handle
    }

    /// When a worker has to look at its timers next.
    #[must_use]
    pub fn next_look(&self, worker: usize) -> Option<u64> {
        lock(&self.wheels[self.of(worker)].wheel).next_look()
    }

    /// Timers of all workers. Exact if nobody sets or forgets one meanwhile.
    #[must_use]
    pub fn armed(&self) -> usize {
        let lens = self.wheels.iter().map(|locked| lock(&locked.wheel).len());
        lens.sum()
    }

    /// Forgets every timer.
    pub fn clear(&mut self, now: u64) {
        *self = Wheels::new(self.wheels.len(), self.common, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wake(n: u32) -> Alarm {
        Alarm::Wake(Pid::new(n, 0))
    }

    fn due(wheels: &Wheels, worker: usize, now: u64) -> Vec<Alarm> {
        let mut due = Vec::new();
        wheels.take_due(worker, now, &mut due);
        due.into_iter().map(|due| due.load).collect()
    }

    #[test]
    fn a_timer_is_on_the_wheel_of_its_worker_and_is_forgotten_by_anyone() {
        let wheels = Wheels::new(2, false, 0);
        let first = wheels.insert(0, 10, wake(1));
        wheels.insert(1, 20, wake(2));
        assert_eq!((wheels.armed(), wheels.is_empty(1)), (2, false));
        assert_eq!(due(&wheels, 1, 19), []);
        assert_eq!(due(&wheels, 1, 20), [wake(2)]);
        assert!(wheels.is_empty(1) && wheels.next_look(1).is_none());
        wheels.cancel(first);
        assert_eq!((wheels.armed(), due(&wheels, 0, 99)), (0, vec![]));
    }

    #[test]
    fn who_shares_a_clock_shares_its_timers() {
        let mut wheels = Wheels::new(2, true, 0);
        wheels.insert(1, 10, wake(1));
        wheels.insert(0, 10, wake(2));
        assert_eq!(due(&wheels, 0, 10), [wake(1), wake(2)]);
        wheels.insert(0, 20, Alarm::Kill);
        wheels.clear(0);
        assert!(wheels.is_empty(0));
    }
}
