//! Completing a call later, from whatever thread has the answer.
//!
//! An *asynchronous* native returns at once and leaves the calling process waiting; it has
//! been given a [`Completer`], which somebody uses up sooner or later: a thread of its own,
//! a callback of a library, whoever watches sockets. The process can be killed meanwhile, or
//! run out of patience; then the answer is dropped, and who asked for it is told
//! ([`Completer::on_cancel`]).
//!
//! # Invariants
//! C1. A call is answered once: a completer is used up by its answer, and one that is
//!     dropped without answers with an error, so that no process waits for ever.
//! C2. Answers keep the limits of [`crate::bridge`], as results do.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};

use crate::FfiFunction;
use crate::bridge::{FfiValue, HandleId};
use crate::context::FfiContext;
use crate::error::{FfiError, FfiResult};
use crate::registry::{admit, bounded, bounded_error, said};
use crate::resource::Resource;

/// Where the answer of a call goes; the machine implements it.
///
/// An answer that comes while the native still begins may be followed by another, which
/// replaces it; later only the first counts.
pub trait Completion: Send + Sync {
    /// Takes the answer.
    fn complete(&self, result: FfiResult);

    /// Runs `told` once when nobody waits for the answer any more, at once if that is so
    /// already, and never after an answer.
    fn on_cancel(&self, told: Box<dyn FnOnce() + Send>);

    /// Whether nobody waits for the answer any more.
    fn is_cancelled(&self) -> bool;

    /// Makes a handle for the process that waits.
    ///
    /// # Errors
    /// Nobody waits, or there are too many; the resource is closed then.
    fn open_handle(&self, resource: Arc<dyn Resource>) -> Result<HandleId, FfiError>;
}

/// The answer of one call, still to be given.
///
/// ```
/// use vm_ffi::{Completer, FakeContext, FfiContext, FfiFunction, FfiValue, Native};
///
/// let later = Native::later("demo.later", |_: &mut dyn FfiContext, done: Completer, n: f64| {
///     std::thread::spawn(move || done.complete(Ok(FfiValue::Number(n * 2.0))));
/// });
/// let arguments = vec![FfiValue::Number(21.0)];
/// assert_eq!(later.call_with(&mut FakeContext::new(), arguments), Ok(FfiValue::Number(42.0)));
/// ```
pub struct Completer {
    /// Nothing once it is used up.
    to: Option<Arc<dyn Completion>>,
    function: Arc<str>,
}

impl Completer {
    /// The completer of a call of the native of that name.
    #[must_use]
    pub fn new(function: &str, to: Arc<dyn Completion>) -> Completer {
        Completer {
            to: Some(to),
            function: function.into(),
        }
    }

    /// Answers the call.
    pub fn complete(mut self, result: FfiResult) {
        self.answer(result);
    }

    /// Has `told` run once when nobody waits for the answer any more: the calling process
    /// has ended or was too long without an answer. It runs on whatever thread that is seen, so it
    /// must be short and must not wait; usually it tells another thread. It does not run after
    /// an answer. A second call adds to the first.
    pub fn on_cancel(&self, told: impl FnOnce() + Send + 'static) {
        if let Some(to) = &self.to {
            to.on_cancel(Box::new(told));
        }
    }

    /// Whether nobody waits for the answer any more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.to.as_ref().is_none_or(|to| to.is_cancelled())
    }

    /// Makes a handle of a resource, which the process owns that waits. It is closed again if that
    /// gives the call up before the answer.
    ///
    /// # Errors
    /// Nobody waits any more, or there are too many; the resource is closed then.
    pub fn open_handle(&self, resource: Arc<dyn Resource>) -> Result<HandleId, FfiError> {
        match &self.to {
            Some(to) => to.open_handle(resource),
            None => Err(FfiError::failed("the call is over")),
        }
    }

    fn answer(&mut self, result: FfiResult) {
        let Some(to) = self.to.take() else {
            return;
        };
        let result = match result {
            Ok(value) => bounded(value),
            Err(error) => Err(bounded_error(error)),
        };
        to.complete(result.map_err(|error| error.in_function(&self.function)));
    }
}

impl Drop for Completer {
    fn drop(&mut self) {
        if self.to.is_none() {
            return;
        }
        let function = self.function.to_string();
        let error = if std::thread::panicking() {
            let message = "before it had an answer".to_string();
            FfiError::Panicked { function, message }
        } else {
            FfiError::failed(format!("{function} was given up without an answer"))
        };
        self.answer(Err(error));
    }
}

impl fmt::Debug for Completer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completer")
            .field("function", &self.function)
            .finish_non_exhaustive()
    }
}

/// Begins a call of an asynchronous native with all the checks that the machine promises; whatever
/// goes wrong is the answer of the call.
///
/// In this order: the number of arguments, the needed right, the native's own beginning. A panic
/// in it is the answer [`FfiError::Panicked`].
pub fn begin(
    function: &dyn FfiFunction,
    context: &mut dyn FfiContext,
    args: Vec<FfiValue>,
    to: Arc<dyn Completion>,
) {
    let name = function.name();
    let completer = Completer::new(name, Arc::clone(&to));
    // What a panic left half done in the native is the native's own affair.
    let began = catch_unwind(AssertUnwindSafe(|| {
        match admit(function, context, args.len()) {
            Ok(()) => function.begin(context, args, completer),
            Err(error) => completer.complete(Err(error)),
        }
    }));
    if let Err(payload) = began {
        to.complete(Err(panicked(name, payload)));
    }
}

