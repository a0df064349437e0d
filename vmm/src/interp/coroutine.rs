//! Coroutines: making one, going on with one, suspending the one that runs.
//!
//! See [`crate::process::coroutine`] for what a suspended one looks like and
//! what stands on the stack while one runs.

use super::frames::{Arguments, Callee, rooted};
use super::raise::{RESERVE_WORDS, Raise};
use super::{At, Cx};
use crate::code::ops::{Code, Op};
use crate::fault::{Fault, FaultKind};
use crate::process::contract::ExitClass;
use crate::process::coroutine::{
    self, BOUNDARY_REGISTERS, BOUNDARY_WORDS, Boundary, OBJECT_WORDS, Status,
};
use crate::process::frame::{Action, HEADER_WORDS, Then, Where};
use crate::word::Word;

/// `CoNew`: a = coroutine of a call of register b with the c registers in args.
pub(super) fn co_new(cx: &mut Cx<'_>, at: At, op: Op) -> Result<(), Raise> {
    let regs = cx.args(at, op.c as usize);
    rooted(cx, |cx| {
        let function = cx.reg(at, op.b);
        let callee = cx.process.heap.push_root(function);
        let mut this = None;
        let Callee::Code(id) = cx.resolve(at.func, callee, &mut this)? else {
            return Err(Fault::new(
                FaultKind::NotCallable,
                "a coroutine runs bytecode, not a native: make it of a function that calls the native",
            )
            .into());
        };
        let registers = cx.code_of(id).registers as usize;
        // What has no room for this has none for a coroutine: an allocation.
        cx.process
            .heap
            .reserve(2 * (HEADER_WORDS + registers) + 1 + OBJECT_WORDS)?;
        let above = cx.process.heap.len() - cx.process.heap.stack();
        let arguments = Arguments::Registers(at, regs);
        cx.push_frame(id, callee, this, &arguments, (Action::Finish, 0, 0))?;
        let heap = &mut cx.process.heap;
        let words = heap.len() - heap.stack() - above;
        if let Err(error) = heap.reserve(1 + words + OBJECT_WORDS) {
            heap.set_stack(heap.len() - above);
            return Err(error.into());
        }
        let word = coroutine::make(heap, words);
        cx.set_reg(at, op.a, word);
        Ok(())
    })
}

/// `CoResume`: goes on with coroutine b, which gets register c; a = what it
/// yields, the register in args = whether that was its end.
pub(super) fn co_resume(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    cx.resumable(cx.reg(at, op.b))?;
    let then = cx.then_of_resume(at, op);
    let to = cx.switch_to(at, op.b, then, at.pc + 2)?;
    let value = cx.outer_reg(op.c);
    cx.receive_resumed(to, value);
    Ok(Some(to))
}

/// `CoThrow`: as `CoResume`, but raises register c where the coroutine is suspended.
pub(super) fn co_throw(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    let word = cx.reg(at, op.b);
    let place = cx.resumable(word)?;
    if coroutine::state(&cx.process.heap, place).pc() == 0 {
        // Not even its first instruction has run: no handler covers that place.
        coroutine::finish(&mut cx.process.heap, place);
        return Err(Raise::Register(op.c, ExitClass::Throw));
    }
    let then = cx.then_of_resume(at, op);
    let to = cx.switch_to(at, op.b, then, at.pc + 2)?;
    let value = cx.outer_reg(op.c);
    let suspended = At {
        pc: to.pc - 1,
        ..to
    };
    Ok(cx.raise_value(suspended, value, ExitClass::Throw))
}

/// `CoYield`: suspends the innermost coroutine that runs; its resumer gets
/// register b, and register a what it is resumed with.
pub(super) fn co_yield(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    let Some(boundary) = Boundary::at(&cx.process.heap, cx.process.coroutine) else {
        return Err(Fault::new(
            FaultKind::NotFound,
            "no coroutine runs that could be suspended: `co_yield` is for functions called by one",
        )
        .into());
    };
    let heap = &mut cx.process.heap;
    let words = boundary.frames_end() - heap.stack();
    let place = boundary.coroutine(heap);
    let room = coroutine::words_to_save(heap, place, words);
    if room > 0 {
        heap.reserve(room)?;
    }
    // The block may have moved.
    let Some(boundary) = Boundary::at(&cx.process.heap, cx.process.coroutine) else {
        return Ok(None);
    };
    let place = boundary.coroutine(&cx.process.heap);
    let value = cx.reg(at, op.b);
    coroutine::copy_out(&mut cx.process.heap, place, words, at.pc + 1, op.a);
    Ok(Some(cx.leave_coroutine(boundary, value, false)))
}

