//! Results that come one after the other, made in the background and taken in batches.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use futures_util::future::{AbortHandle, BoxFuture};
use napi::Env;
use napi_derive::napi;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::bridge::Bridge;
use crate::call::{Call, Outcome, call};
use crate::failure::Failure;
use crate::produced::Produced;
use crate::runtime::{locked, running};

/// More than this at once would hold the event loop up.
const LARGEST_BATCH: usize = 96;

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
#[napi]
pub struct Stream {
    /// Not begun yet.
    work: Mutex<Option<BoxFuture<'static, ()>>>,
    task: Mutex<Option<AbortHandle>>,
    taker: Arc<tokio::sync::Mutex<Taker>>,
}

struct Taker {
    items: UnboundedReceiver<Outcome>,
    /// An error that came after results, to be thrown next.
    held: Option<Failure>,
}

impl Stream {
    pub(crate) fn new<F: Future<Output = ()> + Send + 'static>(
        work: impl FnOnce(Items) -> F,
    ) -> Self {
        let (sender, items) = unbounded_channel();
        let panicked = sender.clone();
        let caught = AssertUnwindSafe(work(Items(sender))).catch_unwind();
        let work: BoxFuture<'static, ()> = Box::pin(async move {
            if let Err(panic) = caught.await {
                drop(panicked.send(Err(Failure::panicked(&*panic))));
            }
        });
        Self {
            work: Mutex::new(Some(work)),
            task: Mutex::default(),
            taker: Arc::new(tokio::sync::Mutex::new(Taker { items, held: None })),
        }
    }

    fn taken(&self) -> Result<Call, Failure> {
        let work = locked(&self.work).take();
        if let Some(work) = work {
            *locked(&self.task) = Some(running()?.spawn(work));
        }
        let taker = Arc::clone(&self.taker);
        Ok(call(async move { taker.lock().await.take().await }))
    }

    fn end(&self) {
        drop(locked(&self.work).take());
        let task = locked(&self.task).take();
        if let Some(task) = task {
            task.abort();
        }
    }
}

#[napi]
impl Stream {
    /// A call that comes to a list of what is there, at least one, or to null at the end.
    #[napi(catch_unwind)]
    pub fn next(&self, env: Env, bridge: &Bridge, id: u32) {
        bridge.start(&env, id, self.taken(), true);
    }

    /// Ends the work. What the server has accepted goes on there.
    #[napi(catch_unwind)]
    pub fn close(&self) {
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
