//! What gives results in turn: the next of them, as many as there are. The first request begins the work.

use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::Call;
use crate::events::NativeEvents;
use crate::failure::CallError;
use crate::pending::NativeStates;
use crate::reply::Reply;
use crate::stream::{NativeAsked, NativeWaited};
use crate::upload::NativeUpload;

/// Whose next results are asked for.
#[derive(uniffi::Enum)]
pub enum StreamRequest {
    /// Of many questions.
    Asked {
        /// These.
        asked: Arc<NativeAsked>,
    },
    /// Of many tokens.
    Waited {
        /// These.
        waited: Arc<NativeWaited>,
    },
    /// The states of an answer.
    States {
        /// These.
        states: Arc<NativeStates>,
    },
    /// What a client does.
    Events {
        /// These.
        events: Arc<NativeEvents>,
    },
    /// What an upload asks for.
    Upload {
        /// This.
        upload: Arc<NativeUpload>,
    },
}

fn given<T: Into<Reply>>(
    next: impl Future<Output = Result<T, CallError>> + Send + 'static,
) -> Call {
    Box::pin(next.map(|result| result.map(Into::into)))
}

impl StreamRequest {
    pub(super) fn call(self) -> Call {
        match self {
            Self::Asked { asked } => given(async move { asked.0.next().await }),
            Self::Waited { waited } => given(async move { waited.0.next().await }),
            Self::States { states } => given(async move { states.0.next().await }),
            Self::Events { events } => given(async move { events.next().await }),
            Self::Upload { upload } => given(async move { upload.next().await }),
        }
    }
}
