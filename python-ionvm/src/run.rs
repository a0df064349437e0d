//! Running programs.
//!
//! A run has a thread of its own, which never needs the interpreter. The thread
//! that asked for it waits with the interpreter released, and comes back some
//! fifty times a second to look for signals and to pass on what was printed:
//! Ctrl-C works, other Python threads go on, and `sys.stdout` may be anything.
//!
//! # Invariants
//! R1. The thread of a run has ended before `run` returns or raises.
//! R2. Text that was printed and not yet passed on is bounded: a program that
//!     prints faster than Python takes it waits.

use std::panic::resume_unwind;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use pyo3::exceptions::{PyKeyboardInterrupt, PyValueError};
use pyo3::prelude::*;

use vmm::diag::Diagnostic;
use vmm::host::{Console, Stream};
use vmm::ids::Pid;
use vmm::ionpack::IonPackReader;
use vmm::program::Module;
use vmm::program::binary::ClassError;
use vmm::rights::{Grants, RightError};
use vmm::value::Value;
use vmm::verify::Verified;
use vmm::vm::load::classes_of_pack;
use vmm::vm::{
    ConfigError, EntryError, LoadError, PackResources, RunOutcome, StartError, Stop, Stopper, Vm,
    VmBuilder, VmConfig, VmMode,
};

use crate::error::{confused, diagnosed, exception, guarded, says};
use crate::module_from;
use crate::pack::Pack;
use crate::value::{ValueMaker, by_place, value_from};

/// How often the waiting thread looks for signals and passes text on.
const LOOK: Duration = Duration::from_millis(20);

/// Bytes of text at which the waiting thread is woken at once.
const PASS_ON: usize = 64 << 10;

/// Bytes of text at which the program waits.
const HOLD: usize = 1 << 20;

/// What a run is to be like, as Python gives it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Options {
    stepped: bool,
    timeslice: Option<u32>,
    schedulers: Option<u32>,
    max_heap: Option<usize>,
    max_processes: Option<usize>,
    max_memory: Option<u64>,
    max_reductions: Option<u64>,
    max_timers: Option<usize>,
    timeout: Option<f64>,
    seed: Option<u64>,
    shuffle: Option<u64>,
    allow: Vec<String>,
}

/// What to run.
struct Program {
    classes: Vec<Verified<Module>>,
    main: String,
    entry: Option<String>,
    arguments: Vec<Value>,
    /// The entry gets all arguments as one array, as that of a package does.
    as_array: bool,
    /// Its package, for its libraries and for what the program may read of it.
    pack: Option<Arc<Mutex<IonPackReader>>>,
}

/// Why nothing was run.
enum Refusal {
    Config(ConfigError),
    Load(LoadError),
    Entry(EntryError),
    NoFunction(String),
    Start(StartError),
    Arguments { given: usize },
}

/// Runs a function of classes that were put together in Python.
#[pyfunction]
pub(crate) fn run_classes<'py>(
    py: Python<'py>,
    classes: Vec<Vec<u8>>,
    main: String,
    entry: Option<String>,
    arguments: Vec<Bound<'py, PyAny>>,
    options: Options,
) -> PyResult<Bound<'py, PyAny>> {
    guarded(py, || {
        let mut verified = Vec::with_capacity(classes.len());
        for class in &classes {
            let class = vmm::verify::verify(module_from(py, class, None)?);
            verified.push(class.map_err(|found| diagnosed(py, "IonVerifyError", &found))?);
        }
        let arguments = arguments.iter().map(value_from).collect::<PyResult<_>>()?;
        let program = Program {
            classes: verified,
            main,
            entry,
            arguments,
            as_array: false,
            pack: None,
        };
        run(py, program, options)
    })
}

