//! Requests of any kind to the sandbox: each has an answer that its description knows, and none harms it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use uppzy_fuzz::{field_name, hold_some, json, json_text, mutated};
use uppzy_sandbox::{Sandbox, SandboxOptions, Space};

/// Longer than any answer takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);
const CASES: u32 = 300;

/// A sandbox that many cases share, so that what one of them left behind meets the next.
struct Server {
    runtime: Runtime,
    sandbox: Sandbox,
    description: Value,
}

impl Server {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let sandbox = runtime.block_on(Sandbox::start(SandboxOptions::new())).unwrap();
        let mut server = Self { runtime, sandbox, description: Value::Null };
        let (status, body) = server.send("GET", "/openapi.json", &[], b"").unwrap();
        assert_eq!(status, 200);
        server.description = serde_json::from_slice(&body).unwrap();
        server
    }

    fn space(&self) -> Space {
        self.sandbox.space()
    }

    /// Writes a request as it is, and reads one answer.
    /// `ends` tells the server that nothing more comes, which it may take for a client that is gone.
    fn raw(&self, bytes: &[u8], ends: bool) -> Option<(u16, Vec<u8>)> {
        let address = self.sandbox.base_url();
        let address =
            address.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
        self.runtime.block_on(async {
            let exchange = async {
                let mut stream = TcpStream::connect(address).await.unwrap();
                // The server may refuse before it has all.
                let _ = stream.write_all(bytes).await;
                if ends {
                    let _ = stream.shutdown().await;
                }
                let mut answer = Vec::new();
                let _ = stream.read_to_end(&mut answer).await;
                answer
            };
            let answer =
                tokio::time::timeout(PATIENCE, exchange).await.expect("an answer or an end");
            // An early hint to go on stands before the answer.
            let answer = answer.strip_prefix(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap_or(&answer);
            let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
            let head = String::from_utf8_lossy(&answer[..end]);
            let status = head.split(' ').nth(1)?.parse().ok()?;
            Some((status, answer[end + 4..].to_vec()))
        })
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<(u16, Vec<u8>)> {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        self.raw(&[request.as_bytes(), body].concat(), false)
    }

    /// The server still answers as it should.
    fn is_well(&self) -> Result<(), TestCaseError> {
        let space = self.space();
        let path = format!("/api/v1/m2m/tenants/{}", space.tenant_id());
        let key = space.api_key();
        let answer = self.send("GET", &path, &[("x-api-key", &key)], b"");
        prop_assert_eq!(answer.map(|(status, _)| status), Some(200));
        Ok(())
    }

    /// Each operation: method, path, statuses that the description knows.
    fn operations(&self) -> Vec<(String, String, BTreeSet<u16>)> {
        let space = self.space();
        let mut found = Vec::new();
        for (path, methods) in self.description["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let statuses = operation["responses"].as_object().unwrap().keys();
                let statuses = statuses.map(|status| status.parse().unwrap()).collect();
                let path = format!("/api/v1{path}")
                    .replace("{tenant}", space.tenant_id())
                    .replace("{site}", space.site_id());
                found.push((method.to_uppercase(), path, statuses));
            }
        }
        assert_eq!(found.len(), 23);
        found
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.space().reset();
    }
}

/// An error has a text under `error`; and no answer says that the sandbox failed.
fn is_an_answer(status: u16, body: &[u8]) -> Result<Value, TestCaseError> {
    let body: Value = serde_json::from_slice(body)
        .map_err(|_| TestCaseError::fail(format!("{status}: {}", String::from_utf8_lossy(body))))?;
    prop_assert!(status < 500, "{} {}", status, body);
    if status >= 400 {
        prop_assert!(body["error"].as_str().is_some_and(|text| !text.is_empty()), "{}", body);
    }
    Ok(body)
}

fn operation(server: &Server) -> impl Strategy<Value = (String, String, BTreeSet<u16>)> + use<> {
    select(server.operations())
}

/// What may stand for an id in a path, encoded as it is.
fn segment() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[a-zA-Z0-9_@.+-]{1,20}",
        1 => select(vec!["%00", "%2e%2e", "..", ".", "%FF", "%", "%2", "%2F", "%0d%0a", "é", "a%20b", "~"])
            .prop_map(str::to_owned),
    ]
}

