//! Checks every setting before any I/O, with errors that say what to change.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::{Host, Url};

use super::environment::Setting;
use super::{ClientBuilder, DEFAULT_BASE_URL, Environment};
use crate::base_url::BaseUrl;
use crate::clock::Clock;
use crate::credentials::{Credentials, Scheme, read_key_file};
use crate::defaults::{BODY_STALL_TIMEOUT, CONNECT_TIMEOUT, JOURNAL_CAPACITY, MAX_IN_FLIGHT};
use crate::error::{Error, Result};
use crate::operation::{ASK_TIMEOUT, CHAT_SEND, DOCUMENTS_UPLOAD, TENANT_GET};
use crate::poll::PollSchedule;
use crate::retry::{Budget, RetryPolicy};
use crate::secret::{ApiKey, fingerprint};
use crate::transport::{HttpTransport, Transport, TransportOptions, read_certificates};

const LONGEST_ID: usize = 200;
/// Headers that the client itself sets, or that decide how a message is read.
const RESERVED_HEADERS: [&str; 8] = [
    "x-api-key",
    "host",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "accept",
    "user-agent",
];

/// Settings that passed every check.
pub(crate) struct Settings {
    pub(crate) base_url: BaseUrl,
    pub(crate) credentials: Credentials,
    pub(crate) headers: HeaderMap,
    pub(crate) secret_headers: Vec<String>,
    pub(crate) tenant_id: Option<String>,
    pub(crate) site_id: Option<String>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) clock: Clock,
    pub(crate) timeouts: Timeouts,
    pub(crate) max_in_flight: usize,
    pub(crate) retry: RetryPolicy,
    pub(crate) retry_unknown: bool,
    pub(crate) poll: PollSchedule,
    pub(crate) max_poll_rate: Option<f64>,
    pub(crate) journal_capacity: usize,
}

/// The default total times of calls, and the phase timers that do not depend on the operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) general: Duration,
    pub(crate) send: Duration,
    pub(crate) upload: Duration,
    pub(crate) ask: Duration,
    pub(crate) body_stall: Duration,
}

/// Reads a key that the caller passed in; the error does not repeat it.
pub(crate) fn parse_key(field: &str, origin: &str, text: &str) -> Result<ApiKey> {
    ApiKey::parse(text).map_err(|fault| {
        Error::config(field, format!("{field} ({origin}) {fault}; pass the key exactly as issued"))
    })
}

impl Settings {
    pub(crate) fn resolve(builder: ClientBuilder) -> Result<Self> {
        let environment = builder.environment.clone();
        let base = environment.setting(builder.base_url.clone(), "UPPZY_BASE_URL");
        let base_given = base.is_some();
        let (base_url, loopback) = base_url(base, builder.allow_http)?;
        let credentials = credentials(&builder, &environment, base_given)?;
        let (headers, secret_headers) = headers(&builder)?;
        let key = credentials.header(builder.clock.now());
        let key = key.map_or(0, |(_, value)| fingerprint(&value));
        let budget = if builder.clock.is_system() {
            Budget::shared(&base_url.origin(), key)
        } else {
            Arc::new(Budget::new())
        };
        let connect_timeout =
            duration("connect_timeout", builder.connect_timeout, CONNECT_TIMEOUT)?;
        let transport = match &builder.transport {
            Some(transport) => Arc::clone(transport),
            None => {
                let server = base_url.with_target("/".to_owned())?;
                Arc::new(HttpTransport::new(TransportOptions {
                    clock: builder.clock.clone(),
                    connect_timeout,
                    extra_roots: extra_roots(&builder, &environment)?,
                    proxy: proxy(builder.proxy.as_deref(), &server)?,
                    server,
                    loopback,
                    tls: base_url.is_https(),
                }))
            }
        };
        Ok(Self {
            timeouts: Timeouts {
                general: duration("timeout", builder.timeout, TENANT_GET.timeout)?,
                send: duration("send_timeout", builder.send_timeout, CHAT_SEND.timeout)?,
                upload: duration(
                    "upload_timeout",
                    builder.upload_timeout,
                    DOCUMENTS_UPLOAD.timeout,
                )?,
                ask: duration("ask_timeout", builder.ask_timeout, ASK_TIMEOUT)?,
                body_stall: duration(
                    "body_stall_timeout",
                    builder.body_stall_timeout,
                    BODY_STALL_TIMEOUT,
                )?,
            },
            tenant_id: scope_id(
                "tenant_id",
                environment.setting(builder.tenant_id, "UPPZY_TENANT_ID"),
            )?,
            site_id: scope_id("site_id", environment.setting(builder.site_id, "UPPZY_SITE_ID"))?,
            max_in_flight: match builder.max_in_flight {
                Some(0) => {
                    return Err(Error::config("max_in_flight", "max_in_flight must be at least 1"));
                }
                Some(places) => places.min(tokio::sync::Semaphore::MAX_PERMITS),
                None => MAX_IN_FLIGHT,
            },
            retry: retry_policy(builder.retry)?,
            retry_unknown: builder.retry_unknown,
            poll: builder.poll.checked()?,
            max_poll_rate: poll_rate(builder.max_poll_rate)?,
            journal_capacity: builder.journal_capacity.unwrap_or(JOURNAL_CAPACITY),
            clock: builder.clock,
            base_url,
            credentials,
            headers,
            secret_headers,
            transport,
            budget,
        })
    }
}

