//! Handles: who owns which resource outside, and that each is closed once.
//!
//! A process sees a number. Behind it lies a resource of a native, which belongs to one
//! process at a time. All of a machine stand in one table, because natives on other threads
//! use them while their process waits.
//!
//! # Invariants
//! N1. A number is given once in the life of a machine.
//! N2. Whoever takes an entry out of the table closes the resource, after the lock.
//! N3. A process that is gone owns nothing: what it owned is closed after it has
//!     left the process table, and whoever gives it something later looks there first.
//!
//! # Cost
//! A lock a use; the end of a process looks at one counter as long as there are no handles.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use vm_ffi::{FfiError, HandleId, Resource};

use crate::ids::Pid;
use crate::limits::HANDLES_MAX;
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};

/// The table; see the module documentation.
#[derive(Default)]
pub struct Handles {
    /// How many there are, for a look without the lock.
    count: AtomicUsize,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    last: u64,
    open: FxHashMap<u64, Entry>,
    of: FxHashMap<Pid, FxHashSet<u64>>,
}

struct Entry {
    owner: Pid,
    resource: Arc<dyn Resource>,
}

impl Handles {
    /// Makes a handle that the process owns.
    ///
    /// # Errors
    /// `:limit`: there are as many as there may be; the resource is closed.
    pub fn open(&self, owner: Pid, resource: Arc<dyn Resource>) -> Result<HandleId, FfiError> {
        let mut table = lock(&self.table);
        if table.open.len() >= HANDLES_MAX {
            drop(table);
            close(&*resource);
            return Err(FfiError::Limit {
                what: "the number of open handles".into(),
                limit: HANDLES_MAX as u64,
                unit: "handles",
            });
        }
        table.last += 1;
        let id = table.last;
        table.open.insert(id, Entry { owner, resource });
        table.of.entry(owner).or_default().insert(id);
        self.counted(&table);
        Ok(HandleId(id))
    }

    /// The resource behind a handle, for a process.
    ///
    /// # Errors
    /// `:not_found` if it is closed, `:denied` if another process owns it.
    pub fn get(&self, handle: HandleId, by: Pid) -> Result<Arc<dyn Resource>, FfiError> {
        let table = lock(&self.table);
        table
            .entry(handle, by)
            .map(|entry| Arc::clone(&entry.resource))
    }

    /// Whether it is open, whoever owns it.
    #[must_use]
    pub fn is_open(&self, handle: HandleId) -> bool {
        lock(&self.table).open.contains_key(&handle.0)
    }

    /// Gives a handle of one process to another.
    ///
    /// # Errors
    /// As [`Handles::get`].
    pub fn give(&self, handle: HandleId, by: Pid, to: Pid) -> Result<(), FfiError> {
        let mut table = lock(&self.table);
        table.entry(handle, by)?;
        table.disown(handle.0, by);
        table.of.entry(to).or_default().insert(handle.0);
        if let Some(entry) = table.open.get_mut(&handle.0) {
            entry.owner = to;
        }
        Ok(())
    }

    /// Closes a handle of a process.
    ///
    /// # Errors
    /// As [`Handles::get`].
    pub fn close(&self, handle: HandleId, by: Pid) -> Result<(), FfiError> {
        let mut table = lock(&self.table);
        table.entry(handle, by)?;
        table.disown(handle.0, by);
        let entry = table.open.remove(&handle.0);
        self.counted(&table);
        drop(table);
        if let Some(entry) = entry {
            close(&*entry.resource);
        }
        Ok(())
    }

    /// A process is gone: what it owns is closed.
    #[inline]
    pub fn end(&self, owner: Pid) {
        if self.count.load(Ordering::SeqCst) > 0 {
            self.close_all_of(owner);
        }
    }

    #[cold]
    fn close_all_of(&self, owner: Pid) {
        let mut table = lock(&self.table);
        let mut ids: Vec<u64> = table.of.remove(&owner).into_iter().flatten().collect();
        // In the order in which they were made.
        ids.sort_unstable();
        let entries: Vec<Entry> = ids.iter().filter_map(|id| table.open.remove(id)).collect();
        self.counted(&table);
        drop(table);
        for entry in entries {
            close(&*entry.resource);
        }
    }

    /// The run is over: all are closed.
    pub fn clear(&self) {
        let mut table = lock(&self.table);
        table.of.clear();
        let open = std::mem::take(&mut table.open);
        self.counted(&table);
        drop(table);
        for entry in open.into_values() {
            close(&*entry.resource);
        }
    }

