//! Calls of natives from bytecode, whatever they are written in.

use super::frames::Arguments;
use super::guest::How;
use super::raise::Raise;
use super::{At, Cx};
use crate::builtin::{Body, NativeCx, NativeStep};
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::foreign;
use crate::host::Stream;
use crate::process::contract::{End, Kernel};
use crate::process::frame::Action;
use crate::word::Word;
use vm_ffi::{FfiContext, FfiError, ProcessId};

/// What came of running a native.
pub(super) enum Ran {
    /// It answered this.
    Done(Word),
    /// Its result is that of a call of the function under a root with
    /// `count` arguments under the roots from `first` on.
    Call {
        /// The function.
        function: usize,
        /// The first argument.
        first: usize,
        /// How many there are.
        count: usize,
    },
    /// The turn is over; [`Cx::stop`](super::Cx) says how.
    Stopped,
}

/// Where `CallNative` leads.
pub(super) enum Next {
    /// To the operation behind it.
    Behind,
    /// To a function that the native asked for, or on from its result.
    To(At),
    /// Nowhere: the turn is over.
    Stop,
}

/// `CallNative`: its arguments are the roots from `first` on, which are given up.
pub(super) fn call_native(cx: &mut Cx<'_>, at: At, op: Op, first: usize) -> Result<Next, Raise> {
    let count = op.c as usize;
    let next = match cx.run_native(at, op.b, first, count) {
        Ok(Ran::Done(word)) => {
            cx.set_reg(at, op.a, word);
            Ok(Next::Behind)
        }
        Ok(Ran::Stopped) => Ok(Next::Stop),
        Ok(Ran::Call {
            function,
            first,
            count,
        }) => {
            let how = How::Call {
                action: Action::Store,
                dst: op.a,
                return_pc: at.pc + 1 + u32::from(op.c).div_ceil(3),
            };
            let to = cx.call_value(at, function, None, Arguments::Roots(first, count), how);
            to.map(|to| to.map_or(Next::Stop, Next::To))
        }
        Err(raise) => Err(raise),
    };
    cx.process.heap.truncate_roots(first);
    next
}

impl Cx<'_> {
    /// Runs a native for the operation at a place. What it answers with a call stands under
    /// roots that the caller gives up.
    pub(super) fn native(
        &mut self,
        at: At,
        number: u16,
        arguments: &Arguments,
    ) -> Result<Ran, Raise> {
        let first = self.process.heap.roots();
        let count = self.count(arguments);
        for i in 0..count {
            let word = self.argument(arguments, i);
            self.process.heap.push_root(word);
        }
        self.run_native(at, number, first, count)
    }

    /// As [`Cx::native`], with arguments that are roots already. They are given
    /// up but for an answer with a call.
    fn run_native(
        &mut self,
        at: At,
        number: u16,
        first: usize,
        count: usize,
    ) -> Result<Ran, Raise> {
        let natives = self.natives;
        let Some(native) = natives.get(number) else {
            return Err(Fault::new(
                FaultKind::NotFound,
                format!("there is no native number {number}"),
            )
            .into());
        };
        let (least, most) = (native.least as usize, native.most as usize);
        if count < least || native.most != u16::MAX && count > most {
            let message = format!("native `{}` is called with {count} arguments", native.name);
            let nearest = if count < least { least } else { most };
            return Err(Fault::bad_arity(&*native.name, message, nearest, count).into());
        }
        let mut native_cx = NativeCx {
            process: self.process,
            kernel: self.kernel,
            common: self.common,
            code: self.code,
            names: self.code,
            name: &native.name,
            first,
            count,
            used: self.used,
        };
        let step = match &native.body {
            Body::Builtin(body) => body(&mut native_cx),
            Body::Foreign(function) => {
                call_foreign(&mut native_cx, &**function).map(NativeStep::Done)
            }
            // `callee` turns these into the functions that they are.
            Body::Library(class, name) => Err(Fault::new(
                FaultKind::NotFound,
                format!("`{}` is the function {class}.{name}", native.name),
            )),
        };
        if !matches!(step, Ok(NativeStep::Call { .. })) {
            self.process.heap.truncate_roots(first);
        }
        match step? {
            NativeStep::Call {
                function,
                first,
                count,
            } => Ok(Ran::Call {
                function,
                first,
                count,
            }),
            NativeStep::Done(word) => Ok(Ran::Done(word)),
            NativeStep::Again => Err(self.again(at)),
            NativeStep::Wait => {
                match self.process.take_doom() {
                    Some(end) => self.end(end),
                    None => self.wait(at, None, false),
                }
                Ok(Ran::Stopped)
            }
            NativeStep::Halt(code) => {
                self.end(End::Halted(code));
                Ok(Ran::Stopped)
            }
        }
    }
}

/// Calls a foreign function with copies of the arguments.
fn call_foreign(cx: &mut NativeCx<'_>, function: &dyn vm_ffi::FfiFunction) -> Result<Word, Fault> {
    if cx.count == 1
        && cx.arg(0).is_number()
        && let Some(result) = vm_ffi::invoke_real(function, cx.arg(0).as_f64())
    {
        return match result {
            Ok(number) => Ok(Word::number(number)),
            Err(error) => Err(foreign::fault(&error)),
        };
    }
    let view = cx.view();
    let args: Result<Vec<_>, FfiError> = (0..cx.count)
        .map(|i| foreign::to_ffi(view, cx.arg(i), i, cx.names))
        .collect();
    let mut context = Context {
        kernel: cx.kernel,
        caller: cx.process.pid.number(),
        used: cx.used,
    };
    let result = args.and_then(|args| vm_ffi::invoke(function, &mut context, args));
    match result {
        Ok(value) => foreign::from_ffi(&mut cx.process.heap, cx.common, value),
        Err(error) => Err(foreign::fault(&error.in_function(function.name()))),
    }
}

/// The machine as a foreign function sees it.
struct Context<'a> {
    kernel: &'a mut dyn Kernel,
    caller: u64,
    used: u32,
}

impl Context<'_> {
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), FfiError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                self.kernel.print(stream, text);
                Ok(())
            }
            Err(_) => Err(FfiError::failed("what is written must be UTF-8 text")),
        }
    }
}

impl FfiContext for Context<'_> {
    fn write_stdout(&mut self, bytes: &[u8]) -> Result<(), FfiError> {
        self.write(Stream::Out, bytes)
    }
    fn write_stderr(&mut self, bytes: &[u8]) -> Result<(), FfiError> {
        self.write(Stream::Err, bytes)
    }
    fn monotonic_nanos(&mut self) -> u64 {
        self.kernel.now_ns(self.used)
    }
    fn wall_nanos(&mut self) -> i128 {
        i128::from(self.kernel.wall_ns(self.used))
    }
    fn fill_entropy(&mut self, buffer: &mut [u8]) -> Result<(), FfiError> {
        for chunk in buffer.chunks_mut(8) {
            let bytes = self.kernel.random().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
    fn has_right(&self, right: &str) -> bool {
        right.parse().is_ok_and(|right| self.kernel.permits(&right))
    }
    fn caller(&self) -> ProcessId {
        ProcessId(self.caller)
    }
}
