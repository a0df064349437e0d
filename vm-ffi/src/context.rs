//! What a native may ask of the machine while it runs.
//!
//! Time, chance and output reach a native through an [`FfiContext`] and
//! through nothing else, so that a deterministic run stays one and a record of
//! what came in is complete. The machine implements the trait; [`FakeContext`]
//! is a second implementation, of plain data, for testing natives.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::bridge::{HandleId, ProcessId};
use crate::error::FfiError;
use crate::resource::{FakeHandles, Resource};

/// The rights that natives of the standard library need.
pub mod rights {
    /// Reading the date and time of day.
    pub const WALL_CLOCK: &str = "time.wall";
    /// Taking random numbers that cannot be foretold.
    pub const ENTROPY: &str = "entropy";
}

/// The machine as a running native sees it.
pub trait FfiContext {
    /// Writes `bytes` to standard output in one piece.
    ///
    /// # Errors
    /// [`FfiError::Failed`] when the console cannot take them.
    fn write_stdout(&mut self, bytes: &[u8]) -> Result<(), FfiError>;

    /// Writes `bytes` to standard error in one piece.
    ///
    /// # Errors
    /// [`FfiError::Failed`] when the console cannot take them.
    fn write_stderr(&mut self, bytes: &[u8]) -> Result<(), FfiError>;

    /// The next line of standard input without its end; nothing when there is no more.
    ///
    /// Natives that call this are blocking.
    ///
    /// # Errors
    /// [`FfiError::Failed`] when it cannot be read, or is no text; [`FfiError::Limit`].
    fn read_line(&mut self) -> Result<Option<String>, FfiError>;

    /// Nanoseconds since a fixed moment before the run began; never runs backwards.
    fn monotonic_nanos(&mut self) -> u64;

    /// Nanoseconds since 1970-01-01T00:00:00Z, negative before it; may jump.
    ///
    /// Natives that call this need the right [`rights::WALL_CLOCK`].
    fn wall_nanos(&mut self) -> i128;

    /// Fills `buffer` with unpredictable bytes (predictable ones in a deterministic run).
    ///
    /// Natives that call this need the right [`rights::ENTROPY`].
    ///
    /// # Errors
    /// [`FfiError::Failed`] when the system has none.
    fn fill_entropy(&mut self, buffer: &mut [u8]) -> Result<(), FfiError>;

    /// Whether the calling process holds `right`, in the words of a package's `Permissions`.
    fn has_right(&self, right: &str) -> bool;

    /// The calling process.
    fn caller(&self) -> ProcessId;

    /// Makes a handle of a resource; the calling process owns it.
    ///
    /// # Errors
    /// There are too many, or the calling process has ended; the resource is closed then.
    fn open_handle(&mut self, resource: Arc<dyn Resource>) -> Result<HandleId, FfiError>;

    /// The resource behind a handle of the calling process; [`borrow`](crate::borrow)
    /// looks whether it is of the right type.
    ///
    /// # Errors
    /// `:not_found` if it is closed, `:denied` if another process owns it.
    fn resource(&self, handle: HandleId) -> Result<Arc<dyn Resource>, FfiError>;

    /// Closes a handle of the calling process.
    ///
    /// # Errors
    /// As [`resource`](FfiContext::resource).
    fn close_handle(&mut self, handle: HandleId) -> Result<(), FfiError>;

    /// Goes on only if the calling process holds `right`.
    ///
    /// For rights that depend on the arguments (a path, a host); one that every call
    /// needs is declared with `needed_right` instead.
    ///
    /// # Errors
    /// [`FfiError::Denied`] that names the right.
    fn require(&self, right: &str) -> Result<(), FfiError> {
        if self.has_right(right) {
            return Ok(());
        }
        Err(FfiError::Denied {
            function: String::new(),
            right: right.to_string(),
        })
    }
}

