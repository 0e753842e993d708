//! Questions and answers.

use std::time::{Duration, SystemTime};

use uppzy::{Answer, ChatRequest, ChatStatus, FeedbackReceipt, PollOutcome};

use super::{MetaData, moment};
use crate::failure::ErrorDetails;
use crate::json::text_of;

/// A question.
#[derive(Clone, uniffi::Record)]
pub struct QuestionData {
    /// The conversation.
    pub session_id: String,
    /// The question.
    pub message: String,
    /// The address of the person who asks.
    #[uniffi(default = None)]
    pub email: Option<String>,
    /// The language to answer in.
    #[uniffi(default = None)]
    pub response_language: Option<String>,
    /// The token of an answer to this very question.
    #[uniffi(default = None)]
    pub resume_token: Option<String>,
}

impl From<QuestionData> for ChatRequest {
    fn from(question: QuestionData) -> Self {
        let QuestionData { session_id, message, email, response_language, resume_token } = question;
        Self { session_id, message, email, response_language, resume_token }
    }
}

impl From<ChatRequest> for QuestionData {
    fn from(request: ChatRequest) -> Self {
        let ChatRequest { session_id, message, email, response_language, resume_token } = request;
        Self { session_id, message, email, response_language, resume_token }
    }
}

/// An answer.
#[derive(Clone, uniffi::Record)]
pub struct AnswerData {
    /// The conversation.
    pub session_id: String,
    /// The question.
    pub request_id: String,
    /// The text.
    pub answer: Option<String>,
    /// How sure the assistant is.
    pub confidence_level: Option<String>,
    /// The same as a number.
    pub confidence_score: Option<f64>,
    /// Whether it is the caller's own text.
    pub is_fallback: bool,
    /// Every other field.
    pub extra: String,
    /// The JSON text of the answer.
    pub raw: String,
    /// How it came about.
    pub meta: MetaData,
}

impl From<Answer> for AnswerData {
    fn from(answer: Answer) -> Self {
        let Answer {
            session_id,
            request_id,
            answer,
            confidence_level,
            confidence_score,
            is_fallback,
            extra,
            raw,
            meta,
        } = answer;
        Self {
            session_id,
            request_id,
            answer,
            confidence_level: confidence_level.map(|level| level.as_str().to_owned()),
            confidence_score,
            is_fallback,
            extra: text_of(&extra),
            raw: raw.into(),
            meta: meta.into(),
        }
    }
}

/// How far the server is with a question.
#[derive(Clone, uniffi::Record)]
pub struct StatusData {
    /// The question.
    pub request_id: String,
    /// The conversation.
    pub session_id: Option<String>,
    /// How far the server is.
    pub status: String,
    /// The same as the server wrote it.
    pub status_text: String,
    /// The text.
    pub answer: Option<String>,
    /// Why there will be none.
    pub error: Option<String>,
    /// How sure the assistant is.
    pub confidence_level: Option<String>,
    /// The same as a number.
    pub confidence_score: Option<f64>,
    /// Whether the server is done with it.
    pub is_finished: bool,
    /// Every other field.
    pub extra: String,
    /// The JSON text of the answer.
    pub raw: String,
    /// How it came about.
    pub meta: MetaData,
}

impl From<ChatStatus> for StatusData {
    fn from(status: ChatStatus) -> Self {
        let ChatStatus {
            request_id,
            session_id,
            status,
            status_text,
            answer,
            error,
            confidence_level,
            confidence_score,
            extra,
            raw,
            meta,
        } = status;
        Self {
            request_id,
            session_id,
            is_finished: status.is_finished(),
            status: status.as_str().to_owned(),
            status_text,
            answer,
            error,
            confidence_level: confidence_level.map(|level| level.as_str().to_owned()),
            confidence_score,
            extra: text_of(&extra),
            raw: raw.into(),
            meta: meta.into(),
        }
    }
}

/// What the server says to a rating.
#[derive(Clone, uniffi::Record)]
pub struct ReceiptData {
    /// `ok`, by the vendor's pages.
    pub status: Option<String>,
    /// The question whose answer was rated.
    pub request_id: String,
    /// The rating that counts.
    pub feedback: Option<String>,
    /// When it was taken.
    pub feedback_submitted_at: Option<SystemTime>,
    /// Whether it was the first.
    pub is_first: bool,
    /// Every other field.
    pub extra: String,
    /// The JSON text of the answer.
    pub raw: String,
    /// How it came about.
    pub meta: MetaData,
}

impl From<FeedbackReceipt> for ReceiptData {
    fn from(receipt: FeedbackReceipt) -> Self {
        let is_first = receipt.is_first();
        let FeedbackReceipt {
            status,
            request_id,
            feedback,
            feedback_submitted_at,
            extra,
            raw,
            meta,
        } = receipt;
        Self {
            status,
            request_id,
            feedback,
            feedback_submitted_at: moment(feedback_submitted_at),
            is_first,
            extra: text_of(&extra),
            raw: raw.into(),
            meta: meta.into(),
        }
    }
}

/// What one look at a pending answer found.
#[derive(Clone, uniffi::Enum)]
pub enum PolledData {
    /// Not done yet.
    StillPending {
        /// The wait before another look.
        retry_in: Duration,
    },
    /// Done.
    Completed {
        /// The answer.
        answer: Box<AnswerData>,
    },
    /// There will be no answer.
    Failed {
        /// Why.
        details: Box<ErrorDetails>,
    },
}

impl From<PollOutcome> for PolledData {
    fn from(outcome: PollOutcome) -> Self {
        match outcome {
            PollOutcome::Pending { retry_in } => Self::StillPending { retry_in },
            PollOutcome::Completed(answer) => {
                Self::Completed { answer: Box::new((*answer).into()) }
            }
            PollOutcome::Failed(error) => Self::Failed { details: Box::new(error.into()) },
        }
    }
}
