//! Requests that wait for a connection.

use super::*;

#[tokio::test]
async fn a_request_takes_what_becomes_idle_and_its_own_connection_stays_for_others() {
    let server = Server::start().await;
    let client = server.client();
    let pool = &client.transport.pool;
    let _one = client.get_anew(&server).await;
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
    let _peer = client.get_anew(&server).await;
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

#[test]
fn a_runtime_that_has_ended_is_a_fault_and_not_a_wait_for_ever() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _entered = handle.enter();
    let client = Client::new("http://127.0.0.1:1/");
    let connector = Arc::new(Connector::new(&options(&client.url)).unwrap());
    let progress = SendProgress::default();
    let made = pin!(client.transport.pool.connection(&connector, &progress));
    let made = made.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    assert!(matches!(made, Poll::Ready(Err(TransportFault::Connect(_)))));
}
