//! The scheduler with engines of a few lines.

use std::sync::Arc;

use crate::host::{Console, Shuffle, Stream, SystemClock, VirtualClock};
use crate::ids::Pid;
use crate::limits::VIRTUAL_STEP_NS;
use crate::process::Process;
use crate::process::contract::{End, ExitClass, Kernel, Outcome};
use crate::process::signal::Signal;
use crate::sched::fake::{
    Bench, exited, host, number, parcel, request, returned, stepped, stepped_by, two_workers, wait,
};
use crate::sched::outside::Outside;
use crate::sched::table::Activity;
use crate::sched::{Config, Mode, RunEnd, Stop};

type Turn = (Outcome, u32);

/// Uses the whole budget ten times, then returns.
fn busy(process: &mut Process, _: &mut dyn Kernel, budget: u32) -> Turn {
    process.references += 1;
    if process.references == 10 {
        return returned(1, budget);
    }
    (Outcome::Preempted, budget)
}

/// Makes a busy process and is busy itself.
fn two_busy(process: &mut Process, kernel: &mut dyn Kernel, budget: u32) -> Turn {
    if process.references == 0 {
        kernel.spawn(request(1)).unwrap();
    }
    busy(process, kernel, budget)
}

/// Takes messages for ever.
fn takes(process: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
    while process.mailbox.take_oldest().is_some() {}
    wait(process, None, true)
}

