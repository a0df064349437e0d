//! A question from outside to every process, and the answers as they come.
//!
//! Whoever asks is another thread. Every process that is alive is asked by a signal, so
//! it answers when its worker has it next: at once if it waits, at the
//! end of a turn if it runs. Nothing is stopped for it.
//!
//! # Invariants
//! V1. Each process that was asked answers once, or is counted as gone.

use std::sync::Arc;
use std::time::Duration;

use crate::heap::parcel::Parcel;
use crate::ids::{Pid, RefId};
use crate::process::about::{Asked, Key, Keys};
use crate::process::contract::Kernel as _;
use crate::process::signal::Signal;
use crate::sched::worker::Worker;
use crate::sync::{Condvar, Mutex, lock, wait_for};

/// What became of the question so far.
#[derive(Debug, Default)]
pub struct Survey {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// How many were asked, once they were.
    asked: Option<usize>,
    answers: Vec<(Pid, Parcel)>,
    gone: usize,
}

/// What came of a survey.
#[derive(Debug)]
pub struct Surveyed {
    /// A tuple of the values of [`Key::ALL`] from each process, by process.
    pub answers: Vec<(Pid, Parcel)>,
    /// How many have not answered; none if nobody was asked, since nothing runs.
    pub missing: Option<usize>,
}

impl Survey {
    /// Waits for the answers, so long at most.
    #[must_use]
    pub fn wait(&self, span: Duration) -> Surveyed {
        // The wait is cut into parts, of which each may end without a reason.
        const PARTS: u32 = 100;
        let mut state = lock(&self.state);
        for _ in 0..PARTS {
            if state.missing() == Some(0) {
                break;
            }
            state = wait_for(&self.bell, state, span / PARTS);
        }
        let mut answers = std::mem::take(&mut state.answers);
        answers.sort_by_key(|(pid, _)| pid.slot());
        Surveyed {
            missing: state
                .asked
                .map(|asked| asked.saturating_sub(answers.len() + state.gone)),
            answers,
        }
    }

    fn asked(&self, count: usize) {
        lock(&self.state).asked = Some(count);
        self.bell.notify_all();
    }

    /// A process has answered, or is gone.
    pub(super) fn answered(&self, pid: Pid, answer: Option<Parcel>) {
        let mut state = lock(&self.state);
        match answer {
            Some(answer) => state.answers.push((pid, answer)),
            None => state.gone += 1,
        }
        if state.missing() == Some(0) {
            self.bell.notify_all();
        }
    }
}

impl State {
    fn missing(&self) -> Option<usize> {
        let answered = self.answers.len() + self.gone;
        self.asked.map(|asked| asked.saturating_sub(answered))
    }
}

impl Worker<'_, '_> {
    /// Asks every process.
    pub(super) fn survey(&mut self, survey: Arc<Survey>) {
        let pids: Vec<Pid> = self.shared().table.pids().collect();
        survey.asked(pids.len());
        *lock(&self.shared().survey) = Some(survey);
        let keys = Key::ALL
            .iter()
            .fold(Keys::default(), |keys, key| keys.with(*key));
        for pid in pids {
            let ask = Signal::Ask {
                from: Pid::HOST,
                // Says who answers.
                reference: RefId {
                    owner: pid,
                    count: 0,
                },
                asked: Asked::About(keys),
            };
            self.tell(pid, ask);
        }
    }

    /// A signal to the host: an answer to a survey, or nothing that anybody waits for.
    #[cold]
    pub(super) fn to_host(&self, signal: Signal) {
        let survey = lock(&self.shared().survey).clone();
        if let (Signal::Answer { reference, answer }, Some(survey)) = (signal, survey) {
            survey.answered(reference.owner, answer);
        }
    }
}
