//! What fusing decides: which instructions go away or become special.
//!
//! Seven rewrites, each for a pattern that every compiler emits:
//!
//! - a number or small integer constant as second operand of arithmetic or a comparison
//!   becomes part of the operation (`i + 1`, `n < 2`);
//! - a call of a function constant of the same class, with the right number of
//!   arguments, becomes a known call: no look at the value, no arity check;
//! - a call of a function constant of another class becomes a call by name,
//!   which keeps what it found;
//! - a comparison whose only reader is the conditional jump after it becomes
//!   a comparing jump;
//! - a result that the next instruction only moves elsewhere goes there at once;
//! - a constant name of a property becomes part of the operation, which gets an inline cache;
//! - a property that is read only to be called by the next instruction is
//!   called as a method of what it is read from.
//!
//! Loads of numbers, functions and names that nobody reads any more are dropped. Others
//! stay even if nobody reads them: a program lets go of a large value by
//! loading `unit` over it.
//!
//! # Invariants
//! U1. Nothing moves across a basic block's border, so a jump or handler
//!     never lands in the middle of a fused operation.
//! U2. A rewrite never changes what a handler or a trace can see, but for
//!     registers that nothing reads.

mod properties;

use std::sync::Arc;

use num_traits::ToPrimitive;
use rustc_hash::FxHashMap;

use properties::property_name;

use super::liveness::{Effects, Liveness, leaders};
use crate::isa::Instruction as I;
use crate::program::{Function, Module};
use crate::value::{FunctionRef, Primitive, Value};
use crate::word::Word;

/// Decisions for one function, by instruction.
#[derive(Debug, Default)]
pub struct Plan {
    /// The instruction is not emitted.
    pub skip: Vec<bool>,
    /// Its second operand is this number or small integer.
    pub constant: Vec<Option<Word>>,
    /// It calls this function of the class, whose arity fits.
    pub callee: Vec<Option<u32>>,
    /// It calls this function of another class.
    pub by_name: Vec<Option<FunctionRef>>,
    /// It and the jump after it become a comparing jump.
    pub with_jump: Vec<bool>,
    /// Its result goes to this register instead.
    pub destination: Vec<Option<u16>>,
    /// Jumps back to what begins a loop do it at once.
    pub loops: bool,
    /// It reads or writes the property of this name.
    pub key: Vec<Option<Arc<str>>>,
    /// It reads what the instruction behind it calls, and nobody else does.
    pub method: Vec<bool>,
}

impl Plan {
    /// A plan that changes nothing.
    #[must_use]
    pub fn nothing(len: usize) -> Plan {
        Plan {
            skip: vec![false; len],
            constant: vec![None; len],
            callee: vec![None; len],
            by_name: vec![None; len],
            with_jump: vec![false; len],
            destination: vec![None; len],
            loops: false,
            key: vec![None; len],
            method: vec![false; len],
        }
    }

    /// What to fuse in a function; `jumps` allows comparing jumps.
    #[must_use]
    pub fn of(module: &Module, function: &Function, jumps: bool) -> Plan {
        let len = function.instructions.len();
        // Comparisons that must keep their operand in a register: only
        // comparing jumps take a constant, and whether one comes about is
        // known after the analysis that the constant itself has a part in.
        let mut kept = vec![!jumps; len];
        loop {
            let plan = Plan::attempt(module, function, jumps, &kept);
            let wrong = |at: &usize| {
                is_comparison(&function.instructions[*at])
                    && plan.constant[*at].is_some()
                    && !plan.with_jump[*at]
            };
            let wrong: Vec<usize> = (0..len).filter(wrong).collect();
            if wrong.is_empty() {
                return plan;
            }
            for at in wrong {
                kept[at] = true;
            }
        }
    }

