//! A run: what all workers share, the threads, and how it ends.
//!
//! A [`Scheduler`] belongs to the machine and lives from run to run. The thread
//! that calls [`Scheduler::run`] is the first worker; the others are threads of
//! the run, started when there is something to give them and gone when it ends.
//!
//! # Invariants
//! U1. What stands in [`Shared`] is reached by every worker at any time; what changes
//!     there has a lock or is an atomic.
//! U2. The first who ends a run says how; see `Shared::end`.

use std::sync::Arc;

use crate::foreign::call::CallBack as _;
use crate::heap::parcel::Parcel;
use crate::host::Resources;
use crate::ids::Pid;
use crate::limits::TIMERS_OF_PROCESS_MAX;
use crate::process::contract::{Budget, Engine, SpawnRefused, SpawnRequest};
use crate::sched::alarms::Alarms;
use crate::sched::gifts::Gift;
use crate::sched::kept::Kept;
use crate::sched::memory::Memory;
use crate::sched::names::Names;
use crate::sched::offload::{Outlet, Pool, Size};
use crate::sched::outside::{Bell, Gate};
use crate::sched::queue::{Order, Row, RunQueue};
use crate::sched::report::{Deadlock, ProcessInfo, Tracer};
use crate::sched::seat::{Depots, Local};
use crate::sched::share::{Last, Share, Stage};
use crate::sched::survey::Survey;
use crate::sched::table::{Activity, Table};
use crate::sched::wheels::{Alarm, Wheels};
use crate::sched::worker::{Crew, Worker};
use crate::sched::{Config, Host, Mode, RunEnd};
use crate::sync::{self, AtomicU64, AtomicUsize, Mutex, Ordering, lock};
use crate::trace::{Event, Topic};

/// What all workers of a scheduler share.
#[derive(Debug)]
pub struct Shared {
    pub(super) timeslice: u32,
    pub(super) max_heap: usize,
    pub(super) gc_zeal: bool,
    pub(super) timeout_ns: Option<u64>,
    /// What all processes together may use.
    pub(super) max_reductions: Option<u64>,
    /// What they have used; counted only if there is such a limit.
    pub(super) spent: AtomicU64,
    /// Whether a look at the timers follows every turn.
    pub(super) stepped: bool,
    pub(super) host: Host,
    pub(super) virtual_clock: bool,
    pub(super) gate: Arc<Gate>,
    /// Threads for natives that take long.
    pub(super) pool: Pool,
    /// What these see of the machine.
    pub(super) outlet: Arc<Outlet>,
    pub(super) tracer: Tracer,
    pub(super) table: Table,
    pub(super) depots: Depots,
    pub(super) memory: Memory,
    pub(super) share: Arc<Share<Gift>>,
    pub(super) wheels: Wheels,
    pub(super) alarms: Alarms,
    pub(super) names: Names,
    pub(super) kept: Kept,
    /// Timers that keep no run alive.
    pub(super) own_timers: AtomicUsize,
    /// Turns of each worker.
    pub(super) turns: Vec<Turns>,
    /// What the main process returned, once it has ended without failure.
    pub(super) result: Mutex<Option<Parcel>>,
    /// Whoever asked last what every process is doing.
    pub(super) survey: Mutex<Option<Arc<Survey>>>,
    /// How the run ends, once that is known.
    pub(super) verdict: Mutex<Option<RunEnd>>,
}

/// A count of turns, on cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Turns(pub(super) AtomicU64);

/// Every process of a run, and who runs them.
#[derive(Debug)]
pub struct Scheduler {
    shared: Shared,
    /// What the first worker begins with: processes made before the run.
    first: Local,
}

impl Bell for Share<Gift> {
    fn ring(&self) {
        self.wake_one();
    }
}

impl Scheduler {
    /// A scheduler without processes.
    #[must_use]
    pub fn new(config: Config, host: Host, gate: Arc<Gate>, tracer: Tracer) -> Scheduler {
        let stepped = matches!(config.mode, Mode::Stepped(_));
        let workers = if stepped { 1 } else { config.workers };
        let order = match config.mode {
            Mode::Stepped(choice) => Order::Strict(choice),
            Mode::Parallel => Order::DepthFirst(Row::default()),
        };
        let depots = Depots::default();
        let share = Arc::new(Share::new(workers));
        let workers = share.workers();
        gate.attach(share.clone());
        let virtual_clock = host.clock.is_virtual();
        let outlet = Outlet::new(host.clone(), gate.clone(), config.grants);
        let memory = Memory::new(config.max_memory);
        let (timers, kept) = (memory.stored(), memory.stored());
        Scheduler {
            shared: Shared {
                timeslice: config.timeslice.max(1),
                max_heap: config.max_heap,
                gc_zeal: config.gc_zeal,
                timeout_ns: config.timeout_ns,
                max_reductions: config.max_reductions,
                spent: AtomicU64::new(0),
                stepped,
                virtual_clock,
                gate,
                pool: Pool::new(Size::default()),
                outlet: Arc::new(outlet),
                tracer,
                table: Table::new(config.max_processes, workers),
                depots: depots.clone(),
                memory,
                share,
                names: Names::default(),
                kept: Kept::new(kept),
                alarms: Alarms::new(config.max_timers, TIMERS_OF_PROCESS_MAX, timers),
                wheels: Wheels::new(workers, virtual_clock, host.clock.monotonic_ns()),
                host,
                own_timers: AtomicUsize::new(0),
                turns: (0..workers).map(|_| Turns::default()).collect(),
                result: Mutex::new(None),
                verdict: Mutex::new(None),
                survey: Mutex::new(None),
            },
            first: Local::new(0, RunQueue::new(order), &depots),
        }
    }

