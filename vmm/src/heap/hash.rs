//! Hashes of values.
//!
//! [`hash`] is structural: equal values have equal hashes, numbers of equal
//! value of whatever type too. [`key_hash`] is for map keys, where what can be
//! changed counts by identity: it looks at nothing inside it, so that a key
//! keeps its hash while it lives and when it moves.
//!
//! Both see the value as the tree that it unfolds to, so shared parts and
//! cycles do not matter, and stop after [`HASH_STEPS_MAX`] of its parts. Maps
//! and objects count by the sum of their keys' hashes, which no order changes. A
//! walk is plain data and can be left off after any step.
//!
//! [`HASH_STEPS_MAX`]: crate::limits::HASH_STEPS_MAX
//!
//! # Cost
//! About 3 ns a part; text by its length.

use std::fmt;
use std::hash::{BuildHasher, Hasher};

use foldhash::quality::{FixedState, FoldHasher};
use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::equal::numeric_bits;
use super::layout::Kind;
use super::properties;
use super::table;
use super::view::View;
use crate::limits::HASH_STEPS_MAX;
use crate::word::{Tag, Word};

/// A hash that equal values share, and how many words were looked at; `seed`
/// gives another family of hashes.
#[must_use]
pub fn hash(view: View<'_>, word: Word, seed: u64) -> (u64, usize) {
    Hashing::new(word, seed).finish(view)
}

/// The hash of a map key; values that are the same share it.
#[must_use]
pub fn key_hash(view: View<'_>, word: Word) -> u32 {
    key_hash_walk(view, word).0
}

/// As [`key_hash`], and how many words were looked at.
#[must_use]
pub fn key_hash_walk(view: View<'_>, word: Word) -> (u32, usize) {
    let (hash, words) = Hashing::key(view, word).finish(view);
    (hash as u32, words)
}

/// Bytes of text that count as a part.
const STEP_BYTES: usize = 64;

/// Octets that are hashed in one step, and entries that are looked at.
const BULK: usize = 1 << 14;

/// A number for each kind of part, so that `(1, 2)` and `[1, 2]` differ.
#[derive(Clone, Copy, Debug)]
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

/// What is left to be hashed.
#[derive(Clone, Copy, Debug)]
enum Todo {
    /// Payload words of an object from an index up to an end.
    Parts(Word, u32, u32),
    /// Octets of a string or of bytes from an index on.
    Octets(Word, usize),
    /// Keys of a map from an entry on; the sum of the hashes before.
    Entries(Word, usize, u64),
    /// Names of an object from a property on; the sum of the hashes before.
    Properties(Word, usize, u64),
}

/// The computation of a hash, which can be left off.
pub struct Hashing {
    /// The value, until the walk begins.
    begin: Option<Word>,
    hasher: FoldHasher<'static>,
    todo: Vec<Todo>,
    keys: bool,
    /// Parts so far, which equal values have in common.
    steps: usize,
    words: usize,
}

impl fmt::Debug for Hashing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Hashing");
        f.field("todo", &self.todo).field("words", &self.words);
        f.finish_non_exhaustive()
    }
}

impl Hashing {
    /// Of a value; see [`hash`].
    #[must_use]
    pub fn new(word: Word, seed: u64) -> Hashing {
        Hashing {
            begin: Some(word),
            hasher: FixedState::with_seed(seed).build_hasher(),
            todo: Vec::new(),
            keys: false,
            steps: 1,
            words: 0,
        }
    }

    /// Of a map key, whose hash is the lower half.
    #[must_use]
    pub fn key(view: View<'_>, word: Word) -> Hashing {
        Hashing {
            keys: true,
            ..Hashing::new(word, view.common().seed())
        }
    }

