//! Brings results to a form that is the same in every run and every language.

use serde_json::{Map, Value};

/// Fields whose values differ from run to run.
const VOLATILE: [&str; 20] = [
    "closed_at",
    "completion",
    "created_at",
    "delay",
    "delay_before_next",
    "duration",
    "elapsed",
    "feedback_submitted_at",
    "first_seen",
    "http_request_id",
    "last_seen",
    "latency",
    "next_in",
    "report",
    "resume_token",
    "retry_in",
    "started_after",
    "submitted_at",
    "token",
    "updated_at",
];
const PLACEHOLDER: &str = "<volatile>";
/// How every resume token begins.
const TOKEN_PREFIX: &str = "v1.";
/// Ids of the sandbox: a prefix and this many hex digits.
const ID_PREFIXES: [&str; 2] = ["req_", "doc_"];
const ID_DIGITS: usize = 32;

/// Values of one run, and what stands in their place. Longer values come first, so that a value that
/// holds another one is replaced as a whole.
pub(crate) struct Placeholders(Vec<(String, String)>);

impl Placeholders {
    pub(crate) fn new(mut pairs: Vec<(String, String)>) -> Self {
        pairs.retain(|(value, _)| !value.is_empty());
        pairs.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        Self(pairs)
    }

    /// The value with everything replaced that differs from run to run.
    pub(crate) fn apply(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.apply_to_text(text)),
            Value::Array(items) => items.iter().map(|item| self.apply(item)).collect(),
            Value::Object(fields) => {
                let fields: Map<String, Value> = fields
                    .iter()
                    .map(|(name, value)| {
                        let is_volatile = VOLATILE.contains(&name.as_str()) && !value.is_null();
                        let value =
                            if is_volatile { PLACEHOLDER.into() } else { self.apply(value) };
                        (self.apply_to_text(name), value)
                    })
                    .collect();
                Value::Object(fields)
            }
            other => other.clone(),
        }
    }

    fn apply_to_text(&self, text: &str) -> String {
        if text.starts_with(TOKEN_PREFIX) {
            return PLACEHOLDER.to_owned();
        }
        let mut text = text.to_owned();
        for (value, placeholder) in &self.0 {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), placeholder);
            }
        }
        ID_PREFIXES.iter().fold(text, |text, prefix| without_ids(&text, prefix))
    }
}

fn without_ids(text: &str, prefix: &str) -> String {
    let mut parts = text.split(prefix);
    let mut safe = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        safe.push_str(prefix);
        match part.get(ID_DIGITS..) {
            Some(rest) if digits == ID_DIGITS => {
                safe.push_str("<id>");
                safe.push_str(rest);
            }
            _ => safe.push_str(part),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_replaced() {
        let placeholders = Placeholders::new(vec![
            ("127.0.0.1:4010".into(), "<address>".into()),
            ("http://127.0.0.1:4010/api/v1".into(), "<base_url>".into()),
        ]);
        let id = format!("req_{}", "0a".repeat(16));
        let value = json!({
            "elapsed": 1.5, "closed_at": null, "message": format!("{id} at 127.0.0.1:4010, req_7"),
            "list": ["http://127.0.0.1:4010/api/v1/x"],
        });
        let expected = json!({
            "elapsed": "<volatile>", "closed_at": null, "message": "req_<id> at <address>, req_7",
            "list": ["<base_url>/x"],
        });
        assert_eq!(placeholders.apply(&value), expected);
    }
}
