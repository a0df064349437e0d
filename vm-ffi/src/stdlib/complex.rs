//! Elementary functions of a complex variable.
//!
//! The formulas are those of W. Kahan, "Branch Cuts for Complex Elementary
//! Functions" (1987), arranged so that nothing overflows or cancels on the way to a
//! representable result. Branch cuts run along the axes as in C and Python, and the
//! sign of a zero tells which side of a cut a value lies on. Infinities and NaN follow
//! C99 Annex G. No function fails: what has no value is NaN.
//!
//! Every function `f` keeps `f(conj z) = conj f(z)`, signed zeros included.

mod inverse;

use std::f64::consts::LN_2;

use num_complex::Complex64;

pub use self::inverse::{acos, acosh, asin, asinh, atan, atanh};

/// From here on `exp` and its kin are computed as a product of halves: e^709.78 is the
/// largest double.
const EXP_RANGE: f64 = 708.0;
/// Beyond this, sums and squares of components overflow.
const HUGE: f64 = f64::MAX / 4.0;
/// Whole exponents up to this size are powers by multiplication, exact for small values.
const MAX_MULTIPLIED: f64 = 100.0;

/// The square root with non-negative real part. Cut: the negative real axis.
#[must_use]
pub fn sqrt(z: Complex64) -> Complex64 {
    if z.im.is_infinite() {
        return Complex64::new(f64::INFINITY, z.im);
    }
    if z.re.is_infinite() {
        let small = if z.im.is_nan() { f64::NAN } else { 0.0 };
        return if z.re > 0.0 {
            Complex64::new(z.re, small.copysign(z.im))
        } else {
            Complex64::new(small, f64::INFINITY.copysign(z.im))
        };
    }
    if z.re == 0.0 && z.im == 0.0 {
        return Complex64::new(0.0, z.im);
    }
    let (x, y) = (z.re.abs(), z.im.abs());
    // Powers of four keep the scaling exact: up out of the subnormals, else down from overflow.
    let tiny = x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE;
    let (scale, unscale) = if tiny {
        (2f64.powi(54), 2f64.powi(-27))
    } else {
        (0.25, 2.0)
    };
    let (sx, sy) = (x * scale, y * scale);
    let big = ((sx + sx.hypot(sy)) / 2.0).sqrt() * unscale;
    let small = y / (2.0 * big);
    if z.re >= 0.0 {
        Complex64::new(big, small.copysign(z.im))
    } else {
        Complex64::new(small, big.copysign(z.im))
    }
}

/// The exponential.
#[must_use]
pub fn exp(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return Complex64::new(z.re.exp(), z.im);
    }
    if !z.im.is_finite() {
        if z.re == f64::INFINITY {
            return Complex64::new(z.re, f64::NAN);
        }
        if z.re == f64::NEG_INFINITY {
            return Complex64::new(0.0, 0f64.copysign(z.im));
        }
        return Complex64::new(f64::NAN, f64::NAN);
    }
    let (sin, cos) = z.im.sin_cos();
    scaled_exp(z.re, cos, sin)
}

/// The natural logarithm. Cut: the negative real axis; imaginary part from -pi to pi.
#[must_use]
pub fn log(z: Complex64) -> Complex64 {
    Complex64::new(log_abs(z.re.abs(), z.im.abs()), z.im.atan2(z.re))
}

/// The hyperbolic sine.
#[must_use]
pub fn sinh(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return Complex64::new(z.re.sinh(), z.im);
    }
    if !z.im.is_finite() {
        let keeps = z.re == 0.0 || z.re.is_infinite();
        return Complex64::new(if keeps { z.re } else { f64::NAN }, f64::NAN);
    }
    let (sin, cos) = z.im.sin_cos();
    if z.re.abs() > EXP_RANGE {
        return scaled_exp(z.re.abs(), cos.copysign(cos * z.re) / 2.0, sin / 2.0);
    }
    Complex64::new(z.re.sinh() * cos, z.re.cosh() * sin)
}

