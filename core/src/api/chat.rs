//! Questions, answers, feedback.

use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream::FuturesUnordered;
use serde_json::json;

use super::ask_many::{self, AskManyOptions, AskOutcome};
use super::family;
use super::questions::{ChatRequest, require};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Outcome, Result};
use crate::model::{Answer, ChatStatus, Feedback, FeedbackReceipt, Submission};
use crate::operation::{CHAT_FEEDBACK, CHAT_SEND, CHAT_STATUS, CHAT_SUBMIT};
use crate::pipeline::{Call, CallOptions, Composed, RequestBody, execute, execute_with_headers};
use crate::poll::{PendingAnswer, PollOutcome, Target};
use crate::retry::parse_retry_after;

family! {
    /// Questions and answers. From [`Client::chat`].
    Chat
}

impl Chat {
    /// Asks and waits for the answer: submits, then polls. The answer to "just get me the answer":
    /// no connection stays open while the answer is made, and a broken one loses nothing. Takes
    /// about a second longer than [`Chat::send`], and 120 s at most by default.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// use uppzy::{ChatRequest, ErrorKind};
    ///
    /// match client.chat().ask(&ChatRequest::new("ticket-1", "When are you open?")).await {
    ///     Ok(answer) => println!("{} ({:?})", answer.text(), answer.confidence_level),
    ///     Err(error) if error.kind() == ErrorKind::PollTimeout => {
    ///         // Not lost: store the token, and resume with it later.
    ///         println!("{:?}", error.token());
    ///     }
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `poll_timeout` with a token when the answer is still pending at the end; `chat_failed`,
    /// `chat_gone`, and what any call can end in.
    pub async fn ask(&self, request: &ChatRequest) -> Result<Answer> {
        self.ask_in(request, self.begin()?).await
    }

    /// What [`Chat::ask_in`] needs, from now on.
    pub(super) fn begin(&self) -> Result<Composed> {
        Composed::begin(&self.client, &self.options)
    }

    pub(super) async fn ask_in(&self, request: &ChatRequest, call: Composed) -> Result<Answer> {
        let shared = &self.client.shared;
        let deadline = call.deadline;
        let pending = match &request.resume_token {
            Some(token) => self.resume(token)?.of_question(request),
            None => {
                let place = shared.gate.submission(&shared.clock, deadline.at).await;
                let Some(place) = place else {
                    return Err(Error::new(
                        ErrorKind::DeadlineExceeded,
                        Outcome::NotSent,
                        "the call's time was used up before the question could be submitted",
                    ));
                };
                // On the heap: the wait that follows is long, and needs none of it.
                let pending = Box::pin(self.submit_in(request, Some(call.clone()))).await?;
                drop(place);
                pending
            }
        };
        let mut result = pending.result_of(call).await;
        // Handing the question in is a part of the call.
        let elapsed = shared.clock.now().saturating_duration_since(deadline.began);
        match &mut result {
            Ok(answer) => answer.meta.elapsed = elapsed,
            Err(error) => error.end_of_call(elapsed),
        }
        result
    }

    /// Asks like [`Chat::ask`], and gives the fallback, marked as such, when the assistant does not
    /// answer in time or fails. `extra` then says why under `fallback_reason`, and holds the `token`
    /// of an answer that is still being made.
    ///
    /// # Errors
    /// Only faults that a retry will not mend: `config`, `invalid_input`, `tls`, `closed` and the
    /// 4xx kinds but 429.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// use std::time::Duration;
    /// use uppzy::ChatRequest;
    ///
    /// let chat = client.chat().timeout(Duration::from_secs(15));
    /// let question = ChatRequest::new("ticket-1", "Where is my order?");
    /// let answer = chat.ask_with_fallback(&question, "Our team will answer shortly.").await?;
    /// println!("{}{}", answer.text(), if answer.is_fallback { " (fallback)" } else { "" });
    /// # Ok(()) }
    /// ```
    pub async fn ask_with_fallback(&self, request: &ChatRequest, fallback: &str) -> Result<Answer> {
        match self.ask(request).await {
            Err(error) if is_for_fallback(error.kind()) => {
                let mut answer = Answer::fallback(fallback, request.session_id.as_str());
                answer.meta.elapsed = error.elapsed();
                answer.extra.insert("fallback_reason".to_owned(), json!(error.kind()));
                if let Some(token) = error.token() {
                    answer.extra.insert("token".to_owned(), json!(token));
                }
                Ok(answer)
            }
            result => result,
        }
    }

