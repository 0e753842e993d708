//! Compares what came with what a scenario expects.

use serde_json::Value;

/// Where `actual` is not as expected, a line for each place.
///
/// An object must hold the named fields, a list must be as long and hold the same, and a number
/// equals one of the same value. An object with a single field that begins with `$` is a check; see
/// `tests/scenarios/README.md`.
#[must_use]
pub fn mismatches(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", expected, Some(actual), &mut found);
    found
}

fn compare(path: &str, expected: &Value, actual: Option<&Value>, found: &mut Vec<String>) {
    if let Some((check, argument)) = as_check(expected) {
        if let Err(reason) = run_check(check, argument, actual) {
            found.push(format!("{}: {reason}", shown_path(path)));
        }
        return;
    }
    let Some(actual) = actual else {
        found.push(format!("{}: expected {}, found nothing", shown_path(path), short(expected)));
        return;
    };
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, expected) in expected {
                compare(&format!("{path}.{name}"), expected, actual.get(name), found);
            }
        }
        // A list is often only counted, such as the attempts of a call.
        (Value::Number(length), Value::Array(items)) => {
            if length.as_u64() != Some(items.len() as u64) {
                found.push(format!(
                    "{}: expected {length} items, found {}: {}",
                    shown_path(path),
                    items.len(),
                    short(actual)
                ));
            }
        }
        (Value::Array(wanted), Value::Array(items)) => {
            if wanted.len() != items.len() {
                found.push(format!(
                    "{}: expected {} items, found {}: {}",
                    shown_path(path),
                    wanted.len(),
                    items.len(),
                    short(actual)
                ));
            }
            for (index, (wanted, item)) in wanted.iter().zip(items).enumerate() {
                compare(&format!("{path}[{index}]"), wanted, Some(item), found);
            }
        }
        (Value::Number(wanted), Value::Number(number)) if wanted.as_f64() == number.as_f64() => {}
        (expected, actual) if expected == actual => {}
        _ => found.push(format!(
            "{}: expected {}, found {}",
            shown_path(path),
            short(expected),
            short(actual)
        )),
    }
}

fn as_check(expected: &Value) -> Option<(&str, &Value)> {
    let fields = expected.as_object().filter(|fields| fields.len() == 1)?;
    let (name, argument) = fields.iter().next()?;
    Some((name.strip_prefix('$')?, argument))
}

fn run_check(check: &str, argument: &Value, actual: Option<&Value>) -> Result<(), String> {
    let shown = || actual.map_or_else(|| "nothing".to_owned(), short);
    let text = || actual.and_then(Value::as_str).map(str::to_owned).unwrap_or_else(shown);
    let holds = match check {
        "contains" => argument.as_str().is_some_and(|wanted| text().contains(wanted)),
        "excludes" => {
            actual.is_some() && argument.as_str().is_some_and(|hidden| !text().contains(hidden))
        }
        "between" => {
            let bounds = (argument.get(0).and_then(Value::as_f64), argument.get(1));
            match (actual.and_then(Value::as_f64), bounds) {
                (Some(number), (Some(low), Some(high))) => {
                    low <= number && high.as_f64().is_some_and(|high| number <= high)
                }
                _ => false,
            }
        }
        "present" => actual.is_some_and(|value| !value.is_null()) == (argument == true),
        "length" => actual
            .and_then(|value| match value {
                Value::Array(items) => Some(items.len()),
                Value::Object(fields) => Some(fields.len()),
                Value::String(text) => Some(text.chars().count()),
                _ => None,
            })
            .is_some_and(|length| argument.as_u64() == Some(length as u64)),
        // Fields that a subset would let pass.
        "exactly" => actual == Some(argument),
        _ => return Err(format!("there is no check ${check}")),
    };
    if holds { Ok(()) } else { Err(format!("${check} {} fails for {}", short(argument), shown())) }
}

fn shown_path(path: &str) -> &str {
    if path.is_empty() { "value" } else { path.trim_start_matches('.') }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(700) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_match_by_the_named_fields_and_lists_as_a_whole() {
        let actual = json!({"a": 1, "b": [{"c": "d", "e": 2}], "n": null});
        assert!(mismatches(&json!({"a": 1.0, "b": [{"c": "d"}], "n": null}), &actual).is_empty());
        assert!(mismatches(&json!({"b": 1}), &actual).is_empty());
        assert_eq!(mismatches(&json!({"b": []}), &actual).len(), 1);
        assert_eq!(mismatches(&json!({"b": 2, "x": 1, "a": "1"}), &actual).len(), 3);
        let nested = mismatches(&json!({"b": [{"c": "x"}]}), &actual);
        assert_eq!(nested, ["b[0].c: expected \"x\", found \"d\""]);
    }

    #[test]
    fn checks_hold_or_say_why() {
        for (check, actual, holds) in [
            (json!({"$contains": "b"}), json!("abc"), true),
            (json!({"$contains": "x"}), json!("abc"), false),
            (json!({"$excludes": "x"}), json!("abc"), true),
            (json!({"$excludes": "b"}), json!("abc"), false),
            (json!({"$between": [1, 2]}), json!(1.5), true),
            (json!({"$between": [1, 2]}), json!(2.5), false),
            (json!({"$between": [1, 2]}), json!("1.5"), false),
            (json!({"$present": true}), json!(0), true),
            (json!({"$present": true}), json!(null), false),
            (json!({"$present": false}), json!(null), true),
            (json!({"$length": 2}), json!([1, 2]), true),
            (json!({"$length": 2}), json!("é"), false),
            (json!({"$exactly": {"a": 1}}), json!({"a": 1, "b": 2}), false),
            (json!({"$nonsense": 1}), json!(1), false),
        ] {
            assert_eq!(mismatches(&check, &actual).is_empty(), holds, "{check} {actual}");
        }
        assert!(mismatches(&json!({"a": {"$present": false}}), &json!({})).is_empty());
        assert_eq!(mismatches(&json!({"a": {"$excludes": "x"}}), &json!({})).len(), 1);
    }
}
