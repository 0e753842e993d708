//! Results that come one after the other, taken in batches.

use std::sync::Arc;

use uppzy::{AskOutcome, AskProgress, Chat};
use uppzy_boundary::{Asked, Batches, Waited};

use crate::failure::ErrorDetails;
use crate::records::{AnswerData, QuestionData};

/// More than this at once would hold the taker up.
pub(crate) const LARGEST_BATCH: usize = 96;

/// An object of the boundary over a stream: its results in batches.
macro_rules! stream_object {
    ($(#[$doc:meta])* $name:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(uniffi::Object)]
        pub struct $name(pub(crate) uppzy_boundary::Batches<$item>);

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

impl From<Asked> for AskedData {
    fn from(asked: Asked) -> Self {
        let Asked { outcome, progress } = asked;
        let AskOutcome { index, request, result } = outcome;
        let AskProgress { done, failed, total } = progress;
        let (answer, error) = answer_or_error(result);
        Self {
            index: number(index),
            question: request.into(),
            answer,
            error,
            done: number(done),
            failed: number(failed),
            total: number(total),
        }
    }
}

impl From<Waited> for WaitedData {
    fn from(waited: Waited) -> Self {
        let Waited { index, token, result } = waited;
        let (answer, error) = answer_or_error(result);
        Self { index: number(index), token, answer, error }
    }
}

impl NativeAsked {
    pub(crate) fn start(chat: Chat, questions: Vec<QuestionData>, concurrency: usize) -> Arc<Self> {
        let questions = questions.into_iter().map(Into::into).collect();
        Arc::new(Self(Batches::asked(LARGEST_BATCH, chat, questions, concurrency)))
    }
}

impl NativeWaited {
    pub(crate) fn start(chat: Chat, tokens: Vec<String>) -> Arc<Self> {
        Arc::new(Self(Batches::waited(LARGEST_BATCH, chat, tokens)))
    }
}
