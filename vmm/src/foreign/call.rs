//! A call of a native that answers while its process waits.
//!
//! Such a call has three parties: the process, which waits; whoever works on the answer, on
//! another thread; and the machine, which does not end as long as an answer may come. A
//! [`Call`] is what they share. The machine is known by [`CallBack`] only, which the scheduler
//! implements.
//!
//! # Invariants
//! C1. Between [`Call::begun`] and its end a call holds the machine once; the end is
//!     its answer or that nobody waits any more, whichever comes first.
//! C2. An answer reaches the machine before the process has given the call up, or never.
//!
//! # Cost
//! A lock that hardly anybody wants at the same time, at the beginning and at the end.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use vm_ffi::{Completion, FfiError, FfiResult, HandleId, Resource};

use crate::foreign::handle::{self, Handles};
use crate::host::Stream;
use crate::ids::{Pid, RefId};
use crate::rights::Right;
use crate::sync::{Mutex, lock};

/// The machine, for calls that do not run in a turn of their process.
pub trait CallBack: Send + Sync {
    /// One more answer may come.
    fn hold(&self);

    /// One less may come.
    fn release(&self);

    /// The answer of a call that held the machine; it does not from here on.
    fn answer(&self, to: Pid, reference: RefId, answer: Answer);

    /// What natives hold for processes.
    fn handles(&self) -> &Handles;

    /// Writes a piece of text; what cannot be written is lost.
    fn write(&self, stream: Stream, text: &str);

    /// The octets of the next line of standard input, its end included, or of the beginning of one that is longer
    /// than so many; nothing at the end.
    ///
    /// # Errors
    /// It cannot be read.
    fn read_line(&self, most: usize) -> std::io::Result<Option<Vec<u8>>>;

    /// Now, on the run's monotonic clock in nanoseconds.
    fn monotonic_ns(&self) -> u64;

    /// Now, in nanoseconds since 1970.
    fn wall_ns(&self) -> u64;

    /// 64 random bits.
    fn random(&self) -> u64;

    /// Whether the host has granted a right.
    fn permits(&self, right: &Right) -> bool;
}

/// What a native has answered: a thing to be carried, until an engine looks into it.
#[derive(Debug)]
pub struct Answer(FfiResult);

impl Answer {
    /// An answer.
    #[must_use]
    pub fn new(result: FfiResult) -> Answer {
        Answer(result)
    }

    /// What was answered.
    ///
    /// # Errors
    /// Those of the native.
    pub fn into_result(self) -> FfiResult {
        self.0
    }
}

/// See the module documentation.
pub struct Call {
    machine: Arc<dyn CallBack>,
    by: Pid,
    reference: RefId,
    state: Mutex<State>,
    /// Handles that were made before there was an answer.
    made: Mutex<Vec<HandleId>>,
}

type Told = Box<dyn FnOnce() + Send>;

enum State {
    /// The native still begins. What it answers meanwhile stays here, the last answer counts.
    Beginning(Option<Answer>, Vec<Told>),
    /// The process waits.
    Open(Vec<Told>),
    /// There was an answer.
    Answered,
    /// Nobody waits any more.
    Cancelled,
}

impl Call {
    /// The call of a process, named by one of its references, that begins now.
    #[must_use]
    pub fn new(machine: Arc<dyn CallBack>, by: Pid, reference: RefId) -> Arc<Call> {
        Arc::new(Call {
            machine,
            by,
            reference,
            state: Mutex::new(State::Beginning(None, Vec::new())),
            made: Mutex::default(),
        })
    }

    /// Names the call.
    #[must_use]
    pub fn reference(&self) -> RefId {
        self.reference
    }

    /// The machine, for whoever works on the answer.
    #[must_use]
    pub fn machine(&self) -> &dyn CallBack {
        &*self.machine
    }

    /// The process that called.
    #[must_use]
    pub fn by(&self) -> Pid {
        self.by
    }

