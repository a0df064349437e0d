//! Natives of module `bytes` between octets and numbers.

use num_bigint::{BigInt, Sign};

use super::{Answer, done};
use crate::atom::known;
use crate::builtin::string::rows;
use crate::builtin::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::limits::INTEGER_BITS_MAX;
use crate::number::Numeric;
use crate::word::Word;

/// Natives between octets and numbers.
pub const NUMBERS: &[Row] = rows! {
    "bytes.length" 1 1 length
        "How many octets bytes have. Raises `:bad_type`.";
    "bytes.get" 2 3 get
        "The octet at an index, as a number; if there is none, the third argument, or `undefined`. Raises `:bad_type`, `:bad_number` for what is no index.";
    "bytes.to_integer" 1 3 to_integer
        "The integer that bytes spell, the highest octet first, or the lowest if the second argument is `:little` and not `:big`; in two's complement if the third is true. Raises `:bad_type`, `:limit`.";
    "bytes.from_integer" 2 4 from_integer
        "`from_integer(n, length, order, signed)` is a whole number as so many octets, the highest first, or the lowest if the order is `:little`; in two's complement if the last argument is true. Raises `:bad_type`; `:bad_number` for a number that does not fit, `:limit`.";
    "bytes.read" 3 3 read
        "`read(bytes, index, form)` is the number that stands at an index in a form: `:u8 :i8`, `:u16le :u16be :i16le :i16be` and likewise with 32 and 64 bits, `:f32le :f32be :f64le :f64be`; of 64 bits an integer. Raises `:bad_type`, `:bad_index` if it does not lie in the bytes, `:bad_name` for another form.";
    "bytes.of_number" 2 2 of_number
        "A number as bytes in a form, as `bytes.read` has them. Raises `:bad_type`, `:bad_number` for a number that the form does not have, `:bad_name` for another form.";
};

fn length(cx: &mut NativeCx<'_>) -> Answer {
    let length = cx.octets(0)?.len();
    Ok(NativeStep::Done(Word::number(length as f64)))
}

fn get(cx: &mut NativeCx<'_>) -> Answer {
    let octets = cx.octets(0)?;
    let index = cx.size(1)?;
    let octet = octets
        .get(index)
        .map(|octet| Word::number(f64::from(*octet)));
    Ok(NativeStep::Done(octet.unwrap_or_else(|| cx.arg(2))))
}

/// Whether the lowest octet comes first.
fn is_little(cx: &NativeCx<'_>, i: usize) -> Result<bool, Fault> {
    if !cx.given(i) {
        return Ok(false);
    }
    let name = cx.arg(i).to_atom().map(|atom| cx.common.atoms.text(atom));
    match name {
        Some("big") => Ok(false),
        Some("little") => Ok(true),
        _ => Err(cx.wants(i, "`:big` or `:little`")),
    }
}

fn is_signed(cx: &NativeCx<'_>, i: usize) -> Result<bool, Fault> {
    match cx.arg(i) {
        Word::UNDEFINED | Word::FALSE => Ok(false),
        Word::TRUE => Ok(true),
        _ => Err(cx.wants(i, "true or false")),
    }
}

fn to_integer(cx: &mut NativeCx<'_>) -> Answer {
    let (is_little, is_signed) = (is_little(cx, 1)?, is_signed(cx, 2)?);
    let octets = cx.octets(0)?;
    if octets.len() as u64 > INTEGER_BITS_MAX / 8 {
        let message = format!("takes at most {} octets", INTEGER_BITS_MAX / 8);
        return Err(cx.fault(FaultKind::Limit, &message));
    }
    let integer = match (is_little, is_signed) {
        (false, false) => BigInt::from_bytes_be(Sign::Plus, octets),
        (true, false) => BigInt::from_bytes_le(Sign::Plus, octets),
        (false, true) => BigInt::from_signed_bytes_be(octets),
        (true, true) => BigInt::from_signed_bytes_le(octets),
    };
    let walked = octets.len();
    cx.charge(walked / 4);
    Ok(NativeStep::Done(cx.process.heap.new_big_integer(&integer)?))
}

/// A whole number as an integer.
fn whole(cx: &NativeCx<'_>, i: usize) -> Result<BigInt, Fault> {
    use num_traits::FromPrimitive;
    match Numeric::of(cx.view(), cx.arg(i)) {
        Some(Numeric::Small(n)) => Ok(BigInt::from(n)),
        Some(Numeric::Big(n)) => Ok(n),
        Some(Numeric::Number(n)) if n.fract() == 0.0 => Ok(BigInt::from_f64(n).unwrap_or_default()),
        Some(Numeric::Number(_)) => {
            let message = format!("takes a whole number as argument {}", i + 1);
            Err(cx.fault(FaultKind::BadNumber, &message))
        }
        _ => Err(cx.wants(i, "a whole number")),
    }
}

