//! Natives of module `bytes` that write octets as digits and read them back, a turn's
//! worth at a time: hexadecimal, and base64 (RFC 4648).

use super::Answer;
use crate::builtin::in_pieces::make;
use crate::builtin::string::rows;
use crate::builtin::{NativeCx, NativeStep, Row};
use crate::fault::{Fault, FaultKind};
use crate::number::check_bytes;
use crate::word::Word;

/// Natives between octets and digits.
pub const TEXT: &[Row] = rows! {
    "bytes.from_hex" 1 1 from_hex
        "The bytes that a string of hexadecimal digits spells, two for each octet. Raises `:bad_number`.";
    "bytes.to_hex" 1 1 to_hex
        "The octets as a string of hexadecimal digits, two for each in lower case. Raises `:limit`.";
    "bytes.to_base64" 1 2 to_base64
        "The octets in base64, with `=` to fill up; in the alphabet for URLs and file names, without it, if the second argument is true. Raises `:bad_type`, `:limit`.";
    "bytes.from_base64" 1 1 from_base64
        "The bytes that a string in base64 spells, in either alphabet, with or without `=` at its end. Raises `:bad_type`, `:bad_number` for other text.";
};

const HEX: &[u8; 16] = b"0123456789abcdef";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a text byte of base64 stands for, in either alphabet.
fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

fn octets<'c>(cx: &'c NativeCx<'_>) -> &'c [u8] {
    cx.octets(0).unwrap_or_default()
}

fn digits<'c>(cx: &'c NativeCx<'_>) -> &'c [u8] {
    cx.text(0).unwrap_or_default().as_bytes()
}

/// A string of digits that were made, which are ASCII.
fn string(cx: &mut NativeCx<'_>, made: Option<Vec<u8>>) -> Answer {
    let Some(text) = made else {
        return Ok(NativeStep::Again);
    };
    let text = String::from_utf8(text).unwrap_or_default();
    Ok(NativeStep::Done(cx.process.heap.new_string_from(text)?))
}

fn bytes(cx: &mut NativeCx<'_>, made: Option<Vec<u8>>) -> Answer {
    let Some(octets) = made else {
        return Ok(NativeStep::Again);
    };
    Ok(NativeStep::Done(cx.process.heap.new_bytes_from(octets)?))
}

/// Refuses what the process's memory has no room for, before it is made.
fn check(cx: &NativeCx<'_>, size: usize) -> Result<(), Fault> {
    check_bytes(cx.name, size)?;
    match size > cx.text_bound() {
        true => Err(cx.past_bound()),
        false => Ok(()),
    }
}

fn to_hex(cx: &mut NativeCx<'_>) -> Answer {
    let size = cx.octets(0)?.len().saturating_mul(2);
    check(cx, size)?;
    let made = make(cx, size, octets, |rest, step, out| {
        let now = &rest[..step.min(rest.len())];
        let both = |octet: &u8| [HEX[usize::from(octet >> 4)], HEX[usize::from(octet & 15)]];
        out.extend(now.iter().flat_map(both));
        Ok(now.len())
    })?;
    string(cx, made)
}

fn no_hex() -> Fault {
    Fault::new(
        FaultKind::BadNumber,
        "`bytes.from_hex` takes hexadecimal digits, two for each octet",
    )
}

fn from_hex(cx: &mut NativeCx<'_>) -> Answer {
    let size = cx.text(0)?.len();
    if !size.is_multiple_of(2) {
        return Err(no_hex());
    }
    check(cx, size / 2)?;
    let made = make(cx, size / 2, digits, |rest, step, out| {
        let now = &rest[..(step & !1).min(rest.len())];
        let digit = |byte: u8| char::from(byte).to_digit(16).ok_or_else(no_hex);
        for both in now.chunks_exact(2) {
            out.push((digit(both[0])? << 4 | digit(both[1])?) as u8);
        }
        Ok(now.len())
    })?;
    bytes(cx, made)
}

fn to_base64(cx: &mut NativeCx<'_>) -> Answer {
    let size = (cx.octets(0)?.len() / 3 + 1).saturating_mul(4);
    let is_url = match cx.arg(1) {
        Word::UNDEFINED | Word::FALSE => false,
        Word::TRUE => true,
        _ => return Err(cx.wants(1, "true or false")),
    };
    check(cx, size)?;
    let alphabet = if is_url { URL } else { BASE64 };
    let made = make(cx, size, octets, |rest, step, out| {
        let now = &rest[..(step / 3 * 3).min(rest.len())];
        for three in now.chunks(3) {
            let octet = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
            let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
            for place in 0..=three.len() {
                out.push(alphabet[(bits >> (18 - 6 * place) & 63) as usize]);
            }
            if !is_url {
                out.extend(std::iter::repeat_n(b'=', 3 - three.len()));
            }
        }
        Ok(now.len())
    })?;
    string(cx, made)
}

fn no_base64() -> Fault {
    Fault::new(
        FaultKind::BadNumber,
        "`bytes.from_base64` takes base64: letters, digits, + and / or - and _, with = at the end or without",
    )
}

/// The digits of a text without what fills it up.
fn base64_digits(text: &[u8]) -> Result<&[u8], Fault> {
    let filled = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let digits = &text[..text.len() - filled];
    let is_full = filled == 0 || filled <= 2 && text.len().is_multiple_of(4);
    match is_full && digits.len() % 4 != 1 {
        true => Ok(digits),
        false => Err(no_base64()),
    }
}

fn from_base64(cx: &mut NativeCx<'_>) -> Answer {
    let size = base64_digits(cx.text(0)?.as_bytes())?.len() / 4 * 3 + 3;
    check(cx, size)?;
    let made = make(
        cx,
        size,
        |cx| base64_digits(digits(cx)).unwrap_or_default(),
        |rest, step, out| {
            let now = &rest[..(step / 4 * 4).min(rest.len())];
            for four in now.chunks(4) {
                let mut bits = 0;
                for place in 0..4 {
                    let digit = four.get(place).map_or(Some(0), |digit| value(*digit));
                    bits = bits << 6 | digit.ok_or_else(no_base64)?;
                }
                let count = four.len() * 3 / 4;
                out.extend(&bits.to_be_bytes()[1..=count]);
                // Bits that belong to no octet are 0, so that bytes have one spelling.
                if count < 3 && bits << (8 + 8 * count) != 0 {
                    return Err(no_base64());
                }
            }
            Ok(now.len())
        },
    )?;
    bytes(cx, made)
}
