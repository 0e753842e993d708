//! What all waiting answers of a client share: a rate of polls, and places for requests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::clock::{Clock, Waiting};
use crate::defaults::MAX_POLL_RATE;

/// Polls a second for each waiting answer, beside those that there always are: the delay grows with
/// the number of answers then, and has no peak.
const RATE_EACH: f64 = 0.18;
/// How many answers that is for.
const MANY: usize = 1_000;
/// Polls a second for each waiting answer beyond these: one in 5 s, the longest wait of the schedule,
/// so that the rate does not delay the answers of a large batch.
const RATE_EACH_BEYOND: f64 = 0.2;
/// Polls may come together as many as fit this time at the rate.
const BURST: Duration = Duration::from_secs(1);
/// Requests under way at once for waiting answers, half for questions and half for polls: keeps
/// ten thousand waiting answers on a few connections.
const PLACES: usize = 32;

/// With more waiting than this, polls go out together.
const FEW: usize = 100;
/// Namely at multiples of this: waking up for some together takes a fraction of the processor time of
/// waking up for each.
const TOGETHER: Duration = Duration::from_millis(20);

/// Spreads the polls of a client's waiting answers.
pub(crate) struct PollGate {
    rate: Option<f64>,
    waiting: AtomicUsize,
    /// When the next poll would be due if all came at the rate.
    due: Mutex<Option<Instant>>,
    /// What the times at which polls go out together are counted from.
    origin: OnceLock<Instant>,
    polls: Semaphore,
    submissions: Semaphore,
}

/// Counts one waiting answer while it lives.
pub(crate) struct Waits<'a>(&'a PollGate);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl PollGate {
    pub(crate) fn new(rate: Option<f64>) -> Self {
        Self {
            rate,
            waiting: AtomicUsize::new(0),
            due: Mutex::new(None),
            origin: OnceLock::new(),
            polls: Semaphore::new(PLACES),
            submissions: Semaphore::new(PLACES),
        }
    }

    pub(crate) fn join(&self) -> Waits<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waits(self)
    }

    /// The moment at which a poll that is due now may go out. The one that has been due longest comes
    /// first; docs/polling.md says why.
    pub(super) fn slot(&self, now: Instant) -> Instant {
        let rate = self.rate.unwrap_or_else(|| rate_for(self.waiting.load(Ordering::Relaxed)));
        let interval = Duration::from_secs_f64((1.0 / rate).min(3600.0));
        let burst = BURST.max(interval) - interval;
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let this = due.unwrap_or(now).max(now);
        *due = Some(this + interval);
        this.checked_sub(burst).map_or(now, |slot| slot.max(now))
    }

    /// When a poll goes out that is due then: not earlier, and with others if there are many.
    pub(crate) fn together(&self, due: Instant) -> Instant {
        if self.waiting.load(Ordering::Relaxed) <= FEW {
            return due;
        }
        let origin = *self.origin.get_or_init(|| due);
        let beyond = due.saturating_duration_since(origin).as_micros() % TOGETHER.as_micros();
        // Less than the 20 ms that it is a remainder of.
        let beyond = Duration::from_micros(u64::try_from(beyond).unwrap_or_default());
        if beyond.is_zero() { due } else { due + (TOGETHER - beyond) }
    }

    /// Waits for a poll's turn, but no longer than `latest`. None if there is no place by then.
    pub(crate) async fn turn(&self, clock: &Clock, latest: Instant) -> Option<SemaphorePermit<'_>> {
        let now = clock.now();
        let slot = self.slot(now);
        if slot > now {
            clock.sleep_until(self.together(slot).min(latest), Waiting::Idle).await;
        }
        place(&self.polls, clock, latest).await
    }

    /// Waits for a place to submit a question whose answer is awaited at once.
    pub(crate) async fn submission(
        &self,
        clock: &Clock,
        latest: Instant,
    ) -> Option<SemaphorePermit<'_>> {
        place(&self.submissions, clock, latest).await
    }
}

/// Polls a second for so many waiting answers.
pub(super) fn rate_for(waiting: usize) -> f64 {
    // A count of answers is far below what a float holds exactly.
    #[allow(clippy::cast_precision_loss)]
    let (usual, beyond) = (waiting.min(MANY) as f64, waiting.saturating_sub(MANY) as f64);
    MAX_POLL_RATE + usual * RATE_EACH + beyond * RATE_EACH_BEYOND
}

async fn place<'a>(
    places: &'a Semaphore,
    clock: &Clock,
    latest: Instant,
) -> Option<SemaphorePermit<'a>> {
    match places.try_acquire() {
        Ok(place) => Some(place),
        Err(_) => clock.timeout_at(latest, places.acquire()).await.ok()?.ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_beyond_a_burst_come_at_the_rate() {
        let gate = PollGate::new(None);
        let now = Instant::now();
        let slots: Vec<_> = (0..30).map(|_| gate.slot(now) - now).collect();
        assert!(slots[..10].iter().all(Duration::is_zero), "a second's worth at once: {slots:?}");
        assert!((0.09..0.11).contains(&(slots[29] - slots[28]).as_secs_f64()));
        assert!((1.8..2.1).contains(&slots[29].as_secs_f64()), "{:?}", slots[29]);
        assert_eq!(gate.slot(now + Duration::from_secs(60)), now + Duration::from_secs(60));
    }

    #[test]
    fn polls_of_many_go_out_together_and_never_early() {
        let gate = PollGate::new(None);
        let now = Instant::now();
        let after = |micros| now + Duration::from_micros(micros);
        let waits: Vec<_> = (0..=FEW).map(|_| gate.join()).collect();
        assert_eq!(gate.together(now), now);
        assert_eq!(gate.together(after(1)), after(20_000));
        assert_eq!(gate.together(after(19_999)), after(20_000));
        assert_eq!(gate.together(after(20_000)), after(20_000));
        assert_eq!(gate.together(after(1_020_001)), after(1_040_000));
        drop(waits);
        assert_eq!(gate.together(after(1)), after(1), "each by itself where there are few");
    }

    #[test]
    fn the_rate_grows_with_the_number_of_waiting_answers() {
        for (waiting, rate) in [(0, 10.0), (100, 28.0), (1_000, 190.0), (10_000, 1_990.0)] {
            assert!((rate_for(waiting) - rate).abs() < 1e-9, "{waiting}: {}", rate_for(waiting));
        }
        let gate = PollGate::new(None);
        let _waits: Vec<_> = (0..10_000).map(|_| gate.join()).collect();
        let now = Instant::now();
        let last = (0..3_980).map(|_| gate.slot(now) - now).last().unwrap();
        assert!((0.9..1.1).contains(&last.as_secs_f64()), "{last:?}");
        let set = PollGate::new(Some(2.0));
        let last = (0..10).map(|_| set.slot(now) - now).last().unwrap();
        assert!((3.9..4.1).contains(&last.as_secs_f64()), "{last:?}");
    }
}
