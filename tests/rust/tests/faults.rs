//! What a hostile network does to a call: never a panic, never a hang, always the right kind and
//! outcome, and no more requests than the retry table allows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod hostile;

use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use hostile::{GOOD_BODY, Hostile, Step, answer, good_answer};
use uppzy::{CallOptions, ChatRequest, Client, Clock, Error, ErrorKind, Outcome, Phase};

/// How far past its deadline a call may end, in the clock's time.
const SLACK: Duration = Duration::from_millis(50);

/// A call of the fault runs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Operation {
    Send,
    Submit,
    Limits,
    CreateText,
}

const OPERATIONS: [Operation; 4] =
    [Operation::Send, Operation::Submit, Operation::Limits, Operation::CreateText];

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Send => "chat.send",
            Self::Submit => "chat.submit",
            Self::Limits => "tenant.limits",
            Self::CreateText => "documents.create_text",
        }
    }

    fn deadline(self) -> Duration {
        Duration::from_secs(if self == Self::Send { 90 } else { 30 })
    }

    fn run(self, client: Client, options: CallOptions) -> BoxFuture<'static, Result<(), Error>> {
        let question = ChatRequest::new("s-1", "Is this lamp dimmable?").email("ada@lamps.test");
        Box::pin(async move {
            match self {
                Self::Send => client.chat().options(options).send(&question).await.map(drop),
                Self::Submit => client.chat().options(options).submit(&question).await.map(drop),
                Self::Limits => client.tenant().options(options).limits(&[]).await.map(drop),
                Self::CreateText => {
                    let documents = client.documents().options(options);
                    documents.create_text("Lamps", "All are dimmable.", None).await.map(drop)
                }
            }
        })
    }
}

/// How a call must end: with that kind and outcome after so many requests, or well.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ending {
    error: Option<(ErrorKind, Outcome)>,
    requests: usize,
}

fn fails(kind: ErrorKind, outcome: Outcome, requests: usize) -> Ending {
    Ending { error: Some((kind, outcome)), requests }
}

fn succeeds(requests: usize) -> Ending {
    Ending { error: None, requests }
}

/// Runs each operation against a server of its own, on virtual time.
async fn check(
    name: &str,
    script: impl Fn() -> Vec<Step>,
    write: Ending,
    read: Ending,
) -> Vec<Result<(), Error>> {
    let runs = OPERATIONS.map(|operation| {
        let script = script();
        async move {
            let server = Hostile::start(script).await;
            let clock = Clock::virtual_time(7);
            let result = run(name, operation, &server, &clock, CallOptions::default()).await;
            let ending = if operation == Operation::Limits { read } else { write };
            let found = Ending {
                error: result.as_ref().err().map(|error| (error.kind(), error.outcome())),
                // What is reset unread is counted by its connection.
                requests: server.seen.requests().max(server.seen.connections()),
            };
            assert_eq!(found, ending, "{name}: {}: {result:?}", operation.name());
            result
        }
    });
    join_all(runs).await
}

/// Makes the call, and checks what holds for every call however it ends.
async fn run(
    name: &str,
    operation: Operation,
    server: &Hostile,
    clock: &Clock,
    options: CallOptions,
) -> Result<(), Error> {
    let deadline = options.timeout.unwrap_or(operation.deadline());
    let began = clock.now();
    let call = operation.run(server.client(clock), options);
    let result = tokio::time::timeout(hostile::PATIENCE, call)
        .await
        .unwrap_or_else(|_| panic!("{name}: {}: hangs", operation.name()));
    let elapsed = clock.now() - began;
    assert!(elapsed <= deadline + SLACK, "{name}: {}: {elapsed:?}", operation.name());
    if let Err(error) = &result {
        assert!(error.elapsed() <= deadline + SLACK, "{name}: {error:?}");
        assert_eq!(error.operation(), Some(operation.name()), "{name}: {error:?}");
        assert!(!error.attempts().is_empty(), "{name}: {error:?}");
        assert!(!error.message().is_empty() && !error.message().contains('\n'), "{name}");
        let report = format!("{error} {error:?} {} {}", error.to_json(), error.report());
        for planted in ["dimmable", "ada@lamps", "test-key"] {
            assert!(!report.contains(planted), "{name}: {report}");
        }
    }
    result
}

