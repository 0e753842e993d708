//! Operations on sessions.

use pyo3::prelude::*;

use super::{borrowed, options};
use crate::call::Call;
use crate::client::Scoped;
use crate::values::query_pairs;

/// Operations on sessions.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Sessions(pub(crate) Scoped);

#[pymethods]
impl Sessions {
    fn list(
        &self,
        py: Python<'_>,
        email: Option<String>,
        query: Option<Bound<'_, PyAny>>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let query = query_pairs(query.as_ref())?;
        let sessions = self.0.client(py)?.sessions().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { sessions.list(email.as_deref(), &borrowed(&query)).await }))
    }

    fn close(
        &self,
        py: Python<'_>,
        session_id: String,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let sessions = self.0.client(py)?.sessions().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { sessions.close(&session_id).await }))
    }

    fn latest_open(
        &self,
        py: Python<'_>,
        email: String,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let sessions = self.0.client(py)?.sessions().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { sessions.latest_open(&email).await }))
    }
}
