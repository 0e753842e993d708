//! Fault rules: which requests they match, and what they do to them.

use std::collections::BTreeMap;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::endpoints;

/// One fault rule. The first rule that matches a request decides what happens to it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name that the journal gives; its position in the list when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Which requests; all when left out.
    #[serde(default, rename = "match")]
    pub matches: RuleMatch,
    /// What happens to them.
    pub effect: Effect,
    /// The rule stops matching after so many applications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
}

/// Which requests a rule matches: those that fulfil every condition given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleMatch {
    /// Operation names, such as `chat.send`; any when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<OneOrMany<String>>,
    /// The API key that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Positions, counted from 1, among the requests with this operation and key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<OneOrMany<u64>>,
    /// Every so many of those requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// Chance between 0 and 1, from the seed of the sandbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

/// A single value or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// A single value.
    One(T),
    /// Any of these.
    Many(Vec<T>),
}

impl<T: PartialEq> OneOrMany<T> {
    fn holds(&self, candidate: &T) -> bool {
        self.values().contains(candidate)
    }

    fn values(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// Whether the request takes effect before the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The request is not processed.
    Before,
    /// The request is processed, only its answer is lost.
    After,
}

/// Where an answer stops without the connection ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stall {
    /// Nothing is ever answered.
    Head,
    /// The head and half of the body arrive.
    Body,
}

/// What a rule does. Effects can be combined where that makes sense; those that break the
/// connection win over those that shape the answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Effect {
    /// Status of the answer, 200 to 599.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers added to the answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Body of the answer: a string is sent as plain text, anything else as JSON.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub body: Option<Value>,
    /// Whether the request is really processed. Without it: yes, unless this effect makes up the
    /// answer (`status`, `body`, `redirect`, `body_bytes`, `nest`, `garbage`) or breaks the
    /// connection `before`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<bool>,
    /// Milliseconds before anything is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// The connection is reset (TCP RST) without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<Moment>,
    /// The connection is closed in an orderly way (TCP FIN) without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close: Option<Moment>,
    /// The head announces the whole body, but the connection closes after so many bytes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate: Option<u64>,
    /// Bytes that are not HTTP are sent, then the connection closes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub garbage: bool,
    /// The body is sent one byte at a time, with so many milliseconds between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drip_ms: Option<u64>,
    /// The answer stops, and the connection stays open until the client goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stall: Option<Stall>,
    /// `Location` of a redirect; status 302 unless `status` says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// The body is a JSON string of so many bytes, streamed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_bytes: Option<u64>,
    /// The body is a JSON array nested so deep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nest: Option<u32>,
    /// JSON merge patch (RFC 7396) on the real answer.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub patch: Option<Value>,
    /// JSON in place of the real answer's; its status is kept.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub replace: Option<Value>,
    /// `Content-Type` of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// From this answer on the connection is closed when it was idle for so many seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive_timeout_s: Option<f64>,
    /// The answer says `Connection: close`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub close_connection: bool,
}

/// Keeps an explicit `null` apart from an absent field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The deepest nesting and the largest made-up body that a rule may ask for.
const MOST_NESTED: u32 = 50_000_000;

impl Effect {
    /// Whether the real handler runs.
    pub(crate) fn processes(&self) -> bool {
        if let Some(process) = self.process {
            return process;
        }
        if let Some(moment) = self.reset.or(self.close) {
            return moment == Moment::After;
        }
        if self.patch.is_some() || self.replace.is_some() {
            return true;
        }
        let made_up = self.status.is_some()
            || self.body.is_some()
            || self.redirect.is_some()
            || self.body_bytes.is_some()
            || self.nest.is_some()
            || self.garbage;
        !made_up
    }

    fn validate(&self) -> Result<(), String> {
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("status must be between 200 and 599".to_owned());
        }
        let content_type = self.content_type.iter().map(|value| ("content-type", value));
        let location = self.redirect.iter().map(|value| ("location", value));
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value));
        for (name, value) in headers.chain(content_type).chain(location) {
            http::HeaderName::try_from(name)
                .map_err(|_| format!("headers: {name:?} is not a header name"))?;
            http::HeaderValue::try_from(value)
                .map_err(|_| format!("headers: the value of {name} cannot be sent"))?;
        }
        if self.nest.is_some_and(|depth| depth > MOST_NESTED) {
            return Err(format!("nest must not be over {MOST_NESTED}"));
        }
        if self.body_bytes.is_some_and(|length| length < 2) {
            return Err("body_bytes must be at least 2".to_owned());
        }
        let idle = self.keep_alive_timeout_s;
        if idle.is_some_and(|seconds| !(0.0..=86_400.0).contains(&seconds)) {
            return Err("keep_alive_timeout_s must be between 0 and 86400".to_owned());
        }
        if self.reset.is_some() && self.close.is_some() {
            return Err("reset and close exclude each other".to_owned());
        }
        Ok(())
    }
}

