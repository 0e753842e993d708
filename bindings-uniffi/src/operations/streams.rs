//! What gives results in turn: the next of them, as many as there are. The first request begins the work.

use std::sync::Arc;

use uppzy_boundary::in_background;

use super::{Call, replied};
use crate::events::NativeEvents;
use crate::pending::NativeStates;
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

impl StreamRequest {
    pub(super) fn call(self) -> Call {
        match self {
            Self::Asked { asked } => replied(async move { asked.0.next(in_background)?.await }),
            Self::Waited { waited } => replied(async move { waited.0.next(in_background)?.await }),
            Self::States { states } => replied(async move { states.0.next(in_background)?.await }),
            Self::Events { events } => replied(async move { events.next().await }),
            Self::Upload { upload } => replied(async move { upload.next().await }),
        }
    }
}
