//! The calls that a scenario can name, made with the asynchronous client or with the blocking one.

use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};
use uppzy::{CancelToken, Error, EventStream, Feedback, SessionIds};

use crate::arguments::{Arguments, call_options, many_options};
use crate::execution::Caller;
use crate::forms::{answers_json, outcomes_json, poll_outcome, read_events};
use crate::scenario::Options;
use crate::uploads::{upload as asynchronous_upload, upload_from_reader as blocking_upload};

/// Why a call gave no result.
#[derive(Debug)]
pub(crate) enum Fault {
    /// An error of the client.
    Error(Box<Error>),
    /// It was cancelled.
    Cancelled,
    /// The scenario asks for something that does not exist.
    Wrong(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Error(Box::new(error))
    }
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self::Wrong(reason)
    }
}

/// What a call gave.
pub(crate) struct Made<N> {
    pub(crate) value: Value,
    /// What later steps can make calls on.
    pub(crate) native: Option<N>,
}

impl<N> From<Value> for Made<N> {
    fn from(value: Value) -> Self {
        Self { value, native: None }
    }
}

/// Calls that need no client.
fn call_without_client(name: &str, arguments: &Arguments<'_>) -> Result<Option<Value>, Fault> {
    let Some(method) = name.strip_prefix("session_ids.") else { return Ok(None) };
    let ids = SessionIds::new(arguments.text("secret")?)?;
    let id = match method {
        "per_user" => ids.per_user(&arguments.text("user")?)?,
        "per_thread" => ids.per_thread(&arguments.text("thread")?)?,
        "per_channel" => ids.per_channel(&arguments.text("channel")?, &arguments.text("user")?)?,
        _ => return Err(Fault::Wrong(format!("there is no call {name}"))),
    };
    Ok(Some(Value::String(id)))
}

