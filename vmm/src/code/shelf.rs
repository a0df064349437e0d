//! Classes that come with the machine and are linked when they are first named.
//!
//! A program names few of them, and decoding, verifying and linking all would
//! take longer than many a program runs. So they lie on a shelf as the bytes of
//! class files, until a class is linked that names one of their natives, or a
//! function of theirs is looked up.
//!
//! # Invariants
//! H1. Linking a class of the shelf brings in only such that stand before it: it
//!     comes to an end, whatever they name. What it does not find yet is looked
//!     up when it is called.
//! H2. A class of the shelf that cannot be read, verified or linked is as if it
//!     were not there; a test loads all of them.

use std::cell::RefCell;

use crate::program::Module;
use crate::verify::{Verified, verify};

/// Names and class files, in an order in which they can be linked.
pub type Shelf = &'static [(&'static str, &'static [u8])];

/// Decodes and verifies a class of a shelf.
pub(super) fn take(shelf: Shelf, class: &str) -> Option<Verified<Module>> {
    let bytes = shelf.get(place(shelf, class)?)?.1;
    verify(Module::from_bytes(bytes).ok()?).ok()
}

fn place(shelf: Shelf, class: &str) -> Option<usize> {
    shelf.iter().position(|(name, _)| *name == class)
}

/// What one class misses of a shelf while it is linked.
pub(super) struct Missing {
    shelf: Shelf,
    /// Classes from here on are not brought in.
    end: usize,
    names: RefCell<Vec<&'static str>>,
    /// Those that were asked for before: they are there now, or cannot be had.
    asked: Vec<&'static str>,
}

impl Missing {
    /// Nothing yet, of what a class may bring in.
    pub(super) fn of(shelf: Shelf, class: &str) -> Missing {
        Missing {
            shelf,
            end: place(shelf, class).unwrap_or(shelf.len()),
            names: RefCell::default(),
            asked: Vec::new(),
        }
    }

    /// A class is named that is not linked.
    pub(super) fn note(&self, class: &str) {
        let before = self.shelf.get(..self.end).unwrap_or_default();
        let found = before.iter().find(|(name, _)| *name == class);
        if let Some((name, _)) = found
            && !self.asked.contains(name)
            && !self.names.borrow().contains(name)
        {
            self.names.borrow_mut().push(name);
        }
    }

    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.names.borrow().is_empty()
    }

    /// The names noted, which are not noted again.
    pub(super) fn next(&mut self) -> Vec<&'static str> {
        let names = std::mem::take(self.names.get_mut());
        self.asked.extend(&names);
        names
    }
}
