//! Sessions: conversations of one person or thread.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::fields::{DecodeFault, Fields};
use super::hidden::{Hidden, Names};
use super::open::Item;
use super::{Meta, times};

/// A conversation, as the server lists it.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// The id. The vendor does not say whether it equals the `session_id` that the caller chose; if
    /// the server lists a `session_id` beside it, that is in `extra`.
    pub id: String,
    /// The address of the person, if the server lists it.
    pub email: Option<String>,
    /// When it began.
    pub created_at: Option<Timestamp>,
    /// When it was last used.
    pub updated_at: Option<Timestamp>,
    /// When it was closed; none while it is open.
    pub closed_at: Option<Timestamp>,
    /// How many messages it holds.
    pub message_count: Option<u64>,
    /// Every other field, and those above that could not be read as their type.
    pub extra: Map<String, Value>,
    /// The JSON text of the item.
    pub raw: Box<str>,
    /// How the list came about.
    pub meta: Meta,
}

/// The names under which a session's id is looked for, in this order.
const SESSION_ID: &[&str] = &["id", "session_id", "sessionId", "_id", "uuid"];

impl Session {
    /// Whether it takes new messages: a closed session is archived.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none() && !times::tells_of_one(self.extra.get("closed_at"))
    }

    /// The JSON text of the item.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// All fields but `raw` as JSON; times are ISO 8601 in UTC.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "email": self.email,
            "created_at": times::to_json(self.created_at),
            "updated_at": times::to_json(self.updated_at),
            "closed_at": times::to_json(self.closed_at),
            "message_count": self.message_count,
            "extra": self.extra,
            "meta": self.meta.to_json(),
        })
    }
}

impl Item for Session {
    fn from_item(mut fields: Fields<'_>, meta: Meta) -> Result<Self, DecodeFault> {
        let id = fields.required_id(SESSION_ID)?;
        let email = fields.text("email");
        let created_at = fields.time("created_at");
        let updated_at = fields.time("updated_at");
        let closed_at = fields.time("closed_at");
        let message_count = fields.count("message_count");
        let (extra, raw) = fields.into_parts();
        Ok(Self { id, email, created_at, updated_at, closed_at, message_count, extra, raw, meta })
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Session")
            .field("id", &self.id)
            .field("email", &Hidden(self.email.as_deref()))
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("closed_at", &self.closed_at)
            .field("message_count", &self.message_count)
            .field("extra", &Names(&self.extra))
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}
