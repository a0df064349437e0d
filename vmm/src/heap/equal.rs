//! Equality of values: structural, and exact.
//!
//! *Equal* compares by content, numbers of different types by value. *Same* is exact for what
//! cannot change and identity for what can; map keys and pins use it. *Exact* compares by content
//! and is exact. All walk with a work list of their own and run no user code.
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
//! A walk is plain data and can be left off after any step: an engine gives it
//! so many words, and goes on with it in the process's next turn.
//!
//! # Invariants
//! E1. A reference equals itself without a look inside.
//! E2. References of different spaces are never the same object.
//! E3. The words of a walk that is left off are good while no object of its
//!     spaces moves or changes.
//!
//! # Cost
//! About 10 ns a word, several times that once pairs are noted.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::layout::{BOUND, Kind};
use super::notes::{Classes, place_key};
use super::properties::{self, Name, PROTOTYPE};
use super::search::Search;
use super::table;
use super::view::View;
use crate::word::{CANONICAL_NAN, Tag, Word};

/// Steps that every walk may take before it notes what it has seen.
const FREE_STEPS: usize = 1024;

/// Octets that are compared in one step.
const BULK: usize = 1 << 16;

/// What a step costs beside its own once pairs are noted, in words.
const NOTE_WORDS: usize = 4;

/// Whether two values are equal by content, and how many words that took.
#[must_use]
pub fn equal(a_view: View<'_>, a: Word, b_view: View<'_>, b: Word) -> (bool, usize) {
    Equality::equal(a, b).finish(a_view, b_view)
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
    Equality::same(a, b).finish(a_view, b_view)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Equal,
    Same,
    /// As `Equal`, but what cannot change is compared as by `Same`.
    Exact,
}

/// What the comparison of two words says before their parts are looked at.
enum Verdict {
    Is(bool),
    /// Equal if the payloads of these objects are, from an index up to an end.
    Parts(Word, Word, usize, usize),
    /// Equal if these long texts or octets are.
    Octets,
    /// Equal if the entries of these tables are, whose keys `same` tells apart.
    Tables(Word, Word),
    /// Equal if the own properties are.
    Objects,
}

/// What is left to be compared.
#[derive(Clone, Copy, Debug)]
enum Todo {
    /// Payloads of two objects, from an index up to an end.
    Parts(Word, Word, u32, u32),
    /// Octets of two long strings or bytes from an index on.
    Octets(Word, Word, usize),
    /// Entries of the first table from a number on.
    Tables(Word, Word, u32),
    /// Properties of the first object from a number on.
    Objects(Word, Word, u32),
}

/// A comparison of two values that can be left off.
#[derive(Debug)]
pub struct Equality {
    mode: Mode,
    /// The two values, until the walk begins.
    begin: Option<(Word, Word)>,
    todo: Vec<Todo>,
    /// The key of an entry that is looked for in the other table.
    seeking: Option<Box<Seeking>>,
    words: usize,
    steps: usize,
    classes: Option<Classes>,
}

/// A look-up of a key in another table. Keys are compared as the same, which looks
/// into no further table.
#[derive(Debug)]
struct Seeking {
    number: usize,
    a: Word,
    b: Word,
    search: Search,
}

impl Equality {
    fn new(mode: Mode, a: Word, b: Word) -> Equality {
        Equality {
            mode,
            begin: Some((a, b)),
            todo: Vec::new(),
            seeking: None,
            words: 0,
            steps: 0,
            classes: None,
        }
    }

    /// Of two values by content.
    #[must_use]
    pub fn equal(a: Word, b: Word) -> Equality {
        Equality::new(Mode::Equal, a, b)
    }

    /// By identity of what can change, and exactly of what cannot.
    #[must_use]
    pub fn same(a: Word, b: Word) -> Equality {
        Equality::new(Mode::Same, a, b)
    }

    /// By content, of what can change too, and exactly.
    #[must_use]
    pub fn exact(a: Word, b: Word) -> Equality {
        Equality::new(Mode::Exact, a, b)
    }

