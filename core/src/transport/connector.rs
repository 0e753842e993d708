//! Makes connections to the one server of a client, and says how requests name it.

use std::future::poll_fn;
use std::sync::Weak;
use std::time::Duration;

use http::Uri;
use http::header::{HOST, HeaderValue, PROXY_AUTHORIZATION};
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tower::Service as _;

use super::connection::{Connection, Made, Outgoing, handshake};
use super::fault::classify;
use super::pool::Pool;
use super::route::{Route, RoutedStream};
use super::{TransportFault, TransportOptions, tls};
use crate::clock::{Clock, later};

/// A connection's bytes, with TLS or without.
pub(super) type Stream = MaybeHttpsStream<RoutedStream>;

/// The way to the server.
pub(super) struct Connector {
    clock: Clock,
    timeout: Duration,
    server: Uri,
    host: HeaderValue,
    https: HttpsConnector<Route>,
    /// For a proxy that hands requests on without a tunnel.
    proxy_authorization: Option<HeaderValue>,
}

impl Connector {
    pub(super) fn new(options: &TransportOptions) -> Result<Self, TransportFault> {
        let tls = tls::configuration(options)?;
        let https = HttpsConnectorBuilder::new().with_tls_config(tls.clone()).https_or_http();
        let mut proxy_authorization = None;
        let https = match proxy(options) {
            None => https.enable_all_versions().wrap_connector(Route::straight()),
            Some(proxy) => {
                if !options.tls {
                    proxy_authorization = proxy.basic_auth().cloned();
                }
                // A tunnel that is cut takes one request with it, and not all.
                https.enable_http1().wrap_connector(Route::through(proxy, tls))
            }
        };
        Ok(Self {
            clock: options.clock.clone(),
            timeout: options.connect_timeout,
            server: options.server.clone(),
            host: host(&options.server)?,
            https,
            proxy_authorization,
        })
    }

    /// A connection within the time for it. None where another one that all requests share has been
    /// made meanwhile.
    pub(super) async fn connect(&self, pool: &Weak<Pool>) -> Result<Option<Made>, TransportFault> {
        let until = later(self.clock.now(), self.timeout);
        let made = self.clock.timeout_at(until, async {
            let mut https = self.https.clone();
            let connecting = |error: tower::BoxError| classify(&*error, true);
            poll_fn(|context| https.poll_ready(context)).await.map_err(connecting)?;
            let stream = https.call(self.server.clone()).await.map_err(connecting)?;
            handshake(stream, pool).await
        });
        let made = made.await.map_err(|_| TransportFault::ConnectTimeout)?;
        self.clock.note_activity();
        made
    }

    /// Writes into the request whom it is for, in the way of the connection that it goes out on.
    pub(super) fn address(&self, request: &mut Outgoing, uri: &Uri, connection: &Connection) {
        let Connection::Single(single) = connection else {
            *request.uri_mut() = uri.clone();
            request.headers_mut().remove(HOST);
            return;
        };
        request.headers_mut().insert(HOST, self.host.clone());
        if single.is_handed_on() {
            *request.uri_mut() = uri.clone();
            if let Some(authorization) = &self.proxy_authorization {
                request.headers_mut().insert(PROXY_AUTHORIZATION, authorization.clone());
            }
        } else {
            *request.uri_mut() = uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
        }
    }
}

/// The proxy that was configured, for the client or in the environment.
fn proxy(options: &TransportOptions) -> Option<Intercept> {
    if options.loopback {
        return None;
    }
    options.proxy.clone().or_else(|| Matcher::from_system().intercept(&options.server))
}

/// The server's name as the Host header has it: with the port only where it is not the usual one.
fn host(server: &Uri) -> Result<HeaderValue, TransportFault> {
    let usual = if server.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
    let name = server.host().unwrap_or_default();
    let host = match server.port_u16().filter(|port| *port != usual) {
        Some(port) => HeaderValue::try_from(format!("{name}:{port}")),
        None => HeaderValue::from_str(name),
    };
    host.map_err(|_| TransportFault::Connect("the server's name fits no header".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_header_has_the_port_unless_it_is_the_usual_one() {
        for (server, expected) in [
            ("http://example.test/", "example.test"),
            ("http://example.test:80/", "example.test"),
            ("http://example.test:443/", "example.test:443"),
            ("https://example.test:443/", "example.test"),
            ("https://example.test:80/", "example.test:80"),
            ("https://127.0.0.1:8443/", "127.0.0.1:8443"),
            ("http://[::1]/", "[::1]"),
            ("http://[::1]:8080/", "[::1]:8080"),
        ] {
            let host = host(&server.parse().unwrap()).unwrap();
            assert_eq!(host, expected, "{server}");
        }
    }
}
