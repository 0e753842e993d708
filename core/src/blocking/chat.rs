//! Questions, answers, feedback.

use super::handle::{Cancellable, calls, handle};
use super::items::Results;
use super::pending::PendingAnswer;
use crate::api::{AskManyOptions, AskOutcome, ChatRequest};
use crate::error::Result;
use crate::model::{Answer, ChatStatus, Feedback, FeedbackReceipt};
use crate::poll::PollOutcome;

handle! {
    /// Questions and answers. From [`Client::chat`](crate::blocking::Client::chat).
    Chat
}

calls! {
    Chat {
        /// Asks and waits for the answer: submits, then polls.
        fn ask(&self, request: &ChatRequest) -> Result<Answer>;
        /// Asks, and gives the fallback, marked as such, when the assistant does not answer in time
        /// or fails.
        fn ask_with_fallback(&self, request: &ChatRequest, fallback: &str) -> Result<Answer>;
        /// Asks on one connection that stays open until the answer is there.
        fn send(&self, request: &ChatRequest) -> Result<Answer>;
        /// Hands a question in, and returns as soon as the server has accepted it.
        fn submit(&self, request: &ChatRequest) -> Result<PendingAnswer>;
        /// Reads the state of a question that was handed in.
        fn status(&self, request_id: &str) -> Result<ChatStatus>;
        /// Looks at an answer once and says what to do next: for job queues.
        fn poll_once(&self, token: &str) -> Result<PollOutcome>;
        /// Rates an answer.
        fn feedback(&self, session_id: &str, request_id: &str, feedback: Feedback) -> Result<FeedbackReceipt>;
    }
}

impl Chat {
    /// Takes up an answer that is being made, from its token. Reads nothing yet.
    ///
    /// # Errors
    /// `invalid_input` when the token is damaged or belongs to another server.
    pub fn resume(&self, token: &str) -> Result<PendingAnswer> {
        self.inner.resume(token).map(PendingAnswer::from)
    }

    /// Asks many questions, that many at once, and gives the results as they come. Every question
    /// appears exactly once, with its answer or its error.
    ///
    /// Begins with the first `next`, and then goes on in the background whether the iterator is read
    /// or not; dropping it ends that. Progress is told from the background thread.
    ///
    /// Does what [the asynchronous one](crate::Chat::ask_many) does. On a thread that runs
    /// asynchronous tasks, every question has a `config` error.
    ///
    /// ```no_run
    /// # fn example(client: uppzy::blocking::Client, questions: Vec<uppzy::ChatRequest>) {
    /// for outcome in client.chat().ask_many(questions, Default::default()) {
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
    ) -> impl Iterator<Item = AskOutcome> + Send + 'static {
        self.asking(questions.into_iter().collect(), options)
    }

    fn asking(&self, questions: Vec<ChatRequest>, options: AskManyOptions) -> Results<AskOutcome> {
        let refused = questions.clone();
        Results::new(self.inner.ask_many(questions, options), move |error| {
            let outcome =
                |(index, request)| AskOutcome { index, request, result: Err(error.clone()) };
            refused.into_iter().enumerate().map(outcome).collect()
        })
    }

    /// Waits for many answers by their tokens, and gives the results as they come.
    ///
    /// Begins with the first `next`, and then goes on in the background whether the iterator is read
    /// or not; dropping it ends that.
    ///
    /// Does what [the asynchronous one](crate::Chat::wait_many) does. On a thread that runs
    /// asynchronous tasks, every token has a `config` error.
    pub fn wait_many(
        &self,
        tokens: impl IntoIterator<Item = String>,
    ) -> impl Iterator<Item = (String, Result<Answer>)> + Send + 'static {
        self.waiting(tokens.into_iter().collect())
    }

    fn waiting(&self, tokens: Vec<String>) -> Results<(String, Result<Answer>)> {
        let refused = tokens.clone();
        Results::new(self.inner.wait_many(tokens), move |error| {
            refused.into_iter().map(|token| (token, Err(error.clone()))).collect()
        })
    }
}

impl Cancellable<Chat> {
    /// Takes up an answer that is being made, from its token. Reads nothing yet.
    ///
    /// # Errors
    /// `invalid_input` when the token is damaged or belongs to another server.
    pub fn resume(&self, token: &str) -> Result<Cancellable<PendingAnswer>> {
        Ok(self.handle.resume(token)?.cancel_with(&self.token))
    }

    /// Asks many questions as [`Chat::ask_many`] does. The iterator ends when the token is
    /// cancelled.
    pub fn ask_many(
        &self,
        questions: impl IntoIterator<Item = ChatRequest>,
        options: AskManyOptions,
    ) -> impl Iterator<Item = AskOutcome> + Send + 'static {
        self.handle.asking(questions.into_iter().collect(), options).cancel_with(&self.token)
    }

    /// Waits for many answers as [`Chat::wait_many`] does. The iterator ends when the token is
    /// cancelled.
    pub fn wait_many(
        &self,
        tokens: impl IntoIterator<Item = String>,
    ) -> impl Iterator<Item = (String, Result<Answer>)> + Send + 'static {
        self.handle.waiting(tokens.into_iter().collect()).cancel_with(&self.token)
    }
}
