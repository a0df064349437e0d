//! `ionvm dump FILE`: what a crash dump says, as a person asks it.
//!
//! Without an option it is a summary: what the file says of itself, how many processes
//! there are of which status, where they are, which have most, and who wait for each other.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use vmm::ids::Pid;
use vmm::vm::dump::read::{DumpFile, pid_of, read};
use vmm::vm::{CrashDump, DumpedProcess};

use crate::args::{DumpOptions, Measure};
use crate::console::data;
use crate::exit::Exit;
use crate::load::{Refusal, text};

/// Lines of a list if nothing else is said.
const TOP: usize = 10;

/// Shows what was asked for.
pub(crate) fn dump(file: &Path, options: &DumpOptions) -> Exit {
    match describe(file, options) {
        Ok(text) => {
            data(&text);
            Exit::Done
        }
        Err(refusal) => refusal.show(),
    }
}

fn describe(file: &Path, options: &DumpOptions) -> Result<String, Refusal> {
    let DumpFile { about, dump } = read(&text(file)?).map_err(|error| Refusal::new(file, error))?;
    let mut out = String::new();
    let top = options.top.unwrap_or(TOP);
    if let Some(wanted) = &options.process {
        let process = find(&dump, wanted).ok_or_else(|| {
            let message = format!(
                "the dump tells of no process {}: name one by its number or its name",
                vmm::names::Quoted::new(wanted)
            );
            Refusal::new(file, message)
        })?;
        whole(&mut out, &dump, process);
    }
    if options.names {
        names(&mut out, &dump);
    }
    if options.waits {
        waits(&mut out, &dump);
    }
    if let Some(measure) = options.sort {
        most(&mut out, &dump, measure, top);
    }
    if out.is_empty() {
        summary(&mut out, &about, &dump, top);
    }
    Ok(out)
}

fn summary(out: &mut String, about: &[(String, String)], dump: &CrashDump, top: usize) {
    for (key, value) in about {
        // Those say what follows better.
        if !(key == "processes" || key == "busy" || key.starts_with("most ")) {
            let _ = writeln!(out, "{key}: {value}");
        }
    }
    let all = &dump.processes;
    let of = |status: &str| all.iter().filter(|p| p.status == status).count();
    let sum = |of: fn(&DumpedProcess) -> u64| all.iter().map(of).sum::<u64>();
    let _ = writeln!(
        out,
        "{} processes: {} executing, {} runnable, {} waiting",
        all.len(),
        of("executing"),
        of("runnable"),
        of("waiting")
    );
    let _ = writeln!(
        out,
        "{} bytes of memory, {} messages not taken, {} reductions",
        sum(|p| p.memory),
        sum(|p| p.messages),
        sum(|p| p.reductions)
    );
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for process in all {
        *places.entry(place(process)).or_default() += 1;
    }
    let mut places: Vec<_> = places.into_iter().collect();
    // The sort keeps the order of those that have as many.
    places.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let _ = writeln!(out, "\nwhere they are:");
    for (place, count) in places.iter().take(top) {
        let _ = writeln!(out, "{count:>12} {place}");
    }
    cut(out, places.len(), top);
    for measure in [Measure::Memory, Measure::Messages, Measure::Reductions] {
        most(out, dump, measure, top);
    }
    for circle in dump.circles() {
        let _ = writeln!(out, "\nin a circle: {circle}");
    }
}

/// Those that have most of something.
fn most(out: &mut String, dump: &CrashDump, measure: Measure, top: usize) {
    let (what, of): (_, fn(&DumpedProcess) -> u64) = match measure {
        Measure::Memory => ("memory in bytes", |process| process.memory),
        Measure::Messages => ("messages not taken", |process| process.messages),
        Measure::Reductions => ("reductions", |process| process.reductions),
    };
    let mut all: Vec<&DumpedProcess> = dump.processes.iter().filter(|p| of(p) > 0).collect();
    all.sort_by_key(|process| std::cmp::Reverse(of(process)));
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nmost {what}:");
    for process in all.iter().take(top) {
        let _ = writeln!(out, "{:>12} {}", of(process), line(process));
    }
    cut(out, all.len(), top);
}

fn cut(out: &mut String, all: usize, top: usize) {
    if all > top {
        let _ = writeln!(out, "{:>12} more", all - top);
    }
}

/// Where a process is.
fn place(process: &DumpedProcess) -> String {
    match process.frames.first() {
        Some(frame) => format!("{} in {frame}", process.status),
        None => format!("not begun, {}", process.entry),
    }
}

/// Who a process is and where.
fn line(process: &DumpedProcess) -> String {
    let known: Vec<&str> = ["name", "label"]
        .into_iter()
        .filter_map(|key| process.told(key))
        .collect();
    let known = known.join(" ");
    let space = if known.is_empty() { "" } else { " " };
    format!("{}{space}{known} {}", process.pid, place(process))
}

/// Everything about one.
fn whole(out: &mut String, dump: &CrashDump, process: &DumpedProcess) {
    let _ = write!(out, "{process}");
    for pid in process.waits_for() {
        let _ = writeln!(out, "  waits for {}", who(dump, pid));
    }
    for (waiting, awaited) in dump.waits() {
        if awaited.contains(&process.pid) {
            let _ = writeln!(out, "  awaited by {}", who(dump, waiting));
        }
    }
}

fn names(out: &mut String, dump: &CrashDump) {
    let named = dump.processes.iter();
    let named = named.filter_map(|process| Some((process.told("name")?, process)));
    let mut named: Vec<_> = named.collect();
    named.sort_by_key(|(name, _)| *name);
    if named.is_empty() {
        out.push_str("no process has a name\n");
    }
    for (name, process) in named {
        let _ = writeln!(out, "{name} {} {}", process.pid, place(process));
    }
}

fn waits(out: &mut String, dump: &CrashDump) {
    let waits = dump.waits();
    if waits.is_empty() {
        out.push_str("no process waits for another, as far as the dump tells\n");
    }
    for (waiting, awaited) in waits {
        let awaited: Vec<String> = awaited.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            out,
            "{} waits for {}",
            who(dump, waiting),
            awaited.join(" or ")
        );
    }
    for circle in dump.circles() {
        let _ = writeln!(out, "in a circle: {circle}");
    }
}

/// A process by reference.
fn who(dump: &CrashDump, pid: Pid) -> String {
    match dump.processes.iter().find(|process| process.pid == pid) {
        Some(process) => line(process),
        None => format!("{pid}, of which the dump does not tell"),
    }
}

/// `7`, `#process<7>`, `boss` or `:boss`.
fn find<'a>(dump: &'a CrashDump, wanted: &str) -> Option<&'a DumpedProcess> {
    let pid = pid_of(wanted).or_else(|| pid_of(&format!("#process<{wanted}>")));
    dump.processes.iter().find(|process| match pid {
        Some(pid) => process.pid == pid,
        None => process
            .told("name")
            .is_some_and(|name| name == wanted || name.strip_prefix(':') == Some(wanted)),
    })
}
