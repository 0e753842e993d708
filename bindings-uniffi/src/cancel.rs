//! Cancelling a call from elsewhere.

use std::future::Future;
use std::sync::Arc;

use uppzy::{CancelToken, Cancelled};

/// Ends calls from any thread. Calls that begin under a cancelled one send nothing.
#[derive(uniffi::Object)]
pub struct Cancellation(CancelToken);

#[uniffi::export]
impl Cancellation {
    /// One that was not cancelled.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(CancelToken::new()))
    }

    /// Cancels every call under it, now and later. More than once is the same as once.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

impl Cancellation {
    pub(crate) async fn run<F: Future>(&self, call: F) -> Result<F::Output, Cancelled> {
        self.0.run(call).await
    }
}
