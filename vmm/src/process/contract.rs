//! The two traits between engines and the rest.
//!
//! An [`Engine`] runs one process for a budget and says how the turn ended. A
//! [`Kernel`] grants what a process may ask of the machine while it runs. The
//! scheduler implements `Kernel` and runs any `Engine`; neither knows the
//! other, so engines are tested with a small fake kernel and schedulers with
//! a fake engine.

use std::sync::Arc;

use crate::atom::known;
use crate::foreign::call::CallBack;
use crate::heap::parcel::Parcel;
use crate::host::Stream;
use crate::ids::{AtomId, FuncId, Pid, RefId};
use crate::process::Process;
use crate::process::call::Call;
use crate::process::mailbox::{Bounds, Full};
use crate::process::signal::{Settled, Signal};
use crate::rights::{Narrowed, Right};
use crate::trace::{Event, Topics};
use crate::word::Word;

/// How much a process may do in a turn: reductions, or single public
/// instructions in stepped mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(pub u32);

/// How a turn ended.
#[derive(Debug)]
pub enum Outcome {
    /// The budget is used up, or the process yielded: to the back of the queue.
    Preempted,
    /// It waits for what [`Process::waiting`] says; it is to be run again when a message
    /// arrives or the deadline passes. Messages that arrived since it last looked count
    /// at once.
    Waiting,
    /// It has ended.
    Ended(End),
}

/// How a process ended.
#[derive(Debug)]
pub enum End {
    /// Its entry function returned this.
    Returned(Parcel),
    /// It ends with this reason.
    Exited {
        /// The exit reason.
        reason: Parcel,
        /// How it came about.
        class: ExitClass,
        /// Where it was thrown, as the native `error.trace` tells it; nothing
        /// for an error, which tells it itself.
        trace: Option<Parcel>,
    },
    /// A native asked for the end of the whole run with this exit code.
    Halted(u8),
}

/// How an exit reason came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitClass {
    /// The machine raised an error; the reason is the error object.
    Error,
    /// A thrown value was not caught; the reason is `(:nocatch, value)`.
    Throw,
    /// `exit`.
    Exit,
}

/// Runs processes.
pub trait Engine: Send + Sync {
    /// Runs `process` until the budget is used up, it waits or it ends.
    /// Yields how the turn ended and how much of the budget was used.
    ///
    /// Never panics over what a program does.
    fn run(&self, process: &mut Process, kernel: &mut dyn Kernel, budget: Budget)
    -> (Outcome, u32);
}

/// What a new process is to be.
#[derive(Debug)]
pub struct SpawnRequest {
    /// The function, for reports; what is called is in `call`.
    pub function: FuncId,
    /// What it begins with.
    pub call: Call,
    /// What holds before it runs.
    pub options: SpawnOptions,
}

/// What holds for a new process before it runs. The spawner's side of a link or
/// a monitor is the spawner's business.
#[derive(Debug, Default)]
pub struct SpawnOptions {
    /// Whether it is linked to its spawner.
    pub link: bool,
    /// Whether its spawner watches it, and under which reference.
    pub monitor: Option<RefId>,
    /// Whether how it comes out is kept until it is taken or its spawner ends.
    pub keep: bool,
    /// A name that it has.
    pub name: Option<AtomId>,
    /// Memory that it may hold in bytes, if not what the machine says.
    pub max_heap: Option<usize>,
    /// What its mailbox may hold.
    pub mailbox: Bounds,
    /// Reductions that it may use, or instructions in stepped mode.
    pub max_reductions: Option<u64>,
    /// What of the machine's rights it has.
    pub rights: Narrowed,
}

/// Why no process was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpawnRefused {
    /// There are as many processes as there may be.
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// The machine's memory is used up.
    NoMemory {
        /// The limit in bytes.
        limit: u64,
    },
    /// Somebody has the name that it was to have; see [`NameRefused::Taken`].
    NameTaken {
        /// Who.
        by: Pid,
    },
}

/// Why a process did not get a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRefused {
    /// A process has it; [`Pid::HOST`] stands for one that is being made.
    Taken(Pid),
    /// The process has this name already.
    Named(AtomId),
    /// The process has ended.
    Dead,
}

