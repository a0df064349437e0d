//! Writing a native module in Rust: [`native_module!`](crate::native_module).
//!
//! The macro exports the table that `ionvm_module_v1` answers with; each function of it
//! takes the arguments over the C interface, calls a [`Native`] made of a plain Rust
//! function, and gives the result back.
//!
//! # Invariants
//! N1. Nothing unwinds out of a function of the module: a panic becomes `:ffi`.
#![allow(unsafe_code, reason = "speaks the C interface from the module's side")]

use std::any::Any;
use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::LazyLock;

use num_complex::Complex64;

use crate::abi::{
    ABI, ANY, BLOCKING, IonApi, IonCall, IonFunction, IonModule, IonNative, IonValue, kind,
};
use crate::error::FfiError;
use crate::native::Native;
use crate::{FfiFunction as _, FfiObject, FfiValue};

/// Exports plain Rust functions as a native module.
///
/// In a crate of type `cdylib` that depends on `vm-ffi` without its default features:
///
/// ```
/// fn hello(name: String) -> String {
///     format!("Hello, {name}")
/// }
///
/// fn halve(n: f64) -> Result<f64, vm_ffi::FfiError> {
///     if n < 0.0 {
///         return Err(vm_ffi::FfiError::custom("negative", "there is no half of that here"));
///     }
///     Ok(n / 2.0)
/// }
///
/// vm_ffi::native_module! {
///     /// Greets people.
///     module greet;
///     /// `hello(name)` is a greeting.
///     hello,
///     /// `halve(n)` is half of n; it takes its time.
///     halve => blocking,
/// }
/// ```
///
/// The library is to be called what the module is: `libgreet.so`, or plainly `greet`.
#[macro_export]
macro_rules! native_module {
    (
        $(#[doc = $about:literal])*
        module $module:ident;
        $($(#[doc = $doc:literal])* $function:ident $(=> $flag:ident)?),+ $(,)?
    ) => {
        /// The table of this module, for the machine.
        #[unsafe(no_mangle)]
        pub extern "C" fn ionvm_module_v1() -> *const $crate::abi::IonModule {
            static TABLE: ::std::sync::OnceLock<$crate::module::Table> =
                ::std::sync::OnceLock::new();
            TABLE
                .get_or_init(|| {
                    $crate::module::Table::new(
                        stringify!($module),
                        concat!($($about, "\n",)* ""),
                        vec![$({
                            static NATIVE: ::std::sync::LazyLock<$crate::Native> =
                                ::std::sync::LazyLock::new(|| {
                                    let name = concat!(stringify!($module), ".", stringify!($function));
                                    let native = $crate::Native::new(name, $function)
                                        .describe(concat!($($doc, "\n",)* "").trim());
                                    $(let native = $crate::native_module!(@flag native $flag);)?
                                    native
                                });
                            unsafe extern "C" fn call(
                                api: *const $crate::abi::IonApi,
                                call: *mut $crate::abi::IonCall,
                            ) -> $crate::abi::IonValue {
                                // SAFETY: both are what the machine calls this with.
                                unsafe { $crate::module::answer(&NATIVE, api, call) }
                            }
                            (&NATIVE, call)
                        },)+],
                    )
                })
                .as_ptr()
        }
    };
    (@flag $native:ident blocking) => { $native.blocks() };
}

/// The table of a module, which lives as long as its library.
pub struct Table {
    module: IonModule,
}

// SAFETY: it is never changed, and what it points at is never freed.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}

impl Table {
    /// The table of those functions.
    #[must_use]
    pub fn new(
        name: &str,
        about: &str,
        natives: Vec<(&'static LazyLock<Native>, IonFunction)>,
    ) -> Table {
        let rows: Vec<IonNative> = natives
            .into_iter()
            .map(|(native, function)| {
                let (_, short) = native.name().split_once('.').unwrap_or_default();
                let arity = native.variadic();
                let count = |n: usize| u32::try_from(n).unwrap_or(ANY);
                IonNative {
                    name: kept(short),
                    about: kept(native.description().unwrap_or_default()),
                    function: Some(function),
                    right: native.needed_right().map_or(ptr::null(), kept),
                    least: count(arity.min),
                    most: arity.max.map_or(ANY, count),
                    flags: if native.blocking() { BLOCKING } else { 0 },
                    reserved: 0,
                }
            })
            .collect();
        let rows = Vec::leak(rows);
        let module = IonModule {
            abi: ABI,
            count: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            name: kept(name),
            about: kept(about.trim()),
            natives: rows.as_ptr(),
        };
        Table { module }
    }

    /// Where it is.
    #[must_use]
    pub fn as_ptr(&self) -> *const IonModule {
        &raw const self.module
    }
}

/// A text that stays, ended by 0; one with a 0 inside becomes an empty one.
fn kept(text: &str) -> *const c_char {
    CString::new(text).unwrap_or_default().into_raw()
}

/// What a function of a module does when it is called.
///
/// # Safety
/// `api` and `call` are what the machine called the function with.
pub unsafe fn answer(
    native: &'static LazyLock<Native>,
    api: *const IonApi,
    call: *mut IonCall,
) -> IonValue {
    // SAFETY: the machine gives a table that lives as long as the call.
    let Some(api) = (unsafe { api.as_ref() }) else {
        return 0;
    };
    let machine = Machine { api, call };
    let body = AssertUnwindSafe(|| {
        let arguments = machine.arguments()?;
        machine.give(&native.call(arguments)?)
    });
    let error = match catch_unwind(body) {
        Ok(Ok(value)) => return value,
        Ok(Err(error)) => error,
        Err(payload) => FfiError::Failed {
            message: format!("the module panicked: {}", said(&*payload)),
        },
    };
    let name = catch_unwind(AssertUnwindSafe(|| native.name().to_owned())).unwrap_or_default();
    machine.fail(&error.in_function(&name));
    0
}

/// The text of a panic.
fn said(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "with a value that is no text".to_owned())
}

/// The machine, during one call.
struct Machine<'a> {
    api: &'a IonApi,
    call: *mut IonCall,
}

/// Calls a function of the interface.
macro_rules! ask {
    ($machine:ident.$function:ident($($argument:expr),*)) => {
        // SAFETY: `call` is what the machine gave, valid until the function returns, and
        // the pointers among the arguments hold what is said of them.
        unsafe { ($machine.api.$function)($machine.call, $($argument),*) }
    };
}

impl Machine<'_> {
    fn arguments(&self) -> Result<Vec<FfiValue>, FfiError> {
        let count = ask!(self.count());
        (0..count)
            .map(|i| {
                let value = ask!(self.argument(i));
                self.take(value)
                    .ok_or_else(|| FfiError::failed(opaque(i + 1)))
            })
            .collect()
    }

    /// A value of the machine as one of this module; none for what it cannot look into.
    /// As deep as the machine lets values be.
    fn take(&self, value: IonValue) -> Option<FfiValue> {
        let items = || -> Option<Vec<FfiValue>> {
            let length = ask!(self.length(value));
            (0..length)
                .map(|i| self.take(ask!(self.item(value, i))))
                .collect()
        };
        Some(match ask!(self.kind(value)) {
            kind::UNDEFINED => FfiValue::Undefined,
            kind::UNIT => FfiValue::Unit,
            kind::BOOLEAN => {
                let mut boolean = 0;
                ask!(self.boolean(value, &raw mut boolean));
                FfiValue::Boolean(boolean != 0)
            }
            kind::NUMBER => {
                let mut number = 0.0;
                ask!(self.number(value, &raw mut number));
                FfiValue::Number(number)
            }
            kind::INTEGER => {
                let mut integer = 0;
                if ask!(self.integer(value, &raw mut integer)) == 1 {
                    return Some(FfiValue::Integer(integer.into()));
                }
                FfiValue::Integer(self.text(value)?.parse().ok()?)
            }
            kind::COMPLEX => {
                let (mut re, mut im) = (0.0, 0.0);
                ask!(self.complex(value, &raw mut re, &raw mut im));
                FfiValue::Complex(Complex64::new(re, im))
            }
            kind::STRING => FfiValue::String(self.text(value)?),
            kind::ATOM => FfiValue::Atom(self.text(value)?),
            kind::BYTES => FfiValue::Bytes(self.bytes(value)?.to_vec()),
            kind::TUPLE => FfiValue::Tuple(items()?),
            kind::ARRAY => FfiValue::Array(items()?),
            kind::LIST => FfiValue::list(items()?, FfiValue::nil()),
            kind::MAP => {
                let keys =
                    (0..ask!(self.length(value))).map(|i| self.take(ask!(self.key(value, i))));
                let keys: Option<Vec<FfiValue>> = keys.collect();
                FfiValue::Map(keys?.into_iter().zip(items()?).collect())
            }
            kind::OBJECT => {
                let mut object = FfiObject::new();
                for (i, item) in items()?.into_iter().enumerate() {
                    object.set(self.text(ask!(self.key(value, i)))?, item);
                }
                FfiValue::object(object)
            }
            _ => return None,
        })
    }

    fn bytes(&self, value: IonValue) -> Option<&[u8]> {
        let mut length = 0;
        let data = ask!(self.text(value, &raw mut length));
        if data.is_null() {
            return None;
        }
        // SAFETY: the machine answers with that many bytes, which stay until the call ends.
        Some(unsafe { std::slice::from_raw_parts(data.cast::<u8>(), length) })
    }

    fn text(&self, value: IonValue) -> Option<String> {
        let bytes = self.bytes(value)?;
        String::from_utf8(bytes.to_vec()).ok()
    }

    /// A value of this module as one of the machine.
    fn give(&self, value: &FfiValue) -> Result<IonValue, FfiError> {
        Ok(match value {
            FfiValue::Undefined => ask!(self.make_undefined()),
            FfiValue::Unit => ask!(self.make_unit()),
            FfiValue::Boolean(b) => ask!(self.make_boolean(i32::from(*b))),
            FfiValue::Number(n) => ask!(self.make_number(*n)),
            FfiValue::Complex(c) => ask!(self.make_complex(c.re, c.im)),
            FfiValue::Integer(n) => self.made(kind::INTEGER, n.to_string().as_bytes()),
            FfiValue::String(text) => self.made(kind::STRING, text.as_bytes()),
            FfiValue::Atom(text) => self.made(kind::ATOM, text.as_bytes()),
            FfiValue::Bytes(bytes) => self.made(kind::BYTES, bytes),
            FfiValue::Tuple(items) => self.sequence(kind::TUPLE, items)?,
            FfiValue::Array(items) => self.sequence(kind::ARRAY, items)?,
            FfiValue::List(list) if list.tail().is_none() => {
                self.sequence(kind::LIST, list.items())?
            }
            FfiValue::Map(entries) => {
                let map = ask!(self.make_empty(kind::MAP));
                for (key, value) in entries {
                    let (key, value) = (self.give(key)?, self.give(value)?);
                    ask!(self.put(map, key, value));
                }
                map
            }
            FfiValue::Object(properties) => {
                let object = ask!(self.make_empty(kind::OBJECT));
                for (name, value) in properties.iter() {
                    let name = self.made(kind::STRING, name.as_bytes());
                    let value = self.give(value)?;
                    ask!(self.put(object, name, value));
                }
                object
            }
            other => {
                let what = other.describe();
                return Err(FfiError::failed(format!("a module cannot yield {what}")));
            }
        })
    }

    fn made(&self, kind: u32, bytes: &[u8]) -> IonValue {
        ask!(self.make_text(kind, bytes.as_ptr().cast(), bytes.len()))
    }

    fn sequence(&self, kind: u32, items: &[FfiValue]) -> Result<IonValue, FfiError> {
        let sequence = ask!(self.make_empty(kind));
        for item in items {
            let item = self.give(item)?;
            ask!(self.push(sequence, item));
        }
        Ok(sequence)
    }

    fn fail(&self, error: &FfiError) {
        let (kind, message) = (error.kind().to_owned(), error.to_string());
        let (kind, message) = (kind.as_bytes(), message.as_bytes());
        ask!(self.fail(
            kind.as_ptr().cast(),
            kind.len(),
            message.as_ptr().cast(),
            message.len()
        ));
    }
}

fn opaque(number: u32) -> String {
    format!("argument {number} is nothing that a module can look into")
}
