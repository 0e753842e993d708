//! Reading what the server answers: leniently, and without quoting its values in a fault.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::times;
use crate::inserted::inserted;

/// Why an answer could not be read. Says names of fields and JSON types, never a value, since the
/// values may be somebody's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DecodeFault {
    /// What is wrong, as the end of a sentence that begins with "the answer cannot be read:".
    pub(crate) message: String,
}

impl DecodeFault {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// The names under which an id is looked for, in this order.
pub(crate) const DOCUMENT_ID: &[&str] = &["id", "document_id", "documentId", "_id", "uuid"];

/// Room for as many fields as an answer usually has.
const USUAL_FIELDS: usize = 8;

/// The fields of a JSON object. Known ones are taken out; what nobody took is `extra`.
///
/// A known field that holds `null` is none, and is gone. One that cannot be read as its type is none
/// too, but stays, so that it is not lost.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields<'a> {
    /// As they came, names that came twice too: of these the last one counts. A list, since most
    /// objects have few fields and most fields are taken out at once.
    fields: Vec<(Cow<'a, str>, Value)>,
    raw: Box<str>,
}

impl<'a> Fields<'a> {
    /// Reads a body that is a JSON object.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, DecodeFault> {
        let text = json_text(body)?;
        // As an object right away: no name needs a text of its own then. The parser's messages quote
        // nothing, since what begins so is an object or no JSON.
        if text.trim_start().starts_with('{') {
            let Members(fields) = serde_json::from_str(text).map_err(|fault| not_json(&fault))?;
            return Ok(Self { fields, raw: text.into() });
        }
        Self::from_parts(any_value(text)?, text.into())
    }

    /// The same, but a body without anything in it, or with `null`, is an object without fields.
    pub(crate) fn parse_or_empty(body: &'a [u8]) -> Result<Self, DecodeFault> {
        if is_blank(body) {
            return Ok(Self::default());
        }
        let text = json_text(body)?;
        if text.trim() == "null" {
            return Ok(Self { fields: Vec::new(), raw: text.into() });
        }
        Self::parse(body)
    }

    /// The fields of an item of a list; its JSON text is written anew.
    pub(crate) fn from_value(value: Value) -> Result<Self, DecodeFault> {
        let raw = value.to_string().into_boxed_str();
        Self::from_parts(value, raw)
    }

    fn from_parts(value: Value, raw: Box<str>) -> Result<Self, DecodeFault> {
        match value {
            Value::Object(fields) => Ok(Self { raw, ..Self::from(fields) }),
            other => {
                Err(DecodeFault::new(format!("expected an object, found {}", type_name(&other))))
            }
        }
    }

