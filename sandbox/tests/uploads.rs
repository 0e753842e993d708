//! Uploads: what is taken, what is refused, and what the journal knows of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{Caller, Reply, start};

async fn upload(caller: &Caller, form: Form) -> Reply {
    let path = caller.site("/documents");
    caller.send(caller.request(Method::POST, &path).multipart(form)).await
}

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> Form {
    Form::new().part("file", Part::bytes(bytes.into()).file_name(name.to_owned()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_file_becomes_a_document() {
    let (_sandbox, caller) = start().await;
    let text = "Lamps can be returned within 30 days.";
    let part = Part::text(text).file_name("return policy.txt").mime_str("text/plain").unwrap();
    let form = Form::new().text("note", "ignored").part("file", part);
    let document = upload(&caller, form).await.expect(201);
    assert_eq!(document["title"], "return policy.txt");
    assert_eq!((&document["type"], &document["size"]), (&json!("file"), &json!(text.len())));
    let answer = caller.ask("s", "Can lamps be returned?").await.expect(200);
    assert_eq!(answer["sources"][0]["document_id"], document["id"]);
    let entry = &caller.space.journal()[0];
    assert_eq!(entry.operation, "documents.upload");
    assert_eq!(entry.content_type.as_deref(), Some("multipart/form-data"));
    assert_eq!(entry.file_name.as_deref(), Some("return policy.txt"));
    assert_eq!(entry.file_content_type.as_deref(), Some("text/plain"));
    assert_eq!(entry.file_bytes, Some(text.len() as u64));
    assert_eq!(entry.file_sha256, Some(hex(&Sha256::digest(text))));
    assert!(entry.request_bytes > text.len() as u64);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let (_sandbox, caller) = start().await;
    let broken = upload(&caller, file("broken.pdf", b"%PDF-1.7 nothing more".to_vec())).await;
    let body = broken.expect(422);
    assert!(body["error"].as_str().unwrap().len() > 20, "{body}");
    let binary: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    upload(&caller, file("picture.bin", binary)).await.expect(422);
    upload(&caller, file("empty.txt", Vec::new())).await.expect(422);
    let list = caller.get(&caller.site("/documents")).await.expect(200);
    assert_eq!(list, json!({"documents": []}));
    assert!(caller.space.journal().iter().take(3).all(|entry| !entry.processed));
}

#[tokio::test]
async fn wrong_forms_are_refused() {
    let (_sandbox, caller) = start().await;
    let other = Form::new().part("document", Part::text("x").file_name("x.txt"));
    upload(&caller, other).await.expect_error(400, "file is required");
    let path = caller.site("/documents");
    let request = || caller.request(Method::POST, &path);
    let reply = caller.send(request().json(&json!({"file": "x"}))).await;
    reply.expect_error(415, "unsupported media type");
    let cut = request()
        .header("Content-Type", "multipart/form-data; boundary=b")
        .body("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc");
    caller.send(cut).await.expect_error(400, "invalid payload");
    let without_name = request().header("Content-Type", "multipart/form-data; boundary=b").body(
        "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nSome plain text.\r\n--b--\r\n",
    );
    assert_eq!(caller.send(without_name).await.expect(201)["title"], "upload");
}

#[tokio::test]
async fn the_size_limit() {
    let (_sandbox, caller) = start().await;
    let limits = json!({"max_upload_bytes": 1_000});
    caller.control(Method::PUT, "/limits", Some(limits)).await.expect(200);
    upload(&caller, file("fits.txt", "a b c d e ".repeat(100))).await.expect(201);
    let large = "a b c d e ".repeat(500_000);
    let refused = upload(&caller, file("large.txt", large.clone())).await;
    refused.expect_error(413, "file is larger than 1000 bytes");
    let journal = caller.space.journal();
    let entry = journal.last().unwrap();
    assert_eq!(entry.file_bytes, Some(large.len() as u64), "drained and counted");
    assert_eq!(entry.file_sha256, Some(hex(&Sha256::digest(&large))));
}

/// Most memory that this process ever used, in bytes.
#[cfg(target_os = "linux")]
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_discarded_upload_never_sits_in_memory() {
    const PIECES: u64 = 1_500;
    let (_sandbox, caller) = start().await;
    let limits = json!({"max_upload_bytes": 1_u64 << 40, "discard_uploads": true});
    caller.control(Method::PUT, "/limits", Some(limits)).await.expect(200);
    let piece = Bytes::from(vec![b'x'; 65_536]);
    let length = PIECES * piece.len() as u64;
    let before = peak_memory();
    let pieces = futures_util::stream::iter((0..PIECES).map({
        let piece = piece.clone();
        move |_| Ok::<_, std::io::Error>(piece.clone())
    }));
    let part = Part::stream_with_length(Body::wrap_stream(pieces), length).file_name("large.bin");
    let document = upload(&caller, Form::new().part("file", part)).await.expect(201);
    assert_eq!(document["size"], length);
    let grown = peak_memory() - before;
    assert!(grown < 40_000_000, "{grown} bytes for an upload of {length}");
    let mut hash = Sha256::new();
    (0..PIECES).for_each(|_| hash.update(&piece));
    let entry = caller.space.journal().pop().unwrap();
    assert_eq!(entry.file_sha256, Some(hex(&hash.finalize())));
    let usage = caller.get(&caller.tenant("/usage")).await.expect(200);
    assert_eq!(usage["document_bytes"], length);
    let answer = caller.ask("s", "x?").await.expect(200);
    assert_eq!(answer["sources"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_client_that_goes_during_an_upload_leaves_nothing() {
    let (_sandbox, caller) = start().await;
    let mut raw = support::Raw::connect(&caller.space);
    raw.write(
        "POST",
        &caller.site("/documents"),
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9999",
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.txt\"\r\n\r\nhalf",
    );
    drop(raw);
    let space = caller.space.clone();
    support::eventually("the client is gone", || {
        space.journal().first().is_some_and(|entry| entry.client_gone)
    })
    .await;
    let list = caller.get(&caller.site("/documents")).await.expect(200);
    assert_eq!(list, json!({"documents": []}));
}
