//! The usual way to the server: straight, with hyper's client and no layer above it.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::Map;
use http_body::Frame;
use http_body_util::{Either, Full, StreamBody};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tower::Layer as _;
use tower::util::MapResponse;

use super::connecting::{WatchConnecting, WatchedConnector};
use super::fault::classify;
use super::plain_stream::PlainStream;
use super::{ByteStream, TransportBody, TransportFault, TransportOptions, TransportRequest, tls};

/// A sign of life is asked for on a silent connection, and this often again.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);
const KEEP_ALIVE_RETRIES: u32 = 3;
/// The longest time for which what was sent may stay unacknowledged.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

type Piece = io::Result<Frame<Bytes>>;
type Pieces = Map<ByteStream, fn(io::Result<Bytes>) -> Piece>;
type Body = Either<Full<Bytes>, StreamBody<Pieces>>;

/// Connections that lead straight to the server.
pub(super) struct Direct(Client<WatchedConnector<Connector>, Body>);

type Connector = MapResponse<HttpsConnector<HttpConnector>, fn(Stream) -> PlainStream<Stream>>;
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

impl Direct {
    pub(super) fn new(options: &TransportOptions, idle: Duration) -> Result<Self, TransportFault> {
        let mut tcp = HttpConnector::new();
        // Which schemes are allowed is the configuration's business.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        tcp.set_keepalive_interval(Some(KEEP_ALIVE_INTERVAL));
        tcp.set_keepalive_retries(Some(KEEP_ALIVE_RETRIES));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls::configuration(options)?)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(tcp);
        let connector: Connector = MapResponse::new(https, PlainStream);
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(idle)
            .build(WatchConnecting::new(options).layer(connector));
        Ok(Self(client))
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
        let answer = self.0.request(outgoing);
        async move { answer.await.map_err(|error| classify(&error, error.is_connect())) }
    }
}
