//! Run queue: who could run, in which order.
//!
//! *Strict* is one line for all: whoever becomes ready goes to its end, and
//! [`Choice`] says which place of the line is next, the first for round-robin.
//!
//! *Depth first* keeps new children apart and runs the newest first, so that
//! a tree of processes is walked branch by branch and few of them are alive
//! at once. So that neither side starves the other, at most
//! [`CHILDREN_IN_A_ROW`] children run before it is the turn of at most
//! [`QUEUED_IN_A_ROW`] of the woken and yielded ones; and each time the
//! children have used up their row, the oldest child moves to the end of the
//! line, so that no child waits for ever behind newer ones.
//!
//! A queue belongs to one worker, and what stands in it are the processes
//! themselves. What it gives away is the oldest.
//!
//! # Invariants
//! Q1. A process stands in one queue at most: it is owned by it.
//! Q2. Every process in the queue is picked after a bounded number of picks
//!     (strict with round-robin, and depth first).

use std::collections::VecDeque;

use crate::host::Choice;
use crate::limits::{CHILDREN_IN_A_ROW, QUEUED_IN_A_ROW};

/// Who could run; see the module documentation.
pub struct RunQueue<P> {
    order: Order,
    /// Woken and yielded ones, oldest first; in strict order all.
    line: VecDeque<P>,
    /// Children that have not run yet, oldest first.
    children: VecDeque<P>,
}

/// Which order a queue keeps.
pub enum Order {
    /// One line, and who picks from it.
    Strict(Box<dyn Choice>),
    /// Children first, newest first, bounded.
    DepthFirst(Row),
}

/// Whose turn it is, and for how many more.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    children: u32,
    queued: u32,
}

impl<P> RunQueue<P> {
    /// An empty queue.
    #[must_use]
    pub fn new(order: Order) -> RunQueue<P> {
        RunQueue {
            order,
            line: VecDeque::new(),
            children: VecDeque::new(),
        }
    }

    /// How many stand in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.line.len() + self.children.len()
    }

    /// Whether nobody does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one that was woken, or whose budget was used up.
    #[inline]
    pub fn push(&mut self, process: P) {
        self.line.push_back(process);
    }

    /// Adds one that has not run yet.
    #[inline]
    pub fn push_child(&mut self, process: P) {
        match self.order {
            Order::Strict(_) => self.line.push_back(process),
            Order::DepthFirst(_) => self.children.push_back(process),
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
                if self.children.is_empty() {
                    *row = Row::default();
                    return self.line.pop_front();
                }
                if row.children < CHILDREN_IN_A_ROW || self.line.is_empty() {
                    row.children = row.children.saturating_add(1);
                    return self.children.pop_back();
                }
                if row.queued == 0
                    && let Some(oldest) = self.children.pop_front()
                {
                    self.line.push_back(oldest);
                }
                row.queued += 1;
                if row.queued >= QUEUED_IN_A_ROW {
                    *row = Row::default();
                }
                self.line.pop_front()
            }
        }
    }
}

impl<P> RunQueue<P> {
    /// Gives the older half away, at most so many, the oldest of each kind
    /// first; never the last one.
    pub fn give(&mut self, most: usize) -> Vec<P> {
        let count = (self.len() / 2).min(most);
        let line = (self.line.len() / 2).min(count);
        let children = (count - line).min(self.children.len());
        let line = count - children;
        let mut given = Vec::with_capacity(count);
        given.extend(self.line.drain(..line));
        given.extend(self.children.drain(..children));
        given
    }

    /// Takes back what was not given away after all.
    pub fn take_back(&mut self, given: Vec<P>) {
        for process in given.into_iter().rev() {
            self.line.push_front(process);
        }
    }

    /// Everybody who stands in it.
    pub fn iter(&self) -> impl Iterator<Item = &P> {
        self.line.iter().chain(&self.children)
    }
}

impl<P> std::fmt::Debug for RunQueue<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunQueue")
            .field("line", &self.line.len())
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
    fn the_older_half_is_given_and_the_last_one_kept() {
        let mut queue = depth_first();
        queue.push(pid(1));
        assert!(queue.give(9).is_empty());
        (2..=4).for_each(|n| queue.push(pid(n)));
        (5..=8).for_each(|n| queue.push_child(pid(n)));
        let given = queue.give(9);
        assert_eq!(given, [pid(1), pid(2), pid(5), pid(6)]);
        assert_eq!(queue.iter().count(), 4);
        queue.take_back(given);
        assert_eq!(queue.give(1), [pid(1)]);
        assert_eq!(all(&mut queue), [8, 7, 2, 5, 6, 3, 4]);
        queue.push_child(pid(1));
        queue.push_child(pid(2));
        assert_eq!(queue.give(9), [pid(1)]);
        assert_eq!(all(&mut queue), [2]);
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
