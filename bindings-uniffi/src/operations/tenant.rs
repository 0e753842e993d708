//! Operations on the tenant.

use std::sync::Arc;

use crate::call::run;
use crate::cancel::Cancellation;
use crate::client::NativeClient;
use crate::failure::CallError;
use crate::records::OpenData;
use crate::settings::{CallSettings, Pair, borrowed};

macro_rules! reads {
    ($($exported:ident = $name:ident;)+) => {
        #[uniffi::export]
        impl NativeClient { $(
            /// See the core's operation.
            pub async fn $exported(
                &self,
                query: Vec<Pair>,
                settings: CallSettings,
                cancellation: Option<Arc<Cancellation>>,
            ) -> Result<OpenData, CallError> {
                let tenant = self.0.tenant();
                run(cancellation, async move {
                    tenant.options(settings.options()?).$name(&borrowed(&query)).await
                })
                .await
            }
        )+ }
    };
}

reads! {
    tenant_get = get;
    tenant_limits = limits;
    tenant_usage = usage;
    tenant_usage_history = usage_history;
    tenant_statistics = statistics;
}
