//! Sessions.

use std::time::SystemTime;

use uppzy::{Listing, Session};

use super::{MetaData, moment};
use crate::json::text_of;

/// A conversation.
#[derive(Clone, uniffi::Record)]
pub struct SessionData {
    /// The id.
    pub id: String,
    /// The address of the person.
    pub email: Option<String>,
    /// When it began.
    pub created_at: Option<SystemTime>,
    /// When it was last used.
    pub updated_at: Option<SystemTime>,
    /// When it was closed.
    pub closed_at: Option<SystemTime>,
    /// How many messages it holds.
    pub message_count: Option<u64>,
    /// Whether it takes new messages.
    pub is_open: bool,
    /// Every other field.
    pub extra: String,
    /// The JSON text of the item.
    pub raw: String,
    /// How the list came about.
    pub meta: MetaData,
}

impl From<Session> for SessionData {
    fn from(session: Session) -> Self {
        let is_open = session.is_open();
        let Session {
            id,
            email,
            created_at,
            updated_at,
            closed_at,
            message_count,
            extra,
            raw,
            meta,
        } = session;
        Self {
            id,
            email,
            created_at: moment(created_at),
            updated_at: moment(updated_at),
            closed_at: moment(closed_at),
            message_count,
            is_open,
            extra: text_of(&extra),
            raw: raw.into(),
            meta: meta.into(),
        }
    }
}

/// A list of conversations.
#[derive(Clone, uniffi::Record)]
pub struct SessionListData {
    /// The conversations.
    pub items: Vec<SessionData>,
    /// What stood beside the list.
    pub extra: String,
    /// The JSON text of the answer.
    pub raw: String,
    /// How it came about.
    pub meta: MetaData,
}

impl From<Listing<Session>> for SessionListData {
    fn from(listing: Listing<Session>) -> Self {
        let Listing { items, extra, raw, meta } = listing;
        Self {
            items: items.into_iter().map(Into::into).collect(),
            extra: text_of(&extra),
            raw: raw.into(),
            meta: meta.into(),
        }
    }
}