/// Runs a package.
#[pyfunction]
pub(crate) fn run_pack<'py>(
    py: Python<'py>,
    pack: &Bound<'py, Pack>,
    arguments: Vec<Bound<'py, PyAny>>,
    options: Options,
) -> PyResult<Bound<'py, PyAny>> {
    guarded(py, || {
        let mut reader = pack.get().reader();
        let classes = classes_of_pack(&mut reader).map_err(|error| unloaded(py, error))?;
        let manifest = reader.manifest();
        let Some(main) = manifest.main_class().map(str::to_owned) else {
            return Err(says(
                py,
                "IonPackError",
                "the manifest names no Main-Class, so there is nowhere to start",
            ));
        };
        let entry = manifest.entry_point().map(str::to_owned);
        drop(reader);
        let arguments = arguments.iter().map(value_from).collect::<PyResult<_>>()?;
        run(
            py,
            Program {
                classes,
                main,
                entry,
                arguments,
                as_array: true,
                pack: Some(pack.get().shared()),
            },
            options,
        )
    })
}

fn run<'py>(py: Python<'py>, program: Program, options: Options) -> PyResult<Bound<'py, PyAny>> {
    let config = config(options)?;
    let text = Arc::new(Text::default());
    let begun = py.detach(|| Run::begin(program, config, &text));
    let run = begun.map_err(|refusal| refused(py, refusal))?;
    let mut failed = None;
    loop {
        let done = py.detach(|| text.wait());
        let passed_on = text.pass_on(py).and_then(|()| py.check_signals());
        if let Err(error) = passed_on
            && failed.is_none()
        {
            run.stopper.stop(Stop::Interrupt);
            failed = Some(error);
        }
        if done {
            break;
        }
    }
    let ended = py.detach(|| run.thread.join());
    text.pass_on(py)?;
    let ended = ended.unwrap_or_else(|panic| resume_unwind(panic));
    match (failed, ended) {
        (Some(error), _) => Err(error),
        (None, Err(refusal)) => Err(refused(py, refusal)),
        (None, Ok(outcome)) => result(py, outcome),
    }
}

/// A run that goes on.
struct Run {
    thread: JoinHandle<Result<RunOutcome, Refusal>>,
    stopper: Stopper,
}

impl Run {
    /// Makes the machine, loads the program, and starts its thread.
    fn begin(mut program: Program, config: VmConfig, text: &Arc<Text>) -> Result<Run, Refusal> {
        let console = Arc::clone(text) as Arc<dyn Console>;
        let vm = VmBuilder::new().config(config).console(console).build();
        let mut vm = vm.map_err(Refusal::Config)?;
        if let Some(pack) = program.pack.take() {
            // A reader whose lock is poisoned has only been read from.
            let mut reader = pack.lock().unwrap_or_else(PoisonError::into_inner);
            vm.load_libraries(&mut reader).map_err(Refusal::Load)?;
            drop(reader);
            vm.serve(Arc::new(PackResources::shared(pack)));
        }
        for class in &program.classes {
            vm.load(class).map_err(Refusal::Load)?;
        }
        let stopper = vm.stopper();
        let end = EndMark(Arc::clone(text));
        let thread = std::thread::Builder::new()
            .name("ionvm".to_owned())
            .spawn(move || {
                let _end = end;
                start(&mut vm, program)
            });
        match thread {
            Ok(thread) => Ok(Run { thread, stopper }),
            Err(error) => Err(Refusal::NoFunction(format!(
                "a run needs a thread: {error}"
            ))),
        }
    }
}

/// Finds where the program starts, and runs it.
fn start(vm: &mut Vm, program: Program) -> Result<RunOutcome, Refusal> {
    let Program {
        main,
        entry,
        arguments,
        as_array,
        ..
    } = program;
    if as_array {
        let entry = vm.entry(&main, entry.as_deref()).map_err(Refusal::Entry)?;
        let arguments = match (entry.takes_arguments, arguments.len()) {
            (true, _) => vec![Value::array(arguments)],
            (false, 0) => Vec::new(),
            (false, given) => return Err(Refusal::Arguments { given }),
        };
        return vm.run(entry.function, &arguments).map_err(Refusal::Start);
    }
    let name = entry.as_deref().unwrap_or("main");
    let exact = u16::try_from(arguments.len()).ok();
    let code = vm.code();
    let found = code
        .find(&main, name, None)
        .or_else(|error| code.find(&main, name, exact).map_err(|_| error))
        .or_else(|error| match entry {
            None => code.only_function(&main).ok_or(error),
            Some(_) => Err(error),
        });
    let function = found.map_err(|error| Refusal::NoFunction(error.to_string()))?;
    vm.run(function, &arguments).map_err(Refusal::Start)
}

