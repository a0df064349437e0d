//! Properties with constant names, and what is read only to be called.

use std::sync::Arc;

use super::super::liveness::Liveness;
use super::Plan;
use crate::isa::Instruction as I;
use crate::program::Function;
use crate::value::{Primitive, Value};

impl Plan {
    /// Whether a property with a constant name is read only to be called next.
    pub(super) fn is_method_call(
        &self,
        function: &Function,
        live: &Liveness,
        leader: &[bool],
        at: usize,
    ) -> bool {
        let I::GetProp(method, object, _) = &function.instructions[at] else {
            return false;
        };
        let (to, callee, args) = match function.instructions.get(at + 1) {
            Some(I::Call(to, callee, args)) => (Some(to), callee, args),
            Some(I::TailCall(callee, args)) => (None, callee, args),
            _ => return false,
        };
        // Where the call's own result goes over it, only a handler could see it.
        let caught = || {
            let next = at as u32 + 1;
            let mut handlers = function.handlers.iter();
            handlers.any(|h| h.from <= next && next < h.to)
        };
        let dead = || !live.live_after(at + 1, method.0) || to == Some(method) && !caught();
        self.key[at].is_some()
            && !leader[at + 1]
            && callee == method
            && object != method
            && !args.contains(method)
            && args.len() < usize::from(u16::MAX)
            && dead()
    }
}

/// The name of a property that a constant is. A string stays an operand: a
/// magic method is asked with the key as the program has it.
pub(super) fn property_name(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Primitive(Primitive::Atom(text)) => Some(text.clone()),
        _ => None,
    }
}
