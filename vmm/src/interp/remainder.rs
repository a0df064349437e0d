//! Remainders of doubles without the library's loop.
//!
//! # Invariants
//! D1. What comes out is, bit by bit, what [`number`](crate::number::number) defines.

/// Adding it to a double from 0 to itself, and taking it away again, rounds to
/// the nearest whole number.
const ROUNDER: f64 = 4_503_599_627_370_496.0;

/// `x mod y` for doubles, as Lua and Python define it: `x - floor(x / y) * y`,
/// with the sign of `y`, which a zero has, too.
///
/// Whole divisors, by far the most common, need one division: the product of the
/// rounded quotient and `y` is below 2^53, so it is exact, and so is the difference,
/// a multiple of `x`'s last bit that is no larger than `x`; it is off by at most
/// one `y`. The remainder of arbitrary doubles is a library loop of some 20 ns, and
/// integer division with the conversions around it takes twice as long as this.
#[inline(always)]
pub(super) fn modulo(x: f64, y: f64) -> f64 {
    if (0.0..ROUNDER).contains(&x) && (1.0..ROUNDER).contains(&y) && (y + ROUNDER) - ROUNDER == y {
        return remainder(x, y, (x / y + ROUNDER) - ROUNDER);
    }
    modulo_slow(x, y)
}

/// `x mod y` for a divisor with an [`inverse`](crate::code::fuse::inverse): the
/// quotient before rounding is off by less than a half (2^52 / 3 times two
/// rounding errors of 2^-53), so the correction by one `y` still covers it.
#[inline(always)]
pub(super) fn modulo_by(x: f64, y: f64, inverse: f64) -> f64 {
    if (0.0..ROUNDER).contains(&x) {
        return remainder(x, y, (x * inverse + ROUNDER) - ROUNDER);
    }
    modulo_slow(x, y)
}

/// What is left of `x` for a quotient that was rounded to the nearest whole number.
#[inline(always)]
fn remainder(x: f64, y: f64, quotient: f64) -> f64 {
    let r = x - quotient * y;
    // Of a negative zero the remainder is a positive one, as the divisor is.
    if r < 0.0 { r + y } else { r.abs() }
}

/// `x rem y` for doubles, as C defines `fmod`: with the sign of `x`, which a zero has, too.
///
/// Of the amounts it is `modulo`; see there.
#[inline(always)]
pub(super) fn truncated(x: f64, y: f64) -> f64 {
    let (a, b) = (x.abs(), y.abs());
    if a < ROUNDER && (1.0..ROUNDER).contains(&b) && (b + ROUNDER) - ROUNDER == b {
        return remainder(a, b, (a / b + ROUNDER) - ROUNDER).copysign(x);
    }
    truncated_slow(x, y)
}

#[inline(never)]
fn truncated_slow(x: f64, y: f64) -> f64 {
    // What is no number is not given to the library, which would take its time.
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else {
        x % y
    }
}

#[inline(never)]
fn modulo_slow(x: f64, y: f64) -> f64 {
    let r = x % y;
    if r == 0.0 {
        0.0_f64.copysign(y)
    } else if (r < 0.0) != (y < 0.0) {
        r + y
    } else {
        r
    }
}

#[cfg(test)]
mod tests {
    use super::{modulo, modulo_by, truncated};
    use crate::code::fuse::inverse;

    #[test]
    fn modulo_takes_the_sign_of_the_divisor() {
        let cases: [(f64, f64, f64); 12] = [
            (7.0, 3.0, 1.0),
            (-7.0, 3.0, 2.0),
            (7.0, -3.0, -2.0),
            (-7.0, -3.0, -1.0),
            (5.5, 2.0, 1.5),
            (-1.0, f64::INFINITY, f64::INFINITY),
            (1e300, 7.0, 1e300 % 7.0),
            (6.0, 3.0, 0.0),
            (-6.0, 3.0, 0.0),
            (6.0, -3.0, -0.0),
            (-0.0, 3.0, 0.0),
            (0.0, -3.0, -0.0),
        ];
        for (x, y, expected) in cases {
            let slow = crate::number::number(crate::number::Arith::Mod, x, y);
            assert_eq!(slow.to_bits(), expected.to_bits(), "{x} mod {y}");
            if let Some(inverse) = inverse(y) {
                let by_inverse = modulo_by(x, y, inverse);
                assert_eq!(by_inverse.to_bits(), expected.to_bits(), "{x} mod {y}");
            }
            assert_eq!(modulo(x, y).to_bits(), expected.to_bits(), "{x} mod {y}");
        }
        let mut n: f64 = 1.0;
        while n < 1e16 {
            for y in [
                1.0,
                2.0,
                3.0,
                7.0,
                10.0,
                97.0,
                65_536.0,
                1e9 + 7.0,
                4_503_599_627_370_495.0,
            ] {
                for x in [n - 1.0, n, n + 1.0, n * 3.0] {
                    assert_eq!(modulo(x, y), x % y, "{x} mod {y}");
                    let by_inverse = modulo_by(x, y, inverse(y).unwrap());
                    assert_eq!(by_inverse, x % y, "{x} mod {y}");
                    let part = x + 0.375;
                    assert_eq!(modulo(part, y), part % y, "{part} mod {y}");
                    assert_eq!(modulo_by(part, y, inverse(y).unwrap()), part % y);
                    for (x, y) in [(x, y), (-x, y), (x, -y), (-part, -y), (part, y)] {
                        let found = truncated(x, y).to_bits();
                        assert_eq!(found, (x % y).to_bits(), "{x} rem {y}");
                    }
                }
            }
            n *= 1.7;
            n = n.floor() + 1.0;
        }
        assert!(modulo(1.0, 0.0).is_nan() && modulo(f64::INFINITY, 2.0).is_nan());
        for (x, y) in [
            (5.5, 2.5),
            (-0.0, 3.0),
            (-6.0, 0.5),
            (5.0, f64::INFINITY),
            (1e300, 7.0),
        ] {
            assert_eq!(truncated(x, y).to_bits(), (x % y).to_bits(), "{x} rem {y}");
        }
        assert!(truncated(5.0, 0.0).is_nan() && truncated(f64::INFINITY, 3.0).is_nan());
        assert!(truncated(f64::NAN, 3.0).is_nan() && truncated(3.0, f64::NAN).is_nan());
        for y in [0.0, -1.0, 0.5, 2.5, f64::NAN, f64::INFINITY, 1e16] {
            assert_eq!(inverse(y), None);
        }
    }
}
