//! Bounds that the readers of both versions share: memory, and nesting.
//!
//! # Invariants
//! B1. Memory is charged before it is taken.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use super::binary::ClassError;
use crate::limits;

/// Bytes that an allocation takes beyond its content.
pub(in crate::program) const ALLOCATION: usize = 16;

/// Memory that the class may still take.
#[derive(Debug)]
pub(in crate::program) struct Memory(usize);

impl Memory {
    pub(in crate::program) fn new() -> Self {
        Memory(limits::CLASS_MEMORY_MAX)
    }

    /// Charges `each` bytes `count` times, for what stands at offset `at`.
    pub(in crate::program) fn charge(
        &mut self,
        count: usize,
        each: usize,
        at: usize,
    ) -> Result<(), ClassError> {
        let left = count
            .checked_mul(each)
            .and_then(|bytes| self.0.checked_sub(bytes));
        match left {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Err(ClassError::Limit {
                at: Some(at),
                what: "bytes of memory",
                found: limits::CLASS_MEMORY_MAX.saturating_add(1),
                limit: limits::CLASS_MEMORY_MAX,
            }),
        }
    }

    /// Bytes that may still be taken.
    pub(in crate::program) fn left(&self) -> usize {
        self.0
    }
}

/// One more level, for what stands at offset `at`.
pub(in crate::program) fn check_level(parents: usize, at: usize) -> Result<(), ClassError> {
    if parents >= limits::NESTING_MAX {
        return Err(ClassError::Limit {
            at: Some(at),
            what: "levels of nesting",
            found: parents.saturating_add(1),
            limit: limits::NESTING_MAX,
        });
    }
    Ok(())
}
