//! Many processes on several workers: what holds however they interleave.
//!
//! On a virtual clock everything is shared that can be, so these runs hand processes
//! over all the time; how fast the machine is decides nothing.

use rustc_hash::FxHashMap;

use crate::host::SystemClock;
use crate::ids::Pid;
use crate::limits::CROWD;
use crate::process::Process;
use crate::process::bonds::Monitor;
use crate::process::contract::{ExitClass, Kernel, Outcome, Sent};
use crate::process::mailbox::{Bounds, held_bytes};
use crate::process::signal::{Signal, Watched};
use crate::sched::fake::{Bench, Body, exited, host, number, parcel, request, returned, wait};
use crate::sched::{Config, Mode, RunEnd};

type Turn = (Outcome, u32);

/// How often everything is tried.
const ROUNDS: usize = 20;

fn workers(workers: usize) -> Config {
    Config {
        workers,
        ..Config::new(Mode::Parallel)
    }
}

/// Runs everywhere, and yields what each run came to.
fn everywhere(bodies: &'static [Body]) -> Vec<RunEnd> {
    let mut ends = Vec::new();
    for count in [2, 3, 4] {
        let mut bench = Bench::new(workers(count));
        ends.extend((0..ROUNDS).map(|_| bench.run(bodies)));
    }
    ends
}

/// Every run comes to this.
fn always(bodies: &'static [Body], expected: u64) {
    for end in everywhere(bodies) {
        match end {
            RunEnd::Finished {
                result: Some(result),
            } => assert_eq!(number(&result), expected),
            other => panic!("{other:?}"),
        }
    }
}

/// Waits for a message that is not there yet.
fn wait_for_more(process: &mut Process) -> Turn {
    process.mailbox.set_looked_at(process.mailbox.end());
    wait(process, None, true)
}

#[test]
fn who_has_no_work_is_given_some() {
    /// Its two children have to run on two threads, since the first to run waits
    /// for the other without an end of its turn.
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = 1;
            let made = [1, 1].map(|n| kernel.spawn(request(n)).unwrap());
            for (to, other) in [(made[0], made[1]), (made[1], made[0])] {
                kernel.tell(to, Signal::Message(parcel(other.number())));
            }
        }
        if process.mailbox.len() < 2 {
            return wait_for_more(process);
        }
        returned(2, 1)
    }
    fn meets(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let other = process.mailbox.take_oldest().map_or(0, |n| number(&n));
        kernel.tell(Pid::from_number(other), Signal::Message(parcel(0)));
        while process.mailbox.is_empty() {
            std::thread::yield_now();
            kernel.arrivals(process);
        }
        kernel.tell(Pid::MAIN, Signal::Message(parcel(0)));
        returned(0, 1)
    }
    always(&[main, meets], 2);
}

#[test]
fn no_message_is_lost_and_none_overtakes_another() {
    const SENDERS: u64 = 24;
    const EACH: u64 = 40;
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = 1;
            (0..SENDERS).for_each(|_| {
                kernel.spawn(request(1)).unwrap();
            });
        }
        let mailbox = &process.mailbox;
        if (mailbox.len() as u64) < SENDERS * EACH {
            return wait_for_more(process);
        }
        let mut seen: FxHashMap<u64, u64> = FxHashMap::default();
        for at in 0..mailbox.end() {
            let message = mailbox.get(at).map_or(0, number);
            let next = seen.entry(message / 1000).or_default();
            if *next != message % 1000 {
                return exited(message, ExitClass::Error);
            }
            *next += 1;
        }
        returned(seen.len() as u64, 1)
    }
    /// Sends its numbers in turns of different lengths.
    fn sends(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        for _ in 0..1 + (process.pid.number() + process.references) % 5 {
            if process.references == EACH {
                return returned(0, 1);
            }
            let message = process.pid.number() * 1000 + process.references;
            kernel.tell(Pid::MAIN, Signal::Message(parcel(message)));
            process.references += 1;
        }
        (Outcome::Preempted, 1)
    }
    always(&[main, sends], SENDERS);
}

