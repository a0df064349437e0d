//! `--debug`: a line on standard error for each event.

use std::sync::Arc;

use vmm::host::{Console, Stream};
use vmm::ids::Pid;
use vmm::trace::{Event, Render, Sink, Topics, TurnEnd};

/// Writes events as lines, in step with what the program prints.
pub(crate) struct DebugLines {
    topics: Topics,
    console: Arc<dyn Console>,
}

impl DebugLines {
    /// Lines for events of those topics.
    pub(crate) fn new(topics: Topics, console: Arc<dyn Console>) -> DebugLines {
        DebugLines { topics, console }
    }
}

impl Sink for DebugLines {
    fn topics(&self) -> Topics {
        self.topics
    }

    fn event(&mut self, event: &Event, render: &dyn Render) {
        // A reader of standard error who has gone misses nothing.
        let _ = self.console.write(Stream::Err, &line(event, render));
    }
}

/// The line of an event, with its end.
fn line(event: &Event, render: &dyn Render) -> String {
    match event {
        Event::Loaded { class, functions } => {
            let s = if *functions == 1 { "" } else { "s" };
            format!("loading: class {class}, {functions} function{s}\n")
        }
        Event::Spawned {
            parent,
            pid,
            function,
        } => {
            let function = render.function(*function);
            format!("spawn: {pid} runs {function}, by {}\n", who(*parent))
        }
        Event::Exited { pid, failed } => match (failed, render.value()) {
            (false, reason) if reason.is_empty() => format!("exit: {pid} ended\n"),
            (false, reason) => format!("exit: {pid} ended, {reason}\n"),
            (true, reason) => format!("exit: {pid} failed, {reason}\n"),
        },
        Event::Crashed { pid, known_as } => {
            let who = if known_as.is_empty() { "" } else { " " };
            format!(
                "error: process {pid}{who}{known_as} failed: {}",
                render.value()
            )
        }
        Event::Sent { from, to } => {
            format!("message: {} sends {to} {}\n", who(*from), render.value())
        }
        Event::Received { pid } => format!("message: {pid} takes {}\n", render.value()),
        Event::TurnBegan { pid } => format!("sched: {pid} runs\n"),
        Event::TurnEnded { pid, used, end } => {
            let end = match end {
                TurnEnd::Preempted => "goes to the back of the queue",
                TurnEnd::Waiting => "waits",
                TurnEnd::Ended => "ends",
            };
            format!("sched: {pid} used {used}, {end}\n")
        }
        Event::Instruction {
            pid,
            function,
            index,
        } => {
            let text = render.instruction(*function, *index);
            let function = render.function(*function);
            format!("instruction: {pid} {function} {index}: {text}\n")
        }
    }
}

fn who(pid: Pid) -> String {
    if pid == Pid::HOST {
        "the host".to_owned()
    } else {
        pid.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vmm::host::MemoryConsole;
    use vmm::ids::FuncId;
    use vmm::trace::Topic;

    struct Names(&'static str);
    impl Render for Names {
        fn function(&self, _: FuncId) -> String {
            "Main.main/0".to_owned()
        }
        fn instruction(&self, _: FuncId, _: u32) -> String {
            "nop".to_owned()
        }
        fn value(&self) -> String {
            self.0.to_owned()
        }
    }

    #[test]
    fn every_event_is_one_line() {
        let pid = Pid::MAIN;
        let function = FuncId(0);
        let cases = [
            (
                Event::Loaded {
                    class: "Main".into(),
                    functions: 1,
                },
                "loading: class Main, 1 function",
            ),
            (
                Event::Spawned {
                    parent: Pid::HOST,
                    pid,
                    function,
                },
                "spawn: #process<1> runs Main.main/0, by the host",
            ),
            (
                Event::Exited { pid, failed: true },
                "exit: #process<1> failed, 5",
            ),
            (
                Event::Sent {
                    from: pid,
                    to: Pid::new(2, 0),
                },
                "message: #process<1> sends #process<2> 5",
            ),
            (Event::Received { pid }, "message: #process<1> takes 5"),
            (Event::TurnBegan { pid }, "sched: #process<1> runs"),
            (
                Event::TurnEnded {
                    pid,
                    used: 3,
                    end: TurnEnd::Preempted,
                },
                "sched: #process<1> used 3, goes to the back of the queue",
            ),
            (
                Event::Instruction {
                    pid,
                    function,
                    index: 4,
                },
                "instruction: #process<1> Main.main/0 4: nop",
            ),
        ];
        for (event, wanted) in cases {
            assert_eq!(line(&event, &Names("5")), format!("{wanted}\n"));
        }
        let ended = Event::Exited { pid, failed: false };
        assert_eq!(line(&ended, &Names("")), "exit: #process<1> ended\n");
    }

    #[test]
    fn lines_go_to_standard_error() {
        let console = Arc::new(MemoryConsole::default());
        let mut sink = DebugLines::new(Topics::NONE.with(Topic::Sched), console.clone());
        sink.event(&Event::TurnBegan { pid: Pid::MAIN }, &Names(""));
        let wanted = (String::new(), "sched: #process<1> runs\n".to_owned());
        assert_eq!(console.texts(), wanted);
    }
}
