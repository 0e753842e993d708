//! What a client has done, in numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use uppzy::{AnswerMetrics, LatencySummary, Metrics, OperationMetrics};

/// What a client and its clones have done so far.
#[derive(Clone, Debug, uniffi::Record)]
pub struct MetricsData {
    /// By operation.
    pub operations: Vec<OperationFigures>,
    /// Ratings `good`.
    pub feedback_good: u64,
    /// Ratings `bad`.
    pub feedback_bad: u64,
    /// Events that nobody took in time.
    pub events_dropped: u64,
    /// All of it as JSON.
    pub json: String,
    /// All of it in Prometheus' text format.
    pub prometheus: String,
}

/// What happened to the calls of one operation.
#[derive(Clone, Debug, uniffi::Record)]
pub struct OperationFigures {
    /// The operation's name.
    pub operation: String,
    /// Calls that ended.
    pub calls: u64,
    /// Calls that ended well.
    pub succeeded: u64,
    /// Calls that went wrong, by kind.
    pub failed: Vec<CountFigure>,
    /// Calls that went wrong, by outcome.
    pub outcomes: Vec<CountFigure>,
    /// Attempts beyond the first.
    pub retries: u64,
    /// Attempts answered with 429.
    pub throttled: u64,
    /// Attempts answered with 500 or above.
    pub server_errors: u64,
    /// The time of a call.
    pub latency: LatencyFigures,
    /// Answers that were waited for.
    pub answers: Option<AnswerFigures>,
}

/// How many there were of something.
#[derive(Clone, Debug, uniffi::Record)]
pub struct CountFigure {
    /// Of what.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// Answers that were waited for.
#[derive(Clone, Debug, uniffi::Record)]
pub struct AnswerFigures {
    /// How many were completed.
    pub answers: u64,
    /// How many times their state was read.
    pub polls: u64,
    /// The most reads of one.
    pub polls_max: u32,
    /// The average of reads.
    pub polls_per_answer: f64,
    /// The time from handing in to the answer.
    pub completion: LatencyFigures,
}

/// How long something took.
#[derive(Clone, Debug, uniffi::Record)]
pub struct LatencyFigures {
    /// How many were measured.
    pub count: u64,
    /// Together.
    pub sum: Duration,
    /// On average.
    pub mean: Duration,
    /// Of half of them at most.
    pub p50: Duration,
    /// Of 95 of 100 at most.
    pub p95: Duration,
    /// Of 99 of 100 at most.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

impl From<Metrics> for MetricsData {
    fn from(metrics: Metrics) -> Self {
        let (json, prometheus) = (metrics.to_json().to_string(), metrics.to_prometheus());
        let Metrics { operations, feedback_good, feedback_bad, events_dropped } = metrics;
        let operations = operations.into_iter().map(|(name, figures)| of_operation(name, figures));
        Self {
            operations: operations.collect(),
            feedback_good,
            feedback_bad,
            events_dropped,
            json,
            prometheus,
        }
    }
}

fn of_operation(name: &str, metrics: OperationMetrics) -> OperationFigures {
    let OperationMetrics {
        calls,
        succeeded,
        failed,
        outcomes,
        retries,
        throttled,
        server_errors,
        latency,
        answers,
    } = metrics;
    OperationFigures {
        operation: name.to_owned(),
        calls,
        succeeded,
        failed: counts(failed),
        outcomes: counts(outcomes),
        retries,
        throttled,
        server_errors,
        latency: latency.into(),
        answers: answers.map(Into::into),
    }
}

fn counts(counts: BTreeMap<&'static str, u64>) -> Vec<CountFigure> {
    counts.into_iter().map(|(name, count)| CountFigure { name: name.to_owned(), count }).collect()
}

impl From<AnswerMetrics> for AnswerFigures {
    fn from(metrics: AnswerMetrics) -> Self {
        let polls_per_answer = metrics.polls_per_answer();
        let AnswerMetrics { answers, polls, polls_max, completion } = metrics;
        Self { answers, polls, polls_max, polls_per_answer, completion: completion.into() }
    }
}

impl From<LatencySummary> for LatencyFigures {
    fn from(summary: LatencySummary) -> Self {
        let LatencySummary { count, sum, mean, p50, p95, p99, max } = summary;
        Self { count, sum, mean, p50, p95, p99, max }
    }
}
