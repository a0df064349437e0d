//! The whole scheduler in interleavings that a checker chooses.
//!
//! Every lock, atomic and thread is shuttle's, which switches between workers wherever one of them
//! touches what another may touch, and remembers its choices: a failure prints a schedule that runs
//! again. Where `stress` hopes for an unlucky moment, here each run is another one. Time is virtual, and
//! everything that can be shared is, so processes move between workers all the time.
//!
//! `./test scenarios` runs them; `SCENARIO_RUNS=100000` looks further.
//! What is not looked at: memory that is seen in another order than it was written, which loom looks at.

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config as Shuttle, Runner};

use crate::atom::known;
use crate::heap::parcel::Parcel;
use crate::ids::{Pid, RefId};
use crate::process::Process;
use crate::process::bonds::Monitor;
use crate::process::contract::{Addressee, ExitClass, Kernel, Outcome, TimerRequest};
use crate::process::signal::{Signal, Watched};
use crate::sched::fake::{Bench, Body, exited, number, parcel, request, returned, wait};
use crate::sched::{Config, Mode, RunEnd};
use crate::word::Word;

type Turn = (Outcome, u32);

/// Runs of a scenario in random order; a quarter as many more change priorities at few points.
const RUNS: usize = 400;

/// Bytes of a task's stack. Why: the usual ones are too small for unoptimised code.
const STACK: usize = 1 << 20;

/// Tries a scenario on so many workers; every run has to come to this.
fn always(workers: usize, bodies: &'static [Body], expected: u64) {
    explore(workers, bodies, false, comes_to(expected));
}

/// As [`always`], where one worker may do everything.
fn always_briefly(workers: usize, bodies: &'static [Body], expected: u64) {
    explore(workers, bodies, true, comes_to(expected));
}

fn comes_to(expected: u64) -> impl Fn(RunEnd) + Send + Sync + Copy + 'static {
    move |end| match end {
        RunEnd::Finished {
            result: Some(result),
        } => assert_eq!(number(&result), expected),
        other => panic!("{other:?}"),
    }
}

fn explore(
    workers: usize,
    bodies: &'static [Body],
    is_brief: bool,
    judge: impl Fn(RunEnd) + Send + Sync + Copy + 'static,
) {
    let runs = std::env::var("SCENARIO_RUNS").ok();
    let runs = runs.and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    let scenario = move || {
        let config = Config {
            workers,
            ..Config::new(Mode::Parallel)
        };
        judge(Bench::new(config).run(bodies));
    };
    let settings = || {
        let mut settings = Shuttle::new();
        settings.stack_size = STACK;
        settings.silence_warnings = true;
        settings
    };
    Runner::new(RandomScheduler::new(runs), settings()).run(scenario);
    // It refuses runs in which nothing happens at once, as on one worker.
    if !is_brief {
        Runner::new(PctScheduler::new(3, runs / 4), settings()).run(scenario);
    }
}

/// Waits for a message that is not there yet.
fn wait_for_more(process: &mut Process) -> Turn {
    process.mailbox.set_looked_at(process.mailbox.end());
    wait(process, None, true)
}

/// Has `process` watch another one.
fn watch(process: &mut Process, kernel: &mut dyn Kernel, target: Pid) {
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

fn exit(from: Pid, reason: Parcel) -> Signal {
    Signal::Exit {
        from,
        reason,
        linked: false,
    }
}

#[test]
fn order_is_kept_while_both_ends_move() {
    const EACH: u64 = 4;
    /// Two senders, to one that is handed on between its turns as they are.
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = 1;
            (0..2).for_each(|_| {
                kernel.spawn(request(1)).unwrap();
            });
        }
        if (process.mailbox.len() as u64) < 2 * EACH {
            // Now as one that could run, now as one that waits.
            process.references += 1;
            return match process.references % 2 {
                0 => wait_for_more(process),
                _ => (Outcome::Preempted, 1),
            };
        }
        let mut next = [0; 8];
        for at in 0..process.mailbox.end() {
            let message = process.mailbox.get(at).map_or(0, number);
            let expected = &mut next[(message / 100) as usize];
            if *expected != message % 100 {
                return exited(message, ExitClass::Error);
            }
            *expected += 1;
        }
        returned(next.iter().sum(), 1)
    }
    fn sends(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let message = process.pid.number() % 8 * 100 + process.references;
        kernel.tell(Pid::MAIN, Signal::Message(parcel(message)));
        process.references += 1;
        match process.references == EACH {
            true => returned(0, 1),
            false => (Outcome::Preempted, 1),
        }
    }
    always(2, &[main, sends], 2 * EACH);
    always(3, &[main, sends], 2 * EACH);
}

#[test]
fn the_end_of_all_work_is_seen_exactly() {
    /// Its children give the work on among them, and then all wait.
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = 1;
            let children = [1, 1, 1].map(|n| kernel.spawn(request(n)).unwrap());
            for (at, child) in children.iter().enumerate() {
                let next = children[(at + 1) % 3];
                kernel.tell(*child, Signal::Message(parcel(next.number())));
            }
        }
        wait_for_more(process)
    }
    fn passes_on(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            let Some(next) = process.mailbox.take_oldest() else {
                return wait_for_more(process);
            };
            process.references = number(&next);
            let next = Pid::from_number(process.references);
            kernel.tell(next, Signal::Message(parcel(0)));
            return (Outcome::Preempted, 1);
        }
        wait_for_more(process)
    }
    explore(2, &[main, passes_on], false, |end| match end {
        // Nobody is left out: each waits, and is named.
        RunEnd::Deadlock(report) => assert_eq!(report.waiting.len() + report.more, 4),
        other => panic!("{other:?}"),
    });
}

