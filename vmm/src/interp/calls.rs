//! Calls, tail calls and returns: frames on the process's own stack.
//!
//! The fast paths handle functions that need nothing but their arguments. All
//! others (closures, receivers, optional and collected arguments, natives as
//! values, extern references) go through [`Cx::push_frame`], which reserves
//! once, then fills the new frame from wherever the arguments are.
//!
//! # Invariants
//! C1. A frame is complete before it is entered: arguments, hidden registers,
//!     `undefined` everywhere else. No stale word of an earlier frame is ever visible.
//! C2. A tail call builds the new frame below and then moves it over the old
//!     one, so overlapping registers need no care.

#![expect(
    unsafe_code,
    reason = "frames are opened and left without checks; docs/measurements.md"
)]

use std::sync::Arc;

use super::raise::Raise;
use super::{At, Cx, Flow, Machine};
use crate::code::FunctionCode;
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::parcel::Parcel;
use crate::ids::FuncId;
use crate::process::Exec;
use crate::process::contract::{End, Outcome};
use crate::process::frame::{Action, HEADER_WORDS, Then, Where};
use crate::word::Word;

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    /// Opens a frame for `callee` below this one; `None` if there is no room.
    #[inline(always)]
    fn open(&mut self, callee: &FunctionCode, dst: u16, return_ip: *const Op) -> Option<*mut u64> {
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
    fn enter_frame(
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
        self.charge_call()
    }

    #[inline(always)]
    fn function_at(&mut self, id: u32) -> *const FunctionCode {
        match self.cx.functions.get(id as usize) {
            Some(code) => std::sync::Arc::as_ptr(code),
            None => self.cx.function(FuncId(id)),
        }
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
        self.charged(op, call)
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
        if let Some(id) = self.r(op.b).to_function() {
            let callee = self.function_at(id.0);
            // SAFETY: `callee` comes from `cx.functions`.
            let (plain, registers) =
                unsafe { ((*callee).plain_arity, (*callee).registers as usize) };
            // A frame of the same size is reused where it stands.
            if plain == i32::from(op.c) && registers == self.func().registers as usize && count <= 8
            {
                let mut arguments = [0_u64; 8];
                for (i, argument) in arguments.iter_mut().enumerate().take(count) {
                    *argument = self.r(self.arg(i)).0;
                }
                let base = self.regs;
                // SAFETY: the frame's own header; `registers` words follow it.
                unsafe {
                    let at = base.wrapping_sub(1);
                    *at = Where::new(id, Where(*at).return_pc()).0;
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
                Flow::Go
            }
            Ok(None) => Flow::Stop,
            Err(raise) => self.raise(at, raise),
        }
    }
}

/// Where the arguments of a call are.
#[derive(Clone, Debug)]
pub(super) enum Arguments {
    /// In these registers of the frame at a place.
    Registers(At, Vec<u16>),
    /// The elements of the array or tuple under this root, from an index on.
    Elements(usize, usize),
}

/// What is called, as it stands before anything moves.
pub(super) enum Callee {
    /// Bytecode.
    Code(FuncId),
    /// A native by number.
    Native(u16),
}

impl Cx<'_> {
    /// How many arguments there are.
    pub(super) fn count(&self, arguments: &Arguments) -> usize {
        match arguments {
            Arguments::Registers(_, regs) => regs.len(),
            Arguments::Elements(root, from) => {
                let word = self.process.heap.root(*root);
                self.elements(word)
                    .map_or(0, |e| e.len().saturating_sub(*from))
            }
        }
    }

    /// Argument `i` as it is now.
    pub(super) fn argument(&self, arguments: &Arguments, i: usize) -> Word {
        match arguments {
            Arguments::Registers(at, regs) => {
                regs.get(i).map_or(Word::UNDEFINED, |r| self.reg(*at, *r))
            }
            Arguments::Elements(root, from) => {
                let word = self.process.heap.root(*root);
                let elements = self.elements(word);
                elements
                    .and_then(|e| e.get(from + i))
                    .map_or(Word::UNDEFINED, |w| Word(*w))
            }
        }
    }

    /// Elements of an array or tuple.
    pub(super) fn elements(&self, word: Word) -> Option<&[u64]> {
        let view = self.process.heap.view(self.common);
        view.tuple_items(word).or_else(|| view.array_items(word))
    }

    /// What calling a value means.
    pub(super) fn callee(&self, word: Word) -> Result<Callee, Fault> {
        let view = self.process.heap.view(self.common);
        if let Some(parts) = view.function(word) {
            return Ok(Callee::Code(parts.function));
        }
        if let Some(number) = view.native(word) {
            return Ok(Callee::Native(number as u16));
        }
        if let Some((class, name, arity)) = view.extern_function(word) {
            let (class, name) = (self.common.atoms.text(class), self.common.atoms.text(name));
            return match self.code.find(class, name, arity) {
                Ok(id) => Ok(Callee::Code(id)),
                Err(error) => Err(Fault::new(FaultKind::NotFound, error.to_string())),
            };
        }
        Err(Fault::new(
            FaultKind::NotCallable,
            format!("a value of type {} cannot be called", view.type_name(word)),
        ))
    }

    /// Whether a function takes so many arguments.
    pub(super) fn check_arity(code: &FunctionCode, count: usize) -> Result<(), Fault> {
        let most = code.arity as usize;
        let least = most - (code.optional as usize).min(most);
        if code.lenient || count >= least && (code.rest || count <= most) {
            return Ok(());
        }
        let takes = match (least, most) {
            (least, _) if code.rest => format!("at least {least}"),
            (least, most) if least == most => format!("{most}"),
            (least, most) => format!("{least} to {most}"),
        };
        let plural = if takes == "1" {
            "argument"
        } else {
            "arguments"
        };
        Err(Fault::new(
            FaultKind::BadArity,
            format!("{} takes {takes} {plural}, not {count}", code.label()),
        ))
    }

    /// Makes a frame for the function value under root `callee` below the
    /// stack's lower end and yields where it begins.
    ///
    /// # Errors
    /// The arity does not suit, a closure's captures do not, or there is no room.
    pub(super) fn push_frame(
        &mut self,
        id: FuncId,
        callee: usize,
        this: Option<usize>,
        arguments: &Arguments,
        then: (Action, u16, u32),
    ) -> Result<At, Raise> {
        let code = self.code_of(id);
        let count = self.count(arguments);
        Cx::check_arity(&code, count)?;
        let captured = self.captures(self.process.heap.root(callee)).len();
        if captured != code.captures as usize {
            let message = format!(
                "{} needs {} captured values, and the closure has {captured}",
                code.label(),
                code.captures
            );
            return Err(Fault::new(FaultKind::BadArity, message).into());
        }
        let arity = code.arity as usize;
        let surplus = if code.rest {
            count.saturating_sub(arity)
        } else {
            0
        };
        let registers = code.registers as usize;
        let rest_words = if code.rest {
            Heap::size_of_array(surplus)
        } else {
            0
        };
        let words = registers + HEADER_WORDS + rest_words;
        self.process
            .heap
            .reserve_stack(words)
            .map_err(|_| stack_overflow(self))?;
        // Nothing moves from here on.
        let rest = code.rest.then(|| {
            let items: Vec<Word> = (0..surplus)
                .map(|i| self.argument(arguments, arity + i))
                .collect();
            self.process.heap.array(&items)
        });
        let base = self.process.heap.stack() - registers;
        let closure = self.process.heap.root(callee);
        let mut at = base;
        let mut put = |cx: &mut Self, word: Word| {
            cx.process.heap.set_stack_word(at, word);
            at += 1;
        };
        for i in 0..captured {
            let word = Word(self.captures(closure)[i]);
            put(self, word);
        }
        for i in 0..arity {
            let word = self.argument(arguments, i);
            put(self, word);
        }
        if let Some(rest) = rest {
            put(self, rest);
        }
        while at < base + registers {
            self.process.heap.set_stack_word(at, Word::UNDEFINED);
            at += 1;
        }
        let this = match this {
            Some(root) => self.process.heap.root(root),
            None => self.receiver(closure),
        };
        let hidden = [
            (code.this_register, this),
            (code.callee_register, closure),
            (code.count_register, Word::number(count as f64)),
        ];
        for (register, word) in hidden {
            if let Some(register) = register {
                self.process
                    .heap
                    .set_stack_word(base + register as usize, word);
            }
        }
        let (action, dst, return_pc) = then;
        let heap = &mut self.process.heap;
        heap.set_stack_word(base - 1, Word(Where::new(id, return_pc).0));
        heap.set_stack_word(base - 2, Word(Then::new(action, dst, code.registers).0));
        heap.set_stack(base - HEADER_WORDS);
        Ok(At {
            func: id,
            pc: 0,
            depth: heap.len() - base,
        })
    }

    /// Captured values of a function value.
    fn captures(&self, word: Word) -> &[u64] {
        self.process
            .heap
            .view(self.common)
            .function(word)
            .map_or(&[], |parts| parts.captures)
    }

    /// Receiver that a function value was bound to.
    fn receiver(&self, word: Word) -> Word {
        let parts = self.process.heap.view(self.common).function(word);
        parts
            .and_then(|parts| parts.receiver)
            .unwrap_or(Word::UNDEFINED)
    }

    /// Replaces the frame below the new one at `new` with it: a tail call.
    fn replace_frame(&mut self, old: At, new: At) -> At {
        let heap = &mut self.process.heap;
        let old_base = heap.len() - old.depth;
        let new_base = heap.len() - new.depth;
        let old_then = Then(heap.stack_word(old_base - 2).0);
        let old_where = Where(heap.stack_word(old_base - 1).0);
        let new_then = Then(heap.stack_word(new_base - 2).0);
        let (from, words) = (new_base - HEADER_WORDS, new_then.registers() + HEADER_WORDS);
        let to = old_base + old_then.registers() - words;
        heap.space.words_mut().copy_within(from..from + words, to);
        let base = to + HEADER_WORDS;
        let then = Then::new(
            old_then.action(),
            old_then.dst(),
            new_then.registers() as u16,
        );
        heap.set_stack_word(
            base - 1,
            Word(Where::new(new.func, old_where.return_pc()).0),
        );
        heap.set_stack_word(base - 2, Word(then.0));
        heap.set_stack(base - HEADER_WORDS);
        At {
            func: new.func,
            pc: 0,
            depth: heap.len() - base,
        }
    }

    /// A return whose result is not simply stored; `None` ends the process.
    pub(super) fn return_slowly(&mut self, at: At, word: Word) -> Result<Option<At>, Raise> {
        let heap = &mut self.process.heap;
        let base = heap.len() - at.depth;
        let place = Where(heap.stack_word(base - 1).0);
        let then = Then(heap.stack_word(base - 2).0);
        if then.action() == Action::End {
            return match self.pack(word) {
                Ok(parcel) => {
                    self.end(End::Returned(parcel));
                    Ok(None)
                }
                Err(fault) => Err(fault.into()),
            };
        }
        let truth = heap.view(self.common).is_truthy(word);
        let word = match then.action() {
            Action::Store => Some(word),
            Action::StoreNegated => Some(Word::boolean(!truth)),
            Action::StoreTruth => Some(Word::boolean(truth)),
            Action::Discard | Action::End | Action::Resume => None,
        };
        let heap = &mut self.process.heap;
        let caller = base + then.registers() + HEADER_WORDS;
        let func = Where(heap.stack_word(caller - 1).0).func();
        if let Some(word) = word {
            heap.set_stack_word(caller + then.dst() as usize, word);
        }
        heap.set_stack(caller - HEADER_WORDS);
        Ok(Some(At {
            func,
            pc: place.return_pc(),
            depth: heap.len() - caller,
        }))
    }

    /// The process is over.
    pub(super) fn end(&mut self, end: End) {
        self.process.exec = Exec::Gone;
        self.stop = Some(Outcome::Ended(end));
    }

    /// Calls what is under root `callee`, as the operation at `at` says.
    fn call_value(
        &mut self,
        at: At,
        callee: usize,
        this: Option<usize>,
        arguments: &Arguments,
        how: How,
    ) -> Result<Option<At>, Raise> {
        match self.callee(self.process.heap.root(callee))? {
            Callee::Code(id) => {
                let then = match how {
                    How::Call { dst, return_pc } => (Action::Store, dst, return_pc),
                    How::Tail => (Action::Store, 0, 0),
                };
                let new = self.push_frame(id, callee, this, arguments, then)?;
                Ok(Some(match how {
                    How::Call { .. } => new,
                    How::Tail => self.replace_frame(at, new),
                }))
            }
            Callee::Native(number) => {
                let count = self.count(arguments);
                let word = self.native(number, arguments, count, 0)?;
                if self.stop.is_some() {
                    return Ok(None);
                }
                match how {
                    How::Call { dst, return_pc } => {
                        self.set_reg(at, dst, word);
                        Ok(Some(At {
                            pc: return_pc,
                            ..at
                        }))
                    }
                    How::Tail => self.return_slowly(at, word),
                }
            }
        }
    }
}

