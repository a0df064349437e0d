//! The interpreter: the reference form of an engine.
//!
//! One loop takes operations and dispatches them to handlers. What is hot
//! lives in the fields of `Machine`, a local variable that no call ever sees
//! by reference (all its methods are inlined, and what is not takes `cx`
//! instead), so that the compiler keeps it in processor registers: the next operation, the first register of
//! the frame, the running function, what is left of the budget. Everything else stands in `Cx`.
//!
//! A handler does the common case itself and *leaves* for everything else: it writes the
//! stack's lower end back, calls a cold function that works on checked positions, and
//! takes its registers' address anew, since the block may have moved.
//!
//! With `STEPPED` the same handlers run over an unfused lowering, the budget counts instructions,
//! and every one of them can be observed; the other instantiation pays nothing for that.
//!
//! # Invariants
//! T1. `ip` points into the operations of `func` or one past an operation that
//!     falls through; `regs` to the first register of its frame in the
//!     process's block, which has as many words as `func` has registers.
//! T2. Both are true whenever a handler begins, since code is verified and lowered
//!     by this crate only, and since whatever may move the block renews `regs`.
//! T3. In cold code the heap's stack part begins at the running frame's header.
#![expect(
    unsafe_code,
    reason = "registers and operations are read without checks; docs/measurements.md"
)]

mod access;
mod actor;
mod arith;
mod awaiting;
mod calls;
mod cold;
mod container;
mod control;
mod coroutine;
mod data;
mod frames;
mod glance;
mod guest;
mod iterate;
mod magic;
mod matching;
mod methods;
mod native;
mod objects;
mod operators;
mod property;
mod quick;
mod raise;
mod receive;
mod regs;
mod remainder;
mod signals;
mod spawning;
mod turn;
mod waits;
mod walks;

use std::sync::Arc;

use crate::builtin::Natives;
use crate::code::ops::{self, Code, Op, for_each_internal};
use crate::code::{CodeSpace, FunctionCode, Lowering, functions::Functions};
use crate::heap::shared::Common;
use crate::ids::FuncId;
use crate::limits::WORDS_PER_REDUCTION;
use crate::process::contract::{Budget, End, Engine, Kernel, Outcome};
use crate::process::{Process, frame::HEADER_WORDS};
use crate::trace::{Topic, Topics};
use crate::word::Word;
use turn::At;

/// The interpreter of a machine.
#[derive(Debug)]
pub struct Interp {
    code: Arc<CodeSpace>,
    natives: Arc<Natives>,
}

impl Interp {
    /// An interpreter of the code of `code` with the bodies of `natives`.
    #[must_use]
    pub fn new(code: Arc<CodeSpace>, natives: Arc<Natives>) -> Interp {
        Interp { code, natives }
    }
}

/// Whether the loop goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Flow {
    /// With the operation at `ip`.
    Go,
    /// Not; `Cx::stop` says why.
    Stop,
}

/// What a turn works on, beside the hot state.
struct Cx<'a> {
    process: &'a mut Process,
    kernel: &'a mut dyn Kernel,
    common: &'a Common,
    code: &'a CodeSpace,
    natives: &'a Natives,
    functions: Functions<'a>,
    /// Which events somebody wants.
    topics: Topics,
    stop: Option<Outcome>,
    /// How much of the budget was used when the loop left last.
    used: u32,
    given_up: i32,
    /// Whether the turn is to end at the next occasion.
    yields: bool,
}

/// The hot state.
struct Machine<'m, 'a, const STEPPED: bool> {
    cx: &'m mut Cx<'a>,
    ip: *const Op,
    regs: *mut u64,
    func: *const FunctionCode,
    left: i32,
    budget: i32,
}

