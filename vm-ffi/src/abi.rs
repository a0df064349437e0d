//! The C interface between the machine and native modules: types only, no behaviour.
//!
//! `vm-ffi/include/ionvm.h` says the same in C; a test compiles that header and holds
//! sizes and offsets to these. Version [`ABI`] is fixed: what comes later is added at
//! the end of [`IonApi`], whose `size` tells how much of it there is, and what cannot
//! be added so gets another number and another entry symbol.
//!
//! # Invariants
//! A1. A value is a number that means something within one call only, so a module can
//!     forge one but never reach memory by it.
//! A2. No function of [`IonApi`] fails by other means than its result: it unwinds
//!     never, and what is wrong with a call is kept and becomes the error of the call.

use std::ffi::{c_char, c_void};

/// The version of this interface.
pub const ABI: u32 = 1;

/// The symbol by which a module is found: an [`IonEntry`].
pub const ENTRY: &str = "ionvm_module_v1";

/// A value of one call; 0 is none.
pub type IonValue = u32;

/// What kind a value is of; the numbers of [`IonApi::kind`].
pub mod kind {
    /// No value: the number means nothing in this call.
    pub const NONE: u32 = 0;
    /// "Not there".
    pub const UNDEFINED: u32 = 1;
    /// What a procedure yields.
    pub const UNIT: u32 = 2;
    /// `true` or `false`.
    pub const BOOLEAN: u32 = 3;
    /// A double.
    pub const NUMBER: u32 = 4;
    /// An exact whole number.
    pub const INTEGER: u32 = 5;
    /// Two doubles.
    pub const COMPLEX: u32 = 6;
    /// UTF-8 text.
    pub const STRING: u32 = 7;
    /// Octets.
    pub const BYTES: u32 = 8;
    /// A name.
    pub const ATOM: u32 = 9;
    /// A fixed sequence.
    pub const TUPLE: u32 = 10;
    /// A growable sequence.
    pub const ARRAY: u32 = 11;
    /// Pairs that end in nil.
    pub const LIST: u32 = 12;
    /// Keys with values.
    pub const MAP: u32 = 13;
    /// Names with values.
    pub const OBJECT: u32 = 14;
    /// Anything else; it can be handed on, not looked into.
    pub const OPAQUE: u32 = 15;
}

/// [`IonNative::flags`]: the function may take over a millisecond, or wait.
pub const BLOCKING: u32 = 1;

/// [`IonNative::most`]: any number of arguments.
pub const ANY: u32 = u32::MAX;

/// One call, as a module sees it: a place to point at.
#[repr(C)]
pub struct IonCall {
    _opaque: [u8; 0],
}

/// A function of a module: it answers with a value of the call, or with 0 after
/// [`IonApi::fail`].
pub type IonFunction = unsafe extern "C" fn(api: *const IonApi, call: *mut IonCall) -> IonValue;

/// The function that [`ENTRY`] names. It is called once, and what it answers with stays.
pub type IonEntry = unsafe extern "C" fn() -> *const IonModule;

/// One function in the table of a module.
#[repr(C)]
pub struct IonNative {
    /// Its name within the module: lower-case letters, digits and `_`.
    pub name: *const c_char,
    /// What it does; may be null.
    pub about: *const c_char,
    /// The function.
    pub function: Option<IonFunction>,
    /// A right that every caller needs beside that to the library; may be null.
    pub right: *const c_char,
    /// Fewest arguments.
    pub least: u32,
    /// Most arguments, or [`ANY`].
    pub most: u32,
    /// [`BLOCKING`], or 0; other bits are for later.
    pub flags: u32,
    /// 0.
    pub reserved: u32,
}

/// The table of a module.
#[repr(C)]
pub struct IonModule {
    /// [`ABI`] as the module was built with it.
    pub abi: u32,
    /// How many functions there are.
    pub count: u32,
    /// The module's name, which is what its library's name says.
    pub name: *const c_char,
    /// What it is about; may be null.
    pub about: *const c_char,
    /// The functions.
    pub natives: *const IonNative,
}

