//! Public instructions to internal operations.
//!
//! One exhaustive match says what each instruction becomes; what [`fuse`]
//! decided selects the special forms. Jumps are kept as instruction numbers
//! until the operations have their places.
//!
//! # Invariants
//! B1. Every operation knows the instruction it came from; a fused one the first.
//! B2. The last operation is `ReturnUnit`: running off the end returns unit.
//!
//! [`fuse`]: super::fuse

mod forms;
mod jumps;
mod objects;
mod operands;
mod receives;
mod shape;

use super::Lowering;
use jumps::Patch;

use super::fuse::{self, Plan};
use super::link::{LinkError, Load, Pool};
use super::ops::{Code, Op};
use crate::ids::{Offset, Reg};
use crate::isa::{Arm, HasFlags, Instruction as I};
use crate::program::{Function, Module};
use crate::value::Value;

pub use objects::{CONSTANT, TEMPLATE};
pub use shape::{Hidden, Lowered, asks_for_hidden};

/// Lowers the function at `index` of a class.
///
/// # Errors
/// A name that does not resolve, a bound.
pub fn lower(
    module: &Module,
    index: u32,
    mode: Lowering,
    pool: &mut Pool<'_>,
) -> Result<Lowered, LinkError> {
    let function = &module.functions[index as usize];
    let plan = |jumps| match mode {
        Lowering::Fused => Plan::of(module, function, jumps),
        Lowering::Stepped => Plan::nothing(function.instructions.len()),
    };
    match Lowerer::run(function, plan(true), pool)? {
        Some(lowered) => Ok(lowered),
        // A comparing jump reaches 32 K operations; a function in which that
        // is too short goes without them.
        None => Ok(Lowerer::run(function, plan(false), pool)?
            .unwrap_or_else(|| unreachable!("long jumps reach"))),
    }
}

struct Lowerer<'a, 'p> {
    function: &'a Function,
    plan: Plan,
    pool: &'a mut Pool<'p>,
    out: Lowered,
    patches: Vec<(usize, u32, Patch)>,
    at: u32,
}

impl<'a, 'p> Lowerer<'a, 'p> {
    /// `None` if a near jump is too far.
    fn run(
        function: &'a Function,
        plan: Plan,
        pool: &'a mut Pool<'p>,
    ) -> Result<Option<Lowered>, LinkError> {
        let mut next = function.frame_size();
        let mut hidden = |count: u16, wanted: bool| {
            wanted.then(|| {
                next += u32::from(count);
                (next - u32::from(count)) as u16
            })
        };
        let any = |f: fn(&I) -> bool| function.instructions.iter().any(f);
        let hidden = Hidden {
            this: hidden(1, any(|i| matches!(i, I::LoadThis(_)))),
            callee: hidden(1, any(|i| matches!(i, I::LoadCallee(_)))),
            count: hidden(1, any(|i| matches!(i, I::ArgCount(_)))),
            scan: hidden(shape::SCAN_REGISTERS, receives::scans(function)),
        };
        let registers =
            u16::try_from(next).map_err(|_| LinkError::TooManyRegisters { registers: next })?;
        let out = Lowered {
            ops: Vec::new(),
            origin: Vec::new(),
            starts: Vec::new(),
            registers,
            hidden,
        };
        let mut this = Lowerer {
            function,
            plan,
            pool,
            out,
            patches: Vec::new(),
            at: 0,
        };
        for (at, instruction) in (0..).zip(&function.instructions) {
            (this.at, this.pool.at) = (at, at);
            this.out.starts.push(this.out.ops.len() as u32);
            if !this.plan.skip[at as usize] {
                this.instruction(instruction)?;
            }
        }
        this.at = function.instructions.len() as u32;
        this.out.starts.push(this.out.ops.len() as u32);
        this.emit(Code::ReturnUnit, 0, 0, 0);
        Ok(this.patch())
    }

    fn emit(&mut self, code: Code, a: u16, b: u16, c: u16) -> usize {
        self.out.ops.push(Op::new(code, a, b, c));
        self.out.origin.push(self.at);
        self.out.ops.len() - 1
    }

