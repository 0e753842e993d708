//! The retry budget: when most retries fail, they stop, so that an outage is not made worse.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

use super::throttles;
use crate::error::ErrorKind;

const CAPACITY: f64 = 500.0;
const TRANSIENT: f64 = 14.0;
const THROTTLED: f64 = 5.0;
const CLEAN_SUCCESS: f64 = 1.0;
const PER_SECOND: f64 = 0.5;

/// What a retry takes from the budget, and gets back if it succeeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost(f64);

impl Cost {
    pub(crate) fn of(kind: ErrorKind) -> Self {
        Self(if throttles(kind) { THROTTLED } else { TRANSIENT })
    }
}

/// A bucket of tokens, shared by all clients of one origin and key.
#[derive(Debug)]
pub(crate) struct Budget(Mutex<Bucket>);

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    refilled: Option<Instant>,
}

/// By origin, key and process: in a forked child a thread of its parent may have held the lock.
type Shared = HashMap<(String, u64, u32), Weak<Budget>>;
static SHARED: Mutex<Option<Shared>> = Mutex::new(None);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Bucket { tokens: CAPACITY, refilled: None }))
    }

    /// The budget that all clients of that origin and key share.
    pub(crate) fn shared(origin: &str, key: u64) -> Arc<Self> {
        let mut slot = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let budgets = slot.get_or_insert_default();
        let name = (origin.to_owned(), key, std::process::id());
        if let Some(budget) = budgets.get(&name).and_then(Weak::upgrade) {
            return budget;
        }
        budgets.retain(|_, budget| budget.strong_count() > 0);
        let budget = Arc::new(Self::new());
        budgets.insert(name, Arc::downgrade(&budget));
        budget
    }

    /// Takes the cost, if the bucket holds it.
    pub(crate) fn take(&self, cost: Cost, now: Instant) -> bool {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(refilled) = bucket.refilled {
            let seconds = now.saturating_duration_since(refilled).as_secs_f64();
            bucket.tokens = (bucket.tokens + seconds * PER_SECOND).min(CAPACITY);
        }
        bucket.refilled = Some(now);
        let enough = bucket.tokens >= cost.0;
        if enough {
            bucket.tokens -= cost.0;
        }
        enough
    }

    /// A call ended well: gives back what its last retry took, or a token if it needed none.
    pub(crate) fn succeeded(&self, last_retry: Option<Cost>) {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let back = last_retry.map_or(CLEAN_SUCCESS, |cost| cost.0);
        bucket.tokens = (bucket.tokens + back).min(CAPACITY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn failures_drain_it_and_time_and_successes_fill_it() {
        let budget = Budget::new();
        let now = Instant::now();
        let cost = Cost::of(ErrorKind::Server);
        let taken = (0..100).filter(|_| budget.take(cost, now)).count();
        assert_eq!(taken, 35, "500 tokens pay for 35 retries at 14");
        assert!(
            budget.take(Cost::of(ErrorKind::RateLimit), now),
            "10 are left, and throttling costs 5"
        );
        assert!(!budget.take(cost, now));
        budget.succeeded(Some(cost));
        assert!(budget.take(cost, now));
        assert!(!budget.take(cost, now + Duration::from_secs(10)));
        assert!(budget.take(cost, now + Duration::from_secs(30)));
        for _ in 0..14 {
            budget.succeeded(None);
        }
        assert!(budget.take(cost, now + Duration::from_secs(30)));
    }

    #[test]
    fn clients_of_one_origin_and_key_share_it() {
        let one = Budget::shared("https://one.test", 1);
        assert!(Arc::ptr_eq(&one, &Budget::shared("https://one.test", 1)));
        assert!(!Arc::ptr_eq(&one, &Budget::shared("https://one.test", 2)));
        assert!(!Arc::ptr_eq(&one, &Budget::shared("https://two.test", 1)));
    }
}
