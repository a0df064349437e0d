//! The pool by itself: how it grows, what it refuses, when its threads leave.

use std::sync::Arc;
use std::time::Duration;

use super::{Pool, Size};
use crate::process::contract::NoRoom;
use crate::sync::{Condvar, Mutex, lock, wait};

/// A count that one can wait for.
#[derive(Clone, Default)]
struct Count(Arc<(Mutex<usize>, Condvar)>);

impl Count {
    fn add(&self) {
        *lock(&self.0.0) += 1;
        self.0.1.notify_all();
    }

    fn reach(&self, count: usize) {
        let mut now = lock(&self.0.0);
        while *now < count {
            now = wait(&self.0.1, now);
        }
    }
}

fn pool(threads: usize, queue: usize, idle: Duration) -> Pool {
    Pool::new(Size {
        threads,
        queue,
        idle,
    })
}

/// A job that says that it runs, and then waits for `end`.
fn held(running: &Count, end: &Count) -> Box<dyn FnOnce() + Send> {
    let (running, end) = (running.clone(), end.clone());
    Box::new(move || {
        running.add();
        end.reach(1);
        running.add();
    })
}

#[test]
fn it_grows_to_its_bound_and_then_lines_up_and_then_refuses() {
    let pool = pool(3, 2, Duration::from_secs(60));
    let (running, end) = (Count::default(), Count::default());
    for n in 1..=3 {
        pool.run(held(&running, &end)).unwrap();
        running.reach(n);
        assert_eq!(pool.threads(), n);
    }
    pool.run(held(&running, &end)).unwrap();
    pool.run(held(&running, &end)).unwrap();
    let refused = pool.run(held(&running, &end));
    assert!(
        matches!(refused, Err(NoRoom::Queue { limit: 2 })),
        "{refused:?}"
    );
    assert_eq!(pool.threads(), 3);
    end.add();
    // Five jobs have begun and ended.
    running.reach(10);
    assert_eq!(pool.threads(), 3);
}

#[test]
fn a_thread_without_work_takes_the_next_job() {
    let pool = pool(8, 2, Duration::from_secs(60));
    let done = Count::default();
    for n in 1..=20 {
        let count = done.clone();
        pool.run(Box::new(move || count.add())).unwrap();
        done.reach(n);
    }
    // A job is done a moment before its thread is idle, so there may be a few.
    assert!(pool.threads() <= 8);
}

#[test]
fn idle_threads_leave() {
    let pool = pool(2, 2, Duration::from_millis(1));
    let done = Count::default();
    let count = done.clone();
    pool.run(Box::new(move || count.add())).unwrap();
    done.reach(1);
    while pool.threads() > 0 {
        std::thread::yield_now();
    }
    let count = done.clone();
    pool.run(Box::new(move || count.add())).unwrap();
    done.reach(2);
}

#[test]
fn a_panic_costs_no_thread() {
    let pool = pool(1, 9, Duration::from_secs(60));
    let done = Count::default();
    pool.run(Box::new(|| std::panic::panic_any(7))).unwrap();
    let count = done.clone();
    pool.run(Box::new(move || count.add())).unwrap();
    done.reach(1);
    assert_eq!(pool.threads(), 1);
}

#[test]
fn a_pool_that_is_dropped_begins_nothing_and_waits_for_nobody() {
    let (running, end, dropped) = (Count::default(), Count::default(), Count::default());
    struct Drops(Count);
    impl Drop for Drops {
        fn drop(&mut self) {
            self.0.add();
        }
    }
    let pool = pool(1, 9, Duration::from_secs(60));
    pool.run(held(&running, &end)).unwrap();
    running.reach(1);
    let drops = Drops(dropped.clone());
    pool.run(Box::new(move || drop(drops))).unwrap();
    drop(pool);
    dropped.reach(1);
    end.add();
    running.reach(2);
}