/// The hyperbolic cosine.
#[must_use]
pub fn cosh(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return Complex64::new(z.re.cosh(), z.im * 1f64.copysign(z.re));
    }
    if !z.im.is_finite() {
        return match z.re {
            re if re.is_infinite() => Complex64::new(f64::INFINITY, f64::NAN),
            0.0 => Complex64::new(f64::NAN, z.re * 1f64.copysign(z.im)),
            _ => Complex64::new(f64::NAN, f64::NAN),
        };
    }
    let (sin, cos) = z.im.sin_cos();
    if z.re.abs() > EXP_RANGE {
        return scaled_exp(z.re.abs(), cos / 2.0, sin.copysign(sin * z.re) / 2.0);
    }
    Complex64::new(z.re.cosh() * cos, z.re.sinh() * sin)
}

/// The hyperbolic tangent.
#[must_use]
pub fn tanh(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return Complex64::new(z.re.tanh(), z.im);
    }
    if z.re.is_infinite() {
        let sign = if z.im.is_finite() {
            z.im.sin() * z.im.cos()
        } else {
            z.im
        };
        return Complex64::new(1f64.copysign(z.re), 0f64.copysign(sign));
    }
    if !z.im.is_finite() {
        return Complex64::new(if z.re == 0.0 { z.re } else { f64::NAN }, f64::NAN);
    }
    if z.re.abs() > EXP_RANGE / 2.0 {
        let (sin, cos) = z.im.sin_cos();
        let small = 4.0 * sin * cos * (-2.0 * z.re.abs()).exp();
        return Complex64::new(1f64.copysign(z.re), small);
    }
    let (tx, ty) = (z.re.tanh(), z.im.tan());
    let sech = z.re.cosh().recip();
    let product = tx * ty;
    let denominator = 1.0 + product * product;
    Complex64::new(
        tx * (1.0 + ty * ty) / denominator,
        ty / denominator * sech * sech,
    )
}

/// The sine.
#[must_use]
pub fn sin(z: Complex64) -> Complex64 {
    turned(sinh, z)
}

/// The cosine.
#[must_use]
pub fn cos(z: Complex64) -> Complex64 {
    cosh(Complex64::new(-z.im, z.re))
}

/// The tangent.
#[must_use]
pub fn tan(z: Complex64) -> Complex64 {
    turned(tanh, z)
}

/// `base` to the power of `exponent`: the principal value of exp(exponent * log(base)).
///
/// Anything to the power 0 is 1. Zero to a power with positive real part is 0, to any
/// other NaN. Whole real exponents up to 100 multiply, so that `(1+i)^2` is exactly `2i`.
#[must_use]
pub fn pow(base: Complex64, exponent: Complex64) -> Complex64 {
    if exponent.re == 0.0 && exponent.im == 0.0 {
        return Complex64::new(1.0, 0.0);
    }
    if base.re == 0.0 && base.im == 0.0 {
        let value = if exponent.re > 0.0 { 0.0 } else { f64::NAN };
        return Complex64::new(value, value);
    }
    let whole = exponent.im == 0.0 && exponent.re.fract() == 0.0;
    if whole && exponent.re.abs() <= MAX_MULTIPLIED {
        #[expect(clippy::cast_possible_truncation, reason = "whole and at most 100")]
        let power = base.powi(exponent.re as i32);
        if power.is_finite() {
            return power;
        }
    }
    exp(exponent * log(base))
}

/// The quotient, without overflow on the way to a result that is none (R. Smith,
/// "Algorithm 116: Complex Division", CACM 5, 1962). By zero: as each component by zero.
#[must_use]
pub fn div(a: Complex64, b: Complex64) -> Complex64 {
    if b.re == 0.0 && b.im == 0.0 {
        return Complex64::new(a.re / b.re, a.im / b.re);
    }
    if b.re.abs() >= b.im.abs() {
        let ratio = b.im / b.re;
        let divisor = b.re + b.im * ratio;
        Complex64::new(
            (a.re + a.im * ratio) / divisor,
            (a.im - a.re * ratio) / divisor,
        )
    } else {
        let ratio = b.re / b.im;
        let divisor = b.re * ratio + b.im;
        Complex64::new(
            (a.re * ratio + a.im) / divisor,
            (a.im * ratio - a.re) / divisor,
        )
    }
}

/// Multiplies by i, applies `f`, multiplies by -i: how circular functions follow from
/// hyperbolic ones.
fn turned(f: fn(Complex64) -> Complex64, z: Complex64) -> Complex64 {
    let w = f(Complex64::new(-z.im, z.re));
    Complex64::new(w.im, -w.re)
}

