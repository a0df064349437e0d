//! What the scheduler tells: events for sinks, and who waits where.
//!
//! The scheduler knows processes by number and values as closed parcels. What
//! it has to know about either comes from [`Knowledge`], which the machine
//! implements; text is made only when a sink asks for it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::heap::parcel::Parcel;
use crate::ids::{AtomId, FuncId, Pid, RefId};
use crate::limits::DEADLOCK_NAMES_MAX;
use crate::process::Process;
use crate::process::contract::ExitClass;
use crate::sched::circles::{Circle, circles};
use crate::sched::table::Activity;
use crate::sync::{Mutex, lock};
use crate::trace::{Event, Render, Sink, Topic, Topics};
use crate::word::Word;

/// What the scheduler asks about code and values.
pub trait Knowledge: Send + Sync {
    /// `Class.name/arity`.
    fn function(&self, function: FuncId) -> String;
    /// Text of an instruction.
    fn instruction(&self, function: FuncId, index: u32) -> String;
    /// The *show* form of a value.
    fn show(&self, value: &Parcel) -> String;
    /// Why a process failed, in a sentence, and a line for each frame of where it did.
    fn crash(&self, reason: &Parcel, class: ExitClass, trace: Option<&Parcel>) -> String;
    /// The references that the receive in which a process waits cannot go on without.
    fn wanted(&self, _process: &Process) -> Vec<RefId> {
        Vec::new()
    }
    /// Whether an exit reason is no failure: `:normal`, `:shutdown`, `(:shutdown, _)`.
    fn is_clean(&self, reason: &Parcel) -> bool;
}

/// One process, as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessInfo {
    /// Which.
    pub pid: Pid,
    /// What it was spawned with.
    pub entry: FuncId,
    /// What it does.
    pub activity: Activity,
    /// Messages that it has not taken.
    pub messages: usize,
    /// Reductions, or instructions in stepped mode, that its ended turns used.
    pub spent: u64,
    /// For whom it waits: whose end it awaits, or whom it watches by the reference that
    /// its receive wants.
    pub awaits: Vec<Pid>,
}

impl ProcessInfo {
    /// What there is to tell of a process.
    #[must_use]
    pub fn new(process: &Process, activity: Activity) -> ProcessInfo {
        ProcessInfo {
            pid: process.pid,
            entry: process.entry,
            activity,
            messages: process.mailbox.len(),
            spent: process.spent,
            awaits: Vec::new(),
        }
    }

    /// The same of a process that waits, and for whom.
    fn of_waiting(process: &Process, knowledge: &dyn Knowledge) -> ProcessInfo {
        let activity = process.waiting.map_or(Activity::Ready, Activity::Waiting);
        let wanted = match process.waiting {
            Some(waiting) if waiting.for_message => knowledge.wanted(process),
            _ => Vec::new(),
        };
        ProcessInfo {
            awaits: process.awaits(&wanted),
            ..ProcessInfo::new(process, activity)
        }
    }
}

/// Why a run could not go on: every process waits for what cannot come, and
/// the main process is among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlock {
    /// Who waits, at most [`crate::limits::DEADLOCK_NAMES_MAX`]: the main process first,
    /// then who waits in a circle.
    pub waiting: Vec<ProcessInfo>,
    /// How many more there are.
    pub more: usize,
    /// Who wait for each other in circles, at most
    /// [`crate::limits::DEADLOCK_CIRCLES_MAX`].
    pub circles: Vec<Circle>,
}

impl Deadlock {
    /// What there is to tell of processes that all wait, in order; nobody else is left.
    pub fn new<'a>(
        processes: impl Iterator<Item = &'a Process>,
        knowledge: &dyn Knowledge,
    ) -> Deadlock {
        let mut waits = Vec::new();
        let mut first = Vec::new();
        let mut tied: FxHashMap<Pid, ProcessInfo> = FxHashMap::default();
        let mut count = 0;
        for process in processes {
            count += 1;
            let info = ProcessInfo::of_waiting(process, knowledge);
            if !info.awaits.is_empty() {
                waits.push((info.pid, info.awaits.clone()));
                tied.insert(info.pid, info.clone());
            }
            if first.len() < DEADLOCK_NAMES_MAX {
                first.push(info);
            }
        }
        let circles = circles(&waits);
        let members = circles.iter().flat_map(|circle| &circle.members);
        let members: Vec<_> = members.filter_map(|pid| tied.remove(pid)).collect();
        let begin = first.drain(..first.len().min(1)).collect::<Vec<_>>();
        let mut named = FxHashSet::default();
        let all = begin.into_iter().chain(members).chain(first);
        let waiting: Vec<_> = all
            .filter(|info| named.insert(info.pid))
            .take(DEADLOCK_NAMES_MAX)
            .collect();
        Deadlock {
            more: count - waiting.len(),
            waiting,
            circles,
        }
    }
}

