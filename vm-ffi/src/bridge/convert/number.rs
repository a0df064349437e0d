//! Conversions of numbers: exact or rounded to the nearest double, never truncated.
//!
//! # Invariants
//! N1. A machine integer is read only from a whole number within 2^53 or an integer in
//!     its range, so no value changes on its way in.
//! N2. A double is read from an integer by rounding to nearest; that is the one
//!     conversion that may lose digits, as arithmetic of the two kinds does.

use num_bigint::BigInt;
use num_complex::Complex64;
use num_traits::ToPrimitive;

use super::{FromFfi, IntoFfi, Mismatch};
use crate::bridge::FfiValue;

/// The largest magnitude up to which every whole number is an exact double: 2^53.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// The nearest double; infinite for integers beyond the range of doubles.
pub(crate) fn nearest(integer: &BigInt) -> f64 {
    // `to_f64` rounds to nearest and saturates to an infinity; it never yields `None`.
    integer.to_f64().unwrap_or(f64::NAN)
}

impl FromFfi for f64 {
    fn expected() -> String {
        "a number".to_string()
    }

    fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
        match value {
            FfiValue::Number(number) => Ok(number),
            FfiValue::Integer(integer) => Ok(nearest(&integer)),
            other => Err(Mismatch::kind(Self::expected(), &other)),
        }
    }
}

impl IntoFfi for f64 {
    fn into_ffi(self) -> FfiValue {
        FfiValue::Number(self)
    }
}

impl FromFfi for f32 {
    fn expected() -> String {
        f64::expected()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "an f32 is documented to round"
    )]
    fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
        f64::from_ffi(value).map(|number| number as f32)
    }
}

impl IntoFfi for f32 {
    fn into_ffi(self) -> FfiValue {
        FfiValue::Number(f64::from(self))
    }
}

impl FromFfi for Complex64 {
    fn expected() -> String {
        "a complex number or a number".to_string()
    }

    fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
        match value {
            FfiValue::Complex(complex) => Ok(complex),
            FfiValue::Number(number) => Ok(Complex64::new(number, 0.0)),
            FfiValue::Integer(integer) => Ok(Complex64::new(nearest(&integer), 0.0)),
            other => Err(Mismatch::kind(Self::expected(), &other)),
        }
    }
}

impl IntoFfi for Complex64 {
    fn into_ffi(self) -> FfiValue {
        FfiValue::Complex(self)
    }
}

impl FromFfi for BigInt {
    fn expected() -> String {
        "a whole number".to_string()
    }

    fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
        match value {
            FfiValue::Integer(integer) => Ok(integer),
            FfiValue::Number(number) => match exact(number) {
                Some(whole) => Ok(BigInt::from(whole)),
                None => Err(Mismatch::range(Self::expected())),
            },
            other => Err(Mismatch::kind(Self::expected(), &other)),
        }
    }
}

impl IntoFfi for BigInt {
    fn into_ffi(self) -> FfiValue {
        FfiValue::Integer(self)
    }
}

/// A whole double within 2^53 as an integer; the only cast from float to integer here.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and within 2^53: the cast is exact"
)]
pub(crate) fn exact(number: f64) -> Option<i64> {
    // A cast there and back asks for wholeness without a call of the library.
    let whole = number as i64;
    (whole as f64 == number && number.abs() <= MAX_EXACT).then_some(whole)
}

/// Machine integers: read from whole numbers and integers in range.
macro_rules! whole {
    ($($type:ty, $self:ident => $give:expr;)*) => {$(
        impl FromFfi for $type {
            fn expected() -> String {
                format!("a whole number from {} to {}", Self::MIN, Self::MAX)
            }

            fn from_ffi(value: FfiValue) -> Result<Self, Mismatch> {
                let found = match value {
                    FfiValue::Number(number) => {
                        exact(number).and_then(|whole| Self::try_from(whole).ok())
                    }
                    FfiValue::Integer(integer) => Self::try_from(&integer).ok(),
                    other => return Err(Mismatch::kind(Self::expected(), &other)),
                };
                found.ok_or_else(|| Mismatch::range(Self::expected()))
            }
        }

        impl IntoFfi for $type {
            fn into_ffi($self) -> FfiValue {
                $give
            }
        }
    )*};
}

whole! {
    i16, self => FfiValue::Number(f64::from(self));
    u16, self => FfiValue::Number(f64::from(self));
    i32, self => FfiValue::Number(f64::from(self));
    u32, self => FfiValue::Number(f64::from(self));
    i64, self => FfiValue::Integer(BigInt::from(self));
    u64, self => FfiValue::Integer(BigInt::from(self));
    usize, self => FfiValue::Number(length(self));
}

/// A length as a number: exact, since nothing in memory is longer than 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "lengths and indices stay below 2^53"
)]
pub(super) fn length(length: usize) -> f64 {
    length as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(number: f64) -> Result<i32, Mismatch> {
        i32::from_ffi(FfiValue::Number(number))
    }

    #[test]
    fn numbers_are_never_truncated() {
        assert_eq!(whole(-7.0), Ok(-7));
        for bad in [0.5, f64::NAN, f64::INFINITY, 2_147_483_648.0, 1e300] {
            let mismatch = whole(bad).unwrap_err();
            let text = "the value must be a whole number from -2147483648 to 2147483647";
            assert_eq!(mismatch.to_string(), text);
            assert_eq!(mismatch.in_argument(1).kind(), "bad_number");
        }
        assert_eq!(i64::from_ffi(FfiValue::Number(MAX_EXACT)), Ok(1 << 53));
        assert!(i64::from_ffi(FfiValue::Number(MAX_EXACT + 2.0)).is_err());
        assert_eq!(i64::from_ffi(i64::MIN.into_ffi()), Ok(i64::MIN));
        assert!(u64::from_ffi(FfiValue::Number(-1.0)).is_err());
        assert_eq!(usize::from_ffi(FfiValue::Number(-0.0)), Ok(0));
    }

    #[test]
    fn integers_read_as_the_nearest_double() {
        let big = BigInt::from(1) << 53;
        assert_eq!(f64::from_ffi(FfiValue::Integer(big + 1)), Ok(MAX_EXACT));
        let beyond = BigInt::from(-1) << 2000_u32;
        assert_eq!(
            f64::from_ffi(FfiValue::Integer(beyond)),
            Ok(f64::NEG_INFINITY)
        );
    }
}
