//! Faults of every kind that the sandbox has, drawn by chance.

use rand::rngs::SmallRng;
use rand::{Rng as _, RngExt as _};
use serde_json::{Value, json};

/// Operations that rules name, beside rules for all.
const OPERATIONS: [&str; 6] = [
    "chat.submit",
    "chat.send",
    "chat.status",
    "documents.create_text",
    "documents.upload",
    "tenant.get",
];

/// A name, which the journal gives, and an effect.
type Fault = (&'static str, Value);

/// How many kinds there are.
const KINDS: u32 = 34;

/// Draws every kind once before any kind again.
#[derive(Debug, Default)]
pub(crate) struct Deck(Vec<u32>);

impl Deck {
    fn draw(&mut self, chance: &mut SmallRng) -> u32 {
        if self.0.is_empty() {
            self.0.extend(0..KINDS);
        }
        self.0.swap_remove(chance.random_range(0..self.0.len()))
    }
}

/// The fault of a kind. Made anew for each drawing, since some have numbers in them.
///
/// What the client repeats because it means "not processed" (429, 503, 529, and once 500) is not
/// processed here either. What may mean either is drawn either way.
fn fault(kind: u32, chance: &mut SmallRng) -> Fault {
    let processed = chance.random_bool(0.5);
    let moment = if processed { "after" } else { "before" };
    let second = if chance.random_bool(0.8) { "1" } else { "90" };
    match kind {
        0 => ("500", json!({"status": 500})),
        1 => ("500 text", json!({"status": 500, "body": "internal error"})),
        2 => (
            "502",
            json!({"status": 502, "process": processed, "body": "<html>bad gateway</html>"}),
        ),
        3 => ("503", json!({"status": 503})),
        4 => ("503 Retry-After", json!({"status": 503, "headers": {"Retry-After": second}})),
        5 => ("504", json!({"status": 504, "process": processed})),
        6 => ("529", json!({"status": 529})),
        7 => ("408", json!({"status": 408, "process": processed})),
        8 => ("429", json!({"status": 429})),
        9 => ("429 Retry-After", json!({"status": 429, "headers": {"Retry-After": second}})),
        10 => ("403", json!({"status": 403})),
        11 => ("404", json!({"status": 404})),
        12 => ("409", json!({"status": 409})),
        13 => ("413", json!({"status": 413})),
        14 => ("422", json!({"status": 422, "body": {"error": {"code": "odd", "message": "no"}}})),
        15 => ("418", json!({"status": 418})),
        16 => ("redirect", json!({"redirect": "http://127.0.0.1:9/elsewhere"})),
        17 => ("reset", json!({"reset": moment})),
        18 => ("close", json!({"close": moment})),
        19 => ("garbage", json!({"garbage": true, "process": processed})),
        20 => ("truncate", json!({"truncate": chance.random_range(0..40)})),
        21 => ("drip", json!({"drip_ms": chance.random_range(1..30)})),
        22 => ("delay", json!({"delay_ms": chance.random_range(50..3_000)})),
        23 => ("long delay", json!({"delay_ms": chance.random_range(5_000..30_000)})),
        24 => ("stall head", json!({"stall": "head"})),
        25 => ("stall body", json!({"stall": "body"})),
        26 => ("not JSON", json!({"body": "<html>hello</html>", "process": processed})),
        27 => ("empty object", json!({"replace": {}})),
        28 => ("null id", json!({"patch": {"request_id": null, "id": null}})),
        29 => ("unknown fields", json!({"patch": {"brand_new": {"deep": [1, 2, {"x": null}]}}})),
        30 => ("deep", json!({"nest": 100_000, "process": processed})),
        31 => ("large", json!({"body_bytes": 20 << 20, "process": processed})),
        32 => ("close idle", json!({"keep_alive_timeout_s": 0.05})),
        _ => ("close after", json!({"close_connection": true})),
    }
}

/// A few rules, each for some of the requests. One may show the caller's key to it.
pub(crate) fn rules(deck: &mut Deck, chance: &mut SmallRng, key: &str) -> Value {
    let count = chance.random_range(1..=4);
    let mut rules: Vec<Value> = (0..count)
        .map(|_| {
            let (name, effect) = fault(deck.draw(chance), chance);
            let mut matches = json!({"probability": chance.random_range(0.05..0.6)});
            if chance.random_bool(0.6)
                && let Some(operation) = OPERATIONS.get(chance.random_range(0..OPERATIONS.len()))
                && let Some(matches) = matches.as_object_mut()
            {
                matches.insert("operation".to_owned(), json!(operation));
            }
            json!({"id": name, "match": matches, "effect": effect})
        })
        .collect();
    if chance.random_bool(0.3) {
        let body = json!({"error": format!("the key {key} is not allowed to do this")});
        rules.insert(
            0,
            json!({
                "id": "400 with the key in it",
                "match": {"key": key, "probability": 0.1},
                "effect": {"status": 400, "body": body},
            }),
        );
    }
    Value::Array(rules)
}

/// How answers come about for a while.
pub(crate) fn progression(chance: &mut SmallRng) -> Value {
    match chance.next_u32() % 8 {
        0 => json!({"mode": "never"}),
        1 => json!({"mode": "fail", "error": "the assistant is out", "seconds": 1}),
        2 => json!({"mode": "after_polls", "polls": chance.random_range(1..4)}),
        3 => json!({"mode": "immediate", "visible_after_polls": 2}),
        4 => json!({"mode": "after_polls", "polls": 1, "retry_after": 1}),
        5 => json!({"mode": "immediate"}),
        _ => json!({"mode": "after_seconds", "seconds": chance.random_range(0.5..8.0)}),
    }
}

/// How long requests take for a while.
pub(crate) fn latency(chance: &mut SmallRng) -> Value {
    match chance.next_u32() % 3 {
        0 => json!({"mode": "vendor", "factor": 0.05}),
        1 => json!({"mode": "vendor", "factor": 0.2}),
        _ => json!({"mode": "none"}),
    }
}
