//! A question as a caller writes it.

use std::fmt;

use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// A question. Its `Debug` form shows no text and no address.
#[derive(Clone, Default, PartialEq)]
pub struct ChatRequest {
    /// The conversation, named by the caller. Ends up in logs: no addresses, see
    /// [`SessionIds`](crate::SessionIds). Documented as always sent.
    pub session_id: String,
    /// The question.
    pub message: String,
    /// The address of the person who asks, if the site tells people apart by it.
    pub email: Option<String>,
    /// The language to answer in, such as `en`. The form is the vendor's; only `en` is documented.
    pub response_language: Option<String>,
    /// The token of an answer to this very question that was being made when an earlier wait for it
    /// ended. Then it is resumed, and nothing is submitted.
    pub resume_token: Option<String>,
}

impl ChatRequest {
    /// A question in a conversation.
    pub fn new(session_id: impl Into<String>, message: impl Into<String>) -> Self {
        Self { session_id: session_id.into(), message: message.into(), ..Self::default() }
    }

    /// Names the person who asks by their address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Asks for an answer in that language, such as `en`.
    #[must_use]
    pub fn response_language(mut self, language: impl Into<String>) -> Self {
        self.response_language = Some(language.into());
        self
    }

    pub(crate) fn to_body(&self) -> Result<Value> {
        let mut body = Map::new();
        for (name, value) in [
            ("session_id", Some(&self.session_id)),
            ("message", Some(&self.message)),
            ("email", self.email.as_ref()),
            ("response_language", self.response_language.as_ref()),
        ] {
            let Some(value) = value else { continue };
            require(name, value)?;
            body.insert(name.to_owned(), Value::String(value.clone()));
        }
        Ok(Value::Object(body))
    }
}

/// Refuses an argument without any content.
pub(super) fn require(field: &str, value: &str) -> Result<()> {
    if value.trim().is_empty() {
        return Err(Error::invalid_input(field, format!("{field} must not be empty")));
    }
    Ok(())
}

impl fmt::Debug for ChatRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ChatRequest")
            .field("message", &format_args!("{} characters", self.message.chars().count()))
            .field("email", &self.email.as_ref().map(|_| "given"))
            .field("response_language", &self.response_language)
            .field("resume", &self.resume_token.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_is_sent() {
        let body = ChatRequest::new("s", "hello").to_body().unwrap();
        assert_eq!(body, serde_json::json!({"session_id": "s", "message": "hello"}));
        let full = ChatRequest::new("s", "hello").email("a@b.test").response_language("en");
        assert_eq!(full.to_body().unwrap()["response_language"], "en");
    }

    #[test]
    fn empty_arguments_are_named() {
        let cases = [
            ("session_id", ChatRequest::new(" ", "hello")),
            ("message", ChatRequest::new("s", "\n")),
            ("email", ChatRequest::new("s", "hello").email("")),
            ("response_language", ChatRequest::new("s", "hello").response_language("")),
        ];
        for (field, request) in cases {
            assert_eq!(request.to_body().unwrap_err().field(), Some(field));
        }
    }

    #[test]
    fn debug_shows_no_text() {
        let request = ChatRequest::new("canary-session", "canary-text").email("canary@b.test");
        assert!(!format!("{request:?}").contains("canary"));
    }
}
