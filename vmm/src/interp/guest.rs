//! Calls of guest code that operations end in.
//!
//! An operator that meets an object, a native that hands over to a function,
//! `call` itself: all of them end here. Whatever is called, bytecode with
//! captures or without, an extern reference, a native, an object with
//! `__call__`, gets a frame below the running one, whose header says what is
//! to be done with the result ([`Action`]). The operation itself is over then:
//! when the frame returns, [`Cx::finish`] does the rest of it and the caller
//! goes on behind it, or where a comparing jump leads.
//!
//! A cold function ends in such a call by answering [`Raise::Enter`]: the loop
//! already leaves what it was about to do for a [`Raise`], so that operators
//! pay nothing for the chance of a call.
//!
//! # Invariants
//! G1. A guest call is an ordinary one: it is charged, may be preempted, wait,
//!     throw and recurse, and nothing of it stands on the native stack.
//! G2. What the operation needs afterwards is in the header of the frame and in
//!     the operation itself, which is found again before the place of return.
//! G3. A native is over when it answers; its result is treated as if a frame
//!     had returned it.

use super::frames::{Arguments, Callee, rooted};
use super::native::Ran;
use super::raise::Raise;
use super::{At, Cx};
use crate::atom::known;
use crate::code::ops::Code;
use crate::fault::{Fault, FaultKind};
use crate::heap::layout::Kind;
use crate::ids::{AtomId, FuncId};
use crate::isa::IterFlags;
use crate::iter;
use crate::limits::CALLABLES_MAX;
use crate::object;
use crate::process::frame::Action;
use crate::word::Word;

/// How a call ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    /// The caller goes on behind the operation, once the result is dealt with.
    Call {
        /// What to do with it.
        action: Action,
        /// Register of the caller that the action is about.
        dst: u16,
        /// The operation after the one that calls.
        return_pc: u32,
    },
    /// The result is the caller's.
    Tail,
}

