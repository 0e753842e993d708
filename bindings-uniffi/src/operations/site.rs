//! Operations on the site.

use uppzy::Sites;

use super::{Call, replied};
use crate::json::JsonValue;
use crate::settings::{Pair, borrowed};

/// What is asked of the site.
#[derive(uniffi::Enum)]
pub enum SiteRequest {
    /// Its fields.
    Get {
        /// Parameters.
        query: Vec<Pair>,
    },
    /// Its statistics.
    Statistics {
        /// Parameters.
        query: Vec<Pair>,
    },
    /// One user's statistics.
    UserStatistics {
        /// Whose.
        email: String,
    },
    /// The configuration of the chat widget.
    WidgetConfig,
    /// Changes that.
    UpdateWidgetConfig {
        /// What of it.
        patch: JsonValue,
    },
}

impl SiteRequest {
    pub(super) fn call(self, site: Sites) -> Call {
        match self {
            Self::Get { query } => replied(async move { site.get(&borrowed(&query)).await }),
            Self::Statistics { query } => {
                replied(async move { site.statistics(&borrowed(&query)).await })
            }
            Self::UserStatistics { email } => {
                replied(async move { site.user_statistics(&email).await })
            }
            Self::WidgetConfig => replied(async move { site.widget_config().await }),
            Self::UpdateWidgetConfig { patch } => {
                replied(async move { site.update_widget_config(&patch.into()).await })
            }
        }
    }
}
