//! The surface as the core defines it: its tables, and what its sources say where it has none.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use uppzy::operation::{ALL, ASK_TIMEOUT, by_name};
use uppzy::{
    AskManyOptions, DEFAULT_BASE_URL, Error, ErrorKind, PollSchedule, RetryPolicy, defaults,
};

use super::sources::{Definitions, Method, read};
use super::{Argument, Arguments, Class, Surface};

/// The types that calls are made on, and what stands before their names.
const HANDLES: [(&str, &str); 8] = [
    ("Chat", "chat"),
    ("Documents", "documents"),
    ("Sessions", "sessions"),
    ("Sites", "site"),
    ("Tenants", "tenant"),
    ("Client", "client"),
    ("PendingAnswer", "pending"),
    ("SessionIds", "session_ids"),
];
/// Handles whose calls are told their time and repeats beforehand, by `timeout` and `retry_unknown`.
const FAMILIES: [&str; 5] = ["Chat", "Documents", "Sessions", "Sites", "Tenants"];
const OPTIONS: [&str; 3] = ["timeout", "retry_unknown", "options"];

/// What the asynchronous client of the crate has, and what the blocking one has.
pub(crate) fn core_surface(root: &Path) -> Result<(Surface, Surface), String> {
    let sources = root.join("core").join("src");
    let asynchronous = read(&sources, &["blocking"])?;
    let mut blocking = read(&sources.join("blocking"), &[])?;
    // What the two share is defined once.
    blocking.fields.extend(asynchronous.fields.clone());
    for shared in ["ClientBuilder", "SessionIds", "Upload"] {
        let known = asynchronous.methods.get(shared).cloned().unwrap_or_default();
        blocking.methods.entry(shared.to_owned()).or_default().extend(known);
    }
    let first = surface(&asynchronous)?;
    for operation in ALL {
        if !first.calls.contains_key(operation.name) {
            return Err(format!("no method of the core's sources is {}", operation.name));
        }
    }
    Ok((first, surface(&blocking)?))
}

fn surface(definitions: &Definitions) -> Result<Surface, String> {
    let mut calls: BTreeMap<String, Arguments> = BTreeMap::new();
    for (handle, family) in HANDLES {
        let methods = definitions.methods.get(handle);
        for method in methods.ok_or_else(|| format!("the core's sources have no {handle}"))? {
            if !is_call(handle, method) {
                continue;
            }
            let arguments = arguments(definitions, handle, method)?;
            // A second method is the first one with more to say.
            let name = method.name.trim_end_matches("_within").trim_end_matches("_with");
            let known = calls.entry(format!("{family}.{name}"));
            match known {
                std::collections::btree_map::Entry::Vacant(place) => _ = place.insert(arguments),
                std::collections::btree_map::Entry::Occupied(mut place) => {
                    let more = arguments
                        .into_iter()
                        .map(|(name, argument)| (name, Argument { needed: false, ..argument }));
                    place.get_mut().extend(more);
                }
            }
        }
    }
    Ok(Surface {
        calls,
        settings: settings(definitions)?,
        classes: classes(),
        fields: fields(definitions),
    })
}

/// Whether the method is a call of its own: not one that makes the handle, leads to another, or says how
/// its calls differ.
fn is_call(handle: &str, method: &Method) -> bool {
    let leads = HANDLES.iter().any(|(other, _)| method.result == *other && handle == "Client");
    let makes = !method.has_receiver;
    let tells = FAMILIES.contains(&handle) && OPTIONS.contains(&method.name.as_str());
    !leads && !makes && !tells && !["as_async", "cancel_with"].contains(&method.name.as_str())
}

fn arguments(
    definitions: &Definitions,
    handle: &str,
    method: &Method,
) -> Result<Arguments, String> {
    let mut found = Arguments::new();
    for (name, kind) in &method.arguments {
        match kind.trim_start_matches('&').trim() {
            // What a caller fills in first is, in other languages, arguments of the call itself.
            record @ ("ChatRequest" | "AskManyOptions" | "CallOptions") => {
                found.extend(record_arguments(definitions, record)?);
            }
            "Upload" => found.extend(upload_arguments(definitions)?),
            kind => _ = found.insert(name.clone(), argument(kind)),
        }
    }
    if method.calls && FAMILIES.contains(&handle) {
        found.extend(record_arguments(definitions, "CallOptions")?);
    }
    if handle == "Client" && method.name == "events" {
        let default = Some(json!(defaults::EVENT_CAPACITY));
        found.insert("capacity".to_owned(), Argument { needed: false, default });
    }
    Ok(found)
}

fn argument(kind: &str) -> Argument {
    let open = kind.contains("& str , & str");
    Argument { needed: !kind.starts_with("Option <") && !open, default: None }
}

fn record_arguments(definitions: &Definitions, record: &str) -> Result<Arguments, String> {
    let fields = definitions.fields.get(record).filter(|fields| !fields.is_empty());
    let fields = fields.ok_or_else(|| format!("the core's sources have no {record}"))?;
    let argument = |(name, kind): &(String, String)| {
        let mut argument = argument(kind);
        if (record, name.as_str()) == ("AskManyOptions", "concurrency") {
            let default = json!(AskManyOptions::default().concurrency);
            argument = Argument { needed: false, default: Some(default) };
        }
        (name.clone(), argument)
    };
    Ok(fields.iter().map(argument).collect())
}