    /// How many words it has looked at.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// Bytes that its state takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.todo.capacity() * size_of::<Todo>()
    }

    /// Goes on for about so many words; nothing if that was not enough. The
    /// view is that of every call.
    pub fn run(&mut self, view: View<'_>, words: usize) -> Option<u64> {
        if let Some(word) = self.begin.take() {
            self.part(view, word);
        }
        let end = self.words.saturating_add(words);
        while let Some(todo) = self.todo.pop() {
            if self.words >= end {
                self.todo.push(todo);
                return None;
            }
            match todo {
                Todo::Parts(word, at, end) => {
                    if at + 1 < end {
                        self.todo.push(Todo::Parts(word, at + 1, end));
                    }
                    self.steps += 1;
                    if self.steps > HASH_STEPS_MAX {
                        break;
                    }
                    self.part(view, view.item(word, at as usize));
                }
                Todo::Octets(word, from) => self.octets(view, word, from),
                Todo::Entries(word, from, sum) => self.entries(view, word, from, sum),
                Todo::Properties(word, from, sum) => self.properties(view, word, from, sum),
            }
        }
        self.todo.clear();
        Some(self.hasher.finish())
    }

    fn finish(mut self, view: View<'_>) -> (u64, usize) {
        let hash = self.run(view, usize::MAX);
        (hash.unwrap_or_default(), self.words)
    }

    fn put(&mut self, mark: Mark, bits: u64) {
        self.hasher.write_u8(mark as u8);
        self.hasher.write_u64(bits);
    }

    /// The parts of an object are its payload words from an index up to an end.
    fn parts(&mut self, mark: Mark, word: Word, from: usize, end: usize) {
        self.put(mark, (end - from) as u64);
        if from < end {
            self.todo.push(Todo::Parts(word, from as u32, end as u32));
        }
    }

    fn part(&mut self, view: View<'_>, word: Word) {
        self.words += 1;
        match word.tag() {
            Tag::Number(n) => self.put(Mark::Number, numeric_bits(n)),
            // A double holds every inline integer exactly.
            Tag::Integer(n) => self.put(Mark::Number, numeric_bits(n as f64)),
            Tag::Boolean(_) | Tag::Unit | Tag::Undefined | Tag::Nil => {
                self.put(Mark::Special, word.0);
            }
            // By text: numbers of atoms differ from machine to machine.
            Tag::Atom(id) => {
                let hash = view.common().atoms.hash(id);
                self.put(Mark::Atom, hash);
            }
            Tag::Process(_) => self.put(Mark::Process, word.0),
            Tag::Function(id) => self.put(Mark::Function, u64::from(id.0)),
            Tag::Shared(_) | Tag::Heap(_) => self.object(view, word),
        }
    }

    fn object(&mut self, view: View<'_>, word: Word) {
        let payload = view.payload(word);
        let kind = view.kind(word).unwrap_or(Kind::Forward);
        match kind {
            Kind::String | Kind::LongString => {
                let text = view.text_bytes(word).unwrap_or_default();
                self.text(view, Mark::String, word, text.len());
            }
            Kind::Bytes | Kind::LongBytes => {
                let bytes = view.bytes(word).unwrap_or_default();
                self.text(view, Mark::Bytes, word, bytes.len());
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
            Kind::Tuple => self.parts(Mark::Tuple, word, 0, payload.len()),
            Kind::Pair => self.parts(Mark::Pair, word, 0, payload.len()),
            Kind::Closure => {
                if let [function, _, ..] = payload {
                    self.put(Mark::Function, *function);
                    self.parts(Mark::Function, word, 2, payload.len());
                }
            }
            Kind::Reference | Kind::Native | Kind::Handle | Kind::ExternFunction => {
                self.put(Mark::Reference, payload.len() as u64);
                for word in payload {
                    self.hasher.write_u64(*word);
                }
            }
            _ if self.keys => self.put(Mark::Identity, kind as u64),
            Kind::Array => {
                let items = view.array_items(word).unwrap_or_default();
                self.parts(Mark::Array, view.field(word, 1), 0, items.len());
            }
            Kind::Map => self.entries(view, view.field(word, 0), 0, 0),
            Kind::Object => self.properties(view, word, 0, 0),
            _ => self.put(Mark::Identity, kind as u64),
        }
    }

    fn text(&mut self, view: View<'_>, mark: Mark, word: Word, len: usize) {
        self.steps += len / STEP_BYTES;
        self.put(mark, len as u64);
        self.octets(view, word, 0);
    }

    fn octets(&mut self, view: View<'_>, word: Word, from: usize) {
        let all = view.text_bytes(word).or_else(|| view.bytes(word));
        let rest = all.and_then(|all| all.get(from..)).unwrap_or_default();
        let now = &rest[..rest.len().min(BULK)];
        self.words += now.len() / 8;
        self.hasher.write(now);
        if now.len() < rest.len() {
            self.todo.push(Todo::Octets(word, from + BULK));
        }
    }

    fn entries(&mut self, view: View<'_>, table: Word, from: usize, mut sum: u64) {
        let used = table::used(view, table);
        let end = used.min(from + BULK);
        for number in from..end {
            if let Some(entry) = table::entry(view, table, number) {
                sum = sum.wrapping_add(u64::from(entry.hash));
            }
        }
        self.words += end - from;
        match end < used {
            true => self.todo.push(Todo::Entries(table, end, sum)),
            false => self.put(Mark::Map, sum),
        }
    }

    fn properties(&mut self, view: View<'_>, object: Word, mut from: usize, mut sum: u64) {
        for _ in 0..BULK {
            let Some((number, entry)) = properties::next(view, object, from) else {
                self.put(Mark::Object, sum);
                return;
            };
            sum = sum.wrapping_add(u64::from(entry.hash));
            self.words += 1 + number - from;
            from = number + 1;
        }
        self.todo.push(Todo::Properties(object, from, sum));
    }

    /// As the double of the same value, if there is one.
    fn big_integer(&mut self, n: BigInt) {
        // From 54 bits on a double may be equal; it is if nothing is lost.
        let bits = n.bits();
        self.words += bits as usize / 64;
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