fn base_url(setting: Option<Setting>, allow_http: bool) -> Result<(BaseUrl, bool)> {
    let origin = setting.as_ref().map_or("default", |setting| setting.origin);
    let text = setting.map_or_else(|| DEFAULT_BASE_URL.to_owned(), |setting| setting.value);
    let fault =
        |fault: &str| Err(Error::config("base_url", format!("base_url ({origin}) {fault}")));
    let Ok(mut url) = Url::parse(text.trim()) else {
        return fault("is not a URL; expected something like https://api.uppzy.com/api/v1");
    };
    if !matches!(url.scheme(), "http" | "https") {
        return fault("must begin with https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return fault("must not contain a user name or password; pass api_key or bearer_token");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return fault("must not contain a query or fragment; remove everything from `?` or `#` on");
    }
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    };
    if url.scheme() == "http" && !loopback && !allow_http {
        return fault(
            "uses http://, which would send the key in clear text; use https://, or set allow_http \
             if the network is trusted",
        );
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    match BaseUrl::new(url) {
        Some(url) => Ok((url, loopback)),
        None => fault("is not a URL that HTTP can carry"),
    }
}

fn credentials(
    builder: &ClientBuilder,
    environment: &Environment,
    base_given: bool,
) -> Result<Credentials> {
    let gateway = builder.bearer_token.is_some() || !builder.headers.is_empty();
    let key_given = builder.api_key.is_some() || builder.api_key_file.is_some();
    if builder.bearer_token.is_some() && key_given {
        return Err(Error::config(
            "bearer_token",
            "both an API key and a bearer_token were given; the key belongs in the gateway, so pass only the token here",
        ));
    }
    if gateway && !key_given {
        if !base_given {
            return Err(Error::config(
                "base_url",
                "bearer_token and headers stand in for the key behind your own gateway: pass the gateway's base_url too",
            ));
        }
        let token = builder.bearer_token.as_deref();
        return token.map_or(Ok(Credentials::default()), |token| {
            Ok(Credentials::fixed(Scheme::Bearer, &parse_key("bearer_token", "argument", token)?))
        });
    }
    // A file given as an argument comes before a key from the environment.
    let key = match &builder.api_key_file {
        Some(_) if builder.api_key.is_none() => None,
        _ => environment.setting(builder.api_key.clone(), "UPPZY_API_KEY"),
    };
    if let Some(key) = key {
        let parsed = parse_key("api_key", key.origin, &key.value)?;
        return Ok(Credentials::fixed(Scheme::Key, &parsed));
    }
    let path = builder.api_key_file.as_ref().map(|path| (path.clone(), "argument"));
    let path = path.or_else(|| {
        let setting = environment.setting(None, "UPPZY_API_KEY_FILE")?;
        Some((PathBuf::from(setting.value), setting.origin))
    });
    let Some((path, origin)) = path else {
        return Err(Error::config(
            "api_key",
            "no API key: pass api_key, or set UPPZY_API_KEY or UPPZY_API_KEY_FILE; \
             behind your own gateway pass base_url with bearer_token or headers",
        ));
    };
    let key = read_key_file(&path).map_err(|fault| {
        Error::config("api_key_file", format!("api_key_file ({origin}) {} {fault}", path.display()))
    })?;
    Ok(Credentials::from_file(path, &key, builder.clock.now()))
}

fn headers(builder: &ClientBuilder) -> Result<(HeaderMap, Vec<String>)> {
    let mut headers = HeaderMap::new();
    let mut agent = format!("uppzy/{}", crate::VERSION);
    if let Some(suffix) = &builder.user_agent_suffix {
        agent.push(' ');
        agent.push_str(suffix);
    }
    let agent = HeaderValue::from_str(&agent).map_err(|_| {
        Error::config("user_agent_suffix", "user_agent_suffix must be printable ASCII on one line")
    })?;
    headers.insert(USER_AGENT, agent);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    for (name, value) in &builder.headers {
        let fault = |fault: &str| Error::config("headers", format!("header {name:?} {fault}"));
        let parsed =
            HeaderName::try_from(name).map_err(|_| fault("has a name that HTTP does not allow"))?;
        if RESERVED_HEADERS.contains(&parsed.as_str())
            || (builder.bearer_token.is_some() && parsed == http::header::AUTHORIZATION)
        {
            return Err(fault("is set by the client itself; leave it out"));
        }
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| fault("has a value that is not printable ASCII on one line"))?;
        // It may well be a gateway's secret.
        value.set_sensitive(true);
        headers.append(parsed, value);
    }
    let secrets = builder.headers.iter().map(|(_, value)| value.clone()).collect();
    Ok((headers, secrets))
}

