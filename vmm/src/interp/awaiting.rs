//! `await`, `select` and their kin: waiting for the ends of other processes.
//!
//! The first run of an instruction asks; every further one looks at the answers
//! ([`Awaiting`]). A result that is kept is taken only when it is the one that the
//! instruction goes on with, so what others may still want stays.

use super::raise::Raise;
use super::{At, Cx};
use crate::atom::known;
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::heap::parcel::Parcel;
use crate::ids::{Pid, RefId};
use crate::process::awaiting::Awaiting;
use crate::process::contract::ExitClass;
use crate::process::signal::{Settled, Signal};
use crate::word::Word;

/// What an instruction that awaits goes on with.
enum Found {
    /// A process, by its place among the operands, and what it returned.
    Result(usize, Word),
    /// The time is over.
    Late,
    /// Nothing yet: the process waits.
    Waits,
}

/// How an instruction awaits.
#[derive(Clone, Copy, Default)]
struct How {
    /// The register of the time-out.
    timeout: Option<u16>,
    /// Whether the others are killed.
    kill: bool,
}

pub(super) fn await_(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Result<bool, Raise> {
    match cx.awaited(at, &[op.b], used, How::default())? {
        Found::Result(_, word) => {
            cx.set_reg(at, op.a, word);
            Ok(true)
        }
        Found::Late | Found::Waits => Ok(false),
    }
}

pub(super) fn await_number(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Result<bool, Raise> {
    let pid = Pid::from_number(u64::from(op.wide().cast_unsigned()));
    let pid = cx.awaitable(Word::process(pid))?;
    match cx.await_all(at, vec![pid], used, How::default())? {
        Found::Result(_, word) => {
            cx.set_reg(at, op.a, word);
            Ok(true)
        }
        Found::Late | Found::Waits => Ok(false),
    }
}

pub(super) fn await_timeout(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Result<bool, Raise> {
    let result = cx.args(at, 1).first().copied().unwrap_or_default();
    let how = How {
        timeout: Some(op.c),
        kill: false,
    };
    let (word, ended) = match cx.awaited(at, &[op.b], used, how)? {
        Found::Result(_, word) => (word, true),
        Found::Late => (Word::UNDEFINED, false),
        Found::Waits => return Ok(false),
    };
    cx.set_reg(at, op.a, word);
    cx.set_reg(at, result, Word::boolean(ended));
    Ok(true)
}

pub(super) fn select(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Result<bool, Raise> {
    cx.select(at, op, used, false)
}

pub(super) fn select_with_kill(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Result<bool, Raise> {
    cx.select(at, op, used, true)
}

impl Cx<'_> {
    fn select(&mut self, at: At, op: Op, used: u32, kill: bool) -> Result<bool, Raise> {
        let registers = self.args(at, op.b as usize);
        let how = How {
            timeout: None,
            kill,
        };
        let Found::Result(index, word) = self.awaited(at, &registers, used, how)? else {
            return Ok(false);
        };
        let root = self.process.heap.push_root(word);
        let reserved = self.process.heap.reserve(3);
        let heap = &mut self.process.heap;
        let word = heap.root(root);
        heap.truncate_roots(root);
        reserved?;
        let tuple = heap.tuple(&[Word::number(index as f64), word]);
        self.set_reg(at, op.a, tuple);
        Ok(true)
    }

    /// Awaits the processes in registers.
    fn awaited(&mut self, at: At, registers: &[u16], used: u32, how: How) -> Result<Found, Raise> {
        let mut targets = Vec::new();
        if self.process.awaiting().is_none() {
            targets.reserve_exact(registers.len());
            for register in registers {
                targets.push(self.awaitable(self.reg(at, *register))?);
            }
        }
        self.await_all(at, targets, used, how)
    }

    fn awaitable(&self, word: Word) -> Result<Pid, Fault> {
        let Some(pid) = word.to_process() else {
            let found = self.process.heap.view(self.common).type_name(word);
            return Err(Fault::bad_type("what is awaited is a process", found));
        };
        if pid == self.process.pid {
            let message = "a process cannot await its own end";
            return Err(Fault::new(FaultKind::BadType, message));
        }
        Ok(pid)
    }

    /// Awaits processes; on further runs those of the first.
    fn await_all(
        &mut self,
        at: At,
        targets: Vec<Pid>,
        used: u32,
        how: How,
    ) -> Result<Found, Raise> {
        let deadline = match how.timeout {
            Some(timeout) => self.deadline(self.reg(at, timeout), used)?,
            None => None,
        };
        if self.process.awaiting().is_none() {
            self.begin_awaiting(targets);
        }
        self.arrivals()?;
        let chooses = self.process.awaiting_mut().is_some_and(Awaiting::choose);
        if chooses && how.kill {
            self.kill_others();
        }
        let awaiting = self.process.awaiting();
        let chosen = awaiting.and_then(Awaiting::chosen);
        let complete = !how.kill || awaiting.is_some_and(Awaiting::is_complete);
        match chosen {
            Some(chosen) if complete => {
                let word = self.outcome(at, chosen, how.kill)?;
                Ok(Found::Result(chosen, word))
            }
            None if self.passed(deadline, used) => {
                self.finish_awaiting(false);
                Ok(Found::Late)
            }
            _ => {
                self.wait(at, deadline, false);
                Ok(Found::Waits)
            }
        }
    }

    /// Asks processes how they come out.
    fn begin_awaiting(&mut self, targets: Vec<Pid>) {
        let from = self.process.pid;
        let count = targets.len() as u64;
        let first = self.process.references;
        self.process.references += count;
        // Noted first, for who is gone is answered for at once.
        let asked = targets.clone();
        self.process.set_awaiting(Awaiting::new(first, targets));
        for (count, to) in (first..).zip(asked) {
            let reference = RefId { owner: from, count };
            self.kernel.tell(to, Signal::Await { from, reference });
        }
    }

    /// Kills everybody but the chosen one.
    fn kill_others(&mut self) {
        let from = self.process.pid;
        let Some(awaiting) = self.process.awaiting() else {
            return;
        };
        for (_, to, _) in awaiting.others() {
            let exit = Signal::Exit {
                from,
                reason: Parcel::word(Word::atom(known::KILL)),
                linked: false,
            };
            // Who is gone needs no killing.
            let _gone = self.kernel.signal(to, exit);
        }
    }

    /// How the chosen process came out, copied in; a failure is raised.
    fn outcome(&mut self, at: At, chosen: usize, kill: bool) -> Result<Word, Raise> {
        let awaiting = self.process.awaiting_mut();
        let Some(target) = awaiting
            .as_ref()
            .and_then(|awaiting| awaiting.target(chosen))
        else {
            return Ok(Word::UNDEFINED);
        };
        let outcome = match awaiting.and_then(|awaiting| awaiting.take(chosen)) {
            Some(Settled::Kept) => self.kernel.take_kept(target),
            outcome => outcome,
        };
        let outcome = outcome.unwrap_or(Settled::Unknown);
        let word = match &outcome {
            Settled::Returned(result) => self.unpack(at, result),
            Settled::Failed(reason) => self.unpack(at, reason),
            Settled::Unknown | Settled::Kept => Ok(Word::UNDEFINED),
        };
        if matches!(word, Err(Raise::Stop)) {
            // It takes another turn.
            if let Some(awaiting) = self.process.awaiting_mut() {
                awaiting.put(chosen, outcome);
            }
            return word;
        }
        self.finish_awaiting(kill);
        let word = word?;
        match outcome {
            Settled::Returned(_) => Ok(word),
            Settled::Failed(_) if word == Word::atom(known::NORMAL) => Ok(Word::UNIT),
            Settled::Failed(_) => match self.raise_value(at, word, ExitClass::Exit) {
                Some(caught) => Err(Raise::Enter(caught)),
                None => Err(Raise::Stop),
            },
            Settled::Unknown | Settled::Kept => {
                let message = format!(
                    "{target} has ended, and its result is not kept: spawn it with `keep`, and take the result once"
                );
                let fault = Fault::new(FaultKind::NoProc, message);
                Err(fault.with(known::PROCESS, Word::process(target)).into())
            }
        }
    }

    /// Nobody is awaited any more. Those that were killed have left their results to be
    /// dropped.
    fn finish_awaiting(&mut self, kill: bool) {
        let Some(awaiting) = self.process.take_awaiting() else {
            return;
        };
        let owner = self.process.pid;
        for (count, to, answer) in awaiting.others() {
            match answer {
                None => {
                    let reference = RefId { owner, count };
                    // Who is gone has answered.
                    let _gone = self.kernel.signal(to, Signal::Unawait { reference });
                }
                Some(Settled::Kept) if kill => drop(self.kernel.take_kept(to)),
                Some(_) => {}
            }
        }
    }
}