/// An upload is made of a source, by one of several functions, and more that may be said of it.
fn upload_arguments(definitions: &Definitions) -> Result<Arguments, String> {
    let methods = definitions.methods.get("Upload").ok_or("the core's sources have no Upload")?;
    let mut found = Arguments::new();
    found.insert("source".to_owned(), Argument { needed: true, default: None });
    for method in methods {
        if method.has_receiver {
            found.insert(method.name.clone(), Argument::default());
        } else {
            let optional = method.arguments.iter().filter(|(_, kind)| !argument(kind).needed);
            found.extend(optional.map(|(name, _)| (name.clone(), Argument::default())));
        }
    }
    Ok(found)
}

/// The value of a default, as JSON has it; times are seconds.
fn seconds(duration: Duration) -> Value {
    json!(duration.as_secs_f64())
}

fn settings(definitions: &Definitions) -> Result<BTreeMap<String, Arguments>, String> {
    let methods = definitions.methods.get("ClientBuilder").map(Vec::as_slice).unwrap_or_default();
    let mut client = Arguments::new();
    for method in methods.iter().filter(|method| method.result == "Self" && method.has_receiver) {
        let name = if method.name == "header" { "headers" } else { &method.name };
        client.insert(name.to_owned(), Argument { needed: false, default: default_of(name) });
    }
    if client.len() < 20 {
        return Err(format!("the core's sources have only {} settings", client.len()));
    }
    let record = |record: &str, defaults: Value| {
        let fields = definitions.fields.get(record).map(Vec::as_slice).unwrap_or_default();
        let argument = |(name, _): &(String, String)| {
            let default = defaults.get(name).cloned().filter(|default| !default.is_null());
            (name.clone(), Argument { needed: false, default })
        };
        fields.iter().map(argument).collect::<Arguments>()
    };
    let retry = record("RetryPolicy", retry_defaults(&RetryPolicy::default()));
    let poll = record("PollSchedule", poll_defaults(&PollSchedule::default()));
    let worker = record("PollSchedule", poll_defaults(&PollSchedule::worker()));
    let named = [("client", client), ("retry", retry), ("poll", poll), ("worker", worker)];
    Ok(named.map(|(name, arguments)| (name.to_owned(), arguments)).into())
}

/// The default of a setting of the client; none where it is not a value.
pub(crate) fn default_of(setting: &str) -> Option<Value> {
    let operation = |name| by_name(name).map(|operation| seconds(operation.timeout));
    match setting {
        "base_url" => Some(json!(DEFAULT_BASE_URL)),
        "allow_http" | "retry_unknown" => Some(json!(bool::default())),
        "timeout" => operation("tenant.get"),
        "send_timeout" => operation("chat.send"),
        "upload_timeout" => operation("documents.upload"),
        "ask_timeout" => Some(seconds(ASK_TIMEOUT)),
        "connect_timeout" => Some(seconds(defaults::CONNECT_TIMEOUT)),
        "body_stall_timeout" => Some(seconds(defaults::BODY_STALL_TIMEOUT)),
        "max_in_flight" => Some(json!(defaults::MAX_IN_FLIGHT)),
        "max_poll_rate" => Some(json!(defaults::MAX_POLL_RATE)),
        "journal_capacity" => Some(json!(defaults::JOURNAL_CAPACITY)),
        _ => None,
    }
}

fn retry_defaults(policy: &RetryPolicy) -> Value {
    // Without a rest pattern: a new field has to be told here.
    let RetryPolicy { max_attempts, base, cap, throttled_base, throttled_cap, max_retry_after } =
        policy;
    json!({
        "max_attempts": max_attempts,
        "base": seconds(*base),
        "cap": seconds(*cap),
        "throttled_base": seconds(*throttled_base),
        "throttled_cap": seconds(*throttled_cap),
        "max_retry_after": seconds(*max_retry_after),
    })
}

fn poll_defaults(schedule: &PollSchedule) -> Value {
    let PollSchedule { first, share, least, most, jitter, timeout } = schedule;
    json!({
        "first": seconds(*first),
        "share": share,
        "least": seconds(*least),
        "most": seconds(*most),
        "jitter": jitter,
        "timeout": timeout.map(seconds),
    })
}

fn classes() -> BTreeMap<String, Class> {
    let class = |row: &uppzy::KindRow| {
        let parent = Some(row.group.class_name().to_owned());
        (row.name.to_owned(), Class { name: row.class_name.to_owned(), parent })
    };
    ErrorKind::TABLE.iter().map(class).collect()
}

fn fields(definitions: &Definitions) -> BTreeMap<String, Vec<String>> {
    let error = Error::invalid_input("field", "a message").to_json();
    let names = |value: &Value| -> Vec<String> {
        value.as_object().into_iter().flat_map(serde_json::Map::keys).cloned().collect()
    };
    // The name of its class is what an object of a class need not carry.
    let mut error: Vec<String> = names(&error).into_iter().filter(|name| name != "class").collect();
    error.extend(["report", "queue_verdict", "to_json"].map(str::to_owned));
    let attempt = definitions.fields.get("AttemptRecord").into_iter().flatten();
    let attempt = attempt.map(|(name, _)| name.clone()).collect();
    BTreeMap::from([("error".to_owned(), error), ("attempt".to_owned(), attempt)])
}
