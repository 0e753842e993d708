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
        Client { transport: HttpTransport::new(self.options()), url: self.url.clone() }
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

    /// A request that is answered, and whether it went out on a connection that was open before.
    async fn get(&self) -> Result<bool, TransportFault> {
        let progress = SendProgress::default();
        let mut answer = self.send(&progress).await?;
        assert!(!progress.is_connecting());
        while patient(answer.body.next()).await?.is_some() {}
        Ok(progress.reused_connection())
    }
}

#[tokio::test]
async fn the_idle_connection_that_was_used_last_is_used_again() {
    let server = Server::start().await;
    let client = server.client();
    let (first, second, peers) = tokio::join!(client.get(), client.get(), async {
        let (mut one, mut two) = (server.accept().await, server.accept().await);
        one.answer(OK).await;
        client.until_idle(1).await;
        two.answer(OK).await;
        client.until_idle(2).await;
        (one, two)
    });
    assert_eq!((first, second), (Ok(false), Ok(false)));
    let (one, mut two) = peers;
    for _ in 0..3 {
        let (reused, ()) = tokio::join!(client.get(), two.answer(OK));
        assert_eq!(reused, Ok(true));
    }
    assert_eq!(client.idle(), 2);
    drop(one);
}

#[tokio::test]
async fn requests_name_path_and_host() {
    let server = Server::start().await;
    let client = server.client();
    let (_, head) = tokio::join!(client.get(), async {
        let mut peer = server.accept().await;
        let head = peer.read().await;
        peer.write(OK).await;
        head
    });
    let host = server.listener.local_addr().unwrap();
    assert_eq!(head, format!("GET /path?query HTTP/1.1\r\nhost: {host}\r\n\r\n"));
}

#[tokio::test]
async fn a_connection_that_was_closed_is_not_used() {
    let server = Server::start().await;
    let client = server.client();
    let get_anew = async || {
        let (reused, peer) = tokio::join!(client.get(), async {
            let mut peer = server.accept().await;
            peer.answer(OK).await;
            peer
        });
        assert_eq!(reused, Ok(false));
        peer
    };
    drop(get_anew().await);
    patient(async {
        while locked(&client.transport.pool.state).idle[0].connection.sender.is_ready() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(client.transport.pool.take_or_wait().is_err());
    get_anew().await;
}

#[tokio::test]
async fn what_is_not_to_be_kept_is_not_kept() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ] {
        let server = Server::start().await;
        let client = server.client();
        let (reused, ()) = tokio::join!(client.get(), async {
            let mut peer = server.accept().await;
            peer.answer(answer).await;
            peer.until_closed().await;
        });
        assert_eq!((reused, client.idle()), (Ok(false), 0), "{answer}");
    }
}

