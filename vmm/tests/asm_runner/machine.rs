//! The machine as the text tests run it: every configuration, and what a call
//! comes to in one.
//!
//! Time is virtual in both modes, so that waiting costs nothing and takes the
//! same in every run. A run that goes on for too many instructions is stopped.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use vmm::host::{Clock, Console, Stream, VirtualClock};
use vmm::process::contract::ExitClass;
use vmm::program::Module;
use vmm::trace::Sink;
use vmm::value::Value;
use vmm::verify::Verified;
use vmm::vm::{RunOutcome, Stop, Stopper, Vm, VmBuilder, VmConfig, VmMode};

use crate::script::{Call, Options, Outcome};

/// Instructions, or reductions, after which a run is stopped.
const PATIENCE: u64 = 20_000_000;

/// What an instruction, or a reduction, takes on a virtual clock.
const REDUCTION_NS: u64 = 1000;

/// One way to run a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Configuration {
    pub(crate) mode: VmMode,
    pub(crate) timeslice: Option<u32>,
    pub(crate) zeal: bool,
    pub(crate) workers: u32,
}

impl Configuration {
    /// All that a file asks for.
    pub(crate) fn all(options: &Options) -> Vec<Configuration> {
        let (stepped, parallel) = (VmMode::Stepped, VmMode::Parallel);
        let usual = [
            (parallel, None, false, 1),
            (parallel, Some(1), false, 1),
            (parallel, None, true, 1),
            (parallel, None, false, 2),
            (parallel, Some(1), false, 2),
            (stepped, None, false, 1),
            (stepped, Some(1), false, 1),
            (stepped, Some(1), true, 1),
        ];
        let mut all: Vec<Configuration> = Vec::new();
        for (mode, timeslice, zeal, workers) in usual {
            let timeslice = options.timeslice.or(timeslice);
            let configuration = Configuration {
                mode,
                timeslice,
                zeal,
                workers,
            };
            let wanted = if mode == stepped {
                options.stepped
            } else {
                options.parallel
            };
            if wanted && (options.zeal || !zeal) && !all.contains(&configuration) {
                all.push(configuration);
            }
        }
        all
    }
}

impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.mode {
            VmMode::Parallel => "parallel",
            VmMode::Stepped => "stepped",
        })?;
        if self.workers > 1 {
            write!(f, ", {} workers", self.workers)?;
        }
        if let Some(timeslice) = self.timeslice {
            write!(f, ", turns of {timeslice}")?;
        }
        if self.zeal {
            f.write_str(", zeal")?;
        }
        Ok(())
    }
}

/// What a call came to.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    /// An outcome, or what else happened.
    pub(crate) outcome: Result<Outcome, String>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A machine with classes in it.
pub(crate) struct Machine {
    vm: Vm,
    screen: Arc<Screen>,
    clock: Arc<Patience>,
}

impl Machine {
    /// A machine without classes.
    pub(crate) fn new(
        configuration: Configuration,
        options: &Options,
        sink: Option<Box<dyn Sink>>,
    ) -> Machine {
        let screen = Arc::new(Screen::default());
        let clock = Arc::new(Patience {
            least: match configuration.mode {
                VmMode::Parallel => REDUCTION_NS,
                VmMode::Stepped => 0,
            },
            ..Patience::default()
        });
        let mut config = VmConfig {
            mode: configuration.mode,
            timeslice: configuration.timeslice,
            schedulers: Some(configuration.workers),
            gc_zeal: configuration.zeal,
            seed: Some(0),
            ..VmConfig::default()
        };
        if let Some(bytes) = options.max_heap {
            config.max_heap = bytes;
        }
        if let Some(bytes) = options.max_shared {
            config.max_shared = bytes;
        }
        if let Some(count) = options.max_processes {
            config.max_processes = count;
        }
        let mut builder = VmBuilder::new()
            .config(config)
            .console(screen.clone())
            .clock(clock.clone());
        if let Some(sink) = sink {
            builder = builder.sink(sink);
        }
        let vm = builder
            .build()
            .expect("the tests ask for machines that there are");
        // Ignored: a clock that was just made has none.
        let _first = clock.stopper.set(vm.stopper());
        Machine { vm, screen, clock }
    }

    /// The machine itself.
    pub(crate) fn vm(&mut self) -> &mut Vm {
        &mut self.vm
    }

