//! A call that was not made yet, and the two ways to make it.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use uppzy_boundary::locked;

use crate::driver::Running;
use crate::failure::{OrRaise as _, raised};
use crate::produced::{Produced, into_python};
use crate::runtime::{OfRuntime, park_for_ever, running};

pub(crate) type Outcome = uppzy::Result<Produced>;
pub(crate) type Pending = uppzy_boundary::Call<Produced>;

/// How often a thread that waits looks for Ctrl-C.
const SLICE: Duration = Duration::from_millis(50);

/// One call. `wait` makes it on the caller's thread, a bridge makes it for an event loop.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Call(Mutex<Option<OfRuntime<Pending>>>);

impl Call {
    pub(crate) fn new<T: Into<Produced>>(
        call: impl Future<Output = uppzy::Result<T>> + Send + 'static,
    ) -> Self {
        Self(Mutex::new(Some(OfRuntime::new(uppzy_boundary::call(call)))))
    }

    /// The call itself, which can be made once.
    pub(crate) fn take(&self) -> PyResult<Pending> {
        let call = locked(&self.0).take();
        call.and_then(OfRuntime::into_current).ok_or_else(|| {
            PyRuntimeError::new_err("this call was made already, or in the process before a fork")
        })
    }
}

#[pymethods]
impl Call {
    /// Makes the call on this thread and returns its result. Ctrl-C ends it.
    fn wait(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let running = running(py).or_raise(py)?;
        let mut waiting = Waiting { running, call: Some(self.take()?) };
        loop {
            if let Some(outcome) = waiting.run(py, SLICE) {
                return produce(py, outcome);
            }
            waiting.check_signals(py)?;
        }
    }
}

/// What a call came to, for Python.
pub(crate) fn produce(py: Python<'_>, outcome: Outcome) -> PyResult<Py<PyAny>> {
    match outcome {
        Ok(produced) => into_python(py, produced),
        Err(error) => Err(raised(py, error)),
    }
}

/// A call that this thread makes in slices, detached; sockets and timers are the runtime's.
struct Waiting {
    running: Arc<Running>,
    call: Option<Pending>,
}

impl Waiting {
    /// Makes the call for so long at most.
    fn run(&mut self, py: Python<'_>, longest: Duration) -> Option<Outcome> {
        let call = self.call.as_mut()?;
        let running = &self.running;
        py.detach(|| {
            let outcome = running.block_on(call, longest);
            if running.is_ending() {
                park_for_ever();
            }
            outcome
        })
    }

    /// Runs signal handlers; if one raises, as for Ctrl-C, the call is dropped: nothing more is sent,
    /// and its socket is released.
    fn check_signals(&mut self, py: Python<'_>) -> PyResult<()> {
        py.check_signals().inspect_err(|_| {
            let call = self.call.take();
            let running = &self.running;
            py.detach(|| running.drop_inside(call));
        })
    }
}