#[test]
fn of_a_kill_a_message_and_an_end_each_watcher_is_told_once() {
    /// Watches one that ends by itself, is killed and is sent to, all at once.
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            let ends = kernel.spawn(request(1)).unwrap();
            for body in [2, 3] {
                let other = kernel.spawn(request(body)).unwrap();
                kernel.tell(other, Signal::Message(parcel(ends.number())));
            }
            watch(process, kernel, ends);
            process.spent = ends.number();
            process.references = 2;
        }
        if process.mailbox.is_empty() {
            return wait_for_more(process);
        }
        // And once more, of one that is gone.
        if process.mailbox.len() == 1 {
            let gone = Pid::from_number(process.spent);
            assert!(!kernel.is_alive(gone));
            if process.references == 2 {
                process.references = 4;
                watch(process, kernel, gone);
            }
            return wait_for_more(process);
        }
        returned(process.mailbox.len() as u64, 1)
    }
    fn ends(process: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        process.references += 1;
        match process.references {
            1 => (Outcome::Preempted, 1),
            2 => wait(process, None, true),
            _ => returned(0, 1),
        }
    }
    fn kills(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let Some(whom) = process.mailbox.take_oldest() else {
            return wait_for_more(process);
        };
        let whom = Pid::from_number(number(&whom));
        let reason = Parcel::word(Word::atom(known::KILL));
        kernel.tell(whom, exit(process.pid, reason));
        returned(0, 1)
    }
    fn sends(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let Some(whom) = process.mailbox.take_oldest() else {
            return wait_for_more(process);
        };
        let whom = Pid::from_number(number(&whom));
        kernel.tell(whom, Signal::Message(parcel(1)));
        returned(0, 1)
    }
    always(2, &[main, ends, kills, sends], 2);
    always(3, &[main, ends, kills, sends], 2);
}

#[test]
fn a_bounded_mailbox_holds_its_bound_whoever_ends() {
    /// Three send to one that takes two messages at most, and ends when it has seen two.
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            let mut bounded = request(1);
            bounded.options.mailbox.messages = Some(2);
            let bounded = kernel.spawn(bounded).unwrap();
            watch(process, kernel, bounded);
            for _ in 0..3 {
                let sender = kernel.spawn(request(2)).unwrap();
                kernel.tell(sender, Signal::Message(parcel(bounded.number())));
            }
        }
        // The end of the one, and a word of each sender.
        if process.mailbox.len() < 4 {
            return wait_for_more(process);
        }
        returned(process.mailbox.len() as u64, 1)
    }
    fn takes(process: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        assert!(process.mailbox.len() <= 2, "{}", process.mailbox.len());
        process.references += 1;
        if process.mailbox.len() < 2 {
            return wait_for_more(process);
        }
        returned(0, 1)
    }
    fn sends(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            let Some(whom) = process.mailbox.take_oldest() else {
                return wait_for_more(process);
            };
            process.references = number(&whom);
        }
        let to = Pid::from_number(process.references);
        // Whether there is room or not.
        let _sent = kernel.send(to, None, parcel(0));
        process.spent += 1;
        if process.spent < 2 {
            return (Outcome::Preempted, 1);
        }
        kernel.tell(Pid::MAIN, Signal::Message(parcel(0)));
        returned(0, 1)
    }
    always(2, &[main, takes, sends], 4);
}

#[test]
fn a_timer_fires_or_is_cancelled_and_not_both() {
    /// Sets a timer; another process takes it away about when it is due, and tells whether it did.
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = 1;
            let canceller = kernel.spawn(request(1)).unwrap();
            let reference = process.fresh_reference();
            let deadline_ns = kernel.now_ns(0) + 1000;
            let timer = TimerRequest {
                reference,
                to: Addressee::Process(process.pid),
                deadline_ns,
                message: parcel(7),
            };
            kernel.set_timer(timer).unwrap();
            kernel.tell(canceller, Signal::Message(parcel(reference.count)));
        }
        // Either the timer's message and the word that it could not be cancelled, or the word that it was.
        let messages = (0..process.mailbox.end()).filter_map(|at| process.mailbox.get(at));
        let sum: u64 = messages.map(number).sum();
        match sum {
            8 | 10 => returned(1, 1),
            0 | 1 | 7 => wait_for_more(process),
            other => exited(other, ExitClass::Error),
        }
    }
    fn cancels(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            let Some(count) = process.mailbox.take_oldest() else {
                return wait_for_more(process);
            };
            process.references = number(&count);
            let soon = kernel.now_ns(0) + 500;
            return wait(process, Some(soon), false);
        }
        let timer = RefId {
            owner: Pid::MAIN,
            count: process.references,
        };
        let word = match kernel.cancel_timer(timer) {
            Some(_) => 10,
            None => 1,
        };
        kernel.tell(Pid::MAIN, Signal::Message(parcel(word)));
        returned(0, 1)
    }
    always_briefly(2, &[main, cancels], 1);
}
