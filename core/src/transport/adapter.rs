//! The adapter over reqwest.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::io;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderMap;
use http_body_util::BodyExt as _;
use rustls::pki_types::CertificateDer;

use super::connecting::{ConnectTimedOut, PROGRESS, WatchConnecting};
use super::{
    BoxFuture, ResponseBody, Transport, TransportBody, TransportFault, TransportRequest,
    TransportResponse, tls,
};
use crate::clock::Clock;

/// Below the 5 s after which common servers close idle connections.
const IDLE: Duration = Duration::from_secs(4);
/// A server that promises more is believed up to here.
const LONGEST_IDLE: Duration = Duration::from_secs(120);
const TCP_KEEP_ALIVE: Duration = Duration::from_secs(30);

/// What the adapter needs to know.
#[derive(Clone)]
pub(crate) struct TransportOptions {
    pub(crate) clock: Clock,
    pub(crate) connect_timeout: Duration,
    pub(crate) extra_roots: Vec<CertificateDer<'static>>,
    pub(crate) proxy: Option<reqwest::Proxy>,
    /// Loopback servers are never reached through a proxy.
    pub(crate) loopback: bool,
    pub(crate) tls: bool,
}

/// Sends requests with reqwest. The HTTP client is made on the first call, since loading the
/// system's certificates takes milliseconds.
pub(crate) struct HttpTransport {
    options: TransportOptions,
    client: RwLock<Option<Pool>>,
}

#[derive(Clone)]
struct Pool {
    client: reqwest::Client,
    idle: Duration,
}

impl HttpTransport {
    pub(crate) fn new(options: TransportOptions) -> Self {
        Self { options, client: RwLock::new(None) }
    }

    fn client(&self) -> Result<reqwest::Client, TransportFault> {
        if let Some(pool) = &*self.client.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(pool.client.clone());
        }
        let mut slot = self.client.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = &*slot {
            return Ok(pool.client.clone());
        }
        let client = build(&self.options, IDLE)?;
        *slot = Some(Pool { client: client.clone(), idle: IDLE });
        Ok(client)
    }

    /// Keeps idle connections longer from now on if the server promises to.
    fn heed_keep_alive(&self, headers: &HeaderMap) {
        let Some(promised) = promised_idle(headers) else { return };
        // A second of margin, and no new pool for a gain that is not worth it.
        let idle = promised.saturating_sub(Duration::from_secs(1)).min(LONGEST_IDLE);
        let worthwhile =
            |pool: &Option<Pool>| pool.as_ref().is_some_and(|pool| idle >= pool.idle * 2);
        if !worthwhile(&self.client.read().unwrap_or_else(PoisonError::into_inner)) {
            return;
        }
        let mut slot = self.client.write().unwrap_or_else(PoisonError::into_inner);
        if worthwhile(&slot)
            && let Ok(client) = build(&self.options, idle)
        {
            *slot = Some(Pool { client, idle });
        }
    }
}

fn build(options: &TransportOptions, idle: Duration) -> Result<reqwest::Client, TransportFault> {
    let tls =
        if options.tls { tls::with_trust(&options.extra_roots) } else { tls::without_trust() }
            .map_err(|error| TransportFault::Tls(error.to_string()))?;
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_idle_timeout(idle)
        .tcp_keepalive(TCP_KEEP_ALIVE)
        .tcp_nodelay(true)
        .connector_layer(WatchConnecting {
            clock: options.clock.clone(),
            timeout: options.connect_timeout,
        });
    if options.loopback {
        builder = builder.no_proxy();
    } else if let Some(proxy) = &options.proxy {
        builder = builder.proxy(proxy.clone());
    }
    builder.build().map_err(|error| TransportFault::Connect(describe(&error)))
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportFault>> {
        Box::pin(async move {
            let client = self.client()?;
            let TransportRequest { method, url, headers, body, progress } = request;
            let mut outgoing = reqwest::Request::new(method, url);
            *outgoing.headers_mut() = headers;
            match body {
                TransportBody::Empty => {}
                TransportBody::Bytes(bytes) => *outgoing.body_mut() = Some(bytes.into()),
                TransportBody::Stream(stream) => {
                    *outgoing.body_mut() = Some(reqwest::Body::wrap_stream(stream));
                }
            }
            let answer = PROGRESS
                .scope(progress, client.execute(outgoing))
                .await
                .map_err(|error| classify(error.without_url()))?;
            let (head, body) = http::Response::from(answer).into_parts();
            self.heed_keep_alive(&head.headers);
            Ok(TransportResponse {
                status: head.status.as_u16(),
                headers: head.headers,
                body: Box::new(HttpBody(body)),
            })
        })
    }
}

