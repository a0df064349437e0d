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
//! is the turn of at most [`QUEUED_IN_A_ROW`] others, and either side has its row only until it has
//! worked for [`ROW_REDUCTIONS`]; each time the children have used up
//! their row, the oldest child moves to the end of the line, so that no child waits for ever behind
//! newer ones. Where more than [`CHILDREN_CROWD`] children stand, whoever makes one more is to end its
//! turn: among many that compute, those who make children have more turns than these.
//! The line and the busy take rounds. First everybody runs who stands in the line,
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
use crate::limits::{
    CHILDREN_CROWD, CHILDREN_IN_A_ROW, LINE_REDUCTIONS, QUEUED_IN_A_ROW, ROW_REDUCTIONS,
};
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
    /// Children that have run in this row.
    children: u32,
    /// Others that have run in this row.
    queued: u32,
    /// Reductions of the children of this row, or of the others if it is theirs.
    worked: u32,
    /// Of which the last one picked was.
    last: Kind,
    /// How many of the line are still to run in this round.
    line: usize,
    /// How many of the busy may run in this round.
    busy: usize,
    /// Reductions of the line in this round that the busy have not had.
    spent: u32,
}

/// Of which processes one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Child,
    Line,
    Busy,
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
                    row.worked = 0;
                } else if queued == 0 {
                    // Of those who are alone with their like, the oldest has a turn after each row.
                    row.queued = 0;
                    let is_over = !row.has_children();
                    row.last = Kind::Child;
                    if is_over {
                        row.children = 0;
                        row.worked = 0;
                        return self.children.pop_front();
                    }
                    row.children = row.children.saturating_add(1);
                    return self.children.pop_back();
                } else if row.has_children() {
                    row.children = row.children.saturating_add(1);
                    row.last = Kind::Child;
                    return self.children.pop_back();
                } else {
                    if row.queued == 0 {
                        row.worked = 0;
                        if let Some(oldest) = self.children.pop_front() {
                            self.line.push_back(oldest);
                        }
                    }
                    row.queued += 1;
                }
                let is_over = row.line == 0 && row.spent >= LINE_REDUCTIONS;
                if !self.line.is_empty() && (self.busy.is_empty() || !is_over) {
                    row.last = Kind::Line;
                    row.line = row.line.saturating_sub(1);
                    return self.line.pop_front();
                }
                row.last = Kind::Busy;
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

    /// Who stands so many places behind the oldest of the line; nobody if that one is a gap.
    #[inline]
    #[must_use]
    pub fn in_line(&self, at: usize) -> Option<&P> {
        self.line.peek(at)
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
        if let Order::DepthFirst(row) = &mut self.order {
            // Others can be gone while it is their row; then what children do does not end it.
            if (row.last == Kind::Child) == (row.queued == 0) {
                row.worked = row.worked.saturating_add(reductions);
            }
            if row.last == Kind::Line {
                row.spent = row.spent.saturating_add(reductions);
            }
        }
    }

    /// Whether so many children stand in it that there should not be more.
    #[inline]
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.children.len() > CHILDREN_CROWD
    }
}

impl Row {
    /// Whether it is the turn of the children, while there are others, too; if the row of
    /// either is over, that of the other begins.
    fn has_children(&mut self) -> bool {
        if self.queued > 0 {
            let is_over = self.queued >= QUEUED_IN_A_ROW || self.worked >= ROW_REDUCTIONS;
            if is_over {
                self.children = 0;
                self.queued = 0;
                self.worked = 0;
            }
            return is_over;
        }
        self.children < CHILDREN_IN_A_ROW && self.worked < ROW_REDUCTIONS
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
mod tests;
