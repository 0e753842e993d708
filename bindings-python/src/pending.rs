//! A question that the server has accepted.

use pyo3::prelude::*;
use pyo3::types::PyDateTime;
use uppzy::{Error, PendingAnswer};
use uppzy_boundary::{call_options, duration};

use crate::call::Call;
use crate::client::Scoped;
use crate::failure::{OrRaise as _, raised};
use crate::runtime::OfRuntime;
use crate::stream::Stream;
use crate::values::to_datetime;

/// A question that the server has accepted. Private: the classes over it are in Python.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Pending {
    inner: OfRuntime<PendingAnswer>,
    scope: Scoped,
}

impl Pending {
    pub(crate) fn new(inner: PendingAnswer, scope: Scoped) -> Self {
        Self { inner: OfRuntime::new(inner), scope }
    }

    /// What can be read whatever process this is.
    fn memory(&self, py: Python<'_>) -> PyResult<&PendingAnswer> {
        let empty = || raised(py, Error::internal("a pending answer is empty"));
        self.inner.memory().ok_or_else(empty)
    }

    /// The answer in this process: in a forked child it is taken up by its token.
    fn current(&self, py: Python<'_>) -> PyResult<PendingAnswer> {
        if let Some(pending) = self.inner.current() {
            return Ok(pending.clone());
        }
        let token = self.memory(py)?.token();
        let client = self.scope.client(py)?;
        client.chat().resume(&token).or_raise(py)
    }
}

#[pymethods]
impl Pending {
    #[getter]
    fn request_id(&self, py: Python<'_>) -> PyResult<&str> {
        self.memory(py).map(PendingAnswer::request_id)
    }

    #[getter]
    fn session_id(&self, py: Python<'_>) -> PyResult<&str> {
        self.memory(py).map(PendingAnswer::session_id)
    }

    #[getter]
    fn submitted_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
        let pending = self.memory(py)?;
        to_datetime(py, Some(pending.submitted_at()))
    }

    #[getter]
    fn token(&self, py: Python<'_>) -> PyResult<String> {
        self.memory(py).map(PendingAnswer::token)
    }

    #[pyo3(signature = (timeout=None))]
    fn result(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Call> {
        let timeout = timeout.map(|seconds| duration("timeout", seconds)).transpose();
        let timeout = timeout.or_raise(py)?;
        let pending = self.current(py)?;
        Ok(Call::new(async move {
            match timeout {
                Some(timeout) => pending.result_within(timeout).await,
                None => pending.result().await,
            }
        }))
    }

    #[pyo3(signature = (timeout=None, retry_unknown=None))]
    fn status(
        &self,
        py: Python<'_>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let options = call_options(timeout, retry_unknown).or_raise(py)?;
        let pending = self.current(py)?;
        Ok(Call::new(async move { pending.status_with(&options).await }))
    }

    #[pyo3(signature = (timeout=None, retry_unknown=None))]
    fn poll_once(
        &self,
        py: Python<'_>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let options = call_options(timeout, retry_unknown).or_raise(py)?;
        let pending = self.current(py)?;
        Ok(Call::new(async move { pending.poll_once(&options).await }))
    }

    fn states(&self, py: Python<'_>) -> PyResult<Stream> {
        let pending = self.current(py)?;
        Ok(Stream::states(pending))
    }
}
