//! What can go wrong, with everything a caller needs to decide what to do next.

mod kind;
pub(crate) mod redact;
mod report;
mod verdict;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

pub use kind::{ErrorGroup, ErrorKind, KindRow, Outcome, Phase, RetryStoppedBy};
pub use verdict::QueueVerdict;

use crate::events::Journal;
use crate::seconds;

/// The result of every fallible call of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// One attempt of a call, for the timeline in an error.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptRecord {
    /// Time from the start of the call to the start of the attempt.
    pub started_after: Duration,
    /// How long the attempt took.
    pub duration: Duration,
    /// The HTTP status, when an answer came.
    pub status: Option<u16>,
    /// What went wrong, if anything did.
    pub kind: Option<ErrorKind>,
    /// The wait before the next attempt, when there was a next one.
    pub delay_before_next: Option<Duration>,
}

impl AttemptRecord {
    fn to_json(&self) -> Value {
        json!({
            "started_after": seconds(self.started_after),
            "duration": seconds(self.duration),
            "status": self.status,
            "kind": self.kind,
            "delay_before_next": self.delay_before_next.map(seconds),
        })
    }
}

/// An error of the client. Small to move, cheap to clone, safe to log: it holds no key, no header,
/// no message text and no email address.
#[derive(Clone)]
pub struct Error(Box<ErrorData>);

/// What an [`Error`] holds; built by the pipeline, read through accessors.
#[derive(Clone)]
pub(crate) struct ErrorData {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) retryable: bool,
    pub(crate) repeatable: bool,
    pub(crate) retry_unknown: bool,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) phase: Option<Phase>,
    pub(crate) operation: Option<&'static str>,
    pub(crate) http_status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) server_message: Option<String>,
    pub(crate) body_excerpt: Option<String>,
    pub(crate) http_request_id: Option<String>,
    pub(crate) attempts: Vec<AttemptRecord>,
    pub(crate) elapsed: Duration,
    pub(crate) retry_stopped_by: Option<RetryStoppedBy>,
    pub(crate) token: Option<String>,
    pub(crate) cause: Option<Error>,
    pub(crate) journal: Option<Arc<Journal>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, outcome: Outcome, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorData {
            kind,
            message: redact::one_line(message.into()),
            hint: None,
            field: None,
            outcome,
            retryable: false,
            repeatable: false,
            retry_unknown: false,
            retry_after: None,
            phase: None,
            operation: None,
            http_status: None,
            code: None,
            server_message: None,
            body_excerpt: None,
            http_request_id: None,
            attempts: Vec::new(),
            elapsed: Duration::ZERO,
            retry_stopped_by: None,
            token: None,
            cause: None,
            journal: None,
        }))
    }

    pub(crate) fn config(field: &str, message: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorKind::Config, Outcome::NotSent, message);
        error.0.field = Some(field.to_owned());
        error
    }

    /// An argument that was refused before anything was sent, with its name. For the language
    /// packages, which refuse what cannot be handed over at all.
    pub fn invalid_input(field: &str, message: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorKind::InvalidInput, Outcome::NotSent, message);
        error.0.field = Some(field.to_owned());
        error
    }

    /// A call of a client that has ended, or whose process is not the client's. For the language
    /// packages.
    pub fn closed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Closed, Outcome::NotSent, message)
    }

    /// A fault at a language boundary, such as a caught panic. For the language packages.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, Outcome::Unknown, message)
    }

    pub(crate) fn data_mut(&mut self) -> &mut ErrorData {
        &mut self.0
    }

    /// Counts the times from the start of a longer call that it ended, and which took so long in all.
    pub(crate) fn end_of_call(&mut self, elapsed: Duration) {
        let before = elapsed.saturating_sub(self.0.elapsed);
        for attempt in &mut self.0.attempts {
            attempt.started_after += before;
        }
        self.0.elapsed = elapsed;
    }

    /// What sort of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// One line that says what happened; safe to log.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// A sentence that may be shown to an end user: no detail of the API in it.
    pub fn user_message(&self) -> &'static str {
        self.0.kind.row().user_message
    }

    /// What to change.
    pub fn hint(&self) -> &str {
        self.0.hint.as_deref().unwrap_or(self.0.kind.row().hint)
    }

    /// The argument or setting at fault, for `invalid_input` and `config`.
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// Whether the same call may be repeated as it is, by the retry table.
    pub fn retryable(&self) -> bool {
        self.0.retryable
    }

    /// The wait that the server asked for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether sending again can double the request's effect.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The timer that ended the attempt, for `request_timeout` and `deadline_exceeded`.
    pub fn phase(&self) -> Option<Phase> {
        self.0.phase
    }

    /// The operation, such as `chat.send`; none for errors outside an operation.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The HTTP status of the last answer.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The server's error code, when its answer had one that looks like a code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The server's own words, redacted and shortened.
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }

    /// The beginning of a body that was not the documented JSON, redacted and shortened.
    pub fn body_excerpt(&self) -> Option<&str> {
        self.0.body_excerpt.as_deref()
    }

    /// The HTTP request id header of the last answer, to quote to the vendor's support.
    pub fn http_request_id(&self) -> Option<&str> {
        self.0.http_request_id.as_deref()
    }

    /// Every attempt of the call, in order. Of a wait for an answer only those of the poll that failed
    /// it: none where the answer was late, failed or gone.
    pub fn attempts(&self) -> &[AttemptRecord] {
        &self.0.attempts
    }

    /// Time from the start of the call to the error.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// What ended the retries.
    pub fn retry_stopped_by(&self) -> Option<RetryStoppedBy> {
        self.0.retry_stopped_by
    }

    /// The resume token of an answer that is still being made.
    pub fn token(&self) -> Option<&str> {
        self.0.token.as_deref()
    }

    /// The error that led to this one.
    pub fn cause(&self) -> Option<&Error> {
        self.0.cause.as_ref()
    }

    /// All fields as JSON; durations are seconds.
    pub fn to_json(&self) -> Value {
        let data = &self.0;
        json!({
            "kind": data.kind,
            "class": data.kind.row().class_name,
            "message": data.message,
            "user_message": self.user_message(),
            "hint": self.hint(),
            "field": data.field,
            "retryable": data.retryable,
            "retry_after": data.retry_after.map(seconds),
            "outcome": data.outcome,
            "phase": data.phase,
            "operation": data.operation,
            "http_status": data.http_status,
            "code": data.code,
            "server_message": data.server_message,
            "body_excerpt": data.body_excerpt,
            "http_request_id": data.http_request_id,
            "attempts": data.attempts.iter().map(AttemptRecord::to_json).collect::<Vec<_>>(),
            "elapsed": seconds(data.elapsed),
            "retry_stopped_by": data.retry_stopped_by,
            "token": data.token,
            "cause": data.cause.as_ref().map(Error::to_json),
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(formatter, "{operation}: ")?;
        }
        formatter.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", &self.0.kind.as_str())
            .field("message", &self.0.message)
            .field("operation", &self.0.operation)
            .field("outcome", &self.0.outcome.as_str())
            .field("retryable", &self.0.retryable)
            .field("http_status", &self.0.http_status)
            .field("attempts", &self.0.attempts.len())
            .field("hint", &self.hint())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}
