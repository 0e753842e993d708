//! Operations on sessions.

use std::sync::Arc;

use crate::call::run;
use crate::cancel::Cancellation;
use crate::client::NativeClient;
use crate::failure::CallError;
use crate::records::{SessionData, SessionListData};
use crate::settings::{CallSettings, Pair, borrowed};

#[uniffi::export]
impl NativeClient {
    /// Lists conversations.
    pub async fn sessions_list(
        &self,
        email: Option<String>,
        query: Vec<Pair>,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<SessionListData, CallError> {
        let sessions = self.0.sessions();
        run(cancellation, async move {
            let sessions = sessions.options(settings.options()?);
            sessions.list(email.as_deref(), &borrowed(&query)).await
        })
        .await
    }

    /// Closes a conversation.
    pub async fn sessions_close(
        &self,
        session_id: String,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<(), CallError> {
        let sessions = self.0.sessions();
        run(
            cancellation,
            async move { sessions.options(settings.options()?).close(&session_id).await },
        )
        .await
    }

    /// The conversation of a person that is open and was used last.
    pub async fn sessions_latest_open(
        &self,
        email: String,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<Option<SessionData>, CallError> {
        let sessions = self.0.sessions();
        run(cancellation, async move {
            let session = sessions.options(settings.options()?).latest_open(&email).await?;
            Ok::<_, uppzy::Error>(session.map(SessionData::from))
        })
        .await
    }
}
