//! Exact integers and bits.
//!
//! Two inline integers are computed in 64 bits and never reach the heap unless
//! the result is too large; everything else goes through num-bigint. Doubles
//! take part in bit operations as signed 64-bit integers.
//!
//! # Invariants
//! Z1. Results are bounded by [`limits::INTEGER_BITS_MAX`] before they are
//!     computed, from the sizes of the operands.

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::{Arith, Numeric, big_to_f64, limit, small as small_word};
use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::limits;
use crate::word::Word;

/// Largest whole number that bit operations on doubles may give: 2^53.
const EXACT: i64 = 1 << 53;

/// An operation on two inline integers, if it is exact in 64 bits.
#[inline]
pub(super) fn small(op: Arith, a: i64, b: i64) -> Option<i64> {
    match op {
        Arith::Add => Some(a + b),
        Arith::Sub => Some(a - b),
        Arith::Mul => a.checked_mul(b),
        Arith::Quot if b != 0 => Some(a / b),
        Arith::Rem if b != 0 => Some(a % b),
        Arith::IntDiv if b != 0 => {
            let q = a / b;
            Some(q - i64::from(a % b != 0 && (a < 0) != (b < 0)))
        }
        Arith::Mod if b != 0 => {
            let r = a % b;
            Some(if r != 0 && (r < 0) != (b < 0) {
                r + b
            } else {
                r
            })
        }
        Arith::Pow => a.checked_pow(u32::try_from(b).ok()?),
        _ => None,
    }
}

/// An operation on two integers of any size.
pub(super) fn big(heap: &mut Heap, op: Arith, a: &BigInt, b: &BigInt) -> Result<Word, Fault> {
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
        Arith::Div => return Ok(Word::number(quotient(a, b))),
        Arith::Quot | Arith::Rem | Arith::IntDiv | Arith::Mod if b.is_zero() => {
            return Err(by_zero());
        }
        Arith::Add => a + b,
        Arith::Sub => a - b,
        Arith::Mul => {
            check_bits("mul", a.bits().saturating_add(b.bits()))?;
            a * b
        }
        Arith::Quot => a / b,
        Arith::Rem => a % b,
        Arith::IntDiv => {
            let (q, r) = (a / b, a % b);
            if r.is_zero() || r.is_negative() == b.is_negative() {
                q
            } else {
                q - 1
            }
        }
        Arith::Mod => {
            let r = a % b;
            if r.is_zero() || r.is_negative() == b.is_negative() {
                r
            } else {
                r + b
            }
        }
        Arith::Pow if b.is_negative() => {
            return Ok(Word::number(big_to_f64(a).powf(big_to_f64(b))));
        }
        Arith::Pow => power(a, b)?,
        _ => return Ok(Word::UNDEFINED),
    };
    check_bits(op.name(), whole.bits())?;
    Ok(heap.new_big_integer(&whole)?)
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
    if let (Numeric::Small(a), Numeric::Small(b)) = (&a, &b) {
        return small_word(
            heap,
            match op {
                Arith::BitAnd => a & b,
                Arith::BitOr => a | b,
                _ => a ^ b,
            },
        );
    }
    let (Some(a), Some(b)) = (a.into_big(), b.into_big()) else {
        return Ok(Word::UNDEFINED);
    };
    let whole = match op {
        Arith::BitAnd => a & b,
        Arith::BitOr => a | b,
        _ => a ^ b,
    };
    Ok(heap.new_big_integer(&whole)?)
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
        Numeric::Big(n) => n
            .to_i64()
            .map_or_else(|| number_bits(name, big_to_f64(n)), Ok),
        Numeric::Complex(_) => number_bits(name, f64::NAN),
    }
}

/// How far to shift; counts past 64 bits are as good as the largest one.
fn shift_count(name: &str, n: &Numeric) -> Result<i64, Fault> {
    const FAR: i64 = 1 << 62;
    match n {
        Numeric::Big(n) if n.to_i64().is_none() => Ok(if n.is_negative() { -FAR } else { FAR }),
        Numeric::Number(n) if n.is_infinite() => number_bits(name, f64::NAN),
        _ => Ok(to_bits(name, n)?.clamp(-FAR, FAR)),
    }
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
    let Some(a) = a.into_big() else {
        return Ok(Word::UNDEFINED);
    };
    let count = left.unsigned_abs();
    let whole = if left <= 0 {
        // Past its last bit only the sign is left.
        a.clone() >> count.min(a.bits() + 1)
    } else if a.is_zero() {
        a
    } else {
        check_bits(name, a.bits().saturating_add(count))?;
        a << count
    };
    Ok(heap.new_big_integer(&whole)?)
}

/// The quotient as a double, also where an operand is none.
fn quotient(a: &BigInt, b: &BigInt) -> f64 {
    let (x, y) = (big_to_f64(a), big_to_f64(b));
    if x.is_finite() && y.is_finite() {
        return x / y;
    }
    // Scale so that the quotient keeps 64 bits and both fit.
    let shift = a.bits() as i64 - b.bits() as i64 - 64;
    let scaled = if shift > 0 {
        a / (b.clone() << shift)
    } else {
        (a.clone() << -shift) / b
    };
    big_to_f64(&scaled) * 2.0_f64.powi(shift.clamp(-4000, 4000) as i32)
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
