//! Session ids that are stable and tell nothing about the person behind them.

use std::sync::Arc;

use uppzy::SessionIds;

use crate::call::guarded;
use crate::failure::CallError;

/// Makes session ids that are the same in every process and language.
#[derive(uniffi::Object)]
pub struct NativeSessionIds(SessionIds);

#[uniffi::export]
impl NativeSessionIds {
    /// With this secret.
    #[uniffi::constructor]
    pub fn new(secret: Vec<u8>) -> Result<Arc<Self>, CallError> {
        guarded(|| SessionIds::new(secret).map(|ids| Arc::new(Self(ids))))
    }

    /// One conversation for each user.
    pub fn per_user(&self, user: String) -> Result<String, CallError> {
        guarded(|| self.0.per_user(&user))
    }

    /// One conversation for each thread.
    pub fn per_thread(&self, thread: String) -> Result<String, CallError> {
        guarded(|| self.0.per_thread(&thread))
    }

    /// One conversation for each user of a channel.
    pub fn per_channel(&self, channel: String, user: String) -> Result<String, CallError> {
        guarded(|| self.0.per_channel(&channel, &user))
    }
}
