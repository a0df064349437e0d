//! Native module `ionvm._native`: what the Python package does through the machine.
//!
//! | part | what it does |
//! |---|---|
//! | here | classes: read, write again, verify, assemble, disassemble |
//! | `class` | classes as Python objects |
//! | `value` | values both ways |
//! | `pack` | packages |
//! | `run` | running programs |
//! | `error` | errors, panics included, as exceptions |
//!
//! The module is private: `_native.pyi` tells its types, and the package's own
//! functions check arguments and document what users see.

#![deny(unsafe_code)]

mod class;
mod error;
mod pack;
mod run;
mod value;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use vmm::asm;
use vmm::program::Module;
use vmm::program::binary::ClassError;
use vmm::program::v1::read_class;

use error::{exception, guarded};
use value::ValueMaker;

/// Reads a class file; `name` is what a class of version 1 is called, and
/// without it none is read.
fn module_from(py: Python<'_>, data: &[u8], name: Option<&str>) -> PyResult<Module> {
    let module = match name {
        Some(name) => read_class(name, data),
        None => Module::from_bytes(data),
    };
    module.map_err(|error| unread(py, &error))
}

/// The exception for a class file that cannot be read.
fn unread(py: Python<'_>, error: &ClassError) -> PyErr {
    let class = match error {
        ClassError::Untranslated { .. } => "IonLinkError",
        _ => "IonVerifyError",
    };
    let line = format!("error[{}]: {error}", error.code());
    exception(py, class, (line.clone(), vec![line]))
}

/// The class of a class file, as plain tuples.
#[pyfunction]
fn decode<'py>(py: Python<'py>, data: &[u8], name: Option<&str>) -> PyResult<Bound<'py, PyTuple>> {
    guarded(py, || class::raw_class(py, &module_from(py, data, name)?))
}

/// A class file, read and written again.
#[pyfunction]
fn recode<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    guarded(py, || {
        let module = module_from(py, data, None)?;
        let bytes = module
            .to_bytes()
            .map_err(|error| error::says(py, "IonVerifyError", error))?;
        Ok(PyBytes::new(py, &bytes))
    })
}

/// Checks a class as before it is loaded.
#[pyfunction]
fn verify(py: Python<'_>, data: &[u8]) -> PyResult<()> {
    guarded(py, || {
        let module = module_from(py, data, None)?;
        match vmm::verify::verify(module) {
            Ok(_) => Ok(()),
            Err(found) => Err(error::diagnosed(py, "IonVerifyError", &found)),
        }
    })
}

/// The text of each instruction of each function, jumps as offsets.
#[pyfunction]
fn texts(py: Python<'_>, data: &[u8]) -> PyResult<Vec<Vec<String>>> {
    guarded(py, || {
        let module = module_from(py, data, None)?;
        let text = |i| asm::instruction_text(Some(&module), i);
        let functions = module.functions.iter();
        Ok(functions
            .map(|f| f.instructions.iter().map(text).collect())
            .collect())
    })
}

/// The class files of the classes of an assembly text.
#[pyfunction]
fn assemble<'py>(py: Python<'py>, text: &str, file: &str) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    guarded(py, || {
        let modules = asm::parse(file, text);
        let modules = modules.map_err(|found| error::diagnosed(py, "IonAsmError", &found))?;
        let written = modules.iter().map(|module| {
            let bytes = module.to_bytes();
            let bytes = bytes.map_err(|error| error::says(py, "IonAsmError", error))?;
            Ok(PyBytes::new(py, &bytes))
        });
        written.collect()
    })
}

/// The assembly text of a class.
#[pyfunction]
fn disassemble(py: Python<'_>, data: &[u8]) -> PyResult<String> {
    guarded(py, || Ok(asm::print(&module_from(py, data, None)?)))
}

/// A value, taken in as arguments and messages are and given back as results are.
#[pyfunction]
fn echo<'py>(py: Python<'py>, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    guarded(py, || {
        let value = value::value_from(value)?;
        ValueMaker::new(py)?.make(&value, &value::by_place)
    })
}

/// Panics, so that a test can see what becomes of it.
#[pyfunction]
fn panic(py: Python<'_>, text: String) -> PyResult<()> {
    guarded(py, || std::panic::panic_any(text))
}

#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::pack::{Pack, open_pack, read_pack};
    #[pymodule_export]
    use super::run::{run_classes, run_pack};
    #[pymodule_export]
    use super::{assemble, decode, disassemble, echo, panic, recode, texts, verify};
}
