//! Results that come one after the other, made in the background and taken in batches.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uppzy::{AskManyOptions, AskOutcome, AskProgress, Chat, ChatRequest};

use crate::failure::{CallError, ErrorDetails};
use crate::records::{AnswerData, QuestionData};
use crate::runtime::{AbortOnDrop, locked, running};

/// More than this at once would hold the taker up.
const LARGEST_BATCH: usize = 96;

/// Where a stream's work puts its results.
pub(crate) struct Items<T>(UnboundedSender<Result<T, CallError>>);

impl<T> Items<T> {
    pub(crate) fn give(&self, item: Result<T, CallError>) {
        // Nobody takes them any more: the work is about to be ended.
        drop(self.0.send(item));
    }
}

/// Results that come one after the other. The work begins with the first `next`, and ends with the
/// stream.
pub(crate) struct Batches<T> {
    /// Not begun yet.
    work: Mutex<Option<BoxFuture<'static, ()>>>,
    task: Mutex<Option<AbortOnDrop>>,
    taker: tokio::sync::Mutex<Taker<T>>,
}

struct Taker<T> {
    items: UnboundedReceiver<Result<T, CallError>>,
    /// An error that came after results, to be told next.
    held: Option<CallError>,
}

impl<T: Send + 'static> Batches<T> {
    pub(crate) fn new<F: Future<Output = ()> + Send + 'static>(
        work: impl FnOnce(Items<T>) -> F,
    ) -> Self {
        let (sender, items) = unbounded_channel();
        let panicked = sender.clone();
        let caught = AssertUnwindSafe(work(Items(sender))).catch_unwind();
        let work: BoxFuture<'static, ()> = Box::pin(async move {
            if let Err(panic) = caught.await {
                drop(panicked.send(Err(CallError::panicked(&*panic))));
            }
        });
        Self {
            work: Mutex::new(Some(work)),
            task: Mutex::default(),
            taker: tokio::sync::Mutex::new(Taker { items, held: None }),
        }
    }

    /// What is there, at least one; nothing at the end.
    pub(crate) async fn next(&self) -> Result<Vec<T>, CallError> {
        let work = locked(&self.work).take();
        if let Some(work) = work {
            *locked(&self.task) = Some(running()?.spawn(work));
        }
        self.taker.lock().await.take().await
    }

    /// Ends the work. What the server has accepted goes on there.
    pub(crate) fn end(&self) {
        drop(locked(&self.work).take());
        drop(locked(&self.task).take());
    }
}

impl<T> Taker<T> {
    async fn take(&mut self) -> Result<Vec<T>, CallError> {
        if let Some(error) = self.held.take() {
            return Err(error);
        }
        let Some(first) = self.items.recv().await else { return Ok(Vec::new()) };
        let mut batch = vec![first?];
        while batch.len() < LARGEST_BATCH {
            match self.items.try_recv() {
                Ok(Ok(item)) => batch.push(item),
                Ok(Err(error)) => {
                    self.held = Some(error);
                    break;
                }
                Err(_) => break,
            }
        }
        Ok(batch)
    }
}

/// An object of the boundary over a stream: its results in batches.
macro_rules! stream_object {
    ($(#[$doc:meta])* $name:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(uniffi::Object)]
        pub struct $name(pub(crate) $crate::stream::Batches<$item>);

        #[uniffi::export]
        impl $name {
            /// Ends the work; nothing more is sent.
            pub fn end(&self) {
                self.0.end();
            }
        }
    };
}
pub(crate) use stream_object;

/// A question's result.
#[derive(Clone, uniffi::Record)]
pub struct AskedData {
    /// The question's place in the input.
    pub index: u64,
    /// The question, to hand in again.
    pub question: QuestionData,
    /// The answer, or
    pub answer: Option<AnswerData>,
    /// what went wrong.
    pub error: Option<ErrorDetails>,
    /// How many have a result.
    pub done: u64,
    /// How many of these are errors.
    pub failed: u64,
    /// How many there are in all.
    pub total: u64,
}

/// A token's result.
#[derive(Clone, uniffi::Record)]
pub struct WaitedData {
    /// The token's place in the input.
    pub index: u64,
    /// The token.
    pub token: String,
    /// The answer, or
    pub answer: Option<AnswerData>,
    /// what went wrong.
    pub error: Option<ErrorDetails>,
}

stream_object! {
    /// The results of many questions as they come.
    NativeAsked of AskedData
}

stream_object! {
    /// The results of many tokens as they come.
    NativeWaited of WaitedData
}

type AnswerOrError = (Option<AnswerData>, Option<ErrorDetails>);

fn answer_or_error(result: uppzy::Result<uppzy::Answer>) -> AnswerOrError {
    match result {
        Ok(answer) => (Some(answer.into()), None),
        Err(error) => (None, Some(error.into())),
    }
}

/// A place or a number of things.
fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl NativeAsked {
    pub(crate) fn start(chat: Chat, questions: Vec<QuestionData>, concurrency: usize) -> Arc<Self> {
        let questions: Vec<ChatRequest> = questions.into_iter().map(Into::into).collect();
        Arc::new(Self(Batches::new(|items| async move {
            let told = Arc::new(Mutex::new(AskProgress { done: 0, failed: 0, total: 0 }));
            let progress = Arc::clone(&told);
            let options = AskManyOptions {
                concurrency,
                on_progress: Some(Arc::new(move |now| *locked(&progress) = now)),
            };
            let mut outcomes = chat.ask_many(questions, options);
            while let Some(outcome) = outcomes.next().await {
                let AskOutcome { index, request, result } = outcome;
                let AskProgress { done, failed, total } = *locked(&told);
                let (answer, error) = answer_or_error(result);
                items.give(Ok(AskedData {
                    index: number(index),
                    question: request.into(),
                    answer,
                    error,
                    done: number(done),
                    failed: number(failed),
                    total: number(total),
                }));
            }
        })))
    }
}

impl NativeWaited {
    pub(crate) fn start(chat: Chat, tokens: Vec<String>) -> Arc<Self> {
        Arc::new(Self(Batches::new(|items| async move {
            // A token may be there twice: its results then go to its places in turn.
            let mut places: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, token) in tokens.iter().enumerate().rev() {
                places.entry(token.clone()).or_default().push(index);
            }
            let mut answers = chat.wait_many(tokens);
            while let Some((token, result)) = answers.next().await {
                let index = places.get_mut(&token).and_then(Vec::pop).unwrap_or_default();
                let (answer, error) = answer_or_error(result);
                items.give(Ok(WaitedData { index: number(index), token, answer, error }));
            }
        })))
    }
}
