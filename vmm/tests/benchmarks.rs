//! Every benchmark does its work: with small arguments each comes to the
//! result that its counterparts in other languages come to, in both modes.
//!
//! What a benchmark is run with when it is measured stands in
//! `bench/peers/run.py`; a program without a row here fails the test.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vmm::host::MemoryConsole;
use vmm::value::Value;
use vmm::vm::{RunOutcome, VmBuilder, VmConfig, VmMode};
use vmm::{asm, verify};

/// Programs of `bench/ionvm`, their arguments, and the result that the programs
/// of the same name in `bench/peers` print.
const PROGRAMS: &[(&str, &[&str], &str)] = &[
    ("fib", &["12"], "144"),
    ("loop", &["1000"], "2001"),
    ("nbody", &["50"], "-0.169063618"),
    ("mandelbrot", &["16"], "6322"),
    ("fannkuch", &["5"], "11 7"),
    ("binarytrees", &["5"], "1182"),
    ("sieve", &["1000"], "168"),
    ("strings", &["3"], "284475598"),
    ("dispatch", &["1000"], "5000 1000"),
    ("closures", &["100"], "100"),
    ("adders", &["100"], "826"),
    ("props", &["100"], "-6533"),
    ("coroutines", &["100"], "5250"),
    ("coroutines_alive", &["20"], "440"),
    ("walk", &["5"], "32"),
    ("spawn", &["250"], "250"),
    ("spawn_flood", &["300"], "300"),
    ("spawn_flood", &["300", "1"], "300"),
    ("spawn_exit", &["300"], "300"),
    ("spawn_live", &["100"], "100"),
    ("pingpong", &["50"], "50"),
    ("pingpong_after", &["50"], "50"),
    ("ring", &["10", "7"], "70"),
    ("skynet", &["1000"], "499500"),
    ("fan_in", &["5", "20"], "950"),
    ("big", &["12"], "132"),
    ("timeouts", &["20", "3"], "20"),
    ("selective", &["30"], "465"),
    ("selective_ref", &["20", "10"], "10"),
    ("fairness", &["2", "5"], "5"),
    ("fairness", &["2", "5", "1"], "5"),
    ("bigstr", &["40"], "2621440"),
    ("parfib", &["3", "12"], "432"),
    ("liveheap", &["6", "20"], "10347"),
];

/// Programs without such a result: folder, name, arguments, and what each line
/// that they print begins with.
const OTHERS: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "ionvm",
        "hello",
        &[],
        &["hello world", "RESULT hello", "TIME_MS 0"],
    ),
    (
        "alone",
        "idle",
        &["250", "1"],
        &["READY", "WAITING ", "ENDED "],
    ),
    ("alone", "walks", &["50"], WALKS),
    (
        "alone",
        "soak",
        &["1", "0"],
        &["START ", "END ", "RESULT 0"],
    ),
];

/// What `walks` prints.
const WALKS: &[&str] = &[
    "list build",
    "list equal",
    "list text",
    "list send",
    "list there",
    "nested build",
    "nested equal",
    "nested text",
    "nested send",
    "nested there",
    "wide build",
    "wide equal",
    "wide text",
    "wide send",
    "wide there",
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../bench")
        .join(name)
}

/// What a program prints; it has to end well.
fn output(path: &Path, arguments: &[&str], mode: VmMode) -> String {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{name}: {e}"));
    let console = Arc::new(MemoryConsole::default());
    let config = VmConfig {
        mode,
        ..VmConfig::default()
    };
    let builder = VmBuilder::new().config(config).console(console.clone());
    let mut vm = builder.build().unwrap();
    for class in asm::parse(&name, &text).unwrap() {
        vm.load(&verify::verify(class).unwrap()).unwrap();
    }
    let entry = vm.entry("Main", None).unwrap();
    let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
    let outcome = vm
        .run(entry.function, &entry.arguments(&arguments))
        .unwrap();
    let (out, err) = console.texts();
    assert_eq!(
        outcome,
        RunOutcome::Finished(Value::unit()),
        "{name} {mode:?}: {err}"
    );
    assert_eq!(err, "", "{name} {mode:?}");
    out
}

/// A line `NAME number`, and the number is one.
fn has_number(line: &str, before: &str) -> bool {
    line.strip_prefix(before)
        .is_some_and(|number| number.trim().parse().is_ok_and(f64::is_finite))
}

#[test]
fn every_benchmark_comes_to_the_result_of_its_counterparts() {
    for &(program, arguments, result) in PROGRAMS {
        let path = folder("ionvm").join(program).with_extension("ionasm");
        for mode in [VmMode::Stepped, VmMode::Parallel] {
            let out = output(&path, arguments, mode);
            let mut results = Vec::new();
            let mut times = 0;
            for line in out.lines() {
                if let Some(value) = line.strip_prefix("RESULT ") {
                    results.push(value);
                } else if has_number(line, "TIME_MS ") {
                    times += 1;
                } else {
                    let measure = line.strip_prefix("METRIC ").and_then(|m| m.split_once(' '));
                    let fits = measure.is_some_and(|(_, value)| has_number(value, ""));
                    assert!(fits, "{program} {mode:?} prints {line:?}");
                }
            }
            assert_eq!(results, [result], "{program} {mode:?}");
            assert_eq!(times, 1, "{program} {mode:?} has to print TIME_MS once");
        }
    }
}

#[test]
fn the_other_programs_print_what_they_measure() {
    for &(place, program, arguments, begins) in OTHERS {
        let path = folder(place).join(program).with_extension("ionasm");
        for mode in [VmMode::Stepped, VmMode::Parallel] {
            let out = output(&path, arguments, mode);
            let lines: Vec<&str> = out.lines().collect();
            assert_eq!(lines.len(), begins.len(), "{program} {mode:?}: {out}");
            for (line, begin) in lines.iter().zip(begins) {
                assert!(
                    line.starts_with(begin),
                    "{program} {mode:?}: {line:?} is not {begin:?}"
                );
            }
        }
    }
}

/// The programs in the folders of benchmarks: folder and name.
fn there() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for place in ["ionvm", "alone"] {
        for entry in fs::read_dir(folder(place)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "ionasm") {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                found.insert((place.to_owned(), name));
            }
        }
    }
    found
}

#[test]
fn every_program_of_the_benchmarks_is_run() {
    let measured = PROGRAMS.iter().map(|&(name, ..)| ("ionvm", name));
    let others = OTHERS.iter().map(|&(place, name, ..)| (place, name));
    let run = measured
        .chain(others)
        .map(|(place, name)| (place.to_owned(), name.to_owned()));
    assert_eq!(run.collect::<BTreeSet<_>>(), there());
}
