//! The machine: engine, scheduler, code and outside wired together.
//!
//! [`VmBuilder`] makes a [`Vm`]; classes are loaded into it; [`Vm::run`] runs a
//! function as the main process of a run and tells how that ended. Everything
//! that a host program may do with a machine is here and in the parts.
//!
//! # Invariants
//! V1. Only verified classes are loaded.
//! V2. A run owns the machine: nothing is loaded while it lasts, and all of its
//!     processes are gone when it ends. Other threads reach it through
//!     [`VmHandle`] and [`Stopper`] only.

pub mod config;
pub mod control;
pub mod dump;
pub mod entry;
pub mod handle;
pub mod libraries;
pub mod library;
pub mod load;
pub mod outcome;
mod resources;
mod values;
mod wanted;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use vm_ffi::FfiRegistry;

use crate::builtin::Natives;
use crate::code::{CodeSpace, Lowering};
use crate::convert::ConvertError;
use crate::heap::parcel::{Parcel, Part};
use crate::heap::shared::{Common, CommonLimits};
use crate::host::{
    self, Choice, Clock, Console, Entropy, NoResources, Resources, RoundRobin, SeededEntropy,
    Shuffle, SystemClock, SystemConsole, VirtualClock,
};
use crate::ids::{FuncId, Pid};
use crate::interp::Interp;
use crate::ionpack::IonPackReader;
use crate::limits;
use crate::names::Quoted;
use crate::process::contract::{Engine, SpawnOptions, SpawnRefused, SpawnRequest};
use crate::program::Module;
use crate::rights::Grants;
use crate::sched::outside::Outside;
use crate::sched::{Config, Gate, Host, Knowledge as _, Mode, RunEnd, Scheduler, Tracer};
use crate::trace::{Event, Sink, Topic};
use crate::value::Value;
use crate::verify::Verified;
use crate::word::Word;
use control::DeadlockReport;
use values::Values;

pub use crate::sched::Stop;
pub use config::{ConfigError, VmConfig, VmMode};
pub use dump::{CrashDump, DumpedFrame, DumpedProcess, Dumper};
pub use entry::{Entry, EntryError};
pub use handle::{Stopper, VmHandle};
pub use load::LoadError;
pub use outcome::{Failure, RunOutcome, TraceLine};
pub use resources::PackResources;

/// Makes a [`Vm`].
#[derive(Default)]
pub struct VmBuilder {
    config: VmConfig,
    clock: Option<Arc<dyn Clock>>,
    entropy: Option<Arc<dyn Entropy>>,
    console: Option<Arc<dyn Console>>,
    choice: Option<Box<dyn Choice>>,
    natives: Option<FfiRegistry>,
    sinks: Vec<Box<dyn Sink>>,
}

/// A machine; see the module documentation.
pub struct Vm {
    code: Arc<CodeSpace>,
    natives: Arc<Natives>,
    engine: Box<dyn Engine>,
    scheduler: Scheduler,
    gate: Arc<Gate>,
    values: Values,
    grants: Grants,
}

/// Why a process could not be started.
#[derive(Debug)]
pub enum StartError {
    /// An argument has no form inside the machine.
    Argument(ConvertError),
    /// There are as many processes as there may be.
    Refused(SpawnRefused),
}

impl VmBuilder {
    /// A machine of the default configuration.
    #[must_use]
    pub fn new() -> VmBuilder {
        VmBuilder::default()
    }

    /// What the machine is to be like.
    #[must_use]
    pub fn config(mut self, config: VmConfig) -> VmBuilder {
        self.config = config;
        self
    }

    /// Where its output goes, instead of this process's own streams.
    #[must_use]
    pub fn console(mut self, console: Arc<dyn Console>) -> VmBuilder {
        self.console = Some(console);
        self
    }