impl Rule {
    /// Reads a JSON list of rules, or a single rule.
    ///
    /// # Errors
    /// A sentence that names the field that is wrong.
    pub fn parse_list(json: &str) -> Result<Vec<Self>, String> {
        let value = serde_json::from_str(json).map_err(|error| error.to_string())?;
        Self::list_from_value(value)
    }

    /// Like [`Rule::parse_list`], from JSON that is parsed already.
    ///
    /// # Errors
    /// A sentence that names the field that is wrong.
    pub fn list_from_value(value: Value) -> Result<Vec<Self>, String> {
        let items = match value {
            Value::Array(items) => items,
            single => vec![single],
        };
        let read = |(position, item)| {
            let rule: Self = serde_json::from_value(item)
                .map_err(|error| format!("rule {position}: {error}"))?;
            rule.validate().map_err(|reason| format!("rule {position}: {reason}"))?;
            Ok(rule)
        };
        items.into_iter().enumerate().map(read).collect()
    }

    pub(crate) fn validate(&self) -> Result<(), String> {
        for name in self.matches.operation.iter().flat_map(OneOrMany::values) {
            if endpoints::by_operation(name).is_none() && name != endpoints::UNMATCHED {
                return Err(format!("operation {name:?} does not exist"));
            }
        }
        if self.matches.nth.iter().flat_map(OneOrMany::values).any(|position| *position == 0) {
            return Err("nth counts from 1".to_owned());
        }
        if self.matches.every == Some(0) {
            return Err("every must be at least 1".to_owned());
        }
        if self.matches.probability.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            return Err("probability must be between 0 and 1".to_owned());
        }
        self.effect.validate()
    }
}

/// How the journal names a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RuleName {
    /// Its `id`.
    Id(String),
    /// Its position in the list, from 0.
    Position(usize),
}

/// A rule in force, with its counters.
#[derive(Debug)]
struct Armed {
    rule: std::sync::Arc<Rule>,
    seen: u64,
    applied: u64,
    chance: SmallRng,
}

impl Armed {
    /// Counts the request, and says whether the rule wants it.
    fn wants(&mut self, operation: &str, key: Option<&str>) -> bool {
        let wanted = &self.rule.matches;
        let operation_fits = wanted
            .operation
            .iter()
            .all(|names| names.values().iter().any(|name| name == operation));
        let key_fits = wanted.key.as_deref().is_none_or(|expected| key == Some(expected));
        if !(operation_fits && key_fits) {
            return false;
        }
        self.seen += 1;
        // Drawn for every candidate, so that other conditions do not shift the sequence.
        let lucky =
            wanted.probability.is_none_or(|chance| self.chance.random_bool(chance.clamp(0.0, 1.0)));
        lucky
            && wanted.nth.as_ref().is_none_or(|positions| positions.holds(&self.seen))
            && wanted.every.is_none_or(|every| self.seen.is_multiple_of(every))
            && self.rule.times.is_none_or(|times| self.applied < times)
    }
}

/// The rules of a space.
#[derive(Debug, Default)]
pub(crate) struct RuleSet {
    armed: Vec<Armed>,
    seed: u64,
}

/// The rule that a request met.
#[derive(Debug, Clone)]
pub(crate) struct Selected {
    pub(crate) rule: std::sync::Arc<Rule>,
    pub(crate) position: usize,
}

impl Selected {
    pub(crate) fn name(&self) -> RuleName {
        self.rule.id.clone().map_or(RuleName::Position(self.position), RuleName::Id)
    }
}

impl RuleSet {
    pub(crate) fn new(seed: u64, rules: Vec<Rule>) -> Self {
        let mut set = Self { armed: Vec::new(), seed };
        set.add(rules);
        set
    }

