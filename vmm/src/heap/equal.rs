//! Equality of values: structural, and exact.
//!
//! *Equal* compares by content, numbers of different types by value. *Same* is
//! exact for what cannot change and identity for what can; map keys and pins
//! use it. Both walk with a work list of their own, so depth reaches no stack,
//! and run no user code.
//!
//! A value may have cycles, or more paths than atoms in the universe. Two
//! spaces of `n` words hold no more than `n / 2` pairs of objects to compare
//! if nothing is shared; once a walk has taken more steps, pairs are noted,
//! joined in classes of objects that are equal unless a difference turns up
//! elsewhere (J. Hopcroft and R. Karp, "A Linear Algorithm for Testing
//! Equivalence of Finite Automata", 1971). From there on every further step
//! joins two classes, so the walk ends after about as many steps as there are
//! objects.
//!
//! # Invariants
//! E1. A reference equals itself without a look inside.
//! E2. References of different spaces are never the same object.
//!
//! # Cost
//! About 5 ns an object, ten times that once pairs are noted.

use num_bigint::BigInt;
use num_traits::FromPrimitive;
use rustc_hash::FxHashMap;

use super::hash::key_hash;
use super::layout::{BOUND, Kind};
use super::properties::{self, Name, PROTOTYPE};
use super::table;
use super::view::View;
use crate::word::{CANONICAL_NAN, Tag, Word};

/// Steps that every walk may take before it notes what it has seen.
const FREE_STEPS: usize = 1024;

/// Whether two values are equal by content, and how many words that took.
#[must_use]
pub fn equal(a_view: View<'_>, a: Word, b_view: View<'_>, b: Word) -> (bool, usize) {
    Walk::new(a_view, b_view, Mode::Equal).run(a, b)
}

/// Whether two values are the same, and how many words that took.
#[must_use]
pub fn same(a_view: View<'_>, a: Word, b_view: View<'_>, b: Word) -> (bool, usize) {
    if a.0 == b.0 && !a.is_heap() {
        return (true, 1);
    }
    if !(a.is_boxed() && b.is_boxed()) {
        return (false, 1);
    }
    Walk::new(a_view, b_view, Mode::Same).run(a, b)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Equal,
    Same,
}

/// What the comparison of two words says before their parts are looked at.
enum Verdict<'a> {
    Is(bool),
    /// Equal if these words are, one by one.
    Parts(&'a [u64], &'a [u64]),
    /// Equal if the entries of these tables are, whose keys `same` tells apart.
    Tables(Word, Word),
    /// Equal if the own properties are.
    Objects,
}

struct Walk<'a> {
    a: View<'a>,
    b: View<'a>,
    mode: Mode,
    same_space: bool,
    todo: Vec<Todo<'a>>,
    words: usize,
    steps: usize,
    free_steps: usize,
    classes: Option<Classes>,
}

enum Todo<'a> {
    Parts(&'a [u64], &'a [u64]),
    /// Entries of the first table from a number on.
    Tables(Word, Word, usize),
    /// Properties of the first object from a number on.
    Objects(Word, Word, usize),
}

