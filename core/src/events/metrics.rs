//! What a client has done so far, in numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::prometheus;
use crate::inserted::inserted;
use crate::seconds;

/// How long something took, over the client's life.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LatencySummary {
    /// How many were measured.
    pub count: u64,
    /// All of them together.
    pub sum: Duration,
    /// The sum through the count; zero when nothing was measured.
    pub mean: Duration,
    /// Half took no longer than this, within 1 %.
    pub p50: Duration,
    /// 95 of 100 took no longer than this, within 1 %.
    pub p95: Duration,
    /// 99 of 100 took no longer than this, within 1 %.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

impl LatencySummary {
    /// All fields as JSON; durations are seconds.
    pub fn to_json(&self) -> Value {
        json!({
            "count": self.count,
            "sum": seconds(self.sum),
            "mean": seconds(self.mean),
            "p50": seconds(self.p50),
            "p95": seconds(self.p95),
            "p99": seconds(self.p99),
            "max": seconds(self.max),
        })
    }
}

/// Answers that were waited for after the question was handed in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AnswerMetrics {
    /// How many answers were completed.
    pub answers: u64,
    /// How many times the state of these was read, together.
    pub polls: u64,
    /// The most reads that one of them took.
    pub polls_max: u32,
    /// The time from handing the question in to the answer.
    pub completion: LatencySummary,
}

impl AnswerMetrics {
    /// How many reads an answer took on average; 0 when there was no answer.
    pub fn polls_per_answer(&self) -> f64 {
        if self.answers == 0 { 0.0 } else { self.polls as f64 / self.answers as f64 }
    }

    /// All fields and the average as JSON; durations are seconds.
    pub fn to_json(&self) -> Value {
        json!({
            "answers": self.answers,
            "polls": self.polls,
            "polls_max": self.polls_max,
            "polls_per_answer": self.polls_per_answer(),
            "completion": self.completion.to_json(),
        })
    }
}

/// What happened to the calls of one operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationMetrics {
    /// Calls that ended. A cancelled call is not one of them.
    pub calls: u64,
    /// Calls that ended well.
    pub succeeded: u64,
    /// Calls that went wrong, by the error's kind; kinds that never came are left out.
    pub failed: BTreeMap<&'static str, u64>,
    /// Calls that went wrong, by outcome; outcomes that never came are left out.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Attempts beyond the first of each call.
    pub retries: u64,
    /// Attempts answered with 429.
    pub throttled: u64,
    /// Attempts answered with a status of 500 or above.
    pub server_errors: u64,
    /// The time from a call's start to its end, waits and retries included.
    pub latency: LatencySummary,
    /// Answers that were waited for, when there were any.
    pub answers: Option<AnswerMetrics>,
}

impl OperationMetrics {
    /// All fields as JSON; durations are seconds.
    pub fn to_json(&self) -> Value {
        json!({
            "calls": self.calls,
            "succeeded": self.succeeded,
            "failed": self.failed,
            "outcomes": self.outcomes,
            "retries": self.retries,
            "throttled": self.throttled,
            "server_errors": self.server_errors,
            "latency": self.latency.to_json(),
            "answers": self.answers.as_ref().map(AnswerMetrics::to_json),
        })
    }
}

/// What a client has done since it was created. The numbers of one operation belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics {
    /// By the operation's name, such as `chat.send`.
    pub operations: BTreeMap<&'static str, OperationMetrics>,
    /// Ratings `good` that the server took.
    pub feedback_good: u64,
    /// Ratings `bad` that the server took.
    pub feedback_bad: u64,
    /// Events that were dropped because their reader was too slow, over all event streams.
    pub events_dropped: u64,
}

impl Metrics {
    /// All fields as JSON; durations are seconds.
    pub fn to_json(&self) -> Value {
        let operations = self.operations.iter();
        let operations = operations.map(|(name, metrics)| ((*name).to_owned(), metrics.to_json()));
        let operations: Map<String, Value> = inserted(operations);
        json!({
            "operations": operations,
            "feedback": {"good": self.feedback_good, "bad": self.feedback_bad},
            "events_dropped": self.events_dropped,
        })
    }

    /// The numbers in Prometheus' text format 0.0.4, to be served as
    /// `text/plain; version=0.0.4; charset=utf-8`. Durations are seconds; quantiles are over the
    /// client's life.
    pub fn to_prometheus(&self) -> String {
        prometheus::text(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_holds_every_number() {
        let latency = LatencySummary {
            count: 2,
            sum: Duration::from_millis(300),
            mean: Duration::from_millis(150),
            p50: Duration::from_millis(100),
            p95: Duration::from_millis(200),
            p99: Duration::from_millis(200),
            max: Duration::from_millis(200),
        };
        let ask = OperationMetrics {
            calls: 2,
            succeeded: 1,
            failed: BTreeMap::from([("rate_limit", 1)]),
            outcomes: BTreeMap::from([("rejected", 1)]),
            retries: 3,
            throttled: 4,
            server_errors: 5,
            latency,
            answers: Some(AnswerMetrics {
                answers: 2,
                polls: 5,
                polls_max: 4,
                completion: latency,
            }),
        };
        let metrics = Metrics {
            operations: BTreeMap::from([("chat.ask", ask), ("site.get", Default::default())]),
            feedback_good: 6,
            feedback_bad: 7,
            events_dropped: 8,
        };
        let latency_json = json!({
            "count": 2, "sum": 0.3, "mean": 0.15, "p50": 0.1, "p95": 0.2, "p99": 0.2, "max": 0.2,
        });
        let zero_json = json!({
            "count": 0, "sum": 0.0, "mean": 0.0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "max": 0.0,
        });
        assert_eq!(
            metrics.to_json(),
            json!({
                "operations": {
                    "chat.ask": {
                        "calls": 2,
                        "succeeded": 1,
                        "failed": {"rate_limit": 1},
                        "outcomes": {"rejected": 1},
                        "retries": 3,
                        "throttled": 4,
                        "server_errors": 5,
                        "latency": latency_json,
                        "answers": {
                            "answers": 2, "polls": 5, "polls_max": 4, "polls_per_answer": 2.5,
                            "completion": latency_json,
                        },
                    },
                    "site.get": {
                        "calls": 0, "succeeded": 0, "failed": {}, "outcomes": {}, "retries": 0,
                        "throttled": 0, "server_errors": 0, "latency": zero_json, "answers": null,
                    },
                },
                "feedback": {"good": 6, "bad": 7},
                "events_dropped": 8,
            })
        );
        assert_eq!(AnswerMetrics::default().polls_per_answer(), 0.0);
    }
}
