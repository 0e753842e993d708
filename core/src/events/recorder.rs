//! Counts what calls did, cheaply: one short lock per operation, no allocation once it is known.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use hdrhistogram::Histogram;

use super::metrics::{AnswerMetrics, LatencySummary, Metrics, OperationMetrics};
use super::observer::CallSummary;
use crate::error::{ErrorKind, Outcome};
use crate::inserted::inserted;

const KINDS: usize = ErrorKind::TABLE.len();
/// In the order of their discriminants.
const OUTCOMES: [Outcome; 4] =
    [Outcome::NotSent, Outcome::Rejected, Outcome::Accepted, Outcome::Unknown];

/// One microsecond to one hour within 1 %: 13 KB with four-byte counters.
const LONGEST_MICROSECONDS: u64 = 3_600_000_000;
const SIGNIFICANT_DIGITS: u8 = 2;
/// One counter never overflows if all of them together do not.
const HISTOGRAM_CAPACITY: u64 = u32::MAX as u64;

/// Durations: how many, how long together, the longest, and how they are spread.
#[derive(Clone, Default)]
pub(super) struct Latency {
    count: u64,
    sum: Duration,
    max: Duration,
    histogram: Option<Histogram<u32>>,
}

impl Latency {
    fn record(&mut self, took: Duration) {
        self.count = self.count.saturating_add(1);
        self.sum = self.sum.saturating_add(took);
        self.max = self.max.max(took);
        if self.histogram.is_none() {
            self.histogram =
                Histogram::new_with_bounds(1, LONGEST_MICROSECONDS, SIGNIFICANT_DIGITS).ok();
        }
        if let Some(histogram) = &mut self.histogram {
            // After four billion durations the quantiles start afresh.
            if histogram.len() >= HISTOGRAM_CAPACITY {
                histogram.reset();
            }
            let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            histogram.saturating_record(microseconds);
        }
    }

    fn summary(&self) -> LatencySummary {
        // A bucket's upper edge may lie above the longest duration there was.
        let quantile = |quantile| {
            let microseconds =
                self.histogram.as_ref().map_or(0, |spread| spread.value_at_quantile(quantile));
            Duration::from_micros(microseconds).min(self.max)
        };
        let mean = self.sum.as_nanos().checked_div(u128::from(self.count)).unwrap_or(0);
        LatencySummary {
            count: self.count,
            sum: self.sum,
            mean: Duration::from_nanos(u64::try_from(mean).unwrap_or(u64::MAX)),
            p50: quantile(0.50),
            p95: quantile(0.95),
            p99: quantile(0.99),
            max: self.max,
        }
    }
}

#[derive(Clone, Default)]
struct Answers {
    polls: u64,
    polls_max: u32,
    completion: Latency,
}

impl Answers {
    fn metrics(&self) -> AnswerMetrics {
        AnswerMetrics {
            answers: self.completion.count,
            polls: self.polls,
            polls_max: self.polls_max,
            completion: self.completion.summary(),
        }
    }
}

#[derive(Clone, Default)]
struct Counts {
    calls: u64,
    succeeded: u64,
    failed: [u64; KINDS],
    outcomes: [u64; OUTCOMES.len()],
    retries: u64,
    throttled: u64,
    server_errors: u64,
    latency: Latency,
    answers: Option<Answers>,
}

fn count_at(counters: &mut [u64], index: usize) {
    if let Some(counter) = counters.get_mut(index) {
        *counter += 1;
    }
}

impl Counts {
    fn record(&mut self, summary: &CallSummary) {
        self.calls += 1;
        match summary.error {
            None => self.succeeded += 1,
            Some(kind) => {
                count_at(&mut self.failed, kind as usize);
                if let Some(outcome) = summary.outcome {
                    count_at(&mut self.outcomes, outcome as usize);
                }
            }
        }
        self.retries += u64::from(summary.attempts.saturating_sub(1));
        self.throttled += u64::from(summary.throttled);
        self.server_errors += u64::from(summary.server_errors);
        self.latency.record(summary.elapsed);
    }

    fn metrics(&self) -> OperationMetrics {
        let kinds = ErrorKind::TABLE.iter().map(|row| row.name);
        let outcomes = OUTCOMES.iter().map(|outcome| outcome.as_str());
        OperationMetrics {
            calls: self.calls,
            succeeded: self.succeeded,
            failed: named(kinds, &self.failed),
            outcomes: named(outcomes, &self.outcomes),
            retries: self.retries,
            throttled: self.throttled,
            server_errors: self.server_errors,
            latency: self.latency.summary(),
            answers: self.answers.as_ref().map(Answers::metrics),
        }
    }
}

/// The counters that are not zero, under their names.
fn named(
    names: impl Iterator<Item = &'static str>,
    counters: &[u64],
) -> BTreeMap<&'static str, u64> {
    inserted(names.zip(counters.iter().copied()).filter(|(_, count)| *count > 0))
}

