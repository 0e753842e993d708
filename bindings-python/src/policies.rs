//! How often requests are repeated and answers looked for, as Python sees it.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use uppzy_boundary::duration;

use crate::failure::OrRaise as _;

/// How often and how fast a failed request is repeated. All times are seconds.
#[pyclass(frozen, eq, module = "uppzy")]
#[derive(PartialEq)]
pub(crate) struct RetryPolicy(pub(crate) uppzy::RetryPolicy);

#[pymethods]
impl RetryPolicy {
    #[new]
    #[pyo3(signature = (*, max_attempts=3, base=0.5, cap=8.0, throttled_base=1.0, throttled_cap=20.0, max_retry_after=60.0))]
    fn new(
        py: Python<'_>,
        max_attempts: u32,
        base: f64,
        cap: f64,
        throttled_base: f64,
        throttled_cap: f64,
        max_retry_after: f64,
    ) -> PyResult<Self> {
        let policy = || -> uppzy::Result<_> {
            Ok(uppzy::RetryPolicy {
                max_attempts,
                base: duration("base", base)?,
                cap: duration("cap", cap)?,
                throttled_base: duration("throttled_base", throttled_base)?,
                throttled_cap: duration("throttled_cap", throttled_cap)?,
                max_retry_after: duration("max_retry_after", max_retry_after)?,
            })
        };
        policy().map(Self).or_raise(py)
    }

    /// Attempts of a call, the first included; at least 1.
    #[getter]
    fn max_attempts(&self) -> u32 {
        self.0.max_attempts
    }

    /// The first back-off before its jitter, in seconds.
    #[getter]
    fn base(&self) -> f64 {
        self.0.base.as_secs_f64()
    }

    /// The longest back-off before its jitter, in seconds.
    #[getter]
    fn cap(&self) -> f64 {
        self.0.cap.as_secs_f64()
    }

    /// The first back-off after 429 and 503, in seconds.
    #[getter]
    fn throttled_base(&self) -> f64 {
        self.0.throttled_base.as_secs_f64()
    }

    /// The longest back-off after 429 and 503, in seconds.
    #[getter]
    fn throttled_cap(&self) -> f64 {
        self.0.throttled_cap.as_secs_f64()
    }

    /// A server that asks for a longer wait than this gets no retry, in seconds.
    #[getter]
    fn max_retry_after(&self) -> f64 {
        self.0.max_retry_after.as_secs_f64()
    }

    fn __hash__(&self) -> u64 {
        u64::from(self.0.max_attempts)
            ^ self.0.base.as_secs_f64().to_bits()
            ^ self.0.throttled_base.as_secs_f64().to_bits().rotate_left(7)
    }

    fn __repr__(&self) -> String {
        format!(
            "RetryPolicy(max_attempts={}, base={:?}, cap={:?}, throttled_base={:?}, \
             throttled_cap={:?}, max_retry_after={:?})",
            self.max_attempts(),
            self.base(),
            self.cap(),
            self.throttled_base(),
            self.throttled_cap(),
            self.max_retry_after()
        )
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let policy = slf.get();
        let py = slf.py();
        let options = PyDict::new(py);
        options.set_item("max_attempts", policy.max_attempts())?;
        options.set_item("base", policy.base())?;
        options.set_item("cap", policy.cap())?;
        options.set_item("throttled_base", policy.throttled_base())?;
        options.set_item("throttled_cap", policy.throttled_cap())?;
        options.set_item("max_retry_after", policy.max_retry_after())?;
        reduced(slf.get_type().into_any(), options)
    }
}

/// When the state of a pending answer is read. All times are seconds. A hint of the server wins. The
/// default one learns when the answers of a site come; any other is kept to as it is.
#[pyclass(frozen, eq, module = "uppzy")]
#[derive(PartialEq)]
pub(crate) struct PollSchedule(pub(crate) uppzy::PollSchedule);

#[pymethods]
impl PollSchedule {
    #[new]
    #[pyo3(signature = (*, first=2.0, share=0.12, least=1.0, most=5.0, jitter=0.1, timeout=None))]
    fn new(
        py: Python<'_>,
        first: f64,
        share: f64,
        least: f64,
        most: f64,
        jitter: f64,
        timeout: Option<f64>,
    ) -> PyResult<Self> {
        let schedule = || -> uppzy::Result<_> {
            Ok(uppzy::PollSchedule {
                first: duration("first", first)?,
                share,
                least: duration("least", least)?,
                most: duration("most", most)?,
                jitter,
                timeout: timeout.map(|seconds| duration("timeout", seconds)).transpose()?,
            })
        };
        schedule().map(Self).or_raise(py)
    }

    /// The fixed schedule of the vendor's playbook for workers: every 2.5 s, for 45 s.
    #[staticmethod]
    fn worker() -> Self {
        Self(uppzy::PollSchedule::worker())
    }

    /// From the moment the server accepted the question to the first poll, in seconds.
    #[getter]
    fn first(&self) -> f64 {
        self.0.first.as_secs_f64()
    }

    /// The next wait as a share of the time since the question was accepted.
    #[getter]
    fn share(&self) -> f64 {
        self.0.share
    }

    /// The shortest wait between two polls, in seconds.
    #[getter]
    fn least(&self) -> f64 {
        self.0.least.as_secs_f64()
    }

    /// The longest wait between two polls, in seconds.
    #[getter]
    fn most(&self) -> f64 {
        self.0.most.as_secs_f64()
    }

    /// How far a wait may be off its value either way, as a share of it.
    #[getter]
    fn jitter(&self) -> f64 {
        self.0.jitter
    }

    /// The default total time of a wait under this schedule, in seconds; None leaves it to the client.
    #[getter]
    fn timeout(&self) -> Option<f64> {
        self.0.timeout.map(|timeout| timeout.as_secs_f64())
    }

    fn __hash__(&self) -> u64 {
        self.first().to_bits() ^ self.share().to_bits() ^ self.most().to_bits().rotate_left(7)
    }

    fn __repr__(&self) -> String {
        let timeout = self.timeout().map_or_else(|| "None".to_owned(), |time| format!("{time:?}"));
        format!(
            "PollSchedule(first={:?}, share={:?}, least={:?}, most={:?}, jitter={:?}, timeout={timeout})",
            self.first(),
            self.share(),
            self.least(),
            self.most(),
            self.jitter(),
        )
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let schedule = slf.get();
        let options = PyDict::new(slf.py());
        options.set_item("first", schedule.first())?;
        options.set_item("share", schedule.share())?;
        options.set_item("least", schedule.least())?;
        options.set_item("most", schedule.most())?;
        options.set_item("jitter", schedule.jitter())?;
        options.set_item("timeout", schedule.timeout())?;
        reduced(slf.get_type().into_any(), options)
    }
}

/// How pickle makes the object again: `class(**options)`.
fn reduced<'py>(
    class: Bound<'py, PyAny>,
    options: Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyTuple>> {
    let py = class.py();
    let again = py.import("uppzy._native")?.getattr("_with_options")?;
    (again, (class, options)).into_pyobject(py)
}

/// Calls the class with these options, for pickle.
#[pyfunction]
#[pyo3(name = "_with_options")]
pub(crate) fn with_options<'py>(
    class: &Bound<'py, PyAny>,
    options: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    class.call((), Some(options))
}
