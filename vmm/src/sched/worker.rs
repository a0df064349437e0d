//! The loop: pick, run, requeue or park or end; and what a turn may ask for.
//!
//! One thread runs the whole machine. While an engine has a process, the
//! scheduler itself is the [`Kernel`] that the process asks, so everything
//! that a turn does to others takes effect at once and in order.
//!
//! # Invariants
//! K1. A process is in the run queue exactly if the table says it is ready.
//! K2. A waiting process has a timer exactly if it has a deadline.
//! K3. `running` is the process that an engine holds, else [`Pid::HOST`].
//!
//! # Cost
//! Beside the engine's own work, a turn is a look-up, a push and a pop; what
//! the clock costs is paid once in [`TIMER_LOOK_REDUCTIONS`].

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::heap::parcel::Parcel;
use crate::heap::{FIRST_BLOCK_WORDS, Heap};
use crate::host::{Resources, Stream};
use crate::ids::{AtomId, Pid};
use crate::limits::{DEADLOCK_NAMES_MAX, TIMER_LOOK_REDUCTIONS, VIRTUAL_STEP_NS};
use crate::process::closing::Closing;
use crate::process::contract::{
    Budget, End, Engine, ExitClass, Kernel, NameRefused, Outcome, SpawnRefused, SpawnRequest,
};
use crate::process::signal::{Signal, Watched};
use crate::process::{Process, Waiting};
use crate::rights::{Grants, Right};
use crate::sched::names::Names;
use crate::sched::outside::{Gate, Outside, Woken};
use crate::sched::queue::{Order, Row, RunQueue};
use crate::sched::report::{Deadlock, ProcessInfo, Tracer};
use crate::sched::table::{Posted, Table};
use crate::sched::timer::Wheel;
use crate::sched::{Config, Host, Mode, RunEnd};
use crate::trace::{Event, Topics, TurnEnd};

/// What a turn costs beside what it runs, in reductions.
const TURN_REDUCTIONS: u32 = 20;

/// Every process of a run, and the loop that runs them.
#[derive(Debug)]
pub struct Scheduler {
    timeslice: u32,
    max_processes: usize,
    max_heap: usize,
    gc_zeal: bool,
    grants: Grants,
    timeout_ns: Option<u64>,
    /// Whether a look at the timers follows every turn.
    stepped: bool,
    host: Host,
    virtual_clock: bool,
    gate: Arc<Gate>,
    tracer: Tracer,
    table: Table,
    queue: RunQueue,
    timers: Wheel<Alarm>,
    names: Names,
    /// What is still to be done for processes that have ended, a piece a turn.
    closings: VecDeque<Closing>,
    /// Entries of `timers` that are no process's.
    own_timers: usize,
    running: Pid,
    /// Reductions since the last look at the timers.
    since_look: u32,
    turns: u64,
    /// What the main process returned, once it has ended without failure.
    result: Option<Parcel>,
    /// Set when the run is to end before its work is done.
    end: Option<RunEnd>,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug)]
enum Alarm {
    /// A process waits for this moment.
    Wake(Pid),
    /// The run's time is over.
    RunOver,
}

impl Scheduler {
    /// A scheduler without processes.
    #[must_use]
    pub fn new(config: Config, host: Host, gate: Arc<Gate>, tracer: Tracer) -> Scheduler {
        let stepped = matches!(config.mode, Mode::Stepped(_));
        let order = match config.mode {
            Mode::Stepped(choice) => Order::Strict(choice),
            Mode::Parallel => Order::DepthFirst(Row::default()),
        };
        Scheduler {
            timeslice: config.timeslice.max(1),
            max_processes: config.max_processes,
            max_heap: config.max_heap,
            gc_zeal: config.gc_zeal,
            grants: config.grants,
            timeout_ns: config.timeout_ns,
            stepped,
            virtual_clock: host.clock.is_virtual(),
            timers: Wheel::new(host.clock.monotonic_ns()),
            host,
            gate,
            tracer,
            names: Names::default(),
            closings: VecDeque::new(),
            table: Table::new(config.max_processes),
            queue: RunQueue::new(order),
            own_timers: 0,
            running: Pid::HOST,
            since_look: 0,
            turns: 0,
            result: None,
            end: None,
        }
    }

    /// Makes the main process, [`Pid::MAIN`]. Call once a run.
    ///
    /// # Errors
    /// The limit on processes is reached.
    pub fn spawn_main(&mut self, request: SpawnRequest) -> Result<Pid, SpawnRefused> {
        self.seat(request, true)
    }

    /// Hands an event to the sinks.
    pub fn trace(&mut self, event: &Event) {
        self.tracer.event(event, None);
    }

