//! The only place that names locks and atomics.
//!
//! Everything that two threads may touch at once is built from what is
//! exported here, so that a model checker can take the place of the standard
//! library by changing one file: `vmm/tests/loom.rs` compiles the files that hold a
//! protocol with another `sync`, and `vmm/scenarios` compiles all of the machine over the locks, atomics and
//! threads of shuttle. Shared ownership (`Arc`) and write-once cells hold no protocol and need
//! not come from here.

use std::time::Duration;

#[cfg(not(shuttle))]
pub(crate) use std::{
    hint::spin_loop,
    sync::atomic::{
        AtomicBool, AtomicI64, AtomicPtr, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering,
        fence,
    },
    sync::{Condvar, Mutex, MutexGuard, RwLock},
    thread::{Scope, scope},
};

#[cfg(shuttle)]
pub(crate) use shuttle::{
    hint::spin_loop,
    sync::atomic::{
        AtomicBool, AtomicI64, AtomicPtr, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering,
        fence,
    },
    sync::{Condvar, Mutex, MutexGuard, RwLock},
    thread::{Scope, scope},
};

pub(crate) use std::sync::PoisonError;

/// Counts of the whole program, which order nothing: they outlive what a checker looks at.
pub(crate) mod counts {
    pub(crate) use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
}

/// How often one looks before one sleeps. Why: what is awaited often comes within
/// microseconds, and being woken by the system takes tens of them.
pub(crate) const SPINS: u32 = if cfg!(shuttle) { 1 } else { 2000 };

/// Starts a thread in a scope; false if the system has none.
#[cfg(not(shuttle))]
pub(crate) fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: String,
    body: impl FnOnce() + Send + 'scope,
) -> bool {
    let thread = std::thread::Builder::new().name(name);
    thread.spawn_scoped(scope, body).is_ok()
}

/// Starts a thread in a scope.
#[cfg(shuttle)]
pub(crate) fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    _: String,
    body: impl FnOnce() + Send + 'scope,
) -> bool {
    scope.spawn(body);
    true
}

/// Locks, and goes on with the data of a thread that panicked while it held
/// the lock: whoever uses this leaves the data whole between two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a bell, or for no reason.
pub(crate) fn wait<'a, T>(bell: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    bell.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a bell, for a time, or for no reason.
pub(crate) fn wait_for<'a, T>(
    bell: &Condvar,
    guard: MutexGuard<'a, T>,
    span: Duration,
) -> MutexGuard<'a, T> {
    let (guard, _) = bell
        .wait_timeout(guard, span)
        .unwrap_or_else(PoisonError::into_inner);
    guard
}