#[test]
fn partners_that_flood_each_other_find_all_in_order_wherever_they_follow_each_other() {
    const PAIRS: u64 = 6;
    const EACH: u64 = 60;
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = 1;
            for _ in 0..PAIRS {
                let pair = [1, 1].map(|n| kernel.spawn(request(n)).unwrap());
                for (to, other) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                    kernel.tell(to, Signal::Message(parcel(other.number() << 8)));
                }
            }
        }
        if (process.mailbox.len() as u64) < 2 * PAIRS {
            return wait_for_more(process);
        }
        let taken = std::iter::from_fn(|| process.mailbox.take_oldest());
        returned(taken.map(|n| number(&n)).sum(), 1)
    }
    /// Learns who its partner is, sends it numbers, some a turn, and takes its partner's, which
    /// may come first.
    fn floods(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        kernel.arrivals(process);
        if process.spent == 0 {
            let first = (0..process.mailbox.end()).find(|at| {
                let message = process.mailbox.get(*at).map_or(0, number);
                message > 0xff
            });
            let Some(first) = first else {
                return wait_for_more(process);
            };
            process.spent = process.mailbox.take(first).map_or(0, |n| number(&n));
        }
        let partner = Pid::from_number(process.spent >> 8);
        for _ in 0..1 + (process.pid.number() + process.references) % 7 {
            if process.references < EACH {
                process.references += 1;
                let message = parcel(process.references);
                kernel.tell(partner, Signal::Message(message));
            }
        }
        while let Some(message) = process.mailbox.take_oldest() {
            process.spent += 1;
            if number(&message) != process.spent & 0xff {
                return exited(number(&message), ExitClass::Error);
            }
        }
        match (process.references, process.spent & 0xff) {
            (EACH, EACH) => {
                kernel.tell(Pid::MAIN, Signal::Message(parcel(1)));
                returned(0, 1)
            }
            (EACH, _) => wait_for_more(process),
            _ => (Outcome::Preempted, 1),
        }
    }
    always(&[main, floods], 2 * PAIRS);
}

/// The node of a tree: gets `parent << 8 | depth`, makes two of one less, and
/// sends the number of leaves below it.
fn node(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
    if process.references == 0 {
        let Some(order) = process.mailbox.take_oldest() else {
            return wait_for_more(process);
        };
        process.references = number(&order);
        let depth = process.references & 0xff;
        for _ in 0..if depth == 0 { 0 } else { 2 } {
            let child = kernel.spawn(request(1)).unwrap();
            let order = process.pid.number() << 8 | (depth - 1);
            kernel.tell(child, Signal::Message(parcel(order)));
        }
    }
    if process.references & 0xff != 0 && process.mailbox.len() < 2 {
        return wait_for_more(process);
    }
    let leaves = std::iter::from_fn(|| process.mailbox.take_oldest());
    let sum: u64 = leaves.map(|n| number(&n)).sum();
    let parent = Pid::from_number(process.references >> 8);
    kernel.tell(parent, Signal::Message(parcel(sum.max(1))));
    returned(sum.max(1), 1)
}

#[test]
fn a_tree_of_processes_is_counted_wherever_its_branches_grow() {
    fn main(process: &mut Process, kernel: &mut dyn Kernel, budget: u32) -> Turn {
        if process.references == 0 {
            process.mailbox.push(parcel(Pid::HOST.number() << 8 | 8));
        }
        node(process, kernel, budget)
    }
    always(&[main, node], 256);
}

#[test]
fn whoever_watches_is_told_once_however_soon_the_watched_one_ends() {
    const WATCHED: u64 = 100;
    /// Makes processes that end soon, and watches each: some still run, some end
    /// right now, and some slots have other tenants.
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        for _ in 0..4 {
            if process.references >= WATCHED {
                break;
            }
            let fresh = kernel.spawn(request(1)).unwrap();
            // The one that was made before: it may be gone, and its slot another's.
            let before = std::mem::replace(&mut process.spent, fresh.number());
            let target = match before {
                0 => fresh,
                before => Pid::from_number(before),
            };
            let reference = process.fresh_reference();
            let watched = Watched::Process(target);
            let monitor = Monitor {
                target: Some(target),
                watched,
            };
            process.bonds_mut().monitor(reference, monitor);
            let signal = Signal::Monitor {
                from: process.pid,
                reference,
                watched,
            };
            kernel.tell(target, signal);
        }
        if process.references < WATCHED {
            return (Outcome::Preempted, 1);
        }
        if (process.mailbox.len() as u64) < WATCHED {
            return wait_for_more(process);
        }
        returned(process.mailbox.len() as u64, 1)
    }
    fn ends(process: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        process.references += 1;
        if process.references > process.pid.number() % 3 {
            return returned(0, 1);
        }
        (Outcome::Preempted, 1)
    }
    always(&[main, ends], WATCHED);
}

