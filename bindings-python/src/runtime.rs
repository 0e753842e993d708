//! The process's one runtime: started by the first call, replaced in a forked child, ended at exit.
//!
//! Locks here, and those that guard what belongs to a runtime, are taken only by threads that are
//! attached to the interpreter and that stay so until they let go. `os.fork` is called by such a
//! thread, so none of these locks is ever held by another one at that moment.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use uppzy::Error;
use uppzy_boundary::{Task, locked};

use crate::driver::Running;

/// Counts the runtimes of the process and of the processes it was forked from.
static GENERATION: AtomicU64 = AtomicU64::new(1);
static STATE: Mutex<State> = Mutex::new(State { running: None, ended_by: None });
/// Clients that are being built. A fork waits for them: they hold locks that a child could not open.
static BUILDING: AtomicUsize = AtomicUsize::new(0);

/// How long a fork waits for clients that are being built.
const LONGEST_WAIT_BEFORE_FORK: Duration = Duration::from_secs(5);

struct State {
    running: Option<Arc<Running>>,
    /// The thread that runs the interpreter's exit, once it does.
    ended_by: Option<ThreadId>,
}

pub(crate) fn generation() -> u64 {
    GENERATION.load(Ordering::Acquire)
}

/// The process's runtime; the first call starts it.
pub(crate) fn running(py: Python<'_>) -> uppzy::Result<Arc<Running>> {
    let mut state = locked(&STATE);
    if let Some(running) = &state.running {
        return Ok(Arc::clone(running));
    }
    if let Some(exiting) = state.ended_by {
        drop(state);
        if exiting != thread::current().id() {
            py.detach(|| park_for_ever());
        }
        return Err(Error::closed("the interpreter is exiting: no call can be made any more"));
    }
    let running = Running::start()
        .map_err(|fault| Error::internal(format!("no background thread could start: {fault}")))?;
    state.running = Some(Arc::clone(&running));
    Ok(running)
}

/// Runs a task in the process's runtime.
pub(crate) fn spawn(py: Python<'_>, task: Task) -> uppzy::Result<()> {
    running(py).map(|running| drop(running.spawn(task)))
}

/// The process's runtime, if a call has started it.
pub(crate) fn existing_runtime() -> Option<Arc<Running>> {
    locked(&STATE).running.clone()
}

/// For daemon threads while the interpreter exits, detached from it: they must not come back to it,
/// and what they would raise, nobody wants to see.
pub(crate) fn park_for_ever() -> ! {
    loop {
        thread::park();
    }
}

/// Something that belongs to the runtime of its time. In a forked child, where that runtime has no
/// threads and its locks may be held for ever, it is forgotten, not dropped: its sockets and its
/// poll descriptor are the parent's as well.
pub(crate) struct OfRuntime<T> {
    generation: u64,
    value: Option<T>,
}

impl<T> OfRuntime<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { generation: generation(), value: Some(value) }
    }

    /// The value, unless this is a forked child of the process that made it.
    pub(crate) fn current(&self) -> Option<&T> {
        if self.generation == generation() { self.value.as_ref() } else { None }
    }

    pub(crate) fn current_mut(&mut self) -> Option<&mut T> {
        if self.generation == generation() { self.value.as_mut() } else { None }
    }

    /// The value in any case, for reading what does not change.
    pub(crate) fn memory(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Takes the value, unless this is a forked child of the process that made it.
    pub(crate) fn into_current(mut self) -> Option<T> {
        if self.generation == generation() { self.value.take() } else { None }
    }
}

impl<T> Drop for OfRuntime<T> {
    fn drop(&mut self) {
        if self.generation != generation() {
            std::mem::forget(self.value.take());
        }
    }
}

/// Builds a client detached, so that reading certificates holds nobody up.
pub(crate) fn build_detached<T: Send>(py: Python<'_>, build: impl FnOnce() -> T + Send) -> T {
    struct Building;
    impl Drop for Building {
        fn drop(&mut self) {
            BUILDING.fetch_sub(1, Ordering::AcqRel);
        }
    }
    BUILDING.fetch_add(1, Ordering::AcqRel);
    let _building = Building;
    py.detach(build)
}

/// For `os.register_at_fork(before=...)`.
#[pyfunction]
pub(crate) fn before_fork(py: Python<'_>) {
    let began = Instant::now();
    while BUILDING.load(Ordering::Acquire) > 0 && began.elapsed() < LONGEST_WAIT_BEFORE_FORK {
        py.detach(|| std::thread::sleep(Duration::from_millis(1)));
    }
}

/// For `os.register_at_fork(after_in_child=...)`: leaves the parent's runtime alone; the child's
/// first call starts another.
#[pyfunction]
pub(crate) fn after_fork_in_child(_py: Python<'_>) {
    GENERATION.fetch_add(1, Ordering::AcqRel);
    BUILDING.store(0, Ordering::Release);
    let mut state = locked(&STATE);
    std::mem::forget(state.running.take());
    state.ended_by = None;
}

/// For `atexit`: ends the runtime while detached, and waits for that no longer than `seconds`.
#[pyfunction]
pub(crate) fn shut_down(py: Python<'_>, seconds: f64) {
    let running = {
        let mut state = locked(&STATE);
        state.ended_by = Some(thread::current().id());
        state.running.take()
    };
    let Some(running) = running else { return };
    let limit = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    py.detach(move || running.end(limit));
}
