//! Operations on sessions.

use uppzy::Sessions;

use super::{Call, replied};
use crate::settings::{Pair, borrowed};

/// What is asked of the site's sessions.
#[derive(uniffi::Enum)]
pub enum SessionsRequest {
    /// All of them, or those of one person.
    All {
        /// Whose.
        email: Option<String>,
        /// Parameters.
        query: Vec<Pair>,
    },
    /// Ends one.
    Close {
        /// Which.
        session_id: String,
    },
    /// The one of a person that is open and was used last.
    LatestOpen {
        /// Whose.
        email: String,
    },
}

impl SessionsRequest {
    pub(super) fn call(self, sessions: Sessions) -> Call {
        match self {
            Self::All { email, query } => {
                replied(async move { sessions.list(email.as_deref(), &borrowed(&query)).await })
            }
            Self::Close { session_id } => replied(async move { sessions.close(&session_id).await }),
            Self::LatestOpen { email } => {
                replied(async move { sessions.latest_open(&email).await })
            }
        }
    }
}
