//! Natives of module `math` that walk arrays, a turn's worth at a time.

use num_bigint::BigInt;
use num_traits::Zero;

use super::{Answer, give};
use crate::builtin::string::rows;
use crate::builtin::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::number::Numeric;
use crate::process::walk::Unfinished;
use crate::word::Word;

/// Sums, products and distances.
pub const SUMS: &[Row] = rows! {
    "math.sum" 1 2 sum
        "The sum of the numbers of an array or tuple, and of the second argument, if it is given: an integer if all of them are, 0 of none. Doubles are added as they stand; see `math.fsum`. Raises `:bad_type`, `:limit`.";
    "math.fsum" 1 1 fsum
        "The sum of the numbers of an array or tuple, as if it was rounded once at the end; 0 of none. Raises `:bad_type`.";
    "math.prod" 1 2 prod
        "The product of the numbers of an array or tuple, and of the second argument, if it is given: an integer if all of them are, 1 of none. Raises `:bad_type`; `:limit` for an integer of more than 65536 bits.";
    "math.dist" 2 2 dist
        "How far two points are apart, arrays or tuples of as many numbers. Raises `:bad_type`, `:bad_number` if one has more.";
};

/// A number of an array, or the error for what is none.
fn item(cx: &NativeCx<'_>, word: Word) -> Result<Numeric, Fault> {
    match Numeric::of(cx.view(), word) {
        Some(number @ (Numeric::Number(_) | Numeric::Small(_) | Numeric::Big(_))) => Ok(number),
        _ => Err(Fault::bad_type(
            &format!("`{}` takes numbers", cx.name),
            cx.view().type_name(word),
        )),
    }
}

/// What has been added up, or multiplied, so far.
#[derive(Debug)]
struct Folding {
    next: usize,
    whole: BigInt,
    /// From the first double on.
    number: Option<f64>,
}

impl Unfinished for Folding {
    fn bytes(&self) -> usize {
        (self.whole.bits() / 8) as usize
    }
}

/// How a sum or a product is made.
struct Fold {
    start: i64,
    numbers: fn(f64, f64) -> f64,
    wholes: fn(&BigInt, &BigInt) -> BigInt,
    /// Bits of the result of two integers of so many bits, at most.
    bits: fn(u64, u64) -> u64,
    bits_max: u64,
}

fn fold(cx: &mut NativeCx<'_>, how: &Fold) -> Answer {
    cx.items(0)?;
    let start = match cx.given(1) {
        true => item(cx, cx.arg(1))?,
        false => Numeric::Small(how.start),
    };
    let mut folding = cx.unfinished(|| Folding {
        next: 0,
        whole: match &start {
            Numeric::Big(n) => n.clone(),
            Numeric::Small(n) => BigInt::from(*n),
            _ => BigInt::ZERO,
        },
        number: match start {
            Numeric::Number(n) => Some(n),
            _ => None,
        },
    });
    let mut budget = cx.budget();
    let items = cx.items(0)?;
    while let Some(word) = items.get(folding.next) {
        if budget.is_used() {
            cx.spent(&budget);
            return cx.leave_off(folding);
        }
        let number = item(cx, Word(*word))?;
        budget.words(1);
        folding.next += 1;
        match (&mut folding.number, number) {
            (Some(sum), number) => *sum = (how.numbers)(*sum, number.to_f64().unwrap_or(0.0)),
            (sum @ None, Numeric::Number(n)) => {
                let before = Numeric::Big(std::mem::take(&mut folding.whole));
                *sum = Some((how.numbers)(before.to_f64().unwrap_or(0.0), n));
            }
            (None, number) => {
                let number = match number {
                    Numeric::Big(n) => n,
                    Numeric::Small(n) => BigInt::from(n),
                    _ => BigInt::ZERO,
                };
                let (a, b) = (folding.whole.bits(), number.bits());
                if (how.bits)(a, b) > how.bits_max && !a.is_zero() && !b.is_zero() {
                    let message = format!("gives integers of at most {} bits", how.bits_max);
                    return Err(cx.fault(FaultKind::Limit, &message));
                }
                budget.words((a / 64 + b / 64) as usize + (a / 64 * (b / 64) / 4) as usize);
                folding.whole = (how.wholes)(&folding.whole, &number);
            }
        }
    }
    cx.spent(&budget);
    match folding.number {
        Some(number) => Ok(NativeStep::Done(Word::number(number))),
        // Of nothing, and of nothing else: a plain number.
        None if folding.next == 0 && !cx.given(1) => {
            Ok(NativeStep::Done(Word::number(how.start as f64)))
        }
        None => give(cx, &folding.whole),
    }
}

fn sum(cx: &mut NativeCx<'_>) -> Answer {
    let how = Fold {
        start: 0,
        numbers: |a, b| a + b,
        wholes: |a, b| a + b,
        bits: |a, b| a.max(b) + 1,
        bits_max: crate::limits::INTEGER_BITS_MAX,
    };
    fold(cx, &how)
}

fn prod(cx: &mut NativeCx<'_>) -> Answer {
    let how = Fold {
        start: 1,
        numbers: |a, b| a * b,
        wholes: |a, b| a * b,
        bits: |a, b| a + b,
        bits_max: super::BITS_MAX,
    };
    fold(cx, &how)
}

