//! The only place that names locks and atomics.
//!
//! Everything that two threads may touch at once is built from what is
//! exported here, so that a model checker can take the place of the standard
//! library by changing one file. Shared ownership (`Arc`) and write-once cells
//! hold no protocol and need not come from here.

pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};

/// Locks, and goes on with the data of a thread that panicked while it held
/// the lock: whoever uses this leaves the data whole between two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
