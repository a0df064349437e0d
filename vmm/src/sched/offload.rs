//! Threads for what takes long: natives that compute or wait for more than a millisecond.
//!
//! A scheduler never runs such a native. It hands it to the [`Pool`], whose threads are made when
//! there is work for them and leave when there is none; what comes back comes through the
//! [`gate`](crate::sched::outside), in between two turns, as everything from outside does.
//! What is run is a job, of which nothing is known here.
//!
//! # Invariants
//! O1. There are at most so many threads, and a job waits only while all of them are busy.
//! O2. A job that panics takes nothing with it: its thread goes on.
//! O3. A pool that is dropped takes no thread along that is in a job: such a thread leaves
//!     when the job is done, and nobody waits for it.
//!
//! # Cost
//! A job is a lock and a wake-up on the way out and on the way back, some
//! microseconds each.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::foreign::call::{Answer, CallBack};
use crate::foreign::handle::Handles;
use crate::host::Stream;
use crate::ids::{Pid, RefId};
use crate::limits::{OFFLOAD_IDLE_MS, OFFLOAD_QUEUE_MAX, OFFLOAD_THREADS_MAX};
use crate::process::contract::{Job, NoRoom};
use crate::rights::{Grants, Right};
use crate::sched::Host;
use crate::sched::outside::{Gate, Outside};
use crate::sync::{Condvar, Mutex, lock, wait_for};

/// How large a pool may be.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Threads at once.
    pub threads: usize,
    /// Jobs that wait for one.
    pub queue: usize,
    /// How long a thread without work stays.
    pub idle: Duration,
}

impl Default for Size {
    fn default() -> Size {
        Size {
            threads: OFFLOAD_THREADS_MAX,
            queue: OFFLOAD_QUEUE_MAX,
            idle: Duration::from_millis(OFFLOAD_IDLE_MS),
        }
    }
}

/// The threads; see the module documentation.
#[derive(Debug)]
pub struct Pool(Arc<Office>);

struct Office {
    size: Size,
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    /// Threads that were ever started, for their names.
    started: usize,
    closed: bool,
}

impl Pool {
    /// A pool without threads.
    #[must_use]
    pub fn new(size: Size) -> Pool {
        Pool(Arc::new(Office {
            size,
            state: Mutex::default(),
            bell: Condvar::new(),
        }))
    }

    /// Has a job run on one of the threads.
    ///
    /// # Errors
    /// So many jobs wait already, or the system has no thread for the first one.
    pub fn run(&self, job: Job) -> Result<(), NoRoom> {
        let office = &self.0;
        let mut state = lock(&office.state);
        if state.jobs.len() < state.idle {
            state.jobs.push_back(job);
            office.bell.notify_one();
            return Ok(());
        }
        if state.jobs.len() >= office.size.queue {
            return Err(NoRoom::Queue {
                limit: office.size.queue,
            });
        }
        if state.threads < office.size.threads {
            state.started += 1;
            let name = format!("ionvm native {}", state.started);
            let thread = std::thread::Builder::new().name(name);
            let own = Arc::clone(office);
            match thread.spawn(move || own.work()) {
                Ok(_) => state.threads += 1,
                Err(_) if state.threads > 0 => {}
                Err(error) => return Err(NoRoom::Thread(error.kind())),
            }
        }
        state.jobs.push_back(job);
        office.bell.notify_one();
        Ok(())
    }

    /// How many threads there are.
    #[must_use]
    pub fn threads(&self) -> usize {
        lock(&self.0.state).threads
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.closed = true;
        // What has not begun is not begun any more. It is dropped without the lock.
        let left = std::mem::take(&mut state.jobs);
        drop(state);
        self.0.bell.notify_all();
        drop(left);
    }
}

impl Office {
    fn work(&self) {
        let mut state = lock(&self.state);
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                run(job);
                state = lock(&self.state);
                continue;
            }
            if state.closed {
                break;
            }
            state.idle += 1;
            state = wait_for(&self.bell, state, self.size.idle);
            state.idle -= 1;
            if state.jobs.is_empty() {
                break;
            }
        }
        state.threads -= 1;
    }
}

/// O2.
fn run(job: Job) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(job))
        && let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload)))
    {
        std::mem::forget(second);
    }
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = lock(&self.state);
        f.debug_struct("Office")
            .field("size", &self.size)
            .field("threads", &state.threads)
            .field("jobs", &state.jobs.len())
            .finish_non_exhaustive()
    }
}

/// The machine, for what runs on other threads than its own.
#[derive(Debug)]
pub struct Outlet {
    host: Host,
    gate: Arc<Gate>,
    grants: Grants,
    handles: Handles,
}

impl Outlet {
    /// That of a machine with this gate.
    #[must_use]
    pub fn new(host: Host, gate: Arc<Gate>, grants: Grants) -> Outlet {
        Outlet {
            host,
            gate,
            grants,
            handles: Handles::default(),
        }
    }

    /// What the host has granted.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }
}

impl CallBack for Outlet {
    fn hold(&self) {
        self.gate.begin_call();
    }

    fn release(&self) {
        self.gate.end_call(None);
    }

    fn answer(&self, to: Pid, reference: RefId, answer: Answer) {
        let answer = Box::new(answer);
        let event = Outside::Answer {
            to,
            reference,
            answer,
        };
        self.gate.end_call(Some(event));
    }

    fn handles(&self) -> &Handles {
        &self.handles
    }

    fn write(&self, stream: Stream, text: &str) {
        let written = self.host.console.write(stream, text);
        if let (Err(error), Stream::Out) = (written, stream) {
            self.gate.post(Outside::OutputLost(error.kind()));
        }
    }

    fn read_line(&self, most: usize) -> std::io::Result<Option<Vec<u8>>> {
        // Whoever is asked has to see the question.
        self.host.console.flush()?;
        self.host.console.read_line(most)
    }

    fn monotonic_ns(&self) -> u64 {
        self.host.clock.monotonic_ns()
    }

    fn wall_ns(&self) -> u64 {
        self.host.clock.wall_ns()
    }

    fn random(&self) -> u64 {
        self.host.entropy.next_u64()
    }

    fn permits(&self, right: &Right) -> bool {
        self.grants.permits(right)
    }
}

#[cfg(test)]
#[path = "offload/tests.rs"]
mod tests;
