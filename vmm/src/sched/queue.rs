//! Run queue: who could run, in which order.
//!
//! *Strict* is one line for all: whoever becomes ready goes to its end, and
//! [`Choice`] says which place of the line is next, the first for round-robin.
//!
//! *Depth first* keeps three lines:
//!
//! - *Children* that have not run yet, of which the newest is first, so that
//!   a tree of processes is walked branch by branch and few of them are alive at once.
//! - The *line* of those who were woken or whose turn was over, oldest first. In one line each
//!   finds many messages when its turn comes, which costs less than a turn for each message.
//! - The *busy*, who have worked for [`BUSY_REDUCTIONS`](crate::limits::BUSY_REDUCTIONS) since they last waited, oldest first.
//!   They only compute; whoever has something to answer is not kept waiting for them.
//!
//! So that no line starves another, at most [`CHILDREN_IN_A_ROW`] children run before it
//! is the turn of at most [`QUEUED_IN_A_ROW`] others; each time the children have used up
//! their row, the oldest child moves to the end of the line, so that no child waits for ever behind
//! newer ones. The line and the busy take rounds. First everybody runs who stands in the line,
//! and whoever is woken meanwhile, for [`LINE_REDUCTIONS`] at least: as long as a turn. Then the
//! busy run, each once at most, until they have had as much. So the few that answer
//! messages beside some that compute are always first, the many do not make it worse for the
//! busy than one line for all would, and those who wake each other for ever leave them half.
//!
//! Who was told to end is taken out of its line, wherever it stands; see [`dying`](crate::sched::dying).
//!
//! A queue belongs to one worker, and what stands in it are the processes
//! themselves. What it gives away is the oldest: the busy first, since they bring work
//! with them, and those of the line last, since those who woke them are here.
//!
//! # Invariants
//! Q1. A process stands in one queue at most: it is owned by it.
//! Q2. Every process in the queue is picked after a bounded number of picks, if
//!     every turn is paid for with at least a reduction (strict with round-robin, and depth first).

use crate::host::Choice;
use crate::limits::{CHILDREN_IN_A_ROW, LINE_REDUCTIONS, QUEUED_IN_A_ROW};
use crate::sched::line::Line;

/// Who could run; see the module documentation.
pub struct RunQueue<P> {
    order: Order,
    /// Woken ones, and those whose turn was over, oldest first; in strict order all.
    line: Line<P>,
    /// Those who have worked for long without a wait, oldest first.
    busy: Line<P>,
    /// Children that have not run yet, oldest first.
    children: Line<P>,
}

/// Which order a queue keeps.
pub enum Order {
    /// One line, and who picks from it.
    Strict(Box<dyn Choice>),
    /// Children first, newest first, bounded.
    DepthFirst(Row),
}

/// Where one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the line.
    Line(u64),
    /// Among the busy.
    Busy(u64),
    /// Among the children.
    Child(u64),
}

/// Whose turn it is, and for how many more.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    children: u32,
    queued: u32,
    /// Whether the last one picked was of the line.
    is_line: bool,
    /// How many of the line are still to run in this round.
    line: usize,
    /// How many of the busy may run in this round.
    busy: usize,
    /// Reductions of the line in this round that the busy have not had.
    spent: u32,
}

impl<P> RunQueue<P> {
    /// An empty queue.
    #[must_use]
    pub fn new(order: Order) -> RunQueue<P> {
        RunQueue {
            order,
            line: Line::new(),
            busy: Line::new(),
            children: Line::new(),
        }
    }

