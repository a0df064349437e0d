//! Who runs next: the guide to the scheduler.
//!
//! A [`Scheduler`] owns every process of a run; its workers, one thread each, turn
//! them over, one turn at a time, to an engine that they know by the `Engine`
//! contract only. A turn ends when the budget is used up, the process waits, or it ends; then comes
//! what happened meanwhile (messages from outside, timers), and the next turn.
//!
//! | | stepped | parallel |
//! |---|---|---|
//! | workers | one | one a core by default |
//! | budget | public instructions, 3 | reductions, 4000 |
//! | order | one line; `host::Choice` picks, the oldest by default | of a worker: new children newest first, bounded; then who was woken or ended its turn early, in order; then who has used up a turn without a wait, half of the time |
//! | clock | virtual: a microsecond an instruction, jumps when all wait | the system's; a virtual one counts what all workers use, and jumps when all rest |
//! | a look at timers and gate | after every turn | after every turn (gate), after some thousand reductions (timers) |
//!
//! Stepped mode is deterministic: order, clock and chance follow from the
//! program and its seed, so two runs give the same events, byte for byte.
//!
//! # End of a run
//! The main process's failure ends it: the other processes are told to shut down, and
//! killed after a second on the run's clock. At once end it
//! `system.halt`, a stop from outside, the run's limits of time and of reductions, and an output
//! that nobody takes. Otherwise it ends when no process can ever run again:
//! all ended, or waiting with no timer, and nobody outside who could send.
//! That is a deadlock if the main process is among those that wait, and the
//! ordinary end if it is not.
//!
//! # Who tells what
//! The scheduler reports spawns, exits, turns and messages from outside; the
//! engine reports instructions and the messages that processes send and take.
//!
//! # Fairness
//! Every process that could run is run after a bounded number of turns of
//! others, and a turn is bounded by its budget. Whoever is woken, by a message or by its timer, does
//! not wait for those who only compute, however many they are ([`queue`]): for the rest of one turn, or
//! of a row of new children. Whoever sends to one that cannot follow, or starts more processes
//! than can begin, ends its turn with that.
//!
//! # Parts
//! [`table`] where every process is, made of [`blocks`], with [`room`] for so many, whose
//! memory is used again ([`magazine`]); [`queue`] who could run;
//! [`timer`] what is due when, [`wheels`] on which worker; [`alarms`] what they send; [`names`] who has which name, [`kept`] whose
//! result;
//! [`outside`] the gate for other threads, [`offload`] threads for natives that take long; [`worker`] the loop, [`seat`] how it makes
//! processes and `ends` how they end; [`gifts`] what it does with too much work and
//! without any; [`share`] who rests, and the end of all work; [`run`] what all share, and
//! how a run ends; [`report`] what is told to the outside, [`circles`] who waits for each other.

mod ahead;
pub mod alarms;
pub mod blocks;
mod carry;
pub mod circles;
pub mod dying;
mod ends;
pub mod gifts;
pub mod kept;
mod kernel;
pub mod line;
pub mod magazine;
pub mod memory;
pub mod names;
pub mod nodes;
pub mod offload;
pub mod outside;
pub mod queue;
pub mod report;
pub mod room;
pub mod run;
pub mod seat;
pub mod share;
pub mod survey;
pub mod table;
pub mod timer;
pub mod wheels;
pub mod worker;

#[cfg(test)]
mod armed;
#[cfg(test)]
mod fairness;
#[cfg(test)]
pub(crate) mod fake;
#[cfg(all(test, shuttle))]
mod scenarios;
#[cfg(test)]
mod stress;

// Not inside the files: they are compiled for the model checker, too.
#[cfg(test)]
#[path = "sched/outside/tests.rs"]
mod outside_tests;
#[cfg(test)]
#[path = "sched/room/tests.rs"]
mod room_tests;

use std::sync::Arc;