impl Engine for Interp {
    fn run(
        &self,
        process: &mut Process,
        kernel: &mut dyn Kernel,
        budget: Budget,
    ) -> (Outcome, u32) {
        let topics = kernel.topics();
        let mut cx = Cx {
            process,
            kernel,
            common: self.code.common(),
            code: &self.code,
            natives: &self.natives,
            functions: self.code.functions(),
            topics,
            stop: None,
            used: 0,
            given_up: 0,
            yields: false,
        };
        let budget = cx.budget(budget);
        let stepped = self.code.lowering() == Lowering::Stepped;
        let left = if cx.is_collection_due() && !cx.collect() {
            budget
        } else if budget == 0 {
            cx.exhaust()
        } else if stepped {
            turn::<true>(&mut cx, budget)
        } else {
            turn::<false>(&mut cx, budget)
        };
        // What the last operation walked, if nothing followed it.
        let walked = i64::from(cx.process.heap.take_reductions());
        let left = i64::from(left) + i64::from(cx.given_up);
        let used = i64::from(budget) - left + if stepped { 0 } else { walked };
        let used = u32::try_from(used.max(0)).unwrap_or(u32::MAX);
        cx.process.spent += u64::from(used);
        match cx.stop {
            Some(Outcome::Waiting) => (Outcome::Waiting, used),
            Some(Outcome::Preempted) | None => (Outcome::Preempted, used),
            Some(Outcome::Ended(end)) => ended(end, used),
        }
    }
}

/// The turn was the last. What that comes to is large, so other turns do not move it.
#[cold]
#[inline(never)]
fn ended(end: End, used: u32) -> (Outcome, u32) {
    (Outcome::Ended(end), used)
}

/// One turn; yields what is left of the budget.
#[inline(never)]
fn turn<const STEPPED: bool>(cx: &mut Cx<'_>, budget: i32) -> i32 {
    let Some(at) = cx.resume() else { return budget };
    let mut machine = Machine::<STEPPED> {
        cx,
        ip: std::ptr::null(),
        regs: std::ptr::null_mut(),
        func: std::ptr::null(),
        left: budget,
        budget,
    };
    (machine.func, machine.ip, machine.regs) = machine.cx.place_at_once(at);
    // The arguments of a new process were copied.
    if machine.settle() == Flow::Go {
        machine.run();
    }
    machine.left
}

