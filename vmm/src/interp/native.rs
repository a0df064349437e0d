//! Calls of natives from bytecode, whatever they are written in.

use super::frames::Arguments;
use super::guest::How;
use super::raise::Raise;
use super::{At, Cx};
use std::sync::Arc;

use crate::atom::known;
use crate::builtin::{Body, NativeCx, NativeStep, Runs};
use crate::code::ops::Op;
use crate::fault::{Fault, FaultKind};
use crate::foreign;
use crate::foreign::away::{Away, fill, line, written};
use crate::foreign::call::{Call, CallBack};
use crate::host::Stream;
use crate::ids::Pid;
use crate::process::contract::{End, Kernel, NoRoom};
use crate::process::frame::Action;
use crate::process::in_flight::InFlight;
use crate::rights::Narrowed;
use crate::word::Word;
use vm_ffi::{Completion, FfiContext, FfiError, FfiFunction, FfiResult, FfiValue, ProcessId};
use vm_ffi::{HandleId, Resource};

/// At most so many arguments go to a foreign function as plain numbers.
const FEW: usize = 6;

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
            Body::Foreign(function, runs) => {
                call_foreign(&mut native_cx, function, *runs, &native.name)
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
                    None => {
                        let call = self.process.in_flight();
                        let deadline = call.and_then(InFlight::deadline_ns);
                        self.wait(at, deadline, false);
                    }
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
fn call_foreign(
    cx: &mut NativeCx<'_>,
    function: &Arc<dyn FfiFunction>,
    runs: Runs,
    name: &Arc<str>,
) -> Result<NativeStep, Fault> {
    if runs == Runs::Here
        && let Some(result) = call_with_numbers(cx, &**function)
    {
        return answer(cx, name, result);
    }
    if runs != Runs::Here && cx.process.in_flight().is_some() {
        return go_on(cx, name);
    }
    let view = cx.view();
    let args: Result<Vec<_>, FfiError> = (0..cx.count)
        .map(|i| foreign::to_ffi(view, cx.arg(i), i, cx.names))
        .collect();
    let args = args.map_err(|error| foreign::fault(&error.in_function(name)))?;
    if runs == Runs::Later {
        return begin(cx, function, name, args);
    }
    if runs == Runs::OnPool && cx.kernel.has_pool() {
        return offload(cx, function, name, args);
    }
    let result = vm_ffi::invoke(&**function, &mut Context::new(cx), args);
    answer(cx, function.name(), result)
}

/// Calls a foreign function to which a few numbers are given, if it takes them so: the common
/// case, for which no values are made.
fn call_with_numbers(cx: &NativeCx<'_>, function: &dyn FfiFunction) -> Option<FfiResult> {
    let mut numbers = [0.0; FEW];
    let numbers = numbers.get_mut(..cx.count)?;
    for (i, number) in numbers.iter_mut().enumerate() {
        let word = cx.arg(i);
        if !word.is_number() {
            return None;
        }
        *number = word.as_f64();
    }
    vm_ffi::invoke_numbers(function, numbers)
}

/// What a foreign function has answered, as the caller's value.
fn answer(cx: &mut NativeCx<'_>, name: &str, result: FfiResult) -> Result<NativeStep, Fault> {
    match result {
        Ok(value) => {
            foreign::from_ffi(&mut cx.process.heap, cx.common, value).map(NativeStep::Done)
        }
        Err(error) => Err(foreign::fault(&error.in_function(name))),
    }
}

/// Begins a function that answers later; often it has an answer at once.
fn begin(
    cx: &mut NativeCx<'_>,
    function: &Arc<dyn FfiFunction>,
    name: &Arc<str>,
    args: Vec<FfiValue>,
) -> Result<NativeStep, Fault> {
    let call = call(cx, name)?;
    let completion: Arc<dyn Completion> = Arc::<Call>::clone(&call);
    vm_ffi::begin(&**function, &mut Context::new(cx), args, completion);
    match call.begun() {
        Some(at_once) => answer(cx, name, at_once.into_result()),
        None => Ok(wait_for(cx, call, name)),
    }
}

/// Has a function run on a thread for what takes long.
fn offload(
    cx: &mut NativeCx<'_>,
    function: &Arc<dyn FfiFunction>,
    name: &Arc<str>,
    args: Vec<FfiValue>,
) -> Result<NativeStep, Fault> {
    let call = call(cx, name)?;
    // It cannot have an answer before it has begun.
    let _none = call.begun();
    let (running, function) = (Arc::clone(&call), Arc::clone(function));
    let rights = cx.process.rights();
    let job = move || {
        if !running.is_cancelled() {
            let mut context = Away::new(Arc::clone(&running), rights);
            let result = vm_ffi::invoke(&*function, &mut context, args);
            running.complete(result);
        }
    };
    match cx.kernel.offload(Box::new(job)) {
        Ok(()) => Ok(wait_for(cx, call, name)),
        Err(refused) => {
            call.cancel();
            Err(no_room(name, refused))
        }
    }
}

#[cold]
fn no_room(name: &str, refused: NoRoom) -> Fault {
    match refused {
        NoRoom::Queue { limit } => Fault::new(
            FaultKind::Limit,
            format!("`{name}` finds {limit} calls of natives that wait for a thread, as many as there may be"),
        )
        .with_count(known::LIMIT, limit),
        NoRoom::Thread(kind) => Fault::new(
            FaultKind::Limit,
            format!("`{name}` needs a thread, and the system gives none: {kind}"),
        ),
    }
}

/// A call of the running process that begins now.
fn call(cx: &mut NativeCx<'_>, name: &str) -> Result<Arc<Call>, Fault> {
    let Some(machine) = cx.kernel.call_back() else {
        let message = format!("`{name}` answers later, and there is no machine to wait with");
        return Err(Fault::new(FaultKind::Ffi, message));
    };
    Ok(Call::new(machine, cx.process.pid, cx.process.name_call()))
}

/// The process waits from here on, as long as it has the patience.
fn wait_for(cx: &mut NativeCx<'_>, call: Arc<Call>, name: &Arc<str>) -> NativeStep {
    let span = cx.process.native_timeout();
    let deadline = span.map(|span| cx.kernel.now_ns(cx.used).saturating_add(span));
    let call = InFlight::new(call, Arc::clone(name), deadline);
    cx.process.set_in_flight(call);
    NativeStep::Wait
}

/// The process was woken while it waited for a function.
fn go_on(cx: &mut NativeCx<'_>, name: &str) -> Result<NativeStep, Fault> {
    let Some(mut call) = cx.process.take_in_flight() else {
        return Ok(NativeStep::Wait);
    };
    if let Some(result) = call.take_answer() {
        cx.process.waiting = None;
        return answer(cx, name, result.into_result());
    }
    let deadline = call.deadline_ns();
    if deadline.is_some_and(|deadline| deadline <= cx.kernel.now_ns(cx.used)) {
        cx.process.waiting = None;
        // It is dropped, which gives it up.
        let message = format!("`{name}` has not answered in time (:native_timeout)");
        return Err(Fault::new(FaultKind::Timeout, message));
    }
    cx.process.set_in_flight(*call);
    Ok(NativeStep::Wait)
}

/// The machine as a foreign function sees it that runs in the turn of its process.
struct Context<'a> {
    kernel: &'a mut dyn Kernel,
    rights: Narrowed,
    caller: u64,
    used: u32,
}

