//! The registry of natives, and the one way in which they are called.
//!
//! # Invariants
//! R1. A name has one native, and the name is well formed: two or more parts of
//!     lower-case letters, digits and `_`, each beginning with a letter, joined by dots.
//! R2. [`invoke`] returns, whatever the native does short of aborting or looping: a
//!     wrong number of arguments, a missing right, a panic, an oversized result
//!     are errors of the call.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::FfiFunction;
use crate::arity::Arity;
use crate::bridge::{FfiValue, Limits};
use crate::context::FfiContext;
use crate::error::{FfiError, FfiResult};

/// The longest name of a native, in bytes; longer ones are refused at registration.
pub const MAX_NAME: usize = 128;

/// Natives by canonical name.
///
/// ```
/// use vm_ffi::{FakeContext, FfiRegistry, FfiValue, Native};
/// let mut registry = FfiRegistry::new();
/// registry.register(Native::new("demo.double", |n: f64| n * 2.0))?;
/// let doubled = registry.call("demo.double", &mut FakeContext::new(), vec![FfiValue::Number(4.0)]);
/// assert_eq!(doubled, Ok(FfiValue::Number(8.0)));
/// # Ok::<(), vm_ffi::RegisterError>(())
/// ```
#[derive(Clone, Default)]
pub struct FfiRegistry {
    functions: BTreeMap<String, Arc<dyn FfiFunction>>,
}

/// What can be told of a native without calling it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FfiInfo {
    /// Canonical name.
    pub name: String,
    /// How many arguments it takes.
    pub arity: Arity,
    /// What it does.
    pub description: Option<String>,
    /// Whether it runs on the pool of blocking natives.
    pub blocking: bool,
    /// Whether it answers later, while other processes run.
    pub asynchronous: bool,
    /// The right that every caller needs.
    pub needed_right: Option<String>,
}

/// Why a native could not be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterError {
    /// The name is no `module.name` in lower case, or too long.
    BadName {
        /// The name as given.
        name: String,
    },
    /// The name is taken.
    Duplicate {
        /// The name.
        name: String,
    },
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegisterError::BadName { name } => write!(
                f,
                "native name {name:?} is not of the form module.name: lower-case letters, \
                 digits and _ in parts joined by dots, at most {MAX_NAME} bytes"
            ),
            RegisterError::Duplicate { name } => {
                write!(
                    f,
                    "native {name} is already registered; choose another name"
                )
            }
        }
    }
}

impl std::error::Error for RegisterError {}

impl FfiRegistry {
    /// A registry with no natives.
    #[must_use]
    pub fn new() -> FfiRegistry {
        FfiRegistry::default()
    }

    /// Adds a native under its own name.
    ///
    /// # Errors
    /// [`RegisterError`] if the name is ill formed or taken; the registry is then unchanged.
    pub fn register(&mut self, function: impl FfiFunction + 'static) -> Result<(), RegisterError> {
        self.register_shared(Arc::new(function))
    }

    /// Adds a native that others hold, too.
    ///
    /// # Errors
    /// As [`register`](FfiRegistry::register).
    pub fn register_shared(&mut self, function: Arc<dyn FfiFunction>) -> Result<(), RegisterError> {
        let name = function.name().to_string();
        if !is_canonical(&name) {
            return Err(RegisterError::BadName { name });
        }
        if self.functions.contains_key(&name) {
            return Err(RegisterError::Duplicate { name });
        }
        self.functions.insert(name, function);
        Ok(())
    }

    /// The native of that canonical name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<dyn FfiFunction>> {
        self.functions.get(name)
    }

    /// Calls a native by canonical name; see [`invoke`].
    ///
    /// # Errors
    /// [`FfiError::NotFound`] if there is none of that name; else those of [`invoke`].
    pub fn call(&self, name: &str, context: &mut dyn FfiContext, args: Vec<FfiValue>) -> FfiResult {
        match self.functions.get(name) {
            Some(function) => invoke(&**function, context, args),
            None => Err(FfiError::NotFound {
                what: format!("native {name}"),
            }),
        }
    }

    /// The names, in order.
    pub fn list(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// What can be told of the native of that name.
    #[must_use]
    pub fn info(&self, name: &str) -> Option<FfiInfo> {
        let function = self.functions.get(name)?;
        Some(FfiInfo {
            name: name.to_string(),
            arity: function.variadic(),
            description: function.description().map(str::to_string),
            blocking: function.blocking(),
            asynchronous: function.asynchronous(),
            needed_right: function.needed_right().map(str::to_string),
        })
    }

    /// How many natives there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.functions.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }
}

impl fmt::Debug for FfiRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.functions.keys()).finish()
    }
}

/// Whether `name` can be the canonical name of a native.
#[must_use]
pub fn is_canonical(name: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    name.len() <= MAX_NAME && name.contains('.') && name.split('.').all(part)
}

