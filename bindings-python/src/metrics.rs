//! What a client has done, in numbers and as events.

use futures_util::FutureExt as _;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use uppzy::{Error, Event, EventStream};

use crate::call::Call;
use crate::failure::raised;
use crate::runtime::OfRuntime;
use crate::values::to_python;

/// What a client and its clones have done so far.
#[pyclass(frozen, module = "uppzy")]
pub(crate) struct Metrics(pub(crate) uppzy::Metrics);

#[pymethods]
impl Metrics {
    /// By the operation's name, such as `chat.send`: `calls`, `succeeded`, `failed` and `outcomes`
    /// by name, `retries`, `throttled`, `server_errors`, `latency` in seconds, `answers`.
    #[getter]
    fn operations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let operations = PyDict::new(py);
        for (name, metrics) in &self.0.operations {
            operations.set_item(*name, to_python(py, &metrics.to_json())?)?;
        }
        Ok(operations)
    }

    /// Ratings `good` that the server took.
    #[getter]
    fn feedback_good(&self) -> u64 {
        self.0.feedback_good
    }

    /// Ratings `bad` that the server took.
    #[getter]
    fn feedback_bad(&self) -> u64 {
        self.0.feedback_bad
    }

    /// Events that were dropped because their reader was too slow.
    #[getter]
    fn events_dropped(&self) -> u64 {
        self.0.events_dropped
    }

    /// All numbers as plain data; durations are seconds.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.0.to_json())
    }

    /// The numbers in Prometheus' text format 0.0.4, to be served as
    /// `text/plain; version=0.0.4; charset=utf-8`.
    fn to_prometheus(&self) -> String {
        self.0.to_prometheus()
    }

    fn __repr__(&self) -> String {
        let calls: u64 = self.0.operations.values().map(|operation| operation.calls).sum();
        format!("Metrics(operations={}, calls={calls})", self.0.operations.len())
    }
}

/// Events of a client. Private: iterators in Python are made over it.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Events(OfRuntime<uppzy_boundary::Events>);

impl Events {
    pub(crate) fn new(events: EventStream) -> Self {
        Self(OfRuntime::new(uppzy_boundary::Events::new(events)))
    }

    fn current(&self, py: Python<'_>) -> PyResult<&uppzy_boundary::Events> {
        self.0.current().ok_or_else(|| {
            raised(py, Error::closed("these events are of the process before a fork"))
        })
    }
}

#[pymethods]
impl Events {
    /// A call that comes to the events that are there, at least one, or to none at the end.
    fn next(&self, py: Python<'_>) -> PyResult<Call> {
        Ok(Call::new(self.current(py)?.next(usize::MAX).map(Ok)))
    }

    /// The events that are there, without waiting.
    fn read<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.current(py)?.read().iter().map(Event::to_json).collect())
    }

    /// How many events were dropped for want of room.
    #[getter]
    fn dropped(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.current(py)?.dropped())
    }
}