/// What the machine does for a module during a call.
#[repr(C)]
pub struct IonApi {
    /// [`ABI`] of the machine.
    pub abi: u32,
    /// The size of this struct in bytes.
    pub size: u32,
    /// How many arguments the call has.
    pub count: unsafe extern "C" fn(*mut IonCall) -> u32,
    /// An argument, from 0; 0 if there is none.
    pub argument: unsafe extern "C" fn(*mut IonCall, u32) -> IonValue,
    /// What kind a value is of.
    pub kind: unsafe extern "C" fn(*mut IonCall, IonValue) -> u32,
    /// The number that a number or integer is nearest to; 0 if the value is neither.
    pub number: unsafe extern "C" fn(*mut IonCall, IonValue, *mut f64) -> i32,
    /// The whole number that a value is; 0 if it is none or does not fit.
    pub integer: unsafe extern "C" fn(*mut IonCall, IonValue, *mut i64) -> i32,
    /// The boolean that a value is, as 0 or 1; 0 if it is none.
    pub boolean: unsafe extern "C" fn(*mut IonCall, IonValue, *mut i32) -> i32,
    /// Real and imaginary part of a number of any kind.
    pub complex: unsafe extern "C" fn(*mut IonCall, IonValue, *mut f64, *mut f64) -> i32,
    /// The bytes of a string, atom or bytes, or an integer's digits, until the call ends; null
    /// for others. Nothing stands behind the last.
    pub text: unsafe extern "C" fn(*mut IonCall, IonValue, *mut usize) -> *const c_char,
    /// How many items, entries or properties a value has.
    pub length: unsafe extern "C" fn(*mut IonCall, IonValue) -> usize,
    /// An item, or the value of an entry or property.
    pub item: unsafe extern "C" fn(*mut IonCall, IonValue, usize) -> IonValue,
    /// The key of an entry, or the name of a property as a string.
    pub key: unsafe extern "C" fn(*mut IonCall, IonValue, usize) -> IonValue,
    /// A property of an object by name; 0 if it has none.
    pub property: unsafe extern "C" fn(*mut IonCall, IonValue, *const c_char, usize) -> IonValue,
    /// Undefined.
    pub make_undefined: unsafe extern "C" fn(*mut IonCall) -> IonValue,
    /// Unit.
    pub make_unit: unsafe extern "C" fn(*mut IonCall) -> IonValue,
    /// A boolean.
    pub make_boolean: unsafe extern "C" fn(*mut IonCall, i32) -> IonValue,
    /// A number.
    pub make_number: unsafe extern "C" fn(*mut IonCall, f64) -> IonValue,
    /// An integer.
    pub make_integer: unsafe extern "C" fn(*mut IonCall, i64) -> IonValue,
    /// A complex number.
    pub make_complex: unsafe extern "C" fn(*mut IonCall, f64, f64) -> IonValue,
    /// A string, bytes, an atom, or an integer by its digits: a copy of what is given.
    pub make_text: unsafe extern "C" fn(*mut IonCall, u32, *const c_char, usize) -> IonValue,
    /// An empty tuple, array, list, map or object.
    pub make_empty: unsafe extern "C" fn(*mut IonCall, u32) -> IonValue,
    /// Adds an item to a tuple, array or list made in this call.
    pub push: unsafe extern "C" fn(*mut IonCall, IonValue, IonValue) -> i32,
    /// Adds an entry to a map, or a property to an object, made in this call.
    pub put: unsafe extern "C" fn(*mut IonCall, IonValue, IonValue, IonValue) -> i32,
    /// Whether the calling process holds a right.
    pub permits: unsafe extern "C" fn(*mut IonCall, *const c_char, usize) -> i32,
    /// Makes the call fail: the error's kind without its colon (`ffi` if it is null), and
    /// its message.
    pub fail: unsafe extern "C" fn(*mut IonCall, *const c_char, usize, *const c_char, usize),
    /// For later; null.
    pub reserved: *const c_void,
}
