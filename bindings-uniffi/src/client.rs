//! The client: how it is made, and what it says of itself. Its operations are beside.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use crate::call::guarded;
use crate::clock::TestClock;
use crate::events::NativeEvents;
use crate::failure::CallError;
use crate::metrics::MetricsData;
use crate::settings::{ClientSettings, builder, count};

/// The clients by their numbers: a number crosses the boundary at less cost than an object.
static CLIENTS: LazyLock<RwLock<HashMap<u64, uppzy::Client>>> = LazyLock::new(RwLock::default);
static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);

/// The client of that number.
pub(crate) fn client_of(number: u64) -> Result<uppzy::Client, CallError> {
    let clients = CLIENTS.read().unwrap_or_else(PoisonError::into_inner);
    let client = clients.get(&number).cloned();
    client.ok_or_else(|| CallError::internal(format!("there is no client {number}")))
}

/// The way to the API.
#[derive(uniffi::Object)]
pub struct NativeClient {
    number: u64,
    client: uppzy::Client,
}

impl NativeClient {
    pub(crate) fn numbered(client: uppzy::Client) -> Arc<Self> {
        let number = LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1;
        let mut clients = CLIENTS.write().unwrap_or_else(PoisonError::into_inner);
        clients.insert(number, client.clone());
        Arc::new(Self { number, client })
    }

    pub(crate) fn client(&self) -> &uppzy::Client {
        &self.client
    }
}

impl Drop for NativeClient {
    fn drop(&mut self) {
        let mut clients = CLIENTS.write().unwrap_or_else(PoisonError::into_inner);
        let ours = clients.remove(&self.number);
        drop(clients);
        // Only now, as its end may take a while.
        drop(ours);
    }
}

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
            Ok::<_, CallError>(Self::numbered(builder.build()?))
        })
    }

    /// The number that requests name it by.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// A client for another site.
    pub fn for_site(&self, site_id: String) -> Result<Arc<Self>, CallError> {
        guarded(|| self.client.for_site(site_id).map(Self::numbered))
    }

    /// A client for another tenant.
    pub fn for_tenant(&self, tenant_id: String) -> Result<Arc<Self>, CallError> {
        guarded(|| self.client.for_tenant(tenant_id).map(Self::numbered))
    }

    /// Replaces the API key.
    pub fn set_api_key(&self, api_key: String) -> Result<(), CallError> {
        guarded(|| self.client.set_api_key(&api_key))
    }

    /// Replaces the bearer token.
    pub fn set_bearer_token(&self, bearer_token: String) -> Result<(), CallError> {
        guarded(|| self.client.set_bearer_token(&bearer_token))
    }

    /// What was done so far.
    pub fn metrics(&self) -> Result<MetricsData, CallError> {
        guarded(|| Ok::<_, CallError>(self.client.metrics().into()))
    }

    /// Events from now on.
    pub fn events(&self, capacity: u32) -> Result<Arc<NativeEvents>, CallError> {
        guarded(|| Ok::<_, CallError>(NativeEvents::new(self.client.events(count(capacity)))))
    }

    /// Ends the client and all that share with it. (Not `close`: Kotlin has that for the handle.)
    pub fn shut(&self) -> Result<(), CallError> {
        guarded(|| {
            self.client.close();
            Ok::<_, CallError>(())
        })
    }

    /// Whether it was ended.
    pub fn is_shut(&self) -> bool {
        self.client.is_closed()
    }

    /// The tenant.
    pub fn tenant_id(&self) -> Option<String> {
        self.client.tenant_id().map(str::to_owned)
    }

    /// The site.
    pub fn site_id(&self) -> Option<String> {
        self.client.site_id().map(str::to_owned)
    }

    /// Where the API is.
    pub fn base_url(&self) -> String {
        self.client.base_url().to_owned()
    }
}
