//! What a machine is to be like.

use std::fmt;
use std::time::Duration;

use vm_ffi::RegisterError;

use crate::limits;
use crate::rights::Grants;

/// How turns are given out; see [`crate::sched`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VmMode {
    /// As fast as possible, on the system's clock.
    #[default]
    Parallel,
    /// Deterministic: one line, single instructions, a clock of its own.
    Stepped,
}

/// What a machine is to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmConfig {
    /// How turns are given out.
    pub mode: VmMode,
    /// Budget of a turn: instructions in stepped mode, else reductions. None
    /// for the mode's default.
    pub timeslice: Option<u32>,
    /// Threads that run processes in parallel mode; stepped mode has one. None
    /// for as many as the system lets this program use.
    pub schedulers: Option<u32>,
    /// Memory of one process, in bytes.
    pub max_heap: usize,
    /// Memory of all processes and messages together, in bytes; texts outside of
    /// heaps are counted for all machines of a program. None for three quarters
    /// of what the system has for this program.
    pub max_memory: Option<u64>,
    /// What all processes of a run together may use: reductions, or instructions in stepped
    /// mode. None for any amount. A process is bounded by the one that spawns it.
    pub max_reductions: Option<u64>,
    /// Processes alive at once.
    pub max_processes: usize,
    /// Messages that are to be sent later, at once. A process may have set some 65 000.
    pub max_timers: usize,
    /// The read-only area of constants and of what `share` moves there, in bytes.
    pub max_shared: usize,
    /// What programs may do outside of the machine. What a package asks for
    /// grants nothing.
    pub grants: Grants,
    /// How long a run may take on its own clock.
    pub timeout: Option<Duration>,
    /// Seed of everything random. None for 0 in stepped mode, else for one
    /// that nobody can guess.
    pub seed: Option<u64>,
    /// In stepped mode, an order of turns that follows from this seed instead
    /// of round-robin.
    pub shuffle: Option<u64>,
    /// Collect garbage at every chance and poison what was left: slow, finds
    /// mistakes of the machine.
    pub gc_zeal: bool,
}

impl Default for VmConfig {
    fn default() -> VmConfig {
        VmConfig {
            mode: VmMode::Parallel,
            timeslice: None,
            schedulers: None,
            max_heap: limits::PROCESS_MEMORY_BYTES,
            max_memory: None,
            max_reductions: None,
            max_timers: limits::TIMERS_MAX,
            max_processes: limits::PROCESSES_MAX,
            max_shared: limits::SHARED_BYTES_MAX,
            grants: Grants::none(),
            timeout: None,
            seed: None,
            shuffle: None,
            gc_zeal: false,
        }
    }
}

/// Why there is no such machine.
#[derive(Debug)]
pub enum ConfigError {
    /// No scheduler thread, or too many.
    Schedulers {
        /// How many were asked for.
        asked: u32,
    },
    /// A seed for the order of turns, but turns have no order to choose.
    ShuffleInParallel,
    /// Turns without a budget.
    ZeroTimeslice,
    /// No process could be made.
    ZeroProcesses,
    /// Two foreign functions of the standard library have one name.
    Natives(RegisterError),
}

impl VmConfig {
    /// Whether there can be such a machine.
    ///
    /// # Errors
    /// What stands against it.
    pub fn check(&self) -> Result<(), ConfigError> {
        match self {
            VmConfig {
                schedulers: Some(asked),
                ..
            } if !(1..=limits::SCHEDULERS_MAX).contains(asked) => {
                Err(ConfigError::Schedulers { asked: *asked })
            }
            VmConfig {
                mode: VmMode::Parallel,
                shuffle: Some(_),
                ..
            } => Err(ConfigError::ShuffleInParallel),
            VmConfig {
                timeslice: Some(0), ..
            } => Err(ConfigError::ZeroTimeslice),
            VmConfig {
                max_processes: 0, ..
            } => Err(ConfigError::ZeroProcesses),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Schedulers { asked: 0 } => {
                f.write_str("a machine needs a scheduler thread: ask for 1")
            }
            ConfigError::Schedulers { asked } => write!(
                f,
                "a machine has at most {} scheduler threads, not {asked}: ask for fewer",
                limits::SCHEDULERS_MAX
            ),
            ConfigError::ShuffleInParallel => f.write_str(
                "a shuffled order of turns exists in stepped mode only: ask for that too",
            ),
            ConfigError::ZeroTimeslice => f.write_str("a turn needs a budget of at least 1"),
            ConfigError::Natives(error) => write!(f, "the standard library: {error}"),
            ConfigError::ZeroProcesses => {
                f.write_str("a machine needs room for at least 1 process")
            }
        }
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_named() {
        let check = |change: fn(&mut VmConfig)| {
            let mut config = VmConfig::default();
            change(&mut config);
            config.check().map_err(|e| e.to_string())
        };
        assert_eq!(check(|_| {}), Ok(()));
        let stepped = |c: &mut VmConfig| (c.mode, c.shuffle) = (VmMode::Stepped, Some(1));
        assert_eq!(check(stepped), Ok(()));
        assert_eq!(check(|c| c.schedulers = Some(64)), Ok(()));
        let too_many = check(|c| c.schedulers = Some(65)).unwrap_err();
        assert!(too_many.contains("at most 64"), "{too_many}");
        let none = check(|c| c.schedulers = Some(0)).unwrap_err();
        assert!(none.contains("ask for 1"), "{none}");
        assert!(
            check(|c| c.shuffle = Some(1))
                .unwrap_err()
                .contains("stepped mode")
        );
        assert!(check(|c| c.timeslice = Some(0)).is_err());
        assert!(check(|c| c.max_processes = 0).is_err());
    }
}
