//! What binds a process to others: links, monitors both ways, waits for ends, aliases.
//!
//! Most processes have none of it, so all stands behind one pointer.
//!
//! # Invariants
//! B1. There is at most one link a pair. A link that was given up stays as
//!     inactive until its end is acknowledged, so that an exit signal
//!     that was on its way is recognised and dropped.
//! B2. What has to be told at the end is told in the order in which it was
//!     made: links first, then monitors, then waits.
//!
//! # Cost
//! Everything is found, added and removed in constant time, and what has to be told
//! is taken one by one without being sorted.
//!
//! *Source*: the rules of the link protocol of Erlang's distribution, kept for local links.

use std::num::NonZeroU64;

use super::ordered::{Ordered, Queue};
use super::signal::{Signal, Watched};
use crate::ids::{Pid, RefId};

/// How long an alias lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasEnd {
    /// Until it is given up.
    Explicit,
    /// Until it is given up, or the monitor of the same reference is gone.
    Demonitor,
    /// Until the first message through it, which ends the monitor of the same
    /// reference, too; otherwise as `Demonitor`.
    Reply,
}

/// One side of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    /// The unlink that has not been acknowledged; of an active link there is none.
    unlink: Option<NonZeroU64>,
}

const ACTIVE: Link = Link { unlink: None };

impl Link {
    fn is_active(&self) -> bool {
        self.unlink.is_none()
    }
}

/// One who watches the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watcher {
    /// Who is to be told.
    pub by: Pid,
    /// What the message names.
    pub watched: Watched,
}

/// A monitor that the process has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Monitor {
    /// Who is watched; none if nobody had the name.
    pub target: Option<Pid>,
    /// What the message is to name.
    pub watched: Watched,
}

/// See the module documentation.
#[derive(Debug, Default)]
pub struct Bonds {
    links: Ordered<Pid, Link>,
    watchers: Ordered<RefId, Watcher>,
    waiters: Ordered<RefId, Pid>,
    monitors: Ordered<RefId, Monitor>,
    aliases: Ordered<RefId, AliasEnd>,
    /// How many links were given up.
    unlinks: u64,
    /// What came when the process was doomed already, to be answered when it is gone.
    pub unanswered: Vec<Signal>,
    /// The spawner for whom it is kept how the process comes out.
    pub kept_for: Option<Pid>,
    /// Whether results of processes that it has spawned may be kept for it.
    pub keeps: bool,
}

impl Bonds {
    /// The process links itself: the entry is made or active again. Yields
    /// whether the other side is to be told, that is, whether it was not active.
    pub fn link(&mut self, to: Pid) -> bool {
        let told = !self.is_linked(to);
        if told {
            self.links.insert(to, ACTIVE);
        }
        told
    }

    /// The other side has linked itself.
    pub fn linked(&mut self, from: Pid) {
        if self.links.get(from).is_none() {
            self.links.insert(from, ACTIVE);
        }
    }

    /// The process gives a link up: the number of the unlink, if the other
    /// side is to be told.
    pub fn unlink(&mut self, to: Pid) -> Option<u64> {
        let link = self.links.get_mut(to).filter(|link| link.is_active())?;
        self.unlinks += 1;
        link.unlink = NonZeroU64::new(self.unlinks);
        Some(self.unlinks)
    }

    /// The other side has given the link up.
    pub fn unlinked_by(&mut self, from: Pid) {
        if self.is_linked(from) {
            self.links.remove(from);
        }
    }

    /// The other side has acknowledged an unlink.
    pub fn unlinked(&mut self, from: Pid, id: u64) {
        let ends = |link: &Link| link.unlink.is_some_and(|unlink| unlink.get() == id);
        if self.links.get(from).is_some_and(ends) {
            self.links.remove(from);
        }
    }

    /// A linked process has ended: whether the link was active; it is gone then.
    pub fn broken(&mut self, from: Pid) -> bool {
        let active = self.is_linked(from);
        if active {
            self.links.remove(from);
        }
        active
    }

    /// Whether there is an active link.
    #[must_use]
    pub fn is_linked(&self, to: Pid) -> bool {
        self.links.get(to).is_some_and(Link::is_active)
    }

    /// Active links in the order in which they were made.
    pub fn links(&self) -> impl Iterator<Item = Pid> {
        let active = self.links.iter().filter(|(_, link)| link.is_active());
        active.map(|(pid, _)| pid)
    }

