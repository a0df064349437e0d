//! What a process tells of itself when it is asked.
//!
//! The question is a signal, so the answer says how things are when everything
//! that the asker sent before has been taken in. It is a parcel of plain values, of which
//! the asker makes what programs see: here nothing is known of code.
//!
//! # Invariants
//! A1. An answer is a tuple with a value for each key asked for, in the order of
//!     [`Key::ALL`].

use super::backtrace::{Backtrace, NOWHERE};
use super::bonds::Bonds;
use super::contract::Kernel;
use super::coroutine::Frames;
use super::frame::{HEADER_WORDS, Where};
use super::signal::Watched;
use super::{Exec, Process};
use crate::heap::parcel::{Parcel, Part};
use crate::ids::Pid;
use crate::word::Word;

macro_rules! keys {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal,)*) => {
        /// What can be asked of a process.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Key { $($(#[doc = $doc])* $name,)* }

        impl Key {
            /// All of them.
            pub const ALL: &'static [Key] = &[$(Key::$name,)*];

            /// Its name for programs.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Key::$name => $text,)* }
            }
        }
    };
}

keys! {
    /// `:executing`, `:runnable` or `:waiting`.
    Status = "status",
    /// The name that it is registered under.
    Name = "name",
    /// The text that it has given itself.
    Label = "label",
    /// The function that it began with.
    Entry = "entry",
    /// The function that it is in.
    Function = "function",
    /// Its innermost frames.
    Trace = "trace",
    /// Who made it.
    Parent = "parent",
    /// How many messages it has not taken.
    Messages = "messages",
    /// How many bytes they take, texts included.
    MailboxBytes = "mailbox_bytes",
    /// Bytes of its memory.
    Memory = "memory",
    /// How many bytes that may be.
    MaxHeap = "max_heap",
    /// How many messages programs may leave with it.
    MaxMessages = "max_messages",
    /// How many bytes of messages.
    MaxMailboxBytes = "max_mailbox_bytes",
    /// What its ended turns have used.
    Reductions = "reductions",
    /// How much that may be.
    MaxReductions = "max_reductions",
    /// How often its memory was collected.
    Collections = "collections",
    /// Whom it is linked to.
    Links = "links",
    /// Whom it watches.
    Monitors = "monitors",
    /// Who watches it.
    MonitoredBy = "monitored_by",
    /// Whose ends it waits for.
    Awaits = "awaits",
    /// The native whose answer it waits for.
    Native = "native",
    /// Whether exit signals arrive as messages.
    TrapExit = "trap_exit",
}

/// A set of keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keys(u32);

impl Keys {
    /// The set with one more.
    #[must_use]
    pub fn with(self, key: Key) -> Keys {
        Keys(self.0 | 1 << key as u8)
    }

    /// Whether it is in the set.
    #[must_use]
    pub fn has(self, key: Key) -> bool {
        self.0 & 1 << key as u8 != 0
    }

    /// Those in the set, in the order of [`Key::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Key> {
        Key::ALL.iter().copied().filter(move |key| self.has(*key))
    }
}

/// What the asker wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Whether the process is there.
    Alive,
    /// What these keys say.
    About(Keys),
}

/// Frames that [`Key::Trace`] tells.
const FRAMES: usize = 32;

/// What a process does, as an index of [`Status`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// It runs right now: it asks itself, or looks for messages.
    Executing,
    /// It could run.
    Runnable,
    /// It waits.
    Waiting,
}

impl Process {
    /// The answer to a question of another process, or its own.
    pub(super) fn tell_about(&self, from: Pid, asked: Asked, kernel: &dyn Kernel) -> Parcel {
        let Asked::About(keys) = asked else {
            return Parcel::word(Word::TRUE);
        };
        let answers: Vec<Parcel> = keys
            .iter()
            .map(|key| self.about(key, from, kernel))
            .collect();
        let parts: Vec<Part<'_>> = answers.iter().map(Part::Parcel).collect();
        Parcel::tuple(&parts)
    }

