//! Results that are kept: how processes came out that their spawners asked to keep.
//!
//! A result is kept from the end of its process until somebody takes it, or until the
//! spawner ends. It stands here before its process is gone, so whoever
//! finds the process gone finds the result.
//!
//! # Invariants
//! K1. `by_process` and `by_spawner` say the same.
//! K2. Nothing is kept for a spawner that is gone: whoever keeps looks at the spawner
//!     after it has kept, and a spawner gives up what is kept for it after it is gone
//!     for everybody. Both are under the lock, so one of the two sees the other.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ids::Pid;
use crate::process::Process;
use crate::process::contract::End;
use crate::process::signal::Settled;
use crate::sched::memory::Stored;
use crate::sync::{Mutex, lock};

/// See the module documentation.
#[derive(Debug, Default)]
pub struct Kept {
    tables: Mutex<Tables>,
    stored: Stored,
}

/// What a result takes beside its words, in bytes: its entries in the tables here.
const KEPT_BYTES: usize = 128;

fn bytes(outcome: &Settled) -> usize {
    match outcome {
        Settled::Returned(value) | Settled::Failed(value) => KEPT_BYTES + 8 * value.words(),
        Settled::Unknown | Settled::Kept => KEPT_BYTES,
    }
}

#[derive(Debug, Default)]
struct Tables {
    /// Who spawned it, and how it came out.
    by_process: FxHashMap<Pid, (Pid, Settled)>,
    by_spawner: FxHashMap<Pid, FxHashSet<Pid>>,
}

impl Kept {
    /// Nothing yet; what is kept is counted as stored.
    #[must_use]
    pub fn new(stored: Stored) -> Kept {
        Kept {
            tables: Mutex::default(),
            stored,
        }
    }

    /// Keeps how a process comes out that is about to be gone, if its spawner asked for it
    /// and is alive; whether it is kept.
    pub fn settle(&self, process: &Process, end: &End, is_alive: impl FnOnce(Pid) -> bool) -> bool {
        let Some(spawner) = process.bonds().and_then(|bonds| bonds.kept_for) else {
            return false;
        };
        let outcome = match end {
            End::Returned(result) => Settled::Returned(result.clone()),
            End::Exited { reason, .. } => Settled::Failed(reason.clone()),
            End::Halted(_) => return false,
        };
        self.keep(process.pid, spawner, outcome);
        let keeps = is_alive(spawner);
        if !keeps {
            drop(self.take(process.pid));
        }
        keeps
    }

    fn keep(&self, process: Pid, spawner: Pid, outcome: Settled) {
        let mut tables = lock(&self.tables);
        self.stored.add(bytes(&outcome));
        tables.by_process.insert(process, (spawner, outcome));
        tables
            .by_spawner
            .entry(spawner)
            .or_default()
            .insert(process);
    }

    /// Whether the result of a process is kept.
    #[must_use]
    pub fn is_kept(&self, process: Pid) -> bool {
        lock(&self.tables).by_process.contains_key(&process)
    }

    /// The result of a process, if it is kept; it is not any more then.
    #[must_use]
    pub fn take(&self, process: Pid) -> Option<Settled> {
        let mut tables = lock(&self.tables);
        let (spawner, outcome) = tables.by_process.remove(&process)?;
        self.stored.sub(bytes(&outcome));
        if let Some(kept) = tables.by_spawner.get_mut(&spawner) {
            kept.remove(&process);
            if kept.is_empty() {
                tables.by_spawner.remove(&spawner);
            }
        }
        Some(outcome)
    }

    /// A process is gone: nothing is kept for it any more.
    pub fn forget(&self, process: &Process) {
        if process.bonds().is_some_and(|bonds| bonds.keeps) {
            let results = self.give_up(process.pid);
            // Without the lock: they may be large.
            drop(results);
        }
    }

    fn give_up(&self, spawner: Pid) -> Vec<(Pid, Settled)> {
        let mut tables = lock(&self.tables);
        let kept = tables.by_spawner.remove(&spawner).unwrap_or_default();
        let results = kept.iter().filter_map(|pid| tables.by_process.remove(pid));
        let results: Vec<_> = results.collect();
        let freed = results.iter().map(|(_, outcome)| bytes(outcome)).sum();
        self.stored.sub(freed);
        results
    }

