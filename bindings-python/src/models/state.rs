//! The fields of a model as plain data that loses nothing, for pickle.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uppzy::{
    Answer, ChatRequest, ChatStatus, Document, FeedbackReceipt, Listing, Meta, OpenObject, Session,
};

type Fields = Map<String, Value>;

/// A model that can be kept as plain data. Structs are taken apart without a rest pattern, so that a
/// new field of the core is not forgotten here.
pub(crate) trait State: Sized {
    fn to_state(&self) -> Fields;
    fn from_state(fields: &Fields) -> Option<Self>;
}

fn object(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

fn text(fields: &Fields, name: &str) -> Option<String> {
    fields.get(name)?.as_str().map(str::to_owned)
}

/// None when the field's value is not as expected; it may be null.
fn optional<T>(
    fields: &Fields,
    name: &str,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Option<Option<T>> {
    match fields.get(name)? {
        Value::Null => Some(None),
        value => read(value).map(Some),
    }
}

fn optional_text(fields: &Fields, name: &str) -> Option<Option<String>> {
    optional(fields, name, |value| value.as_str().map(str::to_owned))
}

fn optional_time(fields: &Fields, name: &str) -> Option<Option<Timestamp>> {
    optional(fields, name, |value| value.as_str()?.parse().ok())
}

fn time(time: &Option<Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
}

fn map(fields: &Fields, name: &str) -> Option<Fields> {
    fields.get(name)?.as_object().cloned()
}

fn raw(fields: &Fields) -> Option<Box<str>> {
    text(fields, "raw").map(String::into_boxed_str)
}

fn meta(fields: &Fields) -> Option<Meta> {
    Meta::from_state(fields.get("meta")?.as_object()?)
}

impl State for Meta {
    fn to_state(&self) -> Fields {
        let Self { attempts, polls, elapsed, http_status, http_request_id } = self;
        object(json!({
            "attempts": attempts,
            "polls": polls,
            "elapsed": [elapsed.as_secs(), elapsed.subsec_nanos()],
            "http_status": http_status,
            "http_request_id": http_request_id,
        }))
    }

    fn from_state(fields: &Fields) -> Option<Self> {
        let number = |name| fields.get(name)?.as_u64();
        let elapsed = fields.get("elapsed")?.as_array()?;
        Some(Self {
            attempts: number("attempts")?.try_into().ok()?,
            polls: number("polls")?.try_into().ok()?,
            elapsed: Duration::new(
                elapsed.first()?.as_u64()?,
                elapsed.get(1)?.as_u64()?.try_into().ok()?,
            ),
            http_status: number("http_status")?.try_into().ok()?,
            http_request_id: optional_text(fields, "http_request_id")?,
        })
    }
}

impl State for Answer {
    fn to_state(&self) -> Fields {
        let Self {
            session_id,
            request_id,
            answer,
            confidence_level,
            confidence_score,
            is_fallback,
            extra,
            raw,
            meta,
        } = self;
        object(json!({
            "session_id": session_id,
            "request_id": request_id,
            "answer": answer,
            "confidence_level": confidence_level,
            "confidence_score": confidence_score,
            "is_fallback": is_fallback,
            "extra": extra,
            "raw": raw,
            "meta": meta.to_state(),
        }))
    }

    fn from_state(fields: &Fields) -> Option<Self> {
        Some(Self {
            session_id: text(fields, "session_id")?,
            request_id: text(fields, "request_id")?,
            answer: optional_text(fields, "answer")?,
            confidence_level: optional_text(fields, "confidence_level")?.map(Into::into),
            confidence_score: optional(fields, "confidence_score", Value::as_f64)?,
            is_fallback: fields.get("is_fallback")?.as_bool()?,
            extra: map(fields, "extra")?,
            raw: raw(fields)?,
            meta: meta(fields)?,
        })
    }
}

impl State for ChatStatus {
    fn to_state(&self) -> Fields {
        let Self {
            request_id,
            session_id,
            status: _,
            status_text,
            answer,
            error,
            confidence_level,
            confidence_score,
            extra,
            raw,
            meta,
        } = self;
        object(json!({
            "request_id": request_id,
            "session_id": session_id,
            "status_text": status_text,
            "answer": answer,
            "error": error,
            "confidence_level": confidence_level,
            "confidence_score": confidence_score,
            "extra": extra,
            "raw": raw,
            "meta": meta.to_state(),
        }))
    }

    fn from_state(fields: &Fields) -> Option<Self> {
        let status_text = text(fields, "status_text")?;
        Some(Self {
            request_id: text(fields, "request_id")?,
            session_id: optional_text(fields, "session_id")?,
            status: status_text.as_str().into(),
            status_text,
            answer: optional_text(fields, "answer")?,
            error: optional_text(fields, "error")?,
            confidence_level: optional_text(fields, "confidence_level")?.map(Into::into),
            confidence_score: optional(fields, "confidence_score", Value::as_f64)?,
            extra: map(fields, "extra")?,
            raw: raw(fields)?,
            meta: meta(fields)?,
        })
    }
}

impl State for FeedbackReceipt {
    fn to_state(&self) -> Fields {
        let Self { status, request_id, feedback, feedback_submitted_at, extra, raw, meta } = self;
        object(json!({
            "status": status,
            "request_id": request_id,
            "feedback": feedback,
            "feedback_submitted_at": time(feedback_submitted_at),
            "extra": extra,
            "raw": raw,
            "meta": meta.to_state(),
        }))
    }

    fn from_state(fields: &Fields) -> Option<Self> {
        Some(Self {
            status: optional_text(fields, "status")?,
            request_id: text(fields, "request_id")?,
            feedback: optional_text(fields, "feedback")?,
            feedback_submitted_at: optional_time(fields, "feedback_submitted_at")?,
            extra: map(fields, "extra")?,
            raw: raw(fields)?,
            meta: meta(fields)?,
        })
    }
}

impl State for Document {
    fn to_state(&self) -> Fields {
        let Self { id, title, category, status, ready, created_at, updated_at, extra, raw, meta } =
            self;
        object(json!({
            "id": id,
            "title": title,
            "category": category,
            "status": status,
            "ready": ready,
            "created_at": time(created_at),
            "updated_at": time(updated_at),
            "extra": extra,
            "raw": raw,
            "meta": meta.to_state(),
        }))
    }

    fn from_state(fields: &Fields) -> Option<Self> {
        Some(Self {
            id: text(fields, "id")?,
            title: optional_text(fields, "title")?,
            category: optional_text(fields, "category")?,
            status: optional_text(fields, "status")?.map(Into::into),
            ready: optional(fields, "ready", Value::as_bool)?,
            created_at: optional_time(fields, "created_at")?,
            updated_at: optional_time(fields, "updated_at")?,
            extra: map(fields, "extra")?,
            raw: raw(fields)?,
            meta: meta(fields)?,
        })
    }
}

impl State for Session {
    fn to_state(&self) -> Fields {
        let Self { id, email, created_at, updated_at, closed_at, message_count, extra, raw, meta } =
            self;
        object(json!({
            "id": id,
            "email": email,
            "created_at": time(created_at),
            "updated_at": time(updated_at),
            "closed_at": time(closed_at),
            "message_count": message_count,
            "extra": extra,
            "raw": raw,
            "meta": meta.to_state(),
        }))
    }

    fn from_state(fields: &Fields) -> Option<Self> {
        Some(Self {
            id: text(fields, "id")?,
            email: optional_text(fields, "email")?,
            created_at: optional_time(fields, "created_at")?,
            updated_at: optional_time(fields, "updated_at")?,
            closed_at: optional_time(fields, "closed_at")?,
            message_count: optional(fields, "message_count", Value::as_u64)?,
            extra: map(fields, "extra")?,
            raw: raw(fields)?,
            meta: meta(fields)?,
        })
    }
}

impl State for OpenObject {
    fn to_state(&self) -> Fields {
        let Self { fields, raw, meta } = self;
        object(json!({"fields": fields, "raw": raw, "meta": meta.to_state()}))
    }

    fn from_state(fields: &Fields) -> Option<Self> {
        Some(Self { fields: map(fields, "fields")?, raw: raw(fields)?, meta: meta(fields)? })
    }
}

impl<T: State> State for Listing<T> {
    fn to_state(&self) -> Fields {
        let Self { items, extra, raw, meta } = self;
        let items: Vec<Value> = items.iter().map(|item| Value::Object(item.to_state())).collect();
        object(json!({"items": items, "extra": extra, "raw": raw, "meta": meta.to_state()}))
    }

    fn from_state(fields: &Fields) -> Option<Self> {
        let items = fields.get("items")?.as_array()?;
        Some(Self {
            items: items
                .iter()
                .map(|item| T::from_state(item.as_object()?))
                .collect::<Option<_>>()?,
            extra: map(fields, "extra")?,
            raw: raw(fields)?,
            meta: meta(fields)?,
        })
    }
}

impl State for ChatRequest {
    fn to_state(&self) -> Fields {
        let Self { session_id, message, email, response_language, resume_token } = self;
        object(json!({
            "session_id": session_id,
            "message": message,
            "email": email,
            "response_language": response_language,
            "resume_token": resume_token,
        }))
    }

    fn from_state(fields: &Fields) -> Option<Self> {
        Some(Self {
            session_id: text(fields, "session_id")?,
            message: text(fields, "message")?,
            email: optional_text(fields, "email")?,
            response_language: optional_text(fields, "response_language")?,
            resume_token: optional_text(fields, "resume_token")?,
        })
    }
}
