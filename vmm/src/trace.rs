//! Everything that can be observed about a running machine, as events.
//!
//! Events carry ids and numbers only; a sink that wants the text of a value,
//! a function or an instruction asks for it through [`Render`], so that nobody
//! pays for text that is not shown. Formatting belongs to the sinks.
//!
//! # Invariants
//! T1. With no sink, an event costs one test of a flag.
//! T2. In stepped mode the sequence of events follows from the input alone.

use crate::ids::{FuncId, Pid};

/// A group of events that can be asked for on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Classes loaded.
    Loading,
    /// Processes spawned.
    Spawns,
    /// Processes ended.
    Exits,
    /// Processes other than the main one ended with an error or a throw that nobody caught.
    Crashes,
    /// Messages sent and taken.
    Messages,
    /// Turns.
    Sched,
    /// Single instructions.
    Instructions,
}

impl Topic {
    /// Every topic with its word on the command line.
    pub const ALL: [(Topic, &'static str); 7] = [
        (Topic::Loading, "loading"),
        (Topic::Spawns, "spawns"),
        (Topic::Exits, "exits"),
        (Topic::Crashes, "crashes"),
        (Topic::Messages, "messages"),
        (Topic::Sched, "sched"),
        (Topic::Instructions, "instructions"),
    ];
}

/// A set of topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Topics(u8);

impl Topics {
    /// No topic.
    pub const NONE: Topics = Topics(0);
    /// Every topic.
    pub const ALL: Topics = Topics((1 << Topic::ALL.len()) - 1);

    /// The set with one more topic.
    #[must_use]
    pub fn with(self, topic: Topic) -> Topics {
        Topics(self.0 | 1 << topic as u8)
    }

    /// What is in either set.
    #[must_use]
    pub fn union(self, other: Topics) -> Topics {
        Topics(self.0 | other.0)
    }

    /// Whether the topic is in the set.
    #[must_use]
    #[inline]
    pub fn has(self, topic: Topic) -> bool {
        self.0 & 1 << topic as u8 != 0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Why a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnEnd {
    /// The budget was used up, or the process yielded.
    Preempted,
    /// It waits.
    Waiting,
    /// It ended.
    Ended,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A class was verified and linked.
    Loaded {
        /// Its name.
        class: String,
        /// How many functions it has.
        functions: usize,
    },
    /// A process was made.
    Spawned {
        /// Who asked; [`Pid::HOST`] for the main process.
        parent: Pid,
        /// The new process.
        pid: Pid,
        /// What it runs.
        function: FuncId,
    },
    /// A process ended. The reason is the subject of [`Render::value`].
    Exited {
        /// Which.
        pid: Pid,
        /// Whether with an error.
        failed: bool,
    },
    /// A process that is not the main one crashed. [`Render::value`] says why, and where.
    Crashed {
        /// Which.
        pid: Pid,
        /// Its name and its label, as people read them; empty if it has neither.
        known_as: String,
    },
    /// A message was sent. It is the subject of [`Render::value`].
    Sent {
        /// By whom.
        from: Pid,
        /// To whom.
        to: Pid,
    },
    /// A process took a message. It is the subject of [`Render::value`].
    Received {
        /// Which process.
        pid: Pid,
    },
    /// A turn began.
    TurnBegan {
        /// Whose.
        pid: Pid,
    },
    /// A turn ended.
    TurnEnded {
        /// Whose.
        pid: Pid,
        /// Reductions, or instructions in stepped mode, that it used.
        used: u64,
        /// Why.
        end: TurnEnd,
    },
    /// An instruction is about to run.
    Instruction {
        /// In which process.
        pid: Pid,
        /// Of which function.
        function: FuncId,
        /// Its index.
        index: u32,
    },
}

impl Event {
    /// The topic it belongs to.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self {
            Event::Loaded { .. } => Topic::Loading,
            Event::Spawned { .. } => Topic::Spawns,
            Event::Exited { .. } => Topic::Exits,
            Event::Crashed { .. } => Topic::Crashes,
            Event::Sent { .. } | Event::Received { .. } => Topic::Messages,
            Event::TurnBegan { .. } | Event::TurnEnded { .. } => Topic::Sched,
            Event::Instruction { .. } => Topic::Instructions,
        }
    }
}

/// Turns what an event names into text.
pub trait Render {
    /// `Class.name/arity`.
    fn function(&self, function: FuncId) -> String;
    /// Text of an instruction.
    fn instruction(&self, function: FuncId, index: u32) -> String;
    /// The *show* form of the event's subject; empty where it has none.
    fn value(&self) -> String;
}

/// Takes events.
pub trait Sink: Send {
    /// Which ones it wants.
    fn topics(&self) -> Topics;
    /// Takes one.
    fn event(&mut self, event: &Event, render: &dyn Render);
}
