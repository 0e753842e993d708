//! JSON as a type of the boundary, so that no package needs a JSON library of its own.

use serde::Deserialize as _;
use serde_json::{Map, Number, Value};

use crate::call::guarded;
use crate::failure::CallError;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum JsonValue {
    /// `null`
    Missing,
    /// `true` or `false`
    Flag {
        /// Which.
        value: bool,
    },
    /// A whole number of 64 bits.
    Whole {
        /// Which.
        value: i64,
    },
    /// A whole number beyond 63 bits.
    Large {
        /// Which.
        value: u64,
    },
    /// Any other number.
    Fraction {
        /// Which.
        value: f64,
    },
    /// A string.
    Words {
        /// Which.
        value: String,
    },
    /// A list.
    Items {
        /// Its items.
        items: Vec<JsonValue>,
    },
    /// An object.
    Members {
        /// Its members, in their order.
        members: Vec<JsonMember>,
    },
}

/// A member of a JSON object.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct JsonMember {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: JsonValue,
}

impl From<Value> for JsonValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Missing,
            Value::Bool(value) => Self::Flag { value },
            Value::Number(number) => {
                if let Some(value) = number.as_i64() {
                    Self::Whole { value }
                } else if let Some(value) = number.as_u64() {
                    Self::Large { value }
                } else {
                    Self::Fraction { value: number.as_f64().unwrap_or(f64::NAN) }
                }
            }
            Value::String(value) => Self::Words { value },
            Value::Array(items) => {
                Self::Items { items: items.into_iter().map(Into::into).collect() }
            }
            Value::Object(members) => {
                let member =
                    |(name, value): (String, Value)| JsonMember { name, value: value.into() };
                Self::Members { members: members.into_iter().map(member).collect() }
            }
        }
    }
}

impl From<JsonValue> for Value {
    fn from(value: JsonValue) -> Self {
        match value {
            JsonValue::Missing => Self::Null,
            JsonValue::Flag { value } => value.into(),
            JsonValue::Whole { value } => value.into(),
            JsonValue::Large { value } => value.into(),
            // JSON has no word for a number that is none.
            JsonValue::Fraction { value } => Number::from_f64(value).map_or(Self::Null, Self::from),
            JsonValue::Words { value } => value.into(),
            JsonValue::Items { items } => items.into_iter().map(Self::from).collect(),
            JsonValue::Members { members } => {
                // One after the other: to collect them would be to sort them first.
                let mut object = Map::new();
                object.extend(members.into_iter().map(|member| (member.name, member.value.into())));
                object.into()
            }
        }
    }
}

/// Fields that crossed as text because they are seldom looked at; empty if there are none.
pub(crate) fn text_of(fields: &Map<String, Value>) -> String {
    if fields.is_empty() {
        return String::new();
    }
    serde_json::to_string(fields).unwrap_or_default()
}

/// Deeper than this nothing is read: somewhat more than the core lets the server nest, as what is no
/// object gets one around it.
const DEEPEST: usize = 160;

/// Reads JSON text.
#[uniffi::export]
pub fn parse_json(text: String) -> Result<JsonValue, CallError> {
    guarded(|| {
        let refusal = |reason| uppzy::Error::invalid_input("json", reason);
        if depth(&text) > DEEPEST {
            return Err(refusal("the JSON text is nested too deep"));
        }
        let mut reader = serde_json::Deserializer::from_str(&text);
        // The reader's own limit is below what the core lets through.
        reader.disable_recursion_limit();
        // What serde says of wrong text may repeat it.
        let read = Value::deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
        read.map(Into::into).map_err(|_| refusal("the text is no JSON"))
    })
}

/// How deep lists and objects stand in each other.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut inside, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b'[' | b'{' if !inside => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Writes JSON text.
#[uniffi::export]
pub fn write_json(value: JsonValue) -> Result<String, CallError> {
    guarded(|| Ok::<_, CallError>(Value::from(value).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() -> Result<(), CallError> {
        let text = r#"{"a":[null,true,-1,18446744073709551615,0.5,"x"],"b":{"c":[]}}"#;
        assert_eq!(write_json(parse_json(text.to_owned())?)?, text);
        assert!(parse_json("{".to_owned()).is_err());
        assert!(parse_json("1 2".to_owned()).is_err());
        Ok(())
    }

    #[test]
    fn depth_is_limited_and_brackets_in_texts_are_none() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse_json(nested(DEEPEST)).is_ok());
        assert!(parse_json(nested(DEEPEST + 1)).is_err());
        assert_eq!(depth(r#"{"a":["\"[[[",{}],"b":"{"}"#), 3);
    }
}