    /// Asks many questions, that many at once, and gives the results as they come. Every question
    /// appears exactly once, with its answer or its error; a failed one can be handed in again as it
    /// is, and one that was accepted is then resumed, not asked twice.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client, questions: Vec<uppzy::ChatRequest>) {
    /// use futures_util::StreamExt as _;
    ///
    /// let mut results = client.chat().ask_many(questions, Default::default());
    /// while let Some(outcome) = results.next().await {
    ///     match outcome.result {
    ///         Ok(answer) => println!("{}: {}", outcome.index, answer.text()),
    ///         Err(error) => println!("{}: {error}", outcome.index),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn ask_many(
        &self,
        questions: impl IntoIterator<Item = ChatRequest>,
        options: AskManyOptions,
    ) -> impl Stream<Item = AskOutcome> + Send + Unpin + 'static {
        ask_many::stream(self.clone(), questions.into_iter().collect(), options)
    }

    /// Asks on one connection that stays open until the answer is there: 5 to 60 s by the vendor's
    /// figures. When the connection breaks, nobody can tell whether the question was processed, and
    /// it is not repeated; [`Chat::ask`] does not have this trouble.
    ///
    /// # Errors
    /// What any call can end in.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// use uppzy::ChatRequest;
    ///
    /// let question = ChatRequest::new("ticket-1", "When are you open?").response_language("en");
    /// println!("{}", client.chat().send(&question).await?.text());
    /// # Ok(()) }
    /// ```
    pub async fn send(&self, request: &ChatRequest) -> Result<Answer> {
        let mut call = Call::new(&CHAT_SEND, &self.options);
        call.body = RequestBody::json(&request.to_body()?);
        execute(&self.client, call, |body, meta| Answer::from_send(body, &request.session_id, meta))
            .await
    }

    /// Hands a question in, and returns as soon as the server has accepted it. Store
    /// [`PendingAnswer::token`] before you wait: with it the answer can be taken up by any process.
    ///
    /// # Errors
    /// What any call can end in.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// use uppzy::ChatRequest;
    ///
    /// let pending = client.chat().submit(&ChatRequest::new("ticket-1", "When are you open?")).await?;
    /// let token = pending.token(); // store it, before anything else
    /// let answer = pending.await?;
    /// # drop((token, answer)); Ok(()) }
    /// ```
    pub async fn submit(&self, request: &ChatRequest) -> Result<PendingAnswer> {
        self.submit_in(request, None).await
    }

    async fn submit_in(
        &self,
        request: &ChatRequest,
        part_of: Option<Composed>,
    ) -> Result<PendingAnswer> {
        let mut call = Call::new(&CHAT_SUBMIT, &self.options);
        call.body = RequestBody::json(&request.to_body()?);
        call.part_of = part_of;
        let (submission, meta) = execute(&self.client, call, |body, meta| {
            Ok((Submission::parse(body, &request.session_id)?, meta))
        })
        .await?;
        let Submission { request_id, session_id, .. } = submission;
        Ok(PendingAnswer::accepted_now(&self.client, request_id, session_id, meta, request))
    }

    /// Reads the state of a question that was handed in.
    ///
    /// # Errors
    /// What any call can end in; `not_found` right after handing in can mean "not visible yet".
    pub async fn status(&self, request_id: &str) -> Result<ChatStatus> {
        Ok(status_with_retries(&self.client, request_id, &self.options).await?.0)
    }

    /// Takes up an answer that is being made, from its token. Reads nothing yet; the answer's site
    /// is the token's.
    ///
    /// # Errors
    /// `invalid_input` when the token is damaged or belongs to another server.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client, token: &str) -> Result<(), uppzy::Error> {
    /// let answer = client.chat().resume(token)?.await?;
    /// println!("{}", answer.text());
    /// # Ok(()) }
    /// ```
    pub fn resume(&self, token: &str) -> Result<PendingAnswer> {
        PendingAnswer::from_token(&self.client, token)
    }

    /// Looks at an answer once and says what to do next: for job queues, so that no worker is held
    /// while an answer is made.
    ///
    /// # Errors
    /// What any call can end in; a failed answer is a [`PollOutcome::Failed`].
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client, token: &str) -> Result<(), uppzy::Error> {
    /// use uppzy::PollOutcome;
    ///
    /// match client.chat().poll_once(token).await? {
    ///     PollOutcome::Pending { retry_in } => println!("put the job back for {retry_in:?}"),
    ///     PollOutcome::Completed(answer) => println!("{}", answer.text()),
    ///     PollOutcome::Failed(error) => println!("{error}"),
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn poll_once(&self, token: &str) -> Result<PollOutcome> {
        self.resume(token)?.poll_once(&self.options).await
    }

    /// Waits for many answers by their tokens, and gives the results as they come: for a worker that
    /// sweeps a table of pending questions. All share the client's rate of polls.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client, tokens: Vec<String>) {
    /// use futures_util::StreamExt as _;
    ///
    /// let mut answers = client.chat().wait_many(tokens);
    /// while let Some((token, result)) = answers.next().await {
    ///     println!("{token}: {}", result.is_ok());
    /// }
    /// # }
    /// ```
    pub fn wait_many(
        &self,
        tokens: impl IntoIterator<Item = String>,
    ) -> impl Stream<Item = (String, Result<Answer>)> + Send + Unpin + 'static {
        let chat = Arc::new(self.clone());
        tokens
            .into_iter()
            .map(|token| {
                let chat = Arc::clone(&chat);
                Box::pin(async move {
                    let result = chat.wait(&token).await;
                    (token, result)
                })
            })
            .collect::<FuturesUnordered<_>>()
    }

    async fn wait(&self, token: &str) -> Result<Answer> {
        let pending = self.resume(token)?;
        pending.result_of(self.begin()?).await
    }

    /// Rates an answer. A repeat is accepted and changes nothing visible: its receipt has no time.
    ///
    /// # Errors
    /// `not_found` when the request belongs to another site or does not exist, and what any call can
    /// end in. Only finished requests can be rated.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client, answer: uppzy::Answer) -> Result<(), uppzy::Error> {
    /// use uppzy::Feedback;
    ///
    /// client.chat().feedback(&answer.session_id, &answer.request_id, Feedback::Good).await?;
    /// # Ok(()) }
    /// ```
    pub async fn feedback(
        &self,
        session_id: &str,
        request_id: &str,
        feedback: Feedback,
    ) -> Result<FeedbackReceipt> {
        require("session_id", session_id)?;
        require("request_id", request_id)?;
        let mut call = Call::new(&CHAT_FEEDBACK, &self.options);
        call.body = RequestBody::json(&json!({
            "session_id": session_id,
            "request_id": request_id,
            "feedback": feedback.as_str(),
        }));
        let receipt = execute(&self.client, call, |body, meta| {
            FeedbackReceipt::parse(body, request_id, meta)
        })
        .await?;
        self.client.shared.observer.feedback(feedback == Feedback::Good);
        Ok(receipt)
    }
}

