//! Whether the text tests cover the instruction table.
//!
//! Nobody writes down which file tests which instruction: every call that a
//! `run` test expects something of is run once in stepped mode, and what its
//! instructions do is watched. So an instruction is covered by whatever file
//! runs it; by custom that is `isa/MNEMONIC.ionasm`.
//!
//! What has to be seen of an instruction:
//!
//! - `runs`: it ran in a call that came to what its file expects;
//! - `raises :KIND`: a call of that outcome ended at the instruction, for every
//!   kind that its manual text names ("Raises ...", "errors as `other`");
//! - `OPERAND: FORM` for every form of its operands ([`forms`]): a register as
//!   `r0` and as another one, a list empty and not, each flag, ...;
//! - `taken` and `not taken`, if it branches.
//!
//! Instructions and flags that this version refuses to load cannot be seen;
//! `uncovered.txt` lists them, and has to be exactly that list: what is built
//! has to be shown by tests from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};

use vm_ffi::FfiRegistry;
use vm_ffi::stdlib::register_all;
use vmm::asm::{self, Options as AsmOptions};
use vmm::builtin::{Body, Natives};
use vmm::code::NativeNames;
use vmm::ids::{FuncId, Pid};
use vmm::isa::{Flow, OPS, OpInfo};
use vmm::trace::{Event, Render, Sink, Topic, Topics};
use vmm::verify::verify;
use vmm::vm::VmMode;

use crate::check::differences;
use crate::machine::{Configuration, Machine};
use crate::script::{Kind, Outcome, Script};
use crate::{AREAS, corpus, files_of, forms, manual, smallest, texts_of};

/// Areas whose files say nothing of single instructions and take long.
const LEFT_OUT: &[&str] = &["gc", "sched", "supervision", "text", "verify"];

/// Facts by mnemonic.
type Facts = BTreeMap<&'static str, BTreeSet<String>>;

/// What this version refuses to load, a line each: `MNEMONIC *`, or
/// `MNEMONIC OPERAND: FLAG`.
const UNCOVERED: &str = include_str!("uncovered.txt");

#[test]
fn the_text_tests_cover_the_instruction_table() {
    let mut seen = Facts::new();
    for area in AREAS.iter().filter(|area| !LEFT_OUT.contains(area)) {
        for (_, path) in files_of(&corpus().join(area)) {
            let (_, text) = texts_of(&path);
            watch(&text, &mut seen);
        }
    }
    let refused = smallest::refused();
    let mut missing = Vec::new();
    let mut untold = Vec::new();
    for row in OPS.iter() {
        if refused.contains(&format!("{} *", row.mnemonic)) {
            continue;
        }
        let have = seen.remove(row.mnemonic).unwrap_or_default();
        let facts = wanted(row);
        let more = have.difference(&facts).filter_map(|fact| {
            let kind = fact.strip_prefix("raises :")?;
            (!passes_on(row, kind)).then(|| format!("{} {fact}", row.mnemonic))
        });
        untold.extend(more);
        let lines = facts.difference(&have);
        let lines = lines.map(|fact| format!("{} {fact}", row.mnemonic));
        missing.extend(lines.filter(|line| !refused.contains(line)));
    }
    assert!(
        missing.is_empty(),
        "no text test shows this of the instructions:\n{}\n\
         Add it to tests/asm/isa/MNEMONIC.ionasm; the head of {} says what counts.",
        missing.join("\n"),
        file!()
    );
    assert!(
        untold.is_empty(),
        "the manual text in vmm/src/isa/table.rs does not tell this:\n{}",
        untold.join("\n")
    );
    let text: String = refused.iter().map(|line| format!("{line}\n")).collect();
    if std::env::var("IONVM_BLESS").is_ok_and(|v| v == "1") {
        let path = corpus().join("../asm_runner/uncovered.txt");
        std::fs::write(path, text).expect("the list can be written");
    } else {
        assert_eq!(
            UNCOVERED, text,
            "uncovered.txt lists what this version refuses, and that is another list now: \
             write it with IONVM_BLESS=1, and show what is built by text tests"
        );
    }
}

/// How a native is written.
fn kind_of_native(name: &str) -> &'static str {
    static NATIVES: LazyLock<Natives> = LazyLock::new(|| {
        let mut registry = FfiRegistry::new();
        register_all(&mut registry).expect("no name is there twice");
        Natives::new(&registry)
    });
    let native = NATIVES.find(name).and_then(|n| NATIVES.get(n.number));
    match native.map(|native| &native.body) {
        Some(Body::Builtin(_)) => "builtin",
        Some(Body::Library(..)) => "library",
        Some(Body::Foreign(..)) => "foreign",
        None => "unknown",
    }
}

