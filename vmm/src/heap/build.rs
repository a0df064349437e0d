//! Making values in a heap.
//!
//! There are two kinds of constructors. Those called `new_...` take data that
//! is no word, reserve for themselves, and so may move every object: no word
//! may be held across them (H1). All others take words and never move
//! anything; their caller has reserved what the `size_of_...` function of the
//! same name says.
//!
//! # Cost
//! The words stored.

use num_bigint::{BigInt, Sign};
use num_complex::Complex64;
use num_traits::ToPrimitive;

use super::layout::{BOUND, Kind};
use super::shared::Common;
use super::view::View;
use super::{Heap, OutOfMemory};
use crate::ids::{AtomId, FuncId, RefId};
use crate::word::{CANONICAL_NAN, Word};

impl Heap {
    /// Words of a tuple.
    #[must_use]
    #[inline]
    pub const fn size_of_tuple(items: usize) -> usize {
        1 + items
    }

    /// Words of an array without room to spare.
    #[must_use]
    #[inline]
    pub const fn size_of_array(items: usize) -> usize {
        if items == 0 { 3 } else { 4 + items }
    }

    /// Words of a pair.
    #[must_use]
    #[inline]
    pub const fn size_of_pair() -> usize {
        3
    }

    /// Words of a list of that many items.
    #[must_use]
    #[inline]
    pub const fn size_of_list(items: usize) -> usize {
        3 * items
    }

    /// Words of a cell.
    #[must_use]
    #[inline]
    pub const fn size_of_cell() -> usize {
        2
    }

    /// Words of a function with captures, bound or not.
    #[must_use]
    #[inline]
    pub const fn size_of_closure(captures: usize) -> usize {
        3 + captures
    }

    /// Words of an extern function reference.
    #[must_use]
    #[inline]
    pub const fn size_of_extern_function() -> usize {
        4
    }

    /// Words of a reference.
    #[must_use]
    #[inline]
    pub const fn size_of_reference() -> usize {
        3
    }

    /// Words of a complex number.
    #[must_use]
    #[inline]
    pub const fn size_of_complex() -> usize {
        3
    }

    /// An integer, inline if it fits.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn new_big_integer(&mut self, n: &BigInt) -> Result<Word, OutOfMemory> {
        if let Some(word) = n.to_i64().and_then(Word::small_integer) {
            return Ok(word);
        }
        self.reserve(Heap::size_of_integer(n.bits()))?;
        Ok(self.integer(n))
    }

    /// Words of an integer of so many bits at most.
    #[must_use]
    pub fn size_of_integer(bits: u64) -> usize {
        1 + usize::try_from(bits.div_ceil(64)).unwrap_or(usize::MAX - 1)
    }

    /// An integer; [`Heap::size_of_integer`] words.
    #[must_use]
    pub fn integer(&mut self, n: &BigInt) -> Word {
        if let Some(word) = n.to_i64().and_then(Word::small_integer) {
            return word;
        }
        let limbs = n.magnitude().to_u64_digits();
        let negative = u16::from(n.sign() == Sign::Minus);
        self.raw(Kind::BigInteger, 0, negative, &limbs)
    }

    /// A complex number.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn new_complex(&mut self, z: Complex64) -> Result<Word, OutOfMemory> {
        self.reserve(Heap::size_of_complex())?;
        Ok(self.complex(z))
    }

    /// A unique token.
    ///
    /// # Errors
    /// The limit stands in the way.
    pub fn new_reference(&mut self, reference: RefId) -> Result<Word, OutOfMemory> {
        self.reserve(Heap::size_of_reference())?;
        Ok(self.reference(reference))
    }

    /// An integer that is not inline; up to three words.
    #[must_use]
    pub(crate) fn wide_integer(&mut self, n: i128) -> Word {
        let magnitude = n.unsigned_abs();
        let limbs = [magnitude as u64, (magnitude >> 64) as u64];
        let count = if limbs[1] == 0 { 1 } else { 2 };
        self.raw(Kind::BigInteger, 0, u16::from(n < 0), &limbs[..count])
    }

    /// A complex number; [`Heap::size_of_complex`] words.
    #[must_use]
    pub fn complex(&mut self, z: Complex64) -> Word {
        let bits = |part: f64| match part.is_nan() {
            true => CANONICAL_NAN,
            false => part.to_bits(),
        };
        self.raw(Kind::Complex, 0, 0, &[bits(z.re), bits(z.im)])
    }

    /// A unique token; [`Heap::size_of_reference`] words.
    #[must_use]
    pub fn reference(&mut self, reference: RefId) -> Word {
        let words = [reference.owner.number(), reference.count];
        self.raw(Kind::Reference, 0, 0, &words)
    }

    /// A tuple; [`Heap::size_of_tuple`] words.
    #[must_use]
    #[inline]
    pub fn tuple(&mut self, items: &[Word]) -> Word {
        Word::heap(self.alloc_words(Kind::Tuple, items))
    }

    /// An array; [`Heap::size_of_array`] words.
    #[must_use]
    pub fn array(&mut self, items: &[Word]) -> Word {
        let data = match items {
            [] => Word::NIL,
            _ => Word::heap(self.alloc_words(Kind::ArrayData, items)),
        };
        Word::heap(self.alloc_words(Kind::Array, &[Word(items.len() as u64), data]))
    }

    /// A pair; [`Heap::size_of_pair`] words.
    #[must_use]
    #[inline]
    pub fn pair(&mut self, head: Word, tail: Word) -> Word {
        Word::heap(self.alloc_words(Kind::Pair, &[head, tail]))
    }

    /// A list that ends in `tail`; [`Heap::size_of_list`] words.
    #[must_use]
    pub fn list(&mut self, items: &[Word], tail: Word) -> Word {
        let cons = |tail, head: &Word| self.pair(*head, tail);
        items.iter().rev().fold(tail, cons)
    }

    /// A cell; [`Heap::size_of_cell`] words.
    #[must_use]
    #[inline]
    pub fn cell(&mut self, value: Word) -> Word {
        Word::heap(self.alloc_words(Kind::Cell, &[value]))
    }

    /// A function with captures; [`Heap::size_of_closure`] words.
    #[must_use]
    pub fn closure(&mut self, function: FuncId, receiver: Option<Word>, captures: &[Word]) -> Word {
        let flags = if receiver.is_some() { BOUND } else { 0 };
        let at = self.alloc(Kind::Closure, flags, 0, 2 + captures.len());
        self.store(at, 0, Word(u64::from(function.0)));
        self.store(at, 1, receiver.unwrap_or(Word::UNDEFINED));
        for (i, word) in captures.iter().enumerate() {
            self.store(at, 2 + i, *word);
        }
        Word::heap(at)
    }

    /// A function that is looked up at each call;
    /// [`Heap::size_of_extern_function`] words.
    #[must_use]
    pub fn extern_function(&mut self, class: AtomId, name: AtomId, arity: Option<u16>) -> Word {
        let words = extern_function_words(class, name, arity);
        Word::heap(self.alloc_words(Kind::ExternFunction, &words))
    }

    /// Copies the first `count` payload words of `from`, here or shared, to
    /// those of the new object `to` from number `field` on.
    pub(crate) fn fill_from(
        &mut self,
        common: &Common,
        to: u32,
        field: usize,
        from: Word,
        count: usize,
    ) {
        let start = to as usize + 1 + field;
        if from.is_heap() {
            let at = from.place() as usize + 1;
            self.space.words_mut().copy_within(at..at + count, start);
        } else {
            let words = View::new(&[], &[], common).payload(from);
            self.space.words_mut()[start..start + count].copy_from_slice(&words[..count]);
        }
    }

    /// An object of raw words, which are copied as they are; `1 + words` words.
    pub(super) fn raw(&mut self, kind: Kind, flags: u8, aux: u16, words: &[u64]) -> Word {
        let at = self.alloc(kind, flags, aux, words.len());
        let start = at as usize + 1;
        self.space.words_mut()[start..start + words.len()].copy_from_slice(words);
        Word::heap(at)
    }
}

