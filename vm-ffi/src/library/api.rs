//! The functions that a module is given: pointers checked, and on to the arena.
//!
//! # Invariants
//! P1. Each is unsafe for one reason: the module hands back the pointer to its call, and
//!     such pointers of its own as hold what the header says of them. Null pointers and
//!     lengths that cannot be are refused.
//! P2. None unwinds: nothing in them panics.
#![allow(unsafe_code, reason = "native modules call these with raw pointers")]

use std::ffi::c_char;
use std::ptr;

use num_complex::Complex64;

use super::arena::Arena;
use super::table;
use crate::FfiValue;
use crate::abi::{ABI, IonApi, IonCall, IonValue};
use crate::bridge::MAX_BYTES;
use crate::error::FfiError;

/// What modules are given.
pub(super) static API: IonApi = IonApi {
    abi: ABI,
    size: size_of::<IonApi>() as u32,
    count,
    argument,
    kind,
    number,
    integer,
    boolean,
    complex,
    text,
    length,
    item,
    key,
    property,
    make_undefined,
    make_unit,
    make_boolean,
    make_number,
    make_integer,
    make_complex,
    make_text,
    make_empty,
    push,
    put,
    permits,
    fail,
    reserved: ptr::null(),
};

// SAFETY: function pointers and a null.
unsafe impl Sync for IonApi {}

/// The arena of a call, or `otherwise` for a null pointer.
unsafe fn with<R>(call: *mut IonCall, otherwise: R, f: impl FnOnce(&mut Arena<'_>) -> R) -> R {
    // SAFETY: null, or the pointer that `call_with` made, as the header asks.
    match unsafe { call.cast::<Arena<'_>>().as_mut() } {
        Some(arena) => f(arena),
        None => otherwise,
    }
}

/// Writes a result through a pointer of the module, if both are there.
unsafe fn give<T>(out: *mut T, value: Option<T>) -> i32 {
    match value {
        Some(value) if !out.is_null() => {
            // SAFETY: not null, and by the header a place for a value of that type.
            unsafe { out.write(value) };
            1
        }
        _ => 0,
    }
}

/// Bytes of the module; what cannot be is noted as wrong.
///
/// # Safety
/// `data` is null or, as the header demands, the start of `length` bytes that stay as they are
/// while the result is used.
unsafe fn bytes<'m>(arena: &mut Arena<'_>, data: *const c_char, length: usize) -> Option<&'m [u8]> {
    if length == 0 {
        return Some(&[]);
    }
    if data.is_null() {
        arena.wrong("the library gave a null pointer for a text".into());
        return None;
    }
    if length > MAX_BYTES {
        let message = format!(
            "the library gave a text of {} bytes, and {MAX_BYTES} is the most",
            length.cast_signed()
        );
        arena.wrong(FfiError::Failed { message });
        return None;
    }
    // SAFETY: not null, and by the header `length` bytes, of a length that can be.
    Some(unsafe { std::slice::from_raw_parts(data.cast::<u8>(), length) })
}

unsafe extern "C" fn count(call: *mut IonCall) -> u32 {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.arguments.len() as u32) }
}

unsafe extern "C" fn argument(call: *mut IonCall, index: u32) -> IonValue {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.argument(index as usize)) }
}

unsafe extern "C" fn kind(call: *mut IonCall, value: IonValue) -> u32 {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.kind(value)) }
}

unsafe extern "C" fn number(call: *mut IonCall, v: IonValue, out: *mut f64) -> i32 {
    // SAFETY: as the module says.
    unsafe { give(out, with(call, None, |arena| arena.number(v))) }
}

unsafe extern "C" fn integer(call: *mut IonCall, v: IonValue, out: *mut i64) -> i32 {
    // SAFETY: as the module says.
    unsafe { give(out, with(call, None, |arena| arena.integer(v))) }
}

unsafe extern "C" fn boolean(call: *mut IonCall, v: IonValue, out: *mut i32) -> i32 {
    // SAFETY: as the module says.
    unsafe {
        give(
            out,
            with(call, None, |arena| arena.boolean(v).map(i32::from)),
        )
    }
}

unsafe extern "C" fn complex(
    call: *mut IonCall,
    value: IonValue,
    re: *mut f64,
    im: *mut f64,
) -> i32 {
    // SAFETY: as the module says.
    unsafe {
        let found = with(call, None, |arena| arena.complex(value));
        give(re, found.map(|c| c.re)) & give(im, found.map(|c| c.im))
    }
}

