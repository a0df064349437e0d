//! Doubles taken apart and put together, and functions that the standard library of Rust
//! does not have.
//!
//! # Rules
//! As in [`super`]: out of the domain NaN, at a pole an infinity. The functions follow C's
//! and Python's where those agree; the gamma function at 0 is an infinity of its sign.

use std::num::FpCategory;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::Numeric;
use super::scalar::Scalar;
use crate::bridge::{Atom, FfiValue};
use crate::error::FfiError;
use crate::native::{Native, Rest};

/// Exponents beyond this give 0 or an infinity whatever is scaled: the range of doubles,
/// subnormals included, is 2098 powers of two.
const SCALE_MAX: f64 = 5000.0;

/// The natives of this file that are no functions of one or two doubles.
pub(super) fn natives() -> Vec<Native> {
    vec![
        Native::new("math.hypot", |Rest(parts): Rest<f64>| hypot(&parts))
            .describe("Length of the vector of its arguments, without overflow on the way."),
        Native::new("math.frexp", frexp).describe(
            "The tuple (m, e) with x = m * 2^e and m from 0.5 to below 1 in size; of 0, an \
             infinity and NaN the number itself and 0.",
        ),
        Native::new("math.ldexp", ldexp)
            .describe("The first times 2 to the power of the second, a whole number."),
        Native::new("math.modf", |x: f64| {
            let fraction = if x.is_infinite() { 0.0 } else { x.fract() };
            pair(fraction.copysign(x), x.trunc())
        })
        .describe("The fraction and the whole part of a number, each with its sign, as a tuple."),
        Native::new("math.is_close", is_close).describe(
            "Whether two numbers differ by no more than the third, 1e-9 if left out, times the \
             greater size of them, or no more than the fourth, 0 if left out.",
        ),
        Native::new("math.is_normal", |x: f64| x.is_normal())
            .describe("Whether a number is neither 0, subnormal, infinite nor NaN."),
        Native::new("math.is_subnormal", |x: f64| x.is_subnormal())
            .describe("Whether a number is nearer to 0 than doubles of full precision are."),
        Native::new("math.is_negative", |x: Scalar| match x {
            Scalar::Number(number) => number.is_sign_negative(),
            Scalar::Integer(integer) => integer.sign() == num_bigint::Sign::Minus,
        })
        .describe("Whether a number has a minus sign, as -0 has."),
        Native::new("math.is_whole", |x: Numeric| match x {
            Numeric::Real(Scalar::Integer(_)) => true,
            Numeric::Real(Scalar::Number(number)) => number.fract() == 0.0,
            Numeric::Complex(_) => false,
        })
        .describe("Whether a number is finite and has no fraction."),
        Native::new("math.classify", |x: f64| {
            let class = match x.classify() {
                FpCategory::Nan => "nan",
                FpCategory::Infinite => "infinite",
                FpCategory::Zero => "zero",
                FpCategory::Subnormal => "subnormal",
                FpCategory::Normal => "normal",
            };
            Atom(class.to_string())
        })
        .describe("What kind of double it is: `:nan :infinite :zero :subnormal :normal`."),
        Native::new("math.to_bits", |x: f64| BigInt::from(x.to_bits()))
            .describe("The 64 bits of a double as an integer from 0 on."),
        Native::new("math.from_bits", from_bits)
            .describe("The double of 64 bits, an integer from 0 to below 2^64."),
    ]
}

fn pair(first: f64, second: f64) -> FfiValue {
    FfiValue::Tuple(vec![FfiValue::Number(first), FfiValue::Number(second)])
}

/// The length of a vector. An infinite part counts before a NaN, as in C.
#[must_use]
pub fn hypot(parts: &[f64]) -> f64 {
    match parts {
        [] => 0.0,
        [x] => x.abs(),
        [x, y] => x.hypot(*y),
        _ => {
            if parts.iter().any(|x| x.is_infinite()) {
                return f64::INFINITY;
            }
            let largest = parts.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            if parts.iter().any(|x| x.is_nan()) || largest == 0.0 {
                return if largest == 0.0 && !parts.iter().any(|x| x.is_nan()) {
                    0.0
                } else {
                    f64::NAN
                };
            }
            // A power of two, so that scaling is exact; squares stay in range.
            let exponent = libm::frexp(largest).1;
            let scaled = parts.iter().map(|x| libm::ldexp(*x, -exponent));
            // The rounding of each square and each sum is added at the end.
            let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
            for x in scaled {
                let square = x * x;
                lost += x.mul_add(x, -square);
                let next = sum + square;
                lost += if sum >= square {
                    (sum - next) + square
                } else {
                    (square - next) + sum
                };
                sum = next;
            }
            libm::ldexp((sum + lost).sqrt(), exponent)
        }
    }
}

fn frexp(x: f64) -> FfiValue {
    if x == 0.0 || !x.is_finite() {
        return pair(x, 0.0);
    }
    let (fraction, exponent) = libm::frexp(x);
    pair(fraction, f64::from(exponent))
}

