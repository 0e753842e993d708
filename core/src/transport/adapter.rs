//! The transport that clients use by default: connections made once and kept.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use futures_util::StreamExt as _;
use http_body::Frame;
use http_body_util::{Either, Full, StreamBody};
use hyper_util::client::proxy::matcher::Intercept;
use rustls::pki_types::CertificateDer;

use super::connection::{Body, Outgoing, Pieces};
use super::connector::Connector;
use super::fault::classify;
use super::pool::{Pool, locked};
use super::returning_body::ReturningBody;
use super::{
    BoxFuture, SendProgress, Transport, TransportBody, TransportFault, TransportRequest,
    TransportResponse,
};
use crate::clock::Clock;

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

/// Sends requests over connections that are kept for a while.
pub(crate) struct HttpTransport {
    options: TransportOptions,
    pub(super) pool: Arc<Pool>,
    /// Made on the first call, since loading the system's certificates takes milliseconds.
    connector: OnceLock<Arc<Connector>>,
    making: Mutex<()>,
}

impl HttpTransport {
    pub(crate) fn new(options: TransportOptions) -> Self {
        let pool = Arc::default();
        Self { options, pool, connector: OnceLock::new(), making: Mutex::new(()) }
    }

    pub(super) fn connector(&self) -> Result<&Arc<Connector>, TransportFault> {
        if let Some(connector) = self.connector.get() {
            return Ok(connector);
        }
        let _making = locked(&self.making);
        if let Some(connector) = self.connector.get() {
            return Ok(connector);
        }
        let connector = Connector::new(&self.options)?;
        Ok(self.connector.get_or_init(|| Arc::new(connector)))
    }

    async fn answer(
        &self,
        mut request: Outgoing,
        uri: http::Uri,
        progress: SendProgress,
    ) -> Result<TransportResponse, TransportFault> {
        if self.connector.get().is_none() {
            // It takes a while: not in the first step, which may be made on a caller's thread.
            tokio::task::yield_now().await;
        }
        let connector = self.connector()?;
        // Each turn but the last uses up a connection that had been closed.
        loop {
            let mut connection = self.pool.connection(connector, &progress).await?;
            let is_fresh = connection.is_fresh();
            connector.address(&mut request, &uri, &connection);
            match connection.send(request).await {
                Ok(answer) => {
                    let (head, body) = answer.into_parts();
                    return Ok(TransportResponse {
                        status: head.status.as_u16(),
                        headers: head.headers,
                        body: Box::new(ReturningBody::new(body, connection)),
                    });
                }
                Err(mut error) => match error.take_message() {
                    Some(unsent) if !is_fresh => request = unsent,
                    _ => return Err(classify(&error.into_error(), false)),
                },
            }
        }
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportFault>> {
        // Taken apart before there is a future that would have to hold it.
        let TransportRequest { method, uri, headers, body, progress } = request;
        let mut outgoing = http::Request::new(outgoing_body(body));
        *outgoing.method_mut() = method;
        *outgoing.headers_mut() = headers;
        Box::pin(self.answer(outgoing, uri, progress))
    }

    fn close(&self) {
        self.pool.close();
    }
}

fn outgoing_body(body: TransportBody) -> Body {
    match body {
        TransportBody::Empty => Either::Left(Full::default()),
        TransportBody::Bytes(bytes) => Either::Left(Full::new(bytes)),
        TransportBody::Stream(stream) => {
            let pieces: Pieces = stream.map(|piece| piece.map(Frame::data));
            Either::Right(StreamBody::new(pieces))
        }
    }
}
