//! Servers behind TLS: whom the client trusts, and which version of HTTP it speaks to them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use uppzy::{Client, ClientBuilder, Error, ErrorKind, Outcome, RetryPolicy};

const ANSWER: &str = r#"{"tenant_id":"tenant-1","name":"Lamps"}"#;
const PATIENCE: Duration = Duration::from_secs(30);

/// An authority of our own.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// What a server with that name needs, which speaks these protocols.
    fn server(&self, params: CertificateParams, protocols: &[&str]) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        config
    }
}

fn named(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// A server on this machine; what it has seen of each request.
struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<(Version, u16)>>>,
}

impl Server {
    async fn start(config: ServerConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let seen = Arc::<Mutex<Vec<_>>>::default();
        let noted = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                let (acceptor, noted) = (acceptor.clone(), Arc::clone(&noted));
                tokio::spawn(async move {
                    // A client that does not trust the server goes.
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = service_fn(|request: Request<Incoming>| {
                        noted.lock().unwrap().push((request.version(), peer.port()));
                        async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(ANSWER)))) }
                    });
                    let _ = Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { port, seen }
    }

    fn client(&self, host: &str) -> ClientBuilder {
        Client::builder()
            .api_key("uppzy_test_key_000000")
            .tenant_id("tenant-1")
            .base_url(format!("https://{host}:{}/api", self.port))
            .timeout(PATIENCE)
            .retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() })
            .environment(Vec::<(String, String)>::new())
    }
}

async fn ask(builder: ClientBuilder) -> Result<(), Error> {
    builder.build().unwrap().tenant().get(&[]).await.map(drop)
}

#[tokio::test]
async fn an_authority_of_your_own_is_trusted_and_both_versions_of_http_are_spoken() {
    let authority = Authority::new("ours");
    for (protocols, version) in [
        (vec!["h2", "http/1.1"], Version::HTTP_2),
        (vec!["http/1.1"], Version::HTTP_11),
        (vec![], Version::HTTP_11),
    ] {
        let server = Server::start(authority.server(named("localhost"), &protocols)).await;
        let client = server.client("localhost").ca_pem(authority.pem.clone()).build().unwrap();
        for _ in 0..3 {
            client.tenant().get(&[]).await.unwrap();
        }
        let seen = server.seen.lock().unwrap().clone();
        assert_eq!(seen.len(), 3);
        assert!(seen.iter().all(|(spoken, _)| *spoken == version), "{protocols:?}: {seen:?}");
        assert!(seen.iter().all(|(_, peer)| *peer == seen[0].1), "one connection: {seen:?}");
    }
}

#[tokio::test]
async fn many_requests_share_one_connection_where_the_server_speaks_http_2() {
    let authority = Authority::new("ours");
    let server = Server::start(authority.server(named("localhost"), &["h2"])).await;
    let client = server.client("localhost").ca_pem(authority.pem.clone()).build().unwrap();
    let handle = client.tenant();
    handle.get(&[]).await.unwrap();
    let calls = (0..20).map(|_| handle.get(&[]));
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    let seen = server.seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 21);
    assert!(seen.iter().all(|(_, peer)| *peer == seen[0].1), "{seen:?}");
}

#[tokio::test]
async fn requests_that_come_at_once_make_one_connection_of_http_2() {
    let authority = Authority::new("ours");
    let server = Server::start(authority.server(named("localhost"), &["h2"])).await;
    let client = server.client("localhost").ca_pem(authority.pem.clone()).build().unwrap();
    let handle = client.tenant();
    for result in futures_util::future::join_all((0..8).map(|_| handle.get(&[]))).await {
        result.unwrap();
    }
    let seen = server.seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 8);
    assert!(seen.iter().all(|(_, peer)| *peer == seen[0].1), "{seen:?}");
}

/// A server whose first connection takes leave (GOAWAY) as soon as a request is there. That one is
/// answered when it is told to; all others at once.
async fn leaving(config: ServerConfig) -> (Server, Arc<Notify>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let seen = Arc::<Mutex<Vec<_>>>::default();
    let release = Arc::new(Notify::new());
    let server = Server { port, seen: Arc::clone(&seen) };
    let held = Arc::clone(&release);
    tokio::spawn(async move {
        for number in 0.. {
            let Ok((stream, peer)) = listener.accept().await else { return };
            let stream = acceptor.accept(stream).await.unwrap();
            let (asked, seen, held) = (Arc::new(Notify::new()), seen.clone(), held.clone());
            let service = service_fn({
                let asked = asked.clone();
                move |request: Request<Incoming>| {
                    let is_first = {
                        let mut seen = seen.lock().unwrap();
                        seen.push((request.version(), peer.port()));
                        seen.len() == 1
                    };
                    asked.notify_one();
                    let held = held.clone();
                    async move {
                        if is_first {
                            held.notified().await;
                        }
                        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(ANSWER))))
                    }
                }
            });
            tokio::spawn(async move {
                let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
                tokio::select! {
                    _ = &mut connection => return,
                    () = asked.notified() => {}
                }
                if number == 0 {
                    connection.as_mut().graceful_shutdown();
                }
                let _ = connection.await;
            });
        }
    });
    (server, release)
}

