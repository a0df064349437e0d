//! The end of a process, and what the end of the main one does to the others.

use crate::atom::known;
use crate::foreign::call::CallBack as _;
use crate::heap::parcel::Parcel;
use crate::ids::Pid;
use crate::limits::{KILL_AFTER_NS, STOP_AFTER_NS};
use crate::process::Process;
use crate::process::arrivals::Taken;
use crate::process::closing::Closing;
use crate::process::contract::{End, ExitClass, Kernel as _};
use crate::process::signal::Signal;
use crate::sched::nodes::Arrival;
use crate::sched::report::KnownAs;
use crate::sched::share::Stage;
use crate::sched::table::Tenant;
use crate::sched::wheels::Alarm;
use crate::sched::worker::Worker;
use crate::sched::{RunEnd, Stop};
use crate::sync::lock;
use crate::trace::Event;
use crate::word::Word;

impl Worker<'_, '_> {
    /// A process is over: from here on it is gone for everybody, its names are
    /// free, and then those who are to know are told.
    pub(super) fn over(&mut self, mut tenant: Box<Tenant>, end: End) {
        let shared = self.shared();
        self.giving.ended += 1;
        let process = &mut tenant.process;
        let pid = process.pid;
        let account = &mut self.local.account;
        account.count(&shared.memory, -(process.counted as i64));
        // People are told of failures only.
        let known_as = match &end {
            End::Exited { .. } => Some(KnownAs {
                pid,
                name: shared.names.name_of(pid),
                label: process.label().map(Box::from),
            }),
            End::Returned(_) | End::Halted(_) => None,
        };
        let is_alive = |pid| shared.table.is_alive(pid);
        let is_bound = process.bonds().is_some();
        let kept = is_bound && shared.kept.settle(process, &end, is_alive);
        let taken = shared.table.remove(&mut self.local.free, pid);
        shared.names.release(pid);
        if is_bound {
            shared.kept.forget(process);
        }
        shared.alarms.end(&shared.wheels, pid);
        // A call that is in flight makes no more handles for it.
        drop(process.take_in_flight());
        shared.outlet.handles().end(pid);
        self.running = Pid::HOST;
        let left = taken.filter(|taken| !taken.is_empty());
        if is_bound || left.is_some() || !process.mailbox.is_empty() {
            self.part(process, &end, kept, left);
        }
        self.local.spare(tenant);
        match end {
            End::Returned(_) if pid != Pid::MAIN => {
                let event = Event::Exited { pid, failed: false };
                shared.tracer.event(&event, None);
            }
            end => self.ended(pid, known_as, end),
        }
    }

    /// Begins to tell those who are to know of an end, and to answer what came too late.
    #[inline(never)]
    fn part(
        &mut self,
        process: &mut Process,
        end: &End,
        kept: bool,
        taken: Option<Taken<Arrival>>,
    ) {
        let (shared, pid) = (self.shared(), process.pid);
        let mut left = Vec::new();
        for node in taken.into_iter().flatten() {
            let Some(arrival) = self.local.nodes.emptied(node) else {
                continue;
            };
            let bytes = arrival.load.bytes() as i64;
            self.local.account.count(&shared.memory, -bytes);
            if arrival.to == pid {
                left.push(arrival.load.into());
            } else {
                self.undelivered(arrival.to, arrival.load.into());
            }
        }
        self.close(Closing::new(process, end, kept, left));
    }

    /// Goes on with the end of a process.
    pub(super) fn close(&mut self, mut closing: Closing) {
        if !closing.step(self) {
            self.closings.push_back(closing);
        }
    }

    /// A process has ended. If the main one did, and the run is to end, so do the others.
    #[inline(never)]
    fn ended(&mut self, pid: Pid, who: Option<KnownAs>, end: End) {
        self.report(pid, who, end);
        if pid == Pid::MAIN && lock(&self.shared().verdict).is_some() {
            self.leave();
        }
    }

    /// Tells how a process ended, and notes what that means for the run.
    fn report(&mut self, pid: Pid, who: Option<KnownAs>, end: End) {
        let shared = self.shared();
        let tracer = &shared.tracer;
        let (reason, class, trace) = match end {
            End::Returned(result) => {
                tracer.event(&Event::Exited { pid, failed: false }, None);
                if pid == Pid::MAIN {
                    *lock(&shared.result) = Some(result);
                }
                return;
            }
            End::Halted(code) => {
                shared.end(RunEnd::Halted(code));
                tracer.event(&Event::Exited { pid, failed: false }, None);
                return;
            }
            End::Exited {
                reason,
                class,
                trace,
            } => (reason, class, trace),
        };
        let failed = class != ExitClass::Exit || !tracer.knowledge().is_clean(&reason);
        tracer.event(&Event::Exited { pid, failed }, Some(&reason));
        if class != ExitClass::Exit
            && pid != Pid::MAIN
            && let Some(who) = who
        {
            tracer.crash(&who, &reason, class, trace.as_ref());
        }
        if failed && pid == Pid::MAIN {
            let end = RunEnd::Failed {
                reason,
                class,
                trace,
            };
            lock(&shared.verdict).get_or_insert(end);
        }
    }

    /// Somebody outside wants the run to stop. The main process is told first, so
    /// that one that supervises others can stop them in order; when it has ended, or
    /// has had its time, the others are. A second request ends the run at once.
    pub(super) fn stop(&mut self, stop: Stop) {
        let shared = self.shared();
        let is_first = {
            let mut verdict = lock(&shared.verdict);
            let is_first = verdict.is_none();
            verdict.get_or_insert(RunEnd::Stopped(stop));
            is_first
        };
        if !is_first {
            shared.share.advance(Stage::Over);
            return;
        }
        let shutdown = Signal::Exit {
            from: Pid::HOST,
            reason: Parcel::word(Word::atom(known::SHUTDOWN)),
            linked: false,
        };
        if self.signal(Pid::MAIN, shutdown).is_err() {
            self.leave();
            return;
        }
        let now = shared.host.clock.monotonic_ns();
        let leave = now.saturating_add(STOP_AFTER_NS);
        shared.wheels.insert(self.number(), leave, Alarm::Leave);
    }

    /// The run is over for everybody: all are told to shut down, and killed
    /// when that takes too long.
    pub(super) fn leave(&mut self) {
        let shared = self.shared();
        if !shared.share.advance(Stage::Leaving) {
            return;
        }
        let now = shared.host.clock.monotonic_ns();
        let kill = now.saturating_add(KILL_AFTER_NS);
        shared.wheels.insert(self.number(), kill, Alarm::Kill);
        self.tell_all(Word::atom(known::SHUTDOWN));
    }

    /// Whoever is still there is killed.
    pub(super) fn kill_all(&mut self) {
        // First: who is made from now on is killed as it begins.
        self.shared().share.advance(Stage::Killing);
        self.tell_all(Word::atom(known::KILL));
    }

    fn tell_all(&mut self, reason: Word) {
        let shared = self.shared();
        for to in shared.table.pids() {
            let (from, reason, linked) = (Pid::MAIN, Parcel::word(reason), false);
            let exit = Signal::Exit {
                from,
                reason,
                linked,
            };
            // Who is gone already needs no telling.
            let _gone = self.signal(to, exit);
        }
    }
}

/// How a process ends that is killed.
pub(super) fn killed() -> End {
    End::Exited {
        reason: Parcel::word(Word::atom(known::KILLED)),
        class: ExitClass::Exit,
        trace: None,
    }
}
