//! A question that the server has accepted.

use futures_util::StreamExt as _;
use pyo3::prelude::*;
use pyo3::types::PyDateTime;
use uppzy::PendingAnswer;

use crate::call::Call;
use crate::client::Scoped;
use crate::failure::Failure;
use crate::runtime::OfRuntime;
use crate::stream::Stream;
use crate::values::{call_options, duration, to_datetime};

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
    fn memory(&self) -> Result<&PendingAnswer, Failure> {
        self.inner.memory().ok_or_else(|| Failure::internal("a pending answer is empty"))
    }

    /// The answer in this process: in a forked child it is taken up by its token.
    fn current(&self, py: Python<'_>) -> PyResult<PendingAnswer> {
        if let Some(pending) = self.inner.current() {
            return Ok(pending.clone());
        }
        let token = self.memory().map_err(|failure| failure.into_error(py))?.token();
        let client = self.scope.client(py)?;
        client.chat().resume(&token).map_err(|error| Failure::from(error).into_error(py))
    }
}

#[pymethods]
impl Pending {
    #[getter]
    fn request_id(&self, py: Python<'_>) -> PyResult<&str> {
        self.memory().map(PendingAnswer::request_id).map_err(|failure| failure.into_error(py))
    }

    #[getter]
    fn session_id(&self, py: Python<'_>) -> PyResult<&str> {
        self.memory().map(PendingAnswer::session_id).map_err(|failure| failure.into_error(py))
    }

    #[getter]
    fn submitted_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
        let pending = self.memory().map_err(|failure| failure.into_error(py))?;
        to_datetime(py, Some(pending.submitted_at()))
    }

    #[getter]
    fn token(&self, py: Python<'_>) -> PyResult<String> {
        self.memory().map(PendingAnswer::token).map_err(|failure| failure.into_error(py))
    }

    #[pyo3(signature = (timeout=None))]
    fn result(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Call> {
        let timeout = timeout.map(|seconds| duration("timeout", seconds)).transpose();
        let timeout = timeout.map_err(|failure| failure.into_error(py))?;
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
        let options =
            call_options(timeout, retry_unknown).map_err(|failure| failure.into_error(py))?;
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
        let options =
            call_options(timeout, retry_unknown).map_err(|failure| failure.into_error(py))?;
        let pending = self.current(py)?;
        Ok(Call::new(async move { pending.poll_once(&options).await }))
    }

    fn states(&self, py: Python<'_>) -> PyResult<Stream> {
        let pending = self.current(py)?;
        Ok(Stream::new(|items| async move {
            let mut states = std::pin::pin!(pending.states());
            while let Some(state) = states.next().await {
                items.give(state.map(Into::into).map_err(Into::into));
            }
        }))
    }
}