    /// The native has begun: its answer if it had one at once; otherwise the process is to wait, and
    /// the answer will come as a signal.
    pub fn begun(&self) -> Option<Answer> {
        let mut state = lock(&self.state);
        if let State::Beginning(answer, told) = &mut *state {
            if let Some(answer) = answer.take() {
                *state = State::Answered;
                return Some(answer);
            }
            let told = std::mem::take(told);
            self.machine.hold();
            *state = State::Open(told);
        }
        None
    }

    /// Nobody has taken the answer, or will: as [`Call::cancel`], and what an answer on its way
    /// brings is closed.
    pub fn abandon(&self) {
        self.cancel();
        let made = std::mem::take(&mut *lock(&self.made));
        self.close(made);
    }

    fn close(&self, made: Vec<HandleId>) {
        for handle in made {
            // It may be closed already.
            let _closed = self.machine.handles().close(handle, self.by);
        }
    }

    /// Nobody waits for the answer any more.
    pub fn cancel(&self) {
        let mut state = lock(&self.state);
        let told = match std::mem::replace(&mut *state, State::Cancelled) {
            State::Beginning(_, told) => told,
            State::Open(told) => {
                self.machine.release();
                told
            }
            over @ (State::Answered | State::Cancelled) => {
                *state = over;
                return;
            }
        };
        drop(state);
        let made = std::mem::take(&mut *lock(&self.made));
        self.close(made);
        told.into_iter().for_each(tell);
    }
}

/// What is told is foreign: a panic in it is its own affair.
fn tell(told: Told) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(told))
        && let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload)))
    {
        std::mem::forget(second);
    }
}

impl Completion for Call {
    fn complete(&self, result: FfiResult) {
        let mut state = lock(&self.state);
        match &mut *state {
            State::Beginning(answer, _) => *answer = Some(Answer(result)),
            State::Open(_) => {
                *state = State::Answered;
                // Under the lock: C2.
                self.machine.answer(self.by, self.reference, Answer(result));
            }
            State::Answered | State::Cancelled => {
                drop(state);
                if let Ok(value) = result {
                    value.discard();
                }
            }
        }
    }

