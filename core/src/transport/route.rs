//! How connections are made below TLS: straight to the server, or through a proxy.

use std::future::Future;
use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower::{BoxError, Service};

/// A sign of life is asked for on a silent connection, and this often again.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);
const KEEP_ALIVE_RETRIES: u32 = 3;
/// The longest time for which what was sent may stay unacknowledged.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// The way of all connections of a client.
#[derive(Clone)]
pub(super) struct Route {
    tcp: HttpConnector,
    proxy: Option<Arc<Proxy>>,
}

struct Proxy {
    address: Intercept,
    /// To the proxy itself, which may want TLS.
    connector: HttpsConnector<Route>,
}

impl Route {
    /// To the server itself.
    pub(super) fn straight() -> Self {
        let mut tcp = HttpConnector::new();
        // Which schemes are allowed is the configuration's business.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        tcp.set_keepalive_interval(Some(KEEP_ALIVE_INTERVAL));
        tcp.set_keepalive_retries(Some(KEEP_ALIVE_RETRIES));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        Self { tcp, proxy: None }
    }

    /// Through the proxy at that address.
    pub(super) fn through(address: Intercept, tls: ClientConfig) -> Self {
        let straight = Self::straight();
        let connector = HttpsConnector::from((straight.clone(), tls));
        Self { proxy: Some(Arc::new(Proxy { address, connector })), ..straight }
    }
}

impl Service<Uri> for Route {
    type Response = RoutedStream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<RoutedStream, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<std::result::Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let Some(proxy) = &self.proxy else {
            let connect = self.tcp.call(server);
            return Box::pin(async move { Ok(RoutedStream::Straight(connect.await?)) });
        };
        let address = proxy.address.uri().clone();
        let mut connector = proxy.connector.clone();
        if server.scheme() == Some(&Scheme::HTTPS) {
            let mut tunnel = Tunnel::new(address, connector);
            if let Some(authorization) = proxy.address.basic_auth() {
                tunnel = tunnel.with_auth(authorization.clone());
            }
            let connect = tunnel.call(server);
            Box::pin(async move { Ok(RoutedStream::Tunnel(Box::new(connect.await?))) })
        } else {
            let connect = connector.call(address);
            Box::pin(async move { Ok(RoutedStream::HandedOn(Box::new(connect.await?))) })
        }
    }
}

/// A connection below the server's TLS.
pub(super) enum RoutedStream {
    /// With the server.
    Straight(TokioIo<TcpStream>),
    /// With the server, through a proxy that looks at nothing.
    Tunnel(Box<MaybeHttpsStream<RoutedStream>>),
    /// With a proxy that hands each request on.
    HandedOn(Box<MaybeHttpsStream<RoutedStream>>),
}

impl Connection for RoutedStream {
    fn connected(&self) -> Connected {
        match self {
            Self::Straight(stream) => stream.connected(),
            Self::Tunnel(stream) => stream.connected(),
            // Requests have to name the server.
            Self::HandedOn(stream) => stream.connected().proxy(true),
        }
    }
}

impl Read for RoutedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<Result<()>> {
        match self.get_mut() {
            Self::Straight(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tunnel(stream) | Self::HandedOn(stream) => {
                Pin::new(stream).poll_read(context, buffer)
            }
        }
    }
}

impl Write for RoutedStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        match self.get_mut() {
            Self::Straight(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tunnel(stream) | Self::HandedOn(stream) => {
                Pin::new(stream).poll_write(context, bytes)
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match self.get_mut() {
            Self::Straight(stream) => Pin::new(stream).poll_flush(context),
            Self::Tunnel(stream) | Self::HandedOn(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match self.get_mut() {
            Self::Straight(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tunnel(stream) | Self::HandedOn(stream) => {
                Pin::new(stream).poll_shutdown(context)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Straight(stream) => stream.is_write_vectored(),
            Self::Tunnel(stream) | Self::HandedOn(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        match self.get_mut() {
            Self::Straight(stream) => Pin::new(stream).poll_write_vectored(context, pieces),
            Self::Tunnel(stream) | Self::HandedOn(stream) => {
                Pin::new(stream).poll_write_vectored(context, pieces)
            }
        }
    }
}
