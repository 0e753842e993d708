//! Cases: JSON of any kind, and good texts that were damaged.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};

/// Names of fields that the client looks for, and others.
pub fn field_name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(vec![
            "id", "document_id", "documentId", "_id", "uuid", "document", "documents", "sessions",
            "items", "data", "title", "category", "status", "ready", "created_at", "updated_at",
            "closed_at", "message_count", "email", "request_id", "session_id", "answer", "error",
            "message", "code", "detail", "type", "confidence_level", "confidence_score",
            "feedback", "feedback_submitted_at",
        ])
        .prop_map(str::to_owned),
        1 => "[a-z_]{1,12}",
        1 => any::<String>(),
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(vec![0.0, -0.0, 1e308, 5e-324, 9_007_199_254_740_993.0, 253_402_300_800.0])
            .prop_map(Value::from),
    ]
}

fn text() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => any::<String>().prop_map(Value::from),
        2 => select(vec![
            "", " ", "pending", "completed", "COMPLETE", "failed", "error", "true", "NaN", "inf",
            "-0", "1e999", "null", "9999-12-31T23:59:59Z", "0000-00-00", "2026-02-30T00:00:00Z",
            "+262143-12-31T23:59:59Z", "2026-11-26T13:00:00.123456789123+14:00", "\u{0}",
            "\u{202e}abc\u{2028}\u{85}", "req_1", "high", "\u{feff}",
        ])
        .prop_map(Value::from),
        1 => "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,12})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
            .prop_map(Value::from),
        1 => "-?[0-9]{1,40}(\\.[0-9]{0,20})?".prop_map(Value::from),
    ]
}

/// JSON of any kind, with the names that the client looks for.
pub fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => number(),
        4 => text(),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        let object = vec((field_name(), inner.clone()), 0..8)
            .prop_map(|fields| Value::Object(Map::from_iter(fields)));
        prop_oneof![1 => vec(inner, 0..6).prop_map(Value::Array), 2 => object]
    })
}

/// JSON as a text, also with what a writer may put around it, and names that come twice.
pub fn json_text() -> impl Strategy<Value = Vec<u8>> {
    let twice = (field_name(), json(), json())
        .prop_map(|(name, one, two)| format!("{{{}:{one},{0}:{two}}}", Value::from(name)));
    prop_oneof![
        6 => json().prop_map(|value| value.to_string()),
        1 => json().prop_map(|value| format!("\u{feff}{value}\r\n")),
        1 => json().prop_map(|value| format!("{value:#}")),
        1 => twice,
        // Deeper than any parser should follow.
        1 => (1_usize..300, select(vec!["[", "{\"a\":", "{\"data\":", "{\"document\":"]))
            .prop_map(|(depth, opening)| opening.repeat(depth)),
        1 => (1_usize..300).prop_map(|depth| "[".repeat(depth) + &"]".repeat(depth)),
    ]
    .prop_map(String::into_bytes)
}

/// One way to damage a text.
#[derive(Clone, Debug)]
enum Damage {
    Cut(Index),
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Double(Index, usize),
    Exchange(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        (any::<Index>(), vec(any::<u8>(), 1..6)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (any::<Index>(), 1_usize..20).prop_map(|(at, length)| Damage::Remove(at, length)),
        (any::<Index>(), 1_usize..40).prop_map(|(at, length)| Damage::Double(at, length)),
        (any::<Index>(), any::<Index>()).prop_map(|(one, two)| Damage::Exchange(one, two)),
    ]
}

/// The bytes with one to four damages.
pub fn mutated(good: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    vec(damage(), 1..5).prop_map(move |damages| {
        let mut bytes = good.clone();
        for damage in damages {
            apply(damage, &mut bytes);
        }
        bytes
    })
}

fn apply(damage: Damage, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    let end = |from: usize, count: usize| from.saturating_add(count).min(length);
    match damage {
        Damage::Cut(at) => bytes.truncate(at.index(length)),
        Damage::Replace(at, byte) => {
            if let Some(place) = bytes.get_mut(at.index(length)) {
                *place = byte;
            }
        }
        Damage::Insert(at, new) => {
            let at = at.index(length);
            bytes.splice(at..at, new);
        }
        Damage::Remove(at, count) => {
            let at = at.index(length);
            bytes.drain(at..end(at, count));
        }
        Damage::Double(at, count) => {
            let at = at.index(length);
            let piece: Vec<u8> = bytes.get(at..end(at, count)).unwrap_or_default().to_vec();
            bytes.splice(at..at, piece);
        }
        Damage::Exchange(one, two) => bytes.swap(one.index(length), two.index(length)),
    }
}