/// Writes the calls for one surface of the crate. `$done` waits for a method of a handle, and
/// `$many` for all results of one that gives many.
macro_rules! surface {
    ($surface:ident, $client:ty, $pending:ty, $done:ident, $many:ident, $upload:ident, $($asynchronous:tt)?) => {
        pub(crate) mod $surface {
            use super::*;

            /// What calls are made on.
            #[derive(Clone)]
            pub(crate) enum Native {
                Client($client),
                Pending($pending),
                Events(Arc<Mutex<EventStream>>),
            }

            /// Makes the call of that name.
            pub(crate) $($asynchronous)? fn call(
                on: Native,
                name: String,
                arguments: Map<String, Value>,
                options: Options,
                token: CancelToken,
            ) -> Result<Made<Native>, Fault> {
                let arguments = Arguments(&arguments);
                if let Some(value) = call_without_client(&name, &arguments)? {
                    return Ok(value.into());
                }
                match (on, name.as_str()) {
                    (Native::Events(events), "events.read") => Ok(read_events(&events).into()),
                    (Native::Pending(pending), name) => {
                        let call = on_pending(&pending, name, &arguments, options, &token);
                        surface!(@wait call $($asynchronous)?)
                    }
                    (Native::Client(client), name) if name.starts_with("client.") => {
                        on_client(&client, name, &arguments)
                    }
                    (Native::Client(client), name) if name.starts_with("chat.") => {
                        let call = chat(&client, name, &arguments, options, &token);
                        surface!(@wait call $($asynchronous)?)
                    }
                    (Native::Client(client), name) => {
                        let call = others(&client, name, &arguments, options, &token);
                        surface!(@wait call $($asynchronous)?)
                    }
                    (Native::Events(_), name) => Err(no_call(name)),
                }
            }

            fn on_client(
                client: &$client,
                name: &str,
                arguments: &Arguments<'_>,
            ) -> Result<Made<Native>, Fault> {
                match name {
                    "client.set_api_key" => client.set_api_key(&arguments.text("api_key")?)?,
                    "client.set_bearer_token" => {
                        client.set_bearer_token(&arguments.text("bearer_token")?)?;
                    }
                    "client.close" => client.close(),
                    "client.metrics" => return Ok(client.metrics().to_json().into()),
                    "client.prometheus" => {
                        return Ok(Value::String(client.metrics().to_prometheus()).into());
                    }
                    "client.debug" => return Ok(Value::String(format!("{client:?}")).into()),
                    "client.events" => {
                        let capacity = arguments.value("capacity").as_u64().unwrap_or(1000);
                        let capacity = usize::try_from(capacity).unwrap_or(usize::MAX);
                        let events = Arc::new(Mutex::new(client.events(capacity)));
                        let native = Some(Native::Events(events));
                        return Ok(Made { value: Value::Null, native });
                    }
                    "client.for_site" | "client.for_tenant" => {
                        let client = match name {
                            "client.for_site" => client.for_site(arguments.text("site_id")?)?,
                            _ => client.for_tenant(arguments.text("tenant_id")?)?,
                        };
                        let native = Some(Native::Client(client));
                        return Ok(Made { value: Value::Null, native });
                    }
                    _ => return Err(no_call(name)),
                }
                Ok(Value::Null.into())
            }

            $($asynchronous)? fn on_pending(
                pending: &$pending,
                name: &str,
                arguments: &Arguments<'_>,
                options: Options,
                token: &CancelToken,
            ) -> Result<Made<Native>, Fault> {
                let options = call_options(options)?;
                Ok(match name {
                    "pending.result" => match options.timeout {
                        Some(timeout) => {
                            $done!(token, pending, result_within(timeout)).to_json().into()
                        }
                        None => $done!(token, pending, result()).to_json().into(),
                    },
                    "pending.status" => $done!(token, pending, status()).to_json().into(),
                    "pending.poll_once" => {
                        poll_outcome($done!(token, pending, poll_once(&options))).into()
                    }
                    "pending.states" => {
                        let mut states = Vec::new();
                        for state in $many!(token, pending, states()) {
                            states.push(Value::String(state?.status_text));
                        }
                        Value::Array(states).into()
                    }
                    "pending.token" => Value::String(pending.token()).into(),
                    _ => {
                        let _ = arguments;
                        return Err(no_call(name));
                    }
                })
            }

            fn pending_made(pending: $pending) -> Made<Native> {
                let value = json!({
                    "request_id": pending.request_id(),
                    "session_id": pending.session_id(),
                    "submitted_at": pending.submitted_at().to_string(),
                    "token": pending.token(),
                });
                Made { value, native: Some(Native::Pending(pending)) }
            }

            $($asynchronous)? fn chat(
                client: &$client,
                name: &str,
                arguments: &Arguments<'_>,
                options: Options,
                token: &CancelToken,
            ) -> Result<Made<Native>, Fault> {
                let chat = client.chat().options(call_options(options)?);
                Ok(match name {
                    "chat.ask" => {
                        $done!(token, chat, ask(&arguments.question())).to_json().into()
                    }
                    "chat.ask_with_fallback" => {
                        let (question, fallback) =
                            (arguments.question(), arguments.text("fallback")?);
                        $done!(token, chat, ask_with_fallback(&question, &fallback))
                            .to_json()
                            .into()
                    }
                    "chat.ask_many" => {
                        let (options, progress) = many_options(arguments);
                        let questions = arguments.questions()?;
                        let outcomes = $many!(token, chat, ask_many(questions, options));
                        outcomes_json(outcomes, &progress).into()
                    }
                    "chat.send" => {
                        $done!(token, chat, send(&arguments.question())).to_json().into()
                    }
                    "chat.submit" => {
                        pending_made($done!(token, chat, submit(&arguments.question())))
                    }
                    "chat.status" => {
                        let request_id = arguments.text("request_id")?;
                        $done!(token, chat, status(&request_id)).to_json().into()
                    }
                    "chat.resume" => pending_made(chat.resume(&arguments.text("token")?)?),
                    "chat.poll_once" => {
                        let resumed = arguments.text("token")?;
                        poll_outcome($done!(token, chat, poll_once(&resumed))).into()
                    }
                    "chat.wait_many" => {
                        let tokens = arguments.texts("tokens")?;
                        let answers = $many!(token, chat, wait_many(tokens.clone()));
                        answers_json(&tokens, answers).into()
                    }
                    "chat.feedback" => {
                        let (session_id, request_id) =
                            (arguments.text("session_id")?, arguments.text("request_id")?);
                        let feedback: Feedback = arguments.text("feedback")?.parse()?;
                        $done!(token, chat, feedback(&session_id, &request_id, feedback))
                            .to_json()
                            .into()
                    }
                    _ => return Err(no_call(name)),
                })
            }

            $($asynchronous)? fn others(
                client: &$client,
                name: &str,
                arguments: &Arguments<'_>,
                options: Options,
                token: &CancelToken,
            ) -> Result<Made<Native>, Fault> {
                let options = call_options(options)?;
                let tenant = client.tenant().options(options.clone());
                let site = client.site().options(options.clone());
                let documents = client.documents().options(options.clone());
                let sessions = client.sessions().options(options);
                let query = arguments.query();
                let query: Vec<(&str, &str)> =
                    query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let category = arguments.optional("category");
                let category = category.as_deref();
                let json = match name {
                    "tenant.get" => $done!(token, tenant, get(&query)).to_json(),
                    "tenant.limits" => $done!(token, tenant, limits(&query)).to_json(),
                    "tenant.usage" => $done!(token, tenant, usage(&query)).to_json(),
                    "tenant.usage_history" => {
                        $done!(token, tenant, usage_history(&query)).to_json()
                    }
                    "tenant.statistics" => $done!(token, tenant, statistics(&query)).to_json(),
                    "site.get" => $done!(token, site, get(&query)).to_json(),
                    "site.statistics" => $done!(token, site, statistics(&query)).to_json(),
                    "site.user_statistics" => {
                        $done!(token, site, user_statistics(&arguments.text("email")?)).to_json()
                    }
                    "site.widget_config" => $done!(token, site, widget_config()).to_json(),
                    "site.update_widget_config" => {
                        let patch = arguments.value("patch");
                        $done!(token, site, update_widget_config(&patch)).to_json()
                    }
                    "documents.list" => $done!(token, documents, list(&query)).to_json(),
                    "documents.upload" => {
                        $done!(token, documents, upload($upload(arguments)?)).to_json()
                    }
                    "documents.create_text" => {
                        let (title, content) =
                            (arguments.text("title")?, arguments.text("content")?);
                        $done!(token, documents, create_text(&title, &content, category)).to_json()
                    }
                    "documents.create_qa" => {
                        let (title, question, answer) = (
                            arguments.text("title")?,
                            arguments.text("question")?,
                            arguments.text("answer")?,
                        );
                        $done!(token, documents, create_qa(&title, &question, &answer, category))
                            .to_json()
                    }
                    "documents.update" => {
                        let (id, patch) =
                            (arguments.text("document_id")?, arguments.value("patch"));
                        $done!(token, documents, update(&id, &patch)).to_json()
                    }
                    "documents.set_status" => {
                        let (ids, status) = (arguments.texts("ids")?, arguments.text("status")?);
                        $done!(token, documents, set_status(&ids, status.as_str())).to_json()
                    }
                    "documents.delete" => {
                        $done!(token, documents, delete(&arguments.texts("ids")?)).to_json()
                    }
                    "sessions.list" => {
                        let email = arguments.optional("email");
                        $done!(token, sessions, list(email.as_deref(), &query)).to_json()
                    }
                    "sessions.close" => {
                        $done!(token, sessions, close(&arguments.text("session_id")?));
                        Value::Null
                    }
                    "sessions.latest_open" => {
                        $done!(token, sessions, latest_open(&arguments.text("email")?))
                            .map_or(Value::Null, |session| session.to_json())
                    }
                    _ => return Err(no_call(name)),
                };
                Ok(json.into())
            }
        }
    };
    (@wait $call:ident async) => { $call.await };
    (@wait $call:ident) => { $call };
}

