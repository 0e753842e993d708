//! A client whose server is a value: no socket, no time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use uppzy::{
    BoxFuture, Client, Clock, ResponseBody, RetryPolicy, Transport, TransportBody, TransportFault,
    TransportRequest, TransportResponse,
};

/// What the server answers to every request.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names and values; those that HTTP does not allow are left out.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A success with that body.
    #[must_use]
    pub fn success(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name.as_str());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
                headers.append(name, value);
            }
        }
        headers
    }
}

/// The transport, and what it was asked for.
#[derive(Debug, Default)]
pub struct Canned {
    reply: Reply,
    /// Method, URL and body of each request, in order.
    requests: Mutex<Vec<(String, String, Vec<u8>)>>,
}

impl Canned {
    /// A server that always answers so.
    #[must_use]
    pub fn new(reply: Reply) -> Arc<Self> {
        Arc::new(Self { reply, requests: Mutex::default() })
    }

    /// Method, URL and body of each request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<(String, String, Vec<u8>)> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Pieces(VecDeque<Bytes>);

impl ResponseBody for Pieces {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportFault>> {
        let piece = self.0.pop_front();
        Box::pin(async move { Ok(piece) })
    }
}

impl Transport for Canned {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportFault>> {
        let body = match request.body {
            TransportBody::Bytes(bytes) => bytes.to_vec(),
            TransportBody::Empty | TransportBody::Stream(_) => Vec::new(),
        };
        let seen = (request.method.to_string(), request.uri.to_string(), body);
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        let pieces = self.reply.body.chunks(4096).map(Bytes::copy_from_slice).collect();
        let response = TransportResponse {
            status: self.reply.status,
            headers: self.reply.headers(),
            body: Box::new(Pieces(pieces)),
        };
        Box::pin(async move { Ok(response) })
    }
}

/// A client of that server which tries once.
#[must_use]
pub fn client_of(server: &Arc<Canned>) -> Client {
    let retry = RetryPolicy { max_attempts: 1, ..RetryPolicy::default() };
    Client::builder()
        .environment(Vec::<(String, String)>::new())
        .api_key("test-key")
        .tenant_id("tenant-1")
        .site_id("site-1")
        .retry(retry)
        .clock(Clock::virtual_time(1))
        .transport(Arc::clone(server) as Arc<dyn Transport>)
        .build()
        .expect("a client of a canned server")
}
