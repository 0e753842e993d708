//! Work in the background that belongs to an object of the caller's.

use std::future::Future;
use std::sync::Mutex;

use futures_util::FutureExt as _;
use futures_util::future::{AbortHandle, BoxFuture, abortable};
use uppzy::Result;

use crate::locks::locked;

/// What a runtime runs.
pub type Task = BoxFuture<'static, ()>;

/// Work that begins when it is first asked for, and ends when it is done, ended or let go of.
pub struct Work {
    /// Not begun yet.
    waiting: Mutex<Option<Task>>,
    abort: AbortHandle,
}

impl Work {
    /// Does nothing yet.
    pub fn new(work: impl Future<Output = ()> + Send + 'static) -> Self {
        let (work, abort) = abortable(work);
        // Ended before its time or not: nobody asks.
        Self { waiting: Mutex::new(Some(Box::pin(work.map(drop)))), abort }
    }

    /// Has the work run by `spawn`, unless that was done before.
    ///
    /// # Errors
    ///
    /// Those of `spawn`. The work is lost then.
    pub fn begin(&self, spawn: impl FnOnce(Task) -> Result<()>) -> Result<()> {
        let waiting = locked(&self.waiting).take();
        waiting.map_or(Ok(()), spawn)
    }

    /// Ends the work: nothing more is sent, and its sockets are released.
    pub fn end(&self) {
        self.abort.abort();
        let waiting = locked(&self.waiting).take();
        drop(waiting);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
    use uppzy::Error;

    use super::*;
    use crate::testing::{next, spawn};

    /// Work that says that it has begun, and does not end by itself.
    fn endless() -> (Work, UnboundedReceiver<()>) {
        let (tell, told) = unbounded_channel();
        let work = Work::new(async move {
            let _ = tell.send(());
            pending().await
        });
        (work, told)
    }

    #[tokio::test]
    async fn it_begins_once_and_ends_with_its_owner() {
        let (work, mut told) = endless();
        work.begin(spawn).unwrap();
        work.begin(|_| panic!("it has begun already")).unwrap();
        assert_eq!(next(&mut told).await, Some(()));
        drop(work);
        assert_eq!(next(&mut told).await, None);
    }

    #[tokio::test]
    async fn ended_work_does_not_begin() {
        let (work, mut told) = endless();
        work.end();
        work.begin(|_| panic!("it has ended")).unwrap();
        assert_eq!(next(&mut told).await, None);
    }

    #[tokio::test]
    async fn work_that_is_ended_on_its_way_into_the_runtime_does_nothing() {
        let (work, mut told) = endless();
        work.begin(spawn).unwrap();
        work.end();
        assert_eq!(next(&mut told).await, None);
    }

    #[tokio::test]
    async fn a_runtime_that_does_not_start_is_an_error() {
        let (work, mut told) = endless();
        let refused = work.begin(|_| Err(Error::internal("there is no thread")));
        assert_eq!(refused.unwrap_err().message(), "there is no thread");
        assert_eq!(next(&mut told).await, None);
    }
}
