//! How a result came about.

use std::time::Duration;

use serde_json::{Value, json};

use crate::seconds;

/// How a result came about: what it took, and the ids to quote when asking about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// How many times the request was sent. For an awaited answer: the question, not its polls.
    pub attempts: u32,
    /// How many times the state of an awaited answer was read.
    pub polls: u32,
    /// Time from the start of the call to its result.
    pub elapsed: Duration,
    /// The status of the last HTTP answer; 0 for a result that no server gave, such as a fallback.
    pub http_status: u16,
    /// The HTTP request id header of the last answer, if it had one. Not the API's `request_id`.
    pub http_request_id: Option<String>,
}

impl Meta {
    /// The same as JSON; durations are seconds.
    pub fn to_json(&self) -> Value {
        json!({
            "attempts": self.attempts,
            "polls": self.polls,
            "elapsed": seconds(self.elapsed),
            "http_status": self.http_status,
            "http_request_id": self.http_request_id,
        })
    }
}
