//! Call frames on the process's own stack.
//!
//! ```text
//!  lower addresses                                  higher addresses
//!  … │ header (2 words) │ registers of the callee │ header │ registers of the caller │ …
//!                         ↑ base
//!  base - 1: function (32 bits) · return operation (32 bits)
//!  base - 2: cut (1) · action (7) · flags (8) · extra (16) · destination (16) · registers (16)
//! ```
//!
//! The caller's base is `base + registers + HEADER_WORDS`. A header says what
//! is to be done with the result, because comparisons, magic methods and
//! builtins end in a guest call just as `call` does.
//!
//! # Invariants
//! F1. Both header words are below `TAG_HEAP << 48`, so the collector takes
//!     them for plain numbers: `action` stays below 0x3F, functions below 2^24.
//! F2. The bottom frame's action is [`Action::End`].
//! F3. A frame that is cut off from its caller is no plain store: whoever
//!     returns from it goes the slow way.

use crate::ids::FuncId;

/// Words of a frame header.
pub const HEADER_WORDS: usize = 2;

/// What happens with the result of a frame when it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Action {
    /// It goes to the destination register of the caller.
    Store = 0,
    /// Its negated truth goes there.
    StoreNegated = 1,
    /// Its truth goes there, as a boolean.
    StoreTruth = 2,
    /// It is dropped.
    Discard = 3,
    /// It is the process's result.
    End = 4,
    /// The comparing jump that called decides by its truth.
    Branch = 5,
    /// It is the coroutine's result: the outermost frame of one.
    Finish = 6,
    /// It must be a string, and goes to the destination register.
    StoreText = 7,
    /// What the `iter_init` that called walks.
    Iterate = 8,
    /// It goes to the destination register of the caller as what a property of
    /// the object in operand b of the operation before is: methods are bound.
    StoreMember = 9,
}

/// First header word: which function, and where its caller goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Where(pub u64);

impl Where {
    /// A frame of `func` that returns to operation `return_pc` of its caller.
    #[inline]
    #[must_use]
    pub fn new(func: FuncId, return_pc: u32) -> Where {
        Where(u64::from(func.0) << 32 | u64::from(return_pc))
    }
    /// The frame's function.
    #[inline]
    #[must_use]
    pub fn func(self) -> FuncId {
        FuncId((self.0 >> 32) as u32)
    }
    /// Where its caller goes on.
    #[inline]
    #[must_use]
    pub fn return_pc(self) -> u32 {
        self.0 as u32
    }
}

/// The bit that marks a frame as cut off from its caller.
const CUT: u64 = 1 << 62;

/// Second header word: what to do with the result, and the frame's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Then(pub u64);

impl Then {
    /// A frame of `registers` whose result goes to `dst` by `action`.
    #[inline]
    #[must_use]
    pub fn new(action: Action, dst: u16, registers: u16) -> Then {
        Then((action as u64) << 56 | u64::from(dst) << 16 | u64::from(registers))
    }
    /// Whether the result is simply stored.
    #[inline]
    #[must_use]
    pub fn is_store(self) -> bool {
        self.0 >> 56 == Action::Store as u64
    }
    /// What to do with the result.
    #[inline]
    #[must_use]
    pub fn action(self) -> Action {
        match self.0 >> 56 & !(CUT >> 56) {
            0 => Action::Store,
            1 => Action::StoreNegated,
            2 => Action::StoreTruth,
            3 => Action::Discard,
            5 => Action::Branch,
            6 => Action::Finish,
            7 => Action::StoreText,
            8 => Action::Iterate,
            9 => Action::StoreMember,
            _ => Action::End,
        }
    }
    /// Whether the frame's caller does not lie behind it, but in the storage
    /// of the coroutine that runs.
    #[inline]
    #[must_use]
    pub fn is_cut(self) -> bool {
        self.0 & CUT != 0
    }
    /// The same, cut or not.
    #[inline]
    #[must_use]
    pub fn with_cut(self, cut: bool) -> Then {
        Then(self.0 & !CUT | if cut { CUT } else { 0 })
    }
    /// The same of a frame of other size.
    #[inline]
    #[must_use]
    pub fn with_registers(self, registers: usize) -> Then {
        Then(self.0 & !0xFFFF | registers as u64 & 0xFFFF)
    }
    /// A second operand of the action; 0 if it has none.
    #[inline]
    #[must_use]
    pub fn extra(self) -> u16 {
        (self.0 >> 32) as u16
    }
    /// The same with a second operand.
    #[inline]
    #[must_use]
    pub fn with_extra(self, extra: u16) -> Then {
        Then(self.0 & !(0xFFFF << 32) | u64::from(extra) << 32)
    }
    /// Destination register of the caller.
    #[inline]
    #[must_use]
    pub fn dst(self) -> u16 {
        (self.0 >> 16) as u16
    }
    /// Registers of the frame.
    #[inline]
    #[must_use]
    pub fn registers(self) -> usize {
        (self.0 & 0xFFFF) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::Word;

    #[test]
    fn headers_keep_their_parts_and_never_look_like_references() {
        let place = Where::new(FuncId(0xFF_FFFF), u32::MAX);
        assert_eq!(
            (place.func(), place.return_pc()),
            (FuncId(0xFF_FFFF), u32::MAX)
        );
        assert!(!Word(place.0).is_heap());
        for action in [
            Action::Store,
            Action::StoreNegated,
            Action::StoreTruth,
            Action::Discard,
            Action::End,
            Action::Branch,
            Action::Finish,
            Action::StoreText,
            Action::Iterate,
            Action::StoreMember,
        ] {
            let then = Then::new(action, 0xFFFF, 0xFFFE);
            assert_eq!(
                (then.action(), then.dst(), then.registers()),
                (action, 0xFFFF, 0xFFFE)
            );
            assert!(!Word(then.0).is_boxed());
            let cut = then.with_extra(0xFFFF).with_cut(true).with_registers(7);
            assert!(cut.is_cut() && !cut.is_store() && !Word(cut.0).is_boxed());
            assert_eq!(
                (cut.action(), cut.dst(), cut.registers(), cut.extra()),
                (action, 0xFFFF, 7, 0xFFFF)
            );
            assert_eq!(cut.with_cut(false).is_store(), then.is_store());
        }
    }
}
