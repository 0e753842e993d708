//! Connections: a dropped or cancelled call lets go of its own, a stale one is replaced only where
//! that doubles nothing, and an endless answer is not read to its end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod hostile;

use std::time::Duration;

use futures_util::future::BoxFuture;
use hostile::{Hostile, Step, answer, good_answer};
use uppzy::{CancelToken, Cancelled, ChatRequest, Client, Clock, Error, ErrorKind, Outcome};

type Call = fn(Client) -> BoxFuture<'static, Result<(), Error>>;

fn question() -> ChatRequest {
    ChatRequest::new("s-1", "Is this lamp dimmable?")
}

fn calls() -> [(&'static str, Call); 4] {
    [
        ("chat.send", |client| {
            Box::pin(async move { client.chat().send(&question()).await.map(drop) })
        }),
        ("chat.submit", |client| {
            Box::pin(async move { client.chat().submit(&question()).await.map(drop) })
        }),
        ("tenant.limits", |client| {
            Box::pin(async move { client.tenant().limits(&[]).await.map(drop) })
        }),
        ("documents.create_text", |client| {
            Box::pin(async move {
                client.documents().create_text("Lamps", "All dim.", None).await.map(drop)
            })
        }),
    ]
}

/// Where a call is interrupted: the server's script up to there.
fn interruptions() -> [(&'static str, Vec<Step>); 3] {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{".to_vec();
    let flood = Step::Flood(vec![b' '; 1000], u64::MAX);
    let endless = b"HTTP/1.1 200 OK\r\ncontent-length: 16000000\r\n\r\n".to_vec();
    [
        ("before the head", vec![Step::Read, Step::Stall]),
        ("in the body", vec![Step::Read, Step::Write(head), Step::Stall]),
        ("in a flood", vec![Step::Read, Step::Write(endless), flood]),
    ]
}

#[tokio::test]
async fn a_dropped_call_releases_its_socket() {
    for (place, script) in interruptions() {
        for (name, call) in calls() {
            let server = Hostile::start(script.clone()).await;
            // Nothing but the drop ends this call: its clock stands still.
            let task = tokio::spawn(call(server.client(&Clock::manual(1))));
            server.seen.until(name, |seen| seen.requests() == 1).await;
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
            server.seen.until(&format!("{name} {place}"), |seen| seen.gone() == 1).await;
            assert_eq!(server.seen.connections(), 1, "{name} {place}");
        }
    }
}

#[tokio::test]
async fn a_cancelled_call_releases_its_socket() {
    for (place, script) in interruptions() {
        for (name, call) in calls() {
            let server = Hostile::start(script.clone()).await;
            let token = CancelToken::new();
            let call = call(server.client(&Clock::manual(1)));
            let (result, ()) = tokio::join!(token.run(call), async {
                server.seen.until(name, |seen| seen.requests() == 1).await;
                token.cancel();
            });
            assert_eq!(result.unwrap_err(), Cancelled, "{name} {place}");
            server.seen.until(&format!("{name} {place}"), |seen| seen.gone() == 1).await;
        }
    }
}

#[tokio::test]
async fn a_call_cancelled_between_attempts_sends_nothing_more() {
    for (name, call) in calls() {
        let server = Hostile::start(vec![Step::Serve(answer("503 Busy", "", b""))]).await;
        let clock = Clock::manual(1);
        let client = server.client(&clock);
        let mut events = client.events(16);
        let task = tokio::spawn(call(client));
        while events.next().await.unwrap().name() != "retry" {}
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        clock.advance(Duration::from_secs(3600));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(server.seen.requests(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_dropped_wait_for_an_answer_stops_polling() {
    let pending = answer("200 OK", "", br#"{"request_id":"r","status":"pending"}"#);
    let server = Hostile::start(vec![Step::Serve(pending)]).await;
    let clock = Clock::manual(1);
    let client = server.client(&clock);
    let mut events = client.events(64);
    let task = tokio::spawn({
        let client = client.clone();
        async move { client.chat().ask(&question()).await }
    });
    while events.next().await.unwrap().name() != "call_ended" {}
    tokio::time::sleep(Duration::from_millis(20)).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    clock.advance(Duration::from_secs(3600));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(server.seen.requests(), 1, "the submission only");
}

/// The server takes the second request on a kept connection and closes without an answer: for the
/// client that looks like a connection which went stale. A read is replayed at once and for free; a
/// write is not, as the server may have acted.
#[tokio::test]
async fn a_connection_closed_under_a_request_is_replayed_only_for_reads() {
    for ending in [Step::Close, Step::Reset] {
        for (name, call) in calls() {
            let script = vec![Step::Read, Step::Write(good_answer()), Step::Read, ending.clone()];
            let server = Hostile::start(script).await;
            let client = server.client(&Clock::manual(1));
            call(client.clone()).await.unwrap();
            // The clock stands still: a back-off would never end.
            let second = tokio::time::timeout(hostile::PATIENCE, call(client)).await.unwrap();
            if name == "tenant.limits" {
                assert!(second.is_ok(), "{name}: {second:?}");
                assert_eq!((server.seen.requests(), server.seen.connections()), (3, 2), "{name}");
            } else {
                let error = second.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{name}: {error:?}");
                assert_eq!(error.outcome(), Outcome::Unknown, "{name}");
                assert_eq!((server.seen.requests(), server.seen.connections()), (2, 1), "{name}");
            }
        }
    }
}

/// The server closes after each answer without having said so, so that closing races with the next
/// request. Every call ends, and the server never sees more requests than calls of a write.
#[tokio::test]
async fn closing_races_double_nothing() {
    const CALLS: usize = 150;
    for (name, call) in calls() {
        let server =
            Hostile::start(vec![Step::Read, Step::Write(good_answer()), Step::Reset]).await;
        let client = server.client(&Clock::virtual_time(1));
        let mut well = 0;
        for number in 0..CALLS {
            match call(client.clone()).await {
                Ok(()) => well += 1,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{name} {number}");
                    assert_ne!(name, "tenant.limits", "a read is repeated: {error:?}");
                }
            }
            if number % 3 == 0 {
                tokio::task::yield_now().await;
            }
        }
        let requests = server.seen.requests();
        assert!(requests >= well, "{name}: {requests} {well}");
        assert!(name == "tenant.limits" || requests <= CALLS, "{name}: {requests}");
        assert!(well > CALLS / 2, "{name}: {well}");
    }
}

/// Answers of 10 GiB: the client gives up after its limit, and never holds more than that.
#[tokio::test]
async fn an_answer_of_ten_gigabytes_is_neither_read_nor_held() {
    const LENGTH: u64 = 10 << 30;
    let piece = vec![b'a'; 64 << 10];
    let pieces = LENGTH / piece.len() as u64;
    let sized = format!("HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\n\r\n");
    let open = "HTTP/1.1 200 OK\r\n\r\n".to_owned();
    let error = format!("HTTP/1.1 400 Bad\r\ncontent-length: {LENGTH}\r\n\r\n");
    let heads = [
        (sized, ErrorKind::ResponseDecode),
        (open, ErrorKind::ResponseDecode),
        (error, ErrorKind::BadRequest),
    ];
    let before = resident_bytes();
    for (head, kind) in heads {
        for (name, call) in calls() {
            let flood = Step::Flood(piece.clone(), pieces);
            let script = vec![Step::Read, Step::Write(head.clone().into_bytes()), flood];
            let server = Hostile::start(script).await;
            let error = call(server.client(&Clock::virtual_time(1))).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{name}: {error:?}");
            let attempts = server.seen.requests();
            let repeated = name == "tenant.limits" && kind == ErrorKind::ResponseDecode;
            assert_eq!(attempts, if repeated { 3 } else { 1 }, "{name}");
            server.seen.until("the client's hanging up", |seen| seen.gone() == attempts).await;
            let written = server.seen.bytes_written();
            // The limit of 16 MiB for each attempt, and what fits the sockets' buffers.
            assert!(written < attempts as u64 * (32 << 20), "{name}: {written}");
        }
    }
    let growth = resident_bytes().saturating_sub(before);
    assert!(growth < 40 << 20, "{} MiB", growth >> 20);
}

/// The most memory that the process has held so far.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|text| text.trim().strip_suffix(" kB")).unwrap_or("0");
    kilobytes.parse::<u64>().unwrap() << 10
}