    /// How many words it has looked at.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// Bytes that its state takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let seeking = self.seeking.as_ref().map_or(0, |s| s.search.bytes());
        let classes = self.classes.as_ref().map_or(0, Classes::bytes);
        self.todo.capacity() * size_of::<Todo>() + classes + seeking
    }

    /// Goes on for about so many words; nothing if that was not enough. The
    /// views are those of every call.
    pub fn run(&mut self, a: View<'_>, b: View<'_>, words: usize) -> Option<bool> {
        let sides = Sides {
            a,
            b,
            mode: self.mode,
            same_space: a.is_same_space(b),
            free_steps: FREE_STEPS.max(a.len().min(b.len()) / 2),
        };
        let end = self.words.saturating_add(words);
        if let Some(seeking) = self.seeking.take()
            && !self.seek(&sides, *seeking, end)?
        {
            return Some(false);
        }
        if let Some((a, b)) = self.begin.take()
            && !self.step(&sides, a, b)
        {
            return Some(false);
        }
        while let Some(todo) = self.todo.pop() {
            if self.words >= end {
                self.todo.push(todo);
                return None;
            }
            let equal = match todo {
                Todo::Parts(a, b, at, end) => {
                    // Nothing stays behind for the last part, so that a list
                    // takes no memory however long it is.
                    if at + 1 < end {
                        self.todo.push(Todo::Parts(a, b, at + 1, end));
                    }
                    let (a, b) = (sides.a.item(a, at as usize), sides.b.item(b, at as usize));
                    if a.0 == b.0 && !a.is_boxed() && a.0 != CANONICAL_NAN {
                        self.words += 1;
                        continue;
                    }
                    self.step(&sides, a, b)
                }
                Todo::Octets(a, b, from) => self.octets(&sides, a, b, from),
                Todo::Tables(a, b, from) => self.entry(&sides, a, b, from, end)?,
                Todo::Objects(a, b, from) => self.property(&sides, a, b, from),
            };
            if !equal {
                return Some(false);
            }
        }
        Some(true)
    }

    fn finish(mut self, a: View<'_>, b: View<'_>) -> (bool, usize) {
        let equal = self.run(a, b, usize::MAX);
        (equal == Some(true), self.words)
    }

    /// Compares two words and notes what is left to be compared.
    #[inline]
    fn step(&mut self, sides: &Sides<'_>, a: Word, b: Word) -> bool {
        self.words += 1;
        let todo = match sides.verdict(a, b) {
            Verdict::Is(equal) => return equal,
            Verdict::Parts(_, _, from, end) if from >= end => return true,
            Verdict::Parts(x, y, from, end) => Todo::Parts(x, y, from as u32, end as u32),
            Verdict::Octets => return self.octets(sides, a, b, 0),
            Verdict::Tables(x, y) => {
                if table::len(sides.a, x) != table::len(sides.b, y) {
                    return false;
                }
                Todo::Tables(x, y, 0)
            }
            Verdict::Objects => {
                if properties::len(sides.a, a) != properties::len(sides.b, b) {
                    return false;
                }
                Todo::Objects(a, b, 0)
            }
        };
        if self.is_new(sides, a, b) {
            self.todo.push(todo);
        }
        true
    }

    /// Whether the pair still has to be looked into.
    fn is_new(&mut self, sides: &Sides<'_>, a: Word, b: Word) -> bool {
        self.steps += 1;
        if self.steps <= sides.free_steps {
            return true;
        }
        self.words += NOTE_WORDS;
        let (a, b) = (place_key(a, false), place_key(b, !sides.same_space));
        self.classes.get_or_insert_default().join(a, b)
    }

    fn octets(&mut self, sides: &Sides<'_>, a: Word, b: Word, from: usize) -> bool {
        let (Some(x), Some(y)) = (sides.octets(sides.a, a), sides.octets(sides.b, b)) else {
            return false;
        };
        let end = x.len().min(from + BULK);
        self.words += (end - from) / 8;
        if x.len() != y.len() || x[from..end] != y[from..end] {
            return false;
        }
        if end < x.len() {
            self.todo.push(Todo::Octets(a, b, end));
        }
        true
    }

    fn property(&mut self, sides: &Sides<'_>, a: Word, b: Word, from: u32) -> bool {
        let Some((number, x)) = properties::next(sides.a, a, from as usize) else {
            return true;
        };
        self.words += 2 + number - from as usize;
        self.todo.push(Todo::Objects(a, b, number as u32 + 1));
        let found = properties::find(sides.b, b, Name::of(sides.a, x.key), x.hash);
        match found.and_then(|i| properties::entry(sides.b, b, i)) {
            Some(y) => self.step(sides, x.value, y.value),
            None => false,
        }
    }

    fn entry(
        &mut self,
        sides: &Sides<'_>,
        a: Word,
        b: Word,
        from: u32,
        end: usize,
    ) -> Option<bool> {
        let used = table::used(sides.a, a);
        // Dead entries are passed by in steps, too.
        let last = used.min(from as usize + 256);
        let entry = (from as usize..last).find_map(|i| Some((i, table::entry(sides.a, a, i)?)));
        let Some((number, x)) = entry else {
            self.words += last - from as usize;
            if last < used {
                self.todo.push(Todo::Tables(a, b, last as u32));
            }
            return Some(true);
        };
        self.words += 2 + number - from as usize;
        self.todo.push(Todo::Tables(a, b, number as u32 + 1));
        let seeking = Seeking {
            number,
            a,
            b,
            search: Search::hashed(x.key, x.hash),
        };
        self.seek(sides, seeking, end)
    }

    /// Goes on looking for a key, and compares the values when it is found;
    /// nothing if it was left off.
    fn seek(&mut self, sides: &Sides<'_>, mut seeking: Seeking, end: usize) -> Option<bool> {
        let search = &mut seeking.search;
        let before = search.words();
        let left = end.saturating_sub(self.words).max(1);
        let found = search.run(sides.b, seeking.b, sides.a, left);
        self.words += search.words() - before;
        let Some(found) = found else {
            self.seeking = Some(Box::new(seeking));
            return None;
        };
        let x = table::entry(sides.a, seeking.a, seeking.number);
        let y = found
            .number
            .and_then(|i| table::entry(sides.b, seeking.b, i));
        match (x, y) {
            (Some(x), Some(y)) => Some(self.step(sides, x.value, y.value)),
            _ => Some(false),
        }
    }
}

