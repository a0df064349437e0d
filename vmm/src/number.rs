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
//! Integers of up to 64 bits: some ns. Larger ones: a copy of both operands, and what num-bigint takes; a product at the bound takes about
//! 0.1 s.

pub mod integer;
pub mod sequence;
pub mod wide;

pub use sequence::check_bytes;

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_complex::Complex64;
use num_traits::{FromPrimitive, Signed, ToPrimitive};

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
    if let (Some(x), Some(y)) = (wide::of(view, a), wide::of(view, b))
        && let Some(n) = wide::binary(op, x, y)
    {
        return Ok(heap.new_integer(n)?);
    }
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
        Some(Numeric::Small(n)) => Ok(heap.new_integer(-i128::from(n))?),
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
        Some(Numeric::Small(n)) => Ok(heap.new_integer(!i128::from(n))?),
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
    let (a, b) = (view.type_name(a), view.type_name(b));
    Fault::bad_types(&format!("{name} takes two numbers"), a, b)
}

fn bad_operand(view: View<'_>, name: &str, a: Word) -> Fault {
    Fault::bad_type(&format!("{name} takes a number"), view.type_name(a))
}

fn numeric(heap: &mut Heap, op: Arith, a: Numeric, b: Numeric) -> Result<Word, Fault> {
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
        Arith::Div => vm_ffi::stdlib::complex::div(a, b),
        Arith::Pow => vm_ffi::stdlib::complex::pow(a, b),
        _ => return None,
    })
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
mod tests;
