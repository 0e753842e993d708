//! The transport that clients use by default: connections made once and kept.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderMap;
use http_body::Body;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use rustls::pki_types::CertificateDer;

use super::connecting::PROGRESS;
use super::fault::describe;
use super::http_client::HttpClient;
use super::{
    BoxFuture, ResponseBody, Transport, TransportFault, TransportRequest, TransportResponse,
};
use crate::clock::Clock;

/// Below the 5 s after which common servers close idle connections.
const IDLE: Duration = Duration::from_secs(4);
/// A server that promises more is believed up to here.
const LONGEST_IDLE: Duration = Duration::from_secs(120);

/// What the adapter needs to know.
#[derive(Clone)]
pub(crate) struct TransportOptions {
    pub(crate) clock: Clock,
    pub(crate) connect_timeout: Duration,
    pub(crate) extra_roots: Vec<CertificateDer<'static>>,
    pub(crate) proxy: Option<Intercept>,
    /// The server, in whose name proxies are looked up in the environment.
    pub(crate) server: http::Uri,
    /// Loopback servers are never reached through a proxy.
    pub(crate) loopback: bool,
    pub(crate) tls: bool,
}

/// Sends requests over connections that are kept for a while. The HTTP client is made on the first
/// call, since loading the system's certificates takes milliseconds.
pub(crate) struct HttpTransport {
    options: TransportOptions,
    pool: RwLock<Option<Pool>>,
    /// Nothing is kept from here on.
    closed: AtomicBool,
}

struct Pool {
    client: Arc<HttpClient>,
    idle: Duration,
}

impl Pool {
    fn new(options: &TransportOptions, idle: Duration) -> Result<Self, TransportFault> {
        let client = HttpClient::new(options, proxy(options), idle)?;
        Ok(Self { client: Arc::new(client), idle })
    }
}

/// The proxy that was configured, for the client or in the environment.
fn proxy(options: &TransportOptions) -> Option<Intercept> {
    if options.loopback {
        return None;
    }
    options.proxy.clone().or_else(|| Matcher::from_system().intercept(&options.server))
}

impl HttpTransport {
    pub(crate) fn new(options: TransportOptions) -> Self {
        Self { options, pool: RwLock::new(None), closed: AtomicBool::new(false) }
    }

    fn client(&self) -> Result<Arc<HttpClient>, TransportFault> {
        if let Some(pool) = &*self.pool.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(&pool.client));
        }
        let mut slot = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = &*slot {
            return Ok(Arc::clone(&pool.client));
        }
        let pool = Pool::new(&self.options, IDLE)?;
        if self.closed.load(Ordering::Acquire) {
            return Ok(pool.client);
        }
        Ok(Arc::clone(&slot.insert(pool).client))
    }

    /// Keeps idle connections longer from now on if the server promises to.
    fn heed_keep_alive(&self, headers: &HeaderMap) {
        let Some(promised) = promised_idle(headers) else { return };
        // A second of margin, and no new pool for a gain that is not worth it.
        let idle = promised.saturating_sub(Duration::from_secs(1)).min(LONGEST_IDLE);
        let worthwhile =
            |pool: &Option<Pool>| pool.as_ref().is_some_and(|pool| idle >= pool.idle * 2);
        if !worthwhile(&self.pool.read().unwrap_or_else(PoisonError::into_inner)) {
            return;
        }
        let mut slot = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        if worthwhile(&slot)
            && let Ok(pool) = Pool::new(&self.options, idle)
        {
            *slot = Some(pool);
        }
    }

    fn answer(&self, answer: http::Response<Incoming>) -> TransportResponse {
        let (head, body) = answer.into_parts();
        self.heed_keep_alive(&head.headers);
        TransportResponse {
            status: head.status.as_u16(),
            headers: head.headers,
            body: Box::new(HttpBody(body)),
        }
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportFault>> {
        let client = match self.client() {
            Ok(client) => client,
            Err(fault) => return Box::pin(std::future::ready(Err(fault))),
        };
        let progress = request.progress.clone();
        // The request is handed on before there is a future that would have to hold it.
        let answer = client.send(request);
        let answer = async move { Ok(self.answer(answer.await?)) };
        Box::pin(PROGRESS.scope(progress, answer))
    }

    fn close(&self) {
        // Under the lock, so that nobody puts another one there afterwards.
        let mut slot = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        self.closed.store(true, Ordering::Release);
        *slot = None;
    }
}

