//! The registers of a frame for cold code, and lists of those that an operation names
//! behind itself.
//!
//! Cold functions need them as a list while the frame may move. Nearly all
//! lists are short, and asking the allocator for room costs more than most of
//! what is done with them, so short lists stand in place.

use std::ops::Deref;

use super::{At, Cx};
use crate::code::ops::Op;
use crate::word::Word;

/// Registers that a list holds in place.
const IN_PLACE: usize = 12;

/// Operand words behind an operation.
#[derive(Clone, Debug)]
pub(super) enum Regs {
    /// A few.
    Few(usize, [u16; IN_PLACE]),
    /// Many.
    Many(Vec<u16>),
}

impl Regs {
    /// The first `count` operands of `Args` words.
    pub(super) fn read(words: &[Op], count: usize) -> Regs {
        if count > IN_PLACE {
            let all = words.iter().flat_map(|op| [op.a, op.b, op.c]);
            return Regs::Many(all.take(count).collect());
        }
        let mut few = [0; IN_PLACE];
        for (three, op) in few.chunks_exact_mut(3).zip(words) {
            three.copy_from_slice(&[op.a, op.b, op.c]);
        }
        Regs::Few(count, few)
    }

    /// A single register.
    pub(super) fn one(reg: u16) -> Regs {
        let mut few = [0; IN_PLACE];
        few[0] = reg;
        Regs::Few(1, few)
    }

    /// The list without its first register.
    pub(super) fn without_first(mut self) -> Regs {
        match &mut self {
            Regs::Few(count, words) if *count > 0 => {
                words.copy_within(1..*count, 0);
                *count -= 1;
            }
            Regs::Few(..) => {}
            Regs::Many(words) => {
                words.remove(0);
            }
        }
        self
    }
}

impl Deref for Regs {
    type Target = [u16];
    fn deref(&self) -> &[u16] {
        match self {
            Regs::Few(count, words) => &words[..*count],
            Regs::Many(words) => words,
        }
    }
}

impl Cx<'_> {
    /// Reads a register of the frame at a place.
    pub(super) fn reg(&self, at: At, reg: u16) -> Word {
        let heap = &self.process.heap;
        heap.stack_word(heap.len() - at.depth + reg as usize)
    }

    /// Writes a register of the frame at a place.
    pub(super) fn set_reg(&mut self, at: At, reg: u16, word: Word) {
        let heap = &mut self.process.heap;
        let index = heap.len() - at.depth + reg as usize;
        heap.set_stack_word(index, word);
    }

    /// Operand words behind the operation at a place.
    pub(super) fn args(&self, at: At, count: usize) -> Regs {
        let code = self.functions.get(at.func);
        let first = at.pc as usize + 1;
        let words = code.and_then(|code| code.ops.get(first..first + count.div_ceil(3)));
        Regs::read(words.unwrap_or_default(), count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_length_read_back() {
        use crate::code::ops::Code;
        let three = |i: u16| Op::new(Code::Args, 3 * i, 3 * i + 1, 3 * i + 2);
        let words: Vec<Op> = (0..10).map(three).collect();
        for length in 0..=30 {
            let regs = Regs::read(&words, length);
            let expected: Vec<u16> = (0..length as u16).collect();
            assert_eq!(*regs, *expected);
            assert_eq!(matches!(regs, Regs::Few(..)), length <= IN_PLACE);
            if length > 0 {
                assert_eq!(*regs.without_first(), expected[1..]);
            }
        }
        assert_eq!(*Regs::one(7), [7]);
    }
}
