//! Every effect of a rule, seen from the other end of the connection.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Caller, End, Raw, Reply, eventually, split, start};
use uppzy_sandbox::{JournalEntry, RuleName, Space};

/// Longer than anything here takes, for ends that do come.
const LONG: Duration = Duration::from_secs(20);
/// For silence, which cannot be waited for to the end.
const SHORT: Duration = Duration::from_millis(300);

/// An answer that a rule made up need not fit the description, so that it is not checked.
async fn plain(caller: &Caller, method: Method, path: &str) -> Reply {
    support::read(caller.request(method, path).send().await.unwrap()).await
}

async fn limits(caller: &Caller) -> Reply {
    plain(caller, Method::GET, &caller.tenant("/limits")).await
}

fn question() -> Value {
    json!({"session_id": "s", "message": "x?"})
}

/// Asks over a raw connection, and reads until it ends.
async fn raw_ask(caller: &Caller, patience: Duration) -> (Vec<u8>, End) {
    let (space, path) = (caller.space.clone(), caller.site("/chat"));
    let task = tokio::task::spawn_blocking(move || {
        let mut raw = Raw::connect(&space);
        raw.send("POST", &path, Some(&question()));
        raw.read_to_end(patience)
    });
    task.await.unwrap()
}

fn last(space: &Space) -> JournalEntry {
    space.journal().pop().unwrap()
}

async fn messages(caller: &Caller) -> u64 {
    caller.space.clear_rules();
    let usage = caller.get(&caller.tenant("/usage")).await.expect(200);
    usage["messages"].as_u64().unwrap()
}

#[tokio::test]
async fn status_headers_and_body() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!([
        {"match": {"nth": 1}, "effect": {"status": 503, "headers": {"Retry-After": "2"}}},
        {"match": {"nth": 2}, "effect": {"status": 502, "body": "<html>", "content_type": "text/html"}},
        {"match": {"nth": 3}, "effect": {"status": 500, "body": {"error": {"code": 7}}}},
        {"match": {"nth": 4}, "effect": {"status": 429, "body": ""}},
        {"match": {"nth": 5}, "effect": {"body": null}},
        {"id": "sixth", "match": {"nth": 6}, "effect": {"body": "plain"}},
    ]));
    let reply = limits(&caller).await;
    assert_eq!(reply.header("retry-after"), Some("2"));
    reply.expect_error(503, "service unavailable");
    let reply = limits(&caller).await;
    assert_eq!(reply.header("content-type"), Some("text/html"));
    assert_eq!(reply.expect(502), json!("<html>"));
    assert_eq!(limits(&caller).await.expect(500), json!({"error": {"code": 7}}));
    let reply = limits(&caller).await;
    assert_eq!(reply.header("content-length"), Some("0"));
    reply.expect(429);
    assert_eq!(limits(&caller).await.expect(200), Value::Null);
    let reply = limits(&caller).await;
    assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(reply.expect(200), json!("plain"));
    assert!(limits(&caller).await.expect(200)["plan"].is_string());
    let journal = caller.space.journal();
    let rules: Vec<_> = journal.iter().map(|entry| entry.rule.clone()).collect();
    assert_eq!(rules[0], Some(RuleName::Position(0)));
    assert_eq!(rules[5], Some(RuleName::Id("sixth".to_owned())));
    assert_eq!(rules[6], None);
    let processed: Vec<_> = journal.iter().map(|entry| entry.processed).collect();
    assert_eq!(processed, [false, false, false, false, false, false, true]);
    assert_eq!(journal[0].status, Some(503));
}

#[tokio::test]
async fn a_made_up_answer_can_hide_a_processed_request() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"status": 500, "process": true}}));
    let request = caller.request(Method::POST, &caller.site("/chat")).json(&question());
    let reply = support::read(request.send().await.unwrap()).await;
    assert_eq!(reply.status, 500);
    assert!(reply.body["request_id"].is_string(), "the real body is kept: {}", reply.body);
    let entry = last(&caller.space);
    assert_eq!((entry.status, entry.processed), (Some(500), true));
    assert_eq!(messages(&caller).await, 1);
}

#[tokio::test]
async fn reset_and_close() {
    let (_sandbox, caller) = start().await;
    let cases = [
        (json!({"reset": "before"}), End::Reset, "reset", false),
        (json!({"reset": "after"}), End::Reset, "reset", true),
        (json!({"close": "before"}), End::Closed, "closed", false),
        (json!({"close": "after"}), End::Closed, "closed", true),
    ];
    for (effect, expected, fate, processed) in cases {
        let before = messages(&caller).await;
        caller.rules(json!({"effect": effect}));
        let (bytes, end) = raw_ask(&caller, LONG).await;
        assert_eq!((bytes.len(), end), (0, expected), "{effect}");
        let entry = last(&caller.space);
        assert_eq!((entry.fate.as_str(), entry.status), (fate, None));
        assert_eq!((entry.processed, entry.client_gone), (processed, false));
        assert_eq!(messages(&caller).await - before, u64::from(processed), "{effect}");
    }
}

