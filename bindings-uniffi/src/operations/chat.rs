//! Questions, answers, feedback.

use std::sync::Arc;

use uppzy::{AskManyOptions, Chat, Error, Feedback};

use super::{Call, replied};
use crate::call::guarded;
use crate::client::NativeClient;
use crate::failure::CallError;
use crate::pending::NativePending;
use crate::records::QuestionData;
use crate::settings::{CallSettings, count};
use crate::stream::{NativeAsked, NativeWaited};

/// What is asked of the assistant.
#[derive(uniffi::Enum)]
pub enum ChatRequestData {
    /// An answer, however long it takes.
    Ask {
        /// To this.
        question: QuestionData,
    },
    /// The same, with a text for when the assistant does not answer.
    AskWithFallback {
        /// To this.
        question: QuestionData,
        /// The text.
        fallback: String,
    },
    /// An answer on one connection.
    Send {
        /// To this.
        question: QuestionData,
    },
    /// An answer that is awaited later.
    Submit {
        /// To this.
        question: QuestionData,
    },
    /// The state of a question.
    Status {
        /// Which.
        request_id: String,
    },
    /// One look at an answer.
    PollOnce {
        /// Which.
        token: String,
    },
    /// Rates an answer.
    Feedback {
        /// The conversation.
        session_id: String,
        /// The question.
        request_id: String,
        /// `good` or `bad`.
        feedback: String,
    },
}

impl ChatRequestData {
    pub(super) fn call(self, chat: Chat) -> Call {
        match self {
            Self::Ask { question } => replied(async move { chat.ask(&question.into()).await }),
            Self::AskWithFallback { question, fallback } => {
                replied(async move { chat.ask_with_fallback(&question.into(), &fallback).await })
            }
            Self::Send { question } => replied(async move { chat.send(&question.into()).await }),
            Self::Submit { question } => {
                replied(async move { chat.submit(&question.into()).await })
            }
            Self::Status { request_id } => replied(async move { chat.status(&request_id).await }),
            Self::PollOnce { token } => replied(async move { chat.poll_once(&token).await }),
            Self::Feedback { session_id, request_id, feedback } => replied(async move {
                let feedback: Feedback = feedback.parse()?;
                chat.feedback(&session_id, &request_id, feedback).await
            }),
        }
    }
}

#[uniffi::export]
impl NativeClient {
    /// Takes up an answer from its token; sends nothing.
    pub fn chat_resume(&self, token: String) -> Result<Arc<NativePending>, CallError> {
        guarded(|| self.client().chat().resume(&token).map(|pending| Arc::new(pending.into())))
    }

    /// Asks many questions, so many at once.
    pub fn chat_ask_many(
        &self,
        questions: Vec<QuestionData>,
        concurrency: Option<u32>,
        settings: CallSettings,
    ) -> Result<Arc<NativeAsked>, CallError> {
        guarded(|| {
            let chat = self.client().chat().options(settings.options()?);
            let concurrency = concurrency.map_or(AskManyOptions::default().concurrency, count);
            Ok::<_, Error>(NativeAsked::start(chat, questions, concurrency))
        })
    }

    /// Waits for many answers.
    pub fn chat_wait_many(
        &self,
        tokens: Vec<String>,
        settings: CallSettings,
    ) -> Result<Arc<NativeWaited>, CallError> {
        guarded(|| {
            let chat = self.client().chat().options(settings.options()?);
            Ok::<_, Error>(NativeWaited::start(chat, tokens))
        })
    }
}
