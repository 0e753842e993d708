//! The client.

use super::chat::Chat;
use super::families::{Documents, Sessions, Sites, Tenants};
use crate::config::ClientBuilder;
use crate::error::Result;
use crate::events::{EventStream, Metrics};

/// The way to the Uppzy API for programs without an async runtime. Cheap to clone; all clones, and
/// the asynchronous client behind them, share connections, budget and metrics.
///
/// ```no_run
/// # fn example() -> Result<(), uppzy::Error> {
/// use std::time::Duration;
/// use uppzy::Client;
///
/// let client = Client::builder().timeout(Duration::from_secs(10)).build_blocking()?;
/// println!("{:?}", client.tenant().limits(&[])?.fields);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    inner: crate::Client,
}

impl ClientBuilder {
    /// Checks all settings and makes a client for programs without an async runtime. Opens no
    /// connection, and starts no thread.
    ///
    /// # Errors
    /// `config`, naming the setting, where it came from and what to change.
    pub fn build_blocking(self) -> Result<Client> {
        self.build().map(Client::new)
    }
}

impl From<crate::Client> for Client {
    fn from(inner: crate::Client) -> Self {
        Self::new(inner)
    }
}

impl Client {
    /// A blocking face of that client.
    pub fn new(client: crate::Client) -> Self {
        Self { inner: client }
    }

    /// A client from the environment alone: `UPPZY_API_KEY` or `UPPZY_API_KEY_FILE`,
    /// `UPPZY_TENANT_ID`, `UPPZY_SITE_ID`, `UPPZY_BASE_URL`, `UPPZY_CA_FILE`.
    ///
    /// # Errors
    /// `config`, naming what is missing or unusable.
    pub fn from_env() -> Result<Self> {
        crate::Client::from_env().map(Self::new)
    }

    /// A builder, for settings that do not come from the environment. End with
    /// [`ClientBuilder::build_blocking`].
    pub fn builder() -> ClientBuilder {
        crate::Client::builder()
    }

    /// The asynchronous client behind this one.
    pub fn as_async(&self) -> &crate::Client {
        &self.inner
    }

    /// Operations on the tenant.
    pub fn tenant(&self) -> Tenants {
        Tenants::new(self.inner.tenant())
    }

    /// Operations on the site.
    pub fn site(&self) -> Sites {
        Sites::new(self.inner.site())
    }

    /// Operations on the site's documents.
    pub fn documents(&self) -> Documents {
        Documents::new(self.inner.documents())
    }

    /// Questions and answers.
    pub fn chat(&self) -> Chat {
        Chat::new(self.inner.chat())
    }

    /// Operations on sessions.
    pub fn sessions(&self) -> Sessions {
        Sessions::new(self.inner.sessions())
    }

    /// A client for another site. Shares connections, budget, metrics and events with this one.
    ///
    /// # Errors
    /// `config` when the id cannot be one.
    pub fn for_site(&self, site_id: impl Into<String>) -> Result<Self> {
        self.inner.for_site(site_id).map(Self::new)
    }

    /// A client for another tenant. Shares connections, budget, metrics and events with this one.
    ///
    /// # Errors
    /// `config` when the id cannot be one.
    pub fn for_tenant(&self, tenant_id: impl Into<String>) -> Result<Self> {
        self.inner.for_tenant(tenant_id).map(Self::new)
    }

    /// Uses another API key from the next attempt on, without losing a call.
    ///
    /// # Errors
    /// `config` when the text cannot be a key, or the client uses none.
    pub fn set_api_key(&self, api_key: &str) -> Result<()> {
        self.inner.set_api_key(api_key)
    }

    /// Uses another bearer token from the next attempt on, for clients of a gateway.
    ///
    /// # Errors
    /// `config` when the text cannot be a token, or the client uses none.
    pub fn set_bearer_token(&self, bearer_token: &str) -> Result<()> {
        self.inner.set_bearer_token(bearer_token)
    }

    /// What the client and its clones have done so far.
    pub fn metrics(&self) -> Metrics {
        self.inner.metrics()
    }

    /// Events from now on, in a queue of that many that drops the oldest when it is full. Read them
    /// with [`EventStream::next_blocking`].
    pub fn events(&self, capacity: usize) -> EventStream {
        self.inner.events(capacity)
    }

    /// Ends the client and all its clones: calls from now on fail with `closed`, and so do calls
    /// that wait for a retry or for an answer. A request under way is finished. May be repeated.
    pub fn close(&self) {
        self.inner.close();
    }

    /// Whether the client was closed.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// The tenant that the `tenant` operations mean.
    pub fn tenant_id(&self) -> Option<&str> {
        self.inner.tenant_id()
    }

    /// The site that all other operations mean.
    pub fn site_id(&self) -> Option<&str> {
        self.inner.site_id()
    }

    /// Where the API is.
    pub fn base_url(&self) -> &str {
        self.inner.base_url()
    }
}
