//! Results that come one after the other, made in the background and taken in batches.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uppzy::{Error, Result};

use crate::call::{Call, panicked};
use crate::work::{Task, Work};

/// Where the work puts its results.
pub struct Items<T>(UnboundedSender<Result<T>>);

impl<T> Items<T> {
    /// The next result.
    pub fn give(&self, item: Result<T>) {
        // Nobody takes them any more: the work is about to be ended.
        drop(self.0.send(item));
    }
}

/// Results that come one after the other. The work begins with the first `next`, and ends with the
/// stream.
pub struct Batches<T> {
    work: Work,
    taker: Arc<Mutex<Taker<T>>>,
}

struct Taker<T> {
    items: UnboundedReceiver<Result<T>>,
    /// More than this at once would hold the taker's side up.
    most: usize,
    /// An error that came after results, to be told next.
    held: Option<Error>,
}

impl<T: Send + 'static> Batches<T> {
    /// What `work` gives, so many at once at most. Does nothing yet.
    pub fn new<F: Future<Output = ()> + Send + 'static>(
        most: usize,
        work: impl FnOnce(Items<T>) -> F,
    ) -> Self {
        let (sender, items) = unbounded_channel();
        let panics = sender.clone();
        let caught = AssertUnwindSafe(work(Items(sender))).catch_unwind();
        let work = Work::new(async move {
            if let Err(panic) = caught.await {
                drop(panics.send(Err(panicked(&*panic))));
            }
        });
        Self { work, taker: Arc::new(Mutex::new(Taker { items, most, held: None })) }
    }

    /// What is there, at least one; nothing at the end. The first time, has the work run by `spawn`.
    ///
    /// # Errors
    ///
    /// Those of `spawn`; and the call's are those of the work.
    pub fn next(&self, spawn: impl FnOnce(Task) -> Result<()>) -> Result<Call<Vec<T>>> {
        self.work.begin(spawn)?;
        let taker = Arc::clone(&self.taker);
        Ok(Box::pin(async move { taker.lock().await.take().await }))
    }

    /// Ends the work. What the server has accepted goes on there.
    pub fn end(&self) {
        self.work.end();
    }
}

impl<T> Taker<T> {
    async fn take(&mut self) -> Result<Vec<T>> {
        if let Some(error) = self.held.take() {
            return Err(error);
        }
        let Some(first) = self.items.recv().await else { return Ok(Vec::new()) };
        let mut batch = vec![first?];
        while batch.len() < self.most {
            match self.items.try_recv() {
                Ok(Ok(item)) => batch.push(item),
                Ok(Err(error)) => {
                    self.held = Some(error);
                    break;
                }
                Err(_) => break,
            }
        }
        Ok(batch)
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;
    use crate::testing::{ended, spawn};

    async fn next(batches: &Batches<u32>) -> std::result::Result<Vec<u32>, String> {
        let next = ended(batches.next(spawn).unwrap()).await;
        next.map_err(|error| error.message().to_owned())
    }

    fn broken() -> Error {
        Error::internal("it broke")
    }

    #[tokio::test]
    async fn what_is_there_comes_at_once_up_to_a_limit() {
        let batches = Batches::new(3, |items| async move {
            (1..=4).for_each(|number| items.give(Ok(number)));
        });
        assert_eq!(next(&batches).await, Ok(vec![1, 2, 3]));
        assert_eq!(next(&batches).await, Ok(vec![4]));
        assert_eq!(next(&batches).await, Ok(vec![]));
    }

    #[tokio::test]
    async fn an_error_comes_after_what_was_there_before_it() {
        let batches = Batches::new(3, |items| async move {
            items.give(Ok(1));
            items.give(Err(broken()));
            items.give(Ok(2));
        });
        assert_eq!(next(&batches).await, Ok(vec![1]));
        assert_eq!(next(&batches).await, Err("it broke".to_owned()));
        assert_eq!(next(&batches).await, Ok(vec![2]));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_end() {
        let batches = Batches::new(3, |items| async move {
            items.give(Ok(1));
            panic!("it broke");
        });
        assert_eq!(next(&batches).await, Ok(vec![1]));
        let text = "a part of the client panicked: it broke";
        assert_eq!(next(&batches).await, Err(text.to_owned()));
        assert_eq!(next(&batches).await, Ok(vec![]));
    }

    #[tokio::test]
    async fn letting_go_ends_what_somebody_waits_for() {
        let batches = Batches::<u32>::new(3, |items| async move {
            let _held = items;
            pending().await
        });
        let waiting = batches.next(spawn).unwrap();
        drop(batches);
        assert!(ended(waiting).await.unwrap().is_empty());
    }
}
