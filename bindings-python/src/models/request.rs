//! A question as a caller writes it.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::state::State as _;
use super::{Shown, hash_of, reduced};
use crate::values::map_to_python;

/// A question for `chat.ask_many`. Its printed form shows no text and no address.
#[pyclass(frozen, module = "uppzy")]
pub(crate) struct ChatRequest(pub(crate) uppzy::ChatRequest);

#[pymethods]
impl ChatRequest {
    #[new]
    #[pyo3(signature = (message, *, session_id, email=None, response_language=None, resume_token=None))]
    fn new(
        message: String,
        session_id: String,
        email: Option<String>,
        response_language: Option<String>,
        resume_token: Option<String>,
    ) -> Self {
        Self(uppzy::ChatRequest { session_id, message, email, response_language, resume_token })
    }

    /// The question.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    /// The conversation, named by the caller.
    #[getter]
    fn session_id(&self) -> &str {
        &self.0.session_id
    }

    /// The address of the person who asks, if the site tells people apart by it.
    #[getter]
    fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// The language to answer in, such as `en`.
    #[getter]
    fn response_language(&self) -> Option<&str> {
        self.0.response_language.as_deref()
    }

    /// The token of an answer to this very question that was being made when an earlier wait for it
    /// ended. Then it is resumed, and nothing is submitted.
    #[getter]
    fn resume_token(&self) -> Option<&str> {
        self.0.resume_token.as_deref()
    }

    /// All fields as plain data, for a queue or a file.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        map_to_python(py, &self.0.to_state())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast_exact::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.0.session_id, &self.0.message)
    }

    fn __repr__(&self) -> String {
        let mut shown = Shown::new("ChatRequest");
        shown.hidden("message", Some(&self.0.message));
        shown.text("session_id", Some(&self.0.session_id));
        shown.hidden("email", self.0.email.as_deref());
        shown.text("response_language", self.0.response_language.as_deref());
        shown.flag("resumes", self.0.resume_token.is_some());
        shown.end()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        reduced(py, "ChatRequest", &self.0)
    }
}
