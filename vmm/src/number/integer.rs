//! Exact integers and bits.
//!
//! Integers of any size go through num-bigint ([`super::wide`] does the small ones). Doubles
//! take part in bit operations as signed 64-bit integers.
//!
//! # Invariants
//! Z1. Results are bounded by [`limits::INTEGER_BITS_MAX`] before they are
//!     computed, from the sizes of the operands.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::{Arith, Numeric, big_to_f64, limit};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::limits;
use crate::word::Word;

/// Largest whole number that bit operations on doubles may give: 2^53.
const EXACT: i64 = 1 << 53;

/// An operation on two integers of any size.
pub(super) fn big(heap: &mut Heap, op: Arith, a: &BigInt, b: &BigInt) -> Result<Word, Fault> {
    heap.charge(cost(op, a, b));
    match op {
        Arith::Div => Ok(Word::number(quotient(a, b))),
        Arith::Pow if b.is_negative() => Ok(Word::number(big_to_f64(a).powf(big_to_f64(b)))),
        _ => Ok(heap.new_big_integer(&large(op, a, b)?)?),
    }
}

/// What an operation costs, in words walked, at seven machine instructions a word:
/// measured on products of 512 and 4096 limbs, on quotients and on powers.
fn cost(op: Arith, a: &BigInt, b: &BigInt) -> usize {
    let limbs = |bits: u64| (bits.min(2 * limits::INTEGER_BITS_MAX) / 64 + 1) as usize;
    let (x, y) = (limbs(a.bits()), limbs(b.bits()));
    // Large products need fewer products of limbs, quotients do not.
    let product = |x: usize, y: usize| {
        let small = x.min(y);
        x.max(y) * (small / 3).min(60 + 5 * small.isqrt())
    };
    let more = match op {
        Arith::Mul => product(x, y),
        Arith::Div | Arith::Quot | Arith::Rem | Arith::IntDiv | Arith::Mod => {
            (x.saturating_sub(y) + 1) * y / 6
        }
        Arith::Pow if a.bits() > 1 => {
            let times = b.to_u64().unwrap_or(u64::MAX);
            let half = limbs(a.bits().saturating_mul(times)) / 2 + 1;
            5 * product(half, half)
        }
        _ => 0,
    };
    x + y + more
}

/// An operation whose result is an integer: none but `div` and a negative `pow`.
pub(super) fn large(op: Arith, a: &BigInt, b: &BigInt) -> Result<BigInt, Fault> {
    let by_zero = || {
        Fault::new(
            FaultKind::BadNumber,
            format!(
                "{} of an integer by zero: test the divisor, or use numbers",
                op.name()
            ),
        )
    };
    let whole = match op {
        Arith::Quot | Arith::Rem | Arith::IntDiv | Arith::Mod if b.is_zero() => {
            return Err(by_zero());
        }
        Arith::Add => a + b,
        Arith::Sub => a - b,
        Arith::Mul => {
            // A product has at least one bit less than its factors together.
            check_bits("mul", (a.bits() + b.bits()).saturating_sub(1))?;
            a * b
        }
        Arith::Quot | Arith::Div => a / b,
        Arith::Rem => a % b,
        Arith::IntDiv => a.div_floor(b),
        Arith::Mod => a.mod_floor(b),
        Arith::Pow => power(a, b)?,
        Arith::BitAnd => a & b,
        Arith::BitOr => a | b,
        Arith::BitXor => a ^ b,
        Arith::Shl | Arith::Shr => {
            let count = far(b);
            shift_integer(op.name(), a, if op == Arith::Shl { count } else { -count })?
        }
    };
    check_bits(op.name(), whole.bits())?;
    Ok(whole)
}

/// A bit operation.
pub(super) fn bits(heap: &mut Heap, op: Arith, a: Numeric, b: Numeric) -> Result<Word, Fault> {
    let name = op.name();
    let number = match (&a, &b) {
        (Numeric::Complex(_), _) | (_, Numeric::Complex(_)) => {
            return Err(Fault::bad_type(
                &format!("{name} takes two whole numbers"),
                "a complex number",
            ));
        }
        // The type of a shift is that of what is shifted.
        (Numeric::Number(_), _) => true,
        (_, Numeric::Number(_)) => !matches!(op, Arith::Shl | Arith::Shr),
        _ => false,
    };
    if matches!(op, Arith::Shl | Arith::Shr) {
        let count = shift_count(name, &b)?;
        let left = if op == Arith::Shl { count } else { -count };
        return shift(heap, name, a, left);
    }
    if number {
        let (a, b) = (to_bits(name, &a)?, to_bits(name, &b)?);
        return bits_result(match op {
            Arith::BitAnd => a & b,
            Arith::BitOr => a | b,
            _ => a ^ b,
        });
    }
    match (a.into_big(), b.into_big()) {
        (Some(a), Some(b)) => big(heap, op, &a, &b),
        _ => Ok(Word::UNDEFINED),
    }
}

