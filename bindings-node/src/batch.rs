//! Finished calls as JSON text, written where they finish, so that JavaScript parses one text for
//! many of them.

use std::io::Write as _;

use napi::bindgen_prelude::Either;
use napi_derive::napi;
use serde::Serialize;
use uppzy::{Error, PendingAnswer, Result};

use crate::failure::ErrorDetails;
use crate::pending::Pending;
use crate::produced::{Produced, write};

/// More results than this at once would hold the event loop up.
const MOST_RESULTS: usize = 96;
/// So would more text than this, in bytes.
const MOST_TEXT: usize = 256 * 1024;

/// What came of a call, as JavaScript is told.
const RESULT: u8 = 0;
const HANDLE: u8 = 1;
const FAILURE: u8 = 2;

/// What cannot be said in JSON.
pub(crate) enum Handle {
    Error(Error),
    Pending(Box<PendingAnswer>),
}

/// Results that are delivered together: `id, tag, value` for each.
#[derive(Default)]
pub(crate) struct Batch {
    json: Vec<u8>,
    handles: Vec<Handle>,
    ids: Vec<u32>,
}

impl Batch {
    pub(crate) fn is_full(&self) -> bool {
        self.ids.len() >= MOST_RESULTS || self.json.len() >= MOST_TEXT
    }

    /// The calls that it tells of.
    pub(crate) fn ids(&self) -> &[u32] {
        &self.ids
    }

    pub(crate) fn push(&mut self, id: u32, outcome: Result<Produced>) {
        self.ids.push(id);
        let begin = if self.json.is_empty() { '[' } else { ',' };
        match outcome {
            Ok(produced) => {
                let tag = if matches!(produced, Produced::Pending(_)) { HANDLE } else { RESULT };
                self.text(format_args!("{begin}{id},{tag},"));
                write(produced, self);
            }
            Err(error) => {
                self.text(format_args!("{begin}{id},{FAILURE},"));
                self.handle(Handle::Error(error));
            }
        }
    }

    /// Writes a part of the JSON as it stands.
    pub(crate) fn text(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a vector cannot fail.
        let _ = self.json.write_fmt(text);
    }

    /// Writes a value.
    pub(crate) fn value(&mut self, value: &impl Serialize) {
        let before = self.json.len();
        if serde_json::to_writer(&mut self.json, value).is_err() {
            // Only maps with keys that are no texts cannot be written, and there are none.
            self.json.truncate(before);
            self.text(format_args!("null"));
        }
    }

    /// Writes where the handle will be found.
    pub(crate) fn handle(&mut self, handle: Handle) {
        let place = self.handles.len();
        self.text(format_args!("{place}"));
        self.handles.push(handle);
    }

    /// The whole of it for JavaScript.
    pub(crate) fn into_delivery(self, more: bool) -> Delivery {
        let Self { mut json, handles, ids: _ } = self;
        json.push(b']');
        Delivery {
            // It was written by serde_json and by us, both of whom write UTF-8.
            json: String::from_utf8(json).unwrap_or_default(),
            handles: handles.into_iter().map(Handle::into_javascript).collect(),
            more,
        }
    }
}

impl Handle {
    fn into_javascript(self) -> Either<ErrorDetails, Pending> {
        match self {
            Self::Error(error) => Either::A(error.into()),
            Self::Pending(pending) => Either::B(Pending::new(*pending)),
        }
    }
}

/// Results of many calls.
#[napi(object, object_from_js = false)]
pub struct Delivery {
    /// `id, tag, value` for each result, one after the other. The tag is 0 for a value, 1 for the
    /// place of a handle, 2 for the place of an error.
    pub json: String,
    /// What the JSON refers to by its place.
    pub handles: Vec<Either<ErrorDetails, Pending>>,
    /// Whether there is more to take, after other work was let in.
    pub more: bool,
}
