//! A question as a caller writes it.

use std::fmt;

use serde::Serialize;

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

    pub(crate) fn to_body(&self) -> Result<ChatBody<'_>> {
        let Self { session_id, message, email, response_language, resume_token: _ } = self;
        for (name, value) in [
            ("session_id", Some(session_id)),
            ("message", Some(message)),
            ("email", email.as_ref()),
            ("response_language", response_language.as_ref()),
        ] {
            if let Some(value) = value {
                require(name, value)?;
            }
        }
        let (email, response_language) = (email.as_deref(), response_language.as_deref());
        Ok(ChatBody { session_id, message, email, response_language })
    }
}

/// A question as it is sent.
#[derive(Serialize)]
pub(crate) struct ChatBody<'a> {
    session_id: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_language: Option<&'a str>,
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
        let json =
            |request: ChatRequest| serde_json::to_string(&request.to_body().unwrap()).unwrap();
        let question = ChatRequest::new("s", "hello");
        assert_eq!(json(question.clone()), r#"{"session_id":"s","message":"hello"}"#);
        let full = question.email("a@b.test").response_language("en");
        assert!(json(full).ends_with(r#","email":"a@b.test","response_language":"en"}"#));
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
            assert_eq!(request.to_body().err().unwrap().field(), Some(field));
        }
    }

    #[test]
    fn debug_shows_no_text() {
        let request = ChatRequest::new("canary-session", "canary-text").email("canary@b.test");
        assert!(!format!("{request:?}").contains("canary"));
    }
}
