//! A worker: pick, run, requeue or park or end.
//!
//! Every worker is a thread with a queue of its own. While an engine has a
//! process, the worker is the `Kernel` that the process asks, so what a turn does
//! to others takes effect at once and in order. Whoever a worker wakes or makes
//! stands in its own queue.
//!
//! # Invariants
//! K1. A process is in exactly one place: in one queue, with the worker that runs
//!     it, in its slot while it waits, or in a gift.
//! K2. A waiting process has a timer exactly if it has a deadline.
//! K3. `running` is the process that an engine holds, else [`Pid::HOST`]; while one does,
//!     `slot` is its slot.
//!
//! # Cost
//! Beside the engine's own work, a turn is a push, a pop and a few loads; what
//! the clock costs is paid once in [`TIMER_LOOK_REDUCTIONS`].

use std::collections::VecDeque;

use crate::ids::Pid;
use crate::limits::{BUSY_REDUCTIONS, TIMER_LOOK_REDUCTIONS, VIRTUAL_STEP_NS};
use crate::process::closing::Closing;
use crate::process::contract::{Engine, Outcome, SpawnRefused, SpawnRequest};
use crate::process::signal::Signal;
use crate::sched::RunEnd;
use crate::sched::ahead;
use crate::sched::blocks::Slot;
use crate::sched::ends::killed;
use crate::sched::gifts::{Giving, Talk};
use crate::sched::outside::Outside;
use crate::sched::run::Shared;
use crate::sched::seat::Local;
use crate::sched::share::Stage;
use crate::sched::table::Tenant;
use crate::sched::timer::Due;
use crate::sched::wheels::Alarm;
use crate::sync::{self, Ordering, Scope};
use crate::trace::{Event, TurnEnd};

/// What a turn costs beside what it runs, in reductions.
const TURN_REDUCTIONS: u32 = 20;

/// What the threads of a run have in common.
#[derive(Clone, Copy)]
pub struct Crew<'scope, 'env> {
    /// Where they are started.
    pub scope: &'scope Scope<'scope, 'env>,
    /// What they share.
    pub shared: &'env Shared,
    /// What runs processes.
    pub engine: &'env dyn Engine,
}

/// A worker; see the module documentation.
pub struct Worker<'scope, 'env> {
    pub(super) crew: Crew<'scope, 'env>,
    pub(super) local: Local,
    pub(super) running: Pid,
    /// The slot of the process that an engine holds.
    pub(super) slot: Option<&'env Slot>,
    /// Reductions since the last look at the timers.
    since_look: u32,
    /// Room for the timers that are due at a look.
    due: Vec<Due<Alarm>>,
    pub(super) giving: Giving,
    /// To whom the running process has sent.
    pub(super) talk: Talk,
    /// What is still to be done for processes that have ended, a piece a turn.
    pub(super) closings: VecDeque<Closing>,
    /// Who was told to end, and stands with which worker.
    pub(super) told_elsewhere: Vec<(usize, Pid)>,
}

/// Ends the run if a worker panics, so that the others do not wait for it.
struct EndOnPanic<'a>(&'a Shared);

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.share.advance(Stage::Over);
        }
    }
}

impl Crew<'_, '_> {
    /// Starts the thread of a worker; false if the system has none.
    pub(super) fn start(self, number: usize) -> bool {
        let name = format!("ionvm worker {number}");
        let begin = move || {
            Worker::new(Local::of(number, &self.shared.depots), self).work();
        };
        sync::start(self.scope, name, begin)
    }
}

impl<'scope, 'env> Worker<'scope, 'env> {
    /// A worker that has done nothing yet.
    #[must_use]
    pub fn new(local: Local, crew: Crew<'scope, 'env>) -> Worker<'scope, 'env> {
        Worker {
            crew,
            local,
            running: Pid::HOST,
            slot: None,
            since_look: 0,
            due: Vec::new(),
            giving: Giving::default(),
            talk: Talk::default(),
            closings: VecDeque::new(),
            told_elsewhere: Vec::new(),
        }
    }

