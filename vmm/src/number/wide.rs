//! Integers of up to 64 bits, computed in 128.
//!
//! Sums, products and bits of integers that fit 64 bits and a sign are what
//! programs with exact integers mostly compute: counters, hashes, random
//! numbers. They are done here without a big integer on the native heap;
//! whatever does not fit goes to [`super::integer`], which gives the same.
//!
//! # Cost
//! 5 to 20 ns, and two words of the heap for a result that is not inline.

use num_traits::{CheckedMul, PrimInt, checked_pow};

use super::Arith;
use crate::heap::view::View;
use crate::heap::{Heap, OutOfMemory};
use crate::word::Word;

/// An operation on two inline integers whose result is inline, too.
#[must_use]
#[inline(always)]
pub fn inline(op: Arith, a: Word, b: Word) -> Option<Word> {
    let (x, y) = (a.to_small_integer()?, b.to_small_integer()?);
    Word::small_integer(small(op, x, y)?)
}

/// An operation on two inline integers, which have 48 bits, if it is exact in 64.
#[inline(always)]
pub(super) fn small(op: Arith, a: i64, b: i64) -> Option<i64> {
    exact::<i64, 15>(op, a, b)
}

/// An operation on two integers that fit 64 bits and a sign.
pub(super) fn binary(op: Arith, a: i128, b: i128) -> Option<i128> {
    exact::<i128, 62>(op, a, b)
}

/// An operation on two integers, if it is exact in their type. Sums of any two
/// fit, and shifting one to the left by up to `SPARE` bits leaves its sign alone.
#[inline(always)]
fn exact<T, const SPARE: usize>(op: Arith, a: T, b: T) -> Option<T>
where
    T: PrimInt + CheckedMul,
{
    let (zero, one) = (T::zero(), T::one());
    let signs_differ = || (a < zero) != (b < zero);
    match op {
        Arith::Add => Some(a + b),
        Arith::Sub => Some(a - b),
        Arith::Mul => a.checked_mul(&b),
        Arith::Quot if b != zero => Some(a / b),
        Arith::Rem if b != zero => Some(a % b),
        Arith::IntDiv if b != zero => {
            let q = a / b;
            let down = a % b != zero && signs_differ();
            Some(if down { q - one } else { q })
        }
        Arith::Mod if b != zero => {
            let r = a % b;
            let down = r != zero && signs_differ();
            Some(if down { r + b } else { r })
        }
        Arith::Pow => checked_pow(a, b.to_u32()? as usize),
        Arith::BitAnd => Some(a & b),
        Arith::BitOr => Some(a | b),
        Arith::BitXor => Some(a ^ b),
        Arith::Shl => Some(a << b.to_usize().filter(|n| *n <= SPARE)?),
        Arith::Shr if b >= zero => {
            let most = 8 * size_of::<T>() - 1;
            Some(a >> b.to_usize().map_or(most, |n| n.min(most)))
        }
        _ => None,
    }
}

/// An integer of up to 64 bits and a sign.
#[must_use]
#[inline]
pub fn of(view: View<'_>, word: Word) -> Option<i128> {
    match word.to_small_integer() {
        Some(n) => Some(i128::from(n)),
        None => view.wide_integer(word),
    }
}

impl Heap {
    /// An integer of up to 127 bits and a sign, inline if it fits. May move every object.
    ///
    /// # Errors
    /// The memory limit stands in the way.
    pub fn new_integer(&mut self, n: i128) -> Result<Word, OutOfMemory> {
        if let Some(word) = i64::try_from(n).ok().and_then(Word::small_integer) {
            return Ok(word);
        }
        self.reserve(3)?;
        Ok(self.wide_integer(n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::shared::Common;
    use num_bigint::BigInt;

    #[test]
    fn integers_of_every_width_read_back() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 20, true);
        for bits in 0..127 {
            for n in [
                1_i128 << bits,
                (1 << bits) - 1,
                -(1 << bits),
                -(1 << bits) - 1,
                i128::MIN,
                i128::MAX,
            ] {
                let word = heap.new_integer(n).unwrap();
                let other = heap.new_big_integer(&BigInt::from(n)).unwrap();
                let view = heap.view(&common);
                assert_eq!(view.integer(word), Some(BigInt::from(n)));
                assert_eq!(view.header(word), view.header(other));
                assert_eq!(view.payload(word), view.payload(other));
                let wide = n.unsigned_abs() >> 64 == 0;
                assert_eq!(of(view, word), wide.then_some(n));
            }
        }
        assert_eq!(of(heap.view(&common), Word::number(1.0)), None);
    }

    /// Against the big integers, at all the edges.
    #[test]
    fn results_are_those_of_large_integers() {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 22, false);
        let mut edges: Vec<i128> = vec![
            0, 1, -1, 2, -2, 3, 7, -7, 15, 16, 17, 61, 62, 63, 64, 65, 100, 127, 128,
        ];
        for bits in [31, 46, 47, 48, 52, 53, 62, 63, 64] {
            for d in [-1, 0, 1] {
                edges.extend([(1_i128 << bits) + d, -(1_i128 << bits) + d]);
            }
        }
        edges.retain(|n| n.unsigned_abs() >> 64 == 0);
        use Arith::{Add, BitAnd, BitOr, BitXor, IntDiv, Mod, Mul, Pow, Quot, Rem, Shl, Shr, Sub};
        for op in [
            Add, Sub, Mul, Quot, Rem, IntDiv, Mod, Pow, BitAnd, BitOr, BitXor, Shl, Shr,
        ] {
            for &x in &edges {
                for &y in &edges {
                    let far = matches!(op, Pow | Shl | Shr) && y.abs() > 200;
                    if far || y < 0 && op == Pow {
                        continue;
                    }
                    let (big_x, big_y) = (BigInt::from(x), BigInt::from(y));
                    let expected = super::super::integer::large(op, &big_x, &big_y);
                    let (a, b) = (heap.new_integer(x).unwrap(), y);
                    let root = heap.push_root(a);
                    let b = heap.new_integer(b).unwrap();
                    let a = heap.root(root);
                    heap.truncate_roots(root);
                    let found = super::super::binary(&mut heap, &common, op, a, b);
                    match (found, expected) {
                        (Ok(word), Ok(n)) => {
                            assert_eq!(heap.view(&common).integer(word), Some(n), "{x} {op:?} {y}");
                        }
                        (Err(a), Err(b)) => assert_eq!(a, b),
                        (a, b) => panic!("{x} {op:?} {y}: {a:?} {b:?}"),
                    }
                }
            }
        }
    }
}
