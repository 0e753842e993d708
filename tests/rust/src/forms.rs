//! Results and errors in the form that scenarios see.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use uppzy::{AskOutcome, ChatRequest, Error, EventStream, PollOutcome};

use crate::arguments::Progress;

fn question_json(request: &ChatRequest) -> Value {
    json!({
        "session_id": request.session_id,
        "message": request.message,
        "email": request.email,
        "response_language": request.response_language,
        "resume_token": request.resume_token,
    })
}

/// The error as scenarios see it.
pub(crate) fn error_json(error: &Error) -> Value {
    let mut json = error.to_json();
    if let Value::Object(fields) = &mut json {
        fields.insert("queue_verdict".to_owned(), error.queue_verdict().to_json());
        fields.insert("report".to_owned(), Value::String(error.report()));
    }
    json
}

pub(crate) fn poll_outcome(outcome: PollOutcome) -> Value {
    match outcome {
        PollOutcome::Pending { retry_in } => {
            json!({"state": "pending", "retry_in": retry_in.as_secs_f64()})
        }
        PollOutcome::Completed(answer) => {
            json!({"state": "completed", "answer": answer.to_json()})
        }
        PollOutcome::Failed(error) => json!({"state": "failed", "error": error_json(&error)}),
    }
}

/// The results in the order of the questions, the questions to hand in again, and the progress.
pub(crate) fn outcomes_json(mut outcomes: Vec<AskOutcome>, progress: &Progress) -> Value {
    outcomes.sort_by_key(|outcome| outcome.index);
    let failed: Vec<Value> = outcomes
        .iter()
        .filter(|outcome| outcome.result.is_err())
        .map(|outcome| question_json(&outcome.request))
        .collect();
    let results: Vec<Value> = outcomes
        .iter()
        .map(|outcome| match &outcome.result {
            Ok(answer) => json!({"index": outcome.index, "result": answer.to_json()}),
            Err(error) => json!({"index": outcome.index, "error": error_json(error)}),
        })
        .collect();
    let steps = progress.lock().unwrap_or_else(PoisonError::into_inner);
    let steps: Vec<Value> = steps
        .iter()
        .map(|step| json!({"done": step.done, "failed": step.failed, "total": step.total}))
        .collect();
    json!({"outcomes": results, "failed": failed, "progress": steps})
}

/// The results in the order of the tokens.
pub(crate) fn answers_json(
    tokens: &[String],
    answers: Vec<(String, uppzy::Result<uppzy::Answer>)>,
) -> Value {
    let mut answers: Vec<_> = answers
        .into_iter()
        .map(|(token, result)| {
            let index = tokens.iter().position(|known| *known == token);
            (
                index,
                match result {
                    Ok(answer) => json!({"index": index, "result": answer.to_json()}),
                    Err(error) => json!({"index": index, "error": error_json(&error)}),
                },
            )
        })
        .collect();
    answers.sort_by_key(|(index, _)| *index);
    Value::Array(answers.into_iter().map(|(_, answer)| answer).collect())
}

/// All events that are there, oldest first.
pub(crate) fn read_events(events: &Mutex<EventStream>) -> Value {
    let mut events = events.lock().unwrap_or_else(PoisonError::into_inner);
    let mut read = Vec::new();
    while let Some(event) = events.try_next() {
        read.push(event.to_json());
    }
    json!({"events": read, "dropped": events.dropped()})
}
