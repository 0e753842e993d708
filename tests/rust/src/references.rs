//! References to earlier results: a text such as `$first.request_id` stands for a saved value.

use serde_json::{Map, Value};

/// The value with every reference in it replaced.
pub(crate) fn resolve(value: &Value, saved: &Map<String, Value>) -> Result<Value, String> {
    match value {
        Value::String(text) => match text.strip_prefix('$') {
            Some(path) => find(path, saved).cloned().ok_or_else(|| format!("nothing is at {text}")),
            None => Ok(value.clone()),
        },
        Value::Array(items) => items.iter().map(|item| resolve(item, saved)).collect(),
        Value::Object(fields) => resolve_fields(fields, saved).map(Value::Object),
        other => Ok(other.clone()),
    }
}

/// The object with every reference in its values replaced.
pub(crate) fn resolve_fields(
    fields: &Map<String, Value>,
    saved: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    fields.iter().map(|(name, value)| Ok((name.clone(), resolve(value, saved)?))).collect()
}

/// A number in a path is a position in a list.
fn find<'a>(path: &str, saved: &'a Map<String, Value>) -> Option<&'a Value> {
    let mut names = path.split('.');
    let mut found = saved.get(names.next()?)?;
    for name in names {
        found = match found {
            Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
            other => other.get(name)?,
        };
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_replaced_wherever_they_stand() {
        let Value::Object(saved) = json!({"first": {"ids": [7, {"a": "b"}]}}) else { panic!() };
        let value = json!({"x": ["$first.ids.0", "plain"], "y": {"z": "$first.ids.1.a"}});
        assert_eq!(resolve(&value, &saved), Ok(json!({"x": [7, "plain"], "y": {"z": "b"}})));
        assert!(resolve(&json!("$first.nothing"), &saved).unwrap_err().contains("$first.nothing"));
    }
}