#[tokio::test]
async fn truncate() {
    let (_sandbox, caller) = start().await;
    for kept in [0_usize, 20] {
        caller.rules(json!({"effect": {"truncate": kept}}));
        let (bytes, end) = raw_ask(&caller, LONG).await;
        let (head, body) = split(&bytes);
        assert_eq!((body.len(), end), (kept, End::Closed));
        let announced = head.split("content-length: ").nth(1).unwrap();
        let announced: usize = announced.lines().next().unwrap().parse().unwrap();
        assert!(announced > 100, "{head}");
        assert_eq!(last(&caller.space).fate, "truncated");
        assert!(!last(&caller.space).client_gone);
    }
    // More than there is: the answer is whole.
    caller.rules(json!({"effect": {"truncate": 1_000_000}}));
    let (bytes, end) = raw_ask(&caller, LONG).await;
    let (head, body) = split(&bytes);
    assert!(serde_json::from_slice::<Value>(&body).is_ok());
    assert!(head.contains("connection: close"));
    assert_eq!((end, last(&caller.space).fate.as_str()), (End::Closed, "answered"));
}

#[tokio::test]
async fn garbage() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"garbage": true}}));
    let (bytes, end) = raw_ask(&caller, LONG).await;
    assert!(!bytes.is_empty() && !bytes.starts_with(b"HTTP/"));
    assert_eq!((end, last(&caller.space).fate.as_str()), (End::Closed, "garbage"));
    assert!(!last(&caller.space).processed);
}

#[tokio::test]
async fn drip_sends_single_bytes() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"drip_ms": 5, "body": "0123456789"}}));
    let mut response = caller.request(Method::GET, &caller.tenant("/limits")).send().await.unwrap();
    assert_eq!(response.headers()["content-length"], "10");
    assert_eq!(last(&caller.space).fate, "answered");
    let mut chunks = Vec::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        chunks.push(chunk);
    }
    assert_eq!(chunks.concat(), b"0123456789");
    // The network may join two bytes, but not all of them.
    assert!(chunks.len() >= 3, "{chunks:?}");
    assert!(!last(&caller.space).client_gone);
}

#[tokio::test]
async fn a_client_that_goes_during_a_slow_body_is_noticed() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"drip_ms": 50, "body": "x".repeat(10_000)}}));
    let response = caller.request(Method::GET, &caller.tenant("/limits")).send().await.unwrap();
    drop(response);
    let space = caller.space.clone();
    eventually("the client is gone", || last(&space).client_gone).await;
    assert_eq!(last(&caller.space).fate, "client_gone");
}

#[tokio::test]
async fn stalled_head_and_body() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"stall": "head"}}));
    let (bytes, end) = raw_ask(&caller, SHORT).await;
    assert_eq!((bytes.len(), end), (0, End::Silent));
    caller.rules(json!({"effect": {"stall": "body"}}));
    let (bytes, end) = raw_ask(&caller, SHORT).await;
    let (head, body) = split(&bytes);
    let announced = head.split("content-length: ").nth(1).unwrap();
    let announced: usize = announced.lines().next().unwrap().parse().unwrap();
    assert_eq!((body.len(), end), (announced / 2, End::Silent));
    let space = caller.space.clone();
    eventually("both clients are gone", || {
        space.journal().iter().all(|entry| entry.client_gone && entry.fate == "stalled")
    })
    .await;
    let journal = caller.space.journal();
    assert_eq!((journal[0].status, journal[1].status), (None, Some(200)));
    assert!(journal.iter().all(|entry| entry.processed));
    eventually("no connection is left", || space.stats().connections_open == 0).await;
    assert_eq!(space.stats().in_progress, 0);
}

#[tokio::test]
async fn stopping_ends_stalled_connections() {
    let (sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"stall": "head"}}));
    let (space, path) = (caller.space.clone(), caller.tenant("/limits"));
    let waiting = tokio::task::spawn_blocking(move || {
        let mut raw = Raw::connect(&space);
        raw.send("GET", &path, None);
        raw.read_to_end(LONG).1
    });
    let space = caller.space.clone();
    eventually("the request arrived", || space.stats().in_progress == 1).await;
    sandbox.stop().await;
    assert_ne!(waiting.await.unwrap(), End::Silent);
}

#[tokio::test]
async fn redirects() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!([
        {"match": {"nth": 1}, "effect": {"redirect": "http://127.0.0.1:9/x"}},
        {"effect": {"redirect": "/elsewhere", "status": 307}},
    ]));
    let reply = limits(&caller).await;
    assert_eq!((reply.status, reply.header("location")), (302, Some("http://127.0.0.1:9/x")));
    let reply = limits(&caller).await;
    assert_eq!((reply.status, reply.header("location")), (307, Some("/elsewhere")));
    assert!(!last(&caller.space).processed);
}

