//! Processes that are killed in great numbers, and all that processes do at once: nothing is
//! lost, and nothing is left.
//!
//! Optimised, the numbers are what the machine is to stand: a million workers
//! killed at any point of what they do, and a tree of ten thousand under ten thousand kills a
//! second for a minute. The clock is virtual, so the time is that of the work.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use vmm::host::{MemoryConsole, VirtualClock};
use vmm::value::Value;
use vmm::vm::{RunOutcome, Vm, VmBuilder, VmConfig};
use vmm::{asm, verify};

/// Whether the numbers are small.
const SMALL: bool = cfg!(debug_assertions);

/// A machine with so many workers and that program.
fn machine(schedulers: u32, text: &str) -> Vm {
    machine_with(schedulers, text, &Arc::new(MemoryConsole::default()))
}

/// The same, with that console.
fn machine_with(schedulers: u32, text: &str, console: &Arc<MemoryConsole>) -> Vm {
    let config = VmConfig {
        schedulers: Some(schedulers),
        ..VmConfig::default()
    };
    let builder = VmBuilder::new()
        .config(config)
        .console(console.clone())
        .clock(Arc::new(VirtualClock::default()));
    let mut vm = builder.build().unwrap();
    for class in asm::parse("chaos", text).unwrap() {
        vm.load(&verify::verify(class).unwrap()).unwrap();
    }
    vm
}

/// What `Main.main` comes to, as text.
fn run(vm: &mut Vm, arguments: &[f64]) -> String {
    let main = vm.code().find("Main", "main", None).unwrap();
    let arguments: Vec<Value> = arguments.iter().map(|n| Value::number(*n)).collect();
    match vm.run(main, &arguments).unwrap() {
        RunOutcome::Finished(value) => asm::show_value(&value),
        other => panic!("{other}"),
    }
}

#[test]
fn of_every_killed_worker_one_end_is_told_each_way_and_no_name_is_left() {
    let (rounds, workers) = if SMALL { (2, 100.0) } else { (500, 1000.0) };
    for schedulers in [1, 2] {
        let mut vm = machine(schedulers, include_str!("asm/signal/storm.ionasm"));
        for _ in 0..rounds {
            assert_eq!(run(&mut vm, &[workers]), "([], false)");
        }
    }
}

#[test]
fn a_tree_under_random_kills_loses_nobody_and_starts_nobody_twice() {
    let (supervisors, workers, ms) = if SMALL {
        (5, 8, 40)
    } else {
        (100, 100, 60_000)
    };
    let places = supervisors * workers;
    // The main process, the supervisor of the supervisors, and they.
    let processes = 1 + 1 + supervisors + places;
    for schedulers in [1, 2] {
        let mut vm = machine(schedulers, include_str!("chaos/tree.ionasm"));
        let shown = run(&mut vm, &[supervisors, workers, ms].map(f64::from));
        let numbers = shown.trim_start_matches('(').split(',');
        let numbers: Vec<i32> = numbers.filter_map(|n| n.trim().parse().ok()).collect();
        // A kill is left out where everybody in the tree was just killed.
        let kills = numbers[0];
        assert!(kills > 5 * ms, "{shown}");
        let starts = places + kills;
        assert_eq!(shown, format!("({kills}, {starts}, true, {processes})"));
    }
}

#[test]
fn after_a_mixed_load_there_is_what_was_there_before() {
    let rounds = if SMALL { "1" } else { "200" };
    for schedulers in [1, 2] {
        let console = Arc::new(MemoryConsole::default());
        let text = include_str!("../../bench/alone/soak.ionasm");
        let mut vm = machine_with(schedulers, text, &console);
        let entry = vm.entry("Main", None).unwrap();
        let arguments = entry.arguments(&[rounds.to_owned(), "0".to_owned()]);
        let outcome = vm.run(entry.function, &arguments).unwrap();
        let (out, err) = console.texts();
        assert_eq!(outcome, RunOutcome::Finished(Value::unit()), "{err}");
        assert_eq!(err, "");
        let counts = |word: &str| {
            let line = out
                .lines()
                .find_map(|line| line.strip_prefix(word))
                .unwrap();
            let all = line
                .trim_start_matches("%{")
                .trim_end_matches('}')
                .split(", ");
            let all = all.filter_map(|entry| entry.split_once(": "));
            // Of memory the workers tell a little later.
            let exact = all.filter(|(name, _)| *name != ":memory");
            exact
                .map(|(name, count)| (name.to_owned(), count.parse::<f64>().unwrap()))
                .collect::<Vec<_>>()
        };
        let before = counts("START ");
        assert_eq!(before.len(), 6, "{out}");
        assert_eq!(before, counts("END "), "{out}");
        assert!(out.ends_with("RESULT 0\n"), "{out}");
    }
}
