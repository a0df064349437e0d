//! Protocols between threads under a model checker: every interleaving, and every
//! order in which memory may be seen, up to a number of preemptions.
//!
//! The files that hold a protocol are compiled once more here, over the checker's
//! locks and atomics instead of the system's. A deadlock, a leak of a wake-up (somebody
//! sleeps for ever), and an unordered access to what is handed over fail a test.
//! `LOOM_MAX_PREEMPTIONS=4 cargo test -p vmm --test loom` looks further.
#![deny(unsafe_code)]

#[allow(dead_code, unreachable_pub, reason = "models use a part of it")]
#[path = "../src/process/arrivals.rs"]
mod arrivals;
#[allow(dead_code, unreachable_pub, reason = "models use a part of it")]
#[path = "../src/sched/outside.rs"]
mod outside;
#[allow(dead_code, unreachable_pub, reason = "models use a part of it")]
#[path = "../src/sched/room.rs"]
mod room;
#[allow(dead_code, unreachable_pub, reason = "models use a part of it")]
#[path = "../src/sched/share.rs"]
mod share;

/// What `outside` names and models do not look into.
mod heap {
    pub(crate) mod parcel {
        #[derive(Debug)]
        pub(crate) struct Parcel;
    }
}
mod foreign {
    pub(crate) mod call {
        #[derive(Debug)]
        pub(crate) struct Answer;
    }
}
mod ids {
    #[derive(Debug)]
    pub(crate) struct Pid;
    #[derive(Debug)]
    pub(crate) struct RefId;
}
mod sched {
    #[derive(Debug)]
    pub(crate) enum Stop {
        Interrupt,
    }
    pub(crate) mod survey {
        #[derive(Debug)]
        pub(crate) struct Survey;
    }
}

/// The checker's locks and atomics, as `vmm/src/sync.rs` names the system's.
mod sync {
    use std::time::Duration;

    pub(crate) use loom::hint::spin_loop;
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering,
    };
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};

    pub(crate) const SPINS: u32 = 1;

    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().expect("no thread of a model panics")
    }

    pub(crate) fn wait<'a, T>(bell: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        bell.wait(guard).expect("no thread of a model panics")
    }

    pub(crate) fn wait_for<'a, T>(
        bell: &Condvar,
        guard: MutexGuard<'a, T>,
        _: Duration,
    ) -> MutexGuard<'a, T> {
        wait(bell, guard)
    }
}

#[path = "loom/arrivals.rs"]
mod arrivals_models;
#[path = "loom/room.rs"]
mod room_models;
#[path = "loom/share.rs"]
mod share_models;

/// Checks a model, with a number of preemptions that keeps it short.
fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    if builder.preemption_bound.is_none() {
        builder.preemption_bound = Some(preemptions);
    }
    builder.check(model);
}