/// How a call ends.
#[derive(Clone, Copy)]
enum How {
    /// The result goes to a register, and the caller goes on.
    Call { dst: u16, return_pc: u32 },
    /// The result is the caller's.
    Tail,
}

impl Cx<'_> {
    /// Where the turn begins; `None` if the process ends before its first operation.
    pub(super) fn resume(&mut self) -> Option<At> {
        match std::mem::replace(&mut self.process.exec, Exec::Gone) {
            Exec::Frame { func, pc, depth } => {
                // The function may be newer than this turn's snapshot.
                self.code_of(func);
                Some(At { func, pc, depth })
            }
            Exec::Start(call) => match rooted(self, |cx| cx.first_frame(&call)) {
                Ok(at) => Some(at),
                Err(Raise::Fault(fault)) => {
                    self.fail(&fault);
                    None
                }
                Err(Raise::Register(..)) => None,
            },
            Exec::Gone => {
                self.end(End::Returned(Parcel::word(Word::UNDEFINED)));
                None
            }
        }
    }

    /// Unpacks the call that a process begins with and makes its frame.
    fn first_frame(&mut self, call: &Parcel) -> Result<At, Raise> {
        let tuple = self.process.heap.unpack(call)?;
        let tuple = self.process.heap.push_root(tuple);
        let word = self.process.heap.root(tuple);
        let function = self
            .elements(word)
            .and_then(|e| e.first())
            .map_or(Word::UNDEFINED, |w| Word(*w));
        let Callee::Code(id) = self.callee(function)? else {
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

    /// A linked function by number.
    pub(super) fn code_of(&mut self, id: FuncId) -> Arc<FunctionCode> {
        self.function(id);
        self.functions[id.0 as usize].clone()
    }
}

/// Runs `f` with roots that are given up afterwards.
fn rooted<T>(cx: &mut Cx<'_>, f: impl FnOnce(&mut Cx<'_>) -> T) -> T {
    let roots = cx.process.heap.roots();
    let result = f(cx);
    cx.process.heap.truncate_roots(roots);
    result
}

