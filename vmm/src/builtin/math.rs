//! Natives of module `math` that make long integers, and those that walk arrays. All others
//! are foreign functions: `vm_ffi::stdlib::math`.
//!
//! # Cost
//! Integers are bounded by `BITS_MAX` where making them takes more than linear time, so that
//! one call stays in the order of a millisecond.

mod sums;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::string::rows;
use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::number::Numeric;
use crate::word::Word;

pub use sums::SUMS;

type Answer = Result<NativeStep, Fault>;

/// Bits of integers whose making takes more than linear time.
const BITS_MAX: u64 = 1 << 16;

/// The natives of this file.
pub const ROWS: &[Row] = rows! {
    "math.isqrt" 1 1 isqrt
        "The largest whole number whose square is not above a whole number: an integer, unless that is a number. Raises `:bad_type`, `:bad_number` below 0, `:limit` for more than 65536 bits.";
    "math.factorial" 1 1 factorial
        "The product of the whole numbers from 1 to one, as an integer. Raises `:bad_type`, `:bad_number` below 0 and for fractions, `:limit` for a result of more than 65536 bits.";
    "math.comb" 2 2 comb
        "In how many ways so many things, the second argument, can be chosen of so many: an integer, 0 if there are not so many. Raises `:bad_type`, `:bad_number` below 0 and for fractions, `:limit` for a result of more than 65536 bits.";
    "math.perm" 1 2 perm
        "In how many orders so many things, the second argument or all, can be taken of so many: an integer, 0 if there are not so many. Raises `:bad_type`, `:bad_number` below 0 and for fractions, `:limit` for a result of more than 65536 bits.";
    "math.mod_pow" 3 3 mod_pow
        "`mod_pow(base, exponent, modulus)` of integers or whole numbers: the power's remainder with the sign of the modulus, as an integer. A negative exponent takes the inverse of the base. Raises `:bad_type`; `:bad_number` for modulus 0 and if there is no inverse; `:limit` for more than 4096 bits.";
};

/// Bits of what [`mod_pow`] takes: its time grows with their cube.
const MODULAR_BITS_MAX: u64 = 4096;

fn give(cx: &mut NativeCx<'_>, n: &BigInt) -> Answer {
    Ok(NativeStep::Done(cx.process.heap.new_big_integer(n)?))
}

/// A whole number, and whether it is an integer.
fn whole(cx: &NativeCx<'_>, i: usize) -> Result<(BigInt, bool), Fault> {
    match Numeric::of(cx.view(), cx.arg(i)) {
        Some(Numeric::Small(n)) => Ok((BigInt::from(n), true)),
        Some(Numeric::Big(n)) => Ok((n, true)),
        Some(Numeric::Number(n)) if n.fract() == 0.0 => {
            use num_traits::FromPrimitive;
            Ok((BigInt::from_f64(n).unwrap_or_default(), false))
        }
        Some(Numeric::Number(_)) => {
            let message = format!("takes a whole number as argument {}", i + 1);
            Err(cx.fault(FaultKind::BadNumber, &message))
        }
        _ => Err(cx.wants(i, "a whole number")),
    }
}

fn natural(cx: &NativeCx<'_>, i: usize) -> Result<(BigInt, bool), Fault> {
    let (n, is_integer) = whole(cx, i)?;
    if n.is_negative() {
        let message = format!("takes a whole number from 0 on as argument {}", i + 1);
        return Err(cx.fault(FaultKind::BadNumber, &message));
    }
    Ok((n, is_integer))
}

fn too_long(cx: &NativeCx<'_>) -> Fault {
    let message = format!("is for integers of at most {BITS_MAX} bits");
    cx.fault(FaultKind::Limit, &message)
}

/// Charges what squaring so many bits takes.
fn charge_square(cx: &mut NativeCx<'_>, bits: u64) {
    let limbs = (bits / 64) as usize + 1;
    cx.charge(limbs * limbs / 4);
}

/// As Python's `math.isqrt`: Newton's method with twice the bits at every step.
fn root(n: &BigInt) -> BigInt {
    if n.is_zero() {
        return BigInt::ZERO;
    }
    let half = (n.bits() - 1) / 2;
    let mut root = BigInt::one();
    let mut done = 0;
    for shift in (0..u64::BITS - half.leading_zeros()).rev() {
        let before = done;
        done = half >> shift;
        let quotient = (n >> (2 * half - before - done + 1)) / &root;
        root = (root << (done - before - 1)) + quotient;
    }
    if &root * &root > *n { root - 1 } else { root }
}

fn isqrt(cx: &mut NativeCx<'_>) -> Answer {
    let (n, is_integer) = natural(cx, 0)?;
    if n.bits() > BITS_MAX {
        return Err(too_long(cx));
    }
    charge_square(cx, n.bits());
    let root = root(&n);
    match is_integer {
        true => give(cx, &root),
        false => Ok(NativeStep::Done(Word::number(
            root.to_f64().unwrap_or(f64::NAN),
        ))),
    }
}

