//! The client: cheap to clone, one pool and one budget behind all clones.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

use crate::api::{Chat, Documents, Sessions, Sites, Tenants};
use crate::base_url::BaseUrl;
use crate::clock::{Clock, Waiting};
use crate::config::{ClientBuilder, Settings, check_scope_id, parse_key};
use crate::credentials::{Credentials, Scheme};
use crate::error::{Error, Result};
use crate::events::{EventStream, Metrics, Observer};
use crate::operation::Operation;
use crate::pipeline::{Deadline, queue_timeout};
use crate::poll::{CompletionTimes, PollGate, PollSchedule};
use crate::retry::{Budget, RetryPolicy};
use crate::transport::Transport;

/// The way to the Uppzy API. Cheap to clone; all clones, and the clients that
/// [`Client::for_site`] and [`Client::for_tenant`] give, share connections, budget and metrics.
///
/// ```no_run
/// # async fn example() -> Result<(), uppzy::Error> {
/// use uppzy::{ChatRequest, Client};
///
/// let client = Client::from_env()?;
/// let question = ChatRequest::new("ticket-48291", "How do I return a lamp?");
/// let answer = client.chat().ask(&question).await?;
/// println!("{}", answer.text());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) scope: Arc<Scope>,
}

/// The tenant and the site that a client's operations mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    tenant_id: Option<String>,
    site_id: Option<String>,
}

/// A secret of fewer characters may be a part of any text.
const SHORTEST_SECRET: usize = 12;

/// The headers of every request. Each has a place in them already, so that a copy is never made
/// larger.
struct Headers {
    bare: HeaderMap,
    /// For a body that is JSON.
    json: HeaderMap,
}

impl Headers {
    fn new(mut bare: HeaderMap, credential: Option<(HeaderName, HeaderValue)>) -> Self {
        if let Some((name, value)) = credential {
            bare.insert(name, value);
        }
        let mut json = bare.clone();
        json.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { bare, json }
    }
}

/// What all clones of a client share.
pub(crate) struct Shared {
    pub(crate) base_url: BaseUrl,
    pub(crate) credentials: Credentials,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) clock: Clock,
    pub(crate) retry: RetryPolicy,
    pub(crate) retry_unknown: bool,
    pub(crate) poll: PollSchedule,
    pub(crate) gate: PollGate,
    /// None where the schedule does not learn.
    pub(crate) completion_times: Option<CompletionTimes>,
    pub(crate) observer: Arc<Observer>,
    pub(crate) body_stall: Duration,
    pub(crate) ask_timeout: Duration,
    general_timeout: Duration,
    send_timeout: Duration,
    upload_timeout: Duration,
    headers: Headers,
    secret_headers: Vec<String>,
    in_flight: Semaphore,
    closing: CancellationToken,
}

impl Client {
    /// A client from the environment alone: `UPPZY_API_KEY` or `UPPZY_API_KEY_FILE`,
    /// `UPPZY_TENANT_ID`, `UPPZY_SITE_ID`, `UPPZY_BASE_URL`, `UPPZY_CA_FILE`.
    ///
    /// # Errors
    /// `config`, naming what is missing or unusable.
    pub fn from_env() -> Result<Self> {
        Self::builder().build()
    }

