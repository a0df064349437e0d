//! All linked functions by number, to be read without locks and without counting.
//!
//! Functions are added and never taken away, so they stand in tables of
//! write-once cells: each table has twice the room of the one before it and
//! begins with the same functions. Engines read the newest as a plain slice
//! that lives as long as the table itself, and a reader that still has an
//! older one finds what was in it where it was.
//!
//! # Invariants
//! L1. A cell that is set is never set again, and cells are set in order.
//! L2. A table of a number below `newest` is full; one above it does not exist.
//! L3. Only one thread adds at a time: the caller holds a lock.

use std::sync::{Arc, OnceLock};

use super::FunctionCode;
use crate::ids::FuncId;
use crate::sync::{AtomicUsize, Ordering};

/// Places of the first table.
const FIRST: usize = 64;

/// Tables there can be: the last has room for more than 2^24 functions.
const TABLES: usize = 20;

type Cell = OnceLock<Arc<FunctionCode>>;

/// See the module documentation.
#[derive(Debug, Default)]
pub(super) struct FunctionTable {
    tables: [OnceLock<Box<[Cell]>>; TABLES],
    /// The newest table.
    newest: AtomicUsize,
    /// How many functions there are.
    count: AtomicUsize,
}

/// The functions of a machine at some moment, by number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Functions<'a>(&'a [Cell]);

impl<'a> Functions<'a> {
    /// The function of a number, if it was there.
    #[must_use]
    #[inline(always)]
    pub fn get(self, id: FuncId) -> Option<&'a FunctionCode> {
        self.0.get(id.0 as usize)?.get().map(|code| &**code)
    }
}

impl FunctionTable {
    /// How many functions there are.
    pub(super) fn len(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// All there are now.
    #[inline]
    pub(super) fn all(&self) -> Functions<'_> {
        let newest = self.tables.get(self.newest.load(Ordering::Acquire));
        let cells = newest.and_then(OnceLock::get);
        Functions(cells.map_or(&[], |cells| cells))
    }

    /// A function, shared.
    pub(super) fn get(&self, id: FuncId) -> Option<Arc<FunctionCode>> {
        self.all().0.get(id.0 as usize)?.get().cloned()
    }

    /// Adds functions; see L3. There is room for 2^24.
    pub(super) fn add(&self, functions: impl IntoIterator<Item = FunctionCode>) {
        for function in functions {
            let at = self.len();
            if let Some(cell) = self.room(at).and_then(|cells| cells.get(at)) {
                // L1: whoever adds comes alone, so the cell is free.
                cell.get_or_init(|| Arc::new(function));
                self.count.store(at + 1, Ordering::Release);
            }
        }
    }

    /// A table with a cell for number `at`, all before it being in it.
    fn room(&self, at: usize) -> Option<&[Cell]> {
        let old = self.all().0;
        if at < old.len() {
            return Some(old);
        }
        let number = match old {
            [] => 0,
            _ => self.newest.load(Ordering::Acquire) + 1,
        };
        let cells = self.tables.get(number)?.get_or_init(|| {
            let mut cells = Vec::with_capacity(FIRST << number);
            cells.extend_from_slice(old);
            cells.resize_with(FIRST << number, Cell::new);
            cells.into_boxed_slice()
        });
        self.newest.store(number, Ordering::Release);
        Some(cells)
    }
}