    /// Arithmetic of two registers, or of a register and a number constant.
    fn arith(&mut self, codes: (Code, Code), dst: Reg, a: Reg, b: Reg) -> Result<(), LinkError> {
        let dst = self.dst(dst);
        match self.plan.constant[self.at as usize] {
            Some(n) => {
                if codes.1 == Code::AddK {
                    self.counting(Reg(dst), a, n)?;
                }
                let k = match (codes.1, fuse::inverse(n.as_f64())) {
                    (Code::ModK, Some(inverse)) => self.pool.numbers(n.as_f64(), inverse)?,
                    _ => self.pool.place(n)?,
                };
                self.emit(codes.1, dst, a.0, k);
            }
            None => {
                self.emit(codes.0, dst, a.0, b.0);
            }
        }
        Ok(())
    }

    /// The destination, which may be that of a move that follows.
    fn dst(&self, reg: Reg) -> u16 {
        self.plan.destination[self.at as usize].unwrap_or(reg.0)
    }

    fn three(&mut self, code: Code, dst: Reg, a: Reg, b: Reg) {
        let dst = self.dst(dst);
        self.emit(code, dst, a.0, b.0);
    }

    fn two(&mut self, code: Code, dst: Reg, a: Reg) {
        let dst = self.dst(dst);
        self.emit(code, dst, a.0, 0);
    }

    fn load(&mut self, dst: Reg, value: &Value) -> Result<(), LinkError> {
        let dst = self.dst(dst);
        match self.pool.load(value)? {
            Load::Constant(k) => {
                self.emit(Code::LoadConst, dst, k, 0);
            }
            Load::Template(number) => {
                let at = self.emit(Code::LoadFresh, dst, 0, 0);
                self.out.ops[at].set_wide(number);
            }
        }
        Ok(())
    }

    fn call(&mut self, dst: Reg, func: Reg, args: &[Reg]) -> Result<(), LinkError> {
        let dst = self.dst(dst);
        if let Some(function) = &self.plan.by_name[self.at as usize] {
            let place = self.pool.call_by_name(function)?;
            return self.with_args(Code::CallByName, dst, place, args);
        }
        if let Some(object) = self.called_on() {
            return self.with_args(Code::CallMethod, dst, func.0, &with_first(object, args));
        }
        match (self.plan.callee[self.at as usize], args) {
            (Some(callee), [arg]) => {
                self.emit(Code::CallKnown1, dst, callee as u16, arg.0);
                Ok(())
            }
            (Some(callee), args) => self.with_args(Code::CallKnown, dst, callee as u16, args),
            (None, args) => self.with_args(Code::Call, dst, func.0, args),
        }
    }

