//! `Native`: a plain Rust function with typed arguments as an [`FfiFunction`].
//!
//! The argument list of the function is the contract: its length is the arity,
//! each type converts its argument and words the error when it cannot, an
//! `Option` at the end may be left out, a [`Rest`] at the end takes any number.
//! Up to six arguments; what needs more takes an object.

use std::marker::PhantomData;
use std::vec;

use crate::FfiFunction;
use crate::arity::Arity;
use crate::bridge::{FfiValue, FromFfi, IntoFfiResult};
use crate::completer::{Completer, wait_for_answer};
use crate::context::FfiContext;
use crate::error::{FfiError, FfiResult};

/// A native made of a Rust function.
///
/// ```
/// use vm_ffi::{FfiFunction, FfiValue, Native, Rest};
///
/// let area = Native::new("geo.area", |width: f64, height: Option<f64>| {
///     width * height.unwrap_or(width)
/// })
/// .describe("Area of a rectangle, or of a square if one side is given.");
/// assert_eq!(area.call(vec![FfiValue::Number(3.0)]), Ok(FfiValue::Number(9.0)));
///
/// let sum = Native::new("geo.sum", |Rest(sides): Rest<f64>| sides.iter().sum::<f64>());
/// assert_eq!(sum.call(vec![]), Ok(FfiValue::Number(0.0)));
/// ```
pub struct Native {
    name: String,
    description: Option<String>,
    arity: Arity,
    blocking: bool,
    right: Option<String>,
    body: Body,
}

enum Body {
    Plain(Box<dyn PlainBody>),
    Context(Box<ContextBody>),
    Later(Box<LaterBody>),
}

type ContextBody = dyn Fn(&mut dyn FfiContext, &mut Arguments) -> FfiResult + Send + Sync;
type LaterBody = dyn Fn(&mut dyn FfiContext, Completer, &mut Arguments) + Send + Sync;

/// A function that needs no context, whatever its types are.
trait PlainBody: Send + Sync {
    fn apply(&self, arguments: &mut Arguments) -> FfiResult;
    fn apply_numbers(&self, numbers: &[f64]) -> Option<FfiResult>;
}

struct Typed<F, S, R>(F, PhantomData<fn(S) -> R>);

impl<F: NativeFn<S, R>, S, R> PlainBody for Typed<F, S, R> {
    fn apply(&self, arguments: &mut Arguments) -> FfiResult {
        self.0.apply(arguments)
    }

    fn apply_numbers(&self, numbers: &[f64]) -> Option<FfiResult> {
        self.0.apply_numbers(numbers)
    }
}

/// All remaining arguments, as the last parameter of a native.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest<T>(pub Vec<T>);

/// The arguments of a call, taken from the left.
pub struct Arguments {
    values: vec::IntoIter<FfiValue>,
    taken: usize,
}

/// A type that may stand in the parameter list of a native: any [`FromFfi`], or [`Rest`].
pub trait Parameter: Sized {
    /// How many arguments it takes, least and most.
    const ARITY: Arity;

    /// Takes its argument or arguments.
    ///
    /// # Errors
    /// `:bad_type` or `:bad_number`, naming the argument.
    fn take(arguments: &mut Arguments) -> Result<Self, FfiError>;

    /// Takes its argument or arguments where all are numbers; `None` where one does not do,
    /// for which [`take`](Parameter::take) has the words.
    fn take_numbers(numbers: &mut &[f64]) -> Option<Self>;
}

/// A Rust function that can be a native; `Signature` is the tuple of its parameters.
pub trait NativeFn<Signature, Output>: Send + Sync + 'static {
    /// How many arguments it takes.
    const ARITY: Arity;

    /// Converts the arguments, calls, converts the result.
    ///
    /// # Errors
    /// Those of the conversion and those of the function.
    fn apply(&self, arguments: &mut Arguments) -> FfiResult;

    /// The same where all arguments are numbers, without making values of them; `None`, and
    /// nothing has been called, where one does not do.
    fn apply_numbers(&self, numbers: &[f64]) -> Option<FfiResult>;
}

/// A Rust function whose first parameter is the context and that can be a native.
pub trait ContextFn<Signature, Output>: Send + Sync + 'static {
    /// How many arguments it takes, the context not counted.
    const ARITY: Arity;

    /// Converts the arguments, calls, converts the result.
    ///
    /// # Errors
    /// Those of the conversion and those of the function.
    fn apply(&self, context: &mut dyn FfiContext, arguments: &mut Arguments) -> FfiResult;
}

/// A Rust function whose first parameters are the context and the completer, and that can be
/// an asynchronous native.
pub trait LaterFn<Signature>: Send + Sync + 'static {
    /// How many arguments it takes, context and completer not counted.
    const ARITY: Arity;

    /// Converts the arguments and calls; an argument that does not fit is the answer.
    fn apply(&self, context: &mut dyn FfiContext, completer: Completer, arguments: &mut Arguments);
}

