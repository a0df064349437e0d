//! Text tests: programs in assembly that say themselves what must come of them.
//!
//! Every `*.ionasm` under `tests/asm/AREA/` is a test. Its comments direct it
//! and state what is expected; `asm_runner/script.rs` is the grammar. A file
//! runs under every configuration (parallel and stepped, short and long turns,
//! with a collection at every chance) and as variants of itself (arguments
//! as constants, errors caught), and always has to give the same.
//!
//! One file alone: `IONVM_TEST=isa/add cargo test -p vmm --test asm`.
//! `IONVM_BLESS=1` rewrites expectations to what the machine does; read the
//! difference before you keep it: expectations say what the machine should do.

#[path = "asm_runner/bless.rs"]
mod bless;
#[path = "asm_runner/check.rs"]
mod check;
#[path = "asm_runner/covered.rs"]
mod covered;
#[path = "asm_runner/forms.rs"]
mod forms;
#[path = "asm_runner/literal.rs"]
mod literal;
#[path = "asm_runner/machine.rs"]
mod machine;
#[path = "asm_runner/manual.rs"]
mod manual;
#[path = "asm_runner/recorder.rs"]
mod recorder;
#[path = "asm_runner/refusals.rs"]
mod refusals;
#[path = "asm_runner/script.rs"]
mod script;
#[expect(dead_code, reason = "the test `built` makes all its choices")]
#[path = "asm_runner/smallest.rs"]
mod smallest;
#[path = "asm_runner/variants.rs"]
mod variants;

use std::path::{Path, PathBuf};

use bless::Edits;
use script::Script;

/// Areas with a test of their own below.
const AREAS: &[&str] = &[
    "actor",
    "builtin",
    "fault",
    "gc",
    "isa",
    "match",
    "object",
    "sched",
    "signal",
    "spec",
    "supervision",
    "text",
    "value",
    "verify",
];

macro_rules! areas {
    ($($name:ident = $area:literal;)*) => { $(
        #[test]
        fn $name() {
            run_area($area);
        }
    )* };
}

areas! {
    actor = "actor";
    builtin = "builtin";
    fault = "fault";
    gc = "gc";
    isa = "isa";
    matching = "match";
    object = "object";
    sched = "sched";
    signal = "signal";
    spec = "spec";
    supervision = "supervision";
    text = "text";
    value = "value";
    verify = "verify";
}

#[test]
fn every_area_is_run() {
    let mut found: Vec<String> = std::fs::read_dir(corpus())
        .expect("the corpus is there")
        .map(|entry| entry.expect("it can be listed").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(
        found, AREAS,
        "each folder of tests/asm is an area with a test of its own"
    );
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asm")
}

/// Runs all files of an area and reports everything that went wrong at once.
fn run_area(area: &str) {
    let wanted = std::env::var("IONVM_TEST").unwrap_or_default();
    let bless = std::env::var("IONVM_BLESS").is_ok_and(|v| v == "1");
    let mut failures = Vec::new();
    let mut files = files_of(&corpus().join(area));
    files.retain(|(name, _)| format!("{area}/{name}").contains(&wanted));
    for (name, path) in files {
        let shown = format!("vmm/tests/asm/{area}/{name}");
        let (text, whole) = texts_of(&path);
        let mut edits = Edits::default();
        match Script::parse(&whole) {
            Ok(script) => {
                let found = check::check(&script, &mut edits);
                failures.extend(
                    found
                        .into_iter()
                        .map(|(line, what)| format!("{shown}:{line}: {what}")),
                );
            }
            Err((line, what)) => failures.push(format!("{shown}:{line}: {what}")),
        }
        if bless && !edits.is_empty() {
            std::fs::write(&path, edits.apply(&text)).expect("the file can be written");
        }
    }
    assert!(
        failures.is_empty(),
        "{} expectations of area `{area}` do not hold:\n\n{}\n\n\
         Run one file alone with `IONVM_TEST={area}/NAME cargo test -p vmm --test asm`; \
         `IONVM_BLESS=1` writes what the machine does into the files.",
        failures.len(),
        failures.join("\n")
    );
}

/// The text of a test, and the same with the texts that it is run with behind it.
fn texts_of(path: &Path) -> (String, String) {
    let text = std::fs::read_to_string(path).expect("the file can be read");
    let mut whole = text.clone();
    for file in text
        .lines()
        .filter_map(|line| line.strip_prefix(";! with "))
    {
        let more = std::fs::read_to_string(corpus().join("..").join(file.trim()));
        whole.push('\n');
        whole.push_str(&more.unwrap_or_else(|e| panic!("{}: {file}: {e}", path.display())));
    }
    (text, whole)
}

/// The files of a folder and its subfolders by name, sorted.
fn files_of(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut todo = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = todo.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the corpus can be read") {
            let path = entry.expect("it can be listed").path();
            let name = path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            if path.is_dir() {
                todo.push((format!("{prefix}{name}/"), path));
            } else {
                assert!(
                    name.ends_with(".ionasm"),
                    "{} is no text test",
                    path.display()
                );
                found.push((format!("{prefix}{name}"), path));
            }
        }
    }
    found.sort();
    found
}
