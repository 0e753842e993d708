//! Time for tests.

use pyo3::prelude::*;
use uppzy_boundary::duration;

use crate::failure::OrRaise as _;

/// Where clients take time and randomness from in tests: `uppzy.testing` makes these.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Clock(pub(crate) uppzy::Clock);

#[pymethods]
impl Clock {
    /// Time that jumps over waits, and `silence` seconds after a server fell silent.
    #[staticmethod]
    #[pyo3(signature = (seed, silence=None))]
    fn virtual_time(py: Python<'_>, seed: u64, silence: Option<f64>) -> PyResult<Self> {
        let silence = silence.map(|seconds| duration("silence", seconds)).transpose();
        Ok(Self(match silence.or_raise(py)? {
            Some(silence) => uppzy::Clock::virtual_time_with_silence(seed, silence),
            None => uppzy::Clock::virtual_time(seed),
        }))
    }

    /// Time that stands still but for `advance`.
    #[staticmethod]
    fn manual(seed: u64) -> Self {
        Self(uppzy::Clock::manual(seed))
    }

    /// Moves the time forward by so many seconds.
    fn advance(&self, py: Python<'_>, seconds: f64) -> PyResult<()> {
        let by = duration("seconds", seconds).or_raise(py)?;
        py.detach(|| self.0.advance(by));
        Ok(())
    }

    /// The clock's present moment, in seconds since 1970.
    fn now(&self) -> f64 {
        self.0.wall_now().as_duration().as_secs_f64()
    }
}