/// Payload of an extern function; an arity that is not given is a number that
/// no arity can be.
pub(crate) fn extern_function_words(class: AtomId, name: AtomId, arity: Option<u16>) -> [Word; 3] {
    let arity = arity.map_or(1 << 16, u64::from);
    [Word::atom(class), Word::atom(name), Word(arity)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Pid;

    #[test]
    fn numbers_that_do_not_fit_a_word_read_back() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 20, true);
        for bits in [0_u32, 47, 48, 64, 65, 200] {
            for sign in [1, -1] {
                let n = BigInt::from(sign) << bits;
                let word = heap.new_big_integer(&n).unwrap();
                assert_eq!(heap.view(&common).integer(word), Some(n.clone()));
                let inline = bits < 47 || bits == 47 && sign < 0;
                assert_eq!(word.to_small_integer().is_some(), inline, "{n}");
            }
        }
        let z = Complex64::new(-0.0, f64::NAN);
        let word = heap.new_complex(z).unwrap();
        let back = heap.view(&common).complex(word).unwrap();
        assert!(back.re.is_sign_negative() && back.im.to_bits() == CANONICAL_NAN);
        let reference = RefId {
            owner: Pid::new(3, 9),
            count: u64::MAX,
        };
        let word = heap.new_reference(reference).unwrap();
        assert_eq!(heap.view(&common).reference(word), Some(reference));
    }

    #[test]
    fn functions_keep_receiver_and_captures() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 20, true);
        heap.reserve(Heap::size_of_closure(2) + Heap::size_of_closure(0))
            .unwrap();
        let free = heap.closure(FuncId(7), None, &[Word::TRUE, Word::NIL]);
        let bound = heap.closure(FuncId(8), Some(Word::UNDEFINED), &[]);
        let view = heap.view(&common);
        let parts = view.function(free).unwrap();
        assert_eq!((parts.function, parts.receiver), (FuncId(7), None));
        assert_eq!(parts.captures, [Word::TRUE.0, Word::NIL.0]);
        assert_eq!(
            view.function(bound).unwrap().receiver,
            Some(Word::UNDEFINED)
        );
        heap.reserve(Heap::size_of_extern_function()).unwrap();
        let (class, name) = (AtomId(1), AtomId(2));
        for arity in [None, Some(0), Some(u16::MAX)] {
            heap.reserve(Heap::size_of_extern_function()).unwrap();
            let word = heap.extern_function(class, name, arity);
            let found = heap.view(&common).extern_function(word);
            assert_eq!(found, Some((class, name, arity)));
        }
    }
}
