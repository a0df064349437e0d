//! What waits for messages and for time: receives of all kinds, sleep.
//!
//! An operation that waits does not go past itself: the process goes on at the
//! same operation when it is woken, whatever woke it, and finds how long it was to
//! wait where it left that: `Process::waiting`, the mailbox's [`Scan`], or, for a scan
//! by cursor, hidden registers of the frame.
//!
//! # Invariants
//! R1. A message is removed only when everything that is to be written has been.
//! R2. A clock is read once a receive: what ends a wait without ending the receive
//!     leaves its deadline as it is.
//! R3. When a receive by patterns is over, be it by an error, the mailbox keeps no scan.

use super::glance::Glance;
use super::raise::Raise;
use super::waits::Wait;
use super::walks::Incoming;
use super::{At, Cx};
use crate::code::matching::{Bound, Matching};
use crate::code::ops::Op;
use crate::code::patterns::MatchTable;
use crate::fault::{Fault, FaultKind};
use crate::heap::parcel::Parcel;
use crate::limits::WORDS_PER_REDUCTION;
use crate::process::mailbox::Scan;
use crate::process::walk::{Taking, Walk};
use crate::trace::{Event, Topic};
use crate::word::Word;

/// Where an operation that may wait goes on; nothing if it waits.
pub(super) type Woken = Result<Option<At>, Raise>;

impl Cx<'_> {
    /// Takes the oldest message into a register.
    fn take_message(&mut self, at: At, register: u16) -> Result<bool, Raise> {
        if self.process.mailbox.is_empty() {
            self.arrivals()?;
        }
        let Some((number, _)) = self.process.mailbox.first_from(0) else {
            return Ok(false);
        };
        // A message that does not fit stays where it is.
        let word = self.unpack_message(at, number)?;
        self.set_reg(at, register, word);
        self.process.mailbox.begin();
        self.remove_message(number);
        Ok(true)
    }

    /// Copies a message into the heap.
    fn unpack_message(&mut self, at: At, number: u64) -> Result<Word, Raise> {
        match self.unpack_some(Incoming::Message(number))? {
            Some(word) => Ok(word),
            None => Err(self.again(at)),
        }
    }

    /// Removes a message from the mailbox.
    pub(super) fn remove_message(&mut self, number: u64) {
        let message = self.process.mailbox.take(number);
        if self.topics.has(Topic::Messages) {
            let pid = self.process.pid;
            self.kernel.event(Event::Received { pid }, message.as_ref());
        }
    }

    /// Takes in what has arrived. A signal may end the process, and then the turn.
    pub(super) fn arrivals(&mut self) -> Result<(), Raise> {
        self.kernel.arrivals(self.process);
        match self.process.take_doom() {
            None => Ok(()),
            Some(end) => {
                self.end(end);
                Err(Raise::Stop)
            }
        }
    }

    /// The number of the first message that can hold one of these values, if one is
    /// a reference that the process has made lately; else that of any.
    pub(super) fn mark(&self, words: impl Iterator<Item = Word>) -> u64 {
        let view = self.process.heap.view(self.common);
        let references = words.filter_map(|word| view.reference(word));
        let (mailbox, pid) = (&self.process.mailbox, self.process.pid);
        let marks = references.map(|reference| mailbox.mark_of(pid, reference));
        marks.max().unwrap_or(0)
    }
}

pub(super) fn receive(cx: &mut Cx<'_>, at: At, op: Op, _: u32) -> Result<bool, Raise> {
    let taken = cx.take_message(at, op.a)?;
    if !taken {
        cx.wait(at, None, true);
    }
    Ok(taken)
}

pub(super) fn receive_with_timeout(
    cx: &mut Cx<'_>,
    at: At,
    op: Op,
    used: u32,
) -> Result<bool, Raise> {
    let limit = cx.limit(cx.reg(at, op.b))?;
    if cx.take_message(at, op.a)? {
        cx.set_reg(at, op.c, Word::TRUE);
        return Ok(true);
    }
    if let Some(deadline) = cx.waits(limit, used) {
        cx.wait(at, deadline, true);
        return Ok(false);
    }
    cx.process.mailbox.begin();
    cx.set_reg(at, op.a, Word::UNDEFINED);
    cx.set_reg(at, op.c, Word::FALSE);
    Ok(true)
}

