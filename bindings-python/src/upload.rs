//! Uploads, step by step.

use bytes::Bytes;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use uppzy::Documents;
use uppzy_boundary::{Refusal, Source, Uploading};

use crate::call::Call;
use crate::failure::OrRaise as _;
use crate::runtime::{OfRuntime, spawn};

/// What is uploaded.
pub(crate) fn source(
    kind: &str,
    content: &Bound<'_, PyAny>,
    length: Option<u64>,
) -> PyResult<Source> {
    match kind {
        "path" => Ok(Source::Path(content.extract()?)),
        "bytes" => Ok(Source::Bytes(piece(content)?)),
        "pieces" => Ok(Source::Pieces { length }),
        _ => Err(PyValueError::new_err("kind must be path, bytes or pieces")),
    }
}

/// The bytes of a bytes-like object.
fn piece(content: &Bound<'_, PyAny>) -> PyResult<Bytes> {
    if let Ok(bytes) = content.cast::<PyBytes>() {
        return Ok(Bytes::copy_from_slice(bytes.as_bytes()));
    }
    let wrong = || -> PyErr {
        let found = content.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!(
            "expected bytes, not {found}: a file must be opened in binary mode"
        ))
    };
    // The stable ABI has buffers from 3.11 on only; bytes(...) reads them in any version.
    let bytes = match content.hasattr("__len__")? && !content.hasattr("encode")? {
        true => content.py().get_type::<PyBytes>().call1((content,)).map_err(|_| wrong())?,
        false => return Err(wrong()),
    };
    Ok(Bytes::copy_from_slice(bytes.cast::<PyBytes>().map_err(|_| wrong())?.as_bytes()))
}

/// An upload. `step` says what comes next: a piece is wanted, bytes were sent, or it is done.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Upload(OfRuntime<Uploading>);

impl Upload {
    pub(crate) fn new(
        documents: Documents,
        source: Source,
        file_name: Option<String>,
        content_type: Option<String>,
    ) -> Self {
        Self(OfRuntime::new(Uploading::new(documents, source, file_name, content_type)))
    }

    fn current(&self) -> PyResult<&Uploading> {
        self.0
            .current()
            .ok_or_else(|| PyRuntimeError::new_err("this upload is of the process before a fork"))
    }
}

fn refused(refusal: Refusal) -> PyErr {
    PyRuntimeError::new_err(refusal.as_str())
}

#[pymethods]
impl Upload {
    /// A call that comes to True when a piece is wanted, to `(sent, total)` when bytes were sent, and
    /// to the document in the end.
    fn step(&self, py: Python<'_>) -> PyResult<Call> {
        self.current()?.step(|work| spawn(py, work)).map(Call::new).or_raise(py)
    }

    /// Hands over a piece that was wanted.
    fn give(&self, content: &Bound<'_, PyAny>) -> PyResult<()> {
        self.current()?.give(piece(content)?).map_err(refused)
    }

    /// Says that the source has ended.
    fn end(&self) {
        if let Some(upload) = self.0.current() {
            upload.finish();
        }
    }

    /// Says that the source cannot be read further.
    fn fail(&self, reason: String) -> PyResult<()> {
        self.current()?.fail(reason).map_err(refused)
    }

    /// Ends the upload; nothing more is sent.
    fn close(&self) {
        if let Some(upload) = self.0.current() {
            upload.end();
        }
    }
}
