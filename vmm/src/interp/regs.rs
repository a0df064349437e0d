//! The registers that an operation names behind itself, read out.
//!
//! Cold functions need them as a list while the frame may move. Nearly all
//! lists are short, and asking the allocator for room costs more than most of
//! what is done with them, so short lists stand in place.

use std::ops::Deref;

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

impl FromIterator<u16> for Regs {
    fn from_iter<T: IntoIterator<Item = u16>>(items: T) -> Regs {
        let mut words = [0; IN_PLACE];
        let mut count = 0;
        let mut items = items.into_iter();
        for item in items.by_ref() {
            if count == IN_PLACE {
                let mut many = words.to_vec();
                many.push(item);
                many.extend(items);
                return Regs::Many(many);
            }
            words[count] = item;
            count += 1;
        }
        Regs::Few(count, words)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_length_read_back() {
        for length in 0..30 {
            let words: Vec<u16> = (0..length).collect();
            let regs: Regs = words.iter().copied().collect();
            assert_eq!(*regs, *words);
            assert_eq!(matches!(regs, Regs::Few(..)), length <= 12);
            if length > 0 {
                assert_eq!(*regs.without_first(), words[1..]);
            }
        }
    }
}