impl<'a> Context<'a> {
    fn new(cx: &'a mut NativeCx<'_>) -> Context<'a> {
        Context {
            rights: cx.process.rights(),
            caller: cx.process.pid.number(),
            used: cx.used,
            kernel: &mut *cx.kernel,
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_number(self.caller)
    }

    fn machine(&self) -> Result<Arc<dyn CallBack>, FfiError> {
        let machine = self.kernel.call_back();
        machine.ok_or_else(|| FfiError::failed("without a machine there are no handles"))
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), FfiError> {
        self.kernel.print(stream, written(bytes)?);
        Ok(())
    }
}

impl FfiContext for Context<'_> {
    fn write_stdout(&mut self, bytes: &[u8]) -> Result<(), FfiError> {
        self.write(Stream::Out, bytes)
    }
    fn write_stderr(&mut self, bytes: &[u8]) -> Result<(), FfiError> {
        self.write(Stream::Err, bytes)
    }
    fn read_line(&mut self) -> Result<Option<String>, FfiError> {
        line(&*self.machine()?)
    }
    fn monotonic_nanos(&mut self) -> u64 {
        self.kernel.now_ns(self.used)
    }
    fn wall_nanos(&mut self) -> i128 {
        i128::from(self.kernel.wall_ns(self.used))
    }
    fn fill_entropy(&mut self, buffer: &mut [u8]) -> Result<(), FfiError> {
        fill(buffer, || self.kernel.random());
        Ok(())
    }
    fn has_right(&self, right: &str) -> bool {
        right
            .parse()
            .is_ok_and(|right| self.rights.permits(&right) && self.kernel.permits(&right))
    }
    fn caller(&self) -> ProcessId {
        ProcessId(self.caller)
    }
    fn open_handle(&mut self, resource: Arc<dyn Resource>) -> Result<HandleId, FfiError> {
        self.machine()?.handles().open(self.pid(), resource)
    }
    fn resource(&self, handle: HandleId) -> Result<Arc<dyn Resource>, FfiError> {
        self.machine()?.handles().get(handle, self.pid())
    }
    fn close_handle(&mut self, handle: HandleId) -> Result<(), FfiError> {
        self.machine()?.handles().close(handle, self.pid())
    }
}
