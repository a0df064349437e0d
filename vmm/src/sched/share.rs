//! Who has nothing to do: how work is handed to them, and how the end of all work is seen.
//!
//! Nobody takes work from a worker; a worker that has more than it can do gives
//! some to one that rests. So run queues are private, and a rest is a simple
//! affair: the worker sets its bit and sleeps until somebody clears the bit
//! and rings. Only the bits and the gifts are under a lock, which is taken
//! at the beginning and the end of a rest; whoever works looks at a copy of
//! the bits.
//!
//! A worker whose thread was not started yet counts as resting. Its first gift starts it.
//!
//! A process can also be handed to a worker that works, to be beside those it talks to.
//! It lies with the gifts until that worker looks there, between two turns or before a rest.
//!
//! # Invariants
//! I1. A bit is set only while its worker rests, or is not started; then the
//!     worker has no work, and no gift: it looks for one under the lock under which
//!     it sets the bit.
//! I2. Whoever clears the bit of another either leaves a gift or wants the
//!     worker to look round; the bell is rung under the same lock.
//! I3. When all bits are set, nobody works, and nothing is on its way between
//!     workers. The worker whose bit completes them decides what that means,
//!     under the lock: nothing can change meanwhile but what comes from outside,
//!     which is announced by a bell after it is there.

use std::collections::VecDeque;
use std::time::Duration;

use crate::sync::{
    AtomicBool, AtomicU32, AtomicU64, Condvar, Mutex, MutexGuard, Ordering, SPINS, lock, spin_loop,
    wait, wait_for,
};

/// Workers that there can be: bits of the mask.
const WORKERS_MAX: usize = 64;

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Processes run.
    Running,
    /// The main process has failed, and all others were told to shut down.
    Leaving,
    /// Whoever is still there is killed.
    Killing,
    /// No turn begins any more.
    Over,
}

/// What it means that nobody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// Nobody ever will.
    Over,
    /// Something may come: rest like the others.
    Rest,
    /// There is something to do now.
    Look,
}

/// How a rest ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Rested<G> {
    /// The run is over.
    Over,
    /// There may be something to do.
    Look,
    /// Somebody gave this.
    Gift(G),
}

/// Who got a gift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Which worker.
    pub worker: usize,
    /// Whether its thread is to be started by the giver.
    pub starts: bool,
}

/// Whether a gift was worth giving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It brought more than it cost.
    Much,
    /// It did not.
    Little,
}

/// The workers of a run, seen by each other.
#[derive(Debug)]
pub struct Share<G> {
    hints: Hints,
    state: Mutex<State<G>>,
    cells: Vec<Cell>,
}

/// What workers look at while they work; it changes rarely.
#[derive(Debug)]
#[repr(align(128))]
struct Hints {
    idle: AtomicU64,
    stage: AtomicU32,
}

#[derive(Debug)]
struct State<G> {
    idle: u64,
    started: u64,
    /// Workers that there are, started or not.
    present: u64,
    /// For each worker, oldest first; more than one only if it was busy.
    gifts: Vec<VecDeque<G>>,
}

/// What belongs to one worker.
#[derive(Debug)]
#[repr(align(128))]
struct Cell {
    rung: AtomicBool,
    bell: Condvar,
    /// Whether something was handed to it while it worked, as far as a look without the lock tells.
    handed: AtomicBool,
    /// What became of its last gift: 0 not known, 1 little, 2 much.
    worth: AtomicU32,
}

impl<G> Share<G> {
    /// For so many workers, of which the first works.
    #[must_use]
    pub fn new(workers: usize) -> Share<G> {
        let workers = workers.clamp(1, WORKERS_MAX);
        let present = u64::MAX >> (WORKERS_MAX - workers);
        let cell = |_| Cell {
            rung: AtomicBool::new(false),
            bell: Condvar::new(),
            handed: AtomicBool::new(false),
            worth: AtomicU32::new(0),
        };
        Share {
            hints: Hints {
                idle: AtomicU64::new(present & !1),
                stage: AtomicU32::new(Stage::Running as u32),
            },
            state: Mutex::new(State {
                idle: present & !1,
                started: 1,
                present,
                gifts: (0..workers).map(|_| VecDeque::new()).collect(),
            }),
            cells: (0..workers).map(cell).collect(),
        }
    }