    fn about(&self, key: Key, from: Pid, kernel: &dyn Kernel) -> Parcel {
        let number = |n: usize| Parcel::word(Word::number(n as f64));
        let or_undefined = |word: Option<Word>| Parcel::word(word.unwrap_or(Word::UNDEFINED));
        let bound = |bound: Option<usize>| or_undefined(bound.map(|n| Word::number(n as f64)));
        match key {
            Key::Status => number(self.status(from) as usize),
            Key::Name => or_undefined(kernel.name_of(self.pid).map(Word::atom)),
            Key::Label => match self.label() {
                Some(label) => Parcel::text(label),
                None => Parcel::word(Word::UNDEFINED),
            },
            Key::Entry => Parcel::word(Word::number(f64::from(self.entry.0))),
            Key::Function => {
                let function = self.place().map_or(self.entry, |frame| frame.here().0);
                Parcel::word(Word::number(f64::from(function.0)))
            }
            Key::Trace => {
                let trace = self
                    .place()
                    .map(|frame| Backtrace::inner(&self.heap, frame, FRAMES));
                trace.unwrap_or_default().note_parcel()
            }
            Key::Parent => {
                or_undefined((self.parent != Pid::HOST).then(|| Word::process(self.parent)))
            }
            Key::Messages => number(self.mailbox.len()),
            Key::Memory => number(self.bytes()),
            Key::MaxHeap => number(self.heap.limit_bytes()),
            Key::MaxMessages => bound(self.mailbox.bounds().messages),
            Key::MaxMailboxBytes => bound(self.mailbox.bounds().bytes),
            Key::MailboxBytes => number(self.mailbox.held_bytes()),
            Key::Reductions => Parcel::word(Word::number(self.spent as f64)),
            Key::MaxReductions => {
                let most = self.max_reductions();
                or_undefined((most != u64::MAX).then(|| Word::number(most as f64)))
            }
            Key::Collections => Parcel::word(Word::number(self.heap.collections() as f64)),
            Key::Links => {
                let links = self.bonds().into_iter().flat_map(Bonds::links);
                Parcel::tuple_of(links.map(Word::process))
            }
            Key::Monitors => {
                let monitors = self.bonds().into_iter().flat_map(Bonds::monitors);
                Parcel::tuple_of(monitors.map(|(_, monitor)| match monitor.watched {
                    Watched::Process(pid) => Word::process(pid),
                    Watched::Name(name) => Word::atom(name),
                }))
            }
            Key::MonitoredBy => {
                let watchers = self.bonds().into_iter().flat_map(Bonds::watchers);
                Parcel::tuple_of(watchers.map(|(_, watcher)| Word::process(watcher.by)))
            }
            Key::Awaits => Parcel::tuple_of(self.awaits(&[]).into_iter().map(Word::process)),
            Key::Native => match self.native_in_flight() {
                Some(native) => Parcel::text(native),
                None => Parcel::word(Word::UNDEFINED),
            },
            Key::TrapExit => Parcel::word(Word::boolean(self.traps_exits())),
        }
    }

    fn status(&self, from: Pid) -> Status {
        if from == self.pid || matches!(self.exec, Exec::Gone) {
            Status::Executing
        } else if self.is_woken(|| 0) {
            Status::Runnable
        } else {
            Status::Waiting
        }
    }

    /// The innermost frame; none of a process that has not begun.
    fn place(&self) -> Option<Frames> {
        match self.exec {
            Exec::Start(_) => None,
            Exec::Frame { func, pc, depth } => {
                let base = self.heap.len() - depth as usize;
                Some(Frames::new(func, pc, base, self.coroutine))
            }
            // While it runs and looks for messages, the stack begins at its frame's
            // header, and where it is in there is known to the engine alone.
            Exec::Gone => {
                let base = self.heap.stack() + HEADER_WORDS;
                if base > self.heap.len() {
                    return None;
                }
                let func = Where(self.heap.stack_word(base - 1).0).func();
                Some(Frames::new(func, NOWHERE, base, self.coroutine))
            }
        }
    }
}
