//! The pool, with a server that the test plays.

mod ending;
mod reuse;
mod sharing;
mod waiting;

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::*;
use crate::clock::Clock;
use crate::transport::{
    HttpTransport, Transport as _, TransportBody, TransportOptions, TransportRequest,
    TransportResponse,
};

/// Only ends what would otherwise last for ever.
const PATIENCE: Duration = Duration::from_secs(60);
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const USUAL_IDLE: Duration = Duration::from_secs(4);

async fn patient<F: Future>(future: F) -> F::Output {
    timeout(PATIENCE, future).await.unwrap()
}

/// Goes one step.
async fn is_pending<F: Future>(mut future: Pin<&mut F>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

/// A server that the test plays.
struct Server {
    listener: TcpListener,
    url: String,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        Self { listener, url }
    }

    async fn accept(&self) -> Peer {
        Peer(patient(self.listener.accept()).await.unwrap().0)
    }

    fn options(&self) -> TransportOptions {
        options(&self.url)
    }

    fn client(&self) -> Client {
        Client::new(&self.url)
    }
}

fn options(url: &str) -> TransportOptions {
    TransportOptions {
        clock: Clock::system(),
        connect_timeout: PATIENCE,
        extra_roots: Vec::new(),
        proxy: None,
        server: url.parse().unwrap(),
        loopback: true,
        tls: url.starts_with("https"),
    }
}

/// The server's end of a connection.
struct Peer(TcpStream);

impl Peer {
    /// The head of the next request; the end of the connection is an empty one.
    async fn read(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match patient(self.0.read_u8()).await {
                Ok(byte) => head.push(byte),
                Err(_) => break,
            }
        }
        String::from_utf8(head).unwrap()
    }

    async fn write(&mut self, answer: &str) {
        self.0.write_all(answer.as_bytes()).await.unwrap();
    }

    async fn answer(&mut self, answer: &str) {
        assert_ne!(self.read().await, "", "a request");
        self.write(answer).await;
    }

    async fn until_closed(&mut self) {
        assert_eq!(self.read().await, "");
    }
}

struct Client {
    transport: HttpTransport,
    url: String,
}

impl Client {
    fn new(url: &str) -> Self {
        let transport = HttpTransport::new(options(url));
        // What the first call would make in a step of its own.
        transport.connector().unwrap();
        Self { transport, url: url.to_owned() }
    }

    fn idle(&self) -> usize {
        locked(&self.transport.pool.state).idle.len()
    }

    /// Lets the connections do their part until so many idle.
    async fn until_idle(&self, number: usize) {
        patient(async {
            while self.idle() != number {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    async fn send(&self, progress: &SendProgress) -> Result<TransportResponse, TransportFault> {
        let request = TransportRequest {
            method: http::Method::GET,
            uri: format!("{}path?query", self.url).parse().unwrap(),
            headers: http::HeaderMap::new(),
            body: TransportBody::Empty,
            progress: progress.clone(),
        };
        patient(self.transport.send(request)).await
    }

    /// A request that is answered on a connection made for it. The server's end of that.
    async fn get_anew(&self, server: &Server) -> Peer {
        let (reused, peer) = tokio::join!(self.get(), async {
            let mut peer = server.accept().await;
            peer.answer(OK).await;
            peer
        });
        assert_eq!(reused, Ok(false));
        peer
    }

    /// A request that is answered, and whether it went out on a connection that was open before.
    async fn get(&self) -> Result<bool, TransportFault> {
        let progress = SendProgress::default();
        let mut answer = self.send(&progress).await?;
        assert!(!progress.is_connecting());
        while patient(answer.body.next()).await?.is_some() {}
        Ok(progress.reused_connection())
    }
}

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}