struct HttpBody(reqwest::Body);

impl ResponseBody for HttpBody {
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

fn classify(error: reqwest::Error) -> TransportFault {
    let mut source: Option<&(dyn StdError + 'static)> = Some(&error);
    while let Some(fault) = source {
        if fault.is::<ConnectTimedOut>() {
            return TransportFault::ConnectTimeout;
        }
        if let Some(fault) = tls_fault(fault) {
            return TransportFault::Tls(fault.to_string());
        }
        source = fault.source();
    }
    if error.is_connect() {
        TransportFault::Connect(describe(&error))
    } else {
        TransportFault::Lost(describe(&error))
    }
}

/// A TLS error may sit inside an I/O error, or inside one in another one: none of them names it as
/// its source.
fn tls_fault<'a>(fault: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let mut fault = fault;
    while let Some(inner) = fault.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        fault = inner;
    }
    fault.downcast_ref()
}

/// The innermost reasons, without the layers of libraries that pass them on.
fn describe(error: &(dyn StdError + 'static)) -> String {
    let mut layers = vec![error.to_string()];
    let mut source = error.source();
    while let Some(fault) = source {
        let text = fault.to_string();
        // Many layers repeat the text of what they wrap.
        layers.retain(|layer| !layer.contains(&text));
        layers.push(text);
        source = fault.source();
    }
    let mut text = String::new();
    for layer in layers.iter().skip(usize::from(layers.len() > 1)) {
        let separator = if text.is_empty() { "" } else { ": " };
        // Writing to a String cannot fail.
        let _ = write!(text, "{separator}{layer}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls_error_is_found_below_any_number_of_input_errors() {
        let tls = rustls::Error::HandshakeNotComplete;
        let once = io::Error::other(tls.clone());
        let twice = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls.clone()));
        assert_eq!(tls_fault(&tls), Some(&tls));
        assert_eq!(tls_fault(&once), Some(&tls));
        assert_eq!(tls_fault(&twice), Some(&tls));
        assert_eq!(tls_fault(&io::Error::from(io::ErrorKind::UnexpectedEof)), None);
    }

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
        let transport = HttpTransport::new(TransportOptions {
            clock: Clock::system(),
            connect_timeout: Duration::from_secs(5),
            extra_roots: Vec::new(),
            proxy: None,
            loopback: true,
            tls: false,
        });
        let request = TransportRequest {
            method: http::Method::GET,
            url: url.parse().unwrap(),
            headers: HeaderMap::new(),
            body: TransportBody::Empty,
            progress: super::super::SendProgress::default(),
        };
        assert_eq!(transport.send(request).await.map(|answer| answer.status), Ok(200));
        server.await.unwrap();
        let pool = transport.client.read().unwrap();
        pool.as_ref().unwrap().idle
    }

    #[tokio::test]
    async fn idle_connections_are_kept_as_long_as_the_server_promises_within_reason() {
        assert_eq!(idle_after("timeout=60").await, Duration::from_secs(59));
        assert_eq!(idle_after("timeout=5").await, IDLE, "not worth new connections");
        assert_eq!(idle_after("timeout=100000").await, LONGEST_IDLE);
        assert_eq!(idle_after("max=3").await, IDLE);
    }
}