fn query() -> impl Strategy<Value = String> {
    let pair = (
        prop_oneof![
            select(vec!["limit", "offset", "status", "category", "email"]).prop_map(str::to_owned),
            "[a-z%&=+]{0,6}",
        ],
        prop_oneof![
            "-?[0-9]{0,25}",
            "[a-zA-Z0-9%+._~!*'(),;:@/?-]{0,20}",
            Just("%FF%00".to_owned())
        ],
    );
    vec(pair, 0..4).prop_map(|pairs| {
        let pairs: Vec<String> =
            pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    })
}

/// Objects with the fields that requests have.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![
        4 => select(vec![
            "title", "content", "category", "question", "answer", "status", "ids", "session_id",
            "message", "email", "response_language", "request_id", "feedback", "theme", "footer",
        ])
        .prop_map(str::to_owned),
        1 => field_name(),
    ];
    let value = prop_oneof![
        3 => json(),
        2 => select(vec![json!("good"), json!("active"), json!("draft"), json!([]), json!(["1", 2]), json!("s-1")]),
    ];
    let object = vec((name, value), 0..6)
        .prop_map(|fields| Value::Object(fields.into_iter().collect()).to_string().into_bytes());
    prop_oneof![6 => object, 2 => json_text(), 1 => vec(any::<u8>(), 0..200)]
}

fn content_type() -> impl Strategy<Value = &'static str> {
    select(vec![
        "application/json",
        "application/json",
        "application/json",
        "application/json; charset=utf-16",
        "application/merge-patch+json",
        "text/plain",
        "",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "x",
    ])
}

#[test]
fn any_json_to_any_operation_has_an_answer_of_the_description() {
    let server = Server::start();
    let key = server.space().api_key();
    let cases = (operation(&server), segment(), query(), body(), content_type());
    hold_some(CASES, &cases, |((method, path, statuses), segment, query, body, content_type)| {
        let path = path
            .replace("{document}", &segment)
            .replace("{request}", &segment)
            .replace("{email}", &segment);
        let headers = [("x-api-key", key.as_str()), ("content-type", content_type)];
        let answer = server.send(&method, &format!("{path}{query}"), &headers, &body);
        let (status, answer) =
            answer.ok_or_else(|| TestCaseError::fail(format!("{method} {path}: no answer")))?;
        if segment.is_ascii() {
            is_an_answer(status, &answer)?;
            // A segment such as `text` is the name of another operation, with other methods.
            prop_assert!(
                statuses.contains(&status) || status == 405,
                "{} {}: {}",
                method,
                path,
                status
            );
        }
        server.is_well()
    });
}

/// A form with a file, as it should be.
fn form() -> Vec<u8> {
    b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"lamps.txt\"\r\ncontent-type: text/plain\r\n\r\nAll lamps hum.\r\n--x\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\nthe second\r\n--x--\r\n"
        .to_vec()
}

#[test]
fn any_form_is_read_or_refused() {
    let server = Server::start();
    let space = server.space();
    let key = space.api_key();
    let path = format!("/api/v1/m2m/sites/{}/documents", space.site_id());
    let name = prop_oneof![Just("file".to_owned()), "[ -~&&[^\"]]{0,12}", "\\PC{0,8}"];
    let part = (name, "\\PC{0,20}", "[a-z/;= -]{0,30}", vec(any::<u8>(), 0..200)).prop_map(
        |(name, file, kind, bytes)| {
            let head = format!(
                "--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\ncontent-type: {kind}\r\n\r\n"
            );
            [head.as_bytes(), &bytes, b"\r\n"].concat()
        },
    );
    let built = (vec(part, 0..4), any::<bool>()).prop_map(|(parts, ends)| {
        let end: &[u8] = if ends { b"--x--\r\n" } else { b"" };
        [parts.concat().as_slice(), end].concat()
    });
    let body = prop_oneof![3 => mutated(form()), 3 => built, 1 => vec(any::<u8>(), 0..300)];
    let kind = select(vec![
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=\"x\"",
        "multipart/form-data; boundary=y",
        "multipart/mixed; boundary=x",
    ]);
    hold_some(CASES, &(body, kind), |(body, kind)| {
        let headers = [("x-api-key", key.as_str()), ("content-type", kind)];
        let answer = server.send("POST", &path, &headers, &body);
        let (status, answer) = answer.ok_or_else(|| TestCaseError::fail("no answer"))?;
        is_an_answer(status, &answer)?;
        prop_assert!(matches!(status, 201 | 400 | 413 | 415 | 422), "{}", status);
        server.is_well()
    });
}

