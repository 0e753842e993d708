//! Finished calls as JSON text, written where they finish, so that JavaScript parses one text for
//! many of them. What the server sent goes beside it: as a text within a text it would take as long as
//! all the rest.

use std::io::Write as _;

use napi::bindgen_prelude::Either;
use serde::Serialize;
use uppzy::{Error, PendingAnswer, Result};

use crate::failure::ErrorDetails;
use crate::models::{Model, WithoutRaw};
use crate::pending::Pending;
use crate::produced::{Produced, write};

/// More results than this at once would hold the event loop up.
const MOST_RESULTS: usize = 96;
/// So would more text than this, in bytes.
const MOST_TEXT: usize = 256 * 1024;
/// Room for the JSON of a few results, in bytes: a batch that begins with less grows many times.
const FIRST_ROOM: usize = 1_000;

/// What came of a call, as JavaScript is told.
const RESULT: u8 = 0;
const HANDLE: u8 = 1;
const FAILURE: u8 = 2;
const MODEL: u8 = 3;

/// What cannot be said in JSON.
pub(crate) enum Handle {
    Error(Error),
    Pending(Box<PendingAnswer>),
}

/// Results that are delivered together: `id, tag, value` for each.
#[derive(Default)]
pub(crate) struct Batch {
    json: Vec<u8>,
    /// What the server sent, of the results that are models.
    raws: Vec<Box<str>>,
    raws_length: usize,
    handles: Vec<Handle>,
    ids: Vec<u32>,
}

impl Batch {
    pub(crate) fn is_full(&self) -> bool {
        self.ids.len() >= MOST_RESULTS || self.json.len() + self.raws_length >= MOST_TEXT
    }

    /// The calls that it tells of.
    pub(crate) fn ids(&self) -> &[u32] {
        &self.ids
    }

    pub(crate) fn push(&mut self, id: u32, outcome: Result<Produced>) {
        self.ids.push(id);
        match outcome {
            Ok(produced) => write(id, produced, self),
            Err(error) => {
                self.begin(id, FAILURE);
                self.handle(Handle::Error(error));
            }
        }
    }

    fn begin(&mut self, id: u32, tag: u8) {
        let mut begin = ',';
        if self.json.is_empty() {
            self.json.reserve(FIRST_ROOM);
            begin = '[';
        }
        self.text(format_args!("{begin}{id},{tag},"));
    }

    /// Writes a result that is a model.
    pub(crate) fn model(&mut self, id: u32, model: impl Model) {
        self.begin(id, MODEL);
        self.value(&WithoutRaw(&model));
        self.raws_length += model.raw().len();
        self.raws.push(model.into_raw());
    }

    /// Begins a result that is a value, which is to be written next.
    pub(crate) fn begin_value(&mut self, id: u32) {
        self.begin(id, RESULT);
    }

    /// Writes a result that is a handle.
    pub(crate) fn result_handle(&mut self, id: u32, handle: Handle) {
        self.begin(id, HANDLE);
        self.handle(handle);
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

    /// The whole of it for JavaScript: texts, the first of them JSON, and what it refers to by its place.
    pub(crate) fn into_delivery(self, more: bool) -> (Vec<String>, Vec<Handle>) {
        let Self { mut json, raws, raws_length: _, handles, ids: _ } = self;
        // Writing to a vector cannot fail.
        let _ = write!(json, ",{more},{}]", !handles.is_empty());
        let mut texts = Vec::with_capacity(1 + raws.len());
        // It was written by serde_json and by us, both of whom write UTF-8.
        texts.push(String::from_utf8(json).unwrap_or_default());
        texts.extend(raws.into_iter().map(String::from));
        (texts, handles)
    }
}

impl Handle {
    pub(crate) fn into_javascript(self) -> Either<ErrorDetails, Pending> {
        match self {
            Self::Error(error) => Either::A(error.into()),
            Self::Pending(pending) => Either::B(Pending::new(*pending)),
        }
    }
}