/// A sum as parts that do not overlap, the smallest first.
///
/// J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
/// Predicates", 1997: the parts are the exact sum, so rounding them once rounds right.
#[derive(Debug, Default)]
struct Exact {
    next: usize,
    parts: Vec<f64>,
    /// Of what is infinite or NaN; it decides.
    special: Option<f64>,
    /// Powers of two by which a sum passed the largest double, up less down.
    overflow: f64,
}

impl Unfinished for Exact {
    fn bytes(&self) -> usize {
        self.parts.capacity() * 8
    }
}

impl Exact {
    fn add(&mut self, number: f64) {
        if !number.is_finite() {
            *self.special.get_or_insert(0.0) += number;
            return;
        }
        let mut x = number;
        let mut kept = 0;
        for i in 0..self.parts.len() {
            let mut y = self.parts[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let mut high = x + y;
            if !high.is_finite() {
                // 2^1024 is set aside, so that the rest stays a double.
                let sign = 1.0_f64.copysign(high);
                self.overflow += sign;
                x = (x - sign * 2f64.powi(1023)) - sign * 2f64.powi(1023);
                if x.abs() < y.abs() {
                    std::mem::swap(&mut x, &mut y);
                }
                high = x + y;
            }
            let low = y - (high - x);
            if low != 0.0 {
                self.parts[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.parts.truncate(kept);
        self.parts.push(x);
    }

    /// The sum, rounded once to the nearest double, to even from the middle.
    fn total(&self) -> f64 {
        if let Some(special) = self.special {
            return special;
        }
        let mut parts = self.parts.clone();
        // What was set aside comes back: with half of everything it is in range.
        if self.overflow != 0.0 {
            let mut halves = Exact::default();
            for part in parts {
                halves.add(part / 2.0);
            }
            let mut left = self.overflow;
            while left != 0.0 && halves.overflow == 0.0 {
                let step = left.clamp(-1.0, 1.0);
                halves.add(step * 2f64.powi(1023));
                left -= step;
            }
            if halves.overflow != 0.0 || left != 0.0 {
                return f64::INFINITY * self.overflow;
            }
            return halves.total() * 2.0;
        }
        let Some(mut high) = parts.pop() else {
            return 0.0;
        };
        let mut low = 0.0;
        while let Some(y) = parts.pop() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        // In the middle of two doubles what lies below it decides.
        if let Some(below) = parts.last()
            && (low < 0.0 && *below < 0.0 || low > 0.0 && *below > 0.0)
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        high
    }
}

fn fsum(cx: &mut NativeCx<'_>) -> Answer {
    cx.items(0)?;
    let mut exact: Box<Exact> = cx.unfinished(Exact::default);
    let mut budget = cx.budget();
    let items = cx.items(0)?;
    while let Some(word) = items.get(exact.next) {
        if budget.is_used() {
            cx.spent(&budget);
            return cx.leave_off(exact);
        }
        exact.next += 1;
        let number = item(cx, Word(*word))?.to_f64().unwrap_or(0.0);
        exact.add(number);
        budget.words(1 + exact.parts.len());
    }
    cx.spent(&budget);
    Ok(NativeStep::Done(Word::number(exact.total())))
}

fn dist(cx: &mut NativeCx<'_>) -> Answer {
    let (from, to) = (cx.items(0)?, cx.items(1)?);
    if from.len() != to.len() {
        let message = format!(
            "takes points of as many numbers, not of {} and {}",
            from.len(),
            to.len()
        );
        return Err(cx.fault(FaultKind::BadNumber, &message));
    }
    let real = |word: &u64| item(cx, Word(*word)).map(|n| n.to_f64().unwrap_or(0.0));
    let differences: Result<Vec<f64>, Fault> = from
        .iter()
        .zip(to)
        .map(|(a, b)| Ok(real(a)? - real(b)?))
        .collect();
    let differences = differences?;
    cx.charge(4 * differences.len());
    let length = vm_ffi::stdlib::math::hypot(&differences);
    Ok(NativeStep::Done(Word::number(length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(numbers: &[f64]) -> f64 {
        let mut exact = Exact::default();
        numbers.iter().for_each(|n| exact.add(*n));
        exact.total()
    }

    #[test]
    fn sums_round_once() {
        assert_eq!(exact(&[0.1; 10]), 1.0);
        assert_eq!(exact(&[1e100, 1.0, -1e100, 1e-100]), 1.0);
        assert_eq!(
            exact(&[1.0, 2f64.powi(-53), 2f64.powi(-106)]),
            1.0 + f64::EPSILON
        );
        assert_eq!(exact(&[]), 0.0);
        assert_eq!(exact(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(exact(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
        assert_eq!(exact(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
        assert_eq!(exact(&[f64::MAX; 5]), f64::INFINITY);
        assert_eq!(exact(&[-f64::MAX, -f64::MAX]), f64::NEG_INFINITY);
        assert_eq!(exact(&[f64::MAX, f64::MAX, -f64::MAX, -f64::MAX, 1.0]), 1.0);
    }

    proptest! {
        #[test]
        fn exact_sums_do_not_depend_on_order(mut numbers in prop::collection::vec(any::<f64>(), 0..20)) {
            numbers.retain(|n| n.is_finite());
            let forward = exact(&numbers);
            numbers.reverse();
            prop_assert_eq!(forward.to_bits(), exact(&numbers).to_bits());
        }
    }
}