/// To whom a message goes when it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee {
    /// A process.
    Process(Pid),
    /// Whoever has the name then.
    Name(AtomId),
}

/// A message to be sent later.
#[derive(Debug)]
pub struct TimerRequest {
    /// Names the timer; its owner made it.
    pub reference: RefId,
    /// To whom it goes.
    pub to: Addressee,
    /// When, on the run's monotonic clock in nanoseconds.
    pub deadline_ns: u64,
    /// What.
    pub message: Parcel,
}

/// Why a timer was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerRefused {
    /// Its maker has as many as a process may have.
    OfMaker {
        /// The limit.
        limit: usize,
    },
    /// There are as many as there may be.
    OfMachine {
        /// The limit.
        limit: usize,
    },
}

/// What became of a message that a program sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way, or dropped, since the receiver is gone.
    Done,
    /// It is on its way to a process that has more than it can take: the turn should end,
    /// so that it can take some.
    Crowded,
    /// Not sent: the mailbox has no room, and this is its bound.
    Refused(Full),
    /// Not sent: the machine holds as many bytes as it may.
    NoMemory(u64),
}

/// How much there is of what the processes of a machine make and leave behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Processes that have not ended.
    pub processes: usize,
    /// Names that processes have.
    pub names: usize,
    /// Messages that are to be sent later.
    pub timers: usize,
    /// Moments that processes wait for.
    pub waits: usize,
    /// Results that wait for who takes them.
    pub kept: usize,
    /// Bytes of all processes and messages, and of texts of all machines; workers tell of
    /// changes a little later.
    pub memory: u64,
}

/// Work for a thread of its own.
pub type Job = Box<dyn FnOnce() + Send>;

/// Why no thread takes a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoom {
    /// So many wait already.
    Queue {
        /// The limit.
        limit: usize,
    },
    /// The system has no thread for the first one.
    Thread(std::io::ErrorKind),
}

/// What the running process may ask of the machine.
pub trait Kernel {
    /// Makes a process; it runs later.
    ///
    /// # Errors
    /// The limit on processes is reached.
    fn spawn(&mut self, request: SpawnRequest) -> Result<Pid, SpawnRefused>;

    /// Whether so many processes have yet to run for the first time that whoever makes one more
    /// should end its turn, so that they can.
    fn is_crowded(&self) -> bool {
        false
    }

    /// Sends a message of the running program, through an alias perhaps, if the machine has memory for it, and the
    /// mailbox of its receiver has room; that of the running process itself was looked at.
    /// Without a machine there is always room.
    fn send(&mut self, to: Pid, alias: Option<RefId>, message: Parcel) -> Sent {
        // A message to a process that is gone is dropped.
        let _dropped = self.signal(to, Signal::message(alias, message));
        Sent::Done
    }

    /// Sends a signal of the running process, whatever there is room for.
    ///
    /// # Errors
    /// The receiver is gone: the signal comes back.
    fn signal(&mut self, to: Pid, signal: Signal) -> Result<(), Signal>;

    /// Answers a signal whose receiver is gone; see [`Signal::undeliverable`].
    fn undelivered(&mut self, to: Pid, signal: Signal) {
        let noproc = || Parcel::word(Word::atom(known::NOPROC));
        if let Some((to, answer)) = signal.undeliverable(to, noproc, || self.is_kept(to)) {
            // What answers never asks, so this ends here.
            let _gone = self.signal(to, answer);
        }
    }

    /// Sends a signal; if the receiver is gone, what it would have answered
    /// is answered for it.
    fn tell(&mut self, to: Pid, signal: Signal) {
        if let Err(signal) = self.signal(to, signal) {
            self.undelivered(to, signal);
        }
    }

    /// Every process that has not ended.
    fn list(&self) -> Vec<Pid> {
        Vec::new()
    }

    /// How many bytes of memory a process may have at most.
    fn memory_limit(&self) -> usize {
        usize::MAX
    }

    /// The machine's memory limit in bytes, if there is no room for what is to be kept
    /// for later.
    fn is_full(&self) -> Option<u64> {
        None
    }

