//! The newest calls of a client, kept in memory for error reports.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::error::{ErrorKind, Outcome};

/// A call that ended. Has no field that could hold a text of a person, a key or an id.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CallRecord {
    /// Numbers the call within its client.
    pub call: u64,
    /// The operation's name, such as `chat.send`.
    pub operation: &'static str,
    /// When the call began.
    pub started: Timestamp,
    /// How long it took, waits included.
    pub elapsed: Duration,
    /// How many attempts it took; 0 when nothing was sent.
    pub attempts: u32,
    /// The last HTTP status, when an answer came.
    pub status: Option<u16>,
    /// What went wrong, if anything did.
    pub error: Option<ErrorKind>,
    /// For a call that went wrong: whether it may have reached the server.
    pub outcome: Option<Outcome>,
}

impl fmt::Display for CallRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { started, operation, attempts, .. } = self;
        let plural = if *attempts == 1 { "" } else { "s" };
        let elapsed = self.elapsed.as_secs_f64();
        write!(formatter, "{started:.0} {operation} {elapsed:.3} s, {attempts} attempt{plural}")?;
        if let Some(status) = self.status {
            write!(formatter, ", status {status}")?;
        }
        if let Some(kind) = self.error {
            write!(formatter, ", {kind}")?;
        }
        if let Some(outcome) = self.outcome {
            write!(formatter, ", outcome {outcome}")?;
        }
        Ok(())
    }
}

/// A ring of the newest calls.
#[derive(Debug)]
pub(crate) struct Journal {
    capacity: usize,
    records: Mutex<VecDeque<CallRecord>>,
}

/// Beyond this many records the ring grows as it fills: most clients never fill a large one.
const RESERVED: usize = 256;

impl Journal {
    /// A ring of `capacity` records; with 0 nothing is kept.
    pub(crate) fn new(capacity: usize) -> Self {
        let records = Mutex::new(VecDeque::with_capacity(capacity.min(RESERVED)));
        Self { capacity, records }
    }

    /// Adds a record, in place of the oldest when the ring is full.
    pub(crate) fn record(&self, record: CallRecord) {
        if self.capacity == 0 {
            return;
        }
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if records.len() >= self.capacity {
            records.pop_front();
        }
        records.push_back(record);
    }

    /// The records, oldest first.
    pub(crate) fn recent(&self) -> Vec<CallRecord> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(call: u64) -> CallRecord {
        CallRecord {
            call,
            operation: "chat.send",
            started: "2026-01-02T03:04:05.678Z".parse().unwrap(),
            elapsed: Duration::from_micros(123_456),
            attempts: 2,
            status: Some(200),
            error: None,
            outcome: None,
        }
    }

    #[test]
    fn a_record_is_one_line() {
        assert_eq!(
            record(1).to_string(),
            "2026-01-02T03:04:05Z chat.send 0.123 s, 2 attempts, status 200"
        );
        let refused = CallRecord {
            attempts: 1,
            status: Some(429),
            error: Some(ErrorKind::RateLimit),
            outcome: Some(Outcome::Rejected),
            ..record(2)
        };
        assert_eq!(
            refused.to_string(),
            "2026-01-02T03:04:05Z chat.send 0.123 s, 1 attempt, status 429, rate_limit, \
             outcome rejected"
        );
        let unsent = CallRecord {
            attempts: 0,
            status: None,
            error: Some(ErrorKind::Closed),
            outcome: Some(Outcome::NotSent),
            ..record(3)
        };
        assert_eq!(
            unsent.to_string(),
            "2026-01-02T03:04:05Z chat.send 0.123 s, 0 attempts, closed, outcome not_sent"
        );
    }

    #[test]
    fn the_newest_records_stay() {
        let journal = Journal::new(3);
        assert!(journal.recent().is_empty());
        for call in 1..=5 {
            journal.record(record(call));
        }
        let calls: Vec<_> = journal.recent().iter().map(|record| record.call).collect();
        assert_eq!(calls, [3, 4, 5]);
    }

    #[test]
    fn a_ring_without_room_keeps_nothing() {
        let journal = Journal::new(0);
        journal.record(record(1));
        assert!(journal.recent().is_empty());
    }

    #[test]
    fn a_full_ring_does_not_grow() {
        let journal = Journal::new(RESERVED);
        for call in 0..3 * RESERVED as u64 {
            journal.record(record(call));
        }
        assert_eq!(journal.recent().len(), RESERVED);
        let reserved = journal.records.lock().unwrap().capacity();
        assert!(reserved < 2 * RESERVED, "{reserved}");
    }
}