    fn on_cancel(&self, told: Told) {
        let mut state = lock(&self.state);
        match &mut *state {
            State::Beginning(_, all) | State::Open(all) => all.push(told),
            State::Answered => {}
            State::Cancelled => {
                drop(state);
                tell(told);
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        matches!(*lock(&self.state), State::Cancelled)
    }

    fn open_handle(&self, resource: Arc<dyn Resource>) -> Result<HandleId, FfiError> {
        let state = lock(&self.state);
        if matches!(*state, State::Cancelled | State::Answered) {
            drop(state);
            handle::close(&*resource);
            return Err(FfiError::failed("nobody waits for the handle any more"));
        }
        // Under the lock: the process has not ended, and when it does it closes all it owns.
        let handle = self.machine.handles().open(self.by, resource)?;
        lock(&self.made).push(handle);
        Ok(handle)
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("by", &self.by)
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::{AtomicUsize, Ordering};
    use vm_ffi::FfiValue;

    /// A machine that counts.
    #[derive(Default)]
    struct Counts {
        held: AtomicUsize,
        answers: AtomicUsize,
        handles: Handles,
    }

    impl CallBack for Counts {
        fn hold(&self) {
            self.held.fetch_add(1, Ordering::Relaxed);
        }
        fn release(&self) {
            self.held.fetch_sub(1, Ordering::Relaxed);
        }
        fn answer(&self, _: Pid, _: RefId, _: Answer) {
            self.answers.fetch_add(1, Ordering::Relaxed);
            self.release();
        }
        fn handles(&self) -> &Handles {
            &self.handles
        }
        fn write(&self, _: Stream, _: &str) {}
        fn read_line(&self, _: usize) -> std::io::Result<Option<Vec<u8>>> {
            Ok(None)
        }
        fn monotonic_ns(&self) -> u64 {
            0
        }
        fn wall_ns(&self) -> u64 {
            0
        }
        fn random(&self) -> u64 {
            0
        }
        fn permits(&self, _: &Right) -> bool {
            false
        }
    }

    fn call() -> (Arc<Counts>, Arc<Call>) {
        let counts = Arc::new(Counts::default());
        let machine: Arc<dyn CallBack> = Arc::<Counts>::clone(&counts);
        let reference = RefId {
            owner: Pid::MAIN,
            count: 3,
        };
        (counts, Call::new(machine, Pid::MAIN, reference))
    }

    fn counted(counts: &Counts) -> (usize, usize) {
        (
            counts.held.load(Ordering::Relaxed),
            counts.answers.load(Ordering::Relaxed),
        )
    }

    fn told() -> (Arc<AtomicUsize>, impl Fn() -> Told) {
        let told = Arc::new(AtomicUsize::new(0));
        let make = {
            let told = Arc::clone(&told);
            move || -> Told {
                let told = Arc::clone(&told);
                Box::new(move || {
                    told.fetch_add(1, Ordering::Relaxed);
                })
            }
        };
        (told, make)
    }

    #[test]
    fn an_answer_at_once_needs_no_machine() {
        let (counts, call) = call();
        call.complete(Ok(FfiValue::Unit));
        call.complete(Ok(FfiValue::Boolean(true)));
        let answer = call.begun().expect("it is there").into_result();
        assert_eq!(answer, Ok(FfiValue::Boolean(true)));
        assert_eq!(counted(&counts), (0, 0));
        call.cancel();
        call.complete(Ok(FfiValue::Unit));
        assert_eq!(counted(&counts), (0, 0));
    }

    #[test]
    fn a_call_holds_the_machine_until_its_answer() {
        let (counts, call) = call();
        let (count, make) = told();
        call.on_cancel(make());
        assert!(call.begun().is_none());
        assert_eq!(counted(&counts), (1, 0));
        call.complete(Ok(FfiValue::Unit));
        call.complete(Ok(FfiValue::Unit));
        call.cancel();
        call.on_cancel(make());
        assert_eq!(counted(&counts), (0, 1));
        assert_eq!(count.load(Ordering::Relaxed), 0);
        assert!(!call.is_cancelled());
    }

    #[test]
    fn a_call_that_nobody_waits_for_answers_nobody() {
        let (counts, call) = call();
        let (count, make) = told();
        call.on_cancel(Box::new(|| panic!("this is foreign")));
        call.on_cancel(make());
        assert!(call.begun().is_none());
        call.cancel();
        call.cancel();
        call.on_cancel(make());
        call.complete(Ok(FfiValue::Unit));
        assert_eq!(counted(&counts), (0, 0));
        assert_eq!(count.load(Ordering::Relaxed), 2);
        assert!(call.is_cancelled());
    }

    struct Thing(Arc<AtomicUsize>);

    impl Resource for Thing {
        fn describe(&self) -> &str {
            "a thing"
        }
        fn close(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn handles_of_a_call_that_nobody_waits_for_are_closed() {
        let closed = Arc::new(AtomicUsize::new(0));
        let thing = || Arc::new(Thing(Arc::clone(&closed)));
        let (counts, given_up) = call();
        let handle = given_up.open_handle(thing()).unwrap();
        assert!(counts.handles.is_open(handle));
        given_up.cancel();
        assert!(given_up.open_handle(thing()).is_err());
        assert_eq!(closed.load(Ordering::Relaxed), 2);
        let (counts, answered) = call();
        let handle = answered.open_handle(thing()).unwrap();
        assert!(answered.begun().is_none());
        answered.complete(Ok(FfiValue::Handle(handle)));
        answered.cancel();
        assert!(counts.handles.is_open(handle));
        assert!(answered.open_handle(thing()).is_err());
        assert_eq!(closed.load(Ordering::Relaxed), 3);
    }
}
