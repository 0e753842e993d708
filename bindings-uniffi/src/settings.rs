//! A client's and a call's options. Times are seconds as a fraction, so that what is no time is
//! refused here, by the same words in all packages.

use uppzy::{CallOptions, Client, ClientBuilder, Error, PollSchedule, RetryPolicy};
use uppzy_boundary::{call_options, duration};

/// A name and a value.
#[derive(Clone, uniffi::Record)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// The pairs as the core takes them.
pub(crate) fn borrowed(pairs: &[Pair]) -> Vec<(&str, &str)> {
    pairs.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())).collect()
}

/// How a call differs from the client's defaults.
#[derive(Clone, Default, uniffi::Record)]
pub struct CallSettings {
    /// The total time of the call, in seconds.
    #[uniffi(default = None)]
    pub timeout: Option<f64>,
    /// Whether to repeat where nobody can tell if the server has processed the request.
    #[uniffi(default = None)]
    pub retry_unknown: Option<bool>,
}

impl CallSettings {
    pub(crate) fn options(&self) -> Result<CallOptions, Error> {
        let Self { timeout, retry_unknown } = self;
        call_options(*timeout, *retry_unknown)
    }
}

/// A client's options; those that are absent are left to the environment and the defaults.
#[derive(Clone, Default, uniffi::Record)]
pub struct ClientSettings {
    /// The API key.
    #[uniffi(default = None)]
    pub api_key: Option<String>,
    /// A file that holds the API key.
    #[uniffi(default = None)]
    pub api_key_file: Option<String>,
    /// A token for the user's own gateway.
    #[uniffi(default = None)]
    pub bearer_token: Option<String>,
    /// Where the API is.
    #[uniffi(default = None)]
    pub base_url: Option<String>,
    /// The tenant.
    #[uniffi(default = None)]
    pub tenant_id: Option<String>,
    /// The site.
    #[uniffi(default = None)]
    pub site_id: Option<String>,
    /// Headers for every request.
    #[uniffi(default = [])]
    pub headers: Vec<Pair>,
    /// Allow `http://` to other machines.
    #[uniffi(default = None)]
    pub allow_http: Option<bool>,
    /// A PEM file of authorities.
    #[uniffi(default = None)]
    pub ca_file: Option<String>,
    /// The same as text.
    #[uniffi(default = None)]
    pub ca_pem: Option<String>,
    /// An HTTP proxy.
    #[uniffi(default = None)]
    pub proxy: Option<String>,
    /// The total time of a call, in seconds.
    #[uniffi(default = None)]
    pub timeout: Option<f64>,
    /// The total time of `chat.send`, in seconds.
    #[uniffi(default = None)]
    pub send_timeout: Option<f64>,
    /// The total time of `documents.upload`, in seconds.
    #[uniffi(default = None)]
    pub upload_timeout: Option<f64>,
    /// The total time of `chat.ask`, in seconds.
    #[uniffi(default = None)]
    pub ask_timeout: Option<f64>,
    /// The longest wait for a connection, in seconds.
    #[uniffi(default = None)]
    pub connect_timeout: Option<f64>,
    /// The longest silence in an answer, in seconds.
    #[uniffi(default = None)]
    pub body_stall_timeout: Option<f64>,
    /// How many requests at once.
    #[uniffi(default = None)]
    pub max_in_flight: Option<u32>,
    /// How often requests are repeated.
    #[uniffi(default = None)]
    pub retry: Option<RetrySettings>,
    /// Whether to repeat where nobody can tell.
    #[uniffi(default = None)]
    pub retry_unknown: Option<bool>,
    /// When answers are looked for.
    #[uniffi(default = None)]
    pub poll: Option<PollSettings>,
    /// How many polls a second.
    #[uniffi(default = None)]
    pub max_poll_rate: Option<f64>,
    /// How many calls a report can look back on.
    #[uniffi(default = None)]
    pub journal_capacity: Option<u32>,
    /// The application's name.
    #[uniffi(default = None)]
    pub user_agent_suffix: Option<String>,
    /// In place of the process's environment.
    #[uniffi(default = None)]
    pub environment: Option<Vec<Pair>>,
}

/// How often and how fast failed requests are repeated. Times are seconds.
#[derive(Clone, uniffi::Record)]
pub struct RetrySettings {
    /// Attempts of a call.
    pub max_attempts: u32,
    /// The first back-off.
    pub base: f64,
    /// The longest back-off.
    pub cap: f64,
    /// The first back-off after 429 and 503.
    pub throttled_base: f64,
    /// The longest back-off after 429 and 503.
    pub throttled_cap: f64,
    /// The longest wait that a server may ask for.
    pub max_retry_after: f64,
}