    /// How many stand in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.line.len() + self.busy.len() + self.children.len()
    }

    /// Whether nobody does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one that was woken, or whose turn was over.
    #[inline]
    pub fn push(&mut self, process: P) {
        let _place = self.add(process);
    }

    /// Adds one that has worked for long without a wait.
    #[inline]
    pub fn push_busy(&mut self, process: P) {
        let _place = self.add_busy(process);
    }

    /// Adds one that has not run yet.
    #[inline]
    pub fn push_child(&mut self, process: P) {
        let _place = self.add_child(process);
    }

    /// As [`RunQueue::push`]; yields where it stands.
    #[inline]
    pub fn add(&mut self, process: P) -> Place {
        Place::Line(self.line.push_back(process))
    }

    /// As [`RunQueue::push_busy`]; yields where it stands.
    #[inline]
    pub fn add_busy(&mut self, process: P) -> Place {
        match self.order {
            Order::Strict(_) => self.add(process),
            Order::DepthFirst(_) => {
                let place = self.busy.push_back(process);
                if self.busy.len() == 1 {
                    self.begin_round();
                }
                Place::Busy(place)
            }
        }
    }

    /// As [`RunQueue::push_child`]; yields where it stands.
    #[inline]
    pub fn add_child(&mut self, process: P) -> Place {
        match self.order {
            Order::Strict(_) => self.add(process),
            Order::DepthFirst(_) => Place::Child(self.children.push_back(process)),
        }
    }

    /// Takes the next one.
    pub fn pick(&mut self) -> Option<P> {
        match &mut self.order {
            Order::Strict(choice) => {
                if self.line.is_empty() {
                    return None;
                }
                let at = choice.pick(self.line.len());
                // A choice past the end is a mistake of the implementation;
                // the oldest is as good as any.
                self.line.remove(at).or_else(|| self.line.pop_front())
            }
            Order::DepthFirst(row) => {
                let queued = self.line.len() + self.busy.len();
                if self.children.is_empty() {
                    row.children = 0;
                    row.queued = 0;
                } else if row.children < CHILDREN_IN_A_ROW || queued == 0 {
                    row.children = row.children.saturating_add(1);
                    row.is_line = false;
                    return self.children.pop_back();
                } else {
                    if row.queued == 0
                        && let Some(oldest) = self.children.pop_front()
                    {
                        self.line.push_back(oldest);
                    }
                    row.queued += 1;
                    if row.queued >= QUEUED_IN_A_ROW {
                        row.children = 0;
                        row.queued = 0;
                    }
                }
                let is_over = row.line == 0 && row.spent >= LINE_REDUCTIONS;
                row.is_line = !self.line.is_empty() && (self.busy.is_empty() || !is_over);
                if row.is_line {
                    row.line = row.line.saturating_sub(1);
                    return self.line.pop_front();
                }
                row.spent = row.spent.saturating_sub(LINE_REDUCTIONS);
                row.busy = row.busy.saturating_sub(1);
                let ends = row.spent < LINE_REDUCTIONS || row.busy == 0;
                let picked = self.busy.pop_front();
                if ends {
                    self.begin_round();
                }
                picked
            }
        }
    }

    /// The line runs, and then the busy.
    fn begin_round(&mut self) {
        if let Order::DepthFirst(row) = &mut self.order {
            row.line = self.line.len();
            row.busy = self.busy.len();
            row.spent = 0;
        }
    }

    /// The turn of the one that was picked last took so many reductions.
    #[inline]
    pub fn paid(&mut self, reductions: u32) {
        if let Order::DepthFirst(row) = &mut self.order
            && row.is_line
        {
            row.spent = row.spent.saturating_add(reductions);
        }
    }
}

impl<P> RunQueue<P> {
    /// Gives half of all away, at most so many, the oldest of each line and never the
    /// last one: of the busy at most half, so that the only one stays, with which all
    /// work would go; of the children as many as it needs and of the line the rest.
    pub fn give(&mut self, most: usize) -> Vec<P> {
        let count = (self.len() / 2).min(most);
        let busy = (self.busy.len() / 2).min(count);
        let children = (count - busy).min(self.children.len());
        let line = (count - busy - children).min(self.line.len());
        let mut given = Vec::with_capacity(count);
        given.extend(self.busy.drain(busy));
        given.extend(self.children.drain(children));
        given.extend(self.line.drain(line));
        given
    }

    /// Takes back what was not given away after all.
    pub fn take_back(&mut self, given: Vec<P>) {
        for process in given.into_iter().rev() {
            match self.order {
                Order::Strict(_) => self.line.push_front(process),
                Order::DepthFirst(_) => self.busy.push_front(process),
            }
        }
    }

    /// Takes who stands at a place, if it is that one.
    pub fn take(&mut self, place: Place, is: impl FnOnce(&P) -> bool) -> Option<P> {
        match place {
            Place::Line(at) => self.line.take(at, is),
            Place::Busy(at) => self.busy.take(at, is),
            Place::Child(at) => self.children.take(at, is),
        }
    }

    /// Everybody who stands in it, and where.
    pub fn places(&self) -> impl Iterator<Item = (Place, &P)> {
        let line = self.line.places().map(|(at, p)| (Place::Line(at), p));
        let busy = self.busy.places().map(|(at, p)| (Place::Busy(at), p));
        let children = self.children.places().map(|(at, p)| (Place::Child(at), p));
        line.chain(busy).chain(children)
    }

    /// Everybody who stands in it.
    pub fn iter(&self) -> impl Iterator<Item = &P> {
        self.places().map(|(_, process)| process)
    }
}

