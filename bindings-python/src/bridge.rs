//! Finished calls on their way to an event loop: any number of them for one wake-up.
//!
//! The runtime's threads put results on a queue and wake the loop by its descriptor; they never touch
//! the interpreter. The futures of the loop stay on the loop's side.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::AbortHandle;
use pyo3::exceptions::PyOSError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use uppzy_boundary::{FirstSteps, duration, locked};

use crate::call::{Call, Outcome, produce};
use crate::failure::OrRaise as _;
use crate::runtime::{OfRuntime, generation, running};
use crate::wake::Wake;

/// What the runtime's threads see of a bridge.
struct Finished {
    queue: Mutex<Vec<(u64, Outcome)>>,
    wake: Wake,
}

impl Finished {
    /// For a task of the runtime. The loop is woken after the tasks that are ready by now, since they
    /// are likely to finish too.
    fn push(self: &Arc<Self>, key: u64, outcome: Outcome) {
        locked(&self.queue).push((key, outcome));
        if self.wake.claim() {
            let finished = Arc::clone(self);
            tokio::spawn(async move { finished.wake.signal() });
        }
    }
}

/// A call under way.
struct Started {
    future: Py<PyAny>,
    task: OfRuntime<AbortHandle>,
}

impl Started {
    fn abort(self) {
        if let Some(task) = self.task.into_current() {
            task.abort();
        }
    }
}

/// The calls of one event loop.
#[pyclass(frozen, weakref, module = "uppzy._native")]
pub(crate) struct Bridge {
    finished: Arc<Finished>,
    /// Locked by attached threads only.
    started: Mutex<HashMap<u64, Started>>,
    next_key: AtomicU64,
    generation: u64,
    first_steps: FirstSteps,
}

#[pymethods]
impl Bridge {
    /// With a descriptor for the loop to watch, or without for a thread that waits.
    #[new]
    fn new(with_descriptor: bool) -> PyResult<Self> {
        let wake = if with_descriptor {
            Wake::descriptor().map_err(|fault| PyOSError::new_err(fault.to_string()))?
        } else {
            Wake::thread()
        };
        Ok(Self {
            finished: Arc::new(Finished { queue: Mutex::default(), wake }),
            started: Mutex::default(),
            next_key: AtomicU64::new(0),
            generation: generation(),
            first_steps: FirstSteps::default(),
        })
    }

    /// The descriptor to watch for reading; none where a thread has to wait.
    fn fileno(&self) -> Option<i32> {
        self.finished.wake.number()
    }

    /// Whether this is a forked child of the process that the bridge is of.
    #[getter]
    fn is_stale(&self) -> bool {
        self.generation != generation()
    }

    /// How many calls are under way.
    #[getter]
    fn pending(&self) -> usize {
        locked(&self.started).len()
    }

    /// Makes the call in the background, but for the first step if that is ours; the future gets its result. Gives a key to cancel it by.
    fn start(&self, py: Python<'_>, call: &Call, future: Py<PyAny>) -> PyResult<u64> {
        let running = running(py).or_raise(py)?;
        let call = call.take()?;
        let key = self.next_key.fetch_add(1, Ordering::Relaxed);
        let finished = Arc::clone(&self.finished);
        let call = async move {
            let outcome = call.await;
            finished.push(key, outcome);
        };
        let task = match self.first_steps.is_callers() {
            true => running.begin(call),
            false => running.spawn(call),
        };
        let task = OfRuntime::new(task);
        locked(&self.started).insert(key, Started { future, task });
        Ok(key)
    }

    /// Ends a call: nothing more is sent, and its socket is released. Its future is not touched.
    fn cancel(&self, key: u64) {
        let started = locked(&self.started).remove(&key);
        if let Some(started) = started {
            started.abort();
        }
    }

    /// Gives their results to the futures of all calls that have finished.
    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        self.finished.wake.take();
        let batch = std::mem::take(&mut *locked(&self.finished.queue));
        self.first_steps.delivered(batch.len());
        for (key, outcome) in batch {
            let started = locked(&self.started).remove(&key);
            let Some(Started { future, task: _ }) = started else { continue };
            let future = future.into_bound(py);
            // A cancelled future, of which the task has not told yet.
            if future.call_method0(intern!(py, "done"))?.is_truthy()? {
                continue;
            }
            match produce(py, outcome) {
                Ok(result) => future.call_method1(intern!(py, "set_result"), (result,))?,
                Err(error) => {
                    future.call_method1(intern!(py, "set_exception"), (error.into_value(py),))?
                }
            };
        }
        Ok(())
    }

    /// Waits on this thread for something to drain, for bridges without a descriptor.
    fn wait(&self, py: Python<'_>, seconds: f64) -> PyResult<bool> {
        let longest = duration("seconds", seconds).or_raise(py)?;
        Ok(py.detach(|| self.finished.wake.wait(longest)))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Ok(started) = self.started.try_lock() {
            for started in started.values() {
                visit.call(&started.future)?;
            }
        }
        Ok(())
    }

    fn __clear__(&self) {
        let started = std::mem::take(&mut *locked(&self.started));
        started.into_values().for_each(Started::abort);
    }
}

/// The loop is gone: nobody will ask for the rest.
impl Drop for Bridge {
    fn drop(&mut self) {
        let started = std::mem::take(&mut *locked(&self.started));
        started.into_values().for_each(Started::abort);
    }
}
