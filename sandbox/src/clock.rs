//! The clock of a space: real time, plus what a test has advanced it by.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Milliseconds of one day.
const DAY: i64 = 86_400_000;

/// A clock that only ever runs ahead of real time.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    advanced: AtomicI64,
}

impl Clock {
    /// Milliseconds since the Unix epoch, as this space sees it.
    pub(crate) fn now(&self) -> i64 {
        Timestamp::now().as_millisecond().saturating_add(self.advanced())
    }

    /// Milliseconds that this clock is ahead.
    pub(crate) fn advanced(&self) -> i64 {
        self.advanced.load(Ordering::Acquire)
    }

    /// Runs ahead by that many milliseconds more; a century at most in all.
    pub(crate) fn advance(&self, milliseconds: i64) {
        let limit = 100 * 366 * DAY;
        let _ = self.advanced.fetch_update(Ordering::AcqRel, Ordering::Acquire, |before| {
            Some(before.saturating_add(milliseconds.max(0)).min(limit))
        });
    }

    /// Sets how far this clock is ahead, in milliseconds.
    pub(crate) fn set_advanced(&self, milliseconds: i64) {
        self.advanced.store(milliseconds, Ordering::Release);
    }
}

/// ISO 8601 in UTC.
pub(crate) fn timestamp(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX).to_string()
}

/// Number of the UTC day since the Unix epoch.
pub(crate) fn day(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(DAY)
}

/// A UTC day as `2026-01-31`.
pub(crate) fn date(day: i64) -> String {
    let mut text = timestamp(day.saturating_mul(DAY));
    text.truncate(10);
    text
}

/// Whole seconds until the next UTC day begins, at least one.
pub(crate) fn seconds_to_next_day(milliseconds: i64) -> i64 {
    (DAY - milliseconds.rem_euclid(DAY)).div_euclid(1000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advancing_moves_time_forward_only() {
        let clock = Clock::default();
        let before = clock.now();
        clock.advance(5_000);
        clock.advance(-9_000);
        assert_eq!(clock.advanced(), 5_000);
        assert!(clock.now() >= before + 5_000);
        clock.advance(i64::MAX);
        assert!(timestamp(clock.now()).starts_with("21"));
    }

    #[test]
    fn days_and_dates() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00Z");
        assert_eq!(timestamp(1_500), "1970-01-01T00:00:01.5Z");
        assert_eq!(date(day(DAY * 31 + 5)), "1970-02-01");
        assert_eq!(seconds_to_next_day(DAY - 10_500), 10);
        assert_eq!(seconds_to_next_day(DAY - 1), 1);
    }
}