/// The result of a bit operation on doubles.
///
/// # Errors
/// `:bad_number` if a double does not hold it exactly.
pub(super) fn bits_result(n: i64) -> Result<Word, Fault> {
    if (-EXACT..=EXACT).contains(&n) {
        return Ok(Word::number(n as f64));
    }
    Err(Fault::new(
        FaultKind::BadNumber,
        format!("{n} has more bits than a number keeps: use integers"),
    ))
}

/// A double as a signed 64-bit integer.
pub(super) fn number_bits(name: &str, n: f64) -> Result<i64, Fault> {
    // 2^63 is exact as a double; -2^63 fits, 2^63 does not.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if n.fract() == 0.0 && (-END..END).contains(&n) {
        return Ok(n as i64);
    }
    Err(Fault::new(
        FaultKind::BadNumber,
        format!(
            "{name} takes whole numbers of 64 bits, not {}",
            crate::text::number(n)
        ),
    ))
}

fn to_bits(name: &str, n: &Numeric) -> Result<i64, Fault> {
    match n {
        Numeric::Number(n) => number_bits(name, *n),
        Numeric::Small(n) => Ok(*n),
        // Never by way of a double, which would round it to one that fits.
        Numeric::Big(n) => n.to_i64().ok_or_else(|| {
            Fault::new(
                FaultKind::BadNumber,
                format!(
                    "{name} of a number and an integer takes integers of 64 bits, not of {}: \
                     use two integers",
                    n.bits() + 1
                ),
            )
        }),
        Numeric::Complex(_) => number_bits(name, f64::NAN),
    }
}

/// How far to shift.
fn shift_count(name: &str, n: &Numeric) -> Result<i64, Fault> {
    match n {
        Numeric::Big(n) => Ok(far(n)),
        Numeric::Number(n) if n.is_infinite() => number_bits(name, f64::NAN),
        _ => Ok(to_bits(name, n)?.clamp(-FAR, FAR)),
    }
}

/// As good as any larger count.
const FAR: i64 = 1 << 62;

fn far(n: &BigInt) -> i64 {
    let end = if n.is_negative() { -FAR } else { FAR };
    n.to_i64().map_or(end, |n| n.clamp(-FAR, FAR))
}

/// Shifts to the left, by a negative count to the right.
fn shift(heap: &mut Heap, name: &str, a: Numeric, left: i64) -> Result<Word, Fault> {
    if let Numeric::Number(n) = a {
        let n = number_bits(name, n)?;
        if left <= 0 {
            return bits_result(n >> left.unsigned_abs().min(63));
        }
        // 64 places to the left nothing is left that a number keeps.
        let wide = i128::from(n) << left.min(64);
        let far = n != 0 && left > 64;
        return match i64::try_from(wide) {
            Ok(n) if !far => bits_result(n),
            _ => bits_result(i64::MAX),
        };
    }
    match a.into_big() {
        Some(a) => Ok(heap.new_big_integer(&shift_integer(name, &a, left)?)?),
        None => Ok(Word::UNDEFINED),
    }
}

fn shift_integer(name: &str, a: &BigInt, left: i64) -> Result<BigInt, Fault> {
    let count = left.unsigned_abs();
    if left <= 0 {
        // Past its last bit only the sign is left.
        return Ok(a >> count.min(a.bits() + 1));
    }
    if a.is_zero() {
        return Ok(BigInt::zero());
    }
    check_bits(name, a.bits().saturating_add(count))?;
    Ok(a << count)
}

/// The double nearest to the quotient, also where an operand is none: with a
/// tie to even, as if the quotient had been computed exactly.
fn quotient(a: &BigInt, b: &BigInt) -> f64 {
    const DIGITS: i64 = f64::MANTISSA_DIGITS as i64;
    /// Exponent of the last bit of a subnormal.
    const LAST: i64 = f64::MIN_EXP as i64 - DIGITS;
    let (x, y) = (big_to_f64(a), big_to_f64(b));
    let exact = |n: &BigInt| n.bits() <= DIGITS as u64;
    if exact(a) && exact(b) || a.is_zero() || b.is_zero() {
        return x / y;
    }
    // The quotient in units of 2^shift: at least two bits more than are kept,
    // but none below a quarter of what the result can tell apart.
    let shift = (a.bits() as i64 - b.bits() as i64 - DIGITS - 2).max(LAST - 2);
    let (a, b, negative) = (a.magnitude(), b.magnitude(), a.sign() != b.sign());
    let (mut whole, rest) = if shift > 0 {
        a.div_rem(&(b << shift))
    } else {
        (a << -shift).div_rem(b)
    };
    if !rest.is_zero() {
        // Below a tie it must not look like one.
        whole |= BigUint::one();
    }
    let drop = (whole.bits() as i64 - DIGITS).max(LAST - shift).max(0);
    let half = BigUint::one() << (drop.max(1) - 1);
    let kept = &whole >> drop;
    let rest = &whole - (&kept << drop);
    let up = drop > 0 && (rest > half || rest == half && kept.bit(0));
    let digits = kept.to_f64().unwrap_or(f64::INFINITY) + f64::from(u8::from(up));
    let magnitude = scale(digits, shift + drop);
    if negative { -magnitude } else { magnitude }
}