#[tokio::test]
async fn large_and_deep_bodies() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!([
        {"match": {"nth": 1}, "effect": {"body_bytes": 20_000_000}},
        {"match": {"nth": 2}, "effect": {"nest": 100}},
        {"match": {"nth": 3}, "effect": {"nest": 100_000}},
    ]));
    let response = caller.request(Method::GET, &caller.tenant("/limits")).send().await.unwrap();
    let bytes = response.bytes().await.unwrap();
    assert_eq!(bytes.len(), 20_000_000);
    let text: String = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(text.len(), 19_999_998);
    let mut nested = &limits(&caller).await.expect(200);
    let mut depth = 1;
    while let Some(inner) = nested.get(0) {
        nested = inner;
        depth += 1;
    }
    assert_eq!(depth, 100);
    let response = caller.request(Method::GET, &caller.tenant("/limits")).send().await.unwrap();
    assert_eq!(response.bytes().await.unwrap().len(), 200_000);
}

#[tokio::test]
async fn patch_and_replace_keep_the_rest() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!([
        {"match": {"nth": 1}, "effect": {"patch": {"plan": null, "added": {"deep": 1}}}},
        {"match": {"nth": 2}, "effect": {"replace": [1, 2]}},
        {"match": {"nth": 3}, "effect": {"replace": null}},
        {"match": {"nth": 4}, "effect": {"patch": {"a": 1}, "status": 201}},
    ]));
    let patched = limits(&caller).await.expect(200);
    assert_eq!(patched["tenant_id"], caller.space.tenant_id());
    assert_eq!((patched.get("plan"), &patched["added"]["deep"]), (None, &json!(1)));
    assert_eq!(limits(&caller).await.expect(200), json!([1, 2]));
    assert_eq!(limits(&caller).await.expect(200), Value::Null);
    assert_eq!(limits(&caller).await.expect(201)["a"], 1);
    assert!(caller.space.journal().iter().all(|entry| entry.processed));
}

#[tokio::test]
async fn delay_holds_the_answer_back() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"delay_ms": 30_000}}));
    let request = caller.request(Method::GET, &caller.tenant("/limits"));
    let error = request.timeout(SHORT).send().await.unwrap_err();
    assert!(error.is_timeout());
    let space = caller.space.clone();
    eventually("the client is gone", || last(&space).client_gone).await;
    let entry = last(&caller.space);
    assert_eq!((entry.fate.as_str(), entry.processed), ("client_gone", true));
    caller.rules(json!({"effect": {"delay_ms": 10}}));
    limits(&caller).await.expect(200);
}

#[tokio::test]
async fn idle_connections_are_closed_when_told() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"keep_alive_timeout_s": 0.05}}));
    let (bytes, end) = raw_ask(&caller, LONG).await;
    let (head, _) = split(&bytes);
    assert!(head.starts_with("http/1.1 200") && !head.contains("connection: close"), "{head}");
    assert_eq!(end, End::Closed);
    // Without the rule a connection stays.
    caller.space.clear_rules();
    assert_eq!(raw_ask(&caller, SHORT).await.1, End::Silent);
}

#[tokio::test]
async fn close_connection_says_so() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"close_connection": true}}));
    let (bytes, end) = raw_ask(&caller, LONG).await;
    let (head, body) = split(&bytes);
    assert!(head.contains("connection: close"), "{head}");
    assert!(serde_json::from_slice::<Value>(&body).is_ok());
    assert_eq!(end, End::Closed);
    limits(&caller).await.expect(200);
    limits(&caller).await.expect(200);
    let numbers: Vec<_> = caller.space.journal().iter().map(|entry| entry.connection).collect();
    assert_ne!(numbers[1], numbers[2], "each request had a connection of its own");
}

#[tokio::test]
async fn rules_match_operations_keys_and_unknown_paths() {
    let (_sandbox, caller) = start().await;
    caller.space.add_key("second-key");
    caller.rules(json!([
        {"match": {"key": "second-key"}, "effect": {"status": 401}},
        {"match": {"operation": ["tenant.usage", "unmatched"]}, "effect": {"status": 418}, "times": 2},
    ]));
    limits(&caller).await.expect(200);
    let url = format!("{}{}", caller.space.base_url(), caller.tenant("/limits"));
    let second = caller.http.get(url).header("X-API-Key", "second-key");
    support::read(second.send().await.unwrap()).await.expect_error(401, "unauthorized");
    let usage = caller.tenant("/usage");
    plain(&caller, Method::GET, &usage).await.expect(418);
    plain(&caller, Method::GET, "/nowhere").await.expect(418);
    plain(&caller, Method::GET, &usage).await.expect(200);
    assert_eq!(caller.space.journal()[3].template, "unmatched");
}

#[tokio::test]
async fn uploads_are_read_whole_before_a_fault() {
    let (_sandbox, caller) = start().await;
    caller.rules(json!({"effect": {"status": 503}}));
    let part = reqwest::multipart::Part::bytes(vec![7_u8; 3_000_000]).file_name("x.bin");
    let form = reqwest::multipart::Form::new().part("file", part);
    let request = caller.request(Method::POST, &caller.site("/documents")).multipart(form);
    let reply = support::read(request.send().await.unwrap()).await;
    reply.expect_error(503, "service unavailable");
    let entry = last(&caller.space);
    assert_eq!((entry.file_bytes, entry.file_name.as_deref()), (Some(3_000_000), Some("x.bin")));
    assert!(entry.request_bytes > 3_000_000);
}