    /// Makes the main process, [`Pid::MAIN`]. Call once a run.
    ///
    /// # Errors
    /// The limit on processes is reached.
    pub fn spawn_main(&mut self, request: SpawnRequest) -> Result<Pid, SpawnRefused> {
        self.first.seat(&self.shared, request, Pid::HOST, true)
    }

    /// Makes a process that will run beside the main one.
    ///
    /// # Errors
    /// As [`Scheduler::spawn_main`].
    pub fn spawn(&mut self, request: SpawnRequest) -> Result<Pid, SpawnRefused> {
        self.first.seat(&self.shared, request, Pid::HOST, false)
    }

    /// Hands an event to the sinks.
    pub fn trace(&mut self, event: &Event) {
        self.shared.tracer.event(event, None);
    }

    /// Sets what came with the program.
    pub fn serve(&mut self, resources: Arc<dyn Resources>) {
        self.shared.host.resources = resources;
    }

    /// Every process, by slot. Between two runs all of them are still to run.
    #[must_use]
    pub fn snapshot(&self) -> Vec<ProcessInfo> {
        let queued = self.first.queue.iter();
        let mut all: Vec<_> = queued
            .map(|tenant| ProcessInfo::new(&tenant.process, Activity::Ready))
            .collect();
        all.sort_by_key(|info| info.pid.slot());
        all
    }

    /// Runs until the end; see the end of a run in [`crate::sched`]. Every
    /// process is gone afterwards, and another run may begin.
    pub fn run(&mut self, engine: &dyn Engine) -> RunEnd {
        let shared = &self.shared;
        if let Some(limit) = shared.timeout_ns {
            let over = shared.host.clock.monotonic_ns().saturating_add(limit);
            shared.wheels.insert(0, over, Alarm::RunOver);
            shared.own_timers.store(1, Ordering::Relaxed);
        }
        let first = std::mem::take(&mut self.first);
        // The queue comes back empty, for the next run.
        self.first = sync::scope(|scope| {
            let crew = Crew {
                scope,
                shared,
                engine,
            };
            Worker::new(first, crew).work()
        });
        self.finish()
    }

    /// How the run came out; ends what is left, and makes room for another run.
    fn finish(&mut self) -> RunEnd {
        let verdict = lock(&self.shared.verdict).take();
        let end = verdict.unwrap_or_else(|| self.out_of_work());
        let shared = &mut self.shared;
        if shared.tracer.topics().has(Topic::Exits) {
            for pid in shared.table.pids() {
                shared
                    .tracer
                    .event(&Event::Exited { pid, failed: false }, None);
            }
        }
        // With its process a call is given up: it answers no more.
        shared.table.clear();
        drop(shared.share.left());
        shared.gate.forget_answers();
        shared.outlet.handles().clear();
        shared.names = Names::default();
        shared.kept = Kept::new(shared.memory.stored());
        shared.alarms.clear();
        shared.memory.clear();
        shared.wheels.clear(shared.host.clock.monotonic_ns());
        shared.share.begin();
        shared.own_timers.store(0, Ordering::Relaxed);
        shared.spent.store(0, Ordering::Relaxed);
        for turns in &shared.turns {
            turns.0.store(0, Ordering::Relaxed);
        }
        *lock(&shared.result) = None;
        *lock(&shared.survey) = None;
        match (shared.host.console.flush(), end) {
            (Err(error), RunEnd::Finished { .. }) => RunEnd::OutputLost(error.kind()),
            (_, end) => end,
        }
    }

    /// No process can ever run again.
    fn out_of_work(&mut self) -> RunEnd {
        let shared = &mut self.shared;
        if !shared.table.is_alive(Pid::MAIN) {
            return RunEnd::Finished {
                result: lock(&shared.result).take(),
            };
        }
        // The main process has the lowest slot, so it comes first.
        let waiting = shared.table.waiting();
        RunEnd::Deadlock(Deadlock::new(waiting, shared.tracer.knowledge()))
    }
}

impl Shared {
    /// The run ends now: no turn begins any more.
    pub(super) fn end(&self, end: RunEnd) {
        lock(&self.verdict).get_or_insert(end);
        self.share.advance(Stage::Over);
    }

    /// What a turn may use at most; none if all processes together have used what they may.
    #[inline]
    pub(super) fn budget(&self) -> Option<Budget> {
        let Some(limit) = self.max_reductions else {
            return Some(Budget(self.timeslice));
        };
        let left = limit.saturating_sub(self.spent.load(Ordering::Relaxed));
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        (left > 0).then(|| Budget(self.timeslice.min(left)))
    }

    /// A turn has used so much.
    #[inline]
    pub(super) fn spend(&self, used: u32) {
        if self.max_reductions.is_some() {
            self.spent.fetch_add(u64::from(used), Ordering::Relaxed);
        }
    }

    /// What it means that no worker has anything to do.
    pub(super) fn nobody_works(&self) -> Last {
        if self.table.alive() == 0 {
            return Last::Over;
        }
        // A message to a name that nobody has wakes nobody, and who might take the name
        // would have to be woken by something else.
        let is_there = |name| self.names.whereis(name).is_some();
        let idle = self.own_timers.load(Ordering::Relaxed) + self.alarms.for_nobody(is_there);
        let waits_for_time = self.wheels.armed() > idle;
        if !waits_for_time && !self.gate.is_held() {
            return Last::Over;
        }
        // While a native works outside, time passes as it does there.
        if self.virtual_clock && waits_for_time && !self.gate.has_calls() {
            let now = self.host.clock.monotonic_ns();
            let look = self.wheels.next_look(0).unwrap_or(now);
            self.host.clock.advance(look.saturating_sub(now));
            return Last::Look;
        }
        Last::Rest
    }
}
