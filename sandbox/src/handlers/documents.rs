//! Endpoints of documents.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Call, Fields, Outcome};
use crate::answer::Answer;
use crate::knowledge::{self, DocumentFile};
use crate::model::{Document, DocumentContent, DocumentStatus, DocumentType};
use crate::request::{self, ReceivedFile};
use crate::state::NewDocument;

pub(super) fn list(call: &Call<'_>) -> Outcome {
    let status = call.query_word("status", &["active", "draft"])?;
    let category = call.query("category");
    let limit = call.query_count("limit")?.unwrap_or(usize::MAX);
    let offset = call.query_count("offset")?.unwrap_or(0);
    let wanted = |document: &&Document| {
        status.is_none_or(|status| document.status.name() == status)
            && category.is_none_or(|category| document.category.as_deref() == Some(category))
    };
    let documents: Vec<Value> = call.space.with_state(|state| {
        let found = state.documents().filter(wanted).skip(offset).take(limit);
        found.map(Document::show).collect()
    });
    Ok(Answer::ok(json!({"documents": documents})))
}

async fn create(call: &Call<'_>, now: i64, new: NewDocument) -> Outcome {
    let shown = call.space.with_state(|state| state.add_document(now, new).show());
    call.space.knowledge.catch_up().await;
    Ok(Answer::with_status(StatusCode::CREATED, shown))
}

fn byte_length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

pub(super) async fn upload(call: &Call<'_>, file: ReceivedFile) -> Outcome {
    let facts = file.facts;
    let settings = call.space.with_state(|state| state.settings.clone());
    if facts.bytes > settings.max_upload_bytes {
        return Err(request::file_too_large(settings.max_upload_bytes));
    }
    let file_name = facts.name.filter(|name| !name.is_empty());
    let title = file_name.clone().unwrap_or_else(|| "upload".to_owned());
    let text = match file.bytes {
        None => None,
        Some(bytes) => {
            let content_type = facts.content_type;
            let reading = tokio::task::spawn_blocking(move || {
                knowledge::extract(&DocumentFile {
                    file_name: file_name.as_deref().unwrap_or_default(),
                    content_type: content_type.as_deref(),
                    bytes: &bytes,
                })
            });
            let text = reading.await.map_err(|_| {
                let text = "the file made the reader fail";
                Answer::error(StatusCode::UNPROCESSABLE_ENTITY, text)
            })?;
            Some(text.map_err(|error| {
                let status = StatusCode::from_u16(error.status());
                let status = status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
                Answer::error(status, &error.to_string())
            })?)
        }
    };
    let new = NewDocument {
        title,
        kind: DocumentType::File,
        category: None,
        size: facts.bytes,
        content: DocumentContent::Text(text),
    };
    create(call, call.space.clock.now(), new).await
}

pub(super) async fn create_text(call: &Call<'_>, now: i64, fields: &Fields<'_>) -> Outcome {
    let title = fields.required("title")?;
    let content = fields.required("content")?;
    let new = NewDocument {
        title: title.to_owned(),
        kind: DocumentType::Text,
        category: fields.text("category")?.map(str::to_owned),
        size: byte_length(content),
        content: DocumentContent::Text(Some(content.to_owned())),
    };
    create(call, now, new).await
}

pub(super) async fn create_qa(call: &Call<'_>, now: i64, fields: &Fields<'_>) -> Outcome {
    let title = fields.required("title")?;
    let question = fields.required("question")?;
    let answer = fields.required("answer")?;
    let new = NewDocument {
        title: title.to_owned(),
        kind: DocumentType::Qa,
        category: fields.text("category")?.map(str::to_owned),
        size: byte_length(question) + byte_length(answer),
        content: DocumentContent::Pair { question: question.to_owned(), answer: answer.to_owned() },
    };
    create(call, now, new).await
}

fn parse_status(fields: &Fields<'_>) -> Result<Option<DocumentStatus>, Answer> {
    let wrong = || Answer::bad_request("status must be 'active' or 'draft'");
    fields.text("status")?.map(|text| DocumentStatus::parse(text).ok_or_else(wrong)).transpose()
}

pub(super) async fn update(call: &Call<'_>, now: i64, fields: &Fields<'_>) -> Outcome {
    let id = call.parameter();
    let status = parse_status(fields)?;
    let category = fields.text("category")?.map(str::to_owned);
    // Given as null, the category is taken away.
    let names_category = fields.object().is_some_and(|fields| fields.contains_key("category"));
    let given = |name: &str| match fields.get(name) {
        Some(_) => fields.required(name).map(Some),
        None => Ok(None),
    };
    let (title, content) = (given("title")?, given("content")?);
    let (question, answer) = (given("question")?, given("answer")?);
    let shown = call.space.with_state(|state| {
        let found = state.document(&id).cloned();
        let mut document = found.ok_or_else(|| Answer::not_found("document not found"))?;
        match &mut document.content {
            DocumentContent::Text(_) if question.or(answer).is_some() => {
                let text = "this document has no question and answer";
                return Err(Answer::error(StatusCode::CONFLICT, text));
            }
            DocumentContent::Pair { .. } if content.is_some() => {
                return Err(Answer::error(StatusCode::CONFLICT, "this document has no content"));
            }
            DocumentContent::Text(text) => {
                if let Some(content) = content {
                    document.size = byte_length(content);
                    *text = Some(content.to_owned());
                }
            }
            DocumentContent::Pair { question: asked, answer: answered } => {
                *asked = question.unwrap_or(asked).to_owned();
                *answered = answer.unwrap_or(answered).to_owned();
                document.size = byte_length(asked) + byte_length(answered);
            }
        }
        if let Some(title) = title {
            document.title = title.to_owned();
        }
        if names_category {
            document.category = category;
        }
        document.status = status.unwrap_or(document.status);
        document.updated_at = now;
        let shown = document.show();
        state.replace_document(document);
        Ok(shown)
    })?;
    call.space.knowledge.catch_up().await;
    Ok(Answer::ok(shown))
}

pub(super) async fn set_status(call: &Call<'_>, now: i64, fields: &Fields<'_>) -> Outcome {
    let ids = fields.ids()?;
    let missing = || Answer::bad_request("status is required");
    let status = parse_status(fields)?.ok_or_else(missing)?;
    let (updated, not_found) = call.space.with_state(|state| {
        partition(ids, |id| {
            let Some(mut document) = state.document(id).cloned() else { return false };
            document.status = status;
            document.updated_at = now;
            state.replace_document(document);
            true
        })
    });
    call.space.knowledge.catch_up().await;
    Ok(Answer::ok(json!({"updated": updated, "not_found": not_found})))
}

pub(super) async fn delete(call: &Call<'_>, fields: &Fields<'_>) -> Outcome {
    let ids = fields.ids()?;
    let (deleted, not_found) =
        call.space.with_state(|state| partition(ids, |id| state.delete_document(id)));
    call.space.knowledge.catch_up().await;
    Ok(Answer::ok(json!({"deleted": deleted, "not_found": not_found})))
}

/// How many ids were found, and those that were not. An id given twice counts once.
fn partition(ids: Vec<String>, mut act: impl FnMut(&str) -> bool) -> (u64, Vec<String>) {
    let mut seen = std::collections::HashSet::new();
    let mut done = 0;
    let mut not_found = Vec::new();
    for id in ids {
        if !seen.insert(id.clone()) {
            continue;
        }
        if act(&id) {
            done += 1;
        } else {
            not_found.push(id);
        }
    }
    (done, not_found)
}