/// Where the two values lie.
struct Sides<'a> {
    a: View<'a>,
    b: View<'a>,
    mode: Mode,
    same_space: bool,
    free_steps: usize,
}

impl<'a> Sides<'a> {
    /// The octets of a string or of bytes.
    fn octets(&self, view: View<'a>, word: Word) -> Option<&'a [u8]> {
        view.text(word)
            .map(str::as_bytes)
            .or_else(|| view.bytes(word))
    }

    #[inline]
    fn verdict(&self, a: Word, b: Word) -> Verdict {
        use Verdict::{Is, Octets, Parts, Tables};
        if a.0 == b.0 && (!a.is_heap() || self.same_space) {
            let nan = a.is_number() && a.as_f64().is_nan();
            return Is(!nan || self.mode != Mode::Equal);
        }
        if !a.is_boxed() || !b.is_boxed() {
            return Is(self.mode == Mode::Equal && numbers_equal(self.a, a, self.b, b));
        }
        let (Some((x, p)), Some((y, q))) = (self.a.opened(a), self.b.opened(b)) else {
            return Is(false);
        };
        match (x.kind(), y.kind()) {
            (Kind::String, Kind::String) | (Kind::Bytes, Kind::Bytes) => {
                Is(x.aux() == y.aux() && p == q)
            }
            (Kind::LongString, Kind::LongString) | (Kind::LongBytes, Kind::LongBytes) => Octets,
            (Kind::BigInteger, Kind::BigInteger) => Is(x.aux() == y.aux() && p == q),
            (Kind::Complex, Kind::Complex) if self.mode != Mode::Equal => Is(p == q),
            (Kind::Complex, Kind::Complex) => Is(self.a.complex(a) == self.b.complex(b)),
            (Kind::Complex, Kind::BigInteger) | (Kind::BigInteger, Kind::Complex) => {
                Is(self.mode == Mode::Equal && numbers_equal(self.a, a, self.b, b))
            }
            (Kind::Reference, Kind::Reference)
            | (Kind::Native, Kind::Native)
            | (Kind::Handle, Kind::Handle)
            | (Kind::ExternFunction, Kind::ExternFunction) => Is(p == q),
            (Kind::Tuple, Kind::Tuple) | (Kind::Pair, Kind::Pair) => match p.len() == q.len() {
                true => Parts(a, b, 0, p.len()),
                false => Is(false),
            },
            (Kind::Closure, Kind::Closure) => match self.closures(x.flags(), p, y.flags(), q) {
                Some(first) => Parts(a, b, first, p.len()),
                None => Is(false),
            },
            _ if self.mode == Mode::Same => Is(false),
            (Kind::Array, Kind::Array) => match (p, q) {
                ([len, p, ..], [other, q, ..]) if len == other => {
                    Parts(Word(*p), Word(*q), 0, *len as usize)
                }
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

    /// From which of their words on two closures of the same code have to be
    /// compared: their captures, and the receivers unless they are one. What
    /// can change is one receiver only with itself.
    fn closures(&self, x: u8, p: &[u64], y: u8, q: &[u64]) -> Option<usize> {
        let ([f, this, ..], [g, that, ..]) = (p, q) else {
            return None;
        };
        let bound = x & BOUND;
        if f != g || bound != y & BOUND || p.len() != q.len() {
            return None;
        }
        let (this, that) = (Word(*this), Word(*that));
        if bound == 0 || self.identical(this, that) {
            return Some(2);
        }
        let by_value = !can_change(self.a, this) && !can_change(self.b, that);
        by_value.then_some(1)
    }

    /// Whether both are the same place; immediates: the same bits.
    fn identical(&self, a: Word, b: Word) -> bool {
        a.0 == b.0 && (!a.is_heap() || self.same_space)
    }
}

/// Whether a value is of a kind that can change, frozen or not.
fn can_change(view: View<'_>, word: Word) -> bool {
    matches!(
        view.kind(word),
        Some(
            Kind::Array | Kind::Map | Kind::Object | Kind::Cell | Kind::Iterator | Kind::Coroutine
        )
    )
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
    (n.fract() == 0.0).then(|| BigInt::from_f64(n)).flatten()
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
