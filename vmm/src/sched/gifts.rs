//! What a worker does with too much work, and without any, and which process goes where.
//!
//! # Gifts
//! A worker that has more than one process to run, and sees that another rests, gives
//! it half of them. Whether that pays depends on the program. So whoever got a gift reckons, when it
//! has no work left, what it brought and what it cost:
//!
//! - It brought the reductions that the worker has done since.
//! - Every message to a process of another worker cost `CROSSING`, since what it touches
//!   moves from cache to cache.
//! - Every process that has ended, and was not born here, cost `MOVING`: it was
//!   moved, and its memory was, and there is nothing more to come. A child that runs for less
//!   than that is better left where its parent is.
//!
//! And the giver must have work of its own meanwhile, of at least what the gift cost: else both did no more
//! than one would have. If what is left is less than `WORTH`, the giver waits `LONGER` times as long before the next gift, else
//! a quarter. The wait goes from one phase of a program to the next: a program of children of a
//! microsecond pays for a gift in twenty milliseconds, and one that starts to compute is
//! shared within these.
//!
//! # Following
//! A process that talks more than it works, and nearly only to processes of another worker,
//! goes there, whether that worker has work or not. So those who talk to each other meet on one
//! worker: who floods another comes to it, pairs that a gift took apart come together, and
//! different groups stay on different workers. A process that is woken goes to who woke it anyway.
//!
//! When two talk to each other across, only one may go, or they would change places for ever:
//! towards a worker of a higher number goes only who was drawn there in two turns, one after the other.

use std::cell::Cell;
use std::time::Duration;

use crate::ids::Pid;
use crate::limits::GIFT_MAX;
use crate::sched::RunEnd;
use crate::sched::share::{Rested, Worth};
use crate::sched::table::Tenant;
use crate::sched::worker::Worker;

/// Time between two gifts, in nanoseconds: at first and at least, and at most. Why: a gift that
/// fails can cost half a millisecond, since what its processes use is in the caches of the other core
/// then, and that of the giver has to come back. Time, since a reduction takes from 4 to 100 ns.
const PAUSE: std::ops::RangeInclusive<u64> = 40_000..=20_000_000;

/// Work between two looks at whether that time has passed, in reductions; as much comes before the
/// first gift.
const LOOK: u64 = 4000;

/// How many times longer a giver waits after a gift that was not worth it. Why: three such
/// gifts, and the wait is as long as it gets.
const LONGER: u64 = 8;

/// What a gift has to bring, in reductions: some 30 microseconds. Why: to give and to be
/// woken costs either side some microseconds. Reductions, since time passes without work
/// where other programs use the cores.
const WORTH: u64 = 2000;

/// What a process costs that is moved, in reductions: some 3 microseconds. Why: about 20 cache
/// lines of it are read and written on the other core, and its memory has to come back.
const MOVING: u64 = 200;

/// What a message costs that goes to another worker, in reductions: some 800 nanoseconds. Why: the
/// word of its receiver, the message and its memory are moved, each there and back.
const CROSSING: u64 = 50;

/// Who follows sends so many times as many messages to the other worker as to its own. Why: in
/// a group where all talk to all, which has halves on two workers, nobody should.
const DRAWN: u32 = 3;

/// Processes that go from one worker to another.
#[derive(Debug)]
pub struct Gift {
    /// Who gave it; nobody if its process followed others.
    from: Option<usize>,
    #[expect(clippy::vec_box, reason = "a tenant goes from queue to queue as a box")]
    tenants: Vec<Box<Tenant>>,
    /// Processes that were told to end, and may stand with who gets this.
    told: Vec<Pid>,
}

/// To whom a process has sent in its turn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Talk {
    /// Signals to processes of its own worker.
    here: u32,
    /// Signals to processes of others.
    across: u32,
    /// The last of those others.
    to: usize,
}

/// What a worker has done, counted from the start of the run.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    /// Reductions, what turns cost included.
    done: u64,
    /// Signals to processes of other workers.
    across: u64,
    /// Processes that ended here, less those that were born here.
    gone: i64,
}

