//! Session ids that are stable and tell nothing about the person behind them.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::failure::OrRaise as _;

/// Makes session ids that are the same in every process and language, and from which nobody can tell
/// who is behind them: ids end up in logs.
#[pyclass(frozen, module = "uppzy")]
pub(crate) struct SessionIds(uppzy::SessionIds);

#[pymethods]
impl SessionIds {
    #[new]
    fn new(py: Python<'_>, secret: &Bound<'_, PyAny>) -> PyResult<Self> {
        let ids = if let Ok(bytes) = secret.cast::<PyBytes>() {
            uppzy::SessionIds::new(bytes.as_bytes())
        } else if let Ok(text) = secret.extract::<String>() {
            uppzy::SessionIds::new(text)
        } else {
            return Err(PyTypeError::new_err("secret must be str or bytes"));
        };
        ids.map(Self).or_raise(py)
    }

    /// One conversation for each user.
    fn per_user(&self, py: Python<'_>, user: &str) -> PyResult<String> {
        self.0.per_user(user).or_raise(py)
    }

    /// One conversation for each thread, ticket or call.
    fn per_thread(&self, py: Python<'_>, thread: &str) -> PyResult<String> {
        self.0.per_thread(thread).or_raise(py)
    }

    /// One conversation for each user in each channel.
    fn per_channel(&self, py: Python<'_>, channel: &str, user: &str) -> PyResult<String> {
        self.0.per_channel(channel, user).or_raise(py)
    }

    fn __repr__(&self) -> &'static str {
        "SessionIds(secret=<hidden>)"
    }
}
