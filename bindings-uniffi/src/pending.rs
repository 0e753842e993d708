//! A question that the server has accepted.

use std::sync::Arc;
use std::time::SystemTime;

use uppzy::PendingAnswer;
use uppzy_boundary::Batches;

use crate::call::guarded;
use crate::failure::CallError;
use crate::records::StatusData;
use crate::stream::{LARGEST_BATCH, stream_object};

/// A question that the server has accepted. Letting go of it stops no work of the server.
#[derive(uniffi::Object)]
pub struct NativePending(pub(crate) PendingAnswer);

stream_object! {
    /// The states of an answer as they change.
    NativeStates of StatusData
}

impl From<PendingAnswer> for NativePending {
    fn from(pending: PendingAnswer) -> Self {
        Self(pending)
    }
}

#[uniffi::export]
impl NativePending {
    /// The question.
    pub fn request_id(&self) -> String {
        self.0.request_id().to_owned()
    }

    /// The conversation.
    pub fn session_id(&self) -> String {
        self.0.session_id().to_owned()
    }

    /// When the server accepted the question.
    pub fn submitted_at(&self) -> SystemTime {
        self.0.submitted_at().into()
    }

    /// The text that any process and language can resume with.
    pub fn token(&self) -> String {
        self.0.token()
    }

    /// The states as they change.
    pub fn states(&self) -> Result<Arc<NativeStates>, CallError> {
        let pending = self.0.clone();
        let states = || NativeStates(Batches::states(LARGEST_BATCH, pending));
        guarded(|| Ok::<_, CallError>(Arc::new(states())))
    }
}
