//! Handlers of the actor family: send, receive, sleep.
//!
//! An operation that waits does not go past itself: the process goes on at the
//! same operation when it is woken, and `Process::waiting` tells it that it
//! has waited already, since when, and until when.

use super::raise::Raise;
use super::{At, Cx, Flow, Machine};
use crate::atom::known;
use crate::code::ops::{ActorOps, Op};
use crate::fault::{Fault, FaultKind};
use crate::ids::{Pid, RefId};
use crate::process::contract::Outcome;
use crate::process::signal::Signal;
use crate::process::{Exec, Waiting};
use crate::trace::{Event, Topic};
use crate::word::{Tag, Word};

/// A wait in nanoseconds; `None` for ever.
type Wait = Option<u64>;

impl<const STEPPED: bool> ActorOps for Machine<'_, '_, STEPPED> {
    type Flow = Flow;

    #[inline(always)]
    fn send(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.cold(op, send)
    }

    #[inline(always)]
    fn receive(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting(op, receive)
    }

    #[inline(always)]
    fn receive_with_timeout(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting(op, receive_with_timeout)
    }

    #[inline(always)]
    fn sleep(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting(op, sleep)
    }

    #[inline(always)]
    fn make_ref(&mut self, op: Op) -> Flow {
        self.cold(op, make_ref)
    }
}

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    /// Runs an operation that may wait: `false` says that it does.
    #[inline(always)]
    fn waiting(&mut self, op: Op, f: fn(&mut Cx<'_>, At, Op, u32) -> Result<bool, Raise>) -> Flow {
        let used = self.used_now();
        let at = self.leave();
        match f(self.cx, at, op, used) {
            Ok(true) => {
                self.cx.process.waiting = None;
                self.regs = self.cx.registers(at.depth);
                self.settle()
            }
            Ok(false) => Flow::Stop,
            Err(raise) => {
                self.cx.process.waiting = None;
                self.raise(at, raise)
            }
        }
    }
}

impl Cx<'_> {
    /// Ends the turn with the process waiting at the operation.
    fn wait(&mut self, at: At, deadline_ns: Option<u64>, for_message: bool) {
        let instruction = self
            .functions
            .get(at.func.0 as usize)
            .map_or(0, |c| c.instruction_at(at.pc));
        let waiting = Waiting {
            deadline_ns,
            func: at.func,
            instruction,
            for_message,
        };
        self.process.waiting = Some(waiting);
        self.process.exec = Exec::Frame {
            func: at.func,
            pc: at.pc,
            depth: at.depth,
        };
        self.stop = Some(Outcome::Waiting(waiting));
    }

    /// Takes the oldest message into a register.
    fn take_message(&mut self, at: At, register: u16) -> Result<bool, Raise> {
        if self.process.mailbox.is_empty() {
            self.arrivals()?;
        }
        if self.process.mailbox.is_empty() {
            self.process.mailbox.set_looked_at(0);
            return Ok(false);
        }
        // A message that does not fit stays where it is.
        let Some(word) = self.unpack_some(None)? else {
            return Err(self.again(at));
        };
        self.set_reg(at, register, word);
        let message = self.process.mailbox.take_oldest();
        if self.kernel.topics().has(Topic::Messages) {
            self.kernel.event(
                Event::Received {
                    pid: self.process.pid,
                },
                message.as_ref(),
            );
        }
        Ok(true)
    }

    /// Takes in what has arrived. A signal may end the process, and then the turn.
    pub(super) fn arrivals(&mut self) -> Result<(), Raise> {
        self.kernel.arrivals(self.process);
        match self.process.doom.take() {
            None => Ok(()),
            Some(end) => {
                self.end(*end);
                Err(Raise::Stop)
            }
        }
    }

    /// The bound of a process's mailbox, if it is full.
    fn refuses(&mut self, to: Pid) -> Result<Option<usize>, Raise> {
        if to != self.process.pid {
            return Ok(self.kernel.refuses(to));
        }
        if self.process.mailbox.is_bounded() {
            self.arrivals()?;
        }
        Ok(self.process.mailbox.refuses(0))
    }

    /// Whom a message to a value goes to, and through which alias.
    fn recipient(&self, target: Word) -> Result<(Pid, Option<RefId>), Fault> {
        if let Some(pid) = target.to_process() {
            return Ok((pid, None));
        }
        let view = self.process.heap.view(self.common);
        if let Some(name) = target.to_atom() {
            let found = self.kernel.whereis(name).map(|pid| (pid, None));
            return found.ok_or_else(|| {
                let text = self.common.atoms.text(name);
                let message = format!("no process is registered as `{text}`");
                Fault::new(FaultKind::NotFound, message).with(known::KEY, target)
            });
        }
        match view.reference(target) {
            Some(alias) => Ok((alias.owner, Some(alias))),
            None => Err(Fault::bad_type(
                "a message goes to a process, a name or an alias",
                view.type_name(target),
            )),
        }
    }

    /// A time-out in milliseconds, as programs give it, in nanoseconds; a
    /// fraction of a millisecond rounds up.
    fn timeout(&self, word: Word) -> Result<Wait, Fault> {
        let ms = match word.tag() {
            Tag::Atom(known::INFINITY) => return Ok(None),
            Tag::Number(ms) => ms,
            Tag::Integer(ms) => ms as f64,
            _ => {
                let found = self.process.heap.view(self.common).type_name(word);
                return Err(Fault::bad_type(
                    "a time-out is a number of milliseconds or :infinity",
                    found,
                ));
            }
        };
        if ms.is_nan() || ms < 0.0 {
            let text = crate::text::number(ms);
            return Err(Fault::new(
                FaultKind::BadNumber,
                format!("a time-out cannot be {text}"),
            ));
        }
        // Beyond some 584 years of nanoseconds nobody waits for the end.
        let ns = ms.ceil() * 1e6;
        Ok((ns < u64::MAX as f64).then_some(ns as u64))
    }

    /// When the wait of the running operation ends: as armed before, or from now on.
    fn deadline(&mut self, word: Word, used: u32) -> Result<Wait, Fault> {
        if let Some(waiting) = self.process.waiting {
            return Ok(waiting.deadline_ns);
        }
        let wait = self.timeout(word)?;
        let now = self.kernel.now_ns(used);
        Ok(wait.map(|ns| now.saturating_add(ns)))
    }

    fn passed(&mut self, deadline: Wait, used: u32) -> bool {
        deadline.is_some_and(|at| at <= self.kernel.now_ns(used))
    }
}

