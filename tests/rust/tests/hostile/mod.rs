//! A server that misbehaves by script, on raw TCP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use uppzy::{Client, ClientBuilder, Clock};

/// No wait for the other side may last longer than this, in real time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// One thing that the server does with a connection.
#[derive(Clone)]
pub(crate) enum Step {
    /// Reads a whole request, and counts it.
    Read,
    /// Reads a whole request, and answers it with the same bytes as long as the client likes.
    Serve(Vec<u8>),
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Writes these bytes that many times, or until the client goes.
    Flood(Vec<u8>, u64),
    /// Writes these bytes one by one, and moves the clock by that much after each.
    Drip(Vec<u8>, Clock, Duration),
    /// Waits that long in real time, so that what was written arrives before what comes next.
    Pause(Duration),
    /// Answers nothing until the client goes.
    Stall,
    /// Resets the connection.
    Reset,
    /// Reads what else comes, so that closing does not become a reset, then closes.
    Close,
}

/// What the server has seen.
#[derive(Default)]
pub(crate) struct Seen {
    connections: AtomicUsize,
    requests: AtomicUsize,
    gone: AtomicUsize,
    bytes_written: AtomicU64,
    changed: Notify,
}

impl Seen {
    fn count(&self, counter: &AtomicUsize) {
        counter.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Requests that were read whole.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Connections that the client ended.
    pub(crate) fn gone(&self) -> usize {
        self.gone.load(Ordering::SeqCst)
    }

    pub(crate) fn bytes_written(&self) -> u64 {
        self.bytes_written.load(Ordering::SeqCst)
    }

    /// Waits until the condition holds; fails the test when it does not.
    pub(crate) async fn until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                if condition(self) {
                    return;
                }
                changed.await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, wait).await;
        assert!(in_time.is_ok(), "{what}: never came");
    }
}

/// The server. Dropping it ends it and all its connections.
pub(crate) struct Hostile {
    pub(crate) address: SocketAddr,
    pub(crate) seen: Arc<Seen>,
    accepting: JoinHandle<()>,
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Hostile {
    /// Plays the same script on every connection.
    pub(crate) async fn start(script: Vec<Step>) -> Self {
        Self::with(move |_| script.clone()).await
    }

    /// Plays a script of its own on each connection, counted from 0.
    pub(crate) async fn with(script: impl Fn(usize) -> Vec<Step> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let accepting = tokio::spawn({
            let seen = Arc::clone(&seen);
            async move {
                let mut connections = tokio::task::JoinSet::new();
                while let Ok((stream, _)) = listener.accept().await {
                    let script = script(seen.connections());
                    seen.count(&seen.connections);
                    connections.spawn(play(stream, script, Arc::clone(&seen)));
                    while connections.try_join_next().is_some() {}
                }
            }
        });
        Self { address, seen, accepting }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/api/v1", self.address)
    }

    /// A builder for a client of this server that takes nothing from the environment.
    pub(crate) fn builder(&self, clock: &Clock) -> ClientBuilder {
        builder(&self.url(), clock)
    }

    pub(crate) fn client(&self, clock: &Clock) -> Client {
        self.builder(clock).build().unwrap()
    }
}

/// A builder for a client that takes nothing from the environment.
pub(crate) fn builder(base_url: &str, clock: &Clock) -> ClientBuilder {
    Client::builder()
        .environment(Vec::<(String, String)>::new())
        .api_key("test-key")
        .tenant_id("tenant-1")
        .site_id("site-1")
        .base_url(base_url)
        .clock(clock.clone())
}

/// Plays the script; ends early when the client goes.
async fn play(mut stream: TcpStream, script: Vec<Step>, seen: Arc<Seen>) {
    stream.set_nodelay(true).unwrap();
    let mut buffer = Vec::new();
    for step in script {
        let goes_on = match step {
            Step::Read => read_request(&mut stream, &mut buffer, &seen).await,
            Step::Serve(answer) => {
                while read_request(&mut stream, &mut buffer, &seen).await {
                    if !write(&mut stream, &answer, &seen).await {
                        break;
                    }
                }
                false
            }
            Step::Write(bytes) => write(&mut stream, &bytes, &seen).await,
            Step::Flood(bytes, times) => flood(&mut stream, &bytes, times, &seen).await,
            Step::Drip(bytes, clock, every) => {
                drip(&mut stream, &bytes, &clock, every, &seen).await
            }
            Step::Pause(time) => {
                tokio::time::sleep(time).await;
                true
            }
            Step::Stall => {
                drain(&mut stream).await;
                false
            }
            Step::Reset => {
                stream.set_zero_linger().unwrap();
                return;
            }
            Step::Close => {
                // The client may have gone already.
                let _ = stream.shutdown().await;
                drain(&mut stream).await;
                return;
            }
        };
        if !goes_on {
            seen.count(&seen.gone);
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>, seen: &Seen) -> bool {
    loop {
        if let Some(length) = request_length(buffer) {
            buffer.drain(..length);
            seen.count(&seen.requests);
            return true;
        }
        match stream.read_buf(buffer).await {
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// The length of the request at the start of the buffer, if it is there whole.
fn request_length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    let body = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |value| value.trim().parse().unwrap());
    (buffer.len() >= head + body).then_some(head + body)
}

async fn write(stream: &mut TcpStream, bytes: &[u8], seen: &Seen) -> bool {
    let written = stream.write_all(bytes).await.is_ok();
    if written {
        seen.bytes_written.fetch_add(bytes.len() as u64, Ordering::SeqCst);
    }
    written
}

async fn flood(stream: &mut TcpStream, bytes: &[u8], times: u64, seen: &Seen) -> bool {
    for _ in 0..times {
        if !write(stream, bytes, seen).await {
            return false;
        }
    }
    true
}

async fn drip(
    stream: &mut TcpStream,
    bytes: &[u8],
    clock: &Clock,
    every: Duration,
    seen: &Seen,
) -> bool {
    for byte in bytes {
        if !write(stream, &[*byte], seen).await || hung_up(stream) {
            return false;
        }
        // The client runs on this very thread: it sees the byte before the clock moves on.
        tokio::time::sleep(Duration::from_millis(2)).await;
        clock.advance(every);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    true
}

fn hung_up(stream: &TcpStream) -> bool {
    let mut byte = [0];
    match stream.try_read(&mut byte) {
        Ok(0) => true,
        Ok(_) => false,
        Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
    }
}

/// Reads and forgets until the client goes.
async fn drain(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(1..) = stream.read(&mut buffer).await {}
}

/// An answer with that status, these further header lines, and the body's right length.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut bytes =
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A body that every operation of the fault runs can read.
pub(crate) const GOOD_BODY: &[u8] =
    br#"{"request_id":"req_1","session_id":"s-1","status":"pending","answer":"Yes.","id":"doc_1"}"#;

/// A whole good answer.
pub(crate) fn good_answer() -> Vec<u8> {
    answer("200 OK", "content-type: application/json\r\n", GOOD_BODY)
}
