//! A server that writes what it likes, through the real HTTP stack: every call ends, with what was really
//! there or with an error that says what became of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::net::SocketAddr;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use uppzy::{Client, Clock, ErrorKind, Outcome, RetryPolicy};
use uppzy_fuzz::{Outcome as Called, call, hold_some, mutated};

/// Longer than any call may take, in real time, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);
const CASES: u32 = 160;

/// Answers every connection with the same bytes, once a request has begun to come, and closes.
async fn serve(listener: TcpListener, bytes: Vec<u8>, reset: bool) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, bytes.clone(), reset));
    }
}

async fn answer(mut stream: TcpStream, bytes: Vec<u8>, reset: bool) {
    let mut buffer = [0; 16_384];
    if !matches!(stream.read(&mut buffer).await, Ok(1..)) {
        return;
    }
    // The client may have seen enough before it is all written.
    let _ = stream.write_all(&bytes).await;
    if reset {
        let _ = stream.set_zero_linger();
        return;
    }
    let _ = stream.shutdown().await;
    while let Ok(1..) = stream.read(&mut buffer).await {}
}

fn client(address: SocketAddr) -> Client {
    Client::builder()
        .environment(Vec::<(String, String)>::new())
        .api_key("KeyPlant7Gq2Xw9Zt4")
        .tenant_id("tenant-1")
        .site_id("site-1")
        .base_url(format!("http://{address}/api/v1"))
        .retry(RetryPolicy { max_attempts: 2, ..RetryPolicy::default() })
        .clock(Clock::virtual_time_with_silence(1, Duration::from_secs(5)))
        .build()
        .unwrap()
}

/// Makes the call against a server that answers with these bytes.
fn answered(operation: &str, bytes: &[u8], reset: bool) -> Result<Called, TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = client(listener.local_addr().unwrap());
        let server = tokio::spawn(serve(listener, bytes.to_vec(), reset));
        let outcome = tokio::time::timeout(PATIENCE, call(&client, operation)).await;
        server.abort();
        outcome.map_err(|_| TestCaseError::fail(format!("{operation} did not end")))
    })
}

/// What any call may end in that met such a server.
fn is_possible(outcome: &Called, write: bool) -> Result<(), TestCaseError> {
    let Err(error) = outcome else { return Ok(()) };
    let kind = error.kind();
    let never = [
        ErrorKind::Config,
        ErrorKind::InvalidInput,
        ErrorKind::FileRead,
        ErrorKind::Tls,
        ErrorKind::Closed,
        ErrorKind::Internal,
        ErrorKind::Connect,
    ];
    prop_assert!(!never.contains(&kind), "{error:?}");
    // The request was written before anything came back.
    prop_assert!(error.outcome() != Outcome::NotSent, "{error:?}");
    if write && matches!(kind, ErrorKind::ConnectionLost) {
        prop_assert_eq!(error.outcome(), Outcome::Unknown);
        prop_assert!(!error.retryable());
    }
    let all = format!("{error} {error:?} {} {}", error.to_json(), error.report());
    prop_assert!(!all.contains("KeyPlant7Gq2"), "{}", all);
    prop_assert!(!error.message().chars().any(char::is_control), "{:?}", error.message());
    prop_assert!(error.message().chars().count() < 900);
    Ok(())
}

const BODY: &str = r#"{"id":"d-1","request_id":"req-1","answer":"It hums.","status":"completed"}"#;

fn operation() -> impl Strategy<Value = (&'static str, bool)> {
    select(vec![
        ("tenant.limits", false),
        ("documents.create_text", true),
        ("chat.send", true),
        ("chat.status", false),
    ])
}

