//! Many questions at once.

use std::fmt;
use std::sync::Arc;
use std::task::{Poll, ready};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};

use super::chat::Chat;
use super::questions::ChatRequest;
use crate::defaults::CONCURRENCY;
use crate::error::Result;
use crate::model::Answer;
use crate::pipeline::Composed;

/// How many questions are asked at once, and who is told of the progress.
#[derive(Clone)]
pub struct AskManyOptions {
    /// How many questions are submitted and awaited at once; at least 1. Default: 100. A waiting
    /// answer costs a few kilobytes, so thousands are fine where the plan's limits allow.
    pub concurrency: usize,
    /// Called after every result.
    pub on_progress: Option<Arc<dyn Fn(AskProgress) + Send + Sync>>,
}

impl Default for AskManyOptions {
    fn default() -> Self {
        Self { concurrency: CONCURRENCY, on_progress: None }
    }
}

impl fmt::Debug for AskManyOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AskManyOptions")
            .field("concurrency", &self.concurrency)
            .field("on_progress", &self.on_progress.is_some())
            .finish()
    }
}

/// How far the questions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskProgress {
    /// How many have a result.
    pub done: usize,
    /// How many of these are errors.
    pub failed: usize,
    /// How many there are in all.
    pub total: usize,
}

/// A question's result.
#[derive(Clone, Debug)]
pub struct AskOutcome {
    /// The question's place in the input, from 0.
    pub index: usize,
    /// The question, to hand in again if it failed. If the server had accepted it, it carries the
    /// token, so that handing it in resumes it.
    pub request: ChatRequest,
    /// The answer, or what went wrong.
    pub result: Result<Answer>,
}

pub(super) fn stream(
    chat: Chat,
    questions: Vec<ChatRequest>,
    options: AskManyOptions,
) -> impl Stream<Item = AskOutcome> + Send + Unpin + 'static {
    let mut progress = AskProgress { done: 0, failed: 0, total: questions.len() };
    let on_progress = options.on_progress;
    let chat = Arc::new(chat);
    let results = stream::iter(questions.into_iter().enumerate())
        .map(move |(index, request)| ask(Arc::clone(&chat), index, request))
        .buffer_unordered(options.concurrency.max(1));
    let mut results = Box::pin(results);
    let mut ended = None;
    stream::poll_fn(move |context| {
        let result = results.poll_next_unpin(context);
        // The question before is under way until the next one is: a clock must not skip the time between.
        drop(ended.take());
        let Some((outcome, call)) = ready!(result) else { return Poll::Ready(None) };
        ended = call;
        progress.done += 1;
        progress.failed += usize::from(outcome.result.is_err());
        if let Some(on_progress) = &on_progress {
            on_progress(progress);
        }
        Poll::Ready(Some(outcome))
    })
}

async fn ask(
    chat: Arc<Chat>,
    index: usize,
    mut request: ChatRequest,
) -> (AskOutcome, Option<Composed>) {
    let call = chat.begin();
    let under_way = call.as_ref().ok().cloned();
    let result = match call {
        Ok(call) => chat.ask_in(&request, call).await,
        Err(error) => Err(error),
    };
    if let Err(error) = &result
        && error.kind().can_resume()
    {
        request.resume_token = error.token().map(str::to_owned);
    }
    (AskOutcome { index, request, result }, under_way)
}
