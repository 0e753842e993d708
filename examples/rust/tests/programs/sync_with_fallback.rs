//! The program `sync_with_fallback`, asked over HTTP.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use uppzy_sandbox::{Progression, Space};

use crate::support::{entries, program, rules, sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sync_with_fallback");

/// Starts the server, and gives its URL.
async fn serve(command: &mut Command) -> (Child, String) {
    let mut child = command.env("PORT", "0").spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.next_line().await.unwrap().expect("the server prints its URL");
    (child, format!("{url}/ask"))
}

async fn ask(url: &str, user: &str, question: &str) -> (u16, String) {
    let body = json!({"user": user, "question": question}).to_string();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = http.post(url).header("Content-Type", "application/json").body(body);
    let answer = post.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn teach(space: &Space) {
    let body =
        json!({"title": "Hours", "question": "When are you open?", "answer": "From 9 to 17."});
    let url = format!("{}/m2m/sites/{}/documents/qa", space.base_url(), space.site_id());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = http.post(url).header("X-API-Key", space.api_key()).body(body.to_string());
    let made = post.header("Content-Type", "application/json").send().await.unwrap();
    assert!(made.status().is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_get_the_answer_or_the_fallback() {
    install_provider();
    let (_sandbox, space) = sandbox().await;
    teach(&space).await;
    let (mut server, url) = serve(&mut program(PROGRAM, &space)).await;
    let (status, body) = ask(&url, "u-1", "When are you open?").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &body["is_fallback"]), (200, &json!(false)));
    assert_eq!(body["answer"], "From 9 to 17.");

    space.set_rules(rules(
        json!([{"match": {"operation": "chat.submit"}, "effect": {"status": 500}}]),
    ));
    let (status, body) = ask(&url, "u-2", "When are you open?").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &body["is_fallback"]), (200, &json!(true)));
    assert!(body["answer"].as_str().unwrap().contains("Our team"));

    let sessions: Vec<_> =
        entries(&space, "chat.submit").into_iter().map(|entry| entry.session_sha256).collect();
    assert_ne!(sessions.first(), sessions.last(), "every user has a session of their own");
    server.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_longer_than_the_server_has_patience() {
    install_provider();
    let (_sandbox, space) = sandbox().await;
    space.set_progression(Progression::never());
    let (mut server, url) = serve(program(PROGRAM, &space).env("PATIENCE_SECONDS", "3")).await;
    let (status, body) = ask(&url, "u-1", "When are you open?").await;
    assert_eq!((status, body.contains("\"is_fallback\":true")), (200, true), "{body}");
    assert_eq!(entries(&space, "chat.submit").len(), 1);
    server.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_settings_are_not_hidden() {
    install_provider();
    let (_sandbox, space) = sandbox().await;
    let (mut server, url) = serve(program(PROGRAM, &space).env("UPPZY_API_KEY", "wrong")).await;
    let (status, body) = ask(&url, "u-1", "When are you open?").await;
    assert_eq!(status, 503);
    assert!(!body.contains("key"), "no detail of the API for visitors: {body}");
    assert_eq!(ask(&url, "u-1", " ").await.0, 400);
    server.kill().await.unwrap();
}

/// The tests' own HTTP client wants one, although it only speaks to this machine.
fn install_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
