//! What holds for each process whatever others do, on a virtual clock.
//!
//! One worker runs bodies of a few lines that use what an attack would use: whole turns
//! without a wait, and children without an end.

use crate::limits::{CHILDREN_CROWD, ROW_REDUCTIONS, TIMESLICE_PARALLEL, VIRTUAL_STEP_NS};
use crate::process::Process;
use crate::process::contract::{Kernel, Outcome};
use crate::sched::fake::{Bench, Body, number, request, returned, wait};
use crate::sched::{Config, Mode, RunEnd};

type Turn = (Outcome, u32);

/// What a run of one worker comes to, with so many processes at most.
fn result(max_processes: usize, bodies: &'static [Body]) -> Option<u64> {
    let config = Config {
        max_processes,
        ..Config::new(Mode::Parallel)
    };
    match Bench::new(config).run(bodies) {
        RunEnd::Finished { result } => result.as_ref().map(number),
        other => panic!("{other:?}"),
    }
}

/// Uses up so many turns.
fn computes(process: &mut Process, _: &mut dyn Kernel, budget: u32) -> Turn {
    process.references += 1;
    if process.references == 40 {
        return returned(0, budget);
    }
    (Outcome::Preempted, budget)
}

#[test]
fn who_is_woken_waits_for_a_row_of_turns_however_many_compute() {
    const TICK_NS: u64 = 100_000_000;
    /// Starts many that compute, and wants to run at each tick. May be late by the row of the
    /// children, whose last turn may begin just before its end, and a turn until the look at the timers.
    fn ticks(process: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        if process.references == 0 {
            for _ in 0..500 {
                kernel.spawn(request(1)).unwrap();
            }
        }
        let late = kernel.now_ns(0) - process.references * TICK_NS;
        let most = ROW_REDUCTIONS + 2 * TIMESLICE_PARALLEL;
        assert!(late <= u64::from(most) * VIRTUAL_STEP_NS, "{late} ns");
        process.references += 1;
        if process.references == 100 {
            return returned(7, 1);
        }
        wait(process, Some(process.references * TICK_NS), false)
    }
    assert_eq!(result(1000, &[ticks, computes]), Some(7));
}

#[test]
fn those_who_start_processes_among_many_that_compute_do_not_get_ahead_of_them() {
    fn main(_: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        for body in 0..99 {
            kernel.spawn(request(if body < 9 { 2 } else { 1 })).unwrap();
        }
        returned(7, 1)
    }
    /// Starts as many as fit a turn, for some turns.
    fn starts(process: &mut Process, kernel: &mut dyn Kernel, budget: u32) -> Turn {
        for _ in 0..budget / 20 {
            kernel.spawn(request(3)).unwrap();
        }
        computes(process, kernel, budget)
    }
    fn ends(_: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        returned(0, 1)
    }
    // They start 72,000 in all.
    assert_eq!(result(24_000, &[main, computes, starts, ends]), Some(7));
}

#[test]
fn who_starts_more_than_have_begun_is_told_so() {
    fn main(_: &mut Process, kernel: &mut dyn Kernel, _: u32) -> Turn {
        for _ in 0..CHILDREN_CROWD {
            kernel.spawn(request(1)).unwrap();
        }
        assert!(!kernel.is_crowded());
        kernel.spawn(request(1)).unwrap();
        assert!(kernel.is_crowded());
        returned(7, 1)
    }
    fn ends(_: &mut Process, _: &mut dyn Kernel, _: u32) -> Turn {
        returned(0, 1)
    }
    assert_eq!(result(2 * CHILDREN_CROWD, &[main, ends]), Some(7));
}
