//! Session ids that are stable and tell nothing about the person behind them.

use napi::bindgen_prelude::{Either, Uint8Array};
use napi_derive::napi;

use crate::failure::{ErrorDetails, told};

/// Makes session ids that are the same in every process and language.
#[napi]
pub struct SessionIds(uppzy::SessionIds);

#[napi]
impl SessionIds {
    #[napi]
    pub fn create(secret: Either<String, Uint8Array>) -> Either<SessionIds, ErrorDetails> {
        told(match secret {
            Either::A(text) => uppzy::SessionIds::new(text).map(Self),
            Either::B(bytes) => uppzy::SessionIds::new(bytes.as_ref()).map(Self),
        })
    }

    #[napi]
    pub fn per_user(&self, user: String) -> Either<String, ErrorDetails> {
        told(self.0.per_user(&user))
    }

    #[napi]
    pub fn per_thread(&self, thread: String) -> Either<String, ErrorDetails> {
        told(self.0.per_thread(&thread))
    }

    #[napi]
    pub fn per_channel(&self, channel: String, user: String) -> Either<String, ErrorDetails> {
        told(self.0.per_channel(&channel, &user))
    }
}
