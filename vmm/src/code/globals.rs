//! Numbers of globals, for the whole machine.
//!
//! A class and a name have one number for the life of the machine, whichever
//! version of the class names them, so that a new version finds what an
//! earlier one has set.

use rustc_hash::FxHashMap;

use super::link::LinkError;
use crate::ids::AtomId;
use crate::limits::GLOBALS_MAX;

/// Numbers that were given; see the module documentation.
#[derive(Debug, Default)]
pub struct GlobalNumbers {
    numbers: FxHashMap<(AtomId, AtomId), u32>,
}

impl GlobalNumbers {
    /// The number of a global, a fresh one if it has none.
    ///
    /// # Errors
    /// There are too many.
    pub fn number(&mut self, class: AtomId, name: AtomId) -> Result<u32, LinkError> {
        if let Some(number) = self.numbers.get(&(class, name)) {
            return Ok(*number);
        }
        if self.numbers.len() >= GLOBALS_MAX {
            return Err(LinkError::TooManyGlobals);
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert((class, name), number);
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_and_a_name_have_one_number() {
        let mut numbers = GlobalNumbers::default();
        let mut number = |class, name| numbers.number(AtomId(class), AtomId(name)).unwrap();
        let first = number(1, 1);
        assert_ne!(first, number(1, 2));
        assert_ne!(first, number(2, 1));
        assert_eq!(first, number(1, 1));
    }
}