    /// Sets what came with the program.
    pub fn serve(&mut self, resources: Arc<dyn Resources>) {
        self.host.resources = resources;
    }

    /// Every process, by slot.
    #[must_use]
    pub fn snapshot(&self) -> Vec<ProcessInfo> {
        self.table.iter().map(ProcessInfo::new).collect()
    }

    /// Runs until the end; see the end of a run in [`crate::sched`]. Every
    /// process is gone afterwards, and another run may begin.
    pub fn run(&mut self, engine: &dyn Engine) -> RunEnd {
        if let Some(limit) = self.timeout_ns {
            let over = self.host.clock.monotonic_ns().saturating_add(limit);
            self.timers.insert(over, Alarm::RunOver);
            self.own_timers = 1;
        }
        let end = loop {
            if self.gate.is_pending() {
                self.take_in();
            }
            self.look_at_timers();
            if let Some(end) = self.end.take() {
                break end;
            }
            match self.queue.pick() {
                Some(pid) => self.turn(engine, pid),
                None if !self.closings.is_empty() => {}
                None => {
                    if let Some(end) = self.idle() {
                        break end;
                    }
                }
            }
            if let Some(closing) = self.closings.pop_front() {
                self.close(closing);
            }
        };
        self.finish(end)
    }

    /// Runs a process for a budget and sees to what became of it.
    fn turn(&mut self, engine: &dyn Engine, pid: Pid) {
        let Some(mut process) = self.table.take(pid) else {
            return;
        };
        self.running = pid;
        self.arrivals(&mut process);
        if let Some(end) = process.doom.take() {
            self.forget_timer(pid);
            self.over(process, end);
            return;
        }
        let clock = &self.host.clock;
        if !process.is_woken(|| clock.monotonic_ns()) {
            self.running = Pid::HOST;
            self.park_again(process);
            return;
        }
        self.forget_timer(pid);
        self.turns += 1;
        self.tracer.event(&Event::TurnBegan { pid }, None);
        let budget = Budget(self.timeslice);
        let (outcome, used) = engine.run(&mut process, self, budget);
        if self.virtual_clock {
            self.host.clock.advance(u64::from(used) * VIRTUAL_STEP_NS);
        }
        self.since_look = self.since_look.saturating_add(used + TURN_REDUCTIONS);
        let end = match outcome {
            Outcome::Preempted => TurnEnd::Preempted,
            Outcome::Waiting(_) => TurnEnd::Waiting,
            Outcome::Ended(_) => TurnEnd::Ended,
        };
        self.tracer.event(
            &Event::TurnEnded {
                pid,
                used: u64::from(used),
                end,
            },
            None,
        );
        match outcome {
            Outcome::Preempted => {
                self.running = Pid::HOST;
                self.table.put_ready(process);
                self.queue.push(pid);
            }
            Outcome::Waiting(waiting) => {
                self.running = Pid::HOST;
                self.park(process, waiting);
            }
            Outcome::Ended(end) => self.over(process, Box::new(end)),
        }
    }

    fn park(&mut self, mut process: Box<Process>, waiting: Waiting) {
        let pid = process.pid;
        process.waiting = Some(waiting);
        if let Some(deadline) = waiting.deadline_ns {
            let timer = self.timers.insert(deadline, Alarm::Wake(pid));
            self.table.set_timer(pid, timer);
        }
        self.park_again(process);
    }

    /// Parks a process whose wait goes on.
    fn park_again(&mut self, process: Box<Process>) {
        let pid = process.pid;
        if !self.table.put_waiting(process) {
            self.queue.push(pid);
        }
    }

    /// The wait of a process is over.
    fn forget_timer(&mut self, pid: Pid) {
        if let Some(timer) = self.table.take_timer(pid) {
            self.timers.cancel(timer);
        }
    }

    /// A process is over: from here on it is gone for everybody, its names are
    /// free, and then those who are to know are told.
    fn over(&mut self, process: Box<Process>, end: Box<End>) {
        let pid = process.pid;
        let left = self.table.remove(pid);
        self.names.release(pid);
        let closing = Closing::new(*process, &end, false, left);
        self.running = Pid::HOST;
        self.close(closing);
        self.ended(pid, *end);
    }

    /// Goes on with the end of a process.
    fn close(&mut self, mut closing: Closing) {
        if !closing.step(self) {
            self.closings.push_back(closing);
        }
    }