    /// Whether a process has not ended.
    fn is_alive(&self, pid: Pid) -> bool;

    /// Whether it is kept how a process that is gone came out.
    fn is_kept(&self, _pid: Pid) -> bool {
        false
    }

    /// Takes how a process that is gone came out, if that is kept. Only the
    /// first who asks gets it.
    fn take_kept(&mut self, _pid: Pid) -> Option<Settled> {
        None
    }

    /// Sets a timer of the running process.
    ///
    /// # Errors
    /// There are too many. Without a machine there may be none.
    fn set_timer(&mut self, _request: TimerRequest) -> Result<(), TimerRefused> {
        Err(TimerRefused::OfMachine { limit: 0 })
    }

    /// Takes a timer away; when it was due, if there was one of that reference.
    fn cancel_timer(&mut self, _reference: RefId) -> Option<u64> {
        None
    }

    /// When a timer is due, if there is one of that reference.
    fn timer_deadline_ns(&self, _reference: RefId) -> Option<u64> {
        None
    }

    /// How many moments are waited for, by processes and by timers.
    fn armed_timers(&self) -> usize {
        0
    }

    /// Gives a process a name; the name is free again when the process has ended.
    ///
    /// # Errors
    /// The name is taken, or the process has one, or has ended.
    fn register(&mut self, _name: AtomId, _pid: Pid) -> Result<(), NameRefused> {
        Err(NameRefused::Dead)
    }

    /// Takes a name away; who had it.
    fn unregister(&mut self, _name: AtomId) -> Option<Pid> {
        None
    }

    /// Who has a name. Without a machine nobody has one.
    fn whereis(&self, _name: AtomId) -> Option<Pid> {
        None
    }

    /// The name of a process.
    fn name_of(&self, _pid: Pid) -> Option<AtomId> {
        None
    }

    /// All names, in no order.
    fn registered(&self) -> Vec<AtomId> {
        Vec::new()
    }

    /// Lets the running process take in what has arrived for it
    /// ([`Process::take_in`]). It may be doomed afterwards.
    fn arrivals(&mut self, process: &mut Process);

    /// Now, on the run's monotonic clock in nanoseconds. `used` is how much of
    /// the budget the turn has used so far: a virtual clock counts it.
    fn now_ns(&mut self, used: u32) -> u64;

    /// Now, in nanoseconds since 1970.
    fn wall_ns(&mut self, used: u32) -> u64;

    /// 64 random bits.
    fn random(&mut self) -> u64;

    /// Writes text; what cannot be written is lost, and the run goes on.
    fn print(&mut self, stream: Stream, text: &str);

    /// The paths of what came with the program, sorted.
    fn resources(&self) -> Vec<String> {
        Vec::new()
    }

    /// The contents of something that came with the program, if it is there.
    ///
    /// # Errors
    /// It is there and cannot be read; the text says why.
    fn resource(&self, _path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }

    /// How many processes are alive.
    fn processes(&self) -> usize;

    /// How much of everything there is; without a machine there are only processes.
    fn counts(&self) -> Counts {
        Counts {
            processes: self.processes(),
            ..Counts::default()
        }
    }

    /// Passes of the scheduler so far.
    fn passes(&self) -> u64;

    /// Whether the host has granted a right. Without a host that does, none is.
    fn permits(&self, _right: &Right) -> bool {
        false
    }

    /// The machine, for natives that answer while their process waits. Without a machine there is none, and
    /// such natives cannot be called.
    fn call_back(&self) -> Option<Arc<dyn CallBack>> {
        None
    }

    /// Whether natives that take long run on threads of their own; otherwise they run in the turn of their
    /// process, and everything else waits for them.
    fn has_pool(&self) -> bool {
        false
    }

    /// Has a job run on one of these threads.
    ///
    /// # Errors
    /// There is no room for it.
    fn offload(&mut self, _job: Job) -> Result<(), NoRoom> {
        Err(NoRoom::Queue { limit: 0 })
    }

    /// Which events somebody wants.
    fn topics(&self) -> Topics;

    /// Reports an event; `subject` is the value it is about.
    fn event(&mut self, event: Event, subject: Option<&Parcel>);
}