    /// A text, or a number as text.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name, read_text)
    }

    /// The same, but its absence is a fault.
    pub(crate) fn required_text(&mut self, name: &str) -> Result<String, DecodeFault> {
        self.text(name).ok_or_else(|| DecodeFault::new(self.missing(&[name])))
    }

    /// The first of the names that holds a number, or a text by which something can be asked for.
    pub(crate) fn id(&mut self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            self.take(name, |value| match value {
                // No URL can name these.
                Value::String(text) if matches!(text.trim(), "" | "." | "..") => {
                    Err(Value::String(text))
                }
                other => read_text(other),
            })
        })
    }

    /// The same, but its absence is a fault.
    pub(crate) fn required_id(&mut self, names: &[&str]) -> Result<String, DecodeFault> {
        self.id(names).ok_or_else(|| DecodeFault::new(self.missing(names)))
    }

    /// A number, or a text that reads as one.
    pub(crate) fn number(&mut self, name: &str) -> Option<f64> {
        self.take(name, |value| {
            let number = match &value {
                Value::Number(number) => number.as_f64(),
                Value::String(text) => text.trim().parse().ok(),
                _ => None,
            };
            // "NaN" and "inf" parse as numbers, and no JSON can hold them.
            number.filter(|number| number.is_finite()).ok_or(value)
        })
    }

    /// A whole number that is not negative, or a text that reads as one.
    pub(crate) fn count(&mut self, name: &str) -> Option<u64> {
        self.take(name, |value| {
            let count = match &value {
                Value::Number(number) => {
                    number.as_u64().or_else(|| number.as_f64().and_then(whole_number))
                }
                Value::String(text) => text.trim().parse().ok(),
                _ => None,
            };
            count.ok_or(value)
        })
    }

    /// A boolean, also as the text `true` or `false` in any case, or as 1 or 0.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        self.take(name, |value| {
            let flag = match &value {
                Value::Bool(flag) => Some(*flag),
                Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
                Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
                Value::Number(number) => match number.as_u64() {
                    Some(0) => Some(false),
                    Some(1) => Some(true),
                    _ => None,
                },
                _ => None,
            };
            flag.ok_or(value)
        })
    }

    /// A moment, in any of the forms of [`times::read`].
    pub(crate) fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.take(name, |value| times::read(&value).ok_or(value))
    }

    /// An object.
    pub(crate) fn object(&mut self, name: &str) -> Option<Map<String, Value>> {
        self.take(name, |value| match value {
            Value::Object(fields) => Ok(fields),
            other => Err(other),
        })
    }

    /// Puts a field (back) unless there is one of that name.
    pub(crate) fn put_back(&mut self, name: &str, value: Value) {
        if self.get(name).is_none() {
            self.fields.push((Cow::Owned(name.to_owned()), value));
        }
    }

    /// What nobody took.
    pub(crate) fn into_extra(self) -> Map<String, Value> {
        inserted(self.fields.into_iter().map(|(name, value)| (name.into_owned(), value)))
    }

    /// The JSON text it all was read from, out of here.
    pub(crate) fn take_raw(&mut self) -> Box<str> {
        std::mem::take(&mut self.raw)
    }

    /// What nobody took, and the JSON text it all was read from.
    pub(crate) fn into_parts(mut self) -> (Map<String, Value>, Box<str>) {
        let raw = self.take_raw();
        (self.into_extra(), raw)
    }

    /// Says that none of the names could be read, and what stands there instead, if anything does.
    pub(crate) fn missing(&self, names: &[&str]) -> String {
        let mut message = match names {
            [name] => format!("no {name}"),
            _ => format!("no id: looked for {}", names.join(", ")),
        };
        for name in names {
            if let Some(value) = self.get(name) {
                message.push_str(&format!("; {name} is {}", type_name(value)));
            }
        }
        message
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// Takes the field out if it can be read; `read` hands the value back if it cannot.
    fn take<T>(&mut self, name: &str, read: impl FnOnce(Value) -> Result<T, Value>) -> Option<T> {
        let place = self.fields.iter().rposition(|(found, _)| found == name)?;
        let value = self.fields.get_mut(place).map(|(_, value)| value.take())?;
        match read(value) {
            Err(value) if !value.is_null() => {
                if let Some((_, unread)) = self.fields.get_mut(place) {
                    *unread = value;
                }
                None
            }
            read => {
                self.fields.retain(|(found, _)| found != name);
                read.ok()
            }
        }
    }
}

/// The fields of an object inside another one, whose text is the other one's.
impl From<Map<String, Value>> for Fields<'_> {
    fn from(fields: Map<String, Value>) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (Cow::Owned(name), value)).collect();
        Self { fields, raw: Box::default() }
    }
}

/// Names and values of an object, in their order.
struct Members<'a>(Vec<(Cow<'a, str>, Value)>);

/// A name, as it stands in the text where nothing in it is escaped.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(USUAL_FIELDS);
        while let Some(Name(name)) = members.next_key()? {
            fields.push((name, members.next_value()?));
        }
        Ok(Members(fields))
    }
}

fn read_text(value: Value) -> Result<String, Value> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        other => Err(other),
    }
}

/// Whether the body holds nothing.
pub(crate) fn is_blank(body: &[u8]) -> bool {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    body.iter().all(u8::is_ascii_whitespace)
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads a body as JSON, and keeps its text.
pub(crate) fn parse_value(body: &[u8]) -> Result<(Value, Box<str>), DecodeFault> {
    let text = json_text(body)?;
    Ok((any_value(text)?, text.into()))
}

/// The text of a body that can be JSON.
fn json_text(body: &[u8]) -> Result<&str, DecodeFault> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let text = std::str::from_utf8(body)
        .map_err(|fault| DecodeFault::new(format!("not UTF-8 at byte {}", fault.valid_up_to())))?;
    if text.trim_start().starts_with('<') {
        return Err(DecodeFault::new("an HTML or XML page, not JSON"));
    }
    if is_blank(body) {
        return Err(DecodeFault::new("an empty body, not JSON"));
    }
    Ok(text)
}

/// Reads a text as a value of any type: only then do the parser's own messages never quote it.
fn any_value(text: &str) -> Result<Value, DecodeFault> {
    serde_json::from_str(text).map_err(|fault| not_json(&fault))
}

fn not_json(fault: &serde_json::Error) -> DecodeFault {
    DecodeFault::new(format!("not JSON: {fault}"))
}

/// The JSON type of a value, with its article.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// 2^53: up to here every whole number has a float of its own.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

fn whole_number(number: f64) -> Option<u64> {
    let whole = number.fract() == 0.0 && (0.0..=LARGEST_EXACT).contains(&number);
    // The cast is exact within the range just checked.
    whole.then_some(number as u64)
}
