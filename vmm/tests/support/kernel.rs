//! A kernel for engines that run without a machine: it grants what one process
//! alone can have, and remembers what it was asked.

use vmm::heap::parcel::Parcel;
use vmm::host::Stream;
use vmm::ids::{Pid, RefId};
use vmm::process::Process;
use vmm::process::contract::{Kernel, Sent, SpawnRefused, SpawnRequest};
use vmm::process::signal::Signal;
use vmm::trace::{Event, Topics};

/// Time stands still, nobody else is there, and messages go nowhere.
#[derive(Default)]
pub(crate) struct Fake {
    /// What every clock shows.
    pub(crate) now: u64,
    /// What was printed.
    pub(crate) printed: String,
    /// What was sent, and to whom.
    pub(crate) sent: Vec<(Pid, Parcel)>,
    /// What the process finds when it looks next.
    pub(crate) arrived: Vec<Parcel>,
    /// Whether every receiver has more than it can take, and too many never ran.
    pub(crate) crowded: bool,
    /// How many processes were asked for.
    pub(crate) spawned: usize,
}

impl Kernel for Fake {
    fn spawn(&mut self, _: SpawnRequest) -> Result<Pid, SpawnRefused> {
        self.spawned += 1;
        Ok(Pid::new(100 + self.spawned as u32, 0))
    }
    fn is_crowded(&self) -> bool {
        self.crowded
    }
    fn signal(&mut self, to: Pid, signal: Signal) -> Result<(), Signal> {
        match signal {
            Signal::Message(message) => self.sent.push((to, message)),
            other => return Err(other),
        }
        Ok(())
    }
    fn send(&mut self, to: Pid, alias: Option<RefId>, message: Parcel) -> Sent {
        let _gone = self.signal(to, Signal::message(alias, message));
        if self.crowded {
            Sent::Crowded
        } else {
            Sent::Done
        }
    }
    fn is_alive(&self, _: Pid) -> bool {
        false
    }
    fn arrivals(&mut self, process: &mut Process) {
        self.arrived.drain(..).for_each(|m| process.mailbox.push(m));
    }
    fn now_ns(&mut self, _: u32) -> u64 {
        self.now
    }
    fn wall_ns(&mut self, _: u32) -> u64 {
        self.now
    }
    fn random(&mut self) -> u64 {
        4
    }
    fn print(&mut self, _: Stream, text: &str) {
        self.printed.push_str(text);
    }
    fn processes(&self) -> usize {
        1
    }
    fn passes(&self) -> u64 {
        0
    }
    fn topics(&self) -> Topics {
        Topics::NONE
    }
    fn event(&mut self, _: Event, _: Option<&Parcel>) {}
}
