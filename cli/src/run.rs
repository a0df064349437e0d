//! `ionvm FILE [ARGS]`: run a program.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use vmm::asm::{SourceMap, show_value};
use vmm::diag::Place;
use vmm::host::{Console, SystemConsole};
use vmm::rights::Grants;
use vmm::trace::{Topic, Topics};
use vmm::value::Value;
use vmm::vm::control::DeadlockReport;
use vmm::vm::{
    ConfigError, LoadError, PackResources, RunOutcome, Stop, Vm, VmBuilder, VmConfig, VmMode,
};

use crate::args::{ResultForm, RunOptions};
use crate::console::{complain, data, note};
use crate::debug::DebugLines;
use crate::exit::Exit;
use crate::load::{Program, Refusal, file_name, program};
use crate::{asm, dump, failure, json, signals};

/// Runs a program and says how it ended.
pub(crate) fn run(file: &Path, arguments: &[String], options: &RunOptions) -> Exit {
    let console: Arc<dyn Console> = Arc::new(SystemConsole::default());
    let grants = match options.allowed.grants() {
        Ok(grants) => grants,
        Err(error) => {
            complain(&error.to_string());
            return Exit::Usage;
        }
    };
    let mut builder = VmBuilder::new()
        .config(config(options, grants))
        .console(Arc::clone(&console));
    // What fails beside the main process is told in any case.
    let topics = options.debug.unwrap_or(Topics::NONE);
    let topics = topics.with(Topic::Crashes);
    builder = builder.sink(Box::new(DebugLines::new(topics, console)));
    let mut vm = match builder.build() {
        Ok(vm) => vm,
        Err(error) => {
            complain(&error.to_string());
            return match error {
                ConfigError::Natives(_) => Exit::MachineFault,
                _ => Exit::Usage,
            };
        }
    };
    let loaded = program(file, true).and_then(|mut program| {
        if let Some(pack) = &mut program.pack {
            vm.load_libraries(pack)
                .map_err(|error| Refusal::new(file, error))?;
        }
        let entry = load(&mut vm, file, &program)?;
        if let Some(pack) = program.pack.take() {
            vm.serve(Arc::new(PackResources::new(pack)));
        }
        Ok((entry, program))
    });
    let (entry, program) = match loaded {
        Ok(loaded) => loaded,
        Err(refusal) => return refusal.show(),
    };
    dump::attach(vm.dumper(), options.dump_dir.as_deref());
    let _signals = signals::watch(vm.stopper());
    match vm.run(entry.function, &entry.arguments(arguments)) {
        Ok(outcome) => {
            if let RunOutcome::Failed(failure) = &outcome {
                failure::tell(failure, &program, file);
            }
            tell(&outcome, options)
        }
        Err(error) => {
            complain(&error.to_string());
            Exit::Limit
        }
    }
}

fn config(options: &RunOptions, grants: Grants) -> VmConfig {
    let defaults = VmConfig::default();
    VmConfig {
        mode: if options.stepped {
            VmMode::Stepped
        } else {
            VmMode::Parallel
        },
        timeslice: options.timeslice,
        schedulers: options.schedulers,
        max_heap: options.max_heap.unwrap_or(defaults.max_heap),
        max_memory: options.max_memory.map(|bytes| bytes as u64),
        max_processes: options.max_processes.map_or(defaults.max_processes, |n| {
            usize::try_from(n).unwrap_or(usize::MAX)
        }),
        grants,
        timeout: options.timeout.map(Duration::from_nanos),
        max_reductions: options.max_reductions,
        max_timers: options
            .max_timers
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(defaults.max_timers),
        seed: options.seed,
        shuffle: options.shuffle,
        ..defaults
    }
}

