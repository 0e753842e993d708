//! The body of an answer, which gives its connection back when it was read to its end.

use http_body::Body as _;
use http_body_util::BodyExt as _;
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
    fn next(&mut self) -> BoxFuture<'_, Result<Option<bytes::Bytes>, TransportFault>> {
        Box::pin(async move {
            while let Some(frame) = self.body.frame().await {
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
