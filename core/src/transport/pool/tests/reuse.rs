//! Which connections are used again, and for what.

use super::*;

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
    drop(client.get_anew(&server).await);
    patient(async {
        while let Ok(not_heard_of_it_yet) = client.transport.pool.take_or_wait() {
            not_heard_of_it_yet.give_back();
            tokio::task::yield_now().await;
        }
    })
    .await;
    client.get_anew(&server).await;
    assert_eq!(client.idle(), 1);
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
async fn a_request_is_written_where_it_is_polled() {
    let server = Server::start().await;
    let client = server.client();
    let peer = client.get_anew(&server).await;
    let progress = SendProgress::default();
    let mut sent = pin!(client.send(&progress));
    assert!(is_pending(sent.as_mut()).await);
    // On this thread, which runs all tasks of the runtime: no other one had a part in it.
    let mut peer = peer.0.into_std().unwrap();
    peer.set_nonblocking(false).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request = [0; 4];
    std::io::Read::read_exact(&mut peer, &mut request).unwrap();
    assert_eq!(&request, b"GET ");
}

#[test]
fn a_connection_whose_runtime_has_ended_is_not_used() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let client = Client::new(&url);
    let get_anew = async || {
        // Of the runtime that it is called in.
        let listener = TcpListener::from_std(listener.try_clone().unwrap()).unwrap();
        let server = Server { listener, url: url.clone() };
        let peer = client.get_anew(&server).await;
        assert_eq!(client.idle(), 1);
        peer
    };
    let (other, ours) = (runtime(), runtime());
    let _peer = other.block_on(get_anew());
    other.shutdown_background();
    ours.block_on(async {
        let _peer = get_anew().await;
        let state = locked(&client.transport.pool.state);
        let sweep = state.sweep.as_ref().unwrap();
        assert!(!sweep.task.is_finished(), "the one that ended with its runtime has a successor");
    });
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
