//! Natives that came with a program: those of its libraries.
//!
//! The machine's own natives are fixed when it is made; a package is loaded later, and
//! what its libraries hold is added behind them, before its classes are linked.
//!
//! # Invariants
//! A1. Numbers of natives never change, and none is taken out.
//! A2. A native of a library that nobody granted exists as soon as it is named: the
//!     program that names it loads, and is refused when it calls.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use vm_ffi::library::{LibraryRight, Withheld};
use vm_ffi::{Arity, FfiFunction, is_canonical};

use super::{Body, Native};
use crate::sync::RwLock;

/// What was added to the natives of a machine.
#[derive(Default)]
pub(super) struct Added {
    natives: boxcar::Vec<Native>,
    names: RwLock<Names>,
}

#[derive(Default)]
struct Names {
    by_name: FxHashMap<Arc<str>, usize>,
    /// Modules of libraries that were not loaded.
    withheld: Vec<(Box<str>, LibraryRight)>,
}

impl Added {
    /// The native of a place.
    pub(super) fn get(&self, place: usize) -> Option<&Native> {
        self.natives.get(place)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Native> {
        self.natives.iter().map(|(_, native)| native)
    }

    /// The place of a name; a native of a library that was withheld is made now.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        {
            let names = self.names.read().ok()?;
            if let Some(place) = names.by_name.get(name) {
                return Some(*place);
            }
            names.withheld(name)?;
        }
        let mut names = self.names.write().ok()?;
        let right = names.withheld(name)?;
        let function = Withheld::new(name, Arity::at_least(0), None, right);
        Some(self.put(&mut names, Arc::new(function)))
    }

    /// Adds a native; one of that name that is there already stays, and the answer is no.
    pub(super) fn add(&self, function: Arc<dyn FfiFunction>) -> bool {
        let Ok(mut names) = self.names.write() else {
            return false;
        };
        if names.by_name.contains_key(function.name()) {
            return false;
        }
        self.put(&mut names, function);
        true
    }

    /// Notes that the natives of a module are withheld for want of a right.
    pub(super) fn withhold(&self, module: &str, right: &LibraryRight) {
        if let Ok(mut names) = self.names.write() {
            names.withheld.push((module.into(), right.clone()));
        }
    }

    fn put(&self, names: &mut Names, function: Arc<dyn FfiFunction>) -> usize {
        let name: Arc<str> = function.name().into();
        let arity = function.variadic();
        let cut = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let place = self.natives.push(Native {
            name: name.clone(),
            least: cut(arity.min),
            most: arity.max.map_or(u16::MAX, cut),
            doc: function.description().map(str::to_owned),
            body: Body::foreign(function),
        });
        names.by_name.insert(name, place);
        place
    }
}

impl Names {
    /// The right that a name of a module that was withheld needs.
    fn withheld(&self, name: &str) -> Option<&LibraryRight> {
        let (module, _) = name.split_once('.').filter(|_| is_canonical(name))?;
        let found = self.withheld.iter().find(|(known, _)| **known == *module);
        found.map(|(_, right)| right)
    }
}
