//! What JavaScript hands over as JSON text: one object for each call.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use uppzy::{CallOptions, Error, Result};

/// A class of arguments, each of which has the options of a call as well.
macro_rules! arguments {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub(crate) struct $name {
            $(pub(crate) $field: $type,)*
            timeout_ms: Option<f64>,
            retry_unknown: Option<bool>,
        }

        impl $name {
            /// How the call differs from the client's defaults.
            pub(crate) fn options(&self) -> uppzy::Result<uppzy::CallOptions> {
                $crate::arguments::call_options(self.timeout_ms, self.retry_unknown)
            }
        }
    };
}
pub(crate) use arguments;

pub(crate) fn call_options(
    timeout_ms: Option<f64>,
    retry_unknown: Option<bool>,
) -> Result<CallOptions> {
    let timeout = timeout_ms.map(|time| milliseconds("timeout", "timeoutMs", time)).transpose()?;
    Ok(CallOptions { timeout, retry_unknown })
}

/// Reads the arguments of a call.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    match serde_json::from_str(json) {
        Ok(arguments) => Ok(arguments),
        // A second time, with care for what the first one did not need.
        Err(_) => read_with_care(&well_formed(json)),
    }
}

fn read_with_care<T: DeserializeOwned>(json: &str) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let text = error.inner().to_string();
        let path = error.path().to_string();
        // What serde says of a wrong value repeats it, and it may be somebody's words.
        let quoted = |beginning: &str| {
            text.strip_prefix(beginning).and_then(|rest| rest.split('`').next()).map(str::to_owned)
        };
        if let Some(field) = quoted("missing field `") {
            let message = format!("{field} is missing");
            return Error::invalid_input(&in_snake_case(&field), message);
        }
        if let Some(field) = quoted("unknown field `") {
            let message = format!("there is no option {field}");
            return Error::invalid_input(&in_snake_case(&field), message);
        }
        let message = match text.split_once(", expected ") {
            Some((_, expected)) => {
                let expected = expected.split(" at line ").next().unwrap_or_default();
                format!("{path} has the wrong type: expected {expected}")
            }
            None => format!("{path} has the wrong type"),
        };
        Error::invalid_input(&in_snake_case(&path), message)
    })
}

/// Fields are named the same in all languages.
fn in_snake_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(character.to_ascii_lowercase());
    }
    text
}

/// Puts the replacement character where JavaScript has half a character, such as an emoji that was
/// cut in two. `JSON.stringify` writes only such halves as escapes that begin with d.
fn well_formed(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, escape)) = rest.split_once('\\') {
        text.push_str(before);
        if escape.starts_with("ud") && escape.is_char_boundary(5) {
            text.push('\u{fffd}');
            rest = escape.get(5..).unwrap_or_default();
        } else {
            let mut characters = escape.chars();
            text.push('\\');
            text.extend(characters.next());
            rest = characters.as_str();
        }
    }
    text.push_str(rest);
    text
}

/// A time that a caller gave in milliseconds.
pub(crate) fn milliseconds(field: &str, option: &str, time: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(time / 1_000.0).map_err(|_| {
        let message = format!("{option} must be a number of milliseconds from 0 on, not {time}");
        Error::invalid_input(field, message)
    })
}

/// A query's parameters, in their order. A list gives its name to each of its values.
#[derive(Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// The pairs as the core takes them.
    pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

impl<'de> Deserialize<'de> for Query {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Query;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of names and values, such as { page: 2 }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Query, A::Error> {
        let mut pairs = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            let values = match value {
                Value::Array(values) => values,
                value => vec![value],
            };
            for value in values {
                let text = match value {
                    Value::String(text) => text,
                    Value::Bool(_) | Value::Number(_) => value.to_string(),
                    _ => {
                        let message = "a query's value, expected a string, a number, a boolean or a list of these";
                        return Err(serde::de::Error::custom(message));
                    }
                };
                pairs.push((name.clone(), text));
            }
        }
        Ok(Query(pairs))
    }
}
