//! Operations whose operands are more than registers in a row.

use super::Lowerer;
use crate::code::link::LinkError;
use crate::code::ops::Code;
use crate::ids::Reg;

impl Lowerer<'_, '_> {
    /// An operation on a register and a global of the class.
    pub(super) fn global(&mut self, code: Code, reg: u16, name: &str) -> Result<(), LinkError> {
        let number = self.pool.global(name)?;
        let at = self.emit(code, reg, 0, 0);
        self.out.ops[at].set_wide(number.cast_signed());
        Ok(())
    }

    /// An operation that goes on with a coroutine; its second destination
    /// stands behind it.
    pub(super) fn resume(&mut self, code: Code, [dst, done, co, src]: [Reg; 4]) {
        self.emit(code, dst.0, co.0, src.0);
        self.regs(&[done]);
    }
}