fn config(options: Options) -> PyResult<VmConfig> {
    let defaults = VmConfig::default();
    let timeout = match options.timeout {
        None => None,
        Some(seconds) => Some(Duration::try_from_secs_f64(seconds).map_err(|_| {
            PyValueError::new_err(format!(
                "timeout must be a number of seconds, not {seconds}"
            ))
        })?),
    };
    let mut grants = Grants::none();
    for right in &options.allow {
        let right = right
            .parse()
            .map_err(|error: RightError| PyValueError::new_err(error.to_string()))?;
        grants.allow(right);
    }
    Ok(VmConfig {
        grants,
        mode: if options.stepped {
            VmMode::Stepped
        } else {
            VmMode::Parallel
        },
        timeslice: options.timeslice,
        schedulers: options.schedulers,
        max_heap: options.max_heap.unwrap_or(defaults.max_heap),
        max_processes: options.max_processes.unwrap_or(defaults.max_processes),
        max_memory: options.max_memory,
        max_reductions: options.max_reductions,
        max_timers: options.max_timers.unwrap_or(defaults.max_timers),
        timeout,
        seed: options.seed,
        shuffle: options.shuffle,
        ..defaults
    })
}

fn result(py: Python<'_>, outcome: RunOutcome) -> PyResult<Bound<'_, PyAny>> {
    let maker = ValueMaker::new(py)?;
    let told = outcome.to_string();
    match outcome {
        RunOutcome::Finished(value) => maker.make(&value, &by_place),
        RunOutcome::Opaque { shown, error } => {
            let message = format!("the result {shown} has no form outside of the machine: {error}");
            Err(says(py, "IonError", message))
        }
        RunOutcome::Failed(failure) => {
            let class = if failure.is_limit() {
                "IonLimitError"
            } else {
                "IonRuntimeError"
            };
            let value = maker.make(&failure.reason, &by_place)?;
            let trace: Vec<String> = failure.trace().iter().map(ToString::to_string).collect();
            let main = Pid::MAIN.number();
            Err(exception(
                py,
                class,
                (failure.to_string(), value, trace, main),
            ))
        }
        RunOutcome::Deadlock(report) => {
            let waiting: Vec<String> = report.waiting.iter().map(ToString::to_string).collect();
            let circles: Vec<String> = report.circles.iter().map(ToString::to_string).collect();
            Err(exception(py, "IonDeadlock", (told, waiting, circles)))
        }
        RunOutcome::Halted(0) => maker.make(&Value::unit(), &by_place),
        RunOutcome::Halted(code) => {
            let code = maker.make(&Value::integer(code), &by_place)?;
            let none: Vec<String> = Vec::new();
            Err(exception(
                py,
                "IonRuntimeError",
                (told, code, none, Pid::MAIN.number()),
            ))
        }
        RunOutcome::Exhausted(limit) => {
            let limit = maker.make(&Value::integer(limit), &by_place)?;
            let none: Vec<String> = Vec::new();
            let main = Pid::MAIN.number();
            Err(exception(py, "IonLimitError", (told, limit, none, main)))
        }
        RunOutcome::TimedOut(_) => Err(says(py, "IonTimeout", told)),
        RunOutcome::Stopped(_) => Err(PyKeyboardInterrupt::new_err(told)),
        RunOutcome::OutputLost(_) => Err(confused("where text goes")),
    }
}

fn refused(py: Python<'_>, refusal: Refusal) -> PyErr {
    match refusal {
        Refusal::Config(error) => PyValueError::new_err(error.to_string()),
        Refusal::Load(error) => unloaded(py, error),
        Refusal::Entry(error) => says(py, "IonPackError", error),
        Refusal::NoFunction(message) => says(py, "IonLinkError", message),
        Refusal::Start(StartError::Argument(error)) => PyValueError::new_err(error.to_string()),
        Refusal::Start(error @ StartError::Refused(_)) => says(py, "IonLimitError", error),
        Refusal::Arguments { given } => PyValueError::new_err(format!(
            "the entry function takes no arguments, and {given} were given"
        )),
    }
}

pub(crate) fn unloaded(py: Python<'_>, error: LoadError) -> PyErr {
    let diagnosed = |class: &str, found: &[Diagnostic]| diagnosed(py, class, found);
    match &error {
        LoadError::Pack(_)
        | LoadError::Misnamed { .. }
        | LoadError::Reserved { .. }
        | LoadError::Library { .. } => says(py, "IonPackError", error),
        LoadError::Class {
            error: ClassError::Untranslated { .. },
            ..
        } => says(py, "IonLinkError", error),
        LoadError::Class { .. } => says(py, "IonVerifyError", error),
        LoadError::Refused { problems, .. } => diagnosed("IonVerifyError", problems),
        LoadError::Unlinked(problem) => diagnosed("IonLinkError", std::slice::from_ref(problem)),
    }
}

/// Text on its way from the program to Python.
#[derive(Debug, Default)]
struct Text {
    waiting: Mutex<Waiting>,
    /// The waiting thread has something to do.
    wake: Condvar,
    /// The program may go on.
    room: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    pieces: Vec<(Stream, String)>,
    bytes: usize,
    done: bool,
}

impl Text {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is reason to look; tells whether the run has ended.
    fn wait(&self) -> bool {
        let waiting = self.lock();
        let idle = |w: &mut Waiting| !w.done && w.bytes < PASS_ON;
        let woken = self.wake.wait_timeout_while(waiting, LOOK, idle);
        woken.unwrap_or_else(PoisonError::into_inner).0.done
    }

    /// Writes what has been printed to `sys.stdout` and `sys.stderr`.
    fn pass_on(&self, py: Python<'_>) -> PyResult<()> {
        let pieces = {
            let mut waiting = self.lock();
            waiting.bytes = 0;
            std::mem::take(&mut waiting.pieces)
        };
        self.room.notify_all();
        if pieces.is_empty() {
            return Ok(());
        }
        let sys = py.import("sys")?;
        for same in pieces.chunk_by(|(a, _), (b, _)| a == b) {
            let text: String = same.iter().map(|(_, text)| text.as_str()).collect();
            let name = match same.first() {
                Some((Stream::Err, _)) => "stderr",
                _ => "stdout",
            };
            let stream = sys.getattr(name)?;
            // An interpreter without a console has none.
            if !stream.is_none() {
                stream.call_method1("write", (text,))?;
                stream.call_method0("flush")?;
            }
        }
        Ok(())
    }
}

impl Console for Text {
    fn write(&self, stream: Stream, text: &str) -> std::io::Result<()> {
        let waiting = self.lock();
        let full = |w: &mut Waiting| w.bytes >= HOLD;
        let held = self.room.wait_while(waiting, full);
        let mut waiting = held.unwrap_or_else(PoisonError::into_inner);
        waiting.bytes += text.len();
        waiting.pieces.push((stream, text.to_owned()));
        if waiting.bytes >= PASS_ON {
            self.wake.notify_all();
        }
        Ok(())
    }

    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Says that the run has ended, when it is dropped: in a panic too.
struct EndMark(Arc<Text>);

impl Drop for EndMark {
    fn drop(&mut self) {
        self.0.lock().done = true;
        self.0.wake.notify_all();
    }
}