    /// Links classes.
    pub(crate) fn load(&mut self, classes: &[Verified<Module>]) -> Result<(), String> {
        classes
            .iter()
            .try_for_each(|class| self.vm.load(class).map_err(|e| e.to_string()))
    }

    /// Runs a function of a class as the main process.
    pub(crate) fn call(&mut self, class: &str, call: &Call) -> Observed {
        self.clock.used.store(0, Ordering::Relaxed);
        let arity = u16::try_from(call.arguments.len()).ok();
        let outcome = match self.vm.code().find(class, &call.function, arity) {
            Err(error) => Err(error.to_string()),
            Ok(function) => match self.vm.run(function, &call.arguments) {
                Err(error) => Err(error.to_string()),
                Ok(outcome) => judged(outcome),
            },
        };
        let (out, err) = self.screen.take();
        Observed { outcome, out, err }
    }
}

/// The outcome of a run in the terms of expectations.
fn judged(outcome: RunOutcome) -> Result<Outcome, String> {
    match outcome {
        RunOutcome::Finished(value) => Ok(Outcome::Returns(value)),
        RunOutcome::Failed(failure) => match (failure.class, &failure.reason) {
            (ExitClass::Error, reason) => match (failure.kind(), failure.message()) {
                (Some(kind), Some(message)) => {
                    Ok(Outcome::Raises(kind.to_owned(), Some(message.to_owned())))
                }
                _ if failure.trace().is_empty() => {
                    Err(format!("fails with {reason}, and tells no trace"))
                }
                _ => match reason {
                    Value::Object(_) => Ok(Outcome::Fails(reason.clone())),
                    Value::Tuple(parts) if matches!(&**parts, [_, Value::Array(_)]) => {
                        Ok(Outcome::Fails(parts[0].clone()))
                    }
                    _ => Err(format!("fails with an error that is none: {reason}")),
                },
            },
            (ExitClass::Throw, Value::Tuple(parts))
                if parts.len() == 2 && parts[0].as_atom() == Some("nocatch") =>
            {
                Ok(Outcome::Throws(parts[1].clone()))
            }
            (ExitClass::Throw, reason) => Err(format!("throws a strange reason: {reason}")),
            (ExitClass::Exit, reason) => Ok(Outcome::Exits(reason.clone())),
        },
        RunOutcome::Deadlock(_) => Ok(Outcome::Deadlock),
        RunOutcome::Halted(code) => Ok(Outcome::Halts(code)),
        RunOutcome::Stopped(Stop::Terminate) => Err("does not come to an end".to_owned()),
        other => Err(other.to_string()),
    }
}

/// A virtual clock that stops a run which goes on for too long.
///
/// In parallel mode a turn takes some time even if it costs no reduction, as
/// it does on a real clock.
#[derive(Debug, Default)]
struct Patience {
    clock: VirtualClock,
    least: u64,
    used: AtomicU64,
    stopper: OnceLock<Stopper>,
}

impl Clock for Patience {
    fn monotonic_ns(&self) -> u64 {
        self.clock.monotonic_ns()
    }
    fn wall_ns(&self) -> u64 {
        self.clock.wall_ns()
    }
    fn advance(&self, ns: u64) {
        self.clock.advance(ns.max(self.least));
        // A turn advances by what it used; a jump over idle time counts one.
        let steps = ns / REDUCTION_NS;
        let steps = if steps > u64::from(u16::MAX) {
            1
        } else {
            steps.max(1)
        };
        let used = self.used.fetch_add(steps, Ordering::Relaxed);
        if used > PATIENCE
            && let Some(stopper) = self.stopper.get()
        {
            stopper.stop(Stop::Terminate);
        }
    }
    fn is_virtual(&self) -> bool {
        true
    }
}

/// Keeps what is written until it is taken.
#[derive(Debug, Default)]
struct Screen {
    texts: Mutex<(String, String)>,
}

impl Screen {
    fn take(&self) -> (String, String) {
        self.texts
            .lock()
            .map(|mut texts| std::mem::take(&mut *texts))
            .unwrap_or_default()
    }
}

impl Console for Screen {
    fn write(&self, stream: Stream, text: &str) -> std::io::Result<()> {
        if let Ok(mut texts) = self.texts.lock() {
            match stream {
                Stream::Out => texts.0.push_str(text),
                Stream::Err => texts.1.push_str(text),
            }
        }
        Ok(())
    }
    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}