    /// Takes the gifts that nobody has taken: a run has ended. They are to be dropped before
    /// [`Share::begin`], by who holds no lock: what is dropped may wake a worker.
    #[must_use]
    pub fn left(&self) -> Vec<VecDeque<G>> {
        let mut state = lock(&self.state);
        state.gifts.iter_mut().map(std::mem::take).collect()
    }

    /// A run begins: the first worker works, no other is started, and no gifts are left.
    pub fn begin(&self) {
        let mut state = lock(&self.state);
        state.present = u64::MAX >> (WORKERS_MAX - self.cells.len());
        state.idle = state.present & !1;
        state.started = 1;
        self.hints.idle.store(state.idle, Ordering::Relaxed);
        self.hints
            .stage
            .store(Stage::Running as u32, Ordering::Relaxed);
        for cell in &self.cells {
            cell.worth.store(0, Ordering::Relaxed);
            cell.handed.store(false, Ordering::Relaxed);
        }
    }

    /// How many workers there are.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.cells.len()
    }

    /// How far the run has come.
    #[inline]
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.hints.stage.load(Ordering::Acquire) {
            0 => Stage::Running,
            1 => Stage::Leaving,
            2 => Stage::Killing,
            _ => Stage::Over,
        }
    }

    /// The run has come so far, if it had not; whether this call was the first to say so.
    pub fn advance(&self, stage: Stage) -> bool {
        let mut state = lock(&self.state);
        let new = stage as u32;
        let old = self.hints.stage.fetch_max(new, Ordering::AcqRel);
        if stage == Stage::Over {
            self.ring_all(&mut state);
        }
        old < new
    }

    /// Whether somebody rests, as far as a look without the lock tells.
    #[inline]
    #[must_use]
    pub fn is_anyone_idle(&self) -> bool {
        self.hints.idle.load(Ordering::Relaxed) != 0
    }

    /// Gives work to a worker that rests.
    ///
    /// # Errors
    /// Nobody rests: the gift comes back.
    pub fn give(&self, gift: G) -> Result<Given, G> {
        let mut state = lock(&self.state);
        // Who has a thread comes first.
        let ready = state.idle & state.started;
        let among = if ready == 0 { state.idle } else { ready };
        if among == 0 || self.stage() == Stage::Over {
            return Err(gift);
        }
        let worker = among.trailing_zeros() as usize;
        let bit = 1 << worker;
        let starts = state.started & bit == 0;
        state.started |= bit;
        state.gifts[worker].push_back(gift);
        self.ring(&mut state, worker);
        Ok(Given { worker, starts })
    }

    /// What a worker that was started is to begin with.
    pub fn first_gift(&self, worker: usize) -> Option<G> {
        self.take(&mut lock(&self.state), worker)
    }

    /// Hands work to a worker that has some, or rests.
    ///
    /// # Errors
    /// It was not started, or the run is over: the work comes back.
    pub fn hand(&self, worker: usize, work: G) -> Result<(), G> {
        let mut state = lock(&self.state);
        let bit = 1_u64.checked_shl(worker as u32).unwrap_or(0);
        if state.started & bit == 0 || self.stage() == Stage::Over {
            return Err(work);
        }
        state.gifts[worker].push_back(work);
        self.cells[worker].handed.store(true, Ordering::Relaxed);
        if state.idle & bit != 0 {
            self.ring(&mut state, worker);
        }
        Ok(())
    }

    /// What was handed to a worker while it worked, the oldest first.
    #[inline]
    pub fn handed(&self, me: usize) -> Option<G> {
        if !self.cells[me].handed.load(Ordering::Relaxed) {
            return None;
        }
        self.take(&mut lock(&self.state), me)
    }

    fn take(&self, state: &mut State<G>, me: usize) -> Option<G> {
        let gifts = &mut state.gifts[me];
        let gift = gifts.pop_front();
        self.cells[me]
            .handed
            .store(!gifts.is_empty(), Ordering::Relaxed);
        gift
    }

    /// A worker could not be started: there is one less. Yields its gift.
    pub fn not_started(&self, worker: usize) -> Option<G> {
        let mut state = lock(&self.state);
        let bit = 1 << worker;
        state.present &= !bit;
        state.started &= !bit;
        self.take(&mut state, worker)
    }

    /// One who rests is to look round; nothing happens if nobody does.
    pub fn wake_one(&self) {
        let mut state = lock(&self.state);
        let ready = state.idle & state.started;
        if ready != 0 {
            self.ring(&mut state, ready.trailing_zeros() as usize);
        }
    }

    /// A worker without work rests until there may be some.
    ///
    /// `pending` says whether something came from outside. `last` says what it
    /// means if now nobody works; it may lock what is never held while this is
    /// called. `span` is how long the worker may sleep.
    pub fn rest(
        &self,
        me: usize,
        pending: impl FnOnce() -> bool,
        last: impl FnOnce() -> Last,
        span: impl FnOnce() -> Option<Duration>,
    ) -> Rested<G> {
        let cell = &self.cells[me];
        let mut state = lock(&self.state);
        if self.stage() == Stage::Over {
            return Rested::Over;
        }
        if let Some(gift) = self.take(&mut state, me) {
            return Rested::Gift(gift);
        }
        if pending() {
            return Rested::Look;
        }
        let idle = state.idle | 1 << me;
        if idle == state.present {
            match last() {
                Last::Over => {
                    self.hints
                        .stage
                        .store(Stage::Over as u32, Ordering::Release);
                    self.ring_all(&mut state);
                    return Rested::Over;
                }
                Last::Look => return Rested::Look,
                Last::Rest => {}
            }
        }
        state.idle = idle;
        self.hints.idle.store(idle, Ordering::Relaxed);
        cell.rung.store(false, Ordering::Relaxed);
        drop(state);
        let span = span();
        // Work often comes at once.
        for _ in 0..SPINS {
            if cell.rung.load(Ordering::Relaxed) {
                break;
            }
            spin_loop();
        }
        let mut state = self.sleep(cell, span);
        state.idle &= !(1 << me);
        self.hints.idle.store(state.idle, Ordering::Relaxed);
        if self.stage() == Stage::Over {
            return Rested::Over;
        }
        match self.take(&mut state, me) {
            Some(gift) => Rested::Gift(gift),
            None => Rested::Look,
        }
    }

    /// Sleeps until the bell was rung or the time has passed.
    fn sleep(&self, cell: &Cell, span: Option<Duration>) -> MutexGuard<'_, State<G>> {
        let mut state = lock(&self.state);
        while !cell.rung.load(Ordering::Relaxed) {
            match span {
                Some(span) => return wait_for(&cell.bell, state, span),
                None => state = wait(&cell.bell, state),
            }
        }
        state
    }

    fn ring(&self, state: &mut State<G>, worker: usize) {
        state.idle &= !(1 << worker);
        self.hints.idle.store(state.idle, Ordering::Relaxed);
        let cell = &self.cells[worker];
        cell.rung.store(true, Ordering::Relaxed);
        cell.bell.notify_one();
    }

    fn ring_all(&self, state: &mut State<G>) {
        for worker in 0..self.cells.len() {
            self.ring(state, worker);
        }
    }

    /// Tells a giver what its gift was worth.
    pub fn report(&self, giver: usize, worth: Worth) {
        let worth = match worth {
            Worth::Little => 1,
            Worth::Much => 2,
        };
        self.cells[giver].worth.store(worth, Ordering::Relaxed);
    }

    /// What a worker's gifts were worth, if that was told since it asked last.
    pub fn worth(&self, me: usize) -> Option<Worth> {
        let worth = &self.cells[me].worth;
        let told = worth.load(Ordering::Relaxed);
        if told == 0 {
            return None;
        }
        worth.store(0, Ordering::Relaxed);
        Some(if told == 1 {
            Worth::Little
        } else {
            Worth::Much
        })
    }
}
