//! Operations on the site.

use pyo3::prelude::*;

use super::{borrowed, options};
use crate::call::Call;
use crate::client::Scoped;
use crate::values::{from_python, query_pairs};

/// Operations on the site.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Site(pub(crate) Scoped);

#[pymethods]
impl Site {
    fn get(
        &self,
        py: Python<'_>,
        query: Option<Bound<'_, PyAny>>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let query = query_pairs(query.as_ref())?;
        let site = self.0.client(py)?.site().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { site.get(&borrowed(&query)).await }))
    }

    fn statistics(
        &self,
        py: Python<'_>,
        query: Option<Bound<'_, PyAny>>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let query = query_pairs(query.as_ref())?;
        let site = self.0.client(py)?.site().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { site.statistics(&borrowed(&query)).await }))
    }

    fn user_statistics(
        &self,
        py: Python<'_>,
        email: String,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let site = self.0.client(py)?.site().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { site.user_statistics(&email).await }))
    }

    fn widget_config(
        &self,
        py: Python<'_>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let site = self.0.client(py)?.site().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { site.widget_config().await }))
    }

    fn update_widget_config(
        &self,
        py: Python<'_>,
        patch: &Bound<'_, PyAny>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let patch = from_python(patch)?;
        let site = self.0.client(py)?.site().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { site.update_widget_config(&patch).await }))
    }
}