fn written(bytes: impl Into<Vec<u8>>) -> Vec<Step> {
    vec![Step::Read, Step::Write(bytes.into()), Step::Close]
}

/// Broken connections: nobody can tell what happened, so only the read is repeated.
async fn is_lost(name: &str, script: impl Fn() -> Vec<Step>) {
    let (kind, outcome) = (ErrorKind::ConnectionLost, Outcome::Unknown);
    let results = check(name, script, fails(kind, outcome, 1), fails(kind, outcome, 3)).await;
    for (result, operation) in results.iter().zip(OPERATIONS) {
        let error = result.as_ref().unwrap_err();
        assert_eq!(error.retryable(), operation == Operation::Limits, "{name}");
        assert_eq!(error.http_status(), None, "{name}");
    }
}

/// Answers that cannot be read: the write was done, the read is repeated.
async fn is_unreadable(name: &str, script: impl Fn() -> Vec<Step>) {
    let (kind, outcome) = (ErrorKind::ResponseDecode, Outcome::Accepted);
    check(name, script, fails(kind, outcome, 1), fails(kind, outcome, 3)).await;
}

#[tokio::test]
async fn broken_connections_are_lost() {
    let partial = || good_answer()[..60].to_vec();
    is_lost("reset before reading", || vec![Step::Reset]).await;
    is_lost("closed before reading", || vec![Step::Close]).await;
    is_lost("reset after reading", || vec![Step::Read, Step::Reset]).await;
    is_lost("empty reply", || vec![Step::Read, Step::Close]).await;
    is_lost("reset in the head", || {
        vec![Step::Read, Step::Write(partial()[..20].to_vec()), Step::Reset]
    })
    .await;
    is_lost("truncated head", || written(&partial()[..20])).await;
    is_lost("truncated body", || {
        let mut cut = good_answer();
        cut.truncate(cut.len() - 1);
        written(cut)
    })
    .await;
    is_lost("no byte of the body", || written("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"))
        .await;
    is_lost("reset in the body", || {
        let mut cut = good_answer();
        cut.truncate(cut.len() - 1);
        let pause = Step::Pause(Duration::from_millis(20));
        vec![Step::Read, Step::Write(cut), pause, Step::Reset]
    })
    .await;
}

#[tokio::test]
async fn what_is_not_http_is_lost() {
    let noise: Vec<u8> = (0..2048_u32).map(|number| (number * 7919 % 251) as u8).collect();
    is_lost("garbage", || written(noise.clone())).await;
    is_lost("another protocol", || written("SSH-2.0-OpenSSH_9.2\r\n")).await;
    is_lost("HTTP/2 unasked", || written("\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64")).await;
    is_lost("nonsense status", || written("HTTP/1.1 999999 Odd\r\n\r\n")).await;
    is_lost("length that is no number", || {
        written("HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}")
    })
    .await;
    is_lost("negative length", || written("HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n{}")).await;
    is_lost("two lengths", || {
        written("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x")
    })
    .await;
    is_lost("garbage in place of chunks", || {
        written("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\n{}\r\n0\r\n\r\n")
    })
    .await;
    is_lost("chunks without an end", || {
        written("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n")
    })
    .await;
    is_lost("huge chunk size", || {
        written("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}")
    })
    .await;
}

#[tokio::test]
async fn floods_of_headers_end_the_connection() {
    is_lost("many headers", || {
        let flood = (0..10_000).map(|number| format!("x-{number}: y\r\n")).collect::<String>();
        written(format!("HTTP/1.1 200 OK\r\n{flood}content-length: 2\r\n\r\n{{}}"))
    })
    .await;
    is_lost("endless headers", || {
        let line = Step::Flood(b"x-more: and more\r\n".repeat(500), u64::MAX);
        vec![Step::Read, Step::Write(b"HTTP/1.1 200 OK\r\n".to_vec()), line]
    })
    .await;
    is_lost("one huge header", || {
        let value = "v".repeat(4 << 20);
        written(format!("HTTP/1.1 200 OK\r\nx-huge: {value}\r\ncontent-length: 2\r\n\r\n{{}}"))
    })
    .await;
}

