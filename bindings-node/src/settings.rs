//! A client's options, as JSON.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use uppzy::{ClientBuilder, PollSchedule, Result, RetryPolicy};

use crate::arguments::{Query, milliseconds, read};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    api_key: Option<String>,
    api_key_file: Option<PathBuf>,
    bearer_token: Option<String>,
    base_url: Option<String>,
    tenant_id: Option<String>,
    site_id: Option<String>,
    headers: Option<Query>,
    allow_http: Option<bool>,
    ca_file: Option<PathBuf>,
    ca_pem: Option<String>,
    proxy: Option<String>,
    timeout_ms: Option<f64>,
    send_timeout_ms: Option<f64>,
    upload_timeout_ms: Option<f64>,
    ask_timeout_ms: Option<f64>,
    connect_timeout_ms: Option<f64>,
    body_stall_timeout_ms: Option<f64>,
    max_in_flight: Option<usize>,
    retry: Option<Retry>,
    retry_unknown: Option<bool>,
    poll: Option<Poll>,
    max_poll_rate: Option<f64>,
    journal_capacity: Option<usize>,
    user_agent_suffix: Option<String>,
    environment: Option<Query>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Retry {
    max_attempts: Option<u32>,
    base_ms: Option<f64>,
    cap_ms: Option<f64>,
    throttled_base_ms: Option<f64>,
    throttled_cap_ms: Option<f64>,
    max_retry_after_ms: Option<f64>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "\"worker\" or an object of firstMs, share, leastMs, mostMs, jitter and timeoutMs"
)]
enum Poll {
    Preset(Preset),
    Schedule(Schedule),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Preset {
    Worker,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Schedule {
    first_ms: Option<f64>,
    share: Option<f64>,
    least_ms: Option<f64>,
    most_ms: Option<f64>,
    jitter: Option<f64>,
    timeout_ms: Option<f64>,
}

/// The builder for these options; those that are absent are left to the environment and the defaults.
pub(crate) fn builder(json: &str) -> Result<ClientBuilder> {
    let given: Settings = read(json)?;
    let mut builder = uppzy::Client::builder();
    macro_rules! set {
        ($($name:ident),+) => { $(
            if let Some(value) = given.$name {
                builder = builder.$name(value);
            }
        )+ };
    }
    macro_rules! set_times {
        ($($name:ident = $given:ident, $option:literal;)+) => { $(
            if let Some(time) = given.$given {
                builder = builder.$name(milliseconds(stringify!($name), $option, time)?);
            }
        )+ };
    }
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
    set_times! {
        timeout = timeout_ms, "timeoutMs";
        send_timeout = send_timeout_ms, "sendTimeoutMs";
        upload_timeout = upload_timeout_ms, "uploadTimeoutMs";
        ask_timeout = ask_timeout_ms, "askTimeoutMs";
        connect_timeout = connect_timeout_ms, "connectTimeoutMs";
        body_stall_timeout = body_stall_timeout_ms, "bodyStallTimeoutMs";
    }
    for (name, value) in given.headers.unwrap_or_default().pairs() {
        builder = builder.header(name, value);
    }
    if let Some(retry) = given.retry {
        builder = builder.retry(retry.policy()?);
    }
    if let Some(poll) = given.poll {
        builder = builder.poll(poll.schedule()?);
    }
    if let Some(environment) = given.environment {
        builder = builder.environment(environment.pairs());
    }
    Ok(builder)
}

/// Puts a time in its place, if it was given.
fn put(place: &mut Duration, option: &str, time: Option<f64>) -> Result<()> {
    if let Some(time) = time {
        *place = milliseconds(option, option, time)?;
    }
    Ok(())
}

impl Retry {
    fn policy(self) -> Result<RetryPolicy> {
        let mut policy = RetryPolicy::default();
        if let Some(attempts) = self.max_attempts {
            policy.max_attempts = attempts;
        }
        put(&mut policy.base, "baseMs", self.base_ms)?;
        put(&mut policy.cap, "capMs", self.cap_ms)?;
        put(&mut policy.throttled_base, "throttledBaseMs", self.throttled_base_ms)?;
        put(&mut policy.throttled_cap, "throttledCapMs", self.throttled_cap_ms)?;
        put(&mut policy.max_retry_after, "maxRetryAfterMs", self.max_retry_after_ms)?;
        Ok(policy)
    }
}

impl Poll {
    fn schedule(self) -> Result<PollSchedule> {
        let given = match self {
            Self::Preset(Preset::Worker) => return Ok(PollSchedule::worker()),
            Self::Schedule(given) => given,
        };
        let mut schedule = PollSchedule::default();
        put(&mut schedule.first, "firstMs", given.first_ms)?;
        put(&mut schedule.least, "leastMs", given.least_ms)?;
        put(&mut schedule.most, "mostMs", given.most_ms)?;
        schedule.share = given.share.unwrap_or(schedule.share);
        schedule.jitter = given.jitter.unwrap_or(schedule.jitter);
        if let Some(time) = given.timeout_ms {
            schedule.timeout = Some(milliseconds("timeoutMs", "timeoutMs", time)?);
        }
        Ok(schedule)
    }
}
