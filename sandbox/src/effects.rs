//! What a rule makes of an answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

use crate::answer::Answer;
use crate::body::{AnswerBody, Content, Ending, ScriptedBody};
use crate::connection::{Broken, Connection, Fault};
use crate::journal::{Entry, Fate};
use crate::rules::{Effect, Stall};
use crate::widget::merge;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// The answer as it is.
pub(crate) fn plain(answer: Answer) -> Response<AnswerBody> {
    let (status, headers, body) = head_and_body(answer);
    response(status, headers, AnswerBody::whole(body))
}

fn head_and_body(answer: Answer) -> (StatusCode, HeaderMap, Bytes) {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(CONTENT_TYPE, JSON);
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    (answer.status, headers, json_bytes(&answer.body))
}

fn json_bytes(value: &Value) -> Bytes {
    // JSON values can always be written.
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}

fn response(status: StatusCode, headers: HeaderMap, body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Applies an effect. `answer` is what the handler answered, if it ran.
pub(crate) async fn apply(
    effect: &Effect,
    answer: Option<Answer>,
    connection: &Arc<Connection>,
    entry: Entry,
) -> Result<Response<AnswerBody>, Broken> {
    if let Some(delay) = effect.delay_ms {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let broken = if effect.reset.is_some() {
        Some((Fault::Reset, Fate::Reset))
    } else if effect.close.is_some() {
        Some((Fault::Close, Fate::Closed))
    } else if effect.garbage {
        Some((Fault::Garbage, Fate::Garbage))
    } else {
        None
    };
    if let Some((fault, fate)) = broken {
        connection.set_fault(fault);
        entry.settle(fate, None);
        return Err(Broken);
    }
    if effect.stall == Some(Stall::Head) {
        entry.mark(Fate::Stalled, None);
        // Ends with the connection, which drops this future.
        return std::future::pending().await;
    }
    let (status, mut headers, content) = shape(effect, answer);
    if effect.close_connection {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if let Some(seconds) = effect.keep_alive_timeout_s {
        connection.limit_idle(Duration::try_from_secs_f64(seconds).unwrap_or_default());
    }
    Ok(deliver(effect, status, headers, content, connection, entry))
}

/// Status, headers and body that the effect makes of the answer.
fn shape(effect: &Effect, answer: Option<Answer>) -> (StatusCode, HeaderMap, Content) {
    let ran = answer.is_some();
    let default_status = if effect.redirect.is_some() { StatusCode::FOUND } else { StatusCode::OK };
    let wanted = effect.status.and_then(|status| StatusCode::from_u16(status).ok());
    let mut answer = answer.unwrap_or_else(|| {
        let status = wanted.unwrap_or(default_status);
        let reason = status.canonical_reason().unwrap_or("error").to_ascii_lowercase();
        Answer::error(status, &reason)
    });
    if let Some(status) = wanted.or((effect.redirect.is_some() && ran).then_some(default_status)) {
        answer.status = status;
    }
    if let Some(replacement) = &effect.replace {
        answer.body = replacement.clone();
    }
    if let Some(patch) = &effect.patch {
        merge(&mut answer.body, patch);
    }
    let (status, mut headers, bytes) = head_and_body(answer);
    let mut content = Content::Bytes(bytes);
    match &effect.body {
        Some(Value::String(text)) => {
            content = Content::Bytes(Bytes::from(text.clone()));
            headers.insert(CONTENT_TYPE, TEXT);
        }
        Some(json) => content = Content::Bytes(json_bytes(json)),
        None => {}
    }
    if let Some(depth) = effect.nest {
        let depth = usize::try_from(depth).unwrap_or_default();
        let nested = ["[".repeat(depth), "]".repeat(depth)].concat();
        content = Content::Bytes(Bytes::from(nested));
    }
    if let Some(length) = effect.body_bytes {
        content = Content::Filler(length);
    }
    if let Some(location) = &effect.redirect {
        set(&mut headers, LOCATION.as_str(), location);
    }
    if let Some(content_type) = &effect.content_type {
        set(&mut headers, CONTENT_TYPE.as_str(), content_type);
    }
    for (name, value) in &effect.headers {
        set(&mut headers, name, value);
    }
    (status, headers, content)
}

fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    // Rules were validated; those made in process may not have been.
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        headers.insert(name, value);
    }
}

fn deliver(
    effect: &Effect,
    status: StatusCode,
    mut headers: HeaderMap,
    content: Content,
    connection: &Arc<Connection>,
    entry: Entry,
) -> Response<AnswerBody> {
    let length = content.length();
    let (stop, ending, fate) = match (effect.truncate, effect.stall) {
        (Some(kept), _) if kept < length => (kept, Ending::Cut, Fate::Truncated),
        (_, Some(Stall::Body)) if length > 0 => (length / 2, Ending::Silence, Fate::Stalled),
        _ => (length, Ending::Complete, Fate::Answered),
    };
    if effect.truncate.is_some() {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let pause = effect.drip_ms.map(Duration::from_millis);
    let is_plain = ending == Ending::Complete && pause.is_none();
    match content {
        Content::Bytes(bytes) if is_plain => {
            entry.settle(fate, Some(status.as_u16()));
            response(status, headers, AnswerBody::whole(bytes))
        }
        content => {
            entry.mark(fate, Some(status.as_u16()));
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
            let body = ScriptedBody::new(content, stop, pause, ending, connection.clone(), entry);
            response(status, headers, AnswerBody::Scripted(Box::new(body)))
        }
    }
}
