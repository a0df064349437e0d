//! Calls of C functions by declaration, through libffi.
//!
//! The arguments are laid out in memory of the call's own: octets and texts in vectors,
//! numbers in cells, so that nothing of a process is ever behind a pointer that C sees. What
//! is declared is held to: numbers to their ranges, lengths to their buffers, before the
//! call; what C wrote past the end of a buffer, and what it says it used of one, after it.
//!
//! # Invariants
//! C1. Every pointer that is passed is null where the declaration lets it, or points at
//!     as many bytes as the declaration says, with 16 bytes behind them that are watched.
//! C2. Nothing that C kept is read after the call, but a text that a result points at.
//!
//! A declaration that does not say what the function is makes any of this worthless: it
//! is part of what the right to a library means.
#![allow(unsafe_code, reason = "calls C functions")]

mod layout;

use std::ffi::{c_char, c_void};

use libffi::middle::{Arg, Cif, CodePtr, Ret, Type};

use self::layout::{Frame, Place};
use crate::arity::Arity;
use crate::context::FfiContext;
use crate::declare::{Declared, Outcome, Scalar, Shape, Value};
use crate::error::FfiError;
use crate::library::{Library, LibraryRight, Symbol};
use crate::{FfiFunction, FfiResult, FfiValue};

/// A C function with its declaration.
pub struct CFunction {
    name: String,
    declared: Declared,
    right: LibraryRight,
    symbol: Symbol,
    /// Addresses of the functions among the parameters.
    functions: Vec<Option<Symbol>>,
    cif: Cif,
}

// SAFETY: the description of a call is written when it is made and only read by calls; what
// it points at it owns.
unsafe impl Send for CFunction {}
// SAFETY: as above.
unsafe impl Sync for CFunction {}

impl CFunction {
    /// The function of a library that a declaration describes, as `name`.
    ///
    /// # Errors
    /// The library has no such symbol, or the call cannot be described.
    pub fn bind(
        name: &str,
        declared: &Declared,
        library: Library,
        right: &LibraryRight,
    ) -> Result<CFunction, FfiError> {
        let find = |symbol: &str| {
            library.symbol(symbol).ok_or_else(|| FfiError::NotFound {
                what: format!("symbol `{symbol}` in the library, which `{name}` is declared to be"),
            })
        };
        let symbol = find(&declared.symbol)?;
        let mut functions = Vec::with_capacity(declared.parameters.len());
        for parameter in &declared.parameters {
            functions.push(match &parameter.value {
                Some(Value::Symbol(symbol)) => Some(find(symbol)?),
                _ => None,
            });
        }
        let types: Vec<Type> = declared
            .parameters
            .iter()
            .map(|parameter| match parameter.shape {
                Shape::Scalar(scalar) => type_of(scalar),
                _ => Type::pointer(),
            })
            .collect();
        let result = match declared.result {
            Outcome::Nothing => Type::void(),
            Outcome::Scalar(scalar) => type_of(scalar),
            Outcome::Text(_) => Type::pointer(),
        };
        let cif = match declared.fixed {
            Some(fixed) => Cif::try_new_variadic(types, fixed, result),
            None => Cif::try_new(types, result),
        };
        let cif = cif.map_err(|_| FfiError::failed(format!("{name} has a type that cannot be")))?;
        Ok(CFunction {
            name: name.to_owned(),
            declared: declared.clone(),
            right: right.clone(),
            symbol,
            functions,
            cif,
        })
    }