fn finished_with(end: &RunEnd) -> Option<u64> {
    match end {
        RunEnd::Finished { result } => result.as_ref().map(number),
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_busy_processes_alternate_every_three_instructions() {
    let mut bench = Bench::new(stepped());
    assert_eq!(finished_with(&bench.run(&[two_busy, busy])), Some(1));
    let turns = bench.lines("TurnEnded");
    assert_eq!(turns.len(), 20);
    for pair in turns.chunks(2) {
        assert!(pair[0].contains("#process<1>, used: 3"), "{pair:?}");
        assert!(pair[1].contains("#process<2>, used: 3"), "{pair:?}");
    }
    assert_eq!(bench.host.clock.monotonic_ns(), 60 * VIRTUAL_STEP_NS);
}

#[test]
fn the_same_input_gives_the_same_events() {
    let events = |seed| {
        let mut bench = Bench::new(stepped_by(Shuffle::new(seed)));
        bench.run(&[two_busy, busy]);
        bench.lines("")
    };
    assert_eq!(events(1), events(1));
    assert_ne!(events(1), events(2));
}

#[test]
fn main_returns_and_the_others_go_on_to_their_end() {
    fn main(_: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        kernel.spawn(request(1)).unwrap();
        kernel.spawn(request(2)).unwrap();
        returned(7, 1)
    }
    for config in [stepped(), Config::new(Mode::Parallel), two_workers()] {
        let mut bench = Bench::new(config);
        assert_eq!(finished_with(&bench.run(&[main, busy, takes])), Some(7));
        assert_eq!(bench.lines("Exited").len(), 3);
        assert_eq!(
            bench.lines("Exited")[1],
            "Exited { pid: #process<2>, failed: false }"
        );
    }
}

#[test]
fn a_failure_of_main_ends_the_others() {
    fn main(_: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        kernel.spawn(request(1)).unwrap();
        exited(9, ExitClass::Error)
    }
    fn for_ever(_: &mut Process, _: &mut dyn Kernel, budget: u32) -> Turn {
        (Outcome::Preempted, budget)
    }
    let mut bench = Bench::new(stepped());
    match bench.run(&[main, for_ever]) {
        RunEnd::Failed { reason, class, .. } => {
            assert_eq!((number(&reason), class), (9, ExitClass::Error));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        bench.lines("Exited"),
        [
            "Exited { pid: #process<1>, failed: true } 9",
            "Exited { pid: #process<2>, failed: false } shutdown"
        ]
    );
}

#[test]
fn who_does_not_shut_down_is_killed_after_a_second_and_so_is_who_is_made_meanwhile() {
    fn fails_in_the_end(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = kernel.now_ns(0) + 5_000_000;
            (1..=3).for_each(|n| {
                kernel.spawn(request(n)).unwrap();
            });
        }
        if kernel.now_ns(0) < process.references {
            return wait(process, Some(process.references), false);
        }
        exited(9, ExitClass::Error)
    }
    fn clings(process: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        process.set_traps_exits(true);
        while process.mailbox.take_oldest().is_some() {}
        wait(process, None, true)
    }
    fn goes(process: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        wait(process, None, true)
    }
    fn breeds(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        process.set_traps_exits(true);
        if process.references == 0 {
            process.references = kernel.now_ns(0) + 10_000_000;
        }
        if kernel.now_ns(0) < process.references {
            return wait(process, Some(process.references), false);
        }
        process.references += 10_000_000;
        kernel.spawn(request(1)).unwrap();
        (Outcome::Preempted, 1)
    }
    for config in [stepped(), Config::new(Mode::Parallel), two_workers()] {
        let mut bench = Bench::new(config);
        let end = bench.run(&[fails_in_the_end, clings, goes, breeds]);
        assert!(matches!(end, RunEnd::Failed { .. }), "{end:?}");
        let exits = bench.lines("Exited");
        let shut = exits.iter().filter(|line| line.ends_with("shutdown"));
        assert_eq!(shut.count(), 1, "{exits:?}");
        let killed = exits.iter().filter(|line| line.ends_with("killed")).count();
        assert!((90..=110).contains(&killed), "{exits:?}");
        assert_eq!(killed + 2, exits.len());
        let took = bench.host.clock.monotonic_ns();
        assert!((1_005_000_000..1_015_000_000).contains(&took), "{took}");
    }
}

#[test]
fn a_clean_exit_of_main_is_no_failure_and_a_failure_of_others_is_none_of_main() {
    fn main(_: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        kernel.spawn(request(1)).unwrap();
        exited(0, ExitClass::Exit)
    }
    fn fails(_: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        exited(3, ExitClass::Throw)
    }
    let mut bench = Bench::new(stepped());
    assert_eq!(finished_with(&bench.run(&[main, fails])), None);
    assert_eq!(bench.lines("Exited").len(), 2);
}

#[test]
fn a_wait_for_what_cannot_come_is_a_deadlock_with_names() {
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        kernel.spawn(request(1)).unwrap();
        wait(process, None, true)
    }
    for config in [stepped(), Config::new(Mode::Parallel), two_workers()] {
        let RunEnd::Deadlock(report) = Bench::new(config).run(&[main, takes]) else {
            panic!("no deadlock");
        };
        assert_eq!(report.more, 0);
        let who: Vec<_> = report
            .waiting
            .iter()
            .map(|p| match p.activity {
                Activity::Waiting(w) => (p.pid.number(), w.func.0, w.pc),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(who, [(1, 0, 5), (2, 1, 5)]);
    }
}

#[test]
fn a_deadlock_report_is_bounded() {
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        for _ in 0..100 {
            kernel.spawn(request(1)).unwrap();
        }
        wait(process, None, true)
    }
    let RunEnd::Deadlock(report) = Bench::new(stepped()).run(&[main, takes]) else {
        panic!("no deadlock");
    };
    assert_eq!(report.waiting[0].pid, Pid::MAIN);
    assert_eq!(report.waiting.len() + report.more, 101);
    assert_eq!(report.waiting.len(), crate::limits::DEADLOCK_NAMES_MAX);
}

/// Sleeps 3 ms from its first turn on; returns the time of its last.
fn sleeps(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
    let now = kernel.now_ns(0);
    if process.references == 0 {
        process.references = now + 3_000_000;
    }
    if now < process.references {
        return wait(process, Some(process.references), false);
    }
    returned(now - process.references, 1)
}

#[test]
fn a_virtual_clock_jumps_to_the_deadline_exactly() {
    let mut bench = Bench::new(stepped());
    assert_eq!(finished_with(&bench.run(&[sleeps])), Some(0));
    assert_eq!(bench.host.clock.monotonic_ns(), 3_000_000 + VIRTUAL_STEP_NS);
}

#[test]
fn a_real_clock_wakes_nobody_early() {
    let mut bench = Bench::with_host(Config::new(Mode::Parallel), host(SystemClock::default()));
    assert!(finished_with(&bench.run(&[sleeps])).is_some());
    assert!(bench.host.clock.monotonic_ns() >= 3_000_000);
}

#[test]
fn sleepers_of_one_deadline_wake_in_the_order_in_which_they_lay_down() {
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        for _ in 0..3 {
            kernel.spawn(request(1)).unwrap();
        }
        wait(process, Some(9_000_000), false)
    }
    fn same_moment(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if kernel.now_ns(0) < 5_000_000 {
            return wait(process, Some(5_000_000), false);
        }
        returned(0, 1)
    }
    fn main_ends(process: &mut Process, kernel: &mut dyn Kernel, budget: u32) -> Turn {
        if kernel.now_ns(0) == 0 {
            return main(process, kernel, budget);
        }
        returned(0, 1)
    }
    let mut bench = Bench::new(stepped());
    bench.run(&[main_ends, same_moment]);
    let pids: Vec<_> = bench
        .lines("Exited")
        .iter()
        .map(|l| l[23..25].to_owned())
        .collect();
    assert_eq!(pids, ["2>", "3>", "4>", "1>"]);
}

#[test]
fn a_message_ends_a_wait_and_its_timer() {
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if let Some(message) = process.mailbox.take_oldest() {
            return returned(number(&message), 1);
        }
        kernel.spawn(request(1)).unwrap();
        wait(process, Some(1_000_000_000), true)
    }
    fn sends(_: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        kernel.tell(Pid::MAIN, Signal::Message(parcel(42)));
        returned(0, 1)
    }
    let mut bench = Bench::new(stepped());
    assert_eq!(finished_with(&bench.run(&[main, sends])), Some(42));
    assert!(
        bench.host.clock.monotonic_ns() < 1_000_000,
        "nobody waited for it"
    );
}

