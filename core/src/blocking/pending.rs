//! A question that the server has accepted, and the answer to it that is being made.

use std::time::Duration;

use jiff::Timestamp;

use super::handle::{Cancellable, calls};
use super::items::Steps;
use crate::cancel::CancelToken;
use crate::error::Result;
use crate::model::{Answer, ChatStatus};
use crate::pipeline::CallOptions;
use crate::poll::PollOutcome;

/// A question that the server has accepted.
///
/// Dropping it, or cancelling the wait, only stops the waiting: the server goes on. Keep
/// [`PendingAnswer::token`] to take the answer up later, in any process and language.
#[derive(Clone, Debug)]
pub struct PendingAnswer {
    pub(super) inner: crate::PendingAnswer,
}

impl From<crate::PendingAnswer> for PendingAnswer {
    fn from(inner: crate::PendingAnswer) -> Self {
        Self { inner }
    }
}

calls! {
    PendingAnswer {
        /// Waits for the answer for the client's `ask_timeout`, 120 s by default.
        fn result(&self) -> Result<Answer>;
        /// Waits for the answer for that long.
        fn result_within(&self, timeout: Duration) -> Result<Answer>;
        /// Reads the state once, with the usual retries.
        fn status(&self) -> Result<ChatStatus>;
        /// The same with options of this call.
        fn status_with(&self, options: &CallOptions) -> Result<ChatStatus>;
        /// Looks once and says what to do: for a job queue that holds no worker while the answer is
        /// made.
        fn poll_once(&self, options: &CallOptions) -> Result<PollOutcome>;
    }
}

impl PendingAnswer {
    /// The API's id of the question.
    pub fn request_id(&self) -> &str {
        self.inner.request_id()
    }

    /// The conversation; empty if a token was too long to hold it.
    pub fn session_id(&self) -> &str {
        self.inner.session_id()
    }

    /// When the server accepted the question.
    pub fn submitted_at(&self) -> Timestamp {
        self.inner.submitted_at()
    }

    /// A text of at most 512 characters that any process and language can resume with. Holds no
    /// key, no message and no address.
    pub fn token(&self) -> String {
        self.inner.token()
    }

    /// The states of the answer as they change, the final one last. Ends with an error when the
    /// client's `ask_timeout` is over. Polls while `next` waits, and not in between.
    ///
    /// Does what [the asynchronous one](crate::PendingAnswer::states) does. On a thread that runs
    /// asynchronous tasks, the only item is a `config` error.
    pub fn states(&self) -> impl Iterator<Item = Result<ChatStatus>> + Send + '_ {
        Steps::new(self.inner.states(), None)
    }

    /// Makes the calls end as soon as the token is cancelled, on any thread.
    #[must_use]
    pub fn cancel_with(self, token: &CancelToken) -> Cancellable<Self> {
        Cancellable { handle: self, token: token.clone() }
    }
}

impl Cancellable<PendingAnswer> {
    /// The pending answer itself.
    pub fn pending(&self) -> &PendingAnswer {
        &self.handle
    }

    /// The states of the answer as [`PendingAnswer::states`] gives them. The iterator ends when the
    /// token is cancelled.
    pub fn states(&self) -> impl Iterator<Item = Result<ChatStatus>> + Send + '_ {
        Steps::new(self.handle.inner.states(), Some(self.token.clone()))
    }
}