#[test]
fn random_bytes_are_no_answer() {
    let bytes = prop_oneof![
        vec(any::<u8>(), 0..300),
        vec(any::<u8>(), 0..60).prop_map(|rest| [b"HTTP/1.1 200 OK\r\n", &rest[..]].concat()),
        "[\\r\\n :a-zA-Z0-9/.]{0,200}".prop_map(String::into_bytes),
        // The preface and a frame of HTTP/2, a TLS alert, an SSH banner.
        Just(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec()),
        Just(b"\x15\x03\x03\0\x02\x02\x28".to_vec()),
        Just(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
    ];
    hold_some(CASES, &(operation(), bytes, any::<bool>()), |((operation, write), bytes, reset)| {
        let outcome = answered(operation, &bytes, reset)?;
        is_possible(&outcome, write)?;
        // A body that is good JSON with the right fields does not come about by chance.
        prop_assert!(outcome.is_err() || operation == "tenant.limits", "{:?}", outcome);
        Ok(())
    });
}

#[test]
fn a_damaged_answer_is_no_other_answer() {
    let length = BODY.len();
    let good = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{BODY}"
    );
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n{BODY}\r\n0\r\n\r\n"
    );
    let bytes = prop_oneof![mutated(good.into_bytes()), mutated(chunked.into_bytes())];
    hold_some(CASES, &(operation(), bytes, any::<bool>()), |((operation, write), bytes, reset)| {
        is_possible(&answered(operation, &bytes, reset)?, write)
    });
}

/// A body cut off before its announced end is no answer, wherever the cut is.
#[test]
fn a_body_that_is_cut_off_is_lost() {
    let length = BODY.len();
    let cases = (operation(), 0..length, any::<bool>(), any::<bool>());
    hold_some(CASES, &cases, |((operation, write), cut, chunked, reset)| {
        let body = &BODY[..cut];
        let bytes = if chunked {
            format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}")
        } else {
            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
        };
        let outcome = answered(operation, bytes.as_bytes(), reset)?;
        is_possible(&outcome, write)?;
        let kind = outcome.err().map(|error| error.kind());
        prop_assert_eq!(kind, Some(ErrorKind::ConnectionLost));
        Ok(())
    });
}

fn header_line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[a-zA-Z-]{1,20}: ?[ -~]{0,60}".prop_map(String::into_bytes),
        select(vec![
            "content-length: 5",
            "content-length: -1",
            "content-length: 99999999999999999999",
            "content-length: 0x10",
            "content-length: 5, 5",
            "transfer-encoding: chunked",
            "transfer-encoding: gzip, chunked",
            "transfer-encoding: identity",
            "content-encoding: gzip",
            "connection: close",
            "connection: upgrade",
            "connection: keep-alive",
            "upgrade: h2c",
            "location: http://127.0.0.1:1/",
            "retry-after: 99999999999999999999999",
            "retry-after: -1",
            "set-cookie: a=b",
            "x-request-id: \u{7f}",
            "no colon",
            ": no name",
            " folded: line",
            "a b: c",
            "keep-alive: timeout=0",
            "keep-alive: timeout=999999999999999999999999",
        ])
        .prop_map(|line| line.as_bytes().to_vec()),
        vec(any::<u8>(), 0..40),
        Just([b"x-long: ", vec![b'a'; 40_000].as_slice()].concat()),
    ]
}

#[test]
fn odd_heads_end_a_call_and_nothing_else() {
    let status = prop_oneof![
        3 => (200_u16..600).prop_map(|status| status.to_string()),
        1 => select(vec!["100", "101", "103", "204", "304", "000", "99", "1000", "abc", ""])
            .prop_map(str::to_owned),
    ];
    let version =
        select(vec!["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "http/1.1"]);
    let before = select(vec![
        "",
        "",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n",
        "\r\n",
    ]);
    let head = (before, version, status, vec(header_line(), 0..6), 0_usize..130);
    let cases = (operation(), head, any::<bool>(), any::<bool>());
    hold_some(CASES, &cases, |((operation, write), head, length, reset)| {
        let (before, version, status, lines, more) = head;
        let mut bytes = format!("{before}{version} {status} Fine\r\n").into_bytes();
        for line in lines {
            bytes.extend(line);
            bytes.extend(b"\r\n");
        }
        for number in 0..more {
            bytes.extend(format!("x-{number}: {number}\r\n").into_bytes());
        }
        if length {
            bytes.extend(format!("content-length: {}\r\n", BODY.len()).into_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(BODY.as_bytes());
        let outcome = answered(operation, &bytes, reset)?;
        is_possible(&outcome, write)?;
        if outcome.is_ok() {
            prop_assert!(status.starts_with('2') || before.is_empty(), "{} gave a result", status);
        }
        Ok(())
    });
}