impl<P> std::fmt::Debug for RunQueue<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunQueue")
            .field("line", &self.line.len())
            .field("busy", &self.busy.len())
            .field("children", &self.children.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{RoundRobin, Shuffle};
    use crate::ids::Pid;

    fn pid(n: u32) -> Pid {
        Pid::new(n, 0)
    }

    fn strict(choice: impl Choice + 'static) -> RunQueue<Pid> {
        RunQueue::new(Order::Strict(Box::new(choice)))
    }

    fn depth_first() -> RunQueue<Pid> {
        RunQueue::new(Order::DepthFirst(Row::default()))
    }

    fn all(queue: &mut RunQueue<Pid>) -> Vec<u32> {
        std::iter::from_fn(|| queue.pick()).map(Pid::slot).collect()
    }

    #[test]
    fn strict_order_is_one_line_for_children_and_woken_ones() {
        let mut queue = strict(RoundRobin);
        queue.push(pid(1));
        queue.push_child(pid(2));
        queue.push(pid(3));
        assert_eq!(all(&mut queue), [1, 2, 3]);
    }

    #[test]
    fn a_shuffle_follows_from_its_seed_and_loses_nobody() {
        let order = |seed| {
            let mut queue = strict(Shuffle::new(seed));
            (1..20).for_each(|n| queue.push(pid(n)));
            all(&mut queue)
        };
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
        let mut sorted = order(1);
        sorted.sort_unstable();
        assert_eq!(sorted, (1..20).collect::<Vec<_>>());
    }

    #[test]
    fn a_choice_past_the_end_picks_the_oldest() {
        struct Wrong;
        impl Choice for Wrong {
            fn pick(&mut self, runnable: usize) -> usize {
                runnable
            }
        }
        let mut queue = strict(Wrong);
        queue.push(pid(1));
        queue.push(pid(2));
        assert_eq!(all(&mut queue), [1, 2]);
    }

    #[test]
    fn children_run_newest_first_before_the_line() {
        let mut queue = depth_first();
        queue.push(pid(1));
        queue.push_child(pid(2));
        queue.push_child(pid(3));
        assert_eq!(all(&mut queue), [3, 2, 1]);
    }

    #[test]
    fn half_is_given_the_busy_first_and_the_last_one_kept() {
        let mut queue = depth_first();
        queue.push(pid(1));
        assert!(queue.give(9).is_empty());
        (2..=4).for_each(|n| queue.push(pid(n)));
        (5..=7).for_each(|n| queue.push_child(pid(n)));
        (8..=10).for_each(|n| queue.push_busy(pid(n)));
        let given = queue.give(9);
        assert_eq!(given, [8, 5, 6, 7, 1].map(pid));
        assert_eq!(queue.iter().count(), 5);
        queue.take_back(given);
        assert_eq!(queue.give(1), [pid(8)]);
        assert_eq!(all(&mut queue), [2, 3, 4, 5, 6, 7, 1, 9, 10]);
        queue.push(pid(1));
        queue.push(pid(2));
        assert_eq!(queue.give(9), [pid(1)]);
        assert_eq!(all(&mut queue), [2]);
    }

    /// Runs turns; those of whom the function says nothing are not of the line any more.
    fn turns(queue: &mut RunQueue<Pid>, count: usize, busy: &[Pid], cost: u32) -> Vec<u32> {
        let mut picks = Vec::new();
        for _ in 0..count {
            let next = queue.pick().unwrap();
            picks.push(next.slot());
            if busy.contains(&next) {
                queue.paid(2 * LINE_REDUCTIONS);
                queue.push_busy(next);
            } else {
                queue.paid(cost);
                queue.push(next);
            }
        }
        picks
    }

    #[test]
    fn the_line_comes_before_the_busy_for_as_long_as_a_turn() {
        let mut queue = depth_first();
        let busy = [pid(1), pid(2)];
        busy.iter().for_each(|one| queue.push_busy(*one));
        queue.push(pid(3));
        let picks = turns(&mut queue, 15, &busy, LINE_REDUCTIONS / 4);
        assert_eq!(picks, [3, 3, 3, 3, 1, 3, 3, 3, 3, 2, 3, 3, 3, 3, 1]);
    }

    #[test]
    fn a_long_line_runs_once_and_then_as_many_of_the_busy_as_that_paid_for() {
        let mut queue = depth_first();
        let busy = [pid(1), pid(2), pid(3), pid(4)];
        queue.push_busy(busy[0]);
        (5..=10).for_each(|n| queue.push(pid(n)));
        // The round began when the first busy one came; now one with six of the line begins.
        busy[1..].iter().for_each(|one| queue.push_busy(*one));
        let picks = turns(&mut queue, 20, &busy, LINE_REDUCTIONS / 2);
        let all = [5, 6, 1, 7, 8, 9, 10, 5, 6, 2, 3, 4, 7, 8, 9, 10, 5, 6, 1, 2];
        assert_eq!(picks, all);
    }

    #[test]
    fn children_that_make_children_starve_nobody() {
        let mut queue = depth_first();
        let (waiting, first, newest) = (pid(1), pid(2), pid(3));
        queue.push(waiting);
        queue.push_child(first);
        queue.push_child(newest);
        let mut picks = Vec::new();
        for _ in 0..2 * (CHILDREN_IN_A_ROW + QUEUED_IN_A_ROW) {
            let next = queue.pick().unwrap();
            picks.push(next);
            if next == newest {
                queue.push_child(newest);
            } else {
                queue.push(next);
            }
        }
        let row = CHILDREN_IN_A_ROW as usize;
        assert!(picks[..row].iter().all(|&p| p == newest));
        assert_eq!(picks[row..row + 2], [waiting, first]);
        let line = picks[row..].iter().take_while(|&&p| p != newest).count();
        assert_eq!(line, QUEUED_IN_A_ROW as usize);
    }
}
