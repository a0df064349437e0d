//! What a running process may ask of the machine, answered by its worker.

use std::sync::Arc;

use crate::foreign::call::CallBack;
use crate::heap::parcel::Parcel;
use crate::host::Stream;
use crate::ids::{AtomId, Pid, RefId};
use crate::limits::VIRTUAL_STEP_NS;
use crate::process::Process;
use crate::process::contract::{
    Counts, Job, Kernel, NameRefused, NoRoom, Sent, SpawnRefused, SpawnRequest, TimerRefused,
    TimerRequest,
};
use crate::process::signal::{Settled, Signal};
use crate::rights::Right;
use crate::sched::RunEnd;
use crate::sched::offload::Outlet;
use crate::sched::worker::Worker;
use crate::sync::Ordering;
use crate::trace::{Event, Topics};

impl Worker<'_, '_> {
    /// What the turn has used so far, as time.
    fn elapsed(&self, used: u32) -> u64 {
        if self.shared().virtual_clock {
            u64::from(used) * VIRTUAL_STEP_NS
        } else {
            0
        }
    }
}

impl Kernel for Worker<'_, '_> {
    fn spawn(&mut self, request: SpawnRequest) -> Result<Pid, SpawnRefused> {
        self.seat(request)
    }

    #[inline]
    fn is_crowded(&self) -> bool {
        self.local.queue.is_crowded()
    }

    fn send(&mut self, to: Pid, alias: Option<RefId>, message: Parcel) -> Sent {
        self.send_message(to, alias, message)
    }

    fn signal(&mut self, to: Pid, signal: Signal) -> Result<(), Signal> {
        self.deliver(to, signal)
    }

    fn list(&self) -> Vec<Pid> {
        self.shared().table.pids().collect()
    }

    fn memory_limit(&self) -> usize {
        self.shared().max_heap
    }

    fn is_full(&self) -> Option<u64> {
        (self.local.account.left() == 0).then(|| self.shared().memory.limit())
    }

    fn is_alive(&self, pid: Pid) -> bool {
        self.shared().table.is_alive(pid)
    }

    fn set_timer(&mut self, request: TimerRequest) -> Result<(), TimerRefused> {
        let shared = self.shared();
        let wheel = (&shared.wheels, self.number());
        let is_alive = |pid| shared.table.is_alive(pid);
        let bytes = shared.alarms.set(wheel, request, is_alive)?;
        self.local.account.stored(bytes);
        Ok(())
    }

    fn cancel_timer(&mut self, reference: RefId) -> Option<u64> {
        let shared = self.shared();
        shared.alarms.cancel(&shared.wheels, reference)
    }

    fn timer_deadline_ns(&self, reference: RefId) -> Option<u64> {
        self.shared().alarms.deadline_ns(reference)
    }

    fn armed_timers(&self) -> usize {
        let shared = self.shared();
        let own = shared.own_timers.load(Ordering::Relaxed);
        shared.wheels.armed().saturating_sub(own)
    }

    fn is_kept(&self, pid: Pid) -> bool {
        self.shared().kept.is_kept(pid)
    }

    fn take_kept(&mut self, pid: Pid) -> Option<Settled> {
        self.shared().kept.take(pid)
    }

    fn register(&mut self, name: AtomId, pid: Pid) -> Result<(), NameRefused> {
        let table = &self.shared().table;
        self.shared()
            .names
            .register(name, pid, |pid| table.is_alive(pid))
    }

    fn unregister(&mut self, name: AtomId) -> Option<Pid> {
        self.shared().names.unregister(name)
    }

    fn whereis(&self, name: AtomId) -> Option<Pid> {
        self.shared().names.whereis(name)
    }

    fn name_of(&self, pid: Pid) -> Option<AtomId> {
        self.shared().names.name_of(pid)
    }

    fn registered(&self) -> Vec<AtomId> {
        self.shared().names.all()
    }

    fn arrivals(&mut self, process: &mut Process) {
        if let Some(slot) = self.slot {
            self.take_arrivals(slot, process);
            slot.tell_bounded(&mut process.mailbox);
        }
    }

    fn now_ns(&mut self, used: u32) -> u64 {
        self.shared().host.clock.monotonic_ns() + self.elapsed(used)
    }

    fn wall_ns(&mut self, used: u32) -> u64 {
        self.shared().host.clock.wall_ns() + self.elapsed(used)
    }

    fn random(&mut self) -> u64 {
        self.shared().host.entropy.next_u64()
    }

    fn print(&mut self, stream: Stream, text: &str) {
        let written = self.shared().host.console.write(stream, text);
        if let (Err(error), Stream::Out) = (written, stream) {
            self.shared().end(RunEnd::OutputLost(error.kind()));
        }
    }

    fn resources(&self) -> Vec<String> {
        self.shared().host.resources.list()
    }

    fn resource(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        self.shared().host.resources.read(path)
    }

    fn processes(&self) -> usize {
        self.shared().table.alive()
    }

    fn counts(&self) -> Counts {
        let shared = self.shared();
        let timers = shared.alarms.len();
        Counts {
            processes: shared.table.alive(),
            names: shared.names.all().len(),
            timers,
            waits: self.armed_timers().saturating_sub(timers),
            kept: shared.kept.len(),
            memory: shared.memory.held(),
        }
    }

    fn passes(&self) -> u64 {
        let turns = self.shared().turns.iter();
        turns.map(|turns| turns.0.load(Ordering::Relaxed)).sum()
    }

    fn permits(&self, right: &Right) -> bool {
        self.shared().outlet.grants().permits(right)
    }

    fn call_back(&self) -> Option<Arc<dyn CallBack>> {
        let outlet: Arc<dyn CallBack> = Arc::<Outlet>::clone(&self.shared().outlet);
        Some(outlet)
    }

    fn has_pool(&self) -> bool {
        !self.shared().stepped
    }

    fn offload(&mut self, job: Job) -> Result<(), NoRoom> {
        self.shared().pool.run(job)
    }

    fn topics(&self) -> Topics {
        self.shared().tracer.topics()
    }

    fn event(&mut self, event: Event, subject: Option<&Parcel>) {
        self.shared().tracer.event(&event, subject);
    }
}
