//! Those who have been told to end, before all others.
//!
//! A signal that may end a process does so when the process has its turn. In one line with the
//! others that takes a round for each generation of a tree of linked processes, and in a round
//! those who are still to be told make as many children as have ended: such a tree would never
//! die out. So whoever is told while it stands in the queue has its turn before those who were
//! not told. An end then goes through a tree at once, and others make fewer children
//! meanwhile than there are ends.
//!
//! To find those who were told, the worker lists where everybody stands, and keeps that list as
//! long as somebody is told once in as many turns as there are processes in its queue.
//!
//! # Invariants
//! T1. Others have a turn whenever those who were told have used [`DYING_REDUCTIONS`]. So
//!     nobody is kept waiting for those who are told again and again, and trap it.
//! T2. Whoever comes to stand in the queue stands in the list, once it is written. What else is in the
//!     list is of no account: who is taken is looked at. Whom the queue itself has moved since is
//!     not found, and ends when its ordinary turn comes.
//!
//! # Cost
//! Nothing while nobody is told. Else O(1) a turn, and O(1) for each who is told.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::ids::Pid;
use crate::limits::DYING_REDUCTIONS;
use crate::sched::queue::{Place, RunQueue};
use crate::sched::table::Tenant;

/// What a turn costs that ends a process, in reductions.
const END_REDUCTIONS: u64 = 20;

/// Who is found by its reference.
pub trait Known {
    /// The reference.
    fn pid(&self) -> Pid;
}

impl Known for Box<Tenant> {
    #[inline]
    fn pid(&self) -> Pid {
        self.process.pid
    }
}

/// Entries that the list may have beyond those that count, at least.
const STALE: usize = 1024;

/// See the module documentation.
#[derive(Debug)]
pub struct Dying<P> {
    /// Whether there is anything here.
    is_active: bool,
    /// Who was told, and was found.
    first: VecDeque<P>,
    /// Who was told, and is to be found.
    told: Vec<Pid>,
    /// Where everybody stands, once that was written.
    list: Option<FxHashMap<Pid, Place>>,
    /// Turns since somebody was told.
    turns: usize,
    /// Whether the last turn was of one of those who were told.
    was_first: bool,
    /// What the worker had done when the row of those who were told began.
    begun: u64,
    /// Turns of that row.
    row: u64,
}

impl<P> Default for Dying<P> {
    fn default() -> Dying<P> {
        Dying {
            is_active: false,
            first: VecDeque::new(),
            told: Vec::new(),
            list: None,
            turns: 0,
            was_first: false,
            begun: 0,
            row: 0,
        }
    }
}

impl<P: Known> Dying<P> {
    /// Somebody who may stand in the queue was told to end.
    pub fn told(&mut self, pid: Pid) {
        self.is_active = true;
        self.told.push(pid);
    }

    /// Somebody was told who waited, and is ready now.
    pub fn woken(&mut self, process: P) {
        self.is_active = true;
        self.first.push_back(process);
    }

    /// A process stands in the queue from now on.
    #[inline]
    pub fn stands(&mut self, pid: Pid, place: Place) {
        if self.is_active {
            self.note(pid, place);
        }
    }

    #[cold]
    fn note(&mut self, pid: Pid, place: Place) {
        if let Some(list) = &mut self.list {
            list.insert(pid, place);
        }
    }

    /// The next one of those who were told and of all others; the worker has `done` so many
    /// reductions.
    #[inline]
    pub fn pick(&mut self, queue: &mut RunQueue<P>, done: u64) -> Option<P> {
        if self.is_active {
            self.pick_either(queue, done)
        } else {
            queue.pick()
        }
    }

    #[cold]
    #[inline(never)]
    fn pick_either(&mut self, queue: &mut RunQueue<P>, done: u64) -> Option<P> {
        if !self.told.is_empty() {
            self.find(queue);
        }
        if !self.was_first {
            (self.begun, self.row) = (done, 0);
        }
        let used = done - self.begun + self.row * END_REDUCTIONS;
        if (used < DYING_REDUCTIONS || queue.is_empty())
            && let Some(process) = self.first.pop_front()
        {
            self.row += 1;
            self.was_first = true;
            return Some(process);
        }
        self.was_first = false;
        self.turns += 1;
        if self.turns > queue.len() && self.first.is_empty() {
            *self = Dying::default();
        }
        queue.pick()
    }

