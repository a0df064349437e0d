//! Fast calls, tail calls and returns.
//!
//! They handle functions that need nothing but their arguments; all others go
//! through [`super::frames`].
//!
//! # Invariants
//! C1. A frame is complete before it is entered: arguments, hidden registers,
//!     `undefined` everywhere else. No stale word of an earlier frame is ever visible.
#![expect(
    unsafe_code,
    reason = "frames are opened and left without checks; docs/measurements.md"
)]

use super::frames::{call, call_known_slowly, call_named_slowly, tail_call};
use super::{Flow, Machine};
use crate::code::FunctionCode;
use crate::code::ops::Op;
use crate::heap::layout::{CLOSURE_HEAD, Kind};
use crate::ids::FuncId;
use crate::process::frame::{Action, HEADER_WORDS, Then, Where};
use crate::word::Word;

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    /// Opens a frame for `callee` below this one; `None` if there is no room.
    #[inline(always)]
    pub(super) fn open(
        &mut self,
        callee: &FunctionCode,
        dst: u16,
        return_ip: *const Op,
    ) -> Option<*mut u64> {
        let registers = callee.registers as usize;
        let base = self.regs.wrapping_sub(HEADER_WORDS + registers);
        let heap = &mut self.cx.process.heap;
        let floor = heap.space.base() as usize + 8 * (heap.top() + HEADER_WORDS);
        if (base as usize) < floor {
            return None;
        }
        let return_pc = (return_ip as usize - self.func().ops.as_ptr() as usize) / size_of::<Op>();
        // SAFETY: both words lie at or above `floor`, inside the block, and
        // below the running frame's header.
        unsafe {
            *base.wrapping_sub(1) = Where::new(callee.id, return_pc as u32).0;
            *base.wrapping_sub(2) = Then::new(Action::Store, dst, callee.registers).0;
        }
        Some(base)
    }

    /// Fills the registers behind the arguments and enters the frame.
    #[inline(always)]
    pub(super) fn enter_frame(
        &mut self,
        callee: *const FunctionCode,
        base: *mut u64,
        arguments: usize,
    ) -> Flow {
        // SAFETY: `callee` comes from `cx.functions`; the frame was opened for it.
        let (ops, registers) = unsafe { ((*callee).ops.as_ptr(), (*callee).registers as usize) };
        for i in arguments..registers {
            // SAFETY: `open` made room for `registers` words at `base`.
            unsafe { *base.wrapping_add(i) = Word::UNDEFINED.0 };
        }
        self.func = callee;
        self.ip = ops;
        self.regs = base;
        self.charge()
    }

    #[inline(always)]
    pub(super) fn function_at(&mut self, id: u32) -> *const FunctionCode {
        self.cx.code_of(FuncId(id))
    }

    #[inline(always)]
    pub(super) fn call_known_one(&mut self, op: Op) -> Flow {
        let callee = self.function_at(self.func().class_base + u32::from(op.b));
        let argument = self.r(op.c);
        // SAFETY: `callee` comes from `cx.functions`.
        match self.open(unsafe { &*callee }, op.a, self.ip) {
            Some(base) => {
                // SAFETY: the callee's arity is 1, so its frame has a register.
                unsafe { *base = argument.0 };
                self.enter_frame(callee, base, 1)
            }
            None => self.charged(op, call_known_slowly),
        }
    }

    #[inline(always)]
    pub(super) fn call_known_many(&mut self, op: Op) -> Flow {
        let callee = self.function_at(self.func().class_base + u32::from(op.b));
        self.call_plain(op, callee)
    }

    #[inline(always)]
    pub(super) fn call_register(&mut self, op: Op) -> Flow {
        if let Some(id) = self.r(op.b).to_function() {
            let callee = self.function_at(id.0);
            // SAFETY: `callee` comes from `cx.functions`.
            if unsafe { (*callee).plain_arity } == i32::from(op.c) {
                return self.call_plain(op, callee);
            }
        }
        if let Some(flow) = self.call_closure(op) {
            return flow;
        }
        self.charged(op, call)
    }

    /// A call of a function of another class: of the version that is there now.
    #[inline(always)]
    pub(super) fn call_named(&mut self, op: Op) -> Flow {
        let version = self.cx.code.version();
        // SAFETY: lowering gives numbers of places that the function has.
        let place = unsafe { self.func().by_name.get_unchecked(op.b as usize) };
        if let Some(id) = place.found(version) {
            let callee = self.function_at(id.0);
            // SAFETY: `callee` comes from `cx.functions`.
            if unsafe { (*callee).plain_arity } == i32::from(op.c) {
                return self.call_plain(op, callee);
            }
        }
        self.charged(op, call_named_slowly)
    }

    /// The function in a register, or what the name there means now, if the
    /// running function has called it in this version of all code.
    #[inline(always)]
    pub(super) fn function_in(&self, reg: u16) -> Option<FuncId> {
        let word = self.r(reg);
        match word.to_function() {
            None if word.is_boxed() && !word.is_heap() => {
                named(self.func(), self.cx.code.version(), word)
            }
            function => function,
        }
    }

    /// A call of a closure that needs its captures and arguments only.
    #[inline(always)]
    fn call_closure(&mut self, op: Op) -> Option<Flow> {
        let closure = self.r(op.b);
        let heap = &self.cx.process.heap;
        if !closure.is_heap() || !heap.header(closure.place()).is_plain(Kind::Closure) {
            return None;
        }
        let at = closure.place();
        let captures = heap.header(at).len() - CLOSURE_HEAD;
        let callee = self.function_at(self.cx.process.heap.load(at, 0).0 as u32);
        // SAFETY: `callee` comes from `cx.functions`.
        let (arity, captured) = unsafe { ((*callee).closure_arity, (*callee).captures as usize) };
        let count = op.c as usize;
        if arity != i32::from(op.c) || captures != captured {
            return None;
        }
        let return_ip = self.ip.wrapping_add(count.div_ceil(3));
        // SAFETY: `callee` comes from `cx.functions`.
        let base = self.open(unsafe { &*callee }, op.a, return_ip)?;
        for i in 0..captures {
            let word = self.cx.process.heap.load(at, CLOSURE_HEAD + i);
            // SAFETY: the callee's frame begins with its captures.
            unsafe { *base.wrapping_add(i) = word.0 };
        }
        for i in 0..count {
            let word = self.r(self.arg(i));
            // SAFETY: its `count` arguments follow them.
            unsafe { *base.wrapping_add(captures + i) = word.0 };
        }
        Some(self.enter_frame(callee, base, captures + count))
    }

    /// A call whose operand c counts the registers behind it, all of them
    /// arguments of a plain function of that arity.
    #[inline(always)]
    fn call_plain(&mut self, op: Op, callee: *const FunctionCode) -> Flow {
        let count = op.c as usize;
        let return_ip = self.ip.wrapping_add(count.div_ceil(3));
        // SAFETY: `callee` comes from `cx.functions`.
        match self.open(unsafe { &*callee }, op.a, return_ip) {
            Some(base) => {
                for i in 0..count {
                    let word = self.r(self.arg(i));
                    // SAFETY: the callee's arity is `count`, so its frame has the register.
                    unsafe { *base.wrapping_add(i) = word.0 };
                }
                self.enter_frame(callee, base, count)
            }
            None => self.charged(op, call_known_slowly),
        }
    }

    #[inline(always)]
    pub(super) fn tail_call_register(&mut self, op: Op) -> Flow {
        let count = op.c as usize;
        if let Some(id) = self.function_in(op.b) {
            let callee = self.function_at(id.0);
            // SAFETY: `callee` comes from `cx.functions`.
            let (plain, registers) =
                unsafe { ((*callee).plain_arity, (*callee).registers as usize) };
            let old = self.func().registers as usize;
            // The new frame ends where this one does.
            let fits = registers <= old || self.has_room(registers - old);
            if plain == i32::from(op.c) && fits && count <= 8 {
                let mut arguments = [0_u64; 8];
                for (i, argument) in arguments.iter_mut().enumerate().take(count) {
                    *argument = self.r(self.arg(i)).0;
                }
                let header = self.regs.wrapping_sub(HEADER_WORDS);
                let base = self.regs.wrapping_add(old).wrapping_sub(registers);
                // SAFETY: T1: a frame's header stands below its registers. The
                // new one lies in the old one, or there is room below it.
                unsafe {
                    let then = Then(*header).with_registers(registers);
                    let place = Where(*header.wrapping_add(1));
                    *base.wrapping_sub(2) = then.0;
                    *base.wrapping_sub(1) = Where::new(id, place.return_pc()).0;
                    for (i, argument) in arguments.iter().enumerate().take(count) {
                        *base.wrapping_add(i) = *argument;
                    }
                }
                return self.enter_frame(callee, base, count);
            }
        }
        self.charged(op, tail_call)
    }

    /// Returns a value to the caller.
    #[inline(always)]
    pub(super) fn return_word(&mut self, word: Word) -> Flow {
        let regs = self.regs;
        // SAFETY: T1: a frame's header stands below its registers.
        let (place, then) = unsafe { (Where(*regs.wrapping_sub(1)), Then(*regs.wrapping_sub(2))) };
        if then.is_store() {
            let caller = regs.wrapping_add(then.registers() + HEADER_WORDS);
            // SAFETY: F2: only the bottom frame has no caller, and its action is `End`.
            let id = unsafe { Where(*caller.wrapping_sub(1)) }.func();
            let func = self.function_at(id.0);
            // SAFETY: as `func()`; the destination is a register of the caller,
            // which the call's own operation named.
            unsafe {
                *caller.wrapping_add(then.dst() as usize) = word.0;
                self.ip = (*func)
                    .ops
                    .as_ptr()
                    .wrapping_add(place.return_pc() as usize);
            }
            self.func = func;
            self.regs = caller;
            return Flow::Go;
        }
        let at = self.leave();
        match self.cx.return_slowly(at, word) {
            Ok(Some(to)) => {
                self.enter(to);
                self.settle()
            }
            Ok(None) => Flow::Stop,
            Err(raise) => self.raise(at, raise),
        }
    }
}

/// What a name that a function calls was found to mean in a version.
#[inline(never)]
fn named(code: &FunctionCode, version: u32, word: Word) -> Option<FuncId> {
    let place = code.by_name.iter().find(|place| place.word == word)?;
    place.found(version)
}