    fn attempt(module: &Module, function: &Function, jumps: bool, kept: &[bool]) -> Plan {
        let len = function.instructions.len();
        let mut plan = Plan::nothing(len);
        plan.loops = true;
        let mut effects = Effects::of(function);
        let leader = leaders(function, &effects);
        plan.propagate(module, function, &mut effects, &leader, kept);
        let Some(live) = Liveness::of(function, &effects) else {
            return Plan::nothing(len);
        };
        for (at, instruction) in function.instructions.iter().enumerate() {
            plan.method[at] = plan.is_method_call(function, &live, &leader, at);
            match instruction {
                I::LoadConst(dst, value) if may_be_folded(value) => {
                    plan.skip[at] = !live.live_after(at, dst.0);
                }
                _ if jumps && is_comparison(instruction) && at + 1 < len && !leader[at + 1] => {
                    let (I::JumpIfTrue(cond, _) | I::JumpIfFalse(cond, _)) =
                        &function.instructions[at + 1]
                    else {
                        plan.move_result(function, &live, &leader, at);
                        continue;
                    };
                    if effects[at].defs == [cond.0] && !live.live_after(at + 1, cond.0) {
                        plan.with_jump[at] = true;
                        plan.skip[at + 1] = true;
                    }
                }
                _ => plan.move_result(function, &live, &leader, at),
            }
        }
        plan
    }

    /// Finds operands that are known constants, block by block, and takes
    /// them out of the effects.
    fn propagate(
        &mut self,
        module: &Module,
        function: &Function,
        effects: &mut [Effects],
        leader: &[bool],
        kept: &[bool],
    ) {
        let lasting = lasting_constants(function, effects, leader);
        let mut known: FxHashMap<u16, &Value> = FxHashMap::default();
        for (at, instruction) in function.instructions.iter().enumerate() {
            if leader[at] {
                known.clear();
                if at > 0 {
                    known.extend(&lasting);
                }
            }
            match instruction {
                I::Add(_, a, b)
                | I::Sub(_, a, b)
                | I::Mul(_, a, b)
                | I::Div(_, a, b)
                | I::Mod(_, a, b)
                | I::Equal(_, a, b)
                | I::NotEqual(_, a, b)
                | I::LessThan(_, a, b)
                | I::LessEqual(_, a, b)
                | I::GreaterThan(_, a, b)
                | I::GreaterEqual(_, a, b) => {
                    let fused_jump = !is_comparison(instruction)
                        || !kept[at] && jump_follows(function, leader, at);
                    if let Some(n) = known.get(&b.0).and_then(|value| operand(value))
                        && fused_jump
                        && (!matches!(instruction, I::Mod(..)) || inverse(n.as_f64()).is_some())
                    {
                        self.constant[at] = Some(n);
                        effects[at].uses = vec![a.0];
                    }
                }
                I::Call(_, func, args) => {
                    if let Some(Value::Function(function @ FunctionRef::Extern { .. })) =
                        known.get(&func.0)
                    {
                        self.by_name[at] = Some(function.clone());
                        effects[at].uses = args.iter().map(|r| r.0).collect();
                    }
                    if let Some(Value::Function(FunctionRef::Local(index))) = known.get(&func.0)
                        && let Some(callee) = module.functions.get(index.0 as usize)
                        && is_plain(callee)
                        && callee.arity as usize == args.len()
                    {
                        self.callee[at] = Some(index.0);
                        effects[at].uses = args.iter().map(|r| r.0).collect();
                    }
                }
                I::GetProp(_, obj, key) | I::GetRaw(_, obj, key) => {
                    if let Some(name) = known.get(&key.0).and_then(|v| property_name(v)) {
                        self.key[at] = Some(name);
                        effects[at].uses = vec![obj.0];
                    }
                }
                I::SetProp(obj, key, src) => {
                    if let Some(name) = known.get(&key.0).and_then(|v| property_name(v)) {
                        self.key[at] = Some(name);
                        effects[at].uses = vec![obj.0, src.0];
                    }
                }
                _ => {}
            }
            for reg in effects[at].defs.iter().chain(&effects[at].may_defs) {
                known.remove(reg);
            }
            if let I::LoadConst(dst, value) = instruction {
                known.insert(dst.0, value);
            }
        }
    }

    /// Sends a result to where the next instruction moves it.
    fn move_result(&mut self, function: &Function, live: &Liveness, leader: &[bool], at: usize) {
        let Some(I::Move(to, from)) = function.instructions.get(at + 1) else {
            return;
        };
        if !leader[at + 1]
            && self.destination[at].is_none()
            && first_destination(&function.instructions[at]) == Some(from.0)
            && !live.live_after(at + 1, from.0)
            && to != from
        {
            self.destination[at] = Some(to.0);
            self.skip[at + 1] = true;
        }
    }
}