    /// A builder, for settings that do not come from the environment.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn from_settings(settings: Settings) -> Self {
        let Settings {
            base_url,
            credentials,
            headers,
            secret_headers,
            tenant_id,
            site_id,
            transport,
            budget,
            clock,
            timeouts,
            max_in_flight,
            retry,
            retry_unknown,
            poll,
            max_poll_rate,
            journal_capacity,
        } = settings;
        let shared = Shared {
            gate: PollGate::new(max_poll_rate),
            completion_times: poll.learns().then(CompletionTimes::default),
            observer: Arc::new(Observer::new(journal_capacity)),
            body_stall: timeouts.body_stall,
            ask_timeout: poll.timeout.unwrap_or(timeouts.ask),
            general_timeout: timeouts.general,
            send_timeout: timeouts.send,
            upload_timeout: timeouts.upload,
            headers: Headers::new(headers, credentials.header(clock.now())),
            in_flight: Semaphore::new(max_in_flight),
            closing: CancellationToken::new(),
            base_url,
            credentials,
            transport,
            budget,
            clock,
            retry,
            retry_unknown,
            poll,
            secret_headers,
        };
        Self { shared: Arc::new(shared), scope: Arc::new(Scope { tenant_id, site_id }) }
    }

    /// Operations on the tenant.
    pub fn tenant(&self) -> Tenants {
        Tenants::new(self.clone())
    }

    /// Operations on the site.
    pub fn site(&self) -> Sites {
        Sites::new(self.clone())
    }

    /// Operations on the site's documents.
    pub fn documents(&self) -> Documents {
        Documents::new(self.clone())
    }

    /// Questions and answers.
    pub fn chat(&self) -> Chat {
        Chat::new(self.clone())
    }

    /// Operations on sessions.
    pub fn sessions(&self) -> Sessions {
        Sessions::new(self.clone())
    }

    /// A client for another site. Shares connections, budget, metrics and events with this one.
    ///
    /// # Errors
    /// `config` when the id cannot be one.
    pub fn for_site(&self, site_id: impl Into<String>) -> Result<Self> {
        let site_id = site_id.into();
        check_scope_id("site_id", "argument", &site_id)?;
        let scope = Scope { site_id: Some(site_id), ..(*self.scope).clone() };
        Ok(Self { scope: Arc::new(scope), ..self.clone() })
    }

    /// A client for another tenant. Shares connections, budget, metrics and events with this one.
    ///
    /// # Errors
    /// `config` when the id cannot be one.
    pub fn for_tenant(&self, tenant_id: impl Into<String>) -> Result<Self> {
        let tenant_id = tenant_id.into();
        check_scope_id("tenant_id", "argument", &tenant_id)?;
        let scope = Scope { tenant_id: Some(tenant_id), ..(*self.scope).clone() };
        Ok(Self { scope: Arc::new(scope), ..self.clone() })
    }

    /// Uses another API key from the next attempt on. A call that was refused with the old key while
    /// it was on its way is sent once more with the new one, so that no call is lost.
    ///
    /// # Errors
    /// `config` when the text cannot be a key, or the client uses none.
    ///
    /// ```
    /// # fn main() -> Result<(), uppzy::Error> {
    /// let client = uppzy::Client::builder().api_key("old-key").build()?;
    /// client.set_api_key("new-key")?;
    /// # Ok(()) }
    /// ```
    pub fn set_api_key(&self, api_key: &str) -> Result<()> {
        let key = parse_key("api_key", "argument", api_key)?;
        self.shared.credentials.replace(Scheme::Key, &key)
    }

    /// Uses another bearer token from the next attempt on, for clients of a gateway.
    ///
    /// # Errors
    /// `config` when the text cannot be a token, or the client uses none.
    pub fn set_bearer_token(&self, bearer_token: &str) -> Result<()> {
        let token = parse_key("bearer_token", "argument", bearer_token)?;
        self.shared.credentials.replace(Scheme::Bearer, &token)
    }

    /// What the client and its clones have done so far.
    ///
    /// ```no_run
    /// # fn example(client: uppzy::Client) {
    /// println!("{}", client.metrics().to_prometheus());
    /// # }
    /// ```
    pub fn metrics(&self) -> Metrics {
        self.shared.observer.metrics()
    }

    /// Events from now on, in a queue of that many that drops the oldest when it is full.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) {
    /// let mut events = client.events(1_000);
    /// while let Some(event) = events.next().await {
    ///     println!("{event}");
    /// }
    /// # }
    /// ```
    pub fn events(&self, capacity: usize) -> EventStream {
        self.shared.observer.subscribe(capacity)
    }

    /// Ends the client and all its clones: calls from now on fail with `closed`, and so do calls
    /// that wait for a retry or for an answer. A request under way is finished. May be repeated.
    pub fn close(&self) {
        self.shared.closing.cancel();
        self.shared.transport.close();
        self.shared.observer.close();
    }

    /// Whether the client was closed.
    pub fn is_closed(&self) -> bool {
        self.shared.closing.is_cancelled()
    }

    /// The tenant that the `tenant` operations mean.
    pub fn tenant_id(&self) -> Option<&str> {
        self.scope.tenant_id.as_deref()
    }

    /// The site that all other operations mean.
    pub fn site_id(&self) -> Option<&str> {
        self.scope.site_id.as_deref()
    }

    /// Where the API is.
    pub fn base_url(&self) -> &str {
        self.shared.base_url.as_str()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base_url", &self.shared.base_url.as_str())
            .field("tenant_id", &self.scope.tenant_id)
            .field("site_id", &self.scope.site_id)
            .finish_non_exhaustive()
    }
}

