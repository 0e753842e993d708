//! Operations on the tenant.

use pyo3::prelude::*;

use super::{borrowed, options};
use crate::call::Call;
use crate::client::Scoped;
use crate::values::query_pairs;

/// Operations on the tenant.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Tenant(pub(crate) Scoped);

macro_rules! reads {
    ($($name:ident),+) => {
        #[pymethods]
        impl Tenant { $(
            #[pyo3(signature = (query, timeout, retry_unknown))]
            fn $name(
                &self,
                py: Python<'_>,
                query: Option<Bound<'_, PyAny>>,
                timeout: Option<f64>,
                retry_unknown: Option<bool>,
            ) -> PyResult<Call> {
                let query = query_pairs(query.as_ref())?;
                let options = options(py, timeout, retry_unknown)?;
                let tenant = self.0.client(py)?.tenant().options(options);
                Ok(Call::new(async move { tenant.$name(&borrowed(&query)).await }))
            }
        )+ }
    };
}

reads!(get, limits, usage, usage_history, statistics);
