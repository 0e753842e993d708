//! The way through a proxy, with reqwest, which knows the kinds of proxies and how to pass them.

use std::time::Duration;

use reqwest::redirect::Policy;

use super::connecting::WatchConnecting;
use super::fault::{classify, describe};
use super::{TransportBody, TransportFault, TransportOptions, TransportRequest, tls};

const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Connections to the server through a proxy.
#[derive(Clone)]
pub(super) struct Proxied(reqwest::Client);

impl Proxied {
    pub(super) fn new(options: &TransportOptions, idle: Duration) -> Result<Self, TransportFault> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::configuration(options)?)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .pool_idle_timeout(idle)
            .tcp_keepalive(KEEP_ALIVE)
            .tcp_nodelay(true)
            .connector_layer(WatchConnecting::new(options));
        if let Some(proxy) = &options.proxy {
            builder = builder.proxy(proxy.clone());
        }
        let client = builder.build();
        client.map(Self).map_err(|error| TransportFault::Connect(describe(&error)))
    }

    pub(super) async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<http::Response<reqwest::Body>, TransportFault> {
        let TransportRequest { method, uri, headers, body, progress: _ } = request;
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
            let error = error.without_url();
            classify(&error, error.is_connect())
        })?;
        Ok(answer.into())
    }
}
