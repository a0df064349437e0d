//! Natives of module `integer`: exact integers from and to numbers and text.
//!
//! # Cost
//! Text of a large integer takes time that grows with the square of its length and so is
//! bounded by `DIGITS_MAX`; it is charged as such.

use num_bigint::BigInt;
use num_traits::{FromPrimitive, Num, Signed};

use super::string::rows;
use super::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::number::Numeric;
use crate::word::Word;

/// Longest text of an integer that is read or written in a base that is no
/// power of two, in digits.
const DIGITS_MAX: usize = 1 << 16;

/// The natives of module `integer`.
pub const ROWS: &[Row] = rows! {
    "integer.from_number" 1 1 from_number
        "The integer of a whole number; an integer stays as it is. Raises `:bad_type`; `:bad_number` for a fraction, NaN or an infinity.";
    "integer.to_number" 1 1 to_number
        "The number nearest to an integer, infinite if it is too large; a number stays as it is. Raises `:bad_type`.";
    "integer.floor" 1 1 floor
        "The largest integer not above a number. Raises `:bad_type`; `:bad_number` for NaN and infinities.";
    "integer.ceil" 1 1 ceil
        "The smallest integer not below a number. Raises `:bad_type`; `:bad_number` for NaN and infinities.";
    "integer.round" 1 1 round
        "The integer nearest to a number, a half rounded away from zero. Raises `:bad_type`; `:bad_number` for NaN and infinities.";
    "integer.trunc" 1 1 trunc
        "The integer that is left of a number without its fraction. Raises `:bad_type`; `:bad_number` for NaN and infinities.";
    "integer.bit_length" 1 1 bit_length
        "How many bits the magnitude of an integer takes; 0 for 0. Raises `:bad_type`.";
    "integer.parse" 1 2 parse
        "The integer that a string spells in a base from 2 to 36, ten if it is left out: a sign or none, then digits, white space around them allowed; `undefined` if it spells none. Raises `:bad_type`, `:bad_number`, `:limit`.";
    "integer.to_text" 1 2 to_text
        "An integer in a base from 2 to 36, ten if it is left out, with lower-case letters as digits. Raises `:bad_type`, `:bad_number`, `:limit`.";
};

type Step = Result<NativeStep, Fault>;

fn give(cx: &mut NativeCx<'_>, n: &BigInt) -> Step {
    Ok(NativeStep::Done(cx.process.heap.new_big_integer(n)?))
}

/// An argument that is a number or integer.
fn real(cx: &NativeCx<'_>) -> Result<Numeric, Fault> {
    match Numeric::of(cx.view(), cx.arg(0)) {
        None | Some(Numeric::Complex(_)) => Err(cx.wants(0, "a number or integer")),
        Some(number) => Ok(number),
    }
}

fn integer(cx: &NativeCx<'_>) -> Result<BigInt, Fault> {
    let n = cx.view().integer(cx.arg(0));
    n.ok_or_else(|| cx.wants(0, "an integer"))
}

/// The integer of a number that `round` has made whole.
fn rounded(cx: &mut NativeCx<'_>, round: fn(f64) -> f64) -> Step {
    let Numeric::Number(n) = real(cx)? else {
        return Ok(NativeStep::Done(cx.arg(0)));
    };
    let whole = round(n);
    match BigInt::from_f64(whole).filter(|_| whole.fract() == 0.0) {
        Some(n) => give(cx, &n),
        None => {
            let message = format!(
                "takes what can be a whole number, not {}",
                crate::text::number(n)
            );
            Err(cx.fault(FaultKind::BadNumber, &message))
        }
    }
}

fn from_number(cx: &mut NativeCx<'_>) -> Step {
    rounded(cx, |n| n)
}

fn floor(cx: &mut NativeCx<'_>) -> Step {
    rounded(cx, f64::floor)
}

fn ceil(cx: &mut NativeCx<'_>) -> Step {
    rounded(cx, f64::ceil)
}

fn round(cx: &mut NativeCx<'_>) -> Step {
    rounded(cx, f64::round)
}

fn trunc(cx: &mut NativeCx<'_>) -> Step {
    rounded(cx, f64::trunc)
}

fn to_number(cx: &mut NativeCx<'_>) -> Step {
    let n = real(cx)?;
    Ok(NativeStep::Done(
        n.to_f64().map_or(Word::UNDEFINED, Word::number),
    ))
}

fn bit_length(cx: &mut NativeCx<'_>) -> Step {
    let n = integer(cx)?;
    Ok(NativeStep::Done(Word::number(n.bits() as f64)))
}

fn base(cx: &NativeCx<'_>) -> Result<u32, Fault> {
    if !cx.given(1) {
        return Ok(10);
    }
    match cx.size(1)? {
        base @ 2..=36 => Ok(base as u32),
        _ => Err(cx.fault(FaultKind::BadNumber, "takes a base from 2 to 36")),
    }
}

/// Refuses and charges for what digits cost; by so many digits.
fn digits(cx: &mut NativeCx<'_>, base: u32, count: usize) -> Result<(), Fault> {
    if base.is_power_of_two() {
        cx.charge(count / 8);
        return Ok(());
    }
    if count > DIGITS_MAX {
        let message = format!(
            "is for at most {DIGITS_MAX} digits in base {base}: take a base that is a power of two"
        );
        return Err(cx.fault(FaultKind::Limit, &message));
    }
    // Eight digits a word, squared.
    cx.charge(1 + (count / 16) * (count / 64));
    Ok(())
}

fn too_large(cx: &NativeCx<'_>) -> Fault {
    cx.fault(
        FaultKind::Limit,
        "would give too large an integer: read it in parts",
    )
}

fn parse(cx: &mut NativeCx<'_>) -> Step {
    cx.text(0)?;
    let base = base(cx)?;
    let text = cx.text(0)?.trim();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let count = unsigned.len();
    let spells = count > 0 && unsigned.chars().all(|c| c.is_digit(base));
    if !spells {
        let walked = text.len();
        cx.charge(walked / 8);
        return Ok(NativeStep::Done(Word::UNDEFINED));
    }
    // At most six bits a digit.
    if count as u64 > crate::limits::INTEGER_BITS_MAX {
        return Err(too_large(cx));
    }
    digits(cx, base, count)?;
    let text = cx.text(0)?.trim();
    match BigInt::from_str_radix(text, base) {
        Ok(n) if n.bits() <= crate::limits::INTEGER_BITS_MAX => give(cx, &n),
        Ok(_) => Err(too_large(cx)),
        Err(_) => Ok(NativeStep::Done(Word::UNDEFINED)),
    }
}

fn to_text(cx: &mut NativeCx<'_>) -> Step {
    let n = integer(cx)?;
    let base = base(cx)?;
    // The logarithm is at least its whole part.
    let count = n.bits() as usize / base.ilog2() as usize + 1;
    digits(cx, base, count)?;
    let mut text = n.abs().to_str_radix(base);
    if n.is_negative() {
        text.insert(0, '-');
    }
    Ok(NativeStep::Done(cx.process.heap.new_string_from(text)?))
}
