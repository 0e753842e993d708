//! Whatever a server answers with success: it is read whole, or refused with a reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use serde_json::{Map, Value, json};
use uppzy::{Error, ErrorKind};
use uppzy_fuzz::{
    Canned, EVERY_OPERATION, Outcome, Reply, call, client_of, hold, json, json_text, mutated,
};

/// Makes the call against a server that answers so.
fn answered(operation: &str, reply: Reply) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(call(&client_of(&Canned::new(reply)), operation))
}

/// What an error about an answer must be like, whatever the answer was.
fn is_clear(error: &Error) -> Result<(), TestCaseError> {
    let message = error.message();
    prop_assert!(!message.is_empty() && !message.contains('\n'), "{:?}", message);
    prop_assert!(message.chars().count() < 900, "{} characters", message.chars().count());
    prop_assert!(error.operation().is_some());
    prop_assert!(!error.hint().is_empty() && !error.user_message().is_empty());
    prop_assert!(error.to_json().is_object());
    prop_assert!(!error.report().is_empty());
    Ok(())
}

/// Read or refused; what a composed call may end in besides is about the answer that it waits for.
fn read_or_refused(operation: &str, outcome: Outcome) -> Result<(), TestCaseError> {
    match outcome {
        Ok((json, debug)) => {
            prop_assert!(json.is_object() && !debug.is_empty());
        }
        Err(error) => {
            is_clear(&error)?;
            let composed = matches!(operation, "chat.ask" | "chat.poll_once");
            let about_the_answer = [ErrorKind::ChatFailed, ErrorKind::PollTimeout];
            prop_assert!(
                error.kind() == ErrorKind::ResponseDecode
                    || (composed && about_the_answer.contains(&error.kind())),
                "{}: {error:?}",
                operation
            );
        }
    }
    Ok(())
}

fn operation() -> impl Strategy<Value = &'static str> {
    select(EVERY_OPERATION.to_vec())
}

fn reply(body: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Reply> {
    (body, select(vec![200_u16, 200, 201, 202, 204, 206, 299])).prop_map(|(body, status)| Reply {
        status,
        headers: Vec::new(),
        body,
    })
}

#[test]
fn any_json_is_read_or_refused() {
    hold(&(operation(), reply(json_text())), |(operation, reply)| {
        read_or_refused(operation, answered(operation, reply))
    });
}

#[test]
fn any_bytes_are_read_or_refused() {
    hold(&(operation(), reply(vec(any::<u8>(), 0..400))), |(operation, reply)| {
        read_or_refused(operation, answered(operation, reply))
    });
}

/// A documented answer for each operation, with a field of each kind.
fn good(operation: &str) -> Value {
    let document = json!({
        "id": "doc-1", "title": "Lamps", "category": "faq", "status": "active", "ready": true,
        "created_at": "2026-11-26T13:00:00Z", "updated_at": "2026-11-26T13:00:01Z",
    });
    let session = json!({
        "id": "s-1", "email": "ann@example.org", "created_at": "2026-11-26T13:00:00Z",
        "updated_at": "2026-11-26T13:00:01Z", "closed_at": "2026-11-26T13:00:02Z",
        "message_count": 3,
    });
    match operation {
        "documents.list" => json!({"documents": [document, document]}),
        "sessions.list" | "sessions.latest_open" => json!({"sessions": [session, session]}),
        "chat.send" => json!({
            "answer": "It hums.", "session_id": "s-1", "request_id": "req-1",
            "confidence_level": "high", "confidence_score": 97.5,
        }),
        "chat.submit" | "chat.ask" | "chat.poll_once" | "chat.status" => json!({
            "request_id": "req-1", "session_id": "s-1", "status": "completed",
            "answer": "It hums.", "error": "none", "confidence_level": "low",
            "confidence_score": 12,
        }),
        "chat.feedback" => json!({
            "status": "ok", "request_id": "req-1", "feedback": "good",
            "feedback_submitted_at": "2026-11-26T13:00:00Z",
        }),
        name if name.starts_with("documents.") && !name.ends_with("set_status") => document,
        _ => json!({"status": "ok", "plan": "pro", "used": 3, "of": [1, 2], "more": {"a": null}}),
    }
}

/// The one operation without a result: what it answers is read for nothing.
const WITHOUT_RESULT: &str = "sessions.close";

#[test]
fn a_damaged_good_answer_is_read_or_refused() {
    let cases = operation().prop_flat_map(|operation| {
        (Just(operation), mutated(good(operation).to_string().into_bytes()))
    });
    hold(&cases, |(operation, body)| {
        read_or_refused(operation, answered(operation, Reply::success(body)))
    });
}

/// The object with the fields, wherever it stands in the answer.
fn item_of(operation: &str, body: &Value) -> Value {
    match operation {
        "documents.list" => body["documents"][0].clone(),
        "sessions.list" | "sessions.latest_open" => body["sessions"][0].clone(),
        _ => body.clone(),
    }
}

fn set_in_item(operation: &str, body: &mut Value, name: &str, value: Value) {
    let list = match operation {
        "documents.list" => Some("documents"),
        "sessions.list" => Some("sessions"),
        _ => None,
    };
    match list {
        Some(list) => body[list][0][name] = value,
        None => body[name] = value,
    }
}

/// The fields that were read, wherever they stand in the result.
fn read_item(operation: &str, json: &Value) -> Value {
    match operation {
        "documents.list" | "sessions.list" => json["items"][0].clone(),
        _ if json.get("fields").is_some() => json["fields"].clone(),
        _ => json.clone(),
    }
}

/// The operations whose results hold what the answer held.
fn with_fields() -> impl Strategy<Value = &'static str> {
    let without = [WITHOUT_RESULT, "sessions.latest_open", "chat.ask", "chat.submit"];
    select(
        EVERY_OPERATION.iter().copied().filter(|name| !without.contains(name)).collect::<Vec<_>>(),
    )
}

