//! Uploads, step by step.

use std::path::PathBuf;

use bytes::Bytes;
use napi::Env;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use uppzy::Result;
use uppzy_boundary::{Source, Uploading, call, in_background};

use crate::arguments::{arguments, read};
use crate::bridge::Bridge;
use crate::produced::Call;

arguments! {
    Given {
        path: Option<PathBuf>,
        file_name: Option<String>,
        content_type: Option<String>,
        length: Option<u64>,
    }
}

/// An upload. `step` says what comes next: a piece is wanted, bytes were sent, or it is done.
#[napi]
pub struct Upload(Uploading);

impl Upload {
    pub(crate) fn new(client: &uppzy::Client, json: &str, content: Option<&[u8]>) -> Result<Self> {
        let given: Given = read(json)?;
        let documents = client.documents().options(given.options()?);
        let source = match (given.path, content) {
            (Some(path), _) => Source::Path(path),
            // Copied: JavaScript may change its buffer at any time.
            (None, Some(content)) => Source::Bytes(Bytes::copy_from_slice(content)),
            (None, None) => Source::Pieces { length: given.length },
        };
        Ok(Self(Uploading::new(documents, source, given.file_name, given.content_type)))
    }

    fn next(&self) -> Result<Call> {
        Ok(call(self.0.step(in_background)?))
    }
}

#[napi]
impl Upload {
    /// A call that comes to true when a piece is wanted, to `[sent, total]` when bytes were sent, and
    /// to the document in the end.
    #[napi(catch_unwind)]
    pub fn step(&self, env: Env, bridge: &Bridge, id: u32) {
        bridge.start(&env, id, self.next(), true);
    }

    /// Hands over a piece that was wanted.
    #[napi(catch_unwind)]
    pub fn give(&self, piece: Uint8Array) {
        // What was not wanted is not sent.
        let _ = self.0.give(Bytes::copy_from_slice(&piece));
    }

    /// Says that the source has ended.
    #[napi(catch_unwind)]
    pub fn end(&self) {
        self.0.finish();
    }

    /// Says that the source cannot be read further.
    #[napi(catch_unwind)]
    pub fn fail(&self, reason: String) {
        let _ = self.0.fail(reason);
    }

    /// Ends the upload; nothing more is sent.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.0.end();
    }
}
