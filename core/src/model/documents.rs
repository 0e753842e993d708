//! Documents of the knowledge base.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::fields::{DOCUMENT_ID, DecodeFault, Fields};
use super::hidden::{Hidden, Names};
use super::open::Item;
use super::{DocumentStatus, Meta, times};

/// A document of the knowledge base: a file, a text, or a question with its answer.
///
/// The vendor documents that a document has an id; the names of all fields are assumed, and each
/// may be missing.
#[derive(Clone, PartialEq)]
pub struct Document {
    /// The id, under whichever name the server gave it. A number became text.
    pub id: String,
    /// The title.
    pub title: Option<String>,
    /// The category, such as `faq`.
    pub category: Option<String>,
    /// Whether it takes part in answers.
    pub status: Option<DocumentStatus>,
    /// Whether the server is done with processing it.
    pub ready: Option<bool>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// Every other field, and those above that could not be read as their type. When the document
    /// stood inside the answer, what stood beside it is here too.
    pub extra: Map<String, Value>,
    /// The JSON text of the answer, or of the item of a list.
    pub raw: Box<str>,
    /// How the answer came about.
    pub meta: Meta,
}

impl Document {
    /// Reads the document that an answer is, or has under `document` or `data`.
    pub(crate) fn parse(body: &[u8], meta: Meta) -> Result<Self, DecodeFault> {
        Self::from_item(Fields::parse(body)?, meta)
    }

    /// Reads the answer to a change of the document of that id. An answer without an id (no body, or
    /// one such as `{"status":"ok"}`) confirms the change but is no document: then the id is the one
    /// that was asked for, and all that came is `extra`.
    pub(crate) fn parse_changed(
        body: &[u8],
        asked_id: &str,
        meta: Meta,
    ) -> Result<Self, DecodeFault> {
        match locate(Fields::parse_or_empty(body)?) {
            Ok(found) => Ok(Self::from_located(found, meta)),
            Err(fields) => {
                let (extra, raw) = fields.into_parts();
                Ok(Self::with_id(asked_id.to_owned(), extra, raw, meta))
            }
        }
    }

    fn with_id(id: String, extra: Map<String, Value>, raw: Box<str>, meta: Meta) -> Self {
        Self {
            id,
            title: None,
            category: None,
            status: None,
            ready: None,
            created_at: None,
            updated_at: None,
            extra,
            raw,
            meta,
        }
    }

    fn from_located(found: Located<'_>, meta: Meta) -> Self {
        let Located { id, mut fields, beside, raw } = found;
        let title = fields.text("title");
        let category = fields.text("category");
        let status = fields.text("status").map(DocumentStatus::from);
        let ready = fields.flag("ready");
        let created_at = fields.time("created_at");
        let updated_at = fields.time("updated_at");
        let mut extra = fields.into_extra();
        for (name, value) in beside {
            extra.entry(name).or_insert(value);
        }
        Self { id, title, category, status, ready, created_at, updated_at, extra, raw, meta }
    }

    /// The JSON text of the answer, or of the item of a list.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// All fields but `raw` as JSON; times are ISO 8601 in UTC.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "title": self.title,
            "category": self.category,
            "status": self.status,
            "ready": self.ready,
            "created_at": times::to_json(self.created_at),
            "updated_at": times::to_json(self.updated_at),
            "extra": self.extra,
            "meta": self.meta.to_json(),
        })
    }
}

impl Item for Document {
    fn from_item(fields: Fields<'_>, meta: Meta) -> Result<Self, DecodeFault> {
        match locate(fields) {
            Ok(found) => Ok(Self::from_located(found, meta)),
            Err(fields) => Err(DecodeFault::new(fields.missing(DOCUMENT_ID))),
        }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Document")
            .field("id", &self.id)
            .field("title", &Hidden(self.title.as_deref()))
            .field("category", &self.category)
            .field("status", &self.status)
            .field("ready", &self.ready)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("extra", &Names(&self.extra))
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}

/// Where the document stands in an answer.
struct Located<'a> {
    id: String,
    fields: Fields<'a>,
    beside: Map<String, Value>,
    raw: Box<str>,
}

/// Looks for an object with an id: under `document`, then the object itself, then in `data`. Hands
/// the fields back when there is none.
fn locate(mut fields: Fields<'_>) -> Result<Located<'_>, Fields<'_>> {
    if let Some(found) = locate_below(&mut fields, "document") {
        return Ok(found.in_answer(fields));
    }
    if let Some(id) = fields.id(DOCUMENT_ID) {
        let raw = fields.take_raw();
        return Ok(Located { id, fields, beside: Map::new(), raw });
    }
    match locate_below(&mut fields, "data") {
        Some(found) => Ok(found.in_answer(fields)),
        None => Err(fields),
    }
}

fn locate_below<'a>(fields: &mut Fields<'a>, name: &str) -> Option<Located<'a>> {
    let inner = fields.object(name)?;
    match locate(Fields::from(inner)) {
        Ok(found) => Some(found),
        Err(inner) => {
            fields.put_back(name, Value::Object(inner.into_extra()));
            None
        }
    }
}

impl Located<'_> {
    fn in_answer(mut self, answer: Fields<'_>) -> Self {
        let (beside, raw) = answer.into_parts();
        for (name, value) in beside {
            self.beside.entry(name).or_insert(value);
        }
        self.raw = raw;
        self
    }
}