#[test]
fn messages_arrive_in_the_order_sent_whatever_the_receiver_does() {
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            kernel.spawn(request(1)).unwrap();
            kernel.tell(Pid::MAIN, Signal::Message(parcel(1)));
            process.references = 1;
        }
        while let Some(message) = process.mailbox.take_oldest() {
            if number(&message) != process.references {
                return exited(number(&message), ExitClass::Error);
            }
            process.references += 1;
        }
        if process.references > 11 {
            return returned(process.references, 1);
        }
        wait(process, None, true)
    }
    fn sends(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        for _ in 0..2 {
            process.references += 1;
            kernel.tell(Pid::MAIN, Signal::Message(parcel(process.references + 1)));
        }
        if process.references > 8 {
            return returned(0, 2);
        }
        (Outcome::Preempted, 2)
    }
    for config in [
        stepped(),
        stepped_by(Shuffle::new(4)),
        Config::new(Mode::Parallel),
        two_workers(),
    ] {
        assert_eq!(
            finished_with(&Bench::new(config).run(&[main, sends])),
            Some(12)
        );
    }
}

#[test]
fn a_message_to_a_process_that_is_gone_is_dropped() {
    fn main(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            process.references = kernel.spawn(request(1)).unwrap().number();
            return (Outcome::Preempted, 1);
        }
        let gone = Pid::from_number(process.references);
        kernel.tell(gone, Signal::Message(parcel(1)));
        let next = kernel.spawn(request(2)).unwrap();
        assert_eq!((next.slot(), next.generation()), (gone.slot(), 1));
        returned(kernel.processes() as u64, 1)
    }
    fn ends(_: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        returned(0, 1)
    }
    fn has_nothing(process: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        assert!(process.mailbox.is_empty());
        returned(0, 1)
    }
    let mut bench = Bench::new(stepped());
    assert_eq!(
        finished_with(&bench.run(&[main, ends, has_nothing])),
        Some(2)
    );
}