/// `x * 2^exponent`, exact if the result is a double.
fn scale(x: f64, exponent: i64) -> f64 {
    // In two steps, each of whose factors is a double.
    let exponent = exponent.clamp(-2200, 2200) as i32;
    x * 2.0_f64.powi(exponent / 2) * 2.0_f64.powi(exponent - exponent / 2)
}

fn power(a: &BigInt, b: &BigInt) -> Result<BigInt, Fault> {
    if a.is_zero() || a.is_one() {
        return Ok(if b.is_zero() {
            BigInt::one()
        } else {
            a.clone()
        });
    }
    if a.magnitude().is_one() {
        return Ok(if b.bit(0) { a.clone() } else { -a });
    }
    let n = b.to_u64().unwrap_or(u64::MAX);
    // A base of `k` bits is at least 2^(k - 1), so the power has no fewer.
    check_bits("pow", (a.bits() - 1).saturating_mul(n))?;
    // Checked above: a base of two bits or more leaves the exponent below 2^32.
    Ok(a.pow(u32::try_from(n).unwrap_or(u32::MAX)))
}

fn check_bits(name: &str, bits: u64) -> Result<(), Fault> {
    if bits <= limits::INTEGER_BITS_MAX {
        return Ok(());
    }
    Err(limit(format!(
        "{name} would give an integer of about {bits} bits, more than {}: use numbers",
        limits::INTEGER_BITS_MAX
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_of_huge_integers_are_numbers() {
        let huge = BigInt::from(3) << 5000;
        assert_eq!(quotient(&huge, &(BigInt::from(1) << 5001)), 1.5);
        assert_eq!(quotient(&huge, &BigInt::from(-1)), f64::NEG_INFINITY);
        assert_eq!(quotient(&BigInt::from(1), &huge), 0.0);
        assert!(quotient(&BigInt::zero(), &BigInt::zero()).is_nan());
        let tiny = BigInt::one() << 1074;
        let half = BigInt::one() << 1075;
        assert_eq!(quotient(&BigInt::one(), &tiny), 5e-324);
        assert_eq!(quotient(&BigInt::one(), &half), 0.0);
        assert_eq!(
            quotient(&BigInt::from(-3), &half).to_bits(),
            (-1e-323_f64).to_bits()
        );
        assert_eq!(
            quotient(&(BigInt::one() << 1024), &BigInt::from(3)),
            2.0_f64.powi(1023) / 1.5
        );
    }

    #[test]
    fn large_operations_are_charged() {
        let mut heap = Heap::new(0, 1 << 24, false);
        let wide = BigInt::one() << 120_000;
        let mut charged = |op, a: &BigInt, b: &BigInt| {
            let before = heap.walked();
            big(&mut heap, op, a, b).unwrap();
            heap.walked() - before
        };
        let one = BigInt::one();
        assert!(charged(Arith::Add, &wide, &one) > 1_800);
        assert!(charged(Arith::Mul, &wide, &wide) > 400_000);
        assert!(charged(Arith::Quot, &(&wide * &wide), &wide) > 500_000);
        assert!(charged(Arith::Pow, &BigInt::from(3), &BigInt::from(100_000)) > 1_000_000);
        assert!(charged(Arith::Pow, &one, &wide) < 1_000_000);
    }

    #[test]
    fn results_past_the_bound_are_refused_before_they_are_computed() {
        let mut heap = Heap::new(0, 1 << 20, false);
        let wide = BigInt::one() << (limits::INTEGER_BITS_MAX - 1);
        for (op, b) in [
            (Arith::Mul, &wide),
            (Arith::Pow, &wide),
            (Arith::Add, &wide),
        ] {
            let fault = big(&mut heap, op, &wide, b).unwrap_err();
            assert_eq!(fault.kind, FaultKind::Limit, "{op:?}");
        }
        assert_eq!(heap.collections(), 0);
    }
}
