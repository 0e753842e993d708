//! What is seen from outside: events, metrics and a journal of recent calls.

mod journal;
mod metrics;
mod observer;
mod prometheus;
mod recorder;
mod stream;

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{ErrorKind, Outcome};
use crate::seconds;

pub use journal::CallRecord;
pub(crate) use journal::Journal;
pub use metrics::{AnswerMetrics, LatencySummary, Metrics, OperationMetrics};
pub(crate) use observer::{CallSummary, Observer};
pub use stream::EventStream;

/// Something that happened during a call. Has no field that could hold a key, a text of a person, an id
/// of a session or a filled-in path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Numbers the call within its client; the same in all events of one call.
    pub call: u64,
    /// The operation's name, such as `chat.send`, or `chat.ask` for a composed one.
    pub operation: &'static str,
    /// The path with placeholders; empty for a composed operation.
    pub template: &'static str,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EventKind {
    /// A call began.
    CallStarted,
    /// An attempt ended, well or not.
    Attempt {
        /// The attempt's number, from 1.
        attempt: u32,
        /// How long it took.
        duration: Duration,
        /// The HTTP status, when an answer came.
        status: Option<u16>,
        /// What went wrong, if anything did.
        error: Option<ErrorKind>,
    },
    /// The request will be sent again.
    Retry {
        /// The number of the attempt that failed.
        attempt: u32,
        /// The wait before the next one.
        delay: Duration,
        /// What went wrong.
        error: ErrorKind,
    },
    /// The state of a pending answer was read.
    Poll {
        /// The poll's number, from 1.
        poll: u32,
        /// Whether the answer is done or failed now.
        finished: bool,
        /// The wait before the next poll, unless finished.
        next_in: Option<Duration>,
    },
    /// A call ended.
    CallEnded {
        /// How many attempts it took.
        attempts: u32,
        /// How long it took.
        elapsed: Duration,
        /// The last HTTP status, when an answer came.
        status: Option<u16>,
        /// What went wrong, if anything did.
        error: Option<ErrorKind>,
        /// For a call that went wrong: whether it may have reached the server.
        outcome: Option<Outcome>,
    },
}

impl Event {
    /// What happened, in one word: `call_started`, `attempt`, `retry`, `poll` or `call_ended`.
    pub fn name(&self) -> &'static str {
        match self.kind {
            EventKind::CallStarted => "call_started",
            EventKind::Attempt { .. } => "attempt",
            EventKind::Retry { .. } => "retry",
            EventKind::Poll { .. } => "poll",
            EventKind::CallEnded { .. } => "call_ended",
        }
    }

    /// The event as JSON: `event` is its name, then all fields; durations are seconds.
    pub fn to_json(&self) -> Value {
        let Self { call, operation, template, kind } = self;
        let mut json = match kind {
            EventKind::CallStarted => json!({}),
            EventKind::Attempt { attempt, duration, status, error } => json!({
                "attempt": attempt,
                "duration": seconds(*duration),
                "status": status,
                "error": error,
            }),
            EventKind::Retry { attempt, delay, error } => json!({
                "attempt": attempt,
                "delay": seconds(*delay),
                "error": error,
            }),
            EventKind::Poll { poll, finished, next_in } => json!({
                "poll": poll,
                "finished": finished,
                "next_in": next_in.map(seconds),
            }),
            EventKind::CallEnded { attempts, elapsed, status, error, outcome } => json!({
                "attempts": attempts,
                "elapsed": seconds(*elapsed),
                "status": status,
                "error": error,
                "outcome": outcome,
            }),
        };
        if let Some(fields) = json.as_object_mut() {
            fields.insert("event".to_owned(), self.name().into());
            fields.insert("call".to_owned(), (*call).into());
            fields.insert("operation".to_owned(), (*operation).into());
            fields.insert("template".to_owned(), (*template).into());
        }
        json
    }
}

impl fmt::Display for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "call {} {}: ", self.call, self.operation)?;
        match &self.kind {
            EventKind::CallStarted => formatter.write_str("started"),
            EventKind::Attempt { attempt, duration, status, error } => {
                write!(formatter, "attempt {attempt} took {:.3} s", seconds(*duration))?;
                write_result(formatter, *status, *error)
            }
            EventKind::Retry { attempt, delay, error } => {
                let delay = seconds(*delay);
                write!(formatter, "attempt {attempt} failed with {error}, next in {delay:.3} s")
            }
            EventKind::Poll { poll, finished, next_in } => {
                let state = if *finished { "finished" } else { "pending" };
                write!(formatter, "poll {poll}, {state}")?;
                match next_in {
                    Some(delay) => write!(formatter, ", next in {:.3} s", seconds(*delay)),
                    None => Ok(()),
                }
            }
            EventKind::CallEnded { attempts, elapsed, status, error, outcome } => {
                let plural = if *attempts == 1 { "" } else { "s" };
                let elapsed = seconds(*elapsed);
                write!(formatter, "ended after {elapsed:.3} s, {attempts} attempt{plural}")?;
                write_result(formatter, *status, *error)?;
                match outcome {
                    Some(outcome) => write!(formatter, ", outcome {outcome}"),
                    None => Ok(()),
                }
            }
        }
    }
}