fn no_call(name: &str) -> Fault {
    Fault::Wrong(format!("there is no call {name} on what it is made on"))
}

macro_rules! asynchronous_done {
    ($token:expr, $handle:expr, $($call:tt)+) => {
        match $token.run($handle.$($call)+).await {
            Ok(result) => result?,
            Err(uppzy::Cancelled) => return Err(Fault::Cancelled),
        }
    };
}

macro_rules! asynchronous_many {
    ($token:expr, $handle:expr, $($call:tt)+) => {{
        use futures_util::StreamExt as _;
        let results: Vec<_> = match $token.run($handle.$($call)+.collect()).await {
            Ok(results) => results,
            Err(uppzy::Cancelled) => return Err(Fault::Cancelled),
        };
        results
    }};
}

macro_rules! blocking_done {
    ($token:expr, $handle:expr, $($call:tt)+) => {
        match $handle.clone().cancel_with($token).$($call)+ {
            Ok(result) => result?,
            Err(uppzy::Cancelled) => return Err(Fault::Cancelled),
        }
    };
}

macro_rules! blocking_many {
    ($token:expr, $handle:expr, $($call:tt)+) => {{
        let handle = $handle.clone().cancel_with($token);
        let results: Vec<_> = handle.$($call)+.collect();
        // The iterator of a cancelled call only ends early.
        if $token.is_cancelled() {
            return Err(Fault::Cancelled);
        }
        results
    }};
}

surface!(
    asynchronous,
    uppzy::Client,
    uppzy::PendingAnswer,
    asynchronous_done,
    asynchronous_many,
    asynchronous_upload,
    async
);
surface!(
    blocking,
    uppzy::blocking::Client,
    uppzy::blocking::PendingAnswer,
    blocking_done,
    blocking_many,
    blocking_upload,
);

/// Makes calls with `uppzy::Client`.
pub(crate) struct Asynchronous;

impl Caller for Asynchronous {
    type Native = asynchronous::Native;

    fn client(client: uppzy::Client) -> Self::Native {
        asynchronous::Native::Client(client)
    }

    fn call(
        on: Self::Native,
        name: String,
        arguments: Map<String, Value>,
        options: Options,
        token: CancelToken,
    ) -> impl Future<Output = Result<Made<Self::Native>, Fault>> + Send + 'static {
        asynchronous::call(on, name, arguments, options, token)
    }
}

/// Makes calls with `uppzy::blocking::Client`, each on a thread of its own.
pub(crate) struct Blocking;

impl Caller for Blocking {
    type Native = blocking::Native;

    fn client(client: uppzy::Client) -> Self::Native {
        blocking::Native::Client(client.into())
    }

    fn call(
        on: Self::Native,
        name: String,
        arguments: Map<String, Value>,
        options: Options,
        token: CancelToken,
    ) -> impl Future<Output = Result<Made<Self::Native>, Fault>> + Send + 'static {
        let call = move || blocking::call(on, name, arguments, options, token);
        async move {
            let called = tokio::task::spawn_blocking(call).await;
            called.map_err(|error| Fault::Wrong(error.to_string()))?
        }
    }
}