fn extra_roots(
    builder: &ClientBuilder,
    environment: &Environment,
) -> Result<Vec<rustls::pki_types::CertificateDer<'static>>> {
    let mut roots = Vec::new();
    if let Some(pem) = &builder.ca_pem {
        let read = read_certificates(pem)
            .map_err(|fault| Error::config("ca_pem", format!("ca_pem (argument) {fault}")))?;
        roots.extend(read);
    }
    let argument = builder.ca_file.as_ref().map(|path| path.to_string_lossy().into_owned());
    if let Some(setting) = environment.setting(argument, "UPPZY_CA_FILE") {
        let Setting { value: path, origin } = setting;
        let fault =
            |fault: String| Error::config("ca_file", format!("ca_file ({origin}) {path} {fault}"));
        let pem =
            std::fs::read(&path).map_err(|error| fault(format!("cannot be read: {error}")))?;
        roots.extend(read_certificates(&pem).map_err(fault)?);
    }
    Ok(roots)
}

fn proxy(text: Option<&str>, server: &Uri) -> Result<Option<Intercept>> {
    let Some(text) = text else { return Ok(None) };
    let fault = || {
        // The text may hold a password.
        Error::config(
            "proxy",
            "proxy (argument) is not a proxy URL; expected something like http://proxy.example:3128",
        )
    };
    let url = Url::parse(text).map_err(|_| fault())?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(fault());
    }
    let proxies = Matcher::builder().all(String::from(url)).build();
    proxies.intercept(server).map(Some).ok_or_else(fault)
}

fn scope_id(field: &str, setting: Option<Setting>) -> Result<Option<String>> {
    let Some(Setting { value, origin }) = setting else { return Ok(None) };
    check_scope_id(field, origin, &value)?;
    Ok(Some(value))
}

/// An id becomes a part of the path; beyond that its form is the server's business.
pub(crate) fn check_scope_id(field: &str, origin: &str, value: &str) -> Result<()> {
    let fault = if value.trim().is_empty() {
        "is empty"
    } else if matches!(value, "." | "..") {
        "must not be `.` or `..`"
    } else if value.len() > LONGEST_ID {
        "is longer than 200 characters"
    } else if value.chars().any(char::is_control) || value.trim() != value {
        "contains a line break, another control character, or a space at its end"
    } else {
        return Ok(());
    };
    Err(Error::config(field, format!("{field} ({origin}) {fault}; copy it from the dashboard")))
}

fn duration(field: &str, given: Option<Duration>, default: Duration) -> Result<Duration> {
    let value = given.unwrap_or(default);
    if value.is_zero() || value > Duration::from_secs(24 * 3600) {
        return Err(Error::config(
            field,
            format!("{field} must be more than 0 and at most 24 hours, not {value:?}"),
        ));
    }
    Ok(value)
}

fn retry_policy(policy: RetryPolicy) -> Result<RetryPolicy> {
    let fault = if policy.max_attempts == 0 {
        "max_attempts counts the first attempt too: it must be at least 1"
    } else if policy.max_attempts > 20 {
        "max_attempts must be at most 20"
    } else if policy.base > policy.cap || policy.throttled_base > policy.throttled_cap {
        "a back-off's base must not be longer than its cap"
    } else {
        return Ok(policy);
    };
    Err(Error::config("retry", fault))
}

fn poll_rate(rate: Option<f64>) -> Result<Option<f64>> {
    match rate {
        Some(rate) if !(rate.is_finite() && rate > 0.0) => Err(Error::config(
            "max_poll_rate",
            format!("max_poll_rate must be a number of polls per second above 0, not {rate}"),
        )),
        rate => Ok(rate),
    }
}
