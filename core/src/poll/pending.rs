//! A question that the server has accepted, and the answer to it that is being made.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream;
use jiff::Timestamp;

use super::waiter::{Judged, Target, Waiter};
use crate::api::{ChatRequest, status_with_retries};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Answer, ChatStatus, Meta};
use crate::pipeline::{CallOptions, Composed};
use crate::token::TokenContent;
use crate::transport::BoxFuture;

/// A question that the server has accepted. Await it, or call [`PendingAnswer::result`].
///
/// Dropping it, or cancelling the wait, only stops the waiting: the server goes on. Keep
/// [`PendingAnswer::token`] to take the answer up later, in any process and language.
#[derive(Clone)]
pub struct PendingAnswer {
    client: Client,
    target: Target,
}

/// What one look at a pending answer found.
#[derive(Clone, Debug)]
pub enum PollOutcome {
    /// Not done yet.
    Pending {
        /// The wait before another look is worthwhile.
        retry_in: Duration,
    },
    /// Done.
    Completed(Box<Answer>),
    /// The server could not answer, or no longer knows the question.
    Failed(Error),
}

impl PendingAnswer {
    pub(crate) fn new(client: Client, target: Target) -> Self {
        Self { client, target }
    }

    pub(crate) fn from_token(client: &Client, token: &str) -> Result<Self> {
        let content = TokenContent::decode(token, &client.shared.origin())?;
        let clock = &client.shared.clock;
        let submitted_at = content.submitted_at();
        let age =
            clock.wall_now().duration_since(submitted_at).try_into().unwrap_or(Duration::ZERO);
        let target = Target {
            request_id: content.request_id,
            session_id: content.session_id.unwrap_or_default(),
            submitted_at,
            accepted: clock.now().checked_sub(age).unwrap_or_else(|| clock.now()),
            attempts: 0,
            personal: None,
        };
        Ok(Self { client: client.for_site(content.site_id)?, target })
    }

    /// The API's id of the question.
    pub fn request_id(&self) -> &str {
        &self.target.request_id
    }

    /// The conversation; empty if a token was too long to hold it.
    pub fn session_id(&self) -> &str {
        &self.target.session_id
    }

    /// When the server accepted the question.
    pub fn submitted_at(&self) -> Timestamp {
        self.target.submitted_at
    }

    /// A text of at most 512 characters that any process and language can resume with. Holds no
    /// key, no message and no address.
    pub fn token(&self) -> String {
        // A pending answer always has a site.
        self.target.token(&self.client).unwrap_or_default()
    }

    /// Waits for the answer for the client's `ask_timeout`, 120 s by default.
    ///
    /// # Errors
    /// `poll_timeout` with the token when it is still pending then; `chat_failed`, `chat_gone`,
    /// and what any call can end in.
    pub async fn result(&self) -> Result<Answer> {
        self.wait(CallOptions::default()).await
    }

    /// Waits for the answer for that long.
    ///
    /// # Errors
    /// As [`PendingAnswer::result`].
    pub async fn result_within(&self, timeout: Duration) -> Result<Answer> {
        self.wait(CallOptions { timeout: Some(timeout), ..CallOptions::default() }).await
    }

    async fn wait(&self, options: CallOptions) -> Result<Answer> {
        let call = Composed::begin(&self.client, &options)?;
        self.result_of(call).await
    }

    pub(crate) async fn result_of(&self, call: Composed) -> Result<Answer> {
        Waiter::new(&self.client, &self.target, call).result().await
    }

    /// Reads the state once, with the usual retries.
    ///
    /// # Errors
    /// What any call can end in; 404 is `not_found` here.
    pub async fn status(&self) -> Result<ChatStatus> {
        self.status_with(&CallOptions::default()).await
    }

    /// The same, as the options say.
    ///
    /// # Errors
    /// As [`PendingAnswer::status`].
    pub async fn status_with(&self, options: &CallOptions) -> Result<ChatStatus> {
        Ok(status_with_retries(&self.client, &self.target.request_id, options).await?.0)
    }