fn receive(cx: &mut Cx<'_>, at: At, op: Op, _: u32) -> Result<bool, Raise> {
    let taken = cx.take_message(at, op.a)?;
    if !taken {
        cx.wait(at, None, true);
    }
    Ok(taken)
}

fn receive_with_timeout(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Result<bool, Raise> {
    let timeout = cx.reg(at, op.b);
    let deadline = cx.deadline(timeout, used)?;
    if cx.take_message(at, op.a)? {
        cx.set_reg(at, op.c, Word::TRUE);
        return Ok(true);
    }
    if cx.passed(deadline, used) {
        cx.set_reg(at, op.a, Word::UNDEFINED);
        cx.set_reg(at, op.c, Word::FALSE);
        return Ok(true);
    }
    cx.wait(at, deadline, true);
    Ok(false)
}

fn sleep(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Result<bool, Raise> {
    let timeout = cx.reg(at, op.a);
    let deadline = cx.deadline(timeout, used)?;
    if cx.passed(deadline, used) {
        return Ok(true);
    }
    cx.wait(at, deadline, false);
    Ok(false)
}

fn send(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let (target, message) = (cx.reg(at, op.a), cx.reg(at, op.b));
    let (to, alias) = cx.recipient(target)?;
    let parcel = cx.pack(at, message)?;
    if let Some(bound) = cx.refuses(to)? {
        let message = format!(
            "the mailbox holds {bound} messages, as many as its owner allows: send again later"
        );
        let fault = Fault::new(FaultKind::Limit, message);
        return Err(fault.with_count(known::LIMIT, bound).into());
    }
    if cx.kernel.topics().has(Topic::Messages) {
        cx.kernel.event(
            Event::Sent {
                from: cx.process.pid,
                to,
            },
            Some(&parcel),
        );
    }
    let signal = match alias {
        None => Signal::Message(parcel),
        Some(alias) => Signal::Aliased {
            alias,
            message: parcel,
        },
    };
    // A message to a process that is gone is dropped.
    let _dropped = cx.kernel.signal(to, signal);
    Ok(())
}

fn make_ref(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let id = RefId {
        owner: cx.process.pid,
        count: cx.process.references,
    };
    let word = cx.process.heap.new_reference(id)?;
    // Counted only now, so that one that found no room leaves no gap.
    cx.process.references += 1;
    cx.set_reg(at, op.a, word);
    Ok(())
}
