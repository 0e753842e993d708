//! Documents of the knowledge base.

use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDict};

use super::{Shown, model};
use crate::values::{map_to_python, to_datetime};

model! {
    /// A document of the knowledge base: a file, a text, or a question with its answer.
    ///
    /// The vendor documents that a document has an id; every other field may be missing.
    Document {
        /// The id. A number became text.
        #[getter]
        fn id(&self) -> &str {
            &self.0.id
        }

        /// The title.
        #[getter]
        fn title(&self) -> Option<&str> {
            self.0.title.as_deref()
        }

        /// The category, such as `faq`.
        #[getter]
        fn category(&self) -> Option<&str> {
            self.0.category.as_deref()
        }

        /// Whether it takes part in answers: `active`, `draft`, or what else the server says.
        #[getter]
        fn status(&self) -> Option<&str> {
            self.0.status.as_ref().map(|status| status.as_str())
        }

        /// Whether the server is done with processing it.
        #[getter]
        fn ready(&self) -> Option<bool> {
            self.0.ready
        }

        /// When it was created, in UTC.
        #[getter]
        fn created_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
            to_datetime(py, self.0.created_at)
        }

        /// When it was last changed, in UTC.
        #[getter]
        fn updated_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
            to_datetime(py, self.0.updated_at)
        }

        /// Every other field, those above that could not be read as their type, and what stood beside
        /// the document in the answer.
        #[getter]
        fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
            map_to_python(py, &self.0.extra)
        }
    }
}

impl Document {
    fn shown(&self) -> String {
        let mut shown = Shown::new("Document");
        shown.text("id", Some(&self.0.id));
        shown.hidden("title", self.0.title.as_deref());
        shown.text("category", self.0.category.as_deref());
        shown.text("status", self.status());
        match self.0.ready {
            Some(ready) => shown.flag("ready", ready),
            None => shown.plain("ready", "None"),
        }
        shown.time("created_at", self.0.created_at);
        shown.time("updated_at", self.0.updated_at);
        shown.names("extra", &self.0.extra);
        shown.end()
    }
}
