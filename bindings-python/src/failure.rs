//! Errors on their way to Python, where the classes are.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use uppzy::Error;

use crate::values::to_python;

/// Makes an exception of an error's fields; `uppzy.errors` sets it.
static FACTORY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// The exception of an error, not raised.
pub(crate) fn exception(py: Python<'_>, error: Error) -> PyResult<Bound<'_, PyAny>> {
    let Some(factory) = FACTORY.get(py) else {
        let text = format!("uppzy.errors was not imported: {}", error.to_json());
        return Err(pyo3::exceptions::PyRuntimeError::new_err(text));
    };
    let fields = to_python(py, &error.to_json())?;
    let details = Bound::new(py, ErrorDetails(error))?;
    factory.bind(py).call1((fields, details))
}

/// The exception of an error, to be raised.
pub(crate) fn raised(py: Python<'_>, error: Error) -> PyErr {
    match exception(py, error) {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}

/// A result whose error is raised.
pub(crate) trait OrRaise<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrRaise<T> for uppzy::Result<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| raised(py, error))
    }
}

/// The error behind an exception, for what is not worth working out before somebody asks.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct ErrorDetails(Error);

#[pymethods]
impl ErrorDetails {
    /// The text for a support ticket.
    fn report(&self) -> String {
        self.0.report()
    }

    /// What a job queue should do, as a dict.
    fn queue_verdict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.0.queue_verdict().to_json())
    }
}

/// Names the function that makes exceptions.
#[pyfunction]
pub(crate) fn set_error_factory(py: Python<'_>, factory: Py<PyAny>) {
    // A second import of the package in one process keeps the first one's classes.
    let _ = FACTORY.set(py, factory);
}

/// The table of error kinds, for tests and documentation.
#[pyfunction]
pub(crate) fn error_table(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    to_python(py, &uppzy_boundary::error_table())
}
