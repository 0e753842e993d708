//! Every endpoint: what it answers, and the errors that are documented. The client of these tests
//! checks each answer against the OpenAPI description.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use support::{Caller, start};

#[tokio::test]
async fn workspace() {
    let (sandbox, caller) = start().await;
    caller.go_to_noon().await;
    let tenant = caller.get(&caller.tenant("")).await.expect(200);
    assert_eq!(tenant["id"], sandbox.tenant_id());
    let limits = caller.get(&caller.tenant("/limits")).await.expect(200);
    assert_eq!((&limits["api_access"], &limits["daily_messages"]), (&json!(true), &Value::Null));
    caller.ask("s", "one?").await.expect(200);
    caller.ask("s", "two?").await.expect(200);
    let usage = caller.get(&caller.tenant("/usage")).await.expect(200);
    assert_eq!((&usage["messages_today"], &usage["messages"]), (&json!(2), &json!(2)));
    assert!(usage["tokens_estimated"].as_u64().unwrap() > 2);
    let history = caller.get(&caller.tenant("/usage/history?limit=5")).await.expect(200);
    assert_eq!(history["history"][0]["messages"], 2);
    assert_eq!(history["history"].as_array().unwrap().len(), 1);
    let wrong = caller.get(&caller.tenant("/usage/history?limit=many")).await;
    wrong.expect_error(400, "limit must be a whole number up to 1000000");
    let statistics = caller.get(&caller.tenant("/statistics")).await.expect(200);
    assert_eq!((&statistics["messages"], &statistics["sessions_open"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn site_and_users() {
    let (sandbox, caller) = start().await;
    let site = caller.get(&caller.site("")).await.expect(200);
    assert_eq!(
        (site["id"].as_str(), site["documents"].as_u64()),
        (Some(sandbox.site_id()), Some(0))
    );
    caller.add_text("Hours", "We are open from Monday to Friday.").await;
    let body =
        json!({"session_id": "s", "message": "When are you open?", "email": "ada+1@example.org"});
    let answer = caller.post(&caller.site("/chat"), body).await.expect(200);
    let request_id = answer["request_id"].as_str().unwrap();
    caller.feedback("s", request_id, "bad").await.expect(200);
    caller.ask("other", "unrelated?").await.expect(200);
    let path = caller.site("/users/ada%2B1%40example.org/statistics");
    let user = caller.get(&path).await.expect(200);
    assert_eq!(user["email"], "ada+1@example.org");
    assert_eq!(
        (&user["messages"], &user["sessions"], &user["feedback_bad"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(user["average_confidence"].as_f64(), answer["confidence_score"].as_f64());
    let nobody = caller.get(&caller.site("/users/nobody%40example.org/statistics")).await;
    assert_eq!(nobody.expect(200)["first_seen"], Value::Null);
    let statistics = caller.get(&caller.site("/statistics")).await.expect(200);
    assert_eq!((&statistics["messages"], &statistics["feedback_bad"]), (&json!(2), &json!(1)));
    assert_eq!((&statistics["documents"], &statistics["sessions"]), (&json!(1), &json!(2)));
}

#[tokio::test]
async fn widget_config_merges() {
    let (_sandbox, caller) = start().await;
    let path = caller.site("/widget-config");
    let before = caller.get(&path).await.expect(200);
    assert_eq!(before["theme"], "system");
    let patch = json!({"theme": "dark", "footer": null, "ownField": {"a": [1, 2]}});
    let after = caller.patch(&path, patch).await.expect(200);
    assert_eq!(after["theme"], "dark");
    assert_eq!(after["displayName"], before["displayName"]);
    assert_eq!(after["ownField"], json!({"a": [1, 2]}));
    assert!(after.get("footer").is_none());
    assert_eq!(caller.get(&path).await.expect(200), after);
    let wrong = caller.patch(&path, json!({"theme": "blue"})).await;
    wrong.expect_error(400, "theme must be one of light, dark, system");
    caller.patch(&path, json!([1])).await.expect_error(400, "invalid payload");
}

async fn titles(caller: &Caller, query: &str) -> Vec<String> {
    let list = caller.get(&caller.site(&format!("/documents{query}"))).await.expect(200);
    let documents = list["documents"].as_array().unwrap();
    documents.iter().map(|document| document["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn documents_are_created_listed_and_changed() {
    let (_sandbox, caller) = start().await;
    let text = caller.add_text("Returns", "Lamps can be returned within 30 days.").await;
    let body = json!({"title": "Bulbs", "question": "Are bulbs included?", "answer": "No, never.", "category": "faq"});
    let pair = caller.post(&caller.site("/documents/qa"), body).await.expect(201);
    assert_eq!(
        (&pair["type"], &pair["status"], &pair["ready"]),
        (&json!("qa"), &json!("active"), &json!(true))
    );
    let pair = pair["id"].as_str().unwrap();
    assert_eq!(titles(&caller, "").await, ["Returns", "Bulbs"]);
    assert_eq!(titles(&caller, "?category=faq").await, ["Bulbs"]);
    assert_eq!(titles(&caller, "?limit=1").await, ["Returns"]);
    assert_eq!(titles(&caller, "?offset=1&limit=5").await, ["Bulbs"]);
    let wrong = caller.get(&caller.site("/documents?status=old")).await;
    wrong.expect_error(400, "status must be 'active' or 'draft'");

    let path = caller.site(&format!("/documents/{text}"));
    let patch = json!({"title": "Returning lamps", "content": "Lamps can be returned within 60 days.", "category": null});
    let changed = caller.patch(&path, patch).await.expect(200);
    assert_eq!(
        (&changed["title"], &changed["category"]),
        (&json!("Returning lamps"), &Value::Null)
    );
    let answer = caller.ask("s", "Can lamps be returned?").await.expect(200);
    assert!(answer["answer"].as_str().unwrap().contains("60 days"), "{answer}");
    assert_eq!(answer["sources"][0]["document_id"], json!(text));
    let of_pair = caller.site(&format!("/documents/{pair}"));
    caller.patch(&of_pair, json!({"answer": "Yes, always."})).await.expect(200);
    let answer = caller.ask("s", "Are bulbs included?").await.expect(200);
    assert_eq!(answer["answer"], "Yes, always.");

    let wrong = caller.patch(&path, json!({"answer": "x"})).await;
    wrong.expect_error(409, "this document has no question and answer");
    let wrong = caller.patch(&of_pair, json!({"content": "x"})).await;
    wrong.expect_error(409, "this document has no content");
    caller.patch(&path, json!({"title": " "})).await.expect_error(400, "title is required");
    let unknown = caller.patch(&caller.site("/documents/doc_none"), json!({"title": "x"})).await;
    unknown.expect_error(404, "document not found");
}

#[tokio::test]
async fn drafts_do_not_feed_answers() {
    let (_sandbox, caller) = start().await;
    let id = caller.add_text("Parking", "Parking costs two euros per hour.").await;
    let question = "What does parking cost?";
    let level = |answer: Value| answer["confidence_level"].as_str().unwrap().to_owned();
    assert_ne!(level(caller.ask("s", question).await.expect(200)), "low");
    let path = caller.site("/documents/bulk-status");
    let body = json!({"ids": [id, "doc_none", id], "status": "draft"});
    let result = caller.patch(&path, body).await.expect(200);
    assert_eq!(result, json!({"updated": 1, "not_found": ["doc_none"]}));
    assert_eq!(level(caller.ask("s", question).await.expect(200)), "low");
    assert_eq!(titles(&caller, "?status=draft").await, ["Parking"]);
    caller.patch(&path, json!({"ids": [id], "status": "active"})).await.expect(200);
    assert_ne!(level(caller.ask("s", question).await.expect(200)), "low");
    let path_delete = caller.site("/documents/bulk-delete");
    let result = caller.post(&path_delete, json!({"ids": [id, 7]})).await.expect(200);
    assert_eq!(result, json!({"deleted": 1, "not_found": ["7"]}));
    assert_eq!(level(caller.ask("s", question).await.expect(200)), "low");
    assert!(titles(&caller, "").await.is_empty());

    let wrong = caller.patch(&path, json!({"ids": [], "status": "old"})).await;
    wrong.expect_error(400, "status must be 'active' or 'draft'");
    caller.patch(&path, json!({"ids": []})).await.expect_error(400, "status is required");
    caller.post(&path_delete, json!({})).await.expect_error(400, "ids is required");
    caller.post(&path_delete, json!({"ids": "x"})).await.expect_error(400, "invalid payload");
}

#[tokio::test]
async fn creating_documents_names_what_is_missing() {
    let (_sandbox, caller) = start().await;
    let text = caller.site("/documents/text");
    caller.post(&text, json!({"content": "x"})).await.expect_error(400, "title is required");
    caller.post(&text, json!({"title": "x"})).await.expect_error(400, "content is required");
    let wrong = json!({"title": "x", "content": 5});
    caller.post(&text, wrong).await.expect_error(400, "invalid payload");
    let pair = caller.site("/documents/qa");
    let wrong = json!({"title": "x", "question": "y"});
    caller.post(&pair, wrong).await.expect_error(400, "answer is required");
    let wrong = json!({"title": "x", "answer": "y", "question": ""});
    caller.post(&pair, wrong).await.expect_error(400, "question is required");
    let request = caller.request(Method::POST, &text).header("Content-Type", "application/json");
    caller.send(request.body("{broken")).await.expect_error(400, "invalid payload");
    let request = caller.request(Method::POST, &text).header("Content-Type", "text/plain");
    caller.send(request.body("{}")).await.expect_error(415, "unsupported media type");
}

#[tokio::test]
async fn chat_answers_from_the_documents() {
    let (_sandbox, caller) = start().await;
    caller.add_text("Returns", "Lamps can be returned within 30 days.").await;
    let body = json!({"session_id": "user-123-web", "message": "Can lamps be returned?", "response_language": "en", "email": null});
    let answer = caller.post(&caller.site("/chat"), body).await.expect(200);
    assert_eq!(answer["session_id"], "user-123-web");
    let request_id = answer["request_id"].as_str().unwrap();
    let digits = request_id.strip_prefix("req_").unwrap();
    assert!(digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(answer["sources"][0]["quote"], "Lamps can be returned within 30 days.");
    let status = caller.status(request_id).await.expect(200);
    assert_eq!((&status["status"], &status["answer"]), (&json!("completed"), &answer["answer"]));

    let chat = caller.site("/chat");
    for path in [chat.clone(), caller.site("/chat/async")] {
        let wrong = caller.post(&path, json!({"message": "x"})).await;
        wrong.expect_error(400, "session_id is required");
        let wrong = caller.post(&path, json!({"session_id": "s", "message": ""})).await;
        wrong.expect_error(400, "message is required");
        let wrong = json!({"session_id": "s", "message": "x", "email": 7});
        caller.post(&path, wrong).await.expect_error(400, "invalid payload");
    }
}

#[tokio::test]
async fn asynchronous_chat() {
    let (_sandbox, caller) = start().await;
    caller.add_text("Returns", "Lamps can be returned within 30 days.").await;
    let request_id = caller.submit("s", "Can lamps be returned?").await;
    let status = caller.status(&request_id).await.expect(200);
    assert_eq!((&status["status"], &status["session_id"]), (&json!("completed"), &json!("s")));
    assert!(status["answer"].as_str().unwrap().contains("30 days"));
    assert!(status["confidence_score"].as_u64().unwrap() > 50);
    assert_eq!(status["sources"][0]["title"], "Returns");
    caller.status("req_none").await.expect_error(404, "request not found");
}

#[tokio::test]
async fn feedback() {
    let (_sandbox, caller) = start().await;
    let answer = caller.ask("s", "anything?").await.expect(200);
    let request_id = answer["request_id"].as_str().unwrap();
    let first = caller.feedback("s", request_id, "good").await.expect(200);
    assert_eq!((&first["status"], &first["feedback"]), (&json!("ok"), &json!("good")));
    assert!(first["feedback_submitted_at"].as_str().unwrap().ends_with('Z'));
    let again = caller.feedback("s", request_id, "good").await.expect(200);
    assert!(again.get("feedback_submitted_at").is_none());
    caller.feedback("other", request_id, "good").await.expect_error(404, "request not found");
    caller.feedback("s", "req_none", "good").await.expect_error(404, "request not found");
    let wrong = caller.feedback("s", request_id, "great").await;
    wrong.expect_error(400, "feedback must be 'good' or 'bad'");
    let path = caller.site("/chat/feedback");
    let wrong = caller.post(&path, json!({"session_id": "s", "request_id": request_id})).await;
    wrong.expect_error(400, "feedback must be 'good' or 'bad'");
    let wrong = caller.post(&path, json!({"request_id": request_id, "feedback": "good"})).await;
    wrong.expect_error(400, "session_id is required");
    let wrong = caller.post(&path, json!({"session_id": "s", "feedback": "good"})).await;
    wrong.expect_error(400, "request_id is required");
    let statistics = caller.get(&caller.site("/statistics")).await.expect(200);
    assert_eq!((&statistics["feedback_good"], &statistics["feedback_bad"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn sessions() {
    let (_sandbox, caller) = start().await;
    let ask = async |session: &str, email: Option<&str>| {
        let body = json!({"session_id": session, "message": "x?", "email": email});
        caller.post(&caller.site("/chat"), body).await
    };
    ask("one", Some("ada@example.org")).await.expect(200);
    ask("two", None).await.expect(200);
    caller.space.advance_clock(std::time::Duration::from_secs(5));
    ask("one", None).await.expect(200);
    let ids = async |query: &str| -> Vec<String> {
        let list = caller.get(&caller.site(&format!("/sessions{query}"))).await.expect(200);
        let sessions = list["sessions"].as_array().unwrap();
        sessions.iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("").await, ["one", "two"]);
    assert_eq!(ids("?email=ada%40example.org").await, ["one"]);
    assert_eq!(ids("?limit=1").await, ["one"]);
    let list = caller.get(&caller.site("/sessions")).await.expect(200);
    let first = &list["sessions"][0];
    assert_eq!((&first["message_count"], &first["closed_at"]), (&json!(2), &Value::Null));
    assert_eq!(first["email"], "ada@example.org");

    let close = caller.site("/chat/session/close");
    for _ in 0..2 {
        let closed = caller.post(&close, json!({"session_id": "one"})).await.expect(200);
        assert_eq!(closed, json!({"status": "ok"}));
    }
    caller.post(&close, json!({"session_id": "never seen"})).await.expect(200);
    caller.post(&close, json!({})).await.expect_error(400, "session_id is required");
    assert_eq!(ids("?status=open").await, ["two"]);
    assert_eq!(ids("?status=closed").await, ["one"]);
    ask("one", None).await.expect_error(409, "session is closed");
    let body = json!({"session_id": "one", "message": "x?"});
    let refused = caller.post(&caller.site("/chat/async"), body).await;
    refused.expect_error(409, "session is closed");
    let wrong = caller.get(&caller.site("/sessions?status=old")).await;
    wrong.expect_error(400, "status must be 'open' or 'closed'");
    let statistics = caller.get(&caller.site("/statistics")).await.expect(200);
    assert_eq!(
        (&statistics["sessions_open"], &statistics["sessions_closed"]),
        (&json!(1), &json!(1))
    );
}

/// Every described operation, with its path filled in for this space.
fn operations(caller: &Caller, tenant: &str, site: &str) -> Vec<(Method, String)> {
    let mut operations = Vec::new();
    for (template, item) in caller.description["paths"].as_object().unwrap() {
        let path = template
            .replace("{tenant}", tenant)
            .replace("{site}", site)
            .replace("{email}", "a%40b.c")
            .replace("{document}", "doc_none")
            .replace("{request}", "req_none");
        for method in item.as_object().unwrap().keys() {
            operations.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    assert_eq!(operations.len(), 23);
    operations
}

#[tokio::test]
async fn every_endpoint_checks_key_plan_and_scope() {
    let (sandbox, caller) = start().await;
    let own = operations(&caller, sandbox.tenant_id(), sandbox.site_id());
    for (method, path) in &own {
        let url = format!("{}{path}", sandbox.base_url());
        let without = caller.http.request(method.clone(), &url);
        caller.send(without).await.expect_error(401, "invalid_api_key");
        let wrong = caller.http.request(method.clone(), &url).header("X-API-Key", "other");
        caller.send(wrong).await.expect_error(401, "invalid_api_key");
    }
    for (method, path) in operations(&caller, "foreign", "foreign") {
        let scope = if path.contains("/tenants/") { "tenant" } else { "site" };
        let reply = caller.send(caller.request(method, &path)).await;
        reply.expect_error(404, &format!("{scope} not found"));
    }
    let plan = caller.control(Method::PUT, "/plan", Some(json!({"m2m": false}))).await;
    assert_eq!(plan.expect(200), json!({"m2m": false}));
    for (method, path) in &own {
        let reply = caller.send(caller.request(method.clone(), path)).await;
        reply.expect_error(403, "api_access_not_available_on_plan");
    }
}

#[tokio::test]
async fn a_bearer_token_stands_for_the_key() {
    let (sandbox, caller) = start().await;
    let url = format!("{}{}", sandbox.base_url(), caller.tenant("/limits"));
    let bearer = format!("Bearer {}", sandbox.api_key());
    caller.send(caller.http.get(&url).header(AUTHORIZATION, bearer)).await.expect(200);
    let wrong = caller.http.get(&url).header(AUTHORIZATION, "Basic sandbox-key");
    caller.send(wrong).await.expect_error(401, "invalid_api_key");
}

#[tokio::test]
async fn unknown_paths_and_methods() {
    let (sandbox, caller) = start().await;
    let reply = async |method: Method, url: String| {
        support::read(caller.http.request(method, url).send().await.unwrap()).await
    };
    for path in ["/api/v1/m2m/nothing", "/api/v1", "/other", "/__sandbox/other", "/"] {
        let url = sandbox.base_url().replace("/api/v1", path);
        reply(Method::GET, url).await.expect_error(404, "not found");
    }
    let url = format!("{}{}", sandbox.base_url(), caller.site("/documents"));
    let refused = reply(Method::DELETE, url).await;
    assert_eq!(refused.header("allow"), Some("GET, POST"));
    refused.expect_error(405, "method not allowed");
    let url = format!("{}/reset", sandbox.control_url());
    assert_eq!(reply(Method::GET, url).await.header("allow"), Some("POST"));
    let url = sandbox.base_url().replace("/api/v1", "/space/none/api/v1/m2m/sites/x");
    reply(Method::GET, url).await.expect_error(404, "space not found");
}
