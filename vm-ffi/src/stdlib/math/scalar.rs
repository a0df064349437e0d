//! Real numbers in either form, double or integer, and what is exact for both.
//!
//! # Invariants
//! S1. A comparison of an integer with a double is exact: neither is rounded.
//! S2. What is computed from integers alone is an integer; what yields one of its arguments
//!     yields it in its own form.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use num_traits::FromPrimitive;

use crate::bridge::{FfiValue, FromFfi, IntoFfi, Mismatch, exact, nearest};
use crate::error::FfiError;

/// The longest integer, in bits, that `gcd` and `lcm` take; longer ones raise `:limit`.
///
/// Keeps one call under a millisecond, since the steps grow with the square of the length.
pub const MAX_GCD_BITS: u64 = 4096;

/// A real number in either form.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Number(f64),
    Integer(BigInt),
}

impl Scalar {
    /// The nearest double.
    pub(super) fn real(&self) -> f64 {
        match self {
            Scalar::Number(number) => *number,
            Scalar::Integer(integer) => nearest(integer),
        }
    }

    pub(super) fn is_nan(&self) -> bool {
        matches!(self, Scalar::Number(number) if number.is_nan())
    }

    /// The exact order of two numbers that are not NaN; -0 comes before 0.
    fn order(&self, other: &Scalar) -> Ordering {
        match (self, other) {
            (Scalar::Integer(a), Scalar::Integer(b)) => a.cmp(b),
            (Scalar::Number(a), Scalar::Number(b)) => a.total_cmp(b),
            (Scalar::Integer(a), Scalar::Number(b)) => order_mixed(a, *b),
            (Scalar::Number(a), Scalar::Integer(b)) => order_mixed(b, *a).reverse(),
        }
    }
}

/// The exact order of an integer and a number that is not NaN.
fn order_mixed(integer: &BigInt, number: f64) -> Ordering {
    match BigInt::from_f64(number.floor()) {
        Some(floor) => integer.cmp(&floor).then(if number.fract() == 0.0 {
            Ordering::Equal
        } else {
            Ordering::Less
        }),
        None if number > 0.0 => Ordering::Less,
        None => Ordering::Greater,
    }
}

impl FromFfi for Scalar {
    fn expected() -> String {
        "a number".to_string()
    }

    fn from_ffi(value: FfiValue) -> Result<Scalar, Mismatch> {
        match value {
            FfiValue::Number(number) => Ok(Scalar::Number(number)),
            FfiValue::Integer(integer) => Ok(Scalar::Integer(integer)),
            other => Err(Mismatch::kind(Self::expected(), &other)),
        }
    }
}

impl IntoFfi for Scalar {
    fn into_ffi(self) -> FfiValue {
        match self {
            Scalar::Number(number) => FfiValue::Number(number),
            Scalar::Integer(integer) => FfiValue::Integer(integer),
        }
    }
}

/// -1, 0 or 1 in the argument's own form; zeros and NaN are their own sign.
pub(super) fn sign(x: Scalar) -> Scalar {
    match x {
        Scalar::Integer(integer) => Scalar::Integer(match integer.sign() {
            Sign::Minus => BigInt::from(-1),
            Sign::NoSign => BigInt::ZERO,
            Sign::Plus => BigInt::from(1),
        }),
        Scalar::Number(0.0) => x,
        Scalar::Number(number) => Scalar::Number(number.signum()),
    }
}

/// The argument that compares as `wanted` with all others; the first NaN if there is one.
pub(super) fn extreme(first: Scalar, rest: Vec<Scalar>, wanted: Ordering) -> Scalar {
    rest.into_iter().fold(first, |best, next| {
        let keep = best.is_nan() || (!next.is_nan() && next.order(&best) != wanted);
        if keep { best } else { next }
    })
}

/// Folds whole numbers; the result is an integer if one of them is.
pub(super) fn fold_divisors(
    numbers: Vec<Scalar>,
    start: i64,
    step: fn(BigInt, BigInt) -> BigInt,
) -> Result<Scalar, FfiError> {
    let mut integral = false;
    let mut result = BigInt::from(start);
    for (index, number) in numbers.into_iter().enumerate() {
        let number = match number {
            Scalar::Integer(integer) => {
                integral = true;
                integer
            }
            Scalar::Number(number) => match exact(number) {
                Some(whole) => BigInt::from(whole),
                None => {
                    return Err(FfiError::bad_number(
                        index + 1,
                        "a whole number within 2^53",
                    ));
                }
            },
        };
        if number.bits().max(result.bits()) > MAX_GCD_BITS {
            return Err(FfiError::Limit {
                what: "an integer of math.gcd or math.lcm".to_string(),
                limit: MAX_GCD_BITS,
                unit: "bits",
            });
        }
        result = step(result, number);
    }
    Ok(if integral {
        Scalar::Integer(result)
    } else {
        Scalar::Number(nearest(&result))
    })
}

/// Euclid's algorithm; never negative.
pub(super) fn gcd(mut a: BigInt, mut b: BigInt) -> BigInt {
    while b.sign() != Sign::NoSign {
        let rest = a % &b;
        a = b;
        b = rest;
    }
    BigInt::from(a.into_parts().1)
}

/// The least common multiple, never negative.
pub(super) fn lcm(a: BigInt, b: BigInt) -> BigInt {
    if a.sign() == Sign::NoSign || b.sign() == Sign::NoSign {
        return BigInt::ZERO;
    }
    let divisor = gcd(a.clone(), b.clone());
    BigInt::from((a / divisor * b).into_parts().1)
}
