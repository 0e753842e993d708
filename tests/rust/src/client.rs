//! Makes clients from the options of a scenario.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use uppzy::{Client, ClientBuilder, Clock, Error, PollSchedule, RetryPolicy, Transport};

use crate::control::Control;

/// A client with these options. What is not given comes from the sandbox; null means not given at
/// all. The environment is empty unless the options name one.
pub(crate) fn make(
    options: &Map<String, Value>,
    space: &Control,
    clock: &Clock,
    transport: Option<Arc<dyn Transport>>,
) -> Result<Result<Client, Error>, String> {
    let mut options = options.clone();
    for name in ["base_url", "api_key", "tenant_id", "site_id"] {
        if !options.contains_key(name) {
            options.insert(name.to_owned(), Value::String(space.text(name)?));
        }
    }
    let no_environment: [(String, String); 0] = [];
    let mut builder = Client::builder().clock(clock.clone()).environment(no_environment);
    if let Some(transport) = transport {
        builder = builder.transport(transport);
    }
    for (name, value) in options.iter().filter(|(_, value)| !value.is_null()) {
        builder = set(builder, name, value)
            .ok_or_else(|| format!("the client option {name} is wrong"))?;
    }
    Ok(builder.build())
}

/// The builder with that option set; none when there is no such option, or not with such a value.
fn set(builder: ClientBuilder, name: &str, value: &Value) -> Option<ClientBuilder> {
    let text = || value.as_str().map(str::to_owned);
    let time = || seconds(value);
    let count = || usize::try_from(value.as_u64()?).ok();
    Some(match name {
        "api_key" => builder.api_key(text()?),
        "api_key_file" => builder.api_key_file(text()?),
        "bearer_token" => builder.bearer_token(text()?),
        "headers" => value.as_object()?.iter().try_fold(builder, |builder, (name, value)| {
            Some(builder.header(name.as_str(), value.as_str()?))
        })?,
        "base_url" => builder.base_url(text()?),
        "allow_http" => builder.allow_http(value.as_bool()?),
        "tenant_id" => builder.tenant_id(text()?),
        "site_id" => builder.site_id(text()?),
        "ca_file" => builder.ca_file(text()?),
        "ca_pem" => builder.ca_pem(text()?),
        "proxy" => builder.proxy(text()?),
        "timeout" => builder.timeout(time()?),
        "send_timeout" => builder.send_timeout(time()?),
        "upload_timeout" => builder.upload_timeout(time()?),
        "ask_timeout" => builder.ask_timeout(time()?),
        "connect_timeout" => builder.connect_timeout(time()?),
        "body_stall_timeout" => builder.body_stall_timeout(time()?),
        "max_in_flight" => builder.max_in_flight(count()?),
        "retry" => builder.retry(retry(value.as_object()?)?),
        "retry_unknown" => builder.retry_unknown(value.as_bool()?),
        "poll" => builder.poll(poll(value)?),
        "max_poll_rate" => builder.max_poll_rate(value.as_f64()?),
        "journal_capacity" => builder.journal_capacity(count()?),
        "user_agent_suffix" => builder.user_agent_suffix(text()?),
        "environment" => {
            let pairs = value.as_object()?.iter();
            let pairs: Option<Vec<_>> = pairs
                .map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect();
            builder.environment(pairs?)
        }
        _ => return None,
    })
}

/// A time that a scenario gives in seconds.
pub(crate) fn seconds(value: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(value.as_f64()?).ok()
}

fn retry(options: &Map<String, Value>) -> Option<RetryPolicy> {
    let mut policy = RetryPolicy::default();
    for (name, value) in options {
        match name.as_str() {
            "max_attempts" => policy.max_attempts = u32::try_from(value.as_u64()?).ok()?,
            "base" => policy.base = seconds(value)?,
            "cap" => policy.cap = seconds(value)?,
            "throttled_base" => policy.throttled_base = seconds(value)?,
            "throttled_cap" => policy.throttled_cap = seconds(value)?,
            "max_retry_after" => policy.max_retry_after = seconds(value)?,
            _ => return None,
        }
    }
    Some(policy)
}

fn poll(value: &Value) -> Option<PollSchedule> {
    let options = match value {
        Value::String(preset) if preset == "worker" => return Some(PollSchedule::worker()),
        other => other.as_object()?,
    };
    let mut schedule = PollSchedule::default();
    for (name, value) in options {
        match name.as_str() {
            "first" => schedule.first = seconds(value)?,
            "share" => schedule.share = value.as_f64()?,
            "least" => schedule.least = seconds(value)?,
            "most" => schedule.most = seconds(value)?,
            "jitter" => schedule.jitter = value.as_f64()?,
            "timeout" => schedule.timeout = Some(seconds(value)?),
            _ => return None,
        }
    }
    Some(schedule)
}
