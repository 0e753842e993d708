//! Answers without a documented shape, and lists.

use std::fmt;

use serde_json::{Map, Value, json};

use super::fields::{DecodeFault, Fields, is_blank, parse_value, type_name};
use super::hidden::Names;
use super::{Document, Meta, Session};

/// An answer whose fields the vendor does not document: all of them, as they came.
#[derive(Clone, PartialEq)]
pub struct OpenObject {
    /// Every field. An answer that is JSON but no object is here under `value`; an answer without a
    /// body leaves it empty.
    pub fields: Map<String, Value>,
    /// The JSON text of the answer; empty for one without a body.
    pub raw: Box<str>,
    /// How the answer came about.
    pub meta: Meta,
}

impl OpenObject {
    pub(crate) fn parse(body: &[u8], meta: Meta) -> Result<Self, DecodeFault> {
        if is_blank(body) {
            return Ok(Self { fields: Map::new(), raw: Box::default(), meta });
        }
        let (value, raw) = parse_value(body)?;
        let fields = match value {
            Value::Object(fields) => fields,
            other => Map::from_iter([("value".to_owned(), other)]),
        };
        Ok(Self { fields, raw, meta })
    }

    /// The field of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// The JSON text of the answer; empty for one without a body.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The fields and `meta` as JSON.
    pub fn to_json(&self) -> Value {
        json!({"fields": self.fields, "meta": self.meta.to_json()})
    }
}

impl fmt::Debug for OpenObject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenObject")
            .field("fields", &Names(&self.fields))
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}

/// A list, and what came with it.
#[derive(Clone, PartialEq)]
pub struct Listing<T> {
    /// The items, in the server's order.
    pub items: Vec<T>,
    /// What stood beside the list, such as a total or a cursor. The vendor documents no paging.
    pub extra: Map<String, Value>,
    /// The JSON text of the answer.
    pub raw: Box<str>,
    /// How the list came about.
    pub meta: Meta,
}

/// Something that is read from an item of a list.
pub(crate) trait Item: Sized {
    fn from_item(fields: Fields<'_>, meta: Meta) -> Result<Self, DecodeFault>;
}

impl<T> Listing<T> {
    pub(crate) fn parse(body: &[u8], meta: Meta) -> Result<Self, DecodeFault>
    where
        T: Item,
    {
        let (value, raw) = parse_value(body)?;
        let (values, extra) = find_list(value)?;
        let mut items = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let item = Fields::from_value(value)
                .and_then(|fields| T::from_item(fields, meta.clone()))
                .map_err(|fault| DecodeFault::new(format!("item {index}: {}", fault.message)))?;
            items.push(item);
        }
        Ok(Self { items, extra, raw, meta })
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items, in the server's order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// The JSON text of the answer.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    fn json_of(&self, item: impl Fn(&T) -> Value) -> Value {
        json!({
            "items": self.items.iter().map(item).collect::<Vec<_>>(),
            "extra": self.extra,
            "meta": self.meta.to_json(),
        })
    }
}

impl Listing<Document> {
    /// All fields but `raw` as JSON.
    pub fn to_json(&self) -> Value {
        self.json_of(Document::to_json)
    }
}

impl Listing<Session> {
    /// All fields but `raw` as JSON.
    pub fn to_json(&self) -> Value {
        self.json_of(Session::to_json)
    }
}

impl<T> IntoIterator for Listing<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Listing<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for Listing<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Listing")
            .field("items", &self.items)
            .field("extra", &Names(&self.extra))
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}

/// The names under which a list is looked for, in this order.
const WRAPPERS: [&str; 4] = ["documents", "sessions", "items", "data"];

fn find_list(value: Value) -> Result<(Vec<Value>, Map<String, Value>), DecodeFault> {
    let mut outer = match value {
        Value::Array(items) => return Ok((items, Map::new())),
        // Some servers write a list without items as null.
        Value::Null => return Ok((Vec::new(), Map::new())),
        Value::Object(fields) => fields,
        other => {
            let found = type_name(&other);
            return Err(DecodeFault::new(format!("expected a list, found {found}")));
        }
    };
    // A null stands for the list only where no list stands anywhere.
    for wanted in [Value::is_array, Value::is_null] {
        if let Some(items) = take_list(&mut outer, wanted) {
            return Ok((items, outer));
        }
        if let Some(Value::Object(inner)) = outer.get_mut("data")
            && let Some(items) = take_list(inner, wanted)
        {
            if inner.is_empty() {
                outer.remove("data");
            }
            return Ok((items, outer));
        }
    }
    let mut message = format!("no list: looked for {}", WRAPPERS.join(", "));
    for name in WRAPPERS {
        if let Some(value) = outer.get(name) {
            message.push_str(&format!("; {name} is {}", type_name(value)));
        }
    }
    Err(DecodeFault::new(message))
}

fn take_list(fields: &mut Map<String, Value>, wanted: fn(&Value) -> bool) -> Option<Vec<Value>> {
    let name = WRAPPERS.into_iter().find(|name| fields.get(*name).is_some_and(wanted))?;
    match fields.remove(name)? {
        Value::Array(items) => Some(items),
        _ => Some(Vec::new()),
    }
}
