//! What is shared, told by its address: looked at once, however often it occurs.
//!
//! A class file names one long text from a million places. Comparing contents
//! each time would take hours; here each text in memory is compared with the
//! others at most once, and by its number ever after. Constants are counted in
//! the same way.
//!
//! # Invariants
//! S1. Addresses are those of texts and constants of the class under
//!     verification, which stay where they are.
//! S2. Nothing here is faster or slower for the contents that a class chooses:
//!     no hash of contents decides where anything is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_traits::ToPrimitive;
use rustc_hash::FxHashMap;

use crate::limits;
use crate::text::quote::is_hidden;
use crate::value::{Primitive, Value, canonical_bits};

/// Numbers of texts; equal texts have equal numbers.
#[derive(Debug, Default)]
pub(super) struct Texts {
    by_address: FxHashMap<usize, Option<Known>>,
    by_content: BTreeMap<Arc<str>, Known>,
}

/// What is known of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Its number.
    pub(super) number: u32,
    /// Every character of it shows.
    pub(super) shows: bool,
}

impl Texts {
    /// Counts a text that is used.
    pub(super) fn seen(&mut self, text: &Arc<str>) {
        self.by_address.entry(text.as_ptr().addr()).or_default();
    }

    /// Different texts, or more if equal ones lie in several places.
    pub(super) fn count(&self) -> usize {
        self.by_address.len()
    }

    /// Number and looks of a text.
    pub(super) fn known(&mut self, text: &Arc<str>) -> Known {
        let place = self.by_address.entry(text.as_ptr().addr()).or_default();
        if let Some(known) = *place {
            return known;
        }
        let number = u32::try_from(self.by_content.len()).unwrap_or(u32::MAX);
        let known = *self
            .by_content
            .entry(Arc::clone(text))
            .or_insert_with(|| Known {
                number,
                shows: !text.chars().any(is_hidden),
            });
        *place = Some(known);
        known
    }
}

/// A constant by kind and place or content.
type Key = (u8, u64);

/// Constants met lately, of any class that has few different ones all of them.
const RECENT: usize = 1024;

/// Counts different constants.
#[derive(Debug)]
pub(super) struct Different {
    recent: Vec<Key>,
    /// Up to one more than a class may have.
    all: BTreeSet<Key>,
    /// Those that have neither a place nor a short content.
    others: usize,
}

impl Different {
    pub(super) fn new() -> Self {
        Different {
            recent: vec![(0, 0); RECENT],
            all: BTreeSet::new(),
            others: 0,
        }
    }

    /// Different constants, or more if equal ones lie in several places.
    pub(super) fn count(&self) -> usize {
        self.all.len().saturating_add(self.others)
    }

    /// Counts a constant that is used.
    pub(super) fn seen(&mut self, value: &Value) {
        let Some(key) = key(value) else {
            self.others = self.others.saturating_add(1);
            return;
        };
        // Low bits of addresses and high bits of small doubles tell nothing.
        let mixed = key.1 ^ (key.1 >> 7) ^ (key.1 >> 47) ^ u64::from(key.0);
        let recent = usize::try_from(mixed).unwrap_or(0) % RECENT;
        if let Some(place) = self.recent.get_mut(recent)
            && *place != key
        {
            *place = key;
            if self.all.len() <= limits::CONSTANTS_MAX {
                self.all.insert(key);
            }
        }
    }
}

fn key(value: &Value) -> Option<Key> {
    let short = |kind, content| Some((kind, content));
    // No address fails to fit: they have at most 64 bits.
    let place = |kind, address: usize| Some((kind, u64::try_from(address).ok()?));
    if let Some(address) = value.address() {
        return place(1, address);
    }
    match value {
        Value::Primitive(Primitive::Number(n)) => short(2, canonical_bits(*n)),
        Value::Primitive(Primitive::Integer(n)) => short(9, n.to_i64()?.cast_unsigned()),
        Value::Primitive(Primitive::Boolean(b)) => short(3, u64::from(*b)),
        Value::Primitive(Primitive::String(text)) => place(4, text.as_ptr().addr()),
        Value::Primitive(Primitive::Atom(text)) => place(5, text.as_ptr().addr()),
        Value::Primitive(Primitive::Unit) => short(6, 0),
        Value::Primitive(Primitive::Undefined) => short(6, 1),
        Value::Primitive(Primitive::Nil) => short(6, 2),
        Value::Native(name) => place(7, name.as_ptr().addr()),
        Value::Function(crate::value::FunctionRef::Local(index)) => short(8, index.0.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_constants_are_counted_once() {
        let mut different = Different::new();
        let text = Value::string("x");
        let tuple = Value::tuple([Value::unit()]);
        for _ in 0..3 {
            for n in 0..2000 {
                different.seen(&Value::number(f64::from(n)));
            }
            different.seen(&text.clone());
            different.seen(&tuple.clone());
            different.seen(&Value::nil());
        }
        assert_eq!(different.count(), 2003);
        for _ in 0..2 {
            different.seen(&Value::integer(-1));
            different.seen(&Value::complex(0.0, 1.0));
        }
        assert_eq!(different.count(), 2006);
    }

    #[test]
    fn equal_texts_have_equal_numbers() {
        let mut texts = Texts::default();
        let (a, b, c): (Arc<str>, Arc<str>, Arc<str>) = ("a".into(), "a".into(), "\n".into());
        texts.seen(&a);
        assert_eq!(texts.known(&a).number, texts.known(&b).number);
        assert_ne!(texts.known(&a).number, texts.known(&c).number);
        assert!(texts.known(&a).shows && !texts.known(&c).shows);
        assert_eq!(texts.count(), 3);
    }
}
