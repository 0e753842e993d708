//! What the endpoints do.

mod chat;
mod documents;
mod sessions;
mod sites;
mod tenants;

use std::sync::Arc;

use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::answer::{Answer, INVALID_PAYLOAD};
use crate::endpoints::Endpoint;
use crate::request::Received;
use crate::space::SpaceCore;

/// Largest count that a query may give.
const MOST_COUNTED: usize = 1_000_000;

/// A request that was read.
pub(crate) struct Call<'call> {
    pub(crate) space: &'call Arc<SpaceCore>,
    pub(crate) endpoint: &'static Endpoint,
    /// Path parameters, still percent-encoded.
    pub(crate) parameters: [&'call str; 2],
    pub(crate) query: Vec<(String, String)>,
    pub(crate) key: Option<&'call str>,
    pub(crate) received: Received,
}

/// Answers a request as the real API would.
pub(crate) async fn run(mut call: Call<'_>) -> Answer {
    if let Err(refused) = admit(&call) {
        return refused;
    }
    let received = std::mem::replace(&mut call.received, Received::Nothing);
    if let Received::Unusable(answer) = received {
        return answer;
    }
    let result = answer(&call, received).await;
    result.unwrap_or_else(|error| error)
}

/// Key, plan and scope, in the order in which the API checks them.
fn admit(call: &Call<'_>) -> Result<(), Answer> {
    let space = call.space;
    let (known, m2m) = space.with_state(|state| {
        (call.key.is_some_and(|key| state.keys.accepts(key)), state.settings.m2m)
    });
    if !known {
        return Err(Answer::error(StatusCode::UNAUTHORIZED, "invalid_api_key"));
    }
    if !m2m {
        return Err(Answer::error(StatusCode::FORBIDDEN, "api_access_not_available_on_plan"));
    }
    let [scope, _] = call.parameters;
    let (expected, missing) = if call.endpoint.operation.starts_with("tenant.") {
        (space.tenant_id(), "tenant not found")
    } else {
        (space.site_id(), "site not found")
    };
    if decode(scope) == expected { Ok(()) } else { Err(Answer::not_found(missing)) }
}

/// A handler's answer; an error is an answer too.
type Outcome = Result<Answer, Answer>;

async fn answer(call: &Call<'_>, received: Received) -> Outcome {
    let now = call.space.clock.now();
    match (call.endpoint.operation, received) {
        ("tenant.get", _) => tenants::get(call),
        ("tenant.limits", _) => tenants::limits(call),
        ("tenant.usage", _) => tenants::usage(call, now),
        ("tenant.usage_history", _) => tenants::usage_history(call),
        ("tenant.statistics" | "site.statistics", _) => sites::statistics(call),
        ("site.get", _) => sites::get(call),
        ("site.user_statistics", _) => sites::user_statistics(call),
        ("site.widget_config", _) => sites::widget_config(call),
        ("site.update_widget_config", Received::Json(body)) => {
            sites::update_widget_config(call, &body)
        }
        ("documents.list", _) => documents::list(call),
        ("documents.upload", Received::File(file)) => documents::upload(call, file).await,
        ("documents.create_text", Received::Json(body)) => {
            documents::create_text(call, now, &Fields(&body)).await
        }
        ("documents.create_qa", Received::Json(body)) => {
            documents::create_qa(call, now, &Fields(&body)).await
        }
        ("documents.update", Received::Json(body)) => {
            documents::update(call, now, &Fields(&body)).await
        }
        ("documents.set_status", Received::Json(body)) => {
            documents::set_status(call, now, &Fields(&body)).await
        }
        ("documents.delete", Received::Json(body)) => documents::delete(call, &Fields(&body)).await,
        ("chat.send", Received::Json(body)) => chat::send(call, now, &Fields(&body)).await,
        ("chat.submit", Received::Json(body)) => chat::submit(call, now, &Fields(&body)).await,
        ("chat.status", _) => chat::status(call, now),
        ("chat.feedback", Received::Json(body)) => chat::feedback(call, now, &Fields(&body)),
        ("sessions.list", _) => sessions::list(call),
        ("sessions.close", Received::Json(body)) => sessions::close(call, now, &Fields(&body)),
        _ => Err(Answer::bad_request(INVALID_PAYLOAD)),
    }
}

/// Decodes percent-encoding.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl Call<'_> {
    /// The second path parameter, decoded.
    fn parameter(&self) -> String {
        let [_, second] = self.parameters;
        decode(second)
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A query parameter that is a count.
    fn query_count(&self, name: &str) -> Result<Option<usize>, Answer> {
        let read = |value: &str| {
            let number = value.parse().ok().filter(|number| *number <= MOST_COUNTED);
            // Rust also reads "+5".
            number.filter(|_| value.bytes().all(|byte| byte.is_ascii_digit())).ok_or_else(|| {
                let text = format!("{name} must be a whole number up to {MOST_COUNTED}");
                Answer::bad_request(&text)
            })
        };
        self.query(name).map(read).transpose()
    }

    /// A query parameter that is one of some words.
    fn query_word(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Answer> {
        match self.query(name) {
            Some(value) if !words.contains(&value) => {
                let words = words.join("' or '");
                Err(Answer::bad_request(&format!("{name} must be '{words}'")))
            }
            value => Ok(value),
        }
    }
}

/// The fields of a JSON object.
struct Fields<'body>(&'body Value);

impl<'body> Fields<'body> {
    /// A field that may be absent or null.
    fn get(&self, name: &str) -> Option<&'body Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn object(&self) -> Option<&'body Map<String, Value>> {
        self.0.as_object()
    }

    /// A string that may be absent or null.
    fn text(&self, name: &str) -> Result<Option<&'body str>, Answer> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.as_str() {
                Some(text) => Ok(Some(text)),
                None => Err(Answer::bad_request(INVALID_PAYLOAD)),
            },
        }
    }

    /// A string that must be there and hold something else than blanks and line ends.
    fn required(&self, name: &str) -> Result<&'body str, Answer> {
        let is_blank = |text: &str| text.chars().all(|character| " \t\r\n".contains(character));
        let text = self.text(name)?.filter(|text| !is_blank(text));
        text.ok_or_else(|| Answer::bad_request(&format!("{name} is required")))
    }

    /// A list of ids, which may be strings or numbers.
    fn ids(&self) -> Result<Vec<String>, Answer> {
        let missing = || Answer::bad_request("ids is required");
        let ids = self.get("ids").ok_or_else(missing)?;
        let ids = ids.as_array().ok_or_else(|| Answer::bad_request(INVALID_PAYLOAD))?;
        let read = |id: &Value| match id {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(Answer::bad_request(INVALID_PAYLOAD)),
        };
        ids.iter().map(read).collect()
    }
}