#[test]
fn too_many_processes_are_refused_and_the_rest_lives() {
    fn main(_: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        let made = std::iter::from_fn(|| kernel.spawn(request(1)).ok()).count();
        returned(made as u64, 1)
    }
    let mut bench = Bench::new(Config {
        max_processes: 5,
        ..stepped()
    });
    assert_eq!(finished_with(&bench.run(&[main, busy])), Some(4));
    assert_eq!(bench.lines("Exited").len(), 5);
}

#[test]
fn a_native_ends_the_run_with_its_code() {
    fn halts(_: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        (Outcome::Ended(End::Halted(17)), 1)
    }
    assert!(matches!(
        Bench::new(stepped()).run(&[halts]),
        RunEnd::Halted(17)
    ));
}

#[test]
fn the_time_limit_ends_the_busy_and_the_sleeping_but_delays_no_end() {
    fn for_ever(_: &mut Process, _: &mut dyn Kernel, budget: u32) -> Turn {
        (Outcome::Preempted, budget)
    }
    for mode in [stepped(), Config::new(Mode::Parallel), two_workers()] {
        let limit = Some(2_000_000);
        let mut bench = Bench::new(Config {
            timeout_ns: limit,
            ..mode
        });
        for end in [bench.run(&[for_ever]), bench.run(&[sleeps])] {
            assert!(
                matches!(
                    end,
                    RunEnd::TimedOut {
                        limit_ns: 2_000_000
                    }
                ),
                "{end:?}"
            );
        }
        let before = bench.host.clock.monotonic_ns();
        assert!(matches!(bench.run(&[takes]), RunEnd::Deadlock(_)));
        assert!(bench.host.clock.monotonic_ns() - before < 2_000_000);
    }
}

#[test]
fn a_stop_from_another_thread_ends_a_run_that_would_not() {
    fn for_ever(_: &mut Process, _: &mut dyn Kernel, budget: u32) -> Turn {
        (Outcome::Preempted, budget)
    }
    let mut bench = Bench::new(Config::new(Mode::Parallel));
    let gate = Arc::clone(&bench.gate);
    std::thread::scope(|scope| {
        scope.spawn(|| gate.post(Outside::Stop(Stop::Interrupt)));
        let end = bench.run(&[for_ever]);
        assert!(matches!(end, RunEnd::Stopped(Stop::Interrupt)), "{end:?}");
    });
}

#[test]
fn who_waits_for_a_holder_of_the_gate_is_in_no_deadlock() {
    fn main(process: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        match process.mailbox.take_oldest() {
            Some(message) => returned(number(&message), 1),
            None => wait(process, None, true),
        }
    }
    for config in [stepped(), Config::new(Mode::Parallel), two_workers()] {
        let mut bench = Bench::new(config);
        let gate = Arc::clone(&bench.gate);
        gate.hold();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                gate.post(Outside::Send {
                    to: Pid::MAIN,
                    message: parcel(8),
                });
                gate.release();
            });
            assert_eq!(finished_with(&bench.run(&[main])), Some(8));
        });
    }
}

#[test]
fn an_output_that_nobody_takes_ends_the_run() {
    struct Closed;
    impl Console for Closed {
        fn write(&self, _: Stream, _: &str) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&self) -> std::io::Result<()> {
            Ok(())
        }
    }
    fn prints(_: &mut Process, kernel: &mut dyn Kernel, budget: u32) -> Turn {
        kernel.print(Stream::Out, "x");
        (Outcome::Preempted, budget)
    }
    let mut outside = host(VirtualClock::default());
    outside.console = Arc::new(Closed);
    let end = Bench::with_host(stepped(), outside).run(&[prints]);
    assert!(
        matches!(end, RunEnd::OutputLost(std::io::ErrorKind::BrokenPipe)),
        "{end:?}"
    );
}

#[test]
fn a_scheduler_runs_again_from_the_beginning() {
    let mut bench = Bench::new(stepped());
    for _ in 0..3 {
        assert_eq!(finished_with(&bench.run(&[two_busy, busy])), Some(1));
    }
    assert_eq!(bench.lines("Spawned").len(), 6);
    assert!(bench.lines("Spawned")[4].contains("pid: #process<1>"));
}
