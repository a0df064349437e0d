//! Numeric functions.
//!
//! # Rules
//! 1. Out of its domain a function yields NaN (`math.sqrt(-1)`), at a pole an infinity
//!    (`math.log(0)`), as IEEE 754 says. Only `clamp`, `gcd` and `lcm` refuse numbers.
//! 2. An integer is taken as the nearest double, except where a whole result is exact
//!    anyway: `abs sign floor ceil round round_even trunc min max gcd lcm` keep integers.
//! 3. The elementary functions also take complex numbers and then yield complex ones.
//!    To leave the real line, ask for it: `math.sqrt(math.complex(-1, 0))`.
//! 4. Angles are radians.
//! 5. The last digit of a transcendental function may differ between platforms.
//!
//! What goes over arrays or makes long integers (`math.fsum`, `math.comb`) is the
//! machine's own, since that charges by what it walks.

mod scalar;
mod special;
mod table;

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_complex::Complex64;

pub use self::scalar::MAX_GCD_BITS;
use self::scalar::{Scalar, extreme, fold_divisors, gcd, lcm, sign};
pub use self::special::hypot;
use self::table::{BINARY, CONSTANTS, ELEMENTARY, REAL, ROUNDING};
use super::complex;
use crate::bridge::{FfiValue, FromFfi, Mismatch};
use crate::error::FfiError;
use crate::native::{Native, Rest};
use crate::registry::{FfiRegistry, RegisterError};

/// Registers the module `math`.
///
/// # Errors
/// [`RegisterError::Duplicate`] if a name is taken.
pub fn register(registry: &mut FfiRegistry) -> Result<(), RegisterError> {
    for &(name, real, complex, about) in ELEMENTARY {
        let function = move |x: Numeric| match x {
            Numeric::Complex(z) => FfiValue::Complex(complex(z)),
            Numeric::Real(x) => FfiValue::Number(real(x.real())),
        };
        let native = Native::new(name, function).describe(about);
        registry.register(native)?;
    }
    for &(name, real, about) in REAL {
        let native = Native::new(name, real).describe(about);
        registry.register(native)?;
    }
    for &(name, real, about) in ROUNDING {
        let function = move |x: Scalar| match x {
            Scalar::Integer(integer) => FfiValue::Integer(integer),
            Scalar::Number(number) => FfiValue::Number(real(number)),
        };
        let native = Native::new(name, function).describe(about);
        registry.register(native)?;
    }
    for &(name, real, about) in BINARY {
        registry.register(Native::new(name, real).describe(about))?;
    }
    for &(name, value, about) in CONSTANTS {
        registry.register(Native::new(name, move || value).describe(about))?;
    }
    for native in irregular().into_iter().chain(special::natives()) {
        registry.register(native)?;
    }
    Ok(())
}

fn irregular() -> Vec<Native> {
    vec![
        Native::new("math.abs", abs).describe("Size; of a complex number, its distance from 0."),
        Native::new("math.sign", sign).describe("-1, 0 or 1; zeros and NaN yield themselves."),
        Native::new("math.log", log).describe("Natural logarithm, or to the base given."),
        Native::new("math.pow", pow).describe(
            "The first to the power of the second, in doubles; NaN for a fractional power of a \
             negative number.",
        ),
        Native::new("math.min", |first: Scalar, Rest(rest): Rest<Scalar>| {
            extreme(first, rest, Ordering::Less)
        })
        .describe("The least of its arguments; NaN if one is NaN; -0 is less than 0."),
        Native::new("math.max", |first: Scalar, Rest(rest): Rest<Scalar>| {
            extreme(first, rest, Ordering::Greater)
        })
        .describe("The greatest of its arguments; NaN if one is NaN; 0 is greater than -0."),
        Native::new("math.clamp", clamp)
            .describe("The first, but at least the second and at most the third."),
        Native::new("math.fma", f64::mul_add).describe("x * y + z with one rounding."),
        Native::new("math.gcd", |Rest(numbers): Rest<Scalar>| {
            fold_divisors(numbers, 0, gcd)
        })
        .describe("Greatest common divisor of whole numbers; 0 of none."),
        Native::new("math.lcm", |Rest(numbers): Rest<Scalar>| {
            fold_divisors(numbers, 1, lcm)
        })
        .describe("Least common multiple of whole numbers; 1 of none."),
        Native::new("math.is_nan", |x: Numeric| match x {
            Numeric::Real(real) => real.is_nan(),
            Numeric::Complex(z) => z.is_nan(),
        })
        .describe("Whether the number, or a part of it, is NaN."),
        Native::new("math.is_finite", |x: Numeric| match x {
            Numeric::Real(Scalar::Integer(_)) => true,
            Numeric::Real(Scalar::Number(number)) => number.is_finite(),
            Numeric::Complex(z) => z.is_finite(),
        })
        .describe("Whether the number is neither infinite nor NaN."),
        Native::new("math.is_infinite", |x: Numeric| match x {
            Numeric::Real(Scalar::Integer(_)) => false,
            Numeric::Real(Scalar::Number(number)) => number.is_infinite(),
            Numeric::Complex(z) => z.is_infinite(),
        })
        .describe("Whether the number, or a part of it, is infinite."),
        Native::new("math.complex", Complex64::new)
            .describe("The complex number of a real and an imaginary part."),
        Native::new("math.polar", Complex64::from_polar)
            .describe("The complex number of a size and an angle."),
        Native::new("math.to_polar", |z: Complex64| {
            FfiValue::Tuple(vec![
                FfiValue::Number(z.re.hypot(z.im)),
                FfiValue::Number(z.im.atan2(z.re)),
            ])
        })
        .describe("The size and the angle of a complex number, as a tuple."),
        Native::new("math.real", |z: Complex64| z.re).describe("Real part."),
        Native::new("math.imag", |z: Complex64| z.im).describe("Imaginary part."),
        Native::new("math.arg", |z: Complex64| z.im.atan2(z.re))
            .describe("Angle of a complex number, from -pi to pi."),
        Native::new("math.conj", |z: Complex64| z.conj()).describe("Complex conjugate."),
    ]
}

