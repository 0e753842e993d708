//! What the core lists of itself, for tests and documentation of the packages.

use serde_json::{Value, json};
use uppzy::ErrorKind;

/// The table of error kinds as JSON.
pub fn error_table() -> Value {
    let rows = ErrorKind::TABLE.iter().map(|row| {
        json!({
            "kind": row.name,
            "class": row.class_name,
            "group": row.group.class_name(),
            "when": row.when,
            "outcome": row.outcome,
            "retryable": row.retryable,
            "user_message": row.user_message,
            "hint": row.hint,
        })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_row_that_says_everything() {
        let table = error_table();
        let rows = table.as_array().unwrap();
        assert_eq!(rows.len(), ErrorKind::TABLE.len());
        for row in rows {
            let row = row.as_object().unwrap();
            assert_eq!(row.len(), 8);
            assert!(row.values().all(|text| text.as_str().is_some_and(|text| !text.is_empty())));
        }
    }
}