    /// A process has ended by itself.
    fn ended(&mut self, pid: Pid, end: End) {
        let (reason, class, trace) = match end {
            End::Returned(result) => {
                self.tracer
                    .event(&Event::Exited { pid, failed: false }, None);
                if pid == Pid::MAIN {
                    self.result = Some(result);
                }
                return;
            }
            End::Halted(code) => {
                self.end.get_or_insert(RunEnd::Halted(code));
                self.tracer
                    .event(&Event::Exited { pid, failed: false }, None);
                return;
            }
            End::Exited {
                reason,
                class,
                trace,
            } => (reason, class, trace),
        };
        let failed = class != ExitClass::Exit || !self.tracer.knowledge().is_clean(&reason);
        self.tracer
            .event(&Event::Exited { pid, failed }, Some(&reason));
        if class != ExitClass::Exit && pid != Pid::MAIN {
            self.tracer.crash(pid, &reason, class, trace.as_ref());
        }
        if failed && pid == Pid::MAIN {
            self.end.get_or_insert(RunEnd::Failed {
                reason,
                class,
                trace,
            });
        }
    }

    /// Takes in what came from outside.
    fn take_in(&mut self) {
        for event in self.gate.take() {
            match event {
                Outside::Send { to, message } => {
                    let event = Event::Sent {
                        from: Pid::HOST,
                        to,
                    };
                    self.tracer.event(&event, Some(&message));
                    // A message to a process that is gone is dropped.
                    let _dropped = self.deliver(to, Signal::Message(message));
                }
                Outside::Stop(stop) => {
                    self.end.get_or_insert(RunEnd::Stopped(stop));
                }
            }
        }
    }

    fn deliver(&mut self, to: Pid, signal: Signal) -> Result<(), Signal> {
        match self.table.post(to, signal) {
            Posted::Gone(signal) => return Err(signal),
            Posted::Kept => {}
            Posted::Woke => self.queue.push(to),
        }
        Ok(())
    }

    /// Wakes who waited for a moment that has come; while there is work, the
    /// system's clock is read only now and then.
    fn look_at_timers(&mut self) {
        if self.timers.is_empty()
            || !(self.stepped || self.queue.is_empty() || self.since_look >= TIMER_LOOK_REDUCTIONS)
        {
            return;
        }
        self.since_look = 0;
        let now = self.host.clock.monotonic_ns();
        while let Some((_, alarm)) = self.timers.pop_due(now) {
            match alarm {
                Alarm::Wake(pid) => {
                    if self.table.wake(pid) {
                        self.queue.push(pid);
                    }
                }
                Alarm::RunOver => {
                    self.own_timers = 0;
                    self.end.get_or_insert(RunEnd::TimedOut {
                        limit_ns: self.timeout_ns.unwrap_or_default(),
                    });
                }
            }
        }
    }

    /// Nobody can run: passes the time until somebody can, or yields the end
    /// if nobody ever will.
    fn idle(&mut self) -> Option<RunEnd> {
        let waits_for_time = self.timers.len() > self.own_timers;
        if !waits_for_time && !self.gate.is_held() {
            return Some(self.out_of_work());
        }
        if let Err(error) = self.host.console.flush() {
            return Some(RunEnd::OutputLost(error.kind()));
        }
        let look = self.timers.next_look();
        let now = self.host.clock.monotonic_ns();
        match look {
            Some(look) if self.virtual_clock && waits_for_time => {
                self.host.clock.advance(look.saturating_sub(now));
            }
            Some(look) if !self.virtual_clock => {
                let span = Duration::from_nanos(look.saturating_sub(now));
                let _looks_anyway: Woken = self.gate.sleep(Some(span));
            }
            _ => {
                let _looks_anyway: Woken = self.gate.sleep(None);
            }
        }
        None
    }

    /// No process can ever run again.
    fn out_of_work(&mut self) -> RunEnd {
        if !self.table.is_alive(Pid::MAIN) {
            return RunEnd::Finished {
                result: self.result.take(),
            };
        }
        // The main process has the lowest slot, so it comes first.
        let mut all = self.table.iter().map(ProcessInfo::new);
        let waiting = all.by_ref().take(DEADLOCK_NAMES_MAX).collect();
        RunEnd::Deadlock(Deadlock {
            waiting,
            more: all.count(),
        })
    }

    /// Ends what is left, and makes room for another run.
    fn finish(&mut self, end: RunEnd) -> RunEnd {
        if self.tracer.topics().has(crate::trace::Topic::Exits) {
            let left: Vec<Pid> = self.table.iter().map(|(pid, ..)| pid).collect();
            for pid in left {
                self.tracer
                    .event(&Event::Exited { pid, failed: false }, None);
            }
        }
        self.table = Table::new(self.max_processes);
        self.names = Names::default();
        self.closings.clear();
        while self.queue.pick().is_some() {}
        self.timers = Wheel::new(self.host.clock.monotonic_ns());
        self.own_timers = 0;
        self.since_look = 0;
        self.turns = 0;
        self.result = None;
        self.end = None;
        match (self.host.console.flush(), end) {
            (Err(error), RunEnd::Finished { .. }) => RunEnd::OutputLost(error.kind()),
            (_, end) => end,
        }
    }

