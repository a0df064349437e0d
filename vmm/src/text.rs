//! Numbers, strings and words as text and back.
//!
//! The assembler, the disassembler, printing and natives share these, so that
//! one value has one text everywhere. Numbers are written with the fewest
//! digits that read back to the same double, laid out as ECMAScript does
//! (`42`, `0.1`, `1e21`, `1e-7`), with `inf`, `NaN` and `-0` by name.
//!
//! - here: numbers, integers, complex numbers;
//! - [`quote`]: strings, bytes, atoms, JSON strings;
//! - [`near`]: which known word was probably meant.
//!
//! # Invariants
//! T1. What a `write_*` function writes, the `parse_*` or `unescape*` function
//!     of the same name reads back, bit by bit up to the canonical NaN.
//! T2. Cost is linear in the text, except for integers written in decimal,
//!     which are bounded by [`limits::INTEGER_DECIMAL_BITS`].

pub mod near;
pub mod quote;

use num_bigint::BigInt;
use num_traits::{Num, Signed};

use crate::limits;

pub use near::closest;
pub use quote::{
    EscapeError, EscapeProblem, is_word, quoted, unescape, unescape_bytes, write_atom, write_bytes,
    write_json_string, write_name, write_quoted,
};

/// Writes a double with the fewest digits that read back.
///
/// From 1e-6 up to below 1e21 the digits are laid out plainly, elsewhere with an exponent.
pub fn write_number(out: &mut String, n: f64) {
    if n.is_nan() {
        return out.push_str("NaN");
    }
    if n.is_sign_negative() {
        out.push('-');
    }
    if n.is_infinite() {
        return out.push_str("inf");
    }
    if n == 0.0 {
        return out.push('0');
    }
    if n.fract() == 0.0 && n.abs() < PLAIN {
        return write_whole(out, n.abs() as u64);
    }
    let mut buffer = zmij::Buffer::new();
    let (digits, point) = digits_and_point(buffer.format_finite(n.abs()));
    lay_out(out, &digits, point);
}

/// Up to here the digits of a whole number are the fewest that read back.
const PLAIN: f64 = 9_007_199_254_740_992.0;

fn write_whole(out: &mut String, mut n: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}

/// The text of a double; see [`write_number`].
#[must_use]
pub fn number(n: f64) -> String {
    let mut out = String::new();
    write_number(&mut out, n);
    out
}

/// Reads a double: `[+-] digits [. digits] [e [+-] digits]`, `inf`, `NaN`.
///
/// Rounds to the nearest double; what is too large becomes infinite.
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let magnitude = match unsigned {
        "inf" => f64::INFINITY,
        "NaN" => f64::NAN,
        _ if is_decimal(unsigned) => unsigned.parse().ok()?,
        _ => return None,
    };
    Some(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

/// Writes a pair of doubles as `2+3i`, `0-1i`, `NaN+infi`.
pub fn write_complex(out: &mut String, re: f64, im: f64) {
    write_number(out, re);
    if im.is_nan() || im.is_sign_positive() {
        out.push('+');
    }
    write_number(out, im);
    out.push('i');
}

/// Reads a complex number: two numbers with a sign between them and an `i`
/// behind, or an imaginary part alone (`3i`).
#[must_use]
pub fn parse_complex(text: &str) -> Option<(f64, f64)> {
    let body = text.strip_suffix('i')?;
    let bytes = body.as_bytes();
    let split = (1..bytes.len())
        .rev()
        .find(|&at| matches!(bytes[at], b'+' | b'-') && !matches!(bytes[at - 1], b'e' | b'E'));
    match split {
        Some(at) => Some((
            parse_number(body.get(..at)?)?,
            parse_number(body.get(at..)?)?,
        )),
        None if body.ends_with(|c: char| c.is_ascii_digit()) => Some((0.0, parse_number(body)?)),
        None => None,
    }
}

/// Writes an exact whole number without its suffix: in decimal, or past
/// [`limits::INTEGER_DECIMAL_BITS`] in hexadecimal, where decimal would take
/// quadratic time.
pub fn write_integer(out: &mut String, n: &BigInt) {
    if n.bits() <= limits::INTEGER_DECIMAL_BITS {
        out.push_str(&n.to_str_radix(10));
    } else {
        if n.is_negative() {
            out.push('-');
        }
        out.push_str("0x");
        out.push_str(&n.magnitude().to_str_radix(16));
    }
}

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegerError {
    /// Not `[+-] digits` and not `[+-] 0x hexdigits`.
    Malformed,
    /// Too many decimal digits; hexadecimal has no such bound.
    TooLong,
}

/// Reads an exact whole number without its suffix, in decimal or as `0x...`.
///
/// # Errors
/// [`IntegerError::TooLong`] for decimal texts that [`write_integer`] would
/// never write, since reading them takes quadratic time.
pub fn parse_integer(text: &str) -> Result<BigInt, IntegerError> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, radix) = match unsigned.strip_prefix("0x") {
        Some(hex) => (hex, 16),
        None => (unsigned, 10),
    };
    if digits.is_empty() || !digits.bytes().all(|b| char::from(b).is_digit(radix)) {
        return Err(IntegerError::Malformed);
    }
    // Three bits and a bit a digit: a sound upper bound of the digits written.
    if radix == 10 && digits.len() as u64 > limits::INTEGER_DECIMAL_BITS / 3 {
        return Err(IntegerError::TooLong);
    }
    let magnitude = BigInt::from_str_radix(digits, radix).map_err(|_| IntegerError::Malformed)?;
    Ok(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

/// `digits [. digits] [e [+-] digits]`
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, Some(e.strip_prefix(['+', '-']).unwrap_or(e))),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((w, f)) => (w, Some(f)),
        None => (mantissa, None),
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}

