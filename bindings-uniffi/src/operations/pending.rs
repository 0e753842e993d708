//! Operations on an answer that is being made.

use std::sync::Arc;

use uppzy::CallOptions;

use super::{Call, replied};
use crate::pending::NativePending;

/// What is asked of an answer that is being made.
#[derive(uniffi::Enum)]
pub enum PendingRequest {
    /// The answer. Only the time of the settings counts.
    Result {
        /// Which.
        pending: Arc<NativePending>,
    },
    /// Its state.
    Status {
        /// Which.
        pending: Arc<NativePending>,
    },
    /// One look, and what to do next.
    PollOnce {
        /// Which.
        pending: Arc<NativePending>,
    },
}

impl PendingRequest {
    pub(super) fn call(self, options: CallOptions) -> Call {
        match self {
            Self::Result { pending } => replied(async move {
                match options.timeout {
                    Some(timeout) => pending.0.result_within(timeout).await,
                    None => pending.0.result().await,
                }
            }),
            Self::Status { pending } => {
                replied(async move { pending.0.status_with(&options).await })
            }
            Self::PollOnce { pending } => {
                replied(async move { pending.0.poll_once(&options).await })
            }
        }
    }
}
