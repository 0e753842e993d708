//! One file per family of operations. Each method gives a call that was not made yet.

mod chat;
mod documents;
mod sessions;
mod site;
mod tenant;

pub(crate) use chat::Chat;
pub(crate) use documents::Documents;
pub(crate) use sessions::Sessions;
pub(crate) use site::Site;
pub(crate) use tenant::Tenant;

use pyo3::prelude::*;
use uppzy::CallOptions;
use uppzy_boundary::call_options;

use crate::failure::OrRaise as _;

/// How the call differs from the client's defaults, or the exception that says why it cannot.
pub(crate) fn options(
    py: Python<'_>,
    timeout: Option<f64>,
    retry_unknown: Option<bool>,
) -> PyResult<CallOptions> {
    call_options(timeout, retry_unknown).or_raise(py)
}

/// The pairs as the core takes them.
pub(crate) fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
