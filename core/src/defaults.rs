//! The defaults of settings that no table of their own has, for what repeats them: documents, and the
//! packages for other languages. Those of times are in [`crate::operation`].

use std::time::Duration;

/// The longest wait for a connection, TLS included.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest silence in the middle of an answer.
pub const BODY_STALL_TIMEOUT: Duration = Duration::from_secs(20);
/// How many requests may be under way at once.
pub const MAX_IN_FLIGHT: usize = 1_000;
/// How many calls a report can look back on.
pub const JOURNAL_CAPACITY: usize = 64;
/// Polls a second, beside those that there are for each waiting answer.
pub const MAX_POLL_RATE: f64 = 10.0;
/// How many of many questions are submitted and awaited at once.
pub const CONCURRENCY: usize = 100;
/// How many events may wait to be read, in languages in which it need not be said.
pub const EVENT_CAPACITY: usize = 1_000;