    /// Somebody watches the process from now on.
    pub fn watched_by(&mut self, reference: RefId, by: Pid, watched: Watched) {
        self.watchers.insert(reference, Watcher { by, watched });
    }

    /// Somebody does not watch any more.
    pub fn unwatched(&mut self, reference: RefId) {
        self.watchers.remove(reference);
    }

    /// Who watches the process, in the order in which they began.
    pub fn watchers(&self) -> impl Iterator<Item = (RefId, Watcher)> {
        self.watchers.iter().map(|(r, watcher)| (r, *watcher))
    }

    /// Somebody waits for the end of the process.
    pub fn awaited_by(&mut self, reference: RefId, by: Pid) {
        self.waiters.insert(reference, by);
    }

    /// Somebody does not wait any more.
    pub fn unawaited(&mut self, reference: RefId) {
        self.waiters.remove(reference);
    }

    /// The process watches another.
    pub fn monitor(&mut self, reference: RefId, monitor: Monitor) {
        self.monitors.insert(reference, monitor);
    }

    /// A monitor of the process is gone, fired or given up: what it was, if it was live.
    pub fn demonitor(&mut self, reference: RefId) -> Option<Monitor> {
        let monitor = self.monitors.remove(reference)?;
        if self.aliases.get(reference) != Some(&AliasEnd::Explicit) {
            self.aliases.remove(reference);
        }
        Some(monitor)
    }

    /// Whom a monitor of the process watches, if it is live.
    #[must_use]
    pub fn watches(&self, reference: RefId) -> Option<Pid> {
        self.monitors.get(reference)?.target
    }

    /// Monitors that the process has made, the oldest first.
    pub fn monitors(&self) -> impl Iterator<Item = (RefId, Monitor)> {
        self.monitors.iter().map(|(r, monitor)| (r, *monitor))
    }

    /// A reference stands for the process from now on.
    pub fn alias(&mut self, alias: RefId, end: AliasEnd) {
        self.aliases.insert(alias, end);
    }

    /// An alias ends; whether it was active.
    pub fn unalias(&mut self, alias: RefId) -> bool {
        self.aliases.remove(alias).is_some()
    }

    /// A message comes through an alias: whether it is taken, and the monitor
    /// that this ends.
    pub fn through(&mut self, alias: RefId) -> (bool, Option<Monitor>) {
        match self.aliases.get(alias) {
            None => (false, None),
            Some(AliasEnd::Reply) => {
                self.aliases.remove(alias);
                (true, self.monitors.remove(alias))
            }
            Some(AliasEnd::Explicit | AliasEnd::Demonitor) => (true, None),
        }
    }

    /// Everybody who is to be told of the process's end, and what is to be answered then.
    #[must_use]
    pub fn into_ends(self) -> (Ends, Vec<Signal>) {
        let ends = Ends {
            links: self.links.into_queue(),
            watchers: self.watchers.into_queue(),
            waiters: self.waiters.into_queue(),
            monitors: self.monitors.into_queue(),
        };
        (ends, self.unanswered)
    }
}

/// What is left of bonds at the end of the process, to be told in this order (B2).
#[derive(Debug)]
pub struct Ends {
    links: Queue<Pid, Link>,
    watchers: Queue<RefId, Watcher>,
    waiters: Queue<RefId, Pid>,
    monitors: Queue<RefId, Monitor>,
}

/// One who is to be told of a process's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was linked.
    Linked(Pid),
    /// It watched.
    Watching(RefId, Watcher),
    /// It waited.
    Waiting(RefId, Pid),
    /// It was watched under that reference.
    Watched(RefId, Pid),
}

impl Iterator for Ends {
    type Item = Told;

    fn next(&mut self) -> Option<Told> {
        let mut active = self.links.by_ref().filter(|(_, link)| link.is_active());
        if let Some((pid, _)) = active.next() {
            return Some(Told::Linked(pid));
        }
        if let Some((reference, watcher)) = self.watchers.next() {
            return Some(Told::Watching(reference, watcher));
        }
        if let Some((reference, by)) = self.waiters.next() {
            return Some(Told::Waiting(reference, by));
        }
        let target = self
            .monitors
            .find_map(|(r, monitor)| Some((r, monitor.target?)));
        target.map(|(reference, target)| Told::Watched(reference, target))
    }
}

#[cfg(test)]
mod tests;