/// By what people know a process.
#[derive(Clone, Debug)]
pub struct KnownAs {
    /// Its reference.
    pub pid: Pid,
    /// Its name.
    pub name: Option<AtomId>,
    /// Its label.
    pub label: Option<Box<str>>,
}

/// Hands events to the sinks that want them, one after the other, whichever
/// workers they come from.
pub struct Tracer {
    sinks: Mutex<Vec<Box<dyn Sink>>>,
    topics: Topics,
    knowledge: Arc<dyn Knowledge>,
}

impl Tracer {
    /// Events go to these sinks.
    #[must_use]
    pub fn new(sinks: Vec<Box<dyn Sink>>, knowledge: Arc<dyn Knowledge>) -> Tracer {
        let topics = sinks
            .iter()
            .fold(Topics::NONE, |all, sink| all.union(sink.topics()));
        Tracer {
            sinks: Mutex::new(sinks),
            topics,
            knowledge,
        }
    }

    /// Whom the scheduler asks.
    #[must_use]
    pub fn knowledge(&self) -> &dyn Knowledge {
        &*self.knowledge
    }

    /// What the sinks want in all.
    #[must_use]
    #[inline]
    pub fn topics(&self) -> Topics {
        self.topics
    }

    /// Hands an event out; `subject` is the value it is about.
    #[inline]
    pub fn event(&self, event: &Event, subject: Option<&Parcel>) {
        if self.topics.has(event.topic()) {
            self.hand_out(event, subject.map(Subject::Value));
        }
    }

    /// Tells that a process which is not the main one crashed.
    #[cold]
    pub fn crash(&self, who: &KnownAs, reason: &Parcel, class: ExitClass, trace: Option<&Parcel>) {
        if self.topics.has(Topic::Crashes) {
            let name = who
                .name
                .map(|name| self.knowledge.show(&Parcel::word(Word::atom(name))));
            let label = who.label.as_ref().map(|label| format!("{label:?}"));
            let known_as: Vec<String> = name.into_iter().chain(label).collect();
            let event = Event::Crashed {
                pid: who.pid,
                known_as: known_as.join(" "),
            };
            self.hand_out(&event, Some(Subject::Crash(reason, class, trace)));
        }
    }

    #[cold]
    fn hand_out(&self, event: &Event, subject: Option<Subject<'_>>) {
        let text = Text {
            knowledge: &*self.knowledge,
            subject,
        };
        for sink in lock(&self.sinks).iter_mut() {
            if sink.topics().has(event.topic()) {
                sink.event(event, &text);
            }
        }
    }
}

impl std::fmt::Debug for Tracer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tracer")
            .field("sinks", &lock(&self.sinks).len())
            .field("topics", &self.topics)
            .finish_non_exhaustive()
    }
}

/// What an event is about.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Value(&'a Parcel),
    /// Why a process failed, how, and where.
    Crash(&'a Parcel, ExitClass, Option<&'a Parcel>),
}

struct Text<'a> {
    knowledge: &'a dyn Knowledge,
    subject: Option<Subject<'a>>,
}

impl Render for Text<'_> {
    fn function(&self, function: FuncId) -> String {
        self.knowledge.function(function)
    }
    fn instruction(&self, function: FuncId, index: u32) -> String {
        self.knowledge.instruction(function, index)
    }
    fn value(&self) -> String {
        match self.subject {
            None => String::new(),
            Some(Subject::Value(value)) => self.knowledge.show(value),
            Some(Subject::Crash(reason, class, trace)) => {
                self.knowledge.crash(reason, class, trace)
            }
        }
    }
}