/// The product of the whole numbers from `low` up to and with `high`, by halves, so that factors
/// are of one length.
fn product(low: u64, high: u64) -> BigInt {
    let mut open = vec![(low, high)];
    let mut done: Vec<(u32, BigInt)> = Vec::new();
    let mut levels = vec![0_u32];
    while let (Some((low, high)), Some(level)) = (open.pop(), levels.pop()) {
        if high < low {
            done.push((level, BigInt::one()));
        } else if high - low < 8 {
            done.push((level, (low..=high).map(BigInt::from).product()));
        } else {
            let middle = low + (high - low) / 2;
            open.extend([(middle + 1, high), (low, middle)]);
            levels.extend([level + 1; 2]);
            continue;
        }
        // Two of one level are one of the level above.
        while let [.., (a, _), (b, _)] = done.as_slice()
            && a == b
            && let (Some((level, y)), Some((_, x))) = (done.pop(), done.pop())
        {
            done.push((level - 1, x * y));
        }
    }
    done.pop().map_or_else(BigInt::one, |(_, product)| product)
}

/// Bits that a product of so many factors, each at most `high`, has at most.
fn product_bits(count: u64, high: u64) -> u64 {
    count.saturating_mul(u64::from(64 - high.leading_zeros()))
}

/// As a count that can be worked with; `:limit` for more.
fn count(cx: &NativeCx<'_>, n: &BigInt) -> Result<u64, Fault> {
    n.to_u64().ok_or_else(|| too_long(cx))
}

fn factorial(cx: &mut NativeCx<'_>) -> Answer {
    let n = count(cx, &natural(cx, 0)?.0)?;
    falling(cx, n, n)
}

/// The product of `k` factors down from `n`.
fn falling(cx: &mut NativeCx<'_>, n: u64, k: u64) -> Answer {
    let bits = product_bits(k, n);
    // The bound may be half as much again as the product has.
    if bits > 2 * BITS_MAX {
        return Err(too_long(cx));
    }
    charge_square(cx, bits);
    let product = product(n - k + 1, n);
    if product.bits() > BITS_MAX {
        return Err(too_long(cx));
    }
    give(cx, &product)
}

fn perm(cx: &mut NativeCx<'_>) -> Answer {
    let (n, _) = natural(cx, 0)?;
    let k = match cx.given(1) {
        true => natural(cx, 1)?.0,
        false => n.clone(),
    };
    if k > n {
        return give(cx, &BigInt::ZERO);
    }
    if k.is_zero() {
        return give(cx, &BigInt::one());
    }
    if k.is_one() {
        return give(cx, &n);
    }
    let k = count(cx, &k)?;
    match n.to_u64() {
        Some(n) => falling(cx, n, k),
        None => {
            let product = falling_large(cx, &n, k)?;
            give(cx, &product)
        }
    }
}

/// As [`falling`], of a factor that no word holds.
fn falling_large(cx: &mut NativeCx<'_>, n: &BigInt, k: u64) -> Result<BigInt, Fault> {
    let bits = n.bits().saturating_mul(k);
    if bits > BITS_MAX {
        return Err(too_long(cx));
    }
    charge_square(cx, bits);
    Ok((0..k).map(|i| n - i).product())
}

fn comb(cx: &mut NativeCx<'_>) -> Answer {
    let ((n, _), (k, _)) = (natural(cx, 0)?, natural(cx, 1)?);
    if k > n {
        return give(cx, &BigInt::ZERO);
    }
    let k = k.clone().min(&n - k);
    if k.is_zero() {
        return give(cx, &BigInt::one());
    }
    if k.is_one() {
        return give(cx, &n);
    }
    let k = count(cx, &k)?;
    let Some(n) = n.to_u64() else {
        let result = falling_large(cx, &n, k)? / product(1, k);
        return give(cx, &result);
    };
    let bits = product_bits(k, n);
    if bits > 4 * BITS_MAX {
        return Err(too_long(cx));
    }
    charge_square(cx, bits);
    let result = product(n - k + 1, n) / product(1, k);
    if result.bits() > BITS_MAX {
        return Err(too_long(cx));
    }
    give(cx, &result)
}

fn mod_pow(cx: &mut NativeCx<'_>) -> Answer {
    let (base, exponent, modulus) = (whole(cx, 0)?.0, whole(cx, 1)?.0, whole(cx, 2)?.0);
    if modulus.is_zero() {
        return Err(cx.fault(FaultKind::BadNumber, "takes a modulus other than 0"));
    }
    let bits = base.bits().max(exponent.bits()).max(modulus.bits());
    if bits > MODULAR_BITS_MAX {
        let message = format!("is for integers of at most {MODULAR_BITS_MAX} bits");
        return Err(cx.fault(FaultKind::Limit, &message));
    }
    let limbs = (modulus.bits() / 64) as usize + 1;
    cx.charge(limbs * limbs * exponent.bits() as usize / 2);
    let base = match exponent.is_negative() {
        false => base,
        true => match base.modinv(&modulus) {
            Some(inverse) => inverse,
            None => {
                let message = "finds no inverse: base and modulus have a divisor in common";
                return Err(cx.fault(FaultKind::BadNumber, message));
            }
        },
    };
    let power = base.modpow(&exponent.abs(), &modulus);
    give(cx, &power.mod_floor(&modulus))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn products_of_ranges() {
        for high in 0..40_u64 {
            for low in 1..=high + 1 {
                let plain: BigInt = (low..=high).map(BigInt::from).product();
                assert_eq!(product(low, high), plain, "{low} to {high}");
            }
        }
    }

    proptest! {
        #[test]
        fn roots_are_the_largest(digits in prop::collection::vec(any::<u32>(), 0..20)) {
            let n = BigInt::from(num_bigint::BigUint::new(digits));
            let root = root(&n);
            prop_assert!(&root * &root <= n);
            let next = root + 1;
            prop_assert!(&next * &next > n);
        }
    }
}
