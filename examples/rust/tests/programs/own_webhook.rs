//! The program `own_webhook` and a receiver that checks what it gets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::process::Command;
use uppzy_sandbox::{Progression, Space};

use crate::support::{Folder, entries, program, run, sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_own_webhook");
const SECRET: &str = "the receiver's secret";

/// A receiver as a user would write it: refuses what is not signed, and ignores what it knows.
#[derive(Default)]
struct Receiver {
    /// How many deliveries are still to fail.
    failing: Mutex<u32>,
    /// How often each id was delivered, and its body.
    received: Mutex<BTreeMap<String, (u32, Value)>>,
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let timestamp = header("x-webhook-timestamp");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(now.abs_diff(timestamp.parse().unwrap()) < 300, "{timestamp}");
    let signature = header("x-webhook-signature");
    let hexadecimal = signature.strip_prefix("sha256=").unwrap();
    let signature: Vec<u8> = (0..hexadecimal.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap())
        .collect();
    let signed = format!("{timestamp}.{body}");
    let expected = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    if expected.chain_update(signed).verify_slice(&signature).is_err() {
        return StatusCode::FORBIDDEN;
    }
    let mut failing = receiver.failing.lock().unwrap();
    if *failing > 0 {
        *failing -= 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let body = serde_json::from_str(&body).unwrap();
    let mut received = receiver.received.lock().unwrap();
    received.entry(header("x-webhook-id")).or_insert((0, body)).0 += 1;
    StatusCode::NO_CONTENT
}

async fn receiver(failing: u32) -> (Arc<Receiver>, String) {
    let receiver = Arc::new(Receiver { failing: Mutex::new(failing), ..Receiver::default() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/answers", listener.local_addr().unwrap());
    let router = Router::new().route("/answers", post(receive)).with_state(Arc::clone(&receiver));
    tokio::spawn(axum::serve(listener, router).into_future());
    (receiver, url)
}

fn webhook(space: &Space, folder: &Folder, url: &str) -> Command {
    let mut command = program(PROGRAM, space);
    command
        .env("WEBHOOK_URL", url)
        .env("WEBHOOK_SECRET", SECRET)
        .arg(folder.file("outbox.sqlite3"));
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_delivered_signed_to_a_receiver_that_fails_first() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    space.set_progression(Progression::after_polls(1));
    let (receiver, url) = receiver(3).await;
    let questions = ["When are you open?", "Where are you?", "Do you ship abroad?"];
    run(webhook(&space, &folder, &url).args(questions)).await.assert_success();
    let received = receiver.received.lock().unwrap().clone();
    assert_eq!(*receiver.failing.lock().unwrap(), 0);
    assert_eq!(received.len(), 3);
    for (id, (times, body)) in received {
        assert_eq!((times, body["request_id"].as_str()), (1, Some(id.as_str())));
        assert!(body["answer"].is_string(), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_delivered_is_delivered_by_the_next_run() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    let (receiver, url) = receiver(u32::MAX).await;
    let ended = run(webhook(&space, &folder, &url).arg("When are you open?")).await;
    assert!(!ended.success);
    assert!(ended.stderr.ends_with("1 not delivered: run this again\n"), "{}", ended.stderr);
    let polls = entries(&space, "chat.status").len();

    *receiver.failing.lock().unwrap() = 0;
    run(&mut webhook(&space, &folder, &url)).await.assert_success();
    assert_eq!(receiver.received.lock().unwrap().len(), 1);
    assert_eq!(entries(&space, "chat.submit").len(), 1);
    assert_eq!(entries(&space, "chat.status").len(), polls, "the answer was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_question_is_told_without_details() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    space.set_progression(Progression::fail("internal detail"));
    let (receiver, url) = receiver(0).await;
    run(webhook(&space, &folder, &url).arg("When are you open?")).await.assert_success();
    let received = receiver.received.lock().unwrap().clone();
    let (_, body) = received.values().next().unwrap();
    assert!(body["error"].is_string(), "{body}");
    assert!(!body.to_string().contains("internal detail"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_with_another_secret_refuses() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    let (receiver, url) = receiver(0).await;
    let mut command = webhook(&space, &folder, &url);
    let ended = run(command.env("WEBHOOK_SECRET", "another").arg("When are you open?")).await;
    assert!(!ended.success && ended.stderr.contains("403"), "{}", ended.stderr);
    assert!(receiver.received.lock().unwrap().is_empty());
}