    pub(super) fn shared(&self) -> &'env Shared {
        self.crew.shared
    }

    pub(super) fn number(&self) -> usize {
        self.local.number
    }

    /// Works until the run is over; yields an empty queue.
    pub fn work(mut self) -> Local {
        let shared = self.shared();
        let _guard = EndOnPanic(shared);
        if let Some(gift) = shared.share.first_gift(self.number()) {
            self.accept(gift);
        }
        loop {
            if shared.gate.is_pending() {
                shared.gate.take_in(|event| self.take_in(event));
            }
            while let Some(gift) = shared.share.handed(self.number()) {
                self.join(gift);
            }
            if self.is_time_to_look() {
                self.look_at_timers();
            }
            if shared.share.stage() == Stage::Over {
                break;
            }
            let Local { queue, dying, .. } = &mut self.local;
            match dying.pick(queue, self.giving.done()) {
                Some(tenant) => {
                    self.look_ahead();
                    self.turn(tenant);
                    self.give();
                }
                None if !self.closings.is_empty() || self.rest() => {}
                None => break,
            }
            if !self.closings.is_empty()
                && let Some(closing) = self.closings.pop_front()
            {
                self.close(closing);
            }
            if !self.told_elsewhere.is_empty() {
                self.tell_elsewhere();
            }
        }
        self.local.clear();
        self.local
    }

    /// Sees that those who probably run next are at hand then.
    #[inline]
    fn look_ahead(&self) {
        if let Some(next) = self.local.queue.in_line(0) {
            ahead::is_next(next, &self.shared().table);
            if let Some(then) = self.local.queue.in_line(1) {
                ahead::comes(then);
            }
        }
    }

    /// Runs a process for a budget and sees to what became of it.
    fn turn(&mut self, mut tenant: Box<Tenant>) {
        let shared = self.shared();
        let pid = tenant.process.pid;
        // P3: whoever lives has a slot.
        let Some(slot) = shared.table.slot_of(pid) else {
            return;
        };
        self.running = pid;
        self.slot = Some(slot);
        slot.is_at(self.number());
        self.talk = Talk::default();
        self.local.queue.paid(TURN_REDUCTIONS);
        self.take_arrivals(slot, &mut tenant.process);
        if shared.share.stage() == Stage::Killing && !tenant.process.is_doomed() {
            tenant.process.doom(killed());
        }
        if let Some(end) = tenant.process.take_doom() {
            self.forget_timer(&mut tenant);
            self.over(tenant, end);
            return;
        }
        let clock = &shared.host.clock;
        if !tenant.process.wakes(|| clock.monotonic_ns()) {
            self.running = Pid::HOST;
            self.park(slot, tenant);
            return;
        }
        let Some(budget) = shared.budget() else {
            self.running = Pid::HOST;
            self.local.line_up(tenant);
            shared.end(RunEnd::Exhausted {
                limit: shared.max_reductions.unwrap_or_default(),
            });
            return;
        };
        self.forget_timer(&mut tenant);
        let turns = &shared.turns[self.number()].0;
        turns.store(turns.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        shared.tracer.event(&Event::TurnBegan { pid }, None);
        self.local.account.turn(&shared.memory);
        let left = self.local.account.left();
        let is_tight = left < tenant.process.heap.limit_bytes();
        tenant.process.heap.set_left(is_tight.then_some(left));
        let engine = self.crew.engine;
        let ran = engine.run(&mut tenant.process, self, budget);
        let used = ran.1;
        shared.spend(used);
        let account = &mut self.local.account;
        account.settle(&shared.memory, &mut tenant.process);
        if shared.virtual_clock {
            shared.host.clock.advance(u64::from(used) * VIRTUAL_STEP_NS);
        }
        self.since_look = self.since_look.saturating_add(used + TURN_REDUCTIONS);
        let follows = self.giving.turn(self.talk, used + TURN_REDUCTIONS);
        self.local.queue.paid(used);
        let end = match ran.0 {
            Outcome::Preempted => TurnEnd::Preempted,
            Outcome::Waiting => TurnEnd::Waiting,
            Outcome::Ended(_) => TurnEnd::Ended,
        };
        let event = Event::TurnEnded {
            pid,
            used: u64::from(used),
            end,
        };
        shared.tracer.event(&event, None);
        match ran.0 {
            Outcome::Preempted => {
                self.running = Pid::HOST;
                slot.tell(&mut tenant.process.mailbox);
                let unbroken = tenant.unbroken.saturating_add(used + TURN_REDUCTIONS);
                tenant.unbroken = unbroken;
                match follows {
                    Some(worker) => self.draw(tenant, worker),
                    None => {
                        tenant.drawn = false;
                        self.requeue(tenant);
                    }
                }
            }
            Outcome::Waiting => {
                self.running = Pid::HOST;
                self.set_timer(&mut tenant);
                self.park(slot, tenant);
            }
            Outcome::Ended(end) => self.over(tenant, end),
        }
    }

    /// Puts a process away that waits, unless something came for it.
    #[inline]
    fn park(&mut self, slot: &Slot, mut tenant: Box<Tenant>) {
        slot.tell(&mut tenant.process.mailbox);
        if let Err(tenant) = slot.arrivals.park(tenant) {
            self.local.line_up(tenant);
        }
    }

    /// Lines a process up whose turn is over, or that came from another worker.
    pub(super) fn requeue(&mut self, tenant: Box<Tenant>) {
        if tenant.unbroken < BUSY_REDUCTIONS {
            self.local.line_up(tenant);
        } else {
            self.local.line_up_busy(tenant);
        }
    }

    /// A process begins to wait: if that has an end, it is to be woken then.
    #[inline]
    fn set_timer(&mut self, tenant: &mut Tenant) {
        tenant.unbroken = 0;
        let waiting = tenant.process.waiting;
        let Some(deadline) = waiting.and_then(|waiting| waiting.deadline.ns()) else {
            return;
        };
        let alarm = Alarm::Wake(tenant.process.pid);
        let wheels = &self.shared().wheels;
        tenant.timer = Some(wheels.insert(self.number(), deadline, alarm));
    }

    /// The wait of a process is over.
    #[inline]
    fn forget_timer(&mut self, tenant: &mut Tenant) {
        if let Some(armed) = tenant.timer.take() {
            self.shared().wheels.cancel(armed);
        }
    }

    /// Takes in what came from outside.
    fn take_in(&mut self, event: Outside) {
        let shared = self.shared();
        match event {
            Outside::Send { to, message } => {
                let event = Event::Sent {
                    from: Pid::HOST,
                    to,
                };
                shared.tracer.event(&event, Some(&message));
                // A message to a process that is gone is dropped.
                let _dropped = self.deliver(to, Signal::Message(message));
            }
            Outside::Answer {
                to,
                reference,
                answer,
            } => {
                // Who is gone waits for nothing.
                let _dropped = self.deliver(to, Signal::Returned { reference, answer });
            }
            Outside::OutputLost(kind) => shared.end(RunEnd::OutputLost(kind)),
            Outside::Survey(survey) => self.survey(survey),
            Outside::Stop(stop) => self.stop(stop),
        }
    }

    pub(super) fn seat(&mut self, request: SpawnRequest) -> Result<Pid, SpawnRefused> {
        let shared = self.shared();
        let pid = self.local.seat(shared, request, self.running, false)?;
        self.giving.born += 1;
        Ok(pid)
    }

    /// Whether it is time to look at the timers; while there is work, the system's clock
    /// is read only now and then.
    #[inline]
    fn is_time_to_look(&self) -> bool {
        let shared = self.shared();
        !shared.wheels.is_empty(self.number())
            && (shared.stepped
                || self.since_look >= TIMER_LOOK_REDUCTIONS
                || self.local.queue.is_empty())
    }

    /// Wakes who waited for a moment that has come.
    fn look_at_timers(&mut self) {
        let (shared, me) = (self.shared(), self.number());
        self.since_look = 0;
        let now = shared.host.clock.monotonic_ns();
        let mut due = std::mem::take(&mut self.due);
        loop {
            shared.wheels.take_due(me, now, &mut due);
            if due.is_empty() {
                break;
            }
            due.drain(..).for_each(|due| self.rings(&due));
        }
        self.due = due;
    }

    /// A timer is due.
    fn rings(&mut self, due: &Due<Alarm>) {
        let (shared, me) = (self.shared(), self.number());
        match due.load {
            Alarm::Wake(pid) => match shared.table.wake(pid) {
                Some(mut tenant) => {
                    // Forgotten here, its timer need not be looked for when the turn begins.
                    let timer = tenant.timer;
                    if timer.is_some_and(|armed| shared.wheels.is_same(armed, me, due)) {
                        tenant.timer = None;
                    }
                    self.local.line_up(tenant);
                }
                None => {
                    // It is awake, or just going to wait: it is to look at the time.
                    let _gone = self.deliver(pid, Signal::Wake);
                }
            },
            Alarm::Send(timer) => self.fire(timer),
            Alarm::RunOver => {
                shared.own_timers.store(0, Ordering::Relaxed);
                shared.end(RunEnd::TimedOut {
                    limit_ns: shared.timeout_ns.unwrap_or_default(),
                });
            }
            Alarm::Leave => self.leave(),
            Alarm::Kill => self.kill_all(),
        }
    }
}

#[cfg(test)]
mod tests;
