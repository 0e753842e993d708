//! hyper's client, with no layer above it.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::Map;
use http::header::{HeaderValue, PROXY_AUTHORIZATION};
use http_body::Frame;
use http_body_util::{Either, Full, StreamBody};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Layer as _;
use tower::util::MapResponse;

use super::connecting::{WatchConnecting, WatchedConnector};
use super::fault::classify;
use super::plain_stream::PlainStream;
use super::route::{Route, RoutedStream};
use super::{ByteStream, TransportBody, TransportFault, TransportOptions, TransportRequest, tls};

type Piece = std::io::Result<Frame<Bytes>>;
type Pieces = Map<ByteStream, fn(std::io::Result<Bytes>) -> Piece>;
type Body = Either<Full<Bytes>, StreamBody<Pieces>>;

/// Connections to the server.
pub(super) struct HttpClient {
    client: Client<WatchedConnector<Connector>, Body>,
    /// For a proxy that hands requests on without a tunnel.
    proxy_authorization: Option<HeaderValue>,
}

type Connector = MapResponse<HttpsConnector<Route>, fn(Stream) -> PlainStream<Stream>>;
type Stream = MaybeHttpsStream<RoutedStream>;

impl HttpClient {
    pub(super) fn new(
        options: &TransportOptions,
        proxy: Option<Intercept>,
        idle: Duration,
    ) -> Result<Self, TransportFault> {
        let tls = tls::configuration(options)?;
        let https = HttpsConnectorBuilder::new().with_tls_config(tls.clone()).https_or_http();
        let mut proxy_authorization = None;
        let https = match proxy {
            None => https.enable_all_versions().wrap_connector(Route::straight()),
            Some(proxy) => {
                if !options.tls {
                    proxy_authorization = proxy.basic_auth().cloned();
                }
                // A tunnel that is cut takes one request with it, and not all.
                https.enable_http1().wrap_connector(Route::through(proxy, tls))
            }
        };
        let connector: Connector = MapResponse::new(https, PlainStream);
        let watch = WatchConnecting::new(options.clock.clone(), options.connect_timeout);
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(idle)
            .build(watch.layer(connector));
        Ok(Self { client, proxy_authorization })
    }

    pub(super) fn send(
        &self,
        request: TransportRequest,
    ) -> impl Future<Output = Result<http::Response<Incoming>, TransportFault>> + use<> {
        let TransportRequest { method, uri, headers, body, progress: _ } = request;
        let body = match body {
            TransportBody::Empty => Either::Left(Full::default()),
            TransportBody::Bytes(bytes) => Either::Left(Full::new(bytes)),
            TransportBody::Stream(stream) => {
                let pieces: Pieces = stream.map(|piece| piece.map(Frame::data));
                Either::Right(StreamBody::new(pieces))
            }
        };
        let mut outgoing = http::Request::new(body);
        *outgoing.method_mut() = method;
        *outgoing.uri_mut() = uri;
        *outgoing.headers_mut() = headers;
        if let Some(authorization) = &self.proxy_authorization {
            outgoing.headers_mut().insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        let answer = self.client.request(outgoing);
        async move { answer.await.map_err(|error| classify(&error, error.is_connect())) }
    }
}