/// Links a program and finds where it starts.
fn load(vm: &mut Vm, file: &Path, program: &Program) -> Result<vmm::vm::Entry, Refusal> {
    for class in &program.classes {
        vm.load(class)
            .map_err(|error| unlinked(file, &error, &program.maps))?;
    }
    let manifest = program.manifest.as_ref();
    let main = match manifest {
        Some(manifest) => manifest.main_class(),
        None => asm::main_class(&program.classes),
    };
    let Some(main) = main else {
        let names: Vec<&str> = program.classes.iter().map(|class| &*class.name).collect();
        let there = match names.as_slice() {
            [] => "no class".to_owned(),
            names => format!("the classes {}", names.join(", ")),
        };
        return Err(Refusal::new(
            file,
            format!("the manifest names no Main-Class; the package holds {there}"),
        ));
    };
    vm.entry(main, manifest.and_then(|manifest| manifest.entry_point()))
        .map_err(|error| Refusal::new(file, error))
}

/// A class that does not link; in the text, if it came from one.
fn unlinked(file: &Path, error: &LoadError, maps: &[SourceMap]) -> Refusal {
    let located = match error {
        LoadError::Unlinked(problem) => maps
            .iter()
            .map(|map| (map, map.locate((**problem).clone())))
            .find(|(_, located)| matches!(located.place, Place::Source { .. })),
        _ => None,
    };
    match located {
        Some((map, problem)) => Refusal::Problems {
            file: file_name(file),
            problems: vec![problem],
            source: Some(map.source().clone()),
        },
        None => Refusal::new(file, error),
    }
}

/// Says how a run ended.
fn tell(outcome: &RunOutcome, options: &RunOptions) -> Exit {
    match outcome {
        RunOutcome::Finished(value) => return tell_result(value, options),
        RunOutcome::Opaque { error, .. } if options.result == Some(ResultForm::Json) => {
            complain(&format!("the result has no JSON: {error}"));
            return Exit::ProgramFailed;
        }
        RunOutcome::Opaque { shown, .. } => return tell_text(shown, false, options),
        // Said with the program at hand.
        RunOutcome::Failed(_) => {}
        RunOutcome::Deadlock(report) => tell_deadlock(report),
        RunOutcome::TimedOut(_) | RunOutcome::Exhausted(_) => complain(&outcome.to_string()),
        // A reader who has gone, as in `ionvm x | head -1`, wants no more.
        RunOutcome::OutputLost(ErrorKind::BrokenPipe) => return Exit::Done,
        RunOutcome::OutputLost(_) => complain(&outcome.to_string()),
        RunOutcome::Halted(_) | RunOutcome::Stopped(_) => {}
    }
    exit_of(outcome)
}

fn exit_of(outcome: &RunOutcome) -> Exit {
    match outcome {
        RunOutcome::Finished(_) | RunOutcome::Opaque { .. } => Exit::Done,
        RunOutcome::Failed(failure) if failure.is_limit() => Exit::Limit,
        RunOutcome::Failed(_) | RunOutcome::OutputLost(_) => Exit::ProgramFailed,
        RunOutcome::Deadlock(_) => Exit::Deadlock,
        RunOutcome::Halted(code) => Exit::Chosen(*code),
        RunOutcome::TimedOut(_) | RunOutcome::Exhausted(_) => Exit::Limit,
        RunOutcome::Stopped(Stop::Interrupt) => Exit::Interrupted,
        RunOutcome::Stopped(Stop::Terminate) => Exit::Terminated,
    }
}

fn tell_result(value: &Value, options: &RunOptions) -> Exit {
    let mut text = String::new();
    match options.result {
        Some(ResultForm::Json) => json::write(&mut text, value),
        _ => text = show_value(value),
    }
    tell_text(&text, value.is_nothing(), options)
}

/// Shows a result; one that is nothing only if it was asked for.
fn tell_text(text: &str, is_nothing: bool, options: &RunOptions) -> Exit {
    if options.result.is_some() {
        data(&format!("{text}\n"));
    } else if !options.quiet && !is_nothing {
        note(&format!("=> {text}\n"));
    }
    Exit::Done
}

fn tell_deadlock(report: &DeadlockReport) {
    let mut text = "error: deadlock: the main process waits for what can never come\n".to_owned();
    for process in &report.waiting {
        text.push_str(&format!("  {process}\n"));
    }
    if report.more > 0 {
        text.push_str(&format!("  and {} more\n", report.more));
    }
    for circle in &report.circles {
        text.push_str(&format!("in a circle: {circle}\n"));
    }
    note(&text);
}
