//! Reading values, wherever they lie.
//!
//! A [`View`] is the words of one heap or one parcel, its external list, and
//! what the machine shares. Everything that only reads values works on views,
//! so it works in the process, on a message that lies in the mailbox, and on
//! shared data alike.
//!
//! # Invariants
//! V1. A view and a word belong together; a word of another space gives
//!     wrong values or `undefined`, never a crash.
//!
//! # Cost
//! A field of an own object: two bounds checks. Of a shared one: also a look
//! at the list of chunks.

mod text;

use num_bigint::{BigInt, BigUint, Sign};
use num_complex::Complex64;

use super::Heap;
use super::external::External;
use super::layout::{BOUND, FROZEN, Header, Kind};
use super::shared::Common;
use crate::atom::known;
use crate::ids::{AtomId, FuncId, Pid, RefId};
use crate::word::{Tag, Word};

pub(super) use text::count_points;

/// A place that values can be read from; see the module documentation.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    words: &'a [u64],
    externals: &'a [External],
    common: &'a Common,
}

/// A function value taken apart.
#[derive(Clone, Copy, Debug)]
pub struct FunctionParts<'a> {
    /// The code.
    pub function: FuncId,
    /// What `this` is, if it is bound.
    pub receiver: Option<Word>,
    /// Captured values, as bits of words.
    pub captures: &'a [u64],
}

impl Heap {
    /// The heap to be read.
    #[must_use]
    #[inline]
    pub fn view<'a>(&'a self, common: &'a Common) -> View<'a> {
        View {
            words: self.space.words(),
            externals: self.externals.entries(),
            common,
        }
    }
}

impl<'a> View<'a> {
    /// Words and externals that belong together.
    #[must_use]
    pub fn new(words: &'a [u64], externals: &'a [External], common: &'a Common) -> View<'a> {
        View {
            words,
            externals,
            common,
        }
    }

    /// What the machine shares.
    #[must_use]
    #[inline]
    pub fn common(self) -> &'a Common {
        self.common
    }

