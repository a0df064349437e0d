//! Calls of functions of other classes by name.
//!
//! A name means the version of its class that is there at the call, so every
//! such call looks it up; each place that calls a name, or loads one to be
//! called some other way, keeps what it found last, with the version of the code
//! space in which that was so.
//!
//! # Invariants
//! E1. The version is read before the name is looked up, so that what is kept
//!     with a version is what the name meant in it or later.
//! E2. A place is written when a call of it finds a newer version, at most once
//!     a version and thread: running code writes nothing else that is shared (K3).

use crate::ids::FuncId;
use crate::sync::{AtomicU64, Ordering};
use crate::word::Word;

/// One name that a function calls.
#[derive(Debug)]
pub struct CallByName {
    /// The extern function that is called.
    pub word: Word,
    /// Version in the upper half, function in the lower one; 0 if nothing was found yet.
    found: AtomicU64,
}

impl CallByName {
    /// A place that calls an extern function.
    #[must_use]
    pub fn new(word: Word) -> CallByName {
        CallByName {
            word,
            found: AtomicU64::new(0),
        }
    }

    /// What the name means in a version, if that is known.
    #[must_use]
    #[inline]
    pub fn found(&self, version: u32) -> Option<FuncId> {
        let found = self.found.load(Ordering::Relaxed);
        ((found >> 32) as u32 == version).then_some(FuncId(found as u32))
    }

    /// Keeps what the name means in a version.
    pub fn keep(&self, version: u32, function: FuncId) {
        let found = u64::from(version) << 32 | u64::from(function.0);
        self.found.store(found, Ordering::Relaxed);
    }
}