/// Names that no model knows, and no reader looks into.
fn unknown_name() -> impl Strategy<Value = String> {
    prop_oneof!["x_[a-z]{1,8}", any::<String>().prop_map(|text| format!("x{text}"))]
}

#[test]
fn an_unknown_field_is_kept_as_it_is() {
    hold(&(with_fields(), unknown_name(), json()), |(operation, name, value)| {
        let mut body = good(operation);
        set_in_item(operation, &mut body, &name, value.clone());
        let (read, _) = answered(operation, Reply::success(body.to_string()))
            .map_err(|error| TestCaseError::fail(format!("{operation}: {error:?}")))?;
        let item = read_item(operation, &read);
        // What was written and read once is what a text can hold of it.
        let value: Value = serde_json::from_str(&value.to_string()).unwrap();
        let kept = item.get("extra").unwrap_or(&item).get(&name).cloned();
        prop_assert_eq!(kept, Some(value), "{}: {}", operation, read);
        Ok(())
    });
}

/// A field with another value than usual loses itself at most: into `extra`. All others are read as before.
#[test]
fn an_odd_field_harms_no_other() {
    let cases = with_fields().prop_flat_map(|operation| {
        let names: Vec<String> =
            item_of(operation, &good(operation)).as_object().unwrap().keys().cloned().collect();
        (Just(operation), select(names), json())
    });
    hold(&cases, |(operation, name, value)| {
        // An answer to a change without an id confirms it, and is no document.
        if operation == "documents.update" && name == "id" {
            return Ok(());
        }
        let usual = answered(operation, Reply::success(good(operation).to_string())).unwrap().0;
        let mut body = good(operation);
        set_in_item(operation, &mut body, &name, value.clone());
        match answered(operation, Reply::success(body.to_string())) {
            Err(error) => {
                is_clear(&error)?;
                prop_assert_eq!(error.kind(), ErrorKind::ResponseDecode);
                let said = error.message();
                let id = said.contains("no id") && name == "id";
                prop_assert!(said.contains(&name) || id, "{}: {}", name, said);
            }
            Ok((read, _)) => {
                let (usual, item) = (read_item(operation, &usual), read_item(operation, &read));
                for (field, before) in usual.as_object().unwrap() {
                    // A status is shown twice, and decides what the request has come to.
                    let follows = field.starts_with(&name) || field == "extra" || field == "meta";
                    if !follows && operation != "chat.poll_once" {
                        prop_assert_eq!(item.get(field), Some(before), "{} {}", operation, field);
                    }
                }
                let value: Value = serde_json::from_str(&value.to_string()).unwrap();
                let known = item.get(&name).is_some_and(|value| !value.is_null());
                let extra = item.get("extra").unwrap_or(&item);
                let kept = extra.get(&name) == Some(&value);
                prop_assert!(
                    known || kept || value.is_null() || operation == "chat.poll_once",
                    "{}: {} of {} is lost",
                    operation,
                    name,
                    read
                );
            }
        }
        Ok(())
    });
}

/// Without what is needed, the error names it, and in a list also the item.
#[test]
fn an_error_says_what_is_missing_and_where() {
    let needs = [
        ("documents.upload", "id", "document_id"),
        ("documents.create_text", "id", "document_id"),
        ("documents.create_qa", "id", "document_id"),
        ("chat.send", "answer", "answer"),
        ("chat.send", "request_id", "request_id"),
        ("chat.submit", "request_id", "request_id"),
        ("chat.status", "status", "status"),
    ];
    for (operation, field, named) in needs {
        let mut body = good(operation);
        body.as_object_mut().unwrap().remove(field);
        let error = answered(operation, Reply::success(body.to_string())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResponseDecode, "{operation}");
        assert!(error.message().contains(named), "{operation}: {}", error.message());
    }
    hold(&(0_usize..30, 0_usize..30), |(before, after)| {
        for (operation, list) in [("documents.list", "documents"), ("sessions.list", "sessions")] {
            let mut items = vec![json!({"id": "a"}); before];
            items.push(json!({"title": "planted"}));
            items.extend(vec![json!({"id": "b"}); after]);
            let body = Value::Object(Map::from_iter([(list.to_owned(), Value::Array(items))]));
            let error = answered(operation, Reply::success(body.to_string())).unwrap_err();
            let expected = format!("item {before}: no id");
            prop_assert!(error.message().contains(&expected), "{}", error.message());
            prop_assert!(!error.message().contains("planted"), "{}", error.message());
        }
        Ok(())
    });
}
