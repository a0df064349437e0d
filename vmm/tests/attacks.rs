//! Programs that attack the machine, in small: what `bench/attack` runs with large numbers
//! comes to the same with small ones, in both modes and on two workers.
//!
//! What must hold stands in the line `RESULT` that each program of `bench/attacks` prints.
//! How long anything took (`METRIC`) is nothing to a test. A program without a row here fails.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vmm::host::{MemoryConsole, VirtualClock};
use vmm::vm::{RunOutcome, VmBuilder, VmConfig, VmMode};
use vmm::{asm, verify};

/// A program of `bench/attacks`, how it is run, and what must come of it.
struct Attack {
    name: &'static str,
    arguments: &'static [&'static str],
    max_heap: usize,
    max_processes: usize,
    /// Whether it is run in stepped mode, too.
    stepped: bool,
    result: &'static str,
}

/// Limits that no small attack meets.
const HEAP: usize = 64 << 20;
const PROCESSES: usize = 10_000;

/// An attack under the usual limits.
const fn attack(
    name: &'static str,
    arguments: &'static [&'static str],
    result: &'static str,
) -> Attack {
    Attack {
        name,
        arguments,
        max_heap: HEAP,
        max_processes: PROCESSES,
        stepped: true,
        result,
    }
}

const ATTACKS: &[Attack] = &[
    attack("spinners", &["12", "3"], "12"),
    attack("spinners", &["20", "3", "0"], "20"),
    Attack {
        max_heap: 64 << 10,
        ..attack("recursion", &[], "50 of 50")
    },
    Attack {
        max_heap: 64 << 10,
        stepped: false,
        ..attack("allocators", &[], "100")
    },
    Attack {
        max_processes: 50,
        ..attack("bomb", &["20"], "1")
    },
    attack("atoms", &["500"], "(false, :ok, :answer)"),
    attack("flood", &["100", "50"], "true"),
    attack("flood", &["20", "0"], "true"),
    attack("timers", &["500"], "500 6 1000 0"),
    attack("hub", &["100"], "50 1"),
    attack("stale", &["1200"], "1200 0 0"),
];

/// Programs that never end by themselves; the command line's tests run them.
const ENDLESS: &[&str] = &["output"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/attacks")
}

/// What an attack prints; the run has to end well.
fn output(attack: &Attack, mode: VmMode, schedulers: u32) -> String {
    let name = attack.name;
    let path = folder().join(name).with_extension("ionasm");
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{name}: {e}"));
    let console = Arc::new(MemoryConsole::default());
    let config = VmConfig {
        mode,
        schedulers: Some(schedulers),
        max_heap: attack.max_heap,
        max_processes: attack.max_processes,
        ..VmConfig::default()
    };
    let builder = VmBuilder::new()
        .config(config)
        .console(console.clone())
        .clock(Arc::new(VirtualClock::default()));
    let mut vm = builder.build().unwrap();
    for class in asm::parse(name, &text).unwrap() {
        vm.load(&verify::verify(class).unwrap()).unwrap();
    }
    let entry = vm.entry("Main", None).unwrap();
    let arguments: Vec<String> = attack.arguments.iter().map(|&w| w.to_owned()).collect();
    let outcome = vm
        .run(entry.function, &entry.arguments(&arguments))
        .unwrap();
    let (out, err) = console.texts();
    assert!(
        matches!(outcome, RunOutcome::Finished(_)),
        "{name} {mode:?}: {outcome} {err}"
    );
    assert_eq!(err, "", "{name} {mode:?}");
    out
}

#[test]
fn every_attack_comes_to_what_it_must() {
    for attack in ATTACKS {
        for (mode, schedulers) in [
            (VmMode::Stepped, 1),
            (VmMode::Parallel, 1),
            (VmMode::Parallel, 2),
        ] {
            if mode == VmMode::Stepped && !attack.stepped {
                continue;
            }
            let out = output(attack, mode, schedulers);
            let others = out.lines().filter(|line| !line.starts_with("METRIC "));
            let wanted = format!("RESULT {}", attack.result);
            assert_eq!(
                others.collect::<Vec<_>>(),
                [wanted],
                "{} {:?} {mode:?} on {schedulers}",
                attack.name,
                attack.arguments
            );
        }
    }
}

#[test]
fn every_program_of_the_attacks_is_run() {
    let run = ATTACKS.iter().map(|attack| attack.name);
    let run: BTreeSet<_> = run
        .chain(ENDLESS.iter().copied())
        .map(str::to_owned)
        .collect();
    let there = fs::read_dir(folder()).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        path.file_stem().unwrap().to_string_lossy().into_owned()
    });
    assert_eq!(run, there.collect());
}