/// Everything that has to be seen of an instruction.
fn wanted(row: &'static OpInfo) -> BTreeSet<String> {
    let mut all = forms::wanted(row);
    all.insert("runs".to_owned());
    all.extend(
        manual::kinds(row)
            .into_iter()
            .map(|kind| format!("raises :{kind}")),
    );
    all
}

/// Whether an error at an instruction may be one that its manual need not name:
/// about memory, or of what it calls.
fn passes_on(row: &OpInfo, kind: &str) -> bool {
    let calls = row.family == "call" && matches!(row.flow, Flow::Call | Flow::Leave);
    // What a program throws may look like an error of the machine.
    let throws = row.family == "error";
    let magic = row.doc.contains("`__");
    let of_a_call = ["not_callable", "bad_arity", "not_found", "stack_overflow"];
    // An instruction that raises nothing by itself tells by that what its magic method may.
    let only_magic = magic && manual::kinds(row).is_empty() || row.mnemonic == "not_equal";
    kind == "memory_limit" || calls || throws || only_magic || magic && of_a_call.contains(&kind)
}

/// Runs what a text expects, and adds what its instructions showed.
fn watch(text: &str, seen: &mut Facts) {
    let Ok(script) = Script::parse(text) else {
        return;
    };
    if !script.kinds.contains(&Kind::Run) || !script.options.stepped {
        return;
    }
    let Ok(assembly) = asm::parse_with_map("test", text, AsmOptions::default()) else {
        return;
    };
    let classes: Result<Vec<_>, _> = assembly.modules.iter().cloned().map(verify).collect();
    let Ok(classes) = classes else {
        return;
    };
    let configuration = Configuration {
        mode: VmMode::Stepped,
        timeslice: script.options.timeslice,
        zeal: false,
        workers: 1,
    };
    let log = Arc::new(Mutex::new(Log::default()));
    let watcher = Watcher(Arc::clone(&log));
    let mut machine = Machine::new(configuration, &script.options, Some(Box::new(watcher)));
    if machine.load(&classes).is_err() {
        return;
    }
    let class = &*assembly.modules[0].name;
    for call in &script.calls {
        let observed = machine.call(class, call);
        let log = std::mem::take(&mut *log.lock().expect("nobody panics with it"));
        if !differences(call, &observed).is_empty() {
            continue;
        }
        let vm = machine.vm();
        let at = |(function, index): Place| {
            let code = vm.code().function(function)?;
            code.source().instructions.get(index as usize).cloned()
        };
        let raised = matches!(observed.outcome, Ok(Outcome::Raises(..)));
        let ends = log
            .at
            .iter()
            .filter(|(pid, _)| !raised || **pid != Pid::MAIN);
        let ran: BTreeSet<&Place> = log.ran.iter().chain(ends.map(|(_, place)| place)).collect();
        for place in ran {
            if let Some(instruction) = at(*place) {
                let facts = seen.entry(instruction.info().mnemonic).or_default();
                facts.insert("runs".to_owned());
                facts.extend(forms::shown(&instruction, &kind_of_native));
            }
        }
        for (place, next) in &log.steps {
            if let Some(instruction) = at(*place) {
                let words = if *next == place.1 + 1 {
                    "not taken"
                } else {
                    "taken"
                };
                let facts = seen.entry(instruction.info().mnemonic).or_default();
                facts.insert(words.to_owned());
            }
        }
        if let (Some(last), Ok(Outcome::Raises(kind, _))) = (log.last, &observed.outcome)
            && let Some(instruction) = at(last)
        {
            let facts = seen.entry(instruction.info().mnemonic).or_default();
            facts.insert(format!("raises :{kind}"));
        }
    }
}

/// An instruction by its function and index.
type Place = (FuncId, u32);

/// What happened during one call.
#[derive(Default)]
struct Log {
    /// Every instruction that was gone on from.
    ran: BTreeSet<Place>,
    /// Instructions, and the index that the same function went on with; of
    /// one that left the function, what no instruction has.
    steps: BTreeSet<(Place, u32)>,
    /// Where each process is.
    at: BTreeMap<Pid, Place>,
    /// The last instruction of the main process.
    last: Option<Place>,
}

/// Takes down what happens.
struct Watcher(Arc<Mutex<Log>>);

impl Sink for Watcher {
    fn topics(&self) -> Topics {
        Topics::NONE.with(Topic::Instructions)
    }

    fn event(&mut self, event: &Event, _: &dyn Render) {
        let Event::Instruction {
            pid,
            function,
            index,
        } = event
        else {
            return;
        };
        let place = (*function, *index);
        let mut log = self.0.lock().expect("nobody panics with it");
        if *pid == Pid::MAIN {
            log.last = Some(place);
        }
        if let Some(before) = log.at.insert(*pid, place) {
            let next = if before.0 == place.0 {
                place.1
            } else {
                u32::MAX
            };
            log.ran.insert(before);
            log.steps.insert((before, next));
        }
    }
}