/// The counters of all operations of a client.
#[derive(Default)]
pub(super) struct Recorder {
    operations: RwLock<BTreeMap<&'static str, Mutex<Counts>>>,
    feedback_good: AtomicU64,
    feedback_bad: AtomicU64,
}

impl Recorder {
    pub(super) fn call_ended(&self, summary: &CallSummary) {
        self.change(summary.operation, |counts| counts.record(summary));
    }

    pub(super) fn answer_completed(&self, operation: &'static str, took: Duration, polls: u32) {
        self.change(operation, |counts| {
            let answers = counts.answers.get_or_insert_default();
            answers.polls += u64::from(polls);
            answers.polls_max = answers.polls_max.max(polls);
            answers.completion.record(took);
        });
    }

    pub(super) fn feedback(&self, good: bool) {
        let counter = if good { &self.feedback_good } else { &self.feedback_bad };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// A snapshot; each operation's numbers belong together.
    pub(super) fn metrics(&self, events_dropped: u64) -> Metrics {
        let operations = self.operations.read().unwrap_or_else(PoisonError::into_inner);
        let copy = |counts: &Mutex<Counts>| {
            // A copy, so that calls do not wait while the quantiles are found.
            let copy = counts.lock().unwrap_or_else(PoisonError::into_inner).clone();
            copy.metrics()
        };
        Metrics {
            operations: inserted(operations.iter().map(|(name, counts)| (*name, copy(counts)))),
            feedback_good: self.feedback_good.load(Ordering::Relaxed),
            feedback_bad: self.feedback_bad.load(Ordering::Relaxed),
            events_dropped,
        }
    }

    fn change(&self, operation: &'static str, change: impl FnOnce(&mut Counts)) {
        {
            let operations = self.operations.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(counts) = operations.get(operation) {
                change(&mut counts.lock().unwrap_or_else(PoisonError::into_inner));
                return;
            }
        }
        let mut operations = self.operations.write().unwrap_or_else(PoisonError::into_inner);
        let counts = operations.entry(operation).or_default();
        change(counts.get_mut().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn discriminants_are_the_places_in_the_tables() {
        for (place, row) in ErrorKind::TABLE.iter().enumerate() {
            assert_eq!(row.kind as usize, place, "{}", row.name);
        }
        for (place, outcome) in OUTCOMES.iter().enumerate() {
            assert_eq!(*outcome as usize, place, "{outcome}");
        }
    }

    #[test]
    fn quantiles_are_within_two_percent() {
        let mut latency = Latency::default();
        for count in 1..=1000 {
            latency.record(milliseconds(count));
        }
        let summary = latency.summary();
        assert_eq!(summary.count, 1000);
        assert_eq!(summary.sum, milliseconds(500_500));
        assert_eq!(summary.mean, Duration::from_micros(500_500));
        assert_eq!(summary.max, milliseconds(1000));
        for (found, exact) in [(summary.p50, 0.5), (summary.p95, 0.95), (summary.p99, 0.99)] {
            let found = found.as_secs_f64();
            assert!((found - exact).abs() <= exact * 0.02, "{found} for {exact}");
        }
    }

    #[test]
    fn no_quantile_is_above_the_longest_duration() {
        let mut latency = Latency::default();
        latency.record(Duration::from_micros(1_000_003));
        let summary = latency.summary();
        assert_eq!(summary.p99, summary.max);
        assert_eq!(summary.p50, summary.max);
    }

    #[test]
    fn extreme_durations_are_counted() {
        let mut latency = Latency::default();
        latency.record(Duration::ZERO);
        latency.record(Duration::MAX);
        latency.record(Duration::MAX);
        let summary = latency.summary();
        assert_eq!((summary.count, summary.sum, summary.max), (3, Duration::MAX, Duration::MAX));
        assert_eq!(Latency::default().summary(), LatencySummary::default());
        let hour = Duration::from_micros(LONGEST_MICROSECONDS);
        assert!(summary.p99 >= hour && summary.p99 < hour * 11 / 10, "{:?}", summary.p99);
    }

    #[test]
    fn a_histogram_is_small() {
        let mut latency = Latency::default();
        latency.record(milliseconds(1));
        let histogram = latency.histogram.unwrap();
        let bytes = histogram.distinct_values() * size_of::<u32>();
        assert!(bytes <= 20_000, "{bytes}");
        assert!(!histogram.is_auto_resize());
    }

    #[test]
    fn a_full_histogram_starts_afresh() {
        let mut latency = Latency::default();
        latency.record(milliseconds(1));
        let histogram = latency.histogram.as_mut().unwrap();
        histogram.record_n(1_000, u32::MAX - 1).unwrap();
        latency.record(milliseconds(80));
        assert_eq!(latency.histogram.as_ref().unwrap().len(), 1);
        let summary = latency.summary();
        assert_eq!((summary.count, summary.p50), (2, milliseconds(80)));
    }
}
