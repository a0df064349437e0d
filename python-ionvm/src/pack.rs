//! Packages, read through the machine's own reader: there is one way to read them.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use pyo3::exceptions::PyFileNotFoundError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use vmm::ionpack::{IonPackBuilder, IonPackReader, PackError};
use vmm::program::Module;
use vmm::program::binary::ClassError;
use vmm::vm::load::modules_of_pack;

use crate::class::raw_class;
use crate::error::{confused, guarded, says};
use crate::run::unloaded;
use crate::unread;

/// An open package.
#[pyclass(frozen, module = "ionvm._native")]
pub(crate) struct Pack {
    reader: Arc<Mutex<IonPackReader>>,
    /// Its classes, once one of version 1 was asked for.
    translated: OnceLock<Vec<Module>>,
}

/// Name, system, processor, size in bytes.
type Library = (String, Option<&'static str>, Option<&'static str>, u64);

impl Pack {
    /// The package, for a program that reads its resources while it runs.
    pub(crate) fn shared(&self) -> Arc<Mutex<IonPackReader>> {
        Arc::clone(&self.reader)
    }

    pub(crate) fn reader(&self) -> MutexGuard<'_, IonPackReader> {
        // A reader that was left in the midst of a read only stands elsewhere in its file, and
        // every read begins by going to its place.
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Pack {
    /// The fields of the manifest, in order.
    fn manifest(&self, py: Python<'_>) -> PyResult<Vec<(String, String)>> {
        guarded(py, || {
            let reader = self.reader();
            let fields = reader.manifest().fields().iter();
            Ok(fields
                .map(|field| (field.key.to_string(), field.value.to_string()))
                .collect())
        })
    }

    /// The names of the entries that hold content of a kind.
    fn names(&self, py: Python<'_>, content: &str) -> PyResult<Vec<String>> {
        guarded(py, || {
            let reader = self.reader();
            let names: Vec<&str> = match content {
                "class" => reader.classes().collect(),
                "resource" => reader.resources().collect(),
                "source" => reader.sources().collect(),
                _ => return Err(confused("what a package holds")),
            };
            Ok(names.into_iter().map(str::to_owned).collect())
        })
    }

    /// The content of an entry.
    fn read<'py>(
        &self,
        py: Python<'py>,
        content: &str,
        name: &str,
    ) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || {
            let mut reader = self.reader();
            let found = match content {
                "class" => reader.read_class(name),
                "resource" => reader.read_resource(name),
                "source" => reader.read_source(name),
                _ => return Err(confused("what a package holds")),
            };
            let bytes = found.map_err(|error| says(py, "IonPackError", error))?;
            Ok(PyBytes::new(py, &bytes))
        })
    }

    /// A class, as plain tuples. Those of version 1 are translated together.
    fn decode<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyTuple>> {
        guarded(py, || {
            let mut reader = self.reader();
            let bytes = reader.read_class(name);
            let bytes = bytes.map_err(|error| says(py, "IonPackError", error))?;
            match Module::from_bytes(&bytes) {
                Err(ClassError::NotAClass | ClassError::Version { found: 1 }) => {}
                read => return raw_class(py, &read.map_err(|error| unread(py, &error))?),
            }
            let translated = match self.translated.get() {
                Some(translated) => translated,
                None => {
                    let modules = modules_of_pack(&mut reader);
                    let modules = modules.map_err(|error| unloaded(py, error))?;
                    self.translated.get_or_init(|| modules)
                }
            };
            match translated.iter().find(|module| &*module.name == name) {
                Some(module) => raw_class(py, module),
                None => Err(confused("what a package holds")),
            }
        })
    }

    /// The package, read and written again.
    fn rebuild<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || {
            let bytes = rebuilt(&mut self.reader());
            let bytes = bytes.map_err(|error| says(py, "IonPackError", error))?;
            Ok(PyBytes::new(py, &bytes))
        })
    }

    /// The native libraries.
    fn libraries(&self, py: Python<'_>) -> PyResult<Vec<Library>> {
        guarded(py, || {
            let reader = self.reader();
            let libraries = reader.libraries().map(|library| {
                let os = library.platform.map(|platform| platform.os.word());
                let arch = library.platform.map(|platform| platform.arch.word());
                (library.name.to_owned(), os, arch, library.size)
            });
            Ok(libraries.collect())
        })
    }
}

/// The same contents, written by the machine's own builder.
fn rebuilt(reader: &mut IonPackReader) -> Result<Vec<u8>, PackError> {
    let mut builder = IonPackBuilder::from_manifest(reader.manifest());
    let owned =
        |names: Vec<&str>| -> Vec<String> { names.into_iter().map(str::to_owned).collect() };
    for name in owned(reader.classes().collect()) {
        builder.add_class(&name, reader.read_class(&name)?);
    }
    for path in owned(reader.resources().collect()) {
        builder.add_resource(&path, reader.read_resource(&path)?);
    }
    for path in owned(reader.sources().collect()) {
        builder.add_source(&path, reader.read_source(&path)?);
    }
    let libraries: Vec<_> = reader
        .libraries()
        .map(|l| (l.name.to_owned(), l.platform))
        .collect();
    for (name, platform) in libraries {
        builder.add_library(&name, reader.read_library(&name, platform)?, platform);
    }
    builder.build_bytes()
}

/// Opens a package file.
#[pyfunction]
pub(crate) fn open_pack(py: Python<'_>, path: &str) -> PyResult<Pack> {
    guarded(py, || {
        let reader = IonPackReader::open(path).map_err(|error| match error {
            PackError::Io {
                kind: std::io::ErrorKind::NotFound,
                ..
            } => PyFileNotFoundError::new_err(format!("there is no file {path}")),
            error => says(py, "IonPackError", format!("{path}: {error}")),
        })?;
        Ok(Pack {
            reader: Arc::new(Mutex::new(reader)),
            translated: OnceLock::new(),
        })
    })
}

/// Opens a package held in memory.
#[pyfunction]
pub(crate) fn read_pack(py: Python<'_>, data: Vec<u8>) -> PyResult<Pack> {
    guarded(py, || {
        let reader = IonPackReader::from_bytes(data);
        let reader = reader.map_err(|error| says(py, "IonPackError", error))?;
        Ok(Pack {
            reader: Arc::new(Mutex::new(reader)),
            translated: OnceLock::new(),
        })
    })
}
