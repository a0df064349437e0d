//! Errors of the machine as exceptions of `ionvm.errors`.
//!
//! # Invariants
//! X1. Whatever goes wrong inside the machine, a panic included, reaches Python
//!     as an `IonError`: never as an abort, never as an exception that
//!     `except Exception` would miss.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use vmm::diag::Diagnostic;

/// The exception of that class, made of those arguments.
pub(crate) fn exception<'py>(
    py: Python<'py>,
    class: &str,
    args: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>, Error = PyErr>,
) -> PyErr {
    let made = py
        .import("ionvm.errors")
        .and_then(|module| module.getattr(class))
        .and_then(|class| class.call1(args.into_pyobject(py)?));
    match made {
        Ok(value) => PyErr::from_value(value),
        Err(error) => error,
    }
}

/// An exception that says one thing.
pub(crate) fn says(py: Python<'_>, class: &str, message: impl Display) -> PyErr {
    exception(py, class, (message.to_string(),))
}

/// An exception for all that was found, one line each.
pub(crate) fn diagnosed(py: Python<'_>, class: &str, found: &[Diagnostic]) -> PyErr {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    exception(py, class, (lines.join("\n"), lines))
}

/// Runs what may not panic, and makes an `IonInternalError` of a panic all the same.
pub(crate) fn guarded<T>(py: Python<'_>, body: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no reason given");
        Err(says(
            py,
            "IonInternalError",
            format!("a fault of the machine itself: {text}"),
        ))
    })
}

/// The exception for a fault of the two layers of this package among each other.
pub(crate) fn confused(what: &str) -> PyErr {
    PyRuntimeError::new_err(format!(
        "the package and its native module do not agree on {what}"
    ))
}