/// A context of plain data: clocks stand where they are set, output is kept.
///
/// ```
/// use vm_ffi::{FakeContext, FfiContext};
/// let mut context = FakeContext::new();
/// context.write_stdout(b"hello\n")?;
/// assert_eq!(context.stdout, b"hello\n");
/// # Ok::<(), vm_ffi::FfiError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeContext {
    /// What was written to standard output.
    pub stdout: Vec<u8>,
    /// What was written to standard error.
    pub stderr: Vec<u8>,
    /// The lines of standard input that are still to be read.
    pub stdin: VecDeque<String>,
    /// The monotonic clock, in nanoseconds.
    pub monotonic: u64,
    /// The wall clock, in nanoseconds since 1970.
    pub wall: i128,
    /// The seed of the entropy, which is a fixed sequence.
    pub seed: u64,
    /// The rights that the caller holds.
    pub rights: BTreeSet<String>,
    /// The calling process.
    pub caller: ProcessId,
    /// What its handles stand for.
    pub handles: FakeHandles,
}

impl FakeContext {
    /// A context with both clocks at zero, no output yet, and no rights.
    #[must_use]
    pub fn new() -> FakeContext {
        FakeContext {
            stdout: Vec::new(),
            stderr: Vec::new(),
            stdin: VecDeque::new(),
            monotonic: 0,
            wall: 0,
            seed: 0,
            rights: BTreeSet::new(),
            caller: ProcessId(1),
            handles: FakeHandles::default(),
        }
    }

    /// The same context with one right more.
    #[must_use]
    pub fn with_right(mut self, right: &str) -> FakeContext {
        self.rights.insert(right.to_string());
        self
    }
}

impl Default for FakeContext {
    fn default() -> FakeContext {
        FakeContext::new()
    }
}

impl FfiContext for FakeContext {
    fn write_stdout(&mut self, bytes: &[u8]) -> Result<(), FfiError> {
        self.stdout.extend_from_slice(bytes);
        Ok(())
    }

    fn write_stderr(&mut self, bytes: &[u8]) -> Result<(), FfiError> {
        self.stderr.extend_from_slice(bytes);
        Ok(())
    }

    fn read_line(&mut self) -> Result<Option<String>, FfiError> {
        Ok(self.stdin.pop_front())
    }

    fn monotonic_nanos(&mut self) -> u64 {
        self.monotonic
    }

    fn wall_nanos(&mut self) -> i128 {
        self.wall
    }

    fn fill_entropy(&mut self, buffer: &mut [u8]) -> Result<(), FfiError> {
        for chunk in buffer.chunks_mut(8) {
            // SplitMix64 (Steele, Lea, Flood 2014): one addition, two multiplicative mixes.
            self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = self.seed;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }

    fn has_right(&self, right: &str) -> bool {
        self.rights.contains(right)
    }

    fn caller(&self) -> ProcessId {
        self.caller
    }

    fn open_handle(&mut self, resource: Arc<dyn Resource>) -> Result<HandleId, FfiError> {
        Ok(self.handles.open(resource))
    }

    fn resource(&self, handle: HandleId) -> Result<Arc<dyn Resource>, FfiError> {
        self.handles.get(handle)
    }

    fn close_handle(&mut self, handle: HandleId) -> Result<(), FfiError> {
        self.handles.close(handle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_the_published_sequence() {
        // First two outputs of SplitMix64 from seed 0.
        let mut buffer = [0; 12];
        FakeContext::new().fill_entropy(&mut buffer).unwrap();
        assert_eq!(buffer[..8], 0xE220_A839_7B1D_CDAF_u64.to_le_bytes());
        assert_eq!(buffer[8..], 0x6E78_9E6A_A1B9_65F4_u64.to_le_bytes()[..4]);
    }

    #[test]
    fn a_missing_right_is_named() {
        let context = FakeContext::new().with_right("env");
        assert_eq!(context.require("env"), Ok(()));
        let error = context.require("net").unwrap_err().in_function("net.open");
        assert_eq!(
            error.to_string(),
            "net.open needs the right \"net\"; grant it with --allow-net"
        );
    }
}