/// Registers that hold one constant from the first block on: what a compiler
/// loads before a loop. Nothing else in the function may write them, and the
/// first block runs before every other.
fn lasting_constants<'f>(
    function: &'f Function,
    effects: &[Effects],
    leader: &[bool],
) -> FxHashMap<u16, &'f Value> {
    let first_block = leader.iter().skip(1).position(|l| *l).map_or(0, |i| i + 1);
    let mut lasting: FxHashMap<u16, &Value> = FxHashMap::default();
    for instruction in function.instructions.iter().take(first_block) {
        if let I::LoadConst(dst, value) = instruction {
            lasting.insert(dst.0, value);
        }
    }
    let mut writes: FxHashMap<u16, usize> = FxHashMap::default();
    for e in effects {
        for reg in e.defs.iter().chain(&e.may_defs) {
            *writes.entry(*reg).or_default() += 1;
        }
    }
    lasting.retain(|reg, _| writes.get(reg) == Some(&1));
    for h in &function.handlers {
        for reg in [Some(h.value), h.info].into_iter().flatten() {
            lasting.remove(&reg.0);
        }
    }
    lasting
}

/// Whether a call of the function needs no preparation beyond its arguments.
#[must_use]
pub fn is_plain(f: &Function) -> bool {
    f.captures == 0 && is_plain_closure(f)
}

/// Whether a call of a closure of it needs its captures and arguments only.
#[must_use]
pub fn is_plain_closure(f: &Function) -> bool {
    f.optional == 0 && !f.rest && !f.lenient && !super::lower::asks_for_hidden(f)
}

/// The inverse of a divisor by which `mod` may multiply: whole, and below 2^52.
#[must_use]
pub fn inverse(divisor: f64) -> Option<f64> {
    let whole = divisor.fract() == 0.0 && (1.0..4_503_599_627_370_496.0).contains(&divisor);
    whole.then(|| 1.0 / divisor)
}

/// Whether a call needs no preparation beyond its arguments and a receiver.
#[must_use]
pub fn is_method(f: &Function) -> bool {
    let hidden = |i: &I| matches!(i, I::LoadCallee(_) | I::ArgCount(_));
    let plain = f.captures == 0 && f.optional == 0 && !f.rest && !f.lenient;
    plain && !f.instructions.iter().any(hidden)
}

/// The constant as second operand of arithmetic or a comparison, if it can be one.
fn operand(value: &Value) -> Option<Word> {
    match value {
        Value::Primitive(Primitive::Number(n)) => Some(Word::number(*n)),
        Value::Primitive(Primitive::Integer(n)) => Word::small_integer(n.to_i64()?),
        _ => None,
    }
}

/// Whether the constant can become part of the operations that use it.
fn may_be_folded(value: &Value) -> bool {
    matches!(
        value,
        Value::Primitive(Primitive::Atom(_)) | Value::Function(_)
    ) || operand(value).is_some()
}

/// Whether a conditional jump follows in the same block.
fn jump_follows(function: &Function, leader: &[bool], at: usize) -> bool {
    let next = function.instructions.get(at + 1);
    !leader[at + 1] && matches!(next, Some(I::JumpIfTrue(..) | I::JumpIfFalse(..)))
}

fn is_comparison(i: &I) -> bool {
    matches!(
        i,
        I::Equal(..)
            | I::NotEqual(..)
            | I::LessThan(..)
            | I::LessEqual(..)
            | I::GreaterThan(..)
            | I::GreaterEqual(..)
    )
}