/// Significant digits of a positive finite number, and where its point stands
/// counted from the first digit, from any usual notation.
fn digits_and_point(text: &str) -> (String, i32) {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, e.parse().unwrap_or(0)),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: String = [whole, fraction].concat();
    let leading = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0').to_owned();
    let point = whole.len() as i32 - leading as i32 + exponent;
    (digits, point)
}

/// ECMAScript's Number::toString layout (ECMA-262, 6.1.6.1.20), without the
/// plus sign of exponents.
fn lay_out(out: &mut String, digits: &str, point: i32) {
    let count = digits.len() as i32;
    let zeros = |out: &mut String, n: i32| (0..n).for_each(|_| out.push('0'));
    if count <= point && point <= 21 {
        out.push_str(digits);
        zeros(out, point - count);
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = digits.split_at(point as usize);
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    } else if -6 < point && point <= 0 {
        out.push_str("0.");
        zeros(out, -point);
        out.push_str(digits);
    } else {
        let (first, others) = digits.split_at(1);
        out.push_str(first);
        if !others.is_empty() {
            out.push('.');
            out.push_str(others);
        }
        out.push('e');
        out.push_str(&(point - 1).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_laid_out_as_people_write_them() {
        for (n, text) in [
            (42.0, "42"),
            (0.1, "0.1"),
            (-0.0, "-0"),
            (0.0, "0"),
            (1e20, "100000000000000000000"),
            (1e21, "1e21"),
            (1.5e300, "1.5e300"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (-123.456, "-123.456"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(n), text);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", "-", ".5", "5.", "1e", "e5", "0x10", "infinity", "nan", "1_0", " 1", "--1", "1.2.3",
        ] {
            assert_eq!(parse_number(text), None, "{text}");
        }
        assert_eq!(parse_number("+1E+2"), Some(100.0));
    }

    #[test]
    fn complex_numbers_split_at_the_right_sign() {
        assert_eq!(parse_complex("2+3i"), Some((2.0, 3.0)));
        assert_eq!(parse_complex("1e-5-2e-3i"), Some((1e-5, -2e-3)));
        assert_eq!(parse_complex("-inf-infi").unwrap().1, f64::NEG_INFINITY);
        assert_eq!(parse_complex("3i"), Some((0.0, 3.0)));
        assert_eq!(parse_complex("-3i"), Some((0.0, -3.0)));
        for text in ["i", "2+i", "infi", "2", "2+3", "+i"] {
            assert_eq!(parse_complex(text), None, "{text}");
        }
    }

    #[test]
    fn huge_integers_are_written_in_linear_time() {
        let big = -(BigInt::from(3) << 1_000_000_u32);
        let mut out = String::new();
        write_integer(&mut out, &big);
        assert!(out.starts_with("-0x3000"));
        assert_eq!(parse_integer(&out), Ok(big));
        assert_eq!(
            parse_integer(&"9".repeat(30_000)),
            Err(IntegerError::TooLong)
        );
        assert_eq!(parse_integer("0x"), Err(IntegerError::Malformed));
        assert_eq!(parse_integer("12a"), Err(IntegerError::Malformed));
    }

    #[test]
    fn the_longest_decimal_reads_back() {
        let longest = (BigInt::from(1) << limits::INTEGER_DECIMAL_BITS) - 1;
        let mut out = String::new();
        write_integer(&mut out, &longest);
        assert!(!out.starts_with("0x"));
        assert_eq!(parse_integer(&out), Ok(longest));
    }

    proptest! {
        #[test]
        fn numbers_read_back(bits: u64) {
            let n = f64::from_bits(bits);
            let back = parse_number(&number(n)).unwrap();
            prop_assert!(back.to_bits() == n.to_bits() || n.is_nan() && back.is_nan());
        }

        #[test]
        fn short_decimals_keep_their_text(n in -1_000_000_i64..1_000_000, places in 0_usize..6) {
            let text = format!("{:.*}", places, n as f64 / 10_f64.powi(places as i32));
            let n: f64 = text.parse().unwrap();
            let plain = if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.')
            } else {
                &text
            };
            prop_assert_eq!(number(n), plain);
        }

        #[test]
        fn complex_numbers_read_back(re: u64, im: u64) {
            let (re, im) = (f64::from_bits(re), f64::from_bits(im));
            let mut out = String::new();
            write_complex(&mut out, re, im);
            let (r, i) = parse_complex(&out).unwrap();
            prop_assert!(r.to_bits() == re.to_bits() || r.is_nan() && re.is_nan());
            prop_assert!(i.to_bits() == im.to_bits() || i.is_nan() && im.is_nan());
        }
    }
}
