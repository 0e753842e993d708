//! The one place where a client's calls report what happened.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tracing::Level;

use super::journal::{CallRecord, Journal};
use super::metrics::Metrics;
use super::recorder::Recorder;
use super::stream::{EventStream, Subscribers};
use super::{Event, EventKind};
use crate::error::{ErrorKind, Outcome};
use crate::seconds;

const TARGET: &str = "uppzy";

/// How a call went. Has no field that could hold a text of a person, a key or an id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallSummary {
    pub(crate) call: u64,
    pub(crate) operation: &'static str,
    pub(crate) template: &'static str,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<ErrorKind>,
    pub(crate) outcome: Option<Outcome>,
    /// 429 answers among the attempts.
    pub(crate) throttled: u32,
    /// 5xx answers among the attempts.
    pub(crate) server_errors: u32,
    pub(crate) started: Timestamp,
}

/// Numbers calls, counts them, keeps the newest, and tells those who listen.
pub(crate) struct Observer {
    calls: AtomicU64,
    recorder: Recorder,
    journal: Arc<Journal>,
    subscribers: Arc<Subscribers>,
}

impl Observer {
    /// An observer whose journal keeps the newest `journal_capacity` calls.
    pub(crate) fn new(journal_capacity: usize) -> Self {
        Self {
            calls: AtomicU64::new(1),
            recorder: Recorder::default(),
            journal: Arc::new(Journal::new(journal_capacity)),
            subscribers: Arc::new(Subscribers::new()),
        }
    }

    /// The number of a new call, from 1.
    pub(crate) fn next_call(&self) -> u64 {
        self.calls.fetch_add(1, Ordering::Relaxed)
    }

    /// Hands an event to the subscribers and to `tracing`; makes none when nobody listens.
    pub(crate) fn emit(&self, make: impl FnOnce() -> Event) {
        let subscribed = self.subscribers.listening();
        // The least verbose level that an event can have.
        let traced = tracing::enabled!(target: TARGET, Level::WARN);
        if !subscribed && !traced {
            return;
        }
        let event = make();
        if traced {
            trace(&event);
        }
        if subscribed {
            self.subscribers.publish(event);
        }
    }

    /// Counts a call that ended, notes it in the journal and emits its last event.
    pub(crate) fn call_ended(&self, summary: CallSummary) {
        let CallSummary { call, operation, template, attempts, elapsed, .. } = summary;
        let CallSummary { status, error, outcome, started, .. } = summary;
        self.recorder.call_ended(&summary);
        self.journal.record(CallRecord {
            call,
            operation,
            started,
            elapsed,
            attempts,
            status,
            error,
            outcome,
        });
        let kind = EventKind::CallEnded { attempts, elapsed, status, error, outcome };
        self.emit(|| Event { call, operation, template, kind });
    }

    /// Counts an answer that was waited for: the time since the question was handed in, and how
    /// often its state was read.
    pub(crate) fn answer_completed(&self, operation: &'static str, took: Duration, polls: u32) {
        self.recorder.answer_completed(operation, took, polls);
    }

    /// Counts a rating that the server took.
    pub(crate) fn feedback(&self, good: bool) {
        self.recorder.feedback(good);
    }

    /// A stream of the events from now on, holding at most `capacity` (at least 1) unread ones.
    pub(crate) fn subscribe(&self, capacity: usize) -> EventStream {
        self.subscribers.subscribe(capacity)
    }

    /// Lets all streams end: the client was closed.
    pub(crate) fn close(&self) {
        self.subscribers.close();
    }

    /// The numbers so far.
    pub(crate) fn metrics(&self) -> Metrics {
        self.recorder.metrics(self.subscribers.dropped())
    }

    /// The newest calls.
    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }
}

/// Writes an event to `tracing`, each sort at its level: what happens in every call is for debugging,
/// a retry is worth knowing, a call that went wrong is a warning.
fn trace(event: &Event) {
    let Event { call, operation, template, kind } = *event;
    let name = ErrorKind::as_str;
    macro_rules! write_event {
        ($level:ident, $text:literal, { $($fields:tt)* }) => {
            tracing::event!(
                target: TARGET, Level::$level, call, operation, template, $($fields)* $text
            )
        };
    }
    match kind {
        EventKind::CallStarted => write_event!(TRACE, "call started", {}),
        EventKind::Attempt { attempt, duration, status, error } => {
            let (duration, error) = (seconds(duration), error.map(name));
            write_event!(DEBUG, "attempt", { attempt, duration, status, error, });
        }
        EventKind::Retry { attempt, delay, error } => {
            let (delay, error) = (seconds(delay), error.as_str());
            write_event!(INFO, "retry", { attempt, delay, error, });
        }
        EventKind::Poll { poll, finished, next_in } => {
            let next_in = next_in.map(seconds);
            write_event!(TRACE, "poll", { poll, finished, next_in, });
        }
        EventKind::CallEnded { attempts, elapsed, status, error, outcome } => {
            let (elapsed, outcome) = (seconds(elapsed), outcome.map(Outcome::as_str));
            match error.map(name) {
                None => write_event!(DEBUG, "call ended", { attempts, elapsed, status, }),
                Some(error) => write_event!(WARN, "call failed", {
                    attempts, elapsed, status, error, outcome,
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests;
