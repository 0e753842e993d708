//! A client whose server is a part of the test, and waits that have an end.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;
use uppzy::{
    BoxFuture, Client, Clock, ResponseBody, Result, Transport, TransportBody, TransportFault,
    TransportRequest, TransportResponse,
};

use crate::locks::locked;
use crate::work::Task;

/// What does not come in this time never comes: a test that waits for ever tells nobody what is wrong.
pub(crate) const LONGEST: Duration = Duration::from_secs(30);

/// What the channel gives; none once nobody can send any more.
pub(crate) async fn next<T>(told: &mut UnboundedReceiver<T>) -> Option<T> {
    ended(told.recv()).await
}

/// What the future comes to.
pub(crate) async fn ended<T>(future: impl Future<Output = T>) -> T {
    timeout(LONGEST, future).await.unwrap()
}

/// Runs work where the test runs.
pub(crate) fn spawn(task: Task) -> Result<()> {
    tokio::spawn(task);
    Ok(())
}

/// Answers every request in the same way, once it was read to its end.
pub(crate) struct Answers {
    text: &'static str,
    bodies: Mutex<Vec<String>>,
}

impl Answers {
    pub(crate) fn new(text: &'static str) -> Arc<Self> {
        Arc::new(Self { text, bodies: Mutex::default() })
    }

    /// What was sent.
    pub(crate) fn bodies(&self) -> Vec<String> {
        locked(&self.bodies).clone()
    }
}

/// A client of a server that answers so.
pub(crate) fn client(answers: Arc<Answers>) -> Client {
    Client::builder()
        .environment([("UPPZY_API_KEY", "test-key")])
        .base_url("https://api.test/v1")
        .tenant_id("t1")
        .site_id("s1")
        .clock(Clock::virtual_time(1))
        .transport(answers)
        .build()
        .unwrap()
}

struct Body(Option<Bytes>);

impl ResponseBody for Body {
    fn next(&mut self) -> BoxFuture<'_, std::result::Result<Option<Bytes>, TransportFault>> {
        let piece = self.0.take();
        Box::pin(async move { Ok(piece) })
    }
}

impl Transport for Answers {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, std::result::Result<TransportResponse, TransportFault>> {
        Box::pin(async move {
            let mut body = Vec::new();
            match request.body {
                TransportBody::Empty => {}
                TransportBody::Bytes(bytes) => body.extend_from_slice(&bytes),
                TransportBody::Stream(mut stream) => {
                    while let Some(piece) =
                        poll_fn(|context| stream.as_mut().poll_next(context)).await
                    {
                        let lost = |_| TransportFault::Lost("the source failed".to_owned());
                        body.extend_from_slice(&piece.map_err(lost)?);
                    }
                }
            }
            locked(&self.bodies).push(String::from_utf8_lossy(&body).into_owned());
            let body = Box::new(Body(Some(Bytes::from_static(self.text.as_bytes()))));
            Ok(TransportResponse { status: 200, headers: http::HeaderMap::new(), body })
        })
    }
}