#[tokio::test]
async fn a_connection_of_http_2_that_takes_leave_answers_what_it_has_and_gets_nothing_more() {
    let authority = Authority::new("ours");
    let (server, release) = leaving(authority.server(named("localhost"), &["h2"])).await;
    let client = server.client("localhost").ca_pem(authority.pem.clone()).build().unwrap();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.tenant().get(&[]).await.map(drop) }
    });
    let ports = || {
        let seen = server.seen.lock().unwrap();
        let ports: Vec<u16> = seen.iter().map(|(_, port)| *port).collect();
        ports
    };
    let until = async |number: usize| {
        while ports().len() < number {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, until(1)).await.unwrap();
    // Until the client has heard of it, requests may still go there: they are not refused.
    let elsewhere = async {
        while ports().last() == ports().first() {
            client.tenant().get(&[]).await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, elsewhere).await.unwrap();
    assert!(!first.is_finished());
    release.notify_one();
    first.await.unwrap().unwrap();
    client.tenant().get(&[]).await.unwrap();
    let ports = ports();
    assert_eq!(ports.last(), ports.get(ports.len() - 2), "the second one is kept: {ports:?}");
}

/// A certificate that is refused, and a part of what the error says of it.
async fn refused(server: &Server, builder: ClientBuilder, says: &str) {
    let error = ask(builder).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Tls, Outcome::NotSent), "{error}");
    assert!(error.message().contains(says), "{}", error.message());
    assert!(error.hint().contains("ca_file"), "{}", error.hint());
    assert!(server.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_trusted_gets_no_request() {
    let authority = Authority::new("ours");
    let trusting = |server: &Server, host| server.client(host).ca_pem(authority.pem.clone());

    let server = Server::start(authority.server(named("localhost"), &[])).await;
    refused(&server, server.client("localhost"), "which is not trusted").await;
    let other = Authority::new("another");
    refused(&server, server.client("localhost").ca_pem(other.pem), "which is not trusted").await;
    refused(&server, trusting(&server, "127.0.0.1"), "not for 127.0.0.1 but for localhost").await;

    let mut expired = named("localhost");
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2021, 1, 1);
    let server = Server::start(authority.server(expired, &[])).await;
    refused(&server, trusting(&server, "localhost"), "expired at 2021-01-01T00:00:00Z").await;
}

/// A proxy that wants TLS itself; whatever is asked for, its tunnels lead to that port.
async fn proxy_behind_tls(config: ServerConfig, to: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let noted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            noted.lock().unwrap().push(String::from_utf8(head).unwrap());
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let mut server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut stream, &mut server).await });
        }
    });
    (port, asked)
}

#[tokio::test]
async fn a_tunnel_leads_through_a_proxy_that_wants_tls_itself() {
    let authority = Authority::new("ours");
    let server = authority.server(named("uppzy.invalid"), &["h2", "http/1.1"]);
    let server = Server::start(server).await;
    let proxy = authority.server(named("localhost"), &[]);
    let (port, asked) = proxy_behind_tls(proxy, server.port).await;
    let builder = server.client("uppzy.invalid").ca_pem(authority.pem.clone());
    let client = builder.proxy(format!("https://ada:word@localhost:{port}")).build().unwrap();
    for _ in 0..2 {
        client.tenant().get(&[]).await.unwrap();
    }
    let seen = server.seen.lock().unwrap().clone();
    assert!(seen.iter().all(|(version, _)| *version == Version::HTTP_11), "{seen:?}");
    assert_eq!(seen.len(), 2);
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 1, "one connection for both");
    let target = format!("CONNECT uppzy.invalid:{} HTTP/1.1\r\n", server.port);
    assert!(asked[0].starts_with(&target), "{asked:?}");
    assert!(asked[0].contains("Proxy-Authorization: Basic YWRhOndvcmQ=\r\n"), "{asked:?}");
}
