//! Where two results differ first.

use serde_json::{Map, Value};

/// Characters of a value that are shown.
const SHOWN: usize = 160;

/// The first place where they differ, in the order of fields by name; none where they are the same.
///
/// Strict: a field that is null is another thing than one that is not there. Only numbers are equal by
/// value, since one language writes 1 and another 1.0.
pub(crate) fn first_difference(expected: &Value, found: &Value) -> Option<String> {
    let mut path = String::new();
    walk(&mut path, expected, found)
}

fn walk(path: &mut String, expected: &Value, found: &Value) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => fields(path, expected, found),
        (Value::Array(expected), Value::Array(found)) => {
            let mut pairs = expected.iter().zip(found).enumerate();
            let inside = pairs.find_map(|(index, (expected, found))| {
                below(path, &format!("[{index}]"), expected, found)
            });
            inside.or_else(|| {
                (expected.len() != found.len()).then(|| {
                    let (expected, found) = (expected.len(), found.len());
                    format!("{}: {expected} items, but {found}", place(path))
                })
            })
        }
        (Value::Number(expected), Value::Number(found))
            if expected == found || expected.as_f64() == found.as_f64() =>
        {
            None
        }
        (expected, found) if expected == found => None,
        (expected, found) => {
            Some(format!("{}: {}, but {}", place(path), shown(expected), shown(found)))
        }
    }
}

fn fields(
    path: &mut String,
    expected: &Map<String, Value>,
    found: &Map<String, Value>,
) -> Option<String> {
    let mut names: Vec<&String> = expected.keys().chain(found.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().find_map(|name| {
        let step = if path.is_empty() { name.clone() } else { format!(".{name}") };
        match (expected.get(name), found.get(name)) {
            (Some(expected), Some(found)) => below(path, &step, expected, found),
            (Some(expected), None) => {
                Some(format!("{}{step}: {}, but nothing", path, shown(expected)))
            }
            (None, Some(found)) => Some(format!("{}{step}: nothing, but {}", path, shown(found))),
            (None, None) => None,
        }
    })
}

fn below(path: &mut String, step: &str, expected: &Value, found: &Value) -> Option<String> {
    let length = path.len();
    path.push_str(step);
    let difference = walk(path, expected, found);
    path.truncate(length);
    difference
}

fn place(path: &str) -> &str {
    if path.is_empty() { "the whole" } else { path }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn difference(expected: &Value, found: &Value) -> Option<String> {
        // Nobody is right: it is the same place both ways.
        assert_eq!(
            first_difference(expected, found).is_some(),
            first_difference(found, expected).is_some()
        );
        first_difference(expected, found)
    }

    #[test]
    fn what_is_the_same_has_none() {
        let value = json!({"a": [1, {"b": null}], "c": "d"});
        assert_eq!(difference(&value, &value), None);
        assert_eq!(difference(&json!({"a": 1}), &json!({"a": 1.0})), None);
    }

    #[test]
    fn the_first_place_is_told() {
        let expected = json!({"a": [1, {"b": 2, "c": 3}], "z": 1});
        let found = json!({"a": [1, {"b": 2, "c": 4}], "z": 2});
        assert_eq!(difference(&expected, &found).as_deref(), Some("a[1].c: 3, but 4"));
        assert_eq!(difference(&json!(1), &json!("1")).as_deref(), Some("the whole: 1, but \"1\""));
    }

    #[test]
    fn nothing_is_let_pass() {
        let none = difference(&json!({"a": null}), &json!({}));
        assert_eq!(none.as_deref(), Some("a: null, but nothing"));
        let more = difference(&json!({"b": {}}), &json!({"b": {"a": null}}));
        assert_eq!(more.as_deref(), Some("b.a: nothing, but null"));
        assert!(difference(&json!([1]), &json!([1, 2])).is_some());
        assert!(difference(&json!(1), &json!([1])).is_some());
        assert!(difference(&json!(0), &json!(false)).is_some());
        assert!(difference(&json!(""), &json!(null)).is_some());
        assert!(difference(&json!({"$present": true}), &json!(1)).is_some());
    }

    #[test]
    fn long_values_are_cut() {
        let found = difference(&json!("x".repeat(9_000)), &json!("y"));
        assert!(found.is_some_and(|found| found.len() < 400));
    }
}
