//! Who waits for whom, as far as a dump tells.
//!
//! A process tells whose ends it awaits. One that calls a server waits for the one that
//! it has begun to watch last, for that is how a call begins.

use crate::ids::Pid;
use crate::sched::circles::{Circle, circles};
use crate::vm::dump::read::pid_of;
use crate::vm::dump::{CrashDump, DumpedProcess};

/// Where a process is that has called a server and waits for the answer.
const CALL: &str = "ion.server.call/";

impl DumpedProcess {
    /// For whom it waits, if that can be told.
    #[must_use]
    pub fn waits_for(&self) -> Vec<Pid> {
        if self.status != "waiting" {
            return Vec::new();
        }
        let mut awaited = self.told("awaits").map(pids_in).unwrap_or_default();
        let calls = self.frames.first();
        if calls.is_some_and(|frame| frame.function.starts_with(CALL)) {
            let watched = self.told("monitors").map(pids_in).unwrap_or_default();
            awaited.extend(watched.last());
        }
        awaited
    }
}

impl CrashDump {
    /// Everybody who waits for others, and for whom.
    #[must_use]
    pub fn waits(&self) -> Vec<(Pid, Vec<Pid>)> {
        let all = self.processes.iter();
        let waits = all.map(|process| (process.pid, process.waits_for()));
        waits.filter(|(_, awaited)| !awaited.is_empty()).collect()
    }

    /// Who wait for each other.
    #[must_use]
    pub fn circles(&self) -> Vec<Circle> {
        circles(&self.waits())
    }
}

/// The processes that stand in a value as it is shown.
fn pids_in(shown: &str) -> Vec<Pid> {
    let parts = shown.split(['(', ')', '[', ']', ',', ' ']);
    parts.filter_map(pid_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vm::dump::DumpedFrame;

    fn process(number: u32, function: &str, more: &[(&str, &str)]) -> DumpedProcess {
        let frame = DumpedFrame {
            function: function.to_owned(),
            instruction: 1,
            line: None,
        };
        let more = more.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        DumpedProcess {
            pid: Pid::new(number, 0),
            status: "waiting".to_owned(),
            entry: function.to_owned(),
            frames: vec![frame],
            messages: 0,
            memory: 0,
            reductions: 0,
            more: more.collect(),
        }
    }

    #[test]
    fn who_awaits_and_who_calls_waits_for_somebody() {
        let dump = CrashDump {
            processes: vec![
                process(
                    1,
                    "Main.main/0",
                    &[("awaits", "(#process<2>, #process<9>)")],
                ),
                process(
                    2,
                    "ion.server.call/3",
                    &[("monitors", "(:name, #process<5>, #process<3>)")],
                ),
                process(3, "Main.f/0", &[("awaits", "(#process<1>,)")]),
                process(4, "Main.f/0", &[("monitors", "(#process<1>,)")]),
            ],
            more: 0,
            missing: Some(0),
        };
        let pid = |slot| Pid::new(slot, 0);
        let waits = dump.waits();
        assert_eq!(
            waits,
            [
                (pid(1), vec![pid(2), pid(9)]),
                (pid(2), vec![pid(3)]),
                (pid(3), vec![pid(1)])
            ]
        );
        let circles: Vec<_> = dump.circles().iter().map(ToString::to_string).collect();
        assert_eq!(
            circles,
            ["#process<1> awaits #process<2> awaits #process<3> awaits #process<1>"]
        );
    }
}
