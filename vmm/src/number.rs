//! Arithmetic beside doubles: exact integers, complex numbers, bits.
//!
//! Engines add and compare doubles themselves and come here when the result is
//! NaN; builtins come here at once. [`binary`] decides by the types of both
//! operands: two integers give an exact integer (but for `div` and a negative
//! `pow`), a complex operand a complex result, everything else is computed in
//! doubles. `add` joins sequences and `mul` repeats them ([`crate::string`],
//! [`sequence`]).
//!
//! Objects with magic methods are the engine's business; here they are
//! `:bad_type`.
//!
//! # Invariants
//! N1. Operands are read completely before anything is reserved.
//! N2. What a result takes is bounded before it is computed:
//!     [`INTEGER_BITS_MAX`], [`VALUE_BYTES_MAX`].
//! N3. An integer that fits 48 bits is inline, so equal integers look alike.
//!
//! [`INTEGER_BITS_MAX`]: crate::limits::INTEGER_BITS_MAX
//! [`VALUE_BYTES_MAX`]: crate::limits::VALUE_BYTES_MAX
//!
//! # Cost
//! Inline integers: some ns, no allocation. Larger ones: a copy of both
//! operands, and what num-bigint takes; a product at the bound takes about
//! 0.1 s.

pub mod integer;
pub mod sequence;

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_complex::Complex64;
use num_traits::{FromPrimitive, Signed, ToPrimitive, Zero};

use crate::fault::{Fault, FaultKind};
use crate::heap::Heap;
use crate::heap::layout::Kind;
use crate::heap::shared::Common;
use crate::heap::view::View;
use crate::word::{Tag, Word};

/// What to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arith {
    /// Sum; joins strings, bytes, arrays, tuples.
    Add,
    /// Difference.
    Sub,
    /// Product; repeats strings and arrays.
    Mul,
    /// Quotient, never an integer.
    Div,
    /// Remainder with the sign of the divisor.
    Mod,
    /// Remainder with the sign of the dividend.
    Rem,
    /// Power.
    Pow,
    /// Quotient rounded down.
    IntDiv,
    /// Quotient rounded towards zero.
    Quot,
    /// Bitwise and.
    BitAnd,
    /// Bitwise or.
    BitOr,
    /// Bitwise exclusive or.
    BitXor,
    /// Shift to the left; by a negative count to the right.
    Shl,
    /// Shift to the right, copying the sign; by a negative count to the left.
    Shr,
}

impl Arith {
    /// The instruction's name, for messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Arith::Add => "add",
            Arith::Sub => "sub",
            Arith::Mul => "mul",
            Arith::Div => "div",
            Arith::Mod => "mod",
            Arith::Rem => "rem",
            Arith::Pow => "pow",
            Arith::IntDiv => "int_div",
            Arith::Quot => "quot",
            Arith::BitAnd => "bit_and",
            Arith::BitOr => "bit_or",
            Arith::BitXor => "bit_xor",
            Arith::Shl => "shl",
            Arith::Shr => "shr",
        }
    }

    fn is_bits(self) -> bool {
        matches!(
            self,
            Arith::BitAnd | Arith::BitOr | Arith::BitXor | Arith::Shl | Arith::Shr
        )
    }
}

/// A number of any type, taken out of the heap.
#[derive(Clone, Debug, PartialEq)]
pub enum Numeric {
    /// A double.
    Number(f64),
    /// An integer that fits a word.
    Small(i64),
    /// Any other integer.
    Big(BigInt),
    /// A complex number.
    Complex(Complex64),
}

impl Numeric {
    /// The number, if the word is one.
    #[must_use]
    pub fn of(view: View<'_>, word: Word) -> Option<Numeric> {
        match word.tag() {
            Tag::Number(n) => Some(Numeric::Number(n)),
            Tag::Integer(n) => Some(Numeric::Small(n)),
            Tag::Shared(_) | Tag::Heap(_) => match view.kind(word)? {
                Kind::BigInteger => view.big_integer(word).map(Numeric::Big),
                Kind::Complex => view.complex(word).map(Numeric::Complex),
                _ => None,
            },
            _ => None,
        }
    }

