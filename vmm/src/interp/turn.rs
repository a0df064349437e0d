//! Where turns begin and end, what they cost, and how a process ends by returning.

use super::Cx;
use super::frames::{Arguments, Callee, rooted};
use super::raise::Raise;
use super::walks::Incoming;
use crate::atom::known;
use crate::fault::{Fault, FaultKind};
use crate::heap::parcel::Parcel;
use crate::ids::FuncId;
use crate::process::Exec;
use crate::process::contract::{Budget, End, Outcome};
use crate::process::frame::{Action, HEADER_WORDS, Then, Where};
use crate::trace::Event;
use crate::word::Word;

/// A place in a process that survives a move of the block.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) func: FuncId,
    /// The operation that runs.
    pub(super) pc: u32,
    /// Distance of the frame's first register from the end of the block.
    pub(super) depth: usize,
}

impl At {
    /// Where a process goes on that is put away here.
    #[inline]
    pub(super) fn exec(self) -> Exec {
        Exec::Frame {
            func: self.func,
            pc: self.pc,
            // A block has less than 2^32 words.
            depth: self.depth as u32,
        }
    }
}

impl Cx<'_> {
    /// Where the turn begins; `None` if the process ends before its first operation.
    #[inline(always)]
    pub(super) fn resume(&mut self) -> Option<At> {
        if let Exec::Frame { func, pc, depth } = self.process.exec {
            self.process.exec = Exec::Gone;
            let depth = depth as usize;
            return Some(At { func, pc, depth });
        }
        self.begin()
    }

    /// The first turn of a process whose frame is still to be made.
    #[cold]
    fn begin(&mut self) -> Option<At> {
        match std::mem::replace(&mut self.process.exec, Exec::Gone) {
            Exec::Frame { func, pc, depth } => {
                let depth = depth as usize;
                Some(At { func, pc, depth })
            }
            Exec::Start(call) => match rooted(self, |cx| cx.first_frame(&call)) {
                Ok(at) => Some(at),
                Err(Raise::Fault(fault)) => {
                    self.fail(&fault);
                    None
                }
                Err(Raise::Enter(at)) => Some(at),
                Err(Raise::Stop) if self.process.has_left_off() => {
                    // The arguments take longer than a turn.
                    self.process.exec = Exec::Start(call);
                    self.stop = Some(Outcome::Preempted);
                    None
                }
                Err(Raise::Register(..) | Raise::Again(..) | Raise::Stop) => None,
            },
            Exec::Gone => {
                self.end(End::Returned(Parcel::word(Word::UNDEFINED)));
                None
            }
        }
    }

    /// Collects for a turn; yields whether that is done.
    #[cold]
    pub(super) fn collect(&mut self) -> bool {
        let words = self.process.walk_words();
        self.process.heap.collect_some(words)
    }

    /// Whether a collection comes before the next operation. A walk that was left
    /// off is finished first, since its words are good until a collection only; if it
    /// were begun again after each, the two could go on for ever.
    #[inline]
    pub(super) fn is_collection_due(&self) -> bool {
        self.process.heap.is_due() && !self.process.has_left_off()
    }

    /// Unpacks the call that a process begins with and makes its frame.
    fn first_frame(&mut self, call: &Parcel) -> Result<At, Raise> {
        let Some(tuple) = self.unpack_some(Incoming::Parcel(call))? else {
            return Err(Raise::Stop);
        };
        let tuple = self.process.heap.push_root(tuple);
        let word = self.process.heap.root(tuple);
        let function = self
            .elements(word)
            .and_then(|e| e.first())
            .map_or(Word::UNDEFINED, |w| Word(*w));
        let Callee::Code(id) = self.callee(self.process.entry, function)? else {
            return Err(Fault::new(
                FaultKind::NotCallable,
                "a process runs bytecode, not a native",
            )
            .into());
        };
        let callee = self.process.heap.push_root(function);
        self.push_frame(
            id,
            callee,
            None,
            &Arguments::Elements(tuple, 1),
            (Action::End, 0, 0),
        )
    }

    /// A return whose result is not simply stored; `None` ends the process.
    pub(super) fn return_slowly(&mut self, at: At, word: Word) -> Result<Option<At>, Raise> {
        let heap = &mut self.process.heap;
        let base = heap.len() - at.depth;
        let place = Where(heap.stack_word(base - 1).0);
        let then = Then(heap.stack_word(base - 2).0);
        if then.action() == Action::End {
            let result = match word.is_heap() {
                true => self.pack(at, word)?,
                false => Parcel::word(word),
            };
            self.end(End::Returned(result));
            return Ok(None);
        }
        if then.action() == Action::Finish {
            return Ok(self.finish_coroutine(word));
        }
        let mut word = word;
        let caller = if then.is_cut() {
            let root = self.process.heap.push_root(word);
            let to = self.refill(at, false);
            word = self.process.heap.root(root);
            self.process.heap.truncate_roots(root);
            to?
        } else {
            let caller = base + then.registers() + HEADER_WORDS;
            heap.set_stack(caller - HEADER_WORDS);
            Some(self.innermost(place.return_pc()))
        };
        let Some(caller) = caller else {
            return Ok(None);
        };
        // What is wrong with the result is wrong at the caller's operation.
        let calls = At {
            pc: caller.pc - 1,
            ..caller
        };
        match self.finish(caller, then.action(), then.dst(), word) {
            Ok(at) => Ok(Some(at)),
            Err(fault) => Ok(self.raise(calls, fault.into())),
        }
    }

    /// What of a budget the process may still use; 0 if it has used all that it may.
    pub(super) fn budget(&self, Budget(budget): Budget) -> i32 {
        let left = self
            .process
            .max_reductions()
            .saturating_sub(self.process.spent);
        let budget = budget.min(u32::try_from(left).unwrap_or(u32::MAX));
        i32::try_from(budget).unwrap_or(i32::MAX)
    }

    /// Ends a process that has used as much as it may, which leaves nothing of the budget.
    /// No handler is asked: it would get nothing more done, and one that catches everything
    /// would never end.
    #[cold]
    pub(super) fn exhaust(&mut self) -> i32 {
        let Some(at) = self.resume() else {
            return 0;
        };
        let most = self.process.max_reductions();
        let message =
            format!("the process has used {most} reductions, as many as it may (:max_reductions)");
        let fault = Fault::new(FaultKind::Limit, message);
        let fault = fault.with(known::LIMIT, Word::number(most as f64));
        let fault = fault.with(known::KEY, Word::atom(known::MAX_REDUCTIONS));
        self.fail_at(Some(at), &fault);
        0
    }

    /// The process is over.
    #[inline]
    pub(super) fn end(&mut self, end: End) {
        self.process.exec = Exec::Gone;
        self.stop = Some(Outcome::Ended(end));
    }

    /// Notes that the running operation took as long as looking at so many
    /// words does; the loop takes it off the budget afterwards. Whatever
    /// grows with the size of a value is charged: one for a word copied, two
    /// for one compared, one for eight bytes of text.
    pub(super) fn charge(&mut self, words: usize) {
        self.process.heap.charge(words);
    }

    /// What was walked, in reductions; all there are if a collection is due, so
    /// that the turn ends.
    #[cold]
    #[inline(never)]
    pub(super) fn pay(&mut self) -> i32 {
        let reductions = self.process.heap.take_reductions();
        let reductions = i32::try_from(reductions).unwrap_or(i32::MAX);
        if self.yields || self.is_collection_due() {
            self.given_up = i32::MAX - reductions;
            return i32::MAX;
        }
        reductions
    }

    /// Ends the turn at a place.
    #[cold]
    #[inline(never)]
    pub(super) fn preempt(&mut self, at: At) {
        let heap = &mut self.process.heap;
        heap.set_stack(heap.len() - at.depth - HEADER_WORDS);
        heap.end_turn();
        self.process.exec = at.exec();
        self.stop = Some(Outcome::Preempted);
    }

    /// Reports the instruction that is about to run.
    #[cold]
    #[inline(never)]
    pub(super) fn observe(&mut self, at: At) {
        let Some(code) = self.functions.get(at.func) else {
            return;
        };
        let event = Event::Instruction {
            pid: self.process.pid,
            function: at.func,
            index: code.instruction_at(at.pc),
        };
        self.kernel.event(event, None);
    }
}