/// Whether a caller who has a fallback would rather show it than this error.
fn is_for_fallback(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::Connect
        | ErrorKind::ConnectionLost
        | ErrorKind::RequestTimeout
        | ErrorKind::DeadlineExceeded
        | ErrorKind::RateLimit
        | ErrorKind::Server
        | ErrorKind::ServiceUnavailable
        | ErrorKind::GatewayTimeout
        | ErrorKind::UnexpectedStatus
        | ErrorKind::ResponseDecode
        | ErrorKind::PollTimeout
        | ErrorKind::ChatFailed
        | ErrorKind::ChatGone
        | ErrorKind::Internal => true,
        ErrorKind::Config
        | ErrorKind::InvalidInput
        | ErrorKind::FileRead
        | ErrorKind::Tls
        | ErrorKind::BadRequest
        | ErrorKind::Authentication
        | ErrorKind::PermissionDenied
        | ErrorKind::NotFound
        | ErrorKind::Conflict
        | ErrorKind::PayloadTooLarge
        | ErrorKind::Unprocessable
        | ErrorKind::Closed => false,
    }
}

/// A status, and how long the server wants to be left alone.
type Polled = (ChatStatus, Option<Duration>);

/// Reads a status with the usual retries.
pub(crate) async fn status_with_retries(
    client: &Client,
    request_id: &str,
    options: &CallOptions,
) -> Result<Polled> {
    read_status(client, request_id, Call::new(&CHAT_STATUS, options)).await
}

/// Reads a status once: the schedule of polls takes the place of retries.
pub(crate) async fn status_call(
    client: &Client,
    target: &Target,
    part_of: Composed,
) -> Result<Polled> {
    let options = CallOptions::default();
    let mut call = Call::new(&CHAT_STATUS, &options);
    call.part_of = Some(part_of);
    call.once = true;
    read_status(client, &target.request_id, call).await
}

async fn read_status(client: &Client, request_id: &str, call: Call<'_>) -> Result<Polled> {
    let path = [("request_id", request_id)];
    let call = Call { path: &path, ..call };
    execute_with_headers(client, call, |body, meta, headers| {
        let status = ChatStatus::parse(body, request_id, meta)?;
        // A hint for the next poll (assumed: the vendor documents none).
        Ok((status, parse_retry_after(headers, client.shared.clock.system_time())))
    })
    .await
}