    /// Calls with a frame whose places are final.
    fn enter(&self, frame: &mut Frame) -> [u8; 16] {
        /// Where the result is written: as wide as any, aligned as any.
        #[repr(align(16))]
        struct Answer([u8; 16]);

        let mut pointers: Vec<*const c_void> = vec![std::ptr::null(); frame.places.len()];
        for (at, place) in frame.places.iter_mut().enumerate() {
            pointers[at] = match place {
                Place::Cell(_) | Place::Null => std::ptr::null(),
                Place::Pointed(cell) => cell.0.as_mut_ptr().cast_const().cast(),
                Place::Octets(bytes) => bytes.as_mut_ptr().cast_const().cast(),
                Place::Function => self.functions[at].map_or(std::ptr::null(), Symbol::address),
            };
        }
        let arguments: Vec<Arg<'_>> = frame
            .places
            .iter()
            .zip(&pointers)
            .map(|(place, pointer)| match place {
                Place::Cell(cell) => Arg::new(&cell.0),
                _ => Arg::new(pointer),
            })
            .collect();
        let mut answer = Answer([0; 16]);
        let result = match self.declared.result {
            Outcome::Nothing => Ret::void(),
            _ => Ret::new(&mut answer.0),
        };
        let code = CodePtr(self.symbol.address().cast_mut());
        // SAFETY: the function is what its declaration says, which is what the right to its
        // library stands for. There is an argument for each parameter, of its type, and
        // what pointers among them point at lives in `frame` until the call is over. The
        // result has room for any scalar.
        unsafe { self.cif.call_return_into(code, &arguments, result) };
        answer.0
    }

    fn outcome(&self, answer: [u8; 16]) -> FfiResult {
        let word = u64::from_ne_bytes(layout::first(&answer));
        match self.declared.result {
            Outcome::Nothing => Ok(FfiValue::Unit),
            Outcome::Scalar(Scalar::F32) => {
                let number = f32::from_ne_bytes(layout::first(&answer));
                Ok(FfiValue::Number(number.into()))
            }
            Outcome::Scalar(Scalar::F64) => Ok(FfiValue::Number(f64::from_bits(word))),
            // Whole numbers come in a whole register.
            Outcome::Scalar(scalar) => Ok(layout::whole(scalar, word)),
            Outcome::Text(_) if word == 0 => Ok(FfiValue::Undefined),
            Outcome::Text(most) => {
                let from = std::ptr::with_exposed_provenance::<c_char>(word as usize);
                // SAFETY: not null; the declaration says that it points at a text.
                let bytes = unsafe { bounded_text(from, most as usize) };
                let bytes = bytes.ok_or_else(|| {
                    FfiError::failed(format!(
                        "the text of the result has no end within {most} bytes"
                    ))
                })?;
                layout::text(bytes)
            }
        }
    }
}

/// A copy of the text at a place, if it ends with 0 within `most` bytes.
///
/// # Safety
/// `from` points at readable bytes up to a 0, or `most` of them.
unsafe fn bounded_text(from: *const c_char, most: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while bytes.len() < most {
        // SAFETY: within `most`, and no 0 before.
        match unsafe { *from.add(bytes.len()) } {
            0 => return Some(bytes),
            byte => bytes.push(byte.cast_unsigned()),
        }
    }
    None
}

fn type_of(scalar: Scalar) -> Type {
    match scalar {
        Scalar::I8 => Type::i8(),
        Scalar::U8 | Scalar::Bool => Type::u8(),
        Scalar::I16 => Type::i16(),
        Scalar::U16 => Type::u16(),
        Scalar::I32 => Type::i32(),
        Scalar::U32 => Type::u32(),
        Scalar::I64 => Type::i64(),
        Scalar::U64 => Type::u64(),
        Scalar::F32 => Type::f32(),
        Scalar::F64 => Type::f64(),
        Scalar::Size => Type::usize(),
        Scalar::Ptr => Type::pointer(),
    }
}

impl FfiFunction for CFunction {
    fn call(&self, _: Vec<FfiValue>) -> FfiResult {
        Err(FfiError::NeedsContext {
            function: self.name.clone(),
        })
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn arity(&self) -> usize {
        self.declared.arity().min
    }

    fn description(&self) -> Option<&str> {
        self.declared.about.as_deref()
    }

    fn call_with(&self, context: &mut dyn FfiContext, args: Vec<FfiValue>) -> FfiResult {
        self.right.require(context)?;
        let mut frame = Frame::new(&self.declared, args)?;
        let answer = self.enter(&mut frame);
        let result = self.outcome(answer)?;
        frame.finish(&self.declared, result)
    }

    fn variadic(&self) -> Arity {
        self.declared.arity()
    }

    fn blocking(&self) -> bool {
        self.declared.blocking
    }
}
