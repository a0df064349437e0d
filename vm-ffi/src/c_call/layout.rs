//! The arguments of a C call in memory, and what comes out of them again.
//!
//! # Invariants
//! F1. A length that the program gives is a whole number from 0 to [`MAX_BUFFER`], and no
//!     buffer is shorter than its declared length; else the call is not made: `:ffi`.
//! F2. Behind every buffer lie [`GUARD`] bytes whose change is noticed.

use num_bigint::BigInt;
use num_traits::ToPrimitive as _;

use crate::bridge::{exact, nearest};
use crate::declare::{Declare, Declared, Factor, MAX_BUFFER, Scalar, Shape, Used, Value, Way};
use crate::error::FfiError;
use crate::{FfiResult, FfiValue};

/// Bytes behind every buffer.
pub(super) const GUARD: usize = 16;

/// What they hold.
const GUARD_BYTE: u8 = 0xA5;

/// The arguments of one call.
pub(super) struct Frame {
    /// One for each parameter.
    pub(super) places: Vec<Place>,
}

/// Where an argument lies.
pub(super) enum Place {
    /// Here, as it is.
    Cell(Cell),
    /// Behind a pointer, as it is.
    Pointed(Cell),
    /// Behind a pointer.
    Octets(Vec<u8>),
    /// A null pointer.
    Null,
    /// A pointer to a function.
    Function,
}

/// A scalar, in its own width from the first byte on.
#[repr(align(8))]
pub(super) struct Cell(pub(super) [u8; 8]);

impl Frame {
    /// Lays the arguments out.
    ///
    /// # Errors
    /// One is not what its parameter is.
    pub(super) fn new(declared: &Declared, args: Vec<FfiValue>) -> Result<Frame, FfiError> {
        let mut args = args.into_iter().enumerate();
        let mut given = Vec::with_capacity(declared.parameters.len());
        for parameter in &declared.parameters {
            given.push(match parameter.is_given() {
                true => args.next().map(|(i, value)| (i + 1, value)),
                false => None,
            });
        }
        // How many octets came in, before they move into their places.
        let sizes: Vec<Option<usize>> = given.iter().map(|given| octets(given.as_ref())).collect();
        let mut numbers = vec![None; given.len()];
        for (at, parameter) in declared.parameters.iter().enumerate() {
            numbers[at] = match (&parameter.shape, &given[at], &parameter.value) {
                (Shape::Scalar(s) | Shape::Pointed(_, s), Some((place, value)), _) => {
                    whole_of(parameter, *s, *place, value)?
                }
                (_, _, Some(Value::Number(n))) => Some(i128::from(*n)),
                _ => None,
            };
        }
        let length_of = |at: usize| -> Result<u64, FfiError> {
            let Shape::Buffer { length, .. } = &declared.parameters[at].shape else {
                return Ok(0);
            };
            let mut product: u64 = 1;
            for factor in length {
                let factor = match factor {
                    Factor::Number(number) => *number,
                    Factor::Parameter(of) => {
                        let number = numbers[*of].and_then(|n| u64::try_from(n).ok());
                        number.ok_or_else(|| too_long(&declared.parameters[at]))?
                    }
                };
                product = product.saturating_mul(factor);
            }
            if product > MAX_BUFFER {
                return Err(too_long(&declared.parameters[at]));
            }
            Ok(if length.is_empty() { 0 } else { product })
        };
        let mut places = Vec::with_capacity(given.len());
        for (at, (parameter, given)) in declared.parameters.iter().zip(given).enumerate() {
            let number = match parameter.value {
                Some(Value::Length(of)) => {
                    let size = match sizes[of] {
                        Some(size) => size as u64,
                        None => length_of(of)?,
                    };
                    Some(ranged(parameter, size)?)
                }
                _ => numbers[at],
            };
            places.push(match &parameter.shape {
                Shape::Scalar(scalar) => Place::Cell(cell(*scalar, number, given)?),
                Shape::Pointed(_, scalar) => Place::Pointed(cell(*scalar, number, given)?),
                Shape::Function => Place::Function,
                Shape::Text(nullable) => text_place(parameter, *nullable, given)?,
                Shape::Buffer { .. } => {
                    let length = length_of(at)? as usize;
                    Place::Octets(buffer(parameter, length, given)?)
                }
            });
        }
        Ok(Frame { places })
    }

