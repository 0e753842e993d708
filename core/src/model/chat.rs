//! Questions and answers.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::fields::{DecodeFault, Fields};
use super::hidden::{Hidden, Names};
use super::{ConfidenceLevel, Meta, RequestStatus, times};

const REQUEST_ID: &[&str] = &["request_id"];

/// The assistant's answer to a question.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// The conversation it belongs to.
    pub session_id: String,
    /// The API's id of the question, needed to rate the answer. Empty for a fallback that no server
    /// gave.
    pub request_id: String,
    /// The text. None when the server says that it is done but gave none.
    pub answer: Option<String>,
    /// How sure the assistant is.
    pub confidence_level: Option<ConfidenceLevel>,
    /// The same as a number. The vendor does not document its range; the samples suggest 0 to 100.
    pub confidence_score: Option<f64>,
    /// Whether the text is the caller's own fallback, since the assistant could not answer.
    pub is_fallback: bool,
    /// Every other field, and those above that could not be read as their type.
    pub extra: Map<String, Value>,
    /// The JSON text of the answer; empty for a fallback.
    pub raw: Box<str>,
    /// How the answer came about.
    pub meta: Meta,
}

impl Answer {
    /// Reads the answer to `chat.send`.
    pub(crate) fn from_send(
        body: &[u8],
        sent_session_id: &str,
        meta: Meta,
    ) -> Result<Self, DecodeFault> {
        let mut fields = Fields::parse(body)?;
        let (answer, request_id) = match (fields.text("answer"), fields.id(REQUEST_ID)) {
            (Some(answer), Some(request_id)) => (answer, request_id),
            (answer, request_id) => {
                // Both, and not only the first: a body without either is probably not the API's.
                let absent = [(answer, "answer"), (request_id, "request_id")]
                    .into_iter()
                    .filter(|(value, _)| value.is_none())
                    .map(|(_, name)| fields.missing(&[name]))
                    .collect::<Vec<_>>();
                return Err(DecodeFault::new(absent.join("; ")));
            }
        };
        let session_id = fields.id(&["session_id"]).unwrap_or_else(|| sent_session_id.to_owned());
        let confidence_level = fields.text("confidence_level").map(ConfidenceLevel::from);
        let confidence_score = fields.number("confidence_score");
        let (extra, raw) = fields.into_parts();
        Ok(Self {
            session_id,
            request_id,
            answer: Some(answer),
            confidence_level,
            confidence_score,
            is_fallback: false,
            extra,
            raw,
            meta,
        })
    }

    /// The answer that a finished request holds. The session is the submitted one where the server
    /// did not repeat it.
    pub(crate) fn from_status(status: ChatStatus, submitted_session_id: &str) -> Self {
        let ChatStatus {
            request_id,
            session_id,
            status: _,
            status_text: _,
            answer,
            error,
            confidence_level,
            confidence_score,
            mut extra,
            raw,
            meta,
        } = status;
        if let Some(error) = error {
            extra.entry("error").or_insert(Value::String(error));
        }
        Self {
            session_id: session_id.unwrap_or_else(|| submitted_session_id.to_owned()),
            request_id,
            answer,
            confidence_level,
            confidence_score,
            is_fallback: false,
            extra,
            raw,
            meta,
        }
    }

    /// The caller's own text in the assistant's place.
    pub(crate) fn fallback(text: impl Into<String>, session_id: impl Into<String>) -> Self {
        Self {
            session_id: session_id.into(),
            request_id: String::new(),
            answer: Some(text.into()),
            confidence_level: None,
            confidence_score: None,
            is_fallback: true,
            extra: Map::new(),
            raw: Box::default(),
            meta: Meta::default(),
        }
    }

    /// The text; empty when there is none.
    pub fn text(&self) -> &str {
        self.answer.as_deref().unwrap_or_default()
    }

    /// The JSON text of the answer; empty for a fallback.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// All fields but `raw` as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "session_id": self.session_id,
            "request_id": self.request_id,
            "answer": self.answer,
            "confidence_level": self.confidence_level,
            "confidence_score": self.confidence_score,
            "is_fallback": self.is_fallback,
            "extra": self.extra,
            "meta": self.meta.to_json(),
        })
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Answer")
            .field("session_id", &self.session_id)
            .field("request_id", &self.request_id)
            .field("answer", &Hidden(self.answer.as_deref()))
            .field("confidence_level", &self.confidence_level)
            .field("confidence_score", &self.confidence_score)
            .field("is_fallback", &self.is_fallback)
            .field("extra", &Names(&self.extra))
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}

/// A question that the server took to answer later.
#[derive(Clone, PartialEq)]
pub(crate) struct Submission {
    pub(crate) request_id: String,
    pub(crate) session_id: String,
    /// As the server wrote it: `pending`.
    pub(crate) status: Option<String>,
    pub(crate) extra: Map<String, Value>,
}

impl Submission {
    pub(crate) fn parse(body: &[u8], sent_session_id: &str) -> Result<Self, DecodeFault> {
        let mut fields = Fields::parse(body)?;
        let request_id = fields.required_id(REQUEST_ID)?;
        let session_id = fields.id(&["session_id"]).unwrap_or_else(|| sent_session_id.to_owned());
        let status = fields.text("status");
        Ok(Self { request_id, session_id, status, extra: fields.into_extra() })
    }
}

