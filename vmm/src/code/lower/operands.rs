//! Operand lists behind an operation, three to a word.

use super::Lowerer;
use crate::code::link::LinkError;
use crate::code::ops::Code;
use crate::ids::Reg;

impl Lowerer<'_, '_> {
    pub(super) fn args(&mut self, words: &[u16]) {
        for chunk in words.chunks(3) {
            let word = |i| chunk.get(i).copied().unwrap_or(0);
            self.emit(Code::Args, word(0), word(1), word(2));
        }
    }

    pub(super) fn regs(&mut self, regs: &[Reg]) {
        let words: Vec<u16> = regs.iter().map(|r| r.0).collect();
        self.args(&words);
    }

    /// An operation with a list of registers whose length is its operand c.
    pub(super) fn with_args(
        &mut self,
        code: Code,
        a: u16,
        b: u16,
        args: &[Reg],
    ) -> Result<(), LinkError> {
        let count = self.count(args.len())?;
        self.emit(code, a, b, count);
        self.regs(args);
        Ok(())
    }

    pub(super) fn count(&self, n: usize) -> Result<u16, LinkError> {
        u16::try_from(n).map_err(|_| LinkError::TooManyOperands {
            instruction: self.at,
            count: n,
        })
    }

    /// An operation with a list of registers whose length is its operand b.
    pub(super) fn list(&mut self, code: Code, dst: Reg, items: &[Reg]) -> Result<(), LinkError> {
        let dst = self.dst(dst);
        let count = self.count(items.len())?;
        self.emit(code, dst, count, 0);
        self.regs(items);
        Ok(())
    }

    /// A map; keys and values take turns.
    pub(super) fn map(&mut self, dst: Reg, entries: &[(Reg, Reg)]) -> Result<(), LinkError> {
        let dst = self.dst(dst);
        let count = self.count(entries.len())?;
        let words: Vec<u16> = entries.iter().flat_map(|(k, v)| [k.0, v.0]).collect();
        self.emit(Code::MapInit, dst, count, 0);
        self.args(&words);
        Ok(())
    }
}