    /// Takes those who were told out of the queue. Who is not there runs, waits or is gone.
    fn find(&mut self, queue: &mut RunQueue<P>) {
        self.turns = 0;
        let most = STALE + 2 * queue.len();
        let list = self.list.take_if(|list| list.len() <= most);
        let list = self.list.insert(list.unwrap_or_else(|| {
            let all = queue.places();
            all.map(|(place, process)| (process.pid(), place)).collect()
        }));
        for pid in self.told.drain(..) {
            let place = list.remove(&pid);
            let found = place.and_then(|place| queue.take(place, |process| process.pid() == pid));
            self.first.extend(found);
        }
    }

    /// Gives up what belongs to a run.
    pub fn clear(&mut self) {
        *self = Dying::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sched::queue::{Order, Row};

    impl Known for Pid {
        fn pid(&self) -> Pid {
            *self
        }
    }

    fn pid(n: usize) -> Pid {
        Pid::new(u32::try_from(n).unwrap(), 0)
    }

    fn queue(len: usize) -> RunQueue<Pid> {
        let mut queue = RunQueue::new(Order::DepthFirst(Row::default()));
        (0..len).for_each(|n| {
            queue.push(pid(n));
        });
        queue
    }

    #[test]
    fn who_is_told_is_next() {
        let mut queue = queue(50);
        let mut dying = Dying::default();
        dying.told(pid(40));
        dying.told(pid(30));
        dying.told(pid(50));
        let next: Vec<_> = (0..4).map(|_| dying.pick(&mut queue, 0)).collect();
        assert_eq!(next, [40, 30, 0, 1].map(|n| Some(pid(n))));
        dying.woken(pid(90));
        // One that came later, and one that has got another place.
        for late in [60, 0] {
            let place = queue.add(pid(late));
            dying.stands(pid(late), place);
            dying.told(pid(late));
        }
        let next: Vec<_> = (0..4).map(|_| dying.pick(&mut queue, 0)).collect();
        assert_eq!(next, [90, 60, 0, 2].map(|n| Some(pid(n))));
        let rest = std::iter::from_fn(|| dying.pick(&mut queue, 0));
        let all = (3..50).filter(|n| ![30, 40].contains(n));
        assert!(rest.eq(all.map(pid)));
        assert!(!dying.is_active && dying.list.is_none());
    }

    #[test]
    fn an_end_goes_through_generations_at_once_and_others_have_turns() {
        let count = 10_000;
        let mut queue = queue(count);
        let mut dying = Dying::default();
        dying.told(pid(0));
        let (mut ended, mut others) = (0, 0);
        while ended < count / 2
            && let Some(next) = dying.pick(&mut queue, 0)
        {
            if next == pid(ended) {
                // Its end is told to its child.
                ended += 1;
                dying.told(pid(ended));
            } else {
                others += 1;
                let place = queue.add(next);
                dying.stands(next, place);
            }
        }
        let row = (DYING_REDUCTIONS / END_REDUCTIONS) as usize;
        assert_eq!((ended, others), (count / 2, (count / 2 - 1) / row));
    }

    #[test]
    fn who_is_told_again_and_again_leaves_others_their_turns() {
        let mut queue = queue(50);
        let mut dying = Dying::default();
        let (mut done, mut others) = (0, 0);
        let turn = 1000;
        for _ in 0..100 {
            dying.told(pid(0));
            let next = dying.pick(&mut queue, done).unwrap();
            others += usize::from(next != pid(0));
            let place = queue.add(next);
            dying.stands(next, place);
            done += turn;
        }
        assert_eq!(others, 100 / (1 + DYING_REDUCTIONS / turn) as usize);
    }

    #[test]
    fn the_list_does_not_grow_with_those_who_are_gone() {
        let mut queue = queue(50);
        let mut dying = Dying::default();
        for n in 50..100_000 {
            let place = queue.add(pid(n));
            dying.stands(pid(n), place);
            dying.told(Pid::MAIN);
            dying.pick(&mut queue, 0);
        }
        assert!(dying.list.is_some_and(|list| list.len() <= STALE + 101));
    }
}
