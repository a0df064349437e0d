//! How many processes may still be made: places, shared out among the workers.
//!
//! One counter for all would be written by every worker for every process that it
//! makes or ends, and its cache line would go to and fro. So a worker takes places by
//! the batch and keeps those of the processes that it ends, up to a number. What it
//! has stands in a cell of its own, from which others take only when there is no
//! place anywhere else: so the bound is met exactly, by whoever makes processes.
//!
//! # Invariants
//! M1. The common places, those of the workers and the processes alive are together `max`.
//! M2. Places go from one to the other under the lock. Without it a worker changes nothing
//!     but its own cell, by the places of processes that it makes or ends.
//! M3. A place is refused only if neither the common ones nor any cell had one when it
//!     was looked at, all under the lock. Who is alone is refused exactly when `max` are alive.

use crate::sync::{AtomicUsize, Mutex, Ordering, lock};

/// Places that go to a worker at once, and back; it has at most twice as many for long.
const BATCH: usize = 256;

/// See the module documentation.
#[derive(Debug)]
pub struct Room {
    max: usize,
    common: Mutex<usize>,
    cells: Vec<Cell>,
}

/// Places of one worker.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Cell(AtomicUsize);

impl Room {
    /// For at most `max` processes, made by so many workers.
    #[must_use]
    pub fn new(max: usize, workers: usize) -> Room {
        Room {
            max,
            common: Mutex::new(max),
            cells: (0..workers.max(1))
                .map(|_| Cell(AtomicUsize::new(0)))
                .collect(),
        }
    }

    /// How many processes may be alive at once.
    #[must_use]
    pub fn max(&self) -> usize {
        self.max
    }

    /// Takes a place for a process that a worker makes; false if there is none.
    #[inline]
    #[must_use]
    pub fn take(&self, worker: usize) -> bool {
        let own = &self.cells[worker].0;
        if self.is_shared() {
            let less = |places: usize| places.checked_sub(1);
            if own
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
                .is_ok()
            {
                return true;
            }
        } else if let Some(less) = own.load(Ordering::Relaxed).checked_sub(1) {
            own.store(less, Ordering::Relaxed);
            return true;
        }
        self.take_some(worker)
    }

    /// Gives back the place of a process that a worker has ended.
    #[inline]
    pub fn give(&self, worker: usize) {
        let own = &self.cells[worker].0;
        let places = if self.is_shared() {
            own.fetch_add(1, Ordering::Relaxed) + 1
        } else {
            let more = own.load(Ordering::Relaxed) + 1;
            own.store(more, Ordering::Relaxed);
            more
        };
        if places > 2 * BATCH {
            self.give_some(worker);
        }
    }

    /// How many processes are alive. While others make and end some, it is a number
    /// between what it was and what it is.
    #[must_use]
    pub fn alive(&self) -> usize {
        let common = lock(&self.common);
        let cells = self.cells.iter();
        let own: usize = cells.map(|cell| cell.0.load(Ordering::Relaxed)).sum();
        self.max.saturating_sub(*common + own)
    }

    /// Nobody is alive any more.
    pub fn clear(&self) {
        let mut common = lock(&self.common);
        for cell in &self.cells {
            cell.0.store(0, Ordering::Relaxed);
        }
        *common = self.max;
    }

    fn is_shared(&self) -> bool {
        self.cells.len() > 1
    }

    /// A worker has no place: it takes one, and more if there are many.
    #[cold]
    #[inline(never)]
    fn take_some(&self, worker: usize) -> bool {
        let mut common = lock(&self.common);
        let own = &self.cells[worker].0;
        if *common > 0 {
            // Where few are left, all can have some.
            let some = (*common / (2 * self.cells.len())).clamp(1, BATCH);
            *common -= some;
            own.fetch_add(some - 1, Ordering::Relaxed);
            return true;
        }
        let cells = self.cells.iter();
        let found: usize = cells.map(|cell| cell.0.swap(0, Ordering::Relaxed)).sum();
        if found > 0 {
            *common = found - 1;
        }
        found > 0
    }

    /// A worker has many places: others can have some.
    #[cold]
    #[inline(never)]
    fn give_some(&self, worker: usize) {
        let mut common = lock(&self.common);
        let less = |places: usize| places.checked_sub(BATCH);
        let taken = self.cells[worker]
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        if taken.is_ok() {
            *common += BATCH;
        }
    }
}
