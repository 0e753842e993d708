//! Checks of arguments before anything is sent. Ids are not checked for a format: the vendor
//! documents none.

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::operation::Operation;

/// A refusal of that argument.
pub(crate) fn refusal(operation: &'static Operation, field: &str, message: &str) -> Error {
    let mut error = Error::invalid_input(field, message);
    error.data_mut().operation = Some(operation.name);
    error
}

/// Refuses a text without anything in it; `remedy` says what belongs there.
pub(crate) fn require_text(
    operation: &'static Operation,
    field: &str,
    text: &str,
    remedy: &str,
) -> Result<()> {
    if text.trim().is_empty() {
        return Err(refusal(operation, field, &format!("{field} is empty: {remedy}")));
    }
    Ok(())
}

/// The query as it is sent.
pub(crate) fn query_pairs(
    operation: &'static Operation,
    query: &[(&str, &str)],
) -> Result<Vec<(String, String)>> {
    if query.iter().any(|(name, _)| name.trim().is_empty()) {
        let message = "query has a parameter without a name: name it, or leave it out";
        return Err(refusal(operation, "query", message));
    }
    Ok(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// Refuses a patch that is no object, or changes nothing.
pub(crate) fn require_patch<'a>(
    operation: &'static Operation,
    patch: &'a Value,
) -> Result<&'a Map<String, Value>> {
    match patch {
        Value::Object(fields) if fields.is_empty() => {
            let message = "patch is empty: name at least one field to change";
            Err(refusal(operation, "patch", message))
        }
        Value::Object(fields) => Ok(fields),
        _ => {
            let message = "patch is not an object: pass the fields to change with their new values";
            Err(refusal(operation, "patch", message))
        }
    }
}

/// The ids as JSON. Refuses a list without any, and one with an empty id in it.
pub(crate) fn require_ids(
    operation: &'static Operation,
    ids: &[impl AsRef<str>],
) -> Result<Vec<Value>> {
    if ids.is_empty() {
        let message = "ids is empty: name at least one document";
        return Err(refusal(operation, "ids", message));
    }
    let mut values = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        let id = id.as_ref();
        if id.trim().is_empty() {
            let message = format!("ids[{index}] is empty: pass the id of a document");
            return Err(refusal(operation, "ids", &message));
        }
        values.push(Value::from(id));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::operation::{DOCUMENTS_DELETE, DOCUMENTS_LIST, DOCUMENTS_UPDATE};

    fn refused<T: std::fmt::Debug>(result: Result<T>, field: &str, words: &str) {
        let error = result.unwrap_err();
        assert_eq!(error.kind().as_str(), "invalid_input");
        assert_eq!(error.outcome().as_str(), "not_sent");
        assert_eq!(error.field(), Some(field));
        assert!(error.operation().is_some());
        assert!(error.message().contains(words), "{}", error.message());
    }

    #[test]
    fn text_must_hold_something() {
        let check = |text| require_text(&DOCUMENTS_UPDATE, "title", text, "give it a title");
        assert!(check("a").is_ok());
        for blank in ["", " ", "\n\t", "\u{2003}"] {
            refused(check(blank), "title", "title is empty: give it a title");
        }
    }

    #[test]
    fn query_parameters_have_names() {
        let pairs = query_pairs(&DOCUMENTS_LIST, &[("page", "2"), ("q", "")]).unwrap();
        assert_eq!(pairs, [("page".into(), "2".into()), ("q".into(), String::new())]);
        assert!(query_pairs(&DOCUMENTS_LIST, &[]).unwrap().is_empty());
        refused(query_pairs(&DOCUMENTS_LIST, &[("", "words")]), "query", "without a name");
    }

    #[test]
    fn a_patch_is_an_object_with_fields() {
        let check = |patch: Value| require_patch(&DOCUMENTS_UPDATE, &patch).cloned();
        assert_eq!(check(json!({"a": null})).unwrap().len(), 1);
        refused(check(json!({})), "patch", "at least one field");
        for odd in [json!(null), json!([1]), json!("words"), json!(1)] {
            refused(check(odd), "patch", "not an object");
        }
    }

    #[test]
    fn ids_name_something_in_any_format() {
        let odd = ["7", "req_x", "a b", "é"];
        let ids = require_ids(&DOCUMENTS_DELETE, &odd).unwrap();
        assert_eq!(Value::from(ids), json!(odd));
        assert!(require_ids(&DOCUMENTS_DELETE, &["a".to_owned()]).is_ok());
        refused(require_ids(&DOCUMENTS_DELETE, &[] as &[&str]), "ids", "at least one document");
        refused(require_ids(&DOCUMENTS_DELETE, &["a", " "]), "ids", "ids[1] is empty");
    }
}