    /// How many results are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.tables).by_process.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{FIRST_BLOCK_WORDS, Heap};
    use crate::ids::FuncId;
    use crate::sched::fake::{number, parcel};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn pid(n: u32) -> Pid {
        Pid::new(n, 0)
    }

    fn process(pid: Pid) -> Process {
        let heap = Heap::new(FIRST_BLOCK_WORDS, 1 << 20, false);
        Process::new(pid, FuncId(0), heap, parcel(0))
    }

    fn child(n: u32, spawner: u32) -> Process {
        let mut child = process(pid(n));
        child.bonds_mut().kept_for = Some(pid(spawner));
        child
    }

    fn spawner(n: u32) -> Process {
        let mut spawner = process(pid(n));
        spawner.bonds_mut().keeps = true;
        spawner
    }

    fn returned(outcome: Option<Settled>) -> Option<u64> {
        match outcome? {
            Settled::Returned(result) => Some(number(&result)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_result_is_taken_once() {
        let kept = Kept::default();
        assert!(kept.settle(&child(7, 1), &End::Returned(parcel(3)), |_| true));
        assert!(kept.is_kept(pid(7)) && !kept.is_kept(pid(1)));
        assert_eq!(returned(kept.take(pid(7))), Some(3));
        assert!(kept.take(pid(7)).is_none() && kept.is_empty());
    }

    #[test]
    fn only_what_was_asked_for_is_kept() {
        let kept = Kept::default();
        assert!(!kept.settle(&process(pid(7)), &End::Returned(parcel(3)), |_| true));
        assert!(!kept.settle(&child(8, 1), &End::Halted(0), |_| true));
        assert!(kept.is_empty());
    }

    #[test]
    fn nothing_is_kept_for_who_is_gone() {
        let kept = Kept::default();
        let end = End::Returned(parcel(3));
        let asked = std::cell::Cell::new(None);
        assert!(!kept.settle(&child(7, 1), &end, |pid| {
            asked.set(Some((pid, kept.is_kept(Pid::new(7, 0)))));
            false
        }));
        assert_eq!(
            asked.get(),
            Some((pid(1), true)),
            "asked when it is there already"
        );
        assert!(kept.is_empty());
        assert!(kept.settle(&child(8, 1), &end, |_| true));
        assert!(kept.settle(&child(9, 2), &end, |_| true));
        kept.forget(&process(pid(1)));
        assert_eq!(kept.len(), 2, "it has kept nothing as far as it knows");
        kept.forget(&spawner(1));
        assert_eq!((kept.len(), kept.is_kept(pid(9))), (1, true));
    }

    proptest! {
        #[test]
        fn kept_results_are_a_map(acts in proptest::collection::vec((0..3, 0..6_u32, 0..3_u32), 1..60)) {
            let kept = Kept::default();
            let mut map: BTreeMap<u32, (u32, u64)> = BTreeMap::new();
            for (step, (act, n, by)) in (0..).zip(acts) {
                let (n, by) = (10 + n, 1 + by);
                match act {
                    // A process ends once.
                    0 if !map.contains_key(&n) => {
                        kept.settle(&child(n, by), &End::Returned(parcel(step)), |_| true);
                        map.insert(n, (by, step));
                    }
                    1 => prop_assert_eq!(
                        returned(kept.take(pid(n))),
                        map.remove(&n).map(|(_, result)| result)
                    ),
                    2 => {
                        kept.forget(&spawner(by));
                        map.retain(|_, (spawner, _)| *spawner != by);
                    }
                    _ => {}
                }
                prop_assert_eq!(kept.len(), map.len());
                let one = bytes(&Settled::Returned(parcel(0))) as u64;
                prop_assert_eq!(kept.stored.bytes(), map.len() as u64 * one);
                prop_assert_eq!(kept.is_kept(pid(n)), map.contains_key(&n));
            }
            prop_assert_eq!(lock(&kept.tables).by_spawner.len(), map.values().map(|(by, _)| by).collect::<std::collections::BTreeSet<_>>().len());
        }
    }
}
