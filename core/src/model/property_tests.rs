//! No answer, however odd, makes a parser panic or puts the server's words into a fault.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;

/// Names that the parsers look for, and others.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "id", "document_id", "_id", "uuid", "document", "documents", "sessions", "items",
            "data", "title", "category", "status", "ready", "created_at", "updated_at",
            "closed_at", "message_count", "email", "request_id", "session_id", "answer", "error",
            "confidence_level", "confidence_score", "feedback", "feedback_submitted_at",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(Z|\\+[0-9]{2}:[0-9]{2})?"
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            btree_map(name(), inner, 0..8).prop_map(|fields| Value::Object(Map::from_iter(fields))),
        ]
    })
}

/// Runs every parser over the body, and what callers do with its result. Hands back the faults.
fn read_all(body: &[u8]) -> Vec<DecodeFault> {
    fn look<T: std::fmt::Debug>(
        faults: &mut Vec<DecodeFault>,
        read: Result<T, DecodeFault>,
        json: impl Fn(&T) -> Value,
    ) {
        match read {
            Ok(model) => {
                assert!(!format!("{model:?}").is_empty());
                assert!(!json(&model).is_null());
            }
            Err(fault) => faults.push(fault),
        }
    }
    let meta = Meta::default;
    let mut faults = Vec::new();
    let found = &mut faults;
    look(found, OpenObject::parse(body, meta()), OpenObject::to_json);
    look(found, Document::parse(body, meta()), Document::to_json);
    look(found, Document::parse_changed(body, "asked", meta()), Document::to_json);
    look(found, Listing::<Document>::parse(body, meta()), Listing::<Document>::to_json);
    look(found, Listing::<Session>::parse(body, meta()), Listing::<Session>::to_json);
    look(found, Answer::from_send(body, "sent", meta()), Answer::to_json);
    look(found, ChatStatus::parse(body, "asked", meta()), |status| {
        Answer::from_status(status.clone(), "submitted").to_json()
    });
    look(found, ChatStatus::parse(body, "asked", meta()), ChatStatus::to_json);
    look(found, FeedbackReceipt::parse(body, "asked", meta()), FeedbackReceipt::to_json);
    look(found, Submission::parse(body, "sent"), |sent| Value::from(sent.request_id.as_str()));
    faults
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_read_or_refused(value in json()) {
        for fault in read_all(value.to_string().as_bytes()) {
            prop_assert!(!fault.message.is_empty());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in vec(any::<u8>(), 0..400)) {
        for fault in read_all(&body) {
            prop_assert!(!fault.message.is_empty());
        }
    }

    #[test]
    fn json_that_was_cut_or_damaged_is_read_or_refused(
        value in json(), cut in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut body = value.to_string().into_bytes();
        let position = cut.index(body.len());
        read_all(&body[..position]);
        body[position] = byte;
        read_all(&body);
    }

    #[test]
    fn faults_quote_no_value(word in "planted[a-z]{4}", name in name(), value in json()) {
        let body = serde_json::json!([{name: word, "other": value}, word]);
        for body in [body.to_string(), body[0].to_string(), word, format!("{body}x")] {
            for fault in read_all(body.as_bytes()) {
                prop_assert!(!fault.message.contains("planted"), "{}", fault.message);
            }
        }
    }

    #[test]
    fn fields_are_never_lost(fields in btree_map(name(), json(), 0..8)) {
        let body = Value::Object(Map::from_iter(fields.clone())).to_string();
        let Ok(receipt) = FeedbackReceipt::parse(body.as_bytes(), "asked", Meta::default()) else {
            return Err(TestCaseError::fail("an object is always a receipt"));
        };
        for (name, value) in fields {
            let known = match name.as_str() {
                "status" => receipt.status.is_some(),
                "request_id" => receipt.request_id != "asked",
                "feedback" => receipt.feedback.is_some(),
                "feedback_submitted_at" => receipt.feedback_submitted_at.is_some(),
                _ => false,
            };
            let dropped_null = value.is_null()
                && ["status", "request_id", "feedback", "feedback_submitted_at"]
                    .contains(&name.as_str());
            prop_assert!(known || dropped_null || receipt.extra.contains_key(&name), "{}", name);
        }
    }
}