/// e^x times each factor, without overflow before the factor has its say.
fn scaled_exp(x: f64, re: f64, im: f64) -> Complex64 {
    if x <= EXP_RANGE {
        let exp = x.exp();
        return Complex64::new(exp * re, exp * im);
    }
    let half = (x / 2.0).exp();
    Complex64::new(half * re * half, half * im * half)
}

/// ln |z| of non-negative components.
fn log_abs(x: f64, y: f64) -> f64 {
    if x.is_infinite() || y.is_infinite() {
        return f64::INFINITY;
    }
    let (big, small) = if x > y { (x, y) } else { (y, x) };
    if big > HUGE {
        return (x / 2.0).hypot(y / 2.0).ln() + LN_2;
    }
    if big < f64::MIN_POSITIVE && big > 0.0 {
        let up = 2f64.powi(53);
        return (x * up).hypot(y * up).ln() - 53.0 * LN_2;
    }
    let abs = x.hypot(y);
    // Near the unit circle the logarithm is small and |z| has lost the digits that make it.
    if (0.71..=1.73).contains(&abs) {
        return ((big - 1.0) * (big + 1.0) + small * small).ln_1p() / 2.0;
    }
    abs.ln()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;

    use super::*;

    type Function = fn(Complex64) -> Complex64;

    const ALL: [(&str, Function); 15] = [
        ("sqrt", sqrt),
        ("exp", exp),
        ("log", log),
        ("sin", sin),
        ("cos", cos),
        ("tan", tan),
        ("sinh", sinh),
        ("cosh", cosh),
        ("tanh", tanh),
        ("asin", asin),
        ("acos", acos),
        ("atan", atan),
        ("asinh", asinh),
        ("acosh", acosh),
        ("atanh", atanh),
    ];

    fn c(re: f64, im: f64) -> Complex64 {
        Complex64::new(re, im)
    }

    /// Equal up to rounding, in each component on its own, the sign of zeros included.
    fn close(a: f64, b: f64) -> bool {
        if a == b {
            return a.is_sign_negative() == b.is_sign_negative();
        }
        (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-13 * b.abs()
    }

    #[track_caller]
    fn is(found: Complex64, re: f64, im: f64) {
        assert!(
            close(found.re, re) && close(found.im, im),
            "{found:?}, not {re:?} {im:?}"
        );
    }

    #[test]
    fn known_values() {
        is(sqrt(c(-4.0, 0.0)), 0.0, 2.0);
        is(sqrt(c(3.0, 4.0)), 2.0, 1.0);
        is(exp(c(1.0, 1.0)), 1.4686939399158851, 2.2873552871788423);
        is(log(c(3.0, 4.0)), 1.6094379124341003, 0.9272952180016122);
        is(sin(c(1.0, 1.0)), 1.2984575814159773, 0.6349639147847361);
        is(cos(c(1.0, 1.0)), 0.8337300251311491, -0.9888977057628651);
        is(tan(c(1.0, 1.0)), 0.2717525853195118, 1.0839233273386946);
        is(asin(c(1.0, 1.0)), 0.6662394324925153, 1.0612750619050357);
        is(acos(c(1.0, 1.0)), 0.9045568943023814, -1.0612750619050357);
        is(atan(c(1.0, 1.0)), 1.0172219678978514, 0.40235947810852507);
        is(acosh(c(0.0, 2.0)), 1.4436354751788103, PI / 2.0);
    }

    #[test]
    fn the_sign_of_zero_tells_the_side_of_a_cut() {
        is(sqrt(c(-1.0, 0.0)), 0.0, 1.0);
        is(sqrt(c(-1.0, -0.0)), 0.0, -1.0);
        is(log(c(-1.0, 0.0)), 0.0, PI);
        is(log(c(-1.0, -0.0)), 0.0, -PI);
        is(asin(c(2.0, 0.0)), PI / 2.0, 1.3169578969248166);
        is(asin(c(2.0, -0.0)), PI / 2.0, -1.3169578969248166);
        is(acos(c(-2.0, 0.0)), PI, -1.3169578969248166);
        is(acos(c(-2.0, -0.0)), PI, 1.3169578969248166);
        is(atan(c(0.0, 2.0)), PI / 2.0, 0.5493061443340549);
        is(atan(c(-0.0, 2.0)), -PI / 2.0, 0.5493061443340549);
        is(acosh(c(-2.0, -0.0)), 1.3169578969248166, -PI);
        is(atanh(c(2.0, 0.0)), 0.5493061443340549, PI / 2.0);
        is(atanh(c(2.0, -0.0)), 0.5493061443340549, -PI / 2.0);
    }

    #[test]
    fn nothing_overflows_or_cancels_on_the_way() {
        is(
            sqrt(c(1e308, 1e308)),
            1.09868411346781e154,
            4.5508986056222734e153,
        );
        is(
            sqrt(c(0.0, 5e-324)),
            1.5717277847026288e-162,
            1.5717277847026285e-162,
        );
        is(log(c(1e308, 1e308)), 709.542782232446, PI / 4.0);
        is(log(c(1.0, 1e-10)), 5e-21, 1e-10);
        is(
            exp(c(709.9, 1.0)),
            1.092168192007999e308,
            1.7009511788556363e308,
        );
        is(asinh(c(1e300, 1e300)), 691.8152486690535, PI / 4.0);
        is(atanh(c(1.0, 1e-200)), 230.60508288968455, PI / 4.0);
        is(tanh(c(1000.0, 1.0)), 1.0, 0.0);
        assert_eq!(exp(c(2000.0, 1.0)), c(f64::INFINITY, f64::INFINITY));
    }

    #[test]
    fn infinities_and_nan_follow_annex_g() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        is(sqrt(c(nan, -inf)), inf, -inf);
        is(sqrt(c(-inf, 1.0)), 0.0, inf);
        is(exp(c(-inf, inf)), 0.0, 0.0);
        is(exp(c(inf, nan)), inf, nan);
        is(log(c(-inf, inf)), inf, 3.0 * PI / 4.0);
        is(cosh(c(0.0, inf)), nan, 0.0);
        is(tanh(c(inf, 1.0)), 1.0, 0.0);
        is(asinh(c(inf, nan)), inf, nan);
        is(acosh(c(-inf, 1.0)), inf, PI);
        is(atanh(c(1.0, inf)), 0.0, PI / 2.0);
        is(acos(c(inf, inf)), PI / 4.0, -inf);
    }

    #[test]
    fn conjugation_passes_through_at_every_special_point() {
        let parts = [
            0.0,
            1.0,
            0.5,
            2.0,
            1e-160,
            1e160,
            1e300,
            709.9,
            f64::INFINITY,
        ];
        for (name, f) in ALL {
            for re in parts.iter().flat_map(|&x| [x, -x]) {
                for im in parts {
                    let (up, down) = (f(c(re, im)), f(c(re, -im)));
                    let same = close(down.re, up.re) && close(down.im, -up.im);
                    assert!(same, "{name} {re} {im}: {up:?} {down:?}");
                }
            }
        }
    }

    #[test]
    fn powers() {
        is(pow(c(1.0, 1.0), c(2.0, 0.0)), 0.0, 2.0);
        is(pow(c(0.0, 1.0), c(-1.0, 0.0)), 0.0, -1.0);
        is(pow(c(0.0, 1.0), c(0.0, 1.0)), (-PI / 2.0).exp(), 0.0);
        is(pow(c(0.0, 0.0), c(0.0, 0.0)), 1.0, 0.0);
        is(pow(c(0.0, 0.0), c(2.0, 1.0)), 0.0, 0.0);
        assert!(pow(c(0.0, 0.0), c(-1.0, 0.0)).is_nan());
    }

    proptest! {
        #[test]
        fn inverses_lead_back(re in -20.0f64..20.0, im in -20.0f64..20.0) {
            let z = c(re, im);
            for (inverse, f) in [
                (sqrt as Function, (|w| w * w) as Function), (log, exp), (asin, sin), (acos, cos),
                (atan, tan), (asinh, sinh), (acosh, cosh), (atanh, tanh),
            ] {
                let back = f(inverse(z));
                prop_assert!((back - z).norm() <= 1e-11 * (1.0 + z.norm_sqr()), "{z} {back}");
            }
        }
    }
}
