//! The names of shapes in order, and where each stands.
//!
//! A list is written at its end only, under the lock of the table of shapes,
//! and read without one: whoever reads has a shape that counts the entry, and
//! that shape was published after it.

use super::CLASS;
use crate::ids::AtomId;
use crate::sync::{AtomicU16, AtomicU64, Ordering};

/// Names up to which a list is searched one by one.
const LINEAR_MAX: usize = 8;

/// One name of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub key: AtomId,
    /// Flags of the property, and its class.
    pub flags: u8,
}

impl Name {
    pub(super) fn bits(self) -> u64 {
        u64::from(self.key.0) << 8 | u64::from(self.flags)
    }

    fn of_bits(bits: u64) -> Name {
        Name {
            key: AtomId((bits >> 8) as u32),
            flags: bits as u8,
        }
    }

    /// What may stand in a list once.
    pub(super) fn identity(self) -> u64 {
        self.bits() & !u64::from(!CLASS)
    }
}

/// Names in order, shared by the shapes of a branch.
#[derive(Debug)]
pub(super) struct Names {
    names: Box<[AtomicU64]>,
    /// Place + 1 of a name, by hash; empty for short lists.
    index: Box<[AtomicU16]>,
    /// Names in use. Changed under the lock of the table only.
    used: AtomicU16,
}

impl Names {
    pub(super) fn new(capacity: usize, names: impl Iterator<Item = Name>) -> Names {
        let slots = match capacity > LINEAR_MAX {
            true => 2 * capacity.next_power_of_two(),
            false => 0,
        };
        let list = Names {
            names: (0..capacity).map(|_| AtomicU64::new(0)).collect(),
            index: (0..slots).map(|_| AtomicU16::new(0)).collect(),
            used: AtomicU16::new(0),
        };
        names.for_each(|name| list.push(name));
        list
    }

    pub(super) fn push(&self, name: Name) {
        let at = self.used.load(Ordering::Relaxed);
        self.names[usize::from(at)].store(name.bits(), Ordering::Relaxed);
        if !self.index.is_empty() {
            let mask = self.index.len() - 1;
            let mut slot = spread(name.identity()) & mask;
            while self.index[slot].load(Ordering::Relaxed) != 0 {
                slot = (slot + 1) & mask;
            }
            self.index[slot].store(at + 1, Ordering::Relaxed);
        }
        self.used.store(at + 1, Ordering::Relaxed);
    }

    /// How many are in use.
    pub(super) fn len(&self) -> usize {
        usize::from(self.used.load(Ordering::Relaxed))
    }

    pub(super) fn capacity(&self) -> usize {
        self.names.len()
    }

    pub(super) fn get(&self, at: usize) -> Name {
        Name::of_bits(self.names.get(at).map_or(0, |n| n.load(Ordering::Relaxed)))
    }

    /// The place of a name among the first `count`.
    pub(super) fn find(&self, identity: u64, count: usize) -> Option<usize> {
        let is = |at: usize| self.get(at).identity() == identity;
        if self.index.is_empty() {
            return (0..count).find(|at| is(*at));
        }
        let mask = self.index.len() - 1;
        let mut slot = spread(identity) & mask;
        // Half of the slots stay free.
        for _ in 0..self.index.len() {
            match self.index[slot].load(Ordering::Relaxed) {
                0 => return None,
                at if is(usize::from(at) - 1) => {
                    // Beyond `count` it belongs to longer shapes of the branch.
                    return (usize::from(at) <= count).then(|| usize::from(at) - 1);
                }
                _ => slot = (slot + 1) & mask,
            }
        }
        None
    }
}

pub(super) fn spread(identity: u64) -> usize {
    (identity.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize
}
