//! Time for tests.

use std::sync::Arc;
use std::time::SystemTime;

use uppzy::Clock;
use uppzy_boundary::duration;

use crate::call::guarded;
use crate::failure::CallError;

/// Where clients take time and randomness from in tests.
#[derive(uniffi::Object)]
pub struct TestClock(pub(crate) Clock);

#[uniffi::export]
impl TestClock {
    /// Time that jumps over waits, `silence` seconds after a server fell silent.
    #[uniffi::constructor]
    pub fn virtual_time(seed: u64, silence: Option<f64>) -> Result<Arc<Self>, CallError> {
        guarded(|| {
            let clock = match silence {
                Some(silence) => {
                    Clock::virtual_time_with_silence(seed, duration("silence", silence)?)
                }
                None => Clock::virtual_time(seed),
            };
            Ok::<_, uppzy::Error>(Arc::new(Self(clock)))
        })
    }

    /// Time that stands still but for `advance`.
    #[uniffi::constructor]
    pub fn manual(seed: u64) -> Arc<Self> {
        Arc::new(Self(Clock::manual(seed)))
    }

    /// Moves the time forward by so many seconds.
    pub fn advance(&self, seconds: f64) -> Result<(), CallError> {
        guarded(|| {
            self.0.advance(duration("seconds", seconds)?);
            Ok::<_, uppzy::Error>(())
        })
    }

    /// The clock's present moment.
    pub fn now(&self) -> SystemTime {
        self.0.wall_now().into()
    }
}
