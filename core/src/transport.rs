//! What carries requests: a trait, and the transport over HTTP that every client uses by default.

mod adapter;
#[cfg(feature = "reqwest")]
mod connecting;
mod connection;
mod connector;
mod distinguished_name;
mod distrust;
mod fault;
mod issuer;
mod pool;
#[cfg(feature = "reqwest")]
mod reqwest;
mod returning_body;
mod route;
mod tls;

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bytes::Bytes;
use futures_core::Stream;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, Method, Uri};

pub(crate) use adapter::{HttpTransport, TransportOptions};
#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestTransport;
pub(crate) use tls::read_certificates;

/// A future on the heap, as a trait object's method returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The pieces of a body that is read as it is sent.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send + Sync>>;

/// A request as the pipeline hands it to a transport: complete, with every header. Its `Debug` form
/// shows no path, since that may hold an address.
pub struct TransportRequest {
    /// The HTTP method.
    pub method: Method,
    /// The whole URL, in absolute form.
    pub uri: Uri,
    /// All headers. The key's value is marked as sensitive.
    pub headers: HeaderMap,
    /// The body.
    pub body: TransportBody,
    /// Where the transport notes how far the request got.
    pub progress: SendProgress,
}

impl fmt::Debug for TransportRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TransportRequest")
            .field("method", &self.method)
            .field("scheme", &self.uri.scheme().map(Scheme::as_str))
            .field("authority", &self.uri.authority().map(Authority::as_str))
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// A request's body.
pub enum TransportBody {
    /// No body.
    Empty,
    /// A body in memory.
    Bytes(Bytes),
    /// A body that is read as it is sent; its length is in the headers when it is known.
    Stream(ByteStream),
}

impl fmt::Debug for TransportBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("Empty"),
            Self::Bytes(bytes) => write!(formatter, "Bytes({})", bytes.len()),
            Self::Stream(_) => formatter.write_str("Stream"),
        }
    }
}

/// The head of an answer, and its body to read.
pub struct TransportResponse {
    /// The HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Box<dyn ResponseBody>,
}

/// An answer's body, read piece by piece.
pub trait ResponseBody: Send {
    /// The next piece; none at the end.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportFault>>;

    /// Whether it is known already that no piece follows: saves asking for it. An answer that says
    /// no is asked.
    fn is_end(&self) -> bool {
        false
    }
}

/// Why a request got no answer. The texts name no URL, no header and nothing that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportFault {
    /// No connection could be made: nothing was written.
    Connect(String),
    /// No connection was made in time: nothing was written.
    ConnectTimeout,
    /// The TLS handshake failed: nothing was written.
    Tls(String),
    /// The connection broke after writing may have begun.
    Lost(String),
}

/// Carries requests. Implementations must be safe to drop at any await, and dropping must release
/// the socket.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request and returns the answer's head. Follows no redirect and repeats nothing
    /// that may have been written.
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportFault>>;

    /// Closes what no request uses, now and when a request that is under way has ended: no other
    /// will come.
    fn close(&self) {}
}

/// How far a request got, readable while it is on its way and after it was dropped.
#[derive(Clone, Debug, Default)]
pub struct SendProgress(Arc<AtomicU8>);

const ON_OPEN_CONNECTION: u8 = 0;
const CONNECTING: u8 = 1;
const CONNECTED: u8 = 2;

impl SendProgress {
    /// A connection is being made for the request.
    pub fn connecting(&self) {
        self.0.store(CONNECTING, Ordering::Relaxed);
    }

    /// The connection that was made for the request stands.
    pub fn connected(&self) {
        self.0.store(CONNECTED, Ordering::Relaxed);
    }

    /// The request goes out on a connection that was open before.
    pub(crate) fn on_open_connection(&self) {
        self.0.store(ON_OPEN_CONNECTION, Ordering::Relaxed);
    }

    /// Whether the request still waits for its connection, so that nothing of it was written.
    pub fn is_connecting(&self) -> bool {
        self.0.load(Ordering::Relaxed) == CONNECTING
    }

    /// Whether the request went out on a connection that was open before.
    pub fn reused_connection(&self) -> bool {
        self.0.load(Ordering::Relaxed) == ON_OPEN_CONNECTION
    }
}