    /// What the call comes to: the result and what comes out, as one value or a tuple.
    ///
    /// # Errors
    /// C wrote past the end of a buffer, or says that it used more of one than there is.
    pub(super) fn finish(mut self, declared: &Declared, result: FfiValue) -> FfiResult {
        let mut outcomes = Vec::new();
        if result != FfiValue::Unit {
            outcomes.push(result.clone());
        }
        for (parameter, place) in declared.parameters.iter().zip(&self.places) {
            if let Place::Octets(bytes) = place {
                let guard = &bytes[bytes.len() - GUARD..];
                if guard.iter().any(|byte| *byte != GUARD_BYTE) {
                    let name = &parameter.name;
                    let message = format!("the library wrote past the end of `{name}`");
                    return Err(FfiError::Failed { message });
                }
            }
        }
        for at in 0..self.places.len() {
            let parameter = &declared.parameters[at];
            match (&parameter.shape, &self.places[at]) {
                (Shape::Pointed(Way::Out | Way::InOut, scalar), Place::Pointed(cell)) => {
                    outcomes.push(value_of(*scalar, cell));
                }
                (Shape::Buffer { way: Way::In, .. }, _) => {}
                (Shape::Buffer { text, used, .. }, Place::Octets(bytes)) => {
                    let there = bytes.len() - GUARD;
                    let count = match used {
                        None => there,
                        Some(used) => {
                            let said = match used {
                                Used::Result => whole_value(&result),
                                Used::Parameter(of) => self.number(declared, *of),
                            };
                            used_of(parameter, said, there)?
                        }
                    };
                    let Place::Octets(mut bytes) =
                        std::mem::replace(&mut self.places[at], Place::Null)
                    else {
                        continue;
                    };
                    bytes.truncate(count);
                    outcomes.push(if *text {
                        let Some(end) = bytes.iter().position(|byte| *byte == 0) else {
                            let name = &parameter.name;
                            let message = format!("the text in `{name}` has no end within it");
                            return Err(FfiError::Failed { message });
                        };
                        bytes.truncate(end);
                        self::text(bytes)?
                    } else {
                        FfiValue::Bytes(bytes)
                    });
                }
                _ => {}
            }
        }
        Ok(match outcomes.len() {
            0 => FfiValue::Unit,
            1 => outcomes.remove(0),
            _ => FfiValue::Tuple(outcomes),
        })
    }

    fn number(&self, declared: &Declared, at: usize) -> Option<i128> {
        match (&declared.parameters[at].shape, &self.places[at]) {
            (Shape::Pointed(_, scalar), Place::Pointed(cell)) => {
                whole_value(&value_of(*scalar, cell))
            }
            _ => None,
        }
    }
}

/// How many octets an argument has.
fn octets(given: Option<&(usize, FfiValue)>) -> Option<usize> {
    match given {
        Some((_, FfiValue::Bytes(bytes))) => Some(bytes.len()),
        Some((_, FfiValue::String(text))) => Some(text.len()),
        _ => None,
    }
}

fn too_long(parameter: &Declare) -> FfiError {
    let name = &parameter.name;
    FfiError::failed(format!(
        "the length of `{name}` is none from 0 to {MAX_BUFFER}, as those of buffers are"
    ))
}

fn used_of(parameter: &Declare, said: Option<i128>, there: usize) -> Result<usize, FfiError> {
    let count = said.and_then(|n| usize::try_from(n).ok());
    count.filter(|n| *n <= there).ok_or_else(|| {
        let (name, said) = (&parameter.name, said.unwrap_or_default());
        FfiError::failed(format!(
            "the library says that it used {said} bytes of `{name}`, which has {there}"
        ))
    })
}

