//! Errors on their way to Python, where the classes are.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};
use serde_json::{Value, json};
use uppzy::{Error, ErrorKind};

use crate::values::to_python;

/// Makes an exception of an error's fields; `uppzy.errors` sets it.
static FACTORY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// What went wrong: in the core, or in this layer before the core was asked.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    Core(Error),
    Here { kind: ErrorKind, field: Option<&'static str>, message: String },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl Failure {
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::Core(Error::internal(message))
    }

    pub(crate) fn invalid_input(field: &'static str, message: impl Into<String>) -> Self {
        Self::Here { kind: ErrorKind::InvalidInput, field: Some(field), message: message.into() }
    }

    pub(crate) fn closed(message: impl Into<String>) -> Self {
        Self::Here { kind: ErrorKind::Closed, field: None, message: message.into() }
    }

    /// A panic that was caught, with its text if it had one.
    pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> Self {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no text".to_owned());
        Self::internal(format!("a part of the client panicked: {text}"))
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Core(error) => error.to_json(),
            Self::Here { kind, field, message } => {
                let mut json = Error::internal(message.as_str()).to_json();
                let row = kind.row();
                if let Some(fields) = json.as_object_mut() {
                    for (name, value) in [
                        ("kind", json!(row.name)),
                        ("class", json!(row.class_name)),
                        ("user_message", json!(row.user_message)),
                        ("hint", json!(row.hint)),
                        ("field", json!(field)),
                        ("outcome", json!(row.outcome)),
                    ] {
                        fields.insert(name.to_owned(), value);
                    }
                }
                json
            }
        }
    }

    fn report(&self) -> String {
        match self {
            Self::Core(error) => error.report(),
            Self::Here { kind, message, .. } => {
                let row = kind.row();
                let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
                let version = uppzy::VERSION;
                format!(
                    "uppzy {version} on {os}-{arch}\nerror: {} ({message})\nhint: {}\n",
                    row.name, row.hint
                )
            }
        }
    }

    fn queue_verdict(&self) -> Value {
        match self {
            Self::Core(error) => error.queue_verdict().to_json(),
            Self::Here { kind, message, .. } => {
                let action = if *kind == ErrorKind::Config { "config_incident" } else { "give_up" };
                json!({"action": action, "reason": format!("{}: {message}", kind.as_str())})
            }
        }
    }

    /// The exception, not raised.
    pub(crate) fn into_exception(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let Some(factory) = FACTORY.get(py) else {
            let text = format!("uppzy.errors was not imported: {}", self.to_json());
            return Err(pyo3::exceptions::PyRuntimeError::new_err(text));
        };
        let fields = to_python(py, &self.to_json())?;
        let details = Bound::new(py, ErrorDetails(self))?;
        factory.bind(py).call1((fields, details))
    }

    /// The exception, to be raised.
    pub(crate) fn into_error(self, py: Python<'_>) -> PyErr {
        match self.into_exception(py) {
            Ok(exception) => PyErr::from_value(exception),
            Err(error) => error,
        }
    }
}

/// The error behind an exception, for what is not worth working out before somebody asks.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct ErrorDetails(Failure);

#[pymethods]
impl ErrorDetails {
    /// The text for a support ticket.
    fn report(&self) -> String {
        self.0.report()
    }

    /// What a job queue should do, as a dict.
    fn queue_verdict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.0.queue_verdict())
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
pub(crate) fn error_table(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let rows = PyList::empty(py);
    for row in ErrorKind::TABLE {
        let entry = PyDict::new(py);
        for (name, text) in [
            ("kind", row.name),
            ("class", row.class_name),
            ("group", row.group.class_name()),
            ("when", row.when),
            ("outcome", row.outcome),
            ("retryable", row.retryable),
            ("user_message", row.user_message),
            ("hint", row.hint),
        ] {
            entry.set_item(name, text)?;
        }
        rows.append(entry)?;
    }
    Ok(rows)
}
