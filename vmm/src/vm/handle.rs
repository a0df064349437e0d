//! Handles by which other threads reach a running machine.

use std::sync::Arc;

use crate::convert::ConvertError;
use crate::ids::Pid;
use crate::sched::outside::Outside;
use crate::sched::{Gate, Stop};
use crate::value::Value;
use crate::vm::values::Values;

/// Sends messages to a machine, from any thread.
///
/// As long as one exists, a process that waits for a message may still get
/// one: the run does not end for want of work. Give up the handle when no
/// more is to be sent.
#[derive(Debug)]
pub struct VmHandle {
    gate: Arc<Gate>,
    values: Values,
}

impl VmHandle {
    pub(super) fn new(gate: Arc<Gate>, values: Values) -> VmHandle {
        gate.hold();
        VmHandle { gate, values }
    }

    /// Sends a message; to a process that is gone it is dropped.
    ///
    /// # Errors
    /// The value has no form inside the machine.
    pub fn send(&self, to: Pid, message: &Value) -> Result<(), ConvertError> {
        let message = self.values.parcel(message)?;
        self.gate.post(Outside::Send { to, message });
        Ok(())
    }

    /// Ends the run; see [`Stopper::stop`].
    pub fn stop(&self, stop: Stop) {
        self.gate.post(Outside::Stop(stop));
    }
}

impl Clone for VmHandle {
    fn clone(&self) -> VmHandle {
        VmHandle::new(Arc::clone(&self.gate), self.values.clone())
    }
}

impl Drop for VmHandle {
    fn drop(&mut self) {
        self.gate.release();
    }
}

/// Ends a run from any thread, and keeps none alive.
#[derive(Clone, Debug)]
pub struct Stopper {
    gate: Arc<Gate>,
}

impl Stopper {
    pub(super) fn new(gate: Arc<Gate>) -> Stopper {
        Stopper { gate }
    }

    /// Ends the run at the end of the turn that is running. Without a run,
    /// ends the next one as it begins.
    pub fn stop(&self, stop: Stop) {
        self.gate.post(Outside::Stop(stop));
    }
}
