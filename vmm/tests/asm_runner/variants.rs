//! The same program put differently, which has to come to the same.
//!
//! A call with arguments is also made as a function in which they are
//! constants: linking then folds them into the operations. A call that fails
//! is also made with a handler around it, in the failing frame itself and in
//! a caller: the error has to be caught, and be of the kind that is expected.

use vmm::ids::{FunctionIndex, Reg};
use vmm::isa::Instruction as I;
use vmm::program::{DebugInfo, Function, Handler, Module};
use vmm::value::Value;

use crate::script::{Call, Outcome};

/// How a variant came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Constants,
    CaughtInside,
    CaughtOutside,
}

/// A call of a function that was added to the class.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) kind: Kind,
    pub(crate) call: Call,
}

/// Adds the variants of a call to its class.
pub(crate) fn add(module: &mut Module, call: &Call) -> Vec<Variant> {
    let Some(index) = find(module, call) else {
        return Vec::new();
    };
    let mut variants = Vec::new();
    let function = module.functions[index as usize].clone();
    let mut push = |kind, function: Option<Function>, arguments: &[Value], outcome: &Outcome| {
        let Some(mut function) = function else { return };
        let name = format!("{} {kind:?} {}", call.function, module.functions.len());
        function.name = Some(name.as_str().into());
        function.private = false;
        module.functions.push(function);
        let call = Call {
            function: name,
            arguments: arguments.to_vec(),
            outcome: outcome.clone(),
            ..call.clone()
        };
        variants.push(Variant { kind, call });
    };
    let constants = with_constants(&function, &call.arguments);
    push(Kind::Constants, constants, &[], &call.outcome);
    // Uncaught, main's failure ends all others, which shows in the output.
    if call.out.is_none()
        && let Some((caught, is_error)) = caught(&call.outcome)
    {
        let inside = catching_inside(&function, is_error);
        push(Kind::CaughtInside, inside, &call.arguments, &caught);
        let outside = catching_outside(index, call.arguments.len(), is_error);
        push(Kind::CaughtOutside, outside, &call.arguments, &caught);
    }
    variants
}

/// The function that a call means.
fn find(module: &Module, call: &Call) -> Option<u32> {
    let given = call.arguments.len();
    let fits = |f: &Function| {
        f.name.as_deref() == Some(&call.function) && !f.private && usize::from(f.arity) == given
    };
    module
        .functions
        .iter()
        .position(fits)
        .and_then(|i| u32::try_from(i).ok())
}

/// What a handler makes of a failure, and whether it is an error object.
fn caught(outcome: &Outcome) -> Option<(Outcome, bool)> {
    match outcome {
        Outcome::Raises(kind, _) => Some((Outcome::Returns(Value::atom(kind.as_str())), true)),
        Outcome::Fails(value) | Outcome::Throws(value) | Outcome::Exits(value) => {
            Some((Outcome::Returns(value.clone()), false))
        }
        _ => None,
    }
}

/// The function with constants in place of its arguments.
fn with_constants(f: &Function, arguments: &[Value]) -> Option<Function> {
    let asks = |i: &I| matches!(i, I::ArgCount(_) | I::LoadCallee(_));
    let plain = f.captures == 0 && f.optional == 0 && !f.rest && !f.lenient;
    if arguments.is_empty() || !plain || f.instructions.iter().any(asks) {
        return None;
    }
    let loads = (0..)
        .zip(arguments)
        .map(|(r, value)| I::LoadConst(Reg(r), value.clone()));
    let shift = u32::try_from(arguments.len()).ok()?;
    let moved = |h: &Handler| Handler {
        from: h.from + shift,
        to: h.to + shift,
        target: h.target + shift,
        ..*h
    };
    Some(Function {
        arity: 0,
        extra_regs: f.extra_regs.checked_add(f.arity)?,
        instructions: loads.chain(f.instructions.iter().cloned()).collect(),
        handlers: f.handlers.iter().map(moved).collect(),
        debug: DebugInfo::default(),
        ..f.clone()
    })
}

/// The function with one more handler, around all of it.
fn catching_inside(f: &Function, is_error: bool) -> Option<Function> {
    let leaves = |i: &I| {
        matches!(
            i,
            I::TailCall(..) | I::TailCallThis(..) | I::TailCallSpread(..)
        )
    };
    if f.instructions.is_empty() || f.instructions.iter().any(leaves) {
        return None;
    }
    let value = Reg(u16::try_from(f.frame_size()).ok()?);
    let scratch = Reg(value.0.checked_add(1)?);
    let end = u32::try_from(f.instructions.len()).ok()?;
    let mut out = f.clone();
    out.extra_regs = f.extra_regs.checked_add(2)?;
    out.instructions
        .extend([I::LoadConst(scratch, Value::unit()), I::Return(scratch)]);
    let target = u32::try_from(out.instructions.len()).ok()?;
    out.instructions.extend(answer(value, scratch, is_error));
    out.handlers.push(Handler {
        from: 0,
        to: end,
        target,
        value,
        info: None,
    });
    out.debug = DebugInfo::default();
    Some(out)
}

/// A function that calls another one and catches what it raises.
fn catching_outside(callee: u32, arity: usize, is_error: bool) -> Option<Function> {
    let arity = u16::try_from(arity).ok()?;
    let (scratch, value) = (Reg(arity), Reg(arity.checked_add(1)?));
    let mut instructions = vec![
        I::MakeClosure(scratch, FunctionIndex(callee), None, Vec::new()),
        I::Call(value, scratch, (0..arity).map(Reg).collect()),
        I::Return(value),
    ];
    instructions.extend(answer(value, scratch, is_error));
    Some(Function {
        arity,
        extra_regs: 2,
        instructions,
        handlers: vec![Handler {
            from: 1,
            to: 2,
            target: 3,
            value,
            info: None,
        }],
        ..Function::default()
    })
}

/// Returns what was caught, or the kind of it.
fn answer(value: Reg, scratch: Reg, is_error: bool) -> Vec<I> {
    let mut code = Vec::new();
    if is_error {
        code.push(I::LoadConst(scratch, Value::atom("kind")));
        code.push(I::GetProp(value, value, scratch));
    }
    code.push(I::Return(value));
    code
}
