//! Lists, and what came with them.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyList, PyTuple};
use serde_json::{Map, Value};

use super::{Document, Meta, Session, Shown, hash_of, reduced};
use crate::values::{map_to_python, to_python};

enum Of {
    Documents(uppzy::Listing<uppzy::Document>),
    Sessions(uppzy::Listing<uppzy::Session>),
}

/// A list in the server's order: a sequence that cannot be changed, and what stood beside it.
#[pyclass(frozen, sequence, module = "uppzy", generic)]
pub(crate) struct Listing {
    items: Py<PyTuple>,
    of: Of,
}

impl Listing {
    pub(crate) fn documents(
        py: Python<'_>,
        listing: uppzy::Listing<uppzy::Document>,
    ) -> PyResult<Self> {
        let items = PyTuple::new(py, listing.items.iter().cloned().map(Document))?.unbind();
        Ok(Self { items, of: Of::Documents(listing) })
    }

    pub(crate) fn sessions(
        py: Python<'_>,
        listing: uppzy::Listing<uppzy::Session>,
    ) -> PyResult<Self> {
        let items = PyTuple::new(py, listing.items.iter().cloned().map(Session))?.unbind();
        Ok(Self { items, of: Of::Sessions(listing) })
    }

    fn beside(&self) -> &Map<String, Value> {
        match &self.of {
            Of::Documents(listing) => &listing.extra,
            Of::Sessions(listing) => &listing.extra,
        }
    }
}

#[pymethods]
impl Listing {
    fn __len__(&self, py: Python<'_>) -> usize {
        self.items.bind(py).len()
    }

    /// An item, or for a slice a tuple of items.
    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        index: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.items.bind(py).as_any().get_item(index)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.items.bind(py).try_iter()
    }

    fn __reversed__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let items: Vec<_> = self.items.bind(py).iter().rev().collect();
        PyTuple::new(py, items)?.try_iter()
    }

    fn __contains__(&self, py: Python<'_>, item: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.items.bind(py).contains(item)
    }

    /// The place of the first such item; ValueError if there is none.
    #[pyo3(signature = (value, start=0, stop=isize::MAX, /))]
    fn index(
        &self,
        py: Python<'_>,
        value: &Bound<'_, PyAny>,
        start: isize,
        stop: isize,
    ) -> PyResult<usize> {
        let found = self.items.bind(py).call_method1("index", (value, start, stop));
        found.map_err(|_| PyValueError::new_err("there is no such item"))?.extract()
    }

    /// How many such items there are.
    #[pyo3(signature = (value, /))]
    fn count(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        self.items.bind(py).call_method1("count", (value,))?.extract()
    }

    /// The items as a list.
    #[getter]
    fn items<'py>(&self, py: Python<'py>) -> Bound<'py, PyList> {
        self.items.bind(py).to_list()
    }

    /// What stood beside the list, such as a total or a cursor. The vendor documents no paging.
    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        map_to_python(py, self.beside())
    }

    /// The JSON text that the server sent.
    #[getter]
    fn raw(&self) -> &str {
        match &self.of {
            Of::Documents(listing) => listing.raw(),
            Of::Sessions(listing) => listing.raw(),
        }
    }

    /// How it came about: attempts, time, HTTP status.
    #[getter]
    fn meta(&self) -> Meta {
        Meta(match &self.of {
            Of::Documents(listing) => listing.meta.clone(),
            Of::Sessions(listing) => listing.meta.clone(),
        })
    }

    /// All fields but `raw` as plain data; times are ISO 8601 in UTC.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(
            py,
            &match &self.of {
                Of::Documents(listing) => listing.to_json(),
                Of::Sessions(listing) => listing.to_json(),
            },
        )
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        let Ok(other) = other.cast_exact::<Self>() else { return false };
        match (&self.of, &other.get().of) {
            (Of::Documents(one), Of::Documents(other)) => one == other,
            (Of::Sessions(one), Of::Sessions(other)) => one == other,
            _ => false,
        }
    }

    fn __hash__(&self) -> u64 {
        hash_of("Listing", self.raw())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut shown = Shown::new("Listing");
        shown.plain("items", self.items.bind(py).to_list().repr()?);
        shown.names("extra", self.beside());
        Ok(shown.end())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.of {
            Of::Documents(listing) => reduced(py, "Documents", listing),
            Of::Sessions(listing) => reduced(py, "Sessions", listing),
        }
    }
}
