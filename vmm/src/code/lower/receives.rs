//! Lowering of receives by pattern and by cursor.
//!
//! A scan by cursor belongs to a frame: what it has to remember stands in hidden
//! registers of the frame, so it is gone when the frame is, however it is left.

use super::Lowerer;
use super::jumps::Patch;
use super::shape::SCAN_REGISTERS;
use crate::code::link::LinkError;
use crate::code::ops::Code as C;
use crate::ids::{Offset, Reg};
use crate::isa::{Arm, Instruction as I};
use crate::program::Function;

/// Whether the function looks through its mailbox by cursor.
pub(super) fn scans(function: &Function) -> bool {
    let cursor = |i: &I| matches!(i, I::RecvBegin(..) | I::RecvNext(..) | I::RecvTake());
    function.instructions.iter().any(cursor)
}

/// An optional register as an operand.
fn optional(reg: Option<Reg>) -> Option<u16> {
    reg.map_or(Some(0), |reg| reg.0.checked_add(1))
}

impl Lowerer<'_, '_> {
    /// A receive by pattern: the operation of a match, and where a time-out leads.
    pub(super) fn receive_match(
        &mut self,
        arms: &[Arm],
        timeout: Option<(Reg, Offset)>,
    ) -> Result<(), LinkError> {
        let register = optional(timeout.map(|(reg, _)| reg));
        let register = register.ok_or_else(|| self.no_room())?;
        let at = self.match_operation(C::ReceiveMatch, register, arms)?;
        if let Some((_, offset)) = timeout {
            self.emit(C::Args, 0, 0, 0);
            let target = self.function.resolve(self.at, offset).unwrap_or_default();
            self.patches.push((at, target, Patch::Behind));
        }
        Ok(())
    }

    pub(super) fn recv_begin(
        &mut self,
        hint: Option<Reg>,
        timeout: Option<Reg>,
    ) -> Result<(), LinkError> {
        let scan = self.scan();
        let (hint, timeout) = (optional(hint), optional(timeout));
        let (Some(hint), Some(timeout)) = (hint, timeout) else {
            return Err(self.no_room());
        };
        self.emit(C::RecvBegin, scan, hint, timeout);
        Ok(())
    }

    pub(super) fn recv_next(&mut self, dst: Reg, timed_out: Offset) {
        let scan = Reg(self.scan());
        self.jump_behind(C::RecvNext, dst, scan, timed_out);
    }

    pub(super) fn recv_take(&mut self) {
        let scan = self.scan();
        self.emit(C::RecvTake, scan, 0, 0);
    }

    /// The first of the hidden registers in which the scan stands.
    fn scan(&self) -> u16 {
        self.out.hidden.scan.unwrap_or_default()
    }

    fn no_room(&self) -> LinkError {
        let registers = self.function.frame_size() + u32::from(SCAN_REGISTERS);
        LinkError::TooManyRegisters { registers }
    }
}