#[test]
fn nobody_oversleeps_whoever_wakes_them_meanwhile() {
    const SLEEPERS: u64 = 30;
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = 1;
            for _ in 0..SLEEPERS {
                let sleeper = kernel.spawn(request(1)).unwrap();
                let nudger = kernel.spawn(request(2)).unwrap();
                kernel.tell(nudger, Signal::Message(parcel(sleeper.number())));
            }
        }
        if (process.mailbox.len() as u64) < SLEEPERS {
            return wait_for_more(process);
        }
        returned(process.mailbox.len() as u64, 1)
    }
    /// Sleeps for some milliseconds, whatever comes.
    fn sleeps(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let now = kernel.now_ns(0);
        if process.references == 0 {
            process.references = now + process.pid.number() % 7 * 1_000_000;
        }
        if now < process.references {
            return wait(process, Some(process.references), false);
        }
        kernel.tell(Pid::MAIN, Signal::Message(parcel(0)));
        returned(0, 1)
    }
    /// Sends to another now and then, for about as long as that sleeps.
    fn nudges(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let Some(sleeper) = process.mailbox.oldest() else {
            return wait_for_more(process);
        };
        kernel.tell(
            Pid::from_number(number(sleeper)),
            Signal::Message(parcel(1)),
        );
        process.references += 1;
        if process.references > 20 {
            return returned(0, 1);
        }
        let pause = 100_000 * (1 + process.pid.number() % 5);
        let deadline = kernel.now_ns(0) + pause;
        wait(process, Some(deadline), false)
    }
    always(&[main, sleeps, nudges], SLEEPERS);
}

#[test]
fn who_sends_more_than_another_takes_is_told_so() {
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let to = kernel.spawn(request(1)).unwrap();
        let mut send = |count: u32| {
            let told = (0..count).filter(|_| kernel.send(to, None, parcel(0)) == Sent::Crowded);
            told.count() as u32
        };
        assert_eq!((send(CROWD), send(3)), (0, 3));
        process.references = 1;
        returned(0, 1)
    }
    fn takes(_: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        returned(0, 1)
    }
    let end = Bench::new(workers(1)).run(&[main, takes]);
    assert!(matches!(end, RunEnd::Finished { .. }), "{end:?}");
}

/// Sends its share of messages to a main process that has a bound, and forgets those that
/// are refused.
fn sends_what_fits(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
    process.references += 1;
    let _full = kernel.send(Pid::MAIN, None, parcel(0));
    if process.references < 10 {
        (Outcome::Preempted, 1)
    } else {
        returned(0, 1)
    }
}

/// Sets a bound, has twelve send, and tells how many messages it has at the end.
fn is_flooded(process: &mut Process, kernel: &mut dyn Kernel, bounds: Bounds) -> Turn {
    if process.references == 0 {
        process.references = 1;
        process.mailbox.set_bounds(bounds);
        (0..12).for_each(|_| {
            kernel.spawn(request(1)).unwrap();
        });
    }
    // Until nobody but this one is left.
    if kernel.processes() > 1 {
        return (Outcome::Preempted, 1);
    }
    kernel.arrivals(process);
    returned(process.mailbox.len() as u64, 1)
}

#[test]
fn a_bounded_mailbox_never_holds_more_however_many_send() {
    const BOUND: usize = 40;
    fn messages(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let bounds = Bounds {
            messages: Some(BOUND),
            bytes: None,
        };
        is_flooded(process, kernel, bounds)
    }
    fn bytes(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let one = held_bytes(&parcel(0));
        let bounds = Bounds {
            messages: None,
            bytes: Some(one * BOUND + one / 2),
        };
        is_flooded(process, kernel, bounds)
    }
    always(&[messages, sends_what_fits], BOUND as u64);
    always(&[bytes, sends_what_fits], BOUND as u64);
}

#[test]
fn the_end_of_all_work_is_seen_on_a_real_clock_as_well() {
    /// Its children wait for ever, and one another.
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = 1;
            (0..9).for_each(|_| {
                kernel.spawn(request(1)).unwrap();
            });
        }
        wait_for_more(process)
    }
    fn spins_and_waits(process: &mut Process, _: &mut dyn Kernel, budget: u32) -> Turn {
        process.references += 1;
        if process.references < 3 {
            return (Outcome::Preempted, budget);
        }
        wait_for_more(process)
    }
    let outside = host(SystemClock::default());
    let mut bench = Bench::with_host(workers(4), outside);
    for _ in 0..ROUNDS {
        match bench.run(&[main, spins_and_waits]) {
            RunEnd::Deadlock(report) => assert_eq!(report.waiting.len() + report.more, 10),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_run_that_ends_while_others_are_busy_leaves_nothing_behind() {
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            (0..8).for_each(|_| {
                kernel.spawn(request(1)).unwrap();
            });
        }
        process.references += 1;
        if process.references < 5 {
            return (Outcome::Preempted, 1);
        }
        (Outcome::Ended(crate::process::contract::End::Halted(3)), 1)
    }
    fn busy(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        process.references += 1;
        let next = Pid::new(2 + (process.references % 8) as u32, 0);
        kernel.tell(next, Signal::Message(parcel(1)));
        (Outcome::Preempted, 1)
    }
    for end in everywhere(&[main, busy]) {
        assert!(matches!(end, RunEnd::Halted(3)), "{end:?}");
    }
}
