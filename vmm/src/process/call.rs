//! What a new process begins with: the call of its entry function.
//!
//! # Invariants
//! C1. The words of a [`FirstFrame`] mean the same in every process.

use super::Exec;
use super::frame::{Action, HEADER_WORDS, Then, Where};
use crate::heap::parcel::Parcel;
use crate::heap::{FIRST_BLOCK_WORDS, Heap};
use crate::ids::FuncId;
use crate::word::Word;

/// Words that a first frame begins with, at most.
pub const FIRST_FRAME_WORDS: usize = 6;

/// The call of an entry function.
#[derive(Debug)]
pub enum Call {
    /// A tuple, the function and its arguments: the process makes a frame of it when it runs.
    Tuple(Parcel),
    /// The frame itself.
    Frame(FirstFrame),
}

impl Call {
    /// Where a process with such an empty heap goes on.
    #[inline]
    pub(super) fn begin(self, heap: &mut Heap) -> Exec {
        match self {
            Call::Tuple(tuple) => Exec::Start(Box::new(tuple)),
            Call::Frame(frame) => frame.put(heap),
        }
    }
}

impl From<Parcel> for Call {
    fn from(tuple: Parcel) -> Call {
        Call::Tuple(tuple)
    }
}

/// The frame of a call that needs nothing but a few words.
#[derive(Clone, Copy, Debug)]
pub struct FirstFrame {
    function: FuncId,
    registers: u16,
    words: [Word; FIRST_FRAME_WORDS],
}

impl FirstFrame {
    /// Of a function of so many registers, the first of which are `words`;
    /// nothing if that is more than fits, or one of them refers to a heap.
    #[must_use]
    pub fn new(
        function: FuncId,
        registers: u16,
        words: impl IntoIterator<Item = Word>,
    ) -> Option<FirstFrame> {
        let mut all = [Word::UNDEFINED; FIRST_FRAME_WORDS];
        let mut count = 0;
        for word in words {
            if word.is_heap() {
                return None;
            }
            *all.get_mut(count)? = word;
            count += 1;
        }
        let fits = usize::from(registers) + HEADER_WORDS <= FIRST_BLOCK_WORDS;
        (fits && count <= usize::from(registers)).then_some(FirstFrame {
            function,
            registers,
            words: all,
        })
    }

    /// The function.
    #[must_use]
    pub fn function(&self) -> FuncId {
        self.function
    }

    /// Puts it on an empty stack, for which there is room in every first block.
    fn put(&self, heap: &mut Heap) -> Exec {
        let registers = usize::from(self.registers);
        let start = heap.len() - registers - HEADER_WORDS;
        let (first, rest) = heap.space.words_mut()[start..].split_at_mut(HEADER_WORDS);
        first[0] = Then::new(Action::End, 0, self.registers).0;
        first[1] = Where::new(self.function, 0).0;
        // Past the arguments they are undefined already.
        let known = registers.min(FIRST_FRAME_WORDS);
        for (slot, word) in rest.iter_mut().zip(&self.words[..known]) {
            *slot = word.0;
        }
        rest[known..].fill(Word::UNDEFINED.0);
        heap.set_stack(start);
        Exec::Frame {
            func: self.function,
            pc: 0,
            depth: u32::from(self.registers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_frame_is_whole() {
        let words = [Word::TRUE, Word::number(2.0)];
        let frame = FirstFrame::new(FuncId(7), 4, words).unwrap();
        let mut heap = Heap::new(0, 1 << 20, true);
        let exec = frame.put(&mut heap);
        assert!(matches!(
            exec,
            Exec::Frame {
                func: FuncId(7),
                pc: 0,
                depth: 4
            }
        ));
        let base = heap.len() - 4;
        assert_eq!(heap.stack(), base - HEADER_WORDS);
        let registers = [
            Word::TRUE,
            Word::number(2.0),
            Word::UNDEFINED,
            Word::UNDEFINED,
        ];
        for (i, word) in registers.into_iter().enumerate() {
            assert_eq!(heap.stack_word(base + i), word);
        }
        let (place, then) = (heap.stack_word(base - 1), heap.stack_word(base - 2));
        assert_eq!(Where(place.0).func(), FuncId(7));
        assert_eq!(
            (Then(then.0).action(), Then(then.0).registers()),
            (Action::End, 4)
        );
    }

    #[test]
    fn what_does_not_fit_is_no_first_frame() {
        let some = |count| std::iter::repeat_n(Word::UNIT, count);
        let frame = |registers, count| FirstFrame::new(FuncId(0), registers, some(count));
        assert!(frame(8, FIRST_FRAME_WORDS).is_some());
        assert!(frame(8, FIRST_FRAME_WORDS + 1).is_none());
        assert!(frame(1, 2).is_none());
        let most = (FIRST_BLOCK_WORDS - HEADER_WORDS) as u16;
        assert!(frame(most, 1).is_some() && frame(most + 1, 1).is_none());
        assert!(FirstFrame::new(FuncId(0), 2, [Word::heap(3)]).is_none());
    }
}
