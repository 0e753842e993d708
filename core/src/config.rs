//! Configuration: arguments before environment before defaults, checked before any I/O.

mod environment;
#[cfg(test)]
mod tests;
mod validate;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::clock::Clock;
use crate::error::Result;
use crate::poll::PollSchedule;
use crate::retry::RetryPolicy;
use crate::transport::Transport;

pub(crate) use environment::Environment;
pub(crate) use validate::{Settings, check_scope_id, parse_key};

/// Where the vendor's API is.
pub const DEFAULT_BASE_URL: &str = "https://api.uppzy.com/api/v1";

/// Sets up a [`Client`]. Every setting is optional: what is not given comes from the environment
/// (`UPPZY_API_KEY`, `UPPZY_API_KEY_FILE`, `UPPZY_BASE_URL`, `UPPZY_TENANT_ID`, `UPPZY_SITE_ID`,
/// `UPPZY_CA_FILE`), and then from the defaults.
///
/// ```
/// # fn main() -> Result<(), uppzy::Error> {
/// let client = uppzy::Client::builder()
///     .api_key("key-from-the-dashboard")
///     .tenant_id("my-tenant")
///     .site_id("my-site")
///     .timeout(std::time::Duration::from_secs(20))
///     .build()?;
/// # drop(client); Ok(()) }
/// ```
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    pub(crate) api_key: Option<String>,
    pub(crate) api_key_file: Option<PathBuf>,
    pub(crate) bearer_token: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) base_url: Option<String>,
    pub(crate) allow_http: bool,
    pub(crate) tenant_id: Option<String>,
    pub(crate) site_id: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) ca_pem: Option<Vec<u8>>,
    pub(crate) proxy: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) send_timeout: Option<Duration>,
    pub(crate) upload_timeout: Option<Duration>,
    pub(crate) ask_timeout: Option<Duration>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) body_stall_timeout: Option<Duration>,
    pub(crate) max_in_flight: Option<usize>,
    pub(crate) retry: RetryPolicy,
    pub(crate) retry_unknown: bool,
    pub(crate) poll: PollSchedule,
    pub(crate) max_poll_rate: Option<f64>,
    pub(crate) journal_capacity: Option<usize>,
    pub(crate) user_agent_suffix: Option<String>,
    pub(crate) environment: Environment,
    pub(crate) clock: Clock,
    pub(crate) transport: Option<Arc<dyn Transport>>,
}

macro_rules! setters {
    ($( $(#[$doc:meta])* $name:ident: $argument:ty => $field:ident = $value:expr; )+) => {
        impl ClientBuilder { $(
            $(#[$doc])*
            pub fn $name(mut self, $name: $argument) -> Self {
                self.$field = $value;
                self
            }
        )+ }
    };
}

setters! {
    /// The API key. Never in an app that others install: see [`ClientBuilder::bearer_token`].
    api_key: impl Into<String> => api_key = Some(api_key.into());
    /// A file that holds the API key. Read again when it changes, and after a 401, so that a key
    /// can be rotated by replacing the file.
    api_key_file: impl Into<PathBuf> => api_key_file = Some(api_key_file.into());
    /// A token for your own gateway, which holds the API key in the client's place. Sent as
    /// `Authorization: Bearer`; needs [`ClientBuilder::base_url`].
    bearer_token: impl Into<String> => bearer_token = Some(bearer_token.into());
    /// Where the API is. Default: `https://api.uppzy.com/api/v1`.
    base_url: impl Into<String> => base_url = Some(base_url.into());
    /// Allow `http://` to a host that is not this machine. The key then travels in clear text.
    allow_http: bool => allow_http = allow_http;
    /// The tenant that the `tenant` operations mean.
    tenant_id: impl Into<String> => tenant_id = Some(tenant_id.into());
    /// The site that all other operations mean.
    site_id: impl Into<String> => site_id = Some(site_id.into());
    /// A PEM file of certificate authorities to trust beside the system's.
    ca_file: impl Into<PathBuf> => ca_file = Some(ca_file.into());
    /// The same, as the PEM text itself.
    ca_pem: impl Into<Vec<u8>> => ca_pem = Some(ca_pem.into());
    /// An HTTP proxy, such as `http://user:password@proxy:3128`. Default: `HTTPS_PROXY`,
    /// `HTTP_PROXY` and `NO_PROXY`. This machine is never reached through a proxy.
    proxy: impl Into<String> => proxy = Some(proxy.into());
    /// The total time of a call, unless the call says otherwise. Default: 30 s.
    timeout: Duration => timeout = Some(timeout);
    /// The total time of `chat.send`. Default: 90 s, as an answer may take 60.
    send_timeout: Duration => send_timeout = Some(send_timeout);
    /// The total time of `documents.upload`. Default: 300 s.
    upload_timeout: Duration => upload_timeout = Some(upload_timeout);
    /// The total time of `chat.ask`, and of waiting for a pending answer. Default: 120 s.
    ask_timeout: Duration => ask_timeout = Some(ask_timeout);
    /// The longest wait for a connection, TLS included. Default: 5 s.
    connect_timeout: Duration => connect_timeout = Some(connect_timeout);
    /// The longest silence in the middle of an answer. Default: 20 s.
    body_stall_timeout: Duration => body_stall_timeout = Some(body_stall_timeout);
    /// How many requests may be under way at once; more wait for their turn, on their own time.
    /// Default: 1,000.
    max_in_flight: usize => max_in_flight = Some(max_in_flight);
    /// How often and how fast failed requests are repeated.
    retry: RetryPolicy => retry = retry;
    /// Repeat even where nobody can tell whether the server has already processed the request. A
    /// repeat can then double a message or a document. Default: false.
    retry_unknown: bool => retry_unknown = retry_unknown;
    /// When the state of a pending answer is read.
    poll: PollSchedule => poll = poll;
    /// How many polls a second all waiting answers of the client share. Default: 10, and 18
    /// more for every hundred that wait.
    max_poll_rate: f64 => max_poll_rate = Some(max_poll_rate);
    /// How many calls `error.report()` can look back on. Default: 64; 0 keeps none.
    journal_capacity: usize => journal_capacity = Some(journal_capacity);
    /// Your application's name and version, appended to the User-Agent header.
    user_agent_suffix: impl Into<String> => user_agent_suffix = Some(user_agent_suffix.into());
    /// Another source of time, sleep and randomness, for tests.
    clock: Clock => clock = clock;
    /// Another way to send requests, for tests and for hosts with an HTTP stack of their own.
    transport: Arc<dyn Transport> => transport = Some(transport);
}

impl ClientBuilder {
    /// A header to send with every request, for example one that your gateway asks for.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Looks settings up in these pairs in place of the process's environment.
    pub fn environment<N: Into<String>, V: Into<String>>(
        mut self,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.environment = Environment::fixed(pairs);
        self
    }

    /// Checks all settings and makes the client. Opens no connection.
    ///
    /// # Errors
    /// `config`, naming the setting, where it came from and what to change.
    pub fn build(self) -> Result<Client> {
        Settings::resolve(self).map(Client::from_settings)
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("base_url_given", &self.base_url.is_some())
            .field("tenant_id", &self.tenant_id)
            .field("site_id", &self.site_id)
            .finish_non_exhaustive()
    }
}