impl<'a> Walk<'a> {
    fn new(a: View<'a>, b: View<'a>, mode: Mode) -> Walk<'a> {
        Walk {
            a,
            b,
            mode,
            same_space: a.is_same_space(b),
            todo: Vec::new(),
            words: 0,
            steps: 0,
            free_steps: FREE_STEPS.max(a.len().min(b.len()) / 2),
            classes: None,
        }
    }

    fn run(mut self, a: Word, b: Word) -> (bool, usize) {
        let equal = self.step(a, b) && self.rest();
        (equal, self.words)
    }

    fn rest(&mut self) -> bool {
        while let Some(todo) = self.todo.pop() {
            let equal = match todo {
                Todo::Parts(a, b) => {
                    let ([a, a_rest @ ..], [b, b_rest @ ..]) = (a, b) else {
                        continue;
                    };
                    // Nothing stays behind for the last part, so that a list
                    // takes no memory however long it is.
                    if !a_rest.is_empty() {
                        self.todo.push(Todo::Parts(a_rest, b_rest));
                    }
                    self.step(Word(*a), Word(*b))
                }
                Todo::Tables(a, b, from) => self.table_step(a, b, from),
                Todo::Objects(a, b, from) => self.object_step(a, b, from),
            };
            if !equal {
                return false;
            }
        }
        true
    }

    /// Compares two words and notes what is left to be compared.
    fn step(&mut self, a: Word, b: Word) -> bool {
        self.words += 1;
        match self.verdict(a, b) {
            Verdict::Is(equal) => equal,
            Verdict::Parts(x, y) => {
                if x.len() != y.len() {
                    return false;
                }
                if self.is_new(a, b) {
                    self.todo.push(Todo::Parts(x, y));
                }
                true
            }
            Verdict::Objects => {
                if properties::len(self.a, a) != properties::len(self.b, b) {
                    return false;
                }
                if self.is_new(a, b) {
                    self.todo.push(Todo::Objects(a, b, 0));
                }
                true
            }
            Verdict::Tables(x, y) => {
                if table::len(self.a, x) != table::len(self.b, y) {
                    return false;
                }
                if self.is_new(a, b) {
                    self.todo.push(Todo::Tables(x, y, 0));
                }
                true
            }
        }
    }

    /// Whether the pair still has to be looked into.
    fn is_new(&mut self, a: Word, b: Word) -> bool {
        self.steps += 1;
        if self.steps <= self.free_steps {
            return true;
        }
        // A bit that no reference lacks tells the spaces apart.
        let b = match self.same_space || !b.is_heap() {
            true => b.0,
            false => b.0 & (u64::MAX >> 1),
        };
        self.classes.get_or_insert_default().join(a.0, b)
    }

    fn object_step(&mut self, a: Word, b: Word, from: usize) -> bool {
        let Some((number, x)) = properties::next(self.a, a, from) else {
            return true;
        };
        self.todo.push(Todo::Objects(a, b, number + 1));
        self.words += 2;
        let found = properties::find(self.b, b, Name::of(self.a, x.key), x.hash);
        match found.and_then(|i| properties::entry(self.b, b, i)) {
            Some(y) => self.step(x.value, y.value),
            None => false,
        }
    }

    fn table_step(&mut self, a: Word, b: Word, from: usize) -> bool {
        let used = table::used(self.a, a);
        let entry = (from..used).find_map(|i| Some((i, table::entry(self.a, a, i)?)));
        let Some((number, x)) = entry else {
            return true;
        };
        self.todo.push(Todo::Tables(a, b, number + 1));
        let mut words = 0;
        let found = table::find(self.b, b, x.hash, |key| {
            let (is, walked) = same(self.a, x.key, self.b, key);
            words += walked;
            is
        });
        self.words += words + 2;
        match found.and_then(|i| table::entry(self.b, b, i)) {
            Some(y) => self.step(x.value, y.value),
            None => false,
        }
    }

    fn verdict(&self, a: Word, b: Word) -> Verdict<'a> {
        use Verdict::{Is, Parts, Tables};
        if a.0 == b.0 && (!a.is_heap() || self.same_space) {
            let nan = a.is_number() && a.as_f64().is_nan();
            return Is(!nan || self.mode == Mode::Same);
        }
        if !a.is_boxed() || !b.is_boxed() {
            return Is(self.mode == Mode::Equal && numbers_equal(self.a, a, self.b, b));
        }
        let (Some(x), Some(y)) = (self.a.header(a), self.b.header(b)) else {
            return Is(false);
        };
        let (p, q) = (self.a.payload(a), self.b.payload(b));
        match (x.kind(), y.kind()) {
            (Kind::String, Kind::String) | (Kind::Bytes, Kind::Bytes) => {
                Is(x.aux() == y.aux() && p == q)
            }
            (Kind::LongString, Kind::LongString) => Is(self.a.text(a) == self.b.text(b)),
            (Kind::LongBytes, Kind::LongBytes) => Is(self.a.bytes(a) == self.b.bytes(b)),
            (Kind::BigInteger, Kind::BigInteger) => Is(x.aux() == y.aux() && p == q),
            (Kind::Complex, Kind::Complex) if self.mode == Mode::Same => Is(p == q),
            (Kind::Complex, Kind::Complex) => Is(self.a.complex(a) == self.b.complex(b)),
            (Kind::Complex, Kind::BigInteger) | (Kind::BigInteger, Kind::Complex) => {
                Is(self.mode == Mode::Equal && numbers_equal(self.a, a, self.b, b))
            }
            (Kind::Reference, Kind::Reference)
            | (Kind::Native, Kind::Native)
            | (Kind::ExternFunction, Kind::ExternFunction) => Is(p == q),
            (Kind::Tuple, Kind::Tuple) | (Kind::Pair, Kind::Pair) => Parts(p, q),
            (Kind::Closure, Kind::Closure) => self.closures(x.flags(), p, y.flags(), q),
            _ if self.mode == Mode::Same => Is(false),
            (Kind::Array, Kind::Array) => match (self.a.array_items(a), self.b.array_items(b)) {
                (Some(p), Some(q)) => Parts(p, q),
                _ => Is(false),
            },
            (Kind::Map, Kind::Map) => Tables(self.a.field(a, 0), self.b.field(b, 0)),
            (Kind::Object, Kind::Object) => {
                let prototype = |view: View<'a>, word| view.field(word, PROTOTYPE);
                match self.identical(prototype(self.a, a), prototype(self.b, b)) {
                    true => Verdict::Objects,
                    false => Is(false),
                }
            }
            _ => Is(false),
        }
    }

    /// Same code and same receiver; the captures are left.
    fn closures(&self, x: u8, p: &'a [u64], y: u8, q: &'a [u64]) -> Verdict<'a> {
        let ([f, this, captures @ ..], [g, that, others @ ..]) = (p, q) else {
            return Verdict::Is(false);
        };
        let bound = x & BOUND;
        if f != g || bound != y & BOUND || captures.len() != others.len() {
            return Verdict::Is(false);
        }
        if bound != 0 && !self.identical(Word(*this), Word(*that)) {
            return Verdict::Is(false);
        }
        Verdict::Parts(captures, others)
    }

    /// Whether both are the same place; immediates: the same bits.
    fn identical(&self, a: Word, b: Word) -> bool {
        a.0 == b.0 && (!a.is_heap() || self.same_space)
    }
}