    /// An operation with a match table, and its place.
    fn match_operation(&mut self, code: Code, a: u16, arms: &[Arm]) -> Result<usize, LinkError> {
        let at = self.emit(code, a, 0, 0);
        let resolve = |t: Offset| self.function.resolve(self.at, t).unwrap_or_default();
        let arms: Vec<_> = arms
            .iter()
            .map(|arm| (&arm.pattern, resolve(arm.target)))
            .collect();
        let table = self.pool.match_table(at as u32, &arms)?;
        self.out.ops[at].set_wide(table.cast_signed());
        Ok(at)
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one exhaustive match over the instruction set"
    )]
    fn instruction(&mut self, i: &I) -> Result<(), LinkError> {
        use Code as C;
        match i {
            I::LoadConst(dst, value) => self.load(*dst, value)?,
            I::Move(dst, src) => self.two(C::Move, *dst, *src),
            I::LoadThis(dst) => {
                self.two(C::Move, *dst, Reg(self.out.hidden.this.unwrap_or_default()));
            }
            I::LoadCallee(dst) => self.two(
                C::Move,
                *dst,
                Reg(self.out.hidden.callee.unwrap_or_default()),
            ),
            I::ArgCount(dst) => self.two(
                C::Move,
                *dst,
                Reg(self.out.hidden.count.unwrap_or_default()),
            ),
            I::SelfPid(dst) => self.two(C::LoadSelf, *dst, Reg(0)),
            I::TypeOf(dst, src) => self.two(C::TypeOf, *dst, *src),
            I::GetGlobal(dst, name) => self.global(C::GetGlobal, self.dst(*dst), name)?,
            I::SetGlobal(name, src) => self.global(C::SetGlobal, src.0, name)?,

            I::Add(d, a, b) => self.arith((C::Add, C::AddK), *d, *a, *b)?,
            I::Sub(d, a, b) => self.arith((C::Sub, C::SubK), *d, *a, *b)?,
            I::Mul(d, a, b) => self.arith((C::Mul, C::MulK), *d, *a, *b)?,
            I::Div(d, a, b) => self.arith((C::Div, C::DivK), *d, *a, *b)?,
            I::Mod(d, a, b) => self.arith((C::Mod, C::ModK), *d, *a, *b)?,
            I::Rem(d, a, b) => self.three(C::Rem, *d, *a, *b),
            I::Pow(d, a, b) => self.three(C::Pow, *d, *a, *b),
            I::IntDiv(d, a, b) => self.three(C::IntDiv, *d, *a, *b),
            I::Quot(d, a, b) => self.three(C::Quot, *d, *a, *b),
            I::Neg(d, a) => self.two(C::Neg, *d, *a),
            I::BitAnd(d, a, b) => self.three(C::BitAnd, *d, *a, *b),
            I::BitOr(d, a, b) => self.three(C::BitOr, *d, *a, *b),
            I::BitXor(d, a, b) => self.three(C::BitXor, *d, *a, *b),
            I::Shl(d, a, b) => self.three(C::Shl, *d, *a, *b),
            I::Shr(d, a, b) => self.three(C::Shr, *d, *a, *b),
            I::BitNot(d, a) => self.two(C::BitNot, *d, *a),
            I::Equal(d, a, b)
            | I::NotEqual(d, a, b)
            | I::LessThan(d, a, b)
            | I::LessEqual(d, a, b)
            | I::GreaterThan(d, a, b)
            | I::GreaterEqual(d, a, b) => self.compare(i, *d, *a, *b)?,
            I::Same(d, a, b) => self.three(C::Same, *d, *a, *b),
            I::And(d, a, b) => self.three(C::And, *d, *a, *b),
            I::Or(d, a, b) => self.three(C::Or, *d, *a, *b),
            I::Not(d, a) => self.two(C::Not, *d, *a),

            I::Concat(d, parts) => self.list(C::Concat, *d, parts)?,
            I::ToText(d, a) => self.two(C::ToText, *d, *a),
            I::Length(d, a) => self.two(C::Length, *d, *a),

            I::Jump(t) => self.back_jump(*t)?,
            I::JumpIfTrue(r, t) => self.jump(C::JumpIfTrue, r.0, *t),
            I::JumpIfFalse(r, t) => self.jump(C::JumpIfFalse, r.0, *t),
            I::JumpIfUndefined(r, t) => self.jump(C::JumpIfUndefined, r.0, *t),
            I::Match(src, arms) => {
                self.match_operation(C::Match, src.0, arms)?;
            }
            I::Yield() => {
                self.emit(C::Yield, 0, 0, 0);
            }
            I::Nop() => {
                self.emit(C::Nop, 0, 0, 0);
            }

            I::Call(d, func, args) => self.call(*d, *func, args)?,
            I::CallThis(d, func, this, args) => {
                let d = self.dst(*d);
                self.with_args(C::CallThis, d, func.0, &with_first(*this, args))?;
            }
            I::CallSpread(d, func, this, seq) => {
                self.emit(C::CallSpread, d.0, func.0, 0);
                self.args(&[seq.0, u16::from(this.is_some()), this.map_or(0, |r| r.0)]);
            }
            I::CallNative(d, name, args) => {
                let d = self.dst(*d);
                match self.pool.native(name, args.len(), self.at)? {
                    super::link::NativeCall::Body(number) => {
                        self.with_args(C::CallNative, d, number, args)?;
                    }
                    super::link::NativeCall::Library(function) => {
                        // The function goes where the result will go: an
                        // argument may stand there, so it is loaded into a
                        // register of its own, behind all others.
                        let k = self.pool.constant(&function)?;
                        let spare = self.spare()?;
                        self.emit(C::LoadConst, spare, k, 0);
                        self.with_args(C::Call, d, spare, args)?;
                    }
                }
            }
            I::TailCall(func, args) => match self.called_on() {
                Some(object) => {
                    let args = with_first(object, args);
                    self.with_args(C::TailCallMethod, 0, func.0, &args)?;
                }
                None => self.with_args(C::TailCall, 0, func.0, args)?,
            },
            I::TailCallThis(func, this, args) => {
                self.with_args(C::TailCallThis, 0, func.0, &with_first(*this, args))?;
            }
            I::TailCallSpread(func, this, seq) => {
                self.emit(C::TailCallSpread, 0, func.0, 0);
                self.args(&[seq.0, u16::from(this.is_some()), this.map_or(0, |r| r.0)]);
            }
            I::Return(r) => {
                self.emit(C::Return, r.0, 0, 0);
            }
            I::MakeClosure(d, function, _, captures) => {
                let k = self.pool.constant(&Value::local_function(function.0))?;
                if captures.is_empty() {
                    self.emit(C::LoadConst, d.0, k, 0);
                } else {
                    self.with_args(C::MakeClosure, d.0, k, captures)?;
                }
            }
            I::MakeClosureDyn(d, func, _, captures) => {
                self.with_args(C::MakeClosureDyn, d.0, func.0, captures)?;
            }
            I::MakeCell(d, src) => self.two(C::MakeCell, *d, *src),
            I::CellGet(d, cell) => self.two(C::CellGet, *d, *cell),
            I::CellSet(cell, src) => {
                self.emit(C::CellSet, cell.0, src.0, 0);
            }
            I::Bind(d, func, this) => self.three(C::Bind, *d, *func, *this),

            I::ArrayInit(d, items) => self.list(C::ArrayInit, *d, items)?,
            I::TupleInit(d, items) => self.list(C::TupleInit, *d, items)?,
            I::PairInit(d, head, tail) => self.three(C::PairInit, *d, *head, *tail),
            I::PairHead(d, pair) => self.two(C::PairHead, *d, *pair),
            I::PairTail(d, pair) => self.two(C::PairTail, *d, *pair),
            I::ArrayPush(array, src) => {
                self.emit(C::ArrayPush, 0, array.0, src.0);
            }
            I::GetIndex(d, c, i) => self.three(C::GetIndex, *d, *c, *i),
            I::SetIndex(c, i, v) => {
                self.emit(C::SetIndex, c.0, i.0, v.0);
            }
            I::MapInit(d, entries) => self.map(*d, entries)?,
            I::BytesInit(d, parts) => self.list(C::BytesInit, *d, parts)?,
            I::HasIndex(d, c, i) => self.three(C::HasIndex, *d, *c, *i),
            I::DeleteIndex(c, i) => {
                self.emit(C::DeleteIndex, c.0, i.0, 0);
            }
            I::IterInit(d, src, what) => self.three(C::IterInit, *d, *src, Reg(what.0.into())),
            I::IterNext(d, iter, t) => self.jump_behind(C::IterNext, *d, *iter, *t),

            I::GetProp(d, obj, key) => self.get_prop(*d, *obj, *key)?,
            I::SetProp(obj, key, v) => self.set_prop(*obj, *key, *v)?,
            I::ObjectInit(d, properties) => self.new_object(*d, None, properties)?,
            I::ObjectNew(d, proto, properties) => self.new_object(*d, Some(*proto), properties)?,
            I::GetRaw(d, obj, key) => self.get_raw(*d, *obj, *key)?,
            I::DefineProp(obj, key, v, flags) => {
                self.emit(C::DefineProp, obj.0, key.0, v.0);
                self.args(&[u16::from(flags.0)]);
            }
            I::DeleteProp(d, obj, key) => self.three(C::DeleteProp, *d, *obj, *key),
            I::HasProp(d, obj, key, place) => {
                let code = if place.has(HasFlags::OWN) {
                    C::HasOwn
                } else {
                    C::HasProp
                };
                self.three(code, *d, *obj, *key);
            }
            I::GetProto(d, obj) => self.two(C::GetProto, *d, *obj),
            I::SetProto(obj, proto) => {
                self.emit(C::SetProto, obj.0, proto.0, 0);
            }
            I::SetMagic(obj, name, func) => self.with_name(C::SetMagic, *obj, name, func.0)?,
            I::SetTypeName(obj, name) => self.with_name(C::SetTypeName, *obj, name, 0)?,
            I::Freeze(obj) => {
                self.emit(C::Freeze, obj.0, 0, 0);
            }
            I::Share(d, src) => self.two(C::Share, *d, *src),
            I::InstanceOf(d, obj, proto) => self.three(C::InstanceOf, *d, *obj, *proto),

            I::Throw(r) => {
                self.emit(C::Throw, r.0, 0, 0);
            }
            I::Rethrow(v, info) => {
                self.emit(C::Rethrow, v.0, info.0, 0);
            }
            I::Exit(r) => {
                self.emit(C::Exit, r.0, 0, 0);
            }
            I::Error(r) => {
                self.emit(C::Error, r.0, 0, 0);
            }

            I::CoNew(d, func, args) => self.with_args(C::CoNew, d.0, func.0, args)?,
            I::CoResume(d, done, co, v) => self.resume(C::CoResume, [*d, *done, *co, *v]),
            I::CoThrow(d, done, co, v) => self.resume(C::CoThrow, [*d, *done, *co, *v]),
            I::CoYield(d, src) => self.two(C::CoYield, *d, *src),

            I::Spawn(d, func, flags, args) => {
                if flags.0 == 0 {
                    self.with_args(C::Spawn, d.0, func.0, args)?;
                } else {
                    let args = with_first(Reg(flags.0.into()), args);
                    self.with_args(C::SpawnWith, d.0, func.0, &args)?;
                }
            }
            I::SpawnOpts(d, reference, func, seq, opts) => {
                self.emit(C::SpawnOpts, d.0, func.0, 0);
                self.args(&[seq.0, opts.0, reference.map_or(0, |r| r.0 + 1)]);
            }
            I::Send(target, msg) => {
                self.emit(C::Send, target.0, msg.0, 0);
            }
            I::TrySend(d, target, msg) => self.three(C::TrySend, *d, *target, *msg),
            I::Receive(d) => {
                self.emit(C::Receive, d.0, 0, 0);
            }
            I::ReceiveWithTimeout(d, timeout, result) => {
                self.emit(C::ReceiveWithTimeout, d.0, timeout.0, result.0);
            }
            I::Sleep(r) => {
                self.emit(C::Sleep, r.0, 0, 0);
            }
            I::ReceiveMatch(arms, timeout) => self.receive_match(arms, *timeout)?,
            I::RecvBegin(hint, timeout) => self.recv_begin(*hint, *timeout)?,
            I::RecvNext(d, timed_out) => self.recv_next(*d, *timed_out),
            I::RecvTake() => self.recv_take(),
            I::MakeRef(d) => self.two(C::MakeRef, *d, Reg(0)),

            I::Link(process) => {
                self.emit(C::Link, process.0, 0, 0);
            }
            I::Unlink(process) => {
                self.emit(C::Unlink, process.0, 0, 0);
            }
            I::Monitor(d, target, alias) => {
                self.emit(C::Monitor, d.0, target.0, alias.0.into());
            }
            I::Demonitor(d, reference, flags) => {
                self.emit(C::Demonitor, d.0, reference.0, flags.0.into());
            }
            I::Alias(d, kind) => {
                self.emit(C::Alias, d.0, kind.0.into(), 0);
            }
            I::Unalias(d, reference) => self.two(C::Unalias, *d, *reference),
            I::ExitSignal(process, reason) => {
                self.emit(C::ExitSignal, process.0, reason.0, 0);
            }
            I::TrapExit(d, flag) => self.two(C::TrapExit, *d, *flag),

            I::Await(d, process) => self.two(C::Await, *d, *process),
            I::AwaitTimeout(d, process, timeout, result) => {
                self.emit(C::AwaitTimeout, d.0, process.0, timeout.0);
                self.regs(&[*result]);
            }
            I::AwaitNumber(d, number) => {
                let at = self.emit(C::AwaitNumber, d.0, 0, 0);
                self.out.ops[at].set_wide(number.cast_signed());
            }
            I::Select(d, processes) => self.list(C::Select, *d, processes)?,
            I::SelectWithKill(d, processes) => self.list(C::SelectWithKill, *d, processes)?,
        }
        Ok(())
    }

    /// A register behind all others, for the length of one instruction.
    fn spare(&mut self) -> Result<u16, LinkError> {
        let spare = self.function.frame_size() + u32::from(self.out.hidden.count_all());
        let registers = spare + 1;
        self.out.registers =
            u16::try_from(registers).map_err(|_| LinkError::TooManyRegisters { registers })?;
        Ok(spare as u16)
    }
}

fn with_first(first: Reg, rest: &[Reg]) -> Vec<Reg> {
    std::iter::once(first).chain(rest.iter().copied()).collect()
}
