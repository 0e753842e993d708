//! Answers as handlers make them, before any rule changes them.

use http::StatusCode;
use serde_json::{Value, json};

/// What a handler answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Value,
}

impl Answer {
    /// 200 with a body.
    pub(crate) fn ok(body: Value) -> Self {
        Self::with_status(StatusCode::OK, body)
    }

    pub(crate) fn with_status(status: StatusCode, body: Value) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// An error as the API words it: `{"error": "..."}`.
    pub(crate) fn error(status: StatusCode, text: &str) -> Self {
        Self::with_status(status, json!({"error": text}))
    }

    pub(crate) fn bad_request(text: &str) -> Self {
        Self::error(StatusCode::BAD_REQUEST, text)
    }

    pub(crate) fn not_found(text: &str) -> Self {
        Self::error(StatusCode::NOT_FOUND, text)
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

/// The text of a body that cannot be understood.
pub(crate) const INVALID_PAYLOAD: &str = "invalid payload";