#[tokio::test]
async fn every_form_of_a_body_gives_its_connection_back_at_the_end() {
    for answer in [
        OK,
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ] {
        let server = Server::start().await;
        let client = server.client();
        let (reused, _peer) = tokio::join!(client.get(), async {
            let mut peer = server.accept().await;
            peer.answer(answer).await;
            peer
        });
        client.until_idle(1).await;
        assert_eq!(reused, Ok(false), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_read_closes_its_connection() {
    let server = Server::start().await;
    let client = server.client();
    let progress = SendProgress::default();
    let (answer, mut peer) = tokio::join!(client.send(&progress), async {
        let mut peer = server.accept().await;
        peer.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok").await;
        peer
    });
    let mut answer = answer.unwrap();
    assert_eq!(patient(answer.body.next()).await.unwrap().unwrap(), "ok");
    drop(answer);
    peer.until_closed().await;
    assert_eq!(client.idle(), 0);
}

#[tokio::test]
async fn a_request_takes_what_becomes_idle_and_its_own_connection_stays_for_others() {
    let server = Server::start().await;
    let client = server.client();
    let pool = &client.transport.pool;
    let (_, _one) = tokio::join!(client.get(), async {
        let mut peer = server.accept().await;
        peer.answer(OK).await;
        peer
    });
    let connection = pool.take_or_wait().ok().unwrap();
    let progress = SendProgress::default();
    let connector = Arc::new(Connector::new(&server.options()).unwrap());
    let mut waiting = pin!(pool.connection(&connector, &progress));
    assert!(is_pending(waiting.as_mut()).await);
    assert!(progress.is_connecting());
    connection.give_back();
    let taken = patient(waiting).await.unwrap();
    assert!(!taken.is_fresh() && !progress.is_connecting() && progress.reused_connection());
    // The one that was made for it.
    client.until_idle(1).await;
    let _two = server.accept().await;
    drop(taken);
    assert!(locked(&pool.state).waiters.is_empty());
}

#[tokio::test]
async fn a_connection_whose_request_was_dropped_stays_for_others() {
    let server = Server::start().await;
    let client = server.client();
    {
        let progress = SendProgress::default();
        let mut dropped = pin!(client.send(&progress));
        assert!(is_pending(dropped.as_mut()).await);
        assert!(progress.is_connecting());
    }
    assert!(locked(&client.transport.pool.state).waiters.is_empty());
    client.until_idle(1).await;
    let mut peer = server.accept().await;
    let (reused, ()) = tokio::join!(client.get(), peer.answer(OK));
    assert_eq!(reused, Ok(true));
}

#[tokio::test]
async fn a_connection_that_was_handed_over_but_not_taken_goes_to_others() {
    let server = Server::start().await;
    let client = server.client();
    let (_, _peer) = tokio::join!(client.get(), async {
        let mut peer = server.accept().await;
        peer.answer(OK).await;
        peer
    });
    let pool = &client.transport.pool;
    let connection = pool.take_or_wait().ok().unwrap();
    let first = pool.take_or_wait().err().unwrap();
    let mut second = pool.take_or_wait().err().unwrap();
    connection.give_back();
    drop(first);
    assert!(second.handed.try_recv().is_ok());
}

#[tokio::test]
async fn a_connection_that_fails_fails_its_own_request() {
    let gone = Server::start().await;
    let client = gone.client();
    drop(gone.listener);
    let pool = &client.transport.pool;
    let other = pool.take_or_wait().err().unwrap();
    let fault = client.get().await.unwrap_err();
    assert!(matches!(&fault, TransportFault::Connect(_)), "{fault:?}");
    assert_eq!(locked(&pool.state).waiters.len(), 1, "the other one waits on");
    drop(other);
}

#[tokio::test]
async fn no_connection_in_time_is_a_fault_of_its_own() {
    let server = Server::start().await;
    let clock = Clock::manual(1);
    let url = server.url.replace("http:", "https:");
    let options = TransportOptions { clock: clock.clone(), ..options(&url) };
    let client = Client { transport: HttpTransport::new(options), url };
    let progress = SendProgress::default();
    let (result, _silent) = tokio::join!(client.send(&progress), async {
        let mut peer = server.accept().await;
        // The handshake has begun, and so has the time for it.
        patient(peer.0.read_u8()).await.unwrap();
        clock.advance(PATIENCE);
        peer
    });
    assert_eq!(result.err(), Some(TransportFault::ConnectTimeout));
    assert!(progress.is_connecting());
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_time() {
    for (answer, idle) in [
        (OK, USUAL_IDLE),
        ("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=60\r\nContent-Length: 0\r\n\r\n", seconds(59)),
        ("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n", USUAL_IDLE),
        ("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n", USUAL_IDLE),
        ("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=90000\r\nContent-Length: 0\r\n\r\n", seconds(120)),
        ("HTTP/1.1 200 OK\r\nKeep-Alive: max=3\r\nContent-Length: 0\r\n\r\n", USUAL_IDLE),
    ] {
        let server = Server::start().await;
        let client = server.client();
        let began = Instant::now();
        let (_, mut peer) = tokio::join!(client.get(), async {
            let mut peer = server.accept().await;
            peer.answer(answer).await;
            peer
        });
        client.until_idle(1).await;
        let pool = &client.transport.pool;
        let until = locked(&pool.state).idle[0].until;
        assert!((began + idle..=Instant::now() + idle).contains(&until), "{answer}");
        assert_eq!(pool.close_idle(until - Duration::from_millis(1)), Some(until), "{answer}");
        assert_eq!(pool.close_idle(until), None, "{answer}");
        peer.until_closed().await;
        assert!(locked(&pool.state).sweep.is_none(), "nothing is left to look for");
    }
}

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

#[tokio::test]
async fn the_pool_itself_closes_what_has_idled_and_looks_in_time() {
    let server = Server::start().await;
    let client = server.client();
    let (_, _, mut peers) = tokio::join!(client.get(), client.get(), async {
        let mut peers = [server.accept().await, server.accept().await];
        for (already, peer) in peers.iter_mut().enumerate() {
            peer.answer(OK).await;
            client.until_idle(already + 1).await;
        }
        peers
    });
    let pool = &client.transport.pool;
    {
        let mut state = locked(&pool.state);
        let at = Instant::now();
        assert!(state.sweep.as_ref().unwrap().at > at, "the look that is due");
        state.idle[0].until = at;
        pool.sweep_at(&mut state, at);
    }
    peers[0].until_closed().await;
    assert_eq!(client.idle(), 1);
    assert!(locked(&pool.state).sweep.is_some());
    let (reused, ()) = tokio::join!(client.get(), peers[1].answer(OK));
    assert_eq!(reused, Ok(true));
}

#[tokio::test]
async fn what_has_idled_too_long_is_not_used_even_if_nobody_has_looked() {
    let server = Server::start().await;
    let client = server.client();
    let get_anew = async || {
        let (reused, peer) = tokio::join!(client.get(), async {
            let mut peer = server.accept().await;
            peer.answer(OK).await;
            peer
        });
        assert_eq!(reused, Ok(false));
        peer
    };
    let mut first = get_anew().await;
    locked(&client.transport.pool.state).idle[0].until = Instant::now();
    let _second = get_anew().await;
    first.until_closed().await;
}

#[tokio::test]
async fn closing_closes_what_idles_and_keeps_nothing_from_then_on() {
    let server = Server::start().await;
    let client = server.client();
    // One that idles, and one with a request under way.
    let (_, late, ()) = tokio::join!(client.get(), client.get(), async {
        let (mut one, mut two) = (server.accept().await, server.accept().await);
        one.answer(OK).await;
        client.until_idle(1).await;
        client.transport.close();
        one.until_closed().await;
        two.answer(OK).await;
        two.until_closed().await;
    });
    assert_eq!(late, Ok(false));
    // One that comes later is answered all the same.
    let (reused, ()) = tokio::join!(client.get(), async {
        let mut peer = server.accept().await;
        peer.answer(OK).await;
        peer.until_closed().await;
    });
    assert_eq!(reused, Ok(false));
    assert_eq!(client.idle(), 0);
}

#[tokio::test]
async fn dropping_the_client_releases_every_socket() {
    let server = Server::start().await;
    let client = server.client();
    let (_, mut idle) = tokio::join!(client.get(), async {
        let mut peer = server.accept().await;
        peer.answer(OK).await;
        peer
    });
    client.until_idle(1).await;
    drop(client);
    idle.until_closed().await;

    // One that is still being made: this server never answers the handshake.
    let url = server.url.replace("http:", "https:");
    let client = Client { transport: HttpTransport::new(options(&url)), url };
    {
        let progress = SendProgress::default();
        let mut dropped = pin!(client.send(&progress));
        assert!(is_pending(dropped.as_mut()).await);
    }
    let mut connecting = server.accept().await;
    patient(connecting.0.read_u8()).await.unwrap();
    drop(client);
    let mut rest = Vec::new();
    patient(connecting.0.read_to_end(&mut rest)).await.unwrap();
}

/// An HTTP/2 connection, and its other end, which says nothing.
async fn common() -> (Common, DuplexStream) {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let builder = http2::Builder::new(TokioExecutor::new());
    let (sender, connection) = builder.handshake(TokioIo::new(ours)).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    (Common::new(sender), theirs)
}

#[tokio::test]
async fn one_connection_of_http_2_serves_all_who_wait_and_all_who_come() {
    let pool = Arc::<Pool>::default();
    let mut waiting: Vec<Waiting> = (0..3).map(|_| pool.take_or_wait().err().unwrap()).collect();
    let ((first, _peer), (second, mut superfluous)) = (common().await, common().await);
    pool.deliver(Made::Common(first), waiting[1].number);
    for waiting in &mut waiting {
        assert!(waiting.handed.try_recv().unwrap().is_fresh());
    }
    assert!(pool.has_common());
    // One that was being made at the same time.
    pool.deliver(Made::Common(second), waiting[0].number);
    patient(superfluous.read_to_end(&mut Vec::new())).await.unwrap();
    assert!(!pool.take_or_wait().ok().unwrap().is_fresh());
    assert!(pool.has_common());
}

#[tokio::test]
async fn a_connection_of_http_2_idles_from_the_end_of_its_last_request() {
    let pool = Arc::<Pool>::default();
    let (common, mut peer) = common().await;
    pool.deliver(Made::Common(common), 0);
    let shares = [pool.take_or_wait().ok().unwrap(), pool.take_or_wait().ok().unwrap()];
    let later = Instant::now() + seconds(3600);
    assert_eq!(pool.close_idle(later), Some(later + USUAL_IDLE), "in use");
    let [one, other] = shares;
    drop(one);
    assert_eq!(pool.close_idle(later), Some(later + USUAL_IDLE), "still in use");
    let before = Instant::now();
    drop(other);
    let until = pool.close_idle(before).unwrap();
    assert!((before + USUAL_IDLE..=Instant::now() + USUAL_IDLE).contains(&until));
    assert_eq!(pool.close_idle(until), None);
    patient(peer.read_to_end(&mut Vec::new())).await.unwrap();
    assert!(pool.take_or_wait().is_err());
}

#[tokio::test]
async fn a_closed_pool_keeps_no_connection_of_http_2() {
    let pool = Arc::<Pool>::default();
    let ((kept, mut first), (late, mut second)) = (common().await, common().await);
    pool.deliver(Made::Common(kept), 0);
    pool.close();
    patient(first.read_to_end(&mut Vec::new())).await.unwrap();
    let mut waiting = pool.take_or_wait().err().unwrap();
    pool.deliver(Made::Common(late), waiting.number);
    assert!(!pool.has_common());
    drop(waiting.handed.try_recv().unwrap());
    patient(second.read_to_end(&mut Vec::new())).await.unwrap();
}

/// The connection's own runtime ends after the request was handed to it, and before anything of it
/// was written: the request silently goes out on another one.
#[test]
fn a_request_that_was_not_written_goes_to_another_connection() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    // Of the runtime that it is called in.
    let server = || {
        let listener = TcpListener::from_std(listener.try_clone().unwrap()).unwrap();
        Server { listener, url: url.clone() }
    };
    let client = Client { transport: HttpTransport::new(options(&url)), url: url.clone() };
    let (other, ours) = (runtime(), runtime());
    let _peer = other.block_on(async {
        let server = server();
        let (_, peer) = tokio::join!(client.get(), async {
            let mut peer = server.accept().await;
            peer.answer(OK).await;
            peer
        });
        client.until_idle(1).await;
        peer
    });
    ours.block_on(async {
        let server = server();
        let progress = SendProgress::default();
        let mut sent = pin!(client.send(&progress));
        assert!(is_pending(sent.as_mut()).await);
        assert!(progress.reused_connection());
        other.shutdown_background();
        let (mut answer, _peer) = tokio::join!(sent, async {
            let mut peer = server.accept().await;
            peer.answer(OK).await;
            peer
        });
        assert!(!progress.reused_connection());
        while answer.as_mut().unwrap().body.next().await.unwrap().is_some() {}
        client.until_idle(1).await;
        let state = locked(&client.transport.pool.state);
        let sweep = state.sweep.as_ref().unwrap();
        assert!(!sweep.task.is_finished(), "the one that ended with its runtime has a successor");
    });
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
