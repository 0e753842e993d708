//! One TCP connection, which can also be broken in every way that a network can break it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::poll_fn;
use futures_util::task::AtomicWaker;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::dispatch;
use crate::journal::HeadFacts;
use crate::locking::lock;
use crate::server::Server;
use crate::space::ConnectionCounts;

/// How a connection ends without a whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// TCP RST.
    Reset,
    /// TCP FIN.
    Close,
    /// Bytes that are not HTTP, then TCP FIN.
    Garbage,
}

/// Tells hyper to give the connection up; the [`Fault`] says how it ends.
#[derive(Debug, thiserror::Error)]
#[error("the connection is broken on purpose")]
pub(crate) struct Broken;

/// What is sent in place of HTTP.
const GARBAGE: &[u8] = b"\x15\x03\x01\x00\x02\x02\x16 this is not HTTP \xff\xfe\x00\r\n\r\n";

/// How long the client has to close its side after ours was closed.
const LINGER: Duration = Duration::from_millis(500);

/// The handle that requests have on the connection they came by.
#[derive(Debug)]
pub(crate) struct Connection {
    number: u64,
    fault: Mutex<Option<Fault>>,
    flushes: AtomicU64,
    flushed: AtomicWaker,
    idle: Mutex<Idle>,
    idle_limit_set: Notify,
    head: Mutex<Arc<HeadFacts>>,
    counts: Mutex<Vec<Arc<ConnectionCounts>>>,
}

#[derive(Debug)]
struct Idle {
    limit: Option<Duration>,
    open_requests: u32,
    since: Instant,
}

impl Connection {
    fn new(number: u64) -> Self {
        Self {
            number,
            fault: Mutex::default(),
            flushes: AtomicU64::new(0),
            flushed: AtomicWaker::new(),
            idle: Mutex::new(Idle { limit: None, open_requests: 0, since: Instant::now() }),
            idle_limit_set: Notify::new(),
            head: Mutex::default(),
            counts: Mutex::default(),
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Decides how the connection ends once hyper gave it up.
    pub(crate) fn set_fault(&self, fault: Fault) {
        *lock(&self.fault) = Some(fault);
    }

    /// How often everything written so far had gone to the socket.
    pub(crate) fn flushes(&self) -> u64 {
        self.flushes.load(Ordering::Acquire)
    }

    /// Ready when everything was flushed again since `before` was read.
    pub(crate) fn poll_flushed(&self, context: &Context<'_>, before: u64) -> Poll<()> {
        self.flushed.register(context.waker());
        if self.flushes() > before { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Counts this connection for a space, once.
    pub(crate) fn count_for(&self, space: &Arc<ConnectionCounts>) {
        let mut counts = lock(&self.counts);
        if !counts.iter().any(|known| Arc::ptr_eq(known, space)) {
            space.opened();
            counts.push(space.clone());
        }
    }

    /// The facts of a request's head; the same allocation as last time if they are the same.
    pub(crate) fn head_facts(&self, headers: &http::HeaderMap) -> Arc<HeadFacts> {
        let facts = HeadFacts::of(headers);
        let mut last = lock(&self.head);
        if **last != facts {
            *last = Arc::new(facts);
        }
        last.clone()
    }

    fn request_began(&self) {
        lock(&self.idle).open_requests += 1;
    }

    fn request_ended(&self) {
        let mut idle = lock(&self.idle);
        idle.open_requests = idle.open_requests.saturating_sub(1);
        idle.since = Instant::now();
    }

    /// From now on the connection is closed when it was idle for so long.
    pub(crate) fn limit_idle(&self, limit: Duration) {
        lock(&self.idle).limit = Some(limit);
        self.idle_limit_set.notify_one();
    }

    /// Ends when the connection was idle for as long as it may be.
    async fn idle_too_long(&self) {
        self.idle_limit_set.notified().await;
        loop {
            let deadline = {
                let idle = lock(&self.idle);
                let limit = idle.limit.unwrap_or(Duration::MAX);
                let from = if idle.open_requests == 0 { idle.since } else { Instant::now() };
                let deadline = from + limit.min(Duration::from_secs(86_400));
                if idle.open_requests == 0 && deadline <= Instant::now() {
                    return;
                }
                deadline.max(Instant::now() + Duration::from_millis(1))
            };
            tokio::time::sleep_until(deadline).await;
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for counts in lock(&self.counts).iter() {
            counts.closed();
        }
    }
}

/// Serves one connection until it ends.
pub(crate) async fn serve(stream: TcpStream, number: u64, server: Arc<Server>) {
    let _ = stream.set_nodelay(true);
    let connection = Arc::new(Connection::new(number));
    let service = {
        let connection = connection.clone();
        service_fn(move |request| {
            let connection = connection.clone();
            let server = server.clone();
            Box::pin(async move {
                connection.request_began();
                let result = dispatch::handle(&server, &connection, request).await;
                connection.request_ended();
                result
            })
        })
    };
    let stream = WatchedStream { stream, connection: connection.clone() };
    let mut http = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        _ = poll_fn(|context| http.poll_without_shutdown(context)) => {}
        () = connection.idle_too_long() => {}
    }
    let stream = http.into_parts().io.into_inner().stream;
    let fault = lock(&connection.fault).take();
    end(stream, fault.unwrap_or(Fault::Close)).await;
}

async fn end(mut stream: TcpStream, fault: Fault) {
    if fault == Fault::Reset {
        let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
        return;
    }
    if fault == Fault::Garbage {
        let _ = stream.write_all(GARBAGE).await;
    }
    let _ = stream.shutdown().await;
    // Closing with unread bytes would send RST where FIN is meant.
    let read_out = async {
        let mut rest = [0_u8; 4096];
        while matches!(stream.read(&mut rest).await, Ok(read) if read > 0) {}
    };
    let _ = tokio::time::timeout(LINGER, read_out).await;
}

/// A stream that tells its [`Connection`] when everything was written.
struct WatchedStream {
    stream: TcpStream,
    connection: Arc<Connection>,
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    // hyper comes here only when its own buffer is empty.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            self.connection.flushes.fetch_add(1, Ordering::AcqRel);
            self.connection.flushed.wake();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
