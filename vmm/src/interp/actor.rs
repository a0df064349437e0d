//! Handlers of the actor family: send, and what waits ([`receive`]).

use super::quick::Taken;
use super::raise::Raise;
use super::receive::Woken;
use super::{At, Cx, Flow, Machine, awaiting, receive};
use crate::atom::known;
use crate::code::ops::{ActorOps, Op};
use crate::fault::{Fault, FaultKind};
use crate::heap::parcel::Parcel;
use crate::ids::{Pid, RefId};
use crate::limits::WORDS_PER_REDUCTION;
use crate::process::contract::Sent;
use crate::process::mailbox::Full;
use crate::word::Word;

impl<const STEPPED: bool> ActorOps for Machine<'_, '_, STEPPED> {
    type Flow = Flow;

    #[inline(always)]
    fn send(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        if self.cx.send_quickly(self.r(op.a), self.r(op.b)) {
            return self.settle();
        }
        self.cold(op, send)
    }

    #[inline(always)]
    fn try_send(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.cold(op, try_send)
    }

    #[inline(always)]
    fn receive(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        let stack = self.stack_place();
        match self.cx.take_quickly(stack) {
            Taken::Word(word) => {
                self.set(op.a, word);
                self.settle()
            }
            Taken::Nothing => {
                let at = self.here(1);
                self.cx.wait(at, None, true);
                Flow::Stop
            }
            Taken::Ended => Flow::Stop,
            Taken::Unclear => self.waiting(op, receive::receive),
        }
    }

    #[inline(always)]
    fn receive_with_timeout(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting(op, receive::receive_with_timeout)
    }

    #[inline(always)]
    fn receive_match(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        let at = self.here(1);
        if let Some(to) = self.cx.match_quickly(at, op) {
            return self.matched(at, to);
        }
        self.waiting_to(op, receive::receive_match)
    }

    #[inline(always)]
    fn recv_begin(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.cold(op, receive::recv_begin)
    }

    #[inline(always)]
    fn recv_next(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting_to(op, receive::recv_next)
    }

    #[inline(always)]
    fn recv_take(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.cold(op, receive::recv_take)
    }

    #[inline(always)]
    fn await_(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting(op, awaiting::await_)
    }

    #[inline(always)]
    fn await_number(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting(op, awaiting::await_number)
    }

    #[inline(always)]
    fn await_timeout(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting_over(op, 1, awaiting::await_timeout)
    }

    #[inline(always)]
    fn select(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting_over(op, op.b as usize, awaiting::select)
    }

    #[inline(always)]
    fn select_with_kill(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting_over(op, op.b as usize, awaiting::select_with_kill)
    }

    #[inline(always)]
    fn sleep(&mut self, op: Op) -> Flow {
        self.left -= i32::from(!STEPPED);
        self.waiting(op, receive::sleep)
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
        self.waiting_over(op, 0, f)
    }

    /// As `waiting`, for an operation with so many operand words behind it.
    #[inline(always)]
    fn waiting_over(
        &mut self,
        op: Op,
        args: usize,
        f: fn(&mut Cx<'_>, At, Op, u32) -> Result<bool, Raise>,
    ) -> Flow {
        let used = self.used_now();
        let at = self.leave();
        self.skip_args(args);
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

    /// Goes on at the arm that fits a message, of which one was looked at.
    #[inline(always)]
    fn matched(&mut self, at: At, to: u32) -> Flow {
        self.ip = self.func().ops.as_ptr().wrapping_add(to as usize);
        // Backward, as a jump is charged.
        self.left -= i32::from(!STEPPED) * (1 + i32::from(to <= at.pc));
        if !STEPPED && self.left <= 0 {
            return self.preempt();
        }
        Flow::Go
    }

    /// Runs an operation that may wait and says where to go on.
    #[inline(always)]
    fn waiting_to(&mut self, op: Op, f: fn(&mut Cx<'_>, At, Op, u32) -> Woken) -> Flow {
        let next = self.ip;
        let used = self.used_now();
        let at = self.leave();
        let woken = f(self.cx, at, op, used);
        if !matches!(woken, Ok(None)) {
            self.cx.process.waiting = None;
        }
        match woken {
            Ok(Some(to)) => {
                self.enter(to);
                match self.settle() {
                    // Backward, as a jump is charged.
                    Flow::Go if self.ip < next => self.charge(),
                    flow => flow,
                }
            }
            Ok(None) => Flow::Stop,
            Err(raise) => self.raise(at, raise),
        }
    }
}

impl Cx<'_> {
    /// The bound of the process's own mailbox that has no room for a message.
    fn own_bound(&mut self, message: &Parcel) -> Result<Option<Full>, Raise> {
        if !self.process.mailbox.is_bounded() {
            return Ok(None);
        }
        self.arrivals()?;
        Ok(self.process.mailbox.refuses(message))
    }

    /// A receiver has more than it can take: the turn ends soon.
    #[cold]
    pub(super) fn heed_crowd(&mut self) {
        self.yields = true;
        // Something is to be paid for, so that the loop looks.
        self.process.heap.charge(WORDS_PER_REDUCTION);
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
}

fn send(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let Some(bound) = deliver(cx, at, op.a, op.b)? else {
        return Ok(());
    };
    let (message, key, limit) = match bound {
        Full::Messages(most) => {
            let message = format!(
                "the mailbox holds {most} messages, as many as its owner allows (:max_messages): send again later"
            );
            (message, known::MAX_MESSAGES, most)
        }
        Full::Bytes(most) => {
            let message = format!(
                "the mailbox would hold more than the {most} bytes that its owner allows (:max_mailbox_bytes): send again later, or less"
            );
            (message, known::MAX_MAILBOX_BYTES, most)
        }
    };
    let fault = Fault::new(FaultKind::Limit, message).with_count(known::LIMIT, limit);
    Err(fault.with(known::KEY, Word::atom(key)).into())
}

fn try_send(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let refused = deliver(cx, at, op.b, op.c)?;
    cx.set_reg(at, op.a, Word::boolean(refused.is_none()));
    Ok(())
}

/// Sends what a register holds to whom another says; the bound of a mailbox that has no room.
fn deliver(cx: &mut Cx<'_>, at: At, target: u16, message: u16) -> Result<Option<Full>, Raise> {
    let (target, message) = (cx.reg(at, target), cx.reg(at, message));
    let (to, alias) = cx.recipient(target)?;
    let parcel = cx.pack(at, message)?;
    let own = to == cx.process.pid;
    if own && let Some(bound) = cx.own_bound(&parcel)? {
        return Ok(Some(bound));
    }
    match cx.kernel.send(to, alias, parcel) {
        Sent::Done => {}
        Sent::Crowded => cx.heed_crowd(),
        Sent::Refused(bound) => return Ok(Some(bound)),
        Sent::NoMemory(limit) => return Err(Fault::no_memory(limit).into()),
    }
    if own && alias.is_some() {
        // Whether one's own alias is active is asked now, however long the turn is.
        cx.arrivals()?;
    }
    Ok(None)
}

fn make_ref(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let id = RefId {
        owner: cx.process.pid,
        count: cx.process.references,
    };
    let word = cx.process.heap.new_reference(id)?;
    // Counted only now, so that one that found no room leaves no gap.
    cx.process.references += 1;
    cx.process.mailbox.mark(id.count);
    cx.set_reg(at, op.a, word);
    Ok(())
}
