//! One connection, of either version of HTTP.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::Map;
use http::header::{HeaderMap, HeaderName};
use http_body::Frame;
use http_body_util::{Either, Full, StreamBody};
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::client::legacy::connect::Connection as _;
use hyper_util::rt::TokioExecutor;
use tokio::time::Instant;

use super::connector::Stream;
use super::fault::classify;
use super::pool::{Pool, locked};
use super::{ByteStream, TransportFault};

/// Below the 5 s after which common servers close idle connections.
pub(super) const IDLE: Duration = Duration::from_secs(4);
/// A server that promises more is believed up to here.
const LONGEST_IDLE: Duration = Duration::from_secs(120);
/// A promise is relied on until so long before its end.
const MARGIN: Duration = Duration::from_secs(1);

static KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

type Piece = std::io::Result<Frame<Bytes>>;
pub(super) type Pieces = Map<ByteStream, fn(std::io::Result<Bytes>) -> Piece>;
pub(super) type Body = Either<Full<Bytes>, StreamBody<Pieces>>;
pub(super) type Outgoing = http::Request<Body>;

/// A connection in the hands of one request.
pub(super) enum Connection {
    /// HTTP/1: for this request alone.
    Single(Single),
    /// HTTP/2: others may use it at the same time.
    Shared(Shared),
}

impl Connection {
    /// Whether it was made just now, and has neither idled nor carried a request.
    pub(super) fn is_fresh(&self) -> bool {
        match self {
            Self::Single(single) => single.is_fresh,
            Self::Shared(shared) => shared.is_fresh,
        }
    }

    /// Sends the request. The error holds it if nothing of it was written.
    pub(super) async fn send(
        &mut self,
        request: Outgoing,
    ) -> Result<http::Response<Incoming>, TrySendError<Outgoing>> {
        match self {
            Self::Single(single) => single.send(request).await,
            Self::Shared(shared) => shared.sender.try_send_request(request).await,
        }
    }

    /// Moves on what nobody else does. For who waits for something of the answer.
    pub(super) fn drive(&mut self, context: &mut Context<'_>) {
        if let Self::Single(single) = self {
            single.drive(context);
        }
    }

    /// The answer was read to its end. Where that did not happen the connection is dropped, which
    /// closes it or ends its share.
    pub(super) fn give_back(self) {
        if let Self::Single(single) = self {
            single.give_back();
        }
    }
}

/// An HTTP/1 connection. Whoever has it moves its bytes on, and nobody while it idles: a request is
/// written where it is polled, without another task that would have to be woken.
pub(super) struct Single {
    sender: http1::SendRequest<Body>,
    /// None once it has ended.
    bytes: Option<Pin<Box<http1::Connection<Stream, Body>>>>,
    pub(super) is_fresh: bool,
    /// How long it may idle.
    pub(super) idle: Duration,
    is_handed_on: bool,
    pool: Weak<Pool>,
}

impl Single {
    /// Whether it leads to a proxy that hands requests on, and has to be told where to.
    pub(super) fn is_handed_on(&self) -> bool {
        self.is_handed_on
    }

    async fn send(
        &mut self,
        request: Outgoing,
    ) -> Result<http::Response<Incoming>, TrySendError<Outgoing>> {
        self.is_fresh = false;
        let mut answer = pin!(self.sender.try_send_request(request));
        let answer = poll_fn(|context| {
            self.drive(context);
            answer.as_mut().poll(context)
        });
        let answer = answer.await?;
        self.heed(answer.headers());
        Ok(answer)
    }

    fn drive(&mut self, context: &mut Context<'_>) {
        if let Some(bytes) = &mut self.bytes
            && bytes.as_mut().poll(context).is_ready()
        {
            // How it ended, its request hears.
            self.bytes = None;
        }
    }