/// Any number.
enum Numeric {
    Real(Scalar),
    Complex(Complex64),
}

impl Numeric {
    fn complex(&self) -> Complex64 {
        match self {
            Numeric::Real(real) => Complex64::new(real.real(), 0.0),
            Numeric::Complex(z) => *z,
        }
    }
}

impl FromFfi for Numeric {
    fn expected() -> String {
        Scalar::expected()
    }

    fn from_ffi(value: FfiValue) -> Result<Numeric, Mismatch> {
        match value {
            FfiValue::Complex(z) => Ok(Numeric::Complex(z)),
            other => Scalar::from_ffi(other).map(Numeric::Real),
        }
    }
}

fn abs(x: Numeric) -> FfiValue {
    match x {
        Numeric::Real(Scalar::Number(number)) => FfiValue::Number(number.abs()),
        Numeric::Real(Scalar::Integer(integer)) => {
            FfiValue::Integer(BigInt::from(integer.into_parts().1))
        }
        Numeric::Complex(z) => FfiValue::Number(z.re.hypot(z.im)),
    }
}

fn log(x: Numeric, base: Option<f64>) -> FfiValue {
    match (&x, base) {
        (Numeric::Complex(z), None) => FfiValue::Complex(complex::log(*z)),
        (Numeric::Complex(z), Some(base)) => FfiValue::Complex(complex::log(*z) / base.ln()),
        (Numeric::Real(real), None) => FfiValue::Number(real.real().ln()),
        // These two are exact at whole powers, a quotient of logarithms is not.
        (Numeric::Real(real), Some(2.0)) => FfiValue::Number(real.real().log2()),
        (Numeric::Real(real), Some(10.0)) => FfiValue::Number(real.real().log10()),
        (Numeric::Real(real), Some(base)) => FfiValue::Number(real.real().ln() / base.ln()),
    }
}

fn pow(base: Numeric, exponent: Numeric) -> FfiValue {
    match (&base, &exponent) {
        (Numeric::Real(base), Numeric::Real(exponent)) => {
            FfiValue::Number(base.real().powf(exponent.real()))
        }
        _ => FfiValue::Complex(complex::pow(base.complex(), exponent.complex())),
    }
}