#[test]
fn any_control_request_has_an_answer() {
    let server = Server::start();
    let path = select(vec![
        "/health",
        "/reset",
        "/journal",
        "/stats",
        "/rules",
        "/progression",
        "/latency",
        "/clock",
        "/keys",
        "/plan",
        "/limits",
        "/spaces",
        "/spaces/fuzz",
        "/spaces/%2e%2e",
        "/nothing",
        "",
    ]);
    let method = select(vec!["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]);
    let rule = json!([{
        "match": {"operation": "chat.send", "nth": 2}, "effect": {"status": 503, "headers": {"a": "b"}},
    }]);
    let word = select(vec![
        "match",
        "operation",
        "nth",
        "every",
        "probability",
        "effect",
        "status",
        "headers",
        "body",
        "delay",
        "reset",
        "truncate",
        "garbage",
        "drip",
        "redirect",
        "stall",
        "patch",
        "process",
        "content_type",
        "mode",
        "after",
        "polls",
        "seconds",
        "advance",
        "add",
        "revoke",
        "name",
        "daily_messages",
        "api_access",
        "max_upload_bytes",
        "after_seconds",
        "size",
        "template",
    ]);
    let value = prop_oneof![
        json(),
        select(vec![
            json!(0),
            json!(-1),
            json!(1e300),
            json!(u64::MAX),
            json!("after"),
            json!("head"),
            json!(true)
        ]),
    ];
    let flat = vec((word.clone(), value.clone()), 0..5).prop_map(|fields| {
        Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    });
    let rules = (vec((word.clone(), value.clone()), 0..4), vec((word, value), 0..4)).prop_map(
        |(wanted, effect)| {
            let object = |fields: Vec<(&str, Value)>| -> Value {
                Value::Object(
                    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                )
            };
            json!([{"match": object(wanted), "effect": object(effect)}])
        },
    );
    let body = prop_oneof![
        3 => flat.prop_map(|value| value.to_string().into_bytes()),
        3 => rules.prop_map(|value| value.to_string().into_bytes()),
        2 => mutated(rule.to_string().into_bytes()),
        1 => body(),
    ];
    hold_some(CASES, &(method, path, query(), body), |(method, path, query, body)| {
        let control = format!("/__sandbox{path}{query}");
        let answer = server.send(method, &control, &[("content-type", "application/json")], &body);
        let (status, answer) =
            answer.ok_or_else(|| TestCaseError::fail(format!("{method} {control}: no answer")))?;
        is_an_answer(status, &answer)?;
        // Whatever was ordered: it is there, it can be looked at, and it can be taken back.
        for path in ["/rules", "/progression", "/latency", "/clock", "/plan", "/limits", "/stats"] {
            let looked = server.send("GET", &format!("/__sandbox{path}"), &[], b"");
            prop_assert_eq!(
                looked.map(|(status, _)| status),
                Some(200),
                "{} after {}",
                path,
                control
            );
        }
        let reset = server.send("POST", "/__sandbox/reset", &[], b"");
        prop_assert_eq!(reset.map(|(status, _)| status), Some(200), "reset after {}", control);
        server.is_well()
    });
}

#[test]
fn any_bytes_on_a_connection_harm_nobody_else() {
    let server = Server::start();
    let key = server.space().api_key();
    let site = server.space().site_id().to_owned();
    let body = r#"{"session_id":"s-1","message":"Why does it hum?"}"#;
    let good = format!(
        "POST /api/v1/m2m/sites/{site}/chat HTTP/1.1\r\nhost: a\r\nx-api-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let chunked = format!(
        "POST /api/v1/m2m/sites/{site}/chat HTTP/1.1\r\nhost: a\r\nx-api-key: {key}\r\ntransfer-encoding: chunked\r\nexpect: 100-continue\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    let bytes = prop_oneof![
        3 => mutated(good.into_bytes()),
        3 => mutated(chunked.into_bytes()),
        1 => vec(any::<u8>(), 0..300),
    ];
    hold_some(CASES, &bytes, |bytes| {
        if let Some((status, _)) = server.raw(&bytes, true) {
            prop_assert!(status < 500, "{}", status);
        }
        server.is_well()
    });
}
