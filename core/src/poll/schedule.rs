//! When the state of a pending answer is read.

use std::time::Duration;

use crate::clock::Clock;
use crate::error::{Error, Result};

/// When the state of a pending answer is read. A hint of the server wins over it.
///
/// Where none is given, polling learns from the answers of each site: once 16 of them were awaited, the
/// first poll goes out when answers begin to come, after 8 s at the latest, and the waits after it fit
/// the time that answers take. Any other schedule is kept to as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct PollSchedule {
    /// From the moment the server accepted the question to the first poll.
    pub first: Duration,
    /// The next wait as a share of the time since the question was accepted.
    pub share: f64,
    /// The shortest wait between two polls.
    pub least: Duration,
    /// The longest wait between two polls.
    pub most: Duration,
    /// How far a wait may be off its value either way, as a share of it.
    pub jitter: f64,
    /// The default total time of a wait under this schedule; none leaves it to the client.
    pub timeout: Option<Duration>,
}

impl Default for PollSchedule {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(2),
            share: 0.12,
            least: Duration::from_secs(1),
            most: Duration::from_secs(5),
            jitter: 0.1,
            timeout: None,
        }
    }
}

impl PollSchedule {
    /// The fixed schedule of the vendor's playbook for workers: every 2.5 s, for 45 s. An answer may
    /// take 60 s by the vendor's own figures: resume with the token then.
    pub fn worker() -> Self {
        let interval = Duration::from_millis(2_500);
        Self {
            first: interval,
            share: 0.0,
            least: interval,
            most: interval,
            jitter: 0.1,
            timeout: Some(Duration::from_secs(45)),
        }
    }

    /// Whether it is the default one, but for the time of the whole wait.
    pub(crate) fn learns(&self) -> bool {
        Self { timeout: None, ..self.clone() } == Self::default()
    }

    pub(crate) fn checked(self) -> Result<Self> {
        let shares_fit =
            self.share.is_finite() && self.share >= 0.0 && (0.0..1.0).contains(&self.jitter);
        let fault = if self.least.is_zero() {
            "poll.least must be more than 0"
        } else if self.least > self.most {
            "poll.least must not be longer than poll.most"
        } else if !shares_fit {
            "poll.share must be 0 or more, and poll.jitter from 0 to below 1"
        } else if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            "poll.timeout must be more than 0"
        } else {
            return Ok(self);
        };
        Err(Error::config("poll", fault))
    }

    /// The wait before the next poll, that long after the question was accepted.
    pub(crate) fn next(&self, since_accepted: Duration, clock: &Clock) -> Duration {
        let wait = since_accepted.mul_f64(self.share).clamp(self.least, self.most);
        wait.mul_f64(clock.random_between(1.0 - self.jitter, 1.0 + self.jitter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_with_the_time_since_acceptance_within_bounds() {
        let (clock, schedule) = (Clock::manual(5), PollSchedule::default());
        for (since, low, high) in [(2, 0.9, 1.1), (20, 2.16, 2.64), (100, 4.5, 5.5)] {
            for _ in 0..20 {
                let wait = schedule.next(Duration::from_secs(since), &clock).as_secs_f64();
                assert!((low..=high).contains(&wait), "{since}: {wait}");
            }
        }
        let worker = PollSchedule::worker().next(Duration::from_secs(30), &clock).as_secs_f64();
        assert!((2.25..=2.75).contains(&worker));
    }

    #[test]
    fn only_the_default_schedule_learns() {
        assert!(PollSchedule::default().learns());
        let timeout = Some(Duration::from_secs(45));
        assert!(PollSchedule { timeout, ..PollSchedule::default() }.learns());
        assert!(!PollSchedule { first: Duration::from_secs(3), ..Default::default() }.learns());
        assert!(!PollSchedule::worker().learns());
    }

    #[test]
    fn nonsense_is_refused() {
        let nonsense = [
            PollSchedule { least: Duration::ZERO, ..Default::default() },
            PollSchedule { most: Duration::from_millis(1), ..Default::default() },
            PollSchedule { jitter: 1.0, ..Default::default() },
            PollSchedule { share: f64::NAN, ..Default::default() },
            PollSchedule { timeout: Some(Duration::ZERO), ..Default::default() },
        ];
        for schedule in nonsense {
            assert_eq!(schedule.checked().unwrap_err().field(), Some("poll"));
        }
        assert!(PollSchedule::worker().checked().is_ok());
    }
}
