//! When a failed attempt is followed by another, and after which wait.

mod after;
mod budget;

use std::time::Duration;

use crate::clock::Clock;
use crate::error::{ErrorKind, Outcome, RetryStoppedBy};
use crate::operation::{Operation, RetryClass};

pub(crate) use after::parse_retry_after;
pub(crate) use budget::{Budget, Cost};

/// How often and how fast a failed request is repeated. The same in every language.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    /// Attempts of a call, the first included; at least 1.
    pub max_attempts: u32,
    /// The first back-off before its jitter.
    pub base: Duration,
    /// The longest back-off before its jitter.
    pub cap: Duration,
    /// The first back-off after 429 and 503, before its jitter.
    pub throttled_base: Duration,
    /// The longest back-off after 429 and 503, before its jitter.
    pub throttled_cap: Duration,
    /// A server that asks for a longer wait than this gets no retry.
    pub max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            throttled_base: Duration::from_secs(1),
            throttled_cap: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
        }
    }
}

/// The lowest share of a back-off that jitter leaves: a retry never follows at once.
const LEAST_JITTER: f64 = 0.1;
/// A server's Retry-After is stretched by up to this share, so that clients do not return together.
const RETRY_AFTER_STRETCH: f64 = 0.1;
/// Less time than this is not enough for an attempt to be of use.
const USEFUL_ATTEMPT: Duration = Duration::from_secs(1);

/// What a failed attempt means for the next one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FailedAttempt {
    pub(crate) kind: ErrorKind,
    pub(crate) outcome: Outcome,
    pub(crate) retry_after: Option<Duration>,
    /// How many attempts of the call ended in the kind `server`, this one included.
    pub(crate) server_errors: u32,
    /// How many attempts were made, this one included.
    pub(crate) attempts: u32,
}

/// Whether the retry table lets the operation be repeated after such a failure.
pub(crate) fn table_allows(
    operation: &Operation,
    kind: ErrorKind,
    outcome: Outcome,
    retry_unknown: bool,
) -> bool {
    let repeatable = operation.retry == RetryClass::Repeatable;
    match kind {
        ErrorKind::Connect | ErrorKind::RateLimit | ErrorKind::ServiceUnavailable => true,
        ErrorKind::Server => true,
        ErrorKind::GatewayTimeout | ErrorKind::ConnectionLost => repeatable || retry_unknown,
        ErrorKind::RequestTimeout => outcome == Outcome::NotSent || repeatable || retry_unknown,
        ErrorKind::ResponseDecode => operation.method == http::Method::GET,
        _ => false,
    }
}

/// Whether a write that met this many server errors may be sent once more.
fn server_errors_allow(operation: &Operation, failed: &FailedAttempt, retry_unknown: bool) -> bool {
    failed.kind != ErrorKind::Server
        || operation.retry == RetryClass::Repeatable
        || retry_unknown
        || failed.server_errors <= 1
}

/// What the pipeline may do next.
pub(crate) struct Allowance<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) policy: &'a RetryPolicy,
    pub(crate) retry_unknown: bool,
    pub(crate) replayable: bool,
    /// Time left until the call's deadline.
    pub(crate) left: Duration,
    /// The call's whole time.
    pub(crate) total: Duration,
}

impl Allowance<'_> {
    /// The wait before the next attempt, or what forbids one. Takes the retry's cost from the budget.
    pub(crate) fn next_delay(
        &self,
        failed: &FailedAttempt,
        clock: &Clock,
        budget: &Budget,
    ) -> Result<(Duration, Cost), RetryStoppedBy> {
        if !table_allows(self.operation, failed.kind, failed.outcome, self.retry_unknown) {
            return Err(RetryStoppedBy::NotRetryable);
        }
        if !server_errors_allow(self.operation, failed, self.retry_unknown)
            || failed.attempts >= self.policy.max_attempts
        {
            return Err(RetryStoppedBy::MaxAttempts);
        }
        if !self.replayable {
            return Err(RetryStoppedBy::BodyNotReplayable);
        }
        if failed.retry_after.is_some_and(|wait| wait > self.policy.max_retry_after) {
            return Err(RetryStoppedBy::RetryAfterTooLong);
        }
        let delay = self.delay(failed, clock);
        let useful = USEFUL_ATTEMPT.min(self.total / 10);
        if delay + useful > self.left {
            return Err(RetryStoppedBy::Deadline);
        }
        let cost = Cost::of(failed.kind);
        if !budget.take(cost, clock.now()) {
            return Err(RetryStoppedBy::Budget);
        }
        Ok((delay, cost))
    }

    fn delay(&self, failed: &FailedAttempt, clock: &Clock) -> Duration {
        let throttled = throttles(failed.kind);
        let (base, cap) = if throttled {
            (self.policy.throttled_base, self.policy.throttled_cap)
        } else {
            (self.policy.base, self.policy.cap)
        };
        if let Some(wait) = failed.retry_after {
            let stretched = wait.mul_f64(1.0 + RETRY_AFTER_STRETCH * clock.random());
            return stretched.max(base.mul_f64(LEAST_JITTER));
        }
        let doublings = failed.attempts.saturating_sub(1).min(16);
        let ceiling = base.saturating_mul(1 << doublings).min(cap);
        ceiling.mul_f64(clock.random_between(LEAST_JITTER, 1.0))
    }
}

