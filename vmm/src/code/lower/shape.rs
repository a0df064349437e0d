//! What lowering a function yields.

use crate::code::ops::Op;
use crate::isa::Instruction as I;
use crate::program::Function;

/// A lowered function, before it gets a number.
#[derive(Debug)]
pub struct Lowered {
    /// The operations.
    pub ops: Vec<Op>,
    /// Instruction of each operation.
    pub origin: Vec<u32>,
    /// First operation of each instruction; one more for the end.
    pub starts: Vec<u32>,
    /// Registers of the frame, hidden ones included.
    pub registers: u16,
    /// Hidden registers, if the function asks for them.
    pub hidden: Hidden,
}

/// Registers that a scan by cursor takes.
pub(super) const SCAN_REGISTERS: u16 = 5;

/// Registers behind those that the function has: those that a call fills beside captures
/// and arguments, and those of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// The receiver.
    pub this: Option<u16>,
    /// The running function.
    pub callee: Option<u16>,
    /// The number of arguments.
    pub count: Option<u16>,
    /// The first of `SCAN_REGISTERS` in which a scan of the mailbox stands; a
    /// call leaves them undefined.
    pub scan: Option<u16>,
}

impl Hidden {
    /// How many registers they are.
    #[must_use]
    pub fn count_all(self) -> u16 {
        let filled = [self.this, self.callee, self.count];
        let filled = filled.into_iter().flatten().count() as u16;
        filled + self.scan.map_or(0, |_| SCAN_REGISTERS)
    }
}

/// Whether calls of the function have hidden registers to fill.
#[must_use]
pub fn asks_for_hidden(f: &Function) -> bool {
    f.instructions
        .iter()
        .any(|i| matches!(i, I::LoadThis(_) | I::LoadCallee(_) | I::ArgCount(_)))
}
