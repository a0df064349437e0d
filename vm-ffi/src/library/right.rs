//! The right to a library, and what stands in for one that nobody granted.

use crate::arity::Arity;
use crate::context::FfiContext;
use crate::error::FfiError;
use crate::{FfiFunction, FfiResult, FfiValue};

/// What a caller must hold to call a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryRight {
    /// What is asked for: exactly this file, as `ffi:greet@9f86...`.
    pub exact: String,
    /// What messages say to grant: `ffi:greet`.
    pub shown: String,
}

impl LibraryRight {
    /// Goes on only if the calling process holds the right.
    ///
    /// # Errors
    /// [`FfiError::Denied`].
    pub fn require(&self, context: &dyn FfiContext) -> Result<(), FfiError> {
        if context.has_right(&self.exact) {
            return Ok(());
        }
        Err(self.denied())
    }

    /// The error of who does not hold it.
    #[must_use]
    pub fn denied(&self) -> FfiError {
        FfiError::Denied {
            function: String::new(),
            right: self.shown.clone(),
        }
    }
}

/// A native of a library that was not loaded, because nobody granted the right to it.
pub struct Withheld {
    name: String,
    arity: Arity,
    about: Option<String>,
    right: LibraryRight,
}

impl Withheld {
    /// The native of that name.
    #[must_use]
    pub fn new(name: &str, arity: Arity, about: Option<&str>, right: &LibraryRight) -> Withheld {
        Withheld {
            name: name.to_owned(),
            arity,
            about: about.map(str::to_owned),
            right: right.clone(),
        }
    }
}

impl FfiFunction for Withheld {
    fn call(&self, _: Vec<FfiValue>) -> FfiResult {
        Err(self.right.denied())
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn arity(&self) -> usize {
        self.arity.min
    }

    fn description(&self) -> Option<&str> {
        self.about.as_deref()
    }

    fn variadic(&self) -> Arity {
        self.arity
    }
}
