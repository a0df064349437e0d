//! Ends of other processes that a process waits for.
//!
//! An instruction that awaits asks every process it names how that came out, and goes on
//! with the answers as they come; until it is over they stand here, so that it can be run
//! again whenever the process is woken.
//!
//! # Invariants
//! W1. The questions of one instruction are numbered in a row, so an answer finds its place
//!     at once, and one to an earlier instruction finds none.
//! W2. Once a process is chosen it stays chosen, whoever ends afterwards.

use super::Process;
use super::signal::Settled;
use crate::ids::{Pid, RefId};

/// What an instruction that awaits has asked, and what was answered.
#[derive(Debug)]
pub struct Awaiting {
    /// Count of the reference of the first question.
    first: u64,
    targets: Vec<Pid>,
    answers: Vec<Option<Settled>>,
    answered: usize,
    chosen: Option<usize>,
}

impl Awaiting {
    /// Waits for these; the references of the questions have counts from `first` on.
    #[must_use]
    pub fn new(first: u64, targets: Vec<Pid>) -> Awaiting {
        Awaiting {
            first,
            answers: targets.iter().map(|_| None).collect(),
            targets,
            answered: 0,
            chosen: None,
        }
    }

    /// A question is answered.
    pub fn settled(&mut self, count: u64, outcome: Settled) {
        let at = count.checked_sub(self.first);
        let at = at.and_then(|at| usize::try_from(at).ok());
        if let Some(answer) = at.and_then(|at| self.answers.get_mut(at)) {
            self.answered += usize::from(answer.is_none());
            *answer = Some(outcome);
        }
    }

    /// Whether the instruction has something to go on with: an answer, or, when a process
    /// is chosen, all of them.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        match self.chosen {
            None => self.answered > 0,
            Some(_) => self.is_complete(),
        }
    }

    /// Whether everything was answered.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.answered == self.targets.len()
    }

    /// The process that was chosen.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    /// Chooses the first in order that has ended, unless one is chosen; whether it does.
    pub fn choose(&mut self) -> bool {
        if self.chosen.is_some() || self.answered == 0 {
            return false;
        }
        self.chosen = self.answers.iter().position(Option::is_some);
        self.chosen.is_some()
    }

    /// How one came out, taken away until it is put back.
    pub fn take(&mut self, at: usize) -> Option<Settled> {
        self.answers.get_mut(at)?.take()
    }

    /// How one came out, after all.
    pub fn put(&mut self, at: usize, outcome: Settled) {
        if let Some(answer) = self.answers.get_mut(at) {
            *answer = Some(outcome);
        }
    }

    /// A process that is waited for.
    #[must_use]
    pub fn target(&self, at: usize) -> Option<Pid> {
        self.targets.get(at).copied()
    }

    /// Whose end is still waited for.
    pub fn open(&self) -> impl Iterator<Item = Pid> {
        let open = self.others().filter(|(_, _, answer)| answer.is_none());
        open.map(|(_, pid, _)| pid)
    }

    /// Everybody but the one that was chosen: the count of the question's reference, who,
    /// and what was answered.
    pub fn others(&self) -> impl Iterator<Item = (u64, Pid, Option<&Settled>)> {
        let all = self.targets.iter().zip(&self.answers).enumerate();
        let others = all.filter(|(at, _)| Some(*at) != self.chosen);
        others.map(|(at, (pid, answer))| (self.first + at as u64, *pid, answer.as_ref()))
    }
}

impl Process {
    /// For whom the process waits, if it does: whose end it awaits, and whom it watches by
    /// one of the references that its receive wants.
    #[must_use]
    pub fn awaits(&self, wanted: &[RefId]) -> Vec<Pid> {
        let ends = self.awaiting().into_iter().flat_map(Awaiting::open);
        let watches = |reference| self.bonds()?.watches(reference);
        let watched = wanted.iter().filter_map(|reference| watches(*reference));
        ends.chain(watched).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Awaiting {
        let targets = (5..8).map(|slot| Pid::new(slot, 0)).collect();
        Awaiting::new(10, targets)
    }

    #[test]
    fn the_first_in_order_that_has_ended_is_chosen_and_stays() {
        let mut awaiting = three();
        assert!(!awaiting.is_ready() && !awaiting.choose());
        awaiting.settled(12, Settled::Unknown);
        awaiting.settled(11, Settled::Kept);
        assert!(awaiting.is_ready() && awaiting.choose());
        assert_eq!(awaiting.chosen(), Some(1));
        awaiting.settled(10, Settled::Kept);
        assert!(!awaiting.choose());
        assert_eq!(
            (awaiting.chosen(), awaiting.target(1)),
            (Some(1), Some(Pid::new(6, 0)))
        );
        assert!(matches!(awaiting.take(1), Some(Settled::Kept)));
        assert!(awaiting.take(1).is_none());
    }

    #[test]
    fn when_one_is_chosen_all_others_have_to_answer() {
        let mut awaiting = three();
        awaiting.settled(10, Settled::Unknown);
        awaiting.choose();
        assert!(!awaiting.is_ready());
        awaiting.settled(12, Settled::Unknown);
        awaiting.settled(12, Settled::Kept);
        assert!(!awaiting.is_ready(), "one answer is missing still");
        let others: Vec<_> = awaiting
            .others()
            .map(|(n, pid, a)| (n, pid.slot(), a.is_some()))
            .collect();
        assert_eq!(others, [(11, 6, false), (12, 7, true)]);
        assert_eq!(awaiting.open().collect::<Vec<_>>(), [Pid::new(6, 0)]);
        awaiting.settled(11, Settled::Unknown);
        assert!(awaiting.is_ready() && awaiting.is_complete());
    }

    #[test]
    fn answers_to_others_questions_find_no_place() {
        let mut awaiting = three();
        awaiting.settled(9, Settled::Kept);
        awaiting.settled(13, Settled::Kept);
        assert!(!awaiting.is_ready());
        assert!(Awaiting::new(3, Vec::new()).is_complete());
    }
}