/// When the state of a pending answer is read. Times are seconds.
#[derive(Clone, uniffi::Record)]
pub struct PollSettings {
    /// From acceptance to the first poll.
    pub first: f64,
    /// The next wait as a share of the time since.
    pub share: f64,
    /// The shortest wait.
    pub least: f64,
    /// The longest wait.
    pub most: f64,
    /// How far a wait may be off, as a share.
    pub jitter: f64,
    /// The default total time of a wait.
    pub timeout: Option<f64>,
}

/// The defaults.
#[uniffi::export]
pub fn default_retry() -> RetrySettings {
    let RetryPolicy { max_attempts, base, cap, throttled_base, throttled_cap, max_retry_after } =
        RetryPolicy::default();
    RetrySettings {
        max_attempts,
        base: base.as_secs_f64(),
        cap: cap.as_secs_f64(),
        throttled_base: throttled_base.as_secs_f64(),
        throttled_cap: throttled_cap.as_secs_f64(),
        max_retry_after: max_retry_after.as_secs_f64(),
    }
}

/// The defaults.
#[uniffi::export]
pub fn default_poll() -> PollSettings {
    PollSchedule::default().into()
}

/// The vendor's schedule for workers.
#[uniffi::export]
pub fn worker_poll() -> PollSettings {
    PollSchedule::worker().into()
}

impl From<PollSchedule> for PollSettings {
    fn from(schedule: PollSchedule) -> Self {
        let PollSchedule { first, share, least, most, jitter, timeout } = schedule;
        Self {
            first: first.as_secs_f64(),
            share,
            least: least.as_secs_f64(),
            most: most.as_secs_f64(),
            jitter,
            timeout: timeout.map(|timeout| timeout.as_secs_f64()),
        }
    }
}

impl RetrySettings {
    fn policy(self) -> Result<RetryPolicy, Error> {
        let Self { max_attempts, base, cap, throttled_base, throttled_cap, max_retry_after } = self;
        Ok(RetryPolicy {
            max_attempts,
            base: duration("base", base)?,
            cap: duration("cap", cap)?,
            throttled_base: duration("throttled_base", throttled_base)?,
            throttled_cap: duration("throttled_cap", throttled_cap)?,
            max_retry_after: duration("max_retry_after", max_retry_after)?,
        })
    }
}

impl PollSettings {
    fn schedule(self) -> Result<PollSchedule, Error> {
        let Self { first, share, least, most, jitter, timeout } = self;
        Ok(PollSchedule {
            first: duration("first", first)?,
            share,
            least: duration("least", least)?,
            most: duration("most", most)?,
            jitter,
            timeout: timeout.map(|seconds| duration("timeout", seconds)).transpose()?,
        })
    }
}

/// The builder for these options.
pub(crate) fn builder(given: ClientSettings) -> Result<ClientBuilder, Error> {
    let ClientSettings {
        api_key,
        api_key_file,
        bearer_token,
        base_url,
        tenant_id,
        site_id,
        headers,
        allow_http,
        ca_file,
        ca_pem,
        proxy,
        timeout,
        send_timeout,
        upload_timeout,
        ask_timeout,
        connect_timeout,
        body_stall_timeout,
        max_in_flight,
        retry,
        retry_unknown,
        poll,
        max_poll_rate,
        journal_capacity,
        user_agent_suffix,
        environment,
    } = given;
    let mut builder = Client::builder();
    macro_rules! set {
        ($($name:ident),+) => { $(
            if let Some(value) = $name {
                builder = builder.$name(value);
            }
        )+ };
    }
    macro_rules! set_times {
        ($($name:ident),+) => { $(
            if let Some(seconds) = $name {
                builder = builder.$name(duration(stringify!($name), seconds)?);
            }
        )+ };
    }
    let max_in_flight = max_in_flight.map(count);
    let journal_capacity = journal_capacity.map(count);
    set!(
        api_key,
        api_key_file,
        bearer_token,
        base_url,
        tenant_id,
        site_id,
        allow_http,
        ca_file,
        ca_pem,
        proxy,
        max_in_flight,
        retry_unknown,
        max_poll_rate,
        journal_capacity,
        user_agent_suffix
    );
    set_times!(
        timeout,
        send_timeout,
        upload_timeout,
        ask_timeout,
        connect_timeout,
        body_stall_timeout
    );
    for Pair { name, value } in headers {
        builder = builder.header(name, value);
    }
    if let Some(retry) = retry {
        builder = builder.retry(retry.policy()?);
    }
    if let Some(poll) = poll {
        builder = builder.poll(poll.schedule()?);
    }
    if let Some(environment) = environment {
        builder = builder.environment(environment.into_iter().map(|pair| (pair.name, pair.value)));
    }
    Ok(builder)
}

/// A number of things.
pub(crate) fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
