//! Results that come one after the other.

use napi::Env;
use napi_derive::napi;
use uppzy::{Chat, ChatRequest, PendingAnswer, Result};
use uppzy_boundary::{Batches, call, in_background};

use crate::bridge::Bridge;
use crate::produced::{Call, Produced};

/// More than this at once would hold the event loop up.
const LARGEST_BATCH: usize = 96;

/// Results that come one after the other. The work begins with the first `next`, and ends with the
/// stream.
#[napi]
pub struct Stream(Batches<Produced>);

impl Stream {
    pub(crate) fn asked(chat: Chat, questions: Vec<ChatRequest>, concurrency: usize) -> Self {
        Self(Batches::asked(LARGEST_BATCH, chat, questions, concurrency))
    }

    pub(crate) fn waited(chat: Chat, tokens: Vec<String>) -> Self {
        Self(Batches::waited(LARGEST_BATCH, chat, tokens))
    }

    pub(crate) fn states(pending: PendingAnswer) -> Self {
        Self(Batches::states(LARGEST_BATCH, pending))
    }

    fn taken(&self) -> Result<Call> {
        Ok(call(self.0.next(in_background)?))
    }
}

#[napi]
impl Stream {
    /// A call that comes to a list of what is there, at least one, or to null at the end.
    #[napi(catch_unwind)]
    pub fn next(&self, env: Env, bridge: &Bridge, id: u32) {
        bridge.start(&env, id, self.taken(), true);
    }

    /// Ends the work. What the server has accepted goes on there.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.0.end();
    }
}
