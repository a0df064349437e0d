//! Engines for tests: processes that are closures, and values that are numbers.

use std::sync::Arc;

use crate::atom::known;
use crate::heap::parcel::Parcel;
use crate::heap::{FIRST_BLOCK_WORDS, Heap};
use crate::host::{
    Choice, Clock, MemoryConsole, NoResources, RoundRobin, SeededEntropy, VirtualClock,
};
use crate::ids::{FuncId, Pid};
use crate::process::contract::{
    Budget, End, Engine, ExitClass, Kernel, Outcome, SpawnOptions, SpawnRequest,
};
use crate::process::{Process, Waiting};
use crate::sched::table::Tenant;
use crate::sched::{Config, Gate, Host, Knowledge, Mode, RunEnd, Scheduler, Tracer};
use crate::sync::{Mutex, lock};
use crate::trace::{Event, Render, Sink, Topics};
use crate::word::Word;

/// A value that is a number.
pub(crate) fn parcel(n: u64) -> Parcel {
    Parcel::word(Word::number(n as f64))
}

/// The number of such a value.
pub(crate) fn number(parcel: &Parcel) -> u64 {
    parcel.root().to_number().map_or(u64::MAX, |n| n as u64)
}

/// A process for the table's tests.
pub(crate) fn tenant(pid: Pid) -> Box<Tenant> {
    let heap = Heap::new(FIRST_BLOCK_WORDS, 1 << 20, false);
    Tenant::new(Process::new(pid, FuncId(0), heap, parcel(0)))
}

/// What a process does in one turn. It keeps its state in `references`.
pub(crate) type Body = fn(&mut Process, &mut dyn Kernel, u32) -> (Outcome, u32);

/// Runs function `n` by calling the `n`th body.
pub(crate) struct Bodies(pub(crate) &'static [Body]);

impl Engine for Bodies {
    fn run(
        &self,
        process: &mut Process,
        kernel: &mut dyn Kernel,
        Budget(budget): Budget,
    ) -> (Outcome, u32) {
        process.waiting = None;
        kernel.arrivals(process);
        if process.is_doomed() {
            return (Outcome::Preempted, 1);
        }
        self.0[process.entry.0 as usize](process, kernel, budget)
    }
}

/// Reason 0 is `:normal`, any other number a failure.
struct Numbers;

impl Knowledge for Numbers {
    fn crash(&self, reason: &Parcel, _: ExitClass, _: Option<&Parcel>) -> String {
        self.show(reason)
    }
    fn function(&self, function: FuncId) -> String {
        function.to_string()
    }
    fn instruction(&self, _function: FuncId, index: u32) -> String {
        index.to_string()
    }
    fn show(&self, value: &Parcel) -> String {
        match value.root().to_atom() {
            Some(known::SHUTDOWN) => "shutdown".to_owned(),
            Some(known::KILLED) => "killed".to_owned(),
            _ => number(value).to_string(),
        }
    }
    fn is_clean(&self, reason: &Parcel) -> bool {
        number(reason) == 0 || reason.root().to_atom() == Some(known::SHUTDOWN)
    }
}

/// Writes down every event.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Sink for Log {
    fn topics(&self) -> Topics {
        Topics::ALL
    }
    fn event(&mut self, event: &Event, render: &dyn Render) {
        lock(&self.0).push(
            format!("{event:?} {}", render.value())
                .trim_end()
                .to_owned(),
        );
    }
}

/// A scheduler with everything that a test may want to look at.
pub(crate) struct Bench {
    pub(crate) scheduler: Scheduler,
    pub(crate) gate: Arc<Gate>,
    pub(crate) log: Log,
    pub(crate) host: Host,
}

/// Stepped, in strict round-robin.
pub(crate) fn stepped() -> Config {
    Config::new(Mode::Stepped(Box::new(RoundRobin)))
}

/// Stepped, in another order.
pub(crate) fn stepped_by(choice: impl Choice + 'static) -> Config {
    Config::new(Mode::Stepped(Box::new(choice)))
}

/// Parallel, on two threads.
pub(crate) fn two_workers() -> Config {
    Config {
        workers: 2,
        ..Config::new(Mode::Parallel)
    }
}

/// The outside of a test.
pub(crate) fn host(clock: impl Clock + 'static) -> Host {
    Host {
        clock: Arc::new(clock),
        entropy: Arc::new(SeededEntropy::new(1)),
        console: Arc::new(MemoryConsole::default()),
        resources: Arc::new(NoResources),
    }
}

impl Bench {
    /// A scheduler on a virtual clock.
    pub(crate) fn new(config: Config) -> Bench {
        Bench::with_host(config, host(VirtualClock::default()))
    }

    /// A scheduler with that outside.
    pub(crate) fn with_host(config: Config, host: Host) -> Bench {
        let (gate, log) = (Arc::new(Gate::default()), Log::default());
        let tracer = Tracer::new(vec![Box::new(log.clone())], Arc::new(Numbers));
        Bench {
            scheduler: Scheduler::new(config, host.clone(), Arc::clone(&gate), tracer),
            gate,
            log,
            host,
        }
    }

    /// Runs function 0 as the main process.
    pub(crate) fn run(&mut self, bodies: &'static [Body]) -> RunEnd {
        self.scheduler.spawn_main(request(0)).unwrap();
        self.scheduler.run(&Bodies(bodies))
    }

    /// Every event of a topic, one line each.
    pub(crate) fn lines(&self, word: &str) -> Vec<String> {
        let mut lines = lock(&self.log.0).clone();
        lines.retain(|line| line.starts_with(word));
        lines
    }
}

/// Asks for a process that runs body `n`.
pub(crate) fn request(n: u32) -> SpawnRequest {
    SpawnRequest {
        function: FuncId(n),
        call: parcel(0).into(),
        options: SpawnOptions::default(),
    }
}

/// The turn ends with a value.
pub(crate) fn returned(n: u64, used: u32) -> (Outcome, u32) {
    (Outcome::Ended(End::Returned(parcel(n))), used)
}

/// The turn ends with a reason.
pub(crate) fn exited(reason: u64, class: ExitClass) -> (Outcome, u32) {
    let reason = parcel(reason);
    let end = End::Exited {
        reason,
        class,
        trace: None,
    };
    (Outcome::Ended(end), 1)
}

/// The turn ends in a wait for a message, or for time only.
pub(crate) fn wait(
    process: &mut Process,
    deadline_ns: Option<u64>,
    for_message: bool,
) -> (Outcome, u32) {
    process.waiting = Some(Waiting {
        deadline: deadline_ns.into(),
        func: process.entry,
        pc: 5,
        for_message,
    });
    (Outcome::Waiting, 1)
}
