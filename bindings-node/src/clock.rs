//! Time for tests.

use std::time::Duration;

use napi::bindgen_prelude::Either;
use napi_derive::napi;

use crate::arguments::seconds;
use crate::failure::{ErrorDetails, Failure};

/// Where clients take time and randomness from in tests: `uppzy/testing` makes these.
#[napi]
pub struct Clock(pub(crate) uppzy::Clock);

#[napi]
impl Clock {
    /// Time that jumps over waits, and `silence` seconds after a server fell silent.
    #[napi]
    pub fn virtual_time(seed: u32, silence: Option<f64>) -> Either<Clock, ErrorDetails> {
        let silence = silence.map(|silence| seconds("silence", silence)).transpose();
        match silence {
            Ok(Some(silence)) => {
                Either::A(Self(uppzy::Clock::virtual_time_with_silence(seed.into(), silence)))
            }
            Ok(None) => Either::A(Self(uppzy::Clock::virtual_time(seed.into()))),
            Err(failure) => Either::B(failure.into()),
        }
    }

    /// Time that stands still but for `advance`.
    #[napi]
    pub fn manual(seed: u32) -> Clock {
        Self(uppzy::Clock::manual(seed.into()))
    }

    /// Moves the time forward by so many seconds.
    #[napi]
    pub fn advance(&self, by: f64) -> Option<ErrorDetails> {
        let by: Result<Duration, Failure> = seconds("seconds", by);
        by.map(|by| self.0.advance(by)).err().map(Into::into)
    }

    /// The clock's present moment, in seconds since 1970.
    #[napi]
    pub fn now(&self) -> f64 {
        self.0.wall_now().as_duration().as_secs_f64()
    }
}
