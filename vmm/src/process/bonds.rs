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
//! *Source*: the rules of the link protocol of Erlang's distribution, kept for local links.

use rustc_hash::FxHashMap;

use super::signal::Watched;
use crate::ids::{Pid, RefId};

/// How long an alias lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasEnd {
    /// Until it is given up.
    Explicit,
    /// Until the monitor of the same reference is gone.
    Demonitor,
    /// Until the first message through it.
    Reply,
}

/// One side of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    order: u64,
    active: bool,
    /// The unlink that has not been acknowledged.
    unlink: Option<u64>,
}

/// One who watches the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watcher {
    order: u64,
    /// Who is to be told.
    pub by: Pid,
    /// What the message names.
    pub watched: Watched,
}

/// See the module documentation.
#[derive(Debug, Default)]
pub struct Bonds {
    links: FxHashMap<Pid, Link>,
    watchers: FxHashMap<RefId, Watcher>,
    waiters: FxHashMap<RefId, (u64, Pid)>,
    /// Monitors that the process has made, with whom they watch.
    monitors: FxHashMap<RefId, Pid>,
    aliases: FxHashMap<RefId, AliasEnd>,
    /// How many bonds were made.
    made: u64,
    /// How many links were given up.
    unlinks: u64,
}

impl Bonds {
    fn order(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// The process links itself: the entry is made or active again. Yields
    /// whether the other side is to be told, that is, whether it was not active.
    pub fn link(&mut self, to: Pid) -> bool {
        let order = self.order();
        let fresh = Link {
            order,
            active: true,
            unlink: None,
        };
        let link = self.links.entry(to).or_insert(Link {
            active: false,
            ..fresh
        });
        let told = !link.active;
        if told {
            *link = fresh;
        }
        told
    }

    /// The other side has linked itself.
    pub fn linked(&mut self, from: Pid) {
        let order = self.order();
        self.links.entry(from).or_insert(Link {
            order,
            active: true,
            unlink: None,
        });
    }

    /// The process gives a link up: the number of the unlink, if the other
    /// side is to be told.
    pub fn unlink(&mut self, to: Pid) -> Option<u64> {
        let link = self.links.get_mut(&to).filter(|link| link.active)?;
        self.unlinks += 1;
        link.active = false;
        link.unlink = Some(self.unlinks);
        link.unlink
    }

    /// The other side has given the link up.
    pub fn unlinked_by(&mut self, from: Pid) {
        if self.links.get(&from).is_some_and(|link| link.active) {
            self.links.remove(&from);
        }
    }

    /// The other side has acknowledged an unlink.
    pub fn unlinked(&mut self, from: Pid, id: u64) {
        let ends = |link: &Link| !link.active && link.unlink == Some(id);
        if self.links.get(&from).is_some_and(ends) {
            self.links.remove(&from);
        }
    }

    /// A linked process has ended: whether the link was active; it is gone then.
    pub fn broken(&mut self, from: Pid) -> bool {
        let active = self.links.get(&from).is_some_and(|link| link.active);
        if active {
            self.links.remove(&from);
        }
        active
    }

    /// Whether there is an active link.
    #[must_use]
    pub fn is_linked(&self, to: Pid) -> bool {
        self.links.get(&to).is_some_and(|link| link.active)
    }

    /// Active links in the order in which they were made.
    #[must_use]
    pub fn links(&self) -> Vec<Pid> {
        let active = self.links.iter().filter(|(_, link)| link.active);
        let mut links: Vec<_> = active.map(|(pid, link)| (link.order, *pid)).collect();
        links.sort_unstable();
        links.into_iter().map(|(_, pid)| pid).collect()
    }

    /// Somebody watches the process from now on.
    pub fn watched_by(&mut self, reference: RefId, by: Pid, watched: Watched) {
        let order = self.order();
        self.watchers
            .insert(reference, Watcher { order, by, watched });
    }

    /// Somebody does not watch any more.
    pub fn unwatched(&mut self, reference: RefId) {
        self.watchers.remove(&reference);
    }

    /// Who watches the process, in the order in which they began.
    #[must_use]
    pub fn watchers(&self) -> Vec<(RefId, Watcher)> {
        let mut all: Vec<_> = self.watchers.iter().map(|(r, w)| (*r, *w)).collect();
        all.sort_unstable_by_key(|(_, watcher)| watcher.order);
        all
    }

    /// Somebody waits for the end of the process.
    pub fn awaited_by(&mut self, reference: RefId, by: Pid) {
        let order = self.order();
        self.waiters.insert(reference, (order, by));
    }

    /// Somebody does not wait any more.
    pub fn unawaited(&mut self, reference: RefId) {
        self.waiters.remove(&reference);
    }

    /// Who waits for the end of the process, in the order in which they began.
    #[must_use]
    pub fn waiters(&self) -> Vec<(RefId, Pid)> {
        let mut all: Vec<_> = self
            .waiters
            .iter()
            .map(|(r, (o, p))| (*o, *r, *p))
            .collect();
        all.sort_unstable_by_key(|(order, ..)| *order);
        all.into_iter()
            .map(|(_, reference, pid)| (reference, pid))
            .collect()
    }

    /// The process watches another.
    pub fn monitor(&mut self, reference: RefId, target: Pid) {
        self.monitors.insert(reference, target);
    }

    /// A monitor of the process is gone, fired or given up: whom it watched, if it was live.
    pub fn demonitor(&mut self, reference: RefId) -> Option<Pid> {
        if self.aliases.get(&reference) == Some(&AliasEnd::Demonitor) {
            self.aliases.remove(&reference);
        }
        self.monitors.remove(&reference)
    }

    /// Monitors that the process has made, oldest reference first.
    #[must_use]
    pub fn monitors(&self) -> Vec<(RefId, Pid)> {
        let mut all: Vec<_> = self.monitors.iter().map(|(r, p)| (*r, *p)).collect();
        all.sort_unstable();
        all
    }

    /// A reference stands for the process from now on.
    pub fn alias(&mut self, alias: RefId, end: AliasEnd) {
        self.aliases.insert(alias, end);
    }

    /// An alias ends; whether it was active.
    pub fn unalias(&mut self, alias: RefId) -> bool {
        self.aliases.remove(&alias).is_some()
    }

    /// A message comes through an alias: whether it is taken.
    pub fn through(&mut self, alias: RefId) -> bool {
        match self.aliases.get(&alias) {
            None => false,
            Some(AliasEnd::Reply) => {
                self.aliases.remove(&alias);
                self.monitors.remove(&alias);
                true
            }
            Some(AliasEnd::Explicit | AliasEnd::Demonitor) => true,
        }
    }
}