fn ldexp(x: f64, exponent: f64) -> Result<f64, FfiError> {
    if exponent.is_nan() || exponent.is_finite() && exponent.fract() != 0.0 {
        return Err(FfiError::bad_number(2, "a whole number"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 5000 in size")]
    let exponent = exponent.clamp(-SCALE_MAX, SCALE_MAX) as i32;
    Ok(libm::ldexp(x, exponent))
}

fn is_close(
    a: f64,
    b: f64,
    relative: Option<f64>,
    absolute: Option<f64>,
) -> Result<bool, FfiError> {
    let (relative, absolute) = (relative.unwrap_or(1e-9), absolute.unwrap_or(0.0));
    for (number, tolerance) in [(3, relative), (4, absolute)] {
        if tolerance.is_nan() || tolerance < 0.0 {
            return Err(FfiError::bad_number(number, "a number from 0 on"));
        }
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (a - b).abs();
    Ok(difference <= relative * a.abs()
        || difference <= relative * b.abs()
        || difference <= absolute)
}

fn from_bits(bits: BigInt) -> Result<f64, FfiError> {
    let bits = bits.to_u64();
    bits.map(f64::from_bits)
        .ok_or_else(|| FfiError::bad_number(1, "a whole number from 0 to below 2^64"))
}

/// The gamma function.
pub(super) fn gamma(x: f64) -> f64 {
    if x == f64::NEG_INFINITY || x < 0.0 && x.fract() == 0.0 {
        return f64::NAN;
    }
    // Exact as far as factorials are.
    if x.fract() == 0.0 && (1.0..=23.0).contains(&x) {
        let mut product = 1.0;
        let mut factor = 2.0;
        while factor < x {
            product *= factor;
            factor += 1.0;
        }
        return product;
    }
    libm::tgamma(x)
}

/// The logarithm of the size of the gamma function.
pub(super) fn lgamma(x: f64) -> f64 {
    if x.is_infinite() || x <= 0.0 && x.fract() == 0.0 {
        return f64::INFINITY;
    }
    libm::lgamma(x)
}

/// The unit in the last place of a double.
pub(super) fn ulp(x: f64) -> f64 {
    let size = x.abs();
    if !size.is_finite() {
        return size;
    }
    let next = size.next_up();
    if next.is_infinite() {
        return size - size.next_down();
    }
    next - size
}

/// IEEE 754's remainder.
pub(super) fn remainder(x: f64, y: f64) -> f64 {
    if x.is_infinite() || y == 0.0 || x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if y.is_infinite() {
        return x;
    }
    // As CPython has it: fmod is exact, and so is what is compared and subtracted here.
    let (size, divisor) = (x.abs(), y.abs());
    let rest = size % divisor;
    let other = divisor - rest;
    let nearest = match rest.partial_cmp(&other) {
        Some(std::cmp::Ordering::Less) => rest,
        Some(std::cmp::Ordering::Greater) => -other,
        _ => rest - 2.0 * ((0.5 * (size - rest)) % divisor),
    };
    1.0_f64.copysign(x) * nearest
}

/// The neighbour of `x` on the way to `y`.
pub(super) fn next_after(x: f64, y: f64) -> f64 {
    match x.partial_cmp(&y) {
        None => f64::NAN,
        Some(std::cmp::Ordering::Equal) => y,
        Some(std::cmp::Ordering::Less) => x.next_up(),
        Some(std::cmp::Ordering::Greater) => x.next_down(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_vectors_neither_overflow_nor_vanish() {
        assert_eq!(hypot(&[]), 0.0);
        assert_eq!(hypot(&[-3.0]), 3.0);
        assert_eq!(hypot(&[2.0, 3.0, 6.0]), 7.0);
        let huge = 2f64.powi(1000);
        assert_eq!(hypot(&[2.0 * huge, 3.0 * huge, 6.0 * huge]), 7.0 * huge);
        assert_eq!(hypot(&[5e-324; 4]), 1e-323);
        assert_eq!(hypot(&[0.0, -0.0, 0.0]), 0.0);
        assert_eq!(hypot(&[f64::NAN, f64::NEG_INFINITY, 1.0]), f64::INFINITY);
        assert!(hypot(&[f64::NAN, 0.0, 0.0]).is_nan());
    }

    #[test]
    fn steps_between_doubles() {
        assert_eq!(ulp(1.0), f64::EPSILON);
        assert_eq!(ulp(0.0), 5e-324);
        assert_eq!(ulp(f64::MAX), 2f64.powi(971));
        assert_eq!(ulp(f64::NEG_INFINITY), f64::INFINITY);
        assert_eq!(next_after(0.0, -1.0), -5e-324);
        assert!(next_after(1.0, f64::NAN).is_nan());
    }

    #[test]
    fn remainders_of_the_nearest_quotient() {
        assert_eq!(remainder(5.0, 2.0), 1.0);
        assert_eq!(remainder(7.0, 2.0), -1.0);
        assert_eq!(remainder(-6.0, 4.0), 2.0);
        assert_eq!(remainder(3.0, f64::INFINITY), 3.0);
        assert!(remainder(f64::INFINITY, 3.0).is_nan());
    }

    #[test]
    fn poles_and_whole_points_of_gamma() {
        assert_eq!(gamma(5.0), 24.0);
        assert_eq!(gamma(0.0), f64::INFINITY);
        assert_eq!(gamma(-0.0), f64::NEG_INFINITY);
        assert!(gamma(-3.0).is_nan());
        assert_eq!(lgamma(-3.0), f64::INFINITY);
        assert_eq!(lgamma(1.0), 0.0);
        assert_eq!(gamma(171.7), f64::INFINITY);
    }
}