    fn counted(&self, table: &Table) {
        self.count.store(table.open.len(), Ordering::SeqCst);
    }
}

impl Table {
    fn entry(&self, handle: HandleId, by: Pid) -> Result<&Entry, FfiError> {
        match self.open.get(&handle.0) {
            Some(entry) if entry.owner == by => Ok(entry),
            Some(entry) => Err(FfiError::custom(
                "denied",
                format!(
                    "handle {} belongs to {}; it may give it (handle.give)",
                    handle.0, entry.owner
                ),
            )),
            None => Err(vm_ffi::closed(handle)),
        }
    }

    fn disown(&mut self, handle: u64, owner: Pid) {
        if let Some(own) = self.of.get_mut(&owner) {
            own.remove(&handle);
            if own.is_empty() {
                self.of.remove(&owner);
            }
        }
    }
}

/// What is closed is foreign: a panic in it is its own affair.
pub fn close(resource: &dyn Resource) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| resource.close()))
        && let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload)))
    {
        std::mem::forget(second);
    }
}

impl std::fmt::Debug for Handles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handles")
            .field("open", &self.count)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Counted(Arc<AtomicUsize>);

    impl Resource for Counted {
        fn describe(&self) -> &str {
            "a thing"
        }
        fn close(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Open(u32),
        Close(u64, u32),
        Give(u64, u32, u32),
        End(u32),
        Clear,
    }

    fn step() -> impl Strategy<Value = Step> {
        let (who, which) = (0_u32..4, 0_u64..12);
        prop_oneof![
            4 => who.clone().prop_map(Step::Open),
            2 => (which.clone(), who.clone()).prop_map(|(h, p)| Step::Close(h, p)),
            3 => (which, who.clone(), who.clone()).prop_map(|(h, p, q)| Step::Give(h, p, q)),
            1 => who.prop_map(Step::End),
            1 => Just(Step::Clear),
        ]
    }

    proptest! {
        /// Beside a list of who owns what: who may use what, and how often each was closed.
        #[test]
        fn each_is_used_by_its_owner_and_closed_once(steps in prop::collection::vec(step(), 0..60)) {
            let handles = Handles::default();
            let pid = |n: u32| Pid::new(n, 0);
            let mut model: Vec<(Option<u32>, Arc<AtomicUsize>)> = Vec::new();
            for step in steps {
                match step {
                    Step::Open(owner) => {
                        let closed = Arc::new(AtomicUsize::new(0));
                        let resource = Arc::new(Counted(Arc::clone(&closed)));
                        let id = handles.open(pid(owner), resource).unwrap();
                        model.push((Some(owner), closed));
                        prop_assert_eq!(id.0, model.len() as u64);
                    }
                    Step::Close(handle, by) => {
                        let done = handles.close(HandleId(handle), pid(by)).is_ok();
                        let at = (handle as usize).wrapping_sub(1);
                        let own = model.get_mut(at).filter(|entry| entry.0 == Some(by));
                        prop_assert_eq!(done, own.is_some());
                        if let Some(entry) = own {
                            entry.0 = None;
                        }
                    }
                    Step::Give(handle, by, to) => {
                        let done = handles.give(HandleId(handle), pid(by), pid(to)).is_ok();
                        let at = (handle as usize).wrapping_sub(1);
                        let own = model.get_mut(at).filter(|entry| entry.0 == Some(by));
                        prop_assert_eq!(done, own.is_some());
                        if let Some(entry) = own {
                            entry.0 = Some(to);
                        }
                    }
                    Step::End(owner) => {
                        handles.end(pid(owner));
                        for entry in &mut model {
                            if entry.0 == Some(owner) {
                                entry.0 = None;
                            }
                        }
                    }
                    Step::Clear => {
                        handles.clear();
                        for entry in &mut model {
                            entry.0 = None;
                        }
                    }
                }
                for (i, (owner, closed)) in model.iter().enumerate() {
                    let handle = HandleId(i as u64 + 1);
                    prop_assert_eq!(handles.is_open(handle), owner.is_some());
                    prop_assert_eq!(closed.load(Ordering::Relaxed), usize::from(owner.is_none()));
                    for by in 0..4 {
                        let used = handles.get(handle, pid(by)).is_ok();
                        prop_assert_eq!(used, *owner == Some(by));
                    }
                }
            }
        }
    }
}
