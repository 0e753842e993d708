//! Documents of the knowledge base.

use std::time::SystemTime;

use uppzy::{Document, Listing};

use super::{MetaData, moment};
use crate::json::text_of;

/// A document.
#[derive(Clone, uniffi::Record)]
pub struct DocumentData {
    /// The id.
    pub id: String,
    /// The title.
    pub title: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// Whether it takes part in answers.
    pub status: Option<String>,
    /// Whether the server is done with processing it.
    pub ready: Option<bool>,
    /// When it was created.
    pub created_at: Option<SystemTime>,
    /// When it was last changed.
    pub updated_at: Option<SystemTime>,
    /// Every other field.
    pub extra: String,
    /// The JSON text of the answer or item.
    pub raw: String,
    /// How it came about.
    pub meta: MetaData,
}

impl From<Document> for DocumentData {
    fn from(document: Document) -> Self {
        let Document {
            id,
            title,
            category,
            status,
            ready,
            created_at,
            updated_at,
            extra,
            raw,
            meta,
        } = document;
        Self {
            id,
            title,
            category,
            status: status.map(|status| status.as_str().to_owned()),
            ready,
            created_at: moment(created_at),
            updated_at: moment(updated_at),
            extra: text_of(&extra),
            raw: raw.into(),
            meta: meta.into(),
        }
    }
}

/// A list of documents.
#[derive(Clone, uniffi::Record)]
pub struct DocumentListData {
    /// The documents.
    pub items: Vec<DocumentData>,
    /// What stood beside the list.
    pub extra: String,
    /// The JSON text of the answer.
    pub raw: String,
    /// How it came about.
    pub meta: MetaData,
}

impl From<Listing<Document>> for DocumentListData {
    fn from(listing: Listing<Document>) -> Self {
        let Listing { items, extra, raw, meta } = listing;
        Self {
            items: items.into_iter().map(Into::into).collect(),
            extra: text_of(&extra),
            raw: raw.into(),
            meta: meta.into(),
        }
    }
}
