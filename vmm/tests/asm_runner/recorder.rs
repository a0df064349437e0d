//! Events of a run as lines of text.

use std::sync::{Arc, Mutex};

use vmm::trace::{Event, Render, Sink, Topic, Topics, TurnEnd};

/// Writes down what happens.
pub(crate) struct Recorder {
    topics: Topics,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    /// A recorder of some topics, and where its lines go.
    pub(crate) fn new(topics: &[Topic]) -> (Recorder, Arc<Mutex<Vec<String>>>) {
        let lines = Arc::default();
        let topics = topics
            .iter()
            .fold(Topics::NONE, |all, topic| all.with(*topic));
        (
            Recorder {
                topics,
                lines: Arc::clone(&lines),
            },
            lines,
        )
    }
}

impl Sink for Recorder {
    fn topics(&self) -> Topics {
        self.topics
    }

    fn event(&mut self, event: &Event, render: &dyn Render) {
        let line = match event {
            Event::Loaded { class, functions } => format!("loaded {class}, {functions} functions"),
            Event::Spawned {
                parent,
                pid,
                function,
            } => format!(
                "{} spawns {}: {}",
                parent.number(),
                pid.number(),
                render.function(*function)
            ),
            Event::Exited { pid, failed: false } => format!("{} ends", pid.number()),
            Event::Exited { pid, failed: true } => {
                format!("{} fails: {}", pid.number(), render.value())
            }
            Event::Crashed { pid, known_as } => {
                let who = if known_as.is_empty() { "" } else { " " };
                let why = render.value();
                let why: Vec<&str> = why.lines().map(str::trim).collect();
                format!("{}{who}{known_as} crashes: {}", pid.number(), why.join(" "))
            }
            Event::Sent { from, to } => {
                format!(
                    "{} sends {}: {}",
                    from.number(),
                    to.number(),
                    render.value()
                )
            }
            Event::Received { pid } => format!("{} receives {}", pid.number(), render.value()),
            Event::TurnBegan { pid } => format!("{} runs", pid.number()),
            Event::TurnEnded { pid, used, end } => {
                let end = match end {
                    TurnEnd::Preempted => "is preempted",
                    TurnEnd::Waiting => "waits",
                    TurnEnd::Ended => "is done",
                };
                format!("{} {end} after {used}", pid.number())
            }
            Event::Instruction {
                pid,
                function,
                index,
            } => {
                format!(
                    "{} at {index}: {}",
                    pid.number(),
                    render.instruction(*function, *index)
                )
            }
        };
        if let Ok(mut lines) = self.lines.lock() {
            lines.push(line);
        }
    }
}
