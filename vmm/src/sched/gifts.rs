//! What a worker does with too much work, and without any.
//!
//! A worker that has more than one process to run, and sees that another rests, gives
//! it the older half. Whether that pays depends on the program: a process that
//! runs for less than it takes to wake a worker is better left where it is. So
//! every gift is judged by how long it kept its receiver busy, and the giver
//! waits longer before the next one, or shorter.

use std::time::Duration;

use crate::limits::GIFT_MAX;
use crate::sched::RunEnd;
use crate::sched::share::{Rested, Worth};
use crate::sched::table::Tenant;
use crate::sched::worker::Worker;

/// Work between two gifts, in reductions: at first and at least, and at most.
const PAUSE: std::ops::RangeInclusive<u64> = 4000..=1 << 20;

/// A gift that keeps its receiver busy for fewer reductions was not worth it: some 30
/// microseconds. Why: to give and to be woken costs either side some microseconds, and
/// processes that move leave the caches. Reductions, since time passes without work
/// where other programs use the cores.
const WORTH: u64 = 2000;

/// Processes that go from one worker to another.
#[derive(Debug)]
pub struct Gift {
    from: usize,
    #[expect(clippy::vec_box, reason = "a tenant goes from queue to queue as a box")]
    tenants: Vec<Box<Tenant>>,
}

/// How a worker is getting on with its gifts.
#[derive(Debug)]
pub struct Giving {
    /// Reductions so far.
    pub(super) done: u64,
    /// How many there were at the last gift.
    given_at: u64,
    /// How many there are to be until the next one.
    pause: u64,
    /// Whose gift the worker works on, and how many there were when it came.
    working_on: Option<(usize, u64)>,
}

impl Default for Giving {
    fn default() -> Giving {
        Giving {
            done: 0,
            given_at: 0,
            pause: *PAUSE.start(),
            working_on: None,
        }
    }
}

impl Worker<'_, '_> {
    /// There is nothing to do: rests until there is; false if there never will be.
    pub(super) fn rest(&mut self) -> bool {
        let (shared, me) = (self.shared(), self.number());
        let clock = &shared.host.clock;
        if let Some((giver, since)) = self.giving.working_on.take() {
            let worth = if self.giving.done - since < WORTH {
                Worth::Little
            } else {
                Worth::Much
            };
            shared.share.report(giver, worth);
        }
        if let Err(error) = shared.host.console.flush() {
            shared.end(RunEnd::OutputLost(error.kind()));
            return false;
        }
        let span = || {
            let look = shared.wheels.next_look(me)?;
            (!shared.virtual_clock)
                .then(|| Duration::from_nanos(look.saturating_sub(clock.monotonic_ns())))
        };
        let rested = shared.share.rest(
            me,
            || shared.gate.is_pending(),
            || shared.nobody_works(),
            span,
        );
        match rested {
            Rested::Over => return false,
            Rested::Look => {}
            Rested::Gift(gift) => self.accept(gift),
        }
        true
    }

    /// Gives older work to a worker that has none, if this one has more than one
    /// process to run and its gifts were worth it.
    #[inline]
    pub(super) fn give(&mut self) {
        if self.shared().share.is_anyone_idle() && self.local.queue.len() > 1 {
            self.give_some();
        }
    }

    #[cold]
    fn give_some(&mut self) {
        let (shared, me) = (self.shared(), self.number());
        let giving = &mut self.giving;
        match shared.share.worth(me) {
            Some(Worth::Little) => giving.pause = (giving.pause * 2).min(*PAUSE.end()),
            Some(Worth::Much) => giving.pause = (giving.pause / 4).max(*PAUSE.start()),
            None => {}
        }
        // Where time costs nothing, everything is shared that can be.
        if giving.done - giving.given_at < giving.pause && !shared.virtual_clock {
            return;
        }
        let tenants = self.local.queue.give(GIFT_MAX);
        let returned = match shared.share.give(Gift { from: me, tenants }) {
            Ok(given) if given.starts && !self.crew.start(given.worker) => {
                shared.share.not_started(given.worker)
            }
            Ok(_) => {
                giving.given_at = giving.done;
                None
            }
            Err(gift) => Some(gift),
        };
        if let Some(gift) = returned {
            self.local.queue.take_back(gift.tenants);
        }
    }

    /// Takes a gift over.
    pub(super) fn accept(&mut self, gift: Gift) {
        self.giving.working_on = Some((gift.from, self.giving.done));
        for tenant in gift.tenants {
            self.local.queue.push(tenant);
        }
    }
}
