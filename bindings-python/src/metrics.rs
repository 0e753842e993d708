//! What a client has done, in numbers and as events.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::Value;
use uppzy::EventStream;

use crate::call::Call;
use crate::failure::Failure;
use crate::produced::Produced;
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
pub(crate) struct Events(OfRuntime<Arc<tokio::sync::Mutex<EventStream>>>);

impl Events {
    pub(crate) fn new(events: EventStream) -> Self {
        Self(OfRuntime::new(Arc::new(tokio::sync::Mutex::new(events))))
    }

    fn stream(&self, py: Python<'_>) -> PyResult<Arc<tokio::sync::Mutex<EventStream>>> {
        self.0.current().map(Arc::clone).ok_or_else(|| {
            Failure::closed("these events are of the process before a fork").into_error(py)
        })
    }
}

#[pymethods]
impl Events {
    /// A call that comes to the events that are there, at least one, or to none at the end.
    fn next(&self, py: Python<'_>) -> PyResult<Call> {
        let stream = self.stream(py)?;
        Ok(Call::new(async move {
            let mut stream = stream.lock().await;
            let first = stream.next().await;
            let events: Vec<Value> = first
                .into_iter()
                .chain(std::iter::from_fn(|| stream.try_next()))
                .map(|event| event.to_json())
                .collect();
            let nothing = events.is_empty();
            Ok::<_, Failure>(match nothing {
                true => Produced::Nothing,
                false => Produced::Json(Value::Array(events)),
            })
        }))
    }

    /// The events that are there, without waiting.
    fn read<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let stream = self.stream(py)?;
        // Somebody else is waiting for the next one and will get it.
        let Ok(mut stream) = stream.try_lock() else { return to_python(py, &Value::Array(vec![])) };
        let events = std::iter::from_fn(|| stream.try_next()).map(|event| event.to_json());
        to_python(py, &Value::Array(events.collect()))
    }

    /// How many events were dropped for want of room.
    #[getter]
    fn dropped(&self, py: Python<'_>) -> PyResult<u64> {
        let stream = self.stream(py)?;
        Ok(stream.try_lock().map(|stream| stream.dropped()).unwrap_or_default())
    }
}
