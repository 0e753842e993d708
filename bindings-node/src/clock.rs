//! Time for tests.

use napi::bindgen_prelude::Either;
use napi_derive::napi;
use uppzy_boundary::duration;

use crate::failure::{ErrorDetails, told};

/// Where clients take time and randomness from in tests: `uppzy/testing` makes these.
#[napi]
pub struct Clock(pub(crate) uppzy::Clock);

#[napi]
impl Clock {
    /// Time that jumps over waits, and `silence` seconds after a server fell silent.
    #[napi]
    pub fn virtual_time(seed: u32, silence: Option<f64>) -> Either<Clock, ErrorDetails> {
        let silence = silence.map(|seconds| duration("silence", seconds)).transpose();
        told(silence.map(|silence| {
            Self(match silence {
                Some(silence) => uppzy::Clock::virtual_time_with_silence(seed.into(), silence),
                None => uppzy::Clock::virtual_time(seed.into()),
            })
        }))
    }

    /// Time that stands still but for `advance`.
    #[napi]
    pub fn manual(seed: u32) -> Clock {
        Self(uppzy::Clock::manual(seed.into()))
    }

    /// Moves the time forward by so many seconds.
    #[napi]
    pub fn advance(&self, by: f64) -> Option<ErrorDetails> {
        duration("seconds", by).map(|by| self.0.advance(by)).err().map(Into::into)
    }

    /// The clock's present moment, in seconds since 1970.
    #[napi]
    pub fn now(&self) -> f64 {
        self.0.wall_now().as_duration().as_secs_f64()
    }
}