#[tokio::test]
async fn unreadable_answers_count_as_accepted() {
    is_unreadable("HTML with 200", || {
        let page = b"<html><body>Please sign in, ada@lamps.test</body></html>";
        written(answer("200 OK", "content-type: text/html\r\n", page))
    })
    .await;
    is_unreadable("length too short", || {
        let body = String::from_utf8_lossy(GOOD_BODY).into_owned();
        written(format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{body}"))
    })
    .await;
    is_unreadable("half of a JSON document", || written(answer("200 OK", "", &GOOD_BODY[..30])))
        .await;
    is_unreadable("compressed without being asked", || {
        written(answer("200 OK", "content-encoding: gzip\r\n", b"\x1f\x8b\x08\0garbage"))
    })
    .await;
    is_unreadable("bytes that are no text", || {
        written(answer("200 OK", "", b"{\"request_id\":\"\xff\xfe\"}"))
    })
    .await;
}

#[tokio::test]
async fn odd_but_valid_answers_are_read() {
    let well = |name, script: fn() -> Vec<Step>| check(name, script, succeeds(1), succeeds(1));
    well("chunked byte by byte", || {
        let mut bytes = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        for byte in GOOD_BODY {
            bytes.extend_from_slice(b"1\r\n");
            bytes.push(*byte);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        written(bytes)
    })
    .await;
    well("a thousand interim answers", || {
        let mut bytes = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(1000);
        bytes.extend_from_slice(&good_answer());
        written(bytes)
    })
    .await;
    well("no length, ended by closing", || {
        written([b"HTTP/1.1 200 OK\r\n\r\n", GOOD_BODY].concat())
    })
    .await;
    well("HTTP/1.0", || written([b"HTTP/1.0 200 OK\r\n\r\n", GOOD_BODY].concat())).await;
    well("bytes after the answer", || {
        written([good_answer(), b"HTTP/1.1 200 OK\r\nand more".to_vec()].concat())
    })
    .await;
    // A dripping head and body that end in time; only the server moves the clock.
    for operation in OPERATIONS {
        let clock = Clock::manual(1);
        let slowly = Step::Drip(good_answer(), clock.clone(), Duration::from_millis(100));
        let server = Hostile::start(vec![Step::Read, slowly, Step::Stall]).await;
        let result = run("drip", operation, &server, &clock, CallOptions::default()).await;
        assert!(result.is_ok(), "{}: {result:?}", operation.name());
        assert_eq!(server.seen.requests(), 1);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Hostile::start(vec![Step::Serve(good_answer())]).await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("location: {}/m2m\r\n", elsewhere.url());
        let refused = fails(ErrorKind::UnexpectedStatus, Outcome::Rejected, 1);
        check(status, || written(answer(status, &location, b"")), refused, refused).await;
    }
    assert_eq!(elsewhere.seen.connections(), 0, "the key must not reach another origin");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_a_connect_error() {
    for operation in OPERATIONS {
        let server = Hostile::start(Vec::new()).await;
        let clock = Clock::virtual_time(3);
        let client = server.client(&clock);
        drop(server);
        tokio::task::yield_now().await;
        let error = operation.run(client, CallOptions::default()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent));
        assert_eq!(error.attempts().len(), 3, "nothing was sent: safe to repeat");
    }
}

/// Silence: the phase timer ends a write's only attempt; a read's second one meets the deadline.
#[tokio::test]
async fn silence_ends_at_the_phase_timer_or_the_deadline() {
    let half = || good_answer()[..good_answer().len() - 9].to_vec();
    let storm = || Step::Flood(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(40), u64::MAX);
    let silences: [(&str, Phase, Vec<Step>); 4] = [
        ("no head", Phase::FirstByte, vec![Step::Read, Step::Stall]),
        ("no head, from the start", Phase::FirstByte, vec![Step::Stall]),
        ("half a body", Phase::Body, vec![Step::Read, Step::Write(half()), Step::Stall]),
        ("endless interim answers", Phase::FirstByte, vec![Step::Read, storm()]),
    ];
    for (name, phase, script) in silences {
        let write = fails(ErrorKind::RequestTimeout, Outcome::Unknown, 1);
        let read = fails(ErrorKind::DeadlineExceeded, Outcome::Unknown, 2);
        for (result, operation) in
            check(name, || script.clone(), write, read).await.into_iter().zip(OPERATIONS)
        {
            let error = result.unwrap_err();
            assert_eq!(error.phase(), Some(phase), "{name}: {error:?}");
            if operation == Operation::Limits {
                let cause = error.cause().expect("the first attempt's error");
                assert_eq!(cause.kind(), ErrorKind::RequestTimeout, "{name}");
            } else {
                let limit =
                    if operation == Operation::Send && phase == Phase::FirstByte { 75 } else { 20 };
                let elapsed = error.elapsed();
                assert!(
                    elapsed >= Duration::from_secs(limit)
                        && elapsed <= Duration::from_secs(limit) + SLACK,
                    "{name}: {operation:?}: {elapsed:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_short_deadline_holds_whatever_the_server_does() {
    let timeout = Duration::from_millis(1500);
    let options = CallOptions { timeout: Some(timeout), ..CallOptions::default() };
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{".to_vec();
    let scripts: [(&str, Vec<Step>); 3] = [
        ("no head", vec![Step::Read, Step::Stall]),
        ("half a body", vec![Step::Read, Step::Write(head), Step::Stall]),
        (
            "endless interim answers",
            vec![Step::Read, Step::Flood(b"HTTP/1.1 103 Early\r\n\r\n".to_vec(), u64::MAX)],
        ),
    ];
    for (name, script) in scripts {
        for operation in OPERATIONS {
            let server = Hostile::start(script.clone()).await;
            let clock = Clock::virtual_time(5);
            let error = run(name, operation, &server, &clock, options.clone()).await.unwrap_err();
            // A silence of five sixths of a write's time ends it, so that the error can say more.
            let early = timeout * 5 / 6;
            match error.kind() {
                ErrorKind::DeadlineExceeded => assert!(error.elapsed() >= timeout, "{name}"),
                kind => {
                    assert_eq!(kind, ErrorKind::RequestTimeout, "{name}: {operation:?}");
                    assert!(error.elapsed() >= early, "{name}: {operation:?}");
                }
            }
            assert_eq!(error.outcome(), Outcome::Unknown, "{name}: {operation:?}");
        }
    }
}

/// A body that trickles never trips the stall timer; the deadline ends it. Only the server moves
/// the clock here, a second with every byte.
#[tokio::test]
async fn a_trickle_ends_at_the_deadline() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n".to_vec();
    for operation in OPERATIONS {
        let clock = Clock::manual(2);
        let trickle = Step::Drip(vec![b'{'; 900], clock.clone(), Duration::from_secs(1));
        let script = vec![Step::Read, Step::Write(head.clone()), trickle];
        let server = Hostile::start(script).await;
        let error =
            run("trickle", operation, &server, &clock, CallOptions::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DeadlineExceeded, "{operation:?}: {error:?}");
        assert_eq!(error.phase(), Some(Phase::Body));
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.elapsed() >= operation.deadline());
        assert_eq!(server.seen.requests(), 1, "{operation:?}");
        server.seen.until("the client's hanging up", |seen| seen.gone() == 1).await;
    }
}

/// A head that trickles: the timer for the first byte ends a write; the read runs into its deadline.
#[tokio::test]
async fn a_trickling_head_ends_at_the_phase_timer() {
    for operation in OPERATIONS {
        let clock = Clock::manual(2);
        let trickle = Step::Drip(vec![b'H'; 900], clock.clone(), Duration::from_secs(1));
        let status = Step::Write(b"HTTP/1.1 200 ".to_vec());
        let server = Hostile::start(vec![Step::Read, status, trickle]).await;
        let pacemaker = tokio::spawn({
            // During a back-off no server moves the clock.
            let (clock, seen) = (clock.clone(), std::sync::Arc::clone(&server.seen));
            async move {
                seen.until("the first attempt's end", |seen| seen.gone() == 1).await;
                clock.advance(Duration::from_secs(1));
            }
        });
        let error =
            run("head", operation, &server, &clock, CallOptions::default()).await.unwrap_err();
        let (kind, requests) = match operation {
            Operation::Limits => (ErrorKind::DeadlineExceeded, 2),
            _ => (ErrorKind::RequestTimeout, 1),
        };
        assert_eq!(error.kind(), kind, "{operation:?}: {error:?}");
        assert_eq!(error.phase(), Some(Phase::FirstByte));
        assert_eq!(server.seen.requests(), requests, "{operation:?}");
        pacemaker.await.unwrap();
    }
}
