//! Endpoints of chat.

use std::sync::Arc;

use http::StatusCode;
use http::header::RETRY_AFTER;
use serde_json::{Map, Value, json};

use super::{Call, Fields, Outcome};
use crate::answer::Answer;
use crate::clock::timestamp;
use crate::model::{ChatRequest, Judgement, Progress};
use crate::progression::Stage;
use crate::state::{Asked, FeedbackRefusal, Refusal, State};

pub(super) async fn send(call: &Call<'_>, now: i64, fields: &Fields<'_>) -> Outcome {
    let body = ask(call, now, fields, Progress::Completed, |request| {
        let mut body = identify(request);
        add_answer(&mut body, request);
        body
    })
    .await?;
    Ok(Answer::ok(Value::Object(body)))
}

pub(super) async fn submit(call: &Call<'_>, now: i64, fields: &Fields<'_>) -> Outcome {
    let body = ask(call, now, fields, Progress::Pending, |request| {
        let mut body = identify(request);
        body.insert("status".to_owned(), json!("pending"));
        body
    })
    .await?;
    Ok(Answer::with_status(StatusCode::ACCEPTED, Value::Object(body)))
}

/// Takes a question and shows the request that it became.
async fn ask(
    call: &Call<'_>,
    now: i64,
    fields: &Fields<'_>,
    progress: Progress,
    show: impl FnOnce(&ChatRequest) -> Map<String, Value>,
) -> Result<Map<String, Value>, Answer> {
    let session_id = fields.required("session_id")?;
    let message = fields.required("message")?;
    let email = fields.text("email")?.filter(|email| !email.is_empty());
    // Only checked: the answers are quotations in whatever language the documents have.
    fields.text("response_language")?;
    let answer = call.space.knowledge.answer(message).await;
    let answer_time = match progress {
        Progress::Pending => call.space.answer_time(),
        _ => 0,
    };
    let asked = Asked { session_id, email, message, answer, progress, answer_time };
    call.space.with_state(|state| {
        let id = state.ask(now, asked).map_err(refuse)?;
        Ok(state.request(&id).map(show).unwrap_or_default())
    })
}

fn refuse(refusal: Refusal) -> Answer {
    match refusal {
        Refusal::SessionClosed => Answer::error(StatusCode::CONFLICT, "session is closed"),
        Refusal::DailyLimit(seconds) => {
            Answer::error(StatusCode::TOO_MANY_REQUESTS, "daily message limit reached")
                .header(RETRY_AFTER.as_str(), seconds)
        }
    }
}

fn identify(request: &ChatRequest) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("request_id".to_owned(), json!(request.id));
    body.insert("session_id".to_owned(), json!(request.session_id));
    body
}

fn add_answer(body: &mut Map<String, Value>, request: &ChatRequest) {
    let answer = &request.answer;
    body.insert("answer".to_owned(), json!(answer.text));
    body.insert("confidence_level".to_owned(), json!(answer.confidence_level));
    body.insert("confidence_score".to_owned(), json!(answer.confidence_score));
    body.insert("sources".to_owned(), Value::Array(answer.sources.clone()));
}

pub(super) fn status(call: &Call<'_>, now: i64) -> Outcome {
    let id = call.parameter();
    let progression = call.space.progression();
    let not_found = || Answer::not_found("request not found");
    let read = |state: &mut State| {
        let stage = state.stage(now, &id, &progression, true)?;
        Some((stage, state.request(&id)?.clone()))
    };
    let (stage, request) = call.space.with_state(read).ok_or_else(not_found)?;
    let mut body = identify(&request);
    let (status, hint) = match stage {
        Stage::Hidden => return Err(not_found()),
        Stage::Pending(name) => (name, progression.retry_after),
        Stage::Failed(reason) => {
            body.insert("error".to_owned(), Value::String(reason));
            ("failed".to_owned(), None)
        }
        Stage::Completed => {
            if !progression.without_answer {
                add_answer(&mut body, &request);
            }
            let name = progression.completed_status.as_deref().unwrap_or("completed");
            (name.to_owned(), None)
        }
    };
    body.insert("status".to_owned(), Value::String(status));
    let answer = Answer::ok(Value::Object(body));
    Ok(match hint {
        Some(seconds) => answer.header(RETRY_AFTER.as_str(), seconds),
        None => answer,
    })
}

pub(super) fn feedback(call: &Call<'_>, now: i64, fields: &Fields<'_>) -> Outcome {
    let session_id = fields.required("session_id")?;
    let request_id = fields.required("request_id")?;
    let judgement = match fields.get("feedback").and_then(Value::as_str) {
        Some("good") => Judgement::Good,
        Some("bad") => Judgement::Bad,
        _ => return Err(Answer::bad_request("feedback must be 'good' or 'bad'")),
    };
    let progression: Arc<_> = call.space.progression();
    let judged = call
        .space
        .with_state(|state| state.judge(now, session_id, request_id, judgement, &progression));
    match judged {
        Err(FeedbackRefusal::Unknown) => Err(Answer::not_found("request not found")),
        Err(FeedbackRefusal::NotCompleted) => {
            Err(Answer::error(StatusCode::CONFLICT, "request is not completed"))
        }
        Ok((judgement, is_new)) => {
            let mut body = json!({"status": "ok", "request_id": request_id, "feedback": judgement});
            if let (true, Some(body)) = (is_new, body.as_object_mut()) {
                body.insert("feedback_submitted_at".to_owned(), json!(timestamp(now)));
            }
            Ok(Answer::ok(body))
        }
    }
}