    /// As a double, rounded; `None` for complex numbers.
    #[must_use]
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Numeric::Number(n) => Some(*n),
            Numeric::Small(n) => Some(*n as f64),
            Numeric::Big(n) => Some(big_to_f64(n)),
            Numeric::Complex(_) => None,
        }
    }

    fn to_complex(&self) -> Complex64 {
        match self {
            Numeric::Complex(z) => *z,
            real => Complex64::new(real.to_f64().unwrap_or(f64::NAN), 0.0),
        }
    }

    /// As an integer of any size, if it is one.
    fn into_big(self) -> Option<BigInt> {
        match self {
            Numeric::Small(n) => Some(BigInt::from(n)),
            Numeric::Big(n) => Some(n),
            _ => None,
        }
    }
}

/// Computes `a op b`. May move every object.
///
/// # Errors
/// `:bad_type` if the operation is not for such operands, `:bad_number` for
/// an integer division by zero or an operand that has no bits, `:limit` for a
/// result past the bounds, `:memory_limit`.
pub fn binary(
    heap: &mut Heap,
    common: &Common,
    op: Arith,
    a: Word,
    b: Word,
) -> Result<Word, Fault> {
    let view = heap.view(common);
    match (Numeric::of(view, a), Numeric::of(view, b)) {
        (Some(x), Some(y)) => {
            if op.is_bits() {
                return integer::bits(heap, op, x, y);
            }
            numeric(heap, op, x, y)
        }
        _ if op == Arith::Add => sequence::join(heap, common, a, b),
        _ if op == Arith::Mul => sequence::repeat(heap, common, a, b),
        _ => Err(bad_operands(view, op.name(), a, b)),
    }
}

/// Computes `-a`. May move every object.
///
/// # Errors
/// As [`binary`].
pub fn neg(heap: &mut Heap, common: &Common, a: Word) -> Result<Word, Fault> {
    let view = heap.view(common);
    match Numeric::of(view, a) {
        Some(Numeric::Number(n)) => Ok(Word::number(-n)),
        Some(Numeric::Complex(z)) => Ok(heap.new_complex(-z)?),
        Some(Numeric::Small(n)) => small(heap, -n),
        Some(Numeric::Big(n)) => Ok(heap.new_big_integer(&-n)?),
        None => Err(bad_operand(view, "neg", a)),
    }
}

/// Flips every bit. May move every object.
///
/// # Errors
/// As [`binary`].
pub fn bit_not(heap: &mut Heap, common: &Common, a: Word) -> Result<Word, Fault> {
    let view = heap.view(common);
    match Numeric::of(view, a) {
        Some(Numeric::Small(n)) => small(heap, !n),
        Some(Numeric::Big(n)) => Ok(heap.new_big_integer(&!n)?),
        Some(Numeric::Number(n)) => integer::bits_result(!integer::number_bits("bit_not", n)?),
        _ => Err(bad_operand(view, "bit_not", a)),
    }
}

/// Orders two real numbers exactly; `None` if one is NaN or no real number.
#[must_use]
pub fn compare(a: &Numeric, b: &Numeric) -> Option<Ordering> {
    match (a, b) {
        (Numeric::Number(x), Numeric::Number(y)) => x.partial_cmp(y),
        (Numeric::Small(x), Numeric::Small(y)) => Some(x.cmp(y)),
        (Numeric::Small(x), Numeric::Number(y)) => (*x as f64).partial_cmp(y),
        (Numeric::Number(x), Numeric::Small(y)) => x.partial_cmp(&(*y as f64)),
        (Numeric::Big(x), Numeric::Big(y)) => Some(x.cmp(y)),
        (Numeric::Big(x), Numeric::Small(_)) => Some(sign_order(x)),
        (Numeric::Small(_), Numeric::Big(y)) => Some(sign_order(y).reverse()),
        (Numeric::Big(x), Numeric::Number(y)) => big_with_number(x, *y),
        (Numeric::Number(x), Numeric::Big(y)) => big_with_number(y, *x).map(Ordering::reverse),
        (Numeric::Complex(_), _) | (_, Numeric::Complex(_)) => None,
    }
}