fn write_result(
    formatter: &mut fmt::Formatter<'_>,
    status: Option<u16>,
    error: Option<ErrorKind>,
) -> fmt::Result {
    if let Some(status) = status {
        write!(formatter, ", status {status}")?;
    }
    match error {
        Some(kind) => write!(formatter, ", {kind}"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind) -> Event {
        Event { call: 7, operation: "chat.send", template: "/m2m/sites/{site}/chat", kind }
    }

    fn half_a_second() -> Duration {
        Duration::from_millis(500)
    }

    /// Every sort of event, its name and line, and its JSON without what is common to all.
    fn all() -> Vec<(EventKind, &'static str, &'static str, Value)> {
        vec![
            (EventKind::CallStarted, "call_started", "started", json!({})),
            (
                EventKind::Attempt {
                    attempt: 1,
                    duration: half_a_second(),
                    status: Some(429),
                    error: Some(ErrorKind::RateLimit),
                },
                "attempt",
                "attempt 1 took 0.500 s, status 429, rate_limit",
                json!({"attempt": 1, "duration": 0.5, "status": 429, "error": "rate_limit"}),
            ),
            (
                EventKind::Attempt {
                    attempt: 2,
                    duration: half_a_second(),
                    status: Some(200),
                    error: None,
                },
                "attempt",
                "attempt 2 took 0.500 s, status 200",
                json!({"attempt": 2, "duration": 0.5, "status": 200, "error": null}),
            ),
            (
                EventKind::Retry { attempt: 1, delay: half_a_second(), error: ErrorKind::Server },
                "retry",
                "attempt 1 failed with server, next in 0.500 s",
                json!({"attempt": 1, "delay": 0.5, "error": "server"}),
            ),
            (
                EventKind::Poll { poll: 3, finished: false, next_in: Some(half_a_second()) },
                "poll",
                "poll 3, pending, next in 0.500 s",
                json!({"poll": 3, "finished": false, "next_in": 0.5}),
            ),
            (
                EventKind::Poll { poll: 4, finished: true, next_in: None },
                "poll",
                "poll 4, finished",
                json!({"poll": 4, "finished": true, "next_in": null}),
            ),
            (
                EventKind::CallEnded {
                    attempts: 1,
                    elapsed: half_a_second(),
                    status: Some(200),
                    error: None,
                    outcome: None,
                },
                "call_ended",
                "ended after 0.500 s, 1 attempt, status 200",
                json!({
                    "attempts": 1, "elapsed": 0.5, "status": 200, "error": null, "outcome": null,
                }),
            ),
            (
                EventKind::CallEnded {
                    attempts: 2,
                    elapsed: half_a_second(),
                    status: None,
                    error: Some(ErrorKind::ConnectionLost),
                    outcome: Some(Outcome::Unknown),
                },
                "call_ended",
                "ended after 0.500 s, 2 attempts, connection_lost, outcome unknown",
                json!({
                    "attempts": 2, "elapsed": 0.5, "status": null, "error": "connection_lost",
                    "outcome": "unknown",
                }),
            ),
        ]
    }

    #[test]
    fn json_holds_every_field() {
        for (kind, name, _, mut expected) in all() {
            expected["event"] = name.into();
            expected["call"] = 7.into();
            expected["operation"] = "chat.send".into();
            expected["template"] = "/m2m/sites/{site}/chat".into();
            assert_eq!(event(kind).to_json(), expected);
            assert_eq!(event(kind).name(), name);
        }
    }

    #[test]
    fn an_event_is_one_line() {
        for (kind, _, line, _) in all() {
            assert_eq!(event(kind).to_string(), format!("call 7 chat.send: {line}"));
        }
    }

    /// What is `Copy` and lives for ever owns no text that came with a request or an answer.
    #[test]
    fn no_text_of_a_person_fits_in() {
        const fn holds_no_text<T: Copy + 'static>() -> usize {
            size_of::<T>()
        }
        assert!(holds_no_text::<Event>() > 0);
        assert!(holds_no_text::<CallRecord>() > 0);
        assert!(holds_no_text::<CallSummary>() > 0);
        assert!(holds_no_text::<LatencySummary>() > 0);
        // Of the rest the names of their maps are the only texts, and these are in the program.
        let Metrics { operations, feedback_good: _, feedback_bad: _, events_dropped: _ } =
            Metrics::default();
        let _: std::collections::BTreeMap<&'static str, OperationMetrics> = operations;
        let OperationMetrics { failed, outcomes, answers, .. } = OperationMetrics::default();
        let _: [std::collections::BTreeMap<&'static str, u64>; 2] = [failed, outcomes];
        assert!(answers.is_none() && holds_no_text::<AnswerMetrics>() > 0);
    }
}
