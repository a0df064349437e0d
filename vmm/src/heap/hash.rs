//! Hashes of values.
//!
//! [`hash`] is structural: equal values have equal hashes, numbers of equal
//! value of whatever type too. [`key_hash`] is for map keys, where what can be
//! changed counts by identity: it looks at nothing inside it, so that a key
//! keeps its hash while it lives and when it moves.
//!
//! Both see the value as the tree that it unfolds to, so shared parts and
//! cycles do not matter, and stop after [`HASH_STEPS_MAX`] of its parts. Maps
//! and objects count by the sum of their keys' hashes, which no order changes.
//!
//! [`HASH_STEPS_MAX`]: crate::limits::HASH_STEPS_MAX
//!
//! # Cost
//! About 3 ns a part; text by its length.

use std::hash::{BuildHasher, Hasher};

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::equal::numeric_bits;
use super::layout::Kind;
use super::properties;
use super::table::{self, Entry};
use super::view::View;
use crate::limits::HASH_STEPS_MAX;
use crate::word::{Tag, Word};

/// A hash that equal values share, and how many parts were looked at; `seed`
/// gives another family of hashes.
#[must_use]
pub fn hash(view: View<'_>, word: Word, seed: u64) -> (u64, usize) {
    Walk::run(view, word, seed, false)
}

/// The hash of a map key; values that are the same share it.
#[must_use]
pub fn key_hash(view: View<'_>, word: Word) -> u32 {
    key_hash_walk(view, word).0
}

/// As [`key_hash`], and how many parts were looked at.
#[must_use]
pub fn key_hash_walk(view: View<'_>, word: Word) -> (u32, usize) {
    let (hash, steps) = Walk::run(view, word, view.common().seed(), true);
    (hash as u32, steps)
}

/// Bytes of text that count as a part.
const STEP_BYTES: usize = 64;

/// A number for each kind of part, so that `(1, 2)` and `[1, 2]` differ.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Mark {
    Number = 1,
    Integer,
    Complex,
    Special,
    Atom,
    Process,
    Function,
    String,
    Bytes,
    Tuple,
    Array,
    Pair,
    Map,
    Object,
    Reference,
    Identity,
}

struct Walk<'a, H> {
    view: View<'a>,
    hasher: H,
    todo: Vec<&'a [u64]>,
    keys: bool,
    steps: usize,
}

impl Walk<'_, ()> {
    fn run(view: View<'_>, word: Word, seed: u64, keys: bool) -> (u64, usize) {
        let mut walk = Walk {
            view,
            hasher: foldhash::quality::FixedState::with_seed(seed).build_hasher(),
            todo: Vec::new(),
            keys,
            steps: 1,
        };
        walk.part(word);
        while let Some(parts) = walk.todo.pop() {
            let Some((first, rest)) = parts.split_first() else {
                continue;
            };
            if !rest.is_empty() {
                walk.todo.push(rest);
            }
            walk.steps += 1;
            if walk.steps > HASH_STEPS_MAX {
                break;
            }
            walk.part(Word(*first));
        }
        (walk.hasher.finish(), walk.steps)
    }
}

impl<'a, H: Hasher> Walk<'a, H> {
    fn put(&mut self, mark: Mark, bits: u64) {
        self.hasher.write_u8(mark as u8);
        self.hasher.write_u64(bits);
    }

    fn parts(&mut self, mark: Mark, parts: &'a [u64]) {
        self.put(mark, parts.len() as u64);
        if !parts.is_empty() {
            self.todo.push(parts);
        }
    }

    fn part(&mut self, word: Word) {
        match word.tag() {
            Tag::Number(n) => self.put(Mark::Number, numeric_bits(n)),
            // A double holds every inline integer exactly.
            Tag::Integer(n) => self.put(Mark::Number, numeric_bits(n as f64)),
            Tag::Boolean(_) | Tag::Unit | Tag::Undefined | Tag::Nil => {
                self.put(Mark::Special, word.0);
            }
            // By text: numbers of atoms differ from machine to machine.
            Tag::Atom(id) => {
                let hash = self.view.common().atoms.hash(id);
                self.put(Mark::Atom, hash);
            }
            Tag::Process(_) => self.put(Mark::Process, word.0),
            Tag::Function(id) => self.put(Mark::Function, u64::from(id.0)),
            Tag::Shared(_) | Tag::Heap(_) => self.object(word),
        }
    }

    fn object(&mut self, word: Word) {
        let view = self.view;
        let payload = view.payload(word);
        let kind = view.kind(word).unwrap_or(Kind::Forward);
        match kind {
            Kind::String | Kind::LongString => {
                let text = view.text_bytes(word).unwrap_or_default();
                self.steps += text.len() / STEP_BYTES;
                self.put(Mark::String, text.len() as u64);
                self.hasher.write(text);
            }
            Kind::Bytes | Kind::LongBytes => {
                let bytes = view.bytes(word).unwrap_or_default();
                self.steps += bytes.len() / STEP_BYTES;
                self.put(Mark::Bytes, bytes.len() as u64);
                self.hasher.write(bytes);
            }
            Kind::BigInteger => self.big_integer(view.big_integer(word).unwrap_or_default()),
            Kind::Complex => match view.complex(word) {
                // Equal to the number.
                Some(z) if z.im == 0.0 => self.put(Mark::Number, numeric_bits(z.re)),
                Some(z) => {
                    self.put(Mark::Complex, numeric_bits(z.re));
                    self.hasher.write_u64(numeric_bits(z.im));
                }
                None => {}
            },
            Kind::Tuple => self.parts(Mark::Tuple, payload),
            Kind::Pair => self.parts(Mark::Pair, payload),
            Kind::Closure => {
                if let [function, _, captures @ ..] = payload {
                    self.put(Mark::Function, *function);
                    self.parts(Mark::Function, captures);
                }
            }
            Kind::Reference | Kind::Native | Kind::ExternFunction => {
                self.put(Mark::Reference, payload.len() as u64);
                for word in payload {
                    self.hasher.write_u64(*word);
                }
            }
            _ if self.keys => self.put(Mark::Identity, kind as u64),
            Kind::Array => self.parts(Mark::Array, view.array_items(word).unwrap_or_default()),
            Kind::Map => {
                let entries = table::entries(view, view.field(word, 0));
                self.keys_of(Mark::Map, entries);
            }
            Kind::Object => self.keys_of(Mark::Object, properties::entries(view, word)),
            _ => self.put(Mark::Identity, kind as u64),
        }
    }

    fn keys_of(&mut self, mark: Mark, entries: impl Iterator<Item = (usize, Entry)>) {
        let mut sum = 0_u64;
        for (_, entry) in entries {
            sum = sum.wrapping_add(u64::from(entry.hash));
        }
        self.put(mark, sum);
    }

    /// As the double of the same value, if there is one.
    fn big_integer(&mut self, n: BigInt) {
        // From 54 bits on a double may be equal; it is if nothing is lost.
        let bits = n.bits();
        let exact = n.trailing_zeros().is_some_and(|zeros| bits - zeros <= 53);
        match n.to_f64() {
            Some(x) if exact && x.is_finite() => self.put(Mark::Number, numeric_bits(x)),
            _ => {
                self.steps += bits as usize / (8 * STEP_BYTES);
                self.put(Mark::Integer, bits);
                for digit in n.iter_u64_digits() {
                    self.hasher.write_u64(digit);
                }
                self.hasher
                    .write_u8(u8::from(n.sign() == num_bigint::Sign::Minus));
            }
        }
    }
}
