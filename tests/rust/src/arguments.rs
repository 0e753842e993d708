//! The arguments and options of a call.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};
use uppzy::{AskManyOptions, AskProgress, CallOptions, ChatRequest};

use crate::client::seconds;
use crate::scenario::Options;

/// A call's arguments, by name.
pub(crate) struct Arguments<'a>(pub(crate) &'a Map<String, Value>);

impl Arguments<'_> {
    /// A text that must be there.
    pub(crate) fn text(&self, name: &str) -> Result<String, String> {
        self.optional(name).ok_or_else(|| format!("the argument {name} is not a text"))
    }

    /// A text that may be left out.
    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        self.0.get(name)?.as_str().map(str::to_owned)
    }

    pub(crate) fn value(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or_default()
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        let texts = self.0.get(name).and_then(Value::as_array).map(|items| {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        texts.flatten().ok_or_else(|| format!("the argument {name} is not a list of texts"))
    }

    /// The pairs of the query.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let Some(Value::Object(pairs)) = self.0.get("query") else { return Vec::new() };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        pairs.iter().map(|(name, value)| (name.clone(), text(value))).collect()
    }

    pub(crate) fn question(&self) -> ChatRequest {
        question(self.0)
    }

    pub(crate) fn questions(&self) -> Result<Vec<ChatRequest>, String> {
        let items = self.0.get("questions").and_then(Value::as_array);
        let items = items.ok_or("the argument questions is not a list")?;
        Ok(items.iter().filter_map(Value::as_object).map(question).collect())
    }
}

pub(crate) fn question(fields: &Map<String, Value>) -> ChatRequest {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    ChatRequest {
        session_id: text("session_id").unwrap_or_default(),
        message: text("message").unwrap_or_default(),
        email: text("email"),
        response_language: text("response_language"),
        resume_token: text("resume_token"),
    }
}

pub(crate) fn call_options(options: Options) -> Result<CallOptions, String> {
    let timeout = match options.timeout {
        Some(timeout) => Some(seconds(&json!(timeout)).ok_or("the timeout is not a time")?),
        None => None,
    };
    Ok(CallOptions { timeout, retry_unknown: options.retry_unknown })
}

/// Notes what `on_progress` was told.
pub(crate) type Progress = Arc<Mutex<Vec<AskProgress>>>;

pub(crate) fn many_options(arguments: &Arguments<'_>) -> (AskManyOptions, Progress) {
    let progress = Progress::default();
    let mut options = AskManyOptions::default();
    if let Some(concurrency) = arguments.value("concurrency").as_u64() {
        options.concurrency = usize::try_from(concurrency).unwrap_or(usize::MAX);
    }
    options.on_progress = Some(Arc::new({
        let progress = Arc::clone(&progress);
        move |step| progress.lock().unwrap_or_else(PoisonError::into_inner).push(step)
    }));
    (options, progress)
}