macro_rules! dispatch {
    ($($family:ident { $($(#[doc = $doc:literal])* $variant:ident $handler:ident;)* })*) => {
        impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
            /// Runs the operation at `at`, `ip` being behind it.
            ///
            /// Every handler reads its operands by itself, a narrow load each: a
            /// whole operation in a register would have to be shifted apart.
            #[inline(always)]
            fn dispatch(&mut self, at: *const Op) -> Flow {
                // SAFETY: T1: `at` points to an operation of the running function.
                match unsafe { (*at).code } {
                    $($(Code::$variant => {
                        // SAFETY: as above.
                        let (a, b, c) = unsafe { ((*at).a, (*at).b, (*at).c) };
                        ops::$family::$handler(self, Op { code: Code::$variant, a, b, c })
                    })*)*
                }
            }
        }
    };
}
for_each_internal!(dispatch);

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    #[inline(always)]
    fn run(&mut self) {
        loop {
            if STEPPED {
                if self.left <= 0 || self.cx.is_collection_due() {
                    let _ = self.preempt();
                    return;
                }
                // SAFETY: T1: `ip` points to an operation of the running function.
                let code = unsafe { (*self.ip).code };
                // Running off the end is no instruction.
                if code != Code::ReturnUnit {
                    self.left -= 1;
                    // One that is run again is the same instruction still.
                    if self.cx.topics.has(Topic::Instructions) && !self.cx.process.has_left_off() {
                        let at = self.here(0);
                        self.cx.observe(at);
                    }
                }
            }
            let at = self.ip;
            self.ip = at.wrapping_add(1);
            if self.dispatch(at) == Flow::Stop {
                return;
            }
        }
    }

    /// The running function.
    #[inline(always)]
    fn func(&self) -> &FunctionCode {
        // SAFETY: T1: set by `enter` and calls from `cx.functions`; the code
        // space, which `cx` borrows, keeps every function alive.
        unsafe { &*self.func }
    }

    /// Reads a register.
    #[inline(always)]
    fn r(&self, reg: u16) -> Word {
        // SAFETY: T1 and the verifier: registers of operations are below the
        // frame's size, and the block is not borrowed elsewhere meanwhile.
        Word(unsafe { *self.regs.wrapping_add(reg as usize) })
    }

    /// Reads a register once more, for a way that is rarely gone: the first read of it
    /// may then go to a floating-point register alone.
    #[inline(always)]
    fn r_again(&self, reg: u16) -> Word {
        // SAFETY: as `r`.
        Word(unsafe { self.regs.wrapping_add(reg as usize).read_volatile() })
    }

    /// Writes a register.
    #[inline(always)]
    fn set(&mut self, reg: u16, word: Word) {
        // SAFETY: as `r`.
        unsafe { *self.regs.wrapping_add(reg as usize) = word.0 };
    }

    /// A constant of the running function.
    #[inline(always)]
    fn k(&self, k: u16) -> Word {
        // SAFETY: lowering gives numbers of constants that the function has.
        unsafe { *self.func().consts.get_unchecked(k as usize) }
    }

    /// A constant once more; see `r_again`.
    #[inline(always)]
    fn k_again(&self, k: u16) -> Word {
        // SAFETY: as `k`.
        unsafe { std::ptr::read_volatile(self.func().consts.get_unchecked(k as usize)) }
    }

    /// The `i`th word of the operands behind the operation.
    #[inline(always)]
    fn arg(&self, i: usize) -> u16 {
        // SAFETY: lowering puts as many `Args` behind an operation as its count asks for.
        let words = unsafe { *self.ip.wrapping_add(i / 3) };
        match i % 3 {
            0 => words.a,
            1 => words.b,
            _ => words.c,
        }
    }

    /// Goes past the operands behind the operation.
    #[inline(always)]
    fn skip_args(&mut self, count: usize) {
        self.ip = self.ip.wrapping_add(count.div_ceil(3));
    }

    /// Goes to the operation `distance` from the one that runs; backward ones
    /// are charged.
    #[inline(always)]
    fn jump_by(&mut self, distance: isize) -> Flow {
        self.ip = self.ip.wrapping_offset(distance - 1);
        if !STEPPED && distance <= 0 {
            self.left -= 1;
            if self.left <= 0 {
                return self.preempt();
            }
        }
        Flow::Go
    }

    /// The place that runs; `ahead` is how far `ip` is past the operation after it.
    #[inline(always)]
    fn here(&mut self, back: usize) -> At {
        let func = self.func;
        // SAFETY: as `func()`.
        let (id, ops) = unsafe { ((*func).id, (*func).ops.as_ptr()) };
        let pc = (self.ip as usize - ops as usize) / size_of::<Op>() - back;
        let heap = &mut self.cx.process.heap;
        let index = (self.regs as usize - heap.space.base() as usize) / 8;
        At {
            func: id,
            pc: pc as u32,
            depth: heap.len() - index,
        }
    }

    /// Makes the process's state whole before cold code runs.
    #[inline(always)]
    fn leave(&mut self) -> At {
        let at = self.here(1);
        self.cx.used = self.used();
        let heap = &mut self.cx.process.heap;
        heap.set_stack(heap.len() - at.depth - HEADER_WORDS);
        at
    }

    /// Runs a cold function for the operation and goes on behind it.
    #[inline(always)]
    fn cold(&mut self, op: Op, f: fn(&mut Cx<'_>, At, Op) -> Result<(), raise::Raise>) -> Flow {
        self.cold_over(op, 0, f)
    }

    /// As `cold`, for an operation with so many operand words behind it.
    #[inline(always)]
    fn cold_over(
        &mut self,
        op: Op,
        args: usize,
        f: fn(&mut Cx<'_>, At, Op) -> Result<(), raise::Raise>,
    ) -> Flow {
        let at = self.leave();
        // Before the call: what raises goes on in a handler, not behind the operands.
        self.skip_args(args);
        match f(self.cx, at, op) {
            Ok(()) => {
                self.regs = self.cx.registers(at.depth);
                self.settle()
            }
            Err(raise) => self.raise(at, raise),
        }
    }

    /// Pays for what cold code has walked; the turn may end before the
    /// operation at `ip`. Stepped mode counts instructions alone.
    #[inline(always)]
    fn settle(&mut self) -> Flow {
        if !STEPPED && self.cx.process.heap.walked() >= WORDS_PER_REDUCTION {
            self.left = self.left.saturating_sub(self.cx.pay());
            if self.left <= 0 {
                return self.preempt();
            }
        }
        Flow::Go
    }

    /// Runs a cold function that says where to go on; `None` stops.
    #[inline(always)]
    fn cold_to(
        &mut self,
        op: Op,
        f: fn(&mut Cx<'_>, At, Op) -> Result<Option<At>, raise::Raise>,
    ) -> Flow {
        let at = self.leave();
        match f(self.cx, at, op) {
            Ok(Some(to)) => {
                self.enter(to);
                self.settle()
            }
            Ok(None) => Flow::Stop,
            Err(raise) => self.raise(at, raise),
        }
    }

    /// Looks for a handler; going on in one is charged, since a loop may lead
    /// through it.
    #[inline(always)]
    fn raise(&mut self, at: At, raise: raise::Raise) -> Flow {
        match self.cx.raise(at, raise) {
            Some(to) => {
                self.enter(to);
                self.charge()
            }
            None => Flow::Stop,
        }
    }

    /// Goes on at a place.
    #[inline(always)]
    fn enter(&mut self, at: At) {
        (self.func, self.ip, self.regs) = self.cx.place(at);
    }

    /// Ends the turn; the process goes on at `ip`.
    #[inline(always)]
    fn preempt(&mut self) -> Flow {
        let at = self.here(0);
        self.cx.preempt(at);
        Flow::Stop
    }

    /// How much of the budget is used; more than all of it, where an
    /// operation walked far.
    #[inline(always)]
    fn used(&self) -> u32 {
        self.budget.saturating_sub(self.left).max(0).cast_unsigned()
    }
}

impl<'a> Cx<'a> {
    /// The addresses of a place: function, operation and first register. Good
    /// until the block moves.
    #[inline(never)]
    fn place(&mut self, at: At) -> (*const FunctionCode, *const Op, *mut u64) {
        self.place_at_once(at)
    }

    /// As `place`, without a call.
    #[inline(always)]
    fn place_at_once(&mut self, at: At) -> (*const FunctionCode, *const Op, *mut u64) {
        let func = self.code_of(at.func);
        let ip = func.ops.as_ptr().wrapping_add(at.pc as usize);
        (func, ip, self.registers(at.depth))
    }

    /// Address of the register 0 of the frame at a depth.
    #[inline(always)]
    fn registers(&mut self, depth: usize) -> *mut u64 {
        let heap = &mut self.process.heap;
        let index = heap.len() - depth;
        heap.space.base().wrapping_add(index)
    }

    /// A linked function by number, which may be newer than this turn's snapshot.
    #[inline(always)]
    fn code_of(&mut self, id: FuncId) -> &'a FunctionCode {
        match self.functions.get(id) {
            Some(code) => code,
            None => self.newer_function(id),
        }
    }

    /// A function that is newer than the snapshot.
    ///
    /// # Panics
    /// If there is none, which verified code cannot bring about.
    #[cold]
    #[inline(never)]
    fn newer_function(&mut self, id: FuncId) -> &'a FunctionCode {
        self.functions = self.code.functions();
        let found = self.functions.get(id);
        found.unwrap_or_else(|| panic!("there is no function {}", id.0))
    }
}
