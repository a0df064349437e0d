//! Handlers of the signal family: links, monitors, aliases, exit signals.
//!
//! A process notes what it has done to its own side first and then tells the other
//! ([`Bonds`](crate::process::bonds::Bonds)), so that an answer finds its place whenever
//! it comes. What it sends itself, or what is answered at once for one that is
//! gone, it takes in before the instruction is over.

use super::raise::Raise;
use super::{At, Cx, Flow, Machine};
use crate::atom::known;
use crate::code::ops::{Op, SignalOps};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::ids::{Pid, RefId};
use crate::isa::{AliasFlags, AliasMode, DemonitorFlags};
use crate::process::bonds::{AliasEnd, Monitor};
use crate::process::signal::{Signal, Watched};
use crate::process::walk::Walk;
use crate::word::Word;

type Done = Result<(), Raise>;

macro_rules! handlers {
    ($($name:ident $cost:literal;)*) => {
        impl<const STEPPED: bool> SignalOps for Machine<'_, '_, STEPPED> {
            type Flow = Flow;
            $(
                #[inline(always)]
                fn $name(&mut self, op: Op) -> Flow {
                    if !STEPPED {
                        self.left -= $cost;
                    }
                    self.cold(op, $name)
                }
            )*
        }
    };
}

handlers! {
    link 1;
    unlink 1;
    monitor 1;
    demonitor 1;
    alias 1;
    unalias 1;
    exit_signal 1;
    trap_exit 0;
}

impl Cx<'_> {
    fn process_in(&self, at: At, register: u16, what: &str) -> Result<Pid, Fault> {
        let word = self.reg(at, register);
        word.to_process().ok_or_else(|| {
            let found = self.process.heap.view(self.common).type_name(word);
            Fault::bad_type(what, found)
        })
    }

    fn reference_in(&self, at: At, register: u16, what: &str) -> Result<RefId, Fault> {
        let word = self.reg(at, register);
        let view = self.process.heap.view(self.common);
        view.reference(word)
            .ok_or_else(|| Fault::bad_type(what, view.type_name(word)))
    }

    /// Puts a fresh reference into a register.
    fn make_reference(&mut self, at: At, register: u16) -> Result<RefId, Fault> {
        self.process.heap.reserve(Heap::size_of_reference())?;
        let id = self.process.fresh_reference();
        let word = self.process.heap.reference(id);
        self.set_reg(at, register, word);
        Ok(id)
    }

    /// Watches a process under a reference; nothing comes of watching oneself.
    pub(super) fn watch(&mut self, reference: RefId, target: Option<Pid>, watched: Watched) {
        let from = self.process.pid;
        if target == Some(from) {
            return;
        }
        let monitor = Monitor { target, watched };
        self.process.bonds_mut().monitor(reference, monitor);
        match target {
            Some(target) => {
                let signal = Signal::Monitor {
                    from,
                    reference,
                    watched,
                };
                self.kernel.tell(target, signal);
            }
            None => {
                let reason = crate::heap::parcel::Parcel::word(Word::atom(known::NOPROC));
                let signal = Signal::Down {
                    reference,
                    watched,
                    reason,
                };
                self.kernel.tell(from, signal);
            }
        }
    }

    /// The alias that comes with a monitor.
    pub(super) fn alias_of_monitor(&mut self, reference: RefId, mode: AliasMode) {
        let end = match mode {
            AliasMode::EXPLICIT => AliasEnd::Explicit,
            AliasMode::DEMONITOR => AliasEnd::Demonitor,
            AliasMode::REPLY => AliasEnd::Reply,
            _ => return,
        };
        self.process.bonds_mut().alias(reference, end);
    }
}

fn link(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let to = cx.process_in(at, op.a, "a link is with a process")?;
    let from = cx.process.pid;
    if to == from || !cx.process.bonds_mut().link(to) {
        return Ok(());
    }
    let Err(signal) = cx.kernel.signal(to, Signal::Link { from }) else {
        return Ok(());
    };
    if cx.process.traps_exits() {
        cx.kernel.undelivered(to, signal);
        return cx.arrivals();
    }
    cx.process.bonds_mut().broken(to);
    let message = format!("{to} has ended: there is nobody to link to");
    let fault = Fault::new(FaultKind::NoProc, message);
    Err(fault.with(known::PROCESS, Word::process(to)).into())
}