    /// Whether it is open, and done with the request before: what is known without waiting.
    pub(super) fn is_usable(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop()));
        self.bytes.is_some() && self.sender.is_ready()
    }

    /// Closes it in the way that the server expects, as far as that goes without waiting.
    pub(super) fn end(self) {
        let Self { sender, mut bytes, .. } = self;
        drop(sender);
        if let Some(bytes) = &mut bytes {
            let _ended = bytes.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
    }

    /// Keeps the connection as long as the server promises to, where that is longer than usual.
    fn heed(&mut self, headers: &HeaderMap) {
        if let Some(promised) = promised_idle(headers) {
            self.idle = promised.saturating_sub(MARGIN).clamp(IDLE, LONGEST_IDLE);
        }
    }

    /// One that is not done with its request, of which the rest would still be sent, is closed.
    fn give_back(mut self) {
        if let Some(pool) = self.pool.upgrade()
            && self.is_usable()
        {
            pool.put(self);
        }
    }
}

fn promised_idle(headers: &HeaderMap) -> Option<Duration> {
    headers
        .get(&KEEP_ALIVE)?
        .to_str()
        .ok()?
        .split(',')
        .find_map(|part| part.trim().strip_prefix("timeout=")?.trim().parse().ok())
        .map(Duration::from_secs)
}

/// A share in an HTTP/2 connection.
pub(super) struct Shared {
    sender: http2::SendRequest<Body>,
    is_fresh: bool,
    last_use: Arc<Mutex<Instant>>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        *locked(&self.last_use) = Instant::now();
    }
}

/// An HTTP/2 connection, of which every request gets a share.
pub(super) struct Common {
    sender: http2::SendRequest<Body>,
    /// Each share has it too.
    last_use: Arc<Mutex<Instant>>,
}

impl Common {
    pub(super) fn new(sender: http2::SendRequest<Body>) -> Self {
        Self { sender, last_use: Arc::new(Mutex::new(Instant::now())) }
    }

    pub(super) fn share(&self, is_fresh: bool) -> Connection {
        let last_use = Arc::clone(&self.last_use);
        Connection::Shared(Shared { sender: self.sender.clone(), is_fresh, last_use })
    }

    pub(super) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// When it will have idled long enough: later than now while somebody uses it.
    pub(super) fn idles_until(&self, now: Instant) -> Instant {
        let in_use = Arc::strong_count(&self.last_use) > 1;
        if in_use { now + IDLE } else { *locked(&self.last_use) + IDLE }
    }
}

/// A connection that was just made.
pub(super) enum Made {
    Single(Single),
    Common(Common),
}

/// Begins to speak HTTP, in the version that the server has chosen. None if that is HTTP/2, and the
/// pool has got such a connection meanwhile: one is enough.
pub(super) async fn handshake(
    stream: Stream,
    pool: &Weak<Pool>,
) -> Result<Option<Made>, TransportFault> {
    let lost = |error: hyper::Error| classify(&error, false);
    let connected = stream.connected();
    if connected.is_negotiated_h2() {
        if pool.upgrade().is_none_or(|pool| pool.has_common()) {
            return Ok(None);
        }
        let builder = http2::Builder::new(TokioExecutor::new());
        let (sender, connection) = builder.handshake(stream).await.map_err(lost)?;
        // How it ends, its requests hear.
        tokio::spawn(async move { drop(connection.await) });
        return Ok(Some(Made::Common(Common::new(sender))));
    }
    let builder = http1::Builder::new();
    let (sender, bytes) = builder.handshake(stream).await.map_err(lost)?;
    Ok(Some(Made::Single(Single {
        sender,
        bytes: Some(Box::pin(bytes)),
        is_fresh: true,
        idle: IDLE,
        is_handed_on: connected.is_proxied(),
        pool: pool.clone(),
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_to_keep_connections_is_read() {
        let read = |text: &'static str| {
            let headers =
                HeaderMap::from_iter([(KEEP_ALIVE.clone(), http::HeaderValue::from_static(text))]);
            promised_idle(&headers)
        };
        assert_eq!(read("timeout=60, max=100"), Some(Duration::from_secs(60)));
        assert_eq!(read("max=100, timeout=5"), Some(Duration::from_secs(5)));
        assert_eq!(read("nonsense"), None);
    }
}