impl Scope {
    pub(crate) fn tenant_id(&self) -> Result<&str> {
        required("tenant_id", "UPPZY_TENANT_ID", "for_tenant", self.tenant_id.as_deref())
    }

    pub(crate) fn site_id(&self) -> Result<&str> {
        required("site_id", "UPPZY_SITE_ID", "for_site", self.site_id.as_deref())
    }
}

fn closed() -> Error {
    Error::closed("the client was closed")
}

fn required<'a>(field: &str, variable: &str, method: &str, id: Option<&'a str>) -> Result<&'a str> {
    id.ok_or_else(|| {
        Error::config(
            field,
            format!("no {field}: pass it when the client is made, set {variable}, or use client.{method}"),
        )
    })
}

/// A credential without the word that says of which sort it is.
pub(crate) fn credential_text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok().map(|text| text.trim_start_matches("Bearer "))
}

impl Shared {
    /// The total time of a call that names none.
    pub(crate) fn default_timeout(&self, operation: &Operation) -> Duration {
        match operation.name {
            "chat.send" => self.send_timeout,
            "documents.upload" => self.upload_timeout,
            _ => self.general_timeout,
        }
    }

    pub(crate) fn refuse_if_closed(&self) -> Result<()> {
        if self.closing.is_cancelled() { Err(closed()) } else { Ok(()) }
    }

    /// Waits until that moment, or fails as soon as the client is closed.
    pub(crate) async fn pause(&self, until: Instant, waiting: Waiting) -> Result<()> {
        tokio::select! {
            biased;
            () = self.closing.cancelled() => Err(closed()),
            () = self.clock.sleep_until(until, waiting) => Ok(()),
        }
    }

    /// A place among the requests under way; waiting for one counts as a part of the call.
    pub(crate) async fn place(
        &self,
        deadline: Deadline,
        operation: &'static Operation,
    ) -> Result<SemaphorePermit<'_>> {
        self.refuse_if_closed()?;
        if let Ok(place) = self.in_flight.try_acquire() {
            return Ok(place);
        }
        match self.clock.timeout_at(deadline.at, self.in_flight.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            // Nobody closes the semaphore.
            Ok(Err(_)) => Err(closed()),
            Err(_) => Err(queue_timeout(operation)),
        }
    }

    /// The headers of an attempt that begins now, and the credential among them.
    pub(crate) fn headers(&self, now: Instant, json: bool) -> (Option<HeaderValue>, HeaderMap) {
        let mut headers = if json { &self.headers.json } else { &self.headers.bare }.clone();
        let credential = self.credentials.header(now).map(|(name, value)| {
            headers.insert(name, value.clone());
            value
        });
        (credential, headers)
    }

    /// Whether the text is or holds a credential or a value of the caller's own headers. Short
    /// values are compared as a whole: they may be a part of anything.
    pub(crate) fn is_secret(&self, text: &str, credential: Option<&HeaderValue>) -> bool {
        let holds = |secret: &str| {
            text == secret || (secret.len() >= SHORTEST_SECRET && text.contains(secret))
        };
        credential.and_then(credential_text).is_some_and(holds)
            || self.secret_headers.iter().any(|secret| holds(secret))
    }

    /// What the client itself sends and must not come back in an error.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let credential = self.credentials.header(self.clock.now());
        let text = credential.as_ref().and_then(|(_, value)| credential_text(value));
        let mut secrets: Vec<String> = text.map(str::to_owned).into_iter().collect();
        secrets.extend(self.secret_headers());
        secrets.retain(|secret| !secret.is_empty());
        secrets
    }

    /// Values of the caller's own headers, which must not come back in an error.
    pub(crate) fn secret_headers(&self) -> impl Iterator<Item = String> + '_ {
        self.secret_headers.iter().cloned()
    }

    /// Stands for the server in a resume token.
    pub(crate) fn origin(&self) -> String {
        self.base_url.origin()
    }
}