pub(super) fn sleep(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Result<bool, Raise> {
    let limit = cx.limit(cx.reg(at, op.a))?;
    let deadline = cx.waits(limit, used);
    if let Some(deadline) = deadline {
        cx.wait(at, deadline, false);
    }
    Ok(deadline.is_none())
}

/// Takes the oldest message that a pattern fits.
pub(super) fn receive_match(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Woken {
    let Some(code) = cx.functions.get(at.func) else {
        return Ok(None);
    };
    let table = &code.matches[op.wide() as usize];
    let done = match_messages(cx, at, op, used, table);
    if !matches!(done, Ok(None) | Err(Raise::Stop)) {
        cx.process.mailbox.end_scan();
    }
    done
}

fn match_messages(cx: &mut Cx<'_>, at: At, op: Op, used: u32, table: &MatchTable) -> Woken {
    let deadline_ns = match cx.process.mailbox.scan() {
        Some(scan) => scan.deadline.ns(),
        None => {
            let deadline_ns = match op.a.checked_sub(1) {
                Some(timeout) => cx.deadline_from_now(cx.reg(at, timeout), used)?,
                None => None,
            };
            let from = cx.mark(table.pins.iter().map(|pin| cx.reg(at, pin.0)));
            let scan = Scan {
                deadline: deadline_ns.into(),
            };
            cx.process.mailbox.begin_scan(from, scan);
            deadline_ns
        }
    };
    let (mut matching, mut taking) = match cx.process.left_off() {
        Some(Walk::Matching(matching)) => (matching, None),
        Some(Walk::Taking(taking)) => (Matching::default(), Some(taking)),
        _ => (Matching::default(), None),
    };
    let mut words = cx.process.walk_words();
    let mut looked = false;
    loop {
        if taking.is_none() && matching.is_fresh() {
            let arm = match cx.glance(at, table, &mut words) {
                Glance::Passed if words == 0 => return Err(cx.again(at)),
                Glance::Passed => continue,
                Glance::Unclear => None,
                Glance::Taken(arm) => Some(arm),
                Glance::Fits(number, arm, bound) => {
                    cx.take_for(at, number, None, (arm, bound))?;
                    Some(arm)
                }
            };
            if let Some(arm) = arm {
                let pc = table.arms[arm].1;
                return Ok(Some(At { pc, ..at }));
            }
        }
        let number = cx.process.mailbox.looked_at();
        let Some((number, message)) = cx.process.mailbox.first_from(number) else {
            if looked {
                break;
            }
            cx.arrivals()?;
            looked = true;
            continue;
        };
        let arm = match &taking {
            Some(taking) => Some(taking.arm),
            None => {
                let before = matching.words();
                let subject = (message.view(cx.common), message.root());
                let home = cx.process.heap.view(cx.common);
                let registers = (home, |r| cx.reg(at, r));
                let arm = matching.run(&table.arms, subject, registers, words);
                let cost = WORDS_PER_REDUCTION + matching.words() - before;
                cx.process.mailbox.set_looked_at(number);
                cx.charge(cost);
                words = words.saturating_sub(cost);
                let Some(arm) = arm else {
                    return Err(cx.leave_off(at, Walk::Matching(matching)));
                };
                arm
            }
        };
        if let Some(arm) = arm {
            let bound = std::mem::take(&mut matching).bound();
            cx.take_for(at, number, taking.take(), (arm, bound))?;
            let pc = table.arms[arm].1;
            return Ok(Some(At { pc, ..at }));
        }
        matching = Matching::default();
        cx.process.mailbox.set_looked_at(number + 1);
        if words == 0 {
            return Err(cx.again(at));
        }
    }
    if cx.passed(deadline_ns, used) {
        return Ok(Some(cx.timed_out(at)));
    }
    cx.wait(at, deadline_ns, true);
    Ok(None)
}

/// Begins a scan of the mailbox; see [`Cursor`].
pub(super) fn recv_begin(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let deadline = match op.c.checked_sub(1) {
        Some(timeout) => cx.deadline_from_now(cx.reg(at, timeout), cx.used)?,
        None => None,
    };
    let hint = op.b.checked_sub(1).map(|hint| cx.reg(at, hint));
    let from = cx.mark(hint.into_iter());
    let scan = cx.process.mailbox.begin();
    let cursor = Cursor {
        scan,
        deadline,
        from,
        next: from,
        current: None,
    };
    cx.set_cursor(at, op.a, Some(cursor));
    Ok(())
}

/// Gives the next message of a scan.
pub(super) fn recv_next(cx: &mut Cx<'_>, at: At, op: Op, used: u32) -> Woken {
    let mut cursor = cx.cursor(at, op.b);
    if cursor.scan != cx.process.mailbox.begun() {
        // There is none yet, or another receive came between: from the start.
        cursor.scan = cx.process.mailbox.begin();
        cursor.next = cursor.from;
        cx.set_cursor(at, op.b, Some(cursor));
    }
    if cx.process.mailbox.first_from(cursor.next).is_none() {
        cx.arrivals()?;
    }
    if let Some((number, _)) = cx.process.mailbox.first_from(cursor.next) {
        let word = cx.unpack_message(at, number)?;
        cursor.next = number + 1;
        cursor.current = Some(number);
        cx.set_cursor(at, op.b, Some(cursor));
        cx.set_reg(at, op.a, word);
        return Ok(Some(At {
            pc: at.pc + 2,
            ..at
        }));
    }
    if cx.passed(cursor.deadline, used) {
        cx.set_cursor(at, op.b, None);
        cx.set_reg(at, op.a, Word::UNDEFINED);
        return Ok(Some(cx.timed_out(at)));
    }
    cx.process.mailbox.set_looked_at(cursor.next);
    cx.wait(at, cursor.deadline, true);
    Ok(None)
}

/// Removes the message that a scan gave last, and ends the scan.
pub(super) fn recv_take(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let cursor = cx.cursor(at, op.a);
    let mailbox = &cx.process.mailbox;
    let number = cursor.current.filter(|n| mailbox.get(*n).is_some());
    let Some(number) = number else {
        let message = "there is no message to remove: `recv_next` has given none, or it was taken";
        return Err(Fault::new(FaultKind::NotFound, message).into());
    };
    cx.remove_message(number);
    cx.set_cursor(at, op.a, None);
    Ok(())
}

/// A scan of the mailbox, message by message, as a frame keeps it.
#[derive(Clone, Copy)]
struct Cursor {
    /// Which receive of the mailbox it is.
    scan: u64,
    deadline: Wait,
    /// Where it begins, and begins again.
    from: u64,
    /// The next message that it gives has this number or a higher one.
    next: u64,
    /// The message that it gave last.
    current: Option<u64>,
}

impl Cx<'_> {
    /// The scan in hidden registers.
    fn cursor(&self, at: At, first: u16) -> Cursor {
        // Numbers of messages are exact far beyond what anybody can send.
        let number = |i| self.reg(at, first + i).to_number().map(|n| n as u64);
        Cursor {
            scan: number(0).unwrap_or(0),
            deadline: number(1),
            from: number(2).unwrap_or(0),
            next: number(3).unwrap_or(0),
            current: number(4),
        }
    }

    /// Keeps a scan in hidden registers, or none any more.
    fn set_cursor(&mut self, at: At, first: u16, cursor: Option<Cursor>) {
        let word = |n: Option<u64>| n.map_or(Word::UNDEFINED, |n| Word::number(n as f64));
        let words = cursor.map(|cursor| {
            [
                Word::number(cursor.scan as f64),
                word(cursor.deadline.map(not_before)),
                word(Some(cursor.from)),
                word(Some(cursor.next)),
                word(cursor.current),
            ]
        });
        let words = words.unwrap_or([Word::UNDEFINED; 5]);
        for (register, word) in (first..).zip(words) {
            self.set_reg(at, register, word);
        }
    }

    /// Where the operand behind the operation at a place says to go on.
    fn timed_out(&self, at: At) -> At {
        let code = self.functions.get(at.func);
        let distance = code.and_then(|code| code.ops.get(at.pc as usize + 1));
        let distance = distance.map_or(0, |op| op.wide());
        let pc = at.pc.wrapping_add_signed(distance);
        At { pc, ..at }
    }

    /// Writes what an arm binds of a message, and removes it. Only a message of which
    /// something in a heap is bound is copied.
    fn take_for(
        &mut self,
        at: At,
        number: u64,
        taking: Option<Box<Taking>>,
        (arm, bound): (usize, Vec<(u16, Bound)>),
    ) -> Result<(), Raise> {
        let words = self.process.walk_words();
        let process = &mut *self.process;
        let Some(message) = process.mailbox.get(number) else {
            return Ok(());
        };
        let mut taking = match taking {
            Some(taking) => taking,
            None if !bound.iter().any(|(_, bound)| lies_in_heap(*bound)) => {
                self.bind(at, bound)?;
                self.remove_message(number);
                return Ok(());
            }
            None => {
                let walk = process.heap.begin_unpacking(message)?;
                Box::new(Taking { arm, bound, walk })
            }
        };
        let before = taking.walk.walked();
        let word = process
            .heap
            .go_on_unpacking(message, &mut taking.walk, words);
        process.heap.charge(taking.walk.walked() - before);
        let Some(word) = word else {
            return Err(self.leave_off(at, Walk::Taking(taking)));
        };
        let bound = taking.bound.into_iter();
        let bound = bound.map(|(register, bound)| (register, moved(bound, message, word)));
        let bound = bound.collect();
        self.bind(at, bound)?;
        self.remove_message(number);
        Ok(())
    }
}

/// The smallest number of nanoseconds that a number holds exactly and that is not before
/// this one.
fn not_before(ns: u64) -> u64 {
    let exact = ns as f64 as u64;
    if exact >= ns {
        exact
    } else {
        (ns as f64).next_up() as u64
    }
}

fn lies_in_heap(bound: Bound) -> bool {
    let (Bound::Word(word) | Bound::Rest(word, _) | Bound::Octets(word, _)) = bound;
    word.is_heap()
}

/// What was bound of a message that now lies in the heap, with this as its root.
fn moved(bound: Bound, message: &Parcel, root: Word) -> Bound {
    let there = |word: Word| {
        if word.is_heap() {
            let offset = root.place() - message.root().place();
            Word::heap(word.place() + offset)
        } else {
            word
        }
    };
    match bound {
        Bound::Word(word) => Bound::Word(there(word)),
        Bound::Rest(word, from) => Bound::Rest(there(word), from),
        Bound::Octets(word, from) => Bound::Octets(there(word), from),
    }
}