/// Whether the kind says that the server has too much to do.
pub(crate) fn throttles(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::RateLimit | ErrorKind::ServiceUnavailable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{CHAT_FEEDBACK, CHAT_SUBMIT, TENANT_LIMITS};

    fn allowance<'a>(operation: &'a Operation, policy: &'a RetryPolicy) -> Allowance<'a> {
        let left = Duration::from_secs(30);
        Allowance { operation, policy, retry_unknown: false, replayable: true, left, total: left }
    }

    fn failed(kind: ErrorKind, outcome: Outcome, attempts: u32) -> FailedAttempt {
        FailedAttempt { kind, outcome, retry_after: None, server_errors: attempts, attempts }
    }

    #[test]
    fn the_table_is_the_documented_one() {
        use ErrorKind::*;
        let unknown = Outcome::Unknown;
        for kind in [Connect, RateLimit, ServiceUnavailable, Server] {
            assert!(table_allows(&TENANT_LIMITS, kind, unknown, false), "{kind}");
            assert!(table_allows(&CHAT_SUBMIT, kind, unknown, false), "{kind}");
        }
        for kind in [GatewayTimeout, ConnectionLost, RequestTimeout] {
            assert!(table_allows(&TENANT_LIMITS, kind, unknown, false), "{kind}");
            assert!(table_allows(&CHAT_FEEDBACK, kind, unknown, false), "{kind}");
            assert!(!table_allows(&CHAT_SUBMIT, kind, unknown, false), "{kind}");
            assert!(table_allows(&CHAT_SUBMIT, kind, unknown, true), "{kind}");
        }
        assert!(table_allows(&CHAT_SUBMIT, RequestTimeout, Outcome::NotSent, false));
        assert!(table_allows(&TENANT_LIMITS, ResponseDecode, Outcome::Accepted, false));
        assert!(!table_allows(&CHAT_FEEDBACK, ResponseDecode, Outcome::Accepted, false));
        for kind in [
            BadRequest,
            Authentication,
            PermissionDenied,
            NotFound,
            Conflict,
            PayloadTooLarge,
            Unprocessable,
            UnexpectedStatus,
            Tls,
            DeadlineExceeded,
        ] {
            assert!(!table_allows(&TENANT_LIMITS, kind, Outcome::Rejected, true), "{kind}");
        }
    }

    #[test]
    fn delays_grow_within_their_bounds() {
        let (clock, policy, budget) = (Clock::manual(3), RetryPolicy::default(), Budget::new());
        let allowance = allowance(&TENANT_LIMITS, &policy);
        for _ in 0..50 {
            let first = allowance.delay(&failed(ErrorKind::Server, Outcome::Unknown, 1), &clock);
            assert!((0.05..0.5).contains(&first.as_secs_f64()), "{first:?}");
            let second =
                allowance.delay(&failed(ErrorKind::RateLimit, Outcome::Rejected, 2), &clock);
            assert!((0.2..2.0).contains(&second.as_secs_f64()), "{second:?}");
            let late = allowance.delay(&failed(ErrorKind::Server, Outcome::Unknown, 40), &clock);
            assert!((0.8..8.0).contains(&late.as_secs_f64()), "{late:?}");
        }
        let mut asked = failed(ErrorKind::RateLimit, Outcome::Rejected, 1);
        asked.retry_after = Some(Duration::from_secs(10));
        let (delay, _) = allowance.next_delay(&asked, &clock, &budget).unwrap();
        assert!((10.0..11.0).contains(&delay.as_secs_f64()), "{delay:?}");
        asked.retry_after = Some(Duration::from_secs(61));
        let stopped = allowance.next_delay(&asked, &clock, &budget).err();
        assert_eq!(stopped, Some(RetryStoppedBy::RetryAfterTooLong));
        asked.retry_after = Some(Duration::from_secs(29));
        let stopped = allowance.next_delay(&asked, &clock, &budget).err();
        assert_eq!(stopped, Some(RetryStoppedBy::Deadline));
    }

    #[test]
    fn a_write_is_repeated_once_after_a_server_error() {
        let (clock, budget) = (Clock::manual(3), Budget::new());
        let policy = RetryPolicy { max_attempts: 5, ..RetryPolicy::default() };
        let write = allowance(&CHAT_SUBMIT, &policy);
        assert!(
            write
                .next_delay(&failed(ErrorKind::Server, Outcome::Unknown, 1), &clock, &budget)
                .is_ok()
        );
        let second = failed(ErrorKind::Server, Outcome::Unknown, 2);
        assert_eq!(
            write.next_delay(&second, &clock, &budget).err(),
            Some(RetryStoppedBy::MaxAttempts)
        );
        assert!(allowance(&TENANT_LIMITS, &policy).next_delay(&second, &clock, &budget).is_ok());
    }

    #[test]
    fn a_body_that_cannot_be_read_again_is_not_retried() {
        let (clock, policy, budget) = (Clock::manual(3), RetryPolicy::default(), Budget::new());
        let mut once = allowance(&CHAT_SUBMIT, &policy);
        once.replayable = false;
        let refused = failed(ErrorKind::ServiceUnavailable, Outcome::Rejected, 1);
        assert_eq!(
            once.next_delay(&refused, &clock, &budget).err(),
            Some(RetryStoppedBy::BodyNotReplayable)
        );
    }
}
