//! The native function interface of IonVM.
//!
//! A *native* is a function written in Rust that programs call by name. It
//! gets and gives owned values ([`FfiValue`]); it never sees a process's
//! memory, and time, chance and output reach it through an [`FfiContext`] only.
//! This crate depends on nothing else of IonVM: authors of natives compile
//! against it alone.
//!
//! # Writing a native
//! A Rust function with typed parameters is one already:
//!
//! ```
//! use vm_ffi::{FakeContext, FfiRegistry, FfiValue, Native};
//!
//! fn shorten(text: String, width: usize) -> String {
//!     text.chars().take(width).collect()
//! }
//!
//! let mut registry = FfiRegistry::new();
//! registry.register(Native::new("demo.shorten", shorten).describe("First code points of a text."))?;
//!
//! let context = &mut FakeContext::new();
//! let arguments = vec![FfiValue::String("elephant".into()), FfiValue::Number(4.0)];
//! assert_eq!(registry.call("demo.shorten", context, arguments)?, FfiValue::String("elep".into()));
//!
//! let wrong = vec![FfiValue::String("elephant".into()), FfiValue::Unit];
//! let error = registry.call("demo.shorten", context, wrong).unwrap_err();
//! assert!(error.to_string().starts_with("argument 2 of demo.shorten must be a whole number"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An `Option` as last parameter may be left out, [`Rest`] takes any number, a `Result`
//! may fail, [`Native::with_context`] reaches the machine, [`FromFfi`] and [`IntoFfi`]
//! bring types of your own. What needs more implements [`FfiFunction`] itself.
//!
//! # What a native may rely on, and must do
//! 1. Arguments passed the limits of [`bridge`]: recursion over them is safe.
//! 2. A panic becomes an error of the calling process ([`FfiError::Panicked`]).
//! 3. What may take over a millisecond, or waits, is declared with [`Native::blocks`];
//!    it then runs on a pool of threads, several calls of it at once. What has its answer
//!    from another thread anyway is made with [`Native::later`], and needs no thread to wait.
//!    Either way the calling process waits as it does for a message.
//! 4. What reaches outside the machine asks for a right ([`Native::needs`],
//!    [`FfiContext::require`]).

#![deny(unsafe_code)]

pub mod abi;
mod arity;
pub mod bridge;
#[cfg(feature = "libraries")]
pub mod c_call;
mod completer;
pub mod context;
pub mod declare;
mod error;
#[cfg(feature = "libraries")]
pub mod library;
pub mod module;
mod native;
mod registry;
mod resource;
pub mod stdlib;

pub use num_bigint::BigInt;
pub use num_complex::Complex64;

pub use self::arity::Arity;
pub use self::bridge::{
    Atom, FfiList, FfiObject, FfiValue, FromFfi, FunctionToken, HandleId, IntoFfi, IntoFfiResult,
    Limits, MAX_BYTES, MAX_DEPTH, MAX_VALUES, Mismatch, ProcessId, ReferenceId,
};
pub use self::completer::{Completer, Completion, begin};
pub use self::context::{FakeContext, FfiContext};
pub use self::error::{FfiError, FfiResult, Place, grant_flag};
pub use self::native::{Arguments, ContextFn, LaterFn, Native, NativeFn, Parameter, Rest};
pub use self::registry::{
    FfiInfo, FfiRegistry, MAX_NAME, RegisterError, invoke, invoke_numbers, is_canonical,
};

pub use self::resource::{FakeHandles, Resource, borrow, closed};

/// A function that programs can call by name.
///
/// [`Native`] implements it for plain Rust functions. Whoever implements it by hand may
/// rely on [`invoke`] for the number of arguments, the right and panics.
pub trait FfiFunction: Send + Sync {
    /// Calls the function without a context.
    ///
    /// # Errors
    /// Whatever goes wrong; the calling process sees it as an error object.
    fn call(&self, args: Vec<FfiValue>) -> FfiResult;

    /// The canonical name, `module.name` in lower case; the same at every call.
    fn name(&self) -> &str;

    /// How many arguments are required.
    fn arity(&self) -> usize;

    /// What the function does, in a sentence or a few.
    fn description(&self) -> Option<&str>;

    /// Calls the function with access to the machine; the machine calls only this.
    ///
    /// # Errors
    /// As [`call`](FfiFunction::call).
    fn call_with(&self, context: &mut dyn FfiContext, args: Vec<FfiValue>) -> FfiResult {
        let _ = context;
        self.call(args)
    }

    /// How many arguments are accepted; exactly [`arity`](FfiFunction::arity) unless overridden.
    fn variadic(&self) -> Arity {
        Arity::exactly(self.arity())
    }

    /// Whether a call may take over a millisecond or wait, so that it belongs on a pool thread.
    fn blocking(&self) -> bool {
        false
    }

    /// Whether a call answers later: the machine then calls [`begin`](FfiFunction::begin), which
    /// must not take long, and the calling process waits until the completer is used up.
    fn asynchronous(&self) -> bool {
        false
    }

    /// Begins a call that answers through `completer`, now or later, from any thread.
    fn begin(&self, context: &mut dyn FfiContext, args: Vec<FfiValue>, completer: Completer) {
        completer.complete(self.call_with(context, args));
    }

    /// The right that every caller needs.
    fn needed_right(&self) -> Option<&str> {
        None
    }

    /// The call with numbers alone, if it needs neither context nor right and goes faster
    /// without values made of them; `None`, and nothing has been called, if not. What it answers
    /// is what [`call`](FfiFunction::call) answers to the same numbers.
    fn call_numbers(&self, numbers: &[f64]) -> Option<FfiResult> {
        let _ = numbers;
        None
    }
}