    pub(crate) fn add(&mut self, rules: Vec<Rule>) {
        for rule in rules {
            let position = u64::try_from(self.armed.len()).unwrap_or(u64::MAX);
            let chance = SmallRng::seed_from_u64(self.seed.wrapping_add(position));
            let rule = std::sync::Arc::new(rule);
            self.armed.push(Armed { rule, seen: 0, applied: 0, chance });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.armed.is_empty()
    }

    /// The first rule that wants the request. Every rule counts it, also behind the first.
    pub(crate) fn select(&mut self, operation: &str, key: Option<&str>) -> Option<Selected> {
        let mut selected: Option<Selected> = None;
        for (position, armed) in self.armed.iter_mut().enumerate() {
            if armed.wants(operation, key) && selected.is_none() {
                armed.applied += 1;
                selected = Some(Selected { rule: armed.rule.clone(), position });
            }
        }
        selected
    }

    /// The rules as JSON, with how often each was a candidate and how often it was applied.
    pub(crate) fn describe(&self) -> Value {
        let rules: Vec<_> = self.armed.iter().map(|armed| armed.rule.as_ref()).collect();
        let count =
            |armed: &Armed| serde_json::json!({"seen": armed.seen, "applied": armed.applied});
        let counters: Vec<_> = self.armed.iter().map(count).collect();
        serde_json::json!({"rules": rules, "counters": counters})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(json: &str) -> RuleSet {
        RuleSet::new(7, Rule::parse_list(json).unwrap())
    }

    fn applied(set: &mut RuleSet, requests: u32) -> Vec<u32> {
        (1..=requests)
            .filter(|_| true)
            .filter(|_| set.select("chat.send", Some("k")).is_some())
            .collect()
    }

    #[test]
    fn nth_every_and_times_count_per_rule() {
        let mut nth = set(r#"{"match":{"nth":[2,4]},"effect":{}}"#);
        assert_eq!(applied(&mut nth, 6), [2, 4]);
        let mut every = set(r#"{"match":{"every":3},"effect":{},"times":2}"#);
        assert_eq!(applied(&mut every, 12), [3, 6]);
        let mut other = set(r#"{"match":{"operation":["chat.submit"]},"effect":{}}"#);
        assert_eq!(applied(&mut other, 3), [0_u32; 0]);
        let mut key = set(r#"{"match":{"key":"other"},"effect":{}}"#);
        assert_eq!(applied(&mut key, 3), [0_u32; 0]);
    }

    #[test]
    fn rules_behind_the_first_count_too() {
        let mut set = set(
            r#"[{"match":{"nth":1},"effect":{"status":503}},{"match":{"nth":2},"effect":{"status":500}}]"#,
        );
        let mut statuses = Vec::new();
        for _ in 0..3 {
            let selected = set.select("chat.send", None);
            statuses.push(selected.and_then(|selected| selected.rule.effect.status));
        }
        assert_eq!(statuses, [Some(503), Some(500), None]);
    }

    #[test]
    fn chance_follows_the_seed() {
        let json = r#"{"match":{"probability":0.3},"effect":{}}"#;
        let first = applied(&mut set(json), 1_000);
        assert_eq!(first, applied(&mut set(json), 1_000));
        assert!((200..400).contains(&first.len()), "{}", first.len());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            (r#"{"effect":{"statuss":503}}"#, "statuss"),
            (r#"{"match":{"operaton":"x"},"effect":{}}"#, "operaton"),
            (r#"{"match":{"operation":"chat.snd"},"effect":{}}"#, "chat.snd"),
            (r#"{"effect":{"status":99}}"#, "status"),
            (r#"{"effect":{"headers":{"a b":"c"}}}"#, "a b"),
            (r#"{"effect":{"stall":"tail"}}"#, "tail"),
            (r#"{"match":{"probability":2},"effect":{}}"#, "probability"),
            (r#"{"match":{"nth":0},"effect":{}}"#, "nth"),
            (r#"{"match":{}}"#, "effect"),
        ];
        for (json, named) in cases {
            let reason = Rule::parse_list(json).unwrap_err();
            assert!(reason.contains(named), "{json}: {reason}");
        }
    }

    #[test]
    fn made_up_answers_are_not_processed_unless_told() {
        let processes = |json: &str| {
            let effect: Effect = serde_json::from_str(json).unwrap();
            effect.processes()
        };
        assert!(!processes(r#"{"status":503}"#));
        assert!(processes(r#"{"status":503,"process":true}"#));
        assert!(processes(r#"{"delay_ms":5}"#));
        assert!(!processes(r#"{"reset":"before"}"#));
        assert!(processes(r#"{"reset":"after"}"#));
        assert!(processes(r#"{"truncate":20}"#));
        assert!(processes(r#"{"patch":{"a":null},"status":200}"#));
    }

    #[test]
    fn an_explicit_null_is_a_value() {
        let effect: Effect = serde_json::from_str(r#"{"replace":null}"#).unwrap();
        assert_eq!(effect.replace, Some(Value::Null));
        assert_eq!(effect.body, None);
    }
}
