//! Sessions: conversations of one person or thread.

use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDict};

use super::{Shown, model};
use crate::values::{map_to_python, to_datetime};

model! {
    /// A conversation, as the server lists it.
    Session {
        /// The id. The vendor does not say whether it equals the `session_id` that the caller chose.
        #[getter]
        fn id(&self) -> &str {
            &self.0.id
        }

        /// The address of the person, if the server lists it.
        #[getter]
        fn email(&self) -> Option<&str> {
            self.0.email.as_deref()
        }

        /// When it began, in UTC.
        #[getter]
        fn created_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
            to_datetime(py, self.0.created_at)
        }

        /// When it was last used, in UTC.
        #[getter]
        fn updated_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
            to_datetime(py, self.0.updated_at)
        }

        /// When it was closed, in UTC; None while it is open.
        #[getter]
        fn closed_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
            to_datetime(py, self.0.closed_at)
        }

        /// How many messages it holds.
        #[getter]
        fn message_count(&self) -> Option<u64> {
            self.0.message_count
        }

        /// Whether it takes new messages: a closed session is archived.
        #[getter]
        fn is_open(&self) -> bool {
            self.0.is_open()
        }

        /// Every other field, and those above that could not be read as their type.
        #[getter]
        fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
            map_to_python(py, &self.0.extra)
        }
    }
}

impl Session {
    fn shown(&self) -> String {
        let mut shown = Shown::new("Session");
        shown.text("id", Some(&self.0.id));
        shown.hidden("email", self.0.email.as_deref());
        shown.time("created_at", self.0.created_at);
        shown.time("updated_at", self.0.updated_at);
        shown.time("closed_at", self.0.closed_at);
        match self.0.message_count {
            Some(count) => shown.plain("message_count", count),
            None => shown.plain("message_count", "None"),
        }
        shown.names("extra", &self.0.extra);
        shown.end()
    }
}
