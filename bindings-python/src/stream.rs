//! Results that come one after the other, made in the background and taken in batches.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use futures_util::future::AbortHandle;
use pyo3::prelude::*;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::call::{Call, Outcome};
use crate::failure::Failure;
use crate::produced::Produced;
use crate::runtime::{OfRuntime, locked, running};

/// More than this at once would hold the caller's thread up.
const LARGEST_BATCH: usize = 256;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where a stream's work puts its results.
pub(crate) struct Items(UnboundedSender<Outcome>);

impl Items {
    pub(crate) fn give(&self, outcome: Outcome) {
        // Nobody takes them any more: the work is about to be ended.
        drop(self.0.send(outcome));
    }
}

/// Results that come one after the other. The work begins with the first `next`, and ends with the
/// stream.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Stream {
    /// Not begun yet.
    work: Mutex<Option<OfRuntime<Work>>>,
    task: Mutex<Option<OfRuntime<AbortHandle>>>,
    taker: OfRuntime<Arc<tokio::sync::Mutex<Taker>>>,
}

struct Taker {
    items: UnboundedReceiver<Outcome>,
    /// An error that came after results, to be raised next.
    held: Option<Failure>,
}

impl Stream {
    pub(crate) fn new<F: Future<Output = ()> + Send + 'static>(
        work: impl FnOnce(Items) -> F,
    ) -> Self {
        let (sender, items) = unbounded_channel();
        let panicked = sender.clone();
        let caught = AssertUnwindSafe(work(Items(sender))).catch_unwind();
        let work: Work = Box::pin(async move {
            if let Err(panic) = caught.await {
                drop(panicked.send(Err(Failure::panicked(&*panic))));
            }
        });
        Self {
            work: Mutex::new(Some(OfRuntime::new(work))),
            task: Mutex::default(),
            taker: OfRuntime::new(Arc::new(tokio::sync::Mutex::new(Taker { items, held: None }))),
        }
    }

    fn end(&self) {
        drop(locked(&self.work).take());
        let task = locked(&self.task).take();
        if let Some(task) = task.and_then(OfRuntime::into_current) {
            task.abort();
        }
    }
}

#[pymethods]
impl Stream {
    /// A call that comes to a list of what is there, at least one, or to none at the end.
    fn next(&self, py: Python<'_>) -> PyResult<Call> {
        let Some(taker) = self.taker.current().map(Arc::clone) else {
            let message =
                "these results are of the process before a fork: take the tokens, and begin again";
            return Err(Failure::closed(message).into_error(py));
        };
        let work = locked(&self.work).take();
        if let Some(work) = work.and_then(OfRuntime::into_current) {
            let running = running(py).map_err(|failure| failure.into_error(py))?;
            let task = running.spawn(work);
            *locked(&self.task) = Some(OfRuntime::new(task));
        }
        Ok(Call::new(async move { taker.lock().await.take().await }))
    }

    /// Ends the work. What the server has accepted goes on there.
    fn close(&self) {
        self.end();
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.end();
    }
}

impl Taker {
    async fn take(&mut self) -> Outcome {
        if let Some(failure) = self.held.take() {
            return Err(failure);
        }
        let Some(first) = self.items.recv().await else { return Ok(Produced::Nothing) };
        let mut batch = vec![first?];
        while batch.len() < LARGEST_BATCH {
            match self.items.try_recv() {
                Ok(Ok(item)) => batch.push(item),
                Ok(Err(failure)) => {
                    self.held = Some(failure);
                    break;
                }
                Err(_) => break,
            }
        }
        Ok(Produced::Many(batch))
    }
}
