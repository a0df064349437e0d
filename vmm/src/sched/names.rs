//! Registered names: which process has which.
//!
//! A process has at most one name and a name at most one process, so there are
//! never more names than processes. Any worker may ask at any time. The end of a
//! process must free its name, and most have none: whether one may have is told by a
//! small table of counters, so that no lock is taken for those.
//!
//! # Invariants
//! N1. `by_name` and `by_process` say the same, but for names that are kept for a
//!     process which is being made.
//! N2. The counter of a process is above zero as long as it has a name. It is raised
//!     before whoever registers looks whether the process is alive, and looked
//!     at when the process is gone: one of the two sees the other, since raising, a fence,
//!     closing the slot and looking are in one order that all agree on.

use rustc_hash::FxHashMap;

use crate::ids::{AtomId, Pid};
use crate::process::contract::NameRefused;
use crate::sync::{AtomicU32, Ordering, PoisonError, RwLock, fence};

/// Counters of names; processes whose slots differ by a multiple share one.
const COUNTERS: usize = 1024;

/// See the module documentation.
#[derive(Debug)]
pub struct Names {
    tables: RwLock<Tables>,
    counters: Box<[AtomicU32]>,
}

#[derive(Debug, Default)]
struct Tables {
    /// [`Pid::HOST`] for one that is kept.
    by_name: FxHashMap<AtomId, Pid>,
    by_process: FxHashMap<Pid, AtomId>,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            tables: RwLock::default(),
            counters: (0..COUNTERS).map(|_| AtomicU32::new(0)).collect(),
        }
    }
}

impl Names {
    /// Gives a process a name. `is_alive` is asked whether it has not ended.
    ///
    /// # Errors
    /// The name is taken, or the process has one, or has ended.
    pub fn register(
        &self,
        name: AtomId,
        pid: Pid,
        is_alive: impl FnOnce(Pid) -> bool,
    ) -> Result<(), NameRefused> {
        self.change(|tables| {
            if let Some(by) = tables.by_name.get(&name) {
                return Err(NameRefused::Taken(*by));
            }
            if let Some(other) = tables.by_process.get(&pid) {
                return Err(NameRefused::Named(*other));
            }
            self.counter(pid).fetch_add(1, Ordering::SeqCst);
            fence(Ordering::SeqCst);
            if !is_alive(pid) {
                self.counter(pid).fetch_sub(1, Ordering::SeqCst);
                return Err(NameRefused::Dead);
            }
            tables.by_name.insert(name, pid);
            tables.by_process.insert(pid, name);
            Ok(())
        })
    }

    /// Keeps a name for a process that is about to be made.
    ///
    /// # Errors
    /// It is taken.
    pub fn keep(&self, name: AtomId) -> Result<(), NameRefused> {
        self.change(|tables| match tables.by_name.get(&name) {
            Some(by) => Err(NameRefused::Taken(*by)),
            None => {
                tables.by_name.insert(name, Pid::HOST);
                Ok(())
            }
        })
    }

    /// Gives a name that was kept: to the process, which has not run yet, or
    /// to nobody.
    pub fn settle(&self, name: AtomId, pid: Option<Pid>) {
        self.change(|tables| match pid {
            Some(pid) => {
                // Who saw the process in a list may have been faster.
                self.forget(tables, pid);
                self.counter(pid).fetch_add(1, Ordering::SeqCst);
                tables.by_name.insert(name, pid);
                tables.by_process.insert(pid, name);
            }
            None => {
                tables.by_name.remove(&name);
            }
        });
    }

    /// Takes a name away; who had it.
    pub fn unregister(&self, name: AtomId) -> Option<Pid> {
        self.change(|tables| {
            let pid = tables.by_name.get(&name).copied();
            let pid = pid.filter(|pid| *pid != Pid::HOST)?;
            self.forget(tables, pid);
            Some(pid)
        })
    }

    /// Frees the name of a process that is gone, if it has one.
    #[inline]
    pub fn release(&self, pid: Pid) {
        if self.counter(pid).load(Ordering::SeqCst) != 0 {
            self.take_name(pid);
        }
    }

    #[cold]
    #[inline(never)]
    fn take_name(&self, pid: Pid) {
        self.change(|tables| self.forget(tables, pid));
    }

    /// Who has a name.
    #[must_use]
    pub fn whereis(&self, name: AtomId) -> Option<Pid> {
        self.look(|tables| tables.by_name.get(&name).copied())
            .filter(|pid| *pid != Pid::HOST)
    }