    /// Looks once and says what to do: the piece for a job queue that holds no worker while the
    /// answer is made.
    ///
    /// # Errors
    /// What any call can end in. A failed answer is a [`PollOutcome::Failed`].
    pub async fn poll_once(&self, options: &CallOptions) -> Result<PollOutcome> {
        let shared = &self.client.shared;
        let polled = status_with_retries(&self.client, &self.target.request_id, options).await;
        let now = shared.clock.now();
        let since = now.saturating_duration_since(self.target.accepted);
        let pending = |hint: Option<Duration>| PollOutcome::Pending {
            retry_in: hint.unwrap_or_else(|| shared.poll.next(since, &shared.clock)),
        };
        match polled {
            Ok((status, hint)) => Ok(match self.target.judge(&self.client, status) {
                Judged::Pending => pending(hint),
                Judged::Completed(answer) => PollOutcome::Completed(answer),
                Judged::Failed(error) => PollOutcome::Failed(error),
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Ok(if self.target.may_be_invisible(now) {
                    pending(None)
                } else {
                    PollOutcome::Failed(self.target.gone(&self.client))
                })
            }
            Err(error) => Err(error),
        }
    }

    /// The states of the answer as they change, the final one last. Ends with an error when the
    /// client's `ask_timeout` is over.
    ///
    /// ```no_run
    /// # async fn example(pending: uppzy::PendingAnswer) -> Result<(), uppzy::Error> {
    /// use futures_util::{StreamExt as _, pin_mut};
    ///
    /// let states = pending.states();
    /// pin_mut!(states);
    /// while let Some(status) = states.next().await {
    ///     println!("{}", status?.status_text);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn states(&self) -> impl Stream<Item = Result<ChatStatus>> + Send + '_ {
        enum Step<'a> {
            Start,
            Waiting(Box<Waiter<'a>>, Option<String>),
            End,
        }
        stream::unfold(Step::Start, move |step| async move {
            let (mut waiter, mut known) = match step {
                Step::Start => {
                    let options = CallOptions::default();
                    match Composed::begin(&self.client, &options) {
                        Ok(call) => (Box::new(Waiter::new(&self.client, &self.target, call)), None),
                        Err(error) => return Some((Err(error), Step::End)),
                    }
                }
                Step::Waiting(waiter, known) => (waiter, known),
                Step::End => return None,
            };
            loop {
                match waiter.next_status().await {
                    Ok(status) if status.status.is_finished() => {
                        return Some((Ok(status), Step::End));
                    }
                    Ok(status) if known.as_ref() == Some(&status.status_text) => {}
                    Ok(status) => {
                        known.replace(status.status_text.clone());
                        return Some((Ok(status), Step::Waiting(waiter, known)));
                    }
                    Err(error) => return Some((Err(error), Step::End)),
                }
            }
        })
    }

    /// A moment of acceptance that is now, on the client's clock.
    pub(crate) fn accepted_now(
        client: &Client,
        request_id: String,
        session_id: String,
        meta: Meta,
        request: &ChatRequest,
    ) -> Self {
        let clock = &client.shared.clock;
        let accepted = clock.now();
        let attempts = meta.attempts;
        let submitted_at = clock.wall_now();
        let target =
            Target { request_id, session_id, submitted_at, accepted, attempts, personal: None };
        Self::new(client.clone(), target).of_question(request)
    }

    /// The same, told what was asked, so that it does not come back in an error.
    pub(crate) fn of_question(mut self, request: &ChatRequest) -> Self {
        let personal = request.email.iter().chain([&request.message]).cloned().collect();
        self.target.personal = Some(personal);
        self
    }
}

impl IntoFuture for PendingAnswer {
    type Output = Result<Answer>;
    type IntoFuture = BoxFuture<'static, Result<Answer>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.result().await })
    }
}

impl fmt::Debug for PendingAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PendingAnswer")
            .field("request_id", &self.target.request_id)
            .field("submitted_at", &self.target.submitted_at)
            .finish_non_exhaustive()
    }
}
