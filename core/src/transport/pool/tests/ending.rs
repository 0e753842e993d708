//! When connections are closed.

use super::*;

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
    let mut first = client.get_anew(&server).await;
    locked(&client.transport.pool.state).idle[0].until = Instant::now();
    let _second = client.get_anew(&server).await;
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
    let mut idle = client.get_anew(&server).await;
    client.until_idle(1).await;
    drop(client);
    idle.until_closed().await;

    // One that is still being made: this server never answers the handshake.
    let url = server.url.replace("http:", "https:");
    let client = Client::new(&url);
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