/// Calls a native with all the checks that the machine promises.
///
/// In this order: the number of arguments, the needed right, the call, the limits of the
/// result or of the error's details. Costs one look at each value of the result beyond the call itself.
///
/// # Errors
/// `:bad_arity`, `:denied`, those of the native, [`FfiError::Panicked`] if it panicked
/// (unless the program was built to abort on panics), `:limit` for an oversized result.
pub fn invoke(
    function: &dyn FfiFunction,
    context: &mut dyn FfiContext,
    args: Vec<FfiValue>,
) -> FfiResult {
    // What a panic left half done in the native is the native's own affair; the context
    // promises nothing about a call that failed.
    let guarded = AssertUnwindSafe(|| {
        admit(function, context, args.len())?;
        match function.call_with(context, args) {
            Ok(value) => bounded(value),
            Err(error) => Err(bounded_error(error)),
        }
    });
    match catch_unwind(guarded) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.in_function(function.name())),
        Err(payload) => Err(FfiError::Panicked {
            function: function.name().to_string(),
            message: said(payload),
        }),
    }
}

/// Calls a native with numbers alone, if it takes them so
/// ([`FfiFunction::call_numbers`]); `None` if it does not, and [`invoke`] is to be called.
///
/// # Errors
/// Those of the native, [`FfiError::Panicked`], `:limit` for an oversized result.
pub fn invoke_numbers(function: &dyn FfiFunction, numbers: &[f64]) -> Option<FfiResult> {
    match catch_unwind(AssertUnwindSafe(|| function.call_numbers(numbers))) {
        Ok(None) => None,
        Ok(Some(Ok(number @ FfiValue::Number(_)))) => Some(Ok(number)),
        Ok(Some(Ok(value))) => Some(bounded(value)),
        Ok(Some(Err(error))) => Some(Err(bounded_error(error))),
        Err(payload) => Some(Err(FfiError::Panicked {
            function: function.name().to_string(),
            message: said(payload),
        })),
    }
}

/// Whether a call with so many arguments may begin.
///
/// # Errors
/// `:bad_arity`, `:denied`.
pub(crate) fn admit(
    function: &dyn FfiFunction,
    context: &mut dyn FfiContext,
    found: usize,
) -> Result<(), FfiError> {
    let expected = function.variadic();
    if !expected.accepts(found) {
        let function = function.name().to_string();
        return Err(FfiError::BadArity {
            function,
            expected,
            found,
        });
    }
    match function.needed_right() {
        Some(right) => context.require(right),
        None => Ok(()),
    }
}

/// The error, if its details keep the limits; else that they do not.
pub(crate) fn bounded_error(error: FfiError) -> FfiError {
    let FfiError::Custom {
        kind,
        message,
        details,
    } = error
    else {
        return error;
    };
    match bounded(FfiValue::Object(details)) {
        Ok(FfiValue::Object(details)) => FfiError::Custom {
            kind,
            message,
            details,
        },
        Ok(_) => FfiError::Failed { message },
        Err(error) => error,
    }
}

/// The value, if it keeps the limits.
pub(crate) fn bounded(value: FfiValue) -> FfiResult {
    match value.check(&Limits::default()) {
        Ok(()) => Ok(value),
        Err(error) => {
            value.discard();
            Err(error)
        }
    }
}