fn panicked(function: &str, payload: Box<dyn Any + Send>) -> FfiError {
    FfiError::Panicked {
        function: function.to_string(),
        message: said(payload),
    }
}

/// Waits for the answer on the calling thread: for calls without a machine.
struct Awaited(mpsc::Sender<FfiResult>);

impl Completion for Awaited {
    fn complete(&self, result: FfiResult) {
        // Who does not listen any more has had an answer.
        let _gone = self.0.send(result);
    }
    fn on_cancel(&self, _: Box<dyn FnOnce() + Send>) {}
    fn is_cancelled(&self) -> bool {
        false
    }
    fn open_handle(&self, resource: Arc<dyn Resource>) -> Result<HandleId, FfiError> {
        resource.close();
        Err(FfiError::failed("without a machine there are no handles"))
    }
}

/// Calls an asynchronous native and waits for its answer on the calling thread.
///
/// # Errors
/// Those of the native.
pub(crate) fn wait_for_answer(
    function: &dyn FfiFunction,
    context: &mut dyn FfiContext,
    args: Vec<FfiValue>,
) -> FfiResult {
    let (sender, answers) = mpsc::channel();
    let completer = Completer::new(function.name(), Arc::new(Awaited(sender)));
    function.begin(context, args, completer);
    // C1: there is an answer.
    answers
        .recv()
        .unwrap_or_else(|_| Err(FfiError::failed("the call was given up")))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{FakeContext, MAX_DEPTH, Native};

    /// Keeps the answers.
    #[derive(Default)]
    struct Answers(Mutex<Vec<FfiResult>>);

    impl Completion for Answers {
        fn complete(&self, result: FfiResult) {
            self.0.lock().unwrap().push(result);
        }
        fn on_cancel(&self, told: Box<dyn FnOnce() + Send>) {
            told();
        }
        fn is_cancelled(&self) -> bool {
            true
        }
        fn open_handle(&self, _: Arc<dyn Resource>) -> Result<HandleId, FfiError> {
            Err(FfiError::failed("nobody waits"))
        }
    }

    fn answers(native: &Native, args: Vec<FfiValue>) -> Vec<FfiResult> {
        let to = Arc::new(Answers::default());
        let completion: Arc<dyn Completion> = Arc::<Answers>::clone(&to);
        begin(native, &mut FakeContext::new(), args, completion);
        std::mem::take(&mut to.0.lock().unwrap())
    }

    fn text(answers: &[FfiResult]) -> Vec<String> {
        let text = |answer: &FfiResult| match answer {
            Ok(value) => value.describe().to_string(),
            Err(error) => format!("{}: {error}", error.kind()),
        };
        answers.iter().map(text).collect()
    }

    #[test]
    fn a_call_is_answered_once_whatever_becomes_of_the_completer() {
        let twice = Native::later("t.answers", |_: &mut dyn FfiContext, done: Completer| {
            done.complete(Ok(FfiValue::Unit));
        });
        assert_eq!(answers(&twice, vec![]), [Ok(FfiValue::Unit)]);
        let drops = Native::later("t.drops", |_: &mut dyn FfiContext, done: Completer| {
            drop(done);
        });
        assert_eq!(
            text(&answers(&drops, vec![])),
            ["ffi: t.drops was given up without an answer"]
        );
    }

    #[test]
    fn what_goes_wrong_at_the_beginning_is_the_answer() {
        let native = Native::later("t.f", |_: &mut dyn FfiContext, done: Completer, n: f64| {
            assert!(n > 0.0, "not {n}");
            done.complete(Err(FfiError::from("no")));
        });
        assert_eq!(
            text(&answers(&native, vec![])),
            ["bad_arity: t.f takes 1 argument, got 0"]
        );
        assert_eq!(
            text(&answers(&native, vec![FfiValue::Unit])),
            ["bad_type: argument 1 of t.f must be a number, found unit"]
        );
        assert_eq!(
            text(&answers(&native, vec![FfiValue::Number(1.0)])),
            ["ffi: no"]
        );
        // The completer went down with the call; what it said is replaced.
        let panics = text(&answers(&native, vec![FfiValue::Number(-1.0)]));
        assert_eq!(panics.last().unwrap(), "ffi: t.f panicked: not -1");
        let guarded = native.needs("net");
        let denied = text(&answers(&guarded, vec![FfiValue::Number(1.0)]));
        assert_eq!(
            denied,
            ["denied: t.f needs the right \"net\"; grant it with --allow-net"]
        );
    }

    #[test]
    fn answers_keep_the_limits() {
        let deep = Native::later("t.deep", |_: &mut dyn FfiContext, done: Completer| {
            let nest = |inner, _| FfiValue::Array(vec![inner]);
            done.complete(Ok((0..=MAX_DEPTH).fold(FfiValue::Unit, nest)));
        });
        let answers = answers(&deep, vec![]);
        assert_eq!(answers[0].as_ref().unwrap_err().kind(), "limit");
    }

    #[test]
    fn who_begins_is_told_that_nobody_waits() {
        let native = Native::later("t.told", |_: &mut dyn FfiContext, done: Completer| {
            let told = Arc::new(Mutex::new(false));
            let flag = Arc::clone(&told);
            done.on_cancel(move || *flag.lock().unwrap() = true);
            let is_told = *told.lock().unwrap();
            done.complete(Ok(FfiValue::Boolean(is_told)));
        });
        assert_eq!(answers(&native, vec![]), [Ok(FfiValue::Boolean(true))]);
    }
}