/// The number that an integer is nearest to; infinite if it is too large.
#[must_use]
pub fn big_to_f64(n: &BigInt) -> f64 {
    n.to_f64().unwrap_or(f64::NAN)
}

/// The whole number that a word means as a count or an index: a number
/// without fraction or an integer.
#[must_use]
pub fn to_whole(view: View<'_>, word: Word) -> Option<i64> {
    match Numeric::of(view, word)? {
        Numeric::Small(n) => Some(n),
        // 2^63 as a double: everything below it fits.
        Numeric::Number(n) if n.fract() == 0.0 && n.abs() < 9_223_372_036_854_775_808.0 => {
            Some(n as i64)
        }
        Numeric::Big(n) => n.to_i64(),
        _ => None,
    }
}

pub(crate) fn bad_operands(view: View<'_>, name: &str, a: Word, b: Word) -> Fault {
    let found = format!("{} and {}", view.type_name(a), view.type_name(b));
    Fault::bad_type(&format!("{name} takes two numbers"), &found)
}

fn bad_operand(view: View<'_>, name: &str, a: Word) -> Fault {
    Fault::bad_type(&format!("{name} takes a number"), view.type_name(a))
}

/// An integer that is at most a little larger than a word takes.
fn small(heap: &mut Heap, n: i64) -> Result<Word, Fault> {
    match Word::small_integer(n) {
        Some(word) => Ok(word),
        None => Ok(heap.new_big_integer(&BigInt::from(n))?),
    }
}

fn numeric(heap: &mut Heap, op: Arith, a: Numeric, b: Numeric) -> Result<Word, Fault> {
    if let (Numeric::Small(x), Numeric::Small(y)) = (&a, &b)
        && let Some(n) = integer::small(op, *x, *y)
    {
        return small(heap, n);
    }
    if matches!(a, Numeric::Complex(_)) || matches!(b, Numeric::Complex(_)) {
        let z = complex(op, a.to_complex(), b.to_complex()).ok_or_else(|| {
            Fault::bad_type(
                &format!("{} takes two numbers", op.name()),
                "a complex number",
            )
        })?;
        return Ok(heap.new_complex(z)?);
    }
    if let (Numeric::Number(x), _) | (_, Numeric::Number(x)) = (&a, &b) {
        let x = *x;
        let (x, y) = (a.to_f64().unwrap_or(x), b.to_f64().unwrap_or(x));
        return Ok(Word::number(number(op, x, y)));
    }
    match (a.into_big(), b.into_big()) {
        (Some(x), Some(y)) => integer::big(heap, op, &x, &y),
        _ => Ok(Word::UNDEFINED),
    }
}

/// An operation on doubles, for every [`Arith`] that is not about bits.
///
/// `mod` and `int_div` round down as in Lua and Python, `rem` and `quot`
/// towards zero as in C.
#[must_use]
pub fn number(op: Arith, a: f64, b: f64) -> f64 {
    match op {
        Arith::Add => a + b,
        Arith::Sub => a - b,
        Arith::Mul => a * b,
        Arith::Div => a / b,
        Arith::Rem => a % b,
        Arith::Mod => {
            let r = a % b;
            if r == 0.0 {
                // As in Python: the zero has the sign of the divisor.
                0.0_f64.copysign(b)
            } else if (r < 0.0) != (b < 0.0) {
                r + b
            } else {
                r
            }
        }
        Arith::IntDiv => floor_div(a, b),
        Arith::Quot => (a / b).trunc(),
        Arith::Pow => a.powf(b),
        _ => f64::NAN,
    }
}

/// The quotient rounded down, exactly where the quotient itself is not:
/// `1 / 0.1` rounds to 10, but nine tenths fit into one.
fn floor_div(a: f64, b: f64) -> f64 {
    let quotient = a / b;
    if !quotient.is_finite() || a.is_infinite() || b.is_infinite() {
        return quotient.floor();
    }
    let whole = (a - number(Arith::Mod, a, b)) / b;
    if whole == 0.0 {
        return 0.0_f64.copysign(quotient);
    }
    let floor = whole.floor();
    if whole - floor > 0.5 {
        floor + 1.0
    } else {
        floor
    }
}