/// A number as so many octets, the lowest first; nothing if it does not fit.
fn octets_of(n: &BigInt, length: usize, is_signed: bool) -> Option<Vec<u8>> {
    let is_negative = n.sign() == Sign::Minus;
    let mut octets = match (is_signed, is_negative) {
        (false, true) => return None,
        (false, false) => n.to_bytes_le().1,
        (true, _) => n.to_signed_bytes_le(),
    };
    // Zero is one octet, and fits none all the same.
    if n.sign() == Sign::NoSign {
        octets.clear();
    }
    if octets.len() > length {
        return None;
    }
    octets.resize(length, if is_negative { 0xFF } else { 0 });
    Some(octets)
}

fn from_integer(cx: &mut NativeCx<'_>) -> Answer {
    let n = whole(cx, 0)?;
    let length = cx.size(1)?;
    let (is_little, is_signed) = (is_little(cx, 2)?, is_signed(cx, 3)?);
    if length as u64 > INTEGER_BITS_MAX / 8 {
        let message = format!("gives at most {} octets", INTEGER_BITS_MAX / 8);
        return Err(cx.fault(FaultKind::Limit, &message));
    }
    let Some(mut octets) = octets_of(&n, length, is_signed) else {
        let message = format!("takes a number that fits so many octets, {length}");
        return Err(cx.fault(FaultKind::BadNumber, &message));
    };
    if !is_little {
        octets.reverse();
    }
    done(cx, &octets)
}

/// How a number is written.
#[derive(Clone, Copy)]
struct Form {
    is_float: bool,
    is_signed: bool,
    octets: usize,
    is_little: bool,
}

fn form(cx: &NativeCx<'_>, i: usize) -> Result<Form, Fault> {
    let Some(atom) = cx.arg(i).to_atom() else {
        return Err(cx.wants(i, "a form, an atom such as `:u16le`,"));
    };
    let name = cx.common.atoms.text(atom);
    let form = |kind: char, bits: &str, is_little: bool| {
        let octets = match (kind, bits) {
            ('u' | 'i', "8") => 1,
            ('u' | 'i', "16") => 2,
            (_, "32") => 4,
            (_, "64") => 8,
            _ => return None,
        };
        Some(Form {
            is_float: kind == 'f',
            is_signed: kind == 'i',
            octets,
            is_little,
        })
    };
    let mut chars = name.chars();
    let kind = chars.next().filter(|c| matches!(c, 'u' | 'i' | 'f'));
    let rest = chars.as_str();
    let found = kind.and_then(|kind| match rest.strip_suffix("le") {
        Some(bits) if bits != "8" => form(kind, bits, true),
        _ => match rest.strip_suffix("be") {
            Some(bits) if bits != "8" => form(kind, bits, false),
            _ => form(kind, rest, true).filter(|form| form.octets == 1),
        },
    });
    found.ok_or_else(|| {
        let message = "takes a form such as `:u8`, `:i32le`, `:u64be` or `:f64le`";
        cx.fault(FaultKind::BadName, message)
    })
}

fn read(cx: &mut NativeCx<'_>) -> Answer {
    let form = form(cx, 2)?;
    let octets = cx.octets(0)?;
    let places = (octets.len() + 1).saturating_sub(form.octets);
    if places == 0 {
        let message = format!("finds fewer than {} octets", form.octets);
        let fault = cx.fault(FaultKind::BadIndex, &message);
        return Err(fault.with_count(known::LENGTH, octets.len()));
    }
    let index = cx.index(1, places)?;
    let mut eight = [0_u8; 8];
    let part = &mut eight[..form.octets];
    part.copy_from_slice(&octets[index..index + form.octets]);
    if !form.is_little {
        part.reverse();
    }
    let bits = u64::from_le_bytes(eight);
    let unused = 64 - 8 * form.octets;
    let word = match (form.is_float, form.octets) {
        (true, 4) => Word::number(f64::from(f32::from_bits(bits as u32))),
        (true, _) => Word::number(f64::from_bits(bits)),
        (false, octets) => {
            let integer = match form.is_signed {
                true => i128::from((bits << unused) as i64 >> unused),
                false => i128::from(bits),
            };
            match octets {
                8 => cx.process.heap.new_integer(integer)?,
                _ => Word::number(integer as f64),
            }
        }
    };
    Ok(NativeStep::Done(word))
}

fn of_number(cx: &mut NativeCx<'_>) -> Answer {
    let form = form(cx, 1)?;
    let octets = match form {
        Form { is_float: true, .. } => {
            let number = cx.real(0)?;
            match form.octets {
                4 => (number as f32).to_le_bytes().to_vec(),
                _ => number.to_le_bytes().to_vec(),
            }
        }
        _ => match octets_of(&whole(cx, 0)?, form.octets, form.is_signed) {
            Some(octets) => octets,
            None => {
                let bits = 8 * form.octets;
                let message = format!("takes a number that fits {bits} bits of that form");
                return Err(cx.fault(FaultKind::BadNumber, &message));
            }
        },
    };
    let mut octets = octets;
    if !form.is_little {
        octets.reverse();
    }
    done(cx, &octets)
}
