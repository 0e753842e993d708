//! The client, as the facade's classes use it.

use napi::Env;
use napi::bindgen_prelude::{Either, Uint8Array};
use napi_derive::napi;
use serde::Deserialize;
use uppzy::{AskManyOptions, ChatRequest, Result};

use crate::arguments::{arguments, read};
use crate::bridge::Bridge;
use crate::clock::Clock;
use crate::failure::{ErrorDetails, told};
use crate::metrics::{Events, Metrics};
use crate::operations::operation;
use crate::pending::Pending;
use crate::settings;
use crate::stream::Stream;
use crate::upload::Upload;

/// The way to the API. Private: `Uppzy` is made over it.
#[napi]
pub struct Client(uppzy::Client);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Question {
    session_id: String,
    message: String,
    email: Option<String>,
    response_language: Option<String>,
    resume_token: Option<String>,
}

arguments! { AskingMany { questions: Vec<Question>, concurrency: Option<usize> } }
arguments! { WaitingMany { tokens: Vec<String> } }

#[napi]
impl Client {
    /// Makes a client of options in JSON.
    #[napi(catch_unwind)]
    pub fn create(options: String, clock: Option<&Clock>) -> Either<Client, ErrorDetails> {
        told(settings::builder(&options).and_then(|mut builder| {
            if let Some(clock) = clock {
                builder = builder.clock(clock.0.clone());
            }
            Ok(Self(builder.build()?))
        }))
    }

    /// Makes the call of that name with arguments in JSON; its result comes under the id.
    #[napi(catch_unwind)]
    pub fn start(&self, env: Env, bridge: &Bridge, id: u32, name: String, json: String) {
        bridge.start(&env, id, operation(&self.0, &name, &json), true);
    }

    /// Asks many questions; the arguments are JSON.
    #[napi(catch_unwind)]
    pub fn ask_many(&self, json: String) -> Either<Stream, ErrorDetails> {
        told(self.asking_many(&json))
    }

    /// Waits for many answers; the arguments are JSON.
    #[napi(catch_unwind)]
    pub fn wait_many(&self, json: String) -> Either<Stream, ErrorDetails> {
        told(self.waiting_many(&json))
    }

    /// Takes up an answer. Sends nothing, so that it needs no call.
    #[napi(catch_unwind)]
    pub fn resume(&self, token: String) -> Either<Pending, ErrorDetails> {
        told(self.0.chat().resume(&token).map(Pending::new))
    }

    /// An upload; the arguments are JSON, and the content is handed over with them or piece by piece.
    #[napi(catch_unwind)]
    pub fn upload(
        &self,
        json: String,
        content: Option<Uint8Array>,
    ) -> Either<Upload, ErrorDetails> {
        told(Upload::new(&self.0, &json, content.as_deref()))
    }

    #[napi(catch_unwind)]
    pub fn for_site(&self, site_id: String) -> Either<Client, ErrorDetails> {
        told(self.0.for_site(site_id).map(Self))
    }

    #[napi(catch_unwind)]
    pub fn for_tenant(&self, tenant_id: String) -> Either<Client, ErrorDetails> {
        told(self.0.for_tenant(tenant_id).map(Self))
    }

    #[napi(catch_unwind)]
    pub fn set_api_key(&self, api_key: String) -> Option<ErrorDetails> {
        self.0.set_api_key(&api_key).err().map(Into::into)
    }

    #[napi(catch_unwind)]
    pub fn set_bearer_token(&self, bearer_token: String) -> Option<ErrorDetails> {
        self.0.set_bearer_token(&bearer_token).err().map(Into::into)
    }

    #[napi(catch_unwind)]
    pub fn metrics(&self) -> Metrics {
        Metrics::new(self.0.metrics())
    }

    #[napi(catch_unwind)]
    pub fn events(&self, capacity: u32) -> Events {
        Events::new(self.0.events(usize::try_from(capacity).unwrap_or(usize::MAX)))
    }

    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.0.close();
    }

    #[napi(getter)]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    #[napi(getter)]
    pub fn tenant_id(&self) -> Option<String> {
        self.0.tenant_id().map(str::to_owned)
    }

    #[napi(getter)]
    pub fn site_id(&self) -> Option<String> {
        self.0.site_id().map(str::to_owned)
    }

    #[napi(getter)]
    pub fn base_url(&self) -> String {
        self.0.base_url().to_owned()
    }
}

impl Client {
    fn asking_many(&self, json: &str) -> Result<Stream> {
        let given: AskingMany = read(json)?;
        let chat = self.0.chat().options(given.options()?);
        let concurrency = given.concurrency.unwrap_or(AskManyOptions::default().concurrency);
        let questions: Vec<ChatRequest> = given.questions.into_iter().map(Into::into).collect();
        Ok(Stream::asked(chat, questions, concurrency))
    }

    fn waiting_many(&self, json: &str) -> Result<Stream> {
        let given: WaitingMany = read(json)?;
        let chat = self.0.chat().options(given.options()?);
        Ok(Stream::waited(chat, given.tokens))
    }
}

impl From<Question> for ChatRequest {
    fn from(question: Question) -> Self {
        let Question { session_id, message, email, response_language, resume_token } = question;
        Self { session_id, message, email, response_language, resume_token }
    }
}