/// The text of a panic; a payload of another type may panic once more when dropped.
pub(crate) fn said(payload: Box<dyn Any + Send>) -> String {
    let text = match payload.downcast_ref::<&str>() {
        Some(text) => Some((*text).to_string()),
        None => payload.downcast_ref::<String>().cloned(),
    };
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
    text.unwrap_or_else(|| "with a value that is no text".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FakeContext, MAX_DEPTH, Native, Rest};

    fn call(native: Native, args: Vec<FfiValue>) -> FfiResult {
        invoke(&native, &mut FakeContext::new(), args)
    }

    #[test]
    fn names_are_well_formed_and_unique() {
        let mut registry = FfiRegistry::new();
        let long = format!("m.{}", "x".repeat(MAX_NAME));
        for bad in [
            "",
            "sqrt",
            "Math.sqrt",
            "math.",
            ".sqrt",
            "m..x",
            "m.1x",
            "m.x y",
            "m.ä",
            &long,
        ] {
            let error = registry.register(Native::new(bad, || ())).unwrap_err();
            assert_eq!(
                error,
                RegisterError::BadName {
                    name: bad.to_string()
                }
            );
        }
        assert!(registry.is_empty());
        registry.register(Native::new("m.x_2", || 1.0)).unwrap();
        registry.register(Native::new("a.b.c", || 1.0)).unwrap();
        let error = registry.register(Native::new("m.x_2", || 2.0)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "native m.x_2 is already registered; choose another name"
        );
        assert_eq!(registry.list().collect::<Vec<_>>(), ["a.b.c", "m.x_2"]);
        let one = registry.call("m.x_2", &mut FakeContext::new(), vec![]);
        assert_eq!(one, Ok(FfiValue::Number(1.0)));
        let none = registry
            .call("m.y", &mut FakeContext::new(), vec![])
            .unwrap_err();
        assert_eq!(none.to_string(), "there is no native m.y");
    }

    #[test]
    fn info_tells_what_was_declared() {
        let mut registry = FfiRegistry::new();
        let native = Native::new("m.f", |_: f64, _: Rest<f64>| ()).describe("Does.");
        registry.register(native.blocks().needs("net")).unwrap();
        let info = registry.info("m.f").unwrap();
        assert_eq!(info.arity, Arity::at_least(1));
        assert_eq!(info.description.as_deref(), Some("Does."));
        assert!(info.blocking);
        assert_eq!(info.needed_right.as_deref(), Some("net"));
        assert_eq!(registry.info("m.g"), None);
    }

    #[test]
    fn a_panic_is_an_error_of_the_call() {
        let by_text = call(
            Native::new("m.f", |n: f64| assert!(n > 0.0, "not {n}")),
            vec![FfiValue::Number(-1.0)],
        );
        assert_eq!(by_text.unwrap_err().to_string(), "m.f panicked: not -1");

        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("twice");
            }
        }
        fn explode() {
            std::panic::panic_any(Bomb);
        }
        let by_bomb = call(Native::new("m.g", explode), vec![]).unwrap_err();
        assert_eq!(by_bomb.kind(), "ffi");
        assert_eq!(
            by_bomb.to_string(),
            "m.g panicked: with a value that is no text"
        );
    }

    #[test]
    fn a_right_is_asked_for_before_the_call() {
        let native = || {
            Native::with_context("m.f", |context: &mut dyn FfiContext| {
                context.write_stdout(b"ran")
            })
            .needs("net")
        };
        let mut context = FakeContext::new();
        let error = invoke(&native(), &mut context, vec![]).unwrap_err();
        assert_eq!(error.kind(), "denied");
        assert_eq!(
            error.to_string(),
            "m.f needs the right \"net\"; grant it with --allow-net"
        );
        assert_eq!(context.stdout, b"");
        let mut context = context.with_right("net");
        assert_eq!(invoke(&native(), &mut context, vec![]), Ok(FfiValue::Unit));
        assert_eq!(context.stdout, b"ran");
    }

    #[test]
    fn an_oversized_result_is_refused() {
        let nest = |depth: u32| {
            let native = Native::new("m.nest", |depth: u32| {
                (1..depth).fold(FfiValue::Unit, |inner, _| FfiValue::Array(vec![inner]))
            });
            call(native, vec![FfiValue::Number(f64::from(depth))])
        };
        let allowed = u32::try_from(MAX_DEPTH).unwrap();
        assert!(nest(allowed).is_ok());
        assert_eq!(nest(allowed + 1).unwrap_err().kind(), "limit");
        assert_eq!(nest(500_000).unwrap_err().kind(), "limit");
    }

    #[test]
    fn oversized_details_of_an_error_are_refused() {
        let fail = |depth: u32| {
            let native = Native::new("m.fail", |depth: u32| -> Result<(), FfiError> {
                let deep = (1..depth).fold(FfiValue::Unit, |inner, _| FfiValue::Tuple(vec![inner]));
                let details = Box::new([("deep", deep)].into_iter().collect());
                let (kind, message) = ("mine".to_string(), "too bad".to_string());
                Err(FfiError::Custom {
                    kind,
                    message,
                    details,
                })
            });
            call(native, vec![FfiValue::Number(f64::from(depth))]).unwrap_err()
        };
        assert_eq!(fail(3).kind(), "mine");
        assert_eq!(fail(500_000).kind(), "limit");
    }

    #[test]
    fn arity_is_checked_for_natives_that_do_not() {
        struct Careless;
        impl FfiFunction for Careless {
            fn call(&self, args: Vec<FfiValue>) -> FfiResult {
                Ok(args[1].clone())
            }
            fn name(&self) -> &str {
                "m.second"
            }
            fn arity(&self) -> usize {
                2
            }
            fn description(&self) -> Option<&str> {
                None
            }
        }
        let error = invoke(&Careless, &mut FakeContext::new(), vec![FfiValue::Unit]).unwrap_err();
        assert_eq!(error.to_string(), "m.second takes 2 arguments, got 1");
        let two = vec![FfiValue::Unit, FfiValue::Boolean(true)];
        assert_eq!(
            invoke(&Careless, &mut FakeContext::new(), two),
            Ok(FfiValue::Boolean(true))
        );
    }
}