/// A length that the machine gives, if it goes into the type.
fn ranged(parameter: &Declare, size: u64) -> Result<i128, FfiError> {
    let scalar = match parameter.shape {
        Shape::Scalar(scalar) | Shape::Pointed(_, scalar) => scalar,
        _ => Scalar::Size,
    };
    let (least, most) = scalar.range().unwrap_or_default();
    let size = i128::from(size);
    match (least..=most).contains(&size) {
        true => Ok(size),
        false => Err(FfiError::failed(format!(
            "the length {size} is more than `{}` can say",
            parameter.name
        ))),
    }
}

/// The whole number that the program gives, in the range of its type; none for
/// types that are no whole numbers.
fn whole_of(
    parameter: &Declare,
    scalar: Scalar,
    place: usize,
    value: &FfiValue,
) -> Result<Option<i128>, FfiError> {
    let Some((least, most)) = scalar.range() else {
        return Ok(None);
    };
    let (kind_fits, number) = match value {
        FfiValue::Undefined if scalar == Scalar::Ptr => (true, Some(0)),
        FfiValue::Number(_) | FfiValue::Integer(_) => (true, whole_value(value)),
        _ => (false, None),
    };
    if !kind_fits {
        return Err(FfiError::bad_type(place, "a whole number", value));
    }
    match number.filter(|n| (least..=most).contains(n)) {
        Some(number) => Ok(Some(number)),
        None if parameter.is_length => Err(FfiError::failed(format!(
            "`{}` is a length from {least} to {most}, which argument {place} is not",
            parameter.name
        ))),
        None => {
            let expected = format!("a whole number from {least} to {most}");
            Err(FfiError::bad_number(place, expected))
        }
    }
}

fn whole_value(value: &FfiValue) -> Option<i128> {
    match value {
        FfiValue::Number(n) => exact(*n).map(i128::from),
        FfiValue::Integer(n) => n.to_i128(),
        _ => None,
    }
}

/// A scalar in its cell: the number if it is a whole one, else what the program gives.
fn cell(
    scalar: Scalar,
    number: Option<i128>,
    given: Option<(usize, FfiValue)>,
) -> Result<Cell, FfiError> {
    let float = |given: Option<(usize, FfiValue)>| match given {
        None => Ok(number.unwrap_or_default() as f64),
        Some((_, FfiValue::Number(n))) => Ok(n),
        Some((_, FfiValue::Integer(n))) => Ok(nearest(&n)),
        Some((place, other)) => Err(FfiError::bad_type(place, "a number", &other)),
    };
    let whole = number.unwrap_or_default();
    let mut bytes = [0; 8];
    match scalar {
        Scalar::F32 => put(&mut bytes, (float(given)? as f32).to_ne_bytes()),
        Scalar::F64 => put(&mut bytes, float(given)?.to_ne_bytes()),
        Scalar::Bool => {
            bytes[0] = match given {
                None => u8::from(whole != 0),
                Some((_, FfiValue::Boolean(b))) => u8::from(b),
                Some((place, other)) => {
                    return Err(FfiError::bad_type(place, "a boolean", &other));
                }
            }
        }
        // In range, so the lower bytes are the number.
        Scalar::I8 | Scalar::U8 => put(&mut bytes, (whole as u8).to_ne_bytes()),
        Scalar::I16 | Scalar::U16 => put(&mut bytes, (whole as u16).to_ne_bytes()),
        Scalar::I32 | Scalar::U32 => put(&mut bytes, (whole as u32).to_ne_bytes()),
        Scalar::I64 | Scalar::U64 => put(&mut bytes, (whole as u64).to_ne_bytes()),
        Scalar::Size | Scalar::Ptr => put(&mut bytes, (whole as usize).to_ne_bytes()),
    }
    Ok(Cell(bytes))
}

