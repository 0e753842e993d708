//! What a job queue should do with a job that ended in an error.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Error, ErrorKind, Outcome};
use crate::seconds;

/// The wait before a job runs again when the server named none.
const RETRY_DELAY: Duration = Duration::from_secs(15);
/// The same for a server that said it has too much to do.
const THROTTLED_DELAY: Duration = Duration::from_secs(30);
/// The wait before an answer that was still pending is looked at again.
const RESUME_DELAY: Duration = Duration::from_secs(10);

/// What a job queue should do next.
#[derive(Clone, Debug, PartialEq)]
pub enum QueueVerdict {
    /// Run the job again after this wait.
    RetryIn(Duration),
    /// The question is on its way: do not submit it again, wait and resume with the token.
    Resume {
        /// The resume token.
        token: String,
        /// The wait before resuming.
        delay: Duration,
    },
    /// Take the job off the queue, and use the fallback.
    GiveUp {
        /// The error's kind and message.
        reason: String,
    },
    /// Stop the worker and call an operator: every job would fail the same way.
    ConfigIncident {
        /// The error's kind and message.
        reason: String,
    },
}

impl QueueVerdict {
    /// The verdict as JSON: `action` and what belongs to it; durations are seconds.
    pub fn to_json(&self) -> Value {
        match self {
            Self::RetryIn(delay) => json!({"action": "retry_in", "seconds": seconds(*delay)}),
            Self::Resume { token, delay } => {
                json!({"action": "resume", "token": token, "seconds": seconds(*delay)})
            }
            Self::GiveUp { reason } => json!({"action": "give_up", "reason": reason}),
            Self::ConfigIncident { reason } => {
                json!({"action": "config_incident", "reason": reason})
            }
        }
    }
}

impl Error {
    /// What a job queue should do with the job that ended in this error.
    ///
    /// A pending answer is resumed and never submitted again. A question whose outcome is unknown is
    /// given up, unless the call had opted in to repeats with `retry_unknown`.
    ///
    /// ```no_run
    /// # fn example(error: uppzy::Error) {
    /// use uppzy::QueueVerdict;
    ///
    /// match error.queue_verdict() {
    ///     QueueVerdict::RetryIn(delay) => println!("run the job again in {delay:?}"),
    ///     QueueVerdict::Resume { token, delay } => println!("resume {token} in {delay:?}"),
    ///     QueueVerdict::GiveUp { reason } => println!("use the fallback: {reason}"),
    ///     QueueVerdict::ConfigIncident { reason } => println!("call an operator: {reason}"),
    /// }
    /// # }
    /// ```
    pub fn queue_verdict(&self) -> QueueVerdict {
        let reason = || format!("{}: {}", self.kind(), self.message());
        match self.kind() {
            ErrorKind::Config
            | ErrorKind::Tls
            | ErrorKind::Authentication
            | ErrorKind::PermissionDenied => QueueVerdict::ConfigIncident { reason: reason() },
            ErrorKind::PollTimeout => match self.token() {
                Some(token) => {
                    QueueVerdict::Resume { token: token.to_owned(), delay: RESUME_DELAY }
                }
                None => QueueVerdict::GiveUp { reason: reason() },
            },
            ErrorKind::RateLimit | ErrorKind::ServiceUnavailable => {
                QueueVerdict::RetryIn(self.retry_after().unwrap_or(THROTTLED_DELAY))
            }
            ErrorKind::Server | ErrorKind::Connect => {
                QueueVerdict::RetryIn(self.retry_after().unwrap_or(RETRY_DELAY))
            }
            ErrorKind::ConnectionLost
            | ErrorKind::RequestTimeout
            | ErrorKind::GatewayTimeout
            | ErrorKind::DeadlineExceeded
                if self.safe_to_repeat() =>
            {
                QueueVerdict::RetryIn(self.retry_after().unwrap_or(RETRY_DELAY))
            }
            _ => QueueVerdict::GiveUp { reason: reason() },
        }
    }

    fn safe_to_repeat(&self) -> bool {
        match self.outcome() {
            Outcome::NotSent | Outcome::Rejected => true,
            Outcome::Unknown => self.0.repeatable || self.0.retry_unknown,
            Outcome::Accepted => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind, outcome: Outcome) -> Error {
        Error::new(kind, outcome, "text")
    }

    #[test]
    fn throttling_waits_as_long_as_the_server_says() {
        let mut throttled = error(ErrorKind::RateLimit, Outcome::Rejected);
        assert_eq!(throttled.queue_verdict(), QueueVerdict::RetryIn(THROTTLED_DELAY));
        throttled.data_mut().retry_after = Some(Duration::from_secs(90));
        assert_eq!(throttled.queue_verdict(), QueueVerdict::RetryIn(Duration::from_secs(90)));
    }

    #[test]
    fn an_unknown_outcome_is_repeated_only_on_request() {
        let mut lost = error(ErrorKind::ConnectionLost, Outcome::Unknown);
        assert!(matches!(lost.queue_verdict(), QueueVerdict::GiveUp { .. }));
        lost.data_mut().retry_unknown = true;
        assert_eq!(lost.queue_verdict(), QueueVerdict::RetryIn(RETRY_DELAY));
        let unsent = error(ErrorKind::DeadlineExceeded, Outcome::NotSent);
        assert_eq!(unsent.queue_verdict(), QueueVerdict::RetryIn(RETRY_DELAY));
    }

    #[test]
    fn a_pending_answer_is_resumed() {
        let mut pending = error(ErrorKind::PollTimeout, Outcome::Accepted);
        pending.data_mut().token = Some("v1.x".to_owned());
        assert_eq!(
            pending.queue_verdict(),
            QueueVerdict::Resume { token: "v1.x".to_owned(), delay: RESUME_DELAY }
        );
    }

    #[test]
    fn every_kind_has_the_verdict_of_the_playbook() {
        for row in ErrorKind::TABLE {
            let verdict = error(row.kind, Outcome::Unknown).queue_verdict().to_json();
            let expected = match row.name {
                "config" | "tls" | "authentication" | "permission_denied" => "config_incident",
                "rate_limit" | "service_unavailable" | "server" | "connect" => "retry_in",
                _ => "give_up",
            };
            assert_eq!(verdict["action"], expected, "{}", row.name);
        }
    }
}
