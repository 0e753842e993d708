//! Watches another engine make connections: notes them for the request that waits, and ends slow ones.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tower::{BoxError, Layer, Service};

use super::SendProgress;
use crate::clock::{Clock, later};

tokio::task_local! {
    /// The request on whose behalf a connection is made.
    pub(super) static PROGRESS: SendProgress;
}

/// No connection stood in time.
#[derive(Debug)]
pub(super) struct ConnectTimedOut;

impl fmt::Display for ConnectTimedOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no connection in time")
    }
}

impl Error for ConnectTimedOut {}

/// Whether that lies behind an error.
pub(super) fn timed_out(error: &(dyn Error + 'static)) -> bool {
    let mut source = Some(error);
    while let Some(fault) = source {
        if fault.is::<ConnectTimedOut>() {
            return true;
        }
        source = fault.source();
    }
    false
}

/// Puts the watch around a connector.
#[derive(Clone)]
pub(super) struct WatchConnecting {
    clock: Clock,
    timeout: Duration,
}

impl WatchConnecting {
    pub(super) fn new(clock: Clock, timeout: Duration) -> Self {
        Self { clock, timeout }
    }
}

impl<S> Layer<S> for WatchConnecting {
    type Service = WatchedConnector<S>;

    fn layer(&self, connector: S) -> Self::Service {
        WatchedConnector { connector, watch: self.clone() }
    }
}

#[derive(Clone)]
pub(super) struct WatchedConnector<S> {
    connector: S,
    watch: WatchConnecting,
}

impl<S, Target> Service<Target> for WatchedConnector<S>
where
    S: Service<Target>,
    S::Error: Into<BoxError> + 'static,
    S::Future: Send + 'static,
    S::Response: Send,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, target: Target) -> Self::Future {
        // A connection that outlives the request it was made for goes on without one.
        let progress = PROGRESS.try_with(Clone::clone).ok();
        if let Some(progress) = &progress {
            progress.connecting();
        }
        let connect = self.connector.call(target);
        let WatchConnecting { clock, timeout } = self.watch.clone();
        Box::pin(async move {
            let until = later(clock.now(), timeout);
            let connected = clock
                .timeout_at(until, connect)
                .await
                .map_err(|_| ConnectTimedOut)?
                .map_err(Into::into)?;
            clock.note_activity();
            if let Some(progress) = &progress {
                progress.connected();
            }
            Ok(connected)
        })
    }
}