unsafe extern "C" fn text(
    call: *mut IonCall,
    value: IonValue,
    length: *mut usize,
) -> *const c_char {
    // SAFETY: as the module says; the bytes stay until the call ends (V2 of the arena).
    unsafe {
        with(call, ptr::null(), |arena| match arena.text(value) {
            Some(bytes) if give(length, Some(bytes.len())) == 1 => bytes.as_ptr().cast(),
            _ => ptr::null(),
        })
    }
}

unsafe extern "C" fn length(call: *mut IonCall, value: IonValue) -> usize {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.length(value)) }
}

unsafe extern "C" fn item(call: *mut IonCall, v: IonValue, at: usize) -> IonValue {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.item(v, at)) }
}

unsafe extern "C" fn key(call: *mut IonCall, v: IonValue, at: usize) -> IonValue {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.key(v, at)) }
}

unsafe extern "C" fn property(
    call: *mut IonCall,
    value: IonValue,
    name: *const c_char,
    length: usize,
) -> IonValue {
    // SAFETY: as the module says.
    unsafe {
        with(call, 0, |arena| {
            let name = bytes(arena, name, length).map(std::str::from_utf8);
            name.map_or(0, |name| name.map_or(0, |name| arena.property(value, name)))
        })
    }
}

unsafe extern "C" fn make_undefined(call: *mut IonCall) -> IonValue {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.make(FfiValue::Undefined)) }
}

unsafe extern "C" fn make_unit(call: *mut IonCall) -> IonValue {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.make(FfiValue::Unit)) }
}

unsafe extern "C" fn make_boolean(call: *mut IonCall, value: i32) -> IonValue {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.make(FfiValue::Boolean(value != 0))) }
}

unsafe extern "C" fn make_number(call: *mut IonCall, value: f64) -> IonValue {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.make(FfiValue::Number(value))) }
}

unsafe extern "C" fn make_integer(call: *mut IonCall, value: i64) -> IonValue {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.make(FfiValue::Integer(value.into()))) }
}

unsafe extern "C" fn make_complex(call: *mut IonCall, re: f64, im: f64) -> IonValue {
    let value = FfiValue::Complex(Complex64::new(re, im));
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.make(value)) }
}

unsafe extern "C" fn make_text(
    call: *mut IonCall,
    kind: u32,
    data: *const c_char,
    length: usize,
) -> IonValue {
    // SAFETY: as the module says.
    unsafe {
        with(call, 0, |arena| {
            let data = bytes(arena, data, length);
            data.map_or(0, |data| arena.text_value(kind, data))
        })
    }
}

unsafe extern "C" fn make_empty(call: *mut IonCall, kind: u32) -> IonValue {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.empty(kind)) }
}

unsafe extern "C" fn push(call: *mut IonCall, into: IonValue, item: IonValue) -> i32 {
    // SAFETY: as the module says.
    unsafe { with(call, 0, |arena| arena.extend(into, false, &[item]).into()) }
}

unsafe extern "C" fn put(
    call: *mut IonCall,
    into: IonValue,
    key: IonValue,
    value: IonValue,
) -> i32 {
    // SAFETY: as the module says.
    unsafe {
        with(call, 0, |arena| {
            arena.extend(into, true, &[key, value]).into()
        })
    }
}

unsafe extern "C" fn permits(call: *mut IonCall, right: *const c_char, length: usize) -> i32 {
    // SAFETY: as the module says.
    unsafe {
        with(call, 0, |arena| {
            let right = bytes(arena, right, length).map(std::str::from_utf8);
            matches!(right, Some(Ok(right)) if arena.context.has_right(right)).into()
        })
    }
}

unsafe extern "C" fn fail(
    call: *mut IonCall,
    kind: *const c_char,
    kind_length: usize,
    message: *const c_char,
    message_length: usize,
) {
    // SAFETY: as the module says.
    unsafe {
        with(call, (), |arena| {
            let kind_length = if kind.is_null() { 0 } else { kind_length };
            let kind = bytes(arena, kind, kind_length).unwrap_or_default();
            let message = bytes(arena, message, message_length).unwrap_or_default();
            arena.wrong(table::failure(kind, message));
        });
    }
}
