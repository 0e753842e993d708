//! Another engine: a client of reqwest's that the application configures.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use reqwest::redirect::Policy;
use rustls::crypto::CryptoProvider;

use super::connecting::{PROGRESS, WatchConnecting, timed_out};
use super::fault::{classify, describe};
use super::{
    BoxFuture, ResponseBody, Transport, TransportBody, TransportFault, TransportRequest,
    TransportResponse,
};
use crate::clock::Clock;
use crate::error::{Error, Result};

/// Sends requests with reqwest, for applications that need what its builder can do and this crate's
/// own transport cannot: other proxies, other TLS, a resolver of their own.
///
/// What the client promises stays as it is: deadlines, retries, errors. Its own settings `proxy`,
/// `ca_file` and `connect_timeout` are those of its own transport, and have no effect on this one.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use uppzy::{Client, Clock, ReqwestTransport};
///
/// # fn main() -> Result<(), uppzy::Error> {
/// let builder = reqwest::Client::builder().local_address(None);
/// let transport = ReqwestTransport::new(builder, Clock::system(), Duration::from_secs(5))?;
/// let client = Client::builder()
///     .environment([("UPPZY_API_KEY", "uppzy_test_key_000000")])
///     .transport(Arc::new(transport))
///     .build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
pub struct ReqwestTransport(reqwest::Client);

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ReqwestTransport")
    }
}

impl ReqwestTransport {
    /// A transport over what the builder makes. Redirects and retries are switched off, since they are
    /// this crate's business. `connect_timeout` is how long making a connection may take, TLS
    /// included, by that clock: the one that the client has.
    ///
    /// A process that has chosen no provider of cryptography for rustls gets that of ring.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when reqwest can make no client of it.
    pub fn new(
        builder: reqwest::ClientBuilder,
        clock: Clock,
        connect_timeout: Duration,
    ) -> Result<Self> {
        // Without one reqwest would panic.
        if CryptoProvider::get_default().is_none() {
            // Another thread may have been quicker.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let client = builder
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .connector_layer(WatchConnecting::new(clock, connect_timeout))
            .build();
        client.map(Self).map_err(|error| {
            let reason = describe(&error);
            Error::config("transport", format!("reqwest can make no client of this: {reason}"))
        })
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, std::result::Result<TransportResponse, TransportFault>> {
        let TransportRequest { method, uri, headers, body, progress } = request;
        let answer = async move {
            let url = uri.to_string().parse();
            let url = url.map_err(|_| TransportFault::Connect("the URL has no host".to_owned()))?;
            let mut outgoing = reqwest::Request::new(method, url);
            *outgoing.headers_mut() = headers;
            match body {
                TransportBody::Empty => {}
                TransportBody::Bytes(bytes) => *outgoing.body_mut() = Some(bytes.into()),
                TransportBody::Stream(stream) => {
                    *outgoing.body_mut() = Some(reqwest::Body::wrap_stream(stream));
                }
            }
            let answer = self.0.execute(outgoing).await.map_err(|error| {
                // Its own layer says nothing but where the request went.
                let is_connect = error.is_connect();
                match error.source() {
                    None => TransportFault::Lost("the request could not be sent".to_owned()),
                    Some(source) if timed_out(source) => TransportFault::ConnectTimeout,
                    // Nor does that of the client below it.
                    Some(source) => classify(source.source().unwrap_or(source), is_connect),
                }
            })?;
            let (head, body) = http::Response::<reqwest::Body>::from(answer).into_parts();
            Ok(TransportResponse {
                status: head.status.as_u16(),
                headers: head.headers,
                body: Box::new(Body(body)),
            })
        };
        Box::pin(PROGRESS.scope(progress, answer))
    }
}

struct Body(reqwest::Body);

impl ResponseBody for Body {
    fn next(&mut self) -> BoxFuture<'_, std::result::Result<Option<Bytes>, TransportFault>> {
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
        http_body::Body::is_end_stream(&self.0)
    }
}
