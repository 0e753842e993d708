//! Results on their way to JavaScript, written as JSON where they come about.

use serde::Serialize;
use uppzy::{AskOutcome, AskProgress, Error, PendingAnswer, PollOutcome, UploadProgress};
use uppzy_boundary::{Asked, Waited};

use crate::batch::{Batch, Handle};
use crate::models::Whole;

pub(crate) type Produced = uppzy_boundary::Produced<PendingAnswer>;
pub(crate) type Call = uppzy_boundary::Call<Produced>;

/// Writes it as the result of that call.
pub(crate) fn write(id: u32, produced: Produced, to: &mut Batch) {
    match produced {
        Produced::Answer(answer) => to.model(id, *answer),
        Produced::Status(status) => to.model(id, *status),
        Produced::Receipt(receipt) => to.model(id, *receipt),
        Produced::Open(object) => to.model(id, *object),
        Produced::Document(document) => to.model(id, *document),
        Produced::Documents(listing) => to.model(id, *listing),
        Produced::Sessions(listing) => to.model(id, *listing),
        Produced::Session(session) => to.model(id, *session),
        Produced::Pending(pending) => to.result_handle(id, Handle::Pending(pending)),
        other => {
            to.begin_value(id);
            value(other, to);
        }
    }
}

/// Writes it as a value, a model with what the server sent.
fn value(produced: Produced, to: &mut Batch) {
    match produced {
        Produced::Nothing => to.text(format_args!("null")),
        Produced::PieceWanted => to.text(format_args!("true")),
        Produced::Sent(UploadProgress { sent, total }) => {
            to.text(format_args!("{{\"sent\":{sent},\"total\":"));
            to.value(&total);
            to.text(format_args!("}}"));
        }
        Produced::Events(events) => to.value(&events),
        Produced::Answer(answer) => to.value(&Whole(&*answer)),
        Produced::Status(status) => to.value(&Whole(&*status)),
        Produced::Receipt(receipt) => to.value(&Whole(&*receipt)),
        Produced::Open(object) => to.value(&Whole(&*object)),
        Produced::Document(document) => to.value(&Whole(&*document)),
        Produced::Documents(listing) => to.value(&Whole(&*listing)),
        Produced::Sessions(listing) => to.value(&Whole(&*listing)),
        Produced::Session(session) => to.value(&Whole(&*session)),
        Produced::Pending(pending) => to.handle(Handle::Pending(pending)),
        Produced::Polled(outcome) => polled(*outcome, to),
        Produced::Asked(result) => asked(*result, to),
        Produced::Waited(waited) => {
            let Waited { index, token, result } = *waited;
            to.text(format_args!("{{\"index\":{index},\"token\":"));
            to.value(&token);
            answer_or_error(result, to);
        }
        Produced::Many(items) => {
            to.text(format_args!("["));
            for (place, item) in items.into_iter().enumerate() {
                if place > 0 {
                    to.text(format_args!(","));
                }
                value(item, to);
            }
            to.text(format_args!("]"));
        }
    }
}

fn polled(outcome: PollOutcome, to: &mut Batch) {
    match outcome {
        PollOutcome::Pending { retry_in } => {
            to.text(format_args!("{{\"state\":\"pending\",\"retry_in\":"));
            to.value(&retry_in.as_secs_f64());
        }
        PollOutcome::Completed(answer) => {
            to.text(format_args!("{{\"state\":\"completed\",\"answer\":"));
            to.value(&Whole(&*answer));
        }
        PollOutcome::Failed(error) => {
            to.text(format_args!("{{\"state\":\"failed\",\"error\":"));
            to.handle(Handle::Error(error));
        }
    }
    to.text(format_args!("}}"));
}

#[derive(Serialize)]
struct Question<'a> {
    session_id: &'a str,
    message: &'a str,
    email: Option<&'a str>,
    response_language: Option<&'a str>,
    resume_token: Option<&'a str>,
}

fn asked(asked: Asked, to: &mut Batch) {
    let Asked { outcome, progress } = asked;
    let AskOutcome { index, request, result } = outcome;
    let uppzy::ChatRequest { session_id, message, email, response_language, resume_token } =
        &request;
    let AskProgress { done, failed, total } = progress;
    to.text(format_args!(
        "{{\"index\":{index},\"progress\":[{done},{failed},{total}],\"request\":"
    ));
    to.value(&Question {
        session_id,
        message,
        email: email.as_deref(),
        response_language: response_language.as_deref(),
        resume_token: resume_token.as_deref(),
    });
    answer_or_error(result, to);
}

fn answer_or_error(result: Result<uppzy::Answer, Error>, to: &mut Batch) {
    match result {
        Ok(answer) => {
            to.text(format_args!(",\"answer\":"));
            to.value(&Whole(&answer));
        }
        Err(error) => {
            to.text(format_args!(",\"error\":"));
            to.handle(Handle::Error(error));
        }
    }
    to.text(format_args!("}}"));
}
