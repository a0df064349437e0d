//! The inverse circular and hyperbolic functions of a complex variable.
//!
//! Each is a pair of real functions of two square roots (Kahan 1987), chosen so that
//! neither difference nor product loses digits near a branch point. Arguments too large to
//! be squared leave by the logarithm of twice their size, which is then exact to rounding.

use std::f64::consts::{FRAC_PI_2, LN_2};

use num_complex::Complex64;

use super::{HUGE, log_abs, sqrt, turned};

/// The inverse hyperbolic sine. Cuts: the imaginary axis beyond i and -i.
#[must_use]
pub fn asinh(z: Complex64) -> Complex64 {
    if z.re.is_infinite() || z.im.is_infinite() || is_huge(z) {
        return Complex64::new(log_double(z).copysign(z.re), z.im.atan2(z.re.abs()));
    }
    if z.re.is_nan() && z.im == 0.0 {
        return z;
    }
    let plus = sqrt(Complex64::new(1.0 + z.im, -z.re));
    let minus = sqrt(Complex64::new(1.0 - z.im, z.re));
    Complex64::new(
        (plus.re * minus.im - minus.re * plus.im).asinh(),
        z.im.atan2(plus.re * minus.re - plus.im * minus.im),
    )
}

/// The inverse hyperbolic cosine with non-negative real part. Cut: the real axis below 1.
#[must_use]
pub fn acosh(z: Complex64) -> Complex64 {
    if z.re.is_infinite() || z.im.is_infinite() || is_huge(z) {
        return Complex64::new(log_double(z), z.im.atan2(z.re));
    }
    if z.re == 0.0 && z.im.is_nan() {
        return Complex64::new(f64::NAN, FRAC_PI_2);
    }
    let minus = sqrt(Complex64::new(z.re - 1.0, z.im));
    let plus = sqrt(Complex64::new(z.re + 1.0, z.im));
    Complex64::new(
        (minus.re * plus.re + minus.im * plus.im).asinh(),
        2.0 * minus.im.atan2(plus.re),
    )
}

/// The inverse hyperbolic tangent. Cuts: the real axis beyond 1 and -1.
#[must_use]
pub fn atanh(z: Complex64) -> Complex64 {
    if z.re.is_sign_negative() {
        return -atanh(-z);
    }
    let (x, y) = (z.re, z.im.abs());
    // Where the square of a component would overflow, or is infinite already.
    let far = f64::MAX.sqrt() / 2.0;
    if x > far || y > far {
        let half = (x / 2.0).hypot(y / 2.0);
        let re = if half.is_infinite() || y.is_infinite() {
            0.0
        } else {
            x / 4.0 / half / half
        };
        let im = if z.im.is_nan() {
            f64::NAN
        } else {
            FRAC_PI_2.copysign(z.im)
        };
        return Complex64::new(re, im);
    }
    if x == 0.0 && z.im.is_nan() {
        return z;
    }
    if x == 1.0 && y < f64::MIN_POSITIVE.sqrt() {
        if y == 0.0 {
            return Complex64::new(f64::INFINITY, z.im);
        }
        let re = -(y.sqrt() / y.hypot(2.0).sqrt()).ln();
        return Complex64::new(re, (2f64.atan2(-y) / 2.0).copysign(z.im));
    }
    let gap = 1.0 - x;
    let re = (4.0 * x / (gap * gap + y * y)).ln_1p() / 4.0;
    let im = -(-2.0 * z.im).atan2(gap * (1.0 + x) - y * y) / 2.0;
    Complex64::new(re, im)
}

/// The inverse cosine, real part from 0 to pi. Cuts: the real axis beyond 1 and -1.
#[must_use]
pub fn acos(z: Complex64) -> Complex64 {
    if z.re.is_infinite() || z.im.is_infinite() || is_huge(z) {
        return Complex64::new(z.im.abs().atan2(z.re), log_double(z).copysign(-z.im));
    }
    if z.re == 0.0 && z.im.is_nan() {
        return Complex64::new(FRAC_PI_2, f64::NAN);
    }
    let minus = sqrt(Complex64::new(1.0 - z.re, -z.im));
    let plus = sqrt(Complex64::new(1.0 + z.re, z.im));
    Complex64::new(
        2.0 * minus.re.atan2(plus.re),
        (plus.re * minus.im - plus.im * minus.re).asinh(),
    )
}

/// The inverse sine, real part within pi/2. Cuts: the real axis beyond 1 and -1.
#[must_use]
pub fn asin(z: Complex64) -> Complex64 {
    turned(asinh, z)
}

/// The inverse tangent, real part within pi/2. Cuts: the imaginary axis beyond i and -i.
#[must_use]
pub fn atan(z: Complex64) -> Complex64 {
    turned(atanh, z)
}

fn is_huge(z: Complex64) -> bool {
    z.re.abs() > HUGE || z.im.abs() > HUGE
}

/// ln |2z| for huge z; infinite for infinite z.
fn log_double(z: Complex64) -> f64 {
    log_abs(z.re.abs(), z.im.abs()) + LN_2
}
