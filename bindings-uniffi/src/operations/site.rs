//! Operations on the site.

use std::sync::Arc;

use crate::call::run;
use crate::cancel::Cancellation;
use crate::client::NativeClient;
use crate::failure::CallError;
use crate::json::JsonValue;
use crate::records::OpenData;
use crate::settings::{CallSettings, Pair, borrowed};

#[uniffi::export]
impl NativeClient {
    /// Reads the site.
    pub async fn site_get(
        &self,
        query: Vec<Pair>,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<OpenData, CallError> {
        let site = self.0.site();
        run(
            cancellation,
            async move { site.options(settings.options()?).get(&borrowed(&query)).await },
        )
        .await
    }

    /// Reads the site's statistics.
    pub async fn site_statistics(
        &self,
        query: Vec<Pair>,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<OpenData, CallError> {
        let site = self.0.site();
        run(cancellation, async move {
            site.options(settings.options()?).statistics(&borrowed(&query)).await
        })
        .await
    }

    /// Reads one user's statistics.
    pub async fn site_user_statistics(
        &self,
        email: String,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<OpenData, CallError> {
        let site = self.0.site();
        run(
            cancellation,
            async move { site.options(settings.options()?).user_statistics(&email).await },
        )
        .await
    }

    /// Reads the configuration of the chat widget.
    pub async fn site_widget_config(
        &self,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<OpenData, CallError> {
        let site = self.0.site();
        run(cancellation, async move { site.options(settings.options()?).widget_config().await })
            .await
    }

    /// Changes the configuration of the chat widget.
    pub async fn site_update_widget_config(
        &self,
        patch: JsonValue,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<OpenData, CallError> {
        let site = self.0.site();
        run(cancellation, async move {
            site.options(settings.options()?).update_widget_config(&patch.into()).await
        })
        .await
    }
}