    /// The words themselves, objects or not.
    #[must_use]
    #[inline]
    pub fn words(self) -> &'a [u64] {
        self.words
    }

    /// Words that can be addressed, objects or not.
    #[must_use]
    #[inline]
    pub fn len(self) -> usize {
        self.words.len()
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.words.is_empty()
    }

    /// Whether both views read the same place, so that a reference of the one
    /// means the same in the other.
    #[must_use]
    #[inline]
    pub fn is_same_space(self, other: View<'_>) -> bool {
        std::ptr::eq(self.words, other.words)
    }

    /// Header and payload of an object.
    #[inline]
    fn object(self, word: Word) -> Option<(Header, &'a [u64], &'a [External])> {
        let (words, externals, at) = if word.is_heap() {
            (self.words, self.externals, word.place() as usize)
        } else if word.is_boxed() {
            let (chunk, at) = self.common.chunk(word.payload())?;
            (&*chunk.words, &*chunk.externals, at)
        } else {
            return None;
        };
        let (header, others) = words.get(at..)?.split_first()?;
        let header = Header(*header);
        Some((header, others.get(..header.len())?, externals))
    }

    /// Header and payload, if the word refers to an object.
    #[must_use]
    #[inline]
    pub fn header_and_payload(self, word: Word) -> Option<(Header, &'a [u64])> {
        let (header, payload, _) = self.object(word)?;
        Some((header, payload))
    }

    /// The header, if the word refers to an object.
    #[must_use]
    #[inline]
    pub fn header(self, word: Word) -> Option<Header> {
        Some(self.object(word)?.0)
    }

    /// What object it is, if it is one.
    #[must_use]
    #[inline]
    pub fn kind(self, word: Word) -> Option<Kind> {
        Some(self.object(word)?.0.kind())
    }

    /// Whether it is an object of that kind.
    #[must_use]
    #[inline]
    pub fn is(self, word: Word, kind: Kind) -> bool {
        self.object(word).is_some_and(|(h, _, _)| h.is(kind))
    }

    /// The payload; empty for what is no object.
    #[must_use]
    #[inline]
    pub fn payload(self, word: Word) -> &'a [u64] {
        self.object(word).map_or(&[], |(_, payload, _)| payload)
    }

    /// The payload if it is an object of that kind.
    #[must_use]
    #[inline]
    pub fn payload_of(self, word: Word, kind: Kind) -> Option<&'a [u64]> {
        let (header, payload, _) = self.object(word)?;
        header.is(kind).then_some(payload)
    }

    /// Payload word `i`, `undefined` past the end.
    #[must_use]
    #[inline]
    pub fn field(self, word: Word, i: usize) -> Word {
        self.payload(word)
            .get(i)
            .map_or(Word::UNDEFINED, |w| Word(*w))
    }

    /// Header and payload of an object.
    #[inline]
    pub(crate) fn opened(self, word: Word) -> Option<(Header, &'a [u64])> {
        self.object(word)
            .map(|(header, payload, _)| (header, payload))
    }

    /// Payload word `i` of an object that has as many; its header is not
    /// looked at again.
    #[must_use]
    #[inline]
    pub(crate) fn item(self, word: Word, i: usize) -> Word {
        if !word.is_heap() {
            return self.field(word, i);
        }
        self.words
            .get(word.place() as usize + 1 + i)
            .map_or(Word::UNDEFINED, |w| Word(*w))
    }

    /// An integer, inline or not.
    #[must_use]
    pub fn integer(self, word: Word) -> Option<BigInt> {
        if let Some(n) = word.to_small_integer() {
            return Some(BigInt::from(n));
        }
        self.big_integer(word)
    }

    /// An integer that is not inline, if it fits 64 bits and a sign.
    #[must_use]
    #[inline]
    pub fn wide_integer(self, word: Word) -> Option<i128> {
        let (header, payload, _) = self.object(word)?;
        match payload {
            [limb] if header.is(Kind::BigInteger) => {
                let n = i128::from(*limb);
                Some(if header.aux() == 1 { -n } else { n })
            }
            _ => None,
        }
    }

    /// An integer that is not inline.
    #[must_use]
    pub fn big_integer(self, word: Word) -> Option<BigInt> {
        let (header, payload, _) = self.object(word)?;
        if !header.is(Kind::BigInteger) {
            return None;
        }
        let digits = payload
            .iter()
            .flat_map(|limb| [*limb as u32, (*limb >> 32) as u32])
            .collect();
        let sign = if header.aux() == 1 {
            Sign::Minus
        } else {
            Sign::Plus
        };
        Some(BigInt::from_biguint(sign, BigUint::new(digits)))
    }

    /// A complex number.
    #[must_use]
    pub fn complex(self, word: Word) -> Option<Complex64> {
        match self.payload_of(word, Kind::Complex)? {
            [re, im] => Some(Complex64::new(f64::from_bits(*re), f64::from_bits(*im))),
            _ => None,
        }
    }

    /// A unique token.
    #[must_use]
    pub fn reference(self, word: Word) -> Option<RefId> {
        match self.payload_of(word, Kind::Reference)? {
            [owner, count] => Some(RefId {
                owner: Pid::from_number(*owner),
                count: *count,
            }),
            _ => None,
        }
    }

    /// The number of a handle.
    #[must_use]
    pub fn handle(self, word: Word) -> Option<u64> {
        match self.payload_of(word, Kind::Handle)? {
            [number] => Some(*number),
            _ => None,
        }
    }

    /// Elements of an array.
    #[must_use]
    #[inline]
    pub fn array_items(self, word: Word) -> Option<&'a [u64]> {
        match self.payload_of(word, Kind::Array)? {
            [len, data] => self.payload(Word(*data)).get(..*len as usize),
            _ => None,
        }
    }

    /// Elements of a tuple.
    #[must_use]
    #[inline]
    pub fn tuple_items(self, word: Word) -> Option<&'a [u64]> {
        self.payload_of(word, Kind::Tuple)
    }

    /// Head and tail of a pair.
    #[must_use]
    #[inline]
    pub fn pair(self, word: Word) -> Option<(Word, Word)> {
        match self.payload_of(word, Kind::Pair)? {
            [head, tail] => Some((Word(*head), Word(*tail))),
            _ => None,
        }
    }

    /// A function of the machine's own code: bare, with captures, or bound.
    #[must_use]
    pub fn function(self, word: Word) -> Option<FunctionParts<'a>> {
        if let Some(function) = word.to_function() {
            return Some(FunctionParts {
                function,
                receiver: None,
                captures: &[],
            });
        }
        let (header, payload, _) = self.object(word)?;
        match payload {
            [function, receiver, captures @ ..] if header.is(Kind::Closure) => {
                Some(FunctionParts {
                    function: FuncId(*function as u32),
                    receiver: (header.flags() & BOUND != 0).then_some(Word(*receiver)),
                    captures,
                })
            }
            _ => None,
        }
    }

    /// Class, name and arity of a function that is looked up at each call;
    /// the arity is missing if it was not given.
    #[must_use]
    pub fn extern_function(self, word: Word) -> Option<(AtomId, AtomId, Option<u16>)> {
        match self.payload_of(word, Kind::ExternFunction)? {
            [class, name, arity] => Some((
                Word(*class).to_atom()?,
                Word(*name).to_atom()?,
                u16::try_from(*arity).ok(),
            )),
            _ => None,
        }
    }

    /// Number of a native function.
    #[must_use]
    pub fn native(self, word: Word) -> Option<u32> {
        self.payload_of(word, Kind::Native)?
            .first()
            .map(|n| *n as u32)
    }

    /// Whether it is an object that may not be changed any more.
    #[must_use]
    pub fn is_frozen(self, word: Word) -> bool {
        self.header(word).is_some_and(|h| h.flags() & FROZEN != 0)
    }

    /// The name that `type_of` gives.
    #[must_use]
    pub fn type_name(self, word: Word) -> &'static str {
        known::TEXTS[self.type_atom(word).0 as usize]
    }

    /// The name that `type_of` gives, as an atom.
    #[must_use]
    pub fn type_atom(self, word: Word) -> AtomId {
        match word.tag() {
            Tag::Number(_) => known::NUMBER,
            Tag::Boolean(_) => known::BOOLEAN,
            Tag::Unit => known::UNIT,
            Tag::Undefined => known::UNDEFINED,
            Tag::Nil => known::NIL,
            Tag::Atom(_) => known::ATOM,
            Tag::Integer(_) => known::INTEGER,
            Tag::Process(_) => known::PROCESS,
            Tag::Function(_) => known::FUNCTION,
            Tag::Shared(_) | Tag::Heap(_) => match self.kind(word) {
                Some(Kind::Complex) => known::COMPLEX,
                Some(Kind::BigInteger) => known::INTEGER,
                Some(Kind::String | Kind::LongString | Kind::Rope) => known::STRING,
                Some(Kind::Bytes | Kind::LongBytes) => known::BYTES,
                Some(Kind::Tuple) => known::TUPLE,
                Some(Kind::Array) => known::ARRAY,
                Some(Kind::Pair) => known::PAIR,
                Some(Kind::Map) => known::MAP,
                Some(Kind::Object) => known::OBJECT,
                Some(Kind::Closure | Kind::ExternFunction | Kind::Native) => known::FUNCTION,
                Some(Kind::Cell) => known::CELL,
                Some(Kind::Reference) => known::REFERENCE,
                Some(Kind::Iterator) => known::ITERATOR,
                Some(Kind::Coroutine) => known::COROUTINE,
                Some(Kind::Handle | Kind::Info) => known::HANDLE,
                Some(Kind::Remote) => known::PROCESS,
                Some(Kind::ArrayData | Kind::Table | Kind::Extra | Kind::Index | Kind::Forward)
                | None => known::UNDEFINED,
            },
        }
    }

    /// Whether a condition takes it for true.
    ///
    /// False are `false`, `unit`, `undefined`, zero of any kind, the empty
    /// string and the empty atom. All else is true, NaN and empty containers too.
    #[must_use]
    #[inline]
    pub fn is_truthy(self, word: Word) -> bool {
        match word.tag() {
            Tag::Boolean(b) => b,
            Tag::Number(n) => n != 0.0,
            Tag::Unit | Tag::Undefined => false,
            Tag::Atom(id) => id != known::EMPTY,
            Tag::Integer(n) => n != 0,
            Tag::Nil | Tag::Process(_) | Tag::Function(_) => true,
            Tag::Shared(_) | Tag::Heap(_) => match self.object(word) {
                Some((h, _, _)) if h.is(Kind::String) => h.aux() != 0,
                Some((h, payload, _)) if h.is(Kind::Complex) => {
                    payload.iter().any(|part| f64::from_bits(*part) != 0.0)
                }
                _ => true,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_immediate_has_a_type_and_a_truth() {
        let common = Common::default();
        let heap = Heap::new(0, 1 << 20, true);
        let view = heap.view(&common);
        for (word, name, truth) in [
            (Word::number(0.5), "number", true),
            (Word::number(-0.0), "number", false),
            (Word::number(f64::NAN), "number", true),
            (Word::FALSE, "boolean", false),
            (Word::UNIT, "unit", false),
            (Word::UNDEFINED, "undefined", false),
            (Word::NIL, "nil", true),
            (Word::atom(known::EMPTY), "atom", false),
            (Word::atom(known::OK), "atom", true),
            (Word::small_integer(0).unwrap(), "integer", false),
            (Word::small_integer(-1).unwrap(), "integer", true),
            (Word::function(FuncId(0)), "function", true),
            (Word::process(Pid::new(0, 0)), "process", true),
        ] {
            assert_eq!(
                (view.type_name(word), view.is_truthy(word)),
                (name, truth),
                "{word:?}"
            );
            assert_eq!(view.header(word), None);
        }
    }

    #[test]
    fn words_of_nowhere_are_undefined() {
        let common = Common::default();
        let heap = Heap::new(0, 1 << 20, true);
        let view = heap.view(&common);
        for word in [Word::heap(u32::MAX), Word::shared(123 << 28), Word::heap(3)] {
            assert_eq!(view.field(word, 0), Word::UNDEFINED);
            assert_eq!(view.text(word), None);
            assert_eq!(view.array_items(word), None);
        }
    }
}
