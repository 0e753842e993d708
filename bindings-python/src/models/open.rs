//! Answers without a documented shape.

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyList};

use super::{Shown, model};
use crate::values::{map_to_python, to_python};

model! {
    /// An answer whose fields the vendor does not document: a mapping of all of them, as they came.
    ///
    /// An answer that is JSON but no object is there under `value`; one without a body is empty.
    OpenObject {
        /// Every field.
        #[getter]
        fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
            map_to_python(py, &self.0.fields)
        }

        fn __getitem__<'py>(&self, py: Python<'py>, name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
            let value = name.extract::<&str>().ok().and_then(|name| self.0.fields.get(name));
            match value {
                Some(value) => to_python(py, value),
                None => Err(PyKeyError::new_err(name.clone().unbind())),
            }
        }

        fn __len__(&self) -> usize {
            self.0.fields.len()
        }

        fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
            self.keys(py)?.try_iter()
        }

        fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
            name.extract::<&str>().is_ok_and(|name| self.0.fields.contains_key(name))
        }

        /// The field of that name, or the default.
        #[pyo3(signature = (name, default=None, /))]
        fn get<'py>(&self, py: Python<'py>, name: &str, default: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
            match self.0.fields.get(name) {
                Some(value) => to_python(py, value),
                None => Ok(default.unwrap_or_else(|| py.None().into_bound(py))),
            }
        }

        /// The names of all fields.
        fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
            PyList::new(py, self.0.fields.keys())
        }

        /// The values of all fields.
        fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            map_to_python(py, &self.0.fields)?.call_method0("values")
        }

        /// All fields as pairs.
        fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            map_to_python(py, &self.0.fields)?.call_method0("items")
        }
    }
}

impl OpenObject {
    fn shown(&self) -> String {
        let mut shown = Shown::new("OpenObject");
        shown.names("fields", &self.0.fields);
        shown.end()
    }
}
