//! Frames made the general way, and what is called through them.
//!
//! Closures, receivers, optional and collected arguments, natives as values,
//! extern references: [`Cx::push_frame`] reserves once, then fills the new
//! frame from wherever the arguments are.
//!
//! # Invariants
//! A1. Nothing moves between the reservation and the last word of the frame.
//! A2. A tail call builds the new frame below and then moves it over the old
//!     one, so overlapping registers need no care.

use super::guest::How;
use super::raise::Raise;
use super::regs::Regs;
use super::{At, Cx};
use crate::builtin::Body;
use crate::code::FunctionCode;
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::ids::FuncId;
use crate::process::frame::{Action, HEADER_WORDS, Then, Where};
use crate::word::Word;

/// Where the arguments of a call are.
#[derive(Clone, Debug)]
pub(super) enum Arguments {
    /// In these registers of the frame at a place.
    Registers(At, Regs),
    /// The elements of the array or tuple under this root, from an index on.
    Elements(usize, usize),
    /// So many roots, from this one on.
    Roots(usize, usize),
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
            Arguments::Roots(_, count) => *count,
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
            Arguments::Roots(first, count) if i < *count => self.process.heap.root(first + i),
            Arguments::Roots(..) => Word::UNDEFINED,
        }
    }

    /// Elements of an array or tuple.
    pub(super) fn elements(&self, word: Word) -> Option<&[u64]> {
        let view = self.process.heap.view(self.common);
        view.tuple_items(word).or_else(|| view.array_items(word))
    }

    /// What calling a value means, for a function that does so.
    pub(super) fn callee(&self, caller: FuncId, word: Word) -> Result<Callee, Fault> {
        let view = self.process.heap.view(self.common);
        if let Some(parts) = view.function(word) {
            return Ok(Callee::Code(parts.function));
        }
        if let Some(number) = view.native(word) {
            return match self.natives.get(number as u16).map(|native| &native.body) {
                Some(Body::Library(class, name)) => self.found(class, name, None),
                _ => Ok(Callee::Native(number as u16)),
            };
        }
        if let Some((class, name, arity)) = view.extern_function(word) {
            let code = self.functions.get(caller);
            let place = code.and_then(|code| code.by_name.iter().find(|p| p.word == word));
            let version = self.code.version();
            if let Some(id) = place.and_then(|place| place.found(version)) {
                return Ok(Callee::Code(id));
            }
            let (class, name) = (self.common.atoms.text(class), self.common.atoms.text(name));
            let found = self.found(class, name, arity)?;
            if let (Some(place), Callee::Code(id)) = (place, &found) {
                place.keep(version, *id);
            }
            return Ok(found);
        }
        let hint = match view.is(word, Kind::Object) {
            true => ": it has no `__call__`",
            false => "",
        };
        let found = view.type_name(word);
        let message = format!("a value of type {found} cannot be called{hint}");
        Err(Fault::new(FaultKind::NotCallable, message).with_type(found))
    }

    fn found(&self, class: &str, name: &str, arity: Option<u16>) -> Result<Callee, Fault> {
        Ok(Callee::Code(self.code.find(class, name, arity)?))
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
        let message = format!("{} takes {takes} {plural}, not {count}", code.label());
        let nearest = if count < least { least } else { most };
        Err(Fault::bad_arity(code.label(), message, nearest, count))
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
        Cx::check_arity(code, count)?;
        let captured = self.captures(self.process.heap.root(callee)).len();
        if captured != code.captures as usize {
            let message = format!(
                "{} needs {} captured values, and the closure has {captured}",
                code.label(),
                code.captures
            );
            let needed = code.captures as usize;
            return Err(Fault::bad_arity(code.label(), message, needed, captured).into());
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
    pub(super) fn replace_frame(&mut self, old: At, new: At) -> At {
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
        let then = old_then.with_registers(new_then.registers());
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
}

/// Runs `f` with roots that are given up afterwards.
pub(super) fn rooted<T>(cx: &mut Cx<'_>, f: impl FnOnce(&mut Cx<'_>) -> T) -> T {
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

/// A call by name that was not looked up yet, or whose callee is not plain.
pub(super) fn call_named_slowly(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    let code = cx.code_of(at.func);
    let place = code.by_name.get(op.b as usize);
    let function = place.map_or(Word::UNDEFINED, |place| place.word);
    let regs = cx.args(at, op.c as usize);
    let how = How::Call {
        action: Action::Store,
        dst: op.a,
        return_pc: at.pc + 1 + u32::from(op.c).div_ceil(3),
    };
    rooted(cx, |cx| {
        let callee = cx.process.heap.push_root(function);
        cx.call_value(at, callee, None, Arguments::Registers(at, regs), how)
    })
}

/// A plain call that found no room at first.
pub(super) fn call_known_slowly(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    use crate::code::ops::Code;
    // Room for many small frames at once, so that a deep recursion collects rarely.
    let words = cx.process.heap.len().min(1 << 16);
    if cx.process.heap.reserve_stack(words).is_err() {
        // Perhaps there is room for this one frame still; the call will say.
    }
    match op.code {
        Code::Call => return call(cx, at, op),
        Code::CallByName => return call_named_slowly(cx, at, op),
        _ => {}
    }
    let id = FuncId(cx.code_of(at.func).class_base + u32::from(op.b));
    let (regs, words) = match op.code {
        Code::CallKnown1 => (Regs::one(op.c), 0),
        _ => (cx.args(at, op.c as usize), (op.c as u32).div_ceil(3)),
    };
    rooted(cx, |cx| {
        let callee = cx.process.heap.push_root(Word::function(id));
        let how = How::Call {
            action: Action::Store,
            dst: op.a,
            return_pc: at.pc + 1 + words,
        };
        cx.call_value(at, callee, None, Arguments::Registers(at, regs), how)
    })
}

/// What the first operand of a call is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Receiver {
    /// An argument.
    None,
    /// The receiver, whatever is called.
    Given,
    /// What the function was read from.
    Object,
}

fn registers_call(
    cx: &mut Cx<'_>,
    at: At,
    op: Op,
    this: Receiver,
    tail: bool,
) -> Result<Option<At>, Raise> {
    let regs = cx.args(at, op.c as usize);
    rooted(cx, |cx| {
        let func = cx.reg(at, op.b);
        let callee = cx.process.heap.push_root(func);
        let given = (this != Receiver::None).then(|| cx.reg(at, regs[0]));
        let regs = match given {
            Some(_) => regs.without_first(),
            None => regs,
        };
        let this = given.filter(|given| this == Receiver::Given || cx.binds(func, *given));
        let this = this.map(|this| cx.process.heap.push_root(this));
        let return_pc = at.pc + 1 + u32::from(op.c).div_ceil(3);
        let how = if tail {
            How::Tail
        } else {
            How::Call {
                action: Action::Store,
                dst: op.a,
                return_pc,
            }
        };
        cx.call_value(at, callee, this, Arguments::Registers(at, regs), how)
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
                action: Action::Store,
                dst: op.a,
                return_pc: at.pc + 2,
            }
        };
        cx.call_value(at, callee, this, Arguments::Elements(seq, 0), how)
    })
}

pub(super) fn call(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, Receiver::None, false)
}
pub(super) fn call_this(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, Receiver::Given, false)
}
pub(super) fn call_method(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, Receiver::Object, false)
}
pub(super) fn tail_call_method(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, Receiver::Object, true)
}
pub(super) fn call_spread(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    spread_call(cx, at, op, false)
}
pub(super) fn tail_call(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, Receiver::None, true)
}
pub(super) fn tail_call_this(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    registers_call(cx, at, op, Receiver::Given, true)
}
pub(super) fn tail_call_spread(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Option<At>, Raise> {
    spread_call(cx, at, op, true)
}
