//! A call that was not made yet, and the two ways to make it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::driver::Running;
use crate::failure::Failure;
use crate::produced::Produced;
use crate::runtime::{OfRuntime, locked, park_for_ever, running};

pub(crate) type Outcome = Result<Produced, Failure>;
pub(crate) type Pending = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// How often a thread that waits looks for Ctrl-C.
const SLICE: Duration = Duration::from_millis(50);

/// One call. `wait` makes it on the caller's thread, a bridge makes it for an event loop.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Call(Mutex<Option<OfRuntime<Pending>>>);

impl Call {
    pub(crate) fn new<F, T, E>(future: F) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Into<Produced>,
        Failure: From<E>,
    {
        let caught = AssertUnwindSafe(future).catch_unwind();
        let call = async move {
            match caught.await {
                Ok(Ok(produced)) => Ok(produced.into()),
                Ok(Err(error)) => Err(error.into()),
                Err(panic) => Err(Failure::panicked(&*panic)),
            }
        };
        Self(Mutex::new(Some(OfRuntime::new(Box::pin(call)))))
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
        let running = running(py).map_err(|failure| failure.into_error(py))?;
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
        Ok(produced) => produced.into_python(py),
        Err(failure) => Err(failure.into_error(py)),
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
