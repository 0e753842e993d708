//! The client: how it is made, and what it says of itself. Its operations are beside.

use std::sync::Arc;

use crate::call::guarded;
use crate::clock::TestClock;
use crate::events::NativeEvents;
use crate::failure::CallError;
use crate::metrics::MetricsData;
use crate::settings::{ClientSettings, builder, count};

/// The way to the API.
#[derive(uniffi::Object)]
pub struct NativeClient(pub(crate) uppzy::Client);

#[uniffi::export]
impl NativeClient {
    /// Makes a client; opens no connection.
    #[uniffi::constructor]
    pub fn new(
        settings: ClientSettings,
        clock: Option<Arc<TestClock>>,
    ) -> Result<Arc<Self>, CallError> {
        guarded(|| {
            let mut builder = builder(settings)?;
            if let Some(clock) = clock {
                builder = builder.clock(clock.0.clone());
            }
            Ok::<_, CallError>(Arc::new(Self(builder.build()?)))
        })
    }

    /// A client for another site.
    pub fn for_site(&self, site_id: String) -> Result<Arc<Self>, CallError> {
        guarded(|| self.0.for_site(site_id).map(|client| Arc::new(Self(client))))
    }

    /// A client for another tenant.
    pub fn for_tenant(&self, tenant_id: String) -> Result<Arc<Self>, CallError> {
        guarded(|| self.0.for_tenant(tenant_id).map(|client| Arc::new(Self(client))))
    }

    /// Replaces the API key.
    pub fn set_api_key(&self, api_key: String) -> Result<(), CallError> {
        guarded(|| self.0.set_api_key(&api_key))
    }

    /// Replaces the bearer token.
    pub fn set_bearer_token(&self, bearer_token: String) -> Result<(), CallError> {
        guarded(|| self.0.set_bearer_token(&bearer_token))
    }

    /// What was done so far.
    pub fn metrics(&self) -> Result<MetricsData, CallError> {
        guarded(|| Ok::<_, CallError>(self.0.metrics().into()))
    }

    /// Events from now on.
    pub fn events(&self, capacity: u32) -> Result<Arc<NativeEvents>, CallError> {
        guarded(|| Ok::<_, CallError>(NativeEvents::new(self.0.events(count(capacity)))))
    }

    /// Ends the client and all that share with it. (Not `close`: Kotlin has that for the handle.)
    pub fn shut(&self) -> Result<(), CallError> {
        guarded(|| {
            self.0.close();
            Ok::<_, CallError>(())
        })
    }

    /// Whether it was ended.
    pub fn is_shut(&self) -> bool {
        self.0.is_closed()
    }

    /// The tenant.
    pub fn tenant_id(&self) -> Option<String> {
        self.0.tenant_id().map(str::to_owned)
    }

    /// The site.
    pub fn site_id(&self) -> Option<String> {
        self.0.site_id().map(str::to_owned)
    }

    /// Where the API is.
    pub fn base_url(&self) -> String {
        self.0.base_url().to_owned()
    }
}