pub(super) fn stack_overflow(cx: &Cx<'_>) -> Fault {
    let words = cx.process.heap.len() - cx.process.heap.stack();
    Fault::new(
        FaultKind::StackOverflow,
        format!(
            "the stack has {} bytes, and the process's memory limit has no room for more",
            words * 8
        ),
    )
}

/// A plain call that found no room at first.
fn call_known_slowly(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    use crate::code::ops::Code;
    // Room for many small frames at once, so that a deep recursion collects rarely.
    let words = cx.process.heap.len().min(1 << 16);
    if cx.process.heap.reserve_stack(words).is_err() {
        // Perhaps there is room for this one frame still; the call will say.
    }
    if op.code == Code::Call {
        return call(cx, at, op);
    }
    let id = FuncId(cx.code_of(at.func).class_base + u32::from(op.b));
    let (regs, words) = match op.code {
        Code::CallKnown1 => (vec![op.c], 0),
        _ => (cx.args(at, op.c as usize), (op.c as u32).div_ceil(3)),
    };
    rooted(cx, |cx| {
        let callee = cx.process.heap.push_root(Word::function(id));
        let how = How::Call {
            dst: op.a,
            return_pc: at.pc + 1 + words,
        };
        cx.call_value(at, callee, None, &Arguments::Registers(at, regs), how)
    })
}