impl Cx<'_> {
    /// The place of a coroutine that can be resumed.
    fn resumable(&self, word: Word) -> Result<u32, Fault> {
        let heap = &self.process.heap;
        let Some(place) = coroutine::place(heap, word) else {
            let found = heap.view(self.common).type_name(word);
            return Err(Fault::bad_type("a coroutine is needed", found));
        };
        let message = match coroutine::state(heap, place).status() {
            Status::Suspended => return Ok(place),
            Status::Finished => "the coroutine is finished: it cannot go on",
            Status::Running if self.running() == Some(place) => {
                "a coroutine cannot resume itself: it runs"
            }
            Status::Running => {
                "the coroutine runs: it waits for the one that it has resumed itself"
            }
        };
        Err(Fault::new(FaultKind::NotCallable, message))
    }

    /// The innermost coroutine that runs.
    fn running(&self) -> Option<u32> {
        let heap = &self.process.heap;
        Boundary::at(heap, self.process.coroutine).map(|b| b.coroutine(heap))
    }

    /// Destinations of a resume: `done` stands in the word behind the operation.
    fn then_of_resume(&self, at: At, op: Op) -> Then {
        let code = self.functions.get(at.func);
        let args = code.and_then(|code| code.ops.get(at.pc as usize + 1));
        let done = args.map_or(0, |args| args.a);
        Then::new(Action::Store, op.a, BOUNDARY_REGISTERS as u16).with_extra(done + 1)
    }

    /// Brings the coroutine in a register, which can be resumed, onto the
    /// stack and yields where it goes on. The resumer, at the stack's lower
    /// end, will go on at `pc`.
    pub(super) fn switch_to(&mut self, at: At, reg: u16, then: Then, pc: u32) -> Result<At, Raise> {
        let place = self.reg(at, reg).place();
        let words = coroutine::words_to_copy(&self.process.heap, place);
        let reserved = self.process.heap.reserve_stack(words + BOUNDARY_WORDS);
        reserved.map_err(|_| super::frames::stack_overflow(self))?;
        let word = self.reg(at, reg);
        let outside = self.process.coroutine;
        let heap = &mut self.process.heap;
        self.process.coroutine = Boundary::push(heap, word, outside, then, pc);
        let pc = coroutine::state(heap, word.place()).pc();
        coroutine::copy_in(heap, word.place(), words, heap.stack());
        Ok(self.innermost(pc))
    }

    /// The frame at the stack's lower end, at an operation.
    pub(super) fn innermost(&self, pc: u32) -> At {
        let heap = &self.process.heap;
        let base = heap.stack() + HEADER_WORDS;
        At {
            func: Where(heap.stack_word(base - 1).0).func(),
            pc,
            depth: heap.len() - base,
        }
    }

    /// A register of the frame that has resumed the innermost coroutine.
    fn outer_reg(&self, reg: u16) -> Word {
        let heap = &self.process.heap;
        match Boundary::at(heap, self.process.coroutine) {
            Some(boundary) => heap.stack_word(boundary.resumer() + reg as usize),
            None => Word::UNDEFINED,
        }
    }

    /// `IterNext` over a coroutine: where it goes on to yield the item; `None`
    /// if it is finished.
    pub(super) fn next_of_coroutine(&mut self, at: At, op: Op) -> Result<Option<At>, Raise> {
        let heap = &self.process.heap;
        let place = coroutine::place(heap, self.reg(at, op.b));
        if place.is_some_and(|p| coroutine::state(heap, p).status() == Status::Finished) {
            return Ok(None);
        }
        self.resumable(self.reg(at, op.b))?;
        let then = Then::new(Action::Store, op.a, BOUNDARY_REGISTERS as u16);
        let to = self.switch_to(at, op.b, then, at.pc + 2)?;
        self.receive_resumed(to, Word::UNDEFINED);
        Ok(Some(to))
    }

    /// Gives a coroutine that goes on at a place what it was resumed with; one
    /// that has not begun has its arguments and gets nothing.
    pub(super) fn receive_resumed(&mut self, to: At, value: Word) {
        if to.pc == 0 {
            return;
        }
        if let Some(place) = self.running() {
            let dst = coroutine::destination(&self.process.heap, place);
            self.set_reg(to, dst, value);
        }
    }

    /// Goes back to the resumer of the innermost coroutine with a value.
    fn leave_coroutine(&mut self, boundary: Boundary, value: Word, done: bool) -> At {
        let to = self.drop_boundary(boundary);
        let then = boundary.then(&self.process.heap);
        if then.extra() != 0 {
            self.set_reg(to, then.dst(), value);
            self.set_reg(to, then.extra() - 1, Word::boolean(done));
            return to;
        }
        // It was resumed by `IterNext`, which jumps when it has returned, or by
        // `IterLoop`, which jumps when it has yielded.
        self.set_reg(to, then.dst(), if done { Word::UNDEFINED } else { value });
        let code = self.functions.get(to.func);
        let ops = code.and_then(|code| code.ops.get(to.pc as usize - 2..to.pc as usize));
        let Some([op, behind]) = ops else {
            return to;
        };
        if done == (op.code == Code::IterLoop) {
            return to;
        }
        At {
            pc: (to.pc - 2).wrapping_add_signed(behind.wide()),
            ..to
        }
    }

    /// Takes the innermost boundary off the stack; yields where the resumer goes on.
    fn drop_boundary(&mut self, boundary: Boundary) -> At {
        let heap = &mut self.process.heap;
        self.process.coroutine = boundary.outside(heap);
        heap.set_stack(boundary.resumer() - HEADER_WORDS);
        let pc = boundary.return_pc(heap);
        self.innermost(pc)
    }

    /// The outermost frame of the innermost coroutine returns a value.
    pub(super) fn finish_coroutine(&mut self, value: Word) -> Option<At> {
        let boundary = Boundary::at(&self.process.heap, self.process.coroutine)?;
        let place = boundary.coroutine(&self.process.heap);
        coroutine::finish(&mut self.process.heap, place);
        Some(self.leave_coroutine(boundary, value, true))
    }

    /// What was raised leaves the innermost coroutine, which is over; yields the
    /// place at which its resumer gets it.
    pub(super) fn abandon_coroutine(&mut self) -> Option<At> {
        let boundary = Boundary::at(&self.process.heap, self.process.coroutine)?;
        let place = boundary.coroutine(&self.process.heap);
        coroutine::finish(&mut self.process.heap, place);
        let to = self.drop_boundary(boundary);
        Some(At {
            pc: to.pc - 1,
            ..to
        })
    }

    /// The frame at a place is left, and its caller was not copied in: brings
    /// the next frames onto the stack in its place, and yields where the
    /// innermost of them goes on. `beyond` lifts the memory limit by what is needed.
    pub(super) fn refill(&mut self, at: At, beyond: bool) -> Result<Option<At>, Raise> {
        let heap = &mut self.process.heap;
        let Some(boundary) = Boundary::at(heap, self.process.coroutine) else {
            return Ok(None);
        };
        let pc = Where(heap.stack_word(heap.len() - at.depth - 1).0).return_pc();
        let words = coroutine::words_to_copy(heap, boundary.coroutine(heap));
        let there = boundary.frames_end() - heap.stack();
        let needed = words.saturating_sub(there);
        if needed > 0 {
            let reserved = if beyond {
                heap.beyond_limit(RESERVE_WORDS + needed, |heap| heap.reserve_stack(needed))
            } else {
                heap.reserve_stack(needed)
            };
            reserved.map_err(|_| super::frames::stack_overflow(self))?;
        }
        let heap = &mut self.process.heap;
        let Some(boundary) = Boundary::at(heap, self.process.coroutine) else {
            return Ok(None);
        };
        let place = boundary.coroutine(heap);
        heap.set_stack(boundary.frames_end());
        coroutine::copy_in(heap, place, words, boundary.frames_end());
        Ok(Some(self.innermost(pc)))
    }
}