fn put<const N: usize>(bytes: &mut [u8; 8], scalar: [u8; N]) {
    bytes[..N].copy_from_slice(&scalar);
}

/// The first bytes.
pub(super) fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

fn value_of(scalar: Scalar, cell: &Cell) -> FfiValue {
    let bytes = &cell.0;
    let word = match scalar {
        Scalar::F32 => return FfiValue::Number(f32::from_ne_bytes(first(bytes)).into()),
        Scalar::F64 => return FfiValue::Number(f64::from_ne_bytes(*bytes)),
        Scalar::I8 | Scalar::U8 | Scalar::Bool => u64::from(bytes[0]),
        Scalar::I16 | Scalar::U16 => u64::from(u16::from_ne_bytes(first(bytes))),
        Scalar::I32 | Scalar::U32 => u64::from(u32::from_ne_bytes(first(bytes))),
        Scalar::I64 | Scalar::U64 => u64::from_ne_bytes(*bytes),
        Scalar::Size | Scalar::Ptr => usize::from_ne_bytes(first(bytes)) as u64,
    };
    whole(scalar, word)
}

/// A whole number whose lower bytes are those of a type; an integer where a number could
/// not say it exactly.
pub(super) fn whole(scalar: Scalar, word: u64) -> FfiValue {
    let number = match scalar {
        Scalar::Bool => return FfiValue::Boolean(word as u8 != 0),
        Scalar::I8 => i128::from(word as i8),
        Scalar::U8 => i128::from(word as u8),
        Scalar::I16 => i128::from(word as i16),
        Scalar::U16 => i128::from(word as u16),
        Scalar::I32 => i128::from(word as i32),
        Scalar::U32 => i128::from(word as u32),
        Scalar::I64 => i128::from(word as i64),
        _ => i128::from(word),
    };
    if number.unsigned_abs() <= 1 << 53 {
        FfiValue::Number(number as f64)
    } else {
        FfiValue::Integer(BigInt::from(number))
    }
}

/// Bytes from C as a text.
pub(super) fn text(bytes: Vec<u8>) -> FfiResult {
    String::from_utf8(bytes)
        .map(FfiValue::String)
        .map_err(|_| "the library gave a text that is no UTF-8".into())
}

fn text_place(
    parameter: &Declare,
    nullable: bool,
    given: Option<(usize, FfiValue)>,
) -> Result<Place, FfiError> {
    let text = match (given, &parameter.value) {
        (None, Some(Value::Text(text))) => text.clone(),
        (Some((_, FfiValue::Undefined)), _) if nullable => return Ok(Place::Null),
        (Some((_, FfiValue::String(text))), _) => text,
        (Some((place, other)), _) => return Err(FfiError::bad_type(place, "a string", &other)),
        (None, _) => String::new(),
    };
    let mut bytes = text.into_bytes();
    if bytes.contains(&0) {
        let name = &parameter.name;
        return Err(FfiError::failed(format!(
            "`{name}` is a text with a 0 in it, where C would take it to end"
        )));
    }
    bytes.push(0);
    bytes.extend([GUARD_BYTE; GUARD]);
    Ok(Place::Octets(bytes))
}

fn buffer(
    parameter: &Declare,
    length: usize,
    given: Option<(usize, FfiValue)>,
) -> Result<Vec<u8>, FfiError> {
    let mut bytes = match given {
        None => vec![0; length],
        Some((_, FfiValue::Bytes(bytes))) => bytes,
        Some((place, other)) => return Err(FfiError::bad_type(place, "bytes", &other)),
    };
    if bytes.len() < length {
        let (name, there) = (&parameter.name, bytes.len());
        return Err(FfiError::failed(format!(
            "`{name}` has {there} bytes, and the call would take {length} of it"
        )));
    }
    bytes.extend([GUARD_BYTE; GUARD]);
    Ok(bytes)
}