fn registers_call(
    cx: &mut Cx<'_>,
    at: At,
    op: Op,
    with_this: bool,
    tail: bool,
) -> Result<Option<At>, Raise> {
    let mut regs = cx.args(at, op.c as usize);
    rooted(cx, |cx| {
        let func = cx.reg(at, op.b);
        let callee = cx.process.heap.push_root(func);
        let this = with_this.then(|| {
            let this = cx.reg(at, regs.remove(0));
            cx.process.heap.push_root(this)
        });
        let return_pc = at.pc + 1 + u32::from(op.c).div_ceil(3);
        let how = if tail {
            How::Tail
        } else {
            How::Call {
                dst: op.a,
                return_pc,
            }
        };
        cx.call_value(at, callee, this, &Arguments::Registers(at, regs), how)
    })
}

fn spread_call(cx: &mut Cx<'_>, at: At, op: Op, tail: bool) -> Result<Option<At>, Raise> {
    let args = cx.args(at, 3);
    let [seq, has_this, this] = args[..] else {
        return Ok(None);
    };
    rooted(cx, |cx| {
        let func = cx.reg(at, op.b);
        let callee = cx.process.heap.push_root(func);
        let seq = cx.reg(at, seq);
        if cx.elements(seq).is_none() {
            let found = cx.process.heap.view(cx.common).type_name(seq);
            return Err(Fault::bad_type("arguments must be an array or a tuple", found).into());
        }
        let seq = cx.process.heap.push_root(seq);
        let this = (has_this != 0).then(|| {
            let this = cx.reg(at, this);
            cx.process.heap.push_root(this)
        });
        let how = if tail {
            How::Tail
        } else {
            How::Call {
                dst: op.a,
                return_pc: at.pc + 2,
            }
        };
        cx.call_value(at, callee, this, &Arguments::Elements(seq, 0), how)
    })
}

pub(super) fn call(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, false, false)
}
pub(super) fn call_this(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, true, false)
}
pub(super) fn call_spread(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    spread_call(cx, at, op, false)
}
pub(super) fn tail_call(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, false, true)
}
pub(super) fn tail_call_this(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, true, true)
}
pub(super) fn tail_call_spread(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    spread_call(cx, at, op, true)
}
