//! What each operation of the tenant, site, document and session families sends, and what it makes
//! of the answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};
use uppzy::{
    BoxFuture, Client, Clock, DocumentStatus, Error, ResponseBody, Transport, TransportBody,
    TransportFault, TransportRequest, TransportResponse,
};

/// Answers from a list, and keeps what it was asked. The last answer is repeated.
struct Recorder {
    answers: Mutex<VecDeque<(u16, &'static str)>>,
    seen: Mutex<Vec<Seen>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Seen {
    method: String,
    /// Path and query, as they are on the wire.
    target: String,
    body: Value,
}

struct Body(Option<Bytes>);

impl ResponseBody for Body {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportFault>> {
        let piece = self.0.take().filter(|piece| !piece.is_empty());
        Box::pin(async move { Ok(piece) })
    }
}

impl Transport for Recorder {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportFault>> {
        let body = match &request.body {
            TransportBody::Empty => Value::Null,
            TransportBody::Bytes(bytes) => {
                assert_eq!(request.headers["content-type"], "application/json");
                serde_json::from_slice(bytes).expect("requests are JSON")
            }
            TransportBody::Stream(_) => panic!("no operation here streams"),
        };
        let query = request.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        self.seen.lock().unwrap().push(Seen {
            method: request.method.to_string(),
            target: format!("{}{query}", request.uri.path()),
            body,
        });
        let mut answers = self.answers.lock().unwrap();
        let (status, text) = if answers.len() > 1 {
            answers.pop_front().unwrap()
        } else {
            *answers.front().expect("an answer")
        };
        let headers = http::HeaderMap::new();
        let body = Box::new(Body(Some(Bytes::from_static(text.as_bytes()))));
        Box::pin(async move { Ok(TransportResponse { status, headers, body }) })
    }
}

/// A client whose server gives these answers.
fn client(answers: &[(u16, &'static str)]) -> (Client, Arc<Recorder>) {
    let recorder = Arc::new(Recorder {
        answers: Mutex::new(answers.iter().copied().collect()),
        seen: Mutex::default(),
    });
    let client = Client::builder()
        .environment([("UPPZY_API_KEY", "test-key")])
        .base_url("https://api.test/v1")
        .tenant_id("t1")
        .site_id("s1")
        .clock(Clock::virtual_time(1))
        .transport(recorder.clone())
        .build()
        .unwrap();
    (client, recorder)
}

impl Recorder {
    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Checks that a call sends exactly this.
async fn sends<T, F: Future<Output = Result<T, Error>>>(
    call: impl FnOnce(Client) -> F,
    answer: &'static str,
    method: &str,
    target: &str,
    body: Value,
) -> T {
    let (client, recorder) = client(&[(200, answer)]);
    let result = call(client).await.unwrap();
    let expected = Seen { method: method.to_owned(), target: format!("/v1/m2m{target}"), body };
    assert_eq!(recorder.seen(), [expected]);
    result
}

#[tokio::test]
async fn tenant_operations_read() {
    const OPEN: &str = r#"{"plan":"level2"}"#;
    let null = || Value::Null;
    let query = [("from", "2026-01-01"), ("q", "a b&c")];
    let read = sends(
        async |client: Client| client.tenant().get(&[]).await,
        OPEN,
        "GET",
        "/tenants/t1",
        null(),
    )
    .await;
    assert_eq!(read.get("plan"), Some(&json!("level2")));
    assert_eq!((read.meta.attempts, read.meta.http_status), (1, 200));
    sends(
        async |client: Client| client.tenant().limits(&[]).await,
        OPEN,
        "GET",
        "/tenants/t1/limits",
        null(),
    )
    .await;
    sends(
        async |client: Client| client.tenant().usage(&query).await,
        OPEN,
        "GET",
        "/tenants/t1/usage?from=2026-01-01&q=a+b%26c",
        null(),
    )
    .await;
    sends(
        async |client: Client| client.tenant().usage_history(&query[..1]).await,
        OPEN,
        "GET",
        "/tenants/t1/usage/history?from=2026-01-01",
        null(),
    )
    .await;
    sends(
        async |client: Client| client.tenant().statistics(&[]).await,
        OPEN,
        "GET",
        "/tenants/t1/statistics",
        null(),
    )
    .await;
}

#[tokio::test]
async fn site_operations_read_and_patch() {
    const OPEN: &str = r#"{"theme":"dark"}"#;
    let null = || Value::Null;
    sends(async |client: Client| client.site().get(&[]).await, OPEN, "GET", "/sites/s1", null())
        .await;
    sends(
        async |client: Client| client.site().statistics(&[("days", "7")]).await,
        OPEN,
        "GET",
        "/sites/s1/statistics?days=7",
        null(),
    )
    .await;
    sends(
        async |client: Client| client.site().user_statistics("ann+x/y@example.org").await,
        OPEN,
        "GET",
        "/sites/s1/users/ann%2Bx%2Fy%40example.org/statistics",
        null(),
    )
    .await;
    sends(
        async |client: Client| client.site().widget_config().await,
        OPEN,
        "GET",
        "/sites/s1/widget-config",
        null(),
    )
    .await;
    let patch = json!({"theme": "dark", "nested": {"a": null}});
    let read = sends(
        async |client: Client| client.site().update_widget_config(&patch).await,
        OPEN,
        "PATCH",
        "/sites/s1/widget-config",
        patch.clone(),
    )
    .await;
    assert_eq!(read.get("theme"), Some(&json!("dark")));
}

#[tokio::test]
async fn document_operations_send_what_is_documented() {
    const DOCUMENT: &str = r#"{"document":{"id":7,"status":"draft"}}"#;
    let list = sends(
        async |client: Client| client.documents().list(&[("status", "draft")]).await,
        r#"{"data":[{"id":"a"},{"id":"b"}]}"#,
        "GET",
        "/sites/s1/documents?status=draft",
        Value::Null,
    )
    .await;
    assert_eq!(list.len(), 2);
    let created = sends(
        async |client: Client| client.documents().create_text("T", "C", Some("support")).await,
        DOCUMENT,
        "POST",
        "/sites/s1/documents/text",
        json!({"title": "T", "content": "C", "category": "support"}),
    )
    .await;
    assert_eq!((created.id.as_str(), created.status), ("7", Some(DocumentStatus::Draft)));
    sends(
        async |client: Client| client.documents().create_text("T", "C", None).await,
        DOCUMENT,
        "POST",
        "/sites/s1/documents/text",
        json!({"title": "T", "content": "C"}),
    )
    .await;
    sends(
        async |client: Client| client.documents().create_qa("T", "Q", "A", Some("faq")).await,
        DOCUMENT,
        "POST",
        "/sites/s1/documents/qa",
        json!({"title": "T", "question": "Q", "answer": "A", "category": "faq"}),
    )
    .await;
    let patch = json!({"title": "New"});
    sends(
        async |client: Client| client.documents().update("a/../b c", &patch).await,
        DOCUMENT,
        "PATCH",
        "/sites/s1/documents/a%2F..%2Fb%20c",
        patch.clone(),
    )
    .await;
    sends(
        async |client: Client| {
            client.documents().set_status(&["a", "b"], DocumentStatus::Active).await
        },
        "",
        "PATCH",
        "/sites/s1/documents/bulk-status",
        json!({"ids": ["a", "b"], "status": "active"}),
    )
    .await;
    sends(
        async |client: Client| client.documents().set_status(&["a".to_owned()], "Archived").await,
        "",
        "PATCH",
        "/sites/s1/documents/bulk-status",
        json!({"ids": ["a"], "status": "Archived"}),
    )
    .await;
    let deleted = sends(
        async |client: Client| client.documents().delete(&["a"]).await,
        r#"{"deleted":1}"#,
        "POST",
        "/sites/s1/documents/bulk-delete",
        json!({"ids": ["a"]}),
    )
    .await;
    assert_eq!(deleted.get("deleted"), Some(&json!(1)));
}

#[tokio::test]
async fn session_operations_list_and_close() {
    let list = sends(
        async |client: Client| {
            client.sessions().list(Some("ann+x@example.org"), &[("page", "2")]).await
        },
        r#"{"sessions":[{"id":"a","message_count":3}]}"#,
        "GET",
        "/sites/s1/sessions?email=ann%2Bx%40example.org&page=2",
        Value::Null,
    )
    .await;
    assert_eq!(list.items[0].message_count, Some(3));
    sends(
        async |client: Client| client.sessions().list(None, &[]).await,
        "[]",
        "GET",
        "/sites/s1/sessions",
        Value::Null,
    )
    .await;
    let latest = sends(
        async |client: Client| client.sessions().latest_open("ann@example.org").await,
        r#"[{"id":"a","updated_at":"2026-01-01"},{"id":"b","updated_at":"2026-01-02"},
            {"id":"c","updated_at":"2026-01-03","closed_at":"2026-01-03"}]"#,
        "GET",
        "/sites/s1/sessions?email=ann%40example.org",
        Value::Null,
    )
    .await;
    assert_eq!(latest.map(|session| session.id).as_deref(), Some("b"));
    for answer in [r#"{"status":"ok"}"#, "", "null"] {
        sends(
            async |client: Client| client.sessions().close("s 1").await,
            answer,
            "POST",
            "/sites/s1/chat/session/close",
            json!({"session_id": "s 1"}),
        )
        .await;
    }
}

#[tokio::test]
async fn arguments_are_refused_by_name_and_nothing_is_sent() {
    fn refused<T>(result: Result<T, Error>, field: &str, operation: &str) {
        let error = result.err().expect("the argument is refused");
        assert_eq!(error.kind().as_str(), "invalid_input");
        assert_eq!((error.field(), error.operation()), (Some(field), Some(operation)));
        assert!(!error.message().contains("planted"), "{}", error.message());
        assert_eq!(error.outcome().as_str(), "not_sent");
    }
    let (client, recorder) = client(&[(200, "{}")]);
    let nobody: [&str; 0] = [];
    let (site, documents, sessions) = (client.site(), client.documents(), client.sessions());
    refused(client.tenant().get(&[("", "planted")]).await, "query", "tenant.get");
    refused(site.user_statistics(" ").await, "email", "site.user_statistics");
    for patch in [json!({}), json!([]), json!("planted"), json!(null)] {
        refused(site.update_widget_config(&patch).await, "patch", "site.update_widget_config");
        refused(documents.update("a", &patch).await, "patch", "documents.update");
    }
    refused(documents.update("", &json!({"a": 1})).await, "document_id", "documents.update");
    refused(documents.update("..", &json!({"a": 1})).await, "document_id", "documents.update");
    let create = "documents.create_text";
    refused(documents.create_text("", "planted", None).await, "title", create);
    refused(documents.create_text("planted", "\n", None).await, "content", create);
    refused(documents.create_text("planted", "planted", Some("")).await, "category", create);
    let create = "documents.create_qa";
    refused(documents.create_qa(" ", "planted", "planted", None).await, "title", create);
    refused(documents.create_qa("planted", "", "planted", None).await, "question", create);
    refused(documents.create_qa("planted", "planted", "", None).await, "answer", create);
    refused(documents.set_status(&nobody, "active").await, "ids", "documents.set_status");
    refused(documents.set_status(&["a", ""], "active").await, "ids", "documents.set_status");
    refused(documents.set_status(&["a"], " ").await, "status", "documents.set_status");
    refused(documents.delete(&nobody).await, "ids", "documents.delete");
    refused(sessions.list(Some(""), &[]).await, "email", "sessions.list");
    let twice = sessions.list(Some("planted@b.test"), &[("email", "planted@c.test")]).await;
    refused(twice, "email", "sessions.list");
    refused(sessions.latest_open("").await, "email", "sessions.list");
    refused(sessions.close("\t").await, "session_id", "sessions.close");
    assert_eq!(recorder.seen(), []);
}

#[tokio::test]
async fn an_answer_without_a_body_is_enough_where_nothing_must_be_in_it() {
    let (client, _) = client(&[(204, "")]);
    assert!(client.tenant().get(&[]).await.unwrap().fields.is_empty());
    assert!(client.documents().delete(&["a"]).await.unwrap().fields.is_empty());
    let changed = client.documents().update("a", &json!({"title": "b"})).await.unwrap();
    assert_eq!((changed.id.as_str(), changed.meta.http_status), ("a", 204));
    let created = client.documents().create_text("a", "b", None).await.unwrap_err();
    assert_eq!(created.kind().as_str(), "response_decode");
    assert_eq!(created.outcome().as_str(), "accepted");
    assert_eq!(client.documents().list(&[]).await.unwrap_err().kind().as_str(), "response_decode");
}

#[tokio::test]
async fn a_page_in_the_api_s_place_is_no_answer() {
    const PAGE: &str = "<html><body>Sign in</body></html>";
    let kind = |error: Error| error.kind().as_str();
    let (client, recorder) = client(&[(200, PAGE)]);
    let patch = json!({"a": 1});
    assert_eq!(client.site().get(&[]).await.map_err(kind), Err("response_decode"));
    assert_eq!(client.sessions().close("s").await.map_err(kind), Err("response_decode"));
    assert_eq!(client.documents().update("a", &patch).await.map_err(kind), Err("response_decode"));
    assert_eq!(
        client.documents().create_qa("a", "b", "c", None).await.map_err(kind),
        Err("response_decode")
    );
    let posts = recorder.seen().iter().filter(|seen| seen.method != "GET").count();
    assert_eq!(posts, 3, "what was accepted is not sent again");
}

#[tokio::test]
async fn operations_go_to_the_client_s_scope_and_obey_the_handle() {
    let (client, recorder) = client(&[(504, "")]);
    let elsewhere = client.for_site("s2").unwrap().for_tenant("t2").unwrap();
    assert!(elsewhere.tenant().get(&[]).await.is_err());
    assert!(recorder.seen().iter().all(|seen| seen.target == "/v1/m2m/tenants/t2"));
    let before = recorder.seen().len();
    let create = |handle: uppzy::Documents| async move {
        handle.create_text("a", "b", None).await.unwrap_err()
    };
    let once = create(elsewhere.documents()).await;
    assert_eq!((once.attempts().len(), once.outcome().as_str()), (1, "unknown"));
    let often = create(elsewhere.documents().retry_unknown(true)).await;
    assert!(often.attempts().len() > 1);
    let after = recorder.seen();
    assert_eq!(after.len(), before + 1 + often.attempts().len());
    assert!(after[before..].iter().all(|seen| seen.target == "/v1/m2m/sites/s2/documents/text"));
}

#[tokio::test]
async fn a_client_without_ids_says_which_is_missing() {
    let client = Client::builder()
        .environment([("UPPZY_API_KEY", "test-key")])
        .base_url("https://api.test/v1")
        .build()
        .unwrap();
    let error = client.tenant().limits(&[]).await.unwrap_err();
    assert_eq!((error.kind().as_str(), error.field()), ("config", Some("tenant_id")));
    let error = client.documents().list(&[]).await.unwrap_err();
    assert_eq!((error.kind().as_str(), error.field()), ("config", Some("site_id")));
}
