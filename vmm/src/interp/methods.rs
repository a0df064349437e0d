//! Calls with a receiver, and objects made from layouts.
//!
//! A method call is two operations: the first finds the function, the second
//! calls it with the object as receiver. The first looks ahead: where it finds
//! a function that needs nothing but its arguments and a receiver, it enters the
//! frame itself.
#![expect(
    unsafe_code,
    reason = "frames are opened and tables of the function read without checks; docs/measurements.md"
)]

use super::frames::call_this;
use super::{Flow, Machine, access, frames, objects};
use crate::code::FunctionCode;
use crate::code::layout::{ObjectLayout, Source};
use crate::code::ops::{Code, Op};
use crate::heap::properties::{PROTOTYPE, REST, SLOTS};
use crate::ids::FuncId;
use crate::object::cache::Site;
use crate::word::Word;

impl<const STEPPED: bool> Machine<'_, '_, STEPPED> {
    /// A site of the running function.
    #[inline(always)]
    pub(super) fn site(&self, site: u16) -> &Site {
        // SAFETY: lowering gives numbers of sites that the function has.
        unsafe { self.func().sites.get_unchecked(site as usize) }
    }

    /// Writes a property as a site of the running function knows how to.
    #[inline(never)]
    pub(super) fn write_by(&mut self, site: *const Site, object: Word, value: Word) -> bool {
        // SAFETY: as `func()`: the function lives while `cx` does, and its sites with it.
        let site = unsafe { &*site };
        site.set(&mut self.cx.process.heap, self.cx.common, object, value)
    }

    /// An object layout of the running function.
    #[inline(always)]
    fn layout(&self, layout: u16) -> *const ObjectLayout {
        self.func().layouts.as_ptr().wrapping_add(layout as usize)
    }

    #[inline(always)]
    pub(super) fn find_method(&mut self, op: Op) -> Flow {
        let object = self.r(op.b);
        let known = self.hit(object, op.c);
        let Some(method) = known else {
            return self.cold(op, access::get_method);
        };
        // SAFETY: lowering puts the call behind the operation.
        let call = unsafe { *self.ip };
        if call.code == Code::CallMethod
            && let Some(function) = method.to_function()
            && let Some(callee) = self.method(function, call.c)
        {
            self.ip = self.ip.wrapping_add(1);
            if let Some(flow) = self.enter_method(call, callee, object) {
                return flow;
            }
            self.ip = self.ip.wrapping_sub(1);
        }
        self.set(op.a, method);
        Flow::Go
    }

    #[inline(always)]
    pub(super) fn call_with_receiver(&mut self, op: Op) -> Flow {
        if let Some(function) = self.function_in(op.b)
            && let Some(callee) = self.method(function, op.c)
        {
            let object = self.r(self.arg(0));
            if let Some(flow) = self.enter_method(op, callee, object) {
                return flow;
            }
        }
        self.charged(op, call_this)
    }

    #[inline(always)]
    pub(super) fn call_found_method(&mut self, op: Op) -> Flow {
        self.charged(op, frames::call_method)
    }

    /// Whether the code of a function asks for its receiver.
    #[inline(always)]
    pub(super) fn asks_for_receiver(&mut self, function: FuncId) -> bool {
        let callee = self.function_at(function.0);
        // SAFETY: `callee` comes from `cx.functions`.
        unsafe { (*callee).this_register.is_some() }
    }

    /// The function that a call of `words` operands enters with no preparation
    /// but its receiver, the first of them.
    #[inline(always)]
    fn method(&mut self, function: FuncId, words: u16) -> Option<*const FunctionCode> {
        let callee = self.function_at(function.0);
        // SAFETY: `callee` comes from `cx.functions`.
        let arity = unsafe { (*callee).method_arity };
        (arity + 1 == i32::from(words)).then_some(callee)
    }

    /// Enters a method; `ip` is behind the call operation. `None` if there is no room.
    #[inline(always)]
    fn enter_method(
        &mut self,
        call: Op,
        callee: *const FunctionCode,
        object: Word,
    ) -> Option<Flow> {
        let words = call.c as usize;
        let return_ip = self.ip.wrapping_add(words.div_ceil(3));
        // SAFETY: `callee` comes from `cx.functions`.
        let base = self.open(unsafe { &*callee }, call.a, return_ip)?;
        for i in 1..words {
            let word = self.r(self.arg(i));
            // SAFETY: the callee's arity is `words - 1`, so its frame has the register.
            unsafe { *base.wrapping_add(i - 1) = word.0 };
        }
        let flow = self.enter_frame(callee, base, words - 1);
        // SAFETY: a hidden register is one of the frame's, which stays where it is.
        unsafe {
            if let Some(this) = (*callee).this_register {
                *base.wrapping_add(this as usize) = object.0;
            }
        }
        Some(flow)
    }

    /// An object of a layout that is known since the class was loaded.
    #[inline(always)]
    pub(super) fn make_object(&mut self, op: Op, prototype: Word) -> Flow {
        // SAFETY: lowering gives numbers of layouts that the function has,
        // which stays where it is while the turn lasts.
        let layout = unsafe { &*self.layout(op.b) };
        if !self.has_room(layout.words()) {
            return self.cold(op, objects::make_known);
        }
        let at = self.cx.process.heap.alloc_object(layout.header);
        self.cx.process.heap.store_new(at, PROTOTYPE, prototype);
        self.cx.process.heap.store_new(at, REST, Word::NIL);
        let mut slot = SLOTS;
        for source in &layout.sources {
            let word = match *source {
                Source::Register(reg) => self.r(reg),
                Source::Constant(k) => self.k(k),
            };
            self.cx.process.heap.store_new(at, slot, word);
            slot += 1;
        }
        while slot < layout.header.len() {
            let heap = &mut self.cx.process.heap;
            heap.store_new(at, slot, Word::UNDEFINED);
            slot += 1;
        }
        self.set(op.a, Word::heap(at));
        Flow::Go
    }

    #[inline(always)]
    pub(super) fn make_object_of(&mut self, op: Op) -> Flow {
        let prototype = self.r(op.c);
        if self.cx.is_shallow(prototype) {
            self.make_object(op, prototype)
        } else {
            self.cold(op, objects::make_known)
        }
    }
}
