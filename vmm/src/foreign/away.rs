//! The machine as a native sees it that runs on a thread of its own.
//!
//! What a native may ask in its process's turn it may ask here, too: of the machine's
//! [`CallBack`], with the rights that its process had when it called.

use std::sync::Arc;

use vm_ffi::{Completion as _, FfiContext, FfiError, HandleId, ProcessId, Resource};

use crate::foreign::call::{Call, CallBack};
use crate::host::Stream;
use crate::rights::Narrowed;

/// See the module documentation.
#[derive(Debug)]
pub struct Away {
    call: Arc<Call>,
    rights: Narrowed,
}

impl Away {
    /// For a call of a process that may do no more than this.
    #[must_use]
    pub fn new(call: Arc<Call>, rights: Narrowed) -> Away {
        Away { call, rights }
    }

    fn write(&self, stream: Stream, bytes: &[u8]) -> Result<(), FfiError> {
        let text = written(bytes)?;
        // What nobody waits for says nothing any more.
        if !self.call.is_cancelled() {
            self.call.machine().write(stream, text);
        }
        Ok(())
    }
}

/// The next line of standard input.
///
/// # Errors
/// It cannot be read, is too long, or is no text.
pub fn line(machine: &dyn CallBack) -> Result<Option<String>, FfiError> {
    let octets = machine.read_line(vm_ffi::MAX_BYTES);
    let octets = octets.map_err(|error| FfiError::failed(format!("standard input: {error}")))?;
    let Some(mut octets) = octets else {
        return Ok(None);
    };
    if octets.len() > vm_ffi::MAX_BYTES {
        return Err(FfiError::Limit {
            what: "the length of a line".into(),
            limit: vm_ffi::MAX_BYTES as u64,
            unit: "bytes",
        });
    }
    if octets.ends_with(b"\n") {
        octets.pop();
        if octets.ends_with(b"\r") {
            octets.pop();
        }
    }
    let text = String::from_utf8(octets);
    text.map(Some)
        .map_err(|_| FfiError::failed("the line of standard input is no UTF-8 text"))
}

/// What a native writes.
///
/// # Errors
/// It is no text.
pub fn written(bytes: &[u8]) -> Result<&str, FfiError> {
    std::str::from_utf8(bytes).map_err(|_| FfiError::failed("what is written must be UTF-8 text"))
}

/// Fills a buffer from a source of 64 bits each.
pub fn fill(buffer: &mut [u8], mut random: impl FnMut() -> u64) {
    for chunk in buffer.chunks_mut(8) {
        let bytes = random().to_le_bytes();
        chunk.copy_from_slice(&bytes[..chunk.len()]);
    }
}

impl FfiContext for Away {
    fn write_stdout(&mut self, bytes: &[u8]) -> Result<(), FfiError> {
        self.write(Stream::Out, bytes)
    }
    fn write_stderr(&mut self, bytes: &[u8]) -> Result<(), FfiError> {
        self.write(Stream::Err, bytes)
    }
    fn read_line(&mut self) -> Result<Option<String>, FfiError> {
        line(self.call.machine())
    }
    fn monotonic_nanos(&mut self) -> u64 {
        self.call.machine().monotonic_ns()
    }
    fn wall_nanos(&mut self) -> i128 {
        i128::from(self.call.machine().wall_ns())
    }
    fn fill_entropy(&mut self, buffer: &mut [u8]) -> Result<(), FfiError> {
        fill(buffer, || self.call.machine().random());
        Ok(())
    }
    fn has_right(&self, right: &str) -> bool {
        right
            .parse()
            .is_ok_and(|right| self.rights.permits(&right) && self.call.machine().permits(&right))
    }
    fn caller(&self) -> ProcessId {
        ProcessId(self.call.by().number())
    }
    fn open_handle(&mut self, resource: Arc<dyn Resource>) -> Result<HandleId, FfiError> {
        self.call.open_handle(resource)
    }
    fn resource(&self, handle: HandleId) -> Result<Arc<dyn Resource>, FfiError> {
        self.call.machine().handles().get(handle, self.call.by())
    }
    fn close_handle(&mut self, handle: HandleId) -> Result<(), FfiError> {
        self.call.machine().handles().close(handle, self.call.by())
    }
}
