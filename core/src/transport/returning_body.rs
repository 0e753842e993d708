//! The body of an answer, which gives its connection back when it was read to its end.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as _, Frame};
use hyper::body::Incoming;

use super::connection::Connection;
use super::fault::describe;
use super::{BoxFuture, ResponseBody, TransportFault};

pub(super) struct ReturningBody {
    body: Incoming,
    /// None from the end on.
    connection: Option<Connection>,
}

impl ReturningBody {
    pub(super) fn new(body: Incoming, connection: Connection) -> Self {
        let mut body = Self { body, connection: Some(connection) };
        body.return_at_end();
        body
    }

    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        match &mut self.connection {
            Some(connection) if frame.is_pending() => {
                connection.drive(context);
                Pin::new(&mut self.body).poll_frame(context)
            }
            _ => frame,
        }
    }

    fn return_at_end(&mut self) {
        if self.body.is_end_stream() {
            self.return_connection();
        }
    }

    fn return_connection(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.give_back();
        }
    }
}

impl ResponseBody for ReturningBody {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportFault>> {
        Box::pin(async move {
            while let Some(frame) = poll_fn(|context| self.poll_frame(context)).await {
                let frame = frame.map_err(|error| {
                    self.connection = None;
                    TransportFault::Lost(describe(&error))
                })?;
                self.return_at_end();
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            self.return_connection();
            Ok(None)
        })
    }

    fn is_end(&self) -> bool {
        self.body.is_end_stream()
    }
}
