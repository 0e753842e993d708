//! The question and the answer of the clients that know nothing of the API.

use serde::{Deserialize, Serialize};

use crate::Outcome;

pub(super) const MESSAGE: &str =
    "Can I return a lamp that I bought three weeks ago without its box?";
pub(super) const SESSION: &str = "bench-session";
pub(super) const KEY: &str = "bench-key-0123456789";
pub(super) const PATH: &str = "/m2m/sites/site-bench/chat";

/// The same bytes as ours.
#[derive(Serialize)]
struct Question<'a> {
    session_id: &'a str,
    message: &'a str,
}

/// The answer in a struct of its own.
#[derive(Deserialize)]
struct Reply {
    session_id: String,
    request_id: String,
    answer: String,
    confidence_level: String,
    confidence_score: f64,
}

pub(super) fn question() -> Outcome<Vec<u8>> {
    Ok(serde_json::to_vec(&Question { session_id: SESSION, message: MESSAGE })?)
}

pub(super) fn read(body: &[u8]) -> Outcome<()> {
    let Reply { session_id, request_id, answer, confidence_level, confidence_score } =
        serde_json::from_slice(body)?;
    let whole = !session_id.is_empty() && !request_id.is_empty() && !answer.is_empty();
    check(whole && confidence_level == "high" && confidence_score > 0.0)
}

pub(super) fn check(right: bool) -> Outcome<()> {
    if right { Ok(()) } else { Err("the answer was not the expected one".into()) }
}
