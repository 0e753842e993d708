//! Answers without a documented shape.

use uppzy::OpenObject;

use super::MetaData;
use crate::json::text_of;

/// An answer without a documented shape.
#[derive(Clone, uniffi::Record)]
pub struct OpenData {
    /// Every field, as JSON text.
    pub fields: String,
    /// The JSON text of the answer.
    pub raw: String,
    /// How it came about.
    pub meta: MetaData,
}

impl From<OpenObject> for OpenData {
    fn from(object: OpenObject) -> Self {
        let OpenObject { fields, raw, meta } = object;
        Self { fields: text_of(&fields), raw: raw.into(), meta: meta.into() }
    }
}
