//! Questions, answers, feedback.

use std::sync::Arc;

use uppzy::{AskManyOptions, Error, Feedback};

use crate::call::{guarded, run};
use crate::cancel::Cancellation;
use crate::client::NativeClient;
use crate::failure::CallError;
use crate::pending::NativePending;
use crate::records::{AnswerData, PolledData, QuestionData, ReceiptData, StatusData};
use crate::settings::{CallSettings, count};
use crate::stream::{NativeAsked, NativeWaited};

#[uniffi::export]
impl NativeClient {
    /// Asks and waits for the answer.
    pub async fn chat_ask(
        &self,
        question: QuestionData,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<AnswerData, CallError> {
        let chat = self.0.chat();
        run(
            cancellation,
            async move { chat.options(settings.options()?).ask(&question.into()).await },
        )
        .await
    }

    /// The same, with a text for when the assistant does not answer.
    pub async fn chat_ask_with_fallback(
        &self,
        question: QuestionData,
        fallback: String,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<AnswerData, CallError> {
        let chat = self.0.chat();
        run(cancellation, async move {
            let chat = chat.options(settings.options()?);
            chat.ask_with_fallback(&question.into(), &fallback).await
        })
        .await
    }

    /// Asks on one connection.
    pub async fn chat_send(
        &self,
        question: QuestionData,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<AnswerData, CallError> {
        let chat = self.0.chat();
        run(
            cancellation,
            async move { chat.options(settings.options()?).send(&question.into()).await },
        )
        .await
    }

    /// Hands a question in.
    pub async fn chat_submit(
        &self,
        question: QuestionData,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<Arc<NativePending>, CallError> {
        let chat = self.0.chat();
        run(cancellation, async move {
            let pending = chat.options(settings.options()?).submit(&question.into()).await?;
            Ok::<_, Error>(NativePending::from(pending))
        })
        .await
    }

    /// Reads the state of a question.
    pub async fn chat_status(
        &self,
        request_id: String,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<StatusData, CallError> {
        let chat = self.0.chat();
        run(
            cancellation,
            async move { chat.options(settings.options()?).status(&request_id).await },
        )
        .await
    }

    /// Takes up an answer from its token; sends nothing.
    pub fn chat_resume(&self, token: String) -> Result<Arc<NativePending>, CallError> {
        guarded(|| self.0.chat().resume(&token).map(|pending| Arc::new(pending.into())))
    }

    /// Looks at an answer once.
    pub async fn chat_poll_once(
        &self,
        token: String,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<PolledData, CallError> {
        let chat = self.0.chat();
        run(cancellation, async move { chat.options(settings.options()?).poll_once(&token).await })
            .await
    }

    /// Rates an answer: `good` or `bad`.
    pub async fn chat_feedback(
        &self,
        session_id: String,
        request_id: String,
        feedback: String,
        settings: CallSettings,
        cancellation: Option<Arc<Cancellation>>,
    ) -> Result<ReceiptData, CallError> {
        let chat = self.0.chat();
        run(cancellation, async move {
            let feedback: Feedback = feedback.parse()?;
            let chat = chat.options(settings.options()?);
            chat.feedback(&session_id, &request_id, feedback).await
        })
        .await
    }

    /// Asks many questions, so many at once.
    pub fn chat_ask_many(
        &self,
        questions: Vec<QuestionData>,
        concurrency: Option<u32>,
        settings: CallSettings,
    ) -> Result<Arc<NativeAsked>, CallError> {
        guarded(|| {
            let chat = self.0.chat().options(settings.options()?);
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
            let chat = self.0.chat().options(settings.options()?);
            Ok::<_, Error>(NativeWaited::start(chat, tokens))
        })
    }
}
