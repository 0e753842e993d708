//! The command: its one line, its exit codes, and the data file that outlives it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("uppzy-sandbox-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_uppzy-sandbox"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the command to its end, for when it refuses to start.
fn refused(arguments: &[&str]) -> (String, Output) {
    let output = command(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    (String::from_utf8(output.stderr.clone()).unwrap(), output)
}

/// A sandbox in a process of its own; killed at the end.
struct Running {
    child: Child,
    line: Value,
    http: reqwest::Client,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let line = serde_json::from_str(&line).unwrap_or_else(|error| {
            let mut said = String::new();
            let _ = child.stderr.take().unwrap().read_to_string(&mut said);
            panic!("{error} in {line:?}: {said}")
        });
        Self { child, line, http: support::http_client() }
    }

    fn with_data(file: &Path) -> Self {
        Self::start(&["--port", "0", "--data", file.to_str().unwrap()])
    }

    fn text(&self, name: &str) -> &str {
        self.line[name].as_str().unwrap()
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/m2m/sites/{}{rest}", self.text("base_url"), self.text("site_id"))
    }

    async fn get(&self, url: String) -> Value {
        let request = self.http.get(url).header("X-API-Key", self.text("api_key"));
        support::read(request.send().await.unwrap()).await.expect(200)
    }

    async fn post(&self, rest: &str, body: Value) -> Value {
        let request = self.http.post(self.url(rest)).header("X-API-Key", self.text("api_key"));
        let reply = support::read(request.json(&body).send().await.unwrap()).await;
        assert!((200..300).contains(&reply.status), "{}", reply.body);
        reply.body
    }

    async fn control(&self, method: reqwest::Method, path: &str, body: Value) {
        let url = format!("{}{path}", self.text("control_url"));
        let request = self.http.request(method, url).json(&body);
        support::read(request.send().await.unwrap()).await.expect(200);
    }

    /// Ends it as `kill -9` does.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and gives its exit code and what it said.
    fn signal(mut self, name: &str) -> (Option<i32>, String, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let (mut out, mut said) = (String::new(), String::new());
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (code, out, said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn one_line_then_service_then_a_clean_end() {
    for name in ["-TERM", "-INT"] {
        let running = Running::start(&["--port", "0", "--api-key", "own-key"]);
        assert_eq!(running.text("api_key"), "own-key");
        let keys: Vec<_> = running.line.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["api_key", "base_url", "control_url", "site_id", "tenant_id"]);
        assert!(running.text("base_url").starts_with("http://127.0.0.1:"));
        running.get(running.url("/documents")).await;
        let (code, out, said) = running.signal(name);
        assert_eq!((code, out.as_str()), (Some(0), ""));
        assert!(said.contains("answers are simulated"), "{said}");
    }
}

#[tokio::test]
async fn options_shape_what_it_does() {
    let folder = Folder::new("options");
    let rules = folder.file("rules.json");
    std::fs::write(&rules, r#"[{"match":{"operation":"site.get"},"effect":{"status":503}}]"#)
        .unwrap();
    let running = Running::start(&[
        "--rules",
        rules.to_str().unwrap(),
        "--progression",
        r#"{"mode":"after_polls","polls":1}"#,
        "--latency",
        "vendor:0.001",
        "--seed",
        "7",
    ]);
    let request = running.http.get(running.url("")).header("X-API-Key", running.text("api_key"));
    assert_eq!(request.send().await.unwrap().status().as_u16(), 503);
    let id = running.post("/chat/async", json!({"session_id": "s", "message": "x?"})).await;
    let path = format!("/chat/requests/{}", id["request_id"].as_str().unwrap());
    assert_eq!(running.get(running.url(&path)).await["status"], "pending");
    assert_eq!(running.get(running.url(&path)).await["status"], "completed");

    std::fs::write(&rules, r#"[{"effect":{"statuss":503}}]"#).unwrap();
    let (said, _) = refused(&["--rules", rules.to_str().unwrap()]);
    assert!(said.contains("rules.json") && said.contains("statuss"), "{said}");
    let (said, _) = refused(&["--progression", "sometimes"]);
    assert!(said.contains("sometimes"), "{said}");
    let (said, _) = refused(&["--bind", "0.0.0.0"]);
    assert!(said.contains("--allow-remote"), "{said}");
    let remote = Running::start(&["--bind", "0.0.0.0", "--allow-remote"]);
    assert!(remote.text("base_url").starts_with("http://0.0.0.0:"));
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = Folder::new("restart");
    let file = folder.file("sandbox.sqlite3");
    let running = Running::with_data(&file);
    let text = json!({"title": "Returns", "content": "Lamps can be returned within 30 days."});
    let kept = running.post("/documents/text", text.clone()).await;
    let deleted = running.post("/documents/text", text).await;
    running.post("/documents/bulk-delete", json!({"ids": [deleted["id"]]})).await;
    let question =
        json!({"session_id": "s", "message": "Can lamps be returned?", "email": "a@b.c"});
    let answer = running.post("/chat", question.clone()).await;
    let submitted = running.post("/chat/async", question).await;
    let feedback =
        json!({"session_id": "s", "request_id": answer["request_id"], "feedback": "good"});
    running.post("/chat/feedback", feedback.clone()).await;
    running.post("/chat/session/close", json!({"session_id": "s"})).await;
    let widget = running.http.patch(running.url("/widget-config"));
    let widget = widget.header("X-API-Key", running.text("api_key")).json(&json!({"own": 1}));
    support::read(widget.send().await.unwrap()).await.expect(200);
    running.control(reqwest::Method::POST, "/keys", json!({"add": "second"})).await;
    running.control(reqwest::Method::POST, "/keys", json!({"revoke": "sandbox-key"})).await;
    running.control(reqwest::Method::PUT, "/limits", json!({"daily_messages": 9})).await;
    running.control(reqwest::Method::POST, "/clock", json!({"advance_seconds": 90_000})).await;
    running.kill();

    let running = Running::with_data(&file);
    assert_eq!(running.text("api_key"), "second", "the key that is still valid");
    let documents = running.get(running.url("/documents")).await;
    assert_eq!(documents, json!({"documents": [kept]}));
    let sessions = running.get(running.url("/sessions")).await;
    assert_eq!(sessions["sessions"][0]["message_count"], 2);
    assert!(sessions["sessions"][0]["closed_at"].is_string());
    let status = format!("/chat/requests/{}", submitted["request_id"].as_str().unwrap());
    let status = running.get(running.url(&status)).await;
    assert_eq!((&status["status"], &status["answer"]), (&json!("completed"), &answer["answer"]));
    let again = running.post("/chat/feedback", feedback).await;
    assert!(again.get("feedback_submitted_at").is_none());
    assert_eq!(running.get(running.url("/widget-config")).await["own"], 1);
    let statistics = running.get(running.url("/statistics")).await;
    assert_eq!((&statistics["messages"], &statistics["feedback_good"]), (&json!(2), &json!(1)));
    assert_eq!((&statistics["sessions_open"], &statistics["documents"]), (&json!(0), &json!(1)));
    let user = running.get(running.url("/users/a%40b.c/statistics")).await;
    assert_eq!(user["messages"], 2);
    let tenant = format!("{}/m2m/tenants/{}", running.text("base_url"), running.text("tenant_id"));
    assert_eq!(running.get(format!("{tenant}/limits")).await["daily_messages"], 9);
    let clock = running.get(format!("{}/clock", running.text("control_url"))).await;
    assert_eq!(clock["advanced_seconds"], 90_000.0);
    let answer =
        running.post("/chat", json!({"session_id": "t", "message": "lamps returned?"})).await;
    assert_eq!(answer["sources"][0]["document_id"], kept["id"]);
    running.control(reqwest::Method::POST, "/reset", json!({})).await;
    running.kill();

    let running = Running::with_data(&file);
    assert_eq!(running.text("api_key"), "sandbox-key");
    assert_eq!(running.get(running.url("/documents")).await, json!({"documents": []}));
    assert_eq!(running.get(running.url("/sessions")).await, json!({"sessions": []}));
}

/// What was acknowledged before the end came.
#[derive(Default)]
struct Acknowledged {
    documents: HashMap<String, String>,
    requests: HashMap<String, String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9() {
    let folder = Folder::new("kill");
    let file = folder.file("sandbox.sqlite3");
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    for round in 0..3 {
        let running = Running::with_data(&file);
        let mut tasks = Vec::new();
        for writer in 0..8 {
            let (http, key) = (running.http.clone(), running.text("api_key").to_owned());
            let (documents, chat) = (running.url("/documents/text"), running.url("/chat"));
            let acknowledged = acknowledged.clone();
            tasks.push(tokio::spawn(async move {
                // Ends when the server is gone.
                for number in 0..100_000 {
                    let name = format!("{round}-{writer}-{number}");
                    let is_document = writer % 2 == 0;
                    let (url, body) = if is_document {
                        (&documents, json!({"title": name, "content": format!("Text of {name}.")}))
                    } else {
                        (&chat, json!({"session_id": name, "message": "x?"}))
                    };
                    let request = http.post(url).header("X-API-Key", &key).json(&body);
                    let Ok(response) = request.send().await else { return };
                    let Ok(body) = response.json::<Value>().await else { return };
                    let mut acknowledged = acknowledged.lock().unwrap();
                    if is_document {
                        let id = body["id"].as_str().unwrap().to_owned();
                        acknowledged.documents.insert(id, name);
                    } else {
                        let id = body["request_id"].as_str().unwrap().to_owned();
                        acknowledged.requests.insert(id, name);
                    }
                }
            }));
        }
        let wanted = (round + 1) * 200;
        support::eventually("enough was acknowledged", || {
            let acknowledged = acknowledged.lock().unwrap();
            acknowledged.documents.len() + acknowledged.requests.len() >= wanted
        })
        .await;
        running.kill();
        for task in tasks {
            task.await.unwrap();
        }
    }
    let running = Running::with_data(&file);
    let acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());
    let list = running.get(running.url("/documents")).await;
    let documents: HashMap<_, _> = list["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| (document["id"].as_str().unwrap(), document["title"].as_str().unwrap()))
        .collect();
    assert!(!acknowledged.documents.is_empty() && !acknowledged.requests.is_empty());
    for (id, name) in &acknowledged.documents {
        assert_eq!(documents.get(id.as_str()), Some(&name.as_str()));
    }
    for (id, name) in &acknowledged.requests {
        let status = running.get(running.url(&format!("/chat/requests/{id}"))).await;
        assert_eq!(status["session_id"], name.as_str());
    }
    let list = running.get(running.url("/sessions")).await;
    let sessions = list["sessions"].as_array().unwrap();
    let messages: u64 =
        sessions.iter().map(|session| session["message_count"].as_u64().unwrap()).sum();
    let statistics = running.get(running.url("/statistics")).await;
    assert_eq!(statistics["messages"], messages, "no half of a change is there");
}

/// Changes a copy of a good data file, and expects a refusal that leaves it as it is.
fn spoiled(folder: &Folder, good: &[u8], name: &str, spoil: impl FnOnce(&mut Vec<u8>)) -> String {
    let file = folder.file(name);
    let mut bytes = good.to_vec();
    spoil(&mut bytes);
    std::fs::write(&file, &bytes).unwrap();
    let (said, _) = refused(&["--data", file.to_str().unwrap()]);
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "{name} was changed");
    assert!(said.contains(name) && said.contains("--data"), "{said}");
    said
}

#[tokio::test]
async fn files_that_cannot_be_used_are_left_alone() {
    let folder = Folder::new("spoiled");
    let file = folder.file("good.sqlite3");
    let running = Running::with_data(&file);
    for number in 0..200 {
        let text = json!({"title": format!("Text {number}"), "content": "Some words. ".repeat(50)});
        running.post("/documents/text", text).await;
    }
    let (said, _) = refused(&["--data", file.to_str().unwrap()]);
    assert!(said.contains("in use by another process"), "{said}");
    assert_eq!(running.signal("-TERM").0, Some(0));
    let good = std::fs::read(&file).unwrap();
    assert!(good.len() > 100_000, "everything is in the file itself after a clean end");

    let said = spoiled(&folder, &good, "header", |bytes| bytes[0] = b'X');
    assert!(said.contains("not SQLite"), "{said}");
    let said = spoiled(&folder, &good, "text", |bytes| *bytes = b"title: notes\n".to_vec());
    assert!(said.contains("not SQLite"), "{said}");
    let said = spoiled(&folder, &good, "short", |bytes| bytes.truncate(10));
    assert!(said.contains("not SQLite"), "{said}");
    let said = spoiled(&folder, &good, "cut", |bytes| bytes.truncate(50_000));
    assert!(said.contains("damaged"), "{said}");
    let said = spoiled(&folder, &good, "overwritten", |bytes| {
        bytes[4_096..60_000].fill(0xa5);
    });
    assert!(said.contains("damaged"), "{said}");
    // Offsets 60 and 68 of the header: user_version and application_id.
    let said = spoiled(&folder, &good, "newer", |bytes| bytes[63] = 9);
    assert!(said.contains("format version 9"), "{said}");
    let said = spoiled(&folder, &good, "foreign", |bytes| bytes[71] ^= 0xff);
    assert!(said.contains("another program"), "{said}");

    let (said, _) = refused(&["--data", folder.0.to_str().unwrap()]);
    assert!(said.contains("cannot be read"), "{said}");
    let missing = folder.file("none").join("data.sqlite3");
    let (said, _) = refused(&["--data", missing.to_str().unwrap()]);
    assert!(said.contains("data.sqlite3"), "{said}");
    // An empty file, as mktemp makes it, is a new one.
    let empty = folder.file("empty");
    std::fs::write(&empty, b"").unwrap();
    let running = Running::with_data(&empty);
    running.get(running.url("/documents")).await;
}