/// The one register that an instruction writes, where its operation has it as
/// first operand and writes it last.
fn first_destination(i: &I) -> Option<u16> {
    match i {
        I::Add(d, ..)
        | I::Sub(d, ..)
        | I::Mul(d, ..)
        | I::Div(d, ..)
        | I::Mod(d, ..)
        | I::Rem(d, ..)
        | I::Pow(d, ..)
        | I::IntDiv(d, ..)
        | I::Quot(d, ..)
        | I::Neg(d, ..)
        | I::Call(d, ..)
        | I::CallThis(d, ..)
        | I::CallNative(d, ..)
        | I::GetProp(d, ..)
        | I::GetRaw(d, ..)
        | I::ObjectInit(d, ..)
        | I::ObjectNew(d, ..)
        | I::HasProp(d, ..)
        | I::InstanceOf(d, ..)
        | I::GetIndex(d, ..)
        | I::GetGlobal(d, ..)
        | I::Length(d, ..)
        | I::TupleInit(d, ..)
        | I::ArrayInit(d, ..)
        | I::MapInit(d, ..)
        | I::BytesInit(d, ..)
        | I::HasIndex(d, ..)
        | I::IterInit(d, ..)
        | I::PairInit(d, ..)
        | I::PairHead(d, ..)
        | I::PairTail(d, ..)
        | I::CellGet(d, ..)
        | I::Equal(d, ..)
        | I::NotEqual(d, ..)
        | I::LessThan(d, ..)
        | I::LessEqual(d, ..)
        | I::GreaterThan(d, ..)
        | I::GreaterEqual(d, ..)
        | I::Not(d, ..) => Some(d.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(code: Vec<I>) -> Plan {
        let f = Function::new_bytecode("f", 1, 6, code);
        let module = Module::new("M").with(f.clone());
        Plan::of(&module, &f, true)
    }

    #[test]
    fn constants_fuse_and_their_loads_go() {
        let p = plan(vec![I::load_const(1, 2.0), I::add(2, 0, 1), I::r#return(2)]);
        assert_eq!((p.skip[0], p.constant[1]), (true, Some(Word::number(2.0))));
        let kept = plan(vec![I::load_const(1, 2.0), I::add(2, 0, 1), I::r#return(1)]);
        assert_eq!(
            (kept.skip[0], kept.constant[1]),
            (false, Some(Word::number(2.0)))
        );
    }

    #[test]
    fn comparisons_fuse_with_their_jump_unless_the_result_is_read() {
        let p = plan(vec![
            I::load_const(1, 2.0),
            I::less_than(2, 0, 1),
            I::jump_if_false(2, 2),
            I::r#return(0),
            I::r#return(0),
        ]);
        assert!(
            p.with_jump[1] && p.skip[2] && p.skip[0] && p.constant[1] == Some(Word::number(2.0))
        );
        let kept = plan(vec![
            I::less_than(2, 0, 1),
            I::jump_if_false(2, 2),
            I::r#return(2),
            I::r#return(0),
        ]);
        assert!(!kept.with_jump[0] && !kept.skip[1]);
        let kept = plan(vec![
            I::load_const(1, 2.0),
            I::less_than(2, 0, 1),
            I::jump_if_false(2, 2),
            I::r#return(2),
            I::r#return(0),
        ]);
        assert!(!kept.with_jump[1] && !kept.skip[0] && kept.constant[1].is_none());
    }

    #[test]
    fn constants_loaded_before_a_loop_fuse_inside_it() {
        let looping = |last: I| {
            plan(vec![
                I::load_const(1, 2.0),
                I::add(0, 0, 1),
                I::jump_if_true(0, -1),
                last,
                I::r#return(0),
            ])
        };
        let p = looping(I::nop());
        assert_eq!((p.constant[1], p.skip[0]), (Some(Word::number(2.0)), true));
        let p = looping(I::load_const(1, 3.0));
        assert_eq!((p.constant[1], p.skip[0]), (None, false));
        let p = looping(I::r#return(1));
        assert_eq!((p.constant[1], p.skip[0]), (Some(Word::number(2.0)), false));
    }

    #[test]
    fn a_jump_into_the_middle_stops_fusing() {
        let p = plan(vec![
            I::less_than(2, 0, 1),
            I::jump_if_true(2, 2),
            I::r#return(0),
            I::jump(-2),
        ]);
        assert!(!p.with_jump[0]);
    }

    #[test]
    fn known_calls_need_the_right_arity() {
        let call = |args: Vec<crate::ids::Reg>| {
            plan(vec![
                I::load_const(1, Value::local_function(0)),
                I::call(2, 1, args),
                I::r#return(2),
            ])
        };
        assert_eq!(call(vec![0.into()]).callee[1], Some(0));
        assert_eq!(call(vec![]).callee[1], None);
    }

    #[test]
    fn moved_results_go_where_they_belong() {
        let p = plan(vec![I::add(2, 0, 0), I::r#move(0, 2), I::r#return(0)]);
        assert_eq!((p.destination[0], p.skip[1]), (Some(0), true));
    }
}