fn clamp(x: f64, low: f64, high: f64) -> Result<f64, FfiError> {
    if low <= high {
        return Ok(x.clamp(low, high));
    }
    Err(FfiError::bad_number(
        3,
        "at least as great as argument 2, and neither may be NaN",
    ))
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use crate::{FakeContext, FfiResult};

    fn call(name: &str, args: Vec<FfiValue>) -> FfiResult {
        let mut registry = FfiRegistry::new();
        register(&mut registry).unwrap();
        registry.call(name, &mut FakeContext::new(), args)
    }

    fn n(number: f64) -> FfiValue {
        FfiValue::Number(number)
    }

    fn i(integer: i64) -> FfiValue {
        FfiValue::Integer(BigInt::from(integer))
    }

    fn c(re: f64, im: f64) -> FfiValue {
        FfiValue::Complex(Complex64::new(re, im))
    }

    /// Checks a result by its text, which tells NaN, -0 and kinds apart.
    #[track_caller]
    fn is(name: &str, args: Vec<FfiValue>, expected: FfiValue) {
        assert_eq!(
            format!("{:?}", call(name, args).unwrap()),
            format!("{expected:?}"),
            "{name}"
        );
    }

    #[test]
    fn out_of_the_domain_is_nan_and_a_pole_is_infinite() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        for name in [
            "math.sqrt",
            "math.log",
            "math.log2",
            "math.log10",
            "math.acosh",
        ] {
            assert!(matches!(call(name, vec![n(-2.0)]), Ok(FfiValue::Number(x)) if x.is_nan()));
        }
        is("math.sqrt", vec![n(-0.0)], n(-0.0));
        is("math.log", vec![n(0.0)], n(-inf));
        is("math.atanh", vec![n(-1.0)], n(-inf));
        is("math.fmod", vec![n(-7.0), n(2.0)], n(-1.0));
        assert!(
            matches!(call("math.fmod", vec![n(1.0), n(0.0)]), Ok(FfiValue::Number(x)) if x.is_nan())
        );
        is("math.pow", vec![n(nan), n(0.0)], n(1.0));
        is("math.pow", vec![n(0.0), n(-1.0)], n(inf));
    }

    #[test]
    fn elementary_functions_follow_their_argument_into_the_plane() {
        is("math.sqrt", vec![c(-4.0, 0.0)], c(0.0, 2.0));
        is("math.sqrt", vec![i(9)], n(3.0));
        is("math.abs", vec![c(3.0, -4.0)], n(5.0));
        is("math.exp", vec![c(0.0, 0.0)], c(1.0, 0.0));
        is("math.pow", vec![c(0.0, 1.0), n(2.0)], c(-1.0, 0.0));
        is("math.complex", vec![n(1.0), i(2)], c(1.0, 2.0));
        is("math.imag", vec![n(1.0)], n(0.0));
        is("math.arg", vec![n(-1.0)], n(PI));
        is("math.conj", vec![c(1.0, 2.0)], c(1.0, -2.0));
    }

    #[test]
    fn integers_stay_exact_where_they_can() {
        let odd = (1 << 53) + 1;
        for name in [
            "math.abs",
            "math.floor",
            "math.round",
            "math.trunc",
            "math.max",
            "math.min",
        ] {
            is(name, vec![i(odd)], i(odd));
        }
        is("math.abs", vec![i(-odd)], i(odd));
        is("math.sign", vec![i(-odd)], i(-1));
        is("math.sign", vec![n(-0.0)], n(-0.0));
        is("math.round", vec![n(-2.5)], n(-3.0));
        is("math.round_even", vec![n(2.5)], n(2.0));
        is("math.floor", vec![n(-0.5)], n(-1.0));
    }

    #[test]
    fn extremes_compare_exactly_across_kinds() {
        let odd = (1 << 53) + 1;
        let even = 2f64.powi(53);
        is("math.max", vec![n(even), i(odd)], i(odd));
        is("math.min", vec![i(odd), n(even)], n(even));
        is("math.max", vec![i(1), n(1.5), i(-3)], n(1.5));
        is("math.min", vec![i(-1), n(-1.5)], n(-1.5));
        is("math.max", vec![n(-0.0), n(0.0)], n(0.0));
        is("math.min", vec![n(0.0), n(-0.0)], n(-0.0));
        is(
            "math.min",
            vec![i(5), n(f64::NEG_INFINITY)],
            n(f64::NEG_INFINITY),
        );
        is("math.max", vec![n(1.0), n(f64::NAN), n(2.0)], n(f64::NAN));
        assert_eq!(call("math.max", vec![]).unwrap_err().kind(), "bad_arity");
    }

    #[test]
    fn logarithms_to_a_base() {
        is("math.log", vec![n(8.0), n(2.0)], n(3.0));
        is("math.log", vec![n(1000.0), i(10)], n(3.0));
        is("math.log", vec![n(1.0)], n(0.0));
    }

    #[test]
    fn divisors() {
        is("math.gcd", vec![n(12.0), n(-18.0)], n(6.0));
        is("math.gcd", vec![n(12.0), i(18), n(4.0)], i(2));
        is("math.gcd", vec![], n(0.0));
        is("math.lcm", vec![n(4.0), n(6.0)], n(12.0));
        is("math.lcm", vec![i(4), i(0)], i(0));
        let error = call("math.gcd", vec![n(1.0), n(0.5)]).unwrap_err();
        let text = "argument 2 of math.gcd must be a whole number within 2^53";
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            ("bad_number", text)
        );
        let long = FfiValue::Integer(BigInt::from(1) << 5000_u32);
        assert_eq!(call("math.gcd", vec![long]).unwrap_err().kind(), "limit");
    }

    #[test]
    fn a_range_upside_down_is_refused() {
        is("math.clamp", vec![n(5.0), n(0.0), n(3.0)], n(3.0));
        for (low, high) in [(3.0, 0.0), (f64::NAN, 1.0), (0.0, f64::NAN)] {
            let error = call("math.clamp", vec![n(5.0), n(low), n(high)]).unwrap_err();
            assert_eq!(error.kind(), "bad_number");
        }
    }

    #[test]
    fn inverse_hyperbolics_hold_at_the_edges() {
        is("math.asinh", vec![n(-1e308)], n(-709.889355822726));
        is(
            "math.acosh",
            vec![n(1.000000000001)],
            n(1.4142764231805424e-6),
        );
        is("math.atanh", vec![n(-0.999)], n(-3.8002011672501994));
        is("math.atanh", vec![n(-0.0)], n(-0.0));
    }
}