/// Whether two words are numbers of equal value, of whatever type.
fn numbers_equal(a_view: View<'_>, a: Word, b_view: View<'_>, b: Word) -> bool {
    let (Some(a), Some(b)) = (Numeric::of(a_view, a), Numeric::of(b_view, b)) else {
        return false;
    };
    match (a, b) {
        (Numeric::Number(a), Numeric::Number(b)) => a == b,
        (Numeric::Integer(a), Numeric::Integer(b)) => a == b,
        (Numeric::Number(x), Numeric::Integer(n)) | (Numeric::Integer(n), Numeric::Number(x)) => {
            whole(x).is_some_and(|x| x == n)
        }
    }
}

/// A real value; a complex number with an imaginary part is none, and two
/// complex numbers are compared elsewhere.
enum Numeric {
    Number(f64),
    Integer(BigInt),
}

impl Numeric {
    fn of(view: View<'_>, word: Word) -> Option<Numeric> {
        match word.tag() {
            Tag::Number(n) => Some(Numeric::Number(n)),
            Tag::Integer(n) => Some(Numeric::Integer(BigInt::from(n))),
            _ => match view.complex(word) {
                Some(z) => (z.im == 0.0).then_some(Numeric::Number(z.re)),
                None => view.big_integer(word).map(Numeric::Integer),
            },
        }
    }
}

/// A whole double as an integer.
fn whole(n: f64) -> Option<BigInt> {
    if n.fract() == 0.0 {
        BigInt::from_f64(n)
    } else {
        None
    }
}

/// The hash of a number that is the same for every type it could have.
pub(super) fn numeric_bits(n: f64) -> u64 {
    if n == 0.0 {
        0
    } else if n.is_nan() {
        CANONICAL_NAN
    } else {
        n.to_bits()
    }
}

/// Number of the entry of a map's table whose key is the same value.
#[must_use]
pub fn find_key(view: View<'_>, table: Word, key_view: View<'_>, key: Word) -> Option<usize> {
    let hash = key_hash(key_view, key);
    table::find(view, table, hash, |k| same(view, k, key_view, key).0)
}

/// Classes of objects that are taken to be equal.
#[derive(Default)]
pub(crate) struct Classes {
    parents: FxHashMap<u64, u64>,
}

impl Classes {
    /// Joins the classes of two objects; false if they were one already.
    pub(crate) fn join(&mut self, a: u64, b: u64) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return false;
        }
        // Which of the two becomes the root is as good as random.
        let spread = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let (low, high) = if spread(a) < spread(b) {
            (a, b)
        } else {
            (b, a)
        };
        self.parents.insert(low, high);
        true
    }

    /// Halves the path on the way.
    fn root(&mut self, mut at: u64) -> u64 {
        while let Some(parent) = self.parents.get(&at).copied() {
            if let Some(grand) = self.parents.get(&parent).copied() {
                self.parents.insert(at, grand);
                at = grand;
            } else {
                return parent;
            }
        }
        at
    }
}