use crate::heap::parcel::Parcel;
use crate::host::{Choice, Clock, Console, Entropy, Resources};
use crate::limits;
use crate::process::contract::ExitClass;
use crate::rights::Grants;

pub use outside::Gate;
pub use report::{Deadlock, Knowledge, ProcessInfo, Tracer};
pub use run::Scheduler;

/// How turns are given out.
pub enum Mode {
    /// Strict line, counted in public instructions; who picks from the line.
    Stepped(Box<dyn Choice>),
    /// Depth first, counted in reductions.
    Parallel,
}

impl std::fmt::Debug for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Mode::Stepped(_) => "Stepped",
            Mode::Parallel => "Parallel",
        })
    }
}

/// What a scheduler is to keep to.
#[derive(Debug)]
pub struct Config {
    /// How turns are given out.
    pub mode: Mode,
    /// Threads that run processes, in parallel mode: from 1 to [`limits::SCHEDULERS_MAX`].
    pub workers: usize,
    /// Budget of a turn: instructions or reductions. 0 counts as 1.
    pub timeslice: u32,
    /// Processes alive at once.
    pub max_processes: usize,
    /// Memory of all processes together in bytes.
    pub max_memory: u64,
    /// What all processes together may use: instructions or reductions.
    pub max_reductions: Option<u64>,
    /// Messages that are to be sent later, at once.
    pub max_timers: usize,
    /// Memory of a process in bytes.
    pub max_heap: usize,
    /// Collect at every chance and poison what was left, to find mistakes.
    pub gc_zeal: bool,
    /// What its programs may do outside.
    pub grants: Grants,
    /// How long the run may take on its own clock, in nanoseconds.
    pub timeout_ns: Option<u64>,
}

impl Config {
    /// The defaults of a mode.
    #[must_use]
    pub fn new(mode: Mode) -> Config {
        Config {
            timeslice: match mode {
                Mode::Stepped(_) => limits::TIMESLICE_STEPPED,
                Mode::Parallel => limits::TIMESLICE_PARALLEL,
            },
            mode,
            workers: 1,
            max_processes: limits::PROCESSES_MAX,
            max_memory: u64::MAX,
            max_reductions: None,
            max_timers: limits::TIMERS_MAX,
            max_heap: limits::PROCESS_MEMORY_BYTES,
            gc_zeal: false,
            grants: Grants::none(),
            timeout_ns: None,
        }
    }
}

/// The outside, as a run sees it.
#[derive(Clone)]
pub struct Host {
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// Its chance.
    pub entropy: Arc<dyn Entropy>,
    /// Where its output goes.
    pub console: Arc<dyn Console>,
    /// What came with the program.
    pub resources: Arc<dyn Resources>,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("virtual_clock", &self.clock.is_virtual())
            .finish_non_exhaustive()
    }
}

/// A request to end the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Somebody pressed the key for it (SIGINT).
    Interrupt,
    /// Whoever started the program wants it gone (SIGTERM).
    Terminate,
}

/// How a run ended.
#[derive(Debug)]
pub enum RunEnd {
    /// The main process ended without failure, and no other can run any more.
    Finished {
        /// What its entry function returned; none if it ended by `exit`.
        result: Option<Parcel>,
    },
    /// The main process failed.
    Failed {
        /// Its exit reason.
        reason: Parcel,
        /// How that came about.
        class: ExitClass,
        /// Where it was thrown, if the reason does not tell.
        trace: Option<Parcel>,
    },
    /// The main process can never run again.
    Deadlock(Deadlock),
    /// A native ended the run with this exit code.
    Halted(u8),
    /// The run's time was over.
    TimedOut {
        /// The limit, in nanoseconds.
        limit_ns: u64,
    },
    /// All processes together have used as much as they may.
    Exhausted {
        /// The limit, in reductions, or instructions in stepped mode.
        limit: u64,
    },
    /// A stop from outside.
    Stopped(Stop),
    /// Standard output takes no more.
    OutputLost(std::io::ErrorKind),
}