    /// The name of a process.
    #[must_use]
    pub fn name_of(&self, pid: Pid) -> Option<AtomId> {
        if self.counter(pid).load(Ordering::SeqCst) == 0 {
            return None;
        }
        self.look(|tables| tables.by_process.get(&pid).copied())
    }

    /// All names, in no order.
    #[must_use]
    pub fn all(&self) -> Vec<AtomId> {
        self.look(|tables| tables.by_process.values().copied().collect())
    }

    fn forget(&self, tables: &mut Tables, pid: Pid) {
        if let Some(name) = tables.by_process.remove(&pid) {
            tables.by_name.remove(&name);
            self.counter(pid).fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn counter(&self, pid: Pid) -> &AtomicU32 {
        &self.counters[pid.slot() as usize % COUNTERS]
    }

    fn change<T>(&self, f: impl FnOnce(&mut Tables) -> T) -> T {
        // A poisoned lock is taken over: no code under it can panic half-way.
        f(&mut self.tables.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn look<T>(&self, f: impl FnOnce(&Tables) -> T) -> T {
        f(&self.tables.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::AtomicBool;

    const A: AtomId = AtomId(1);
    const B: AtomId = AtomId(2);

    fn pid(slot: u32) -> Pid {
        Pid::new(slot, 0)
    }

    #[test]
    fn one_name_a_process_and_one_process_a_name() {
        let names = Names::default();
        assert_eq!(names.register(A, pid(7), |_| true), Ok(()));
        assert_eq!(
            names.register(A, pid(8), |_| true),
            Err(NameRefused::Taken(pid(7)))
        );
        assert_eq!(
            names.register(B, pid(7), |_| true),
            Err(NameRefused::Named(A))
        );
        assert_eq!(names.register(B, pid(8), |_| false), Err(NameRefused::Dead));
        assert_eq!((names.whereis(A), names.whereis(B)), (Some(pid(7)), None));
        assert_eq!(
            (names.name_of(pid(7)), names.name_of(pid(8))),
            (Some(A), None)
        );
        assert_eq!(names.unregister(B), None);
        assert_eq!(names.unregister(A), Some(pid(7)));
        assert_eq!(names.register(B, pid(7), |_| true), Ok(()));
        assert_eq!(names.all(), [B]);
    }

    #[test]
    fn a_name_is_free_when_its_process_is_gone() {
        let names = Names::default();
        names.register(A, pid(7), |_| true).unwrap();
        // It shares the counter, and has no name.
        let neighbour = pid(7 + COUNTERS as u32);
        names.release(neighbour);
        assert_eq!(
            (names.whereis(A), names.name_of(neighbour)),
            (Some(pid(7)), None)
        );
        names.release(pid(7));
        assert_eq!((names.whereis(A), names.all()), (None, vec![]));
        names.release(pid(7));
        assert!(names.counters.iter().all(|n| n.load(Ordering::SeqCst) == 0));
    }

    #[test]
    fn a_name_that_is_kept_is_taken_and_nobodys() {
        let names = Names::default();
        names.keep(A).unwrap();
        assert_eq!(names.keep(A), Err(NameRefused::Taken(Pid::HOST)));
        assert_eq!(
            (names.whereis(A), names.unregister(A), names.all()),
            (None, None, vec![])
        );
        names.settle(A, None);
        names.keep(A).unwrap();
        names.settle(A, Some(pid(7)));
        assert_eq!(
            (names.whereis(A), names.name_of(pid(7))),
            (Some(pid(7)), Some(A))
        );
    }

    #[test]
    fn the_name_that_a_process_is_made_with_is_its_one_name() {
        let names = Names::default();
        names.keep(A).unwrap();
        names.register(B, pid(7), |_| true).unwrap();
        names.settle(A, Some(pid(7)));
        assert_eq!((names.whereis(A), names.whereis(B)), (Some(pid(7)), None));
        names.release(pid(7));
        assert_eq!((names.whereis(A), names.all()), (None, vec![]));
        let counters = names.counters.iter();
        assert!(counters.map(|n| n.load(Ordering::SeqCst)).all(|n| n == 0));
    }

    #[test]
    fn no_name_stays_with_a_process_that_ends_meanwhile() {
        for round in 0..200 {
            let names = Names::default();
            let alive = AtomicBool::new(true);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let _either = names.register(A, pid(7), |_| alive.load(Ordering::SeqCst));
                });
                for _ in 0..round {
                    std::hint::spin_loop();
                }
                alive.store(false, Ordering::SeqCst);
                names.release(pid(7));
            });
            assert_eq!(names.whereis(A), None);
        }
    }
}