/// How a worker is getting on with its gifts.
#[derive(Debug)]
pub struct Giving {
    done: u64,
    across: u64,
    /// Processes that were made here.
    pub(super) born: i64,
    /// Processes that ended here.
    pub(super) ended: i64,
    /// Reductions that were done at the last gift.
    given_at: u64,
    /// How many it has to do itself since then, so that the gift can have been worth it; 0
    /// once that is judged.
    owed: u64,
    /// Whether it was judged here, so that it does not matter how its receiver finds it.
    judged: bool,
    /// When that was, in nanoseconds.
    given_ns: u64,
    /// How long it is until the next one, in nanoseconds.
    pause: u64,
    /// What is done when it is time to look whether that has passed.
    look_at: u64,
    /// Whose gift the worker works on, and what it had done when that came.
    working_on: Option<(usize, Tally)>,
}

impl Talk {
    /// A signal went to a process that is with the worker `home`; the sender is with `me`.
    #[inline]
    pub fn sent(&mut self, home: usize, me: usize) {
        if home == me {
            self.here += 1;
        } else {
            self.across += 1;
            self.to = home;
        }
    }
}

impl Giving {
    /// A turn of so many reductions is over; where its process should rather be.
    #[inline]
    pub(super) fn turn(&mut self, talk: Talk, reductions: u32) -> Option<usize> {
        self.done += u64::from(reductions);
        if talk.across == 0 {
            return None;
        }
        let across = u64::from(talk.across);
        self.across += across;
        let talks = across * CROSSING > u64::from(reductions);
        (talks && talk.across / DRAWN >= talk.here).then_some(talk.to)
    }

    /// Reductions that the worker has done.
    #[inline]
    pub(super) fn done(&self) -> u64 {
        self.done
    }

    fn tally(&self) -> Tally {
        Tally {
            done: self.done,
            across: self.across,
            gone: self.ended - self.born,
        }
    }

    /// What was done since then was worth a gift.
    fn worth_since(&self, then: Tally) -> Worth {
        let now = self.tally();
        let gone = u64::try_from(now.gone - then.gone).unwrap_or(0);
        let cost = CROSSING * (now.across - then.across) + MOVING * gone;
        if now.done - then.done < WORTH + cost {
            Worth::Little
        } else {
            Worth::Much
        }
    }

    /// Whether it is time for a gift; looks at the clock now and then only.
    fn may_give(&mut self, now: impl FnOnce() -> u64) -> bool {
        if self.done < self.look_at {
            return false;
        }
        self.look_at = self.done + LOOK;
        now().saturating_sub(self.given_ns) >= self.pause
    }

    /// So many processes are given away.
    fn gave(&mut self, count: usize, now: u64) {
        self.given_at = self.done;
        self.given_ns = now;
        self.owed = WORTH + MOVING * count as u64;
    }

    /// There is no work: whether the last gift was of what the worker needed itself.
    fn gave_too_much(&mut self) -> bool {
        let owed = std::mem::take(&mut self.owed);
        self.done - self.given_at < owed
    }

    /// The last gift turned out so.
    fn learn(&mut self, worth: Worth) {
        self.pause = match worth {
            Worth::Little => (self.pause * LONGER).min(*PAUSE.end()),
            Worth::Much => (self.pause / 4).max(*PAUSE.start()),
        };
    }
}

impl Default for Giving {
    fn default() -> Giving {
        Giving {
            done: 0,
            across: 0,
            born: 0,
            ended: 0,
            given_at: 0,
            owed: 0,
            judged: false,
            given_ns: 0,
            pause: *PAUSE.start(),
            look_at: LOOK,
            working_on: None,
        }
    }
}