impl Native {
    /// The native `name` (`module.name`, checked at registration) made of `function`.
    pub fn new<S: 'static, R: 'static>(name: &str, function: impl NativeFn<S, R>) -> Native {
        fn arity<S, R, F: NativeFn<S, R>>(_: &F) -> Arity {
            F::ARITY
        }
        let arity = arity(&function);
        let body = Typed(function, PhantomData);
        Native::of(name, arity, Body::Plain(Box::new(body)))
    }

    /// The same of a function whose first parameter is `&mut dyn FfiContext`.
    ///
    /// ```
    /// use vm_ffi::{FakeContext, FfiContext, FfiFunction, FfiValue, Native};
    /// let shout = Native::with_context("demo.shout", |c: &mut dyn FfiContext, text: String| {
    ///     c.write_stdout(text.to_uppercase().as_bytes())
    /// });
    /// let mut context = FakeContext::new();
    /// shout.call_with(&mut context, vec![FfiValue::String("hey".into())])?;
    /// assert_eq!(context.stdout, b"HEY");
    /// # Ok::<(), vm_ffi::FfiError>(())
    /// ```
    pub fn with_context<S, R>(name: &str, function: impl ContextFn<S, R>) -> Native {
        fn arity<S, R, F: ContextFn<S, R>>(_: &F) -> Arity {
            F::ARITY
        }
        let arity = arity(&function);
        let body = move |context: &mut dyn FfiContext, arguments: &mut Arguments| {
            function.apply(context, arguments)
        };
        Native::of(name, arity, Body::Context(Box::new(body)))
    }

    /// An asynchronous native: `function` gets the context, the [`Completer`] of the call and the
    /// arguments, and returns at once; the calling process waits for the completer, as it
    /// waits for a message.
    pub fn later<S>(name: &str, function: impl LaterFn<S>) -> Native {
        fn arity<S, F: LaterFn<S>>(_: &F) -> Arity {
            F::ARITY
        }
        let arity = arity(&function);
        let body =
            move |context: &mut dyn FfiContext, completer: Completer, arguments: &mut Arguments| {
                function.apply(context, completer, arguments);
            };
        Native::of(name, arity, Body::Later(Box::new(body)))
    }

    /// Says what the native does, in a sentence or a few.
    #[must_use]
    pub fn describe(mut self, description: &str) -> Native {
        self.description = Some(description.to_string());
        self
    }

    /// Marks the native as one that may take longer than a millisecond or wait.
    #[must_use]
    pub fn blocks(mut self) -> Native {
        self.blocking = true;
        self
    }

    /// Demands a right of every caller.
    #[must_use]
    pub fn needs(mut self, right: &str) -> Native {
        self.right = Some(right.to_string());
        self
    }

    fn of(name: &str, arity: Arity, body: Body) -> Native {
        let name = name.to_string();
        Native {
            name,
            description: None,
            arity,
            blocking: false,
            right: None,
            body,
        }
    }

    fn arguments(&self, values: Vec<FfiValue>) -> Result<Arguments, FfiError> {
        if self.arity.accepts(values.len()) {
            return Ok(Arguments {
                values: values.into_iter(),
                taken: 0,
            });
        }
        let function = self.name.clone();
        Err(FfiError::BadArity {
            function,
            expected: self.arity,
            found: values.len(),
        })
    }
}

impl FfiFunction for Native {
    fn call(&self, args: Vec<FfiValue>) -> FfiResult {
        let mut arguments = self.arguments(args)?;
        match &self.body {
            Body::Plain(body) => body.apply(&mut arguments),
            Body::Context(_) | Body::Later(_) => Err(FfiError::NeedsContext {
                function: self.name.clone(),
            }),
        }
    }

    fn call_with(&self, context: &mut dyn FfiContext, args: Vec<FfiValue>) -> FfiResult {
        if let Body::Later(_) = &self.body {
            return wait_for_answer(self, context, args);
        }
        let mut arguments = self.arguments(args)?;
        match &self.body {
            Body::Plain(body) => body.apply(&mut arguments),
            Body::Context(body) => body(context, &mut arguments),
            Body::Later(_) => Err(FfiError::NeedsContext {
                function: self.name.clone(),
            }),
        }
    }

    fn asynchronous(&self) -> bool {
        matches!(self.body, Body::Later(_))
    }

