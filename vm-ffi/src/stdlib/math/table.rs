//! The regular natives of `math` as tables: name, function, description.

use std::f64::consts::{E, LN_2, LN_10, PI, TAU};

use num_complex::Complex64;

use super::special;
use crate::stdlib::complex;

pub(super) type Real = fn(f64) -> f64;
pub(super) type Binary = fn(f64, f64) -> f64;
pub(super) type Elementary = (&'static str, Real, fn(Complex64) -> Complex64, &'static str);

/// Functions of a number or a complex number.
pub(super) const ELEMENTARY: &[Elementary] = &[
    (
        "math.sqrt",
        f64::sqrt,
        complex::sqrt,
        "Square root; NaN for negative numbers.",
    ),
    (
        "math.exp",
        f64::exp,
        complex::exp,
        "e to the power of the argument.",
    ),
    (
        "math.log2",
        f64::log2,
        |z| complex::log(z) / LN_2,
        "Logarithm to base 2.",
    ),
    (
        "math.log10",
        f64::log10,
        |z| complex::log(z) / LN_10,
        "Logarithm to base 10.",
    ),
    ("math.sin", f64::sin, complex::sin, "Sine."),
    ("math.cos", f64::cos, complex::cos, "Cosine."),
    ("math.tan", f64::tan, complex::tan, "Tangent."),
    (
        "math.asin",
        f64::asin,
        complex::asin,
        "Inverse sine; NaN beyond -1 and 1.",
    ),
    (
        "math.acos",
        f64::acos,
        complex::acos,
        "Inverse cosine; NaN beyond -1 and 1.",
    ),
    ("math.atan", f64::atan, complex::atan, "Inverse tangent."),
    ("math.sinh", f64::sinh, complex::sinh, "Hyperbolic sine."),
    ("math.cosh", f64::cosh, complex::cosh, "Hyperbolic cosine."),
    ("math.tanh", f64::tanh, complex::tanh, "Hyperbolic tangent."),
    (
        "math.asinh",
        asinh,
        complex::asinh,
        "Inverse hyperbolic sine.",
    ),
    (
        "math.acosh",
        acosh,
        complex::acosh,
        "Inverse hyperbolic cosine; NaN below 1.",
    ),
    (
        "math.atanh",
        atanh,
        complex::atanh,
        "Inverse hyperbolic tangent; NaN beyond -1 and 1.",
    ),
];

/// Functions of a number.
pub(super) const REAL: &[(&str, Real, &str)] = &[
    ("math.cbrt", f64::cbrt, "Cube root."),
    ("math.exp2", f64::exp2, "2 to the power of the argument."),
    ("math.expm1", f64::exp_m1, "exp(x) - 1, exact near 0."),
    (
        "math.log1p",
        f64::ln_1p,
        "log(1 + x), exact near 0; NaN below -1.",
    ),
    (
        "math.fract",
        f64::fract,
        "What follows the point, with the sign of the argument.",
    ),
    (
        "math.erf",
        libm::erf,
        "Error function: how likely a normal error is within so many times sqrt(2) deviations.",
    ),
    ("math.erfc", libm::erfc, "1 - erf(x), exact for large x."),
    (
        "math.gamma",
        special::gamma,
        "Gamma function, (x - 1)! for whole x; NaN at negative whole numbers, an infinity at 0.",
    ),
    (
        "math.lgamma",
        special::lgamma,
        "Natural logarithm of the size of the gamma function; infinite at its poles.",
    ),
    ("math.recip", f64::recip, "1 / x."),
    ("math.next_up", f64::next_up, "The least double above."),
    (
        "math.next_down",
        f64::next_down,
        "The greatest double below.",
    ),
    (
        "math.ulp",
        special::ulp,
        "Distance from the size of a double to the next one away from 0.",
    ),
    ("math.degrees", f64::to_degrees, "Radians as degrees."),
    ("math.radians", f64::to_radians, "Degrees as radians."),
];

/// Functions that make a number whole and leave integers as they are.
pub(super) const ROUNDING: &[(&str, Real, &str)] = &[
    ("math.floor", f64::floor, "The whole number at or below."),
    ("math.ceil", f64::ceil, "The whole number at or above."),
    (
        "math.round",
        f64::round,
        "The nearest whole number; halves go away from zero.",
    ),
    (
        "math.round_even",
        f64::round_ties_even,
        "The nearest whole number; halves go to even.",
    ),
    ("math.trunc", f64::trunc, "The whole number towards zero."),
];

/// Functions of two numbers.
pub(super) const BINARY: &[(&str, Binary, &str)] = &[
    (
        "math.atan2",
        f64::atan2,
        "The angle of the point (second, first), from -pi to pi.",
    ),
    (
        "math.fmod",
        |x, y| x % y,
        "Remainder of the truncated quotient; NaN for divisor 0.",
    ),
    (
        "math.remainder",
        special::remainder,
        "Remainder of the nearest whole quotient, the even one of two; NaN for divisor 0.",
    ),
    (
        "math.next_after",
        special::next_after,
        "The double next to the first in the direction of the second.",
    ),
    (
        "math.div_euclid",
        f64::div_euclid,
        "The whole quotient that leaves a remainder from 0 on.",
    ),
    (
        "math.rem_euclid",
        f64::rem_euclid,
        "The remainder from 0 to below the size of the divisor; NaN for divisor 0.",
    ),
    (
        "math.copysign",
        f64::copysign,
        "The size of the first with the sign of the second.",
    ),
];

/// Constants, as functions of nothing.
pub(super) const CONSTANTS: &[(&str, f64, &str)] = &[
    ("math.pi", PI, "Circumference of the circle of diameter 1."),
    ("math.tau", TAU, "Twice pi."),
    ("math.e", E, "Base of the natural logarithm."),
    ("math.inf", f64::INFINITY, "Positive infinity."),
    ("math.nan", f64::NAN, "Not a number."),
    (
        "math.epsilon",
        f64::EPSILON,
        "Distance from 1 to the next double.",
    ),
    (
        "math.max_number",
        f64::MAX,
        "The greatest double that is finite.",
    ),
    (
        "math.min_positive",
        f64::MIN_POSITIVE,
        "The least positive double of full precision.",
    ),
];

/// The inverse hyperbolic sine, without overflow of 2x.
fn asinh(x: f64) -> f64 {
    if x.abs() > f64::MAX / 4.0 {
        (x.abs().ln() + LN_2).copysign(x)
    } else {
        x.asinh()
    }
}

/// The inverse hyperbolic cosine, exact near 1 and without overflow of 2x.
fn acosh(x: f64) -> f64 {
    if x > f64::MAX / 4.0 {
        return x.ln() + LN_2;
    }
    let above = x - 1.0;
    (above + above.sqrt() * (x + 1.0).sqrt()).ln_1p()
}

/// The inverse hyperbolic tangent, as exact for negative arguments as for positive ones.
fn atanh(x: f64) -> f64 {
    let size = x.abs();
    (0.5 * (2.0 * size / (1.0 - size)).ln_1p()).copysign(x)
}
