//! The one seam for time, sleep and randomness, so that a wait of two minutes is a test of milliseconds.

mod virtual_time;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rand::{RngExt as _, SeedableRng as _, rngs::SmallRng};

use virtual_time::VirtualTime;

/// How long a server may be silent, in real time, before virtual time stops waiting for it.
const SILENCE: Duration = Duration::from_millis(300);

/// What a wait is for; virtual time needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Nothing but time ends it: a back-off, a wait between polls.
    Idle,
    /// It guards something else that may end first, such as a request.
    Guard,
}

/// Where a client takes time, sleep and randomness from.
///
/// Every client uses [`Clock::system`] unless told otherwise. The other two are for tests.
#[derive(Clone, Debug)]
pub struct Clock {
    time: Time,
    random: Option<Arc<Mutex<SmallRng>>>,
}

#[derive(Clone, Debug)]
enum Time {
    System,
    Virtual(Arc<VirtualTime>),
}

/// The time ran out before the guarded future was done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Elapsed;

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// Real time and real randomness.
    pub fn system() -> Self {
        Self { time: Time::System, random: None }
    }

    /// Time that jumps to the next timer as soon as every call of the clock's clients only waits
    /// for time, and after 300 ms of silence when one waits for a server. Randomness is seeded.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), uppzy::Error> {
    /// use uppzy::{Client, Clock, ErrorKind};
    ///
    /// let client = Client::builder()
    ///     .clock(Clock::virtual_time(1))
    ///     .api_key("key")
    ///     .tenant_id("tenant")
    ///     .base_url("http://127.0.0.1:1") // nobody listens there: three attempts, two back-offs
    ///     .build()?;
    /// let error = client.tenant().limits(&[]).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Connect);
    /// assert_eq!(error.attempts().len(), 3);
    /// # Ok(()) }
    /// ```
    pub fn virtual_time(seed: u64) -> Self {
        Self::virtual_time_with_silence(seed, SILENCE)
    }

    /// The same, with another time that a server may be silent: a longer one for servers that are
    /// not meant to fall silent, on machines that may be busy.
    pub fn virtual_time_with_silence(seed: u64, silence: Duration) -> Self {
        Self::testing(VirtualTime::advancing(silence), seed)
    }

    /// Time that stands still but for [`Clock::advance`]. Randomness is seeded.
    pub fn manual(seed: u64) -> Self {
        Self::testing(VirtualTime::standing(), seed)
    }

    fn testing(time: Arc<VirtualTime>, seed: u64) -> Self {
        Self {
            time: Time::Virtual(time),
            random: Some(Arc::new(Mutex::new(SmallRng::seed_from_u64(seed)))),
        }
    }

    /// Moves virtual time forward, firing every timer on the way. Does nothing to real time.
    pub fn advance(&self, by: Duration) {
        if let Time::Virtual(time) = &self.time {
            time.advance(by);
        }
    }

    /// The clock's present moment.
    pub fn now(&self) -> Instant {
        match &self.time {
            Time::System => Instant::now(),
            Time::Virtual(time) => time.now(),
        }
    }

    /// The clock's present moment as a calendar time.
    pub fn wall_now(&self) -> jiff::Timestamp {
        match &self.time {
            Time::System => jiff::Timestamp::now(),
            Time::Virtual(time) => time.wall_now(),
        }
    }

    /// The same as the standard library's type.
    pub(crate) fn system_time(&self) -> SystemTime {
        self.wall_now().into()
    }

    /// Whether time is real; state shared between clients is not shared across other clocks.
    pub(crate) fn is_system(&self) -> bool {
        matches!(self.time, Time::System)
    }

    /// Waits until that moment.
    pub(crate) async fn sleep_until(&self, until: Instant, waiting: Waiting) {
        match &self.time {
            Time::System => tokio::time::sleep_until(until.into()).await,
            Time::Virtual(time) => time.sleep_until(until, waiting).await,
        }
    }

    /// Waits that long.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(later(self.now(), duration), Waiting::Idle).await;
    }

    /// Runs the future until that moment at the latest. What is ready at the moment itself counts.
    pub(crate) async fn timeout_at<F: Future>(
        &self,
        until: Instant,
        future: F,
    ) -> Result<F::Output, Elapsed> {
        match &self.time {
            Time::System => {
                tokio::time::timeout_at(until.into(), future).await.map_err(|_| Elapsed)
            }
            Time::Virtual(time) => {
                tokio::select! {
                    biased;
                    output = future => Ok(output),
                    () = time.sleep_until(until, Waiting::Guard) => Err(Elapsed),
                }
            }
        }
    }

    /// A number from 0 up to but not including 1.
    pub(crate) fn random(&self) -> f64 {
        match &self.random {
            None => rand::rng().random(),
            Some(random) => random.lock().unwrap_or_else(PoisonError::into_inner).random(),
        }
    }

    /// A number from `low` up to but not including `high`.
    pub(crate) fn random_between(&self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random()
    }

    /// Tells virtual time that a call is under way, and that its time must not be skipped before it waits for it.
    pub(crate) fn enter_call(&self) -> CallGuard {
        CallGuard {
            _under_way: match &self.time {
                Time::System => None,
                Time::Virtual(time) => {
                    time.call_began();
                    Some(Arc::new(UnderWay(Arc::clone(time))))
                }
            },
        }
    }

    /// Tells virtual time that something came from or went to a server.
    pub(crate) fn note_activity(&self) {
        if let Time::Virtual(time) = &self.time {
            time.note_activity();
        }
    }
}

/// A moment that much later; a moment beyond what the platform can express becomes a distant one.
pub(crate) fn later(moment: Instant, by: Duration) -> Instant {
    const DISTANT: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
    moment.checked_add(by).unwrap_or_else(|| moment + DISTANT)
}

/// Keeps a call counted as under way, once, until its last copy is dropped.
#[derive(Clone, Debug)]
pub(crate) struct CallGuard {
    _under_way: Option<Arc<UnderWay>>,
}

#[derive(Debug)]
struct UnderWay(Arc<VirtualTime>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.call_ended();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn virtual_time_skips_idle_waits() {
        let clock = Clock::virtual_time(1);
        let began = clock.now();
        let call = clock.enter_call();
        clock.sleep(Duration::from_secs(3600)).await;
        drop(call);
        assert_eq!(clock.now() - began, Duration::from_secs(3600));
    }

    #[tokio::test]
    async fn virtual_time_waits_for_a_call_that_is_at_work() {
        let clock = Clock::virtual_time(1);
        let _call = clock.enter_call();
        let answered = clock
            .timeout_at(later(clock.now(), Duration::from_secs(5)), async {
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
                7
            })
            .await;
        assert_eq!(answered, Ok(7));
    }

    #[tokio::test]
    async fn a_guard_fires_after_silence() {
        let clock = Clock::virtual_time(1);
        let _call = clock.enter_call();
        let until = later(clock.now(), Duration::from_secs(20));
        assert_eq!(clock.timeout_at(until, std::future::pending::<()>()).await, Err(Elapsed));
        assert_eq!(clock.now(), until);
    }

    #[tokio::test]
    async fn manual_time_moves_only_when_told() {
        let clock = Clock::manual(1);
        let began = clock.now();
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(2)).await }
        });
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(2));
        sleeper.await.unwrap();
        assert_eq!(clock.now() - began, Duration::from_secs(2));
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (one, two) = (Clock::manual(9), Clock::manual(9));
        for _ in 0..5 {
            let number = one.random_between(0.1, 1.0);
            assert!((0.1..1.0).contains(&number));
            assert_eq!(number, two.random_between(0.1, 1.0));
        }
    }
}