    fn begin(&self, context: &mut dyn FfiContext, args: Vec<FfiValue>, completer: Completer) {
        let Body::Later(body) = &self.body else {
            completer.complete(self.call_with(context, args));
            return;
        };
        match self.arguments(args) {
            Ok(mut arguments) => body(context, completer, &mut arguments),
            Err(error) => completer.complete(Err(error)),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn arity(&self) -> usize {
        self.arity.min
    }

    fn variadic(&self) -> Arity {
        self.arity
    }

    fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    fn blocking(&self) -> bool {
        self.blocking
    }

    fn needed_right(&self) -> Option<&str> {
        self.right.as_deref()
    }

    fn call_numbers(&self, numbers: &[f64]) -> Option<FfiResult> {
        match (&self.right, &self.body) {
            (None, Body::Plain(body)) => body.apply_numbers(numbers),
            _ => None,
        }
    }
}

impl Arguments {
    /// The next argument with its number, counted from 1.
    pub fn next_argument(&mut self) -> (usize, Option<FfiValue>) {
        let value = self.values.next();
        self.taken += 1;
        (self.taken, value)
    }
}

impl<T: FromFfi> Parameter for T {
    const ARITY: Arity = Arity::between(if T::OPTIONAL { 0 } else { 1 }, 1);

    fn take(arguments: &mut Arguments) -> Result<T, FfiError> {
        let (number, value) = arguments.next_argument();
        T::from_ffi(value.unwrap_or(FfiValue::Undefined))
            .map_err(|mismatch| mismatch.in_argument(number))
    }

    fn take_numbers(numbers: &mut &[f64]) -> Option<T> {
        let value = match numbers.split_first() {
            Some((&first, rest)) => {
                *numbers = rest;
                FfiValue::Number(first)
            }
            None if T::OPTIONAL => FfiValue::Undefined,
            None => return None,
        };
        T::from_ffi(value).ok()
    }
}

impl<T: FromFfi> Parameter for Rest<T> {
    const ARITY: Arity = Arity::at_least(0);

    fn take(arguments: &mut Arguments) -> Result<Rest<T>, FfiError> {
        let mut items = Vec::with_capacity(arguments.values.len());
        while let (number, Some(value)) = arguments.next_argument() {
            items.push(T::from_ffi(value).map_err(|mismatch| mismatch.in_argument(number))?);
        }
        Ok(Rest(items))
    }

    fn take_numbers(numbers: &mut &[f64]) -> Option<Rest<T>> {
        let all = std::mem::take(numbers).iter();
        let items = all.map(|&number| T::from_ffi(FfiValue::Number(number)));
        items.collect::<Result<_, _>>().ok().map(Rest)
    }
}

/// The arity of a parameter list; a [`Rest`] before the end fails the build.
const fn arity_of(parameters: &[Arity]) -> Arity {
    let mut arity = Arity::exactly(0);
    let mut index = 0;
    while index < parameters.len() {
        let Some(max) = arity.max else {
            panic!("only the last parameter may be a Rest")
        };
        // An optional parameter before a required one has to be given as undefined.
        if parameters[index].min > 0 {
            arity.min = index + 1;
        }
        arity.max = match parameters[index].max {
            Some(more) => Some(max + more),
            None => None,
        };
        index += 1;
    }
    arity
}

macro_rules! signatures {
    ($($parameter:ident)*) => {
        impl<Func, R, $($parameter,)*> NativeFn<($($parameter,)*), R> for Func
        where
            Func: Fn($($parameter),*) -> R + Send + Sync + 'static,
            R: IntoFfiResult,
            $($parameter: Parameter,)*
        {
            const ARITY: Arity = arity_of(&[$($parameter::ARITY),*]);

            #[allow(unused_variables, reason = "a function of no parameters takes none")]
            fn apply(&self, arguments: &mut Arguments) -> FfiResult {
                self($($parameter::take(arguments)?),*).into_ffi_result()
            }

            #[allow(unused_mut, reason = "a function of no parameters takes none")]
            #[allow(non_snake_case, reason = "parameters are named as their types")]
            fn apply_numbers(&self, mut numbers: &[f64]) -> Option<FfiResult> {
                $(let $parameter = $parameter::take_numbers(&mut numbers)?;)*
                numbers.is_empty().then(|| self($($parameter),*).into_ffi_result())
            }
        }

        impl<Func, R, $($parameter,)*> ContextFn<($($parameter,)*), R> for Func
        where
            Func: Fn(&mut dyn FfiContext, $($parameter),*) -> R + Send + Sync + 'static,
            R: IntoFfiResult,
            $($parameter: Parameter,)*
        {
            const ARITY: Arity = arity_of(&[$($parameter::ARITY),*]);

            #[allow(unused_variables, reason = "a function of no parameters takes none")]
            fn apply(&self, context: &mut dyn FfiContext, arguments: &mut Arguments) -> FfiResult {
                self(context, $($parameter::take(arguments)?),*).into_ffi_result()
            }
        }

        impl<Func, $($parameter,)*> LaterFn<($($parameter,)*)> for Func
        where
            Func: Fn(&mut dyn FfiContext, Completer, $($parameter),*) + Send + Sync + 'static,
            $($parameter: Parameter,)*
        {
            const ARITY: Arity = arity_of(&[$($parameter::ARITY),*]);

            #[allow(unused_variables, reason = "a function of no parameters takes none")]
            #[allow(non_snake_case, reason = "parameters are named as their types")]
            fn apply(
                &self,
                context: &mut dyn FfiContext,
                completer: Completer,
                arguments: &mut Arguments,
            ) {
                $(let $parameter = match $parameter::take(arguments) {
                    Ok(argument) => argument,
                    Err(error) => return completer.complete(Err(error)),
                };)*
                self(context, completer, $($parameter),*);
            }
        }
    };
}

signatures!();
signatures!(A);
signatures!(A B);
signatures!(A B C);
signatures!(A B C D);
signatures!(A B C D E);
signatures!(A B C D E G);

#[cfg(test)]
mod tests;