impl fmt::Debug for Submission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Submission")
            .field("request_id", &self.request_id)
            .field("session_id", &self.session_id)
            .field("status", &self.status)
            .field("extra", &Names(&self.extra))
            .finish()
    }
}

/// How far the server is with a question.
#[derive(Clone, PartialEq)]
pub struct ChatStatus {
    /// The question.
    pub request_id: String,
    /// The conversation, if the server repeats it.
    pub session_id: Option<String>,
    /// How far the server is.
    pub status: RequestStatus,
    /// The same as the server wrote it.
    pub status_text: String,
    /// The text, once there is one.
    pub answer: Option<String>,
    /// Why there will be none.
    pub error: Option<String>,
    /// How sure the assistant is. The vendor does not document it here.
    pub confidence_level: Option<ConfidenceLevel>,
    /// The same as a number. The vendor does not document it here.
    pub confidence_score: Option<f64>,
    /// Every other field, and those above that could not be read as their type.
    pub extra: Map<String, Value>,
    /// The JSON text of the answer.
    pub raw: Box<str>,
    /// How it came about.
    pub meta: Meta,
}

impl ChatStatus {
    pub(crate) fn parse(
        body: &[u8],
        asked_request_id: &str,
        meta: Meta,
    ) -> Result<Self, DecodeFault> {
        let mut fields = Fields::parse(body)?;
        let status_text = fields.required_text("status")?;
        let request_id = fields.id(REQUEST_ID).unwrap_or_else(|| asked_request_id.to_owned());
        let session_id = fields.id(&["session_id"]);
        let answer = fields.text("answer");
        let error = fields.text("error");
        let confidence_level = fields.text("confidence_level").map(ConfidenceLevel::from);
        let confidence_score = fields.number("confidence_score");
        let (extra, raw) = fields.into_parts();
        Ok(Self {
            request_id,
            session_id,
            status: RequestStatus::from(status_text.as_str()),
            status_text,
            answer,
            error,
            confidence_level,
            confidence_score,
            extra,
            raw,
            meta,
        })
    }

    /// The JSON text of the answer.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// All fields but `raw` as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "request_id": self.request_id,
            "session_id": self.session_id,
            "status": self.status,
            "status_text": self.status_text,
            "answer": self.answer,
            "error": self.error,
            "confidence_level": self.confidence_level,
            "confidence_score": self.confidence_score,
            "extra": self.extra,
            "meta": self.meta.to_json(),
        })
    }
}

impl fmt::Debug for ChatStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ChatStatus")
            .field("request_id", &self.request_id)
            .field("session_id", &self.session_id)
            .field("status_text", &self.status_text)
            .field("answer", &Hidden(self.answer.as_deref()))
            .field("error", &Hidden(self.error.as_deref()))
            .field("confidence_level", &self.confidence_level)
            .field("confidence_score", &self.confidence_score)
            .field("extra", &Names(&self.extra))
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}

/// What the server says to a rating.
#[derive(Clone, PartialEq)]
pub struct FeedbackReceipt {
    /// `ok`, by the vendor's pages.
    pub status: Option<String>,
    /// The question whose answer was rated.
    pub request_id: String,
    /// The rating that counts.
    pub feedback: Option<String>,
    /// When this rating was taken; none when the answer had been rated before.
    pub feedback_submitted_at: Option<Timestamp>,
    /// Every other field, and those above that could not be read as their type.
    pub extra: Map<String, Value>,
    /// The JSON text of the answer; empty for one without a body.
    pub raw: Box<str>,
    /// How it came about.
    pub meta: Meta,
}

impl FeedbackReceipt {
    pub(crate) fn parse(
        body: &[u8],
        asked_request_id: &str,
        meta: Meta,
    ) -> Result<Self, DecodeFault> {
        let mut fields = Fields::parse_or_empty(body)?;
        let status = fields.text("status");
        let request_id = fields.id(REQUEST_ID).unwrap_or_else(|| asked_request_id.to_owned());
        let feedback = fields.text("feedback");
        let feedback_submitted_at = fields.time("feedback_submitted_at");
        let (extra, raw) = fields.into_parts();
        Ok(Self { status, request_id, feedback, feedback_submitted_at, extra, raw, meta })
    }

    /// Whether this was the answer's first rating: only then does the server give a time.
    pub fn is_first(&self) -> bool {
        self.feedback_submitted_at.is_some()
            || times::tells_of_one(self.extra.get("feedback_submitted_at"))
    }

    /// The JSON text of the answer; empty for one without a body.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// All fields but `raw` as JSON; the time is ISO 8601 in UTC.
    pub fn to_json(&self) -> Value {
        json!({
            "status": self.status,
            "request_id": self.request_id,
            "feedback": self.feedback,
            "feedback_submitted_at": times::to_json(self.feedback_submitted_at),
            "extra": self.extra,
            "meta": self.meta.to_json(),
        })
    }
}

impl fmt::Debug for FeedbackReceipt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FeedbackReceipt")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("feedback", &self.feedback)
            .field("feedback_submitted_at", &self.feedback_submitted_at)
            .field("extra", &Names(&self.extra))
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}
