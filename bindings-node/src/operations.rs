//! Every operation by its name, each defined once: what it takes, and the call that it makes.

use serde_json::Value;
use uppzy::{Client, Error, Feedback, Result};
use uppzy_boundary::call;

use crate::arguments::{Query, arguments, read};
use crate::produced::Call;

arguments! {
    /// Of reads that take parameters, which the vendor does not document.
    Reading { query: Option<Query> }
}
arguments! { OfUser { email: String } }
arguments! { Nothing {} }
arguments! { Patching { patch: Value } }
arguments! { CreatingText { title: String, content: String, category: Option<String> } }
arguments! { CreatingQa { title: String, question: String, answer: String, category: Option<String> } }
arguments! { Updating { document_id: String, patch: Value } }
arguments! { SettingStatus { ids: Vec<String>, status: String } }
arguments! { Deleting { ids: Vec<String> } }
arguments! {
    Asking {
        message: String,
        session_id: String,
        email: Option<String>,
        response_language: Option<String>,
        resume_token: Option<String>,
    }
}
arguments! {
    /// Of a question that is handed in whatever became of earlier ones.
    Sending {
        message: String,
        session_id: String,
        email: Option<String>,
        response_language: Option<String>,
    }
}
arguments! {
    AskingWithFallback {
        message: String,
        session_id: String,
        fallback: String,
        email: Option<String>,
        response_language: Option<String>,
        resume_token: Option<String>,
    }
}
arguments! { OfRequest { request_id: String } }
arguments! { OfToken { token: String } }
arguments! { Rating { session_id: String, request_id: String, feedback: String } }
arguments! { ListingSessions { email: Option<String>, query: Option<Query> } }
arguments! { OfSession { session_id: String } }

macro_rules! question {
    ($given:ident, $resume_token:expr) => {
        uppzy::ChatRequest {
            session_id: $given.session_id,
            message: $given.message,
            email: $given.email,
            response_language: $given.response_language,
            resume_token: $resume_token,
        }
    };
}

macro_rules! with_pairs {
    ($($name:ident),+) => { $(
        impl $name {
            fn pairs(&self) -> Vec<(&str, &str)> {
                self.query.as_ref().map(Query::pairs).unwrap_or_default()
            }
        }
    )+ };
}
with_pairs!(Reading, ListingSessions);

/// The call of that name, which was not made yet.
pub(crate) fn operation(client: &Client, name: &str, json: &str) -> Result<Call> {
    /// Of a family, with arguments of a class: what the family's handle is to do with them.
    macro_rules! of {
        ($family:ident, $arguments:ty, |$handle:ident, $given:ident| $made:expr) => {{
            let $given: $arguments = read(json)?;
            let $handle = client.$family().options($given.options()?);
            Ok(call(async move { $made.await }))
        }};
    }
    match name {
        "tenant.get" => of!(tenant, Reading, |tenant, given| tenant.get(&given.pairs())),
        "tenant.limits" => of!(tenant, Reading, |tenant, given| tenant.limits(&given.pairs())),
        "tenant.usage" => of!(tenant, Reading, |tenant, given| tenant.usage(&given.pairs())),
        "tenant.usage_history" => {
            of!(tenant, Reading, |tenant, given| tenant.usage_history(&given.pairs()))
        }
        "tenant.statistics" => {
            of!(tenant, Reading, |tenant, given| tenant.statistics(&given.pairs()))
        }
        "site.get" => of!(site, Reading, |site, given| site.get(&given.pairs())),
        "site.statistics" => of!(site, Reading, |site, given| site.statistics(&given.pairs())),
        "site.user_statistics" => {
            of!(site, OfUser, |site, given| site.user_statistics(&given.email))
        }
        "site.widget_config" => of!(site, Nothing, |site, given| site.widget_config()),
        "site.update_widget_config" => {
            of!(site, Patching, |site, given| site.update_widget_config(&given.patch))
        }
        "documents.list" => {
            of!(documents, Reading, |documents, given| documents.list(&given.pairs()))
        }
        "documents.create_text" => of!(documents, CreatingText, |documents, given| documents
            .create_text(&given.title, &given.content, given.category.as_deref())),
        "documents.create_qa" => of!(documents, CreatingQa, |documents, given| documents
            .create_qa(&given.title, &given.question, &given.answer, given.category.as_deref())),
        "documents.update" => of!(documents, Updating, |documents, given| documents
            .update(&given.document_id, &given.patch)),
        "documents.set_status" => of!(documents, SettingStatus, |documents, given| documents
            .set_status(&given.ids, given.status)),
        "documents.delete" => {
            of!(documents, Deleting, |documents, given| documents.delete(&given.ids))
        }
        "chat.ask" => {
            of!(chat, Asking, |chat, given| chat.ask(&question!(given, given.resume_token)))
        }
        "chat.ask_with_fallback" => of!(chat, AskingWithFallback, |chat, given| chat
            .ask_with_fallback(&question!(given, given.resume_token), &given.fallback)),
        "chat.send" => of!(chat, Sending, |chat, given| chat.send(&question!(given, None))),
        "chat.submit" => of!(chat, Sending, |chat, given| chat.submit(&question!(given, None))),
        "chat.status" => of!(chat, OfRequest, |chat, given| chat.status(&given.request_id)),
        "chat.poll_once" => of!(chat, OfToken, |chat, given| chat.poll_once(&given.token)),
        "chat.feedback" => of!(chat, Rating, |chat, given| async move {
            let feedback: Feedback = given.feedback.parse()?;
            chat.feedback(&given.session_id, &given.request_id, feedback).await
        }),
        "sessions.list" => of!(sessions, ListingSessions, |sessions, given| sessions
            .list(given.email.as_deref(), &given.pairs())),
        "sessions.close" => {
            of!(sessions, OfSession, |sessions, given| sessions.close(&given.session_id))
        }
        "sessions.latest_open" => {
            of!(sessions, OfUser, |sessions, given| sessions.latest_open(&given.email))
        }
        _ => Err(Error::internal(format!("there is no operation {name}"))),
    }
}
