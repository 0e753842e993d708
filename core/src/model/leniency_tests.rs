//! What the models accept, row by row. The vendor leaves most shapes undefined, so each row here is
//! a promise to callers.

mod bodies;
mod chat;
mod documents;
mod lists;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;

fn meta() -> Meta {
    Meta {
        attempts: 2,
        polls: 0,
        elapsed: Duration::from_millis(1_500),
        http_status: 200,
        http_request_id: Some("trace-1".to_owned()),
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn document(value: &Value) -> Document {
    Document::parse(&bytes(value), meta()).unwrap()
}

fn documents(value: &Value) -> Listing<Document> {
    Listing::parse(&bytes(value), meta()).unwrap()
}

fn session(value: &Value) -> Session {
    let list = Listing::parse(&bytes(&json!([value])), meta()).unwrap();
    list.into_iter().next().unwrap()
}

fn sent(value: &Value) -> Answer {
    Answer::from_send(&bytes(value), "sent-session", meta()).unwrap()
}

fn status(value: &Value) -> ChatStatus {
    ChatStatus::parse(&bytes(value), "asked-request", meta()).unwrap()
}