/// The body of an answer, as HTTP libraries have it.
pub(super) struct HttpBody<B>(pub(super) B);

impl<B> ResponseBody for HttpBody<B>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Error + 'static,
{
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportFault>> {
        Box::pin(async move {
            while let Some(frame) = self.0.frame().await {
                let frame = frame.map_err(|error| TransportFault::Lost(describe(&error)))?;
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Ok(None)
        })
    }

    fn is_end(&self) -> bool {
        self.0.is_end_stream()
    }
}

fn promised_idle(headers: &HeaderMap) -> Option<Duration> {
    headers
        .get("keep-alive")?
        .to_str()
        .ok()?
        .split(',')
        .find_map(|part| part.trim().strip_prefix("timeout=")?.trim().parse().ok())
        .map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_to_keep_connections_is_read() {
        let read = |text: &'static str| {
            let headers = HeaderMap::from_iter([(
                http::header::HeaderName::from_static("keep-alive"),
                http::HeaderValue::from_static(text),
            )]);
            promised_idle(&headers)
        };
        assert_eq!(read("timeout=60, max=100"), Some(Duration::from_secs(60)));
        assert_eq!(read("max=100, timeout=5"), Some(Duration::from_secs(5)));
        assert_eq!(read("nonsense"), None);
    }

    fn transport() -> HttpTransport {
        HttpTransport::new(TransportOptions {
            clock: Clock::system(),
            connect_timeout: Duration::from_secs(5),
            extra_roots: Vec::new(),
            proxy: None,
            server: http::Uri::from_static("http://127.0.0.1"),
            loopback: true,
            tls: false,
        })
    }

    fn get(url: &str) -> TransportRequest {
        TransportRequest {
            method: http::Method::GET,
            uri: url.parse().unwrap(),
            headers: HeaderMap::new(),
            body: super::super::TransportBody::Empty,
            progress: super::super::SendProgress::default(),
        }
    }

    /// Answers one request with that Keep-Alive header, and gives the idle time kept afterwards.
    async fn idle_after(promise: &str) -> Duration {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let answer =
            format!("HTTP/1.1 200 OK\r\nKeep-Alive: {promise}\r\nContent-Length: 0\r\n\r\n");
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream
        });
        let transport = transport();
        assert_eq!(transport.send(get(&url)).await.map(|answer| answer.status), Ok(200));
        server.await.unwrap();
        let pool = transport.pool.read().unwrap();
        pool.as_ref().unwrap().idle
    }

    #[tokio::test]
    async fn idle_connections_are_kept_as_long_as_the_server_promises_within_reason() {
        assert_eq!(idle_after("timeout=60").await, Duration::from_secs(59));
        assert_eq!(idle_after("timeout=5").await, IDLE, "not worth new connections");
        assert_eq!(idle_after("timeout=100000").await, LONGEST_IDLE);
        assert_eq!(idle_after("max=3").await, IDLE);
    }

    #[tokio::test]
    async fn closing_closes_connections_that_nobody_uses() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 1024];
                assert!(stream.read(&mut request).await.unwrap() > 0);
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
                // Until the client closes its side.
                if stream.read(&mut request).await.unwrap() == 0
                    && request.starts_with(b"GET /last")
                {
                    return;
                }
            }
        });
        let transport = transport();
        // So long that the pool itself closes nothing.
        let pool = Pool::new(&transport.options, Duration::from_secs(3600)).unwrap();
        *transport.pool.write().unwrap() = Some(pool);
        assert_eq!(transport.send(get(&url)).await.map(|answer| answer.status), Ok(200));
        transport.close();
        // One that was late is not kept either.
        let last = format!("{url}last");
        assert_eq!(transport.send(get(&last)).await.map(|answer| answer.status), Ok(200));
        tokio::time::timeout(Duration::from_secs(60), server).await.unwrap().unwrap();
    }
}
