//! Results on their way to JavaScript, written as JSON where they come about.

use serde::Serialize;
use serde_json::Value;
use uppzy::{AskOutcome, AskProgress, Error, PollOutcome};

use crate::batch::{Batch, Handle};
use crate::models::Written;

/// What a call can come to.
pub(crate) enum Produced {
    Nothing,
    Flag(bool),
    Json(Value),
    Answer(Box<uppzy::Answer>),
    Status(Box<uppzy::ChatStatus>),
    Receipt(Box<uppzy::FeedbackReceipt>),
    Open(Box<uppzy::OpenObject>),
    Document(Box<uppzy::Document>),
    Documents(Box<uppzy::Listing<uppzy::Document>>),
    Sessions(Box<uppzy::Listing<uppzy::Session>>),
    Session(Box<uppzy::Session>),
    Pending(Box<uppzy::PendingAnswer>),
    Polled(Box<PollOutcome>),
    Asked(Box<(AskOutcome, AskProgress)>),
    Waited(Box<(usize, String, Result<uppzy::Answer, Error>)>),
    Progress(u64, Option<u64>),
    Many(Vec<Produced>),
}

macro_rules! produced_from {
    ($($from:ty => $variant:ident;)+) => { $(
        impl From<$from> for Produced {
            fn from(value: $from) -> Self {
                Self::$variant(Box::new(value))
            }
        }
    )+ };
}

produced_from! {
    uppzy::Answer => Answer;
    uppzy::ChatStatus => Status;
    uppzy::FeedbackReceipt => Receipt;
    uppzy::OpenObject => Open;
    uppzy::Document => Document;
    uppzy::Listing<uppzy::Document> => Documents;
    uppzy::Listing<uppzy::Session> => Sessions;
    uppzy::PendingAnswer => Pending;
    PollOutcome => Polled;
}

impl From<()> for Produced {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl From<Option<uppzy::Session>> for Produced {
    fn from(session: Option<uppzy::Session>) -> Self {
        session.map_or(Self::Nothing, |session| Self::Session(Box::new(session)))
    }
}

impl Produced {
    /// Whether it is an object of its own, and no data.
    pub(crate) fn is_handle(&self) -> bool {
        matches!(self, Self::Pending(_))
    }

    /// Writes it as the next value.
    pub(crate) fn write(self, to: &mut Batch) {
        match self {
            Self::Nothing => to.text(format_args!("null")),
            Self::Flag(flag) => to.text(format_args!("{flag}")),
            Self::Json(value) => to.value(&value),
            Self::Answer(answer) => to.value(&Written(&*answer)),
            Self::Status(status) => to.value(&Written(&*status)),
            Self::Receipt(receipt) => to.value(&Written(&*receipt)),
            Self::Open(object) => to.value(&Written(&*object)),
            Self::Document(document) => to.value(&Written(&*document)),
            Self::Documents(listing) => to.value(&Written(&*listing)),
            Self::Sessions(listing) => to.value(&Written(&*listing)),
            Self::Session(session) => to.value(&Written(&*session)),
            Self::Pending(pending) => to.handle(Handle::Pending(pending)),
            Self::Polled(outcome) => polled(*outcome, to),
            Self::Asked(asked) => self::asked(*asked, to),
            Self::Waited(waited) => {
                let (index, token, result) = *waited;
                to.text(format_args!("{{\"index\":{index},\"token\":"));
                to.value(&token);
                answer_or_error(result, to);
            }
            Self::Progress(sent, total) => to.value(&(sent, total)),
            Self::Many(items) => {
                to.text(format_args!("["));
                for (place, item) in items.into_iter().enumerate() {
                    if place > 0 {
                        to.text(format_args!(","));
                    }
                    item.write(to);
                }
                to.text(format_args!("]"));
            }
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
            to.value(&Written(&*answer));
        }
        PollOutcome::Failed(error) => {
            to.text(format_args!("{{\"state\":\"failed\",\"error\":"));
            to.handle(Handle::Error(error.into()));
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

fn asked((outcome, progress): (AskOutcome, AskProgress), to: &mut Batch) {
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
            to.value(&Written(&answer));
        }
        Err(error) => {
            to.text(format_args!(",\"error\":"));
            to.handle(Handle::Error(error.into()));
        }
    }
    to.text(format_args!("}}"));
}