    /// Its time, instead of what the mode says.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> VmBuilder {
        self.clock = Some(clock);
        self
    }

    /// Its chance, instead of what follows from the seed.
    #[must_use]
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> VmBuilder {
        self.entropy = Some(entropy);
        self
    }

    /// In stepped mode, who picks the next process, instead of round-robin or a shuffle.
    #[must_use]
    pub fn choice(mut self, choice: Box<dyn Choice>) -> VmBuilder {
        self.choice = Some(choice);
        self
    }

    /// The foreign functions that programs may call, instead of the standard library.
    #[must_use]
    pub fn natives(mut self, natives: FfiRegistry) -> VmBuilder {
        self.natives = Some(natives);
        self
    }

    /// One more who is told what happens.
    #[must_use]
    pub fn sink(mut self, sink: Box<dyn Sink>) -> VmBuilder {
        self.sinks.push(sink);
        self
    }

    /// The machine.
    ///
    /// # Errors
    /// There can be no machine of that configuration.
    pub fn build(self) -> Result<Vm, ConfigError> {
        let config = self.config;
        config.check()?;
        let stepped = config.mode == VmMode::Stepped;
        let entropy: Arc<dyn Entropy> = match (self.entropy, config.seed) {
            (Some(entropy), _) => entropy,
            (None, Some(seed)) => Arc::new(SeededEntropy::new(seed)),
            (None, None) if stepped => Arc::new(SeededEntropy::new(0)),
            (None, None) => Arc::new(SeededEntropy::from_system()),
        };
        let clock = self.clock.unwrap_or_else(|| match config.mode {
            VmMode::Stepped => Arc::new(VirtualClock::default()),
            VmMode::Parallel => Arc::new(SystemClock::default()),
        });
        let console = self
            .console
            .unwrap_or_else(|| Arc::new(SystemConsole::default()));
        let single = self
            .sinks
            .iter()
            .any(|sink| sink.topics().has(Topic::Instructions));
        let lowering = if stepped || single {
            Lowering::Stepped
        } else {
            Lowering::Fused
        };
        let registry = match self.natives {
            Some(registry) => registry,
            None => standard_library()?,
        };
        let natives = Arc::new(Natives::new(&registry));
        let common = Arc::new(Common::new(CommonLimits {
            seed: entropy.next_u64(),
            shared_bytes: config.max_shared,
            ..CommonLimits::default()
        }));
        let code = CodeSpace::new(common, lowering, natives.clone());
        let code = Arc::new(code.with_shelf(library::CLASSES));
        let values = Values::new(Arc::clone(&code));
        let mode = match config.mode {
            VmMode::Parallel => Mode::Parallel,
            VmMode::Stepped => Mode::Stepped(match (self.choice, config.shuffle) {
                (Some(choice), _) => choice,
                (None, Some(seed)) => Box::new(Shuffle::new(seed)),
                (None, None) => Box::new(RoundRobin),
            }),
        };
        let defaults = Config::new(mode);
        let schedulers = config.schedulers.unwrap_or_else(|| {
            let cores = host::cores().min(limits::SCHEDULERS_MAX as usize);
            cores as u32
        });
        let gate = Arc::new(Gate::default());
        let scheduler = Scheduler::new(
            Config {
                workers: schedulers as usize,
                timeslice: config.timeslice.unwrap_or(defaults.timeslice),
                max_processes: config.max_processes,
                max_heap: config.max_heap,
                max_memory: config
                    .max_memory
                    .unwrap_or_else(|| host::memory_bytes() / 4 * 3),
                max_reductions: config.max_reductions,
                max_timers: config.max_timers,
                gc_zeal: config.gc_zeal,
                // What counts for a path is where it leads.
                grants: config.grants.clone().settled(host::real_path),
                timeout_ns: config
                    .timeout
                    .map(|limit| u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX)),
                ..defaults
            },
            Host {
                clock,
                entropy,
                console,
                resources: Arc::new(NoResources),
            },
            Arc::clone(&gate),
            Tracer::new(self.sinks, Arc::new(values.clone())),
        );
        let engine = Box::new(Interp::new(Arc::clone(&code), Arc::clone(&natives)));
        Ok(Vm {
            code,
            natives,
            engine,
            scheduler,
            gate,
            values,
            grants: config.grants,
        })
    }
}

impl Vm {
    /// Links a class.
    ///
    /// # Errors
    /// [`LoadError::Unlinked`]: it uses what is not there, or a class of its name
    /// is loaded already. [`LoadError::Reserved`].
    pub fn load(&mut self, class: &Verified<Module>) -> Result<(), LoadError> {
        if class.name.starts_with(library::RESERVED) {
            let class = Quoted::new(&class.name);
            return Err(LoadError::Reserved { class });
        }
        let loaded = self.code.load(class);
        loaded.map_err(|error| load::unlinked(&error, class))?;
        self.scheduler.trace(&Event::Loaded {
            class: class.name.to_string(),
            functions: class.functions.len(),
        });
        Ok(())
    }

    /// Decodes, verifies and links every class of a package. Classes that were
    /// linked before one that does not link stay; libraries that are granted are loaded
    /// before all of them ([`Vm::load_libraries`]). The resources of the package are
    /// for [`Vm::serve`].
    ///
    /// # Errors
    /// The first class, by name, that is not as it should be.
    pub fn load_pack(&mut self, pack: &mut IonPackReader) -> Result<(), LoadError> {
        self.load_libraries(pack)?;
        for class in load::classes_of_pack(pack)? {
            self.load(&class)?;
        }
        Ok(())
    }

    /// Lets programs read what came with them, as a package with [`PackResources`].
    /// Processes of the next run see it.
    pub fn serve(&mut self, resources: Arc<dyn Resources>) {
        self.scheduler.serve(resources);
    }

    /// All code of the machine: to find functions, and to show them.
    #[must_use]
    pub fn code(&self) -> &CodeSpace {
        &self.code
    }

    /// All native functions that programs may call, with their manual.
    #[must_use]
    pub fn natives(&self) -> &Natives {
        &self.natives
    }

    /// Where a program starts; `function` is what it names, if it does.
    ///
    /// # Errors
    /// There is no function that fits.
    pub fn entry(&self, class: &str, function: Option<&str>) -> Result<Entry, EntryError> {
        Entry::find(&self.code, class, function)
    }

