//! Errors on their way out.

use std::time::Duration;

use uppzy::{AttemptRecord, Error, QueueVerdict};

/// What a call can end in beside its result.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum CallError {
    /// Something went wrong.
    #[error("{}", details.reason)]
    Failed {
        /// What, and what to do.
        details: Box<ErrorDetails>,
    },
    /// The caller cancelled it.
    #[error("the call was cancelled")]
    Cancelled,
}

/// An error with all that is known of it. One record for all kinds, so that a new field is no new
/// form, and one more only costs its own bytes.
#[derive(Clone, Debug, uniffi::Record)]
pub struct ErrorDetails {
    /// Its kind, as in the table.
    pub kind: String,
    /// One line that says what happened. (Not `message`: no exception could have such a field.)
    pub reason: String,
    /// A sentence for an end user.
    pub user_message: String,
    /// What to change.
    pub hint: String,
    /// The argument or setting at fault.
    pub field: Option<String>,
    /// Whether the same call may be repeated as it is.
    pub retryable: bool,
    /// The wait that the server asked for.
    pub retry_after: Option<Duration>,
    /// Whether the request reached the server.
    pub outcome: String,
    /// The timer that ended the attempt.
    pub phase: Option<String>,
    /// The operation's name.
    pub operation: Option<String>,
    /// The last HTTP status.
    pub http_status: Option<u16>,
    /// The server's code.
    pub code: Option<String>,
    /// The server's words, redacted.
    pub server_message: Option<String>,
    /// The beginning of a body that was not the documented JSON, redacted.
    pub body_excerpt: Option<String>,
    /// The HTTP request id of the last answer.
    pub http_request_id: Option<String>,
    /// Every attempt.
    pub attempts: Vec<AttemptData>,
    /// The time from the start of the call.
    pub elapsed: Duration,
    /// What ended the retries.
    pub retry_stopped_by: Option<String>,
    /// The resume token of an answer that is still being made.
    pub token: Option<String>,
    /// The errors that led to this one, the nearest first, each without its own.
    pub causes: Vec<ErrorDetails>,
    /// What a job queue should do.
    pub verdict: VerdictData,
    /// All of it as JSON.
    pub json: String,
    /// The text for a support ticket.
    pub report: String,
}

/// One attempt of a call.
#[derive(Clone, Debug, uniffi::Record)]
pub struct AttemptData {
    /// The time from the start of the call.
    pub started_after: Duration,
    /// How long it took.
    pub duration: Duration,
    /// The HTTP status.
    pub status: Option<u16>,
    /// What went wrong.
    pub kind: Option<String>,
    /// The wait before the next.
    pub delay_before_next: Option<Duration>,
}

/// What a job queue should do.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum VerdictData {
    /// Run the job again.
    RetryIn {
        /// After this wait.
        after: Duration,
    },
    /// Resume, and never submit again.
    Resume {
        /// The resume token.
        token: String,
        /// The wait before that.
        after: Duration,
    },
    /// Take the job off the queue.
    GiveUp {
        /// Why.
        reason: String,
    },
    /// Stop the worker and call an operator.
    ConfigIncident {
        /// Why.
        reason: String,
    },
}

impl CallError {
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Error::internal(message).into()
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Failed { details: Box::new(error.into()) }
    }
}

impl From<Error> for ErrorDetails {
    fn from(error: Error) -> Self {
        let mut details = Self::without_causes(&error);
        let mut next = error.cause();
        while let Some(cause) = next {
            details.causes.push(Self::without_causes(cause));
            next = cause.cause();
        }
        details
    }
}

impl ErrorDetails {
    fn without_causes(error: &Error) -> Self {
        Self {
            kind: error.kind().as_str().to_owned(),
            reason: error.message().to_owned(),
            user_message: error.user_message().to_owned(),
            hint: error.hint().to_owned(),
            field: error.field().map(str::to_owned),
            retryable: error.retryable(),
            retry_after: error.retry_after(),
            outcome: error.outcome().as_str().to_owned(),
            phase: error.phase().map(|phase| phase.as_str().to_owned()),
            operation: error.operation().map(str::to_owned),
            http_status: error.http_status(),
            code: error.code().map(str::to_owned),
            server_message: error.server_message().map(str::to_owned),
            body_excerpt: error.body_excerpt().map(str::to_owned),
            http_request_id: error.http_request_id().map(str::to_owned),
            attempts: error.attempts().iter().map(AttemptData::from).collect(),
            elapsed: error.elapsed(),
            retry_stopped_by: error.retry_stopped_by().map(|by| by.as_str().to_owned()),
            token: error.token().map(str::to_owned),
            causes: Vec::new(),
            verdict: error.queue_verdict().into(),
            json: error.to_json().to_string(),
            report: error.report(),
        }
    }
}

impl From<&AttemptRecord> for AttemptData {
    fn from(attempt: &AttemptRecord) -> Self {
        let AttemptRecord { started_after, duration, status, kind, delay_before_next } = attempt;
        Self {
            started_after: *started_after,
            duration: *duration,
            status: *status,
            kind: kind.map(|kind| kind.as_str().to_owned()),
            delay_before_next: *delay_before_next,
        }
    }
}

impl From<QueueVerdict> for VerdictData {
    fn from(verdict: QueueVerdict) -> Self {
        match verdict {
            QueueVerdict::RetryIn(after) => Self::RetryIn { after },
            QueueVerdict::Resume { token, delay } => Self::Resume { token, after: delay },
            QueueVerdict::GiveUp { reason } => Self::GiveUp { reason },
            QueueVerdict::ConfigIncident { reason } => Self::ConfigIncident { reason },
        }
    }
}

/// The error for an argument that the facade cannot hand over at all, for the facade to throw.
#[uniffi::export]
pub fn invalid_input(field: String, reason: String) -> ErrorDetails {
    Error::invalid_input(&field, reason).into()
}

/// The error for a fault of the boundary itself, for the facade to throw.
#[uniffi::export]
pub fn internal_fault(reason: String) -> ErrorDetails {
    Error::internal(reason).into()
}