    fn seat(&mut self, request: SpawnRequest, main: bool) -> Result<Pid, SpawnRefused> {
        let SpawnRequest {
            function,
            call,
            options,
        } = request;
        let (max_heap, zeal, parent) = (self.max_heap, self.gc_zeal, self.running);
        let max_heap = options.max_heap.map_or(max_heap, |own| own.min(max_heap));
        if let Some(name) = options.name
            && let Err(NameRefused::Taken(by)) = self.names.keep(name)
        {
            return Err(SpawnRefused::NameTaken { by });
        }
        let make = |pid| {
            let heap = Heap::new(FIRST_BLOCK_WORDS, max_heap, zeal);
            let mut process = Process::new(pid, function, heap, call);
            process.parent = parent;
            process.mailbox.set_bound(options.max_messages);
            if options.link {
                process.bonds_mut().linked(parent);
            }
            if let Some(reference) = options.monitor {
                process
                    .bonds_mut()
                    .watched_by(reference, parent, Watched::Process(pid));
            }
            Box::new(process)
        };
        let seated = if main {
            self.table.insert_main(make)
        } else {
            self.table.insert(make)
        };
        if let Some(name) = options.name {
            self.names.settle(name, seated.ok());
        }
        let pid = seated.map_err(|full| SpawnRefused::TooMany { limit: full.max })?;
        self.tracer.event(
            &Event::Spawned {
                parent: self.running,
                pid,
                function,
            },
            None,
        );
        self.queue.push_child(pid);
        Ok(pid)
    }

    /// What the turn has used so far, as time.
    fn elapsed(&self, used: u32) -> u64 {
        if self.virtual_clock {
            u64::from(used) * VIRTUAL_STEP_NS
        } else {
            0
        }
    }
}

impl Kernel for Scheduler {
    fn spawn(&mut self, request: SpawnRequest) -> Result<Pid, SpawnRefused> {
        self.seat(request, false)
    }

    fn signal(&mut self, to: Pid, signal: Signal) -> Result<(), Signal> {
        self.deliver(to, signal)
    }

    fn list(&self) -> Vec<Pid> {
        self.table.iter().map(|(pid, ..)| pid).collect()
    }

    fn memory_limit(&self) -> usize {
        self.max_heap
    }

    fn is_alive(&self, pid: Pid) -> bool {
        self.table.is_alive(pid)
    }

    fn refuses(&self, to: Pid) -> Option<usize> {
        self.table.refuses(to)
    }

    fn register(&mut self, name: AtomId, pid: Pid) -> Result<(), NameRefused> {
        let table = &self.table;
        self.names.register(name, pid, |pid| table.is_alive(pid))
    }

    fn unregister(&mut self, name: AtomId) -> Option<Pid> {
        self.names.unregister(name)
    }

    fn whereis(&self, name: AtomId) -> Option<Pid> {
        self.names.whereis(name)
    }

    fn name_of(&self, pid: Pid) -> Option<AtomId> {
        self.names.name_of(pid)
    }

    fn registered(&self) -> Vec<AtomId> {
        self.names.all()
    }

    fn arrivals(&mut self, process: &mut Process) {
        for signal in self.table.arrivals(process.pid) {
            process.take_in(signal, self);
        }
    }

    fn now_ns(&mut self, used: u32) -> u64 {
        self.host.clock.monotonic_ns() + self.elapsed(used)
    }

    fn wall_ns(&mut self, used: u32) -> u64 {
        self.host.clock.wall_ns() + self.elapsed(used)
    }

    fn random(&mut self) -> u64 {
        self.host.entropy.next_u64()
    }

    fn print(&mut self, stream: Stream, text: &str) {
        let written = self.host.console.write(stream, text);
        if let (Err(error), Stream::Out) = (written, stream) {
            self.end.get_or_insert(RunEnd::OutputLost(error.kind()));
        }
    }

    fn resources(&self) -> Vec<String> {
        self.host.resources.list()
    }

    fn resource(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        self.host.resources.read(path)
    }

    fn processes(&self) -> usize {
        self.table.alive()
    }

    fn passes(&self) -> u64 {
        self.turns
    }

    fn permits(&self, right: &Right) -> bool {
        self.grants.permits(right)
    }

    fn topics(&self) -> Topics {
        self.tracer.topics()
    }

    fn event(&mut self, event: Event, subject: Option<&Parcel>) {
        self.tracer.event(&event, subject);
    }
}

#[cfg(test)]
mod tests;