    /// Runs a function as the main process, on the calling thread, until the
    /// end of the run; see [`crate::sched`]. Processes spawned before by
    /// [`Vm::spawn`] run beside it.
    ///
    /// # Errors
    /// The main process could not be started; nothing has run then.
    pub fn run(&mut self, function: FuncId, arguments: &[Value]) -> Result<RunOutcome, StartError> {
        let request = self.request(function, arguments)?;
        self.scheduler
            .spawn_main(request)
            .map_err(StartError::Refused)?;
        let end = self.scheduler.run(&*self.engine);
        Ok(self.outcome(end))
    }

    /// Makes a process that will run beside the main process of the next run.
    ///
    /// # Errors
    /// It could not be made.
    pub fn spawn(&mut self, function: FuncId, arguments: &[Value]) -> Result<Pid, StartError> {
        let request = self.request(function, arguments)?;
        self.scheduler.spawn(request).map_err(StartError::Refused)
    }

    /// Sends a message. The main process of the next run is [`Pid::MAIN`].
    ///
    /// # Errors
    /// The value has no form inside the machine.
    pub fn send(&self, to: Pid, message: &Value) -> Result<(), ConvertError> {
        let message = self.values.parcel(message)?;
        self.gate.post(Outside::Send { to, message });
        Ok(())
    }

    /// A handle by which other threads send to a running machine. The run
    /// does not end for want of work while it exists.
    #[must_use]
    pub fn handle(&self) -> VmHandle {
        VmHandle::new(Arc::clone(&self.gate), self.values.clone())
    }

    /// A handle by which other threads learn what every process is doing.
    #[must_use]
    pub fn dumper(&self) -> Dumper {
        Dumper::new(Arc::clone(&self.gate), Arc::clone(&self.code))
    }

    /// A handle by which other threads end a run.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper::new(Arc::clone(&self.gate))
    }

    fn request(&self, function: FuncId, arguments: &[Value]) -> Result<SpawnRequest, StartError> {
        let parcels = arguments.iter().map(|value| self.values.parcel(value));
        let parcels: Vec<Parcel> = parcels
            .collect::<Result<_, _>>()
            .map_err(StartError::Argument)?;
        let mut parts = vec![Part::Word(Word::function(function))];
        parts.extend(parcels.iter().map(Part::Parcel));
        let call = Parcel::tuple(&parts).into();
        Ok(SpawnRequest {
            function,
            call,
            options: SpawnOptions::default(),
        })
    }

    fn outcome(&self, end: RunEnd) -> RunOutcome {
        match end {
            RunEnd::Finished { result: None } => RunOutcome::Finished(Value::unit()),
            RunEnd::Finished {
                result: Some(result),
            } => match self.values.value(&result) {
                Ok(value) => RunOutcome::Finished(value),
                Err(error) => RunOutcome::Opaque {
                    shown: self.values.show(&result),
                    error,
                },
            },
            RunEnd::Failed {
                reason,
                class,
                trace,
            } => {
                let shown = |_| Value::string(self.values.show(&reason));
                let reason = self.values.value(&reason).unwrap_or_else(shown);
                let trace = trace.and_then(|trace| self.values.value(&trace).ok());
                RunOutcome::Failed(Failure::new(reason, class, trace))
            }
            RunEnd::Deadlock(deadlock) => {
                RunOutcome::Deadlock(DeadlockReport::new(&deadlock, &self.code))
            }
            RunEnd::Halted(code) => RunOutcome::Halted(code),
            RunEnd::TimedOut { limit_ns } => RunOutcome::TimedOut(Duration::from_nanos(limit_ns)),
            RunEnd::Exhausted { limit } => RunOutcome::Exhausted(limit),
            RunEnd::Stopped(stop) => RunOutcome::Stopped(stop),
            RunEnd::OutputLost(kind) => RunOutcome::OutputLost(kind),
        }
    }
}

fn standard_library() -> Result<FfiRegistry, ConfigError> {
    let mut registry = FfiRegistry::new();
    vm_ffi::stdlib::register_all(&mut registry).map_err(ConfigError::Natives)?;
    Ok(registry)
}

impl fmt::Debug for Vm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vm")
            .field("code", &self.code)
            .field("scheduler", &self.scheduler)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for VmBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VmBuilder")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Argument(error) => write!(f, "an argument cannot be handed over: {error}"),
            StartError::Refused(SpawnRefused::TooMany { limit }) => {
                write!(
                    f,
                    "the machine has room for {limit} processes, and they are there: allow more"
                )
            }
            StartError::Refused(SpawnRefused::NoMemory { limit }) => {
                write!(
                    f,
                    "the machine holds {limit} bytes, as many as it may: allow more"
                )
            }
            StartError::Refused(SpawnRefused::NameTaken { by }) => {
                write!(f, "{by} has the name already: give another")
            }
        }
    }
}

impl std::error::Error for StartError {}

#[cfg(test)]
mod tests;