fn unlink(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let to = cx.process_in(at, op.a, "a link is with a process")?;
    let bonds = cx.process.bonds_if_any();
    if let Some(id) = bonds.and_then(|bonds| bonds.unlink(to)) {
        let from = cx.process.pid;
        cx.kernel.tell(to, Signal::Unlink { from, id });
    }
    Ok(())
}

fn monitor(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let word = cx.reg(at, op.b);
    let (target, watched) = match (word.to_process(), word.to_atom()) {
        (Some(pid), _) => (Some(pid), Watched::Process(pid)),
        (None, Some(name)) => (cx.kernel.whereis(name), Watched::Name(name)),
        (None, None) => {
            let found = cx.process.heap.view(cx.common).type_name(word);
            return Err(Fault::bad_type("a monitor watches a process or a name", found).into());
        }
    };
    let reference = cx.make_reference(at, op.a)?;
    cx.alias_of_monitor(reference, AliasMode(op.c as u8));
    cx.watch(reference, target, watched);
    Ok(())
}

fn demonitor(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let reference = cx.reference_in(at, op.b, "a monitor is known by its reference")?;
    let bonds = cx.process.bonds_if_any();
    let monitor = bonds.and_then(|bonds| bonds.demonitor(reference));
    if let Some(target) = monitor.and_then(|monitor| monitor.target) {
        cx.kernel.tell(target, Signal::Demonitor { reference });
    }
    let flags = DemonitorFlags(op.c as u8);
    // One that was live has sent nothing that could be in the mailbox.
    if monitor.is_none() && flags.has(DemonitorFlags::FLUSH) {
        flush(cx, at, reference)?;
    }
    let told = monitor.is_some() || !flags.has(DemonitorFlags::INFO);
    cx.set_reg(at, op.a, Word::boolean(told));
    Ok(())
}

/// Removes the message of a monitor that has fired, if it is in the mailbox.
fn flush(cx: &mut Cx<'_>, at: At, reference: RefId) -> Done {
    let is_it = |message: &crate::heap::parcel::Parcel| {
        let view = message.view(cx.common);
        let parts = view.tuple_items(message.root());
        parts.is_some_and(|parts| {
            parts.len() == 5
                && Word(parts[0]) == Word::atom(known::DOWN)
                && view.reference(Word(parts[1])) == Some(reference)
        })
    };
    let mut number = match cx.process.left_off() {
        Some(Walk::Flushing(number)) => number,
        _ => cx.process.mailbox.mark_of(cx.process.pid, reference),
    };
    let most = cx.process.walk_words();
    let mut looked_at = 0;
    let found = loop {
        let Some((here, message)) = cx.process.mailbox.first_from(number) else {
            break None;
        };
        if is_it(message) {
            break Some(here);
        }
        if looked_at == most {
            cx.charge(looked_at);
            return Err(cx.leave_off(at, Walk::Flushing(here)));
        }
        looked_at += 1;
        number = here + 1;
    };
    cx.charge(looked_at);
    if let Some(number) = found {
        cx.process.mailbox.take(number);
    }
    Ok(())
}

fn alias(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let reference = cx.make_reference(at, op.a)?;
    let end = match AliasFlags(op.b as u8) {
        AliasFlags::REPLY => AliasEnd::Reply,
        _ => AliasEnd::Explicit,
    };
    cx.process.bonds_mut().alias(reference, end);
    Ok(())
}

fn unalias(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let reference = cx.reference_in(at, op.b, "an alias is a reference")?;
    let bonds = cx.process.bonds_if_any();
    let active = bonds.is_some_and(|bonds| bonds.unalias(reference));
    cx.set_reg(at, op.a, Word::boolean(active));
    Ok(())
}

fn exit_signal(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let to = cx.process_in(at, op.a, "an exit signal goes to a process")?;
    let reason = cx.reg(at, op.b);
    let reason = cx.pack(at, reason)?;
    let from = cx.process.pid;
    let signal = Signal::Exit {
        from,
        reason,
        linked: false,
    };
    // Nobody is told of one to a process that is gone.
    let _dropped = cx.kernel.signal(to, signal);
    if to == from { cx.arrivals() } else { Ok(()) }
}

fn trap_exit(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let flag = match cx.reg(at, op.b) {
        Word::TRUE => true,
        Word::FALSE => false,
        other => {
            let found = cx.process.heap.view(cx.common).type_name(other);
            return Err(Fault::bad_type("`trap_exit` takes a boolean", found).into());
        }
    };
    // What has come before finds the old setting.
    cx.arrivals()?;
    let old = cx.process.set_traps_exits(flag);
    cx.set_reg(at, op.a, Word::boolean(old));
    Ok(())
}
