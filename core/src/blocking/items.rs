//! Results that come one after the other, as iterators.

use std::fmt;
use std::panic::resume_unwind;
use std::pin::Pin;

use futures_core::Stream;
use futures_util::StreamExt as _;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use super::runtime::{runtime, wait_for};
use crate::cancel::CancelToken;
use crate::error::{Error, Result};

type BoxStream<T> = Pin<Box<dyn Stream<Item = T> + Send>>;
type Refuse<T> = Box<dyn FnOnce(Error) -> Vec<T> + Send>;

/// The results of many calls, as they come.
///
/// They are made in the background from the first `next` on, so that no deadline passes while the
/// caller is busy with a result. The channel needs no bound: the inputs are in memory already.
pub(super) struct Results<T> {
    state: State<T>,
    token: Option<CancelToken>,
}

enum State<T> {
    New { stream: BoxStream<T>, refuse: Refuse<T> },
    Running { results: UnboundedReceiver<T>, runtime: &'static Handle, work: Work },
    Refused(std::vec::IntoIter<T>),
    Over,
}

impl<T: Send + 'static> Results<T> {
    /// `refuse` makes the results for a thread on which nothing can be called.
    pub(super) fn new(
        stream: impl Stream<Item = T> + Send + 'static,
        refuse: impl FnOnce(Error) -> Vec<T> + Send + 'static,
    ) -> Self {
        let state = State::New { stream: Box::pin(stream), refuse: Box::new(refuse) };
        Self { state, token: None }
    }

    pub(super) fn cancel_with(self, token: &CancelToken) -> Self {
        Self { token: Some(token.clone()), ..self }
    }
}

impl<T: Send + 'static> State<T> {
    fn begin(self) -> Self {
        let Self::New { mut stream, refuse } = self else { return self };
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(error) => return Self::Refused(refuse(error).into_iter()),
        };
        let (sender, results) = unbounded_channel();
        let work = runtime.spawn(async move {
            while let Some(result) = stream.next().await {
                if sender.send(result).is_err() {
                    break;
                }
            }
        });
        Self::Running { results, runtime, work: Work(work) }
    }

    fn next(&mut self, token: Option<&CancelToken>) -> Option<T> {
        match self {
            Self::New { .. } | Self::Over => None,
            Self::Refused(results) => results.next(),
            Self::Running { results, runtime, work } => {
                let next = async {
                    match results.recv().await {
                        Some(result) => Ok(Some(result)),
                        None => (&mut work.0).await.map(|()| None),
                    }
                };
                let next = match token {
                    Some(token) => wait_for(runtime, token.run(next)).unwrap_or(Ok(None)),
                    None => wait_for(runtime, next),
                };
                match next {
                    Ok(next) => next,
                    // The caller's own function for progress panicked: that is the caller's to see.
                    Err(fault) if fault.is_panic() => resume_unwind(fault.into_panic()),
                    Err(_) => None,
                }
            }
        }
    }
}

impl<T: Send + 'static> Iterator for Results<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if self.token.as_ref().is_some_and(CancelToken::is_cancelled) {
            self.state = State::Over;
            return None;
        }
        let mut state = std::mem::replace(&mut self.state, State::Over).begin();
        let next = state.next(self.token.as_ref());
        if next.is_some() {
            self.state = state;
        }
        next
    }
}

/// Ends the background work when it is dropped.
struct Work(JoinHandle<()>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T> fmt::Debug for Results<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Results").finish_non_exhaustive()
    }
}

/// The steps of one call, each made on the caller's thread when it is asked for.
pub(super) struct Steps<'a, T> {
    stream: Option<Pin<Box<dyn Stream<Item = Result<T>> + Send + 'a>>>,
    token: Option<CancelToken>,
}

impl<'a, T> Steps<'a, T> {
    pub(super) fn new(
        stream: impl Stream<Item = Result<T>> + Send + 'a,
        token: Option<CancelToken>,
    ) -> Self {
        Self { stream: Some(Box::pin(stream)), token }
    }
}

impl<T> Iterator for Steps<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        let stream = self.stream.as_mut()?;
        let next = match (runtime(), &self.token) {
            (Ok(runtime), Some(token)) => {
                wait_for(runtime, token.run(stream.next())).ok().flatten()
            }
            (Ok(runtime), None) => wait_for(runtime, stream.next()),
            (Err(refused), _) => {
                self.stream = None;
                return Some(Err(refused));
            }
        };
        if next.is_none() {
            self.stream = None;
        }
        next
    }
}

impl<T> fmt::Debug for Steps<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Steps").finish_non_exhaustive()
    }
}