fn complex(op: Arith, a: Complex64, b: Complex64) -> Option<Complex64> {
    Some(match op {
        Arith::Add => a + b,
        Arith::Sub => a - b,
        Arith::Mul => a * b,
        Arith::Div => a / b,
        Arith::Pow => complex_pow(a, b),
        _ => return None,
    })
}

/// Whole exponents by multiplication, so that `(0+1i)` squared is `-1+0i`.
fn complex_pow(a: Complex64, b: Complex64) -> Complex64 {
    if b.im == 0.0 && b.re.fract() == 0.0 && b.re.abs() <= 100.0 {
        return a.powi(b.re as i32);
    }
    if a.is_zero() && b.re > 0.0 {
        return Complex64::zero();
    }
    a.powc(b)
}

/// How an integer that fits no word is ordered against those that do.
fn sign_order(n: &BigInt) -> Ordering {
    if n.is_negative() {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

fn big_with_number(a: &BigInt, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    // Doubles from 2^53 on are whole, and below no large integer is near.
    match BigInt::from_f64(b) {
        Some(b) => Some(a.cmp(&b)),
        None if b > 0.0 => Some(Ordering::Less),
        None => Some(Ordering::Greater),
    }
}

/// A result past a bound.
pub(crate) fn limit(message: String) -> Fault {
    Fault::new(FaultKind::Limit, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(op: Arith, a: Numeric, b: Numeric) -> Result<Numeric, Fault> {
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 24, true);
        let put = |heap: &mut Heap, n: &Numeric| match n {
            Numeric::Number(n) => Word::number(*n),
            Numeric::Small(n) => Word::small_integer(*n).unwrap(),
            Numeric::Big(n) => heap.new_big_integer(n).unwrap(),
            Numeric::Complex(z) => heap.new_complex(*z).unwrap(),
        };
        let a = put(&mut heap, &a);
        let a = heap.push_root(a);
        let b = put(&mut heap, &b);
        let a = heap.root(a);
        let word = binary(&mut heap, &common, op, a, b)?;
        Ok(Numeric::of(heap.view(&common), word).unwrap())
    }

    fn int(n: i64) -> Numeric {
        Numeric::Small(n)
    }

    fn num(n: f64) -> Numeric {
        Numeric::Number(n)
    }

    #[test]
    fn integers_stay_exact_and_mix_with_numbers() {
        let big = |text: &str| Numeric::Big(text.parse().unwrap());
        for (op, a, b, expected) in [
            (Arith::Add, int(2), int(3), int(5)),
            (Arith::Mul, int(1 << 46), int(4), big("281474976710656")),
            (
                Arith::Sub,
                big("281474976710656"),
                int(140_737_488_355_000),
                big("140737488355656"),
            ),
            (Arith::Div, int(1), int(4), num(0.25)),
            (Arith::Div, int(6), int(3), num(2.0)),
            (Arith::Div, int(1), int(0), num(f64::INFINITY)),
            (
                Arith::Pow,
                int(2),
                int(100),
                big("1267650600228229401496703205376"),
            ),
            (Arith::Pow, int(2), int(-1), num(0.5)),
            (Arith::Pow, int(-1), big("281474976710657"), int(-1)),
            (Arith::Pow, int(0), int(0), int(1)),
            (Arith::Mod, int(-7), int(3), int(2)),
            (Arith::Rem, int(-7), int(3), int(-1)),
            (Arith::IntDiv, int(-7), int(3), int(-3)),
            (Arith::Quot, int(-7), int(3), int(-2)),
            (Arith::Add, int(1), num(0.5), num(1.5)),
            (Arith::Mod, num(-7.5), int(2), num(0.5)),
            (Arith::Rem, num(-7.5), int(2), num(-1.5)),
            (Arith::IntDiv, num(-7.5), int(2), num(-4.0)),
            (Arith::IntDiv, num(1.0), num(0.1), num(9.0)),
            (Arith::IntDiv, num(1.0), num(0.0), num(f64::INFINITY)),
            (Arith::Quot, num(-7.5), int(2), num(-3.0)),
        ] {
            assert_eq!(
                run(op, a.clone(), b.clone()),
                Ok(expected),
                "{a:?} {op:?} {b:?}"
            );
        }
    }

    #[test]
    fn complex_results_stay_complex() {
        let c = |re, im| Numeric::Complex(Complex64::new(re, im));
        assert_eq!(run(Arith::Pow, c(0.0, 1.0), int(2)), Ok(c(-1.0, 0.0)));
        assert_eq!(run(Arith::Sub, c(1.0, 1.0), c(0.0, 1.0)), Ok(c(1.0, 0.0)));
        assert_eq!(run(Arith::Mul, int(2), c(1.0, -1.0)), Ok(c(2.0, -2.0)));
        let fault = run(Arith::Mod, c(1.0, 1.0), int(2)).unwrap_err();
        assert_eq!(fault.kind, FaultKind::BadType);
    }

    #[test]
    fn what_cannot_be_computed_is_an_error_of_its_kind() {
        for op in [Arith::IntDiv, Arith::Quot, Arith::Mod, Arith::Rem] {
            let fault = run(op, int(1), int(0)).unwrap_err();
            assert_eq!(fault.kind, FaultKind::BadNumber, "{op:?}");
            assert!(run(op, num(1.0), int(0)).is_ok());
        }
        let huge = 1 << 40;
        for (op, a, b) in [
            (Arith::Pow, int(3), int(huge)),
            (Arith::Shl, int(1), int(huge)),
            (Arith::Shl, int(1), Numeric::Big(BigInt::from(1) << 70)),
            (Arith::Shr, int(1), int(-huge)),
        ] {
            assert_eq!(run(op, a, b).unwrap_err().kind, FaultKind::Limit, "{op:?}");
        }
        let common = Common::default();
        let mut heap = Heap::new(0, 1 << 20, true);
        let fault = binary(&mut heap, &common, Arith::Sub, Word::TRUE, Word::NIL).unwrap_err();
        assert_eq!(
            fault.to_string(),
            ":bad_type: sub takes two numbers, not boolean and nil"
        );
        assert!(neg(&mut heap, &common, Word::UNIT).is_err());
    }

    #[test]
    fn bits_act_on_integers_and_on_whole_numbers() {
        for (op, a, b, expected) in [
            (Arith::BitAnd, int(6), int(3), int(2)),
            (Arith::BitOr, num(6.0), num(3.0), num(7.0)),
            (Arith::BitXor, int(-1), int(5), int(-6)),
            (Arith::BitAnd, num(-1.0), int(255), num(255.0)),
            (
                Arith::Shl,
                int(1),
                int(47),
                Numeric::Big(BigInt::from(1_i64 << 47)),
            ),
            (Arith::Shr, int(-5), int(1), int(-3)),
            (Arith::Shr, int(5), int(1 << 40), int(0)),
            (Arith::Shr, int(-5), int(1 << 40), int(-1)),
            (Arith::Shl, num(1.0), num(52.0), num((1_i64 << 52) as f64)),
            (Arith::Shl, int(8), int(-2), int(2)),
            (Arith::Shr, num(-1.0), num(100.0), num(-1.0)),
        ] {
            assert_eq!(
                run(op, a.clone(), b.clone()),
                Ok(expected),
                "{a:?} {op:?} {b:?}"
            );
        }
        for (a, b) in [
            (num(0.5), num(1.0)),
            (num(f64::NAN), int(1)),
            (num(1e30), int(1)),
        ] {
            let fault = run(Arith::BitOr, a, b).unwrap_err();
            assert_eq!(fault.kind, FaultKind::BadNumber);
        }
        let past = run(Arith::Shl, num(1.0), num(60.0)).unwrap_err();
        assert_eq!(past.kind, FaultKind::BadNumber);
    }

    fn integers() -> impl Strategy<Value = BigInt> {
        let small = any::<i64>().prop_map(|n| BigInt::from(n >> 20));
        let edge = (-2_i64..3, 40_u32..70, any::<bool>())
            .prop_map(|(n, bits, neg)| (BigInt::from(if neg { -1 } else { 1 }) << bits) + n);
        let wide = prop::collection::vec(any::<u32>(), 0..8).prop_map(|d| {
            BigInt::from_biguint(num_bigint::Sign::Minus, num_bigint::BigUint::new(d))
        });
        prop_oneof![small, edge, wide, (-5_i64..6).prop_map(BigInt::from)]
    }

    fn put(n: &BigInt) -> Numeric {
        match n.to_i64().filter(|n| Word::small_integer(*n).is_some()) {
            Some(n) => Numeric::Small(n),
            None => Numeric::Big(n.clone()),
        }
    }

    proptest! {
        #[test]
        fn integer_operations_are_those_of_mathematics(a in integers(), b in integers()) {
            use num_integer_laws::{floor, trunc};
            let go = |op| run(op, put(&a), put(&b));
            prop_assert_eq!(go(Arith::Add), Ok(put(&(&a + &b))));
            prop_assert_eq!(go(Arith::Sub), Ok(put(&(&a - &b))));
            prop_assert_eq!(go(Arith::Mul), Ok(put(&(&a * &b))));
            prop_assert_eq!(go(Arith::BitAnd), Ok(put(&(&a & &b))));
            prop_assert_eq!(go(Arith::BitOr), Ok(put(&(&a | &b))));
            prop_assert_eq!(go(Arith::BitXor), Ok(put(&(&a ^ &b))));
            if !b.is_zero() {
                let (q, r) = floor(&a, &b);
                prop_assert_eq!(go(Arith::IntDiv), Ok(put(&q)));
                prop_assert_eq!(go(Arith::Mod), Ok(put(&r)));
                let (q, r) = trunc(&a, &b);
                prop_assert_eq!(go(Arith::Quot), Ok(put(&q)));
                prop_assert_eq!(go(Arith::Rem), Ok(put(&r)));
            }
            prop_assert_eq!(compare(&put(&a), &put(&b)), Some(a.cmp(&b)));
            let x = big_to_f64(&a);
            let order = compare(&Numeric::Number(x), &put(&b));
            prop_assert_eq!(order, Some(BigInt::from_f64(x).unwrap().cmp(&b)));
        }

        #[test]
        fn powers_and_shifts_agree_with_products(a in integers(), n in 0_u32..20) {
            let expected = (0..n).fold(BigInt::from(1), |p, _| p * &a);
            prop_assert_eq!(run(Arith::Pow, put(&a), int(n.into())), Ok(put(&expected)));
            prop_assert_eq!(run(Arith::Shl, put(&a), int(n.into())), Ok(put(&(&a << n))));
            prop_assert_eq!(run(Arith::Shr, put(&a), int(n.into())), Ok(put(&(&a >> n))));
        }

        #[test]
        fn floor_and_remainder_of_numbers_fit_together(a in -1e6..1e6, b in -1e3..1e3) {
            let (q, r) = (number(Arith::IntDiv, a, b), number(Arith::Mod, a, b));
            prop_assert!(q.fract() == 0.0 && (r == 0.0 || (r < 0.0) == (b < 0.0)));
            prop_assert!((q * b + r - a).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0));
        }
    }

    /// Division written out from its definition, to hold the operators against.
    mod num_integer_laws {
        use super::*;

        pub(super) fn trunc(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
            let q = a.abs() / b.abs();
            let q = if a.is_negative() == b.is_negative() {
                q
            } else {
                -q
            };
            let r = a - &q * b;
            (q, r)
        }

        pub(super) fn floor(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
            let (q, r) = trunc(a, b);
            if !r.is_zero() && r.is_negative() != b.is_negative() {
                (q - 1, r + b)
            } else {
                (q, r)
            }
        }
    }
}