impl Worker<'_, '_> {
    /// There is nothing to do: rests until there is; false if there never will be.
    pub(super) fn rest(&mut self) -> bool {
        let (shared, me) = (self.shared(), self.number());
        let clock = &shared.host.clock;
        if self.giving.gave_too_much() {
            self.giving.learn(Worth::Little);
            self.giving.judged = true;
        }
        if let Some((giver, then)) = self.giving.working_on.take() {
            let worth = self.giving.worth_since(then);
            shared.share.report(giver, worth);
        }
        if let Err(error) = shared.host.console.flush() {
            shared.end(RunEnd::OutputLost(error.kind()));
            return false;
        }
        // A virtual clock stands still while nobody works, but for natives that work outside:
        // then it moves when as much time has passed there.
        let outlasted = Cell::new(None);
        let span = || {
            let wheel = if shared.virtual_clock { 0 } else { me };
            let look = shared.wheels.next_look(wheel)?;
            if shared.virtual_clock {
                if !shared.gate.has_calls() {
                    return None;
                }
                outlasted.set(Some(look));
            }
            Some(Duration::from_nanos(
                look.saturating_sub(clock.monotonic_ns()),
            ))
        };
        let rested = shared.share.rest(
            me,
            || shared.gate.is_pending(),
            || shared.nobody_works(),
            span,
        );
        match rested {
            Rested::Over => return false,
            Rested::Look => {
                if let Some(look) = outlasted.get()
                    && !shared.gate.is_pending()
                {
                    clock.advance(look.saturating_sub(clock.monotonic_ns()));
                }
            }
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
        if let Some(worth) = shared.share.worth(me)
            && !std::mem::take(&mut giving.judged)
        {
            giving.learn(worth);
        }
        // Where time costs nothing, everything is shared that can be.
        let now = || shared.host.clock.monotonic_ns();
        if !shared.virtual_clock && !giving.may_give(now) {
            return;
        }
        let tenants = self.local.queue.give(GIFT_MAX);
        let count = tenants.len();
        let returned = match shared.share.give(Gift {
            from: Some(me),
            tenants,
            told: Vec::new(),
        }) {
            Ok(given) if given.starts && !self.crew.start(given.worker) => {
                shared.share.not_started(given.worker)
            }
            Ok(_) => {
                giving.gave(count, now());
                giving.judged = false;
                None
            }
            Err(gift) => Some(gift),
        };
        if let Some(gift) = returned {
            self.local.queue.take_back(gift.tenants);
        }
    }

    /// Takes a gift over, with which work begins again.
    pub(super) fn accept(&mut self, gift: Gift) {
        if let Some(giver) = gift.from {
            self.giving.working_on = Some((giver, self.giving.tally()));
        }
        self.join(gift);
    }

    /// Takes processes in beside others.
    pub(super) fn join(&mut self, gift: Gift) {
        for tenant in gift.tenants {
            let table = &self.shared().table;
            table.is_at(tenant.process.pid, self.number());
            self.requeue(tenant);
        }
        for pid in gift.told {
            self.local.dying.told(pid);
        }
    }

    /// Tells the workers with whom processes are that those are to end.
    #[cold]
    pub(super) fn tell_elsewhere(&mut self) {
        let mut all = std::mem::take(&mut self.told_elsewhere);
        all.sort_by_key(|(worker, _)| *worker);
        for of_one in all.chunk_by(|(one, _), (other, _)| one == other) {
            let gift = Gift {
                from: None,
                tenants: Vec::new(),
                told: of_one.iter().map(|(_, pid)| *pid).collect(),
            };
            // Who has not begun has nobody.
            let _none = self.shared().share.hand(of_one[0].0, gift);
        }
        all.clear();
        self.told_elsewhere = all;
    }

    /// A process whose turn is over is drawn to another worker: it goes there, or thinks it over.
    #[cold]
    pub(super) fn draw(&mut self, mut tenant: Box<Tenant>, worker: usize) {
        let (shared, me) = (self.shared(), self.number());
        if worker > me && !std::mem::replace(&mut tenant.drawn, true) {
            self.requeue(tenant);
            return;
        }
        tenant.drawn = false;
        // To where it is now: what comes for it meanwhile was not sent across.
        shared.table.is_at(tenant.process.pid, worker);
        let gift = Gift {
            from: None,
            tenants: vec![tenant],
            told: Vec::new(),
        };
        if let Err(gift) = shared.share.hand(worker, gift) {
            self.join(gift);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a turn says that sent so many signals to either side.
    fn turn(here: usize, across: usize, reductions: u32) -> Option<usize> {
        let mut talk = Talk::default();
        (0..here).for_each(|_| talk.sent(3, 3));
        (0..across).for_each(|_| talk.sent(7, 3));
        Giving::default().turn(talk, reductions)
    }

    #[test]
    fn who_talks_more_than_it_works_follows_those_it_talks_to() {
        let reductions = 1000;
        let many = usize::try_from(u64::from(reductions) / CROSSING + 1).unwrap();
        assert_eq!(turn(0, many, reductions), Some(7));
        assert_eq!(turn(0, many - 1, reductions), None);
        let here = many / DRAWN as usize;
        assert_eq!(turn(here, many, reductions), Some(7));
        assert_eq!(turn(here + 1, many, reductions), None);
        assert_eq!(turn(many, 0, reductions), None);
    }

    #[test]
    fn a_gift_is_worth_what_it_brought_beyond_its_cost() {
        let work = |turns: u32, reductions: u32, across: usize, (born, ended)| {
            let mut giving = Giving::default();
            let then = giving.tally();
            for _ in 0..turns {
                giving.turn(Talk::default(), reductions);
            }
            let mut talk = Talk::default();
            (0..across).for_each(|_| talk.sent(7, 3));
            giving.turn(talk, 0);
            giving.born += born;
            giving.ended += ended;
            giving.worth_since(then)
        };
        assert_eq!(work(1, 1999, 0, (0, 0)), Worth::Little);
        assert_eq!(work(1, 2000, 0, (0, 0)), Worth::Much);
        // Children of a microsecond, however many.
        assert_eq!(work(100, 60, 100, (0, 100)), Worth::Little);
        assert_eq!(work(100, 60, 0, (0, 0)), Worth::Much);
        // The root of a tree of such children.
        assert_eq!(work(1000, 60, 1, (999, 1000)), Worth::Much);
        // Whoever only sends.
        assert_eq!(work(10, 4000, 2000, (0, 0)), Worth::Little);
    }

    #[test]
    fn who_has_no_work_left_after_a_gift_gave_too_much() {
        let mut giving = Giving::default();
        for (count, reductions, too_much) in [(1, 2100, true), (1, 2200, false), (9, 3000, true)] {
            giving.gave(count, 0);
            giving.turn(Talk::default(), reductions);
            assert_eq!(giving.gave_too_much(), too_much);
            assert!(!giving.gave_too_much(), "judged once");
        }
    }

    #[test]
    fn a_gift_waits_for_work_and_for_time() {
        let mut giving = Giving::default();
        let start = *PAUSE.start();
        assert!(!giving.may_give(|| start));
        giving.turn(Talk::default(), LOOK as u32);
        assert!(giving.may_give(|| start));
        giving.gave(1, start);
        giving.turn(Talk::default(), LOOK as u32 - 1);
        assert!(!giving.may_give(|| 9 * start));
        giving.turn(Talk::default(), 1);
        assert!(!giving.may_give(|| 2 * start - 1));
        assert!(!giving.may_give(|| 2 * start), "not looked at");
        giving.turn(Talk::default(), LOOK as u32);
        assert!(giving.may_give(|| 2 * start));
    }

    #[test]
    fn a_giver_that_errs_waits_longer_and_finds_out_when_it_pays_again() {
        let mut giving = Giving::default();
        let first = giving.pause;
        (0..4).for_each(|_| giving.learn(Worth::Little));
        assert_eq!(giving.pause, *PAUSE.end());
        giving.learn(Worth::Much);
        assert!(giving.pause < *PAUSE.end());
        (0..4).for_each(|_| giving.learn(Worth::Much));
        assert_eq!(giving.pause, first);
    }
}
