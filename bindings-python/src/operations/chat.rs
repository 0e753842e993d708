//! Questions, answers, feedback.

use pyo3::prelude::*;
use uppzy::Feedback;

use super::options;
use crate::call::Call;
use crate::client::Scoped;
use crate::failure::OrRaise as _;
use crate::models::ChatRequest;
use crate::pending::Pending;
use crate::produced::Produced;
use crate::stream::Stream;
use crate::values::texts;

/// Questions and answers.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Chat(pub(crate) Scoped);

fn question(
    session_id: String,
    message: String,
    email: Option<String>,
    response_language: Option<String>,
    resume_token: Option<String>,
) -> uppzy::ChatRequest {
    uppzy::ChatRequest { session_id, message, email, response_language, resume_token }
}

impl Chat {
    fn chat(
        &self,
        py: Python<'_>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<uppzy::Chat> {
        let options = options(py, timeout, retry_unknown)?;
        Ok(self.0.client(py)?.chat().options(options))
    }
}

#[allow(clippy::too_many_arguments, reason = "the facade's parameters, by position")]
#[pymethods]
impl Chat {
    fn ask(
        &self,
        py: Python<'_>,
        message: String,
        session_id: String,
        email: Option<String>,
        response_language: Option<String>,
        resume_token: Option<String>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let chat = self.chat(py, timeout, retry_unknown)?;
        let question = question(session_id, message, email, response_language, resume_token);
        Ok(Call::new(async move { chat.ask(&question).await }))
    }

    fn ask_with_fallback(
        &self,
        py: Python<'_>,
        message: String,
        session_id: String,
        fallback: String,
        email: Option<String>,
        response_language: Option<String>,
        resume_token: Option<String>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let chat = self.chat(py, timeout, retry_unknown)?;
        let question = question(session_id, message, email, response_language, resume_token);
        Ok(Call::new(async move { chat.ask_with_fallback(&question, &fallback).await }))
    }

    fn send(
        &self,
        py: Python<'_>,
        message: String,
        session_id: String,
        email: Option<String>,
        response_language: Option<String>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let chat = self.chat(py, timeout, retry_unknown)?;
        let question = question(session_id, message, email, response_language, None);
        Ok(Call::new(async move { chat.send(&question).await }))
    }

    fn submit(
        &self,
        py: Python<'_>,
        message: String,
        session_id: String,
        email: Option<String>,
        response_language: Option<String>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let chat = self.chat(py, timeout, retry_unknown)?;
        let question = question(session_id, message, email, response_language, None);
        let scope = self.0.clone();
        Ok(Call::new(async move {
            let pending = chat.submit(&question).await?;
            Ok::<_, uppzy::Error>(Produced::Pending(Box::new((pending, scope))))
        }))
    }

    fn status(
        &self,
        py: Python<'_>,
        request_id: String,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let chat = self.chat(py, timeout, retry_unknown)?;
        Ok(Call::new(async move { chat.status(&request_id).await }))
    }

    /// Sends nothing, so that it needs no call.
    fn resume(&self, py: Python<'_>, token: &str) -> PyResult<Pending> {
        let resumed = self.0.client(py)?.chat().resume(token);
        let pending = resumed.or_raise(py)?;
        Ok(Pending::new(pending, self.0.clone()))
    }

    fn poll_once(
        &self,
        py: Python<'_>,
        token: String,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let chat = self.chat(py, timeout, retry_unknown)?;
        Ok(Call::new(async move { chat.poll_once(&token).await }))
    }

    fn feedback(
        &self,
        py: Python<'_>,
        session_id: String,
        request_id: String,
        feedback: &str,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let chat = self.chat(py, timeout, retry_unknown)?;
        let feedback: Feedback = feedback.parse().or_raise(py)?;
        Ok(Call::new(async move { chat.feedback(&session_id, &request_id, feedback).await }))
    }

    fn ask_many(
        &self,
        py: Python<'_>,
        questions: Vec<Py<ChatRequest>>,
        concurrency: usize,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Stream> {
        let chat = self.chat(py, timeout, retry_unknown)?;
        let questions: Vec<_> = questions.iter().map(|question| question.get().0.clone()).collect();
        Ok(Stream::asked(chat, questions, concurrency))
    }

    fn wait_many(
        &self,
        py: Python<'_>,
        tokens: &Bound<'_, PyAny>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Stream> {
        let tokens = texts("tokens", tokens)?;
        let chat = self.chat(py, timeout, retry_unknown)?;
        Ok(Stream::waited(chat, tokens))
    }
}