impl Cx<'_> {
    /// Ends the operation at a place in a call of a magic method of `object`.
    #[cold]
    pub(super) fn ask(
        &mut self,
        at: At,
        method: Word,
        object: Word,
        arguments: &[Word],
        action: Action,
        dst: u16,
    ) -> Raise {
        // As for any method that is read: a bound function keeps its receiver.
        let parts = self.process.heap.view(self.common).function(method);
        let free = parts.is_none_or(|parts| parts.receiver.is_none());
        self.guest(at, method, free.then_some(object), arguments, action, dst)
    }

    /// Ends the operation at a place in a call of `function`.
    #[cold]
    pub(super) fn guest(
        &mut self,
        at: At,
        function: Word,
        this: Option<Word>,
        arguments: &[Word],
        action: Action,
        dst: u16,
    ) -> Raise {
        let how = How::Call {
            action,
            dst,
            return_pc: self.behind(at),
        };
        let entered = rooted(self, |cx| {
            let callee = cx.process.heap.push_root(function);
            let this = this.map(|this| cx.process.heap.push_root(this));
            let first = cx.process.heap.roots();
            for argument in arguments {
                cx.process.heap.push_root(*argument);
            }
            let arguments = Arguments::Roots(first, arguments.len());
            cx.call_value(at, callee, this, arguments, how)
        });
        match entered {
            Ok(Some(to)) => Raise::Enter(to),
            Ok(None) => Raise::Stop,
            Err(raise) => raise,
        }
    }

    /// The magic method of that name, if the value is an object that has one.
    pub(super) fn magic(&self, word: Word, name: AtomId) -> Option<Word> {
        let view = self.process.heap.view(self.common);
        if !view.is(word, Kind::Object) {
            return None;
        }
        object::magic(view, word, name)
    }

    /// Calls what is under root `callee`; where to go on, nothing if the turn ends.
    pub(super) fn call_value(
        &mut self,
        at: At,
        mut callee: usize,
        mut this: Option<usize>,
        mut arguments: Arguments,
        how: How,
    ) -> Result<Option<At>, Raise> {
        // Natives hand over to natives without a frame that could be charged.
        for _ in 0..CALLABLES_MAX {
            match self.resolve(at.func, callee, &mut this)? {
                Callee::Code(id) => {
                    let then = match how {
                        How::Call {
                            action,
                            dst,
                            return_pc,
                        } => (action, dst, return_pc),
                        How::Tail => (Action::Store, 0, 0),
                    };
                    let new = self.push_frame(id, callee, this, &arguments, then)?;
                    return Ok(Some(match how {
                        How::Call { .. } => new,
                        How::Tail => self.replace_frame(at, new),
                    }));
                }
                Callee::Native(number) => match self.native(at, number, &arguments)? {
                    Ran::Done(word) => return self.completed(at, word, how),
                    Ran::Stopped => return Ok(None),
                    Ran::Call {
                        function,
                        first,
                        count,
                    } => {
                        callee = function;
                        this = None;
                        arguments = Arguments::Roots(first, count);
                    }
                },
            }
        }
        Err(endless().into())
    }

    /// Goes on with what a native answered.
    fn completed(&mut self, at: At, word: Word, how: How) -> Result<Option<At>, Raise> {
        match how {
            How::Call {
                action,
                dst,
                return_pc,
            } => {
                let caller = At {
                    pc: return_pc,
                    ..at
                };
                Ok(Some(self.finish(caller, action, dst, word)?))
            }
            How::Tail => self.return_slowly(at, word),
        }
    }

    /// What calling the value under root `callee` means. An object is replaced
    /// there by its `__call__`, and becomes the receiver.
    pub(super) fn resolve(
        &mut self,
        caller: FuncId,
        callee: usize,
        this: &mut Option<usize>,
    ) -> Result<Callee, Fault> {
        for _ in 0..CALLABLES_MAX {
            let word = self.process.heap.root(callee);
            match self.magic(word, known::MAGIC_CALL) {
                Some(method) => {
                    *this = Some(self.process.heap.push_root(word));
                    self.process.heap.set_root(callee, method);
                }
                None => return self.callee(caller, word),
            }
        }
        Err(endless())
    }

    /// Does with a result what the operation before `caller.pc` asked for;
    /// yields where the caller goes on.
    pub(super) fn finish(
        &mut self,
        caller: At,
        action: Action,
        dst: u16,
        word: Word,
    ) -> Result<At, Fault> {
        let view = self.process.heap.view(self.common);
        let word = match action {
            Action::Store => word,
            Action::StoreNegated => Word::boolean(!view.is_truthy(word)),
            Action::StoreTruth => Word::boolean(view.is_truthy(word)),
            Action::StoreText if view.text(word).is_some() => word,
            Action::StoreText => {
                let found = view.type_name(word);
                return Err(Fault::bad_type("`__str__` answers with a string", found));
            }
            Action::Branch => {
                let truth = view.is_truthy(word);
                return Ok(self.branch(caller, truth));
            }
            Action::Iterate => {
                let what = self.walked_parts(caller);
                iter::new(&mut self.process.heap, self.common, word, what)?
            }
            Action::StoreMember => {
                let subject = self.read_from(caller);
                self.bound_to(subject, word)?
            }
            Action::Discard | Action::End | Action::Finish => return Ok(caller),
        };
        self.set_reg(caller, dst, word);
        Ok(caller)
    }

    /// The object whose property the operation before a place reads.
    fn read_from(&self, behind: At) -> Word {
        let code = self.functions.get(behind.func);
        let op = code.and_then(|code| code.ops.get(behind.pc.wrapping_sub(1) as usize));
        op.map_or(Word::UNDEFINED, |op| self.reg(behind, op.b))
    }

    /// Where the comparing jump before a place leads if its comparison holds, or not.
    fn branch(&self, behind: At, holds: bool) -> At {
        let code = self.functions.get(behind.func);
        let jump = behind.pc.wrapping_sub(1);
        let Some(op) = code.and_then(|code| code.ops.get(jump as usize)) else {
            return behind;
        };
        let negated = matches!(
            op.code,
            Code::JumpNotEqual
                | Code::JumpNotEqualK
                | Code::JumpNotLess
                | Code::JumpNotLessK
                | Code::JumpNotLessEqual
                | Code::JumpNotLessEqualK
                | Code::JumpNotGreaterK
                | Code::JumpNotGreaterEqualK
        );
        if holds == negated {
            return behind;
        }
        At {
            pc: jump.wrapping_add_signed(op.near().into()),
            ..behind
        }
    }

    /// What the `IterInit` before a place walks.
    fn walked_parts(&self, behind: At) -> IterFlags {
        let code = self.functions.get(behind.func);
        let before = behind.pc.wrapping_sub(1) as usize;
        let op = code.and_then(|code| code.ops.get(before));
        IterFlags(op.map_or(0, |op| op.c as u8))
    }

    /// The operation after the one at a place and its operands.
    fn behind(&self, at: At) -> u32 {
        let code = self.functions.get(at.func);
        let ops = code.map_or(&[][..], |code| &code.ops);
        let next = at.pc as usize + 1;
        let operands = ops.iter().skip(next).take_while(|op| op.code == Code::Args);
        (next + operands.count()) as u32
    }
}

#[cold]
fn endless() -> Fault {
    Fault::new(
        FaultKind::NotCallable,
        format!(
            "more than {CALLABLES_MAX} callable values stand for each other without a function among them"
        ),
    )
}
